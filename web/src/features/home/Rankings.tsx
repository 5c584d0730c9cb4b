import type { HomeRanking } from "@/api/types";
import { useText } from "@/lib/use-text";
import { lineageQuery } from "@/product/answer/answer";
import { cellOf, onlyMetric } from "@/product/answer/block";
import { useValueName } from "@/product/catalogue/use-value-name";
import { goalOf } from "@/product/computed/computed";
import { MetricNumber } from "@/product/number/Metric";
import { Attained } from "@/product/target/Attained";
import { Section } from "@/ui/PageHeader";

/** A row's number; a person's opens by the question of what that person answers for. */
function rowCell({ block, questions }: HomeRanking, metric: string, row: number) {
  const cell = cellOf(block, metric, row);
  const own = questions[row];
  return own ? { ...cell, origin: { query: lineageQuery(own), cell: {} }, n: null } : cell;
}

/** Segments or people by attainment, the furthest behind first; by value where there are no targets. */
export function Rankings({ ranking, most }: { ranking: HomeRanking; most: number }) {
  const { t, label } = useText();
  const nameOf = useValueName();
  const metric = onlyMetric(ranking.block);
  const rows = ranking.block.answer.rows.map((row, index) => {
    const levels = ranking.targets[index] ?? null;
    const cell = rowCell(ranking, metric, index);
    return {
      name: nameOf(ranking.block.answer.columns[0]?.name, row[0] ?? null),
      cell,
      levels,
      // What a person answers for has no target of its own to open: it is made of those of segments.
      goal: goalOf(ranking.questions[index] ? { ...cell, origin: null } : cell, ranking.period, levels),
      share: levels && cell.value !== null ? cell.value / levels.planned : null,
    };
  });
  const sorted = rows.toSorted((one, other) => (one.share ?? Infinity) - (other.share ?? Infinity));
  const by = ranking.block.answer.columns[0]?.label;
  if (rows.length === 0) return null;
  return (
    <Section
      title={t("home.ranking", { name: label(ranking.label), by: label(by), period: ranking.period.name })}
      extra={rows.length > most ? t("home.first", { count: most }) : null}
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
          {sorted.slice(0, most).map(({ name, cell, levels, goal }) => (
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
