//! Recognises a report of what happened since: an agency writes a new lead over the background of the report before.

use std::collections::BTreeSet;
use std::time::Duration;

use super::{EntryPair, Publication, opposites};
use crate::article::fingerprint::WordHash;
use crate::time::HOUR;

/// From this time on, by the dates of the entries, two outlets that begin one text differently report different news. Of the
/// labelled pairs that tell one story, none begins differently after three hours.
const LATER: Duration = HOUR.saturating_mul(6);
/// How many words in which two texts begin differently, both together, make another lead. Fewer are a dateline and the name of
/// an author.
const OWN_WORDS: usize = 8;
/// How many of these each of the two needs. If only one text has words of its own, a dateline or a by-line may stand before it.
const OWN_WORDS_OF_EACH: usize = 3;
/// How many words that only one of the two texts has are a sentence of news.
const OWN_SENTENCE: usize = 15;
/// How many words name the day of a report.
const WORDS_WITH_DAY: usize = 50;

impl EntryPair {
    /// Returns whether one of two outlets reports hours later what happened since: the texts begin with different words, or
    /// name different days there.
    pub(super) fn is_later_news(&self) -> bool {
        let Publication::TwoSources { apart, dated: true, .. } = self.published else { return false };
        apart >= LATER && (self.begin_differently() || self.leads_name_other_days())
    }

    /// Returns whether the texts begin with different words, more than those of a dateline and the name of an author.
    pub(super) fn begin_differently(&self) -> bool {
        let (here, there) = self.overlap.own_in_leads;
        here + there >= self.words(OWN_WORDS) && here.min(there) >= self.words(OWN_WORDS_OF_EACH)
            || here.max(there) >= self.words(OWN_SENTENCE)
    }

    /// Returns whether both texts name a day of the week where they begin, and one of them a day that the other nowhere names.
    fn leads_name_other_days(&self) -> bool {
        let days = |text: &[WordHash]| -> BTreeSet<u8> {
            text.iter().filter_map(|word| opposites::weekday(*word)).collect()
        };
        // The words of the longer text after the length of the shorter one may have been cut off there.
        let lead = self.words(WORDS_WITH_DAY).min(self.shorter.text.len());
        let days_of_lead = |text: &[WordHash]| days(text.get(..lead).unwrap_or(text));
        let (here, there) = (days_of_lead(&self.shorter.text), days_of_lead(&self.longer.text));
        let all_of = |these: &BTreeSet<u8>, text: &[WordHash]| these.is_subset(&days(text));
        let is_day_of_one = !all_of(&here, &self.longer.text) || !all_of(&there, &self.shorter.text);
        !here.is_empty() && !there.is_empty() && is_day_of_one
    }
}
