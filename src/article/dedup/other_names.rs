//! Recognises names and numbers that a word beside them makes another name or another number.

use std::sync::LazyLock;

use super::place::{Place, is_number, words_of};
use crate::article::fingerprint::{WordHash, WordKind};
use crate::article::quick_hash::QuickSet;

/// Words before the name of a place, in the folded spelling, and words that stand before such a word: `cerca de`.
const BEFORE_PLACES: &str = "in at near from outside nahe bei aus nach en a a nei vicino presso em bij uit naar w pod kolo i \
    vid nara     sentido sens richtung direccion direction senso direzione richting sentido towards verso hacia vers riktning";
const NEAR_PLACES: &str = "pres cerca vicino perto near";

/// Words that make another name of the name after them, if they have a capital letter.
const PARTS_OF_NAMES: &str = "north south east west northern southern eastern western new nord sud ost";

/// Words that make another product of the one whose number stands before them.
const PARTS_OF_PRODUCTS: &str = "pro max plus lite ultra mini air";

/// Words that make a part of the number after them.
const SHARES_OF_NUMBERS: &str = "most half third quarter meisten halfte plupart moitie mayoria mitad maggior meta meeste helft \
    maioria metade wiekszosc polowa";
/// Longest place, in words, in which one of two texts may speak of a part of the number after it.
const SHARE: usize = 5;

impl Place<'_> {
    /// Returns whether the place is a single name after a word such as `in` or `near`.
    pub(super) fn is_a_place(self) -> bool {
        static BEFORE: LazyLock<QuickSet<u32>> = LazyLock::new(|| words_of(BEFORE_PLACES));
        static NEAR: LazyLock<QuickSet<u32>> = LazyLock::new(|| words_of(NEAR_PLACES));
        let has = |words: &QuickSet<u32>, ahead: usize| {
            let word = self.from.checked_sub(ahead).and_then(|at| self.text.get(at));
            word.is_some_and(|word| words.contains(&word.word()))
        };
        matches!(self.words, [name] if name.kind() == WordKind::Name) && (has(&BEFORE, 1) || has(&NEAR, 2))
    }
}

/// Returns whether the one word that only one of two texts adds in a place makes another name of what stands beside it: `South`
/// before `Sudan`, an initial before another one, `Pro` after the number of a product.
pub(super) fn adds_another_name(here: Place<'_>, there: Place<'_>) -> bool {
    static PARTS: LazyLock<QuickSet<u32>> = LazyLock::new(|| words_of(PARTS_OF_NAMES));
    static PRODUCTS: LazyLock<QuickSet<u32>> = LazyLock::new(|| words_of(PARTS_OF_PRODUCTS));
    static INITIALS: LazyLock<QuickSet<u32>> =
        LazyLock::new(|| ('a'..='z').map(|letter| WordHash::of_word(&letter.to_string()).word()).collect());
    let longer = if here.words.len() < there.words.len() { there } else { here };
    let [added] = longer.words else { return false };
    let is_after_number = || longer.before().is_some_and(is_number);
    if added.kind() == WordKind::Name && PRODUCTS.contains(&added.word()) && is_after_number() {
        return true;
    }
    let Some(after) = longer.after() else { return false };
    let are = |set: &QuickSet<u32>, words: [WordHash; 2]| words.iter().all(|word| set.contains(&word.word()));
    let are_names = added.kind() == WordKind::Name && after.kind() == WordKind::Name;
    // After the point of an initial a name looks like the beginning of a sentence.
    are_names && PARTS.contains(&added.word())
        || added.kind() == WordKind::Name && are(&INITIALS, [*added, after])
}

/// Returns whether only one of two texts speaks of a part of the number after a short place: `most of the 400`, `some 400`.
pub(super) fn one_counts_a_share(here: Place<'_>, there: Place<'_>) -> bool {
    static SHARES: LazyLock<QuickSet<u32>> = LazyLock::new(|| words_of(SHARES_OF_NUMBERS));
    here.words.len().max(there.words.len()) <= SHARE
        && here.after().is_some_and(is_number)
        && here.has_any(&SHARES) != there.has_any(&SHARES)
}
