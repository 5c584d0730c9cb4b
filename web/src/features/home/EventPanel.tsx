import type { HomeEvent } from "@/api/types";
import { useText } from "@/lib/use-text";
import { cellOf, onlyMetric } from "@/product/answer/block";
import { goalOf } from "@/product/computed/computed";
import { Change } from "@/product/number/Change";
import { MetricNumber } from "@/product/number/Metric";
import { Attained } from "@/product/target/Attained";
import { Levels } from "@/product/target/Levels";

/** A promotion so far against last year's same phase and hour, and its month beside the three levels. */
export function EventPanel({ event }: { event: HomeEvent }) {
  const { t, label } = useText();
  const month = event.month && cellOf(event.month.block, onlyMetric(event.month.block));
  const goal = event.month && month && goalOf(month, event.month.period, event.month.levels);
  return (
    <section className="home-event" aria-label={label(event.promotion)}>
      <h2>
        {label(event.promotion)} {event.year}{" "}
        <small className="muted">
          {event.platform} · {event.phase ? label(event.phase) : t("home.eventOver")}
        </small>
      </h2>
      {event.block.query.metrics.map((metric) => {
        const cell = cellOf(event.block, metric);
        return (
          <p key={metric}>
            <span className="muted small">{t("home.eventToDate", { name: label(cell.label) })}</span>{" "}
            <MetricNumber {...cell} length="short" />{" "}
            {cell.compared.map((one) => (
              <Change key={one.comparison} compared={one} of={cell} direction={cell.direction} />
            ))}
          </p>
        );
      })}
      {event.month && month && goal && (
        <p>
          <span className="muted small">
            {event.month.period.name} {label(month.label)}
          </span>{" "}
          <MetricNumber {...month} length="short" />{" "}
          <Attained of={month} goal={goal} direction={month.direction} />{" "}
          <span className="muted small">
            {t("home.levels")} <Levels of={month} origin={goal.origin} levels={event.month.levels} />
          </span>
        </p>
      )}
    </section>
  );
}
