//! Files that left the facts, and letting go of them.

use std::collections::HashSet;

use sea_orm::{ConnectionTrait, QueryOrder, QuerySelect, TransactionTrait, entity::prelude::*};

use super::{
    DataFile, digest,
    entity::{files, snapshots},
    read_file,
};
use crate::{Records, Result, Stamp, audit};

/// A file that belongs to no snapshot from some moment on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EndedFile {
    pub file: DataFile,
    /// When it left.
    pub at: String,
}

impl Records {
    /// Lists every file in force, live or superseded.
    pub async fn files_in_force(&self) -> Result<Vec<DataFile>> {
        let transaction = self.db.begin().await?;
        let head = digest::head(&transaction).await?;
        let files = in_force(&transaction).await?;
        transaction.commit().await?;
        head.verify_all(&files)?;
        Ok(files)
    }

    /// Lists files that left the facts; not those that only changed their kind.
    pub async fn ended_files(&self) -> Result<Vec<EndedFile>> {
        let kept: HashSet<String> = self.files_in_force().await?.into_iter().map(|file| file.path).collect();
        let ended = files::Entity::find().filter(files::Column::EndSnapshot.is_not_null()).order_by_asc(files::Column::Id);
        let mut left = Vec::new();
        let mut last: Option<(i64, String)> = None;
        for row in ended.order_by_asc(files::Column::EndSnapshot).all(&self.db).await?.into_iter().filter(|row| !kept.contains(&row.path)) {
            let Some(end) = row.end_snapshot else { continue };
            let at = match &last {
                Some((known, at)) if *known == end => at.clone(),
                _ => snapshots::Entity::find_by_id(end as i32).one(&self.db).await?.map(|snapshot| snapshot.at).unwrap_or_default(),
            };
            last = Some((end, at.clone()));
            left.push(EndedFile { file: read_file(row), at });
        }
        Ok(left)
    }

    /// Forgets files that left the facts and the disk.
    pub async fn forget_files(&self, paths: &[String], stamp: &Stamp) -> Result<()> {
        if paths.is_empty() {
            return Ok(());
        }
        let transaction = self.begin().await?;
        for part in paths.chunks(500) {
            files::Entity::delete_many()
                .filter(files::Column::Path.is_in(part))
                .filter(files::Column::EndSnapshot.is_not_null())
                .exec(&transaction)
                .await?;
        }
        let detail = serde_json::json!({"files": paths.len()}).to_string();
        audit::append(&transaction, stamp, "facts.let_go", "files that left the facts", Some(detail)).await?;
        transaction.commit().await?;
        Ok(())
    }

    /// The imports of a file name in a dataset and source, whatever became of them.
    pub async fn imports_of_file(&self, dataset: &str, source: &str, file_name: &str) -> Result<Vec<i64>> {
        use super::entity::imports::{Column, Entity};
        let of_file = Entity::find()
            .filter(Column::Dataset.eq(dataset))
            .filter(Column::Source.eq(source))
            .filter(Column::FileName.eq(file_name))
            .order_by_asc(Column::Id);
        Ok(of_file.select_only().column(Column::Id).into_tuple::<i32>().all(&self.db).await?.into_iter().map(i64::from).collect())
    }
}

pub(super) async fn in_force(db: &impl ConnectionTrait) -> Result<Vec<DataFile>> {
    let in_force = files::Entity::find().filter(files::Column::EndSnapshot.is_null()).order_by_asc(files::Column::Id);
    Ok(in_force.all(db).await?.into_iter().map(read_file).collect())
}
