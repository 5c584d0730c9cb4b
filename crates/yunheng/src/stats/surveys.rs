//! `yunheng stats nps` and `yunheng stats csat`: survey scores with intervals.

use std::time::Instant;

use serde_json::{Map, Value, json};
use yh_stats::StatsError;
use yh_stats::surveys::{self, Change, Csat, Nps, Recommendations};

use super::Common;
use super::dates::Date;
use super::input::{self, ParquetReader, Table};
use super::output::{Answer, Grid, StatsCliError, number, too_few_json};

const LEVEL: f64 = 0.95;

/// Net Promoter Score of answers from 0 to 10, with a 95% interval
///
/// Net Promoter and NPS are registered marks of Bain & Company, Fred Reichheld and NICE Systems.
#[derive(Debug, clap::Args)]
#[command(after_help = "Example, on any file with a 0-10 column `score`:
  yunheng stats nps --input survey_responses.csv --score score --group dimension --time responded_at --split 2026-01-01
Example with answers in words, which must be told apart:
  yunheng stats nps --input ../shared/data/hr_attrition_ibm/attrition.csv --score JobSatisfaction \\
    --promoters Very_High --passives High --detractors Medium,Low --group Department")]
pub struct NpsArgs {
    #[command(flatten)]
    pub common: Common,
    #[command(flatten)]
    columns: Columns,
    /// Answers in words that make a promoter, a passive, a detractor
    #[arg(long, value_name = "WORDS", value_delimiter = ',', requires = "detractors")]
    promoters: Vec<String>,
    #[arg(long, value_name = "WORDS", value_delimiter = ',', requires = "promoters")]
    passives: Vec<String>,
    #[arg(long, value_name = "WORDS", value_delimiter = ',', requires = "promoters")]
    detractors: Vec<String>,
}

/// CSAT: the share of the top two answers (4 and 5 of 1 to 5), with a 95% Wilson interval
#[derive(Debug, clap::Args)]
#[command(after_help = "Example, on any file with a 1-5 column `score`:
  yunheng stats csat --input survey_responses.csv --score score --group dimension
Example with answers in words, from the lowest to the highest:
  yunheng stats csat --input ../shared/data/hr_attrition_ibm/attrition.csv --score JobSatisfaction \\
    --scale Low,Medium,High,Very_High --group Department")]
pub struct CsatArgs {
    #[command(flatten)]
    pub common: Common,
    #[command(flatten)]
    columns: Columns,
    /// Points of the scale, which starts at 1; or its answers in words, from the lowest to the highest
    #[arg(long, value_name = "POINTS|WORDS", value_delimiter = ',', default_value = "5")]
    scale: Vec<String>,
}

#[derive(Debug, clap::Args)]
struct Columns {
    /// Column of the answer; empty cells are no answers
    #[arg(long, value_name = "COLUMN")]
    score: String,
    /// Column to report groups by
    #[arg(long, value_name = "COLUMN")]
    group: Option<String>,
    /// Column of the time; adds one score per month
    #[arg(long, value_name = "COLUMN")]
    time: Option<String>,
    /// First day of the later of two periods whose difference is wanted
    #[arg(long, value_name = "DATE", requires = "time")]
    split: Option<Date>,
}

/// How the cells of answers are read.
enum Wording {
    Numbers,
    /// The score of each answer in words.
    Words(Vec<(String, f64)>),
}

/// Answers with their group and day.
struct Answers {
    scores: Vec<f64>,
    groups: Option<(Vec<String>, Vec<usize>)>,
    days: Option<Vec<Date>>,
    /// Each answer's row in the file, counted from 0.
    rows: Vec<usize>,
    empty: usize,
}

/// A measure of a set of scores: its JSON, its row, and the change from an earlier set.
trait Measure: Sized {
    fn of(scores: &[f64], scale: usize) -> Result<yh_stats::Answer<Self>, StatsCliError>;
    fn json(&self) -> Map<String, Value>;
    fn row(&self) -> Vec<String>;
    fn change(&self, before: &Self) -> Result<Change, StatsCliError>;
    const HEADER: [&'static str; 7];
}

pub fn nps_answer(args: &NpsArgs, parquet: ParquetReader) -> Result<Answer, StatsCliError> {
    // Any score of the class will do: only the class counts.
    let classes = [(&args.promoters, 10.0), (&args.passives, 8.0), (&args.detractors, 0.0)];
    let words = classes.into_iter().flat_map(|(words, score)| words.iter().map(move |word| (word.as_str(), score)));
    let wording = if args.promoters.is_empty() { Wording::Numbers } else { Wording::of(words)? };
    let mut answer = measure::<Nps>("nps", &args.common, &args.columns, &wording, 10, parquet)?;
    if let Wording::Words(_) = wording {
        answer.warn("the classes of the answers are yours: such a score does not compare with one of the 0-10 question");
    }
    answer.set("attribution", "Net Promoter and NPS are registered marks of Bain & Company, Fred Reichheld and NICE Systems");
    Ok(answer)
}

pub fn csat_answer(args: &CsatArgs, parquet: ParquetReader) -> Result<Answer, StatsCliError> {
    let (wording, points) = match args.scale.as_slice() {
        [points] => match points.parse() {
            Ok(points) => (Wording::Numbers, points),
            Err(_) => {
                let hint = "give the points, such as 5, or all answers from the lowest to the highest, parted by commas";
                return Err(StatsCliError::usage(format!("--scale {points:?} is no scale"), hint));
            }
        },
        words => (Wording::of(words.iter().zip(1_i32..).map(|(word, score)| (word.as_str(), f64::from(score))))?, words.len()),
    };
    measure::<Csat>("csat", &args.common, &args.columns, &wording, points, parquet)
}

impl Wording {
    /// # Errors
    /// An empty word, or one that is there twice.
    fn of<'a>(words: impl Iterator<Item = (&'a str, f64)>) -> Result<Self, StatsCliError> {
        let mut known: Vec<(String, f64)> = Vec::new();
        for (word, score) in words {
            let word = word.trim();
            if word.is_empty() || known.iter().any(|(other, _)| other == word) {
                return Err(StatsCliError::usage(format!("the answer {word:?} is named twice or empty"), "name each answer once"));
            }
            known.push((word.to_owned(), score));
        }
        Ok(Self::Words(known))
    }

    /// The score of every row; `None` where nothing was answered.
    ///
    /// # Errors
    /// A cell that is no number, or not among the words.
    fn scores(&self, table: &Table, column: &str) -> Result<Vec<Option<f64>>, StatsCliError> {
        let Self::Words(words) = self else { return table.numbers_or_missing(column) };
        let need = || format!("one of {}", words.iter().map(|(word, _)| word.as_str()).collect::<Vec<_>>().join(", "));
        let cell = |(row, text): (usize, &str)| match words.iter().find(|(word, _)| word == text) {
            Some((_, score)) => Ok(Some(*score)),
            None if input::is_missing(text) => Ok(None),
            None => Err(input::bad_cell(column, row, text, &need())),
        };
        table.text(column)?.iter().enumerate().map(cell).collect()
    }
}

fn measure<M: Measure>(
    method: &str,
    common: &Common,
    columns: &Columns,
    wording: &Wording,
    scale: usize,
    parquet: ParquetReader,
) -> Result<Answer, StatsCliError> {
    let names = [Some(&columns.score), columns.group.as_ref(), columns.time.as_ref()];
    let wanted: Vec<&str> = names.into_iter().flatten().map(String::as_str).collect();
    let answers = Answers::read(&input::read(common, parquet, &wanted)?, columns, wording)?;
    let started = Instant::now();
    let n = answers.scores.len();
    let all = match M::of(&answers.scores, scale).map_err(|e| answers.at_line(e, &columns.score))? {
        yh_stats::Answer::Known(all) => all,
        yh_stats::Answer::TooFew(few) => return Ok(Answer::too_few(method, n, few)),
    };
    let mut answer = Answer::new(method, n);
    if answers.empty > 0 {
        answer.warn(format!("{} rows without an answer are left out", answers.empty));
    }
    all.json().into_iter().for_each(|(key, value)| answer.set(&key, value));
    let mut grid = Grid::new(&format!("{method} (95% intervals)"), &M::HEADER);
    grid.row([vec!["all".to_owned()], all.row()].concat());
    if let Some((labels, codes)) = &answers.groups {
        let groups = parts::<M>(&answers.scores, labels, codes, scale, &mut grid)?;
        answer.set("groups", groups);
    }
    if let Some(days) = &answers.days {
        let (labels, codes) = months(days);
        let by_month = parts::<M>(&answers.scores, &labels, &codes, scale, &mut grid)?;
        answer.set("periods", by_month);
        if let Some(split) = columns.split {
            describe_change::<M>(&mut answer, &answers.scores, days, split, scale)?;
        }
    }
    answer.grid(grid);
    answer.timing(common.timing, started);
    Ok(answer)
}

impl Answers {
    fn read(table: &Table, columns: &Columns, wording: &Wording) -> Result<Self, StatsCliError> {
        let cells = wording.scores(table, &columns.score)?;
        let kept: Vec<usize> = (0..cells.len()).filter(|&i| cells[i].is_some()).collect();
        let groups = match &columns.group {
            Some(name) => {
                let (labels, codes) = table.categories(name)?;
                Some((labels, kept.iter().map(|&i| codes[i]).collect()))
            }
            None => None,
        };
        let days = match &columns.time {
            Some(name) => {
                let days = table.dates(name)?;
                Some(kept.iter().map(|&i| days[i]).collect())
            }
            None => None,
        };
        let scores = kept.iter().filter_map(|&i| cells[i]).collect();
        Ok(Self { scores, groups, days, empty: cells.len() - kept.len(), rows: kept })
    }

    /// The error about the n-th answer as one about a line of the file.
    fn at_line(&self, error: StatsCliError, column: &str) -> StatsCliError {
        match error {
            StatsCliError::Stats(StatsError::OutOfRange { row, value, range, .. }) => {
                input::bad_cell(column, self.rows[row - 1], &value.to_string(), range)
            }
            other => other,
        }
    }
}

/// Month labels, ascending, and each day's index into them.
fn months(days: &[Date]) -> (Vec<String>, Vec<usize>) {
    let label = |day: &Date| day.to_string()[..7].to_owned();
    let mut labels: Vec<String> = days.iter().map(label).collect();
    let own = labels.clone();
    labels.sort_unstable();
    labels.dedup();
    let codes = own.iter().map(|l| labels.partition_point(|m| m < l)).collect();
    (labels, codes)
}

/// Scores by part, as JSON and as rows of the grid.
fn parts<M: Measure>(scores: &[f64], labels: &[String], codes: &[usize], scale: usize, grid: &mut Grid) -> Result<Value, StatsCliError> {
    let mut members = vec![Vec::new(); labels.len()];
    codes.iter().zip(scores).for_each(|(&code, &score)| members[code].push(score));
    let mut json = Map::new();
    for (label, scores) in labels.iter().zip(&members) {
        match M::of(scores, scale)? {
            yh_stats::Answer::Known(part) => {
                grid.row([vec![label.clone()], part.row()].concat());
                json.insert(label.clone(), Value::Object(part.json()));
            }
            yh_stats::Answer::TooFew(few) => {
                json.insert(label.clone(), json!({"too_few": too_few_json(few)}));
            }
        }
    }
    Ok(Value::Object(json))
}

fn describe_change<M: Measure>(answer: &mut Answer, scores: &[f64], days: &[Date], split: Date, scale: usize) -> Result<(), StatsCliError> {
    let side =
        |is_later: bool| -> Vec<f64> { scores.iter().zip(days).filter(|(_, d)| (**d >= split) == is_later).map(|(s, _)| *s).collect() };
    let (before, after) = match (M::of(&side(false), scale)?, M::of(&side(true), scale)?) {
        (yh_stats::Answer::Known(before), yh_stats::Answer::Known(after)) => (before, after),
        (yh_stats::Answer::TooFew(few), _) | (_, yh_stats::Answer::TooFew(few)) => {
            answer.set("change", json!({"too_few": too_few_json(few)}));
            return Ok(());
        }
    };
    let change = after.change(&before)?;
    answer.set(
        "change",
        json!({"split": split.to_string(), "before": before.json(), "after": after.json(), "value": change.value,
               "lower": change.lower, "upper": change.upper, "p": change.p, "is_change": change.is_change}),
    );
    let mut grid = Grid::new(&format!("change at {split}"), &["value", "lower", "upper", "p", "a change?"]);
    let verdict = if change.is_change { "yes" } else { "no: the interval holds zero" };
    grid.row(vec![number(change.value), number(change.lower), number(change.upper), number(change.p), verdict.into()]);
    answer.grid(grid);
    Ok(())
}

/// An object of named numbers.
fn object<const N: usize>(pairs: [(&str, Value); N]) -> Map<String, Value> {
    pairs.into_iter().map(|(k, v)| (k.to_owned(), v)).collect()
}

impl Measure for Nps {
    const HEADER: [&'static str; 7] = ["group", "nps", "lower", "upper", "n", "promoters", "detractors"];

    fn of(scores: &[f64], _: usize) -> Result<yh_stats::Answer<Self>, StatsCliError> {
        Ok(surveys::nps(Recommendations::count(scores)?, LEVEL)?)
    }

    /// `lower` and `upper` are Wald's; the adjusted interval has its own keys. All clipped to the scale.
    fn json(&self) -> Map<String, Value> {
        let clip = |v: f64| json!(v.clamp(-100.0, 100.0));
        object([
            ("value", json!(self.score.value)),
            ("n", json!(self.score.n)),
            ("lower", clip(self.score.lower)),
            ("upper", clip(self.score.upper)),
            ("adjusted", json!({"value": self.adjusted.value, "lower": clip(self.adjusted.lower), "upper": clip(self.adjusted.upper)})),
            ("promoters", json!(self.counts.promoters)),
            ("passives", json!(self.counts.passives)),
            ("detractors", json!(self.counts.detractors)),
        ])
    }

    fn row(&self) -> Vec<String> {
        let clip = |v: f64| number(v.clamp(-100.0, 100.0));
        let counts = [self.score.n, self.counts.promoters, self.counts.detractors].map(|c| c.to_string());
        let [n, promoters, detractors] = counts;
        vec![number(self.score.value), clip(self.score.lower), clip(self.score.upper), n, promoters, detractors]
    }

    fn change(&self, before: &Self) -> Result<Change, StatsCliError> {
        Ok(surveys::nps_change(before, self, LEVEL)?)
    }
}

impl Measure for Csat {
    const HEADER: [&'static str; 7] = ["group", "csat", "lower", "upper", "n", "satisfied", "mean"];

    fn of(scores: &[f64], scale: usize) -> Result<yh_stats::Answer<Self>, StatsCliError> {
        Ok(surveys::csat(scores, scale, LEVEL)?)
    }

    fn json(&self) -> Map<String, Value> {
        object([
            ("value", json!(self.share.value)),
            ("n", json!(self.share.n)),
            ("lower", json!(self.share.lower)),
            ("upper", json!(self.share.upper)),
            ("satisfied", json!(self.satisfied)),
            ("mean", json!(self.mean)),
            ("median", json!(self.median)),
        ])
    }

    fn row(&self) -> Vec<String> {
        let s = self.share;
        vec![number(s.value), number(s.lower), number(s.upper), s.n.to_string(), self.satisfied.to_string(), number(self.mean)]
    }

    fn change(&self, before: &Self) -> Result<Change, StatsCliError> {
        Ok(surveys::share_change(&before.share, &self.share))
    }
}
