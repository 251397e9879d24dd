//! The details of an entry that most entries lack: its picture, its data as an episode, its rights, related pages.

use serde::{Deserialize, Serialize};
use serde_json::Number;

use super::podcast::Episode;

/// The picture that stands for an article.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct ArticleImage {
    /// Absolute address.
    pub url: String,
    /// Description as plain text.
    pub alt: Option<String>,
}

/// An author of an article.
#[derive(Clone, PartialEq, Eq, Default, Debug, Serialize, Deserialize)]
#[serde(default)]
pub struct Author {
    /// Name as plain text.
    pub name: String,
    /// Absolute address of the author's page.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub url: Option<String>,
    /// Absolute address of the author's picture.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub avatar: Option<String>,
}

/// A place on the earth in degrees (WGS 84), as published.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct GeoPoint {
    /// Latitude, from -90 to 90.
    pub latitude: Number,
    /// Longitude, from -180 to 180.
    pub longitude: Number,
}

/// The fields that few articles have. They are stored as JSON in one column.
#[derive(Clone, PartialEq, Eq, Default, Debug, Serialize, Deserialize)]
#[serde(default)]
pub struct ArticleDetails {
    /// The picture that stands for the article.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub image: Option<ArticleImage>,
    /// What the article says about itself as an episode of a podcast.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub podcast: Option<Episode>,
    /// Rights statement as plain text.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub rights: Option<String>,
    /// Absolute address of the licence.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub license: Option<String>,
    /// The place that the article is about.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub place: Option<GeoPoint>,
    /// Pages that the article is about or refers to (JSON Feed `external_url`, `rel=related`).
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub related: Vec<String>,
    /// Pages through which the author of the article learnt of its subject (`rel=via`).
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub via: Vec<String>,
    /// The authors one by one, if there are several or one has a page or a picture.
    /// [`Article::author`](super::article::Article::author) has all their names in any case.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub authors: Vec<Author>,
    /// Names of people who contributed to the article beside its authors (`atom:contributor`, `dc:contributor`).
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub contributors: Vec<String>,
}
