//! The time column of a series: dates, weeks, months, quarters or numbers; and the periods between.

use super::Common;
use super::dates::{self, first_of_month};
use super::input::{self, ParquetReader, Table, TextColumn, bad_cell};
use super::output::StatsCliError;

const HOUR: f64 = 3600.0;
const DAY: f64 = 24.0 * HOUR;
/// Numbers above this are milliseconds since 1970, not seconds (which reach it in the year 5138).
const LEAST_MILLISECONDS: f64 = 1e11;
/// A series that lacks more than this share of its periods has pauses (nights, weekends), not gaps.
const MOST_GAPS: f64 = 0.1;

/// What a time column holds.
#[derive(Debug, Clone, PartialEq)]
pub enum Times {
    /// Seconds since 1970-01-01T00:00.
    Seconds(Vec<f64>),
    /// Plain numbers.
    Numbers(Vec<f64>),
    /// Neither: labels, to be ordered by their text.
    Labels,
}

impl Times {
    /// Reads a column: yyyymmdd and yyyymm are dates, other numbers are numbers.
    ///
    /// # Errors
    /// A column of dates with a cell that is none.
    pub fn read(table: &Table, name: &str) -> Result<Self, StatsCliError> {
        let column = table.text(name)?;
        if let Some(seconds) = compact_dates(name, column).or_else(|| periods(column)) {
            return Ok(Self::Seconds(seconds));
        }
        if let Ok(numbers) = table.numbers(name) {
            return Ok(Self::Numbers(numbers));
        }
        if column.iter().any(dates::is_date) {
            return Ok(Self::Seconds(dates::parse_column(name, column)?));
        }
        Ok(Self::Labels)
    }

    /// Reads a column that must tell the time of day or the date: numbers are seconds (or milliseconds) since 1970.
    ///
    /// # Errors
    /// As [`Times::read`]; also labels.
    pub fn seconds(table: &Table, name: &str) -> Result<Vec<f64>, StatsCliError> {
        match Self::read(table, name)? {
            Self::Seconds(seconds) => Ok(seconds),
            Self::Numbers(numbers) if numbers.iter().any(|n| n.abs() > LEAST_MILLISECONDS) => {
                Ok(numbers.into_iter().map(|n| n / 1000.0).collect())
            }
            Self::Numbers(numbers) => Ok(numbers),
            Self::Labels => {
                let text = table.text(name)?;
                Err(bad_cell(name, 0, text.iter().next().unwrap_or(""), "a date (yyyy-mm-dd), a time or a number"))
            }
        }
    }
}

/// Reads the wanted columns with the rows in the order of `time`, when it is given; the warnings say
/// that they were sorted, or that times repeat.
///
/// # Errors
/// As [`input::read`]; times that are neither dates nor numbers.
pub fn read_in_order(
    common: &Common,
    parquet: ParquetReader,
    wanted: &[&str],
    time: Option<&str>,
) -> Result<(Table, Vec<String>), StatsCliError> {
    let table = input::read(common, parquet, wanted)?;
    let Some(time) = time.filter(|_| table.rows() > 0) else { return Ok((table, Vec::new())) };
    let seconds = Times::seconds(&table, time)?;
    let mut warnings = Vec::new();
    let mut order: Vec<usize> = (0..table.rows()).collect();
    order.sort_by(|&a, &b| seconds[a].total_cmp(&seconds[b]));
    if order.windows(2).any(|w| w[0] > w[1]) {
        warnings.push("the rows were not in time order: they were sorted first".to_owned());
    }
    if order.windows(2).any(|w| seconds[w[0]] == seconds[w[1]]) {
        warnings.push("several rows have the same time: each counts as a period of its own".to_owned());
    }
    let sorted = |column: &TextColumn| {
        let mut moved = TextColumn::default();
        order.iter().for_each(|&row| moved.push(column.get(row)));
        moved
    };
    let columns = table.columns.iter().map(sorted).collect();
    Ok((Table { names: table.names, columns }, warnings))
}

/// yyyymmdd in every cell.
fn compact_dates(name: &str, column: &TextColumn) -> Option<Vec<f64>> {
    let compact = |cell: &str| cell.len() == 8 && cell.bytes().all(|b| b.is_ascii_digit());
    (column.len() > 0 && column.iter().all(compact)).then(|| dates::parse_column(name, column).ok()).flatten()
}

/// A week, month or quarter in every cell: the seconds of its first day.
fn periods(column: &TextColumn) -> Option<Vec<f64>> {
    if column.len() == 0 {
        return None;
    }
    column.iter().map(|cell| first_day(cell).map(|day| f64::from(day) * DAY)).collect()
}

/// First day of 2024-05, 2024/5, 202405, 2024年5月, 2024-Q2, 2024 W07 (ISO weeks).
fn first_day(cell: &str) -> Option<i32> {
    let (year, rest) = (cell.get(..4)?, cell.get(4..)?);
    let year: i32 = year.bytes().all(|b| b.is_ascii_digit()).then(|| year.parse().ok())??;
    let rest = rest.trim_start_matches(['-', '/', '.', ' ', '年']).trim_end_matches(['月', '周', '季']);
    let number = |text: &str| text.parse::<u32>().ok().filter(|_| (1..=2).contains(&text.len()));
    if let Some(week) = rest.strip_prefix(['W', 'w', '第']) {
        return first_day_of_week(year, number(week)?);
    }
    if let Some(quarter) = rest.strip_prefix(['Q', 'q']) {
        return first_of_month(year, number(quarter).filter(|q| (1..=4).contains(q))? * 3 - 2);
    }
    first_of_month(year, number(rest)?).filter(|_| (1900..2200).contains(&year))
}

/// Monday of an ISO 8601 week: week 1 holds 4 January.
fn first_day_of_week(year: i32, week: u32) -> Option<i32> {
    let fourth = first_of_month(year, 1)? + 3;
    // 1970-01-01 was a Thursday, three days after a Monday.
    let first_monday = fourth - (fourth + 3).rem_euclid(7);
    (1..=53).contains(&week).then(|| first_monday + 7 * (week as i32 - 1))
}

/// Median distance of neighbours in sorted times.
pub fn spacing(sorted: &[f64]) -> Option<f64> {
    let mut steps: Vec<f64> = sorted.windows(2).map(|w| w[1] - w[0]).filter(|s| *s > 0.0).collect();
    steps.sort_by(f64::total_cmp);
    steps.get(steps.len() / 2).copied()
}

/// Which period of an even grid each of the sorted times falls into, from 0; `None` when they are not
/// evenly spaced (or two share a period). Months, quarters and years count by the calendar.
pub fn periods_of(sorted: &[f64], are_seconds: bool) -> Option<Vec<usize>> {
    let (first, step) = (*sorted.first()?, spacing(sorted)?);
    let months_apart = if are_seconds { months_of(step) } else { None };
    let mut periods = Vec::with_capacity(sorted.len());
    for &time in sorted {
        let period = match months_apart {
            Some(apart) => (month_of(time) - month_of(first)).div_euclid(apart) as f64,
            None => ((time - first) / step).round(),
        };
        if months_apart.is_none() && (time - first - period * step).abs() > 0.25 * step {
            return None;
        }
        periods.push(period as usize);
    }
    periods.windows(2).all(|w| w[0] < w[1]).then_some(periods)
}

/// Whether so many rows in a span of so many periods leave gaps to fill (true), or pauses to skip.
pub fn has_gaps(rows: usize, periods: usize) -> bool {
    periods > rows && ((periods - rows) as f64) <= MOST_GAPS * periods as f64
}

/// The season that rows at these sorted times usually have; 1 (search) where there is no usual one.
///
/// Rows within a day, or within a week, are counted, so that shops that close have their own season.
pub fn usual_season(sorted: &[f64]) -> usize {
    match spacing(sorted) {
        Some(step) if step <= HOUR => usual_rows_per(sorted, DAY, 0.0),
        // Weeks start on Monday; 1970-01-01 was a Thursday.
        Some(step) if (step - DAY).abs() < HOUR => usual_rows_per(sorted, 7.0 * DAY, 3.0 * DAY),
        Some(step) if (step - 7.0 * DAY).abs() < DAY => 52,
        Some(step) => match months_of(step) {
            Some(1) => 12,
            Some(3) => 4,
            _ => 1,
        },
        None => 1,
    }
}

/// Median number of rows in a span (a day, a week) that has any.
fn usual_rows_per(sorted: &[f64], span: f64, offset: f64) -> usize {
    let span_of = |time: f64| ((time + offset) / span).floor();
    let mut counts: Vec<usize> = sorted.chunk_by(|a, b| span_of(*a) == span_of(*b)).map(<[f64]>::len).collect();
    counts.sort_unstable();
    counts[counts.len() / 2]
}

fn months_of(step: f64) -> Option<i64> {
    match step / DAY {
        d if (27.5..31.5).contains(&d) => Some(1),
        d if (88.5..92.5).contains(&d) => Some(3),
        d if (364.5..366.5).contains(&d) => Some(12),
        _ => None,
    }
}

fn month_of(seconds: f64) -> i64 {
    dates::month_of((seconds / DAY).floor() as i32)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn table(cells: &[&str]) -> Table {
        let mut column = TextColumn::default();
        cells.iter().for_each(|c| column.push(c));
        Table { names: vec!["t".into()], columns: vec![column] }
    }

    fn days(cells: &[&str]) -> Vec<f64> {
        Times::seconds(&table(cells), "t").expect("times").into_iter().map(|s| s / DAY).collect()
    }

    #[test]
    fn weeks_months_and_quarters_start_on_their_first_day() {
        let may = days(&["2024-05-01"]);
        for cell in ["2024-05", "2024/5", "202405", "2024年5月", "20240501"] {
            assert_eq!(days(&[cell]), may, "{cell}");
        }
        assert_eq!(days(&["2024-Q2", "2024Q3"]), days(&["2024-04-01", "2024-07-01"]));
        assert_eq!(days(&["2021 W01", "2020-W53", "2024W01"]), days(&["2021-01-04", "2020-12-28", "2024-01-01"]));
    }

    #[test]
    fn numbers_stay_numbers_and_labels_labels() {
        assert_eq!(Times::read(&table(&["1", "2.5"]), "t").expect("numbers"), Times::Numbers(vec![1.0, 2.5]));
        assert_eq!(Times::read(&table(&["V1", "V2"]), "t").expect("labels"), Times::Labels);
        assert_eq!(Times::seconds(&table(&["1714521600000"]), "t").expect("milliseconds"), vec![1_714_521_600.0]);
        assert!(Times::read(&table(&["2024-02-28", "2024-02-30"]), "t").is_err());
        assert!(Times::seconds(&table(&["V1"]), "t").is_err());
    }

    #[test]
    fn gaps_are_told_from_pauses() {
        let hours = [0.0, 1.0, 2.0, 5.0, 6.0].map(|h| h * HOUR);
        assert_eq!(periods_of(&hours, true), Some(vec![0, 1, 2, 5, 6]));
        assert_eq!(periods_of(&[0.0, 1.0, 2.0, 2.5], false), None);
        let months: Vec<f64> =
            days(&["2023-11-30", "2023-12-31", "2024-01-31", "2024-02-29", "2024-04-30"]).iter().map(|d| d * DAY).collect();
        assert_eq!(periods_of(&months, true), Some(vec![0, 1, 2, 3, 5]));
        assert!(has_gaps(97, 100) && !has_gaps(71, 100) && !has_gaps(9, 9));
    }

    #[test]
    fn closed_hours_and_days_shorten_the_season() {
        let open = |from: usize, to: usize| -> Vec<f64> {
            (0..20 * 24).filter(|h| (from..to).contains(&(h % 24))).map(|h| h as f64 * HOUR).collect()
        };
        assert_eq!((usual_season(&open(0, 24)), usual_season(&open(9, 21))), (24, 12));
        let weekdays: Vec<f64> = (0..70).filter(|d| (d + 3) % 7 < 5).map(|d| f64::from(d) * DAY).collect();
        assert_eq!(usual_season(&weekdays), 5);
        let weeks: Vec<f64> = (0..20).map(|w| f64::from(w) * 7.0 * DAY).collect();
        assert_eq!((usual_season(&weeks), usual_season(&[])), (52, 1));
    }
}
