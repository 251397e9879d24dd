//! From the address that a person has to the feeds behind it: the address itself, known sites, what the page names, and
//! at last the usual paths. Asks one question at a time, and as few as it can.

mod known;

use std::time::Duration;

use url::Url;

use super::{FetchOutcome, Fetched, Fetcher, Question, Wants, failure};
use crate::feed::host::is_registrable;
use crate::feed::parse::{Document, ParseError, parse};
use crate::model::{Failure, FailureKind, ParsedFeed, Shown};
use crate::time::Timestamp;

/// A feed that was found.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Candidate {
    /// Where it is.
    pub url: Url,
    /// Its own title, or what the page calls it.
    pub title: Option<String>,
}

/// Where feeds are by custom: WordPress and many others, Hugo, Jekyll, Ghost, static generators.
const USUAL_PATHS: [&str; 8] =
    ["feed", "rss.xml", "atom.xml", "index.xml", "feed.xml", "rss", "feed.json", "feed.atom"];
/// Questions for usual paths, below the page's own and below the site's root.
const MAX_GUESSES: usize = 12;

/// What an address turned out to be.
enum Looked {
    Feed(Candidate),
    /// A page, and the feeds that it names.
    Page(Vec<Candidate>),
    Nothing(Failure),
}

impl Fetcher {
    /// The feeds behind `address`: itself if it is one, else those that its page names (not asked for, so that the first
    /// poll is the first request they get), else what is found at the usual paths. At least one, or why there is none.
    pub async fn discover(&self, address: &Url, now: Timestamp) -> Result<Vec<Candidate>, Failure> {
        let by_rule = known::feeds_of(address);
        if !by_rule.is_empty() {
            return Ok(by_rule);
        }
        match self.look(address, now).await {
            Looked::Feed(feed) => Ok(vec![feed]),
            Looked::Page(feeds) if !feeds.is_empty() => Ok(feeds),
            Looked::Page(_) => self.guess(address, now).await,
            Looked::Nothing(failure) if failure.kind == FailureKind::Status => {
                self.guess(address, now).await.map_err(|_| failure)
            }
            Looked::Nothing(failure) => Err(failure),
        }
    }

    /// Tries the usual paths, with the gap between them that polling keeps, until one is a feed.
    async fn guess(&self, page: &Url, now: Timestamp) -> Result<Vec<Candidate>, Failure> {
        let is_public = page.host_str().is_some_and(is_registrable);
        let gap = if is_public { self.shared.per_host_gap } else { Duration::ZERO };
        for guess in usual_places(page) {
            tokio::time::sleep(gap).await;
            match self.look(&guess, now).await {
                Looked::Feed(feed) => return Ok(vec![feed]),
                // The server has no time for guesses, or none at all.
                Looked::Nothing(failure)
                    if failure.kind != FailureKind::Status && failure.kind != FailureKind::NotAFeed =>
                {
                    break;
                }
                Looked::Page(_) | Looked::Nothing(_) => {}
            }
        }
        let hint = "look on the site for its feed, and give riverd the feed's own address";
        Err(failure::failure(
            FailureKind::NotAFeed,
            format!("no feed was found at `{}`", Shown(page)),
            Some(hint),
        ))
    }

    async fn look(&self, address: &Url, now: Timestamp) -> Looked {
        let fetched = match self.ask(Question::plain(address, Wants::Page), now).await {
            FetchOutcome::Fresh(fetched) => *fetched,
            FetchOutcome::NotModified { .. } => return Looked::Nothing(failure::unasked_not_modified()),
            FetchOutcome::Throttled { failure, .. }
            | FetchOutcome::Gone { failure }
            | FetchOutcome::Failed { failure, .. } => return Looked::Nothing(failure),
        };
        let stand_in = fetched.stand_in;
        // A permanent redirect has told the address to keep.
        let url = fetched.moved_to.clone().unwrap_or_else(|| address.clone());
        match read(fetched).await {
            Ok(feed) => Looked::Feed(Candidate { url, title: feed.title }),
            Err(ParseError::WebPage { feeds }) => {
                let feeds = feeds.into_iter().filter_map(|feed| {
                    let url = Url::parse(&feed.url).ok()?;
                    matches!(url.scheme(), "http" | "https").then_some(Candidate { url, title: feed.title })
                });
                let feeds: Vec<_> = feeds.collect();
                match stand_in.filter(|_| feeds.is_empty()) {
                    Some(stand_in) => Looked::Nothing(stand_in.failure()),
                    None => Looked::Page(feeds),
                }
            }
            Err(error) => Looked::Nothing(failure::failure(FailureKind::NotAFeed, error.to_string(), None)),
        }
    }
}

/// Reads a document on the blocking pool; a parser that panics has read nothing.
async fn read(fetched: Fetched) -> Result<ParsedFeed, ParseError> {
    let reading = tokio::task::spawn_blocking(move || {
        parse(Document {
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
