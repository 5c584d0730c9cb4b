//! The small shop.

use std::{
    path::{Path, PathBuf},
    sync::Arc,
};

use tempfile::TempDir;
use yh_app::{
    App, Project, TextFile,
    import::{ImportRequest, import_file},
};

pub const CHANNELS: [&str; 4] = ["搜索", "推荐", "直播", "it's"];
pub const DEVICES: [&str; 3] = ["ios", "android", "pc"];

/// A project in a folder of its own, deleted with it.
pub struct Shop {
    folder: TempDir,
    pub app: App,
}

/// The files of the product's template, with one setting line replaced.
fn template(setting: (&str, &str)) -> Vec<TextFile> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../templates/shop");
    let mut files = Vec::new();
    let mut folders: Vec<PathBuf> = vec![root.clone()];
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder).expect("a readable template") {
            let path = entry.expect("an entry").path();
            if path.is_dir() {
                folders.push(path);
                continue;
            }
            let text = std::fs::read_to_string(&path).expect("UTF-8 text");
            let name = path.strip_prefix(&root).expect("inside").to_string_lossy().into_owned();
            files.push((name, text.replace(setting.0, setting.1)));
        }
    }
    files
}

/// Runs a test that plans long queries: without optimisation they need more stack than a test's thread has.
pub fn with_stack(test: impl Future<Output = ()> + Send + 'static) {
    const STACK_BYTES: usize = 32 << 20;
    let run = || tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime").block_on(test);
    let thread = std::thread::Builder::new().stack_size(STACK_BYTES).spawn(run).expect("a thread");
    if let Err(panic) = thread.join() {
        std::panic::resume_unwind(panic);
    }
}

impl Shop {
    /// A shop without facts.
    pub async fn empty() -> Self {
        Self::with(("", "")).await
    }

    /// A shop without facts, with one line of its settings replaced.
    pub async fn with(setting: (&str, &str)) -> Self {
        let folder = tempfile::tempdir().expect("a temporary folder");
        Project::create(folder.path(), &template(setting)).expect("a project");
        let app = App::open(folder.path()).await.expect("it opens");
        assert!(app.definitions().await.expect("definitions").is_sound());
        Self { folder, app }
    }

    /// A shop with its orders and traffic of January and February 2025.
    pub async fn open() -> Self {
        let shop = Self::empty().await;
        shop.import("orders", "orders.csv", &orders(|_, _| 1.0)).await;
        shop.import("traffic", "traffic.csv", &traffic()).await;
        shop
    }

    pub fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    pub async fn import(&self, dataset: &str, name: &str, text: &str) -> i64 {
        // A name that no source of the template claims: headers are the datasets' own.
        let path = self.path(&format!("by-hand-{name}"));
        std::fs::write(&path, text).expect("written");
        let request = ImportRequest { dataset: dataset.to_owned(), path, ..ImportRequest::default() };
        let done = import_file(&self.app, &request, Arc::new(|_| ()), Arc::default()).await.expect("imported");
        assert_eq!(done.report.rejected, 0, "{:?}", done.report);
        done.import_id.expect("committed")
    }
}

/// Orders of both months by channel and device: February sells less of 推荐 on android, and every customer buys in
/// two channels. `factor` scales an amount by channel and device.
pub fn orders(factor: impl Fn(usize, usize) -> f64) -> String {
    let mut text = String::from("order_id,customer_id,store_id,placed_at,paid_at,shipped_at,status,paid,channel,device,region\n");
    for (month, day) in [(1, 10), (2, 10)] {
        for (c, channel) in CHANNELS.iter().enumerate() {
            for (d, device) in DEVICES.iter().enumerate() {
                let count = if (month, c, d) == (2, 1, 1) { 1 } else { 6 + c + 2 * d + month };
                for n in 0..count {
                    let paid = (20.0 + (c * 7 + d * 3 + n) as f64 * 1.37 + month as f64) * factor(c, d);
                    let at = format!("2025-0{month}-{:02} 12:{n:02}:00", day + n % 15);
                    let shipped = format!("2025-0{month}-{:02} 13:{n:02}:00", day + n % 15 + 1);
                    let region = if n % 5 == 0 { "" } else { "华东" };
                    // One customer in several channels: distinct buyers overlap.
                    text +=
                        &format!("{month}{c}{d}{n:03},C{n:03},S01,{at},{at},{shipped},交易成功,{paid:.2},{channel},{device},{region}\n");
                }
            }
        }
    }
    text
}

/// Daily totals of the store.
fn traffic() -> String {
    let mut text = String::from("store_id,period_start,grain,source,visitors,page_views,paying_buyers,paid_orders,paid_amount\n");
    for (month, days) in [(1, 31), (2, 28)] {
        for day in 1..=days {
            let visitors = 400 + 10 * month + day;
            let buyers = 30 + day % 7 - month;
            text += &format!("S01,2025-0{month}-{day:02},day,全部,{visitors},{},{buyers},{buyers},100.00\n", visitors * 3);
        }
    }
    text
}
