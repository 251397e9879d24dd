//! The index of near duplicates. Entries that have a band in common (see `article::fingerprint`) are candidates, and
//! `article::dedup` judges them.

use std::cmp::Reverse;

use rusqlite::{Connection, OptionalExtension as _, Row};

use super::StoreError;
use super::band_index::{self, BandReader, ROWS_READ};
use super::document_index::DocumentIndex;
use super::entries::StoredEntry;
use super::entry_match::EntryMatch;
use super::near_cache::NearCache;
use super::storing_context::StoringContext;
use crate::article::dedup::{self, JudgedEntry, Outline, Verdict};
use crate::article::normalize::fingerprint_of;
use crate::article::quick_hash::QuickMap;
use crate::config::NearDuplicates;
use crate::model::{Article, Fingerprint, SourceId};
use crate::time::Timestamp;

/// How many of the rows of one band count at most that belong to entries of other sources.
const TAKEN: usize = 128;
/// How many of the rows of one band count at most that belong to the source of the new entry. The number is smaller, so that a
/// series of similar entries of one source leaves room for entries of other sources.
const TAKEN_OF_OWN: usize = 32;

/// Bands with this many rows or more are read once for all entries of a document that one write stores.
const FREQUENT: usize = 48;

/// How many candidates are judged at most. Those that share the most bands are judged.
const JUDGED: usize = 50;

/// An entry that shares a band, with everything that `dedup::judge` needs.
pub(super) struct NearEntry {
    /// Row of the entry.
    pub(super) entry: i64,
    pub(super) article: i64,
    pub(super) source: SourceId,
    pub(super) page: Option<String>,
    pub(super) key: String,
    pub(super) published_at: Option<Timestamp>,
    pub(super) arrived_at: Timestamp,
    pub(super) unlisted_at: Option<Timestamp>,
    pub(super) sketch: Vec<u8>,
}

impl NearEntry {
    /// Returns the entry as the judge compares it.
    pub(super) fn judged(&self, listed: bool) -> JudgedEntry<'_> {
        JudgedEntry {
            source: self.source,
            page: self.page.as_deref(),
            published_at: self.published_at,
            arrived_at: self.arrived_at,
            listed,
            sketch: &self.sketch,
        }
    }
}

/// Returns the stored entries that arrived within the window and tell the same story as `article`, as [`dedup::judge`]
/// decides. `index` is the index of the document that lists `article`.
pub(super) fn find(
    conn: &Connection,
    context: &StoringContext<'_>,
    index: &DocumentIndex<'_>,
    article: &Article,
) -> Result<Vec<EntryMatch>, StoreError> {
    if context.dedup.near_duplicates == NearDuplicates::Off || article.fingerprint.bands.is_empty() {
        return Ok(Vec::new());
    }
    let mut cache = context.near.borrow_mut();
    let candidates = candidates(conn, context, &mut cache, &article.fingerprint)?;
    // Most new texts have no candidate, and then need no outline.
    if candidates.is_empty() {
        return Ok(Vec::new());
    }
    let own = judged_new(context, article);
    let Some(outline) = Outline::of(own.sketch) else { return Ok(Vec::new()) };
    let similarity = context.dedup.similarity;
    let mut matches = Vec::new();
    // Articles in which the same text was found. Their other entries would lead to the same article.
    let mut found: Vec<i64> = Vec::new();
    for entry in candidates {
        if cache.is_ruled_out(entry, &outline, similarity)
            || (!found.is_empty() && is_copy_in(conn, context, &found, entry)?)
        {
            continue;
        }
        let candidate = load(conn, entry)?;
        cache.note_outline(entry, candidate.as_ref().map(|found| found.sketch.as_slice()));
        let Some(candidate) = candidate.filter(|_| !cache.is_ruled_out(entry, &outline, similarity)) else {
            continue;
        };
        if distance(candidate.arrived_at, context.now) > context.dedup.window {
            continue;
        }
        let listed = index.still_lists(&candidate.key, candidate.unlisted_at);
        let judgement = dedup::judge(&own, &candidate.judged(listed), similarity);
        if let Verdict::Same(likeness) = judgement.verdict {
            if candidate.sketch == article.fingerprint.sketch {
                found.push(candidate.article);
            }
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

/// Returns whether an entry belongs to another source and to one of these articles.
fn is_copy_in(
    conn: &Connection,
    context: &StoringContext<'_>,
    articles: &[i64],
    entry: i64,
) -> Result<bool, StoreError> {
    let sql = "select article_id from entries where id = ? and source_id <> ?";
    let article: Option<i64> =
        conn.prepare_cached(sql)?.query_row((entry, context.source.0), |row| row.get(0)).optional()?;
    Ok(article.is_some_and(|article| articles.contains(&article)))
}

/// Returns an entry that is not stored yet as the judge compares it.
pub(super) fn judged_new<'a>(context: &StoringContext<'_>, article: &'a Article) -> JudgedEntry<'a> {
    JudgedEntry {
        source: context.source,
        page: article.canonical_url.as_ref().map(|url| url.0.as_str()),
        published_at: article.published_at,
        arrived_at: context.now,
        listed: true,
        sketch: &article.fingerprint.sketch,
    }
}

/// Returns the entries that share bands with `fingerprint`, those that share the most first, at most [`JUDGED`].
fn candidates(
    conn: &Connection,
    context: &StoringContext<'_>,
    cache: &mut NearCache,
    fingerprint: &Fingerprint,
) -> Result<Vec<i64>, StoreError> {
    let mut shared: QuickMap<i64, u32> = QuickMap::default();
    let mut known = context.known_bands();
    let mut reader = BandReader::new(conn, &mut known)?;
    for band in &fingerprint.bands {
        let mut note = |rows: &[(i64, i64)]| {
            let (mut own, mut others) = (0, 0);
            for (entry, source) in rows.iter().rev().take(ROWS_READ) {
                let is_own = *source == context.source.0;
                let (taken, limit) = if is_own { (&mut own, TAKEN_OF_OWN) } else { (&mut others, TAKEN) };
                if *taken < limit {
                    *taken += 1;
                    *shared.entry(*entry).or_default() += 1;
                } else if own == TAKEN_OF_OWN && others == TAKEN {
                    break;
                }
            }
        };
        if let Some(rows) = cache.rows(*band) {
            note(rows);
        } else {
            let rows = reader.rows(*band)?;
            note(rows);
            if rows.len() >= FREQUENT {
                cache.note_rows(*band, rows.to_vec());
            }
        }
    }
    let mut ranked: Vec<(i64, u32)> = shared.into_iter().collect();
    ranked.sort_unstable_by_key(|&(entry, count)| (Reverse(count), Reverse(entry)));
    ranked.truncate(JUDGED);
    Ok(ranked.into_iter().map(|(entry, _)| entry).collect())
}

/// Returns a stored entry with everything that the judge needs; `None` if it has no sketch.
pub(super) fn load(conn: &Connection, entry: i64) -> Result<Option<NearEntry>, StoreError> {
    let sql = "select article_id, source_id, key, published_at, entries.arrived_at, unlisted_at, sketch, canonical_url
               from entries join sketches on sketches.entry_id = entries.id where entries.id = ?";
    let candidate = |row: &Row<'_>| {
        Ok(NearEntry {
            entry,
            article: row.get(0)?,
            source: SourceId(row.get(1)?),
            key: row.get(2)?,
            published_at: row.get::<_, Option<i64>>(3)?.map(Timestamp::from_unix),
            arrived_at: Timestamp::from_unix(row.get(4)?),
            unlisted_at: row.get::<_, Option<i64>>(5)?.map(Timestamp::from_unix),
            sketch: row.get(6)?,
            page: row.get(7)?,
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
    let mut cache = context.near.borrow_mut();
    for band in &fingerprint.bands {
        cache.add_row(*band, entry, context.source);
    }
    band_index::insert(conn, &mut context.known_bands(), entry, context.source, &fingerprint.bands)?;
    conn.prepare_cached("insert into sketches (entry_id, arrived_at, sketch) values (?, ?, ?)")?
        .execute((entry, arrived_at.unix(), &fingerprint.sketch))?;
    Ok(())
}

/// Adds the bands of `article`, the edited version of an entry, to the index. The bands of the former text stay until the entry leaves the window. This
/// does no harm, because they only make the entry a candidate, which is then judged by its new text. An entry that has left the
/// window is not added again.
pub(super) fn insert_edited(
    conn: &Connection,
    context: &StoringContext<'_>,
    stored: &StoredEntry,
    article: &Article,
) -> Result<(), StoreError> {
    let StoredEntry { id: entry, arrived_at, .. } = *stored;
    if context.now.since(arrived_at) > context.dedup.window {
        return Ok(());
    }
    // The cache expects each new row to be the newest of its band, and it may hold the outline of the former text of this
    // entry.
    *context.near.borrow_mut() = NearCache::default();
    conn.prepare_cached("delete from sketches where entry_id = ?")?.execute([entry])?;
    insert(conn, context, entry, arrived_at, &fingerprint_of(article))
}

/// Deletes those of the `limit` oldest sketches whose entries arrived before `before`. Returns how many were deleted.
pub(super) fn delete_old_sketches(
    conn: &Connection,
    before: Timestamp,
    limit: i64,
) -> Result<usize, StoreError> {
    let deleted = conn
        .prepare_cached(
            "delete from sketches where arrived_at < ?1 and entry_id in (
                 select entry_id from sketches order by entry_id limit ?2)",
        )?
        .execute((before.unix(), limit))?;
    Ok(deleted)
}

/// Returns the time between two moments, whichever is the earlier one.
pub(super) fn distance(one: Timestamp, other: Timestamp) -> std::time::Duration {
    one.since(other).max(other.since(one))
}
