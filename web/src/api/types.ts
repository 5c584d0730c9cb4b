/**
 * Names the pages use for the shapes of the API; the only file that knows the schema's own names.
 * The schema writes enumerations as strings and absent values as optional: here they get their values,
 * and what the server always sends (null included) is required.
 */
import type { components } from "./schema";

type Schemas = components["schemas"];

/** The shape as it arrives: the server sends every field, null where there is no value. */
type Sent<T> = T extends (infer Item)[]
  ? Sent<Item>[]
  : T extends object
    ? { [Key in keyof T]-?: Sent<Exclude<T[Key], undefined>> }
    : T;

/** T with some of its fields told more exactly. */
type Exact<T, Fields> = Omit<T, keyof Fields> & Fields;

export type Cell = Schemas["CellValue"] | null;
export type Comparison = "previous" | "year_ago" | "target";
export type ColumnKind = "text" | "integer" | "number" | "money" | "boolean" | "instant" | "date";
export type Direction = "higher" | "lower" | "band";
export type MetricFormat = "money" | "percent" | "count" | "number" | "duration";

export type Label = Sent<Schemas["Label"]>;
export type Issue = Exact<Sent<Schemas["Issue"]>, { severity: "error" | "warning" }>;
/** A problem may also come from a proxy or from no server at all, so little of it is certain. */
export type Problem = Pick<Sent<Schemas["Problem"]>, "type" | "title" | "status" | "code"> & {
  detail?: string;
  hint?: string | null;
  request_id?: string;
  issues?: Issue[];
};
export type Project = Exact<Sent<Schemas["Project"]>, { locale: "zh-CN" | "en"; issues: Issue[] }>;

export type DatasetColumn = Exact<Sent<Schemas["DatasetColumn"]>, { kind: ColumnKind }>;
export type Dataset = Exact<
  Sent<Schemas["Dataset"]>,
  { kind: "canonical" | "declared"; columns: DatasetColumn[] }
>;
export type RowsPage = Exact<Sent<Schemas["RowsPage"]>, { rows: Cell[][] }>;
export type DerivedRow = Sent<Schemas["DerivedOrigin"]>;
export type Source = Sent<Schemas["Source"]>;

export type ImportReport = Sent<Schemas["ImportReport"]>;
export type ImportState = "committed" | "undone" | "failed";
export type ImportAsSent = Exact<Sent<Schemas["Import"]>, { state: ImportState }>;
/** An import of the history together with its report. */
export type Import = Omit<ImportAsSent, "report"> & ImportReport;
export type ImportRequest = Sent<Schemas["ImportChoice"]>;
export type Reject = Sent<Schemas["Reject"]>;
export type Upload = Sent<Schemas["Upload"]>;
export type Preview = Sent<Schemas["Preview"]>;
export type PresetOffer = Sent<Schemas["PresetOffer"]>;
export type Job = Exact<
  Sent<Schemas["Job"]>,
  {
    kind: "check" | "import";
    state: "running" | "done" | "failed" | "cancelled";
    error: Problem | null;
  }
>;

export type Dimension = Exact<Sent<Schemas["Dimension"]>, { kind: "categorical" | "time" | "entity" }>;
type MetricFields = {
  kind: "simple" | "ratio" | "derived" | "cumulative" | "conversion";
  format: MetricFormat;
  direction: Direction;
  class: "result" | "process" | null;
  dimensions: Dimension[];
};
export type Metric = Exact<Sent<Schemas["Metric"]>, MetricFields>;
export type MetricDetail = Exact<Sent<Schemas["MetricDetail"]>, MetricFields>;

export type QueryBody = Exact<Sent<Schemas["Query"]>, { compare: Comparison[] }>;
export type AnswerColumn = Exact<
  Sent<Schemas["Column"]>,
  {
    role: "dimension" | "time" | "metric" | "comparison";
    format: MetricFormat | null;
    direction: Direction | null;
    comparison: Comparison | null;
    measure: "value" | "difference" | "change" | "attainment" | "elapsed" | null;
  }
>;
export type Answer = Exact<Sent<Schemas["Answer"]>, { columns: AnswerColumn[]; rows: Cell[][] }>;

/** A number; with a comparison, the one it is compared with. */
export type LineageRequest = {
  query: QueryBody;
  metric: string;
  cell: Record<string, Cell>;
  comparison?: Comparison;
};
export type LineageInput = Sent<Schemas["LineageInput"]>;
export type Lineage = Exact<
  Sent<Schemas["Lineage"]>,
  { format: MetricFormat; cell: Record<string, string | null> }
>;

export type NewTarget = Schemas["NewTarget"];
export type Target = Sent<Schemas["Target"]>;
export type TargetImport = Sent<Schemas["TargetReport"]>;

export type Tier = Sent<Schemas["Tier"]>;
export type Scheme = Exact<Sent<Schemas["Scheme"]>, { grain: "day" | "week" | "month" | "quarter" | "year" }>;
export type ScorecardKpi = Exact<
  Sent<Schemas["ScoredKpi"]>,
  { format: MetricFormat; missing: "hold" | "zero" | "reweight" | null; query: QueryBody }
>;
export type Scorecard = Exact<
  Sent<Schemas["Scorecard"]>,
  { perspectives: Exact<Sent<Schemas["ScoredPerspective"]>, { kpis: ScorecardKpi[] }>[] }
>;
