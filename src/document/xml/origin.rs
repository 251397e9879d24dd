//! Where an entry comes from and where else it is: `source` in both dialects, and what another river says.

use std::borrow::Cow;

use super::Rebuild;
use super::atom_writer::TextKind;
use super::links::link_rel;
use super::scan::Content;
use super::tags::XmlTag;
use super::text::Unstated;
use super::vocabulary::Meaning;
use crate::model::{AlsoIn, Origin};
use crate::text::html;

impl<'a> Rebuild<'a, '_> {
    /// RSS `<source url="…">title</source>`, or Atom's `source` with the elements of a feed in it.
    pub(super) fn source(&mut self, tag: &XmlTag<'a>) {
        let url = self.attribute(tag, "url");
        let url = url.and_then(|url| self.resolved(tag, &url));
        let mut origin = Origin { title: None, url };
        match self.content(tag) {
            Content::Markup(raw) if origin.url.is_none() => self.atom_source(raw, &mut origin),
            content => origin.title = self.label_of(content).map(Cow::into_owned),
        }
        if origin.title.is_some() || origin.url.is_some() {
            self.beside_entry(|beside| beside.origin = Some(origin));
        }
    }

    fn atom_source(&mut self, raw: &'a str, origin: &mut Origin) {
        let (mut itself, mut page, mut id) = (None, None, None);
        for (child, content) in Self::children(raw) {
            match self.child_meaning(&child) {
                Meaning::Title => {
                    let text = self.text_of(&child, content, Unstated::Guess);
                    origin.title = text.map(|(kind, text)| match kind {
                        TextKind::Plain => text.into_owned(),
                        TextKind::Html => html::to_plain(&text),
                    });
                }
                Meaning::AtomLink => {
                    let Some(href) = self.attribute(&child, "href").or_else(|| self.simple_of(content))
                    else {
                        continue;
                    };
                    let href = self.resolved(&child, &href);
                    match link_rel(self.attribute(&child, "rel")).as_ref() {
                        "self" => itself = itself.or(href),
                        "alternate" => page = page.or(href),
                        _ => {}
                    }
                }
                Meaning::Person => {
                    let people = self.people_of(content);
                    let names = people.into_iter().filter_map(|person| person.name.or(person.email));
                    self.beside_entry(|beside| beside.source_authors.extend(names));
                }
                Meaning::Id => {
                    id = self.simple_of(content).filter(|id| id.starts_with("http")).map(Cow::into_owned);
                }
                _ => {}
            }
        }
        origin.url = itself.or(id).or(page);
    }

    pub(super) fn also_in(&mut self, tag: &XmlTag<'a>) {
        let source = self.attribute(tag, "source").unwrap_or_default().into_owned();
        let url = self.attribute(tag, "url");
        let url = url.and_then(|url| self.resolved(tag, &url));
        let title = self.simple(tag).unwrap_or_default().into_owned();
        self.beside_entry(|beside| beside.also_in.push(AlsoIn { source, title, url }));
    }
}
