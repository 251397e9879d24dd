//! Writes the permitted elements closed and properly nested, repairing broken nesting as browsers do.
//!
//! The rules are those of the HTML standard's tree construction (§13.2.6) for the permitted elements, except where the
//! standard moves content. Text between the rows of a table gets a cell instead of being moved before the table, and an
//! end tag also closes the elements that are open inside its element. Neither loses content.

mod closing;
mod tables;

use url::Url;

use super::elements::{self, Element, MathPart, Nesting, TablePart};
use super::tokens::{HtmlTag, HtmlToken, HtmlTokens, is_space, lower};
use super::{MAX_LENGTH, RewrittenHtml, attributes, text};

/// How deep elements may nest. Deeper elements lose their tags but keep their content. Newsletters of nested tables reach
/// 60. The limit protects parsers and browsers that recurse.
const MAX_DEPTH: usize = 100;

/// How many levels a table must have left: the table itself, a section, a row and a cell.
const TABLE_DEPTH: usize = 4;

/// How many elements are written at most. The parser of the second stage holds them all in memory, about 400 bytes for
/// each with its text, or 55 MB in all. The largest article in a corpus of 203 real feeds has 13 652.
const MAX_ELEMENTS: usize = 1 << 17;

/// How many bytes of text an image or a player counts as, when shown and hidden content is compared.
const MEDIA_TEXT_BYTES: usize = 100;

/// How many formatting elements are opened again in the next block at most.
const MAX_REOPENED: usize = 8;

/// Where the output is cut, in bytes. The rest of [`MAX_LENGTH`] is for the end tags of the open elements.
const MAX_OUTPUT: usize = MAX_LENGTH - MAX_DEPTH * "</blockquote>".len();

/// Rewrites a fragment with only permitted, closed and properly nested elements. Returns `None` if nothing is left to show.
///
/// Hidden elements are removed, unless they contain more than the visible ones. In that case a script of the site would
/// have shown them.
pub(super) fn rewrite(html: &str, base: Option<&Url>) -> Option<RewrittenHtml> {
    let rewriter = rewrite_once(html, base, false);
    let rewriter =
        if rewriter.hidden_bytes > rewriter.shown_bytes { rewrite_once(html, base, true) } else { rewriter };
    (rewriter.shown_bytes > 0).then_some(RewrittenHtml { html: rewriter.out, is_cut: rewriter.is_cut })
}

/// Rewrites a fragment, with or without its hidden elements.
fn rewrite_once<'a>(html: &str, base: Option<&'a Url>, keeps_hidden: bool) -> Rewriter<'a> {
    let out = String::with_capacity(html.len().min(MAX_LENGTH));
    let mut rewriter = Rewriter { base, out, keeps_hidden, ..Rewriter::default() };
    for token in HtmlTokens::of(html) {
        match token {
            HtmlToken::Text(raw) => rewriter.add_raw_text(raw),
            HtmlToken::Start(tag) => rewriter.start_tag(tag),
            HtmlToken::End(name) => rewriter.end_tag(&lower(name)),
        }
        if rewriter.is_cut {
            break;
        }
    }
    // A hidden element without an end tag is kept, because it would take the rest of the article with it.
    rewriter.keeps_hidden = true;
    rewriter.close_down_to(0);
    rewriter
}

/// An element that is open.
#[derive(Debug)]
struct OpenElement {
    element: &'static Element,
    /// Where its start tag begins in the output, in bytes.
    start: usize,
    /// Where its content begins in the output, in bytes. The same as `start` if its tags are not written.
    content: usize,
    /// For a hidden element: the value of `shown_bytes` before it.
    shown_before: Option<usize>,
}

impl OpenElement {
    /// Returns whether its tags are written.
    fn is_written(&self) -> bool {
        self.content > self.start
    }
}

/// Writes the permitted elements of a document as its tags and texts come in.
#[derive(Default)]
struct Rewriter<'a> {
    /// Address against which links are made absolute.
    base: Option<&'a Url>,
    /// The HTML written so far.
    out: String,
    /// Open elements, the innermost last.
    open: Vec<OpenElement>,
    /// Start tags of formatting elements that a block closed, to be opened again before the next text.
    to_reopen: Vec<(&'static Element, String)>,
    /// Whether a `noscript` is open. It repeats lazy images for browsers without scripts.
    in_noscript: bool,
    /// Address of the last image.
    last_image: String,
    /// Address of the last frame.
    last_frame: String,
    text_run: text::TextRun,
    /// How much visible content was written, in bytes of text.
    shown_bytes: usize,
    /// How much hidden content was removed, in bytes of text.
    hidden_bytes: usize,
    /// Whether hidden elements are kept.
    keeps_hidden: bool,
    /// How many start tags were written, including those that were removed again because their element was empty.
    element_count: usize,
    /// Whether a bound on the output was reached.
    is_cut: bool,
}

impl Rewriter<'_> {
    /// Returns how many bytes may still be written.
    fn room(&self) -> usize {
        MAX_OUTPUT.saturating_sub(self.out.len())
    }

    /// Returns the innermost element whose tags are written, and its index in `open`.
    fn innermost(&self) -> Option<(usize, &OpenElement)> {
        self.open.iter().enumerate().rev().find(|(_, open)| open.is_written())
    }

    /// Writes text whose character references are not decoded.
    fn add_raw_text(&mut self, raw: &str) {
        self.add_text(&text::decode(raw));
    }

    /// Writes decoded text.
    fn add_text(&mut self, decoded: &str) {
        let is_blank = decoded.chars().all(is_space);
        if is_blank && self.in_table_structure() {
            return;
        }
        if !is_blank {
            self.ensure_cell();
            self.reopen_formatting();
        }
        // Parsers drop a newline right after `<pre>`. If it were written, sanitising would not be idempotent.
        let after_pre = self
            .innermost()
            .is_some_and(|(_, open)| open.element.name == "pre" && self.out.len() == open.content);
        let is_lost = |c: char| matches!(c, '\n' | '\r') || text::is_dropped(c);
        let kept = if after_pre { decoded.trim_start_matches(is_lost) } else { decoded };
        self.is_cut |= text::append_text(&mut self.out, kept, &mut self.text_run, MAX_OUTPUT);
        self.shown_bytes += if decoded.chars().any(text::is_visible) { decoded.len() } else { 0 };
    }

    /// Handles a start tag. It is ignored if its element is not permitted, or not at this place.
    fn start_tag(&mut self, tag: HtmlTag<'_>) {
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
        // This comes after the cell for the table was opened, which also counts.
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
        self.open_element(element, tag);
    }

    /// Writes the start tag of an element if it is useful, and opens the element if it can have content.
    fn open_element(&mut self, element: &'static Element, tag: HtmlTag<'_>) {
        // Elements without content add no depth.
        let has_content = !matches!(element.nesting, Nesting::Void | Nesting::Rule);
        if has_content && self.open.len() >= MAX_DEPTH {
            return;
        }
        let start = self.out.len();
        let room = self.room();
        let description = attributes::write_start_tag(&mut self.out, element, tag, self.base);
        if let Some(text) =
            description.filter(|_| !self.innermost().is_some_and(|(_, open)| may_hold_sources(open.element)))
        {
            return self.add_text(&text);
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
                let shown_before = self.is_hidden(tag).then_some(self.shown_bytes);
                self.open.push(OpenElement { element, start, content: self.out.len(), shown_before });
                if element.name == "iframe" {
                    self.close_frame(start, tag);
                }
            }
        }
    }

    /// Returns whether an element is hidden. Buttons count as hidden, because they work only on their own page. A button in
    /// a heading does not: its text is the heading, and it opens the section below.
    fn is_hidden(&self, tag: HtmlTag<'_>) -> bool {
        let is_button = tag.name.eq_ignore_ascii_case("button");
        let in_heading = || self.open.iter().any(|open| is_heading(open.element.name));
        attributes::is_hidden(tag) || is_button && !in_heading()
    }

    /// Closes a frame whose start tag begins at `start`. Removes it if it is an `embed` that repeats the last frame, as
    /// inside an `object`.
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

    /// Counts an image whose tag begins at `start` as visible content. Removes it if a `noscript` only repeats it.
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

    /// Writes a line break.
    fn line_break(&mut self) {
        self.close_formula();
        self.ensure_cell();
        self.reopen_formatting();
        self.out.push_str("<br>");
    }

    /// Closes the open elements down to the one with index `at`. If that is a block or a formatting element, the formatting
    /// elements inside it wait to be opened again.
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
            self.close_element(&open);
        }
    }

    /// Writes the end tag of an element. Removes the element if it is hidden, or if it is empty and shows nothing.
    fn close_element(&mut self, open: &OpenElement) {
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

    /// Opens the waiting formatting elements again.
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

    /// Returns the index of the open formula.
    fn formula(&self) -> Option<usize> {
        self.open.iter().rposition(|open| open.element.nesting == Nesting::Math(MathPart::Root))
    }

    /// Closes the open formula. It must end before any HTML, because it can contain only text and parts of formulas.
    fn close_formula(&mut self) {
        if let Some(at) = self.formula() {
            self.close_down_to(at);
        }
    }

    /// Closes elements so that a part of a formula can follow. Returns `false` if no formula is open.
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

/// Returns the `src` of a start tag that was written here.
fn source_of(tag: &str) -> &str {
    tag.split(" src=\"").nth(1).and_then(|after| after.split('"').next()).unwrap_or_default()
}

/// Returns whether an element can contain `source` and `track`.
fn may_hold_sources(element: &Element) -> bool {
    matches!(element.name, "picture" | "audio" | "video")
}

fn is_heading(name: &str) -> bool {
    matches!(name.as_bytes(), [b'h', b'1'..=b'6'])
}
