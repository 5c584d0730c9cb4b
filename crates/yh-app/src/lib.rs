//! What users do, one function per action: import, ask, compare, trace, set targets, assess.

mod answer;
mod app;
mod ask;
pub mod assess;
pub mod catalog;
mod compare;
pub mod datasets;
mod definitions;
mod error;
pub mod export;
pub mod import;
pub mod lineage;
pub mod manifest;
mod project;
pub mod pull;
pub mod report;
mod settings;
pub mod sources;
pub mod targets;
pub mod wizard;

pub use answer::{Answer, AnswerColumn, Comparison, JsonCell, JsonRows, Measure, Question, Role, Watermark};
pub use app::App;
pub use ask::{as_of, ask, explain, metric_label};
pub use definitions::Definitions;
pub use error::{AppError, ErrorKind, Result};
pub use project::{Project, TextFile};
pub use settings::Settings;
