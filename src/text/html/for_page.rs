//! Prepares sanitised HTML for a page of riverd's own: pictures load when they are about to be seen, players become links, and
//! the page keeps its one main heading.

use super::tag_attributes::lower;
use super::tokens::{HtmlTag, HtmlToken, HtmlTokens};
use crate::model::SafeHtml;

/// Returns the HTML of an article for a page of riverd's own. Pictures load when they are about to be seen, and sounds and
/// videos when they are played. Only the poster of a video loads with the page. A player becomes a link, or is left out if
/// it stands in a link.
pub fn for_page(html: &SafeHtml) -> SafeHtml {
    let html = html.as_str();
    let mut page = String::with_capacity(html.len() + html.len() / 8);
    let mut open_links: usize = 0;
    for token in HtmlTokens::of(html) {
        match token {
            HtmlToken::Text(text) => page.push_str(text),
            HtmlToken::Start(tag) => {
                open_links += usize::from(tag.name == "a");
                write_start(&mut page, tag, open_links > 0);
            }
            // A frame was written whole at its start tag, and sanitised HTML has no scripts.
            HtmlToken::End("iframe") | HtmlToken::Tex(_) | HtmlToken::AddressScript(_) => {}
            HtmlToken::End(name) => {
                open_links = open_links.saturating_sub(usize::from(name == "a"));
                page.extend(["</", name_on_page(name), ">"]);
            }
        }
    }
    SafeHtml::assume_sanitised(page)
}

/// Returns the name under which an element of this name is written. The page itself has a main heading and a main part, so
/// the article gets neither.
fn name_on_page(name: &str) -> &str {
    match name {
        "h1" => "h2",
        "main" => "div",
        other => other,
    }
}

fn write_start(page: &mut String, tag: HtmlTag<'_>, in_link: bool) {
    if tag.name == "iframe" {
        if !in_link {
            write_player_link(page, tag);
        }
        return;
    }
    page.extend(["<", name_on_page(tag.name)]);
    for (name, value) in tag.attributes() {
        page.extend([" ", &lower(name), "=\"", &quoted(value), "\""]);
    }
    if tag.name == "img" {
        // In a link, a picture without a description gets one, because it may be all that the link shows.
        if !tag.attributes().any(|(name, _)| name == "alt") {
            page.push_str(if in_link { " alt=\"picture\"" } else { " alt=\"\"" });
        }
        page.push_str(" loading=\"lazy\" decoding=\"async\" referrerpolicy=\"no-referrer\"");
    }
    if matches!(tag.name, "pre" | "table") {
        // The style sheet lets these elements scroll, and people who use a keyboard must be able to reach what scrolls.
        page.push_str(" tabindex=\"0\"");
    }
    page.push('>');
}

/// Writes a link to a player instead of its frame, which would load a whole page from elsewhere.
fn write_player_link(page: &mut String, tag: HtmlTag<'_>) {
    let Some((_, address)) = tag.attributes().find(|(name, _)| *name == "src") else { return };
    let host = address.split('/').nth(2).unwrap_or("player");
    page.extend(["<a class=\"player\" rel=\"noreferrer\" href=\"", &quoted(address), "\">▶ "]);
    let title = tag.attributes().find(|(name, _)| *name == "title").map(|(_, title)| title.trim());
    if let Some(title) = title.filter(|title| !title.is_empty() && !is_name_of_player(title)) {
        page.extend([quoted(title).as_str(), " – "]);
    }
    page.extend([quoted(host).as_str(), "</a>"]);
}

/// Returns whether the title of a frame only names the player, as in the code that sites offer for embedding.
fn is_name_of_player(title: &str) -> bool {
    let title = title.to_ascii_lowercase();
    title.ends_with("video player")
        || title.ends_with("embed")
        || title.ends_with("iframe")
        || title == "video"
}

/// Escapes what could end an attribute or begin a tag. The value is not decoded, so `&` stays.
fn quoted(value: &str) -> String {
    value.replace('"', "&quot;").replace('<', "&lt;").replace('>', "&gt;")
}

#[cfg(test)]
mod tests {
    use super::super::sanitise;
    use super::*;

    fn shown(html: &str) -> String {
        for_page(&sanitise(html, None).unwrap().html).as_str().to_owned()
    }

    #[test]
    fn pictures_load_late_and_name_no_referrer() {
        assert_eq!(
            shown("<p><img src=\"https://a.example/1.png\" alt=\"a &quot;b&quot; &lt;img&gt;\"></p>"),
            "<p><img src=\"https://a.example/1.png\" alt=\"a &quot;b&quot; &lt;img&gt;\" loading=\"lazy\" decoding=\"async\" \
             referrerpolicy=\"no-referrer\"></p>"
        );
        assert!(shown("<img src=\"https://a.example/1.png\">").contains("alt=\"\""));
        assert!(
            shown("<a href=\"https://a.example/\"><img src=\"https://a.example/1.png\"></a>")
                .contains("alt=\"picture\"")
        );
    }

    #[test]
    fn what_scrolls_can_be_reached_by_keyboard() {
        assert_eq!(shown("<pre>a  b</pre>"), "<pre tabindex=\"0\">a  b</pre>");
        let table = shown("<table><tr><td>1</td><td>2</td></tr><tr><td>3</td><td>4</td></tr></table>");
        assert!(table.contains("<table tabindex=\"0\">"), "{table}");
    }

    #[test]
    fn a_player_becomes_a_link() {
        let html = shown("<p>See <iframe src=\"https://www.youtube.com/embed/x1\"></iframe> now</p>");
        assert!(!html.contains("iframe"), "{html}");
        assert!(
            html.contains("href=\"https://www.youtube.com/embed/x1\">▶ www.youtube.com</a> now"),
            "{html}"
        );
    }

    #[test]
    fn the_link_to_a_player_says_what_is_played() {
        for (title, text) in [
            ("The pier &amp; the tide", "▶ The pier &amp; the tide – www.youtube.com"),
            ("YouTube video player", "▶ www.youtube.com"),
            ("", "▶ www.youtube.com"),
        ] {
            let html = shown(&format!(
                "<iframe src=\"https://www.youtube.com/embed/x1\" title=\"{title}\"></iframe>"
            ));
            assert!(html.contains(&format!("\">{text}</a>")), "{html}");
        }
    }

    #[test]
    fn the_page_keeps_its_one_heading_and_main_part() {
        assert_eq!(shown("<main><h1>A</h1></main>"), "<div><h2>A</h2></div>");
    }

    #[test]
    fn sanitising_the_result_again_loses_no_text() {
        for html in
            ["<p>a &lt;b&gt; c</p>", "<ul><li>x<ul><li>y</li></ul></li></ul>", "<pre>a\n  b &amp; c</pre>"]
        {
            let page = shown(html).replace(" tabindex=\"0\"", "");
            assert_eq!(page, sanitise(html, None).unwrap().html.as_str(), "{html}");
        }
    }
}
