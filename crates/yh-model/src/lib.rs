//! The nouns and rules of operations assessment: no IO, no clock, no engine.
//!
//! Everything here is plain data and pure functions; time arrives as `as_of`, files as text.

pub mod calendar;
pub mod dataset;
mod direction;
pub mod frame;
pub mod home;
pub mod issue;
pub mod label;
pub mod period;
pub mod schedule;
pub mod scheme;
pub mod score;
pub mod source;
pub mod target;
pub mod yaml;

pub use calendar::Calendar;
pub use direction::Direction;
pub use frame::{Column, Frame, Value, ValueKind};
pub use issue::{Issue, Severity};
pub use label::Label;
pub use period::{Grain, Period};
