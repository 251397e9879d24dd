//! Recognises a notice, which speaks for its publisher and not of an event: opening hours, a closed road, a vacancy, a release.
//! Two publishers that use one text for theirs have two things to say.

use std::collections::BTreeSet;
use std::sync::LazyLock;

use super::compare::{share, shared_names};
use super::language::{self, is_german};
use super::titles::{address_reader, asks_readers, in_first_person, reports, same_words};
use super::{EntryPair, Publication, SeriesReason, opposites};
use crate::article::fingerprint::{Sketch, WordHash, WordKind};
use crate::article::quick_hash::QuickSet;

/// From this number of common words on, a text is no mere notice.
const LONGEST_NOTICE: usize = 120;
/// Least number of days of the week and months in a timetable.
const DATES: usize = 2;
/// A timetable has fewer names than days of the week and months. In German, where nouns count as names, fewer than three times
/// as many.
const NOUNS_PER_DATE: usize = 3;
/// Least share of the words of a timetable that are days of the week and months. A report may name two or three days.
const SHARE_OF_DATES: f64 = 0.1;
/// If a timetable has a word of notices ([`NOTICE_WORDS`]), it may have this many times as many names.
const WITH_NOTICE_WORD: usize = 2;
/// A text with a word of notices that speaks for its publisher or to its readers has fewer names than this. In German, where
/// nouns count as names, it has fewer than twice as many. Posts of blogs speak so, too, but have none of these words.
const NAMES_IN_FIRST_PERSON: usize = 8;
/// The same for a short text without such a word. It has dates and prices instead of names.
const NAMES_OF_SHORT_NOTICE: usize = 4;

/// If a text has at least this many different words of notices, it needs no date.
const WORDS_WITHOUT_DATES: usize = 2;
/// Such a text has fewer names than this, in German twice as many.
const NAMES_WITHOUT_DATES: usize = 3;

/// Words with which an office, a parish or a club says when it is open and what takes place, a supplier what will be off, and a
/// service how it runs, in the folded spelling. Reports say other things of what happened.
const NOTICE_WORDS: &str = "admission agenda refreshments nominations vicar parish communion inconvenience apologise apologises \
    diversion diversions kerb timetable tickets volunteers training tariffs interruption interrupted incident resolved mitigated \
    investigating monitoring customers terms policy refund receipt salary vacancy cv \
    offnungszeiten sprechzeiten sprechstunde geoffnet tagesordnung gottesdienst gottesdienste pfarrburo gemeindehaus umleitung anlieger \
    wertstoffhof antrage vertretung sitzungssaal anmeldung storung behoben kunden hotline gewohnten ublichen unterlagen bewerbungen datenschutz \
    permanence horaires messe messes confessions accueil dechetterie bacs collecte inscriptions reouverture mairie candidatures \
    donnees confidentialite conditions \
    entretiens disculpen molestias misas parroquial despacho pleno inscripcion plazo grifos suministro matricula privacidad \
    messa sportello sportelli uffici contenitori reperibilita parroco iscrizioni \
    omgeleid afgesloten gemeentehuis afspraak avondmaal gezinsdienst bushalte aanmelden voorwaarden \
    urzad dyzur godzinach zapisy encerram piquete horario municipes inscricoes oppet stangt aterlamningen";

/// Phrases with which a firm or an office speaks to its customers in Japanese and Chinese, whose scripts have no spaces.
const PHRASES_TO_CUSTOMERS: &str = "お知らせ 誠に勝手ながら させていただきます いただきますよう いただいた お問い合わせ ご不便 ご迷惑 おかけ お客様 皆様 平素 \
    お願いいたします お願い申し上げます ご了承 ご理解 休業 尊敬的 敬请 谅解 不便 客户 用户 顾客 感谢您 如有疑问 敬請 見諒 諒解 客戶 用戶 顧客";

/// What says in Japanese and Chinese that somebody tells of an event or a firm.
const PHRASES_OF_REPORTS: &str = "によると によれば 発表した 述べた 明らかにした 逮捕 警察 株式会社 有限会社 据报道 记者 表示 公司宣布 報導 記者";

/// Least number of different phrases to customers in a notice. A report may quote two.
const LEAST_PHRASES: usize = 3;

/// Words that say what was, in the folded spelling. A report that names somebody tells of the past; a timetable says what will
/// be.
const PAST: &str = "was were had \
    wurde wurden worden war waren \
    etait etaient avait avaient fut \
    fue fueron habia \
    stato stata stati erano aveva \
    werd hadden foi foram blev";

/// Words of a title that says nothing but which version was released, in the folded spelling.
const WORDS_OF_RELEASES: &str = "version v release released releases rel update updated changelog notes new stable beta alpha rc build \
    patch hotfix patchnotes maintenance minor major final is out available now tag aktualisierung mise a jour actualizacion \
    aggiornamento versie versao";

impl EntryPair {
    /// Returns why the text of two sources is a notice that each of them may have for itself: it stands under the version of
    /// any program, or nobody tells it, and it has nearly as many dates as names, speaks for its publisher or to its readers,
    /// or has at least [`SHORT_TEXT`](super::SHORT_TEXT) words and no name (shorter ones may be a stock phrase). A text with an
    /// identifier is none ([`names_one_thing`](Self::names_one_thing)), nor is a text without a title (a note that its author
    /// posts in two places), nor one that was published in one second, or on one site under the number of one article.
    pub(super) fn notice(&self) -> Option<SeriesReason> {
        let (here, there) = (&self.shorter, &self.longer);
        if !matches!(self.published, Publication::TwoSources { in_one_second: false, .. })
            || here.title.is_empty()
            || !same_words(&here.title, &there.title)
            || here.caseless && !here.unspaced
            || self.overlap.common >= self.words(LONGEST_NOTICE)
            || self.is_one_article_of_a_site()
        {
            return None;
        }
        if here.unspaced {
            return speaks_to_customers(here).then_some(SeriesReason::OwnNotice { names: 0 });
        }
        if is_bare_version(&here.title) {
            return Some(SeriesReason::BareVersion);
        }
        if is_told(&here.text) || self.names_one_thing() {
            return None;
        }
        let names = shared_names(here, there);
        let is_german = is_german(&here.text);
        let dates = dates(&here.text);
        let words = notice_words(&here.text);
        if dates >= DATES && is_timetable(here, dates, names, words > 0) {
            return Some(SeriesReason::Timetable { dates, names });
        }
        let nouns = if is_german { 2 } else { 1 };
        let speaks = in_first_person(&here.text) || asks_readers(&here.text) || address_reader(&here.text);
        let is_own = speaks && words > 0 && names < nouns * NAMES_IN_FIRST_PERSON
            || speaks && self.is_short() && names < nouns * NAMES_OF_SHORT_NOTICE
            || words >= WORDS_WITHOUT_DATES && names < nouns * NAMES_WITHOUT_DATES
            || names == 0 && !self.is_short() && !has_name_of_its_own(here);
        is_own.then_some(SeriesReason::OwnNotice { names })
    }
}

/// Returns whether an entry in a script without spaces speaks to customers and tells of nobody.
fn speaks_to_customers(entry: &Sketch) -> bool {
    static TO_CUSTOMERS: LazyLock<Vec<Vec<u32>>> = LazyLock::new(|| phrases(PHRASES_TO_CUSTOMERS));
    static OF_REPORTS: LazyLock<Vec<Vec<u32>>> = LazyLock::new(|| phrases(PHRASES_OF_REPORTS));
    let words = |text: &[WordHash]| text.iter().map(|word| word.word()).collect::<Vec<u32>>();
    let (title, text) = (words(&entry.title), words(&entry.text));
    let has = |phrase: &&Vec<u32>| {
        [&title, &text]
            .into_iter()
            .any(|words| words.windows(phrase.len()).any(|run| run == phrase.as_slice()))
    };
    let has_name = entry.title.iter().chain(&entry.text).any(|word| word.kind() == WordKind::Name);
    !has_name
        && !OF_REPORTS.iter().any(|phrase| has(&phrase))
        && TO_CUSTOMERS.iter().filter(has).count() >= LEAST_PHRASES
}

/// Returns the phrases that spaces separate, each as the hashes of its letters.
fn phrases(list: &str) -> Vec<Vec<u32>> {
    let letters = |phrase: &str| Sketch::of("", phrase, phrase.len()).text;
    list.split_whitespace()
        .map(|phrase| letters(phrase).iter().map(|letter| letter.word()).collect())
        .collect()
}

/// Returns whether a text says that somebody told something. "No injuries have been reported" says it of nobody, and stands in
/// every recall.
fn is_told(text: &[WordHash]) -> bool {
    static BEEN: LazyLock<u32> = LazyLock::new(|| WordHash::of_word("been").word());
    static REPORTED: LazyLock<u32> = LazyLock::new(|| WordHash::of_word("reported").word());
    let is_passive = |pair: &[WordHash]| matches!(pair, [been, reported] if (been.word(), reported.word()) == (*BEEN, *REPORTED));
    if !text.windows(2).any(is_passive) {
        return reports(text);
    }
    let others: Vec<WordHash> = text.iter().filter(|word| word.word() != *REPORTED).copied().collect();
    reports(&others)
}

/// Returns whether the title has a name that does not stand in the text. A day of the week is none.
fn has_name_of_its_own(entry: &Sketch) -> bool {
    let stands_in_text = |name: &WordHash| entry.text.iter().any(|word| word.word() == name.word());
    let mut names = entry.title.iter().skip(1).filter(|word| word.kind() == WordKind::Name);
    names.any(|name| !stands_in_text(name) && opposites::weekday(*name).is_none())
}

/// Returns how many days of the week and months a text has.
fn dates(text: &[WordHash]) -> usize {
    text.iter().filter(|word| word.is_month() || opposites::weekday(**word).is_some()).count()
}

/// Returns whether a text has so few names for its days of the week and months that it is a timetable.
fn is_timetable(entry: &Sketch, dates: usize, names: usize, has_notice_word: bool) -> bool {
    static PAST_WORDS: LazyLock<Vec<u32>> = LazyLock::new(|| language::hashes(PAST));
    if names > 0 && entry.text.iter().any(|word| PAST_WORDS.contains(&word.word())) {
        return false;
    }
    let names_of_timetable = dates * if is_german(&entry.text) { NOUNS_PER_DATE } else { 1 };
    if has_notice_word {
        names < WITH_NOTICE_WORD * names_of_timetable
    } else {
        names < names_of_timetable && share(dates, entry.text.len()) >= SHARE_OF_DATES
    }
}

/// Returns how many different words of notices a text has.
fn notice_words(text: &[WordHash]) -> usize {
    static WORDS: LazyLock<QuickSet<u32>> =
        LazyLock::new(|| language::hashes(NOTICE_WORDS).into_iter().collect());
    let found: BTreeSet<u32> =
        text.iter().map(|word| word.word()).filter(|word| WORDS.contains(word)).collect();
    found.len()
}

/// Returns whether a title says nothing but which version was released. A date is no version.
fn is_bare_version(title: &[WordHash]) -> bool {
    static WORDS: LazyLock<Vec<u32>> = LazyLock::new(|| language::hashes(WORDS_OF_RELEASES));
    let is_number = |word: &WordHash| word.kind() == WordKind::Number;
    title.iter().any(is_number)
        && !title.iter().any(|word| word.is_month())
        && title.iter().all(|word| is_number(word) || WORDS.contains(&word.word()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::article::dedup::tests::{entry, published, verdict};
    use crate::article::dedup::{Difference, Verdict};
    use crate::time::{HOUR, Timestamp};

    /// Returns why a text that two sources print under one title is a notice; `None` if it is one story.
    fn of_two_sources(title: &str, text: &str) -> Option<SeriesReason> {
        let an_hour_later = Timestamp::from_unix(1_800_000_123).saturating_add(HOUR);
        match verdict(&entry(1, title, text), &published(2, title, text, an_hour_later)) {
            Verdict::Same(_) => None,
            Verdict::Different(Difference::Series(reason)) => Some(reason),
            other @ Verdict::Different(_) => panic!("{title}: {other:?}"),
        }
    }

    #[test]
    fn a_timetable_of_two_publishers_is_two_timetables() {
        for (title, text) in [
            (
                "Winter hours",
                "The baths are open on Tuesday, Thursday and Saturday from 2 pm to 8 pm, and on Sunday 13 December from 10 am to noon \
                 with Santa Claus. On Monday 21 December and Friday 1 January they stay closed. The last entry is an hour before the end.",
            ),
            (
                "Parish news",
                "Sunday 29 November: 9 am Matins, 11 am Family Communion with the Guides. Wednesday 2 December: Mothers' Union in the \
                 Hall. Sunday 6 December: 9 am Matins, 6 pm Carols by the Choir. The Vicar is at home on Thursday.",
            ),
            (
                "Messen",
                "Sonntag, 29. November: 9 Uhr Hochamt mit dem Kirchenchor. Montag, 30. November, Andreas: 18 Uhr Messe. Samstag, 5. \
                 Dezember: 17 Uhr Beichte, 18 Uhr Vorabendmesse. Der Pfarrer ist nach jedem Gottesdienst zu sprechen.",
            ),
            (
                "Orari",
                "Lunedì 30 novembre, sant’Andrea: messa alle ore 18. Mercoledì 2 dicembre: adorazione dalle 17 alle 18. Sabato 5 dicembre: \
                 confessioni dalle ore 16. Il parroco riceve il giovedì pomeriggio in canonica.",
            ),
            (
                "Coupure",
                "L’alimentation en eau sera interrompue mardi 1er décembre de 9 heures à 16 heures dans les hameaux du Haut et du Bas. Il \
                 est conseillé de faire des réserves. L’accueil de la mairie reste ouvert jusqu’à jeudi.",
            ),
        ] {
            assert!(matches!(of_two_sources(title, text), Some(SeriesReason::Timetable { .. })), "{title}");
        }
    }

    #[test]
    fn what_a_publisher_says_of_itself_to_its_readers_is_a_notice_of_each() {
        for (title, text) in [
            (
                "Our new terms",
                "We have changed our Terms of Use and our Cookie Notice as of 1 February 2027, so that they agree with the GDPR. If you \
                 go on using the service after that day, you accept them. Write to the privacy team if you have a question.",
            ),
            (
                "Recall: night light",
                "As a precaution we take back the night light Mira 2, which we sold between May 2025 and August 2026, because its plug may \
                 break. The lots are 14, 15 and 21. Bring it to any of our shops for a full refund. A receipt is not needed.",
            ),
            (
                "Outage of the mail service",
                "This incident has been resolved. Between 10:00 and 10:45 UTC some customers saw failed requests when they opened their \
                 mail. The cause was a change to the IMAP proxy, which was taken back.",
            ),
        ] {
            assert!(matches!(of_two_sources(title, text), Some(SeriesReason::OwnNotice { .. })), "{title}");
        }
    }

    #[test]
    fn a_notice_to_customers_in_a_script_without_spaces_is_that_of_each_publisher() {
        let closed = "誠に勝手ながら、12月29日から1月3日まで年末年始休業とさせていただきます。休業期間中にいただいたお問い合わせは、\
            1月4日以降に順次対応いたします。ご不便をおかけしますが、よろしくお願いいたします。";
        let works = "尊敬的用户，因设备检修，12月5日0时至6时将暂停服务。给您带来不便，敬请谅解。如有疑问，请拨打热线电话咨询。";
        for (title, text) in [("年末年始休業のお知らせ", closed), ("停机维护公告", works)] {
            assert!(matches!(of_two_sources(title, text), Some(SeriesReason::OwnNotice { .. })), "{title}");
        }
        let told = format!("{closed}株式会社アルビクの広報担当者によると、工場も休みになる。");
        assert_eq!(of_two_sources("年末年始休業のお知らせ", &told), None);
        let fire = "27日夜、神戸市の港区にあるマンションで火災があり、3人がけがをした。消防によると、住民20人が近くの体育館に避難した。\
            警察が火災の原因を調べている。";
        assert_eq!(of_two_sources("港区のマンションで火災", fire), None);
    }

    #[test]
    fn a_recall_that_nobody_tells_is_that_of_each_shop() {
        let recall = "Customers should stop using the product immediately and return it to the store for a full refund. The battery \
            can overheat and pose a fire hazard. No injuries have been reported. The product was sold between March 2024 and October \
            2026 for about 40 dollars.";
        assert!(of_two_sources("Product recall", recall).is_some());
        let told = format!("{recall} The agency said so.");
        assert_eq!(of_two_sources("Product recall", &told), None);
    }

    #[test]
    fn a_long_text_without_a_name_tells_of_the_place_that_its_source_stands_for() {
        let text = "Residents are advised to boil tap water for at least one minute before they drink it, cook with it or brush their \
            teeth, until further notice. A water main broke last night and the pressure fell, so that bacteria may have entered the \
            network. Samples are being tested and results are expected within two days. Bottled water is handed out at the fire \
            station from 8 am to 6 pm.";
        for title in ["Boil water notice", "Boil Water Notice"] {
            assert_eq!(of_two_sources(title, text), Some(SeriesReason::OwnNotice { names: 0 }), "{title}");
        }
        assert_eq!(of_two_sources("Boil water notice for Arvik", text), None);
        assert_eq!(
            of_two_sources("Boil water notice", &text.replace("the fire station", "Arvik and Skagen")),
            None
        );
        assert_eq!(of_two_sources("Boil water notice", &format!("{text} The mayor said so.")), None);
    }

    #[test]
    fn a_title_that_is_only_a_version_is_that_of_any_program() {
        let text = "Bump actions/checkout from 4 to 5, bump serde from 1.0.210 to 1.0.215, bump tokio from 1.40.0 to 1.41.1. Full \
            Changelog: v1.1.0...v1.2.0. New Contributors: Anna Berg and Karl Holm made their first pull requests.";
        for title in ["v1.2.0", "Version 1.2.0", "1.2.0 released"] {
            assert_eq!(of_two_sources(title, text), Some(SeriesReason::BareVersion), "{title}");
        }
        assert_eq!(of_two_sources("Lumi v1.2.0", text), None);
    }

    #[test]
    fn a_report_with_days_and_few_names_is_one_story() {
        for (title, text) in [
            (
                "Trains stop for two days",
                "Train drivers walk out on Thursday and Friday next week in a row over pay and bring most services in the north to a \
                 standstill. Talks between the union and Norrail broke down on Tuesday after seven hours.",
            ),
            (
                "Three climbers die",
                "Three climbers were killed by an avalanche above Arvik on Saturday. They had been missing since Friday, when they set out \
                 from the Skagen hut in heavy snow. A helicopter found their tents on Sunday morning.",
            ),
            (
                "Zwei Tote auf der Autobahn",
                "Bei einem Unfall auf der Autobahn 7 bei Arvik sind am Mittwoch zwei Menschen ums Leben gekommen. Ein Lastwagen war auf ein \
                 Stauende gefahren. Die Strecke blieb bis Donnerstag gesperrt, eine Umleitung wurde eingerichtet.",
            ),
            (
                "Warnung vor Sturm",
                "Der Wetterdienst hat für Freitag und Samstag die zweithöchste Warnstufe für zwölf Landkreise im Norden ausgerufen. An der \
                 Küste werden Böen von 120 Kilometern in der Stunde erwartet, auf den Inseln noch mehr.",
            ),
            (
                "Były burmistrz niewinny",
                "Sąd w Arvik we wtorek uniewinnił byłego burmistrza Teodora K. od zarzutu przyjęcia 60 tysięcy złotych. Zeznania dwóch \
                 świadków były niespójne. Prokurator żądał trzech lat więzienia i zapowiada apelację.",
            ),
        ] {
            assert_eq!(of_two_sources(title, text), None, "{title}");
        }
    }

    #[test]
    fn a_notice_that_somebody_tells_that_has_two_headlines_or_one_second_is_one_story() {
        let text = "All twelve libraries stay closed on Thursday 24 and Friday 25 December and open again on Monday 28 December, because \
            the heating is renewed. Loans run on until 4 January, and nobody has to pay for them.";
        assert!(of_two_sources("Libraries closed", text).is_some());
        let baths = "The baths are open on Tuesday and Saturday from 2 pm to 8 pm, and on Sunday 13 December from 10 am to noon with Santa \
            Claus. On Friday 1 January they stay closed.";
        let judged = verdict(&entry(1, "Winter hours", baths), &entry(2, "Winter hours", baths));
        assert!(matches!(judged, Verdict::Same(_)), "in one second: {judged:?}");
        let told = format!("{text} The city of Arvik announced this.");
        assert_eq!(of_two_sources("Libraries closed", &told), None);
        let heads = ["Libraries closed until Monday", "All libraries stay closed on Thursday"];
        let judged = verdict(&entry(1, heads[0], text), &entry(2, heads[1], text));
        assert!(matches!(judged, Verdict::Same(_)), "{judged:?}");
    }
}
