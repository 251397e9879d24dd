//! Detects what kind of document a body is, and unpacks it.

use std::borrow::Cow;
use std::io::Read;

use super::defects::Defects;
use super::error::ParseError;
use super::xml::markup;
use super::xml::scan::Scanner;
use super::xml::tags::XmlToken;
use flate2::read::MultiGzDecoder;

/// How many bytes an undeclared gzip file may unpack to. This is twice the default of `max_body`.
const MAX_UNPACKED: u64 = 32 << 20;

/// What kind of document a text is.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(in crate::document) enum DocumentKind {
    Empty,
    Json,
    /// XML, or broken markup that resembles it.
    Markup,
    /// A web page. It may contain a feed.
    Page,
    Other,
}

/// Unpacks a gzip file that was sent without a `Content-Encoding`. Of a truncated file, returns what can be unpacked. Returns
/// any other body as it is. Fails if nothing can be unpacked, or more than [`MAX_UNPACKED`].
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

/// Recognises a file that is not text by its first bytes, and returns what it is.
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

/// Returns the kind of the document, by its first character and its first element.
pub(in crate::document) fn document_kind(text: &str) -> DocumentKind {
    let text = text.trim_start_matches(|c: char| c.is_whitespace() || c == '\u{feff}' || c == '\0');
    match text.as_bytes() {
        [] => DocumentKind::Empty,
        _ if without_guard(text).trim_start().starts_with(['{', '[']) => DocumentKind::Json,
        _ if !text.contains('<') => DocumentKind::Other,
        _ if is_page(text) => DocumentKind::Page,
        _ => DocumentKind::Markup,
    }
}

/// Returns the text without the guard `)]}'`, which some services put before JSON so that no other site can run it as a
/// script.
pub(in crate::document) fn without_guard(text: &str) -> &str {
    match text.trim_start().strip_prefix(")]}'") {
        Some(guarded) => guarded.strip_prefix(',').unwrap_or(guarded),
        None => text,
    }
}

fn is_page(text: &str) -> bool {
    // The DOCTYPE of HTML is no proof: some feeds are made from a template of a page and keep it. With it, more elements show
    // that this is a page. It decides only if no element does.
    let mut scanner = Scanner::new(text);
    let mut has_doctype = false;
    while let Some((_, token)) = scanner.next() {
        match token {
            XmlToken::Doctype(doctype) => {
                let name = doctype.split_ascii_whitespace().nth(1).unwrap_or_default();
                has_doctype = name.trim_end_matches('>').eq_ignore_ascii_case("html");
            }
            XmlToken::Start(tag) => {
                let is = |names: &[&str]| names.iter().any(|name| tag.name.eq_ignore_ascii_case(name));
                let is_sure = is(&["html", "head", "body", "meta"])
                    || has_doctype
                        && is(&[
                            "link", "title", "div", "p", "script", "a", "h1", "h2", "ul", "table", "main",
                            "nav", "form",
                        ]);
                // A page may start with its `title` or `link` (HTML standard §13.1.2.4), and so does a feed without
                // its root element. It is a page if it links to a feed or a style sheet.
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

/// Returns whether a link announces a feed: `rel=alternate` with the type of a feed, or `rel=feed` with the type of a
/// feed or none.
pub(super) fn announces_a_feed(tag: &super::xml::tags::XmlTag<'_>) -> bool {
    let decoded = |name: &str| {
        htmlize::unescape_attribute(tag.attribute(name).unwrap_or_default()).to_ascii_lowercase()
    };
    let (relations, media_type) = (decoded("rel"), decoded("type"));
    let has = |word: &str| relations.split_ascii_whitespace().any(|relation| relation == word);
    let is_feed = is_type_of_feed(&media_type);
    let is_announced = (has("alternate") && is_feed) || (has("feed") && (is_feed || media_type.is_empty()));
    // WordPress announces its REST interface in the same way.
    let is_interface = tag.attribute("href").is_some_and(|href| href.contains("/wp-json/"));
    is_announced && !is_interface
}

/// Returns whether a media type, in lower case, is one that feeds have. Its parameters may say that the document is a single
/// entry (RFC 5023 §12).
pub(crate) fn is_type_of_feed(media_type: &str) -> bool {
    let (essence, parameters) = media_type.split_once(';').unwrap_or((media_type, ""));
    let is_entry = parameters
        .split(';')
        .filter_map(|parameter| parameter.split_once('='))
        .any(|(name, value)| name.trim() == "type" && value.trim().trim_matches(['"', '\'']) == "entry");
    is_feed_type(essence.trim()) && !is_entry
}

/// Returns whether a media type, in lower case and without parameters, is one that feeds have.
fn is_feed_type(media_type: &str) -> bool {
    matches!(
        media_type,
        "application/rss+xml"
            | "application/atom+xml"
            | "application/rdf+xml"
            | "application/feed+json"
            | "application/json"
            | "application/xml"
            | "text/xml"
            | "text/rss+xml"
            | "text/atom+xml"
            | "text/rss"
            | "application/rss"
            | "application/atom"
            | "application/x-rss+xml"
            | "application/x-atom+xml"
            | "application/x.rss+xml"
            | "application/x.atom+xml"
    )
}

/// Returns whether a web page has the root element of a feed somewhere, so that it may hold one.
pub(in crate::document) fn may_hold_a_feed(text: &str) -> bool {
    markup::has_start_tag(text, &["<rss", "<feed", "<rdf:RDF"])
}
