//! One merged feed at one moment, rendered: what requests are answered from.

use std::sync::Arc;

use arc_swap::ArcSwap;
use tokio::sync::Mutex;
use tokio::task::spawn_blocking;

use super::PublishError;
use crate::article::merge::merge;
use crate::config::Config;
use crate::model::{Channel, ContentDepth, MergedFeed};
use crate::render::base::segment;
use crate::render::{BaseUrl, Format, Representation, page, render};
use crate::store::{FeedVersion, RiverSelection, Store};
use crate::time::Timestamp;

/// Renderings of one snapshot for public addresses other than its own. A host or two are honest (a name and an address,
/// with and without TLS); a client that makes hosts up costs no more than so many renderings and their memory.
const ELSEWHERE_LIMIT: usize = 8;

/// One merged feed, rendered.
#[derive(Debug)]
pub struct Snapshot {
    /// Since when it looks like this: `Last-Modified`.
    pub changed_at: Timestamp,
    digest: String,
    feed: Arc<MergedFeed>,
    home: BaseUrl,
    documents: Documents,
    pages: Vec<Representation>,
    elsewhere: ArcSwap<Vec<Elsewhere>>,
    /// One rendering for another address at a time.
    rendering: Mutex<()>,
}

#[derive(Debug)]
struct Documents {
    rss: Representation,
    atom: Representation,
    json: Representation,
}

impl Documents {
    /// The three at once, where there are processors for it.
    async fn of_feed(feed: &Arc<MergedFeed>, base: &BaseUrl) -> Result<Self, PublishError> {
        let (rss, atom, json) = tokio::try_join!(
            rendered(Format::Rss, feed, base),
            rendered(Format::Atom, feed, base),
            rendered(Format::Json, feed, base),
        )?;
        Ok(Self { rss, atom, json })
    }

    fn of(&self, format: Format) -> &Representation {
        match format {
            Format::Rss => &self.rss,
            Format::Atom => &self.atom,
            Format::Json => &self.json,
        }
    }
}

#[derive(Clone, Debug)]
struct Elsewhere {
    base: BaseUrl,
    format: Format,
    representation: Representation,
}

/// What a snapshot is to hold.
#[derive(Clone, Debug)]
pub(super) struct SnapshotPlan {
    pub(super) selection: RiverSelection,
    channel: Channel,
    depth: ContentDepth,
    articles: usize,
    home: BaseUrl,
}

impl SnapshotPlan {
    pub(super) fn new(selection: RiverSelection, config: &Config, local: &BaseUrl) -> Self {
        let river = &config.river;
        let (title, path) = match &selection {
            RiverSelection::River => (river.title.clone(), String::new()),
            RiverSelection::Tag(tag) => {
                (format!("{} – {tag}", river.title), format!("tags/{}/", segment(tag)))
            }
            RiverSelection::Source(name) => {
                let source = config.sources.iter().find(|source| source.name == *name);
                let title = source.and_then(|source| source.title.as_deref()).unwrap_or(name);
                (format!("{} – {title}", river.title), format!("sources/{}/", segment(name)))
            }
        };
        let ttl_minutes = config.polling.every.as_secs().div_ceil(60).max(1);
        Self {
            selection,
            channel: Channel { title, description: river.description.clone(), path, ttl_minutes },
            depth: river.content,
            articles: river.articles,
            home: river.base_url.as_ref().map_or_else(|| local.clone(), BaseUrl::configured),
        }
    }
}

impl Snapshot {
    /// Marks what is stored as published, reads and renders it. In this order, so that nothing is ever shown whose guid or
    /// source could still change.
    pub(super) async fn build(store: &Store, plan: SnapshotPlan) -> Result<Self, PublishError> {
        store.publish(Timestamp::now()).await?;
        let articles = store.latest(&plan.selection, plan.articles).await?;
        let SnapshotPlan { selection, channel, depth, home, .. } = plan;
        let path = channel.path.clone();
        let feed = Arc::new(spawn_blocking(move || merge(channel, articles, depth)).await?);
        let documents = Documents::of_feed(&feed, &home).await?;
        let pages = match selection {
            RiverSelection::River => {
                let feed = Arc::clone(&feed);
                spawn_blocking(move || page::river(&feed)).await??
            }
            RiverSelection::Tag(_) | RiverSelection::Source(_) => Vec::new(),
        };
        let digest = Format::ALL.map(|format| documents.of(format).digest.as_str()).concat();
        let edition = FeedVersion { path, digest: digest.clone() };
        let changed_at = store.stamp_edition(edition, Timestamp::now()).await?;
        let (elsewhere, rendering) = (ArcSwap::default(), Mutex::new(()));
        Ok(Self { changed_at, digest, feed, home, documents, pages, elsewhere, rendering })
    }

    /// The feed in one syntax for a reader who knows us by `base`; without one, by our own address.
    pub async fn document(
        &self,
        format: Format,
        base: Option<&BaseUrl>,
    ) -> Result<Representation, PublishError> {
        let Some(base) = base.filter(|base| **base != self.home) else {
            return Ok(self.documents.of(format).clone());
        };
        if let Some(known) = self.known(format, base) {
            return Ok(known);
        }
        let _one_at_a_time = self.rendering.lock().await;
        if let Some(known) = self.known(format, base) {
            return Ok(known);
        }
        if self.elsewhere.load().len() >= ELSEWHERE_LIMIT {
            return Ok(self.documents.of(format).clone());
        }
        let representation = rendered(format, &self.feed, base).await?;
        let mut elsewhere = self.elsewhere.load().to_vec();
        elsewhere.push(Elsewhere { base: base.clone(), format, representation: representation.clone() });
        self.elsewhere.store(Arc::new(elsewhere));
        Ok(representation)
    }

    fn known(&self, format: Format, base: &BaseUrl) -> Option<Representation> {
        let elsewhere = self.elsewhere.load();
        let found = elsewhere.iter().find(|known| known.format == format && known.base == *base)?;
        Some(found.representation.clone())
    }

    /// The page of that number, from 1.
    pub fn page(&self, number: usize) -> Option<&Representation> {
        self.pages.get(number.checked_sub(1)?)
    }

    /// Whether a reader could not tell the two apart.
    pub(super) fn is_same_as(&self, other: &Self) -> bool {
        self.digest == other.digest && self.changed_at == other.changed_at
    }

    /// Memory held by what is rendered for its own address, in bytes.
    pub(super) fn size(&self) -> usize {
        let documents = Format::ALL.into_iter().map(|format| self.documents.of(format));
        documents.chain(&self.pages).map(Representation::size).sum()
    }
}

/// Rendered where blocking is allowed: compressing takes a tenth of a second.
async fn rendered(
    format: Format,
    feed: &Arc<MergedFeed>,
    base: &BaseUrl,
) -> Result<Representation, PublishError> {
    let (feed, base) = (Arc::clone(feed), base.clone());
    Ok(spawn_blocking(move || render(format, &feed, &base)).await??)
}
