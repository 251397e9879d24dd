//! Compares two stored entries for `why`: which rule joins them or keeps them apart, with its figures.

use rusqlite::{Connection, OptionalExtension as _, Row, params};
use serde::Serialize;

use super::entry_match::{OWN_GUID, SAME_PAGE};
use super::history_query::{self, HistoryQuery};
use super::joining_path::{self, JoinedEntries};
use super::state::{json, time};
use super::{StoreError, near_duplicates, texts};
use crate::article::dedup::{self, Explanation, Figures, JudgedEntry, TextPlace, Verdict};
use crate::article::fingerprint::{fingerprint, passages, spell_out};
use crate::config::{Dedup, NearDuplicates};
use crate::model::{Enclosure, SourceId};
use crate::text::html;
use crate::text::words::on_one_line;
use crate::time::{Timestamp, human};

/// How many of the entries that a question means are read at most, the newest first.
const ENTRIES: i64 = 20;

/// The answer to `why URL|KEY OTHER`.
#[derive(Clone, PartialEq, Debug, Serialize)]
pub struct Comparison {
    /// Whether the two entries are one article in the river.
    pub joined: bool,
    /// Name of the rule that joins the entries or keeps them apart.
    pub rule: String,
    /// The rule in a sentence.
    pub explanation: String,
    /// The entry that the first question means.
    pub one: ComparedEntry,
    /// The entry that the second question means.
    pub other: ComparedEntry,
    /// The pairs that joined the two, one after another, if they were joined only through other entries of the story.
    pub through: Vec<JoinedPair>,
    /// Name of the rule that a comparison of titles, texts and dates gives now. It is set even if another rule decided.
    pub judged: String,
    /// That rule in a sentence.
    pub judged_explanation: String,
    /// Figures of the texts and dates.
    pub figures: Figures,
    /// Words of the first entry that the other lacks, if the comparison of the texts keeps the entries apart because of them:
    /// numbers and names of the texts, or words of the titles.
    pub only_in_one: Vec<String>,
    /// Such words of the second entry that the first one lacks.
    pub only_in_other: Vec<String>,
    /// The places at which the texts differ, in their order. Empty if their words were stored by an earlier riverd that read
    /// them differently.
    pub different_places: Vec<DifferentPassages>,
}

/// What two texts have at a place at which they differ.
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
pub struct DifferentPassages {
    /// First words of the first text there; empty if it has none.
    pub one: String,
    /// First words of the second text there; empty if it has none.
    pub other: String,
    /// Whether the two say different things there, so that this counts as another fact.
    pub counts: bool,
}

/// Two entries that a rule joined, on the way from the one compared entry to the other.
#[derive(Clone, PartialEq, Debug, Serialize)]
pub struct JoinedPair {
    /// The entry that is nearer to the first compared entry, or is that entry.
    pub one: ComparedEntry,
    /// The entry that is nearer to the second compared entry, or is that entry.
    pub other: ComparedEntry,
    /// Name of the rule that joined them.
    pub rule: String,
    /// The rule in a sentence.
    pub explanation: String,
    /// Figures of their texts and dates as they are now.
    pub figures: Figures,
}

/// An entry that was compared.
#[derive(Clone, PartialEq, Debug, Serialize)]
pub struct ComparedEntry {
    /// Name of the source.
    pub source: String,
    /// Title now.
    pub title: String,
    /// Address of the page.
    pub url: Option<String>,
    /// Key that riverd gave it.
    pub key: String,
    /// Publication time that the feed states.
    pub published_at: Option<Timestamp>,
    /// Time when riverd first read it.
    pub arrived_at: Timestamp,
    /// Reason why a filter keeps it out of the river.
    pub held_back: Option<String>,
}

/// A stored entry with everything that its comparison needs.
struct StoredForComparison {
    id: i64,
    article: i64,
    merged_into: Option<i64>,
    is_published: bool,
    source: SourceId,
    listed: bool,
    page: Option<String>,
    shared_url: bool,
    sketch: Vec<u8>,
    /// Plain text of the content, or else of the summary, as it is stored now.
    text: String,
    shown: ComparedEntry,
}

impl StoredForComparison {
    /// Returns the article that tells the story of the entry: its own one, or the one into which that was merged.
    fn root(&self) -> i64 {
        self.merged_into.unwrap_or(self.article)
    }
}

/// Compares the newest entry that each question means. If that is one entry for both, the next entry that the second question
/// means is compared with it, if there is one. Returns `None` if one of the questions means no stored entry.
pub(super) fn of(
    conn: &Connection,
    one: &HistoryQuery,
    other: &HistoryQuery,
    settings: &Dedup,
) -> Result<Option<Comparison>, StoreError> {
    let asked = (one, other);
    let (ones, others) = (entries(conn, one)?, entries(conn, other)?);
    let Some(&first) = ones.first() else { return Ok(None) };
    let Some(&second) = others.iter().find(|entry| **entry != first).or(others.first()) else {
        return Ok(None);
    };
    let (Some(one), Some(other)) = (load(conn, first)?, load(conn, second)?) else { return Ok(None) };
    let Explanation { judgement, sentence, figures, own_words, places } =
        dedup::explain(&judged(&one), &judged(&other), settings.similarity);
    let only_in_one = spell_out(&own_words.one, &one.shown.title, &one.text);
    let only_in_other = spell_out(&own_words.other, &other.shown.title, &other.text);
    let different_places = different_places(&one, &other, places);
    let judged_rule = judgement.verdict.as_str();
    let joined = one.article == other.article;
    let path = joining_path(conn, &one, &other)?;
    let through = if path.len() > 1 { joined_pairs(conn, &path, settings)? } else { Vec::new() };
    let (rule, explanation) = if one.id == other.id {
        ("same entry".to_owned(), same_entry(conn, one.id, [&asked.0.text, &asked.1.text])?)
    } else if let ([direct], true) = (path.as_slice(), joined) {
        (direct.rule.clone(), joining_rule(&direct.rule, (judged_rule, &sentence)))
    } else if joined {
        ("through other entries".to_owned(), joining_pairs(&through))
    } else if let Some((rule, explanation)) = rule_without_texts(&one, &other, settings) {
        (rule.to_owned(), explanation)
    } else if matches!(judgement.verdict, Verdict::Same(_)) {
        let explanation = "as they are now, the two tell one story; when the later one arrived, one of them was different, \
             or the search for similar texts did not find the other";
        ("not compared".to_owned(), explanation.to_owned())
    } else {
        (judged_rule.to_owned(), sentence.clone())
    };
    Ok(Some(Comparison {
        joined,
        rule,
        explanation,
        one: one.shown,
        other: other.shown,
        through,
        judged: judged_rule.to_owned(),
        judged_explanation: sentence,
        figures,
        only_in_one,
        only_in_other,
        different_places,
    }))
}

/// Writes out the places at which two texts differ.
fn different_places(
    one: &StoredForComparison,
    other: &StoredForComparison,
    places: Vec<TextPlace>,
) -> Vec<DifferentPassages> {
    let ones = passages(&one.sketch, &one.text, places.iter().map(|place| place.one.clone()));
    let others = passages(&other.sketch, &other.text, places.iter().map(|place| place.other.clone()));
    let (Some(ones), Some(others)) = (ones, others) else { return Vec::new() };
    let passages = ones.into_iter().zip(others).zip(places);
    passages.map(|((one, other), place)| DifferentPassages { one, other, counts: place.counts }).collect()
}

/// Explains why two questions mean one entry. If the feed gave the entry two ids one after the other, says what stayed the same
/// in the entry, as far as its former versions are stored.
fn same_entry(conn: &Connection, entry: i64, asked: [&str; 2]) -> Result<String, StoreError> {
    let mut query = conn.prepare_cached(
        "select count(*) filter (where text in (?2, ?3)) = 2,
             not exists (select 1 from edits where entry_id = ?1 and edits.url is not entries.url),
             not exists (select 1 from edits where entry_id = ?1 and edits.title <> entries.title),
             not exists (select 1 from edits where entry_id = ?1 and text_before is not null)
         from entries, (
             select key as text from entries where id = ?1 union select guid from entries where id = ?1
             union select guid from edits where entry_id = ?1
         ) where entries.id = ?1",
    )?;
    let [are_its_ids, page, title, text] = query.query_row(params![entry, asked[0], asked[1]], |row| {
        Ok([row.get::<_, bool>(0)?, row.get(1)?, row.get(2)?, row.get(3)?])
    })?;
    if !are_its_ids {
        return Ok("both questions mean one entry".to_owned());
    }
    let stayed = [("page", page), ("title", title), ("text", text)];
    let stayed: Vec<&str> = stayed.iter().filter(|(_, is_same)| *is_same).map(|(name, _)| *name).collect();
    let stayed =
        if stayed.is_empty() { "the date or the place in the list".to_owned() } else { stayed.join(" and ") };
    Ok(format!(
        "the feed gave one entry both ids, one after the other, and no longer listed the first: what says that it is one entry is \
         {stayed}"
    ))
}

/// Returns the pairs by which two entries of one story were joined, one after another.
fn joining_path(
    conn: &Connection,
    one: &StoredForComparison,
    other: &StoredForComparison,
) -> Result<Vec<JoinedEntries>, StoreError> {
    if one.root() == other.root() {
        joining_path::between(conn, one.root(), one.id, other.id)
    } else {
        Ok(Vec::new())
    }
}

/// Compares the two entries of each pair of a path, as they are now.
fn joined_pairs(
    conn: &Connection,
    path: &[JoinedEntries],
    settings: &Dedup,
) -> Result<Vec<JoinedPair>, StoreError> {
    let mut pairs = Vec::with_capacity(path.len());
    for JoinedEntries { one, other, rule } in path {
        let (Some(one), Some(other)) = (load(conn, *one)?, load(conn, *other)?) else { continue };
        let Explanation { judgement, sentence, figures, .. } =
            dedup::explain(&judged(&one), &judged(&other), settings.similarity);
        let explanation = joining_rule(rule, (judgement.verdict.as_str(), &sentence));
        let rule = rule.clone();
        pairs.push(JoinedPair { one: one.shown, other: other.shown, rule, explanation, figures });
    }
    Ok(pairs)
}

/// Names the pairs that joined two entries, each with its rule.
fn joining_pairs(pairs: &[JoinedPair]) -> String {
    if pairs.is_empty() {
        return "each was joined to other entries of the article, some of which were deleted".to_owned();
    }
    let name = |entry: &ComparedEntry| match entry.title.as_str() {
        "" => format!("an entry without a title of {}", entry.source),
        title => format!("`{title}` of {}", entry.source),
    };
    let pairs =
        pairs.iter().map(|pair| format!("{} and {}: {}", name(&pair.one), name(&pair.other), pair.rule));
    pairs.collect::<Vec<_>>().join("; ")
}

/// Returns a rule that joined two entries, in a sentence. `now` is the rule that a comparison gives now.
fn joining_rule(rule: &str, now: (&str, &str)) -> String {
    let joined = "this joined them when the later one arrived";
    match rule {
        SAME_PAGE => format!("both addresses lead to one page; {joined}"),
        OWN_GUID => {
            format!("one has the guid that riverd gave the article, so it comes from the river; {joined}")
        }
        rule if rule == now.0 => format!("{}; {joined}", now.1),
        _ => format!("{joined}; a comparison of what they have now gives another rule"),
    }
}

/// Returns the rule that keeps two entries apart without a comparison of their texts.
fn rule_without_texts(
    one: &StoredForComparison,
    other: &StoredForComparison,
    settings: &Dedup,
) -> Option<(&'static str, String)> {
    if one.root() == other.root() {
        let explanation = "they tell one story, but both were published before that was noticed, and what is published stays";
        return Some(("both published", explanation.to_owned()));
    }
    if one.page.is_some() && one.page == other.page {
        let explanation = if one.source == other.source {
            "one source lists both entries with one address, so the address does not identify them"
        } else if one.shared_url || other.shared_url {
            "the page is one, but a source lists several entries with its address, and only the earliest is compared by it"
        } else if one.is_published && other.is_published {
            "the page is one, but both entries were published before they had this address"
        } else {
            return None;
        };
        return Some(("shared address", explanation.to_owned()));
    }
    if settings.near_duplicates == NearDuplicates::Off {
        return Some((
            "near_duplicates",
            "feeds.toml says `near_duplicates = \"off\"`, so texts are not compared".to_owned(),
        ));
    }
    let apart = near_duplicates::distance(one.shown.arrived_at, other.shown.arrived_at);
    (apart > settings.window).then(|| {
        let explanation = format!(
            "the entries arrived {} apart, and `window` in feeds.toml is {}",
            human(apart),
            human(settings.window)
        );
        ("window", explanation)
    })
}

/// Returns the entries that a question means, the newest first.
fn entries(conn: &Connection, question: &HistoryQuery) -> Result<Vec<i64>, StoreError> {
    let mut query = conn.prepare_cached(
        "select id from entries where canonical_url = ?1
         union select entries.id from sources cross join entries on entries.source_id = sources.id and entries.key = ?2
         union select representative from articles where guid = ?2 and representative is not null
         order by 1 desc limit ?3",
    )?;
    let rows = query.query_map(params![question.canonical, question.text, ENTRIES], |row| row.get(0))?;
    let found: Vec<i64> = rows.collect::<Result<_, _>>()?;
    if !found.is_empty() {
        return Ok(found);
    }
    let mut query = conn
        .prepare_cached(&format!("{} order by 1 desc limit ?3", history_query::entries_by_other_columns()))?;
    let rows = query.query_map(params![question.text, question.canonical, ENTRIES], |row| row.get(0))?;
    Ok(rows.collect::<Result<_, _>>()?)
}

fn load(conn: &Connection, entry: i64) -> Result<Option<StoredForComparison>, StoreError> {
    let sql = "select entries.id, article_id, merged_into, articles.published_at is not null as is_published, source_id,
                   unlisted_at is null as listed, canonical_url, shared_url, name, entries.title, entries.url, key,
                   entries.published_at, entries.arrived_at, entries.held_back, sketch, summary, content, packed, enclosures
               from entries join articles on articles.id = article_id join sources on sources.id = source_id
                   join texts on texts.entry_id = entries.id left join sketches on sketches.entry_id = entries.id
               where entries.id = ?";
    Ok(conn.prepare_cached(sql)?.query_row([entry], read).optional()?)
}

fn read(row: &Row<'_>) -> rusqlite::Result<StoredForComparison> {
    let title: String = row.get("title")?;
    let published_at = time(row, "published_at")?;
    // The sketch is deleted once the entry leaves the window, so it may have to be made again here. Short texts have no sketch.
    let (summary, content) = texts::read(row)?;
    let text = content.or(summary).map(|text| html::to_plain(&text)).unwrap_or_default();
    let sketch = if let Some(sketch) = row.get::<_, Option<Vec<u8>>>("sketch")? {
        sketch
    } else {
        let files: Vec<Enclosure> = json(row, "enclosures")?;
        let files: Vec<String> = files.into_iter().map(|file| file.url).collect();
        fingerprint(&on_one_line(&title), &text, &files, published_at).sketch
    };
    Ok(StoredForComparison {
        id: row.get("id")?,
        article: row.get("article_id")?,
        merged_into: row.get("merged_into")?,
        is_published: row.get("is_published")?,
        source: SourceId(row.get("source_id")?),
        listed: row.get("listed")?,
        page: row.get("canonical_url")?,
        shared_url: row.get("shared_url")?,
        sketch,
        text,
        shown: ComparedEntry {
            source: row.get("name")?,
            title,
            url: row.get("url")?,
            key: row.get("key")?,
            published_at,
            arrived_at: Timestamp::from_unix(row.get("arrived_at")?),
            held_back: row.get("held_back")?,
        },
    })
}

fn judged(entry: &StoredForComparison) -> JudgedEntry<'_> {
    JudgedEntry {
        source: entry.source,
        page: entry.page.as_deref(),
        published_at: entry.shown.published_at,
        arrived_at: entry.shown.arrived_at,
        listed: entry.listed,
        sketch: &entry.sketch,
    }
}
