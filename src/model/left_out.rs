//! The reasons why entries of a document do not reach the river, with those entries and their counts.

use std::collections::BTreeMap;

use serde::Serialize;

use super::article::{Article, CanonicalUrl, Key};

/// The reason why an entry of a document does not reach the river.
///
/// Every entry of a document becomes an article or gets one of these reasons. Nothing else keeps an entry out for good. (An
/// article may wait for its page; `policy/page_fetch.rs` decides how long.) The store keeps a bounded number of left-out
/// entries for each source. If there are more, it keeps those whose reasons come first here, because these surprise people
/// most.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum LeftOutReason {
    /// It repeats another entry of the document. `article/normalize/mod.rs` decides this with `article/identity`.
    Repeated,
    /// The document breaks off inside it. `document/xml/mod.rs` decides this.
    CutOff,
    /// It is not a JSON object, although an entry of a JSON Feed must be one. `document/json/mod.rs` decides this. Users know
    /// the reason as `unreadable`.
    #[serde(rename = "unreadable")]
    NotAnObject,
    /// Its element is named like an entry, but its namespace is unknown to riverd. `document/xml/mod.rs` decides
    /// this.
    UnknownNamespace,
    /// It has no title, text, link, id, date or file. `document/xml/entry.rs` and
    /// `article/normalize/mod.rs` decide this.
    Empty,
    /// Retention deleted it earlier. `store/record.rs` decides this by the tombstone of the entry.
    Pruned,
    /// `keep` or `drop` of its source or of the river excludes it. `article/filter.rs` decides this; the entry is stored all
    /// the same.
    Filtered,
    /// `max_entries` of its source excludes it. `article/normalize/mod.rs` decides this.
    MaxEntries,
    /// It is older than `max_age` of its source. `article/normalize/mod.rs` decides this.
    MaxAge,
    /// Its source, or all sources together, brought more new entries within a day than riverd stores. `store/growth.rs` decides
    /// this.
    DailyLimit,
    /// It comes after the largest number of entries that riverd reads from one document. `document/xml/mod.rs` and
    /// `document/json/mod.rs` decide this.
    TooManyEntries,
}

impl LeftOutReason {
    /// Every reason, in order.
    pub const ALL: [Self; 11] = [
        Self::Repeated,
        Self::CutOff,
        Self::NotAnObject,
        Self::UnknownNamespace,
        Self::Empty,
        Self::Pruned,
        Self::Filtered,
        Self::MaxEntries,
        Self::MaxAge,
        Self::DailyLimit,
        Self::TooManyEntries,
    ];

    /// Returns the stable name, as it stands in JSON and in the database.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Repeated => "repeated",
            Self::CutOff => "cut_off",
            Self::NotAnObject => "unreadable",
            Self::UnknownNamespace => "unknown_namespace",
            Self::Empty => "empty",
            Self::Pruned => "pruned",
            Self::Filtered => "filtered",
            Self::MaxEntries => "max_entries",
            Self::MaxAge => "max_age",
            Self::DailyLimit => "daily_limit",
            Self::TooManyEntries => "too_many_entries",
        }
    }

    /// Returns the reason of this name; `None` for a name that only another version of riverd knows.
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|reason| reason.as_str() == name)
    }

    /// Returns the reason in words, as `why` shows it after the name of the entry.
    pub const fn explanation(self) -> &'static str {
        match self {
            Self::Repeated => "it repeats another entry of the document",
            Self::CutOff => "the document breaks off inside it",
            Self::NotAnObject => "it is not a JSON object",
            Self::UnknownNamespace => "its element is in a namespace that riverd does not know",
            Self::Empty => "it has no title, text, link, id, date or file",
            Self::Pruned => "retention deleted it earlier, and it stays deleted",
            Self::Filtered => "`keep` or `drop` of the source or of the river excludes it",
            Self::MaxEntries => "`max_entries` of the source excludes it",
            Self::MaxAge => "it is older than `max_age` of the source",
            Self::DailyLimit => {
                "its source, or all sources together, brought more new entries within a day than riverd stores"
            }
            Self::TooManyEntries => "the document has more entries than riverd reads from one document",
        }
    }

    /// Returns whether a limit in feeds.toml is the reason. In this case the entry may be stored from an earlier poll. Returns
    /// `false` for the daily limit and for the largest number of entries of a document, which are limits of riverd itself.
    pub const fn is_configured_limit(self) -> bool {
        matches!(self, Self::MaxEntries | Self::MaxAge)
    }
}

/// The number of entries that were left out, by reason. Reasons without an entry are absent.
#[derive(Clone, PartialEq, Eq, Default, Debug, Serialize)]
#[serde(transparent)]
pub struct LeftOutCounts(BTreeMap<LeftOutReason, u32>);

impl LeftOutCounts {
    /// Adds `count` entries.
    pub fn add(&mut self, reason: LeftOutReason, count: u32) {
        if count > 0 {
            let total = self.0.entry(reason).or_default();
            *total = total.saturating_add(count);
        }
    }

    /// Adds the entries of `others`.
    pub fn add_all(&mut self, others: &Self) {
        for (reason, count) in others.iter() {
            self.add(reason, count);
        }
    }

    /// Returns the reasons in order, each with its count.
    pub fn iter(&self) -> impl Iterator<Item = (LeftOutReason, u32)> {
        self.0.iter().map(|(reason, count)| (*reason, *count))
    }

    /// Returns how many entries were left out for `reason`.
    pub fn of(&self, reason: LeftOutReason) -> u32 {
        self.0.get(&reason).copied().unwrap_or(0)
    }

    /// Returns how many entries were left out in all.
    pub fn total(&self) -> u32 {
        self.0.values().fold(0, |total, count| total.saturating_add(*count))
    }

    /// Returns whether no entry was left out.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

/// An entry that was left out, with everything that `why` can find it by.
#[derive(Clone, PartialEq, Eq, Hash, Debug, Serialize)]
pub struct LeftOutEntry {
    /// Why it was left out.
    pub reason: LeftOutReason,
    /// The pattern of the filter, or the value of the limit, that excluded it.
    pub detail: Option<String>,
    /// Its key. A repeated entry has the key of the entry that it repeats. `None` if it has no key.
    pub key: Option<Key>,
    /// The guid or `atom:id` as published.
    pub guid: Option<String>,
    /// The absolute URL of its page.
    pub url: Option<String>,
    /// The canonical form of that URL.
    pub canonical_url: Option<CanonicalUrl>,
    /// The title as plain text. Empty if there is none.
    pub title: String,
}

impl LeftOutEntry {
    /// Describes `article`, which is left out for `reason`.
    pub fn of_article(article: &Article, reason: LeftOutReason, detail: Option<String>) -> Self {
        Self {
            reason,
            detail,
            key: Some(article.key.clone()),
            guid: article.guid.clone(),
            url: article.url.clone(),
            canonical_url: article.canonical_url.clone(),
            title: article.title.clone(),
        }
    }
}

/// The entries of one document that became no article.
#[derive(Clone, PartialEq, Eq, Default, Debug)]
pub struct LeftOut {
    /// The entries that were read. Entries with the same reason are in document order.
    pub entries: Vec<LeftOutEntry>,
    /// The number of entries that were not read, by reason. Nothing else is known about them.
    pub unread: LeftOutCounts,
}

impl LeftOut {
    /// Counts all entries, including those that were not read.
    pub fn counts(&self) -> LeftOutCounts {
        let mut counts = self.unread.clone();
        for entry in &self.entries {
            counts.add(entry.reason, 1);
        }
        counts
    }

    /// Returns the keys of the entries that a limit in feeds.toml excluded. If such an entry is stored, it still counts as
    /// listed.
    pub fn limited_keys(&self) -> impl Iterator<Item = &Key> {
        self.entries
            .iter()
            .filter(|entry| entry.reason.is_configured_limit())
            .filter_map(|entry| entry.key.as_ref())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_reason_has_one_name_in_json_and_in_the_database() {
        for reason in LeftOutReason::ALL {
            assert_eq!(serde_json::to_value(reason).unwrap(), reason.as_str());
            assert_eq!(LeftOutReason::from_name(reason.as_str()), Some(reason));
            assert!(!reason.explanation().is_empty());
        }
        assert!(LeftOutReason::ALL.is_sorted());
        assert_eq!(LeftOutReason::from_name("of another version"), None);
    }

    #[test]
    fn counts_are_an_object_of_the_reasons_that_occur() {
        let mut counts = LeftOutCounts::default();
        counts.add(LeftOutReason::MaxAge, 2);
        counts.add(LeftOutReason::Repeated, 1);
        counts.add(LeftOutReason::MaxAge, u32::MAX);
        counts.add(LeftOutReason::Empty, 0);
        let json = serde_json::to_string(&counts).unwrap();
        assert_eq!(json, format!("{{\"repeated\":1,\"max_age\":{}}}", u32::MAX));
        assert_eq!((counts.total(), counts.of(LeftOutReason::Repeated)), (u32::MAX, 1));
    }
}
