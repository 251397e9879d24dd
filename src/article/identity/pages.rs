//! Compares addresses of pages without the parts that publishers change: session ids, endings and slashes.

use std::borrow::Cow;

/// Query parameters that hold a session and select no page, in lower case.
const SESSION_PARAMETERS: [&str; 9] =
    ["phpsessid", "jsessionid", "aspsessionid", "sessionid", "session_id", "session", "sid", "s", "cfid"];

/// Length in bytes of the shortest session id. `sid=42` and `s=7` select a page.
const SHORTEST_SESSION: usize = 16;

/// Endings of a file name that servers drop or add.
const ENDINGS: [&str; 7] = [".html", ".htm", ".xhtml", ".php", ".aspx", ".asp", ".jsp"];

/// Returns the form of `page` that stays when a site drops the endings of its pages or adds session ids: without
/// scheme, `index.html`, ending, closing slash and session.
pub(super) fn loose(page: &str) -> String {
    let address = page.split_once("://").map_or(page, |(_, rest)| rest);
    let (address, fragment) = address.split_once('#').unwrap_or((address, ""));
    let (path, query) = address.split_once('?').unwrap_or((address, ""));
    let path = without_path_session(path);
    let path = path.trim_end_matches('/');
    let path = ENDINGS.iter().find_map(|ending| path.strip_suffix(ending)).unwrap_or(path);
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

/// Returns whether an address is the front page of a site, which is the page of no article.
pub(super) fn is_front_page(page: &str) -> bool {
    let Some((_, address)) = page.split_once("://") else { return false };
    !address.contains(['?', '#']) && !address.trim_end_matches('/').contains('/')
}

/// Removes `;jsessionid=…` from a path.
fn without_path_session(path: &str) -> Cow<'_, str> {
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
        ] {
            assert_eq!(loose(same), page, "{same}");
        }
        for other in [
            "https://quay.example/news/crane?id=7",
            "https://quay.example/news/crane?sid=42",
            "https://quay.example/news/crane#second",
            "https://quay.example/news/cranes",
        ] {
            assert_ne!(loose(other), page, "{other}");
        }
    }

    #[test]
    fn only_the_front_page_is_the_page_of_no_article() {
        assert!(is_front_page("https://quay.example/") && is_front_page("https://quay.example"));
        assert!(!is_front_page("https://quay.example/a") && !is_front_page("https://quay.example/?p=4"));
    }
}
