//! Finds the places at which two texts differ, and where they say different things there: other numbers, other names, opposite
//! statements.

use std::ops::Range;

use similar::{Algorithm, DiffOp, capture_diff_slices};

use super::compare::EntryWords;
use super::exchange::{self, Exchanged, Replaced};
use super::place::{Place, is_number};
use super::{levels, negating_prefixes, negation, opposites, other_names};
use crate::article::fingerprint::{Sketch, WordHash, WordKind};

/// Length in words of the longest place at which one value can have replaced another. A longer place is another passage.
const SHORT_PLACE: usize = 12;

/// How often two texts say different things in the same place: other numbers, names or [`opposites`].
#[derive(Clone, Copy, PartialEq, Eq, Default, Debug)]
pub(super) struct Conflicts {
    /// Number of places between common parts where numbers or names differ, where the two say opposite things, or where only
    /// one of them has a negation. Two words that replace each other in two places count once more.
    pub(super) inside: usize,
    /// Number of places (at most two) before the first and after the last common part where numbers or names differ or the two
    /// say opposite things. By-lines may differ there. A place longer than [`SHORT_PLACE`] is not counted.
    pub(super) at_edges: usize,
    /// Number of these two places where numbers differ, small ones in letters aside. By-lines and agency tags contain no
    /// numbers.
    pub(super) numbers_at_edges: usize,
}

/// Which differences before and after the common part of two texts count.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum CountedEdges {
    None,
    /// Those in which each text has a number of its own.
    Numbers,
    All,
}

/// What the words of two texts say at a place at which they differ.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Meaning {
    /// The same, as far as numbers, names and opposites show.
    Alike,
    /// Different things.
    Different,
    /// Different things before the first or after the last common part, where by-lines may differ.
    DifferentAtEdge {
        /// Whether each of them has a number of its own.
        numbers: bool,
    },
}

impl Meaning {
    /// Returns whether this counts as another fact, if `edges` count before and after the common part.
    pub(super) const fn counts(self, edges: CountedEdges) -> bool {
        match self {
            Self::Alike => false,
            Self::Different => true,
            Self::DifferentAtEdge { numbers } => match edges {
                CountedEdges::None => false,
                CountedEdges::Numbers => numbers,
                CountedEdges::All => true,
            },
        }
    }
}

/// A place at which two texts differ.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) struct DifferentPlace {
    /// The words of the shorter text.
    pub(super) here: Range<usize>,
    /// The words of the longer text.
    pub(super) there: Range<usize>,
    /// What they say.
    pub(super) meaning: Meaning,
}

impl Conflicts {
    /// Aligns the texts (Myers) and examines every place where they differ. Where only one of them has words, only a negation
    /// counts. The time is about quadratic in the number of differing words, so only texts that were found similar are
    /// compared.
    ///
    /// `words` are those of the shorter and of the longer entry.
    pub(super) fn between(shorter: &Sketch, longer: &Sketch, words: (&EntryWords, &EntryWords)) -> Self {
        let mut found = Self::default();
        let exchanged = examine(shorter, longer, words, |place| match place.meaning {
            Meaning::Alike => {}
            Meaning::Different => found.inside += 1,
            Meaning::DifferentAtEdge { numbers } => {
                found.at_edges += 1;
                found.numbers_at_edges += usize::from(numbers);
            }
        });
        found.inside += exchanged.count();
        found
    }

    /// Returns how many of the differences count, if `edges` count before and after the common part.
    pub(super) const fn counted(self, edges: CountedEdges) -> usize {
        match edges {
            CountedEdges::None => self.inside,
            CountedEdges::Numbers => self.inside + self.numbers_at_edges,
            CountedEdges::All => self.inside + self.at_edges,
        }
    }
}

/// Returns the places at which two texts differ, in their order. `words` are those of the shorter and of the longer entry.
pub(super) fn different_places(
    shorter: &Sketch,
    longer: &Sketch,
    words: (&EntryWords, &EntryWords),
) -> Vec<DifferentPlace> {
    let mut places = Vec::new();
    let exchanged = examine(shorter, longer, words, |place| places.push(place));
    for (_, place) in places.iter_mut().enumerate().filter(|(at, _)| exchanged.has(*at)) {
        place.meaning = Meaning::Different;
    }
    places.retain(|place| !place.here.is_empty() || !place.there.is_empty());
    places
}

/// Calls `found` for each place at which two texts may differ. Returns the places whose words are exchanged.
fn examine(
    shorter: &Sketch,
    longer: &Sketch,
    words: (&EntryWords, &EntryWords),
    mut found: impl FnMut(DifferentPlace),
) -> Exchanged {
    let gaps = gaps(&shorter.text, &longer.text, shorter.scaled(2));
    let turned = exchange::turned_around(shorter, longer, &gaps);
    let last = gaps.len().saturating_sub(1);
    let short = shorter.scaled(SHORT_PLACE);
    let mut replaced = Vec::new();
    let mut split = Vec::new();
    let mut before: Option<(Range<usize>, Range<usize>)> = None;
    for (at, (here, there)) in gaps.into_iter().enumerate() {
        let edge = match at {
            0 => Some(Edge::Beginning),
            _ if at == last => Some(Edge::End),
            _ => None,
        };
        let places = (Place::of(&shorter.text, here.clone()), Place::of(&longer.text, there.clone()));
        let meaning = meaning_of(places, edge, words, short);
        let is_alike = edge.is_none() && meaning == Meaning::Alike;
        if is_alike
            && before
                .as_ref()
                .is_some_and(|before| are_opposed_together((shorter, longer), before, (&here, &there)))
        {
            split.push(at - 1);
        }
        before = is_alike.then(|| (here.clone(), there.clone()));
        found(DifferentPlace { here, there, meaning });
        if !only_adds(places) {
            let words = exchange::telling(places.0.words).zip(exchange::telling(places.1.words));
            replaced.extend(words.map(|(here, there)| Replaced { at, here, there }));
        }
    }
    Exchanged { split, turned, swapped: exchange::swapped(&replaced) }
}

/// How many words that both texts have may stand within a statement: `öffnen am Montag` and `bleiben am Montag geschlossen`.
const WITHIN: usize = 3;

/// Returns whether two texts say opposite things in a place and the `next` one together.
fn are_opposed_together(
    (shorter, longer): (&Sketch, &Sketch),
    before: &(Range<usize>, Range<usize>),
    next: (&Range<usize>, &Range<usize>),
) -> bool {
    next.0.start - before.0.end <= WITHIN
        && opposites::differ(
            shorter.text.get(before.0.start..next.0.end).unwrap_or_default(),
            longer.text.get(before.1.start..next.1.end).unwrap_or_default(),
        )
}

/// The first place at which two texts differ comes before their common parts, and the last one after them.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Edge {
    Beginning,
    End,
}

/// Returns what two texts say at a place. A place of up to `short` words is short.
fn meaning_of(
    (here, there): (Place<'_>, Place<'_>),
    edge: Option<Edge>,
    words: (&EntryWords, &EntryWords),
    short: usize,
) -> Meaning {
    let is_opposed = match edge {
        None => negation::one_is_negated(here, there),
        Some(Edge::Beginning) => false,
        Some(Edge::End) => negation::one_end_is_negated(here, there) || opposites::ends_differ(here, there),
    };
    if only_adds((here, there)) {
        let is_other = edge.is_none()
            && (other_names::adds_another_name(here, there)
                || other_names::one_counts_a_share(here, there)
                || levels::one_states_the_level(here, there));
        return if is_opposed || is_other { Meaning::Different } else { Meaning::Alike };
    }
    let is_short = here.words.len().max(there.words.len()) <= short;
    let own = |kind| (words.1.lack(here.words, kind), words.0.lack(there.words, kind));
    let numbers = own(WordKind::Number);
    let both = is_opposed || state_other_facts(here, there, own);
    if edge.is_some() && !is_opposed {
        // One outlet puts a date after its copy, another one the number of the dispatch.
        let is_dated = |place: Place<'_>| place.words.iter().any(|word| word.is_month());
        let numbers = numbers == (true, true) && is_dated(here) == is_dated(there);
        return if both && is_short { Meaning::DifferentAtEdge { numbers } } else { Meaning::Alike };
    }
    // `a few hundred` against `250`: a number in only one of the texts is enough in a short place.
    let only_one_counts =
        || is_short && numbers.0 != numbers.1 && !opposites::name_one_day(here.words, there.words);
    if both || only_one_counts() { Meaning::Different } else { Meaning::Alike }
}

/// Returns whether one of two texts has all words of the other one in a place, and others.
fn only_adds((here, there): (Place<'_>, Place<'_>)) -> bool {
    here.is_part_of(there) || there.is_part_of(here)
}

/// Returns whether two texts state different facts in one place, where both have words: each has a number or a name of its own,
/// they say opposite things, or one number or place replaces another one. `own` says whether each of them has a word of a
/// kind that the other entry lacks.
fn state_other_facts(here: Place<'_>, there: Place<'_>, own: impl Fn(WordKind) -> (bool, bool)) -> bool {
    // A number that replaces another one is another fact, also if both stand elsewhere in the texts.
    let is_other_number =
        matches!((here.words, there.words), ([here], [there]) if is_number(*here) && is_number(*there));
    let (numbers, names, small) = (own(WordKind::Number), own(WordKind::Name), own(WordKind::SmallNumber));
    let numbered = (numbers.0 || small.0, numbers.1 || small.1);
    // So is the name of a place that only one entry has, also if the other one stands elsewhere: in a dateline.
    let is_other_place = || (names.0 || names.1) && here.is_a_place() && there.is_a_place();
    numbered == (true, true)
        || is_other_number
        || names == (true, true)
        || is_other_place()
        || opposites::differ(here.words, there.words)
        || negating_prefixes::one_has_prefix(here.words, there.words)
        || levels::one_states_the_level(here, there)
        || other_names::one_counts_a_share(here, there)
        || opposites::one_counts_vaguely(here.words, there.words)
        || exchange::are_swapped(here.words, there.words)
        || exchange::are_turned_round(here, there)
}

/// Returns the numbers and names of each text that the other entry lacks, from the `places` where the two say different things,
/// and the words with which they say opposite things.
pub(super) fn differing_facts(
    places: &[DifferentPlace],
    (shorter, longer): (&Sketch, &Sketch),
    words: (&EntryWords, &EntryWords),
) -> (Vec<WordHash>, Vec<WordHash>) {
    let own = |text: &[WordHash], other: &EntryWords| -> Vec<WordHash> {
        text.iter().filter(|word| word.kind() != WordKind::Plain && !other.has(**word)).copied().collect()
    };
    let mut found = (Vec::new(), Vec::new());
    for place in places.iter().filter(|place| place.meaning != Meaning::Alike) {
        let here = shorter.text.get(place.here.clone()).unwrap_or_default();
        let there = longer.text.get(place.there.clone()).unwrap_or_default();
        let opposed = opposites::differing(here, there);
        found.0.extend(opposed.0);
        found.1.extend(opposed.1);
        found.0.extend(own(here, words.1));
        found.1.extend(own(there, words.0));
    }
    found
}

/// Returns the places before, between and after the common parts, in both texts. Common parts below `least` words are chance
/// and do not count; nor does a date alone, which a dateline and a by-line have in common.
fn gaps(shorter: &[WordHash], longer: &[WordHash], least: usize) -> Vec<(Range<usize>, Range<usize>)> {
    let plain = |text: &[WordHash]| text.iter().map(|token| token.word()).collect::<Vec<u32>>();
    let mut gaps = Vec::new();
    let (mut here, mut there) = (0, 0);
    for part in capture_diff_slices(Algorithm::Myers, &plain(shorter), &plain(longer)) {
        if let DiffOp::Equal { old_index, new_index, len } = part
            && len >= least
            && !is_bare_date(shorter.get(old_index..old_index + len).unwrap_or_default())
        {
            gaps.push((here..old_index, there..new_index));
            (here, there) = (old_index + len, new_index + len);
        }
    }
    gaps.push((here..shorter.len(), there..longer.len()));
    gaps
}

fn is_bare_date(part: &[WordHash]) -> bool {
    part.len() <= 3 && part.iter().any(|word| word.is_month())
}
