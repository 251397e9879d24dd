//! Words that multiply a number: `million`, `crore`.

use std::sync::LazyLock;

use super::word_table::WordTable;
use super::written::{Separator, WrittenWord};

/// Words that multiply the number before them, and by which power of ten.
const SCALES: [(&str, usize); 63] = [
    ("million", 6),
    ("millions", 6),
    ("millionen", 6),
    ("millon", 6),
    ("millones", 6),
    ("mio", 6),
    ("mln", 6),
    ("mn", 6),
    ("billion", 9),
    ("billions", 9),
    ("bn", 9),
    ("milliard", 9),
    ("milliards", 9),
    ("milliarde", 9),
    ("milliarden", 9),
    ("mrd", 9),
    ("mds", 9),
    ("md", 9),
    ("thousand", 3),
    ("mille", 3),
    ("tausend", 3),
    ("mil", 3),
    ("tsd", 3),
    ("k", 3),
    ("trillion", 12),
    ("trillions", 12),
    ("billionen", 12),
    ("mdd", 6),
    ("mdp", 6),
    ("milioni", 6),
    ("miliardi", 9),
    ("lakh", 5),
    ("lakhs", 5),
    ("crore", 7),
    ("crores", 7),
    ("miljoen", 6),
    ("miljard", 9),
    ("duizend", 3),
    ("milhao", 6),
    ("milhoes", 6),
    ("bilhao", 9),
    ("bilhoes", 9),
    ("bilioes", 12),
    ("mila", 3),
    ("millardo", 9),
    ("millardos", 9),
    ("mld", 9),
    ("tys", 3),
    ("tysiac", 3),
    ("tysiace", 3),
    ("tysiecy", 3),
    ("milion", 6),
    ("miliona", 6),
    ("miliony", 6),
    ("milionow", 6),
    ("miliard", 9),
    ("miliarda", 9),
    ("miliardy", 9),
    ("miliardow", 9),
    ("miljon", 6),
    ("miljoner", 6),
    ("mkr", 6),
    ("miljarder", 9),
];

static SCALE_WORDS: LazyLock<WordTable<usize>> = LazyLock::new(|| WordTable::of(&SCALES));

/// What English papers count in millions written as `m`. Other words after an `m` may be measured in metres: `1.5m waves`.
const COUNTED_IN_MILLIONS: [&str; 38] = [
    "people",
    "users",
    "customers",
    "homes",
    "households",
    "voters",
    "residents",
    "inhabitants",
    "passengers",
    "jobs",
    "workers",
    "visitors",
    "tourists",
    "viewers",
    "subscribers",
    "copies",
    "cars",
    "vehicles",
    "tonnes",
    "tons",
    "barrels",
    "children",
    "pupils",
    "students",
    "refugees",
    "patients",
    "members",
    "accounts",
    "doses",
    "tickets",
    "citizens",
    "downloads",
    "litres",
    "liters",
    "gallons",
    "acres",
    "hectares",
    "followers",
];

/// Returns whether an `m` before word `at` stands for a million: `1.5m people`, `2.5m registered voters`.
pub(super) fn counts_in_millions(words: &[WrittenWord<'_>], at: usize) -> bool {
    let follows = |ahead: usize| {
        let word = words.get(at + ahead).filter(|word| word.before == Separator::Space);
        word.is_some_and(|word| COUNTED_IN_MILLIONS.contains(&word.folded))
    };
    follows(0) || follows(1)
}

/// Returns whether a word multiplies the number before it.
pub(super) fn is_scale(word: &str) -> bool {
    power_of(word).is_some()
}

/// Returns by which power of ten a word multiplies the number before it.
pub(super) fn power_of(word: &str) -> Option<usize> {
    SCALE_WORDS.get(word)
}
