//! Parquet files as text columns, for the statistics that read plain files.

use std::path::Path;

use yh_model::Value;

use crate::stats::input::{Table, TextColumn};

/// Reads the named columns (all when none are named); a column that is not there is left out.
pub fn read_parquet(path: &Path, wanted: &[&str]) -> Result<Table, String> {
    let path = path.to_owned();
    // The command runs inside a runtime already, and one may not wait inside another on the same thread.
    let read = std::thread::spawn(move || {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().map_err(|error| error.to_string())?;
        runtime.block_on(yh_app::manifest::read_file(&path)).map_err(|error| error.to_string())
    });
    let frame = read.join().map_err(|_| "reading stopped".to_owned())??;
    let mut table = Table::default();
    for column in frame.columns.into_iter().filter(|column| wanted.is_empty() || wanted.contains(&column.name.as_str())) {
        let mut text = TextColumn::default();
        for value in &column.values {
            text.push(&show(value));
        }
        table.names.push(column.name);
        table.columns.push(text);
    }
    Ok(table)
}

fn show(value: &Value) -> String {
    value.to_string()
}
