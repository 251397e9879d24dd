//! Renders the documents of a feed on threads where blocking is allowed.

use std::sync::Arc;

use tokio::task::spawn_blocking;

use super::PublishError;
use crate::model::MergedFeed;
use crate::render::{BaseUrl, Format, Representation, render, render_uncompressed};

/// A feed in the three formats.
#[derive(Debug)]
pub(super) struct FeedDocuments {
    rss: Representation,
    atom: Representation,
    json: Representation,
}

impl FeedDocuments {
    /// Renders the three formats in parallel. They are not compressed yet.
    pub(super) async fn render(feed: &Arc<MergedFeed>, base: &BaseUrl) -> Result<Self, PublishError> {
        let rendered = async |format| {
            let (feed, base) = (Arc::clone(feed), base.clone());
            let document = spawn_blocking(move || render_uncompressed(format, &feed, &base)).await??;
            Ok::<_, PublishError>(document)
        };
        let (rss, atom, json) =
            tokio::try_join!(rendered(Format::Rss), rendered(Format::Atom), rendered(Format::Json))?;
        Ok(Self { rss, atom, json })
    }

    /// Compresses the three formats in parallel.
    pub(super) async fn compress(&self) -> Result<(), PublishError> {
        let compress = |representation: &Representation| {
            let representation = representation.clone();
            spawn_blocking(move || representation.compress())
        };
        tokio::try_join!(compress(&self.rss), compress(&self.atom), compress(&self.json))?;
        Ok(())
    }

    /// Returns the document in one format.
    pub(super) fn in_format(&self, format: Format) -> &Representation {
        match format {
            Format::Rss => &self.rss,
            Format::Atom => &self.atom,
            Format::Json => &self.json,
        }
    }
}

/// Renders one document and compresses it, which takes about a tenth of a second.
pub(super) async fn render_blocking(
    format: Format,
    feed: &Arc<MergedFeed>,
    base: &BaseUrl,
) -> Result<Representation, PublishError> {
    let (feed, base) = (Arc::clone(feed), base.clone());
    Ok(spawn_blocking(move || render(format, &feed, &base)).await??)
}
