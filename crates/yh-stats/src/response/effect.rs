//! Did the action work? Difference-in-differences and interrupted time series.

use super::regression::{Coefficient, Errors, coefficient, regress};
use crate::Result;
use crate::answer::{Answer, TooFew, same_length};

/// Rows of a difference-in-differences design.
#[derive(Debug, Clone, Copy)]
pub struct Outcomes<'a> {
    pub outcome: &'a [f64],
    /// Row belongs to the group that the action was taken in.
    pub treated: &'a [bool],
    /// Row was measured after the action.
    pub after: &'a [bool],
    /// Unit (store, person) of each row: errors are clustered by it. `None`: HC3 errors.
    pub units: Option<&'a [u32]>,
    /// Time of each row, to check that the groups moved in parallel before the action.
    pub times: Option<&'a [f64]>,
}

/// The effect of an action by comparison with a group without it.
#[derive(Debug, Clone, PartialEq)]
pub struct Difference {
    /// (treated after − treated before) − (control after − control before), in units of the outcome.
    pub effect: Coefficient,
    /// Means: treated before and after, control before and after.
    pub means: [f64; 4],
    pub counts: [usize; 4],
    /// Difference of the groups' trends before the action, per unit of time; should include 0.
    pub trend_gap: Option<Coefficient>,
}

/// Estimates the effect on the treated, assuming both groups would have moved in parallel.
///
/// # Errors
/// Columns of unequal length, values that are not finite.
pub fn difference_in_differences(rows: &Outcomes<'_>, level: f64) -> Result<Answer<Difference>> {
    let n = rows.outcome.len();
    same_length("treated", rows.treated.len(), "outcome", n)?;
    same_length("after", rows.after.len(), "outcome", n)?;
    if let Some(times) = rows.times {
        same_length("time", times.len(), "outcome", n)?;
        crate::answer::all_finite("time", times)?;
    }
    crate::answer::all_finite("outcome", rows.outcome)?;
    let mut sums = [(0.0, 0_usize); 4];
    for i in 0..n {
        let cell = &mut sums[2 * usize::from(!rows.treated[i]) + usize::from(rows.after[i])];
        cell.0 += rows.outcome[i];
        cell.1 += 1;
    }
    let counts = sums.map(|(_, n)| n);
    let least = counts.into_iter().min().unwrap_or(0);
    if let Some(few) = TooFew::check("rows in the smallest of the four groups", least, 2) {
        return Ok(Answer::TooFew(few));
    }
    let number = |flags: &[bool]| -> Vec<f64> { flags.iter().map(|&f| f64::from(u8::from(f))).collect() };
    let (treated, after) = (number(rows.treated), number(rows.after));
    let both: Vec<f64> = treated.iter().zip(&after).map(|(t, a)| t * a).collect();
    let errors = rows.units.map_or(Errors::Hc3, Errors::Cluster);
    let fitted = match regress(rows.outcome, &[&treated, &after, &both], 0.0, errors, level)? {
        Answer::Known(fitted) => fitted,
        Answer::TooFew(few) => return Ok(Answer::TooFew(few)),
    };
    Ok(Answer::Known(Difference {
        effect: fitted.coefficients[3],
        means: sums.map(|(sum, n)| sum / n as f64),
        counts,
        trend_gap: rows.times.and_then(|times| trend_gap(rows, times, &treated, level)),
    }))
}

/// Gap of the slopes before the action; `None` when there are too few times to tell.
fn trend_gap(rows: &Outcomes<'_>, times: &[f64], treated: &[f64], level: f64) -> Option<Coefficient> {
    let before: Vec<usize> = (0..times.len()).filter(|&i| !rows.after[i]).collect();
    let pick = |values: &[f64]| -> Vec<f64> { before.iter().map(|&i| values[i]).collect() };
    let (outcome, time, group) = (pick(rows.outcome), pick(times), pick(treated));
    let slope: Vec<f64> = time.iter().zip(&group).map(|(t, g)| t * g).collect();
    let units: Option<Vec<u32>> = rows.units.map(|units| before.iter().map(|&i| units[i]).collect());
    let errors = units.as_deref().map_or(Errors::Hc3, Errors::Cluster);
    // A single time before the action has no trend: the regression says so by refusing it.
    let fitted = regress(&outcome, &[&group, &time, &slope], 0.0, errors, level).ok()?.known()?;
    Some(fitted.coefficients[3])
}

/// The effect of an action on one series.
#[derive(Debug, Clone, PartialEq)]
pub struct Interrupted {
    /// Jump of the level at the action.
    pub level_change: Coefficient,
    /// Change of the slope from then on, per period.
    pub slope_change: Coefficient,
    /// Slope before, per period.
    pub slope_before: Coefficient,
    /// Mean distance from the continued old trend over all periods after the action.
    pub mean_effect: Coefficient,
    /// Per period: what the series would have been without the action.
    pub without_action: Vec<f64>,
    pub fitted: Vec<f64>,
    /// Lags of the Newey-West errors.
    pub lags: usize,
}

/// Segmented regression of an equally spaced series whose periods from index `start` on follow the action.
///
/// `y = b0 + b1 t + b2 after + b3 after (t − start)` (Wagner et al. 2002) with Newey-West errors;
/// `season` > 1 adds one indicator per phase of a season of that many periods.
///
/// # Errors
/// Values that are not finite.
pub fn interrupted_series(series: &[f64], start: usize, season: usize, level: f64) -> Result<Answer<Interrupted>> {
    const MIN_SIDE: usize = 4;
    crate::answer::all_finite("value", series)?;
    let n = series.len();
    let seasonal = season.saturating_sub(1);
    let checks = [
        TooFew::check("periods before the action", start.min(n), MIN_SIDE.saturating_add(seasonal)),
        TooFew::check("periods from the action on", n.saturating_sub(start), MIN_SIDE),
    ];
    if let Some(few) = checks.into_iter().flatten().next() {
        return Ok(Answer::TooFew(few));
    }
    let time: Vec<f64> = (0..n).map(|t| t as f64).collect();
    let after: Vec<f64> = (0..n).map(|t| f64::from(u8::from(t >= start))).collect();
    let since: Vec<f64> = (0..n).map(|t| t.saturating_sub(start) as f64).collect();
    let phases: Vec<Vec<f64>> = (0..seasonal).map(|phase| (0..n).map(|t| f64::from(u8::from(t % season == phase))).collect()).collect();
    let mut columns: Vec<&[f64]> = vec![&time, &after, &since];
    columns.extend(phases.iter().map(Vec::as_slice));
    // The usual rule of thumb for Bartlett weights (Newey & West 1994).
    let lags = (4.0 * (n as f64 / 100.0).powf(2.0 / 9.0)).floor() as usize;
    let fitted = match regress(series, &columns, 0.0, Errors::NeweyWest { lags }, level)? {
        Answer::Known(fitted) => fitted,
        Answer::TooFew(few) => return Ok(Answer::TooFew(few)),
    };
    let [jump, bend] = [fitted.coefficients[2], fitted.coefficients[3]];
    let k = fitted.coefficients.len();
    let covariance = |a: usize, b: usize| fitted.covariance[a * k + b];
    let mean_since = since[start..].iter().sum::<f64>() / (n - start) as f64;
    let variance = covariance(2, 2) + 2.0 * mean_since * covariance(2, 3) + mean_since.powi(2) * covariance(3, 3);
    let mean_effect = jump.value + mean_since * bend.value;
    let without_action = (0..n).map(|t| fitted.fitted[t] - after[t] * jump.value - since[t] * bend.value).collect();
    Ok(Answer::Known(Interrupted {
        level_change: jump,
        slope_change: bend,
        slope_before: fitted.coefficients[1],
        mean_effect: coefficient(mean_effect, variance.max(0.0).sqrt(), fitted.freedom, level),
        without_action,
        fitted: fitted.fitted,
        lags,
    }))
}
