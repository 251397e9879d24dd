//! The hub of the river (WebSub): the feeds name it, it is told of each change, and it costs nothing if it is dead.

use url::form_urlencoded;

use crate::support::daemon::{Sandbox, until};
use crate::support::publisher::{Answer, Publisher, Request};
use crate::views::feed;

fn sandbox(publisher: &Publisher) -> Sandbox {
    Sandbox::new(&format!(
        "[river]\nbase_url = \"https://river.example/r/\"\nhub = \"{}\"\n[server]\nlisten = [\"127.0.0.1:0\"]\n\
         [[source]]\nurl = \"{}\"\nname = \"a\"\nevery = \"1s\"\n[[view]]\nname = \"wet\"\nkeep = [\"rain\"]\n",
        publisher.url("/hub"),
        publisher.url("/a.xml")
    ))
}

/// Returns the address of the document that a request to the hub names.
fn topic(request: &Request) -> String {
    assert_eq!(request.method, "POST");
    let form: Vec<_> = form_urlencoded::parse(&request.body).into_owned().collect();
    let value =
        |name: &str| form.iter().find(|(key, _)| key == name).map(|(_, value)| value.clone()).unwrap();
    assert_eq!(value("hub.mode"), "publish");
    value("hub.url")
}

fn topics(publisher: &Publisher) -> Vec<String> {
    let mut topics: Vec<_> = publisher.requests("/hub").iter().map(topic).collect();
    topics.sort();
    topics.dedup();
    topics
}

#[test]
fn the_feeds_name_the_hub_and_it_is_told_of_each_change() {
    let publisher = Publisher::start();
    publisher.at("/a.xml", Answer::ok(feed("a", &["Snow"]))).at("/hub", Answer::status(204));
    let sandbox = sandbox(&publisher);
    let daemon = sandbox.start();
    let of = |path: &str| {
        ["atom.xml", "feed.json", "feed.xml"].map(|file| format!("https://river.example/r/{path}{file}"))
    };
    until("the river among the topics", || topics(&publisher).starts_with(&of("")));
    until("the first article", || daemon.get("/feed.xml").text().contains("<title>Snow"));
    publisher.take_requests();
    publisher.at("/a.xml", Answer::ok(feed("a", &["Rain", "Snow"])));
    until("the river and the view among the topics", || {
        topics(&publisher) == [of(""), of("views/wet/")].concat()
    });

    let hub = publisher.url("/hub");
    for path in ["/feed.xml", "/views/wet/feed.xml"] {
        assert!(
            daemon.get(path).text().contains(&format!("<atom:link href=\"{hub}\" rel=\"hub\"")),
            "{path}"
        );
    }
    assert!(daemon.get("/atom.xml").text().contains(&format!("href=\"{hub}\" rel=\"hub\"")));
    assert!(
        daemon
            .get("/feed.json")
            .text()
            .contains(&format!("\"hubs\":[{{\"type\":\"WebSub\",\"url\":\"{hub}\"}}]"))
    );
    for path in ["/sources/a/feed.xml", "/archive/1/feed.xml"] {
        assert!(!daemon.get(path).text().contains(&hub), "{path}: the hub is not told of it");
    }
    until("a hub that is told nothing while nothing changes", || {
        let count = publisher.requests("/hub").len();
        publisher.wait_for("/a.xml", publisher.requests("/a.xml").len() + 5);
        publisher.requests("/hub").len() == count
    });
}

#[test]
fn a_dead_hub_is_asked_again_later_and_holds_nothing_up() {
    let publisher = Publisher::start();
    publisher.at("/a.xml", Answer::ok(feed("a", &["Snow"]))).at("/hub", Answer::status(500));
    let sandbox = sandbox(&publisher);
    let daemon = sandbox.start();
    daemon.wait_for_log("can't notify the hub of a change");
    publisher.at("/a.xml", Answer::ok(feed("a", &["Rain", "Snow"])));
    until("the new article", || daemon.get("/feed.xml").text().contains("<title>Rain"));
    assert_eq!(publisher.requests("/hub").len(), 1, "a hub that failed is left alone for a while");
    publisher.at("/hub", Answer::status(202));
    until("both feeds in three formats", || topics(&publisher).len() == 6);
    assert!(daemon.stop().success());
}
