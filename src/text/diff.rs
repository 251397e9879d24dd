//! Where two versions of a text differ, for people to read.

/// Characters told of each version: three or four lines.
const MAX_CHARS: usize = 300;

/// The part of a text that an edit changed.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct TextChange {
    /// How it read; empty where something was added. At most 300 characters and an ellipsis.
    pub before: String,
    /// How it reads; empty where something was taken out. As long at most.
    pub after: String,
}

/// What differs between `before` and `after`, from the first word that does to the last; `None` if no word does.
pub fn between(before: &str, after: &str) -> Option<TextChange> {
    let old: Vec<&str> = before.split_whitespace().collect();
    let new: Vec<&str> = after.split_whitespace().collect();
    let shared = old.len().min(new.len());
    let head = old.iter().zip(&new).take_while(|(one, other)| one == other).count();
    if head == old.len() && head == new.len() {
        return None;
    }
    let same_end = old.iter().rev().zip(new.iter().rev()).take_while(|(one, other)| one == other).count();
    let tail = same_end.min(shared - head);
    let middle = |words: &[&str]| shorten(words.get(head..words.len() - tail).unwrap_or_default());
    Some(TextChange { before: middle(&old), after: middle(&new) })
}

fn shorten(words: &[&str]) -> String {
    let mut text = String::new();
    let mut left = MAX_CHARS;
    for (number, word) in words.iter().enumerate() {
        if number > 0 && left > 0 {
            text.push(' ');
            left -= 1;
        }
        let mut letters = word.chars();
        let fitting = letters.by_ref().take(left);
        let before = text.len();
        text.extend(fitting);
        left -= text.get(before..).unwrap_or_default().chars().count();
        if letters.next().is_some() || (left == 0 && number + 1 < words.len()) {
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
    fn only_what_differs_is_told() {
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
    fn white_space_is_no_change() {
        assert_eq!(between("it  runs\n", "it runs"), None);
        assert_eq!(between("", " "), None);
    }

    #[test]
    fn a_text_that_is_wholly_new_is_told_by_its_beginning() {
        let (before, after) = change("old", &"word ".repeat(1_000));
        assert_eq!(before, "old");
        assert_eq!(after, format!("{}…", "word ".repeat(60)));
        let (_, unbroken) = change("old", &"字".repeat(1_000));
        assert_eq!(unbroken, format!("{}…", "字".repeat(300)));
    }
}
