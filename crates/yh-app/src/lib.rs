//! What users do, one function per action: import, ask, compare, trace, set targets, assess.

pub mod actuals;
mod additive;
mod answer;
mod app;
mod ask;
pub mod assess;
pub mod boards;
mod cache;
mod calendar;
pub mod catalog;
pub mod compact;
mod compare;
mod currency;
pub mod datasets;
mod definitions;
pub mod derived;
pub mod doctor;
mod error;
pub mod export;
mod files;
pub mod home;
pub mod import;
pub mod keep;
pub mod lake;
pub mod lineage;
pub mod manifest;
pub mod markup;
pub mod mine;
pub mod models;
pub mod names;
pub mod people;
mod pin;
mod planning;
mod project;
pub mod pull;
pub mod reconcile;
pub mod records;
pub mod report;
mod settings;
pub mod sources;
pub mod targets;
pub mod verify;
pub mod why;
pub mod wizard;

pub use yh_lake::{durable::make_folder as make_private_folder, private};

pub use answer::{
    Answer, AnswerColumn, Base, BenchmarkLevel, Comparison, JsonCell, JsonRows, Measure, Question, Role, Watermark, days_text,
};
pub use app::App;
pub use ask::{ask, explain, metric_label};
pub use definitions::Definitions;
pub use error::{AppError, ErrorKind, Result};
pub use files::write_whole;
pub use project::{Project, TextFile};
pub use settings::{Keep, Life, Settings};
