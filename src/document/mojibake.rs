//! UTF-8 that a program took for windows-1252 and encoded again: `donâ€™t`.

use encoding_rs::{EncoderResult, WINDOWS_1252};

/// How much must speak for it, in one text or in the texts before it. A sequence of three bytes counts two, and so
/// does a small letter, since no language writes `â€™` or `Ã©`; any other sequence of two bytes counts one, since a
/// capital `MAMÃ` may stand before `…`. What is no part of a word and can't stand alone counts nothing: a text that says
/// how to get rid of `Ã©` means it.
const ENOUGH: usize = 2;

/// What is known of a document so far.
#[derive(Default, Debug)]
pub(super) struct Mojibake {
    evidence: usize,
    /// A text that is not encoded twice stands in the document: then single signs mean nothing in it.
    honest: bool,
}

impl Mojibake {
    /// The text as it was meant, where *every* run of characters beyond ASCII in it is UTF-8 read as windows-1252.
    pub(super) fn undo(&mut self, text: &str) -> Option<String> {
        if text.is_ascii() {
            return None;
        }
        if !has_lead(text) {
            self.honest = true;
            return None;
        }
        let Some((meant, evidence)) = decoded_again(text) else {
            self.honest = true;
            return with_single_blanks(text);
        };
        let before = if self.honest { 0 } else { self.evidence };
        self.evidence = self.evidence.saturating_add(evidence);
        if evidence + before >= ENOUGH { Some(meant) } else { with_single_blanks(text) }
    }
}

/// `Ã`, `Â` or `â`: without one of them nothing is encoded twice. Bytes, since this looks at every text.
fn has_lead(text: &str) -> bool {
    let bytes = text.as_bytes();
    memchr::memchr_iter(0xc3, bytes).any(|at| matches!(bytes.get(at + 1), Some(0x82 | 0x83 | 0xa2)))
}

/// `OnlineÂ [Free`: a no-break space that alone is encoded twice, as editors and templates leave them in pages that are in
/// order otherwise. No language ends a word with `Â`; only behind capitals it may be one of a word's.
fn with_single_blanks(text: &str) -> Option<String> {
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

fn decoded_again(text: &str) -> Option<(String, usize)> {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    let mut evidence = 0;
    // One for all runs: they are many, and of a few bytes.
    let mut bytes = Vec::new();
    while let Some(at) = rest.find(|character: char| !character.is_ascii()) {
        let (before, after) = rest.split_at_checked(at)?;
        let length = after.find(|character: char| character.is_ascii()).unwrap_or(after.len());
        let (run, tail) = after.split_at_checked(length)?;
        bytes.resize(run.len(), 0);
        let encoded = WINDOWS_1252.new_encoder().encode_from_utf8_without_replacement(run, &mut bytes, true);
        let (EncoderResult::InputEmpty, _, written) = encoded else { return None };
        let meant = std::str::from_utf8(bytes.get(..written)?).ok()?; // one honest run, and all are
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

/// What is written between blanks: `à`, dashes, `•`, `…`, `‹`, `›`.
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
    fn honest_text_is_left_alone() {
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
    fn a_weak_sign_counts_in_a_document_that_is_doubly_encoded_throughout() {
        let mut document = Mojibake::default();
        assert!(document.undo("Lâ€™affaire").is_some());
        assert_eq!(document.undo("Â£31 million").as_deref(), Some("£31 million"));
        assert_eq!(document.undo("déjà"), None);
        assert_eq!(document.undo("Â£31 million"), None);
    }
}
