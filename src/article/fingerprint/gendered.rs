//! Reads the forms in which German names women and men: `Bürgerinnen und Bürger`, `Bürger:innen`, `BürgerInnen`.

use super::written::{Separator, WrittenWord};

/// Returns whether such a form may begin at word `at`, by this word and the next one.
pub(super) fn may_begin(words: &[WrittenWord<'_>], at: usize) -> bool {
    let ends = |word: &WrittenWord<'_>| word.folded.ends_with("innen");
    let goes_on = |next: &WrittenWord<'_>| matches!(next.folded, "innen" | "und" | "oder");
    words.get(at).is_some_and(|word| {
        (ends(word) || words.get(at + 1).is_some_and(goes_on)) && word.raw.starts_with(char::is_uppercase)
    })
}

/// Reads the form that begins at word `at`. Returns the word that stands for all forms, and how many words write it.
pub(super) fn read<'a>(words: &'a [WrittenWord<'_>], at: usize) -> Option<(&'a str, usize)> {
    let first = words.get(at)?;
    let is_noun = first.raw.starts_with(char::is_uppercase);
    if !is_noun {
        return None;
    }
    let with_sign = || first.folded.strip_suffix("innen")?.strip_suffix([':', '_']);
    let with_capital = || first.folded.strip_suffix("innen").filter(|_| first.raw.ends_with("Innen"));
    if let Some(stem) = with_sign().or_else(with_capital) {
        return long_enough(stem, 1);
    }
    let second = words.get(at + 1)?;
    if second.folded == "innen"
        && matches!(second.before, Separator::Colon | Separator::Slash | Separator::Star)
    {
        return long_enough(first.folded, 2);
    }
    let third = words.get(at + 2).filter(|_| matches!(second.folded, "und" | "oder"))?;
    let stem_of = |women: &WrittenWord<'a>, men: &WrittenWord<'_>| {
        women.folded.strip_suffix("innen").filter(|stem| men.folded.starts_with(stem))
    };
    long_enough(stem_of(first, third).or_else(|| stem_of(third, first))?, 3)
}

fn long_enough(stem: &str, used: usize) -> Option<(&str, usize)> {
    (stem.len() > 2).then_some((stem, used))
}

#[cfg(test)]
mod tests {
    use super::super::token::words_of;

    #[test]
    fn women_and_men_are_one_word_however_they_are_written() {
        for texts in [
            &[
                "alle Bürgerinnen und Bürger kamen",
                "alle Bürger:innen kamen",
                "alle Bürger*innen kamen",
                "alle BürgerInnen kamen",
                "alle Bürger_innen kamen",
                "alle Bürger/innen kamen",
                "alle Bürger/-innen kamen",
                "alle Bürger und Bürgerinnen kamen",
            ][..],
            &["den Kolleginnen und Kollegen", "den Kolleg:innen", "den Kolleg*innen"],
            &["die Ärztinnen und Ärzte", "die Ärzt:innen"],
        ] {
            for text in texts {
                assert_eq!(words_of(text), words_of(texts[0]), "`{text}` and `{}`", texts[0]);
            }
        }
        assert_ne!(words_of("alle Bürgerinnen kamen"), words_of("alle Bürger kamen"));
        assert_ne!(words_of("Ärztinnen und Bürger"), words_of("Bürger"));
    }
}
