//! Sends the requests of a search, and says what each of them brought: a feed, a page with its links, or nothing.

use std::cmp::Reverse;
use std::time::Duration;

use url::Url;

use super::same_feed::ReadFeed;
use super::{FoundFeed, Search, is_elsewhere, is_of_comments, sections};
use crate::document::{FeedLink, PageLinks, ParseError, RawDocument, is_same_page, parse};
use crate::fetch::{AcceptedType, FetchOutcome, Fetched, OutgoingRequest, failure};
use crate::model::{EarlierAnswer, Failure, FailureKind, LONE_ENTRY, ParsedFeed, RedactedUrl, StandIn};
use crate::policy::decide::paused_by_answer;
use crate::policy::host::Scope;

/// How many refreshes of a page (`<meta http-equiv=refresh>` or the `Refresh` header) are followed.
const MAX_REFRESHES: usize = 3;

/// What one request brought.
pub(super) enum ProbeResult {
    /// A feed.
    Feed(ReadFeed),
    /// A page.
    Page(ProbedPage),
    /// Nothing (404, 410), or a document that is neither a feed nor a page.
    Absent(Failure),
    /// No useful response: the server can't be reached, refuses the request, asks for a pause, or sends a page that stands in
    /// for the document or names a forbidden address. Further requests are pointless.
    Refused(Failure),
}

/// A page with the feeds that it announces.
pub(super) struct ProbedPage {
    /// The feeds that it announces.
    pub(super) feeds: Vec<FoundFeed>,
    /// If it announces none, the links in its text that may be feeds.
    pub(super) links: Vec<Url>,
    /// Address of the page after redirects.
    pub(super) url: Url,
    /// Where a refresh of the page leads.
    refresh: Option<Url>,
    /// The pages in its frames.
    frames: Vec<Url>,
    /// Whether the server says that it chose the page by what the request accepts, or the page says that its own address is
    /// that of a feed.
    pub(super) is_chosen: bool,
}

impl Search<'_> {
    /// Requests a page. If it names no feed, follows its refreshes within the site, and then searches the pages in its frames.
    pub(super) async fn probe_page(&mut self, address: &Url, accepts: AcceptedType) -> ProbeResult {
        let mut visited = vec![address.clone()];
        let mut result = self.probe(address, accepts).await;
        while let ProbeResult::Page(ProbedPage { feeds, url, refresh: Some(to), .. }) = &result
            && feeds.is_empty()
            && visited.len() <= MAX_REFRESHES
            && !visited.contains(to)
            && !is_elsewhere(url, to)
            && self.fetcher.shared.guard.may_name(url, to)
        {
            let to = to.clone();
            visited.push(to.clone());
            result = self.probe(&to, AcceptedType::Page).await;
        }
        match result {
            ProbeResult::Page(page) if page.feeds.is_empty() => {
                ProbeResult::Page(self.with_frames(page, &visited).await)
            }
            other => other,
        }
    }

    /// Adds the feeds and the links of the pages in the frames of a page. A page with frames has no text of its own. A frame
    /// may be a page of another site: some hosts show a site like that under another name.
    async fn with_frames(&mut self, mut page: ProbedPage, visited: &[Url]) -> ProbedPage {
        for frame in std::mem::take(&mut page.frames) {
            if visited.contains(&frame)
                || self.pause.is_some()
                || !self.fetcher.shared.guard.may_name(&page.url, &frame)
            {
                continue;
            }
            match self.probe(&frame, AcceptedType::Page).await {
                ProbeResult::Page(inner) => {
                    for feed in inner.feeds {
                        if page.feeds.iter().all(|known| !is_same_page(&known.url, &feed.url)) {
                            page.feeds.push(feed);
                        }
                    }
                    page.links.extend(inner.links);
                }
                ProbeResult::Feed(_) | ProbeResult::Absent(_) | ProbeResult::Refused(_) => {}
            }
        }
        page
    }

    /// Sends one request. Before each but the first, waits for the gap that polling keeps between requests to one public host.
    pub(super) async fn probe(&mut self, address: &Url, accepts: AcceptedType) -> ProbeResult {
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
        let fetched = match document_of(outcome) {
            Ok(fetched) => fetched,
            Err(result) => return *result,
        };
        let (stand_in, varies, by_refresh) =
            (fetched.stand_in, fetched.varies_by_accept, fetched.refresh.clone());
        let is_text = accepts == AcceptedType::Page && is_plain_text(fetched.content_type.as_deref());
        let page = fetched.final_url.clone().unwrap_or_else(|| address.clone());
        // After a permanent redirect the new address goes into feeds.toml.
        let url = fetched.moved_to.clone().unwrap_or_else(|| address.clone());
        let by_header = fetched.links.feeds.clone();
        let kept = Fetched { moved_to: None, ..fetched.clone() };
        match read(fetched).await {
            Ok(feed) if is_single_entry(&feed) => ProbeResult::Absent(failure::single_entry()),
            Ok(feed) => {
                let outcome = FetchOutcome::Fresh(Box::new(kept));
                self.answer = Some(EarlierAnswer { url: url.clone(), asked_at: self.now, outcome });
                // The answer of a feed is kept whole, with its pause.
                self.pause = pause_before;
                let found = FoundFeed { url, title: feed.title.clone() };
                ProbeResult::Feed(ReadFeed::of(found, feed))
            }
            Err(error) => match links_of(error, is_text || by_refresh.is_some() || !by_header.is_empty()) {
                Ok(mut links) => {
                    let by_header =
                        by_header.into_iter().map(|(url, title)| FeedLink { url, title, announced: true });
                    links.feeds.splice(0..0, by_header);
                    links.refresh = links.refresh.or(by_refresh);
                    links.is_own_feed |= varies;
                    self.page_with_feeds(&page, links, stand_in)
                }
                Err(failure) => ProbeResult::Absent(failure),
            },
        }
    }

    /// Returns a page with those of its feeds that the address policy allows it to name. If none is left, the result is
    /// `Refused` for a page that names a forbidden address, or that was sent in place of a document.
    fn page_with_feeds(&self, page: &Url, links: PageLinks, stand_in: Option<StandIn>) -> ProbeResult {
        let PageLinks { feeds, refresh, frames, is_own_feed: is_chosen } = links;
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
        let has_feeds = !allowed.is_empty();
        let page = ProbedPage {
            feeds: allowed,
            links,
            url: page.clone(),
            refresh: refresh.and_then(|to| Url::parse(&to).ok()),
            frames: frames.iter().filter_map(|frame| Url::parse(frame).ok()).collect(),
            is_chosen,
        };
        match (stand_in, forbidden) {
            _ if has_feeds => ProbeResult::Page(page),
            (_, Some(feed)) => ProbeResult::Refused(failure::named_by_public_page(RedactedUrl(&feed))),
            (Some(stand_in), None) => ProbeResult::Refused(stand_in.failure()),
            (None, None) => ProbeResult::Page(page),
        }
    }
}

/// Removes the feeds of comments, which blogs name together with the feed of their posts, unless there are no others.
fn without_comments(feeds: Vec<FoundFeed>) -> Vec<FoundFeed> {
    if feeds.iter().all(is_of_comments) {
        return feeds;
    }
    feeds.into_iter().filter(|feed| !is_of_comments(feed)).collect()
}

/// Returns the document of an answer, or what an answer without one means.
fn document_of(outcome: FetchOutcome) -> Result<Fetched, Box<ProbeResult>> {
    let result = match outcome {
        FetchOutcome::Fresh(fetched) => return Ok(*fetched),
        FetchOutcome::NotModified { .. } => ProbeResult::Refused(failure::unasked_not_modified()),
        FetchOutcome::Gone { .. } => ProbeResult::Absent(failure::nothing_there(410)),
        FetchOutcome::Failed { status: Some(404), failure, .. } if failure.kind == FailureKind::Status => {
            ProbeResult::Absent(failure::nothing_there(404))
        }
        FetchOutcome::Failed { failure, .. } | FetchOutcome::Throttled { failure, .. } => {
            ProbeResult::Refused(failure)
        }
    };
    Err(Box::new(result))
}

/// Returns what a document that is no feed says about feeds. A document that is no page says nothing, but its site may have
/// feeds all the same, if `may_be_page`. Otherwise the result is why it is no feed.
fn links_of(error: ParseError, may_be_page: bool) -> Result<PageLinks, Failure> {
    match error {
        ParseError::WebPage(links) => Ok(links),
        ParseError::NotAFeed { .. } | ParseError::Malformed { .. } | ParseError::Empty if may_be_page => {
            Ok(PageLinks::default())
        }
        error => Err(failure::failure(FailureKind::NotAFeed, error.to_string(), None)),
    }
}

/// Returns whether a document is an entry and no feed.
fn is_single_entry(feed: &ParsedFeed) -> bool {
    feed.entries.len() <= 1 && feed.defects.iter().any(|defect| defect.name == LONE_ENTRY)
}

/// Returns whether a media type is one of plain text, in which a site may have its front page: `text/plain`, `text/markdown`.
fn is_plain_text(content_type: Option<&str>) -> bool {
    let essence = content_type.and_then(|kind| kind.split(';').next()).unwrap_or_default();
    let essence = essence.trim().to_ascii_lowercase();
    essence.starts_with("text/") && !essence.contains("xml")
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
