//! Reads text from HTML, writes text into HTML, and drops the characters that neither may contain.

use std::borrow::Cow;

use super::elements::{self, Nesting};
use super::emoji::{Emoji, emoji};
use super::tag_attributes::lower;
use super::tokens::{HtmlTag, HtmlToken, HtmlTokens};
use crate::text::byte_runs;
use crate::text::words::CollapsedText;

/// How much work one run of text may cause in html5ever's serialiser: the number of stops times the length in bytes. At
/// each stop (an `&`, a no-break space or another character that begins with the same byte) the serialiser searches the
/// rest of the run for `<` and `>`. 2^24 takes about a millisecond. Real runs cause a hundredth of that, but a mebibyte
/// of `&` in one run would take about a minute.
const MAX_RUN_WORK: usize = 1 << 24;

/// The text at the end of the output, after the last tag.
#[derive(Clone, Copy, Default, Debug)]
pub(super) struct TextRun {
    /// Length of the output when text was last written, in bytes.
    end: usize,
    /// Length of the run, in bytes.
    length: usize,
    /// How many characters of the run are stops, as [`MAX_RUN_WORK`] defines them.
    stops: usize,
}

impl TextRun {
    /// Adds `c` to the run. Returns `false` and adds nothing if the run would exceed [`MAX_RUN_WORK`].
    fn try_add(&mut self, c: char) -> bool {
        let is_stop = c == '&' || ('\u{80}'..'\u{c0}').contains(&c);
        let (length, stops) = (self.length + c.len_utf8(), self.stops + usize::from(is_stop));
        let fits = length * stops <= MAX_RUN_WORK;
        if fits {
            (self.length, self.stops) = (length, stops);
        }
        fits
    }
}

/// Decodes the character references in `raw`. A pair of references to UTF-16 surrogates (`&#55357;&#56832;`), which some
/// programs write, becomes the one character that is meant; a browser would show two U+FFFD.
pub(super) fn decode(raw: &str) -> Cow<'_, str> {
    match join_surrogates(raw) {
        None => htmlize::unescape(raw),
        Some(joined) => Cow::Owned(htmlize::unescape(joined).into_owned()),
    }
}

/// Decodes the character references in a text without tags. As in an attribute, a reference without a semicolon counts
/// only where no letter, digit or `=` follows it, so that `?id=3&copy=1` stays.
pub(crate) fn decode_references(raw: &str) -> Cow<'_, str> {
    match join_surrogates(raw) {
        None => htmlize::unescape_attribute(raw),
        Some(joined) => Cow::Owned(htmlize::unescape_attribute(joined).into_owned()),
    }
}

/// Returns the text with each pair of references to surrogates replaced by its character; `None` if it has no such pair.
fn join_surrogates(raw: &str) -> Option<String> {
    // This search for one byte rules most texts out, and is much quicker than a search for two.
    memchr::memchr(b'&', raw.as_bytes())?;
    let mut out = String::new();
    let mut rest = raw;
    while let Some(at) = rest.find("&#") {
        let (before, reference) = rest.split_at_checked(at)?;
        out.push_str(before);
        rest = if let Some((character, rest_after)) = surrogate_pair(reference) {
            out.push(character);
            rest_after
        } else {
            out.push_str("&#");
            reference.get(2..)?
        };
    }
    let found = out.len() + rest.len() < raw.len();
    out.push_str(rest);
    found.then_some(out)
}

/// Reads a character that is written as two references to its UTF-16 surrogates, from the start of `text`. Returns it and
/// the rest of the text.
pub(crate) fn surrogate_pair(text: &str) -> Option<(char, &str)> {
    let (high, rest) = surrogate_reference(text)?;
    let (low, rest) = surrogate_reference(rest)?;
    Some((char::decode_utf16([high, low]).next()?.ok()?, rest)) // fails if the two do not form a pair
}

/// Reads a reference to one surrogate from the start of `text`. Returns the surrogate and the rest of the text.
fn surrogate_reference(text: &str) -> Option<(u16, &str)> {
    let reference = text.strip_prefix("&#")?;
    let end = reference.bytes().take(MAX_SURROGATE_REFERENCE).position(|byte| byte == b';')?;
    let (number, rest) = reference.split_at_checked(end)?;
    let (digits, radix) = number.strip_prefix(['x', 'X']).map_or((number, 10), |digits| (digits, 16));
    let surrogate =
        u16::from_str_radix(digits, radix).ok().filter(|surrogate| (0xd800..=0xdfff).contains(surrogate))?;
    let is_number = digits.starts_with(|digit: char| digit.is_ascii_hexdigit());
    is_number.then_some((surrogate, rest.strip_prefix(';')?))
}

/// Longest reference to a surrogate that is read, in bytes: what follows `&#`, up to and including the `;`. Some programs
/// write leading zeros.
const MAX_SURROGATE_REFERENCE: usize = 9;

/// An invisible tag that breaks a run of text that has become too long.
const RUN_BREAK: &str = "<wbr>";

/// Appends `text` to `out`, escaped. Cuts it where `out` would exceed `end` bytes, at a space if one is near, and returns
/// whether it did. `run` must be the value that the last call for `out` left.
pub(super) fn append_text(out: &mut String, text: &str, run: &mut TextRun, end: usize) -> bool {
    if run.end != out.len() {
        *run = TextRun::default();
    }
    let mut writer = TextWriter { out, run, last_space: 0, end };
    let mut rest = text;
    let mut is_cut = false;
    while !rest.is_empty() && !is_cut {
        let (part, next) = split_after_plain(rest);
        is_cut = if writer.try_push_plain(part) {
            false
        } else {
            // The part needs escapes, or there may be no room for all of it.
            writer.push_characters(part, next)
        };
        rest = next;
    }
    run.end = out.len();
    is_cut
}

/// Splits a text into its beginning and the rest. The beginning is made of characters that are written as they are or, if the
/// text does not begin with one, of characters that must be looked at one by one ([`is_written_plainly`]).
fn split_after_plain(text: &str) -> (&str, &str) {
    let plain = byte_runs::leading(text.as_bytes(), is_written_plainly);
    let end = if plain > 0 {
        plain
    } else {
        // The byte that ends the beginning may lie inside a character. The text is then split after that character.
        text.bytes().skip(1).position(is_written_plainly).map_or(text.len(), |at| at + 1)
    };
    text.split_at_checked(text.ceil_char_boundary(end)).unwrap_or((text, ""))
}

/// Returns whether a character that begins with this byte is written as it is. Returns `true` for a byte inside a character.
/// Returns `false` for control characters other than tab and line feed, for markup, and for the bytes that begin the characters
/// from U+0080 to U+00BF and from U+F000 to U+FFFF, because some of these are dropped or escaped.
fn is_written_plainly(byte: u8) -> bool {
    matches!(byte, b'\t' | b'\n' | b' '..=b'~' | 0x80..) && !matches!(byte, b'&' | b'<' | b'>' | 0xc2 | 0xef)
}

/// Writes a text within bounds.
struct TextWriter<'a> {
    out: &'a mut String,
    run: &'a mut TextRun,
    /// Where the last space was written, in bytes.
    last_space: usize,
    /// Where the output is cut, in bytes.
    end: usize,
}

impl TextWriter<'_> {
    /// Writes `text` as it is. Returns `false` and writes nothing if it needs escapes, or might not fit into the output or
    /// the run.
    fn try_push_plain(&mut self, text: &str) -> bool {
        let length = self.run.length + text.len();
        let fits = self.out.len() + RUN_BREAK.len() + text.len() <= self.end
            && length * self.run.stops <= MAX_RUN_WORK
            && text.bytes().next().is_some_and(is_written_plainly);
        if fits {
            self.run.length = length;
            if let Some(space) = text.rfind(char::is_whitespace) {
                self.last_space = self.out.len() + space;
            }
            self.out.push_str(text);
        }
        fits
    }

    /// Writes a text that stands before `next`, character by character. Returns whether it was cut.
    fn push_characters(&mut self, text: &str, next: &str) -> bool {
        let mut characters = text.chars().chain(next.chars().next()).peekable();
        let mut left = text.chars().count();
        while left > 0
            && let Some(c) = characters.next()
        {
            left -= 1;
            let Some(c) = output_character(c, characters.peek()) else {
                continue;
            };
            let width = escaped(c, false).map_or(c.len_utf8(), str::len);
            if self.out.len() + RUN_BREAK.len() + width > self.end {
                let is_near = self.out.len() - self.last_space < 64;
                self.out.truncate(if is_near { self.last_space } else { self.out.len() });
                return true;
            }
            if c.is_whitespace() {
                self.last_space = self.out.len();
            }
            if !self.run.try_add(c) {
                self.out.push_str(RUN_BREAK);
                *self.run = TextRun::default();
                self.run.try_add(c);
            }
            push_escaped(self.out, c, false);
        }
        false
    }
}

/// Appends `value` to `out`, escaped for an attribute in double quotes.
pub(super) fn append_attribute_value(out: &mut String, value: &str) {
    if byte_runs::all(value.as_bytes(), |byte| is_written_plainly(byte) && (byte != b'"')) {
        return out.push_str(value);
    }
    let mut characters = value.chars().peekable();
    while let Some(c) = characters.next() {
        if let Some(c) = output_character(c, characters.peek()) {
            push_escaped(out, c, true);
        }
    }
}

fn push_escaped(out: &mut String, c: char, in_attribute: bool) {
    match escaped(c, in_attribute) {
        Some(reference) => out.push_str(reference),
        None => out.push(c),
    }
}

/// Returns the reference for a character that must be escaped (HTML standard §13.3, "escaping a string").
fn escaped(c: char, in_attribute: bool) -> Option<&'static str> {
    match c {
        '&' => Some("&amp;"),
        '<' => Some("&lt;"),
        '>' => Some("&gt;"),
        '"' if in_attribute => Some("&quot;"),
        '\u{a0}' => Some("&nbsp;"),
        _ => None,
    }
}

/// Returns the character to write for `c`. Line ends become `\n`, and a form feed becomes a space. `None` if nothing is
/// written, because `c` is dropped or `next` completes the line end.
fn output_character(c: char, next: Option<&char>) -> Option<char> {
    match c {
        '\r' => (next != Some(&'\n')).then_some('\n'),
        '\u{c}' => Some(' '),
        c => (!is_dropped(c)).then_some(c),
    }
}

/// Returns whether a character is removed from all text, unless it is read as white space. These are U+FFFE, U+FFFF and the
/// control characters other than tab and line feed, because XML 1.0 forbids or discourages them and the HTML is published in
/// XML; and byte order marks, which only some parsers remove.
pub(super) fn is_dropped(c: char) -> bool {
    (c.is_control() && !matches!(c, '\t' | '\n')) || matches!(c, '\u{feff}' | '\u{fffe}' | '\u{ffff}')
}

/// Returns whether a character can be seen by a reader.
pub(super) fn is_visible(c: char) -> bool {
    !c.is_whitespace() && !is_dropped(c)
}

/// Reduces a fragment to plain text, for titles, search and fingerprints. Block elements are separated by a space, the picture
/// of an emoji becomes its characters or its description, the picture of a formula becomes its description, and comments,
/// styles and scripts are left out, except for scripts that hold a formula. `plain`, which must be empty, collapses white
/// space, and decides whether typographic spaces stay. Takes time linear in the input.
pub(super) fn to_plain(html: &str, mut plain: CollapsedText) -> String {
    for token in HtmlTokens::of(html) {
        match token {
            HtmlToken::Text(raw) => push_plain_text(&mut plain, &decode(raw)),
            HtmlToken::Tex(formula) => {
                plain.extend([' ']);
                push_plain_text(&mut plain, &decode(formula.text));
                plain.extend([' ']);
            }
            HtmlToken::Start(tag) if tag.name.eq_ignore_ascii_case("img") => match emoji(tag) {
                Some(Emoji::Characters(text) | Emoji::Picture(text)) => plain.extend(text.chars()),
                None => {
                    plain.extend([' ']);
                    push_plain_text(&mut plain, &formula_of_picture(tag).unwrap_or_default());
                    plain.extend([' ']);
                }
            },
            HtmlToken::Start(HtmlTag { name, .. }) | HtmlToken::End(name)
                if separates_words(&lower(name)) =>
            {
                plain.extend([' ']);
            }
            HtmlToken::Start(_) | HtmlToken::End(_) | HtmlToken::AddressScript(_) => {}
        }
    }
    plain.into()
}

/// Returns the formula that a picture shows, as its class says. Sanitised HTML has no classes, so this is for titles.
fn formula_of_picture(tag: HtmlTag<'_>) -> Option<String> {
    let value = |wanted: &str| {
        let (_, value) = tag.attributes().find(|(name, _)| lower(name) == wanted)?;
        Some(htmlize::unescape_attribute(value).into_owned())
    };
    let class = value("class")?.to_ascii_lowercase();
    let is_formula = |word: &str| matches!(word, "latex" | "tex" | "math") || word.starts_with("mwe-math-");
    class.split_ascii_whitespace().any(is_formula).then(|| value("alt"))?
}

/// Returns whether a tag of this name, in lower case, separates the words before and after it.
pub(super) fn separates_words(name: &str) -> bool {
    match elements::by_name(name) {
        Some(element) => {
            matches!(element.nesting, Nesting::Block | Nesting::Rule | Nesting::Table(_))
                || matches!(name, "br" | "img")
        }
        None => matches!(name, "body" | "option" | "button"),
    }
}

/// Returns `text` on one line, without the characters that are dropped ([`is_dropped`]).
pub(super) fn one_line(text: &str) -> String {
    let mut collapsed = CollapsedText::with_capacity(text.len());
    push_plain_text(&mut collapsed, text);
    collapsed.into()
}

/// Adds the characters of `text` that are kept in plain text.
fn push_plain_text(plain: &mut CollapsedText, text: &str) {
    let is_common = |byte: u8| matches!(byte, b' '..=b'~' | b'\t'..=b'\r');
    if byte_runs::all(text.as_bytes(), is_common) || text.chars().all(is_plain_text) {
        plain.push_str(text);
    } else {
        plain.extend(text.chars().filter(|c| is_plain_text(*c)));
    }
}

/// Returns whether a character is kept in plain text, white space included.
fn is_plain_text(c: char) -> bool {
    c.is_whitespace() || !is_dropped(c)
}

/// Returns the start of `text`: as many whole characters as fit into `most` bytes.
pub(super) fn truncated(text: &str, most: usize) -> &str {
    let end = text.floor_char_boundary(most);
    text.get(..end).unwrap_or(text)
}
