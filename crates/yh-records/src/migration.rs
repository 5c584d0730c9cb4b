//! The tables, step by step; a step that has been released never changes.

use sea_orm::{ConnectionTrait, DatabaseConnection, TransactionTrait};
use sea_orm_migration::prelude::*;
use sea_orm_migration::schema::{big_integer, big_integer_null, integer, pk_auto, string, string_null, text, text_null};

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
        ]
    }
}

/// Runs the steps that are missing. Two programs may open a new project at once: one waits for the other.
pub(crate) async fn bring_up_to_date(db: &DatabaseConnection, sqlite: bool) -> Result<(), DbErr> {
    if sqlite {
        db.execute_unprepared("BEGIN IMMEDIATE").await?;
        let done = Migrator::up(db, None).await;
        db.execute_unprepared(if done.is_ok() { "COMMIT" } else { "ROLLBACK" }).await?;
        return done;
    }
    let transaction = db.begin().await?;
    transaction.execute_unprepared("SELECT pg_advisory_xact_lock(hashtext('yunheng records'))").await?;
    Migrator::up(&transaction, None).await?;
    transaction.commit().await
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
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
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

/// When sources were last pulled and watched files last imported.
struct Attempts;

impl MigrationName for Attempts {
    fn name(&self) -> &str {
        "m0002_attempts"
    }
}

#[async_trait::async_trait]
impl MigrationTrait for Attempts {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
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
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
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
