//! Finds what to show in place of an element that an article can't show as it is: a link for a player, a listing or a frame, an
//! address that was hidden from robots, or the mark of a task box.

use std::sync::LazyLock;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use memchr::memmem::Finder;

use super::mark_attributes;
use super::tag_attributes::lower;
use super::tokens::HtmlTag;

/// Longest protected address that is decoded: in hexadecimal digits, or for each of its two parts in characters of Base64.
const MAX_PROTECTED: usize = 1024;

/// Path in the links that Cloudflare writes in place of links to e-mail addresses.
const PROTECTED_LINK: &str = "/cdn-cgi/l/email-protection";

/// Searches for [`PROTECTED_LINK`].
static PROTECTED_LINK_FINDER: LazyLock<Finder<'static>> = LazyLock::new(|| Finder::new(PROTECTED_LINK));

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
            protected_text(&value(tag, &["data-cfemail"])?).map(Substitute::Text)
        }
        "iframe" => {
            let (address, label) = mark_attributes::link_of_frame(tag)?;
            Some(Substitute::Link(address, label))
        }
        "input" => task_box(tag).map(Substitute::Mark),
        "i" | "div" | "span" if tag.may_have("check") || tag.may_have("square") => {
            box_of_class(&value(tag, &["class"])?).map(Substitute::Mark)
        }
        "joomla-hidden-mail" => address_of_joomla(tag).map(Substitute::Text),
        "script" => {
            let page = message(tag).or_else(|| listing(&value(tag, &["src"])?))?;
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

/// Returns the page of the message that Telegram's script writes into an article.
fn message(script: HtmlTag<'_>) -> Option<String> {
    if !script.may_have("data-telegram-post") {
        return None;
    }
    let post = value(script, &["data-telegram-post"])?;
    let is_post = post.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'/'));
    is_post.then(|| format!("https://t.me/{post}"))
}

/// Returns whether an element of this name may be a player that [`substitute`] replaces by a link, or the e-mail address that
/// Joomla hid. `elements::by_name` knows these elements, so the link or the address replaces their content too. The content of
/// an element that it does not know is shown after the link.
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

/// Returns the page of the code listing or the recording that the script at this address writes into an article:
/// `https://gist.github.com/jo/1` for `https://gist.github.com/jo/1.js`.
fn listing(script: &str) -> Option<String> {
    let address = script.trim();
    let address = ["https://", "http://", "//"].iter().find_map(|scheme| address.strip_prefix(scheme))?;
    let host = address.split('/').next()?;
    let is_known = matches!(host, "gist.github.com" | "gitlab.com" | "asciinema.org" | "jsfiddle.net");
    let (path, query) = address.split_once('?').unwrap_or((address, ""));
    let is_listing = host != "gitlab.com" || path.contains("/snippets/");
    let is_listing = is_listing && (host != "jsfiddle.net" || path.contains("/embed/"));
    if !is_known || !is_listing {
        return None;
    }
    let page = path.strip_suffix(".js").or_else(|| path.split_once("/embed/").map(|(page, _)| page))?;
    let file =
        query.split('&').find_map(|part| part.strip_prefix("file=")).filter(|_| host == "gist.github.com");
    let fragment = file.map(|file| format!("#file-{}", file.to_ascii_lowercase().replace('.', "-")));
    Some(format!("https://{page}{}", fragment.unwrap_or_default()))
}

/// Returns the mark of a task box, which is a checkbox that nobody can tick in an article.
fn task_box(tag: HtmlTag<'_>) -> Option<&'static str> {
    let has = |wanted: &str| tag.attributes().any(|(name, _)| lower(name) == wanted);
    let is_checkbox = value(tag, &["type"]).is_some_and(|kind| kind.eq_ignore_ascii_case("checkbox"));
    (is_checkbox && !has("hidden")).then(|| if has("checked") { "☑ " } else { "☐ " })
}

/// Returns the mark of a task box that only its class shows: of Notion or Font Awesome.
fn box_of_class(class: &str) -> Option<&'static str> {
    let has = |wanted: &[&str]| class.split_ascii_whitespace().any(|word| wanted.contains(&word));
    if has(&["checkbox-on", "fa-check-square-o", "fa-check-square", "fa-square-check"]) {
        Some("☑ ")
    } else if has(&["checkbox-off", "fa-square-o", "fa-square"]) {
        Some("☐ ")
    } else {
        None
    }
}

/// Returns the mark of an item of a list whose attribute shows whether it is done, as Quill writes it.
pub(super) fn box_of_item(item: HtmlTag<'_>) -> Option<&'static str> {
    match item.may_have("data-list").then(|| value(item, &["data-list"]))??.as_str() {
        "checked" => Some("☑ "),
        "unchecked" => Some("☐ "),
        _ => None,
    }
}

/// Returns the e-mail address that Joomla hid from robots: two parts in Base64.
fn address_of_joomla(tag: HtmlTag<'_>) -> Option<String> {
    let part = |name: &str| {
        let bytes = STANDARD.decode(value(tag, &[name]).filter(|part| part.len() <= MAX_PROTECTED)?).ok()?;
        String::from_utf8(bytes).ok()
    };
    let address = format!("{}@{}", part("first")?, part("last")?);
    (!address.chars().any(|c| c.is_control() || c.is_whitespace())).then_some(address)
}

/// Returns the text that Cloudflare hid from robots. In hexadecimal digits it holds a key byte and then each byte of the
/// text, combined with the key by exclusive or.
pub(super) fn protected_text(digits: &str) -> Option<String> {
    if digits.len() > MAX_PROTECTED
        || !digits.len().is_multiple_of(2)
        || !digits.bytes().all(|b| b.is_ascii_hexdigit())
    {
        return None;
    }
    let byte = |at: usize| u8::from_str_radix(digits.get(at..at + 2)?, 16).ok();
    let key = byte(0)?;
    let bytes: Option<Vec<u8>> =
        (2..digits.len()).step_by(2).map(|at| byte(at).map(|byte| byte ^ key)).collect();
    let text = String::from_utf8(bytes?).ok()?;
    (!text.is_empty() && !text.chars().any(char::is_control)).then_some(text)
}

/// Returns the `mailto:` address that a link to a protected address means: `/cdn-cgi/l/email-protection#…`.
pub(super) fn protected_link(href: &str) -> Option<String> {
    let at = PROTECTED_LINK_FINDER.find(href.as_bytes())?;
    let digits = href.get(at + PROTECTED_LINK.len()..)?;
    protected_text(digits.strip_prefix('#')?).map(|address| format!("mailto:{address}"))
}

/// Returns whether an address leads to a protected address, whether or not that can be read.
pub(super) fn is_protected_link(href: &str) -> bool {
    PROTECTED_LINK_FINDER.find(href.as_bytes()).is_some()
}

/// Returns the decoded value of the first of these attributes that is not blank.
pub(super) fn value(tag: HtmlTag<'_>, names: &[&str]) -> Option<String> {
    names.iter().find_map(|wanted| {
        let (_, value) = tag.attributes().find(|(name, _)| lower(name) == *wanted)?;
        let value = htmlize::unescape_attribute(value).trim().to_owned();
        (!value.is_empty()).then_some(value)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_protected_address_is_decoded() {
        assert_eq!(protected_text("553f3a153d3a2621").as_deref(), Some("jo@host"));
        for other in ["", "55", "5", "zz11", "5555", "55ff"] {
            assert_eq!(protected_text(other), None, "{other}");
        }
    }

    #[test]
    fn a_script_that_shows_a_listing_is_a_link() {
        for (script, page) in [
            ("https://gist.github.com/jo/0a1b.js", Some("https://gist.github.com/jo/0a1b")),
            ("//gist.github.com/0a1b.js?file=Main.rs", Some("https://gist.github.com/0a1b#file-main-rs")),
            ("https://asciinema.org/a/17.js", Some("https://asciinema.org/a/17")),
            ("https://gitlab.com/jo/x/-/snippets/5.js", Some("https://gitlab.com/jo/x/-/snippets/5")),
            ("https://jsfiddle.net/jo/ab/embed/js,result/", Some("https://jsfiddle.net/jo/ab")),
            ("https://gitlab.com/app.js", None),
            ("https://a.example/gist.github.com/jo/1.js", None),
            ("/gist.js", None),
        ] {
            assert_eq!(listing(script).as_deref(), page, "{script}");
        }
    }
}
