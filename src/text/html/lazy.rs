//! Finds the real address of an image, a sound or a video that a script of the site would have loaded.

use url::Url;

use super::mark_attributes;
use super::picture_names::PICTURE_EXTENSIONS;
use super::source_set::source_set;
use super::tag_attributes::lower;
use super::tokens::HtmlTag;
use crate::text::url::absolute;

/// Attributes whose address counts even if `src` has one, too. A script of the site would move that address to `src`.
/// `data-canonical-src` is different: GitHub shows its own copy of a picture in `src`, and keeps the address of the original
/// here.
const REPLACING: [&str; 4] = ["data-src", "data-lazy-src", "data-original", "data-canonical-src"];

/// Width in pixels that is written for `{width}` in an address, as in `pier_{width}x.jpg`. The script of a shop would
/// fill in the width of the screen there.
const FILLED_WIDTH: &str = "1024";

/// File extensions of sounds and videos.
const MEDIA_EXTENSIONS: [&str; 12] =
    ["mp4", "m4v", "webm", "ogv", "mov", "mp3", "m4a", "ogg", "oga", "opus", "wav", "m3u8"];

/// Words in the file name of a placeholder, which a site shows until its script has loaded the picture.
const PLACEHOLDER_WORDS: [&str; 18] = [
    "placeholder",
    "blank.",
    "blank_",
    "spacer",
    "transparent",
    "pixel.",
    "1x1",
    "lazy",
    "loading",
    "loader",
    "spinner",
    "grey.",
    "gray.",
    "clear.gif",
    "trans.gif",
    "dummy",
    "none.gif",
    "empty.gif",
];

/// Words in the name of an attribute whose picture is small or blurred, or is not the one that the element shows.
const LESSER_WORDS: [&str; 13] = [
    "thumb",
    "small",
    "low",
    "blur",
    "preview",
    "tiny",
    "placeholder",
    "link",
    "href",
    "caption",
    "title",
    "pin",
    "fallback",
];

/// What the attributes of a tag say about its real address.
#[derive(Clone, PartialEq, Eq, Default, Debug)]
pub(super) struct LazyAddresses {
    /// Address to write in `src`.
    pub(super) source: Option<String>,
    /// Addresses to write in `srcset`.
    pub(super) set: Option<String>,
    /// Whether `src` is missing, or is only a placeholder.
    pub(super) is_placeholder: bool,
}

/// Returns the real addresses of a picture.
pub(super) fn picture(tag: HtmlTag<'_>, base: Option<&Url>) -> LazyAddresses {
    find(tag, base, &PICTURE_EXTENSIONS)
}

/// Returns the real addresses of a sound, a video or one of their sources.
pub(super) fn media(tag: HtmlTag<'_>, base: Option<&Url>) -> LazyAddresses {
    find(tag, base, &MEDIA_EXTENSIONS)
}

fn find(tag: HtmlTag<'_>, base: Option<&Url>, extensions: &[&str]) -> LazyAddresses {
    let source = tag.attributes().find(|(name, _)| lower(name) == "src");
    let is_placeholder = source.is_none_or(|(_, value)| is_placeholder(value));
    let mut found = LazyAddresses { is_placeholder, ..LazyAddresses::default() };
    let mut best_rank = usize::MAX;
    for (name, value) in tag.attributes() {
        let name = lower(name);
        if matches!(
            &*name,
            "src"
                | "srcset"
                | "alt"
                | "title"
                | "class"
                | "id"
                | "style"
                | "sizes"
                | "poster"
                | mark_attributes::STYLE
        ) {
            continue;
        }
        if name.ends_with("srcset") {
            found.set = found.set.or_else(|| source_set(&htmlize::unescape_attribute(value), base));
            continue;
        }
        let Some(rank) = rank(&name, value, extensions, is_placeholder).filter(|rank| *rank < best_rank)
        else {
            continue;
        };
        let value = htmlize::unescape_attribute(value).replace("{width}", FILLED_WIDTH);
        // A script of the site fills in the other parts of a template. Until then it is not an address.
        if value.contains(['{', '}']) {
            continue;
        }
        if let Some(address) = absolute(&value, base).filter(|_| !self::is_placeholder(&value)) {
            found.source = Some(address);
            best_rank = rank;
        }
    }
    // If the address in `src` is none of those that a script would set, it is that of a blurred preview.
    let shown = source.and_then(|(_, value)| absolute(&htmlize::unescape_attribute(value), base));
    let is_in_set = |set: &str| {
        shown.as_deref().is_some_and(|shown| set.split([' ', ',']).any(|address| address == shown))
    };
    if found.source.is_none()
        && let Some(set) = found.set.as_deref().filter(|set| is_placeholder || !is_in_set(set))
    {
        found.source = largest(set);
    }
    found
}

/// Returns the rank of the address in an attribute; a lower rank is better. `None` if it is no address that should be shown.
/// `is_placeholder` says whether `src` is missing or only a placeholder.
fn rank(name: &str, value: &str, extensions: &[&str], is_placeholder: bool) -> Option<usize> {
    if let Some(at) = REPLACING.iter().position(|known| *known == name) {
        return Some(at);
    }
    let names_source = name.contains("src") && name.contains('-');
    if !is_placeholder || !names_source && !names_file(value, extensions) {
        return None;
    }
    let is_lesser = LESSER_WORDS.iter().any(|word| name.contains(word));
    let rank = if is_lesser {
        40
    } else if name.contains("large") || names_source {
        10
    } else if name.contains("medium") {
        20
    } else {
        30
    };
    Some(rank)
}

/// Returns whether a value looks like an address, and has one of these file extensions anywhere in it.
fn names_file(value: &str, extensions: &[&str]) -> bool {
    let value = value.trim();
    let is_address =
        !value.is_empty() && !value.contains(|c: char| c.is_whitespace() || "{}\"<>|".contains(c));
    is_address
        && value.match_indices('.').any(|(at, _)| {
            let after = value.get(at + 1..).unwrap_or_default();
            let end = after.find(|c: char| !c.is_ascii_alphanumeric()).unwrap_or(after.len());
            let end = after.get(..end).unwrap_or_default();
            extensions.iter().any(|known| known.eq_ignore_ascii_case(end))
        })
}

/// Returns whether an address is only a placeholder: it is empty (but for a query or a fragment), has a scheme that is
/// not fetched (such as `data:`), or is that of a file with one of [`PLACEHOLDER_WORDS`] in its name.
pub(super) fn is_placeholder(address: &str) -> bool {
    let address = address.trim().to_ascii_lowercase();
    let path = address.split(['?', '#']).next().unwrap_or_default();
    let name = path.rsplit('/').next().unwrap_or_default();
    path.is_empty()
        || ["data:", "about:", "javascript:", "blob:"].iter().any(|scheme| path.starts_with(scheme))
        || PLACEHOLDER_WORDS.iter().any(|word| name.contains(word))
}

/// Returns the address of the largest candidate of a `srcset` in sanitised HTML.
pub fn largest(set: &str) -> Option<String> {
    let candidates = set.split(", ").map(|candidate| candidate.split_once(' ').unwrap_or((candidate, "")));
    let size = |descriptor: &str| {
        let number = descriptor.trim_end_matches(['w', 'x']);
        number.parse::<f32>().unwrap_or(1.0)
    };
    let best = candidates.reduce(|best, next| if size(next.1) > size(best.1) { next } else { best });
    best.map(|(address, _)| address.to_owned())
}

#[cfg(test)]
mod tests {
    use super::super::tokens::{HtmlToken, HtmlTokens};
    use super::*;

    fn source(attributes: &str) -> Option<String> {
        let html = format!("<img {attributes}>");
        let Some(HtmlToken::Start(tag)) = HtmlTokens::of(&html).next() else { panic!("{html}") };
        picture(tag, None).source
    }

    #[test]
    fn any_attribute_may_name_the_picture_behind_a_placeholder() {
        for attributes in [
            "src='data:image/gif;base64,R0' data-any=https://a.example/p.jpg",
            "src=/img/blank.gif data-raw=https://a.example/p.jpg?w=3",
            "src=static/common/none.gif zoomfile=https://a.example/p.jpg file=https://a.example/p.jpg",
            "data-thumb=https://a.example/small.jpg data-full=https://a.example/p.jpg",
            "data-medium-file=https://a.example/m.jpg data-large-file=https://a.example/p.jpg",
            "src='' data-some-src=https://a.example/p.jpg",
            "src=https://a.example/t.jpg data-src=https://a.example/p.jpg",
            "src=https://camo.githubusercontent.com/0a1b data-canonical-src=https://a.example/p.jpg",
            "src=https://a.example/lqip.jpg data-srcset='https://a.example/s.jpg 300w, https://a.example/p.jpg 900w'",
            "src=# data-srcset='https://a.example/s.jpg 300w, https://a.example/p.jpg 900w'",
        ] {
            let found = source(attributes).unwrap_or_default();
            assert!(found.starts_with("https://a.example/p.jpg"), "{attributes}: {found}");
        }
    }

    #[test]
    fn a_real_address_is_kept_and_text_is_no_address() {
        for attributes in [
            "src=https://a.example/p.jpg data-big=https://a.example/q.jpg",
            "src=https://a.example/p.jpg data-srcset='https://a.example/p.jpg 300w, https://a.example/q.jpg 900w'",
            "src='data:,' data-caption='A photo of p.jpg'",
            "src='data:,' data-meta='{\"file\":\"p.jpg\"}'",
            "src='data:,' data-id=17 data-link=https://a.example/page",
            "src='data:,' data-src='data:,'",
            "src='data:,' alt=p.jpg",
        ] {
            assert_eq!(source(attributes), None, "{attributes}");
        }
    }
}
