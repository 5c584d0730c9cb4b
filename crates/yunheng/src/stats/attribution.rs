//! `yunheng stats attribution`: which channels earned the conversions.

use std::time::Instant;

use serde_json::{Map, Value, json};
use yh_stats::attribution::{
    Attribution, Chain, Credit, Model, Paths, RankStability, Sampling, Settings, Touch, attribute, rank_stability,
};

use super::Common;
use super::input::{self, ParquetReader, Table};
use super::output::{Answer, Grid, StatsCliError, number};

const EXAMPLE: &str = "Example:
  yunheng stats attribution --input ../shared/data/attribution_pathdata/PathData.csv \\
    --path path --conversions total_conversions --value total_conversion_value --nulls total_null \\
    --model first,last,linear,markov:1..2,shapley";

/// Which channels earned the conversions: by position, Markov removal effect or Shapley value
#[derive(Debug, clap::Args)]
#[command(after_help = EXAMPLE)]
pub struct Args {
    #[command(flatten)]
    pub common: Common,
    /// Column of path strings, one row per path: "search > mail > direct"
    #[arg(long, value_name = "COLUMN", conflicts_with = "customer")]
    path: Option<String>,
    /// Column with the number of conversions of the path (default: each row converted once)
    #[arg(long, value_name = "COLUMN", requires = "path")]
    conversions: Option<String>,
    /// Column with the total value of those conversions
    #[arg(long, value_name = "COLUMN", requires = "path")]
    value: Option<String>,
    /// Column with the number of times the path ended without a conversion
    #[arg(long, value_name = "COLUMN", requires = "path")]
    nulls: Option<String>,
    /// What separates the channels of a path string
    #[arg(long, default_value = ">")]
    separator: String,
    /// Column of customers; one row per touch, with --time and --channel
    #[arg(long, value_name = "COLUMN", requires_all = ["time", "channel"])]
    customer: Option<String>,
    /// Column of the touch's time
    #[arg(long, value_name = "COLUMN", requires = "customer")]
    time: Option<String>,
    /// Column of the touch's channel (may be empty on a conversion)
    #[arg(long, value_name = "COLUMN", requires = "customer")]
    channel: Option<String>,
    /// Column with the value of the conversion at this row; empty or 0 where there is none
    #[arg(long, value_name = "COLUMN", requires = "customer")]
    conversion_value: Option<String>,
    /// Touches older than this before the conversion do not count (touch form only)
    #[arg(long, value_name = "DAYS", default_value_t = 30.0)]
    look_back_days: f64,
    /// Models: first, last, last_non_direct, linear, ushape, wshape, decay, markov:K or markov:1..4, shapley, markov_shapley
    #[arg(long, value_delimiter = ',', default_value = "first,last,linear,ushape,decay,markov:1,shapley")]
    model: Vec<String>,
    /// The channel of direct visits
    #[arg(long, default_value = "direct")]
    direct: String,
    /// Leave direct visits out wherever a journey has other touches
    #[arg(long)]
    ignore_direct: bool,
    /// Half-life of the decay model, in days (in touches for path strings)
    #[arg(long, default_value_t = 7.0)]
    half_life: f64,
    /// Resample the journeys this often and report how stable the channels' ranks are
    #[arg(long, value_name = "SAMPLES", default_value_t = 0)]
    bootstrap: usize,
    /// Joining orders to sample where Shapley values cannot be enumerated
    #[arg(long, default_value_t = 2_000)]
    shapley_samples: usize,
    /// Seed of the sampling
    #[arg(long, default_value_t = 1)]
    seed: u64,
    /// Order of the chain whose transition matrix is printed
    #[arg(long, value_name = "ORDER", default_value_t = 1, value_parser = clap::value_parser!(u8).range(1..=4))]
    transitions: u8,
}

/// Reads the journeys and credits them.
pub fn answer(args: &Args, parquet: ParquetReader) -> Result<Answer, StatsCliError> {
    let source = Source::read(args, parquet)?;
    let models = models(&args.model)?;
    let sampling = Sampling { orders: args.shapley_samples, seed: args.seed, ..Sampling::default() };
    let settings = Settings { direct: args.direct.clone(), half_life: args.half_life, sampling };
    let started = Instant::now();
    let mut paths = source.paths(args)?;
    if args.ignore_direct {
        paths = paths.without(&args.direct);
    }
    let credited = attribute(&paths, &models, &settings)?;
    let ranks = match args.bootstrap {
        0 => Vec::new(),
        samples => rank_stability(&paths, &models, &settings, samples, args.seed)?,
    };
    let mut answer = match credited {
        yh_stats::Answer::TooFew(few) => Answer::too_few("attribution", paths.len(), few),
        yh_stats::Answer::Known(credited) => {
            let mut answer = Answer::new("attribution", paths.len());
            answer.timing(args.common.timing, started);
            credits(&mut answer, &credited);
            removals(&mut answer, &credited);
            if models.iter().any(|m| is_chain(*m)) {
                transitions(&mut answer, &paths, usize::from(args.transitions));
            }
            stability(&mut answer, &credited.channels, &ranks);
            answer
        }
    };
    warn(&mut answer, args, &paths, &models);
    Ok(answer)
}

fn is_chain(model: Model) -> bool {
    matches!(model, Model::Markov(_) | Model::MarkovShapley)
}

fn models(names: &[String]) -> Result<Vec<Model>, StatsCliError> {
    let mut models: Vec<Model> = Vec::new();
    for name in names {
        for model in Model::parse(name)? {
            if !models.contains(&model) {
                models.push(model);
            }
        }
    }
    Ok(models)
}

/// The columns read, before journeys are built from them.
enum Source {
    Paths { table: Table, conversions: Vec<f64>, values: Option<Vec<f64>>, nulls: Option<Vec<f64>> },
    Touches { table: Table, days: Vec<f64>, conversions: Vec<Option<f64>> },
}

impl Source {
    fn read(args: &Args, parquet: ParquetReader) -> Result<Self, StatsCliError> {
        let named =
            [&args.path, &args.conversions, &args.value, &args.nulls, &args.customer, &args.time, &args.channel, &args.conversion_value];
        let wanted: Vec<&str> = named.into_iter().flatten().map(String::as_str).collect();
        if args.path.is_none() && args.customer.is_none() {
            return Err(StatsCliError::usage(
                "no journeys are named",
                "give --path COLUMN for path strings, or --customer, --time and --channel for touches",
            ));
        }
        let table = input::read(&args.common, parquet, &wanted)?;
        let numbers = |name: &Option<String>| name.as_ref().map(|n| table.numbers(n)).transpose();
        if args.path.is_some() {
            let conversions = numbers(&args.conversions)?.unwrap_or_else(|| vec![1.0; table.rows()]);
            let (values, nulls) = (numbers(&args.value)?, numbers(&args.nulls)?);
            return Ok(Self::Paths { table, conversions, values, nulls });
        }
        let time = args.time.as_deref().unwrap_or_default();
        let days = table.seconds(time)?.into_iter().map(|s| s / 86_400.0).collect();
        let conversions = match &args.conversion_value {
            Some(name) => table.numbers_or_missing(name)?,
            None => vec![None; table.rows()],
        };
        let conversions = conversions.into_iter().map(|v| v.filter(|v| *v != 0.0)).collect();
        Ok(Self::Touches { table, days, conversions })
    }

    fn paths(&self, args: &Args) -> Result<Paths, StatsCliError> {
        match self {
            Self::Paths { table, conversions, values, nulls } => {
                let text = table.text(args.path.as_deref().unwrap_or_default())?;
                Ok(Paths::parse(text.iter(), &args.separator, conversions, values.as_deref(), nulls.as_deref())?)
            }
            Self::Touches { table, days, conversions } => {
                let customer = table.text(args.customer.as_deref().unwrap_or_default())?;
                let channel = table.text(args.channel.as_deref().unwrap_or_default())?;
                let touches: Vec<Touch<'_>> = (0..table.rows())
                    .map(|row| Touch {
                        customer: customer.get(row),
                        time_days: days[row],
                        channel: channel.get(row),
                        conversion: conversions[row],
                    })
                    .collect();
                Ok(Paths::from_touches(&touches, args.look_back_days)?)
            }
        }
    }
}

fn by_channel(channels: &[String], values: &[f64]) -> Map<String, Value> {
    channels.iter().zip(values).map(|(c, v)| (c.clone(), json!(v))).collect()
}

fn credits(answer: &mut Answer, credited: &Attribution) {
    let (mut models, mut values, mut errors) = (Map::new(), Map::new(), Map::new());
    for credit in &credited.credits {
        let name = credit.model.name();
        models.insert(name.clone(), by_channel(&credited.channels, &credit.conversions).into());
        values.insert(name.clone(), by_channel(&credited.channels, &credit.values).into());
        if let Some(standard_errors) = &credit.standard_errors {
            errors.insert(name, by_channel(&credited.channels, standard_errors).into());
        }
    }
    answer.set("models", models);
    answer.set("value", values);
    if !errors.is_empty() {
        answer.set("standard_errors", errors);
    }
    answer.set("total_conversions", credited.total_conversions);
    answer.set("total_value", credited.total_value);
    answer.set("p_conversion", credited.p_conversion);
    answer.grid(grid("conversions by channel", credited, |c| &c.conversions));
    if credited.total_value > 0.0 {
        answer.grid(grid("value by channel", credited, |c| &c.values));
    }
}

fn grid(title: &str, credited: &Attribution, of: impl Fn(&Credit) -> &Vec<f64>) -> Grid {
    let names: Vec<String> = credited.credits.iter().map(|c| c.model.name()).collect();
    let header: Vec<&str> = std::iter::once("channel").chain(names.iter().map(String::as_str)).collect();
    let mut grid = Grid::new(title, &header);
    let mut order: Vec<usize> = (0..credited.channels.len()).collect();
    order.sort_by(|&a, &b| credited.channels[a].cmp(&credited.channels[b]));
    for channel in order {
        let cells = credited.credits.iter().map(|c| number(of(c)[channel]));
        grid.row(std::iter::once(credited.channels[channel].clone()).chain(cells).collect());
    }
    grid
}

/// `removal` holds the lowest order asked; `removal_by_model` all of them, with value effects.
fn removals(answer: &mut Answer, credited: &Attribution) {
    let mut by_model = Map::new();
    for credit in &credited.credits {
        let Some(removal) = &credit.removal else {
            continue;
        };
        let conversions = by_channel(&credited.channels, &removal.effects);
        if by_model.is_empty() {
            answer.set("removal", conversions.clone());
        }
        let value = by_channel(&credited.channels, &removal.value_effects);
        by_model.insert(credit.model.name(), json!({"conversions": conversions, "value": value}));
    }
    if !by_model.is_empty() {
        answer.set("removal_by_model", by_model);
    }
}

/// The chain's moves; states are the last touches, oldest first, joined as in a path.
fn transitions(answer: &mut Answer, paths: &Paths, order: usize) {
    let chain = Chain::estimate(paths, order);
    let name = |state: usize| -> String {
        let context = &chain.contexts[state];
        if context.is_empty() {
            return "(start)".into();
        }
        context.iter().map(|&c| paths.channels[c as usize].as_str()).collect::<Vec<_>>().join(" > ")
    };
    let mut moves = Vec::new();
    let mut push = |from: usize, to: String, probability: f64| {
        if probability > 0.0 {
            let count = probability * chain.visits[from];
            moves.push(json!({"from": name(from), "to": to, "probability": probability, "count": count}));
        }
    };
    for state in 0..chain.states() {
        chain.moves(state).for_each(|(to, probability)| push(state, name(to), probability));
        push(state, name(state), chain.self_loop[state]);
        push(state, "(conversion)".into(), chain.converts[state]);
        push(state, "(null)".into(), chain.lost[state]);
    }
    answer.set("transitions", json!({"order": order, "states": chain.states(), "moves": moves}));
}

fn stability(answer: &mut Answer, channels: &[String], ranks: &[RankStability]) {
    if ranks.is_empty() {
        return;
    }
    let header = ["model", "channel", "rank", "mean rank", "2.5 %", "97.5 %", "kept", "share 2.5 %", "share 97.5 %"];
    let mut grid = Grid::new("rank stability", &header);
    let mut models = Map::new();
    for model in ranks {
        let mut of_channels = Map::new();
        for (channel, rank) in channels.iter().zip(&model.channels) {
            of_channels.insert(
                channel.clone(),
                json!({"rank": rank.rank, "mean": rank.mean, "low": rank.low, "high": rank.high, "kept": rank.kept,
                       "share_low": rank.share_low, "share_high": rank.share_high}),
            );
            let figures = [rank.mean, rank.low, rank.high, rank.kept, rank.share_low, rank.share_high];
            let mut cells = vec![model.model.name(), channel.clone(), rank.rank.to_string()];
            cells.extend(figures.map(number));
            grid.row(cells);
        }
        models.insert(model.model.name(), json!({"correlation": model.correlation, "channels": of_channels}));
    }
    answer.set("rank_stability", models);
    answer.grid(grid);
}

fn warn(answer: &mut Answer, args: &Args, paths: &Paths, models: &[Model]) {
    if paths.untouched_conversions > 0.0 {
        let lost = number(paths.untouched_conversions);
        answer.warn(format!("{lost} conversions have no touch and are credited to no channel"));
    }
    if models.contains(&Model::Decay) && !paths.has_times() && !paths.is_empty() {
        answer.warn("path strings carry no times: the decay model takes the half-life in touches");
    }
    let asks_direct = models.contains(&Model::LastNonDirect) || args.ignore_direct;
    if asks_direct && !paths.channels.contains(&args.direct) {
        answer.warn(format!("no touch is called {:?}: name the direct channel with --direct", args.direct));
    }
    if models.iter().any(|m| is_chain(*m)) && paths.journeys().all(|j| j.nulls == 0.0) {
        answer.warn("no journey ended without a conversion: removal effects rest on converting journeys only");
    }
}
