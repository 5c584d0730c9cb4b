/** Names the pages use for the shapes of the contract, and the shapes that the contract does not have. */
import type { components } from "./schema";

type Schemas = components["schemas"];

export type Cell = Schemas["CellValue"] | null;
/** As asked: `previous`, `year_ago_lunar`, `promotion:双11@天猫`, `segment:order__channel=app` … */
export type Comparison = string;
export type Direction = Schemas["Metric"]["direction"];
export type MetricFormat = Schemas["Metric"]["format"];

export type Dataset = Schemas["Dataset"];
export type DatasetColumn = Schemas["DatasetColumn"];
export type RowsPage = Schemas["RowsPage"];
export type DerivedRow = Schemas["DerivedOrigin"];
export type Source = Schemas["Source"];

export type ImportReport = Schemas["ImportReport"];
export type ImportAsSent = Schemas["Import"];
export type ImportState = ImportAsSent["state"];
/** An import of the history together with its report. */
export type Import = Omit<ImportAsSent, "report"> & ImportReport;
/** The choice of the wizard, which says everything. */
export type ImportRequest = Required<Omit<Schemas["ImportChoice"], "mapping">> & {
  mapping: Required<Schemas["ChosenHeader"]>[];
};
export type Reject = Schemas["Reject"];
export type Upload = Schemas["Upload"];
export type Preview = Schemas["Preview"];
export type PresetOffer = Schemas["PresetOffer"];
export type Job = Schemas["Job"];

export type Dimension = Schemas["Dimension"];
export type Metric = Schemas["Metric"];
export type MetricDetail = Schemas["MetricDetail"];

export type QueryBody = Schemas["Query"];
export type AnswerColumn = Schemas["Column"];
export type Answer = Schemas["Answer"];

/** A number; with a comparison, the one it is compared with. */
export type LineageRequest = {
  query: QueryBody;
  metric: string;
  cell: Record<string, Cell>;
  comparison?: Comparison;
};
export type LineageInput = Schemas["LineageInput"];
export type Lineage = Schemas["Lineage"];

export type WhyRequest = Schemas["WhyRequest"];
export type WhySegment = Schemas["WhySegment"];
export type WhyFactor = Schemas["WhyFactor"];
export type WhySide = Schemas["WhySide"];
export type Why = Schemas["Why"];

export type NewTarget = Schemas["NewTarget"];
export type Target = Schemas["Target"];
export type TargetImport = Schemas["TargetReport"];
export type TargetList = Schemas["TargetList"];
export type TargetDifference = Schemas["TargetDifference"];
export type Decision = Schemas["Decision"];
/** Which target; without dimension the company's. */
export type TargetKey = { metric: string; period: string; dimension: string | null; segment: string | null };
export type PathDay = Schemas["PathDay"];
export type PathOrigin = PathDay["origin"];
export type TargetPath = Schemas["TargetPath"];
export type TargetProposal = Schemas["TargetProposal"];
export type CascadeRequest = Schemas["CascadeRequest"];
export type CascadeAnswer = Schemas["CascadeAnswer"];
export type Actual = Schemas["Actual"];
export type ActualList = Schemas["ActualList"];
export type NewActual = Schemas["NewActual"];
/** How far a version of a target or an actual has come. */
export type ApprovalState = Schemas["ApprovalWay"]["state"];

export type NewReconciliation = Schemas["NewReconciliation"];
export type Reconciliation = Schemas["ReconciliationAnswer"];
export type ReconciliationSummary = Schemas["ReconciliationSummary"];

export type Tier = Schemas["Tier"];
export type Scheme = Schemas["Scheme"];
export type ScorecardKpi = Schemas["ScoredKpi"];
export type Scorecard = Schemas["Scorecard"];

export type BoardPanel = Schemas["BoardPanel"];
export type BoardView = BoardPanel["view"];
export type RelativePeriod = NonNullable<BoardPanel["period"]>;
export type Board = Schemas["Board"];
export type BoardExports = Schemas["BoardExports"];
/** What of a board can be changed; `version` is the one it was changed from. */
export type BoardDraft = Pick<Board, "name" | "owner" | "panels" | "export"> & { version: number | null };

export type HomeBlock = Schemas["HomeBlock"];
export type HomeHeadline = Schemas["HomeHeadline"];
export type HomeGoal = Schemas["HomeGoal"];
export type HomeDanger = Schemas["HomeDanger"];
export type HomeBudget = Schemas["HomeBudget"];
export type HomeRanking = Schemas["HomeRanking"];
export type HomeRed = Schemas["HomeRed"];
export type HomeEvent = Schemas["HomeEvent"];
export type HomeWhy = Schemas["HomeWhy"];
export type Home = Schemas["HomePage"];
