//! Collects the problems of feeds.toml while it is read, and finds the line and column of each.

use std::ops::Range;
use std::path::Path;

use toml::Spanned;
use toml::de::DeValue;

use super::error::{ConfigError, ConfigErrors, Underline};
use super::invalid_line;
use super::problem::Problem;

/// How many errors are shown; the others are only counted. A person fixes a handful at a time, and a file of junk would
/// otherwise fill the terminal and the log.
const MAX_ERRORS: usize = 1_000;

/// How many characters of a line are shown. Few terminals are wider, and a line can be megabytes long.
const MAX_LINE_CHARS: usize = 160;

/// The problems found so far.
pub(super) struct Diagnostics<'a> {
    file: &'a Path,
    text: &'a str,
    /// Byte offsets at which the lines start.
    lines: Vec<usize>,
    entries: Vec<Diagnostic>,
    omitted: usize,
    /// Parts of the file that are never shown, each with the text that replaces it.
    secrets: Vec<(Range<usize>, String)>,
    /// Lines (from 0) with a syntax error, sorted. Their values are guesses, so no other problem is reported there.
    invalid_lines: Vec<usize>,
}

struct Diagnostic {
    span: Range<usize>,
    problem: Problem,
    line: LineSyntax,
}

/// Whether a line is valid TOML.
#[derive(Clone, Copy, PartialEq, Eq)]
enum LineSyntax {
    /// The line is valid TOML, so it is known where its secrets are.
    Valid,
    /// The line is not valid TOML.
    Invalid,
}

impl<'a> Diagnostics<'a> {
    /// Starts an empty collection for the file `file` with the contents `text`.
    pub(super) fn new(file: &'a Path, text: &'a str) -> Self {
        let lines = std::iter::once(0).chain(text.match_indices('\n').map(|(at, _)| at + 1)).collect();
        Self {
            file,
            text,
            lines,
            entries: Vec::new(),
            omitted: 0,
            secrets: Vec::new(),
            invalid_lines: Vec::new(),
        }
    }

    /// Adds a problem at `span`, unless its line has a syntax error.
    pub(super) fn add(&mut self, span: Range<usize>, problem: Problem) {
        if self.invalid_lines.binary_search(&self.line_at(span.start)).is_err() {
            self.push(span, || problem, LineSyntax::Valid);
        }
    }

    /// Adds a problem with the value of `key`; the message then starts with the key.
    pub(super) fn add_for_key(&mut self, key: &str, span: Range<usize>, problem: Problem) {
        self.add(span, Problem { message: format!("`{key}` {}", problem.message), hint: problem.hint });
    }

    /// Adds a problem with an unknown key, even on a line with a syntax error: only values are guessed there, not keys.
    pub(super) fn add_unknown_key(&mut self, span: Range<usize>, problem: Problem) {
        self.push(span, || problem, LineSyntax::Valid);
    }

    /// Adds a syntax error at `span`. Only the first one of a line counts, because the others follow from it.
    pub(super) fn add_syntax(&mut self, span: Range<usize>, problem: impl FnOnce() -> Problem) {
        let line = self.line_at(span.start);
        if let Err(place) = self.invalid_lines.binary_search(&line) {
            self.invalid_lines.insert(place, line);
            self.push(span, problem, LineSyntax::Invalid);
        }
    }

    /// Whether the file has a syntax error. Something that seems to be missing may then only have been misread.
    pub(super) fn has_syntax_errors(&self) -> bool {
        !self.invalid_lines.is_empty()
    }

    /// Marks the strings in `value` as secret: they are never shown.
    pub(super) fn hide(&mut self, value: &Spanned<DeValue<'_>>) {
        match value.get_ref() {
            DeValue::String(_) => self.hide_as(value.span(), "\"…\"".to_owned()),
            DeValue::Array(items) => items.iter().for_each(|item| self.hide(item)),
            DeValue::Table(table) => table.iter().for_each(|(_, item)| self.hide(item)),
            _ => {}
        }
    }

    /// Makes error messages show `shown` instead of the text at `span`.
    pub(super) fn hide_as(&mut self, span: Range<usize>, shown: String) {
        self.secrets.push((span, shown));
    }

    /// Returns the number (from 1) of the line that contains `offset`.
    pub(super) fn line_number(&self, offset: usize) -> usize {
        self.line_at(offset) + 1
    }

    /// Returns all problems in file order, or `Ok` if there are none.
    pub(super) fn finish(mut self) -> Result<(), ConfigErrors> {
        if self.entries.is_empty() {
            return Ok(());
        }
        self.entries.sort_by_key(|found| found.span.start);
        self.secrets.sort_by_key(|(span, _)| span.start);
        let errors = self.entries.iter().map(|found| self.locate(found)).collect();
        Err(ConfigErrors::new(self.file.to_owned(), errors, self.omitted))
    }

    fn push(&mut self, span: Range<usize>, problem: impl FnOnce() -> Problem, line: LineSyntax) {
        if self.entries.len() < MAX_ERRORS {
            self.entries.push(Diagnostic { span, problem: problem(), line });
        } else {
            self.omitted += 1;
        }
    }

    /// Returns the number (from 0) of the line that contains `offset`.
    fn line_at(&self, offset: usize) -> usize {
        self.lines.partition_point(|start| *start <= offset).saturating_sub(1)
    }

    /// Returns the bytes of a line (from 0) without its line end.
    fn line_span(&self, line: usize) -> Range<usize> {
        let start = self.lines.get(line).copied().unwrap_or(self.text.len());
        let end = self.lines.get(line + 1).map_or(self.text.len(), |next| next - 1);
        let text = self.text.get(start..end).unwrap_or_default();
        // Editors do not count the byte order mark as a character.
        let start =
            if line == 0 && text.starts_with('\u{feff}') { start + '\u{feff}'.len_utf8() } else { start };
        start..start.max(end - usize::from(text.ends_with('\r')))
    }

    fn locate(&self, found: &Diagnostic) -> ConfigError {
        let line = self.line_at(found.span.start);
        let bytes = self.line_span(line);
        let start = found.span.start.clamp(bytes.start, bytes.end);
        let end = found.span.end.clamp(start, bytes.end);
        let column = self.chars(bytes.start..start) + 1;
        let shown =
            if found.line == LineSyntax::Invalid { invalid_line::redacted(self.text, &bytes) } else { None };
        let (line_text, underline) = match shown {
            Some(text) => {
                let start = (column - 1).min(text.chars().count());
                cut(&text, Underline { start, length: 1 })
            }
            None => self.show(&bytes, &(start..end)),
        };
        ConfigError {
            file: self.file.to_owned(),
            line: Some(line + 1),
            column: Some(column),
            message: found.problem.message.clone(),
            line_text: Some(line_text),
            hint: found.problem.hint.clone(),
            underline,
        }
    }

    fn chars(&self, bytes: Range<usize>) -> usize {
        self.text.get(bytes).map_or(0, |text| text.chars().count())
    }

    /// Returns the line, shortened around `at` and without its secrets, and what to underline in it.
    fn show(&self, line: &Range<usize>, at: &Range<usize>) -> (String, Underline) {
        let hidden = self.secrets.iter().map(|(span, _)| span).find(|span| span.contains(&at.start));
        let from = hidden.map_or(at.start, |span| span.start.max(line.start));
        let underline = Underline {
            start: self.redacted(line.start..from).chars().count(),
            length: self.redacted(from..at.end.max(from)).chars().count().max(1),
        };
        cut(&self.redacted(line.clone()), underline)
    }

    /// Returns the text at `bytes` with its secrets replaced.
    fn redacted(&self, bytes: Range<usize>) -> String {
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

/// Shortens `text` to [`MAX_LINE_CHARS`] around its underlined part.
fn cut(text: &str, underline: Underline) -> (String, Underline) {
    // A terminal would obey control characters, and a tab would shift the line away from its carets.
    let printable = |c: char| match c {
        '\t' => ' ',
        c if c.is_control() => char::REPLACEMENT_CHARACTER,
        c => c,
    };
    let text: String = text.chars().map(printable).collect();
    let length = text.chars().count();
    if length <= MAX_LINE_CHARS {
        return (text, underline);
    }
    // A third of the room goes to what precedes the error, since that explains more than what follows.
    let from = underline.start.saturating_sub(MAX_LINE_CHARS / 3);
    let mut shown: String = text.chars().skip(from).take(MAX_LINE_CHARS).collect();
    if from + MAX_LINE_CHARS < length {
        shown.push('…');
    }
    let mut start = underline.start - from;
    if from > 0 {
        shown.insert(0, '…');
        start += 1;
    }
    let room = shown.chars().count().saturating_sub(start).max(1);
    (shown, Underline { start, length: underline.length.min(room) })
}
