//! Text: out of HTML, into HTML, and what must not be in either.

use std::borrow::Cow;

use super::tokens::{HtmlToken, Tokens, lower};
use super::{MAX_LENGTH, Rewritten, elements, embeds};
use elements::Nesting;

/// How much work a run of text may make for html5ever's serialiser, which looks through the rest of the run for `<` and
/// `>` at each `&`, no-break space and other character that begins with the same byte: their number times its length.
/// 2^24 is a millisecond. Real runs stay a hundred times below; a mebibyte of `&` in one run would take seconds.
const MAX_RUN_WORK: usize = 1 << 24;

/// The run of text, since the last tag, that the output ends with.
#[derive(Clone, Copy, Default, Debug)]
pub(super) struct Run {
    /// Where the output ended when text was last written.
    end: usize,
    length: usize,
    stops: usize,
}

impl Run {
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
pub(super) fn decoded(raw: &str) -> Cow<'_, str> {
    match joined(raw) {
        None => htmlize::unescape(raw),
        Some(joined) => Cow::Owned(htmlize::unescape(joined).into_owned()),
    }
}

/// `raw` with each pair of references to halves as the character that they are of; `None` where there is no such pair.
fn joined(raw: &str) -> Option<String> {
    let mut out = String::new();
    let mut rest = raw;
    while let Some(at) = rest.find("&#") {
        let (before, reference) = rest.split_at_checked(at)?;
        let pair = half(reference).and_then(|(high, length)| {
            let (low, second) = half(reference.get(length..)?)?;
            let character = char::decode_utf16([high, low]).next()?.ok()?; // two halves that are none of one
            Some((character, length + second))
        });
        out.push_str(before);
        match pair {
            Some((character, _)) => out.push(character),
            None => out.push_str("&#"),
        }
        rest = reference.get(pair.map_or(2, |(_, length)| length)..)?;
    }
    let found = out.len() + rest.len() < raw.len();
    out.push_str(rest);
    found.then_some(out)
}

/// A reference to half a character, and how long it is.
fn half(reference: &str) -> Option<(u16, usize)> {
    let (number, _) = reference.strip_prefix("&#")?.get(..9.min(reference.len() - 2))?.split_once(';')?;
    let value = match number.strip_prefix(['x', 'X']) {
        Some(digits) => u16::from_str_radix(digits, 16),
        None => number.parse(),
    };
    let value = value.ok().filter(|value| (0xd800..=0xdfff).contains(value))?;
    Some((value, "&#;".len() + number.len()))
}

/// What an overlong run of text is broken by: it shows nothing.
const BREAK: &str = "<wbr>";

/// Appends `text` as content, escaped, and keeps the output within `end` bytes, cut at a blank where one is near.
/// Whether it was cut. `run` is what the last call left.
pub(super) fn content_into(out: &mut String, text: &str, run: &mut Run, end: usize) -> bool {
    if run.end != out.len() {
        *run = Run::default();
    }
    let mut last_blank = 0;
    let mut cut = false;
    let mut characters = text.chars().peekable();
    while let Some(c) = characters.next() {
        let Some(c) = shown(c, characters.peek()) else {
            continue;
        };
        if out.len() + BREAK.len() + escaped(c, false).map_or(c.len_utf8(), str::len) > end {
            out.truncate(if out.len() - last_blank < 64 { last_blank } else { out.len() });
            cut = true;
            break;
        }
        if c.is_whitespace() {
            last_blank = out.len();
        }
        if !run.has_room_for(c) {
            out.push_str(BREAK);
            *run = Run::default();
            run.has_room_for(c);
        }
        push_escaped(out, c, false);
    }
    run.end = out.len();
    cut
}

/// Appends `value` as it stands between double quotes.
pub(super) fn attribute_into(out: &mut String, value: &str) {
    let mut characters = value.chars().peekable();
    while let Some(c) = characters.next() {
        if let Some(c) = shown(c, characters.peek()) {
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
fn shown(c: char, next: Option<&char>) -> Option<char> {
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
    let mut plain = Folded { out: String::with_capacity(html.len().min(MAX_LENGTH)), blank: false };
    for token in Tokens::of(html) {
        match token {
            HtmlToken::Text(raw) => plain.push(&decoded(raw)),
            HtmlToken::Start(tag) => plain.blank |= separates(&lower(tag.name)),
            HtmlToken::End(name) => plain.blank |= separates(&lower(name)),
        }
    }
    plain.out
}

/// Gives `visit` what a reader sees of a fragment, in order: texts, and the addresses and descriptions of links, images
/// and media; not what only counts or decorates.
pub fn visit_visible(html: &str, mut visit: impl FnMut(&str)) {
    for token in Tokens::of(html) {
        match token {
            HtmlToken::Text(raw) => visit(&decoded(raw)),
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
    for token in Tokens::of(html) {
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
fn separates(name: &str) -> bool {
    match elements::by_name(name) {
        Some(element) => {
            matches!(element.kind, Nesting::Block | Nesting::Rule | Nesting::Table(_))
                || matches!(name, "br" | "img")
        }
        None => matches!(name, "body" | "option" | "button"),
    }
}

/// Text with its white space folded; none at either end.
struct Folded {
    out: String,
    /// A blank is due before the next character.
    blank: bool,
}

impl Folded {
    fn push(&mut self, text: &str) {
        for c in text.chars() {
            if c.is_whitespace() {
                self.blank = true;
            } else if !is_dropped(c) {
                if self.blank && !self.out.is_empty() {
                    self.out.push(' ');
                }
                self.blank = false;
                self.out.push(c);
            }
        }
    }
}

/// `text` on one line: white space folded, control characters dropped.
pub(super) fn one_line(text: &str) -> String {
    let mut folded = Folded { out: String::with_capacity(text.len()), blank: false };
    folded.push(text);
    folded.out
}

/// The beginning of `text`, at most `most` bytes, whole characters.
pub(super) fn cut(text: &str, most: usize) -> &str {
    let end = text.floor_char_boundary(most);
    text.get(..end).unwrap_or(text)
}

/// Plain text as paragraphs of HTML; `None` where it is blank.
pub(super) fn paragraphs(text: &str) -> Option<Rewritten> {
    let mut out = String::with_capacity(text.len().min(MAX_LENGTH) + 8);
    let mut run = Run::default();
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
        is_cut = out.len() + "</p><br>".len() > end || content_into(&mut out, line, &mut run, end);
        if is_cut {
            break;
        }
    }
    if in_paragraph {
        out.push_str("</p>");
    }
    text.chars().any(is_visible).then_some(Rewritten { html: out, is_cut })
}
