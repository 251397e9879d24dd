//! Adds and removes sources in the text of a feeds.toml and leaves every other line as it was, byte for byte.
//!
//! The edits cut and insert at positions that the parser reports. They do not serialise a parsed document, which could
//! change comments, blank lines, line ends or the operator's layout.

use std::ops::Range;

use toml::Spanned;
use toml::de::{DeArray, DeTable, DeValue};

/// A source to add to feeds.toml. Its values are checked when the new text is parsed.
#[derive(Clone, PartialEq, Eq, Default, Debug)]
pub struct NewSource {
    /// Value of `url`.
    pub url: String,
    /// Value of `name`.
    pub name: Option<String>,
    /// Value of `title`.
    pub title: Option<String>,
    /// The title that the feed gives itself. It is not written to the file; the name is made from it if neither `name`
    /// nor `title` is given.
    pub feed_title: Option<String>,
    /// Value of `tags`.
    pub tags: Vec<String>,
    /// Value of `every`, such as `30m`.
    pub every: Option<String>,
}

impl NewSource {
    /// Returns `key = value` for each value that is given.
    fn pairs(&self) -> Vec<String> {
        let quoted = |text: &str| toml::Value::from(text).to_string();
        let pair = |key: &str, value: &str| format!("{key} = {}", quoted(value));
        let mut pairs = vec![pair("url", &self.url)];
        pairs.extend(self.name.as_deref().map(|name| pair("name", name)));
        pairs.extend(self.title.as_deref().map(|title| pair("title", title)));
        if !self.tags.is_empty() {
            let tags: Vec<String> = self.tags.iter().map(|tag| quoted(tag)).collect();
            pairs.push(format!("tags = [{}]", tags.join(", ")));
        }
        pairs.extend(self.every.as_deref().map(|every| pair("every", every)));
        pairs
    }
}

/// Returns `text`, which must be a valid feeds.toml, with `sources` added after the existing ones.
pub(super) fn append(text: &str, sources: &[NewSource]) -> String {
    let root = DeTable::parse(text).map(Spanned::into_inner).unwrap_or_default();
    match root.get("source").map(|value| (value.span(), value.get_ref())) {
        Some((span, DeValue::Array(list))) if is_inline(text, &span) => {
            append_inline(text, &span, list, sources)
        }
        _ => append_tables(text, sources),
    }
}

/// Returns `text`, which must be a valid feeds.toml, without its source number `index` (from 0), or `None` if there is
/// no such source.
///
/// Comments outside the source's own lines stay, even those right above its header: they may describe a group of
/// sources, and their author can remove them.
pub(super) fn remove(text: &str, index: usize) -> Option<String> {
    let root = DeTable::parse(text).ok()?.into_inner();
    let source = root.get("source")?.get_ref().as_array()?.get(index)?;
    let cuts = if is_inline(text, &source.span()) {
        vec![inline_cut(text, source.span())]
    } else {
        table_cuts(text, source)
    };
    Some(delete_ranges(text, &cuts))
}

/// Whether the source at `span` is written as an inline value (`{ … }`, `[ … ]`), not as a `[[source]]` table.
fn is_inline(text: &str, span: &Range<usize>) -> bool {
    text.get(span.clone()).is_some_and(|at| !at.starts_with("[["))
}

fn append_tables(text: &str, sources: &[NewSource]) -> String {
    let end = line_end(text);
    let mut text = text.to_owned();
    for source in sources {
        if !text.trim_start_matches('\u{feff}').is_empty() {
            text.push_str(if text.ends_with('\n') { "" } else { end });
            text.push_str(end);
        }
        for line in std::iter::once("[[source]]".to_owned()).chain(source.pairs()) {
            text.push_str(&line);
            text.push_str(end);
        }
    }
    text
}

/// Returns the line end that the file uses.
fn line_end(text: &str) -> &'static str {
    if text.split_once('\n').is_some_and(|(first, _)| first.ends_with('\r')) { "\r\n" } else { "\n" }
}

fn append_inline(text: &str, span: &Range<usize>, list: &DeArray<'_>, sources: &[NewSource]) -> String {
    let tables: Vec<String> =
        sources.iter().map(|source| format!("{{ {} }}", source.pairs().join(", "))).collect();
    let added = tables.join(", ");
    let (at, inserted) = match list.iter().last().map(|last| last.span().end) {
        None => (span.start + 1, added),
        Some(end) => match comma_after(text, end) {
            Some(comma) => (comma + 1, format!(" {added},")),
            None => (end, format!(", {added}")),
        },
    };
    let (before, after) = text.split_at_checked(at).unwrap_or((text, ""));
    format!("{before}{inserted}{after}")
}

/// Returns the range of a list element and the comma after it.
fn inline_cut(text: &str, element: Range<usize>) -> Range<usize> {
    let end = comma_after(text, element.end).map_or(element.end, |comma| comma + 1);
    let spaces = text.get(end..).unwrap_or_default();
    let spaces = spaces.len() - spaces.trim_start_matches([' ', '\t']).len();
    let cut = element.start..end + spaces;
    // A line that would be left blank is removed as a whole.
    let lines = whole_lines(text, &cut);
    let around = [text.get(lines.start..cut.start), text.get(cut.end..lines.end)];
    if around.iter().all(|part| part.is_some_and(|part| part.trim().is_empty())) { lines } else { cut }
}

/// Returns the position of the comma after a value that ends at `from`, if there is one. Comments may precede the
/// comma.
fn comma_after(text: &str, from: usize) -> Option<usize> {
    let mut in_comment = false;
    for (offset, c) in text.get(from..)?.char_indices() {
        match c {
            '\n' => in_comment = false,
            _ if in_comment => {}
            '#' => in_comment = true,
            ',' => return Some(from + offset),
            c if c.is_whitespace() => {}
            _ => return None,
        }
    }
    None
}

/// Returns the lines of a `[[source]]`, from its header to its last value. Its subtables (`[source.headers]`), which
/// may stand elsewhere, are included.
fn table_cuts(text: &str, source: &Spanned<DeValue<'_>>) -> Vec<Range<usize>> {
    let mut headers = vec![source.span()];
    let mut values = Vec::new();
    collect_spans(text, source.get_ref(), &mut headers, &mut values);
    headers.sort_by_key(|span| span.start);
    let cut_from = |(number, header): (usize, &Range<usize>)| {
        let next = headers.get(number + 1).map_or(text.len(), |next| next.start);
        let below = values.iter().filter(|value| (header.start..next).contains(&value.start));
        let end = below.map(|value| value.end).max().unwrap_or(header.end);
        whole_lines(text, &(header.start..end))
    };
    headers.iter().enumerate().map(cut_from).collect()
}

/// Collects the spans of the headers and of the values in a table.
fn collect_spans(
    text: &str,
    value: &DeValue<'_>,
    headers: &mut Vec<Range<usize>>,
    values: &mut Vec<Range<usize>>,
) {
    let DeValue::Table(table) = value else { return };
    for (key, value) in table {
        let span = value.span();
        let is_header = text.get(span.clone()).is_some_and(|at| at.starts_with('['));
        match value.get_ref() {
            DeValue::Table(_) if is_header => headers.push(span),
            _ => values.push(key.span().start..span.end),
        }
        collect_spans(text, value.get_ref(), headers, values);
    }
}

/// Extends `span` to whole lines, including the last line end.
fn whole_lines(text: &str, span: &Range<usize>) -> Range<usize> {
    let before = text.get(..span.start).unwrap_or_default();
    let after = text.get(span.end..).unwrap_or_default();
    let start = before.rfind('\n').map_or(0, |at| at + 1);
    let end = after.find('\n').map_or(text.len(), |at| span.end + at + 1);
    // A byte order mark belongs to the file, not to its first line.
    let mark = if start == 0 && text.starts_with('\u{feff}') { '\u{feff}'.len_utf8() } else { 0 };
    start + mark..end
}

/// Returns `text` without `cuts`, which are sorted. If a cut leaves two blank lines in a row, or a blank line at the
/// end of the file, one blank line is removed too.
fn delete_ranges(text: &str, cuts: &[Range<usize>]) -> String {
    let mut left = String::with_capacity(text.len());
    let mut offset = 0;
    for cut in cuts {
        left.push_str(text.get(offset..cut.start).unwrap_or_default());
        offset = cut.end;
        let rest = text.get(offset..).unwrap_or_default();
        let (next, _) = rest.split_once('\n').unwrap_or((rest, ""));
        let after_blank = left.trim_start_matches('\u{feff}').is_empty() || ends_with_blank_line(&left);
        if !rest.is_empty() && next.trim().is_empty() && after_blank {
            offset += (next.len() + 1).min(rest.len());
        } else if rest.is_empty() && ends_with_blank_line(&left) {
            let kept = left.strip_suffix("\r\n").or(left.strip_suffix('\n')).unwrap_or(&left).len();
            left.truncate(kept);
        }
    }
    left.push_str(text.get(offset..).unwrap_or_default());
    left
}

fn ends_with_blank_line(text: &str) -> bool {
    text.strip_suffix('\n')
        .is_some_and(|text| text.rsplit('\n').next().is_some_and(|line| line.trim().is_empty()))
}

#[cfg(test)]
mod tests;
