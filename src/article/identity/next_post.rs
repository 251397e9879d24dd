//! Tells the next post of a topic from an edit of the last one, in a list that gives each post the guid of its topic: the
//! newest posts of a forum. The words decide, which [`assign`](super::assign) does not know: of a stored entry it has only
//! hashes.

use super::comparisons::{Evidence, compare_dates, has_own_guid};
use super::titles::plain;
use super::{EntryIdentity, next_on_page, pages, possible_keys};
use crate::article::fingerprint::runs;
use crate::article::fingerprint::token::tokens;
use crate::model::{IdentityScheme, Key};
use crate::text::words::fold;

/// How many words a reply has at least that is compared by its runs of words. A shorter one is compared as a whole.
const WORDS_OF_REPLY: usize = 6;

/// Returns whether `now` may be another post of the topic whose guid the stored entry `before` has, unless their words have
/// something in common ([`have_other_words`]): it has another date, and another page of the same site, and the title is that of
/// the topic. If only one of the titles has more words before it, such as `Re:`, the page must have a number that the other
/// lacks, because the headline of a story that goes on gets more words, too, and its address with it.
pub(crate) fn may_be_next(before: &EntryIdentity<'_>, now: &EntryIdentity<'_>) -> bool {
    let (title, other_title) = (plain(&fold(before.title)), plain(&fold(now.title)));
    let is_answer = || title.ends_with(&other_title) || other_title.ends_with(&title);
    before.guid == now.guid
        && has_own_guid(now)
        && before.seen_hash != now.seen_hash
        && has_other_date(before, now)
        && before.page().zip(now.page()).is_some_and(|(page, other)| {
            pages::host(page) == pages::host(other)
                && pages::loose(page) != pages::loose(other)
                && (title == other_title || is_answer() && pages::has_another_number(page, other))
        })
}

/// Returns whether the dates of two entries say that they are two. The dates of a change count only if neither states another.
fn has_other_date(before: &EntryIdentity<'_>, now: &EntryIdentity<'_>) -> bool {
    let (one, other) = match (before.published_at, now.published_at) {
        (None, None) => (before.updated_at, now.updated_at),
        published => published,
    };
    compare_dates(one, other) == Evidence::Different
}

/// Returns whether two plain texts, of which neither is empty, have next to no words in common. A reply of a few words has
/// words in common with any text, so it must stand in the other one as a whole.
pub(crate) fn have_other_words(before: &str, now: &str) -> bool {
    let words = |text| tokens(text, WORDS_OF_REPLY).0;
    let shorter = [words(before), words(now)].into_iter().min_by_key(Vec::len).unwrap_or_default();
    if shorter.len() >= WORDS_OF_REPLY {
        return next_on_page::have_other_words(before, now);
    }
    if shorter.is_empty() {
        return false;
    }
    let length = shorter.len();
    let Some(reply) = runs(&shorter, length).next() else { return false };
    let holds_reply =
        |text: &str| runs(&tokens(text, next_on_page::COMPARED_WORDS).0, length).any(|run| run == reply);
    !(holds_reply(before) && holds_reply(now))
}

/// Returns the keys that an entry may have whose guid is the key of another post, the best first: with its link, so that it
/// keeps the key when it is edited.
pub(crate) fn keys_of_next(entry: &EntryIdentity<'_>) -> impl Iterator<Item = Key> {
    possible_keys::of(entry, IdentityScheme::Guid).into_iter().skip(1)
}

#[cfg(test)]
mod tests {
    use super::super::events_tests::{DAY, Post, START, identity, post};
    use super::*;

    #[test]
    fn a_post_has_the_guid_and_the_title_of_its_topic_and_another_page_and_date() {
        let topic = "https://forum.example/topic/7";
        let before = post("topic-7", topic, "The lamp is dark", 1, START);
        let page = format!("{topic}#post12");
        let now = Post { text: 2, page, published: Some(START + 7_201), ..before.clone() };
        let may_be = |before: &Post, now: &Post| may_be_next(&identity(before), &identity(now));
        assert!(may_be(&before, &now));
        assert!(may_be(&before, &Post { published: Some(START + 2 * DAY), ..now.clone() }));
        assert!(may_be(&before, &Post { title: "Re: The lamp is dark".to_owned(), ..now.clone() }));
        assert!(may_be(&Post { title: "RE: The lamp is dark".to_owned(), ..before.clone() }, &now));
        let changed = |post: &Post| Post { published: None, updated: post.published, ..post.clone() };
        assert!(may_be(&changed(&before), &changed(&now)), "by the time of change");
        let on = |page: &str| Post { page: page.to_owned(), ..now.clone() };
        for (other, why) in [
            (on(topic), "one page"),
            (on("https://forum.example/topic/7/"), "a page in another form"),
            (on("https://other.example/topic/7/12"), "a site that moved"),
            (Post { published: Some(START), ..now.clone() }, "one date"),
            (Post { published: None, ..now.clone() }, "no date"),
            (Post { text: 1, ..now.clone() }, "one text"),
            (Post { guid: "topic-8".to_owned(), ..now.clone() }, "another topic"),
            (Post { title: "The lamp is broken".to_owned(), ..now.clone() }, "an edited headline"),
            (
                Post {
                    title: "Update: The lamp is dark".to_owned(),
                    ..on("https://forum.example/topic/7-update-lamp")
                },
                "a headline with more words",
            ),
        ] {
            assert!(!may_be(&before, &other), "{why}");
        }
        let keys: Vec<Key> = keys_of_next(&identity(&now)).collect();
        assert_eq!(
            keys.first().map(|key| key.0.as_str()),
            Some("topic-7 https://forum.example/topic/7#post12")
        );
    }

    #[test]
    fn a_reply_of_a_few_words_is_another_post_unless_it_stands_in_the_other_one() {
        let question = "Since yesterday the lamp of my printer stays dark. It works if I hold the buttons.";
        for (text, expected) in [
            ("Thanks!", true),
            ("It works now.", true),
            ("Hold both buttons for ten seconds, then wait until the fan stops.", true),
            ("It works", false),
            ("Since yesterday the lamp of my printer stays dark. Solved.", false),
            ("", false),
        ] {
            assert_eq!(have_other_words(question, text), expected, "{text}");
            assert_eq!(have_other_words(text, question), expected, "{text}");
        }
    }
}
