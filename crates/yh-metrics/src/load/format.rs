//! The one order of keys in model files. Lines are moved, never written anew, so that comments,
//! quotes and the shape of long texts stay as their author made them.

use std::ops::Range;

use yh_model::Issue;
use yh_model::yaml::{Node, Value, parse_tree};

/// Keys in the order in which a reader wants them; others follow as they stand.
#[rustfmt::skip]
const ORDER: &[&str] = &[
    "version", "name", "label", "zh", "en", "description", "type", "semantic_model", "enabled", "agg_time_dimension", "primary_entity",
    "data_type", "granularity", "entity", "dimension", "agg", "percentile", "percentile_type", "use_approximate_percentile", "expr",
    "input_metric", "input_metrics", "numerator", "denominator", "base_metric", "conversion_metric", "calculation", "window",
    "grain_to_date", "period_agg", "constant_properties", "alias", "offset_window", "offset_to_grain", "filter", "non_additive_dimension",
    "join_to_timespine", "fill_nulls_with", "time_granularity", "hidden", "columns", "derived_semantics", "dimensions", "entities",
    "query_params", "models", "metrics", "saved_queries", "synonyms", "unit", "format", "direction", "class", "owner", "additive", "state",
    "settles_after", "config", "meta",
];

/// A model file with its keys in the canonical order, no trailing spaces and one blank line at most
/// between entries. Stable: formatting the result changes nothing. A file that is not valid YAML, or
/// whose meaning would depend on its order (anchors), is refused.
pub fn format_models(path: &str, text: &str) -> Result<String, Issue> {
    let root = parse_tree(path, text)?;
    let lines: Vec<&str> = text.lines().map(str::trim_end).collect();
    let moved = block(&lines, &root, 0..lines.len());
    let formatted = tidy(&moved);
    match parse_tree(path, &formatted) {
        Ok(again) if same(&root, &again) => Ok(formatted),
        _ => Err(Issue::error(
            path,
            root.line,
            root.column,
            "unformattable",
            "the order of keys cannot be changed safely in this file",
            "replace anchors and aliases (& and *) by what they stand for, and put every key on a line of its own",
        )),
    }
}

/// One key with its comments and value.
struct Entry {
    rank: usize,
    lead: Vec<String>,
    body: Vec<String>,
}

/// The lines of a range, the mappings in it put in order.
fn block(lines: &[&str], node: &Node, range: Range<usize>) -> Vec<String> {
    match &node.value {
        Value::Map(map) if stands_in_lines(lines, node) => {
            let at: Vec<usize> = map.iter().map(|(key, _)| line(key.line)).collect();
            let indent = map.first().map_or(0, |(key, _)| key.column - 1);
            let starts: Vec<usize> =
                (0..at.len()).map(|n| lead(lines, at[n], indent, if n == 0 { range.start } else { at[n - 1] + 1 })).collect();
            let Some((first, last)) = at.first().zip(at.last()) else { return owned(&lines[range]) };
            let end = trailing(lines, *last, indent, range.end);
            let dash: String = lines[*first].chars().take(indent).collect();
            let in_list = dash.contains('-');
            // What stands above a list's item belongs to the item, not to its first key.
            let head_end = if in_list { *first } else { starts[0] };
            let mut out = owned(&lines[range.start..head_end]);
            let mut entries: Vec<Entry> = Vec::with_capacity(map.len());
            for (n, (key, value)) in map.iter().enumerate() {
                let until = if n + 1 < at.len() { starts[n + 1] } else { end };
                let mut body = block(lines, value, at[n]..until);
                if n == 0 && in_list {
                    body[0] = " ".repeat(indent) + &body[0].chars().skip(indent).collect::<String>();
                }
                let lead = if n == 0 && in_list { Vec::new() } else { owned(&lines[starts[n]..at[n]]) };
                let rank = ORDER.iter().position(|known| *known == key.name).unwrap_or(ORDER.len());
                entries.push(Entry { rank, lead, body });
            }
            entries.sort_by_key(|entry| entry.rank);
            for (n, mut entry) in entries.into_iter().enumerate() {
                if n == 0 && in_list {
                    entry.body[0] = dash.clone() + &entry.body[0].chars().skip(indent).collect::<String>();
                }
                let skip = if n == 0 { entry.lead.iter().take_while(|l| l.is_empty()).count() } else { 0 };
                out.extend(entry.lead.into_iter().skip(skip));
                out.extend(entry.body);
            }
            out.extend(owned(&lines[end..range.end]));
            out
        }
        Value::List(items) if items.iter().all(|item| begins_line(lines, item)) && !items.is_empty() => {
            let at: Vec<usize> = items.iter().map(|item| line(item.line)).collect();
            if !at.windows(2).all(|pair| pair[0] < pair[1]) || at[0] < range.start {
                return owned(&lines[range]);
            }
            let mut out = Vec::new();
            let mut from = range.start;
            for (n, item) in items.iter().enumerate() {
                let indent = lines[at[n]].chars().take_while(|c| *c == ' ').count();
                let until = if n + 1 < at.len() { lead(lines, at[n + 1], indent, at[n] + 1) } else { range.end };
                out.extend(block(lines, item, from..until));
                from = until;
            }
            out
        }
        _ => owned(&lines[range]),
    }
}

fn owned(lines: &[&str]) -> Vec<String> {
    lines.iter().map(|line| (*line).to_owned()).collect()
}

fn line(number: usize) -> usize {
    number.saturating_sub(1)
}

/// Where the blank and comment lines begin that stand right above a line.
fn lead(lines: &[&str], at: usize, indent: usize, bound: usize) -> usize {
    let mut start = at;
    while start > bound && is_margin(lines[start - 1], indent) {
        start -= 1;
    }
    start
}

/// Where the last entry of a mapping ends: lines below it that stand further out are not its own.
fn trailing(lines: &[&str], last_key: usize, indent: usize, end: usize) -> usize {
    let outer = |line: &str| line.is_empty() || (line.trim_start().starts_with('#') && leading(line) < indent);
    let mut until = end;
    while until > last_key + 1 && outer(lines[until - 1]) {
        until -= 1;
    }
    until
}

fn is_margin(line: &str, indent: usize) -> bool {
    line.is_empty() || (line.trim_start().starts_with('#') && leading(line) <= indent)
}

fn leading(line: &str) -> usize {
    line.chars().take_while(|c| *c == ' ').count()
}

/// Whether each key of a mapping begins a line, at one column.
fn stands_in_lines(lines: &[&str], node: &Node) -> bool {
    let Value::Map(map) = &node.value else { return false };
    let Some((first, _)) = map.first() else { return false };
    let mut before = None;
    map.iter().enumerate().all(|(n, (key, _))| {
        let at = line(key.line);
        let later = before.replace(at).is_none_or(|earlier| earlier < at);
        let margin = lines.get(at).map(|text| text.chars().take(key.column.saturating_sub(1)).collect::<String>());
        let clear = margin.is_some_and(|margin| margin.chars().all(|c| c == ' ' || (n == 0 && c == '-')));
        later && clear && key.column == first.column
    })
}

/// Whether a list's item stands behind a dash that begins its line.
fn begins_line(lines: &[&str], item: &Node) -> bool {
    let Some(text) = lines.get(line(item.line)) else { return false };
    let margin: String = text.chars().take(item.column.saturating_sub(1)).collect();
    margin.contains('-') && margin.chars().all(|c| c == ' ' || c == '-')
}

/// No blank lines at the ends, one at most in between.
fn tidy(lines: &[String]) -> String {
    let mut out: Vec<&str> = Vec::with_capacity(lines.len());
    for line in lines {
        if !line.is_empty() || out.last().is_some_and(|last| !last.is_empty()) {
            out.push(line);
        }
    }
    while out.last().is_some_and(|last| last.is_empty()) {
        out.pop();
    }
    if out.is_empty() { String::new() } else { out.join("\n") + "\n" }
}

/// The same content, whatever the order of keys and the places.
fn same(left: &Node, right: &Node) -> bool {
    match (&left.value, &right.value) {
        (Value::Null, Value::Null) => true,
        (Value::Text(a), Value::Text(b)) | (Value::Number(a), Value::Number(b)) => a == b,
        (Value::Bool(a), Value::Bool(b)) => a == b,
        (Value::List(a), Value::List(b)) => a.len() == b.len() && a.iter().zip(b).all(|(a, b)| same(a, b)),
        (Value::Map(a), Value::Map(b)) => {
            a.len() == b.len() && a.iter().all(|(key, value)| b.iter().any(|(k, v)| k.name == key.name && same(value, v)))
        }
        _ => false,
    }
}
