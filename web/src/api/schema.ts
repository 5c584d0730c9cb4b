// Generated from docs/openapi.json by `npm run types`; a test holds it.

export interface paths {
    "/actuals": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Lists actuals by hand, every version, the newest first. */
        get: operations["list_actuals"];
        put?: never;
        /** Records an actual by hand. */
        post: operations["set_actual"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/actuals/decisions": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Submits, approves or rejects versions of actuals. */
        post: operations["decide_actuals"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/boards": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Lists boards by name. */
        get: operations["list_boards"];
        put?: never;
        /** Saves a new board. */
        post: operations["create_board"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/boards/{link}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Finds a board by its link. */
        get: operations["find_board"];
        /** Saves the next version of a board; refused when it was changed since the `version` that is sent. */
        put: operations["change_board"];
        post?: never;
        /** Deletes a board. */
        delete: operations["delete_board"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/boards/{link}/export": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Downloads a board as a file. */
        get: operations["export_board"];
        put?: never;
        /** Downloads a board as a file, with other questions than its own: those a page shows under its period and filters. */
        post: operations["export_board_as_asked"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/boards/{link}/exports": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Lists the last times a board was written to a file, and says when its schedule comes next. */
        get: operations["list_board_exports"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/boards/{link}/versions": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Lists a board's versions, newest first. */
        get: operations["list_board_versions"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/datasets": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Lists all known datasets, filled ones first. */
        get: operations["list_datasets"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/datasets/{name}/rows": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Pages through a dataset's rows. */
        get: operations["list_dataset_rows"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/dimensions/{name}/values": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Lists values of a dimension. */
        get: operations["list_dimension_values"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/home": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** The home page as of the end of a business day. */
        get: operations["find_home"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/imports": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Lists imports, newest first. */
        get: operations["list_imports"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/imports/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Finds one import. */
        get: operations["find_import"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/imports/{id}/rejects.csv": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Downloads an import's rejected rows. */
        get: operations["download_rejects"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/imports/{id}/undo": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Takes an import back. */
        post: operations["undo_import"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/jobs/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Describes a job. */
        get: operations["find_job"];
        put?: never;
        post?: never;
        /** Asks a job to stop. */
        delete: operations["cancel_job"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/lineage": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Opens a cell into its formula and inputs. */
        post: operations["trace"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/lineage/origin": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Lists the source lines of a derived row. */
        post: operations["list_origin"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/lineage/rows": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Pages through the source rows of a cell's input. */
        post: operations["list_rows"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/lineage/rows.csv": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Downloads all source rows of a cell's input. */
        post: operations["export_rows"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/metrics": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Lists the metrics. */
        get: operations["list_metrics"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/metrics/{name}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Finds one metric with its formula, SQL and history. */
        get: operations["find_metric"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/names": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Lists the names of dimension values that have one. */
        get: operations["list_value_names"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/presets": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Lists the presets for well-known systems. */
        get: operations["list_presets"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/project": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Describes the project and its state. */
        get: operations["find_project"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/query": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Answers a question. */
        post: operations["query"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/query/export": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Answers a question as a file. */
        post: operations["export"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/reconciliations": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Lists kept reconciliations, the newest first. */
        get: operations["list_reconciliations"];
        put?: never;
        /** Explains a platform's figure and keeps the result. */
        post: operations["create_reconciliation"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/reconciliations/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Finds a kept reconciliation, exactly as it was found. */
        get: operations["find_reconciliation"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/schemes": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Lists the schemes. */
        get: operations["list_schemes"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/schemes/{name}/subjects": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Lists the subjects with data in the scheme's last complete period. */
        get: operations["list_subjects"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/scorecards": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Lists recorded scorecards. */
        get: operations["list_scorecards"];
        put?: never;
        /** Computes and records one scorecard. */
        post: operations["create_scorecard"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/scorecards/ranking": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Computes and records the scorecards of all subjects, best first. */
        post: operations["create_ranking"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/scorecards/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Finds a recorded scorecard, exactly as it was shown. */
        get: operations["find_scorecard"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/sources": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Lists the source definitions. */
        get: operations["list_sources"];
        put?: never;
        /** Adds a preset to the project's definitions; a source of that name stays as it is. */
        post: operations["create_source"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/sources/{name}/definition": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Downloads a source as YAML: its file, or the mapping that was confirmed in the wizard. */
        get: operations["download_definition"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/targets": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Lists the targets in force, and those on their way. */
        get: operations["list_targets"];
        put?: never;
        /** Records one target; a new version where there is one already. */
        post: operations["set_target"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/targets/cascade": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Splits a target in force; nothing is recorded. */
        post: operations["cascade_target"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/targets/check": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Lists cascades whose children do not sum to their parent. */
        get: operations["check_targets"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/targets/decisions": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Submits, approves or rejects versions of targets. */
        post: operations["decide_targets"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/targets/drafts": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Records targets as drafts, which count only once another person has approved them; all or none. */
        post: operations["draft_targets"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/targets/grid": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Records the rows of a grid, all or none. */
        post: operations["set_targets"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/targets/import": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Imports a target file; any refused line records nothing. */
        post: operations["import_targets"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/targets/path": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** The planned path of a metric in a period, by day. */
        get: operations["find_target_path"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/targets/progress": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** A target on its way: actual to date, planned path, gap and what each remaining day must bring. */
        get: operations["find_target_progress"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/targets/proposal": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Suggests levels from a forecast of the history; nothing is recorded. */
        get: operations["propose_target"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/targets/rebalance": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Works out how the siblings of a changed target move so that all still sum to the company's; nothing is recorded. */
        post: operations["rebalance_target"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/targets/template.xlsx": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Downloads an empty target file. */
        get: operations["download_template"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/targets/versions": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Lists every version of one target. */
        get: operations["list_target_versions"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/uploads": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Receives a file. */
        post: operations["create_upload"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/uploads/{id}/check": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Checks an uploaded file without importing it. */
        post: operations["check_upload"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/uploads/{id}/import": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Imports an uploaded file. */
        post: operations["import_upload"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/uploads/{id}/preview": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Looks into an uploaded file and proposes a mapping. */
        get: operations["preview_upload"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/why": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Explains the difference of a metric between two periods or segments. */
        post: operations["explain"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
}
export type webhooks = Record<string, never>;
export interface components {
    schemas: {
        /** @description A version of an actual by hand. */
        Actual: {
            approval: components["schemas"]["ApprovalWay"];
            at: string;
            by: string;
            dimension: string | null;
            evidence: string;
            /** Format: int64 */
            id: number;
            metric: string;
            period: string;
            reason: string;
            segment: string | null;
            /**
             * Format: double
             * @description None takes the value back.
             */
            value: number | null;
            /** Format: int32 */
            version: number;
        };
        /** @description Every version of every actual, the newest first. */
        ActualList: {
            actuals: components["schemas"]["Actual"][];
            /** @description The metrics whose values are entered by hand. */
            metrics: string[];
        };
        /** @description The source that was added. */
        AddedSource: {
            name: string;
            path: string;
        };
        /** @description An answer with its provenance. */
        Answer: {
            as_of: string | null;
            /** @description What each comparison stands on. */
            bases: components["schemas"]["Base"][];
            columns: components["schemas"]["Column"][];
            /** Format: int64 */
            elapsed_ms: number;
            /** @description Source rows behind each metric. */
            n: {
                [key: string]: number;
            };
            notes: string[];
            /** @description The last period is not complete. */
            partial: boolean;
            period: components["schemas"]["Span"] | null;
            revision: string;
            revisions: {
                [key: string]: string;
            };
            rows: components["schemas"]["Rows"];
            /** @description The last day whose values stand, of metrics that still change for a while, such as by refunds. */
            settled: {
                [key: string]: string;
            };
            /** Format: int64 */
            snapshot: number;
            sources: components["schemas"]["SourceReach"][];
            sql: string;
            truncated: boolean;
        };
        /** @description How far a version has come. */
        ApprovalWay: {
            decided_at: string | null;
            decided_by: string | null;
            note: string | null;
            /**
             * @description `draft`, `submitted`, `approved` or `rejected`.
             * @enum {string}
             */
            state: "draft" | "submitted" | "approved" | "rejected";
            submitted_at: string | null;
            submitted_by: string | null;
        };
        /** @description The last attempt at a table or a file. */
        Attempt: {
            at: string;
            error: string | null;
            item: string;
        };
        /** @description What one comparison stands on. */
        Base: {
            /** @description As asked. */
            comparison: string;
            label: components["schemas"]["Label"];
            /** @description The base period of each row, in words. */
            rows: (string | null)[];
            /** @description Its days or hours, and what they do not say. */
            words: components["schemas"]["Label"];
        };
        /** @description One version of a board. */
        Board: {
            at: string;
            by: string;
            export: components["schemas"]["BoardExportPlan"] | null;
            /** @description By which it is shared; the same for all versions. */
            link: string;
            name: string;
            owner: string;
            panels: components["schemas"]["BoardPanel"][];
            /** Format: int32 */
            version: number;
        };
        /** @description A board to be saved. */
        BoardDraft: {
            /** @default null */
            export?: components["schemas"]["BoardExportPlan"] | null;
            /** @default  */
            name?: string;
            /**
             * @description Whoever saves it first when empty.
             * @default
             */
            owner?: string;
            /** @default [] */
            panels?: components["schemas"]["BoardPanel"][];
            /**
             * Format: int32
             * @description The version that was changed; not for a new board.
             * @default null
             */
            version?: number | null;
        };
        /** @description When a board is written to a file, and where. */
        BoardExportPlan: {
            /**
             * @description Inside the project folder; `exports` when empty.
             * @default
             */
            folder: string;
            /**
             * @description `xlsx` or `html`.
             * @default
             * @enum {string}
             */
            format: "xlsx" | "html";
            /**
             * @description Five cron fields in the project's time zone: `0 9 * * 1-5`.
             * @default
             */
            schedule: string;
        };
        /** @description When a board is written to a file by itself, and when it was. */
        BoardExports: {
            /** @description When the schedule comes next; absent without one. */
            next: string | null;
            /** @description The last times, the latest first. */
            written: components["schemas"]["WrittenBoard"][];
        };
        BoardList: {
            boards: components["schemas"]["Board"][];
        };
        /** @description One question of a board, how it is shown, and where on a grid of twelve columns. */
        BoardPanel: {
            /**
             * Format: int32
             * @default 0
             */
            h: number;
            /**
             * @description Instead of the query's own days, ending at the watermark: `last_day`, `last_7_days`, `last_30_days`,
             *     `week_to_date`, `month_to_date`, `quarter_to_date`, `year_to_date`, `last_month`,
             *     `last_26_weeks`, `last_13_months`, `last_8_quarters` or `last_5_years` (the running one is the last).
             * @default null
             * @enum {string|null}
             */
            period: "last_day" | "last_7_days" | "last_30_days" | "week_to_date" | "month_to_date" | "quarter_to_date" | "year_to_date" | "last_month" | "last_26_weeks" | "last_13_months" | "last_8_quarters" | "last_5_years" | null;
            /**
             * @default {
             *       "compare": [],
             *       "end_time": null,
             *       "group_by": [],
             *       "limit": null,
             *       "metrics": [],
             *       "order": [],
             *       "start_time": null,
             *       "where": []
             *     }
             */
            query: components["schemas"]["Query"];
            /** @default  */
            title: string;
            /**
             * @description `table`, `number`, `line`, `bar`, `stack` or `heat`.
             * @default
             * @enum {string}
             */
            view: "table" | "number" | "line" | "bar" | "stack" | "heat";
            /**
             * Format: int32
             * @default 0
             */
            w: number;
            /**
             * Format: int32
             * @description Column and row of the upper left corner, from 0; width 1 to 12, height 1 to 24.
             * @default 0
             */
            x: number;
            /**
             * Format: int32
             * @default 0
             */
            y: number;
        };
        /** @description Questions asked instead of a board's own: one for each of its panels, in their order. */
        BoardQuestions: {
            /** @default [] */
            queries?: components["schemas"]["Query"][];
        };
        /** @description A split that is not recorded; the children sum to the parent exactly. */
        CascadeAnswer: {
            basis: components["schemas"]["Label"];
            children: components["schemas"]["NewTarget"][];
            parent: components["schemas"]["NewTarget"];
        };
        /** @description Which target is split, to whom, and by which keys. */
        CascadeRequest: {
            /**
             * @description A dimension, `person`, or `day`, `week`, `month`, `quarter`.
             * @default
             */
            by?: string;
            /** @default null */
            dimension?: string | null;
            /**
             * @description Children whose targets are set by hand; the others share what is left.
             * @default []
             */
            fixed?: components["schemas"]["FixedChild"][];
            /**
             * @description `equal`, `history` or `shape`.
             * @default null
             */
            keys?: string | null;
            /** @default  */
            metric?: string;
            /**
             * @description With `person`: the dimension of the assignments; `store` when absent.
             * @default null
             */
            of?: string | null;
            /** @default  */
            period?: string;
            /** @default null */
            segment?: string | null;
        };
        /** @description A cell of an answer. */
        CellRequest: {
            /**
             * @description The group-by values of the cell's row.
             * @default {}
             */
            cell: {
                [key: string]: components["schemas"]["CellValue"] | null;
            };
            /**
             * @description As in a query: the value that the cell is compared with.
             * @default null
             */
            comparison: string | null;
            /**
             * @description One of the metric's inputs.
             * @default null
             */
            input: string | null;
            /**
             * Format: int64
             * @default null
             */
            limit: number | null;
            /** @default  */
            metric: string;
            /**
             * Format: int64
             * @default null
             */
            offset: number | null;
            /**
             * @default {
             *       "compare": [],
             *       "end_time": null,
             *       "group_by": [],
             *       "limit": null,
             *       "metrics": [],
             *       "order": [],
             *       "start_time": null,
             *       "where": []
             *     }
             */
            query: components["schemas"]["Query"];
        };
        /** @description One value of a row; null is no value. */
        CellValue: number | boolean | string;
        /** @description What was chosen for one header; without a format, a unit or words the source's own hold. */
        ChosenHeader: {
            /**
             * @description Null keeps it as an attribute.
             * @default null
             */
            column?: string | null;
            /**
             * @description How dates and times are written, such as `%d/%m/%Y`.
             * @default null
             */
            format?: string | null;
            /** @default  */
            header?: string;
            /**
             * @description Unit of the file's numbers, such as 万元 or minutes.
             * @default null
             */
            unit?: string | null;
            /**
             * @description Words of the file → the value stored.
             * @default {}
             */
            values?: {
                [key: string]: string;
            };
        };
        /** @description One column of an answer. */
        Column: {
            comparison: string | null;
            /**
             * @description `higher`, `lower` or `band`.
             * @enum {string|null}
             */
            direction: "higher" | "lower" | "band" | null;
            /**
             * @description `money`, `percent`, `count`, `number` or `duration`.
             * @enum {string|null}
             */
            format: "money" | "percent" | "count" | "number" | "duration" | null;
            grain: string | null;
            label: components["schemas"]["Label"];
            /**
             * @description `value`, `difference`, `change`, `attainment`, `elapsed`, `planned`, `gap` or `needed`.
             * @enum {string|null}
             */
            measure: "value" | "difference" | "change" | "attainment" | "elapsed" | "planned" | "gap" | "needed" | null;
            metric: string | null;
            name: string;
            /**
             * @description `dimension`, `time`, `metric` or `comparison`.
             * @enum {string}
             */
            role: "dimension" | "time" | "metric" | "comparison";
            /**
             * @description `string`, `integer`, `number`, `decimal`, `boolean`, `date` or `timestamp`.
             * @enum {string}
             */
            type: "string" | "integer" | "number" | "decimal" | "boolean" | "date" | "timestamp";
            unit: string | null;
        };
        /** @description A control total. */
        ControlTotal: {
            column: string;
            /**
             * Format: double
             * @description What the file's own totals row says.
             */
            file_total: number | null;
            label: components["schemas"]["Label"];
            /** Format: double */
            sum: number;
        };
        /** @description A dataset and how much of it there is. */
        Dataset: {
            as_of: string | null;
            columns: components["schemas"]["DatasetColumn"][];
            derived: boolean;
            first: string | null;
            key: string[];
            /**
             * @description `canonical` or `declared`.
             * @enum {string}
             */
            kind: "canonical" | "declared";
            label: components["schemas"]["Label"];
            name: string;
            /** Format: int64 */
            rows: number;
            /** Format: int64 */
            snapshot_id: number;
            time: string | null;
        };
        /** @description A column of a dataset. */
        DatasetColumn: {
            in_key: boolean;
            /** @enum {string} */
            kind: "text" | "integer" | "number" | "money" | "boolean" | "instant" | "date";
            label: components["schemas"]["Label"];
            name: string;
            required: boolean;
            /** @description Words that files use → the value stored. */
            values: {
                [key: string]: string;
            };
        };
        /** @description All datasets. */
        DatasetList: {
            datasets: components["schemas"]["Dataset"][];
        };
        /** @description Versions to be submitted, approved or rejected. */
        Decision: {
            /**
             * @description `submit`, `approve` or `reject`.
             * @default
             * @enum {string}
             */
            action?: "submit" | "approve" | "reject";
            /**
             * @description Who acts; the program's user when absent.
             * @default null
             */
            by?: string | null;
            /** @default [] */
            ids?: number[];
            /** @default null */
            note?: string | null;
        };
        /** @description A derived row, whose source lines can be asked for. */
        DerivedOrigin: {
            dataset: string;
            key: {
                [key: string]: string;
            };
        };
        /** @description A dimension of a metric. */
        Dimension: {
            /** @enum {string} */
            kind: "categorical" | "time" | "entity";
            label: components["schemas"]["Label"];
            name: string;
        };
        /** @description Values of a dimension. */
        DimensionValues: {
            values: string[];
        };
        /** @description A child whose target is set by hand. */
        FixedChild: {
            /** @description The segment's value, or the period. */
            name: string;
            /** @description A number as text. */
            target: string;
        };
        /** @description How an uploaded file is to be read; empty fields are detected. */
        FormatChoice: {
            /** @default null */
            delimiter?: string | null;
            /** @default null */
            encoding?: string | null;
            /** @default null */
            header_row?: number | null;
            /** @default null */
            sheet?: string | null;
        };
        /** @description A grain of the project's calendar. */
        Grain: {
            label: components["schemas"]["Label"];
            name: string;
        };
        /** @description A question and its answer. */
        HomeBlock: {
            answer: components["schemas"]["Answer"];
            query: components["schemas"]["Query"];
        };
        /** @description Spending so far, beside the plan of the whole period. */
        HomeBudget: {
            period: components["schemas"]["HomePeriod"];
            plan: components["schemas"]["HomeBlock"] | null;
            spent: components["schemas"]["HomeBlock"];
            target: components["schemas"]["HomeLevels"] | null;
        };
        /** @description Something that has to be dealt with. */
        HomeDanger: {
            block: components["schemas"]["HomeBlock"] | null;
            label: components["schemas"]["Label"];
            /**
             * Format: double
             * @description More than this is a danger.
             */
            limit: number;
            metric: string;
            problem: components["schemas"]["Problem"] | null;
        };
        /** @description A promotion so far, against last year's same phase and hour. */
        HomeEvent: {
            block: components["schemas"]["HomeBlock"];
            month: components["schemas"]["HomeMonth"] | null;
            phase: components["schemas"]["Label"] | null;
            platform: string;
            promotion: components["schemas"]["Label"];
            /** Format: int32 */
            year: number;
        };
        /** @description A metric on its way through a period. */
        HomeGoal: {
            /** @description Whether the values of its days sum to the period's; else the target is to be held on every day alike. */
            adds_up: boolean;
            block: components["schemas"]["HomeBlock"];
            daily: components["schemas"]["HomeBlock"];
            /**
             * Format: double
             * @description Target − actual.
             */
            gap: number | null;
            levels: components["schemas"]["HomeLevels"] | null;
            /**
             * Format: double
             * @description What each remaining day must bring.
             */
            needed: number | null;
            /** @description What is planned by the end of each day of the period. */
            path: components["schemas"]["HomePathDay"][];
            period: components["schemas"]["HomePeriod"];
        };
        /** @description The day's numbers, and those of the days before. */
        HomeHeadline: {
            day: components["schemas"]["HomeBlock"];
            trend: components["schemas"]["HomeBlock"];
        };
        /** @description 保底, 目标, 冲刺, and what the path plans by the page's day. */
        HomeLevels: {
            /** Format: double */
            floor: number | null;
            /** Format: double */
            planned: number;
            /** Format: double */
            stretch: number | null;
            /** Format: double */
            target: number;
        };
        /** @description A dataset without a row. */
        HomeMissing: {
            dataset: string;
            label: components["schemas"]["Label"];
        };
        /** @description A month so far beside its target. */
        HomeMonth: {
            block: components["schemas"]["HomeBlock"];
            levels: components["schemas"]["HomeLevels"];
            period: components["schemas"]["HomePeriod"];
        };
        /** @description The home page as of the end of a business day. Without data there is neither day nor block. */
        HomePage: {
            /** @description Targets that wait for approval. */
            approvals: number;
            /** @description The last complete business day of what the page shows. */
            as_of: string | null;
            budget: components["schemas"]["HomeBudget"] | null;
            dangers: components["schemas"]["HomeDanger"][];
            day: string | null;
            event: components["schemas"]["HomeEvent"] | null;
            headline: components["schemas"]["HomeHeadline"] | null;
            /** @description Datasets without a row, for want of which a part of the page is not shown. */
            missing: components["schemas"]["HomeMissing"][];
            /** @description The file that defines the page; null when the program chose. */
            path: string | null;
            /** @description Where the file is to be made when there is none. */
            path_wanted: string;
            /** @description What failed, by block: `headline`, `event`, `why`, `progress`, `budget`, `reds`, `rankings`. */
            problems: components["schemas"]["HomeProblem"][];
            progress: components["schemas"]["HomeGoal"] | null;
            rankings: components["schemas"]["HomeRanking"][];
            reds: components["schemas"]["HomeRed"][];
            sources: components["schemas"]["HomeSource"][];
            why: components["schemas"]["HomeWhy"] | null;
        };
        /** @description A point of the planned path. */
        HomePathDay: {
            day: string;
            /** Format: double */
            planned: number;
        };
        /** @description A calendar period and how much of it has passed. */
        HomePeriod: {
            /** Format: int32 */
            days: number;
            /** Format: int32 */
            days_passed: number;
            /** @description `2025-Q4`. */
            name: string;
        };
        /** @description A block that could not be answered. */
        HomeProblem: {
            block: string;
            problem: components["schemas"]["Problem"];
        };
        /** @description A metric by segment. */
        HomeRanking: {
            block: components["schemas"]["HomeBlock"];
            label: components["schemas"]["Label"];
            period: components["schemas"]["HomePeriod"];
            /** @description The question of each row where rows are people: what each answers for; else none. */
            questions: components["schemas"]["Query"][];
            /** @description The targets of the answer's rows, in its order. */
            targets: (components["schemas"]["HomeLevels"] | null)[];
        };
        /** @description A metric behind its target. */
        HomeRed: {
            block: components["schemas"]["HomeBlock"];
            label: components["schemas"]["Label"];
            levels: components["schemas"]["HomeLevels"];
            metric: string;
            owner: string | null;
            /**
             * Format: double
             * @description Below 1: behind the plan.
             */
            pace: number;
            period: components["schemas"]["HomePeriod"];
        };
        /** @description How far a dataset of the page reaches. */
        HomeSource: {
            as_of: string;
            dataset: string;
            label: components["schemas"]["Label"];
            /** @description It ends before the page's day. */
            late: boolean;
        };
        /** @description A change, what it is made of, and the question that opens it. */
        HomeWhy: {
            request: components["schemas"]["WhyRequest"];
            why: components["schemas"]["Why"];
        };
        /** @description An import in the history. */
        Import: {
            by: string;
            /** @description Why a failed import failed. */
            error: string | null;
            file_hash: string;
            has_rejects: boolean;
            /** Format: int64 */
            id: number;
            report: components["schemas"]["ImportReport"];
            /** @description In the project's time zone. */
            started_at: string;
            /**
             * @description `committed`, `undone` or `failed`.
             * @enum {string}
             */
            state: "committed" | "undone" | "failed";
        };
        /** @description An import of an uploaded file. */
        ImportChoice: {
            /** @default  */
            dataset?: string;
            /**
             * @default {
             *       "delimiter": null,
             *       "encoding": null,
             *       "header_row": null,
             *       "sheet": null
             *     }
             */
            format?: components["schemas"]["FormatChoice"];
            /** @default [] */
            mapping?: components["schemas"]["ChosenHeader"][];
            /**
             * @description Remember the mapping for the next file of this source.
             * @default false
             */
            remember?: boolean;
            /** @default null */
            source?: string | null;
        };
        /** @description A page of the history. */
        ImportList: {
            imports: components["schemas"]["Import"][];
            /** Format: int64 */
            total: number;
        };
        /** @description What came of an import or a check. */
        ImportReport: {
            /** Format: int64 */
            accepted: number;
            already_imported: boolean;
            /** @description Highest cursor value read, where the next pull goes on. */
            cursor: string | null;
            dataset: string;
            derived: string[];
            /** Format: int64 */
            duplicates_in_file: number;
            /** Format: int64 */
            duration_ms: number;
            file_name: string;
            first: string | null;
            /** Format: int64 */
            import_id: number | null;
            last: string | null;
            mapping: components["schemas"]["MappedHeader"][];
            /** Format: int64 */
            new_rows: number;
            notes: string[];
            /** @description The statement that pulled the rows; none for files. */
            query: string | null;
            /** Format: int64 */
            rejected: number;
            rejects: components["schemas"]["Reject"][];
            /** Format: int64 */
            replaced: number;
            /** Format: int64 */
            rows_read: number;
            source: string;
            totals: components["schemas"]["ControlTotal"][];
            /** Format: int64 */
            unchanged: number;
        };
        /** @description A problem in a definition file. */
        Issue: {
            code: string;
            column: number;
            hint: string;
            line: number;
            message: string;
            path: string;
            /**
             * @description `error` or `warning`.
             * @enum {string}
             */
            severity: "error" | "warning";
        };
        /** @description A job. */
        Job: {
            error: components["schemas"]["Problem"] | null;
            id: string;
            /**
             * @description `check` or `import`.
             * @enum {string}
             */
            kind: "check" | "import";
            progress: components["schemas"]["Progress"] | null;
            result: components["schemas"]["ImportReport"] | null;
            /**
             * @description `running`, `done`, `failed` or `cancelled`.
             * @enum {string}
             */
            state: "running" | "done" | "failed" | "cancelled";
        };
        /** @description A benchmark before the period. */
        KnownBenchmark: {
            /** @description Its first and last day. */
            first: string;
            label: components["schemas"]["Label"];
            last: string;
            source: string;
            value: string;
        };
        /** @description A text in both languages. */
        Label: {
            en: string;
            zh: string;
        };
        /** @description A line of an imported file. */
        LineOrigin: {
            file_hash: string;
            file_name: string;
            /** Format: int64 */
            import_id: number;
            /** Format: int64 */
            line: number;
            source: string;
        };
        /** @description How a number came about. */
        Lineage: {
            as_of: string | null;
            /** @description The group-by values of the cell; of the compared period where one was asked for. */
            cell: {
                [key: string]: string | null;
            };
            /** @description Since when the metric is defined as it is, in the project's time zone. */
            defined_at: string | null;
            defined_by: string | null;
            description: string;
            filters: string[];
            /** @enum {string} */
            format: "money" | "percent" | "count" | "number" | "duration";
            formula: string;
            inputs: components["schemas"]["LineageInput"][];
            label: components["schemas"]["Label"];
            /** Format: int64 */
            line: number;
            metric: string;
            path: string;
            period: components["schemas"]["Span"] | null;
            revision: string;
            sql: string;
            unit: string | null;
            value: components["schemas"]["CellValue"] | null;
        };
        /** @description One measured input of a number. */
        LineageInput: {
            aggregation: string;
            dataset: string;
            expression: string;
            filters: string[];
            label: components["schemas"]["Label"];
            metric: string;
            /** @description By which its rows are asked for: the metric, or `metric#2` for its second use. */
            name: string;
            /** Format: int64 */
            rows: number;
            sql: string;
            value: components["schemas"]["CellValue"] | null;
            window: components["schemas"]["Span"] | null;
        };
        /** @description Which column a header stands for; null keeps it as an attribute. */
        MappedHeader: {
            column: string | null;
            header: string;
        };
        /** @description Growth of the market on the year, over months before the period. */
        MarketGrowth: {
            /** @description `benchmarks` or `market_heat`. */
            dataset: string;
            first: string;
            last: string;
            /**
             * Format: double
             * @description 0.05 is 5 %.
             */
            rate: number;
            /** @description What a year ago grown like the market would be, for metrics that add up. */
            target: string | null;
        };
        /** @description A metric of the catalogue. */
        Metric: {
            /** @enum {string|null} */
            class: "result" | "process" | null;
            description: string;
            dimensions: components["schemas"]["Dimension"][];
            /** @enum {string} */
            direction: "higher" | "lower" | "band";
            /** @enum {string} */
            format: "money" | "percent" | "count" | "number" | "duration";
            group: string;
            inputs: string[];
            /** @enum {string} */
            kind: "simple" | "ratio" | "derived" | "cumulative" | "conversion";
            label: components["schemas"]["Label"];
            /** Format: int64 */
            line: number;
            name: string;
            owner: string | null;
            path: string;
            revision: string;
            /** @description Other words by which people search for it. */
            synonyms: string[];
            unit: string | null;
        };
        /** @description A metric with everything that explains it. */
        MetricDetail: components["schemas"]["Metric"] & {
            filters: string[];
            formula: string;
            revisions: components["schemas"]["Revision"][];
            sql: string;
            used_by: string[];
            yaml: string;
        };
        /** @description The catalogue. */
        MetricList: {
            metrics: components["schemas"]["Metric"][];
        };
        /** @description An actual to be recorded; the number as text so that it stays exact. */
        NewActual: {
            /** @default null */
            dimension?: string | null;
            /** @default  */
            evidence?: string;
            /** @default  */
            metric?: string;
            /** @default  */
            period?: string;
            /** @default  */
            reason?: string;
            /** @default null */
            segment?: string | null;
            /** @default  */
            value?: string;
        };
        /** @description A figure of a platform to be tied to a metric. */
        NewReconciliation: {
            /** @default null */
            against?: string | null;
            /** @default null */
            dimension?: string | null;
            /**
             * @description The platform's number as text; none takes the metric `against`.
             * @default null
             */
            figure?: string | null;
            /** @default  */
            metric?: string;
            /** @default  */
            note?: string;
            /** @default  */
            period?: string;
            /** @default null */
            practice?: components["schemas"]["PlatformPractice"] | null;
            /** @default null */
            segment?: string | null;
        };
        /** @description A preset to be added to the project. */
        NewSource: {
            /** @default null */
            name?: string | null;
            /** @default  */
            preset?: string;
            /** @default null */
            store?: string | null;
        };
        /** @description A target to be recorded; numbers as text so that they stay exact. */
        NewTarget: {
            /** @default null */
            dimension: string | null;
            /** @default null */
            floor: string | null;
            /** @default  */
            metric: string;
            /** @default  */
            period: string;
            /** @default null */
            reason: string | null;
            /** @default null */
            segment: string | null;
            /** @default null */
            stretch: string | null;
            /** @default  */
            target: string;
        };
        /** @description Rows of a grid, recorded all or none. */
        NewTargets: {
            targets: components["schemas"]["NewTarget"][];
        };
        /** @description A derived row whose source lines are wanted. */
        OriginRequest: {
            dataset: string;
            key: {
                [key: string]: string;
            };
            /** Format: int64 */
            limit?: number | null;
            /** Format: int64 */
            offset?: number | null;
        };
        /** @description One day of a path. */
        PathDay: {
            day: string;
            /**
             * @description Where the day's weight comes from: `ordinary`, `same_day` or `same_phase` of history, `calendar`, `unweighed`.
             * @enum {string}
             */
            origin: "ordinary" | "same_day" | "same_phase" | "calendar" | "unweighed";
            /**
             * Format: double
             * @description Planned value until the end of the day, where there is a target.
             */
            planned: number | null;
            /**
             * Format: double
             * @description The day's own share of the period, 0…1.
             */
            share: number;
            /**
             * Format: double
             * @description Planned share until the end of the day.
             */
            until: number;
        };
        /** @description How a platform counts; what is absent is as we do. */
        PlatformPractice: {
            /**
             * @description The time column it dates by.
             * @default null
             */
            dated_by: string | null;
            /**
             * @description `23:30`.
             * @default null
             */
            day_ends: string | null;
            /**
             * @description The metric of the refunds it deducts.
             * @default null
             */
            refunds: string | null;
            /** @default null */
            statuses: string[] | null;
            /** @default null */
            timezone: string | null;
            /** @default false */
            with_excluded: boolean;
        };
        /** @description A ready definition for a well-known system's exports. */
        Preset: {
            /** @description Month of the layout it was made for. */
            as_of: string;
            /** @description Public documents it stands on. */
            based_on: string[];
            datasets: string[];
            label: components["schemas"]["Label"];
            name: string;
            /** @description Whether its files do not say which store they are of. */
            needs_store: boolean;
        };
        /** @description All presets. */
        PresetList: {
            presets: components["schemas"]["Preset"][];
        };
        /** @description A preset whose headers an uploaded file has. */
        PresetOffer: {
            dataset: string;
            /** @description Mapped headers that the file has, and all of them. */
            known: number;
            of: number;
            preset: components["schemas"]["Preset"];
        };
        /** @description A first look at an uploaded file. */
        Preview: {
            columns: components["schemas"]["PreviewColumn"][];
            delimiter: string | null;
            encoding: string | null;
            /** Format: int64 */
            header_row: number;
            mapping: components["schemas"]["ProposedHeader"][];
            notes: string[];
            /** @description Presets whose headers the file has, the best first; none when a source names the file. */
            presets: components["schemas"]["PresetOffer"][];
            rows: string[][];
            sheet: string | null;
            sheets: string[];
            suggested_dataset: string | null;
            suggested_source: string | null;
        };
        /** @description A column of an uploaded file. */
        PreviewColumn: {
            header: string;
            kind: string;
            samples: string[];
        };
        /** @description An error answer. */
        Problem: {
            /** @description Stable kebab-case identifier. */
            code: string;
            detail: string;
            /** @description What to do about it. */
            hint: string | null;
            issues: components["schemas"]["Issue"][];
            request_id: string;
            /** Format: int32 */
            status: number;
            title: string;
            /** @description Page that explains the code. */
            type: string;
        };
        /** @description How far a job is, in bytes of the file. */
        Progress: {
            /** Format: int64 */
            done: number;
            /**
             * Format: double
             * @description Bytes per second.
             */
            rate: number | null;
            /** Format: double */
            remaining_s: number | null;
            /** Format: int64 */
            rows: number;
            step: string;
            /** Format: int64 */
            total: number | null;
        };
        /** @description The project and its state. */
        Project: {
            /** @description The last day that every measured source reaches. */
            as_of: string | null;
            currency: string;
            day_cutoff: string;
            /** Format: int32 */
            fiscal_year_start: number;
            /** @description Grains beyond day, week, month, quarter and year, by which `metric_time` can be grouped. */
            grains: components["schemas"]["Grain"][];
            issues: components["schemas"]["Issue"][];
            /** @enum {string} */
            locale: "zh-CN" | "en";
            name: string;
            revision: string;
            /** @description The data are made up. */
            synthetic: boolean;
            timezone: string;
            version: string;
        };
        /** @description A proposal for one header. */
        ProposedHeader: {
            column: string | null;
            /**
             * Format: double
             * @description 0 to 1.
             */
            confidence: number;
            /** @description What the source definition or an earlier import says of the header: how its times are written, its unit, its words. */
            format: string | null;
            header: string;
            sample: string;
            unit: string | null;
            values: {
                [key: string]: string;
            };
            why: string;
        };
        /** @description A question. */
        Query: {
            /**
             * @description `previous`, `previous_weekday`, `year_ago`, `year_ago_weekday`, `year_ago_lunar`, `promotion`, `promotion:双11@天猫`,
             *     `target`, `benchmark`, `benchmark:top3`, `benchmark:top10`, `segment:order__channel=app`.
             * @default []
             */
            compare: string[];
            /**
             * @description Last day, included.
             * @default null
             */
            end_time: string | null;
            /** @default [] */
            group_by: string[];
            /**
             * Format: int64
             * @default null
             */
            limit: number | null;
            /** @default [] */
            metrics: string[];
            /**
             * @description Columns to order by; a leading - descends.
             * @default []
             */
            order: string[];
            /**
             * @description First day.
             * @default null
             */
            start_time: string | null;
            /** @default [] */
            where: string[];
        };
        /** @description A reconciled figure: ours + parts + unexplained = figure. */
        ReconciliationAnswer: {
            dimension: string | null;
            /** @description Decimals as text. */
            figure: string;
            /** @description The practice was found, not given. */
            found: boolean;
            /** Format: int64 */
            id: number;
            metric: string;
            note: string;
            notes: string[];
            ours: string;
            parts: components["schemas"]["ReconciliationPart"][];
            period: string;
            practice: components["schemas"]["PlatformPractice"];
            revision: string;
            segment: string | null;
            /** Format: int64 */
            snapshot_id: number;
            unexplained: string;
        };
        /** @description Kept reconciliations, the newest first. */
        ReconciliationList: {
            reconciliations: components["schemas"]["ReconciliationSummary"][];
        };
        /** @description One reason for the difference. */
        ReconciliationPart: {
            amount: string;
            kind: string;
            label: components["schemas"]["Label"];
            /** Format: int64 */
            rows: number | null;
        };
        /** @description A kept reconciliation in one line. */
        ReconciliationSummary: {
            at: string;
            by: string;
            dimension: string | null;
            figure: string;
            /** Format: int64 */
            id: number;
            metric: string;
            note: string;
            ours: string;
            period: string;
            segment: string | null;
            unexplained: string;
        };
        /** @description A value that kept its row out. */
        Reject: {
            column: string;
            hint: string;
            /** Format: int64 */
            line: number;
            reason: string;
            value: string;
        };
        /** @description One revision of a definition file. */
        Revision: {
            at: string;
            by: string;
            path: string;
            revision: string;
            text: string;
        };
        /** @description A column of a page of rows. */
        RowColumn: {
            label: components["schemas"]["Label"];
            name: string;
            /** @enum {string} */
            type: "string" | "integer" | "number" | "decimal" | "boolean" | "date" | "timestamp";
        };
        /** @description Rows as JSON arrays, numbers written in full. */
        Rows: (components["schemas"]["CellValue"] | null)[][];
        /** @description A page of rows with where each came from. */
        RowsPage: {
            columns: components["schemas"]["RowColumn"][];
            /** @description One per row. */
            derived: (components["schemas"]["DerivedOrigin"] | null)[];
            /** Format: int64 */
            offset: number;
            /** @description One per row. */
            origin: (components["schemas"]["LineOrigin"] | null)[];
            rows: components["schemas"]["Rows"];
            /** Format: int64 */
            total: number;
        };
        /** @description A scheme. */
        Scheme: {
            /** @description `day`, `week`, `month`, `quarter`, `year`, or a grain of the calendar. */
            grain: string;
            label: components["schemas"]["Label"];
            /** @description The last complete one of them. */
            last_period: string | null;
            name: string;
            path: string;
            /** @description The periods that have begun by the end of the data, newest first. */
            periods: string[];
            perspectives: components["schemas"]["SchemePerspective"][];
            subject_dimension: string | null;
            tiers: components["schemas"]["Tier"][];
        };
        /** @description A KPI of a scheme. */
        SchemeKpi: {
            label: components["schemas"]["Label"];
            metric: string;
            name: string;
            /** @enum {string} */
            rule: "curve" | "ratio" | "linear" | "bands" | "deduct" | "band" | "pass_fail";
            /** Format: double */
            weight: number;
        };
        /** @description All schemes. */
        SchemeList: {
            schemes: components["schemas"]["Scheme"][];
        };
        /** @description A perspective of a scheme. */
        SchemePerspective: {
            kpis: components["schemas"]["SchemeKpi"][];
            label: components["schemas"]["Label"];
            name: string;
            /** Format: double */
            weight: number;
        };
        /** @description One line of the total's arithmetic. */
        ScoreStep: {
            text: components["schemas"]["Label"];
        };
        /** @description A scorecard with every step. */
        Scorecard: {
            as_of: string | null;
            /** Format: double */
            change: number | null;
            /** Format: int64 */
            id: number | null;
            label: components["schemas"]["Label"];
            /** Format: double */
            out_of: number;
            period: string;
            perspectives: components["schemas"]["ScoredPerspective"][];
            /** Format: double */
            previous_total: number | null;
            provisional: boolean;
            revisions: {
                [key: string]: string;
            };
            scheme: string;
            scheme_revision: string;
            steps: components["schemas"]["ScoreStep"][];
            subject: string;
            subject_label: string;
            tier: components["schemas"]["Tier"] | null;
            /** Format: double */
            total: number;
        };
        /** @description Scorecards, best first. */
        ScorecardList: {
            scorecards: components["schemas"]["Scorecard"][];
        };
        /** @description A scorecard to be computed. */
        ScorecardRequest: {
            /** @default  */
            period?: string;
            /** @default  */
            scheme?: string;
            /** @default null */
            subject?: string | null;
        };
        /** @description Recorded scorecards. */
        ScorecardSummaries: {
            scorecards: components["schemas"]["ScorecardSummary"][];
        };
        /** @description A recorded scorecard in a list. */
        ScorecardSummary: {
            at: string;
            /** Format: int64 */
            id: number;
            period: string;
            provisional: boolean;
            scheme: string;
            subject: string;
            tier: string | null;
            total: string;
        };
        /** @description A scored KPI. */
        ScoredKpi: {
            /** Format: double */
            actual: number | null;
            /** Format: double */
            attainment: number | null;
            cell: {
                [key: string]: string;
            };
            /** Format: double */
            contribution: number | null;
            /** Format: double */
            floor: number | null;
            /** @enum {string} */
            format: "money" | "percent" | "count" | "number" | "duration";
            label: components["schemas"]["Label"];
            metric: string;
            /**
             * @description `hold`, `reweight` or `zero`.
             * @enum {string|null}
             */
            missing: "hold" | "zero" | "reweight" | null;
            missing_reason: components["schemas"]["Label"] | null;
            name: string;
            query: components["schemas"]["Query"];
            /** @enum {string} */
            rule: "curve" | "ratio" | "linear" | "bands" | "deduct" | "band" | "pass_fail";
            rule_text: components["schemas"]["Label"];
            /** Format: double */
            score: number | null;
            /** Format: double */
            stretch: number | null;
            /** Format: double */
            target: number | null;
            unit: string | null;
            /**
             * Format: double
             * @description Percent of the whole card.
             */
            weight: number;
        };
        /** @description A scored perspective. */
        ScoredPerspective: {
            /** Format: double */
            contribution: number;
            kpis: components["schemas"]["ScoredKpi"][];
            label: components["schemas"]["Label"];
            name: string;
            /** Format: double */
            weight: number;
        };
        /** @description A target whose changed value moves its siblings; answered by the siblings that change. */
        Siblings: {
            targets: components["schemas"]["NewTarget"][];
        };
        /** @description A source definition, and how its last pulls went. */
        Source: {
            /** @description The last attempt at each table and file, newest first. */
            attempts: components["schemas"]["Attempt"][];
            /** @description The kind of database it pulls from. */
            database: string | null;
            datasets: string[];
            label: components["schemas"]["Label"];
            name: string;
            path: string;
            /** @description Cron fields, in the source's time zone. */
            schedule: string | null;
            /** @description The watched folder, as the definition says it. */
            watch: string | null;
        };
        /** @description All sources. */
        SourceList: {
            sources: components["schemas"]["Source"][];
        };
        /** @description How far one dataset reaches. */
        SourceReach: {
            as_of: string;
            dataset: string;
        };
        /** @description First and last day. */
        Span: {
            end: string;
            start: string;
        };
        /** @description A job that was started. */
        Started: {
            job_id: string;
        };
        /** @description The subjects of a scheme. */
        Subjects: {
            subjects: string[];
        };
        /** @description A version of a target. */
        Target: {
            approval: components["schemas"]["ApprovalWay"];
            at: string;
            by: string;
            dimension: string | null;
            /** Format: double */
            floor: number | null;
            /** Format: int64 */
            id: number;
            metric: string;
            period: string;
            reason: string;
            segment: string | null;
            /** Format: double */
            stretch: number | null;
            /** Format: double */
            target: number;
            /** Format: int32 */
            version: number;
        };
        /** @description Cascades that do not add up. */
        TargetCheck: {
            differences: components["schemas"]["TargetDifference"][];
        };
        /** @description A parent whose children sum to something else. */
        TargetDifference: {
            /** @description What the children are: a dimension, or a grain. */
            by: string;
            children: number;
            /** Format: double */
            difference: number;
            dimension: string | null;
            /**
             * @description `floor`, `target` or `stretch`.
             * @enum {string}
             */
            level: "floor" | "target" | "stretch";
            metric: string;
            /** Format: double */
            parent: number;
            period: string;
            segment: string | null;
            /** Format: double */
            sum: number;
        };
        /** @description Targets in force, and those on their way. */
        TargetList: {
            /** @description Whether what is recorded counts only when another person has approved it. */
            approval_required: boolean;
            /** @description Drafts and submitted versions that are newer than what is in force. */
            pending: components["schemas"]["Target"][];
            targets: components["schemas"]["Target"][];
        };
        /** @description The planned course of a period. */
        TargetPath: {
            basis: components["schemas"]["Label"];
            days: components["schemas"]["PathDay"][];
        };
        /** @description Levels that a forecast suggests; never recorded by themselves. */
        TargetProposal: {
            /** @description The latest known benchmarks of the metric and segment. */
            benchmarks: components["schemas"]["KnownBenchmark"][];
            expected: string;
            floor: string;
            /** @enum {string} */
            grain: "day" | "week" | "ten_day" | "month" | "quarter" | "half_year" | "year";
            market: components["schemas"]["MarketGrowth"] | null;
            model: string;
            /** @description Periods of history. */
            n: number;
            stretch: string;
            target: string;
            year_ago: string | null;
        };
        /** @description What came of a target file or grid; lines of a grid count from 1. */
        TargetReport: {
            accepted: number;
            rejected: components["schemas"]["Reject"][];
        };
        /** @description All versions of one target, the first first. */
        TargetVersions: {
            versions: components["schemas"]["Target"][];
        };
        /** @description A tier of totals. */
        Tier: {
            consequence: components["schemas"]["Label"];
            /** Format: double */
            from: number | null;
            label: components["schemas"]["Label"];
        };
        /** @description The datasets an undo brought up to date. */
        Undone: {
            datasets: string[];
        };
        /** @description A file waiting to be imported. */
        Upload: {
            /** Format: int64 */
            bytes: number;
            file_name: string;
            sha256: string;
            upload_id: string;
        };
        /** @description What people read in place of stored values, by dimension and value. */
        ValueNames: {
            names: {
                [key: string]: {
                    [key: string]: components["schemas"]["Label"];
                };
            };
        };
        /** @description Why a metric changed. The parts of `segments` sum to `difference`, and so do those of `factors`. */
        Why: {
            after: components["schemas"]["WhySide"];
            as_of: string | null;
            before: components["schemas"]["WhySide"];
            /** Format: double */
            difference: number;
            dimensions: components["schemas"]["WhyDimension"][];
            /** @enum {string} */
            direction: "higher" | "lower" | "band";
            factors: components["schemas"]["WhyFactor"] | null;
            /** @enum {string} */
            format: "money" | "percent" | "count" | "number" | "duration";
            label: components["schemas"]["Label"];
            metric: string;
            notes: components["schemas"]["Label"][];
            revision: string;
            segments: components["schemas"]["WhySegment"][];
            /** Format: int64 */
            snapshot: number;
            /**
             * @description `sum`, `distinct`, `ratio` or `none`.
             * @enum {string}
             */
            split: "sum" | "distinct" | "ratio" | "none";
            unit: string | null;
        };
        /** @description A dimension that segments are made of. */
        WhyDimension: {
            label: components["schemas"]["Label"];
            name: string;
        };
        /** @description A dimension's value in a segment; null is a missing value. */
        WhyElement: {
            dimension: string;
            value: components["schemas"]["CellValue"] | null;
        };
        /** @description A factor's part of the difference; the parts of a factor sum to its effect. */
        WhyFactor: {
            /** Format: double */
            after: number | null;
            /** Format: double */
            before: number | null;
            cell_after: components["schemas"]["CellRequest"] | null;
            cell_before: components["schemas"]["CellRequest"] | null;
            /** @enum {string} */
            direction: "higher" | "lower" | "band";
            /**
             * Format: double
             * @description In the unit of the metric explained.
             */
            effect: number;
            /** @enum {string} */
            format: "money" | "percent" | "count" | "number" | "duration";
            label: components["schemas"]["Label"];
            /**
             * @description How its parts were split: `whole`, `sum`, `log_mean`, `log_mean_limit`, `shapley` or `unsplit`.
             * @enum {string}
             */
            method: "whole" | "sum" | "log_mean" | "log_mean_limit" | "shapley" | "unsplit";
            /** @description None for a sum or product that has no name of its own. */
            metric: string | null;
            parts: components["schemas"]["WhyFactor"][];
            /** Format: double */
            share: number | null;
            /**
             * @description How it stands in what it makes up: `plus`, `minus`, `times` or `over`.
             * @enum {string}
             */
            sign: "plus" | "minus" | "times" | "over";
            unit: string | null;
        };
        /** @description What is to be explained. */
        WhyRequest: {
            /**
             * @description A period, `previous` (when empty) or `year_ago`.
             * @default
             */
            against: string;
            /**
             * @description Further filters of the side compared with.
             * @default []
             */
            against_segment: string[];
            /**
             * @description Dimensions to split by, four at most; chosen when empty.
             * @default []
             */
            by: string[];
            /** @default  */
            metric: string;
            /**
             * @description `2025-11`, `2025-W46`, `2025-11-01..2025-11-12` or `2025-10-01 14:00..2025-10-01 19:59`.
             * @default
             */
            period: string;
            /**
             * @description Further filters of the side that is explained.
             * @default []
             */
            segment: string[];
            /**
             * @description Most segments named; 8 when absent.
             * @default null
             */
            segments: number | null;
            /**
             * @description Filters of both sides.
             * @default []
             */
            where: string[];
        };
        /** @description A segment's part of the difference. */
        WhySegment: {
            /** Format: double */
            after: number | null;
            /** Format: double */
            before: number | null;
            cell_after: components["schemas"]["CellRequest"] | null;
            cell_before: components["schemas"]["CellRequest"] | null;
            /**
             * Format: double
             * @description In the metric's unit.
             */
            effect: number;
            elements: components["schemas"]["WhyElement"][];
            /**
             * @description `cause`, `value`, `rest` or `overlap`.
             * @enum {string}
             */
            kind: "cause" | "value" | "rest" | "overlap";
            /** Format: double */
            mix: number | null;
            /**
             * Format: double
             * @description For ratios: of its own change, and of its changed weight.
             */
            rate: number | null;
            /**
             * Format: double
             * @description Of the whole difference.
             */
            share: number | null;
            /** @description Filters that hold exactly its rows. */
            where: string[] | null;
        };
        /** @description One side: when, and which rows. */
        WhySide: {
            /** @description Opens the value in lineage. */
            cell: components["schemas"]["CellRequest"];
            end: string;
            start: string;
            /** Format: double */
            value: number | null;
            where: string[];
        };
        /** @description A time a board was written to a file. */
        WrittenBoard: {
            at: string;
            by: string;
            /** @description Inside the project folder; absent where writing failed. */
            file: string | null;
        };
    };
    responses: {
        /** @description The request cannot be read */
        Problem400: {
            headers: {
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["Problem"];
            };
        };
        /** @description No token, or a wrong one */
        Problem401: {
            headers: {
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["Problem"];
            };
        };
        /** @description The request comes from another site or names another host */
        Problem403: {
            headers: {
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["Problem"];
            };
        };
        /** @description Something that it names does not exist */
        Problem404: {
            headers: {
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["Problem"];
            };
        };
        /** @description The body did not come in time */
        Problem408: {
            headers: {
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["Problem"];
            };
        };
        /** @description Somebody else is at it */
        Problem409: {
            headers: {
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["Problem"];
            };
        };
        /** @description It exceeds a limit of size, memory or time */
        Problem413: {
            headers: {
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["Problem"];
            };
        };
        /** @description The body is of another kind */
        Problem415: {
            headers: {
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["Problem"];
            };
        };
        /** @description It asks for something that cannot be: the reason is in words */
        Problem422: {
            headers: {
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["Problem"];
            };
        };
        /** @description The headers are too large */
        Problem431: {
            headers: {
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["Problem"];
            };
        };
        /** @description Something failed inside */
        Problem500: {
            headers: {
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["Problem"];
            };
        };
        /** @description Too much is asked for at once */
        Problem503: {
            headers: {
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["Problem"];
            };
        };
    };
    parameters: never;
    requestBodies: never;
    headers: never;
    pathItems: never;
}
export type $defs = Record<string, never>;
export interface operations {
    list_actuals: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ActualList"];
                };
            };
            400: components["responses"]["Problem400"];
            401: components["responses"]["Problem401"];
            403: components["responses"]["Problem403"];
            404: components["responses"]["Problem404"];
            413: components["responses"]["Problem413"];
            422: components["responses"]["Problem422"];
            431: components["responses"]["Problem431"];
            500: components["responses"]["Problem500"];
            503: components["responses"]["Problem503"];
        };
    };
    set_actual: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["NewActual"];
            };
        };
        responses: {
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            400: components["responses"]["Problem400"];
            401: components["responses"]["Problem401"];
            403: components["responses"]["Problem403"];
            404: components["responses"]["Problem404"];
            408: components["responses"]["Problem408"];
            409: components["responses"]["Problem409"];
            413: components["responses"]["Problem413"];
            415: components["responses"]["Problem415"];
            422: components["responses"]["Problem422"];
            431: components["responses"]["Problem431"];
            500: components["responses"]["Problem500"];
            503: components["responses"]["Problem503"];
        };
    };
    decide_actuals: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["Decision"];
            };
        };
        responses: {
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            400: components["responses"]["Problem400"];
            401: components["responses"]["Problem401"];
            403: components["responses"]["Problem403"];
            404: components["responses"]["Problem404"];
            408: components["responses"]["Problem408"];
            409: components["responses"]["Problem409"];
            413: components["responses"]["Problem413"];
            415: components["responses"]["Problem415"];
            422: components["responses"]["Problem422"];
            431: components["responses"]["Problem431"];
            500: components["responses"]["Problem500"];
            503: components["responses"]["Problem503"];
        };
    };
    list_boards: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["BoardList"];
                };
            };
            400: components["responses"]["Problem400"];
            401: components["responses"]["Problem401"];
            403: components["responses"]["Problem403"];
            404: components["responses"]["Problem404"];
            413: components["responses"]["Problem413"];
            422: components["responses"]["Problem422"];
            431: components["responses"]["Problem431"];
            500: components["responses"]["Problem500"];
            503: components["responses"]["Problem503"];
        };
    };
    create_board: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["BoardDraft"];
            };
        };
        responses: {
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Board"];
                };
            };
            400: components["responses"]["Problem400"];
            401: components["responses"]["Problem401"];
            403: components["responses"]["Problem403"];
            404: components["responses"]["Problem404"];
            408: components["responses"]["Problem408"];
            409: components["responses"]["Problem409"];
            413: components["responses"]["Problem413"];
            415: components["responses"]["Problem415"];
            422: components["responses"]["Problem422"];
            431: components["responses"]["Problem431"];
            500: components["responses"]["Problem500"];
            503: components["responses"]["Problem503"];
        };
    };
    find_board: {
        parameters: {
            query?: {
                /** @description The last one when absent. */
                version?: number | null;
            };
            header?: never;
            path: {
                link: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Board"];
                };
            };
            400: components["responses"]["Problem400"];
            401: components["responses"]["Problem401"];
            403: components["responses"]["Problem403"];
            404: components["responses"]["Problem404"];
            413: components["responses"]["Problem413"];
            422: components["responses"]["Problem422"];
            431: components["responses"]["Problem431"];
            500: components["responses"]["Problem500"];
            503: components["responses"]["Problem503"];
        };
    };
    change_board: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                link: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["BoardDraft"];
            };
        };
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Board"];
                };
            };
            400: components["responses"]["Problem400"];
            401: components["responses"]["Problem401"];
            403: components["responses"]["Problem403"];
            404: components["responses"]["Problem404"];
            408: components["responses"]["Problem408"];
            409: components["responses"]["Problem409"];
            413: components["responses"]["Problem413"];
            415: components["responses"]["Problem415"];
            422: components["responses"]["Problem422"];
            431: components["responses"]["Problem431"];
            500: components["responses"]["Problem500"];
            503: components["responses"]["Problem503"];
        };
    };
    delete_board: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                link: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            400: components["responses"]["Problem400"];
            401: components["responses"]["Problem401"];
            403: components["responses"]["Problem403"];
            404: components["responses"]["Problem404"];
            409: components["responses"]["Problem409"];
            413: components["responses"]["Problem413"];
            422: components["responses"]["Problem422"];
            431: components["responses"]["Problem431"];
            500: components["responses"]["Problem500"];
            503: components["responses"]["Problem503"];
        };
    };
    export_board: {
        parameters: {
            query?: {
                /** @description `xlsx` (a sheet per panel, with notes) or `html` (one page that needs nothing else). */
                format?: string | null;
            };
            header?: never;
            path: {
                link: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The file */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet": string;
                    "text/html": string;
                };
            };
            400: components["responses"]["Problem400"];
            401: components["responses"]["Problem401"];
            403: components["responses"]["Problem403"];
            404: components["responses"]["Problem404"];
            413: components["responses"]["Problem413"];
            422: components["responses"]["Problem422"];
            431: components["responses"]["Problem431"];
            500: components["responses"]["Problem500"];
            503: components["responses"]["Problem503"];
        };
    };
    export_board_as_asked: {
        parameters: {
            query?: {
                /** @description `xlsx` (a sheet per panel, with notes) or `html` (one page that needs nothing else). */
                format?: string | null;
            };
            header?: never;
            path: {
                link: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["BoardQuestions"];
            };
        };
        responses: {
            /** @description The file */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet": string;
                    "text/html": string;
                };
            };
            400: components["responses"]["Problem400"];
            401: components["responses"]["Problem401"];
            403: components["responses"]["Problem403"];
            404: components["responses"]["Problem404"];
            408: components["responses"]["Problem408"];
            409: components["responses"]["Problem409"];
            413: components["responses"]["Problem413"];
            415: components["responses"]["Problem415"];
            422: components["responses"]["Problem422"];
            431: components["responses"]["Problem431"];
            500: components["responses"]["Problem500"];
            503: components["responses"]["Problem503"];
        };
    };
    list_board_exports: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                link: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["BoardExports"];
                };
            };
            400: components["responses"]["Problem400"];
            401: components["responses"]["Problem401"];
            403: components["responses"]["Problem403"];
            404: components["responses"]["Problem404"];
            413: components["responses"]["Problem413"];
            422: components["responses"]["Problem422"];
            431: components["responses"]["Problem431"];
            500: components["responses"]["Problem500"];
            503: components["responses"]["Problem503"];
        };
    };
    list_board_versions: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                link: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["BoardList"];
                };
            };
            400: components["responses"]["Problem400"];
            401: components["responses"]["Problem401"];
            403: components["responses"]["Problem403"];
            404: components["responses"]["Problem404"];
            413: components["responses"]["Problem413"];
            422: components["responses"]["Problem422"];
            431: components["responses"]["Problem431"];
            500: components["responses"]["Problem500"];
            503: components["responses"]["Problem503"];
        };
    };
    list_datasets: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["DatasetList"];
                };
            };
            400: components["responses"]["Problem400"];
            401: components["responses"]["Problem401"];
            403: components["responses"]["Problem403"];
            404: components["responses"]["Problem404"];
            413: components["responses"]["Problem413"];
            422: components["responses"]["Problem422"];
            431: components["responses"]["Problem431"];
            500: components["responses"]["Problem500"];
            503: components["responses"]["Problem503"];
        };
    };
    list_dataset_rows: {
        parameters: {
            query?: {
                offset?: number;
                /** @description At most 1000; 50 when absent. */
                limit?: number | null;
                dataset?: string | null;
            };
            header?: never;
            path: {
                name: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["RowsPage"];
                };
            };
            400: components["responses"]["Problem400"];
            401: components["responses"]["Problem401"];
            403: components["responses"]["Problem403"];
            404: components["responses"]["Problem404"];
            413: components["responses"]["Problem413"];
            422: components["responses"]["Problem422"];
            431: components["responses"]["Problem431"];
            500: components["responses"]["Problem500"];
            503: components["responses"]["Problem503"];
        };
    };
    list_dimension_values: {
        parameters: {
            query?: {
                /** @description The metric whose dimension it is. */
                metric?: string | null;
                /** @description Part of the value. */
                search?: string | null;
                limit?: number | null;
            };
            header?: never;
            path: {
                name: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["DimensionValues"];
                };
            };
            400: components["responses"]["Problem400"];
            401: components["responses"]["Problem401"];
            403: components["responses"]["Problem403"];
            404: components["responses"]["Problem404"];
            413: components["responses"]["Problem413"];
            422: components["responses"]["Problem422"];
            431: components["responses"]["Problem431"];
            500: components["responses"]["Problem500"];
            503: components["responses"]["Problem503"];
        };
    };
    find_home: {
        parameters: {
            query?: {
                /** @description The business day; the last complete one when absent. */
                day?: string | null;
                /** @description A filter of every number: `store IN ('S01', 'S02')`. */
                where?: string | null;
                /** @description Comparisons beside the headline instead of the page's own, with commas between: `previous,year_ago`. */
                compare?: string | null;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["HomePage"];
                };
            };
            400: components["responses"]["Problem400"];
            401: components["responses"]["Problem401"];
            403: components["responses"]["Problem403"];
            404: components["responses"]["Problem404"];
            413: components["responses"]["Problem413"];
            422: components["responses"]["Problem422"];
            431: components["responses"]["Problem431"];
            500: components["responses"]["Problem500"];
            503: components["responses"]["Problem503"];
        };
    };
    list_imports: {
        parameters: {
            query?: {
                offset?: number;
                /** @description At most 1000; 50 when absent. */
                limit?: number | null;
                dataset?: string | null;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ImportList"];
                };
            };
            400: components["responses"]["Problem400"];
            401: components["responses"]["Problem401"];
            403: components["responses"]["Problem403"];
            404: components["responses"]["Problem404"];
            413: components["responses"]["Problem413"];
            422: components["responses"]["Problem422"];
            431: components["responses"]["Problem431"];
            500: components["responses"]["Problem500"];
            503: components["responses"]["Problem503"];
        };
    };
    find_import: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: number;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Import"];
                };
            };
            400: components["responses"]["Problem400"];
            401: components["responses"]["Problem401"];
            403: components["responses"]["Problem403"];
            404: components["responses"]["Problem404"];
            413: components["responses"]["Problem413"];
            422: components["responses"]["Problem422"];
            431: components["responses"]["Problem431"];
            500: components["responses"]["Problem500"];
            503: components["responses"]["Problem503"];
        };
    };
    download_rejects: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: number;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "text/csv": unknown;
                };
            };
            400: components["responses"]["Problem400"];
            401: components["responses"]["Problem401"];
            403: components["responses"]["Problem403"];
            404: components["responses"]["Problem404"];
            413: components["responses"]["Problem413"];
            422: components["responses"]["Problem422"];
            431: components["responses"]["Problem431"];
            500: components["responses"]["Problem500"];
            503: components["responses"]["Problem503"];
        };
    };
    undo_import: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: number;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Undone"];
                };
            };
            400: components["responses"]["Problem400"];
            401: components["responses"]["Problem401"];
            403: components["responses"]["Problem403"];
            404: components["responses"]["Problem404"];
            409: components["responses"]["Problem409"];
            413: components["responses"]["Problem413"];
            422: components["responses"]["Problem422"];
            431: components["responses"]["Problem431"];
            500: components["responses"]["Problem500"];
            503: components["responses"]["Problem503"];
        };
    };
    find_job: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Job"];
                };
            };
            400: components["responses"]["Problem400"];
            401: components["responses"]["Problem401"];
            403: components["responses"]["Problem403"];
            404: components["responses"]["Problem404"];
            413: components["responses"]["Problem413"];
            422: components["responses"]["Problem422"];
            431: components["responses"]["Problem431"];
            500: components["responses"]["Problem500"];
            503: components["responses"]["Problem503"];
        };
    };
    cancel_job: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            400: components["responses"]["Problem400"];
            401: components["responses"]["Problem401"];
            403: components["responses"]["Problem403"];
            404: components["responses"]["Problem404"];
            409: components["responses"]["Problem409"];
            413: components["responses"]["Problem413"];
            422: components["responses"]["Problem422"];
            431: components["responses"]["Problem431"];
            500: components["responses"]["Problem500"];
            503: components["responses"]["Problem503"];
        };
    };
    trace: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["CellRequest"];
            };
        };
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Lineage"];
                };
            };
            400: components["responses"]["Problem400"];
            401: components["responses"]["Problem401"];
            403: components["responses"]["Problem403"];
            404: components["responses"]["Problem404"];
            408: components["responses"]["Problem408"];
            409: components["responses"]["Problem409"];
            413: components["responses"]["Problem413"];
            415: components["responses"]["Problem415"];
            422: components["responses"]["Problem422"];
            431: components["responses"]["Problem431"];
            500: components["responses"]["Problem500"];
            503: components["responses"]["Problem503"];
        };
    };
    list_origin: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["OriginRequest"];
            };
        };
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["RowsPage"];
                };
            };
            400: components["responses"]["Problem400"];
            401: components["responses"]["Problem401"];
            403: components["responses"]["Problem403"];
            404: components["responses"]["Problem404"];
            408: components["responses"]["Problem408"];
            409: components["responses"]["Problem409"];
            413: components["responses"]["Problem413"];
            415: components["responses"]["Problem415"];
            422: components["responses"]["Problem422"];
            431: components["responses"]["Problem431"];
            500: components["responses"]["Problem500"];
            503: components["responses"]["Problem503"];
        };
    };
    list_rows: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["CellRequest"];
            };
        };
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["RowsPage"];
                };
            };
            400: components["responses"]["Problem400"];
            401: components["responses"]["Problem401"];
            403: components["responses"]["Problem403"];
            404: components["responses"]["Problem404"];
            408: components["responses"]["Problem408"];
            409: components["responses"]["Problem409"];
            413: components["responses"]["Problem413"];
            415: components["responses"]["Problem415"];
            422: components["responses"]["Problem422"];
            431: components["responses"]["Problem431"];
            500: components["responses"]["Problem500"];
            503: components["responses"]["Problem503"];
        };
    };
    export_rows: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["CellRequest"];
            };
        };
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "text/csv": unknown;
                };
            };
            400: components["responses"]["Problem400"];
            401: components["responses"]["Problem401"];
            403: components["responses"]["Problem403"];
            404: components["responses"]["Problem404"];
            408: components["responses"]["Problem408"];
            409: components["responses"]["Problem409"];
            413: components["responses"]["Problem413"];
            415: components["responses"]["Problem415"];
            422: components["responses"]["Problem422"];
            431: components["responses"]["Problem431"];
            500: components["responses"]["Problem500"];
            503: components["responses"]["Problem503"];
        };
    };
    list_metrics: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["MetricList"];
                };
            };
            400: components["responses"]["Problem400"];
            401: components["responses"]["Problem401"];
            403: components["responses"]["Problem403"];
            404: components["responses"]["Problem404"];
            413: components["responses"]["Problem413"];
            422: components["responses"]["Problem422"];
            431: components["responses"]["Problem431"];
            500: components["responses"]["Problem500"];
            503: components["responses"]["Problem503"];
        };
    };
    find_metric: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                name: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["MetricDetail"];
                };
            };
            400: components["responses"]["Problem400"];
            401: components["responses"]["Problem401"];
            403: components["responses"]["Problem403"];
            404: components["responses"]["Problem404"];
            413: components["responses"]["Problem413"];
            422: components["responses"]["Problem422"];
            431: components["responses"]["Problem431"];
            500: components["responses"]["Problem500"];
            503: components["responses"]["Problem503"];
        };
    };
    list_value_names: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ValueNames"];
                };
            };
            400: components["responses"]["Problem400"];
            401: components["responses"]["Problem401"];
            403: components["responses"]["Problem403"];
            404: components["responses"]["Problem404"];
            413: components["responses"]["Problem413"];
            422: components["responses"]["Problem422"];
            431: components["responses"]["Problem431"];
            500: components["responses"]["Problem500"];
            503: components["responses"]["Problem503"];
        };
    };
    list_presets: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["PresetList"];
                };
            };
            400: components["responses"]["Problem400"];
            401: components["responses"]["Problem401"];
            403: components["responses"]["Problem403"];
            431: components["responses"]["Problem431"];
            500: components["responses"]["Problem500"];
        };
    };
    find_project: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Project"];
                };
            };
            400: components["responses"]["Problem400"];
            401: components["responses"]["Problem401"];
            403: components["responses"]["Problem403"];
            404: components["responses"]["Problem404"];
            413: components["responses"]["Problem413"];
            422: components["responses"]["Problem422"];
            431: components["responses"]["Problem431"];
            500: components["responses"]["Problem500"];
            503: components["responses"]["Problem503"];
        };
    };
    query: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["Query"];
            };
        };
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Answer"];
                };
            };
            400: components["responses"]["Problem400"];
            401: components["responses"]["Problem401"];
            403: components["responses"]["Problem403"];
            404: components["responses"]["Problem404"];
            408: components["responses"]["Problem408"];
            409: components["responses"]["Problem409"];
            413: components["responses"]["Problem413"];
            415: components["responses"]["Problem415"];
            422: components["responses"]["Problem422"];
            431: components["responses"]["Problem431"];
            500: components["responses"]["Problem500"];
            503: components["responses"]["Problem503"];
        };
    };
    export: {
        parameters: {
            query?: {
                /** @description `xlsx` (with notes) or `csv`. */
                format?: string | null;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["Query"];
            };
        };
        responses: {
            /** @description The file */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet": string;
                    "text/csv": string;
                };
            };
            400: components["responses"]["Problem400"];
            401: components["responses"]["Problem401"];
            403: components["responses"]["Problem403"];
            404: components["responses"]["Problem404"];
            408: components["responses"]["Problem408"];
            409: components["responses"]["Problem409"];
            413: components["responses"]["Problem413"];
            415: components["responses"]["Problem415"];
            422: components["responses"]["Problem422"];
            431: components["responses"]["Problem431"];
            500: components["responses"]["Problem500"];
            503: components["responses"]["Problem503"];
        };
    };
    list_reconciliations: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ReconciliationList"];
                };
            };
            400: components["responses"]["Problem400"];
            401: components["responses"]["Problem401"];
            403: components["responses"]["Problem403"];
            404: components["responses"]["Problem404"];
            413: components["responses"]["Problem413"];
            422: components["responses"]["Problem422"];
            431: components["responses"]["Problem431"];
            500: components["responses"]["Problem500"];
            503: components["responses"]["Problem503"];
        };
    };
    create_reconciliation: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["NewReconciliation"];
            };
        };
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ReconciliationAnswer"];
                };
            };
            400: components["responses"]["Problem400"];
            401: components["responses"]["Problem401"];
            403: components["responses"]["Problem403"];
            404: components["responses"]["Problem404"];
            408: components["responses"]["Problem408"];
            409: components["responses"]["Problem409"];
            413: components["responses"]["Problem413"];
            415: components["responses"]["Problem415"];
            422: components["responses"]["Problem422"];
            431: components["responses"]["Problem431"];
            500: components["responses"]["Problem500"];
            503: components["responses"]["Problem503"];
        };
    };
    find_reconciliation: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: number;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ReconciliationAnswer"];
                };
            };
            400: components["responses"]["Problem400"];
            401: components["responses"]["Problem401"];
            403: components["responses"]["Problem403"];
            404: components["responses"]["Problem404"];
            413: components["responses"]["Problem413"];
            422: components["responses"]["Problem422"];
            431: components["responses"]["Problem431"];
            500: components["responses"]["Problem500"];
            503: components["responses"]["Problem503"];
        };
    };
    list_schemes: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["SchemeList"];
                };
            };
            400: components["responses"]["Problem400"];
            401: components["responses"]["Problem401"];
            403: components["responses"]["Problem403"];
            404: components["responses"]["Problem404"];
            413: components["responses"]["Problem413"];
            422: components["responses"]["Problem422"];
            431: components["responses"]["Problem431"];
            500: components["responses"]["Problem500"];
            503: components["responses"]["Problem503"];
        };
    };
    list_subjects: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                name: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Subjects"];
                };
            };
            400: components["responses"]["Problem400"];
            401: components["responses"]["Problem401"];
            403: components["responses"]["Problem403"];
            404: components["responses"]["Problem404"];
            413: components["responses"]["Problem413"];
            422: components["responses"]["Problem422"];
            431: components["responses"]["Problem431"];
            500: components["responses"]["Problem500"];
            503: components["responses"]["Problem503"];
        };
    };
    list_scorecards: {
        parameters: {
            query?: {
                scheme?: string;
                period?: string | null;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ScorecardSummaries"];
                };
            };
            400: components["responses"]["Problem400"];
            401: components["responses"]["Problem401"];
            403: components["responses"]["Problem403"];
            404: components["responses"]["Problem404"];
            413: components["responses"]["Problem413"];
            422: components["responses"]["Problem422"];
            431: components["responses"]["Problem431"];
            500: components["responses"]["Problem500"];
            503: components["responses"]["Problem503"];
        };
    };
    create_scorecard: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["ScorecardRequest"];
            };
        };
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Scorecard"];
                };
            };
            400: components["responses"]["Problem400"];
            401: components["responses"]["Problem401"];
            403: components["responses"]["Problem403"];
            404: components["responses"]["Problem404"];
            408: components["responses"]["Problem408"];
            409: components["responses"]["Problem409"];
            413: components["responses"]["Problem413"];
            415: components["responses"]["Problem415"];
            422: components["responses"]["Problem422"];
            431: components["responses"]["Problem431"];
            500: components["responses"]["Problem500"];
            503: components["responses"]["Problem503"];
        };
    };
    create_ranking: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["ScorecardRequest"];
            };
        };
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ScorecardList"];
                };
            };
            400: components["responses"]["Problem400"];
            401: components["responses"]["Problem401"];
            403: components["responses"]["Problem403"];
            404: components["responses"]["Problem404"];
            408: components["responses"]["Problem408"];
            409: components["responses"]["Problem409"];
            413: components["responses"]["Problem413"];
            415: components["responses"]["Problem415"];
            422: components["responses"]["Problem422"];
            431: components["responses"]["Problem431"];
            500: components["responses"]["Problem500"];
            503: components["responses"]["Problem503"];
        };
    };
    find_scorecard: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: number;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Scorecard"];
                };
            };
            400: components["responses"]["Problem400"];
            401: components["responses"]["Problem401"];
            403: components["responses"]["Problem403"];
            404: components["responses"]["Problem404"];
            413: components["responses"]["Problem413"];
            422: components["responses"]["Problem422"];
            431: components["responses"]["Problem431"];
            500: components["responses"]["Problem500"];
            503: components["responses"]["Problem503"];
        };
    };
    list_sources: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["SourceList"];
                };
            };
            400: components["responses"]["Problem400"];
            401: components["responses"]["Problem401"];
            403: components["responses"]["Problem403"];
            404: components["responses"]["Problem404"];
            413: components["responses"]["Problem413"];
            422: components["responses"]["Problem422"];
            431: components["responses"]["Problem431"];
            500: components["responses"]["Problem500"];
            503: components["responses"]["Problem503"];
        };
    };
    create_source: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["NewSource"];
            };
        };
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["AddedSource"];
                };
            };
            400: components["responses"]["Problem400"];
            401: components["responses"]["Problem401"];
            403: components["responses"]["Problem403"];
            404: components["responses"]["Problem404"];
            408: components["responses"]["Problem408"];
            409: components["responses"]["Problem409"];
            413: components["responses"]["Problem413"];
            415: components["responses"]["Problem415"];
            422: components["responses"]["Problem422"];
            431: components["responses"]["Problem431"];
            500: components["responses"]["Problem500"];
            503: components["responses"]["Problem503"];
        };
    };
    download_definition: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                name: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/yaml": unknown;
                };
            };
            400: components["responses"]["Problem400"];
            401: components["responses"]["Problem401"];
            403: components["responses"]["Problem403"];
            404: components["responses"]["Problem404"];
            413: components["responses"]["Problem413"];
            422: components["responses"]["Problem422"];
            431: components["responses"]["Problem431"];
            500: components["responses"]["Problem500"];
            503: components["responses"]["Problem503"];
        };
    };
    list_targets: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["TargetList"];
                };
            };
            400: components["responses"]["Problem400"];
            401: components["responses"]["Problem401"];
            403: components["responses"]["Problem403"];
            404: components["responses"]["Problem404"];
            413: components["responses"]["Problem413"];
            422: components["responses"]["Problem422"];
            431: components["responses"]["Problem431"];
            500: components["responses"]["Problem500"];
            503: components["responses"]["Problem503"];
        };
    };
    set_target: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["NewTarget"];
            };
        };
        responses: {
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            400: components["responses"]["Problem400"];
            401: components["responses"]["Problem401"];
            403: components["responses"]["Problem403"];
            404: components["responses"]["Problem404"];
            408: components["responses"]["Problem408"];
            409: components["responses"]["Problem409"];
            413: components["responses"]["Problem413"];
            415: components["responses"]["Problem415"];
            422: components["responses"]["Problem422"];
            431: components["responses"]["Problem431"];
            500: components["responses"]["Problem500"];
            503: components["responses"]["Problem503"];
        };
    };
    cascade_target: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["CascadeRequest"];
            };
        };
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["CascadeAnswer"];
                };
            };
            400: components["responses"]["Problem400"];
            401: components["responses"]["Problem401"];
            403: components["responses"]["Problem403"];
            404: components["responses"]["Problem404"];
            408: components["responses"]["Problem408"];
            409: components["responses"]["Problem409"];
            413: components["responses"]["Problem413"];
            415: components["responses"]["Problem415"];
            422: components["responses"]["Problem422"];
            431: components["responses"]["Problem431"];
            500: components["responses"]["Problem500"];
            503: components["responses"]["Problem503"];
        };
    };
    check_targets: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["TargetCheck"];
                };
            };
            400: components["responses"]["Problem400"];
            401: components["responses"]["Problem401"];
            403: components["responses"]["Problem403"];
            404: components["responses"]["Problem404"];
            413: components["responses"]["Problem413"];
            422: components["responses"]["Problem422"];
            431: components["responses"]["Problem431"];
            500: components["responses"]["Problem500"];
            503: components["responses"]["Problem503"];
        };
    };
    decide_targets: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["Decision"];
            };
        };
        responses: {
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            400: components["responses"]["Problem400"];
            401: components["responses"]["Problem401"];
            403: components["responses"]["Problem403"];
            404: components["responses"]["Problem404"];
            408: components["responses"]["Problem408"];
            409: components["responses"]["Problem409"];
            413: components["responses"]["Problem413"];
            415: components["responses"]["Problem415"];
            422: components["responses"]["Problem422"];
            431: components["responses"]["Problem431"];
            500: components["responses"]["Problem500"];
            503: components["responses"]["Problem503"];
        };
    };
    draft_targets: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["NewTargets"];
            };
        };
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["TargetReport"];
                };
            };
            400: components["responses"]["Problem400"];
            401: components["responses"]["Problem401"];
            403: components["responses"]["Problem403"];
            404: components["responses"]["Problem404"];
            408: components["responses"]["Problem408"];
            409: components["responses"]["Problem409"];
            413: components["responses"]["Problem413"];
            415: components["responses"]["Problem415"];
            422: components["responses"]["Problem422"];
            431: components["responses"]["Problem431"];
            500: components["responses"]["Problem500"];
            503: components["responses"]["Problem503"];
        };
    };
    set_targets: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["NewTargets"];
            };
        };
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["TargetReport"];
                };
            };
            400: components["responses"]["Problem400"];
            401: components["responses"]["Problem401"];
            403: components["responses"]["Problem403"];
            404: components["responses"]["Problem404"];
            408: components["responses"]["Problem408"];
            409: components["responses"]["Problem409"];
            413: components["responses"]["Problem413"];
            415: components["responses"]["Problem415"];
            422: components["responses"]["Problem422"];
            431: components["responses"]["Problem431"];
            500: components["responses"]["Problem500"];
            503: components["responses"]["Problem503"];
        };
    };
    import_targets: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: {
            content: {
                "multipart/form-data": unknown;
            };
        };
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["TargetReport"];
                };
            };
            400: components["responses"]["Problem400"];
            401: components["responses"]["Problem401"];
            403: components["responses"]["Problem403"];
            404: components["responses"]["Problem404"];
            408: components["responses"]["Problem408"];
            409: components["responses"]["Problem409"];
            413: components["responses"]["Problem413"];
            415: components["responses"]["Problem415"];
            422: components["responses"]["Problem422"];
            431: components["responses"]["Problem431"];
            500: components["responses"]["Problem500"];
            503: components["responses"]["Problem503"];
        };
    };
    find_target_path: {
        parameters: {
            query?: {
                metric?: string;
                period?: string;
                dimension?: string | null;
                segment?: string | null;
                /** @description Growth on top of a proposal's expected value, 0.1 for 10 %. */
                growth?: string | null;
                /** @description The last business day of a progress; the last one with data when absent. */
                day?: string | null;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["TargetPath"];
                };
            };
            400: components["responses"]["Problem400"];
            401: components["responses"]["Problem401"];
            403: components["responses"]["Problem403"];
            404: components["responses"]["Problem404"];
            413: components["responses"]["Problem413"];
            422: components["responses"]["Problem422"];
            431: components["responses"]["Problem431"];
            500: components["responses"]["Problem500"];
            503: components["responses"]["Problem503"];
        };
    };
    find_target_progress: {
        parameters: {
            query?: {
                metric?: string;
                period?: string;
                dimension?: string | null;
                segment?: string | null;
                /** @description Growth on top of a proposal's expected value, 0.1 for 10 %. */
                growth?: string | null;
                /** @description The last business day of a progress; the last one with data when absent. */
                day?: string | null;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["HomeGoal"];
                };
            };
            400: components["responses"]["Problem400"];
            401: components["responses"]["Problem401"];
            403: components["responses"]["Problem403"];
            404: components["responses"]["Problem404"];
            413: components["responses"]["Problem413"];
            422: components["responses"]["Problem422"];
            431: components["responses"]["Problem431"];
            500: components["responses"]["Problem500"];
            503: components["responses"]["Problem503"];
        };
    };
    propose_target: {
        parameters: {
            query?: {
                metric?: string;
                period?: string;
                dimension?: string | null;
                segment?: string | null;
                /** @description Growth on top of a proposal's expected value, 0.1 for 10 %. */
                growth?: string | null;
                /** @description The last business day of a progress; the last one with data when absent. */
                day?: string | null;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["TargetProposal"];
                };
            };
            400: components["responses"]["Problem400"];
            401: components["responses"]["Problem401"];
            403: components["responses"]["Problem403"];
            404: components["responses"]["Problem404"];
            413: components["responses"]["Problem413"];
            422: components["responses"]["Problem422"];
            431: components["responses"]["Problem431"];
            500: components["responses"]["Problem500"];
            503: components["responses"]["Problem503"];
        };
    };
    rebalance_target: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["NewTarget"];
            };
        };
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Siblings"];
                };
            };
            400: components["responses"]["Problem400"];
            401: components["responses"]["Problem401"];
            403: components["responses"]["Problem403"];
            404: components["responses"]["Problem404"];
            408: components["responses"]["Problem408"];
            409: components["responses"]["Problem409"];
            413: components["responses"]["Problem413"];
            415: components["responses"]["Problem415"];
            422: components["responses"]["Problem422"];
            431: components["responses"]["Problem431"];
            500: components["responses"]["Problem500"];
            503: components["responses"]["Problem503"];
        };
    };
    download_template: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The workbook */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet": string;
                };
            };
            400: components["responses"]["Problem400"];
            401: components["responses"]["Problem401"];
            403: components["responses"]["Problem403"];
            404: components["responses"]["Problem404"];
            413: components["responses"]["Problem413"];
            422: components["responses"]["Problem422"];
            431: components["responses"]["Problem431"];
            500: components["responses"]["Problem500"];
            503: components["responses"]["Problem503"];
        };
    };
    list_target_versions: {
        parameters: {
            query?: {
                metric?: string;
                period?: string;
                dimension?: string | null;
                segment?: string | null;
                /** @description Growth on top of a proposal's expected value, 0.1 for 10 %. */
                growth?: string | null;
                /** @description The last business day of a progress; the last one with data when absent. */
                day?: string | null;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["TargetVersions"];
                };
            };
            400: components["responses"]["Problem400"];
            401: components["responses"]["Problem401"];
            403: components["responses"]["Problem403"];
            404: components["responses"]["Problem404"];
            413: components["responses"]["Problem413"];
            422: components["responses"]["Problem422"];
            431: components["responses"]["Problem431"];
            500: components["responses"]["Problem500"];
            503: components["responses"]["Problem503"];
        };
    };
    create_upload: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: {
            content: {
                "multipart/form-data": unknown;
            };
        };
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Upload"];
                };
            };
            400: components["responses"]["Problem400"];
            401: components["responses"]["Problem401"];
            403: components["responses"]["Problem403"];
            404: components["responses"]["Problem404"];
            408: components["responses"]["Problem408"];
            409: components["responses"]["Problem409"];
            413: components["responses"]["Problem413"];
            415: components["responses"]["Problem415"];
            422: components["responses"]["Problem422"];
            431: components["responses"]["Problem431"];
            500: components["responses"]["Problem500"];
            503: components["responses"]["Problem503"];
        };
    };
    check_upload: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["ImportChoice"];
            };
        };
        responses: {
            202: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Started"];
                };
            };
            400: components["responses"]["Problem400"];
            401: components["responses"]["Problem401"];
            403: components["responses"]["Problem403"];
            404: components["responses"]["Problem404"];
            408: components["responses"]["Problem408"];
            409: components["responses"]["Problem409"];
            413: components["responses"]["Problem413"];
            415: components["responses"]["Problem415"];
            422: components["responses"]["Problem422"];
            431: components["responses"]["Problem431"];
            500: components["responses"]["Problem500"];
            503: components["responses"]["Problem503"];
        };
    };
    import_upload: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["ImportChoice"];
            };
        };
        responses: {
            202: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Started"];
                };
            };
            400: components["responses"]["Problem400"];
            401: components["responses"]["Problem401"];
            403: components["responses"]["Problem403"];
            404: components["responses"]["Problem404"];
            408: components["responses"]["Problem408"];
            409: components["responses"]["Problem409"];
            413: components["responses"]["Problem413"];
            415: components["responses"]["Problem415"];
            422: components["responses"]["Problem422"];
            431: components["responses"]["Problem431"];
            500: components["responses"]["Problem500"];
            503: components["responses"]["Problem503"];
        };
    };
    preview_upload: {
        parameters: {
            query?: {
                encoding?: string | null;
                delimiter?: string | null;
                sheet?: string | null;
                header_row?: number | null;
                dataset?: string | null;
                source?: string | null;
            };
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Preview"];
                };
            };
            400: components["responses"]["Problem400"];
            401: components["responses"]["Problem401"];
            403: components["responses"]["Problem403"];
            404: components["responses"]["Problem404"];
            413: components["responses"]["Problem413"];
            422: components["responses"]["Problem422"];
            431: components["responses"]["Problem431"];
            500: components["responses"]["Problem500"];
            503: components["responses"]["Problem503"];
        };
    };
    explain: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["WhyRequest"];
            };
        };
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Why"];
                };
            };
            400: components["responses"]["Problem400"];
            401: components["responses"]["Problem401"];
            403: components["responses"]["Problem403"];
            404: components["responses"]["Problem404"];
            408: components["responses"]["Problem408"];
            409: components["responses"]["Problem409"];
            413: components["responses"]["Problem413"];
            415: components["responses"]["Problem415"];
            422: components["responses"]["Problem422"];
            431: components["responses"]["Problem431"];
            500: components["responses"]["Problem500"];
            503: components["responses"]["Problem503"];
        };
    };
}
