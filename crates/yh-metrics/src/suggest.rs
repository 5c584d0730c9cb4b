//! "Did you mean": the nearest known name by edit distance.

/// The candidate nearest to `name`, if it is near enough to be a likely slip.
pub(crate) fn nearest<'a>(name: &str, candidates: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let limit = (name.chars().count() / 3).clamp(1, 4);
    let scored = candidates.into_iter().map(|c| (distance(name, c), c));
    let (best, candidate) = scored.min()?;
    (best <= limit).then_some(candidate)
}

/// Levenshtein distance over characters; a swap of neighbours counts two.
fn distance(a: &str, b: &str) -> usize {
    let b: Vec<char> = b.chars().collect();
    let mut row: Vec<usize> = (0..=b.len()).collect();
    for (i, x) in a.chars().enumerate() {
        let mut diagonal = row[0];
        row[0] = i + 1;
        for (j, y) in b.iter().enumerate() {
            let substitute = diagonal + usize::from(x != *y);
            diagonal = row[j + 1];
            row[j + 1] = substitute.min(row[j] + 1).min(diagonal + 1);
        }
    }
    row[b.len()]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn suggests_only_near_names() {
        assert_eq!(nearest("net_revnue", ["orders", "net_revenue"]), Some("net_revenue"));
        assert_eq!(nearest("zzz", ["orders", "net_revenue"]), None);
    }
}
