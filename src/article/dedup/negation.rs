//! Recognises that one of two texts denies in a place what the other one says there, or says that it is called off.

use std::sync::LazyLock;

use super::place::{Place, words_of};
use crate::article::fingerprint::{WordHash, WordKind};
use crate::article::quick_hash::QuickSet;

/// Words that make a statement its opposite, or nearly, and words that make one thing another (`semi-final`). French `ne` and
/// `n'` are left out, because they may stand without a meaning.
const NEGATIONS: &str = "not no never cannot none nobody nothing without neither hardly barely scarcely non pas jamais aucun \
    aucune sans guere nicht nein kein keine keinen keiner keinem keines keinerlei nie niemals niemand niemanden nichts ohne \
    kaum nunca ningun ninguna ninguno nadie nada tampoco sin nessun nessuna nessuno niente nulla mai senza nao ninguem nenhum \
    nenhuma sem niet niets geen nooit zonder nauwelijks nikt nic nigdy bez zaden zadna zadne zadnych ani semi demi vice anti \
    inte ej ingen inget inga aldrig utan ikke intet";

/// English verbs that `n’t` may follow. In French, a `t` stands between a verb and its subject: `a-t-on appris`.
const BEFORE_T: &str = "do don does doesn did didn is isn was wasn are aren were weren won can couldn wouldn shouldn has hasn \
    haven hadn ain mustn needn";

/// Verbs that say that something is not done: `failed to agree`.
const REFUSALS: &str = "refuse+ refuses fail fails failed failing unable refus* echou* echec* weigert weigerte* weigerten \
    scheitert* scheiterte* gescheitert* descarta descarto descartad~ fracasa fracaso fracasad~ rehusa rehuso fallisce mislukt* \
    falha falham falhou falharam renonce renoncent renoncer verzichtet* verzichtete* renuncia renuncio renunciou rinuncia \
    nego negaron niega niegan desmintio desmintieron desmiente desmienten exclu exclut ecarte recusa recusou misslyckas misslyckades vagrar vagrade";

/// Words that say that something does not happen, or not now. In the other text any words may say that it does: `begins`, `was
/// held`, `will take place`.
const CALLED_OFF: &str = "cancel cancels cancelled canceled cancelling postpone+ postponed avert+ averted shelved abgesagt* \
    verschoben* vertagt* abgewendet* annul annule annulee annules annulees reportee reportees repousse repoussee renvoye \
    renvoyee cancelad~ desconvocad~ aplazad~ pospuest~ annullat~ rinviat~ revocat~ afgelast* afgezegd* uitgesteld* \
    geannuleerd* odwolan^ odwolal^ przelozon^ przelozyl^ adiad~ sospes~ suspens~ opgeschort* zawieszon^ installs installt \
    installda";

/// The same, after one of the words behind the colon, at most [`NE_REACH`] words earlier: `called off`. Alone they say other
/// things.
const CALLED_OFF_AFTER: [(&str, &str); 4] = [
    ("in", "stalls stalldes"),
    ("off", "call called calls calling"),
    ("down", "turn turned turns turning"),
    ("reporte", "ete est sont a ont"),
];

/// Words that make a statement nearly its opposite, unless the other text says `only` there: Spanish `apenas` (hardly), which
/// is `only` in Portuguese, and French `à peine`.
const HARDLY: &str = "apenas";
const ONLY: &str = "solo solamente unicamente so somente seulement apenas";

/// French words that make a statement its opposite together with `ne` or `n'`: `n’est plus`, `rien ne`.
const WITH_NE: &str = "plus rien personne point nul nulle";

/// How many words before a place, and into it, may stand between `ne` and its companion: `il n’y en a plus`.
const NE_REACH: usize = 4;

/// Longest place, in words, in which a negation is taken for the only difference.
const NEGATED: usize = 4;

/// The same if each text has words of its own there: `without any damage` and `and damaged the roof of a school`.
const REPLACED_BY_NEGATION: usize = 8;

/// The same for words that say that something is called off: `has been called off` and `will take place as planned`.
const CALLED_OFF_PLACE: usize = 10;

/// Longest end of a text, in words, of which a negation at its beginning is taken for the only difference.
const NEGATED_END: usize = 2;

impl Place<'_> {
    fn is_negated(self) -> bool {
        static WORDS: LazyLock<QuickSet<u32>> = LazyLock::new(|| &words_of(NEGATIONS) | &words_of(REFUSALS));
        // A name may look like a negation: `<NOR>`.
        let is_negation = |word: &WordHash| word.kind() == WordKind::Plain && WORDS.contains(&word.word());
        self.words.iter().any(is_negation)
            || self.has_english_t()
            || self.has_companion_of_ne()
            || self.says_barely()
    }

    /// Returns whether the place has the end of `don’t` or `isn’t`.
    fn has_english_t(self) -> bool {
        static T: LazyLock<u32> = LazyLock::new(|| WordHash::of_word("t").word());
        static BEFORE: LazyLock<QuickSet<u32>> = LazyLock::new(|| words_of(BEFORE_T));
        (self.from..).zip(self.words).filter(|(_, word)| word.word() == *T).any(|(at, _)| {
            let before = at.checked_sub(1).and_then(|before| self.text.get(before));
            before.is_some_and(|before| BEFORE.contains(&before.word()))
        })
    }

    /// Returns whether the place has the French `à peine`.
    fn says_barely(self) -> bool {
        static BARELY: LazyLock<[u32; 2]> =
            LazyLock::new(|| ["a", "peine"].map(|word| WordHash::of_word(word).word()));
        let with_word_before = self.text.get(self.from.saturating_sub(1)..self.from + self.words.len());
        with_word_before.is_some_and(|words| {
            words.windows(2).any(|pair| pair.iter().map(|word| word.word()).eq(BARELY.iter().copied()))
        })
    }

    /// Returns whether the place says that something is called off.
    fn is_called_off(self) -> bool {
        static WORDS: LazyLock<QuickSet<u32>> = LazyLock::new(|| words_of(CALLED_OFF));
        static AFTER: LazyLock<Vec<(u32, QuickSet<u32>)>> = LazyLock::new(|| {
            let after = CALLED_OFF_AFTER.iter();
            after.map(|(word, before)| (WordHash::of_word(word).word(), words_of(before))).collect()
        });
        (self.from..).zip(self.words).filter(|(_, word)| word.kind() == WordKind::Plain).any(|(at, word)| {
            let before = || self.text.get(at.saturating_sub(NE_REACH)..at).unwrap_or_default();
            let after = || AFTER.iter().find(|(of, _)| *of == word.word());
            WORDS.contains(&word.word())
                || after().is_some_and(|(_, words)| before().iter().any(|word| words.contains(&word.word())))
        })
    }

    /// Returns the first word of the place.
    fn beginning(self) -> Self {
        Self { words: self.words.get(..1).unwrap_or_default(), ..self }
    }

    /// Returns whether the place has a word of [`WITH_NE`], and `ne` stands near it.
    fn has_companion_of_ne(self) -> bool {
        static COMPANIONS: LazyLock<QuickSet<u32>> = LazyLock::new(|| words_of(WITH_NE));
        static NE: LazyLock<QuickSet<u32>> = LazyLock::new(|| words_of("ne n"));
        let nearby = self.text.get(self.from.saturating_sub(NE_REACH)..self.from + self.words.len());
        self.words.iter().any(|word| COMPANIONS.contains(&word.word()))
            && nearby.is_some_and(|nearby| nearby.iter().any(|word| NE.contains(&word.word())))
    }
}

/// Returns whether a negation is nearly all that distinguishes two texts in one place. One of the two may have no word there.
pub(super) fn one_is_negated(here: Place<'_>, there: Place<'_>) -> bool {
    static HARDLY_WORDS: LazyLock<QuickSet<u32>> = LazyLock::new(|| words_of(HARDLY));
    static ONLY_WORDS: LazyLock<QuickSet<u32>> = LazyLock::new(|| words_of(ONLY));
    let is_hardly =
        |here: Place<'_>, there: Place<'_>| here.has_any(&HARDLY_WORDS) && !there.has_any(&ONLY_WORDS);
    let length = here.words.len().max(there.words.len());
    let is_negated =
        here.is_negated() != there.is_negated() || is_hardly(here, there) || is_hardly(there, here);
    let only_adds = here.is_part_of(there) || there.is_part_of(here);
    let longest = if only_adds { NEGATED } else { REPLACED_BY_NEGATION };
    length <= longest && is_negated
        || length <= CALLED_OFF_PLACE && here.is_called_off() != there.is_called_off()
}

/// Returns whether a negation distinguishes the ends of two texts, after the last words in which they agree for long. It does
/// if both end in the same word or two, such as a date, or if it is the first of two words at most. Otherwise each is a
/// by-line.
pub(super) fn one_end_is_negated(here: Place<'_>, there: Place<'_>) -> bool {
    let (here, there, common) = here.without_common_end(there);
    let is_short = here.words.len().max(there.words.len()) <= NEGATED_END + 1
        && here.words.len().min(there.words.len()) <= NEGATED_END;
    if common > 0 {
        one_is_negated(here, there)
    } else {
        is_short && one_is_negated(here.beginning(), there.beginning())
    }
}

/// Returns the words that say that something is called off or not done.
pub(super) fn refusing_words() -> &'static QuickSet<u32> {
    static WORDS: LazyLock<QuickSet<u32>> = LazyLock::new(|| &words_of(CALLED_OFF) | &words_of(REFUSALS));
    &WORDS
}

/// Returns whether words say that something is called off or not done.
pub(super) fn says_no(words: &[WordHash]) -> bool {
    words.iter().any(|word| refusing_words().contains(&word.word()))
}
