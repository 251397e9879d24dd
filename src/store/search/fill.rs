//! Fills the full-text index in small batches. A batch is read and split into words outside the writer thread, which only
//! has to write it.
//!
//! If the transaction of a poll filled the index, the poll would be several times as expensive.

use rusqlite::{Connection, OptionalExtension as _, Row, params};

use super::SOURCE_MARK;
use super::words::{self, WordCounter, WordLevels};
use crate::article::completion;
use crate::model::{Origin, SafeHtml};
use crate::store::error::is_unreadable_value;
use crate::store::state::json;
use crate::store::{StoreError, texts};
use crate::text::html;
use crate::text::search::index_text;

/// How many entries are indexed in one transaction. Polls get their turn in between.
const BATCH: i64 = 64;

/// Longest text of an entry that is indexed, in bytes: some 16 000 English words. Only the beginning of a longer text is
/// indexed.
const MAX_TEXT: usize = 100_000;

/// How much of the HTML of a text is read for that, in bytes. Most of it may be markup.
const MAX_HTML: usize = 8 * MAX_TEXT;

/// The number of an entry is its `rowid` in the index. The high bits of the number are the stretch of time in which the entry
/// was placed, so that the newest entries have the highest numbers. This many low bits tell the entries of one stretch apart,
/// so there are 2¹² numbers for each stretch.
const NUMBER_BITS: u32 = 12;

/// A stretch of time has two to the power of this many seconds.
const STRETCH_BITS: u32 = 6;

/// Latest place that a number can express, in seconds since 1970: the year 10 000. A wrong date must not make the
/// number overflow.
const MAX_PLACE: i64 = 253_402_300_800;

/// Some entries that are ready to be written to the index.
pub(in crate::store) struct FillBatch {
    entries: Vec<IndexedEntry>,
    /// Entries that are gone.
    gone: Vec<i64>,
    words: WordLevels,
    progress: Progress,
}

/// An entry as it is written to the index.
struct IndexedEntry {
    id: i64,
    placed_at: i64,
    /// The words of title, text, author and source.
    columns: [String; 4],
}

/// How far the index is filled once a batch is written.
enum Progress {
    /// Changed and deleted entries, up to this number of the queue.
    Queue(i64),
    /// New entries, up to this row.
    New(i64),
    /// The entries of a renamed source, those after the row `after` up to the row `to`. `to` is `None` if no entry is left.
    Renamed { source: i64, after: i64, to: Option<i64>, names: SourceNames },
    /// Entries that were stored before the index was made, down to this row.
    Old(i64),
}

/// The name of a source, and its title if feeds.toml gives one.
type SourceNames = (String, Option<String>);

impl FillBatch {
    /// Returns how many entries the batch writes or removes.
    pub(in crate::store) fn len(&self) -> usize {
        self.entries.len() + self.gone.len()
    }
}

/// Returns whether there is nothing to index.
pub(in crate::store) fn is_complete(conn: &Connection) -> Result<bool, StoreError> {
    let sql = "select not exists (select 1 from search_queue) and not exists (select 1 from search_renamed)
                   and coalesce((select max(id) from entries), 0) <= newest
                   and not exists (select 1 from entries where id < oldest)
               from search_progress";
    Ok(conn.prepare_cached(sql)?.query_row([], |row| row.get(0))?)
}

/// Reads the next entries to index. Returns `None` if there are none.
pub(in crate::store) fn next_batch(conn: &Connection) -> Result<Option<FillBatch>, StoreError> {
    let Some((rows, progress)) = next_rows(conn)? else { return Ok(None) };
    let mut batch = FillBatch { entries: Vec::new(), gone: Vec::new(), words: Vec::new(), progress };
    let mut counter = WordCounter::default();
    let mut unreadable = Vec::new();
    for id in rows {
        match indexed_entry(conn, id) {
            Ok(Some(entry)) => {
                for words in &entry.columns {
                    counter.add(id, words);
                }
                batch.entries.push(entry);
            }
            Ok(None) => batch.gone.push(id),
            // One damaged row must not keep the others from being found. Once it is mended, it is indexed.
            Err(StoreError::Sqlite(error)) if is_unreadable_value(&error) => {
                batch.gone.push(id);
                unreadable.push((id, error));
            }
            Err(error) => return Err(error),
        }
    }
    if let Some((entry, error)) = unreadable.first() {
        tracing::error!(
            entries = unreadable.len(),
            first = entry,
            %error,
            "entries can't be read and are left out of the search index: the database is damaged; \
             hint: while riverd is stopped, `riverd recover` mends them"
        );
    }
    batch.words = counter.changes(conn)?;
    Ok(Some(batch))
}

/// Returns the rows of the next entries to index, and how far the index is filled once they are written.
fn next_rows(conn: &Connection) -> Result<Option<(Vec<i64>, Progress)>, StoreError> {
    let ids = |sql: &str, from: &[i64]| -> Result<Vec<i64>, StoreError> {
        let mut query = conn.prepare_cached(sql)?;
        let rows =
            query.query_map(rusqlite::params_from_iter(from.iter().chain([&BATCH])), |row| row.get(0))?;
        Ok(rows.collect::<Result<_, _>>()?)
    };
    let numbers = ids("select number from search_queue where number > ? order by number limit ?", &[0])?;
    if let Some(last) = numbers.last() {
        let changed = ids("select distinct entry_id from search_queue where number <= ? limit ?", &[*last])?;
        return Ok(Some((changed, Progress::Queue(*last))));
    }
    let (newest, oldest) = conn
        .prepare_cached("select newest, oldest from search_progress")?
        .query_row([], |row| Ok((row.get(0)?, row.get(1)?)))?;
    let new = ids("select id from entries where id > ? order by id limit ?", &[newest])?;
    if let Some(last) = new.last() {
        return Ok(Some((new.clone(), Progress::New(*last))));
    }
    let renamed: Option<(i64, i64)> = conn
        .prepare_cached("select source_id, after from search_renamed limit 1")?
        .query_row([], |row| Ok((row.get(0)?, row.get(1)?)))
        .optional()?;
    if let Some((source, after)) = renamed {
        let sql = "select id from entries where source_id = ? and id > ? order by id limit ?";
        let rows = ids(sql, &[source, after])?;
        let (to, names) = (rows.last().copied(), names_of(conn, source)?);
        return Ok(Some((rows, Progress::Renamed { source, after, to, names })));
    }
    let old = ids("select id from entries where id < ? order by id desc limit ?", &[oldest])?;
    Ok(old.last().copied().map(|last| (old, Progress::Old(last))))
}

fn names_of(conn: &Connection, source: i64) -> Result<SourceNames, StoreError> {
    let names = conn
        .prepare_cached("select name, title from sources where id = ?")?
        .query_row([source], |row| Ok((row.get(0)?, row.get(1)?)))
        .optional()?;
    Ok(names.unwrap_or_default())
}

/// Reads an entry and splits its texts into words. Returns `None` if the entry is gone.
fn indexed_entry(conn: &Connection, id: i64) -> Result<Option<IndexedEntry>, StoreError> {
    let sql = "select entries.title, author, placed_at, source_id, name, sources.title as own_title, feed_title, origin,
                   summary, content, packed, (select pages.content from pages where pages.entry_id = entries.id) as page
               from entries join sources on sources.id = source_id join texts on texts.entry_id = entries.id
               where entries.id = ?";
    let mut query = conn.prepare_cached(sql)?;
    Ok(query.query_row([id], |row| read_entry(row, id)).optional()?)
}

fn read_entry(row: &Row<'_>, id: i64) -> rusqlite::Result<IndexedEntry> {
    let text = |column: &str| row.get::<_, Option<String>>(column).map(Option::unwrap_or_default);
    let html = |text: Option<String>| text.map(SafeHtml::assume_sanitised);
    let (summary, content) = texts::read(row)?;
    let (mut summary, mut content) = (html(summary), html(content));
    completion::use_page(&mut summary, &mut content, html(row.get("page")?));
    let plain = |text: Option<SafeHtml>| {
        text.map(|html| html::to_plain(html::first_bytes(html.as_str(), MAX_HTML))).unwrap_or_default()
    };
    let (summary, content) = (plain(summary), plain(content));
    // Most summaries are the beginning of the content.
    let body = if content.contains(summary.trim()) { content } else { format!("{summary}\n{content}") };
    let origin: Option<Origin> = json(row, "origin")?;
    let title = row.get::<_, Option<String>>("own_title")?.map_or_else(|| text("feed_title"), Ok)?;
    let carried_from = origin.and_then(|origin| origin.title).unwrap_or_default();
    let source: i64 = row.get("source_id")?;
    let source_names = index_text(&format!("{title}\n{}\n{carried_from}", text("name")?));
    Ok(IndexedEntry {
        id,
        placed_at: row.get("placed_at")?,
        columns: [
            index_text(&text("title")?),
            index_text(body.get(..body.floor_char_boundary(MAX_TEXT)).unwrap_or_default()),
            index_text(&text("author")?),
            format!("{source_names} {SOURCE_MARK}{source} {SOURCE_MARK}"),
        ],
    })
}

/// Writes a batch to the index.
pub(in crate::store) fn write(conn: &Connection, batch: &FillBatch) -> Result<(), StoreError> {
    for entry in batch.entries.iter().map(|entry| entry.id).chain(batch.gone.iter().copied()) {
        remove(conn, entry)?;
    }
    let mut numbered = Vec::with_capacity(batch.entries.len());
    for entry in &batch.entries {
        numbered.push((add_number(conn, entry)?, entry));
    }
    // FTS5 begins a new part of the index whenever a number is lower than the last one.
    numbered.sort_unstable_by_key(|(doc, _)| *doc);
    let mut insert = conn.prepare_cached(
        "insert into search_index (rowid, title, text, author, source) values (?, ?, ?, ?, ?)",
    )?;
    for (doc, entry) in numbered {
        let [title, text, author, source] = &entry.columns;
        insert.execute(params![doc, title, text, author, source])?;
    }
    words::write(conn, &batch.words)?;
    note_progress(conn, &batch.progress)
}

fn remove(conn: &Connection, entry: i64) -> Result<(), StoreError> {
    let doc: Option<i64> = conn
        .prepare_cached("delete from search_docs where entry_id = ? returning doc")?
        .query_row([entry], |row| row.get(0))
        .optional()?;
    if let Some(doc) = doc {
        conn.prepare_cached("delete from search_index where rowid = ?")?.execute([doc])?;
    }
    Ok(())
}

/// Gives an entry the next free number of its stretch of time.
fn add_number(conn: &Connection, entry: &IndexedEntry) -> Result<i64, StoreError> {
    let mut stretch = entry.placed_at.clamp(0, MAX_PLACE) >> STRETCH_BITS;
    let mut last = conn.prepare_cached("select max(doc) from search_docs where doc >= ? and doc < ?")?;
    let doc = loop {
        let (first, end) = (stretch << NUMBER_BITS, (stretch + 1) << NUMBER_BITS);
        let taken: Option<i64> = last.query_row([first, end], |row| row.get(0))?;
        let free = taken.map_or(first, |taken| taken + 1);
        if free < end {
            break free;
        }
        // All numbers of this stretch are taken. This happens if a long list of sources is polled for the first time.
        stretch += 1;
    };
    conn.prepare_cached("insert into search_docs (doc, entry_id) values (?, ?)")?
        .execute(params![doc, entry.id])?;
    Ok(doc)
}

/// Returns the number after the last one of the stretch of time that contains `placed_at`.
pub(super) fn end_of_stretch(placed_at: i64) -> i64 {
    ((placed_at.clamp(0, MAX_PLACE) >> STRETCH_BITS) + 1) << NUMBER_BITS
}

fn note_progress(conn: &Connection, progress: &Progress) -> Result<(), StoreError> {
    match progress {
        Progress::Queue(last) => {
            conn.prepare_cached("delete from search_queue where number <= ?")?.execute([last])?
        }
        Progress::New(last) => {
            conn.prepare_cached("update search_progress set newest = ?")?.execute([last])?
        }
        Progress::Old(last) => {
            conn.prepare_cached("update search_progress set oldest = ?")?.execute([last])?
        }
        // The source was renamed again after the batch was read, so its entries are indexed again from the first on.
        Progress::Renamed { source, names, .. } if *names != names_of(conn, *source)? => 0,
        Progress::Renamed { source, after, to: Some(to), .. } => conn
            .prepare_cached("update search_renamed set after = ?3 where source_id = ?1 and after = ?2")?
            .execute([source, after, to])?,
        Progress::Renamed { source, after, to: None, .. } => conn
            .prepare_cached("delete from search_renamed where source_id = ? and after = ?")?
            .execute([source, after])?,
    };
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Returns the tables that [`next_batch`] reads, with two entries of one source.
    fn database() -> Connection {
        let conn = Connection::open_in_memory().unwrap();
        conn.execute_batch(
            "create table sources (id integer primary key, name text, title text, feed_title text);
             create table entries (id integer primary key, source_id integer, title text, author text, placed_at integer,
                                   origin text);
             create table texts (entry_id integer, summary text, content text, packed blob);
             create table pages (entry_id integer, content text);
             insert into sources (id, name) values (7, 'first');
             insert into entries (id, source_id, placed_at) values (1, 7, 1000), (2, 7, 2000);
             insert into texts (entry_id) values (1), (2);",
        )
        .unwrap();
        conn.execute_batch(include_str!("../../../migrations/0014_search.sql")).unwrap();
        conn.execute("update search_progress set oldest = 0", []).unwrap();
        conn
    }

    fn rename(conn: &Connection, name: &str) {
        conn.execute("update sources set name = ?", [name]).unwrap();
    }

    fn fill(conn: &Connection) {
        while let Some(batch) = next_batch(conn).unwrap() {
            write(conn, &batch).unwrap();
        }
        assert!(is_complete(conn).unwrap());
    }

    fn found(conn: &Connection, name: &str) -> i64 {
        let sql = "select count(*) from search_index where search_index match ?";
        conn.query_row(sql, [name], |row| row.get(0)).unwrap()
    }

    #[test]
    fn a_source_that_is_renamed_again_while_a_batch_waits_is_found_by_its_last_name() {
        for batches_before in [0, 1] {
            let conn = database();
            rename(&conn, "second");
            for _ in 0..batches_before {
                write(&conn, &next_batch(&conn).unwrap().unwrap()).unwrap();
            }
            let waiting = next_batch(&conn).unwrap().unwrap();
            rename(&conn, "third");
            write(&conn, &waiting).unwrap();
            fill(&conn);
            assert_eq!(["second", "third"].map(|name| found(&conn, name)), [0, 2], "{batches_before}");
        }
    }

    #[test]
    fn entries_that_were_indexed_with_other_words_are_indexed_again_and_found_meanwhile() {
        let conn = database();
        conn.execute("update entries set title = 'Le cœur'", []).unwrap();
        fill(&conn);
        let old = "delete from search_index; insert into search_index (rowid, title) select doc, 'cœur' from search_docs";
        conn.execute_batch(old).unwrap();
        assert_eq!([found(&conn, "coeur"), found(&conn, "cœur")], [0, 2]);
        conn.execute_batch(include_str!("../../../migrations/0035_typed_letters.sql")).unwrap();
        assert!(!is_complete(&conn).unwrap());
        assert_eq!(found(&conn, "cœur"), 2);
        fill(&conn);
        assert_eq!([found(&conn, "coeur"), found(&conn, "cœur")], [2, 0]);
    }
}
