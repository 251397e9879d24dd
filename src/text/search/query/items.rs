//! Splits a query into its parts.

use super::error::{MIN_PREFIX, QueryError};
use super::term::{Operator, SearchField, SearchTerm, can_be_escaped, is_quotation_mark};
use crate::text::search::tokens::{TokenKind, composed, tokens};

/// One part of a query.
pub(super) enum Item {
    Or,
    And,
    Term(SearchTerm),
    Without(SearchTerm),
    Tag(String),
    Source(String),
    WithoutTag(String),
    WithoutSource(String),
}

/// A part of a query before its words are read.
struct RawItem {
    is_excluded: bool,
    field: Option<&'static str>,
    value: String,
    is_quoted: bool,
    has_star: bool,
}

/// Splits a query into its parts. Words and phrases without a letter or digit are left out. A `NOT` excludes the part after it.
pub(super) fn items(text: &str) -> Result<Vec<Item>, QueryError> {
    let mut items: Vec<Item> = Vec::new();
    // Whether an `AND` was read last. The part after it must not be another operator than `NOT`.
    let mut after_and = false;
    let mut after_not = false;
    let mut rest = text.trim_start();
    while !rest.is_empty() {
        let (mut raw, after) = next_item(rest)?;
        rest = after.trim_start();
        let operator = raw.operator();
        if after_not && (operator.is_some() || raw.is_excluded) {
            return Err(QueryError::StrayNot);
        }
        match operator {
            Some(Operator::Not) => after_not = true,
            Some(Operator::And) if after_and || matches!(items.last(), None | Some(Item::Or)) => {
                return Err(QueryError::StrayAnd);
            }
            Some(Operator::Or) if after_and => return Err(QueryError::StrayAnd),
            Some(Operator::And) => {
                items.push(Item::And);
                after_and = true;
            }
            Some(Operator::Or) => items.push(Item::Or),
            None => {
                raw.is_excluded |= after_not;
                let Some(item) = raw.read()? else { continue };
                items.push(item);
                (after_and, after_not) = (false, false);
            }
        }
    }
    match (after_not, after_and) {
        (true, _) => Err(QueryError::StrayNot),
        (false, true) => Err(QueryError::StrayAnd),
        (false, false) => Ok(items),
    }
}

/// Reads the first part of `text`, and returns it with what follows. `text` must not begin with a space.
fn next_item(text: &str) -> Result<(RawItem, &str), QueryError> {
    let excluded = text.strip_prefix('-').filter(|rest| !rest.starts_with(char::is_whitespace));
    let (field, rest) = split_field(excluded.unwrap_or(text));
    let is_excluded = excluded.is_some();
    if let Some(inside) = rest.strip_prefix(is_quotation_mark) {
        let (value, ends_with_star, after) = phrase(inside)?;
        let outside = after.strip_prefix('*');
        let has_star = ends_with_star || outside.is_some();
        let raw = RawItem { is_excluded, field, has_star, value, is_quoted: true };
        return Ok((raw, outside.unwrap_or(after)));
    }
    let end = rest.find(|c: char| c.is_whitespace() || is_quotation_mark(c)).unwrap_or(rest.len());
    let (word, after) = rest.split_at_checked(end).unwrap_or((rest, ""));
    let bare = word.trim_end_matches('*');
    let has_star = bare.len() < word.len();
    Ok((RawItem { is_excluded, field, has_star, value: bare.to_owned(), is_quoted: false }, after))
}

/// Reads a phrase up to its closing quotation mark. Returns it without the stars at its end, whether there were any, and what
/// follows.
fn phrase(inside: &str) -> Result<(String, bool, &str), QueryError> {
    let (mut value, mut stars) = (String::new(), 0);
    let mut chars = inside.chars();
    while let Some(c) = chars.next() {
        let escaped = chars.as_str().chars().next().filter(|next| c == '\\' && can_be_escaped(*next));
        if let Some(escaped) = escaped {
            chars.next();
            value.push(escaped);
            stars = 0;
        } else if is_quotation_mark(c) {
            value.truncate(value.len() - stars);
            return Ok((value.trim().to_owned(), stars > 0, chars.as_str()));
        } else {
            value.push(c);
            stars = if c == '*' { stars + 1 } else { 0 };
        }
    }
    Err(QueryError::OpenQuote)
}

/// Splits a known field name and its colon off the beginning of `text`.
fn split_field(text: &str) -> (Option<&'static str>, &str) {
    let split = text.split_once(':').and_then(|(name, rest)| {
        let known = ["title", "text", "author", "tag", "source"];
        known.into_iter().find(|known| name.eq_ignore_ascii_case(known)).map(|known| (known, rest))
    });
    split.map_or((None, text), |(field, rest)| (Some(field), rest))
}

impl RawItem {
    /// Returns the operator that the part is, if it is one.
    fn operator(&self) -> Option<Operator> {
        let is_bare = self.field.is_none() && !self.is_excluded && !self.is_quoted && !self.has_star;
        Operator::of(&self.value).filter(|_| is_bare)
    }

    fn read(self) -> Result<Option<Item>, QueryError> {
        if self.value.is_empty() && self.field.is_some() {
            return Err(QueryError::NoValue(self.field.unwrap_or_default()));
        }
        let name = self.value.clone();
        let field = match (self.field, self.is_excluded) {
            (Some("tag"), false) => return Ok(Some(Item::Tag(name))),
            (Some("tag"), true) => return Ok(Some(Item::WithoutTag(name))),
            (Some("source"), false) => return Ok(Some(Item::Source(name))),
            (Some("source"), true) => return Ok(Some(Item::WithoutSource(name))),
            (Some("title"), _) => Some(SearchField::Title),
            (Some("text"), _) => Some(SearchField::Text),
            (Some("author"), _) => Some(SearchField::Author),
            _ => None,
        };
        let term = self.term(field)?;
        Ok(term.map(|term| if self.is_excluded { Item::Without(term) } else { Item::Term(term) }))
    }

    /// Returns the words to look for. `None` if the item has no letter and no digit.
    fn term(&self, field: Option<SearchField>) -> Result<Option<SearchTerm>, QueryError> {
        let mut found = tokens(&composed(&self.value));
        let ends_with_pair = found.iter().rev().nth(1).is_some_and(|token| token.kind == TokenKind::Pair);
        let mut is_prefix = self.has_star;
        match found.last().map(|token| token.kind) {
            None => return Ok(None),
            // The pair before this character contains it, too. Searched as a word of its own, it would be found only at the end
            // of a run.
            Some(TokenKind::Last) if ends_with_pair => {
                found.pop();
                is_prefix = false;
            }
            // As a prefix, one character alone also matches each pair that begins with it.
            Some(TokenKind::Last) => is_prefix = true,
            Some(TokenKind::Pair) => is_prefix = false,
            Some(TokenKind::Word) => {
                let short = found.last().filter(|last| is_prefix && last.text.chars().count() < MIN_PREFIX);
                if let Some(last) = short {
                    return Err(QueryError::ShortPrefix(last.text.clone()));
                }
            }
        }
        let words = found.into_iter().map(|token| token.text).collect();
        Ok(Some(SearchTerm { field, words, is_prefix, written: self.value.clone() }))
    }
}
