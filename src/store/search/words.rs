//! The words of the index and how frequent they are, to find words by their beginning.
//!
//! For a prefix, FTS5 would join the entry lists of all words that begin with it before it finds the first entry: more than
//! a second for three letters in a million articles. Looking up only the most frequent of these words takes a few milliseconds.
//!
//! Maintenance deletes the words that no entry of the index has any more. Otherwise the list would grow for ever, because feeds
//! are full of names and codes that never come again.

use std::collections::HashMap;

use rusqlite::{Connection, OptionalExtension as _, params};
use xxhash_rust::xxh3::xxh3_64_with_seed;

use crate::store::StoreError;
use crate::text::words::is_all_digits;
use crate::time::{DAY, Timestamp};

/// Longest word that is kept, in bytes. Longer ones are mostly addresses and encoded data.
const MAX_WORD: usize = 32;

/// How many words one run of maintenance looks up in the index, which takes some seconds. If there are more words, each day
/// looks up another part of them.
const WORDS_A_RUN: i64 = 200_000;

/// How many words one step of maintenance looks up.
const WORDS_A_STEP: i64 = 1000;

/// Words with their new levels.
pub(super) type WordLevels = Vec<(String, i64)>;

/// Estimates in how many entries each word occurs. Each word has a level, which is about the binary logarithm of that number.
/// For each word and entry, the zero bits at the end of their common hash are counted. A word rises from level n to the next
/// one if there are at least n of these zeros, which happens about once in 2ⁿ entries.
#[derive(Default)]
pub(super) struct WordCounter(HashMap<String, Vec<u32>>);

impl WordCounter {
    /// Adds the words of one entry, which are separated by spaces.
    pub(super) fn add(&mut self, entry: i64, text: &str) {
        for word in text.split(' ').filter(|word| is_kept(word)) {
            let zeros = xxh3_64_with_seed(word.as_bytes(), entry.cast_unsigned()).trailing_zeros();
            match self.0.get_mut(word) {
                // A word that occurs again in the same entry has the same number of zeros. The next entry with the word is not
                // counted if it has that number, too, but the level is only rough anyway.
                Some(known) if known.last() == Some(&zeros) => {}
                Some(known) => known.push(zeros),
                None => {
                    self.0.insert(word.to_owned(), vec![zeros]);
                }
            }
        }
    }

    /// Returns the words whose level changes, with their new levels.
    pub(super) fn changes(self, conn: &Connection) -> Result<WordLevels, StoreError> {
        let mut query = conn.prepare_cached("select level from search_words where word = ?")?;
        let mut changes = Vec::new();
        for (word, zeros) in self.0 {
            let known: Option<i64> = query.query_row([&word], |row| row.get(0)).optional()?;
            let rise = |level: i64, zeros: u32| level + i64::from(i64::from(zeros) >= level);
            let level = zeros.into_iter().fold(known.unwrap_or_default(), rise);
            if known != Some(level) {
                changes.push((word, level));
            }
        }
        changes.sort_unstable();
        Ok(changes)
    }
}

fn is_kept(word: &str) -> bool {
    word.len() <= MAX_WORD && word.len() > 1 && !is_all_digits(word)
}

/// Writes new levels.
pub(super) fn write(conn: &Connection, levels: &WordLevels) -> Result<(), StoreError> {
    let mut insert =
        conn.prepare_cached("insert or replace into search_words (word, level) values (?, ?)")?;
    for (word, level) in levels {
        insert.execute(params![word, level])?;
    }
    Ok(())
}

/// The words that maintenance has still to look up in the index.
pub(in crate::store) struct WordsToCheck {
    /// The last word before the words that are to be looked up.
    after: String,
    /// How many words after `after` are to be looked up at most.
    left: i64,
}

/// Returns the words that the maintenance of the day of `now` looks up.
pub(in crate::store) fn to_check(conn: &Connection, now: Timestamp) -> Result<WordsToCheck, StoreError> {
    let words: i64 = conn.query_row("select count(*) from search_words", [], |row| row.get(0))?;
    let parts = words / WORDS_A_RUN + 1;
    let part = now.unix().div_euclid(DAY.as_secs().cast_signed()).rem_euclid(parts);
    let after: Option<String> = conn
        .prepare_cached("select word from search_words order by word limit 1 offset ?")?
        .query_row([part * WORDS_A_RUN - 1], |row| row.get(0))
        .optional()?;
    // A negative offset counts as 0, and the first part begins before the first word.
    let after = after.filter(|_| part > 0).unwrap_or_default();
    Ok(WordsToCheck { after, left: WORDS_A_RUN })
}

/// Looks up the next words. Returns the words that no entry in the index has, and which words are still to be looked up; `None`
/// if none are.
pub(in crate::store) fn find_unused(
    conn: &Connection,
    words: &WordsToCheck,
) -> Result<(Vec<String>, Option<WordsToCheck>), StoreError> {
    let mut query =
        conn.prepare_cached("select word from search_words where word > ? order by word limit ?")?;
    let rows = query.query_map(params![words.after, WORDS_A_STEP.min(words.left)], |row| row.get(0))?;
    let read: Vec<String> = rows.collect::<Result<_, _>>()?;
    let left = words.left - read.len() as i64;
    let next = read.last().filter(|_| left > 0).map(|last| WordsToCheck { after: last.clone(), left });
    // Words never contain a quotation mark, so they need no escapes.
    let mut search = conn.prepare_cached("select 1 from search_index where search_index match ? limit 1")?;
    let mut unused = Vec::new();
    for word in read {
        if !search.exists([format!("\"{word}\"")])? {
            unused.push(word);
        }
    }
    Ok((unused, next))
}

/// Deletes words from the list.
pub(in crate::store) fn delete(conn: &Connection, words: &[String]) -> Result<(), StoreError> {
    let mut delete = conn.prepare_cached("delete from search_words where word = ?")?;
    for word in words {
        delete.execute([word])?;
    }
    Ok(())
}

/// Returns the most frequent words that begin with `beginning`, at most `limit`.
pub(super) fn beginning_with(
    conn: &Connection,
    beginning: &str,
    limit: usize,
) -> Result<Vec<String>, StoreError> {
    let mut query = conn.prepare_cached(
        "select word from search_words where word >= ?1 and word < ?1 || char(0x10ffff)
         order by level desc, word limit ?2",
    )?;
    let rows = query.query_map(params![beginning, limit as i64], |row| row.get(0))?;
    Ok(rows.collect::<Result<_, _>>()?)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_level_of_a_word_is_about_the_logarithm_of_its_entries() {
        let conn = Connection::open_in_memory().unwrap();
        conn.execute_batch("create table search_words (word text primary key, level integer not null)")
            .unwrap();
        for batch in 0..64_i64 {
            let mut counter = WordCounter::default();
            for entry in batch * 64..(batch + 1) * 64 {
                counter.add(entry, if entry % 64 == 0 { "common common rare" } else { "common 2026" });
            }
            write(&conn, &counter.changes(&conn).unwrap()).unwrap();
        }
        let level = |word: &str| -> i64 {
            conn.query_row("select level from search_words where word = ?", [word], |row| row.get(0)).unwrap()
        };
        assert!((10..=15).contains(&level("common")), "{}", level("common"));
        assert!((4..=9).contains(&level("rare")), "{}", level("rare"));
        assert_eq!(beginning_with(&conn, "co", 5).unwrap(), ["common"]);
        assert_eq!(beginning_with(&conn, "2", 5).unwrap(), Vec::<String>::new());
    }
}
