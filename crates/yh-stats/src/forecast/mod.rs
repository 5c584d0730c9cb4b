//! Forecasts.
pub mod accuracy;
pub mod autoregression;
pub mod candidates;
pub mod ets;
mod linear;
mod loess;
mod minimise;
pub mod seasonality;
pub mod stl;
pub mod theta;
