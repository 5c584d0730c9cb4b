import { Link } from "react-router";
import type { HomeRed } from "@/api/types";
import { useText } from "@/lib/use-text";
import { cellOf } from "@/product/answer/block";
import { goalOf } from "@/product/computed/computed";
import { MetricNumber } from "@/product/number/Metric";
import { Attained } from "@/product/target/Attained";
import { Section } from "@/ui/PageHeader";

/** What waits for somebody: metrics behind their target, with owner and days left. */
export function Reds({ reds, approvals }: { reds: HomeRed[]; approvals: number }) {
  const { t, label } = useText();
  return (
    <Section
      title={t("home.todo", { reds: reds.length, approvals })}
      extra={<Link to="/targets">{t("menu.targets")}</Link>}
    >
      {reds.length === 0 ? (
        <p className="muted small">{t("home.noReds")}</p>
      ) : (
        <ul className="home-list">
          {reds.map((red) => {
            const cell = cellOf(red.block, red.metric);
            return (
              <li key={red.metric}>
                <span className="home-list-main">
                  {label(red.label)}
                  <small className="muted">
                    {red.owner ?? t("home.noOwner")} ·{" "}
                    {t("home.daysLeft", { count: red.period.days - red.period.days_passed })}
                  </small>
                </span>
                <span className="home-list-end">
                  <MetricNumber {...cell} length="short" />
                </span>
                <Attained of={cell} goal={goalOf(cell, red.period, red.levels)} direction={cell.direction} />
              </li>
            );
          })}
        </ul>
      )}
    </Section>
  );
}
