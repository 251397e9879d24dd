//! UTF-8 that a program took for windows-1252 and encoded again: `donâ€™t`.

use encoding_rs::WINDOWS_1252;

/// How much must speak for it, in one text or in the texts before it. A sequence of three bytes counts two, and so
/// does a small letter, since no language writes `â€™` or `Ã©`; any other sequence of two bytes counts one, since a
/// capital `MAMÃ` may stand before `…`.
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
        let Some((meant, evidence)) = decoded_again(text) else {
            self.honest = true;
            return None;
        };
        let before = if self.honest { 0 } else { self.evidence };
        self.evidence = self.evidence.saturating_add(evidence);
        (evidence + before >= ENOUGH).then_some(meant)
    }
}

fn decoded_again(text: &str) -> Option<(String, usize)> {
    // `Ã`, `Â` or `â`: without one of them it is not encoded twice. Bytes, since this looks at every text.
    let bytes = text.as_bytes();
    let mut leads = memchr::memchr_iter(0xc3, bytes);
    if !leads.any(|at| matches!(bytes.get(at + 1), Some(0x82 | 0x83 | 0xa2))) {
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
                '\u{80}'..='\u{df}' => 1,
                '\u{e0}'..='\u{ff}' | '\u{2000}'..='\u{2fff}' => 2,
                _ => return None,
            };
        }
        out.push_str(before);
        out.push_str(meant);
        rest = tail;
    }
    out.push_str(rest);
    Some((out, evidence))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn doubly_encoded_punctuation_and_letters_come_back() {
        assert_eq!(Mojibake::default().undo("donâ€™t").as_deref(), Some("don’t"));
        assert_eq!(Mojibake::default().undo("CafÃ© crÃ¨me").as_deref(), Some("Café crème"));
    }

    #[test]
    fn honest_text_is_left_alone() {
        for text in ["CAFÉ…", "MAMÃ…", "SÃO PAULO", "bâtiment « neuf »", "Ã", "don’t", "plain", "Ã© et là"]
        {
            assert_eq!(Mojibake::default().undo(text), None, "{text}");
        }
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
