//! Knows the eras from which Japan and Taiwan count years.

/// The names of eras, each with the year before its year 1. In Japan, year 1 is the year in which the emperor acceded.
const ERAS: [(&str, i32); 7] = [
    ("令和", 2018),
    ("平成", 1988),
    ("昭和", 1925),
    ("大正", 1911),
    ("明治", 1867),
    ("民國", 1911),
    ("民国", 1911),
];

/// What is written for the number of an era's first year.
const FIRST_YEAR: &str = "元年";

/// The year before year 1 of the Republic of China. Taiwan often leaves out the name of the era.
const BEFORE_REPUBLIC: i32 = 1911;

/// Returns the year before year 1 of the era whose name ends `word`.
pub(super) fn year_before(word: &str) -> Option<i32> {
    ERAS.iter().find(|(name, _)| word.ends_with(name)).map(|(_, year)| *year)
}

/// Returns the year that `word` names as year 1 of an era: `令和元年`.
pub(super) fn first_year(word: &str) -> Option<i32> {
    word.strip_suffix(FIRST_YEAR).and_then(year_before).map(|year| year + 1)
}

/// Returns the year before year 1 of the Japanese era that a letter abbreviates: `R8.11.19`.
pub(super) fn year_before_of_letter(letter: &str) -> Option<i32> {
    match letter {
        "r" => year_before("令和"),
        "h" => year_before("平成"),
        "s" => year_before("昭和"),
        _ => None,
    }
}

/// Returns the year before year 1 of the Japanese era that one character abbreviates: `㋿`.
pub(super) fn year_before_of_sign(sign: char) -> Option<i32> {
    match sign {
        '㋿' => year_before("令和"),
        '㍻' => year_before("平成"),
        '㍼' => year_before("昭和"),
        _ => None,
    }
}

/// Returns the year that `value`, written with this number of digits, means in a date of Japan or Taiwan. `before` is the year
/// before year 1 of the era that the date names. If the date names no era, a year of three digits counts from the Republic of
/// China, and a year of one digit gives `None`, because its era is unknown.
pub(super) fn year_of(before: Option<i32>, value: u32, digits: usize) -> Option<i32> {
    let value = i32::try_from(value).ok()?; // no year is that large
    match (before, digits) {
        (Some(before), 1..=3) => Some(before + value),
        (None, 3) => Some(BEFORE_REPUBLIC + value),
        (None, 1) => None,
        _ => Some(super::super::full_year(value.cast_unsigned(), digits)),
    }
}
