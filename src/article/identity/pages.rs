//! Compares addresses of pages without the parts that publishers change: session ids, endings and slashes.

use std::borrow::Cow;
use std::collections::HashSet;

use crate::text::url::numbers_after_host;
use crate::text::words::{fold, is_all_digits};

/// Query parameters that hold a session and select no page, in lower case.
const SESSION_PARAMETERS: [&str; 9] =
    ["phpsessid", "jsessionid", "aspsessionid", "sessionid", "session_id", "session", "sid", "s", "cfid"];

/// Length in bytes of the shortest session id. `sid=42` and `s=7` select a page.
const SHORTEST_SESSION: usize = 16;

/// Length in bytes of the shortest random id in the path of an address.
const SHORTEST_ID: usize = 8;

/// Length of the shortest word by which an address names a thing. Shorter ones are mostly articles and prepositions.
const LEAST_NAME: usize = 4;

/// How many words of a title of at least [`LEAST_NAME`] letters stand in an address that was made of it.
const LEAST_WORDS_OF_SLUG: usize = 4;

/// Endings of a file name that servers drop or add.
const ENDINGS: [&str; 7] = [".html", ".htm", ".xhtml", ".php", ".aspx", ".asp", ".jsp"];

/// Returns a form of `page` that does not change when a site drops the endings of its pages or adds session ids: without
/// scheme, `www.`, `index.html`, ending, closing slash and session.
pub(super) fn loose(page: &str) -> String {
    let address = page.split_once("://").map_or(page, |(_, rest)| rest);
    let (address, fragment) = address.split_once('#').unwrap_or((address, ""));
    let (path, query) = address.split_once('?').unwrap_or((address, ""));
    let path = without_path_session(path);
    let path = path.trim_end_matches('/');
    let path = without_ending(path);
    let path = path.strip_suffix("/index").unwrap_or(path).trim_end_matches('/');
    let mut loose = path.strip_prefix("www.").unwrap_or(path).to_owned();
    for parameter in query.split('&').filter(|parameter| !parameter.is_empty() && !is_session(parameter)) {
        loose.push('?');
        loose.push_str(parameter);
    }
    if !fragment.is_empty() {
        loose.push('#');
        loose.push_str(fragment);
    }
    loose
}

/// Returns the host of an address, without `www.`.
pub(super) fn host(page: &str) -> Option<&str> {
    let (_, address) = page.split_once("://")?;
    let host = address.split(['/', '?', '#']).next().filter(|host| !host.is_empty())?;
    Some(host.strip_prefix("www.").unwrap_or(host))
}

/// Returns the last part of the path of an address without its ending: the name that most sites make of the title.
pub(super) fn slug(page: &str) -> Option<&str> {
    let (_, address) = page.split_once("://")?;
    let path = address.split(['?', '#']).next()?.trim_end_matches('/');
    let path = without_ending(path);
    let path = path.strip_suffix("/index").unwrap_or(path);
    path.rsplit_once('/').map(|(_, slug)| slug).filter(|slug| !slug.is_empty())
}

/// Returns whether one of two addresses is the other with more words at the end of its last part, and without another number.
pub(super) fn has_longer_slug(one: &str, other: &str) -> bool {
    let (short, long) = if one.len() < other.len() { (one, other) } else { (other, one) };
    let (short, long) = (loose(short), loose(long));
    short.contains('/')
        && long.strip_prefix(&short).is_some_and(|words| {
            words.starts_with('-') && !words.contains(|c: char| c == '/' || c == '?' || c.is_ascii_digit())
        })
}

/// Returns whether each of two addresses has, after its host, a number that the other lacks. Then they may be those of two days
/// or of two issues.
pub(super) fn have_other_numbers(one: &str, other: &str) -> bool {
    has_another_number(one, other) && has_another_number(other, one)
}

/// Returns whether the second of two addresses has a number that the first one lacks.
pub(super) fn has_another_number(before: &str, now: &str) -> bool {
    numbers_after_host(now).any(|number| numbers_after_host(before).all(|other| other != number))
}

/// Returns whether two addresses differ only in tokens ([`is_token`]).
pub(super) fn differ_in_tokens(one: &str, other: &str) -> bool {
    let (mut one, mut other) = (one.split(['/', '=', '&', '?']), other.split(['/', '=', '&', '?']));
    loop {
        match (one.next(), other.next()) {
            (None, None) => return true,
            (Some(here), Some(there)) if here == there || is_token(here) && is_token(there) => {}
            _ => return false,
        }
    }
}

/// Returns whether a part of an address is a token: at least [`SHORTEST_SESSION`] hexadecimal digits, with figures and letters
/// among them.
fn is_token(part: &str) -> bool {
    let digits = || part.bytes().filter(|byte| *byte != b'-');
    digits().count() >= SHORTEST_SESSION
        && digits().all(|byte| byte.is_ascii_hexdigit())
        && digits().any(|byte| byte.is_ascii_digit())
        && digits().any(|byte| byte.is_ascii_alphabetic())
}

/// Returns whether a part of the path of an address is a token or a random id (`/articles/cq8e7d9k12po`): at least
/// [`SHORTEST_ID`] letters and digits, mixed.
pub(super) fn has_token(page: &str) -> bool {
    let path =
        page.split_once("://").and_then(|(_, address)| address.split_once('/')).map_or("", |(_, path)| path);
    path.split(['/', '-', '?', '=', '&', '.']).any(|part| {
        is_token(part)
            || part.len() >= SHORTEST_ID
                && part.bytes().all(|byte| byte.is_ascii_alphanumeric())
                && part.bytes().filter(u8::is_ascii_digit).count() >= 2
                && part.bytes().any(|byte| byte.is_ascii_alphabetic())
    })
}

fn without_ending(path: &str) -> &str {
    ENDINGS.iter().find_map(|ending| path.strip_suffix(ending)).unwrap_or(path)
}

/// Returns whether nothing but a number distinguishes a page from the others of its site: `/?p=3`, `/viewtopic.php?t=3`,
/// `/node/3`.
pub(super) fn is_number(page: &str) -> bool {
    let Some((_, address)) = page.split_once("://") else { return false };
    let address = address.split('#').next().unwrap_or_default();
    match address.split_once('?') {
        Some((_, query)) => query.split('&').all(|parameter| {
            let value = parameter.split_once('=').map_or(parameter, |(_, value)| value);
            is_all_digits(value)
        }),
        None => address.trim_end_matches('/').rsplit_once('/').is_some_and(|(_, last)| is_all_digits(last)),
    }
}

/// Returns whether an address has a number after its host.
pub(super) fn has_number(page: &str) -> bool {
    numbers_after_host(page).next().is_some()
}

/// Returns whether the path of an address has one of the words of a title, of at least [`LEAST_NAME`] letters. Sites make the
/// names of their pages of titles.
pub(super) fn is_named_after(page: &str, title: &str) -> bool {
    let path =
        page.split_once("://").and_then(|(_, address)| address.split_once('/')).map_or("", |(_, path)| path);
    let (path, title) = (fold(path), fold(title));
    let words = |text| str::split(text, |c: char| !c.is_alphanumeric());
    let names: Vec<&str> = words(&path).filter(|name| name.chars().count() >= LEAST_NAME).collect();
    words(&title).any(|word| names.contains(&word))
}

/// Returns whether the last part of an address was made of a title: it has at least [`LEAST_WORDS_OF_SLUG`] different words of
/// it.
pub(super) fn is_made_of(page: &str, title: &str) -> bool {
    let (Some(slug), title) = (slug(page).map(fold), fold(title)) else { return false };
    let names: HashSet<&str> = slug.split(|c: char| !c.is_alphanumeric()).collect();
    let words: HashSet<&str> = title
        .split(|c: char| !c.is_alphanumeric())
        .filter(|word| word.chars().count() >= LEAST_NAME)
        .collect();
    words.intersection(&names).count() >= LEAST_WORDS_OF_SLUG
}

/// Returns whether an address is the front page of a site, which is the page of no article.
pub(super) fn is_front_page(page: &str) -> bool {
    let Some((_, address)) = page.split_once("://") else { return false };
    !address.contains(['?', '#']) && !address.trim_end_matches('/').contains('/')
}

/// Removes `;jsessionid=…` and `/(S(…))` from a path. The second is how ASP.NET keeps a session without cookies.
fn without_path_session(path: &str) -> Cow<'_, str> {
    if let Some((before, session)) = path.split_once("/(S(")
        && let Some((token, after)) = session.split_once("))")
        && token.len() >= SHORTEST_SESSION
        && token.bytes().all(|byte| byte.is_ascii_alphanumeric())
    {
        return Cow::Owned(format!("{before}{after}"));
    }
    match path.split_once(';') {
        Some((before, session)) if session.to_ascii_lowercase().starts_with("jsessionid") => {
            let after = session.find('/').and_then(|at| session.get(at..)).unwrap_or_default();
            Cow::Owned(format!("{before}{after}"))
        }
        _ => Cow::Borrowed(path),
    }
}

fn is_session(parameter: &str) -> bool {
    let (name, value) = parameter.split_once('=').unwrap_or((parameter, ""));
    SESSION_PARAMETERS.contains(&name.to_ascii_lowercase().as_str())
        && value.len() >= SHORTEST_SESSION
        && value.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b'.'))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn endings_slashes_and_sessions_select_no_other_page() {
        let page = loose("https://quay.example/news/crane");
        for same in [
            "http://www.quay.example/news/crane/",
            "https://quay.example/news/crane.html",
            "https://quay.example/news/crane/index.php",
            "https://quay.example/news/crane;jsessionid=0A1B2C3D4E5F60718293",
            "https://quay.example/news/crane.html?PHPSESSID=d41d8cd98f00b204e9800998ecf8427e",
            "https://quay.example/(S(lit3py55t21z5v55vlm25s55))/news/crane.aspx",
        ] {
            assert_eq!(loose(same), page, "{same}");
        }
        for other in [
            "https://quay.example/news/crane?id=7",
            "https://quay.example/news/crane?sid=42",
            "https://quay.example/news/crane#second",
            "https://quay.example/(S(4))/news/crane",
            "https://quay.example/news/cranes",
        ] {
            assert_ne!(loose(other), page, "{other}");
        }
    }

    #[test]
    fn an_address_with_more_words_at_its_end_is_found() {
        let longer = |one: &str, other: &str| {
            has_longer_slug(&format!("https://quay.example{one}"), &format!("https://quay.example{other}"))
        };
        assert!(longer("/live/storm", "/live/storm-over") && longer("/live/storm-over.html", "/live/storm/"));
        for (one, other) in [
            ("/storm", "/storms"),
            ("/storm", "/storm-2"),
            ("/storm", "/storm/photos"),
            ("", "/storm-over"),
            ("", "-a"),
        ] {
            assert!(!longer(one, other), "{one} {other}");
        }
    }

    #[test]
    fn only_the_front_page_is_the_page_of_no_article() {
        assert!(is_front_page("https://quay.example/") && is_front_page("https://quay.example"));
        assert!(!is_front_page("https://quay.example/a") && !is_front_page("https://quay.example/?p=4"));
    }

    #[test]
    fn an_address_that_is_only_a_number_is_told_from_one_with_a_name() {
        let numbered = |path: &str| is_number(&format!("https://quay.example/{path}"));
        assert!(
            ["?p=3", "viewtopic.php?t=3", "viewtopic.php?f=2&t=3", "node/3", "3/"].into_iter().all(numbered)
        );
        assert!(
            !["", "crane", "crane-3", "2026/11/crane/", "?p=crane", "?page=news&id=3"]
                .into_iter()
                .any(numbered)
        );
    }

    #[test]
    fn an_address_that_is_named_after_a_title_is_told_from_one_that_always_stays() {
        let page = "https://onion.example/recipes/onion-soup.html";
        assert!(
            is_named_after(page, "Onion tart") && !is_named_after("https://onion.example/week", "Onion soup")
        );
        assert!(!is_named_after("https://quay.example/of-the-week", "Soup of the day"), "short words");
        assert!(is_named_after("https://quay.example/Ärger", "Aerger, arger"), "accents and case");
        assert!(
            has_token("https://quay.example/news/articles/cq8e7d9k12po")
                && !has_token("https://quay.example/recipes/week")
        );
        assert!(has_number("https://quay.example/a7") && !has_number("https://quay7.example/a"));
        let page = "https://quay.example/news/crane-loads-heavy-turbines-at-night/";
        assert!(is_made_of(page, "Crane loads heavy turbines at night"));
        assert!(!is_made_of(page, "Crane loads wood") && !is_made_of("https://quay.example/crane", "Crane"));
    }

    #[test]
    fn addresses_that_differ_only_in_a_token_are_found() {
        let differ = |one: &str, other: &str| {
            differ_in_tokens(&format!("https://quay.example/{one}"), &format!("https://quay.example/{other}"))
        };
        let tokens = ["1b4e28ba-2fa1-11d2-883f-0016d3cca427", "9f86d081884c7d659a2feaa0"];
        assert!(differ(&format!("go/{}", tokens[0]), &format!("go/{}", tokens[1])));
        assert!(differ(&format!("a?id=7&h={}", tokens[0]), &format!("a?id=7&h={}", tokens[1])));
        assert!(!differ(&format!("go/{}", tokens[0]), "go/crane"));
        assert!(!differ(&format!("a?id=7&h={}", tokens[0]), &format!("a?id=8&h={}", tokens[1])));
        assert!(!differ("2026-11-25-crane-returns", "2026-11-26-crane-returns"));
    }

    #[test]
    fn the_host_the_slug_and_the_numbers_of_an_address_are_found() {
        assert_eq!(host("https://www.quay.example/a?b"), Some("quay.example"));
        assert_eq!(slug("https://quay.example/2026/11/crane.html?x=1"), Some("crane"));
        assert_eq!(slug("https://quay.example/posts/crane/"), Some("crane"));
        assert_eq!((slug("https://quay.example/"), slug("https://quay.example/?p=4")), (None, None));
        let other = |one, two| {
            have_other_numbers(&format!("https://a7.example/{one}"), &format!("https://b8.example/{two}"))
        };
        assert!(other("2026-11-25/tides", "2026-11-26/tides") && other("?p=1", "?p=2"));
        assert!(!other("2026/11/tides", "tides/") && !other("2026/11/25/tides", "news/2026/tides"));
    }
}
