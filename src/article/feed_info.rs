//! Bounds what a feed says about itself. Each article of the river carries it, so a title of a megabyte would be in memory and
//! in the documents hundreds of times.

use crate::model::{FeedInfo, ParsedFeed};
use crate::text::beginning::beginning;
use crate::text::words::on_one_line;

/// Largest number of characters in the title of a feed.
const LONGEST_TITLE: usize = 500;
/// Largest number of characters in its description and in its rights statement.
const LONGEST_STATEMENT: usize = 4_000;
/// Longest address of a site and longest tag of a language, in bytes. Longer ones are dropped.
const LONGEST_ADDRESS: usize = 8_192;
const LONGEST_LANGUAGE: usize = 100;
/// Largest show, in bytes of JSON. A show with all lists that a document may have needs some 40 kB. A larger one is dropped.
const LARGEST_SHOW: usize = 64 << 10;

/// Returns what a document says about itself, within bounds.
pub fn feed_info(feed: &ParsedFeed) -> FeedInfo {
    let shortened_to = |text: &Option<String>, limit| text.as_deref().map(|text| shortened(text, limit));
    let up_to = |text: &Option<String>, limit| text.clone().filter(|text| text.len() <= limit);
    let is_small =
        |show: &serde_json::Result<String>| show.as_ref().is_ok_and(|json| json.len() <= LARGEST_SHOW);
    FeedInfo {
        title: feed.title.as_deref().map(|title| shortened(&on_one_line(title), LONGEST_TITLE)),
        link: up_to(&feed.link, LONGEST_ADDRESS),
        description: shortened_to(&feed.description, LONGEST_STATEMENT),
        language: up_to(&feed.language, LONGEST_LANGUAGE),
        rights: shortened_to(&feed.rights, LONGEST_STATEMENT),
        show: feed.show.clone().filter(|show| is_small(&serde_json::to_string(show))),
    }
}

/// Returns the first characters of a text, at most `limit` and cut between graphemes, and an ellipsis if that is not all.
fn shortened(text: &str, limit: usize) -> String {
    let start = beginning(text, limit);
    if start.len() == text.len() { text.to_owned() } else { format!("{start}…") }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::document::{RawDocument, parse};
    use crate::model::Show;

    #[test]
    fn what_a_feed_says_of_itself_is_bounded_and_stays_as_it_is_if_it_is_short() {
        let of = |text: &str| {
            let text = || Some(text.to_owned());
            let show = Some(Show { author: text(), ..Show::default() });
            let (title, link, description) = (text(), text(), text());
            let (language, rights) = (text(), text());
            let body = b"<rss><channel><title>T</title></channel></rss>";
            let read = parse(RawDocument { body, content_type: None, url: None }).unwrap();
            feed_info(&ParsedFeed { title, link, description, language, rights, show, ..read })
        };
        let size = |info: &FeedInfo| {
            let FeedInfo { title, link, description, language, rights, show } = info;
            let texts = [title, link, description, language, rights];
            let show = serde_json::to_string(show).unwrap().len();
            texts.into_iter().flatten().map(String::len).sum::<usize>() + show
        };
        let huge = of(&"x".repeat(3 << 20));
        assert!(size(&huge) < 10_000, "{}", size(&huge));
        assert!(huge.title.unwrap().ends_with("x…"));
        assert_eq!(huge.show, None);
        let short = of("en");
        assert_eq!(
            [&short.title, &short.link, &short.description, &short.language, &short.rights],
            [&Some("en".to_owned()); 5]
        );
        assert!(short.show.is_some());
    }
}
