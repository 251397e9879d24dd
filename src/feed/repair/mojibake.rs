//! UTF-8 that a program took for windows-1252 and encoded again: `donâ€™t`.

use encoding_rs::WINDOWS_1252;

/// How much must speak for it. A sequence of three bytes counts two, since no language writes `â€™`; one of two bytes
/// counts one, since a capital `MAMÃ` may stand before `…`.
const ENOUGH: usize = 2;

/// The text as it was meant, where *every* run of characters beyond ASCII in it is UTF-8 read as windows-1252.
pub(super) fn undone(text: &str) -> Option<String> {
    if !text.contains(['Ã', 'Â', 'â']) {
        return None;
    }
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    let mut evidence = 0;
    while let Some(at) = rest.find(|character: char| !character.is_ascii()) {
        let (before, after) = rest.split_at_checked(at)?;
        let length = after.find(|character: char| character.is_ascii()).unwrap_or(after.len());
        let (run, tail) = after.split_at_checked(length)?;
        let (bytes, _, unmappable) = WINDOWS_1252.encode(run);
        let meant = std::str::from_utf8(&bytes).ok().filter(|_| !unmappable)?; // one honest run, and all are
        for character in meant.chars() {
            evidence += match character {
                '\u{80}'..='\u{ff}' => 1,
                '\u{2000}'..='\u{2fff}' => 2,
                _ => return None,
            };
        }
        out.push_str(before);
        out.push_str(meant);
        rest = tail;
    }
    out.push_str(rest);
    (evidence >= ENOUGH).then_some(out)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn doubly_encoded_punctuation_and_letters_come_back() {
        assert_eq!(undone("donâ€™t").as_deref(), Some("don’t"));
        assert_eq!(undone("CafÃ© crÃ¨me").as_deref(), Some("Café crème"));
    }

    #[test]
    fn honest_text_is_left_alone() {
        for text in ["CAFÉ…", "MAMÃ…", "SÃO PAULO", "bâtiment « neuf »", "Ã", "don’t", "plain", "Ã© et là"]
        {
            assert_eq!(undone(text), None, "{text}");
        }
    }
}
