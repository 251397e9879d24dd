//! Writes a query in the language of FTS5.

use std::ops::Not;

use super::SOURCE_MARK;
use crate::text::search::SearchTerm;

/// A term and what its last word stands for.
pub(super) struct ExpandedTerm<'q> {
    pub(super) term: &'q SearchTerm,
    /// The last word itself and, for a prefix term, the most frequent words that begin with it.
    pub(super) last_words: Vec<String>,
}

/// A query whose prefixes are replaced by words and whose sources are rows.
pub(super) struct ExpandedQuery<'q> {
    /// Groups of terms. An entry must match at least one term of each.
    pub(super) all_of: Vec<Vec<ExpandedTerm<'q>>>,
    pub(super) none_of: Vec<ExpandedTerm<'q>>,
    /// Rows of the sources that an entry may belong to. `None` means any source.
    pub(super) of_sources: Option<Vec<i64>>,
    /// Rows of the sources that an entry must not belong to.
    pub(super) not_of_sources: Vec<i64>,
}

/// Returns the text for `match`. Words never contain a quotation mark, so they need no escapes.
pub(super) fn match_expression(query: &ExpandedQuery<'_>) -> String {
    let mut wanted: Vec<String> = query.all_of.iter().map(|group| any_of(group)).collect();
    wanted.extend(query.of_sources.as_deref().map(sources));
    if wanted.is_empty() {
        wanted.push(format!("\"{SOURCE_MARK}\""));
    }
    let mut unwanted: Vec<String> = query.none_of.iter().map(expanded).collect();
    unwanted.extend(query.not_of_sources.is_empty().not().then(|| sources(&query.not_of_sources)));
    let wanted = wanted.join(" AND ");
    if unwanted.is_empty() { wanted } else { format!("({wanted}) NOT ({})", unwanted.join(" OR ")) }
}

fn any_of(group: &[ExpandedTerm<'_>]) -> String {
    format!("({})", group.iter().map(expanded).collect::<Vec<_>>().join(" OR "))
}

fn expanded(term: &ExpandedTerm<'_>) -> String {
    let words_before = term.term.words.split_last().map_or(&[][..], |(_, before)| before);
    let phrase = |last: &String| {
        let words: Vec<&str> = words_before.iter().chain([last]).map(String::as_str).collect();
        format!("\"{}\"", words.join(" "))
    };
    let phrases = term.last_words.iter().map(phrase).collect::<Vec<_>>().join(" OR ");
    match term.term.field {
        Some(field) => format!("{} : ({phrases})", field.as_str()),
        None => format!("({phrases})"),
    }
}

fn sources(rows: &[i64]) -> String {
    let words: Vec<String> = rows.iter().map(|row| format!("\"{SOURCE_MARK}{row}\"")).collect();
    format!("({})", words.join(" OR "))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::text::search::SearchQuery;

    #[test]
    fn a_query_becomes_an_expression_of_fts5() {
        let query = SearchQuery::parse("rust* OR \"new york\" title:c -bad").unwrap();
        let term = |term, last: &[&str]| ExpandedTerm {
            term,
            last_words: last.iter().map(|word| (*word).to_owned()).collect(),
        };
        let expanded = ExpandedQuery {
            all_of: vec![
                vec![term(&query.all_of[0][0], &["rust", "rusty"]), term(&query.all_of[0][1], &["york"])],
                vec![term(&query.all_of[1][0], &["c"])],
            ],
            none_of: vec![term(&query.none_of[0], &["bad"])],
            of_sources: Some(vec![1, 2]),
            not_of_sources: vec![3],
        };
        assert_eq!(
            match_expression(&expanded),
            "(((\"rust\" OR \"rusty\") OR (\"new york\")) AND (title : (\"c\")) AND (\"§1\" OR \"§2\")) \
             NOT ((\"bad\") OR (\"§3\"))"
        );
        let all = ExpandedQuery {
            all_of: Vec::new(),
            none_of: Vec::new(),
            of_sources: None,
            not_of_sources: Vec::new(),
        };
        assert_eq!(match_expression(&all), "\"§\"");
    }
}
