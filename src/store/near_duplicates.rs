//! The index of near duplicates. Bands find candidates, and `article::dedup` judges them.

use std::collections::HashMap;

use rusqlite::{Connection, OptionalExtension as _, Row, params};

use super::StoreError;
use super::document_index::DocumentIndex;
use super::entry_match::EntryMatch;
use super::state::time;
use super::storing_context::StoringContext;
use crate::article::dedup::{self, JudgedEntry, Verdict};
use crate::config::NearDuplicates;
use crate::model::{Article, Fingerprint, SourceId};
use crate::time::Timestamp;

/// How many rows of one band and span are read, the newest first. A feed that repeats one text a hundred thousand times
/// must not make every later article slow.
const ROWS_READ: i64 = 512;

/// How many of these rows are taken from other sources, and how many from the entry's own source, whose series must not
/// crowd out the others.
const TAKEN: usize = 64;
const TAKEN_OF_OWN: usize = 16;

/// How many candidates are judged: those that share the most bands.
const JUDGED: usize = 50;

/// An entry that shares a band, with everything that the judge needs.
struct NearEntry {
    article: i64,
    source: SourceId,
    key: String,
    published_at: Option<Timestamp>,
    arrived_at: Timestamp,
    unlisted_at: Option<Timestamp>,
    sketch: Vec<u8>,
}

/// Returns the stored entries that tell the same story as `article` in nearly the same words. `index` is of the
/// document that lists `article`.
pub(super) fn find(
    conn: &Connection,
    context: &StoringContext<'_>,
    index: &DocumentIndex<'_>,
    article: &Article,
) -> Result<Vec<EntryMatch>, StoreError> {
    if context.dedup.near_duplicates == NearDuplicates::Off || article.fingerprint.bands.is_empty() {
        return Ok(Vec::new());
    }
    let own = JudgedEntry {
        source: context.source,
        published_at: article.published_at,
        arrived_at: context.now,
        listed: true,
        sketch: &article.fingerprint.sketch,
    };
    let mut matches = Vec::new();
    for entry in candidates(conn, context, &article.fingerprint)? {
        let Some(candidate) = load(conn, entry)? else { continue };
        if distance(candidate.arrived_at, context.now) > context.dedup.window {
            continue;
        }
        let other = JudgedEntry {
            source: candidate.source,
            published_at: candidate.published_at,
            arrived_at: candidate.arrived_at,
            listed: index.still_lists(&candidate.key, candidate.unlisted_at),
            sketch: &candidate.sketch,
        };
        let judgement = dedup::judge(&own, &other, context.dedup.similarity);
        if let Verdict::Same(likeness) = judgement.verdict {
            matches.push(EntryMatch {
                entry,
                article: candidate.article,
                rule: likeness.as_str(),
                score: Some(judgement.score),
            });
        }
    }
    Ok(matches)
}

/// Returns the entries that share bands, those that share the most first.
fn candidates(
    conn: &Connection,
    context: &StoringContext<'_>,
    fingerprint: &Fingerprint,
) -> Result<Vec<i64>, StoreError> {
    let mut query = conn.prepare_cached(
        "select entry_id, source_id from bands where span = ? and band = ? order by entry_id desc limit ?",
    )?;
    let mut shared: HashMap<i64, u32> = HashMap::new();
    for span in span_of(context.now.saturating_sub(context.dedup.window))..=span_of(context.now) {
        for band in &fingerprint.bands {
            let mut rows = query.query(params![span, band, ROWS_READ])?;
            let (mut own, mut others) = (0, 0);
            while let Some(row) = rows.next()? {
                let is_own = row.get::<_, i64>(1)? == context.source.0;
                let (taken, limit) = if is_own { (&mut own, TAKEN_OF_OWN) } else { (&mut others, TAKEN) };
                if *taken < limit {
                    *taken += 1;
                    *shared.entry(row.get(0)?).or_default() += 1;
                }
            }
        }
    }
    let mut ranked: Vec<(i64, u32)> = shared.into_iter().collect();
    ranked.sort_unstable_by_key(|&(entry, count)| (std::cmp::Reverse(count), std::cmp::Reverse(entry)));
    ranked.truncate(JUDGED);
    Ok(ranked.into_iter().map(|(entry, _)| entry).collect())
}

fn load(conn: &Connection, entry: i64) -> Result<Option<NearEntry>, StoreError> {
    let sql = "select article_id, source_id, key, published_at, entries.arrived_at, unlisted_at, sketch
               from entries join sketches on sketches.entry_id = entries.id where entries.id = ?";
    let candidate = |row: &Row<'_>| {
        Ok(NearEntry {
            article: row.get("article_id")?,
            source: SourceId(row.get("source_id")?),
            key: row.get("key")?,
            published_at: time(row, "published_at")?,
            arrived_at: Timestamp::from_unix(row.get("arrived_at")?),
            unlisted_at: time(row, "unlisted_at")?,
            sketch: row.get("sketch")?,
        })
    };
    Ok(conn.prepare_cached(sql)?.query_row([entry], candidate).optional()?)
}

/// Adds an entry that arrived at `arrived_at` to the index.
pub(super) fn insert(
    conn: &Connection,
    context: &StoringContext<'_>,
    entry: i64,
    arrived_at: Timestamp,
    fingerprint: &Fingerprint,
) -> Result<(), StoreError> {
    if context.dedup.near_duplicates == NearDuplicates::Off || fingerprint.bands.is_empty() {
        return Ok(());
    }
    let mut insert = conn.prepare_cached(
        "insert or ignore into bands (span, band, entry_id, source_id) values (?, ?, ?, ?)",
    )?;
    for band in &fingerprint.bands {
        insert.execute(params![span_of(arrived_at), band, entry, context.source.0])?;
    }
    conn.prepare_cached("insert or replace into sketches (entry_id, arrived_at, sketch) values (?, ?, ?)")?
        .execute(params![entry, arrived_at.unix(), fingerprint.sketch])?;
    Ok(())
}

/// Adds the bands of an edited text to the index. Those of the former text stay until their span is deleted; they only
/// make the entry a candidate.
pub(super) fn insert_edited(
    conn: &Connection,
    context: &StoringContext<'_>,
    entry: i64,
    arrived_at: Timestamp,
    fingerprint: &Fingerprint,
) -> Result<(), StoreError> {
    if context.now.since(arrived_at) > context.dedup.window {
        return Ok(());
    }
    insert(conn, context, entry, arrived_at, fingerprint)
}

/// Length in seconds of the spans that bands are grouped by, so that they can be deleted together. Each further span in
/// the window costs one more lookup for each band of each new article. A shorter span keeps the rows that a poll writes
/// closer together.
const SPAN: i64 = 3 * 86_400;

/// Returns the number of the span that a moment lies in.
pub(super) fn span_of(at: Timestamp) -> i64 {
    at.unix().div_euclid(SPAN)
}

fn distance(one: Timestamp, other: Timestamp) -> std::time::Duration {
    one.since(other).max(other.since(one))
}
