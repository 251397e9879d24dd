//! The documents of a whole feed.

use std::sync::Arc;

use tokio::task::spawn_blocking;

use super::PublishError;
use crate::model::MergedFeed;
use crate::render::{BaseUrl, Format, Representation, render_uncompressed};

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
        let render = async |format| {
            let (feed, base) = (Arc::clone(feed), base.clone());
            let rendered = spawn_blocking(move || render_uncompressed(format, &feed, &base)).await??;
            Ok::<_, PublishError>(rendered)
        };
        let (rss, atom, json) =
            tokio::try_join!(render(Format::Rss), render(Format::Atom), render(Format::Json))?;
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
