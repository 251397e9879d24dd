//! Writes the permitted elements closed and properly nested, repairing broken nesting as browsers do.
//!
//! The rules are those of the HTML standard's tree construction (§13.2.6) for the permitted elements, with two exceptions.
//! Text between the rows of a table gets a cell, where the standard moves it before the table. And an end tag also closes
//! the elements that are open inside its element. Neither exception loses content.

mod closing;
mod formulas;
mod images;
mod objects;
mod open_element;
mod style_and_script;
mod tables;
mod tag_checks;

use url::Url;

use super::attributes::WrittenTag;
use super::elements::{self, Element, Nesting, TablePart};
use super::style::{LineEnds, Style};
use super::tag_attributes::{is_space, lower};
use super::tokens::{HtmlTag, HtmlToken, HtmlTokens};
use super::{MAX_LENGTH, RewrittenHtml, attributes, stand_ins, substitutes, text};
use images::LastImage;
use open_element::{OpenElement, Removal, Visibility};
use tag_checks::{is_directed, is_heading, is_hidden_by_class, may_hold_sources, source_of};

/// How deep elements may nest. Deeper elements lose their tags but keep their content. Newsletters of nested tables reach
/// 60. The limit protects parsers and browsers that recurse.
const MAX_DEPTH: usize = 100;

/// A table is opened only if this many levels are left: for the table itself, a section, a row and a cell.
const TABLE_DEPTH: usize = 4;

/// How many elements are written at most. The parser of the second stage holds them all in memory, about 400 bytes for
/// each with its text, or 55 MB in all. The largest article in a corpus of 203 real feeds has 13 652.
const MAX_ELEMENTS: usize = 1 << 17;

/// How many bytes of text a picture, a sound, a video or a player counts as, when shown and hidden content is compared.
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
    let rewriter = rewrite_once(html, base, Removal::HiddenAndReplaced);
    let rewriter = if rewriter.hidden_bytes > rewriter.shown_bytes {
        rewrite_once(html, base, Removal::Replaced)
    } else {
        rewriter
    };
    (rewriter.shown_bytes > 0).then_some(RewrittenHtml { html: rewriter.out, is_cut: rewriter.is_cut })
}

/// Rewrites a fragment once. `removal` says which elements are removed.
fn rewrite_once<'a>(html: &str, base: Option<&'a Url>, removal: Removal) -> Rewriter<'a> {
    let out = String::with_capacity(html.len().min(MAX_LENGTH));
    let mut rewriter = Rewriter { base, out, removal, ..Rewriter::default() };
    for token in HtmlTokens::of(html) {
        rewriter.add_token(token);
        if rewriter.is_cut {
            break;
        }
    }
    // A hidden element without an end tag is kept, because it would take the rest of the article with it.
    rewriter.removal = Removal::Nothing;
    rewriter.close_down_to(0);
    rewriter
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
    /// Start tags of formatting elements that a block closed, to be opened again before the next text or element in a line.
    to_reopen: Vec<(&'static Element, String)>,
    /// Whether a `noscript` is open. It repeats lazy images for browsers without scripts.
    in_noscript: bool,
    last_image: LastImage,
    /// Where the last formula ends in the output, in bytes.
    formula_end: Option<usize>,
    /// Position of an element that may be a rendering of the formula that follows: its start and end in the output in
    /// bytes, and the value of `shown_bytes` before it.
    rendered_formula: Option<(usize, usize, usize)>,
    /// Address of the last frame, or of the last link in place of one.
    last_frame: String,
    /// Where the link in place of the last object begins and ends in the output, and the value of `shown_bytes` before it.
    object_link: Option<(usize, usize, usize)>,
    /// Where the last text that a script of Joomla may replace by an address begins and ends in the output, and the value of
    /// `shown_bytes` before it.
    hidden_address: Option<(usize, usize, usize)>,
    /// Whether a sound or a video was written.
    has_recording: bool,
    text_run: text::TextRun,
    /// How much visible content was written, in bytes of text.
    shown_bytes: usize,
    /// How much hidden content was removed, in bytes of text.
    hidden_bytes: usize,
    /// Which elements are removed with their content.
    removal: Removal,
    /// How many start tags were written, including those of elements that were removed again.
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

    fn add_token(&mut self, token: HtmlToken<'_>) {
        match token {
            HtmlToken::Text(raw) => {
                let decoded = text::decode(raw);
                match self.open.last().map_or(LineEnds::Flow, |open| open.lines) {
                    LineEnds::Flow => self.add_text(&decoded),
                    lines => self.add_lines(&decoded, lines),
                }
            }
            HtmlToken::Start(tag) => self.start_tag(tag),
            HtmlToken::End(name) => self.end_tag(&lower(name)),
            HtmlToken::Tex(formula) => self.add_tex(formula),
            HtmlToken::AddressScript(script) => self.add_address_of_script(script),
        }
    }

    /// Opens an element. `lines` is what its style says about line ends. If the style says nothing, they are treated as in the
    /// element around it. Nothing is done for the line ends in `pre`, because browsers keep them.
    fn push(&mut self, mut open: OpenElement, lines: Option<LineEnds>) {
        let inherited = self.open.last().map_or(LineEnds::Flow, |outer| outer.lines);
        open.lines = if open.element.name == "pre" { LineEnds::Flow } else { lines.unwrap_or(inherited) };
        self.open.push(open);
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
        let name = match lower(tag.name) {
            // AMP's elements for pictures have the attributes of `img`.
            name if name == "amp-img" || name == "amp-anim" => "img".into(),
            // A whole page may be written from right to left.
            name if matches!(&*name, "html" | "body") && self.open.is_empty() && is_directed(tag) => {
                "div".into()
            }
            name => name,
        };
        if name == "noscript" {
            self.start_noscript();
        }
        if self.object(&name, tag) || self.substitute(&name, tag) {
            return;
        }
        if name == "a" {
            self.remove_link_to_object(tag);
        }
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
        // This check comes after the missing cell for a nested table was opened, because that cell adds depth.
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
        let style = Style::of(tag);
        let start = self.out.len();
        let room = self.room();
        let is_undone = style.undoes(element.name);
        let written = if is_undone {
            WrittenTag::Useless(None)
        } else {
            attributes::write_start_tag(&mut self.out, element, tag, self.base)
        };
        match &written {
            WrittenTag::Useless(Some(description)) if !is_hidden_by_class(tag) => {
                self.write_fallback_of_image(description);
            }
            WrittenTag::Useless(None) if element.name == "img" => self.write_image_of_sources(tag),
            _ => {}
        }
        self.element_count += usize::from(self.out.len() > start);
        self.is_cut |= self.out.len() - start > room || self.element_count > MAX_ELEMENTS;
        if self.is_cut {
            self.out.truncate(start);
        }
        match element.nesting {
            Nesting::Void => self.finish_image(element, tag, start, &written),
            Nesting::Rule | Nesting::Table(TablePart::Column) => {}
            _ => {
                let open = OpenElement {
                    visibility: self.decide_visibility(element, tag, style),
                    shown_before: self.shown_bytes,
                    may_repeat_formula: Self::may_repeat_formula(element, tag),
                    stand_in: stand_ins::of_block(element.name, tag, self.base),
                    holds_hidden_address: element.name == "span" && tag.may_have("cloak"),
                    ..OpenElement::new(element, start, self.out.len())
                };
                self.has_recording |= matches!(element.name, "audio" | "video");
                self.push(open, style.lines);
                if element.name == "iframe" {
                    self.close_frame(start, tag);
                } else if matches!(element.nesting, Nesting::Math(_)) && tag.is_self_closing() {
                    self.close_down_to(self.open.len() - 1);
                } else {
                    self.open_by_style(element, style);
                    if element.name == "li"
                        && let Some(mark) = substitutes::box_of_item(tag)
                    {
                        if let Some(item) = self.open.iter_mut().rfind(|open| open.element.name == "li") {
                            item.has_box = true;
                        }
                        self.add_text(mark);
                    }
                }
            }
        }
    }

    /// Writes a line break.
    fn line_break(&mut self) {
        self.close_formula();
        self.ensure_cell();
        self.reopen_formatting();
        self.element_count += 1;
        self.is_cut |= self.room() < "<br>".len() || self.element_count > MAX_ELEMENTS;
        if !self.is_cut {
            self.out.push_str("<br>");
        }
    }

    /// Removes the output from `start` on, which brought `shown_bytes` up from `shown_before`.
    fn remove_output(&mut self, start: usize, shown_before: usize) {
        self.shown_bytes = shown_before;
        self.out.truncate(start);
        self.text_run = text::TextRun::default();
        self.formula_end = self.formula_end.filter(|end| *end <= start);
        self.rendered_formula = self.rendered_formula.filter(|(_, end, _)| *end <= start);
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
            self.push(OpenElement::new(element, start, self.out.len()), None);
        }
    }
}
