//! Reads persons. In Atom a person has child elements; in RSS it is a line of text with names, e-mail addresses or
//! both, in any order.

use std::borrow::Cow;

use super::links::is_web_address;
use super::scan::Content;
use super::tags::XmlTag;
use super::text::readable;
use super::vocabulary::{self, Meaning, Namespace};
use super::{AtomConverter, MAX_CHILDREN};
use crate::model::FeedFormat;

/// A person with a name, an e-mail address or both, and perhaps a page.
#[derive(Default, Debug)]
pub(super) struct Person {
    pub(super) name: Option<String>,
    pub(super) email: Option<String>,
    /// Address of the person's page as written.
    pub(super) page: Option<String>,
}

impl Person {
    /// Returns the child elements of an Atom person, with their values.
    pub(super) fn elements(&self) -> [(&str, Option<&str>); 3] {
        [("name", self.name.as_deref()), ("uri", self.page.as_deref()), ("email", self.email.as_deref())]
    }
}

/// What is known of the authors of an entry while it is read.
#[derive(Default, Debug)]
pub(super) struct EntryPeople {
    /// Whether an author with a name was written.
    has_name: bool,
    /// Authors of an entry of RSS who have only an e-mail address.
    only_addresses: Vec<Person>,
    /// Authors whom iTunes or Media RSS names beside an entry of RSS.
    credits: Vec<Person>,
}

impl<'a> AtomConverter<'a, '_> {
    /// Reads the authors in an element, and writes each. If no author of an RSS entry has a name, they are kept for
    /// [`Self::write_unnamed_people`] instead.
    pub(super) fn read_person(&mut self, tag: &XmlTag<'a>, namespace: Namespace) {
        if namespace == Namespace::Itunes && self.extras.format != FeedFormat::Atom {
            return self.read_author_of_show(tag);
        }
        let content = self.read_content(tag);
        let mut people = self.people_in_content(content);
        if people.iter().all(|person| person.name.is_none() && person.email.is_none()) {
            // Some programs write the name as an attribute of an empty element.
            people.extend(self.attribute(tag, "name").map(|name| person_in(&name)));
        }
        let has_name = people.iter().any(|person| person.name.is_some());
        let is_atom = self.extras.format == FeedFormat::Atom;
        match &mut self.entry {
            Some(entry) if !is_atom && !has_name => entry.people.only_addresses.extend(people),
            Some(entry) => {
                entry.people.has_name |= has_name;
                self.write_people(&people);
            }
            None => self.write_people(&people),
        }
    }

    /// Completes the authors of an entry of RSS that names none: writes the people in `itunes:author` and `media:credit`, or
    /// else the authors of whom the entry gives only an e-mail address. These come last, because an `author` often has the
    /// address of somebody whom `dc:creator` names, or that of a robot.
    pub(super) fn write_unnamed_people(&mut self, people: &EntryPeople) {
        if !people.has_name {
            let named = !people.credits.is_empty();
            self.write_people(if named { &people.credits } else { &people.only_addresses });
        }
    }

    /// Reads `itunes:author` of an entry of RSS. It often names the show, so it counts only if nobody else is named.
    fn read_author_of_show(&mut self, tag: &XmlTag<'a>) {
        let content = self.read_content(tag);
        let people = self.people_in_content(content);
        if let Some(entry) = &mut self.entry {
            let named = people.into_iter().filter(|person| person.name.is_some());
            let room = MAX_CHILDREN.saturating_sub(entry.people.credits.len());
            entry.people.credits.extend(named.take(room));
        }
    }

    /// Reads `media:credit`. It counts only if its role is that of the author. Some programs write a second `media:credit`,
    /// with the address of the author's picture; it does not count.
    pub(super) fn read_credit(&mut self, tag: &XmlTag<'a>) {
        let is_author = tag.attribute("role").is_some_and(|role| role.eq_ignore_ascii_case("author"));
        let name = self.read_label(tag).filter(|name| is_author && !is_web_address(name));
        if let Some((entry, name)) = self.entry.as_mut().zip(name)
            && self.extras.format != FeedFormat::Atom
            && entry.people.credits.len() < MAX_CHILDREN
        {
            entry.people.credits.push(person_in(&name));
        }
    }

    fn write_people(&mut self, people: &[Person]) {
        for person in people.iter().take(MAX_CHILDREN) {
            self.out.write_person(person.elements());
        }
    }

    /// Reads the people in an element who contributed beside the authors. Those without a name are left out.
    pub(super) fn read_contributor(&mut self, tag: &XmlTag<'a>) {
        let content = self.read_content(tag);
        let names: Vec<String> =
            self.people_in_content(content).into_iter().filter_map(|person| person.name).collect();
        if names.is_empty() {
            return;
        }
        self.update_extras(|extras| {
            let known = &mut extras.details.contributors;
            for name in names {
                if known.len() < MAX_CHILDREN && !known.contains(&name) {
                    known.push(name);
                }
            }
        });
    }

    pub(super) fn people_in_content(&mut self, content: Content<'a>) -> Vec<Person> {
        // `Jo <jo@example.org>` without escapes looks like markup, and is text.
        if let Content::Markup(raw) = content
            && raw.trim_start().starts_with('<')
        {
            let people = self.people_in_children(raw, 0);
            if !people.is_empty() {
                return people;
            }
        }
        let escaped = match &content {
            Content::Text(segments) => {
                self.value_in(Content::Text(segments.clone())).and_then(|text| escaped_name(&text))
            }
            Content::Markup(_) => None,
        };
        match escaped {
            Some(name) => readable(Cow::Owned(name)).map(|name| people_in(&name)).unwrap_or_default(),
            None => self.label_in(content).map(|text| people_in(&text)).unwrap_or_default(),
        }
    }

    /// Reads people from child elements: a name and an e-mail address, or persons one level deeper. A `title` is the name
    /// only if there is no other, because some programs write a person's position there.
    fn people_in_children(&mut self, raw: &'a str, depth: u8) -> Vec<Person> {
        let mut people: Vec<Person> = Vec::new();
        let (mut person, mut title) = (Person::default(), None);
        let (mut first, mut last): (Option<String>, Option<String>) = (None, None);
        for (child, content) in Self::children(raw) {
            let (_, local) = vocabulary::split(child.name);
            match self.meaning_of_child(&child) {
                Meaning::PersonEmail => {
                    person.email = self.value_in(content).map(Cow::into_owned).or(person.email);
                }
                _ if is_one_of(local, &PAGE_NAMES) => {
                    person.page = self.value_in(content).map(Cow::into_owned).or(person.page);
                }
                _ if is_one_of(local, &GIVEN_NAMES) => {
                    first = self.label_in(content).map(Cow::into_owned).or(first);
                }
                _ if is_one_of(local, &FAMILY_NAMES) => {
                    last = self.label_in(content).map(Cow::into_owned).or(last);
                }
                Meaning::Title => title = self.label_in(content).map(Cow::into_owned).or(title),
                // Vocabularies of people, such as FOAF, have `name` in a namespace of their own.
                meaning if meaning == Meaning::PersonName || local.eq_ignore_ascii_case("name") => {
                    if person.name.is_some() {
                        people.push(std::mem::take(&mut person));
                    }
                    person.name = self.label_in(content).map(Cow::into_owned);
                }
                meaning => match content {
                    Content::Markup(inner) if depth < MAX_PERSON_DEPTH && is_person(local) => {
                        people.extend(self.people_in_children(inner, depth + 1));
                    }
                    text if meaning == Meaning::Person => {
                        people.extend(self.label_in(text).map(|text| people_in(&text)).unwrap_or_default());
                    }
                    _ => {}
                },
            }
        }
        if person.name.is_none() && people.is_empty() {
            let parts: Vec<String> = first.into_iter().chain(last).collect();
            person.name = if parts.is_empty() { title } else { Some(parts.join(" ")) };
        }
        if person.name.is_some() || person.email.is_some() {
            people.push(person);
        }
        people
    }
}

/// Returns what the element `name` contains in a person whose elements are escaped.
fn escaped_name(text: &str) -> Option<String> {
    let text = text.trim_start().strip_prefix('<')?;
    let lower = text.to_ascii_lowercase();
    let start = lower.find("name>")? + "name>".len();
    let end = start + lower.get(start..)?.find("</name>")?;
    text.get(start..end).map(|name| name.trim().to_owned()).filter(|name| !name.is_empty())
}

/// How deep persons may be nested in an author.
const MAX_PERSON_DEPTH: u8 = 3;

/// Elements with the address of a person's page.
const PAGE_NAMES: [&str; 4] = ["uri", "url", "homepage", "website"];
/// Elements with the given name of a person.
const GIVEN_NAMES: [&str; 7] =
    ["first", "firstname", "first_name", "first-name", "given", "givenname", "given-names"];
/// Elements with the family name of a person.
const FAMILY_NAMES: [&str; 7] =
    ["last", "lastname", "last_name", "last-name", "family", "familyname", "surname"];

fn is_one_of(local: &str, names: &[&str]) -> bool {
    names.iter().any(|name| local.eq_ignore_ascii_case(name))
}

/// Returns whether an element of this name contains a person.
fn is_person(local: &str) -> bool {
    is_one_of(local, &["author", "person", "creator", "user", "agent"])
}

/// Returns the people that a line names. A comma may be part of a name, so the line is split only if each part has an
/// e-mail address.
fn people_in(text: &str) -> Vec<Person> {
    let parts: Vec<&str> = parts(text).take(MAX_CHILDREN).collect();
    if parts.len() > 1 && parts.iter().all(|part| address_in(part).is_some()) {
        parts.into_iter().map(person_in).collect()
    } else {
        vec![person_in(text)]
    }
}

/// Splits a line at the commas and semicolons that are outside brackets and quotes.
fn parts(text: &str) -> impl Iterator<Item = &str> {
    let (mut depth, mut quoted) = (0_usize, false);
    let separates = move |character: char| {
        match character {
            '"' => quoted = !quoted,
            '(' | '<' | '[' => depth += 1,
            ')' | '>' | ']' => depth = depth.saturating_sub(1),
            _ => {}
        }
        matches!(character, ',' | ';') && depth == 0 && !quoted
    };
    text.split(separates).filter(|part| !part.trim().is_empty())
}

/// Returns the name and the e-mail address in `text`: `jo@example.org (Jo)`, `Jo <jo@example.org>`, `Jo
/// (jo@example.org)`, `mailto:jo@example.org`, `Jo`.
fn person_in(text: &str) -> Person {
    let text = text.trim_matches(|c: char| c.is_whitespace() || matches!(c, ',' | ';'));
    if let Some(name) = name_in_address(text) {
        return Person { name: Some(name.to_owned()), email: None, page: None };
    }
    let Some(address) = address_in(text) else {
        let name = text.strip_prefix('(').and_then(|inner| inner.strip_suffix(')')).unwrap_or(text);
        return Person { name: non_empty(name.trim()), ..Person::default() };
    };
    let name = text.replacen(address, "", 1);
    let name = name.replace("()", "").replace("<>", "").replace("[]", "");
    let name = name.trim().trim_matches([',', ';', ':', '、']).trim();
    let name = name.strip_prefix('(').and_then(|inner| inner.strip_suffix(')')).unwrap_or(name);
    let name = name.strip_prefix('<').and_then(|inner| inner.strip_suffix('>')).unwrap_or(name);
    Person {
        name: non_empty(name.trim().trim_matches('"')),
        email: non_empty(strip_scheme(address)),
        page: None,
    }
}

/// Returns the name in the address of somebody's page, which Lemmy writes in place of the name: `https://a.example/u/ann`.
fn name_in_address(text: &str) -> Option<&str> {
    if !is_web_address(text) || text.contains(char::is_whitespace) {
        return None;
    }
    let (before, name) = text.split(['?', '#']).next()?.trim_end_matches('/').rsplit_once('/')?;
    let is_of_people =
        ["/u", "/user", "/users", "/author", "/people", "/profile"].iter().any(|end| before.ends_with(end));
    let name = name.strip_prefix('@').or_else(|| is_of_people.then_some(name))?;
    name.chars().any(char::is_alphanumeric).then_some(name)
}

/// Returns the first word that is an e-mail address.
fn address_in(text: &str) -> Option<&str> {
    text.split(is_delimiter).find(|word| is_email(strip_scheme(word)))
}

fn is_delimiter(character: char) -> bool {
    character.is_whitespace()
        || matches!(character, '<' | '>' | '(' | ')' | '[' | ']' | ',' | ';' | '"' | '、')
}

fn strip_scheme(word: &str) -> &str {
    word.strip_prefix("mailto:").unwrap_or(word)
}

fn is_email(word: &str) -> bool {
    word.split_once('@').is_some_and(|(local, domain)| {
        !local.is_empty() && domain.contains('.') && !domain.starts_with('.') && !domain.contains(['@', '/'])
    })
}

fn non_empty(text: &str) -> Option<String> {
    (text.chars().any(char::is_alphanumeric) && !is_no_name(text)).then(|| text.to_owned())
}

/// Returns whether a program wrote this because it had no name.
fn is_no_name(text: &str) -> bool {
    ["null", "undefined", "Array", "[object Object]"].contains(&text)
}

#[cfg(test)]
mod tests {
    use crate::document::{RawDocument, parse};
    use crate::model::Author;

    #[test]
    fn an_author_whose_name_is_in_parts_or_in_an_attribute_has_a_whole_name() {
        for (author, name) in [
            ("<author><first>Ana</first><last>Lind</last></author>", "Ana Lind"),
            ("<author><lastName>Lind</lastName><firstName>Ana</firstName></author>", "Ana Lind"),
            ("<author><given-names>Ana</given-names><surname>Lind</surname></author>", "Ana Lind"),
            ("<author><name>A. Lind</name><first>Ana</first></author>", "A. Lind"),
            ("<author><first>Ana</first></author>", "Ana"),
            ("<author name='Ana Lind'/>", "Ana Lind"),
            ("<author name='x'>Ana Lind</author>", "Ana Lind"),
        ] {
            let body = format!("<rss><channel><item><title>T</title>{author}</item></channel></rss>");
            let feed = parse(RawDocument { body: body.as_bytes(), content_type: None, url: None }).unwrap();
            assert_eq!(feed.entries[0].authors, [name], "{author}");
        }
    }

    #[test]
    fn the_page_of_an_author_is_kept() {
        let body = "<feed xmlns='http://www.w3.org/2005/Atom'><entry><id>1</id><title>T</title>
            <author><name>Ana</name><uri>https://ana.example/</uri></author><author><name>Bo</name></author>
            </entry></feed>";
        let feed = parse(RawDocument { body: body.as_bytes(), content_type: None, url: None }).unwrap();
        let author = |name: &str, url: Option<&str>| Author {
            name: name.to_owned(),
            url: url.map(str::to_owned),
            avatar: None,
        };
        let expected = [author("Ana", Some("https://ana.example/")), author("Bo", None)];
        assert_eq!(feed.entries[0].details.authors, expected);
    }
}
