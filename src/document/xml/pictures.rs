//! Reads the pictures that stand for an entry or a feed.

use std::borrow::Cow;

use super::AtomConverter;
use super::scan::Content;
use super::tags::XmlTag;
use super::vocabulary::{self, Namespace};
use crate::model::ArticleImage;

/// Width in pixels below which a picture does not stand for an entry if its text has one, too. Blogger's thumbnails are
/// squares of 72 pixels, cut out of the first picture.
const SMALL: u32 = 100;

/// Which element named a picture, in order from the best to the worst.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub(super) enum PictureRank {
    Thumbnail,
    MediaContent,
    Image,
    Artwork,
    Link,
    SmallThumbnail,
}

/// The best picture of an entry so far.
#[derive(Debug)]
pub(super) struct BestPicture {
    rank: PictureRank,
    width: Option<u32>,
    image: ArticleImage,
}

impl<'a> AtomConverter<'a, '_> {
    /// Reads `media:thumbnail`.
    pub(super) fn read_thumbnail(&mut self, tag: &XmlTag<'a>) {
        self.add_thumbnail(tag);
        self.scanner.skip(tag);
    }

    pub(super) fn add_thumbnail(&mut self, tag: &XmlTag<'a>) {
        let Some(href) = self.attribute(tag, "url").filter(|href| !is_picture_of_author(href)) else {
            return;
        };
        let Some(url) = self.absolute(tag, &href) else { return };
        let alt = self.attribute(tag, "alt").map(Cow::into_owned);
        let width = self.width_of(tag);
        let is_small = width.is_some_and(|width| width < SMALL);
        let rank = if is_small { PictureRank::SmallThumbnail } else { PictureRank::Thumbnail };
        self.add_picture(rank, url, alt, width);
    }

    /// Reads the width that an element states, in pixels.
    pub(super) fn width_of(&mut self, tag: &XmlTag<'a>) -> Option<u32> {
        let width = self.attribute(tag, "width")?;
        width.trim_end_matches("px").parse().ok() // a text such as "100%" counts as unknown
    }

    /// Reads `image` of an entry: the address as an attribute, as text or in a child `url`. RSS describes a picture by its
    /// `title` (RSS 2.0, "image").
    pub(super) fn read_entry_image(&mut self, tag: &XmlTag<'a>, namespace: Namespace) {
        let Some((url, alt)) = self.read_image(tag) else { return };
        let rank = if namespace.is_of_podcasts() { PictureRank::Artwork } else { PictureRank::Image };
        self.add_picture(rank, url, alt, None);
    }

    /// Reads the artwork of the feed. That of iTunes is the best, because podcasts must have it.
    pub(super) fn read_feed_image(&mut self, tag: &XmlTag<'a>, namespace: Namespace) {
        let Some((url, _)) = self.read_image(tag) else { return };
        if namespace.is_of_podcasts() {
            self.show().image = Some(url);
        } else {
            self.feed.image.get_or_insert(url);
        }
    }

    fn read_image(&mut self, tag: &XmlTag<'a>) -> Option<(String, Option<String>)> {
        let attribute =
            ["href", "url", "src", "rdf:resource"].iter().find_map(|name| self.attribute(tag, name));
        let (mut href, mut alt) = (attribute, None);
        match self.read_content(tag) {
            Content::Markup(raw) => {
                for (child, content) in Self::children(raw) {
                    let (_, local) = vocabulary::split(child.name);
                    match local.to_ascii_lowercase().as_str() {
                        "url" | "href" | "src" => href = href.or_else(|| self.value_in(content)),
                        "title" | "alt" => alt = self.label_in(content).map(Cow::into_owned),
                        "img" => href = href.or_else(|| self.attribute(&child, "src")),
                        _ => {}
                    }
                }
            }
            text @ Content::Text(_) => href = href.or_else(|| self.value_in(text)),
        }
        let href = href.filter(|href| href.contains(['/', '.']) && !href.contains(char::is_whitespace))?;
        Some((self.absolute(tag, &href)?, alt))
    }

    /// Takes a picture unless a better one is known. Of two with the same rank, the wider one is better if both state a
    /// width, and otherwise the first one.
    pub(super) fn add_picture(
        &mut self,
        rank: PictureRank,
        url: String,
        alt: Option<String>,
        width: Option<u32>,
    ) {
        let Some(entry) = &mut self.entry else { return };
        let is_better = entry.picture.as_ref().is_none_or(|best| {
            rank < best.rank
                || rank == best.rank && matches!((width, best.width), (Some(new), Some(known)) if new > known)
        });
        if is_better {
            entry.picture = Some(BestPicture { rank, width, image: ArticleImage { url, alt } });
        }
    }
}

impl BestPicture {
    /// Returns the picture, and whether a picture of the text is better.
    pub(super) fn into_image(self) -> (ArticleImage, bool) {
        (self.image, self.rank == PictureRank::SmallThumbnail)
    }
}

/// Returns whether an address is that of an author's picture, which WordPress lists for each entry.
pub(super) fn is_picture_of_author(href: &str) -> bool {
    href.contains("gravatar.com/avatar/")
}
