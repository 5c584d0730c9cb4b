//! Reads the parts of a source definition that say where rows come from by themselves.

use super::live::{Connect, DatabaseKind, Overlap, PullMode, Selection, TablePull, UrlPlace, Watch};
use super::load::{Loader, Table, suggestion};
use crate::{dataset::DatasetSpec, schedule::Schedule, yaml::Node};

/// Keys of `tables:` beside those of a file mapping.
const TABLE_KEYS: [&str; 9] = ["dataset", "table", "query", "mode", "cursor", "overlap", "columns", "ignore", "attributes"];
const MAX_OVERLAP_DAYS: i64 = 3_660;

impl Loader<'_> {
    pub(super) fn connect(&mut self, table: &Table) -> Option<Connect> {
        let node = table.get("connect")?;
        let connect = self.table(node, &["kind", "url_env", "url_file", "path", "url", "password"])?;
        for key in ["url", "password"] {
            if let Some(secret) = connect.get(key) {
                let hint = "put the address into an environment variable and name it: `url_env: SHOP_DB_URL`; or into a file: `url_file:`";
                self.error(secret, "secret-in-definition", format!("{key} must not be in a definition"), hint);
                return None;
            }
        }
        let word = self.text_of(&connect, "kind").unwrap_or_default();
        let Some(kind) = DatabaseKind::from_name(&word) else {
            let hint = suggestion(&word, DatabaseKind::ALL.map(DatabaseKind::name), "use postgres, mysql or sqlite");
            self.error(connect.get("kind").unwrap_or(node), "unknown-database", format!("{word:?} is not a database"), hint);
            return None;
        };
        let places = [
            self.text_of(&connect, "url_env").map(UrlPlace::Env),
            self.text_of(&connect, "url_file").map(UrlPlace::File),
            self.text_of(&connect, "path").map(UrlPlace::Path),
        ];
        let mut places: Vec<UrlPlace> = places.into_iter().flatten().collect();
        let sound = places.len() == 1 && (kind == DatabaseKind::Sqlite || !matches!(places[0], UrlPlace::Path(_)));
        if !sound {
            let message = "the address of the database is not given in one place".to_owned();
            self.error(node, "no-address", message, "add `url_env: NAME` or `url_file: FILE`; for sqlite also `path: FILE`");
            return None;
        }
        places.pop().map(|url| Connect { kind, url })
    }

    pub(super) fn table_pull(&mut self, node: &Node, own: &[DatasetSpec]) -> Option<TablePull> {
        let table = self.table(node, &TABLE_KEYS)?;
        let mapping = self.mapping(node, &table, own)?;
        let rows = match (self.text_of(&table, "table"), self.text_of(&table, "query")) {
            (Some(name), None) => Selection::Table(name),
            (None, Some(sql)) => Selection::Query(sql),
            _ => {
                self.error(node, "bad-table", "give either `table` or `query`".into(), "`table: orders`, or one SELECT under `query: |`");
                return None;
            }
        };
        let keyless = own.iter().find(|spec| spec.name == mapping.dataset).is_some_and(|spec| spec.key.is_empty());
        let mode = self.mode(node, &table, keyless)?;
        Some(TablePull { mapping, rows, mode })
    }

    fn mode(&mut self, node: &Node, table: &Table, keyless: bool) -> Option<PullMode> {
        let cursor = self.text_of(table, "cursor");
        let given = self.text_of(table, "mode").unwrap_or_else(|| "snapshot".to_owned());
        let at = table.get("mode").unwrap_or(node);
        match (given.as_str(), cursor) {
            ("snapshot", None) => Some(PullMode::Snapshot),
            ("snapshot", Some(_)) => {
                self.error(at, "bad-mode", "a cursor is for `mode: incremental`".into(), "remove the cursor, or write `mode: incremental`");
                None
            }
            ("incremental", Some(_)) if keyless => {
                let message = "a dataset without a key cannot be pulled by a cursor: late rows would be counted twice".into();
                self.error(at, "bad-mode", message, "give the dataset a `key:`, or use `mode: snapshot`");
                None
            }
            ("incremental", Some(cursor)) => Some(PullMode::Incremental { cursor, overlap: self.overlap(table)? }),
            ("incremental", None) => {
                let hint = "name a column that grows with every change, such as `cursor: updated_at`";
                self.error(at, "bad-mode", "`mode: incremental` needs a cursor".into(), hint);
                None
            }
            (word, _) => {
                self.error(at, "bad-mode", format!("{word} is not a mode"), "use snapshot or incremental");
                None
            }
        }
    }

    fn overlap(&mut self, table: &Table) -> Option<Overlap> {
        let Some(text) = self.text_of(table, "overlap") else { return Some(Overlap::Seconds(0)) };
        if let Some(count) = text.parse().ok().filter(|count| *count >= 0) {
            return Some(Overlap::Count(count));
        }
        let seconds = text.parse::<jiff::Span>().ok().and_then(|span| {
            let seconds = span.total((jiff::Unit::Second, jiff::SpanRelativeTo::days_are_24_hours())).ok()?;
            (0.0..=(MAX_OVERLAP_DAYS * 86_400) as f64).contains(&seconds).then_some(seconds as i64)
        });
        if seconds.is_none() {
            let message = format!("{text:?} is not a time span");
            self.error(table.get("overlap")?, "bad-overlap", message, "write 30min, 2h or 1d; for a cursor that counts, a number");
        }
        seconds.map(Overlap::Seconds)
    }

    pub(super) fn watch(&mut self, table: &Table) -> Option<Watch> {
        let node = table.get("watch")?;
        let watch = self.table(node, &["folder", "pattern"])?;
        let Some(folder) = self.text_of(&watch, "folder") else {
            self.error(node, "missing-key", "watch names no folder".into(), "add `folder: inbox`");
            return None;
        };
        Some(Watch { folder, pattern: self.text_of(&watch, "pattern") })
    }

    pub(super) fn schedule(&mut self, table: &Table) -> Option<Schedule> {
        let text = self.text_of(table, "schedule")?;
        match Schedule::parse(&text) {
            Ok(schedule) => Some(schedule),
            Err(reason) => {
                let hint = "write minute, hour, day, month and weekday: \"0 7 * * *\" is every day at 7:00";
                self.error(table.get("schedule")?, "bad-schedule", format!("the schedule is not understood: {reason}"), hint);
                None
            }
        }
    }
}
