//! What is known of a source before its next document is read, and what that document adds.

use crate::model::SettledReading;
use crate::text::dates::DateStyle;
use crate::time::Timestamp;

/// What is known before a document is read.
#[derive(Clone, Default, Debug)]
pub struct PriorKnowledge {
    /// Time of reading. It settles the order of day and month where one of the two orders puts dates into the future.
    pub now: Option<Timestamp>,
    /// What earlier documents of the source showed.
    pub settled: SettledReading,
}

impl PriorKnowledge {
    /// Returns what is known of a document that is read at `now`, if nothing is known of its source.
    pub fn at(now: Timestamp) -> Self {
        Self { now: Some(now), ..Self::default() }
    }

    /// Adds what is known about dates to what a document shows itself.
    pub(in crate::document) fn of_dates(&self, style: DateStyle) -> DateStyle {
        let SettledReading { is_day_first_with_slashes, is_day_first_otherwise, .. } = self.settled;
        let style = style.with_settled([is_day_first_with_slashes, is_day_first_otherwise]);
        self.now.map_or(style, |now| style.read_at(now))
    }

    /// Returns what this document and those before it show.
    pub(in crate::document) fn settled_after(
        &self,
        style: DateStyle,
        is_encoded_twice: bool,
    ) -> SettledReading {
        let [is_day_first_with_slashes, is_day_first_otherwise] = style.settled();
        let common_pictures = self.settled.common_pictures.clone();
        SettledReading {
            is_day_first_with_slashes,
            is_day_first_otherwise,
            is_encoded_twice,
            common_pictures,
        }
    }
}

#[cfg(test)]
mod tests {
    use crate::document::{PriorKnowledge, RawDocument, parse_with};
    use crate::model::{ParsedFeed, SettledReading};

    fn read(body: &str, settled: SettledReading) -> ParsedFeed {
        let document = RawDocument { body: body.as_bytes(), content_type: None, url: None };
        parse_with(document, &PriorKnowledge { now: None, settled }).unwrap()
    }

    fn rss(dates: &[&str]) -> String {
        let item = |date: &&str| format!("<item><title>A</title><pubDate>{date}</pubDate></item>");
        format!("<rss><channel>{}</channel></rss>", dates.iter().map(item).collect::<String>())
    }

    fn json(dates: &[&str]) -> String {
        let item = |date: &&str| format!(r#"{{"id": "{date}", "date_published": "{date}"}}"#);
        let items: Vec<String> = dates.iter().map(item).collect();
        format!(r#"{{"version": "https://jsonfeed.org/version/1.1", "items": [{}]}}"#, items.join(","))
    }

    #[test]
    fn the_order_of_day_and_month_stays_when_the_entry_that_showed_it_leaves_the_list() {
        for document in [rss, json] {
            let day = |feed: &ParsedFeed| {
                feed.entries[0].published.unwrap().to_rfc3339().chars().take(10).collect::<String>()
            };
            let first = read(&document(&["31/10/2026", "30/10/2026"]), SettledReading::default());
            let settled = first.hints.settled;
            assert_eq!(settled.is_day_first_with_slashes, Some(true));
            let second = read(&document(&["06/11/2026"]), settled);
            assert_eq!(day(&second), "2026-11-06");
            let third = read(&document(&["06/11/2026"]), second.hints.settled.clone());
            assert_eq!(day(&third), "2026-11-06", "it stays for more than one document");
            assert_eq!(day(&read(&document(&["06-11-2026 10:00"]), SettledReading::default())), "2026-11-06");
            let other = read(&document(&["06/11/2026", "11/26/2026"]), second.hints.settled);
            assert_eq!(day(&other), "2026-06-11", "a clear date of the document itself counts more");
            assert_eq!(other.hints.settled.is_day_first_with_slashes, Some(false));
            assert_eq!(day(&read(&document(&["06/11/2026"]), SettledReading::default())), "2026-06-11");
        }
    }

    #[test]
    fn texts_stay_decoded_when_the_entry_that_proved_the_double_encoding_leaves_the_list() {
        let item = |title: &str| format!("<item><title>{title}</title></item>");
        let garbled = |text: &str| -> String {
            text.bytes().map(|byte| encoding_rs::WINDOWS_1252.decode(&[byte]).0.into_owned()).collect()
        };
        let document = |titles: &[String]| {
            let items: String = titles.iter().map(|title| item(title)).collect();
            format!("<rss><channel><title>F</title>{items}</channel></rss>")
        };
        let title = garbled("日本");
        let last = |feed: &ParsedFeed| feed.entries.last().and_then(|entry| entry.title.clone()).unwrap();
        let proof = garbled("この橋は来月から再開することになりましたと市が発表");
        let both = read(&document(&[proof, title.clone()]), SettledReading::default());
        assert_eq!((last(&both).as_str(), both.hints.settled.is_encoded_twice), ("日本", true));
        let alone = document(std::slice::from_ref(&title));
        let later = read(&alone, both.hints.settled);
        assert_eq!((last(&later).as_str(), later.hints.settled.is_encoded_twice), ("日本", true));
        assert_eq!(last(&read(&alone, SettledReading::default())), title);
        let repaired = read(&document(&["Größe".to_owned(), title.clone()]), later.hints.settled);
        assert_eq!(last(&repaired), title, "a correct text shows that the publisher has repaired the feed");
        assert!(!repaired.hints.settled.is_encoded_twice);
    }
}
