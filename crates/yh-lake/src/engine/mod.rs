//! Runs SQL over named tables of Parquet files, bounded in memory and time.

mod frame;
mod page;
mod planners;
mod tables;

use std::{any::Any, path::PathBuf, sync::Arc, time::Duration};

use datafusion::{
    arrow::{datatypes::SchemaRef, record_batch::RecordBatch},
    error::DataFusionError,
    execution::{
        SessionStateBuilder, TaskContext,
        context::SQLOptions,
        memory_pool::FairSpillPool,
        object_store::{DefaultObjectStoreRegistry, ObjectStoreRegistry},
        runtime_env::{RuntimeEnv, RuntimeEnvBuilder},
    },
    physical_plan::{ExecutionPlan, execute_stream},
    prelude::{DataFrame, SessionConfig, SessionContext},
};
use futures::StreamExt;
use jiff::tz::TimeZone;
use object_store::ObjectStore;
use yh_model::Frame;

use crate::{
    LakeError, Result,
    checked::{CheckedStore, Checks, StoredFile},
    functions,
};
pub use page::Slice;
use planners::Planners;
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
    /// Size of one answer in memory.
    pub answer_mb: u64,
}

/// The engine: one runtime environment and worker pool for all sessions.
pub struct Lake {
    settings: LakeSettings,
    environment: Arc<RuntimeEnv>,
    checks: Arc<Checks>,
    /// Plans run on their own threads so that they never hold up the server's.
    workers: Option<tokio::runtime::Runtime>,
    planners: Planners,
}

/// A set of registered tables to be asked.
pub struct Session {
    context: SessionContext,
    store: Arc<CheckedStore>,
    workers: tokio::runtime::Handle,
    planners: Planners,
    memory_mb: usize,
    answer_mb: u64,
    timeout: Duration,
    /// What has to live as long as the files are read.
    _held: Option<Arc<dyn Any + Send + Sync>>,
}

/// What is done to a logical plan before it runs.
trait Arrange: FnOnce(DataFrame) -> std::result::Result<DataFrame, DataFusionError> + Send + 'static {}
impl<A: FnOnce(DataFrame) -> std::result::Result<DataFrame, DataFusionError> + Send + 'static> Arrange for A {}

/// A chain of expressions recurses deeply while it is planned.
const STACK_BYTES: usize = 16 << 20;
const BATCH_ROWS: usize = 8192;
/// Parentheses inside each other in what the planner writes: those of a user's text and those around it.
const SQL_DEPTH: usize = 512;

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
        let planners = Planners::new(workers.handle().clone(), settings.threads.max(2) * 2, settings.timeout);
        Ok(Self { settings, environment, checks, workers: Some(workers), planners })
    }

    /// The engine's settings.
    pub fn settings(&self) -> &LakeSettings {
        &self.settings
    }

    /// Runs work of unknown length or depth, such as reading definitions or planning a question, off the caller's
    /// threads and within the time limit.
    pub async fn work<T: Send + 'static>(&self, work: impl FnOnce() -> T + Send + 'static) -> Result<T> {
        self.planners.run(|_| work()).await
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
            .with_default_catalog_and_schema("yunheng", "facts")
            .set_usize("datafusion.sql_parser.recursion_limit", SQL_DEPTH);
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
        let LakeSettings { memory_mb, answer_mb, timeout, .. } = self.settings;
        Ok(Session { context, store, workers: self.workers(), planners: self.planners.clone(), memory_mb, answer_mb, timeout, _held: None })
    }

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
        let (plan, _) = self.physical_plan(sql, Ok).await?;
        Ok(datafusion::physical_plan::displayable(plan.as_ref()).indent(false).to_string())
    }

    /// Plans one SELECT; anything but a query is refused.
    pub(crate) async fn plan(&self, sql: &str) -> Result<DataFrame> {
        let (context, sql) = (self.context.clone(), sql.to_owned());
        self.planned(async move { logical_plan(&context, &sql).await }).await
    }

    /// One of its tables.
    pub(crate) async fn table(&self, name: &str) -> Result<DataFrame> {
        let name = datafusion::common::TableReference::bare(name);
        self.context.table(name).await.map_err(|error| self.explained(error))
    }

    pub(crate) fn context(&self) -> &SessionContext {
        &self.context
    }

    /// Plans one SELECT after its logical plan was arranged.
    async fn physical_plan(&self, sql: &str, arrange: impl Arrange) -> Result<(Arc<dyn ExecutionPlan>, Arc<TaskContext>)> {
        let (context, sql) = (self.context.clone(), sql.to_owned());
        let planning = async move {
            let frame = arrange(logical_plan(&context, &sql).await?)?;
            let task = Arc::new(frame.task_ctx());
            Ok((frame.create_physical_plan().await?, task))
        };
        self.planned(planning).await
    }

    /// Planning never gives way, so it has threads of its own.
    async fn planned<T: Send + 'static>(
        &self,
        planning: impl Future<Output = std::result::Result<T, DataFusionError>> + Send + 'static,
    ) -> Result<T> {
        let planned = self.planners.run(|threads| threads.block_on(planning)).await?;
        planned.map_err(|error| self.explained(error))
    }

    async fn batches(&self, sql: &str) -> Result<(SchemaRef, Vec<RecordBatch>)> {
        self.arranged(sql, Ok).await
    }

    /// Answers one SELECT after its logical plan was arranged.
    async fn arranged(&self, sql: &str, arrange: impl Arrange) -> Result<(SchemaRef, Vec<RecordBatch>)> {
        let (plan, task) = self.physical_plan(sql, arrange).await?;
        // The logical plan's types are not settled yet (NULL in a UNION takes any); the physical plan's are.
        let schema = plan.schema();
        let most = usize::try_from(self.answer_mb << 20).unwrap_or(usize::MAX);
        let batches = self.run(collect_within(plan, task, most)).await?;
        Ok((schema, batches.ok_or(LakeError::TooLarge { limit_mb: self.answer_mb })?))
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

async fn logical_plan(context: &SessionContext, sql: &str) -> std::result::Result<DataFrame, DataFusionError> {
    let only_queries = SQLOptions::new().with_allow_ddl(false).with_allow_dml(false).with_allow_statements(false);
    context.sql_with_options(sql, only_queries).await
}

/// Runs a plan to its end; none when its rows take more than so many bytes.
async fn collect_within(
    plan: Arc<dyn ExecutionPlan>,
    task: Arc<TaskContext>,
    most: usize,
) -> std::result::Result<Option<Vec<RecordBatch>>, DataFusionError> {
    let mut rows = execute_stream(plan, task)?;
    let (mut batches, mut bytes) = (Vec::new(), 0_usize);
    while let Some(batch) = rows.next().await {
        let batch = batch?;
        // Of a slice only what it shows counts: many share one buffer.
        for column in batch.columns() {
            bytes = bytes.saturating_add(column.to_data().get_slice_memory_size()?);
        }
        if bytes > most {
            return Ok(None);
        }
        batches.push(batch);
    }
    Ok(Some(batches))
}

struct AbortOnDrop<T>(tokio::task::JoinHandle<std::result::Result<T, DataFusionError>>);

impl<T> Future for AbortOnDrop<T> {
    type Output = std::result::Result<T, DataFusionError>;

    fn poll(mut self: std::pin::Pin<&mut Self>, context: &mut std::task::Context<'_>) -> std::task::Poll<Self::Output> {
        std::pin::Pin::new(&mut self.0)
            .poll(context)
            .map(|joined| joined.unwrap_or_else(|error| Err(DataFusionError::ExecutionJoin(Box::new(error)))))
    }
}

impl<T> Drop for AbortOnDrop<T> {
    fn drop(&mut self) {
        self.0.abort();
    }
}
