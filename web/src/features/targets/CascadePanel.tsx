import { Alert, Button, Segmented, Select } from "antd";
import { useState } from "react";
import type { CascadeRequest, Metric, NewTarget, Target, TargetKey } from "@/api/types";
import { NO_VALUE } from "@/lib/format";
import { useText } from "@/lib/use-text";
import { useDimensionName } from "@/product/catalogue/names";
import { useValueName } from "@/product/catalogue/use-value-name";
import { ComputedNumber } from "@/product/computed/ComputedNumber";
import { type ComputedInput, computed, requestOf } from "@/product/computed/computed";
import { useTargets } from "@/product/target/api";
import { DataTable, type TableColumn } from "@/ui/DataTable";
import { Panel } from "@/ui/Panel";
import { ProblemView } from "@/ui/ProblemView";
import { Amount, useAmount } from "./amounts";
import { useCascade, useSaveTargets } from "./api";
import { readNumber, sumOf } from "./grid";
import { grainsWithin, isSameTarget, originOfTarget } from "./key";
import { ReasonInput } from "./ReasonInput";
import { Rejected } from "./Rejected";

type Keys = "history" | "equal" | "shape";
type CascadeProps = { of: TargetKey; metric: Metric; target: Target };

/** A target split to segments, people or shorter periods: the parts sum to the whole, also when one is set by hand. */
export function CascadePanel({ of, metric, target }: CascadeProps) {
  const { t } = useText();
  const dimensionName = useDimensionName();
  const grains = grainsWithin(of.period);
  const segments = of.dimension
    ? []
    : metric.dimensions.filter((one) => one.kind !== "time").map((one) => one.name);
  const choices = [...segments, ...(segments.length > 0 ? ["person"] : []), ...grains];
  const first = segments.includes("store") ? "store" : choices[0];
  const [by, setBy] = useState(first);
  const [keys, setKeys] = useState<Keys>("history");
  const [fixed, setFixed] = useState<Record<string, string>>({});
  if (!by) return <p className="muted">{t("cascade.indivisible")}</p>;
  const isTime = grains.some((grain) => grain === by);
  const name = (choice: string) => {
    const known = choice === "person" ? choice : grains.find((grain) => grain === choice);
    return known ? t(`cascade.by.${known}`) : dimensionName(choice);
  };
  const choose = (value: string) => {
    setBy(value);
    setFixed({});
    if (keys === "shape" && !grains.some((grain) => grain === value)) setKeys("history");
  };
  const ways: Keys[] = isTime ? ["history", "shape", "equal"] : ["history", "equal"];
  return (
    <>
      <div className="row" style={{ margin: "12px 0" }}>
        <Select<string>
          aria-label={t("cascade.to")}
          style={{ minWidth: 160 }}
          value={by}
          onChange={choose}
          options={choices.map((value) => ({ value, label: name(value) }))}
        />
        <Segmented<Keys>
          aria-label={t("cascade.keys")}
          value={keys}
          onChange={setKeys}
          options={ways.map((value) => ({ value, label: t(`cascade.${value}`) }))}
        />
      </div>
      <Split
        key={`${by}/${keys}`}
        request={{ ...of, by, keys, of: by === "person" ? "store" : null, fixed: toFixed(fixed) }}
        name={name(by)}
        metric={metric}
        target={target}
        fixed={fixed}
        onFix={setFixed}
      />
    </>
  );
}

function toFixed(fixed: Record<string, string>) {
  return Object.entries(fixed).flatMap(([name, text]) => {
    const target = readNumber(text);
    return target ? [{ name, target }] : [];
  });
}

type SplitProps = {
  request: CascadeRequest;
  name: string;
  metric: Metric;
  target: Target;
  fixed: Record<string, string>;
  onFix: (fixed: Record<string, string>) => void;
};

type Line = {
  name: string;
  child: NewTarget | null;
  floor: number | null;
  target: number;
  stretch: number | null;
  role: "child" | "sum" | "parent" | "difference";
  /** What a sum adds up, and the sum that a difference compares with the parent. */
  of: Line[];
};
type Level = "floor" | "target" | "stretch";

function Split({ request, name, metric, target, fixed, onFix }: SplitProps) {
  const { t, label } = useText();
  const split = useCascade(request);
  const save = useSaveTargets();
  const [reason, setReason] = useState("");
  const columns = useColumns(name, metric, target, fixed, onFix);
  return (
    <Panel query={split} height={360}>
      {(found) => {
        const lines = toLines(found.children, target, t);
        const children = found.children.map((child) => ({ ...child, reason: reason.trim() }));
        return (
          <>
            <p className="muted small">{t("cascade.basis", { basis: label(found.basis) })}</p>
            <DataTable
              tools
              caption={t("target.cascade")}
              columns={columns}
              rows={lines}
              rowKey={(line) => line.name}
              rowClass={(line) => (line.child ? undefined : "row-sum")}
            />
            {save.isError && <ProblemView error={save.error} />}
            {save.data && save.data.rejected.length > 0 && <Rejected report={save.data} />}
            {save.data && save.data.rejected.length === 0 && (
              <Alert type="success" showIcon title={t("grid.saved", { count: save.data.accepted })} />
            )}
            <div className="row" style={{ marginTop: 12 }}>
              <ReasonInput value={reason} onChange={setReason} />
              <Button
                type="primary"
                loading={save.isPending}
                disabled={reason.trim() === "" || split.isPlaceholderData}
                onClick={() => save.mutate({ targets: children })}
              >
                {t("cascade.save", { count: children.length })}
              </Button>
            </div>
          </>
        );
      }}
    </Panel>
  );
}

/** The children, their exact sum, the whole, and the difference of the two. */
function toLines(children: NewTarget[], target: Target, t: ReturnType<typeof useText>["t"]): Line[] {
  const level = (text: string | null | undefined) => (text ? Number(text) : null);
  const own = children.map(
    (child): Line => ({
      name: nameOf(child, target),
      child,
      role: "child",
      of: [],
      floor: level(child.floor),
      target: Number(child.target),
      stretch: level(child.stretch),
    }),
  );
  const add = (pick: (child: NewTarget) => string | null | undefined) =>
    children.some((child) => !pick(child)) ? null : sumOf(children.map((child) => pick(child) ?? ""));
  const sum = {
    floor: add((child) => child.floor),
    target: sumOf(children.map((child) => child.target)),
    stretch: add((child) => child.stretch),
  };
  const minus = (a: number | null, b: number | null) =>
    a === null || b === null ? null : sumOf([String(a), String(-b)]);
  const total: Line = { name: t("grid.total"), child: null, role: "sum", of: own, ...sum };
  const parent: Line = {
    name: t("cascade.parent"),
    child: null,
    role: "parent",
    of: [],
    floor: target.floor,
    target: target.target,
    stretch: target.stretch,
  };
  const difference: Line = {
    name: t("grid.difference"),
    child: null,
    role: "difference",
    of: [total],
    floor: minus(sum.floor, target.floor),
    target: minus(sum.target, target.target) ?? 0,
    stretch: minus(sum.stretch, target.stretch),
  };
  return [...own, total, parent, difference];
}

function nameOf(child: NewTarget, parent: Target): string {
  return child.period === parent.period ? (child.segment ?? "") : child.period;
}

function useColumns(
  name: string,
  metric: Metric,
  parent: Target,
  fixed: Record<string, string>,
  onFix: (fixed: Record<string, string>) => void,
): TableColumn<Line>[] {
  const { t } = useText();
  const nameOf = useValueName();
  const level = useLevelCell(metric, parent);
  const targets = useTargets().data ?? [];
  const storedAs = ({ child }: Line) => {
    if (!child) return undefined;
    const key = { ...child, dimension: child.dimension ?? null, segment: child.segment ?? null };
    return targets.find((one) => isSameTarget(one, key));
  };
  const stored = (line: Line) => storedAs(line)?.target ?? null;
  const fix = (child: string, text: string) => {
    const { [child]: _, ...others } = fixed;
    onFix(text.trim() === "" ? others : { ...others, [child]: text });
  };
  const columns: TableColumn<Line>[] = [
    {
      key: "name",
      title: name,
      value: (line) => (line.child?.dimension ? nameOf(line.child.dimension, line.name) : line.name),
    },
    {
      key: "target",
      title: t("targets.target"),
      align: "right",
      value: (line) => line.target,
      render: (line) =>
        line.child ? (
          <ChildInput
            key={`${line.name}/${line.target}`}
            name={line.name}
            text={fixed[line.name] ?? line.child.target}
            isFixed={line.name in fixed}
            onChange={(text) => fix(line.name, text)}
          />
        ) : (
          level(line, "target")
        ),
    },
    {
      key: "floor",
      title: t("targets.floor"),
      align: "right",
      value: (line) => line.floor,
      render: (line) => level(line, "floor"),
    },
    {
      key: "stretch",
      title: t("targets.stretch"),
      align: "right",
      value: (line) => line.stretch,
      render: (line) => level(line, "stretch"),
    },
    {
      key: "stored",
      title: t("cascade.stored"),
      align: "right",
      value: stored,
      render: (line) => {
        const found = storedAs(line);
        return found ? <Amount metric={metric} of={found} value={found.target} /> : NO_VALUE;
      },
    },
  ];
  // The sums stay below what they sum.
  return columns.map((column) => ({ ...column, sortable: false }));
}

/** Most lines that a sum names one by one: the days of a month. */
const NAMED = 31;

/** A level of a line: a sum says what it adds up, a difference what it compares, the whole who set it. */
function useLevelCell(metric: Metric, parent: Target) {
  const { t } = useText();
  const amount = useAmount(metric);
  const valueName = useValueName();
  const own = { metric: metric.name, value: null, format: metric.format, unit: metric.unit };
  const nameOf = ({ child, name }: Line) => (child?.dimension ? valueName(child.dimension, name) : name);
  const parts = (lines: Line[], level: Level): ComputedInput[] => {
    const named = lines
      .slice(0, NAMED)
      .map((line): ComputedInput => ({ part: "child", name: nameOf(line), value: line[level] }));
    const rest = lines.slice(NAMED);
    if (rest.length === 0) return named;
    const value = sumOf(rest.map((line) => String(line[level] ?? 0)));
    return [...named, { part: "child", name: t("cascade.rest", { count: rest.length }), value }];
  };
  return (line: Line, level: Level) => {
    const value = line[level];
    if (line.role === "parent") return <Amount metric={metric} of={parent} value={value} />;
    if (line.role === "child") return amount(value);
    const [total] = line.of;
    const inputs =
      line.role === "sum"
        ? parts(line.of, level)
        : [
            { part: "sum", value: total?.[level] ?? null } as const,
            {
              part: "parent",
              value: parent[level],
              number: requestOf({ ...own, origin: originOfTarget(parent) }, "target"),
            } as const,
          ];
    const kind = line.role === "sum" ? "cascade_sum" : "cascade_difference";
    return <ComputedNumber of={computed(kind, own, value, inputs)}>{amount(value)}</ComputedNumber>;
  };
}

type ChildInputProps = { name: string; text: string; isFixed: boolean; onChange: (text: string) => void };

/** A child's target; a changed one stays and the others share the rest, an emptied one goes back to its share. */
function ChildInput({ name, text, isFixed, onChange }: ChildInputProps) {
  const { t } = useText();
  const [typed, setTyped] = useState<string | null>(null);
  const shown = typed ?? text;
  const wrong = readNumber(shown) === null;
  const commit = () => {
    if (typed !== null && typed !== text && !wrong) onChange(typed);
    if (!wrong) setTyped(null);
  };
  return (
    <span className="cascade-cell">
      {wrong && <span className="cascade-wrong">{t("grid.notNumber")}</span>}
      {isFixed && (
        <Button size="small" type="text" onClick={() => onChange("")}>
          {t("cascade.release")}
        </Button>
      )}
      <input
        className={isFixed ? "field cascade-fixed" : "field"}
        inputMode="decimal"
        aria-label={t("cascade.targetOf", { name })}
        aria-invalid={wrong}
        value={shown}
        onChange={(event) => setTyped(event.target.value)}
        onBlur={commit}
        onKeyDown={(event) => event.key === "Enter" && commit()}
      />
    </span>
  );
}
