//! Recognises pages that a server sends in place of a document: challenges that only browsers pass, login forms, and pages
//! that ask for cookies or set one by a script.

use reqwest::header::{CONTENT_TYPE, HeaderMap};
use url::Url;

use super::header_values::first;
use crate::model::StandIn;

/// How many bytes of a page are searched. Cloudflare's script comes after about 20 KiB of styles.
pub(crate) const SEARCHED_BYTES: usize = 64 * 1024;

/// Headers that only challenges have: name, part of the value, and vendor.
const HEADERS: [(&str, &str, &str); 4] = [
    ("cf-mitigated", "challenge", "Cloudflare"),
    ("x-amzn-waf-action", "c", "AWS WAF"),
    ("x-vercel-mitigated", "challenge", "Vercel"),
    ("x-sucuri-block", "", "Sucuri"),
];

/// Texts that only challenge pages contain, and the vendors of those pages. Scripts that Cloudflare, Imperva and DataDome put
/// into ordinary pages are not among them.
const MARKS: [(&str, &str); 15] = [
    ("_cf_chl_opt", "Cloudflare"),
    ("<title>Just a moment...</title>", "Cloudflare"),
    ("<title>Attention Required! | Cloudflare</title>", "Cloudflare"),
    ("anubis_challenge", "Anubis"),
    ("Making sure you&#39;re not a bot!", "Anubis"),
    ("Making sure you're not a bot!", "Anubis"),
    ("/.well-known/.git.gammaspectra.live/git/go-away", "go-away"),
    ("<title>DDoS-Guard</title>", "DDoS-Guard"),
    ("sucuri_cloudproxy_js", "Sucuri"),
    ("Incapsula incident ID", "Imperva"),
    ("captcha-delivery.com", "DataDome"),
    ("px-captcha", "HUMAN"),
    ("gokuProps", "AWS WAF"),
    ("Vercel Security Checkpoint", "Vercel"),
    ("Checking your browser before accessing", "the site"),
];

/// Parts of titles of login pages, in the most common languages.
const LOGIN_TITLES: [&str; 12] = [
    "log in",
    "login",
    "log on",
    "sign in",
    "sign-in",
    "anmeld",
    "connexion",
    "connecter",
    "iniciar sesi",
    "accedi",
    "inloggen",
    "authenti",
];

/// Last segments of the paths of login pages. The whole segment must be equal, because there are posts about logins.
const LOGIN_PAGES: [&str; 10] = [
    "login",
    "login.php",
    "login.html",
    "login.aspx",
    "wp-login.php",
    "signin",
    "sign-in",
    "sign_in",
    "sso",
    "log-in",
];
/// First segments of paths below which there are only login pages.
const LOGIN_FOLDERS: [&str; 3] = ["auth", "sso", "oauth"];
/// Parts of the titles of pages which say that there is nothing at the address. A login form does not make such a page a login
/// page.
const ABSENT_TITLES: [&str; 3] = ["404", "not found", "nicht gefunden"];

/// What a page says, in the most common languages, if its server gives nothing to a client without cookies.
const COOKIE_REQUESTS: [&str; 23] = [
    "enable cookies",
    "enable your cookies",
    "enable browser cookies",
    "cookies enabled",
    "cookies must be enabled",
    "cookies are disabled",
    "cookies disabled",
    "cookies are required",
    "cookies required",
    "requires cookies",
    "needs cookies",
    "must accept cookies",
    "must allow cookies",
    "turn on cookies",
    "aktivieren sie cookies",
    "cookies aktivieren",
    "javascript and cookies",
    "cookies and javascript",
    "javascript und cookies",
    "activer les cookies",
    "activez les cookies",
    "activar las cookies",
    "habilite las cookies",
];
/// Length in bytes of the longest text of a page that does little else than ask for cookies.
const MAX_COOKIE_PAGE: usize = 1500;

/// What a script says that loads the page again, or another one.
const RELOADS: [&str; 7] = [
    "location.reload",
    "location.replace",
    "location.assign",
    "location.href",
    "location=",
    "location =",
    ".submit()",
];
/// Length in bytes of the longest text of a page that does little else than set a cookie and load itself again.
const MAX_SCRIPT_PAGE: usize = 300;

/// Returns what was sent in place of a document, if anything was. `body` is the decoded body, or its beginning.
pub(crate) fn stand_in(headers: &HeaderMap, url: &Url, body: &[u8]) -> Option<StandIn> {
    let by_header =
        HEADERS.iter().find(|(name, value, _)| first(headers, *name).is_some_and(|v| v.contains(value)));
    let start = body.get(..SEARCHED_BYTES).unwrap_or(body);
    if !is_web_page(headers, start) {
        // Some challenges have a header and an empty body.
        return by_header.filter(|_| start.trim_ascii().is_empty()).map(|(_, _, by)| StandIn::Challenge(by));
    }
    let page = String::from_utf8_lossy(start);
    let by_mark = MARKS.iter().find(|(mark, _)| page.contains(mark)).map(|(_, by)| *by);
    if let Some(by) = by_header.map(|(_, _, by)| *by).or(by_mark) {
        return Some(StandIn::Challenge(by));
    }
    let lower = page.to_ascii_lowercase();
    let title = content_of(&lower, "title").unwrap_or_default();
    let says_login = LOGIN_TITLES.iter().any(|mark| title.contains(mark))
        && !ABSENT_TITLES.iter().any(|mark| title.contains(mark));
    let asks_for_password =
        ["type=\"password\"", "type='password'", "type=password"].iter().any(|mark| lower.contains(mark));
    if is_login_path(url.path()) || (says_login && asks_for_password) {
        return Some(StandIn::Login);
    }
    about_cookies(&lower, title)
}

/// Returns what a page is that does little else than ask for cookies (its title asks for them, or its text does and is short)
/// or set one by a script that then loads the page again. A longer page may have a banner about its own cookies. `page` and
/// `title` are in lower case.
fn about_cookies(page: &str, title: &str) -> Option<StandIn> {
    let asks = |text: &str| COOKIE_REQUESTS.iter().any(|words| text.contains(words));
    if !page.contains("cookie") {
        return None;
    }
    let text = text_of(page);
    if asks(title) || (text.len() <= MAX_COOKIE_PAGE && asks(&text)) {
        return Some(StandIn::Cookies);
    }
    let is_set = page.split("document.cookie").skip(1).any(|rest| {
        let rest = rest.trim_start();
        rest.starts_with('=') && !rest.starts_with("==")
    });
    let loads_again =
        RELOADS.iter().any(|words| page.contains(words)) || page.contains("http-equiv=\"refresh\"");
    // A page that names a feed is an ordinary one.
    let is_short = text.len() <= MAX_SCRIPT_PAGE && !page.contains("alternate");
    (is_set && loads_again && is_short).then_some(StandIn::CookieScript)
}

/// Returns the content of the first element `name` of a page. `page` and `name` are in lower case.
pub(super) fn content_of<'a>(page: &'a str, name: &str) -> Option<&'a str> {
    let (_, tag) = page.split_once(&format!("<{name}"))?;
    let (_, content) = tag.split_once('>')?;
    content.split(&format!("</{name}")).next()
}

/// Returns the words of a page, without its tags, scripts and styles, and with single spaces. `page` is in lower case.
fn text_of(page: &str) -> String {
    texts_of(page).join(" ").split_whitespace().collect::<Vec<_>>().join(" ")
}

/// Returns the texts between the tags of a page, without its scripts and styles. `page` is in lower case.
pub(super) fn texts_of(page: &str) -> Vec<&str> {
    let mut texts = Vec::new();
    let mut rest = page;
    while let Some((before, tag)) = rest.split_once('<') {
        texts.push(before);
        let hidden = ["script", "style"].into_iter().find(|name| tag.starts_with(name));
        rest = match hidden {
            Some(name) => tag.split_once(&format!("</{name}")).map_or("", |(_, after)| after),
            None => tag,
        };
        rest = rest.split_once('>').map_or("", |(_, after)| after);
    }
    texts.push(rest);
    texts
}

fn is_login_path(path: &str) -> bool {
    let path = path.to_ascii_lowercase();
    let mut parts = path.split('/').filter(|part| !part.is_empty());
    let first = parts.next();
    let last = parts.next_back().or(first);
    last.is_some_and(|last| LOGIN_PAGES.contains(&last))
        || first.is_some_and(|first| LOGIN_FOLDERS.contains(&first))
}

fn is_web_page(headers: &HeaderMap, start: &[u8]) -> bool {
    let text = start.strip_prefix(b"\xef\xbb\xbf").unwrap_or(start).trim_ascii_start();
    let begins_with =
        |mark: &[u8]| text.get(..mark.len()).is_some_and(|begin| begin.eq_ignore_ascii_case(mark));
    let says_so = first(headers, CONTENT_TYPE).is_some_and(|kind| kind.to_ascii_lowercase().contains("html"));
    // Some feeds are sent as text/html.
    let is_feed = [b"<?xml".as_slice(), b"<rss", b"<feed", b"<rdf"].iter().any(|mark| begins_with(mark));
    begins_with(b"<!doctype html") || begins_with(b"<html") || (says_so && !is_feed)
}

#[cfg(test)]
mod tests {
    use reqwest::header::HeaderValue;

    use super::*;

    fn at(
        path: &str,
        kind: &'static str,
        header: Option<(&'static str, &'static str)>,
        body: &str,
    ) -> Option<StandIn> {
        let mut headers = HeaderMap::new();
        headers.insert(CONTENT_TYPE, HeaderValue::from_static(kind));
        if let Some((name, value)) = header {
            headers.insert(name, HeaderValue::from_static(value));
        }
        stand_in(&headers, &Url::parse("https://example.org").unwrap().join(path).unwrap(), body.as_bytes())
    }

    #[test]
    fn challenge_pages_are_named() {
        let html = "text/html; charset=utf-8";
        let cloudflare = "<!DOCTYPE html><html><head><title>Just a moment...</title><script>window._cf_chl_opt = {}</script>";
        assert_eq!(at("/feed", html, None, cloudflare), Some(StandIn::Challenge("Cloudflare")));
        let anubis = "<!doctype html><html><script id=\"anubis_challenge\" type=\"application/json\">";
        assert_eq!(at("/feed", html, None, anubis), Some(StandIn::Challenge("Anubis")));
        let waf = at("/feed", "text/plain", Some(("x-amzn-waf-action", "challenge")), "");
        assert_eq!(waf, Some(StandIn::Challenge("AWS WAF")));
    }

    #[test]
    fn login_pages_are_named() {
        let form = "<html><title>Log in - Wiki</title><form><input name=p TYPE='Password'></form></html>";
        assert_eq!(at("/feed", "text/html", None, form), Some(StandIn::Login));
        assert_eq!(
            at("/users/sign_in", "text/html", None, "<html><p>Welcome back</p>"),
            Some(StandIn::Login)
        );
    }

    #[test]
    fn pages_that_ask_for_cookies_are_named() {
        let page =
            |body: &str| at("/feed", "text/html", None, &format!("<!doctype html><html>{body}</html>"));
        for body in [
            "<p>Please <b>enable cookies</b> to continue.",
            "<title>Cookies required</title><p>This site works in browsers only.",
            "<script>var a = 1 < 2</script><h1>Cookies are disabled</h1>",
            "<p>Your browser must accept\n cookies to view this site.",
            "<p>Bitte aktivieren Sie Cookies in Ihrem Browser.",
            "<p>Veuillez activer les cookies",
            "<title>One moment</title><noscript>Enable JavaScript and cookies to continue</noscript>",
        ] {
            assert_eq!(page(body), Some(StandIn::Cookies), "{body}");
        }
        let article = format!("<p>{}<p>How to enable cookies", "Words of an article. ".repeat(100));
        for body in [
            "<p>We use cookies. <button>Accept all cookies</button> <a>Cookie settings</a>",
            "<h1>Best chocolate cookies</h1>",
            "<script>say('please enable cookies')</script><p>Hello",
            &article,
        ] {
            assert_eq!(page(body), None, "{body}");
        }
    }

    #[test]
    fn pages_whose_script_sets_a_cookie_and_loads_them_again_are_named() {
        let page = |body: &str| at("/feed", "text/html", None, &format!("<html>{body}</html>"));
        for body in [
            "<script>document.cookie=\"a=1\";location.reload()</script>",
            "<body onload=\"go()\"><script>function go() { document.cookie = 'k=' + f(3); window.location.href = '/feed'; }</script>One moment",
            "<script>document.cookie='k=1'</script><meta http-equiv=\"refresh\" content=\"0\">",
        ] {
            assert_eq!(page(body), Some(StandIn::CookieScript), "{body}");
        }
        let words = "Words of an ordinary page. ".repeat(20);
        for body in [
            "<script>document.cookie='theme=dark'</script><p>Hello",
            "<script>if (document.cookie == '') location.reload()</script><p>Hello",
            "<script>location.href='/start'</script>cookie",
            &format!("<script>document.cookie='a=1';b.onclick=()=>location.reload()</script><p>{words}"),
        ] {
            assert_eq!(page(body), None, "{body}");
        }
    }

    #[test]
    fn feeds_and_ordinary_pages_are_neither() {
        let feed = "<?xml version=\"1.0\"?><rss><item><title>How _cf_chl_opt works; type=\"password\"</title></item></rss>";
        assert_eq!(at("/feed", "application/rss+xml", None, feed), None);
        assert_eq!(at("/login/feed", "text/html", None, feed), None);
        assert_eq!(at("/blog", "text/html", None, "<!doctype html><title>A blog</title><p>Hello"), None);
        let missing = "<html><title>Page not found - How to log in</title><input type=password>";
        assert_eq!(at("/blog/login-tips/feed", "text/html", None, missing), None);
        assert_eq!(at("/blog/login-tips/feed", "text/html", None, "<html><title>Tips</title>"), None);
        let forum = "<html><title>All about logins</title><p>Hello";
        assert_eq!(at("/forum", "text/html", None, forum), None, "no form");
        let forum = "<html><title>A forum</title><input type=\"password\"><script src=\"/cdn-cgi/challenge-platform/scripts/jsd/main.js\">";
        assert_eq!(
            at("/forum", "text/html", Some(("x-datadome", "protected")), forum),
            None,
            "a form in the corner"
        );
    }
}
