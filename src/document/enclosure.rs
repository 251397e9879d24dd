//! Collects the files attached to an entry, and finds their media types where the document does not state them.

use crate::model::Enclosure;
use crate::text::url::{TrackingParameters, canonical};

/// How many files of one entry are kept.
pub(crate) const MAX_ENCLOSURES: usize = 100;
/// How many mentions of files in one entry are looked at. Each file may be named by an enclosure and by Media RSS, in
/// several formats.
const MAX_MENTIONS: usize = 8 * MAX_ENCLOSURES;

/// A file as one element of a document names it.
#[derive(Clone, Copy, Default, Debug)]
pub(in crate::document) struct FileMention<'a> {
    /// Absolute address.
    pub(in crate::document) url: &'a str,
    /// Media type as published.
    pub(in crate::document) media_type: Option<&'a str>,
    /// `medium` of Media RSS: `image`, `audio`, `video` or `document`.
    pub(in crate::document) medium: Option<&'a str>,
    /// Size in bytes.
    pub(in crate::document) length: Option<u64>,
    /// Playing time in seconds.
    pub(in crate::document) duration_s: Option<u64>,
    /// Title as plain text.
    pub(in crate::document) title: Option<&'a str>,
    /// Whether the file has a width or a height.
    pub(in crate::document) has_size_in_pixels: bool,
    /// Whether Media RSS names it, and not the feed's own element for files.
    pub(in crate::document) is_media_rss: bool,
}

/// The files of one entry.
#[derive(Clone, Default, Debug)]
pub(in crate::document) struct FileList {
    /// Each file, and whether only Media RSS names it.
    files: Vec<(Enclosure, bool)>,
    mentions: usize,
    /// Addresses of pages that play a film of the entry.
    players: Vec<String>,
}

impl FileList {
    /// Adds a file, up to [`MAX_ENCLOSURES`]. If a file with its address is already in the list, that file only gets the
    /// length, the playing time and the title that it lacks.
    pub(in crate::document) fn add(&mut self, mention: FileMention<'_>) {
        self.mentions += 1;
        if self.mentions > MAX_MENTIONS {
            return;
        }
        // Programs that do not know a length write zero.
        let length = mention.length.filter(|length| *length > 0);
        let duration_s = mention.duration_s.filter(|seconds| *seconds > 0);
        if let Some((known, is_media_rss)) = self.files.iter_mut().find(|(known, _)| known.url == mention.url)
        {
            known.length = known.length.or(length);
            known.duration_s = known.duration_s.or(duration_s);
            known.title = known.title.take().or_else(|| mention.title.map(str::to_owned));
            *is_media_rss &= mention.is_media_rss;
            return;
        }
        if self.files.len() < MAX_ENCLOSURES {
            let media_type = media_type(&mention);
            let (url, title) = (mention.url.to_owned(), mention.title.map(str::to_owned));
            let file = Enclosure { url, media_type, length, duration_s, title };
            self.files.push((file, mention.is_media_rss));
        }
    }

    /// Adds the address of a page that plays a film. It is kept if the entry has no recording.
    pub(in crate::document) fn add_player(&mut self, url: String) {
        if self.players.len() < MAX_ENCLOSURES && !self.players.contains(&url) {
            self.players.push(url);
        }
    }

    /// Sets the address of the first file that an enclosure names to `original`, to which its published address redirects.
    /// Removes any other file that has this address already.
    pub(in crate::document) fn set_original_address(&mut self, original: &str) {
        let Some(redirection) = self.files.iter().find(|(_, is_media_rss)| !is_media_rss) else { return };
        let redirection = redirection.0.url.clone();
        self.files.retain(|(file, _)| file.url != original);
        if let Some((file, _)) = self.files.iter_mut().find(|(file, _)| file.url == redirection) {
            original.clone_into(&mut file.url);
        }
    }

    /// Returns the files. Recordings and documents come before pictures. Within each of these two groups, the feed's own
    /// enclosures come before the files of Media RSS, and after that, recordings before documents. The order matters because an
    /// RSS item has room for one enclosure. `duration_s` is the playing time of the entry: the first recording gets it if it
    /// states none. The players of [`FileList::add_player`] are among the files only if there is no recording. A player whose
    /// address is the `page` of the entry never is.
    pub(in crate::document) fn into_enclosures(
        mut self,
        duration_s: Option<u64>,
        page: Option<&str>,
    ) -> Vec<Enclosure> {
        if !self.files.iter().any(|(file, _)| file.is_recording()) {
            for url in std::mem::take(&mut self.players) {
                self.add(FileMention { url: &url, ..PLAYER });
            }
        }
        let is_page = |(file, is_media_rss): &(Enclosure, bool)| {
            *is_media_rss && file.media_type == PLAYER_TYPE && is_same_page(&file.url, page)
        };
        self.files.retain(|file| !is_page(file));
        self.files
            .sort_by_key(|(file, is_media_rss)| (file.is_picture(), *is_media_rss, !file.is_recording()));
        let mut enclosures: Vec<_> = self.files.into_iter().map(|(file, _)| file).collect();
        if let Some(recording) = enclosures.iter_mut().find(|file| file.is_recording()) {
            recording.duration_s = recording.duration_s.or(duration_s);
        }
        enclosures
    }
}

/// Media type of a page that plays a film.
const PLAYER_TYPE: &str = "text/html";

/// What is known of a page that plays a film, without its address.
pub(in crate::document) const PLAYER: FileMention<'static> = FileMention {
    url: "",
    media_type: Some(PLAYER_TYPE),
    medium: None,
    length: None,
    duration_s: None,
    title: None,
    has_size_in_pixels: false,
    is_media_rss: true,
};

/// Returns whether two addresses lead to one page.
fn is_same_page(url: &str, page: Option<&str>) -> bool {
    let canonical = |url: &str| canonical(url, None, &TrackingParameters::default());
    page.is_some_and(|page| page == url || canonical(url).is_some_and(|one| canonical(page) == Some(one)))
}

/// Returns the media type of a file. The first of these that is known decides:
///
/// 1. the published type, unless it says as little as `application/octet-stream`, or is that of a text while the extension is
///    that of a recording or a picture;
/// 2. the file extension;
/// 3. `medium`, or else a published type that is a single word, such as `audio`;
/// 4. a width or a height, if no type is published: then it is a picture.
///
/// Otherwise it is `application/octet-stream`.
pub(in crate::document) fn media_type(mention: &FileMention<'_>) -> String {
    // Some programs copy the query of the address, too: `image/png?1477937782`.
    let stated = mention.media_type.and_then(|stated| stated.split('?').next()).unwrap_or_default().trim();
    let is_known =
        stated.contains('/') && !stated.ends_with("/octet-stream") && !stated.ends_with("/unknown");
    // A careless program calls a recording or a picture a text.
    let is_wrong = || {
        let of_extension = of_extension(mention.url).unwrap_or_default();
        stated.starts_with("text/")
            && ["audio/", "video/", "image/"].iter().any(|kind| of_extension.starts_with(kind))
    };
    if is_known && !is_wrong() {
        return stated.to_owned();
    }
    let medium = mention.medium.map(|medium| medium.trim().to_ascii_lowercase());
    let of_size = mention.has_size_in_pixels.then_some("image/jpeg");
    let guessed = of_extension(mention.url)
        .or_else(|| medium.as_deref().or(Some(stated)).and_then(of_medium))
        .or(of_size.filter(|_| stated.is_empty()));
    guessed.unwrap_or("application/octet-stream").to_owned()
}

fn of_medium(medium: &str) -> Option<&'static str> {
    Some(match medium {
        "image" => "image/jpeg",
        "audio" => "audio/mpeg",
        "video" => "video/mp4",
        "document" => "text/html",
        _ => return None,
    })
}

/// Returns the media type by the file extension at the end of the path or of the query.
fn of_extension(url: &str) -> Option<&'static str> {
    let address = url.split('#').next().unwrap_or_default();
    let (path, query) = address.split_once('?').unwrap_or((address, ""));
    // The scheme and the host are removed, because the last label of a host is not a file extension.
    let path =
        path.split_once("://").map_or(path, |(_, rest)| rest.split_once('/').map_or("", |(_, path)| path));
    let extension_of = |text: &str| {
        let (_, extension) = text.rsplit_once('.')?;
        of_extension_name(&extension.to_ascii_lowercase())
    };
    extension_of(path).or_else(|| extension_of(query))
}

fn of_extension_name(extension: &str) -> Option<&'static str> {
    Some(match extension {
        "mp3" => "audio/mpeg",
        "m4a" | "m4b" | "aac" => "audio/mp4",
        "ogg" | "oga" | "opus" => "audio/ogg",
        "flac" => "audio/flac",
        "wav" => "audio/wav",
        "mp4" | "m4v" => "video/mp4",
        "mov" => "video/quicktime",
        "webm" => "video/webm",
        "mkv" => "video/x-matroska",
        "ogv" => "video/ogg",
        "m3u8" => "application/vnd.apple.mpegurl",
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
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_published_type_comes_before_the_extension_and_that_before_the_medium() {
        for (stated, medium, url, pixels, expected) in [
            ("audio/ogg", "", "https://a.example/1.mp3", false, "audio/ogg"),
            ("text/html", "", "https://a.example/1.mp3", false, "audio/mpeg"),
            ("text/html", "", "https://a.example/1.pdf", false, "text/html"),
            ("image/png?1477", "", "https://a.example/1", false, "image/png"),
            ("application/octet-stream", "", "https://a.example/1.mp3", false, "audio/mpeg"),
            ("mp3", "", "https://a.example/1.mp3?x=1", false, "audio/mpeg"),
            ("", "image", "https://a.example/1.webp", false, "image/webp"),
            ("", "image", "https://a.example/1.mp3", false, "audio/mpeg"),
            ("", "Video", "https://a.example/watch", false, "video/mp4"),
            ("audio", "", "https://a.example/1", false, "audio/mpeg"),
            ("", "", "https://a.example/get?file=1.m4a", false, "audio/mp4"),
            ("", "", "https://a.example/9f8e", true, "image/jpeg"),
            ("", "", "https://a.zip", false, "application/octet-stream"),
            ("", "", "https://a.example/9f8e", false, "application/octet-stream"),
        ] {
            let mention = FileMention {
                url,
                media_type: Some(stated),
                medium: Some(medium).filter(|medium| !medium.is_empty()),
                has_size_in_pixels: pixels,
                ..FileMention::default()
            };
            assert_eq!(media_type(&mention), expected, "{stated} {medium} {url}");
        }
    }

    #[test]
    fn recordings_come_before_pictures_and_own_enclosures_before_those_of_media_rss() {
        let mut files = FileList::default();
        for (url, is_media_rss) in
            [("cover.jpg", true), ("talk.mp4", true), ("scan.png", false), ("talk.mp3", false)]
        {
            files.add(FileMention { url, is_media_rss, ..FileMention::default() });
        }
        let enclosures = files.into_enclosures(Some(90), None);
        let found: Vec<_> = enclosures.iter().map(|file| (file.url.as_str(), file.duration_s)).collect();
        assert_eq!(
            found,
            [("talk.mp3", Some(90)), ("talk.mp4", None), ("scan.png", None), ("cover.jpg", None)]
        );
    }

    #[test]
    fn a_player_counts_without_a_recording_and_if_it_is_not_the_page_of_the_entry() {
        let page = "https://video.example/watch/1";
        let listed = |file: &str, player: &str| -> Vec<String> {
            let mut files = FileList::default();
            files.add(FileMention { url: file, ..FileMention::default() });
            files.add_player(player.to_owned());
            let listed = files.into_enclosures(None, Some(page));
            listed.into_iter().filter(|found| found.url != file).map(|found| found.media_type).collect()
        };
        for (file, player, expected) in [
            ("https://video.example/1.jpg", "https://video.example/embed/1", &[PLAYER_TYPE][..]),
            ("https://video.example/1.pdf", "https://video.example/embed/1", &[PLAYER_TYPE]),
            ("https://video.example/1.mp4", "https://video.example/embed/1", &[]),
            ("https://video.example/1.jpg", page, &[]),
            ("https://video.example/1.jpg", "https://video.example/watch/1?utm_source=feed", &[]),
        ] {
            assert_eq!(listed(file, player), expected, "{file} {player}");
        }
    }

    #[test]
    fn the_original_address_takes_the_place_of_every_copy_of_its_redirection() {
        let mut files = FileList::default();
        files.add(FileMention {
            url: "https://proxy.example/1.mp3",
            length: Some(7),
            ..FileMention::default()
        });
        files.add(FileMention {
            url: "https://own.example/1.mp3",
            is_media_rss: true,
            ..FileMention::default()
        });
        files.set_original_address("https://own.example/1.mp3");
        let enclosures = files.into_enclosures(None, None);
        let found: Vec<_> = enclosures.iter().map(|file| (file.url.as_str(), file.length)).collect();
        assert_eq!(found, [("https://own.example/1.mp3", Some(7))]);
    }
}
