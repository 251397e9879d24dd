//! One merged feed at one moment, rendered: what requests are answered from.

use std::sync::Arc;

use arc_swap::ArcSwap;
use tokio::sync::Mutex;
use tokio::task::spawn_blocking;

use super::PublishError;
use crate::config::Config;
use crate::feed::merge::merge;
use crate::model::{Channel, ContentDepth, MergedFeed, RiverItem};
use crate::render::base::segment;
use crate::render::{BaseUrl, Format, Representation, page, render};
use crate::store::{Edition, RiverSelection, Store};
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
pub(super) struct Plan {
    pub(super) selection: RiverSelection,
    channel: Channel,
    depth: ContentDepth,
    articles: usize,
    home: BaseUrl,
}

impl Plan {
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

/// What is rendered before the store has seen it.
struct Draft {
    feed: MergedFeed,
    documents: Documents,
    pages: Vec<Representation>,
    digest: String,
}

impl Snapshot {
    /// Marks what is stored as published, reads and renders it. In this order, so that nothing is ever shown whose guid or
    /// source could still change.
    pub(super) async fn build(store: &Store, plan: Plan) -> Result<Self, PublishError> {
        store.publish(Timestamp::now()).await?;
        let articles = store.latest(&plan.selection, plan.articles).await?;
        let (path, home) = (plan.channel.path.clone(), plan.home.clone());
        let draft = spawn_blocking(move || draft(&plan, articles)).await??;
        let edition = Edition { path, digest: draft.digest.clone() };
        let changed_at = store.stamp_edition(edition, Timestamp::now()).await?;
        Ok(Self::new(draft, home, changed_at))
    }

    fn new(draft: Draft, home: BaseUrl, changed_at: Timestamp) -> Self {
        Self {
            changed_at,
            digest: draft.digest,
            feed: Arc::new(draft.feed),
            home,
            documents: draft.documents,
            pages: draft.pages,
            elsewhere: ArcSwap::default(),
            rendering: Mutex::new(()),
        }
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
        let representation = {
            let (feed, base) = (Arc::clone(&self.feed), base.clone());
            spawn_blocking(move || render(format, &feed, &base)).await??
        };
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

fn draft(plan: &Plan, articles: Vec<RiverItem>) -> Result<Draft, PublishError> {
    let feed = merge(plan.channel.clone(), articles, plan.depth);
    let documents = Documents {
        rss: render(Format::Rss, &feed, &plan.home)?,
        atom: render(Format::Atom, &feed, &plan.home)?,
        json: render(Format::Json, &feed, &plan.home)?,
    };
    let pages = match plan.selection {
        RiverSelection::River => page::river(&feed)?,
        RiverSelection::Tag(_) | RiverSelection::Source(_) => Vec::new(),
    };
    let digests = Format::ALL.map(|format| documents.of(format).digest.as_str());
    let digest = digests.concat();
    Ok(Draft { feed, documents, pages, digest })
}
