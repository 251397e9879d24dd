//! Measures how many bytes of a text have something in common, many bytes at a time.

/// How many bytes are looked at together. Compilers turn a loop over as many into a few instructions.
const BLOCK: usize = 32;

/// Returns how many bytes at the start of `bytes` all have the property `has`. Properties that are one or two ranges of bytes
/// are quickest.
pub fn leading(bytes: &[u8], has: impl Fn(u8) -> bool) -> usize {
    let (blocks, _) = bytes.as_chunks::<BLOCK>();
    let have_all = |block: &&[u8; BLOCK]| block.iter().fold(true, |all, byte| all & has(*byte));
    let whole = BLOCK * blocks.iter().take_while(have_all).count();
    let rest = bytes.get(whole..).unwrap_or_default();
    whole + rest.iter().position(|byte| !has(*byte)).unwrap_or(rest.len())
}

/// Returns whether all bytes have the property `has`. See [`leading`].
pub fn all(bytes: &[u8], has: impl Fn(u8) -> bool) -> bool {
    leading(bytes, has) == bytes.len()
}

/// Returns how many bytes at the start of a text can be copied as they are: words with one space between them, without a
/// character that may be white space or unprintable. The bytes are whole characters.
pub(super) fn length_of_collapsed(text: &[u8]) -> usize {
    let mut at = length_of_collapsed_blocks(text);
    while let Some(byte) = text.get(at) {
        let is_space_between =
            || *byte == b' ' && at > 0 && text.get(at + 1).is_some_and(|next| is_certainly_visible(*next));
        if !is_certainly_visible(*byte) && !is_space_between() {
            break;
        }
        at += 1;
    }
    at
}

/// Returns how many bytes at the start of a text belong to whole blocks that can be copied as they are. What is true of these
/// bytes is what [`length_of_collapsed`] says.
fn length_of_collapsed_blocks(text: &[u8]) -> usize {
    if text.first() == Some(&b' ') {
        return 0;
    }
    let (blocks, _) = text.as_chunks::<BLOCK>();
    let (following, _) = text.get(1..).unwrap_or_default().as_chunks::<BLOCK>();
    let are_collapsed = |(block, following): &(&[u8; BLOCK], &[u8; BLOCK])| {
        block.iter().zip(*following).fold(true, |are_collapsed, (byte, next)| {
            let is_space_between = (*byte == b' ') & is_certainly_visible(*next);
            are_collapsed & (is_certainly_visible(*byte) | is_space_between)
        })
    };
    BLOCK * blocks.iter().zip(following).take_while(are_collapsed).count()
}

/// Returns the number of words between white space, as [`str::split_whitespace`] counts them.
pub fn count_words(text: &str) -> usize {
    let bytes = text.as_bytes();
    // These bytes begin all white space beyond ASCII.
    if !all(bytes, |byte| byte != 0xc2 && !matches!(byte, 0xe1..=0xe3)) {
        return text.split_whitespace().count();
    }
    let is_space = |byte: &u8| matches!(byte, b' ' | b'\t'..=b'\r');
    let pairs = bytes.iter().zip(bytes.get(1..).unwrap_or_default());
    pairs.filter(|(one, next)| is_space(one) && !is_space(next)).count()
        + usize::from(bytes.first().is_some_and(|first| !is_space(first)))
}

/// Returns whether a byte of UTF-8 begins none of the invisible characters that texts commonly have: the soft hyphen (U+00AD),
/// joiners and spaces without width (U+200B to U+200F), the word joiner (U+2060) and the byte order mark (U+FEFF).
pub const fn begins_no_invisible_character(byte: u8) -> bool {
    !matches!(byte, 0xc2 | 0xe2 | 0xef)
}

/// Returns whether a byte of UTF-8 belongs to a character that is neither white space nor unprintable nor invisible, provided
/// that the same is true of the bytes before it. The bytes for which it returns `false` begin the characters from U+0000 to
/// U+0020, from U+007F to U+00BF, from U+1000 to U+3FFF, from U+F000 to U+FFFF, and from U+C0000 on.
pub(super) const fn is_certainly_visible(byte: u8) -> bool {
    matches!(byte, b'!'..=b'~' | 0x80..=0xbf | 0xc3..=0xe0 | 0xe4..=0xee | 0xf0..=0xf2)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn the_first_byte_without_the_property_is_found_wherever_it_stands(text in "[ab]{0,70}(c[abc]{0,70})?") {
            let bytes = text.as_bytes();
            let expected = text.find('c').unwrap_or(text.len());
            prop_assert_eq!(leading(bytes, |byte| byte != b'c'), expected);
            prop_assert_eq!(all(bytes, |byte| byte != b'c'), !text.contains('c'));
        }

        #[test]
        fn a_text_without_the_first_bytes_of_invisible_characters_has_none(
            text in "[aéл字\u{a0}\u{ad}\u{200b}-\u{200f}\u{2019}\u{2060}\u{feff}]{0,4}",
        ) {
            let has_one = text.contains(['\u{ad}', '\u{200b}', '\u{200c}', '\u{200f}', '\u{2060}', '\u{feff}']);
            prop_assert!(!has_one || !all(text.as_bytes(), begins_no_invisible_character));
        }

        #[test]
        fn words_are_counted_as_they_are_split(text in "[ab \t\n\u{b}\u{1f}é’\u{85}\u{a0}\u{1680}\u{2028}\u{3000}ж]{0,80}") {
            prop_assert_eq!(count_words(&text), text.split_whitespace().count());
        }
    }
}
