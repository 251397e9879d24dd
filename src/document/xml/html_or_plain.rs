//! Decides whether a text that should be HTML is plain text, and whether it was escaped twice.

use std::borrow::Cow;

use super::entities::is_xml_char;
use super::html_elements::{HtmlElement, html_element};
use super::scan::Scanner;
use super::tags::{XmlTag, XmlToken};
use super::text_kind::{Field, TagReader, TagReading, has_markup};
use super::twice_escaped;
use crate::text::html;

/// Returns a text that is HTML by its declaration or by its dialect, as HTML (`Ok`) or as plain text (`Err`). It is
/// plain text if it has no markup. If it was escaped twice and is no title, it is decoded once more.
pub(in crate::document) fn html_or_plain(
    text: Cow<'_, str>,
    is_title: bool,
) -> Result<Cow<'_, str>, Cow<'_, str>> {
    if !text.contains(['<', '&']) {
        return Err(text);
    }
    let field = if is_title { Field::HtmlTitle } else { Field::Html };
    // A browser drops a comment even without an end.
    let text = without_comments(text);
    if text.contains("<!--") {
        return Ok(text);
    }
    if has_markup(&text, field) {
        return Ok(if is_title { text } else { with_types_escaped(text) });
    }
    let decoded = decoded_once(text);
    if !is_title && is_escaped_html(&decoded) {
        return Ok(decoded);
    }
    Err(if !is_title && twice_escaped::is_escaped_text(&decoded) { decoded_once(decoded) } else { decoded })
}

/// Returns a text without its comments if it has no other tag. A comment without an end stays.
fn without_comments(text: Cow<'_, str>) -> Cow<'_, str> {
    let is_comment = |at: usize| text.get(at..).is_some_and(|rest| rest.starts_with("<!--"));
    let mut tags = memchr::memchr_iter(b'<', text.as_bytes()).peekable();
    if tags.peek().is_none_or(|at| !is_comment(*at)) {
        return text;
    }
    let (mut out, mut rest) = (String::new(), &*text);
    while let Some((before, after)) = rest.split_once("<!--") {
        let Some((_, after)) = after.split_once("-->") else { break };
        out.push_str(before);
        rest = after;
    }
    out.push_str(rest);
    if out.contains('<') { text } else { Cow::Owned(out) }
}

/// Returns the text with its references decoded, without the characters that XML forbids.
fn decoded_once(text: Cow<'_, str>) -> Cow<'_, str> {
    let decoded = match html::decode_references(&text) {
        Cow::Borrowed(_) => text,
        Cow::Owned(decoded) => Cow::Owned(decoded),
    };
    if decoded.chars().all(is_xml_char) {
        decoded
    } else {
        Cow::Owned(decoded.chars().filter(|c| is_xml_char(*c)).collect())
    }
}

/// Returns HTML in which the names of types that look like tags (`Option<T>`) are escaped. No element of HTML has a name like
/// this, and a browser would drop it. HTML with a block, a link or a picture is left as it is.
fn with_types_escaped(text: Cow<'_, str>) -> Cow<'_, str> {
    let mut tags = TagReader::of(&text, Field::Html);
    let mut scanner = Scanner::new(&text);
    let mut types = Vec::new();
    while let Some((at, token)) = scanner.next() {
        let XmlToken::Start(tag) = token else { continue };
        match tags.read_start(&tag, at, scanner.pos()) {
            TagReading::Certain => return text,
            TagReading::Text if is_type(&tag) => types.push(at),
            _ => {}
        }
    }
    if types.is_empty() {
        return text;
    }
    let (mut out, mut copied) = (String::with_capacity(text.len() + 3 * types.len()), 0);
    for at in types {
        out.push_str(text.get(copied..at).unwrap_or_default());
        out.push_str("&lt;");
        copied = at + 1;
    }
    out.push_str(text.get(copied..).unwrap_or_default());
    Cow::Owned(out)
}

/// Returns whether a tag looks like the name of a type: it begins with a capital, has no attributes, and HTML does not know it.
fn is_type(tag: &XmlTag<'_>) -> bool {
    let is_unknown = html_element(tag.name) == HtmlElement::Unknown;
    is_unknown
        && !tag.empty
        && tag.attributes.trim().is_empty()
        && tag.name.starts_with(|c: char| c.is_ascii_uppercase())
}

/// Returns whether a decoded text is HTML, and not a text about HTML: it begins with a tag and has a block, or has a link or
/// a picture with an address, or several line breaks.
fn is_escaped_html(decoded: &str) -> bool {
    if !decoded.contains('<') {
        return false;
    }
    let mut tags = TagReader::of(decoded, Field::Untyped);
    let mut scanner = Scanner::new(decoded);
    let begins_with_tag = decoded.trim_start().starts_with('<');
    let mut breaks = 0;
    while let Some((at, token)) = scanner.next() {
        let XmlToken::Start(tag) = token else { continue };
        let is_certain = tags.read_start(&tag, at, scanner.pos()) == TagReading::Certain;
        let has_address = ["href", "src"].iter().any(|name| tag.attribute(name).is_some());
        breaks += usize::from(tag.name.eq_ignore_ascii_case("br"));
        if is_certain && (begins_with_tag || has_address) || breaks > 1 {
            return true;
        }
    }
    false
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_type_is_no_tag_in_html_without_blocks() {
        let read = |text: &str| html_or_plain(Cow::Owned(text.to_owned()), false).map(Cow::into_owned);
        assert_eq!(read("<b>Hint:</b> use <T> here").unwrap(), "<b>Hint:</b> use &lt;T> here");
        assert_eq!(read("a<br>Vec<String>").unwrap(), "a<br>Vec&lt;String>");
        for html in ["<p>a <T> b</p>", "<b>a</b><st1:place>b", "<b>a</b> <FONT>b</FONT>", "<b>a</b> <O:P>"] {
            assert_eq!(read(html).unwrap(), html);
        }
    }

    #[test]
    fn text_without_a_tag_that_was_escaped_twice_is_decoded_twice() {
        let read = |text: &str| html_or_plain(Cow::Owned(text.to_owned()), false).map(Cow::into_owned);
        for (written, meant) in [
            ("It isn&amp;#39;t", "It isn't"),
            ("th&amp;eacute; &amp;ndash; R&amp;amp;B", "thé – R&B"),
            ("She said &amp;quot;no&amp;quot; &amp;amp; left", "She said \"no\" & left"),
            ("The tide &amp;mdash; at last", "The tide — at last"),
            ("Write &amp;mdash; for a dash", "Write &mdash; for a dash"),
            ("Tea &amp;amp; cake", "Tea &amp; cake"),
            ("The reference &amp;nbsp; is a space", "The reference &nbsp; is a space"),
            ("Write &amp;lt;b&amp;gt; for bold", "Write &lt;b&gt; for bold"),
            ("Write é as caf&amp;eacute;", "Write é as caf&eacute;"),
        ] {
            assert_eq!(read(written).unwrap_err().as_ref(), meant, "{written}");
        }
    }

    #[test]
    fn html_without_a_tag_is_text_and_is_decoded_once() {
        let read = |text: &str| html_or_plain(Cow::Owned(text.to_owned()), false).map(Cow::into_owned);
        for html in [
            "<p>a",
            "a <p> b",
            "a<br>b",
            "a <b>b</b>",
            "a<!-- x b",
            "a<!-- x --><b>b</b>",
            "a </p> b",
            "<![CDATA[<p>a]]>",
            "<italic>E. coli</italic> in milk",
            "<tr><td>a",
        ] {
            assert_eq!(read(html).unwrap(), html);
        }
        for (written, meant) in [
            ("Return Option<T>; see Vec<u8>", "Return Option<T>; see Vec<u8>"),
            ("<!-- draft -->One\ntwo<!---->", "One\ntwo"),
            ("Set <port>80</port> here", "Set <port>80</port> here"),
            ("<project>\n<name>a</name>\n</project>", "<project>\n<name>a</name>\n</project>"),
            ("From <T> to </T>", "From <T> to </T>"),
            ("The <td> and the <option> of HTML", "The <td> and the <option> of HTML"),
            (
                "How the <td> and <th> elements work in <table>",
                "How the <td> and <th> elements work in <table>",
            ),
            ("The <option> tag in <select> is old", "The <option> tag in <select> is old"),
            ("How the <div> element works today", "How the <div> element works today"),
            ("?id=3&copy=1 &amp; caf&eacute;", "?id=3&copy=1 & café"),
            ("Use <picture> here", "Use <picture> here"),
            ("See &lt;b&gt;bold&lt;/b&gt;", "See <b>bold</b>"),
            ("Write &lt;br&gt; here", "Write <br> here"),
            ("a&#1;b", "ab"),
        ] {
            assert_eq!(read(written).unwrap_err().as_ref(), meant, "{written}");
        }
        for (written, meant) in [
            ("&lt;p&gt;a&lt;/p&gt;", "<p>a</p>"),
            ("a &lt;a href=\"https://a.example/\"&gt;b&lt;/a&gt;", "a <a href=\"https://a.example/\">b</a>"),
            ("a&lt;br&gt;b&lt;br/&gt;c", "a<br>b<br/>c"),
        ] {
            assert_eq!(read(written).unwrap(), meant, "{written}");
        }
    }
}
