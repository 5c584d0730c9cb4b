//! Reads the shared reference data; absent data skips a test with a printed line.

use std::path::PathBuf;

/// A table of text cells, columns found by name.
pub struct Table {
    header: Vec<String>,
    rows: Vec<csv::StringRecord>,
}

/// Opens a file under the shared data folder (`YUNHENG_SHARED`, else `../shared` beside the
/// repository), or prints why the test is skipped.
pub fn table(path: &str) -> Option<Table> {
    let file = find(path)?;
    let mut reader = csv::Reader::from_path(&file).expect("the shared file opens");
    let header = reader.headers().expect("a header").iter().map(str::to_owned).collect();
    let rows = reader.records().collect::<Result<_, _>>().expect("rows parse");
    Some(Table { header, rows })
}

/// A file under the shared data folder; prints why the test is skipped when it is not there.
fn find(path: &str) -> Option<PathBuf> {
    let root =
        std::env::var_os("YUNHENG_SHARED").map_or_else(|| PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../../shared"), PathBuf::from);
    let file = root.join("data").join(path);
    if !file.exists() {
        println!("skipped: no ../shared");
        return None;
    }
    Some(file)
}

/// The lines of a shared file without a header row.
pub fn lines(path: &str) -> Option<Vec<String>> {
    let text = std::fs::read_to_string(find(path)?).expect("the shared file is text");
    Some(text.lines().map(str::to_owned).collect())
}

impl Table {
    pub fn text(&self, column: &str) -> Vec<String> {
        let at = self.header.iter().position(|h| h == column).unwrap_or_else(|| panic!("no column {column}"));
        self.rows.iter().map(|r| r[at].to_owned()).collect()
    }

    pub fn numbers(&self, column: &str) -> Vec<f64> {
        self.text(column).iter().map(|t| t.parse().unwrap_or_else(|_| panic!("{column}: {t}"))).collect()
    }
}

/// Asserts closeness with both values in the message.
#[track_caller]
pub fn close(actual: f64, expect: f64, tolerance: f64) {
    assert!((actual - expect).abs() <= tolerance, "{actual} is not within {tolerance} of {expect}");
}
