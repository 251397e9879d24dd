//! Conditional requests and content codings.

use std::io::Read as _;

use super::{AGENCY, LOCAL, daemon, sandbox};
use crate::support::daemon::{Daemon, Response, exchange, parse_response};

const FEEDS: [(&str, &str); 3] = [
    ("/feed.xml", "application/rss+xml; charset=utf-8"),
    ("/atom.xml", "application/atom+xml; charset=utf-8"),
    ("/feed.json", "application/feed+json; charset=utf-8"),
];

fn validators(page: &Response) -> (String, String) {
    (page.header("etag").unwrap().to_owned(), page.header("last-modified").unwrap().to_owned())
}

fn status(daemon: &Daemon, path: &str, headers: &[(&str, &str)]) -> u16 {
    daemon.get_with(path, headers).status
}

#[test]
fn every_document_answers_conditional_requests_as_the_rfc_requires() {
    let sandbox = sandbox(LOCAL);
    let daemon = daemon(&sandbox);
    for (path, media_type) in FEEDS.into_iter().chain([
        ("/", "text/html; charset=utf-8"),
        ("/tags/presse/feed.xml", FEEDS[0].1),
        ("/sources/agence/atom.xml", FEEDS[1].1),
    ]) {
        let page = daemon.get(path);
        assert_eq!(page.status, 200, "{path}");
        assert_eq!(page.header("content-type"), Some(media_type), "{path}");
        assert_eq!(page.header("vary"), Some("accept-encoding"), "{path}");
        assert_eq!(page.header("x-content-type-options"), Some("nosniff"), "{path}");
        let freshness = if path == "/" { "public, no-cache" } else { "public, max-age=1800" };
        assert_eq!(page.header("cache-control"), Some(freshness), "{path}");
        let (etag, changed) = validators(&page);
        assert!(etag.starts_with('"') && etag.ends_with('"'), "{etag}");
        let old = "Mon, 01 Jan 2024 00:00:00 GMT";
        for (headers, expected) in [
            (vec![("If-None-Match", etag.as_str())], 304),
            (vec![("If-None-Match", "\"other\""), ("If-None-Match", &etag)], 304),
            (vec![("If-None-Match", &format!("W/{etag}, \"b\""))], 304),
            (vec![("If-None-Match", "*")], 304),
            (vec![("If-Modified-Since", &changed)], 304),
            (vec![("If-Modified-Since", old)], 200),
            (vec![("If-None-Match", "\"other\""), ("If-Modified-Since", &changed)], 200),
            (vec![("If-None-Match", &etag), ("If-Modified-Since", old)], 304),
            (vec![("If-None-Match", "nonsense \" \""), ("If-Modified-Since", "yesterday")], 200),
            (vec![("Range", "bytes=0-10")], 200),
        ] {
            assert_eq!(status(&daemon, path, &headers), expected, "{path} {headers:?}");
        }
        let unchanged = daemon.get_with(path, &[("If-None-Match", &etag)]);
        assert_eq!(unchanged.body, b"", "{path}");
        assert_eq!(validators(&unchanged), (etag, changed), "{path}");
        for kept in ["cache-control", "vary", "date"] {
            assert!(unchanged.header(kept).is_some(), "{path}: a 304 without {kept}");
        }
        for left_out in ["content-type", "content-encoding", "transfer-encoding"] {
            assert_eq!(unchanged.header(left_out), None, "{path}");
        }
    }
}

/// A query sends a request for the river's feed to the router, which otherwise is left out.
#[test]
fn a_feed_of_the_river_is_the_same_with_and_without_the_router() {
    let sandbox = sandbox(LOCAL);
    let daemon = daemon(&sandbox);
    let (etag, changed) = validators(&daemon.get("/feed.xml"));
    for (path, _) in FEEDS {
        for headers in [
            vec![],
            vec![("Accept-Encoding", "gzip")],
            vec![("Accept-Encoding", "br;q=0.5, zstd")],
            vec![("If-None-Match", etag.as_str())],
            vec![("If-Modified-Since", changed.as_str())],
        ] {
            let direct = daemon.get_with(path, &headers);
            let routed = daemon.get_with(&format!("{path}?reader=1"), &headers);
            assert_eq!((direct.status, &direct.body), (routed.status, &routed.body), "{path} {headers:?}");
            for name in [
                "etag",
                "last-modified",
                "cache-control",
                "vary",
                "content-type",
                "content-encoding",
                "x-content-type-options",
                "access-control-allow-origin",
                "access-control-expose-headers",
            ] {
                assert_eq!(direct.header(name), routed.header(name), "{path} {headers:?} {name}");
            }
        }
    }
}

#[test]
fn a_head_request_gets_the_headers_of_a_get_without_the_body() {
    let sandbox = sandbox(LOCAL);
    let daemon = daemon(&sandbox);
    for (path, _) in FEEDS {
        let got = daemon.get(path);
        let request =
            format!("HEAD {path} HTTP/1.1\r\nHost: {}\r\nConnection: close\r\n\r\n", daemon.address());
        let head = parse_response(&exchange(daemon.address(), request.as_bytes()));
        assert_eq!((head.status, head.body.len()), (200, 0), "{path}");
        for name in ["content-type", "content-length", "etag", "last-modified", "cache-control", "vary"] {
            assert_eq!(head.header(name), got.header(name), "{path} {name}");
        }
        assert_eq!(got.header("content-length"), Some(got.body.len().to_string().as_str()), "{path}");
    }
}

fn unpacked(page: &Response) -> Vec<u8> {
    let mut plain = Vec::new();
    match page.header("content-encoding") {
        None => plain.clone_from(&page.body),
        Some("gzip") => {
            flate2::read::GzDecoder::new(&page.body[..]).read_to_end(&mut plain).unwrap();
        }
        Some("br") => {
            brotli::Decompressor::new(&page.body[..], 4096).read_to_end(&mut plain).unwrap();
        }
        Some("zstd") => plain = zstd::stream::decode_all(&page.body[..]).unwrap(),
        Some(other) => panic!("{other}"),
    }
    plain
}

#[test]
fn each_coding_holds_the_same_document_and_has_a_tag_of_its_own() {
    let sandbox = sandbox(LOCAL);
    let daemon = daemon(&sandbox);
    for (path, _) in FEEDS {
        let plain = daemon.get(path);
        let mut tags = vec![validators(&plain).0];
        for coding in ["gzip", "br", "zstd"] {
            let page = daemon.get_with(path, &[("Accept-Encoding", coding)]);
            assert_eq!(page.header("content-encoding"), Some(coding), "{path}");
            assert!(page.body.len() < plain.body.len(), "{path}");
            assert_eq!(unpacked(&page), plain.body, "{path} {coding}");
            let tag = validators(&page).0;
            assert_eq!(status(&daemon, path, &[("Accept-Encoding", coding), ("If-None-Match", &tag)]), 304);
            // A reader that changes its Accept-Encoding still has a current copy.
            assert_eq!(
                status(&daemon, path, &[("Accept-Encoding", coding), ("If-None-Match", &tags[0])]),
                304
            );
            assert_eq!(status(&daemon, path, &[("If-None-Match", &tag)]), 304);
            tags.push(tag);
        }
        tags.sort();
        tags.dedup();
        assert_eq!(tags.len(), 4, "{path}");
        let refused = daemon.get_with(path, &[("Accept-Encoding", "gzip;q=0, br;q=0, zstd;q=0")]);
        assert_eq!(refused.header("content-encoding"), None, "{path}");
    }
}

#[test]
fn a_restart_serves_the_same_bytes_and_validators() {
    let sandbox =
        sandbox("[river]\nbase_url = \"https://river.example.org/\"\n[server]\nlisten = [\"127.0.0.1:0\"]\n");
    let paths = ["/feed.xml", "/atom.xml", "/feed.json", "/", "/tags/presse/feed.xml"];
    let fetch_all = |daemon: Daemon| -> Vec<_> {
        let answers = paths.map(|path| daemon.get(path));
        assert!(daemon.stop().success());
        answers.iter().map(|page| (page.body.clone(), validators(page))).collect()
    };
    let before = fetch_all(daemon(&sandbox));
    let after = fetch_all(daemon(&sandbox));
    assert!(before == after);
}

#[test]
fn an_edit_and_a_back_dated_article_change_the_validators() {
    let sandbox =
        sandbox("[river]\nbase_url = \"https://river.example.org/\"\n[server]\nlisten = [\"127.0.0.1:0\"]\n");
    let file = sandbox.path().join("agence.xml");
    let mut seen = Vec::new();
    let late = "<item><title>Arrivée tard</title><link>https://agence.example/tard</link><guid>t</guid>\
                <pubDate>Mon, 23 Nov 2020 18:30:00 +0100</pubDate></item><item>";
    for text in [
        AGENCY.to_owned(),
        AGENCY.replace("mer agitée", "mer belle"),
        AGENCY.replace("mer agitée", "mer belle").replacen("<item>", late, 1),
    ] {
        std::fs::write(&file, text).unwrap();
        sandbox.run(&["poll", "--all"]).expect_code(0);
        let daemon = daemon(&sandbox);
        let page = daemon.get("/feed.xml");
        if let Some((etag, changed)) = seen.last() {
            let (etag, changed): (&String, &String) = (etag, changed);
            assert_eq!(status(&daemon, "/feed.xml", &[("If-None-Match", etag)]), 200);
            assert_eq!(status(&daemon, "/feed.xml", &[("If-Modified-Since", changed)]), 200);
        }
        seen.push(validators(&page));
        assert!(daemon.stop().success());
    }
}
