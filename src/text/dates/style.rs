//! Learns how a document writes its dates: one document rarely writes `11/06` with both meanings.

use std::cmp::Ordering;
use std::time::Duration;

use super::ShownOrder;
use crate::time::{DAY, Timestamp};

/// How a document writes its dates, as far as its clear dates ([`DateStyle::observe`]) and its language
/// ([`DateStyle::with_language`]) show.
#[derive(Clone, Copy, PartialEq, Eq, Default, Debug)]
pub struct DateStyle {
    /// What the dates with slashes show.
    slashes: OrderCounts,
    /// What the dates with hyphens or spaces show. They are counted apart, because the dates with slashes may come from another
    /// program.
    others: OrderCounts,
    /// Whether the language is Croatian or Bosnian, in which some names of months mean another month than in Czech or
    /// Polish.
    is_croatian: bool,
    /// The order in which people write dates with slashes in this language.
    language: LanguageOrder,
}

/// What a language says of dates with slashes.
#[derive(Clone, Copy, PartialEq, Eq, Default, Debug)]
enum LanguageOrder {
    /// The language is unknown, or writes the month or the year first, or has both orders.
    #[default]
    Open,
    /// The day comes first, and clocks count 12 hours, at least in some countries.
    DayFirst,
    /// The day comes first, and clocks count 24 hours: a date with `AM` or `PM` comes from American software.
    DayFirstWith24Hours,
}

/// Languages that write the month before the day in short dates (CLDR 46), or are written where both orders are in use. Swedish
/// is not listed: it writes the year first, but a day and a month without a year as `2/11`.
const NOT_DAY_FIRST: [&str; 16] =
    ["brx", "chr", "ee", "eu", "fil", "haw", "hu", "ja", "ko", "ks", "lt", "mn", "or", "tl", "zh", "zu"];

/// Countries whose English writes the day first, and Europe (`150`). American English, and English without a country, writes
/// the month first.
const DAY_FIRST_IN_ENGLISH: [&str; 22] = [
    "gb", "uk", "ie", "au", "nz", "in", "za", "sg", "my", "hk", "ke", "ng", "gh", "ug", "tz", "pk", "lk",
    "bd", "mt", "cy", "jm", "150",
];

/// Countries whose Spanish writes the month first.
const MONTH_FIRST_IN_SPANISH: [&str; 3] = ["us", "pr", "pa"];

/// Languages whose clock has 12 hours in some country where they are written.
const CLOCK_OF_12_HOURS: [&str; 20] = [
    "am", "ar", "bn", "el", "en", "es", "gu", "hi", "kn", "ml", "mr", "ms", "ne", "pa", "si", "so", "sq",
    "ta", "te", "ur",
];

/// What the dates with one kind of separator show of the order of day and month.
#[derive(Clone, Copy, PartialEq, Eq, Default, Debug)]
struct OrderCounts {
    day_first: u32,
    month_first: u32,
    /// The latest of the dates that leave the order open: read with the day first, and read with the month first.
    latest: [Option<Timestamp>; 2],
    /// The order that earlier documents of the source showed.
    settled: Option<DayMonthOrder>,
    /// The order in which none of the dates in `latest` lies in the future, if the other order puts one there. See
    /// [`DateStyle::read_at`].
    without_future: Option<DayMonthOrder>,
}

impl OrderCounts {
    /// Returns the order that the dates show.
    fn order(self) -> Option<DayMonthOrder> {
        match self.day_first.cmp(&self.month_first) {
            Ordering::Greater => Some(DayMonthOrder::DayFirst),
            Ordering::Less => Some(DayMonthOrder::MonthFirst),
            Ordering::Equal => self.settled.or(self.without_future),
        }
    }
}

/// How far ahead of now a date may lie before it counts as in the future. Announcements are dated ahead.
const AHEAD: Duration = DAY.saturating_mul(2);

/// Which of two numbers is the day.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum DayMonthOrder {
    DayFirst,
    MonthFirst,
}

impl DateStyle {
    /// Takes the language of the document, a BCP 47 tag, into account.
    #[must_use]
    pub fn with_language(mut self, language: &str) -> Self {
        let primary = language.split(['-', '_']).next().unwrap_or_default().to_ascii_lowercase();
        self.is_croatian |= matches!(primary.as_str(), "hr" | "bs");
        let country = language.rsplit(['-', '_']).next().unwrap_or_default().to_ascii_lowercase();
        let is_day_first = match primary.as_str() {
            "en" => DAY_FIRST_IN_ENGLISH.contains(&country.as_str()),
            "es" => !MONTH_FIRST_IN_SPANISH.contains(&country.as_str()),
            _ => is_language(&primary) && !NOT_DAY_FIRST.contains(&primary.as_str()),
        };
        self.language = match is_day_first {
            false => LanguageOrder::Open,
            true if CLOCK_OF_12_HOURS.contains(&primary.as_str()) => LanguageOrder::DayFirst,
            true => LanguageOrder::DayFirstWith24Hours,
        };
        self
    }

    /// Returns whether `text` is a date that can be read. If the date shows the order of day and month, learns it. If it
    /// leaves the order open, remembers the date for [`Self::read_at`].
    pub fn observe(&mut self, text: &str) -> bool {
        let Some(date) = super::read(text, Self::default()) else { return false };
        let (ShownOrder::Clear(_, separator) | ShownOrder::Open(separator)) = date.order else { return true };
        let counts = if separator == '/' { &mut self.slashes } else { &mut self.others };
        match date.order {
            ShownOrder::None => {}
            ShownOrder::Clear(DayMonthOrder::DayFirst, _) => counts.day_first += 1,
            ShownOrder::Clear(DayMonthOrder::MonthFirst, _) => counts.month_first += 1,
            ShownOrder::Open(_) => {
                for (latest, order) in
                    counts.latest.iter_mut().zip([DayMonthOrder::DayFirst, DayMonthOrder::MonthFirst])
                {
                    let date = super::read(text, Self::of_order(order)).map(|date| date.at);
                    *latest = date.max(*latest);
                }
            }
        }
        true
    }

    fn of_order(order: DayMonthOrder) -> Self {
        let counts = OrderCounts { without_future: Some(order), ..OrderCounts::default() };
        Self { slashes: counts, others: counts, ..Self::default() }
    }

    /// Takes the time of reading into account, once all dates are observed. If the clear dates leave the order open, and
    /// exactly one of the two orders puts a date into the future, the other order is used.
    #[must_use]
    pub fn read_at(mut self, now: Timestamp) -> Self {
        let limit = now.saturating_add(AHEAD);
        for counts in [&mut self.slashes, &mut self.others] {
            let [day_first, month_first] =
                counts.latest.map(|latest| latest.is_some_and(|latest| latest > limit));
            counts.without_future = match (day_first, month_first) {
                (false, true) => Some(DayMonthOrder::DayFirst),
                (true, false) => Some(DayMonthOrder::MonthFirst),
                _ => None,
            };
        }
        self
    }

    /// Takes into account whether the day came first in earlier documents of the source: in dates with slashes, and in other
    /// dates.
    #[must_use]
    pub fn with_settled(mut self, is_day_first: [Option<bool>; 2]) -> Self {
        for (counts, is_day_first) in [&mut self.slashes, &mut self.others].into_iter().zip(is_day_first) {
            counts.settled = is_day_first.map(|is_day_first| {
                if is_day_first { DayMonthOrder::DayFirst } else { DayMonthOrder::MonthFirst }
            });
        }
        self
    }

    /// Returns whether the day comes first in dates with slashes, and in other dates, as far as the dates of this document and
    /// of earlier ones show it.
    pub fn settled(&self) -> [Option<bool>; 2] {
        [self.slashes, self.others].map(|counts| Some(counts.order()? == DayMonthOrder::DayFirst))
    }

    /// Returns the order of day and month in dates with this separator. The first of these that shows one decides: most of the
    /// clear dates, earlier documents, the order that puts no date into the future, and, for slashes, the language. Returns
    /// `None` if none of them shows an order. Also returns it for dots, with which every document puts the day first.
    /// `has_half_of_day` says whether the date has `AM` or `PM`.
    pub(super) fn order(self, separator: char, has_half_of_day: bool) -> Option<DayMonthOrder> {
        let counts = match separator {
            '.' => return None,
            '/' => self.slashes,
            _ => self.others,
        };
        counts.order().or(match self.language {
            _ if separator != '/' => None,
            LanguageOrder::DayFirst => Some(DayMonthOrder::DayFirst),
            LanguageOrder::DayFirstWith24Hours if !has_half_of_day => Some(DayMonthOrder::DayFirst),
            LanguageOrder::DayFirstWith24Hours | LanguageOrder::Open => None,
        })
    }

    pub(super) fn is_croatian(self) -> bool {
        self.is_croatian
    }
}

/// Returns whether a text can be the code of a language (BCP 47): two or three letters, and not a mark for "no language".
fn is_language(code: &str) -> bool {
    let is_code = matches!(code.len(), 2 | 3) && code.bytes().all(|byte| byte.is_ascii_lowercase());
    is_code && !matches!(code, "und" | "mul" | "mis" | "zxx")
}
