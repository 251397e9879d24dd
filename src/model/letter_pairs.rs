//! Tells letters that were drawn at random from words, by their pairs of letters.

/// For each letter, the letters that often follow it: bit 0 is `a`. These pairs make up 0.06 % or more of the pairs in words
/// of at least four of 24 European languages, without accents. The words are those of the messages of common programs.
const USUAL: [u32; 26] = [
    0x37E_FFFF, 0x016_4911, 0x01A_6D95, 0x236_E919, 0x2FE_FFFF, 0x01A_4931, 0x01E_69D1, 0x01A_4111,
    0x2BE_FEFF, 0x014_6111, 0x11E_6D91, 0x13C_7F7B, 0x014_D113, 0x13C_6F7D, 0x27E_FFFF, 0x01E_C911,
    0x010_0000, 0x33E_FDFF, 0x13E_FDBF, 0x13E_6D91, 0x22E_BF5F, 0x016_6911, 0x000_4111, 0x008_8110,
    0x00C_FD15, 0x034_F919,
];

/// Fewest letters of a word that is told from random letters. Three letters at random are often like a word.
const WORD_LETTERS: usize = 4;

/// Returns whether a text of capitals only, or of small letters only, is hardly a word or several of them: more than two in
/// five of its pairs are unusual. Among random letters half of them are. In words of sixteen letters or more of the languages
/// above, at most two in five are.
pub(super) fn are_random_letters(text: &str) -> bool {
    let is_of = |kind: fn(&u8) -> bool| text.bytes().all(|byte| kind(&byte));
    if !is_of(u8::is_ascii_lowercase) && !is_of(u8::is_ascii_uppercase) {
        return false;
    }
    let unusual = text.as_bytes().windows(2).filter(|pair| !is_usual(pair)).count();
    unusual * 5 > text.len().saturating_sub(1) * 2
}

/// Returns whether a text of ASCII letters looks like a word or a few of them: it has at least four letters, one of them a
/// vowel, and at most one in five of its pairs is unusual.
pub(super) fn is_word(text: &str) -> bool {
    let pairs = text.len().saturating_sub(1);
    let unusual = text.as_bytes().windows(2).filter(|pair| !is_usual(pair)).count();
    text.len() >= WORD_LETTERS
        && text.bytes().all(|byte| byte.is_ascii_alphabetic())
        && text.bytes().any(|byte| b"aeiouy".contains(&byte.to_ascii_lowercase()))
        && unusual * 5 <= pairs
}

fn is_usual(pair: &[u8]) -> bool {
    let [first, second] = pair else { return true };
    let place = |letter: &u8| letter.to_ascii_lowercase().wrapping_sub(b'a');
    USUAL.get(usize::from(place(first))).is_some_and(|row| row >> place(second).min(31) & 1 == 1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn letters_that_were_drawn_at_random_are_told_from_words_of_many_languages() {
        for text in [
            "qwzxkvbnmtrpljhgfdsa",
            "XKQJHWZRTPLMNBVCXDFGHQWE",
            "kqzmxwvptdgbhjrl",
            "wjofqzaxumhbvlek",
            "GYTUWQPXNEZKVAMJ",
        ] {
            assert!(are_random_letters(text), "{text}");
        }
        for text in [
            "",
            "a",
            "internationalization",
            "BREAKINGNEWSHEADLINES",
            "rechtsschutzversicherung",
            "donaudampfschifffahrtsgesellschaft",
            "angstschweissgebadet",
            "bezwzglednosc",
            "szczebrzeszynski",
            "wstrzemiezliwosc",
            "hyppytyynytyydytys",
            "yksityiskohtainen",
            "anticonstitutionnellement",
            "nejneobhospodarovavatelnejsi",
            "megszentsegtelenithetetlen",
            "kindercarnavalsoptocht",
            "zhongguoxinwenzhoukan",
            "nihonkeizaishimbun",
            "euskaltelebista",
            "jeremybrownmdgmailcom",
            "qWzXkVbNmTrPlJhG",
        ] {
            assert!(!are_random_letters(text), "{text}");
        }
    }

    #[test]
    fn words_are_told_from_short_runs_of_random_letters() {
        for text in ["Black", "COVID", "updates", "politics", "world", "ethereum", "Qualifikation", "sports"]
        {
            assert!(is_word(text), "{text}");
        }
        for text in ["", "abc", "bcdf", "xkqz", "qwzx", "wjofqzax", "wor1d", "éééé"] {
            assert!(!is_word(text), "{text}");
        }
    }
}
