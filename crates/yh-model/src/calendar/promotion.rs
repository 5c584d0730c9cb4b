//! Promotions (大促): phases per platform and year as wall times of the business zone, and how two years' phases meet.

use jiff::{SpanRelativeTo, Unit, civil::DateTime};

use super::{Calendar, CalendarError};
use crate::Label;

/// One promotion of one year.
#[derive(Debug, Clone, PartialEq)]
pub struct Promotion {
    pub name: Label,
    pub year: i16,
    /// In order of their start.
    pub phases: Vec<Phase>,
}

/// One phase, on the platforms that have it.
#[derive(Debug, Clone, PartialEq)]
pub struct Phase {
    pub kind: PhaseKind,
    pub platforms: Vec<String>,
    pub window: Window,
    /// How many ordinary days one of its days is worth, for plans where history does not say.
    pub weight: Option<f64>,
}

/// From a moment to just before another; wall times of the business zone.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Window {
    pub from: DateTime,
    pub to: DateTime,
}

/// What a phase is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum PhaseKind {
    /// 蓄水
    Seeding,
    /// 预热
    WarmUp,
    /// 定金
    Deposit,
    /// 尾款
    Balance,
    /// 现货
    Sale,
    /// 返场
    Encore,
}

/// A phase and the same phase of the year before.
#[derive(Debug, Clone, PartialEq)]
pub struct PhasePair {
    pub promotion: Label,
    pub year: i16,
    pub platform: String,
    pub kind: PhaseKind,
    pub now: Window,
    /// None when the year before had no such phase.
    pub before: Option<Window>,
}

impl PhaseKind {
    const ALL: [Self; 6] = [Self::Seeding, Self::WarmUp, Self::Deposit, Self::Balance, Self::Sale, Self::Encore];

    /// Parses the Chinese or English word.
    pub fn parse(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.label().zh == word || kind.label().en == word)
    }

    /// The words, Chinese first, for messages.
    pub fn words() -> Vec<String> {
        Self::ALL.into_iter().map(|kind| kind.label().zh).collect()
    }

    /// The phase in words.
    pub fn label(self) -> Label {
        match self {
            Self::Seeding => Label::new("蓄水", "seeding"),
            Self::WarmUp => Label::new("预热", "warm-up"),
            Self::Deposit => Label::new("定金", "deposit"),
            Self::Balance => Label::new("尾款", "balance"),
            Self::Sale => Label::new("现货", "sale"),
            Self::Encore => Label::new("返场", "encore"),
        }
    }
}

impl Window {
    /// Whether two windows share a moment.
    pub fn overlaps(self, other: Self) -> bool {
        self.from < other.to && other.from < self.to
    }

    /// Whether a moment lies inside.
    pub fn contains(self, at: DateTime) -> bool {
        self.from <= at && at < self.to
    }

    /// Minutes from its start to a moment.
    pub fn minutes_until(self, at: DateTime) -> i64 {
        let span = self.from.until((Unit::Minute, at)).ok();
        span.and_then(|span| span.total((Unit::Minute, SpanRelativeTo::days_are_24_hours())).ok()).map_or(0, |minutes| minutes as i64)
    }
}

impl Promotion {
    /// Whether it goes by this name, in either language.
    pub fn is_called(&self, name: &str) -> bool {
        self.name.zh == name || self.name.en.eq_ignore_ascii_case(name)
    }

    /// Platforms that take part, in the order of the file.
    pub fn platforms(&self) -> Vec<&str> {
        let mut platforms: Vec<&str> = Vec::new();
        for platform in self.phases.iter().flat_map(|phase| &phase.platforms) {
            if !platforms.contains(&platform.as_str()) {
                platforms.push(platform);
            }
        }
        platforms
    }

    /// The phases of one platform.
    pub fn phases_on<'a>(&'a self, platform: &'a str) -> impl Iterator<Item = &'a Phase> {
        self.phases.iter().filter(move |phase| phase.platforms.iter().any(|name| name == platform))
    }

    /// From the start of its first phase to the end of its last.
    pub fn window(&self) -> Option<Window> {
        let from = self.phases.iter().map(|phase| phase.window.from).min()?;
        let to = self.phases.iter().map(|phase| phase.window.to).max()?;
        Some(Window { from, to })
    }
}

impl PhasePair {
    /// The same phase-hour of the year before: as long after the phase began; none when that phase was over by then.
    pub fn before(&self, at: DateTime) -> Option<DateTime> {
        let before = self.before?;
        let moment = before.from.saturating_add(jiff::Span::new().minutes(self.now.minutes_until(at)));
        before.contains(moment).then_some(moment)
    }
}

impl Calendar {
    /// The phases inside a window, each with that of the year before. Without a platform, a promotion's first one stands
    /// for all; without a name, every promotion of the window counts. A promotion that the year before is not given for
    /// has no counterparts; an error when none of them is.
    pub fn phase_pairs(&self, window: Window, name: Option<&str>, platform: Option<&str>) -> Result<Vec<PhasePair>, CalendarError> {
        let named: Vec<&Promotion> = self.promotions.iter().filter(|one| name.is_none_or(|name| one.is_called(name))).collect();
        if let (true, Some(name)) = (named.is_empty(), name) {
            return Err(CalendarError::UnknownPromotion { name: name.to_owned(), known: self.promotion_names() });
        }
        let mut pairs: Vec<PhasePair> = Vec::new();
        let mut missing = None;
        for promotion in &named {
            let all = promotion.platforms();
            let Some(on) = platform.or(all.first().copied()) else { continue };
            if !all.contains(&on) {
                if name.is_none() {
                    continue;
                }
                let known = all.iter().map(|&name| name.to_owned()).collect();
                return Err(CalendarError::UnknownPlatform { promotion: promotion.name.zh.clone(), name: on.to_owned(), known });
            }
            if promotion.phases_on(on).any(|phase| phase.window.overlaps(window)) {
                let year = promotion.year - 1;
                let before = self.promotions.iter().find(|other| other.year == year && other.is_called(&promotion.name.zh));
                if before.is_none() {
                    missing = Some(CalendarError::NoPromotionYear { name: promotion.name.zh.clone(), year });
                }
                pairs.extend(pairs_of(promotion, before, on).into_iter().filter(|pair| pair.now.overlaps(window)));
            }
        }
        if pairs.is_empty() {
            let year = window.from.year();
            let known = named.iter().filter(|one| one.year == year).filter_map(|one| {
                let window = one.window()?;
                let last = window.to.saturating_sub(jiff::Span::new().minutes(1));
                Some(format!("{} {} – {}", one.name.zh, window.from.date(), last.date()))
            });
            return Err(CalendarError::OutsidePromotions { from: window.from, to: window.to, known: known.collect() });
        }
        match missing {
            Some(missing) if pairs.iter().all(|pair| pair.before.is_none()) => Err(missing),
            _ => Ok(pairs),
        }
    }

    fn promotion_names(&self) -> Vec<String> {
        let mut names: Vec<String> = Vec::new();
        for promotion in &self.promotions {
            if !names.contains(&promotion.name.zh) {
                names.push(promotion.name.zh.clone());
            }
        }
        names
    }
}

/// A promotion's phases on one platform beside those of the year before; the nth of a kind meets the nth.
fn pairs_of(promotion: &Promotion, before: Option<&Promotion>, platform: &str) -> Vec<PhasePair> {
    let own: Vec<&Phase> = promotion.phases_on(platform).collect();
    let pair = |(index, phase): (usize, &&Phase)| {
        let ordinal = own[..index].iter().filter(|other| other.kind == phase.kind).count();
        let same =
            |before: &Promotion| before.phases_on(platform).filter(|other| other.kind == phase.kind).nth(ordinal).map(|other| other.window);
        PhasePair {
            promotion: promotion.name.clone(),
            year: promotion.year,
            platform: platform.to_owned(),
            kind: phase.kind,
            now: phase.window,
            before: before.and_then(same),
        }
    };
    own.iter().enumerate().map(pair).collect()
}
