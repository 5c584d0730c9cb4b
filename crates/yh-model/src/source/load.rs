//! Reads `sources/*.yaml`, reporting every problem with its place.

use std::collections::{BTreeMap, BTreeSet};

use super::{ColumnMapping, DerivedDataset, FileFormat, FileMapping, Layout, SourceDef, unit_factor};
use crate::dataset::{ColumnKind, ColumnSpec, DatasetSpec, canonical_datasets};
use crate::issue::nearest;
use crate::yaml::{Node, Placed, Value, parse_tree};
use crate::{Issue, Label};

/// Reads one definition file. The definition is none when the file is not YAML or names no source;
/// otherwise it holds every part that is sound, and the issues say what was left out.
pub fn load_source(path: &str, text: &str) -> (Option<SourceDef>, Vec<Issue>) {
    let root = match parse_tree(path, text) {
        Ok(root) => root,
        Err(issue) => return (None, vec![issue]),
    };
    let mut loader = Loader { path, issues: Vec::new() };
    let source = loader.source(&root);
    (source, loader.issues)
}

pub(super) struct Loader<'a> {
    path: &'a str,
    issues: Vec<Issue>,
}

const SOURCE_KEYS: [&str; 13] = [
    "source",
    "label",
    "timezone",
    "currency",
    "files",
    "connect",
    "tables",
    "watch",
    "schedule",
    "layout",
    "datasets",
    "derived",
    "description",
];

/// The entries of a table whose keys were checked.
pub(super) struct Table<'n>(BTreeMap<&'n str, &'n Node>);

impl<'n> Table<'n> {
    pub(super) fn get(&self, key: &str) -> Option<&'n Node> {
        self.0.get(key).copied().filter(|node| node.value != Value::Null)
    }
}

impl Loader<'_> {
    pub(super) fn error(&mut self, at: &impl Placed, code: &str, message: String, hint: impl Into<String>) {
        let (line, column) = at.place();
        self.issues.push(Issue::error(self.path, line, column, code, message, hint));
    }

    fn source(&mut self, root: &Node) -> Option<SourceDef> {
        let table = self.table(root, &SOURCE_KEYS)?;
        let Some(name) = self.text_of(&table, "source") else {
            self.error(root, "missing-key", "the file names no source".into(), "add a line such as `source: my_shop`");
            return None;
        };
        let timezone = self.timezone(&table);
        let datasets: Vec<DatasetSpec> = self.list(&table, "datasets").into_iter().filter_map(|node| self.dataset(node)).collect();
        let files = self.list(&table, "files").into_iter().filter_map(|node| self.file(node, &datasets)).collect();
        let connect = self.connect(&table);
        let tables = self.list(&table, "tables").into_iter().filter_map(|node| self.table_pull(node, &datasets)).collect();
        if let (Some(node), None) = (table.get("tables"), table.get("connect")) {
            self.error(node, "no-address", "tables are given, but no database".into(), "add `connect: {kind: postgres, url_env: NAME}`");
        }
        let derived = self.list(&table, "derived").into_iter().filter_map(|node| self.derived(node)).collect();
        Some(SourceDef {
            path: self.path.to_owned(),
            name,
            label: self.label(&table),
            timezone,
            currency: self.text_of(&table, "currency"),
            files,
            connect,
            tables,
            watch: self.watch(&table),
            schedule: self.schedule(&table),
            layout: self.layout(&table),
            datasets,
            derived,
        })
    }

    fn layout(&mut self, table: &Table) -> Option<Layout> {
        let node = table.get("layout")?;
        let table = self.table(node, &["as_of", "based_on"])?;
        let based_on = table.get("based_on").map(|node| self.texts(node)).unwrap_or_default();
        Some(Layout { as_of: self.text_of(&table, "as_of").unwrap_or_default(), based_on })
    }

    fn timezone(&mut self, table: &Table) -> Option<String> {
        let node = table.get("timezone")?;
        let name = self.text(node)?;
        if jiff::tz::TimeZone::get(&name).is_err() {
            self.error(node, "unknown-timezone", format!("{name} is not a time zone"), "use a name such as Asia/Shanghai");
            return None;
        }
        Some(name)
    }

    fn label(&mut self, table: &Table) -> Label {
        let Some(node) = table.get("label") else { return Label::default() };
        if let Some(text) = node.text() {
            return Label::same(&text);
        }
        match self.table(node, &["zh", "en"]) {
            Some(texts) => Label { zh: self.text_of(&texts, "zh").unwrap_or_default(), en: self.text_of(&texts, "en").unwrap_or_default() },
            None => Label::default(),
        }
    }

    fn file(&mut self, node: &Node, own: &[DatasetSpec]) -> Option<FileMapping> {
        let table = self.table(node, &["dataset", "match", "format", "columns", "ignore", "attributes", "partial"])?;
        self.mapping(node, &table, own)
    }

    /// What a file's headers and a table's columns have in common.
    pub(super) fn mapping(&mut self, node: &Node, table: &Table, own: &[DatasetSpec]) -> Option<FileMapping> {
        let Some(dataset) = self.text_of(table, "dataset") else {
            self.error(node, "missing-key", "the file mapping names no dataset".into(), "add `dataset: orders`");
            return None;
        };
        let Some(spec) = own.iter().chain(canonical_datasets()).find(|spec| spec.name == dataset) else {
            let names = own.iter().chain(canonical_datasets()).map(|spec| spec.name.as_str());
            let hint = suggestion(&dataset, names, "declare it under `datasets:` or use a canonical one");
            self.error(table.get("dataset").unwrap_or(node), "unknown-dataset", format!("there is no dataset {dataset}"), hint);
            return None;
        };
        let columns = self.columns(table, spec);
        Some(FileMapping {
            pattern: self.text_of(table, "match"),
            format: self.format(table),
            partial: self.text_of(table, "partial").as_deref() == Some("true"),
            guessed: false,
            columns,
            ignore: table.get("ignore").map(|node| self.texts(node)).unwrap_or_default(),
            attributes: table.get("attributes").map(|node| self.texts(node)).unwrap_or_default(),
            line: node.line,
            dataset,
        })
    }

    fn format(&mut self, table: &Table) -> FileFormat {
        let Some(node) = table.get("format") else { return FileFormat::default() };
        let Some(table) = self.table(node, &["encoding", "delimiter", "sheet", "header_row"]) else {
            return FileFormat::default();
        };
        let said = |loader: &mut Self, key: &str| loader.text_of(&table, key).filter(|text| text != "auto");
        let delimiter = said(self, "delimiter").and_then(|text| {
            let delimiter = match text.as_str() {
                "tab" | "\\t" => Some('\t'),
                text => text.chars().next().filter(|c| text.chars().count() == 1 && c.is_ascii()),
            };
            if delimiter.is_none() {
                let at = table.get("delimiter").unwrap_or(node);
                self.error(at, "bad-delimiter", format!("{text:?} is not one character"), "use \",\", \";\", \"|\" or tab");
            }
            delimiter
        });
        let header_row = said(self, "header_row").and_then(|text| match text.parse() {
            Ok(row) if row > 0 => Some(row),
            _ => {
                let at = table.get("header_row").unwrap_or(node);
                self.error(at, "bad-header-row", format!("{text} is not a row number"), "count rows from 1, or use auto");
                None
            }
        });
        FileFormat { encoding: said(self, "encoding"), delimiter, sheet: said(self, "sheet"), header_row }
    }

    fn columns(&mut self, table: &Table, spec: &DatasetSpec) -> Vec<ColumnMapping> {
        let Some(node) = table.get("columns") else { return Vec::new() };
        let Value::Map(entries) = &node.value else {
            self.error(node, "wrong-shape", format!("columns is {}", node.shape()), "write `column: Header` lines");
            return Vec::new();
        };
        let mut columns = Vec::new();
        for (key, value) in entries {
            let name = key.name.clone();
            if spec.column(&name).is_none() {
                let names = spec.columns.iter().map(|column| column.name.as_str());
                let hint = suggestion(&name, names, "unmapped headers are kept as attributes");
                self.error(key, "unknown-column", format!("{} has no column {name}", spec.name), hint);
                continue;
            }
            columns.extend(self.column(name, value));
        }
        columns
    }

    fn column(&mut self, column: String, node: &Node) -> Option<ColumnMapping> {
        if node.text().is_some() || matches!(node.value, Value::List(_)) {
            return Some(ColumnMapping { column, from: self.texts(node), ..ColumnMapping::default() });
        }
        let table = self.table(node, &["from", "value", "format", "unit", "values"])?;
        let from = table.get("from").map(|node| self.texts(node)).unwrap_or_default();
        let value = self.text_of(&table, "value");
        if from.is_empty() == value.is_none() {
            let message = format!("{column} needs either `from` or `value`");
            self.error(node, "bad-mapping", message, "`from` names a header, `value` is the same for every row");
            return None;
        }
        let unit = self.text_of(&table, "unit");
        if let Some(unit) = unit.as_ref().filter(|unit| unit_factor(unit).is_none()) {
            let at = table.get("unit").unwrap_or(node);
            self.error(
                at,
                "unknown-unit",
                format!("{unit} is not a known unit"),
                "use 元, 万元, 分, %, 千, seconds, minutes, hours or days",
            );
        }
        let values = table.get("values").map(|node| self.pairs(node)).unwrap_or_default();
        Some(ColumnMapping { column, from, value, format: self.text_of(&table, "format"), unit, values })
    }

    fn dataset(&mut self, node: &Node) -> Option<DatasetSpec> {
        let table = self.table(node, &["name", "label", "key", "time", "columns", "description"])?;
        let Some(name) = self.text_of(&table, "name") else {
            self.error(node, "missing-key", "the dataset has no name".into(), "add `name: my_lines`");
            return None;
        };
        let at = table.get("name").unwrap_or(node);
        let plain = name.starts_with(|c: char| c.is_ascii_lowercase())
            && name.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_');
        if !plain {
            self.error(at, "bad-name", format!("{name} is not a dataset name"), "use lower-case letters, digits and _");
            return None;
        }
        if canonical_datasets().iter().any(|spec| spec.name == name) {
            self.error(at, "duplicate-dataset", format!("{name} is a canonical dataset"), "choose another name, or map files onto it");
            return None;
        }
        let key = table.get("key").map(|node| self.texts(node)).unwrap_or_default();
        let time = self.text_of(&table, "time");
        let columns = self.column_specs(table.get("columns").unwrap_or(node), &key, time.as_deref());
        let spec = DatasetSpec { label: self.label(&table), name, key, time, columns };
        self.check_dataset(&table, node, &spec).then_some(spec)
    }

    fn check_dataset(&mut self, table: &Table, node: &Node, spec: &DatasetSpec) -> bool {
        let mut sound = true;
        for (place, name) in spec.key.iter().map(|name| ("key", name)).chain(spec.time.iter().map(|name| ("time", name))) {
            let at = table.get(place).unwrap_or(node);
            let Some(column) = spec.column(name) else {
                let names = spec.columns.iter().map(|column| column.name.as_str());
                self.error(
                    at,
                    "unknown-column",
                    format!("{place} names {name}, which is not a column"),
                    suggestion(name, names, "list it under `columns:`"),
                );
                sound = false;
                continue;
            };
            if place == "time" && !matches!(column.kind, ColumnKind::Instant | ColumnKind::Date) {
                self.error(at, "bad-time", format!("the time column {name} is {}", column.kind.name()), "make it instant or date");
                sound = false;
            }
        }
        sound
    }

    fn column_specs(&mut self, node: &Node, key: &[String], time: Option<&str>) -> Vec<ColumnSpec> {
        let Value::Map(entries) = &node.value else {
            self.error(node, "wrong-shape", format!("columns is {}", node.shape()), "write `column: kind` lines");
            return Vec::new();
        };
        let mut columns = Vec::new();
        for (key_node, value) in entries {
            let name = key_node.name.clone();
            if name.starts_with('_') || name == "attributes" {
                self.error(key_node, "reserved-name", format!("{name} is kept by the program"), "choose another name");
                continue;
            }
            let identifies = key.contains(&name) || time == Some(name.as_str());
            columns.extend(self.column_spec(&name, value, identifies));
        }
        columns
    }

    /// Columns that identify or date a row are required unless the definition says otherwise.
    fn column_spec(&mut self, name: &str, node: &Node, identifies: bool) -> Option<ColumnSpec> {
        if node.text().is_some() {
            return Some(ColumnSpec { required: identifies, ..ColumnSpec::new(name, self.kind(node)?) });
        }
        let table = self.table(node, &["kind", "label", "synonyms", "required", "unit", "values"])?;
        let Some(kind_node) = table.get("kind") else {
            self.error(node, "missing-key", format!("column {name} has no kind"), "add `kind: text`");
            return None;
        };
        Some(ColumnSpec {
            name: name.to_owned(),
            kind: self.kind(kind_node)?,
            label: self.label(&table),
            synonyms: table.get("synonyms").map(|node| self.texts(node)).unwrap_or_default(),
            required: self.text_of(&table, "required").map_or(identifies, |text| text == "true"),
            unit: self.text_of(&table, "unit"),
            values: table.get("values").map(|node| self.pairs(node)).unwrap_or_default(),
            names: BTreeMap::new(),
        })
    }

    fn kind(&mut self, node: &Node) -> Option<ColumnKind> {
        let name = self.text(node)?;
        let kind = ColumnKind::from_name(&name);
        if kind.is_none() {
            let hint =
                suggestion(&name, ColumnKind::ALL.map(ColumnKind::name), "kinds are text, integer, number, money, boolean, instant, date");
            self.error(node, "unknown-kind", format!("{name} is not a kind of column"), hint);
        }
        kind
    }

    fn derived(&mut self, node: &Node) -> Option<DerivedDataset> {
        let table = self.table(node, &["dataset", "sql", "description"])?;
        let (Some(dataset), Some(sql_node)) = (self.text_of(&table, "dataset"), table.get("sql")) else {
            self.error(node, "missing-key", "a derived dataset needs `dataset` and `sql`".into(), "write one SELECT under `sql: |`");
            return None;
        };
        let sql = self.text(sql_node)?;
        Some(DerivedDataset { dataset, sql, line: sql_node.line })
    }

    /// Reads a table, reporting keys that mean nothing here.
    pub(super) fn table<'n>(&mut self, node: &'n Node, known: &[&str]) -> Option<Table<'n>> {
        let Value::Map(entries) = &node.value else {
            let message = format!("expected a table, found {}", node.shape());
            self.error(node, "wrong-shape", message, format!("keys here are {}", known.join(", ")));
            return None;
        };
        let mut table = BTreeMap::new();
        for (key, value) in entries {
            let name = key.name.as_str();
            if table.contains_key(name) {
                self.error(key, "duplicate-key", format!("{name} is given twice"), "keep one of them");
            } else if known.contains(&name) {
                table.insert(name, value);
            } else {
                let hint = suggestion(name, known.iter().copied(), &format!("keys here are {}", known.join(", ")));
                self.error(key, "unknown-key", format!("unknown key {name}"), hint);
            }
        }
        Some(Table(table))
    }

    fn list<'n>(&mut self, table: &Table<'n>, key: &str) -> Vec<&'n Node> {
        let Some(node) = table.get(key) else { return Vec::new() };
        if let Value::List(items) = &node.value {
            return items.iter().collect();
        }
        self.error(node, "wrong-shape", format!("{key} is {}", node.shape()), "write a list: each entry starts with `- `");
        Vec::new()
    }

    fn text(&mut self, node: &Node) -> Option<String> {
        let text = node.text();
        if text.is_none() {
            self.error(node, "wrong-shape", format!("expected a single value, found {}", node.shape()), "put text in quotes");
        }
        text
    }

    pub(super) fn text_of(&mut self, table: &Table, key: &str) -> Option<String> {
        table.get(key).and_then(|node| self.text(node))
    }

    /// One text or a list of texts.
    fn texts(&mut self, node: &Node) -> Vec<String> {
        match &node.value {
            Value::List(items) => items.iter().filter_map(|item| self.text(item)).collect(),
            _ => self.text(node).into_iter().collect(),
        }
    }

    fn pairs(&mut self, node: &Node) -> BTreeMap<String, String> {
        let Value::Map(entries) = &node.value else {
            self.error(node, "wrong-shape", format!("values is {}", node.shape()), "write `{交易成功: confirmed}`");
            return BTreeMap::new();
        };
        let mut seen = BTreeSet::new();
        let mut pairs = BTreeMap::new();
        for (key, value) in entries {
            let word = key.name.clone();
            let Some(stored) = self.text(value) else { continue };
            if !seen.insert(word.clone()) {
                self.error(key, "duplicate-value", format!("{word} is mapped twice"), "keep one of the lines");
            }
            pairs.insert(word, stored);
        }
        pairs
    }
}

pub(super) fn suggestion<'a>(name: &str, candidates: impl IntoIterator<Item = &'a str>, otherwise: &str) -> String {
    match nearest(name, candidates) {
        Some(near) => format!("did you mean {near}?"),
        None => otherwise.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::source::{Connect, DatabaseKind, Overlap, PullMode, UrlPlace, Watch};

    const RETAIL: &str = r#"
source: online_retail
label: {zh: 在线零售, en: Online Retail}
timezone: Europe/London
currency: GBP
files:
  - dataset: retail_lines
    match: "lines_*.csv*"
    format: {encoding: auto, delimiter: ";", header_row: 3}
    columns:
      invoice_no: InvoiceNo
      quantity: [Quantity, Qty]
      invoiced_at: {from: InvoiceDate, format: "%Y-%m-%d %H:%M"}
      unit_price: {from: UnitPrice, unit: 万元}
      country: {value: UK}
      status: {from: 订单状态, values: {交易成功: confirmed, 0: placed}}
    ignore: [备注]
datasets:
  - name: retail_lines
    key: []
    time: invoiced_at
    columns: {invoice_no: text, quantity: integer, unit_price: money, invoiced_at: instant, country: text, status: {kind: text, synonyms: [状态]}}
derived:
  - dataset: orders
    sql: |
      SELECT 1
"#;

    #[test]
    fn reads_every_part() {
        let (source, issues) = load_source("sources/r.yaml", RETAIL);
        assert!(issues.is_empty(), "{issues:?}");
        let source = source.expect("a source");
        assert_eq!(source.timezone.as_deref(), Some("Europe/London"));
        let spec = source.dataset("retail_lines").expect("declared");
        assert!(spec.column("invoiced_at").is_some_and(|column| column.required));
        let file = source.mapping_for("retail_lines", "lines_a.csv.gz").expect("matches");
        assert_eq!(file.columns.len(), 6);
        assert_eq!(file.format, FileFormat { delimiter: Some(';'), header_row: Some(3), ..FileFormat::default() });
        assert_eq!(file.columns[5].values.get("0").map(String::as_str), Some("placed"));
        assert_eq!(source.derived[0].sql.trim(), "SELECT 1");
        assert!(source.mapping_for("retail_lines", "other.csv").is_none());
    }

    #[test]
    fn written_yaml_reads_back() {
        let (source, _) = load_source("sources/r.yaml", RETAIL);
        let mut source = source.expect("a source");
        source.files[0].dataset = "orders".into();
        source.files[0].attributes = vec!["渠道".into(), "a, b".into()];
        source.files[0].columns = vec![
            ColumnMapping::from_header("order_id", "订单 \"编号\""),
            ColumnMapping { column: "paid".into(), from: vec!["a".into(), "no".into()], unit: Some("分".into()), ..Default::default() },
            ColumnMapping { column: "currency".into(), value: Some("1e3".into()), ..Default::default() },
        ];
        let (again, issues) = load_source("sources/r.yaml", &source.to_yaml());
        assert!(issues.is_empty(), "{issues:?}\n{}", source.to_yaml());
        let again = again.expect("a source");
        assert_eq!(again.files[0].columns, source.files[0].columns);
        assert_eq!(again.files[0].format, source.files[0].format);
        assert_eq!(again.files[0].attributes, source.files[0].attributes);
    }

    #[test]
    fn every_problem_has_its_place() {
        for (text, code, line) in [
            ("source: a\nfils: []\n", "unknown-key", 2),
            ("label: {zh: a}\n", "missing-key", 1),
            ("source: a\ntimezone: Mars/Base\n", "unknown-timezone", 2),
            ("source: a\nfiles:\n  - dataset: order\n", "unknown-dataset", 3),
            ("source: a\nfiles:\n  - dataset: orders\n    columns:\n      paid_amount: x\n", "unknown-column", 5),
            ("source: a\nfiles:\n  - dataset: orders\n    columns:\n      paid: {from: x, unit: 斤}\n", "unknown-unit", 5),
            ("source: a\nfiles:\n  - dataset: orders\n    columns:\n      paid: {unit: 元}\n", "bad-mapping", 5),
            ("source: a\nfiles:\n  - dataset: orders\n    format: {header_row: x}\n", "bad-header-row", 4),
            ("source: a\nfiles: orders\n", "wrong-shape", 2),
            ("source: a\ndatasets:\n  - name: orders\n    columns: {a: text}\n", "duplicate-dataset", 3),
            ("source: a\ndatasets:\n  - name: mine\n    key: [b]\n    columns: {a: text}\n", "unknown-column", 4),
            ("source: a\ndatasets:\n  - name: mine\n    columns: {a: txet}\n", "unknown-kind", 4),
            ("source: a\nfiles:\n\t- dataset: orders\n", "yaml", 3),
            ("source: a\nconnect: {kind: oracle, url_env: A}\n", "unknown-database", 2),
            ("source: a\nconnect: {kind: postgres, url: \"postgres://me:secret@db/shop\"}\n", "secret-in-definition", 2),
            ("source: a\nconnect: {kind: postgres, path: a.db}\n", "no-address", 2),
            ("source: a\ntables:\n  - {dataset: orders, table: o}\n", "no-address", 3),
            ("source: a\nconnect: {kind: sqlite, path: a.db}\ntables:\n  - dataset: orders\n", "bad-table", 4),
            ("source: a\nconnect: {kind: sqlite, path: a.db}\ntables:\n  - {dataset: orders, table: o, mode: all}\n", "bad-mode", 4),
            (
                "source: a\nconnect: {kind: sqlite, path: a.db}\ntables:\n  - {dataset: orders, table: o, mode: incremental}\n",
                "bad-mode",
                4,
            ),
            (
                "source: a\nconnect: {kind: sqlite, path: a.db}\ntables:\n  - {dataset: orders, table: o, mode: incremental, cursor: c, overlap: soon}\n",
                "bad-overlap",
                4,
            ),
            ("source: a\nwatch: {pattern: \"*.csv\"}\n", "missing-key", 2),
            ("source: a\nschedule: \"0 25 * * *\"\n", "bad-schedule", 2),
        ] {
            let (_, issues) = load_source("sources/a.yaml", text);
            let found = issues.iter().find(|issue| issue.code == code);
            assert!(found.is_some_and(|issue| issue.line == line && !issue.hint.is_empty()), "{text}\n{issues:?}");
        }
        let (_, issues) = load_source("a.yaml", "source: a\nfils: []\n");
        assert_eq!(issues[0].hint, "did you mean files?");
    }

    #[test]
    fn reads_where_rows_come_from_by_themselves() {
        let text = "
source: shop_db
connect: {kind: mysql, url_file: secrets/shop}
schedule: \"*/30 8-22 * * *\"
watch: {folder: inbox, pattern: \"*.csv\"}
tables:
  - {dataset: orders, table: shop.orders, mode: incremental, cursor: updated_at, overlap: 2h 30min, columns: {order_id: no}}
  - dataset: stores
    query: |
      SELECT id AS store_id FROM shops
";
        let (source, issues) = load_source("sources/db.yaml", text);
        assert_eq!(issues, Vec::new());
        let source = source.expect("a source");
        assert_eq!(source.connect, Some(Connect { kind: DatabaseKind::MySql, url: UrlPlace::File("secrets/shop".into()) }));
        let [orders, stores] = source.tables.as_slice() else { panic!("{:?}", source.tables) };
        assert_eq!(orders.mode, PullMode::Incremental { cursor: "updated_at".into(), overlap: Overlap::Seconds(9_000) });
        assert_eq!(orders.mapping.columns[0].from, ["no"], "a word, not false");
        assert_eq!((orders.name(), stores.name()), ("shop.orders".to_owned(), "stores query".to_owned()));
        assert_eq!(stores.mode, PullMode::Snapshot);
        assert_eq!(source.schedule.map(|schedule| schedule.text().to_owned()).as_deref(), Some("*/30 8-22 * * *"));
        assert_eq!(source.watch, Some(Watch { folder: "inbox".into(), pattern: Some("*.csv".into()) }));
    }

    #[test]
    fn one_bad_part_leaves_the_rest() {
        let text = "source: a\nfiles:\n  - dataset: nope\n  - dataset: orders\n    columns: {order_id: 单号}\n";
        let (source, issues) = load_source("a.yaml", text);
        assert_eq!(issues.len(), 1);
        assert_eq!(source.expect("kept").files.len(), 1);
    }
}
