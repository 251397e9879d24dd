//! Tells an episode that was deleted and uploaded again, with a mended file, from the next one of its show.

use super::comparisons::{RENEWED_WITHIN, ROUND_TIME};
use super::{EntryIdentity, IDENTIFYING_WORDS, pages, titles};
use crate::text::words::on_one_line;
use crate::time::HOUR;

/// Returns whether `now` may be the stored entry `before` under a new guid, on a new page and with a new file, if the texts are
/// the same and the document would still list `before`: it was published a few hours later, the title is long and the text too,
/// and both pages were made of the title. A news bulletin with standing notes comes at a round time, as its timetable says.
pub(crate) fn may_be_uploaded_again(before: &EntryIdentity<'_>, now: &EntryIdentity<'_>) -> bool {
    let later = now.published_at.zip(before.published_at).map(|(now, before)| now.since(before));
    let is_made_of_title =
        |entry: &EntryIdentity<'_>| entry.page().is_some_and(|page| pages::is_made_of(page, now.title));
    now.published_at > before.published_at
        && later.is_some_and(|later| later <= RENEWED_WITHIN * HOUR)
        && now.published_at.is_some_and(|at| at.unix() % ROUND_TIME != 0)
        && before.guid.is_some()
        && before.guid != now.guid
        && on_one_line(before.title) == on_one_line(now.title)
        && titles::is_telling(now.title)
        && now.words >= IDENTIFYING_WORDS
        && is_made_of_title(before)
        && is_made_of_title(now)
}

#[cfg(test)]
mod tests {
    use super::super::events_tests::{DAY, Post, START, identity, post};
    use super::*;

    #[test]
    fn an_episode_comes_again_a_few_hours_later_under_its_long_title_on_a_page_that_was_made_of_it() {
        let page = "https://pod.example/cranes-carry-heavy-turbines-at-night-a7";
        let before = Post { words: 60, ..post("a7", page, "Cranes carry heavy turbines at night", 1, START) };
        let again_page = "https://pod.example/cranes-carry-heavy-turbines-at-night-b9";
        let again = Post {
            guid: "b9".to_owned(),
            page: again_page.to_owned(),
            text: 2,
            published: Some(START + 7_200),
            ..before.clone()
        };
        let may_be = |now: &Post| may_be_uploaded_again(&identity(&before), &identity(now));
        assert!(may_be(&again));
        for (other, why) in [
            (Post { published: Some(START + DAY), ..again.clone() }, "a day later"),
            (Post { published: Some(START - 7_200), ..again.clone() }, "earlier"),
            (Post { published: Some((START + 7_200) / 3600 * 3600), ..again.clone() }, "of a timetable"),
            (Post { published: None, ..again.clone() }, "undated"),
            (Post { words: 30, ..again.clone() }, "a short text"),
            (Post { guid: "a7".to_owned(), ..again.clone() }, "one guid"),
            (Post { title: "Cranes carry heavy turbines by day".to_owned(), ..again.clone() }, "titles"),
            (Post { page: "https://pod.example/e/b9".to_owned(), ..again.clone() }, "a page without a name"),
        ] {
            assert!(!may_be(&other), "{why}");
        }
    }
}
