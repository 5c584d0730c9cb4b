//! Dates and times as files write them, read as imports read them; a column decides between day/month and month/day.

use yh_app::import::moment::{OrderEvidence, Reading, Wall, civil_from_days, days_from_civil, order_evidence};

use super::input::{TextColumn, bad_cell};
use super::output::StatsCliError;

/// A calendar day, counted from 1970-01-01.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Date(pub i32);

impl std::str::FromStr for Date {
    type Err = String;

    /// Parses yyyy-mm-dd (also yyyy/m/d and yyyymmdd), as options are written.
    fn from_str(text: &str) -> Result<Self, String> {
        // A month alone is no day, though a column of months stands for their first days.
        let names_a_day = text.chars().count() >= 8 && !text.ends_with('月');
        match Reading::YearFirst.read(text) {
            Ok(wall) if names_a_day => Ok(Self((seconds_of(wall) / 86_400.0).floor() as i32)),
            _ => Err(format!("{text:?} is not a date: write yyyy-mm-dd")),
        }
    }
}

impl std::fmt::Display for Date {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let (y, m, d) = civil_from_days(i64::from(self.0));
        write!(f, "{y:04}-{m:02}-{d:02}")
    }
}

/// Parses a column; where day and month are written first, the column decides which is which.
pub fn parse_column(name: &str, column: &TextColumn) -> Result<Vec<f64>, StatsCliError> {
    let mut seconds = Vec::with_capacity(column.len());
    let (mut day_first, mut month_first, mut undecided) = (None, None, Vec::new());
    for (row, text) in column.iter().enumerate() {
        if let Ok(wall) = Reading::YearFirst.read(text) {
            seconds.push(seconds_of(wall));
            continue;
        }
        match order_evidence(text) {
            Some(OrderEvidence::DayFirst) => day_first = Some(row),
            Some(OrderEvidence::MonthFirst) => month_first = Some(row),
            Some(OrderEvidence::Either) => {}
            None => return Err(no_date(name, row, text)),
        }
        undecided.push(row);
        seconds.push(0.0);
    }
    let reading = match (day_first, month_first) {
        (Some(a), Some(b)) => {
            let lines = format!("lines {} and {}", a + 2, b + 2);
            return Err(mixed(name, format!("day and month change places between {lines}")));
        }
        (None, None) if !undecided.is_empty() => {
            return Err(mixed(name, "day and month cannot be told apart".to_owned()));
        }
        (Some(_), None) => Reading::DayFirst,
        (None, _) => Reading::MonthFirst,
    };
    for row in undecided {
        let text = column.get(row);
        seconds[row] = seconds_of(reading.read(text).map_err(|_| no_date(name, row, text))?);
    }
    Ok(seconds)
}

fn no_date(column: &str, row: usize, text: &str) -> StatsCliError {
    bad_cell(column, row, text, "a date of the calendar (yyyy-mm-dd)")
}

fn mixed(name: &str, what: String) -> StatsCliError {
    StatsCliError::input(format!("column {name:?}: {what}"), "write the dates as yyyy-mm-dd")
}

/// Whether a cell is written like a date.
pub(super) fn is_date(text: &str) -> bool {
    Reading::YearFirst.read(text).is_ok() || order_evidence(text).is_some()
}

/// Seconds since 1970-01-01T00:00, less the UTC offset where one is written.
fn seconds_of(wall: Wall) -> f64 {
    wall.wall_us() as f64 / 1e6 - f64::from(wall.offset.unwrap_or(0))
}

/// The first day of a month, in days since 1970-01-01; `None` when there is no such month.
pub(super) fn first_of_month(year: i32, month: u32) -> Option<i32> {
    ((1..=9999).contains(&year) && (1..=12).contains(&month)).then(|| days_from_civil(year, month, 1) as i32)
}

/// Months since the year 0 of a day counted from 1970-01-01.
pub(super) fn month_of(day: i32) -> i64 {
    let (year, month, _) = civil_from_days(i64::from(day));
    i64::from(year) * 12 + i64::from(month) - 1
}

#[cfg(test)]
mod tests {
    use super::*;

    fn column(cells: &[&str]) -> Result<Vec<f64>, StatsCliError> {
        let mut column = TextColumn::default();
        cells.iter().for_each(|c| column.push(c));
        parse_column("date", &column)
    }

    #[test]
    fn forms_of_one_day_agree() {
        let day = 14_000.0 * 86_400.0;
        let forms = ["2008-05-01", "2008/5/1", "20080501", "2008年5月1日", "2008-05-01T00:00:00Z", "2008-05-01 08:00+08:00"];
        assert_eq!(column(&forms).expect("all parse"), vec![day; forms.len()]);
        assert_eq!(column(&["2008-05-01 01:30:00 PM"]).expect("a time"), vec![day + 13.5 * 3600.0]);
        assert_eq!(column(&["01/05/2008", "13/05/2008"]).expect("day first"), vec![day, day + 12.0 * 86_400.0]);
        assert_eq!(column(&["05/01/2008", "05/13/2008"]).expect("month first"), vec![day, day + 12.0 * 86_400.0]);
    }

    #[test]
    fn options_name_a_day() {
        for text in ["2008-05-01", "2008/5/1", "20080501", "2008年5月1日"] {
            assert_eq!(text.parse(), Ok(Date(14_000)), "{text}");
        }
        for text in ["2008-05", "200805", "2008年05月", "soon", "1/5/2008", "2008-02-30"] {
            assert!(text.parse::<Date>().is_err(), "{text}");
        }
    }

    #[test]
    fn what_is_no_date_is_refused() {
        for cells in
            [&["2008-02-30"][..], &["soon"], &[""], &["1/2/2008"], &["13/1/2008", "1/13/2008"], &["2008-05-01 25:61"], &["20080230"]]
        {
            assert!(column(cells).is_err(), "{cells:?}");
        }
    }
}
