//! Recognises one article of an outlet that two of its feeds list with the same teaser, each under another headline and
//! address.

use super::dispatch::{self, EVERY_WORD};
use super::titles::{address_reader, share_in_text, telling_words};
use super::{EntryPair, JudgedEntry, Publication};
use crate::article::fingerprint::{Sketch, WordHash};
use crate::text::url::article_numbers;

/// Least number of facts (names and numbers) of a teaser. If the language writes nouns with capitals, twice as many are needed.
/// A teaser that stands over many articles (`our reporters visit people at work`) has none.
const FACTS_OF_TEASER: usize = 3;
/// The same if date or address show that the article is one.
const FACTS_OF_ONE_ARTICLE: usize = 2;
/// Least share of the words of each headline, without small words, that the other entry has.
const FROM_OTHER_ENTRY: f64 = 0.4;

/// What date and address of two entries of two sources show whose pages are on one site.
#[derive(Clone, Copy)]
pub(super) struct OneSite {
    /// Whether both were published in one second, which is no full hour, or have the number of one article in their addresses.
    is_one_article: bool,
}

impl OneSite {
    /// Returns `None` if the pages are on two sites or unknown.
    pub(super) fn of(one: &JudgedEntry<'_>, other: &JudgedEntry<'_>) -> Option<Self> {
        let (page, other_page) = (one.page?, other.page?);
        let same_second = one.published_at.is_some_and(|at| at.unix() % 3600 != 0)
            && one.published_at == other.published_at;
        let same_number =
            || article_numbers(page).any(|number| article_numbers(other_page).any(|other| other == number));
        (host(page)? == host(other_page)?).then(|| Self { is_one_article: same_second || same_number() })
    }
}

/// Returns the host of a canonical address, with its port.
fn host(page: &str) -> Option<&str> {
    let (_, address) = page.split_once("://")?;
    address.split('/').next().filter(|host| !host.is_empty())
}

impl EntryPair {
    /// Returns whether date or address show that both entries are one article of one site.
    pub(super) fn is_one_article_of_a_site(&self) -> bool {
        self.one_site.is_some_and(|site| site.is_one_article)
    }

    /// Returns whether two feeds of one site list one article with the same teaser, each under a headline of its own. Within a
    /// day, the teaser must be equal in nearly every word, have a few facts and not address its readers. Unless date or address
    /// show that it is one article, each headline must have something of the other entry.
    pub(super) fn is_teaser_of_one_article(&self) -> bool {
        let Some(OneSite { is_one_article }) = self.one_site else { return false };
        let (here, there) = (&self.shorter, &self.longer);
        let least = if is_one_article { FACTS_OF_ONE_ARTICLE } else { FACTS_OF_TEASER };
        let nouns = if dispatch::writes_nouns_with_capitals(here) { 2 } else { 1 };
        let comes_from = |title: &Sketch, other: &Sketch| {
            let telling: Vec<WordHash> = telling_words(&title.title);
            let entry = [other.title.as_slice(), other.text.as_slice()].concat();
            share_in_text(&telling, &entry) >= FROM_OTHER_ENTRY
        };
        matches!(self.published, Publication::TwoSources { .. })
            && self.is_within_a_day()
            && self.overlap.score.min(self.overlap.of_longer) >= EVERY_WORD
            && self.shared_facts() >= least * nouns
            && !address_reader(&here.text)
            && self.conflicts().inside + self.conflicts().at_edges == 0
            && (is_one_article || comes_from(here, there) && comes_from(there, here))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::article::dedup::{Verdict, judge};
    use crate::article::fingerprint::fingerprint;
    use crate::model::SourceId;
    use crate::time::Timestamp;

    const TEASER: &str = "Verkehrsminister Hermann will den Bahnhof Ulmen bis 2029 umbauen. Der Stadtrat ist gespalten, die Händler \
        fürchten um ihr Weihnachtsgeschäft.";

    /// A teaser that stands over every part of a series.
    const STOCK: &str = "Each week a reporter visits people at work and at home. Read whom she met this time, what made them laugh and \
        what they would change if they could.";

    const START: i64 = 1_800_000_123;

    /// Returns whether two entries of two feeds are one story: their headlines, addresses and dates, and their teasers.
    fn is_one(entries: [(&str, &str, i64); 2], texts: [&str; 2]) -> bool {
        let at = |after: i64| Some(Timestamp::from_unix(START + after));
        let sketch = |n: usize| fingerprint(entries[n].0, texts[n], &[], at(entries[n].2)).sketch;
        let sketches = [sketch(0), sketch(1)];
        let judged = |n: usize| JudgedEntry {
            source: SourceId(n as i64),
            page: Some(entries[n].1),
            published_at: at(entries[n].2),
            arrived_at: Timestamp::from_unix(START + 90_000),
            listed: true,
            sketch: &sketches[n],
        };
        let judgement = judge(&judged(0), &judged(1), 0.8);
        assert_eq!(judgement, judge(&judged(1), &judged(0), 0.8));
        matches!(judgement.verdict, Verdict::Same(_))
    }

    const PLAIN: &str = "Streit um Bahnhof Ulmen";
    const HOUSE: &str = "Herr Hermann baut, die Händler zittern";
    const PAGE: &str = "https://blatt.example/politik/bahnhof-101";
    const TOP: &str = "https://blatt.example/top/hermann-102";

    #[test]
    fn one_teaser_of_one_site_under_two_headlines_is_one_story() {
        for (top, after) in [(TOP, 0), (TOP, 1_260), ("https://blatt.example/top/?n=7", -7_200)] {
            assert!(is_one([(PLAIN, PAGE, 0), (HOUSE, top, after)], [TEASER; 2]), "{top}, {after} s");
        }
        let unrelated = "Ein Mann, ein Plan";
        assert!(is_one([(PLAIN, PAGE, 0), (unrelated, TOP, 0)], [TEASER; 2]), "in one second");
        let numbered = ("https://blatt.example/politik/bahnhof-7301245", "https://blatt.example/top/7301245");
        assert!(is_one([(PLAIN, numbered.0, 0), (unrelated, numbered.1, 1_260)], [TEASER; 2]), "one number");
    }

    #[test]
    fn one_teaser_under_headlines_that_nothing_joins_is_two_stories() {
        let elsewhere = "https://anzeiger.example/top/hermann-102";
        assert!(!is_one([(PLAIN, PAGE, 0), (HOUSE, elsewhere, 0)], [TEASER; 2]), "another site");
        assert!(
            !is_one([(PLAIN, PAGE, 0), ("Ein Mann, ein Plan", TOP, 1_260)], [TEASER; 2]),
            "another minute"
        );
        let days = ("https://blatt.example/20261127/a", "https://blatt.example/20261127/b");
        assert!(!is_one([(PLAIN, days.0, 0), ("Ein Mann, ein Plan", days.1, 1_260)], [TEASER; 2]), "one day");
        assert!(!is_one([(PLAIN, PAGE, 0), (HOUSE, TOP, 90_000)], [TEASER; 2]), "another day");
        let later = TEASER.replace("2029", "2031");
        assert!(!is_one([(PLAIN, PAGE, 0), (HOUSE, TOP, 0)], [TEASER, &later]), "another year");
        assert!(!is_one([("Teil 1: Ulmen", PAGE, 0), ("Teil 2: Ulmen", TOP, 0)], [TEASER; 2]), "a series");
        for after in [0, 1_260] {
            let titles = [("The baker who sings", PAGE, 0), ("A night on the bus", TOP, after)];
            assert!(!is_one(titles, [STOCK; 2]), "a stock teaser after {after} s");
        }
    }
}
