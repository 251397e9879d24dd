//! Visits what a fragment shows and names: its texts, and the addresses and descriptions in its tags.

use super::emoji::{Emoji, emoji};
use super::hidden_content::HiddenContent;
use super::style::Style;
use super::tag_attributes::lower;
use super::text::decode;
use super::tokens::{HtmlTag, HtmlToken, HtmlTokens, TexFormula};
use super::{elements, hidden_addresses, trackers};
use crate::text::byte_runs::count_words;

/// A part of a fragment, by its role for a reader.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum FragmentPart<'a> {
    /// Text that a reader sees.
    Text(&'a str),
    /// Text whose line ends and spaces a reader sees.
    PreformattedText(&'a str),
    /// Text in a hidden element.
    HiddenText(&'a str),
    /// The start or the end of an element that is struck out. If only a style strikes it out, its end is not visited.
    Strike,
    /// Address or description in a link, a picture, a sound, a video or a player. Addresses of trackers are left out.
    Attribute(&'a str),
    /// Description of a picture that is not hidden and is larger than a pixel.
    SeenDescription(&'a str),
    /// Address of a picture, a sound, a video or a player that a reader sees or hears. `data:` addresses, and addresses
    /// of trackers and of pictures of one pixel, are left out.
    SeenFile(&'a str),
}

/// Calls `visit` with each text of a fragment, and with the addresses and descriptions in its tags, in order. A description or
/// a file that a reader sees is visited twice: as [`FragmentPart::Attribute`], and then as [`FragmentPart::SeenDescription`] or
/// [`FragmentPart::SeenFile`].
pub fn visit_parts(html: &str, mut visit: impl FnMut(FragmentPart<'_>)) {
    let mut hidden = HiddenContent::of(html);
    let mut preformatted = 0_usize;
    for token in HtmlTokens::of(html) {
        let is_hidden = hidden.hides(&token);
        match token {
            HtmlToken::Text(raw) | HtmlToken::Tex(TexFormula { text: raw, .. }) => {
                let text = decode(raw);
                visit(match preformatted {
                    _ if is_hidden => FragmentPart::HiddenText(&text),
                    0 => FragmentPart::Text(&text),
                    _ => FragmentPart::PreformattedText(&text),
                });
            }
            HtmlToken::AddressScript(_) => {}
            HtmlToken::End(name) => {
                preformatted = preformatted.saturating_sub(usize::from(name.eq_ignore_ascii_case("pre")));
                if !is_hidden && strikes(name) {
                    visit(FragmentPart::Strike);
                }
            }
            HtmlToken::Start(tag) => {
                preformatted += usize::from(tag.name.eq_ignore_ascii_case("pre"));
                if !is_hidden && (strikes(tag.name) || Style::of(tag).is_struck()) {
                    visit(FragmentPart::Strike);
                }
                // The picture of an emoji stands for its characters, as in the sanitised text.
                let is_picture = tag.name.eq_ignore_ascii_case("img");
                match is_picture.then(|| emoji(tag)).flatten() {
                    Some(Emoji::Characters(text)) if is_hidden => visit(FragmentPart::HiddenText(&text)),
                    Some(Emoji::Characters(text)) => visit(FragmentPart::Text(&text)),
                    _ => visit_attributes(&tag, is_hidden, &mut visit),
                }
            }
        }
    }
}

/// Returns whether an element shows its text struck out.
pub(super) fn strikes(name: &str) -> bool {
    ["s", "strike", "del"].iter().any(|known| name.eq_ignore_ascii_case(known))
}

/// A tag of sanitised HTML, or a text in which line ends and spaces count.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum TextMarkup<'a> {
    /// The name of a start tag.
    Start(&'a str),
    /// The name of an end tag.
    End(&'a str),
    /// A preformatted text, with its character references not decoded.
    Preformatted(&'a str),
}

/// Calls `visit` with each preformatted text of sanitised HTML and each tag that changes how the text is shown, and with
/// the number of words before it.
pub fn visit_markup(html: &str, mut visit: impl FnMut(TextMarkup<'_>, usize)) {
    let shows = |name: &str| !matches!(name, "div" | "span");
    let (mut words, mut preformatted) = (0, 0_usize);
    for token in HtmlTokens::of(html) {
        match token {
            HtmlToken::Text(raw) => {
                if preformatted > 0 {
                    visit(TextMarkup::Preformatted(raw), words);
                }
                words += count_words(raw);
            }
            HtmlToken::Tex(_) | HtmlToken::AddressScript(_) => {}
            HtmlToken::Start(tag) => {
                preformatted += usize::from(tag.name == "pre");
                if shows(tag.name) {
                    visit(TextMarkup::Start(tag.name), words);
                }
            }
            HtmlToken::End(name) => {
                preformatted = preformatted.saturating_sub(usize::from(name == "pre"));
                if shows(name) {
                    visit(TextMarkup::End(name), words);
                }
            }
        }
    }
}

/// Calls `visit` with the addresses and descriptions in a tag.
fn visit_attributes(tag: &HtmlTag<'_>, is_hidden: bool, visit: &mut impl FnMut(FragmentPart<'_>)) {
    let Some(element) = elements::by_name(&lower(tag.name)) else { return };
    if element.name != "a" && !element.is_embedded() {
        return;
    }
    let is_seen = element.is_embedded() && !is_hidden && !is_pixel(tag);
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
            // Cloudflare encodes a protected address differently at each request, so the decoded address is visited.
            match hidden_addresses::protected_link(value) {
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
pub(super) fn is_pixel(tag: &HtmlTag<'_>) -> bool {
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
