//! Tells which of two versions of an entry is fuller. Two servers of one publisher may answer in turns, one of which leaves out
//! the files, the pictures, the title or the rest of the text.

use std::cmp::Ordering;
use std::time::Duration;

use super::incidental::ShownVersion;
use crate::text::html::shown_lines;

/// How long a poorer version is withheld. If nothing else came for this long, the publisher removed what is missing.
pub const LONGEST_POORER: Duration = Duration::from_hours(12);

/// Marks at the end of a teaser that say that the text goes on.
const MARKS_OF_TEASER: [&str; 4] = ["…", "...", "[…]", "[...]"];

/// Returns which of two versions has more, if it also has everything that the other one has.
pub fn compare(before: ShownVersion<'_>, after: ShownVersion<'_>) -> Option<Ordering> {
    let (one, other) = (Shown::of(before), Shown::of(after));
    match (one.is_part_of(&other), other.is_part_of(&one)) {
        (true, false) => Some(Ordering::Greater),
        (false, true) => Some(Ordering::Less),
        _ => None,
    }
}

/// Returns whether the version `after` has nothing new and leaves out what a program leaves out: the title, the whole text, what
/// follows a teaser, or all files and pictures. An author who edits an entry removes a sentence, or one file of several.
pub fn leaves_out(before: ShownVersion<'_>, after: ShownVersion<'_>) -> bool {
    let (before, after) = (Shown::of(before), Shown::of(after));
    let has_no_title = after.title.is_empty() && !before.title.is_empty();
    let has_no_files = after.files.is_empty() && !before.files.is_empty();
    let is_teaser = after.text != before.text
        && (after.text.ends_with(|c: char| c.is_alphanumeric() || c == ',')
            || after.text.is_empty()
            || MARKS_OF_TEASER.iter().any(|mark| after.text.ends_with(mark)));
    after.is_part_of(&before) && (has_no_title || has_no_files || is_teaser)
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
    fn a_program_leaves_out_a_whole_kind_or_cuts_the_text_and_an_author_removes_a_sentence() {
        let files = ["https://a.example/1.mp3", "https://a.example/2.mp3"];
        let text = "<p>The bridge is closed. The ferry runs.</p>";
        let whole = ShownVersion { title: "Bridge", texts: [None, Some(text)], files: &files };
        let with_text = |text| ShownVersion { texts: [None, Some(text)], ..whole };
        for poorer in [
            ShownVersion { files: &[], ..whole },
            ShownVersion { title: "", ..whole },
            ShownVersion { texts: [None, None], ..whole },
            with_text("<p>The bridge is closed. The …</p>"),
            with_text("<p>The bridge is closed. The</p>"),
        ] {
            assert!(leaves_out(whole, poorer) && !leaves_out(poorer, whole), "{poorer:?}");
        }
        for edited in [
            ShownVersion { files: &files[..1], ..whole },
            ShownVersion { files: &[], title: "Ferry", ..whole },
            with_text("<p>The bridge is closed.</p>"),
            with_text("<p>The bridge is open …</p>"),
            whole,
        ] {
            assert!(!leaves_out(whole, edited), "{edited:?}");
        }
    }

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
