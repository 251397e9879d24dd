//! Adds and removes sources in the text of a feeds.toml. The text around them stays as it is, byte for byte, except that a
//! removal may also take a blank line next to the lines that it cuts, and that an addition removes an empty `source = []`.
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
    /// Value of `schedule`.
    pub schedule: Option<String>,
    /// Whether `enabled = false` is written.
    pub is_disabled: bool,
    /// Whether `private = true` is written.
    pub is_private: bool,
}

impl NewSource {
    /// Returns `key = value` for each value that is given.
    fn key_value_pairs(&self) -> Vec<String> {
        let quoted = |text: &str| toml::Value::from(text).to_string();
        let pair = |key: &str, value: &str| format!("{key} = {}", quoted(value));
        let mut key_value_pairs = vec![pair("url", &self.url)];
        key_value_pairs.extend(self.name.as_deref().map(|name| pair("name", name)));
        key_value_pairs.extend(self.title.as_deref().map(|title| pair("title", title)));
        if !self.tags.is_empty() {
            let tags: Vec<String> = self.tags.iter().map(|tag| quoted(tag)).collect();
            key_value_pairs.push(format!("tags = [{}]", tags.join(", ")));
        }
        key_value_pairs.extend(self.every.as_deref().map(|every| pair("every", every)));
        key_value_pairs.extend(self.schedule.as_deref().map(|schedule| pair("schedule", schedule)));
        key_value_pairs.extend(self.is_disabled.then(|| "enabled = false".to_owned()));
        key_value_pairs.extend(self.is_private.then(|| "private = true".to_owned()));
        key_value_pairs
    }
}

/// Returns `text`, which must be a valid feeds.toml, with `sources` added after the existing ones.
pub(super) fn append(text: &str, sources: &[NewSource]) -> String {
    let root = DeTable::parse(text).map(Spanned::into_inner).unwrap_or_default();
    match root.get("source").map(|value| (value.span(), value.get_ref())) {
        Some((span, DeValue::Array(list))) if is_inline(text, &span) && list.is_empty() => {
            // The operator wrote the empty list for a file without sources. It is removed, because the tables that are added
            // can't stand beside it. (An inline list would be harder to edit.)
            append_tables(&delete_ranges(text, &[whole_lines(text, &span)]), sources)
        }
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

/// Returns whether the value at `span` is written inline (`{ … }`, `[ … ]`) and not as `[[source]]` tables.
fn is_inline(text: &str, span: &Range<usize>) -> bool {
    text.get(span.clone()).is_some_and(|written| !written.starts_with("[["))
}

fn append_tables(text: &str, sources: &[NewSource]) -> String {
    let line_end = line_end(text);
    let mut text = text.to_owned();
    for source in sources {
        if !text.trim_start_matches('\u{feff}').is_empty() {
            text.push_str(if text.ends_with('\n') { "" } else { line_end });
            text.push_str(line_end);
        }
        for line in std::iter::once("[[source]]".to_owned()).chain(source.key_value_pairs()) {
            text.push_str(&line);
            text.push_str(line_end);
        }
    }
    text
}

/// Returns the line end of the file's first line.
pub(super) fn line_end(text: &str) -> &'static str {
    if text.split_once('\n').is_some_and(|(first, _)| first.ends_with('\r')) { "\r\n" } else { "\n" }
}

fn append_inline(text: &str, span: &Range<usize>, list: &DeArray<'_>, sources: &[NewSource]) -> String {
    let tables: Vec<String> =
        sources.iter().map(|source| format!("{{ {} }}", source.key_value_pairs().join(", "))).collect();
    let new_elements = tables.join(", ");
    let (insert_at, inserted) = match list.iter().last().map(|last| last.span().end) {
        None => (span.start + 1, new_elements),
        Some(end) => match comma_after(text, end) {
            Some(comma) => (comma + 1, format!(" {new_elements},")),
            None => (end, format!(", {new_elements}")),
        },
    };
    let (before, after) = text.split_at_checked(insert_at).unwrap_or((text, ""));
    format!("{before}{inserted}{after}")
}

/// Returns the range to cut for a list element: the element, the comma and the spaces after it.
fn inline_cut(text: &str, element: Range<usize>) -> Range<usize> {
    let end = comma_after(text, element.end).map_or(element.end, |comma| comma + 1);
    let spaces = text.get(end..).unwrap_or_default();
    let spaces = spaces.len() - spaces.trim_start_matches([' ', '\t']).len();
    let cut = element.start..end + spaces;
    // A line that would be left blank is removed as a whole.
    let lines = whole_lines(text, &cut);
    let rest_of_lines = [text.get(lines.start..cut.start), text.get(cut.end..lines.end)];
    if rest_of_lines.iter().all(|part| part.is_some_and(|part| part.trim().is_empty())) { lines } else { cut }
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

/// Returns the ranges to cut for a `[[source]]`: its lines from the header to the last value. Its subtables
/// (`[source.headers]`), which may stand elsewhere, are ranges of their own.
fn table_cuts(text: &str, source: &Spanned<DeValue<'_>>) -> Vec<Range<usize>> {
    let mut table_headers = vec![source.span()];
    let mut key_values = Vec::new();
    collect_spans(text, source.get_ref(), &mut table_headers, &mut key_values);
    table_headers.sort_by_key(|span| span.start);
    let cut_of = |(index, header): (usize, &Range<usize>)| {
        let next = table_headers.get(index + 1).map_or(text.len(), |next| next.start);
        let values_below = key_values.iter().filter(|value| (header.start..next).contains(&value.start));
        let end = values_below.map(|value| value.end).max().unwrap_or(header.end);
        whole_lines(text, &(header.start..end))
    };
    table_headers.iter().enumerate().map(cut_of).collect()
}

/// Collects the spans of the table headers (`[source.headers]`) and of the `key = value` pairs in a table.
fn collect_spans(
    text: &str,
    value: &DeValue<'_>,
    table_headers: &mut Vec<Range<usize>>,
    key_values: &mut Vec<Range<usize>>,
) {
    let DeValue::Table(table) = value else { return };
    for (key, value) in table {
        let span = value.span();
        let is_header = text.get(span.clone()).is_some_and(|written| written.starts_with('['));
        match value.get_ref() {
            DeValue::Table(_) if is_header => table_headers.push(span),
            _ => key_values.push(key.span().start..span.end),
        }
        collect_spans(text, value.get_ref(), table_headers, key_values);
    }
}

/// Extends `span` to whole lines, including the last line end.
fn whole_lines(text: &str, span: &Range<usize>) -> Range<usize> {
    let before = text.get(..span.start).unwrap_or_default();
    let after = text.get(span.end..).unwrap_or_default();
    let start = before.rfind('\n').map_or(0, |line_feed| line_feed + 1);
    let end = after.find('\n').map_or(text.len(), |line_feed| span.end + line_feed + 1);
    // A byte order mark belongs to the file, not to its first line.
    let bom_length = if start == 0 && text.starts_with('\u{feff}') { '\u{feff}'.len_utf8() } else { 0 };
    start + bom_length..end
}

/// Returns `text` without `cuts`, which are sorted. If a cut leaves two blank lines in a row, or one at the start or the
/// end of the file, one is removed too.
fn delete_ranges(text: &str, cuts: &[Range<usize>]) -> String {
    let mut kept = String::with_capacity(text.len());
    let mut offset = 0;
    for cut in cuts {
        kept.push_str(text.get(offset..cut.start).unwrap_or_default());
        offset = cut.end;
        let rest = text.get(offset..).unwrap_or_default();
        let (next, _) = rest.split_once('\n').unwrap_or((rest, ""));
        let after_blank = kept.trim_start_matches('\u{feff}').is_empty() || ends_with_blank_line(&kept);
        if !rest.is_empty() && next.trim().is_empty() && after_blank {
            offset += (next.len() + 1).min(rest.len());
        } else if rest.is_empty() && ends_with_blank_line(&kept) {
            let kept_length = kept.strip_suffix("\r\n").or(kept.strip_suffix('\n')).unwrap_or(&kept).len();
            kept.truncate(kept_length);
        }
    }
    kept.push_str(text.get(offset..).unwrap_or_default());
    kept
}

fn ends_with_blank_line(text: &str) -> bool {
    text.strip_suffix('\n')
        .is_some_and(|text| text.rsplit('\n').next().is_some_and(|line| line.trim().is_empty()))
}

#[cfg(test)]
mod tests;
