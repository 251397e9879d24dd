//! Finds the page of what a script writes into an article: a code listing, slides, a recording, a chart, a message.

use percent_encoding::percent_decode_str;

use super::attribute_values::value;
use super::tokens::HtmlTag;

/// Returns the page of what the script of this tag writes into the article.
pub(super) fn page(script: HtmlTag<'_>) -> Option<String> {
    message(script)
        .or_else(|| listing(&value(script, &["src"])?))
        .or_else(|| recording(script, &value(script, &["src"])?))
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

/// Returns the page of the listing, the slides, the chart or the recording that a script with this address writes into an
/// article, if its address or another attribute names it.
fn recording(script: HtmlTag<'_>, address: &str) -> Option<String> {
    let address = address.trim();
    let address = ["https://", "http://", "//"].iter().find_map(|scheme| address.strip_prefix(scheme))?;
    let (path, query) = address.split_once('?').unwrap_or((address, ""));
    let (host, path) = path.split_once('/')?;
    let is_word = |text: &&str| {
        !text.is_empty()
            && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_'))
    };
    match host.strip_prefix("www.").unwrap_or(host) {
        "emgithub.com" => {
            let target = query.split('&').find_map(|part| part.strip_prefix("target="))?;
            let target = percent_decode_str(target).decode_utf8().ok()?.into_owned();
            target.starts_with("https://github.com/").then_some(target)
        }
        "pastebin.com" => {
            let paste = path.strip_prefix("embed_js/").map(|paste| paste.trim_end_matches(".js"));
            Some(format!("https://pastebin.com/{}", paste.filter(is_word)?))
        }
        "speakerdeck.com" => {
            let id = value(script, &["data-id"])?;
            Some(format!("https://speakerdeck.com/player/{}", Some(&*id).filter(is_word)?))
        }
        "buzzsprout.com" => {
            let (show, episode) = path.strip_suffix(".js")?.split_once('/')?;
            Some(format!(
                "https://www.buzzsprout.com/{}/{}",
                Some(show).filter(is_word)?,
                Some(episode).filter(is_word)?
            ))
        }
        "datawrapper.dwcdn.net" => {
            let chart = path.strip_suffix("embed.js")?.split('/').next().filter(is_word)?;
            Some(format!("https://datawrapper.dwcdn.net/{chart}/"))
        }
        "player.podigee-cdn.net" | "cdn.podigee.com" => {
            value(script, &["data-configuration"]).filter(|page| page.starts_with("https://"))
        }
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::text::html::tokens::{HtmlToken, HtmlTokens};

    fn page_of(html: &str) -> Option<String> {
        HtmlTokens::of(html).find_map(|token| match token {
            HtmlToken::Start(tag) => page(tag),
            _ => None,
        })
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

    #[test]
    fn a_script_that_shows_a_chart_or_a_recording_is_a_link() {
        for (script, page) in [
            (
                "src=https://emgithub.com/embed-v2.js?target=https%3A%2F%2Fgithub.com%2Fjo%2Fx%2Fblob%2Fmain%2Fa.rs&style=vs",
                Some("https://github.com/jo/x/blob/main/a.rs"),
            ),
            ("src=https://emgithub.com/embed-v2.js?target=javascript%3Ax", None),
            ("src=//pastebin.com/embed_js/Ab12", Some("https://pastebin.com/Ab12")),
            (
                "class=speakerdeck-embed data-id=0a1b src=//speakerdeck.com/assets/embed.js",
                Some("https://speakerdeck.com/player/0a1b"),
            ),
            (
                "src=https://www.buzzsprout.com/12/34-the-quay.js?container_id=p",
                Some("https://www.buzzsprout.com/12/34-the-quay"),
            ),
            (
                "data-target='#v' src=https://datawrapper.dwcdn.net/Ab1/embed.js",
                Some("https://datawrapper.dwcdn.net/Ab1/"),
            ),
            (
                "src=https://player.podigee-cdn.net/a/podigee-podcast-player.js data-configuration=https://quay.podigee.io/1-a/embed",
                Some("https://quay.podigee.io/1-a/embed"),
            ),
            ("src=https://a.example/app.js data-id=1", None),
            ("data-id=1", None),
        ] {
            assert_eq!(page_of(&format!("<script {script}></script>")).as_deref(), page, "{script}");
        }
    }
}
