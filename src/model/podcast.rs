//! What a podcast says about its show and its episodes, by the namespaces of iTunes and of the Podcast Index, and by Podlove
//! Simple Chapters.
//!
//! The reference is <https://podcasters.apple.com/support/823-podcast-requirements> for `itunes`, and
//! <https://podcasting2.org/docs/podcast-namespace> for `podcast`. All types are stored as JSON.

use serde::{Deserialize, Serialize};
use serde_json::Number;

/// What an entry says about itself as an episode.
#[derive(Clone, PartialEq, Eq, Default, Debug, Serialize, Deserialize)]
#[serde(default)]
pub struct Episode {
    /// Title without the number of the episode (`itunes:title`), if it differs from the title of the entry.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub title: Option<String>,
    /// Number of the season.
    pub season: Option<u32>,
    /// Name of the season.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub season_name: Option<String>,
    /// Number of the episode. It may have a fraction (`podcast:episode`).
    pub episode: Option<Number>,
    /// Text that apps show instead of the number of the episode.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub episode_name: Option<String>,
    /// `full`, `trailer` or `bonus`.
    pub episode_type: Option<String>,
    /// Whether the episode is not for children.
    pub explicit: Option<bool>,
    /// File with the chapters.
    pub chapters: Option<LinkedFile>,
    /// Chapters that the feed itself lists (Podlove Simple Chapters).
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub chapter_list: Vec<Chapter>,
    /// Transcripts, in several formats or languages.
    pub transcripts: Vec<LinkedFile>,
    /// Short passages to play as a preview.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub soundbites: Vec<Soundbite>,
    /// Hosts, guests and others.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub persons: Vec<PodcastPerson>,
    /// Places that the episode is about, or where it was made.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub locations: Vec<PodcastLocation>,
    /// Pages at which the same episode can be heard or seen.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub content_links: Vec<ContentLink>,
}

/// A place of a show or an episode (`podcast:location`).
#[derive(Clone, PartialEq, Eq, Default, Debug, Serialize, Deserialize)]
#[serde(default)]
pub struct PodcastLocation {
    /// Name of the place as plain text.
    pub name: String,
    /// `geo:` address (RFC 5870).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub geo: Option<String>,
    /// Object of OpenStreetMap, such as `R148838`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub osm: Option<String>,
}

/// A page at which an episode can be heard or seen (`podcast:contentLink`).
#[derive(Clone, PartialEq, Eq, Default, Debug, Serialize, Deserialize)]
#[serde(default)]
pub struct ContentLink {
    /// Absolute address.
    pub url: String,
    /// Text of the link.
    pub text: String,
}

/// A file that belongs to an episode: its chapters or a transcript.
#[derive(Clone, PartialEq, Eq, Default, Debug, Serialize, Deserialize)]
#[serde(default)]
pub struct LinkedFile {
    /// Absolute address.
    pub url: String,
    /// Media type as published.
    #[serde(rename = "type")]
    pub media_type: Option<String>,
    /// Language as a BCP 47 tag.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub language: Option<String>,
    /// Relation of a transcript. `captions` means that it has times.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub rel: Option<String>,
}

/// How many chapters of an episode are kept and shown. The longest episodes have about a hundred.
pub const MAX_CHAPTERS: usize = 256;

/// A chapter of an episode.
#[derive(Clone, PartialEq, Eq, Default, Debug, Serialize, Deserialize)]
#[serde(default)]
pub struct Chapter {
    /// Start as published: `hh:mm:ss.mmm` or a part of it (Normal Play Time, RFC 2326 §3.6).
    pub start: String,
    /// Title as plain text.
    pub title: String,
    /// Absolute address of a page.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub url: Option<String>,
    /// Absolute address of a picture.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub image: Option<String>,
}

/// A short passage of an episode.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Soundbite {
    /// Start in seconds.
    pub start_s: Number,
    /// Length in seconds.
    pub duration_s: Number,
    /// Title as plain text.
    pub title: Option<String>,
}

/// A person who takes part in a show or an episode.
#[derive(Clone, PartialEq, Eq, Default, Debug, Serialize, Deserialize)]
#[serde(default)]
pub struct PodcastPerson {
    /// Name as plain text.
    pub name: String,
    /// Role, such as `host` or `guest`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub role: Option<String>,
    /// Group of roles, such as `cast`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub group: Option<String>,
    /// Absolute address of a picture.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub image: Option<String>,
    /// Absolute address of a page.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub url: Option<String>,
}

/// What a feed says about itself as a show.
#[derive(Clone, PartialEq, Eq, Default, Debug, Serialize, Deserialize)]
#[serde(default)]
pub struct Show {
    /// `podcast:guid`, which stays the same if the feed moves.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub guid: Option<String>,
    /// Names of the authors.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub author: Option<String>,
    /// Name of the owner.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub owner_name: Option<String>,
    /// E-mail address of the owner.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub owner_email: Option<String>,
    /// Absolute address of the cover.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub image: Option<String>,
    /// Whether the show is not for children.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub explicit: Option<bool>,
    /// `episodic` or `serial`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub show_type: Option<String>,
    /// Whether the show is complete and gets no further episodes.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub complete: bool,
    /// Whether directories must not list the show (`itunes:block`).
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub block: bool,
    /// Whether other platforms are forbidden to import the show (`podcast:locked`).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub locked: Option<bool>,
    /// `podcast:medium`, such as `podcast` or `music`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub medium: Option<String>,
    /// Categories, each with its subcategories.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub categories: Vec<ShowCategory>,
    /// Pages at which listeners can pay.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub funding: Vec<Funding>,
    /// Hosts and others.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub persons: Vec<PodcastPerson>,
    /// Places where the show is made, or that it is about.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub locations: Vec<PodcastLocation>,
    /// Licence: its identifier in SPDX's list, or its name.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub license: Option<String>,
    /// Absolute address of a licence that SPDX's list does not have.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub license_url: Option<String>,
    /// How often an episode comes, in words.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub update_frequency: Option<String>,
    /// How often an episode comes, as a rule of RFC 5545 §3.3.10.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub update_rule: Option<String>,
}

/// A category of a show.
#[derive(Clone, PartialEq, Eq, Default, Debug, Serialize, Deserialize)]
#[serde(default)]
pub struct ShowCategory {
    /// Name of the category.
    pub name: String,
    /// Names of its subcategories.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub subcategories: Vec<String>,
}

/// A page at which listeners can pay.
#[derive(Clone, PartialEq, Eq, Default, Debug, Serialize, Deserialize)]
#[serde(default)]
pub struct Funding {
    /// Absolute address.
    pub url: String,
    /// Text of the link.
    pub text: String,
}
