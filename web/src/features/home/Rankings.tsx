import type { HomeRanking } from "@/api/types";
import { Attained } from "@/components/Attained";
import { MetricNumber } from "@/components/Metric";
import { Section } from "@/components/PageHeader";
import { cellOf, onlyMetric } from "@/lib/block";
import { goalOf } from "@/lib/computed";
import { useText } from "@/lib/use-text";
import { useValueName } from "@/lib/use-value-name";

const SHOWN = 7;

/** Segments by attainment, the furthest behind first; by value where there are no targets. */
export function Rankings({ ranking }: { ranking: HomeRanking }) {
  const { t, label } = useText();
  const nameOf = useValueName();
  const metric = onlyMetric(ranking.block);
  const rows = ranking.block.answer.rows.map((row, index) => {
    const levels = ranking.targets[index] ?? null;
    const cell = cellOf(ranking.block, metric, index);
    return {
      name: nameOf(ranking.block.answer.columns[0]?.name, row[0] ?? null),
      cell,
      levels,
      goal: goalOf(cell, ranking.period, levels),
      share: levels && cell.value !== null ? cell.value / levels.planned : null,
    };
  });
  const sorted = rows.toSorted((one, other) => (one.share ?? Infinity) - (other.share ?? Infinity));
  const by = ranking.block.answer.columns[0]?.label;
  return (
    <Section
      title={t("home.ranking", { name: label(ranking.label), by: label(by), period: ranking.period.name })}
      extra={rows.length > SHOWN ? t("home.first", { count: SHOWN }) : null}
    >
      <table className="home-table">
        <thead>
          <tr>
            <th scope="col">{label(by)}</th>
            <th scope="col">{t("home.actual")}</th>
            <th scope="col">{t("home.target")}</th>
            <th scope="col">{t("home.attained")}</th>
          </tr>
        </thead>
        <tbody>
          {sorted.slice(0, SHOWN).map(({ name, cell, levels, goal }) => (
            <tr key={name}>
              <th scope="row" title={name}>
                {name || t("home.noSegment")}
              </th>
              <td>
                <MetricNumber {...cell} length="short" />
              </td>
              <td className="muted">
                <MetricNumber
                  {...cell}
                  value={levels?.target ?? null}
                  length="short"
                  n={null}
                  marks={undefined}
                  origin={goal.origin && { ...goal.origin, comparison: "target" }}
                />
              </td>
              <td>{levels && <Attained of={cell} goal={goal} direction={cell.direction} />}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </Section>
  );
}
