//! Writes as HTML what the document leaves to a style or a script: elements for text that a style sets off, line ends that a
//! style keeps, and substitutes for elements that a script fills or that feed readers do not show. Also decides which elements
//! are hidden.

use super::{LineEnds, MAX_DEPTH, Nesting, OpenElement, Rewriter, Style, Visibility, attributes, is_heading};
use crate::text::html::elements::{self, Element};
use crate::text::html::emoji::{Emoji, emoji};
use crate::text::html::frames::frame_link;
use crate::text::html::substitutes::{self, Substitute};
use crate::text::html::tag_attributes::lower;
use crate::text::html::text::append_attribute_value;
use crate::text::html::tokens::{HtmlTag, HtmlTokens};
use crate::text::html::{attribute_values, hidden_addresses};

/// How many no-break spaces stand for a tab.
const TAB: usize = 4;

/// Classes of the number of a line within a line of code: of Chroma, Pygments, Expressive Code and Prism.
const LINE_NUMBER_CLASSES: [&str; 6] = ["ln", "lineno", "linenos", "linenumber", "line-number", "gutter"];

/// Classes of the controls that a script shows below a sound or a video: of Ghost, MediaElement, Video.js, Plyr and JW Player.
const CONTROLS_CLASSES: [&str; 8] = [
    "kg-audio-player",
    "kg-video-player",
    "kg-video-overlay",
    "mejs-controls",
    "mejs__controls",
    "vjs-control-bar",
    "plyr__controls",
    "jw-controls",
];

/// Signs behind a heading that lead to the heading itself, as HTML.
const PERMALINK_SIGNS: [&str; 7] = ["¶", "#", "§", "🔗", "\u{200b}", "&#182;", "⚓"];

/// Length of the longest start tag that a style adds.
const LONGEST_TAG: usize = "<bdo dir=\"rtl\">".len();

impl Rewriter<'_> {
    /// Writes what is shown in place of the element of `tag`, whose name in lower case is `name`. Writes nothing for a task box
    /// or an icon that is hidden, stands in neither a list item nor a table cell, or repeats the mark of its item. Returns
    /// `false` if the element itself is to be written.
    pub(super) fn substitute(&mut self, name: &str, tag: HtmlTag<'_>) -> bool {
        if name == "img" {
            let Some(Emoji::Characters(characters)) = emoji(tag) else { return false };
            self.add_text(&characters);
            return true;
        }
        if matches!(name, "iframe" | "amp-iframe")
            && let Some((address, label)) = frame_link(tag, self.base)
        {
            self.add_link_to_frame(address, &label);
            return true;
        }
        let Some(substitute) = substitutes::substitute(name, tag) else { return false };
        match substitute {
            Substitute::Mark(mark) => {
                let holds_marks = |open: &OpenElement| matches!(open.element.name, "li" | "td" | "th");
                // TipTap writes the state of a task twice: as an attribute of the item and as a box in it.
                let repeats = name == "input" && self.open.iter().any(|open| open.has_box);
                if !repeats
                    && self.open.iter().any(holds_marks)
                    && !attributes::is_hidden(tag, Style::of(tag))
                {
                    self.add_text(mark);
                }
            }
            Substitute::Text(text) => {
                if let Some(element) = elements::by_name(name) {
                    self.close_before(element);
                }
                self.add_text(&text);
                self.replace_content(name);
            }
            Substitute::Link(address, label) => {
                self.add_link(&address, &label);
                if name != "script" && !tag.is_self_closing() {
                    self.replace_content(name);
                }
            }
        }
        true
    }

    /// Writes the e-mail address that a script of Joomla holds. It replaces the sentence before the script, which says that the
    /// address is protected.
    pub(super) fn add_address_of_script(&mut self, script: &str) {
        let Some(address) = hidden_addresses::address_of_script(script) else { return };
        if let Some((start, end, shown_before)) = self.hidden_address.take()
            && self.out.get(end..).is_some_and(|after| after.trim().is_empty())
        {
            self.remove_output(start, shown_before);
        }
        self.add_text(&address);
    }

    /// Writes a link in place of a frame, unless the last frame had the same address, because a `noscript` may repeat the
    /// frame.
    fn add_link_to_frame(&mut self, address: String, label: &str) {
        if address != self.last_frame {
            self.add_link(&address, label);
            self.last_frame = address;
        }
    }

    /// Writes a link in a paragraph of its own.
    pub(super) fn add_link(&mut self, address: &str, label: &str) {
        let mut link = String::from("<p><a href=\"");
        append_attribute_value(&mut link, address);
        link.push_str("\">");
        append_attribute_value(&mut link, label);
        link.push_str("</a></p>");
        self.add_html(&link);
    }

    /// Opens an element without writing its tags. Its content is removed at its end, because something else was written in its
    /// place. If the element is unknown, or elements are nested too deeply to open one more, nothing is opened, and the content
    /// is shown, too.
    pub(super) fn replace_content(&mut self, name: &str) {
        if let Some(element) = elements::by_name(name).filter(|_| self.open.len() < MAX_DEPTH) {
            let open = OpenElement {
                visibility: Visibility::Replaced,
                shown_before: self.shown_bytes,
                ..OpenElement::new(element, self.out.len(), self.out.len())
            };
            self.push(open, None);
        }
    }

    /// Adds HTML that riverd made itself, by the same rules as the tags and texts of the document.
    pub(super) fn add_html(&mut self, html: &str) {
        for token in HtmlTokens::of(html) {
            self.add_token(token);
        }
    }

    /// Decides what becomes of the content of an element. Buttons are hidden, because they work only on their own page. Three
    /// kinds of buttons are shown, because their text is a heading: one in a heading (or `summary`, `dt`, `th`), one around a
    /// heading, and one that opens the section below it. A button around a heading is hidden until the heading begins, and then
    /// shown.
    pub(super) fn decide_visibility(
        &mut self,
        element: &Element,
        tag: HtmlTag<'_>,
        style: Style,
    ) -> Visibility {
        if is_heading(element.name) {
            for open in &mut self.open {
                if open.visibility == Visibility::HiddenButton {
                    open.visibility = Visibility::Shown;
                }
            }
        }
        let is_title = |name: &str| is_heading(name) || matches!(name, "summary" | "dt" | "th");
        let in_title = || self.open.iter().any(|open| is_title(open.element.name));
        if attributes::is_hidden(tag, style) {
            Visibility::Hidden
        } else if self.is_line_number(element, tag)
            || self.is_icon_of_heading(element, tag)
            || self.are_controls(element, tag)
            || element.name == "a" && self.repeats_link(tag)
        {
            Visibility::Replaced
        } else if tag.name.eq_ignore_ascii_case("button") && !in_title() && !opens_section(tag) {
            Visibility::HiddenButton
        } else {
            self.visibility_after_formula(element, tag)
        }
    }

    /// Returns whether an element is the number of a line of code within that line. Numbers in a column of their own stay.
    fn is_line_number(&self, element: &Element, tag: HtmlTag<'_>) -> bool {
        matches!(element.name, "span" | "div")
            && tag.may_have("class")
            && self.open.iter().any(|open| matches!(open.element.name, "pre" | "code"))
            && attribute_values::value(tag, &["class"]).is_some_and(|class| {
                class.split_ascii_whitespace().any(|word| LINE_NUMBER_CLASSES.contains(&word))
            })
    }

    /// Returns whether an element holds the controls of a player that a script would show for the recording before it.
    fn are_controls(&self, element: &Element, tag: HtmlTag<'_>) -> bool {
        self.has_recording
            && element.name == "div"
            && tag.may_have("class")
            && attribute_values::value(tag, &["class"]).is_some_and(|class| {
                class.split_ascii_whitespace().any(|word| CONTROLS_CLASSES.contains(&word))
            })
    }

    /// Returns whether a link, whose start tag was just written, is a button that saves the file to which the link right before
    /// it leads.
    fn repeats_link(&self, tag: HtmlTag<'_>) -> bool {
        const START: &str = "<a href=\"";
        if !tag.may_have("download") {
            return false;
        }
        let links = self.out.rsplit_once(START);
        links.is_some_and(|(before, own)| {
            let last = before.trim_end().strip_suffix("</a>").and_then(|before| before.rsplit_once(START));
            last.is_some_and(|(_, last)| last.split('"').next() == own.split('"').next())
        })
    }

    /// Returns whether an element is the icon of a heading that opens its section: the `+` of WordPress.
    fn is_icon_of_heading(&self, element: &Element, tag: HtmlTag<'_>) -> bool {
        let has_icon =
            || attribute_values::value(tag, &["class"]).is_some_and(|class| class.contains("icon"));
        matches!(element.name, "span" | "i")
            && tag.may_have("aria-hidden")
            && self.open.iter().any(|open| is_heading(open.element.name))
            && attribute_values::value(tag, &["aria-hidden"]).as_deref() == Some("true")
            && has_icon()
    }

    /// Returns whether an element that ends here is the sign behind a heading that leads to the heading itself: `¶`, `#`.
    /// Pages show it only under the mouse.
    pub(super) fn is_permalink(&self, open: &OpenElement) -> bool {
        let is_sign = || {
            let content = self.out.get(open.content..).unwrap_or_default().trim();
            PERMALINK_SIGNS.contains(&content)
        };
        let leads_within = || {
            let tag = self.out.get(open.start..open.content).unwrap_or_default();
            tag.split("href=\"")
                .nth(1)
                .and_then(|href| href.split('"').next())
                .is_some_and(|href| href.contains('#'))
        };
        let has_heading = || {
            let is_title = |name: &str| is_heading(name) || name == "dt";
            let heading = self.open.iter().find(|outer| is_title(outer.element.name));
            // A heading that is nothing but the sign stays.
            heading.is_some_and(|heading| heading.shown_before < open.shown_before)
        };
        open.element.name == "a" && open.is_written() && has_heading() && is_sign() && leads_within()
    }

    /// Opens the elements that say the same as the style of the element that was just opened. Leaves out what an element that
    /// is open already says.
    pub(super) fn open_by_style(&mut self, element: &Element, style: Style) {
        if style == Style::default() {
            return;
        }
        for name in style.elements(element) {
            let Some(element_of_style) = elements::by_name(name).filter(|_| self.open.len() < MAX_DEPTH)
            else {
                return;
            };
            let says_the_same = |open: &OpenElement| {
                let same = matches!(
                    (open.element.name, name),
                    ("strong", "b") | ("em", "i") | ("del", "s") | ("ins" | "a", "u")
                );
                open.is_written() && (same || open.element.name == name)
            };
            if self.open.iter().any(says_the_same) || self.room() < LONGEST_TAG {
                continue;
            }
            let start = self.out.len();
            self.element_count += 1;
            self.out.push('<');
            self.out.push_str(name);
            self.out.push_str(if name == "bdo" { " dir=\"rtl\">" } else { ">" });
            let open = OpenElement {
                is_by_style: true,
                ..OpenElement::new(element_of_style, start, self.out.len())
            };
            self.push(open, None);
        }
    }

    /// Writes text whose line ends are kept, and with [`LineEnds::KeptWithSpaces`] also the spaces at the start of each
    /// line, as no-break spaces. Next to the tag of a block, text of white space only is dropped, and so is the first
    /// line end of a text, as in browsers.
    pub(super) fn add_lines(&mut self, decoded: &str, lines: LineEnds) {
        if decoded.trim().is_empty() && self.is_next_to_block() {
            return;
        }
        let text = decoded
            .strip_prefix("\r\n")
            .or_else(|| decoded.strip_prefix('\n'))
            .filter(|_| self.is_next_to_block());
        for (index, line) in text.unwrap_or(decoded).split('\n').enumerate() {
            if index > 0 {
                self.line_break();
            }
            let line = line.strip_suffix('\r').unwrap_or(line);
            let words = line.trim_start_matches([' ', '\t']);
            let is_at_line_start = index > 0 || self.is_next_to_block();
            if words.len() == line.len() || !is_at_line_start {
                self.add_text(line);
                continue;
            }
            let indent = line.get(..line.len() - words.len()).unwrap_or_default();
            let width: usize = indent.chars().map(|c| if c == '\t' { TAB } else { 1 }).sum();
            if lines == LineEnds::KeptWithSpaces && !words.is_empty() {
                self.add_text(&"\u{a0}".repeat(width));
            }
            self.add_text(words);
            if self.is_cut {
                return;
            }
        }
    }

    /// Returns whether the output ends with the tag of a block or is empty.
    fn is_next_to_block(&self) -> bool {
        let Some(tag) = self.out.strip_suffix('>').and_then(|out| out.rsplit_once('<')).map(|(_, tag)| tag)
        else {
            return self.out.is_empty();
        };
        let name = tag.trim_start_matches('/').split(' ').next().unwrap_or_default();
        let nesting = elements::by_name(name).map(|element| element.nesting);
        matches!(nesting, Some(Nesting::Block | Nesting::Rule | Nesting::Table(_)))
    }
}

/// Returns whether a button opens the section below it, and not a menu.
fn opens_section(tag: HtmlTag<'_>) -> bool {
    let (mut opens, mut is_menu) = (false, false);
    for (name, value) in tag.attributes() {
        match &*lower(name) {
            "aria-expanded" | "aria-controls" => opens = true,
            "data-toggle" | "data-bs-toggle" => opens |= value == "collapse",
            "class" => {
                let class = value.to_ascii_lowercase();
                opens |= ["accordion", "faq", "question"].iter().any(|word| class.contains(word));
            }
            "aria-haspopup" => is_menu = true,
            _ => {}
        }
    }
    opens && !is_menu
}
