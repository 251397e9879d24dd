//! Marks in a web page what the search for its article would drop: what only a style says, and what only a script or a frame
//! shows. The sanitiser reads the marks, so the article of a page keeps what the same HTML in a feed keeps.

use url::Url;

use super::frames::frame_link;
use super::mark_attributes::{LINK, STYLE, VIDEO, attribute};
use super::style::Style;
use super::substitutes::{self, Substitute};
use super::tokens::{HtmlTag, HtmlToken, HtmlTokens};
use super::{attribute_values, attributes, frame_addresses, players, stand_ins};

/// What to write into a page for the element of a tag.
pub(super) enum PageMark {
    /// A frame with these attributes, in place of the element.
    Frame(Vec<(&'static str, String)>),
    /// These characters, in place of an element that has no content.
    Characters(&'static str),
    /// The element itself, with these attributes added. Character references in their values stay as the document has
    /// them.
    Attributes(Vec<(&'static str, String)>),
}

/// Returns what to write for the element of `tag`, whose name in lower case is `name`. `is_in_item` says whether an item
/// of a list is open.
pub(super) fn mark(name: &str, tag: HtmlTag<'_>, is_in_item: bool) -> PageMark {
    if let Some((address, label)) = link_of_object(name, tag) {
        return frame_for_link(address, label);
    }
    match substitutes::substitute(name, tag) {
        Some(Substitute::Link(address, label)) => return frame_for_link(address, label),
        Some(Substitute::Mark(mark)) if is_in_item && !attributes::is_hidden(tag, Style::of(tag)) => {
            return PageMark::Characters(mark);
        }
        // The sanitiser replaces these elements itself.
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

/// How many tags and texts at the start of a page are read to find the tags of the page itself.
const MAX_TAGS: usize = 512;

/// Returns `rtl` if a whole page is written from right to left, as its `html` or its `body` says, else `None`.
pub fn direction_of_page(page: &str) -> Option<&'static str> {
    let tags = HtmlTokens::of(page).take(MAX_TAGS).filter_map(|token| match token {
        HtmlToken::Start(tag) if ["html", "body"].iter().any(|name| tag.name.eq_ignore_ascii_case(name)) => {
            Some(tag)
        }
        _ => None,
    });
    let mut directions = tags.filter_map(|tag| {
        let stated = attribute(tag, "dir").filter(|dir| dir.trim().eq_ignore_ascii_case("rtl"));
        stated.map(|_| "rtl").or(Style::of(tag).direction)
    });
    directions.find(|direction| *direction == "rtl")
}

fn frame_for_link(address: String, label: String) -> PageMark {
    let escaped = |text: String| htmlize::escape_attribute(text).into_owned();
    let (video, site) = VIDEO;
    PageMark::Frame(vec![(LINK, escaped(address)), ("title", escaped(label)), (video, site.to_owned())])
}

/// Returns the link for an `object` or an `embed` that is no known player: its address as the page has it, and its text.
fn link_of_object(name: &str, tag: HtmlTag<'_>) -> Option<(String, String)> {
    if !matches!(name, "object" | "embed") {
        return None;
    }
    // Any page will do as the base, because only whether there is a link depends on it.
    let base = Url::parse("https://page.invalid/").ok();
    stand_ins::of_object(tag, base.as_ref())?;
    let address = attribute_values::value(tag, &["data", "src"])?;
    let label = attribute_values::value(tag, &["title", "aria-label"]);
    Some((address.clone(), label.unwrap_or(address)))
}

/// Returns whether a frame is that of a known player, or will become a link.
fn is_kept_frame(name: &str, tag: HtmlTag<'_>) -> bool {
    if !matches!(name, "iframe" | "embed") {
        return false;
    }
    // Any page will do as the base, because the addresses are not written.
    let base = Url::parse("https://page.invalid/").ok();
    let mut addresses = frame_addresses::addresses(tag, base.as_ref()).into_iter();
    addresses.any(|address| players::player(&address).is_some())
        || name == "iframe" && frame_link(tag, base.as_ref()).is_some()
}
