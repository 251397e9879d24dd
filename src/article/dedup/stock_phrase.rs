//! Recognises a short text that any publisher could use, so that two publishers of it have two things to say.

use super::EntryPair;
use super::compare::{shared_facts_with_titles, shared_names, shared_numbers};
use super::dispatch::writes_nouns_with_capitals;
use super::language::is_german;
use super::titles::{asks_readers, in_first_person, same_words};

/// Least number of facts, those of the titles included, with which two outlets tell one story in a short text under one title.
const LEAST_FACTS_OF_TWO: usize = 2;
/// The same for a text in the first person, and for one under one title that asks its readers to do something. It speaks for
/// its publisher ("we are investigating"), and two publishers that use one stock phrase have two incidents. In German, under
/// one title, twice as many are needed, because nouns count as names.
const LEAST_FACTS_IN_FIRST_PERSON: usize = 8;
/// The same for a text without a name. It may be that of any publisher, unless it is a table of figures: two shops may give 20
/// % off until the 30th.
const LEAST_NUMBERS: usize = 10;
/// Least number of common words with a capital letter in a German text, which writes every noun with one.
const LEAST_NOUNS: usize = 6;

impl EntryPair {
    /// Returns whether two short texts have the same title and the same words, no number, and a language that writes all nouns
    /// with capital letters. A police station may report on each arrest like this. If an agency sends a piece again in the same
    /// words, its names and numbers usually show that it is the same piece.
    pub(super) fn is_repeated_notice(&self) -> bool {
        self.is_short()
            && writes_nouns_with_capitals(&self.shorter)
            && shared_numbers(&self.shorter, &self.longer) == 0
            && same_words(&self.shorter.title, &self.longer.title)
            && same_words(&self.shorter.text, &self.longer.text)
    }

    /// Returns whether the text of two sources is a phrase that any publisher could use: it is short, and it has few facts and
    /// speaks in the first person, or it stands under one title and asks its readers to do something, or has hardly any facts
    /// or no name. (Outlets that tell one story often write their own titles.) The result is `false` for scripts without
    /// capital letters, in which names are not recognised, and for texts that name one thing
    /// ([`names_one_thing`](Self::names_one_thing)) or are a dated report.
    pub(super) fn is_stock_phrase(&self) -> bool {
        let (here, there) = (&self.shorter, &self.longer);
        if !self.is_short() || here.caseless || here.unspaced {
            return false;
        }
        if self.names_one_thing() || self.is_dated_report() {
            return false;
        }
        let is_of_one_title = same_words(&here.title, &there.title);
        let names = shared_names(here, there);
        let of_nouns = is_of_one_title && is_german(&here.text);
        if of_nouns && names < LEAST_NOUNS {
            return true;
        }
        let least = if is_of_one_title && names == 0 {
            LEAST_NUMBERS
        } else if in_first_person(&here.text) || is_of_one_title && asks_readers(&here.text) {
            LEAST_FACTS_IN_FIRST_PERSON * if of_nouns { 2 } else { 1 }
        } else if is_of_one_title {
            LEAST_FACTS_OF_TWO
        } else {
            return false;
        };
        shared_facts_with_titles(here, there) < least
    }
}

#[cfg(test)]
mod tests {
    use crate::article::dedup::tests::{entry, verdict};
    use crate::article::dedup::{Difference, SeriesReason, Verdict};

    #[test]
    fn a_german_notice_that_addresses_its_readers_may_be_that_of_any_town() {
        let text = "Am Samstag findet von 8 bis 13 Uhr auf dem Marktplatz der Wochenmarkt statt. Die Parkplätze am Markt sind an \
            diesem Tag gesperrt. Die Händler freuen sich auf Ihren Besuch.";
        let title = "Wochenmarkt am Samstag";
        let phrase = Verdict::Different(Difference::Series(SeriesReason::StockPhrase));
        assert_eq!(verdict(&entry(1, title, text), &entry(2, title, text)), phrase);
        let report = text.replace("Ihren Besuch", "viele Kunden aus Arvik und Skagen");
        assert_ne!(verdict(&entry(1, title, &report), &entry(2, title, &report)), phrase);
    }
}
