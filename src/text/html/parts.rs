//! Visits what a fragment shows and names: its texts, and the addresses and descriptions in its tags.

use super::tag_attributes::lower;
use super::text::decode;
use super::tokens::{HtmlTag, HtmlToken, HtmlTokens, TexFormula};
use super::{elements, substitutes, trackers};

/// A part of a fragment, by its role for a reader.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum FragmentPart<'a> {
    /// Text that a reader sees.
    Text(&'a str),
    /// Address or description in a link, a picture, a sound, a video or a player. Addresses of trackers are left out.
    Attribute(&'a str),
    /// Description of a picture that is larger than a pixel.
    SeenDescription(&'a str),
    /// Address of a picture, a sound, a video or a player that a reader sees or hears. Addresses of trackers and of pictures
    /// of one pixel are left out.
    SeenFile(&'a str),
}

/// Calls `visit` with each text of a fragment, and with the addresses and descriptions in its tags, in order. A description
/// or a file that a reader sees is visited twice: as [`FragmentPart::Attribute`], and then as what it is.
pub fn visit_parts(html: &str, mut visit: impl FnMut(FragmentPart<'_>)) {
    for token in HtmlTokens::of(html) {
        match token {
            HtmlToken::Text(raw) | HtmlToken::Tex(TexFormula { text: raw, .. }) => {
                visit(FragmentPart::Text(&decode(raw)));
            }
            HtmlToken::End(_) => {}
            HtmlToken::Start(tag) => visit_attributes(&tag, &mut visit),
        }
    }
}

/// Calls `visit` with the addresses and descriptions in a tag.
fn visit_attributes(tag: &HtmlTag<'_>, visit: &mut impl FnMut(FragmentPart<'_>)) {
    let Some(element) = elements::by_name(&lower(tag.name)) else { return };
    if element.name != "a" && !element.is_embedded() {
        return;
    }
    let is_seen = element.is_embedded() && !is_pixel(tag);
    for (name, value) in tag.attributes() {
        let name = lower(name);
        let is_file = matches!(&*name, "src" | "data-src");
        let is_description = name == "alt";
        if !is_file && !is_description && name != "href" {
            continue;
        }
        let decoded = htmlize::unescape_attribute(value);
        let is_tracker = trackers::is_tracker(value);
        if !is_tracker {
            // Cloudflare writes a protected address differently at each request.
            match substitutes::protected_link(value) {
                Some(address) => visit(FragmentPart::Attribute(&address)),
                None => visit(FragmentPart::Attribute(&decoded)),
            }
        }
        if is_seen && is_description {
            visit(FragmentPart::SeenDescription(&decoded));
        }
        if is_seen && is_file && !is_tracker && !value.starts_with("data:") {
            visit(FragmentPart::SeenFile(&decoded));
        }
    }
}

/// Returns whether a tag says that its picture is at most a pixel wide or high.
fn is_pixel(tag: &HtmlTag<'_>) -> bool {
    tag.attributes().any(|(name, value)| {
        let is_size = matches!(&*lower(name), "width" | "height");
        is_size && matches!(value.trim().trim_end_matches("px"), "0" | "1")
    })
}

/// Calls `visit` with the address of each image, sound, video and player in a fragment, in order. Trackers are left out.
pub fn visit_media(html: &str, mut visit: impl FnMut(&str)) {
    for token in HtmlTokens::of(html) {
        let HtmlToken::Start(tag) = token else { continue };
        if elements::by_name(&lower(tag.name)).is_some_and(elements::Element::is_embedded) {
            for (name, value) in tag.attributes() {
                if lower(name) == "src" && !trackers::is_tracker(value) {
                    visit(&htmlize::unescape_attribute(value));
                }
            }
        }
    }
}
