//! Recognises pictures that stand for a character in a line of text.

use super::mark_attributes;
use super::style;
use super::tag_attributes::lower;
use super::tokens::HtmlTag;

/// Words in the class or the address of a picture that stands for a character.
const HINTS: [&str; 5] = ["emoji", "smiley", "smilies", "emoticon", "joypixels"];

/// Longest text that counts as emoji, in bytes. A family of four with skin tones has 41.
const MAX_CHARACTER: usize = 48;

/// Largest width or height in pixels of a picture that counts as small enough for an emoji.
const MAX_SIZE: u32 = 72;

/// What the picture of an emoji stands for.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) enum Emoji {
    /// These characters.
    Characters(String),
    /// No character: the picture itself is shown, as high as the line. Contains its description.
    Picture(String),
}

/// Returns what an `img` stands for, if it is the picture of an emoji.
pub(super) fn emoji(tag: HtmlTag<'_>) -> Option<Emoji> {
    let (mut alt, mut source, mut class) = (String::new(), String::new(), String::new());
    // The first says whether the style gives a size of at most 2em or 2rem, the second whether an attribute gives a size of at
    // most MAX_SIZE.
    let (mut is_as_high_as_a_line, mut is_small) = (false, false);
    for (name, value) in tag.attributes() {
        let value = || htmlize::unescape_attribute(value).into_owned();
        match &*lower(name) {
            "alt" => alt = value(),
            "src" => source = value().to_ascii_lowercase(),
            "class" => class.push_str(&value().to_ascii_lowercase()),
            "data-emoticon" => class.push_str(" emoticon"),
            "style" | mark_attributes::STYLE => is_as_high_as_a_line |= has_size_in_letters(&value()),
            "width" | "height" => {
                is_small |= value().trim_end_matches("px").parse::<u32>().is_ok_and(|size| size <= MAX_SIZE);
            }
            _ => {}
        }
    }
    let hinted = |text: &str| HINTS.iter().any(|hint| text.contains(hint));
    let (by_class, by_source) = (hinted(&class), hinted(&source));
    if !by_class && !by_source && !is_as_high_as_a_line && !is_small {
        return None;
    }
    let alt = alt.trim();
    if is_emoji(alt) || by_class && is_typed_face(alt) {
        return Some(Emoji::Characters(alt.to_owned()));
    }
    if (by_class || by_source)
        && let Some(character) = character_in_file_name(&source)
    {
        return Some(Emoji::Characters(character));
    }
    (by_class || is_as_high_as_a_line && !alt.is_empty()).then(|| Emoji::Picture(alt.to_owned()))
}

/// Returns whether a style gives a height, a largest height or a width of at most 2em or 2rem.
fn has_size_in_letters(style: &str) -> bool {
    style::rules(style).any(|(property, value)| {
        let is_size = matches!(&*property, "height" | "width" | "max-height");
        let letters = value.strip_suffix("em").map(|letters| letters.trim_end_matches('r'));
        is_size
            && letters.and_then(|letters| letters.parse::<f32>().ok()).is_some_and(|letters| letters <= 2.0)
    })
}

/// Returns whether a text consists of emoji.
fn is_emoji(text: &str) -> bool {
    let is_mark = |c: char| matches!(c, '\u{fe0f}' | '\u{200d}' | '\u{20e3}' | '\u{e0020}'..='\u{e007f}' | '0'..='9' | '#' | '*');
    text.len() <= MAX_CHARACTER
        && text.chars().any(|c| is_pictograph(c) || c == '\u{20e3}')
        && text.chars().all(|c| is_pictograph(c) || is_mark(c))
}

fn is_pictograph(c: char) -> bool {
    matches!(c,
        '\u{1f000}'..='\u{1faff}' | '\u{2190}'..='\u{2bff}' | '\u{3030}' | '\u{303d}' | '\u{3297}' | '\u{3299}'
        | '\u{203c}' | '\u{2049}' | '\u{2122}' | '\u{2139}' | '\u{a9}' | '\u{ae}')
}

/// Returns whether a text is a face made of letters and marks: `:-)`, `;D`.
fn is_typed_face(text: &str) -> bool {
    (2..=4).contains(&text.len()) && text.starts_with([':', ';', '8', '=']) && !text.ends_with(':')
}

/// Returns the emoji whose code points are the name of a file: `1f1e9-1f1ea.png`.
fn character_in_file_name(address: &str) -> Option<String> {
    let path = address.split(['?', '#']).next()?;
    let name = path.rsplit('/').next()?.split('.').next()?;
    let name = name.strip_prefix("emoji_").unwrap_or(name);
    let character = |number: &str| {
        let digits = number.strip_prefix('u').unwrap_or(number);
        let is_number = (2..=6).contains(&digits.len());
        is_number.then(|| u32::from_str_radix(digits, 16).ok().and_then(char::from_u32)).flatten()
    };
    let characters: Option<String> = name.split(['-', '_']).map(character).collect();
    characters.filter(|characters| is_emoji(characters))
}

#[cfg(test)]
mod tests {
    use super::super::tokens::{HtmlToken, HtmlTokens};
    use super::*;

    #[test]
    fn a_picture_of_an_emoji_is_told_from_other_pictures() {
        let characters = |text: &str| Some(Emoji::Characters(text.to_owned()));
        let picture = |text: &str| Some(Emoji::Picture(text.to_owned()));
        for (attributes, expected) in [
            ("class=wp-smiley alt=🙂 src=/a.png", characters("🙂")),
            ("class=wp-smiley alt=':-)' src=/icon_smile.gif", characters(":-)")),
            ("class=emoji alt=':rocket:' src=/unicode/1f680.png", characters("🚀")),
            ("alt='' src=https://a.example/emoji/72x72/1f1e9-1f1ea.svg", characters("🇩🇪")),
            ("alt=🔥 width=16 height=16 src=/x.png", characters("🔥")),
            ("alt=🔥 src=/fire.jpg", None),
            ("alt='A chart of emoji' src=/emoji-chart.png", None),
            ("alt=':harbour:' class=custom-emoji src=/h.png", picture(":harbour:")),
            ("alt='[doge]' style='width:1em; height:1em' src=/d.png", picture("[doge]")),
            ("alt=Logo width=40 height=40 src=/logo.png", None),
            ("alt=':D' data-emoticon=true width=20 src=/biggrin.png", characters(":D")),
        ] {
            let html = format!("<img {attributes}>");
            let Some(HtmlToken::Start(tag)) = HtmlTokens::of(&html).next() else { panic!("{html}") };
            assert_eq!(emoji(tag), expected, "{html}");
        }
    }
}
