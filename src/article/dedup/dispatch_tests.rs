//! Tests the judge on one dispatch with the headlines and the additions of several outlets, and on texts that only look like
//! one dispatch.

use super::tests::{Entry, entry, published, verdict};
use super::*;
use crate::time::Timestamp;

const TITLE: &str = "Cable car above Brennwil stops with 214 passengers aboard";

const TEXT: &str = "A cable car stopped above the lake of Brennwil on Saturday with 214 passengers aboard, and rescuers needed seven \
    hours to lower the last of them to the ground, the operator Alpina Lifts said. Fire chief Urs Kälin told the \
    broadcaster SRB that three people were treated for cold at the hospital of Altmatt. The cable car, built in 1998 for 31 \
    million francs by the firm Garavent, had passed a test on 12 October. A gust of 96 km/h pushed a cabin against \
    pillar 9 at 2:40 p.m., according to the Federal Office of Transport, which has opened an inquiry. Minister Lea \
    Brunner visited the valley station on Sunday. Alpina Lifts expects to reopen the line to Mount Rigler on Thursday. In \
    2019 a similar accident near Grindau left 11 people hurt, and the canton of Uri then ordered new wind sensors.";

/// Notes that stand under every part of a show, with names and numbers enough for a dispatch.
const NOTES: &str = "The programme is written by Marta Lindholm in Uppsala and produced by Oskar Brandt and Helene Sauer for Radio \
    Vänern. Music by Jonas Falk and the Mälar Quartet. Recorded at Studio 4 in Kalmar on a desk lent by Norsk Lyd. Editor: \
    Pia Wester. Drawings by Rosa Delgado. The series is supported by the Almgren Foundation, the City of Uppsala and the \
    Nordic Fund. Parts appear each Tuesday and Friday at 6:00 on the website of Radio Vänern, with transcripts in Swedish, \
    English and Finnish. Season 3 has 24 parts. Seasons 1 and 2 are kept in the Royal Library of Stockholm.";

const HALL: &str = "The concert begins at 20:00 in the Grand Hall on Brückweg 21. Doors open at 19:00. Tickets cost 18 to 64 francs at \
    the office, from Kartenhaus and at the Galeria on Westwall. The hall was built by Karl Schulte in 2002 and seats 1,500. \
    Trams U42 and U46 stop at Brückweg and Reinplatz. The Strawinski restaurant serves dinner from 17:30. The season is \
    supported by the Sparkasse, the firm Iduna and the Ministry of Culture of Lower Rhine.";

fn is_one(one: &Entry, other: &Entry) -> bool {
    matches!(verdict(one, other), Verdict::Same(_))
}

/// Returns the first three sentences, as a reader of a shortened feed gets them.
fn beginning(text: &str) -> String {
    text.split_inclusive(". ").take(3).collect()
}

#[test]
fn a_dispatch_is_one_story_under_any_headline_of_an_outlet() {
    let agency = entry(1, TITLE, &format!("BRENNWIL (APB) — {TEXT}"));
    for headline in [
        "Hanging in the storm: night of fear over the water",
        "What we know so far",
        "“We were calm because they were calm”",
        "New wind sensors failed",
        "Lift firm under pressure after 11 hurt in 2019",
        "Seven hours between heaven and earth",
        "31-million-franc lift breaks down",
        "Minister Brunner at scene of lift drama",
    ] {
        for text in [TEXT.to_owned(), beginning(TEXT)] {
            assert!(is_one(&agency, &entry(2, headline, &text)), "{headline}: {text}");
        }
    }
    let headlines = ["Hanging in the storm: night of fear", "What travellers should know"];
    assert!(is_one(&entry(1, headlines[0], TEXT), &entry(2, headlines[1], TEXT)));
}

#[test]
fn a_line_of_an_outlet_above_a_dispatch_makes_no_other_story() {
    let agency = entry(1, TITLE, &format!("BRENNWIL (APB) — {TEXT}"));
    let part = TEXT.split(" Minister Lea").next().unwrap();
    for line in [
        "By Kari Lund and agencies. Published 14 November 2026 at 21:20 GMT, updated at 22:05 GMT. 3 min read.",
        "Read also: How safe are the lifts of the Alps, and who pays when they stop",
        "Cabin hits a pillar. All are brought down by rope. The operator promises a report and money back.",
        "A long night of waiting ended on the shore of the lake with soup.",
        "Photo: Nils Aeby/APB. The cabin above the lake, seen from the shore on 14 November 2026",
    ] {
        for text in [TEXT, part] {
            let copy = format!("{line}\n{text}");
            assert!(is_one(&agency, &entry(2, TITLE, &copy)), "{copy}");
            assert!(
                is_one(&agency, &entry(2, "What we know so far", &copy)),
                "under another headline: {copy}"
            );
        }
    }
}

#[test]
fn what_an_outlet_adds_to_the_title_makes_no_other_story_also_if_its_own_line_says_it() {
    let agency = entry(1, TITLE, TEXT);
    for (title, line) in [
        (format!("{TITLE} - Lake Courier"), "Lake Courier. Updated at noon. Reading time: two minutes. "),
        (format!("LIVE - Storm: {TITLE}"), "Our live report is open to questions about the storm. "),
        (format!("WIRE News: {TITLE}"), "WIRE News distributes releases of listed firms. "),
    ] {
        assert!(is_one(&agency, &entry(2, &title, &format!("{line}{TEXT}"))), "{title}");
    }
}

#[test]
fn texts_that_only_look_like_one_dispatch_are_separate_stories() {
    let other_news = "The choir of Skagen won a prize in Vienna for three old songs, its leader Karl Brix said. Bread gets dearer \
        in January, the bakers of Leeds warned, blaming the price of Canadian wheat. A bear was seen twice near the school of \
        Arvik in Norway, and hunters look for it with dogs and a drone. The museum of Perth shows 40 paintings by Joan Tait.";
    let arrested = "Police in Altmatt arrested the director of Alpina Lifts on Sunday, hours after the last passengers came down, \
        and questioned two of his engineers about the watch on that day.";
    let later = TEXT.split_once(". ").unwrap().1;
    for (one, other) in [
        (("The cats of Istanbul", NOTES.to_owned()), ("Why bridges fall down", NOTES.to_owned())),
        (("Part two: the valley", NOTES.to_owned()), ("Part three: the road", NOTES.to_owned())),
        (
            ("Anna Miller and her cats", format!("With Anna Miller. {NOTES}")),
            ("Karl Weber and the bridges", format!("With Karl Weber. {NOTES}")),
        ),
        (
            ("Anna Berg live in the Grand Hall", format!("Anna Berg sings Schubert. {HALL}")),
            ("Karl Muster live in the Grand Hall", format!("Karl Muster plays Bach. {HALL}")),
        ),
        (
            (TITLE, TEXT.to_owned()),
            ("Morning brief: what to know today", format!("{TEXT} {other_news} {other_news}")),
        ),
        (
            (TITLE, beginning(TEXT)),
            ("Morning brief: what to know today", format!("{} {other_news}", beginning(TEXT))),
        ),
        ((TITLE, TEXT.to_owned()), ("Lift director arrested in Altmatt", format!("{arrested} {later}"))),
        (
            ("Cable car: 11 hurt", TEXT.to_owned()),
            ("Cable car: 14 hurt", TEXT.replace("11 people", "14 people")),
        ),
    ] {
        let judged = verdict(&entry(1, one.0, &one.1), &entry(2, other.0, &other.1));
        assert!(matches!(judged, Verdict::Different(_)), "{} and {}: {judged:?}", one.0, other.0);
    }
}

#[test]
fn a_headline_of_its_own_must_come_within_a_day_and_a_reprint_within_a_week() {
    let at = Timestamp::from_unix(1_800_000_123);
    let agency = published(1, TITLE, TEXT, at);
    let copy = |title: &str, hours: u32| published(2, title, TEXT, at.saturating_add(hours * HOUR));
    assert!(is_one(&agency, &copy("What we know so far", 23)));
    assert!(!is_one(&agency, &copy("What we know so far", 25)));
    assert!(is_one(&agency, &copy(TITLE, 5 * 24)));
    assert!(!is_one(&agency, &copy(TITLE, 7 * 24)));
}

#[test]
fn an_advisory_that_two_outlets_list_is_one_story() {
    let advisory = |package: &str, version: &str| {
        format!(
            "A flaw was found in {package} that lets an attacker read memory through malformed files. For the stable \
             distribution this problem has been fixed in version {version}. We recommend that you upgrade your packages."
        )
    };
    let here = entry(1, "NSA-4411-1 libfoo2.4 - security update", &advisory("libfoo2.4", "2.4.18-1+u3"));
    let there = |title: &str, package: &str, version: &str| entry(2, title, &advisory(package, version));
    assert!(is_one(&here, &there("NSA-4411-1 libfoo2.4 - security update", "libfoo2.4", "2.4.18-1+u3")));
    assert!(is_one(&here, &there("[NSA 4411-1] libfoo2.4 security update", "libfoo2.4", "2.4.18-1+u3")));
    assert!(!is_one(&here, &there("NSA-4412-1 libbar - security update", "libbar", "1.9.2-1")));
    assert!(!is_one(&here, &there("NSA-4419-1 libfoo2.4 - security update", "libfoo2.4", "2.4.18-1+u3")));
    let phrase = "We are investigating slow answers of our service. Some requests may fail. We will report as soon as we know more.";
    let dated = "Slow answers on 26 November 2026";
    assert!(!is_one(&entry(1, dated, phrase), &entry(2, dated, phrase)), "a date is no identifier");
}

#[test]
fn an_inflected_word_in_similar_titles_over_one_text_makes_no_other_story() {
    let text = "The land committee heard on Wednesday from the mayor of Brennwil in the matter of the mill, a case that has soured \
        relations between the two villages for months and that the council wants to settle before the end of the year, despite \
        the doubts of several members who are asking for a wider inquiry into the sale, the price and the rights to the water \
        of the stream below it.";
    let here = entry(1, "Land committee hears about the mill", text);
    assert!(is_one(&here, &entry(2, "Mill: the land committee hearing", text)));
    let named = |town: &str| format!("The mill and the council of {town}");
    assert!(!is_one(&entry(1, &named("Arvik"), text), &entry(2, &named("Skagen"), text)));
}

#[test]
fn credits_dates_and_codes_around_a_dispatch_make_no_other_story() {
    let agency = format!("BRENNWIL (APB) — {TEXT} © APB infocom, apb:271124-930-345678/2");
    for around in [
        format!("{TEXT} (APB, own report, 27.11.2027)"),
        format!("Published 27-11-27 at 1:07 p.m., updated 1:15 p.m. {TEXT}"),
        format!("{TEXT} Reporting by Ann Sorel; editing by Bo Janz. Our standards: the principles of trust."),
    ] {
        assert!(is_one(&entry(1, TITLE, &agency), &entry(2, TITLE, &around)), "{around}");
        assert!(
            is_one(&entry(1, TITLE, TEXT), &entry(2, "Anxious night over the valley", &around)),
            "under a headline of its own: {around}"
        );
    }
    let other_day = TEXT.replace("214", "158").replace("three people", "five people");
    assert!(
        !is_one(&entry(1, TITLE, &agency), &entry(2, TITLE, &other_day)),
        "other figures within the text"
    );
}

#[test]
fn headlines_that_pick_other_numbers_of_a_dispatch_make_no_series() {
    let anxious = entry(1, "Anxious night for 214", TEXT);
    for headline in ["Storm drama: 96 km/h did it", "Third accident since 2019? Hardly"] {
        assert!(is_one(&anxious, &entry(2, headline, TEXT)), "{headline}");
    }
    assert!(!is_one(&anxious, &entry(2, "Anxious night for 215", TEXT)), "a series");
}

#[test]
fn a_question_above_another_link_is_no_subject_of_its_own() {
    let own = format!("{TEXT} Read also: what should a rucksack hold?");
    assert!(is_one(&entry(1, TITLE, TEXT), &entry(2, "Brennwil: what is known of the cable car", &own)));
}

#[test]
fn a_lead_may_have_the_longer_form_of_a_short_title() {
    let lead = "The chairman of the guild has begun a journey of two days to the masters of the valley. The guild there has \
        lately put up a mill with three wheels, to the anger of its neighbours.";
    let whole = format!("{lead} He was met at the gate in the evening. {TEXT}");
    let long = "Guild chairman Orlik begins journey through the Arvik valley to talk of grain and tolls";
    assert!(is_one(&entry(1, "Orlik in Arvik", &whole), &entry(2, long, lead)));
    assert!(!is_one(&entry(1, "Orlik in Skagen", &whole), &entry(2, long, lead)), "another town");
}

#[test]
fn similar_headlines_that_pick_other_numbers_of_a_long_dispatch_make_no_series() {
    let one = entry(1, "Cable car with 214 aboard stops above lake of Brennwil", TEXT);
    assert!(is_one(&one, &entry(2, "Cable car stops 7 hours above lake of Brennwil", TEXT)));
    assert!(
        !is_one(&one, &entry(2, "Cable car with 96 aboard stops above lake of Brennwil", TEXT)),
        "a template"
    );
    assert!(
        !is_one(&one, &entry(2, "Cable car stops 8 hours above lake of Brennwil", TEXT)),
        "no number of the text"
    );
}

#[test]
fn a_long_copy_that_an_outlet_shortens_may_have_its_own_headline() {
    let sentences: Vec<&str> = TEXT.split_inclusive(". ").collect();
    let shortened: String = sentences[..sentences.len() - 1].concat();
    let agency = entry(1, "Seven hours of fear: passengers of cable car lowered to ground", TEXT);
    assert!(is_one(&agency, &entry(2, "Drama over Brennwil: 214 in cable car", &shortened)));
}

#[test]
fn one_word_of_a_headline_that_only_its_own_text_has_is_no_subject_of_its_own() {
    let own = format!("{TEXT} The valley is in Switzerland.");
    let headline = "Cable car drama in Switzerland: 214 passengers lowered";
    assert!(is_one(&entry(1, TITLE, TEXT), &entry(2, headline, &own)));
}
