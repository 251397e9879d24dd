//! Reads the files of an entry: enclosures and Media RSS.

use super::AtomConverter;
use super::atom_writer::AtomLink;
use super::scan::Content;
use super::tags::XmlTag;
use super::vocabulary::Meaning;

impl<'a> AtomConverter<'a, '_> {
    pub(super) fn read_enclosure(&mut self, tag: &XmlTag<'a>) {
        let href = self.attribute(tag, "url").or_else(|| self.attribute(tag, "href"));
        if let Some(href) = href {
            self.write_entry_link(tag, &href, "enclosure");
        }
    }

    /// Reads `media:content` (Media RSS 1.5.1): a file and its description.
    pub(super) fn read_media_content(&mut self, tag: &XmlTag<'a>) {
        let content = self.read_content(tag);
        self.write_media_link(tag);
        self.read_media_description(&content);
    }

    /// Reads `media:group`: the same content in several formats, of which the default or else the first one is kept.
    pub(super) fn read_media_group(&mut self, tag: &XmlTag<'a>) {
        let Content::Markup(raw) = self.read_content(tag) else { return };
        let children = Self::children(raw);
        let has_url = |(child, _): &&(XmlTag<'a>, Content<'a>)| child.attribute("url").is_some();
        let is_default =
            |(child, _): &&(XmlTag<'a>, Content<'a>)| child.attribute("isDefault") == Some("true");
        let chosen =
            children.iter().filter(has_url).find(is_default).or_else(|| children.iter().find(has_url));
        if let Some((child, _)) = chosen {
            self.write_media_link(child);
        }
        for (child, content) in children {
            match self.meaning_of_child(&child) {
                Meaning::MediaContent => self.read_media_description(&content),
                Meaning::FallbackTitle => self.entry_text_in(&child, content, "title", 1),
                Meaning::FallbackSummary => self.entry_text_in(&child, content, "summary", 2),
                _ => {}
            }
        }
    }

    /// Reads the description of a file, which has the worst rank. Its title is not read: WordPress gives an author's
    /// picture the name of the author.
    fn read_media_description(&mut self, content: &Content<'a>) {
        let Content::Markup(raw) = content else { return };
        for (child, content) in Self::children(raw) {
            if self.meaning_of_child(&child) == Meaning::FallbackSummary {
                self.entry_text_in(&child, content, "summary", 4);
            }
        }
    }

    fn write_media_link(&mut self, tag: &XmlTag<'a>) {
        let Some(href) = self.attribute(tag, "url") else { return };
        let Some(href) = self.absolute(tag, &href) else { return };
        let media_type = self.attribute(tag, "type");
        // YouTube still lists a Flash player for each video, and WordPress lists a picture of each author.
        if media_type.as_deref() == Some("application/x-shockwave-flash")
            || href.contains("gravatar.com/avatar/")
        {
            return;
        }
        let medium = self.attribute(tag, "medium");
        let media_type = media_type.as_deref().or_else(|| medium.as_deref().and_then(type_of_medium));
        let length = self.attribute(tag, "fileSize").and_then(|length| length.parse().ok()); // "2 MB": unknown
        self.out.write_link(&AtomLink { href: &href, rel: "enclosure", media_type, length });
    }
}

fn type_of_medium(medium: &str) -> Option<&'static str> {
    Some(match medium {
        "image" => "image/jpeg",
        "audio" => "audio/mpeg",
        "video" => "video/mp4",
        "document" => "text/html",
        _ => return None,
    })
}
