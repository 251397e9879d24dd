//! Decides whether a body is a whole document if the server did not say so.

use reqwest::header::{CONTENT_RANGE, HeaderMap};
use serde::de::IgnoredAny;

use super::header_values::first;

/// Returns whether a body holds a document from its first to its last byte: XML whose root element is closed, or complete JSON.
pub(crate) fn is_whole_document(body: &[u8]) -> bool {
    let text = body.strip_prefix(b"\xef\xbb\xbf").unwrap_or(body).trim_ascii();
    if text.starts_with(b"{") || text.starts_with(b"[") {
        return serde_json::from_slice::<IgnoredAny>(text).is_ok();
    }
    let end = without_comments_at_end(text);
    let Some(root) = root_element(text) else { return false };
    let end = end.strip_suffix(b">").map(<[u8]>::trim_ascii_end).unwrap_or_default();
    end.strip_suffix(root).is_some_and(|before| before.ends_with(b"</"))
}

/// Returns whether a document stops in its middle: XML whose root element is never closed, or JSON that ends too early. Junk
/// after the end of the document does not count.
pub(crate) fn is_cut_off(body: &[u8]) -> bool {
    let text = body.strip_prefix(b"\xef\xbb\xbf").unwrap_or(body).trim_ascii();
    if text.starts_with(b"{") || text.starts_with(b"[") {
        return serde_json::from_slice::<IgnoredAny>(text).is_err_and(|error| error.is_eof());
    }
    let Some(root) = root_element(text) else { return false };
    let is_end = |at: usize| {
        let rest = text.get(at..).and_then(|end| end.strip_prefix(b"</")?.strip_prefix(root));
        rest.is_some_and(|rest| rest.trim_ascii_start().starts_with(b">"))
    };
    !(0..text.len()).rev().any(is_end)
}

/// Returns the name of the first element, after the XML declaration, the document type and comments.
fn root_element(text: &[u8]) -> Option<&[u8]> {
    let mut rest = text;
    loop {
        let start = rest.iter().position(|byte| *byte == b'<')?;
        rest = rest.get(start + 1..)?;
        if rest.starts_with(b"!--") {
            let end = rest.windows(3).position(|window| window == b"-->")?;
            rest = rest.get(end + 3..)?;
        } else if rest.first().is_some_and(u8::is_ascii_alphabetic) {
            let is_end = |byte: &u8| byte.is_ascii_whitespace() || matches!(byte, b'>' | b'/');
            return rest.get(..rest.iter().position(is_end)?);
        }
    }
}

/// Removes the comments that caching plugins write after the root element.
fn without_comments_at_end(text: &[u8]) -> &[u8] {
    let mut text = text;
    while let Some(before_end) = text.strip_suffix(b"-->") {
        let Some(start) = before_end.windows(4).rposition(|window| window == b"<!--") else { break };
        text = before_end.get(..start).unwrap_or_default().trim_ascii_end();
    }
    text
}

/// Returns whether a partial answer (206) says that its range is the whole document: `bytes 0-99/100`. `None` if it does not
/// say which part it holds, or how long the document is.
pub(crate) fn is_whole_range(headers: &HeaderMap) -> Option<bool> {
    let range = first(headers, CONTENT_RANGE)?.trim();
    let (span, length) = range.strip_prefix("bytes")?.trim().split_once('/')?;
    let (start, end) = span.split_once('-')?;
    let (start, end) = (start.trim().parse::<u64>().ok()?, end.trim().parse::<u64>().ok()?);
    if start > 0 {
        return Some(false);
    }
    Some(end.checked_add(1)? >= length.trim().parse::<u64>().ok()?)
}

#[cfg(test)]
mod tests {
    use reqwest::header::HeaderValue;

    use super::*;

    #[test]
    fn a_document_is_whole_if_its_root_element_is_closed() {
        for whole in [
            "<rss><channel/></rss>",
            "\u{feff}<?xml version=\"1.0\"?>\n<!DOCTYPE x [<!ENTITY a \"b\">]><!-- <a> --><rss version='2.0'>\n</rss >\n",
            "<atom:feed xmlns:atom='x'></atom:feed><!-- cached --> <!-- 0.2 s -->",
            "{\"version\": \"x\", \"items\": []}",
        ] {
            assert!(is_whole_document(whole.as_bytes()), "{whole}");
        }
        for cut in [
            "",
            "<rss><channel>",
            "<rss><channel></channel></rs",
            "<rss></rss><!-- ",
            "<feed><entry></entry>",
            "<rss><item></myrss>",
            "{\"items\": [",
            "nothing",
        ] {
            assert!(!is_whole_document(cut.as_bytes()), "{cut}");
        }
    }

    #[test]
    fn a_document_is_cut_off_if_its_root_element_is_never_closed() {
        for cut in
            ["<rss><channel>", "<rss><channel></channel></rs", "<feed><entry></entry>", "{\"items\": ["]
        {
            assert!(is_cut_off(cut.as_bytes()), "{cut}");
        }
        for whole in [
            "<rss></rss>",
            "<rss><channel></channel></rss ><script>x()</script>",
            "{\"items\": []}",
            "",
            "text",
        ] {
            assert!(!is_cut_off(whole.as_bytes()), "{whole}");
        }
    }

    #[test]
    fn the_range_of_a_partial_answer_says_whether_it_is_the_whole() {
        let whole = |range: &'static str| {
            let mut headers = HeaderMap::new();
            headers.insert(CONTENT_RANGE, HeaderValue::from_static(range));
            is_whole_range(&headers)
        };
        assert_eq!(whole("bytes 0-99/100"), Some(true));
        assert_eq!(whole("bytes 0-49/100"), Some(false));
        assert_eq!(whole("bytes 50-99/100"), Some(false));
        assert_eq!((whole("bytes 0-49/*"), whole("lines")), (None, None));
        assert_eq!(is_whole_range(&HeaderMap::new()), None);
    }
}
