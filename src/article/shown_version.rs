//! What a reader sees of a version of an entry, and its lines.

use std::cell::OnceCell;

use crate::text::html::{ShownLine, shown_lines};

/// A version of an entry, as far as a reader sees it.
#[derive(Clone, Copy, Debug)]
pub struct ShownVersion<'a> {
    /// The title.
    pub title: &'a str,
    /// The summary and the content, as sanitised HTML.
    pub texts: [Option<&'a str>; 2],
    /// The addresses of the attached files.
    pub files: &'a [&'a str],
}

/// A version whose texts are split into lines once, when a rule needs them.
#[derive(Debug)]
pub struct SplitVersion<'a> {
    /// The version.
    pub shown: ShownVersion<'a>,
    /// The lines of the summary and of the content.
    lines: [OnceCell<Vec<ShownLine>>; 2],
}

impl<'a> SplitVersion<'a> {
    /// Returns a version whose texts are not split yet.
    pub const fn of(shown: ShownVersion<'a>) -> Self {
        Self { shown, lines: [const { OnceCell::new() }; 2] }
    }

    /// Returns the lines of the summary.
    pub fn summary(&self) -> Option<&[ShownLine]> {
        let ([html, _], [lines, _]) = (self.shown.texts, &self.lines);
        html.map(|html| lines.get_or_init(|| shown_lines(html)).as_slice())
    }

    /// Returns the lines of the content.
    pub fn content(&self) -> Option<&[ShownLine]> {
        let ([_, html], [_, lines]) = (self.shown.texts, &self.lines);
        html.map(|html| lines.get_or_init(|| shown_lines(html)).as_slice())
    }

    /// Returns the lines of the text, if there is only one.
    pub fn only_text(&self) -> Option<&[ShownLine]> {
        match self.shown.texts {
            [Some(_), None] => self.summary(),
            [None, Some(_)] => self.content(),
            _ => None,
        }
    }
}
