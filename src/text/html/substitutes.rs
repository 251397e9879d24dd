//! Finds what to show in place of an element that an article can't show as it is: a link for a player, a listing or a frame, an
//! address that was hidden from robots, or the mark of a task box or an icon.

use super::attribute_values::value;
use super::tag_attributes::lower;
use super::tokens::HtmlTag;
use super::{embedding_scripts, hidden_addresses, mark_attributes};

/// What is shown in place of an element.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) enum Substitute {
    /// A link to the page that has what the element would show. Contains the address and the text of the link.
    Link(String, String),
    /// These characters, in place of the element and its content.
    Text(String),
    /// These characters. The element has no content.
    Mark(&'static str),
}

/// Returns what is shown in place of the element of `tag`, whose name in lower case is `name`. `None` if it is not replaced.
pub(super) fn substitute(name: &str, tag: HtmlTag<'_>) -> Option<Substitute> {
    match name {
        "a" | "span" if tag.may_have("data-cfemail") => {
            hidden_addresses::protected_text(&value(tag, &["data-cfemail"])?).map(Substitute::Text)
        }
        "iframe" => {
            let (address, label) = mark_attributes::link_of_frame(tag)?;
            Some(Substitute::Link(address, label))
        }
        "input" => task_box(tag).map(Substitute::Mark),
        "i" | "div" | "span"
            if ["check", "square", "times", "xmark"].iter().any(|sign| tag.may_have(sign)) =>
        {
            box_of_class(&value(tag, &["class"])?).map(Substitute::Mark)
        }
        "joomla-hidden-mail" => {
            let (first, last) = (value(tag, &["first"])?, value(tag, &["last"])?);
            hidden_addresses::address_of_parts(&first, &last).map(Substitute::Text)
        }
        "script" => {
            let page = embedding_scripts::page(tag)?;
            Some(Substitute::Link(page.clone(), page))
        }
        "oembed" => {
            let page = value(tag, &["url"]).filter(|page| page.starts_with("https://"))?;
            Some(Substitute::Link(page.clone(), page))
        }
        "amp-img" | "amp-anim" | "amp-video" | "amp-audio" | "amp-iframe" => None,
        _ if name.starts_with("amp-") || name.starts_with("lite-") || name.starts_with("youtube-") => {
            let page = page_of_player(name, tag)?;
            let label = value(tag, &["playlabel", "title", "data-title", "aria-label"]);
            Some(Substitute::Link(page.clone(), label.unwrap_or(page)))
        }
        _ => None,
    }
}

/// Returns whether an element of this name may be a player that [`substitute`] replaces by a link, or the e-mail address that
/// Joomla hid. `elements::by_name` asks this to know these elements. The link or the address then replaces their content too,
/// which would otherwise be shown after it.
pub(super) fn is_scripted_player(name: &str) -> bool {
    matches!(
        name,
        "lite-youtube"
            | "lite-vimeo"
            | "youtube-video"
            | "youtube-embed"
            | "amp-youtube"
            | "amp-vimeo"
            | "amp-dailymotion"
            | "amp-twitter"
            | "amp-instagram"
            | "amp-facebook"
            | "amp-gist"
            | "joomla-hidden-mail"
    )
}

/// Returns the address of the page that has what a scripted player shows.
fn page_of_player(name: &str, tag: HtmlTag<'_>) -> Option<String> {
    let names: &[&str] = &[
        "videoid",
        "video-id",
        "data-videoid",
        "data-video-id",
        "data-tweetid",
        "data-shortcode",
        "data-gistid",
        "data-href",
        "src",
    ];
    let id = value(tag, names)?;
    if name == "amp-facebook" || id.starts_with("https://") {
        return id.starts_with("https://").then_some(id);
    }
    let is_id = (1..=64).contains(&id.len())
        && id.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'_'));
    let page = match name {
        "lite-youtube" | "youtube-video" | "youtube-embed" | "amp-youtube" => {
            "https://www.youtube.com/watch?v="
        }
        "lite-vimeo" | "amp-vimeo" => "https://vimeo.com/",
        "amp-dailymotion" => "https://www.dailymotion.com/video/",
        "amp-twitter" => "https://twitter.com/i/status/",
        "amp-instagram" => "https://www.instagram.com/p/",
        "amp-gist" => "https://gist.github.com/",
        _ => return None,
    };
    is_id.then(|| format!("{page}{id}"))
}

/// Returns the mark that stands for a checkbox, which nobody could tick in an article. `None` for any other element, and for a
/// hidden one.
fn task_box(tag: HtmlTag<'_>) -> Option<&'static str> {
    let has = |wanted: &str| tag.attributes().any(|(name, _)| lower(name) == wanted);
    let is_checkbox = value(tag, &["type"]).is_some_and(|kind| kind.eq_ignore_ascii_case("checkbox"));
    (is_checkbox && !has("hidden")).then(|| if has("checked") { "☑ " } else { "☐ " })
}

/// Returns the mark of a task box, or of an icon that says yes or no, as the classes of Notion and Font Awesome show them.
fn box_of_class(class: &str) -> Option<&'static str> {
    let has = |wanted: &[&str]| class.split_ascii_whitespace().any(|word| wanted.contains(&word));
    if has(&["checkbox-on", "fa-check-square-o", "fa-check-square", "fa-square-check"]) {
        Some("☑ ")
    } else if has(&["checkbox-off", "fa-square-o", "fa-square"]) {
        Some("☐ ")
    } else if has(&["fa-check", "fa-check-circle", "fa-circle-check"]) {
        Some("✓ ")
    } else if has(&["fa-times", "fa-times-circle", "fa-xmark", "fa-circle-xmark"]) {
        Some("✗ ")
    } else {
        None
    }
}

/// Returns the mark of a list item whose attributes show whether it is done, as Quill, TipTap and Confluence write them.
pub(super) fn box_of_item(item: HtmlTag<'_>) -> Option<&'static str> {
    let is_done = if item.may_have("data-list") || item.may_have("data-checked") {
        match value(item, &["data-list", "data-checked"])?.as_str() {
            "checked" | "true" => true,
            "unchecked" | "false" => false,
            _ => return None,
        }
    } else if item.may_have("data-inline-task") {
        value(item, &["class"])
            .is_some_and(|class| class.split_ascii_whitespace().any(|word| word == "checked"))
    } else {
        return None;
    };
    Some(if is_done { "☑ " } else { "☐ " })
}
