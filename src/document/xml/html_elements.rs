//! Lists the elements of HTML, so that a tag can be told from text that looks like one.

use crate::text::html::lower;

/// Elements of HTML without content. All others need an end tag where XML has `<p/>`.
const VOID: [&str; 14] = [
    "area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "param", "source", "track",
    "wbr",
];

/// Elements that start a line of their own, or that hold a picture, a sound or a frame. Hardly any text contains such
/// a tag unless it is HTML, so one of them decides that a text is HTML. This list decides nothing else: `Nesting` in
/// `text/html/elements.rs` says which elements are blocks in a sanitised text, and `END_PARAGRAPH` in
/// `text/html/balanced_page.rs` which ones end a paragraph of a web page.
const BLOCKS: [&str; 61] = [
    "address",
    "article",
    "aside",
    "audio",
    "blockquote",
    "body",
    "caption",
    "center",
    "colgroup",
    "dd",
    "details",
    "dir",
    "div",
    "dl",
    "dt",
    "fieldset",
    "figcaption",
    "figure",
    "footer",
    "form",
    "frameset",
    "h1",
    "h2",
    "h3",
    "h4",
    "h5",
    "h6",
    "head",
    "header",
    "hgroup",
    "html",
    "iframe",
    "legend",
    "li",
    "listing",
    "main",
    "marquee",
    "menu",
    "nav",
    "noembed",
    "noframes",
    "noscript",
    "object",
    "ol",
    "p",
    "picture",
    "plaintext",
    "pre",
    "section",
    "summary",
    "table",
    "tbody",
    "td",
    "tfoot",
    "th",
    "thead",
    "tr",
    "ul",
    "video",
    "xmp",
    "search",
];

/// The other elements of HTML.
const INLINE: [&str; 64] = [
    "a", "abbr", "acronym", "b", "basefont", "bdi", "bdo", "bgsound", "big", "blink", "button", "canvas",
    "cite", "code", "data", "datalist", "del", "dfn", "dialog", "em", "font", "frame", "i", "ins", "kbd",
    "label", "map", "mark", "math", "meter", "nobr", "optgroup", "option", "output", "progress", "q", "rb",
    "rp", "rt", "rtc", "ruby", "s", "samp", "script", "select", "slot", "small", "spacer", "span", "strike",
    "strong", "style", "sub", "sup", "svg", "template", "textarea", "time", "title", "tt", "u", "var",
    "applet", "image",
];

/// Elements whose end tag authors often leave out: common ones for which HTML allows it, and `div`, whose end tag is often
/// lost.
const WITHOUT_END_TAG: [&str; 12] =
    ["p", "li", "dd", "dt", "tr", "td", "th", "tbody", "thead", "tfoot", "option", "div"];

/// Elements that scientific publishers mark words with (JATS, Springer's A++). A text with a pair of them is no text about
/// XML. A browser shows their content.
const OF_PUBLISHERS: [&str; 14] = [
    "italic",
    "bold",
    "emphasis",
    "subscript",
    "superscript",
    "sc",
    "scp",
    "underline",
    "para",
    "simplepara",
    "sec",
    "abstract",
    "xref",
    "monospace",
];

/// What HTML says of an element, by its name.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum HtmlElement {
    /// An element without content.
    Void,
    /// A block, a part of a table, or an element that shows a file.
    Block,
    /// An element within a line, or one that is not shown.
    Inline,
    /// An element of an author's own (`my-card`) or with a prefix (`mml:math`).
    Custom,
    /// No element of HTML.
    Unknown,
}

/// Returns what HTML says of the element `name`. Case does not matter.
pub(super) fn html_element(name: &str) -> HtmlElement {
    let name = lower(name);
    let is_in = |names: &[&str]| names.contains(&&*name);
    if is_in(&VOID) {
        HtmlElement::Void
    } else if is_in(&BLOCKS) {
        HtmlElement::Block
    } else if is_in(&INLINE) {
        HtmlElement::Inline
    } else if name.contains(['-', ':']) && name.is_ascii() {
        HtmlElement::Custom
    } else {
        HtmlElement::Unknown
    }
}

/// Returns whether HTML defines an element of this name.
pub(super) fn is_html_element(name: &str) -> bool {
    !matches!(html_element(name), HtmlElement::Custom | HtmlElement::Unknown)
}

/// Returns whether scientific publishers mark words with an element of this name.
pub(super) fn is_of_publishers(name: &str) -> bool {
    OF_PUBLISHERS.contains(&&*lower(name))
}

/// Returns whether an element has no content.
pub(super) fn is_void(name: &str) -> bool {
    html_element(name) == HtmlElement::Void
}

/// Returns whether authors often leave out the end tag of an element.
pub(super) fn needs_no_end_tag(name: &str) -> bool {
    WITHOUT_END_TAG.contains(&&*lower(name))
}
