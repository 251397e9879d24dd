//! Knows the eras from which Japan and Taiwan count years.

/// The names of eras, each with the year before its first one. In Japan the year of an emperor's accession is the first.
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

/// The year before the first one of the Republic of China. Taiwan often leaves out the name of the era.
const BEFORE_REPUBLIC: i32 = 1911;

/// Returns the year before the first one of the era whose name ends `word`.
pub(super) fn year_before(word: &str) -> Option<i32> {
    ERAS.iter().find(|(name, _)| word.ends_with(name)).map(|(_, year)| *year)
}

/// Returns the year that `word` names as the first one of an era: `令和元年`.
pub(super) fn first_year(word: &str) -> Option<i32> {
    word.strip_suffix(FIRST_YEAR).and_then(year_before).map(|year| year + 1)
}

/// Returns the year before the first one of the Japanese era that a letter abbreviates: `R8.11.19`.
pub(super) fn year_before_of_letter(letter: &str) -> Option<i32> {
    match letter {
        "r" => year_before("令和"),
        "h" => year_before("平成"),
        "s" => year_before("昭和"),
        _ => None,
    }
}

/// Returns the year before the first one of the Japanese era that one character abbreviates: `㋿`.
pub(super) fn year_before_of_sign(sign: char) -> Option<i32> {
    match sign {
        '㋿' => year_before("令和"),
        '㍻' => year_before("平成"),
        '㍼' => year_before("昭和"),
        _ => None,
    }
}

/// Returns the year that `value`, written with this number of digits, means in a date of Japan or Taiwan. `before` is the
/// year before the first one of the era that the date names. If it names none, a year of three digits is one of the
/// Republic of China, and a year of one digit is `None`, because it must be one of an era.
pub(super) fn year_of(before: Option<i32>, value: u32, digits: usize) -> Option<i32> {
    let value = i32::try_from(value).ok()?; // no year is that large
    match (before, digits) {
        (Some(before), 1..=3) => Some(before + value),
        (None, 3) => Some(BEFORE_REPUBLIC + value),
        (None, 1) => None,
        _ => Some(super::super::full_year(value.cast_unsigned(), digits)),
    }
}
