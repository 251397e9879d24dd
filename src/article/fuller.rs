//! Tells which of two versions of an entry is fuller. Two servers of one publisher may answer in turns, one of which leaves out
//! the files, the pictures, the title or the rest of the text.

use std::cmp::Ordering;

use super::incidental::ShownVersion;
use crate::text::html::shown_lines;

/// Returns which of two versions has more, if it also has everything that the other one has.
pub fn compare(before: ShownVersion<'_>, after: ShownVersion<'_>) -> Option<Ordering> {
    let (one, other) = (Shown::of(before), Shown::of(after));
    match (one.is_part_of(&other), other.is_part_of(&one)) {
        (true, false) => Some(Ordering::Greater),
        (false, true) => Some(Ordering::Less),
        _ => None,
    }
}

/// What a reader sees of a version.
struct Shown<'a> {
    title: &'a str,
    /// The text, with one space between two words.
    text: String,
    /// The addresses of the files that it attaches or shows.
    files: Vec<String>,
}

impl<'a> Shown<'a> {
    fn of(version: ShownVersion<'a>) -> Self {
        let [summary, content] = version.texts;
        let lines = shown_lines(content.or(summary).unwrap_or_default());
        let text: Vec<&str> = lines.iter().flat_map(|line| line.text.split_whitespace()).collect();
        let shown = lines.iter().flat_map(|line| line.files.iter().cloned());
        let files = version.files.iter().map(|file| (*file).to_owned()).chain(shown).collect();
        Self { title: version.title, text: text.join(" "), files }
    }

    fn is_part_of(&self, other: &Self) -> bool {
        // A teaser ends in marks that say that it goes on.
        let beginning = self.text.trim_end_matches([' ', '.', '…', '[', ']', '(', ')']);
        (self.title.is_empty() || self.title == other.title)
            && (self.text == other.text || other.text.starts_with(beginning))
            && self.files.iter().all(|file| other.files.contains(file))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_version_that_has_everything_and_something_more_is_fuller() {
        let files = ["https://a.example/1.mp3"];
        let text = "<p>The bridge is closed. The ferry runs.</p><img src=\"https://a.example/1.jpg\">";
        let whole = ShownVersion { title: "Bridge", texts: [None, Some(text)], files: &files };
        for (name, poorer) in [
            ("no file", ShownVersion { files: &[], ..whole }),
            ("no title", ShownVersion { title: "", ..whole }),
            ("no text", ShownVersion { texts: [None, None], ..whole }),
            (
                "no picture",
                ShownVersion { texts: [None, Some("<p>The bridge is closed. The ferry runs.</p>")], ..whole },
            ),
            ("a teaser", ShownVersion { texts: [Some("<p>The bridge is […]</p>"), None], ..whole }),
        ] {
            assert_eq!(compare(poorer, whole), Some(Ordering::Greater), "{name}");
            assert_eq!(compare(whole, poorer), Some(Ordering::Less), "{name}");
        }
        let edited = ShownVersion { texts: [None, Some("<p>The bridge is open.</p>")], ..whole };
        assert_eq!((compare(whole, edited), compare(whole, whole)), (None, None));
    }
}
