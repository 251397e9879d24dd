//! The subscriptions as OPML, kept until the river or the configuration changes.

use std::sync::Arc;

use tokio::sync::Mutex;
use tokio::task::spawn_blocking;

use super::PublishError;
use crate::config::Config;
use crate::render::{Representation, opml};
use crate::store::{RenderedFeed, Store};
use crate::time::Timestamp;

/// Path of the document, under which its digest is stored.
const PATH: &str = "opml.xml";

/// The rendered subscriptions.
#[derive(Debug)]
pub struct SubscriptionsDocument {
    /// The document.
    pub representation: Representation,
    /// When it last changed.
    pub changed_at: Timestamp,
}

/// Keeps the document that was built last.
#[derive(Default, Debug)]
pub(super) struct Subscriptions {
    /// Locked while a document is built, so that only one is built at a time.
    last: Mutex<Option<Built>>,
}

#[derive(Debug)]
struct Built {
    config: Arc<Config>,
    /// Number of the river's rebuild that the document was built after. A rebuild may bring new titles, because a feed
    /// gets its title with its first articles.
    generation: u64,
    document: Arc<SubscriptionsDocument>,
}

impl Subscriptions {
    /// Returns the document for `config`. It is built now unless it was built for the same configuration and generation.
    pub(super) async fn get_or_build(
        &self,
        store: &Store,
        config: Arc<Config>,
        generation: u64,
    ) -> Result<Arc<SubscriptionsDocument>, PublishError> {
        let mut last = self.last.lock().await;
        let is_current =
            |built: &&Built| Arc::ptr_eq(&built.config, &config) && built.generation >= generation;
        if let Some(built) = last.as_ref().filter(is_current) {
            return Ok(Arc::clone(&built.document));
        }
        let links = store.feed_links().await?;
        let configured = Arc::clone(&config);
        let representation = spawn_blocking(move || {
            let subscriptions = opml::subscriptions(&configured.sources, &links, false);
            let document = opml::opml(&configured.river.title, &subscriptions);
            Representation::new("text/x-opml; charset=utf-8", document.into_bytes())
        })
        .await?;
        let rendered = RenderedFeed { path: PATH.to_owned(), digest: representation.digest.clone() };
        let changed_at = store.note_rendered_feed(rendered, Timestamp::now()).await?;
        let document = Arc::new(SubscriptionsDocument { representation, changed_at });
        *last = Some(Built { config, generation, document: Arc::clone(&document) });
        Ok(document)
    }
}
