//! `yunheng stats rating`: do raters agree, and how does each one use the scale?

use std::time::Instant;

use serde_json::{Map, Value, json};
use yh_stats::TooFew;
use yh_stats::rating::{
    Estimate, Gap, Level, RaterReport, Ratings, SelfGaps, Weights, intraclass_correlation, krippendorff_alpha, rater_report, self_gaps,
    weighted_kappa,
};

use super::Common;
use super::input::{self, ParquetReader};
use super::output::{Answer, Grid, StatsCliError, number, too_few_json};

const EXAMPLE: &str = "Example (one row per score; the last month's review forms):
  yunheng stats rating --input reviews.csv --subject person --rater reviewer --score score \\
    --item question
Rows whose reviewer is the person are self-assessments; where reviewers are written as roles:
  yunheng stats rating --input reviews.csv --subject person --rater role --self-rater self --score score
Example (one row per subject, one column per rater or occasion; the days' quality of call-centre agents):
  yunheng stats rating --input ../shared/data/hr_callcentre_agents/employee_performance.csv --subject Agent_ID \\
    --raters Monday,Tuesday,Wednesday,Thursday,Friday,Saturday,Sunday --level interval";

const INTERVAL: f64 = 0.95;

/// Agreement of raters, and each rater's severity, halo, central tendency and gap to self-assessments
#[derive(Debug, clap::Args)]
#[command(after_help = EXAMPLE)]
pub struct Args {
    #[command(flatten)]
    pub common: Common,
    /// Column of the people or things rated
    #[arg(long, value_name = "COLUMN")]
    subject: String,
    /// Column of the raters
    #[arg(long, value_name = "COLUMN", requires = "score", required_unless_present = "raters")]
    rater: Option<String>,
    /// Column of the scores (empty: not scored)
    #[arg(long, value_name = "COLUMN", requires = "rater")]
    score: Option<String>,
    /// Instead of --rater and --score: a column of scores per rater or occasion (empty: not scored)
    #[arg(long, value_name = "COLUMNS", value_delimiter = ',', conflicts_with_all = ["rater", "score"])]
    raters: Vec<String>,
    /// Column of the questions or criteria, when there are several
    #[arg(long, value_name = "COLUMN")]
    item: Option<String>,
    /// Rater that stands for the person rated (default: rows whose rater is the subject)
    #[arg(long, value_name = "NAME")]
    self_rater: Option<String>,
    /// What differences between scores mean, for Krippendorff's alpha
    #[arg(long, value_enum, default_value_t = LevelName::Ordinal)]
    level: LevelName,
    /// How near misses count, for Cohen's kappa of two raters
    #[arg(long, value_enum, default_value_t = WeightName::Quadratic)]
    weights: WeightName,
    /// Resamplings of the subjects for alpha's interval
    #[arg(long, default_value_t = 1_000)]
    samples: usize,
    /// Seed of the resampling
    #[arg(long, default_value_t = 1)]
    seed: u64,
}

#[derive(Debug, Clone, Copy, clap::ValueEnum)]
enum LevelName {
    Nominal,
    Ordinal,
    Interval,
    Ratio,
}

#[derive(Debug, Clone, Copy, clap::ValueEnum)]
enum WeightName {
    None,
    Linear,
    Quadratic,
}

/// The scores that were given, with the names behind their numbers.
struct Scores {
    subjects: Vec<u32>,
    raters: Vec<u32>,
    items: Option<Vec<u32>>,
    scores: Vec<f64>,
    rater_names: Vec<String>,
    /// Rows in which people score themselves.
    is_self: Vec<bool>,
}

impl Scores {
    fn ratings(&self) -> Ratings<'_> {
        Ratings { subjects: &self.subjects, raters: &self.raters, items: self.items.as_deref(), scores: &self.scores }
    }

    /// The scores given by others, subjects and raters numbered anew.
    fn by_others(&self) -> Self {
        let rows: Vec<usize> = (0..self.scores.len()).filter(|&row| !self.is_self[row]).collect();
        let pick = |codes: &[u32]| -> Vec<u32> { rows.iter().map(|&row| codes[row]).collect() };
        let (raters, old) = renumbered(pick(&self.raters));
        Self {
            subjects: renumbered(pick(&self.subjects)).0,
            raters,
            items: self.items.as_ref().map(|items| pick(items)),
            scores: rows.iter().map(|&row| self.scores[row]).collect(),
            rater_names: old.into_iter().map(|code| self.rater_names[code as usize].clone()).collect(),
            is_self: vec![false; rows.len()],
        }
    }
}

/// Codes as 0, 1, … in their order, and the old code of each.
fn renumbered(codes: Vec<u32>) -> (Vec<u32>, Vec<u32>) {
    let old: Vec<u32> = codes.iter().copied().collect::<std::collections::BTreeSet<_>>().into_iter().collect();
    let new = codes.iter().map(|code| old.partition_point(|o| o < code) as u32).collect();
    (new, old)
}

/// Reads the scores, and measures agreement and raters.
pub fn answer(args: &Args, parquet: ParquetReader) -> Result<Answer, StatsCliError> {
    let all = read(args, parquet)?;
    let scores = all.by_others();
    let ratings = scores.ratings();
    let mut answer = Answer::new("rating", all.scores.len());
    let started = Instant::now();
    let report = rater_report(&ratings, INTERVAL)?;
    let icc = intraclass_correlation(&ratings, INTERVAL)?;
    let alpha = krippendorff_alpha(&ratings, args.level.level(), args.samples, args.seed)?;
    let gaps = self_gaps(&all.ratings(), &all.is_self, INTERVAL)?;
    answer.timing(args.common.timing, started);
    match report {
        yh_stats::Answer::Known(report) => raters(&mut answer, &scores.rater_names, &report),
        yh_stats::Answer::TooFew(few) => too_few(&mut answer, "raters", few),
    }
    self_assessments(&mut answer, &all, &gaps);
    let mut grid = Grid::new("agreement", &["measure", "value", "lower", "upper"]);
    match icc {
        yh_stats::Answer::TooFew(few) => too_few(&mut answer, "icc", few),
        yh_stats::Answer::Known(forms) => {
            let mut named = Map::new();
            for icc in forms {
                grid.row(vec![icc.form.name().into(), number(icc.value), number(icc.lower), number(icc.upper)]);
                let value = json!({"value": icc.value, "lower": icc.lower, "upper": icc.upper, "f": icc.f, "df1": icc.df1,
                    "df2": icc.df2, "p": icc.p, "subjects": icc.subjects, "raters": icc.raters});
                named.insert(icc.form.name().into(), value);
            }
            answer.set("icc", named);
        }
    }
    match alpha {
        yh_stats::Answer::TooFew(few) => too_few(&mut answer, "alpha", few),
        yh_stats::Answer::Known(alpha) => {
            let name = format!("alpha ({})", alpha.level.name());
            grid.row(vec![name, number(alpha.value), number(alpha.lower), number(alpha.upper)]);
            let value = json!({"level": alpha.level.name(), "value": alpha.value, "lower": alpha.lower,
                "upper": alpha.upper, "units": alpha.units, "scores": alpha.scores});
            answer.set("alpha", value);
        }
    }
    kappa(&mut answer, &mut grid, args, &scores)?;
    answer.grid(grid);
    Ok(answer)
}

/// One score per row of the file, or one per row and column of `--raters`; empty cells are none.
fn read(args: &Args, parquet: ParquetReader) -> Result<Scores, StatsCliError> {
    if let Some((_, twice)) = args.raters.iter().enumerate().find(|(i, name)| args.raters[..*i].contains(name)) {
        return Err(StatsCliError::usage(format!("rater {twice:?} is named twice"), "name each column once"));
    }
    let single = [&args.rater, &args.score, &args.item].into_iter().flatten();
    let wanted: Vec<&str> = single.chain(&args.raters).chain([&args.subject]).map(String::as_str).collect();
    let table = input::read(&args.common, parquet, &wanted)?;
    let (subject_names, subject) = table.categories(&args.subject)?;
    let item = args.item.as_ref().map(|item| table.categories(item)).transpose()?;
    let columns = match (&args.rater, &args.score) {
        (Some(rater), Some(score)) => {
            let (names, codes) = table.categories(rater)?;
            (names, vec![(codes, table.numbers_or_missing(score)?)])
        }
        _ => {
            once_per_subject(args, &subject_names, &subject, item.as_ref().map(|(_, codes)| codes.as_slice()))?;
            let column = |(code, name): (usize, &String)| Ok((vec![code; table.rows()], table.numbers_or_missing(name)?));
            (args.raters.clone(), args.raters.iter().enumerate().map(column).collect::<Result<_, StatsCliError>>()?)
        }
    };
    let (rater_names, columns) = columns;
    let mut read = Scores {
        subjects: Vec::new(),
        raters: Vec::new(),
        items: item.is_some().then(Vec::new),
        scores: Vec::new(),
        rater_names,
        is_self: Vec::new(),
    };
    let own_name = |row: usize| args.self_rater.as_ref().unwrap_or(&subject_names[subject[row]]);
    for (raters, scores) in &columns {
        for (row, score) in scores.iter().enumerate() {
            let Some(score) = score else { continue };
            read.scores.push(*score);
            read.subjects.push(subject[row] as u32);
            read.raters.push(raters[row] as u32);
            read.is_self.push(read.rater_names[raters[row]] == *own_name(row));
            if let (Some(items), Some((_, codes))) = (&mut read.items, &item) {
                items.push(codes[row] as u32);
            }
        }
    }
    Ok(read)
}

/// Refuses a sheet in which a subject (with the same item) has two rows: which of them holds cannot be told.
fn once_per_subject(args: &Args, names: &[String], subjects: &[usize], items: Option<&[usize]>) -> Result<(), StatsCliError> {
    let mut seen = std::collections::HashSet::new();
    match (0..subjects.len()).find(|&row| !seen.insert((subjects[row], items.map(|items| items[row])))) {
        Some(row) => Err(StatsCliError::input(
            format!("line {}, column {:?}: {:?} has a row already", row + 2, args.subject, names[subjects[row]]),
            "with --raters a subject has one row, or one per --item",
        )),
        None => Ok(()),
    }
}

fn too_few(answer: &mut Answer, key: &str, few: TooFew) {
    answer.set(key, json!({"too_few": too_few_json(few)}));
    answer.warn(format!("{key}: {} {} where {} are needed", few.have, few.what, few.need));
}

/// Sets the gaps between self-assessments and others, when there are any of the former.
fn self_assessments(answer: &mut Answer, all: &Scores, gaps: &SelfGaps) {
    let own = all.is_self.iter().filter(|s| **s).count();
    if own == 0 {
        return;
    }
    let value = |gap: &yh_stats::Answer<Gap>| match gap {
        yh_stats::Answer::Known(gap) => json!({"value": gap.gap.value, "lower": gap.gap.lower, "upper": gap.gap.upper, "n": gap.n}),
        yh_stats::Answer::TooFew(few) => json!({"too_few": too_few_json(*few)}),
    };
    let mut grid = Grid::new("own score less the rater's (points)", &["rater", "people", "gap", "lower", "upper"]);
    let mut row = |name: &str, gap: &yh_stats::Answer<Gap>| {
        if let yh_stats::Answer::Known(found) = gap {
            let figures = [found.gap.value, found.gap.lower, found.gap.upper].map(number);
            grid.row([name.to_owned(), found.n.to_string()].into_iter().chain(figures).collect());
        }
    };
    let others: std::collections::BTreeSet<u32> =
        (0..all.scores.len()).filter(|&row| !all.is_self[row]).map(|row| all.raters[row]).collect();
    let mut by_rater = Map::new();
    for (name, gap) in others.iter().map(|&rater| (&all.rater_names[rater as usize], &gaps.by_rater[rater as usize])) {
        row(name, gap);
        by_rater.insert(name.clone(), value(gap));
    }
    row("(all of them)", &gaps.overall);
    answer.set("self_gap", json!({"overall": value(&gaps.overall), "raters": by_rater, "self_scores": own}));
    answer.grid(grid);
    answer.warn(format!("{own} self-assessments are compared with the scores of others and left out of everything else"));
}

fn raters(answer: &mut Answer, names: &[String], report: &RaterReport) {
    let header = ["rater", "n", "severity", "lower", "upper", "reliability", "item spread", "subject spread"];
    let mut grid = Grid::new("raters (severity in points; spreads relative to the panel)", &header);
    let estimate = |e: &Estimate| json!({"value": e.value, "lower": e.lower, "upper": e.upper});
    let optional = |e: &Option<Estimate>| e.as_ref().map_or(Value::Null, estimate);
    let spread = |e: &Option<Estimate>| e.as_ref().map_or("-".into(), |e| format!("{:.2} ({:.2}..{:.2})", e.value, e.lower, e.upper));
    let rows: Vec<Value> = report
        .raters
        .iter()
        .zip(names)
        .filter(|(rater, _)| rater.n > 0)
        .map(|(rater, name)| {
            let s = &rater.severity;
            let figures = [s.value, s.lower, s.upper, rater.reliability].map(number);
            let mut cells = vec![name.clone(), rater.n.to_string()];
            cells.extend(figures);
            cells.extend([spread(&rater.item_spread), spread(&rater.subject_spread)]);
            grid.row(cells);
            json!({"rater": name, "n": rater.n, "severity": estimate(s), "raw_severity": rater.raw_severity,
                "reliability": rater.reliability, "item_spread": optional(&rater.item_spread),
                "subject_spread": optional(&rater.subject_spread)})
        })
        .collect();
    answer.set("raters", rows);
    answer
        .set("variance", json!({"subject": report.subject_variance, "rater": report.rater_variance, "residual": report.residual_variance}));
    if !report.settled {
        answer.warn("the variance components were still moving slightly at the last step");
    }
    answer.grid(grid);
}

/// Kappa, when exactly two raters share subjects: categories are the distinct scores in order.
fn kappa(answer: &mut Answer, grid: &mut Grid, args: &Args, scores: &Scores) -> Result<(), StatsCliError> {
    const MOST_CATEGORIES: usize = 100;
    if scores.rater_names.len() != 2 {
        return Ok(());
    }
    let mut categories = scores.scores.clone();
    categories.sort_by(f64::total_cmp);
    categories.dedup();
    if categories.len() > MOST_CATEGORIES {
        answer.warn(format!("{} distinct scores are no categories: kappa is left out", categories.len()));
        return Ok(());
    }
    let mut by_unit = std::collections::BTreeMap::<(u32, u32), [Option<u32>; 2]>::new();
    for row in 0..scores.scores.len() {
        let unit = (scores.subjects[row], scores.items.as_ref().map_or(0, |items| items[row]));
        let category = categories.partition_point(|c| *c < scores.scores[row]) as u32;
        by_unit.entry(unit).or_default()[scores.raters[row] as usize] = Some(category);
    }
    let (first, second): (Vec<u32>, Vec<u32>) = by_unit.values().filter_map(|[a, b]| a.zip(*b)).unzip();
    match weighted_kappa(&first, &second, &args.weights.weights(), INTERVAL)? {
        yh_stats::Answer::TooFew(few) => too_few(answer, "kappa", few),
        yh_stats::Answer::Known(kappa) => {
            grid.row(vec!["kappa".into(), number(kappa.value), number(kappa.lower), number(kappa.upper)]);
            let value = json!({"value": kappa.value, "standard_error": kappa.standard_error, "lower": kappa.lower,
                "upper": kappa.upper, "observed": kappa.observed, "expected": kappa.expected, "n": kappa.n});
            answer.set("kappa", value);
        }
    }
    Ok(())
}

impl LevelName {
    fn level(self) -> Level {
        match self {
            Self::Nominal => Level::Nominal,
            Self::Ordinal => Level::Ordinal,
            Self::Interval => Level::Interval,
            Self::Ratio => Level::Ratio,
        }
    }
}

impl WeightName {
    fn weights(self) -> Weights {
        match self {
            Self::None => Weights::Same,
            Self::Linear => Weights::Linear,
            Self::Quadratic => Weights::Quadratic,
        }
    }
}
