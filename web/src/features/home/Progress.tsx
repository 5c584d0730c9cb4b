import type { HomeGoal } from "@/api/types";
import { formatPercent, formatValue } from "@/lib/format";
import { useText } from "@/lib/use-text";
import { cellOf, onlyMetric } from "@/product/answer/block";
import { ComputedNumber } from "@/product/computed/ComputedNumber";
import { goalOf, towards } from "@/product/computed/computed";
import { MetricNumber } from "@/product/number/Metric";
import { useProject } from "@/product/project/api";
import { Attained } from "@/product/target/Attained";
import { Levels } from "@/product/target/Levels";
import { PathChart } from "@/product/target/PathChart";
import { Section } from "@/ui/PageHeader";

/** A period's way: actual beside the planned path, the levels, the gap and what each remaining day must bring. */
export function Progress({ goal }: { goal: HomeGoal }) {
  const { t, label, locale } = useText();
  const currency = useProject().data?.currency;
  const metric = onlyMetric(goal.block);
  const cell = cellOf(goal.block, metric);
  const { levels, period } = goal;
  const text = (value: number | null) =>
    formatValue(value, { locale, currency, format: cell.format, unit: cell.unit, length: "short" });
  const elapsed = period.days_passed / period.days;
  const to = goalOf(cell, period, levels, goal.adds_up);
  return (
    <Section
      title={t("home.progress", { name: label(cell.label), period: period.name })}
      extra={
        <ComputedNumber of={towards("elapsed", cell, to, elapsed)}>
          {t("home.elapsed", {
            share: formatPercent(elapsed, locale, 1),
            days: period.days - period.days_passed,
          })}
        </ComputedNumber>
      }
    >
      <div className="home-facts">
        <span>
          <MetricNumber {...cell} length="short" />
        </span>
        {levels && <Attained of={cell} goal={to} direction={cell.direction} />}
      </div>
      {levels ? (
        <>
          <PathChart goal={goal} text={text} name={label(cell.label)} />
          <dl className="home-levels">
            <div>
              <dt>{t("home.planned")}</dt>
              <dd>
                <ComputedNumber of={towards("planned", cell, to, levels.planned)}>
                  {text(levels.planned)}
                </ComputedNumber>
              </dd>
            </div>
            <div>
              <dt>{t("home.gap")}</dt>
              <dd>
                <ComputedNumber of={towards("gap", cell, to, goal.gap)}>{text(goal.gap)}</ComputedNumber>
              </dd>
            </div>
            <div>
              <dt>{t("home.needed")}</dt>
              <dd>
                <ComputedNumber of={towards("needed", cell, to, goal.needed)}>
                  {text(goal.needed)}
                </ComputedNumber>
              </dd>
            </div>
            <div>
              <dt>{t("home.levels")}</dt>
              <dd>
                <Levels of={cell} origin={to.origin} levels={levels} />
              </dd>
            </div>
          </dl>
        </>
      ) : (
        <p className="muted small">{t("home.noTarget", { period: period.name })}</p>
      )}
    </Section>
  );
}
