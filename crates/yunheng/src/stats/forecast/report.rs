//! The answer's keys and tables.

use serde_json::{Map, Value, json};
use yh_stats::forecast::attainment::reliability;
use yh_stats::forecast::{Forecast, Request};

use super::{Args, Outlook, Series, point};
use crate::stats::output::{Answer, Grid, StatsCliError, number, too_few_json};

/// Sets `series` and the first grid: one row per series and step.
pub fn series(answer: &mut Answer, args: &Args, all: &[Series], outlooks: &[Outlook]) -> Result<(), StatsCliError> {
    let keys = args.level_keys();
    let mut header = vec!["id".to_owned(), "model".to_owned(), "step".to_owned(), "mean".to_owned()];
    header.extend(keys.iter().flat_map(|(lo, hi)| [lo.clone(), hi.clone()]));
    let mut grid = Grid { title: "forecast".into(), header, rows: Vec::new() };
    let mut chances = Grid::new("target", &["id", "probability", "expected", "needed per step"]);
    let mut list = Vec::with_capacity(outlooks.len());
    for (outlook, series) in outlooks.iter().zip(all) {
        let mut entry = json!({"id": outlook.id, "n": series.values.len()});
        match &outlook.answer {
            yh_stats::Answer::TooFew(few) => entry["too_few"] = too_few_json(*few),
            yh_stats::Answer::Known(f) => {
                fill(&mut entry, f, series, &keys);
                for h in 0..f.mean.len() {
                    grid.row(cells(&outlook.id, f, h));
                }
                if let Some(goal) = args.goal(&series.values) {
                    let found = f.attainment(&goal)?;
                    entry["attainment"] = json!({
                        "target": goal.target, "probability": found.probability, "expected": found.expected,
                        "spread": found.spread, "needed_per_step": found.needed_per_step,
                    });
                    chances.row(vec![outlook.id.clone(), number(found.probability), number(found.expected), number(found.needed_per_step)]);
                }
            }
        }
        list.push(entry);
    }
    if let ([one], true) = (list.as_slice(), list.len() == 1)
        && let Some(few) = one.get("too_few")
    {
        answer.set("too_few", few.clone());
    }
    answer.set("series", list);
    answer.grid(grid);
    if !chances.rows.is_empty() {
        answer.grid(chances);
    }
    Ok(())
}

fn fill(entry: &mut Value, f: &Forecast, series: &Series, keys: &[(String, String)]) {
    entry["model"] = json!(f.model);
    entry["weights"] = f.weights.iter().map(|(n, w)| (n.clone(), json!(w))).collect::<Map<_, _>>().into();
    entry["points"] = (0..f.mean.len()).map(|h| point(f, keys, h)).collect();
    if let Some(effects) = &f.effects {
        let each = series.regressors.iter().zip(effects.coefficients.iter().zip(&effects.standard_errors));
        entry["effects"] = each
            .map(|(r, (b, se))| (r.name.clone(), json!({"coefficient": b, "se": se, "log": effects.multiplicative})))
            .collect::<Map<_, _>>()
            .into();
    }
}

fn cells(id: &str, f: &Forecast, h: usize) -> Vec<String> {
    let mut row = vec![id.to_owned(), f.model.clone(), (h + 1).to_string(), f.mean[h].to_string()];
    for band in &f.bands {
        row.extend([band.lower[h].to_string(), band.upper[h].to_string()]);
    }
    row
}

/// Sets `backtest`: pooled coverage of each level and, with a target, the reliability of chances.
pub fn backtest(answer: &mut Answer, request: &Request, outlooks: &[Outlook]) {
    let known: Vec<&Forecast> = outlooks
        .iter()
        .filter_map(|o| match &o.answer {
            yh_stats::Answer::Known(f) => Some(f),
            yh_stats::Answer::TooFew(_) => None,
        })
        .collect();
    let origins: usize = known.iter().map(|f| f.past.len()).sum();
    if origins == 0 {
        if request.origins > 0 && !known.is_empty() {
            answer.warn("the history is too short for a backtest: intervals rest on the size of past changes");
        }
        return;
    }
    let mut coverage = Map::new();
    for level in &request.levels {
        let (mut inside, mut points) = (0usize, 0usize);
        for past in known.iter().flat_map(|f| &f.past) {
            for (h, (a, b)) in past.actual.iter().zip(&past.forecast).enumerate() {
                inside += usize::from((a - b).abs() <= past.spread.half_width(h + 1, *level));
                points += 1;
            }
        }
        coverage.insert(format!("{}", (level * 1e6).round() / 1e4), json!(inside as f64 / points as f64));
    }
    answer.set("backtest", json!({"origins": origins, "coverage": coverage}));
    let table = reliability(known.iter().copied());
    let rows: Vec<Value> = table.iter().map(|r| json!({"called": r.called, "n": r.n, "met": r.met})).collect();
    answer.set("reliability", rows);
    let mut grid = Grid::new("reliability of chances in the backtest", &["called", "n", "met"]);
    for r in &table {
        grid.row(vec![format!("{:.2}", r.called), r.n.to_string(), format!("{:.2}", r.met)]);
    }
    answer.grid(grid);
}
