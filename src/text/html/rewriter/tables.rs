//! Tables: the parts that documents leave out, and content where only parts can stand.

use super::{Nesting, OpenElement, Rewriter, elements};
use crate::text::html::elements::TablePart;

impl Rewriter<'_> {
    /// Directly in a table, a section, a row or a group of columns, where no text can stand.
    pub(super) fn in_table_structure(&self) -> bool {
        let inner = self.innermost().map(|(_, open)| open.element.nesting);
        matches!(inner, Some(Nesting::Table(part)) if !matches!(part, TablePart::Cell | TablePart::Caption))
    }

    /// Before content that is no part of a table: a cell, where there is none. The standard would move the content in
    /// front of the table, which loses its place, and costs quadratic time in parsers.
    pub(super) fn ensure_cell(&mut self) {
        if self.in_table_structure() && self.start_table_part(TablePart::Cell) {
            self.open_missing("td");
        }
    }

    /// Closes and opens what a part of a table needs around it; `false` where there is no table.
    pub(super) fn start_table_part(&mut self, part: TablePart) -> bool {
        let is_table = |open: &OpenElement| {
            open.element.nesting == Nesting::Table(TablePart::Table) && open.is_written()
        };
        let Some(table) = self.open.iter().rposition(is_table) else {
            return false;
        };
        let around = self.open.iter().skip(table + 1);
        let kept = around.take_while(
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
        self.open.push(OpenElement { element, start, content: self.out.len(), shown_before: None });
    }
}

/// Whether `outer` stays open when `part` begins.
fn stays_open_for(outer: TablePart, part: TablePart) -> bool {
    match part {
        TablePart::Column => outer == TablePart::ColumnGroup,
        TablePart::Row => outer == TablePart::Section,
        TablePart::Cell => matches!(outer, TablePart::Section | TablePart::Row),
        _ => false,
    }
}
