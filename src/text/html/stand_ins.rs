//! Finds what to show in place of an element that shows nothing by itself: an `object` whose program no browser has, a
//! block or a link that a script fills from its attributes, or a quote of which only the address is given. Most of it is
//! shown only if the element turns out to be empty; what [`super::substitutes`] finds always takes the place of the element.

use url::Url;

use super::attribute_values::value;
use super::frames::{host_and_path, is_unwanted, label_of_frame};
use super::picture_names::PICTURE_EXTENSIONS;
use super::style::Style;
use super::tag_attributes::lower;
use super::tokens::HtmlTag;
use super::{attributes, players};
use crate::text::url::absolute;

/// Longest attribute that is read as JSON, in bytes.
const MAX_JSON: usize = 64 << 10;

/// Length of the id of a YouTube video, in characters.
const YOUTUBE_ID: usize = 11;

/// File extensions of sounds.
const SOUNDS: [&str; 7] = ["mp3", "m4a", "ogg", "oga", "opus", "wav", "flac"];
/// File extensions of videos that browsers play.
const VIDEOS: [&str; 5] = ["mp4", "m4v", "webm", "ogv", "mov"];

/// What is shown if an element shows nothing by itself.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) enum Replacement {
    /// A link: its address and its text.
    Link(String, String),
    /// A picture: its address and its description.
    Picture(String, String),
    /// The address of a sound.
    Sound(String),
    /// The address of a video.
    Video(String),
    /// A formula in TeX, in a line of its own.
    Formula(String),
    /// Words in the line, such as those that a screen reader speaks.
    Words(String),
    /// The address of a known player.
    Frame(String),
}

/// Returns what stands in for the file or the page that an `object` or an `embed` shows. `None` for a known player, which
/// stays a frame, and for an element that is hidden or too small, has no address, or shows nothing of use (see [`of_file`]).
pub(super) fn of_object(tag: HtmlTag<'_>, base: Option<&Url>) -> Option<Replacement> {
    let address = value(tag, &["data", "src"])?;
    if attributes::is_hidden(tag, Style::of(tag)) || attributes::is_too_small(tag) {
        return None;
    }
    let label = value(tag, &["title", "aria-label", "alt"]);
    of_file(&address, value(tag, &["type"]).as_deref(), label, base)
}

/// Returns what stands in for the file that a `param` names for the program of its `object`.
pub(super) fn of_parameter(tag: HtmlTag<'_>, base: Option<&Url>) -> Option<Replacement> {
    let name = value(tag, &["name"])?.to_ascii_lowercase();
    let names_file = matches!(name.as_str(), "movie" | "src" | "url" | "filename" | "source" | "data");
    let address = value(tag, &["value"]).filter(|_| names_file)?;
    let player = absolute(&address, base).and_then(|address| players::player(&address));
    player.map(Replacement::Frame).or_else(|| of_file(&address, None, None, base))
}

/// Returns what is shown if the element of `tag`, whose name in lower case is `name`, has no content to show.
pub(super) fn of_block(name: &str, tag: HtmlTag<'_>, base: Option<&Url>) -> Option<Replacement> {
    match name {
        "blockquote" if tag.may_have("cite") || tag.may_have("permalink") => {
            linked(&value(tag, &["cite", "data-instgrm-permalink", "data-text-post-permalink"])?, None, base)
        }
        "span" | "div" if tag.may_have("data-latex") || tag.may_have("role") && tag.may_have("math") => {
            of_formula(tag).map(Replacement::Words)
        }
        // A script of the site turns an empty link of this kind into a card.
        "a" if tag.may_have("data-pin-do") || tag.may_have("embedly-card") => {
            linked(&value(tag, &["href"])?, None, base)
        }
        "div" if tag.may_have("data-attrs") => of_json(&value(tag, &["data-attrs"])?, base),
        "div" if tag.may_have("data-") || tag.may_have("wistia_async_") => {
            of_widget(tag, base).or_else(|| of_player(tag, base))
        }
        "code" if tag.may_have("data-gist-id") => of_gist(tag, base),
        _ => None,
    }
}

/// Returns what stands in for the file at an address. `None` for a known player, for Flash, for what shows nothing of the
/// article (see [`is_unwanted`]), and for the front page of a site if `label` is `None`.
fn of_file(
    address: &str,
    media_type: Option<&str>,
    label: Option<String>,
    base: Option<&Url>,
) -> Option<Replacement> {
    let address = absolute(address, base)?;
    if players::player(&address).is_some() || is_unwanted(&address) {
        return None;
    }
    let path = address.split(['?', '#']).next().unwrap_or_default();
    let extension = path.rsplit('/').next().and_then(|name| name.rsplit_once('.'));
    let extension = extension.map(|(_, extension)| extension.to_ascii_lowercase()).unwrap_or_default();
    let kind = media_type.and_then(|media_type| media_type.split_once('/')).map(|(kind, _)| kind);
    let is =
        |wanted: &str, extensions: &[&str]| kind == Some(wanted) || extensions.contains(&extension.as_str());
    // No browser runs Flash, so a file of it is not shown, nor linked to.
    if extension == "swf" || media_type == Some("application/x-shockwave-flash") {
        return None;
    }
    Some(if is("image", &PICTURE_EXTENSIONS) {
        Replacement::Picture(address, label.unwrap_or_default())
    } else if is("audio", &SOUNDS) {
        Replacement::Sound(address)
    } else if is("video", &VIDEOS) {
        Replacement::Video(address)
    } else {
        let label = label.or_else(|| label_of_frame(&address))?;
        Replacement::Link(address, label)
    })
}

/// Returns in TeX the formula that a script would draw, or else the words in which a screen reader speaks it.
fn of_formula(tag: HtmlTag<'_>) -> Option<String> {
    let is_formula = || value(tag, &["role"]).is_some_and(|role| role.eq_ignore_ascii_case("math"));
    value(tag, &["data-latex"]).or_else(|| value(tag, &["aria-label"]).filter(|_| is_formula()))
}

/// Returns what Substack's editor wrote as JSON for a script to show: a formula, a post, or a message of another site.
fn of_json(json: &str, base: Option<&Url>) -> Option<Replacement> {
    if json.len() > MAX_JSON {
        return None;
    }
    let fields: serde_json::Value = serde_json::from_str(json).ok()?;
    let text = |name: &str| {
        let text = fields.get(name)?.as_str()?.trim();
        (!text.is_empty()).then_some(text)
    };
    if let Some(formula) = text("persistentExpression") {
        return Some(Replacement::Formula(formula.to_owned()));
    }
    if let Some(message) = text("full_text") {
        return linked(text("url")?, Some(message), base);
    }
    linked(
        text("canonical_url").or_else(|| text("url").filter(|_| text("title").is_some()))?,
        text("title"),
        base,
    )
}

/// Returns a link to the page of a post, a video, a chart, a form or a code listing that a script writes into an empty block.
fn of_widget(tag: HtmlTag<'_>, base: Option<&Url>) -> Option<Replacement> {
    let class = value(tag, &["class"])?;
    let has = |wanted: &str| class.split_ascii_whitespace().any(|word| word == wanted);
    let address = if has("fb-post") || has("fb-video") {
        value(tag, &["data-href"])?
    } else if has("flourish-embed") {
        format!("https://public.flourish.studio/{}", value(tag, &["data-src"])?)
    } else if tag.may_have("data-gist-id") {
        return of_gist(tag, base);
    } else if has("typeform-widget") {
        value(tag, &["data-url"])?
    } else if let Some(id) =
        class.split_ascii_whitespace().find_map(|word| word.strip_prefix("wistia_async_"))
    {
        format!("https://fast.wistia.net/embed/iframe/{id}")
    } else if has("strava-embed-placeholder") {
        format!("https://www.strava.com/activities/{}", value(tag, &["data-embed-id"])?)
    } else if has("infogram-embed") {
        format!("https://infogram.com/{}", value(tag, &["data-id"])?)
    } else {
        return None;
    };
    linked(&address, value(tag, &["data-title", "title"]).as_deref(), base)
}

/// Returns a link to the code listing that a script writes into an empty element.
fn of_gist(tag: HtmlTag<'_>, base: Option<&Url>) -> Option<Replacement> {
    linked(&format!("https://gist.github.com/{}", value(tag, &["data-gist-id"])?), None, base)
}

/// Returns the known player that a script loads into an empty block when the reader asks for it. Any `data-` attribute
/// may have its address. A block for a YouTube player may have the id of the video instead.
fn of_player(tag: HtmlTag<'_>, base: Option<&Url>) -> Option<Replacement> {
    let mut is_youtube = false;
    let mut id = None;
    for (name, value) in tag.attributes() {
        let name = lower(name);
        if name == "class" {
            is_youtube = value.to_ascii_lowercase().contains("youtube");
        } else if name.starts_with("data-") {
            let value = htmlize::unescape_attribute(value);
            is_youtube |= name.contains("youtube") || value.eq_ignore_ascii_case("youtube");
            let is_address = value.starts_with("https://") || value.starts_with("//");
            let address = is_address.then(|| absolute(&value, base)).flatten();
            if let Some(player) = address.and_then(|address| players::player(&address)) {
                return Some(Replacement::Frame(player));
            }
            let is_id = value.len() == YOUTUBE_ID
                && value.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_'));
            id = id.or_else(|| (is_id && name.ends_with("id")).then(|| value.into_owned()));
        }
    }
    let player = id.filter(|_| is_youtube).map(|id| format!("https://www.youtube.com/embed/{id}"));
    player.and_then(|address| players::player(&address)).map(Replacement::Frame)
}

fn linked(address: &str, label: Option<&str>, base: Option<&Url>) -> Option<Replacement> {
    let address = absolute(address, base)?;
    let label = label.map_or_else(|| host_and_path(&address).to_owned(), str::to_owned);
    Some(Replacement::Link(address, label))
}
