//! Promotions: the same phase-hour of the year before.

use jiff::{
    SignedDuration, ToSpan,
    civil::{Date, DateTime},
};
use yh_metrics::TimeRange;
use yh_model::{
    Label,
    calendar::{Days, PhasePair, Window},
};

use super::rows::range_of;

/// The phases of a question, each beside that of the year before. Their times are wall times; ranges are business-local.
pub(super) struct PhaseHours {
    pub pairs: Vec<PhasePair>,
    pub day_cutoff_minutes: i32,
}

impl PhaseHours {
    /// The bases of a row's elapsed part, one for each phase it touches; none unless every moment has a counterpart.
    pub fn row(&self, elapsed: TimeRange) -> Option<Vec<TimeRange>> {
        let wall = self.wall(elapsed);
        let mut found: Vec<TimeRange> = Vec::new();
        let mut at = wall.from;
        while at < wall.to {
            let pair = self.pair(at)?;
            let until = pair.now.to.min(wall.to);
            let start = pair.before(at)?;
            let end = start.saturating_add(length(at, until));
            if end > pair.before?.to {
                return None;
            }
            let part = self.business(Window { from: start, to: end });
            match found.last_mut() {
                Some(last) if last.end == part.start => last.end = part.end,
                _ => found.push(part),
            }
            at = until;
        }
        Some(found)
    }

    /// The base of a whole question: from the counterpart of its first moment to that of its last, or to the end of a
    /// phase that was shorter.
    pub fn whole(&self, elapsed: TimeRange) -> Option<TimeRange> {
        let wall = self.wall(elapsed);
        let from = self.pair(wall.from)?.before(wall.from)?;
        let last = wall.to.saturating_sub(1.minutes());
        let pair = self.pair(last)?;
        let before = pair.before?;
        let to = before.from.saturating_add(length(pair.now.from, wall.to)).min(before.to);
        (from < to).then(|| self.business(Window { from, to }))
    }

    /// The base of days whose rows know no hour: a day belongs to the phase at its noon, and meets the day as many
    /// days after the same phase began.
    pub fn by_day(&self, days: Days) -> Option<Vec<TimeRange>> {
        days.iter().map(|day| self.day_before(day).map(|day| range_of(Days { first: day, last: day }))).collect()
    }

    /// The promotions, platforms and phases in words.
    pub fn remark(&self) -> Label {
        let mut zh: Vec<String> = Vec::new();
        let mut en: Vec<String> = Vec::new();
        for pair in &self.pairs {
            let name = |name: &str| format!("{name} {} · {}", pair.year - 1, pair.platform);
            if !zh.contains(&name(pair.promotion.text("zh"))) {
                zh.push(name(pair.promotion.text("zh")));
                en.push(name(pair.promotion.text("en")));
            }
        }
        Label::new(format!("{} 同阶段同时刻", zh.join("，")), format!("same phase and hour of {}", en.join(", ")))
    }

    fn day_before(&self, day: Date) -> Option<Date> {
        let pair = self.pair(day.at(12, 0, 0, 0))?;
        let before = pair.before?;
        let passed = first_noon(pair.now.from).until(day).ok()?;
        let base = first_noon(before.from).saturating_add(passed);
        before.contains(base.at(12, 0, 0, 0)).then_some(base)
    }

    fn pair(&self, wall: DateTime) -> Option<&PhasePair> {
        self.pairs.iter().find(|pair| pair.now.contains(wall))
    }

    fn wall(&self, range: TimeRange) -> Window {
        let cutoff = self.day_cutoff_minutes.minutes();
        Window { from: range.start.saturating_add(cutoff), to: range.end.saturating_add(cutoff) }
    }

    fn business(&self, window: Window) -> TimeRange {
        let cutoff = self.day_cutoff_minutes.minutes();
        TimeRange { start: window.from.saturating_sub(cutoff), end: window.to.saturating_sub(cutoff) }
    }
}

/// The first day whose noon comes at or after a moment.
fn first_noon(at: DateTime) -> Date {
    if at.hour() < 12 || (at.hour() == 12 && at.minute() == 0) { at.date() } else { at.date().saturating_add(1.days()) }
}

fn length(from: DateTime, to: DateTime) -> SignedDuration {
    to.duration_since(from)
}
