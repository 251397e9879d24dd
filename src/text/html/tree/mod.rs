//! From tags as they come to elements that nest: what browsers do while they parse, done before anything goes out.
//!
//! The rules are those of the HTML standard's tree construction (§13.2.6) for the elements of the list, except where it
//! moves content about: text between the rows of a table gets a cell of its own instead of a place before the table,
//! and an element that ends inside another takes that one with it. Nothing is lost by either.

mod endings;
mod tables;

use url::Url;

use super::elements::{self, Element, MathPart, Nesting, TablePart};
use super::tokens::{HtmlTag, HtmlToken, Tokens, is_space, lower};
use super::{MAX_LENGTH, Rewritten, attributes, text};

/// Deepest nesting that is kept; deeper elements lose their tags, not their content. Newsletters made of tables in
/// tables reach 60; parsers and browsers behind us recurse.
const MAX_DEPTH: usize = 100;

/// What a table needs below itself: section, row, cell, and one element in it.
const TABLE_DEPTH: usize = 4;

/// Most elements that are written. The boundary's parser holds them all in memory, some 400 bytes each with its text, so
/// it is they that cost and not the length: 55 MB. The richest article in a corpus of 203 real feeds has 13 652.
const MAX_ELEMENTS: usize = 1 << 17;

/// What a picture or a player says, in bytes of text.
const WORTH_OF_A_PICTURE: usize = 100;

/// Most formatting elements that are opened again in the next block.
const MAX_REOPENED: usize = 8;

/// Where the output is cut: what is left of [`MAX_LENGTH`] then closes the open elements.
const BUDGET: usize = MAX_LENGTH - MAX_DEPTH * "</blockquote>".len();

/// The fragment with allow-listed, closed, properly nested elements; `None` where nothing is left to show.
///
/// What a page hides goes, unless that is more than it shows: then a script of the site would show it.
pub(super) fn rewrite(html: &str, base: Option<&Url>) -> Option<Rewritten> {
    let tree = built(html, base, false);
    let tree = if tree.hidden > tree.shown { built(html, base, true) } else { tree };
    (tree.shown > 0).then_some(Rewritten { html: tree.out, is_cut: tree.full })
}

fn built<'a>(html: &str, base: Option<&'a Url>, shows_all: bool) -> Tree<'a> {
    let out = String::with_capacity(html.len().min(MAX_LENGTH));
    let mut tree = Tree { base, out, shows_all, ..Tree::default() };
    for token in Tokens::of(html) {
        match token {
            HtmlToken::Text(raw) => tree.text(raw),
            HtmlToken::Start(tag) => tree.start(tag),
            HtmlToken::End(name) => tree.end(&lower(name)),
        }
        if tree.full {
            break;
        }
    }
    // What is hidden and never ends is not meant to be all the rest.
    tree.shows_all = true;
    tree.close_down_to(0);
    tree
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
    hidden_after: Option<usize>,
}

impl OpenElement {
    fn is_written(&self) -> bool {
        self.content > self.start
    }
}

#[derive(Default)]
struct Tree<'a> {
    base: Option<&'a Url>,
    out: String,
    open: Vec<OpenElement>,
    /// Start tags of formatting elements that a block closed, to be opened again before the next text.
    reopen: Vec<(&'static Element, String)>,
    /// Between `<noscript>` and its end, where lazy images are given once more for browsers without scripts.
    in_noscript: bool,
    last_image: String,
    last_frame: String,
    run: text::Run,
    /// How much there is to see, in bytes of text; and how much was hidden.
    shown: usize,
    hidden: usize,
    /// What is hidden is shown.
    shows_all: bool,
    /// Start tags in the output, those included that went again because they held nothing.
    elements: usize,
    /// A bound on the output is reached.
    full: bool,
}

impl Tree<'_> {
    fn room(&self) -> usize {
        BUDGET.saturating_sub(self.out.len())
    }

    /// The innermost element that has tags in the output, and its place.
    fn innermost(&self) -> Option<(usize, &OpenElement)> {
        self.open.iter().enumerate().rev().find(|(_, open)| open.is_written())
    }

    fn text(&mut self, raw: &str) {
        self.content(&text::decoded(raw));
    }

    /// Characters to be shown.
    fn content(&mut self, decoded: &str) {
        let blank = decoded.chars().all(is_space);
        if blank && self.in_table_structure() {
            return;
        }
        if !blank {
            self.make_cell_for_content();
            self.reopen_formatting();
        }
        // Parsers drop a newline right after `<pre>`: written back it would change the text at each reading.
        let after_pre = self
            .innermost()
            .is_some_and(|(_, open)| open.element.name == "pre" && self.out.len() == open.content);
        let lost = |c: char| matches!(c, '\n' | '\r') || text::is_dropped(c);
        let shown = if after_pre { decoded.trim_start_matches(lost) } else { decoded };
        self.full |= text::content_into(&mut self.out, shown, &mut self.run, BUDGET);
        self.shown += if decoded.chars().any(text::is_visible) { decoded.len() } else { 0 };
    }

    fn start(&mut self, tag: HtmlTag<'_>) {
        let name = lower(tag.name);
        self.in_noscript |= name == "noscript";
        let Some(element) = elements::by_name(&name) else {
            return;
        };
        match element.kind {
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
                self.make_cell_for_content();
                self.close_what_it_ends(element);
            }
        }
        // Only now: a cell that was made for the table counts too.
        if element.kind == Nesting::Table(TablePart::Table) && self.open.len() + TABLE_DEPTH > MAX_DEPTH {
            return;
        }
        let is_part = matches!(element.name, "source" | "track");
        if is_part && !self.innermost().is_some_and(|(_, open)| has_sources(open.element)) {
            return;
        }
        if matches!(element.kind, Nesting::Void | Nesting::Inline | Nesting::Formatting) && !is_part {
            self.reopen_formatting();
        }
        self.open(element, tag);
    }

    /// Writes the start tag, if the element keeps one, and opens it, if it has content.
    fn open(&mut self, element: &'static Element, tag: HtmlTag<'_>) {
        // What holds nothing makes nothing deeper.
        let holds_something = !matches!(element.kind, Nesting::Void | Nesting::Rule);
        if holds_something && self.open.len() >= MAX_DEPTH {
            return;
        }
        let start = self.out.len();
        let room = self.room();
        let instead = attributes::write_start_tag(&mut self.out, element, tag, self.base);
        if let Some(text) =
            instead.filter(|_| !self.innermost().is_some_and(|(_, open)| has_sources(open.element)))
        {
            return self.content(&text);
        }
        self.elements += usize::from(self.out.len() > start);
        self.full |= self.out.len() - start > room || self.elements > MAX_ELEMENTS;
        if self.full {
            self.out.truncate(start);
        }
        match element.kind {
            Nesting::Void => self.after_void(element, start),
            Nesting::Rule | Nesting::Table(TablePart::Column) => {}
            _ => {
                let hidden_after = self.hides(tag).then_some(self.shown);
                self.open.push(OpenElement { element, start, content: self.out.len(), hidden_after });
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

    fn after_void(&mut self, element: &Element, start: usize) {
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
        self.shown += WORTH_OF_A_PICTURE;
    }

    fn line_break(&mut self) {
        self.close_formula();
        self.make_cell_for_content();
        self.reopen_formatting();
        self.out.push_str("<br>");
    }

    /// Closes all that is open from place `at` on. Formatting elements that a block or another formatting element takes
    /// with it wait to be opened again.
    fn close_down_to(&mut self, at: usize) {
        let outer = self.open.get(at).map(|open| open.element.kind);
        let reopens = matches!(outer, Some(Nesting::Block | Nesting::Formatting));
        while self.open.len() > at {
            let Some(open) = self.open.pop() else {
                return;
            };
            let waits = reopens && self.open.len() > at && open.element.kind == Nesting::Formatting;
            if waits && open.is_written() && self.reopen.len() < MAX_REOPENED {
                let tag = self.out.get(open.start..open.content).unwrap_or_default().to_owned();
                self.reopen.insert(0, (open.element, tag));
            }
            self.close(&open);
        }
    }

    /// Writes the end tag; an element that stayed empty goes, if it would show nothing.
    fn close(&mut self, open: &OpenElement) {
        let OpenElement { element, start, content, hidden_after } = *open;
        if let Some(shown) = hidden_after.filter(|_| !self.shows_all) {
            self.hidden += self.shown - shown;
            self.shown = shown;
            self.out.truncate(start);
            self.run = text::Run::default();
            return;
        }
        if !open.is_written() {
            return;
        }
        let has_source = || self.out.get(start..content).is_some_and(|tag| tag.contains(" src=\""));
        let shows = element.is_embedded() && (self.out.len() > content || has_source());
        let stays = shows || matches!(element.kind, Nesting::Table(TablePart::Cell) | Nesting::Math(_));
        if self.out.len() == content && !stays {
            self.out.truncate(start);
            return;
        }
        self.shown += if shows { WORTH_OF_A_PICTURE } else { 0 };
        self.out.push_str("</");
        self.out.push_str(element.name);
        self.out.push('>');
    }

    fn reopen_formatting(&mut self) {
        for (element, tag) in std::mem::take(&mut self.reopen) {
            let doubled = element.name == "a" && self.open.iter().any(|open| open.element.name == "a");
            if self.open.len() >= MAX_DEPTH || doubled || tag.len() > self.room() {
                continue;
            }
            let start = self.out.len();
            self.elements += 1;
            self.out.push_str(&tag);
            self.open.push(OpenElement { element, start, content: self.out.len(), hidden_after: None });
        }
    }

    /// The place of the formula that is open.
    fn formula(&self) -> Option<usize> {
        self.open.iter().rposition(|open| open.element.kind == Nesting::Math(MathPart::Root))
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
            self.make_cell_for_content();
            self.reopen_formatting();
            return true;
        }
        let token =
            self.innermost().filter(|(_, open)| open.element.kind == Nesting::Math(MathPart::HtmlToken));
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

fn has_sources(element: &Element) -> bool {
    matches!(element.name, "picture" | "audio" | "video")
}

fn is_heading(name: &str) -> bool {
    matches!(name.as_bytes(), [b'h', b'1'..=b'6'])
}
