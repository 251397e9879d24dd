//! Splits a freeform date into numbers, words, unit characters and marks.

use crate::text::dates::{full_year, months, weekdays, zones};

/// How many characters of a comment are read to see whether it names a day of the week.
const MAX_DAY_COMMENT: usize = 4;

/// A part of a freeform date.
#[derive(Clone, Debug)]
pub(super) enum DateToken {
    /// Digits in a row.
    Number(Number),
    /// Letters, as [`months::simplify`] writes them.
    Word(String),
    /// A unit character right after a number: 年, 월, 秒 and so on.
    Unit(char),
    /// Any other character.
    Mark(char),
    /// White space, a comma that is not between two numbers, or the parenthesis before a zone.
    Space,
}

/// A number and how many digits it was written with.
#[derive(Clone, Copy, Debug)]
pub(super) struct Number {
    /// The number, or `u32::MAX` if it is larger than that.
    pub(super) value: u32,
    pub(super) digits: usize,
}

impl Number {
    /// Returns the number as a year.
    pub(super) fn year(self) -> i32 {
        full_year(self.value, self.digits)
    }
}

/// Splits `text` into tokens. Comments in parentheses (RFC 822 §3.4.3) are left out, with two exceptions: a day of the week in
/// one character, as Japanese, Korean and Chinese dates have it, and a zone (`(GMT+7)`, `(CET)`) if the date has no other. A
/// comma is read as a space, except between two numbers, where it may begin a fraction of a second.
pub(super) fn tokens(text: &str) -> Vec<DateToken> {
    let mut tokens = Vec::new();
    let mut rest = text.chars().map(to_ascii).peekable();
    let mut depth = 0_usize;
    while let Some(c) = rest.next() {
        match c {
            // Vietnamese dates may have their only zone in parentheses: `(GMT+7)`.
            '(' if depth == 0 && opens_zone(rest.clone(), &tokens) => tokens.push(DateToken::Space),
            '(' => {
                depth += 1;
                let comment: String = rest.clone().take(MAX_DAY_COMMENT).take_while(|c| *c != ')').collect();
                let day = weekdays::in_comment(&comment).and_then(weekdays::name_of);
                tokens.extend(day.map(DateToken::Word));
            }
            ')' => depth = depth.saturating_sub(1),
            _ if depth > 0 => {}
            _ if c.is_ascii_digit() => {
                let mut number = Number { value: c.to_digit(10).unwrap_or(0), digits: 1 };
                while let Some(digit) = rest.peek().and_then(|c| c.to_digit(10)) {
                    number.value = number.value.saturating_mul(10).saturating_add(digit);
                    number.digits += 1;
                    rest.next();
                }
                tokens.push(DateToken::Number(number));
            }
            _ if is_unit(c) && matches!(tokens.last(), Some(DateToken::Number(_))) => {
                tokens.push(DateToken::Unit(c));
            }
            _ if is_letter(c) => {
                let mut word = String::from(c);
                // The dots of Thai abbreviations (`พ.ย.`) stand inside words.
                let is_thai = is_thai(c);
                while let Some(letter) = rest.next_if(|c| is_letter(*c) || is_thai && *c == '.') {
                    if letter != '.' {
                        word.push(letter);
                    }
                }
                tokens.push(DateToken::Word(months::simplify(&word)));
            }
            // A comma between two numbers is a mark.
            ',' if !(matches!(tokens.last(), Some(DateToken::Number(_)))
                && rest.peek().is_some_and(char::is_ascii_digit)) =>
            {
                tokens.push(DateToken::Space);
            }
            _ if c.is_whitespace() => {
                if !matches!(tokens.last(), Some(DateToken::Space)) {
                    tokens.push(DateToken::Space);
                }
            }
            other => tokens.push(DateToken::Mark(other)),
        }
    }
    tokens
}

/// Returns whether the comment at the start of `rest` is the abbreviation of a zone (`CET`), or begins like an offset from
/// Greenwich (`GMT+`, `utc-`). Returns `false` if `tokens` already name a zone or an offset.
fn opens_zone(rest: impl Iterator<Item = char>, tokens: &[DateToken]) -> bool {
    let is_zone = |token: &DateToken| match token {
        DateToken::Mark('+') => true,
        DateToken::Word(word) => word.len() >= 2 && zones::by_name(word).is_some(),
        _ => false,
    };
    let comment: String =
        rest.take(LONGEST_ZONE + 1).take_while(|c| *c != ')').map(|c| c.to_ascii_lowercase()).collect();
    let names_offset = ["gmt+", "gmt-", "utc+", "utc-"].iter().any(|start| comment.starts_with(start));
    let is_abbreviation = comment.len() >= 3 && zones::by_name(&comment).is_some();
    let is_last_number_signed =
        matches!(tokens, [.., DateToken::Mark('-' | '−'), DateToken::Number(_), DateToken::Space]);
    (names_offset || is_abbreviation) && !is_last_number_signed && !tokens.iter().any(is_zone)
}

/// How many characters the longest abbreviation of a zone has.
const LONGEST_ZONE: usize = 7;

/// Converts Arabic, Persian, Devanagari, Bengali and Thai digits, and the full-width characters of East Asian input
/// methods, to ASCII.
fn to_ascii(c: char) -> char {
    let digit = |zero: char| char::from_digit(u32::from(c) - u32::from(zero), 10).unwrap_or(c);
    match c {
        '\u{660}'..='\u{669}' => digit('\u{660}'),
        '\u{6f0}'..='\u{6f9}' => digit('\u{6f0}'),
        '\u{966}'..='\u{96f}' => digit('\u{966}'),
        '\u{9e6}'..='\u{9ef}' => digit('\u{9e6}'),
        '\u{e50}'..='\u{e59}' => digit('\u{e50}'),
        '\u{ff01}'..='\u{ff5e}' => char::from_u32(u32::from(c) - 0xfee0).unwrap_or(c),
        other => other,
    }
}

fn is_unit(c: char) -> bool {
    matches!(
        c,
        '年' | '月'
            | '日'
            | '号'
            | '號'
            | '時'
            | '时'
            | '點'
            | '点'
            | '分'
            | '秒'
            | '년'
            | '월'
            | '일'
            | '시'
            | '분'
            | '초'
    )
}

pub(super) fn is_thai(c: char) -> bool {
    matches!(c, '\u{e01}'..='\u{e4e}')
}

fn is_letter(c: char) -> bool {
    c.is_alphabetic() || unicode_normalization::char::is_combining_mark(c)
}
