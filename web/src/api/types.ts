/**
 * Names the pages use for the shapes of the API; the only file that knows the schema's own names.
 * The schema writes enumerations as strings and absent values as optional: here they get their values,
 * and what the server always sends (null included) is required.
 */
import type { RelativePeriod } from "@/product/period/period";
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
/** As asked: `previous`, `year_ago_lunar`, `promotion:双11@天猫`, `segment:order__channel=app` … */
export type Comparison = string;
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
    measure:
      | "value"
      | "difference"
      | "change"
      | "attainment"
      | "elapsed"
      | "planned"
      | "gap"
      | "needed"
      | null;
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

export type WhyRequest = Sent<Schemas["WhyRequest"]>;
type WhyCell = Sent<Schemas["CellRequest"]>;
export type WhySegment = Exact<
  Sent<Schemas["WhySegment"]>,
  {
    kind: "cause" | "value" | "rest" | "overlap";
    elements: { dimension: string; value: Cell }[];
    cell_before: WhyCell | null;
    cell_after: WhyCell | null;
  }
>;
export type WhyFactor = Exact<
  Omit<Sent<Schemas["WhyFactor"]>, "parts">,
  {
    format: MetricFormat;
    direction: Direction;
    sign: "plus" | "minus" | "times" | "over";
    method: "whole" | "sum" | "log_mean" | "log_mean_limit" | "shapley" | "unsplit";
    cell_before: WhyCell | null;
    cell_after: WhyCell | null;
  }
> & { parts: WhyFactor[] };
export type WhySide = Exact<Sent<Schemas["WhySide"]>, { cell: WhyCell }>;
export type Why = Exact<
  Omit<Sent<Omit<Schemas["Why"], "factors">>, "factors">,
  {
    format: MetricFormat;
    direction: Direction;
    split: "sum" | "distinct" | "ratio" | "none";
    before: WhySide;
    after: WhySide;
    segments: WhySegment[];
  }
> & { factors: WhyFactor | null };

export type NewTarget = Schemas["NewTarget"];
export type Target = Sent<Schemas["Target"]>;
export type TargetImport = Sent<Schemas["TargetReport"]>;
export type TargetList = Sent<Schemas["TargetList"]>;
export type TargetDifference = Sent<Schemas["TargetDifference"]>;
export type Decision = Schemas["Decision"];
/** Which target; without dimension the company's. */
export type TargetKey = { metric: string; period: string; dimension: string | null; segment: string | null };
export type PathOrigin = "ordinary" | "same_day" | "same_phase" | "calendar" | "unweighed";
export type PathDay = Exact<Sent<Schemas["PathDay"]>, { origin: PathOrigin }>;
export type TargetPath = Exact<Sent<Schemas["TargetPath"]>, { days: PathDay[] }>;
export type TargetProposal = Sent<Schemas["TargetProposal"]>;
export type CascadeRequest = Schemas["CascadeRequest"];
export type CascadeAnswer = Sent<Schemas["CascadeAnswer"]>;
export type Actual = Sent<Schemas["Actual"]>;
export type ActualList = Sent<Schemas["ActualList"]>;
export type NewActual = Schemas["NewActual"];

export type NewReconciliation = Schemas["NewReconciliation"];
export type Reconciliation = Sent<Schemas["ReconciliationAnswer"]>;
export type ReconciliationSummary = Sent<Schemas["ReconciliationSummary"]>;

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

export type BoardView = "table" | "number" | "line" | "bar" | "stack" | "heat";
export type BoardPanel = Exact<
  Sent<Schemas["BoardPanel"]>,
  { query: QueryBody; view: BoardView; period: RelativePeriod | null }
>;
export type Board = Exact<Sent<Schemas["Board"]>, { panels: BoardPanel[] }>;
export type BoardExports = Sent<Schemas["BoardExports"]>;
/** What of a board can be changed; `version` is the one it was changed from. */
export type BoardDraft = Pick<Board, "name" | "owner" | "panels" | "export"> & { version: number | null };

export type HomeBlock = Exact<Sent<Schemas["HomeBlock"]>, { query: QueryBody; answer: Answer }>;
export type HomeHeadline = { day: HomeBlock; trend: HomeBlock };
export type HomeGoal = Exact<Sent<Schemas["HomeGoal"]>, { block: HomeBlock; daily: HomeBlock }>;
export type HomeDanger = Exact<
  Sent<Schemas["HomeDanger"]>,
  { block: HomeBlock | null; problem: Problem | null }
>;
export type HomeBudget = Exact<Sent<Schemas["HomeBudget"]>, { spent: HomeBlock; plan: HomeBlock | null }>;
export type HomeRanking = Exact<Sent<Schemas["HomeRanking"]>, { block: HomeBlock }>;
export type HomeRed = Exact<Sent<Schemas["HomeRed"]>, { block: HomeBlock }>;
export type HomeEvent = Exact<
  Sent<Omit<Schemas["HomeEvent"], "month" | "block">>,
  { block: HomeBlock; month: Exact<Sent<Schemas["HomeMonth"]>, { block: HomeBlock }> | null }
>;
export type HomeWhy = { request: WhyRequest; why: Why };
export type Home = Exact<
  Sent<Omit<Schemas["HomePage"], "why">>,
  {
    headline: HomeHeadline | null;
    event: HomeEvent | null;
    why: HomeWhy | null;
    progress: HomeGoal | null;
    dangers: HomeDanger[];
    budget: HomeBudget | null;
    rankings: HomeRanking[];
    reds: HomeRed[];
  }
>;
