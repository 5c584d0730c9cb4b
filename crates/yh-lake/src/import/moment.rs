//! Text of a cell → a date and time as written.

use super::value::{Refusal, refusal};

pub const SECOND_US: i64 = 1_000_000;
pub const DAY_US: i64 = 86_400 * SECOND_US;

const NOT_A_DATE: Refusal = refusal("not a date or time", "write 2024-11-30 or 2024-11-30 20:00:00, or set the column's format");
const NO_SUCH_DATE: Refusal = refusal("no such date", "check day and month, or set the column's format");

/// How the dates of a column are written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Reading {
    /// 2024-11-30, 2024/11/30, 20241130, 2024年11月30日, epoch seconds; with or without a time.
    YearFirst,
    /// 30/11/2024
    DayFirst,
    /// 11/30/2024
    MonthFirst,
    /// Days since 1899-12-30 and their fraction, as spreadsheets keep times.
    Serial,
    /// As the definition says.
    Format(Vec<FormatPart>),
}

/// One piece of a `strptime` format.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FormatPart {
    Literal(char),
    Space,
    Year,
    ShortYear,
    Month,
    MonthName,
    Day,
    Hour,
    Hour12,
    Minute,
    Second,
    Fraction,
    HalfDay,
    Offset,
}

/// A date and time as written.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Wall {
    pub year: i32,
    pub month: u32,
    pub day: u32,
    /// Since midnight, microseconds.
    pub time_us: i64,
    /// Seconds east of UTC, when written.
    pub offset: Option<i32>,
}

impl Reading {
    /// Reads a `strptime` format, or `excel`; the error is the reason.
    pub fn from_format(format: &str) -> Result<Self, String> {
        if format.trim().eq_ignore_ascii_case("excel") {
            return Ok(Self::Serial);
        }
        let mut parts = Vec::new();
        let mut chars = format.chars();
        while let Some(c) = chars.next() {
            if c.is_whitespace() {
                parts.push(FormatPart::Space);
                continue;
            }
            if c != '%' {
                parts.push(FormatPart::Literal(c));
                continue;
            }
            match chars.next() {
                Some('Y') => parts.push(FormatPart::Year),
                Some('y') => parts.push(FormatPart::ShortYear),
                Some('m') => parts.push(FormatPart::Month),
                Some('b' | 'B') => parts.push(FormatPart::MonthName),
                Some('d' | 'e') => parts.push(FormatPart::Day),
                Some('H' | 'k') => parts.push(FormatPart::Hour),
                Some('I') => parts.push(FormatPart::Hour12),
                Some('M') => parts.push(FormatPart::Minute),
                Some('S') => parts.push(FormatPart::Second),
                Some('f') => parts.push(FormatPart::Fraction),
                Some('p') => parts.push(FormatPart::HalfDay),
                Some('z') => parts.push(FormatPart::Offset),
                Some('%') => parts.push(FormatPart::Literal('%')),
                Some('T') => parts.extend(hms()),
                Some('F') => parts.extend(ymd()),
                Some(other) => return Err(format!("%{other} is not supported")),
                None => return Err("it ends with %".into()),
            }
        }
        let has = |wanted: &[FormatPart]| parts.iter().any(|part| wanted.contains(part));
        if !has(&[FormatPart::Year, FormatPart::ShortYear]) || !has(&[FormatPart::Month, FormatPart::MonthName]) {
            return Err("it needs a year and a month".into());
        }
        Ok(Self::Format(parts))
    }

    /// Reads a cell.
    pub fn read(&self, text: &str) -> Result<Wall, Refusal> {
        let wall = match self {
            Self::YearFirst => year_first(text),
            Self::DayFirst => parts_in_order(text, true).or_else(|| year_first(text)),
            Self::MonthFirst => parts_in_order(text, false).or_else(|| year_first(text)),
            Self::Serial => serial(text).or_else(|| year_first(text)),
            Self::Format(parts) => by_format(parts, text),
        };
        let wall = wall.ok_or(NOT_A_DATE)?;
        let sound = (1..=9999).contains(&wall.year)
            && (1..=12).contains(&wall.month)
            && (1..=days_in_month(wall.year, wall.month)).contains(&wall.day);
        if sound { Ok(wall) } else { Err(NO_SUCH_DATE) }
    }
}

fn hms() -> [FormatPart; 5] {
    [FormatPart::Hour, FormatPart::Literal(':'), FormatPart::Minute, FormatPart::Literal(':'), FormatPart::Second]
}

fn ymd() -> [FormatPart; 5] {
    [FormatPart::Year, FormatPart::Literal('-'), FormatPart::Month, FormatPart::Literal('-'), FormatPart::Day]
}

/// A position in ASCII digits and separators.
struct Cursor<'a> {
    bytes: &'a [u8],
    at: usize,
}

impl Cursor<'_> {
    fn peek(&self) -> u8 {
        self.bytes.get(self.at).copied().unwrap_or(0)
    }

    fn take(&mut self, wanted: u8) -> bool {
        let found = self.peek() == wanted;
        self.at += usize::from(found);
        found
    }

    fn take_text(&mut self, wanted: &str) -> bool {
        let found = self.bytes[self.at..].starts_with(wanted.as_bytes());
        if found {
            self.at += wanted.len();
        }
        found
    }

    fn spaces(&mut self) {
        while self.peek() == b' ' {
            self.at += 1;
        }
    }

    /// Between `least` and `most` digits.
    fn digits(&mut self, least: usize, most: usize) -> Option<u32> {
        let start = self.at;
        let mut value = 0;
        while self.at - start < most && self.peek().is_ascii_digit() {
            value = value * 10 + u32::from(self.peek() - b'0');
            self.at += 1;
        }
        (self.at - start >= least).then_some(value)
    }

    /// Digits after a decimal point as microseconds; more than six are cut.
    fn fraction(&mut self) -> Option<i64> {
        let start = self.at;
        let mut value = 0_i64;
        while self.peek().is_ascii_digit() {
            if self.at - start < 6 {
                value = value * 10 + i64::from(self.peek() - b'0');
            }
            self.at += 1;
        }
        let taken = (self.at - start).min(6);
        (taken > 0).then(|| value * 10_i64.pow(6 - taken as u32))
    }

    /// `Z`, `+08:00`, `+0800`, `+08`, `UTC`.
    fn offset(&mut self) -> Option<i32> {
        if self.take(b'Z') || self.take(b'z') || self.take_text("UTC") || self.take_text("GMT") {
            return Some(0);
        }
        let sign = match self.peek() {
            b'+' => 1,
            b'-' => -1,
            _ => return None,
        };
        self.at += 1;
        let hours = self.digits(2, 2)?;
        self.take(b':');
        let minutes = if self.peek().is_ascii_digit() { self.digits(2, 2)? } else { 0 };
        (hours <= 25 && minutes < 60).then_some(sign * (hours as i32 * 3600 + minutes as i32 * 60))
    }

    fn done(&self) -> bool {
        self.at == self.bytes.len()
    }
}

fn year_first(text: &str) -> Option<Wall> {
    if let Some(wall) = fixed_layout(text.as_bytes()) {
        return Some(wall);
    }
    let text = text.trim();
    if text.bytes().all(|byte| byte.is_ascii_digit()) && !text.is_empty() {
        return all_digits(text);
    }
    let mut cursor = Cursor { bytes: text.as_bytes(), at: 0 };
    let year = cursor.digits(4, 4)? as i32;
    if !(cursor.take(b'-') || cursor.take(b'/') || cursor.take(b'.') || cursor.take_text("年")) {
        return None;
    }
    let month = cursor.digits(1, 2)?;
    let month_word = cursor.take_text("月");
    if cursor.done() {
        return Some(Wall { year, month, day: 1, ..Wall::default() });
    }
    if !(month_word || cursor.take(b'-') || cursor.take(b'/') || cursor.take(b'.')) {
        return None;
    }
    let day = cursor.digits(1, 2)?;
    let _ = cursor.take_text("日") || cursor.take_text("号");
    rest_of_time(cursor, Wall { year, month, day, ..Wall::default() })
}

/// `YYYY-MM-DD HH:MM:SS`, the layout nearly every export has, without branches per digit.
fn fixed_layout(bytes: &[u8]) -> Option<Wall> {
    let b: &[u8; 19] = bytes.try_into().ok()?;
    if b[4] != b[7] || !matches!(b[4], b'-' | b'/') || !matches!(b[10], b' ' | b'T') || b[13] != b':' || b[16] != b':' {
        return None;
    }
    let mut wrong = 0_u8;
    let mut two = |at: usize| {
        let (high, low) = (b[at].wrapping_sub(b'0'), b[at + 1].wrapping_sub(b'0'));
        wrong |= u8::from(high > 9) | u8::from(low > 9);
        u32::from(high) * 10 + u32::from(low)
    };
    let (century, year, month, day) = (two(0), two(2), two(5), two(8));
    let (hour, minute, second) = (two(11), two(14), two(17));
    if wrong != 0 || hour > 23 || minute > 59 || second > 59 {
        return None;
    }
    let time_us = i64::from(hour * 3600 + minute * 60 + second) * SECOND_US;
    Some(Wall { year: (century * 100 + year) as i32, month, day, time_us, offset: None })
}

/// 20241130, 202411, 20241130200000, epoch seconds (10 digits) or milliseconds (13 digits).
fn all_digits(text: &str) -> Option<Wall> {
    let number = |range: std::ops::Range<usize>| text[range].parse::<u32>().ok();
    match text.len() {
        6 => Some(Wall { year: number(0..4)? as i32, month: number(4..6)?, day: 1, ..Wall::default() }),
        8 => Some(Wall { year: number(0..4)? as i32, month: number(4..6)?, day: number(6..8)?, ..Wall::default() }),
        14 => {
            let (hour, minute, second) = (number(8..10)?, number(10..12)?, number(12..14)?);
            let time_us = time_of_day(hour, minute, second, 0)?;
            Some(Wall { year: number(0..4)? as i32, month: number(4..6)?, day: number(6..8)?, time_us, offset: None })
        }
        10 => Some(from_epoch_us(text.parse::<i64>().ok()? * SECOND_US)),
        13 => Some(from_epoch_us(text.parse::<i64>().ok()? * 1000)),
        16 => Some(from_epoch_us(text.parse::<i64>().ok()?)),
        _ => None,
    }
}

fn from_epoch_us(us: i64) -> Wall {
    let (year, month, day) = civil_from_days(us.div_euclid(DAY_US));
    Wall { year, month, day, time_us: us.rem_euclid(DAY_US), offset: Some(0) }
}

/// A spreadsheet's number of a day between 1927 and 2119, to the second: a double holds no more of it.
pub fn serial(text: &str) -> Option<Wall> {
    const EPOCH: i64 = 25_569;
    let text = text.trim();
    let number: f64 = text.parse().ok().filter(|_| text.bytes().all(|byte| byte.is_ascii_digit() || byte == b'.'))?;
    if !(10_000.0..80_000.0).contains(&number) {
        return None;
    }
    let seconds = (number * 86_400.0).round() as i64;
    Some(Wall { offset: None, ..from_epoch_us((seconds - EPOCH * 86_400) * SECOND_US) })
}

fn time_of_day(hour: u32, minute: u32, second: u32, fraction_us: i64) -> Option<i64> {
    // A leap second is the last second of its minute.
    let second = if second == 60 { 59 } else { second };
    let midnight_after = hour == 24 && minute == 0 && second == 0 && fraction_us == 0;
    ((hour < 24 || midnight_after) && minute < 60 && second < 60)
        .then(|| i64::from(hour * 3600 + minute * 60 + second) * SECOND_US + fraction_us)
}

fn rest_of_time(mut cursor: Cursor, mut wall: Wall) -> Option<Wall> {
    if cursor.done() {
        return Some(wall);
    }
    if !cursor.take(b'T') && !cursor.take(b' ') && !cursor.peek().is_ascii_digit() {
        return None;
    }
    cursor.spaces();
    let mut hour = cursor.digits(1, 2)?;
    let mut minute = 0;
    let mut second = 0;
    let mut fraction_us = 0;
    if cursor.take(b':') || cursor.take_text("时") || cursor.take_text("点") {
        if cursor.peek().is_ascii_digit() {
            minute = cursor.digits(1, 2)?;
        }
        let _ = cursor.take_text("分");
        if cursor.take(b':') || cursor.peek().is_ascii_digit() {
            second = cursor.digits(1, 2)?;
            let _ = cursor.take_text("秒");
            if cursor.take(b'.') || cursor.take(b',') {
                fraction_us = cursor.fraction()?;
            }
        }
    }
    cursor.spaces();
    let half = [("AM", 0), ("PM", 12), ("am", 0), ("pm", 12)].into_iter().find(|(word, _)| cursor.take_text(word));
    if let Some((_, add)) = half {
        if !(1..=12).contains(&hour) {
            return None;
        }
        hour = hour % 12 + add;
    }
    cursor.spaces();
    wall.offset = cursor.offset();
    wall.time_us = time_of_day(hour, minute, second, fraction_us)?;
    cursor.done().then_some(wall)
}

/// Day and month (or month and day), then the year; two-digit years are 1970–2069.
fn parts_in_order(text: &str, day_first: bool) -> Option<Wall> {
    let mut cursor = Cursor { bytes: text.trim().as_bytes(), at: 0 };
    let first = cursor.digits(1, 2)?;
    let separator = cursor.peek();
    if !matches!(separator, b'/' | b'-' | b'.') {
        return None;
    }
    cursor.at += 1;
    let second = cursor.digits(1, 2)?;
    if !cursor.take(separator) {
        return None;
    }
    let start = cursor.at;
    let year = cursor.digits(2, 4)?;
    let year = match cursor.at - start {
        2 => short_year(year),
        4 => year as i32,
        _ => return None,
    };
    let (day, month) = if day_first { (first, second) } else { (second, first) };
    rest_of_time(cursor, Wall { year, month, day, ..Wall::default() })
}

fn short_year(year: u32) -> i32 {
    year as i32 + if year < 70 { 2000 } else { 1900 }
}

fn by_format(parts: &[FormatPart], text: &str) -> Option<Wall> {
    let mut cursor = Cursor { bytes: text.trim().as_bytes(), at: 0 };
    let mut wall = Wall { day: 1, ..Wall::default() };
    let (mut hour, mut minute, mut second, mut fraction_us) = (0, 0, 0, 0);
    let mut half = None;
    for part in parts {
        match part {
            FormatPart::Literal(c) => {
                let mut buffer = [0; 4];
                if !cursor.take_text(c.encode_utf8(&mut buffer)) {
                    return None;
                }
            }
            FormatPart::Space => cursor.spaces(),
            FormatPart::Year => wall.year = cursor.digits(4, 4)? as i32,
            FormatPart::ShortYear => wall.year = short_year(cursor.digits(2, 2)?),
            FormatPart::Month => wall.month = cursor.digits(1, 2)?,
            FormatPart::MonthName => wall.month = month_name(&mut cursor)?,
            FormatPart::Day => wall.day = cursor.digits(1, 2)?,
            FormatPart::Hour | FormatPart::Hour12 => hour = cursor.digits(1, 2)?,
            FormatPart::Minute => minute = cursor.digits(1, 2)?,
            FormatPart::Second => second = cursor.digits(1, 2)?,
            FormatPart::Fraction => fraction_us = cursor.fraction()?,
            FormatPart::Offset => wall.offset = Some(cursor.offset()?),
            FormatPart::HalfDay => {
                let words = [("AM", 0), ("PM", 12), ("am", 0), ("pm", 12), ("上午", 0), ("下午", 12)];
                half = Some(words.into_iter().find(|(word, _)| cursor.take_text(word))?.1);
            }
        }
    }
    if let Some(add) = half {
        hour = hour % 12 + add;
    }
    wall.time_us = time_of_day(hour, minute, second, fraction_us)?;
    cursor.done().then_some(wall)
}

fn month_name(cursor: &mut Cursor) -> Option<u32> {
    const NAMES: [&str; 12] =
        ["january", "february", "march", "april", "may", "june", "july", "august", "september", "october", "november", "december"];
    let start = cursor.at;
    while cursor.peek().is_ascii_alphabetic() {
        cursor.at += 1;
    }
    let word = std::str::from_utf8(&cursor.bytes[start..cursor.at]).ok()?.to_ascii_lowercase();
    let found = NAMES.iter().position(|name| *name == word || (word.len() == 3 && name.starts_with(&word)));
    found.map(|at| at as u32 + 1)
}

/// What a cell says about the order of day and month, when it is written like `3/4/2011`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum OrderEvidence {
    DayFirst,
    MonthFirst,
    Either,
}

/// Looks at one cell; none when it is not of that form.
pub fn order_evidence(text: &str) -> Option<OrderEvidence> {
    let day_first = parts_in_order(text, true)?;
    let (first, second) = (day_first.day, day_first.month);
    match (first, second) {
        (13..=31, 1..=12) => Some(OrderEvidence::DayFirst),
        (1..=12, 13..=31) => Some(OrderEvidence::MonthFirst),
        (1..=12, 1..=12) => Some(OrderEvidence::Either),
        _ => None,
    }
}

fn days_in_month(year: i32, month: u32) -> u32 {
    match month {
        2 if year % 4 == 0 && (year % 100 != 0 || year % 400 == 0) => 29,
        2 => 28,
        4 | 6 | 9 | 11 => 30,
        _ => 31,
    }
}

/// Days since 1970-01-01 of a proleptic Gregorian date (Hinnant, "chrono-compatible low-level date algorithms").
pub fn days_from_civil(year: i32, month: u32, day: u32) -> i64 {
    let year = i64::from(year) - i64::from(month <= 2);
    let era = year.div_euclid(400);
    let year_of_era = year.rem_euclid(400);
    let day_of_year = (153 * (i64::from(month) + if month > 2 { -3 } else { 9 }) + 2) / 5 + i64::from(day) - 1;
    let day_of_era = year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year;
    era * 146_097 + day_of_era - 719_468
}

/// The inverse of `days_from_civil`.
pub fn civil_from_days(days: i64) -> (i32, u32, u32) {
    let days = days + 719_468;
    let era = days.div_euclid(146_097);
    let day_of_era = days.rem_euclid(146_097);
    let year_of_era = (day_of_era - day_of_era / 1460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
    let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let shifted = (5 * day_of_year + 2) / 153;
    let day = (day_of_year - (153 * shifted + 2) / 5 + 1) as u32;
    let month = if shifted < 10 { shifted + 3 } else { shifted - 9 } as u32;
    ((year_of_era + era * 400 + i64::from(month <= 2)) as i32, month, day)
}

impl Wall {
    /// Microseconds since 1970-01-01 00:00 on the wall clock.
    pub fn wall_us(self) -> i64 {
        days_from_civil(self.year, self.month, self.day) * DAY_US + self.time_us
    }
}

/// Months since 1970-01 of a day.
pub fn month_of_day(days: i64) -> i32 {
    let (year, month, _) = civil_from_days(days);
    (year - 1970) * 12 + month as i32 - 1
}

/// `2011-05` of a month counted from 1970-01.
pub fn month_name_of(month: i32) -> String {
    format!("{:04}-{:02}", 1970 + month.div_euclid(12), month.rem_euclid(12) + 1)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(reading: &Reading, text: &str) -> Option<(i32, u32, u32, i64, Option<i32>)> {
        let wall = reading.read(text).ok()?;
        Some((wall.year, wall.month, wall.day, wall.time_us / SECOND_US, wall.offset))
    }

    #[test]
    fn year_first_forms() {
        let reading = Reading::YearFirst;
        let time = 20 * 3600 + 5 * 60 + 9;
        for (text, expected) in [
            ("2024-11-30 20:05:09", (2024, 11, 30, time, None)),
            ("2024/11/30 20:05:09", (2024, 11, 30, time, None)),
            ("2024-11-30T20:05:09Z", (2024, 11, 30, time, Some(0))),
            ("2024-11-30T20:05:09.123456+08:00", (2024, 11, 30, time, Some(28_800))),
            ("2024-11-30 20:05:09 +0800", (2024, 11, 30, time, Some(28_800))),
            ("2024-11-30 20:05", (2024, 11, 30, time - 9, None)),
            ("2024/1/3 8:26", (2024, 1, 3, 8 * 3600 + 26 * 60, None)),
            ("2024-11-30", (2024, 11, 30, 0, None)),
            ("20241130", (2024, 11, 30, 0, None)),
            ("202411", (2024, 11, 1, 0, None)),
            ("2024-11", (2024, 11, 1, 0, None)),
            ("2024年11月30日", (2024, 11, 30, 0, None)),
            ("2024年11月", (2024, 11, 1, 0, None)),
            ("2024年11月30日 20时05分09秒", (2024, 11, 30, time, None)),
            ("1732996800", (2024, 11, 30, 72_000, Some(0))),
            ("1732996800000", (2024, 11, 30, 72_000, Some(0))),
            ("2024-11-30 08:05:09 PM", (2024, 11, 30, time, None)),
        ] {
            assert_eq!(read(&reading, text), Some(expected), "{text}");
        }
        for text in ["", "2024-13-01", "2023-02-29", "30/11/2024", "2024-11-30 25:00:00", "2024-11-30 20:05:09x", "abc", "2024-1-"] {
            assert_eq!(read(&reading, text), None, "{text}");
        }
    }

    #[test]
    fn formats_and_orders() {
        let british = Reading::from_format("%d/%m/%Y %H:%M").expect("known directives");
        assert_eq!(read(&british, "03/04/2011 08:26"), Some((2011, 4, 3, 30_360, None)));
        let named = Reading::from_format("%d-%b-%y").expect("known directives");
        assert_eq!(read(&named, "5-Jan-24"), Some((2024, 1, 5, 0, None)));
        assert_eq!(read(&Reading::MonthFirst, "12/1/10 8:26"), Some((2010, 12, 1, 30_360, None)));
        assert!(Reading::from_format("%Q").is_err() && Reading::from_format("%H:%M").is_err());
        assert_eq!(order_evidence("13/04/2011"), Some(OrderEvidence::DayFirst));
        assert_eq!(order_evidence("04/13/2011 10:00"), Some(OrderEvidence::MonthFirst));
        assert_eq!(order_evidence("04/05/2011"), Some(OrderEvidence::Either));
        assert_eq!(order_evidence("2011-04-05"), None);
    }

    #[test]
    fn spreadsheets_count_days() {
        let reading = Reading::from_format("Excel").expect("a format");
        assert_eq!(read(&reading, "45292.5"), Some((2024, 1, 1, 43_200, None)));
        assert_eq!(read(&reading, "46089.43395273932"), Some((2026, 3, 8, 37_494, None)));
        assert_eq!(read(&reading, "2024-01-01"), Some((2024, 1, 1, 0, None)));
        for text in ["999", "4.5e4", "-45292", "99999999"] {
            assert_eq!(read(&reading, text), None, "{text}");
        }
    }

    #[test]
    fn days_round_trip() {
        for days in (-800_000..800_000).step_by(97) {
            let (year, month, day) = civil_from_days(days);
            assert_eq!(days_from_civil(year, month, day), days);
        }
        assert_eq!(days_from_civil(1970, 1, 1), 0);
        assert_eq!(days_from_civil(2000, 3, 1), 11_017);
    }

    #[test]
    fn months_count_from_1970() {
        assert_eq!(month_of_day(days_from_civil(2011, 5, 17)), 496);
        assert_eq!(month_name_of(496), "2011-05");
        assert_eq!(month_name_of(-1), "1969-12");
    }
}
