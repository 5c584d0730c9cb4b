//! Dates and times as files write them.

use super::input::{TextColumn, bad_cell};
use super::output::StatsCliError;

/// A calendar day, counted from 1970-01-01.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Date(pub i32);

impl std::str::FromStr for Date {
    type Err = String;

    /// Parses yyyy-mm-dd (also yyyy/mm/dd and yyyymmdd), as options are written.
    fn from_str(text: &str) -> Result<Self, String> {
        match parse(text) {
            Some(Parsed { date: Written::Known(y, m, d), .. }) => {
                days_from_civil(y, m, d).map(Date).ok_or_else(|| format!("{text:?} is not in the calendar"))
            }
            _ => Err(format!("{text:?} is not a date: write yyyy-mm-dd")),
        }
    }
}

impl std::fmt::Display for Date {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let (y, m, d) = civil_date(self.0);
        write!(f, "{y:04}-{m:02}-{d:02}")
    }
}

/// Year, month and day as written; day and month may be undecided until the column is seen.
#[derive(Clone, Copy)]
enum Written {
    Known(i32, u32, u32),
    /// first/second/year: 03/04/2024.
    Undecided(u32, u32, i32),
}

#[derive(Clone, Copy)]
struct Parsed {
    date: Written,
    /// Seconds of the day, less the UTC offset where one is written.
    seconds: f64,
}

/// Parses a column; where day and month are written first, the column decides which is which.
pub fn parse_column(name: &str, column: &TextColumn) -> Result<Vec<f64>, StatsCliError> {
    let mut parsed = Vec::with_capacity(column.len());
    let (mut day_first, mut month_first) = (None, None);
    for (row, text) in column.iter().enumerate() {
        let cell = parse(text).ok_or_else(|| bad_cell(name, row, text, "a date (yyyy-mm-dd)"))?;
        if let Written::Undecided(a, b, _) = cell.date {
            if a > 12 {
                day_first = Some(row);
            }
            if b > 12 {
                month_first = Some(row);
            }
        }
        parsed.push(cell);
    }
    let is_undecided = parsed.iter().any(|p| matches!(p.date, Written::Undecided(..)));
    let is_day_first = match (day_first, month_first) {
        (Some(a), Some(b)) => {
            let lines = format!("lines {} and {}", a + 2, b + 2);
            return Err(mixed(name, format!("day and month change places between {lines}")));
        }
        (None, None) if is_undecided => {
            return Err(mixed(name, "day and month cannot be told apart".to_owned()));
        }
        (day, _) => day.is_some(),
    };
    let cell = |(row, p): (usize, Parsed)| {
        let (y, m, d) = match p.date {
            Written::Known(y, m, d) => (y, m, d),
            Written::Undecided(a, b, y) if is_day_first => (y, b, a),
            Written::Undecided(a, b, y) => (y, a, b),
        };
        let days = days_from_civil(y, m, d).ok_or_else(|| bad_cell(name, row, column.get(row), "a day of the calendar"))?;
        Ok(f64::from(days) * 86_400.0 + p.seconds)
    };
    parsed.into_iter().enumerate().map(cell).collect()
}

fn mixed(name: &str, what: String) -> StatsCliError {
    StatsCliError::input(format!("column {name:?}: {what}"), "write the dates as yyyy-mm-dd")
}

/// Whether a cell is written like a date.
pub(super) fn is_date(text: &str) -> bool {
    parse(text).is_some()
}

/// Parses yyyy-mm-dd, yyyy/m/d, yyyy.m.d, yyyymmdd, yyyy年m月d日, d/m/yyyy or m/d/yyyy, with an optional time.
fn parse(text: &str) -> Option<Parsed> {
    let at = text.find([' ', 'T']).unwrap_or(text.len());
    let (date, time) = text.split_at(at);
    let seconds = match time.trim_start_matches(['T', ' ']).trim() {
        "" => 0.0,
        time => parse_time(time)?,
    };
    Some(Parsed { date: parse_date(date)?, seconds })
}

fn parse_date(date: &str) -> Option<Written> {
    if date.len() == 8 && date.bytes().all(|b| b.is_ascii_digit()) {
        return Some(Written::Known(date[..4].parse().ok()?, date[4..6].parse().ok()?, date[6..].parse().ok()?));
    }
    let mut parts = date.trim_end_matches('日').split(['-', '/', '.', '年', '月']);
    let (first, second, third) = (parts.next()?, parts.next()?, parts.next()?);
    if parts.next().is_some() {
        return None;
    }
    match (first.len(), third.len()) {
        (4, 1..=2) => Some(Written::Known(first.parse().ok()?, second.parse().ok()?, third.parse().ok()?)),
        (1..=2, 4) => Some(Written::Undecided(first.parse().ok()?, second.parse().ok()?, third.parse().ok()?)),
        _ => None,
    }
}

/// Seconds of the day, less the UTC offset: 08:26, 08:26:30.5, 08:26Z, 08:26+08:00.
fn parse_time(time: &str) -> Option<f64> {
    let (clock, offset) = match time.find(['Z', '+', '-']) {
        Some(at) => (&time[..at], parse_offset(&time[at..])?),
        None => (time, 0.0),
    };
    let mut parts = clock.trim().split(':');
    let hour: u32 = parts.next()?.parse().ok().filter(|h| *h < 25)?;
    let minute: u32 = parts.next()?.parse().ok().filter(|m| *m < 60)?;
    let second: f64 = parts.next().map_or(Some(0.0), |s| s.parse().ok()).filter(|s| (0.0..61.0).contains(s))?;
    let is_whole = parts.next().is_none();
    is_whole.then_some(f64::from(hour * 3600 + minute * 60) + second - offset)
}

fn parse_offset(text: &str) -> Option<f64> {
    let sign = match text.as_bytes().first()? {
        b'Z' => return (text.len() == 1).then_some(0.0),
        b'-' => -1.0,
        _ => 1.0,
    };
    let digits: String = text[1..].chars().filter(|c| *c != ':').collect();
    let (hours, minutes) = match digits.len() {
        2 => (digits.parse::<u32>().ok()?, 0),
        4 => (digits.get(..2)?.parse().ok()?, digits.get(2..)?.parse::<u32>().ok()?),
        _ => return None,
    };
    Some(sign * f64::from(hours * 3600 + minutes * 60))
}

/// Days since 1970-01-01 of a Gregorian date (Howard Hinnant's civil calendar algorithm).
pub(super) fn days_from_civil(year: i32, month: u32, day: u32) -> Option<i32> {
    let leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
    let length = match month {
        2 => 28 + u32::from(leap),
        4 | 6 | 9 | 11 => 30,
        1 | 3 | 5 | 7 | 8 | 10 | 12 => 31,
        _ => return None,
    };
    if !(1..=length).contains(&day) || !(1..=9999).contains(&year) {
        return None;
    }
    let y = if month <= 2 { year - 1 } else { year };
    let era = y.div_euclid(400);
    let year_of_era = y - era * 400;
    let month_from_march = ((month + 9) % 12) as i32;
    let day_of_year = (153 * month_from_march + 2) / 5 + day as i32 - 1;
    let day_of_era = year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year;
    Some(era * 146_097 + day_of_era - 719_468)
}

/// Year, month and day of a count of days since 1970-01-01.
pub fn civil_date(days: i32) -> (i32, u32, u32) {
    let z = days + 719_468;
    let era = z.div_euclid(146_097);
    let day_of_era = z.rem_euclid(146_097);
    let year_of_era = (day_of_era - day_of_era / 1460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
    let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let month_from_march = (5 * day_of_year + 2) / 153;
    let day = (day_of_year - (153 * month_from_march + 2) / 5 + 1) as u32;
    let month = if month_from_march < 10 { month_from_march + 3 } else { month_from_march - 9 } as u32;
    (year_of_era + era * 400 + i32::from(month <= 2), month, day)
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
        assert_eq!(column(&["01/05/2008", "13/05/2008"]).expect("day first"), vec![day, day + 12.0 * 86_400.0]);
        assert_eq!(column(&["05/01/2008", "05/13/2008"]).expect("month first"), vec![day, day + 12.0 * 86_400.0]);
    }

    #[test]
    fn what_is_no_date_is_refused() {
        for cells in
            [&["2008-02-30"][..], &["soon"], &[""], &["1/2/2008"], &["13/1/2008", "1/13/2008"], &["2008-05-01 25:61"], &["20080230"]]
        {
            assert!(column(cells).is_err(), "{cells:?}");
        }
    }

    #[test]
    fn days_survive_the_round_trip() {
        for days in (-200_000..200_000).step_by(37) {
            let (y, m, d) = civil_date(days);
            assert_eq!(days_from_civil(y, m, d), Some(days));
        }
    }
}
