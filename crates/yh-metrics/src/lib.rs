//! The metric language: definitions and questions in, SQL text out.
//!
//! Pure: no IO, no clock, no engine. A [`Catalog`] comes from [`load_manifest`] or
//! [`load_project`]; [`plan`] turns a [`MetricQuery`] and an [`Access`] into a [`Plan`] whose SQL
//! the engine runs; [`rows`] gives, for one answered cell, the SQL of the source rows behind it.
//!
//! The engine must provide, besides its own functions: `local_time(instant)` (UTC to business-local
//! time, cut-off included; projects only), `exact_percentile(x, p)` and
//! `percentile_disc_exact(x, p)`.

pub mod catalog;
mod dimensions;
mod factors;
mod filter;
mod item;
mod load;
mod ossie;
mod plan;
mod query;
mod sql;
mod template;
mod time;

pub use catalog::{Catalog, Column, ColumnType, DatasetSchema, Metric, SemanticModel};
pub use dimensions::{GroupBy, GroupByKind, dimensions};
pub use factors::{Factors, Formula, Power, definition, factors};
pub use load::{ManifestError, ModelFiles, ProjectSettings, format_models, load_manifest, load_models, load_project};
pub use ossie::{Translation, export_ossie, import_ossie};
pub use plan::{InputRows, filtered_by, is_kept_by_day, plan, rows, segment_of};
pub use query::{Access, Duplicates, ErrorCode, MaskedColumn, MetricQuery, OutputColumn, OutputKind, Plan, QueryError, RowFilter};
pub use time::{Clock, DatePart, Grain, TimeRange};
