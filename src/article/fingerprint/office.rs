//! Reads German words for a person who speaks for or leads something, and for what somebody states, as one noun or as several
//! words: `Polizeisprecher` and `Sprecher der Polizei`, `Polizeiangaben` and `Angaben der Polizei`.

use super::spelling;
use super::word::{WordHash, WordKind};
use super::written::{Separator, WrittenWord};

/// The words, in the folded spelling. No other of them ends in the same letters.
const OFFICES: [&str; 8] =
    ["sprecher", "sprecherin", "chef", "chefin", "leiter", "leiterin", "angaben", "direktor"];

/// Articles between the word and the name of the body.
const ARTICLES: [&str; 2] = ["der", "des"];

/// Least number of letters that name the body: `Stadt`, `Bahn`.
const BODY: usize = 4;

/// An office and the body that it is part of.
pub(super) struct Office<'a> {
    office: &'a str,
    kind: WordKind,
    body: &'a str,
    /// How many words write both.
    pub(super) words: usize,
}

impl Office<'_> {
    /// Returns the hash of the office and that of the body. `spelled` is a buffer for spellings.
    pub(super) fn hashes(&self, spelled: &mut Vec<u8>) -> [WordHash; 2] {
        let office = WordHash::new(spelling::of(self.office, spelled), self.kind);
        [office, WordHash::new(spelling::of(self.body, spelled), WordKind::Name)]
    }
}

/// Returns whether an office may begin with this folded word.
pub(super) fn may_begin(word: &str) -> bool {
    split(word).is_some()
}

/// Returns the part of a word before the office at its end, and the office.
fn split(word: &str) -> Option<(&str, &str)> {
    let office = OFFICES.into_iter().find(|office| word.ends_with(office))?;
    word.split_at_checked(word.len() - office.len())
}

/// Reads the office that begins at word `at`, if the body stands in the same word or behind an article. The letter `s` between
/// the parts of a noun, and at the end of a genitive, is left out.
pub(super) fn read<'a>(words: &'a [WrittenWord<'_>], at: usize) -> Option<Office<'a>> {
    let first = words.get(at)?;
    if !first.raw.starts_with(char::is_uppercase) || !may_begin(first.folded) {
        return None;
    }
    let (body, office) = split(first.folded)?;
    let kind = WordKind::of(first.raw, first.starts_sentence);
    if !body.is_empty() {
        let is_body = body.len() >= BODY && body.bytes().all(|byte| byte.is_ascii_lowercase());
        return is_body.then(|| Office { office, kind, body: without_genitive(body), words: 1 });
    }
    let (article, noun) = (words.get(at + 1)?, words.get(at + 2)?);
    let is_of_body = ARTICLES.contains(&article.folded)
        && [article, noun].iter().all(|word| word.before == Separator::Space)
        && noun.raw.starts_with(char::is_uppercase)
        && noun.folded.len() >= BODY;
    is_of_body.then(|| Office { office, kind, body: without_genitive(noun.folded), words: 3 })
}

fn without_genitive(noun: &str) -> &str {
    noun.strip_suffix('s').filter(|stem| stem.len() >= BODY).unwrap_or(noun)
}

#[cfg(test)]
mod tests {
    use super::super::token::{tokens, words_of};
    use super::super::word::{WordHash, WordKind};
    use super::super::written;

    #[test]
    fn an_office_and_its_body_are_one_in_one_noun_and_in_several_words() {
        for (one, other) in [
            ("sagte ein Polizeisprecher am", "sagte ein Sprecher der Polizei am"),
            ("sagte die Ministeriumssprecherin am", "sagte die Sprecherin des Ministeriums am"),
            ("nach Polizeiangaben war", "nach Angaben der Polizei war"),
            ("der Regierungssprecher war", "der Sprecher der Regierung war"),
            ("der Stadtsprecher war", "der Sprecher der Stadt war"),
            ("die Amtsleiterin war", "die Amtsleiterin war"),
        ] {
            assert_eq!(words_of(one), words_of(other), "{one} and {other}");
        }
        for (one, other) in [
            ("ein Polizeisprecher am", "ein Sprecher der Feuerwehr am"),
            ("ein Polizeisprecher am", "ein Sprecher am"),
            ("der Polizeichef war", "der Polizeisprecher war"),
            ("ein Sprecher der ersten Stunde", "ein Sprecher der Stunde"),
        ] {
            assert_ne!(words_of(one), words_of(other), "{one} and {other}");
        }
        let kinds: Vec<WordKind> =
            tokens("mit dem Polizeisprecher", 9).0.into_iter().map(WordHash::kind).collect();
        assert_eq!(kinds[2..], [WordKind::Name; 2]);
    }

    #[test]
    fn words_that_only_end_like_an_office_are_read_as_they_are() {
        for text in ["Chef", "der Begleiter kam", "sprecher der Polizei", "Sprecher der", "Chef der AG"] {
            let split = written::split(text, 9);
            assert!((0..3).all(|at| super::read(&split.words(), at).is_none()), "{text}");
        }
    }
}
