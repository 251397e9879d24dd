//! Repairs JSON that strict readers refuse and browsers or people can read: trailing commas, half a surrogate pair, characters
//! and escapes that a string may not have, and numbers that are too large.

use crate::document::defects::Defects;

/// Escape of the replacement character, which stands for half a surrogate pair.
const REPLACEMENT: &str = "\\ufffd";

/// Returns the repaired text, and notes what was repaired:
///
/// - A comma that only white space separates from a closing bracket becomes a blank.
/// - Half of a surrogate pair becomes the replacement character, as does a `\u` without its four digits. JavaScript writes half
///   a pair when a script cuts a text inside an emoji.
/// - Control characters in a string are escaped. A backslash before a character that needs none is removed.
/// - A number that a 64-bit float can't hold becomes `null`.
pub(super) fn repair(text: &str, defects: &mut Defects) -> String {
    let mut repair = Repair { out: String::with_capacity(text.len()), rest: text, ..Repair::default() };
    while let Some(c) = repair.take() {
        match c {
            '"' => {
                repair.last_comma = None;
                repair.out.push(c);
                repair.string();
            }
            '-' | '0'..='9' => repair.number(c),
            _ => repair.between(c),
        }
    }
    defects.note_many("stray-comma", repair.commas);
    defects.note_many("broken-json-text", repair.texts);
    defects.note_many("number-out-of-range", repair.numbers);
    repair.out
}

#[derive(Default)]
struct Repair<'a> {
    out: String,
    rest: &'a str,
    /// Position in `out` of a comma that only white space follows so far.
    last_comma: Option<usize>,
    commas: usize,
    texts: usize,
    numbers: usize,
}

impl Repair<'_> {
    fn take(&mut self) -> Option<char> {
        let mut characters = self.rest.chars();
        let c = characters.next();
        self.rest = characters.as_str();
        c
    }

    /// Copies a character that is outside of strings and numbers.
    fn between(&mut self, c: char) {
        if matches!(c, '}' | ']')
            && let Some(comma) = self.last_comma
        {
            self.out.replace_range(comma..=comma, " ");
            self.commas += 1;
        }
        if c == ',' {
            self.last_comma = Some(self.out.len());
        } else if !c.is_ascii_whitespace() {
            self.last_comma = None;
        }
        self.out.push(c);
    }

    /// Copies a string, up to its closing quote.
    fn string(&mut self) {
        while let Some(c) = self.take() {
            match c {
                '"' => {
                    self.out.push(c);
                    return;
                }
                '\\' => self.escape(),
                '\0'..='\x1f' => {
                    self.texts += 1;
                    self.push_escape(u16::from(c as u8));
                }
                _ => self.out.push(c),
            }
        }
    }

    /// Copies an escape, whose backslash was read.
    fn escape(&mut self) {
        match self.take() {
            Some('u') => self.unicode_escape(),
            Some(c @ ('"' | '\\' | '/' | 'b' | 'f' | 'n' | 'r' | 't')) => self.out.extend(['\\', c]),
            Some(c) if c >= ' ' => {
                self.texts += 1;
                self.out.push(c);
            }
            // A backslash at the end of a line continues the string in JavaScript.
            Some(_) => self.texts += 1,
            None => self.out.push('\\'),
        }
    }

    /// Copies `\uXXXX`, or a pair of them. Of half a pair, only the replacement character is left.
    fn unicode_escape(&mut self) {
        let Some(unit) = self.take_unit() else {
            self.texts += 1;
            self.out.push_str(REPLACEMENT);
            return;
        };
        match unit {
            0xd800..=0xdbff => {
                let after_first = self.rest;
                let second = self.rest.strip_prefix("\\u").and_then(|rest| {
                    self.rest = rest;
                    self.take_unit()
                });
                if let Some(second @ 0xdc00..=0xdfff) = second {
                    self.push_escape(unit);
                    self.push_escape(second);
                } else {
                    self.rest = after_first;
                    self.texts += 1;
                    self.out.push_str(REPLACEMENT);
                }
            }
            0xdc00..=0xdfff => {
                self.texts += 1;
                self.out.push_str(REPLACEMENT);
            }
            _ => self.push_escape(unit),
        }
    }

    fn push_escape(&mut self, unit: u16) {
        self.out.push_str("\\u");
        let digit = |shift: u16| char::from_digit(u32::from(unit >> shift & 0xf), 16);
        self.out.extend([12, 8, 4, 0].into_iter().filter_map(digit));
    }

    /// Takes the four digits of a `\uXXXX`. Takes nothing if they are not there.
    fn take_unit(&mut self) -> Option<u16> {
        let (digits, rest) = self.rest.split_at_checked(4)?;
        if !digits.bytes().all(|byte| byte.is_ascii_hexdigit()) {
            return None;
        }
        self.rest = rest;
        u16::from_str_radix(digits, 16).ok()
    }

    /// Copies a number, or writes `null` if it is out of range.
    fn number(&mut self, first: char) {
        self.last_comma = None;
        let is_part = |c: char| c.is_ascii_digit() || matches!(c, '+' | '-' | '.' | 'e' | 'E');
        let length = self.rest.find(|c| !is_part(c)).unwrap_or(self.rest.len());
        let (more, rest) = self.rest.split_at(length);
        let number = format!("{first}{more}");
        self.rest = rest;
        if number.parse::<f64>().is_ok_and(f64::is_infinite) {
            self.numbers += 1;
            self.out.push_str("null");
        } else {
            self.out.push_str(&number);
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;

    #[test]
    fn a_broken_string_or_number_costs_no_more_than_itself() {
        for (text, read, repairs) in [
            (r#"["cut \ud83d"]"#, json!(["cut \u{fffd}"]), vec![("broken-json-text", 1)]),
            (
                r#"["\udc00 and \ud83d\ud83d\ude00"]"#,
                json!(["\u{fffd} and \u{fffd}😀"]),
                vec![("broken-json-text", 2)],
            ),
            (r#"["\ud83d\u0041 \ud83d\n"]"#, json!(["\u{fffd}A \u{fffd}\n"]), vec![("broken-json-text", 2)]),
            (r#"["it\'s \uZZ \$"]"#, json!(["it's \u{fffd}ZZ $"]), vec![("broken-json-text", 3)]),
            ("[\"two\nlines\tand\u{1}\"]", json!(["two\nlines\tand\u{1}"]), vec![("broken-json-text", 3)]),
            (r"[1e999, -1e999, 1e-999, 12]", json!([null, null, 0.0, 12]), vec![("number-out-of-range", 2)]),
            (r#"[",]", "\\",]"#, json!([",]", "\\"]), vec![("stray-comma", 1)]),
        ] {
            let mut defects = Defects::default();
            let repaired = repair(text, &mut defects);
            assert_eq!(serde_json::from_str::<Value>(&repaired).ok(), Some(read), "{text}: {repaired}");
            let found: Vec<_> = defects.into_vec().iter().map(|defect| (defect.name, defect.count)).collect();
            assert_eq!(found, repairs, "{text}");
        }
    }

    #[test]
    fn what_is_cut_off_stays_cut_off() {
        for text in [r#"["a"#, r#"["\"#, r#"["\u12"#, r#"["\ud83d\u"#, "[1", "[", ""] {
            assert!(serde_json::from_str::<Value>(&repair(text, &mut Defects::default())).is_err(), "{text}");
        }
    }
}
