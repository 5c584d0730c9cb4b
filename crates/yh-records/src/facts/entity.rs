//! The tables of the manifest.

/// Imports: one file each.
pub mod imports {
    use sea_orm::entity::prelude::*;

    #[sea_orm::model]
    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "imports")]
    pub struct Model {
        #[sea_orm(primary_key)]
        pub id: i32,
        pub dataset: String,
        pub source: String,
        pub file_name: String,
        pub file_hash: String,
        pub mapping_hash: String,
        pub state: String,
        pub report: String,
        pub at: String,
        pub by: String,
        pub duration_ms: i64,
    }

    impl ActiveModelBehavior for ActiveModel {}
}

/// Snapshots: every committed change of the facts.
pub mod snapshots {
    use sea_orm::entity::prelude::*;

    #[sea_orm::model]
    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "snapshots")]
    pub struct Model {
        #[sea_orm(primary_key)]
        pub id: i32,
        pub reason: String,
        pub import_id: Option<i64>,
        pub at: String,
        pub by: String,
        /// Over the live files; none in snapshots from before it was kept.
        pub digest: Option<String>,
    }

    impl ActiveModelBehavior for ActiveModel {}
}

/// Files with the range of snapshots they belong to.
pub mod files {
    use sea_orm::entity::prelude::*;

    #[sea_orm::model]
    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "files")]
    pub struct Model {
        #[sea_orm(primary_key)]
        pub id: i32,
        pub path: String,
        pub dataset: String,
        pub kind: String,
        pub sha256: String,
        pub rows: i64,
        pub bytes: i64,
        pub month: Option<String>,
        pub min_time: Option<String>,
        pub max_time: Option<String>,
        pub sidecar: Option<String>,
        pub import_id: Option<i64>,
        pub derived: Option<String>,
        pub begin_snapshot: i64,
        pub end_snapshot: Option<i64>,
    }

    impl ActiveModelBehavior for ActiveModel {}
}
