//! Reads JSON Feed 1.0 and 1.1 leniently.
//!
//! A value of the wrong type is left out, or converted where the meaning is clear (a number as an id, one author as a
//! list of authors), and the entry is kept. An item that is no object is left out, and a document without a list `items` is
//! no feed. The text must be valid JSON, except for the guard `)]}'` before it (see [`sniff::without_guard`]) and for what
//! [`repair`] repairs.

mod details;
mod double_encoding;
mod repair;
mod tree;

use std::borrow::Cow;

use serde_json::{Map, Value};
use url::Url;

use self::tree::Tree;
use super::defects::Defects;
use super::error::ParseError;
use super::language::language_tag;
use super::prior_knowledge::PriorKnowledge;
use super::sniff;
use super::xml::html_or_plain::html_or_plain;
use super::xml::text_kind::{Field, as_html};
use crate::model::{
    AlsoIn, Author, BoxedDetails, Entry, FeedFormat, FeedHints, LeftOutCounts, LeftOutReason, MarkupText,
    Origin, ParsedFeed,
};
use crate::text::dates::{self, DateStyle};
use crate::text::html;
use crate::text::url as address;
use crate::text::words::title_on_one_line;
use crate::time::Timestamp;

/// How many elements of a list in an entry or the feed (authors, tags, attachments, hubs) are read.
const MAX_LISTED: usize = 256;

/// Reads a JSON Feed, which was fetched from `url`. serde_json limits the nesting to 128 levels.
pub(super) fn read(
    text: &str,
    url: Option<&Url>,
    prior: &PriorKnowledge,
    defects: &mut Defects,
) -> Result<ParsedFeed, ParseError> {
    let Tree { mut value, listed_items } =
        parse_json(text, defects).map_err(|error| ParseError::Malformed { why: error.to_string() })?;
    let is_encoded_twice = double_encoding::repair(&mut value, text, prior.settled.is_encoded_twice, defects);
    let not_a_feed = || ParseError::NotAFeed { what: "it is JSON, but not a JSON Feed".to_owned() };
    let feed = value.as_object().ok_or_else(not_a_feed)?;
    let items = feed.get("items").and_then(Value::as_array).ok_or_else(not_a_feed)?;
    if !string(feed, "version").unwrap_or_default().starts_with("https://jsonfeed.org/version/1") {
        defects.note("odd-json-feed-version");
    }
    let too_many = listed_items - items.len();
    if too_many > 0 {
        defects.note("too-many-entries");
        defects.leave_out(LeftOutReason::TooManyEntries, too_many);
    }
    let feed_authors = authors(feed);
    // If the address of the document is unknown, as for a file, the address that it states is the base.
    let stated = ["feed_url", "home_page_url"].iter().find_map(|key| Url::parse(&string(feed, key)?).ok());
    let date_style = date_style(feed, items, prior);
    let reader = ItemReader { base: url.or(stated.as_ref()), authors: &feed_authors, date_style };
    let entries: Vec<Entry> =
        items.iter().filter_map(|item| Some(reader.entry(item.as_object()?, defects))).collect();
    let no_objects = items.len() - entries.len();
    defects.note_many("entry-not-an-object", no_objects);
    defects.leave_out(LeftOutReason::NotAnObject, no_objects);
    if entries.is_empty() && !items.is_empty() {
        return Err(ParseError::EntriesLost { of: items.len(), read: 0 });
    }
    let river = feed.get("_river").and_then(Value::as_object);
    Ok(ParsedFeed {
        format: FeedFormat::Json,
        title: plain(feed, "title"),
        link: reader.address(feed, "home_page_url"),
        description: plain(feed, "description"),
        language: string(feed, "language").map(|stated| language_tag(&stated)),
        rights: None,
        author: (!feed_authors.is_empty()).then(|| author_names(&feed_authors).join(", ")),
        generator: river.and_then(|river| string(river, "generator")),
        show: None,
        updated: None,
        hints: FeedHints {
            self_link: reader.address(feed, "feed_url"),
            hubs: reader.hubs(feed),
            settled: prior.settled_after(date_style, is_encoded_twice),
            ..FeedHints::default()
        },
        entries,
        defects: Vec::new(),
        left_out: LeftOutCounts::default(),
    })
}

/// Parses `text` as JSON. Skips a guard ([`sniff::without_guard`]), and repairs a text that is not valid ([`repair`]).
fn parse_json(text: &str, defects: &mut Defects) -> serde_json::Result<Tree> {
    let unguarded = sniff::without_guard(text);
    if unguarded.len() < text.len() {
        defects.note("leading-junk");
    }
    if let Ok(tree) = tree::parse(unguarded) {
        return Ok(tree);
    }
    let mut repaired = Defects::default();
    let tree = tree::parse(&repair::repair(unguarded, &mut repaired))?;
    for defect in repaired.into_vec() {
        defects.note_many(defect.name, usize::try_from(defect.count).unwrap_or(usize::MAX));
    }
    Ok(tree)
}

/// Reads the items of a feed.
#[derive(Clone, Copy)]
struct ItemReader<'a> {
    /// Base of relative links: the address of the document, or else the one that it states.
    base: Option<&'a Url>,
    /// Authors of the feed, who are also the authors of every item that names none (JSON Feed 1.1, Items).
    authors: &'a [Author],
    /// How the document writes its dates.
    date_style: DateStyle,
}

impl ItemReader<'_> {
    fn entry(self, item: &Map<String, Value>, defects: &mut Defects) -> Entry {
        if matches!(item.get("id"), Some(Value::Number(_))) {
            defects.note("number-for-id");
        }
        // A number with more digits than 64 bits can hold was rounded, perhaps to the id of another item.
        let id = item.get("id").filter(|id| !id.is_f64()).and_then(as_string);
        let river = item.get("_river").and_then(Value::as_object);
        let link = self.address(item, "url");
        let mut details = BoxedDetails::from(self.details(item, river));
        let external_link = details.related.first().cloned();
        let by_id =
            id.as_deref().filter(|id| id.starts_with("http")).and_then(|id| address::absolute(id, None));
        let own_authors = authors(item);
        let authors = if own_authors.is_empty() { self.authors } else { &own_authors };
        if authors.iter().any(|author| author.url.is_some() || author.avatar.is_some()) {
            details.authors = authors.to_vec();
        }
        Entry {
            link: link.or(external_link).or(by_id),
            details,
            title: plain(item, "title"),
            summary: string(item, "summary").map(|text| bounded(text, defects)).map(text_or_html),
            content: content(item, defects),
            authors: author_names(authors),
            published: self.date(item, "date_published", defects),
            updated: self.date(item, "date_modified", defects),
            categories: strings(item, "tags"),
            enclosures: self.attachments(item),
            comments: river.and_then(|river| self.address(river, "comments_url")),
            language: string(item, "language").map(|stated| language_tag(&stated)),
            origin: river.and_then(|river| self.origin(river)),
            also_in: river.map(|river| self.also_in(river)).unwrap_or_default(),
            id,
            ..Entry::default()
        }
    }

    /// Returns a date. Notes a defect if it can't be read; the entry is then kept without it.
    fn date(self, item: &Map<String, Value>, key: &str, defects: &mut Defects) -> Option<Timestamp> {
        let stated = string(item, key)?;
        let date = dates::parse_in(&stated, self.date_style);
        if date.is_none() {
            defects.note(dates::UNREADABLE);
        }
        date
    }

    fn address(self, object: &Map<String, Value>, key: &str) -> Option<String> {
        address::absolute_link(&string(object, key)?, self.base)
    }

    fn hubs(self, feed: &Map<String, Value>) -> Vec<String> {
        let hub = |hub: &Map<String, Value>| {
            let is_websub = string(hub, "type").is_some_and(|kind| kind.eq_ignore_ascii_case("websub"));
            if is_websub { self.address(hub, "url") } else { None }
        };
        objects(feed, "hubs").filter_map(hub).collect()
    }

    /// Returns the source in which another river found the entry.
    fn origin(self, river: &Map<String, Value>) -> Option<Origin> {
        let source = river.get("source")?.as_object()?;
        let origin = Origin { title: plain(source, "title"), url: self.address(source, "url") };
        (origin.title.is_some() || origin.url.is_some()).then_some(origin)
    }

    fn also_in(self, river: &Map<String, Value>) -> Vec<AlsoIn> {
        let place = |place: &Map<String, Value>| AlsoIn {
            source: plain(place, "source").unwrap_or_default(),
            title: plain(place, "title").unwrap_or_default(),
            url: self.address(place, "url"),
            is_discussion: false,
        };
        objects(river, "also_in").map(place).collect()
    }
}

/// Learns how the document writes its dates. Dates that begin with a year are skipped, because their order is always clear.
fn date_style(feed: &Map<String, Value>, items: &[Value], prior: &PriorKnowledge) -> DateStyle {
    let mut style = DateStyle::default();
    let items = items.iter().filter_map(Value::as_object);
    for text in
        items.flat_map(|item| ["date_published", "date_modified"].map(|key| string(item, key))).flatten()
    {
        if text.as_bytes().get(..4).is_none_or(|start| !start.iter().all(u8::is_ascii_digit)) {
            style.observe(&text);
        }
    }
    let style = style.with_language(&string(feed, "language").unwrap_or_default());
    prior.of_dates(style)
}

fn content(item: &Map<String, Value>, defects: &mut Defects) -> Option<MarkupText> {
    if let Some(html) = string(item, "content_html") {
        return Some(match html_or_plain(Cow::Owned(bounded(html, defects)), false) {
            Ok(html) => MarkupText::UnsafeHtml(html.into_owned()),
            Err(text) => MarkupText::Plain(text.into_owned()),
        });
    }
    string(item, "content_text").map(|text| MarkupText::Plain(bounded(text, defects)))
}

/// Returns a text as HTML if it looks like it. The specification says that a summary is plain text, but many feeds
/// write HTML.
fn text_or_html(text: String) -> MarkupText {
    match as_html(&text, Field::Untyped).map(Cow::into_owned) {
        Some(html) => MarkupText::UnsafeHtml(html),
        None => MarkupText::Plain(text),
    }
}

fn plain(object: &Map<String, Value>, key: &str) -> Option<String> {
    readable(&string(object, key)?)
}

/// Returns a title or a name on one line, without its tags.
fn readable(text: &str) -> Option<String> {
    let plain = as_html(text, Field::Title)
        .map_or_else(|| title_on_one_line(text), |html| html::title_to_plain(&html));
    (!plain.is_empty()).then_some(plain)
}

/// Returns the authors, each once. Reads `authors` of 1.1 and `author` of 1.0; either may be one author or a list, and an
/// author may be an object or a name. An author who has only a page has its address as name.
fn authors(object: &Map<String, Value>) -> Vec<Author> {
    let mut found: Vec<Author> = Vec::new();
    for author in listed(object, "authors").chain(listed(object, "author")) {
        let author = match author {
            Value::Object(author) => {
                let url = string(author, "url");
                let name = plain(author, "name").or_else(|| Some(name_of_page(url.as_deref()?)?.to_owned()));
                name.map(|name| Author { name, url, avatar: string(author, "avatar") })
            }
            other => {
                let name = as_string(other).and_then(|name| readable(&name));
                name.map(|name| Author { name, ..Author::default() })
            }
        };
        if let Some(author) = author
            && found.iter().all(|known| known.name != author.name)
        {
            found.push(author);
        }
    }
    found
}

/// Returns the address of a web page without its scheme.
fn name_of_page(url: &str) -> Option<&str> {
    let (scheme, name) = url.split_once("://")?;
    let name = name.trim_end_matches('/');
    (scheme.starts_with("http") && !name.is_empty()).then_some(name)
}

fn author_names(authors: &[Author]) -> Vec<String> {
    authors.iter().map(|author| author.name.clone()).collect()
}

/// Returns the words of a list, or of one text with commas between the words. Each word occurs once.
fn strings(object: &Map<String, Value>, key: &str) -> Vec<String> {
    let mut words: Vec<String> = Vec::new();
    let separators: &[char] = if object.get(key).is_some_and(Value::is_string) { &[','] } else { &[] };
    for text in listed(object, key).filter_map(as_string) {
        for word in text.split(separators).filter_map(readable) {
            if !words.contains(&word) && words.len() < MAX_LISTED {
                words.push(word);
            }
        }
    }
    words
}

fn objects<'a>(object: &'a Map<String, Value>, key: &str) -> impl Iterator<Item = &'a Map<String, Value>> {
    listed(object, key).filter_map(Value::as_object)
}

/// Returns the elements of a list. A value that is no list counts as a list of one.
fn listed<'a>(object: &'a Map<String, Value>, key: &str) -> impl Iterator<Item = &'a Value> {
    match object.get(key) {
        Some(Value::Array(values)) => values.iter(),
        Some(value) => std::slice::from_ref(value).iter(),
        None => [].iter(),
    }
}

fn string(object: &Map<String, Value>, key: &str) -> Option<String> {
    as_string(object.get(key)?)
}

/// Returns a string, trimmed, if it is not empty, or a number as text.
fn as_string(value: &Value) -> Option<String> {
    let text = match value {
        Value::String(text) => text.trim().to_owned(),
        Value::Number(number) => number.to_string(),
        _ => return None,
    };
    (!text.is_empty()).then_some(text)
}

fn as_whole_number(value: &Value) -> Option<u64> {
    match value {
        Value::Number(number) => number.as_u64(),
        Value::String(text) => text.trim().parse().ok(), // a text such as "3 MB" counts as unknown
        _ => None,
    }
}

fn bounded(mut text: String, defects: &mut Defects) -> String {
    if text.len() > html::MAX_LENGTH {
        defects.note("text-too-long");
        text.truncate(text.floor_char_boundary(html::MAX_LENGTH));
    }
    text
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_guard_and_trailing_commas_are_skipped() {
        let whole = json!({"title": "a,] \\\" ,}", "items": [{"id": "1"}, {"id": "2"}]});
        let strict = r#"{"title":"a,] \\\" ,}","items":[{"id":"1"},{"id":"2"}]}"#;
        let lenient = "{\"title\":\"a,] \\\\\\\" ,}\",\"items\":[{\"id\":\"1\",},{\"id\":\"2\"},\n ],}";
        for (text, repairs) in [
            (strict.to_owned(), vec![]),
            (format!(")]}}'\n{strict}"), vec![("leading-junk", 1)]),
            (format!(")]}}',\n{strict}"), vec![("leading-junk", 1)]),
            (lenient.to_owned(), vec![("stray-comma", 3)]),
        ] {
            let mut defects = Defects::default();
            assert_eq!(parse_json(&text, &mut defects).unwrap().value, whole, "{text}");
            let found: Vec<_> = defects.into_vec().iter().map(|defect| (defect.name, defect.count)).collect();
            assert_eq!(found, repairs, "{text}");
        }
    }

    #[test]
    fn invalid_json_is_refused_with_the_place_of_the_error() {
        for (text, place) in [
            (r#"{"items":[{"id":"1",},{"id":<b>}]}"#, "line 1 column 29"),
            (r#"{"items":[{"id":"1"},,]}"#, "line 1 column 23"),
        ] {
            let error = parse_json(text, &mut Defects::default()).err().unwrap().to_string();
            assert!(error.ends_with(place), "{text}: {error}");
        }
    }

    #[test]
    fn a_number_too_large_for_64_bits_is_not_used_as_an_id() {
        let text = r#"{"items":[{"id":12345678901234567890123,"url":"https://a.example/1"},{"id":7}]}"#;
        let feed = read(text, None, &PriorKnowledge::default(), &mut Defects::default()).unwrap();
        let ids: Vec<_> = feed.entries.iter().map(|entry| entry.id.as_deref()).collect();
        assert_eq!(ids, [None, Some("7")]);
    }
}
