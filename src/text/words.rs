//! Cleans texts for output, and folds them for comparison, so that case, accents, and the kind of apostrophes and white
//! space make no difference.

use std::borrow::Cow;
use std::sync::LazyLock;

use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::is_combining_mark;

use super::byte_runs;

/// Returns the first `most` names as a list, with how many more there are, or `None` if there are none.
pub fn listed(names: &[String], most: usize) -> Option<String> {
    let shown = names.iter().take(most).map(String::as_str).collect::<Vec<_>>().join(", ");
    match names.len().saturating_sub(most) {
        _ if names.is_empty() => None,
        0 => Some(shown),
        more => Some(format!("{shown} and {more} more")),
    }
}

/// Returns a number with its noun: `1 source`, `2 sources`, `0 entries`. The plural is `noun` with an `s`, or, if `noun` ends
/// with `y`, with `ies` in place of the `y`.
pub fn counted(count: u64, noun: &str) -> String {
    match noun.strip_suffix('y') {
        _ if count == 1 => format!("1 {noun}"),
        Some(stem) => format!("{count} {stem}ies"),
        None => format!("{count} {noun}s"),
    }
}

/// Returns a share from 0 to 1 in whole per cent, rounded down, so that a share below a limit never looks like the limit.
pub fn percent(share: f64) -> String {
    // Without the small addend, 0.29 would be 28 %, because the nearest number to it is smaller.
    format!("{:.0} %", (share * 100.0 + 1e-9).floor())
}

/// Quotes an argument for a shell, if it needs quotes.
pub fn shell_quoted(argument: &str) -> String {
    let is_plain = |c: char| c.is_ascii_alphanumeric() || "-_./:=@%+,".contains(c);
    if !argument.is_empty() && argument.chars().all(is_plain) {
        argument.to_owned()
    } else {
        format!("'{}'", printable(argument).replace('\'', "'\\''"))
    }
}

/// Returns whether `text` starts with `prefix`, ignoring ASCII case.
pub fn starts_with_ignoring_case(text: &str, prefix: &str) -> bool {
    text.as_bytes().get(..prefix.len()).is_some_and(|start| start.eq_ignore_ascii_case(prefix.as_bytes()))
}

/// Returns whether `text` consists of ASCII digits, of at least one.
pub fn is_all_digits(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit())
}

/// Returns whether a character must not reach a terminal or a page as it is:
///
/// - a control character, which can move the cursor and change the colours and the title of a terminal,
/// - a separator of lines or paragraphs (Unicode §23.2), which some programs show as the end of a line,
/// - the beginning or end of a bidirectional override, embedding or isolate (UAX #9 §2.1 to §2.5), which can make the text
///   beside it read backwards,
/// - a deprecated format character, a mark of an annotation (Unicode §23.8), a tag (§23.9), or a code point that is reserved
///   for more of these: nobody sees any of them. Tags can spell whole sentences that only programs read. Within the emoji of a
///   flag they are text ([`CollapsedText`]).
pub fn is_unprintable(c: char) -> bool {
    c.is_control()
        || matches!(c,
            '\u{2028}'..='\u{202e}' | '\u{2066}'..='\u{206f}' | '\u{fff0}'..='\u{fffb}'
            | '\u{e0000}'..='\u{e00ff}' | '\u{e01f0}'..='\u{e0fff}')
}

/// Returns whether nobody sees a character, although it may change its neighbours, as a joiner, a mark of direction or a
/// variation selector does. Knows only characters with a first byte for which [`byte_runs::is_certainly_visible`] returns
/// `false`.
fn is_invisible(c: char) -> bool {
    matches!(c,
        '\u{ad}' | '\u{180b}'..='\u{180f}' | '\u{200b}'..='\u{200f}' | '\u{2060}'..='\u{206f}'
        | '\u{fe00}'..='\u{fe0f}' | '\u{feff}' | '\u{fff0}'..='\u{fffb}' | '\u{e0000}'..='\u{e0fff}')
}

/// How many invisible characters in a row may be shown. A pair of emoji with a selector and a joiner needs this many; a longer
/// row can hide a message.
const INVISIBLE_IN_A_ROW: usize = 2;

/// How many tags may follow the black flag: the code of a part of a country, and the tag that ends it (UTS #51 §C.1).
const TAGS_OF_A_FLAG: usize = 7;

/// Returns whether `c`, which follows the text `before`, may be shown. A tag may be shown only within the emoji of a flag. An
/// invisible character may be shown unless [`INVISIBLE_IN_A_ROW`] others stand right before it. No other unprintable character
/// may be shown.
fn may_follow(before: &str, c: char) -> bool {
    // Most characters of most texts are ASCII, and need no search of the ranges.
    if c.is_ascii() {
        return !c.is_ascii_control();
    }
    if matches!(c, '\u{e0020}'..='\u{e007f}') {
        let tags = before.chars().rev().take_while(|c| matches!(c, '\u{e0020}'..='\u{e007e}'));
        let count = tags.take(TAGS_OF_A_FLAG).count();
        return count < TAGS_OF_A_FLAG && before.chars().rev().nth(count) == Some('\u{1f3f4}');
    }
    if is_unprintable(c) {
        return false;
    }
    let is_after_others = || {
        let mut last = before.chars().rev().take(INVISIBLE_IN_A_ROW);
        (0..INVISIBLE_IN_A_ROW).all(|_| last.next().is_some_and(is_invisible))
    };
    !is_invisible(c) || !is_after_others()
}

/// Returns `text` with a space in the place of each unprintable character, line ends and tabs included. A character that nobody
/// sees is left out instead if it is unprintable, or if two invisible ones stand right before it. The tags of a flag are kept.
pub fn printable(text: &str) -> String {
    printable_except(text, |_| false)
}

/// Returns `text` as [`printable`] does, except that the characters for which `is_kept` returns `true` stay.
pub fn printable_except(text: &str, is_kept: impl Fn(char) -> bool) -> String {
    let mut shown = String::with_capacity(text.len());
    for c in text.chars() {
        if is_kept(c) || may_follow(&shown, c) {
            shown.push(c);
        } else if !is_invisible(c) {
            shown.push(' ');
        }
    }
    shown
}

/// A text on one line, as titles, names and labels of feeds are kept. Each run of white space that is added becomes one space,
/// with none at either end. Unprintable characters ([`is_unprintable`]) are left out, and so is an invisible character that
/// follows two others. The tags of a flag are kept, as in the flag of Scotland. See also [`Self::keeping_spaces`].
#[derive(Default, Debug)]
pub struct CollapsedText {
    out: String,
    /// Whether white space was added after the last character of `out`.
    space_pending: bool,
    /// Whether typographic spaces stay as they are ([`is_typographic_space`]).
    keeps_spaces: bool,
}

impl CollapsedText {
    /// Returns an empty text with room for `capacity` bytes.
    pub fn with_capacity(capacity: usize) -> Self {
        Self { out: String::with_capacity(capacity), ..Self::default() }
    }

    /// Lets typographic spaces stay as they are, such as the two no-break spaces in `140 000 €`.
    #[must_use]
    pub fn keeping_spaces(self) -> Self {
        Self { keeps_spaces: true, ..self }
    }

    /// Adds a text. Gives the same result as [`Extend::extend`] with its characters, and is quicker.
    pub fn push_str(&mut self, text: &str) {
        let mut rest = text;
        while let Some(first) = rest.bytes().next() {
            // Words with one space between them are copied at once.
            let end = byte_runs::length_of_collapsed(rest.as_bytes());
            if let Some((words, after)) = rest.split_at_checked(end).filter(|(words, _)| !words.is_empty()) {
                self.begin_word();
                self.out.push_str(words);
                rest = after;
            } else if first.is_ascii() {
                self.extend(Some(char::from(first)));
                rest = rest.get(1..).unwrap_or_default();
            } else {
                let end = rest.bytes().position(|byte| byte.is_ascii()).unwrap_or(rest.len());
                let (other, after) = rest.split_at_checked(end).unwrap_or((rest, ""));
                self.extend(other.chars());
                rest = after;
            }
        }
    }

    /// Returns the text.
    pub fn as_str(&self) -> &str {
        &self.out
    }

    /// Makes the text empty, and keeps its capacity.
    pub fn clear(&mut self) {
        self.out.clear();
        self.space_pending = false;
    }

    /// Writes the space before a word, if there is one.
    fn begin_word(&mut self) {
        if self.space_pending && !self.out.is_empty() {
            self.out.push(' ');
        }
        self.space_pending = false;
    }
}

impl Extend<char> for CollapsedText {
    fn extend<T: IntoIterator<Item = char>>(&mut self, characters: T) {
        for c in characters {
            if c.is_whitespace() && !(self.keeps_spaces && is_typographic_space(c)) {
                self.space_pending = true;
                continue;
            }
            if !may_follow(&self.out, c) {
                continue;
            }
            self.begin_word();
            self.out.push(c);
        }
    }
}

impl From<CollapsedText> for String {
    fn from(text: CollapsedText) -> Self {
        let mut out = text.out;
        if text.keeps_spaces {
            out.truncate(out.trim_end().len());
            let start = out.len() - out.trim_start().len();
            out.drain(..start);
        }
        out
    }
}

/// Returns whether a character is a space with a width of its own, or a space at which a line must not break, such as the
/// no-break space before a `€` or the ideographic space. The separators of lines and paragraphs do not count.
pub fn is_typographic_space(c: char) -> bool {
    matches!(c, '\u{a0}' | '\u{1680}' | '\u{2000}'..='\u{200a}' | '\u{202f}' | '\u{205f}' | '\u{3000}')
}

/// Returns a title on one line: like [`on_one_line`], but typographic spaces stay ([`is_typographic_space`]).
pub fn title_on_one_line(text: &str) -> String {
    let mut collapsed = CollapsedText::with_capacity(text.len()).keeping_spaces();
    collapsed.push_str(text);
    collapsed.into()
}

/// Returns `text` on one line, as [`CollapsedText`] writes it: each run of white space becomes one space, with none at either
/// end, and characters that may not be shown are left out.
pub fn on_one_line(text: &str) -> String {
    let mut collapsed = CollapsedText::with_capacity(text.len());
    collapsed.push_str(text);
    collapsed.into()
}

/// Folds `text` for comparison: replaces compatibility forms (NFKD), removes accents and case, and unifies apostrophes
/// and spaces.
///
/// Case is folded by way of upper case, so that `ß` equals `SS` and `ς` equals `σ`. Only the accents of the Latin, Greek
/// and Cyrillic alphabets are removed: the marks of Thai, Hindi and Arabic count as letters.
pub fn fold(text: &str) -> String {
    let mut folded = String::with_capacity(text.len());
    let mut rest = text;
    // NFKD changes no ASCII character and moves none, so runs of ASCII and of other characters can be folded one by one.
    while !rest.is_empty() {
        let end = rest.bytes().position(|byte| !byte.is_ascii()).unwrap_or(rest.len());
        let (ascii, after) = rest.split_at_checked(end).unwrap_or((rest, ""));
        fold_ascii(ascii, &mut folded);
        let end = after.bytes().position(|byte| byte.is_ascii()).unwrap_or(after.len());
        let (other, after) = after.split_at_checked(end).unwrap_or((after, ""));
        if !fold_letters(other, &mut folded) {
            fold_unicode(other, &mut folded);
        }
        rest = after;
    }
    folded
}

/// Appends the folded form of a word ([`fold`]) to `folded`. Appends nothing if folding does not change the word.
pub fn fold_word(word: &str, folded: &mut String) {
    if word.bytes().all(is_folded) {
        return;
    }
    let from = folded.len();
    if word.bytes().all(|byte| byte.is_ascii_graphic()) {
        fold_ascii(word, folded);
    } else if !fold_letters(word, folded) {
        folded.truncate(from);
        folded.push_str(&fold(word));
    }
    if folded.get(from..) == Some(word) {
        folded.truncate(from);
    }
}

/// Returns `text` as [`fold`] does, without copying it if it has only visible ASCII characters that folding does not change.
pub fn folded(text: &str) -> Cow<'_, str> {
    if text.bytes().all(is_folded) { Cow::Borrowed(text) } else { Cow::Owned(fold(text)) }
}

/// Returns whether a byte is a visible ASCII character that folding does not change.
const fn is_folded(byte: u8) -> bool {
    matches!(byte, b'!'..=b'~') && byte != b'`' && !byte.is_ascii_uppercase()
}

/// First character of [`FOLDED_LETTERS`], which has the Latin, Greek and Cyrillic letters from here to [`LAST_LETTER`].
const FIRST_LETTER: u32 = 0xc0;
const LAST_LETTER: u32 = 0x52f;

/// What each character from [`FIRST_LETTER`] to [`LAST_LETTER`] folds to, in UTF-8, with its length in bytes. The length
/// is 0 if [`fold_letters`] does not fold the character, because it is no letter or its folding depends on its neighbours.
static FOLDED_LETTERS: LazyLock<Vec<([u8; 6], u8)>> = LazyLock::new(|| {
    let folded = |code: u32| {
        let mut bytes = [0; 6];
        let letter = char::from_u32(code).filter(|c| c.is_alphabetic() && !is_combining_mark(*c))?;
        let mut text = String::new();
        fold_unicode(letter.encode_utf8(&mut [0; 4]), &mut text);
        let alone = !text.contains(|c: char| c.is_whitespace() || is_combining_mark(c));
        bytes.get_mut(..text.len()).filter(|_| alone)?.copy_from_slice(text.as_bytes());
        Some((bytes, text.len() as u8))
    };
    (FIRST_LETTER..=LAST_LETTER).map(|code| folded(code).unwrap_or_default()).collect()
});

/// Folds a text of visible ASCII characters and of letters that [`FOLDED_LETTERS`] has. Returns `false`, and appends
/// nothing, if the text has another character.
fn fold_letters(text: &str, folded: &mut String) -> bool {
    let start = folded.len();
    for c in text.chars() {
        if c.is_ascii_graphic() {
            folded.push(if c == '`' { '\'' } else { c.to_ascii_lowercase() });
            continue;
        }
        let place =
            u32::from(c).checked_sub(FIRST_LETTER).and_then(|place| FOLDED_LETTERS.get(place as usize));
        let bytes = place.and_then(|(bytes, length)| bytes.get(..usize::from(*length)));
        let Some(letters) =
            bytes.filter(|bytes| !bytes.is_empty()).and_then(|bytes| std::str::from_utf8(bytes).ok())
        else {
            folded.truncate(start);
            return false;
        };
        folded.push_str(letters);
    }
    true
}

/// Folds characters of ASCII.
fn fold_ascii(text: &str, folded: &mut String) {
    for byte in text.bytes() {
        match byte {
            b'`' => folded.push('\''),
            b' ' | b'\t'..=b'\r' => push_one_space(folded),
            byte => folded.push(char::from(byte.to_ascii_lowercase())),
        }
    }
}

/// Folds any characters.
fn fold_unicode(text: &str, folded: &mut String) {
    for c in text.nfkd().filter(|c| !is_accent(*c)) {
        match c {
            '\u{2018}' | '\u{2019}' | '\u{201B}' | '\u{02BC}' | '`' | '\u{00B4}' => folded.push('\''),
            c if c.is_whitespace() => push_one_space(folded),
            c if c.is_ascii() => folded.push(c.to_ascii_lowercase()),
            c => folded.extend(c.to_uppercase().flat_map(char::to_lowercase)),
        }
    }
}

/// Adds a space, unless the text ends with one.
fn push_one_space(folded: &mut String) {
    if !folded.ends_with(' ') {
        folded.push(' ');
    }
}

/// Returns whether `c` is a combining mark that NFKD splits off Latin, Greek and Cyrillic letters.
fn is_accent(c: char) -> bool {
    matches!(c, '\u{0300}'..='\u{036F}')
}

/// Returns whether the neighbouring characters `left` and `right` belong to one word. In scripts without spaces every
/// letter counts as a word, so that a Chinese or Thai filter word is found inside a sentence.
pub fn is_within_word(left: char, right: char) -> bool {
    is_word_character(left) && is_word_character(right) && !is_unspaced(left) && !is_unspaced(right)
}

fn is_word_character(c: char) -> bool {
    c.is_alphanumeric() || c == '_' || is_combining_mark(c)
}

/// Returns whether `c` belongs to a script that is written without spaces between words.
pub fn is_unspaced(c: char) -> bool {
    matches!(c,
        '\u{0E00}'..='\u{0EFF}'      // Thai, Lao
        | '\u{1000}'..='\u{109F}'    // Myanmar
        | '\u{1780}'..='\u{17FF}'    // Khmer
        | '\u{3005}'..='\u{30FF}'    // ideographic marks, kana
        | '\u{31F0}'..='\u{31FF}'    // kana extensions
        | '\u{3400}'..='\u{4DBF}'    // Han extension A
        | '\u{4E00}'..='\u{9FFF}'    // Han
        | '\u{F900}'..='\u{FAFF}'    // Han compatibility
        | '\u{20000}'..='\u{3FFFF}') // Han extensions
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn a_count_has_its_noun_in_the_singular_or_plural() {
        assert_eq!(counted(1, "source"), "1 source");
        assert_eq!(counted(0, "source"), "0 sources");
        assert_eq!(counted(2, "entry"), "2 entries");
        assert_eq!(counted(1, "entry"), "1 entry");
    }

    /// Folds a text without the shortcuts for ASCII and for common letters.
    fn fold_slowly(text: &str) -> String {
        let mut folded = String::new();
        fold_unicode(text, &mut folded);
        folded
    }

    /// Characters that fold in an unusual way, and ordinary ones.
    const ODD_TEXT: &str = "([aZ1 .`œßŉǆǅİſжЁѐΐΆͺʼŁ\t\u{b}\r\n\u{1f}\u{a0}\u{301}\u{316}\u{345}\u{2019}éßΣςĳﬁ½ｱﾞ가กา-]|[\u{200b}\u{200d}\u{fe0f}\u{1f3f4}\u{e0067}\u{e007f}\u{e0001}\u{feff}\u{ad}]|\\PC){0,16}";

    proptest! {
        #[test]
        fn the_quick_way_to_fold_gives_what_the_slow_one_gives(text in ODD_TEXT) {
            assert_eq!(fold(&text), fold_slowly(&text));
            assert_eq!(folded(&text), fold_slowly(&text));
            let mut behind = String::from("a ");
            let word: String = text.split_whitespace().collect();
            fold_word(&word, &mut behind);
            let appended = behind.strip_prefix("a ").unwrap_or_default();
            let is_same = appended.is_empty() && fold(&word) == word;
            prop_assert!(is_same || appended == fold(&word), "{word:?} {appended:?}");
        }

        #[test]
        fn a_long_text_added_at_once_is_collapsed_like_its_characters(
            text in "[ab~]{0,40}( [ab]{1,9}){0,9}( {1,2}|\t|\u{a0}|\u{7f}|é)?[ab ]{0,50}",
        ) {
            let mut by_character = CollapsedText::default();
            by_character.extend(text.chars());
            prop_assert_eq!(on_one_line(&text), String::from(by_character));
        }

        #[test]
        fn a_text_added_at_once_is_collapsed_like_its_characters(start in ODD_TEXT, text in ODD_TEXT) {
            let mut by_character = CollapsedText::default();
            by_character.extend(start.chars().chain(text.chars()));
            let mut at_once = CollapsedText::default();
            at_once.push_str(&start);
            at_once.push_str(&text);
            assert_eq!(String::from(at_once), String::from(by_character));
        }
    }

    #[test]
    fn every_letter_of_the_table_folds_as_the_slow_way_folds_it() {
        for code in FIRST_LETTER - 2..=LAST_LETTER + 2 {
            for text in
                char::from_u32(code).into_iter().flat_map(|c| [format!("{c}"), format!("é{c}x{c}{c}")])
            {
                assert_eq!(fold(&text), fold_slowly(&text), "{code:x}");
            }
        }
    }

    #[test]
    fn texts_that_differ_only_in_how_they_are_typed_fold_to_the_same() {
        for (left, right) in [
            ("L’ÉTAT  d\u{00A0}’urgence", "l'etat d 'urgence"),
            ("STRASSE", "straße"),
            ("ΟΔΟΣ", "οδός"),
            ("e\u{301}te\u{301}", "été"),
            ("ＡＢＣ１２３", "abc123"),
            ("ﬁn", "fin"),
        ] {
            assert_eq!(fold(left), fold(right), "{left} and {right}");
        }
    }

    #[test]
    fn a_text_on_one_line_has_single_spaces_and_no_unprintable_characters() {
        assert_eq!(on_one_line("\u{1b}]0;x\u{7}a\u{9b}31m\u{202e}b\u{2066}c\u{7f}"), "]0;xa31mbc");
        assert_eq!(printable("a\u{1b}[2Jb\u{85}\u{202e}"), "a [2Jb  ");
        assert_eq!(printable("a\u{2028}b\u{2029}"), "a b ");
        assert_eq!(on_one_line("a\u{2028}b"), "a b");
        assert_eq!(on_one_line(" \n a\u{a0}\t b\u{3000}c \r\n"), "a b c");
        let title = "\u{a0} 140\u{202f}000\u{a0}€ \n a\u{3000}b\u{2028}c \u{a0}";
        assert_eq!(title_on_one_line(title), "140\u{202f}000\u{a0}€ a\u{3000}b c");
        assert_eq!(on_one_line(title), "140 000 € a b c");
        assert_eq!(title_on_one_line("\u{a0} "), "");
        assert_eq!(on_one_line(" \n\t"), "");
    }

    #[test]
    fn invisible_characters_hide_no_text_and_those_of_emoji_and_scripts_stay() {
        let hidden: String =
            "ignore all".chars().map(|c| char::from_u32(u32::from(c) + 0xe0000).unwrap()).collect();
        let england = "\u{1f3f4}\u{e0067}\u{e0062}\u{e0065}\u{e006e}\u{e0067}\u{e007f}";
        let selected: String = (0..20).map(|number| char::from_u32(0xe0100 + number).unwrap()).collect();
        for (text, shown) in [
            (format!("a{hidden}b"), "ab".to_owned()),
            (format!("{england} wins{hidden}"), format!("{england} wins")),
            (format!("{england}{hidden}"), england.to_owned()),
            (format!("\u{1f600}{selected}!"), "\u{1f600}\u{e0100}\u{e0101}!".to_owned()),
            ("a\u{200b}\u{200c}\u{200d}\u{2060}\u{feff}b".to_owned(), "a\u{200b}\u{200c}b".to_owned()),
            ("a\u{206a}\u{fff9}b\u{fffa}c\u{fffb}\u{e0001}".to_owned(), "abc".to_owned()),
        ] {
            assert_eq!(on_one_line(&text), shown);
            assert_eq!(printable(&text), shown);
        }
        for kept in [
            "\u{1f3f3}\u{fe0f}\u{200d}\u{1f308}",
            "می\u{200c}خواهم",
            "葛\u{e0100}城",
            "ก\u{200b}ข",
            "co\u{ad}op",
            "，！",
        ] {
            assert_eq!((on_one_line(kept), printable(kept)), (kept.to_owned(), kept.to_owned()));
        }
    }

    #[test]
    fn vowel_signs_of_thai_are_kept() {
        assert_ne!(fold("กา"), fold("กี"));
    }

    #[test]
    fn words_end_where_a_reader_sees_them_end() {
        assert!(is_within_word('a', 'b') && is_within_word('1', 'b') && is_within_word('ж', 'д'));
        assert!(!is_within_word('a', ' ') && !is_within_word('-', 'a'));
        assert!(!is_within_word('広', '告') && !is_within_word('の', '広'));
    }

    #[test]
    fn arguments_are_quoted_where_a_shell_needs_it() {
        assert_eq!(shell_quoted("--json"), "--json");
        assert_eq!(shell_quoted("http://a/?x=1&y=2"), "'http://a/?x=1&y=2'");
        assert_eq!(shell_quoted("it's"), "'it'\\''s'");
        assert_eq!(shell_quoted(""), "''");
    }
}
