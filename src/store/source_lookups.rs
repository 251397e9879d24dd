//! Finds sources by their names, addresses and tags, and says under which title and address they are published.

use std::collections::HashMap;
use std::sync::Arc;

use rusqlite::{Connection, OptionalExtension as _};

use super::{StoreError, state};
use crate::model::{Location, Source, SourceId, secret_address};
use crate::time::Timestamp;

/// Returns the row of the source with this name or address. A configured source is preferred to a retired one.
pub(super) fn find(conn: &Connection, name_or_url: &str) -> Result<Option<SourceId>, StoreError> {
    let found = conn
        .prepare_cached(
            "select id from sources where name = ?1 or url = ?1
             order by retired_at is not null, retired_at desc, id limit 1",
        )?
        .query_row([name_or_url], |row| row.get(0).map(SourceId))
        .optional()?;
    Ok(found)
}

/// A source that feeds.toml no longer names, and that is still stored.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct RetiredSource {
    /// Name in the last feeds.toml that named the source.
    pub name: String,
    /// Address as [`Location::as_url_text`]. It may hold a secret.
    pub address: String,
    /// Address without secrets.
    pub shown_url: String,
    /// When riverd noticed that feeds.toml no longer names the source. `None` if it has not noticed yet.
    pub retired_at: Option<Timestamp>,
    /// Number of articles with an entry of the source.
    pub articles: u64,
}

/// Returns the stored sources with this name (ignoring case) or address that are not in `configured`, those that were retired
/// last first. Those that are to be purged are left out.
pub(super) fn retired(
    conn: &Connection,
    (name, address): (&str, Option<&str>),
    configured: &HashMap<SourceId, Arc<Source>>,
) -> Result<Vec<RetiredSource>, StoreError> {
    let mut query = conn.prepare(
        "select id, name, url, private, retired_at,
             (select count(distinct article_id) from entries where source_id = sources.id) as articles
         from sources where purge = 0 and (name = ?1 collate nocase or url = ?2)
         order by retired_at is not null, retired_at desc, id desc",
    )?;
    let rows = query.query_map([Some(name), address], |row| {
        let (name, address): (String, String) = (row.get("name")?, row.get("url")?);
        let source = RetiredSource {
            shown_url: published(&address, &name, row.get("private")?),
            retired_at: state::time(row, "retired_at")?,
            articles: row.get::<_, i64>("articles")?.cast_unsigned(),
            name,
            address,
        };
        Ok((SourceId(row.get("id")?), source))
    })?;
    let found: Vec<_> = rows.collect::<Result<_, _>>()?;
    // A source that has only a new address in feeds.toml keeps its name, and its row gets that address soon.
    let has_moved = |source: &RetiredSource| {
        source.retired_at.is_none() && configured.values().any(|other| other.name == source.name)
    };
    let removed = found.into_iter().filter(|(id, source)| !configured.contains_key(id) && !has_moved(source));
    Ok(removed.map(|(_, source)| source).collect())
}

/// Returns the rows of the sources of feeds.toml that have this tag.
pub(super) fn tagged(conn: &Connection, tag: &str) -> Result<Vec<i64>, StoreError> {
    let mut query = conn.prepare_cached(
        "select source_id from source_tags join sources on sources.id = source_id where tag = ? and retired_at is null",
    )?;
    let rows = query.query_map([tag], |row| row.get(0))?;
    Ok(rows.collect::<Result<_, _>>()?)
}

/// Returns the row of a configured source by its address.
pub(super) fn by_address(conn: &Connection, url: &str) -> Result<Option<SourceId>, StoreError> {
    let found = conn
        .prepare_cached("select id from sources where url = ? and retired_at is null")?
        .query_row([url], |row| row.get(0).map(SourceId))
        .optional()?;
    Ok(found)
}

/// Returns the titles of the sources of feeds.toml, by the names of the sources. A title is the one in feeds.toml, or else that
/// of the feed.
pub(super) fn titles(conn: &Connection) -> Result<HashMap<String, String>, StoreError> {
    let mut query = conn.prepare_cached(
        "select name, coalesce(title, feed_title) from sources
         where retired_at is null and coalesce(title, feed_title, '') <> ''",
    )?;
    let rows = query.query_map([], |row| Ok((row.get(0)?, row.get(1)?)))?;
    Ok(rows.collect::<Result<_, _>>()?)
}

/// Returns the address of a source as it may be published.
pub(super) fn published(url: &str, name: &str, private: bool) -> String {
    let location = match url::Url::parse(url) {
        Ok(parsed) if parsed.scheme() != "file" => Location::Http(parsed),
        _ if private => return secret_address::instead_of(&Location::File(url.into()), name),
        _ => return url.to_owned(),
    };
    secret_address::published(&location, private)
        .unwrap_or_else(|| secret_address::instead_of(&location, name))
}
