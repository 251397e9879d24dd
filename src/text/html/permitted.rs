//! Checks that HTML holds only what the allow-list permits, by rules so strict that no parser can read it differently.
//!
//! The check accepts one way to write HTML, which is the one of [`super::rewriter`]: lower-case tags of permitted
//! elements, each closed in order; permitted attributes, once each, with values in double quotes; and `<`, `>`, `&` and
//! `"` only as markup or as references. It shares only the allow-list with the rewriter: elements, attributes, schemes and
//! In a text that is accepted, every tag that a browser finds is a permitted one: of the permitted elements, only `iframe`
//! makes a browser read its content in another way, and a frame must be empty here.
//! because browsers parse them by other rules than HTML. What is not accepted goes to ammonia.

use super::elements::{self, AttributeKind, Element, Nesting};
use super::{attributes, players};

/// How deep elements may nest.
const MAX_DEPTH: usize = 128;

/// How many attributes a tag may have.
const MAX_ATTRIBUTES: usize = 16;

/// References that may stand in a text.
const REFERENCES: [&str; 4] = ["amp;", "lt;", "gt;", "nbsp;"];

/// Returns whether `html` is written in the strict way and holds only permitted elements and attributes. Takes time linear
/// in the input.
pub(super) fn is_permitted(html: &str) -> bool {
    check(html).is_some()
}

/// Returns `None` if anything is not permitted.
fn check(html: &str) -> Option<()> {
    let mut open: Vec<&'static Element> = Vec::with_capacity(16);
    let mut rest = html;
    loop {
        let end = memchr::memchr(b'<', rest.as_bytes()).unwrap_or(rest.len());
        let (text, markup) = rest.split_at_checked(end)?;
        check_text(text, &REFERENCES)?;
        if markup.is_empty() {
            return open.is_empty().then_some(());
        }
        rest = if let Some(end_tag) = markup.strip_prefix("</") {
            after_end_tag(end_tag, &mut open)?
        } else {
            after_start_tag(markup.get(1..)?, &mut open)?
        };
    }
}

/// Checks that a text has no markup, no character that a parser would change, and no unknown reference.
fn check_text(text: &str, references: &[&str]) -> Option<()> {
    let bytes = text.as_bytes();
    if memchr::memchr3(b'>', b'\r', b'\0', bytes).is_some() {
        return None;
    }
    // A no-break space is written as a reference.
    if memchr::memchr_iter(0xc2, bytes).any(|at| bytes.get(at + 1) == Some(&0xa0)) {
        return None;
    }
    let is_known = |at: usize| {
        let name = bytes.get(at + 1..).unwrap_or_default();
        references.iter().any(|reference| name.starts_with(reference.as_bytes()))
    };
    memchr::memchr_iter(b'&', bytes).all(is_known).then_some(())
}

/// Checks the end tag whose name is at the start of `markup`. Returns what follows it.
fn after_end_tag<'a>(markup: &'a str, open: &mut Vec<&'static Element>) -> Option<&'a str> {
    let (name, rest) = markup.split_once('>')?;
    (open.pop()?.name == name).then_some(rest)
}

/// Checks the start tag whose name is at the start of `markup`. Returns what follows it.
fn after_start_tag<'a>(markup: &'a str, open: &mut Vec<&'static Element>) -> Option<&'a str> {
    let name_end = markup.bytes().position(|byte| !byte.is_ascii_alphanumeric())?;
    let (name, mut rest) = markup.split_at_checked(name_end)?;
    let element = elements::named(name).filter(|element| !matches!(element.nesting, Nesting::Math(_)))?;
    let mut seen = 0;
    let mut names = [""; MAX_ATTRIBUTES];
    while let Some(attribute) = rest.strip_prefix(' ') {
        let (name, after) = attribute.split_once("=\"")?;
        let (value, after) = after.split_once('"')?;
        if names.get(..seen)?.contains(&name) {
            return None;
        }
        *names.get_mut(seen)? = name;
        seen += 1;
        check_value(element.attribute(name)?, value)?;
        rest = after;
    }
    rest = rest.strip_prefix('>')?;
    match element.name {
        "iframe" => return rest.strip_prefix("</iframe>"),
        "col" => return Some(rest),
        _ if matches!(element.nesting, Nesting::Void | Nesting::Rule) => return Some(rest),
        _ => {}
    }
    open.push(element);
    (open.len() <= MAX_DEPTH).then_some(rest)
}

/// Checks the value of an attribute by its kind.
fn check_value(kind: AttributeKind, value: &str) -> Option<()> {
    let references = ["amp;", "quot;", "lt;", "gt;", "nbsp;"];
    check_text(value, &references)?;
    let is_safe = match kind {
        AttributeKind::Link => has_web_scheme(value) || attributes::has_link_scheme(value),
        AttributeKind::Resource => has_web_scheme(value),
        AttributeKind::SourceSet => value.split(", ").all(has_web_scheme),
        AttributeKind::Player => {
            let address = htmlize::unescape_attribute(value);
            players::player(&address).is_some_and(|player| player == address)
        }
        AttributeKind::Always(expected) => value == expected,
        AttributeKind::Text | AttributeKind::Number | AttributeKind::OneOf(_) | AttributeKind::Flag => true,
    };
    (is_safe && !value.contains('<')).then_some(())
}

/// Returns whether an address is absolute and can only be loaded over HTTP.
fn has_web_scheme(address: &str) -> bool {
    address.starts_with("https://") || address.starts_with("http://")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_the_rewriter_writes_is_permitted() {
        for html in [
            "",
            "a &amp; b &lt; c&nbsp;d \"e\" 'f' – é",
            "<p>a<br>b <a href=\"https://a.example/?a=1&amp;b=%22\" title=\"&quot;x&quot;\" rel=\"noreferrer\">c</a></p><hr>",
            "<a href=\"mailto:a@b.example\" rel=\"noreferrer\">c</a>",
            "<img src=\"http://a.example/1.png\" srcset=\"https://a.example/1.png 2x, https://a.example/2.png 3x\" alt=\"\">",
            "<table><colgroup><col span=\"2\"></colgroup><tbody><tr><td>1</td></tr></tbody></table>",
            "<video src=\"https://a.example/v\" controls=\"\" preload=\"none\"><source src=\"https://a.example/v\"></video>",
        ] {
            assert!(is_permitted(html), "{html}");
            assert_eq!(super::super::ammonia_pass::clean(html), html);
        }
    }

    #[test]
    fn anything_else_is_left_to_ammonia() {
        for html in [
            "a < b",
            "a > b",
            "a & b",
            "a &copy; b",
            "a\u{a0}b",
            "a\rb",
            "a\0b",
            "<P>a</P>",
            "<p>a",
            "a</p>",
            "<b><i>a</b></i>",
            "<p >a</p>",
            "<p/>",
            "<br/>",
            "</br>",
            "<!-- a -->",
            "<script>a</script>",
            "<svg></svg>",
            "<math><mi>a</mi></math>",
            "<center>a</center>",
            "<p class=\"a\">a</p>",
            "<p onclick=\"a\">a</p>",
            "<p dir='ltr'>a</p>",
            "<p dir=ltr>a</p>",
            "<p dir=\"ltr\" dir=\"ltr\">a</p>",
            "<p  dir=\"ltr\">a</p>",
            "<p dir=\"ltr\"lang=\"a\">a</p>",
            "<p lang=\"a>b\">a</p>",
            "<p lang=\"a<b\">a</p>",
            "<p lang=\"a&b\">a</p>",
            "<a href=\"javascript:a\" rel=\"noreferrer\">a</a>",
            "<a href=\" https://a.example/\" rel=\"noreferrer\">a</a>",
            "<a href=\"/a\" rel=\"noreferrer\">a</a>",
            "<a href=\"https://a.example/\" rel=\"opener\">a</a>",
            "<img src=\"mailto:a\">",
            "<img src=\"data:a\">",
            "<img srcset=\"https://a.example/ 1x, data:a 2x\">",
            "<iframe src=\"https://evil.example/\"></iframe>",
            "<iframe src=\"https://www.youtube.com/embed/a\">a</iframe>",
            "<textarea></textarea>",
            "<",
            "<p",
            "<p lang=\"",
        ] {
            assert!(!is_permitted(html), "{html}");
        }
        assert!(!is_permitted(&"<b>".repeat(200)));
    }
}
