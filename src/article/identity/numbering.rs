//! Recognises the episodes of a show that moved to another host, under new guids, where its titles got numbers or lost them:
//! "12. The mill", "#12 The mill", "Ep. 12: The mill", "The mill".

use super::comparisons::{Evidence, compare_dates};
use super::pairs::Moves;
use super::{EntryIdentity, KnownEntry, LEAST_CHANGED, pages};
use crate::text::words::fold;
use crate::time::{HOUR, MINUTE, Timestamp};

/// Length of the longest word before the number of an episode (`aflevering`, `capitulo`).
const LONGEST_MARK: usize = 10;

/// How many letters a number has at most, beside its digits (`S1E12`).
const LETTERS_OF_NUMBER: usize = 2;

/// A title without its numbers at both ends.
#[derive(PartialEq, Eq, Hash, Debug)]
struct NumberedTitle {
    /// The words between, never empty.
    words: Vec<String>,
    /// The numbers, in order of size.
    numbers: Vec<u64>,
}

/// Gives stored keys to those entries without a key whose titles are the same but for a number of the episode, if that does not
/// differ, and if the dates or the playing times say that they are the same. At least [`LEAST_CHANGED`] entries must have moved
/// so, and half of the list, unless most have moved already.
pub(super) fn recognise(moves: &mut Moves<'_, '_>) {
    let most = LEAST_CHANGED.max(moves.entries.len().div_ceil(2));
    let least = |moves: &Moves<'_, '_>| if moves.have_most_moved() { 1 } else { most };
    moves.take_pairs(
        least(moves),
        |entry| NumberedTitle::of(entry.title),
        |known| NumberedTitle::of(&known.title),
        is_same_episode,
    );
    let day = |at: Option<Timestamp>| Some(at?.day_number());
    moves.take_pairs(
        least(moves),
        |entry| Some((NumberedTitle::of(entry.title)?.words, day(entry.dated_at())?)),
        |known| Some((NumberedTitle::of(&known.title)?.words, day(known.dated_at())?)),
        is_same_episode,
    );
    moves.take_pairs(
        least(moves),
        |entry| Some(NumberedTitle::of(entry.title)?.words),
        |known| Some(NumberedTitle::of(&known.title)?.words),
        is_same_episode,
    );
}

impl NumberedTitle {
    /// Returns `None` if the title has no words.
    fn of(title: &str) -> Option<Self> {
        let title = fold(title);
        let mut words = words_of(&title);
        let mut numbers = Vec::new();
        loop {
            // Something must be left of the title.
            let mark = match words.as_slice() {
                [number, _, ..] if number.is_number() => 1,
                [mark, number, _, ..] if mark.is_mark() && number.is_number() => 2,
                _ => break,
            };
            words.drain(..mark).for_each(|word| numbers.extend(word.numbers()));
        }
        loop {
            let mark = match words.as_slice() {
                [_, .., mark, number] if mark.follows_mark && mark.is_mark() && number.is_number() => 2,
                [_, .., number] if number.is_number() => 1,
                _ => break,
            };
            words.drain(words.len() - mark..).for_each(|word| numbers.extend(word.numbers()));
        }
        numbers.sort_unstable();
        let words: Vec<String> = words.into_iter().map(|word| word.text.to_owned()).collect();
        (!words.is_empty()).then_some(Self { words, numbers })
    }
}

/// A word of a title.
struct TitleWord<'t> {
    text: &'t str,
    /// Whether a mark such as a colon or a bracket stands before it.
    follows_mark: bool,
}

impl TitleWord<'_> {
    /// Returns whether the word is the number of an episode, perhaps with letters (`12`, `S1E12`).
    fn is_number(&self) -> bool {
        let letters = self.text.chars().filter(|c| !c.is_ascii_digit()).count();
        letters <= LETTERS_OF_NUMBER && letters < self.text.chars().count()
    }

    /// Returns whether the word may be one for an episode.
    fn is_mark(&self) -> bool {
        self.text.chars().count() <= LONGEST_MARK && self.text.chars().all(char::is_alphabetic)
    }

    fn numbers(&self) -> impl Iterator<Item = u64> {
        self.text.split(|c: char| !c.is_ascii_digit()).filter_map(|digits| digits.parse().ok())
    }
}

fn words_of(title: &str) -> Vec<TitleWord<'_>> {
    let mut words = Vec::new();
    let mut follows_mark = false;
    for part in title.split_inclusive(|c: char| !c.is_alphanumeric()) {
        let text = part.trim_end_matches(|c: char| !c.is_alphanumeric());
        if !text.is_empty() {
            words.push(TitleWord { text, follows_mark });
            follows_mark = false;
        }
        follows_mark |= part.ends_with(|c: char| !c.is_alphanumeric() && !c.is_whitespace());
    }
    words
}

/// Returns whether two entries, whose titles have the same words between their numbers, are one episode: no number is another
/// one, and the dates are the same to the second, or on another host to the day, or there the playing times are the same.
fn is_same_episode(known: &KnownEntry, entry: &EntryIdentity<'_>) -> bool {
    let hosts = known.page().and_then(pages::host).zip(entry.page().and_then(pages::host));
    let may_be_elsewhere = hosts.is_none_or(|(before, now)| before != now);
    let same_time =
        known.duration_s.is_some_and(|time| time >= MINUTE.as_secs()) && known.duration_s == entry.duration_s;
    let same_date = compare_dates(known.dated_at(), entry.dated_at()) == Evidence::Same;
    have_same_numbers(&known.title, entry.title)
        && (same_date || may_be_elsewhere && (same_time || is_on_day(known.dated_at(), entry.dated_at())))
}

/// Returns whether the numbers of one title are all among those of the other.
fn have_same_numbers(one: &str, other: &str) -> bool {
    let (Some(one), Some(other)) = (NumberedTitle::of(one), NumberedTitle::of(other)) else { return false };
    let has_all = |one: &NumberedTitle, other: &NumberedTitle| {
        other.numbers.iter().all(|number| one.numbers.contains(number))
    };
    has_all(&one, &other) || has_all(&other, &one)
}

/// Returns whether one of two dates states only the day of the other one: it is a full hour, the midnight of some time zone.
fn is_on_day(one: Option<Timestamp>, other: Option<Timestamp>) -> bool {
    let (Some(one), Some(other)) = (one, other) else { return false };
    let (day, at) = if one < other { (one, other) } else { (other, one) };
    day.unix() % 3600 == 0 && at.since(day) < 24 * HOUR
}

#[cfg(test)]
mod tests {
    use super::super::events_tests::{DAY, Polled, Post, START, is_same_list, post};
    use super::*;

    #[test]
    fn the_numbers_at_both_ends_of_a_title_are_removed_with_the_word_before_them() {
        for title in [
            "The mill",
            "12. The mill",
            "#12 The mill",
            "Ep. 12: The mill",
            "The mill (#12)",
            "S1E12 – The mill",
            "Folge 12: The mill",
            "The mill (Folge 12)",
            "Season 1, episode 12: The Mill",
            "The mill | 12",
        ] {
            let words = NumberedTitle::of(title).map(|title| title.words);
            assert_eq!(words, Some(vec!["the".to_owned(), "mill".to_owned()]), "{title}");
        }
        for (title, word) in
            [("Salt (#12)", "salt"), ("12: Salt", "salt"), ("Episode 12", "episode"), ("12", "12")]
        {
            let words = NumberedTitle::of(title).map(|title| title.words);
            assert_eq!(words, Some(vec![word.to_owned()]), "{title}");
        }
        assert_eq!(NumberedTitle::of("…"), None);
        for (one, other, same) in [
            ("12. The mill", "The mill", true),
            ("12. The mill", "Ep. 12: The mill", true),
            ("Apollo 13 lands", "45. Apollo 13 lands", true),
            ("S2E5: Salt", "5: Salt", true),
            ("12. The mill", "13. The mill", false),
            ("Part 1", "Part 2", false),
            ("Episode 12", "Episode 13", false),
        ] {
            assert_eq!(have_same_numbers(one, other), same, "{one}, {other}");
        }
    }

    /// Returns a show whose episodes have these titles, each a week after the next one.
    fn show(host: &str, title: impl Fn(&str, usize) -> String, at: impl Fn(i64) -> i64) -> Vec<Post> {
        let names = ["The mill", "Salt", "A crane", "Bread", "The mill"];
        let one = |(n, name): (usize, &&str)| {
            let page = format!("https://{host}.example/{}", n + 17 * host.len());
            let text = (n * 31 + host.len()) as u64;
            post(&format!("{host}-{n}"), &page, &title(name, n), text, at(START - n as i64 * 7 * DAY))
        };
        names.iter().enumerate().map(one).collect()
    }

    #[test]
    fn a_show_that_moved_keeps_its_episodes_although_its_titles_get_or_lose_numbers() {
        let bare = |name: &str, _: usize| name.to_owned();
        let numbered = |name: &str, n: usize| format!("{}. {name}", 30 - n);
        let marked = |name: &str, n: usize| format!("Ep. {}: {name}", 30 - n);
        let (same, day) = (|at: i64| at, |at: i64| at - at.rem_euclid(DAY));
        assert!(is_same_list(&show("old", numbered, same), &show("newer", bare, same)));
        assert!(is_same_list(&show("old", bare, same), &show("newer", marked, same)));
        assert!(is_same_list(&show("old", numbered, same), &show("newer", marked, day)), "to the day");
        let later = |at: i64| at + 2 * DAY;
        assert!(!is_same_list(&show("old", numbered, same), &show("newer", bare, later)), "other dates");
        let next = |name: &str, n: usize| format!("{}. {name}", 35 - n);
        assert!(!is_same_list(&show("old", numbered, same), &show("newer", next, same)), "other numbers");
        let old = show("old", numbered, same);
        assert_eq!(
            Polled::count(&[old.clone(), [show("newer", bare, same), old].concat()]),
            [5, 10],
            "both are listed"
        );
    }
}
