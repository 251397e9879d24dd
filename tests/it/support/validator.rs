//! Checks documents against the rules of the W3C feed validator and the specifications, for the elements that a river uses.

use std::cell::RefCell;
use std::collections::{HashMap, HashSet};

use quick_xml::events::{BytesStart, Event};
use regex::Regex;
use riverd::render::Format;

use super::schemas::{atom_schema_complaints, json_schema_complaints};

/// An XML element with its children. Its name keeps the prefix, because our documents declare each prefix once, at the root.
#[derive(Default, Debug)]
pub(crate) struct Element {
    pub(crate) name: String,
    pub(crate) attributes: Vec<(String, String)>,
    pub(crate) children: Vec<Element>,
    pub(crate) text: String,
}

impl Element {
    /// Returns the children with this name.
    pub(crate) fn all<'a>(&'a self, name: &'a str) -> impl Iterator<Item = &'a Element> + 'a {
        self.children.iter().filter(move |child| child.name == name)
    }

    /// Returns the first child with this name.
    pub(crate) fn one(&self, name: &str) -> Option<&Element> {
        self.children.iter().find(|child| child.name == name)
    }

    /// Returns the text of the first child with this name.
    pub(crate) fn text_of(&self, name: &str) -> Option<&str> {
        self.one(name).map(|child| child.text.as_str())
    }

    /// Returns the value of an attribute.
    pub(crate) fn attribute(&self, name: &str) -> Option<&str> {
        self.attributes.iter().find(|(key, _)| key == name).map(|(_, value)| value.as_str())
    }
}

/// Parses a document. Returns an error if it is not well-formed.
pub(crate) fn tree(xml: &str) -> Result<Element, String> {
    let mut reader = quick_xml::Reader::from_str(xml);
    let mut open = vec![Element::default()];
    loop {
        match reader.read_event().map_err(|error| error.to_string())? {
            Event::Start(tag) => open.push(element(&tag)?),
            Event::Empty(tag) => open.last_mut().unwrap().children.push(element(&tag)?),
            Event::End(_) => {
                let closed = open.pop().unwrap();
                open.last_mut().ok_or("an end tag without a start tag")?.children.push(closed);
            }
            Event::Text(text) => open.last_mut().unwrap().text.push_str(&text),
            Event::CData(text) => open.last_mut().unwrap().text.push_str(&text),
            Event::GeneralRef(name) => {
                let escaped = format!("&{};", &*name);
                let text = quick_xml::escape::unescape(&escaped).map_err(|error| error.to_string())?;
                open.last_mut().unwrap().text.push_str(&text);
            }
            Event::Eof => break,
            _ => {}
        }
    }
    match (open.len(), open.pop()) {
        (1, Some(mut document)) if document.children.len() == 1 => Ok(document.children.remove(0)),
        _ => Err("there is not exactly one root element".to_owned()),
    }
}

fn element(tag: &BytesStart<'_>) -> Result<Element, String> {
    let name = |bytes: &[u8]| String::from_utf8(bytes.to_vec()).unwrap();
    let mut found = Element { name: name(tag.name().as_ref().as_bytes()), ..Element::default() };
    for attribute in tag.attributes() {
        let attribute = attribute.map_err(|error| error.to_string())?;
        let value = attribute
            .normalized_value(quick_xml::XmlVersion::Explicit1_0)
            .map_err(|error| error.to_string())?;
        found.attributes.push((name(attribute.key.as_ref().as_bytes()), value.into_owned()));
    }
    Ok(found)
}

/// Collects the violations of the rules.
struct Complaints(Vec<String>);

impl Complaints {
    /// Adds `what` unless the rule holds.
    fn unless(&mut self, holds: bool, what: impl Into<String>) {
        if !holds {
            self.0.push(what.into());
        }
    }

    /// Checks the number of children with each name: (name, least, most).
    fn counts(&mut self, parent: &Element, rules: &[(&str, usize, usize)]) {
        for (name, least, most) in rules {
            let count = parent.all(name).count();
            let what = format!("`{}` has {count} `{name}`", parent.name);
            self.unless((*least..=*most).contains(&count), what);
        }
    }

    /// Checks a value, if there is one, against a pattern.
    fn matches(&mut self, what: &str, value: Option<&str>, pattern: &'static str) {
        let Some(value) = value else { return };
        self.unless(is_match(pattern, value), format!("`{what}` is `{value}`"));
    }
}

fn is_match(pattern: &'static str, text: &str) -> bool {
    thread_local!(static COMPILED: RefCell<HashMap<&'static str, Regex>> = RefCell::default());
    COMPILED.with_borrow_mut(|compiled| {
        compiled.entry(pattern).or_insert_with(|| Regex::new(pattern).unwrap()).is_match(text)
    })
}

/// The pattern `rfc2396_full` of the W3C validator, limited to web addresses.
const ADDRESS: &str =
    r"^https?://[0-9a-zA-Z;/?:@&=+$.\-_!~*'()%,\[\]]+(#[0-9a-zA-Z;/?:@&=+$.\-_!~*'()%,]*)?$";
const URN: &str = r"^urn:uuid:[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$";
const MEDIA_TYPE: &str = r#"^[^\s()<>,;:\\"/\[\]?=]+/[^\s()<>,;:\\"/\[\]?=]+$"#;
const RFC_822: &str = r"^(Mon|Tue|Wed|Thu|Fri|Sat|Sun), \d\d (Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec) \d{4} \d\d:\d\d:\d\d (\+0000|GMT)$";
const RFC_3339: &str = r"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{3})?(Z|[+-]\d\d:\d\d)$";
const LANGUAGE: &str = r"^[a-z]{2}(-[A-Za-z0-9]{2,4})*$";
/// HTML that can run scripts, load other documents or change the style. In sanitised HTML, each `<` begins a tag.
const UNSAFE_HTML: &str =
    r"(?i)<(script|style|meta|embed|object|link|base|form)\b|<[^>]*\son[a-z]+\s*=|javascript:";

/// Checks the characters of a document.
fn check_characters(text: &str, complaints: &mut Complaints) {
    let is_illegal = |c: char| {
        (c < ' ' && !"\t\n\r".contains(c))
            || ('\u{7f}'..='\u{9f}').contains(&c)
            || ('\u{fffe}'..='\u{ffff}').contains(&c)
    };
    complaints.unless(!text.contains(is_illegal), "a character that XML forbids");
}

fn check_html(html: Option<&str>, complaints: &mut Complaints) {
    let Some(html) = html else { return };
    complaints.unless(!is_match(UNSAFE_HTML, html), format!("unsafe HTML: `{html}`"));
}

/// Returns the violations in a document that was served at `address`.
pub(crate) fn complaints(format: Format, text: &str, address: &str) -> Vec<String> {
    match format {
        Format::Rss => rss_complaints(text, address),
        Format::Atom => atom_complaints(text, address),
        Format::Json => json_complaints(text, address),
    }
}

/// Returns the violations in an RSS document that was served at `address`.
pub(crate) fn rss_complaints(text: &str, address: &str) -> Vec<String> {
    let mut complaints = Complaints(Vec::new());
    check_characters(text, &mut complaints);
    let root = match tree(text) {
        Ok(root) => root,
        Err(error) => return vec![error],
    };
    complaints
        .unless(root.name == "rss" && root.attribute("version") == Some("2.0"), "no `<rss version=2.0>`");
    let Some(channel) = root.one("channel") else { return vec!["no channel".to_owned()] };
    let once = [("title", 1, 1), ("link", 1, 1), ("description", 1, 1)];
    complaints.counts(channel, &once);
    complaints
        .counts(channel, &[("language", 0, 1), ("ttl", 0, 1), ("lastBuildDate", 0, 1), ("generator", 0, 1)]);
    complaints.unless(
        channel.text_of("title").is_some_and(|title| !title.trim().is_empty()),
        "a blank channel title",
    );
    complaints.matches("channel link", channel.text_of("link"), ADDRESS);
    complaints.matches("ttl", channel.text_of("ttl"), r"^[1-9]\d*$");
    complaints.matches("lastBuildDate", channel.text_of("lastBuildDate"), RFC_822);
    let itself: Vec<_> =
        channel.all("atom:link").filter(|link| link.attribute("rel") == Some("self")).collect();
    let is_self = itself.len() == 1 && itself[0].attribute("href") == Some(address);
    complaints.unless(is_self, format!("`atom:link rel=self` is not `{address}`"));
    let mut guids = HashSet::new();
    for item in channel.all("item") {
        rss_item(item, &mut complaints);
        let guid = item.text_of("guid").unwrap_or_default();
        complaints.unless(guids.insert(guid), format!("guid `{guid}` twice"));
    }
    complaints.0
}

fn rss_item(item: &Element, complaints: &mut Complaints) {
    const KNOWN: &[&str] =
        &["title", "link", "description", "category", "comments", "enclosure", "guid", "pubDate", "source"];
    for child in &item.children {
        let is_known = KNOWN.contains(&child.name.as_str()) || child.name.contains(':');
        complaints.unless(is_known, format!("an unknown element `{}` in an item", child.name));
    }
    complaints.counts(item, &[("title", 1, 1), ("guid", 1, 1), ("pubDate", 1, 1), ("source", 1, 1)]);
    complaints.counts(item, &[("link", 0, 1), ("description", 1, 1), ("content:encoded", 0, 1)]);
    complaints.counts(item, &[("enclosure", 0, 1), ("comments", 0, 1), ("dc:language", 0, 1)]);
    let place = |name: &str| item.children.iter().position(|child| child.name == name);
    let in_order =
        place("description").is_none_or(|at| place("content:encoded").is_none_or(|after| at < after));
    complaints.unless(in_order, "`content:encoded` before `description`");
    complaints.matches("link", item.text_of("link"), ADDRESS);
    complaints.matches("comments", item.text_of("comments"), ADDRESS);
    complaints.matches("pubDate", item.text_of("pubDate"), RFC_822);
    complaints.matches("dc:language", item.text_of("dc:language"), LANGUAGE);
    complaints.matches("guid", item.text_of("guid"), URN);
    let guid = item.one("guid");
    complaints.unless(
        guid.is_some_and(|guid| guid.attribute("isPermaLink") == Some("false")),
        "a guid that says it is a link",
    );
    complaints.matches(
        "source url",
        item.one("source").map(|source| source.attribute("url").unwrap_or_default()),
        ADDRESS,
    );
    for file in item.all("enclosure") {
        complaints.matches("enclosure url", Some(file.attribute("url").unwrap_or_default()), ADDRESS);
        complaints.matches("enclosure length", Some(file.attribute("length").unwrap_or_default()), r"^\d+$");
        complaints.matches("enclosure type", Some(file.attribute("type").unwrap_or_default()), MEDIA_TYPE);
    }
    check_html(item.text_of("description"), complaints);
    check_html(item.text_of("content:encoded"), complaints);
}

/// Returns the violations in an Atom document that was served at `address`.
pub(crate) fn atom_complaints(text: &str, address: &str) -> Vec<String> {
    let mut complaints = Complaints(Vec::new());
    check_characters(text, &mut complaints);
    let feed = match tree(text) {
        Ok(root) => root,
        Err(error) => return vec![error],
    };
    complaints.0.extend(atom_schema_complaints(&feed));
    let is_atom = feed.name == "feed" && feed.attribute("xmlns") == Some("http://www.w3.org/2005/Atom");
    complaints.unless(is_atom, "no Atom feed");
    complaints.counts(&feed, &[("id", 1, 1), ("title", 1, 1), ("updated", 1, 1), ("author", 1, usize::MAX)]);
    complaints.matches("feed id", feed.text_of("id"), ADDRESS);
    complaints.matches("feed updated", feed.text_of("updated"), RFC_3339);
    let linked = |rel: &str| -> Vec<_> {
        feed.all("link").filter(|link| link.attribute("rel") == Some(rel)).collect()
    };
    let is_self = linked("self").len() == 1 && linked("self")[0].attribute("href") == Some(address);
    complaints.unless(is_self, format!("`link rel=self` is not `{address}`"));
    complaints.unless(linked("alternate").len() == 1, "no alternate link");
    let mut ids = HashSet::new();
    for entry in feed.all("entry") {
        atom_entry(entry, &mut complaints);
        let id = entry.text_of("id").unwrap_or_default();
        complaints.unless(ids.insert(id), format!("id `{id}` twice"));
    }
    complaints.0
}

fn atom_entry(entry: &Element, complaints: &mut Complaints) {
    complaints.counts(entry, &[("id", 1, 1), ("title", 1, 1), ("updated", 1, 1), ("source", 1, 1)]);
    complaints.counts(
        entry,
        &[("published", 0, 1), ("summary", 0, 1), ("content", 0, 1), ("author", 1, usize::MAX)],
    );
    complaints.matches("entry id", entry.text_of("id"), URN);
    complaints.matches("updated", entry.text_of("updated"), RFC_3339);
    complaints.matches("published", entry.text_of("published"), RFC_3339);
    let has_text = entry.one("summary").or(entry.one("content")).is_some_and(|text| !text.text.is_empty());
    complaints.unless(has_text, "an entry without text");
    let alternates = entry.all("link").filter(|link| link.attribute("rel") == Some("alternate")).count();
    complaints.unless(alternates <= 1, "two pages of one entry");
    complaints.unless(alternates == 1 || entry.one("content").is_some(), "neither content nor a page");
    for author in entry.all("author") {
        complaints
            .unless(author.text_of("name").is_some_and(|name| !name.is_empty()), "an author without a name");
    }
    for link in entry.all("link") {
        complaints.matches("link", Some(link.attribute("href").unwrap_or_default()), ADDRESS);
        complaints.matches(
            "link rel",
            link.attribute("rel"),
            "^(alternate|replies|enclosure|preview|license|related|via)$",
        );
        complaints.matches("link type", link.attribute("type"), MEDIA_TYPE);
        complaints.matches("link length", link.attribute("length"), r"^\d+$");
    }
    for category in entry.all("category") {
        complaints.unless(
            category.attribute("term").is_some_and(|term| !term.is_empty()),
            "a category without a term",
        );
    }
    for text in ["title", "summary", "content"].into_iter().filter_map(|name| entry.one(name)) {
        complaints.matches("xml:lang", text.attribute("xml:lang"), LANGUAGE);
        if text.attribute("type") == Some("html") {
            check_html(Some(&text.text), complaints);
        }
    }
    let Some(source) = entry.one("source") else { return };
    complaints.counts(source, &[("id", 1, 1), ("title", 1, 1), ("updated", 1, 1)]);
    complaints.matches("source id", source.text_of("id"), ADDRESS);
    complaints.matches("source updated", source.text_of("updated"), RFC_3339);
}

/// Returns the violations in a JSON Feed that was served at `address`.
pub(crate) fn json_complaints(text: &str, address: &str) -> Vec<String> {
    let mut complaints = Complaints(Vec::new());
    let feed: serde_json::Value = match serde_json::from_str(text) {
        Ok(feed) => feed,
        Err(error) => return vec![error.to_string()],
    };
    complaints.0.extend(json_schema_complaints(&feed));
    complaints.unless(feed["version"] == "https://jsonfeed.org/version/1.1", "no version");
    complaints
        .unless(feed["title"].is_string() && feed["home_page_url"].is_string(), "no title or home page");
    complaints.unless(feed["feed_url"] == address, format!("`feed_url` is not `{address}`"));
    let Some(items) = feed["items"].as_array() else { return vec!["no items".to_owned()] };
    let mut ids = HashSet::new();
    for item in items {
        let id = item["id"].as_str().unwrap_or_default();
        complaints.matches("id", Some(id), URN);
        complaints.unless(ids.insert(id), format!("id `{id}` twice"));
        let texts = [&item["content_html"], &item["content_text"]];
        complaints.unless(texts.iter().filter(|text| text.is_string()).count() == 1, "not one content");
        complaints.matches("url", item["url"].as_str(), ADDRESS);
        complaints.matches(
            "date_published",
            Some(item["date_published"].as_str().unwrap_or_default()),
            RFC_3339,
        );
        complaints.matches("date_modified", item["date_modified"].as_str(), RFC_3339);
        check_html(item["content_html"].as_str(), &mut complaints);
        for file in item["attachments"].as_array().into_iter().flatten() {
            complaints.matches("attachment", Some(file["url"].as_str().unwrap_or_default()), ADDRESS);
            complaints.matches("mime_type", Some(file["mime_type"].as_str().unwrap_or_default()), MEDIA_TYPE);
        }
    }
    complaints.0
}
