//! Decides whether two entries of two sources with one address are two stories, because the address is that of many entries.

use super::compare::{Overlap, share};
use super::titles::telling_words;
use super::{LEAST_COMMON, Sketch};
use crate::article::fingerprint::{WordHash, sketch};

/// Largest share of the shorter text that two stories have in common by chance.
const BY_CHANCE: f64 = 0.2;
/// Least share of the shorter text that stands in the longer one if both are one part of a page, once whole and once as a teaser. A
/// reply has less of what it answers, even if it quotes a sentence.
const OF_ONE_PART: f64 = 0.5;
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

/// Returns whether two stored sketches are those of two stories: both have a text, hardly any words of these are common, and
/// neither title stands in the other entry. An entry whose text is too short for a sketch is never another story.
pub fn are_other_stories(one: &[u8], other: &[u8]) -> bool {
    let Some((shorter, longer)) = by_length(one, other) else { return false };
    let is_foreign = |title: &[WordHash], entry: &Sketch| {
        let telling = telling_words(title);
        let has =
            |word: &&WordHash| entry.title.iter().chain(&entry.text).any(|token| token.word() == word.word());
        share(telling.iter().filter(has).count(), telling.len()) < 0.5
    };
    shorter.text.len() >= shorter.scaled(LEAST_COMMON)
        && Overlap::of(&shorter, &longer).score < BY_CHANCE
        && is_foreign(&shorter.title, &longer)
        && is_foreign(&longer.title, &shorter)
}

/// Returns whether two stored sketches are those of two parts of a page, such as two posts of one discussion under its title: less
/// than half of the shorter text stands in the longer one. An entry without a text is never another part. Unlike the other
/// sketches that are stored, those of texts of a few words must be given, too ([`sketch_of_part`]).
pub fn are_other_parts(one: &[u8], other: &[u8]) -> bool {
    let Some((shorter, longer)) = by_length(one, other) else { return false };
    let common = Overlap::of(&shorter, &longer).common;
    !shorter.text.is_empty() && share(common, shorter.text.len()) < OF_ONE_PART
}

/// Returns the sketch of a plain text for [`are_other_parts`], however short it is.
pub fn sketch_of_part(text: &str) -> Vec<u8> {
    Sketch::of("", text, sketch::TEXT_WORDS).to_bytes()
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
        let sketch = |title: &str, text: &str| fingerprint(title, text, &[], None).sketch;
        let crane = "The second crane of the yard lifted its first load on Monday, after eleven weeks of repairs by a firm \
            from Bergen, the foreman said.";
        let bread = "Una Hayes sold all her loaves before ten on the first day, and her oven, which is from 1958, came \
            from Mallow on a trailer.";
        assert!(are_other_stories(&sketch("Crane works again", crane), &sketch("Bakery opens", bread)));
        for (title, text) in
            [("Bakery opens", crane), ("Crane lifts a load", bread), ("Bakery opens", "Comments")]
        {
            assert!(!are_other_stories(&sketch("Crane works again", crane), &sketch(title, text)), "{title}");
        }
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
        assert!(!are_other_parts(&sketch(&question), &sketch_of_part("")));
        for reply in ["Thanks!", "Thank you, that helped."] {
            assert!(are_other_parts(&sketch(&question), &sketch_of_part(reply)), "{reply}");
        }
        let quoting = format!("Since yesterday the lamp of my printer stays dark, you write. {answer}");
        assert!(are_other_parts(&sketch(&question), &sketch(&quoting)));
    }
}
