//! Reads the texts, id, dates, links and categories of an entry.

use std::borrow::Cow;

use super::AtomConverter;
use super::atom_writer::{AtomLink, CONTENT_LINK};
use super::links::{is_web_address, link_rel};
use super::pictures::PictureRank;
use super::scan::Content;
use super::tags::XmlTag;
use super::text::{DefaultTextType, readable};
use super::vocabulary::{Meaning, Namespace};
use crate::model::FeedFormat;
use crate::text::dates;
use crate::text::words::is_all_digits;

/// Scheme of the category with which Blogger marks each entry as a post, a comment or a page.
const BLOGGER_KIND_SCHEME: &str = "http://schemas.google.com/g/2005#kind";

/// Scheme of the category into which Flickr writes all tags of a picture, with spaces between them.
const FLICKR_TAGS_SCHEME: &str = "urn:flickr:tags";

impl<'a> AtomConverter<'a, '_> {
    pub(super) fn read_entry_text(&mut self, tag: &XmlTag<'a>, name: &str, rank: u8) {
        let content = self.read_content(tag);
        self.entry_text_in(tag, content, name, rank);
    }

    /// Writes the text in `content` as the field `name`, which is `title` or `summary`, unless a better one was
    /// written. A further summary of the best rank (0) becomes the content if there is none.
    pub(super) fn entry_text_in(&mut self, tag: &XmlTag<'a>, content: Content<'a>, name: &str, rank: u8) {
        let base = if name == "title" { None } else { self.text_base(tag, &content) };
        let is_html_by_default = name == "summary" && self.extras.format != FeedFormat::Atom && rank == 0;
        let default_type = match name {
            "title" => DefaultTextType::Title,
            _ if is_html_by_default => DefaultTextType::Html,
            _ => DefaultTextType::Guess,
        };
        let Some((kind, text)) = self.text_in(tag, content, default_type) else { return };
        let Some(entry) = &mut self.entry else { return };
        if name == "title" {
            if entry.ranks.title.accept_better(rank) {
                self.out.write_text("title", kind, text);
            }
        } else if entry.ranks.summary.accept_better(rank) {
            entry.extras.summary_base = base;
            entry.summary_length = text.len();
            self.out.write_text("summary", kind, text);
            self.read_language_of_text(tag);
        } else if rank == 0 && entry.ranks.content.accept_better(1) {
            // An entry with a description and a summary keeps both: the second one becomes the content.
            self.out.write_text("content", kind, text);
            entry.extras.content_base = base;
        }
    }

    pub(super) fn read_entry_content(&mut self, tag: &XmlTag<'a>, namespace: Namespace, rank: u8) {
        if let Some(href) = self.attribute(tag, "src") {
            // RFC 4287 §4.1.3.2: the content is at another address. A page becomes the link of an entry without a link
            // of its own, any other file an enclosure.
            self.write_content_link(tag, &href);
        }
        let default_type = match (namespace, self.extras.format) {
            (Namespace::Xhtml, _) => DefaultTextType::Xhtml,
            (_, FeedFormat::Atom) => DefaultTextType::Guess,
            _ => DefaultTextType::Html,
        };
        let content = self.read_content(tag);
        let base = self.text_base(tag, &content);
        let Some((kind, text)) = self.text_in(tag, content, default_type) else { return };
        let Some(entry) = &mut self.entry else { return };
        if entry.ranks.content.accept_better(rank) {
            self.out.write_text("content", kind, text);
            entry.extras.content_base = base;
            self.read_language_of_text(tag);
        }
    }

    fn write_content_link(&mut self, tag: &XmlTag<'a>, href: &str) {
        let media_type = self.attribute(tag, "type");
        if media_type.as_deref().is_some_and(|kind| !kind.contains("html")) {
            self.add_enclosure(tag, href);
            return;
        }
        let Some(href) = self.absolute(tag, href) else { return };
        let rel = CONTENT_LINK;
        self.out.write_link(&AtomLink { href: &href, rel, media_type: media_type.as_deref() });
    }

    /// Takes the language of a text as that of the entry: the texts of an entry are rarely in different languages.
    fn read_language_of_text(&mut self, tag: &XmlTag<'a>) {
        if let Some(language) = self.attribute(tag, "xml:lang") {
            self.update_extras(|extras| extras.language = Some(language.into_owned()));
        }
    }

    pub(super) fn read_entry_id(&mut self, tag: &XmlTag<'a>) {
        let permalink = tag.attribute("isPermaLink").map(|value| value.trim().eq_ignore_ascii_case("true"));
        let Some(id) = self.read_value(tag) else { return };
        if self.write_id(&id, 0) {
            // RSS 2.0: a permalink is an address, and may be relative. A value with a blank in it is no address.
            let is_address = permalink == Some(true) && !id.contains(char::is_whitespace);
            let address = if is_address { self.absolute(tag, &id) } else { None };
            self.update_extras(|extras| {
                extras.id_is_permalink = permalink;
                extras.permalink = address;
            });
        }
    }

    /// Writes the id unless a better one was written; returns whether it was written.
    pub(super) fn write_id(&mut self, id: &str, rank: u8) -> bool {
        let is_better = self.entry.as_mut().is_some_and(|entry| entry.ranks.id.accept_better(rank));
        if is_better {
            self.out.write_value("id", id);
        }
        is_better
    }

    pub(super) fn read_entry_date(&mut self, tag: &XmlTag<'a>, meaning: Meaning) {
        let Some(text) = self.read_value(tag) else { return };
        let text = date_of_markup(&text).map_or(text, Cow::Owned);
        if !self.check_date(&text) {
            return;
        }
        match meaning {
            Meaning::Published => self.write_date("published", &text, 0),
            Meaning::Updated => self.write_date("updated", &text, 0),
            Meaning::FallbackDate => self.write_date("published", &text, 2),
            _ => {
                self.write_date("published", &text, 1);
                self.write_date("updated", &text, 1);
            }
        }
    }

    /// Returns whether a date can be read, and learns from it how the document writes dates. Notes a defect if it can't be
    /// read; then another date of the entry or the feed is used, if there is one.
    pub(super) fn check_date(&mut self, text: &str) -> bool {
        let is_readable = self.extras.date_style.observe(text);
        if !is_readable {
            self.defects.note(dates::UNREADABLE);
        }
        is_readable
    }

    /// Writes a readable date, unless a better one was written.
    pub(super) fn write_date(&mut self, name: &str, text: &str, rank: u8) {
        let Some(entry) = &mut self.entry else { return };
        let rank_so_far =
            if name == "published" { &mut entry.ranks.published } else { &mut entry.ranks.updated };
        if rank_so_far.accept_not_worse(rank) {
            self.out.write_value(name, text);
        }
    }

    pub(super) fn read_entry_link(&mut self, tag: &XmlTag<'a>) {
        if let Some(href) = self.attribute(tag, "href") {
            let rel = link_rel(self.attribute(tag, "rel"));
            self.write_entry_link(tag, &href, &rel);
        } else if let Some(href) = self.link_text(tag) {
            self.write_entry_link(tag, &href, "alternate");
        }
    }

    /// Reads `comments`: the address of a page. Some programs write the number of comments or the comments themselves instead,
    /// which are left out.
    pub(super) fn read_comments(&mut self, tag: &XmlTag<'a>) {
        let text = match self.read_content(tag) {
            text @ Content::Text(_) => self.value_in(text),
            Content::Markup(_) => None,
        };
        if let Some(href) = text.filter(|text| looks_like_address(text)) {
            self.write_entry_link(tag, &href, "replies");
        }
    }

    /// Writes a link of the entry, with its address made absolute, or adds it to the extras if its relation has a field there.
    pub(super) fn write_entry_link(&mut self, tag: &XmlTag<'a>, href: &str, rel: &str) {
        if rel == "enclosure" {
            self.add_enclosure(tag, href);
            return;
        }
        let Some(href) = self.absolute(tag, href) else { return };
        let media_type = self.attribute(tag, "type");
        match rel {
            "license" => self.update_extras(|extras| {
                extras.details.license.get_or_insert(href);
            }),
            "related" => self.update_extras(|extras| push_once(&mut extras.details.related, href)),
            "via" => self.update_extras(|extras| push_once(&mut extras.details.via, href)),
            "preview" if media_type.as_deref().is_none_or(|kind| kind.starts_with("image/")) => {
                let alt = self.attribute(tag, "title").map(Cow::into_owned);
                self.add_picture(PictureRank::Link, href, alt, None);
            }
            _ => self.out.write_link(&AtomLink { href: &href, rel, media_type: media_type.as_deref() }),
        }
    }

    pub(super) fn read_category(&mut self, tag: &XmlTag<'a>) {
        if tag.attribute("scheme") == Some(BLOGGER_KIND_SCHEME) {
            return;
        }
        let label = self.attribute(tag, "label").or_else(|| self.attribute(tag, "term"));
        let label = if label.is_some() { label.and_then(readable) } else { self.read_label(tag) };
        let Some(label) = label else { return };
        if tag.attribute("scheme") != Some(FLICKR_TAGS_SCHEME) {
            self.out.write_category(&label);
            return;
        }
        for tag in label.split_whitespace() {
            self.out.write_category(tag);
        }
    }

    pub(super) fn read_keywords(&mut self, tag: &XmlTag<'a>) {
        let Some(text) = self.read_label(tag) else { return };
        for keyword in text.split(',').map(str::trim).filter(|keyword| !keyword.is_empty()) {
            self.out.write_category(keyword);
        }
    }
}

/// Returns whether a text is an absolute address, or a relative one that can't be taken for a word or a number.
fn looks_like_address(text: &str) -> bool {
    let ends = [".html", ".htm", ".php", ".aspx", ".jsp"];
    let is_page = || ends.iter().any(|end| text.to_ascii_lowercase().ends_with(end));
    let is_relative = || text.starts_with(['/', '?', '#', '.']) || text.contains('/') || is_page();
    is_web_address(text) || !text.contains(char::is_whitespace) && is_relative() && !is_fraction(text)
}

/// Returns whether a text is a count out of a total, such as `3/12`: numbers with slashes between them.
fn is_fraction(text: &str) -> bool {
    text.split('/').all(is_all_digits)
}

/// How many pages of one relation, such as `related` or `via`, an entry keeps.
const MAX_PAGES: usize = 32;

fn push_once(pages: &mut Vec<String>, page: String) {
    if pages.len() < MAX_PAGES && !pages.contains(&page) {
        pages.push(page);
    }
}

/// Returns the date in an escaped `<time datetime="…">`, which Drupal writes into dates, or else the text of that element.
fn date_of_markup(text: &str) -> Option<String> {
    let tag = text.trim_start().strip_prefix("<time")?;
    let (tag, behind) = tag.split_once('>')?;
    let date = tag.split_once("datetime=\"").and_then(|(_, value)| value.split('"').next());
    let shown = || behind.split('<').next().unwrap_or_default().trim();
    Some(date.filter(|date| !date.trim().is_empty()).unwrap_or_else(shown).to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_number_or_a_sentence_is_no_address_of_comments() {
        for address in
            ["https://a.example/1#comments", "/1#comments", "#comments", "?p=1", "blog/1", "talk.html"]
        {
            assert!(looks_like_address(address), "{address}");
        }
        for other in ["12", "0", "1.204", "3/12", "No comments yet", "yes", "n/a and more", "closed"] {
            assert!(!looks_like_address(other), "{other}");
        }
    }
}
