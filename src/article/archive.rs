//! Defines the pages of an archive (RFC 5005 §4): which articles each page holds, and how it is named in addresses.
//!
//! The articles of a feed are numbered from 1 in the order of their publication. A page holds a fixed range of numbers, so
//! it is complete once its last number was given, and then never gets another article.

use std::fmt;

/// How many articles a page holds. It must never change, because readers keep the addresses of the pages that they know.
const PAGE_LENGTH: u64 = 100;

/// A page of an archive.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct ArchivePage {
    /// Number of the page. The oldest is 1.
    number: u64,
    /// How many of its articles are shown, if the address says how many. The newest page still grows, and readers do not read
    /// an address again that they have read, so each length needs its own address.
    length: Option<u64>,
}

impl ArchivePage {
    /// Returns the page that a part of an address names: `12`, or `12-37` for the first 37 articles of page 12. Returns `None`
    /// for any other text.
    pub fn parse(text: &str) -> Option<Self> {
        let (number, length) = match text.split_once('-') {
            Some((number, length)) => (number.parse().ok()?, Some(length.parse().ok()?)),
            None => (text.parse().ok()?, None),
        };
        let page = Self { number, length };
        let is_in_range = (1..=u64::from(u32::MAX)).contains(&number)
            && length.is_none_or(|n| (1..=PAGE_LENGTH).contains(&n));
        // Each page has only one address, so that readers keep it only once.
        (is_in_range && page.to_string() == text).then_some(page)
    }

    /// Returns the page that holds the article `number`, as a feed links to it. `last` is the highest number that was given so
    /// far; if it is on the same page, that page is the newest and is named by its present length.
    pub fn containing(number: u64, last: u64) -> Self {
        let page = Self::complete(number);
        let length = (last + 1).saturating_sub(page.first());
        if (1..=PAGE_LENGTH).contains(&length) { Self { length: Some(length), ..page } } else { page }
    }

    /// Returns the whole page that holds the article `number`.
    pub fn complete(number: u64) -> Self {
        Self { number: number.saturating_sub(1) / PAGE_LENGTH + 1, length: None }
    }

    /// Returns the number of the first article of the page.
    pub fn first(self) -> u64 {
        (self.number - 1) * PAGE_LENGTH + 1
    }

    /// Returns the number of the last article of the page.
    pub fn last(self) -> u64 {
        self.first() + self.length.unwrap_or(PAGE_LENGTH) - 1
    }

    /// Returns whether the address says how many articles are shown. A document at such an address never links to a newer page,
    /// because it must not change.
    pub fn is_named_by_length(self) -> bool {
        self.length.is_some()
    }

    /// Returns the path of the page below that of its feed: `archive/12/`, before the file name of a format.
    pub fn path(self) -> String {
        format!("archive/{self}/")
    }
}

impl fmt::Display for ArchivePage {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.length {
            Some(length) => write!(f, "{}-{length}", self.number),
            None => write!(f, "{}", self.number),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_page_has_one_address() {
        for text in ["1", "12", "12-1", "12-100", "4294967295"] {
            assert_eq!(ArchivePage::parse(text).map(|page| page.to_string()).as_deref(), Some(text));
        }
        for text in
            ["", "0", "01", "+1", "-1", "1-", "1-0", "1-101", "1-07", "1-2-3", "x", "4294967296", "１"]
        {
            assert_eq!(ArchivePage::parse(text), None, "{text}");
        }
    }

    #[test]
    fn pages_follow_each_other_without_a_gap() {
        let page = |text| ArchivePage::parse(text).unwrap();
        assert_eq!((page("1").first(), page("1").last()), (1, 100));
        assert_eq!((page("2").first(), page("2").last()), (101, 200));
        assert_eq!((page("2-37").first(), page("2-37").last()), (101, 137));
        assert_eq!([1, 100, 101].map(|number| ArchivePage::complete(number).number), [1, 1, 2]);
    }

    #[test]
    fn the_newest_page_is_named_by_its_length_and_older_ones_are_not() {
        let named = |number, last| ArchivePage::containing(number, last).to_string();
        assert_eq!(named(1, 1), "1-1");
        assert_eq!(named(90, 100), "1-100");
        assert_eq!(named(100, 101), "1");
        assert_eq!(named(101, 101), "2-1");
        assert_eq!(named(7, 950), "1");
    }
}
