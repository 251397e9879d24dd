//! Applies `keep` and `drop` of a source, a view and the whole river, which decide which entries reach them.

use crate::model::{Article, EntryFilter, Pattern};
use crate::text::{html, words};

/// The texts of an entry that a filter reads.
#[derive(Clone, Copy, Debug)]
pub struct FilterSubject<'a> {
    /// Title in plain text.
    pub title: &'a str,
    /// Summary, or else the content, in plain text.
    pub summary: &'a str,
    /// Names of the authors.
    pub author: &'a str,
    /// Categories.
    pub categories: &'a [String],
    /// Address of the page.
    pub url: &'a str,
}

impl<'a> FilterSubject<'a> {
    fn texts(self) -> impl Iterator<Item = &'a str> {
        [self.title, self.summary, self.author, self.url]
            .into_iter()
            .chain(self.categories.iter().map(String::as_str))
            .filter(|text| !text.is_empty())
    }
}

/// Returns why a filter, or else the filter of the river, holds an entry back, as `why` shows it: `drop "sponsored"`,
/// `no keep pattern matches`, or one of these with ` of the river`. Returns `None` if the entry passes.
///
/// In one filter, a `drop` pattern wins over a `keep` pattern. Each text is matched by itself, so a phrase never spans two of
/// them.
pub fn held_back(filter: &EntryFilter, subject: &FilterSubject<'_>) -> Option<String> {
    if filter.passes_all() {
        return None;
    }
    let texts = FilteredTexts::of(*subject);
    let by_river = || filter.river.as_ref().and_then(|river| reason(river, &texts));
    reason(filter, &texts).or_else(|| Some(format!("{} of the river", by_river()?)))
}

/// Returns why one filter holds back an entry with these texts.
fn reason(filter: &EntryFilter, texts: &FilteredTexts<'_>) -> Option<String> {
    if let Some(pattern) = filter.drop.iter().find(|pattern| texts.match_any(pattern)) {
        return Some(match pattern {
            Pattern::Word(word) => format!("drop \"{word}\""),
            Pattern::Regex { text, .. } => format!("drop {text}"),
        });
    }
    let kept = filter.keep.is_empty() || filter.keep.iter().any(|pattern| texts.match_any(pattern));
    (!kept).then(|| "no keep pattern matches".to_owned())
}

/// Returns why a filter holds `article` back, in the words of [`held_back`].
pub fn held_back_article(filter: &EntryFilter, article: &Article) -> Option<String> {
    if filter.passes_all() {
        return None;
    }
    let summary = article.summary.as_ref().or(article.content.as_ref());
    let summary = summary.map(|text| html::to_plain(text.as_str())).unwrap_or_default();
    held_back(
        filter,
        &FilterSubject {
            title: &article.title,
            summary: &summary,
            author: article.author.as_deref().unwrap_or_default(),
            categories: &article.categories,
            url: article.url.as_deref().unwrap_or_default(),
        },
    )
}

/// The texts of an entry, folded once for all patterns.
struct FilteredTexts<'a> {
    written: Vec<&'a str>,
    folded: Vec<String>,
}

impl<'a> FilteredTexts<'a> {
    fn of(subject: FilterSubject<'a>) -> Self {
        let written: Vec<_> = subject.texts().collect();
        let folded = written.iter().map(|text| words::fold(text)).collect();
        Self { written, folded }
    }

    fn match_any(&self, pattern: &Pattern) -> bool {
        match pattern {
            Pattern::Word(phrase) => {
                let phrase = words::fold(phrase);
                let phrase = phrase.trim();
                self.folded.iter().any(|text| has_phrase(text, phrase))
            }
            Pattern::Regex { regex, .. } => self.written.iter().any(|text| regex.is_match(text)),
        }
    }
}

/// Returns whether `phrase` stands in `text` as whole words: a word must not go on before or after it. Where the phrase begins
/// or ends with a sign (`C++`, `#ad`), or with a letter of a script that writes no spaces, anything may stand next to it.
fn has_phrase(text: &str, phrase: &str) -> bool {
    let (Some(first), Some(last)) = (phrase.chars().next(), phrase.chars().next_back()) else {
        return false;
    };
    text.match_indices(phrase).any(|(start, found)| {
        let before = text.get(..start).and_then(|head| head.chars().next_back());
        let after = text.get(start + found.len()..).and_then(|tail| tail.chars().next());
        !before.is_some_and(|c| words::is_within_word(c, first))
            && !after.is_some_and(|c| words::is_within_word(last, c))
    })
}

#[cfg(test)]
mod tests {
    use regex::Regex;

    use super::*;

    fn word(text: &str) -> Pattern {
        Pattern::Word(text.to_owned())
    }

    fn regex(written: &str) -> Pattern {
        Pattern::Regex { text: format!("/{written}/"), regex: Regex::new(written).unwrap().into() }
    }

    fn dropped(pattern: Pattern, title: &str) -> bool {
        let filter = EntryFilter { keep: vec![], drop: vec![pattern], river: None };
        held_back(&filter, &titled(title)).is_some()
    }

    fn titled(title: &str) -> FilterSubject<'_> {
        FilterSubject { title, summary: "", author: "", categories: &[], url: "" }
    }

    #[test]
    fn a_word_matches_whole_words_whatever_their_case_or_accents() {
        assert!(dropped(word("sponsored"), "Sponsored: a mattress"));
        assert!(dropped(word("Publicité"), "PUBLICITE du jour"));
        assert!(dropped(word("straße"), "Die STRASSE"));
        assert!(!dropped(word("rust"), "Trusted crusts"));
        assert!(!dropped(word("ad"), "ads and adverts"));
    }

    #[test]
    fn a_phrase_matches_across_any_spacing_and_quotes() {
        assert!(dropped(word("l'actu  du jour"), "L’actu du\u{00A0}jour en bref"));
        assert!(!dropped(word("actu du jour"), "actu du journal"));
    }

    #[test]
    fn a_word_with_signs_at_its_ends_matches() {
        assert!(dropped(word("c++"), "Modern C++23"));
        assert!(dropped(word("#ad"), "Look (#ad)"));
        assert!(!dropped(word("c++"), "objc++"));
    }

    #[test]
    fn scripts_without_spaces_are_searched_inside_sentences() {
        assert!(dropped(word("広告"), "これは広告です"));
        assert!(dropped(word("โฆษณา"), "นี่คือโฆษณาใหม่"));
    }

    #[test]
    fn a_blank_word_matches_nothing() {
        assert!(!dropped(word("  "), "any title at all"));
    }

    #[test]
    fn a_regex_is_matched_against_the_text_as_written() {
        assert!(dropped(regex(r"(?i)async\b"), "Async Rust"));
        assert!(!dropped(regex(r"^async"), "Async Rust"));
    }

    #[test]
    fn every_text_of_an_entry_is_matched_by_itself() {
        let categories = ["Deals".to_owned(), "Sports".to_owned()];
        let subject = FilterSubject {
            title: "one",
            summary: "two",
            author: "Ann Lee",
            categories: &categories,
            url: "https://example.org/partner/x",
        };
        let reason =
            |pattern| held_back(&EntryFilter { keep: vec![], drop: vec![pattern], river: None }, &subject);
        for hit in ["two", "ann lee", "sports", "partner"] {
            assert_eq!(reason(word(hit)), Some(format!("drop \"{hit}\"")));
        }
        assert_eq!(reason(word("one two")), None);
        assert_eq!(reason(regex("Deals")), Some("drop /Deals/".to_owned()));
    }

    #[test]
    fn an_entry_must_pass_the_filter_of_the_river_too() {
        let river = EntryFilter { drop: vec![word("sponsored")], ..EntryFilter::default() };
        let river = Some(std::sync::Arc::new(river));
        let filter = EntryFilter { keep: vec![word("rust")], drop: Vec::new(), river: river.clone() };
        assert_eq!(held_back(&filter, &titled("Rust news")), None);
        assert_eq!(held_back(&filter, &titled("Go news")).as_deref(), Some("no keep pattern matches"));
        let reason = held_back(&filter, &titled("Sponsored: Rust"));
        assert_eq!(reason.as_deref(), Some("drop \"sponsored\" of the river"));
        let only_river = EntryFilter { river, ..EntryFilter::default() };
        assert!(held_back(&only_river, &titled("Sponsored: Go")).is_some());
    }

    #[test]
    fn one_keep_pattern_must_match_and_drop_wins() {
        let filter =
            EntryFilter { keep: vec![word("rust"), word("tokio")], drop: vec![word("jobs")], river: None };
        assert_eq!(held_back(&filter, &titled("Tokio 2 is out")), None);
        assert_eq!(held_back(&filter, &titled("Go 2 is out")).as_deref(), Some("no keep pattern matches"));
        assert_eq!(held_back(&filter, &titled("Rust jobs")).as_deref(), Some("drop \"jobs\""));
        assert_eq!(held_back(&EntryFilter::default(), &titled("anything")), None);
    }
}
