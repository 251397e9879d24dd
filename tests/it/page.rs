//! The web page of the river, as the real binary serves it.

use crate::support::daemon::Sandbox;

const TRAPS: &str = include_str!("../fixtures/http/agence.xml");

fn sandbox() -> Sandbox {
    let sources = "[[source]]\nurl = \"file:agence.xml\"\nname = \"agence\"\n\n[[source]]\nurl = \"file:copie.xml\"\nname = \"copie\"\n\
                   title = \"La <Copie>\"\n";
    let sandbox = Sandbox::with_sources(sources);
    std::fs::write(sandbox.path().join("agence.xml"), TRAPS).unwrap();
    let copy =
        TRAPS.replace("Le phare d’Eckmoor rallumé", "Eckmoor : le phare").replace("depeche-", "copie-");
    std::fs::write(sandbox.path().join("copie.xml"), copy).unwrap();
    sandbox.run(&["poll"]).expect_code(0);
    sandbox
}

#[test]
fn the_page_shows_what_was_published_and_runs_none_of_its_scripts() {
    let sandbox = sandbox();
    let daemon = sandbox.start();
    let page = daemon.get("/");
    let html = page.text();
    let policy = page.header("content-security-policy").unwrap();
    assert!(policy.contains("default-src 'none'") && !policy.contains("unsafe"), "{policy}");
    assert_eq!(page.header("referrer-policy"), Some("no-referrer"));
    let lower = html.to_lowercase();
    for forbidden in ["<script", "<iframe", "onerror=", "onclick=", "javascript:"] {
        assert!(!lower.contains(forbidden), "{forbidden}");
    }
    let pictures: Vec<_> = html.split("<img ").skip(1).filter_map(|rest| rest.split('>').next()).collect();
    assert!(!pictures.is_empty());
    for picture in pictures {
        for needed in
            ["src=\"http", "loading=\"lazy\"", "referrerpolicy=\"no-referrer\"", "width=", "height=", "alt="]
        {
            assert!(picture.contains(needed), "{needed} in {picture}");
        }
    }
    assert!(html.contains("&#60;script&#62;alert("), "markup in a title is shown as text");
    for shown in [
        "<link rel=\"alternate\" type=\"application/rss+xml\"",
        "<link rel=\"alternate\" type=\"application/atom+xml\"",
        "<link rel=\"alternate\" type=\"application/feed+json\"",
        "<time datetime=\"2026-11-23T17:30:00Z\">17:30</time>",
        "Monday, 23 November 2026",
        "<bdi>Agence des Deux Caps</bdi>",
        "by <bdi>Hélène Kergoat</bdi>",
        "Éteint depuis l’hiver dernier, le phare",
        "Also in:",
        "<bdi>Eckmoor : le phare : « Nous l’attendions tous »</bdi>",
        "<bdi>La &#60;Copie&#62;</bdi>",
        "lang=\"fr-FR\"",
        "<main id=\"river\">",
    ] {
        assert!(html.contains(shown), "{shown}\n{html}");
    }
}

#[test]
fn an_empty_river_says_so() {
    let sandbox = Sandbox::with_sources("");
    let daemon = sandbox.start();
    let page = daemon.get("/");
    assert_eq!(page.status, 200);
    assert!(page.text().contains("No articles yet"));
    assert_eq!(daemon.get("/feed.xml").status, 200);
}
