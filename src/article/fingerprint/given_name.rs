//! Recognises the second part of a Korean given name, which many papers write small after a hyphen: `Kim Jong-un` and
//! `Kim Jong Un` are one name.

use super::written::{Separator, WrittenWord};

/// Length in bytes of the longest part of such a name.
const LONGEST_PART: usize = 5;

/// Returns whether the word at `at` is the second part of a given name, after a family name and a short first part. It may be
/// written like the article of another language: `un`, `il`.
pub(super) fn ends_at(words: &[WrittenWord<'_>], at: usize) -> bool {
    let Some(word) = words.get(at) else { return false };
    let is_joined = match word.before {
        Separator::Hyphen => word.is_folded(),
        // `Kim Jong Un`, `Kim Jong Il`: the article of another language is not written large within a sentence.
        Separator::Space => matches!(word.raw, "Un" | "Il"),
        _ => false,
    };
    let is_capital = |word: &WrittenWord<'_>| {
        word.raw.starts_with(|c: char| c.is_ascii_uppercase())
            && word.raw.bytes().skip(1).all(|byte| byte.is_ascii_lowercase())
    };
    let before =
        |back: usize| at.checked_sub(back).and_then(|at| words.get(at)).filter(|word| is_capital(word));
    let is_short = |word: &WrittenWord<'_>| word.raw.len() <= LONGEST_PART;
    is_joined
        && is_short(word)
        && before(1).is_some_and(|first| first.before == Separator::Space && is_short(first))
        && before(2).is_some_and(is_short)
}

#[cfg(test)]
mod tests {
    use super::super::token::{tokens, words_of};
    use super::super::word::{WordHash, WordKind};

    #[test]
    fn the_parts_of_a_korean_name_are_names_however_they_are_joined() {
        use WordKind::{Name, Plain};
        let kinds = |text: &str| tokens(text, 9).0.into_iter().map(WordHash::kind).collect::<Vec<_>>();
        for name in ["Kim Jong-un", "Kim Jong-il", "Kim Jong Un", "Moon Jae-in", "Ban Ki-moon"] {
            assert_eq!(kinds(&format!("there {name} said")), [Plain, Name, Name, Name, Plain], "{name}");
        }
        assert_eq!(words_of("there Kim Jong-un said"), words_of("there Kim Jong Un said"));
        assert_ne!(words_of("there Kim Jong-un said"), words_of("there Kim Jong-il said"));
        assert_eq!(kinds("there the US-led raid"), [Plain, Plain, Name, Plain, Plain]);
    }
}
