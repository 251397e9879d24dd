//! Reads the files, the picture and the related pages of an item, and the rarer values in its extension `_river`.

use serde_json::{Map, Value};

use super::{ItemReader, listed, objects, plain, string};
use crate::document::enclosure::{FileList, FileMention};
use crate::document::podcast_values::duration;
use crate::model::{ArticleDetails, ArticleImage, Enclosure, Episode, GeoPoint};

/// How many contributors of an item are kept.
const MOST_CONTRIBUTORS: usize = 64;

impl ItemReader<'_> {
    pub(super) fn attachments(self, item: &Map<String, Value>) -> Vec<Enclosure> {
        let mut files = FileList::default();
        for attachment in objects(item, "attachments") {
            let Some(url) = self.address(attachment, "url") else { continue };
            let media_type = string(attachment, "mime_type");
            let title = plain(attachment, "title");
            files.add(FileMention {
                url: &url,
                media_type: media_type.as_deref(),
                length: attachment.get("size_in_bytes").and_then(super::as_whole_number),
                duration_s: string(attachment, "duration_in_seconds").and_then(|text| duration(&text)),
                title: title.as_deref(),
                ..FileMention::default()
            });
        }
        files.into_enclosures(None, None)
    }

    /// Returns the picture, the related pages, and what another river says in `river`, the member `_river` of the item.
    pub(super) fn details(
        self,
        item: &Map<String, Value>,
        river: Option<&Map<String, Value>>,
    ) -> ArticleDetails {
        let parsed = |key: &str| river.and_then(|river| river.get(key)).cloned();
        let addresses = |object: Option<&Map<String, Value>>, key: &str| -> Vec<String> {
            let found =
                object.into_iter().flat_map(|object| listed(object, key)).filter_map(super::as_string);
            found.filter_map(|address| crate::text::url::absolute(&address, self.base)).collect()
        };
        let mut related = addresses(Some(item), "external_url");
        related.extend(addresses(river, "related"));
        ArticleDetails {
            image: self.image(item, river),
            // Another program's value under this name is no reason to lose the item.
            podcast: parsed("podcast").and_then(|value| serde_json::from_value::<Episode>(value).ok()),
            rights: river.and_then(|river| plain(river, "rights")),
            license: river.and_then(|river| self.address(river, "license")),
            place: parsed("place").and_then(|value| serde_json::from_value::<GeoPoint>(value).ok()),
            related,
            via: addresses(river, "via"),
            authors: Vec::new(),
            contributors: river
                .into_iter()
                .flat_map(|river| listed(river, "contributors"))
                .filter_map(super::as_string)
                .take(MOST_CONTRIBUTORS)
                .collect(),
        }
    }

    fn image(self, item: &Map<String, Value>, river: Option<&Map<String, Value>>) -> Option<ArticleImage> {
        let url = ["image", "banner_image"].iter().find_map(|key| self.image_address(item, key))?;
        Some(ArticleImage { url, alt: river.and_then(|river| plain(river, "image_alt")) })
    }

    /// Returns the address of a picture, which some programs write as an object.
    fn image_address(self, item: &Map<String, Value>, key: &str) -> Option<String> {
        match item.get(key)? {
            Value::Object(image) => self.address(image, "url").or_else(|| self.address(image, "src")),
            // The address is returned as it is written. A relative one is resolved later, like those in the text.
            _ => self.address(item, key).and(super::string(item, key)),
        }
    }
}
