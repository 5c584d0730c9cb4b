/**
 * Shapes of the HTTP API v1, in the form openapi-typescript writes (`paths`, `components`).
 * `npm run types` replaces this file from docs/openapi.json.
 */

type Json<T> = { content: { "application/json": T } };
type Problems = { default: { content: { "application/problem+json": components["schemas"]["Problem"] } } };
type Ok<T> = { responses: { 200: Json<T> } & Problems };
type Accepted<T> = { responses: { 202: Json<T> } & Problems };
type Body<T> = { requestBody: Json<T> };
type Query<T> = { parameters: { query?: T } };
type Path<T> = { parameters: { path: T } };

type S = components["schemas"];
type Paging = { offset?: number; limit?: number };

export interface paths {
  "/project": { get: Ok<S["Project"]> };
  "/datasets": { get: Ok<{ datasets: S["Dataset"][] }> };
  "/datasets/{name}/rows": {
    get: { parameters: { path: { name: string }; query?: Paging } } & Ok<S["RowsPage"]>;
  };
  "/imports": {
    get: Query<Paging & { dataset?: string }> & Ok<{ imports: S["Import"][]; total: number }>;
  };
  "/imports/{id}": { get: Path<{ id: string }> & Ok<S["ImportDetail"]> };
  "/imports/{id}/undo": { post: Path<{ id: string }> & Ok<{ snapshot_id: string; datasets: string[] }> };
  "/sources": { get: Ok<{ sources: S["Source"][] }> };
  "/uploads/{id}/preview": {
    get: {
      parameters: {
        path: { id: string };
        query?: {
          encoding?: string;
          delimiter?: string;
          sheet?: string;
          header_row?: number;
          dataset?: string;
          source?: string;
        };
      };
    } & Ok<S["Preview"]>;
  };
  "/uploads/{id}/check": { post: Path<{ id: string }> & Body<S["ImportRequest"]> & Accepted<{ job_id: string }> };
  "/uploads/{id}/import": {
    post: Path<{ id: string }> & Body<S["ImportRequest"]> & Accepted<{ job_id: string }>;
  };
  "/jobs/{id}": {
    get: Path<{ id: string }> & Ok<S["Job"]>;
    delete: Path<{ id: string }> & Ok<S["Job"]>;
  };
  "/metrics": { get: Ok<{ metrics: S["Metric"][]; issues: S["Issue"][] }> };
  "/metrics/{name}": { get: Path<{ name: string }> & Ok<S["MetricDetail"]> };
  "/query": { post: Body<S["QueryBody"]> & Ok<S["Answer"]> };
  "/dimensions/{name}/values": {
    get: {
      parameters: { path: { name: string }; query?: { metric?: string; search?: string; limit?: number } };
    } & Ok<{ values: S["Cell"][] }>;
  };
  "/lineage": { post: Body<S["LineageRequest"]> & Ok<S["Lineage"]> };
  "/lineage/rows": { post: Body<S["LineageRowsRequest"]> & Ok<S["RowsPage"]> };
  "/lineage/origin": { post: Body<S["OriginRequest"]> & Ok<S["RowsPage"]> };
  "/targets": {
    get: Query<{ metric?: string; period?: string }> & Ok<{ targets: S["Target"][] }>;
    post: Body<S["NewTarget"]> & Ok<S["Target"]>;
  };
  "/schemes": { get: Ok<{ schemes: S["Scheme"][] }> };
  "/schemes/{name}/subjects": { get: Path<{ name: string }> & Ok<{ subjects: string[] }> };
  "/scorecards": {
    get: Query<{ scheme?: string; period?: string }> & Ok<{ scorecards: S["ScorecardSummary"][] }>;
    post: Body<{ scheme: string; period: string; subject: string | null }> & Ok<S["Scorecard"]>;
  };
  "/scorecards/{id}": { get: Path<{ id: string }> & Ok<S["Scorecard"]> };
  "/scorecards/ranking": {
    post: Body<{ scheme: string; period: string }> & Ok<{ scorecards: S["ScorecardSummary"][] }>;
  };
}

export interface components {
  schemas: {
    Label: { zh: string; en: string };
    Cell: string | number | boolean | null;
    Issue: {
      path: string;
      line: number;
      column: number;
      code: string;
      message: string;
      hint?: string | null;
      severity: "error" | "warning";
    };
    Problem: {
      type: string;
      title: string;
      status: number;
      detail?: string | null;
      code: string;
      hint?: string | null;
      request_id?: string | null;
      issues?: S["Issue"][] | null;
    };
    Project: {
      name: string;
      locale: "zh-CN" | "en";
      timezone: string;
      currency: string;
      day_cutoff: string;
      fiscal_year_start: string | number;
      as_of: string | null;
      issues: S["Issue"][];
      version: string;
      revision: string;
      synthetic: boolean;
    };
    Column: {
      name: string;
      label: S["Label"];
      kind: "text" | "integer" | "number" | "money" | "boolean" | "instant" | "date";
      required: boolean;
      in_key: boolean;
    };
    Dataset: {
      name: string;
      label: S["Label"];
      key: string[];
      time: string | null;
      rows: number;
      as_of: string | null;
      first: string | null;
      snapshot_id: string | null;
      imports: number;
      derived: boolean;
      kind: "canonical" | "declared";
      columns: S["Column"][];
    };
    ColumnTotal: { column: string; label: S["Label"]; sum: number; file_total: number | null };
    Import: {
      id: string;
      dataset: string;
      source: string | null;
      file_name: string;
      file_hash: string;
      state: "committed" | "undone" | "unchanged";
      rows_read: number;
      accepted: number;
      rejected: number;
      new_rows: number;
      replaced: number;
      unchanged: number;
      totals: S["ColumnTotal"][];
      started_at: string;
      duration_ms: number;
      by: string;
      has_rejects: boolean;
      derived: string[];
    };
    Reject: { line: number; column: string | null; value: string | null; reason: string; hint?: string | null };
    ImportDetail: S["Import"] & {
      rejects: S["Reject"][];
      mapping: { column: string; header: string }[];
    };
    Source: { name: string; label: S["Label"]; path: string; datasets: string[] };
    Upload: { upload_id: string; file_name: string; bytes: number; sha256: string };
    MappedHeader: {
      header: string;
      column: string | null;
      confidence: number;
      why: string;
      sample: string | null;
    };
    Preview: {
      encoding: string;
      delimiter: string | null;
      sheets: string[] | null;
      sheet: string | null;
      header_row: number;
      columns: { header: string; samples: string[]; kind: string }[];
      rows: string[][];
      notes: string[];
      suggested_dataset: string | null;
      mapping: S["MappedHeader"][];
    };
    FileFormat: {
      encoding: string | null;
      delimiter: string | null;
      sheet: string | null;
      header_row: number | null;
    };
    ImportRequest: {
      dataset: string;
      source: string | null;
      format: S["FileFormat"];
      mapping: { header: string; column: string | null }[];
      remember?: boolean;
    };
    ImportReport: {
      import_id: string | null;
      dataset: string;
      rows_read: number;
      accepted: number;
      rejected: number;
      new_rows: number;
      replaced: number;
      unchanged: number;
      duplicates_in_file: number;
      totals: S["ColumnTotal"][];
      rejects: S["Reject"][];
      notes: string[];
      first: string | null;
      last: string | null;
      derived: string[];
      duration_ms: number;
      already_imported: boolean;
    };
    Job: {
      id: string;
      kind: "check" | "import";
      state: "running" | "done" | "failed" | "cancelled";
      progress: {
        step: string;
        done: number;
        total: number | null;
        rate: number | null;
        remaining_s: number | null;
      };
      result: S["ImportReport"] | null;
      error: S["Problem"] | null;
    };
    Dimension: { name: string; label: S["Label"]; kind: "categorical" | "time" | "entity" };
    MetricFormat: "money" | "percent" | "count" | "number" | "duration";
    Direction: "higher" | "lower" | "band";
    Metric: {
      name: string;
      label: S["Label"];
      description: S["Label"] | string | null;
      kind: "simple" | "ratio" | "derived" | "cumulative" | "conversion";
      format: S["MetricFormat"];
      unit: string | null;
      direction: S["Direction"];
      class: "result" | "process" | null;
      owner: string | null;
      group: string | null;
      path: string;
      line: number;
      revision: string;
      inputs: string[];
      dimensions: S["Dimension"][];
    };
    Revision: { revision: string; at: string; by: string; path: string; text: string };
    MetricDetail: S["Metric"] & {
      formula: string;
      filters: string[];
      sql: string;
      yaml: string;
      revisions: S["Revision"][];
      used_by: string[];
    };
    Comparison: "previous" | "year_ago" | "target";
    QueryBody: {
      metrics: string[];
      group_by: string[];
      where: string[];
      start_time: string | null;
      end_time: string | null;
      order: string[];
      limit: number | null;
      compare?: S["Comparison"][];
    };
    AnswerColumn: {
      name: string;
      role: "dimension" | "time" | "metric" | "comparison";
      type: "text" | "integer" | "number" | "decimal" | "boolean" | "date" | "timestamp";
      grain: string | null;
      label: S["Label"];
      format: S["MetricFormat"] | null;
      unit: string | null;
      direction: S["Direction"] | null;
      metric: string | null;
      comparison: S["Comparison"] | null;
      measure: string | null;
    };
    Answer: {
      columns: S["AnswerColumn"][];
      rows: S["Cell"][][];
      n: Record<string, number>;
      as_of: string | null;
      partial: boolean;
      sources: { dataset: string; as_of: string | null }[];
      period: { start: string | null; end: string | null } | null;
      revision: string;
      revisions: Record<string, string>;
      snapshots: Record<string, string>;
      notes: string[];
      sql: string;
      elapsed_ms: number;
      truncated: boolean;
    };
    LineageRequest: { query: S["QueryBody"]; metric: string; cell: Record<string, S["Cell"]> };
    LineageRowsRequest: S["LineageRequest"] & { input: string; offset: number; limit: number };
    OriginRequest: { dataset: string; key: Record<string, S["Cell"]> };
    LineageInput: {
      metric: string;
      label: S["Label"];
      dataset: string;
      aggregation: string;
      expression: string | null;
      filters: string[];
      window: { start: string | null; end: string | null } | null;
      rows: number;
      value: S["Cell"];
      sql: string;
    };
    Lineage: {
      metric: string;
      label: S["Label"];
      value: S["Cell"];
      format: S["MetricFormat"];
      unit: string | null;
      formula: string;
      description: S["Label"] | string | null;
      revision: string;
      path: string;
      line: number;
      period: { start: string | null; end: string | null } | null;
      filters: string[];
      sql: string;
      as_of: string | null;
      inputs: S["LineageInput"][];
    };
    Origin: {
      import_id: string;
      file_name: string;
      file_hash: string;
      line: number;
      source: string | null;
    };
    RowsPage: {
      columns: { name: string; label: S["Label"]; type: string }[];
      rows: S["Cell"][][];
      total: number;
      offset: number;
      origin: (S["Origin"] | null)[];
      derived: ({ dataset: string; key: Record<string, S["Cell"]> } | null)[];
    };
    NewTarget: {
      metric: string;
      dimension: string | null;
      segment: string | null;
      period: string;
      floor: number | null;
      target: number;
      stretch: number | null;
      reason: string;
    };
    Target: S["NewTarget"] & { id: string; by: string; at: string; version: number };
    TargetImport: { accepted: number; rejected: S["Reject"][] };
    Tier: { label: string | S["Label"]; from: number | null; to: number | null; consequence: string | S["Label"] | null };
    Scheme: {
      name: string;
      label: S["Label"];
      path: string;
      subject_dimension: string | null;
      perspectives: {
        name: string;
        label: S["Label"];
        weight: number;
        kpis: { name: string; label: S["Label"]; metric: string | null; weight: number; rule: string }[];
      }[];
      tiers: S["Tier"][];
      issues: S["Issue"][];
    };
    ScorecardSummary: {
      id: string | null;
      scheme: string;
      period: string;
      subject: string;
      subject_label: string | S["Label"];
      total: number | null;
      tier: S["Tier"] | string | null;
      provisional: boolean;
      at: string | null;
    };
    ScorecardKpi: {
      name: string;
      label: S["Label"];
      metric: string | null;
      weight: number;
      actual: number | null;
      format: S["MetricFormat"];
      unit: string | null;
      target: number | null;
      floor: number | null;
      stretch: number | null;
      attainment: number | null;
      rule: string;
      rule_text: S["Label"];
      score: number | null;
      contribution: number | null;
      missing: "hold" | "zero" | "reweight" | null;
      missing_reason: string | null;
      query: S["QueryBody"] | null;
      cell: Record<string, S["Cell"]> | null;
    };
    Scorecard: {
      id: string | null;
      scheme: string;
      scheme_revision: string;
      label: S["Label"];
      subject: string;
      subject_label: string | S["Label"];
      period: string;
      total: number | null;
      out_of: number;
      tier: S["Tier"] | null;
      provisional: boolean;
      previous_total: number | null;
      change: number | null;
      perspectives: {
        name: string;
        label: S["Label"];
        weight: number;
        contribution: number | null;
        kpis: S["ScorecardKpi"][];
      }[];
      adjustments: { label: string | S["Label"]; points: number }[];
      steps: { text: S["Label"]; value: S["Cell"] }[];
      as_of: string | null;
      revisions: Record<string, string>;
    };
  };
}
