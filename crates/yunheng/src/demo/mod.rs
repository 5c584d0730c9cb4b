//! The demo data: a made-up retailer's export files for 2024 and 2025.
//!
//! Everything is synthetic and says so. The same seed and scale give the same bytes. The files,
//! the mapping of the Chinese ones and the planted stories are described in docs/demo.md.

mod basket;
mod calendar;
mod campaigns;
mod catalogue;
mod clock;
mod customers;
mod events;
mod fulfilment;
mod ledger;
mod media;
mod office;
mod orders;
mod people;
mod rng;
mod service;
mod sheet;
mod stories;
mod targets;
#[cfg(test)]
mod tests;
mod traffic;
mod truths;
mod visits;

use calendar::Demand;
use customers::Population;
use events::{CheckoutTruth, EventFile};
use ledger::Ledger;
use orders::OrderFiles;
use service::ServiceFiles;
use std::path::{Path, PathBuf};
use traffic::Traffic;
use visits::Visits;

/// How much to generate, and from which seed.
#[derive(Clone, Copy, Debug)]
pub struct DemoOptions {
    /// 1 is about 20k customers, 100k orders and 800k events; allowed are 0.01 to 100.
    pub scale: f64,
    pub seed: u64,
}

impl Default for DemoOptions {
    fn default() -> Self {
        DemoOptions { scale: 1.0, seed: 42 }
    }
}

/// Progress of one step: `done` of `total`, in the step's own unit.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Step {
    pub name: &'static str,
    pub done: u64,
    pub total: u64,
}

/// One written file. `rows` leaves out the header and counts a totals row.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FileSummary {
    pub name: &'static str,
    pub rows: u64,
    pub bytes: u64,
}

/// What was written, in the order of writing.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Summary {
    pub files: Vec<FileSummary>,
    /// Last second that the data know, Asia/Shanghai wall time.
    pub as_of: String,
}

#[derive(Debug, thiserror::Error)]
pub enum DemoError {
    #[error("the demo's scale must be between 0.01 and 100, not {0}")]
    Scale(f64),
    #[error("cannot write {path}: {source}")]
    Io { path: PathBuf, source: std::io::Error },
}

impl DemoError {
    fn io(path: &Path, source: std::io::Error) -> Self {
        DemoError::Io { path: path.to_owned(), source }
    }
}

/// Writes the demo's export files into `dir`, which is created when missing; files of the same
/// names are replaced. Calls `progress` at least at the start and the end of every step.
pub fn generate(dir: &Path, options: &DemoOptions, progress: &mut dyn FnMut(Step)) -> Result<Summary, DemoError> {
    let DemoOptions { scale, seed } = *options;
    if !(0.01..=100.0).contains(&scale) {
        return Err(DemoError::Scale(scale));
    }
    std::fs::create_dir_all(dir).map_err(|e| DemoError::io(dir, e))?;
    let world = World::new(seed, scale, progress);
    let mut files = write_masters(dir, &world)?;
    let mut ledger = Ledger::default();
    files.extend(write_orders(dir, &world, &mut ledger, progress)?);
    let (events, traffic, checkout) = write_events(dir, &world, &ledger, progress)?;
    files.push(events);
    files.push(step(progress, "traffic", || traffic.write(dir, seed, &world.demand, &ledger))?);
    files.push(step(progress, "ad spend", || campaigns::write_spend(dir, seed, &world.demand, &mut ledger))?);
    files.push(targets::write_targets(dir, seed, &world.demand, &ledger)?);
    files.push(targets::write_benchmarks(dir, seed, &world.demand, &ledger)?);
    files.extend(media::write(dir, seed)?);
    files.extend(office::write(dir, seed, &world.products, &world.demand, &ledger)?);
    files.push(truths::write(dir, options, &files, &ledger, &checkout)?);
    files.push(write_readme(dir, options)?);
    Ok(Summary { files, as_of: clock::time_text(clock::END - 1) })
}

/// What exists before anything happens.
struct World {
    seed: u64,
    scale: f64,
    demand: Demand,
    products: Vec<catalogue::Product>,
    population: Population,
}

impl World {
    fn new(seed: u64, scale: f64, progress: &mut dyn FnMut(Step)) -> Self {
        let demand = Demand::new(seed);
        let population = step(progress, "customers", || customers::population(seed, scale, &demand));
        World { seed, scale, demand, products: catalogue::products(seed), population }
    }
}

fn step<T>(progress: &mut dyn FnMut(Step), name: &'static str, work: impl FnOnce() -> T) -> T {
    progress(Step { name, done: 0, total: 1 });
    let result = work();
    progress(Step { name, done: 1, total: 1 });
    result
}

fn write_masters(dir: &Path, world: &World) -> Result<Vec<FileSummary>, DemoError> {
    Ok(vec![
        catalogue::write_stores(dir)?,
        catalogue::write_products(dir, &world.products)?,
        customers::write(dir, world.seed, &world.population.customers)?,
        people::write_people(dir)?,
        people::write_assignments(dir)?,
        calendar::write_holidays(dir)?,
        calendar::write_promotions(dir, &world.demand)?,
    ])
}

fn write_orders(dir: &Path, world: &World, ledger: &mut Ledger, progress: &mut dyn FnMut(Step)) -> Result<Vec<FileSummary>, DemoError> {
    let mut sales = OrderFiles::create(dir)?;
    let mut service = ServiceFiles::create(dir)?;
    let Population { customers, placements } = &world.population;
    let total = placements.len() as u64;
    for (rank, placement) in placements.iter().enumerate() {
        if rank % 10_000 == 0 {
            progress(Step { name: "orders", done: rank as u64, total });
        }
        let customer = &customers[placement.customer as usize];
        let order = orders::simulate(world.seed, &world.demand, &world.products, customer, placement, rank);
        ledger.record(&order);
        if !order.failed {
            sales.write(&world.products, &order)?;
            service.write(world.seed, rank, &order, ledger)?;
        }
    }
    progress(Step { name: "orders", done: total, total });
    let mut files = sales.finish()?;
    files.extend(service.finish()?);
    Ok(files)
}

fn write_events(
    dir: &Path,
    world: &World,
    ledger: &Ledger,
    progress: &mut dyn FnMut(Step),
) -> Result<(FileSummary, Traffic, CheckoutTruth), DemoError> {
    let mut traffic = Traffic::default();
    let mut file = EventFile::create(dir)?;
    let World { seed, scale, demand, products, population } = world;
    let customers = &population.customers;
    let mut visits = Visits::new(*seed, *scale, demand, products, customers, &ledger.own_orders);
    for day in 0..clock::DAYS {
        progress(Step { name: "events", done: day as u64, total: clock::DAYS as u64 });
        visits.day(day, |event| file.log(event, &mut traffic))?;
        traffic.close_day(day);
    }
    progress(Step { name: "events", done: clock::DAYS as u64, total: clock::DAYS as u64 });
    let (summary, checkout) = file.finish()?;
    Ok((summary, traffic, checkout))
}

fn write_readme(dir: &Path, options: &DemoOptions) -> Result<FileSummary, DemoError> {
    let path = dir.join("README.txt");
    let text = format!(
        "合成数据 / SYNTHETIC DATA\n\n\
         这些文件由 yunheng 的演示数据生成器产生，公司、店铺、人员、客户和数字全部是虚构的。\n\
         These files were made by yunheng's demo generator. The company, its shops, people,\n\
         customers and figures are all invented; any likeness is accidental.\n\n\
         seed {} scale {}, 2024-01-01 to 2025-12-31, Asia/Shanghai wall time.\n\
         Planted stories and totals: truths.json. Columns and mapping: docs/demo.md.\n",
        options.seed, options.scale
    );
    std::fs::write(&path, &text).map_err(|e| DemoError::io(&path, e))?;
    Ok(FileSummary { name: "README.txt", rows: text.lines().count() as u64, bytes: text.len() as u64 })
}
