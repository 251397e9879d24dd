//! Addresses without their secrets, for logs, status, error messages and pages.

use std::borrow::Cow;
use std::fmt;

use percent_encoding::percent_decode_str;
use url::Url;

use super::letter_pairs::are_random_letters;
use super::letter_pairs::is_word;
use super::token::{is_long_number, is_mixed, is_number, looks_like_a_token};

/// Displays a URL without user name, password and fragment, and without the parts of its path and the values of its query that
/// look secret.
///
/// Many private feeds have a token in the query (`?token=…`, `?key=…`) or in the path, which must not appear in a log or on a
/// page. A random text in the address of a service whose addresses are public, such as the channel of a YouTube feed, is no
/// secret.
#[derive(Clone, Copy, Debug)]
pub struct RedactedUrl<'a>(pub &'a Url);

/// Text that replaces a secret.
pub(crate) const HIDDEN: &str = "…";

/// A query parameter has a secret value if its name contains one of these and is not one of [`PUBLIC_NAMES`].
const SECRET_NAMES: [&str; 16] = [
    "token",
    "key",
    "auth",
    "secret",
    "pass",
    "pwd",
    "sig",
    "session",
    "sid",
    "jwt",
    "code",
    "credential",
    "hash",
    "private",
    "user",
    "otp",
];

/// Names of query parameters whose values are public: ordinary words, such as search terms, and identifiers that services show
/// to everybody.
const PUBLIC_NAMES: [&str; 23] = [
    "author",
    "authors",
    "author_id",
    "author_name",
    "keyword",
    "keywords",
    "hashtag",
    "hashtags",
    "postcode",
    "zipcode",
    "country_code",
    "countrycode",
    "language_code",
    "lang_code",
    "langcode",
    "design",
    "channel_id",
    "channel",
    "playlist_id",
    "playlist",
    "show_id",
    "topic",
    "topic_id",
];

/// Names of query parameters whose values are shown if they are words, and which may follow one of [`SUBJECTS`]. `token` is not
/// among them, because people choose words as tokens.
const NAMES_OF_WORDS: [&str; 3] = ["key", "auth", "private"];
/// What a key names if it is no key to open something: `category_key=sports`.
const SUBJECTS: [&str; 12] = [
    "category", "cat", "tag", "topic", "section", "sort", "group", "type", "page", "search", "filter", "list",
];

/// Parts of a path that may stand before a token. If the part after one of them is no word ([`is_marked_token`]), that part is
/// hidden. They are words of ordinary addresses, too.
const MARKS: [&str; 4] = ["token", "key", "private", "auth"];
/// Parts of a path that stand before a secret. A word after one of them is hidden, too, if it has at least [`WORD_LENGTH`]
/// letters.
const SECRET_MARKS: [&str; 9] =
    ["secret", "apikey", "api_key", "api-key", "rsskey", "passkey", "feed_token", "feedkey", "rss_token"];
/// Minimum length in bytes of a token after one of [`MARKS`].
const MARKED_LENGTH: usize = 6;
/// Minimum length in bytes of a number there that is a token. Dates and the numbers of pages are shorter.
const MARKED_NUMBER_LENGTH: usize = 10;
/// Minimum length in bytes of a token of letters there, and of a word after one of [`SECRET_MARKS`].
const WORD_LENGTH: usize = 8;

/// Services whose addresses are public although they hold random texts: the host, without `www.`, and the start of the path. A
/// `*` stands for one part of the path.
const PUBLIC_SERVICES: [(&str, &str); 18] = [
    ("youtube.com", "/feeds/"),
    ("news.google.com", "/"),
    ("github.com", "/*/*/commit"),
    ("github.com", "/*/*/releases"),
    ("gitlab.com", "/*/*/-/commits"),
    ("bsky.app", "/profile/"),
    ("pubmed.ncbi.nlm.nih.gov", "/rss/search/"),
    ("flickr.com", "/services/feeds/"),
    ("feeds.acast.com", "/public/"),
    ("omnycontent.com", "/d/playlist/"),
    ("omny.fm", "/shows/"),
    ("feeds.redcircle.com", "/"),
    ("feeds.megaphone.fm", "/"),
    ("feeds.simplecast.com", "/"),
    ("rss.castbox.fm", "/everest/"),
    ("feeds.audiomeans.fr", "/feed/"),
    ("anchor.fm", "/s/"),
    ("feeds.feedburner.com", "/"),
];

impl fmt::Display for RedactedUrl<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let url = self.0;
        write!(f, "{}:", url.scheme())?;
        if let Some(host) = url.host_str() {
            write!(f, "//{host}")?;
        }
        if let Some(port) = url.port() {
            write!(f, ":{port}")?;
        }
        let is_public = is_public(url);
        write_path(f, url, is_public)?;
        for (n, pair) in url.query().into_iter().flat_map(|query| query.split('&')).enumerate() {
            f.write_str(if n == 0 { "?" } else { "&" })?;
            match pair.split_once('=') {
                Some((name, value)) if is_secret(name, value, is_public) => write!(f, "{name}={HIDDEN}")?,
                None if !is_public && looks_like_a_token(&decoded(pair)) => f.write_str(HIDDEN)?,
                _ => f.write_str(pair)?,
            }
        }
        Ok(())
    }
}

/// Returns whether a part of a path, which is percent-encoded, looks like a token or ends with a marked one.
fn is_secret_part(part: &str) -> bool {
    let part = decoded(part);
    looks_like_a_token(&part) || has_marked_token(&part)
}

/// Writes the path of an address, with [`HIDDEN`] in place of each part that looks like a token.
fn write_path(f: &mut fmt::Formatter<'_>, url: &Url, is_public: bool) -> fmt::Result {
    let Some(parts) = url.path_segments().filter(|_| !is_public) else { return f.write_str(url.path()) };
    let mut before = String::new();
    for part in parts {
        let plain = decoded(part);
        let is_marked = is_secret_after(&before.to_ascii_lowercase(), &plain);
        let is_second_number = is_long_number(&before) && is_long_number(&plain);
        let is_hidden = is_marked || is_second_number || is_secret_part(part);
        write!(f, "/{}", if is_hidden { HIDDEN } else { part })?;
        before = plain.into_owned();
    }
    Ok(())
}

/// Returns whether a part of a path has a token after a word such as `secret:`, or a parameter with a secret value: `;sid=…`.
fn has_marked_token(part: &str) -> bool {
    part.split([';', ',', '&']).any(|parameter| match parameter.split_once(['=', ':']) {
        Some((name, value)) => {
            is_secret(name, value, false) && (part.contains('=') || is_marked_token(value))
        }
        None => false,
    })
}

/// Returns whether the part `part` of a path is hidden because of the part `before` it, which is in lower case.
fn is_secret_after(before: &str, part: &str) -> bool {
    let stem = stem(part);
    let is_word = stem.len() >= WORD_LENGTH && stem.bytes().all(|byte| byte.is_ascii_alphanumeric());
    let is_secret = SECRET_MARKS.contains(&before);
    (is_secret && is_word) || ((is_secret || MARKS.contains(&before)) && is_marked_token(part))
}

/// Returns whether a text that stands where a token is expected is a token and not a word: it mixes letters and digits, is a
/// long number, or is of random letters.
fn is_marked_token(text: &str) -> bool {
    let joined = stem(text).replace(['-', '_'], "");
    is_mixed(&joined, MARKED_LENGTH)
        || is_number(&joined, MARKED_NUMBER_LENGTH)
        || (joined.len() >= WORD_LENGTH && are_random_letters(&joined))
}

fn stem(part: &str) -> &str {
    part.split_once('.').map_or(part, |(stem, _)| stem)
}

fn is_secret(name: &str, value: &str, is_public: bool) -> bool {
    let name = name.to_ascii_lowercase();
    if value.is_empty() || PUBLIC_NAMES.contains(&name.as_str()) {
        return false;
    }
    if may_name_words(&name) && are_words(&decoded(value)) {
        return false;
    }
    let by_name = SECRET_NAMES.iter().any(|secret| name.contains(secret)) || name == "pw";
    if is_public { by_name && name != "user" } else { by_name || looks_like_a_token(&decoded(value)) }
}

/// Returns whether the value of the parameter `name`, which is in lower case, may be words: `key`, `category_key`.
fn may_name_words(name: &str) -> bool {
    let (subject, last) =
        name.rsplit_once(['_', '-', '.']).map_or((None, name), |(first, last)| (Some(first), last));
    NAMES_OF_WORDS.contains(&last) && subject.is_none_or(|subject| SUBJECTS.contains(&subject))
}

/// Returns whether a text consists of words in small letters or with a capital in front, one of them with four letters or more.
fn are_words(text: &str) -> bool {
    let words = || text.split(['-', '_', '+', ' ']);
    let is_plain = |word: &str| {
        word.bytes().all(|byte| byte.is_ascii_alphabetic())
            && word.bytes().skip(1).all(|byte| byte.is_ascii_lowercase())
            && (word.len() < 4 || is_word(word))
    };
    words().all(is_plain) && words().any(is_word)
}

/// Returns whether an address belongs to a service whose addresses are public.
fn is_public(url: &Url) -> bool {
    let host = url.host_str().unwrap_or_default();
    let host = host.strip_prefix("www.").unwrap_or(host);
    PUBLIC_SERVICES.iter().any(|(service, path)| *service == host && starts_with(url.path(), path))
}

fn starts_with(path: &str, pattern: &str) -> bool {
    let mut parts = path.split('/');
    let mut wanted = pattern.split('/').peekable();
    while let Some(want) = wanted.next() {
        let part = parts.next();
        let matches = match want {
            "*" => part.is_some_and(|part| !part.is_empty()),
            // The last part of a pattern matches every part of a path that starts with it.
            _ if wanted.peek().is_none() => part.is_some_and(|part| part.starts_with(want)),
            _ => part == Some(want),
        };
        if !matches {
            return false;
        }
    }
    true
}

fn decoded(text: &str) -> Cow<'_, str> {
    percent_decode_str(text).decode_utf8_lossy()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(url: &str) -> String {
        RedactedUrl(&Url::parse(url).unwrap()).to_string()
    }

    #[test]
    fn an_address_without_secrets_is_shown_unchanged() {
        for url in [
            "https://example.org/",
            "http://[::1]:8080/feed.xml?format=rss&page=2&q=%C3%A9",
            "https://www.youtube.com/feeds/videos.xml?channel_id=UC_short",
            "https://example.org/?a&b=",
            "https://example.org/videos.xml?channel_id=UCa1B2c3D4e5F6g7H8i9J0kL",
            "https://www.youtube.com/feeds/videos.xml?playlist_id=PLa1B2c3D4e5F6g7H8i9J0kLmN1o2P3q4",
            "https://www.youtube.com/feeds/videos.xml?user=someone",
            "https://news.google.com/rss/topics/CAAqJggKIiBDQkFTRWdvSUwyMHZNRGx6TVdZU0FtVnVHZ0pWVXlnQVAB?hl=en",
            "https://feeds.acast.com/public/shows/0f8fad5b-d9cb-469f-a165-70867728950e",
            "https://www.omnycontent.com/d/playlist/0f8fad5b-d9cb-469f-a165-70867728950e/podcast.rss",
            "https://github.com/owner/repo/commits/0a1b2c3d4e5f60718293a4b5c6d7e8f901234567.atom",
            "https://bsky.app/profile/did:plc:a1b2c3d4e5f6g7h8i9j0k1l2/rss",
            "https://example.org/?author=anna&keywords=rust&country_code=de",
            "https://example.org/?category=some-long-category-name-2026-rss",
            "https://example.org/12345678901234567890/feed",
            "https://example.org/secret-gardens/private/diary/key-words",
            "https://example.org/private/practices/feed",
            "https://example.org/private/20261124/feed",
            "https://example.org/token/ethereum/feed",
            "https://example.org/key/the-state-of-the-art.xml",
            "https://example.org/secret/feed.xml",
            "https://example.org/secret/gardens-of-the-north/rss",
            "https://example.org/buch/978-3-16-148410-0/rss",
            "https://example.org/users:anna/feed",
            "https://mastodon.social/tags/BlackLivesMatter2026.rss",
            "https://mastodon.social/@xX0DarkLord99Xx.rss",
            "https://www.reddit.com/r/MadeMeSmile2024Best/.rss",
            "https://www.amazon.com/gp/rss/B08N5WRWNW",
            "https://www.amazon.com/dp/B07FZ8S74R/x",
            "https://example.org/4k8k-hdr10-oled55c3/feed",
            "https://example.org/feed/mp3s4u2hear.rss",
            "https://example.org/feed?key=politics",
            "https://example.org/feed?key=World",
            "https://example.org/feed?auth=smith",
            "https://example.org/feed?category_key=sports-of-the-day",
        ] {
            assert_eq!(shown(url), url);
        }
    }

    #[test]
    fn tokens_in_the_path_are_not_shown() {
        for (path, expected) in [
            ("/rss/9f8e7d6c5b4a39281706f5e4d3c2b1a0.xml", "/rss/…"),
            ("/moved/9f8e7d6c5b4a39281706f5e4d3c2b1a0/feed.xml?page=2", "/moved/…/feed.xml?page=2"),
            ("/private/x7Yz29/feed", "/private/…/feed"),
            ("/private/x7Yz-29.rss", "/private/…"),
            ("/private/48213907712345678901234567890123", "/private/…"),
            ("/private/4821390771", "/private/…"),
            ("/private/abcdefgh/feed", "/private/…/feed"),
            ("/token/wqxzvkjh.xml", "/token/…"),
            ("/feed/secret/hunterhunter", "/feed/secret/…"),
            ("/APIKEY/opensesame/rss", "/APIKEY/…/rss"),
            ("/s/4fz9-kq2m-xw7p-8dvb/feed", "/s/…/feed"),
            ("/s/qwzxkvbnmtrpljhgfdsa", "/s/…"),
            ("/u/XKQJHWZRTPLMNBVCXDFGHQWE/feed", "/u/…/feed"),
            ("/rss/secret:abcdef0123/u:me/", "/rss/…/u:me/"),
            ("/webhook;sid=abc", "/…"),
            ("/hook;version=2", "/hook;version=2"),
            ("/f/aB3%2BdE6gH9jK2mN5pQ8sT", "/f/…"),
            (
                "/alerts/feeds/01234567890123456789/9876543210987654321",
                "/alerts/feeds/01234567890123456789/…",
            ),
        ] {
            assert_eq!(
                shown(&format!("https://example.org{path}")),
                format!("https://example.org{expected}")
            );
        }
        let named = "https://www.youtube.com/feeds/videos.xml?key=abc";
        assert_eq!(shown(named), "https://www.youtube.com/feeds/videos.xml?key=…");
    }

    #[test]
    fn secrets_are_not_shown() {
        assert_eq!(shown("https://me:pw@example.org:8443/f"), "https://example.org:8443/f");
        assert_eq!(shown("https://example.org/f?token=abc&x=1#frag"), "https://example.org/f?token=…&x=1");
        assert_eq!(shown("https://example.org/f?Api_Key=abc"), "https://example.org/f?Api_Key=…");
        for (name, value) in [
            ("key", "abc"),
            ("key", "xkqzwvbt"),
            ("key", "wor1d"),
            ("key", "World-Xq7L"),
            ("key", "SESAME"),
            ("api_key", "politics"),
            ("access-key", "politics"),
            ("authkey", "politics"),
            ("token", "ethereum"),
            ("secret", "politics"),
        ] {
            let url = format!("https://example.org/f?{name}={value}");
            assert_eq!(shown(&url), format!("https://example.org/f?{name}=…"));
        }
        assert_eq!(
            shown("https://example.org/f?f=0123456789abcdef0123456789abcdef"),
            "https://example.org/f?f=…"
        );
        assert_eq!(
            shown("https://example.org/f?0123456789abcdef0123456789abcdef"),
            "https://example.org/f?…"
        );
    }
}
