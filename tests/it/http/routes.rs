//! Routes: which paths exist, what they serve, and which public address the feeds name.

use super::{LOCAL, daemon, sandbox};
use crate::support::daemon::{Daemon, get};
use crate::support::validator::{atom_complaints, json_complaints, rss_complaints, tree};

const NO_COMPLAINTS: Vec<String> = Vec::new();

#[test]
fn every_feed_is_valid_and_names_the_address_that_was_requested() {
    let sandbox = sandbox(LOCAL);
    let daemon = daemon(&sandbox);
    for folder in ["", "tags/presse/", "tags/c%C3%B4te/", "sources/agence/"] {
        for host in [daemon.address(), "river.example.org", "[::1]:8080"] {
            let request_file = |file: &str| {
                let address = format!("http://{host}/{folder}{file}");
                let request =
                    format!("GET /{folder}{file} HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n\r\n");
                let answer = crate::support::daemon::exchange(daemon.address(), request.as_bytes());
                (crate::support::daemon::parse_response(&answer).text(), address)
            };
            let (text, address) = request_file("feed.xml");
            assert_eq!(rss_complaints(&text, &address), NO_COMPLAINTS, "{address}");
            let (text, address) = request_file("atom.xml");
            assert_eq!(atom_complaints(&text, &address), NO_COMPLAINTS, "{address}");
            let (text, address) = request_file("feed.json");
            assert_eq!(json_complaints(&text, &address), NO_COMPLAINTS, "{address}");
        }
    }
}

#[test]
fn french_text_is_served_unchanged() {
    let sandbox = sandbox(LOCAL);
    let daemon = daemon(&sandbox);
    let rss = tree(&daemon.get("/feed.xml").text()).unwrap();
    let channel = rss.one("channel").unwrap();
    let item = channel.one("item").unwrap();
    assert_eq!(item.text_of("title"), Some("Le phare d’Eckmoor rallumé : « Nous l’attendions tous »"));
    assert_eq!(item.text_of("dc:creator"), Some("Hélène Kergoat"));
    assert_eq!(item.text_of("dc:language"), Some("fr-FR"));
    let content = item.text_of("content:encoded").unwrap();
    for kept in [
        "« Il a fallu trois mois, deux grues et beaucoup de patience »» a déclaré la maire, Aël Jégou – longtemps \
         surnommée « la gardienne ».",
        "« Mais aujourd’hui, c’est juste l’occasion de remercier l’équipe. À nos âges, on n’espérait plus. »",
    ] {
        assert!(content.contains(kept), "{content}");
    }
    assert!(daemon.get("/").text().contains("Le phare d’Eckmoor rallumé : « Nous l’attendions tous »"));
    let titles: Vec<_> = channel.all("item").filter_map(|item| item.text_of("title")).collect();
    assert_eq!(titles[2], "Brève : vent d’ouest, mer agitée à forte, visibilité moyenne.");
}

#[test]
fn a_river_of_summaries_serves_no_whole_texts() {
    let sandbox = sandbox("[river]\ncontent = \"summary\"\n[server]\nlisten = [\"127.0.0.1:0\"]\n");
    let daemon = daemon(&sandbox);
    for path in ["/feed.xml", "/atom.xml", "/feed.json"] {
        let text = daemon.get(path).text();
        assert!(text.contains("La commune a financé"), "{path}: {text}");
        assert!(!text.contains("Aël Jégou"), "{path}: {text}");
    }
}

#[test]
fn an_unknown_path_gets_404_and_another_method_gets_405() {
    let sandbox = sandbox(LOCAL);
    let daemon = daemon(&sandbox);
    for path in [
        "/nothing",
        "/feed.xml/",
        "/FEED.XML",
        "/tags/unknown/feed.xml",
        "/sources/unknown/feed.xml",
        "/tags/presse/",
        "/tags/presse/other.xml",
        "/?page=0",
        "/?page=2",
        "/?page=x",
        "/?page=99999999999999999999",
        "//",
        "/%00",
        "/../../etc/passwd",
        "/..%2f..%2fetc%2fpasswd",
        "/tags/../feed.xml",
        "/tags/%2e%2e/feed.xml",
    ] {
        let page = daemon.get(path);
        assert_eq!(page.status, 404, "{path}");
        assert!(!page.text().contains("root:"), "{path}");
    }
    for method in ["POST", "PUT", "DELETE", "OPTIONS", "PATCH", "BREW"] {
        for path in ["/feed.xml", "/", "/healthz"] {
            let request = format!(
                "{method} {path} HTTP/1.1\r\nHost: x\r\nContent-Length: 2\r\nConnection: close\r\n\r\n{{}}"
            );
            let answer = crate::support::daemon::exchange(daemon.address(), request.as_bytes());
            let page = crate::support::daemon::parse_response(&answer);
            assert_eq!((page.status, page.header("allow")), (405, Some("GET,HEAD")), "{method} {path}");
        }
    }
    let health = daemon.get("/healthz");
    assert_eq!((health.status, health.text().as_str()), (200, "ok\n"));
}

/// Requests the feed with these headers and returns the address that it names as its own.
fn own_address(daemon: &Daemon, headers: &[(&str, &str)]) -> String {
    let page = get(daemon.address(), "/feed.xml", headers);
    let rss = tree(&page.text()).unwrap();
    let link = rss.one("channel").and_then(|channel| channel.one("atom:link")).unwrap();
    link.attribute("href").unwrap().to_owned()
}

const FORWARDED: [(&str, &str); 3] = [
    ("X-Forwarded-Proto", "https"),
    ("X-Forwarded-Host", "river.example.org, inner"),
    ("X-Forwarded-Prefix", "/news"),
];

#[test]
fn forwarded_headers_count_only_from_a_trusted_proxy() {
    let strict = sandbox(LOCAL);
    let daemon = daemon(&strict);
    assert_eq!(own_address(&daemon, &FORWARDED), format!("http://{}/feed.xml", daemon.address()));
    let trusting = sandbox(&format!("{LOCAL}trusted_proxies = [\"127.0.0.0/8\"]\n"));
    let daemon = super::daemon(&trusting);
    assert_eq!(own_address(&daemon, &FORWARDED), "https://river.example.org/news/feed.xml");
    for hostile in ["a b", "evil\"><script>", "user@evil", "evil/path", ""] {
        let named = own_address(&daemon, &[("X-Forwarded-Host", hostile)]);
        assert_eq!(named, format!("http://{}/feed.xml", daemon.address()), "{hostile}");
    }
}

#[test]
fn a_configured_address_overrides_every_header_of_a_request() {
    let sandbox = sandbox(
        "[river]\nbase_url = \"https://configured.example/river\"\n[server]\nlisten = [\"127.0.0.1:0\"]\n\
         trusted_proxies = [\"127.0.0.1/32\"]\n",
    );
    let daemon = daemon(&sandbox);
    assert_eq!(own_address(&daemon, &FORWARDED), "https://configured.example/river/feed.xml");
}

#[test]
fn after_eight_other_hosts_a_feed_names_the_rivers_own_address() {
    let sandbox = sandbox(LOCAL);
    let daemon = daemon(&sandbox);
    let own = format!("http://{}/feed.xml", daemon.address());
    let uses_requested_host: Vec<_> = (0..40)
        .map(|number| {
            let request =
                format!("GET /feed.xml HTTP/1.1\r\nHost: host-{number}.example\r\nConnection: close\r\n\r\n");
            let answer = crate::support::daemon::exchange(daemon.address(), request.as_bytes());
            let text = crate::support::daemon::parse_response(&answer).text();
            text.contains(&format!("http://host-{number}.example/feed.xml")) || {
                assert!(text.contains(&own), "{text}");
                false
            }
        })
        .collect();
    assert_eq!(uses_requested_host.iter().filter(|uses_it| **uses_it).count(), 8);
    assert!(uses_requested_host[..8].iter().all(|uses_it| *uses_it));
}
