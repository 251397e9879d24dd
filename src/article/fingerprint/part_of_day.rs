//! Reads the part of the day that follows an hour: `6 de la tarde`, `8 heures du soir`, `7 o'clock in the morning`.

use super::written::WrittenWord;

/// A part of the day.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum PartOfDay {
    Morning,
    Afternoon,
    /// From the evening to the early morning: `11 de la noche`, `2 Uhr nachts`.
    Night,
}

impl PartOfDay {
    /// Returns the hour, from 0 to 23, that `hour` of a clock of twelve hours means in this part of the day. Other hours
    /// stay.
    pub(super) const fn in_24_hours(self, hour: u32) -> u32 {
        match (self, hour) {
            (Self::Morning | Self::Night, 12) => 0,
            (Self::Afternoon, 1..=11) | (Self::Night, 6..=11) => hour + 12,
            (_, hour) => hour,
        }
    }
}

/// Returns the part of the day that the words from `at` on say, and how many words that takes.
pub(super) fn read(words: &[WrittenWord<'_>], at: usize) -> Option<(PartOfDay, usize)> {
    use PartOfDay::{Afternoon, Morning, Night};
    let folded = |ahead: usize| words.get(at + ahead).map_or("", |word| word.folded);
    let clock = if (folded(0), folded(1)) == ("o", "clock") { 2 } else { 0 };
    let part = match (folded(clock), folded(clock + 1), folded(clock + 2)) {
        ("de", "la", "manana" | "madrugada") | ("in", "the", "morning") => Some((Morning, 3)),
        ("de", "la", "tarde") | ("in", "the", "afternoon" | "evening") => Some((Afternoon, 3)),
        ("de", "la", "noche") => Some((Night, 3)),
        ("de", "l", "apres") if folded(clock + 3) == "midi" => Some((Afternoon, 4)),
        ("du", "matin", _)
        | ("da", "manha" | "madrugada", _)
        | ("del", "mattino", _)
        | ("s", "ochtends", _)
        | ("pa", "morgonen" | "formiddagen", _) => Some((Morning, 2)),
        ("du", "soir", _)
        | ("da", "tarde", _)
        | ("del", "pomeriggio", _)
        | ("di", "sera", _)
        | ("s", "middags" | "avonds", _)
        | ("po", "poludniu", _)
        | ("pa", "kvallen" | "eftermiddagen", _) => Some((Afternoon, 2)),
        ("at", "night", _)
        | ("da", "noite", _)
        | ("di", "notte", _)
        | ("s", "nachts", _)
        | ("w", "nocy", _)
        | ("pa", "natten", _) => Some((Night, 2)),
        ("morgens" | "vormittags" | "fruh" | "rano", _, _) => Some((Morning, 1)),
        ("nachmittags" | "abends" | "wieczorem", _, _) => Some((Afternoon, 1)),
        ("nachts", _, _) => Some((Night, 1)),
        _ => None,
    };
    part.map(|(part, used)| (part, clock + used))
}
