//! Learns how a document writes its dates: one document rarely writes `11/06` with both meanings.

/// How a document writes its dates, as far as its clear dates ([`DateStyle::observe`]) and its language
/// ([`DateStyle::with_language`]) show.
#[derive(Clone, Copy, PartialEq, Eq, Default, Debug)]
pub struct DateStyle {
    /// Dates with slashes.
    slashes: OrderCounts,
    /// Dates with hyphens or spaces. They are counted apart, because the dates with slashes may come from another
    /// program.
    others: OrderCounts,
    /// Whether the language is Croatian or Bosnian, in which some names of months mean another month than in Czech or
    /// Polish.
    is_croatian: bool,
}

/// How many dates show which order of day and month.
#[derive(Clone, Copy, PartialEq, Eq, Default, Debug)]
struct OrderCounts {
    day_first: u32,
    month_first: u32,
}

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
        self
    }

    /// Returns whether `text` is a date that can be read. If the date shows the order of day and month, learns it.
    pub fn observe(&mut self, text: &str) -> bool {
        let Some(date) = super::read(text, Self::default()) else { return false };
        if let Some((order, separator)) = date.order {
            let counts = if separator == '/' { &mut self.slashes } else { &mut self.others };
            match order {
                DayMonthOrder::DayFirst => counts.day_first += 1,
                DayMonthOrder::MonthFirst => counts.month_first += 1,
            }
        }
        true
    }

    /// Returns the order that most clear dates with this separator show. `None` if there are as many of either order or
    /// no such dates, and for dots, with which every document puts the day first.
    pub(super) fn order(self, separator: char) -> Option<DayMonthOrder> {
        let counts = match separator {
            '.' => return None,
            '/' => self.slashes,
            _ => self.others,
        };
        match counts.day_first.cmp(&counts.month_first) {
            std::cmp::Ordering::Greater => Some(DayMonthOrder::DayFirst),
            std::cmp::Ordering::Less => Some(DayMonthOrder::MonthFirst),
            std::cmp::Ordering::Equal => None,
        }
    }

    pub(super) fn is_croatian(self) -> bool {
        self.is_croatian
    }
}
