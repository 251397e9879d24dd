//! Tells the next article of a page that always has the same address and title, such as the horoscope or the menu of the day,
//! from an edit of the one before. The words decide, which [`assign`](super::assign) does not know: of a stored entry it has
//! only hashes.

use std::collections::HashSet;

use super::comparisons::{RENEWED_WITHIN, has_own_guid, is_later_by_a_day};
use super::{EntryIdentity, pages, possible_keys};
use crate::article::fingerprint::token::tokens;
use crate::article::fingerprint::{WordHash, WordKind, runs};
use crate::model::{IdentityScheme, Key};
use crate::text::words::on_one_line;
use crate::time::HOUR;

/// How many words of each text are compared.
pub(super) const COMPARED_WORDS: usize = 400;

/// Texts are compared by their runs of this many words. Shorter texts are compared word by word.
const RUN: usize = 3;

/// If a text of a page has at least one in so many runs of words in common with the text before, it is an edit of that.
const LEAST_COMMON: usize = 4;

/// If at most one in so many runs of words of the shorter text is missing in the other one, that is an edit of a few words.
const MOST_EDITED: usize = 4;

/// Returns whether `now` may be an edit of the stored entry `before`, of a list whose entries share a page or have none, and
/// have no guids, if it stands in its place and differs in a few words ([`differ_in_few_words`]): it has the same title, and
/// was published at most [`RENEWED_WITHIN`] hours later, or neither has a date.
pub(crate) fn may_be_edit_in_list(before: &EntryIdentity<'_>, now: &EntryIdentity<'_>) -> bool {
    let later = now.published_at.zip(before.published_at).map(|(now, before)| now.since(before));
    let is_renewed = now.published_at > before.published_at
        && before.page().is_some()
        && later.is_some_and(|later| later <= RENEWED_WITHIN * HOUR);
    (is_renewed || is_undated(before) && is_undated(now))
        && before.page() == now.page()
        && !has_own_guid(before)
        && !has_own_guid(now)
        && on_one_line(before.title) == on_one_line(now.title)
}

/// Returns whether an entry has a title and no date.
pub(crate) fn is_undated(entry: &EntryIdentity<'_>) -> bool {
    entry.dated_at().is_none() && !entry.title.is_empty()
}

/// Returns whether `now` may be the next article on the page of the stored entry `before`, unless their words have something
/// in common ([`have_other_words`]): the page is the only key of both, it was not made for one article (it has no number and no
/// token), the title is the same, and `now` was published a day later ([`is_later_by_a_day`]).
pub(crate) fn may_be_next(before: &EntryIdentity<'_>, now: &EntryIdentity<'_>) -> bool {
    is_later_by_a_day(before.published_at, now.published_at)
        && before.seen_hash != now.seen_hash
        && before.page() == now.page()
        && now.page().is_some_and(|page| !pages::has_number(page) && !pages::has_token(page))
        && !has_own_guid(before)
        && !has_own_guid(now)
        && on_one_line(before.title) == on_one_line(now.title)
}

/// Returns whether two plain texts, of which neither is empty, have next to no words in common.
pub(crate) fn have_other_words(before: &str, now: &str) -> bool {
    let (before, now) = (tokens(before, COMPARED_WORDS).0, tokens(now, COMPARED_WORDS).0);
    let (shorter, longer) = if before.len() < now.len() { (before, now) } else { (now, before) };
    let length = if shorter.len() < 2 * RUN { 1 } else { RUN };
    let known: HashSet<u64> = runs(&longer, length).collect();
    let common = runs(&shorter, length).filter(|run| known.contains(run)).count();
    shorter.len() >= length && LEAST_COMMON * common < shorter.len() + 1 - length
}

/// Returns whether two plain texts differ only in a few words, and each number of the former one stands in the other one, too:
/// a figure that changed is the news of another hour.
pub(crate) fn differ_in_few_words(before: &str, now: &str) -> bool {
    let (before, now) = (tokens(before, COMPARED_WORDS).0, tokens(now, COMPARED_WORDS).0);
    let keeps_numbers = has_numbers_of(&now, &before);
    let (shorter, longer) = if before.len() < now.len() { (before, now) } else { (now, before) };
    keeps_numbers && longer.len() <= 2 * shorter.len() && has_most_of(&longer, &shorter)
}

/// Returns whether the shorter one of two plain texts stands in the longer one, but for a few words and for no number.
pub(super) fn is_part_but_for_few_words(one: &str, other: &str) -> bool {
    let (one, other) = (tokens(one, COMPARED_WORDS).0, tokens(other, COMPARED_WORDS).0);
    let (shorter, longer) = if one.len() < other.len() { (one, other) } else { (other, one) };
    has_numbers_of(&longer, &shorter) && has_most_of(&longer, &shorter)
}

fn has_numbers_of(text: &[WordHash], other: &[WordHash]) -> bool {
    let mut numbers = other.iter().filter(|word| word.kind() == WordKind::Number);
    numbers.all(|number| text.iter().any(|word| word.word() == number.word()))
}

/// Returns whether `longer` has all runs of words of `shorter` but one in [`MOST_EDITED`].
fn has_most_of(longer: &[WordHash], shorter: &[WordHash]) -> bool {
    let known: HashSet<u64> = runs(longer, RUN).collect();
    let common = runs(shorter, RUN).filter(|run| known.contains(run)).count();
    shorter.len() >= 2 * RUN && MOST_EDITED * common >= (MOST_EDITED - 1) * (shorter.len() + 1 - RUN)
}

/// Returns whether each name and number of the former text stands in the other one, too: another place or day is another event.
pub(crate) fn keeps_facts(before: &str, now: &str) -> bool {
    let (before, now) = (tokens(before, COMPARED_WORDS).0, tokens(now, COMPARED_WORDS).0);
    let mut facts = before.iter().filter(|word| word.kind() != WordKind::Plain);
    facts.all(|fact| now.iter().any(|word| word.word() == fact.word()))
}

/// Returns the key of an entry that is the next one on its page. It has the date, so it is that of no other entry of the page,
/// and [`assign`](super::assign) gives it to the entry from the next poll on.
pub(crate) fn key_of_next(entry: &EntryIdentity<'_>) -> Key {
    possible_keys::of(entry, IdentityScheme::LinkDateTitle).pop().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::super::events_tests::{DAY, Post, START, identity, post};
    use super::*;

    #[test]
    fn the_page_of_the_day_has_the_title_of_the_day_before_and_a_later_day() {
        let page = "https://stars.example/horoscope";
        let before = post(page, page, "Today’s horoscope", 1, START);
        let now = Post { text: 2, published: Some(START + DAY), ..before.clone() };
        let may_be = |before: &Post, now: &Post| may_be_next(&identity(before), &identity(now));
        assert!(may_be(&before, &now));
        let without_guid = |post: &Post| Post { guid: String::new(), ..post.clone() };
        assert!(may_be(&without_guid(&before), &without_guid(&now)));
        for other in [
            Post { published: Some(START + DAY / 2), ..now.clone() },
            Post { published: None, ..now.clone() },
            Post { text: 1, ..now.clone() },
            Post { title: "Stars".to_owned(), ..now.clone() },
            Post { guid: "horoscope".to_owned(), ..now.clone() },
        ] {
            assert!(!may_be(&before, &other), "{other:?}");
        }
        for page in ["https://stars.example/live/storm-2026", "https://stars.example/cq8e7d9k12po"] {
            let on_page = |post: &Post| Post { guid: page.to_owned(), page: page.to_owned(), ..post.clone() };
            assert!(!may_be(&on_page(&before), &on_page(&now)), "the page of one article: {page}");
        }
        let keys = [&before, &now].map(|post| key_of_next(&identity(post)));
        assert!(keys[0] != keys[1] && keys[0].0 != page);
    }

    #[test]
    fn texts_have_other_words_if_hardly_any_run_of_words_stands_in_both() {
        let before =
            "Aries: a calm day, and a letter from afar. Taurus: be careful with money until the evening.";
        for (text, expected) in [
            ("Aries: work goes well now. Taurus: somebody whom you have not seen for years calls you.", true),
            ("Leek soup. Apple pie.", true),
            ("Aries: a calm day, and a letter from afar. Taurus: your friends need you.", false),
            (
                "Good news. Aries: a calm day, and a letter from afar. Taurus: be careful with money until noon.",
                false,
            ),
            ("", false),
        ] {
            assert_eq!(have_other_words(before, text), expected, "{text}");
            assert_eq!(have_other_words(text, before), expected, "{text}");
        }
    }
}
