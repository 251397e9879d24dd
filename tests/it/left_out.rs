//! Entries that a document lists and the river does not show: the real binary gives a reason for each of them.

use std::fmt::Write as _;

use serde_json::{Value, json};

use crate::support::daemon::Sandbox;

/// Returns a folder with one source named `tea`, which is a file.
fn sandbox(keys: &str, items: &str) -> Sandbox {
    let sandbox = Sandbox::new(&source(keys));
    publish(&sandbox, items);
    sandbox
}

fn source(keys: &str) -> String {
    format!("[[source]]\nname = \"tea\"\nurl = \"file:tea.xml\"\n{keys}\n")
}

fn publish(sandbox: &Sandbox, items: &str) {
    let feed = format!(
        "<rss version=\"2.0\"><channel><title>Tea</title><link>https://tea.example/</link><description>d</description>\
         {items}</channel></rss>"
    );
    std::fs::write(sandbox.path().join("tea.xml"), feed).expect("a feed can be written");
}

fn item(number: u32, title: &str, date: &str) -> String {
    format!(
        "<item><guid isPermaLink=\"false\">guid-{number}</guid><title>{title}</title>\
         <link>https://tea.example/{number}</link>{date}</item>"
    )
}

/// Polls the source and returns its line of the output.
fn poll(sandbox: &Sandbox) -> Value {
    sandbox.run(&["poll", "tea", "--json"]).expect_code(0).json_lines().remove(0)
}

fn why(sandbox: &Sandbox, asked: &str) -> Value {
    sandbox.run(&["why", asked, "--json"]).expect_code(0).json()
}

/// Turns a list of reasons into an object of counts, as in the output of `poll --json`.
fn counts(listed: &Value) -> Value {
    let listed = listed.as_array().expect("a list").iter();
    listed.map(|one| (one["reason"].as_str().unwrap().to_owned(), one["count"].clone())).collect()
}

/// Returns five items: the second has an unreadable date, the fourth repeats the first.
fn five_items() -> String {
    let dated = |day: u32| format!("<pubDate>2026-11-{day:02}T08:00:00Z</pubDate>");
    [
        item(1, "One", &dated(20)),
        item(2, "Two", "<pubDate>the day before yesterday</pubDate>"),
        item(3, "Three", &dated(18)),
        item(1, "One", &dated(20)),
        item(4, "Four", &dated(17)),
    ]
    .concat()
}

#[test]
fn preview_poll_status_and_why_report_a_repeated_item_and_an_unreadable_date() {
    let sandbox = sandbox("", &five_items());
    let shown = sandbox.run(&["preview", "tea", "--json"]).expect_code(0).json();
    let entries = shown["entries"].as_array().unwrap();
    assert_eq!(entries.len(), 4, "{shown}");
    assert_eq!((&entries[1]["title"], &entries[1]["published"]), (&json!("Two"), &Value::Null));
    assert_eq!(shown["repairs"], json!(["unreadable-date", "repeated-entry"]));
    assert_eq!(counts(&shown["left_out"]), json!({"repeated": 1}));
    assert_eq!(shown["left_out"][0]["entries"][0]["guid"], "guid-1");
    let text = sandbox.run(&["preview", "tea"]).expect_code(0).stdout();
    assert!(text.contains("repaired  unreadable-date (1×)"), "{text}");
    assert!(text.contains("left out  repeated (1×): it repeats another entry"), "{text}");

    assert_eq!(poll(&sandbox)["left_out"], json!({"repeated": 1}));
    let status = sandbox.run(&["status", "tea", "--json"]).expect_code(0).json();
    assert_eq!(counts(&status["left_out"]), json!({"repeated": 1}));
    assert!(status["defects"].as_array().unwrap().contains(&json!({"name": "unreadable-date", "count": 1})));
    let text = sandbox.run(&["status", "tea"]).expect_code(0).stdout();
    assert!(text.contains("left out      repeated (1): it repeats another entry"), "{text}");

    let story = why(&sandbox, "guid-1");
    assert_eq!(
        (story["articles"].as_array().unwrap().len(), &story["left_out"][0]["reason"]),
        (1, &json!("repeated"))
    );
    let text = sandbox.run(&["why", "https://tea.example/1"]).expect_code(0).stdout();
    assert!(text.contains("left out (repeated): it repeats another entry of the document"), "{text}");
}

#[test]
fn repeated_empty_filtered_and_limited_entries_are_counted_and_explained() {
    let old = "<pubDate>2001-11-20T08:00:00Z</pubDate>";
    let items = [
        item(1, "One", ""),
        item(5, "Sponsored: a kettle", ""),
        item(1, "One", ""),
        "<item></item>".to_owned(),
        item(2, "Two", ""),
        item(4, "Four", ""),
        item(3, "Three", old),
    ];
    let sandbox = sandbox("max_entries = 3\nmax_age = \"30d\"\ndrop = [\"sponsored\"]", &items.concat());
    let expected = json!({"repeated": 1, "empty": 1, "filtered": 1, "max_entries": 1, "max_age": 1});
    let shown = sandbox.run(&["preview", "tea", "--json"]).expect_code(0).json();
    assert_eq!(
        (shown["entries"].as_array().unwrap().len(), counts(&shown["left_out"])),
        (2, expected.clone())
    );
    let text = sandbox.run(&["poll"]).expect_code(0).stdout();
    assert!(
        text.contains("2 new, 0 updated, 0 grouped, 5 left out (1 repeated, 1 empty, 1 filtered, 1 max_entries, 1 max_age)"),
        "{text}"
    );
    let status = sandbox.run(&["status", "--json"]).expect_code(0).json();
    assert_eq!(counts(&status[0]["left_out"]), expected);

    for (number, reason, limit) in [(4, "max_entries", "(3)"), (3, "max_age", "(30d)")] {
        for asked in [format!("https://tea.example/{number}"), format!("guid-{number}")] {
            let story = why(&sandbox, &asked);
            assert_eq!(story["left_out"][0]["reason"], reason, "{asked}: {story}");
            assert_eq!(
                (&story["left_out"][0]["source"], &story["articles"]),
                (&json!("tea"), &json!([])),
                "{asked}"
            );
            let text = sandbox.run(&["why", &asked]).expect_code(0).stdout();
            assert!(text.contains(&format!("left out ({reason}): ")), "{asked}: {text}");
            assert!(text.contains(limit), "{asked}: {text}");
        }
    }
    let held_back = why(&sandbox, "guid-5");
    assert_eq!(held_back["articles"][0]["entries"][0]["held_back"], "drop \"sponsored\"");
}

#[test]
fn an_entry_that_is_stored_later_no_longer_counts_as_left_out() {
    let sandbox = sandbox("max_entries = 1", &[item(1, "One", ""), item(2, "Two", "")].concat());
    assert_eq!(poll(&sandbox)["left_out"], json!({"max_entries": 1}));
    sandbox.configure(&source("drop = [\"one\"]"));
    let again = poll(&sandbox);
    assert_eq!((&again["added"], &again["left_out"]), (&json!(1), &json!({"filtered": 1})), "{again}");
    let story = why(&sandbox, "guid-2");
    assert_eq!((story["articles"].as_array().unwrap().len(), &story["left_out"]), (1, &json!([])), "{story}");

    sandbox.configure(&source(""));
    let unchanged = poll(&sandbox);
    assert_eq!((&unchanged["outcome"], &unchanged["left_out"]), (&json!("unchanged"), &json!({})));
    let status = sandbox.run(&["status", "tea", "--json"]).expect_code(0).json();
    assert_eq!(status["left_out"], json!([]), "a changed filter changes the count at once");
}

#[test]
fn for_an_entry_beyond_the_recorded_ones_why_names_the_sources_that_may_have_left_it_out() {
    let mut items = item(0, "New", "");
    for number in 1..=300 {
        write!(items, "{}", item(number, "Old", "<pubDate>2001-11-20T08:00:00Z</pubDate>")).unwrap();
    }
    let sandbox = sandbox("max_age = \"30d\"", &items);
    assert_eq!(poll(&sandbox)["left_out"], json!({"max_age": 300}));
    assert_eq!(why(&sandbox, "guid-200")["left_out"][0]["reason"], "max_age");
    let ran = sandbox.run(&["why", "guid-300"]).expect_code(1);
    assert!(!ran.stderr().contains("nothing is known"), "{}", ran.stderr());
    assert!(ran.stderr().contains("tea left out 100 entries"), "{}", ran.stderr());
    let answer = sandbox.run(&["why", "guid-300", "--json"]).expect_code(1).json();
    assert_eq!(answer["may_be_among"], json!([{"source": "tea", "reason": "max_age", "count": 100}]));
}
