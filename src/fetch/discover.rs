//! Finds the feeds of an address that a person gave. It tries the feeds of a known site, the address itself (before them if it
//! looks like the address of a feed), the feeds that its page announces, the links in the text of the page, and last the usual
//! paths. It sends one request at a time, and as few as possible.

mod known;
mod probe;
mod same_feed;
mod sections;

use url::Url;

use super::{AcceptedType, Fetcher, failure};
use crate::model::{EarlierAnswer, Failure, FailureKind, FailureOrigin, RedactedUrl};
use crate::policy::host::Scope;
use crate::time::Timestamp;
use probe::{ProbeResult, ProbedPage};
use same_feed::ReadFeed;

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
/// How many addresses with nothing there are tried once more, with a slash at their end or without the one they have. Some
/// servers know a feed only by one of the two, and pages name it by the other.
const MAX_OTHER_SPELLINGS: usize = 2;

impl Fetcher {
    /// Returns at least one feed of `address`, which is one of these:
    ///
    /// - the address itself if it is a feed, perhaps only for a client that does not name `text/html`;
    /// - the feeds by the rule of a known site, of which only the first is fetched;
    /// - the feeds that the page announces, of which one is fetched if it is the only one;
    /// - the feeds among the links of the page, or the first one at the usual paths.
    ///
    /// Returns an error if there is no feed. If the server refuses the address itself or has nothing there, nothing is tried
    /// after it.
    pub async fn discover(&self, address: &Url, now: Timestamp) -> Discovery {
        let mut search = Search {
            fetcher: self,
            now,
            has_sent_request: false,
            may_guess: true,
            spellings_left: MAX_OTHER_SPELLINGS,
            answer: None,
            pause: None,
        };
        let result = search.feeds_of(address).await;
        Discovery { result, answer: search.answer, pause: search.pause }
    }
}

impl Fetcher {
    /// Searches like [`Fetcher::discover`] for an address that was given without its scheme. `https` is assumed; if there is no
    /// server that speaks it, `http` is tried.
    pub async fn discover_without_scheme(&self, https: &Url, now: Timestamp) -> Discovery {
        let first = self.discover(https, now).await;
        let mut http = https.clone();
        let lacks_https = first.result.as_ref().is_err_and(|missed| {
            missed.failure.kind == FailureKind::Connect || missed.failure.origin == FailureOrigin::NoTls
        });
        if !lacks_https || http.set_scheme("http").is_err() {
            return first;
        }
        let second = self.discover(&http, now).await;
        let got_no_answer = second.result.as_ref().is_err_and(|missed| {
            matches!(missed.failure.kind, FailureKind::Connect | FailureKind::Timeout | FailureKind::Dns)
        });
        if got_no_answer { first } else { second }
    }
}

/// A search for the feeds of one address.
struct Search<'f> {
    fetcher: &'f Fetcher,
    now: Timestamp,
    has_sent_request: bool,
    /// Whether further addresses may be tried. `false` once the server refused one or asked for a pause.
    may_guess: bool,
    /// How many addresses may still be tried in their other spelling.
    spellings_left: usize,
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
            ProbeResult::Feed(read) => Ok(vec![read.feed]),
            ProbeResult::Page(page) if !page.feeds.is_empty() => self.announced(&page.url, page.feeds).await,
            // This is a consent page, a login page or a new site, and the usual paths of the old site lead there too.
            ProbeResult::Page(page) if is_elsewhere(address, &page.url) => {
                Err(failure::redirected_to_other_site(address, &page.url).into())
            }
            ProbeResult::Page(ProbedPage { links, url: page, is_chosen, .. }) => {
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
            ProbeResult::Feed(read) => Some(read.feed),
            ProbeResult::Page(_) | ProbeResult::Absent(_) => None,
            ProbeResult::Refused(_) => {
                self.may_guess = false;
                None
            }
        }
    }

    /// Requests an address. If nothing is there, requests its other spelling, with or without a slash at its end, for the first
    /// [`MAX_OTHER_SPELLINGS`] such addresses.
    async fn probe_spellings(&mut self, address: &Url, accepts: AcceptedType) -> ProbeResult {
        let result = self.probe(address, accepts).await;
        let other = sections::other_spelling(address).filter(|_| matches!(result, ProbeResult::Absent(_)));
        let Some(other) = other.filter(|_| self.spellings_left > 0 && self.pause.is_none()) else {
            return result;
        };
        self.spellings_left -= 1;
        match self.probe(&other, accepts).await {
            ProbeResult::Page(_) | ProbeResult::Absent(_) => result,
            found => found,
        }
    }

    /// Returns the feeds that a page announces. If it announces only one, fetches its document, which the first poll will use;
    /// if there is no feed at that address, tries the usual paths.
    async fn announced(&mut self, page: &Url, feeds: Vec<FoundFeed>) -> Result<Vec<FoundFeed>, NoFeedFound> {
        let [feed] = feeds.as_slice() else { return Ok(feeds) };
        match self.probe_spellings(&feed.url, AcceptedType::Feed).await {
            ProbeResult::Feed(read) => {
                Ok(vec![FoundFeed { url: read.feed.url, title: feed.title.clone().or(read.feed.title) }])
            }
            ProbeResult::Page(_) | ProbeResult::Absent(_) => {
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
            ProbeResult::Feed(read) => {
                let first = FoundFeed { url: read.feed.url, title: first.title.clone().or(read.feed.title) };
                Ok(Some([&[first], others].concat()))
            }
            ProbeResult::Page(_) | ProbeResult::Absent(_) => Ok(None),
            ProbeResult::Refused(failure) => Err(NoFeedFound { failure, likely: feeds.to_vec() }),
        }
    }

    /// Tries those links of the page that may be feeds, and then the usual paths, until one is a feed that is not of comments.
    /// If a link is one, tries the other links too, as they may be the feeds of other sections, and returns each different
    /// feed. Gives up after [`MAX_GUESSES`], or if the server refuses a request or asks for a pause.
    async fn guess(
        &mut self,
        address: &Url,
        page: &Url,
        links: Vec<Url>,
    ) -> Result<Vec<FoundFeed>, NoFeedFound> {
        let usual: Vec<Url> =
            sections::usual_addresses(page).into_iter().filter(|guess| !links.contains(guess)).collect();
        let guesses = links.iter().map(|link| (link, true)).chain(usual.iter().map(|path| (path, false)));
        let guesses = guesses.filter(|(guess, _)| *guess != address && *guess != page).take(MAX_GUESSES);
        let mut found: Vec<ReadFeed> = Vec::new();
        for (guess, is_link) in guesses {
            if let Some(first) = found.first()
                && (!is_link || is_less_of_the_page(page, guess, &first.feed.url))
            {
                break;
            }
            if self.pause.is_some() || !self.may_guess {
                self.may_guess = false;
                break;
            }
            match self.probe_spellings(guess, AcceptedType::Page).await {
                ProbeResult::Feed(read) if is_of_comments(&read.feed) => {}
                ProbeResult::Feed(read) if found.iter().any(|known| known.is_same_as(&read)) => {}
                ProbeResult::Feed(read) => found.push(read),
                ProbeResult::Page(_) | ProbeResult::Absent(_) => {}
                ProbeResult::Refused(_) => self.may_guess = false,
            }
        }
        if found.is_empty() {
            return Err(not_found(address));
        }
        Ok(found.into_iter().map(|read| read.feed).collect())
    }
}

/// Returns whether an address belongs less to the section of a page than the feed that was found.
fn is_less_of_the_page(page: &Url, guess: &Url, found: &Url) -> bool {
    sections::shared_segments(page, guess) < sections::shared_segments(page, found)
}

/// Returns whether an address is on another site than a page: under another registrable domain or, if one of them has no such
/// domain, at another host.
fn is_elsewhere(page: &Url, address: &Url) -> bool {
    match (Scope::of_url(page).domain(), Scope::of_url(address).domain()) {
        (Some(one), Some(other)) => one != other,
        _ => page.host() != address.host(),
    }
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
