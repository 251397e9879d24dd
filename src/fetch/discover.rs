//! Finds the feeds of an address that a person gave. It tries the feeds of a known site, the address itself (before them if it
//! looks like the address of a feed), the feeds that its page announces, the links in the text of the page, and last the usual
//! paths. It sends one request at a time, and as few as possible.

mod known;
mod sections;

use std::cmp::Reverse;
use std::time::Duration;

use url::Url;

use super::{AcceptedType, FetchOutcome, Fetched, Fetcher, OutgoingRequest, failure};
use crate::document::{FeedLink, ParseError, RawDocument, is_same_page, parse};
use crate::model::{EarlierAnswer, Failure, FailureKind, ParsedFeed, RedactedUrl, StandIn};
use crate::policy::decide::paused_by_answer;
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
    /// The last answer that was a feed, with the address of the feed.
    pub answer: Option<EarlierAnswer>,
    /// The last answer that was no feed and that asks for a pause or says that a rate limit is used up.
    pub pause: Option<EarlierAnswer>,
}

/// No feed was found.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct NoFeedFound {
    /// Why no feed was found.
    pub failure: Failure,
    /// Feeds that the address should have, by the rule of its site or by its page. Empty unless the first of them could not be
    /// fetched now.
    pub likely: Vec<FoundFeed>,
}

impl From<Failure> for NoFeedFound {
    fn from(failure: Failure) -> Self {
        Self { failure, likely: Vec::new() }
    }
}

/// How many links and usual paths are tried in all.
const MAX_GUESSES: usize = 12;
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
        /// Where a refresh (`<meta http-equiv=refresh>`) of the page leads.
        refresh: Option<Url>,
        /// Whether the server says that it chose the page by what the request accepts, or the page says that its own address is
        /// that of a feed.
        is_chosen: bool,
    },
    /// Nothing (404, 410), or a document that is neither a feed nor a page.
    Absent(Failure),
    /// No useful response: the server can't be reached, refuses the request, asks for a pause, or sends a page that stands in for
    /// the document or names a forbidden address. Further requests are pointless.
    Refused(Failure),
}

impl Fetcher {
    /// Returns at least one feed of `address`, which is one of these:
    ///
    /// - the address itself if it is a feed, perhaps only for a client that does not name `text/html`;
    /// - the feeds by the rule of a known site, of which only the first is fetched;
    /// - the feeds that the page announces, of which one is fetched if it is the only one;
    /// - the first feed among the links of the page and the usual paths.
    ///
    /// Returns an error if there is no feed. If the server refuses the address itself or has nothing there, nothing is tried
    /// after it.
    pub async fn discover(&self, address: &Url, now: Timestamp) -> Discovery {
        let mut search = Search {
            fetcher: self,
            now,
            has_sent_request: false,
            may_guess: true,
            answer: None,
            pause: None,
        };
        let result = search.feeds_of(address).await;
        Discovery { result, answer: search.answer, pause: search.pause }
    }
}

/// A search for the feeds of one address.
struct Search<'f> {
    fetcher: &'f Fetcher,
    now: Timestamp,
    has_sent_request: bool,
    /// Whether further addresses may be tried. `false` once the server refused one or asked for a pause.
    may_guess: bool,
    /// The last answer that was a feed.
    answer: Option<EarlierAnswer>,
    /// The last answer that was no feed and that asks for a pause or says that a rate limit is used up.
    pause: Option<EarlierAnswer>,
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
            ProbeResult::Page { feeds, page, .. } if !feeds.is_empty() => self.announced(&page, feeds).await,
            // This is a consent page, a login page or a new site, and the usual paths of the old site lead there too.
            ProbeResult::Page { page, .. } if is_elsewhere(address, &page) => {
                Err(failure::redirected_to_other_site(address, &page).into())
            }
            ProbeResult::Page { links, page, is_chosen, .. } => {
                let is_chosen = is_chosen || may_be_a_feed;
                if is_chosen && let Some(feed) = self.behind_page(address).await {
                    return Ok(vec![feed]);
                }
                if may_be_a_feed && let Some(feeds) = self.try_rule(&by_rule).await? {
                    return Ok(feeds);
                }
                if !by_rule.is_empty() {
                    return Err(not_found(address));
                }
                let found = self.guess(address, &page, links).await;
                if found.is_err()
                    && !is_chosen
                    && self.may_guess
                    && let Some(feed) = self.behind_page(address).await
                {
                    return Ok(vec![feed]);
                }
                found
            }
            ProbeResult::Absent(failure) | ProbeResult::Refused(failure) => Err(failure.into()),
        }
    }

    /// Returns the feed at the address of a page, if there is one. Some servers give the page to each client that names
    /// `text/html`, and the feed to others.
    async fn behind_page(&mut self, address: &Url) -> Option<FoundFeed> {
        match self.probe(address, AcceptedType::OnlyFeed).await {
            ProbeResult::Feed(feed) => Some(feed),
            ProbeResult::Page { .. } | ProbeResult::Absent(_) => None,
            ProbeResult::Refused(_) => {
                self.may_guess = false;
                None
            }
        }
    }

    /// Returns the feeds that a page announces. If it announces only one, fetches its document, which the first poll will use;
    /// if there is no feed at that address, tries the usual paths.
    async fn announced(&mut self, page: &Url, feeds: Vec<FoundFeed>) -> Result<Vec<FoundFeed>, NoFeedFound> {
        let [feed] = feeds.as_slice() else { return Ok(feeds) };
        match self.probe(&feed.url, AcceptedType::Feed).await {
            ProbeResult::Feed(found) => {
                Ok(vec![FoundFeed { url: found.url, title: feed.title.clone().or(found.title) }])
            }
            ProbeResult::Page { .. } | ProbeResult::Absent(_) => {
                let missing = failure::announced_feed_missing(page, &feed.url);
                self.guess(&feed.url, page, Vec::new()).await.map_err(|_| missing.into())
            }
            ProbeResult::Refused(failure) => Err(NoFeedFound { failure, likely: feeds }),
        }
    }

    /// Checks whether the rule of a known site holds for a page. If the first of its feeds exists, the others are assumed to
    /// exist too. `None` if the first does not exist, or if there is no rule.
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

    /// Tries those links of the page that may be feeds, and then the usual paths, until one is a feed that is not of comments.
    /// Gives up after [`MAX_GUESSES`], or if the server refuses a request or asks for a pause.
    async fn guess(
        &mut self,
        address: &Url,
        page: &Url,
        links: Vec<Url>,
    ) -> Result<Vec<FoundFeed>, NoFeedFound> {
        let asked = |guess: &Url| guess == address || guess == page;
        let usual: Vec<Url> =
            sections::usual_addresses(page).into_iter().filter(|guess| !links.contains(guess)).collect();
        for guess in links.into_iter().chain(usual).filter(|guess| !asked(guess)).take(MAX_GUESSES) {
            if self.pause.is_some() || !self.may_guess {
                self.may_guess = false;
                break;
            }
            match self.probe(&guess, AcceptedType::Page).await {
                ProbeResult::Feed(feed) if is_of_comments(&feed) => {}
                ProbeResult::Feed(feed) => return Ok(vec![feed]),
                ProbeResult::Page { .. } | ProbeResult::Absent(_) => {}
                ProbeResult::Refused(_) => self.may_guess = false,
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

    /// Sends one request. Before each but the first, waits for the gap that polling keeps between requests to one public host.
    async fn probe(&mut self, address: &Url, accepts: AcceptedType) -> ProbeResult {
        let shared = &self.fetcher.shared;
        let gap = if Scope::of_url(address) == Scope::Private { Duration::ZERO } else { shared.per_host_gap };
        if std::mem::replace(&mut self.has_sent_request, true) {
            tokio::time::sleep(gap).await;
        }
        let outcome = self.fetcher.ask(OutgoingRequest::plain(address, accepts), self.now).await;
        let answer = EarlierAnswer { url: address.clone(), asked_at: self.now, outcome: outcome.clone() };
        let pause = Some(answer).filter(|answer| paused_by_answer(answer, self.now).is_some());
        let pause_before = self.pause.clone();
        self.pause = pause.or_else(|| pause_before.clone());
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
            FetchOutcome::Failed { failure, .. } | FetchOutcome::Throttled { failure, .. } => {
                return ProbeResult::Refused(failure);
            }
        };
        let (stand_in, varies) = (fetched.stand_in, fetched.varies_by_accept);
        let page = fetched.final_url.clone().unwrap_or_else(|| address.clone());
        // After a permanent redirect the new address goes into feeds.toml.
        let url = fetched.moved_to.clone().unwrap_or_else(|| address.clone());
        let by_header = fetched.links.feeds.clone();
        let kept = Fetched { moved_to: None, ..fetched.clone() };
        match read(fetched).await {
            Ok(feed) => {
                let outcome = FetchOutcome::Fresh(Box::new(kept));
                self.answer = Some(EarlierAnswer { url: url.clone(), asked_at: self.now, outcome });
                // The answer of a feed is kept whole, with its pause.
                self.pause = pause_before;
                ProbeResult::Feed(FoundFeed { url, title: feed.title })
            }
            Err(ParseError::WebPage { feeds, refresh, is_own_feed }) => {
                let by_header =
                    by_header.into_iter().map(|(url, title)| FeedLink { url, title, announced: true });
                let refresh = refresh.and_then(|to| Url::parse(&to).ok());
                let feeds = by_header.chain(feeds);
                self.page_with_feeds(&page, feeds, stand_in, (refresh, varies || is_own_feed))
            }
            Err(error) => {
                ProbeResult::Absent(failure::failure(FailureKind::NotAFeed, error.to_string(), None))
            }
        }
    }

    /// Returns a page with those of its feeds that the address policy allows it to name. If none is left, the result is
    /// `Refused` for a page that names a forbidden address, or that was sent in place of a document.
    fn page_with_feeds(
        &self,
        page: &Url,
        feeds: impl Iterator<Item = FeedLink>,
        stand_in: Option<StandIn>,
        (refresh, is_chosen): (Option<Url>, bool),
    ) -> ProbeResult {
        let guard = &self.fetcher.shared.guard;
        let (mut allowed, mut links, mut forbidden) = (Vec::<FoundFeed>::new(), Vec::new(), None);
        for feed in feeds {
            let Ok(url) = Url::parse(&feed.url) else { continue };
            if is_same_page(&url, page) {
                continue;
            }
            if !guard.may_name(page, &url) {
                forbidden = forbidden.or(Some(url));
            } else if feed.announced {
                if allowed.iter().any(|known| is_same_page(&known.url, &url)) {
                    continue;
                }
                allowed.push(FoundFeed { url, title: feed.title });
            } else {
                links.push(url);
            }
        }
        let mut allowed = without_comments(allowed);
        // The feed of the section that the page is in comes before that of the whole site.
        allowed.sort_by_key(|feed| Reverse(sections::shared_segments(page, &feed.url)));
        links.sort_by_key(|url| Reverse(sections::shared_segments(page, url)));
        let page = page.clone();
        match (stand_in, forbidden) {
            _ if !allowed.is_empty() => ProbeResult::Page { feeds: allowed, links, page, refresh, is_chosen },
            (_, Some(feed)) => ProbeResult::Refused(failure::named_by_public_page(RedactedUrl(&feed))),
            (Some(stand_in), None) => ProbeResult::Refused(stand_in.failure()),
            (None, None) => ProbeResult::Page { feeds: allowed, links, page, refresh, is_chosen },
        }
    }
}

/// Returns whether an address is on another site than a page: under another registrable domain or, if one of them has no such
/// domain, at another host.
fn is_elsewhere(page: &Url, address: &Url) -> bool {
    match (Scope::of_url(page).domain(), Scope::of_url(address).domain()) {
        (Some(one), Some(other)) => one != other,
        _ => page.host() != address.host(),
    }
}

/// Removes the feeds of comments, which blogs name together with the feed of their posts, unless there are no others.
fn without_comments(feeds: Vec<FoundFeed>) -> Vec<FoundFeed> {
    if feeds.iter().all(is_of_comments) {
        return feeds;
    }
    feeds.into_iter().filter(|feed| !is_of_comments(feed)).collect()
}

/// Returns whether the address or the title of a feed says, in the words of WordPress, that it holds the comments on one
/// article or on all. A person who gives a page looks for its articles.
fn is_of_comments(feed: &FoundFeed) -> bool {
    let says_so = |title: &str| title.starts_with("Comments on") || title.ends_with("Comments Feed");
    feed.url.path().split('/').any(|part| part == "comments") || feed.title.as_deref().is_some_and(says_so)
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
