import { Select } from "antd";
import { useState } from "react";
import type { Metric } from "@/api/types";
import { useSearch, wordsOf } from "@/lib/pinyin";
import { useText } from "@/lib/use-text";

type MetricSelectProps = {
  metrics: Metric[];
  id?: string;
  value?: string;
  onChange?: (name: string) => void;
  label?: string;
  placeholder?: string;
  allowClear?: boolean;
  disabled?: boolean;
  style?: React.CSSProperties;
};

/** Picks one metric, found by name, pinyin, synonym or code. */
export function MetricSelect({ metrics, label: name, ...select }: MetricSelectProps) {
  const { label } = useText();
  const [typed, setTyped] = useState("");
  const found = useSearch<Metric>(typed, wordsOf)(metrics);
  return (
    <Select<string>
      {...select}
      aria-label={name}
      showSearch={{ filterOption: false, searchValue: typed, onSearch: setTyped }}
      options={found.map((metric) => ({ value: metric.name, label: label(metric.label) }))}
      labelRender={({ value }) => label(metrics.find((one) => one.name === value)?.label) || value}
    />
  );
}
