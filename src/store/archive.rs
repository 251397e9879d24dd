//! Publishes articles, and reads the pages of archives.

use std::collections::HashSet;
use std::ops::RangeInclusive;

use rusqlite::{Connection, params};

use super::river::{self, ItemsOf};
use super::selection::RiverSelection;
use super::{StoreError, pages};
use crate::config::NearDuplicates;
use crate::model::{ArticleId, RiverItem};
use crate::time::Timestamp;

/// Where an archive ends.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct ArchiveEnd {
    /// Number of the newest article that is still in the archive and that [`ends`] does not leave out.
    pub newest: u64,
    /// The last number that was given. The article with this number may have been deleted.
    pub last: u64,
}

/// Where the archive of a selection ends. Both ends are `None` if it has no archive.
#[derive(Clone, Copy, PartialEq, Eq, Default, Debug)]
pub struct ArchiveEnds {
    /// The end of the whole archive. `None` if the archive is empty.
    pub whole: Option<ArchiveEnd>,
    /// The end without the articles that are shown elsewhere. `None` if no other article is left.
    pub without_shown: Option<ArchiveEnd>,
}

/// The articles of one page of an archive.
#[derive(Clone, Debug)]
pub struct ArchivedArticles {
    /// The articles that are still stored and visible, ordered by river time, the newest first.
    pub articles: Vec<RiverItem>,
    /// Number of the newest article before the page.
    pub next_older: Option<u64>,
    /// The last number that was given.
    pub last: u64,
}

/// Publishes up to `limit` visible articles that are not published yet and do not wait for a page, and numbers them in the
/// archive of the river. Before that, it ends the waits that have lasted too long. Returns how many were published.
pub(super) fn publish(conn: &Connection, now: Timestamp, limit: usize) -> Result<usize, StoreError> {
    pages::end_long_waits(conn, now, limit)?;
    let changed = conn
        .prepare_cached(
            "update articles set published_at = ?1, archive_number = numbered.number
             from (select id, row_number() over (order by placed_at, id) + (select last_number from views where id = 0)
                       as number
                   from (select id, placed_at from articles indexed by articles_unpublished
                         where published_at is null and representative is not null
                             and id not in (select article_id from pages join entries on entries.id = entry_id
                                            where waits_until is not null)
                         order by id limit ?2)) as numbered
             where articles.id = numbered.id",
        )?
        .execute(params![now.unix(), limit as i64])?;
    if changed > 0 {
        conn.prepare_cached("update views set last_number = last_number + ? where id = 0")?
            .execute([changed as i64])?;
    }
    Ok(changed)
}

/// The articles of a feed with an archive, by their numbers.
struct Archive {
    /// Row of the view; 0 for the river.
    view: i64,
    last_number: i64,
}

impl Archive {
    /// Returns the archive of a selection. Only the river and views have one.
    fn of(conn: &Connection, selection: &RiverSelection) -> Result<Option<Self>, StoreError> {
        let name = match selection {
            RiverSelection::River => "",
            RiverSelection::View(name) => name,
            RiverSelection::Tag(_) | RiverSelection::Source(_) | RiverSelection::Search(_) => {
                return Ok(None);
            }
        };
        let mut query = conn.prepare_cached("select id, last_number from views where name = ?")?;
        let mut rows = query.query([name])?;
        let row = rows.next()?;
        Ok(row
            .map(|row| Ok::<_, rusqlite::Error>(Self { view: row.get(0)?, last_number: row.get(1)? }))
            .transpose()?)
    }

    /// Returns the newest number up to `limit` that has a visible article.
    fn newest(&self, conn: &Connection, limit: i64) -> Result<Option<i64>, StoreError> {
        // Both statements get the same parameters, so the first one has to use ?1, too. It is 0 for the river.
        let sql = match self.view {
            0 => {
                "select max(archive_number) from articles
                 where archive_number <= ?2 and representative is not null and ?1 = 0"
            }
            _ => "select max(number) from view_articles where view_id = ?1 and number <= ?2",
        };
        Ok(conn.prepare_cached(sql)?.query_row([self.view, limit], |row| row.get(0))?)
    }

    /// Returns the end of the archive if its newest article has the number `newest`.
    fn end_at(&self, newest: i64) -> ArchiveEnd {
        ArchiveEnd { newest: newest.unsigned_abs(), last: self.last_number.unsigned_abs() }
    }

    /// Returns the newest number whose visible article is not in `shown`. Reads at most one number more than `shown` has
    /// articles.
    fn newest_without(
        &self,
        conn: &Connection,
        shown: &HashSet<ArticleId>,
    ) -> Result<Option<i64>, StoreError> {
        let sql = match self.view {
            0 => {
                "select archive_number, id from articles
                 where archive_number is not null and representative is not null and ?1 = 0
                 order by archive_number desc"
            }
            _ => "select number, article_id from view_articles where view_id = ?1 order by number desc",
        };
        let mut query = conn.prepare_cached(sql)?;
        let mut rows = query.query([self.view])?;
        while let Some(row) = rows.next()? {
            if !shown.contains(&ArticleId(row.get(1)?)) {
                return Ok(Some(row.get(0)?));
            }
        }
        Ok(None)
    }

    /// Returns the rows of the articles with the numbers from `first` to `last`.
    fn articles(&self, conn: &Connection, first: i64, last: i64) -> Result<Vec<i64>, StoreError> {
        let sql = match self.view {
            0 => {
                "select id from articles
                 where archive_number between ?2 and ?3 and representative is not null and ?1 = 0"
            }
            _ => "select article_id from view_articles where view_id = ?1 and number between ?2 and ?3",
        };
        let mut query = conn.prepare_cached(sql)?;
        let rows = query.query_map([self.view, first, last], |row| row.get(0))?;
        Ok(rows.collect::<Result<_, _>>()?)
    }
}

/// Returns where the archive of a selection ends, with and without the articles in `shown`.
pub(super) fn ends(
    conn: &Connection,
    selection: &RiverSelection,
    shown: &HashSet<ArticleId>,
) -> Result<ArchiveEnds, StoreError> {
    let Some(archive) = Archive::of(conn, selection)? else { return Ok(ArchiveEnds::default()) };
    let end_at = |newest: Option<i64>| newest.map(|newest| archive.end_at(newest));
    Ok(ArchiveEnds {
        whole: end_at(archive.newest(conn, archive.last_number)?),
        without_shown: end_at(archive.newest_without(conn, shown)?),
    })
}

/// Returns the articles of a selection with these numbers, as [`river::latest`] orders them. Returns `None` if the
/// selection has no archive, or if the first number was not given yet.
pub(super) fn articles(
    conn: &Connection,
    selection: &RiverSelection,
    numbers: &RangeInclusive<u64>,
    near: NearDuplicates,
) -> Result<Option<ArchivedArticles>, StoreError> {
    let Some(archive) = Archive::of(conn, selection)? else { return Ok(None) };
    let bound = |number: u64| i64::try_from(number).unwrap_or(i64::MAX);
    let (first, last) = (bound(*numbers.start()), bound(*numbers.end()));
    if first > archive.last_number {
        return Ok(None);
    }
    let ids = archive.articles(conn, first, last)?;
    Ok(Some(ArchivedArticles {
        articles: river::items(conn, ids, ItemsOf::AllSources, near)?,
        next_older: archive.newest(conn, first - 1)?.map(i64::unsigned_abs),
        last: archive.last_number.unsigned_abs(),
    }))
}
