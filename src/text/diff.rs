//! Shows people where two versions of a text differ.

use super::beginning::beginning;

/// How many characters of each version are shown at most: three or four lines.
const MAX_CHARS: usize = 300;

/// The part of a text that an edit changed.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct TextChange {
    /// The old words; empty if words were only added. At most 300 characters and an ellipsis.
    pub before: String,
    /// The new words; empty if words were only removed. At most 300 characters and an ellipsis.
    pub after: String,
}

/// Compares two texts word by word. Returns the part from the first to the last word that differs; `None` if no word differs.
pub fn between(before: &str, after: &str) -> Option<TextChange> {
    let old: Vec<&str> = before.split_whitespace().collect();
    let new: Vec<&str> = after.split_whitespace().collect();
    let shorter = old.len().min(new.len());
    let same_start = old.iter().zip(&new).take_while(|(one, other)| one == other).count();
    if same_start == old.len() && same_start == new.len() {
        return None;
    }
    let same_end = old.iter().rev().zip(new.iter().rev()).take_while(|(one, other)| one == other).count();
    // Repeated words must not count for both the start and the end.
    let same_end = same_end.min(shorter - same_start);
    let changed = |words: &[&str]| shorten(words.get(same_start..words.len() - same_end).unwrap_or_default());
    Some(TextChange { before: changed(&old), after: changed(&new) })
}

/// Joins `words` with spaces. Cuts a text that is longer than [`MAX_CHARS`] there, and ends it with an ellipsis.
fn shorten(words: &[&str]) -> String {
    let mut text = String::new();
    let mut left = MAX_CHARS;
    for (number, word) in words.iter().enumerate() {
        if number > 0 && left > 0 {
            text.push(' ');
            left -= 1;
        }
        let fitting = beginning(word, left);
        text.push_str(fitting);
        left -= fitting.chars().count();
        if fitting.len() < word.len() || (left == 0 && number + 1 < words.len()) {
            text.push('…');
            break;
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    fn change(before: &str, after: &str) -> (String, String) {
        let change = between(before, after).unwrap();
        (change.before, change.after)
    }

    #[test]
    fn only_the_words_that_differ_are_shown() {
        let cases = [
            ("the ferry runs on Monday at six", "the ferry runs on Tuesday at six", "Monday", "Tuesday"),
            ("it runs", "it runs again", "", "again"),
            ("again it runs", "it runs", "again", ""),
            ("a a a", "a a", "a", ""),
            ("", "first", "", "first"),
        ];
        for (old, new, before, after) in cases {
            assert_eq!(change(old, new), (before.to_owned(), after.to_owned()));
        }
    }

    #[test]
    fn a_change_of_white_space_is_no_change() {
        assert_eq!(between("it  runs\n", "it runs"), None);
        assert_eq!(between("", " "), None);
    }

    #[test]
    fn a_long_change_is_cut_after_300_characters() {
        let (before, after) = change("old", &"word ".repeat(1_000));
        assert_eq!(before, "old");
        assert_eq!(after, format!("{}…", "word ".repeat(60)));
        let (_, unbroken) = change("old", &"字".repeat(1_000));
        assert_eq!(unbroken, format!("{}…", "字".repeat(300)));
    }
}
