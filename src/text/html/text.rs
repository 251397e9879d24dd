//! Text: out of HTML, into HTML, and what must not be in either.

use super::tokens::{HtmlTag, HtmlToken, HtmlTokens, lower};
use crate::text::words::CollapsedText;
use elements::Nesting;
use std::borrow::Cow;

use super::{MAX_LENGTH, RewrittenHtml, elements, embeds};

/// How much work a run of text may make for html5ever's serialiser, which looks through the rest of the run for `<` and
/// `>` at each `&`, no-break space and other character that begins with the same byte: their number times its length.
/// 2^24 is a millisecond. Real runs stay a hundred times below; a mebibyte of `&` in one run would take seconds.
const MAX_RUN_WORK: usize = 1 << 24;

/// The run of text, since the last tag, that the output ends with.
#[derive(Clone, Copy, Default, Debug)]
pub(super) struct TextRun {
    /// Where the output ended when text was last written.
    end: usize,
    length: usize,
    stops: usize,
}

impl TextRun {
    /// Counts `c`; `false` where that would make the run too much work.
    fn has_room_for(&mut self, c: char) -> bool {
        let is_stop = c == '&' || ('\u{80}'..'\u{c0}').contains(&c);
        let (length, stops) = (self.length + c.len_utf8(), self.stops + usize::from(is_stop));
        let fits = length * stops <= MAX_RUN_WORK;
        if fits {
            (self.length, self.stops) = (length, stops);
        }
        fits
    }
}

/// Text as written, its references decoded. A character that a program wrote as the two halves UTF-16 has of it
/// (`&#55357;&#56832;`) is one; HTML by itself makes two U+FFFD of them.
pub(super) fn decode(raw: &str) -> Cow<'_, str> {
    match join_surrogates(raw) {
        None => htmlize::unescape(raw),
        Some(joined) => Cow::Owned(htmlize::unescape(joined).into_owned()),
    }
}

/// `raw` with each pair of references to halves as the character that they are of; `None` where there is no such pair.
fn join_surrogates(raw: &str) -> Option<String> {
    let mut out = String::new();
    let mut rest = raw;
    while let Some(at) = rest.find("&#") {
        let (before, reference) = rest.split_at_checked(at)?;
        out.push_str(before);
        rest = if let Some((character, behind)) = surrogate_pair(reference) {
            out.push(character);
            behind
        } else {
            out.push_str("&#");
            reference.get(2..)?
        };
    }
    let found = out.len() + rest.len() < raw.len();
    out.push_str(rest);
    found.then_some(out)
}

/// The character that `text` begins with, if it is written as a reference to each of its halves in UTF-16, and what
/// follows.
pub(crate) fn surrogate_pair(text: &str) -> Option<(char, &str)> {
    let (high, rest) = surrogate_reference(text)?;
    let (low, rest) = surrogate_reference(rest)?;
    Some((char::decode_utf16([high, low]).next()?.ok()?, rest)) // an error: two halves that are none of one
}

/// The half of a character that `text` begins with a reference to, and what follows.
fn surrogate_reference(text: &str) -> Option<(u16, &str)> {
    let reference = text.strip_prefix("&#")?;
    let end = reference.bytes().take(MAX_SURROGATE_REFERENCE).position(|byte| byte == b';')?;
    let (number, rest) = reference.split_at_checked(end)?;
    let (digits, radix) = number.strip_prefix(['x', 'X']).map_or((number, 10), |digits| (digits, 16));
    let half = u16::from_str_radix(digits, radix).ok().filter(|half| (0xd800..=0xdfff).contains(half))?;
    let is_number = digits.starts_with(|digit: char| digit.is_ascii_hexdigit());
    is_number.then_some((half, rest.strip_prefix(';')?))
}

/// The longest reference to half a character that is looked at, in bytes after `&#`: some write leading zeros.
const MAX_SURROGATE_REFERENCE: usize = 9;

/// What an overlong run of text is broken by: it shows nothing.
const RUN_BREAK: &str = "<wbr>";

/// Appends `text` as content, escaped, and keeps the output within `end` bytes, cut at a blank where one is near.
/// Whether it was cut. `run` is what the last call left.
pub(super) fn append_text(out: &mut String, text: &str, run: &mut TextRun, end: usize) -> bool {
    if run.end != out.len() {
        *run = TextRun::default();
    }
    let mut last_blank = 0;
    let mut cut = false;
    let mut characters = text.chars().peekable();
    while let Some(c) = characters.next() {
        let Some(c) = output_character(c, characters.peek()) else {
            continue;
        };
        if out.len() + RUN_BREAK.len() + escaped(c, false).map_or(c.len_utf8(), str::len) > end {
            out.truncate(if out.len() - last_blank < 64 { last_blank } else { out.len() });
            cut = true;
            break;
        }
        if c.is_whitespace() {
            last_blank = out.len();
        }
        if !run.has_room_for(c) {
            out.push_str(RUN_BREAK);
            *run = TextRun::default();
            run.has_room_for(c);
        }
        push_escaped(out, c, false);
    }
    run.end = out.len();
    cut
}

/// Appends `value` as it stands between double quotes.
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

/// The reference for a character that needs one, as HTML serialisers write it (HTML standard §13.3, "escaping a string").
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

/// The character as it goes out, if it does: line ends become `\n`, and what [`is_dropped`] names goes.
fn output_character(c: char, next: Option<&char>) -> Option<char> {
    match c {
        '\r' => (next != Some(&'\n')).then_some('\n'),
        '\u{c}' => Some(' '),
        c => (!is_dropped(c)).then_some(c),
    }
}

/// What XML 1.0 forbids, since all we publish is XML too (control characters, U+FFFE, U+FFFF), and byte order marks,
/// which parsers drop at their own discretion.
pub(super) fn is_dropped(c: char) -> bool {
    (c.is_control() && !matches!(c, '\t' | '\n')) || matches!(c, '\u{feff}' | '\u{fffe}' | '\u{ffff}')
}

/// Whether a character shows something once it is out.
pub(super) fn is_visible(c: char) -> bool {
    !c.is_whitespace() && !is_dropped(c)
}

/// The text of a fragment, white space folded into single blanks, block elements separated; for titles, search and
/// fingerprints. Scripts, styles and comments are none of it. Time is linear in the input.
pub fn to_plain(html: &str) -> String {
    let mut plain = CollapsedText::with_capacity(html.len().min(MAX_LENGTH));
    for token in HtmlTokens::of(html) {
        match token {
            HtmlToken::Text(raw) => plain.extend(decode(raw).chars().filter(|c| is_plain_text(*c))),
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

/// Gives `visit` what a reader sees of a fragment, in order: texts, and the addresses and descriptions of links, images
/// and media; not what only counts or decorates.
pub fn visit_visible(html: &str, mut visit: impl FnMut(&str)) {
    for token in HtmlTokens::of(html) {
        match token {
            HtmlToken::Text(raw) => visit(&decode(raw)),
            HtmlToken::End(_) => {}
            HtmlToken::Start(tag) => {
                if !elements::by_name(&lower(tag.name))
                    .is_some_and(|element| element.name == "a" || element.is_embedded())
                {
                    continue;
                }
                for (name, value) in tag.attributes() {
                    let seen = matches!(&*lower(name), "href" | "src" | "alt" | "data-src");
                    if seen && !embeds::is_tracker(value) {
                        visit(&htmlize::unescape_attribute(value));
                    }
                }
            }
        }
    }
}

/// Gives `visit` the addresses of the pictures, sounds and films that a fragment shows, in order.
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

/// Whether an element stands apart from the text around it.
fn separates_words(name: &str) -> bool {
    match elements::by_name(name) {
        Some(element) => {
            matches!(element.nesting, Nesting::Block | Nesting::Rule | Nesting::Table(_))
                || matches!(name, "br" | "img")
        }
        None => matches!(name, "body" | "option" | "button"),
    }
}

/// `text` on one line: white space folded, control characters dropped.
pub(super) fn one_line(text: &str) -> String {
    let mut folded = CollapsedText::with_capacity(text.len());
    folded.extend(text.chars().filter(|c| is_plain_text(*c)));
    folded.into()
}

/// Whether a character is part of plain text, as itself or as a blank.
fn is_plain_text(c: char) -> bool {
    c.is_whitespace() || !is_dropped(c)
}

/// The beginning of `text`, at most `most` bytes, whole characters.
pub(super) fn truncated(text: &str, most: usize) -> &str {
    let end = text.floor_char_boundary(most);
    text.get(..end).unwrap_or(text)
}

/// Plain text as paragraphs of HTML; `None` where it is blank.
pub(super) fn paragraphs(text: &str) -> Option<RewrittenHtml> {
    let mut out = String::with_capacity(text.len().min(MAX_LENGTH) + 8);
    let mut run = TextRun::default();
    let end = MAX_LENGTH - "</p>".len();
    let (mut in_paragraph, mut is_cut) = (false, false);
    for line in text.lines().map(str::trim) {
        let blank = !line.chars().any(is_visible);
        match (blank, in_paragraph) {
            (true, true) => out.push_str("</p>"),
            (false, true) => out.push_str("<br>"),
            (false, false) => out.push_str("<p>"),
            (true, false) => {}
        }
        in_paragraph = !blank;
        is_cut = out.len() + "</p><br>".len() > end || append_text(&mut out, line, &mut run, end);
        if is_cut {
            break;
        }
    }
    if in_paragraph {
        out.push_str("</p>");
    }
    text.chars().any(is_visible).then_some(RewrittenHtml { html: out, is_cut })
}
