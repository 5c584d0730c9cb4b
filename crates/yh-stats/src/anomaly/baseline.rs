//! What the next value should be: three simple predictors, of which the recently best one speaks.

/// A moment inside the day and the week, from seconds since 1970-01-01 (a Thursday).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Slot {
    pub of_day: usize,
    pub of_week: usize,
}

/// Cuts the day into slots as long as the rows are apart, from a quarter of an hour to an hour.
#[derive(Debug, Clone, Copy)]
pub struct Clock {
    slots_per_day: usize,
}

const DAY: f64 = 86_400.0;

impl Clock {
    pub fn new(seconds_apart: f64) -> Self {
        let slots = (DAY / seconds_apart.clamp(900.0, DAY)).round().max(1.0) as usize;
        Self { slots_per_day: slots }
    }

    pub fn slot(self, seconds: f64) -> Slot {
        let day = (seconds / DAY).floor();
        let share = (seconds / DAY - day).clamp(0.0, 1.0);
        let of_day = ((share * self.slots_per_day as f64) as usize).min(self.slots_per_day - 1);
        // 1970-01-01 was a Thursday: day 4 of a week that starts on Sunday.
        let weekday = (day as i64 + 4).rem_euclid(7) as usize;
        Slot { of_day, of_week: weekday * self.slots_per_day + of_day }
    }

    pub fn slots(self) -> usize {
        self.slots_per_day
    }
}

/// Typical value per slot, as a running mean that outliers cannot drag.
#[derive(Debug, Clone)]
struct Profile {
    mean: Vec<f64>,
    seen: Vec<u32>,
}

impl Profile {
    fn new(slots: usize) -> Self {
        Self { mean: vec![0.0; slots], seen: vec![0; slots] }
    }

    fn get(&self, slot: usize, least: u32) -> Option<f64> {
        (self.seen[slot] >= least).then(|| self.mean[slot])
    }

    fn learn(&mut self, slot: usize, value: f64, scale: f64, memory: f64) {
        let seen = f64::from(self.seen[slot]) + 1.0;
        let rate = (1.0 / seen).max(1.0 / memory);
        let surprise = value - self.mean[slot];
        let limit = if self.seen[slot] < 3 { f64::INFINITY } else { 3.0 * scale };
        self.mean[slot] += rate * surprise.clamp(-limit, limit);
        self.seen[slot] += 1;
    }
}

/// The predictors and their record.
#[derive(Debug, Clone)]
pub struct Baseline {
    recent: SortedWindow,
    day: Profile,
    week: Profile,
    /// Running mean absolute error of: local median, day profile, week profile.
    errors: [f64; 3],
    tried: [f64; 3],
    rate: f64,
    /// Rows of one slot within a day, for the memory of the profiles.
    rows_per_slot: f64,
}

impl Baseline {
    /// `width` rows make the local median; errors are remembered over about `memory` rows.
    pub fn new(clock: Clock, width: usize, memory: usize, rows_per_slot: f64) -> Self {
        Self {
            recent: SortedWindow::new(width),
            day: Profile::new(clock.slots()),
            week: Profile::new(7 * clock.slots()),
            errors: [0.0; 3],
            tried: [0.0; 3],
            rate: 1.0 / memory.max(2) as f64,
            rows_per_slot: rows_per_slot.max(1.0),
        }
    }

    fn predictions(&self, slot: Slot) -> [Option<f64>; 3] {
        let least = (2.0 * self.rows_per_slot).round() as u32;
        [self.recent.median(), self.day.get(slot.of_day, least.max(2)), self.week.get(slot.of_week, least.max(2))]
    }

    /// The value expected in this slot; `None` before the first value.
    pub fn expect(&self, slot: Slot) -> Option<f64> {
        let predictions = self.predictions(slot);
        let proven = |i: usize| predictions[i].filter(|_| self.tried[i] * self.rate > 0.3);
        let seasonal = [1, 2].into_iter().filter_map(|i| proven(i).map(|p| (self.errors[i], p))).min_by(|a, b| a.0.total_cmp(&b.0));
        match (seasonal, predictions[0]) {
            (Some((error, p)), Some(local)) => Some(if error < self.errors[0] { p } else { local }),
            (_, local) => local,
        }
    }

    /// Learns a value; `scale` bounds how far an outlier can drag the profiles.
    pub fn learn(&mut self, slot: Slot, value: f64, scale: f64) {
        let predictions = self.predictions(slot);
        for (i, p) in predictions.into_iter().enumerate() {
            if let Some(p) = p {
                self.tried[i] += 1.0;
                let rate = self.rate.max(1.0 / self.tried[i]);
                self.errors[i] += rate * ((value - p).abs().min(6.0 * scale.max(f64::MIN_POSITIVE)) - self.errors[i]);
            }
        }
        self.day.learn(slot.of_day, value, scale, 10.0 * self.rows_per_slot);
        self.week.learn(slot.of_week, value, scale, 5.0 * self.rows_per_slot);
        self.recent.push(value);
    }
}

/// The last few values, kept in order of size too, so that their median is at hand.
#[derive(Debug, Clone)]
struct SortedWindow {
    width: usize,
    arrived: std::collections::VecDeque<f64>,
    sorted: Vec<f64>,
}

impl SortedWindow {
    fn new(width: usize) -> Self {
        let width = width.max(1);
        Self { width, arrived: std::collections::VecDeque::with_capacity(width), sorted: Vec::with_capacity(width) }
    }

    fn push(&mut self, value: f64) {
        if self.arrived.len() == self.width
            && let Some(old) = self.arrived.pop_front()
        {
            let at = self.sorted.partition_point(|v| *v < old).min(self.sorted.len() - 1);
            self.sorted.remove(at);
        }
        self.arrived.push_back(value);
        self.sorted.insert(self.sorted.partition_point(|v| *v < value), value);
    }

    fn median(&self) -> Option<f64> {
        self.sorted.get(self.sorted.len() / 2).copied()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn slots_follow_clock_and_calendar() {
        let clock = Clock::new(3600.0);
        // 2024-01-01 was a Monday; 10:30.
        let slot = clock.slot(1_704_067_200.0 + 10.5 * 3600.0);
        assert_eq!(slot, Slot { of_day: 10, of_week: 24 + 10 });
        assert_eq!(Clock::new(86_400.0).slots(), 1);
        assert_eq!(Clock::new(60.0).slots(), 96);
    }

    #[test]
    fn a_daily_pattern_is_preferred_to_the_local_median() {
        let clock = Clock::new(3600.0);
        let mut baseline = Baseline::new(clock, 5, 48, 1.0);
        let value = |h: usize| if (9..18).contains(&(h % 24)) { 100.0 } else { 10.0 };
        for h in 0..240 {
            baseline.learn(clock.slot(h as f64 * 3600.0), value(h), 5.0);
        }
        // At nine the local median is still at night's level.
        let expect = baseline.expect(clock.slot((240 + 9) as f64 * 3600.0)).expect("history");
        assert!((expect - 100.0).abs() < 1.0, "{expect}");
    }
}
