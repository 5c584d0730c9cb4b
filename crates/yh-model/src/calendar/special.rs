//! Special days: those that a promotion's phase or a holiday makes other than ordinary.

use jiff::{ToSpan, civil::Date};

use super::{Calendar, Phase, Promotion};
use crate::period::days_between;

/// What makes a day special, under a name that other years share.
#[derive(Debug, Clone, PartialEq)]
pub struct SpecialDay {
    /// Promotion and phase, or the holiday.
    pub name: String,
    /// Days since it began.
    pub position: i32,
    /// How many ordinary days it is worth by the calendar's own word.
    pub weight: Option<f64>,
}

impl Calendar {
    /// The promotion's phase that began last on a day, else its holiday; days are cut at midnight.
    pub fn special_day(&self, day: Date) -> Option<SpecialDay> {
        let (start, end) = (day.at(0, 0, 0, 0), day.saturating_add(1.days()).at(0, 0, 0, 0));
        let held: Vec<(&Promotion, &Phase)> = self
            .promotions
            .iter()
            .flat_map(|promotion| promotion.phases.iter().map(move |phase| (promotion, phase)))
            .filter(|(_, phase)| phase.window.from < end && start < phase.window.to)
            .collect();
        let Some((promotion, phase)) = held.iter().max_by_key(|(_, phase)| phase.window.from) else {
            return self.holiday(day).map(|holiday| SpecialDay {
                name: own_name(&holiday.name.zh).to_owned(),
                position: days_between(holiday.days.first, day),
                weight: holiday.weight,
            });
        };
        Some(SpecialDay {
            name: format!("{} {}", promotion.name.zh, phase.kind.label().zh),
            position: days_between(phase.window.from.date(), day),
            weight: held.iter().any(|(_, phase)| phase.weight.is_some()).then(|| mean_weight(&held, day)),
        })
    }
}

/// The mean over a day's hours of the weight of the phase that began last; hours without a weight count 1.
fn mean_weight(held: &[(&Promotion, &Phase)], day: Date) -> f64 {
    let weight = |hour: i8| {
        let at = day.at(hour, 0, 0, 0);
        let phases = held.iter().map(|(_, phase)| phase).filter(|phase| phase.window.contains(at));
        phases.max_by_key(|phase| phase.window.from).and_then(|phase| phase.weight).unwrap_or(1.0)
    };
    (0..24).map(weight).sum::<f64>() / 24.0
}

/// The first of the holidays that a joint name lists: 国庆节、中秋节 meets the 国庆节 of other years.
fn own_name(name: &str) -> &str {
    name.split('、').next().unwrap_or(name)
}
