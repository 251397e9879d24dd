//! Says what the elements of podcasts and of Media RSS mean, by their names in lower case.

use super::{Meaning, PodcastMeaning};

pub(super) fn itunes_meaning(name: &[u8]) -> Meaning {
    match name {
        b"title" => Meaning::FallbackTitle,
        b"subtitle" | b"summary" | b"description" => Meaning::FallbackSummary,
        b"author" => Meaning::Person,
        b"keywords" => Meaning::Keywords,
        b"new-feed-url" => Meaning::NewFeedUrl,
        b"image" => Meaning::Image,
        b"duration" => Meaning::Duration,
        b"season" => Meaning::Podcast(PodcastMeaning::Season),
        b"episode" => Meaning::Podcast(PodcastMeaning::Episode),
        b"episodetype" => Meaning::Podcast(PodcastMeaning::EpisodeType),
        b"explicit" => Meaning::Podcast(PodcastMeaning::Explicit),
        b"type" => Meaning::Podcast(PodcastMeaning::ShowType),
        b"owner" => Meaning::Podcast(PodcastMeaning::Owner),
        b"category" => Meaning::Podcast(PodcastMeaning::ShowCategory),
        b"complete" => Meaning::Podcast(PodcastMeaning::Complete),
        b"block" => Meaning::Podcast(PodcastMeaning::Block),
        _ => Meaning::Unknown,
    }
}

pub(super) fn media_meaning(name: &[u8]) -> Meaning {
    match name {
        b"title" => Meaning::FallbackTitle,
        b"description" => Meaning::FallbackSummary,
        b"group" => Meaning::MediaGroup,
        b"content" => Meaning::MediaContent,
        b"thumbnail" => Meaning::Thumbnail,
        b"copyright" => Meaning::Rights,
        b"license" => Meaning::License,
        b"category" => Meaning::Category,
        b"keywords" => Meaning::Keywords,
        b"credit" => Meaning::Credit,
        b"player" | b"embed" => Meaning::Player,
        b"peerlink" => Meaning::PeerLink,
        _ => Meaning::Unknown,
    }
}

pub(super) fn podcast_meaning(name: &[u8]) -> Meaning {
    Meaning::Podcast(match name {
        b"season" => PodcastMeaning::Season,
        b"episode" => PodcastMeaning::Episode,
        b"chapters" => PodcastMeaning::ChaptersFile,
        b"transcript" => PodcastMeaning::Transcript,
        b"soundbite" => PodcastMeaning::Soundbite,
        b"person" => PodcastMeaning::Person,
        b"guid" => PodcastMeaning::ShowGuid,
        b"locked" => PodcastMeaning::Locked,
        b"funding" => PodcastMeaning::Funding,
        b"medium" => PodcastMeaning::Medium,
        b"license" => PodcastMeaning::License,
        b"location" => PodcastMeaning::Location,
        b"contentlink" => PodcastMeaning::ContentLink,
        b"updatefrequency" => PodcastMeaning::UpdateFrequency,
        b"image" | b"images" => return Meaning::Image,
        _ => return Meaning::Unknown,
    })
}
