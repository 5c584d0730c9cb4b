//! The lake as a thing of its own: which records it belongs to, the history kept beside it, and taking it over.

mod adopt;
mod home;
mod identity;
mod manifest;
mod refusal;
mod state;

pub use adopt::{Adopted, Facts as AdoptedFacts, adopt};
pub(crate) use identity::{Identity, identify};
pub(crate) use manifest::{catch_up, merge};
pub use state::{LakeState, lake_state};
