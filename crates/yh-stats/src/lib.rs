//! The mathematics of yunheng: slices in, structs out.
//!
//! Nothing here reads a file, a clock or an engine; randomness takes a seed. "Too little data" is a
//! value ([`Answer::TooFew`]), bad input is a [`StatsError`], and neither is ever a NaN or a panic.

pub mod anomaly;
pub mod answer;
pub mod attribution;
pub mod clv;
pub mod forecast;
mod linear;
mod newton;
pub mod numeric;
pub mod random;
pub mod rating;
pub mod response;
pub mod rfm;
pub mod rootcause;
pub mod surveys;
pub mod survival;
pub mod why;

pub use answer::{Answer, StatsError, TooFew};

/// Result of a method: its answer (which may be "too little data"), or the reason the input is bad.
pub type Result<T> = std::result::Result<T, StatsError>;
