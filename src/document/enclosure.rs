//! Files attached to entries, and their media types where the document does not state them.

use feed_rs::model::Link;

use super::xml::atom_writer::unmarked;
use crate::model::Enclosure;

/// How many files of one entry are kept.
pub(crate) const MAX_ENCLOSURES: usize = 100;
/// How many links to files in one entry are looked at. Each file may be named by an enclosure and by Media RSS, in
/// several formats.
const MAX_MENTIONS: usize = 8 * MAX_ENCLOSURES;

/// Returns the enclosures among `links`, each address once. A later link adds the length that an earlier one lacks.
pub(super) fn of_links(links: &[Link]) -> Vec<Enclosure> {
    let mut enclosures: Vec<Enclosure> = Vec::new();
    let mentions = links.iter().filter(|link| link.rel.as_deref() == Some("enclosure"));
    for link in mentions.take(MAX_MENTIONS) {
        let media_type = link.media_type.clone().unwrap_or_default();
        add(&mut enclosures, unmarked(&link.href), &media_type, link.length);
    }
    enclosures
}

/// Adds an enclosure while there are fewer than [`MAX_ENCLOSURES`]. If its address is known, only adds a missing
/// length.
pub(in crate::document) fn add(
    enclosures: &mut Vec<Enclosure>,
    url: &str,
    media_type: &str,
    length: Option<u64>,
) {
    // Programs that do not know the length write zero.
    let length = length.filter(|length| *length > 0);
    if let Some(known) = enclosures.iter_mut().find(|known| known.url == url) {
        known.length = known.length.or(length);
        return;
    }
    if enclosures.len() == MAX_ENCLOSURES {
        return;
    }
    let media_type = if media_type.contains('/') { media_type.to_owned() } else { guess(url).to_owned() };
    enclosures.push(Enclosure { url: url.to_owned(), media_type, length });
}

/// Guesses the media type by the file extension in the address.
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
