//! Writes start tags with the attributes that the allow-list permits, and checks each value by its kind.

use std::borrow::Cow;

use url::Url;

use super::elements::{AttributeKind, Element, GLOBAL_ATTRIBUTES};
use super::tokens::{HtmlTag, lower};
use super::{embeds, text};
use crate::text::url::absolute;

/// Longest value that is text, in bytes: enough for a long `alt`.
const MAX_TEXT: usize = 2048;

/// How many candidates of a `srcset` are kept. Image services offer up to 15.
const MAX_CANDIDATES: usize = 24;

/// Schemes that links may have besides http and https. They open another program to write or speak to somebody or to
/// fetch something, and run no script.
const LINK_SCHEMES: [&str; 9] =
    ["mailto:", "tel:", "xmpp:", "irc:", "ircs:", "magnet:", "gemini:", "gopher:", "ftp:"];

/// Attributes that hold the address of an image until a lazy-loading script moves it to `src`.
const LAZY_SOURCES: [&str; 5] =
    ["data-src", "data-lazy-src", "data-original", "data-orig-file", "data-full-src"];

/// Names and decoded values of the attributes that are written.
type KeptAttributes = Vec<(&'static str, String)>;

/// Writes the start tag of `element` with the permitted attributes of `tag`. Writes nothing if that would be useless: a
/// link without an address, an image without a source, a tracking pixel, or a frame that is not a known player. If an
/// image is not written because its address is not permitted, returns its description, which is shown in its place.
pub(super) fn write_start_tag(
    out: &mut String,
    element: &Element,
    tag: HtmlTag<'_>,
    base: Option<&Url>,
) -> Option<String> {
    let kept = match element.name {
        "img" => image_attributes(element, tag, base)?,
        "iframe" => frame_attributes(element, tag, base),
        _ => kept_attributes(element, tag, base),
    };
    let has = |name| kept.iter().any(|(kept, _)| *kept == name);
    let is_meaningful = match element.name {
        "a" => has("href"),
        "iframe" | "track" => has("src"),
        "img" | "source" => has("src") || has("srcset"),
        "span" => !kept.is_empty(),
        _ => true,
    };
    if !is_meaningful {
        let has_address = tag.attributes().any(|(name, _)| name.eq_ignore_ascii_case("src"));
        let may_describe = element.name == "img" && has_address;
        return kept.into_iter().find(|(name, _)| may_describe && *name == "alt").map(|(_, text)| text);
    }
    out.push('<');
    out.push_str(element.name);
    for (name, value) in &kept {
        write_attribute(out, name, value);
    }
    for (name, value) in element.attributes {
        if let AttributeKind::Always(value) = value {
            write_attribute(out, name, value);
        }
    }
    out.push('>');
    None
}

/// Returns whether browsers hide the element of `tag` until a script or the reader opens it. Elements with
/// `hidden=until-found` do not count, because browsers show them when the reader searches the page.
pub(super) fn is_hidden(tag: HtmlTag<'_>) -> bool {
    let mut is_open = false;
    for (name, value) in tag.attributes() {
        match &*lower(name) {
            "hidden" if !value.trim().eq_ignore_ascii_case("until-found") => return true,
            "style" if style_hides(&htmlize::unescape_attribute(value)) => return true,
            "open" => is_open = true,
            _ => {}
        }
    }
    tag.name.eq_ignore_ascii_case("dialog") && !is_open
}

fn write_attribute(out: &mut String, name: &str, value: &str) {
    out.push(' ');
    out.push_str(name);
    out.push_str("=\"");
    text::append_attribute_value(out, value);
    out.push('"');
}

/// Returns the permitted attributes of a tag whose values are valid. If one is repeated, the first valid value counts.
fn kept_attributes(element: &Element, tag: HtmlTag<'_>, base: Option<&Url>) -> KeptAttributes {
    let mut kept = KeptAttributes::new();
    let all_known = element.attributes.len() + GLOBAL_ATTRIBUTES.len();
    for (name, value) in tag.attributes() {
        if kept.len() >= all_known {
            break;
        }
        let name = lower(name);
        let known = element.attributes.iter().chain(&GLOBAL_ATTRIBUTES).find(|(known, _)| *known == name);
        let Some((name, kind)) = known else {
            continue;
        };
        if kept.iter().any(|(kept, _)| kept == name) {
            continue;
        }
        if let Some(value) = checked_value(*kind, &htmlize::unescape_attribute(value), base) {
            kept.push((name, value));
        }
    }
    kept
}

/// Returns the attributes of a frame. Its address is `src`, or else the first player in `data` (of an old `object`) or in a
/// lazy-loading attribute.
fn frame_attributes(element: &Element, tag: HtmlTag<'_>, base: Option<&Url>) -> KeptAttributes {
    let mut kept = kept_attributes(element, tag, base);
    if !kept.iter().any(|(name, _)| *name == "src") {
        let may_hold_address = |name: &str| name == "data" || LAZY_SOURCES.contains(&name);
        let mut values = tag.attributes().filter(|(name, _)| may_hold_address(&lower(name)));
        let player = values.find_map(|(_, value)| {
            checked_value(AttributeKind::Player, &htmlize::unescape_attribute(value), base)
        });
        kept.splice(..0, player.map(|player| ("src", player)));
    }
    kept
}

/// Returns the attributes of an image. A lazy-loading image gets its real source. `None` for tracking pixels, spacers and
/// hidden images.
fn image_attributes(element: &Element, tag: HtmlTag<'_>, base: Option<&Url>) -> Option<KeptAttributes> {
    let mut lazy_source = None;
    let mut lazy_set = None;
    for (name, value) in tag.attributes() {
        let name = lower(name);
        let value = || htmlize::unescape_attribute(value);
        match &*name {
            "width" | "height" if is_at_most_one_pixel(&value()) => return None,
            "style" if style_leaves_nothing_visible(&value()) => return None,
            "data-srcset" | "data-lazy-srcset" => lazy_set = source_set(&value(), base),
            lazy if LAZY_SOURCES.contains(&lazy) && lazy_source.is_none() => {
                lazy_source = absolute(&value(), base);
            }
            _ => {}
        }
    }
    let mut kept = kept_attributes(element, tag, base);
    for (name, lazy) in [("src", lazy_source), ("srcset", lazy_set)] {
        // If there is a lazy source, the plain one is a placeholder.
        if let Some(lazy) = lazy {
            kept.retain(|(kept, _)| *kept != name);
            kept.insert(0, (name, lazy));
        }
    }
    let is_tracker = kept.iter().any(|(name, value)| *name == "src" && embeds::is_tracker(value));
    (!is_tracker && !is_hidden(tag)).then_some(kept)
}

/// Returns whether a width or height (`1`, `0`, `1px`) is too small to see.
fn is_at_most_one_pixel(size: &str) -> bool {
    let size = size.trim();
    let number = size.strip_suffix("px").unwrap_or(size).trim();
    matches!(number, "0" | "1" | "0.0" | "1.0")
}

/// Returns whether a style hides its element.
fn style_hides(style: &str) -> bool {
    any_rule(style, |property, value| property == "display" && value.starts_with("none"))
}

/// Returns whether a style makes an image invisible.
fn style_leaves_nothing_visible(style: &str) -> bool {
    any_rule(style, |property, value| match property {
        "visibility" => value.starts_with("hidden"),
        "width" | "height" => is_at_most_one_pixel(value.trim_end_matches("!important")),
        _ => false,
    })
}

/// Returns whether any rule of a style is wanted. `is_wanted` gets its property and value in lower case.
fn any_rule(style: &str, is_wanted: impl Fn(&str, &str) -> bool) -> bool {
    style.split(';').filter_map(|rule| rule.split_once(':')).any(|(property, value)| {
        is_wanted(&property.trim().to_ascii_lowercase(), &value.trim().to_ascii_lowercase())
    })
}

/// Returns the value as it is published; `None` if it is not valid for its kind.
fn checked_value(kind: AttributeKind, value: &str, base: Option<&Url>) -> Option<String> {
    match kind {
        AttributeKind::Link => link(value, base),
        AttributeKind::Resource => absolute(value, base),
        AttributeKind::Player => absolute(value, base).and_then(|url| embeds::player(&url)),
        AttributeKind::SourceSet => source_set(value, base),
        AttributeKind::Text => {
            let text = text::one_line(text::truncated(value, MAX_TEXT));
            (!text.is_empty()).then_some(text)
        }
        AttributeKind::Number => {
            let value = value.trim();
            let number = value.strip_suffix("px").unwrap_or(value);
            let digits = (1..=6).contains(&number.len()) && number.bytes().all(|byte| byte.is_ascii_digit());
            digits.then(|| number.to_owned())
        }
        AttributeKind::OneOf(known) => {
            let value = value.trim();
            let exact = known.iter().find(|known| **known == value);
            exact
                .or_else(|| known.iter().find(|known| known.eq_ignore_ascii_case(value)))
                .map(|known| (*known).to_owned())
        }
        AttributeKind::Flag => Some(String::new()),
        AttributeKind::Always(_) => None,
    }
}

/// Returns the address of a link, which may be a web page or have one of [`LINK_SCHEMES`].
fn link(value: &str, base: Option<&Url>) -> Option<String> {
    let value = value.trim();
    let has_other_scheme = LINK_SCHEMES
        .iter()
        .any(|scheme| value.get(..scheme.len()).is_some_and(|start| start.eq_ignore_ascii_case(scheme)));
    if !has_other_scheme {
        return absolute(value, base);
    }
    let clean = value.len() <= MAX_TEXT && !value.chars().any(|c| c.is_whitespace() || c.is_control());
    let parses = clean && Url::parse(value).is_ok();
    parses.then(|| value.to_owned())
}

/// Returns a `srcset` with absolute addresses (HTML standard, "parse a srcset attribute"). Candidates with an invalid
/// address or descriptor are removed.
fn source_set(value: &str, base: Option<&Url>) -> Option<String> {
    let mut rest = value;
    let mut candidates: Vec<String> = Vec::new();
    while candidates.len() < MAX_CANDIDATES {
        rest = rest.trim_start_matches(|c: char| c.is_whitespace() || c == ',');
        if rest.is_empty() {
            break;
        }
        let (url, after) = rest.split_once(char::is_whitespace).unwrap_or((rest, ""));
        let address = url.trim_end_matches(',');
        let descriptor = if address.len() < url.len() {
            rest = after;
            ""
        } else {
            let (descriptor, after) = after.split_once(',').unwrap_or((after, ""));
            rest = after;
            descriptor.trim()
        };
        let Some(url) =
            absolute(address, base).filter(|_| descriptor.is_empty() || is_descriptor(descriptor))
        else {
            continue;
        };
        let url = url.trim_end_matches(',');
        candidates.push(if descriptor.is_empty() { url.to_owned() } else { format!("{url} {descriptor}") });
    }
    (!candidates.is_empty()).then(|| candidates.join(", "))
}

/// Returns whether `text` is a descriptor of a candidate: `640w`, `1.5x`.
fn is_descriptor(text: &str) -> bool {
    let number = text.strip_suffix('w').or_else(|| text.strip_suffix('x'));
    number.is_some_and(|number| {
        !number.is_empty() && number.bytes().all(|byte| byte.is_ascii_digit() || byte == b'.')
    })
}

/// Returns whether every address of a `srcset` written by [`source_set`] is a web address.
pub(super) fn is_safe_source_set(value: &str) -> bool {
    value.split(", ").all(|candidate| is_web_address(candidate.split(' ').next().unwrap_or_default()))
}

/// Returns whether `value` is a web address that [`absolute`] would not change.
pub(super) fn is_web_address(value: &str) -> bool {
    absolute(value, None).is_some_and(|url| Cow::Borrowed(value) == url)
}
