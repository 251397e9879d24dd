//! Maps prefixes and namespace addresses to namespaces, and element names to meanings.
//!
//! Feeds spell the addresses of namespaces in many ways (`http:` or `https:`, with or without the last slash, in any
//! case), forget to declare them, or declare one of their own where RSS has none. So addresses are compared loosely,
//! well-known prefixes need no declaration, and an element without a prefix belongs to the feed unless its own tag declares
//! another known namespace.

mod media_names;

use crate::model::RIVER_NAMESPACE;
use media_names::{itunes_meaning, media_meaning, podcast_meaning};

/// A namespace. All versions of RSS and Atom share [`Namespace::Core`]: documents mix them, and a name that several
/// of them have means the same in each.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(in crate::document) enum Namespace {
    Core,
    Content,
    DublinCore,
    DublinTerms,
    Prism,
    Itunes,
    Media,
    Syndication,
    FeedBurner,
    River,
    /// The namespace of the Podcast Index.
    Podcast,
    /// Podlove Simple Chapters.
    Chapters,
    /// Places on the earth: GeoRSS, GML and the W3C's basic geo vocabulary.
    Geo,
    /// Licences of Creative Commons.
    Licenses,
    Xhtml,
    /// An unknown namespace, or one that is known and not supported. In these namespaces only a few element names are read:
    /// those of a picture or a full text.
    Other,
}

impl Namespace {
    /// Returns whether the namespace is one of podcasts. An author or a picture that a feed names in such a namespace is that
    /// of the show.
    pub(super) const fn is_of_podcasts(self) -> bool {
        matches!(self, Self::Itunes | Self::Podcast)
    }
}

/// What an element means, independent of its name in each dialect.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(in crate::document) enum Meaning {
    /// `rss`, `rdf:RDF`, `feed`.
    Root,
    Channel,
    Entry,
    Title,
    /// A title used if there is no better one: `media:title`, `itunes:title`, `dc:title`.
    FallbackTitle,
    Link,
    Summary,
    /// A summary used if there is no better one: `subtitle`, `media:description`, `itunes:summary`, `dc:description`.
    FallbackSummary,
    Content,
    /// A content used if there is no better one: `yandex:full-text`, `turbo:content`.
    FallbackContent,
    Id,
    Published,
    Updated,
    /// A date that stands for both publication and update: `dc:date`, `created`.
    Date,
    /// A date used if there is no better one: `prism:publicationDate`, `dcterms:available` of journals and libraries.
    FallbackDate,
    Person,
    /// Somebody who contributed beside the authors.
    Contributor,
    /// `media:credit`: the author, if no other element names one.
    Credit,
    PersonName,
    PersonEmail,
    Category,
    /// Several categories in one element, separated by commas.
    Keywords,
    /// A list element around elements of one kind, which programs that serialise objects as XML write.
    Wrapper,
    Enclosure,
    MediaGroup,
    MediaContent,
    /// `media:player`, `media:embed`: a page that plays the film.
    Player,
    /// `media:peerLink`: a torrent.
    PeerLink,
    Comments,
    Source,
    OriginalLink,
    AlsoIn,
    Language,
    Rights,
    Generator,
    Ttl,
    SkipHours,
    SkipHour,
    SkipDays,
    SkipDay,
    UpdatePeriod,
    UpdateFrequency,
    NewFeedUrl,
    /// `media:thumbnail`.
    Thumbnail,
    /// Artwork of an entry or a feed: `image` of RSS, `itunes:image`, and similar names in other vocabularies.
    Image,
    /// Playing time of the file of an entry.
    Duration,
    /// `feedburner:origEnclosureLink`.
    OriginalEnclosure,
    License,
    /// A latitude and a longitude in one element.
    Point,
    Latitude,
    Longitude,
    /// An element around a point.
    Place,
    /// An element that only podcasts have.
    Podcast(PodcastMeaning),
    Unknown,
}

impl Meaning {
    /// Returns whether an element names a file, a picture or a player of Media RSS.
    pub(super) const fn is_of_media(self) -> bool {
        matches!(
            self,
            Self::MediaContent | Self::MediaGroup | Self::Player | Self::PeerLink | Self::Thumbnail
        )
    }
}

/// What an element that only podcasts have means.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(in crate::document) enum PodcastMeaning {
    Season,
    Episode,
    EpisodeType,
    Explicit,
    ChaptersFile,
    ChapterList,
    Transcript,
    Soundbite,
    Person,
    ShowGuid,
    ShowType,
    Owner,
    ShowCategory,
    Complete,
    Block,
    Locked,
    Funding,
    Medium,
    Location,
    ContentLink,
    License,
    UpdateFrequency,
}

/// Longest element name that is looked up, in bytes. No longer name has a meaning.
const LONGEST_NAME: usize = 24;

/// Addresses of Atom and RSS in all their versions and misspellings, in lower case, without the scheme and without a `/`
/// or `#` at the end.
const CORE_ADDRESSES: [&str; 24] = [
    "www.w3.org/2005/atom",
    "purl.org/atom/ns",
    "purl.org/rss/1.0",
    "my.netscape.com/rdf/simple/0.9",
    "channel.netscape.com/rdf/simple/0.9",
    "my.netscape.com/publish/formats/rss-0.91.dtd",
    "www.w3.org/1999/02/22-rdf-syntax-ns",
    "purl.org/net/rss1.1",
    "blogs.law.harvard.edu/tech/rss",
    "cyber.law.harvard.edu/rss/rss.html",
    "cyber.harvard.edu/rss/rss.html",
    "backend.userland.com/rss",
    "backend.userland.com/rss2",
    "backend.userland.com/rss091",
    "backend.userland.com/rss092",
    "backend.userland.com/weblogpost",
    "example.com/necho",
    "purl.org/echo",
    "uri/of/echo/namespace",
    "purl.org/pie",
    "example.com/newformat",
    "rssnamespace.org/feeds/rss/1.0",
    "rssnamespace.org/feeds/rss/2.0",
    "newsml.org/news",
];

/// Returns the namespace with this address; `None` if it is unknown.
pub(in crate::document) fn namespace_of_uri(uri: &str) -> Option<Namespace> {
    let uri = uri.trim();
    if uri.len() > 128 {
        return None;
    }
    let folded = uri.to_ascii_lowercase();
    let without_scheme =
        folded.strip_prefix("http://").or_else(|| folded.strip_prefix("https://")).unwrap_or(&folded);
    Some(match without_scheme.trim_end_matches(['/', '#']) {
        core if CORE_ADDRESSES.contains(&core) => Namespace::Core,
        // Aggregators of Russia have the whole text in a namespace of their own.
        "purl.org/rss/1.0/modules/content"
        | "news.yandex.ru"
        | "turbo.yandex.ru"
        | "news.rambler.ru"
        | "news.mail.ru" => Namespace::Content,
        "purl.org/dc/elements/1.1" | "purl.org/dc/elements/1.0" | "purl.org/metadata/dublin_core" => {
            Namespace::DublinCore
        }
        "purl.org/dc/terms" => Namespace::DublinTerms,
        "www.itunes.com/dtds/podcast-1.0.dtd"
        | "www.itunes.com/dtds/podcast"
        | "example.com/dtds/podcast-1.0.dtd"
        | "www.google.com/schemas/play-podcasts/1.0" => Namespace::Itunes,
        "search.yahoo.com/mrss"
        | "api.search.yahoo.com/mrss"
        | "video.search.yahoo.com/mrss"
        | "www.rssboard.org/media-rss" => Namespace::Media,
        "podcastindex.org/namespace/1.0"
        | "github.com/podcastindex-org/podcast-namespace/blob/main/docs/1.0.md" => Namespace::Podcast,
        "podlove.org/simple-chapters" => Namespace::Chapters,
        // The enclosures of RSS 1.0.
        "purl.oclc.org/net/rss_2.0/enc" => Namespace::Core,
        "www.georss.org/georss" | "www.opengis.net/gml" | "www.w3.org/2003/01/geo/wgs84_pos" => {
            Namespace::Geo
        }
        "backend.userland.com/creativecommonsrssmodule"
        | "cyber.law.harvard.edu/rss/creativecommonsrssmodule.html"
        | "web.resource.org/cc"
        | "creativecommons.org/ns" => Namespace::Licenses,
        "purl.org/rss/1.0/modules/syndication" => Namespace::Syndication,
        "purl.org/rss/1.0/modules/prism" => Namespace::Prism,
        "rssnamespace.org/feedburner/ext/1.0" | "www.pheedo.com/namespace/pheedo" => Namespace::FeedBurner,
        RIVER_NAMESPACE => Namespace::River,
        "www.w3.org/1999/xhtml" => Namespace::Xhtml,
        "www.w3.org/2000/svg" | "www.w3.org/1998/math/mathml" | "www.w3.org/xml/1998/namespace" => {
            Namespace::Other
        }
        other if other.trim_start_matches("www.").starts_with("prismstandard.org/namespaces/") => {
            Namespace::Prism
        }
        _ => return None,
    })
}

/// Returns the namespace of a well-known prefix that is not declared.
pub(in crate::document) fn namespace_of_prefix(prefix: &str) -> Option<Namespace> {
    Some(match prefix {
        "" | "atom" | "atom03" | "atom10" | "a10" | "rss" | "rss1" | "rdf" | "enc" => Namespace::Core,
        "content" | "yandex" | "turbo" | "rambler" | "mailru" => Namespace::Content,
        "dc" => Namespace::DublinCore,
        "dcterms" => Namespace::DublinTerms,
        "prism" => Namespace::Prism,
        "itunes" | "googleplay" => Namespace::Itunes,
        "podcast" => Namespace::Podcast,
        "psc" => Namespace::Chapters,
        "georss" | "gml" | "geo" => Namespace::Geo,
        "creativeCommons" | "cc" => Namespace::Licenses,
        "media" | "mrss" => Namespace::Media,
        "sy" => Namespace::Syndication,
        "feedburner" | "pheedo" => Namespace::FeedBurner,
        "river" => Namespace::River,
        "xhtml" => Namespace::Xhtml,
        _ => return None,
    })
}

/// Splits a qualified name at its first colon into prefix and local name. The prefix is empty if there is no colon.
pub(in crate::document) fn split(name: &str) -> (&str, &str) {
    name.split_once(':').unwrap_or(("", name))
}

/// Returns the meaning of the element `local` of `namespace`. Case does not matter: some feeds write `<Title>` and
/// `<RSS>`.
pub(in crate::document) fn meaning(namespace: Namespace, local: &str) -> Meaning {
    let mut folded = [0_u8; LONGEST_NAME];
    let Some(folded) = folded.get_mut(..local.len()) else { return Meaning::Unknown };
    folded.copy_from_slice(local.as_bytes());
    folded.make_ascii_lowercase();
    match namespace {
        Namespace::Core => core_meaning(folded),
        Namespace::Content if folded == b"encoded" => Meaning::Content,
        Namespace::Content if folded.starts_with(b"full") || folded == b"content" => Meaning::FallbackContent,
        Namespace::DublinCore | Namespace::DublinTerms => dublin_core_meaning(folded),
        Namespace::Itunes => itunes_meaning(folded),
        Namespace::Media => media_meaning(folded),
        Namespace::Syndication => match &*folded {
            b"updateperiod" => Meaning::UpdatePeriod,
            b"updatefrequency" => Meaning::UpdateFrequency,
            _ => Meaning::Unknown,
        },
        Namespace::Prism if folded == b"publicationdate" => Meaning::FallbackDate,
        Namespace::FeedBurner => match &*folded {
            b"origlink" => Meaning::OriginalLink,
            b"origenclosurelink" => Meaning::OriginalEnclosure,
            _ => Meaning::Unknown,
        },
        Namespace::Podcast => podcast_meaning(folded),
        Namespace::Chapters if folded == b"chapters" => Meaning::Podcast(PodcastMeaning::ChapterList),
        Namespace::Geo => match &*folded {
            b"point" | b"pos" => Meaning::Point,
            b"lat" => Meaning::Latitude,
            b"long" => Meaning::Longitude,
            b"where" => Meaning::Place,
            _ => Meaning::Unknown,
        },
        Namespace::Licenses if folded == b"license" => Meaning::License,
        Namespace::River if folded == b"also-in" => Meaning::AlsoIn,
        Namespace::Xhtml if matches!(&*folded, b"body" | b"div") => Meaning::Content,
        Namespace::Other => match &*folded {
            b"full-text" | b"fulltext" => Meaning::FallbackContent,
            b"image_link" | b"poster" | b"image" | b"thumbnail" | b"featuredimage" | b"featured_image" => {
                Meaning::Image
            }
            _ => Meaning::Unknown,
        },
        _ => Meaning::Unknown,
    }
}

fn core_meaning(name: &[u8]) -> Meaning {
    match name {
        b"rss" | b"rdf" | b"feed" => Meaning::Root,
        b"channel" => Meaning::Channel,
        b"item" | b"entry" => Meaning::Entry,
        b"title" => Meaning::Title,
        b"link" => Meaning::Link,
        b"description" | b"summary" | b"abstract" => Meaning::Summary,
        b"subtitle" | b"tagline" => Meaning::FallbackSummary,
        b"content" | b"encoded" | b"fullitem" | b"body" => Meaning::Content,
        b"fulltext" | b"full-text" => Meaning::FallbackContent,
        b"guid" | b"id" => Meaning::Id,
        b"pubdate" | b"published" | b"issued" => Meaning::Published,
        b"updated" | b"modified" | b"lastbuilddate" => Meaning::Updated,
        b"date" | b"created" => Meaning::Date,
        b"author" | b"managingeditor" | b"creator" => Meaning::Person,
        b"contributor" => Meaning::Contributor,
        b"name" => Meaning::PersonName,
        b"email" => Meaning::PersonEmail,
        b"category" => Meaning::Category,
        b"keywords" => Meaning::Keywords,
        b"enclosure" => Meaning::Enclosure,
        b"categories" | b"authors" | b"enclosures" => Meaning::Wrapper,
        b"comments" => Meaning::Comments,
        b"image" | b"thumbnail" | b"featuredimage" | b"featured_image" => Meaning::Image,
        b"source" => Meaning::Source,
        b"language" => Meaning::Language,
        b"rights" | b"copyright" => Meaning::Rights,
        b"generator" => Meaning::Generator,
        b"ttl" => Meaning::Ttl,
        b"skiphours" => Meaning::SkipHours,
        b"hour" => Meaning::SkipHour,
        b"skipdays" => Meaning::SkipDays,
        b"day" => Meaning::SkipDay,
        _ => Meaning::Unknown,
    }
}

fn dublin_core_meaning(name: &[u8]) -> Meaning {
    match name {
        b"title" => Meaning::FallbackTitle,
        b"creator" | b"author" => Meaning::Person,
        b"contributor" => Meaning::Contributor,
        b"date" | b"created" => Meaning::Date,
        b"available" => Meaning::FallbackDate,
        b"issued" => Meaning::Published,
        b"modified" => Meaning::Updated,
        b"description" | b"abstract" => Meaning::FallbackSummary,
        b"subject" => Meaning::Category,
        b"language" => Meaning::Language,
        b"rights" => Meaning::Rights,
        b"license" => Meaning::License,
        _ => Meaning::Unknown,
    }
}
