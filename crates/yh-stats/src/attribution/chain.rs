//! The Markov chain of journeys: states are the last `order` touches, absorbing at conversion or loss.

use std::collections::HashMap;
use std::hash::BuildHasherDefault;

use super::hash::QuickHasher;
use super::paths::Paths;

/// Longest memory of a chain, in touches.
pub const MAX_ORDER: usize = 4;

/// A chain estimated from journeys. State 0 is the start; rows are sparse and sum to 1 with the
/// two absorbing ends.
#[derive(Debug, Clone)]
pub struct Chain {
    pub order: usize,
    /// The last touches of each state, oldest first; empty for the start.
    pub contexts: Vec<Vec<u32>>,
    /// Transitions of state `s` are `targets[row_ends[s-1]..row_ends[s]]`, self-loops excluded.
    row_ends: Vec<usize>,
    targets: Vec<u32>,
    probabilities: Vec<f64>,
    pub self_loop: Vec<f64>,
    /// Probability that the journey converts right after this state.
    pub converts: Vec<f64>,
    /// Probability that the journey is lost right after this state.
    pub lost: Vec<f64>,
    /// Expected conversion value right after this state.
    pub value: Vec<f64>,
    /// Times the state was left.
    pub visits: Vec<f64>,
}

impl Chain {
    /// Estimates the chain of an order (1 to 4) by counting moves.
    pub fn estimate(paths: &Paths, order: usize) -> Self {
        let mut counts = Counts::new(order.clamp(1, MAX_ORDER));
        for journey in paths.journeys() {
            let times = journey.conversions + journey.nulls;
            if times > 0.0 {
                let last = counts.walk(journey.touches, times);
                counts.converts[last] += journey.conversions;
                counts.lost[last] += journey.nulls;
                counts.value[last] += journey.value;
            }
        }
        counts.into_chain()
    }

    pub fn states(&self) -> usize {
        self.row_ends.len()
    }

    /// Moves of a state to other states, with their probabilities.
    pub fn moves(&self, state: usize) -> impl Iterator<Item = (usize, f64)> + '_ {
        let start = if state == 0 { 0 } else { self.row_ends[state - 1] };
        let span = start..self.row_ends[state];
        self.targets[span.clone()].iter().zip(&self.probabilities[span]).map(|(&t, &p)| (t as usize, p))
    }

    /// The channel a state stands on; `None` for the start.
    pub fn channel(&self, state: usize) -> Option<usize> {
        self.contexts[state].last().map(|&c| c as usize)
    }
}

/// Counts of moves between states, states numbered as they appear.
struct Counts {
    order: usize,
    contexts: Vec<Vec<u32>>,
    states: HashMap<Vec<u32>, u32>,
    /// (state, next channel) to the edge between them.
    edges: HashMap<u64, u32, BuildHasherDefault<QuickHasher>>,
    edge_from: Vec<u32>,
    edge_to: Vec<u32>,
    edge_count: Vec<f64>,
    visits: Vec<f64>,
    converts: Vec<f64>,
    lost: Vec<f64>,
    value: Vec<f64>,
}

impl Counts {
    fn new(order: usize) -> Self {
        Self {
            order,
            contexts: vec![Vec::new()],
            states: HashMap::new(),
            edges: HashMap::default(),
            edge_from: Vec::new(),
            edge_to: Vec::new(),
            edge_count: Vec::new(),
            visits: vec![0.0],
            converts: vec![0.0],
            lost: vec![0.0],
            value: vec![0.0],
        }
    }

    /// Adds one journey's moves and returns its last state.
    fn walk(&mut self, touches: &[u32], weight: f64) -> usize {
        let mut state = 0;
        for &channel in touches {
            self.visits[state] += weight;
            let key = (state as u64) << 32 | u64::from(channel);
            let edge = match self.edges.get(&key) {
                Some(&edge) => edge as usize,
                None => self.add_edge(state, channel, key),
            };
            self.edge_count[edge] += weight;
            state = self.edge_to[edge] as usize;
        }
        self.visits[state] += weight;
        state
    }

    fn add_edge(&mut self, from: usize, channel: u32, key: u64) -> usize {
        let mut context = self.contexts[from].clone();
        if context.len() == self.order {
            context.remove(0);
        }
        context.push(channel);
        let fresh = self.contexts.len() as u32;
        let to = *self.states.entry(context.clone()).or_insert(fresh);
        if to == fresh {
            self.contexts.push(context);
            self.visits.push(0.0);
            self.converts.push(0.0);
            self.lost.push(0.0);
            self.value.push(0.0);
        }
        let edge = self.edge_to.len();
        self.edges.insert(key, edge as u32);
        self.edge_from.push(from as u32);
        self.edge_to.push(to);
        self.edge_count.push(0.0);
        edge
    }

    fn into_chain(self) -> Chain {
        let n = self.contexts.len();
        let share =
            |counts: Vec<f64>| -> Vec<f64> { counts.iter().zip(&self.visits).map(|(c, v)| if *v > 0.0 { c / v } else { 0.0 }).collect() };
        let mut edges: Vec<usize> = (0..self.edge_to.len()).collect();
        edges.sort_unstable_by_key(|&e| (self.edge_from[e], self.edge_to[e]));
        let mut self_loop = vec![0.0; n];
        let (mut row_ends, mut targets, mut probabilities) = (vec![0; n], Vec::new(), Vec::new());
        for e in edges {
            let (from, to) = (self.edge_from[e] as usize, self.edge_to[e]);
            let probability = self.edge_count[e] / self.visits[from];
            if from == to as usize {
                self_loop[from] += probability;
            } else {
                targets.push(to);
                probabilities.push(probability);
                row_ends[from] = targets.len();
            }
        }
        // States without a move of their own end where the row before them ends.
        for s in 1..n {
            row_ends[s] = row_ends[s].max(row_ends[s - 1]);
        }
        Chain {
            order: self.order,
            row_ends,
            targets,
            probabilities,
            self_loop,
            converts: share(self.converts),
            lost: share(self.lost),
            value: share(self.value),
            visits: self.visits,
            contexts: self.contexts,
        }
    }
}
