//! A snapshot: one merged feed, rendered at one moment. Requests are answered from it.

use std::borrow::Cow;
use std::sync::Arc;

use arc_swap::ArcSwap;
use tokio::sync::Mutex;
use tokio::task::spawn_blocking;

use super::PublishError;
use crate::article::merge::merge;
use crate::config::Config;
use crate::model::{Channel, ContentDepth, MergedFeed};
use crate::render::base_url::path_segment;
use crate::render::{BaseUrl, Format, Representation, page, render};
use crate::store::{RenderedFeed, RiverSelection, Store};
use crate::time::Timestamp;

/// A snapshot renders at most this many documents for public addresses other than its own. Honest readers use one or two
/// addresses (a name and an IP address, with and without TLS). A client that makes up hosts can't cause more work and
/// memory than this.
const MAX_OTHER_DOCUMENTS: usize = 8;

/// One merged feed, rendered in every format.
#[derive(Debug)]
pub struct Snapshot {
    /// When the feed last changed, for `Last-Modified`.
    pub changed_at: Timestamp,
    /// The digests of the three documents, one after the other.
    digest: String,
    feed: Arc<MergedFeed>,
    /// The snapshot's own public address, which the links in `documents` begin with.
    own_base: BaseUrl,
    documents: FeedDocuments,
    /// The web pages. Only the snapshot of the whole river has some.
    pages: Vec<Representation>,
    /// Documents for other public addresses.
    other_documents: ArcSwap<Vec<OtherDocument>>,
    /// Held while a document for another address is rendered, so that only one is rendered at a time.
    rendering: Mutex<()>,
}

/// A feed in the three formats.
#[derive(Debug)]
struct FeedDocuments {
    rss: Representation,
    atom: Representation,
    json: Representation,
}

impl FeedDocuments {
    /// Renders the three formats in parallel.
    async fn render(feed: &Arc<MergedFeed>, base: &BaseUrl) -> Result<Self, PublishError> {
        let (rss, atom, json) = tokio::try_join!(
            render_blocking(Format::Rss, feed, base),
            render_blocking(Format::Atom, feed, base),
            render_blocking(Format::Json, feed, base),
        )?;
        Ok(Self { rss, atom, json })
    }

    fn in_format(&self, format: Format) -> &Representation {
        match format {
            Format::Rss => &self.rss,
            Format::Atom => &self.atom,
            Format::Json => &self.json,
        }
    }
}

/// A document that was rendered for another public address than the snapshot's own.
#[derive(Clone, Debug)]
struct OtherDocument {
    base: BaseUrl,
    format: Format,
    representation: Representation,
}

/// Which snapshot to build: which articles, under which title, for which public address.
#[derive(Clone, Debug)]
pub(super) struct SnapshotPlan {
    pub(super) selection: RiverSelection,
    channel: Channel,
    depth: ContentDepth,
    /// Maximum number of articles.
    max_articles: usize,
    own_base: BaseUrl,
}

impl SnapshotPlan {
    /// Plans the snapshot of a selection by the configuration. `local_url` is the address at which riverd listens;
    /// links begin with it if feeds.toml sets no `base_url`.
    pub(super) fn new(selection: RiverSelection, config: &Config, local_url: &BaseUrl) -> Self {
        let river = &config.river;
        let (title, path) = match &selection {
            RiverSelection::River => (river.title.clone(), String::new()),
            RiverSelection::Tag(tag) => {
                (format!("{} – {tag}", river.title), format!("tags/{}/", path_segment(tag)))
            }
            RiverSelection::Source(name) => {
                let source = config.sources.iter().find(|source| source.name == *name);
                let title = source.and_then(|source| source.title.as_deref()).unwrap_or(name);
                (format!("{} – {title}", river.title), format!("sources/{}/", path_segment(name)))
            }
        };
        let ttl_minutes = config.polling.every.as_secs().div_ceil(60).max(1);
        Self {
            selection,
            channel: Channel { title, description: river.description.clone(), path, ttl_minutes },
            depth: river.content,
            max_articles: river.articles,
            own_base: river.base_url.as_ref().map_or_else(|| local_url.clone(), BaseUrl::from_config),
        }
    }
}

impl Snapshot {
    /// Builds a snapshot: marks the stored articles as published, reads them, and renders them.
    ///
    /// Publishing comes first, so that readers never see an article whose guid or place can still change.
    pub(super) async fn build(store: &Store, plan: SnapshotPlan) -> Result<Self, PublishError> {
        store.publish(Timestamp::now()).await?;
        let articles = store.latest(&plan.selection, plan.max_articles).await?;
        let SnapshotPlan { selection, channel, depth, own_base, .. } = plan;
        let path = channel.path.clone();
        let feed = Arc::new(spawn_blocking(move || merge(channel, articles, depth)).await?);
        let documents = FeedDocuments::render(&feed, &own_base).await?;
        let pages = match selection {
            RiverSelection::River => {
                let feed = Arc::clone(&feed);
                spawn_blocking(move || page::river_pages(&feed)).await??
            }
            RiverSelection::Tag(_) | RiverSelection::Source(_) => Vec::new(),
        };
        let digest = Format::ALL.map(|format| documents.in_format(format).digest.as_str()).concat();
        let rendered = RenderedFeed { path, digest: digest.clone() };
        let changed_at = store.note_rendered_feed(rendered, Timestamp::now()).await?;
        let (other_documents, rendering) = (ArcSwap::default(), Mutex::new(()));
        Ok(Self { changed_at, digest, feed, own_base, documents, pages, other_documents, rendering })
    }

    /// Returns the feed in one format, with links that begin with `base`. The links begin with the snapshot's own
    /// address if there is no `base`, or if too many documents for other addresses exist already.
    pub async fn document(
        &self,
        format: Format,
        base: Option<&BaseUrl>,
    ) -> Result<Representation, PublishError> {
        let Some(base) = base.filter(|base| **base != self.own_base) else {
            return Ok(self.documents.in_format(format).clone());
        };
        if let Some(representation) = self.find_other(format, base) {
            return Ok(representation);
        }
        let _one_at_a_time = self.rendering.lock().await;
        if let Some(representation) = self.find_other(format, base) {
            return Ok(representation);
        }
        if self.other_documents.load().len() >= MAX_OTHER_DOCUMENTS {
            return Ok(self.documents.in_format(format).clone());
        }
        let representation = render_blocking(format, &self.feed, base).await?;
        let mut others = self.other_documents.load().to_vec();
        others.push(OtherDocument { base: base.clone(), format, representation: representation.clone() });
        self.other_documents.store(Arc::new(others));
        Ok(representation)
    }

    /// Returns the snapshot's own public address.
    pub fn own_base(&self) -> &BaseUrl {
        &self.own_base
    }

    /// Returns the same as [`Snapshot::document`] if it needs no rendering.
    pub fn ready_document(&self, format: Format, base: Option<&BaseUrl>) -> Option<Cow<'_, Representation>> {
        match base.filter(|base| **base != self.own_base) {
            None => Some(Cow::Borrowed(self.documents.in_format(format))),
            Some(base) => self.find_other(format, base).map(Cow::Owned),
        }
    }

    /// Finds the document that was already rendered for another address.
    fn find_other(&self, format: Format, base: &BaseUrl) -> Option<Representation> {
        let others = self.other_documents.load();
        let document = others.iter().find(|other| other.format == format && other.base == *base)?;
        Some(document.representation.clone())
    }

    /// Returns the web page with that number; the first is 1.
    pub fn page(&self, number: usize) -> Option<&Representation> {
        self.pages.get(number.checked_sub(1)?)
    }

    /// Returns whether readers see no difference between the two snapshots.
    pub(super) fn is_same_as(&self, other: &Self) -> bool {
        self.digest == other.digest && self.changed_at == other.changed_at
    }

    /// Returns the size in memory of the documents and pages for the snapshot's own address, in bytes.
    pub(super) fn size(&self) -> usize {
        let documents = Format::ALL.into_iter().map(|format| self.documents.in_format(format));
        documents.chain(&self.pages).map(Representation::size).sum()
    }
}

/// Renders a document on a thread where blocking is allowed: compression takes about a tenth of a second.
async fn render_blocking(
    format: Format,
    feed: &Arc<MergedFeed>,
    base: &BaseUrl,
) -> Result<Representation, PublishError> {
    let (feed, base) = (Arc::clone(feed), base.clone());
    Ok(spawn_blocking(move || render(format, &feed, &base)).await??)
}
