//! Writes what stands in for objects and for blocks that show nothing by themselves.

use super::tag_checks::source_of;
use super::{MAX_DEPTH, OpenElement, Rewriter};
use crate::text::html::stand_ins::{self, Replacement};
use crate::text::html::text::append_attribute_value;
use crate::text::html::tokens::HtmlTag;
use crate::text::html::{attribute_values, elements, frame_addresses, players};
use crate::text::url::{absolute, without_query};

impl Rewriter<'_> {
    /// Handles the start tag of an `object`, an `embed` or a `param` of an object. Returns `false` for any other element,
    /// for a known player, which is written as a frame, and for an object that is nested too deep.
    pub(super) fn object(&mut self, name: &str, tag: HtmlTag<'_>) -> bool {
        match name {
            "object" => !self.is_player(tag) && self.open_object(tag),
            "embed" if !self.is_player(tag) => {
                let stand_in = stand_ins::of_object(tag, self.base);
                if !self.offer_to_object(stand_in.as_ref())
                    && let Some(stand_in) = stand_in
                {
                    self.add_stand_in(&stand_in);
                }
                true
            }
            "param" => {
                let file = stand_ins::of_parameter(tag, self.base);
                self.offer_to_object(file.as_ref());
                true
            }
            _ => false,
        }
    }

    fn is_player(&self, tag: HtmlTag<'_>) -> bool {
        let data = attribute_values::value(tag, &["data"]).and_then(|address| absolute(&address, self.base));
        let mut addresses = data.into_iter().chain(frame_addresses::addresses(tag, self.base));
        addresses.any(|address| players::player(&address).is_some())
    }

    /// Opens an object. Its content is what its author shows where browsers can't show the object. Returns `false` if
    /// elements are nested too deeply.
    fn open_object(&mut self, tag: HtmlTag<'_>) -> bool {
        let Some(element) = elements::by_name("object").filter(|_| self.open.len() < MAX_DEPTH) else {
            return false;
        };
        let stand_in = stand_ins::of_object(tag, self.base);
        // Browsers show pictures, sounds and videos themselves, and then not the content of the object.
        if let Some(shown @ (Replacement::Picture(..) | Replacement::Sound(_) | Replacement::Video(_))) =
            &stand_in
        {
            self.add_stand_in(shown);
            self.replace_content("object");
            return true;
        }
        let open = OpenElement {
            shown_before: self.shown_bytes,
            stand_in,
            is_object: true,
            ..OpenElement::new(element, self.out.len(), self.out.len())
        };
        self.push(open, None);
        true
    }

    /// Removes the link in place of the object that has just ended if the link of `tag` follows it and leads to the same file:
    /// WordPress shows a file, and links to it below.
    pub(super) fn remove_link_to_object(&mut self, tag: HtmlTag<'_>) {
        let Some((start, end, shown_before)) = self.object_link.take() else { return };
        let is_next = self.out.get(end..).is_some_and(|after| after.trim().is_empty());
        let address = attribute_values::value(tag, &["href"]).and_then(|href| absolute(&href, self.base));
        if is_next && address.as_deref() == Some(&*self.last_frame) {
            self.remove_output(start, shown_before);
        }
    }

    /// Gives `stand_in` to the innermost open object, unless the object has one that is as good. Returns `false` if no object
    /// is open.
    fn offer_to_object(&mut self, stand_in: Option<&Replacement>) -> bool {
        let Some(object) = self.open.iter_mut().rfind(|open| open.is_object) else { return false };
        // Anything that is shown or played in the article is better than a link.
        let is_better = match (&object.stand_in, stand_in) {
            (None, _) => true,
            (Some(Replacement::Link(..)), Some(offered)) => !matches!(offered, Replacement::Link(..)),
            _ => false,
        };
        if is_better {
            object.stand_in = stand_in.cloned();
        }
        true
    }

    /// Writes what stands in for an element. A link to the page of the last frame is left out, because a `noscript` may
    /// repeat it.
    pub(super) fn add_stand_in(&mut self, stand_in: &Replacement) {
        match stand_in {
            Replacement::Formula(formula) => {
                self.add_html("<div>");
                self.add_text(formula);
                self.end_tag("div");
            }
            Replacement::Words(words) => self.add_text(words),
            Replacement::Frame(address) => self.add_embedded("iframe", address, ""),
            Replacement::Link(address, label) if *address != self.last_frame => {
                self.add_link(address, label);
                address.clone_into(&mut self.last_frame);
            }
            Replacement::Link(..) => {}
            Replacement::Picture(address, description) => self.add_embedded("img", address, description),
            Replacement::Sound(address) => self.add_embedded("audio", address, ""),
            Replacement::Video(address) => self.add_embedded("video", address, ""),
        }
    }

    fn add_embedded(&mut self, element: &str, address: &str, description: &str) {
        let mut html = format!("<{element} src=\"");
        append_attribute_value(&mut html, address);
        if !description.is_empty() {
            html.push_str("\" alt=\"");
            append_attribute_value(&mut html, description);
        }
        html.push_str("\">");
        if element != "img" {
            html.extend(["</", element, ">"]);
        }
        self.add_html(&html);
    }

    /// Closes a frame whose start tag begins at `start`. Removes it if it repeats the last frame: as an `embed` inside an
    /// `object`, or in a `noscript`.
    pub(super) fn close_frame(&mut self, start: usize, tag: HtmlTag<'_>) {
        let frame = self.out.get(start..).unwrap_or_default();
        let source = source_of(frame);
        let is_same_page = || without_query(source) == without_query(&self.last_frame);
        let repeats = tag.name.eq_ignore_ascii_case("embed") && source == self.last_frame
            || self.in_noscript && is_same_page();
        if repeats {
            self.out.truncate(start);
            self.open.pop();
            return;
        }
        source.clone_into(&mut self.last_frame);
        self.close_down_to(self.open.len() - 1);
    }
}
