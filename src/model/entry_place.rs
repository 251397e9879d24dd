//! The place of an entry among the entries of a tag, a source or a search.

use std::fmt;

/// The place of an entry in the order in which entries arrived. The entries of a first poll are in the order of their
/// publication. Pages of older articles begin at such a place, so an article that arrives later moves no other article to
/// another page.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub struct EntryPlace {
    /// When the entry took its place, in seconds since 1970.
    pub placed_at: i64,
    /// Row of the entry. It orders the entries of one second.
    pub entry: i64,
}

impl EntryPlace {
    /// Returns the place that an address names, as `Display` writes it: `1764144000-7`. Returns `None` for any other text.
    pub fn parse(text: &str) -> Option<Self> {
        let (placed_at, entry) = text.rsplit_once('-')?;
        let place = Self { placed_at: placed_at.parse().ok()?, entry: entry.parse().ok()? };
        // Other spellings of a place are refused, so that each page has only one address and is cached only once.
        (place.to_string() == text).then_some(place)
    }
}

impl fmt::Display for EntryPlace {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}-{}", self.placed_at, self.entry)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_place_has_one_address() {
        for text in ["1764144000-7", "-5-12", "0-0", "-9223372036854775808-9223372036854775807"] {
            assert_eq!(EntryPlace::parse(text).map(|place| place.to_string()).as_deref(), Some(text));
        }
        for text in ["", "-", "7", "7-", "+7-1", "07-1", "7-+1", "7- 1", "7-x", "9223372036854775808-1"] {
            assert_eq!(EntryPlace::parse(text), None, "{text}");
        }
    }
}
