//! The tables, step by step; a step that has been released never changes.

use sea_orm::{ConnectionTrait, DatabaseConnection};
use sea_orm_migration::prelude::*;
use sea_orm_migration::schema::{big_integer, big_integer_null, integer, pk_auto, string, string_null, text, text_null};

use crate::{Records, RecordsError, Result, about, digest, store};

pub struct Migrator;

#[async_trait::async_trait]
impl MigratorTrait for Migrator {
    fn migrations() -> Vec<Box<dyn MigrationTrait>> {
        vec![
            Box::new(First),
            Box::new(Attempts),
            Box::new(Approvals),
            Box::new(crate::boards::Boards),
            Box::new(crate::mappings::Readings),
            Box::new(crate::lake::Lakes),
            Box::new(Digests),
            Box::new(digest::Digests),
        ]
    }
}

/// Runs the steps that are missing; records with steps of a newer program are refused. Two programs may open a new
/// project at once: one waits for the other.
pub(crate) async fn bring_up_to_date(records: &Records) -> Result<()> {
    let done = applied(&records.db).await?;
    let steps: Vec<String> = Migrator::migrations().iter().map(|step| step.name().to_owned()).collect();
    let unknown: Vec<&str> = done.iter().filter(|name| !steps.contains(name)).map(String::as_str).collect();
    if !unknown.is_empty() {
        let by = about::program(&records.db).await.map_or_else(|| "a newer program".to_owned(), |version| format!("yunheng {version}"));
        return Err(RecordsError::Newer { by, steps: unknown.join(", ") });
    }
    if steps.iter().all(|name| done.contains(name)) {
        return Ok(());
    }
    if records.is_read_only() {
        return Err(RecordsError::Older);
    }
    let transaction = store::patiently(|| store::begin(&records.db)).await?;
    Migrator::up(&transaction, None).await?;
    digest::digest_older(&transaction).await?;
    about::put(&transaction, about::PROGRAM, env!("CARGO_PKG_VERSION")).await?;
    transaction.commit().await?;
    Ok(())
}

/// The steps that have run.
async fn applied(db: &DatabaseConnection) -> Result<Vec<String>> {
    let table = Migrator::migration_table_name();
    if !SchemaManager::new(db).has_table(table.to_string()).await? {
        return Ok(Vec::new());
    }
    let names = db.query_all(Query::select().column(Alias::new("version")).from(table)).await?;
    Ok(names.iter().map(|row| row.try_get("", "version")).collect::<Result<_, DbErr>>()?)
}

struct First;

impl MigrationName for First {
    fn name(&self) -> &str {
        "m0001_first"
    }
}

/// A table with an automatic `id` and the given columns.
pub(crate) fn table(name: &str, columns: Vec<ColumnDef>) -> TableCreateStatement {
    let mut table = Table::create();
    table.table(Alias::new(name)).col(pk_auto(Alias::new("id")));
    for mut column in columns {
        table.col(&mut column);
    }
    table.to_owned()
}

pub(crate) fn index(table: &str, columns: &[&str], unique: bool) -> IndexCreateStatement {
    let mut index = Index::create();
    index.name(format!("{table}_{}", columns.join("_"))).table(Alias::new(table));
    for column in columns {
        index.col(Alias::new(*column));
    }
    if unique {
        index.unique();
    }
    index.to_owned()
}

fn tables() -> Vec<TableCreateStatement> {
    let name = Alias::new;
    vec![
        table("revisions", vec![string(name("path")), string(name("hash")), text(name("content")), string(name("at")), string(name("by"))]),
        table("snapshots", vec![string(name("reason")), big_integer_null(name("import_id")), string(name("at")), string(name("by"))]),
        table("heads", vec![big_integer(name("snapshot_id"))]),
        table(
            "imports",
            vec![
                string(name("dataset")),
                string(name("source")),
                string(name("file_name")),
                string(name("file_hash")),
                string(name("mapping_hash")),
                string(name("state")),
                text(name("report")),
                string(name("at")),
                string(name("by")),
                big_integer(name("duration_ms")),
            ],
        ),
        table(
            "files",
            vec![
                string(name("path")),
                string(name("dataset")),
                string(name("kind")),
                string(name("sha256")),
                big_integer(name("rows")),
                big_integer(name("bytes")),
                string_null(name("month")),
                string_null(name("min_time")),
                string_null(name("max_time")),
                string_null(name("sidecar")),
                big_integer_null(name("import_id")),
                string_null(name("derived")),
                big_integer(name("begin_snapshot")),
                big_integer_null(name("end_snapshot")),
            ],
        ),
        table(
            "targets",
            vec![
                string(name("metric")),
                string(name("dimension")),
                string(name("segment")),
                string(name("period")),
                string_null(name("floor")),
                string(name("target")),
                string_null(name("stretch")),
                text(name("reason")),
                integer(name("version")),
                string(name("at")),
                string(name("by")),
            ],
        ),
        table(
            "scorecards",
            vec![
                string(name("scheme")),
                string(name("scheme_revision")),
                string(name("period")),
                string(name("subject")),
                string(name("total")),
                string_null(name("tier")),
                string(name("provisional")),
                big_integer(name("snapshot_id")),
                text(name("card")),
                string(name("hash")),
                string(name("at")),
                string(name("by")),
            ],
        ),
        table(
            "mappings",
            vec![string(name("source")), string(name("dataset")), string(name("header")), string(name("target")), string(name("at"))],
        ),
        table(
            "audit",
            vec![
                string(name("at")),
                string(name("by")),
                string(name("action")),
                text(name("subject")),
                text_null(name("detail")),
                string(name("previous")),
                string(name("hash")),
            ],
        ),
    ]
}

#[async_trait::async_trait]
impl MigrationTrait for First {
    async fn up(&self, manager: &SchemaManager) -> std::result::Result<(), DbErr> {
        for table in tables() {
            manager.create_table(table).await?;
        }
        for (table, columns, unique) in [
            ("revisions", &["path", "hash"][..], false),
            ("imports", &["dataset", "file_hash"], false),
            ("files", &["dataset", "begin_snapshot"], false),
            ("targets", &["metric", "period", "dimension", "segment", "version"], true),
            ("scorecards", &["scheme", "period", "subject"], false),
            ("mappings", &["source", "dataset", "header"], true),
        ] {
            manager.create_index(index(table, columns, unique)).await?;
        }
        let head =
            Query::insert().into_table(Alias::new("heads")).columns([Alias::new("snapshot_id")]).values_panic([0i64.into()]).to_owned();
        manager.execute(head).await
    }
}

/// What each snapshot's list of files adds up to.
struct Digests;

impl MigrationName for Digests {
    fn name(&self) -> &str {
        "m0006_snapshot_digests"
    }
}

#[async_trait::async_trait]
impl MigrationTrait for Digests {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let name = Alias::new;
        let mut digest = string_null(name("digest"));
        manager.alter_table(Table::alter().table(name("snapshots")).add_column(&mut digest).to_owned()).await
    }
}

/// When sources were last pulled and watched files last imported.
struct Attempts;

impl MigrationName for Attempts {
    fn name(&self) -> &str {
        "m0002_attempts"
    }
}

#[async_trait::async_trait]
impl MigrationTrait for Attempts {
    async fn up(&self, manager: &SchemaManager) -> std::result::Result<(), DbErr> {
        let name = Alias::new;
        let columns =
            vec![string(name("source")), string(name("item")), string(name("mark")), text_null(name("error")), string(name("at"))];
        manager.create_table(table("attempts", columns)).await?;
        manager.create_index(index("attempts", &["source", "item"], true)).await
    }
}

/// Approval of targets; actuals by hand; reconciliations.
struct Approvals;

impl MigrationName for Approvals {
    fn name(&self) -> &str {
        "m0003_approvals"
    }
}

/// Who moved a version on its way from draft to approved, and when.
fn approval_columns() -> Vec<ColumnDef> {
    let name = Alias::new;
    let mut state = string(name("state"));
    // What was there before approvals counted at once.
    state.default("approved");
    let others = ["submitted_by", "submitted_at", "decided_by", "decided_at", "note"].map(|column| string_null(name(column)));
    std::iter::once(state).chain(others).collect()
}

#[async_trait::async_trait]
impl MigrationTrait for Approvals {
    async fn up(&self, manager: &SchemaManager) -> std::result::Result<(), DbErr> {
        let name = Alias::new;
        for mut column in approval_columns() {
            manager.alter_table(Table::alter().table(name("targets")).add_column(&mut column).to_owned()).await?;
        }
        let mut actuals = vec![
            string(name("metric")),
            string(name("dimension")),
            string(name("segment")),
            string(name("period")),
            string_null(name("value")),
            text(name("reason")),
            text(name("evidence")),
            integer(name("version")),
            string(name("at")),
            string(name("by")),
        ];
        actuals.extend(approval_columns());
        manager.create_table(table("manual_actuals", actuals)).await?;
        manager.create_index(index("manual_actuals", &["metric", "period", "dimension", "segment", "version"], true)).await?;
        let reconciliations = vec![
            string(name("metric")),
            string(name("dimension")),
            string(name("segment")),
            string(name("period")),
            string(name("figure")),
            string(name("ours")),
            string(name("unexplained")),
            text(name("content")),
            text(name("note")),
            big_integer(name("snapshot_id")),
            string(name("at")),
            string(name("by")),
        ];
        manager.create_table(table("reconciliations", reconciliations)).await?;
        manager.create_index(index("reconciliations", &["metric", "period"], false)).await
    }
}
