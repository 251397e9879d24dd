//! Writes request headers, and reads the response headers that are stored or passed on.

use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;
use percent_encoding::percent_decode_str;
use reqwest::header::{
    ACCEPT, ACCEPT_ENCODING, AUTHORIZATION, CONTENT_ENCODING, CONTENT_TYPE, ETAG, HeaderMap, HeaderName,
    HeaderValue, IF_MODIFIED_SINCE, IF_NONE_MATCH, LAST_MODIFIED, LINK, REFRESH, VARY,
};
use url::Url;

use super::{AcceptedType, OutgoingRequest, body, failure};
use crate::document::{is_same_page, is_type_of_feed, refresh_target};
use crate::model::{Failure, LinkHeaders, Validators};

/// Accepts the media types of feeds first, then the types that feeds are often sent as, then anything. Some servers answer 406
/// to a client that does not name `text/html`, even for a feed.
const ACCEPT_FEED: &str = "application/atom+xml, application/rss+xml, application/feed+json, application/rdf+xml;q=0.9, \
     application/xml;q=0.8, text/xml;q=0.8, application/json;q=0.7, text/html;q=0.2, */*;q=0.1";
/// Accepts feeds, and does not name `text/html`. Some servers give their page to each client that names it.
const ACCEPT_ONLY_FEED: &str = "application/atom+xml, application/rss+xml, application/feed+json, application/rdf+xml;q=0.9, \
     application/xml;q=0.8, text/xml;q=0.8, application/json;q=0.7, */*;q=0.1";
/// Accepts web pages first, and then feeds.
const ACCEPT_PAGE: &str = "text/html, application/xhtml+xml, application/atom+xml;q=0.9, application/rss+xml;q=0.9, \
     application/feed+json;q=0.9, */*;q=0.1";

/// RFC 3229 with the `feed` manipulation: the server may send only new entries (226).
const A_IM: HeaderName = HeaderName::from_static("a-im");

/// Length in bytes of the longest validator that is kept. Servers would refuse a request with a longer one.
const MAX_VALIDATOR: usize = 4096;

/// Whether a request carries the secrets that feeds.toml has for the source.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum SecretPolicy {
    /// The request goes to the source's own server.
    Send,
    /// The request goes to another server.
    Withhold,
}

/// Returns the headers of a request. Fails if feeds.toml has a header that can't be sent.
pub(crate) fn of_request(
    outgoing: &OutgoingRequest<'_>,
    secrets: SecretPolicy,
) -> Result<HeaderMap, Failure> {
    let mut headers = HeaderMap::new();
    let accept = match outgoing.accepts {
        AcceptedType::Feed => ACCEPT_FEED,
        AcceptedType::OnlyFeed => ACCEPT_ONLY_FEED,
        AcceptedType::Page => ACCEPT_PAGE,
        AcceptedType::Anything => "*/*",
    };
    headers.insert(ACCEPT, HeaderValue::from_static(accept));
    headers.insert(ACCEPT_ENCODING, HeaderValue::from_static(body::ACCEPTED));
    if outgoing.form.is_some() {
        headers.insert(CONTENT_TYPE, HeaderValue::from_static("application/x-www-form-urlencoded"));
    }
    if matches!(outgoing.accepts, AcceptedType::Feed | AcceptedType::OnlyFeed) {
        headers.insert(A_IM, HeaderValue::from_static("feed"));
    }
    let conditions =
        [(IF_NONE_MATCH, &outgoing.validators.etag), (IF_MODIFIED_SINCE, &outgoing.validators.last_modified)];
    for (name, validator) in conditions {
        // Bytes that were received in a header can be sent in one.
        if let Some(value) = validator.as_deref().and_then(|bytes| HeaderValue::from_bytes(bytes).ok()) {
            headers.insert(name, value);
        }
    }
    if secrets == SecretPolicy::Send {
        add_own(&mut headers, outgoing)?;
    }
    Ok(headers)
}

/// Adds the credentials, and the headers of the source, which replace riverd's headers of the same name.
fn add_own(headers: &mut HeaderMap, outgoing: &OutgoingRequest<'_>) -> Result<(), Failure> {
    let credentials = match outgoing.credentials {
        Some(credentials) if !credentials.password.is_known() => return Err(failure::unknown_password()),
        Some(credentials) => Some((credentials.username.clone(), credentials.password.expose().to_owned())),
        None => credentials_in(outgoing.home),
    };
    if let Some((username, password)) = credentials {
        let value = format!("Basic {}", BASE64_STANDARD.encode(format!("{username}:{password}")));
        // Base64 is always a valid header value.
        headers.extend(secret_value(value.as_bytes()).map(|value| (AUTHORIZATION, value)));
    }
    for (name, value) in outgoing.headers {
        let field = HeaderName::from_bytes(name.as_bytes()).ok().zip(secret_value(value.expose().as_bytes()));
        let (name, value) =
            field.ok_or_else(|| failure::bad_request(&format!("the header `{name}` can't be sent")))?;
        headers.insert(name, value);
    }
    Ok(())
}

fn credentials_in(url: &Url) -> Option<(String, String)> {
    // The user information of a URL is percent-encoded (RFC 3986 §3.2.1).
    let decode = |text: &str| percent_decode_str(text).decode_utf8_lossy().into_owned();
    let has_any = !url.username().is_empty() || url.password().is_some();
    has_any.then(|| (decode(url.username()), decode(url.password().unwrap_or_default())))
}

fn secret_value(bytes: &[u8]) -> Option<HeaderValue> {
    let mut value = HeaderValue::from_bytes(bytes).ok()?;
    value.set_sensitive(true);
    Some(value)
}

/// Returns the validators of an answer, byte for byte.
pub(crate) fn validators(headers: &HeaderMap) -> Validators {
    let bytes = |name: HeaderName| {
        headers
            .get(name)
            .map(HeaderValue::as_bytes)
            .filter(|bytes| (1..=MAX_VALIDATOR).contains(&bytes.len()))
    };
    Validators {
        etag: bytes(ETAG).map(<[u8]>::to_vec),
        last_modified: bytes(LAST_MODIFIED).map(<[u8]>::to_vec),
    }
}

/// Returns the `Content-Type`. Bytes that are not UTF-8 are replaced; the charset in it is ASCII anyway.
pub(crate) fn content_type(headers: &HeaderMap) -> Option<String> {
    headers.get(CONTENT_TYPE).map(|value| String::from_utf8_lossy(value.as_bytes()).into_owned())
}

/// Returns whether the server chooses the document by what a client accepts.
pub(super) fn varies_by_accept(headers: &HeaderMap) -> bool {
    let values = headers.get_all(VARY).iter().filter_map(|value| value.to_str().ok());
    values.flat_map(|value| value.split(',')).any(|name| name.trim().eq_ignore_ascii_case("accept"))
}

/// Returns where the `Refresh` header sends the readers of a page, as an absolute address. No specification has this header,
/// but browsers follow it (HTML standard §7.4.2.2).
pub(super) fn refresh(headers: &HeaderMap, page: &Url) -> Option<String> {
    refresh_target(headers.get(REFRESH)?.to_str().ok()?, Some(page))
}

/// How many hubs of an answer are kept. No known feed has more.
const MAX_HUBS: usize = 8;
/// How many announced feeds of an answer are kept.
const MAX_FEEDS: usize = 32;

/// Returns the targets of `Link: rel=hub`, `rel=self` and of announced feeds (RFC 8288), resolved against `base`.
pub(crate) fn links(headers: &HeaderMap, base: &Url) -> LinkHeaders {
    let mut found = LinkHeaders::default();
    for value in headers.get_all(LINK).iter().filter_map(|value| value.to_str().ok()) {
        for (target, parameters) in targets(value) {
            let Ok(target) = base.join(target) else { continue };
            // A link whose anchor is another document belongs to that one (RFC 8288 §3.2).
            let anchor = parameter(parameters, "anchor").and_then(|anchor| base.join(anchor).ok());
            if anchor.is_some_and(|anchor| !is_same_page(base, &anchor)) {
                continue;
            }
            let relations = parameter(parameters, "rel").unwrap_or_default();
            let is = |name: &str| {
                relations.split_ascii_whitespace().any(|relation| relation.eq_ignore_ascii_case(name))
            };
            if is("hub") && found.hubs.len() < MAX_HUBS {
                found.hubs.push(target.to_string());
            }
            let media_type = parameter(parameters, "type").unwrap_or_default().to_ascii_lowercase();
            let is_feed = is_type_of_feed(&media_type);
            let announces =
                (is("alternate") && is_feed) || (is("feed") && (is_feed || media_type.is_empty()));
            if announces && target != *base && found.feeds.len() < MAX_FEEDS {
                let title = parameter(parameters, "title").filter(|title| !title.is_empty());
                found.feeds.push((target.to_string(), title.map(str::to_owned)));
            }
            if is("self") && found.self_link.is_none() {
                found.self_link = Some(target.to_string());
            }
        }
    }
    found
}

/// Returns the links of one header: the text between `<` and `>`, and the parameters up to the next link.
fn targets(value: &str) -> impl Iterator<Item = (&str, &str)> {
    let mut rest = value;
    std::iter::from_fn(move || {
        let (_, link) = rest.split_once('<')?;
        let (target, after) = link.split_once('>')?;
        let parameters = until_unquoted(after, |c| c == '<');
        rest = after.get(parameters.len()..).unwrap_or_default();
        Some((target, parameters))
    })
}

/// Returns the value of a parameter of a link, without quotes. A value ends at the first `;` or `,` that is not in double
/// quotes.
fn parameter<'p>(parameters: &'p str, wanted: &str) -> Option<&'p str> {
    let mut rest = parameters;
    while !rest.is_empty() {
        let parameter = until_unquoted(rest, |c| matches!(c, ';' | ','));
        rest = rest.get(parameter.len() + 1..).unwrap_or_default();
        let Some((name, value)) = parameter.split_once('=') else { continue };
        if name.trim().eq_ignore_ascii_case(wanted) {
            return Some(value.trim().trim_matches(['"', '\'']));
        }
    }
    None
}

/// Returns the beginning of `text` up to the first of these characters that is not in double quotes, or else all of it. A quote
/// that does not end counts as no quote.
fn until_unquoted<P: Fn(char) -> bool>(text: &str, is_end: P) -> &str {
    let mut at = 0;
    while let Some(rest) = text.get(at..) {
        let Some(found) = rest.find(|c| c == '"' || is_end(c)) else { return text };
        let end_of_quote = rest.get(found..).filter(|rest| rest.starts_with('"')).map(length_of_quote);
        match end_of_quote {
            None => return text.get(..at + found).unwrap_or(text),
            Some(length) => at += found + length.unwrap_or(1),
        }
    }
    text
}

/// Returns the length in bytes of the quoted text at the beginning of `text`, quotes included. `None` if it does not end. A
/// backslash quotes the next character (RFC 9110 §5.6.4).
fn length_of_quote(text: &str) -> Option<usize> {
    let mut is_escaped = false;
    let end = text.bytes().skip(1).position(|byte| {
        let ends = byte == b'"' && !is_escaped;
        is_escaped = byte == b'\\' && !is_escaped;
        ends
    })?;
    Some(end + 2)
}

/// Returns the values of `Content-Encoding`, each of which may name several codings.
pub(super) fn encodings(headers: &HeaderMap) -> impl Iterator<Item = &str> {
    headers.get_all(CONTENT_ENCODING).iter().filter_map(|value| value.to_str().ok())
}

/// Returns the size of all headers together, in bytes.
pub(super) fn size(headers: &HeaderMap) -> usize {
    headers.iter().map(|(name, value)| name.as_str().len() + value.len() + 4).sum()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::{Credentials, Secret};

    fn feed(url: &Url) -> OutgoingRequest<'_> {
        OutgoingRequest::plain(url, AcceptedType::Feed)
    }

    fn secret(text: &str) -> Secret {
        Secret::new(text.to_owned())
    }

    #[test]
    fn validators_go_back_byte_for_byte() {
        let url = Url::parse("https://example.org/feed").unwrap();
        let known = Validators {
            etag: Some(b"W/\"caf\xe9 \"\"".to_vec()),
            last_modified: Some(b"yesterday, more or less".to_vec()),
        };
        let headers =
            of_request(&OutgoingRequest { validators: &known, ..feed(&url) }, SecretPolicy::Withhold)
                .unwrap();
        assert_eq!(headers[IF_NONE_MATCH].as_bytes(), b"W/\"caf\xe9 \"\"");
        assert_eq!(headers[IF_MODIFIED_SINCE].as_bytes(), b"yesterday, more or less");

        let headers = of_request(&feed(&url), SecretPolicy::Send).unwrap();
        assert!(headers.get(IF_NONE_MATCH).is_none() && headers.get(IF_MODIFIED_SINCE).is_none());
        assert_eq!(headers["a-im"], "feed");
        assert!(headers.get("cookie").is_none() && headers.get("referer").is_none());
    }

    #[test]
    fn secrets_are_sent_to_their_own_server_only() {
        let url = Url::parse("https://u%40x:p%3A@example.org/feed").unwrap();
        let own = [("X-Key".to_owned(), secret("k")), ("Accept".to_owned(), secret("a/b"))];
        let mut outgoing = OutgoingRequest { headers: &own, ..feed(&url) };
        let headers = of_request(&outgoing, SecretPolicy::Send).unwrap();
        assert_eq!(headers[AUTHORIZATION], format!("Basic {}", BASE64_STANDARD.encode("u@x:p:")));
        assert_eq!((headers["x-key"].as_bytes(), headers[ACCEPT].as_bytes()), (&b"k"[..], &b"a/b"[..]));

        let credentials = Credentials { username: "a".to_owned(), password: secret("b") };
        outgoing.credentials = Some(&credentials);
        let headers = of_request(&outgoing, SecretPolicy::Send).unwrap();
        assert_eq!(headers[AUTHORIZATION], format!("Basic {}", BASE64_STANDARD.encode("a:b")));

        let headers = of_request(&outgoing, SecretPolicy::Withhold).unwrap();
        assert!(headers.get(AUTHORIZATION).is_none() && headers.get("x-key").is_none());
    }

    #[test]
    fn a_header_that_would_split_the_request_is_refused_without_showing_its_value() {
        let url = Url::parse("https://example.org/feed").unwrap();
        let own = [("X-Key".to_owned(), secret("k\r\nHost: evil"))];
        let failure =
            of_request(&OutgoingRequest { headers: &own, ..feed(&url) }, SecretPolicy::Send).unwrap_err();
        assert_eq!(failure.message, "the header `X-Key` can't be sent");
    }

    #[test]
    fn link_headers_are_read_in_every_spelling() {
        let mut headers = HeaderMap::new();
        for value in [
            "<https://hub.example/>; rel=\"hub\", </feed.xml>;rel=self",
            "<https://hub2.example/>; title=\"a, b\"; REL='HUB preconnect'",
            "<https://other.example/>; rel=next, junk, <>; rel=self; <",
        ] {
            headers.append(LINK, HeaderValue::from_static(value));
        }
        let found = links(&headers, &Url::parse("https://example.org/x/").unwrap());
        assert_eq!(found.hubs, ["https://hub.example/", "https://hub2.example/"]);
        assert_eq!(found.self_link.as_deref(), Some("https://example.org/feed.xml"));
    }

    #[test]
    fn quotes_protect_what_separates_parameters_and_links() {
        let mut headers = HeaderMap::new();
        for value in [
            "</a>; title=\"Rocks; rel=self, waves\"; rel=\"alternate\"; type=\"application/rss+xml; charset=utf-8\"",
            "</b>; title=\"</c>; rel=self\"; rel=feed, </d>; title=\"a \\\"b; c\"; rel=feed",
            "</e>; title=\"open; rel=feed, </f>; rel=self",
        ] {
            headers.append(LINK, HeaderValue::from_static(value));
        }
        let found = links(&headers, &Url::parse("https://example.org/p").unwrap());
        let feed = |path: &str, title: &str| (format!("https://example.org{path}"), Some(title.to_owned()));
        let expected = [
            feed("/a", "Rocks; rel=self, waves"),
            feed("/b", "</c>; rel=self"),
            feed("/d", "a \\\"b; c"),
            feed("/e", "open"),
        ];
        assert_eq!(found.feeds, expected);
        assert_eq!(found.self_link.as_deref(), Some("https://example.org/f"));
    }

    #[test]
    fn a_link_header_announces_feeds() {
        let mut headers = HeaderMap::new();
        let value = "</f/x>; rel=alternate; type=application/rss+xml, </en/>; rel=alternate; hreflang=en, \
             </g>; rel=\"feed\"; title=\"All posts\", <>; rel=feed";
        headers.append(LINK, HeaderValue::from_static(value));
        let found = links(&headers, &Url::parse("https://example.org/p").unwrap()).feeds;
        let expected = [
            ("https://example.org/f/x".to_owned(), None),
            ("https://example.org/g".to_owned(), Some("All posts".to_owned())),
        ];
        assert_eq!(found, expected);
    }

    #[test]
    fn empty_and_very_long_validators_are_not_kept() {
        let mut headers = HeaderMap::new();
        headers.insert(ETAG, HeaderValue::from_static(""));
        headers.insert(LAST_MODIFIED, HeaderValue::from_str(&"x".repeat(5000)).unwrap());
        assert!(validators(&headers).is_empty());
    }
}
