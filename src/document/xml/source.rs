//! Reads the elements that name other feeds: `source` of RSS and Atom names the feed from which an aggregator took the entry,
//! and `also-in` of another river names a source with the same story.

use std::borrow::Cow;

use super::AtomConverter;
use super::atom_writer::TextKind;
use super::links::{is_web_address, link_rel};
use super::scan::Content;
use super::tags::XmlTag;
use super::text::DefaultTextType;
use super::vocabulary::Meaning;
use crate::model::{AlsoIn, Origin};
use crate::text::html;

impl<'a> AtomConverter<'a, '_> {
    /// Reads RSS `<source url="…">title</source>`, or Atom's `source`, which contains the elements of a feed.
    pub(super) fn read_source(&mut self, tag: &XmlTag<'a>) {
        let url = self.attribute(tag, "url");
        let url = url.and_then(|url| self.absolute(tag, &url));
        let mut origin = Origin { title: None, url };
        match self.read_content(tag) {
            Content::Markup(raw) if origin.url.is_none() => self.read_atom_source(raw, &mut origin),
            content => origin.title = self.label_in(content).map(Cow::into_owned),
        }
        if origin.title.is_some() || origin.url.is_some() {
            self.update_extras(|extras| extras.origin = Some(origin));
        }
    }

    fn read_atom_source(&mut self, raw: &'a str, origin: &mut Origin) {
        let (mut self_link, mut page, mut id) = (None, None, None);
        for (child, content) in Self::children(raw) {
            match self.meaning_of_child(&child) {
                Meaning::Title => {
                    let text = self.text_in(&child, content, DefaultTextType::Title);
                    origin.title = text.map(|(kind, text)| match kind {
                        TextKind::Plain => text.into_owned(),
                        TextKind::Html => html::to_plain(&text),
                    });
                }
                Meaning::Link => {
                    let Some(href) = self.attribute(&child, "href").or_else(|| self.value_in(content)) else {
                        continue;
                    };
                    let href = self.absolute(&child, &href);
                    match link_rel(self.attribute(&child, "rel")).as_ref() {
                        "self" => self_link = self_link.or(href),
                        "alternate" if page.as_deref().is_none_or(|page| !is_web_address(page)) => {
                            page = href
                                .as_deref()
                                .filter(|href| is_web_address(href))
                                .map(str::to_owned)
                                .or(page)
                                .or(href);
                        }
                        _ => {}
                    }
                }
                Meaning::Person => {
                    let people = self.people_in_content(content);
                    let names = people.into_iter().filter_map(|person| person.name.or(person.email));
                    self.update_extras(|extras| extras.source_authors.extend(names));
                }
                Meaning::Id => {
                    id = self.value_in(content).filter(|id| id.starts_with("http")).map(Cow::into_owned);
                }
                _ => {}
            }
        }
        origin.url = self_link.or(id).or(page);
    }

    /// Reads `river:also-in`: another source in which the other river found the same story.
    pub(super) fn read_also_in(&mut self, tag: &XmlTag<'a>) {
        let source = self.attribute(tag, "source").unwrap_or_default().into_owned();
        let url = self.attribute(tag, "url");
        let url = url.and_then(|url| self.absolute(tag, &url));
        let title = self.read_value(tag).unwrap_or_default().into_owned();
        self.update_extras(|extras| extras.also_in.push(AlsoIn { source, title, url, is_discussion: false }));
    }
}
