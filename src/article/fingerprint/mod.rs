//! Fingerprints articles, so that those that tell the same story in nearly the same words can be found.
//!
//! A *run* is some words in a row, here five (in a script without spaces ten letters). Two texts that share a run are worth
//! comparing. A long text has too many runs to index, so the index holds only the runs with the smallest hashes, called *bands*
//! (a bottom-k MinHash: similar texts have the same smallest hashes). The lead gives bands of its own, so that a summary finds
//! the full text it was cut from. A title and its second of publication are one more band, which finds pages that moved.

mod calendar_date;
mod clock_time;
mod clock_words;
mod compound_number;
mod country;
mod cut_number;
mod decade;
mod digits;
mod fraction;
mod gendered;
mod given_name;
mod hundreds;
mod initials;
mod negative;
mod number;
mod office;
mod one_of_several;
mod ordinal;
mod ordinary_words;
mod packed_words;
mod part_of_day;
mod road;
mod roman;
mod scale;
pub mod sketch;
mod small_number;
mod small_number_words;
mod spelling;
mod text_language;
pub mod token;
mod unit;
mod word;
mod word_table;
mod written;

use std::collections::BTreeSet;
use std::ops::Range;

use crate::model::Fingerprint;
use crate::time::Timestamp;
pub use sketch::Sketch;
pub use word::{WordHash, WordKind};

/// How many words of a text are read for bands. Two different texts differ within this many words.
const WORDS_READ: usize = 4000;
/// How many words make a run. Five in a row are rarely the same by chance.
const RUN: usize = 5;
/// How many words make the lead: the first paragraph, with room for a dateline or a caption before it.
const LEAD: usize = 64;
/// How many bands the lead gives. A summary may share only these with its full text.
const BANDS_OF_LEAD: usize = 8;
/// How many bands the whole text gives, for texts whose leads were rewritten. Each band is a row in the store.
const BANDS_OF_WHOLE: usize = 4;
/// How many words a title needs to make a band together with its second of publication.
const IDENTIFYING_TITLE: usize = 4;

/// Returns the fingerprint of an article. `title` and `text` are plain; `text` is the content, or the summary if
/// there is no content. `media` holds the addresses of the pictures and files that the article shows, and
/// `published_at` is the time that the feed states. The fingerprint is empty if `text` has no run and the title makes no band.
pub fn fingerprint(
    title: &str,
    text: &str,
    media: &[String],
    published_at: Option<Timestamp>,
) -> Fingerprint {
    let sketch = Sketch::of(title, text, WORDS_READ).showing(media);
    let run = sketch.scaled(RUN);
    let of_whole: Vec<u64> = runs(&sketch.text, run).collect();
    let of_lead = of_whole.get(..=sketch.scaled(LEAD) - run).unwrap_or(&of_whole);
    let mut bands = smallest(of_lead, BANDS_OF_LEAD);
    bands.extend(smallest(&of_whole, BANDS_OF_WHOLE));
    bands.extend(title_band(&sketch, published_at));
    if bands.is_empty() {
        return Fingerprint::default();
    }
    let bands = bands.into_iter().map(u64::cast_signed).collect();
    Fingerprint { bands, sketch: sketch.to_bytes() }
}

/// Returns how an entry writes those of its words that are `wanted`, each once and in their order. All words of a number or a
/// date are written out if one of them is wanted (`14 March`).
pub fn spell_out(wanted: &[WordHash], title: &str, text: &str) -> Vec<String> {
    token::spell_out(wanted, title, text, sketch::TEXT_WORDS)
}

/// How many words of a passage are written out.
const PASSAGE: usize = 12;

/// Returns how a text writes the words of its sketch at `places`: the first words of each. Returns `None` if the sketch is not
/// that of the text, because an earlier riverd read the words differently.
pub fn passages(
    sketch: &[u8],
    text: &str,
    places: impl IntoIterator<Item = Range<usize>>,
) -> Option<Vec<String>> {
    let sketch = Sketch::from_bytes(sketch)?;
    let written = token::written_tokens(text, sketch::TEXT_WORDS);
    let is_its_sketch =
        sketch.text.iter().copied().eq(written.iter().take(sketch.text.len()).map(|(word, _)| *word));
    let passage = |place: Range<usize>| {
        let words = written.get(place).unwrap_or_default();
        let shown: String = words.iter().take(PASSAGE).map(|(_, writing)| writing.as_str()).collect();
        let more = if words.len() > PASSAGE { " …" } else { "" };
        format!("{}{more}", shown.trim_start_matches([' ', '’', '-']))
    };
    is_its_sketch.then(|| places.into_iter().map(passage).collect())
}

/// Returns the `count` smallest hashes.
fn smallest(hashes: &[u64], count: usize) -> BTreeSet<u64> {
    let mut smallest = BTreeSet::new();
    let mut bound = u64::MAX;
    for &hash in hashes {
        // In a long text most runs have a hash above the bound, so this comparison saves the costly insertion.
        if hash <= bound && smallest.insert(hash) && smallest.len() > count {
            smallest.pop_last();
            bound = smallest.last().copied().unwrap_or(u64::MAX);
        }
    }
    smallest
}

/// Returns the hashes of all runs of `length` words, in order.
pub fn runs(text: &[WordHash], length: usize) -> impl Iterator<Item = u64> + '_ {
    text.windows(length).map(|run| run.iter().fold(0, |hash, token| mix(hash, u64::from(token.word()))))
}

/// Returns the band by which a page that moved is found. It is made of the title and the second of publication. A title that is
/// too short gives none. Nor does a full hour: schedulers publish many things then, and a date without a time counts as
/// midnight.
fn title_band(sketch: &Sketch, published_at: Option<Timestamp>) -> Option<u64> {
    let second = published_at.filter(|at| at.unix() % 3600 != 0)?.unix();
    (sketch.title.len() >= sketch.scaled(IDENTIFYING_TITLE)).then(|| {
        sketch.title.iter().fold(mix(0, second as u64), |hash, token| mix(hash, u64::from(token.word())))
    })
}

/// Adds a value to a hash. The results are spread evenly (the finaliser of SplitMix64).
const fn mix(hash: u64, value: u64) -> u64 {
    let mut mixed = hash.rotate_left(23) ^ value.wrapping_mul(0x9E37_79B9_7F4A_7C15);
    mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
    mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
    mixed ^ (mixed >> 31)
}

#[cfg(test)]
mod tests {
    use super::*;

    const STORY: &str = "Divers found cracks in two pillars of the northern quay on Monday evening, and the harbour of \
        Norvik will stay closed to ships above forty metres until the end of March, the port authority said. Engineers \
        from Bergen began to measure the damage at dawn and expect to need eleven days for it.";

    fn shared(one: &Fingerprint, other: &Fingerprint) -> usize {
        one.bands.iter().filter(|band| other.bands.contains(band)).count()
    }

    #[test]
    fn similar_texts_share_bands_and_different_texts_do_not() {
        let print = |text: &str| fingerprint("", text, &[], None);
        let story = print(STORY);
        assert_eq!(story, print(STORY));
        assert!(shared(&story, &print(&STORY.replace("Monday", "Sunday").replace("damage", "harm"))) >= 4);
        assert_eq!(
            shared(&story, &print("Bread gets dearer again this autumn, bakers say, and so does butter.")),
            0
        );
    }

    #[test]
    fn a_lead_shares_bands_with_a_long_text_that_begins_with_it() {
        let rest: Vec<String> = (0..2000).map(|n| format!("word{n}")).collect();
        let long = fingerprint("", &format!("{STORY} {}", rest.join(" ")), &[], None);
        let lead = fingerprint("", STORY.split_once(", and").unwrap().0, &[], None);
        assert!(shared(&lead, &long) >= 1, "{lead:?} {long:?}");
    }

    #[test]
    fn the_size_of_a_fingerprint_is_bounded() {
        let endless = "wörter und ما و これは ".repeat(50_000);
        let print =
            fingerprint(&endless, &endless, std::slice::from_ref(&endless), Some(Timestamp::from_unix(7)));
        assert!(print.bands.len() <= 13);
        assert!(print.sketch.len() <= 4096);
    }

    #[test]
    fn texts_too_short_to_compare_have_no_fingerprint() {
        assert_eq!(
            fingerprint("A title of some words", "four words are few", &[], None),
            Fingerprint::default()
        );
        assert_eq!(fingerprint("", "", &[], Some(Timestamp::from_unix(7))), Fingerprint::default());
    }

    #[test]
    fn a_title_and_its_second_are_a_band_except_at_a_full_hour() {
        let at = |second| fingerprint("A title of five words", "", &[], Some(Timestamp::from_unix(second)));
        assert_eq!(at(7).bands.len(), 1);
        assert_eq!(at(7), at(7));
        assert_ne!(at(7).bands, at(8).bands);
        assert_eq!(at(7200), Fingerprint::default());
    }

    #[test]
    fn a_sketch_is_read_back_as_it_was_written() {
        let sketch = Sketch::of("L’été 2026", STORY, sketch::TEXT_WORDS);
        let illustrated = sketch.clone().showing(&["https://a.example/1.jpg".to_owned()]);
        assert_ne!(illustrated, sketch);
        assert_eq!(Sketch::from_bytes(&sketch.to_bytes()), Some(sketch));
        assert_eq!(Sketch::from_bytes(&illustrated.to_bytes()), Some(illustrated));
        assert_eq!(Sketch::from_bytes(&[]), None);
        assert_eq!(Sketch::from_bytes(&[0, 1]), None);
        assert_eq!(Sketch::from_bytes(&[0, 0, 1, 2]), None);
    }
}
