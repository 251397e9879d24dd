//! Reads the pictures that stand for an entry or a feed.

use std::borrow::Cow;

use super::AtomConverter;
use super::links::is_web_address;
use super::scan::Content;
use super::tags::XmlTag;
use super::vocabulary::{self, Namespace};
use crate::model::ArticleImage;
use crate::text::html;

/// Width in pixels below which a thumbnail does not stand for an entry if its files or its text have a picture. Blogger's
/// thumbnails are squares of 72 pixels, cut out of the first picture.
const SMALL: u32 = 100;

/// Width in pixels below which a thumbnail is taken to be narrower than a picture in `media:content` that states no width.
const NARROW: u32 = 320;

/// Which element named a picture, in order from the best to the worst. Stated widths may say otherwise ([`is_better`]).
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub(super) enum PictureRank {
    Thumbnail,
    MediaContent,
    Image,
    /// `image` of an entry in a namespace of podcasts.
    Artwork,
    /// A link with the relation `preview`.
    Link,
    /// A thumbnail that is narrower than [`SMALL`].
    SmallThumbnail,
}

/// The best picture of an entry so far.
#[derive(Debug)]
pub(super) struct BestPicture {
    rank: PictureRank,
    width: Option<u32>,
    image: ArticleImage,
}

/// Longest text that describes a picture, in bytes. A longer one is an article.
pub(super) const LONGEST_DESCRIPTION: usize = 600;

/// A `media:description` beside the files of an entry. It describes the file if there is only one, and this is a picture.
#[derive(Default, Debug)]
pub(super) struct PictureWords {
    description: Option<String>,
    /// Number of pictures among the files of Media RSS. A group of pictures counts once.
    pictures: usize,
    /// Whether one of these files is no picture.
    has_recording: bool,
}

impl PictureWords {
    /// Notes a file of Media RSS, or a group of them.
    pub(super) fn add_file(&mut self, is_picture: bool) {
        self.pictures += usize::from(is_picture);
        self.has_recording |= !is_picture;
    }

    /// Returns the description of the picture of the entry; `None` if it is not clear that it describes this picture.
    pub(super) fn into_description(self) -> Option<String> {
        let is_clear = self.pictures == 1 && !self.has_recording;
        self.description.filter(|text| is_clear && text.len() <= LONGEST_DESCRIPTION)
    }
}

impl<'a> AtomConverter<'a, '_> {
    /// Reads `media:description` beside the files of an entry. Because it is about the file, it becomes the summary only if
    /// there is no better one. Only a subtitle and the description inside a `media:content` are worse.
    pub(super) fn read_media_description(&mut self, tag: &XmlTag<'a>) {
        let content = self.read_content(tag);
        self.media_description_in(tag, content);
    }

    /// Reads the content of a `media:description` beside the files of an entry or of a group.
    pub(super) fn media_description_in(&mut self, tag: &XmlTag<'a>, content: Content<'a>) {
        if let Content::Text(segments) = &content {
            let words = self.label_in(Content::Text(segments.clone())).map(Cow::into_owned);
            if let Some(entry) = &mut self.entry {
                entry.picture_words.description = words.or(entry.picture_words.description.take());
            }
        }
        self.entry_text_in(tag, content, "summary", 2);
    }

    /// Reads `media:thumbnail`.
    pub(super) fn read_thumbnail(&mut self, tag: &XmlTag<'a>) {
        let content = self.read_content(tag);
        self.add_thumbnail(tag, content);
    }

    /// Adds a thumbnail. Some programs write its address as text instead of an attribute.
    pub(super) fn add_thumbnail(&mut self, tag: &XmlTag<'a>, content: Content<'a>) {
        let href = match self.attribute(tag, "url").or_else(|| self.attribute(tag, "href")) {
            Some(href) => Some(href),
            None => self.value_in(content).filter(|text| is_web_address(text)),
        };
        let Some(href) = href.filter(|href| !is_picture_of_author(href)) else { return };
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

    /// Reads `image` of an entry: the address as an attribute, as text or in a child such as `url`. RSS describes a picture by
    /// its `title` (RSS 2.0, "image").
    pub(super) fn read_entry_image(&mut self, tag: &XmlTag<'a>, namespace: Namespace) {
        let Some((url, alt)) = self.read_image(tag) else { return };
        let rank = if namespace.is_of_podcasts() { PictureRank::Artwork } else { PictureRank::Image };
        self.add_picture(rank, url, alt, None);
    }

    /// Reads the artwork of the feed. For a show, that in a namespace of podcasts is the best, because podcasts must have it.
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
        // `podcast:images` has the same picture in several sizes.
        let of_set = || html::largest_of_set(&self.attribute(tag, "srcset")?).map(Cow::Owned);
        let mut href = attribute.or_else(of_set);
        let mut alt = self.attribute(tag, "alt").map(Cow::into_owned);
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

    /// Keeps a picture if it is better than the best one so far. If the best one is a thumbnail, and the new one is the same
    /// picture in `media:content` in another size, the new one is shown, with the rank of the thumbnail.
    pub(super) fn add_picture(
        &mut self,
        rank: PictureRank,
        url: String,
        alt: Option<String>,
        width: Option<u32>,
    ) {
        let Some(entry) = &mut self.entry else { return };
        if let Some(known) = entry.picture.as_mut().filter(|known| known.image.url == url) {
            known.image.alt = known.image.alt.take().or(alt);
            known.width = known.width.or(width);
            known.rank = known.rank.min(rank);
            return;
        }
        // A thumbnail and a picture in `media:content` are often two sizes of one picture.
        let is_other_size = |known: &&mut BestPicture| {
            matches!((known.rank, rank), (PictureRank::Thumbnail, PictureRank::MediaContent))
                && known.width.is_none()
                && html::picture_without_size(&known.image.url) == html::picture_without_size(&url)
        };
        if let Some(known) = entry.picture.as_mut().filter(is_other_size) {
            known.image = ArticleImage { url, alt: alt.or(known.image.alt.take()) };
            known.width = width;
            return;
        }
        if entry.picture.as_ref().is_none_or(|best| is_better((rank, width), (best.rank, best.width))) {
            entry.picture = Some(BestPicture { rank, width, image: ArticleImage { url, alt } });
        }
    }
}

impl BestPicture {
    /// Returns the picture, and whether it is only a small thumbnail, so that any picture of the files or of the text is
    /// better.
    pub(super) fn into_image(self) -> (ArticleImage, bool) {
        (self.image, self.rank == PictureRank::SmallThumbnail)
    }
}

/// Returns whether a picture is better than the best one so far, by their ranks and widths. If both are of one rank, or are a
/// thumbnail and a picture in `media:content`, and both state a width, the wider one is better: a thumbnail is often made from
/// the picture in `media:content`. For the same reason a thumbnail narrower than [`NARROW`] is worse than a `media:content`
/// that states no width.
fn is_better(new: (PictureRank, Option<u32>), best: (PictureRank, Option<u32>)) -> bool {
    let is_of_media = |rank| matches!(rank, PictureRank::Thumbnail | PictureRank::MediaContent);
    if !is_of_media(new.0) || !is_of_media(best.0) {
        return new.0 < best.0 || new.0 == best.0 && new.1.zip(best.1).is_some_and(|(new, best)| new > best);
    }
    let is_narrow = |(rank, width): (PictureRank, Option<u32>)| {
        rank == PictureRank::Thumbnail && width.is_some_and(|width| width < NARROW)
    };
    match (new.1, best.1) {
        (Some(new), Some(best)) if new != best => new > best,
        (None, Some(_)) if is_narrow(best) => new.0 == PictureRank::MediaContent,
        (Some(_), None) if is_narrow(new) => false,
        _ => new.0 < best.0,
    }
}

/// Returns whether an address is that of an author's picture, which WordPress lists for each entry.
pub(super) fn is_picture_of_author(href: &str) -> bool {
    href.contains("gravatar.com/avatar/")
}

#[cfg(test)]
mod tests {
    use super::PictureRank::{Image, MediaContent, Thumbnail};
    use super::*;

    #[test]
    fn the_wider_picture_of_media_rss_is_better_and_ranks_decide_where_no_width_is_known() {
        for (new, best, expected) in [
            ((MediaContent, Some(1200)), (Thumbnail, Some(150)), true),
            ((Thumbnail, Some(150)), (MediaContent, Some(1200)), false),
            ((MediaContent, Some(460)), (MediaContent, Some(140)), true),
            ((Thumbnail, None), (MediaContent, None), true),
            ((MediaContent, None), (Thumbnail, Some(150)), true),
            ((MediaContent, None), (Thumbnail, Some(640)), false),
            ((Thumbnail, Some(150)), (MediaContent, None), false),
            ((Image, None), (MediaContent, Some(140)), false),
        ] {
            assert_eq!(is_better(new, best), expected, "{new:?} {best:?}");
        }
    }
}
