//! Tests that `why` says which rule joins two entries or keeps them apart, with figures that are true of them.

use super::tests::{Entry, entry, explained, published};
use super::*;
use crate::article::fingerprint::passages;
use crate::time::Timestamp;

const TITLE: &str = "Norvik mill to close";

const MILL: &str = "The paper mill of Norvik will close at the end of March, its owner Ingrid Solheim said on Tuesday, after orders \
    from Bergen and Oslo fell by a third. The mill has 340 workers and has made paper for the Kystblad since 1911. Mayor Karl Winter \
    called it a black day and wants to meet the owner on 14 March, when the council decides about a loan of 3.2 million crowns. The \
    union asks for a plan that keeps at least 120 jobs in the valley of the Skarn until 2031, and for a school of its own in Brekka.";

const NOTICE: &str = "The library opens at nine and closes at six, and the reading room has seats for thirty guests at long tables \
    under the windows, with lamps and with shelves on which the papers of the week lie for all who come and like to read.";

fn later(source: i64, title: &str, text: &str, hours: i64) -> Entry {
    published(source, title, text, Timestamp::from_unix(1_800_000_123 + hours * 3600))
}

/// Returns the rule and the sentence for two entries.
fn told(one: &Entry, other: &Entry) -> (&'static str, String) {
    let Explanation { judgement, sentence, .. } = explained(one, other);
    (judgement.verdict.as_str(), sentence)
}

#[test]
fn each_rule_says_in_a_sentence_what_decided_and_by_which_figures() {
    let mill = entry(1, TITLE, MILL);
    let words = |from: usize, to: usize| {
        MILL.split_whitespace().skip(from).take(to - from).collect::<Vec<_>>().join(" ")
    };
    let of_two = |text: &str| told(&mill, &entry(2, TITLE, text));
    let titled = |title: &str, text: &str| told(&mill, &entry(2, title, text));
    for (found, rule, sentence) in [
        (of_two(MILL), "same text", "100 % of the shorter text stands in the longer one, and neither"),
        (
            of_two(&words(0, 40)),
            "cut from the other",
            "one text is cut from the other: 100 % of it stands there",
        ),
        (of_two("Read more"), "too short", "only 0 words are in common; fewer than 16 prove nothing"),
        (
            of_two(NOTICE),
            "other text",
            "0 % of the shorter text stands in the longer one; of one story, at least 90 % does",
        ),
        (
            of_two(&MILL.replace("Bergen", "X").replace("Brekka", "Bergen").replace("from X", "from Brekka")),
            "other facts",
            "the texts agree otherwise, but at 2 places they have different numbers or names or say opposite things; they may at none",
        ),
        (
            of_two(&MILL.replace("340", "390").replace("fell", "rose")),
            "other facts",
            "the texts agree otherwise, but at 2 places they have different numbers or names or say opposite things; they may at none",
        ),
        (
            titled("Norvik mill not to close, owner says", &MILL.replace("will close", "will not close")),
            "other facts",
            "the texts agree otherwise, but at 1 place",
        ),
        (
            told(&entry(1, "Library opens", NOTICE), &entry(2, "Whale seen near lighthouse", NOTICE)),
            "other title",
            "less than half of a title stands in the other entry",
        ),
        (
            told(&entry(1, "Mill links, week 41", MILL), &entry(2, "Mill links, week 42", MILL)),
            "series",
            "the titles have different numbers, as the parts of a series or two tolls have",
        ),
        (
            told(&entry(1, "Arvik library", NOTICE), &entry(2, "Skagen library", NOTICE)),
            "other title",
            "only 45 words are in common, and each of the similar titles has words that the other entry lacks",
        ),
        (
            told(&mill, &later(1, TITLE, MILL, 50)),
            "series",
            "one source published both 2d 2h apart, as it does with a series; it may send an entry again within 20h",
        ),
        (
            told(&mill, &later(2, TITLE, MILL, 150)),
            "series",
            "two sources published this text under one title 6d 6h apart by their dates",
        ),
        (
            told(&mill, &later(2, TITLE, &words(0, 40), 30)),
            "series",
            "one text is cut from the other and came 1d 6h later or earlier",
        ),
        (
            told(&entry(1, "Library", NOTICE), &entry(1, "Library", NOTICE)),
            "series",
            "one source published both, and only 0 numbers and names are in common",
        ),
    ] {
        assert_eq!(found.0, rule, "{found:?}");
        assert!(found.1.starts_with(sentence), "{found:?} and not {sentence}");
    }
}

#[test]
fn the_places_at_which_two_texts_differ_are_written_out() {
    let other = MILL
        .replace("said on Tuesday", "told the Kystblad on Tuesday")
        .replace("340 workers", "390 workers")
        .replace(" since 1911", "");
    let written = |texts: [&str; 2]| {
        let entries = [entry(1, TITLE, texts[0]), entry(2, TITLE, texts[1])];
        let places = explained(&entries[0], &entries[1]).places;
        let ones =
            passages(&entries[0].sketch, texts[0], places.iter().map(|place| place.one.clone())).unwrap();
        let others =
            passages(&entries[1].sketch, texts[1], places.iter().map(|place| place.other.clone())).unwrap();
        let counts: Vec<bool> = places.iter().map(|place| place.counts).collect();
        (ones, others, counts)
    };
    let (ones, others, counts) = written([MILL, &other]);
    assert_eq!(ones, ["said", "340", "since 1911"]);
    assert_eq!(others, ["told the Kystblad", "390", ""]);
    assert_eq!(counts, [false, true, false]);
    let (first, second, counts) = written([&other, MILL]);
    assert_eq!((first, second, counts), (others, ones, vec![false, true, false]));
}

#[test]
fn the_words_of_a_text_that_an_earlier_version_stored_differently_are_not_written() {
    let mill = entry(1, TITLE, MILL);
    assert_eq!(passages(&mill.sketch, "The mill of Arvik will close", [0..3, 3..4]), None);
    assert_eq!(passages(&[1, 2], MILL, [0..3, 3..4]), None);
    assert_eq!(
        passages(&mill.sketch, MILL, [0..3, 7_000..9_000, 0..40]).unwrap(),
        ["The paper mill", "", "The paper mill of Norvik will close at the end of March …"]
    );
}
