/**
 * Shapes of the HTTP API v1, in the form openapi-typescript writes (`paths`, `components`).
 * `npm run types` replaces this file from docs/openapi.json.
 */

type Json<T> = { content: { "application/json": T } };
type Ok<T> = { responses: { 200: Json<T> } };
type Accepted<T> = { responses: { 202: Json<T> } };
type NoContent = { responses: { 204: { content?: never } } };
type Body<T> = { requestBody: Json<T> };
type Query<T> = { parameters: { query?: T } };
type Path<T> = { parameters: { path: T } };

type S = components["schemas"];
type Paging = { offset?: number; limit?: number | null; dataset?: string | null };

export interface paths {
  "/project": { get: Ok<S["Project"]> };
  "/datasets": { get: Ok<S["DatasetList"]> };
  "/datasets/{name}/rows": {
    get: { parameters: { path: { name: string }; query?: Paging } } & Ok<S["RowsPage"]>;
  };
  "/imports": { get: Query<Paging> & Ok<S["ImportList"]> };
  "/imports/{id}": { get: Path<{ id: number }> & Ok<S["Import"]> };
  "/imports/{id}/undo": { post: Path<{ id: number }> & Ok<S["Undone"]> };
  "/sources": { get: Ok<S["SourceList"]> };
  "/uploads/{id}/preview": {
    get: {
      parameters: {
        path: { id: string };
        query?: {
          encoding?: string | null;
          delimiter?: string | null;
          sheet?: string | null;
          header_row?: number | null;
          dataset?: string | null;
          source?: string | null;
        };
      };
    } & Ok<S["Preview"]>;
  };
  "/uploads/{id}/check": { post: Path<{ id: string }> & Body<S["ImportChoice"]> & Accepted<S["Started"]> };
  "/uploads/{id}/import": { post: Path<{ id: string }> & Body<S["ImportChoice"]> & Accepted<S["Started"]> };
  "/jobs/{id}": {
    get: Path<{ id: string }> & Ok<S["Job"]>;
    delete: Path<{ id: string }> & NoContent;
  };
  "/metrics": { get: Ok<S["MetricList"]> };
  "/metrics/{name}": { get: Path<{ name: string }> & Ok<S["MetricDetail"]> };
  "/query": { post: Body<S["Query"]> & Ok<S["Answer"]> };
  "/dimensions/{name}/values": {
    get: {
      parameters: {
        path: { name: string };
        query?: { metric?: string | null; search?: string | null; limit?: number | null };
      };
    } & Ok<S["DimensionValues"]>;
  };
  "/lineage": { post: Body<S["CellRequest"]> & Ok<S["Lineage"]> };
  "/lineage/rows": { post: Body<S["CellRequest"]> & Ok<S["RowsPage"]> };
  "/lineage/origin": { post: Body<S["OriginRequest"]> & Ok<S["RowsPage"]> };
  "/targets": {
    get: Ok<S["TargetList"]>;
    post: Body<S["NewTarget"]> & NoContent;
  };
  "/schemes": { get: Ok<S["SchemeList"]> };
  "/scorecards": { post: Body<S["ScorecardRequest"]> & Ok<S["Scorecard"]> };
  "/scorecards/ranking": { post: Body<S["ScorecardRequest"]> & Ok<S["ScorecardList"]> };
}

export interface components {
  schemas: {
    CellValue: number | boolean | string;
    Label: {
      zh: string;
      en: string;
    };
    Issue: {
      path: string;
      line: number;
      column: number;
      code: string;
      message: string;
      hint: string;
      severity: string;
    };
    Project: {
      name: string;
      locale: string;
      timezone: string;
      currency: string;
      day_cutoff: string;
      fiscal_year_start: number;
      as_of?: string | null;
      issues: S["Issue"][];
      version: string;
      revision: string;
      synthetic: boolean;
    };
    Query: {
      metrics?: string[];
      group_by?: string[];
      where?: string[];
      start_time?: string | null;
      end_time?: string | null;
      order?: string[];
      limit?: number | null;
      compare?: string[];
    };
    Column: {
      name: string;
      role: string;
      type: string;
      grain?: string | null;
      label: S["Label"];
      format?: string | null;
      unit?: string | null;
      direction?: string | null;
      metric?: string | null;
      comparison?: string | null;
      measure?: string | null;
    };
    SourceReach: {
      dataset: string;
      as_of: string;
    };
    Span: {
      start: string;
      end: string;
    };
    Answer: {
      columns: S["Column"][];
      rows: (S["CellValue"] | null)[][];
      n: { [key: string]: number };
      as_of?: string | null;
      partial: boolean;
      sources: S["SourceReach"][];
      period?: S["Span"] | null;
      revision: string;
      revisions: { [key: string]: string };
      snapshot: number;
      notes: string[];
      sql: string;
      elapsed_ms: number;
      truncated: boolean;
    };
    CellRequest: {
      query?: S["Query"];
      metric?: string;
      cell?: { [key: string]: S["CellValue"] | null };
      input?: string | null;
      offset?: number | null;
      limit?: number | null;
    };
    Lineage: {
      metric: string;
      label: S["Label"];
      value?: S["CellValue"] | null;
      format: string;
      unit?: string | null;
      formula: string;
      description: string;
      revision: string;
      path: string;
      line: number;
      period?: S["Span"] | null;
      filters: string[];
      sql: string;
      as_of?: string | null;
      inputs: S["LineageInput"][];
    };
    LineageInput: {
      metric: string;
      label: S["Label"];
      dataset: string;
      aggregation: string;
      expression: string;
      filters: string[];
      window?: S["Span"] | null;
      rows: number;
      value?: S["CellValue"] | null;
      sql: string;
    };
    Metric: {
      name: string;
      label: S["Label"];
      description: string;
      kind: string;
      format: string;
      unit?: string | null;
      direction: string;
      class?: string | null;
      owner?: string | null;
      group: string;
      path: string;
      line: number;
      revision: string;
      inputs: string[];
      dimensions: S["Dimension"][];
    };
    Dimension: {
      name: string;
      label: S["Label"];
      kind: string;
    };
    MetricList: {
      metrics: S["Metric"][];
    };
    MetricDetail: S["Metric"] & {
      formula: string;
      filters: string[];
      sql: string;
      yaml: string;
      revisions: S["Revision"][];
      used_by: string[];
    };
    Revision: {
      revision: string;
      at: string;
      by: string;
      path: string;
      text: string;
    };
    DimensionValues: {
      values: string[];
    };
    Dataset: {
      name: string;
      label: S["Label"];
      key: string[];
      time?: string | null;
      rows: number;
      first?: string | null;
      as_of?: string | null;
      snapshot_id: number;
      derived: boolean;
      kind: string;
      columns: S["DatasetColumn"][];
    };
    DatasetColumn: {
      name: string;
      label: S["Label"];
      kind: string;
      required: boolean;
      in_key: boolean;
    };
    DatasetList: {
      datasets: S["Dataset"][];
    };
    RowColumn: {
      name: string;
      label: S["Label"];
      type: string;
    };
    LineOrigin: {
      import_id: number;
      source: string;
      file_name: string;
      file_hash: string;
      line: number;
    };
    DerivedOrigin: {
      dataset: string;
      key: { [key: string]: string };
    };
    RowsPage: {
      columns: S["RowColumn"][];
      rows: (S["CellValue"] | null)[][];
      total: number;
      offset: number;
      origin: (S["LineOrigin"] | null)[];
      derived: (S["DerivedOrigin"] | null)[];
    };
    ControlTotal: {
      column: string;
      label: S["Label"];
      sum: number;
      file_total?: number | null;
    };
    Reject: {
      line: number;
      column: string;
      value: string;
      reason: string;
      hint: string;
    };
    ImportReport: {
      import_id?: number | null;
      dataset: string;
      source: string;
      file_name: string;
      rows_read: number;
      accepted: number;
      rejected: number;
      new_rows: number;
      replaced: number;
      unchanged: number;
      duplicates_in_file: number;
      totals: S["ControlTotal"][];
      rejects: S["Reject"][];
      mapping: S["MappedHeader"][];
      notes: string[];
      first?: string | null;
      last?: string | null;
      derived: string[];
      duration_ms: number;
      already_imported: boolean;
    };
    MappedHeader: {
      header: string;
      column?: string | null;
    };
    Import: {
      id: number;
      state: string;
      file_hash: string;
      started_at: string;
      by: string;
      has_rejects: boolean;
      error?: string | null;
      report: S["ImportReport"];
    };
    ImportList: {
      imports: S["Import"][];
      total: number;
    };
    Undone: {
      datasets: string[];
    };
    Source: {
      name: string;
      label: S["Label"];
      path: string;
      datasets: string[];
    };
    SourceList: {
      sources: S["Source"][];
    };
    Upload: {
      upload_id: string;
      file_name: string;
      bytes: number;
      sha256: string;
    };
    Preview: {
      encoding?: string | null;
      delimiter?: string | null;
      sheets: string[];
      sheet?: string | null;
      header_row: number;
      columns: S["PreviewColumn"][];
      rows: string[][];
      notes: string[];
      suggested_dataset?: string | null;
      mapping: S["ProposedHeader"][];
    };
    PreviewColumn: {
      header: string;
      samples: string[];
      kind: string;
    };
    ProposedHeader: {
      header: string;
      column?: string | null;
      confidence: number;
      why: string;
      sample: string;
    };
    FormatChoice: {
      encoding?: string | null;
      delimiter?: string | null;
      sheet?: string | null;
      header_row?: number | null;
    };
    ImportChoice: {
      dataset?: string;
      source?: string | null;
      format?: S["FormatChoice"];
      mapping?: S["MappedHeader"][];
      remember?: boolean;
    };
    Started: {
      job_id: string;
    };
    Job: {
      id: string;
      kind: string;
      state: string;
      progress?: S["Progress"] | null;
      result?: S["ImportReport"] | null;
      error?: S["Problem"] | null;
    };
    Progress: {
      step: string;
      done: number;
      total?: number | null;
      rows: number;
      rate?: number | null;
      remaining_s?: number | null;
    };
    Target: {
      id: number;
      metric: string;
      dimension?: string | null;
      segment?: string | null;
      period: string;
      floor?: number | null;
      target: number;
      stretch?: number | null;
      reason: string;
      version: number;
      by: string;
      at: string;
    };
    TargetList: {
      targets: S["Target"][];
    };
    NewTarget: {
      metric?: string;
      dimension?: string | null;
      segment?: string | null;
      period?: string;
      floor?: string | null;
      target?: string;
      stretch?: string | null;
      reason?: string | null;
    };
    TargetReport: {
      accepted: number;
      rejected: S["Reject"][];
    };
    Scheme: {
      name: string;
      label: S["Label"];
      path: string;
      grain: string;
      subject_dimension?: string | null;
      last_period?: string | null;
      perspectives: S["SchemePerspective"][];
      tiers: S["Tier"][];
    };
    SchemePerspective: {
      name: string;
      label: S["Label"];
      weight: number;
      kpis: S["SchemeKpi"][];
    };
    SchemeKpi: {
      name: string;
      label: S["Label"];
      metric: string;
      weight: number;
      rule: string;
    };
    SchemeList: {
      schemes: S["Scheme"][];
    };
    Subjects: {
      subjects: string[];
    };
    Tier: {
      from?: number | null;
      label: S["Label"];
      consequence: S["Label"];
    };
    ScorecardRequest: {
      scheme?: string;
      period?: string;
      subject?: string | null;
    };
    Scorecard: {
      id?: number | null;
      scheme: string;
      scheme_revision: string;
      label: S["Label"];
      subject: string;
      subject_label: string;
      period: string;
      total: number;
      out_of: number;
      tier?: S["Tier"] | null;
      provisional: boolean;
      previous_total?: number | null;
      change?: number | null;
      perspectives: S["ScoredPerspective"][];
      steps: S["ScoreStep"][];
      as_of?: string | null;
      revisions: { [key: string]: string };
    };
    ScoredPerspective: {
      name: string;
      label: S["Label"];
      weight: number;
      contribution: number;
      kpis: S["ScoredKpi"][];
    };
    ScoredKpi: {
      name: string;
      label: S["Label"];
      metric: string;
      weight: number;
      actual?: number | null;
      format: string;
      unit?: string | null;
      target?: number | null;
      floor?: number | null;
      stretch?: number | null;
      attainment?: number | null;
      rule: string;
      rule_text: S["Label"];
      score?: number | null;
      contribution?: number | null;
      missing?: string | null;
      missing_reason?: S["Label"] | null;
      query: S["Query"];
      cell: { [key: string]: string };
    };
    ScoreStep: {
      text: S["Label"];
    };
    ScorecardList: {
      scorecards: S["Scorecard"][];
    };
    ScorecardSummary: {
      id: number;
      scheme: string;
      period: string;
      subject: string;
      total: string;
      tier?: string | null;
      provisional: boolean;
      at: string;
    };
    ScorecardSummaries: {
      scorecards: S["ScorecardSummary"][];
    };
    Problem: {
      type: string;
      title: string;
      status: number;
      detail: string;
      code: string;
      hint?: string | null;
      request_id: string;
      issues: S["Issue"][];
    };
    OriginRequest: {
      dataset: string;
      key: { [key: string]: string };
      offset?: number | null;
      limit?: number | null;
    };
  };
}
