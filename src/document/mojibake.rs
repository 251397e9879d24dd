//! Repairs mojibake, which is garbled text: UTF-8 that a program took for windows-1252 and encoded again, as in
//! `donâ€™t`.

mod macintosh;
mod run;

use std::collections::HashSet;

use self::run::{RunReading, next_run, read_run};

/// How much evidence is needed, in a text and in the texts before it, to decide that the text is encoded twice.
///
/// A garbled mark counts two, as do a garbled Latin letter of three bytes and a garbled small letter of Latin-1, since no
/// language writes `â€™` or `Ã©`. Any other garbled Latin letter or mark counts one: its two characters may be real, such as
/// the capital that ends `MAMÃ` and an ellipsis behind it. Right behind a small letter it counts two. So does a letter beyond
/// Latin-1, such as `ő`, right before a small letter. A garbled character counts nothing if it is outside a word and is not
/// usually written alone: a text that explains how to remove `Ã©` really means these two characters. An emoji counts two within
/// a word, and one outside. Letters of other scripts count only as [`MIN_FOREIGN_SENTENCE`] says.
const MIN_EVIDENCE: usize = 2;
/// How many letters of a script other than Latin are evidence by themselves, if the text has at most as many ASCII letters:
/// they are a sentence, and not a word that shows what garbled text looks like.
const MIN_FOREIGN_SENTENCE: usize = 20;
/// How many different runs of characters beyond ASCII must be evidence before a whole document counts as encoded twice. It also
/// takes that all its runs are garbled, and that at least half of them are evidence.
const MIN_RUNS: usize = 3;
/// How many letters of a script other than Latin, in at least two different runs, are enough instead of [`MIN_RUNS`] runs.
const MIN_FOREIGN_LETTERS: usize = 8;
/// How many letters of a script other than Latin in one run are evidence in a document: languages without spaces write long
/// runs.
const MIN_LONG_RUN: usize = 5;

/// Repairs the texts of one document, one after another.
#[derive(Debug)]
pub(super) struct Mojibake<'a> {
    /// The whole document.
    document: &'a str,
    /// Whether every run of characters beyond ASCII in the document is encoded twice. `None` until a text asks for it.
    is_throughout: Option<bool>,
    /// Evidence found in the texts so far.
    evidence: usize,
    /// The first text that may be encoded twice. If it is repeated, it is no evidence for itself: a feed may name its title as
    /// the author of each entry.
    first: Option<String>,
    /// Whether one of the texts so far was encoded only once, at least in part. Then the evidence of earlier texts does not
    /// count.
    has_correct_text: bool,
}

impl<'a> Mojibake<'a> {
    /// Starts to repair the texts of `document`.
    pub(super) fn of(document: &'a str) -> Self {
        Self { document, is_throughout: None, evidence: 0, first: None, has_correct_text: false }
    }

    /// Starts to repair the texts of `document`. `is_settled` says whether the documents of its source before it were encoded
    /// twice. That is evidence until a text is correct.
    pub(super) fn after(is_settled: bool, document: &'a str) -> Self {
        Self { evidence: if is_settled { MIN_EVIDENCE } else { 0 }, ..Self::of(document) }
    }

    /// Returns whether the texts so far, or earlier documents, show that the source encodes its texts twice.
    pub(super) fn is_settled(&self) -> bool {
        !self.has_correct_text && (self.evidence >= MIN_EVIDENCE || self.is_throughout == Some(true))
    }

    /// Returns the text as it was meant, if its UTF-8 was read as Mac OS Roman, or if there is enough evidence that its
    /// characters beyond ASCII are UTF-8 read as windows-1252, once or twice. In any other text, repairs only no-break spaces.
    /// Returns `None` if nothing is repaired.
    pub(super) fn undo(&mut self, text: &str) -> Option<String> {
        if let Some(meant) = macintosh::undo(text) {
            return Some(meant);
        }
        let once = self.undo_once(text)?;
        Some(decoded_again(&once).unwrap_or(once))
    }

    fn undo_once(&mut self, text: &str) -> Option<String> {
        if text.is_ascii() {
            return None;
        }
        if !has_lead_character(text) {
            self.has_correct_text = true;
            return None;
        }
        let Some(decoded) = decode_twice_encoded(text) else {
            self.has_correct_text = true;
            return repair_no_break_spaces(text);
        };
        if decoded.reading.has_correct_mark {
            self.has_correct_text = true;
            let is_sure = decoded.reading.is_within_word && decoded.reading.unusual == 0;
            return if is_sure { Some(decoded.text) } else { repair_no_break_spaces(text) };
        }
        let evidence = decoded.evidence();
        let is_first_again = self.first.as_deref() == Some(text);
        let has_other_text = !is_first_again || self.evidence > evidence;
        let before = if self.has_correct_text || !has_other_text { 0 } else { self.evidence };
        if !is_first_again {
            self.first.get_or_insert_with(|| text.to_owned());
            self.evidence = self.evidence.saturating_add(evidence);
        }
        if evidence + before >= MIN_EVIDENCE || self.is_throughout() {
            Some(decoded.text)
        } else {
            repair_no_break_spaces(text)
        }
    }

    /// Returns whether the whole document is encoded twice. Reads it at most once.
    fn is_throughout(&mut self) -> bool {
        *self.is_throughout.get_or_insert_with(|| is_encoded_twice(self.document))
    }
}

/// Decodes once more a text that `undo` has decoded. `None` unless the text was clearly encoded three times.
fn decoded_again(once: &str) -> Option<String> {
    let again = decode_twice_encoded(once).filter(|_| has_lead_character(once))?;
    let reading = &again.reading;
    let is_sure = !reading.has_correct_mark || reading.is_within_word && reading.unusual == 0;
    (is_sure && again.evidence() >= MIN_EVIDENCE).then_some(again.text)
}

/// Returns whether a text may be encoded twice: it has `Ã`, `Â`, `Å` or `â`, or two other characters that the first two bytes
/// of a character in UTF-8 turn into. Compares bytes for speed.
fn has_lead_character(text: &str) -> bool {
    let bytes = text.as_bytes();
    memchr::memchr_iter(0xc3, bytes).any(|at| match (bytes.get(at + 1), bytes.get(at + 2)) {
        (Some(0x82 | 0x83 | 0x85 | 0xa2), _) => true,
        (Some(0x84..=0xb4), Some(next)) => matches!(next, 0xc2 | 0xc5 | 0xc6 | 0xcb | 0xe2),
        _ => false,
    })
}

/// Returns whether every run of characters beyond ASCII in a document is encoded twice and several different runs show it.
fn is_encoded_twice(document: &str) -> bool {
    let (mut counted, mut uncounted, mut foreign) = (HashSet::new(), 0_usize, 0);
    let mut times_counted = 0_usize;
    let mut scratch = String::new();
    let (mut rest, mut follows_foreign_word) = (document, false);
    while let Some((before, run, tail)) = next_run(rest) {
        scratch.clear();
        let neighbour = before.chars().next_back();
        let Some(reading) = read_run(run, neighbour, tail, &mut scratch) else { return false };
        if reading.has_correct_mark {
            return false;
        }
        let is_beside = follows_foreign_word
            && !before.is_empty()
            && !before.contains(|c: char| c.is_ascii_alphanumeric());
        let is_foreign_text = reading.foreign >= MIN_LONG_RUN || reading.foreign > 0 && is_beside;
        if reading.evidence > 0 || is_foreign_text {
            times_counted += 1;
            if counted.insert(run) {
                foreign += reading.foreign;
            }
        } else {
            uncounted += 1;
        }
        follows_foreign_word = reading.foreign > 0;
        rest = tail.get(reading.taken_of_tail..).unwrap_or_default();
    }
    let is_enough = counted.len() >= MIN_RUNS || counted.len() > 1 && foreign >= MIN_FOREIGN_LETTERS;
    is_enough && times_counted >= uncounted
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

/// A text that was decoded once more.
struct Decoded {
    text: String,
    /// What its runs show together.
    reading: RunReading,
    /// How many ASCII letters stand outside tags. They are counted only if there are [`MIN_FOREIGN_SENTENCE`] letters of other
    /// scripts; otherwise this is 0.
    ascii_letters: usize,
}

impl Decoded {
    /// Returns the evidence that the text was encoded twice.
    fn evidence(&self) -> usize {
        let foreign = self.reading.foreign;
        let is_sentence = foreign >= MIN_FOREIGN_SENTENCE && foreign >= self.ascii_letters;
        self.reading.evidence + if is_sentence { MIN_EVIDENCE } else { 0 }
    }
}

/// Returns the text with every run of characters beyond ASCII decoded once more. `None` if one of the runs has a letter that
/// is not encoded twice.
fn decode_twice_encoded(text: &str) -> Option<Decoded> {
    let mut out = String::with_capacity(text.len());
    let mut all = RunReading::default();
    let mut rest = text;
    while let Some((before, run, tail)) = next_run(rest) {
        let neighbour = before.chars().next_back().or_else(|| out.chars().next_back());
        out.push_str(before);
        let reading = read_run(run, neighbour, tail, &mut out)?; // one correct letter means that all are
        all.add(&reading);
        rest = tail.get(reading.taken_of_tail..)?;
    }
    out.push_str(rest);
    let ascii_letters = if all.foreign >= MIN_FOREIGN_SENTENCE { ascii_letters(&out) } else { 0 };
    Some(Decoded { text: out, reading: all, ascii_letters })
}

/// Returns how many ASCII letters a text has outside its tags.
fn ascii_letters(text: &str) -> usize {
    let mut in_tag = false;
    let is_letter_outside = |c: &char| {
        in_tag = *c == '<' || in_tag && *c != '>';
        c.is_ascii_alphabetic() && !in_tag
    };
    text.chars().filter(is_letter_outside).count()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn doubly_encoded_punctuation_and_letters_come_back() {
        assert_eq!(Mojibake::of("").undo("donâ€™t").as_deref(), Some("don’t"));
        assert_eq!(Mojibake::of("").undo("CafÃ© crÃ¨me").as_deref(), Some("Café crème"));
        assert_eq!(Mojibake::of("").undo("National â€º Harbour").as_deref(), Some("National › Harbour"));
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
            assert_eq!(Mojibake::of("").undo(garbled).as_deref(), Some(meant), "{garbled}");
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
            "â«’a",
            "é«’a",
            "né»’",
            "á»’a",
        ] {
            assert_eq!(Mojibake::of("").undo(text), None, "{text}");
        }
    }

    #[test]
    fn a_text_about_doubly_encoded_characters_keeps_them() {
        for text in ["How to fix Ã© in MySQL", "What \"â€™\" means", "Ã¤Ã¶Ã¼ (and more)"] {
            assert_eq!(Mojibake::of("").undo(text), None, "{text}");
        }
        assert_eq!(Mojibake::of("").undo("one â€” two").as_deref(), Some("one — two"), "a dash stands alone");
    }

    #[test]
    fn a_repeated_text_is_no_evidence_for_itself() {
        let mut texts = Mojibake::of("");
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
            assert_eq!(Mojibake::of("").undo(text).as_deref(), Some(meant), "{text}");
        }
        assert_eq!(Mojibake::of("").undo("ROMÂ\u{a0}: É"), None);
    }

    #[test]
    fn weak_evidence_counts_in_a_document_that_is_doubly_encoded_throughout() {
        let mut document = Mojibake::of("");
        assert!(document.undo("Lâ€™affaire").is_some());
        assert_eq!(document.undo("Â£31 million").as_deref(), Some("£31 million"));
        assert_eq!(document.undo("déjà"), None);
        assert_eq!(document.undo("Â£31 million"), None);
    }

    #[test]
    fn one_character_beyond_latin_1_does_not_stop_the_repair() {
        for (garbled, meant) in [
            ("Die WeiÃŸe Frau", "Die Weiße Frau"),
            ("MirkoviÄ‡ baut selbststÃ¤ndig", "Mirković baut selbstständig"),
            ("Thatâ€™s it ðŸŽ‰", "That’s it 🎉"),
            ("Â« Lâ€™Ã©tÃ© Â» â˜€ Ã  Lyon, dÃ©jÃ  â†’ lÃ", "« L’été » ☀ à Lyon, déjà → là"),
            ("Å\u{81}Ã³dÅº i GÄ™Å›", "Łódź i Gęś"),
            ("GÃ¼neÅŸ Ä°zmirâ€™de", "Güneş İzmir’de"),
            ("Viá»‡t Nam", "Việt Nam"),
            ("Prix : 5Â â‚¬", "Prix : 5\u{a0}€"),
            ("lâ€™Ã\u{83}Â©tÃ\u{83}Â©", "l’été"),
        ] {
            assert_eq!(Mojibake::of("").undo(garbled).as_deref(), Some(meant), "{garbled}");
        }
    }

    #[test]
    fn a_no_break_space_that_was_trimmed_or_became_a_reference_comes_back() {
        for (garbled, meant) in [
            ("Kampen, siger JensenÂ", "Kampen, siger Jensen"),
            ("VoilÃ", "Voilà"),
            ("<p>VoilÃ</p><p>Lâ€™Ã©tÃ©</p>", "<p>Voilà</p><p>L’été</p>"),
            ("Ã voir lÃ", "à voir là"),
            ("HerningÂ&nbsp;Nord spillerÂ&#160;i dag", "Herning\u{a0}Nord spiller\u{a0}i dag"),
        ] {
            assert_eq!(Mojibake::of("").undo(garbled).as_deref(), Some(meant), "{garbled}");
        }
    }

    #[test]
    fn correct_marks_of_a_template_do_not_stop_the_repair_of_words() {
        for (garbled, meant) in
            [("Lâ€™Ã©tÃ© […]", "L’été […]"), ("L’Ã©tÃ© dernier…", "L’été dernier…"), ("“Ã©tÃ©”", "“été”")]
        {
            assert_eq!(Mojibake::of("").undo(garbled).as_deref(), Some(meant), "{garbled}");
        }
        for text in [
            "«AMANHÃ»",
            "O «AMANHÃ» – e depois",
            "« Le café…» dit-il",
            "«olá»… disse",
            "’ is shown as â€™",
            "the letter é as Ã©, isnâ€™t it",
        ] {
            assert_eq!(Mojibake::of("").undo(text), None, "{text}");
        }
    }

    #[test]
    fn a_document_that_is_doubly_encoded_throughout_is_repaired_in_any_script() {
        for (garbled, meant) in [
            (["Ð\u{9d}Ð¾Ð²Ð¾Ñ\u{81}Ñ‚Ð¸ Ð´Ð½Ñ\u{8f}", "Ð¢ÐµÐºÑ\u{81}Ñ‚"], ["Новости дня", "Текст"]),
            (["æ—¥æœ¬èªžã\u{81}®æœ¬æ–‡", "è¦‹å‡ºã\u{81}—æœ¬èªž"], ["日本語の本文", "見出し本語"]),
            (["ðŸŽ‰", "Itâ€™s here â€“ cafÃ©"], ["🎉", "It’s here – café"]),
            (
                ["Ã¼", "Der GrÃ¼ne baut in KÃ¶ln ein groÃŸes Haus"],
                ["ü", "Der Grüne baut in Köln ein großes Haus"],
            ),
        ] {
            let document = format!("<title>{}</title><description>{}</description>", garbled[0], garbled[1]);
            let mut texts = Mojibake::of(&document);
            for (garbled, meant) in garbled.iter().zip(meant) {
                assert_eq!(texts.undo(garbled).as_deref(), Some(meant), "{garbled}");
            }
        }
    }

    #[test]
    fn a_document_about_doubly_encoded_characters_keeps_them() {
        for texts in [
            ["How to read Ð¿Ñ€Ð¸Ð²ÐµÑ‚ in a page", "The word Ð¿Ñ€Ð¸Ð²ÐµÑ‚ is Russian"],
            ["Ð¿Ñ€Ð¸Ð²ÐµÑ‚: what is it?", "Two letters: Ã© and Ã¼, and Ã¶ as well"],
            ["Ð¿Ñ€Ð¸Ð²ÐµÑ‚", "It means привет"],
            ["ðŸ˜€ in MySQL", "Use utf8mb4"],
        ] {
            let document = format!("<title>{}</title><description>{}</description>", texts[0], texts[1]);
            let mut read = Mojibake::of(&document);
            assert_eq!(texts.map(|text| read.undo(text)), [None, None], "{texts:?}");
        }
    }
}
