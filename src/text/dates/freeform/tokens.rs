//! The parts of a date in words: numbers, words, unit characters, marks.

use super::Number;
use crate::text::dates::months;

/// One part.
#[derive(Clone, Debug)]
pub(super) enum DateToken {
    /// At most nine digits.
    Number(Number),
    /// Letters, as [`months::simplify`] writes them.
    Word(String),
    /// A unit that stands after its number: 年, 월, 秒 and so on.
    Unit(char),
    /// Any other sign.
    Mark(char),
    /// One or more blanks.
    Space,
}

/// The parts of `text`. Comments in parentheses (RFC 822 §3.1.4) are left out, and so are commas, which stand anywhere.
pub(super) fn tokens(text: &str) -> Vec<DateToken> {
    let mut tokens = Vec::new();
    let mut rest = text.chars().map(western).peekable();
    let mut depth = 0_usize;
    while let Some(c) = rest.next() {
        match c {
            '(' => depth += 1,
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
                while let Some(letter) = rest.next_if(|c| is_letter(*c)) {
                    word.push(letter);
                }
                tokens.push(DateToken::Word(months::simplify(&word)));
            }
            // A comma before a digit may be a fraction's; elsewhere it only parts words.
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

/// Full-width forms, as East Asian input methods write digits and colons, and Arabic and Persian digits, to ASCII.
fn western(c: char) -> char {
    let digit = |zero: char| char::from_digit(u32::from(c) - u32::from(zero), 10).unwrap_or(c);
    match c {
        '\u{660}'..='\u{669}' => digit('\u{660}'),
        '\u{6f0}'..='\u{6f9}' => digit('\u{6f0}'),
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

fn is_letter(c: char) -> bool {
    c.is_alphabetic() || unicode_normalization::char::is_combining_mark(c)
}
