//! Recognises by their second of publication the entries whose headline was edited, and their address with it.

use super::comparisons::{ROUND_TIME, have_other_numbers, have_other_tokens, is_on_other_host};
use super::pairs::Moves;
use super::titles::are_alike;
use super::{EntryIdentity, KnownEntry, pages};
use crate::text::url::article_numbers;
use crate::time::Timestamp;

/// Recognises the entries whose headline was edited, and their address on one host with it.
pub(super) fn recognise(moves: &mut Moves<'_, '_>) {
    moves.take_pairs(
        1,
        |entry| numbered_second(entry.page(), entry.dated_at()),
        |known| numbered_second(known.page(), known.dated_at()),
        |known, entry| known.page() != entry.page(),
    );
    moves.take_pairs(
        1,
        |entry| second_of(entry.dated_at()),
        |known| second_of(known.dated_at()),
        is_retitled,
    );
}

/// Recognises at least `least` entries of a site that moved to another host and mended its titles on the way, such as their
/// ampersands.
pub(super) fn recognise_on_other_host(moves: &mut Moves<'_, '_>, least: usize) {
    moves.take_pairs(
        least,
        |entry| second_of(entry.dated_at()),
        |known| second_of(known.dated_at()),
        |known, entry| {
            is_on_other_host(known, entry) && !entry.title.is_empty() && are_alike(&known.title, entry.title)
        },
    );
}

/// Returns the second of a date. `None` for a round time ([`ROUND_TIME`]), which several entries may have by chance.
fn second_of(dated_at: Option<Timestamp>) -> Option<Timestamp> {
    dated_at.filter(|at| at.unix() % ROUND_TIME != 0)
}

/// Returns the host and the numbers by which the publisher of a page tells its articles apart, with the second of the date.
/// They stay if the headline is edited and the rest of the address with it.
fn numbered_second(page: Option<&str>, dated_at: Option<Timestamp>) -> Option<(&str, Vec<&str>, Timestamp)> {
    let (page, second) = (page?, second_of(dated_at)?);
    let numbers: Vec<&str> = article_numbers(page).collect();
    (!numbers.is_empty()).then_some((pages::host(page)?, numbers, second))
}

/// Returns whether an entry with the same second of publication on another page of one host is the same one under an edited
/// title: the titles are alike, or one address has more words at its end (`/live/storm-over`), and nothing in the addresses
/// says that they are two.
fn is_retitled(known: &KnownEntry, entry: &EntryIdentity<'_>) -> bool {
    !entry.title.is_empty()
        && known.page().zip(entry.page()).is_some_and(|(before, now)| {
            let same_host = pages::host(before).is_some() && pages::host(before) == pages::host(now);
            let is_alike = are_alike(&known.title, entry.title) || pages::has_longer_slug(before, now);
            before != now && same_host && is_alike
        })
        && !have_other_numbers(known, entry)
        && !have_other_tokens(known, entry)
}

#[cfg(test)]
mod tests {
    use super::super::events_tests::{DAY, Post, START, is_same_list, post};

    #[test]
    fn titles_may_be_mended_on_the_way_to_another_host_if_the_seconds_stay() {
        let list = |host: &str, path: &str, and: &str, start: i64| -> Vec<Post> {
            let names = ["Oaks", "Elms", "Firs", "Ashes"];
            let entry = |n: i64| {
                let title = format!("{} of the park: part {and} parcel", names[n as usize]);
                let text = n.unsigned_abs() + 10 * u64::from(and == "and");
                let page = format!("https://{host}/{path}{n}");
                Post { words: 30, ..post(&page, &page, &title, text, start + n * DAY) }
            };
            (0..4).rev().map(entry).collect()
        };
        let before = list("a.example", "", "&", START);
        assert!(is_same_list(&before, &list("b.example", "p", "and", START)));
        assert!(!is_same_list(&before, &list("b.example", "p", "and", START + DAY + 7)), "other seconds");
        let round = START - START.rem_euclid(300);
        let of_timetable = list("a.example", "", "&", round);
        assert!(!is_same_list(&of_timetable, &list("b.example", "p", "and", round)), "a timetable");
    }
}
