//! Writes each image once, and with an address. A `noscript` often repeats the image beside it that a script would load.

use super::{MEDIA_TEXT_BYTES, Rewriter, may_hold_sources, source_of};
use crate::text::html::attributes::WrittenTag;
use crate::text::html::elements::Element;
use crate::text::html::lazy;
use crate::text::html::picture_names::without_size;
use crate::text::html::tag_attributes::{is_space, lower};
use crate::text::html::tokens::HtmlTag;
use crate::text::html::{attribute_values, text};

/// The last image, or the description that was written in its place.
#[derive(Default, Debug)]
pub(super) struct LastImage {
    /// Its address without its size (see [`without_size`]).
    address: String,
    /// Where it begins and ends in the output, in bytes.
    start: usize,
    end: usize,
    /// The value of `shown_bytes` before and after it.
    shown_before: usize,
    shown_after: usize,
    /// Whether its address was found in another attribute than `src`.
    is_lazy: bool,
    /// Whether it is only a placeholder for an image that a script loads.
    is_placeholder: bool,
    in_noscript: bool,
}

impl Rewriter<'_> {
    /// Handles the start of a `noscript`. Removes a placeholder right before it, because the `noscript` has the image.
    pub(super) fn start_noscript(&mut self) {
        self.in_noscript = true;
        let last = &self.last_image;
        let is_next = last.is_placeholder
            && last.shown_after == self.shown_bytes
            && self.out.get(last.end..).is_some_and(|after| after.chars().all(is_space))
            && self.open.iter().all(|open| open.content <= last.start);
        if is_next {
            let (start, shown_before) = (last.start, last.shown_before);
            self.remove_output(start, shown_before);
            self.last_image = LastImage::default();
        }
    }

    /// Handles an image whose address is not permitted. In an element with sources, such as a `picture`, it gets the address of
    /// a source, if there is one. Elsewhere its description is shown in its place, unless it repeats the image of a `noscript`
    /// before it.
    pub(super) fn write_fallback_of_image(&mut self, description: &str) {
        if self.innermost().is_some_and(|(_, open)| may_hold_sources(open.element)) {
            self.write_largest_source(description);
            return;
        }
        let repeats_noscript = self.last_image.in_noscript && self.is_next_to_last_image();
        if !repeats_noscript {
            self.write_description(description);
        }
    }

    /// Handles an image without an address in a `picture`, whose sources have the addresses.
    pub(super) fn write_image_of_sources(&mut self, tag: HtmlTag<'_>) {
        let has_source = tag.attributes().any(|(name, _)| lower(name) == "src");
        if !has_source && self.innermost().is_some_and(|(_, open)| open.element.name == "picture") {
            self.write_largest_source(&attribute_values::value(tag, &["alt"]).unwrap_or_default());
        }
    }

    fn write_largest_source(&mut self, description: &str) {
        let content = self.innermost().map_or(self.out.len(), |(_, open)| open.content);
        let sources = self.out.get(content..).unwrap_or_default();
        let set = sources.rsplit_once(" srcset=\"").and_then(|(_, set)| set.split('"').next());
        let Some(address) = set.and_then(lazy::largest) else { return };
        self.out.push_str("<img src=\"");
        self.out.push_str(&address);
        if !description.is_empty() {
            self.out.push_str("\" alt=\"");
            text::append_attribute_value(&mut self.out, description);
        }
        self.out.push_str("\">");
    }

    fn write_description(&mut self, description: &str) {
        let (start, shown_before) = (self.out.len(), self.shown_bytes);
        self.add_text(description);
        self.last_image = LastImage {
            start,
            end: self.out.len(),
            shown_before,
            shown_after: self.shown_bytes,
            is_placeholder: true,
            in_noscript: self.in_noscript,
            ..LastImage::default()
        };
    }

    /// Counts an image whose tag begins at `start` as visible content, or removes it if it repeats the image or the formula
    /// before it.
    pub(super) fn finish_image(
        &mut self,
        element: &Element,
        tag: HtmlTag<'_>,
        start: usize,
        written: &WrittenTag,
    ) {
        let image = self.out.get(start..).unwrap_or_default();
        if element.name != "img" || !image.starts_with("<img") {
            return;
        }
        let (is_lazy, is_placeholder) = match written {
            WrittenTag::Written { is_lazy, is_placeholder } => (*is_lazy, *is_placeholder),
            WrittenTag::Useless(_) => (false, false),
        };
        let address = without_size(source_of(image));
        let start = if self.repeats_better(&address) { self.remove_preview(start) } else { start };
        if self.is_repetition(&address, is_lazy) || self.repeats_formula(tag) {
            let picture = self.innermost().filter(|(_, open)| open.element.name == "picture");
            let start = picture.map_or(start, |(_, open)| open.content);
            self.out.truncate(start);
            return;
        }
        let shown_before = self.shown_bytes;
        self.shown_bytes += MEDIA_TEXT_BYTES;
        self.last_image = LastImage {
            address,
            start,
            end: self.out.len(),
            shown_before,
            shown_after: self.shown_bytes,
            is_lazy,
            is_placeholder,
            in_noscript: self.in_noscript,
        };
    }

    /// Returns whether an image repeats the last one. One of the two must stand in a `noscript`. They must also have the same
    /// address, or a script must load the one outside the `noscript`.
    fn is_repetition(&self, address: &str, is_lazy: bool) -> bool {
        let last = &self.last_image;
        let is_same = !address.is_empty() && last.address == address;
        match (last.in_noscript, self.in_noscript) {
            (false, true) => is_same || last.is_lazy && self.is_next_to_last_image(),
            (true, false) => self.is_next_to_last_image() && (is_same || is_lazy),
            _ => false,
        }
    }

    /// Returns whether an image in a `noscript` is the last image in a better size: it has the same name at another address.
    /// The last image is then only a blurred preview.
    fn repeats_better(&self, address: &str) -> bool {
        let last = &self.last_image;
        let name =
            |address: &str| address.rsplit('/').next().filter(|name| !name.is_empty()).map(str::to_owned);
        self.in_noscript
            && !last.in_noscript
            && !last.is_lazy
            && last.address != address
            && name(address).is_some_and(|own| name(&last.address) == Some(own))
            && self.open.iter().all(|open| open.content <= last.start)
            && last.shown_after == self.shown_bytes
    }

    /// Removes the last image, which is a preview of the one that begins at `start`. Returns where the other one begins now.
    fn remove_preview(&mut self, start: usize) -> usize {
        let image = self.out.split_off(start);
        let (from, shown_before) = (self.last_image.start, self.last_image.shown_before);
        self.remove_output(from, shown_before);
        self.last_image = LastImage::default();
        self.out.push_str(&image);
        from
    }

    /// Returns whether an image is hidden from screen readers right after a formula, which it then repeats.
    fn repeats_formula(&self, tag: HtmlTag<'_>) -> bool {
        tag.may_have("aria-hidden")
            && self.follows_formula()
            && tag.attributes().any(|(name, value)| lower(name) == "aria-hidden" && value == "true")
    }

    /// Returns whether nothing visible was written since the last image.
    fn is_next_to_last_image(&self) -> bool {
        self.last_image.end > 0 && self.last_image.shown_after == self.shown_bytes
    }
}
