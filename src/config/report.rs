//! Gathers what is wrong while the file is walked, and turns byte offsets into places that people can find.

use std::ops::Range;
use std::path::Path;

use toml::Spanned;
use toml::de::DeValue;

use super::broken_line;
use super::error::{ConfigError, ConfigErrors, Underline};

/// Errors that are told; the rest are only counted. A person mends a handful at a time, and a file of
/// junk would otherwise fill the terminal and the log.
const MOST_ERRORS: usize = 1_000;

/// Characters of a line that are shown; a terminal is seldom wider, and a line can be megabytes long.
const MOST_LINE_CHARS: usize = 160;

/// What is wrong with a value, to be read after the name of its key: "must be at least `1s`".
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) struct Flaw {
    /// What is wrong: why.
    pub message: String,
    /// What would mend it.
    pub hint: Option<String>,
}

impl Flaw {
    /// Without a hint.
    pub(super) fn new(message: impl Into<String>) -> Self {
        Self { message: message.into(), hint: None }
    }

    /// With one.
    pub(super) fn with_hint(message: impl Into<String>, hint: impl Into<String>) -> Self {
        Self { message: message.into(), hint: Some(hint.into()) }
    }
}

/// What was found so far.
pub(super) struct Report<'a> {
    file: &'a Path,
    text: &'a str,
    /// Byte offsets of the line starts.
    lines: Vec<usize>,
    found: Vec<Finding>,
    left_out: usize,
    /// What must not be shown, and what is shown for it.
    secrets: Vec<(Range<usize>, String)>,
    /// Lines (from 0) with a syntax error: what is read there is a guess, so nothing else is said about them.
    guessed: Vec<usize>,
}

struct Finding {
    span: Range<usize>,
    flaw: Flaw,
    line: LineSyntax,
}

/// How far a line was understood.
#[derive(Clone, Copy, PartialEq, Eq)]
enum LineSyntax {
    /// Wholly: its secrets are known.
    Sound,
    /// It is not TOML.
    Broken,
}

impl<'a> Report<'a> {
    /// An empty one about `text`.
    pub(super) fn new(file: &'a Path, text: &'a str) -> Self {
        let lines = std::iter::once(0).chain(text.match_indices('\n').map(|(at, _)| at + 1)).collect();
        Self { file, text, lines, found: Vec::new(), left_out: 0, secrets: Vec::new(), guessed: Vec::new() }
    }

    /// Something is wrong at `span`.
    pub(super) fn add(&mut self, span: Range<usize>, flaw: Flaw) {
        if self.guessed.binary_search(&self.line_at(span.start)).is_err() {
            self.push(span, || flaw, LineSyntax::Sound);
        }
    }

    /// A key is not known. Unlike a value, a key is never guessed.
    pub(super) fn add_unknown(&mut self, span: Range<usize>, flaw: Flaw) {
        self.push(span, || flaw, LineSyntax::Sound);
    }

    /// The TOML itself is wrong at `span`. Only the first error of a line counts: the others follow from it.
    pub(super) fn add_syntax(&mut self, span: Range<usize>, flaw: impl FnOnce() -> Flaw) {
        let line = self.line_at(span.start);
        if let Err(place) = self.guessed.binary_search(&line) {
            self.guessed.insert(place, line);
            self.push(span, flaw, LineSyntax::Broken);
        }
    }

    /// Whether there was a syntax error: then what is missing may only have been misread.
    pub(super) fn is_guessing(&self) -> bool {
        !self.guessed.is_empty()
    }

    /// The strings in `value` are never shown.
    pub(super) fn hide(&mut self, value: &Spanned<DeValue<'_>>) {
        match value.get_ref() {
            DeValue::String(_) => self.hide_as(value.span(), "\"…\"".to_owned()),
            DeValue::Array(items) => items.iter().for_each(|item| self.hide(item)),
            DeValue::Table(table) => table.iter().for_each(|(_, item)| self.hide(item)),
            _ => {}
        }
    }

    /// `shown` is shown for what stands at `span`.
    pub(super) fn hide_as(&mut self, span: Range<usize>, shown: String) {
        self.secrets.push((span, shown));
    }

    /// The line that `offset` lies in, from 1.
    pub(super) fn line_number(&self, offset: usize) -> usize {
        self.line_at(offset) + 1
    }

    /// Everything that was found, in file order; `Ok` if nothing was.
    pub(super) fn finish(mut self) -> Result<(), ConfigErrors> {
        if self.found.is_empty() {
            return Ok(());
        }
        self.found.sort_by_key(|found| found.span.start);
        self.secrets.sort_by_key(|(span, _)| span.start);
        let errors = self.found.iter().map(|found| self.locate(found)).collect();
        Err(ConfigErrors::new(self.file.to_owned(), errors, self.left_out))
    }

    fn push(&mut self, span: Range<usize>, flaw: impl FnOnce() -> Flaw, line: LineSyntax) {
        if self.found.len() < MOST_ERRORS {
            self.found.push(Finding { span, flaw: flaw(), line });
        } else {
            self.left_out += 1;
        }
    }

    /// The line that `offset` lies in, from 0.
    fn line_at(&self, offset: usize) -> usize {
        self.lines.partition_point(|start| *start <= offset).saturating_sub(1)
    }

    /// The bytes of a line (from 0), its end left out.
    fn line_span(&self, line: usize) -> Range<usize> {
        let start = self.lines.get(line).copied().unwrap_or(self.text.len());
        let end = self.lines.get(line + 1).map_or(self.text.len(), |next| next - 1);
        let text = self.text.get(start..end).unwrap_or_default();
        // A byte order mark is no character that an editor counts.
        let start =
            if line == 0 && text.starts_with('\u{feff}') { start + '\u{feff}'.len_utf8() } else { start };
        start..start.max(end - usize::from(text.ends_with('\r')))
    }

    fn locate(&self, found: &Finding) -> ConfigError {
        let line = self.line_at(found.span.start);
        let bytes = self.line_span(line);
        let start = found.span.start.clamp(bytes.start, bytes.end);
        let end = found.span.end.clamp(start, bytes.end);
        let column = self.chars(bytes.start..start) + 1;
        let shown = if found.line == LineSyntax::Broken {
            broken_line::without_secrets(self.text, &bytes)
        } else {
            None
        };
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
            message: found.flaw.message.clone(),
            line_text: Some(line_text),
            hint: found.flaw.hint.clone(),
            underline,
        }
    }

    fn chars(&self, bytes: Range<usize>) -> usize {
        self.text.get(bytes).map_or(0, |text| text.chars().count())
    }

    /// The line with its secrets hidden, cut to a bearable length around `at`.
    fn show(&self, line: &Range<usize>, at: &Range<usize>) -> (String, Underline) {
        let hidden = self.secrets.iter().map(|(span, _)| span).find(|span| span.contains(&at.start));
        let from = hidden.map_or(at.start, |span| span.start.max(line.start));
        let underline = Underline {
            start: self.redacted(line.start..from).chars().count(),
            length: self.redacted(from..at.end.max(from)).chars().count().max(1),
        };
        cut(&self.redacted(line.clone()), underline)
    }

    /// What stands at `bytes`, its secrets hidden.
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

/// At most [`MOST_LINE_CHARS`] of `text`, such that the underlined part is seen.
fn cut(text: &str, underline: Underline) -> (String, Underline) {
    // A terminal would obey control characters; a tab would move the line away from its carets.
    let printable = |c: char| match c {
        '\t' => ' ',
        c if c.is_control() => char::REPLACEMENT_CHARACTER,
        c => c,
    };
    let text: String = text.chars().map(printable).collect();
    let length = text.chars().count();
    if length <= MOST_LINE_CHARS {
        return (text, underline);
    }
    // A third before, the rest after: what leads to an error says more than what follows it.
    let from = underline.start.saturating_sub(MOST_LINE_CHARS / 3);
    let mut shown: String = text.chars().skip(from).take(MOST_LINE_CHARS).collect();
    if from + MOST_LINE_CHARS < length {
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
