//! The endings of words in the lists of this module.

/// Endings of words in French, German and Dutch, in the folded spelling: `approuve`, `approuvée`, `approuvent`; `genehmigt`,
/// `genehmigten`.
const ENDINGS: [&str; 12] = ["", "e", "s", "ee", "es", "ees", "er", "ent", "en", "em", "r", "nt"];
/// Endings of words in Spanish, Italian and Portuguese: `aprobado`, `aprobadas`; `approvati`.
const ROMANCE_ENDINGS: [&str; 6] = ["o", "a", "os", "as", "i", "e"];

/// Endings of adjectives, participles and past tenses in Polish: `otwarty`, `otwartego`; `wygrał`, `wygrali`.
const POLISH_ENDINGS: [&str; 10] = ["", "a", "o", "y", "i", "e", "ego", "ej", "ych", "ym"];

/// Endings of verbs in `-ar` in Spanish and Portuguese, in the folded spelling: `revocó`, `revocará`, `revocada`.
const AR_ENDINGS: [&str; 26] = [
    "a", "an", "am", "o", "ou", "aron", "aram", "ara", "aran", "arao", "ar", "ado", "ada", "ados", "adas",
    "ando", "aba", "aban", "ava", "avam", "e", "en", "em", "aria", "arian", "ariam",
];
/// The same of verbs in `-er` and `-ir`: `prohíbe`, `prohibió`, `proibido`.
const IR_ENDINGS: [&str; 25] = [
    "e", "en", "em", "io", "iu", "eu", "ieron", "iram", "eram", "ira", "iran", "era", "eran", "irao", "ir",
    "er", "ido", "ida", "idos", "idas", "iendo", "endo", "ia", "ian", "iam",
];
/// Endings of verbs in Italian: `arresta`, `arrestati`, `arresterà`, `punisce`, `punito`.
const ITALIAN_ENDINGS: [&str; 27] = [
    "a", "ano", "e", "ono", "o", "i", "ato", "ata", "ati", "ate", "ito", "ita", "iti", "ite", "uto", "uta",
    "uti", "ute", "are", "ere", "ire", "era", "eranno", "ira", "iranno", "isce", "iscono",
];

/// Returns the forms of a word of the tables. `*` stands for each ending of French, German and Dutch, `~` for each of
/// adjectives in Spanish, Italian and Portuguese, `@` and `%` for each of verbs in Spanish and Portuguese, `#` for each of
/// verbs in Italian, `^` for each of Polish, and `+` for those of a regular English verb. Some of the forms are no words, which
/// does no harm.
pub(super) fn forms(written: &str) -> Vec<String> {
    let with =
        |stem: &str, endings: &[&str]| endings.iter().map(|ending| format!("{stem}{ending}")).collect();
    if let Some(stem) = written.strip_suffix('*') {
        with(stem, &ENDINGS)
    } else if let Some(stem) = written.strip_suffix('~') {
        with(stem, &ROMANCE_ENDINGS)
    } else if let Some(stem) = written.strip_suffix('@') {
        with(stem, &AR_ENDINGS)
    } else if let Some(stem) = written.strip_suffix('%') {
        with(stem, &IR_ENDINGS)
    } else if let Some(stem) = written.strip_suffix('#') {
        with(stem, &ITALIAN_ENDINGS)
    } else if let Some(stem) = written.strip_suffix('^') {
        with(stem, &POLISH_ENDINGS)
    } else if let Some(verb) = written.strip_suffix('+') {
        let stem = verb.strip_suffix('e').unwrap_or(verb);
        let endings = if stem == verb { ["", "s", "ed", "ing"] } else { ["e", "es", "ed", "ing"] };
        with(stem, &endings)
    } else {
        vec![written.to_owned()]
    }
}
