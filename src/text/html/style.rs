//! Reads what a reader must know of a `style` attribute: whether a text is hidden, the direction of writing, whether lines are
//! kept, and whether a text is struck out, underlined, raised, lowered, bold or italic.

use super::elements::{Element, Nesting, TablePart};
use super::mark_attributes;
use super::tag_attributes::lower;
use super::tokens::HtmlTag;

/// An offset of this many pixels, or an even more negative one, moves a text out of sight.
const OUT_OF_SIGHT: f32 = -999.0;

/// What a style says.
#[expect(
    clippy::struct_excessive_bools,
    reason = "each is a property of its own, and they come in any combination"
)]
#[derive(Clone, Copy, Default, PartialEq, Eq, Debug)]
pub(super) struct Style {
    /// Whether the element can't be seen.
    pub(super) hides: bool,
    /// Whether the element can't be seen if it stands in a line of text. In a block, the same style may be part of an
    /// animation or of a layout.
    pub(super) hides_in_line: bool,
    /// Direction of writing, as in the attribute `dir`.
    pub(super) direction: Option<&'static str>,
    /// Whether line ends and spaces are kept; `None` if the style does not say it.
    pub(super) lines: Option<LineEnds>,
    bold: Option<bool>,
    italic: Option<bool>,
    is_struck: bool,
    is_underlined: bool,
    /// Whether the text has no line through or under it.
    is_undecorated: bool,
    /// Whether the text is neither raised nor lowered.
    is_on_line: bool,
    /// The element that raises or lowers the text: `sup` or `sub`.
    raised: Option<&'static str>,
    /// Whether the characters are shown from right to left, whatever their script.
    is_reversed: bool,
}

/// What becomes of the line ends of a text.
#[derive(Clone, Copy, Default, PartialEq, Eq, Debug)]
pub(super) enum LineEnds {
    /// Line ends are shown as white space.
    #[default]
    Flow,
    /// Line ends are kept.
    Kept,
    /// Line ends are kept, and so are the spaces at the start of a line.
    KeptWithSpaces,
}

impl Style {
    /// Returns the style of a tag.
    pub(super) fn of(tag: HtmlTag<'_>) -> Self {
        if !tag.may_have("style") {
            return Self::default();
        }
        let style =
            tag.attributes().find(|(name, _)| matches!(&*lower(name), "style" | mark_attributes::STYLE));
        style.map_or_else(Self::default, |(_, value)| Self::parse(&htmlize::unescape_attribute(value)))
    }

    fn parse(style: &str) -> Self {
        let mut read = Self::default();
        let mut signs = HidingSigns::default();
        for (property, value) in rules(style) {
            signs.add(&property, &value);
            match &*property {
                "direction" => {
                    read.direction = ["rtl", "ltr"].into_iter().find(|known| *known == value);
                }
                "unicode-bidi" => read.is_reversed = value.ends_with("-override"),
                "white-space" | "white-space-collapse" => read.lines = line_ends(&value),
                "font-weight" => read.bold = weight(&value),
                "font" => read.read_font(&value),
                "font-style" => {
                    read.italic = match &*value {
                        oblique if oblique.starts_with("oblique") => Some(true),
                        "italic" => Some(true),
                        "normal" => Some(false),
                        _ => None,
                    }
                }
                "text-decoration" | "text-decoration-line" => {
                    read.is_struck |= value.contains("line-through");
                    read.is_underlined |= value.contains("underline");
                    read.is_undecorated = value == "none";
                }
                "vertical-align" => {
                    read.raised = match &*value {
                        "super" => Some("sup"),
                        "sub" => Some("sub"),
                        _ => None,
                    };
                    read.is_on_line = value == "baseline";
                }
                _ => {}
            }
        }
        read.is_reversed &= read.direction == Some("rtl");
        read.hides = signs.hides();
        read.hides_in_line = read.hides || signs.is_invisible;
        read
    }

    /// Returns whether the text is struck out.
    pub(super) const fn is_struck(self) -> bool {
        self.is_struck
    }

    /// Reads the weight and the slope in a `font`. They stand before the size.
    fn read_font(&mut self, value: &str) {
        let is_size =
            |word: &&str| word.starts_with(|c: char| c.is_ascii_digit()) && word.parse::<u32>().is_err();
        for word in value.split_ascii_whitespace().take_while(|word| !is_size(word)) {
            match word {
                "italic" | "oblique" => self.italic = Some(true),
                "normal" | "inherit" => {}
                other => self.bold = weight(other).or(self.bold),
            }
        }
    }

    /// Returns the names of the elements that say the same as the style of `element` and may stand in it. What the element
    /// says by itself is left out.
    pub(super) fn elements(self, element: &Element) -> impl Iterator<Item = &'static str> {
        let is_inline = matches!(element.nesting, Nesting::Inline | Nesting::Formatting);
        let may_hold = match element.nesting {
            Nesting::Inline | Nesting::Formatting => !element.is_embedded() && element.name != "picture",
            Nesting::Block => !matches!(element.name, "ul" | "ol" | "dl" | "details" | "hgroup"),
            Nesting::Table(part) => matches!(part, TablePart::Cell | TablePart::Caption),
            _ => false,
        };
        // A heading is bold and a link is underlined anyway.
        let is_heading = matches!(element.name.as_bytes(), [b'h', b'1'..=b'6'] | b"th");
        let bold = self.bold == Some(true) && !is_heading;
        let underlined = self.is_underlined && element.name != "a";
        [
            bold.then_some("b"),
            (self.italic == Some(true)).then_some("i"),
            self.is_struck.then_some("s"),
            underlined.then_some("u"),
            self.raised.filter(|_| is_inline),
            self.is_reversed.then_some("bdo"),
        ]
        .into_iter()
        .flatten()
        .filter(move |_| may_hold)
    }

    /// Returns whether the style takes away what the element `name` says: Google Docs puts a whole text into
    /// `<b style="font-weight:normal">`.
    pub(super) fn undoes(self, name: &str) -> bool {
        match name {
            "b" | "strong" => self.bold == Some(false),
            "i" | "em" => self.italic == Some(false),
            "s" | "u" => self.is_undecorated && !self.is_struck && !self.is_underlined,
            "sup" | "sub" => self.is_on_line,
            _ => false,
        }
    }
}

/// The signs in a style that a text can't be seen. Some are certain (`display: none`). Any other sign proves nothing alone,
/// because it may be part of an animation or of a layout. Two of them are a proof: many newsletters hide their first line in
/// this way, which only mail programs show, as a preview.
#[derive(Default)]
struct HidingSigns {
    /// Whether a property was found that hides the element alone.
    is_certain: bool,
    /// How many signs were found that prove nothing alone.
    signs: usize,
    /// How many properties were found that help to take an element out of sight. Two are enough: `position: absolute` with a
    /// large negative offset or a `clip` to nothing, or two such offsets.
    signs_of_moving: usize,
    /// Whether a padding gives the element a size. Then `signs` prove nothing.
    has_padding: bool,
    /// Whether no letter can be seen, because the text is not drawn or has no size.
    is_invisible: bool,
}

impl HidingSigns {
    fn add(&mut self, property: &str, value: &str) {
        self.is_invisible |= match property {
            "visibility" => value == "hidden",
            "font-size" => is_nothing(value),
            _ => false,
        };
        match property {
            "display" => self.is_certain |= value.starts_with("none"),
            "mso-hide" => self.is_certain |= value == "all",
            "opacity" => self.signs += usize::from(value.parse::<f32>().is_ok_and(|opacity| opacity <= 0.01)),
            "visibility" => self.signs += usize::from(value == "hidden"),
            "color" => self.signs += usize::from(value == "transparent"),
            "font-size" | "line-height" | "max-height" | "max-width" | "height" | "width" => {
                self.signs += usize::from(is_nothing(value));
            }
            "padding" | "padding-top" | "padding-bottom" => self.has_padding |= !is_nothing(value),
            "position" => self.signs_of_moving += usize::from(value == "absolute"),
            // Only a screen reader reads what is clipped to nothing.
            "clip" => {
                let is_nothing = value.starts_with("rect(0") || value.starts_with("rect(1px");
                self.signs_of_moving += usize::from(is_nothing);
            }
            "left" | "top" | "text-indent" | "margin-left" => {
                let pixels = value.strip_suffix("px").and_then(|pixels| pixels.parse::<f32>().ok());
                let is_far = pixels.is_some_and(|pixels| pixels <= OUT_OF_SIGHT);
                self.signs_of_moving += usize::from(is_far);
            }
            _ => {}
        }
    }

    fn hides(&self) -> bool {
        self.is_certain || self.signs >= 2 && !self.has_padding || self.signs_of_moving >= 2
    }
}

/// Returns whether a length is too short to see: zero in any unit, or at most one pixel.
fn is_nothing(length: &str) -> bool {
    let unit = length.trim_start_matches(|c: char| c.is_ascii_digit() || c == '.');
    let number = length.strip_suffix(unit).and_then(|number| number.parse::<f32>().ok());
    number.is_some_and(|number| number <= 0.0 || number <= 1.0 && matches!(unit, "" | "px"))
}

/// Returns the properties and values of a style in lower case, without `!important`.
pub(super) fn rules(style: &str) -> impl Iterator<Item = (String, String)> + '_ {
    style.split(';').filter_map(|rule| rule.split_once(':')).map(|(property, value)| {
        let value = value.trim().to_ascii_lowercase();
        let value = value.strip_suffix("!important").map_or(&*value, str::trim_end).to_owned();
        (property.trim().to_ascii_lowercase(), value)
    })
}

fn line_ends(value: &str) -> Option<LineEnds> {
    match value {
        "pre" | "pre-wrap" | "break-spaces" | "preserve" => Some(LineEnds::KeptWithSpaces),
        "pre-line" | "preserve-breaks" => Some(LineEnds::Kept),
        "normal" | "nowrap" | "collapse" => Some(LineEnds::Flow),
        _ => None,
    }
}

/// Returns whether a `font-weight` is bold; `None` if the value does not tell (`inherit`).
fn weight(value: &str) -> Option<bool> {
    match value {
        "bold" | "bolder" => Some(true),
        "normal" | "lighter" => Some(false),
        number => number.parse::<u32>().ok().map(|weight| weight >= 600),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_is_hidden_if_nobody_can_see_it() {
        for style in [
            "display:none",
            "Display: NONE !important",
            "mso-hide:all",
            "font-size:1px;line-height:1px;max-height:0;overflow:hidden",
            "visibility:hidden; opacity: 0",
            "position:absolute;left:-9999px",
            "position:absolute; clip: rect(0 0 0 0); width: 9px",
        ] {
            assert!(Style::parse(style).hides, "{style}");
        }
        for style in [
            "opacity:0",
            "visibility:hidden",
            "font-size:0",
            "height:0;padding-bottom:56%;width:0",
            "max-height:0;overflow:hidden",
            "position:absolute;left:0",
            "width:100%",
            "",
        ] {
            assert!(!Style::parse(style).hides, "{style}");
        }
        let in_line = ["visibility:hidden", "font-size:0"].map(|style| Style::parse(style).hides_in_line);
        assert_eq!((in_line, Style::parse("opacity:0").hides_in_line), ([true; 2], false));
    }

    #[test]
    fn the_weight_and_the_slope_of_a_font_are_read() {
        for (style, bold, italic) in [
            ("font: bold 12px Arial", Some(true), None),
            ("font: italic small-caps 700 1.2em/1.5 serif", Some(true), Some(true)),
            ("font: 12px Bold Gothic", None, None),
            ("font: 400 1rem sans-serif", Some(false), None),
            ("font: inherit", None, None),
        ] {
            let read = Style::parse(style);
            assert_eq!((read.bold, read.italic), (bold, italic), "{style}");
        }
    }

    #[test]
    fn a_weight_from_600_is_bold() {
        assert_eq!(
            ["bold", "700", "600", "400", "normal", "inherit"].map(weight),
            [Some(true), Some(true), Some(true), Some(false), Some(false), None]
        );
    }
}
