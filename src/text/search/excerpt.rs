//! Chooses the part of a text that shows why a search found it, and marks the words in it.

use std::ops::Range;

use super::query::{SearchField, SearchQuery, SearchTerm};
use super::tokens::{Token, composed, tokens};

/// A part of a text: a hit, the text before, between or after hits, or the ellipsis of an excerpt.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct ExcerptPart {
    /// The text.
    pub text: String,
    /// Whether the part is what the query looks for.
    pub is_hit: bool,
}

/// Returns the whole of `text`, with the hits of `query` in `field` marked.
pub fn mark(text: &str, query: &SearchQuery, field: SearchField) -> Vec<ExcerptPart> {
    let text = composed(text);
    parts(&text, 0..text.len(), &hits(&text, query, field))
}

/// Returns about `length` bytes of a plain text around its first hit, with the hits marked. An ellipsis stands where
/// something was left out. If there is no hit, the beginning of the text is returned.
pub fn excerpt(text: &str, query: &SearchQuery, length: usize) -> Vec<ExcerptPart> {
    let text = composed(text.trim());
    let hits = hits(&text, query, SearchField::Text);
    let first = hits.first().cloned().unwrap_or(0..0);
    let lead = text.floor_char_boundary(first.start.saturating_sub(length / 3));
    // An excerpt begins and ends at a space, if one is near.
    let start = match text.get(lead..first.start) {
        Some(before) if lead > 0 => before.find(char::is_whitespace).map_or(lead, |space| lead + space + 1),
        _ => 0,
    };
    let limit = text.floor_char_boundary((start + length).max(first.end));
    let end = match text.get(first.end..limit) {
        Some(after) if limit < text.len() => {
            after.rfind(char::is_whitespace).map_or(limit, |space| first.end + space)
        }
        _ => text.len(),
    };
    let mut parts = parts(&text, start..end, &hits);
    let ellipsis = |is_cut: bool| is_cut.then(|| ExcerptPart { text: "…".to_owned(), is_hit: false });
    if let Some(ellipsis) = ellipsis(start > 0) {
        parts.insert(0, ellipsis);
    }
    parts.extend(ellipsis(end < text.len()));
    parts
}

/// Splits a part of a text at its hits.
fn parts(text: &str, within: Range<usize>, hits: &[Range<usize>]) -> Vec<ExcerptPart> {
    let mut parts = Vec::new();
    let mut push = |range: Range<usize>, is_hit| {
        if let Some(text) = text.get(range).filter(|text| !text.is_empty()) {
            parts.push(ExcerptPart { text: text.to_owned(), is_hit });
        }
    };
    let mut at = within.start;
    for hit in hits.iter().filter(|hit| hit.start >= within.start && hit.end <= within.end) {
        push(at..hit.start, false);
        push(hit.clone(), true);
        at = hit.end;
    }
    push(at..within.end, false);
    parts
}

/// Returns the ranges of `text` that the query looks for, in order and without overlaps.
fn hits(text: &str, query: &SearchQuery, field: SearchField) -> Vec<Range<usize>> {
    let tokens = tokens(text);
    let terms: Vec<&SearchTerm> =
        query.wanted_terms().filter(|term| term.field.is_none_or(|wanted| wanted == field)).collect();
    let mut hits: Vec<Range<usize>> = Vec::new();
    for at in 0..tokens.len() {
        let rest = tokens.get(at..).unwrap_or_default();
        let Some(range) = terms.iter().filter_map(|term| matched(rest, term)).max_by_key(|range| range.end)
        else {
            continue;
        };
        match hits.last_mut() {
            Some(last) if range.start < last.end => last.end = last.end.max(range.end),
            _ => hits.push(range),
        }
    }
    hits
}

/// Returns the range of the words of `term` if `tokens` begin with them.
fn matched(tokens: &[Token], term: &SearchTerm) -> Option<Range<usize>> {
    let candidates = tokens.get(..term.words.len())?;
    let (last_token, tokens_before) = candidates.split_last()?;
    let (last_word, words_before) = term.words.split_last()?;
    let is_match = tokens_before.iter().zip(words_before).all(|(token, word)| token.text == *word)
        && if term.is_prefix {
            last_token.text.starts_with(last_word)
        } else {
            last_token.text == *last_word
        };
    let start = candidates.first()?.range.start;
    // A term of one character also matches each pair that begins with it. Of such a pair, only that character is marked.
    let is_half_of_pair = term.is_prefix && last_token.text != *last_word && last_word.chars().count() == 1;
    let end = if is_half_of_pair { last_token.range.start + last_word.len() } else { last_token.range.end };
    is_match.then_some(start..end)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn query(text: &str) -> SearchQuery {
        SearchQuery::parse(text).unwrap()
    }

    fn shown(parts: &[ExcerptPart]) -> String {
        parts
            .iter()
            .map(|part| if part.is_hit { format!("[{}]", part.text) } else { part.text.clone() })
            .collect()
    }

    #[test]
    fn hits_are_marked_in_the_spelling_of_the_text() {
        for (asked, text, marked) in [
            ("ete", "En été, l’ÉTÉ!", "En [été], l’[ÉTÉ]!"),
            ("\"borrow checker\"", "The borrow checker borrows.", "The [borrow checker] borrows."),
            ("borrow*", "The borrow checker borrows.", "The [borrow] checker [borrows]."),
            ("東京", "新東京都庁", "新[東京]都庁"),
            ("東京都", "新東京都庁", "新[東京都]庁"),
            ("京", "東京の京都", "東[京]の[京]都"),
            ("a OR b -c", "a b c", "[a] [b] c"),
            ("author:jane", "jane", "jane"),
            ("C++", "In C++ or C", "In [C++] or C"),
        ] {
            assert_eq!(shown(&mark(text, &query(asked), SearchField::Title)), marked, "{asked}");
        }
    }

    #[test]
    fn an_excerpt_begins_a_little_before_the_first_hit_at_a_word() {
        let text = format!("{}needle {}", "before ".repeat(50), "after ".repeat(50));
        let shown = shown(&excerpt(&text, &query("needle"), 60));
        assert_eq!(shown, "…before before [needle] after after after after after after…");
        assert_eq!(super::tests::shown(&excerpt("short", &query("other"), 60)), "short");
    }

    proptest! {
        #[test]
        fn an_excerpt_is_a_piece_of_the_text(text in "[a-c東é ]{0,80}", asked in "[a-c東]{1,2}", length in 1_usize..60) {
            let parts = excerpt(&text, &query(&asked), length);
            let joined: String = parts.iter().map(|part| part.text.as_str()).filter(|text| *text != "…").collect();
            prop_assert!(text.contains(joined.trim()));
        }
    }
}
