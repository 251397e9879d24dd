//! Files that an entry carries: enclosures and Media RSS.

use super::Rebuild;
use super::atom_writer::AtomLink;
use super::scan::Content;
use super::tags::XmlTag;
use super::vocabulary::Meaning;

impl<'a> Rebuild<'a, '_> {
    pub(super) fn enclosure(&mut self, tag: &XmlTag<'a>) {
        let href = self.attribute(tag, "url").or_else(|| self.attribute(tag, "href"));
        if let Some(href) = href {
            self.entry_link(tag, &href, "enclosure");
        }
    }

    /// `media:content` (Media RSS 1.5.1): a file, and what its children say of it.
    pub(super) fn media_content(&mut self, tag: &XmlTag<'a>) {
        let content = self.content(tag);
        self.media_link(tag);
        self.media_children(&content);
    }

    /// `media:group`: one work in several renderings, of which the default or else the first is taken.
    pub(super) fn media_group(&mut self, tag: &XmlTag<'a>) {
        let Content::Markup(raw) = self.content(tag) else { return };
        let children = Self::children(raw);
        let rendering = |(child, _): &&(XmlTag<'a>, Content<'a>)| child.attribute("url").is_some();
        let is_default =
            |(child, _): &&(XmlTag<'a>, Content<'a>)| child.attribute("isDefault") == Some("true");
        let chosen =
            children.iter().filter(rendering).find(is_default).or_else(|| children.iter().find(rendering));
        if let Some((child, _)) = chosen {
            self.media_link(child);
        }
        for (child, content) in children {
            match self.child_meaning(&child) {
                Meaning::MediaContent => self.media_children(&content),
                Meaning::TitleElse => self.entry_text_of(&child, content, "title", 1),
                Meaning::SummaryElse => self.entry_text_of(&child, content, "summary", 2),
                _ => {}
            }
        }
    }

    /// The texts of a file, the last to fall back on. Not its title: WordPress calls an author's picture by their name.
    fn media_children(&mut self, content: &Content<'a>) {
        let Content::Markup(raw) = content else { return };
        for (child, content) in Self::children(raw) {
            if self.child_meaning(&child) == Meaning::SummaryElse {
                self.entry_text_of(&child, content, "summary", 4);
            }
        }
    }

    fn media_link(&mut self, tag: &XmlTag<'a>) {
        let Some(href) = self.attribute(tag, "url") else { return };
        let Some(href) = self.resolved(tag, &href) else { return };
        let media_type = self.attribute(tag, "type");
        // YouTube still names a Flash player for each video, WordPress a picture of each author.
        if media_type.as_deref() == Some("application/x-shockwave-flash")
            || href.contains("gravatar.com/avatar/")
        {
            return;
        }
        let medium = self.attribute(tag, "medium");
        let media_type = media_type.as_deref().or_else(|| medium.as_deref().and_then(type_of_medium));
        let length = self.attribute(tag, "fileSize").and_then(|length| length.parse().ok()); // "2 MB": unknown
        self.out.link(&AtomLink { href: &href, rel: "enclosure", media_type, length });
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
