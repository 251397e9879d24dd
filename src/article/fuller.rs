//! Tells which of two versions of an entry is fuller. Two servers of one publisher may answer in turns, one of which leaves out
//! the files, the pictures, the title or the rest of the text.

use std::cmp::Ordering;
use std::time::Duration;

use super::shown_version::{ShownVersion, SplitVersion};

/// How long a poorer version is withheld. If nothing else came for this long, the publisher removed what is missing.
pub const LONGEST_POORER: Duration = Duration::from_hours(12);

/// Marks at the end of a teaser that say that the text goes on.
const MARKS_OF_TEASER: [&str; 4] = ["…", "...", "[…]", "[...]"];

/// A version of an entry with everything that it shows.
#[derive(Clone, Copy, Debug)]
pub struct WholeVersion<'a> {
    /// Title, texts and attached files.
    pub shown: &'a SplitVersion<'a>,
    /// The address of the picture that stands for it.
    pub image: Option<&'a str>,
}

/// What a version that arrives has more or less than the one before.
#[derive(Clone, Copy, PartialEq, Eq, Default, Debug)]
pub struct Fullness {
    /// Whether the version that arrives is fuller ([`Ordering::Greater`]) or poorer than the one before. `None` if they have
    /// the same, or each of them has something of its own.
    pub order: Option<Ordering>,
    /// Whether the version that arrives has nothing new and leaves out what a program leaves out: the title, the whole text,
    /// what follows a teaser, all attached files, all files in the text, or the picture. An author who edits an entry removes a
    /// sentence, or one file of several.
    pub leaves_out: bool,
}

/// Returns what the version `after` has more or less than `before`.
pub fn compare(before: WholeVersion<'_>, after: WholeVersion<'_>) -> Fullness {
    let (before, after) = (Shown::of(before), Shown::of(after));
    let (is_kept, is_part) = (before.is_part_of(&after), after.is_part_of(&before));
    let order = match (is_kept, is_part) {
        (true, false) => Some(Ordering::Greater),
        (false, true) => Some(Ordering::Less),
        _ => None,
    };
    Fullness { order, leaves_out: is_part && lacks_what_programs_leave_out(&before, &after) }
}

/// Returns whether `after` lacks what [`Fullness::leaves_out`] lists.
fn lacks_what_programs_leave_out(before: &Shown<'_>, after: &Shown<'_>) -> bool {
    let has_no_title = after.title.is_empty() && !before.title.is_empty();
    let lacks_files =
        before.files.iter().zip(&after.files).any(|(one, other)| other.is_empty() && !one.is_empty());
    let is_teaser = after.text != before.text
        && (after.text.ends_with(|c: char| c.is_alphanumeric() || c == ',')
            || after.text.is_empty()
            || MARKS_OF_TEASER.iter().any(|mark| after.text.ends_with(mark)));
    has_no_title || lacks_files || is_teaser
}

/// What a reader sees of a version.
struct Shown<'a> {
    title: &'a str,
    /// The text, with one space between two words.
    text: String,
    /// The addresses of the files that it attaches, of those in its text, and of its picture.
    files: [Vec<&'a str>; 3],
}

impl<'a> Shown<'a> {
    fn of(version: WholeVersion<'a>) -> Self {
        let WholeVersion { shown, image } = version;
        let lines = shown.content().or_else(|| shown.summary()).unwrap_or_default();
        let mut text = String::with_capacity(lines.iter().map(|line| line.text.len() + 1).sum());
        for word in lines.iter().flat_map(|line| line.text.split_whitespace()) {
            if !text.is_empty() {
                text.push(' ');
            }
            text.push_str(word);
        }
        let in_text = lines.iter().flat_map(|line| line.files.iter().map(String::as_str)).collect();
        let ShownVersion { title, files: attached, .. } = shown.shown;
        Self { title, text, files: [attached.to_vec(), in_text, image.into_iter().collect()] }
    }

    fn is_part_of(&self, other: &Self) -> bool {
        // A teaser ends in marks that say that it goes on.
        let beginning = self.text.trim_end_matches([' ', '.', '…', '[', ']', '(', ')']);
        let mut files = self.files.iter().flatten();
        (self.title.is_empty() || self.title == other.title)
            && (self.text == other.text || other.text.starts_with(beginning))
            && files.all(|file| other.files.iter().flatten().any(|other| other == file))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A version as its tests write it.
    #[derive(Clone, Copy, Debug)]
    struct Version {
        shown: ShownVersion<'static>,
        image: Option<&'static str>,
    }

    fn compare(before: Version, after: Version) -> Fullness {
        let [one, other] = [before, after].map(|version| SplitVersion::of(version.shown));
        let [before, after] = [(&one, before), (&other, after)]
            .map(|(shown, version)| WholeVersion { shown, image: version.image });
        super::compare(before, after)
    }

    const FILES: [&str; 2] = ["https://a.example/1.mp3", "https://a.example/2.mp3"];
    const TEXT: &str = "<p>The bridge is closed. The ferry runs.</p><img src=\"https://a.example/1.jpg\">";

    fn whole() -> Version {
        let shown = ShownVersion { title: "Bridge", texts: [None, Some(TEXT)], files: &FILES };
        Version { shown, image: Some("https://a.example/2.jpg") }
    }

    fn with(shown: ShownVersion<'static>) -> Version {
        Version { shown, ..whole() }
    }

    fn with_text(text: &'static str) -> Version {
        with(ShownVersion { texts: [None, Some(text)], ..whole().shown })
    }

    /// Returns versions without something that a program leaves out.
    fn poorer() -> Vec<Version> {
        let shown = whole().shown;
        vec![
            with(ShownVersion { files: &[], ..shown }),
            with(ShownVersion { title: "", ..shown }),
            with(ShownVersion { texts: [None, None], ..shown }),
            with(ShownVersion { texts: [Some("<p>The bridge is […]</p>"), None], ..shown }),
            with_text("<p>The bridge is closed. The …</p>"),
            with_text("<p>The bridge is closed. The</p>"),
            with_text("<p>The bridge is closed. The ferry runs.</p>"),
            Version { image: None, ..whole() },
        ]
    }

    #[test]
    fn the_version_that_has_everything_and_something_more_is_fuller() {
        let shown = whole().shown;
        let shorter = with(ShownVersion { files: &FILES[..1], ..shown });
        for poorer in poorer().into_iter().chain([shorter]) {
            assert_eq!(compare(poorer, whole()).order, Some(Ordering::Greater), "{poorer:?}");
            assert_eq!(compare(whole(), poorer).order, Some(Ordering::Less), "{poorer:?}");
        }
        let edited = with_text("<p>The bridge is open.</p>");
        assert_eq!((compare(whole(), edited).order, compare(whole(), whole()).order), (None, None));
    }

    #[test]
    fn a_program_leaves_out_a_whole_kind_or_cuts_the_text_and_an_author_removes_a_sentence() {
        let leaves_out = |before, after| compare(before, after).leaves_out;
        for poorer in poorer() {
            assert!(leaves_out(whole(), poorer) && !leaves_out(poorer, whole()), "{poorer:?}");
        }
        let shown = whole().shown;
        for edited in [
            with(ShownVersion { files: &FILES[..1], ..shown }),
            with(ShownVersion { files: &[], title: "Ferry", ..shown }),
            with_text("<p>The bridge is closed.</p><img src=\"https://a.example/1.jpg\">"),
            with_text("<p>The bridge is open …</p><img src=\"https://a.example/1.jpg\">"),
            whole(),
        ] {
            assert!(!leaves_out(whole(), edited), "{edited:?}");
        }
    }
}
