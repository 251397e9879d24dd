//! A word as a sketch keeps it.

use std::sync::LazyLock;

use xxhash_rust::xxh3::xxh3_64;

use super::spelling;

/// A word of a text: 30 bits of its hash, and its kind in the two lowest bits.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct WordHash(u32);

/// The kind of a word.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum WordKind {
    /// Neither a number nor a name.
    Plain,
    /// It holds a digit, as amounts, versions and scores do, or it is read as a number: the month of a date, a large number in
    /// words (`two million`), a Roman numeral in a title, beside the word for "century", or with the ending of an ordinal
    /// number (`XXIe`).
    Number,
    /// It is a small number in letters: `eleven`. Its hash equals that of the number in digits.
    SmallNumber,
    /// It holds a capital letter that does not come from the start of a sentence: it is a name or, in German, any noun. Or it
    /// is a country or a German form for women and men, wherever it stands.
    Name,
}

impl WordKind {
    /// Returns the kind of a word that is read alone. `raw` is the word as written. A capital letter says nothing if the word
    /// `starts_sentence`.
    pub(super) fn of(raw: &str, starts_sentence: bool) -> Self {
        let (has_digit, has_capital) = if raw.is_ascii() {
            raw.bytes().fold((false, false), |(digit, capital), byte| {
                (digit | byte.is_ascii_digit(), capital | byte.is_ascii_uppercase())
            })
        } else {
            (raw.contains(char::is_numeric), raw.contains(char::is_uppercase))
        };
        if has_digit {
            Self::Number
        } else if !starts_sentence && has_capital {
            Self::Name
        } else {
            Self::Plain
        }
    }
}

impl WordHash {
    pub(super) fn new(folded: impl AsRef<[u8]>, kind: WordKind) -> Self {
        Self(xxh3_64(folded.as_ref()) as u32).with_kind(kind)
    }

    /// Returns the same word as one of another kind.
    #[must_use]
    pub(super) const fn with_kind(self, kind: WordKind) -> Self {
        let bits = match kind {
            WordKind::Plain => 0,
            WordKind::Number => 1,
            WordKind::Name => 2,
            WordKind::SmallNumber => 3,
        };
        Self(self.0 & !3 | bits)
    }

    /// Returns the hash of a word in lower case that is not a number.
    pub fn of_word(word: &str) -> Self {
        Self::new(spelling::of(word, &mut Vec::new()), WordKind::Plain)
    }

    /// Returns a value that is equal for the same word, whatever its kind: a name may begin a sentence elsewhere.
    pub const fn word(self) -> u32 {
        self.0 & !3
    }

    /// Returns the kind of the word.
    pub const fn kind(self) -> WordKind {
        match self.0 & 3 {
            1 => WordKind::Number,
            2 => WordKind::Name,
            3 => WordKind::SmallNumber,
            _ => WordKind::Plain,
        }
    }

    /// Returns the same word as one that is neither a number nor a name.
    #[must_use]
    pub const fn as_plain(self) -> Self {
        Self(self.word())
    }

    /// Returns the word of a month that stands with a day: `January` is 1. It counts as a number, because it has no capital
    /// letter in most languages, and `24 mai` and `24 juin` are two dates.
    pub(super) fn of_month(month: u32) -> Self {
        // No word of a text holds a space, so nothing else has this hash.
        Self::new(format!("month {month}"), WordKind::Number)
    }

    /// Returns the word of a currency or a share that a number counts: `dollar`, `percent`.
    pub fn of_unit(unit: &str) -> Self {
        Self::new(format!("unit {unit}"), WordKind::Plain)
    }

    /// Returns whether this is the number 1 in letters (`first`). In a title this word rarely counts anything.
    pub fn is_first(self) -> bool {
        static ONE: LazyLock<WordHash> = LazyLock::new(|| WordHash::new("1", WordKind::SmallNumber));
        self == *ONE
    }

    /// Returns whether this is a number of two or three days: `three-day`, `48 hours`.
    pub fn is_days(self) -> bool {
        static DAYS: LazyLock<[u32; 2]> =
            LazyLock::new(|| ["2d", "3d"].map(|days| WordHash::new(days, WordKind::Number).word()));
        DAYS.contains(&self.word())
    }

    /// Returns whether this is the word of a month that stands with a day.
    pub fn is_month(self) -> bool {
        static MONTHS: LazyLock<[WordHash; 12]> =
            LazyLock::new(|| std::array::from_fn(|month| WordHash::of_month(month as u32 + 1)));
        MONTHS.contains(&self)
    }

    /// Returns the bits to store.
    pub const fn to_bits(self) -> u32 {
        self.0
    }

    /// Reads stored bits back.
    pub const fn from_bits(bits: u32) -> Self {
        Self(bits)
    }
}
