//! The corpus as it lies on disk, read into one shape.

use std::collections::HashMap;
use std::fs;
use std::path::Path;

use chrono::{DateTime, NaiveDate, NaiveDateTime};
use riverd::article::fingerprint::fingerprint;
use riverd::model::Fingerprint;
use riverd::time::Timestamp;
use serde_json::Value;
use xxhash_rust::xxh3::xxh3_64;

/// One entry of some feed.
#[derive(Clone, Debug)]
pub(crate) struct Piece {
    pub(crate) id: String,
    pub(crate) source: String,
    pub(crate) title: String,
    pub(crate) published_at: Option<Timestamp>,
    pub(crate) arrived_at: Timestamp,
    pub(crate) fingerprint: Fingerprint,
}

impl Piece {
    /// A piece that arrives when it was published.
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

/// What a label says of a pair.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub(crate) enum Label {
    Same,
    Version,
    Different,
    Undecided,
}

/// Two pieces and what they are to each other.
#[derive(Debug)]
pub(crate) struct Pair {
    pub(crate) one: String,
    pub(crate) other: String,
    pub(crate) label: Label,
    /// Pairs are halved by the hash of their ids, to see whether rules and constants hold where nobody looked.
    pub(crate) held_out: bool,
}

/// The labelled pairs.
#[derive(Debug)]
pub(crate) struct Labelled {
    pub(crate) pieces: HashMap<String, Piece>,
    pub(crate) pairs: Vec<Pair>,
}

impl Labelled {
    pub(crate) fn read(folder: &Path) -> Self {
        let pieces = lines(folder, "articles.jsonl").into_iter().map(|line| {
            let texts = (text(&line, "title"), text(&line, "text"));
            let published_at = date(&text(&line, "date"));
            let id = text(&line, "id");
            let piece = Piece::new(&id, &text(&line, "source"), (&texts.0, &texts.1), published_at);
            (id, piece)
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
        Self { pieces: pieces.collect(), pairs: pairs.collect() }
    }
}

pub(crate) fn lines(folder: &Path, name: &str) -> Vec<Value> {
    let text = fs::read_to_string(folder.join(name)).expect(name);
    text.lines().map(|line| serde_json::from_str(line).expect(name)).collect()
}

pub(crate) fn text(value: &Value, field: &str) -> String {
    value.get(field).and_then(Value::as_str).unwrap_or_default().to_owned()
}

/// `25-MAR-1987 23:28:00.08`, `2019-01-24`, RFC 3339 and `20260709T2200Z`.
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
