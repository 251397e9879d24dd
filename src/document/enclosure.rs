//! Files attached to entries, and what kind they are where nobody says so.

use feed_rs::model::Link;

use super::xml::atom_writer::unmarked;
use crate::model::Enclosure;

/// The most files of one entry that are kept; more is a flood.
pub(crate) const MOST: usize = 100;
/// The most mentions of files in one entry that are looked at: each may be named by an enclosure and by Media RSS, in
/// several renderings.
const MOST_MENTIONS: usize = 8 * MOST;

/// The enclosures among `links`, each address once; a later mention fills in what an earlier left out.
pub(super) fn linked(links: &[Link]) -> Vec<Enclosure> {
    let mut enclosures: Vec<Enclosure> = Vec::new();
    let mentions = links.iter().filter(|link| link.rel.as_deref() == Some("enclosure"));
    for link in mentions.take(MOST_MENTIONS) {
        let media_type = link.media_type.clone().unwrap_or_default();
        add(&mut enclosures, unmarked(&link.href), &media_type, link.length);
    }
    enclosures
}

/// Adds one enclosure while there is room, or completes it where its address is known already.
pub(in crate::document) fn add(
    enclosures: &mut Vec<Enclosure>,
    url: &str,
    media_type: &str,
    length: Option<u64>,
) {
    // Zero is what programs write that do not know.
    let length = length.filter(|length| *length > 0);
    if let Some(known) = enclosures.iter_mut().find(|known| known.url == url) {
        known.length = known.length.or(length);
        return;
    }
    if enclosures.len() == MOST {
        return;
    }
    let media_type = if media_type.contains('/') { media_type.to_owned() } else { guess(url).to_owned() };
    enclosures.push(Enclosure { url: url.to_owned(), media_type, length });
}

/// The media type that an address suggests.
fn guess(url: &str) -> &'static str {
    let path = url.split(['?', '#']).next().unwrap_or_default();
    let extension = path.rsplit_once('.').map(|(_, extension)| extension.to_ascii_lowercase());
    match extension.as_deref().unwrap_or_default() {
        "mp3" => "audio/mpeg",
        "m4a" | "m4b" | "aac" => "audio/mp4",
        "ogg" | "oga" | "opus" => "audio/ogg",
        "flac" => "audio/flac",
        "wav" => "audio/wav",
        "mp4" | "m4v" => "video/mp4",
        "mov" => "video/quicktime",
        "webm" => "video/webm",
        "mpg" | "mpeg" => "video/mpeg",
        "jpg" | "jpeg" => "image/jpeg",
        "png" => "image/png",
        "gif" => "image/gif",
        "webp" => "image/webp",
        "avif" => "image/avif",
        "svg" => "image/svg+xml",
        "pdf" => "application/pdf",
        "epub" => "application/epub+zip",
        "zip" => "application/zip",
        "torrent" => "application/x-bittorrent",
        _ => "application/octet-stream",
    }
}
