//! Names the attributes with which [`super::page_marks`] marks a web page before its article is searched for, and which
//! the sanitiser reads after that.

use super::tag_attributes::lower;
use super::tokens::HtmlTag;

/// How the names of these attributes begin.
pub(super) const PREFIX: &str = "data-river-";

/// Attribute with a copy of the `style`. The search for the article drops styles.
pub(super) const STYLE: &str = "data-river-style";

/// Attribute of a frame that stands for a link. Its value is the address of the link, and the `title` of the frame is the
/// text. The search drops elements that are mostly links, but no frames of videos.
pub(super) const LINK: &str = "data-river-link";

/// An attribute by which the search takes a frame for that of a video, which it keeps.
pub(super) const VIDEO: (&str, &str) = ("data-river-frame", "//www.youtube.com/");

/// Returns the link that a frame stands for, if `page_marks::mark` wrote it: its address and its text.
pub(super) fn link_of_frame(tag: HtmlTag<'_>) -> Option<(String, String)> {
    if !tag.may_have(LINK) {
        return None;
    }
    let value =
        |name: &str| attribute(tag, name).map(|value| htmlize::unescape_attribute(value).into_owned());
    let address = value(LINK)?;
    let label = value("title").filter(|label| !label.trim().is_empty()).unwrap_or_else(|| address.clone());
    Some((address, label))
}

/// Returns the value of an attribute, with its references not decoded.
pub(super) fn attribute<'a>(tag: HtmlTag<'a>, wanted: &str) -> Option<&'a str> {
    tag.attributes().find(|(name, _)| lower(name) == wanted).map(|(_, value)| value)
}
