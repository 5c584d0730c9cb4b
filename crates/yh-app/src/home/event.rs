//! A promotion on the home page: the event so far against last year's same phase and hour.

use jiff::{
    ToSpan,
    civil::{Date, DateTime},
};
use yh_metrics::MetricQuery;
use yh_model::{
    Calendar, Grain, Label, Period,
    calendar::{Phase, Promotion},
    home,
};

use super::{Asking, Block, Levels};
use crate::{Comparison, Question, Result};

/// A promotion that runs, or ended a few days ago.
#[derive(Debug)]
pub struct Event {
    pub promotion: Label,
    pub year: i16,
    pub platform: String,
    /// The phase at the end of the page's day; none once it is over.
    pub phase: Option<Label>,
    /// From the first phase's start to the end of the page's day, with last year's same phase and hour.
    pub block: Block,
    /// The month so far beside its three levels, of the first metric.
    pub month: Option<Month>,
}

/// A month so far beside its target.
#[derive(Debug)]
pub struct Month {
    pub period: Period,
    pub elapsed: (i32, i32),
    pub block: Block,
    pub levels: Levels,
}

/// A promotion on one platform.
struct Running<'a> {
    promotion: &'a Promotion,
    platform: &'a str,
    from: DateTime,
    to: DateTime,
}

impl Asking<'_> {
    pub(super) async fn event(&self, wanted: Option<&home::Event>) -> Option<Result<Event>> {
        let wanted = wanted.filter(|wanted| !wanted.metrics.is_empty())?;
        let running = running(&self.definitions.calendar, wanted, self.day)?;
        Some(self.event_so_far(wanted, &running).await)
    }

    async fn event_so_far(&self, wanted: &home::Event, running: &Running<'_>) -> Result<Event> {
        let cutoff = self.app.project.settings.day_cutoff_minutes.minutes();
        let end_of_day = self.day.saturating_add(1.day()).at(0, 0, 0, 0);
        let last = running.to.saturating_sub(cutoff).min(end_of_day).saturating_sub(1.second());
        let text = |time: DateTime| Some(time.strftime("%Y-%m-%d %H:%M:%S").to_string());
        let query = MetricQuery {
            start_time: text(running.from.saturating_sub(cutoff)),
            end_time: text(last),
            ..self.query(&wanted.metrics, self.day, self.day)
        };
        let name = Some(running.promotion.name.zh.clone());
        let compare = vec![Comparison::Promotion { name, platform: Some(running.platform.to_owned()) }];
        let block = self.block(Question { query, compare }).await?;
        let now = last.saturating_add(cutoff);
        let phase = running.promotion.phases_on(running.platform).find(|phase: &&Phase| phase.window.contains(now));
        Ok(Event {
            promotion: running.promotion.name.clone(),
            year: running.promotion.year,
            platform: running.platform.to_owned(),
            phase: phase.filter(|_| now.date() >= self.day).map(|phase| phase.kind.label()),
            block,
            month: self.month(&wanted.metrics[0]).await?,
        })
    }

    async fn month(&self, metric: &home::Named) -> Result<Option<Month>> {
        let period = Period::containing(Grain::Month, self.day);
        let Some(levels) = self.levels(&metric.name, period).await? else { return Ok(None) };
        let block = self.plain(self.query(std::slice::from_ref(metric), period.start(), self.day)).await?;
        Ok(Some(Month { period, elapsed: period.elapsed(self.day), block, levels }))
    }
}

/// The promotion that started last of those that run on a day or ended not long before.
fn running<'a>(calendar: &'a Calendar, wanted: &'a home::Event, day: Date) -> Option<Running<'a>> {
    let on = |promotion: &'a Promotion| {
        let platform = wanted.platform.as_deref().or_else(|| promotion.platforms().first().copied())?;
        let from = promotion.phases_on(platform).map(|phase| phase.window.from).min()?;
        let to = promotion.phases_on(platform).map(|phase| phase.window.to).max()?;
        let shown_until = to.saturating_sub(1.minute()).date().saturating_add(i32::from(wanted.days_after).days());
        (from.date() <= day && day <= shown_until).then_some(Running { promotion, platform, from, to })
    };
    calendar.promotions.iter().filter_map(on).max_by_key(|running| running.from)
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;
    use yh_model::calendar::load_calendar;

    use super::*;

    #[test]
    fn a_promotion_is_shown_while_it_runs_and_a_few_days_after() {
        let text = "promotions:\n  - name: {zh: 双11, en: Singles' Day}\n    year: 2025\n    phases:\n      - {phase: 预热, platforms: [天猫], from: \"2025-11-04 00:00:00\", to: \"2025-11-10 20:00:00\"}\n      - {phase: 现货, platforms: [天猫], from: \"2025-11-10 20:00:00\", to: \"2025-11-12 00:00:00\"}\n";
        let (calendar, issues) = load_calendar(&[("calendar/promotions.yaml".to_owned(), text.to_owned())], 1);
        assert_eq!(issues, []);
        let wanted = home::Event { metrics: Vec::new(), platform: Some("天猫".into()), days_after: 3 };
        for (day, shown) in [(date(2025, 11, 3), false), (date(2025, 11, 4), true), (date(2025, 11, 14), true), (date(2025, 11, 15), false)]
        {
            assert_eq!(running(&calendar, &wanted, day).is_some(), shown, "{day}");
        }
        let elsewhere = home::Event { platform: Some("抖音".into()), ..wanted };
        assert!(running(&calendar, &elsewhere, date(2025, 11, 11)).is_none());
    }
}
