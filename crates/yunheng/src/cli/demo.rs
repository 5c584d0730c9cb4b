//! `demo`: a project with synthetic data, imported and ready.

use std::{path::PathBuf, sync::Arc, time::Instant};

use clap::Args;
use yh_app::{App, AppError, ErrorKind, Project, Result, import::files_to_import, targets::import_targets};

use super::{import::import_all, output::print, project::template};
use crate::demo::{DemoOptions, generate};

/// Create a project with synthetic data.
#[derive(Args)]
pub struct Demo {
    dir: PathBuf,
    /// 1 is about 100,000 orders and 800,000 events over two years.
    #[arg(long, default_value_t = 1.0)]
    scale: f64,
    #[arg(long, default_value_t = 42)]
    seed: u64,
    /// Serve the pages when it is ready.
    #[arg(long)]
    serve: bool,
    #[arg(long, default_value_t = 8787)]
    port: u16,
    /// Write the files and do not import them.
    #[arg(long)]
    files_only: bool,
}

impl Demo {
    pub async fn run(self) -> Result<()> {
        let started = Instant::now();
        let data = self.dir.join("data");
        if !self.dir.join("yunheng.toml").exists() {
            let mut files = template("shop")?;
            for (path, text) in &mut files {
                if path == "yunheng.toml" {
                    *text = text.replace("synthetic = false", "synthetic = true").replace("我的店铺", "演示店铺（合成数据）");
                }
            }
            Project::create(&self.dir, &files)?;
        }
        if !Project::open(&self.dir)?.settings.synthetic {
            let message = format!("{} is a project with data of its own, which a demo would overwrite", self.dir.display());
            return Err(AppError::new(ErrorKind::Input, "project-exists", message).hint("name a new folder"));
        }
        std::fs::create_dir_all(&data).map_err(|error| AppError::io(&data, error))?;
        let options = DemoOptions { scale: self.scale, seed: self.seed };
        let summary = generate(&data, &options, &mut |_| {}).map_err(|error| AppError::new(ErrorKind::Input, "demo", error.to_string()))?;
        let rows: u64 = summary.files.iter().map(|file| file.rows).sum();
        print(
            format!("generated {} files, {rows} rows in {:.1} s (synthetic data)\n", summary.files.len(), started.elapsed().as_secs_f64())
                .as_bytes(),
        )?;
        if self.files_only {
            return Ok(());
        }
        let app = Arc::new(App::open(&self.dir).await?);
        let definitions = app.definitions().await?;
        import_all(&app, files_to_import(&definitions, &data)?, super::stop::on_signal()?).await?;
        let targets = data.join("targets.csv");
        if targets.exists() {
            let report = import_targets(&app, &targets, None).await?;
            print(format!("targets: {} recorded, {} refused\n", report.recorded, report.rejected.len()).as_bytes())?;
        }
        print(format!("{} is ready after {:.1} s\n", self.dir.display(), started.elapsed().as_secs_f64()).as_bytes())?;
        if self.serve { super::serve::serve(app, self.port, None).await } else { Ok(()) }
    }
}
