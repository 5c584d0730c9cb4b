//! From rows to equally spaced series.

use std::collections::BTreeMap;

use yh_stats::forecast::reconcile::Hierarchy;
use yh_stats::forecast::regressors::Regressor;

use super::Args;
use crate::stats::input::{self, ParquetReader, Table};
use crate::stats::output::StatsCliError;

/// One series, oldest value first.
pub struct Series {
    pub id: String,
    pub values: Vec<f64>,
    /// History and future of the known influences.
    pub regressors: Vec<Regressor>,
}

/// What the file gave.
pub struct Read {
    pub series: Vec<Series>,
    pub season: usize,
    pub warnings: Vec<String>,
}

/// Reads, orders and fills the series of the file.
pub fn read(args: &Args, parquet: ParquetReader) -> Result<Read, StatsCliError> {
    let mut wanted: Vec<&str> = vec![&args.time, &args.value];
    wanted.extend(args.id.as_deref());
    wanted.extend(args.regressors.iter().map(String::as_str));
    let table = input::read(&args.common, parquet, &wanted)?;
    let mut warnings = Vec::new();
    let keys = order_keys(&table, &args.time, &mut warnings);
    let values = table.numbers_or_missing(&args.value)?;
    let known = args.regressors.iter().map(|r| table.numbers(r)).collect::<Result<Vec<_>, _>>()?;
    let (ids, codes) = match &args.id {
        Some(id) => table.categories(id)?,
        None => (vec!["all".to_owned()], vec![0; table.rows()]),
    };
    let mut rows: Vec<Vec<usize>> = vec![Vec::new(); ids.len()];
    codes.iter().enumerate().for_each(|(row, code)| rows[*code].push(row));
    let mut series = Vec::with_capacity(ids.len());
    for (id, mut rows) in ids.into_iter().zip(rows) {
        rows.sort_by(|&a, &b| keys.values[a].total_cmp(&keys.values[b]));
        if let Some(twice) = rows.windows(2).find(|w| keys.values[w[0]] == keys.values[w[1]]) {
            return Err(StatsCliError::input(
                format!("lines {} and {} have the same time in series {id:?}", twice[0] + 2, twice[1] + 2),
                "sum the rows of one time first, or name the column that tells the series apart with --id",
            ));
        }
        let last = rows.iter().rposition(|&r| values[r].is_some()).map_or(0, |i| i + 1);
        let history: Vec<Option<f64>> = rows[..last].iter().map(|&r| values[r]).collect();
        let gaps = history.iter().filter(|v| v.is_none()).count();
        if gaps > 0 {
            warnings.push(format!("series {id:?}: {gaps} missing values were interpolated"));
        }
        let regressors = args
            .regressors
            .iter()
            .zip(&known)
            .map(|(name, column)| Regressor { name: name.clone(), values: rows.iter().map(|&r| column[r]).collect() })
            .collect();
        series.push(Series { id, values: interpolate(&history), regressors });
    }
    let spacing = keys.seconds_apart(&series, &codes);
    let season = args.season.unwrap_or_else(|| usual_season(spacing));
    Ok(Read { series, season, warnings })
}

struct Keys {
    values: Vec<f64>,
    are_seconds: bool,
}

/// Numbers order by value, dates by time, other labels by text.
fn order_keys(table: &Table, column: &str, warnings: &mut Vec<String>) -> Keys {
    if let Ok(values) = table.numbers(column) {
        return Keys { values, are_seconds: false };
    }
    if let Ok(values) = table.seconds(column) {
        return Keys { values, are_seconds: true };
    }
    warnings.push(format!("column {column:?} holds neither numbers nor dates: rows are ordered by its text"));
    let mut order: BTreeMap<&str, f64> = BTreeMap::new();
    if let Ok(text) = table.text(column) {
        text.iter().for_each(|t| {
            order.insert(t, 0.0);
        });
        order.values_mut().enumerate().for_each(|(i, v)| *v = i as f64);
        return Keys { values: text.iter().map(|t| order[t]).collect(), are_seconds: false };
    }
    Keys { values: Vec::new(), are_seconds: false }
}

impl Keys {
    /// Median distance of neighbouring times in the first series, when times are dates.
    fn seconds_apart(&self, series: &[Series], codes: &[usize]) -> Option<f64> {
        if !self.are_seconds || series.is_empty() {
            return None;
        }
        let mut first: Vec<f64> = codes.iter().zip(&self.values).filter(|(c, _)| **c == 0).map(|(_, v)| *v).collect();
        first.sort_by(f64::total_cmp);
        let mut steps: Vec<f64> = first.windows(2).map(|w| w[1] - w[0]).collect();
        steps.sort_by(f64::total_cmp);
        steps.get(steps.len() / 2).copied()
    }
}

/// The season that rows of this spacing usually have; 1 (search) where there is no usual one.
fn usual_season(seconds_apart: Option<f64>) -> usize {
    const HOUR: f64 = 3600.0;
    const DAY: f64 = 24.0 * HOUR;
    match seconds_apart {
        Some(s) if s > 0.0 && s <= HOUR => (DAY / s).round() as usize,
        Some(s) if (s - DAY).abs() < HOUR => 7,
        Some(s) if (s - 7.0 * DAY).abs() < DAY => 52,
        Some(s) if (27.0 * DAY..32.0 * DAY).contains(&s) => 12,
        Some(s) if (88.0 * DAY..93.0 * DAY).contains(&s) => 4,
        _ => 1,
    }
}

fn interpolate(values: &[Option<f64>]) -> Vec<f64> {
    let known: Vec<(usize, f64)> = values.iter().enumerate().filter_map(|(i, v)| v.map(|v| (i, v))).collect();
    let (Some(&(first, start)), Some(_)) = (known.first(), known.last()) else { return Vec::new() };
    let mut out = vec![start; first];
    for pair in known.windows(2) {
        let ((a, va), (b, vb)) = (pair[0], pair[1]);
        out.extend((a..b).map(|i| va + (vb - va) * (i - a) as f64 / (b - a) as f64));
    }
    out.extend(known.last().map(|(_, v)| *v));
    out
}

/// Adds every prefix of the ids and the total as sums of their children.
///
/// # Errors
/// Series of different lengths, an id that is also the parent of another.
pub fn add_parents(series: &mut Vec<Series>, separator: &str) -> Result<Hierarchy, StatsCliError> {
    let length = series.first().map_or(0, |s| s.values.len());
    if let Some(other) = series.iter().find(|s| s.values.len() != length) {
        return Err(StatsCliError::input(
            format!("series {:?} has {} rows, the first has {length}", other.id, other.values.len()),
            "a hierarchy needs every leaf at every time; write 0 where nothing happened",
        ));
    }
    let leaves = series.len();
    let mut children: BTreeMap<String, Vec<usize>> = BTreeMap::new();
    let mut index: BTreeMap<String, usize> = series.iter().enumerate().map(|(i, s)| (s.id.clone(), i)).collect();
    let mut at = 0;
    while at < series.len() {
        let id = series[at].id.clone();
        if id != TOTAL {
            let parent = id.rsplit_once(separator).map_or(TOTAL.to_owned(), |(p, _)| p.to_owned());
            match index.get(&parent) {
                Some(&i) if i < leaves => {
                    return Err(StatsCliError::input(
                        format!("{parent:?} is a series and also the parent of {id:?}"),
                        "leave out the rows of parents: they are summed from their children",
                    ));
                }
                Some(_) => {}
                None => {
                    index.insert(parent.clone(), series.len());
                    series.push(Series { id: parent.clone(), values: vec![0.0; length], regressors: Vec::new() });
                }
            }
            children.entry(parent).or_default().push(at);
        }
        at += 1;
    }
    let sums: Vec<(usize, Vec<usize>)> = children.into_iter().map(|(p, c)| (index[&p], c)).collect();
    // A parent comes after its children in the list, so filling by index goes from the leaves up.
    let mut filled: Vec<usize> = (0..sums.len()).collect();
    filled
        .sort_by_key(|&i| std::cmp::Reverse(series[sums[i].0].id.matches(separator).count() + usize::from(series[sums[i].0].id != TOTAL)));
    for i in filled {
        let (parent, children) = &sums[i];
        for &child in children {
            let values = series[child].values.clone();
            series[*parent].values.iter_mut().zip(values).for_each(|(p, v)| *p += v);
        }
    }
    Ok(Hierarchy { series: series.len(), sums })
}

const TOTAL: &str = "(total)";
