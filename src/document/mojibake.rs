//! Repairs mojibake, which is garbled text: UTF-8 that a program took for windows-1252 and encoded again, as in
//! `donâ€™t`.

use encoding_rs::{EncoderResult, WINDOWS_1252};

/// How much evidence is needed, in a text and in the texts before it, to decide that the text is encoded twice.
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
    /// The first text with evidence. If it is repeated, it is no evidence for itself: a feed may name its title as the author
    /// of each entry.
    first: Option<String>,
    /// Whether one of the texts so far is not encoded twice. Then the evidence of earlier texts does not count.
    has_correct_text: bool,
}

impl Mojibake {
    /// Returns the text as it was meant, if *every* run of characters beyond ASCII in it is UTF-8 read as windows-1252. In
    /// any other text, repairs only no-break spaces. Returns `None` if nothing is repaired.
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
        let is_first_again = self.first.as_deref() == Some(text);
        let has_other_text = !is_first_again || self.evidence > evidence;
        let before = if self.has_correct_text || !has_other_text { 0 } else { self.evidence };
        if !is_first_again {
            self.first.get_or_insert_with(|| text.to_owned());
            self.evidence = self.evidence.saturating_add(evidence);
        }
        if evidence + before >= MIN_EVIDENCE { Some(meant) } else { repair_no_break_spaces(text) }
    }
}

/// Returns whether the text has `Ã`, `Â`, `Å` or `â`. A text without them is not encoded twice. Compares bytes for speed.
fn has_lead_character(text: &str) -> bool {
    let bytes = text.as_bytes();
    memchr::memchr_iter(0xc3, bytes).any(|at| matches!(bytes.get(at + 1), Some(0x82 | 0x83 | 0x85 | 0xa2)))
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
        let (run, mut tail) = after.split_at_checked(length)?;
        bytes.resize(run.len(), 0);
        let encoded = WINDOWS_1252.new_encoder().encode_from_utf8_without_replacement(run, &mut bytes, true);
        let (EncoderResult::InputEmpty, _, written) = encoded else { return None };
        bytes.truncate(written);
        let end = lost_end(&bytes, tail);
        match end {
            LostEnd::Nothing => {}
            LostEnd::Space => {
                bytes.push(0xa0);
                tail = after_lost_space(*bytes.get(written - 1)?, tail);
            }
            LostEnd::Quote => bytes.push(0x9d),
        }
        let meant = std::str::from_utf8(&bytes).ok()?; // one correct run means that all are
        let neighbours = (character_before(before, &out), tail.chars().next());
        let is_letter = |c: Option<char>| c.is_some_and(|c| c.is_ascii_alphanumeric());
        let in_word = is_letter(neighbours.0) || is_letter(neighbours.1);
        let count = meant.chars().count();
        for (index, character) in meant.chars().enumerate() {
            let weight = match character {
                _ if end == LostEnd::Space && index + 1 == count => {
                    weight_of_lost_space(character, neighbours.0)
                }
                '\u{80}'..='\u{df}' => 1,
                // `Å` may be a word or the end of one, before a quote. Within a word it is not.
                '\u{152}' | '\u{153}' | '\u{160}' | '\u{161}' | '\u{178}' | '\u{17d}' | '\u{17e}' => {
                    1 + usize::from(neighbours.1.is_some_and(|c| c.is_ascii_lowercase()))
                }
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

/// What a run of doubly encoded characters lost at its end.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum LostEnd {
    Nothing,
    /// A no-break space that became a space: `Ã ` for `à`, `Â ` for a no-break space.
    Space,
    /// The last character of `”`, a control character that some programs remove: `â€`.
    Quote,
}

fn lost_end(bytes: &[u8], tail: &str) -> LostEnd {
    match bytes {
        [.., 0xc2 | 0xc3 | 0xc5] if tail.starts_with(' ') => LostEnd::Space,
        [.., 0xe2, 0x80] => LostEnd::Quote,
        _ => LostEnd::Nothing,
    }
}

/// Returns what stays of `tail`, which begins with the space that the last byte of a character became. After `à` and a word
/// the space stays, because a program often merged it with the space of the text. It goes before a mark, and after `Š`,
/// which begins a word. `lead` is the first byte of the character.
fn after_lost_space(lead: u8, tail: &str) -> &str {
    let after = tail.strip_prefix(' ').unwrap_or(tail);
    let begins_word = after.starts_with(|c: char| c.is_alphanumeric());
    if lead == 0xc3 && begins_word { tail } else { after }
}

/// Returns the evidence that a character gives whose last byte became a space. `Ã`, `Â` and `Å` may end a word in capitals,
/// and `Å` is a word of Norwegian, so they count only after a small letter, a digit or a mark. `à` also counts after a space.
fn weight_of_lost_space(character: char, before: Option<char>) -> usize {
    match before {
        Some(before) if before.is_ascii_lowercase() => 2,
        Some(before) if before.is_ascii_digit() || before.is_ascii_punctuation() => 1,
        _ => usize::from(character == '\u{e0}' && before == Some(' ')),
    }
}

/// Returns the character before a run: the last one of `before` or, if that is empty, of the output so far.
fn character_before(before: &str, out: &str) -> Option<char> {
    before.chars().next_back().or_else(|| out.chars().next_back())
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
    fn french_comes_back_with_its_ligatures_and_its_spaces() {
        for (garbled, meant) in [
            ("Le cÅ“ur et lâ€™Å“uvre", "Le cœur et l’œuvre"),
            ("VoilÃ  la mer, dÃ©jÃ  bleue", "Voilà la mer, déjà bleue"),
            ("VoilÃ\u{a0} la mer", "Voilà la mer"),
            ("VoilÃ , dit-il, 10Â % de plus", "Voilà, dit-il, 10\u{a0}% de plus"),
            ("â€œGrandâ€ port", "“Grand” port"),
            ("Å koda lâ€™a dit, LÅ’UVRE", "Škoda l’a dit, LŒUVRE"),
        ] {
            assert_eq!(Mojibake::default().undo(garbled).as_deref(), Some(meant), "{garbled}");
        }
    }

    #[test]
    fn correct_text_is_left_alone() {
        for text in [
            "Å leve i Norge",
            "Å være“",
            "IRMÃ E",
            "CAFÉ…",
            "MAMÃ…",
            "SÃO PAULO",
            "bâtiment « neuf »",
            "Ã",
            "don’t",
            "plain",
            "Ã© et là",
        ] {
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
    fn a_repeated_text_is_no_evidence_for_itself() {
        let mut texts = Mojibake::default();
        assert_eq!(["MAMÃ…", "MAMÃ…", "MAMÃ…"].map(|text| texts.undo(text)), [None, None, None]);
        assert!(texts.undo("PAPÃ…").is_some());
        assert!(texts.undo("MAMÃ…").is_some());
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
