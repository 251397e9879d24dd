//! The fields in which a merged feed describes itself. They are the same in every format. A feed of one show has the picture
//! and the language of the show.

use super::{article_fields, valid};
use crate::model::{MergedFeed, RiverSource};

/// What a merged feed says about itself. Every value is valid in every format.
pub(super) struct ChannelFields {
    /// Title as plain text.
    pub(super) title: String,
    /// Description as plain text.
    pub(super) description: String,
    /// Address of the show's cover.
    pub(super) picture: Option<String>,
    /// Language of the show as a BCP 47 tag.
    pub(super) language: Option<String>,
}

impl ChannelFields {
    /// Returns what `feed` says about itself. The feed of a source presents its show under the show's own name; other feeds
    /// keep the names that the operator gave.
    pub(super) fn of(feed: &MergedFeed) -> Self {
        let (channel, show, own) = (&feed.channel, feed.show.as_ref(), own_show(feed));
        let about = own.and_then(|source| source.description.as_deref()).map(valid::line);
        let picture = show.and_then(|source| source.show.as_ref()?.image.as_deref().and_then(valid::address));
        Self {
            title: own.map_or_else(|| valid::line(&channel.title), article_fields::source_title),
            description: about.unwrap_or_else(|| valid::line(&channel.description)),
            picture,
            language: show.and_then(|source| valid::language(source.language.as_deref()?)),
        }
    }
}

/// Returns the show that the feed of a source presents.
pub(super) fn own_show(feed: &MergedFeed) -> Option<&RiverSource> {
    feed.show.as_ref().filter(|_| feed.channel.path.starts_with("sources/"))
}
