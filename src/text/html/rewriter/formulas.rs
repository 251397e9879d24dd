//! Writes formulas, each once: programs that typeset formulas write the same one for eyes, for screen readers and as TeX.

use super::{Nesting, Rewriter, Visibility, text};
use crate::text::html::elements::{Element, MathPart};
use crate::text::html::tag_attributes::{is_space, lower};
use crate::text::html::tokens::{HtmlTag, TexFormula};

/// How far after a formula its repetition may begin, in bytes of the output. Only end tags and spaces may stand between
/// them.
const MAX_DISTANCE: usize = 64;

impl Rewriter<'_> {
    /// Returns the index of the open formula.
    fn formula(&self) -> Option<usize> {
        self.open.iter().rposition(|open| open.element.nesting == Nesting::Math(MathPart::Root))
    }

    /// Closes the open formula. It must end before any HTML, because it can contain only text and parts of formulas.
    pub(super) fn close_formula(&mut self) {
        if let Some(at) = self.formula() {
            self.close_down_to(at);
        }
    }

    /// Closes elements so that a part of a formula can follow. Returns `false` if the part can't stand here, because no
    /// formula is open.
    pub(super) fn start_math(&mut self, part: MathPart) -> bool {
        if part == MathPart::Root {
            self.close_formula();
            self.remove_rendered_formula();
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

    /// Writes a formula in TeX, unless it follows a formula in MathML, which is taken to be the same one.
    pub(super) fn add_tex(&mut self, formula: TexFormula<'_>) {
        if self.follows_formula() {
            return;
        }
        self.close_formula();
        self.remove_rendered_formula();
        let tex = text::decode(formula.text);
        if formula.is_block {
            self.add_html("<div>");
            self.add_text(&tex);
            self.end_tag("div");
        } else {
            self.add_text(&tex);
        }
    }

    /// Returns whether a formula has just ended, with nothing visible after it.
    pub(super) fn follows_formula(&self) -> bool {
        self.formula_end.is_some_and(|end| self.is_invisible_from(end))
    }

    /// Returns whether an element may be a rendering of the formula that follows it as MathML or TeX. MathJax marks such an
    /// element by its class, and KaTeX and MathJax by `aria-hidden` and a class or a name of their own.
    pub(super) fn may_repeat_formula(element: &Element, tag: HtmlTag<'_>) -> bool {
        if tag.name.eq_ignore_ascii_case("tex-math") {
            return true;
        }
        let is_inline = matches!(element.nesting, Nesting::Inline);
        if !is_inline && element.name != "div" || !tag.may_have("math") && !tag.may_have("aria-hidden") {
            return false;
        }
        let is_of_mathjax = ["nobr", "mjx-math"].iter().any(|name| tag.name.eq_ignore_ascii_case(name));
        let (mut is_hidden, mut is_typeset, mut is_mathjax) = (false, is_of_mathjax, false);
        for (name, value) in tag.attributes() {
            match &*lower(name) {
                "aria-hidden" => is_hidden = value.trim().eq_ignore_ascii_case("true"),
                "class" => {
                    let value = value.to_ascii_lowercase();
                    is_typeset |= ["math", "katex", "mjx"].iter().any(|word| value.contains(word));
                    is_mathjax = value.contains("mathjax");
                }
                _ => {}
            }
        }
        is_mathjax || is_inline && is_hidden && is_typeset
    }

    /// Returns what becomes of the content of an element. An element in a line that is hidden from screen readers right after
    /// a formula repeats it, so its content is removed.
    pub(super) fn visibility_after_formula(&self, element: &Element, tag: HtmlTag<'_>) -> Visibility {
        let is_inline = element.nesting == Nesting::Inline;
        if !is_inline || !tag.may_have("aria-hidden") || !self.follows_formula() {
            return Visibility::Shown;
        }
        let is_hidden = tag.attributes().any(|(name, value)| {
            name.eq_ignore_ascii_case("aria-hidden") && value.trim().eq_ignore_ascii_case("true")
        });
        if is_hidden { Visibility::Replaced } else { Visibility::Shown }
    }

    /// Removes the rendering of a formula that was written right before the formula itself. Spaces after it stay.
    fn remove_rendered_formula(&mut self) {
        let Some((start, end, shown_before)) = self.rendered_formula.take() else { return };
        let is_outside = self.open.iter().all(|open| open.content <= start || !open.is_written());
        // If an end tag follows, the rendering may be the only content of its element, which would be left empty.
        let after = self.out.get(end..).filter(|after| after.chars().all(is_space));
        let Some(after) = after.filter(|_| is_outside).map(str::to_owned) else { return };
        self.remove_output(start, shown_before);
        self.out.push_str(&after);
        let end = self.out.len();
        for open in &mut self.open {
            open.shown_before = open.shown_before.min(shown_before);
            if open.start > end {
                (open.start, open.content) = (end, end);
            }
        }
    }

    /// Returns whether the output from `from` on consists of at most [`MAX_DISTANCE`] bytes of end tags and spaces.
    fn is_invisible_from(&self, from: usize) -> bool {
        let Some(mut rest) = self.out.get(from..).filter(|rest| rest.len() <= MAX_DISTANCE) else {
            return false;
        };
        loop {
            rest = rest.trim_start_matches(is_space);
            match rest.strip_prefix("</").and_then(|tag| tag.split_once('>')) {
                Some((_, after)) => rest = after,
                None => return rest.is_empty(),
            }
        }
    }
}
