//! Repairs text that was UTF-8, was read as Mac OS Roman and encoded again, as in `don‚Äôt` or `d√©j√†`.

use std::collections::HashMap;
use std::sync::LazyLock;

/// The upper half of Mac OS Roman: the characters of the bytes from 0x80.
const ROMAN: &str = "ÄÅÇÉÑÖÜáàâäãåçéèêëíìîïñóòôöõúùûü†°¢£§•¶ß®©™´¨≠ÆØ∞±≤≥¥µ∂∑∏π∫ªºΩæø¿¡¬√ƒ≈∆«»…\u{a0}ÀÃÕŒœ–—“”‘’÷◊ÿŸ⁄€‹›ﬁﬂ‡·‚„‰ÂÊÁËÈÍÎÏÌÓÔ\u{f8ff}ÒÚÛÙıˆ˜¯˘˙˚¸˝˛ˇ";

/// Maps each character of [`ROMAN`] to its byte.
static BYTES: LazyLock<HashMap<char, u8>> = LazyLock::new(|| ROMAN.chars().zip(0x80..=u8::MAX).collect());

/// How a typographic mark, such as `’`, begins when it is read as Mac OS Roman.
const MARK_START: &str = "‚Ä";

/// Returns the text as it was meant, if it has a mark (`‚Äô`) or a letter (`√©`) beside a small letter that is UTF-8 read as
/// Mac OS Roman, and if all its other characters beyond ASCII are garbled in this way, too. Nobody writes such pairs of
/// characters on purpose.
pub(super) fn undo(text: &str) -> Option<String> {
    if text.is_ascii() || !text.contains(MARK_START) && !text.contains('√') {
        return None;
    }
    let mut out = String::with_capacity(text.len());
    let mut is_sure = false;
    let mut rest = text;
    while let Some(at) = rest.find(|c: char| !c.is_ascii()) {
        let (before, run_on) = rest.split_at(at);
        out.push_str(before);
        let length = run_on.find(|c: char| c.is_ascii()).unwrap_or(run_on.len());
        let (run, after) = run_on.split_at(length);
        match decoded(run) {
            Some(meant) => {
                let is_in_word = before.ends_with(|c: char| c.is_ascii_lowercase())
                    || after.starts_with(|c: char| c.is_ascii_lowercase());
                is_sure |= is_in_word && (run.starts_with(MARK_START) || run.starts_with('√') && run != "√π");
                out.push_str(&meant);
            }
            None if run.chars().all(|c| c == '\u{a0}') => out.push_str(run),
            // A character that is not garbled shows that the whole text was encoded only once.
            None => return None,
        }
        rest = after;
    }
    out.push_str(rest);
    is_sure.then_some(out)
}

/// Returns what a run of characters means if their bytes in Mac OS Roman are UTF-8.
fn decoded(run: &str) -> Option<String> {
    let bytes: Option<Vec<u8>> = run.chars().map(|c| BYTES.get(&c).copied()).collect();
    String::from_utf8(bytes?).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_that_was_read_as_mac_os_roman_is_repaired() {
        for (written, meant) in [
            ("Don‚Äôt panic ‚Äì yet", "Don’t panic – yet"),
            ("L‚Äô√©t√© √† la mer", "L’été à la mer"),
            ("D√©j√† vu", "Déjà vu"),
            ("‚ÄúWell‚Äù", "“Well”"),
        ] {
            assert_eq!(undo(written).as_deref(), Some(meant), "{written}");
        }
        for right in [
            "√2 and √π",
            "r√π",
            "Äpfel",
            "2√© a",
            "‚einzeln‘",
            "été √© b",
            "a ‚Ä b",
            "naïve √†b",
            "See ’ as don‚Äôt",
            "What is ‚Äô ?",
        ] {
            assert_eq!(undo(right), None, "{right}");
        }
    }

    #[test]
    fn the_table_has_a_character_for_each_byte() {
        assert_eq!(ROMAN.chars().count(), 128);
    }
}
