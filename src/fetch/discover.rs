//! Finds the feeds of an address that a person gave. It tries the address itself, the feeds of a known site, the feeds that the
//! page links to, and last the usual paths. It sends one request at a time, and as few as possible.

mod known;

use std::time::Duration;

use url::Url;

use super::{AcceptedType, FetchOutcome, Fetched, Fetcher, OutgoingRequest, failure};
use crate::document::{FeedLink, ParseError, RawDocument, parse};
use crate::model::{EarlierAnswer, Failure, FailureKind, ParsedFeed, RedactedUrl, StandIn};
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

/// The result of a search for the feeds of an address.
#[derive(Debug)]
pub struct Discovery {
    /// At least one feed, or why there is none.
    pub result: Result<Vec<FoundFeed>, NoFeedFound>,
    /// The last answer that was a feed or asked for a pause. Its address is that of the feed.
    pub answer: Option<EarlierAnswer>,
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
/// How many usual paths of a section are tried before those of the site.
const MAX_SECTION_GUESSES: usize = 4;
/// How many refreshes (`<meta http-equiv=refresh>`) of a page are followed.
const MAX_REFRESHES: usize = 3;

/// The response to one request.
enum ProbeResult {
    Feed(FoundFeed),
    /// A page with the feeds that it announces. If it announces none, `links` are the links in its text that may be
    /// feeds.
    Page {
        feeds: Vec<FoundFeed>,
        links: Vec<Url>,
        /// Address of the page after redirects.
        page: Url,
        /// Where the page sends its readers.
        refresh: Option<Url>,
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
    pub async fn discover(&self, address: &Url, now: Timestamp) -> Discovery {
        let mut search = Search { fetcher: self, now, has_sent_request: false, answer: None };
        let result = search.feeds_of(address).await;
        Discovery { result, answer: search.answer }
    }
}

/// A search for the feeds of one address.
struct Search<'f> {
    fetcher: &'f Fetcher,
    now: Timestamp,
    has_sent_request: bool,
    /// The last answer that was a feed or asked for a pause.
    answer: Option<EarlierAnswer>,
}

impl Search<'_> {
    /// Returns the feeds of an address, as [`Fetcher::discover`] says.
    async fn feeds_of(&mut self, address: &Url) -> Result<Vec<FoundFeed>, NoFeedFound> {
        let by_rule = known::feeds_of(address);
        let may_be_a_feed = known::looks_like_a_feed(address);
        if !may_be_a_feed && let Some(feeds) = self.try_rule(&by_rule).await? {
            return Ok(feeds);
        }
        // Some servers choose between the page and the feed by what the client accepts.
        let accepts = if may_be_a_feed { AcceptedType::Feed } else { AcceptedType::Page };
        match self.probe_page(address, accepts).await {
            ProbeResult::Feed(feed) => Ok(vec![feed]),
            ProbeResult::Page { feeds, .. } if !feeds.is_empty() => Ok(feeds),
            // A consent page, a login page, or a new site: the usual paths of the old one lead there too.
            ProbeResult::Page { page, .. } if is_elsewhere(address, &page) => {
                Err(failure::redirected_to_other_site(address, &page).into())
            }
            ProbeResult::Page { links, page, .. } if by_rule.is_empty() => {
                self.guess(address, &page, links).await
            }
            ProbeResult::Page { .. } if may_be_a_feed => {
                self.try_rule(&by_rule).await?.ok_or(not_found(address))
            }
            ProbeResult::Page { .. } => Err(not_found(address)),
            ProbeResult::Absent(failure) | ProbeResult::Refused(failure) => Err(failure.into()),
        }
    }

    /// Checks whether the rule of a known site holds for a page. If the first of its feeds exists, the others are assumed to
    /// exist too. `None` if the first does not exist.
    async fn try_rule(&mut self, feeds: &[FoundFeed]) -> Result<Option<Vec<FoundFeed>>, NoFeedFound> {
        let Some((first, others)) = feeds.split_first() else { return Ok(None) };
        match self.probe(&first.url, AcceptedType::Feed).await {
            ProbeResult::Feed(found) => {
                let first = FoundFeed { url: found.url, title: first.title.clone().or(found.title) };
                Ok(Some([&[first], others].concat()))
            }
            ProbeResult::Page { .. } | ProbeResult::Absent(_) => Ok(None),
            ProbeResult::Refused(failure) => Err(NoFeedFound { failure, likely: feeds.to_vec() }),
        }
    }

    /// Tries those links of the page that may be feeds, and then the usual paths, until one is a feed.
    async fn guess(
        &mut self,
        address: &Url,
        page: &Url,
        links: Vec<Url>,
    ) -> Result<Vec<FoundFeed>, NoFeedFound> {
        let asked = |guess: &Url| guess == address || guess == page;
        let usual: Vec<Url> =
            usual_addresses(page).into_iter().filter(|guess| !links.contains(guess)).collect();
        for guess in links.into_iter().chain(usual).filter(|guess| !asked(guess)).take(MAX_GUESSES) {
            match self.probe(&guess, AcceptedType::Page).await {
                ProbeResult::Feed(feed) => return Ok(vec![feed]),
                ProbeResult::Page { .. } | ProbeResult::Absent(_) => {}
                ProbeResult::Refused(_) => break,
            }
        }
        Err(not_found(address))
    }

    /// Requests a page, and follows its refreshes (`<meta http-equiv=refresh>`) within the site if it names no feed.
    async fn probe_page(&mut self, address: &Url, accepts: AcceptedType) -> ProbeResult {
        let mut visited = vec![address.clone()];
        let mut result = self.probe(address, accepts).await;
        while let ProbeResult::Page { feeds, page, refresh: Some(to), .. } = &result
            && feeds.is_empty()
            && visited.len() <= MAX_REFRESHES
            && !visited.contains(to)
            && !is_elsewhere(page, to)
            && self.fetcher.shared.guard.may_name(page, to)
        {
            let to = to.clone();
            visited.push(to.clone());
            result = self.probe(&to, AcceptedType::Page).await;
        }
        result
    }

    /// Sends one request. Before each but the first, waits for the gap that polling keeps between requests to one
    /// host.
    async fn probe(&mut self, address: &Url, accepts: AcceptedType) -> ProbeResult {
        let shared = &self.fetcher.shared;
        let gap = if Scope::of_url(address) == Scope::Private { Duration::ZERO } else { shared.per_host_gap };
        if std::mem::replace(&mut self.has_sent_request, true) {
            tokio::time::sleep(gap).await;
        }
        let outcome = self.fetcher.ask(OutgoingRequest::plain(address, accepts), self.now).await;
        let fetched = match outcome {
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
            FetchOutcome::Failed { failure, .. } => return ProbeResult::Refused(failure),
            FetchOutcome::Throttled { ref failure, .. } => {
                let failure = failure.clone();
                self.answer = Some(EarlierAnswer { url: address.clone(), asked_at: self.now, outcome });
                return ProbeResult::Refused(failure);
            }
        };
        let stand_in = fetched.stand_in;
        let page = fetched.final_url.clone().unwrap_or_else(|| address.clone());
        // After a permanent redirect the new address goes into feeds.toml.
        let url = fetched.moved_to.clone().unwrap_or_else(|| address.clone());
        let by_header = fetched.links.feeds.clone();
        let kept = Fetched { moved_to: None, ..fetched.clone() };
        match read(fetched).await {
            Ok(feed) => {
                let outcome = FetchOutcome::Fresh(Box::new(kept));
                self.answer = Some(EarlierAnswer { url: url.clone(), asked_at: self.now, outcome });
                ProbeResult::Feed(FoundFeed { url, title: feed.title })
            }
            Err(ParseError::WebPage { feeds, refresh }) => {
                let by_header =
                    by_header.into_iter().map(|(url, title)| FeedLink { url, title, announced: true });
                let refresh = refresh.and_then(|to| Url::parse(&to).ok());
                self.page_with_feeds(&page, by_header.chain(feeds), stand_in, refresh)
            }
            Err(error) => {
                ProbeResult::Absent(failure::failure(FailureKind::NotAFeed, error.to_string(), None))
            }
        }
    }

    /// Returns a page with those of its feeds that the address policy allows it to name.
    fn page_with_feeds(
        &self,
        page: &Url,
        feeds: impl Iterator<Item = FeedLink>,
        stand_in: Option<StandIn>,
        refresh: Option<Url>,
    ) -> ProbeResult {
        let guard = &self.fetcher.shared.guard;
        let (mut allowed, mut links, mut forbidden) = (Vec::<FoundFeed>::new(), Vec::new(), None);
        for feed in feeds {
            let Ok(url) = Url::parse(&feed.url) else { continue };
            if !guard.may_name(page, &url) {
                forbidden = forbidden.or(Some(url));
            } else if feed.announced {
                if allowed.iter().any(|known| known.url == url) {
                    continue;
                }
                allowed.push(FoundFeed { url, title: feed.title });
            } else {
                links.push(url);
            }
        }
        // The feed of the section that the page is in comes before that of the whole site.
        allowed.sort_by_key(|feed| {
            section(page).is_none_or(|section| !feed.url.as_str().starts_with(section.as_str()))
        });
        let page = page.clone();
        match (stand_in, forbidden) {
            _ if !allowed.is_empty() => ProbeResult::Page { feeds: allowed, links, page, refresh },
            (_, Some(feed)) => ProbeResult::Refused(failure::named_by_public_page(RedactedUrl(&feed))),
            (Some(stand_in), None) => ProbeResult::Refused(stand_in.failure()),
            (None, None) => ProbeResult::Page { feeds: allowed, links, page, refresh },
        }
    }
}

/// Returns whether an address is on another site than a page: under another registrable domain, or at another host.
fn is_elsewhere(page: &Url, address: &Url) -> bool {
    match (Scope::of_url(page).domain(), Scope::of_url(address).domain()) {
        (Some(one), Some(other)) => one != other,
        _ => page.host() != address.host(),
    }
}

/// Returns the section of the site that a page is in: its first directory. `None` for the front page and for files in the root
/// directory.
fn section(page: &Url) -> Option<Url> {
    let first = page.path_segments()?.find(|part| !part.is_empty())?;
    let is_file = first.contains('.');
    page.join(&format!("/{first}/")).ok().filter(|_| !is_file)
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

/// Returns the usual paths below the section of the page and below the root of the site, in the order in which they are tried.
/// A person who gives a page of a section means the feed of that section.
fn usual_addresses(page: &Url) -> Vec<Url> {
    let of_section = section(page).into_iter().flat_map(|section| below(&section, MAX_SECTION_GUESSES));
    let of_site = page.join("/").into_iter().flat_map(|root| below(&root, USUAL_PATHS.len()));
    let mut addresses: Vec<Url> = of_section.chain(of_site).collect();
    addresses.truncate(MAX_GUESSES);
    addresses
}

fn below(base: &Url, count: usize) -> Vec<Url> {
    USUAL_PATHS.iter().take(count).filter_map(|path| base.join(path).ok()).collect()
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
            (deep.len(), deep[0].as_str(), deep[7].as_str()),
            (12, "https://example.org/blog/feed", "https://example.org/index.xml")
        );
        assert_eq!(addresses("https://example.org/about.html").len(), 8, "a page has nothing below it");
        assert_eq!(addresses("https://example.org/news/2026/x")[0], "https://example.org/news/feed");
    }
}
