//! Recognises a word that a prefix makes the opposite of another one: `passable` and `impassable`, `estimó` and `desestimó`.

use std::sync::LazyLock;

use super::word_forms;
use crate::article::fingerprint::WordHash;

/// Prefixes of negation, each with the words before which it stands in some language, in the folded spelling. A prefix alone
/// proves nothing (`form`, `inform`), so the words are listed. A word may end with the sign of its endings
/// ([`forms`](word_forms::forms)).
const PREFIXES: [(&str, &str); 17] = [
    (
        "un",
        "likely happy safe able available certain clear usual lawful successful necessary fair fit employed insured armed \
         authorised authorized opposed affected hurt harmed damaged injured changed resolved paid known prepared willing aware \
         stable healthy popular official limited conditional constitutional lucky ready related sustainable vaccinated \
         registered licensed treated \
         zulassig* wirksam* befahrbar* gultig* rechtmassig* sicher* verletzt* bekannt* moglich* schuldig* beteiligt* \
         abhangig* zufrieden* gefahrlich* begrundet* bewaffnet* entschieden* beschadigt* verandert* vollstandig* bestatigt* \
         erwartet* notig* versichert* bewohnbar* passierbar* zuverlassig* problematisch* wahrscheinlich* bedenklich* geeignet* \
         zustandig* berechtigt* gesichert* geklart*",
    ),
    (
        "in",
        "complete correct effective eligible sufficient accurate active secure efficient dependent visible capable admissible \
         conclusive \
         efficace* exact* complet* complete* suffisant* certain* acceptable* applicable* constitutionnel* constitutionnelle* \
         eligible* disponible* occupe* habite* valide* evitable* adapte* actif* active* visible* cense* \
         eficaz eficaces eficiente eficientes suficiente suficientes admite admiten admitio admitieron admitid~ transitable \
         transitables validad~ valid~ constitucional constitucionales ciert~ segur~ capaz activ~ aceptable viable habilitad~ \
         fundad~ aplicable ammissibil~ sufficient~ util~ agibil~ fondat~ cert~ utilizzabil~ constitucionais suficientes elegivel",
    ),
    (
        "im",
        "passable possible proper perfect practical probable precise \
         possible* praticable* probable* parfait* prevu* posible posibles procedente procedentes probable probables possibil~ \
         praticabil~ provvis~ possivel possiveis procedente provavel",
    ),
    (
        "ir",
        "regular responsible relevant reversible recevable* realiste* responsable* regulier* reguliere* regolar~",
    ),
    ("il", "legal legitimate legal* legaux legitime* licite* lecit~ legittim~ legitim~"),
    (
        "dis",
        "qualified connected connect connects continued continue continues appeared appear satisfied honest allowed allow \
         agree agrees agreed approve approves approved qualifie* occupat~ abitat~ attivat~",
    ),
    (
        "des",
        "approuve* estima estiman estimo estimaron estimad~ aprueba aprueban aprobo aparecio aparecieron bloquea bloqueo \
         bloquead~ controlad~ convoca convocan convoco convocad~ habilitad~ activa activan activo activad~ autoriza autorizo \
         autorizad~ ocupad~ favorable favorables aconseja aconsejan cartad~ aprova aprovou aconselha ativou ativad~",
    ),
    ("de", "confine* bloque* mobilise* classe* branche* conseille* segregate segregated"),
    ("non", "guilty violent fatal lethal"),
    ("nicht", "offentlich* staatlich* zulassig* gewerblich*"),
    ("niet", "schuldig ontvankelijk"),
    (
        "on",
        "schuldig* geldig* bekend* veilig* bevoegd* gegrond* rechtmatig* voldoende mogelijk* wettig* bewoonbaar bewoonbare",
    ),
    ("o", "skyldig skyldiga giltig giltigt saker sakert kand kant kanda laglig lagligt mojlig mojligt"),
    ("u", "skyldig skyldige gyldig sikker kendt mulig muligt"),
    ("nie", "winn^ wazn^ mozliwe legaln^ bezpieczn^ znan^ dostepn^ skuteczn^"),
    ("s", "favorevol~ conosciut~ comparso comparsa comparsi bloccat~ bloccano blocca consiglia consiglian~"),
    ("mis", "trust trusted managed conduct"),
];

/// Longest place, in words, in which a negated word is taken for the opposite of the other one.
const PLACE: usize = 3;

/// Returns whether a short place of one text has a word that a prefix makes the opposite of a word in the other one.
pub(super) fn one_has_prefix(here: &[WordHash], there: &[WordHash]) -> bool {
    here.len().max(there.len()) <= PLACE && (negates(here, there) || negates(there, here))
}

/// Returns whether one of the words is the negation of one of the others.
fn negates(words: &[WordHash], others: &[WordHash]) -> bool {
    words.iter().any(|word| {
        let of = opposites();
        let from = of.partition_point(|(negated, _)| *negated < word.word());
        let known =
            of.get(from..).unwrap_or_default().iter().take_while(|(negated, _)| *negated == word.word());
        known.into_iter().any(|(_, plain)| others.iter().any(|other| other.word() == *plain))
    })
}

/// Returns the hashes of negated words, each with that of the word without the prefix, in order.
fn opposites() -> &'static [(u32, u32)] {
    static OPPOSITES: LazyLock<Vec<(u32, u32)>> = LazyLock::new(|| {
        let hash = |word: &str| WordHash::of_word(word).word();
        let mut pairs: Vec<(u32, u32)> = PREFIXES
            .iter()
            .flat_map(|(prefix, words)| {
                words
                    .split_whitespace()
                    .flat_map(word_forms::forms)
                    .map(move |word| (hash(&format!("{prefix}{word}")), hash(&word)))
            })
            .collect();
        pairs.sort_unstable();
        pairs.dedup();
        pairs
    });
    &OPPOSITES
}
