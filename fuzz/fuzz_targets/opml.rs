//! Reads any bytes as a list of subscriptions. Each line that is named exists.
#![no_main]

use libfuzzer_sys::fuzz_target;
use riverd::document::opml::parse;

fuzz_target!(|body: &[u8]| {
    let list = parse(body);
    assert!(list.problems.iter().all(|problem| problem.line >= 1));
    assert!(list.feeds.iter().all(|feed| !feed.url.is_empty()));
});
