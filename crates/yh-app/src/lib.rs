//! What users do, one function per action: import, ask, compare, trace, set targets, assess.

mod answer;
mod app;
mod ask;
mod assess;
mod catalog;
mod compare;
mod datasets;
mod definitions;
mod error;
mod export;
mod import;
mod lineage;
mod manifest;
mod project;
mod settings;
mod targets;

pub use answer::{Answer, AnswerColumn, Comparison, JsonCell, JsonRows, Measure, Question, Role, Watermark};
pub use app::App;
pub use ask::ask;
pub use definitions::Definitions;
pub use error::{AppError, ErrorKind, Result};
pub use project::{Project, TextFile};
pub use settings::Settings;
