//! Chooses which entry represents an article, and where the article stands.

use rusqlite::{Connection, Row, params};

use super::texts::Texts;
use super::{StoreError, texts};
use crate::article::placement::{self, Member, Place};
use crate::model::Key;
use crate::time::Timestamp;

/// Chooses the representative of an article again, after its entries or their filters changed.
///
/// Until the article is published, its representative, guid and place follow from its visible entries. Afterwards guid
/// and place are fixed, and another entry represents the article only if its representative was deleted or held back by
/// a filter.
pub(super) fn choose(conn: &Connection, article: i64) -> Result<(), StoreError> {
    let (published_at, representative): (Option<i64>, Option<i64>) = conn
        .prepare_cached("select published_at, representative from articles where id = ?")?
        .query_row([article], |row| Ok((row.get(0)?, row.get(1)?)))?;
    if published_at.is_some() && is_visible_in(conn, article, representative)? {
        return Ok(());
    }
    let members = members(conn, article)?;
    let Some(chosen) = placement::representative(&members) else {
        conn.prepare_cached("update articles set representative = null where id = ?")?.execute([article])?;
        return Ok(());
    };
    if published_at.is_some() {
        conn.prepare_cached("update articles set representative = ? where id = ?")?
            .execute(params![chosen.entry, article])?;
        return Ok(());
    }
    let Place { river_at, placed_at } = placement::place_together(chosen, &members);
    conn.prepare_cached("update articles set representative = ?, river_at = ?, placed_at = ? where id = ?")?
        .execute(params![chosen.entry, river_at.unix(), placed_at.unix(), article])?;
    // If another article has this guid by now, this article keeps its present guid.
    conn.prepare_cached("update or ignore articles set guid = ? where id = ? and guid <> ?1")?
        .execute(params![chosen.own_guid, article])?;
    Ok(())
}

/// Returns whether an entry belongs to an article and no filter holds it back.
fn is_visible_in(conn: &Connection, article: i64, entry: Option<i64>) -> Result<bool, StoreError> {
    let sql = "select 1 from entries where id = ? and article_id = ? and held_back is null";
    Ok(conn.prepare_cached(sql)?.exists(params![entry, article])?)
}

/// Returns the visible entries of an article.
fn members(conn: &Connection, article: i64) -> Result<Vec<Member>, StoreError> {
    let sql =
        "select entries.id, own_guid, priority, own_site, position, published_at, key, river_at, placed_at,
                   summary, content, packed
               from entries join sources on sources.id = source_id left join texts on texts.entry_id = entries.id
               where article_id = ? and held_back is null";
    let mut query = conn.prepare_cached(sql)?;
    let mut measured = MeasuredText::default();
    let rows = query.query_map([article], |row| {
        Ok(Member {
            entry: row.get(0)?,
            own_guid: row.get(1)?,
            priority: row.get(2)?,
            source_is_writer: row.get(3)?,
            position: row.get(4)?,
            published_at: row.get::<_, Option<i64>>(5)?.map(Timestamp::from_unix),
            key: Key(row.get(6)?),
            place: Place {
                river_at: Timestamp::from_unix(row.get(7)?),
                placed_at: Timestamp::from_unix(row.get(8)?),
            },
            text_length: measured.length_at(row, 9)?,
        })
    })?;
    Ok(rows.collect::<Result<_, _>>()?)
}

/// The packed texts that were measured last, and their length. Many entries of an article are copies, and unpacking each would
/// take most of the time of a first poll that brings one text from a hundred sources.
#[derive(Default)]
struct MeasuredText {
    packed: Vec<u8>,
    length: usize,
}

impl MeasuredText {
    /// Returns the length of the texts of a row, whose columns stand from the place `first` on.
    fn length_at(&mut self, row: &Row<'_>, first: usize) -> rusqlite::Result<usize> {
        let packed = row.get_ref(first + 2)?.as_blob_or_null()?.unwrap_or_default();
        if packed.is_empty() {
            return Ok(text_length(texts::read_at(row, first)?));
        }
        if self.packed != packed {
            self.length = text_length(texts::read_at(row, first)?);
            packed.clone_into(&mut self.packed);
        }
        Ok(self.length)
    }
}

/// How many characters of a text are read to measure its length.
const MEASURED: usize = 4000;

/// Returns how many bytes of the content, or else of the summary, a reader sees. Only the first [`MEASURED`] characters are
/// read, those of tags included.
pub(super) fn text_length((summary, content): Texts) -> usize {
    let text = content.or(summary).unwrap_or_default();
    let read = text.char_indices().nth(MEASURED).and_then(|(end, _)| text.get(..end));
    visible_length(read.unwrap_or(&text))
}

/// Returns how many bytes of a sanitised text stand outside its tags, without white space.
fn visible_length(text: &str) -> usize {
    let mut in_tag = false;
    let mut length = 0;
    for byte in text.bytes() {
        match byte {
            b'<' => in_tag = true,
            b'>' => in_tag = false,
            byte => length += usize::from(!in_tag && !byte.is_ascii_whitespace()),
        }
    }
    length
}

#[cfg(test)]
mod tests {
    use super::visible_length;

    #[test]
    fn only_what_a_reader_sees_counts_as_length() {
        assert_eq!(visible_length("<p><a href=\"https://a.example/1\">Comments</a> 12</p>"), 10);
        assert_eq!(visible_length(""), 0);
    }
}
