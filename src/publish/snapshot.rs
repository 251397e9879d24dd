//! A snapshot: one merged feed, rendered at one moment. Requests are answered from it.
//!
//! The documents of whole feeds are rendered with the snapshot. They are compressed with it if the version before had readers,
//! or else when the first reader asks. Those of a part (`?limit=`, a page of the archive) and those for other public addresses
//! are rendered when they are asked for.

use std::borrow::Cow;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use tokio::sync::{Mutex, OnceCell};
use tokio::task::spawn_blocking;

use super::feed_documents::{FeedDocuments, render_blocking};
use super::history::FeedHistory;
use super::plan::{FeedPart, SnapshotPlan, title_below};
use super::requested_documents::{MEMORY_LIMIT, RequestedDocument, RequestedDocuments};
use super::{PublishError, articles};
use crate::article::merge::merge;
use crate::model::{MergedFeed, MergedItem};
use crate::render::page::PageContext;
use crate::render::{BaseUrl, Format, Representation, page};
use crate::store::{RenderedFeed, RiverSelection, Store};
use crate::time::Timestamp;

/// A snapshot keeps at most this many documents for public addresses other than its own, as far as [`MEMORY_LIMIT`] allows, and
/// then renders no further ones.
/// Honest readers use one or two addresses (a name and an IP address, with and without TLS). A client that makes up hosts can't
/// make a snapshot keep more of them.
const MAX_OTHER_DOCUMENTS: usize = 8;
/// A snapshot keeps at most this many documents with only what changed, and renders each once. The readers of a feed ask for
/// few different ones: most have one of its last versions.
const MAX_CHANGES_DOCUMENTS: usize = 8;

/// One merged feed at one moment, with the documents and pages that were rendered of it.
#[derive(Debug)]
pub struct Snapshot {
    /// When the feed last changed, for `Last-Modified`.
    pub changed_at: Timestamp,
    /// The digests of the three documents, one after the other. Empty for a part of a feed.
    digest: String,
    feed: Arc<MergedFeed>,
    /// The snapshot's own public address, which the links in `documents` begin with.
    own_base: BaseUrl,
    /// `None` for a part of a feed: all its documents are then among `other_documents`.
    documents: Option<FeedDocuments>,
    /// Set once `documents` are compressed and, for the river, its pages are rendered.
    completed: OnceCell<()>,
    /// Whether anyone asked for a document or a page of it.
    is_read: AtomicBool,
    history: FeedHistory,
    page_context: PageContext,
    /// The web pages. Those of the whole river are rendered before it is served. Those of other feeds are rendered when someone
    /// asks for one.
    pages: OnceCell<Vec<Representation>>,
    /// Documents for other public addresses, and those of a part of a feed.
    other_documents: RequestedDocuments,
    /// Documents with only the articles that changed since an older version.
    changes_documents: RequestedDocuments,
    /// Memory for the articles, in bytes.
    articles_size: usize,
    /// Held while a document is rendered on request, so that only one is rendered at a time.
    rendering: Mutex<()>,
}

impl Snapshot {
    /// Builds a complete snapshot, as [`Self::draft`] and [`Self::complete`] do.
    pub(super) async fn build(
        store: &Store,
        plan: SnapshotPlan,
        previous: Option<&Self>,
    ) -> Result<Option<Self>, PublishError> {
        let draft = Self::draft(store, plan, previous).await?;
        if let Some(snapshot) = &draft {
            snapshot.complete().await?;
        }
        Ok(draft)
    }

    /// Builds a snapshot without what takes longest ([`Self::complete`]): marks the stored articles as published, reads them
    /// and, for a whole feed, renders them. `previous` is the last snapshot of the same feed or part, if it is still known.
    /// Returns `None` if the feed has no such part.
    ///
    /// Publishing comes first, so that readers never see an article whose guid or place can still change. A page of the archive
    /// or of older articles holds only what was published before. So does a search, which writes nothing to the database,
    /// because clients can send any number of searches. A search has changed since `previous` if its documents differ.
    pub(super) async fn draft(
        store: &Store,
        mut plan: SnapshotPlan,
        previous: Option<&Self>,
    ) -> Result<Option<Self>, PublishError> {
        let Some(articles) = articles::read(store, &mut plan).await? else { return Ok(None) };
        let SnapshotPlan {
            selection,
            part,
            mut channel,
            links,
            mut page_context,
            depth,
            own_base,
            whole_changed_at,
            ..
        } = plan;
        let titles = store.source_titles().await?;
        if let RiverSelection::Source(name) = &selection
            && let Some(title) = titles.get(name)
        {
            channel.title = title_below(&page_context.navigation.title, title);
        }
        page_context.navigation = page_context.navigation.with_titles(&titles);
        let feed = spawn_blocking(move || MergedFeed { links, ..merge(channel, articles, depth) }).await?;
        let feed = Arc::new(feed);
        let mut snapshot = Self {
            // The store keeps no date for a part: a limited part changes with its feed, and any other part with its articles.
            changed_at: whole_changed_at.or(feed.updated).unwrap_or(Timestamp::EPOCH),
            digest: String::new(),
            history: FeedHistory::after(previous.map(|previous| &previous.history), &feed),
            articles_size: feed.items.iter().map(article_size).sum(),
            feed,
            own_base,
            documents: None,
            completed: OnceCell::new(),
            is_read: AtomicBool::new(false),
            page_context,
            pages: OnceCell::new(),
            other_documents: RequestedDocuments::within(MEMORY_LIMIT),
            changes_documents: RequestedDocuments::within(MEMORY_LIMIT),
            rendering: Mutex::new(()),
        };
        if part == FeedPart::Newest {
            snapshot.render_whole(store, &selection, previous).await?;
        }
        Ok(Some(snapshot))
    }

    /// Compresses the documents of a whole feed and, for the river, renders its pages, unless that was done before. Callers at
    /// the same time wait for each other.
    pub(super) async fn complete(&self) -> Result<(), PublishError> {
        let Some(documents) = &self.documents else { return Ok(()) };
        let complete = || async {
            documents.compress().await?;
            let channel = &self.feed.channel;
            if channel.path.is_empty() && channel.query.is_empty() {
                self.pages().await?;
            }
            Ok::<_, PublishError>(())
        };
        self.completed.get_or_try_init(complete).await.copied()
    }

    /// Renders the documents of a whole feed in all formats. Finds out when the feed last changed.
    async fn render_whole(
        &mut self,
        store: &Store,
        selection: &RiverSelection,
        previous: Option<&Self>,
    ) -> Result<(), PublishError> {
        let documents = FeedDocuments::render(&self.feed, &self.own_base).await?;
        self.digest = Format::ALL.map(|format| documents.in_format(format).digest.as_str()).concat();
        let now = Timestamp::now();
        self.changed_at = if matches!(selection, RiverSelection::Search(_)) {
            changed_since(previous, &self.digest, now)
        } else {
            let rendered = RenderedFeed { path: self.feed.channel.path.clone(), digest: self.digest.clone() };
            store.note_rendered_feed(rendered, now).await?
        };
        self.documents = Some(documents);
        Ok(())
    }

    /// Returns the feed in one format, with links that begin with `base`. The links begin with the snapshot's own
    /// address if there is no `base`, or if too many documents for other addresses exist already.
    pub async fn document(
        &self,
        format: Format,
        base: Option<&BaseUrl>,
    ) -> Result<Representation, PublishError> {
        self.note_reader();
        let base = base.unwrap_or(&self.own_base);
        if let Some(rendered) = self.rendered(format, base).await? {
            return Ok(rendered);
        }
        let _one_at_a_time = self.rendering.lock().await;
        let base = if self.has_room_for(format, base) { base } else { &self.own_base };
        if let Some(rendered) = self.rendered(format, base).await? {
            return Ok(rendered);
        }
        let representation = render_blocking(format, &self.feed, base).await?;
        self.history.note_document(&representation.digest);
        let document = RequestedDocument::of(&self.feed, format, base, &representation);
        self.other_documents.add(document, MAX_OTHER_DOCUMENTS + Format::ALL.len());
        Ok(representation)
    }

    /// Returns the document in one format with links that begin with `base`, if it was rendered before. One that was rendered
    /// with the snapshot is compressed first.
    async fn rendered(&self, format: Format, base: &BaseUrl) -> Result<Option<Representation>, PublishError> {
        let Some(documents) = self.documents.as_ref().filter(|_| *base == self.own_base) else {
            return Ok(self.find_other(format, base));
        };
        self.complete().await?;
        Ok(Some(documents.in_format(format).clone()))
    }

    /// Returns the snapshot's own public address.
    pub fn own_base(&self) -> &BaseUrl {
        &self.own_base
    }

    /// Returns the same as [`Snapshot::document`] if that needs no rendering and no waiting, otherwise `None`. For a part of a
    /// feed without another `base`, it is always `None`.
    pub fn ready_document(&self, format: Format, base: Option<&BaseUrl>) -> Option<Cow<'_, Representation>> {
        self.note_reader();
        match base.filter(|base| **base != self.own_base) {
            None => {
                let documents = self.documents.as_ref().filter(|_| self.completed.initialized());
                documents.map(|documents| Cow::Borrowed(documents.in_format(format)))
            }
            Some(base) => self.find_other(format, base).map(Cow::Owned),
        }
    }

    /// Returns whether anyone asked for a document or a page of it.
    pub(super) fn is_read(&self) -> bool {
        self.is_read.load(Ordering::Relaxed)
    }

    fn note_reader(&self) {
        // Most requests only look, so that the threads don't take the value from each other.
        if !self.is_read() {
            self.is_read.store(true, Ordering::Relaxed);
        }
    }

    /// Notes that the snapshot is served from now on, for [`Snapshot::changes_since`] of later ones.
    pub(super) fn note_served(&self) {
        if let Some(documents) = &self.documents {
            for format in Format::ALL {
                self.history.note_document(&documents.in_format(format).digest);
            }
        }
    }

    /// Returns whether a document for this address may be rendered.
    fn has_room_for(&self, format: Format, base: &BaseUrl) -> bool {
        let size = || {
            let own = self.documents.as_ref().map(|documents| documents.in_format(format).size());
            own.unwrap_or(self.articles_size)
        };
        *base == self.own_base
            || self.other_documents.count_for_other_addresses(&self.own_base) < MAX_OTHER_DOCUMENTS
                && self.other_documents.have_memory_for(size())
    }

    /// Returns the feed with only those articles that are new or changed since the newest of the documents with these
    /// digests. Returns `None` if none of them is remembered, or if all articles changed. Its links begin with the same address
    /// as those of [`Snapshot::document`], which must have been called before.
    pub async fn changes_since(
        &self,
        digests: &[&str],
        format: Format,
        base: Option<&BaseUrl>,
    ) -> Result<Option<Representation>, PublishError> {
        let Some(version) = digests.iter().filter_map(|digest| self.history.version_of(digest)).max() else {
            return Ok(None);
        };
        let is_changed = |item: &&MergedItem| self.history.has_changed_since(&item.article.guid, version);
        let articles = self.feed.items.iter().filter(is_changed).count();
        if articles == self.feed.items.len() {
            return Ok(None);
        }
        let base = base.filter(|base| self.find_other(format, base).is_some()).unwrap_or(&self.own_base);
        if let Some(changes) = self.changes_documents.find(format, base, articles) {
            return Ok(Some(changes));
        }
        let _one_at_a_time = self.rendering.lock().await;
        if let Some(changes) = self.changes_documents.find(format, base, articles) {
            return Ok(Some(changes));
        }
        let changed = self.feed.items.iter().filter(is_changed).cloned().collect();
        let MergedFeed { channel, updated, show, links, .. } = &*self.feed;
        let (channel, show, links) = (channel.clone(), show.clone(), links.clone());
        let feed = Arc::new(MergedFeed { channel, items: changed, updated: *updated, show, links });
        let representation = render_blocking(format, &feed, base).await?;
        let document = RequestedDocument::of(&feed, format, base, &representation);
        self.changes_documents.add(document, MAX_CHANGES_DOCUMENTS);
        Ok(Some(representation))
    }

    /// Finds a document among those that were rendered on request.
    fn find_other(&self, format: Format, base: &BaseUrl) -> Option<Representation> {
        self.other_documents.find(format, base, self.feed.items.len())
    }

    /// Returns the web page with that number; the first is 1.
    pub async fn page(&self, number: usize) -> Result<Option<Representation>, PublishError> {
        self.note_reader();
        let pages = self.pages().await?;
        Ok(number.checked_sub(1).and_then(|index| pages.get(index)).cloned())
    }

    async fn pages(&self) -> Result<&Vec<Representation>, PublishError> {
        let render = || async {
            let (feed, context) = (Arc::clone(&self.feed), self.page_context.clone());
            Ok::<_, PublishError>(spawn_blocking(move || page::river_pages(&feed, &context)).await??)
        };
        self.pages.get_or_try_init(render).await
    }

    /// Returns whether readers see no difference between the two snapshots.
    pub(super) fn is_same_as(&self, other: &Self) -> bool {
        self.digest == other.digest
            && self.changed_at == other.changed_at
            && self.page_context.navigation == other.page_context.navigation
    }

    /// Estimates the memory that the snapshot needs now, in bytes. It grows when someone requests another document or a page.
    pub(super) fn size(&self) -> usize {
        let own = self.documents.iter();
        let own: usize = own.flat_map(|found| Format::ALL.map(|format| found.in_format(format).size())).sum();
        let on_request = self.other_documents.size() + self.changes_documents.size();
        let pages: usize = self.pages.get().into_iter().flatten().map(Representation::size).sum();
        own + on_request + pages + self.articles_size + self.history.size()
    }
}

/// Returns the memory that an article needs with its texts, in bytes.
fn article_size(item: &MergedItem) -> usize {
    let texts = [&item.article.summary, &item.article.content].into_iter().flatten();
    size_of::<MergedItem>() + texts.map(|html| html.as_str().len()).sum::<usize>()
}

/// Returns since when a feed has looked like this, if its last version was `last`. HTTP dates are whole seconds, and
/// two versions of a feed must never have the same date.
fn changed_since(last: Option<&Snapshot>, digest: &str, now: Timestamp) -> Timestamp {
    match last {
        Some(last) if last.digest == digest => last.changed_at,
        Some(last) => now.max(last.changed_at.saturating_add(Duration::from_secs(1))),
        None => now,
    }
}

#[cfg(test)]
pub(super) mod tests {
    use super::*;
    use crate::model::{Channel, FeedLinks, RiverItem};
    use crate::render::Coding;
    use crate::render::navigation::Navigation;
    use crate::render::page_frame::PageZone;

    fn feed(titles: &[&str]) -> MergedFeed {
        let item = |title: &&str| MergedItem {
            headline: (*title).to_owned(),
            excerpt: String::new(),
            article: RiverItem {
                guid: format!("urn:{title}"),
                title: (*title).to_owned(),
                ..RiverItem::default()
            },
        };
        let channel = Channel {
            title: "River".to_owned(),
            description: String::new(),
            path: String::new(),
            query: String::new(),
            ttl_minutes: 1,
        };
        let items = titles.iter().map(item).collect();
        MergedFeed { channel, items, updated: None, show: None, links: FeedLinks::default() }
    }

    fn snapshot_of(feed: MergedFeed, history: FeedHistory) -> Snapshot {
        let navigation = Navigation::of("River", []);
        let [href, search] = [String::new(), String::new()];
        Snapshot {
            changed_at: Timestamp::EPOCH,
            digest: String::new(),
            articles_size: feed.items.iter().map(article_size).sum(),
            feed: Arc::new(feed),
            own_base: BaseUrl::from_config(&"http://own.example/".parse().unwrap()),
            documents: None,
            completed: OnceCell::new(),
            is_read: AtomicBool::new(false),
            history,
            page_context: PageContext { navigation, href, search, folders: 0, zone: PageZone::Utc },
            pages: OnceCell::new(),
            other_documents: RequestedDocuments::within(MEMORY_LIMIT),
            changes_documents: RequestedDocuments::within(MEMORY_LIMIT),
            rendering: Mutex::new(()),
        }
    }

    /// Returns the snapshot of a part with so many articles.
    pub(in crate::publish) fn snapshot(articles: usize) -> Snapshot {
        let titles = (0..articles).map(|number| number.to_string()).collect::<Vec<_>>();
        let feed = feed(&titles.iter().map(String::as_str).collect::<Vec<_>>());
        let history = FeedHistory::after(None, &feed);
        snapshot_of(feed, history)
    }

    #[tokio::test]
    async fn documents_are_compressed_before_they_are_served() {
        let mut snapshot = snapshot(50);
        let documents = FeedDocuments::render(&snapshot.feed, &snapshot.own_base).await.unwrap();
        snapshot.documents = Some(documents);
        assert!(snapshot.ready_document(Format::Rss, None).is_none());
        let served = snapshot.document(Format::Rss, None).await.unwrap();
        let ready = snapshot.ready_document(Format::Rss, None).unwrap();
        for coding in Coding::ALL {
            assert!(served.body(coding).is_some());
            assert_eq!(ready.body(coding), served.body(coding));
        }
        assert!(snapshot.pages.initialized(), "the pages of the river are rendered with it");
    }

    #[tokio::test]
    async fn readers_with_the_same_changes_get_the_same_document_and_it_is_rendered_once() {
        let mut history = FeedHistory::after(None, &feed(&["Snow"]));
        history.note_document("one");
        history = FeedHistory::after(Some(&history), &feed(&["Fog", "Snow"]));
        history.note_document("two");
        // The next version has the same articles. Its documents differ, as those for other addresses do.
        history = FeedHistory::after(Some(&history), &feed(&["Fog", "Snow"]));
        history.note_document("three");
        let newest = feed(&["Rain", "Fog", "Snow"]);
        history = FeedHistory::after(Some(&history), &newest);
        let snapshot = snapshot_of(newest, history);
        let changes = async |copy: &str| {
            snapshot
                .changes_since(&[copy], Format::Atom, None)
                .await
                .unwrap()
                .map(|found| found.identity().clone())
        };
        let since_one = changes("one").await.unwrap();
        let since_two = changes("two").await.unwrap();
        let entries = |document: &[u8]| String::from_utf8_lossy(document).matches("<entry>").count();
        assert_eq!((entries(&since_one), entries(&since_two)), (2, 1));
        for (copy, rendered) in [("one", &since_one), ("two", &since_two), ("three", &since_two)] {
            assert_eq!(changes(copy).await.unwrap().as_ptr(), rendered.as_ptr(), "{copy}");
        }
        assert_eq!(changes("unknown").await, None);
        assert!(snapshot.size() >= since_one.len() + since_two.len());
    }
}
