//! Finds the part of a web page to which the fragment of an address leads: one release of a list of changes, one day of a
//! link blog.

use super::tag_attributes::lower;
use super::tokens::{HtmlTag, HtmlToken, HtmlTokens};

/// Elements that hold a part of a page, or a list of parts.
const CONTAINERS: [&str; 12] =
    ["div", "section", "article", "main", "body", "li", "ul", "ol", "dl", "details", "aside", "table"];

/// Largest share of a page, in tenths of its bytes, that counts as a part of it and not as the page itself.
const LARGEST_SHARE: usize = 7;

/// What ends the part.
enum PartEnd {
    /// The end tag of the element with this name.
    EndOf(String),
    /// A heading of this rank or a higher one, or the end of the element around the part.
    Heading(u8),
    /// The next element with this name, or the end of the element around the part.
    Next(&'static str),
}

/// Returns the HTML of the part with this id: the content of an element, or what follows a heading up to the next heading of
/// its rank or a higher one, or a term of a list with its descriptions. Returns `None` if the page has no such part, or if the
/// part is blank or is most of the page ([`LARGEST_SHARE`]).
pub fn section_of<'a>(page: &'a str, id: &str) -> Option<&'a str> {
    let mut tokens = HtmlTokens::of(page);
    let mut heading = None;
    let mut found = false;
    while let Some(token) = tokens.next() {
        match token {
            HtmlToken::Start(tag) => {
                let rank = rank_of(tag.name);
                heading = rank.or(heading);
                found |= is_target(tag, id);
                // A heading of the first rank is the title of the whole page.
                if found && heading == Some(1) {
                    return None;
                }
                let Some(end) = found.then(|| part_end(tag, heading)).flatten() else { continue };
                if matches!(end, PartEnd::Heading(_)) {
                    skip_heading(&mut tokens);
                }
                let part = part(page, tokens, &end)?;
                let is_part = part.len() * 10 <= page.len() * LARGEST_SHARE;
                return (is_part && !part.trim().is_empty()).then_some(part);
            }
            HtmlToken::End(name) if rank_of(name).is_some() => heading = None,
            // An anchor right before a heading stands for that heading. An anchor in the middle of a text stands for no part.
            HtmlToken::Text(text) if found && !text.trim().is_empty() && heading.is_none() => return None,
            _ => {}
        }
    }
    None
}

/// Returns what ends the part that the element of `tag` begins; `heading` is the rank of the heading around or at it. `None`
/// for an anchor, whose heading may follow.
fn part_end(tag: HtmlTag<'_>, heading: Option<u8>) -> Option<PartEnd> {
    let name = lower(tag.name);
    match (heading, &*name) {
        (Some(rank), _) => Some(PartEnd::Heading(rank)),
        (None, "dt") => Some(PartEnd::Next("dt")),
        (None, container) if CONTAINERS.contains(&container) => Some(PartEnd::EndOf(name.into_owned())),
        _ => None,
    }
}

fn skip_heading(tokens: &mut HtmlTokens<'_>) {
    for token in tokens.by_ref() {
        if matches!(token, HtmlToken::End(name) if rank_of(name).is_some()) {
            return;
        }
    }
}

/// Returns the part of `page` that begins where `tokens` are.
fn part<'a>(page: &'a str, mut tokens: HtmlTokens<'a>, end: &PartEnd) -> Option<&'a str> {
    let start = page.len() - tokens.left();
    let (mut depth, mut has_text) = (0_i32, false);
    loop {
        let at = page.len() - tokens.left();
        let is_end = match (tokens.next(), end) {
            (None, _) => true,
            (Some(HtmlToken::Text(text)), _) => {
                has_text |= !text.trim().is_empty();
                false
            }
            (Some(HtmlToken::Start(tag)), PartEnd::Heading(rank))
                if rank_of(tag.name).is_some_and(|other| other <= *rank) =>
            {
                true
            }
            (Some(HtmlToken::Start(tag)), PartEnd::Next(name)) if tag.name.eq_ignore_ascii_case(name) => true,
            (Some(HtmlToken::Start(tag)), PartEnd::EndOf(name)) => {
                depth += i32::from(tag.name.eq_ignore_ascii_case(name));
                false
            }
            (Some(HtmlToken::Start(tag)), _) => {
                depth += i32::from(CONTAINERS.contains(&&*lower(tag.name)));
                false
            }
            (Some(HtmlToken::End(name)), PartEnd::EndOf(own)) => {
                depth -= i32::from(name.eq_ignore_ascii_case(own));
                depth < 0
            }
            (Some(HtmlToken::End(name)), _) => {
                depth -= i32::from(CONTAINERS.contains(&&*lower(name)));
                // A heading may have a container of its own, which ends before the part begins.
                depth = if has_text { depth } else { depth.max(0) };
                depth < 0
            }
            _ => false,
        };
        if is_end {
            return page.get(start..at);
        }
    }
}

/// Returns whether a tag has this id. GitHub puts a prefix before the ids that an author wrote.
fn is_target(tag: HtmlTag<'_>, id: &str) -> bool {
    let is_id = |value: &str| value == id || value.strip_prefix("user-content-") == Some(id);
    (tag.may_have("id") || tag.may_have("name"))
        && tag.attributes().any(|(name, value)| match &*lower(name) {
            "id" => is_id(&htmlize::unescape_attribute(value)),
            "name" => tag.name.eq_ignore_ascii_case("a") && is_id(&htmlize::unescape_attribute(value)),
            _ => false,
        })
}

fn rank_of(name: &str) -> Option<u8> {
    match name.as_bytes() {
        [b'h' | b'H', digit @ b'1'..=b'6'] => Some(digit - b'0'),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_part_with_an_id_is_found_by_its_container_or_its_heading() {
        let rest = format!("<footer>{}</footer>", "other words ".repeat(60));
        for (page, part) in [
            (
                "<h1>Log</h1><section id=v2><h2>2</h2><p>two</p></section><section id=v1>one</section>",
                Some("<h2>2</h2><p>two</p>"),
            ),
            ("<div id=v2>a<div>b</div>c</div><div>d</div>", Some("a<div>b</div>c")),
            (
                "<h2 id=v3>3</h2><p>three</p><h2 id=v2>2</h2><p>two</p><h3>More</h3><p>x</p><h2 id=v1>1</h2><p>one</p>",
                Some("<p>two</p><h3>More</h3><p>x</p>"),
            ),
            ("<h2><a name=v2></a>2</h2><p>two</p><h2>1</h2>", Some("<p>two</p>")),
            ("<a id=v2></a>\n<h2>2</h2><p>two</p><h1>1</h1>", Some("<p>two</p>")),
            ("<div><h2>2</h2><a id=user-content-v2 href='#v2'></a></div><p>two</p>", None),
            (
                "<div><h2 id=user-content-v2>2</h2><a href='#v2'></a></div><p>two</p><div><h2>1</h2></div><p>one</p>",
                Some("<a href='#v2'></a></div><p>two</p><div>"),
            ),
            ("<main><h2 id=v2>2</h2><p>two</p></main><p>outside</p>", Some("<p>two</p>")),
            ("<dl><dt id=v2>2<dd>two<dt>1<dd>one</dl>", Some("2<dd>two")),
            ("<p>In a <span id=v2>text</span></p>", None),
            ("<p id=v1>one</p>", None),
            ("<h1 id=v2>Log</h1><div>contents</div><p>two</p>", None),
            ("<a id=v2></a><h1>Log</h1>\n<ul><li>contents</ul><p>two</p>", None),
        ] {
            let page = format!("{page}{rest}");
            assert_eq!(section_of(&page, "v2"), part, "{page}");
        }
        let whole = format!("<body id=v2>{}</body>", "words ".repeat(50));
        assert_eq!(section_of(&whole, "v2"), None);
    }
}
