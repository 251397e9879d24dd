//! Tells a post that got another id and address when it was edited, in a list that states only times of change, from another
//! post with its title. The words decide, which [`assign`](super::assign) does not know: of a stored entry it has only hashes.

use super::{EntryIdentity, IDENTIFYING_WORDS, pages};
use crate::text::words::on_one_line;

/// Returns whether `now` may be the stored entry `before` under another id and address, if their texts differ in a few words
/// and the document would still list `before`: neither states a time of publication, the text is long, the title is the same,
/// and the addresses do not have different numbers. Other times of change are no evidence, because an edit has one.
pub(crate) fn may_be_changed(before: &EntryIdentity<'_>, now: &EntryIdentity<'_>) -> bool {
    let states_only_changes =
        |entry: &EntryIdentity<'_>| entry.published_at.is_none() && entry.updated_at.is_some();
    states_only_changes(before)
        && states_only_changes(now)
        && now.words >= IDENTIFYING_WORDS
        && !now.title.is_empty()
        && on_one_line(before.title) == on_one_line(now.title)
        && before.page().zip(now.page()).is_some_and(|(page, other)| {
            pages::loose(page) != pages::loose(other) && !pages::have_other_numbers(page, other)
        })
}

#[cfg(test)]
mod tests {
    use super::super::events_tests::{Post, START, identity, post};
    use super::*;

    #[test]
    fn a_post_that_states_only_a_time_of_change_may_get_another_id_and_address() {
        let page = "https://quay.example/news/crane-falls";
        let changed = |post: Post| Post { updated: post.published, published: None, ..post };
        let before = changed(Post { words: 60, ..post(page, page, "A crane has fallen", 1, START) });
        let page = "https://quay.example/news/crane-has-fallen";
        let now = Post {
            words: 60,
            updated: Some(START + 200_000),
            ..changed(post(page, page, "A crane has fallen", 2, START))
        };
        let may_be = |now: &Post| may_be_changed(&identity(&before), &identity(now));
        assert!(may_be(&now));
        for (other, why) in [
            (Post { published: Some(START + 200_000), ..now.clone() }, "a date of publication"),
            (Post { updated: None, ..now.clone() }, "no date"),
            (Post { words: 30, ..now.clone() }, "a short text"),
            (Post { title: "A crane has moved".to_owned(), ..now.clone() }, "titles"),
            (Post { page: before.page.clone(), ..now.clone() }, "one page"),
            (Post { page: String::new(), ..now.clone() }, "no page"),
        ] {
            assert!(!may_be(&other), "{why}");
        }
        let on_day = |day: &str, post: &Post| Post { page: format!("{}-{day}", post.page), ..post.clone() };
        let (one, other) = (on_day("2026-11-25", &before), on_day("2026-11-26", &now));
        assert!(!may_be_changed(&identity(&one), &identity(&other)), "the pages of two days");
    }
}
