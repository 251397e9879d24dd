//! Decides whether a text is plain text or HTML, by one rule for every field of every dialect.
//!
//! A tag is markup if nothing but markup explains it: it has an attribute, or an end tag, or stands where only a tag can
//! stand. Any other tag is text that names a tag or is no tag at all: `Vec<T>`, `Styling the <hr> element`. A text with
//! markup is HTML, and its tags that are text stay readable. But if one tag of a summary or content is certainly markup, all
//! of its tags are read as markup.

use std::borrow::Cow;
use std::collections::HashMap;

use super::entities::Entities;
use super::html_elements::{HtmlElement, html_element, is_html_element, is_of_publishers, needs_no_end_tag};
use super::scan::Scanner;
use super::tags::{XmlTag, XmlToken};
use crate::text::html::lower;

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

/// Elements that a title has no use for; the content of all but `textarea` is not shown. In a title that declares no type they
/// are text: the title may be about them, and would lose its words.
const NOT_SHOWN: [&str; 6] = ["script", "style", "template", "textarea", "title", "select"];

/// Which field a text comes from. This decides how an uncertain tag is read.
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
pub(super) enum TagReading {
    /// Markup, and certainly meant as such: only HTML has it, such as a paragraph or a link.
    Certain,
    /// Other markup.
    Markup,
    /// One of a pair of tags that HTML does not define. It is markup if the text has other markup, if the text is a title, or
    /// (for [`has_markup`]) if the text has no words.
    Dependent,
    /// Text that names a tag or only looks like one.
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

/// Returns HTML in which the tags that are text are escaped, as [`read_tags`] does it.
pub(in crate::document) fn with_text_escaped(html: &str, field: Field) -> Cow<'_, str> {
    read_tags(html, field).0
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

/// Returns whether a text contains markup. In a summary or content, pairs of tags that HTML does not define are no markup if
/// there are words beside or between them: such a text is about XML, like `Set <port>80</port>`.
pub(super) fn has_markup(text: &str, field: Field) -> bool {
    let mut tags = TagReader::of(text, field);
    let mut scanner = Scanner::new(text);
    let (mut has_unknown_pairs, mut has_words, mut from) = (false, false, 0);
    while let Some((at, token)) = scanner.next() {
        has_words |= !scanner.slice(from, at).trim().is_empty();
        from = scanner.pos();
        match tags.read(&token, at, from) {
            TagReading::Text => has_words = true,
            TagReading::Dependent if !field.is_title() => has_unknown_pairs = true,
            _ => return true,
        }
    }
    has_words |= !scanner.slice(from, text.len()).trim().is_empty();
    has_unknown_pairs && !has_words
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

/// Returns HTML in which the tags that are text are escaped, and whether it has markup. A summary or content with a tag that is
/// certainly markup is left as it is, because browsers read all its tags as markup.
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
struct TagPositions {
    first_start: Option<usize>,
    last_end: Option<usize>,
}

/// Reads the tags of one text.
pub(super) struct TagReader<'a> {
    text: &'a str,
    field: Field,
    /// The positions of the tags by their names in lower case. They are collected when they are first needed.
    pairs: Option<HashMap<String, TagPositions>>,
    /// Whether the text only names tags, once it is known.
    names_tags: Option<bool>,
}

impl<'a> TagReader<'a> {
    pub(super) fn of(text: &'a str, field: Field) -> Self {
        Self { text, field, pairs: None, names_tags: None }
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

    pub(super) fn read_start(&mut self, tag: &XmlTag<'_>, at: usize, end: usize) -> TagReading {
        let element = html_element(tag.name);
        let is_known = is_html_element(tag.name);
        let markup = if element == HtmlElement::Block { TagReading::Certain } else { TagReading::Markup };
        let has_value = tag.attributes.contains('=');
        if !has_value && (self.is_explained(at, end) || self.only_names_tags()) {
            return TagReading::Text;
        }
        let is_code = tag.attributes.contains("={"); // JSX, which no browser reads
        // A title has no use for an input field, so it names one.
        if self.field.is_title() && (is_code || tag.name.eq_ignore_ascii_case("input")) {
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
                HtmlElement::Unknown if !is_of_publishers(tag.name) => TagReading::Dependent,
                HtmlElement::Unknown | HtmlElement::Custom => TagReading::Markup,
                _ => markup,
            };
        }
        if !is_known || !tag.attributes.trim().is_empty() {
            return TagReading::Text;
        }
        let is_block = needs_no_end_tag(tag.name) && self.field == Field::Html && self.may_be_part(tag.name);
        if is_block || self.opens_a_word(at, end) { markup } else { TagReading::Text }
    }

    /// Reads the tag of an element without content, which has no attribute with a value. A break needs no such attribute. A
    /// picture or an input field would show nothing without one, so its tag can only be text.
    fn read_void(&self, tag: &XmlTag<'_>, at: usize, end: usize) -> TagReading {
        match &*lower(tag.name) {
            "hr" if self.field.is_title() => TagReading::Text,
            // `wbr` stands where a long word may be split.
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
                false if name.contains(['-', ':']) || is_of_publishers(name) => TagReading::Markup,
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

    /// Returns whether an element can stand where it is. A part of a table or of a menu can't, if the text has no table or
    /// menu.
    fn may_be_part(&mut self, name: &str) -> bool {
        match &*lower(name) {
            "tr" | "td" | "th" | "tbody" | "thead" | "tfoot" => {
                self.positions_of("table").first_start.is_some()
            }
            "option" => self.positions_of("select").first_start.is_some(),
            _ => true,
        }
    }

    /// Returns whether a start tag without an end tag stands at the start of a word, as in `<span>Title`. The `s` of
    /// `<button>s` is no word.
    fn opens_a_word(&self, at: usize, end: usize) -> bool {
        let after = self.text.get(end..).unwrap_or_default();
        if after.strip_prefix('s').is_some_and(|rest| !rest.starts_with(char::is_alphanumeric)) {
            return false;
        }
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
    /// In a summary or content that is HTML by its declaration or its dialect, a tag that is only named would be escaped, so
    /// there the answer is no.
    fn is_explained(&self, at: usize, end: usize) -> bool {
        let begins_word = || self.after(end).is_some_and(|c| c.is_alphanumeric() || c == '<');
        self.field != Field::Html && self.is_named(at, end) && !begins_word()
    }

    /// Returns whether a text that is HTML by its declaration or its dialect only names tags: it has no end tag and no address,
    /// a word beside a tag says that the text is about tags, and no word begins right behind one.
    fn only_names_tags(&mut self) -> bool {
        if self.field != Field::Html {
            return false;
        }
        if self.names_tags.is_none() {
            let (mut is_named, mut is_used) = (false, self.text.contains("</") || self.text.contains("=\""));
            let mut scanner = Scanner::new(self.text);
            while !is_used && let Some((at, token)) = scanner.next() {
                if let XmlToken::Start(_) = token {
                    let end = scanner.pos();
                    is_named |= self.is_named(at, end);
                    is_used |= self.after(end).is_some_and(|c| c.is_alphanumeric() || c == '<');
                }
            }
            self.names_tags = Some(is_named && !is_used);
        }
        self.names_tags == Some(true)
    }

    /// Returns whether the text explains the first start tag of this name.
    fn is_start_explained(&mut self, name: &str) -> bool {
        let Some(start) = self.positions_of(name).first_start else { return false };
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
        self.positions_of(name).last_end.is_some_and(|end| end > at)
    }

    fn has_start_before(&mut self, name: &str, at: usize) -> bool {
        self.positions_of(name).first_start.is_some_and(|start| start < at)
    }

    fn positions_of(&mut self, name: &str) -> TagPositions {
        let pairs = self.pairs.get_or_insert_with(|| {
            let mut scanner = Scanner::new(self.text);
            let mut pairs: HashMap<String, TagPositions> = HashMap::new();
            while let Some((at, token)) = scanner.next() {
                match token {
                    XmlToken::Start(tag) if !tag.empty => {
                        let positions = pairs.entry(lower(tag.name).into_owned()).or_default();
                        positions.first_start.get_or_insert(at);
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
    use crate::text::html;

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
            ("Is <input type=\"date\"> ready?", "Is <input type=\"date\"> ready?"),
            ("Fix <Button onClick={x}/> first", "Fix <Button onClick={x}/> first"),
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
            ("Ten <button>s and an <hr>", "Ten <button>s and an <hr>"),
            ("<span>sea", "sea"),
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
    fn pairs_that_html_does_not_define_are_text_only_if_there_are_words() {
        for text in ["Set <port>80</port>", "<port>80</port>", "<port></port> is empty"] {
            assert!(!has_markup(text, Field::Html), "{text}");
        }
        for html in ["<command></command>", " <command> <part></part></command>\n"] {
            assert!(has_markup(html, Field::Html), "{html}");
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
