//! Closes elements at end tags, and at start tags that can't stand inside the open elements.

use super::{Rewriter, is_heading};
use crate::text::html::elements::{self, Element, Nesting, TablePart};

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
