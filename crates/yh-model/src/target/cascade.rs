//! Cascade (目标分解): a parent's target split to children that sum to it exactly.

use rust_decimal::Decimal;
use thiserror::Error;

/// The three levels of a target.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Levels {
    pub floor: Option<Decimal>,
    pub target: Decimal,
    pub stretch: Option<Decimal>,
}

/// Why a number cannot be split.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum SplitError {
    #[error("there is nobody to split it to")]
    NoChildren,
    #[error("a key of the split is negative")]
    NegativeKey,
    #[error("all keys of the split are 0")]
    NoKeys,
    #[error("{value} is no whole number of the smallest unit {unit}")]
    Unit { value: Decimal, unit: Decimal },
    #[error("{0} is too large to be split")]
    TooLarge(Decimal),
}

/// Splits `total` in proportion to `keys`, in whole units of 10^-`scale`; the parts sum to `total` exactly.
///
/// Largest remainder (Hare–Niemeyer): each part is rounded down, and the units left go to the largest remainders, the
/// earlier child first among equals. Negative totals are split like positive ones.
pub fn split(total: Decimal, keys: &[Decimal], scale: u32) -> Result<Vec<Decimal>, SplitError> {
    if keys.is_empty() {
        return Err(SplitError::NoChildren);
    }
    if keys.iter().any(Decimal::is_sign_negative) && keys.iter().any(|key| *key < Decimal::ZERO) {
        return Err(SplitError::NegativeKey);
    }
    let unit = Decimal::new(1, scale);
    let units = total.abs().checked_div(unit).ok_or(SplitError::TooLarge(total))?;
    if !units.fract().is_zero() {
        return Err(SplitError::Unit { value: total, unit });
    }
    let sum = keys.iter().try_fold(Decimal::ZERO, |sum, key| sum.checked_add(*key)).ok_or(SplitError::TooLarge(total))?;
    if sum.is_zero() {
        return Err(SplitError::NoKeys);
    }
    let share = |key: &Decimal| key.checked_div(sum).and_then(|share| units.checked_mul(share)).ok_or(SplitError::TooLarge(total));
    let exact: Vec<Decimal> = keys.iter().map(share).collect::<Result<_, _>>()?;
    let mut parts: Vec<Decimal> = exact.iter().map(Decimal::floor).collect();
    let mut left = units - parts.iter().sum::<Decimal>();
    // A share that was rounded up in its last digit can take one unit too many.
    for part in parts.iter_mut().rev() {
        while left < Decimal::ZERO && *part > Decimal::ZERO {
            *part -= Decimal::ONE;
            left += Decimal::ONE;
        }
    }
    let mut order: Vec<usize> = (0..keys.len()).filter(|index| !keys[*index].is_zero()).collect();
    order.sort_by(|a, b| exact[*b].fract().cmp(&exact[*a].fract()).then(a.cmp(b)));
    for index in order.into_iter().cycle() {
        if left <= Decimal::ZERO {
            break;
        }
        parts[index] += Decimal::ONE;
        left -= Decimal::ONE;
    }
    let sign = if total.is_sign_negative() { -Decimal::ONE } else { Decimal::ONE };
    Ok(parts.into_iter().map(|part| (part * unit * sign).normalize()).collect())
}

/// Splits all levels of a target by the same keys.
///
/// The easiest level and the steps to the harder ones are split, so that the children's levels keep their order.
pub fn split_levels(parent: &Levels, keys: &[Decimal], scale: u32) -> Result<Vec<Levels>, SplitError> {
    let known: Vec<Decimal> = [parent.floor, Some(parent.target), parent.stretch].into_iter().flatten().collect();
    let mut parts: Vec<Vec<Decimal>> = Vec::new();
    for (index, level) in known.iter().enumerate() {
        let step = if index == 0 { *level } else { *level - known[index - 1] };
        let split = split(step, keys, scale)?;
        let sums = match parts.last() {
            Some(before) => before.iter().zip(&split).map(|(before, step)| before + step).collect(),
            None => split,
        };
        parts.push(sums);
    }
    let child = |index: usize| {
        let mut level = parts.iter().map(|values| values[index].normalize());
        let floor = parent.floor.and_then(|_| level.next());
        let target = level.next().unwrap_or_default();
        Levels { floor, target, stretch: parent.stretch.and_then(|_| level.next()) }
    };
    Ok((0..keys.len()).map(child).collect())
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn decimals(texts: &[&str]) -> Vec<Decimal> {
        texts.iter().map(|text| text.parse().expect("a number")).collect()
    }

    #[test]
    fn the_largest_remainder_takes_the_units_left() {
        for (total, keys, scale, expect) in [
            ("100", ["1", "1", "1"], 0, ["34", "33", "33"]),
            ("0.05", ["1", "1", "1"], 2, ["0.02", "0.02", "0.01"]),
            ("10", ["0", "1", "3"], 0, ["0", "3", "7"]),
            ("-10", ["1", "1", "1"], 0, ["-4", "-3", "-3"]),
            ("0", ["1", "2", "3"], 2, ["0", "0", "0"]),
        ] {
            let total: Decimal = total.parse().expect("a number");
            assert_eq!(split(total, &decimals(&keys), scale).expect("a split"), decimals(&expect), "{total}");
        }
    }

    #[test]
    fn what_cannot_be_split_is_refused() {
        let one = Decimal::ONE;
        assert_eq!(split(one, &[], 0), Err(SplitError::NoChildren));
        assert_eq!(split(one, &[one, -one], 0), Err(SplitError::NegativeKey));
        assert_eq!(split(one, &[Decimal::ZERO], 0), Err(SplitError::NoKeys));
        let half = Decimal::new(5, 1);
        assert_eq!(split(half, &[one], 0), Err(SplitError::Unit { value: half, unit: one }));
        assert!(matches!(split(Decimal::MAX, &[one, one], 4), Err(SplitError::TooLarge(_))));
    }

    proptest! {
        #[test]
        fn parts_sum_to_the_whole(total in -10_000_000_000_000i64..10_000_000_000_000, scale in 0u32..=4, keys in prop::collection::vec(0u64..1_000_000_000, 1..60)) {
            prop_assume!(keys.iter().any(|key| *key > 0));
            let total = Decimal::new(total, scale);
            let keys: Vec<Decimal> = keys.into_iter().map(|key| Decimal::new(key as i64, 3)).collect();
            let parts = split(total, &keys, scale).expect("a split");
            prop_assert_eq!(parts.iter().sum::<Decimal>(), total);
            let sum: Decimal = keys.iter().sum();
            for (part, key) in parts.iter().zip(&keys) {
                prop_assert!(part.normalize().scale() <= scale);
                prop_assert!((part - total * (key / sum)).abs() <= Decimal::new(1, scale) + Decimal::new(1, 10));
                prop_assert!(!key.is_zero() || part.is_zero());
            }
        }

        #[test]
        fn levels_keep_sum_and_order(mut levels in prop::array::uniform3(-1_000_000_000i64..1_000_000_000), keys in prop::collection::vec(1i64..100_000, 1..40), lower: bool) {
            levels.sort_unstable();
            if lower {
                levels.reverse();
            }
            let [floor, target, stretch] = levels.map(|level| Decimal::new(level, 2));
            let parent = Levels { floor: Some(floor), target, stretch: Some(stretch) };
            let keys: Vec<Decimal> = keys.into_iter().map(Decimal::from).collect();
            let children = split_levels(&parent, &keys, 2).expect("a split");
            let sum = |of: fn(&Levels) -> Decimal| children.iter().map(of).sum::<Decimal>();
            prop_assert_eq!(sum(|child| child.floor.unwrap_or_default()), floor);
            prop_assert_eq!(sum(|child| child.target), target);
            prop_assert_eq!(sum(|child| child.stretch.unwrap_or_default()), stretch);
            for child in &children {
                let (low, high) = if lower { (child.stretch, child.floor) } else { (child.floor, child.stretch) };
                prop_assert!(low <= Some(child.target) && Some(child.target) <= high);
            }
        }
    }
}
