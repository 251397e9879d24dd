//! Tests the judge on the lead of a report that one outlet prints alone, on titles that pick different numbers of one text, and
//! on texts that only look like that.

use super::tests::{Entry, entry, published, verdict};
use super::*;
use crate::time::Timestamp;

const TITLE: &str = "Cable ferry with 174 passengers drifts onto rocks near Hallvik";

const LEAD_TEXT: &str = "A cable ferry with 174 passengers drifted onto rocks near Hallvik on Tuesday after its engine failed, and 12 people \
    were hurt, the coast guard of Sundland said. All passengers were ashore by 9:30 a.m.";

const REST: &str = "The ferry Solveig had left Brekka at 7:15 a.m. for the island of Torsnes. “We heard a bang and the lights went \
    out,” teacher Marit Holm told the broadcaster NRS. Two helicopters and six boats took part. Captain Per Dahl, 58, was \
    questioned. The owner Fjordline expects the repair to cost 3.1 million crowns and to last until March.";

/// Notes of a hall, with a few names and numbers, but without a day and without a verb of telling.
const NOTES: &str = "Doors of the Kronborg Hall open at 19:00 and the bar closes at 23:30. Trams 4 and 12 stop at Kronborg Square. \
    Coats cost 2 crowns. The hall was built by Karl Winter in 1911.";

fn is_one(one: &Entry, other: &Entry) -> bool {
    matches!(verdict(one, other), Verdict::Same(_))
}

#[test]
fn a_lead_and_its_report_are_one_story_under_headlines_that_each_tell_of_it() {
    let lead = entry(1, TITLE, LEAD_TEXT);
    for headline in [
        "12 hurt as cable ferry drifts onto rocks near Hallvik",
        "Hallvik: 174 passengers ashore as ferry fails",
        "Coast guard brings passengers of Hallvik ferry ashore",
    ] {
        let report = entry(2, headline, &format!("{LEAD_TEXT} {REST}"));
        assert!(is_one(&lead, &report), "{headline}: {:?}", verdict(&lead, &report));
    }
}

#[test]
fn a_lead_under_a_headline_of_something_else_stays_apart() {
    let lead = entry(1, TITLE, LEAD_TEXT);
    for (headline, text) in [
        ("Morning briefing: what you need today", format!("{LEAD_TEXT} {REST}")),
        ("Fjordline expects repair to last until March", format!("{LEAD_TEXT} {REST}")),
        ("12 hurt as cable ferry drifts near Hallvik", format!("{} {REST}", LEAD_TEXT.replace("174", "181"))),
    ] {
        let report = entry(2, headline, &text);
        assert!(!is_one(&lead, &report), "{headline}: {:?}", verdict(&lead, &report));
    }
    let (one, other) =
        ("Kronborg Hall: an evening of Brahms and Grieg", "Kronborg Hall: an evening of jazz and readings");
    assert!(!is_one(&entry(1, one, NOTES), &entry(2, other, &format!("{NOTES} {NOTES}"))));
    let later = Timestamp::from_unix(1_800_000_123 + 26 * 3600);
    let report = published(2, "12 hurt as ferry drifts near Hallvik", &format!("{LEAD_TEXT} {REST}"), later);
    assert!(!is_one(&lead, &report));
}

#[test]
fn titles_that_count_other_things_of_one_text_are_no_series() {
    let text = format!("{LEAD_TEXT} {REST}");
    for (one, other) in [
        ("12 injured as ferry runs onto rocks", "Ferry with 174 aboard drifts onto rocks"),
        (
            "Two helicopters sent to ferry on rocks near Hallvik",
            "Hallvik ferry freed after three-day struggle",
        ),
    ] {
        let judged = verdict(&entry(1, one, &text), &entry(2, other, &text));
        assert!(matches!(judged, Verdict::Same(_)), "{one} and {other}: {judged:?}");
    }
    for (one, other) in [
        ("Ferry report, part 12", "Ferry report, part 174"),
        ("12 things about the ferry of Hallvik", "174 things about the ferry of Hallvik"),
    ] {
        let judged = verdict(&entry(1, one, &text), &entry(2, other, &text));
        assert!(matches!(judged, Verdict::Different(_)), "{one} and {other}: {judged:?}");
    }
}

#[test]
fn a_date_after_one_copy_and_the_number_of_the_dispatch_after_the_other_are_no_difference() {
    let text = format!("{LEAD_TEXT} {}", REST.split(" Two").next().unwrap());
    let copy = |source, tail: &str| entry(source, TITLE, &format!("{text} {tail}"));
    assert!(is_one(&copy(1, "(APB, red, 26.11.2026)"), &copy(2, "© dpb-infonet, dpb:261126-930-77120/1")));
    assert!(!is_one(&copy(1, "Report 930-77121/1"), &copy(2, "Report 930-77120/1")));
}

const BACKGROUND: &str = "The harbour police of Solvik stopped the lorry at the Skarn terminal and found the packets, worth 44 million \
    crowns, between crates of mangoes from Ecuador. Customs officer Ingrid Vold told the broadcaster NRS that a dog named Balder \
    had barked at the axle. The vessel Santa Elena had come from Guayaquil in nineteen days. In 2024, officers seized 11.2 tonnes \
    of cocaine in Sundland, of which 3.8 tonnes came through Solvik.";

#[test]
fn a_new_lead_over_the_same_background_hours_later_is_another_story() {
    let found = "Police arrested three men after 1.4 tonnes of cocaine were found in a lorry on Thursday morning in the port of Solvik, \
        prosecutors in Brekka said.";
    let charged = "Three men were charged on Friday with smuggling, a day after 1.4 tonnes of cocaine were found in a lorry in the \
        port of Solvik, prosecutors in Brekka said.";
    let let_in = "Dockers were let in again on Friday to the terminal, where police arrested three men after 1.4 tonnes of cocaine \
        were found in a lorry on Thursday morning in the port of Solvik, prosecutors in Brekka said.";
    let fourth = "A fourth man was arrested at a car park in Brekka on Thursday evening and is a driver of the haulier, according to a \
        person close to the inquiry. Police arrested three men after 1.4 tonnes of cocaine were found in a lorry on Thursday \
        morning in the port of Solvik, prosecutors in Brekka said.";
    let later = |hours: i64| Timestamp::from_unix(1_800_000_123 + hours * 3600);
    let report = |source, title, lead: &str, hours| {
        published(source, title, &format!("SOLVIK (APB) — {lead} {BACKGROUND}"), later(hours))
    };
    let first = report(1, "Solvik: 1.4 tonnes of cocaine found in lorry", found, 0);
    for (title, lead) in [
        ("Three charged over cocaine in port of Solvik", charged),
        ("Solvik: dockers let in again after cocaine find", let_in),
        ("Solvik: fourth man arrested over cocaine in lorry", fourth),
    ] {
        let judged = verdict(&first, &report(2, title, lead, 22));
        assert!(matches!(judged, Verdict::Different(_)), "{lead}: {judged:?}");
    }
    let copied = report(2, "Cocaine worth 44 million crowns found in port of Solvik", found, 22);
    assert!(is_one(&first, &copied), "{:?}", verdict(&first, &copied));
}
