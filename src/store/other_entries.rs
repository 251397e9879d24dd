//! The entries of an article other than the one that is shown, and the other places where the story was found because of them.

use std::collections::HashSet;

use rusqlite::{Connection, Row, params};

use super::state::{json, time};
use super::storing_context::site_of;
use super::{StoreError, texts};
use crate::article::completion::{self, OtherEntry};
use crate::article::placement::is_river_guid;
use crate::config::NearDuplicates;
use crate::model::{AlsoIn, ArticleDetails, Origin, RiverItem, SafeHtml};
use crate::text::url;
use crate::time::Timestamp;

/// How many other places are listed with one article at most. A thousand sources may link to one page.
const ALSO_IN: usize = 32;

/// The entry of an article that is shown.
pub(super) struct ShownEntry {
    pub(super) id: i64,
    /// Canonical URL of its page.
    pub(super) page: Option<String>,
    /// Since when its feed no longer lists it, is gone, or was removed from feeds.toml.
    pub(super) unlisted_at: Option<Timestamp>,
    /// When its text changed last.
    pub(super) edited_at: Option<Timestamp>,
    pub(super) arrived_at: Timestamp,
}

/// Returns the title of a source: as the operator says, or else as the feed says, or else its name.
pub(super) fn chosen_title(own: Option<String>, feed: Option<String>, name: &str) -> String {
    own.or(feed).filter(|title| !title.is_empty()).unwrap_or_else(|| name.to_owned())
}

/// An entry of an article other than the one that is shown.
pub(super) struct OtherRow {
    is_of_other_source: bool,
    /// Title of its source. For an entry that came through another river, this is the title of the source that the river names.
    source_title: String,
    title: String,
    url: Option<String>,
    /// Canonical URL of its page.
    page: Option<String>,
    guid: Option<String>,
    /// Address of its feed.
    feed_url: String,
    /// Whether it came through another river.
    from_river: bool,
    also_in: Vec<AlsoIn>,
    /// The parts of this entry that can complete the entry that is shown.
    pub(super) offers: OtherEntry,
}

/// Returns the visible entries of an article other than the one that is shown, in the order of feeds.toml, at most twice
/// [`ALSO_IN`].
pub(super) fn others(
    conn: &Connection,
    article: i64,
    shown: &ShownEntry,
) -> Result<Vec<OtherRow>, StoreError> {
    let sql = format!(
        "select name, sources.title as own_title, feed_title, entries.title, entries.url, canonical_url, guid, origin, also_in, sources.url as feed_url,
             summary, content, packed, enclosures, comments_url, language, author, details,
             (select pages.content from pages where pages.entry_id = entries.id) as page,
             edited_at, arrived_at, coalesce(unlisted_at, gone_at, retired_at) as unlisted_at, source_id <> (select source_id from entries where id = ?2) as is_of_other_source,
             own_site and (select own_site from entries where id = ?2) as are_of_site
         from entries join sources on sources.id = source_id join texts on texts.entry_id = entries.id
         where article_id = ?1 and held_back is null and entries.id <> ?2
         order by position, arrived_at, key limit {}",
        2 * ALSO_IN
    );
    let mut query = conn.prepare_cached(&sql)?;
    let rows = query.query_map(params![article, shown.id], |row| {
        let mut other = other_row(row)?;
        let edited_at = time(row, "edited_at")?;
        let changed_at = edited_at.unwrap_or(Timestamp::from_unix(row.get("arrived_at")?));
        other.offers.is_older_than_edit = shown.edited_at.is_some_and(|edited| changed_at < edited);
        let is_unlisted = shown.unlisted_at.is_some();
        other.offers.must_keep_text = !is_unlisted;
        if (is_unlisted || row.get("are_of_site")?)
            && time(row, "unlisted_at")?.is_none()
            && shown.page.is_some()
            && page_of(other.page.as_deref()) == page_of(shown.page.as_deref())
        {
            other.offers.newest_since =
                edited_at.filter(|edited| *edited > shown.edited_at.unwrap_or(shown.arrived_at));
        }
        Ok(other)
    })?;
    Ok(rows.collect::<Result<_, _>>()?)
}

fn other_row(row: &Row<'_>) -> rusqlite::Result<OtherRow> {
    let name: String = row.get("name")?;
    let guid: Option<String> = row.get("guid")?;
    // A river does not count as a place. It names the source from which it has the entry, and that source counts.
    let origin: Option<Origin> = json(row, "origin")?;
    let origin = origin.filter(|_| guid.as_deref().is_some_and(is_river_guid));
    let html = |text: Option<String>| text.map(SafeHtml::assume_sanitised);
    let (summary, content) = texts::read(row)?;
    let (mut summary, mut content) = (html(summary), html(content));
    let picture_of_page = completion::use_page(&mut summary, &mut content, html(row.get("page")?));
    let mut details: ArticleDetails = json(row, "details")?;
    details.image = details.image.take().or(picture_of_page);
    Ok(OtherRow {
        is_of_other_source: row.get("is_of_other_source")?,
        from_river: origin.is_some(),
        source_title: match origin.and_then(|origin| origin.title) {
            Some(title) => title,
            None => chosen_title(row.get("own_title")?, row.get("feed_title")?, &name),
        },
        title: row.get("title")?,
        url: row.get("url")?,
        page: row.get("canonical_url")?,
        guid,
        feed_url: row.get("feed_url")?,
        also_in: json(row, "also_in")?,
        offers: OtherEntry {
            summary,
            content,
            enclosures: json(row, "enclosures")?,
            comments_url: row.get("comments_url")?,
            language: row.get("language")?,
            author: row.get("author")?,
            details,
            newest_since: None,
            must_keep_text: false,
            is_older_than_edit: false,
        },
    })
}

/// Returns the other places where an article stands: first those of riverd's sources, then those that other rivers name.
/// Entries of its own source do not count, nor do copies that rivers carry. With `hide`, neither near duplicates nor the places
/// that other rivers name count.
pub(super) fn also_in(
    item: &RiverItem,
    shown: &ShownEntry,
    others: &[OtherRow],
    near: NearDuplicates,
) -> Vec<AlsoIn> {
    let mut places = Places::of(item);
    let mut carried = item.also_in.clone();
    for other in others.iter().filter(|other| other.is_of_other_source) {
        let is_copy = other.guid.as_deref() == Some(&item.guid);
        let same_page =
            shown.page.is_some() && page_of(other.page.as_deref()) == page_of(shown.page.as_deref());
        let leads_to_article = same_page || leads_to_site(other, item.url.as_deref());
        let discussion = discussion(other).filter(|_| leads_to_article);
        let place = AlsoIn {
            source: other.source_title.clone(),
            title: other.title.clone(),
            is_discussion: discussion.is_some(),
            url: discussion
                .or_else(|| own_page(other).filter(|_| leads_to_article))
                .or_else(|| other.url.clone()),
        };
        if is_copy || (near == NearDuplicates::Hide && !same_page) {
            // The source of this entry counts as no further place, but the places that the entry names do.
        } else if other.from_river {
            carried.push(place);
        } else {
            places.add(place);
        }
        carried.extend(other.also_in.iter().cloned());
    }
    if near != NearDuplicates::Hide {
        for place in carried {
            places.add_carried(place);
        }
    }
    places.list.truncate(ALSO_IN);
    places.list
}

/// Returns the page of a canonical address, without the part of it that the address may name.
fn page_of(address: Option<&str>) -> Option<&str> {
    address.map(url::without_part)
}

/// Returns the page on which the readers of an aggregator discuss the page of an entry. Comments on the site of the page itself
/// are the publisher's own, and do not count.
fn discussion(entry: &OtherRow) -> Option<String> {
    let comments = entry.offers.comments_url.as_ref()?;
    let page = entry.url.as_deref().and_then(site_of);
    (site_of(comments) != page).then(|| comments.clone())
}

/// Returns whether an entry of another site leads to the site of the article, as that of an aggregator does. If its page is
/// another one than that of the article, the article has moved since.
fn leads_to_site(entry: &OtherRow, article: Option<&str>) -> bool {
    let page = entry.url.as_deref().and_then(site_of);
    page.is_some() && page == article.and_then(site_of) && page != site_of(&entry.feed_url)
}

/// Returns the page of a link blog that has its own words about the page of an entry: the related page that is on the site of
/// its feed, if the page of the entry is elsewhere.
fn own_page(entry: &OtherRow) -> Option<String> {
    let site = site_of(&entry.feed_url)?;
    let is_elsewhere = entry.url.as_deref().and_then(site_of) != Some(site.clone());
    let mut related = entry.offers.details.related.iter();
    related.find(|page| is_elsewhere && site_of(page).as_ref() == Some(&site)).cloned()
}

/// Collects the places of an article: each once, and never that of the entry that is shown.
struct Places {
    list: Vec<AlsoIn>,
    seen: HashSet<(String, Option<String>)>,
    pages: HashSet<String>,
}

impl Places {
    fn of(item: &RiverItem) -> Self {
        Self {
            list: Vec::new(),
            seen: HashSet::from([(item.source.title.clone(), item.url.clone())]),
            pages: item.url.iter().cloned().collect(),
        }
    }

    fn add(&mut self, place: AlsoIn) {
        if self.seen.insert((place.source.clone(), place.url.clone())) {
            self.pages.extend(place.url.clone());
            self.list.push(place);
        }
    }

    /// Adds a place that another river names, unless its page is listed already. That river may give the source another
    /// title, so only the page is compared.
    fn add_carried(&mut self, place: AlsoIn) {
        if place.url.as_ref().is_none_or(|url| !self.pages.contains(url)) {
            self.add(place);
        }
    }
}

#[cfg(test)]
mod tests {
    #[test]
    fn the_title_that_the_operator_gives_comes_first() {
        let title = |own: Option<&str>, feed: Option<&str>| {
            super::chosen_title(own.map(str::to_owned), feed.map(str::to_owned), "name")
        };
        assert_eq!(title(Some("mine"), Some("feed")), "mine");
        assert_eq!(title(None, Some("feed")), "feed");
        assert_eq!(title(None, Some("")), "name");
    }
}
