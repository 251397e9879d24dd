//! Finds the feeds of an address that a person gave: the address itself, the feeds of a known site, the feeds that
//! the page links to, and last the usual paths. Sends one request at a time, and as few as possible.

mod known;

use std::time::Duration;

use url::Url;

use super::{AcceptedType, FetchOutcome, Fetched, Fetcher, OutgoingRequest, failure};
use crate::document::{FeedLink, ParseError, RawDocument, parse};
use crate::model::{Failure, FailureKind, ParsedFeed, RedactedUrl, StandIn};
use crate::policy::host::Scope;
use crate::time::Timestamp;

/// A feed that was found.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct FoundFeed {
    /// Address of the feed.
    pub url: Url,
    /// Title of the feed, or the title that the page gives it.
    pub title: Option<String>,
}

/// No feed was found.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct NoFeedFound {
    /// Why no feed was found.
    pub failure: Failure,
    /// Feeds that the address should have by the rule of its site, if the first of them could not be fetched now.
    pub likely: Vec<FoundFeed>,
}

impl From<Failure> for NoFeedFound {
    fn from(failure: Failure) -> Self {
        Self { failure, likely: Vec::new() }
    }
}

/// Paths at which feeds usually are: those of WordPress, Hugo, Jekyll, Ghost and other programs.
const USUAL_PATHS: [&str; 8] =
    ["feed", "rss.xml", "atom.xml", "index.xml", "feed.xml", "rss", "feed.json", "feed.atom"];
/// How many links and usual paths are tried in all.
const MAX_GUESSES: usize = 12;

/// What the response to one request was.
enum ProbeResult {
    Feed(FoundFeed),
    /// A page with the feeds that it announces. If it announces none, `links` are the links in its text that may be
    /// feeds.
    Page {
        feeds: Vec<FoundFeed>,
        links: Vec<Url>,
    },
    /// Nothing (404, 410), or a document that is neither a feed nor a page.
    Absent(Failure),
    /// No useful response: the server can't be reached or refuses the request, so further requests are pointless.
    Refused(Failure),
}

impl Fetcher {
    /// Returns at least one feed of `address`: the address itself if it is a feed, the feeds by the rule of a known
    /// site (of which only the first is fetched), the feeds that the page announces (none is fetched, so that their
    /// first request is the first poll), or the feed at one of the usual paths.
    ///
    /// Returns an error if there is no feed. If the server refuses the address itself, no other path is tried.
    pub async fn discover(&self, address: &Url, now: Timestamp) -> Result<Vec<FoundFeed>, NoFeedFound> {
        let mut search = Search { fetcher: self, now, has_sent_request: false };
        let by_rule = known::feeds_of(address);
        let may_be_a_feed = known::looks_like_a_feed(address);
        if !may_be_a_feed && let Some(feeds) = search.try_rule(&by_rule).await? {
            return Ok(feeds);
        }
        match search.probe(address).await {
            ProbeResult::Feed(feed) => Ok(vec![feed]),
            ProbeResult::Page { feeds, .. } if !feeds.is_empty() => Ok(feeds),
            ProbeResult::Page { links, .. } if by_rule.is_empty() => search.guess(address, links).await,
            ProbeResult::Page { .. } if may_be_a_feed => {
                search.try_rule(&by_rule).await?.ok_or(not_found(address))
            }
            ProbeResult::Page { .. } => Err(not_found(address)),
            ProbeResult::Absent(failure) | ProbeResult::Refused(failure) => Err(failure.into()),
        }
    }
}

/// The requests sent to find the feeds of one address.
struct Search<'f> {
    fetcher: &'f Fetcher,
    now: Timestamp,
    has_sent_request: bool,
}

impl Search<'_> {
    /// Checks whether the rule of a known site is true for a page. If the first feed exists, the others are taken to
    /// exist, too. `None` if it does not exist.
    async fn try_rule(&mut self, feeds: &[FoundFeed]) -> Result<Option<Vec<FoundFeed>>, NoFeedFound> {
        let Some((first, others)) = feeds.split_first() else { return Ok(None) };
        match self.probe(&first.url).await {
            ProbeResult::Feed(found) => {
                let first = FoundFeed { url: found.url, title: first.title.clone().or(found.title) };
                Ok(Some([&[first], others].concat()))
            }
            ProbeResult::Page { .. } | ProbeResult::Absent(_) => Ok(None),
            ProbeResult::Refused(failure) => Err(NoFeedFound { failure, likely: feeds.to_vec() }),
        }
    }

    /// Tries the links of the page that may be feeds, and then the usual paths, until one is a feed.
    async fn guess(&mut self, page: &Url, links: Vec<Url>) -> Result<Vec<FoundFeed>, NoFeedFound> {
        let usual: Vec<Url> =
            usual_addresses(page).into_iter().filter(|address| !links.contains(address)).collect();
        for guess in links.into_iter().chain(usual).take(MAX_GUESSES) {
            match self.probe(&guess).await {
                ProbeResult::Feed(feed) => return Ok(vec![feed]),
                ProbeResult::Page { .. } | ProbeResult::Absent(_) => {}
                ProbeResult::Refused(_) => break,
            }
        }
        Err(not_found(page))
    }

    /// Sends one request. Before each but the first, waits for the gap that polling keeps between requests to one
    /// host.
    async fn probe(&mut self, address: &Url) -> ProbeResult {
        let shared = &self.fetcher.shared;
        let gap = if Scope::of_url(address) == Scope::Private { Duration::ZERO } else { shared.per_host_gap };
        if std::mem::replace(&mut self.has_sent_request, true) {
            tokio::time::sleep(gap).await;
        }
        let fetched =
            match self.fetcher.ask(OutgoingRequest::plain(address, AcceptedType::Page), self.now).await {
                FetchOutcome::Fresh(fetched) => *fetched,
                FetchOutcome::NotModified { .. } => {
                    return ProbeResult::Refused(failure::unasked_not_modified());
                }
                FetchOutcome::Gone { .. } => return ProbeResult::Absent(failure::nothing_there(410)),
                FetchOutcome::Failed { status: Some(404), failure, .. }
                    if failure.kind == FailureKind::Status =>
                {
                    return ProbeResult::Absent(failure::nothing_there(404));
                }
                FetchOutcome::Throttled { failure, .. } | FetchOutcome::Failed { failure, .. } => {
                    return ProbeResult::Refused(failure);
                }
            };
        let stand_in = fetched.stand_in;
        let page = fetched.final_url.clone().unwrap_or_else(|| address.clone());
        // After a permanent redirect the new address is the one to keep.
        let url = fetched.moved_to.clone().unwrap_or_else(|| address.clone());
        match read(fetched).await {
            Ok(feed) => ProbeResult::Feed(FoundFeed { url, title: feed.title }),
            Err(ParseError::WebPage { feeds }) => self.page_with_feeds(&page, feeds, stand_in),
            Err(error) => {
                ProbeResult::Absent(failure::failure(FailureKind::NotAFeed, error.to_string(), None))
            }
        }
    }

    /// Returns a page with those of its feeds to which the address guard allows it to link.
    fn page_with_feeds(&self, page: &Url, feeds: Vec<FeedLink>, stand_in: Option<StandIn>) -> ProbeResult {
        let guard = &self.fetcher.shared.guard;
        let (mut allowed, mut links, mut forbidden) = (Vec::new(), Vec::new(), None);
        for feed in feeds {
            let Ok(url) = Url::parse(&feed.url) else { continue };
            if !guard.may_name(page, &url) {
                forbidden = forbidden.or(Some(url));
            } else if feed.announced {
                allowed.push(FoundFeed { url, title: feed.title });
            } else {
                links.push(url);
            }
        }
        match (stand_in, forbidden) {
            _ if !allowed.is_empty() => ProbeResult::Page { feeds: allowed, links },
            (_, Some(feed)) => ProbeResult::Refused(failure::named_from_afar(RedactedUrl(&feed))),
            (Some(stand_in), None) => ProbeResult::Refused(stand_in.failure()),
            (None, None) => ProbeResult::Page { feeds: allowed, links },
        }
    }
}

fn not_found(page: &Url) -> NoFeedFound {
    failure::failure(
        FailureKind::NotAFeed,
        format!("no feed was found at `{}`", RedactedUrl(page)),
        Some("look on the site for its feed, and give riverd the feed's own address"),
    )
    .into()
}

/// Parses a document on a blocking thread. If the parser panics, the document counts as malformed.
async fn read(fetched: Fetched) -> Result<ParsedFeed, ParseError> {
    let reading = tokio::task::spawn_blocking(move || {
        parse(RawDocument {
            body: &fetched.body,
            content_type: fetched.content_type.as_deref(),
            url: fetched.final_url.as_ref(),
        })
    });
    reading.await.unwrap_or_else(|why| Err(ParseError::Malformed { why: why.to_string() }))
}

/// Returns the usual paths below the root of the site and below the page, in the order in which they are tried.
fn usual_addresses(page: &Url) -> Vec<Url> {
    let mut directory = page.clone();
    directory.set_query(None);
    directory.set_fragment(None);
    if !directory.path().ends_with('/') {
        directory.set_path(&format!("{}/", page.path()));
    }
    let mut addresses = Vec::new();
    for base in [Some(directory), page.join("/").ok()].into_iter().flatten() {
        for path in USUAL_PATHS {
            match base.join(path) {
                Ok(address) if !addresses.contains(&address) => addresses.push(address),
                _ => {}
            }
        }
    }
    // The feed of the whole site is more likely than one of the page, so the paths below the root come first, and
    // only the most usual paths below the page are tried.
    if addresses.len() > USUAL_PATHS.len() {
        addresses.rotate_left(USUAL_PATHS.len());
    }
    addresses.truncate(MAX_GUESSES);
    addresses
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_likeliest_usual_paths_are_tried_first_and_their_number_is_bounded() {
        let addresses = |page: &str| -> Vec<String> {
            usual_addresses(&Url::parse(page).unwrap()).iter().map(Url::to_string).collect()
        };
        let root = addresses("https://example.org/?x=1");
        assert_eq!((root.len(), root[0].as_str()), (8, "https://example.org/feed"));
        let deep = addresses("https://example.org/blog#top");
        assert_eq!(
            (deep.len(), deep[0].as_str(), deep[8].as_str()),
            (12, "https://example.org/feed", "https://example.org/blog/feed")
        );
    }
}
