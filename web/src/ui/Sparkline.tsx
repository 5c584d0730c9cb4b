import { useText } from "@/lib/use-text";
import "./sparkline.css";

const WIDTH = 160;
const HEIGHT = 28;

/** A line without axes; gaps stay gaps, the last point is marked. */
export function Sparkline({ values, label }: { values: (number | null)[]; label: string }) {
  const { t } = useText();
  const known = values.filter((value): value is number => value !== null);
  if (known.length < 2) return <div className="sparkline" />;
  const low = Math.min(...known);
  const span = Math.max(...known) - low || 1;
  const x = (index: number) => 2 + (index / (values.length - 1)) * (WIDTH - 6);
  const y = (value: number) => HEIGHT - 3 - ((value - low) / span) * (HEIGHT - 6);
  const path = values
    .map((value, index) =>
      value === null
        ? ""
        : `${values[index - 1] == null ? "M" : "L"}${x(index).toFixed(1)},${y(value).toFixed(1)}`,
    )
    .join("");
  const last = values.findLastIndex((value) => value !== null);
  const end = values[last] ?? 0;
  return (
    <svg
      className="sparkline"
      viewBox={`0 0 ${WIDTH} ${HEIGHT}`}
      preserveAspectRatio="none"
      role="img"
      aria-label={t("number.trend", { name: label })}
    >
      <path d={path} fill="none" stroke="var(--accent)" strokeWidth="1.5" vectorEffect="non-scaling-stroke" />
      <path
        d={`M${x(last)},${y(end)}h0.001`}
        stroke="var(--accent)"
        strokeWidth="6"
        strokeLinecap="round"
        vectorEffect="non-scaling-stroke"
      />
    </svg>
  );
}
