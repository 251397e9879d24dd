//! Reads the articles of a tag, a source or a search in the order of their entries, from any place on.
//!
//! A part begins at the place of an entry, not at a count of articles. So a late part costs no more than the first one, and new
//! articles move no article to another part.

use rusqlite::{Connection, params};

use super::placed_article::{Part, PlacedArticle, placed_article};
use super::selection::RiverSelection;
use super::{StoreError, search, source_lookups};
use crate::model::{EntryPlace, SourceId};
use crate::text::search::SearchQuery;

/// What decides which articles are read, and in which order.
#[derive(Clone, Debug)]
pub(super) enum Members<'q> {
    /// The articles with an entry in the sources that have this tag.
    Tag { tag: &'q str, sources: Vec<i64> },
    /// The articles with an entry in this source.
    Source(SourceId),
    /// The articles with an entry that matches this search.
    Search(&'q SearchQuery),
}

impl<'q> Members<'q> {
    /// Returns the members of a selection. Returns `None` for the river and for views, which are not read in the order of their
    /// entries, and for a source that is not stored.
    pub(super) fn of(conn: &Connection, selection: &'q RiverSelection) -> Result<Option<Self>, StoreError> {
        Ok(match selection {
            RiverSelection::River | RiverSelection::View(_) => None,
            RiverSelection::Tag(tag) => Some(Self::Tag { tag, sources: source_lookups::tagged(conn, tag)? }),
            RiverSelection::Source(name) => source_lookups::find(conn, name)?.map(Self::Source),
            RiverSelection::Search(query) => Some(Self::Search(query)),
        })
    }

    /// Reads at most `limit` articles of a part.
    pub(super) fn read(
        &self,
        conn: &Connection,
        part: Part,
        limit: usize,
    ) -> Result<Vec<PlacedArticle>, StoreError> {
        match self {
            Self::Tag { tag, sources } => of_sources(conn, (sources, Some(tag)), part, limit),
            Self::Source(source) => of_sources(conn, (&[source.0], None), part, limit),
            Self::Search(query) => search::lookup::find(conn, query, part, limit),
        }
    }
}

/// Returns the articles of a part of `sources`, at most `limit`. An article is at the place of its newest visible entry in
/// these sources. `tag` is the tag that all these sources have and no other source; `None` for a single source.
fn of_sources(
    conn: &Connection,
    (sources, tag): (&[i64], Option<&str>),
    part: Part,
    limit: usize,
) -> Result<Vec<PlacedArticle>, StoreError> {
    let (start, upwards) = match part {
        Part::Newest => (EntryPlace { placed_at: i64::MAX, entry: i64::MAX }, false),
        Part::Before(place) => (place, false),
        Part::From(place) => (place, true),
    };
    let mut query = conn.prepare_cached(&sql(upwards))?;
    let mut found: Vec<PlacedArticle> = Vec::new();
    // Once `limit` articles are found, entries beyond the last of these need not be read.
    let mut farthest = if upwards { i64::MAX } else { i64::MIN };
    for source in sources {
        let bounds = params![source, start.placed_at, start.entry, farthest, tag, limit as i64];
        for row in query.query_map(bounds, placed_article)? {
            found.push(row?);
        }
        found.sort_unstable();
        if !upwards {
            found.reverse();
        }
        found.truncate(limit);
        if found.len() == limit {
            farthest = found.last().map_or(farthest, |last| last.place.placed_at);
        }
    }
    Ok(found)
}

/// Returns the statement that reads the articles of one source before a place, the newest first, or upwards from it.
fn sql(upwards: bool) -> String {
    let (from, until, order) = if upwards { (">=", "<=", "asc") } else { ("<", ">=", "desc") };
    // The statement says how each table is read. Otherwise SQLite could choose by statistics from before the first publication,
    // by which a scan of the whole river seems to cost nothing.
    format!(
        "select entries.placed_at, entries.id, article_id from entries indexed by entries_source
             cross join articles not indexed on articles.id = article_id
         where source_id = ?1 and held_back is null and articles.published_at is not null
             and representative is not null
             and (entries.placed_at, entries.id) {from} (?2, ?3) and entries.placed_at {until} ?4
             and not exists (select 1 from entries as later
                 where later.article_id = entries.article_id and later.held_back is null
                     and (later.placed_at, later.id) > (entries.placed_at, entries.id)
                     and (later.source_id = ?1
                          or exists (select 1 from source_tags join sources on sources.id = source_tags.source_id
                                     where tag = ?5 and source_tags.source_id = later.source_id
                                         and retired_at is null)))
         order by entries.placed_at {order}, entries.id {order} limit ?6"
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::store::migrate;

    #[test]
    fn no_statistics_make_a_page_scan_the_river() {
        let conn = migrate::empty_database(migrate::KNOWN).unwrap();
        // As `pragma optimize` leaves them after a poll whose articles are not published yet.
        conn.execute_batch(
            "analyze; delete from sqlite_stat1;
             insert into sqlite_stat1 values ('articles', 'articles_river', '0 0 0'), ('articles', 'articles_unpublished', '5944 1'),
                 ('entries', 'entries_source', '6140 26 1 1 1'), ('entries', 'entries_article', '6140 1');
             analyze sqlite_schema;",
        )
        .unwrap();
        for upwards in [false, true] {
            let steps = migrate::query_plan(&conn, &sql(upwards));
            assert!(!steps.is_empty() && steps.iter().all(|step| !step.starts_with("SCAN")), "{steps:?}");
        }
    }
}
