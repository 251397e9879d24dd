//! Adds the parts of tables that documents leave out, and cells for content that stands in a table but outside its cells.

use super::{Nesting, OpenElement, Rewriter, elements};
use crate::text::html::elements::TablePart;

impl Rewriter<'_> {
    /// Returns whether the innermost element is a table, a section, a row or a group of columns, which can't contain text.
    pub(super) fn in_table_structure(&self) -> bool {
        let inner = self.innermost().map(|(_, open)| open.element.nesting);
        matches!(inner, Some(Nesting::Table(part)) if !matches!(part, TablePart::Cell | TablePart::Caption))
    }

    /// Opens a cell for content that would otherwise stand in a table but outside its cells. The standard would move the
    /// content in front of the table. That loses its place, and takes parsers quadratic time.
    pub(super) fn ensure_cell(&mut self) {
        if self.in_table_structure() && self.start_table_part(TablePart::Cell) {
            self.open_missing("td");
        }
    }

    /// Closes and opens elements so that a part of a table can follow. Returns `false` if no table is open.
    pub(super) fn start_table_part(&mut self, part: TablePart) -> bool {
        let is_table = |open: &OpenElement| {
            open.element.nesting == Nesting::Table(TablePart::Table) && open.is_written()
        };
        let Some(table) = self.open.iter().rposition(is_table) else {
            return false;
        };
        let inside = self.open.iter().skip(table + 1);
        let kept = inside.take_while(
            |open| matches!(open.element.nesting, Nesting::Table(outer) if stays_open_for(outer, part)),
        );
        self.close_down_to(table + 1 + kept.count());
        let outer = self.innermost().map(|(_, open)| open.element.nesting);
        let missing: &[&'static str] = match (part, outer) {
            (TablePart::Column, Some(Nesting::Table(TablePart::Table))) => &["colgroup"],
            (TablePart::Row, Some(Nesting::Table(TablePart::Table))) => &["tbody"],
            (TablePart::Cell, Some(Nesting::Table(TablePart::Table))) => &["tbody", "tr"],
            (TablePart::Cell, Some(Nesting::Table(TablePart::Section))) => &["tr"],
            _ => &[],
        };
        for name in missing {
            self.open_missing(name);
        }
        true
    }

    /// Opens an element without attributes that the document left out.
    fn open_missing(&mut self, name: &'static str) {
        let Some(element) = elements::by_name(name) else {
            return;
        };
        let start = self.out.len();
        self.element_count += 1;
        self.out.push('<');
        self.out.push_str(name);
        self.out.push('>');
        self.push(OpenElement::new(element, start, self.out.len()), None);
    }
}

/// Returns whether `outer` stays open when `part` begins.
fn stays_open_for(outer: TablePart, part: TablePart) -> bool {
    match part {
        TablePart::Column => outer == TablePart::ColumnGroup,
        TablePart::Row => outer == TablePart::Section,
        TablePart::Cell => matches!(outer, TablePart::Section | TablePart::Row),
        _ => false,
    }
}
