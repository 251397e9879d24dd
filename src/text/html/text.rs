//! Reads text from HTML, writes text into HTML, and drops the characters that neither may contain.

use super::emoji::{Emoji, emoji};
use super::replaced;
use super::tag_attributes::lower;
use super::tokens::{HtmlTag, HtmlToken, HtmlTokens, TexFormula};
use crate::text::words::CollapsedText;
use elements::Nesting;
use std::borrow::Cow;

use super::{MAX_LENGTH, elements, embeds};

/// How much work one run of text may cause in html5ever's serialiser: the number of stops times the length in bytes. At
/// each stop (an `&`, a no-break space or another character that begins with the same byte) the serialiser searches the
/// rest of the run for `<` and `>`. 2^24 takes about a millisecond. Real runs cause a hundredth of that, but a mebibyte
/// of `&` in one run would take seconds.
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

/// Replaces each pair of references to surrogates by its character; `None` if there is no such pair.
fn join_surrogates(raw: &str) -> Option<String> {
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

/// Longest reference to a surrogate that is read, in bytes after `&#`. Some programs write leading zeros.
const MAX_SURROGATE_REFERENCE: usize = 9;

/// An invisible tag that breaks a run of text that has become too long.
const RUN_BREAK: &str = "<wbr>";

/// Appends `text` to `out`, escaped. Cuts it where `out` would exceed `end` bytes, at a space if one is near, and returns
/// whether it did. `run` must be the value that the last call for `out` left.
pub(super) fn append_text(out: &mut String, text: &str, run: &mut TextRun, end: usize) -> bool {
    if run.end != out.len() {
        *run = TextRun::default();
    }
    let mut last_space = 0;
    let mut is_cut = false;
    let mut characters = text.chars().peekable();
    while let Some(c) = characters.next() {
        let Some(c) = output_character(c, characters.peek()) else {
            continue;
        };
        if out.len() + RUN_BREAK.len() + escaped(c, false).map_or(c.len_utf8(), str::len) > end {
            out.truncate(if out.len() - last_space < 64 { last_space } else { out.len() });
            is_cut = true;
            break;
        }
        if c.is_whitespace() {
            last_space = out.len();
        }
        if !run.try_add(c) {
            out.push_str(RUN_BREAK);
            *run = TextRun::default();
            run.try_add(c);
        }
        push_escaped(out, c, false);
    }
    run.end = out.len();
    is_cut
}

/// Appends `value` to `out`, escaped for an attribute in double quotes.
pub(super) fn append_attribute_value(out: &mut String, value: &str) {
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

/// Returns the character to write for `c`. Line ends become `\n`. `None` if nothing is written, because `c` is dropped or
/// `next` completes the line end.
fn output_character(c: char, next: Option<&char>) -> Option<char> {
    match c {
        '\r' => (next != Some(&'\n')).then_some('\n'),
        '\u{c}' => Some(' '),
        c => (!is_dropped(c)).then_some(c),
    }
}

/// Returns whether a character is removed from all text: those that XML 1.0 forbids (control characters, U+FFFE, U+FFFF),
/// because the HTML is published in XML, and byte order marks, which only some parsers remove.
pub(super) fn is_dropped(c: char) -> bool {
    (c.is_control() && !matches!(c, '\t' | '\n')) || matches!(c, '\u{feff}' | '\u{fffe}' | '\u{ffff}')
}

/// Returns whether a character can be seen by a reader.
pub(super) fn is_visible(c: char) -> bool {
    !c.is_whitespace() && !is_dropped(c)
}

/// Reduces a fragment to plain text, for titles, search and fingerprints. Each run of white space becomes one space, block
/// elements are separated by a space, and scripts, styles and comments are left out. Takes time linear in the input.
pub fn to_plain(html: &str) -> String {
    let mut plain = CollapsedText::with_capacity(html.len().min(MAX_LENGTH));
    for token in HtmlTokens::of(html) {
        match token {
            HtmlToken::Text(raw) => plain.extend(decode(raw).chars().filter(|c| is_plain_text(*c))),
            HtmlToken::Tex(formula) => {
                plain.extend([' ']);
                plain.extend(decode(formula.text).chars().filter(|c| is_plain_text(*c)));
                plain.extend([' ']);
            }
            HtmlToken::Start(tag) if tag.name.eq_ignore_ascii_case("img") => match emoji(tag) {
                Some(Emoji::Characters(text) | Emoji::Picture(text)) => plain.extend(text.chars()),
                None => plain.extend([' ']),
            },
            HtmlToken::Start(HtmlTag { name, .. }) | HtmlToken::End(name)
                if separates_words(&lower(name)) =>
            {
                plain.extend([' ']);
            }
            HtmlToken::Start(_) | HtmlToken::End(_) => {}
        }
    }
    plain.into()
}

/// Calls `visit` with each text that a reader sees in a fragment, in order, and with the addresses and descriptions of
/// links, images and media. Trackers are left out.
pub fn visit_visible(html: &str, mut visit: impl FnMut(&str)) {
    for token in HtmlTokens::of(html) {
        match token {
            HtmlToken::Text(raw) | HtmlToken::Tex(TexFormula { text: raw, .. }) => visit(&decode(raw)),
            HtmlToken::End(_) => {}
            HtmlToken::Start(tag) => {
                if !elements::by_name(&lower(tag.name))
                    .is_some_and(|element| element.name == "a" || element.is_embedded())
                {
                    continue;
                }
                for (name, value) in tag.attributes() {
                    let is_visited = matches!(&*lower(name), "href" | "src" | "alt" | "data-src");
                    if !is_visited || embeds::is_tracker(value) {
                        continue;
                    }
                    // Cloudflare writes a protected address differently at each request.
                    match replaced::protected_link(value) {
                        Some(address) => visit(&address),
                        None => visit(&htmlize::unescape_attribute(value)),
                    }
                }
            }
        }
    }
}

/// A part of a fragment that a reader sees.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Seen<'a> {
    /// Text, or the description of a picture.
    Text(&'a str),
    /// Address of a picture, a sound, a video or a player.
    File(&'a str),
}

/// Calls `visit` with each text and each file that a reader sees in a fragment, in order. Trackers and pictures of one
/// pixel are left out.
pub fn visit_seen(html: &str, mut visit: impl FnMut(Seen<'_>)) {
    for token in HtmlTokens::of(html) {
        match token {
            HtmlToken::Text(raw) | HtmlToken::Tex(TexFormula { text: raw, .. }) => {
                visit(Seen::Text(&decode(raw)));
            }
            HtmlToken::End(_) => {}
            HtmlToken::Start(tag) => {
                let element = elements::by_name(&lower(tag.name));
                if !element.is_some_and(elements::Element::is_embedded) || is_pixel(&tag) {
                    continue;
                }
                for (name, value) in tag.attributes() {
                    match &*lower(name) {
                        "alt" => visit(Seen::Text(&htmlize::unescape_attribute(value))),
                        "src" | "data-src" if !embeds::is_tracker(value) && !value.starts_with("data:") => {
                            visit(Seen::File(&htmlize::unescape_attribute(value)));
                        }
                        _ => {}
                    }
                }
            }
        }
    }
}

/// Returns whether a tag says that its picture is at most a pixel wide or high.
fn is_pixel(tag: &HtmlTag<'_>) -> bool {
    tag.attributes().any(|(name, value)| {
        let is_size = matches!(&*lower(name), "width" | "height");
        is_size && matches!(value.trim().trim_end_matches("px"), "0" | "1")
    })
}

/// Calls `visit` with the address of each image, sound, video and player in a fragment, in order. Trackers are left out.
pub fn visit_media(html: &str, mut visit: impl FnMut(&str)) {
    for token in HtmlTokens::of(html) {
        let HtmlToken::Start(tag) = token else { continue };
        if elements::by_name(&lower(tag.name)).is_some_and(elements::Element::is_embedded) {
            for (name, value) in tag.attributes() {
                if lower(name) == "src" && !embeds::is_tracker(value) {
                    visit(&htmlize::unescape_attribute(value));
                }
            }
        }
    }
}

/// Returns whether a tag of this name separates the words before and after it.
fn separates_words(name: &str) -> bool {
    match elements::by_name(name) {
        Some(element) => {
            matches!(element.nesting, Nesting::Block | Nesting::Rule | Nesting::Table(_))
                || matches!(name, "br" | "img")
        }
        None => matches!(name, "body" | "option" | "button"),
    }
}

/// Returns `text` on one line, without control characters.
pub(super) fn one_line(text: &str) -> String {
    let mut collapsed = CollapsedText::with_capacity(text.len());
    collapsed.extend(text.chars().filter(|c| is_plain_text(*c)));
    collapsed.into()
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
