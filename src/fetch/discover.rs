//! From the address that a person has to the feeds behind it: the address itself, known sites, what the page names, and
//! at last the usual paths. Asks one question at a time, and as few as it can.

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
    /// Where it is.
    pub url: Url,
    /// Its own title, or what the page calls it.
    pub title: Option<String>,
}

/// No feed was found.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Missed {
    /// Why.
    pub failure: Failure,
    /// Where the feeds of such an address are by the rule of its site, though none could be asked for now.
    pub likely: Vec<FoundFeed>,
}

impl From<Failure> for Missed {
    fn from(failure: Failure) -> Self {
        Self { failure, likely: Vec::new() }
    }
}

/// Where feeds are by custom: WordPress and many others, Hugo, Jekyll, Ghost, static generators.
const USUAL_PATHS: [&str; 8] =
    ["feed", "rss.xml", "atom.xml", "index.xml", "feed.xml", "rss", "feed.json", "feed.atom"];
/// Questions for usual paths, below the page's own and below the site's root.
const MAX_GUESSES: usize = 12;

/// What an address turned out to be.
enum Looked {
    Feed(FoundFeed),
    /// A page, the feeds that it announces, and where it announces none the links in its text that may be one.
    Page {
        feeds: Vec<FoundFeed>,
        links: Vec<Url>,
    },
    /// Nothing (404, 410), or a document that is neither.
    Absent(Failure),
    /// Its server can't be reached, or does not want the question: there is no use in a further one.
    Refused(Failure),
}

impl Fetcher {
    /// The feeds behind `address`: itself if it is one, those that its site's rule gives (the first was asked for), those
    /// that its page names (not asked for, so that the first poll is the first request they get), or what is found at the
    /// usual paths. At least one, or why there is none.
    ///
    /// Only a page that is there is searched further: a server that says no to the address has said it.
    pub async fn discover(&self, address: &Url, now: Timestamp) -> Result<Vec<FoundFeed>, Missed> {
        let mut search = Search { fetcher: self, now, has_asked: false };
        let by_rule = known::feeds_of(address);
        let may_be_one = known::looks_like_a_feed(address);
        if !may_be_one && let Some(feeds) = search.try_rule(&by_rule).await? {
            return Ok(feeds);
        }
        match search.look(address).await {
            Looked::Feed(feed) => Ok(vec![feed]),
            Looked::Page { feeds, .. } if !feeds.is_empty() => Ok(feeds),
            Looked::Page { links, .. } if by_rule.is_empty() => search.guess(address, links).await,
            Looked::Page { .. } if may_be_one => search.try_rule(&by_rule).await?.ok_or(not_found(address)),
            Looked::Page { .. } => Err(not_found(address)),
            Looked::Absent(failure) | Looked::Refused(failure) => Err(failure.into()),
        }
    }
}

/// The questions asked for one address.
struct Search<'f> {
    fetcher: &'f Fetcher,
    now: Timestamp,
    has_asked: bool,
}

impl Search<'_> {
    /// Asks whether the rule of a site holds for its page: if the first feed is there, so are the others. `None` if it
    /// does not hold.
    async fn try_rule(&mut self, feeds: &[FoundFeed]) -> Result<Option<Vec<FoundFeed>>, Missed> {
        let Some((first, others)) = feeds.split_first() else { return Ok(None) };
        match self.look(&first.url).await {
            Looked::Feed(found) => {
                let first = FoundFeed { url: found.url, title: first.title.clone().or(found.title) };
                Ok(Some([&[first], others].concat()))
            }
            Looked::Page { .. } | Looked::Absent(_) => Ok(None),
            Looked::Refused(failure) => Err(Missed { failure, likely: feeds.to_vec() }),
        }
    }

    /// Tries the links of the page that may be a feed, and then the usual paths, until one is.
    async fn guess(&mut self, page: &Url, links: Vec<Url>) -> Result<Vec<FoundFeed>, Missed> {
        let usual: Vec<Url> = usual_places(page).into_iter().filter(|place| !links.contains(place)).collect();
        for guess in links.into_iter().chain(usual).take(MAX_GUESSES) {
            match self.look(&guess).await {
                Looked::Feed(feed) => return Ok(vec![feed]),
                Looked::Page { .. } | Looked::Absent(_) => {}
                Looked::Refused(_) => break,
            }
        }
        Err(not_found(page))
    }

    /// One question, and before each but the first the gap that polling keeps.
    async fn look(&mut self, address: &Url) -> Looked {
        let shared = &self.fetcher.shared;
        let gap = if Scope::of_url(address) == Scope::Private { Duration::ZERO } else { shared.per_host_gap };
        if std::mem::replace(&mut self.has_asked, true) {
            tokio::time::sleep(gap).await;
        }
        let fetched =
            match self.fetcher.ask(OutgoingRequest::plain(address, AcceptedType::Page), self.now).await {
                FetchOutcome::Fresh(fetched) => *fetched,
                FetchOutcome::NotModified { .. } => return Looked::Refused(failure::unasked_not_modified()),
                FetchOutcome::Gone { .. } => return Looked::Absent(failure::nothing_there(410)),
                FetchOutcome::Failed { status: Some(404), failure, .. }
                    if failure.kind == FailureKind::Status =>
                {
                    return Looked::Absent(failure::nothing_there(404));
                }
                FetchOutcome::Throttled { failure, .. } | FetchOutcome::Failed { failure, .. } => {
                    return Looked::Refused(failure);
                }
            };
        let stand_in = fetched.stand_in;
        let page = fetched.final_url.clone().unwrap_or_else(|| address.clone());
        // A permanent redirect has told the address to keep.
        let url = fetched.moved_to.clone().unwrap_or_else(|| address.clone());
        match read(fetched).await {
            Ok(feed) => Looked::Feed(FoundFeed { url, title: feed.title }),
            Err(ParseError::WebPage { feeds }) => self.named(&page, feeds, stand_in),
            Err(error) => Looked::Absent(failure::failure(FailureKind::NotAFeed, error.to_string(), None)),
        }
    }

    /// A page, and those of the feeds it names that it may name.
    fn named(&self, page: &Url, feeds: Vec<FeedLink>, stand_in: Option<StandIn>) -> Looked {
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
            _ if !allowed.is_empty() => Looked::Page { feeds: allowed, links },
            (_, Some(feed)) => Looked::Refused(failure::named_from_afar(RedactedUrl(&feed))),
            (Some(stand_in), None) => Looked::Refused(stand_in.failure()),
            (None, None) => Looked::Page { feeds: allowed, links },
        }
    }
}

fn not_found(page: &Url) -> Missed {
    failure::failure(
        FailureKind::NotAFeed,
        format!("no feed was found at `{}`", RedactedUrl(page)),
        Some("look on the site for its feed, and give riverd the feed's own address"),
    )
    .into()
}

/// Reads a document on the blocking pool; a parser that panics has read nothing.
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

/// The usual paths below the page, then below the site's root.
fn usual_places(page: &Url) -> Vec<Url> {
    let mut folder = page.clone();
    folder.set_query(None);
    folder.set_fragment(None);
    if !folder.path().ends_with('/') {
        folder.set_path(&format!("{}/", page.path()));
    }
    let mut places = Vec::new();
    for base in [Some(folder), page.join("/").ok()].into_iter().flatten() {
        for path in USUAL_PATHS {
            match base.join(path) {
                Ok(place) if !places.contains(&place) => places.push(place),
                _ => {}
            }
        }
    }
    // Below a page deep in the site only the most usual; the site's own feed is the likelier.
    if places.len() > USUAL_PATHS.len() {
        places.rotate_left(USUAL_PATHS.len());
    }
    places.truncate(MAX_GUESSES);
    places
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn guesses_are_few_and_begin_with_the_likeliest() {
        let places = |page: &str| -> Vec<String> {
            usual_places(&Url::parse(page).unwrap()).iter().map(Url::to_string).collect()
        };
        let root = places("https://example.org/?x=1");
        assert_eq!((root.len(), root[0].as_str()), (8, "https://example.org/feed"));
        let deep = places("https://example.org/blog#top");
        assert_eq!(
            (deep.len(), deep[0].as_str(), deep[8].as_str()),
            (12, "https://example.org/feed", "https://example.org/blog/feed")
        );
    }
}
