import { Button, Drawer, Select } from "antd";
import { useState } from "react";
import { useSearchParams } from "react-router";
import type { Comparison } from "@/api/types";
import { useText } from "@/lib/use-text";
import { boardPeriodOf, PERIOD_PARAM } from "@/product/board/board";
import { useDimensionValues, useValueNames } from "@/product/catalogue/api";
import { useSegmentDimensions } from "@/product/catalogue/dimensions";
import { useValueName } from "@/product/catalogue/use-value-name";
import {
  COMPARISONS,
  cellText,
  comparisonsOf,
  dayOf,
  type Filter,
  filtersOf,
  filterText,
} from "@/product/filters/filters";
import { RELATIVE_PERIODS } from "@/product/period/period";
import { useProject } from "@/product/project/api";
import { DateInput } from "@/ui/DateInput";
import { FilterOutlined } from "@/ui/icons";
import { usePhone } from "@/ui/use-phone";

/** Whose numbers are filtered: a page's, or a board's panels with a period and comparisons of their own. */
export type FilteredKind = "page" | "board";

/** Business day, comparisons and segments; everything it says is in the URL. */
export function FilterBar({ kind }: { kind: FilteredKind }) {
  const { t } = useText();
  const phone = usePhone();
  const [open, setOpen] = useState(false);
  if (!phone) return <Filters kind={kind} />;
  return (
    <>
      <Button type="text" icon={<FilterOutlined />} onClick={() => setOpen(true)}>
        {t("filter.open")}
      </Button>
      <Drawer
        open={open}
        onClose={() => setOpen(false)}
        placement="bottom"
        size="large"
        title={t("filter.open")}
      >
        <Filters kind={kind} stacked />
      </Drawer>
    </>
  );
}

function Filters({ kind, stacked = false }: { kind: FilteredKind; stacked?: boolean }) {
  const { t } = useText();
  const project = useProject().data;
  const [params, setParams] = useSearchParams();
  const day = dayOf(params, project?.as_of) ?? "";
  const segments = useOtherSegments(filtersOf(params)[0]);
  const own = kind === "board" && !params.has("compare");
  const compared = own ? [] : comparisonsOf(params);
  const change = (edit: (params: URLSearchParams) => void) =>
    setParams((now) => {
      edit(now);
      return now;
    });
  return (
    <div className={`filters${stacked ? " filters-stacked" : ""}`}>
      <div className="filter">
        <span className="filter-name">{t("filter.day")}</span>
        <DateInput
          label={t("filter.day")}
          value={day}
          onChange={(value) => change((now) => now.set("date", value))}
        />
      </div>
      {kind === "board" && <BoardPeriod params={params} change={change} />}
      <div className="filter">
        <span className="filter-name">{t("filter.compare")}</span>
        <Select<Comparison[]>
          mode="multiple"
          variant="borderless"
          aria-label={t("filter.compare")}
          placeholder={t(own ? "filter.own" : "filter.none")}
          showSearch={false}
          popupMatchSelectWidth={false}
          style={{ minWidth: own ? 200 : 96 }}
          value={compared}
          onChange={(names) => change((now) => now.set("compare", names.join(",")))}
          options={comparisonOptions([...compared, ...segments], t)}
        />
      </div>
      <Segments params={params} change={change} />
    </div>
  );
}

/** One period for all panels of a board, instead of each its own. */
function BoardPeriod({ params, change }: SegmentsProps) {
  const { t } = useText();
  return (
    <div className="filter">
      <span className="filter-name">{t("filter.period")}</span>
      <Select<string>
        variant="borderless"
        aria-label={t("filter.period")}
        popupMatchSelectWidth={false}
        value={boardPeriodOf(params) ?? OWN}
        onChange={(period) =>
          change((now) => (period === OWN ? now.delete(PERIOD_PARAM) : now.set(PERIOD_PARAM, period)))
        }
        options={[
          { value: OWN, label: t("filter.own") },
          ...RELATIVE_PERIODS.map((value): Option => ({ value, label: t(`period.${value}`) })),
        ]}
      />
    </div>
  );
}

const OWN = "";

/** Comparisons with the other values of the dimension that the page is filtered by. */
function useOtherSegments(filter: Filter | undefined): Comparison[] {
  const values = useDimensionValues(filter?.dimension ?? null, undefined, "").data ?? [];
  if (!filter) return [];
  const others = values
    .map(cellText)
    .filter((value) => !filter.values.includes(value) && !value.includes(","));
  return others.slice(0, SEGMENTS_OFFERED).map((value) => `segment:${filter.dimension}=${value}`);
}

const SEGMENTS_OFFERED = 20;

type Option = { value: Comparison; label: string };

/** The comparison in the message files, where a colon has a meaning of its own. */
function keyOf(name: (typeof COMPARISONS)[number]) {
  switch (name) {
    case "benchmark:top3":
      return "benchmark_top3";
    case "benchmark:top10":
      return "benchmark_top10";
    default:
      return name;
  }
}

/** The comparisons on offer, and those that a link brought along. */
function comparisonOptions(chosen: Comparison[], t: ReturnType<typeof useText>["t"]) {
  const offered = COMPARISONS.map((name): Option => ({ value: name, label: t(`comparison.${keyOf(name)}`) }));
  const others = [...new Set(chosen)].filter((name) => !offered.some((one) => one.value === name));
  return [...offered, ...others.map((name) => ({ value: name, label: name.replace(/^\w+:(.*=)?/, "") }))];
}

type SegmentsProps = { params: URLSearchParams; change: (edit: (params: URLSearchParams) => void) => void };

function Segments({ params, change }: SegmentsProps) {
  const { t, label } = useText();
  const dimensions = useSegmentDimensions();
  const filters = filtersOf(params);
  const free = dimensions.filter((one) => !filters.some((filter) => filter.dimension === one.name));
  const [adding, setAdding] = useState<string | null>(null);
  const store = (next: Filter[]) =>
    change((now) => {
      now.delete("f");
      for (const filter of next) if (filter.values.length > 0) now.append("f", filterText(filter));
    });
  const replace = (dimension: string, values: string[]) => {
    const others = filters.filter((filter) => filter.dimension !== dimension);
    const at = filters.findIndex((filter) => filter.dimension === dimension);
    const next = [...others];
    next.splice(at < 0 ? others.length : at, 0, { dimension, values });
    store(next);
  };
  const shown = adding
    ? [
        ...filters.filter((one) => one.dimension !== adding),
        { dimension: adding, values: filters.find((one) => one.dimension === adding)?.values ?? [] },
      ]
    : filters;
  return (
    <>
      {shown.map((filter) => (
        <div className="filter" key={filter.dimension}>
          <span className="filter-name">
            {label(dimensions.find((one) => one.name === filter.dimension)?.label) || filter.dimension}
          </span>
          <ValueSelect
            filter={filter}
            autoOpen={filter.dimension === adding}
            onChange={(values) => replace(filter.dimension, values)}
            onClose={() => setAdding(null)}
          />
        </div>
      ))}
      {free.length > 0 && (
        <Select
          variant="borderless"
          showSearch={{ optionFilterProp: "label" }}
          aria-label={t("filter.add")}
          placeholder={t("filter.add")}
          value={null}
          popupMatchSelectWidth={false}
          onChange={(name: string | null) => setAdding(name)}
          options={free.map((one) => ({ value: one.name, label: label(one.label) || one.name }))}
        />
      )}
    </>
  );
}

type ValueSelectProps = {
  filter: Filter;
  autoOpen: boolean;
  onChange: (values: string[]) => void;
  onClose: () => void;
};

function ValueSelect({ filter, autoOpen, onChange, onClose }: ValueSelectProps) {
  const { t } = useText();
  const nameOf = useValueName();
  const named = useValueNames().data?.[filter.dimension] !== undefined;
  const [search, setSearch] = useState("");
  const [open, setOpen] = useState(autoOpen);
  // The server searches the stored values; named ones are few enough to be searched by their names here.
  const values = useDimensionValues(open ? filter.dimension : null, undefined, named ? "" : search);
  const offered = [...new Set([...filter.values, ...(values.data ?? []).map(cellText)])];
  return (
    <Select<string[]>
      mode="multiple"
      variant="borderless"
      autoFocus={autoOpen}
      aria-label={filter.dimension}
      placeholder={t("filter.all")}
      style={{ minWidth: 96, maxWidth: 240 }}
      maxTagCount={1}
      popupMatchSelectWidth={false}
      open={open}
      onOpenChange={(next) => {
        setOpen(next);
        if (!next) onClose();
      }}
      value={filter.values}
      onChange={onChange}
      showSearch={{ filterOption: named, optionFilterProp: "label", onSearch: setSearch }}
      loading={values.isFetching}
      options={offered.map((value) => ({ value, label: nameOf(filter.dimension, value) }))}
    />
  );
}
