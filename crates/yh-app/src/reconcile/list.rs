//! The platform's own list of rows beside ours: which are missing, refused, or have another amount.

use std::{
    collections::{BTreeMap, HashMap, HashSet},
    path::Path,
};

use rust_decimal::Decimal;
use yh_model::dataset::normalize_header;

use super::{Part, PartKind, Practice, variant::Variants};
use crate::{
    App, AppError, ErrorKind, Result,
    import::{list_imports, rejects_path},
    targets::{file::table_rows, number},
};

/// Headers of the list's id and amount; empty ones are known by the dataset's synonyms.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ListColumns {
    pub id: Option<String>,
    pub amount: Option<String>,
}

/// Amounts of rows by their id.
type Amounts = HashMap<String, Decimal>;

impl Variants<'_> {
    /// Explains what is left after the practice by the rows of the platform's list.
    pub async fn compare_list(
        &self,
        path: &Path,
        columns: &ListColumns,
        practice: &Practice,
        figure: Decimal,
    ) -> Result<(Vec<Part>, Vec<String>)> {
        let rows = self.rows_plan(practice).await?;
        let spec = self.definitions.dataset(&rows.dataset)?.clone();
        let [key] = spec.key.as_slice() else {
            let message = format!("rows of {} have no single id, so a list cannot be compared", spec.name);
            return Err(AppError::new(ErrorKind::Input, "no-id", message));
        };
        let value = spec.column(rows.expression.trim()).map(|column| column.name.clone());
        let theirs = read_list(path, &spec, key, value.as_deref(), columns)?;
        let ours = self.amounts(&rows, key).await?;
        let known: HashSet<String> = self.amounts(&self.all_rows_plan().await?, key).await?.into_keys().collect();
        let refused = refused_text(self.app, &spec.name).await?;
        let mut notes = Vec::new();
        let listed: Decimal = theirs.values().sum();
        if listed != figure {
            notes.push(format!("the list sums to {listed}, not to the figure {figure}"));
        }
        Ok((parts_of(&theirs, &ours, &known, &refused), notes))
    }

    /// Amounts by id of the rows that a plan selects.
    async fn amounts(&self, rows: &yh_metrics::InputRows, key: &str) -> Result<Amounts> {
        let session = self.app.session(&self.definitions, &self.facts, &rows.tables).await?;
        let frame = session.query(&rows.sql).await?;
        let amount = |row: usize| (frame.cell(key, row).to_string(), frame.cell("__value", row).decimal().unwrap_or_default());
        Ok((0..frame.height()).map(amount).collect())
    }

    /// Says how many rows of the metric's datasets were refused by imports, if any were.
    pub async fn rejected_note(&self) -> Result<Vec<String>> {
        let dataset = self.rows_plan(&Practice::default()).await?.dataset;
        let (imports, _) = list_imports(self.app, Some(&dataset), 0, i64::MAX as u64).await?;
        let committed = imports.iter().filter(|import| import.state == yh_records::ImportState::Committed);
        let reports = committed.filter_map(|import| serde_json::from_str::<crate::import::ImportReport>(&import.report).ok());
        let rejected: u64 = reports.map(|report| report.rejected).sum();
        Ok(if rejected == 0 {
            Vec::new()
        } else {
            vec![format!("imports refused {rejected} rows of {dataset}; the platform may count them")]
        })
    }
}

/// What the rows of a list add to ours, by reason; the parts sum to the list minus ours exactly.
///
/// `ours` are the rows counted, `known` the ids of all rows, `refused` the words of refused ones.
fn parts_of(theirs: &Amounts, ours: &Amounts, known: &HashSet<String>, refused: &HashSet<String>) -> Vec<Part> {
    let mut parts: BTreeMap<PartKind, (Decimal, u64)> = BTreeMap::new();
    let mut add = |kind, amount: Decimal| {
        if !amount.is_zero() {
            let part = parts.entry(kind).or_default();
            part.0 += amount;
            part.1 += 1;
        }
    };
    for (id, amount) in theirs {
        match ours.get(id) {
            Some(own) => add(PartKind::Amended, *amount - *own),
            None if known.contains(id) => add(PartKind::Elsewhere, *amount),
            None if refused.contains(id) => add(PartKind::Rejected, *amount),
            None => add(PartKind::Missing, *amount),
        }
    }
    for (_, own) in ours.iter().filter(|(id, _)| !theirs.contains_key(*id)) {
        add(PartKind::Extra, -*own);
    }
    parts.into_iter().map(|(kind, (amount, rows))| Part { kind, amount, rows: Some(rows) }).collect()
}

/// Ids in the refused rows of a dataset's imports: every word of them, as the files are not read again.
async fn refused_text(app: &App, dataset: &str) -> Result<HashSet<String>> {
    let (imports, _) = list_imports(app, Some(dataset), 0, i64::MAX as u64).await?;
    let mut words = HashSet::new();
    for import in imports.iter().filter(|import| import.state == yh_records::ImportState::Committed) {
        let Ok(text) = std::fs::read_to_string(rejects_path(app, import.id)?) else { continue };
        words.extend(text.split([',', '"', '\n', '\r', '\t', ';', '\'']).map(str::trim).filter(|word| !word.is_empty()).map(str::to_owned));
    }
    Ok(words)
}

/// Ids and amounts of the platform's list; an id with several lines is their sum.
fn read_list(path: &Path, spec: &yh_model::dataset::DatasetSpec, key: &str, value: Option<&str>, columns: &ListColumns) -> Result<Amounts> {
    let mut rows = table_rows(path)?.into_iter();
    let (_, header) = rows.next().ok_or_else(|| AppError::new(ErrorKind::Input, "empty-file", "the list is empty"))?;
    let find = |given: &Option<String>, column: Option<&str>, what: &str| {
        let wanted: Vec<String> = match (given, column.and_then(|name| spec.column(name))) {
            (Some(name), _) => vec![normalize_header(name)],
            (None, Some(column)) => column.headers().map(normalize_header).collect(),
            (None, None) => Vec::new(),
        };
        header.iter().position(|name| wanted.contains(&normalize_header(name))).ok_or_else(|| {
            let message = format!("the list has no column for the {what}");
            AppError::new(ErrorKind::Input, "missing-column", message)
                .hint(format!("name it with --{what}-column; the list has {}", header.join(", ")))
        })
    };
    let (id, amount) = (find(&columns.id, Some(key), "id")?, find(&columns.amount, value, "amount")?);
    let mut list = Amounts::new();
    for (line, cells) in rows {
        let cell = |index: usize| cells.get(index).map_or("", |cell| cell.trim());
        let name = cell(id).trim_start_matches('\'').trim_start_matches("=\"").trim_end_matches('"');
        if name.is_empty() || name == "合计" {
            continue;
        }
        let value = number("amount", cell(amount)).map_err(|(_, value, reason)| {
            AppError::new(ErrorKind::Input, "amount", format!("line {line}: amount '{value}' is {reason}"))
                .hint("mend the line and try again")
        })?;
        *list.entry(name.to_owned()).or_default() += value.unwrap_or_default();
    }
    Ok(list)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    prop_compose! {
        /// Ids overlap between what is drawn twice.
        fn amounts()(rows in prop::collection::hash_map(0u16..60, -10_000_000i64..10_000_000, 0..40)) -> Amounts {
            rows.into_iter().map(|(id, cents)| (id.to_string(), Decimal::new(cents, 2))).collect()
        }
    }

    fn ids(numbers: HashSet<u16>) -> HashSet<String> {
        numbers.into_iter().map(|id| id.to_string()).collect()
    }

    proptest! {
        #[test]
        fn parts_sum_to_the_difference_exactly(
            theirs in amounts(),
            ours in amounts(),
            elsewhere in prop::collection::hash_set(0u16..60, 0..20),
            refused in prop::collection::hash_set(0u16..60, 0..20),
        ) {
            let (elsewhere, refused) = (ids(elsewhere), ids(refused));
            let known: HashSet<String> = ours.keys().cloned().chain(elsewhere.iter().cloned()).collect();
            let parts = parts_of(&theirs, &ours, &known, &refused);
            let difference = theirs.values().sum::<Decimal>() - ours.values().sum::<Decimal>();
            prop_assert_eq!(parts.iter().map(|part| part.amount).sum::<Decimal>(), difference);
            // Each row has one reason: no more rows than ids, and each part by its own rule.
            let of = |kind: PartKind| parts.iter().find(|part| part.kind == kind).map_or(Decimal::ZERO, |part| part.amount);
            let listed = |keep: &dyn Fn(&String) -> bool| theirs.iter().filter(|(id, _)| keep(id)).map(|(_, amount)| *amount).sum::<Decimal>();
            prop_assert_eq!(of(PartKind::Elsewhere), listed(&|id| elsewhere.contains(id) && !ours.contains_key(id)));
            prop_assert_eq!(of(PartKind::Rejected), listed(&|id| refused.contains(id) && !known.contains(id)));
            prop_assert_eq!(of(PartKind::Missing), listed(&|id| !refused.contains(id) && !known.contains(id)));
        }
    }
}
