//! Decodes one run of characters beyond ASCII once more, and weighs how sure it is that it was encoded twice.

/// What a run shows.
#[derive(Clone, Copy, Default, Debug)]
pub(super) struct RunReading {
    /// Evidence that the run is encoded twice.
    pub(super) evidence: usize,
    /// Whether a garbled character stands beside a small letter, where nothing else explains it.
    pub(super) is_within_word: bool,
    /// How many letters of a script other than Latin the run means.
    pub(super) foreign: usize,
    /// How many of the characters that the run means are neither Latin letters nor usual marks nor emoji, or look garbled only
    /// because of quotation marks behind a letter ([`is_letter_with_quotes`]).
    pub(super) unusual: usize,
    /// Whether one of its characters is a mark that was encoded once, which stays.
    pub(super) has_correct_mark: bool,
    /// How many bytes behind the run belong to its last character: a no-break space that became a space or a reference.
    pub(super) taken_of_tail: usize,
}

impl RunReading {
    /// Adds what another run of the text shows.
    pub(super) fn add(&mut self, other: &Self) {
        self.evidence = self.evidence.saturating_add(other.evidence);
        self.is_within_word |= other.is_within_word;
        self.foreign += other.foreign;
        self.unusual += other.unusual;
        self.has_correct_mark |= other.has_correct_mark;
    }

    fn count(&mut self, meant: char, beside: Neighbours) {
        self.foreign += usize::from(is_foreign_letter(meant));
        self.unusual += usize::from(!is_usual(meant));
        let weight = weight(meant, beside);
        if beside.in_word || stands_alone(meant) {
            self.evidence += weight;
        } else if is_emoji(meant) {
            self.evidence += 1;
        }
        let is_letter_or_mark = is_usual(meant) && !matches!(meant, '\u{1e00}'..='\u{1eff}');
        self.is_within_word |=
            weight >= 2 && is_letter_or_mark && (beside.follows_small || beside.precedes_small);
    }
}

/// The ASCII characters beside a garbled one.
#[derive(Clone, Copy)]
struct Neighbours {
    /// Whether a letter or a digit stands before or behind the run.
    in_word: bool,
    /// Whether a small letter stands right before the character.
    follows_small: bool,
    /// Whether a small letter stands right behind it.
    precedes_small: bool,
}

/// Splits a text at its first run of characters beyond ASCII: what is before it, the run, and what is behind it.
pub(super) fn next_run(text: &str) -> Option<(&str, &str, &str)> {
    let at = text.find(|character: char| !character.is_ascii())?;
    let (before, after) = text.split_at_checked(at)?;
    let length = after.find(|character: char| character.is_ascii()).unwrap_or(after.len());
    let (run, tail) = after.split_at_checked(length)?;
    Some((before, run, tail))
}

/// Writes what a run means to `out`. `before` is the character before the run, and `tail` is the text behind it. Returns `None`
/// if a letter of the run is not encoded twice; the caller must then drop what was written.
pub(super) fn read_run(run: &str, before: Option<char>, tail: &str, out: &mut String) -> Option<RunReading> {
    let lost = LostEnd::of(run, tail);
    let mut rest = lost.map_or(Some(run), |lost| run.strip_suffix(lost.written()))?;
    let mut reading =
        RunReading { taken_of_tail: lost.map_or(0, |lost| lost.taken(tail)), ..RunReading::default() };
    let after = tail.get(reading.taken_of_tail..)?.chars().next();
    let is_letter = |c: Option<char>| c.is_some_and(|c| c.is_ascii_alphanumeric());
    let is_small = |c: Option<char>| c.is_some_and(|c| c.is_ascii_lowercase());
    let in_word = is_letter(before) || is_letter(after);
    let mut is_first = true;
    while let Some(first) = rest.chars().next() {
        let (meant, length) = match garbled_character(rest) {
            Some(found) => found,
            None if first.is_alphabetic() => return None,
            None => {
                reading.has_correct_mark = true;
                out.push(first);
                (rest, is_first) = (rest.get(first.len_utf8()..)?, false);
                continue;
            }
        };
        let is_quoting = is_letter_with_quotes(rest.get(..length).unwrap_or_default());
        rest = rest.get(length..)?;
        let follows_small = is_first && is_small(before);
        let precedes_small = rest.is_empty() && lost.is_none() && is_small(after);
        if is_quoting {
            reading.unusual += 1;
        } else {
            reading.count(meant, Neighbours { in_word, follows_small, precedes_small });
        }
        out.push(meant);
        is_first = false;
    }
    if let Some(lost) = lost {
        let before = if is_first { before } else { None };
        let weight = lost.weight(before);
        reading.evidence += weight;
        reading.is_within_word |= weight >= 2 && is_small(before);
        out.extend(lost.meant(tail));
    }
    Some(reading)
}

/// Returns whether a garbled character of three or four bytes looks like a letter with quotation marks, dashes or spaces behind
/// it: an author may write `â»’` at the end of a quotation, so it proves nothing.
fn is_letter_with_quotes(written: &str) -> bool {
    let marks = ['«', '»', '‹', '›', '‘', '’', '‚', '“', '”', '„', '…', '–', '—', '\u{a0}'];
    let mut behind = written.chars().skip(1);
    behind.clone().count() >= 2 && behind.all(|character| marks.contains(&character))
}

/// Returns the character that `text` begins with if it is decoded once more, and how many bytes of `text` it takes.
fn garbled_character(text: &str) -> Option<(char, usize)> {
    let (mut bytes, mut count, mut needed, mut length) = ([0_u8; 4], 0, 1, 0);
    for character in text.chars() {
        let byte = byte_of(character)?;
        if count == 0 {
            needed = match byte {
                0xc2..=0xdf => 2,
                0xe0..=0xef => 3,
                0xf0..=0xf4 => 4,
                _ => return None,
            };
        }
        *bytes.get_mut(count)? = byte;
        count += 1;
        length += character.len_utf8();
        if count == needed {
            let meant = std::str::from_utf8(bytes.get(..count)?).ok()?; // no UTF-8, so it was not encoded twice
            return meant.chars().next().map(|meant| (meant, length));
        }
    }
    None
}

/// Returns the byte of windows-1252 that a character stands for (WHATWG Encoding Standard). Each control character from U+0080
/// to U+009F stands for the byte with its number, though the standard has only five of them.
fn byte_of(character: char) -> Option<u8> {
    if let Ok(byte) = u8::try_from(character) {
        return Some(byte);
    }
    Some(match character {
        '€' => 0x80,
        '‚' => 0x82,
        'ƒ' => 0x83,
        '„' => 0x84,
        '…' => 0x85,
        '†' => 0x86,
        '‡' => 0x87,
        'ˆ' => 0x88,
        '‰' => 0x89,
        'Š' => 0x8a,
        '‹' => 0x8b,
        'Œ' => 0x8c,
        'Ž' => 0x8e,
        '‘' => 0x91,
        '’' => 0x92,
        '“' => 0x93,
        '”' => 0x94,
        '•' => 0x95,
        '–' => 0x96,
        '—' => 0x97,
        '˜' => 0x98,
        '™' => 0x99,
        'š' => 0x9a,
        '›' => 0x9b,
        'œ' => 0x9c,
        'ž' => 0x9e,
        'Ÿ' => 0x9f,
        _ => return None,
    })
}

/// What a run of doubly encoded characters lost at its end. A lost no-break space became a space or a reference (`&nbsp;`), or
/// is missing before a tag, a line end, a tab or the end of the text. After `Å` it counts as lost only if it became a space.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum LostEnd {
    /// The no-break space of `à`, of which `Ã` is left.
    AGrave,
    /// The no-break space of `Š`, of which `Å` is left.
    SCaron,
    /// The second half of a no-break space, of which `Â` is left.
    NoBreakSpace,
    /// The last character of `”`, a control character that some programs remove: `â€`.
    ClosingQuote,
}

/// References that stand for the no-break space in HTML.
const NO_BREAK_SPACES: [&str; 3] = ["&nbsp;", "&#160;", "&amp;nbsp;"];

impl LostEnd {
    fn of(run: &str, tail: &str) -> Option<Self> {
        let is_space = tail.starts_with(' ');
        let is_trimmed = || {
            tail.is_empty()
                || tail.starts_with(['<', '\n', '\r', '\t'])
                || NO_BREAK_SPACES.iter().any(|reference| tail.starts_with(reference))
        };
        match run.chars().next_back()? {
            'Ã' if is_space || is_trimmed() => Some(Self::AGrave),
            'Â' if is_space || is_trimmed() => Some(Self::NoBreakSpace),
            'Å' if is_space => Some(Self::SCaron),
            '€' if run.ends_with(Self::ClosingQuote.written()) => Some(Self::ClosingQuote),
            _ => None,
        }
    }

    /// Returns what is left of the character.
    fn written(self) -> &'static str {
        match self {
            Self::AGrave => "Ã",
            Self::SCaron => "Å",
            Self::NoBreakSpace => "Â",
            Self::ClosingQuote => "â€",
        }
    }

    /// Returns the character that was meant; `None` for a no-break space that was trimmed from the end.
    fn meant(self, tail: &str) -> Option<char> {
        match self {
            Self::AGrave => Some('à'),
            Self::SCaron => Some('Š'),
            Self::NoBreakSpace => (self.taken(tail) > 0).then_some('\u{a0}'),
            Self::ClosingQuote => Some('”'),
        }
    }

    /// Returns how many bytes at the start of `tail` belong to the character. If a word follows `à`, the space between them
    /// stays, because a program often merged the no-break space with the space of the text. Any other space belongs to the
    /// character: one before a mark, one that was a no-break space, and one after `Š`, which begins a word. So does a reference
    /// that stands for a no-break space.
    fn taken(self, tail: &str) -> usize {
        if self == Self::ClosingQuote {
            return 0;
        }
        if let Some(reference) = NO_BREAK_SPACES.iter().find(|reference| tail.starts_with(**reference)) {
            return reference.len();
        }
        let Some(behind) = tail.strip_prefix(' ') else { return 0 };
        let begins_word = behind.starts_with(|c: char| c.is_alphanumeric());
        usize::from(self != Self::AGrave || !begins_word)
    }

    /// Returns the evidence that the character gives. `Ã`, `Â` and `Å` may end a word in capitals, and `Å` is a word of
    /// Norwegian, so they count only after a small letter, a digit or a mark. `à` also counts after a space.
    /// A closing quote counts after any letter or digit.
    fn weight(self, before: Option<char>) -> usize {
        match before {
            _ if self == Self::ClosingQuote => {
                2 * usize::from(before.is_some_and(|c| c.is_ascii_alphanumeric()))
            }
            Some(before) if before.is_ascii_lowercase() => 2,
            // Only a garbled no-break space stands right behind a number: before a unit or a currency.
            Some(before) if before.is_ascii_digit() && self == Self::NoBreakSpace => 2,
            Some(before) if before.is_ascii_digit() || before.is_ascii_punctuation() => 1,
            _ => usize::from(self == Self::AGrave && before == Some(' ')),
        }
    }
}

/// Returns the evidence of a garbled character within a word.
fn weight(meant: char, beside: Neighbours) -> usize {
    match meant {
        '\u{80}'..='\u{df}' => 1 + usize::from(beside.follows_small),
        // The `Å` of a garbled `œ` (`Å“`) may be a word or the end of one, with a real quotation mark behind it. Beside a small
        // letter it is neither.
        _ if is_extended_latin(meant) => 1 + usize::from(beside.follows_small || beside.precedes_small),
        '\u{e0}'..='\u{ff}' | '\u{1e00}'..='\u{2fff}' => 2,
        _ if is_emoji(meant) => 2,
        _ => 0,
    }
}

/// Returns whether a character is a letter of a European language or of Vietnamese beyond Latin-1, below U+1E00.
fn is_extended_latin(character: char) -> bool {
    matches!(
        character,
        '\u{100}'..='\u{17f}' | '\u{218}'..='\u{21b}' | '\u{1a0}' | '\u{1a1}' | '\u{1af}' | '\u{1b0}'
    )
}

fn is_emoji(character: char) -> bool {
    matches!(character, '\u{1f000}'..='\u{1faff}')
}

/// Returns whether a character is a Latin letter, a usual mark or an emoji.
fn is_usual(character: char) -> bool {
    matches!(character, '\u{80}'..='\u{ff}' | '\u{1e00}'..='\u{2fff}' | '\u{fe0f}')
        || is_extended_latin(character)
        || is_emoji(character)
}

fn is_foreign_letter(character: char) -> bool {
    character >= '\u{370}' && !is_usual(character) && character.is_alphabetic()
}

/// Returns whether the character is often written between blanks: `à`, dashes, `•`, `…`, `‹`, `›`.
fn stands_alone(character: char) -> bool {
    matches!(
        character,
        '\u{e0}' | '\u{2013}' | '\u{2014}' | '\u{2022}' | '\u{2026}' | '\u{2039}' | '\u{203a}'
    )
}
