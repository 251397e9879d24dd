//! Recognises similar titles that name two places, persons or firms over one standing text: `Rain warning for Kent`, `Rain
//! warning for Essex`.

use super::EntryPair;
use super::compare::{EntryWords, shared_names};
use super::dispatch::writes_nouns_with_capitals;
use super::opposites;
use super::small_words::is_small_word;
use super::titles::reports;
use crate::article::fingerprint::{Sketch, WordHash, WordKind};

/// From this number of words on, a title over a report says enough that a name at its end may be that of the outlet.
const TITLE_BEFORE_OUTLET: usize = 4;

/// From this number of words with a capital letter on, a title may write all its words with one.
const TITLE_CASE: usize = 3;
/// It does if it has at least this many times as many of them as other words. After `U.S.` a capital letter says nothing.
const CAPITALS_PER_SMALL: usize = 2;

impl EntryPair {
    /// Returns whether each title has a name that the other entry nowhere has. Where nearly any word of a title has a capital
    /// letter, that shows a name only over a text without names, and in a language that writes nouns so, only over one that
    /// nobody tells. Over a text that has no name and that nobody tells, the first and the last word of a title count as names,
    /// too (a word after a colon may have a capital letter because of that).
    pub(super) fn titles_have_other_names(&self) -> bool {
        let (here, there) = (&self.shorter, &self.longer);
        if self.titles_in_capitals {
            return false;
        }
        let is_told = reports(&here.text);
        let is_nameless = shared_names(here, there) == 0;
        let are_in_title_case = is_in_title_case(&here.title) || is_in_title_case(&there.title);
        if !is_nameless && (are_in_title_case || is_told && writes_nouns_with_capitals(here)) {
            return false;
        }
        let ends_count = is_nameless && !is_told;
        let has_other_name = |entry: &Sketch, other: &EntryWords| {
            other_names(entry, other, ends_count).any(|at| !is_outlet(entry, other, at, is_told))
        };
        has_other_name(here, self.words_of_longer()) && has_other_name(there, self.words_of_shorter())
    }

    /// Returns whether the titles are the same but for one name in the place of another one: `App for Linux`, `App for
    /// Windows`. The text may speak of both.
    pub(super) fn titles_replace_a_name(&self) -> bool {
        let (here, there) = (&self.shorter.title, &self.longer.title);
        let shows_names = !self.titles_in_capitals && !is_in_title_case(here) && !is_in_title_case(there);
        let pairs = here.iter().zip(there).skip(1);
        let differing: Vec<_> = pairs.filter(|(here, there)| here.word() != there.word()).collect();
        let is_name = |word: &WordHash| word.kind() == WordKind::Name;
        shows_names
            && here.len() == there.len()
            && here.first().map(|word| word.word()) == there.first().map(|word| word.word())
            && matches!(differing.as_slice(), [(here, there)] if is_name(here) && is_name(there))
    }
}

/// Returns where a title has names that the `other` entry lacks. A day of the week is none.
fn other_names(entry: &Sketch, other: &EntryWords, ends_count: bool) -> impl Iterator<Item = usize> {
    let is_name = move |at: usize, word: WordHash| {
        let is_end = at == 0 || at + 1 == entry.title.len();
        word.kind() == WordKind::Name || is_end && ends_count && word.kind() == WordKind::Plain
    };
    let names = entry.title.iter().enumerate();
    names
        .filter(move |(at, word)| {
            is_name(*at, **word)
                && !other.has(**word)
                && opposites::weekday(**word).is_none()
                && !is_small_word(**word)
        })
        .map(|(at, _)| at)
}

/// Returns whether the name at `at` of a title may be that of the outlet: only words that the `other` entry lacks follow it, no
/// small word stands before them (`for Kent`), and what stands before them names something of the text, or is long and stands
/// over a report.
fn is_outlet(entry: &Sketch, other: &EntryWords, at: usize, is_told: bool) -> bool {
    let title = &entry.title;
    let own = title.iter().rev().take_while(|word| !other.has(**word)).count();
    let head = title.get(..title.len() - own).unwrap_or_default();
    let names_text = || {
        // The first word has a capital letter, whether it is a name or not.
        let mut names = head.iter().skip(1).filter(|word| word.kind() == WordKind::Name);
        names.any(|name| entry.text.iter().any(|word| word.word() == name.word()))
    };
    at >= head.len()
        && head.last().is_some_and(|word| !is_small_word(*word))
        && (names_text() || is_told && head.len() >= TITLE_BEFORE_OUTLET)
}

/// Returns whether so many words of a title after the first have a capital letter that it shows no names.
fn is_in_title_case(title: &[WordHash]) -> bool {
    let of_kind = |kind| {
        let words = title.iter().skip(1).filter(|word| !is_small_word(**word));
        words.filter(|word| word.kind() == kind).count()
    };
    let names = of_kind(WordKind::Name);
    names >= TITLE_CASE && names >= CAPITALS_PER_SMALL * of_kind(WordKind::Plain)
}

#[cfg(test)]
mod tests {
    use crate::article::dedup::tests::{entry, verdict};
    use crate::article::dedup::{Difference, TitleReason, Verdict};

    const WARNING: &str = "Rain will spread from the west this evening with 15 to 25 mm in places by midnight and up to 40 mm over high \
        ground. Roads may flood and journeys will take longer. Trains may be delayed between 17:00 and 23:00. Winds reach 70 km/h, \
        on the coast 90 km/h. The warning is in force from 16:00 on Friday until 03:00 on Saturday. Power may fail in a few places. Check the \
        forecast before you travel.";

    /// What is told of a place, a person and an organisation, by all of them.
    const REPORT: &str = "The harbour of Norvik will stay closed to ships above forty metres until the end of March, the port authority \
        said on Tuesday, after divers found cracks in two pillars of the northern quay. Engineers from Bergen began to measure the \
        damage at dawn and expect to need 11 days. The council meets on 14 March to decide who pays the 3.2 million crowns.";

    fn of_two_sources(titles: [&str; 2], text: &str) -> Verdict {
        verdict(&entry(1, titles[0], text), &entry(2, titles[1], text))
    }

    #[test]
    fn similar_titles_with_two_names_over_one_standing_text_are_two_warnings() {
        for titles in [
            ["Rain warning for Kent", "Rain warning for Essex"],
            ["Kent rain warning", "Essex rain warning"],
            ["Rain Warning for Kent", "Rain Warning for Essex"],
            ["Insolvency of Keller Ltd", "Insolvency of Moreau Ltd"],
            ["Rain warning: Kent", "Rain warning: Essex"],
            ["Rain Warning for Kent Until Friday Night", "Rain Warning for Essex Until Friday Night"],
        ] {
            let other_name = Verdict::Different(Difference::Title(TitleReason::OtherName));
            assert_eq!(of_two_sources(titles, WARNING), other_name, "{titles:?}");
        }
        let told = format!("{WARNING} The Met Office said so.");
        let judged = of_two_sources(["Rain warning for Kent", "Rain warning for Essex"], &told);
        assert!(matches!(judged, Verdict::Different(_)), "{judged:?}");
        let german = "Am Abend zieht von Westen Regen mit 15 bis 25 mm auf, in den Bergen fallen bis 40 mm. Straßen werden überflutet, \
            Züge fahren zwischen 17 und 23 Uhr später. Der Wind weht mit 70 km/h, an der Küste mit 90 km/h. Die Warnung gilt von \
            Freitag um 16 Uhr bis Samstag um 3 Uhr.";
        let judged = of_two_sources(["Regenwarnung für Arvik", "Regenwarnung für Skagen"], german);
        assert!(matches!(judged, Verdict::Different(_)), "{judged:?}");
    }

    #[test]
    fn one_source_that_puts_another_name_into_a_title_lists_two_things_also_if_the_text_has_one_of_them() {
        let text = "Fixes: crash on Windows 11, wrong colours on macOS 15.2, slow start with more than 500 feeds. Thanks to Ann Lee, Bo \
            Ray and Miguel Ortega. Packages for Debian 13 and Fedora 44 are signed by Ruth Keller; checksums stand below.";
        let judged = verdict(&entry(1, "App for Linux", text), &entry(1, "App for Windows", text));
        assert_eq!(judged, Verdict::Different(Difference::Title(TitleReason::OneSource)));
        let judged = verdict(&entry(1, "App for Linux", text), &entry(1, "App for Linux", text));
        assert!(matches!(judged, Verdict::Same(_)), "{judged:?}");
    }

    #[test]
    fn a_reworded_headline_and_the_name_of_an_outlet_name_nothing_else() {
        for titles in [
            ["Norvik harbour closed until March", "Norvik harbour shut until March"],
            ["Norvik harbour closed until March | Kurier", "Norvik harbour closed until March | The Herald"],
            ["Norvik Harbour Closed Until March", "Norvik Harbour Shut Until March"],
            ["Port Director Sees No Harbour Hike", "Port Director Sees No Harbour Rise"],
            ["Cracks close a harbour for weeks | Kurier", "Cracks close a harbour for weeks | Herald"],
            ["Norvik harbour closed until March", "Norvik harbour closed until March, Bergen engineers say"],
        ] {
            let judged = of_two_sources(titles, REPORT);
            assert!(matches!(judged, Verdict::Same(_)), "{titles:?}: {judged:?}");
        }
    }
}
