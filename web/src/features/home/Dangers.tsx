import type { HomeDanger } from "@/api/types";
import { serverText } from "@/lib/server-text";
import { useText } from "@/lib/use-text";
import { cellOf } from "@/product/answer/block";
import { MetricNumber } from "@/product/number/Metric";
import { Section } from "@/ui/PageHeader";

/** What has to be dealt with now, as of the end of the business day; every count opens its rows. */
export function Dangers({ dangers }: { dangers: HomeDanger[] }) {
  const { t, label } = useText();
  return (
    <Section title={t("home.dangers")}>
      <ul className="home-list">
        {dangers.map((danger) => {
          const cell = danger.block && cellOf(danger.block, danger.metric);
          const over = (cell?.value ?? 0) > danger.limit;
          return (
            <li key={label(danger.label)}>
              <span className="home-list-main">{label(danger.label)}</span>
              <span className="home-list-end">
                {cell ? (
                  <MetricNumber {...cell} value={cell.value ?? 0} length="short" />
                ) : (
                  <span className="muted small" title={danger.problem?.detail}>
                    {serverText(danger.problem?.detail ?? "")}
                  </span>
                )}
              </span>
              <span className={over ? "mark mark-error" : "muted small home-state"}>
                {t(over ? "home.danger" : "home.calm")}
              </span>
            </li>
          );
        })}
      </ul>
    </Section>
  );
}
