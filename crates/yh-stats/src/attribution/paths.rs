//! The journeys that attribution works on: touches of one customer in order, and how they ended.

use std::collections::HashMap;
use std::hash::BuildHasherDefault;

use super::hash::QuickHasher;
use crate::Result;
use crate::answer::{StatsError, all_in_range, same_length};

/// Journeys, each a list of channel numbers with the number of times it ended in a conversion and
/// without one.
#[derive(Debug, Clone, Default)]
pub struct Paths {
    /// Channel names; a touch is an index into them.
    pub channels: Vec<String>,
    pub(super) touches: Vec<u32>,
    /// Age of each touch in days before the end of its journey; empty when times are unknown.
    pub(super) ages: Vec<f64>,
    pub(super) ends: Vec<usize>,
    pub(super) conversions: Vec<f64>,
    pub(super) values: Vec<f64>,
    pub(super) nulls: Vec<f64>,
    /// Conversions of journeys that have no touch at all: they can be credited to nobody.
    pub untouched_conversions: f64,
}

/// One journey: its touches (oldest first) and how often it ended each way.
#[derive(Debug, Clone, Copy)]
pub struct Journey<'a> {
    pub touches: &'a [u32],
    /// Days before the end of the journey, parallel to `touches`; `None` when times are unknown.
    pub ages: Option<&'a [f64]>,
    pub conversions: f64,
    pub value: f64,
    pub nulls: f64,
}

/// One touch of the event form: whose, when (days), which channel, and the conversion it led to.
#[derive(Debug, Clone, Copy)]
pub struct Touch<'a> {
    pub customer: &'a str,
    pub time_days: f64,
    /// Empty when the row is a conversion without a channel of its own.
    pub channel: &'a str,
    /// Value of the conversion that this row is, if it is one.
    pub conversion: Option<f64>,
}

impl Paths {
    /// Reads path strings such as `search > mail > direct`, one row per distinct path.
    ///
    /// `values` are totals of the row in money; `nulls` count the times the path ended without a
    /// conversion. Names are trimmed; empty names are skipped.
    ///
    /// # Errors
    /// Columns of unequal length; counts that are negative or not finite; a value without a conversion.
    pub fn parse<'a>(
        paths: impl IntoIterator<Item = &'a str>,
        separator: &str,
        conversions: &[f64],
        values: Option<&[f64]>,
        nulls: Option<&[f64]>,
    ) -> Result<Self> {
        if separator.is_empty() {
            return Err(StatsError::Invalid("the path separator is empty".into()));
        }
        let mut channels = Channels::default();
        let mut parsed = Self::default();
        // A single character is found much faster than a text.
        let mut letters = separator.chars();
        let letter = letters.next().filter(|_| letters.next().is_none());
        for path in paths {
            let mut add = |name: &str| {
                let name = name.trim();
                if !name.is_empty() {
                    parsed.touches.push(channels.number(name));
                }
            };
            match letter {
                Some(letter) => path.split(letter).for_each(&mut add),
                None => path.split(separator).for_each(&mut add),
            }
            parsed.ends.push(parsed.touches.len());
        }
        parsed.channels = channels.names;
        parsed.set_outcomes(conversions, values, nulls)?;
        Ok(parsed)
    }

    /// Builds journeys from touches in any order.
    ///
    /// A conversion closes the customer's journey; touches after the last one form a journey that
    /// did not convert. Touches more than `look_back_days` before the journey's last row are left out.
    ///
    /// # Errors
    /// Times that are not finite, negative conversion values, a look-back that is not positive.
    pub fn from_touches(touches: &[Touch<'_>], look_back_days: f64) -> Result<Self> {
        if look_back_days.is_nan() || look_back_days <= 0.0 {
            return Err(StatsError::Option {
                name: "look-back".into(),
                value: look_back_days.to_string(),
                range: "a positive number of days".into(),
            });
        }
        check_touches(touches)?;
        let mut order: Vec<usize> = (0..touches.len()).collect();
        // Stable: rows of one instant keep the order of the file.
        order.sort_by(|&a, &b| {
            let (a, b) = (&touches[a], &touches[b]);
            a.customer.cmp(b.customer).then(a.time_days.total_cmp(&b.time_days))
        });
        let mut channels = Channels::default();
        let mut built = Self::default();
        let mut open: Vec<(u32, f64)> = Vec::new();
        for (at, &row) in order.iter().enumerate() {
            let touch = &touches[row];
            if !touch.channel.is_empty() {
                open.push((channels.number(touch.channel), touch.time_days));
            }
            let last_of_customer = order.get(at + 1).is_none_or(|&next| touches[next].customer != touch.customer);
            if touch.conversion.is_some() || last_of_customer {
                built.close(&open, touch.time_days, look_back_days, touch.conversion);
                open.clear();
            }
        }
        built.channels = channels.names;
        Ok(built)
    }

    fn close(&mut self, open: &[(u32, f64)], end: f64, look_back: f64, conversion: Option<f64>) {
        let before = self.touches.len();
        for &(channel, time) in open.iter().filter(|(_, time)| end - time <= look_back) {
            self.touches.push(channel);
            self.ages.push(end - time);
        }
        if self.touches.len() == before {
            self.untouched_conversions += f64::from(u8::from(conversion.is_some()));
            return;
        }
        self.ends.push(self.touches.len());
        self.conversions.push(f64::from(u8::from(conversion.is_some())));
        self.values.push(conversion.unwrap_or(0.0));
        self.nulls.push(f64::from(u8::from(conversion.is_none())));
    }

    fn set_outcomes(&mut self, conversions: &[f64], values: Option<&[f64]>, nulls: Option<&[f64]>) -> Result<()> {
        let rows = self.ends.len();
        let range = "zero or more";
        let column = |name: &str, cells: Option<&[f64]>| -> Result<Vec<f64>> {
            let Some(cells) = cells else {
                return Ok(vec![0.0; rows]);
            };
            same_length(name, cells.len(), "path", rows)?;
            all_in_range(name, cells, range, |v| v >= 0.0)?;
            Ok(cells.to_vec())
        };
        self.conversions = column("conversions", Some(conversions))?;
        self.values = column("value", values)?;
        self.nulls = column("nulls", nulls)?;
        for row in 0..rows {
            if self.values[row] > 0.0 && self.conversions[row] == 0.0 {
                return Err(StatsError::Invalid(format!("row {} has a value but no conversion", row + 1)));
            }
            if self.start(row) == self.ends[row] {
                self.untouched_conversions += self.conversions[row];
            }
        }
        Ok(())
    }

    /// Number of journeys (rows).
    pub fn len(&self) -> usize {
        self.ends.len()
    }

    pub fn is_empty(&self) -> bool {
        self.ends.is_empty()
    }

    fn start(&self, row: usize) -> usize {
        if row == 0 { 0 } else { self.ends[row - 1] }
    }

    /// The journeys that have at least one touch.
    pub fn journeys(&self) -> impl Iterator<Item = Journey<'_>> {
        (0..self.len()).map(|row| self.journey(row)).filter(|j| !j.touches.is_empty())
    }

    pub(super) fn journey(&self, row: usize) -> Journey<'_> {
        let span = self.start(row)..self.ends[row];
        Journey {
            touches: &self.touches[span.clone()],
            ages: (!self.ages.is_empty()).then(|| &self.ages[span]),
            conversions: self.conversions[row],
            value: self.values[row],
            nulls: self.nulls[row],
        }
    }

    /// True when touches carry times.
    pub fn has_times(&self) -> bool {
        !self.ages.is_empty()
    }

    /// Leaves out touches of `channel` in journeys that have other touches.
    pub fn without(&self, channel: &str) -> Self {
        let Some(number) = self.channels.iter().position(|c| c == channel) else {
            return self.clone();
        };
        let number = number as u32;
        let mut kept = Self { touches: Vec::new(), ages: Vec::new(), ends: Vec::new(), ..self.clone() };
        for row in 0..self.len() {
            let journey = self.journey(row);
            let only = journey.touches.iter().all(|&t| t == number);
            for (at, &touch) in journey.touches.iter().enumerate() {
                if only || touch != number {
                    kept.touches.push(touch);
                    kept.ages.extend(journey.ages.map(|ages| ages[at]));
                }
            }
            kept.ends.push(kept.touches.len());
        }
        kept
    }

    /// Total conversions of journeys with a touch, and their total value.
    pub fn totals(&self) -> (f64, f64) {
        self.journeys().fold((0.0, 0.0), |(conversions, value), j| (conversions + j.conversions, value + j.value))
    }
}

fn check_touches(touches: &[Touch<'_>]) -> Result<()> {
    for (i, touch) in touches.iter().enumerate() {
        let row = i + 1;
        if !touch.time_days.is_finite() {
            return Err(StatsError::NotFinite { what: "time".into(), row, value: touch.time_days });
        }
        if let Some(value) = touch.conversion.filter(|v| !v.is_finite() || *v < 0.0) {
            let what = "conversion value".into();
            return Err(StatsError::OutOfRange { what, row, value, range: "zero or more" });
        }
    }
    Ok(())
}

/// Numbers channel names in order of appearance.
#[derive(Default)]
struct Channels {
    numbers: HashMap<String, u32, BuildHasherDefault<QuickHasher>>,
    names: Vec<String>,
}

impl Channels {
    fn number(&mut self, name: &str) -> u32 {
        if let Some(&number) = self.numbers.get(name) {
            return number;
        }
        let number = self.names.len() as u32;
        self.numbers.insert(name.to_owned(), number);
        self.names.push(name.to_owned());
        number
    }
}
