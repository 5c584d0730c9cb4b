//! Boards: saved pages of panels. Every change is a version; a link stays the same for all of them.

use sea_orm::{ActiveValue::Set, QueryOrder, QuerySelect, entity::prelude::*};
use sea_orm_migration::prelude::{Alias, MigrationName, MigrationTrait, SchemaManager};
use sea_orm_migration::schema::{integer, string, text};

use crate::{
    Records, RecordsError, Result, Stamp, audit,
    digest::{all_checked, checked, keep_digest},
    migration,
};

#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "boards")]
pub struct Model {
    #[sea_orm(primary_key)]
    pub id: i32,
    /// By which a board is shared and found.
    pub link: String,
    pub version: i32,
    pub name: String,
    pub owner: String,
    /// JSON of the panels.
    pub layout: String,
    /// `live` or `deleted`.
    pub state: String,
    pub at: String,
    pub by: String,
    pub digest: Option<String>,
}

impl ActiveModelBehavior for ActiveModel {}

/// One version of a board.
pub type StoredBoard = Model;

/// A time a board was written to a file, or was not: then the file is empty.
pub type StoredBoardExport = exports::Model;

/// A board's next version.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewBoard {
    pub link: String,
    pub name: String,
    pub owner: String,
    pub layout: String,
}

const WHAT: &str = "board";
const LIVE: &str = "live";
const DELETED: &str = "deleted";

impl Records {
    /// Records the next version of a board, which must follow `version`: 0 for a new one.
    pub async fn record_board(&self, board: NewBoard, version: i32, stamp: &Stamp) -> Result<StoredBoard> {
        let action = if version == 0 { "board.create" } else { "board.change" };
        self.append_board(board, version, LIVE, action, stamp).await
    }

    /// Deletes a board; its versions stay.
    pub async fn delete_board(&self, link: &str, stamp: &Stamp) -> Result<()> {
        let last = self.find_board(link, None).await?;
        let board = NewBoard { link: last.link, name: last.name, owner: last.owner, layout: last.layout };
        self.append_board(board, last.version, DELETED, "board.delete", stamp).await?;
        Ok(())
    }

    async fn append_board(&self, board: NewBoard, version: i32, state: &str, action: &str, stamp: &Stamp) -> Result<StoredBoard> {
        let transaction = self.begin().await?;
        let last = Entity::find().filter(Column::Link.eq(&board.link)).order_by_desc(Column::Version).one(&transaction).await?;
        if last.map_or(0, |last| last.version) != version {
            return Err(RecordsError::Conflict);
        }
        let row = ActiveModel {
            link: Set(board.link.clone()),
            version: Set(version + 1),
            name: Set(board.name.clone()),
            owner: Set(board.owner),
            layout: Set(board.layout),
            state: Set(state.to_owned()),
            at: Set(stamp.at.to_string()),
            by: Set(stamp.by.clone()),
            ..Default::default()
        };
        let id = Entity::insert(row).exec(&transaction).await?.last_insert_id;
        keep_digest::<Entity>(&transaction, id).await?;
        audit::append(&transaction, stamp, action, &format!("{} {} v{}", board.link, board.name, version + 1), None).await?;
        transaction.commit().await?;
        Entity::find_by_id(id).one(&self.db).await?.ok_or_else(|| missing(&board.link))
    }

    /// Lists the last version of every board that is not deleted, by name.
    pub async fn list_boards(&self) -> Result<Vec<StoredBoard>> {
        let mut last = std::collections::BTreeMap::new();
        let rows = Entity::find().order_by_asc(Column::Version).order_by_asc(Column::Id).all(&self.db).await?;
        for row in all_checked(WHAT, rows)? {
            last.insert(row.link.clone(), row);
        }
        let mut boards: Vec<StoredBoard> = last.into_values().filter(|board| board.state == LIVE).collect();
        boards.sort_by(|a, b| (&a.name, a.id).cmp(&(&b.name, b.id)));
        Ok(boards)
    }

    /// Finds a board by its link, the last version unless another is asked for.
    pub async fn find_board(&self, link: &str, version: Option<i32>) -> Result<StoredBoard> {
        let versions = Entity::find().filter(Column::Link.eq(link));
        let last = versions.clone().order_by_desc(Column::Version).one(&self.db).await?;
        let live = last.filter(|last| last.state == LIVE).ok_or_else(|| missing(link))?;
        match version {
            None => checked(WHAT, live),
            Some(version) => {
                let found = versions.filter(Column::Version.eq(version)).one(&self.db).await?;
                checked(WHAT, found.ok_or_else(|| missing(&format!("{link} v{version}")))?)
            }
        }
    }

    /// Lists a board's versions, newest first.
    pub async fn list_board_versions(&self, link: &str) -> Result<Vec<StoredBoard>> {
        self.find_board(link, None).await?;
        Ok(Entity::find().filter(Column::Link.eq(link)).order_by_desc(Column::Version).order_by_desc(Column::Id).all(&self.db).await?)
    }
}

impl Records {
    /// Remembers that a board was written to a file.
    pub async fn record_board_export(&self, link: &str, file: &str, stamp: &Stamp) -> Result<()> {
        let row = exports::ActiveModel {
            link: Set(link.to_owned()),
            file: Set(file.to_owned()),
            at: Set(stamp.at.to_string()),
            by: Set(stamp.by.clone()),
            ..Default::default()
        };
        let transaction = self.begin().await?;
        exports::Entity::insert(row).exec(&transaction).await?;
        transaction.commit().await?;
        Ok(())
    }

    /// The last times a board was written to a file, the latest first; a failed one has no file.
    pub async fn list_board_exports(&self, link: &str, limit: u64) -> Result<Vec<StoredBoardExport>> {
        let of_board = exports::Entity::find().filter(exports::Column::Link.eq(link));
        Ok(of_board.order_by_desc(exports::Column::Id).limit(limit).all(&self.db).await?)
    }
}

fn missing(link: &str) -> RecordsError {
    RecordsError::NotFound { what: "board", id: link.to_owned() }
}

/// Files that boards were written to.
mod exports {
    use sea_orm::entity::prelude::*;

    use crate::Result;

    #[sea_orm::model]
    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "board_exports")]
    pub struct Model {
        #[sea_orm(primary_key)]
        pub id: i32,
        pub link: String,
        pub file: String,
        pub at: String,
        pub by: String,
    }

    impl ActiveModelBehavior for ActiveModel {}
}

/// The step that adds the tables.
pub(crate) struct Boards;

impl MigrationName for Boards {
    fn name(&self) -> &str {
        "m0004_boards"
    }
}

#[async_trait::async_trait]
impl MigrationTrait for Boards {
    async fn up(&self, manager: &SchemaManager) -> std::result::Result<(), DbErr> {
        let name = Alias::new;
        let columns = vec![
            string(name("link")),
            integer(name("version")),
            string(name("name")),
            string(name("owner")),
            text(name("layout")),
            string(name("state")),
            string(name("at")),
            string(name("by")),
        ];
        manager.create_table(migration::table("boards", columns)).await?;
        let columns = vec![string(name("link")), text(name("file")), string(name("at")), string(name("by"))];
        manager.create_table(migration::table("board_exports", columns)).await?;
        manager.create_index(migration::index("board_exports", &["link"], false)).await?;
        manager.create_index(migration::index("boards", &["link", "version"], true)).await
    }
}
