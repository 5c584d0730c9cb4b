import { Button, Select } from "antd";
import { useState } from "react";
import type { Dimension, Metric } from "@/api/types";
import { useSearch, wordsOf } from "@/lib/pinyin";
import { useText } from "@/lib/use-text";
import { useDatasetName } from "@/product/catalogue/names";
import { GRAINS } from "@/product/period/period";
import { useProject } from "@/product/project/api";
import { DateInput } from "@/ui/DateInput";
import { type ExploreState, rangeOf } from "./state";

const MAX_METRICS = 6;
const MAX_DIMENSIONS = 3;

type ControlsProps = {
  metrics: Metric[];
  state: ExploreState;
  /** Null while there are no data. */
  day: string | null;
  onChange: (next: Partial<ExploreState>) => void;
};

/** What to measure, by what, over which time. */
export function ExploreControls({ metrics, state, day, onChange }: ControlsProps) {
  const { t, label } = useText();
  const dimensions = sharedDimensions(metrics, state.metrics);
  const calendarGrains = useProject().data?.grains ?? [];
  const range = day === null ? state.range : rangeOf(state, day);
  return (
    <div className="explore-controls">
      <Field name={t("explore.metrics")}>
        <MetricSelect
          metrics={metrics}
          value={state.metrics}
          onChange={(names) => onChange({ metrics: names })}
        />
      </Field>
      <Field name={t("explore.dimensions")}>
        <Select<string[]>
          mode="multiple"
          aria-label={t("explore.dimensions")}
          placeholder={t("explore.noDimension")}
          maxCount={MAX_DIMENSIONS}
          value={state.dimensions}
          onChange={(names) => onChange({ dimensions: names, chart: null })}
          showSearch={{ optionFilterProp: "label" }}
          options={dimensions.map((one) => ({ value: one.name, label: label(one.label) || one.name }))}
        />
      </Field>
      <Field name={t("explore.grain")}>
        <Select<string>
          aria-label={t("explore.grain")}
          value={state.grain ?? "none"}
          onChange={(grain) => onChange({ grain: grain === "none" ? null : grain, range: null, chart: null })}
          options={[
            ...(["hour", ...GRAINS] as const).map((grain): { value: string; label: string } => ({
              value: grain,
              label: t(`grain.${grain}`),
            })),
            ...calendarGrains.map((grain) => ({ value: grain.name, label: label(grain.label) })),
            { value: "none", label: t("grain.none") },
          ]}
        />
      </Field>
      {range && (
        <Field name={t("explore.period")}>
          <div className="explore-range">
            <DateInput
              label={t("explore.from")}
              value={range.start}
              max={range.end}
              onChange={(start) => onChange({ range: { ...range, start } })}
            />
            <DateInput
              label={t("explore.to")}
              value={range.end}
              min={range.start}
              onChange={(end) => onChange({ range: { ...range, end } })}
            />
            {state.range && (
              <Button size="small" type="link" onClick={() => onChange({ range: null })}>
                {t("explore.defaultPeriod")}
              </Button>
            )}
          </div>
        </Field>
      )}
    </div>
  );
}

function Field({ name, children }: { name: string; children: React.ReactNode }) {
  return (
    <div className="explore-field">
      <div className="explore-field-name">{name}</div>
      {children}
    </div>
  );
}

type MetricSelectProps = { metrics: Metric[]; value: string[]; onChange: (names: string[]) => void };

function MetricSelect({ metrics, value, onChange }: MetricSelectProps) {
  const { t, label } = useText();
  const datasetName = useDatasetName();
  const [typed, setTyped] = useState("");
  const found = useSearch<Metric>(typed, wordsOf)(metrics);
  return (
    <Select<string[]>
      mode="multiple"
      aria-label={t("explore.metrics")}
      placeholder={t("explore.pickMetric")}
      maxCount={MAX_METRICS}
      value={value}
      onChange={onChange}
      showSearch={{ filterOption: false, onSearch: setTyped }}
      options={groupsOf(
        found,
        (metric) => label(metric.label),
        (metric) => (metric.group ? datasetName(metric.group) : t("metrics.noGroup")),
      )}
    />
  );
}

function groupsOf(metrics: Metric[], text: (metric: Metric) => string, groupOf: (metric: Metric) => string) {
  const groups = new Map<string, { value: string; label: string }[]>();
  for (const metric of metrics) {
    const group = groupOf(metric);
    groups.set(group, [...(groups.get(group) ?? []), { value: metric.name, label: text(metric) }]);
  }
  return [...groups].map(([group, options]) => ({ label: group, title: group, options }));
}

/** Dimensions that every chosen metric has; of all metrics when none is chosen. */
function sharedDimensions(metrics: Metric[], chosen: string[]): Dimension[] {
  const wanted = metrics.filter((metric) => chosen.length === 0 || chosen.includes(metric.name));
  const [first, ...others] = wanted;
  return (first?.dimensions ?? []).filter(
    (dimension) =>
      dimension.kind !== "time" &&
      (chosen.length === 0 ||
        others.every((metric) => metric.dimensions.some((other) => other.name === dimension.name))),
  );
}
