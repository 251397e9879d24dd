//! Compares titles, and single words of titles and texts.

use std::sync::LazyLock;

use super::compare::{EntryWords, share};
use super::small_words::is_small_word;
use super::{language, opposites};
use crate::article::fingerprint::{Sketch, WordHash, WordKind};

/// Words before a day of the week that comes again and again: `every Thursday`, `los jueves`.
const RECURRING: [&str; 17] = [
    "each", "every", "le", "chaque", "les", "los", "cada", "jeden", "jeder", "immer", "il", "la", "ogni",
    "toda", "todo", "elke", "iedere",
];
/// If another day of the week stands within this many words of one, the text tells of no single day: `open Tuesday to Friday`.
const DAYS_APART: usize = 3;

/// Returns whether a text names a day of the week on which something happened, as the lead of a report does.
pub(super) fn names_one_day(text: &[WordHash]) -> bool {
    static RECURRING_WORDS: LazyLock<Vec<u32>> =
        LazyLock::new(|| RECURRING.map(|word| WordHash::of_word(word).word()).to_vec());
    static NIGHT_WORDS: LazyLock<Vec<u32>> = LazyLock::new(|| language::hashes(NIGHT));
    let word = |at: usize| text.get(at).copied();
    let is_recurring = |at: usize| {
        let before = at.checked_sub(1).and_then(word);
        let is_dated = word(at + 1).is_some_and(|next| next.kind() == WordKind::Number);
        !is_dated && before.is_some_and(|before| RECURRING_WORDS.contains(&before.word()))
    };
    text.iter().enumerate().any(|(at, named)| {
        let Some(day) = opposites::weekday(*named) else { return false };
        let is_night = || {
            let before = text.get(at.saturating_sub(NIGHT_REACH)..at).unwrap_or_default();
            before.iter().any(|word| NIGHT_WORDS.contains(&word.word()))
        };
        let near = text.get(at.saturating_sub(DAYS_APART)..(at + DAYS_APART + 1).min(text.len()));
        let mut others = near.unwrap_or_default().iter().filter_map(|word| opposites::weekday(*word));
        !is_recurring(at) && (others.all(|other| other == day) || is_night())
    })
}

/// Words for the night between two days of the week: `dans la nuit de mercredi à jeudi`.
const NIGHT: &str = "night overnight nuit nacht noche notte noite noc nocy natten";
/// How many words before the first of the two days may stand between it and such a word.
const NIGHT_REACH: usize = 3;

/// Returns `title` without the day, the month and the year that follow a day of the week which the other entry names, too. If
/// the other title names another day of the week, all words stay.
pub(super) fn without_date_of_day(
    title: &[WordHash],
    other_title: &[WordHash],
    other: &EntryWords,
) -> Vec<WordHash> {
    let day = |word: &WordHash| opposites::weekday(*word);
    let Some(named) = title.iter().position(|word| day(word).is_some() && other.has(*word)) else {
        return title.to_vec();
    };
    let names_another = other_title
        .iter()
        .any(|word| day(word).is_some_and(|other| Some(other) != title.get(named).and_then(day)));
    let (before, after) = title.split_at(named + 1);
    let date = after.iter().take_while(|word| word.kind() == WordKind::Number).count();
    let has_month = after.iter().take(date).any(|word| word.is_month());
    let date = if has_month && !names_another { date } else { 0 };
    before.iter().chain(after.iter().skip(date)).copied().collect()
}

/// Verbs and other words with which a report says who told it, in the folded spelling. A forecast, a programme or an offer has
/// none.
const REPORTING: &str = "said told announced reported declared stated warned confirmed denied added \
    annonce declare indique affirme precise explique estime rapporte presente presentee \
    sagte teilte mitgeteilt angekundigt erklarte berichtete mitteilte gesagt kundigte \
    dijo anuncio declaro informo senalo afirmo explico presento aseguro comunico \
    detto annunciato dichiarato riferito spiegato affermato presentato comunicato \
    zei zeiden meldde verklaarde bevestigde gezegd gemeld disse anunciou declarou informou afirmou explicou confirmou \
    disseram afirmaram anunciaram informaram annoncent indiquent souligne rapportent dijeron informaron aseguraron \
    uppger uppgav meddelar sager sade opplyser opplyste oplyser oplyste appris apprend according selon laut zufolge segun secondo volgens";

/// Returns whether a text says that somebody told something.
pub(super) fn reports(text: &[WordHash]) -> bool {
    static VERBS: LazyLock<Vec<u32>> = LazyLock::new(|| language::hashes(REPORTING));
    text.iter().any(|word| VERBS.contains(&word.word()))
}

/// Words in which somebody speaks for a group, in the folded spelling.
const FIRST_PERSON: &str = "we our wir unser unsere unserer nous notre nos nuestro nuestra nuestros";

/// Returns whether a text speaks in the first person plural, for its publisher.
pub(super) fn in_first_person(text: &[WordHash]) -> bool {
    static WORDS: LazyLock<Vec<u32>> = LazyLock::new(|| language::hashes(FIRST_PERSON));
    text.iter().any(|token| WORDS.contains(&token.word()) && !is_preposition(*token, text))
}

/// Returns whether a word that is a pronoun in other languages is none in that of the text: `nos` is `our` in French and `in
/// the` in Portuguese, and `we` is `in` in Polish.
fn is_preposition(word: WordHash, text: &[WordHash]) -> bool {
    static NOS: LazyLock<u32> = LazyLock::new(|| WordHash::of_word("nos").word());
    static WE: LazyLock<u32> = LazyLock::new(|| WordHash::of_word("we").word());
    word.word() == *NOS && language::is_portuguese(text) || word.word() == *WE && language::is_polish(text)
}

/// Words with which a notice asks its readers to do something, in the folded spelling.
const ASKING: &str = "bitte please veuillez rogamos ruega prega pregati gelieve verzocht";

/// German words that address a reader if they have a capital letter: `Ihren Besuch` is your visit, `ihren Besuch` hers or
/// theirs.
const POLITE: &str = "sie ihr ihre ihren ihrem ihrer ihres ihnen";

/// Returns whether a text asks its readers to do something or addresses them politely, as the notice of a town does.
pub(super) fn asks_readers(text: &[WordHash]) -> bool {
    static WORDS: LazyLock<Vec<u32>> = LazyLock::new(|| language::hashes(ASKING));
    static POLITE_WORDS: LazyLock<Vec<u32>> = LazyLock::new(|| language::hashes(POLITE));
    text.iter().any(|word| {
        WORDS.contains(&word.word()) || word.kind() == WordKind::Name && POLITE_WORDS.contains(&word.word())
    })
}

/// Words in which a text addresses its readers or speaks of its publisher, in the folded spelling.
const ADDRESSING: &str = "you your we our wir unser unsere unserer uns dein deine vous votre vos nous notre nos usted ustedes \
    nuestro nuestra nuestros nuestras";

/// A text with at least this share of words that address the reader speaks to its readers and not of an event.
const ADDRESS_READER: f64 = 0.035;

/// Returns whether a text addresses its readers or speaks of its publisher all the time, as notes and terms do. A quotation
/// of somebody who says `we` is no address.
pub(super) fn address_reader(text: &[WordHash]) -> bool {
    static WORDS: LazyLock<Vec<u32>> = LazyLock::new(|| language::hashes(ADDRESSING));
    let addresses = |token: &&WordHash| WORDS.contains(&token.word()) && !is_preposition(**token, text);
    share(text.iter().filter(addresses).count(), text.len()) >= ADDRESS_READER
}

/// Returns which share of the words of a title stands in a text. Words that stand in any text are not counted.
pub(super) fn telling_share(title: &[WordHash], text: &[WordHash]) -> f64 {
    share_in_text(&telling_words(title), text)
}

/// Returns the words of a title that do not stand in any text of its language; all words if there are no others.
pub(super) fn telling_words(title: &[WordHash]) -> Vec<WordHash> {
    let telling: Vec<WordHash> = title.iter().filter(|word| !is_small_word(**word)).copied().collect();
    if telling.is_empty() { title.to_vec() } else { telling }
}

/// Returns whether the `other` entry lacks most words of a title, not counting those that stand in any text.
pub(super) fn is_foreign(title: &[WordHash], other: &EntryWords) -> bool {
    telling_share_in_entry(title, other) < 0.5
}

/// Returns which share of the words of a title the `other` entry has. Words that stand in any text are not counted.
pub(super) fn telling_share_in_entry(title: &[WordHash], other: &EntryWords) -> f64 {
    let telling = telling_words(title);
    share(telling.iter().filter(|word| other.has(**word)).count(), telling.len())
}

/// Returns whether one of two titles is the other one with words left out, and at least two words that tell something are left.
pub(super) fn shortens(here: &[WordHash], there: &[WordHash]) -> bool {
    let (short, long) = if here.len() < there.len() { (here, there) } else { (there, here) };
    let telling = short.iter().filter(|word| !is_small_word(**word)).count();
    telling >= 2 && telling_share(short, long) >= 1.0
}

/// Returns how many words of an entry's title are missing from the `other` entry and stand in the entry's own text. Returns 0
/// unless these are most of the title's words that the other entry lacks.
pub(super) fn words_of_own_text(entry: &Sketch, other: &EntryWords) -> usize {
    let lacking = |text: &[WordHash]| -> Vec<u32> {
        let lacking = text.iter().filter(|word| !other.has(**word) && !is_small_word(**word));
        lacking.map(|word| word.word()).collect()
    };
    let (title, text) = (lacking(&entry.title), lacking(&entry.text));
    let own = title.iter().filter(|word| text.contains(word)).count();
    if 2 * own > title.len() { own } else { 0 }
}

/// Returns the share of their words that two titles have in common, not counting numbers: the smaller of the two titles'
/// shares. 1 if a title has nothing but numbers.
pub(super) fn plain_words_shared(here: &[WordHash], there: &[WordHash]) -> f64 {
    let words = |title: &[WordHash]| -> Vec<WordHash> {
        let plain = |word: &&WordHash| !matches!(word.kind(), WordKind::Number | WordKind::SmallNumber);
        title.iter().filter(plain).copied().collect()
    };
    let (here, there) = (words(here), words(there));
    if here.is_empty() || there.is_empty() {
        return 1.0;
    }
    share_in_text(&here, &there).min(share_in_text(&there, &here))
}

pub(super) fn same_words(here: &[WordHash], there: &[WordHash]) -> bool {
    here.iter().map(|token| token.word()).eq(there.iter().map(|token| token.word()))
}

/// Returns the share of the title's words that stand in `text`.
pub(super) fn share_in_text(title: &[WordHash], text: &[WordHash]) -> f64 {
    share(
        title.iter().filter(|token| text.iter().any(|word| word.word() == token.word())).count(),
        title.len(),
    )
}

/// Returns whether `title` has a number more often than `other`: `#41` against `#42`, `part 1 of 2` against `part 2 of 2`.
pub(super) fn numbered_beyond(title: &[WordHash], other: &[WordHash]) -> bool {
    numbers_beyond(title, other).next().is_some()
}

/// Returns the numbers that `title` has more often than `other`. `First` does not count: `First snow in the Alps`.
pub(super) fn numbers_beyond(title: &[WordHash], other: &[WordHash]) -> impl Iterator<Item = WordHash> {
    let times = |title: &[WordHash], number: WordHash| {
        title.iter().filter(|word| word.word() == number.word()).count()
    };
    let is_number = |word: &&WordHash| {
        matches!(word.kind(), WordKind::Number | WordKind::SmallNumber) && !word.is_first()
    };
    let numbers = title.iter().filter(is_number).copied();
    numbers.filter(move |number| times(title, *number) > times(other, *number))
}

/// Returns whether two titles count the same thing with different numbers: the word before the number or the word after it is
/// the same, as in the parts of a series (`part 1`, `part 2`).
pub(super) fn count_one_thing(here: &[WordHash], there: &[WordHash]) -> bool {
    let beside = |title: &[WordHash], other: &[WordHash]| -> Vec<[Option<u32>; 2]> {
        let beyond: Vec<u32> = numbers_beyond(title, other).map(WordHash::word).collect();
        let word = |at: Option<usize>| at.and_then(|at| title.get(at)).map(|word| word.word());
        let numbers = title.iter().enumerate().filter(|(_, number)| beyond.contains(&number.word()));
        numbers.map(|(at, _)| [word(at.checked_sub(1)), word(Some(at + 1))]).collect()
    };
    let there_beside = beside(there, here);
    beside(here, there).iter().any(|[before, after]| {
        there_beside.iter().any(|[other_before, other_after]| before == other_before || after == other_after)
    })
}

/// Returns whether `title` has a number that the words of the `other` entry lack: a version, an issue, a year. Small numbers
/// in letters do not count.
pub(super) fn has_own_number(title: &[WordHash], other: &EntryWords) -> bool {
    title.iter().any(|token| token.kind() == WordKind::Number && !other.has(*token))
}

/// Returns whether `title` has a name that the words of the `other` entry lack. The first word does not count.
pub(super) fn has_own_name_after_first(title: &[WordHash], other: &EntryWords) -> bool {
    title.iter().skip(1).any(|token| token.kind() == WordKind::Name && !other.has(*token))
}

/// Returns whether `title` has a name that the words of the `other` entry lack. The first word counts as a name, because its
/// capital letter does not show that it is none. In a title of one word it does not.
pub(super) fn has_own_name(title: &[WordHash], other: &EntryWords) -> bool {
    let [first, _, ..] = title else { return false };
    !other.has(*first) || has_own_name_after_first(title, other)
}
