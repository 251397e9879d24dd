//! Sends captured feeds through the real daemon. `RIVERD_CORPUS` names a folder with feeds in `real/`, which are not part of
//! the project. Without this folder, the test prints a message and does nothing.

use std::path::PathBuf;

use crate::support::daemon::{Sandbox, until};
use crate::support::publisher::Publisher;

fn real_feeds() -> Option<PathBuf> {
    let folder = PathBuf::from(std::env::var_os("RIVERD_CORPUS")?).join("real");
    folder.is_dir().then_some(folder)
}

#[test]
fn every_article_of_the_captured_feeds_reaches_a_river_that_a_feed_reader_can_read() {
    let Some(folder) = real_feeds() else {
        println!("no corpus: set RIVERD_CORPUS to run this");
        return;
    };
    let mut names: Vec<String> = std::fs::read_dir(&folder)
        .expect("the corpus")
        .map(|entry| entry.expect("an entry").file_name().to_string_lossy().into_owned())
        .filter(|name| name != "MANIFEST.tsv")
        .collect();
    names.sort();
    let publisher = Publisher::start();
    publisher.folder("/real/", &folder);
    let sources: String = names
        .iter()
        .map(|name| format!("[[source]]\nurl = \"{}\"\n", publisher.url(&format!("/real/{name}"))))
        .collect();
    let sandbox = Sandbox::new(&format!(
        "[river]\narticles = 10000\nbase_url = \"https://river.example/\"\n[server]\nlisten = [\"127.0.0.1:0\"]\n\
         [polling]\nper_host = 8\n{sources}"
    ));

    let ran = sandbox.run(&["poll", "--json"]);
    assert!(ran.code() < 2, "{}", ran.stderr());
    let lines = ran.json_lines();
    let (summary, polls) = lines.split_last().expect("a summary");
    assert_eq!(polls.len(), names.len());
    let failed: Vec<String> = polls
        .iter()
        .filter(|poll| poll["outcome"] != "new")
        .map(|poll| format!("{}: {}", poll["source"], poll["error"]["message"]))
        .collect();
    // Only captured pages that contain no feed may fail.
    println!(
        "{summary}\n{} of {} could not be read as feeds:\n{}",
        failed.len(),
        names.len(),
        failed.join("\n")
    );
    assert!(failed.len() * 50 <= names.len(), "more than 2 % could not be read:\n{}", failed.join("\n"));

    let requests_before = publisher.all_requests().len();
    let again = sandbox.run(&["poll", "--all", "--json"]).json_lines();
    let not_modified: Vec<_> = again.iter().filter(|poll| poll["status"] == 304).collect();
    assert_eq!(
        not_modified.len(),
        names.len() - failed.len(),
        "every feed that was read is requested with its validators"
    );
    assert!(publisher.all_requests().len() > requests_before);

    let daemon = sandbox.start();
    let body = daemon.get("/feed.xml").body;
    let river = feed_rs::parser::parse(body.as_slice()).expect("a river that a feed reader can read");
    let added = summary["summary"]["added"].as_u64().expect("a count");
    assert_eq!(river.entries.len() as u64, added, "every article that was added is in the river");
    until("the page of the river", || daemon.get("/").status == 200);
}
