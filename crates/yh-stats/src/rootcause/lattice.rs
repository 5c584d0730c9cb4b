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
        let mut lattice = Self {
            cuboids: Vec::new(),
            place: HashMap::new(),
            layers: 0,
        };
        let mut cells = 0;
        for layer in 1..=max_layer.min(codes.len()) {
            let of_layer: Vec<usize> = (1..masks)
                .filter(|m| m.count_ones() as usize == layer)
                .collect();
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
            lattice
                .place
                .extend(fresh.map(|(i, c)| (c.mask, before + i)));
            lattice.layers = layer;
        }
        lattice
    }

    /// Splits the cells of the cuboid without the highest dimension by that dimension.
    fn cuboid(&self, mask: usize, codes: &[&[u32]], leaves: usize) -> Cuboid {
        let highest = mask.ilog2() as usize;
        let parent = self
            .place
            .get(&(mask ^ 1 << highest))
            .map(|&at| &self.cuboids[at].cell_of);
        let mut numbers: HashMap<(u32, u32), u32> = HashMap::new();
        let mut cuboid = Cuboid {
            mask,
            cell_of: Vec::with_capacity(leaves),
            example: Vec::new(),
        };
        for leaf in 0..leaves {
            let key = (parent.map_or(0, |p| p[leaf]), codes[highest][leaf]);
            let cell = *numbers.entry(key).or_insert_with(|| {
                cuboid.example.push(leaf as u32);
                cuboid.example.len() as u32 - 1
            });
            cuboid.cell_of.push(cell);
        }
        cuboid
    }
}
