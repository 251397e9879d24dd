//! Cuts texts between graphemes, the characters as a reader sees them.

use unicode_segmentation::UnicodeSegmentation as _;

/// Returns the beginning of a text: at most `limit` characters, cut so that no accent loses its letter, and no emoji its parts.
/// A first grapheme that alone is longer than `limit` is cut.
pub fn beginning(text: &str, limit: usize) -> &str {
    // A text has at most as many characters as bytes.
    if text.len() <= limit {
        return text;
    }
    let mut left = limit;
    let mut end = 0;
    for (at, grapheme) in text.grapheme_indices(true) {
        let length = grapheme.chars().count();
        if length > left {
            break;
        }
        left -= length;
        end = at + grapheme.len();
    }
    if end == 0 {
        end = text.char_indices().nth(limit).map_or(text.len(), |(at, _)| at);
    }
    text.get(..end).unwrap_or(text)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_is_cut_between_graphemes_and_never_longer_than_its_limit() {
        // A family of three is five characters, and `é` with a separate accent is two.
        let family = "\u{1f468}\u{200d}\u{1f469}\u{200d}\u{1f467}";
        let text = format!("ae\u{301}{family}b");
        for (limit, expected) in [
            (0, String::new()),
            (1, "a".to_owned()),
            (2, "a".to_owned()),
            (3, "ae\u{301}".to_owned()),
            (7, "ae\u{301}".to_owned()),
            (8, format!("ae\u{301}{family}")),
            (9, text.clone()),
        ] {
            assert_eq!(beginning(&text, limit), expected, "{limit}");
        }
        let piled = format!("a{}", "\u{301}".repeat(1000));
        assert_eq!(beginning(&piled, 10).chars().count(), 10, "one grapheme of any length is bounded");
    }
}
