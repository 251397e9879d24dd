//! Persons: elements in Atom; in RSS a line of text with a name, an address, or both in one of several orders.

use std::borrow::Cow;

use super::super::scan::Content;
use super::super::tags::Tag;
use super::super::vocabulary::Meaning;
use super::Rebuild;

impl<'a> Rebuild<'a, '_> {
    /// An author: the elements of Atom, or RSS's line of text.
    pub(super) fn person(&mut self, tag: &Tag<'a>) {
        let content = self.content(tag);
        let (name, email) = self.person_of(content);
        if name.is_some() || email.is_some() {
            self.out.person(name.as_deref(), email.as_deref());
        }
    }

    pub(super) fn person_of(&mut self, content: Content<'a>) -> (Option<String>, Option<String>) {
        match content {
            Content::Markup(raw) => self.person_elements(raw),
            content @ Content::Text(_) => {
                self.simple_of(content).map_or((None, None), |text| name_and_email(&text))
            }
        }
    }

    fn person_elements(&mut self, raw: &'a str) -> (Option<String>, Option<String>) {
        let (mut name, mut email) = (None, None);
        let children = Self::children(raw);
        if children.is_empty() {
            return self.simple_of(Content::Markup(raw)).map_or((None, None), |text| name_and_email(&text));
        }
        for (child, content) in children {
            match self.child_meaning(&child) {
                Meaning::PersonName | Meaning::Title => name = self.simple_of(content).or(name),
                Meaning::PersonEmail => email = self.simple_of(content).or(email),
                _ => {}
            }
        }
        (name.map(Cow::into_owned), email.map(Cow::into_owned))
    }
}

/// The name and the e-mail address in `text`: `jo@example.org (Jo)`, `Jo <jo@example.org>`, `Jo (jo@example.org)`,
/// `mailto:jo@example.org`, `Jo`.
fn name_and_email(text: &str) -> (Option<String>, Option<String>) {
    let text = text.trim();
    let Some(address) = text.split(is_delimiter).find(|word| is_email(strip_scheme(word))) else {
        return (some(text), None);
    };
    let name = text.replacen(address, "", 1);
    let name = name.replace("()", "").replace("<>", "").replace("[]", "");
    let name = name.trim().trim_matches([',', ';', ':', '、']).trim();
    let name = name.strip_prefix('(').and_then(|inner| inner.strip_suffix(')')).unwrap_or(name);
    let name = name.strip_prefix('<').and_then(|inner| inner.strip_suffix('>')).unwrap_or(name);
    (some(name.trim().trim_matches('"')), some(strip_scheme(address)))
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

fn some(text: &str) -> Option<String> {
    (!text.is_empty()).then(|| text.to_owned())
}
