//! Finds the versions of one entry that a document lists side by side (RFC 4287 §4.1.1): they have one id and mostly differ in
//! the time of their last change.

use std::borrow::Cow;
use std::collections::{HashMap, HashSet};

use super::next_on_page::is_part_but_for_few_words;
use super::titles::{are_alike, plain};
use super::{EntryIdentity, Identity, pages};
use crate::model::{Key, MarkupText};
use crate::text::html;

/// Returns the positions of the entries that are older versions of another one, each with the position of the newest version.
///
/// Two entries are versions of one if they have the same id and page, different times of their last change, and the same
/// publication date, or the same title if they have no publication date. The page may be another one if the publisher corrected
/// it together with the title. If the ids of the document identify most of its entries, two entries without a publication date
/// that share an id and a page are versions under any titles, except on a front page, and so are two with an id and titles that
/// are alike. Whatever the times, two entries with one id are versions if nearly all words of the shorter text stand in the
/// other one, and they have a page and a title, or a second of publication, in common ([`is_older_by_words`]).
pub(super) fn older(entries: &[EntryIdentity<'_>]) -> HashMap<usize, usize> {
    let mut older = HashMap::new();
    let ids: HashSet<&str> = entries.iter().filter_map(|entry| entry.guid).collect();
    let ids_identify = ids.len() > 1 && ids.len() * 2 > entries.len();
    let by_words = |entry: &EntryIdentity<'_>, newest: &EntryIdentity<'_>| {
        ids.len() > 1 && is_older_by_words(entry, newest)
    };
    note_older(
        entries,
        &mut older,
        |entry| Some((entry.guid?, entry.page())),
        |entry, newest| {
            is_older_version(entry, newest)
                || (ids_identify && is_older_on_own_page(entry, newest))
                || by_words(entry, newest)
        },
    );
    note_older(
        entries,
        &mut older,
        |entry| Some((entry.guid?, None)),
        |entry, newest| is_older_corrected(entry, newest, ids_identify) || by_words(entry, newest),
    );
    // The newest version on one page may itself be an older version of an entry on another page.
    let newest = older.clone();
    for at in older.values_mut() {
        *at = newest.get(at).copied().unwrap_or(*at);
    }
    older
}

/// Notes in `older` which entries are older versions (`is_older`) of the newest entry with the same `id`. Entries that are
/// noted already do not take part.
fn note_older<'a>(
    entries: &[EntryIdentity<'a>],
    older: &mut HashMap<usize, usize>,
    id: impl Fn(&EntryIdentity<'a>) -> Option<(&'a str, Option<&'a str>)>,
    is_older: impl Fn(&EntryIdentity<'_>, &EntryIdentity<'_>) -> bool,
) {
    let mut by_id: HashMap<_, Vec<usize>> = HashMap::new();
    for (at, entry) in entries.iter().enumerate() {
        if entry.updated_at.is_some()
            && !older.contains_key(&at)
            && let Some(id) = id(entry)
        {
            by_id.entry(id).or_default().push(at);
        }
    }
    for positions in by_id.into_values().filter(|positions| positions.len() > 1) {
        let newest = positions.iter().copied().max_by_key(|at| {
            // Of two versions with the same times, the first one in the document counts as the newest.
            let entry = entries.get(*at);
            (entry.map(|entry| (entry.updated_at, entry.published_at)), std::cmp::Reverse(*at))
        });
        let Some((newest_at, newest)) = newest.and_then(|at| Some((at, entries.get(at)?))) else { continue };
        for at in positions {
            if at != newest_at && entries.get(at).is_some_and(|entry| is_older(entry, newest)) {
                older.insert(at, newest_at);
            }
        }
    }
}

fn is_older_version(entry: &EntryIdentity<'_>, newest: &EntryIdentity<'_>) -> bool {
    let same_date = entry.published_at == newest.published_at;
    let is_dated = entry.published_at.is_some();
    entry.updated_at < newest.updated_at && same_date && (is_dated || entry.title == newest.title)
}

/// Returns whether an entry that states only the time of its last change is an older version of another one on the same page.
fn is_older_on_own_page(entry: &EntryIdentity<'_>, newest: &EntryIdentity<'_>) -> bool {
    let is_undated = entry.published_at.is_none() && newest.published_at.is_none();
    is_undated && has_own_page(entry) && entry.updated_at < newest.updated_at
}

/// Returns whether an entry on another page, or without one, is an older version: the titles are alike, and both were published
/// in one second. A date at a full hour proves nothing, because many entries of one day have the date of its midnight
/// in some time zone. If the ids identify most entries of the document (`ids_identify`), the two may also have no date of
/// publication.
fn is_older_corrected(entry: &EntryIdentity<'_>, newest: &EntryIdentity<'_>, ids_identify: bool) -> bool {
    let is_of_one_time = entry.published_at.map_or(ids_identify, |_| is_of_one_second(entry, newest));
    entry.updated_at < newest.updated_at
        && entry.published_at == newest.published_at
        && is_of_one_time
        && !entry.title.is_empty()
        && are_alike(entry.title, newest.title)
}

/// Returns whether an entry is an older version by its words, whatever its times: nearly all words of the shorter text stand in
/// the other one, no number is another one, and the two were published in one second, or are on one page that is no front page
/// under titles of which one contains the other or that are alike. Notices of one id have other numbers or words.
fn is_older_by_words(entry: &EntryIdentity<'_>, newest: &EntryIdentity<'_>) -> bool {
    let is_on_own_page = has_own_page(entry) && entry.page() == newest.page();
    (is_of_one_second(entry, newest) || is_on_own_page && have_titles_of_one(entry.title, newest.title))
        && is_part_but_for_few_words(&plain_text(entry), &plain_text(newest))
}

fn has_own_page(entry: &EntryIdentity<'_>) -> bool {
    entry.page().is_some_and(|page| !pages::is_front_page(page))
}

fn is_of_one_second(entry: &EntryIdentity<'_>, newest: &EntryIdentity<'_>) -> bool {
    entry.published_at == newest.published_at && entry.published_at.is_some_and(|at| at.unix() % 3600 != 0)
}

fn have_titles_of_one(one: &str, other: &str) -> bool {
    let is_part = |one: &str, other: &str| !one.is_empty() && other.contains(one);
    let (letters, other_letters) = (plain(one), plain(other));
    are_alike(one, other) || is_part(&letters, &other_letters) || is_part(&other_letters, &letters)
}

/// Returns the content, or else the summary, as plain text.
fn plain_text<'a>(entry: &EntryIdentity<'a>) -> Cow<'a, str> {
    let [summary, content] = entry.texts;
    match content.or(summary) {
        Some(MarkupText::Plain(text)) => Cow::Borrowed(text),
        Some(MarkupText::UnsafeHtml(markup)) => Cow::Owned(html::to_plain(markup)),
        None => Cow::Borrowed(""),
    }
}

/// Returns the identities of all entries of a document. `None` in `assigned` stands for an older version, which repeats the
/// newest one.
pub(super) fn with_repeats(assigned: &[Option<Identity>], older: &HashMap<usize, usize>) -> Vec<Identity> {
    let newest = |at: usize| {
        let key = older.get(&at).and_then(|newest| assigned.get(*newest)).and_then(Option::as_ref);
        Identity::RepeatOf(match key {
            Some(Identity::Own(key) | Identity::RepeatOf(key)) => key.clone(),
            None => Key::default(),
        })
    };
    (0..).zip(assigned).map(|(at, one)| one.clone().unwrap_or_else(|| newest(at))).collect()
}

#[cfg(test)]
mod tests {
    use super::super::events_tests::{DAY, Post, START, identity, post};
    use super::*;

    const NOTICE: &str =
        "The swimming hall opens its doors again after the long repair of the roof and of the pumps.";

    /// Returns how many entries stay of two with one id, and of another entry.
    fn count(one: (Post, &str), two: (Post, &str)) -> usize {
        let other = post("tag:other", "https://a.example/other", "Other", 9, START);
        let texts = [one.1, two.1].map(|text| MarkupText::Plain(text.to_owned()));
        let listed = [one.0, two.0];
        let mut entries: Vec<_> = (listed.iter().zip(&texts))
            .map(|(post, text)| EntryIdentity { texts: [None, Some(text)], ..identity(post) })
            .collect();
        entries.push(identity(&other));
        entries.len() - older(&entries).len()
    }

    fn hall(updated: i64, published: Option<i64>) -> Post {
        let hall = post("tag:hall", "https://a.example/hall", "The hall opens", updated as u64, 0);
        Post { published, updated: Some(updated), ..hall }
    }

    #[test]
    fn one_id_twice_with_nearly_one_text_is_one_entry_whatever_its_times() {
        let edited = NOTICE.replace("long", "short");
        let grown = format!("{NOTICE} Visitors pay nothing on the first day, said the mayor.");
        for text in [edited.as_str(), &grown] {
            assert_eq!(
                count((hall(START, None), text), (hall(START, None), NOTICE)),
                2,
                "one time of change"
            );
            let later = hall(START + DAY, Some(START + DAY));
            assert_eq!(count((later, text), (hall(START, Some(START)), NOTICE)), 2, "published anew");
        }
        let elsewhere = |page: &str, title: &str| Post {
            page: format!("https://a.example/{page}"),
            title: title.to_owned(),
            ..hall(START + 60, Some(START))
        };
        let moved = elsewhere("doors", "Doors open");
        assert_eq!(count((moved.clone(), &edited), (hall(START, Some(START)), NOTICE)), 2, "one second");
        let on_another_day = Post { published: Some(START + DAY), ..moved };
        assert_eq!(count((on_another_day, &edited), (hall(START, Some(START)), NOTICE)), 3, "page and date");
    }

    #[test]
    fn stories_and_notices_that_share_an_id_stay_several() {
        let later = || hall(START + DAY, Some(START + DAY));
        let first = || hall(START, Some(START));
        let story =
            "Three cranes carry the new turbine to the hill while the old one is taken down piece by piece.";
        assert_eq!(count((later(), story), (first(), NOTICE)), 3, "another story");
        let days = [
            "Bins are emptied on 3 May from eight in the morning on.",
            "Bins are emptied on 10 May from eight in the morning on.",
        ];
        assert_eq!(count((later(), days[1]), (first(), days[0])), 3, "another day");
        let titled = Post { title: "Pool hours".to_owned(), ..later() };
        assert_eq!(count((titled, NOTICE), (first(), NOTICE)), 3, "another title");
        assert_eq!(count((later(), ""), (first(), "")), 3, "no text");
        let front = |of: Post| Post { page: "https://a.example/".to_owned(), ..of };
        assert_eq!(count((front(later()), NOTICE), (front(first()), NOTICE)), 3, "a front page");
    }
}
