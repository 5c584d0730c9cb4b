import type { HomeBudget } from "@/api/types";
import { formatPercent } from "@/lib/format";
import { useText } from "@/lib/use-text";
import { cellOf, onlyMetric } from "@/product/answer/block";
import { ComputedNumber } from "@/product/computed/ComputedNumber";
import {
  actualOf,
  type ComputedInput,
  computed,
  goalOf,
  requestOf,
  targetOf,
  towards,
} from "@/product/computed/computed";
import { MetricNumber } from "@/product/number/Metric";
import { Bar } from "@/ui/Bar";
import { Section } from "@/ui/PageHeader";

/** Spending so far beside the plan of the period and the share of time that has passed. */
export function Budget({ budget }: { budget: HomeBudget }) {
  const { t, label, locale } = useText();
  const spent = cellOf(budget.spent, onlyMetric(budget.spent));
  const plan = budget.plan && cellOf(budget.plan, onlyMetric(budget.plan));
  const whole = plan?.value ?? budget.target?.target ?? null;
  const elapsed = budget.period.days_passed / budget.period.days;
  const used = whole && spent.value !== null ? spent.value / whole : null;
  const over = used !== null && used > elapsed;
  const goal = goalOf(spent, budget.period, budget.target);
  const budgeted: ComputedInput = plan
    ? { part: "budget", value: plan.value, number: requestOf(plan) }
    : targetOf(spent, goal);
  const inputs = [actualOf(spent), budgeted];
  return (
    <Section title={t("home.budget", { name: label(spent.label), period: budget.period.name })}>
      <p className="home-facts">
        <MetricNumber {...spent} length="short" />
        {whole === null ? (
          <span className="muted small">{t("home.noBudget")}</span>
        ) : (
          <span className="muted">
            /{" "}
            {plan ? (
              <MetricNumber {...plan} length="short" />
            ) : (
              <MetricNumber
                {...spent}
                value={whole}
                length="short"
                origin={goal.origin && { ...goal.origin, comparison: "target" }}
              />
            )}
          </span>
        )}
      </p>
      {used !== null && (
        <p className="change attainment attained">
          <ComputedNumber of={computed("used", spent, used, inputs)}>
            {formatPercent(used, locale, 1)}
          </ComputedNumber>
          <Bar part={used} tick={elapsed} />
          <span className={over ? "state-bad" : "muted"}>
            {over ? "▲" : "▼"}{" "}
            <ComputedNumber of={towards("elapsed", spent, goal, elapsed)}>
              {t(over ? "home.overBudget" : "home.withinBudget", {
                share: formatPercent(elapsed, locale, 1),
              })}
            </ComputedNumber>
          </span>
        </p>
      )}
    </Section>
  );
}
