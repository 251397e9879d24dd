//! Reads the rights and the licence of an entry, and the place on the earth that it is about.

use std::borrow::Cow;

use serde_json::Number;

use super::AtomConverter;
use super::links::is_web_address;
use super::scan::Content;
use super::tags::XmlTag;
use super::vocabulary::Meaning;
use crate::model::GeoPoint;

/// The coordinates of a place on the earth that are known so far, in degrees.
#[derive(Clone, Copy, Default, Debug)]
pub(super) struct Coordinates {
    latitude: Option<f64>,
    longitude: Option<f64>,
}

impl<'a> AtomConverter<'a, '_> {
    pub(super) fn read_rights(&mut self, tag: &XmlTag<'a>) {
        let content = self.read_content(tag);
        self.add_rights_in(content);
    }

    pub(super) fn add_rights_in(&mut self, content: Content<'a>) {
        let Some(rights) = self.label_in(content).map(Cow::into_owned) else { return };
        self.update_extras(|extras| {
            extras.details.rights.get_or_insert(rights);
        });
    }

    pub(super) fn read_license(&mut self, tag: &XmlTag<'a>) {
        let content = self.read_content(tag);
        self.add_license(tag, content);
    }

    /// Adds a licence by its address. The words of a licence without an address are added as the rights.
    pub(super) fn add_license(&mut self, tag: &XmlTag<'a>, content: Content<'a>) {
        let address = ["rdf:resource", "href", "url"].iter().find_map(|name| self.attribute(tag, name));
        let words = self.label_in(content);
        let address = address.or_else(|| words.clone()).filter(|address| is_web_address(address));
        self.update_extras(|extras| match (address, words) {
            (Some(address), _) => {
                extras.details.license.get_or_insert(address.into_owned());
            }
            (None, Some(words)) => {
                extras.details.rights.get_or_insert(words.into_owned());
            }
            (None, None) => {}
        });
    }

    /// Reads a place: `georss:point` (`45.2 -71.9`), `gml:pos`, `geo:lat` and `geo:long`, or an element around these.
    pub(super) fn read_place(&mut self, tag: &XmlTag<'a>, meaning: Meaning) {
        let content = self.read_content(tag);
        self.place_in(content, meaning, 0);
    }

    fn place_in(&mut self, content: Content<'a>, meaning: Meaning, depth: u8) {
        if let Content::Markup(raw) = content {
            // GML has two elements around a position.
            if depth < 3 {
                for (child, content) in Self::children(raw) {
                    let meaning = self.meaning_of_child(&child);
                    if matches!(
                        meaning,
                        Meaning::Point | Meaning::Place | Meaning::Latitude | Meaning::Longitude
                    ) {
                        self.place_in(content, meaning, depth + 1);
                    }
                }
            }
            return;
        }
        let Some(text) = self.value_in(content) else { return };
        let numbers = text.split(|c: char| c.is_whitespace() || c == ',').filter(|part| !part.is_empty());
        let mut numbers = numbers.map(|part| part.parse::<f64>().ok().filter(|number| number.is_finite()));
        let first = numbers.next().flatten();
        let Some(entry) = &mut self.entry else { return };
        let known = &mut entry.coordinates;
        match meaning {
            Meaning::Latitude => known.latitude = first,
            Meaning::Longitude => known.longitude = first,
            _ => (known.latitude, known.longitude) = (first, numbers.next().flatten()),
        }
    }
}

impl Coordinates {
    /// Returns the place if both coordinates are known and possible.
    pub(super) fn into_place(self) -> Option<GeoPoint> {
        let within = |degrees: Option<f64>, limit: f64| {
            degrees.filter(|degrees| degrees.abs() <= limit).and_then(Number::from_f64)
        };
        Some(GeoPoint { latitude: within(self.latitude, 90.0)?, longitude: within(self.longitude, 180.0)? })
    }
}
