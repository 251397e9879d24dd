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
    let scripts: Vec<_> = lower.split("<script").skip(1).collect();
    assert!(
        scripts.len() == 1 && scripts[0].starts_with(" src=\"./assets/river.js?v="),
        "only our own script"
    );
    for forbidden in ["<iframe", "onerror=", "onclick=", "javascript:"] {
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
        "<time datetime=\"2026-11-23T17:30:00Z\" data-as=\"clock\">17:30</time>",
        "Monday, 23 November 2026",
        "<bdi>Agence des Deux Caps</bdi>",
        "by <bdi>Hélène Kergoat</bdi>",
        "Éteint depuis l’hiver dernier, le phare",
        "Also in one other place",
        "<bdi>Eckmoor : le phare : « Nous l’attendions tous »</bdi>",
        "<bdi>La &#60;Copie&#62;</bdi>",
        "lang=\"fr-FR\"",
        "<main id=\"content\">",
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

/// Returns the relative addresses of the articles on a page.
fn article_pages(html: &str) -> Vec<String> {
    let links = html.split("<a data-entry href=\"./").skip(1);
    links.filter_map(|rest| rest.split('"').next()).map(|href| format!("/{href}")).collect()
}

#[test]
fn an_article_has_a_page_of_its_own_with_its_whole_text_and_its_neighbours() {
    let sandbox = sandbox();
    let daemon = sandbox.start();
    let pages = article_pages(&daemon.get("/").text());
    assert!(pages.len() >= 3, "{pages:?}");
    let page = daemon.get(&pages[0]);
    let html = page.text();
    assert_eq!(page.status, 200);
    assert!(page.header("content-security-policy").unwrap().contains("default-src 'none'"));
    for shown in ["Aël Jégou", "Also in", "La &#60;Copie&#62;", "rel=\"next\"", "href=\"../\""] {
        assert!(html.contains(shown), "{shown}\n{html}");
    }
    let etag = page.header("etag").unwrap().to_owned();
    assert_eq!(daemon.get_with(&pages[0], &[("If-None-Match", &etag)]).status, 304);
    let older = html.split("<a rel=\"next\" href=\"").nth(1).and_then(|rest| rest.split('"').next()).unwrap();
    assert_eq!(format!("/articles/{older}"), pages[1]);
    for path in [
        "/articles/x",
        "/articles/",
        "/articles/00000000-0000-8000-8000-000000000000",
        "/articles/a/b",
        "/a/b/c",
    ] {
        let missing = daemon.get(path);
        assert_eq!(missing.status, 404, "{path}");
        let home = "../".repeat(path.matches('/').count() - 1);
        assert!(missing.text().contains(&format!("<a href=\"{home}\">")), "{path}: {}", missing.text());
    }
}

#[test]
fn an_article_page_loads_nothing_from_elsewhere_but_pictures() {
    let sandbox = Sandbox::with_sources("[[source]]\nurl = \"file:agence.xml\"\nname = \"agence\"\n");
    let text = "&lt;p&gt;Vu : &lt;iframe src=\"https://www.youtube.com/embed/abc\"&gt;&lt;/iframe&gt; \
        &lt;img src=\"https://img.example/1.jpg\" alt=\"&amp;lt;img onerror=x&amp;gt;\"&gt;&lt;/p&gt;";
    let feed = format!(
        "<?xml version=\"1.0\"?><rss version=\"2.0\"><channel><title>Ondes</title><link>https://ondes.example/</link>\
         <description>d</description><item><title>Une épisode</title><link>https://ondes.example/1</link>\
         <description>{text}</description>\
         <enclosure url=\"https://ondes.example/1.mp3\" length=\"1234567\" type=\"audio/mpeg\"/></item></channel></rss>"
    );
    std::fs::write(sandbox.path().join("agence.xml"), feed).unwrap();
    sandbox.run(&["poll"]).expect_code(0);
    let daemon = sandbox.start();
    let pages = article_pages(&daemon.get("/").text());
    let html = daemon.get(&pages[0]).text();
    assert!(
        !html.contains("<iframe") && html.contains("href=\"https://www.youtube.com/embed/abc\">▶"),
        "{html}"
    );
    assert!(html.contains("<audio controls preload=\"none\" src=\"https://ondes.example/1.mp3\">"), "{html}");
    let pictures: Vec<_> = html.split("<img ").skip(1).filter_map(|rest| rest.split('>').next()).collect();
    assert!(
        !pictures.is_empty() && pictures.iter().all(|picture| picture.contains("loading=\"lazy\"")),
        "{pictures:?}"
    );
}

#[test]
fn an_edited_article_keeps_its_page_and_says_what_was_edited() {
    let sandbox = sandbox();
    let daemon = sandbox.start();
    let page = article_pages(&daemon.get("/").text()).remove(0);
    assert!(daemon.stop().success());
    let edited = TRAPS.replace("Aël Jégou", "Aëlle Jégou");
    assert_ne!(edited, TRAPS);
    std::fs::write(sandbox.path().join("agence.xml"), edited).unwrap();
    sandbox.run(&["poll", "--all"]).expect_code(0);
    let daemon = sandbox.start();
    let html = daemon.get(&page).text();
    assert!(html.contains("<h2>Edits</h2>") && html.contains("<del dir=\"auto\">"), "{html}");
    assert!(html.contains("Aëlle Jégou"), "{html}");
}

#[test]
fn a_tag_and_a_source_can_be_chosen_and_keep_their_pages() {
    let sandbox = sandbox();
    let daemon = sandbox.start();
    let html = daemon.get("/").text();
    assert!(
        html.contains("href=\"./?source=agence\"") && html.contains("href=\"./?source=copie\""),
        "{html}"
    );
    let chosen = daemon.get("/?source=copie");
    assert_eq!(chosen.status, 200);
    let html = chosen.text();
    assert!(html.contains("aria-current=\"page\"") && html.contains("sources/copie/feed.xml"), "{html}");
    // feeds.toml gives `agence` no title, so its feed does.
    let title = "Agence des Deux Caps";
    assert!(daemon.get("/?source=agence").text().contains(&format!("<h1 dir=\"auto\">{title}</h1>")));
    assert!(daemon.get("/sources/agence/feed.xml").text().contains(&format!(" – {title}</title>")));
    let archive = daemon.get("/archive/1/").text();
    let (_, choices) = archive.split_once("<aside").unwrap();
    assert!(choices.contains(&format!("<bdi>{title}</bdi>")), "{choices}");
    assert!(archive.contains("<a href=\"../../\">Newest articles</a>"), "{archive}");
    for path in ["/?source=nobody", "/?tag=none", "/?source=copie&page=2", "/?source=copie&page=0"] {
        assert_eq!(daemon.get(path).status, 404, "{path}");
    }
    let script = daemon.get("/assets/river.js");
    assert_eq!((script.status, script.header("content-type")), (200, Some("text/javascript; charset=utf-8")));
    assert!(script.header("cache-control").unwrap().contains("immutable"));
}

#[test]
fn the_search_box_finds_articles_and_says_what_is_wrong_with_a_query() {
    let sandbox = sandbox();
    let daemon = sandbox.start();
    let html = daemon.get("/").text();
    assert!(html.contains("<form class=\"search\" role=\"search\" action=\"./\" method=\"get\">"), "{html}");
    crate::support::daemon::until("the index", || daemon.get("/?q=phare").text().contains("data-entry"));
    let found = daemon.get("/?q=phare");
    let html = found.text();
    assert_eq!(found.status, 200);
    assert!(
        html.contains("value=\"phare\"") && html.contains("href=\"./search/feed.xml?q=phare\""),
        "{html}"
    );
    assert!(daemon.get("/?q=xyzzyplugh").text().contains("No article matches this search"));
    let hostile = daemon.get("/?q=%22%3E%3Cscript%3Ealert(1)%3C/script%3E");
    assert!(!hostile.text().contains("<script>alert"), "{}", hostile.text());
    for (path, status) in
        [("/?q=-", 400), ("/?q=tag:none", 404), ("/?q=phare&page=99", 404), ("/?q=phare&page=x", 404)]
    {
        let page = daemon.get(path);
        assert_eq!(page.status, status, "{path}");
        assert!(page.text().contains("<a href=\"./\">"), "{path}: {}", page.text());
    }
    for path in ["/?q=%E2%80%AE%22", "/?q=phare%E2%80%AE", "/search/feed.xml?q=phare%E2%80%AE"] {
        assert!(!daemon.get(path).text().contains('\u{202e}'), "{path}: reads backwards");
    }
    let refused = daemon.get("/?q=%22open").text();
    assert!(refused.contains("value=\"&#34;open\""), "the search can be corrected: {refused}");
}
