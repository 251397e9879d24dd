//! Repairs mojibake, which is garbled text: UTF-8 that a program took for windows-1252 and encoded again, as in
//! `donâ€™t`.

use encoding_rs::{EncoderResult, WINDOWS_1252};

/// How much evidence is needed, in one text or in the texts before it, to decide that a text is encoded twice.
///
/// A garbled character of three bytes counts two, and so does a garbled small letter, since no language writes `â€™`
/// or `Ã©`. Any other garbled character of two bytes counts one, since the capital in `MAMÃ` may be followed by `…`.
/// A garbled character counts nothing if it is outside a word and is not usually written alone: a text that explains
/// how to remove `Ã©` really means these two characters.
const MIN_EVIDENCE: usize = 2;

/// Repairs the texts of one document, one after another.
#[derive(Default, Debug)]
pub(super) struct Mojibake {
    /// Evidence found in the texts so far.
    evidence: usize,
    /// Whether one of the texts so far is not encoded twice. Then the evidence of earlier texts does not count.
    has_correct_text: bool,
}

impl Mojibake {
    /// Returns the text as it was meant, if *every* run of characters beyond ASCII in it is UTF-8 read as windows-1252.
    pub(super) fn undo(&mut self, text: &str) -> Option<String> {
        if text.is_ascii() {
            return None;
        }
        if !has_lead_character(text) {
            self.has_correct_text = true;
            return None;
        }
        let Some((meant, evidence)) = decode_twice_encoded(text) else {
            self.has_correct_text = true;
            return repair_no_break_spaces(text);
        };
        let before = if self.has_correct_text { 0 } else { self.evidence };
        self.evidence = self.evidence.saturating_add(evidence);
        if evidence + before >= MIN_EVIDENCE { Some(meant) } else { repair_no_break_spaces(text) }
    }
}

/// Returns whether the text has `Ã`, `Â` or `â`: a text without them is not encoded twice. Compares bytes for speed.
fn has_lead_character(text: &str) -> bool {
    let bytes = text.as_bytes();
    memchr::memchr_iter(0xc3, bytes).any(|at| matches!(bytes.get(at + 1), Some(0x82 | 0x83 | 0xa2)))
}

/// Repairs no-break spaces that are encoded twice in a text that is correct otherwise, as in `OnlineÂ [Free`. Editors
/// and templates leave them. No language ends a word with `Â`; after a capital it may be part of a word in capitals.
fn repair_no_break_spaces(text: &str) -> Option<String> {
    const TWICE: &str = "Â\u{a0}";
    let is_one = |at: &usize| {
        let before = text.get(..*at).and_then(|before| before.chars().next_back());
        !before.is_some_and(char::is_uppercase)
    };
    let mut out = String::new();
    let mut written = 0;
    for at in text.match_indices(TWICE).map(|(at, _)| at).filter(is_one) {
        out.push_str(text.get(written..at)?);
        out.push('\u{a0}');
        written = at + TWICE.len();
    }
    out.push_str(text.get(written..)?);
    (written > 0).then_some(out)
}

/// Returns the text with every run of characters beyond ASCII decoded once more, and the evidence that it was encoded
/// twice. `None` if one of the runs is not encoded twice.
fn decode_twice_encoded(text: &str) -> Option<(String, usize)> {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    let mut evidence = 0;
    // One buffer serves all runs: there are many, of a few bytes each.
    let mut bytes = Vec::new();
    while let Some(at) = rest.find(|character: char| !character.is_ascii()) {
        let (before, after) = rest.split_at_checked(at)?;
        let length = after.find(|character: char| character.is_ascii()).unwrap_or(after.len());
        let (run, tail) = after.split_at_checked(length)?;
        bytes.resize(run.len(), 0);
        let encoded = WINDOWS_1252.new_encoder().encode_from_utf8_without_replacement(run, &mut bytes, true);
        let (EncoderResult::InputEmpty, _, written) = encoded else { return None };
        let meant = std::str::from_utf8(bytes.get(..written)?).ok()?; // one correct run means that all are
        let is_letter = |c: Option<char>| c.is_some_and(|c| c.is_ascii_alphanumeric());
        let in_word = is_letter(before.chars().next_back()) || is_letter(tail.chars().next());
        for character in meant.chars() {
            let weight = match character {
                '\u{80}'..='\u{df}' => 1,
                '\u{e0}'..='\u{ff}' | '\u{2000}'..='\u{2fff}' => 2,
                _ => return None,
            };
            evidence += if in_word || stands_alone(character) { weight } else { 0 };
        }
        out.push_str(before);
        out.push_str(meant);
        rest = tail;
    }
    out.push_str(rest);
    Some((out, evidence))
}

/// Returns whether the character is often written between blanks: `à`, dashes, `•`, `…`, `‹`, `›`.
fn stands_alone(character: char) -> bool {
    matches!(
        character,
        '\u{e0}' | '\u{2013}' | '\u{2014}' | '\u{2022}' | '\u{2026}' | '\u{2039}' | '\u{203a}'
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn doubly_encoded_punctuation_and_letters_come_back() {
        assert_eq!(Mojibake::default().undo("donâ€™t").as_deref(), Some("don’t"));
        assert_eq!(Mojibake::default().undo("CafÃ© crÃ¨me").as_deref(), Some("Café crème"));
        assert_eq!(Mojibake::default().undo("National â€º Harbour").as_deref(), Some("National › Harbour"));
    }

    #[test]
    fn correct_text_is_left_alone() {
        for text in ["CAFÉ…", "MAMÃ…", "SÃO PAULO", "bâtiment « neuf »", "Ã", "don’t", "plain", "Ã© et là"]
        {
            assert_eq!(Mojibake::default().undo(text), None, "{text}");
        }
    }

    #[test]
    fn a_text_about_doubly_encoded_characters_keeps_them() {
        for text in ["How to fix Ã© in MySQL", "What \"â€™\" means", "Ã¤Ã¶Ã¼ (and more)"] {
            assert_eq!(Mojibake::default().undo(text), None, "{text}");
        }
        assert_eq!(
            Mojibake::default().undo("one â€” two").as_deref(),
            Some("one — two"),
            "a dash stands alone"
        );
    }

    #[test]
    fn a_no_break_space_alone_comes_back_in_any_text() {
        for (text, meant) in [
            ("Brand OnlineÂ\u{a0}[Free", "Brand Online\u{a0}[Free"),
            ("«\u{a0}déjà\u{a0}»Â\u{a0}vu.Â\u{a0}", "«\u{a0}déjà\u{a0}»\u{a0}vu.\u{a0}"),
        ] {
            assert_eq!(Mojibake::default().undo(text).as_deref(), Some(meant), "{text}");
        }
        assert_eq!(Mojibake::default().undo("ROMÂ\u{a0}: É"), None);
    }

    #[test]
    fn weak_evidence_counts_in_a_document_that_is_doubly_encoded_throughout() {
        let mut document = Mojibake::default();
        assert!(document.undo("Lâ€™affaire").is_some());
        assert_eq!(document.undo("Â£31 million").as_deref(), Some("£31 million"));
        assert_eq!(document.undo("déjà"), None);
        assert_eq!(document.undo("Â£31 million"), None);
    }
}
