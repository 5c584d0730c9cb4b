//! A change split along a tree of sums and products.
//!
//! Every node gives each child a weight, so that Σ weight × (change of the child) is the node's own
//! change; the effect of a leaf is its change times the weights above it. Sums weigh by their
//! coefficients. Products weigh by the log-mean Divisia index, additive form LMDI-I: with L(a, b) =
//! (a − b) ÷ ln(a ÷ b), L(a, a) = a, the effect of a factor x of V is L(V₁, V₀)·ln(x₁ ÷ x₀), weight
//! L(V₁, V₀) ÷ L(x₁, x₀) (B. W. Ang, "The LMDI approach to decomposition analysis: a practical
//! guide", Energy Policy 33, 2005). Zeros take the limits of B. W. Ang and N. Liu, "Handling zero
//! values in the logarithmic mean Divisia index decomposition approach", Energy Policy 35, 2007.
//! Where a factor changes its sign there is no logarithm: the Shapley value is used, the mean of a
//! factor's marginal effect over all orders, which is exact too.

/// A number with its value before and after, and how it is made up.
#[derive(Debug, Clone, PartialEq)]
pub struct Node {
    /// None: no value, such as a ratio over nothing.
    pub before: Option<f64>,
    pub after: Option<f64>,
    pub split: Split,
}

/// How a node is made up of others.
#[derive(Debug, Clone, PartialEq)]
pub enum Split {
    Leaf,
    /// Σ coefficient × child, and a constant that never changes.
    Sum(Vec<(f64, Node)>),
    /// `scale` × Π child or 1 ÷ child.
    Product {
        scale: f64,
        factors: Vec<(Power, Node)>,
    },
}

/// Whether a factor multiplies or divides.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Power {
    Times,
    Over,
}

/// How a node's effect was split among its children.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Method {
    /// It has no children.
    Whole,
    Sum,
    LogMean,
    /// The limit of the log mean where a factor is 0.
    LogMeanLimit,
    Shapley,
    /// A child has no value, or the children do not make up the node: it stays whole.
    Unsplit,
}

/// A node's part of the root's change; parts of a split node sum to its effect.
#[derive(Debug, Clone, PartialEq)]
pub struct Effect {
    pub effect: f64,
    pub method: Method,
    /// One for each child; empty when not split.
    pub parts: Vec<Effect>,
}

/// Most factors of one product that the Shapley value is worked out for.
const MAX_SHAPLEY: usize = 12;
/// How far children may miss their node, relative to it: doubles and rounded decimals, no more.
const TOLERANCE: f64 = 1e-9;

/// Splits a root's change along its tree; `None` when the root lacks a value before or after.
pub fn split_tree(root: &Node) -> Option<Effect> {
    let change = root.after? - root.before?;
    change.is_finite().then(|| effect(root, 1.0))
}

/// The effect of a node whose change counts `weight` times.
fn effect(node: &Node, weight: f64) -> Effect {
    let change = node.after.unwrap_or(0.0) - node.before.unwrap_or(0.0);
    let (method, children, weights) = match &node.split {
        Split::Leaf => (Method::Whole, Vec::new(), Vec::new()),
        Split::Sum(terms) => {
            let children: Vec<&Node> = terms.iter().map(|(_, child)| child).collect();
            let weights = terms.iter().map(|(coefficient, _)| *coefficient).collect();
            if sums_up(node, terms) { (Method::Sum, children, weights) } else { (Method::Unsplit, Vec::new(), Vec::new()) }
        }
        Split::Product { scale, factors } => match product(node, *scale, factors) {
            Some((method, weights)) => (method, factors.iter().map(|(_, child)| child).collect(), weights),
            None => (Method::Unsplit, Vec::new(), Vec::new()),
        },
    };
    let parts = children.into_iter().zip(weights).map(|(child, own)| effect(child, weight * own)).collect();
    Effect { effect: weight * change, method, parts }
}

/// Whether the terms' changes sum to the node's change.
fn sums_up(node: &Node, terms: &[(f64, Node)]) -> bool {
    let (Some(before), Some(after)) = (node.before, node.after) else { return false };
    let mut sum = 0.0;
    let mut size = before.abs() + after.abs();
    for (coefficient, child) in terms {
        let (Some(b), Some(a)) = (child.before, child.after) else { return false };
        sum += coefficient * (a - b);
        size += coefficient.abs() * (a.abs() + b.abs());
    }
    (sum - (after - before)).abs() <= TOLERANCE * size && size.is_finite()
}

/// A factor as it stands in the product: its value, or 1 ÷ it.
#[derive(Clone, Copy)]
struct Factor {
    before: f64,
    after: f64,
    power: Power,
}

impl Factor {
    /// Weight on the change of the child itself, given the weight on the change of the factor.
    fn child_weight(self, weight: f64) -> f64 {
        match self.power {
            Power::Times => weight,
            // The change of 1 ÷ x is −(x₁ − x₀) ÷ (x₀·x₁).
            Power::Over => -weight * self.before * self.after,
        }
    }
}

/// The weights of a product's children.
fn product(node: &Node, scale: f64, factors: &[(Power, Node)]) -> Option<(Method, Vec<f64>)> {
    let (before, after) = (node.before?, node.after?);
    let factors = factors.iter().map(|(power, child)| factor(*power, child, before, after)).collect::<Option<Vec<_>>>()?;
    let of = |value: fn(&Factor) -> f64| scale * factors.iter().map(value).product::<f64>();
    let near = |made: f64, value: f64| (made - value).abs() <= TOLERANCE * made.abs().max(value.abs());
    if !near(of(|f| f.before), before) || !near(of(|f| f.after), after) {
        return None;
    }
    let zeros = |value: fn(&Factor) -> f64| factors.iter().filter(|f| value(f) == 0.0).count();
    let (zero_before, zero_after) = (zeros(|f| f.before), zeros(|f| f.after));
    let turns = factors.iter().any(|f| f.before * f.after < 0.0);
    let (method, weights) = if turns {
        (Method::Shapley, shapley(scale, &factors)?)
    } else if zero_before + zero_after > 0 {
        (Method::LogMeanLimit, limits(after - before, zero_before, zero_after, &factors))
    } else {
        let mean = log_mean(after, before);
        (Method::LogMean, factors.iter().map(|f| mean / log_mean(f.after, f.before)).collect())
    };
    let weights: Vec<f64> = weights.into_iter().zip(&factors).map(|(weight, f)| f.child_weight(weight)).collect();
    weights.iter().all(|weight| weight.is_finite()).then_some((method, weights))
}

/// A factor without a value on a side where the product is 0 has not changed: it says nothing there.
fn factor(power: Power, child: &Node, before: f64, after: f64) -> Option<Factor> {
    let invert = |value: f64| match power {
        Power::Times => value,
        Power::Over => 1.0 / value,
    };
    let (b, a) = match (child.before, child.after) {
        (Some(b), Some(a)) => (b, a),
        (None, Some(a)) if before == 0.0 => (a, a),
        (Some(b), None) if after == 0.0 => (b, b),
        _ => return None,
    };
    let made = Factor { before: invert(b), after: invert(a), power };
    (made.before.is_finite() && made.after.is_finite()).then_some(made)
}

/// The logarithmic mean of two numbers of one sign.
fn log_mean(a: f64, b: f64) -> f64 {
    // The quotient loses its digits near a = b: there the series about the middle is exact to 1e-16.
    let ratio = (a - b) / (a + b);
    if ratio.abs() < 1e-3 {
        let squared = ratio * ratio;
        return (a + b) / 2.0 / (1.0 + squared / 3.0 + squared * squared / 5.0);
    }
    (a - b) / (a / b).ln()
}

/// With a 0 on one side only, the factors that are 0 there share the change equally and the others have none;
/// with a 0 on either side there is no change to share.
fn limits(change: f64, zero_before: usize, zero_after: usize, factors: &[Factor]) -> Vec<f64> {
    let share = match (zero_before, zero_after) {
        (0, n) | (n, 0) => change / n as f64,
        _ => 0.0,
    };
    let weight = |f: &Factor| if (f.before == 0.0) == (f.after == 0.0) { 0.0 } else { share / (f.after - f.before) };
    factors.iter().map(weight).collect()
}

/// Each factor's mean over all orders of the product of the others, those before it already changed.
fn shapley(scale: f64, factors: &[Factor]) -> Option<Vec<f64>> {
    let n = factors.len();
    if n > MAX_SHAPLEY {
        return None;
    }
    let weight = |own: usize| {
        let others: Vec<&Factor> = factors.iter().enumerate().filter(|(i, _)| *i != own).map(|(_, f)| f).collect();
        // by_size[s]: sum over sets of s changed others of the product of all others.
        let mut by_size = vec![1.0];
        for other in others {
            let mut next = vec![0.0; by_size.len() + 1];
            for (size, sum) in by_size.iter().enumerate() {
                next[size] += sum * other.before;
                next[size + 1] += sum * other.after;
            }
            by_size = next;
        }
        // A set of s of the n − 1 others comes first in s!·(n − 1 − s)! of n! orders.
        let mut orders = 1.0 / n as f64;
        let mut mean = 0.0;
        for (size, sum) in by_size.iter().enumerate() {
            mean += orders * sum;
            orders *= (size + 1) as f64 / (n - 1).saturating_sub(size).max(1) as f64;
        }
        scale * mean
    };
    Some((0..n).map(weight).collect())
}
