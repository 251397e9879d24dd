//! Renders the river as web pages. They are plain HTML and CSS, and work without the small script that makes them more
//! comfortable. They are the same for every public address.

use askama::Template;
use chrono::Datelike as _;
use url::Url;

use super::base_url::path_segment;
use super::navigation::Navigation;
use super::page_frame::{Frame, PageRenderError, PageZone, html_page};
use super::{Representation, article_fields, valid};
use crate::model::{Channel, Enclosure, MergedFeed, MergedItem};
use crate::time::Timestamp;

/// How many articles a page has at most. A page of this size loads quickly, and a river of 200 articles has four.
pub const ARTICLES_PER_PAGE: usize = 50;

/// If the articles of a page span at most this many days, each day always gets a heading.
const LONGEST_PERIOD_BY_DAY: i64 = 62;
/// On a page that spans a longer time, the days of a month get headings only if the days with articles have at least this many
/// articles on average. Otherwise the month gets one heading, because nearly each article would have a heading of its own.
const SPARSE_ARTICLES: usize = 2;

/// Number of folders that the path of an archive page has below the path of its selection: two, as in `archive/12/`.
const ARCHIVE_FOLDERS: usize = 2;

/// What the pages of a river, a tag, a source, a search or a view show around their articles.
#[derive(Clone, Debug)]
pub struct PageContext {
    /// The tags, sources and views that the page links to.
    pub navigation: Navigation,
    /// Address of the first page, relative to the root of the river: empty for the river itself, `?tag=rust` for a tag.
    pub href: String,
    /// The search that the page shows; empty for other pages.
    pub search: String,
    /// Number of folders between the root and the pages of the selection, without those of its archive.
    pub folders: usize,
    /// The zone of the times.
    pub zone: PageZone,
}

#[derive(Template)]
#[template(path = "river.html", whitespace = "minimize")]
struct RiverPage<'a> {
    frame: &'a Frame,
    nav: &'a Navigation,
    /// Address of the selection. The page marks the link with this address as the current one.
    current: &'a str,
    zone: &'static str,
    title: String,
    heading: String,
    description: String,
    is_whole: bool,
    search: &'a str,
    /// Relative address of the folder with the feeds of the selection.
    feeds: String,
    /// What follows the name of a feed in its address.
    feed_query: String,
    sections: Vec<Section>,
    neighbours: Neighbours,
    is_first: bool,
    /// Address of the first page of the selection.
    first_page: String,
}

/// The articles of one day, or of one month in which few articles share a day.
struct Section {
    heading: String,
    /// The day or month as ISO 8601 writes it.
    iso: String,
    is_day: bool,
    articles: Vec<ListedArticle>,
}

struct ListedArticle {
    headline: String,
    /// Address of the page on which the article is read: riverd's own, unless the article has none.
    page: String,
    url: Option<String>,
    host: String,
    source: String,
    source_query: String,
    author: Option<String>,
    language: Option<String>,
    at: Timestamp,
    time: String,
    /// Playing time of its recording.
    length: Option<String>,
    excerpt: String,
    image: Option<article_fields::Image>,
    also_count: String,
    also_in: Vec<article_fields::AlsoInPlace>,
}

/// Renders the pages of a selection, the newest articles first. Returns at least one page. If the feed leaves out older
/// articles, the last page links to them, in the archive or on a page of older articles. A page of the archive or of older
/// articles is rendered as one web page.
pub fn river_pages(feed: &MergedFeed, context: &PageContext) -> Result<Vec<Representation>, PageRenderError> {
    let (channel, links) = (&feed.channel, &feed.links);
    let frame =
        Frame::at_depth(context.folders + if links.archive_page.is_some() { ARCHIVE_FOLDERS } else { 0 });
    let in_archive = |path: &String| format!("{}{}{path}", frame.root, channel.path);
    let with_query = |query: &String| with_query(&format!("{}{}", frame.root, context.href), query);
    let older =
        links.older_page.as_ref().map(in_archive).or_else(|| links.older_query.as_ref().map(with_query));
    let newer =
        links.next_archive.as_ref().map(in_archive).or_else(|| links.newer_query.as_ref().map(with_query));
    if links.archive_page.is_some() || links.is_older_page {
        let newer = newer.unwrap_or_else(|| page_address(&frame, &context.href, 1));
        let neighbours = Neighbours { newer: Some(newer), label: period(&feed.items, context.zone), older };
        return Ok(vec![river_page(channel, &feed.items, (&frame, context), neighbours)?]);
    }
    let mut chunks: Vec<&[MergedItem]> = feed.items.chunks(ARTICLES_PER_PAGE).collect();
    if chunks.is_empty() {
        chunks.push(&[]);
    }
    let pages = chunks.len();
    let numbered = chunks.into_iter().zip(1..);
    numbered
        .map(|(articles, number)| {
            let next = (number < pages).then(|| page_address(&frame, &context.href, number + 1));
            let neighbours = Neighbours {
                newer: (number > 1).then(|| page_address(&frame, &context.href, number - 1)),
                label: if pages > 1 { format!("Page {number} of {pages}") } else { String::new() },
                older: next.or_else(|| older.clone()),
            };
            river_page(channel, articles, (&frame, context), neighbours)
        })
        .collect()
}

/// Returns from which day to which day these articles are.
fn period(articles: &[MergedItem], zone: PageZone) -> String {
    let day = |merged: &MergedItem| zone.local(merged.article.river_at).format("%-d %b %Y").to_string();
    match (articles.last().map(day), articles.first().map(day)) {
        (Some(oldest), Some(newest)) if oldest != newest => format!("{oldest} – {newest}"),
        (Some(only), _) => only,
        (None, _) => "Older articles".to_owned(),
    }
}

/// Where a page stands among the pages of its selection.
struct Neighbours {
    /// Address of the page with the next newer articles.
    newer: Option<String>,
    /// Which page this is, for people. Empty for the only one.
    label: String,
    /// Address of the page with the next older articles.
    older: Option<String>,
}

fn river_page(
    channel: &Channel,
    articles: &[MergedItem],
    (frame, context): (&Frame, &PageContext),
    neighbours: Neighbours,
) -> Result<Representation, PageRenderError> {
    let is_whole = channel.path.is_empty();
    let prefix = format!("{} – ", context.navigation.title);
    let title = valid::line(&channel.title);
    let name = title.strip_prefix(&prefix).unwrap_or(&title);
    let page = RiverPage {
        nav: &context.navigation,
        current: &context.href,
        zone: context.zone.words(),
        heading: if context.search.is_empty() { name.to_owned() } else { format!("Search: {name}") },
        title,
        description: valid::line(&channel.description),
        is_whole,
        feeds: format!("{}{}", frame.root, channel.path),
        feed_query: channel.query.clone(),
        search: &context.search,
        sections: sections(articles, frame, context.zone),
        first_page: page_address(frame, &context.href, 1),
        is_first: neighbours.newer.is_none(),
        neighbours,
        frame,
    };
    html_page(&page)
}

/// Returns the address of a page of a selection. Relative links work under any path prefix that a proxy adds.
fn page_address(frame: &Frame, href: &str, number: usize) -> String {
    let first = format!("{}{href}", frame.root);
    if number == 1 { first } else { with_query(&first, &format!("page={number}")) }
}

/// Returns an address with one parameter more.
fn with_query(address: &str, parameter: &str) -> String {
    let before = if address.contains('?') { '&' } else { '?' };
    format!("{address}{before}{parameter}")
}

/// Groups articles by their days. If the page spans a long time and few articles of a month share a day, groups the articles of
/// this month together.
fn sections(articles: &[MergedItem], frame: &Frame, zone: PageZone) -> Vec<Section> {
    let day_of = |merged: &MergedItem| zone.local(merged.article.river_at).date();
    let section = |articles: &[MergedItem], is_day: bool| {
        let day = day_of(articles.first()?);
        let (heading, iso) = if is_day { ("%A, %-d %B %Y", "%Y-%m-%d") } else { ("%B %Y", "%Y-%m") };
        Some(Section {
            heading: day.format(heading).to_string(),
            iso: day.format(iso).to_string(),
            is_day,
            articles: articles.iter().map(|merged| page_article(merged, frame, zone, is_day)).collect(),
        })
    };
    let period = articles.first().zip(articles.last());
    let is_long = period
        .is_some_and(|(newest, oldest)| (day_of(newest) - day_of(oldest)).num_days() > LONGEST_PERIOD_BY_DAY);
    let months = articles.chunk_by(|a, b| {
        let (a, b) = (day_of(a), day_of(b));
        (a.year(), a.month()) == (b.year(), b.month())
    });
    months
        .flat_map(|of_month| {
            let by_day = || of_month.chunk_by(|a, b| day_of(a) == day_of(b));
            let days = by_day().count();
            if is_long && of_month.len() < SPARSE_ARTICLES * days {
                vec![section(of_month, false)]
            } else {
                by_day().map(|of_day| section(of_day, true)).collect()
            }
        })
        .flatten()
        .collect()
}

fn page_article(merged: &MergedItem, frame: &Frame, zone: PageZone, under_its_day: bool) -> ListedArticle {
    let article = &merged.article;
    // A post without a title is shown as its own headline, and not repeated below it.
    let is_short_post = article.title.trim().is_empty() && !merged.excerpt.is_empty();
    let (headline, excerpt) =
        if is_short_post { (&merged.excerpt, "") } else { (&merged.headline, merged.excerpt.as_str()) };
    let excerpt = if excerpt == headline { "" } else { excerpt };
    let url = article.url.as_deref().and_then(valid::address);
    let own_page = article_id(&article.guid).map(|id| format!("{}articles/{id}", frame.root));
    ListedArticle {
        headline: valid::line(headline),
        page: own_page.or_else(|| url.clone()).unwrap_or_else(|| frame.root.clone()),
        host: url.as_deref().map(host_of).unwrap_or_default(),
        url,
        source: article_fields::source_title(&article.source),
        source_query: path_segment(&article.source.name),
        author: article_fields::author_beside_source(article),
        language: article.language.as_deref().and_then(valid::language),
        at: article.river_at,
        time: zone
            .local(article.river_at)
            .format(if under_its_day { "%H:%M" } else { "%-d %b %Y, %H:%M" })
            .to_string(),
        length: article.enclosures.iter().filter(|file| file.is_recording()).find_map(playing_time),
        excerpt: valid::line(excerpt),
        image: article_fields::image(article),
        also_count: match article.also_in.len() {
            1 => "one other place".to_owned(),
            many => format!("{many} other places"),
        },
        also_in: article_fields::also_in(article),
    }
}

/// Returns the last part of the address of an article's page: the UUID of its guid, which never changes. Returns `None` for a
/// guid of another form.
pub fn article_id(guid: &str) -> Option<&str> {
    let id = guid.strip_prefix("urn:uuid:")?;
    (id.len() == 36 && id.bytes().all(|byte| byte.is_ascii_hexdigit() || byte == b'-')).then_some(id)
}

/// Returns the host of an address as people know it, without `www.`.
pub(super) fn host_of(address: &str) -> String {
    let url = Url::parse(address).ok();
    let host = url.as_ref().and_then(Url::host_str).unwrap_or(address);
    host.strip_prefix("www.").unwrap_or(host).to_owned()
}

/// Returns the playing time of a recording as people write it.
pub(super) fn playing_time(file: &Enclosure) -> Option<String> {
    let seconds = file.duration_s.filter(|seconds| *seconds > 0)?;
    Some(match (seconds / 3600, seconds % 3600 / 60) {
        (0, 0) => format!("{seconds} s"),
        (0, minutes) => format!("{minutes} min"),
        (hours, minutes) => format!("{hours} h {minutes:02} min"),
    })
}

#[derive(Template)]
#[template(path = "message.html")]
struct MessagePage<'a> {
    frame: Frame,
    title: &'a str,
    message: &'a str,
    /// The search that the person may correct. `None` if there was none.
    search: Option<&'a str>,
}

/// Renders a page that only shows a message, `folders` folders below the root. If the message is about a search, `search` has
/// its text, which the page offers for correction.
pub fn message_page(folders: usize, (title, message): (&str, &str), search: Option<&str>) -> String {
    let page = MessagePage { frame: Frame::at_depth(folders), title, message, search };
    // If the template fails, the plain title is enough, because the status says the same.
    page.render().unwrap_or_else(|_| htmlize::escape_text(title).into_owned())
}

#[derive(Template)]
#[template(path = "token.html")]
struct TokenPage<'a> {
    frame: Frame,
    action: &'a str,
}

/// Renders the page that asks a person for the access token, `folders` folders below the root. `action` is the address that
/// gets the token in its query.
pub fn token_page(folders: usize, action: &str) -> String {
    let page = TokenPage { frame: Frame::at_depth(folders), action };
    page.render().unwrap_or_else(|_| "This river is protected".to_owned())
}

/// Renders the page for a path that does not exist, `folders` folders below the root.
pub fn not_found_page(folders: usize) -> String {
    let message = "The address is wrong, or the article is no longer kept.";
    message_page(folders, ("There is nothing here", message), None)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::article::merge::merged_item;
    use crate::model::{ContentDepth, RiverItem};
    use crate::time::DAY;

    /// Returns the headings of a page with articles of these days before 15 January 2027.
    fn headings(days_ago: &[u32]) -> Vec<String> {
        let newest = Timestamp::from_unix(1_800_000_000);
        let merged = |days: &u32| {
            let river_at = newest.saturating_sub(*days * DAY);
            merged_item(RiverItem { river_at, ..RiverItem::default() }, ContentDepth::Full)
        };
        let articles: Vec<MergedItem> = days_ago.iter().map(merged).collect();
        sections(&articles, &Frame::at_depth(0), PageZone::Utc)
            .into_iter()
            .map(|section| section.heading)
            .collect()
    }

    #[test]
    fn sparse_months_of_a_long_period_have_one_heading() {
        assert_eq!(headings(&[0, 1, 62]).len(), 3, "the period is short");
        assert_eq!(headings(&[0, 1, 40, 63]), ["January 2027", "December 2026", "November 2026"]);
        assert_eq!(
            headings(&[0, 0, 0, 1, 63]),
            ["Friday, 15 January 2027", "Thursday, 14 January 2027", "November 2026"]
        );
        assert!(headings(&[]).is_empty());
    }
}
