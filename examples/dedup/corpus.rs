//! Reads the files of the corpus.

use std::collections::HashMap;
use std::fs;
use std::path::Path;

use chrono::{DateTime, NaiveDate, NaiveDateTime};
use riverd::article::fingerprint::fingerprint;
use riverd::model::Fingerprint;
use riverd::time::Timestamp;
use serde_json::Value;
use xxhash_rust::xxh3::xxh3_64;

/// One entry of a feed.
#[derive(Clone, Debug)]
pub(crate) struct NewsEntry {
    pub(crate) id: String,
    pub(crate) source: String,
    pub(crate) title: String,
    pub(crate) published_at: Option<Timestamp>,
    pub(crate) arrived_at: Timestamp,
    pub(crate) fingerprint: Fingerprint,
}

impl NewsEntry {
    /// Returns an entry that arrives at the moment of its publication.
    pub(crate) fn new(
        id: &str,
        source: &str,
        (title, text): (&str, &str),
        published_at: Option<Timestamp>,
    ) -> Self {
        Self {
            id: id.to_owned(),
            source: source.to_owned(),
            title: title.to_owned(),
            published_at,
            arrived_at: published_at.unwrap_or(Timestamp::EPOCH),
            fingerprint: fingerprint(title, text, &[], published_at),
        }
    }
}

/// Label of a pair: what its two entries are to each other.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub(crate) enum Label {
    /// The same story.
    Same,
    /// Two versions of the same story.
    Version,
    /// Different stories.
    Different,
    /// The person who labelled the pair did not decide.
    Undecided,
}

/// Two entries and their label.
#[derive(Debug)]
pub(crate) struct Pair {
    pub(crate) one: String,
    pub(crate) other: String,
    pub(crate) label: Label,
    /// Whether the pair is in the half that was not used to choose rules and constants. The hash of the ids decides.
    pub(crate) held_out: bool,
}

/// The labelled pairs and their entries.
#[derive(Debug)]
pub(crate) struct Labelled {
    pub(crate) entries: HashMap<String, NewsEntry>,
    pub(crate) pairs: Vec<Pair>,
}

impl Labelled {
    pub(crate) fn read(folder: &Path) -> Self {
        let entries = lines(folder, "articles.jsonl").into_iter().map(|line| {
            let texts = (text(&line, "title"), text(&line, "text"));
            let published_at = date(&text(&line, "date"));
            let id = text(&line, "id");
            let entry = NewsEntry::new(&id, &text(&line, "source"), (&texts.0, &texts.1), published_at);
            (id, entry)
        });
        let pairs = lines(folder, "pairs.jsonl").into_iter().map(|line| {
            let (one, other) = (text(&line, "a"), text(&line, "b"));
            let label = match text(&line, "label").as_str() {
                "same" => Label::Same,
                "same_version" => Label::Version,
                "different" => Label::Different,
                _ => Label::Undecided,
            };
            let held_out = xxh3_64(format!("{one} {other}").as_bytes()) % 2 == 1;
            Pair { one, other, label, held_out }
        });
        Self { entries: entries.collect(), pairs: pairs.collect() }
    }
}

/// Reads a file of one JSON value per line.
pub(crate) fn lines(folder: &Path, name: &str) -> Vec<Value> {
    let text = fs::read_to_string(folder.join(name)).expect(name);
    text.lines().map(|line| serde_json::from_str(line).expect(name)).collect()
}

/// Returns a text field, or an empty text.
pub(crate) fn text(value: &Value, field: &str) -> String {
    value.get(field).and_then(Value::as_str).unwrap_or_default().to_owned()
}

/// Parses a date in one of the formats of the corpus: `25-MAR-1987 23:28:00.08`, `2019-01-24`, RFC 3339 or
/// `20260709T2200Z`.
pub(crate) fn date(text: &str) -> Option<Timestamp> {
    if let Ok(moment) = DateTime::parse_from_rfc3339(text) {
        return Some(moment.to_utc().into());
    }
    let wire = text.split('.').next().unwrap_or_default().split_whitespace().collect::<Vec<_>>().join(" ");
    let moment = NaiveDateTime::parse_from_str(&wire, "%d-%b-%Y %H:%M:%S")
        .or_else(|_| NaiveDateTime::parse_from_str(text, "%Y%m%dT%H%MZ"))
        .ok()
        .or_else(|| NaiveDate::parse_from_str(text, "%Y-%m-%d").ok()?.and_hms_opt(12, 0, 0));
    moment.map(|moment| moment.and_utc().into())
}
