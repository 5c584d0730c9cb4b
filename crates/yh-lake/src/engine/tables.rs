//! Registers tables: the explicit files of a snapshot, a plain file, or nothing yet.

use std::{path::Path, sync::Arc};

use datafusion::{
    catalog::TableProvider,
    common::TableReference,
    datasource::{
        MemTable,
        empty::EmptyTable,
        file_format::{FileFormat, csv::CsvFormat, parquet::ParquetFormat},
        listing::{ListingOptions, ListingTable, ListingTableConfig, ListingTableUrl},
    },
    prelude::SessionContext,
};
use yh_model::{Frame, dataset::DatasetSpec};

use super::frame;
use crate::{LakeError, Result, checked::StoredFile, schema};

/// A table of a session.
#[derive(Debug, Clone)]
pub struct Table {
    pub name: String,
    pub rows: TableRows,
}

/// Where a table's rows are.
#[derive(Debug, Clone)]
pub enum TableRows {
    /// Parquet files of a dataset, verified as they are read; none is an empty table.
    Dataset { spec: Arc<DatasetSpec>, files: Vec<StoredFile> },
    /// One Parquet or CSV file anywhere, its schema taken from itself.
    File(std::path::PathBuf),
    /// A small table that is already in memory.
    Frame(Frame),
}

impl TableRows {
    /// The lake files it reads.
    pub(super) fn files(&self) -> &[StoredFile] {
        match self {
            Self::Dataset { files, .. } => files,
            Self::File(_) | Self::Frame(_) => &[],
        }
    }
}

pub(super) async fn register(context: &SessionContext, table: &Table) -> Result<()> {
    let provider: Arc<dyn TableProvider> = match &table.rows {
        TableRows::Dataset { spec, files } if files.is_empty() => Arc::new(EmptyTable::new(schema::table_schema(spec))),
        TableRows::Dataset { spec, files } => {
            let urls = files.iter().map(|file| Ok(ListingTableUrl::try_new(lake_url(&file.path)?, None)?)).collect::<Result<Vec<_>>>()?;
            let config = ListingTableConfig::new_with_multi_paths(urls)
                .with_listing_options(ListingOptions::new(Arc::new(ParquetFormat::default())))
                .with_schema(schema::table_schema(spec));
            Arc::new(ListingTable::try_new(config)?)
        }
        TableRows::File(path) => {
            let csv = path.extension().is_some_and(|extension| extension == "csv");
            let format: Arc<dyn FileFormat> =
                if csv { Arc::new(CsvFormat::default().with_has_header(true)) } else { Arc::new(ParquetFormat::default()) };
            let config = ListingTableConfig::new(url(path)?)
                .with_listing_options(ListingOptions::new(format).with_file_extension_opt(None::<String>))
                .infer_schema(&context.state())
                .await?;
            Arc::new(ListingTable::try_new(config)?)
        }
        TableRows::Frame(rows) => {
            let batch = frame::to_batch(rows)?;
            Arc::new(MemTable::try_new(batch.schema(), vec![vec![batch]])?)
        }
    };
    context.register_table(TableReference::bare(table.name.as_str()), provider)?;
    Ok(())
}

/// Names a lake file for the engine, which reads it from the session's own store.
pub(super) fn lake_url(path: &str) -> Result<url::Url> {
    let unusable = |error: url::ParseError| LakeError::Value(format!("{path}: {error}"));
    let mut url = url::Url::parse("lake://facts/").map_err(unusable)?;
    // By segments, so that any sign of a name is taken as it is.
    if let Ok(mut segments) = url.path_segments_mut() {
        segments.pop_if_empty().extend(path.split('/').filter(|segment| !segment.is_empty()));
    }
    Ok(url)
}

fn url(path: &Path) -> Result<ListingTableUrl> {
    let absolute = std::path::absolute(path).map_err(crate::LakeError::io(path))?;
    let url = url::Url::from_file_path(&absolute).map_err(|()| crate::LakeError::Value(absolute.display().to_string()))?;
    // Built from a URL, not a text, so that `*` and `?` in a file name are not taken for a pattern.
    Ok(ListingTableUrl::try_new(url, None)?)
}
