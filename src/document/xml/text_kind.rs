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
use super::twice_escaped;
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

/// Returns HTML with the names of types escaped that look like tags: `Option<T>`. No element of HTML has a name like this, and
/// a browser would drop it. HTML with blocks is left as it is.
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
        if !has_value && self.is_explained(at, end) {
            return TagReading::Text;
        }
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
            // It stands where a long word may be split.
            "wbr" if self.field.is_title() && !self.touches_word(at, end) => TagReading::Text,
            "br" | "hr" | "wbr" if !self.is_named(at, end) => TagReading::Markup,
            _ => TagReading::Text,
        }
    }

    fn read_end(&mut self, name: &str, at: usize) -> TagReading {
        let is_known = is_html_element(name);
        if self.has_start_before(name, at) {
            if self.is_start_explained(name) {
                return TagReading::Text;
            }
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
        self.after(end).is_some_and(is_opening) && !self.before(at).is_some_and(is_word)
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

    /// Returns whether the text explains the tag at `at` and does not use it: it is named, and no word begins right behind it.
    /// HTML has no text like this.
    fn is_explained(&self, at: usize, end: usize) -> bool {
        let begins_word = || self.after(end).is_some_and(|c| c.is_alphanumeric() || c == '<');
        self.field != Field::Html && self.is_named(at, end) && !begins_word()
    }

    /// Returns whether the text explains the first start tag of this name.
    fn is_start_explained(&mut self, name: &str) -> bool {
        let Some(start) = self.places_of(name).first_start else { return false };
        let length = self.text.get(start..).and_then(|tag| tag.find('>'));
        length.is_some_and(|length| {
            let tag = self.text.get(start..start + length).unwrap_or_default();
            !tag.contains('=') && self.is_explained(start, start + length + 1)
        })
    }

    /// Returns whether a letter or a digit stands right before a tag or right behind it.
    fn touches_word(&self, at: usize, end: usize) -> bool {
        [self.before(at), self.after(end)].into_iter().flatten().any(char::is_alphanumeric)
    }

    fn after(&self, end: usize) -> Option<char> {
        self.text.get(end..)?.chars().next()
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
    fn tags_that_a_text_explains_are_text_in_pairs_too() {
        assert_eq!(as_html("The element <p> ends with </p>, and <div> does not.", Field::Untyped), None);
        assert_eq!(as_html("The <details> element and the </details> tag", Field::Untyped), None);
        assert!(as_html("The element <b>gold</b> is rare", Field::Untyped).is_some());
        assert_eq!(title("When to use an <hr> and a <wbr>"), "When to use an <hr> and a <wbr>");
        assert_eq!(title("Donau<wbr>dampf<wbr>schiff"), "Donaudampfschiff");
    }

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
