//! Prepares sanitised HTML for a page of riverd's own: pictures load when they are about to be seen, players become links, and
//! the headings stand below the one main heading of the page.

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
    let mut headings = Headings::default();
    for token in HtmlTokens::of(html) {
        match token {
            HtmlToken::Text(text) => page.push_str(text),
            HtmlToken::Start(tag) => {
                open_links += usize::from(tag.name == "a");
                let name = headings.start(tag.name).unwrap_or_else(|| name_on_page(tag.name));
                write_start(&mut page, name, tag, open_links > 0);
            }
            // A frame was written whole at its start tag, and sanitised HTML has no scripts.
            HtmlToken::End("iframe") | HtmlToken::Tex(_) | HtmlToken::AddressScript(_) => {}
            HtmlToken::End(name) => {
                open_links = open_links.saturating_sub(usize::from(name == "a"));
                page.extend(["</", headings.end(name).unwrap_or_else(|| name_on_page(name)), ">"]);
            }
        }
    }
    SafeHtml::assume_sanitised(page)
}

/// Returns the name under which an element of this name is written. The page itself has a main part, so the article gets none.
fn name_on_page(name: &str) -> &str {
    if name == "main" { "div" } else { name }
}

/// The names of headings by their level.
const HEADINGS: [&str; 6] = ["h1", "h2", "h3", "h4", "h5", "h6"];

/// The levels that the headings of an article get on the page. The main heading of the page is the only `h1`, and a heading is
/// at most one level below the one that it stands under: people who hear a page walk through it by its headings, and a level
/// that is left out sounds like a part that is missing.
#[derive(Default)]
struct Headings {
    /// The level in the article and the level on the page of each heading that the next one may stand under.
    above: Vec<(usize, usize)>,
    /// The names of the headings that have not ended.
    open: Vec<&'static str>,
}

impl Headings {
    /// Returns the name of a heading that starts. `None` if the element is no heading.
    fn start(&mut self, name: &str) -> Option<&'static str> {
        let level = HEADINGS.iter().position(|heading| *heading == name)?;
        while self.above.last().is_some_and(|(above, _)| *above >= level) {
            self.above.pop();
        }
        let on_page = self.above.last().map_or(0, |(_, on_page)| *on_page) + 1;
        self.above.push((level, on_page));
        let [.., lowest] = HEADINGS;
        let name = HEADINGS.get(on_page).copied().unwrap_or(lowest);
        self.open.push(name);
        Some(name)
    }

    /// Returns the name of a heading that ends. `None` if the element is no heading.
    fn end(&mut self, name: &str) -> Option<&'static str> {
        HEADINGS.contains(&name).then(|| self.open.pop())?
    }
}

/// Writes the start of an element under this name.
fn write_start(page: &mut String, name: &str, tag: HtmlTag<'_>, in_link: bool) {
    if tag.name == "iframe" {
        if !in_link {
            write_player_link(page, tag);
        }
        return;
    }
    page.extend(["<", name]);
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
    fn no_level_of_headings_is_left_out() {
        for (levels, on_page) in [
            ("4", "2"),
            ("2 4 3 4 2", "2 3 3 4 2"),
            ("1 2 3", "2 3 4"),
            ("3 1 2 6", "2 2 3 4"),
            ("1 2 3 4 5 6", "2 3 4 5 6 6"),
        ] {
            let headings = |levels: &str| -> String {
                levels.split(' ').map(|level| format!("<h{level}>A</h{level}>")).collect()
            };
            assert_eq!(shown(&headings(levels)), headings(on_page), "{levels}");
        }
        let nested = shown("<h2>A <span><h5>B</h5></span></h2><p>C</p>");
        assert_eq!(nested.matches("<h3>B</h3>").count(), 1, "{nested}");
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
