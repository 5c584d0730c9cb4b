//! The little call language inside `{{ }}`, also used by group-bys and orders of saved queries:
//! `TimeDimension('metric_time', 'day').descending(True)`. Only literals; nothing is evaluated.

use crate::sql::ExprError;

/// One call with its chained methods.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Call {
    pub name: String,
    args: Vec<(Option<String>, Arg)>,
    methods: Vec<(String, Vec<(Option<String>, Arg)>)>,
}

#[derive(Debug, Clone, PartialEq)]
enum Arg {
    Text(String),
    List(Vec<String>),
    Word(String),
}

impl Call {
    fn arg(&self, position: usize, name: &str) -> Option<&Arg> {
        let named = self.args.iter().find(|(n, _)| n.as_deref() == Some(name)).map(|(_, a)| a);
        named.or_else(|| self.args.iter().filter(|(n, _)| n.is_none()).nth(position).map(|(_, a)| a))
    }

    /// A text argument, by position or name.
    pub(crate) fn text(&self, position: usize, name: &str) -> Option<&str> {
        match self.arg(position, name) {
            Some(Arg::Text(text)) => Some(text),
            _ => None,
        }
    }

    pub(crate) fn named_text(&self, name: &str) -> Option<&str> {
        self.text(usize::MAX, name)
    }

    pub(crate) fn list(&self, name: &str) -> Vec<String> {
        match self.arg(usize::MAX, name) {
            Some(Arg::List(list)) => list.clone(),
            _ => Vec::new(),
        }
    }

    pub(crate) fn list_at(&self, position: usize) -> Vec<String> {
        match self.args.iter().filter(|(n, _)| n.is_none()).nth(position) {
            Some((_, Arg::List(list))) => list.clone(),
            _ => Vec::new(),
        }
    }

    /// The first argument of a chained method, as text.
    pub(crate) fn method(&self, name: &str) -> Option<&str> {
        let (_, args) = self.methods.iter().find(|(n, _)| n == name)?;
        match args.first() {
            Some((_, Arg::Text(text) | Arg::Word(text))) => Some(text),
            _ => None,
        }
    }
}

/// Replaces each `{{ call }}` by a name of equal length, so that positions stay true.
pub(crate) fn split(text: &str) -> Result<(String, Vec<(String, Call)>), ExprError> {
    let mut sql = String::with_capacity(text.len());
    let mut calls = Vec::new();
    let mut rest = text;
    while let Some(start) = rest.find("{{") {
        let position = place(text, text.len() - rest.len() + start);
        let Some(length) = rest[start..].find("}}") else {
            return Err(ExprError::at("`{{` is not closed by `}}`", position.0, position.1));
        };
        let inside = &rest[start + 2..start + length];
        let call = parse_call(inside).map_err(|why| ExprError::at(why, position.0, position.1))?;
        let placeholder = format!("_i{}", calls.len());
        sql.push_str(&rest[..start]);
        sql.push_str(&placeholder);
        let width = rest[start..start + length + 2].chars().count();
        sql.extend(std::iter::repeat_n(' ', width.saturating_sub(placeholder.len())));
        calls.push((placeholder, call));
        rest = &rest[start + length + 2..];
    }
    sql.push_str(rest);
    Ok((sql, calls))
}

/// Line and column of a byte offset, 1-based.
fn place(text: &str, offset: usize) -> (u64, u64) {
    let before = &text[..offset];
    let line = before.matches('\n').count() as u64 + 1;
    let column = before.rsplit('\n').next().map_or(0, |l| l.chars().count()) as u64 + 1;
    (line, column)
}

/// Parses a whole text as one call.
pub(crate) fn parse_call(text: &str) -> Result<Call, String> {
    let mut reader = Reader { rest: text };
    let name = reader.word().ok_or("a call such as Dimension('order__channel') is expected")?;
    let args = reader.args()?;
    let mut methods = Vec::new();
    while reader.take('.') {
        let method = reader.word().ok_or("a method name is expected after the dot")?;
        methods.push((method, reader.args()?));
    }
    reader.skip();
    if reader.rest.is_empty() { Ok(Call { name, args, methods }) } else { Err(format!("unexpected `{}`", reader.rest.trim())) }
}

struct Reader<'a> {
    rest: &'a str,
}

impl Reader<'_> {
    fn skip(&mut self) {
        self.rest = self.rest.trim_start();
    }

    fn take(&mut self, sign: char) -> bool {
        self.skip();
        match self.rest.strip_prefix(sign) {
            Some(rest) => {
                self.rest = rest;
                true
            }
            None => false,
        }
    }

    fn word(&mut self) -> Option<String> {
        self.skip();
        let end = self.rest.find(|c: char| !c.is_alphanumeric() && c != '_').unwrap_or(self.rest.len());
        let (word, rest) = self.rest.split_at(end);
        self.rest = rest;
        (!word.is_empty()).then(|| word.to_owned())
    }

    fn text(&mut self) -> Result<Option<String>, String> {
        self.skip();
        let Some(quote) = self.rest.chars().next().filter(|c| *c == '\'' || *c == '"') else { return Ok(None) };
        let body = &self.rest[1..];
        let end = body.find(quote).ok_or("a quote is not closed")?;
        self.rest = &body[end + 1..];
        Ok(Some(body[..end].to_owned()))
    }

    fn args(&mut self) -> Result<Vec<(Option<String>, Arg)>, String> {
        if !self.take('(') {
            return Err("`(` is expected after a name".to_owned());
        }
        let mut args = Vec::new();
        loop {
            if self.take(')') {
                return Ok(args);
            }
            args.push(self.arg()?);
            if !self.take(',') && !self.rest.starts_with(')') {
                return Err("`,` or `)` is expected".to_owned());
            }
        }
    }

    fn arg(&mut self) -> Result<(Option<String>, Arg), String> {
        if let Some(value) = self.value()? {
            return Ok((None, value));
        }
        let word = self.word().ok_or("an argument is expected")?;
        if !self.take('=') {
            return Ok((None, Arg::Word(word)));
        }
        let value = self.value()?.or_else(|| self.word().map(Arg::Word));
        Ok((Some(word), value.ok_or("a value is expected after `=`")?))
    }

    fn value(&mut self) -> Result<Option<Arg>, String> {
        if let Some(text) = self.text()? {
            return Ok(Some(Arg::Text(text)));
        }
        if !self.take('[') {
            return Ok(None);
        }
        let mut list = Vec::new();
        loop {
            if self.take(']') {
                return Ok(Some(Arg::List(list)));
            }
            list.push(self.text()?.ok_or("a text in quotes is expected in the list")?);
            if !self.take(',') && !self.rest.starts_with(']') {
                return Err("`,` or `]` is expected".to_owned());
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keeps_positions() {
        let (sql, calls) = split("{{ Entity('listing') }} IS NOT NULL").expect("valid");
        assert_eq!(sql.find("IS"), Some(24));
        assert_eq!(calls[0].1.text(0, "name"), Some("listing"));
    }

    #[test]
    fn reads_methods_and_lists() {
        let call = parse_call("Metric('bookings', group_by=['listing']).descending(True)").expect("valid");
        assert_eq!(call.list("group_by"), ["listing"]);
        assert_eq!(call.method("descending"), Some("True"));
        assert!(parse_call("Dimension('a'").is_err());
    }
}
