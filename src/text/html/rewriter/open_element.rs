//! The elements that are open while a document is written.

use super::super::elements::Element;
use super::super::stand_ins::Replacement;
use super::super::style::LineEnds;

/// An element that is open.
#[expect(
    clippy::struct_excessive_bools,
    reason = "each is a property of its own, and they come in any combination"
)]
#[derive(Debug)]
pub(super) struct OpenElement {
    pub(super) element: &'static Element,
    /// Where its start tag begins in the output, in bytes.
    pub(super) start: usize,
    /// Where its content begins in the output, in bytes. The same as `start` if its tags are not written.
    pub(super) content: usize,
    /// What becomes of its content.
    pub(super) visibility: Visibility,
    /// How much visible content was written before the element began, in bytes of text.
    pub(super) shown_before: usize,
    /// What becomes of the line ends in the text.
    pub(super) lines: LineEnds,
    /// Whether it was opened because of a style, and not by a tag. It ends with the element that has the style.
    pub(super) is_by_style: bool,
    /// Whether it may be a rendering of a formula that follows as MathML or TeX.
    pub(super) may_repeat_formula: bool,
    /// What is shown if it shows nothing by itself.
    pub(super) stand_in: Option<Replacement>,
    /// Whether it is an `object` that is no known player.
    pub(super) is_object: bool,
    /// Whether it is an item of a list of tasks whose attributes show whether the task is done. A box, ticked or empty, was
    /// written at its beginning.
    pub(super) has_box: bool,
    /// Whether a script of Joomla replaces its text by an e-mail address.
    pub(super) holds_hidden_address: bool,
}

/// Which elements are removed with their content.
#[derive(Clone, Copy, PartialEq, Eq, Default, Debug)]
pub(super) enum Removal {
    /// Those that are hidden, and those in whose place something else is shown.
    #[default]
    HiddenAndReplaced,
    /// Only those in whose place something else is shown.
    Replaced,
    /// No element is removed.
    Nothing,
}

/// What becomes of the content of an element.
#[derive(Clone, Copy, PartialEq, Eq, Default, Debug)]
pub(super) enum Visibility {
    #[default]
    Shown,
    /// It is removed, unless more of the text is hidden than shown.
    Hidden,
    /// The content of a button. It is removed like hidden content, unless a heading begins in it.
    HiddenButton,
    /// It is removed, because something else is shown in its place.
    Replaced,
}

impl OpenElement {
    /// Returns an element whose start tag, if it is written, begins at `start` and ends at `content`.
    pub(super) fn new(element: &'static Element, start: usize, content: usize) -> Self {
        Self {
            element,
            start,
            content,
            visibility: Visibility::Shown,
            shown_before: 0,
            lines: LineEnds::Flow,
            is_by_style: false,
            may_repeat_formula: false,
            stand_in: None,
            is_object: false,
            has_box: false,
            holds_hidden_address: false,
        }
    }

    /// Returns whether its tags are written.
    pub(super) fn is_written(&self) -> bool {
        self.content > self.start
    }
}
