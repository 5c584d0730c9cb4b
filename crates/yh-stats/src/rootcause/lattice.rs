//! All combinations of dimension values that occur in the leaves, cuboid by cuboid.

use std::collections::HashMap;

/// Most cells kept over all cuboids; beyond it deeper layers are left out.
const MAX_CELLS: usize = 2_000_000;
/// Most (cuboid, leaf) pairs kept.
const MAX_ENTRIES: usize = 100_000_000;

/// One combination of dimensions (a bit mask) and its cells.
pub(super) struct Cuboid {
    pub mask: usize,
    /// Cell of each leaf.
    pub cell_of: Vec<u32>,
    /// One leaf of each cell.
    pub example: Vec<u32>,
}

/// Cuboids by layer, lowest first.
pub(super) struct Lattice {
    pub cuboids: Vec<Cuboid>,
    /// Position in `cuboids` of each mask, when kept.
    pub place: HashMap<usize, usize>,
    pub layers: usize,
}

impl Lattice {
    /// Builds the cuboids of the given dimensions (codes per leaf), up to `max_layer` dimensions each.
    pub fn build(codes: &[&[u32]], leaves: usize, max_layer: usize) -> Self {
        let masks: usize = 1 << codes.len();
        let mut lattice = Self { cuboids: Vec::new(), place: HashMap::new(), layers: 0 };
        let mut cells = 0;
        for layer in 1..=max_layer.min(codes.len()) {
            let of_layer: Vec<usize> = (1..masks).filter(|m| m.count_ones() as usize == layer).collect();
            if layer > 1 && (lattice.cuboids.len() + of_layer.len()) * leaves > MAX_ENTRIES {
                break;
            }
            let before = lattice.cuboids.len();
            for mask in of_layer {
                let cuboid = lattice.cuboid(mask, codes, leaves);
                cells += cuboid.example.len();
                lattice.cuboids.push(cuboid);
            }
            if layer > 1 && cells > MAX_CELLS {
                lattice.cuboids.truncate(before);
                break;
            }
            let fresh = lattice.cuboids[before..].iter().enumerate();
            lattice.place.extend(fresh.map(|(i, c)| (c.mask, before + i)));
            lattice.layers = layer;
        }
        lattice
    }

    /// Splits the cells of the cuboid without the highest dimension by that dimension.
    fn cuboid(&self, mask: usize, codes: &[&[u32]], leaves: usize) -> Cuboid {
        let highest = mask.ilog2() as usize;
        let parent = self.place.get(&(mask ^ 1 << highest)).map(|&at| &self.cuboids[at]);
        let values = codes[highest].iter().max().map_or(0, |&m| m as usize + 1);
        let parents = parent.map_or(1, |p| p.example.len());
        let mut numbers = Numbers::new(parents, values, leaves);
        let mut cuboid = Cuboid { mask, cell_of: Vec::with_capacity(leaves), example: Vec::new() };
        for (leaf, &code) in codes[highest].iter().enumerate() {
            let above = parent.map_or(0, |p| p.cell_of[leaf] as usize);
            let fresh = cuboid.example.len() as u32;
            let cell = numbers.number(above * values + code as usize, fresh);
            if cell == fresh {
                cuboid.example.push(leaf as u32);
            }
            cuboid.cell_of.push(cell);
        }
        cuboid
    }
}

/// Numbers pairs of (cell above, value) in order of appearance: a table while it is small, else a map.
enum Numbers {
    Table(Vec<u32>),
    Map(HashMap<usize, u32>),
}

impl Numbers {
    fn new(parents: usize, values: usize, leaves: usize) -> Self {
        match parents.checked_mul(values) {
            Some(pairs) if pairs <= 16 * leaves + 1024 => Self::Table(vec![u32::MAX; pairs]),
            _ => Self::Map(HashMap::new()),
        }
    }

    /// The number of a pair: `fresh` when it is new.
    fn number(&mut self, pair: usize, fresh: u32) -> u32 {
        match self {
            Self::Map(map) => *map.entry(pair).or_insert(fresh),
            Self::Table(table) => {
                if table[pair] == u32::MAX {
                    table[pair] = fresh;
                }
                table[pair]
            }
        }
    }
}
