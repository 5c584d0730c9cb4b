//! Runs SQL over named tables of Parquet files, bounded in memory and time.

mod frame;
mod tables;

use std::{path::PathBuf, sync::Arc, time::Duration};

use datafusion::{
    arrow::record_batch::RecordBatch,
    error::DataFusionError,
    execution::{
        SessionStateBuilder,
        context::SQLOptions,
        memory_pool::FairSpillPool,
        object_store::{DefaultObjectStoreRegistry, ObjectStoreRegistry},
        runtime_env::{RuntimeEnv, RuntimeEnvBuilder},
    },
    prelude::{DataFrame, SessionConfig, SessionContext},
};
use jiff::tz::TimeZone;
use object_store::ObjectStore;
use yh_model::Frame;

use crate::{
    LakeError, Result,
    checked::{CheckedStore, Checks, StoredFile},
    functions,
};
pub use tables::{Table, TableRows};

/// The engine's limits and clock.
#[derive(Debug, Clone)]
pub struct LakeSettings {
    /// Folder of the Parquet files; table paths are relative to it.
    pub root: PathBuf,
    /// Business time zone, in which days are cut.
    pub zone: TimeZone,
    /// Minutes after midnight at which the business day begins.
    pub day_cutoff_minutes: i32,
    pub memory_mb: usize,
    pub threads: usize,
    pub timeout: Duration,
}

/// The engine: one runtime environment and worker pool for all sessions.
pub struct Lake {
    settings: LakeSettings,
    environment: Arc<RuntimeEnv>,
    checks: Arc<Checks>,
    /// Plans run on their own threads so that they never hold up the server's.
    workers: Option<tokio::runtime::Runtime>,
}

/// A set of registered tables to be asked.
pub struct Session {
    context: SessionContext,
    store: Arc<CheckedStore>,
    workers: tokio::runtime::Handle,
    memory_mb: usize,
    timeout: Duration,
}

/// A chain of expressions recurses deeply while it is planned.
const STACK_BYTES: usize = 16 << 20;
const BATCH_ROWS: usize = 8192;

impl Lake {
    /// Prepares the engine; touches no data.
    pub fn open(settings: LakeSettings) -> Result<Self> {
        let environment = RuntimeEnvBuilder::new().with_memory_pool(Arc::new(FairSpillPool::new(settings.memory_mb << 20))).build_arc()?;
        let workers = tokio::runtime::Builder::new_multi_thread()
            .worker_threads(settings.threads)
            .thread_name("lake")
            .thread_stack_size(STACK_BYTES)
            .enable_time()
            .build()
            .map_err(LakeError::io(&settings.root))?;
        let checks = Arc::new(Checks::new(settings.root.clone()));
        Ok(Self { settings, environment, checks, workers: Some(workers) })
    }

    /// The engine's settings.
    pub fn settings(&self) -> &LakeSettings {
        &self.settings
    }

    /// Checks that a file is there with the length, rows and sums that the records say.
    pub fn check(&self, file: &StoredFile) -> Result<()> {
        self.checks.open(file)?;
        Ok(())
    }

    /// Whether a file is not there with its length, or a reader met damage in it; looks at no bytes.
    pub fn is_suspect(&self, file: &StoredFile) -> bool {
        self.checks.is_suspect(file)
    }

    /// Opens a session over the given tables and nothing else.
    pub async fn session(&self, tables: &[Table]) -> Result<Session> {
        let mut config = SessionConfig::new()
            .with_target_partitions(self.settings.threads)
            .with_batch_size(BATCH_ROWS)
            .with_default_catalog_and_schema("yunheng", "facts");
        let parquet = &mut config.options_mut().execution.parquet;
        parquet.pushdown_filters = true;
        parquet.reorder_filters = true;
        let store = self.store(tables).await?;
        let environment = self.environment_with(&store)?;
        let state = SessionStateBuilder::new().with_config(config).with_runtime_env(environment).with_default_features().build();
        let context = SessionContext::new_with_state(state);
        functions::register(&context, &self.settings.zone, self.settings.day_cutoff_minutes);
        for table in tables {
            tables::register(&context, table).await.map_err(|error| store.damage().map_or(error, LakeError::from))?;
        }
        let workers = self.workers();
        Ok(Session { context, store, workers, memory_mb: self.settings.memory_mb, timeout: self.settings.timeout })
    }
}

impl Lake {
    fn workers(&self) -> tokio::runtime::Handle {
        let workers = self.workers.as_ref().map(|runtime| runtime.handle().clone());
        workers.unwrap_or_else(tokio::runtime::Handle::current)
    }

    /// Opens the files of some tables off the async threads: files without sums are read whole.
    async fn store(&self, tables: &[Table]) -> Result<Arc<CheckedStore>> {
        let files: Vec<StoredFile> = tables.iter().flat_map(|table| table.rows.files()).cloned().collect();
        let checks = Arc::clone(&self.checks);
        let opening = self.workers().spawn_blocking(move || CheckedStore::open(checks, files));
        let store = opening.await.map_err(|error| LakeError::Value(error.to_string()))??;
        Ok(Arc::new(store))
    }

    /// The engine's environment with the files of one session.
    fn environment_with(&self, store: &Arc<CheckedStore>) -> Result<Arc<RuntimeEnv>> {
        let registry = DefaultObjectStoreRegistry::new();
        registry.register_store(&tables::lake_url("")?, Arc::clone(store) as Arc<dyn ObjectStore>);
        Ok(Arc::new(RuntimeEnv { object_store_registry: Arc::new(registry), ..self.environment.as_ref().clone() }))
    }
}

impl Drop for Lake {
    fn drop(&mut self) {
        // A runtime may not be dropped inside another one in the ordinary, blocking way.
        if let Some(workers) = self.workers.take() {
            workers.shutdown_background();
        }
    }
}

impl Session {
    /// Answers one SELECT.
    pub async fn query(&self, sql: &str) -> Result<Frame> {
        let (schema, batches) = self.batches(sql).await?;
        frame::from_batches(&schema, &batches)
    }

    /// Describes how the engine would run a SELECT.
    pub async fn explain(&self, sql: &str) -> Result<String> {
        let plan = self.plan(sql).await?.create_physical_plan().await.map_err(|error| self.explained(error))?;
        Ok(datafusion::physical_plan::displayable(plan.as_ref()).indent(false).to_string())
    }

    /// Plans one SELECT; anything but a query is refused.
    pub(crate) async fn plan(&self, sql: &str) -> Result<DataFrame> {
        let only_queries = SQLOptions::new().with_allow_ddl(false).with_allow_dml(false).with_allow_statements(false);
        self.context.sql_with_options(sql, only_queries).await.map_err(|error| self.explained(error))
    }

    /// One of its tables.
    pub(crate) async fn table(&self, name: &str) -> Result<DataFrame> {
        let name = datafusion::common::TableReference::bare(name);
        self.context.table(name).await.map_err(|error| self.explained(error))
    }

    async fn batches(&self, sql: &str) -> Result<(datafusion::arrow::datatypes::SchemaRef, Vec<RecordBatch>)> {
        let context = self.context.clone();
        let sql = sql.to_owned();
        self.run(async move {
            let only_queries = SQLOptions::new().with_allow_ddl(false).with_allow_dml(false).with_allow_statements(false);
            let frame = context.sql_with_options(&sql, only_queries).await?;
            let task = Arc::new(frame.task_ctx());
            // The logical plan's types are not settled yet (NULL in a UNION takes any); the physical plan's are.
            let plan = frame.create_physical_plan().await?;
            let schema = plan.schema();
            Ok((schema, datafusion::physical_plan::collect(plan, task).await?))
        })
        .await
    }

    /// Runs engine work on the worker threads; dropping the caller or the time limit stops it.
    pub(crate) async fn run<T: Send + 'static>(
        &self,
        work: impl Future<Output = std::result::Result<T, DataFusionError>> + Send + 'static,
    ) -> Result<T> {
        let handle = AbortOnDrop(self.workers.spawn(work));
        let timed = tokio::time::timeout(self.timeout, handle).await;
        let joined = timed.map_err(|_| LakeError::Timeout { seconds: self.timeout.as_secs() })?;
        joined.map_err(|error| self.explained(error))
    }

    fn explained(&self, error: DataFusionError) -> LakeError {
        if let Some(damage) = self.store.damage() {
            return damage.into();
        }
        match error.find_root() {
            DataFusionError::ResourcesExhausted(_) => LakeError::Memory { limit_mb: self.memory_mb },
            _ => error.into(),
        }
    }
}

struct AbortOnDrop<T>(tokio::task::JoinHandle<std::result::Result<T, DataFusionError>>);

impl<T> Future for AbortOnDrop<T> {
    type Output = std::result::Result<T, DataFusionError>;

    fn poll(mut self: std::pin::Pin<&mut Self>, context: &mut std::task::Context<'_>) -> std::task::Poll<Self::Output> {
        std::pin::Pin::new(&mut self.0)
            .poll(context)
            .map(|joined| joined.unwrap_or_else(|error| Err(DataFusionError::Execution(error.to_string()))))
    }
}

impl<T> Drop for AbortOnDrop<T> {
    fn drop(&mut self) {
        self.0.abort();
    }
}
