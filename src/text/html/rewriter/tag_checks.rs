//! Checks of single tags and addresses.

use super::super::attribute_values::value;
use super::super::elements::Element;
use super::super::style::Style;
use super::super::tag_attributes::lower;
use super::super::tokens::HtmlTag;

/// Returns whether a tag says that its text is written from right to left.
pub(super) fn is_directed(tag: HtmlTag<'_>) -> bool {
    let is_rtl =
        |(name, value): (&str, &str)| lower(name) == "dir" && value.trim().eq_ignore_ascii_case("rtl");
    Style::of(tag).direction == Some("rtl") || tag.attributes().any(is_rtl)
}

/// Returns whether a class says that an element is hidden until a script shows it: `kg-audio-hide` of Ghost, `hidden`.
pub(super) fn is_hidden_by_class(tag: HtmlTag<'_>) -> bool {
    let is_sign = |word: &str| word == "hidden" || word.ends_with("-hide") || word.ends_with("-hidden");
    tag.may_have("hid")
        && value(tag, &["class"]).is_some_and(|class| class.split_ascii_whitespace().any(is_sign))
}

/// Returns the `src` of a start tag that the rewriter wrote, or an empty text if it has none.
pub(super) fn source_of(tag: &str) -> &str {
    tag.split(" src=\"").nth(1).and_then(|after| after.split('"').next()).unwrap_or_default()
}

/// Returns whether an element can contain `source` and `track`.
pub(super) fn may_hold_sources(element: &Element) -> bool {
    matches!(element.name, "picture" | "audio" | "video")
}

/// Returns whether an element of this name is a heading.
pub(super) fn is_heading(name: &str) -> bool {
    matches!(name.as_bytes(), [b'h', b'1'..=b'6'])
}
