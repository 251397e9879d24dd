//! Why an entry that a document lists does not reach the river: every reason, what is known of the entry, and the counts.

use std::collections::BTreeMap;

use serde::Serialize;

use super::article::{Article, CanonicalUrl, Key};

/// The reason why an entry of a document does not reach the river.
///
/// In the order in which entries get a place in the bounded record of a source: what surprises most comes first. Nothing
/// else keeps an entry out: reading and normalisation hand on each entry as an article or with one of these.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum LeftOutReason {
    /// It says the same as another entry of the document. Decided where keys are assigned.
    Repeated,
    /// The document breaks off inside it. Decided by the readers of XML and JSON.
    CutOff,
    /// It is no JSON, or no object. Decided by the reader of JSON.
    Unreadable,
    /// Its element is called like an entry, in a namespace that riverd does not know. Decided by the reader of XML.
    UnknownNamespace,
    /// It holds nothing to show, to follow or to know it by. Decided by the reader of XML and by normalisation.
    Empty,
    /// Retention deleted it before. Decided by the store, which keeps a tombstone.
    Pruned,
    /// `keep` or `drop` of its source hold it back. Decided by the filter; the entry is stored all the same.
    Filtered,
    /// `max_entries` of its source leaves it out. Decided by normalisation.
    MaxEntries,
    /// It is older than `max_age` of its source. Decided by normalisation.
    MaxAge,
    /// It stands beyond the most entries that are read of one document. Decided by the readers of XML and JSON.
    TooManyEntries,
}

impl LeftOutReason {
    /// Every reason, in order.
    pub const ALL: [Self; 10] = [
        Self::Repeated,
        Self::CutOff,
        Self::Unreadable,
        Self::UnknownNamespace,
        Self::Empty,
        Self::Pruned,
        Self::Filtered,
        Self::MaxEntries,
        Self::MaxAge,
        Self::TooManyEntries,
    ];

    /// Returns the stable name, as it stands in JSON and in the database.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Repeated => "repeated",
            Self::CutOff => "cut_off",
            Self::Unreadable => "unreadable",
            Self::UnknownNamespace => "unknown_namespace",
            Self::Empty => "empty",
            Self::Pruned => "pruned",
            Self::Filtered => "filtered",
            Self::MaxEntries => "max_entries",
            Self::MaxAge => "max_age",
            Self::TooManyEntries => "too_many_entries",
        }
    }

    /// Returns the reason of this name; `None` for a name that only another version of riverd knows.
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|reason| reason.as_str() == name)
    }

    /// Explains the reason to people.
    pub const fn explanation(self) -> &'static str {
        match self {
            Self::Repeated => "it says the same as another entry of the document",
            Self::CutOff => "the document breaks off inside it",
            Self::Unreadable => "it is no JSON, or no object",
            Self::UnknownNamespace => "its element is in a namespace that riverd does not know",
            Self::Empty => "it holds nothing to show, to follow or to know it by",
            Self::Pruned => "retention deleted it before, and it stays deleted",
            Self::Filtered => "`keep` or `drop` of the source hold it back",
            Self::MaxEntries => "`max_entries` of the source leaves it out",
            Self::MaxAge => "it is older than `max_age` of the source",
            Self::TooManyEntries => "it stands beyond the most entries that riverd reads of one document",
        }
    }

    /// Returns whether a limit of feeds.toml is the reason: then an entry of this key may be stored from before.
    pub const fn is_limit(self) -> bool {
        matches!(self, Self::MaxEntries | Self::MaxAge)
    }
}

/// How many entries were left out, by reason. Reasons without an entry are not in it.
#[derive(Clone, PartialEq, Eq, Default, Debug, Serialize)]
#[serde(transparent)]
pub struct LeftOutCounts(BTreeMap<LeftOutReason, u32>);

impl LeftOutCounts {
    /// Adds `count` entries.
    pub fn add(&mut self, reason: LeftOutReason, count: u32) {
        if count > 0 {
            let known = self.0.entry(reason).or_default();
            *known = known.saturating_add(count);
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

/// An entry that was left out, with everything that a person may ask for it by.
#[derive(Clone, PartialEq, Eq, Hash, Debug, Serialize)]
pub struct LeftOutEntry {
    /// Why it was left out.
    pub reason: LeftOutReason,
    /// What the reason alone does not say: the pattern of a filter.
    pub detail: Option<String>,
    /// Its key; for a repeated entry the key of the entry that it repeats; `None` where it has none.
    pub key: Option<Key>,
    /// guid or `atom:id` as published.
    pub guid: Option<String>,
    /// The page that it points to, absolute.
    pub url: Option<String>,
    /// The page in the form that is compared.
    pub canonical_url: Option<CanonicalUrl>,
    /// Plain text; empty where there was none.
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

/// All entries of one document that do not reach the river.
#[derive(Clone, PartialEq, Eq, Default, Debug)]
pub struct LeftOut {
    /// The entries that were read, in document order.
    pub entries: Vec<LeftOutEntry>,
    /// The entries that were not read, so that nothing is known of them but their number.
    pub unread: LeftOutCounts,
}

impl LeftOut {
    /// Counts all entries, those that were not read included.
    pub fn counts(&self) -> LeftOutCounts {
        let mut counts = self.unread.clone();
        for entry in &self.entries {
            counts.add(entry.reason, 1);
        }
        counts
    }

    /// Returns the keys of the entries that a limit left out: what is stored of them still counts as listed.
    pub fn limited_keys(&self) -> impl Iterator<Item = &Key> {
        self.entries.iter().filter(|entry| entry.reason.is_limit()).filter_map(|entry| entry.key.as_ref())
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
