//! How likely a header means a column: by its words first, by its values where the words say nothing.

use std::collections::BTreeSet;

use yh_model::dataset::{ColumnKind, ColumnSpec, DatasetSpec, fold_word, normalize_header};
use yh_model::issue::nearest;

use super::moment::Reading;
use super::plan::Vocabulary;
use super::preview::{PreviewColumn, Proposal};

/// Share of a column's samples that must be words of a value map.
const KNOWN_WORDS: f64 = 0.6;
/// Share of two headers' letter pairs, or of their words, that must be the same.
const ALIKE: f64 = 0.5;
/// How far a fuzzy likeness can go below a known synonym.
const MOST_BY_LIKENESS: f64 = 0.8;

/// Marks by which a header means another thing than one without them: a part (子单号), a price per piece (成本价), a share (退款率).
const TELLING: [&str; 4] = ["子", "价", "率", "占比"];

/// Confidence and reason that a file's column is a dataset's; none when nothing speaks for it.
pub fn likeness(vocabulary: Vocabulary, column: &PreviewColumn, spec: &ColumnSpec) -> Option<(f64, String)> {
    let fits = column.samples.is_empty() || spec.kind == ColumnKind::Text || kinds_fit(column.kind, spec.kind);
    let doubt = if fits { 0.0 } else { 0.3 };
    match vocabulary.rank(spec, &column.header) {
        Some(0) => return Some((1.0, "chosen before for this source".into())),
        Some(1..=3) => return Some((0.95 - doubt, "same name".into())),
        Some(rank) => return Some((0.9 - doubt - (rank as f64).min(50.0) / 1000.0, "known synonym".into())),
        None => {}
    }
    if !fits {
        return None;
    }
    let bare = without_notes(&column.header);
    if bare != column.header && vocabulary.rank(spec, &bare).is_some() {
        return Some((0.85, "same name but for the note in brackets".into()));
    }
    // A header that is only similar needs values that can be meant: an amount is no device.
    let amount = spec.kind == ColumnKind::Text && matches!(column.kind, ColumnKind::Money | ColumnKind::Number);
    if column.samples.is_empty() || amount {
        return None;
    }
    let by_words = spec.headers().filter_map(|known| alike(&bare, known)).max_by(f64::total_cmp);
    let by_values = value_words(column, spec).then_some(0.7);
    match (by_words, by_values) {
        (None, None) => None,
        (Some(words), None) => Some((words, format!("similar to {}", spec.name))),
        (None, Some(values)) => Some((values, format!("its values are those of {}", spec.name))),
        (Some(words), Some(values)) => Some((words.max(values) + 0.05, format!("similar to {}, and so are its values", spec.name))),
    }
}

/// For columns a row cannot do without: the file's column whose values look like it, though its header says nothing.
pub fn needed_by_values(columns: &[PreviewColumn], dataset: &DatasetSpec, proposals: &mut [Proposal]) {
    for spec in dataset.columns.iter().filter(|spec| spec.required) {
        if proposals.iter().any(|proposal| proposal.column.as_ref() == Some(&spec.name)) {
            continue;
        }
        let free = columns.iter().enumerate().filter(|(at, _)| proposals[*at].column.is_none());
        let found = match spec.kind {
            // Of several times, a row begins with the earliest.
            ColumnKind::Instant | ColumnKind::Date => free
                .filter(|(_, column)| matches!(column.kind, ColumnKind::Instant | ColumnKind::Date))
                .min_by_key(|(_, column)| column.samples.iter().filter_map(|sample| wall_us(sample)).min().unwrap_or(i64::MAX)),
            ColumnKind::Text if dataset.is_id(spec) => free.filter(|(_, column)| looks_like_ids(column)).min_by_key(|(at, _)| *at),
            _ => None,
        };
        if let Some((at, _)) = found {
            let proposal = &mut proposals[at];
            proposal.column = Some(spec.name.clone());
            (proposal.confidence, proposal.why) = (0.35, format!("its values look like {}", spec.name));
        }
    }
}

fn wall_us(text: &str) -> Option<i64> {
    Reading::YearFirst.read(text).ok().map(|wall| wall.wall_us())
}

/// Different values of one length with digits, as numbered things have.
fn looks_like_ids(column: &PreviewColumn) -> bool {
    let long = |text: &String| text.len() >= 4 && text.bytes().any(|byte| byte.is_ascii_digit()) && !text.contains([' ', '%', ':']);
    let lengths: BTreeSet<usize> = column.samples.iter().map(String::len).collect();
    matches!(column.kind, ColumnKind::Text | ColumnKind::Integer)
        && column.samples.len() >= 3
        && column.samples.iter().all(long)
        && lengths.len() == 1
}

fn value_words(column: &PreviewColumn, spec: &ColumnSpec) -> bool {
    if spec.values.is_empty() || column.samples.is_empty() {
        return false;
    }
    let words: BTreeSet<String> = spec.values.iter().flat_map(|(word, stored)| [fold_word(word), fold_word(stored)]).collect();
    let known = |sample: &&String| words.contains(&fold_word(sample));
    column.samples.iter().filter(known).count() as f64 >= KNOWN_WORDS * column.samples.len() as f64
}

/// Confidence that two headers mean the same, from what they share.
fn alike(header: &str, known: &str) -> Option<f64> {
    if TELLING.iter().any(|mark| header.contains(mark) != known.contains(mark)) && !known.is_ascii() {
        return None;
    }
    let (words, known_words) = (words(header), words(known));
    let (header, known) = (normalize_header(header), normalize_header(known));
    let (length, known_length) = (header.chars().count(), known.chars().count());
    let latin = header.is_ascii() && known.is_ascii();
    let least = if latin { 4 } else { 2 };
    let ratio = length.min(known_length) as f64 / length.max(known_length).max(1) as f64;
    let contained = match latin {
        // By whole words; one general word ("name") says nothing of a longer one ("store name").
        true => known_words.is_subset(&words) || (words.len() > 1 && words.is_subset(&known_words)),
        false => header.contains(&known) || known.contains(&header),
    } && known_length >= least
        && length >= least;
    let shared = words.intersection(&known_words).count() as f64 / words.union(&known_words).count().max(1) as f64;
    let pairs = dice(&header, &known);
    let mut best: Option<f64> = None;
    let mut offer = |confidence: f64| best = Some(best.map_or(confidence, |best: f64| best.max(confidence)).min(MOST_BY_LIKENESS));
    if contained {
        offer(0.45 + 0.3 * ratio);
    }
    if known.is_ascii() && shared >= ALIKE {
        offer(0.4 + 0.3 * shared);
    }
    if !known.is_ascii() && pairs >= ALIKE {
        offer(0.4 + 0.3 * pairs);
    }
    // A slip of the pen; one sign more or less is another word in Chinese.
    if latin && length >= 6 && words.len() == known_words.len() && nearest(&header, [known.as_str()]).is_some() {
        offer(0.5);
    }
    best
}

/// Share of letter pairs that two texts have in common.
fn dice(a: &str, b: &str) -> f64 {
    let pairs = |text: &str| -> BTreeSet<(char, char)> { text.chars().zip(text.chars().skip(1)).collect() };
    let (a, b) = (pairs(a), pairs(b));
    2.0 * a.intersection(&b).count() as f64 / (a.len() + b.len()).max(1) as f64
}

/// The words of a header: between spaces, marks and changes of case.
fn words(header: &str) -> BTreeSet<String> {
    let mut words = BTreeSet::new();
    let mut word = String::new();
    let mut lower = false;
    for c in header.chars() {
        if !c.is_alphanumeric() || (c.is_uppercase() && lower) {
            words.insert(std::mem::take(&mut word));
        }
        lower = c.is_lowercase();
        word.extend(c.is_alphanumeric().then(|| c.to_lowercase()).into_iter().flatten());
    }
    words.insert(word);
    words.remove("");
    words
}

/// A header without what stands in brackets: units, `（必填）`.
fn without_notes(header: &str) -> String {
    let mut depth = 0;
    let kept = header.chars().filter(|c| match c {
        '(' | '（' | '[' | '【' => {
            depth += 1;
            false
        }
        ')' | '）' | ']' | '】' => {
            depth -= 1;
            false
        }
        _ => depth <= 0,
    });
    let kept: String = kept.collect();
    let kept = kept.trim();
    if kept.is_empty() { header.to_owned() } else { kept.to_owned() }
}

fn kinds_fit(found: ColumnKind, wanted: ColumnKind) -> bool {
    use ColumnKind::{Boolean, Date, Instant, Integer, Money, Number};
    match wanted {
        Integer => found == Integer,
        Number | Money => matches!(found, Integer | Number | Money),
        Boolean => matches!(found, Boolean | Integer),
        Instant | Date => matches!(found, Instant | Date | Integer),
        ColumnKind::Text => true,
    }
}
