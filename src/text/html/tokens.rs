//! Splits HTML into tags and text as the HTML standard does (§13.2.5 "Tokenization"), without building a tree.

mod last_occurrence;

use self::last_occurrence::LastOccurrence;
use super::hidden_addresses::is_address_script;
use super::tag_attributes::{Attributes, is_name_end, is_space, lower};

/// A tag or a text of a document.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum HtmlToken<'a> {
    /// Text with its character references not decoded.
    Text(&'a str),
    /// A start tag.
    Start(HtmlTag<'a>),
    /// The name of an end tag, in the case of the document.
    End(&'a str),
    /// A formula in TeX or AsciiMath. It is the content of a `script`, which a program of the site (MathJax) would typeset.
    Tex(TexFormula<'a>),
    /// The content of a `script` with which Joomla writes an e-mail address.
    AddressScript(&'a str),
}

/// A formula in TeX or AsciiMath.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) struct TexFormula<'a> {
    /// Text with its character references not decoded.
    pub(super) text: &'a str,
    /// Whether it stands in a line of its own, between the lines of the text.
    pub(super) is_block: bool,
}

/// A start tag.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) struct HtmlTag<'a> {
    /// Name in the case of the document.
    pub(super) name: &'a str,
    attributes: &'a str,
}

impl<'a> HtmlTag<'a> {
    /// Returns whether the tag closes itself with `/>`.
    pub(super) fn is_self_closing(self) -> bool {
        is_self_closing(self.attributes)
    }

    /// Returns whether the tag may have an attribute whose name is or contains `name`, which must be in lower case.
    /// Quicker than reading the attributes.
    pub(super) fn may_have(self, name: &str) -> bool {
        if self.attributes.is_empty() {
            return false;
        }
        let first = name.as_bytes().first().copied().unwrap_or_default();
        let bytes = self.attributes.as_bytes();
        memchr::memchr2_iter(first, first.to_ascii_uppercase(), bytes).any(|at| {
            bytes.get(at..at + name.len()).is_some_and(|found| found.eq_ignore_ascii_case(name.as_bytes()))
        })
    }

    /// Returns the attributes: names in the case of the document, values not decoded.
    pub(super) fn attributes(self) -> Attributes<'a> {
        Attributes::of(self.attributes)
    }
}

/// Elements whose content is skipped, because it is not text for readers. The first two end at the next end tag of their
/// name or at the end of the document, as in the standard. The others are skipped only if there is such an end tag. The
/// content of `iframe`, `noembed` and `noframes` is not skipped: it is for readers who do not see the frame.
const SKIPPED_ELEMENTS: [&str; 9] =
    ["script", "style", "title", "svg", "select", "template", "annotation", "annotation-xml", "datalist"];
/// How many of [`SKIPPED_ELEMENTS`] are skipped to the end of the document if they have no end tag.
const SKIPPED_TO_THE_END: usize = 2;

/// How far [`HtmlTokens::ends_soon`] looks, in bytes.
const SOON: usize = 4096;

/// How a graphic's description begins if it only names the drawing program: `Created with Sketch.`, `Created using Figma`.
const PROGRAM_CREDITS: [&str; 2] = ["Created with", "Created using"];

/// Iterates over the tags and texts of a document. Leaves out comments, declarations and the content of
/// [`SKIPPED_ELEMENTS`], but not the description of a graphic or a formula in a `script`.
///
/// If the end of a comment or a declaration is missing, a browser drops the rest of the document. Here the rest is read,
/// because a subscriber would rather see a stray character than lose the article. Only a tag without an end, a `script` or
/// `style` without an end tag, and a word processor's comment without an end (`<!--[if …`) take the rest with them.
#[derive(Default)]
pub(super) struct HtmlTokens<'a> {
    /// The part of the document that is not yet read.
    rest: &'a str,
    /// How many `<![CDATA[` are open. They occur where a feed wraps its HTML in CDATA twice.
    open_cdata: usize,
    last_cdata_end: LastOccurrence,
    last_escaped_cdata_end: LastOccurrence,
    last_comment_end: LastOccurrence,
    last_bracket: LastOccurrence,
    /// Whether the reader is inside the description of a graphic. The rest of the graphic is skipped.
    in_description: bool,
    /// How many of the next bytes are text, even where they look like tags: the content of a `textarea`.
    raw: usize,
    /// Which elements are known to have no further end tag. Remembering this keeps the time linear.
    without_end_tag: Vec<&'static str>,
}

impl<'a> HtmlTokens<'a> {
    /// Returns the tokens of `html`.
    pub(super) fn of(html: &'a str) -> Self {
        Self { rest: html, ..Self::default() }
    }

    /// Returns how many bytes of the document are not yet read.
    pub(super) fn left(&self) -> usize {
        self.rest.len()
    }

    /// Returns whether an end tag of `name` follows soon.
    pub(super) fn ends_soon(&self, name: &str) -> bool {
        let ahead = self.rest.get(..self.rest.floor_char_boundary(SOON)).unwrap_or_default();
        next_end_tag(ahead, name).is_some()
    }

    /// Returns how many bytes are left before the next end tag of `name`, or `None` if no end tag follows.
    pub(super) fn end_tag(&mut self, name: &'static str) -> Option<usize> {
        if self.without_end_tag.contains(&name) {
            return None;
        }
        let end = next_end_tag(self.rest, name);
        if end.is_none() {
            self.without_end_tag.push(name);
        }
        end
    }

    /// Takes the next `count` bytes, which must be whole characters.
    fn take(&mut self, count: usize) -> &'a str {
        let (taken, rest) = self.rest.split_at_checked(count).unwrap_or((self.rest, ""));
        self.rest = rest;
        taken
    }

    /// Reads what begins with the `<` at the start of `rest`. Takes it from `rest` unless the `<` is text.
    fn read_markup(&mut self) -> Markup<'a> {
        let after = self.rest.get(1..).unwrap_or_default();
        match after.as_bytes() {
            [b'a'..=b'z' | b'A'..=b'Z', ..] => self.read_tag(1),
            [b'/', b'a'..=b'z' | b'A'..=b'Z', ..] => self.read_tag(2),
            [b'!', b'-', b'-', ..] => self.read_comment(),
            [b'!', b'[', b'C', b'D', b'A', b'T', b'A', b'[', ..] => self.read_cdata(),
            [b'!', b'a'..=b'z' | b'A'..=b'Z' | b'[' | b'>', ..] | [b'?' | b'/', ..]
                if self.last_bracket.follows(&[">"], self.rest) =>
            {
                self.take_through_bracket()
            }
            _ => Markup::Text,
        }
    }

    /// Takes everything through the next `>`, or the whole rest if there is none.
    fn take_through_bracket(&mut self) -> Markup<'a> {
        let end = self.rest.find('>').map_or(self.rest.len(), |at| at + 1);
        self.take(end);
        Markup::Ignored
    }

    /// Reads `<![CDATA[`. It is left out, and so is its end `]]>`. What stands between is read as HTML, even if there is no
    /// end. But if only the escaped end `]]&gt;` follows, the `<![CDATA[` is text: an article about CDATA is written like this
    /// inside the CDATA section of a feed.
    fn read_cdata(&mut self) -> Markup<'a> {
        if self.last_cdata_end.follows(&["]]>"], self.rest) {
            self.open_cdata += 1;
        } else if self.last_escaped_cdata_end.follows(&["]]&gt;"], self.rest) {
            return Markup::Text;
        }
        self.take("<![CDATA[".len());
        Markup::Ignored
    }

    /// Reads a start tag, whose name is at byte 1, or an end tag, whose name is at byte 2. A tag that is cut off by the end
    /// of the document is left out.
    fn read_tag(&mut self, name_at: usize) -> Markup<'a> {
        let body = self.rest.get(name_at..).unwrap_or_default();
        let name_end = body.bytes().position(|byte| is_name_end(char::from(byte))).unwrap_or(body.len());
        let (name, after) = body.split_at_checked(name_end).unwrap_or((body, ""));
        let name = without_math_prefix(name);
        let mut attributes = Attributes { rest: after };
        while attributes.next().is_some() {}
        let Some(rest) = attributes.rest.strip_prefix('>') else {
            self.rest = "";
            return Markup::Ignored;
        };
        self.rest = rest;
        let between = after.len() - attributes.rest.len();
        if name_at == 2 {
            if self.in_description && name == "desc" {
                self.skip_content("svg");
            }
            return Markup::Token(HtmlToken::End(name));
        }
        let written = after.get(..between).unwrap_or_default();
        let tag = HtmlTag { name, attributes: written };
        if name.eq_ignore_ascii_case("script")
            && let Some(kind) = formula_kind(tag)
        {
            return self.read_formula(kind);
        }
        if tag.is_self_closing() {
            return Markup::Token(HtmlToken::Start(tag));
        }
        if name.eq_ignore_ascii_case("textarea") {
            self.raw = self.end_tag("textarea").unwrap_or(0);
        } else if name.eq_ignore_ascii_case("script")
            && let Some(end) = self.end_tag("script")
            && let Some(script) = self.rest.get(..end).filter(|script| is_address_script(script))
        {
            self.take(end);
            return Markup::Token(HtmlToken::AddressScript(script));
        } else {
            self.skip_content(name);
        }
        Markup::Token(HtmlToken::Start(tag))
    }

    /// Reads the content of a script that holds a formula. If the formula is MathML, or if the script has no end tag, only the
    /// start tag is left out, and what follows is read as HTML.
    fn read_formula(&mut self, kind: FormulaKind) -> Markup<'a> {
        let Some(end) = self.end_tag("script") else {
            return Markup::Ignored;
        };
        match kind {
            FormulaKind::MathMl => Markup::Ignored,
            FormulaKind::Tex { is_block } => {
                let text = self.take(end).trim();
                // The Markdown converter kramdown puts the formula into a CDATA section, after a `%`: a comment in TeX.
                let text = text.strip_prefix('%').map_or(text, |hidden| {
                    let hidden = hidden.trim_start();
                    let inside = hidden.strip_prefix("<![CDATA[").unwrap_or(hidden);
                    inside.strip_suffix("]]>").unwrap_or(inside).trim_end_matches([' ', '\n', '%'])
                });
                Markup::Token(HtmlToken::Tex(TexFormula { text: text.trim(), is_block }))
            }
        }
    }

    /// Skips a comment. A comment without an end is skipped through the first `>`, or up to a `<` that comes before it. A
    /// conditional comment without an end (`<!--[if …`) is skipped with the rest of the document, because it contains data of
    /// a word processor.
    fn read_comment(&mut self) -> Markup<'a> {
        let body = self.rest.get(4..).unwrap_or_default();
        // `<!-->` and `<!--->` are complete comments.
        if body.starts_with('>') || body.starts_with("->") {
            return self.take_through_bracket();
        }
        if !self.last_comment_end.follows(&["-->", "--!>"], self.rest) {
            self.rest = if body.starts_with("[if") {
                ""
            } else {
                body.trim_start_matches(|c| !matches!(c, '<' | '>'))
            };
            self.rest = self.rest.strip_prefix('>').unwrap_or(self.rest);
            return Markup::Ignored;
        }
        let ends = |at: &usize| {
            let before = body.get(..*at).unwrap_or_default();
            before.ends_with("--") || before.ends_with("--!")
        };
        let end = body.match_indices('>').map(|(at, _)| at).find(ends).map_or(body.len(), |at| at + 1);
        self.take(4 + end);
        Markup::Ignored
    }

    /// Skips the content of one of [`SKIPPED_ELEMENTS`] up to its end tag or, for a graphic with a description, up to that
    /// description.
    fn skip_content(&mut self, name: &str) {
        let mut known = SKIPPED_ELEMENTS.iter().enumerate();
        let Some((index, &name)) = known.find(|(_, known)| name.eq_ignore_ascii_case(known)) else {
            return;
        };
        match self.end_tag(name) {
            Some(at) => {
                let content = self.rest.get(..at).unwrap_or_default();
                let is_graphic = name == "svg";
                let description =
                    if is_graphic && !self.in_description { description(content) } else { None };
                if is_graphic {
                    self.in_description = description.is_some();
                }
                self.take(description.unwrap_or(at));
            }
            None if index < SKIPPED_TO_THE_END => self.rest = "",
            None => {}
        }
    }
}

/// Returns where the description of a graphic begins (SVG 2 §5.8). The description is shown instead of the graphic. `None`
/// if it has no description, one without an end tag, or one that only names the drawing program.
fn description(graphic: &str) -> Option<usize> {
    let start = graphic.find("<desc")?;
    let after = graphic.get(start + "<desc".len()..).filter(|after| after.starts_with(is_name_end))?;
    let (_, after) = after.split_once('>')?;
    let text = after.get(..after.find("</desc>")?)?.trim_start();
    (!PROGRAM_CREDITS.iter().any(|credit| text.starts_with(credit))).then_some(start)
}

/// Returns whether a tag closes itself with `/>`. XML tools write scripts and frames like this. A browser would ignore the
/// `/`, and read the article that follows as the content of the element. In `<a href=x/>` the `/` belongs to the address.
fn is_self_closing(attributes: &str) -> bool {
    let before = attributes.strip_suffix('/');
    before.is_some_and(|before| {
        before.is_empty() || before.ends_with(|c| is_space(c) || matches!(c, '"' | '\'' | '/'))
    })
}

/// What a script with a formula contains.
#[derive(Clone, Copy)]
enum FormulaKind {
    Tex { is_block: bool },
    MathMl,
}

/// Returns which formula a script contains, by its type: `math/tex; mode=display`.
fn formula_kind(tag: HtmlTag<'_>) -> Option<FormulaKind> {
    let (_, kind) = tag.attributes().find(|(name, _)| lower(name) == "type")?;
    let kind = kind.trim().to_ascii_lowercase();
    let (essence, parameters) = kind.split_once(';').unwrap_or((&kind, ""));
    match essence.trim() {
        "math/tex" | "math/latex" | "math/asciimath" | "text/tex" => {
            Some(FormulaKind::Tex { is_block: parameters.contains("display") })
        }
        "math/mml" => Some(FormulaKind::MathMl),
        _ => None,
    }
}

/// Returns the name of an element of MathML without the prefix that XML gives it (`mml:math`, `m:mi`), and any other name as
/// it is.
fn without_math_prefix(name: &str) -> &str {
    match name.split_once(':') {
        Some(("mml", local)) => local,
        Some(("m", local)) if local.starts_with('m') => local,
        _ => name,
    }
}

/// Returns where the next `</name` begins, ignoring case.
fn next_end_tag(html: &str, name: &str) -> Option<usize> {
    html.match_indices("</").map(|(at, _)| at).find(|at| {
        let after = html.get(at + 2..).unwrap_or_default();
        let named = after.get(..name.len()).is_some_and(|start| start.eq_ignore_ascii_case(name));
        named && after.get(name.len()..).is_some_and(|rest| rest.starts_with(is_name_end))
    })
}

/// What begins with a `<`.
enum Markup<'a> {
    /// A tag or a formula.
    Token(HtmlToken<'a>),
    /// The `<` itself, which is text.
    Text,
    /// A comment, or something else that is left out.
    Ignored,
}

impl<'a> Iterator for HtmlTokens<'a> {
    type Item = HtmlToken<'a>;

    fn next(&mut self) -> Option<HtmlToken<'a>> {
        while !self.rest.is_empty() {
            if self.raw > 0 {
                let length = std::mem::take(&mut self.raw);
                return Some(HtmlToken::Text(self.take(length)));
            }
            if self.open_cdata > 0 && self.rest.starts_with("]]>") {
                self.open_cdata -= 1;
                self.take(3);
                continue;
            }
            let mut from = 0;
            if self.rest.starts_with('<') {
                match self.read_markup() {
                    Markup::Token(token) => return Some(token),
                    Markup::Ignored => continue,
                    Markup::Text => from = 1,
                }
            }
            let after = self.rest.get(from..).unwrap_or_default();
            let mut end = memchr::memchr(b'<', after.as_bytes()).map_or(self.rest.len(), |at| from + at);
            if self.open_cdata > 0 {
                let closed = self.rest.get(..end).and_then(|text| text.find("]]>"));
                end = closed.filter(|at| *at > 0).unwrap_or(end);
            }
            return Some(HtmlToken::Text(self.take(end)));
        }
        None
    }
}

#[cfg(test)]
mod tests;
