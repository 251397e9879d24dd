//! Reads lists of subscriptions: OPML as feed readers export it, however broken, and plain lists of addresses.
//!
//! OPML is read with the same scanner as broken feeds. Nothing in it can fail: a missing end tag, a bare `&` or a wrong
//! encoding costs at most the outline where it stands. Entities are expanded within bounds, and depth costs no stack.

mod folders;

use crate::document::clean::clean;
use crate::document::decode::decode;
use crate::document::defects::Defects;
use crate::document::xml::entities::Entities;
use crate::document::xml::scan::Scanner;
use crate::document::xml::tags::{XmlTag, XmlToken};
use crate::text::words::on_one_line;
use folders::Folders;

/// How many feeds of one list are read. feeds.toml allows no more sources.
const MAX_FEEDS: usize = 100_000;

/// How many lines of one list that can't be used are reported.
const MAX_PROBLEMS: usize = 1000;

/// A list of subscriptions.
#[derive(Clone, PartialEq, Eq, Default, Debug)]
pub struct SubscriptionList {
    /// The feeds in the order of the list.
    pub feeds: Vec<ListedFeed>,
    /// What can't be used, in the order of the list. At most a thousand lines are reported.
    pub problems: Vec<ListProblem>,
    /// How many further lines can't be used.
    pub more_problems: usize,
}

/// A feed in a list of subscriptions.
#[derive(Clone, PartialEq, Eq, Default, Debug)]
pub struct ListedFeed {
    /// Number of the line on which it stands, from 1.
    pub line: usize,
    /// Address as it is written. It may be invalid.
    pub url: String,
    /// Title on one line. In riverd's own lists, only a title that the operator gave; in the lists of other programs, `text` if
    /// there is no title.
    pub title: Option<String>,
    /// Text that the list shows for the feed (`text` in OPML).
    pub text: Option<String>,
    /// Its folders from the outermost, and its categories. Each occurs once.
    pub tags: Vec<String>,
    /// Name of the source, in riverd's own lists.
    pub name: Option<String>,
    /// Fixed interval between polls, in riverd's own lists.
    pub every: Option<String>,
    /// Cron expression of the polls, in riverd's own lists.
    pub schedule: Option<String>,
    /// Whether the source is not to be polled, in riverd's own lists.
    pub is_disabled: bool,
    /// Whether the operator forbids that the address is published, in riverd's own lists.
    pub is_private: bool,
}

/// A line of a list that can't be used.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct ListProblem {
    /// Number of the line, from 1.
    pub line: usize,
    /// What is wrong.
    pub message: String,
}

/// Reads a list. If `body` is no list, the result has no feeds.
pub fn parse(body: &[u8]) -> SubscriptionList {
    let mut defects = Defects::default();
    let text = decode(body, None, &mut defects);
    let before_markup = text.find('<').and_then(|at| text.get(..at)).unwrap_or_default();
    let first_word = text.trim_start_matches(|c: char| c.is_whitespace() || c == '\u{feff}');
    if first_word.starts_with('<') {
        let lines_before = before_markup.matches('\n').count();
        return OutlineReader::new(&clean(&text, &mut defects), lines_before).read();
    }
    addresses(&text)
}

/// Reads a list with one address a line. What follows an address on its line is left out, and so are comments (`#`).
fn addresses(text: &str) -> SubscriptionList {
    let mut list = SubscriptionList::default();
    for (index, line) in text.lines().enumerate() {
        let Some(first) = line.split_whitespace().next().filter(|first| !first.starts_with('#')) else {
            continue;
        };
        if first.contains("://") {
            list.add(ListedFeed { line: index + 1, url: first.to_owned(), ..ListedFeed::default() });
        } else {
            list.report(index + 1, "this line is not an address".to_owned());
        }
    }
    list
}

impl SubscriptionList {
    fn add(&mut self, feed: ListedFeed) {
        if self.feeds.len() < MAX_FEEDS {
            self.feeds.push(feed);
        } else {
            self.report(feed.line, format!("the list has more than {MAX_FEEDS} feeds"));
        }
    }

    fn report(&mut self, line: usize, message: String) {
        if self.problems.len() < MAX_PROBLEMS {
            self.problems.push(ListProblem { line, message });
        } else {
            self.more_problems += 1;
        }
    }
}

/// Reads the outlines of an OPML document.
struct OutlineReader<'a> {
    text: &'a str,
    entities: Entities,
    defects: Defects,
    folders: Folders,
    list: SubscriptionList,
    /// Number of the line at `counted_to`, from 1.
    line: usize,
    /// Offset in bytes up to which lines were counted.
    counted_to: usize,
}

impl<'a> OutlineReader<'a> {
    fn new(text: &'a str, lines_before: usize) -> Self {
        Self {
            text,
            entities: Entities::default(),
            defects: Defects::default(),
            folders: Folders::default(),
            list: SubscriptionList::default(),
            line: lines_before + 1,
            counted_to: 0,
        }
    }

    fn read(mut self) -> SubscriptionList {
        let mut scanner = Scanner::new(self.text);
        while let Some((at, token)) = scanner.next() {
            match token {
                XmlToken::Doctype(doctype) => self.entities.read_doctype(doctype),
                XmlToken::Start(tag) if tag.name.eq_ignore_ascii_case("outline") => {
                    self.count_lines(at);
                    self.outline(&tag);
                }
                XmlToken::End(name) if name.eq_ignore_ascii_case("outline") => self.folders.close(),
                XmlToken::CutOffTag => {
                    self.count_lines(at);
                    self.list.report(self.line, "the file ends in the middle of a tag".to_owned());
                    break;
                }
                _ => {}
            }
        }
        self.list
    }

    fn count_lines(&mut self, at: usize) {
        let between = self.text.get(self.counted_to..at).unwrap_or_default();
        self.line += between.bytes().filter(|byte| *byte == b'\n').count();
        self.counted_to = at;
    }

    fn outline(&mut self, tag: &XmlTag<'a>) {
        let attribute = |reader: &mut Self, names: &[&str]| reader.attribute(tag, names);
        let kind = attribute(self, &["type"]).unwrap_or_default().to_ascii_lowercase();
        let text = attribute(self, &["text"]);
        let title = attribute(self, &["title"]);
        let shown = text.clone().or_else(|| title.clone());
        let mut url = attribute(self, &["xmlUrl", "feedUrl", "rssUrl"]);
        if url.is_none() && matches!(kind.as_str(), "rss" | "atom" | "feed") {
            url = attribute(self, &["url"]);
        }
        let Some(url) = url else {
            if tag.empty {
                let name = shown.map(|name| format!("`{name}` ")).unwrap_or_default();
                let message = match kind.as_str() {
                    "include" => format!("{name}refers to another list; import that list itself"),
                    "link" => format!("{name}is a link to a page, not a feed"),
                    _ => format!("this outline {name}has no `xmlUrl`, so it names no feed"),
                };
                self.list.report(self.line, message);
            } else {
                self.folders.open(shown);
            }
            return;
        };
        let mut tags = self.folders.names();
        for category in attribute(self, &["category"]).unwrap_or_default().split(',') {
            folders::add_names(&mut tags, category);
        }
        let name = attribute(self, &["river:name"]);
        // riverd writes a title only if the operator gave one.
        let title = if name.is_some() { title } else { title.or_else(|| text.clone()) };
        let feed = ListedFeed {
            line: self.line,
            url,
            title,
            text,
            tags,
            name,
            every: attribute(self, &["river:every"]),
            schedule: attribute(self, &["river:schedule"]),
            is_disabled: attribute(self, &["river:enabled"]).is_some_and(|value| value == "false"),
            is_private: attribute(self, &["river:private"]).is_some_and(|value| value == "true"),
        };
        self.list.add(feed);
        if !tag.empty {
            // What stands inside a feed's outline is in no further folder.
            self.folders.open(None);
        }
    }

    /// Returns the first of these attributes that is not blank, decoded and on one line.
    fn attribute(&mut self, tag: &XmlTag<'a>, names: &[&str]) -> Option<String> {
        for raw in names.iter().filter_map(|name| tag.attribute(name)) {
            let mut decoded = String::with_capacity(raw.len());
            self.entities.decode(raw, &mut decoded, &mut self.defects);
            let value = on_one_line(&decoded);
            if !value.is_empty() {
                return Some(value);
            }
        }
        None
    }
}

#[cfg(test)]
mod tests;
