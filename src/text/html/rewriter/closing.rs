//! Closes elements at end tags, and at start tags that can't stand inside the open elements.

use super::open_element::{OpenElement, Removal, Visibility};
use super::{MAX_REOPENED, MEDIA_TEXT_BYTES, Rewriter, is_heading};
use crate::text::html::elements::{self, Element, Nesting, TablePart};
use crate::text::html::stand_ins::Replacement;

impl Rewriter<'_> {
    /// Closes the elements that end, by the HTML standard, where `element` begins.
    pub(super) fn close_before(&mut self, element: &Element) {
        match element.name {
            "li" => self.close_item(&["li"]),
            "dd" | "dt" => self.close_item(&["dd", "dt"]),
            "a" => {
                self.to_reopen.retain(|(waiting, _)| waiting.name != "a");
                self.close_nearest("a");
            }
            "rt" | "rp" if self.open.iter().any(|open| open.element.name == "ruby") => {
                while self.close_innermost(&["rt", "rp", "p", "li", "dd", "dt"]) {}
            }
            _ => {}
        }
        if matches!(element.nesting, Nesting::Block | Nesting::Rule | Nesting::Table(_)) {
            self.close_nearest("p");
        }
        if is_heading(element.name) {
            self.close_innermost(&["h1", "h2", "h3", "h4", "h5", "h6"]);
        }
    }

    /// Closes the innermost open element of this name, unless a table, cell or caption inside it is open.
    fn close_nearest(&mut self, name: &str) {
        let found =
            self.open.iter().rposition(|open| is_scope_boundary(open.element) || open.element.name == name);
        let found = found.filter(|at| self.open.get(*at).is_some_and(|open| open.element.name == name));
        if let Some(at) = found {
            self.close_down_to(at);
        }
    }

    /// Closes the innermost list item with one of these names. If a table, a cell, a caption, or a block other than
    /// `div`, `p` and `address` is open inside it, the new item belongs to an inner list, and nothing is closed.
    fn close_item(&mut self, names: &[&str]) {
        for (at, open) in self.open.iter().enumerate().rev() {
            let element = open.element;
            if names.contains(&element.name) {
                return self.close_down_to(at);
            }
            let may_be_closed = matches!(element.name, "div" | "p" | "address");
            if is_scope_boundary(element) || (element.nesting == Nesting::Block && !may_be_closed) {
                return;
            }
        }
    }

    /// Closes the innermost element if it has one of these names, and returns whether it did.
    fn close_innermost(&mut self, names: &[&str]) -> bool {
        let found = self.innermost().filter(|(_, open)| names.contains(&open.element.name)).map(|(at, _)| at);
        if let Some(at) = found {
            self.close_down_to(at);
        }
        found.is_some()
    }

    /// Closes the open elements from the innermost to the one with index `at`. If that is a block or a formatting element,
    /// the formatting elements inside it wait to be opened again.
    pub(super) fn close_down_to(&mut self, at: usize) {
        let outer = self.open.get(at).map(|open| open.element.nesting);
        let reopens = matches!(outer, Some(Nesting::Block | Nesting::Formatting));
        while self.open.len() > at {
            let Some(open) = self.open.pop() else {
                return;
            };
            let is_formatting = open.element.nesting == Nesting::Formatting && !open.is_by_style;
            let waits = reopens && self.open.len() > at && is_formatting;
            if waits && open.is_written() && self.to_reopen.len() < MAX_REOPENED {
                let tag = self.out.get(open.start..open.content).unwrap_or_default().to_owned();
                self.to_reopen.insert(0, (open.element, tag));
            }
            self.close_element(&open);
        }
    }

    /// Ends an element that was taken from `open`. Removes a sign that stands behind a heading and leads to the heading itself.
    /// If the element has a stand-in and showed nothing, writes the stand-in. Notes where the element stands if it may be the
    /// rendering of a formula, if an address that a script writes replaces it, or if it is an object that a link stands in for.
    fn close_element(&mut self, open: &OpenElement) {
        let start = open.start;
        if self.is_permalink(open) {
            self.remove_output(start, open.shown_before);
            return;
        }
        self.write_end_tag(open);
        if open.holds_hidden_address {
            self.hidden_address = Some((start, self.out.len(), open.shown_before));
        }
        if open.visibility == Visibility::Shown
            && self.shown_bytes == open.shown_before
            && let Some(stand_in) = &open.stand_in
        {
            self.remove_output(start, open.shown_before);
            self.add_stand_in(stand_in);
            self.object_link = (open.is_object && matches!(stand_in, Replacement::Link(..))).then_some((
                start,
                self.out.len(),
                open.shown_before,
            ));
        }
        if open.may_repeat_formula && self.out.len() > start {
            self.rendered_formula = Some((start, self.out.len(), open.shown_before));
        }
    }

    /// Writes the end tag of an element. Removes the element if it is hidden, if something else is shown in its place, or
    /// if it is empty and shows nothing. Cells of tables and parts of formulas may be empty.
    fn write_end_tag(&mut self, open: &OpenElement) {
        let OpenElement { element, start, content, shown_before, .. } = *open;
        let is_removed = match open.visibility {
            Visibility::Shown => false,
            Visibility::Hidden | Visibility::HiddenButton => self.removal == Removal::HiddenAndReplaced,
            Visibility::Replaced => self.removal != Removal::Nothing,
        };
        if is_removed {
            if open.visibility != Visibility::Replaced {
                self.hidden_bytes += self.shown_bytes.saturating_sub(shown_before);
            }
            self.remove_output(start, shown_before);
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
        if element.name == "math" {
            self.formula_end = Some(self.out.len());
        }
    }

    /// Handles an end tag. It is ignored if it ends no open element. The end tag of a heading also ends a heading of another
    /// level.
    pub(super) fn end_tag(&mut self, name: &str) {
        self.in_noscript &= name != "noscript";
        if matches!(name, "br" | "p") && !self.open.iter().any(|open| open.element.name == name) {
            // The standard reads `</br>` as `<br>`, and `</p>` as an empty paragraph, which is invisible.
            return if name == "br" { self.line_break() } else { self.close_formula() };
        }
        let Some(element) = elements::by_name(name) else {
            return;
        };
        self.to_reopen.retain(|(waiting, _)| waiting.name != element.name);
        for (at, open) in self.open.iter().enumerate().rev() {
            let same = open.element.name == element.name;
            if same || (is_heading(element.name) && is_heading(open.element.name)) {
                return self.close_down_to(at);
            }
            if shields_from_end_tag(open.element, element) {
                return;
            }
        }
    }
}

/// Returns whether most end tags inside this element can't end elements outside it. [`shields_from_end_tag`] has the
/// exceptions.
fn is_scope_boundary(element: &Element) -> bool {
    matches!(element.nesting, Nesting::Table(TablePart::Table | TablePart::Cell | TablePart::Caption))
}

/// Returns whether `open` prevents the end tag of `ended` from ending an element outside `open`.
fn shields_from_end_tag(open: &Element, ended: &Element) -> bool {
    match ended.nesting {
        Nesting::Table(TablePart::Table) => false,
        Nesting::Table(_) => open.nesting == Nesting::Table(TablePart::Table),
        Nesting::Inline | Nesting::Math(_) => is_scope_boundary(open) || open.nesting == Nesting::Block,
        _ => is_scope_boundary(open) || (ended.name == "li" && matches!(open.name, "ul" | "ol")),
    }
}
