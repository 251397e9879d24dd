//! Tests rivers that have rivers as sources: riverd subscribed to its own river, and riverd subscribed to another
//! riverd.

use serde_json::Value;

use crate::support::daemon::{Sandbox, until};
use crate::support::publisher::{Answer, Publisher};

const STORY: &str = "Une chaloupe oubliée depuis la guerre a été retrouvée mardi sous le plancher de la halle aux grains de \
    Kerlouan, où des charpentiers remplaçaient une poutre. Elle porte encore son numéro et deux rames, selon la mairie, qui \
    veut l’exposer dès que le bois aura séché, sans doute au printemps.";

fn feed(name: &str, items: &str) -> String {
    format!(
        "<rss version=\"2.0\"><channel><title>{name}</title><link>https://{name}.example/</link>{items}</channel></rss>"
    )
}

fn item(page: &str, title: &str, text: &str) -> String {
    format!(
        "<item><title>{title}</title><link>https://{page}</link><guid>https://{page}</guid>\
         <pubDate>Tue, 24 Nov 2026 01:00:00 GMT</pubDate><description>{text}</description></item>"
    )
}

/// Publishes two outlets. Both carry the same story, and each has one article of its own. Returns their addresses.
fn outlets(publisher: &Publisher) -> Vec<String> {
    let phare = [
        item("phare.example/chaloupe", "Une chaloupe sous la halle de Kerlouan", STORY),
        item("phare.example/pain", "Le pain augmente encore", "Dix centimes de plus."),
    ];
    let vigie = [
        item("vigie.example/1", "Kerlouan : une chaloupe retrouvée sous la halle", STORY),
        item("vigie.example/2", "Le bac reprend", "Dès lundi."),
    ];
    publisher.at("/phare.xml", Answer::ok(feed("phare", &phare.concat())));
    publisher.at("/vigie.xml", Answer::ok(feed("vigie", &vigie.concat())));
    ["/phare.xml", "/vigie.xml"].map(|path| publisher.url(path)).to_vec()
}

fn config(sources: &[String]) -> String {
    let sources: Vec<String> = sources.iter().map(|url| format!("[[source]]\nurl = \"{url}\"\n")).collect();
    format!(
        "[river]\nbase_url = \"https://river.example/\"\n[server]\nlisten = [\"127.0.0.1:0\"]\n{}",
        sources.concat()
    )
}

const FORMATS: [&str; 3] = ["/feed.xml", "/atom.xml", "/feed.json"];

/// Starts the daemon, waits for this many articles, and returns the river in each format.
fn serve(sandbox: &Sandbox, articles: usize) -> [String; 3] {
    let daemon = sandbox.start();
    until("the articles", || daemon.get("/feed.xml").text().matches("<item>").count() == articles);
    let served = FORMATS.map(|path| daemon.get(path).text());
    assert!(daemon.stop().success());
    served
}

fn items(json: &str) -> Vec<Value> {
    let feed: Value = serde_json::from_str(json).expect("JSON Feed");
    let mut items = feed["items"].as_array().expect("items").clone();
    items.sort_by_key(|item| item["id"].to_string());
    items
}

#[test]
fn a_river_that_subscribes_to_itself_stays_the_same_to_the_byte() {
    let publisher = Publisher::start();
    let mut sources = outlets(&publisher);
    let sandbox = Sandbox::new(&config(&sources));
    sandbox.run(&["poll"]).expect_code(0);
    let before = serve(&sandbox, 3);
    for (path, served) in FORMATS.into_iter().zip(&before) {
        publisher.at(&format!("/mine{path}"), Answer::ok(served.clone()));
        sources.push(publisher.url(&format!("/mine{path}")));
    }
    sandbox.configure(&config(&sources));
    for round in 0..2 {
        let polled = sandbox.run(&["poll", "--all", "--json"]).expect_code(0).json_lines();
        let summary = &polled.last().expect("a summary")["summary"];
        assert_eq!(
            (&summary["added"], &summary["grouped"]),
            (&0.into(), &0.into()),
            "round {round}: {summary}"
        );
        assert_eq!(serve(&sandbox, 3), before, "round {round}");
    }
}

#[test]
fn an_aggregator_that_republishes_the_river_causes_no_duplicates() {
    let publisher = Publisher::start();
    let mut sources = outlets(&publisher);
    let sandbox = Sandbox::new(&config(&sources));
    sandbox.run(&["poll"]).expect_code(0);
    let before = serve(&sandbox, 3);
    // The aggregator names itself as the generator, and puts its own name before each title.
    let republished = before[0].replace("riverd", "planet").replace("<item><title>", "<item><title>Planet: ");
    publisher.at("/planet.xml", Answer::ok(republished));
    sources.push(publisher.url("/planet.xml"));
    sandbox.configure(&config(&sources));
    sandbox.run(&["poll", "--all"]).expect_code(0);
    let after = serve(&sandbox, 3);
    let ids = |json: &str| items(json).iter().map(|item| item["id"].clone()).collect::<Vec<_>>();
    assert_eq!(ids(&after[2]), ids(&before[2]));
}

#[test]
fn a_river_of_rivers_keeps_source_guid_and_also_in() {
    let publisher = Publisher::start();
    let sources = outlets(&publisher);
    let upstream = Sandbox::new(&config(&sources));
    upstream.run(&["poll"]).expect_code(0);
    let served = serve(&upstream, 3);
    let original = items(&served[2]);
    assert!(original.iter().any(|item| item["_river"]["also_in"][0]["source"] == "vigie"), "{original:?}");

    for (path, served) in FORMATS.into_iter().zip(&served) {
        publisher.at(&format!("/upstream{path}"), Answer::ok(served.clone()));
        let river = publisher.url(&format!("/upstream{path}"));
        let downstream = Sandbox::new(&config(std::slice::from_ref(&river)));
        downstream.run(&["poll"]).expect_code(0);
        let found = items(&serve(&downstream, 3)[2]);
        for (found, original) in found.iter().zip(&original) {
            for field in ["id", "url", "title", "date_published"] {
                assert_eq!(found[field], original[field], "{path} {field}");
            }
            assert_eq!(found["_river"]["source"]["title"], original["_river"]["source"]["title"], "{path}");
            assert_eq!(found["_river"]["source"]["url"], original["_river"]["source"]["url"], "{path}");
            assert_eq!(found["_river"]["also_in"], original["_river"]["also_in"], "{path}");
        }
        // Now subscribe to the same outlets directly as well. Each story must stay one article with the same id.
        downstream.configure(&config(&[&sources[..], &[river]].concat()));
        downstream.run(&["poll", "--all"]).expect_code(0);
        let both = items(&serve(&downstream, 3)[2]);
        let ids = |items: &[Value]| items.iter().map(|item| item["id"].clone()).collect::<Vec<_>>();
        assert_eq!(ids(&both), ids(&original), "{path}");
    }
}

#[test]
fn a_river_adds_other_places_even_to_a_story_that_another_source_represents() {
    let publisher = Publisher::start();
    let sources = outlets(&publisher);
    let upstream = Sandbox::new(&config(&sources));
    upstream.run(&["poll"]).expect_code(0);
    let before = serve(&upstream, 3);
    let third = item("jetee.example/7", "À Kerlouan, une chaloupe sous la halle", STORY);
    publisher.at("/jetee.xml", Answer::ok(feed("jetee", &third)));
    upstream.configure(&config(&[&sources[..], &[publisher.url("/jetee.xml")]].concat()));
    upstream.run(&["poll", "--all"]).expect_code(0);
    let after = serve(&upstream, 3);

    for ((path, before), after) in FORMATS.into_iter().zip(&before).zip(&after) {
        let river = publisher.url(&format!("/upstream{path}"));
        publisher.at(&format!("/upstream{path}"), Answer::ok(before.clone()));
        // The second outlet is also a direct source. Its entry represents the story here.
        let downstream = Sandbox::new(&config(&[sources[1].clone(), river]));
        downstream.run(&["poll"]).expect_code(0);
        let places = |sandbox: &Sandbox| {
            let items = items(&serve(sandbox, 3)[2]);
            let story =
                items.into_iter().find(|item| item["url"] == "https://vigie.example/1").expect("the story");
            let places = story["_river"]["also_in"].as_array().expect("other places").clone();
            places.iter().map(|place| format!("{} {}", place["source"], place["url"])).collect::<Vec<_>>()
        };
        assert_eq!(places(&downstream), ["\"phare\" \"https://phare.example/chaloupe\""], "{path}");
        publisher.at(&format!("/upstream{path}"), Answer::ok(after.clone()));
        downstream.run(&["poll", "--all"]).expect_code(0);
        assert_eq!(
            places(&downstream),
            ["\"phare\" \"https://phare.example/chaloupe\"", "\"jetee\" \"https://jetee.example/7\""],
            "{path}"
        );
    }
}
