//! Chooses which entry represents an article, and where the article stands.

use rusqlite::{Connection, params};

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
    let members = members(conn, article)?;
    let is_visible = members.iter().any(|member| Some(member.entry) == representative);
    if published_at.is_some() && is_visible {
        return Ok(());
    }
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

/// Returns the visible entries of an article.
fn members(conn: &Connection, article: i64) -> Result<Vec<Member>, StoreError> {
    let sql =
        "select entries.id, own_guid, priority, own_site, position, published_at, key, river_at, placed_at,
                   summary, content, packed
               from entries join sources on sources.id = source_id left join texts on texts.entry_id = entries.id
               where article_id = ? and held_back is null";
    let mut query = conn.prepare_cached(sql)?;
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
            text_length: text_length(texts::read_at(row, 9)?),
        })
    })?;
    Ok(rows.collect::<Result<_, _>>()?)
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
