//! From rows to equally spaced series.

use std::collections::BTreeMap;

use yh_stats::forecast::reconcile::Hierarchy;
use yh_stats::forecast::regressors::Regressor;

use super::Args;
use crate::stats::input::{self, ParquetReader, Table};
use crate::stats::output::StatsCliError;
use crate::stats::times::{self, Times};

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
    if let Some(twice) = args.regressors.iter().enumerate().find(|(i, name)| args.regressors[..*i].contains(name)) {
        return Err(StatsCliError::usage(format!("regressor {:?} is named twice", twice.1), "name each column once"));
    }
    let table = input::read(&args.common, parquet, &wanted)?;
    let mut warnings = Vec::new();
    let keys = Keys::read(&table, &args.time, &mut warnings)?;
    let values = table.numbers_or_missing(&args.value)?;
    let known = args.regressors.iter().map(|r| influence(&table, r)).collect::<Result<Vec<_>, _>>()?;
    let (ids, codes) = match &args.id {
        Some(id) => table.categories(id)?,
        None => (vec!["all".to_owned()], vec![0; table.rows()]),
    };
    let mut rows: Vec<Vec<usize>> = vec![Vec::new(); ids.len()];
    codes.iter().enumerate().for_each(|(row, code)| rows[*code].push(row));
    let mut series = Vec::with_capacity(ids.len());
    let (mut missing, mut paused, mut season) = (Missing::default(), Missing::default(), None);
    for (id, mut rows) in ids.into_iter().zip(rows) {
        rows.sort_by(|&a, &b| keys.values[a].total_cmp(&keys.values[b]));
        if let Some(twice) = rows.windows(2).find(|w| keys.values[w[0]] == keys.values[w[1]]) {
            return Err(StatsCliError::input(
                format!("lines {} and {} have the same time in series {id:?}", twice[0] + 2, twice[1] + 2),
                "sum the rows of one time first, or name the column that tells the series apart with --id",
            ));
        }
        let at: Vec<f64> = rows.iter().map(|&r| keys.values[r]).collect();
        season = season.or_else(|| keys.are_seconds.then(|| times::usual_season(&at)));
        let places = places(&at, keys.are_seconds, &mut |periods| paused.note(&id, periods));
        let spread = |column: &mut dyn FnMut(usize) -> Option<f64>| -> Vec<Option<f64>> {
            let mut even = vec![None; places.last().map_or(0, |p| p + 1)];
            rows.iter().zip(&places).for_each(|(&row, &place)| even[place] = column(row));
            even
        };
        let history = spread(&mut |row| values[row]);
        let last = history.iter().rposition(Option::is_some).map_or(0, |i| i + 1);
        missing.note(&id, history[..last].iter().filter(|v| v.is_none()).count());
        let regressors: Vec<Regressor> = args
            .regressors
            .iter()
            .zip(&known)
            .map(|(name, column)| Regressor { name: name.clone(), values: interpolate(&spread(&mut |row| Some(column[row]))) })
            .collect();
        reject_short(&regressors, last, args.horizon, &id)?;
        series.push(Series { id, values: interpolate(&history[..last]), regressors });
    }
    warnings.extend(missing.words("missing values were interpolated; write 0 where nothing happened"));
    warnings.extend(paused.words("periods have no row (nights, weekends?): rows count as evenly spaced; write 0 where nothing happened"));
    Ok(Read { series, season: args.season.or(season).unwrap_or(1), warnings })
}

/// Counts what many series lack, for one warning.
#[derive(Default)]
struct Missing {
    first: Option<String>,
    series: usize,
    count: usize,
}

impl Missing {
    fn note(&mut self, id: &str, count: usize) {
        if count > 0 {
            self.first.get_or_insert_with(|| id.to_owned());
            self.series += 1;
            self.count += count;
        }
    }

    fn words(self, what: &str) -> Option<String> {
        let others = if self.series > 1 { format!(" and {} more", self.series - 1) } else { String::new() };
        self.first.map(|first| format!("series {first:?}{others}: {} {what}", self.count))
    }
}

/// Numbers, or yes/no as 1 and 0.
fn influence(table: &Table, name: &str) -> Result<Vec<f64>, StatsCliError> {
    table.numbers(name).or_else(|not_numbers| match table.flags(name) {
        Ok(flags) => Ok(flags.into_iter().map(|f| f64::from(u8::from(f))).collect()),
        Err(_) => Err(not_numbers),
    })
}

fn reject_short(regressors: &[Regressor], history: usize, horizon: usize, id: &str) -> Result<(), StatsCliError> {
    match regressors.iter().map(|r| r.values.len().saturating_sub(history)).min() {
        Some(ahead) if ahead < horizon => Err(StatsCliError::input(
            format!("the regressors of series {id:?} are known for {ahead} rows after its last value; the horizon is {horizon}"),
            "add rows for the coming periods, the regressors filled in and the value empty",
        )),
        _ => Ok(()),
    }
}

/// Regressors that are constant over the history of every series.
pub fn never_change(series: &[Series]) -> Vec<String> {
    let names = series.first().map_or(&[][..], |s| &s.regressors);
    let steady =
        |at: usize| series.iter().all(|s| s.regressors[at].values.iter().take(s.values.len()).all(|v| *v == s.regressors[at].values[0]));
    names.iter().enumerate().filter(|(at, _)| steady(*at)).map(|(_, r)| r.name.clone()).collect()
}

/// The place of each sorted time in the series: gaps leave places empty; pauses are said and closed up.
fn places(at: &[f64], are_seconds: bool, pause: &mut dyn FnMut(usize)) -> Vec<usize> {
    let even = times::periods_of(at, are_seconds);
    let periods = even.as_ref().and_then(|p| p.last()).map_or(0, |last| last + 1);
    match even {
        Some(places) if times::has_gaps(at.len(), periods) => places,
        _ => {
            pause(periods.saturating_sub(at.len()));
            (0..at.len()).collect()
        }
    }
}

struct Keys {
    values: Vec<f64>,
    are_seconds: bool,
}

impl Keys {
    /// Numbers order by value, dates by time, other labels by text.
    fn read(table: &Table, column: &str, warnings: &mut Vec<String>) -> Result<Self, StatsCliError> {
        match Times::read(table, column)? {
            Times::Numbers(values) => Ok(Self { values, are_seconds: false }),
            Times::Seconds(values) => Ok(Self { values, are_seconds: true }),
            Times::Labels => {
                warnings.push(format!("column {column:?} holds neither numbers nor dates: rows are ordered by its text"));
                let text = table.text(column)?;
                let mut order: BTreeMap<&str, f64> = text.iter().map(|t| (t, 0.0)).collect();
                order.values_mut().enumerate().for_each(|(i, v)| *v = i as f64);
                Ok(Self { values: text.iter().map(|t| order[t]).collect(), are_seconds: false })
            }
        }
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
