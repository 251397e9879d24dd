//! Names: which namespace a prefix or an address stands for, and what an element of it means.
//!
//! Twenty years of feeds spell the same namespaces in many ways (`http:` or `https:`, with or without the last slash,
//! in any case), forget to declare them, or put a private one where RSS has none. So addresses are compared loosely,
//! well-known prefixes need no declaration, and an unprefixed element is the feed's own whatever its namespace.

use crate::model::RIVER_NAMESPACE;

/// A family of elements. RSS of every version and Atom of both share [`Space::Core`]: documents mix them, and where a
/// name occurs in several of them it means the same.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(in crate::document) enum Space {
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
    Xhtml,
    /// Known to hold nothing for us, or unknown.
    Other,
}

/// What an element means, whatever its dialect calls it.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(in crate::document) enum Meaning {
    /// `rss`, `rdf:RDF`, `feed`.
    Root,
    Channel,
    Entry,
    Title,
    /// A title to fall back on: `media:title`, `itunes:title`, `dc:title`.
    TitleElse,
    AtomLink,
    Summary,
    /// A summary to fall back on: `media:description`, `itunes:summary`, `dc:description`.
    SummaryElse,
    Content,
    Id,
    Published,
    Updated,
    /// One date for everything: `dc:date`, `created`.
    Date,
    /// A date to fall back on, of journals and libraries: `prism:publicationDate`, `dcterms:available`.
    DateElse,
    Person,
    PersonName,
    PersonEmail,
    Category,
    /// Several in one element, between commas.
    Keywords,
    /// A list around several elements of a kind: programs that turn objects into XML write one.
    Wrapper,
    Enclosure,
    MediaGroup,
    MediaContent,
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
    Unknown,
}

/// The longest element name that means something, in bytes.
const LONGEST_NAME: usize = 24;

/// The family that a namespace address names; `None` where it is unknown.
pub(in crate::document) fn space_of_address(address: &str) -> Option<Space> {
    let address = address.trim();
    if address.len() > 128 {
        return None;
    }
    let folded = address.to_ascii_lowercase();
    let bare = folded.strip_prefix("http://").or_else(|| folded.strip_prefix("https://")).unwrap_or(&folded);
    Some(match bare.trim_end_matches(['/', '#']) {
        "www.w3.org/2005/atom"
        | "purl.org/atom/ns"
        | "purl.org/rss/1.0"
        | "my.netscape.com/rdf/simple/0.9"
        | "channel.netscape.com/rdf/simple/0.9"
        | "my.netscape.com/publish/formats/rss-0.91.dtd"
        | "www.w3.org/1999/02/22-rdf-syntax-ns"
        | "purl.org/net/rss1.1"
        | "blogs.law.harvard.edu/tech/rss"
        | "cyber.law.harvard.edu/rss/rss.html"
        | "cyber.harvard.edu/rss/rss.html"
        | "backend.userland.com/rss"
        | "backend.userland.com/rss2"
        | "backend.userland.com/rss091"
        | "backend.userland.com/rss092"
        | "backend.userland.com/weblogpost"
        | "example.com/necho"
        | "purl.org/echo"
        | "uri/of/echo/namespace"
        | "purl.org/pie"
        | "example.com/newformat"
        | "rssnamespace.org/feeds/rss/1.0"
        | "rssnamespace.org/feeds/rss/2.0"
        | "newsml.org/news" => Space::Core,
        "purl.org/rss/1.0/modules/content" => Space::Content,
        "purl.org/dc/elements/1.1" | "purl.org/dc/elements/1.0" | "purl.org/metadata/dublin_core" => {
            Space::DublinCore
        }
        "purl.org/dc/terms" => Space::DublinTerms,
        "www.itunes.com/dtds/podcast-1.0.dtd"
        | "www.itunes.com/dtds/podcast"
        | "example.com/dtds/podcast-1.0.dtd" => Space::Itunes,
        "search.yahoo.com/mrss"
        | "api.search.yahoo.com/mrss"
        | "video.search.yahoo.com/mrss"
        | "www.rssboard.org/media-rss" => Space::Media,
        "purl.org/rss/1.0/modules/syndication" => Space::Syndication,
        "purl.org/rss/1.0/modules/prism" => Space::Prism,
        "rssnamespace.org/feedburner/ext/1.0" | "www.pheedo.com/namespace/pheedo" => Space::FeedBurner,
        RIVER_NAMESPACE => Space::River,
        "www.w3.org/1999/xhtml" => Space::Xhtml,
        "www.w3.org/2000/svg" | "www.w3.org/1998/math/mathml" | "www.w3.org/xml/1998/namespace" => {
            Space::Other
        }
        other if other.trim_start_matches("www.").starts_with("prismstandard.org/namespaces/") => {
            Space::Prism
        }
        _ => return None,
    })
}

/// The family that a prefix stands for where no declaration says so.
pub(in crate::document) fn space_of_prefix(prefix: &str) -> Option<Space> {
    Some(match prefix {
        "" | "atom" | "atom03" | "atom10" | "a10" | "rss" | "rss1" | "rdf" => Space::Core,
        "content" => Space::Content,
        "dc" => Space::DublinCore,
        "dcterms" => Space::DublinTerms,
        "prism" => Space::Prism,
        "itunes" => Space::Itunes,
        "media" | "mrss" => Space::Media,
        "sy" => Space::Syndication,
        "feedburner" | "pheedo" => Space::FeedBurner,
        "river" => Space::River,
        "xhtml" => Space::Xhtml,
        _ => return None,
    })
}

/// Splits a qualified name at its first colon; the prefix is empty where there is none.
pub(in crate::document) fn split(name: &str) -> (&str, &str) {
    name.split_once(':').unwrap_or(("", name))
}

/// What the element `local` of `space` means. Case does not matter: `<Title>` and `<RSS>` are in the wild.
pub(in crate::document) fn meaning(space: Space, local: &str) -> Meaning {
    let mut folded = [0_u8; LONGEST_NAME];
    let Some(folded) = folded.get_mut(..local.len()) else { return Meaning::Unknown };
    folded.copy_from_slice(local.as_bytes());
    folded.make_ascii_lowercase();
    match space {
        Space::Core => core(folded),
        Space::Content if folded == b"encoded" => Meaning::Content,
        Space::DublinCore | Space::DublinTerms => dublin(folded),
        Space::Itunes => itunes(folded),
        Space::Media => media(folded),
        Space::Syndication => match &*folded {
            b"updateperiod" => Meaning::UpdatePeriod,
            b"updatefrequency" => Meaning::UpdateFrequency,
            _ => Meaning::Unknown,
        },
        Space::Prism if folded == b"publicationdate" => Meaning::DateElse,
        Space::FeedBurner if folded == b"origlink" => Meaning::OriginalLink,
        Space::River if folded == b"also-in" => Meaning::AlsoIn,
        Space::Xhtml if matches!(&*folded, b"body" | b"div") => Meaning::Content,
        _ => Meaning::Unknown,
    }
}

fn core(name: &[u8]) -> Meaning {
    match name {
        b"rss" | b"rdf" | b"feed" => Meaning::Root,
        b"channel" => Meaning::Channel,
        b"item" | b"entry" => Meaning::Entry,
        b"title" => Meaning::Title,
        b"link" => Meaning::AtomLink,
        b"description" | b"summary" | b"abstract" => Meaning::Summary,
        b"subtitle" | b"tagline" => Meaning::SummaryElse,
        b"content" | b"encoded" | b"fullitem" | b"body" => Meaning::Content,
        b"guid" | b"id" => Meaning::Id,
        b"pubdate" | b"published" | b"issued" => Meaning::Published,
        b"updated" | b"modified" | b"lastbuilddate" => Meaning::Updated,
        b"date" | b"created" => Meaning::Date,
        b"author" | b"managingeditor" => Meaning::Person,
        b"name" => Meaning::PersonName,
        b"email" => Meaning::PersonEmail,
        b"category" => Meaning::Category,
        b"keywords" => Meaning::Keywords,
        b"enclosure" => Meaning::Enclosure,
        b"categories" | b"authors" | b"enclosures" => Meaning::Wrapper,
        b"comments" => Meaning::Comments,
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

fn dublin(name: &[u8]) -> Meaning {
    match name {
        b"title" => Meaning::TitleElse,
        b"creator" | b"author" => Meaning::Person,
        b"date" | b"created" => Meaning::Date,
        b"available" => Meaning::DateElse,
        b"issued" => Meaning::Published,
        b"modified" => Meaning::Updated,
        b"description" | b"abstract" => Meaning::SummaryElse,
        b"subject" => Meaning::Category,
        b"language" => Meaning::Language,
        b"rights" => Meaning::Rights,
        _ => Meaning::Unknown,
    }
}

fn itunes(name: &[u8]) -> Meaning {
    match name {
        b"title" => Meaning::TitleElse,
        b"subtitle" | b"summary" => Meaning::SummaryElse,
        b"author" => Meaning::Person,
        b"keywords" => Meaning::Keywords,
        b"new-feed-url" => Meaning::NewFeedUrl,
        _ => Meaning::Unknown,
    }
}

fn media(name: &[u8]) -> Meaning {
    match name {
        b"title" => Meaning::TitleElse,
        b"description" => Meaning::SummaryElse,
        b"group" => Meaning::MediaGroup,
        b"content" => Meaning::MediaContent,
        b"category" => Meaning::Category,
        b"keywords" => Meaning::Keywords,
        _ => Meaning::Unknown,
    }
}
