//! From tags as they come to elements that nest: what browsers do while they parse, done before anything goes out.
//!
//! The rules are those of the HTML standard's rewriter construction (§13.2.6) for the elements of the list, except where it
//! moves content about: text between the rows of a table gets a cell of its own description of a place before the table,
//! and an element that ends inside another takes that one with it. Nothing is lost by either.

mod closing;
mod tables;

use url::Url;

use super::elements::{self, Element, MathPart, Nesting, TablePart};
use super::tokens::{HtmlTag, HtmlToken, HtmlTokens, is_space, lower};
use super::{MAX_LENGTH, RewrittenHtml, attributes, text};

/// Deepest nesting that is kept; deeper elements lose their tags, not their content. Newsletters made of tables in
/// tables reach 60; parsers and browsers behind us recurse.
const MAX_DEPTH: usize = 100;

/// What a table needs below itself: section, row, cell, and one element in it.
const TABLE_DEPTH: usize = 4;

/// Most elements that are written. The boundary's parser holds them all in memory, some 400 bytes each with its text, so
/// it is they that cost and not the length: 55 MB. The richest article in a corpus of 203 real feeds has 13 652.
const MAX_ELEMENTS: usize = 1 << 17;

/// What a picture or a player says, in bytes of text.
const MEDIA_TEXT_BYTES: usize = 100;

/// Most formatting elements that are opened again in the next block.
const MAX_REOPENED: usize = 8;

/// Where the output is cut: what is left of [`MAX_LENGTH`] then closes the open elements.
const MAX_OUTPUT: usize = MAX_LENGTH - MAX_DEPTH * "</blockquote>".len();

/// The fragment with allow-listed, closed, properly nested elements; `None` where nothing is left to show.
///
/// What a page hides goes, unless that is more than it shows: then a script of the site would show it.
pub(super) fn rewrite(html: &str, base: Option<&Url>) -> Option<RewrittenHtml> {
    let rewriter = rewrite_once(html, base, false);
    let rewriter =
        if rewriter.hidden_bytes > rewriter.shown_bytes { rewrite_once(html, base, true) } else { rewriter };
    (rewriter.shown_bytes > 0).then_some(RewrittenHtml { html: rewriter.out, is_cut: rewriter.is_cut })
}

fn rewrite_once<'a>(html: &str, base: Option<&'a Url>, keeps_hidden: bool) -> Rewriter<'a> {
    let out = String::with_capacity(html.len().min(MAX_LENGTH));
    let mut rewriter = Rewriter { base, out, keeps_hidden, ..Rewriter::default() };
    for token in HtmlTokens::of(html) {
        match token {
            HtmlToken::Text(raw) => rewriter.text(raw),
            HtmlToken::Start(tag) => rewriter.start(tag),
            HtmlToken::End(name) => rewriter.end(&lower(name)),
        }
        if rewriter.is_cut {
            break;
        }
    }
    // What is hidden and never ends is not meant to be all the rest.
    rewriter.keeps_hidden = true;
    rewriter.close_down_to(0);
    rewriter
}

/// An element that is open.
#[derive(Debug)]
struct OpenElement {
    element: &'static Element,
    /// Where its start tag begins in the output.
    start: usize,
    /// Where its content begins; the same where it has no tags there.
    content: usize,
    /// Of an element that is hidden: how much was shown before it.
    shown_before: Option<usize>,
}

impl OpenElement {
    fn is_written(&self) -> bool {
        self.content > self.start
    }
}

#[derive(Default)]
struct Rewriter<'a> {
    base: Option<&'a Url>,
    out: String,
    open: Vec<OpenElement>,
    /// Start tags of formatting elements that a block closed, to be opened again before the next text.
    to_reopen: Vec<(&'static Element, String)>,
    /// Between `<noscript>` and its end, where lazy images are given once more for browsers without scripts.
    in_noscript: bool,
    last_image: String,
    last_frame: String,
    text_run: text::TextRun,
    /// How much there is to see, in bytes of text; and how much was hidden.
    shown_bytes: usize,
    hidden_bytes: usize,
    /// What is hidden is shown.
    keeps_hidden: bool,
    /// Start tags in the output, those included that went again because they held nothing.
    element_count: usize,
    /// A bound on the output is reached.
    is_cut: bool,
}

impl Rewriter<'_> {
    fn room(&self) -> usize {
        MAX_OUTPUT.saturating_sub(self.out.len())
    }

    /// The innermost element that has tags in the output, and its place.
    fn innermost(&self) -> Option<(usize, &OpenElement)> {
        self.open.iter().enumerate().rev().find(|(_, open)| open.is_written())
    }

    fn text(&mut self, raw: &str) {
        self.content(&text::decode(raw));
    }

    /// Characters to be shown.
    fn content(&mut self, decoded: &str) {
        let blank = decoded.chars().all(is_space);
        if blank && self.in_table_structure() {
            return;
        }
        if !blank {
            self.ensure_cell();
            self.reopen_formatting();
        }
        // Parsers drop a newline right after `<pre>`: written back it would change the text at each reading.
        let after_pre = self
            .innermost()
            .is_some_and(|(_, open)| open.element.name == "pre" && self.out.len() == open.content);
        let lost = |c: char| matches!(c, '\n' | '\r') || text::is_dropped(c);
        let shown = if after_pre { decoded.trim_start_matches(lost) } else { decoded };
        self.is_cut |= text::append_text(&mut self.out, shown, &mut self.text_run, MAX_OUTPUT);
        self.shown_bytes += if decoded.chars().any(text::is_visible) { decoded.len() } else { 0 };
    }

    fn start(&mut self, tag: HtmlTag<'_>) {
        let name = lower(tag.name);
        self.in_noscript |= name == "noscript";
        let Some(element) = elements::by_name(&name) else {
            return;
        };
        match element.nesting {
            Nesting::Table(part) if part != TablePart::Table => {
                if !self.start_table_part(part) {
                    return;
                }
            }
            Nesting::Math(part) => {
                if !self.start_math(part) {
                    return;
                }
            }
            _ => {
                self.close_formula();
                self.ensure_cell();
                self.close_before(element);
            }
        }
        // Only now: a cell that was made for the table counts too.
        if element.nesting == Nesting::Table(TablePart::Table) && self.open.len() + TABLE_DEPTH > MAX_DEPTH {
            return;
        }
        let is_media_child = matches!(element.name, "source" | "track");
        if is_media_child && !self.innermost().is_some_and(|(_, open)| may_hold_sources(open.element)) {
            return;
        }
        if matches!(element.nesting, Nesting::Void | Nesting::Inline | Nesting::Formatting) && !is_media_child
        {
            self.reopen_formatting();
        }
        self.open(element, tag);
    }

    /// Writes the start tag, if the element keeps one, and opens it, if it has content.
    fn open(&mut self, element: &'static Element, tag: HtmlTag<'_>) {
        // What holds nothing makes nothing deeper.
        let holds_something = !matches!(element.nesting, Nesting::Void | Nesting::Rule);
        if holds_something && self.open.len() >= MAX_DEPTH {
            return;
        }
        let start = self.out.len();
        let room = self.room();
        let description = attributes::write_start_tag(&mut self.out, element, tag, self.base);
        if let Some(text) =
            description.filter(|_| !self.innermost().is_some_and(|(_, open)| may_hold_sources(open.element)))
        {
            return self.content(&text);
        }
        self.element_count += usize::from(self.out.len() > start);
        self.is_cut |= self.out.len() - start > room || self.element_count > MAX_ELEMENTS;
        if self.is_cut {
            self.out.truncate(start);
        }
        match element.nesting {
            Nesting::Void => self.finish_image(element, start),
            Nesting::Rule | Nesting::Table(TablePart::Column) => {}
            _ => {
                let shown_before = self.hides(tag).then_some(self.shown_bytes);
                self.open.push(OpenElement { element, start, content: self.out.len(), shown_before });
                if element.name == "iframe" {
                    self.close_frame(start, tag);
                }
            }
        }
    }

    /// Buttons work nowhere but on their page; those that hold a heading open and close what is below it.
    fn hides(&self, tag: HtmlTag<'_>) -> bool {
        let is_button = tag.name.eq_ignore_ascii_case("button");
        let in_heading = || self.open.iter().any(|open| is_heading(open.element.name));
        attributes::is_hidden(tag) || is_button && !in_heading()
    }

    /// After the start tag of a frame at `start`. One in the other (`object` around `embed`) is the same once more.
    fn close_frame(&mut self, start: usize, tag: HtmlTag<'_>) {
        let frame = self.out.get(start..).unwrap_or_default();
        let source = source_of(frame);
        if tag.name.eq_ignore_ascii_case("embed") && source == self.last_frame {
            self.out.truncate(start);
            self.open.pop();
            return;
        }
        source.clone_into(&mut self.last_frame);
        self.close_down_to(self.open.len() - 1);
    }

    fn finish_image(&mut self, element: &Element, start: usize) {
        if element.name != "img" || self.out.len() == start {
            return;
        }
        let image = self.out.get(start..).unwrap_or_default();
        let source = source_of(image);
        if self.in_noscript && source == self.last_image {
            self.out.truncate(start);
            return;
        }
        source.clone_into(&mut self.last_image);
        self.shown_bytes += MEDIA_TEXT_BYTES;
    }

    fn line_break(&mut self) {
        self.close_formula();
        self.ensure_cell();
        self.reopen_formatting();
        self.out.push_str("<br>");
    }

    /// Closes all that is open from place `at` on. Formatting elements that a block or another formatting element takes
    /// with it wait to be opened again.
    fn close_down_to(&mut self, at: usize) {
        let outer = self.open.get(at).map(|open| open.element.nesting);
        let reopens = matches!(outer, Some(Nesting::Block | Nesting::Formatting));
        while self.open.len() > at {
            let Some(open) = self.open.pop() else {
                return;
            };
            let waits = reopens && self.open.len() > at && open.element.nesting == Nesting::Formatting;
            if waits && open.is_written() && self.to_reopen.len() < MAX_REOPENED {
                let tag = self.out.get(open.start..open.content).unwrap_or_default().to_owned();
                self.to_reopen.insert(0, (open.element, tag));
            }
            self.close(&open);
        }
    }

    /// Writes the end tag; an element that stayed empty goes, if it would show nothing.
    fn close(&mut self, open: &OpenElement) {
        let OpenElement { element, start, content, shown_before } = *open;
        if let Some(shown) = shown_before.filter(|_| !self.keeps_hidden) {
            self.hidden_bytes += self.shown_bytes - shown;
            self.shown_bytes = shown;
            self.out.truncate(start);
            self.text_run = text::TextRun::default();
            return;
        }
        if !open.is_written() {
            return;
        }
        let has_source = || self.out.get(start..content).is_some_and(|tag| tag.contains(" src=\""));
        let shows = element.is_embedded() && (self.out.len() > content || has_source());
        let stays = shows || matches!(element.nesting, Nesting::Table(TablePart::Cell) | Nesting::Math(_));
        if self.out.len() == content && !stays {
            self.out.truncate(start);
            return;
        }
        self.shown_bytes += if shows { MEDIA_TEXT_BYTES } else { 0 };
        self.out.push_str("</");
        self.out.push_str(element.name);
        self.out.push('>');
    }

    fn reopen_formatting(&mut self) {
        for (element, tag) in std::mem::take(&mut self.to_reopen) {
            let nested_link = element.name == "a" && self.open.iter().any(|open| open.element.name == "a");
            if self.open.len() >= MAX_DEPTH || nested_link || tag.len() > self.room() {
                continue;
            }
            let start = self.out.len();
            self.element_count += 1;
            self.out.push_str(&tag);
            self.open.push(OpenElement { element, start, content: self.out.len(), shown_before: None });
        }
    }

    /// The place of the formula that is open.
    fn formula(&self) -> Option<usize> {
        self.open.iter().rposition(|open| open.element.nesting == Nesting::Math(MathPart::Root))
    }

    /// HTML ends a formula: only text and parts of formulas can stand in one.
    fn close_formula(&mut self) {
        if let Some(at) = self.formula() {
            self.close_down_to(at);
        }
    }

    /// Whether a part of a formula can stand here: in one, and not in a part that holds text alone.
    fn start_math(&mut self, part: MathPart) -> bool {
        if part == MathPart::Root {
            self.close_formula();
            self.ensure_cell();
            self.reopen_formatting();
            return true;
        }
        let token = self
            .innermost()
            .filter(|(_, open)| open.element.nesting == Nesting::Math(MathPart::TokenElement));
        if let Some((at, _)) = token {
            self.close_down_to(at);
        }
        self.formula().is_some()
    }
}

/// The address that a start tag of ours begins with.
fn source_of(tag: &str) -> &str {
    tag.split(" src=\"").nth(1).and_then(|after| after.split('"').next()).unwrap_or_default()
}

fn may_hold_sources(element: &Element) -> bool {
    matches!(element.name, "picture" | "audio" | "video")
}

fn is_heading(name: &str) -> bool {
    matches!(name.as_bytes(), [b'h', b'1'..=b'6'])
}
