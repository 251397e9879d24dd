//! Tests the judge on stories written for these tests. `docs/deduplication.md` shows what the rules do on real news.

use super::*;
use crate::article::fingerprint::{WordHash, fingerprint, spell_out};
use crate::model::SourceId;
use crate::time::Timestamp;

const HARBOUR: &str = "The harbour of Norvik will stay closed to ships above forty metres until the end of March, \
    the port authority said on Tuesday, after divers found cracks in two pillars of the northern quay. Engineers from \
    Bergen began to measure the damage at dawn and expect to need eleven days. \"We would rather lose a season than a \
    ship,\" harbour master Ingrid Solheim told reporters. Fishing boats may still use the southern basin, where a \
    second crane was put up overnight. The council meets on 14 March to decide who pays the 3.2 million crowns.";

const LEAD: &str = "The harbour of Norvik will stay closed to ships above forty metres until the end of March, the \
    port authority said on Tuesday, after divers found cracks in two pillars of the northern quay.";

#[derive(Clone)]
pub(super) struct Entry {
    source: i64,
    published_at: Option<Timestamp>,
    arrived_at: Timestamp,
    pub(super) sketch: Vec<u8>,
    listed: bool,
}

/// A text that stands under every episode, build or comic strip, with hardly any number or name.
const NOTES: &str = "The latest five minute news bulletin from the world service, with reports from our correspondents \
    on every continent, read by the presenters of the newsroom. You can listen to it on our website, in the app or on \
    your smart speaker, and find longer programmes about the same stories in the podcast feed of the service.";

pub(super) fn entry(source: i64, title: &str, text: &str) -> Entry {
    published(source, title, text, Timestamp::from_unix(1_800_000_123))
}

pub(super) fn published(source: i64, title: &str, text: &str, at: Timestamp) -> Entry {
    Entry {
        source,
        published_at: Some(at),
        arrived_at: at,
        sketch: fingerprint(title, text, &[], Some(at)).sketch,
        listed: true,
    }
}

impl Entry {
    fn judged(&self) -> JudgedEntry<'_> {
        JudgedEntry {
            source: SourceId(self.source),
            page: None,
            published_at: self.published_at,
            arrived_at: self.arrived_at,
            listed: self.listed,
            sketch: &self.sketch,
        }
    }
}

pub(super) fn verdict(one: &Entry, other: &Entry) -> Verdict {
    let judged = judge(&one.judged(), &other.judged(), 0.8);
    assert_eq!(judged, judge(&other.judged(), &one.judged(), 0.8), "the judge is symmetric");
    judged.verdict
}

pub(super) fn explained(one: &Entry, other: &Entry) -> Explanation {
    explain(&one.judged(), &other.judged(), 0.8)
}

#[track_caller]
fn same(one: &Entry, other: &Entry, likeness: Likeness) {
    assert_eq!(verdict(one, other), Verdict::Same(likeness));
}

#[track_caller]
fn different(one: &Entry, other: &Entry, difference: Difference) {
    assert_eq!(verdict(one, other), Verdict::Different(difference));
}

#[test]
fn an_agency_piece_under_another_title_is_one_story() {
    same(
        &entry(1, "Norvik harbour closed until end of March", HARBOUR),
        &entry(2, "Cracks in quay: port of Norvik closed to large ships", HARBOUR),
        Likeness::Text,
    );
}

#[test]
fn quotes_dashes_case_tags_and_bylines_make_no_other_story() {
    let retyped = HARBOUR.replace('"', "”").replace(", after", " – after").replace("metres", "METRES");
    let tagged = format!(
        "NORVIK (NTB) — {retyped} Reporting by Kari Lund; editing by Tom Berg. Read more at Kystbladet"
    );
    same(
        &entry(1, "Norvik harbour closed until end of March", HARBOUR),
        &entry(2, "Norvik harbour closed until end of March", &tagged),
        Likeness::Text,
    );
}

#[test]
fn a_lead_and_its_full_text_are_one_story() {
    let full = entry(1, "Norvik harbour closed until end of March", HARBOUR);
    same(&full, &entry(2, "Norvik harbour closed to large ships", LEAD), Likeness::Cut);
    same(&full, &entry(2, "Norvik harbour closed to large ships", &format!("{LEAD} […]")), Likeness::Cut);
}

#[test]
fn a_text_with_a_few_rewritten_phrases_is_one_story() {
    let rewritten = HARBOUR
        .replace("above forty metres", "longer than forty metres")
        .replace("told reporters", "said")
        .replace("may still use", "can go on using")
        .replace("was put up overnight", "was erected during the night");
    same(
        &entry(1, "Norvik harbour closed until end of March", HARBOUR),
        &entry(2, "Norvik harbour to stay closed until end of March", &rewritten),
        Likeness::Text,
    );
}

#[test]
fn titles_alone_never_make_one_story() {
    let title = "Norvik harbour closed until end of March after cracks";
    different(&entry(1, title, ""), &entry(2, title, ""), Difference::TooShort);
    different(&entry(1, title, "Read more"), &entry(2, title, "Read more"), Difference::TooShort);
    let own_words = "Big vessels have to avoid the town for weeks. Divers discovered damage under the quay, officials \
        announced, and nobody knows yet how the repair will be financed or when the cranes return to work.";
    different(&entry(1, title, HARBOUR), &entry(2, title, own_words), Difference::Text);
}

#[test]
fn a_template_with_other_numbers_or_names_is_another_story() {
    let report = |town: &str, high: u8, low: u8| {
        format!(
            "The weather service expects a mostly cloudy day in {town} with light rain from the west in the afternoon. \
             Temperatures will reach {high} degrees by day and fall to {low} degrees at night. Winds stay light."
        )
    };
    let title = |town: &str| format!("Weather for {town} on Friday 10 January");
    different(
        &entry(1, "Weather on Friday", &report("Arvik", 9, 4)),
        &entry(2, "Weather on Friday", &report("Arvik", 11, 2)),
        Difference::Facts,
    );
    different(
        &entry(1, "Weather on Friday", &report("Arvik", 9, 4)),
        &entry(2, "Weather on Friday", &report("Skagen", 9, 4)),
        Difference::Series(SeriesReason::StockPhrase),
    );
    let standing = "Find the forecast of the weather service for today and the next seven days, with rain, wind, sun \
        and pollen for every hour of the day, here and in our free app for your telephone.";
    different(
        &entry(1, &title("Arvik"), standing),
        &entry(2, &title("Skagen"), standing),
        Difference::Title(TitleReason::Template),
    );
}

#[test]
fn each_number_of_a_series_is_a_story_of_its_own() {
    different(
        &entry(1, "Weekly links #41", HARBOUR),
        &entry(2, "Weekly links #42", HARBOUR),
        Difference::Series(SeriesReason::TitleNumbers),
    );
    let text = format!("Weekly links with cracks in quay, part of a long tale. {HARBOUR}");
    different(
        &entry(1, "Cracks in quay, part 1 of 2", &format!("{text} 1 2")),
        &entry(2, "Cracks in quay, part 2 of 2", &format!("{text} 1 2")),
        Difference::Series(SeriesReason::TitleNumbers),
    );
}

#[test]
fn one_source_sends_a_story_again_within_a_day_only() {
    let title = "Norvik harbour closed until end of March";
    let at = Timestamp::from_unix(1_800_000_123);
    let first = published(1, title, HARBOUR, at);
    same(&first, &published(1, title, HARBOUR, at.saturating_add(3 * HOUR)), Likeness::Text);
    different(
        &first,
        &published(1, title, HARBOUR, at.saturating_add(24 * HOUR)),
        Difference::Series(SeriesReason::SentAgain),
    );
    same(&first, &published(2, title, HARBOUR, at.saturating_add(24 * HOUR)), Likeness::Text);
}

#[test]
fn another_outlet_shortens_a_story_within_a_day_only() {
    let at = Timestamp::from_unix(1_800_000_123);
    let full = published(1, "Norvik harbour closed until end of March", HARBOUR, at);
    let cut =
        |hours| published(2, "Norvik harbour closed to large ships", LEAD, at.saturating_add(hours * HOUR));
    same(&full, &cut(23), Likeness::Cut);
    different(&full, &cut(25), Difference::Series(SeriesReason::CutLater));
}

#[test]
fn a_page_that_moved_is_known_by_its_title_and_second() {
    let title = "Norvik harbour closed until end of March";
    let at = Timestamp::from_unix(1_800_000_123);
    let gone = |title: &str, text: &str| Entry { listed: false, ..published(1, title, text, at) };
    same(&gone(title, ""), &published(1, title, "", at), Likeness::Moved);
    same(&gone(title, HARBOUR), &published(1, title, HARBOUR, at), Likeness::Moved);
    different(&gone(title, ""), &published(2, title, "", at), Difference::TooShort);
    different(
        &gone(title, ""),
        &published(1, title, "", at.saturating_add(Duration::from_secs(1))),
        Difference::TooShort,
    );
    different(&gone("Morning brief", ""), &published(1, "Morning brief", "", at), Difference::TooShort);
}

#[test]
fn an_episode_whose_file_was_replaced_is_known_by_its_words_and_second() {
    let at = Timestamp::from_unix(1_800_000_123);
    let episode = |file: &str, at: Timestamp| Entry {
        sketch: fingerprint(
            "Episode 3: Water",
            "We talk about water and wells.",
            &[file.to_owned()],
            Some(at),
        )
        .sketch,
        ..published(1, "", "", at)
    };
    let old = |at| Entry { listed: false, ..episode("3.mp3", at) };
    same(&old(at), &episode("3-v2.mp3", at), Likeness::Moved);
    assert!(matches!(verdict(&old(at), &episode("4.mp3", at.saturating_add(HOUR))), Verdict::Different(_)));
    let midnight = Timestamp::from_unix(1_799_971_200);
    assert!(matches!(verdict(&old(midnight), &episode("4.mp3", midnight)), Verdict::Different(_)));
}

#[test]
fn a_page_whose_headline_was_replaced_is_known_by_its_text_and_second() {
    let old = Entry { listed: false, ..entry(1, "Norvik harbour closed", HARBOUR) };
    let retitled = entry(1, "Divers find cracks: what happens now", HARBOUR);
    same(&old, &retitled, Likeness::Moved);
    assert!(matches!(verdict(&Entry { listed: true, ..old.clone() }, &retitled), Verdict::Different(_)));
    let hour = Timestamp::from_unix(1_800_000_000);
    let scheduled = Entry { listed: false, ..published(1, "Norvik harbour closed", HARBOUR, hour) };
    let other = published(1, "Divers find cracks: what happens now", HARBOUR, hour);
    assert!(
        matches!(verdict(&scheduled, &other), Verdict::Different(_)),
        "many posts have the date of a full hour"
    );
}

#[test]
fn notices_with_one_title_and_second_are_separate_stories() {
    let title = "Notice of application for planning permission";
    let at = Timestamp::from_unix(1_800_000_123);
    let notice = |text: &str| published(1, title, text, at);
    different(&notice(""), &notice(""), Difference::TooShort);
    different(&notice("On the school roof."), &notice("On the new bridge."), Difference::TooShort);
    let first = notice(&format!("Application 411/26 for a garage at 3 Mill Lane. {NOTES}"));
    let second = notice(&format!("Application 412/26 for a porch at 7 High Street. {NOTES}"));
    different(&first, &second, Difference::Lead);
    // A notice that takes the place of another in the list is not an edit of it.
    let gone = |entry: Entry| Entry { listed: false, ..entry };
    different(&gone(notice("On the school roof.")), &notice("On the new bridge."), Difference::TooShort);
    different(&gone(first), &second, Difference::Lead);
}

#[test]
fn one_source_with_the_same_notes_under_each_episode_tells_separate_stories() {
    let at = Timestamp::from_unix(1_800_000_123);
    let later = at.saturating_add(HOUR);
    let title = "News bulletin of the world service";
    different(
        &published(1, title, NOTES, at),
        &published(1, title, NOTES, later),
        Difference::Series(SeriesReason::FewFacts),
    );
    let strip = |file: &str, at| Entry {
        sketch: fingerprint(title, HARBOUR, &[format!("https://strips.example/{file}")], Some(at)).sketch,
        ..published(1, title, HARBOUR, at)
    };
    different(&strip("1.png", at), &strip("2.png", later), Difference::Media);
    same(&strip("1.png", at), &strip("1.png", later), Likeness::Text);
    same(&strip("1.png", at), &published(1, title, HARBOUR, later), Likeness::Text);
    let elsewhere = Entry { source: 2, ..strip("2.png", later) };
    same(&strip("1.png", at), &elsewhere, Likeness::Text);
}

#[test]
fn one_source_that_lists_a_short_notice_twice_reports_two_events() {
    let text = "Die Bahnwache hat am Bahnhof Arvik einen Mann festgenommen, nach dem mit Haftbefehl gesucht wurde. Er kam in \
        die Haftanstalt. Zeugen melden sich bei der Wache.";
    let at = Timestamp::from_unix(1_800_000_123);
    let report = |minutes: u32| {
        published(1, "Festnahme am Bahnhof", text, at.saturating_add(minutes * crate::time::MINUTE))
    };
    different(&report(0), &report(60), Difference::Series(SeriesReason::ListedNotice));
    same(&report(0), &report(2), Likeness::Text);
    same(&report(0), &Entry { listed: false, ..report(60) }, Likeness::Text);
    same(&report(0), &Entry { source: 2, ..report(60) }, Likeness::Text);
}

#[test]
fn notices_of_two_outlets_are_separate_stories_where_a_number_or_a_town_differs_anywhere() {
    let standing = format!("{NOTES} {NOTES}");
    let forecast = |facts: &str| format!("{facts} {standing}");
    different(
        &entry(1, "Weather forecast for today", &forecast("Arvik: high 9, low 4, wind SW 3.")),
        &entry(2, "Weather forecast for today", &forecast("Skagen: high 11, low 6, wind NW 5.")),
        Difference::Facts,
    );
    let priced = |price: &str| format!("{standing} Diesel costs {price} euros a litre. {standing}");
    different(
        &entry(1, "Fuel prices this week", &priced("1.61")),
        &entry(2, "Fuel prices this week", &priced("1.73")),
        Difference::Facts,
    );
    different(
        &entry(1, "Gold price", &format!("{HARBOUR} Gold stood at 2011.40 dollars.")),
        &entry(2, "Gold price", &format!("{HARBOUR} Gold stood at 2034.10 dollars.")),
        Difference::Facts,
    );
    different(
        &entry(1, "Foo Player maintenance release", &standing),
        &entry(2, "Bar Player maintenance release", &standing),
        Difference::Title(TitleReason::Template),
    );
    different(
        &entry(1, "Norvik Player 2.3.1 released", &standing),
        &entry(2, "Norvik Player released", &standing),
        Difference::Series(SeriesReason::OwnNumber),
    );
    let title = "Norvik harbour closed until end of March";
    same(&entry(1, title, HARBOUR), &entry(2, &format!("UPDATE 2-{title}"), HARBOUR), Likeness::Text);
    different(
        &entry(1, "The harbour, part I", HARBOUR),
        &entry(2, "The harbour, part II", HARBOUR),
        Difference::Series(SeriesReason::TitleNumbers),
    );
}

#[test]
fn different_news_with_the_same_boilerplate_are_separate_stories() {
    let boilerplate = "Thank you for reading the Norvik Gazette. If you liked this piece, subscribe to our letter, \
        follow us wherever you read, tell your friends, and write to the editors with questions, corrections or photos \
        of your own. We answer every message within three days. The Gazette is made by volunteers in the old school.";
    different(
        &entry(1, "Norvik", &format!("A whale was seen near the lighthouse this morning. {boilerplate}")),
        &entry(
            2,
            "Norvik",
            &format!(
                "The library has bought a new roof and asks for help with the paint, the ladder and the songs. {boilerplate}"
            ),
        ),
        Difference::Lead,
    );
}

#[test]
fn a_round_up_that_lists_a_story_is_not_that_story() {
    let lead = entry(1, "Norvik harbour closed until end of March", LEAD);
    let round_up = format!(
        "{LEAD} The choir of Skagen won a prize in Vienna. Bread gets dearer again, bakers say. A bear was seen twice near the school of Arvik, and hunters look for it."
    );
    different(
        &lead,
        &entry(2, "Morning brief: what you need to know today", &round_up),
        Difference::Title(TitleReason::Foreign),
    );
    let before = "The choir of Skagen won a prize in Vienna for three old songs about herring. Bread gets dearer again \
        this autumn, bakers say, and so does butter. A bear was seen twice near the school of Arvik, and hunters look \
        for it with dogs and a drone. The library lends out its first telescope. On Sunday clocks go back one hour, \
        which the cows of the valley are said to dislike.";
    let late = format!("{before} {LEAD}");
    different(
        &lead,
        &entry(2, "Norvik harbour closed, choir of Skagen wins prize", &late),
        Difference::Inside,
    );
}

#[test]
fn scripts_without_spaces_are_compared_by_letters() {
    let chinese = "诺维克港管理局周二表示，由于潜水员在北码头的两根支柱上发现裂缝，该港口将对长度超过四十米的船只关闭至三月底。来自卑尔根的工程师在黎明时分开始测量损坏情况，预计需要十一天。";
    let japanese = "ノルヴィク港は、潜水士が北埠頭の二本の柱にひび割れを見つけたため、三月末まで四十メートルを超える船の入港を禁止すると港湾当局が火曜日に発表した。ベルゲンの技術者が夜明けから損傷の測定を始めた。";
    let thai = "ท่าเรือนอร์วิกจะปิดไม่ให้เรือที่ยาวเกินสี่สิบเมตรเข้าจนถึงสิ้นเดือนมีนาคม เจ้าหน้าที่ท่าเรือกล่าวเมื่อวันอังคาร หลังจากนักดำน้ำพบรอยร้าวในเสาสองต้นของท่าเทียบเรือด้านเหนือ";
    for (title, text) in [("诺维克港关闭", chinese), ("ノルヴィク港閉鎖", japanese), ("ท่าเรือนอร์วิกปิด", thai)]
    {
        same(&entry(1, title, text), &entry(2, title, &format!("{text}（共同）")), Likeness::Text);
    }
    different(&entry(1, "诺维克港关闭", chinese), &entry(2, "ノルヴィク港閉鎖", japanese), Difference::Text);
    let other = chinese.replace("诺维克", "斯卡恩").replace("十一天", "二十五天");
    different(
        &entry(1, "诺维克港关闭", chinese),
        &entry(2, "斯卡恩港关闭", &other),
        Difference::Title(TitleReason::Template),
    );
}

#[test]
fn similarity_decides_how_much_of_a_text_may_differ() {
    let rewritten = HARBOUR
        .replace(
            "Engineers from Bergen began to measure the damage at dawn and expect to need eleven days.",
            "How long that takes, nobody can say for sure; a team from Bergen is on the way.",
        )
        .replace(
            "Fishing boats may still use the southern basin",
            "The southern side remains open for those who fish",
        );
    let (one, other) =
        (entry(1, "Norvik harbour closed", HARBOUR), entry(2, "Norvik harbour closed", &rewritten));
    let at = |similarity| judge(&one.judged(), &other.judged(), similarity).verdict;
    assert_eq!(at(0.5), Verdict::Same(Likeness::Text));
    assert_eq!(at(0.9), Verdict::Different(Difference::Text));
}

#[test]
fn an_entry_with_broken_sketch_bytes_is_a_story_of_its_own() {
    let whole = entry(1, "Norvik harbour closed", HARBOUR);
    for sketch in [vec![], vec![0], vec![0, 200, 1, 2, 3, 4], vec![0, 0, 1]] {
        let broken = Entry { sketch, ..whole.clone() };
        assert_eq!(verdict(&broken, &whole), Verdict::Different(Difference::TooShort));
    }
}

/// A long text with enough facts to be recognised as a copy: [`HARBOUR`] with one more sentence.
fn long_harbour() -> String {
    format!(
        "{HARBOUR} The insurers Nordlys and Fjordkraft sent surveyors from Oslo, and a tug from Tromsø waits outside."
    )
}

#[test]
fn two_vendors_that_use_one_stock_phrase_have_two_incidents() {
    let phrase = "We are currently investigating elevated error rates on our API. Some customers may see failed requests \
        or slow responses. We will provide an update as soon as we know more.";
    let title = "Elevated error rates on our API";
    different(
        &entry(1, title, phrase),
        &entry(2, title, phrase),
        Difference::Series(SeriesReason::StockPhrase),
    );
    let dated = format!("26 November, 10:00 UTC. Investigating – {phrase}");
    different(
        &entry(1, title, &dated),
        &entry(2, title, phrase),
        Difference::Series(SeriesReason::StockPhrase),
    );
    let german = "Wir untersuchen derzeit erhöhte Fehlerraten unserer Schnittstelle. Einige Kunden sehen abgebrochene oder \
        langsame Anfragen. Wir melden uns, sobald wir mehr wissen, spätestens in einer Stunde.";
    different(
        &entry(1, "Störung", german),
        &entry(2, "Störung", german),
        Difference::Series(SeriesReason::StockPhrase),
    );
}

#[test]
fn a_short_notice_without_names_of_two_publishers_is_two_notices() {
    for (title, notice) in [
        (
            "Update 5.2.1",
            "Version 5.2.1 fixes 3 security issues and 12 bugs. All users should upgrade as soon as possible.",
        ),
        (
            "Maintenance",
            "Scheduled maintenance on 28 November from 02:00 to 04:00 UTC. Short interruptions are possible on the day.",
        ),
        (
            "Black Friday",
            "Enjoy 30% off everything in store and online until midnight on 30 November. Terms apply to all orders of the day.",
        ),
        (
            "Coupure",
            "Une coupure d’eau est prévue dans la rue de 8 heures à 12 heures. Merci de prendre des précautions et des réserves.",
        ),
        (
            "Rabatt",
            "Nur heute: 20 % Rabatt auf alles und kostenfreier Versand ab 30 Euro. Den Code am Ende der Bestellung eingeben.",
        ),
    ] {
        let judged = verdict(&entry(1, title, notice), &entry(2, title, notice));
        assert_eq!(judged, Verdict::Different(Difference::Series(SeriesReason::StockPhrase)), "{title}");
    }
    for (title, notice) in [
        (
            "Rathaus geschlossen",
            "Das Rathaus bleibt vom 27. Dezember bis zum 3. Januar geschlossen. In dringenden Fällen hilft das Standesamt am \
             29. Dezember von 9 bis 11 Uhr. Bitte nutzen Sie in der Zwischenzeit den Briefkasten am Eingang zum Hof.",
        ),
        (
            "Wasser abkochen",
            "Bei einer Probe wurden Keime im Netz der Wasserversorgung gefunden. Bitte kochen Sie Wasser vor dem Trinken ab. Das \
             Gesundheitsamt gibt Entwarnung, sobald die Proben sauber sind. Zum Duschen ist das Wasser geeignet.",
        ),
    ] {
        let judged = verdict(&entry(1, title, notice), &entry(2, title, notice));
        assert_eq!(judged, Verdict::Different(Difference::Series(SeriesReason::StockPhrase)), "{title}");
    }
    let brief = "Ein Frachter ist in der Nacht vor der Insel Trelde auf Grund gelaufen. Die Besatzung wurde mit einem Boot der \
        Küstenwache an Land gebracht, der Kapitän blieb an Bord. Taucher untersuchen den Rumpf auf Risse.";
    same(&entry(1, "Frachter auf Grund", brief), &entry(2, "Frachter auf Grund", brief), Likeness::Text);
    let news = "A bus slid into the river at Norvik with 12 people aboard, and all of them were brought ashore by fishermen.";
    same(&entry(1, "Bus slides into river", news), &entry(2, "Bus slides into river", news), Likeness::Text);
}

#[test]
fn the_same_notice_of_another_outlet_weeks_later_is_another_story() {
    let first = Timestamp::from_unix(1_800_000_123);
    let at = |days: u32| published(2, "Norvik harbour closed", HARBOUR, first.saturating_add(days * DAY));
    let here = published(1, "Norvik harbour closed", HARBOUR, first);
    same(&here, &at(2), Likeness::Text);
    different(&here, &at(4), Difference::Series(SeriesReason::NoticeAgain { within: 3 * DAY }));
    let undated = Entry { published_at: None, ..at(4) };
    same(&here, &undated, Likeness::Text);
    let in_the_future = Entry { arrived_at: first, ..at(4) };
    same(&here, &in_the_future, Likeness::Text);
}

#[test]
fn a_copy_whose_headline_one_source_reworded_is_one_story_unless_it_names_someone_else() {
    let text = long_harbour();
    let here = entry(1, "Norvik harbour closed until the end of March", &text);
    same(&here, &entry(1, "Norvik harbour shut until the end of March", &text), Likeness::Text);
    let ending = "Norvik harbour stays closed until the end of March, says Anna";
    let other_name = ending.replace("Anna", "Karl");
    different(
        &entry(1, ending, &text),
        &entry(1, &other_name, &text),
        Difference::Title(TitleReason::OneSource),
    );
    let first_word = |name: &str| format!("{name} tells of the closed harbour and its March");
    different(
        &entry(1, &first_word("Anna"), &text),
        &entry(1, &first_word("Karl"), &text),
        Difference::Title(TitleReason::OneSource),
    );
}

#[test]
fn one_source_may_send_a_copy_again_overnight_but_not_a_day_later() {
    let first = Timestamp::from_unix(1_800_000_123);
    let text = long_harbour();
    let at = |hours: u32| published(1, "Norvik harbour closed", &text, first.saturating_add(hours * HOUR));
    same(&at(0), &at(10), Likeness::Text);
    same(&at(0), &at(31), Likeness::Text);
    different(&at(0), &at(24), Difference::Series(SeriesReason::SentAgain));
    different(&at(0), &at(48), Difference::Series(SeriesReason::SentAgain));
}

#[test]
fn names_numbers_and_hyphens_in_another_house_style_make_no_other_story() {
    let here = "Le président Alexandre Loukachenko a reçu jeudi à 19 h 30 une délégation de Kiev au Palais de \
        l’Indépendance, où 140 000 personnes s’étaient rassemblées depuis 6 heures. La police a arrêté onze \
        manifestants devant l’état-major, selon le ministre Viktor Khrenine, qui promet un cœur de ville plus sûr.";
    let there = here
        .replace("Alexandre Loukachenko", "Alexander Lukashenko")
        .replace("Kiev", "Kyiv")
        .replace("19 h 30", "19h30")
        .replace("140 000", "140.000")
        .replace("6 heures", "06H00")
        .replace("onze", "11")
        .replace("état-major", "état\u{2011}major")
        .replace("cœur", "coeur");
    let title = "Loukachenko reçoit une délégation";
    same(&entry(1, title, here), &entry(2, title, &there), Likeness::Text);
    let another = there.replace("140.000", "150.000");
    different(&entry(1, title, here), &entry(2, title, &another), Difference::Facts);
    let twelve = here.replace("onze", "douze");
    different(&entry(1, title, here), &entry(2, title, &twelve), Difference::Facts);
}

#[test]
fn the_figures_of_a_judgement_say_what_was_compared() {
    let (here, there) = (entry(1, "Norvik harbour closed", HARBOUR), entry(2, "Norvik harbour closed", LEAD));
    let Explanation { judgement: judged, figures, own_words, .. } = explained(&here, &there);
    assert_eq!(own_words, OwnWords::default());
    assert_eq!(judged, judge(&here.judged(), &there.judged(), 0.8));
    assert_eq!(figures.shorter_words, figures.common_words);
    assert!(figures.common_facts >= 3 && figures.different_facts == 0 && figures.apart_s == 0, "{figures:?}");
}

#[test]
fn an_explanation_names_the_words_that_differ() {
    let here = entry(1, "Norvik harbour closed", HARBOUR);
    let own_words = |there: &Entry| explained(&here, there).own_words;
    let spelled = |title: &str, text: &str, words: &[WordHash]| spell_out(words, title, text);
    let text =
        HARBOUR.replace("14 March", "15 April").replace("Bergen", "Oslo").replace("3.2 million", "4 million");
    let OwnWords { one, other } = own_words(&entry(2, "Norvik harbour closed", &text));
    assert_eq!(spelled("", HARBOUR, &one), ["Bergen", "14 March", "3.2 million crowns"]);
    assert_eq!(spelled("", &text, &other), ["Oslo", "15 April", "4 million crowns"]);
    let numbered = |number: &str| format!("Weekly harbour links #{number}");
    let (first, second) = (entry(1, &numbered("41"), HARBOUR), entry(2, &numbered("42"), HARBOUR));
    let OwnWords { one, other } = explained(&second, &first).own_words;
    assert_eq!(spelled(&numbered("42"), HARBOUR, &one), ["42"]);
    assert_eq!(spelled(&numbered("41"), HARBOUR, &other), ["41"]);
    let undated = HARBOUR.replace(" on Tuesday", "");
    let (closed, whale) =
        (entry(1, "Norvik harbour closed", &undated), entry(2, "Whale seen near lighthouse", &undated));
    let OwnWords { one, other } = explained(&closed, &whale).own_words;
    assert_eq!(one, []);
    assert_eq!(
        spelled("Whale seen near lighthouse", &undated, &other),
        ["Whale", "seen", "near", "lighthouse"]
    );
}
