//! Decides which article a new entry belongs to. An article is a group of entries.
//!
//! Entries that match (same page, same story, same guid), directly or through other entries, are in one group of up to
//! [`MOST_ENTRIES`] entries. The exception are entries that were published as two articles before they matched. So until groups
//! are published, they do not depend on the order in which entries arrive. A published article is never split, deleted in
//! favour of another, moved or given another guid.

use std::borrow::Cow;
use std::collections::BTreeSet;

use rusqlite::{Connection, OptionalExtension as _, Row, params};

use super::entries::{self, NewEntry};
use super::entry_match::{EntryMatch, OWN_GUID, SAME_PAGE};
use super::storing_context::{self, StoringContext};
use super::{StoreError, near_duplicates, representative, texts};
use crate::article::placement::{self, Place};
use crate::article::{dedup, filter};
use crate::model::{Article, CanonicalUrl};
use crate::text::{html, url, words};

/// How many reasons why an entry belongs to its article are kept, for `why`.
const MATCHES_KEPT: usize = 16;

/// How many entries one article has at most. Further entries form another article. No story stands in 256 sources, but a feed
/// may list one text ten thousand times, and the representative of an article is chosen from all of its entries.
const MOST_ENTRIES: i64 = 256;

/// An entry, and its place in the river if it is new.
#[derive(Clone, Copy)]
pub(super) struct PlacedArticle<'a> {
    pub(super) article: &'a Article,
    /// Place of the article that the entry would form alone.
    pub(super) place: Place,
}

/// What became of a new entry.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum JoinOutcome {
    /// The entry became a new article.
    New,
    /// The entry joined an article that has other entries.
    Grouped,
    /// The guid of the entry was made by a riverd and is that of a stored article. So the article came back through a feed that
    /// carries a river.
    OwnArticle,
    /// A filter keeps the entry out of the river.
    HeldBack,
}

/// Stores a new entry with the article that it belongs to, or as a new article. `found` holds the entries on its page
/// ([`same_page`]) and its near duplicates. `shared_url` says that an earlier entry of the source has the same address.
pub(super) fn join(
    conn: &Connection,
    context: &StoringContext<'_>,
    placed: PlacedArticle<'_>,
    shared_url: bool,
    found: Vec<EntryMatch>,
) -> Result<JoinOutcome, StoreError> {
    let PlacedArticle { article, place } = placed;
    let mut matches = own_articles(conn, article)?;
    let claims_own_article = !matches.is_empty();
    matches.extend(found);
    let mut own_guid = own_guid(conn, context, article, &mut matches)?;
    let root = unite(conn, &matches)?;
    if root.is_none() && !matches.is_empty() && with_guid(conn, &own_guid)?.is_some() {
        // If `own_guid` is the guid of an article that has no room for the entry, the entry needs another guid. (If nothing
        // matched, no article has this guid, because that article would have been a match.)
        own_guid = placement::guid(&context.url, &article.key, ATTEMPTS + 1);
    }
    if root.is_none() {
        matches.clear();
    }

    let new = NewEntry {
        article,
        place,
        own_guid: &own_guid,
        shared_url,
        source_is_writer: source_is_writer(context, article),
        held_back: filter::held_back_article(&context.filter, article),
    };
    let entry = match root {
        Some(root) => {
            let entry = entries::insert(conn, context, &new, root)?;
            representative::choose(conn, root)?;
            entry
        }
        None => insert_alone(conn, context, &new)?,
    };
    note_matches(conn, entry, &matches)?;
    near_duplicates::insert(conn, context, entry, context.now, &article.fingerprint)?;
    Ok(match root {
        Some(_) if claims_own_article => JoinOutcome::OwnArticle,
        _ if new.held_back.is_some() => JoinOutcome::HeldBack,
        None => JoinOutcome::New,
        Some(_) => JoinOutcome::Grouped,
    })
}

/// Returns whether the source counts as the writer of the entry: the entry names no other feed as its origin, and its page, if
/// it has one, is on the feed's site.
fn source_is_writer(context: &StoringContext<'_>, article: &Article) -> bool {
    let page = article.url.as_deref().and_then(storing_context::site_of);
    article.origin.is_none() && (page.is_none() || page == context.site)
}

/// Returns the stored article that has the guid of the entry, if the guid looks as if a riverd made it. Such an entry is that
/// article. It comes from this river, from another river, or from an aggregator that carries one of them.
fn own_articles(conn: &Connection, article: &Article) -> Result<Vec<EntryMatch>, StoreError> {
    let Some(guid) = [&article.river_guid, &article.guid]
        .into_iter()
        .flatten()
        .find(|guid| placement::is_river_guid(guid))
    else {
        return Ok(Vec::new());
    };
    Ok(with_guid(conn, guid)?.map(|(found, _)| found).into_iter().collect())
}

/// Returns the article that has this guid, and the page of its representative.
fn with_guid(conn: &Connection, guid: &str) -> Result<Option<(EntryMatch, Option<String>)>, StoreError> {
    let sql = "select articles.id, entries.id, canonical_url from articles
               left join entries on entries.id = representative where articles.guid = ?";
    let found = |row: &Row<'_>| {
        let entry: Option<i64> = row.get(1)?;
        let found = EntryMatch {
            entry: entry.unwrap_or_default(),
            article: row.get(0)?,
            rule: OWN_GUID,
            score: None,
        };
        Ok((found, row.get(2)?))
    };
    Ok(conn.prepare_cached(sql)?.query_row([guid], found).optional()?)
}

/// A new entry and its page.
#[derive(Clone, Copy)]
struct PageOfEntry<'a> {
    article: &'a Article,
    url: &'a CanonicalUrl,
    /// Whether its source gives the address to several entries.
    is_of_several: bool,
}

/// Returns the entries of other sources with the address of the entry, only the earliest of each source. Later entries of
/// a source on one page (the news of a home page, a link that was submitted twice) do not join by their address. Many entries
/// may have the address of a home page or a section, and a source may give one address to several entries. Such an address
/// joins no entries that tell different stories. The address of a page and that of a part of it are one only if the titles are
/// the same and the texts are not two: a comment is not the article that it stands below, nor is a post of a discussion.
/// `is_of_several` says that the document of the entry gives its address to several entries.
pub(super) fn same_page(
    conn: &Connection,
    context: &StoringContext<'_>,
    article: &Article,
    is_of_several: bool,
) -> Result<Vec<EntryMatch>, StoreError> {
    let Some(url) = &article.canonical_url else { return Ok(Vec::new()) };
    let entry = PageOfEntry { article, url, is_of_several };
    let page = url::without_part(&url.0);
    let mut matches = on_page(conn, context, entry, [&url.0, &format!("{}$", url.0)])?;
    if page != url.0 {
        matches.extend(on_page(conn, context, entry, [page, &format!("{page} ")])?);
    }
    Ok(matches)
}

/// Returns those entries of [`same_page`] whose addresses stand in the alphabet from the first address of `range` to before the
/// second. (A `$` comes after the `#` of a fragment there.)
fn on_page(
    conn: &Connection,
    context: &StoringContext<'_>,
    entry: PageOfEntry<'_>,
    [from, before]: [&str; 2],
) -> Result<Vec<EntryMatch>, StoreError> {
    let PageOfEntry { article, url, .. } = entry;
    let sql = same_page_sql();
    let mut query = conn.prepare_cached(&sql)?;
    let is_page_of_many = dedup::is_page_of_many(&url.0);
    let rows = query.query_map(params![from, before, context.source.0], |row| {
        let found = EntryMatch { entry: row.get(0)?, article: row.get(1)?, rule: SAME_PAGE, score: None };
        let (stored, is_of_several): (Option<Vec<u8>>, bool) =
            (row.get(2)?, entry.is_of_several || row.get(3)?);
        let (other_url, title): (String, String) = (row.get(4)?, row.get(5)?);
        let is_same_address = other_url == url.0;
        let is_one_page = is_same_address
            || url::without_part(&other_url) == url::without_part(&url.0)
                && is_same_title(&title, &article.title);
        if !is_one_page || is_same_address && !is_page_of_many && !is_of_several {
            return Ok(is_one_page.then_some(found));
        }
        let (stored, own) = (sketch_of(conn, found.entry, &title, stored)?, own_sketch(article));
        let is_other = !is_same_address && dedup::are_other_parts(&stored, &own)
            || (is_page_of_many || is_of_several) && dedup::are_other_stories(&stored, &own, is_of_several);
        Ok((!is_other).then_some(found))
    })?;
    Ok(rows.collect::<Result<Vec<_>, _>>()?.into_iter().flatten().collect())
}

/// Returns the sketch of a stored entry. One with a text of a few words has none that is stored, and the stored ones are
/// deleted once the entries leave the window, so it may have to be made here.
fn sketch_of(
    conn: &Connection,
    entry: i64,
    title: &str,
    stored: Option<Vec<u8>>,
) -> rusqlite::Result<Vec<u8>> {
    if let Some(sketch) = stored {
        return Ok(sketch);
    }
    let sql = "select summary, content, packed from texts where entry_id = ?";
    let (summary, content) = conn.prepare_cached(sql)?.query_row([entry], texts::read)?;
    let text = content.or(summary).map(|text| html::to_plain(&text)).unwrap_or_default();
    Ok(dedup::sketch_of_entry(title, &text))
}

/// Returns the sketch of a new entry, however short its text is.
fn own_sketch(article: &Article) -> Cow<'_, [u8]> {
    if !article.fingerprint.sketch.is_empty() {
        return Cow::Borrowed(&article.fingerprint.sketch);
    }
    let text = article.content.as_ref().or(article.summary.as_ref());
    let text = text.map(|text| html::to_plain(text.as_str())).unwrap_or_default();
    Cow::Owned(dedup::sketch_of_entry(&article.title, &text))
}

/// Returns whether two titles have the same letters and numbers, and are not empty.
fn is_same_title(one: &str, other: &str) -> bool {
    let [one, other] = [one, other]
        .map(|title| words::fold(title).chars().filter(|c| c.is_alphanumeric()).collect::<String>());
    !one.is_empty() && one == other
}

/// Returns the query for the entries of other sources whose addresses are in a range. For each entry, the query also says
/// whether its source has given this address to several entries. The `+` keeps SQLite from searching all entries of the source.
fn same_page_sql() -> String {
    format!(
        "select entries.id, article_id, sketch, exists(select 1 from entries as again
             where again.canonical_url = entries.canonical_url and +again.source_id = entries.source_id
                 and again.shared_url = 1), canonical_url, title
         from entries left join sketches on sketches.entry_id = entries.id
         where canonical_url >= ?1 and canonical_url < ?2 and source_id <> ?3 and shared_url = 0
         order by canonical_url limit {}",
        entries::SAME_ADDRESS
    )
}

/// How many guids are tried for one entry. A second guid is needed only if a feed claims the first one for another page. A
/// third guid has never been needed.
const ATTEMPTS: u32 = 8;

/// Returns the guid of the article that the entry would form alone. An entry that came through another river keeps the guid
/// that it has there. Another article may have the guid already. If the page of that article is the same or unknown, the entry
/// came before through another river, and joins that article by a match that is added to `matches`. If that article has another
/// page, the entry gets another guid. After [`ATTEMPTS`] guids, it joins the article that has the last one.
fn own_guid(
    conn: &Connection,
    context: &StoringContext<'_>,
    article: &Article,
    matches: &mut Vec<EntryMatch>,
) -> Result<String, StoreError> {
    if let Some(guid) = article.river_guid.as_ref().filter(|guid| placement::is_river_guid(guid)) {
        return Ok(guid.clone());
    }
    let mut guid = placement::guid(&context.url, &article.key, 0);
    for attempt in 1..=ATTEMPTS {
        let Some((found, page)) = with_guid(conn, &guid)? else { break };
        let page = page.map(CanonicalUrl);
        let is_same_page = page.is_none() || article.canonical_url.is_none() || page == article.canonical_url;
        if is_same_page || attempt == ATTEMPTS {
            matches.push(found);
            break;
        }
        guid = placement::guid(&context.url, &article.key, attempt);
    }
    Ok(guid)
}

/// The properties of an article that decide whether it can be united with others.
struct JoinableArticle {
    id: i64,
    placed_at: i64,
    published_at: Option<i64>,
    members: i64,
}

/// Unites the articles that `matches` lead to, and returns the resulting article. If several of them are published, the others
/// stay, and are noted as merged into the result. No article grows beyond [`MOST_ENTRIES`]. Returns `None` if no article has
/// room.
fn unite(conn: &Connection, matches: &[EntryMatch]) -> Result<Option<i64>, StoreError> {
    let mut ids = BTreeSet::new();
    for found in matches {
        ids.insert(root_of(conn, found.article)?);
    }
    let mut articles = Vec::with_capacity(ids.len());
    for id in ids {
        articles.push(
            conn.prepare_cached(
                "select placed_at, published_at,
                     (select count(*) from (select 1 from entries where article_id = ?1 limit ?2))
                 from articles where id = ?1",
            )?
            .query_row(params![id, MOST_ENTRIES], |row| {
                Ok(JoinableArticle {
                    id,
                    placed_at: row.get(0)?,
                    published_at: row.get(1)?,
                    members: row.get(2)?,
                })
            })?,
        );
    }
    articles.retain(|article| article.members < MOST_ENTRIES);
    // The published article with the earliest place comes first. If no article is published, the one with the oldest row comes
    // first.
    articles.sort_by_key(|article| {
        (article.published_at.is_none(), article.published_at.map(|_| article.placed_at), article.id)
    });
    let Some((root, others)) = articles.split_first() else { return Ok(None) };
    let mut members = root.members;
    for other in others {
        if other.published_at.is_some() {
            conn.prepare_cached("update articles set merged_into = ?1 where id = ?2 or merged_into = ?2")?
                .execute(params![root.id, other.id])?;
        } else if members + other.members < MOST_ENTRIES {
            members += other.members;
            conn.prepare_cached("update entries set article_id = ? where article_id = ?")?
                .execute(params![root.id, other.id])?;
            conn.prepare_cached("delete from articles where id = ?")?.execute([other.id])?;
        }
    }
    Ok(Some(root.id))
}

/// Returns the article that new entries of `article` join.
pub(super) fn root_of(conn: &Connection, article: i64) -> Result<i64, StoreError> {
    Ok(conn
        .prepare_cached("select coalesce(merged_into, id) from articles where id = ?")?
        .query_row([article], |row| row.get(0))?)
}

/// Inserts an entry with an article of its own, and returns the row of the entry.
fn insert_alone(
    conn: &Connection,
    context: &StoringContext<'_>,
    new: &NewEntry<'_>,
) -> Result<i64, StoreError> {
    // The row that the entry will get is known, because rows of entries are never used again. So the article is written only
    // once.
    let next: i64 = conn
        .prepare_cached("select coalesce(max(seq), 0) + 1 from sqlite_sequence where name = 'entries'")?
        .query_row([], |row| row.get(0))?;
    let representative = new.held_back.is_none().then_some(next);
    conn.prepare_cached(
        "insert into articles (guid, river_at, placed_at, representative) values (?, ?, ?, ?)",
    )?
    .execute(params![
        new.own_guid,
        new.place.river_at.unix(),
        new.place.placed_at.unix(),
        representative
    ])?;
    let article = conn.last_insert_rowid();
    let entry = entries::insert(conn, context, new, article)?;
    if representative.is_some_and(|representative| representative != entry) {
        conn.prepare_cached("update articles set representative = ? where id = ?")?
            .execute(params![entry, article])?;
    }
    Ok(entry)
}

/// Notes for `why` which entries the new entry belongs with.
fn note_matches(conn: &Connection, entry: i64, matches: &[EntryMatch]) -> Result<(), StoreError> {
    let mut insert = conn.prepare_cached(
        "insert or ignore into links (entry_id, other_id, rule, score) values (?, ?, ?, ?)",
    )?;
    for found in matches.iter().take(MATCHES_KEPT) {
        insert.execute(params![entry, found.entry, found.rule, found.score])?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::store::migrate;

    #[test]
    fn an_address_is_searched_by_its_index() {
        let conn = migrate::empty_database(migrate::KNOWN).unwrap();
        let steps = migrate::query_plan(&conn, &same_page_sql());
        let searched =
            ["SEARCH entries USING INDEX entries_canonical", "SEARCH again USING INDEX entries_canonical"];
        for search in searched {
            assert!(steps.iter().any(|step| step.starts_with(search)), "{search}: {steps:?}");
        }
    }
}
