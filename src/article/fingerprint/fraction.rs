//! Reads `half a million` and `anderthalb Millionen` (one and a half), and recognises dozens.

use super::scale;
use super::written::WrittenWord;

/// Reads `half a million`, `eine halbe Million`, `medio millón`, `anderthalb Millionen`. Returns the number in digits and how
/// many words it takes.
pub(super) fn read(words: &[WrittenWord<'_>], at: usize) -> Option<(String, usize)> {
    let tenths = match words.get(at)?.folded {
        "half" | "halbe" | "halben" | "medio" | "demi" => "5",
        "anderthalb" | "eineinhalb" => "15",
        _ => return None,
    };
    let folded = |ahead: usize| words.get(at + ahead).map_or("", |word| word.folded);
    let scale_at = if matches!(folded(1), "a" | "un") { 2 } else { 1 };
    let power = scale::power_of(folded(scale_at)).filter(|power| *power >= 6)?;
    Some((format!("{tenths}{}", "0".repeat(power - 1)), scale_at + 1))
}

/// Returns whether a word counts by twelve if a number stands before it. Without a number it does not: `a dozen` may be ten.
pub(super) fn is_dozen(word: &str) -> bool {
    matches!(word, "dozen" | "dozens" | "dutzend" | "douzaines" | "docenas")
}
