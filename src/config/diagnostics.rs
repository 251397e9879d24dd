//! Collects the problems of feeds.toml while it is read, and finds the line and column of each.

use std::ops::Range;
use std::path::Path;

use toml::Spanned;
use toml::de::DeValue;
use url::Url;

use super::error::{ConfigError, ConfigErrors, Underline};
use super::invalid_line;
use super::problem::Problem;
use crate::model::RedactedUrl;

/// At most this many errors are shown; the others are only counted. A person fixes a handful at a time, and a file of junk
/// would otherwise fill the terminal and the log.
const MAX_ERRORS: usize = 1_000;

/// At most this many characters of a line are shown. Few terminals are wider, and a line can be megabytes long.
const MAX_LINE_CHARS: usize = 160;

/// The problems of a file that were found so far.
pub(super) struct Diagnostics<'a> {
    file: &'a Path,
    text: &'a str,
    /// Byte offsets at which the lines start.
    lines: Vec<usize>,
    diagnostics: Vec<Diagnostic>,
    omitted: usize,
    /// Parts of the file that are never shown, each with the text that replaces it.
    secrets: Vec<(Range<usize>, String)>,
    /// Addresses, which may have secrets. They are looked for only where a problem shows the line, because that takes longer
    /// than the rest of reading a source.
    addresses: Vec<(Range<usize>, String)>,
    /// Lines (from 0) with a syntax error, sorted. Their values are guesses, so the only other problems reported there are
    /// unknown keys.
    invalid_lines: Vec<usize>,
}

/// A problem and its place in the file.
struct Diagnostic {
    span: Range<usize>,
    problem: Problem,
    line: LineSyntax,
}

/// Whether the line of a problem is shown as valid TOML.
#[derive(Clone, Copy, PartialEq, Eq)]
enum LineSyntax {
    /// It is known where the secrets of the line are, and only they are hidden.
    Valid,
    /// It is not known where the secrets of the line are, so [`invalid_line`] decides what is shown.
    Invalid,
}

impl<'a> Diagnostics<'a> {
    /// Starts an empty collection for the file `file` with the contents `text`.
    pub(super) fn new(file: &'a Path, text: &'a str) -> Self {
        let lines =
            std::iter::once(0).chain(text.match_indices('\n').map(|(line_feed, _)| line_feed + 1)).collect();
        Self {
            file,
            text,
            lines,
            diagnostics: Vec::new(),
            omitted: 0,
            secrets: Vec::new(),
            addresses: Vec::new(),
            invalid_lines: Vec::new(),
        }
    }

    /// Adds a problem at `span`, unless its line has a syntax error.
    pub(super) fn add(&mut self, span: Range<usize>, problem: Problem) {
        self.add_with(span, || problem);
    }

    /// Does the same as [`Self::add`], and makes the problem only if it is shown.
    pub(super) fn add_with(&mut self, span: Range<usize>, problem: impl FnOnce() -> Problem) {
        if self.invalid_lines.binary_search(&self.line_at(span.start)).is_err() {
            self.push(span, problem, LineSyntax::Valid);
        }
    }

    /// Returns whether further problems are only counted.
    pub(super) fn is_full(&self) -> bool {
        self.diagnostics.len() >= MAX_ERRORS
    }

    /// Adds a problem with the value of `key`. The message starts with the key.
    pub(super) fn add_for_key(&mut self, key: &str, span: Range<usize>, problem: Problem) {
        self.add(span, Problem { message: format!("`{key}` {}", problem.message), hint: problem.hint });
    }

    /// Adds a problem with an unknown key, even on a line with a syntax error: only values are guessed there, not keys.
    /// The problem is made only if it is shown.
    pub(super) fn add_unknown_key(&mut self, span: Range<usize>, problem: impl FnOnce() -> Problem) {
        self.push(span, problem, LineSyntax::Valid);
    }

    /// Adds a syntax error at `span`. Only the first syntax error of a line is added, because the others follow from it.
    pub(super) fn add_syntax(&mut self, span: Range<usize>, problem: impl FnOnce() -> Problem) {
        let line = self.line_at(span.start);
        if let Err(index) = self.invalid_lines.binary_search(&line) {
            self.invalid_lines.insert(index, line);
            self.push(span, problem, LineSyntax::Invalid);
        }
    }

    /// Returns whether the file has a syntax error. Something that seems to be missing may then only have been misread.
    pub(super) fn has_syntax_errors(&self) -> bool {
        !self.invalid_lines.is_empty()
    }

    /// Marks the strings, numbers and dates in `value` as secret: they are never shown.
    pub(super) fn hide(&mut self, value: &Spanned<DeValue<'_>>) {
        match value.get_ref() {
            DeValue::String(_) => self.hide_as(value.span(), "\"…\"".to_owned()),
            DeValue::Array(items) => items.iter().for_each(|item| self.hide(item)),
            DeValue::Table(table) => table.iter().for_each(|(_, item)| self.hide(item)),
            DeValue::Integer(_) | DeValue::Float(_) | DeValue::Datetime(_) => {
                self.hide_as(value.span(), "…".to_owned());
            }
            DeValue::Boolean(_) => {}
        }
    }

    /// Hides the secrets of an address.
    pub(super) fn hide_address(&mut self, value: &Spanned<DeValue<'_>>) {
        self.addresses.extend(value.get_ref().as_str().map(|address| (value.span(), address.to_owned())));
    }

    /// Returns the text of the file at `span`.
    pub(super) fn source_text(&self, span: &Range<usize>) -> &'a str {
        self.text.get(span.clone()).unwrap_or_default()
    }

    /// Makes error messages show `shown` instead of the text at `span`.
    pub(super) fn hide_as(&mut self, span: Range<usize>, shown: String) {
        self.secrets.push((span, shown));
    }

    /// Returns the number (from 1) of the line that contains `offset`.
    pub(super) fn line_number(&self, offset: usize) -> usize {
        self.line_at(offset) + 1
    }

    /// Fails if there are problems. The error lists them in file order.
    pub(super) fn finish(mut self) -> Result<(), ConfigErrors> {
        if self.diagnostics.is_empty() {
            return Ok(());
        }
        self.diagnostics.sort_by_key(|diagnostic| diagnostic.span.start);
        self.forget_unshown_secrets();
        let hidden = |(span, address): (_, String)| Some((span, hide_secrets(&address)?));
        self.secrets.extend(std::mem::take(&mut self.addresses).into_iter().filter_map(hidden));
        self.secrets.sort_by_key(|(span, _)| span.start);
        let errors = self.diagnostics.iter().map(|diagnostic| self.locate(diagnostic)).collect();
        Err(ConfigErrors::new(self.file.to_owned(), errors, self.omitted))
    }

    /// Forgets the secrets that are on no line that is shown. A file of junk has hundreds of thousands of them.
    fn forget_unshown_secrets(&mut self) {
        let lines: Vec<Range<usize>> = self
            .diagnostics
            .iter()
            .map(|diagnostic| self.line_span(self.line_at(diagnostic.span.start)))
            .collect();
        let is_shown = |(secret, _): &(Range<usize>, String)| {
            // The problems are sorted, and so are their lines.
            let first = lines.partition_point(|line| line.end <= secret.start);
            lines.get(first).is_some_and(|line| line.start < secret.end)
        };
        self.secrets.retain(is_shown);
        self.addresses.retain(is_shown);
    }

    fn push(&mut self, span: Range<usize>, problem: impl FnOnce() -> Problem, line: LineSyntax) {
        if self.is_full() {
            self.omitted += 1;
        } else {
            self.diagnostics.push(Diagnostic { span, problem: problem(), line });
        }
    }

    /// Returns the number (from 0) of the line that contains `offset`.
    fn line_at(&self, offset: usize) -> usize {
        self.lines.partition_point(|start| *start <= offset).saturating_sub(1)
    }

    /// Returns the byte range of line number `line` (from 0), without its line end.
    fn line_span(&self, line: usize) -> Range<usize> {
        let start = self.lines.get(line).copied().unwrap_or(self.text.len());
        let end = self.lines.get(line + 1).map_or(self.text.len(), |next| next - 1);
        let text = self.text.get(start..end).unwrap_or_default();
        // Editors do not count the byte order mark as a character.
        let start =
            if line == 0 && text.starts_with('\u{feff}') { start + '\u{feff}'.len_utf8() } else { start };
        start..start.max(end - usize::from(text.ends_with('\r')))
    }

    /// Makes the error that the operator sees: with line and column, and the text of the line without its secrets.
    fn locate(&self, diagnostic: &Diagnostic) -> ConfigError {
        let line = self.line_at(diagnostic.span.start);
        let bytes = self.line_span(line);
        let start = diagnostic.span.start.clamp(bytes.start, bytes.end);
        let end = diagnostic.span.end.clamp(start, bytes.end);
        let column = self.chars(bytes.start..start) + 1;
        let redacted_line = if diagnostic.line == LineSyntax::Invalid {
            invalid_line::redact(self.text, &bytes)
        } else {
            None
        };
        let (line_text, underline) = match redacted_line {
            Some(text) => {
                let start = (column - 1).min(text.chars().count());
                shorten_line(&text, Underline { start, length: 1 })
            }
            None => self.show(&bytes, &(start..end)),
        };
        ConfigError {
            file: self.file.to_owned(),
            line: Some(line + 1),
            column: Some(column),
            message: diagnostic.problem.message.clone(),
            line_text: Some(line_text),
            hint: diagnostic.problem.hint.clone(),
            underline,
        }
    }

    /// Returns the number of characters at `bytes`.
    fn chars(&self, bytes: Range<usize>) -> usize {
        self.text.get(bytes).map_or(0, |text| text.chars().count())
    }

    /// Returns the line, shortened around `span` and without its secrets, and what to underline in it.
    fn show(&self, line: &Range<usize>, span: &Range<usize>) -> (String, Underline) {
        let secret =
            self.secrets.iter().map(|(secret, _)| secret).find(|secret| secret.contains(&span.start));
        let start = secret.map_or(span.start, |secret| secret.start.max(line.start));
        let underline = Underline {
            start: self.redact(line.start..start).chars().count(),
            length: self.redact(start..span.end.max(start)).chars().count().max(1),
        };
        shorten_line(&self.redact(line.clone()), underline)
    }

    /// Returns the text at `bytes` with its secrets replaced.
    fn redact(&self, bytes: Range<usize>) -> String {
        let mut text = String::new();
        let mut offset = bytes.start;
        let overlapping =
            self.secrets.iter().filter(|(span, _)| span.start < bytes.end && span.end > bytes.start);
        for (span, shown) in overlapping {
            if span.end > offset {
                text.push_str(self.text.get(offset..span.start.max(offset)).unwrap_or_default());
                text.push_str(shown);
                offset = span.end.min(bytes.end);
            }
        }
        text.push_str(self.text.get(offset..bytes.end).unwrap_or_default());
        text
    }
}

/// Returns what is shown instead of an address with secrets, or `None` if it has none.
fn hide_secrets(address: &str) -> Option<String> {
    match Url::parse(address.trim()) {
        Ok(url) if url.has_host() => {
            let without_secrets = RedactedUrl(&url).to_string();
            (without_secrets != url.as_str()).then(|| format!("\"{without_secrets}\""))
        }
        Err(_) if address.contains(['@', '?']) => Some("\"…\"".to_owned()),
        _ => None,
    }
}

/// Shortens `text` to [`MAX_LINE_CHARS`] around its underlined part.
fn shorten_line(text: &str, underline: Underline) -> (String, Underline) {
    // A terminal would obey control characters, and a tab would shift the line away from its carets.
    let to_printable = |c: char| match c {
        '\t' => ' ',
        c if c.is_control() => char::REPLACEMENT_CHARACTER,
        c => c,
    };
    let text: String = text.chars().map(to_printable).collect();
    let length = text.chars().count();
    if length <= MAX_LINE_CHARS {
        return (text, underline);
    }
    // A third of the room goes to what precedes the error, since that explains more than what follows.
    let from = underline.start.saturating_sub(MAX_LINE_CHARS / 3);
    let mut part: String = text.chars().skip(from).take(MAX_LINE_CHARS).collect();
    if from + MAX_LINE_CHARS < length {
        part.push('…');
    }
    let mut start = underline.start - from;
    if from > 0 {
        part.insert(0, '…');
        start += 1;
    }
    let room = part.chars().count().saturating_sub(start).max(1);
    (part, Underline { start, length: underline.length.min(room) })
}
