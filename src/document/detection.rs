//! Detects the encoding of a document that is not UTF-8 and declares no other one.

use encoding_rs::{
    Encoding, ISO_8859_2, ISO_8859_4, ISO_8859_13, WINDOWS_1250, WINDOWS_1252, WINDOWS_1254, WINDOWS_1257,
};

/// How many bytes beyond ASCII a document may have to count as short. The statistics of the detector are unsure of a short one.
const FEW: usize = 48;

/// How far from its start a document is searched for its language, in bytes.
const HEAD: usize = 4096;

/// What stands before the language that a document states, in RSS, Dublin Core, Atom and JSON Feed.
const LANGUAGE_MARKS: [&[u8]; 4] = [b"<language>", b"<dc:language>", b"xml:lang=\"", b"\"language\":"];

/// Languages, and the domains of the countries where they are written: by these the detector knows which encodings are usual.
const DOMAINS: [(&str, &str); 26] = [
    ("ar", "sa"),
    ("bg", "bg"),
    ("cs", "cz"),
    ("da", "dk"),
    ("de", "de"),
    ("el", "gr"),
    ("en", "uk"),
    ("es", "es"),
    ("fi", "fi"),
    ("fr", "fr"),
    ("he", "il"),
    ("hu", "hu"),
    ("it", "it"),
    ("ja", "jp"),
    ("ko", "kr"),
    ("lt", "lt"),
    ("nl", "nl"),
    ("no", "no"),
    ("pl", "pl"),
    ("pt", "pt"),
    ("ru", "ru"),
    ("sv", "se"),
    ("th", "th"),
    ("tr", "tr"),
    ("uk", "ua"),
    ("zh", "cn"),
];

/// Returns the encoding of a body that is not UTF-8. A short one that reads well as windows-1252 is in windows-1252, unless it
/// states a language that is written in another encoding.
pub(super) fn detect(body: &[u8]) -> &'static Encoding {
    let mut detector = chardetng::EncodingDetector::new(chardetng::Iso2022JpDetection::Deny);
    detector.feed(body, true);
    let domain = stated_domain(body);
    let guess = detector.guess(domain.map(str::as_bytes), chardetng::Utf8Detection::Deny);
    if guess == WINDOWS_1252 {
        return guess;
    }
    let western = ["da", "de", "en", "es", "fi", "fr", "it", "nl", "no", "pt", "sv"];
    let is_western =
        |domain: &str| DOMAINS.iter().any(|(language, known)| *known == domain && western.contains(language));
    let few = body.iter().filter(|byte| !byte.is_ascii()).nth(FEW).is_none();
    let may_be_western = few && domain.is_none_or(is_western);
    if may_be_western && reads_as_western(body, guess, domain.is_some()) { WINDOWS_1252 } else { guess }
}

/// Returns the domain of the language that a document states, if it is one of [`DOMAINS`].
fn stated_domain(body: &[u8]) -> Option<&'static str> {
    let head = body.get(..HEAD).unwrap_or(body);
    let after = LANGUAGE_MARKS.iter().find_map(|mark| {
        let at = memchr::memmem::find(head, mark)?;
        head.get(at + mark.len()..)
    })?;
    let start = after.iter().position(u8::is_ascii_alphabetic)?;
    let language = after.get(start..start + 2)?.to_ascii_lowercase();
    DOMAINS.iter().find(|(known, _)| known.as_bytes() == language).map(|(_, domain)| *domain)
}

/// Returns whether every character beyond ASCII stands where the languages of Western Europe have it: letters in words, marks
/// and signs outside. Some letters, such as `ð`, `ý` and `š`, are too rare in these languages and never fit. If the language is
/// unknown, two more things speak against Western Europe. One is a letter that looks Czech or Polish, if `guess` is an encoding
/// of these languages. The other is more than a quarter of [`FEW`] characters beyond ASCII, if `guess` is any encoding of other
/// Latin letters.
fn reads_as_western(body: &[u8], guess: &'static Encoding, is_language_known: bool) -> bool {
    let is_slavic = guess == WINDOWS_1250 || guess == ISO_8859_2;
    let is_latin = is_slavic || [ISO_8859_4, ISO_8859_13, WINDOWS_1254, WINDOWS_1257].contains(&guess);
    let (text, _) = WINDOWS_1252.decode_without_bom_handling(body);
    let (mut before, mut letters) = (' ', 0);
    let mut characters = text.chars().peekable();
    while let Some(c) = characters.next() {
        let after = characters.peek().copied().unwrap_or(' ');
        if c.is_ascii() {
            (before, letters) = (c, 0);
            continue;
        }
        let in_word = before.is_alphabetic() || after.is_ascii_alphabetic();
        letters = if c.is_alphabetic() { letters + 1 } else { 0 };
        let fits = match c {
            // Words of one letter, such as `À` and `è`.
            'À' | 'à' | 'É' | 'é' | 'È' | 'è' | 'Ó' | 'ó' | 'Ô' | 'ô' => true,
            'ª' | 'º' => !before.is_whitespace(),
            'Ð' | 'ð' | 'Þ' | 'þ' | 'Ý' | 'ý' | 'ƒ' | 'ˆ' | 'Š' | 'š' | 'Ž' | 'ž' | 'Ÿ' | '\u{81}'
            | '\u{8d}' | '\u{8f}' => false,
            letter if letter.is_alphabetic() => {
                // In Czech the first two of these letters look like `è` and `ø`, in Polish like `ê` and `æ`.
                let is_doubtful = is_slavic
                    && !is_language_known
                    && matches!(letter, 'æ' | 'ê' | 'ø' | 'ì' | 'ù' | 'ò' | 'ï' | 'ñ' | 'å' | 'œ' | 'Œ');
                in_word && letters <= 2 && !(is_doubtful && after != 'u')
            }
            '’' | '\u{ad}' | '·' => true,
            '¼'..='¾' | '²' | '³' | '¹' | '°' => !before.is_alphabetic() || !after.is_alphabetic(),
            '£' | '¥' | '¡' | '¿' | '§' => {
                !before.is_alphabetic() && (matches!(c, '¡' | '¿') || !after.is_alphabetic())
            }
            _ => {
                !(before.is_alphabetic() && after.is_alphabetic()) || matches!(c, '–' | '—' | '…' | '®' | '™')
            }
        };
        if !fits {
            return false;
        }
        before = c;
    }
    // Statistics know best which Latin letters a language has, if there are more than a few of them.
    !is_latin || is_language_known || text.chars().filter(|c| !c.is_ascii()).count() <= FEW / 4
}

#[cfg(test)]
mod tests {
    use encoding_rs::{KOI8_R, WINDOWS_1251};

    use super::*;

    fn feed(language: &str, text: &str, encoding: &'static Encoding) -> Vec<u8> {
        let language =
            if language.is_empty() { String::new() } else { format!("<language>{language}</language>") };
        let feed = format!(
            "<rss><channel><title>Feed</title>{language}<item><title>{text}</title></item></channel></rss>"
        );
        encoding.encode(&feed).0.into_owned()
    }

    #[test]
    fn a_short_western_text_is_in_windows_1252() {
        for text in
            ["L’œuvre – 5 €", "Château", "£5 — ok", "« Oui »", "¡Ya!", "À bientôt", "Größe", "caf\u{e9}"]
        {
            for language in ["", "fr", "en-gb", "es"] {
                assert_eq!(detect(&feed(language, text, WINDOWS_1252)), WINDOWS_1252, "{language} {text}");
            }
        }
    }

    #[test]
    fn the_declaration_counts_where_http_states_utf_8_and_the_bytes_disprove_it() {
        for (name, text, encoding) in [
            ("iso-8859-2", "źdźbło", ISO_8859_2),
            ("iso-8859-15", "C\u{153}ur 5 €", encoding_rs::ISO_8859_15),
            ("latin-9", "C\u{153}ur 5 €", encoding_rs::ISO_8859_15),
            ("macintosh", "L’été", encoding_rs::MACINTOSH),
            ("windows-1251", "Мост", WINDOWS_1251),
        ] {
            let document = format!("<?xml version=\"1.0\" encoding=\"{name}\"?><t>{text}</t>");
            let body = encoding.encode(&document).0;
            let read = super::super::decode::decode(
                &body,
                Some("text/xml; charset=utf-8"),
                &mut super::super::defects::Defects::default(),
            );
            assert_eq!(read, document, "{name}");
        }
    }

    #[test]
    fn a_short_text_in_another_encoding_is_not_taken_for_western() {
        for (language, text, encoding) in [
            ("", "Привет, мир", WINDOWS_1251),
            ("ru", "Мост", WINDOWS_1251),
            ("", "Новый мост открыт", KOI8_R),
            ("pl", "Łódź śpi", ISO_8859_2),
            ("cs", "Příbram", WINDOWS_1250),
            ("tr", "İstanbul’da şey", WINDOWS_1254),
        ] {
            let found = detect(&feed(language, text, encoding));
            assert_eq!(
                encoding.decode(&feed(language, text, encoding)).0,
                found.decode(&feed(language, text, encoding)).0,
                "{language} {text}"
            );
        }
    }
}
