//! Finds the target of redirectors whose address contains it: click counters, "you are leaving" pages, AMP caches and
//! mail scanners.

/// Redirectors with the target in their query: the host without `www.`, the path (`""` is any path), and the parameters
/// that may hold the target. The host of Outlook also stands for those that end with it.
const BY_QUERY: [(&str, &str, &[&str]); 33] = [
    ("l.facebook.com", "/l.php", &["u"]),
    ("lm.facebook.com", "/l.php", &["u"]),
    ("facebook.com", "/l.php", &["u"]),
    ("l.instagram.com", "/", &["u"]),
    ("l.threads.com", "/", &["u"]),
    ("l.messenger.com", "/l.php", &["u"]),
    ("t.umblr.com", "/redirect", &["z"]),
    ("youtube.com", "/redirect", &["q"]),
    ("out.reddit.com", "", &["url"]),
    ("slack-redir.net", "/link", &["url"]),
    ("steamcommunity.com", "/linkfilter", &["url", "u"]),
    ("vk.com", "/away.php", &["to"]),
    ("linkedin.com", "/redir/redirect", &["url"]),
    ("linkedin.com", "/safety/go", &["url"]),
    ("news.google.com", "/news/url", &["url"]),
    ("plus.google.com", "/url", &["q"]),
    ("googleadservices.com", "/pagead/aclk", &["adurl"]),
    ("bing.com", "/news/apiclick.aspx", &["url"]),
    ("duckduckgo.com", "/l", &["uddg"]),
    ("disq.us", "/url", &["url"]),
    ("getpocket.com", "/redirect", &["url"]),
    ("go.redirectingat.com", "", &["url"]),
    ("go.skimresources.com", "", &["url"]),
    ("redirect.viglink.com", "", &["u"]),
    ("click.linksynergy.com", "", &["murl"]),
    ("awin1.com", "/cread.php", &["ued", "p"]),
    ("shareasale.com", "/r.cfm", &["urllink"]),
    ("exit.sc", "", &["url"]),
    ("gate.sc", "", &["url"]),
    ("link.zhihu.com", "", &["target"]),
    ("link.juejin.cn", "", &["target"]),
    ("jianshu.com", "/go-wild", &["url"]),
    ("safelinks.protection.outlook.com", "", &["url"]),
];

/// Returns the address that a redirector leads to; `None` if `host` is no known redirector, or if the address contains no
/// target. `host` must come from [`super::aliases::desktop_host`].
pub(super) fn target(host: &str, path: &str, query: &str) -> Option<String> {
    if let Some(page) = amp_cache(host, path) {
        return Some(with_query(&page, query));
    }
    match host {
        "web.archive.org" => archived_page(path).map(|page| with_query(&page, query)),
        "href.li" | "anonym.to" | "nullrefer.com" => web_address(query),
        _ => by_query(host, path, query),
    }
}

/// Returns the page of which the Internet Archive has a copy: `/web/20261127000000/https://a.example/`.
fn archived_page(path: &str) -> Option<String> {
    let (time, page) = path.strip_prefix("/web/")?.split_once('/')?;
    let (scheme, rest) = page.split_once(":/")?;
    let is_web = time.starts_with(|c: char| c.is_ascii_digit()) && ["http", "https"].contains(&scheme);
    is_web.then(|| format!("https://{}", rest.trim_start_matches('/')))
}

/// Returns the target of a redirector that is listed in [`BY_QUERY`], or of Google's redirector, which has the path `/url`
/// under Google's domain of any country.
fn by_query(host: &str, path: &str, query: &str) -> Option<String> {
    let path = path.trim_end_matches('/');
    let is_google = host.starts_with("google.") && path == "/url";
    let names: &[&str] = if is_google {
        &["url", "q"]
    } else {
        let known = BY_QUERY.iter().find(|(known, at, _)| {
            let same_host =
                host == *known || (*known == "safelinks.protection.outlook.com" && host.ends_with(known));
            same_host && (at.is_empty() || path == at.trim_end_matches('/'))
        });
        known.map(|(_, _, names)| *names)?
    };
    let pairs = query.split('&').filter_map(|pair| pair.split_once('='));
    names.iter().find_map(|name| {
        let (_, value) = pairs.clone().find(|(key, _)| key == name)?;
        web_address(value)
    })
}

/// Returns the page that an AMP cache serves: `google.com/amp/s/host/path`, `host.cdn.ampproject.org/c/s/host/path`. The
/// `s` means https, which the result has in any case.
fn amp_cache(host: &str, path: &str) -> Option<String> {
    let inside = if host.starts_with("google.") {
        path.strip_prefix("/amp/")?
    } else if host.ends_with(".cdn.ampproject.org") || host.ends_with(".bing-amp.com") {
        ["/c/", "/v/", "/wp/"].iter().find_map(|kind| path.strip_prefix(kind))?
    } else {
        return None;
    };
    let page = inside.strip_prefix("s/").unwrap_or(inside);
    let (host, _) = page.split_once('/').unwrap_or((page, ""));
    host.contains('.').then(|| format!("https://{page}"))
}

fn with_query(page: &str, query: &str) -> String {
    if query.is_empty() { page.to_owned() } else { format!("{page}?{query}") }
}

/// Decodes the value of a parameter, or a query that is nothing but an address; `None` if it is not an http(s) address.
fn web_address(value: &str) -> Option<String> {
    let decoded: String = url::form_urlencoded::parse(
        format!("u={}", value.replace('+', "%2B").replace('&', "%26")).as_bytes(),
    )
    .next()
    .map(|(_, value)| value.into_owned())?;
    super::has_web_scheme(&decoded).then_some(decoded)
}
