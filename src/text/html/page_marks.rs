//! Marks in a web page what the search for its article would drop: what only a style says, and what only a script or a frame
//! shows. The sanitiser reads the marks, so the article of a page keeps what the same HTML in a feed keeps.

use url::Url;

use super::frames::frame_link;
use super::style::Style;
use super::substitutes::{self, Substitute};
use super::tag_attributes::lower;
use super::tokens::HtmlTag;
use super::{attributes, players};
use crate::text::url::absolute;

/// Attribute with a copy of the `style`. The search for the article drops styles.
pub(super) const STYLE: &str = "data-river-style";

/// Attribute of a frame that stands for a link to this address. Its `title` is the text of the link. The search drops
/// elements that are mostly links, but no frames of videos.
pub(super) const LINK: &str = "data-river-link";

/// An attribute by which the search takes a frame for that of a video, which it keeps.
const VIDEO: (&str, &str) = ("data-river-frame", "//www.youtube.com/");

/// What to write into a page for the element of a tag.
pub(super) enum PageMark {
    /// A frame with these attributes, in place of the element.
    Frame(Vec<(&'static str, String)>),
    /// These characters, in place of an element that has no content.
    Characters(&'static str),
    /// The element itself, with these attributes added. Their values have the references of the document.
    Attributes(Vec<(&'static str, String)>),
}

/// Returns what to write for the element of `tag`, whose name in lower case is `name`.
pub(super) fn mark(name: &str, tag: HtmlTag<'_>, is_in_item: bool) -> PageMark {
    match substitutes::substitute(name, tag) {
        Some(Substitute::Link(address, label)) => {
            let escaped = |text: String| htmlize::escape_attribute(text).into_owned();
            let (video, site) = VIDEO;
            return PageMark::Frame(vec![
                (LINK, escaped(address)),
                ("title", escaped(label)),
                (video, site.to_owned()),
            ]);
        }
        Some(Substitute::Mark(mark)) if is_in_item && !attributes::is_hidden(tag, Style::of(tag)) => {
            return PageMark::Characters(mark);
        }
        // The sanitiser replaces what these stand for.
        Some(Substitute::Mark(_) | Substitute::Text(_)) | None => {}
    }
    let mut added = Vec::new();
    if is_kept_frame(name, tag) {
        added.push((VIDEO.0, VIDEO.1.to_owned()));
    }
    if let Some(style) =
        attribute(tag, "style").filter(|_| name == "img" || Style::of(tag) != Style::default())
    {
        added.push((STYLE, style.to_owned()));
    }
    PageMark::Attributes(added)
}

/// Returns the link that a frame stands for, if [`mark`] wrote it: its address and its text.
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

/// Returns whether a frame is that of a known player, or will become a link.
fn is_kept_frame(name: &str, tag: HtmlTag<'_>) -> bool {
    if !matches!(name, "iframe" | "embed") {
        return false;
    }
    // Which page it is does not matter here.
    let base = Url::parse("https://page.invalid/").ok();
    let source = attribute(tag, "src").map(htmlize::unescape_attribute);
    let source = source.and_then(|source| absolute(&source, base.as_ref()));
    source.is_some_and(|source| players::player(&source).is_some())
        || name == "iframe" && frame_link(tag, base.as_ref()).is_some()
}

fn attribute<'a>(tag: HtmlTag<'a>, wanted: &str) -> Option<&'a str> {
    tag.attributes().find(|(name, _)| lower(name) == wanted).map(|(_, value)| value)
}
