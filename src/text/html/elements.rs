//! Lists the permitted elements (the allow-list), with their attributes and how they nest.

use std::sync::LazyLock;

use super::substitutes;

/// How an element nests.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Nesting {
    /// Has no content. `br`, `img` and `wbr` stand in a line of text; `source` and `track` in a picture, a sound or a
    /// video.
    Void,
    /// Has no content and stands between blocks: `hr`.
    Rule,
    /// Stands in a line. If a block closes it, it is opened again in the next block ("formatting elements" in the standard).
    Formatting,
    /// Stands in a line.
    Inline,
    /// Is a block, and ends an open paragraph.
    Block,
    /// Is a table or a part of one.
    Table(TablePart),
    /// Is a formula or a part of one (MathML Core).
    Math(MathPart),
}

/// Role of an element in a table.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum TablePart {
    Table,
    Caption,
    ColumnGroup,
    Column,
    Section,
    Row,
    Cell,
}

/// Role of an element in a formula.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum MathPart {
    /// The whole formula: `math`.
    Root,
    /// Contains other parts.
    Group,
    /// Contains only text ("token elements" in MathML).
    TokenElement,
}

/// What an attribute contains. Decides how its value is checked.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum AttributeKind {
    /// A link that a reader follows.
    Link,
    /// An http(s) address that is loaded with the article.
    Resource,
    /// The address of a player that [`super::players`] knows.
    Player,
    /// Addresses of images with widths or densities.
    SourceSet,
    /// Any text, which is kept as it is.
    Text,
    /// A whole number of at most six digits, which `px` may follow.
    Number,
    /// One of these values.
    OneOf(&'static [&'static str]),
    /// No value; only its presence counts.
    Flag,
    /// Always written with this value, whatever the tag says.
    Always(&'static str),
}

/// A permitted element.
#[derive(Debug)]
pub(super) struct Element {
    pub(super) name: &'static str,
    pub(super) nesting: Nesting,
    /// Permitted attributes, except [`GLOBAL_ATTRIBUTES`].
    pub(super) attributes: &'static [(&'static str, AttributeKind)],
}

/// Attributes that are permitted on every element.
pub(super) const GLOBAL_ATTRIBUTES: [(&str, AttributeKind); 2] =
    [("dir", AttributeKind::OneOf(&["ltr", "rtl", "auto"])), ("lang", AttributeKind::Text)];

use AttributeKind::{Always, Flag, Link, Number, OneOf, Player, Resource, SourceSet, Text};
use Nesting::{Block, Formatting, Inline, Math, Rule, Table, Void};

macro_rules! elements {
    ($($name:literal $nesting:expr, [$($attribute:literal $value:expr),*];)*) => {
        &[$(Element { name: $name, nesting: $nesting, attributes: &[$(($attribute, $value)),*] }),*]
    };
}

/// All permitted elements, sorted by name. `style`, `class` and `id` are never permitted, so that an article can neither
/// change how the reader's page looks nor cover other parts of it.
static ELEMENTS: &[Element] = elements! {
    "a" Formatting, ["href" Link, "title" Text, "rel" Always("noreferrer")];
    "abbr" Inline, ["title" Text];
    "address" Block, [];
    "article" Block, [];
    "aside" Block, [];
    "audio" Inline, ["src" Resource, "controls" Always(""), "preload" Always("none")];
    "b" Formatting, [];
    "bdi" Inline, [];
    "bdo" Inline, [];
    "blockquote" Block, ["cite" Link];
    "br" Void, [];
    "caption" Table(TablePart::Caption), [];
    "cite" Inline, [];
    "code" Formatting, [];
    "col" Table(TablePart::Column), ["span" Number];
    "colgroup" Table(TablePart::ColumnGroup), ["span" Number];
    "data" Inline, ["value" Text];
    "dd" Block, [];
    "del" Inline, ["datetime" Text, "cite" Link];
    "details" Block, ["open" Flag];
    "dfn" Inline, ["title" Text];
    "div" Block, [];
    "dl" Block, [];
    "dt" Block, [];
    "em" Formatting, [];
    "figcaption" Block, [];
    "figure" Block, [];
    "footer" Block, [];
    "h1" Block, [];
    "h2" Block, [];
    "h3" Block, [];
    "h4" Block, [];
    "h5" Block, [];
    "h6" Block, [];
    "header" Block, [];
    "hgroup" Block, [];
    "hr" Rule, [];
    "i" Formatting, [];
    "iframe" Inline, ["src" Player, "title" Text, "width" Number, "height" Number, "allowfullscreen" Always(""),
        "loading" Always("lazy"), "sandbox" Always("allow-scripts allow-same-origin allow-popups allow-popups-to-escape-sandbox")];
    "img" Void, ["src" Resource, "srcset" SourceSet, "sizes" Text, "alt" Text, "title" Text, "width" Number, "height" Number];
    "ins" Inline, ["datetime" Text, "cite" Link];
    "kbd" Inline, [];
    "li" Block, ["value" Number];
    "main" Block, [];
    "mark" Inline, [];
    "math" Math(MathPart::Root), ["display" OneOf(&["block", "inline"]), "alttext" Text];
    "menclose" Math(MathPart::Group), [];
    "merror" Math(MathPart::Group), [];
    "mfrac" Math(MathPart::Group), [];
    "mi" Math(MathPart::TokenElement), ["mathvariant" Text];
    "mmultiscripts" Math(MathPart::Group), [];
    "mn" Math(MathPart::TokenElement), ["mathvariant" Text];
    "mo" Math(MathPart::TokenElement), ["stretchy" OneOf(&["true", "false"])];
    "mover" Math(MathPart::Group), ["accent" OneOf(&["true", "false"])];
    "mpadded" Math(MathPart::Group), [];
    "mphantom" Math(MathPart::Group), [];
    "mprescripts" Math(MathPart::Group), [];
    "mroot" Math(MathPart::Group), [];
    "mrow" Math(MathPart::Group), [];
    "ms" Math(MathPart::TokenElement), [];
    "mspace" Math(MathPart::Group), ["width" Text];
    "msqrt" Math(MathPart::Group), [];
    "mstyle" Math(MathPart::Group), ["displaystyle" OneOf(&["true", "false"])];
    "msub" Math(MathPart::Group), [];
    "msubsup" Math(MathPart::Group), [];
    "msup" Math(MathPart::Group), [];
    "mtable" Math(MathPart::Group), ["columnalign" Text];
    "mtd" Math(MathPart::Group), [];
    "mtext" Math(MathPart::TokenElement), [];
    "mtr" Math(MathPart::Group), [];
    "munder" Math(MathPart::Group), [];
    "munderover" Math(MathPart::Group), [];
    "nav" Block, [];
    "ol" Block, ["start" Number, "reversed" Flag, "type" OneOf(&["1", "a", "A", "i", "I"])];
    "p" Block, [];
    "picture" Inline, [];
    "pre" Block, [];
    "q" Inline, ["cite" Link];
    "rp" Inline, [];
    "rt" Inline, [];
    "ruby" Inline, [];
    "s" Formatting, [];
    "samp" Inline, [];
    "section" Block, [];
    "semantics" Math(MathPart::Group), [];
    "small" Formatting, [];
    "source" Void, ["src" Resource, "srcset" SourceSet, "sizes" Text, "media" Text, "type" Text];
    "span" Inline, [];
    "strong" Formatting, [];
    "sub" Inline, [];
    "summary" Block, [];
    "sup" Inline, [];
    "table" Table(TablePart::Table), [];
    "tbody" Table(TablePart::Section), [];
    "td" Table(TablePart::Cell), ["align" OneOf(&["left", "center", "right"]), "colspan" Number, "rowspan" Number,
        "scope" OneOf(&["row", "col", "rowgroup", "colgroup"])];
    "tfoot" Table(TablePart::Section), [];
    "th" Table(TablePart::Cell), ["align" OneOf(&["left", "center", "right"]), "colspan" Number, "rowspan" Number,
        "scope" OneOf(&["row", "col", "rowgroup", "colgroup"])];
    "thead" Table(TablePart::Section), [];
    "time" Inline, ["datetime" Text];
    "tr" Table(TablePart::Row), [];
    "track" Void, ["src" Resource, "kind" OneOf(&["subtitles", "captions", "chapters"]), "srclang" Text, "label" Text];
    "u" Formatting, [];
    "ul" Block, [];
    "var" Inline, [];
    "video" Inline, ["src" Resource, "poster" Resource, "width" Number, "height" Number, "controls" Always(""), "preload" Always("none")];
    "wbr" Void, [];
};

impl Element {
    /// Returns the kind of the attribute `name`; `None` if it is not permitted here.
    pub(super) fn attribute(&self, name: &str) -> Option<AttributeKind> {
        let mut known = self.attributes.iter().chain(&GLOBAL_ATTRIBUTES);
        known.find(|(known, _)| *known == name).map(|(_, value)| *value)
    }

    /// Returns whether the element shows something that it loads, even if it has no content.
    pub(super) fn is_embedded(&self) -> bool {
        matches!(self.name, "img" | "audio" | "video" | "iframe")
    }
}

/// Returns all permitted elements, sorted by name.
pub(super) fn all() -> &'static [Element] {
    ELEMENTS
}

/// Returns the permitted element that is written for an element of this name, which must be in lower case: the element
/// itself, or the one that replaces it (`div` for `center`, `iframe` for `object`). `None` if its tags are left out.
pub(super) fn by_name(name: &str) -> Option<&'static Element> {
    // A permitted element is never replaced.
    named(name).or_else(|| named(replacement(name)?))
}

/// Returns the name of the permitted element that is written in place of another one: one that is obsolete, that AMP,
/// JATS or MathJax defines, that is of no use outside its page, such as `form`, or that has several uses, such as `object`.
fn replacement(name: &str) -> Option<&'static str> {
    Some(match name {
        "acronym" => "abbr",
        // AMP's elements do the same as the plain ones, with a script.
        "amp-anim" | "amp-img" | "image" => "img",
        "amp-audio" => "audio",
        // Older pages embed players with `embed` and `object`.
        "amp-iframe" | "embed" | "object" => "iframe",
        "amp-video" => "video",
        // The content of `mjx-math` is for eyes, because MathJax repeats the formula for screen readers. The content of
        // `tex-math` repeats a formula that JATS also gives in MathML.
        "button" | "font" | "mjx-math" | "mjx-container" | "nobr" | "tex-math" => "span",
        // In a formula, an empty row stands for a missing part.
        "none" => "mrow",
        other if substitutes::is_scripted_player(other) => "span",
        // Publishers of science send the markup of their journals (JATS) to Crossref.
        "jats:p" => "p",
        "jats:title" => "h4",
        "jats:italic" => "i",
        "jats:bold" => "b",
        "jats:underline" => "u",
        "jats:sub" => "sub",
        "jats:sup" => "sup",
        "jats:sec" => "section",
        "jats:list-item" => "li",
        "jats:disp-quote" => "blockquote",
        "center" | "desc" | "dialog" | "fieldset" | "form" | "legend" | "search" => "div",
        "dir" | "menu" | "jats:list" => "ul",
        "listing" | "xmp" | "textarea" => "pre",
        "strike" => "s",
        "tt" | "jats:monospace" => "code",
        _ => return None,
    })
}

/// Returns the permitted element that has exactly this name.
pub(super) fn named(name: &str) -> Option<&'static Element> {
    let letter = name.bytes().next()?.checked_sub(b'a')?;
    let (start, end) = *BY_FIRST_LETTER.get(usize::from(letter))?;
    ELEMENTS.get(start..end)?.iter().find(|element| element.name == name)
}

/// Where the elements of each first letter begin and end in [`ELEMENTS`].
static BY_FIRST_LETTER: LazyLock<[(usize, usize); 26]> = LazyLock::new(|| {
    std::array::from_fn(|letter| {
        let first = |element: &Element| element.name.bytes().next().map(|first| usize::from(first - b'a'));
        let start = ELEMENTS.partition_point(|element| first(element) < Some(letter));
        (start, ELEMENTS.partition_point(|element| first(element) <= Some(letter)))
    })
});

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_list_is_sorted_so_that_it_can_be_searched() {
        assert!(ELEMENTS.is_sorted_by(|a, b| a.name < b.name));
        for element in ELEMENTS {
            assert_eq!(named(element.name).map(|found| found.name), Some(element.name));
            assert_eq!(replacement(element.name), None, "{} is not replaced", element.name);
        }
        for other in ["", "A", "ab", "zz", "é", "center"] {
            assert!(named(other).is_none(), "{other}");
        }
    }
}
