//! Runs SQL over named tables of Parquet files, bounded in memory and time.

mod frame;
mod page;
mod tables;

use std::{any::Any, path::PathBuf, sync::Arc, time::Duration};

use datafusion::{
    arrow::{datatypes::SchemaRef, record_batch::RecordBatch},
    error::DataFusionError,
    execution::{
        SessionStateBuilder,
        context::SQLOptions,
        memory_pool::FairSpillPool,
        runtime_env::{RuntimeEnv, RuntimeEnvBuilder},
    },
    prelude::{DataFrame, SessionConfig, SessionContext},
};
use jiff::tz::TimeZone;
use yh_model::Frame;

use crate::{LakeError, Result, functions};
pub use page::{CountedFile, Slice};
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
    /// Plans run on their own threads so that they never hold up the server's.
    workers: Option<tokio::runtime::Runtime>,
}

/// A set of registered tables to be asked.
pub struct Session {
    context: SessionContext,
    workers: tokio::runtime::Handle,
    memory_mb: usize,
    timeout: Duration,
    /// What has to live as long as the files are read.
    _held: Option<Arc<dyn Any + Send + Sync>>,
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
        Ok(Self { settings, environment, workers: Some(workers) })
    }

    /// The engine's settings.
    pub fn settings(&self) -> &LakeSettings {
        &self.settings
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
        let state =
            SessionStateBuilder::new().with_config(config).with_runtime_env(self.environment.clone()).with_default_features().build();
        let context = SessionContext::new_with_state(state);
        functions::register(&context, &self.settings.zone, self.settings.day_cutoff_minutes);
        for table in tables {
            tables::register(&context, &self.settings.root, table).await?;
        }
        let workers = self.workers.as_ref().map(|runtime| runtime.handle().clone());
        let workers = workers.unwrap_or_else(tokio::runtime::Handle::current);
        Ok(Session { context, workers, memory_mb: self.settings.memory_mb, timeout: self.settings.timeout, _held: None })
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
    /// Keeps a value while files may be read, such as a lock on them.
    pub fn holding(self, value: Option<Arc<dyn Any + Send + Sync>>) -> Self {
        Self { _held: value, ..self }
    }

    /// Answers one SELECT.
    pub async fn query(&self, sql: &str) -> Result<Frame> {
        let (schema, batches) = self.batches(sql).await?;
        frame::from_batches(&schema, &batches)
    }

    /// Describes how the engine would run a SELECT.
    pub async fn explain(&self, sql: &str) -> Result<String> {
        let plan = self.plan(sql).await?.create_physical_plan().await?;
        Ok(datafusion::physical_plan::displayable(plan.as_ref()).indent(false).to_string())
    }

    /// Plans one SELECT; anything but a query is refused.
    pub(crate) async fn plan(&self, sql: &str) -> Result<DataFrame> {
        let only_queries = SQLOptions::new().with_allow_ddl(false).with_allow_dml(false).with_allow_statements(false);
        Ok(self.context.sql_with_options(sql, only_queries).await?)
    }

    pub(crate) fn context(&self) -> &SessionContext {
        &self.context
    }

    async fn batches(&self, sql: &str) -> Result<(SchemaRef, Vec<RecordBatch>)> {
        self.arranged(sql, Ok).await
    }

    /// Answers one SELECT after its plan was arranged.
    async fn arranged(
        &self,
        sql: &str,
        arrange: impl FnOnce(DataFrame) -> std::result::Result<DataFrame, DataFusionError> + Send + 'static,
    ) -> Result<(SchemaRef, Vec<RecordBatch>)> {
        let context = self.context.clone();
        let sql = sql.to_owned();
        self.run(async move {
            let only_queries = SQLOptions::new().with_allow_ddl(false).with_allow_dml(false).with_allow_statements(false);
            let frame = arrange(context.sql_with_options(&sql, only_queries).await?)?;
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
