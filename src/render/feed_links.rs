//! The addresses that a feed names in every format: its own address, those of the documents with older articles, and that of
//! its web page.

use super::Format;
use super::base_url::BaseUrl;
use crate::model::MergedFeed;

/// Namespace of the element that marks a page of an archive (RFC 5005 §4).
pub(super) const HISTORY_NAMESPACE: &str = "http://purl.org/syndication/history/1.0";

/// The addresses of a feed's documents in one format.
pub(super) struct FeedAddresses {
    /// Address of this document.
    pub(super) own: String,
    /// Address of the document that readers subscribe to. It identifies the feed.
    pub(super) current: String,
    /// Address of the archive page with the next older articles.
    pub(super) previous_archive: Option<String>,
    /// Address of the archive page with the next newer articles.
    pub(super) next_archive: Option<String>,
    /// Address of the document with the next older articles of a feed without an archive.
    pub(super) older: Option<String>,
    /// Address of the web page of the feed. If the feed has none of its own, this is the address of the river's page.
    pub(super) page: String,
}

impl FeedAddresses {
    /// Returns the addresses of `feed` below `base`.
    pub(super) fn of(feed: &MergedFeed, base: &BaseUrl, format: Format) -> Self {
        let (path, links, file) = (&feed.channel.path, &feed.links, format.file_name());
        let archive = |page: &String| base.join(&format!("{path}{page}{file}"));
        let current = base.join(&feed.channel.route(file));
        let before = if feed.channel.query.is_empty() { '?' } else { '&' };
        let with_query = |query: &String| format!("{current}{before}{query}");
        let own = if links.query.is_empty() { current.clone() } else { with_query(&links.query) };
        Self {
            own: links.archive_page.as_ref().map_or(own, archive),
            older: links.older_query.as_ref().map(with_query),
            current,
            previous_archive: links.previous_archive.as_ref().map(archive),
            next_archive: links.next_archive.as_ref().map(archive),
            page: if links.has_page { base.join(path) } else { base.as_str().to_owned() },
        }
    }

    /// Returns the links to documents with older and newer articles, each with its relation. A feed with an archive has the
    /// links of RFC 5005 §4, any other feed has those of §3.
    pub(super) fn paging_links(&self, feed: &MergedFeed) -> Vec<(&'static str, String)> {
        let current = feed.links.archive_page.as_ref().map(|_| self.current.clone());
        [
            ("current", current),
            ("prev-archive", self.previous_archive.clone()),
            ("next-archive", self.next_archive.clone()),
            ("first", feed.links.is_older_page.then(|| self.current.clone())),
            ("next", self.older.clone()),
        ]
        .into_iter()
        .filter_map(|(relation, address)| Some((relation, address?)))
        .collect()
    }
}
