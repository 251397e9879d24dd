//! Reads persons. In Atom a person has child elements; in RSS it is a line of text with names, e-mail addresses or
//! both, in any order.

use std::borrow::Cow;

use super::scan::Content;
use super::tags::XmlTag;
use super::vocabulary::Meaning;
use super::{AtomConverter, MAX_CHILDREN};

/// A person with a name, an e-mail address or both.
#[derive(Default, Debug)]
pub(super) struct Person {
    pub(super) name: Option<String>,
    pub(super) email: Option<String>,
}

impl<'a> AtomConverter<'a, '_> {
    /// Reads the authors in an element, and writes each.
    pub(super) fn read_person(&mut self, tag: &XmlTag<'a>) {
        let content = self.read_content(tag);
        for person in self.people_in_content(content) {
            self.out.write_person(person.name.as_deref(), person.email.as_deref());
        }
    }

    pub(super) fn people_in_content(&mut self, content: Content<'a>) -> Vec<Person> {
        let children = match content {
            Content::Markup(raw) if raw.trim_start().starts_with('<') => Self::children(raw),
            // `Jo <jo@example.org>` without escapes looks like markup, and is text.
            _ => Vec::new(),
        };
        if children.is_empty() {
            return self.label_in(content).map(|text| people_in(&text)).unwrap_or_default();
        }
        let mut person = Person::default();
        for (child, content) in children {
            match self.meaning_of_child(&child) {
                Meaning::PersonName | Meaning::Title => {
                    person.name = self.label_in(content).map(Cow::into_owned).or(person.name);
                }
                Meaning::PersonEmail => {
                    person.email = self.value_in(content).map(Cow::into_owned).or(person.email);
                }
                _ => {}
            }
        }
        let is_known = person.name.is_some() || person.email.is_some();
        if is_known { vec![person] } else { Vec::new() }
    }
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
    let text = text.trim();
    let Some(address) = address_in(text) else {
        return Person { name: non_empty(text), email: None };
    };
    let name = text.replacen(address, "", 1);
    let name = name.replace("()", "").replace("<>", "").replace("[]", "");
    let name = name.trim().trim_matches([',', ';', ':', '、']).trim();
    let name = name.strip_prefix('(').and_then(|inner| inner.strip_suffix(')')).unwrap_or(name);
    let name = name.strip_prefix('<').and_then(|inner| inner.strip_suffix('>')).unwrap_or(name);
    Person { name: non_empty(name.trim().trim_matches('"')), email: non_empty(strip_scheme(address)) }
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
    (!text.is_empty()).then(|| text.to_owned())
}
