//! Decides whether two entries of two sources with one address are two stories, because the address is that of many entries.

use super::compare::{Overlap, share};
use super::titles::telling_words;
use super::{LEAST_COMMON, Sketch};
use crate::article::fingerprint::{WordHash, sketch};

/// Largest share of the shorter text that two stories have in common by chance.
const BY_CHANCE: f64 = 0.2;
/// Least share of the shorter text that stands in the longer one if both are one part of a page, once whole and once as a
/// teaser. A reply has less of what it answers, even if it quotes a sentence.
const OF_ONE_PART: f64 = 0.5;
/// A text of fewer words is a stub: "Comments", "Read more on our page".
const LONGER_THAN_STUB: usize = 6;
/// Longest name of a section in an address: `aktuelles`.
const SECTION_LETTERS: usize = 14;

/// App stores. Whoever writes of a program links to its page there, which is no article.
const APP_STORES: [&str; 8] = [
    "addons.mozilla.org",
    "apps.apple.com",
    "apps.microsoft.com",
    "chromewebstore.google.com",
    "f-droid.org",
    "itunes.apple.com",
    "play.google.com",
    "store.steampowered.com",
];

/// Returns whether a canonical address is a front page, the page of a section (its path has no part, or one of a few letters)
/// or a page of an app store. Such a page is that of many entries.
pub fn is_page_of_many(url: &str) -> bool {
    let Some((_, address)) = url.split_once("://") else { return false };
    let address = address.split(['?', '#']).next().unwrap_or_default();
    let (host, path) = address.split_once('/').unwrap_or((address, ""));
    let path = path.trim_matches('/');
    APP_STORES.contains(&host)
        || path.len() <= SECTION_LETTERS && path.bytes().all(|byte| byte.is_ascii_alphabetic())
}

/// Returns whether two sketches are those of two stories: neither title stands in the other entry, and the texts have hardly
/// any words in common. If one of the texts is missing or a stub, the titles decide, but only if the address `is_of_several`
/// entries of one source. Otherwise an aggregator that puts its own headline over a home page tells of what its owner tells.
/// Unlike the other sketches that are stored, those of short texts must be given, too ([`sketch_of_entry`]).
pub fn are_other_stories(one: &[u8], other: &[u8], is_of_several: bool) -> bool {
    let Some((shorter, longer)) = by_length(one, other) else { return false };
    let is_foreign = |title: &[WordHash], entry: &Sketch| {
        let telling = telling_words(title);
        let has =
            |word: &&WordHash| entry.title.iter().chain(&entry.text).any(|token| token.word() == word.word());
        share(telling.iter().filter(has).count(), telling.len()) < 0.5
    };
    let have_other_texts = if shorter.text.len() < shorter.scaled(LONGER_THAN_STUB) {
        is_of_several
    } else if shorter.text.len() < shorter.scaled(LEAST_COMMON) {
        is_foreign(&shorter.text, &longer)
    } else {
        Overlap::of(&shorter, &longer).score < BY_CHANCE
    };
    have_other_texts && is_foreign(&shorter.title, &longer) && is_foreign(&longer.title, &shorter)
}

/// Returns whether two stored sketches are those of two parts of a page, such as two posts of one discussion under its title:
/// less than half of the shorter text stands in the longer one. An entry without a text is never another part. Unlike the other
/// sketches that are stored, those of texts of a few words must be given, too ([`sketch_of_entry`]).
pub fn are_other_parts(one: &[u8], other: &[u8]) -> bool {
    let Some((shorter, longer)) = by_length(one, other) else { return false };
    let common = Overlap::of(&shorter, &longer).common;
    !shorter.text.is_empty() && share(common, shorter.text.len()) < OF_ONE_PART
}

/// Returns the sketch of an entry with this plain title and text, however short they are.
pub fn sketch_of_entry(title: &str, text: &str) -> Vec<u8> {
    Sketch::of(title, text, sketch::TEXT_WORDS).to_bytes()
}

/// Reads two stored sketches. The one with the shorter text comes first.
fn by_length(one: &[u8], other: &[u8]) -> Option<(Sketch, Sketch)> {
    let (one, other) = (Sketch::from_bytes(one)?, Sketch::from_bytes(other)?);
    Some(if one.text.len() <= other.text.len() { (one, other) } else { (other, one) })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::article::fingerprint::fingerprint;

    #[test]
    fn a_front_page_a_section_and_a_page_of_an_app_store_are_pages_of_many_entries() {
        for url in [
            "https://a.example/",
            "https://a.example",
            "https://a.example/news",
            "https://a.example/?lang=de",
            "https://apps.apple.com/de/app/tides/id900000001",
            "https://play.google.com/store/apps/details?id=example.tides",
        ] {
            assert!(is_page_of_many(url), "{url}");
        }
        for url in ["https://a.example/12", "https://a.example/crane-returns", "https://a.example/news/crane"]
        {
            assert!(!is_page_of_many(url), "{url}");
        }
    }

    #[test]
    fn entries_with_other_words_and_titles_are_other_stories() {
        let crane = "The second crane of the yard lifted its first load on Monday, after eleven weeks of repairs by a firm \
            from Bergen, the foreman said.";
        let bread = "Una Hayes sold all her loaves before ten on the first day, and her oven, which is from 1958, came \
            from Mallow on a trailer.";
        let are_other = |one: (&str, &str), other: (&str, &str), is_of_several| {
            let [one, other] = [one, other].map(|(title, text)| sketch_of_entry(title, text));
            are_other_stories(&one, &other, is_of_several)
        };
        let works = ("Crane works again", crane);
        for is_of_several in [false, true] {
            assert!(are_other(works, ("Bakery opens", bread), is_of_several));
            assert!(!are_other(works, ("Bakery opens", crane), is_of_several), "its text");
            assert!(!are_other(works, ("Crane lifts a load", bread), is_of_several), "its title");
        }
        for stub in ["Comments", ""] {
            assert!(!are_other(works, ("Bakery opens", stub), false), "{stub:?}");
            assert!(are_other(works, ("Bakery opens", stub), true), "{stub:?}");
            assert!(!are_other(works, ("Crane works again", stub), true), "{stub:?}");
        }
    }

    #[test]
    fn short_texts_and_no_titles_tell_two_stories_by_their_words() {
        let are_other = |one: (&str, &str), other: (&str, &str)| {
            let [one, other] = [one, other].map(|(title, text)| sketch_of_entry(title, text));
            are_other_stories(&one, &other, false)
        };
        let (crane, bread) = (
            "The second crane lifted its first load on Monday.",
            "Una Hayes sold all her loaves before ten.",
        );
        assert!(
            are_other(("", crane), ("", bread)) && are_other(("Crane works", crane), ("Bakery opens", bread))
        );
        assert!(!are_other(("", crane), ("", "On Monday the second crane lifted a load.")));
        assert!(!are_other(("Crane works", crane), ("Crane works", bread)));
        assert!(
            !are_other(("", crane), ("Second crane lifted", bread)),
            "its title stands in the other text"
        );
    }

    #[test]
    fn two_posts_under_one_title_are_other_parts_and_a_post_and_its_beginning_are_not() {
        let sketch = |text: &str| fingerprint("The lamp does not start", text, &[], None).sketch;
        let beginning = "Since yesterday the lamp of my printer stays dark, although the cable is new and the fuse is whole.";
        let question = format!("{beginning} What else can I try before I take it to the workshop?");
        let answer =
            "Hold both buttons for ten seconds, then wait until the fan stops. Mine came back after that.";
        assert!(are_other_parts(&sketch(&question), &sketch(answer)));
        assert!(!are_other_parts(&sketch(&question), &sketch(beginning)));
        assert!(!are_other_parts(&sketch(&question), &sketch_of_entry("", "")));
        for reply in ["Thanks!", "Thank you, that helped."] {
            assert!(are_other_parts(&sketch(&question), &sketch_of_entry("", reply)), "{reply}");
        }
        let quoting = format!("Since yesterday the lamp of my printer stays dark, you write. {answer}");
        assert!(are_other_parts(&sketch(&question), &sketch(&quoting)));
    }
}
