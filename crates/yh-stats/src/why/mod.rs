//! Why a number changed: its difference split so that the parts sum to the whole, always.
//!
//! Three splits: by segment for amounts that add up, into rate and mix for ratios ([`split_ratio`]),
//! and along a tree of factors ([`split_tree`]). [`pick`] chooses which segments to name.
//! "Sum to the whole" holds up to the rounding of doubles, about 1e-12 of the largest amount.

mod pick;
mod segments;
mod tree;

pub use pick::{Candidates, Pick, Picks, pick, separation};
pub use segments::{Amount, RatioEffect, RatioPart, split_ratio};
pub use tree::{Effect, Method, Node, Power, Split, split_tree};
