//! Tests addresses, each with the absolute or canonical form that it must have.

use proptest::prelude::*;
use url::Url;

use super::{TrackingParameters, absolute, canonical, is_clean, is_plainly_absolute, is_web, without_part};

fn canonical_text(url: &str) -> Option<String> {
    canonical(url, Some("www.linkblog.example"), &TrackingParameters::with(&["My_Campaign".to_owned()]))
        .map(|url| url.0)
}

#[track_caller]
fn assert_canonical(canonical: &str, forms: &[&str]) {
    for form in forms {
        assert_eq!(canonical_text(form).as_deref(), Some(canonical), "`{form}`");
    }
    assert_eq!(
        canonical_text(canonical).as_deref(),
        Some(canonical),
        "a canonical form must be its own canonical form"
    );
}

#[test]
fn an_address_of_an_ipv4_host_needs_no_parser() {
    assert!(is_plainly_absolute("http://127.0.0.1:8080/a") && is_plainly_absolute("http://10.0.0.255/"));
    assert!(!is_plainly_absolute("http://127.0.0.256/") && !is_plainly_absolute("http://127.0.0.01/"));
}

#[test]
fn an_absolute_address_stays_byte_for_byte() {
    for url in [
        "http://Example.COM:80/a%2fb/?q=%C3%A9&x=é#frag",
        "HTTPS://example.com",
        "https://user:pw@example.com/../x",
        "https://example.com/%zz",
        "https://пример.рф/путь",
    ] {
        assert_eq!(absolute(url, None).as_deref(), Some(url));
        assert_eq!(absolute(&format!("\n  {url} \t"), None).as_deref(), Some(url));
    }
}

#[test]
fn relative_addresses_are_resolved_and_broken_ones_repaired() {
    let base = Url::parse("https://example.com/blog/post").unwrap();
    for (text, expected) in [
        ("next", "https://example.com/blog/next"),
        ("/top", "https://example.com/top"),
        ("?p=2", "https://example.com/blog/post?p=2"),
        ("#part", "https://example.com/blog/post#part"),
        ("//cdn.example.net/x.png", "https://cdn.example.net/x.png"),
        ("www.example.net/x", "http://www.example.net/x"),
        ("feed:https://example.net/rss", "https://example.net/rss"),
        ("feed://example.net/rss", "https://example.net/rss"),
        ("http://example.net/a b", "http://example.net/a%20b"),
        ("http:/example.net/x", "http://example.net/x"),
        ("http://example.net\\x", "http://example.net/x"),
    ] {
        assert_eq!(absolute(text, Some(&base)).as_deref(), Some(expected), "`{text}`");
    }
    assert_eq!(absolute("//example.net/x", None).as_deref(), Some("https://example.net/x"));
    assert_eq!(absolute("next", None), None);
}

#[test]
fn an_ampersand_that_is_still_escaped_becomes_plain_in_an_address() {
    let base = Url::parse("https://example.com/blog/").unwrap();
    for escaped in ["&amp;", "&amp;amp;", "&#38;", "&#038;", "&amp;#038;", "&AMP;"] {
        let url = absolute(&format!("https://example.com/?a=1{escaped}b=2{escaped}c=3"), None);
        assert_eq!(url.as_deref(), Some("https://example.com/?a=1&b=2&c=3"), "{escaped}");
        let url = absolute(&format!("?a=1{escaped}b=2"), Some(&base));
        assert_eq!(url.as_deref(), Some("https://example.com/blog/?a=1&b=2"), "{escaped}");
    }
    assert_eq!(absolute("https://example.com/?a&\namp;b", None).as_deref(), Some("https://example.com/?a&b"));
    assert_eq!(
        absolute("https://h&#38;%zz/", None).as_deref(),
        Some("https://h&#38;%zz/"),
        "no address without"
    );
    let flood = format!("https://example.com/?{}", "&amp;".repeat(1_000));
    assert_eq!(absolute(&flood, None).unwrap().matches('&').count(), 1_000);
    let nested = format!("https://example.com/?a&{}b", "amp;".repeat(1_500));
    assert_eq!(absolute(&nested, None).as_deref(), Some("https://example.com/?a&b"));
}

#[test]
fn a_text_that_is_not_a_web_address_gives_none() {
    let base = Url::parse("https://example.com/").unwrap();
    for text in [
        "",
        " ",
        "javascript:alert(1)",
        "JaVaScRiPt:alert(1)",
        " java\nscript:alert(1)",
        "data:text/html,x",
        "mailto:a@b.c",
        "file:///etc/passwd",
        "ftp://example.com/",
        "http://",
        "https://",
        "http://[::1",
        "vbscript:x",
        "about:blank",
        "urn:uuid:1",
        "tag:example.com,2026:1",
    ] {
        assert_eq!(absolute(text, Some(&base)), None, "`{text}`");
    }
    assert_eq!(absolute(&format!("https://example.com/{}", "x".repeat(9000)), None), None);
}

#[test]
fn a_paper_a_post_and_an_archived_page_have_one_address_each() {
    assert_canonical(
        "https://arxiv.org/abs/2611.00001",
        &[
            "http://arxiv.org/pdf/2611.00001v2",
            "https://www.arxiv.org/pdf/2611.00001.pdf",
            "https://arxiv.org/abs/2611.00001v1",
        ],
    );
    assert_canonical("https://arxiv.org/abs/math/0309136", &["https://arxiv.org/pdf/math/0309136v1"]);
    assert_canonical("https://arxiv.org/list/math/new", &["http://arxiv.org/list/math/new/"]);
    assert_canonical("https://doi.org/10.1000/xyz-123", &["http://dx.doi.org/10.1000/XYZ-123"]);
    assert_canonical(
        "https://medium.com/p/0a1b2c3d4e5f",
        &[
            "https://medium.com/@ann/a-crane-0a1b2c3d4e5f",
            "https://medium.com/cranes/a-crane-0a1b2c3d4e5f?source=rss",
        ],
    );
    assert_canonical("https://medium.com/@ann/a-crane", &["http://medium.com/@ann/a-crane/"]);
    assert_canonical(
        "https://example.com/a?b=1",
        &["https://web.archive.org/web/20261127101112/http://www.example.com/a/?b=1"],
    );
    assert_canonical(
        "https://web.archive.org/web/2026*/example.com",
        &["https://web.archive.org/web/2026*/example.com/"],
    );
}

#[test]
fn addresses_that_differ_in_scheme_www_port_slash_or_fragment_are_one_page() {
    assert_canonical(
        "https://example.com/a",
        &[
            "http://example.com/a",
            "https://EXAMPLE.com/a/",
            "https://www.example.com:443/a",
            "http://www.example.com:80/a//",
            "https://user:secret@example.com./a",
            "http://example.com:443/a",
            "https://example.com/a#comments",
            "https://example.com/a?#",
            "https://example.com/a/index.html",
            "  https://example.com/a ",
        ],
    );
    assert_canonical(
        "https://example.com/",
        &["http://example.com", "https://www.example.com/index.php", "https://example.com?"],
    );
    assert_canonical("https://example.com:8443/a", &["https://example.com:8443/a/"]);
    assert_canonical("https://xn--e1afmkfd.xn--p1ai/%D0%BF%D1%83%D1%82%D1%8C", &["https://пример.рф/путь/"]);
}

#[test]
fn a_page_and_its_form_for_a_printer_have_one_address() {
    for query in ["print=1", "print", "printable=yes", "view=print", "tmpl=component&print=1", "format=print"]
    {
        assert_canonical("https://example.com/a?id=5", &[&format!("https://example.com/a?id=5&{query}")]);
        assert_canonical("https://example.com/a", &[&format!("https://example.com/a?{query}")]);
    }
    for query in ["print=large-map", "printable=poster", "view=gallery", "format=json", "tmpl=shop", "page=2"]
    {
        let address = format!("https://example.com/a?{query}");
        assert_canonical(&address, &[]);
    }
}

#[test]
fn a_page_that_two_hosts_of_a_site_or_two_of_its_forms_show_has_one_address() {
    assert_canonical("https://cnn.com/2026/11/27/crane", &["https://edition.cnn.com/2026/11/27/crane/"]);
    assert_canonical("https://bbc.com/news/articles/c1", &["https://www.bbc.co.uk/news/articles/c1"]);
    assert_canonical("https://bbc.co.uk/programmes/b1", &["https://www.bbc.co.uk/programmes/b1"]);
    assert_canonical("https://t.me/quay/5", &["https://t.me/s/quay/5"]);
    assert_canonical(
        "https://pubmed.ncbi.nlm.nih.gov/123456",
        &["https://www.ncbi.nlm.nih.gov/pubmed/123456/"],
    );
    assert_canonical(
        "https://youtube.com/watch?v=abcdefghijk",
        &["https://music.youtube.com/watch?v=abcdefghijk", "https://youtu.be/abcdefghijk?t=30"],
    );
    let wiki = "https://en.wikipedia.org/wiki/Fern";
    assert_canonical(wiki, &["https://en.m.wikipedia.org/w/index.php?title=Fern"]);
    let old = "https://en.wikipedia.org/w/index.php?title=Fern&oldid=7";
    assert_ne!(canonical_text(old).as_deref(), Some(wiki), "an old version");
}

#[test]
fn a_numbered_part_of_a_page_has_an_address_of_its_own() {
    for (part, canonical) in [
        ("https://example.com/a/#comment-5", "https://example.com/a#comment-5"),
        ("https://example.com/t?id=5#p99", "https://example.com/t?id=5#p99"),
        ("https://example.com/log#v2-1", "https://example.com/log#v2-1"),
    ] {
        assert_eq!(canonical_text(part).as_deref(), Some(canonical));
        let (page, _) = canonical.split_once('#').unwrap();
        assert_eq!(without_part(canonical), page);
        assert_eq!(without_part(page), page);
    }
    for fragment in [
        "0",
        "comment-",
        "comments",
        "more",
        "more-12",
        "ref=rss-2",
        "xtor=RSS-1",
        ":~:text=12",
        "sthash.A1.dpuf",
        "part",
    ] {
        let address = format!("https://example.com/a#{fragment}");
        assert_eq!(canonical_text(&address).as_deref(), Some("https://example.com/a"), "{fragment}");
    }
    assert_eq!(without_part("https://example.com/#!/post/1"), "https://example.com/#!/post/1");
}

#[test]
fn path_and_query_keep_every_byte_that_may_select_another_page() {
    for url in [
        "https://example.com/A%2Fb/%C3%A9;x=1,2",
        "https://example.com/a?b=%26c%2B%25",
        "https://example.com/a%zz%",
        "https://example.com/view?campaign_id=11",
        "https://example.com/a?pk_id=1&at_id=2&cmp=acme&rss=2",
        "https://contracts.example/a?ocid=ocds-213czf-1",
        "https://youtube.com/embed/videoseries?list=PL1",
        "https://youtube.com/embed/live_stream?channel=UC1",
        "https://example.com/amplifiers/story",
        "https://example.com/a?b=2&a=1&b=3",
        "https://example.com/a?q=%20+%2B&empty=&flag",
        "https://example.com/watch?v=dQw4w9WgXcQ",
        "https://example.com/?p=12",
        "https://example.com/a?ref=main",
        "https://example.com/a?s=1&t=2&si=3&source=web&from=x",
        "https://example.com/app#!/post/1",
        "https://example.com/app#/post/1",
        "https://example.com/a/../b",
        "https://example.com/amp",
        "https://co.uk/x",
    ] {
        assert_eq!(canonical_text(url).as_deref(), Some(url));
    }
}

#[test]
fn tracking_parameters_are_removed_and_the_others_keep_their_order() {
    assert_canonical(
        "https://example.com/a?b=2&a=1",
        &[
            "https://example.com/a?b=2&utm_source=rss&a=1&utm_medium=feed",
            "https://example.com/a?fbclid=x&b=2&a=1&my_campaign=7",
            "https://example.com/a?b=2&a=1&UTM_Source=x&gclid=1&mc_cid=2&mc_eid=3&_hsenc=4",
            "https://example.com/a?b=2&&a=1&ref=linkblog.example",
            "https://example.com/a?b=2&a=1&ref=WWW.linkblog.example",
            "https://example.com/a?b=2&a=1&ref=https%3A%2F%2Flinkblog.example%2F",
            "https://example.com/a?b=2&a=1&source=rss----abc---4",
        ],
    );
    assert_canonical(
        "https://youtube.com/watch?v=abc",
        &["https://www.youtube.com/watch?v=abc&feature=youtu.be&si=x"],
    );
    assert_canonical(
        "https://example.com/a?ref=linkblog.example.org",
        &["https://example.com/a?ref=linkblog.example.org"],
    );
}

#[test]
fn parameters_that_track_on_one_site_only_are_removed_there_only() {
    assert_canonical(
        "https://example.com/x",
        &[
            "https://example.com/x?ocid=socialflow",
            "https://example.com/x?cmp=rss",
            "https://example.com/x?WT.mc_id=rss",
            "https://example.com/x?pk_campaign=a&at_medium=RSS&at_custom1=b",
            "https://example.com/x?from=rss",
            "https://example.com/x;jsessionid=A1B2",
        ],
    );
    assert_canonical("https://amazon.de/dp/B01", &["https://www.amazon.de/dp/B01?tag=a-21"]);
    assert_canonical("https://amazon.co.uk/dp/B01", &["https://www.amazon.co.uk/dp/B01?tag=a-21&linkCode=x"]);
    assert_canonical("https://amazon.example.com/?tag=a", &["https://amazon.example.com/?tag=a"]);
    assert_canonical(
        "https://a.blogspot.com/2026/11/x.html",
        &["https://a.blogspot.com/2026/11/x.html?m=1", "http://a.blogspot.com/2026/11/x.html?m=0"],
    );
    assert_canonical("https://example.com/x?m=1", &["https://example.com/x?m=1"]);
}

#[test]
fn different_encodings_of_one_character_are_one_page() {
    assert_canonical(
        "https://example.com/caf%C3%A9/a~b?q=%E6%B8%AF",
        &[
            "https://example.com/café/a~b?q=港",
            "https://example.com/caf%c3%a9/a%7Eb?q=%e6%b8%af",
            "https://example.com/%63af%C3%A9/a%7eb?q=港",
        ],
    );
}

#[test]
fn mobile_and_amp_forms_become_the_usual_address() {
    assert_canonical(
        "https://example.com/story",
        &[
            "https://m.example.com/story",
            "https://mobile.example.com/story",
            "https://amp.example.com/story",
            "https://www.m.example.com/story",
            "https://example.com/story/amp/",
            "https://example.com/story/amp",
            "https://example.com/story.amp",
            "https://example.com/amp/story",
            "https://example.com/amp/story/",
            "https://example.com/story?amp=1",
            "https://example.com/story?amp",
            "https://example.com/story?outputType=amp",
            "https://www.google.com/amp/s/example.com/story",
            "https://www.google.de/amp/s/amp.example.com/story/amp/",
            "https://example-com.cdn.ampproject.org/c/s/example.com/story?usqp=mq331AQ",
            "https://example-com.cdn.ampproject.org/v/s/example.com/story?amp_js_v=0.1",
        ],
    );
    assert_canonical(
        "https://example.com/story.html",
        &["https://example.com/story.amp.html", "https://example.com/story.html?amp=1"],
    );
    assert_canonical("https://de.wikipedia.org/wiki/Rust", &["https://de.m.wikipedia.org/wiki/Rust"]);
    assert_canonical("https://m.co.uk/story", &["https://m.co.uk/story"]);
}

#[test]
fn redirectors_are_replaced_by_their_target() {
    assert_canonical(
        "https://example.com/a?b=1",
        &[
            "https://www.google.com/url?sa=t&url=https%3A%2F%2Fexample.com%2Fa%3Fb%3D1&usg=x",
            "https://www.google.fr/url?q=https://example.com/a?b=1&sa=D",
            "https://l.facebook.com/l.php?u=https%3A%2F%2Fexample.com%2Fa%3Fb%3D1%26fbclid%3Dx&h=y",
            "https://t.umblr.com/redirect?z=https%3A%2F%2Fexample.com%2Fa%3Fb%3D1&t=x",
            "https://out.reddit.com/t3_x?url=https%3A%2F%2Fexample.com%2Fa%3Fb%3D1&token=y",
            "https://www.youtube.com/redirect?event=x&q=https%3A%2F%2Fexample.com%2Fa%3Fb%3D1",
            "https://href.li/?https://example.com/a?b=1",
            "https://eur01.safelinks.protection.outlook.com/?url=https%3A%2F%2Fexample.com%2Fa%3Fb%3D1&data=x",
            "https://l.facebook.com/l.php?u=https%3A%2F%2Fwww.google.com%2Furl%3Fq%3Dhttps%253A%252F%252Fexample.com%252Fa%253Fb%253D1",
        ],
    );
    assert_canonical(
        "https://google.com/url?q=javascript:alert(1)",
        &["https://google.com/url?q=javascript:alert(1)"],
    );
    assert_canonical(
        "https://youtube.com/watch?v=abc",
        &["https://youtu.be/abc?si=x", "https://www.youtube.com/shorts/abc"],
    );
    assert_canonical("https://x.com/a/status/1", &["https://mobile.twitter.com/a/status/1?s=20"]);
}

#[test]
fn an_address_with_too_many_nested_redirectors_is_rejected() {
    let mut url = "https://example.com/".to_owned();
    for _ in 0..12 {
        url = format!("https://href.li/?{url}");
    }
    assert_eq!(canonical_text(&url), None);
}

#[test]
fn only_web_addresses_have_a_canonical_form() {
    for url in ["", "mailto:a@b.c", "javascript:x", "/relative", "https://", "tag:example.com,2026:x"] {
        assert_eq!(canonical_text(url), None, "`{url}`");
    }
}

/// Generates addresses from pieces that the rules treat specially.
fn addresses() -> impl Strategy<Value = String> {
    let host = "(www\\.|m\\.|mobile\\.|amp\\.|WWW\\.){0,3}(example\\.com|google\\.com|youtu\\.be|youtube\\.com|l\\.facebook\\.com|twitter\\.com|co\\.uk|href\\.li|x-y\\.cdn\\.ampproject\\.org|de\\.m\\.wikipedia\\.org|10\\.0\\.0\\.1)(:80|:443|:8080|\\.)?";
    let path = "(/|/amp|/s|/c|/url|/l\\.php|/index\\.html|/shorts|/a%20b|/\\.\\.|\\.amp|\\.html|%7e|%%37E|%C3|/é|/x\\.com| |//){0,6}";
    let query = "(\\?|&|utm_source=1|url=|u=|q=|https%3A%2F%2F|http://|example\\.com/|amp=1|ref=linkblog\\.example|=|x){0,8}";
    let fragment = "(#|#!|#/|x|/){0,3}";
    ("(http|https|HTTP)", host, path, query, fragment)
        .prop_map(|(scheme, host, path, query, fragment)| format!("{scheme}://{host}{path}{query}{fragment}"))
}

proptest! {
    #[test]
    fn an_address_that_needs_no_parser_parses(text in "(http|https|HTTP)://[a-zA-Z0-9.-]{1,12}([/?#:@][a-z%|é&=-]{0,6})?") {
        if is_plainly_absolute(&text) {
            let url = Url::parse(&text);
            prop_assert!(url.as_ref().is_ok_and(|url| is_web(url) && is_clean(&text)), "{url:?}");
        }
    }

    #[test]
    fn an_address_of_common_labels_parses_if_it_needs_no_parser(
        labels in proptest::collection::vec("(www|xn--|xn--a|ab--c|0x1f|0X|127|1e5|a|-|-a|a-|_|é|com|)", 1..5),
    ) {
        let text = format!("https://{}/", labels.join("."));
        if is_plainly_absolute(&text) {
            prop_assert!(Url::parse(&text).is_ok(), "{text}");
        }
    }

    #[test]
    fn an_address_of_numbers_parses_as_it_is_written_if_it_needs_no_parser(
        numbers in proptest::collection::vec("(0|1|9|10|127|255|256|0255|0x7f|999|65535|)", 3..6),
        port in "(:|:1|:80|:080|:65535|:65536|:99999|:a|)",
    ) {
        let text = format!("http://{}{port}/a?b#c", numbers.join("."));
        if is_plainly_absolute(&text) {
            let url = Url::parse(&text);
            prop_assert!(url.is_ok_and(|url| url.host_str() == Some(&numbers.join("."))), "{text}");
        }
    }

    #[test]
    fn canonical_is_idempotent(url in addresses()) {
        if let Some(once) = canonical_text(&url) {
            prop_assert_eq!(canonical_text(&once), Some(once.clone()), "from `{}`", url);
        }
    }

    #[test]
    fn no_text_makes_the_functions_panic(text in "\\PC{0,80}") {
        let base = Url::parse("https://example.com/a").unwrap();
        if let Some(url) = absolute(&text, Some(&base)) {
            prop_assert!(Url::parse(&url).is_ok());
            prop_assert_eq!(absolute(&url, None), Some(url));
        }
        let _ = canonical_text(&text);
    }
}
