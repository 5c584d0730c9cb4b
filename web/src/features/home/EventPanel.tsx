import { useProject } from "@/api/queries";
import type { HomeEvent } from "@/api/types";
import { Attained } from "@/components/Attained";
import { Change } from "@/components/Change";
import { MetricNumber } from "@/components/Metric";
import { cellOf, onlyMetric } from "@/lib/block";
import { formatValue } from "@/lib/format";
import { useText } from "@/lib/use-text";

/** A promotion so far against last year's same phase and hour, and its month beside the three levels. */
export function EventPanel({ event }: { event: HomeEvent }) {
  const { t, label, locale } = useText();
  const currency = useProject().data?.currency;
  const month = event.month && cellOf(event.month.block, onlyMetric(event.month.block));
  const levels = event.month?.levels;
  const text = (value: number | null) =>
    formatValue(value, {
      locale,
      currency,
      format: month?.format ?? null,
      unit: month?.unit,
      length: "short",
    });
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
              <Change key={one.comparison} compared={one} format={cell.format} direction={cell.direction} />
            ))}
          </p>
        );
      })}
      {event.month && month && levels && (
        <p>
          <span className="muted small">
            {event.month.period.name} {label(month.label)}
          </span>{" "}
          <MetricNumber {...month} length="short" />{" "}
          <Attained
            value={month.value}
            target={levels.target}
            planned={levels.planned}
            direction={month.direction}
          />{" "}
          <span className="muted small">
            {t("home.levels")} {[levels.floor, levels.target, levels.stretch].map(text).join(" / ")}
          </span>
        </p>
      )}
    </section>
  );
}
