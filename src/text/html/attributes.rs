//! Writes start tags with the attributes that the allow-list permits, and checks each value by its kind.

use url::Url;

use super::elements::{AttributeKind, Element, GLOBAL_ATTRIBUTES};
use super::emoji::{Emoji, emoji};
use super::lazy::{self, LazyAddresses};
use super::source_set::source_set;
use super::style::{self, Style};
use super::tag_attributes::lower;
use super::tokens::HtmlTag;
use super::{attribute_values, frame_addresses, hidden_addresses, mark_attributes, players, text, trackers};
use crate::text::url::{NON_WEB_SCHEMES, absolute};
use crate::text::words::is_all_digits;

/// Longest value that is text or a link with one of [`link_schemes`], in bytes: enough for a long `alt`. Longer text is
/// cut, and a longer link is dropped.
const MAX_TEXT: usize = 2048;

/// Schemes of links to write or speak to somebody. A link with one of them opens another program, and none runs a script.
const CONTACT_SCHEMES: [&str; 5] = ["mailto", "tel", "xmpp", "irc", "ircs"];

/// Returns the schemes that links may have besides http and https.
pub(super) fn link_schemes() -> impl Iterator<Item = &'static str> {
    CONTACT_SCHEMES.into_iter().chain(NON_WEB_SCHEMES)
}

/// Height in pixels that is written for the picture of an emoji, so that it stands in a line like a letter.
const EMOJI_HEIGHT: &str = "20";

/// A picture is an icon if its style gives it a width or a height of at most this many pixels.
const LARGEST_ICON: u32 = 63;

/// Names and decoded values of the attributes that are written.
type KeptAttributes = Vec<(&'static str, String)>;

/// What became of a start tag.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) enum WrittenTag {
    /// It is written. `is_lazy` says whether the address of a picture was found in another attribute than `src`, and
    /// `is_placeholder` whether the picture is only a placeholder for another one.
    Written { is_lazy: bool, is_placeholder: bool },
    /// It is not written, because it would be useless. Contains the description of an image whose address is not
    /// permitted.
    Useless(Option<String>),
}

/// Writes the start tag of `element` with the permitted attributes of `tag`. Writes nothing if that would be useless: a
/// link, image, source, track or frame without a permitted address, a `span` without attributes, a tracking pixel or a
/// hidden image.
pub(super) fn write_start_tag(
    out: &mut String,
    element: &Element,
    tag: HtmlTag<'_>,
    base: Option<&Url>,
) -> WrittenTag {
    let mut lazy = LazyAddresses::default();
    let kept = match element.name {
        "img" => match image_attributes(element, tag, base, &mut lazy) {
            Some(kept) => kept,
            None => return WrittenTag::Useless(None),
        },
        "iframe" => frame_attributes(element, tag, base),
        "audio" | "video" | "source" => media_attributes(element, tag, base),
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
        let description = kept.into_iter().find(|(name, _)| may_describe && *name == "alt");
        return WrittenTag::Useless(description.map(|(_, text)| text));
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
    let is_lazy = lazy.source.is_some() || lazy.set.is_some();
    WrittenTag::Written { is_lazy, is_placeholder: lazy.is_placeholder && !is_lazy && !has("srcset") }
}

/// Returns whether browsers hide the element of `tag`: its style or its attribute `hidden` says so, or it is a `dialog` that is
/// not open. An element with `hidden=until-found` is not hidden, because browsers show it when the reader searches the page.
/// Nor is the panel of a tab or of an accordion, because readers open it by a click on its title.
pub(super) fn is_hidden(tag: HtmlTag<'_>, style: Style) -> bool {
    let has_hidden = || {
        tag.attributes().any(|(name, value)| {
            name.eq_ignore_ascii_case("hidden") && !value.trim().eq_ignore_ascii_case("until-found")
        })
    };
    let is_open = || tag.attributes().any(|(name, _)| name.eq_ignore_ascii_case("open"));
    style.hides_in_line && is_in_line(tag.name)
        || (style.hides || tag.may_have("hidden") && has_hidden()) && !is_panel(tag)
        || tag.name.eq_ignore_ascii_case("dialog") && !is_open()
}

/// Returns whether an element is the panel of a tab or of an accordion, as its role, its class or a label in another element
/// (`aria-labelledby`) says.
fn is_panel(tag: HtmlTag<'_>) -> bool {
    if !["panel", "region", "labelledby", "content"].iter().any(|sign| tag.may_have(sign)) {
        return false;
    }
    tag.attributes().any(|(name, value)| match &*lower(name) {
        "role" => ["tabpanel", "region"].iter().any(|role| value.trim().eq_ignore_ascii_case(role)),
        "aria-labelledby" => true,
        "class" => {
            let class = value.to_ascii_lowercase();
            ["tab-content", "tab-pane", "tabpanel", "accordion-content", "accordion-panel", "toggle-content"]
                .iter()
                .any(|sign| class.contains(sign))
        }
        _ => false,
    })
}

/// Returns whether an element only marks words in a line.
fn is_in_line(name: &str) -> bool {
    const IN_LINE: [&str; 9] = ["span", "font", "a", "b", "strong", "i", "em", "u", "small"];
    IN_LINE.iter().any(|known| name.eq_ignore_ascii_case(known))
}

fn write_attribute(out: &mut String, name: &str, value: &str) {
    out.push(' ');
    out.push_str(name);
    out.push_str("=\"");
    text::append_attribute_value(out, value);
    out.push('"');
}

/// Returns the permitted attributes of a tag whose values are valid. If one is repeated, the first valid value counts. A
/// direction of writing that only the style states becomes `dir`.
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
    let is_directed = || kept.iter().any(|(name, _)| *name == "dir");
    if tag.may_have("direction")
        && !is_directed()
        && let Some(direction) = Style::of(tag).direction
    {
        kept.push(("dir", direction.to_owned()));
    }
    kept
}

/// Returns the attributes of a frame. Its address is `src`, or else the first player in `data` (of an old `object`) or in an
/// attribute from which a script moves it to `src`.
fn frame_attributes(element: &Element, tag: HtmlTag<'_>, base: Option<&Url>) -> KeptAttributes {
    let mut kept = kept_attributes(element, tag, base);
    if !kept.iter().any(|(name, _)| *name == "src") {
        let data = attribute_values::value(tag, &["data"]).and_then(|address| absolute(&address, base));
        let mut addresses = data.into_iter().chain(frame_addresses::addresses(tag, base));
        let player = addresses.find_map(|address| players::player(&address));
        kept.splice(..0, player.map(|player| ("src", player)));
    }
    kept
}

/// Returns the attributes of a sound, a video or one of their sources. If a script of the site would set the address or
/// the poster, it is taken from the attribute that holds it for the script. If the poster is a placeholder, the picture
/// behind the video is taken.
fn media_attributes(element: &Element, tag: HtmlTag<'_>, base: Option<&Url>) -> KeptAttributes {
    let mut kept = kept_attributes(element, tag, base);
    let has_spacer = |(name, value): &(&str, String)| *name == "poster" && lazy::is_placeholder(value);
    if element.name == "video" && kept.iter().any(has_spacer) {
        kept.retain(|attribute| !has_spacer(attribute));
        kept.extend(background(tag, base).map(|picture| ("poster", picture)));
    }
    if !tag.may_have("-") {
        return kept;
    }
    let lazy = lazy::media(tag, base);
    let has_source = kept.iter().any(|(name, _)| *name == "src");
    if !has_source && let Some(source) = lazy.source.filter(|_| lazy.set.is_none()) {
        kept.insert(0, ("src", source));
    }
    if element.name == "source"
        && let Some(set) = lazy.set
    {
        kept.retain(|(name, _)| *name != "srcset");
        kept.insert(0, ("srcset", set));
    }
    if element.name == "video" && !kept.iter().any(|(name, _)| *name == "poster") {
        let poster = tag.attributes().find(|(name, _)| lower(name) == "data-poster");
        let poster = poster.and_then(|(_, value)| absolute(&htmlize::unescape_attribute(value), base));
        kept.extend(poster.map(|poster| ("poster", poster)));
    }
    kept
}

/// Returns the attributes of an image, and the real addresses of a lazy-loading one in `lazy`. `None` for tracking pixels,
/// spacers and hidden images.
fn image_attributes(
    element: &Element,
    tag: HtmlTag<'_>,
    base: Option<&Url>,
    lazy: &mut LazyAddresses,
) -> Option<KeptAttributes> {
    if is_too_small(tag) {
        return None;
    }
    let mut kept = kept_attributes(element, tag, base);
    *lazy = lazy::picture(tag, base);
    for (name, lazy) in [("src", &lazy.source), ("srcset", &lazy.set)] {
        // If a script would set the address, the address in `src` or `srcset` is that of a placeholder.
        if let Some(lazy) = lazy {
            kept.retain(|(kept, _)| *kept != name);
            kept.insert(0, (name, lazy.clone()));
        }
    }
    if matches!(emoji(tag), Some(Emoji::Picture(_))) {
        kept.retain(|(name, _)| !matches!(*name, "width" | "height"));
        kept.push(("height", EMOJI_HEIGHT.to_owned()));
    }
    let is_sized = kept.iter().any(|(name, _)| matches!(*name, "width" | "height"));
    if let Some(icon) = icon_size(tag).filter(|_| !is_sized) {
        kept.push(icon);
    }
    let is_tracker = kept.iter().any(|(name, value)| *name == "src" && trackers::is_tracker(value));
    (!is_tracker && !is_hidden(tag, Style::of(tag))).then_some(kept)
}

/// Returns the address of the picture that a style puts behind an element. The blog software Ghost puts the first picture
/// of a video there, and an empty picture into `poster`.
fn background(tag: HtmlTag<'_>, base: Option<&Url>) -> Option<String> {
    let style = attribute_values::value(tag, &["style", mark_attributes::STYLE])?;
    let (_, after) = style.split_once("url(")?;
    let address = after.split(')').next()?.trim().trim_matches(['\'', '"']);
    absolute(address, base)
}

/// Returns the width or height that a style gives an icon, as an attribute. Without it the icon would be shown as large
/// as its file.
fn icon_size(tag: HtmlTag<'_>) -> Option<(&'static str, String)> {
    if !tag.may_have("style") {
        return None;
    }
    let (_, style) =
        tag.attributes().find(|(name, _)| matches!(&*lower(name), "style" | mark_attributes::STYLE))?;
    style::rules(&htmlize::unescape_attribute(style)).find_map(|(property, value)| {
        let name = ["width", "height"].into_iter().find(|name| *name == property)?;
        let pixels: u32 = value.strip_suffix("px")?.trim().parse().ok()?;
        (2..=LARGEST_ICON).contains(&pixels).then(|| (name, pixels.to_string()))
    })
}

/// Returns whether the attributes or the style of a tag leave nothing of an image or a frame to see.
pub(super) fn is_too_small(tag: HtmlTag<'_>) -> bool {
    tag.attributes().any(|(name, value)| {
        let value = || htmlize::unescape_attribute(value);
        match &*lower(name) {
            "width" | "height" => is_at_most_one_pixel(&value()),
            "style" => style_leaves_nothing_visible(&value()),
            _ => false,
        }
    })
}

/// Returns whether a width or height (`1`, `0`, `1px`) is too small to see.
fn is_at_most_one_pixel(size: &str) -> bool {
    let size = size.trim();
    let number = size.strip_suffix("px").unwrap_or(size).trim();
    matches!(number, "0" | "1" | "0.0" | "1.0")
}

/// Returns whether a style makes an image or a frame invisible.
fn style_leaves_nothing_visible(style: &str) -> bool {
    style::rules(style).any(|(property, value)| match &*property {
        "visibility" => value.starts_with("hidden"),
        "width" | "height" => is_at_most_one_pixel(&value),
        _ => false,
    })
}

/// Returns the value as it is published; `None` if it is not valid for its kind.
fn checked_value(kind: AttributeKind, value: &str, base: Option<&Url>) -> Option<String> {
    match kind {
        AttributeKind::Link => link(value, base),
        AttributeKind::Resource => absolute(value, base),
        AttributeKind::Player => absolute(value, base).and_then(|url| players::player(&url)),
        AttributeKind::SourceSet => source_set(value, base),
        AttributeKind::Text => {
            let text = text::one_line(text::truncated(value, MAX_TEXT));
            (!text.is_empty()).then_some(text)
        }
        AttributeKind::Number => {
            let value = value.trim();
            let number = value.strip_suffix("px").unwrap_or(value);
            (number.len() <= 6 && is_all_digits(number)).then(|| number.to_owned())
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

/// Returns the address of a link, which may be a web page or have one of [`link_schemes`]. An e-mail address that
/// Cloudflare hid from robots is decoded. `None` if the address is not valid.
fn link(value: &str, base: Option<&Url>) -> Option<String> {
    let value = value.trim();
    if let Some(address) = hidden_addresses::protected_link(value) {
        return link(&address, base);
    }
    if hidden_addresses::is_protected_link(value) {
        return None;
    }
    if !has_link_scheme(value) {
        return absolute(value, base);
    }
    let clean = value.len() <= MAX_TEXT && !value.chars().any(|c| c.is_whitespace() || c.is_control());
    let parses = clean && Url::parse(value).is_ok();
    parses.then(|| value.to_owned())
}

/// Returns whether an address begins with one of [`link_schemes`].
pub(super) fn has_link_scheme(address: &str) -> bool {
    address
        .split_once(':')
        .is_some_and(|(scheme, _)| link_schemes().any(|known| known.eq_ignore_ascii_case(scheme)))
}
