//! Converts plain text to HTML: blank lines separate paragraphs, line breaks are kept unless the lines are hard-wrapped, and
//! addresses become links.

use super::text::{TextRun, append_attribute_value, append_text, is_visible, truncated};
use super::{MAX_LENGTH, RewrittenHtml, source_set};
use crate::text::url::absolute;

/// How many lines of a paragraph are read to tell whether it is hard-wrapped.
const MAX_JUDGED_LINES: usize = 500;

/// Widths in characters at which programs and people wrap lines.
const WRAP_WIDTHS: std::ops::RangeInclusive<usize> = 45..=120;

/// Least width of a paragraph of two lines that counts as hard-wrapped: one break alone says little.
const MIN_WIDTH_OF_TWO_LINES: usize = 60;

/// How many addresses of a text become links.
const MAX_LINKS: usize = 10_000;

/// Longest address that becomes a link, in bytes.
const MAX_ADDRESS: usize = 2048;

/// How an address begins.
const ADDRESS_STARTS: [&str; 3] = ["https://", "http://", "www."];

/// Converts plain text to HTML paragraphs; `None` if it is blank.
pub(super) fn paragraphs(text: &str) -> Option<RewrittenHtml> {
    let mut writer = ParagraphWriter {
        out: String::with_capacity(text.len().min(MAX_LENGTH) + 8),
        run: TextRun::default(),
        end: MAX_LENGTH - "</p>".len(),
        links: 0,
    };
    let (mut in_paragraph, mut is_cut, mut flows) = (false, false, false);
    let mut lines = text.lines().map(str::trim);
    loop {
        let rest = lines.clone();
        let Some(line) = lines.next() else { break };
        let is_blank = !line.chars().any(is_visible);
        match (is_blank, in_paragraph) {
            (true, true) => writer.out.push_str("</p>"),
            (false, true) => writer.out.push_str(if flows { " " } else { "<br>" }),
            (false, false) => {
                writer.out.push_str("<p>");
                flows = is_hard_wrapped(rest);
            }
            (true, false) => {}
        }
        in_paragraph = !is_blank;
        is_cut = writer.out.len() + "</p><br>".len() > writer.end || writer.add_line(line);
        if is_cut {
            break;
        }
    }
    if in_paragraph {
        writer.out.push_str("</p>");
    }
    text.chars().any(is_visible).then_some(RewrittenHtml { html: writer.out, is_cut })
}

/// Writes the lines of a plain text.
struct ParagraphWriter {
    out: String,
    run: TextRun,
    /// Where the output is cut, in bytes.
    end: usize,
    /// How many links were written.
    links: usize,
}

impl ParagraphWriter {
    /// Writes a line with links. Returns whether it was cut.
    fn add_line(&mut self, line: &str) -> bool {
        let mut rest = line;
        while let Some((before, address, after)) = split_at_address(rest) {
            let href = absolute(address, None).filter(|href| source_set::is_web_address(href));
            if append_text(&mut self.out, before, &mut self.run, self.end) {
                return true;
            }
            rest = after;
            match href {
                Some(href) if self.links < MAX_LINKS => {
                    if self.add_link(&href, address) {
                        return true;
                    }
                }
                _ => {
                    if append_text(&mut self.out, address, &mut self.run, self.end) {
                        return true;
                    }
                }
            }
        }
        append_text(&mut self.out, rest, &mut self.run, self.end)
    }

    /// Writes a link. Returns whether it was cut, in which case nothing of it is written.
    fn add_link(&mut self, href: &str, address: &str) -> bool {
        let start = self.out.len();
        self.out.push_str("<a href=\"");
        append_attribute_value(&mut self.out, href);
        self.out.push_str("\" rel=\"noreferrer\">");
        let is_cut = append_text(&mut self.out, address, &mut self.run, self.end)
            || self.out.len() + "</a>".len() > self.end;
        if is_cut {
            self.out.truncate(start);
        } else {
            self.out.push_str("</a>");
            self.links += 1;
        }
        is_cut
    }
}

/// Splits a line at its first address: the text before it, the address, and the text after it. Marks at the end of an
/// address that belong to the sentence are left to the text.
fn split_at_address(line: &str) -> Option<(&str, &str, &str)> {
    let starts_word = |at: usize| {
        let before = line.get(..at).and_then(|before| before.chars().next_back());
        before.is_none_or(|c| !c.is_alphanumeric() || has_no_spaces(c))
    };
    let mut from = 0;
    loop {
        let at = from + memchr::memchr2(b'h', b'w', line.as_bytes().get(from..)?)?;
        from = at + 1;
        let tail = line.get(at..)?;
        let Some(start) = ADDRESS_STARTS.iter().find(|start| tail.starts_with(**start)) else { continue };
        if !starts_word(at) {
            continue;
        }
        let bounded = truncated(tail, MAX_ADDRESS);
        let Some(end) = bounded.find(ends_address).or((bounded.len() == tail.len()).then_some(tail.len()))
        else {
            // Nobody could follow a longer address.
            from = at + bounded.len();
            continue;
        };
        let address = trimmed_address(tail.get(..end)?);
        if address.len() > start.len() {
            return Some((line.get(..at)?, address, tail.get(address.len()..)?));
        }
    }
}

/// Returns whether a letter is Thai, Japanese, Chinese or Korean. An address may follow such a letter at once, without a
/// space.
fn has_no_spaces(c: char) -> bool {
    matches!(c, '\u{e01}'..='\u{e4e}' | '\u{3040}'..='\u{30ff}' | '\u{3400}'..='\u{9fff}' | '\u{ac00}'..='\u{d7a3}')
}

/// Returns whether a character can't be part of an address in a text.
fn ends_address(c: char) -> bool {
    c.is_whitespace()
        || c.is_control()
        || matches!(c, '<' | '>' | '"' | '`' | '“' | '”' | '„' | '«' | '»' | '…' | '|' | '\\' | '^')
        || matches!(c, '\u{3000}'..='\u{303f}' | '\u{ff00}'..='\u{ff0f}' | '\u{ff1a}'..='\u{ff20}')
}

/// Removes the marks at the end of an address that belong to the sentence around it, such as `.` and `,`, and closing
/// brackets that the address does not open.
fn trimmed_address(address: &str) -> &str {
    let mut trimmed = address;
    let mut open = [('(', ')'), ('[', ']'), ('{', '}')].map(|(opening, closing)| {
        (closing, address.matches(opening).count(), address.matches(closing).count())
    });
    while let Some(last) = trimmed.chars().next_back() {
        let is_mark = match open.iter_mut().find(|(closing, ..)| *closing == last) {
            Some((_, opened, closed)) if *closed > *opened => {
                *closed -= 1;
                true
            }
            Some(_) => false,
            None => matches!(last, '.' | ',' | ';' | ':' | '!' | '?' | '\'' | '*' | '’' | '‘'),
        };
        if !is_mark {
            break;
        }
        trimmed = trimmed.get(..trimmed.len() - last.len_utf8()).unwrap_or_default();
    }
    trimmed
}

/// Returns whether the lines of a paragraph, which is the beginning of `lines`, are hard-wrapped. All of this must be true:
///
/// - The longest line with a space has one of [`WRAP_WIDTHS`], and at least [`MIN_WIDTH_OF_TWO_LINES`] if there are only two
///   lines.
/// - No line had room for the first word of the next one.
/// - No later line begins an item of a list.
/// - A sentence goes on at one of the breaks.
fn is_hard_wrapped<'a>(lines: impl Iterator<Item = &'a str>) -> bool {
    let paragraph: Vec<&str> =
        lines.take_while(|line| line.chars().any(is_visible)).take(MAX_JUDGED_LINES).collect();
    let length = |text: &str| text.chars().count();
    let wrapped = paragraph.iter().filter(|line| line.contains(' '));
    let width = wrapped.map(|line| length(line)).max().unwrap_or(0);
    let is_wide = WRAP_WIDTHS.contains(&width) && (paragraph.len() > 2 || width >= MIN_WIDTH_OF_TWO_LINES);
    if !is_wide || paragraph.len() < 2 {
        return false;
    }
    let breaks = || paragraph.iter().zip(paragraph.iter().skip(1));
    let is_full = |(line, next): (&&str, &&str)| {
        let word = next.split(' ').next().unwrap_or_default();
        length(line) + 1 + length(word) > width && !starts_item(next)
    };
    let goes_on = |(line, next): (&&str, &&str)| {
        next.starts_with(char::is_lowercase) && !line.ends_with(['.', '!', '?', ':', ';'])
    };
    breaks().all(is_full) && breaks().any(goes_on)
}

/// Returns whether a line begins like an item of a list: `- one`, `2. two`, `#three`.
fn starts_item(line: &str) -> bool {
    let after_digits = line.trim_start_matches(|c: char| c.is_ascii_digit());
    let is_numbered = after_digits.len() < line.len() && after_digits.starts_with(['.', ')', ':']);
    is_numbered || line.starts_with(['-', '*', '•', '–', '—', '+', '>', '#', '·', '○', '▪', '|', '@'])
}

#[cfg(test)]
mod tests {
    use crate::text::html::{from_plain, sanitise};

    #[track_caller]
    fn html(text: &str) -> String {
        let sanitised = from_plain(text).unwrap();
        assert_eq!(sanitise(sanitised.html.as_str(), None), Some(sanitised.clone()), "{text}");
        sanitised.html.as_str().to_owned()
    }

    #[test]
    fn hard_wrapped_lines_flow() {
        for text in [
            "The ferry did not come on Monday, and the people who\nwaited at the pier went home by bus, which took them\nthe better part of the evening.",
            "The harbour master said on Tuesday that the new crane would be\nready in spring.",
        ] {
            assert_eq!(html(text), format!("<p>{}</p>", text.replace('\n', " ")));
        }
    }

    #[test]
    fn lines_that_an_author_wrote_are_kept() {
        for text in [
            "Guests: Ida and Tom\n00:00 Intro\n12:30 The long interview about tides and tolls",
            "- Arrows weigh less than they did in the last version of it\n- potions take two tries and more",
            "The first line of a short poem ends\nand so does this one",
            "A long line of a status that somebody wrote without any break in it\nand one more\nand a third",
            "This sentence is a long one and it ends at the very end of the line.\nSo does the next.",
        ] {
            assert_eq!(html(text), format!("<p>{}</p>", text.replace('\n', "<br>")));
        }
    }

    #[test]
    fn addresses_become_links() {
        let link = |href: &str| format!("<a href=\"{href}\" rel=\"noreferrer\">{href}</a>");
        for (text, expected) in [
            ("See https://a.example/b.", format!("See {}.", link("https://a.example/b"))),
            ("(http://a.example/b_(c))", format!("({})", link("http://a.example/b_(c)"))),
            ("a,https://a.example/?x=1,2!", format!("a,{}!", link("https://a.example/?x=1,2"))),
            ("见https://a.example/b。好", format!("见{}。好", link("https://a.example/b"))),
            ("见：https://a.example/b。好", format!("见：{}。好", link("https://a.example/b"))),
            ("&lt;https://a.example/", format!("&amp;lt;{}", link("https://a.example/"))),
            (
                "www.a.example/b",
                "<a href=\"http://www.a.example/b\" rel=\"noreferrer\">www.a.example/b</a>".to_owned(),
            ),
            ("http:// and xhttp://a.example", "http:// and xhttp://a.example".to_owned()),
        ] {
            assert_eq!(html(text), format!("<p>{expected}</p>"), "{text}");
        }
        let query = "https://a.example/?x=1&y=\"2";
        assert_eq!(
            html(query),
            "<p><a href=\"https://a.example/?x=1&amp;y=\" rel=\"noreferrer\">https://a.example/?x=1&amp;y=</a>\"2</p>"
        );
    }

    #[test]
    fn a_flood_of_addresses_is_read_in_linear_time_and_bounded() {
        for flood in
            ["http://".repeat(200_000), "http://a/ ".repeat(200_000), "http://a/))))".repeat(100_000)]
        {
            let html = from_plain(&flood).unwrap();
            assert!(html.html.as_str().matches("<a ").count() <= 10_000);
        }
        let long = format!("http://a/{}", ")".repeat(1_000_000));
        assert!(from_plain(&long).is_some());
    }
}
