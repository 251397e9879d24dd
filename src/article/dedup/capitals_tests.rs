//! Tests the judge on headlines that are written in capitals.

use super::tests::{entry, verdict};
use super::*;

/// A report that names its day and its teller, and hardly anybody.
const REPORT: &str = "Three hundred people had to leave their homes on Tuesday after the river rose by two metres within a night, the \
    fire brigade said. Volunteers filled sandbags until dawn, and the school in the old mill took in families with children. The \
    water is expected to fall slowly, but the bridge stays closed until engineers have looked at its pillars.";

/// The same with more names.
const NAMED: &str = "Three hundred people had to leave their homes on Tuesday after the river Aller rose by two metres within a night, \
    the fire brigade of Winsen said. Volunteers from Hanover and Brunswick filled sandbags until dawn, and the school in the old \
    mill took in families with children. Mayor Karin Brandt thanked everybody. The water is expected to fall slowly, but the bridge \
    stays closed until engineers have looked at its pillars.";

/// Returns whether two entries over one text are one story. Checks that it does not matter which of the two titles is in
/// capitals.
#[track_caller]
fn is_one(titles: [&str; 2], text: &str, sources: [i64; 2]) -> bool {
    let judged = |one: &str, other: &str| {
        matches!(verdict(&entry(sources[0], one, text), &entry(sources[1], other, text)), Verdict::Same(_))
    };
    let [one, other] = titles;
    let expected = judged(one, other);
    assert_eq!(judged(&one.to_uppercase(), other), expected, "{} and {other}", one.to_uppercase());
    assert_eq!(judged(one, &other.to_uppercase()), expected, "{one} and {}", other.to_uppercase());
    expected
}

#[test]
fn a_headline_in_capitals_is_judged_like_one_in_small_letters() {
    for (one, other, expected) in [
        ("Families flee homes as river rises", "Families leave homes while river rises", true),
        ("Families leave homes near Celle", "Families leave homes near Verden", false),
        ("Old mill becomes shelter for families", "Flood drives families from homes", true),
        ("Old mill becomes shelter in Celle", "Flood drives families from Verden", false),
    ] {
        assert_eq!(is_one([one, other], REPORT, [1, 2]), expected, "{one} and {other}");
    }
    for (one, other, expected) in [
        ("Families flee homes as river Aller rises", "Families leave homes while river Aller rises", true),
        ("Families leave homes near Peine", "Families leave homes near Verden", false),
    ] {
        assert_eq!(is_one([one, other], NAMED, [1, 1]), expected, "{one} and {other}, from one source");
    }
}

#[test]
fn two_headlines_in_capitals_with_other_words_over_a_slight_text_stay_apart() {
    for (one, other) in [
        ("FAMILIES LEAVE HOMES NEAR CELLE", "FAMILIES LEAVE HOMES NEAR VERDEN"),
        ("FLOOD HITS CELLE", "FLOOD HITS VERDEN"),
    ] {
        let judged = verdict(&entry(1, one, REPORT), &entry(2, other, REPORT));
        assert!(matches!(judged, Verdict::Different(_)), "{one} and {other}: {judged:?}");
    }
}
