//! Decides whether a text is plain text or HTML, by one rule for every field of every dialect.
//!
//! A tag is markup if nothing but markup explains it: it has an attribute, or an end tag, or stands where only a tag can
//! stand. Any other tag is text that names a tag or is no tag at all: `Vec<T>`, `Styling the <hr> element`. A text with
//! markup is HTML, and the tags in it that are text stay readable.

use std::borrow::Cow;
use std::collections::HashMap;

use super::entities::{Entities, is_xml_char};
use super::html_elements::{HtmlElement, html_element, is_html_element, needs_no_end_tag};
use super::scan::Scanner;
use super::tags::{XmlTag, XmlToken};
use crate::text::html::{self, lower};

/// Words that stand beside a tag in a text about that tag, in lower case.
const WORDS_FOR_A_TAG: [&str; 14] = [
    "tag",
    "tags",
    "element",
    "elements",
    "attribute",
    "attributes",
    "balise",
    "balises",
    "élément",
    "elemento",
    "etiqueta",
    "tags,",
    "тег",
    "標籤",
];

/// Elements whose content is not shown. In a title that declares no type they are text: the title may be about them, and
/// would lose its words.
const NOT_SHOWN: [&str; 6] = ["script", "style", "template", "textarea", "title", "select"];

/// Which field a text comes from. Decides how an uncertain tag is read.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(in crate::document) enum Field {
    /// A title or the name of a category, a person or a source.
    Title,
    /// A title that is HTML by its declaration.
    HtmlTitle,
    /// A summary or content that declares no type.
    Untyped,
    /// A summary or content that is HTML by its declaration or by its dialect.
    Html,
}

impl Field {
    fn is_title(self) -> bool {
        matches!(self, Self::Title | Self::HtmlTitle)
    }
}

/// What a tag in a text is.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum TagReading {
    /// Markup that only HTML has, such as a paragraph or a link.
    Certain,
    /// Markup.
    Markup,
    /// One of a pair of tags that HTML does not define. It is markup if the text has other markup, or is a title.
    Dependent,
    /// Text.
    Text,
}

/// Returns the text as HTML if it contains markup or a reference that HTML defines; `None` if it is plain text. Tags
/// that are text are escaped.
pub(in crate::document) fn as_html(text: &str, field: Field) -> Option<Cow<'_, str>> {
    if !text.contains(['<', '&']) {
        return None;
    }
    let (html, has_markup) = read_tags(text, field);
    (has_markup || has_reference_outside_tags(text)).then_some(html)
}

/// Returns HTML with every tag escaped that is text.
pub(in crate::document) fn with_text_escaped(html: &str, field: Field) -> Cow<'_, str> {
    read_tags(html, field).0
}

/// Returns a text that is HTML by its declaration or by its dialect, as HTML (`Ok`) or as plain text (`Err`). It is
/// plain text if it has no markup. If it is HTML that was escaped twice, it is decoded once more.
pub(in crate::document) fn html_or_plain(
    text: Cow<'_, str>,
    is_title: bool,
) -> Result<Cow<'_, str>, Cow<'_, str>> {
    if !text.contains(['<', '&']) {
        return Err(text);
    }
    let field = if is_title { Field::HtmlTitle } else { Field::Html };
    // A browser drops a comment even without an end.
    if text.contains("<!--") || has_markup(&text, field) {
        return Ok(text);
    }
    let decoded = html::decode_references(&text);
    let decoded = if decoded.chars().all(is_xml_char) {
        decoded
    } else {
        Cow::Owned(decoded.chars().filter(|c| is_xml_char(*c)).collect())
    };
    let is_html = !is_title && is_escaped_html(&decoded);
    let decoded = match decoded {
        Cow::Borrowed(_) => text,
        Cow::Owned(decoded) => Cow::Owned(decoded),
    };
    if is_html { Ok(decoded) } else { Err(decoded) }
}

/// Removes the marks of a CDATA section that was escaped (`&lt;![CDATA[…]]&gt;`) and is the whole text.
pub(super) fn without_cdata_marks(text: Cow<'_, str>) -> Cow<'_, str> {
    let inside = |text: &str| {
        let inside = text.trim().strip_prefix("<![CDATA[")?;
        let inside = inside.strip_suffix("]]>")?;
        (!inside.contains("<![CDATA[") && !inside.trim().is_empty()).then(|| inside.trim().to_owned())
    };
    if text.starts_with('<') { inside(&text).map_or(text, Cow::Owned) } else { text }
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

/// Returns whether a text contains markup.
fn has_markup(text: &str, field: Field) -> bool {
    let mut tags = TagReader::of(text, field);
    let mut scanner = Scanner::new(text);
    while let Some((at, token)) = scanner.next() {
        if tags.read(&token, at, scanner.pos()) != TagReading::Text {
            return true;
        }
    }
    false
}

fn has_reference_outside_tags(text: &str) -> bool {
    let mut scanner = Scanner::new(text);
    let mut from = 0;
    while let Some((at, _)) = scanner.next() {
        if Entities::has_html_reference(scanner.slice(from, at)) {
            return true;
        }
        from = scanner.pos();
    }
    Entities::has_html_reference(scanner.slice(from, text.len()))
}

/// Returns HTML with the tags escaped that are text, and whether it has markup. A summary or content with a tag that is
/// certainly markup is left as it is, because browsers read all its tags as such.
fn read_tags(text: &str, field: Field) -> (Cow<'_, str>, bool) {
    let mut tags = TagReader::of(text, field);
    let mut scanner = Scanner::new(text);
    let (mut out, mut copied) = (String::new(), 0);
    let (mut has_markup, mut dependent) = (false, Vec::new());
    while let Some((at, token)) = scanner.next() {
        if matches!(token, XmlToken::LoneLessThan) {
            continue; // HTML reads it as text, too, or as the start of a comment
        }
        match tags.read(&token, at, scanner.pos()) {
            TagReading::Certain if !field.is_title() => return (Cow::Borrowed(text), true),
            TagReading::Certain | TagReading::Markup => has_markup = true,
            TagReading::Dependent => dependent.push(at),
            TagReading::Text => {
                out.push_str(scanner.slice(copied, at));
                out.push_str("&lt;");
                copied = at + 1;
            }
        }
    }
    if !has_markup && field.is_title() {
        has_markup = !dependent.is_empty();
    }
    if copied == 0 {
        return (Cow::Borrowed(text), has_markup);
    }
    out.push_str(scanner.slice(copied, text.len()));
    (Cow::Owned(out), has_markup)
}

/// Positions of the tags of one name in a text, in bytes.
#[derive(Clone, Copy, Default)]
struct TagPlaces {
    first_start: Option<usize>,
    last_end: Option<usize>,
}

/// Reads the tags of one text.
struct TagReader<'a> {
    text: &'a str,
    field: Field,
    /// The tags of each name in lower case. Collected when first needed.
    pairs: Option<HashMap<String, TagPlaces>>,
}

impl<'a> TagReader<'a> {
    fn of(text: &'a str, field: Field) -> Self {
        Self { text, field, pairs: None }
    }

    fn read(&mut self, token: &XmlToken<'_>, at: usize, end: usize) -> TagReading {
        let is_about = |name: &str| self.field == Field::Title && NOT_SHOWN.contains(&&*lower(name));
        match token {
            XmlToken::Start(tag) if is_about(tag.name) => TagReading::Text,
            XmlToken::End(name) if is_about(name) => TagReading::Text,
            XmlToken::Start(tag) => self.read_start(tag, at, end),
            XmlToken::End(name) => self.read_end(name, at),
            XmlToken::Ignored if self.text.get(at..).is_some_and(|rest| rest.starts_with("<!--")) => {
                TagReading::Markup
            }
            XmlToken::CData(_) | XmlToken::UnclosedCData(_) if self.field == Field::Html => {
                TagReading::Markup
            }
            _ => TagReading::Text,
        }
    }

    fn read_start(&mut self, tag: &XmlTag<'_>, at: usize, end: usize) -> TagReading {
        let element = html_element(tag.name);
        let is_known = is_html_element(tag.name);
        let markup = if element == HtmlElement::Block { TagReading::Certain } else { TagReading::Markup };
        let has_value = tag.attributes.contains('=');
        if is_known && has_value {
            let has_address = ["href", "src"].iter().any(|name| tag.attribute(name).is_some());
            return if has_address { TagReading::Certain } else { markup };
        }
        if element == HtmlElement::Void {
            return self.read_void(tag, at, end);
        }
        if tag.empty && !has_value {
            return if is_known { markup } else { TagReading::Text };
        }
        if self.has_end_after(tag.name, at) {
            let is_empty = !has_value && self.follows(end, &format!("</{}", lower(tag.name)));
            return match element {
                _ if is_empty && self.field != Field::Html => TagReading::Text,
                HtmlElement::Unknown => TagReading::Dependent,
                HtmlElement::Custom => TagReading::Markup,
                _ => markup,
            };
        }
        if !is_known || !tag.attributes.trim().is_empty() {
            return TagReading::Text;
        }
        let is_block = needs_no_end_tag(tag.name) && self.field == Field::Html;
        if is_block || self.opens_a_word(at, end) { markup } else { TagReading::Text }
    }

    /// Reads the tag of an element without content, which has no attribute with a value. A break needs no attribute. A picture
    /// or an input field without one would show nothing, so its tag can only be text.
    fn read_void(&self, tag: &XmlTag<'_>, at: usize, end: usize) -> TagReading {
        match &*lower(tag.name) {
            "hr" if self.field.is_title() => TagReading::Text,
            "br" | "hr" | "wbr" if !self.is_named(at, end) => TagReading::Markup,
            _ => TagReading::Text,
        }
    }

    fn read_end(&mut self, name: &str, at: usize) -> TagReading {
        let is_known = is_html_element(name);
        if self.has_start_before(name, at) {
            let is_empty = self.field != Field::Html && self.precedes(at, &format!("<{}>", lower(name)));
            return match is_known {
                _ if is_empty => TagReading::Text,
                true => TagReading::Markup,
                false => TagReading::Dependent,
            };
        }
        let touches_word = self.before(at).is_some_and(|c| !c.is_whitespace());
        if self.field == Field::Html || is_known && touches_word {
            TagReading::Markup
        } else {
            TagReading::Text
        }
    }

    /// Returns whether a start tag without an end tag stands at the start of a word, as in `<span>Title`.
    fn opens_a_word(&self, at: usize, end: usize) -> bool {
        let is_opening =
            |c: char| c.is_alphanumeric() || matches!(c, '<' | '“' | '«' | '„' | '¿' | '¡' | '#');
        let is_word = |c: char| c.is_alphanumeric() || matches!(c, '`' | '\'' | '"' | '(' | '<');
        let after = self.text.get(end..).and_then(|rest| rest.chars().next());
        after.is_some_and(is_opening) && !self.before(at).is_some_and(is_word)
    }

    /// Returns whether the text is about the tag from `at` to `end`: one of [`WORDS_FOR_A_TAG`] stands beside it.
    fn is_named(&self, at: usize, end: usize) -> bool {
        let is_word =
            |word: Option<&str>| word.is_some_and(|word| WORDS_FOR_A_TAG.contains(&&*word.to_lowercase()));
        let before = self.text.get(..at).filter(|before| before.ends_with(' '));
        let after = self.text.get(end..).filter(|after| after.starts_with(' '));
        let next = after.and_then(|after| after.split_whitespace().next());
        let next = next.map(|word| word.trim_end_matches(|c: char| c.is_ascii_punctuation()));
        is_word(before.and_then(|before| before.split_whitespace().next_back())) || is_word(next)
    }

    fn before(&self, at: usize) -> Option<char> {
        self.text.get(..at)?.chars().next_back()
    }

    fn follows(&self, end: usize, expected: &str) -> bool {
        let found = self.text.as_bytes().get(end..end + expected.len());
        found.is_some_and(|found| found.eq_ignore_ascii_case(expected.as_bytes()))
    }

    fn precedes(&self, at: usize, expected: &str) -> bool {
        let found = at.checked_sub(expected.len()).and_then(|from| self.text.as_bytes().get(from..at));
        found.is_some_and(|found| found.eq_ignore_ascii_case(expected.as_bytes()))
    }

    fn has_end_after(&mut self, name: &str, at: usize) -> bool {
        self.places_of(name).last_end.is_some_and(|end| end > at)
    }

    fn has_start_before(&mut self, name: &str, at: usize) -> bool {
        self.places_of(name).first_start.is_some_and(|start| start < at)
    }

    fn places_of(&mut self, name: &str) -> TagPlaces {
        let pairs = self.pairs.get_or_insert_with(|| {
            let mut scanner = Scanner::new(self.text);
            let mut pairs: HashMap<String, TagPlaces> = HashMap::new();
            while let Some((at, token)) = scanner.next() {
                match token {
                    XmlToken::Start(tag) if !tag.empty => {
                        let places = pairs.entry(lower(tag.name).into_owned()).or_default();
                        places.first_start.get_or_insert(at);
                    }
                    XmlToken::End(name) => {
                        pairs.entry(lower(name).into_owned()).or_default().last_end = Some(at);
                    }
                    _ => {}
                }
            }
            pairs
        });
        pairs.get(&*lower(name)).copied().unwrap_or_default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn title(text: &str) -> String {
        as_html(text, Field::Title).map_or_else(|| text.to_owned(), |html| html::to_plain(&html))
    }

    #[test]
    fn a_title_loses_its_tags_and_keeps_the_tags_that_it_names() {
        for (written, shown) in [
            ("<b>New</b> boats", "New boats"),
            ("Rates of <i>E. coli</i>", "Rates of E. coli"),
            ("<scp>DNA</scp> in <jats:italic>vitro</jats:italic>", "DNA in vitro"),
            ("A <math><msub><mi>H</mi><mn>2</mn></msub></math> film", "A H2 film"),
            ("<span>The tide", "The tide"),
            ("<span class=x>The tide", "The tide"),
            ("The tide</span>", "The tide"),
            ("One<br>two", "One two"),
            ("One <br /> two", "One two"),
            ("Fog <!-- draft -->lifts", "Fog lifts"),
            ("Arts &amp; crafts", "Arts & crafts"),
            ("Vec<T> and <b>more</b>", "Vec<T> and more"),
            ("Vec<T>", "Vec<T>"),
            ("Styling the <hr> element", "Styling the <hr> element"),
            ("Never write the <br> tag", "Never write the <br> tag"),
            ("An <img> without alt", "An <img> without alt"),
            ("<dl>", "<dl>"),
            ("Use <em> and not <i>", "Use <em> and not <i>"),
            ("<div> or <span>?", "<div> or <span>?"),
            ("Close it by </div> alone", "Close it by </div> alone"),
            ("Empty <p></p> pairs", "Empty <p></p> pairs"),
            ("The <Card/> of React", "The <Card/> of React"),
            ("Jo <jo@site.example>", "Jo <jo@site.example>"),
            ("How <script>f()</script> <b>runs</b>", "How <script>f()</script> runs"),
            ("1 < 2 and 3 > 2", "1 < 2 and 3 > 2"),
            ("AT&T", "AT&T"),
        ] {
            assert_eq!(title(written), shown, "{written}");
        }
    }

    #[test]
    fn an_untyped_text_with_blocks_is_html_and_a_text_about_tags_is_text() {
        for html in [
            "<p>a</p>",
            "<section><header>a</header></section>",
            "<p>a</p><my-card>b</my-card>",
            "a<br>b",
            "see <a href=\"https://a.example/\">a</a>",
            "<figure><picture><source srcset=a><img src=b></picture></figure>",
            "<video src=a></video>",
            "a <b>b</b> Vec<T>",
        ] {
            assert!(as_html(html, Field::Untyped).is_some(), "{html}");
        }
        for text in [
            "Use <picture> and <source> rather than <img> alone",
            "Map<String, List<Int>> is generic",
            "<config><name>x</name></config>",
            "Write <p></p> around it",
            "a < b",
        ] {
            assert_eq!(as_html(text, Field::Untyped), None, "{text}");
        }
        assert_eq!(as_html("a <b>b</b> Vec<T>", Field::Untyped).unwrap(), "a <b>b</b> Vec&lt;T>");
    }

    #[test]
    fn html_without_a_tag_is_text_and_is_decoded_once() {
        let read = |text: &str| html_or_plain(Cow::Owned(text.to_owned()), false).map(Cow::into_owned);
        for html in
            ["<p>a", "a <p> b", "a<br>b", "a <b>b</b>", "a<!-- x -->b", "a </p> b", "<![CDATA[<p>a]]>"]
        {
            assert_eq!(read(html).unwrap(), html);
        }
        for (written, meant) in [
            ("Return Option<T>; see Vec<u8>", "Return Option<T>; see Vec<u8>"),
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

    #[test]
    fn escaped_marks_of_a_cdata_section_are_removed() {
        let without = |text| without_cdata_marks(Cow::Borrowed(text)).into_owned();
        assert_eq!(without("<![CDATA[ Harbour ]]>"), "Harbour");
        assert_eq!(without("<![CDATA[]]>"), "<![CDATA[]]>");
        assert_eq!(without("What <![CDATA[ ]]> means"), "What <![CDATA[ ]]> means");
    }
}
