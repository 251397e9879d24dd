//! What a body is, before anything is made of it.

use std::borrow::Cow;
use std::io::Read;

use super::defects::Defects;
use super::error::ParseError;
use super::xml::markup;
use super::xml::scan::Scanner;
use super::xml::tags::Piece;
use flate2::read::MultiGzDecoder;

/// The most that a gzip file without its header may unpack to, in bytes: twice the default cap on a body.
const MAX_UNPACKED: u64 = 32 << 20;

/// What the text of a document is.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(in crate::document) enum Shape {
    Empty,
    Json,
    /// XML, or something near it.
    Markup,
    /// A web page, which may hold a feed all the same.
    Page,
    Other,
}

/// Unpacks a gzip file that came without a `Content-Encoding`. A cut one gives what it holds.
pub(in crate::document) fn unpack<'a>(
    body: &'a [u8],
    defects: &mut Defects,
) -> Result<Cow<'a, [u8]>, ParseError> {
    if !body.starts_with(&[0x1f, 0x8b]) {
        return Ok(Cow::Borrowed(body));
    }
    defects.note("gzip-without-header");
    let mut unpacked = Vec::new();
    let mut decoder = MultiGzDecoder::new(body).take(MAX_UNPACKED + 1);
    if let Err(error) = decoder.read_to_end(&mut unpacked) {
        if unpacked.is_empty() {
            return Err(ParseError::Malformed { why: format!("it is gzip that can't be unpacked: {error}") });
        }
        defects.note("cut-off-gzip");
    }
    if unpacked.len() as u64 > MAX_UNPACKED {
        return Err(ParseError::TooLarge {
            what: format!("it unpacks to more than {} MiB", MAX_UNPACKED >> 20),
        });
    }
    Ok(Cow::Owned(unpacked))
}

/// What files that are no text start with.
pub(in crate::document) fn file_type(body: &[u8]) -> Option<&'static str> {
    const SIGNS: [(&[u8], &str); 10] = [
        (b"\x89PNG", "an image (PNG)"),
        (b"\xff\xd8\xff", "an image (JPEG)"),
        (b"GIF8", "an image (GIF)"),
        (b"RIFF", "a media file (RIFF)"),
        (b"\x00\x00\x01\x00", "an icon"),
        (b"%PDF", "a PDF document"),
        (b"PK\x03\x04", "a ZIP archive"),
        (b"ID3", "an audio file (MP3)"),
        (b"\x28\xb5\x2f\xfd", "zstd data without its header"),
        (b"SQLite format 3\0", "a database"),
    ];
    SIGNS.iter().find(|(sign, _)| body.starts_with(sign)).map(|(_, what)| *what)
}

/// What the text is, by its first character and its first element.
pub(in crate::document) fn shape(text: &str) -> Shape {
    let text = text.trim_start_matches(|c: char| c.is_whitespace() || c == '\u{feff}' || c == '\0');
    match text.as_bytes() {
        [] => Shape::Empty,
        _ if past_guard(text).trim_start().starts_with(['{', '[']) => Shape::Json,
        _ if !text.contains('<') => Shape::Other,
        _ if is_page(text) => Shape::Page,
        _ => Shape::Markup,
    }
}

/// JSON past what some services put before it so that no script of another site can run it.
pub(in crate::document) fn past_guard(text: &str) -> &str {
    match text.trim_start().strip_prefix(")]}'") {
        Some(guarded) => guarded.strip_prefix(',').unwrap_or(guarded),
        None => text,
    }
}

fn is_page(text: &str) -> bool {
    // The first element decides, not the DOCTYPE: feeds are made from templates of pages.
    let mut scanner = Scanner::new(text);
    let mut has_doctype = false;
    while let Some((_, piece)) = scanner.next() {
        match piece {
            Piece::Doctype(doctype) => {
                let name = doctype.split_ascii_whitespace().nth(1).unwrap_or_default();
                has_doctype = name.trim_end_matches('>').eq_ignore_ascii_case("html");
            }
            Piece::Start(tag) => {
                let is = |names: &[&str]| names.iter().any(|name| tag.name.eq_ignore_ascii_case(name));
                let is_sure = is(&["html", "head", "body", "meta"])
                    || has_doctype && is(&["link", "title", "div", "p", "script"]);
                // A page may leave out all tags before its title (HTML standard §13.1.2.4), a feed too, and then not be
                // one: the page is known by a link to its feed or its style.
                if is_sure || !is(&["title", "link"]) {
                    return is_sure;
                }
                if announces_a_feed(&tag) || tag.attribute("rel").is_some_and(|rel| rel.contains("style")) {
                    return true;
                }
            }
            _ => {}
        }
    }
    has_doctype
}

/// Whether a `<link>` names a feed.
pub(super) fn announces_a_feed(tag: &super::xml::tags::XmlTag<'_>) -> bool {
    let alternate = tag.attribute("rel").is_some_and(|rel| {
        rel.split_ascii_whitespace()
            .any(|rel| rel.eq_ignore_ascii_case("alternate") || rel.eq_ignore_ascii_case("feed"))
    });
    let media_type = tag.attribute("type").unwrap_or_default().trim().to_ascii_lowercase();
    let is_feed = matches!(
        media_type.split(';').next().unwrap_or_default().trim(),
        "application/rss+xml"
            | "application/atom+xml"
            | "application/rdf+xml"
            | "application/feed+json"
            | "application/json"
            | "application/xml"
            | "text/xml"
            | "text/rss+xml"
            | "text/atom+xml"
    );
    // WordPress announces its REST interface so.
    let is_interface = tag.attribute("href").is_some_and(|href| href.contains("/wp-json/"));
    alternate && is_feed && !is_interface
}

/// Whether a page's text mentions a feed's root as an element, so that it may be a feed in a page's clothes.
pub(in crate::document) fn may_hold_a_feed(text: &str) -> bool {
    markup::mentions_any(text, &["<rss", "<feed", "<rdf:RDF"])
}
