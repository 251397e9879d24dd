//! Reads the names of organisations that outlets write in full or in initials, `European Central Bank` and `ECB`, `Openbaar
//! Ministerie` and `OM`, and German nouns that stand for one another in every paper: `Lastwagen` and `Lkw`. Countries and
//! unions are read in [`country`](super::country).

use std::sync::LazyLock;

use super::word_table::WordTable;
use super::written::{Separator, WrittenWord};

/// Names in full, in the folded spelling, each with its initials or its usual form in the same language. Only what many outlets
/// abbreviate without an explanation is listed.
const NAMES: [(&str, &str); 139] = [
    ("american civil liberties union", "aclu"),
    ("federal bureau of investigation", "fbi"),
    ("central intelligence agency", "cia"),
    ("national security agency", "nsa"),
    ("world health organization", "who"),
    ("world health organisation", "who"),
    ("international monetary fund", "imf"),
    ("european central bank", "ecb"),
    ("world trade organization", "wto"),
    ("world trade organisation", "wto"),
    ("world food programme", "wfp"),
    ("international atomic energy agency", "iaea"),
    ("international criminal court", "icc"),
    ("international court of justice", "icj"),
    ("international olympic committee", "ioc"),
    ("centers for disease control and prevention", "cdc"),
    ("food and drug administration", "fda"),
    ("environmental protection agency", "epa"),
    ("federal aviation administration", "faa"),
    ("national transportation safety board", "ntsb"),
    ("securities and exchange commission", "sec"),
    ("department of justice", "doj"),
    ("department of homeland security", "dhs"),
    ("federal emergency management agency", "fema"),
    ("immigration and customs enforcement", "ice"),
    ("consumer product safety commission", "cpsc"),
    ("national weather service", "nws"),
    ("united states geological survey", "usgs"),
    ("u.s geological survey", "usgs"),
    ("us geological survey", "usgs"),
    ("national health service", "nhs"),
    ("office for national statistics", "ons"),
    ("bank of england", "boe"),
    ("trades union congress", "tuc"),
    ("democratic unionist party", "dup"),
    ("scottish national party", "snp"),
    ("african national congress", "anc"),
    ("bharatiya janata party", "bjp"),
    ("european medicines agency", "ema"),
    ("european space agency", "esa"),
    ("detective chief inspector", "dci"),
    ("crown prosecution service", "cps"),
    ("national rifle association", "nra"),
    ("north atlantic treaty organization", "nato"),
    ("organisation mondiale de la sante", "oms"),
    ("organisation mondiale du commerce", "omc"),
    ("fonds monetaire international", "fmi"),
    ("banque centrale europeenne", "bce"),
    ("cour penale internationale", "cpi"),
    ("agence internationale de l energie atomique", "aiea"),
    ("rassemblement national", "rn"),
    ("les republicains", "lr"),
    ("parti socialiste", "ps"),
    ("la france insoumise", "lfi"),
    ("parti communiste francais", "pcf"),
    ("confederation generale du travail", "cgt"),
    ("direction generale de la securite interieure", "dgsi"),
    ("direction generale de l aviation civile", "dgac"),
    ("agence regionale de sante", "ars"),
    ("centre hospitalier universitaire", "chu"),
    ("paris saint germain", "psg"),
    ("europaische zentralbank", "ezb"),
    ("europaischen zentralbank", "ezb"),
    ("internationale wahrungsfonds", "iwf"),
    ("internationalen wahrungsfonds", "iwf"),
    ("weltgesundheitsorganisation", "who"),
    ("bundesgerichtshof", "bgh"),
    ("bundesgerichtshofs", "bgh"),
    ("bundeskriminalamt", "bka"),
    ("landeskriminalamt", "lka"),
    ("landeskriminalamts", "lka"),
    ("bundesnachrichtendienst", "bnd"),
    ("deutsche gewerkschaftsbund", "dgb"),
    ("deutschen gewerkschaftsbund", "dgb"),
    ("eisenbahn und verkehrsgewerkschaft", "evg"),
    ("gewerkschaft deutscher lokomotivfuhrer", "gdl"),
    ("alternative fur deutschland", "afd"),
    ("deutsche wetterdienst", "dwd"),
    ("deutschen wetterdienst", "dwd"),
    ("robert koch institut", "rki"),
    ("bundesverfassungsgericht", "bverfg"),
    ("oberlandesgericht", "olg"),
    ("oberlandesgerichts", "olg"),
    ("technische hilfswerk", "thw"),
    ("technischen hilfswerk", "thw"),
    ("technischen hilfswerks", "thw"),
    ("lastwagen", "lkw"),
    ("lastkraftwagen", "lkw"),
    ("laster", "lkw"),
    ("personenwagen", "pkw"),
    ("auto", "pkw"),
    ("autos", "pkw"),
    ("polizeibeamte", "polizisten"),
    ("polizeibeamten", "polizisten"),
    ("feuerwehrmanner", "feuerwehrleute"),
    ("feuerwehrkrafte", "feuerwehrleute"),
    ("einsatzkrafte der feuerwehr", "feuerwehrleute"),
    ("mitarbeitende", "mitarbeiter"),
    ("mitarbeitenden", "mitarbeiter"),
    ("organizacion mundial de la salud", "oms"),
    ("fondo monetario internacional", "fmi"),
    ("banco central europeo", "bce"),
    ("corte penal internacional", "cpi"),
    ("partido popular", "pp"),
    ("partido socialista obrero espanol", "psoe"),
    ("comisiones obreras", "ccoo"),
    ("union general de trabajadores", "ugt"),
    ("instituto nacional de estadistica", "ine"),
    ("direccion general de trafico", "dgt"),
    ("agencia estatal de meteorologia", "aemet"),
    ("organizzazione mondiale della sanita", "oms"),
    ("fondo monetario internazionale", "fmi"),
    ("banca centrale europea", "bce"),
    ("partito democratico", "pd"),
    ("fratelli d italia", "fdi"),
    ("openbaar ministerie", "om"),
    ("europese centrale bank", "ecb"),
    ("wereldgezondheidsorganisatie", "who"),
    ("internationaal monetair fonds", "imf"),
    ("nederlandse spoorwegen", "ns"),
    ("centraal bureau voor de statistiek", "cbs"),
    ("organizacao mundial da saude", "oms"),
    ("fundo monetario internacional", "fmi"),
    ("banco central europeu", "bce"),
    ("partido socialista", "ps"),
    ("partido social democrata", "psd"),
    ("policia judiciaria", "pj"),
    ("guarda nacional republicana", "gnr"),
    ("instituto nacional de estatistica", "ine"),
    ("supremo tribunal federal", "stf"),
    ("europejski bank centralny", "ebc"),
    ("swiatowa organizacja zdrowia", "who"),
    ("miedzynarodowy fundusz walutowy", "mfw"),
    ("prawo i sprawiedliwosc", "pis"),
    ("narodowy bank polski", "nbp"),
    ("europeiska centralbanken", "ecb"),
    ("varldshalsoorganisationen", "who"),
    ("ministry of defence", "mod"),
    ("ministry of defense", "mod"),
];

/// The first words of the names.
static FIRST_WORDS: LazyLock<WordTable<()>> = LazyLock::new(|| {
    let first = NAMES.iter().map(|(name, _)| (name.split(' ').next().unwrap_or(name), ()));
    WordTable::of(&first.collect::<Vec<_>>())
});

/// Returns whether a name in full may begin with this folded word.
pub(super) fn may_begin(word: &str) -> bool {
    FIRST_WORDS.get(word).is_some()
}

/// Returns the initials of the name in full that begins at word `at` with a capital letter, and how many words write it. Of two
/// names the longer counts.
pub(super) fn read(words: &[WrittenWord<'_>], at: usize) -> Option<(&'static str, usize)> {
    let first = words.get(at)?;
    if !first.raw.starts_with(char::is_uppercase) || !may_begin(first.folded) {
        return None;
    }
    let length_of = |name: &str| {
        let (mut length, mut part_before) = (0, "");
        for part in name.split(' ') {
            let word = words.get(at + length)?;
            // The point of `U.S.` is no end of a sentence.
            let is_after_point = || part_before.contains('.') && word.before == Separator::Point;
            let follows = length == 0
                || is_after_point()
                || matches!(
                    word.before,
                    Separator::Space | Separator::Hyphen | Separator::Apostrophe | Separator::Other
                );
            if !follows || word.folded != part {
                return None;
            }
            length += 1;
            part_before = part;
        }
        Some(length)
    };
    let found = NAMES.iter().filter_map(|(name, initials)| Some((*initials, length_of(name)?)));
    found.max_by_key(|(_, length)| *length)
}

#[cfg(test)]
mod tests {
    use super::super::token::words_of;

    #[test]
    fn an_organisation_is_one_name_in_full_and_in_initials() {
        for (one, other) in [
            ("filed by the American Civil Liberties Union on", "filed by the ACLU on"),
            ("said the European Central Bank in", "said the ECB in"),
            ("the U.S. Geological Survey said", "the USGS said"),
            ("the United States Geological Survey said", "the USGS said"),
            ("the US Geological Survey said", "the USGS said"),
            ("l’Organisation mondiale de la santé a", "l’OMS a"),
            ("de l’Agence internationale de l’énergie atomique à", "de l’AIEA à"),
            ("der Europäischen Zentralbank in", "der EZB in"),
            ("die Eisenbahn- und Verkehrsgewerkschaft will", "die EVG will"),
            ("el Partido Socialista Obrero Español de", "el PSOE de"),
            ("het Openbaar Ministerie had", "het OM had"),
            ("zwei Lastwagen auf", "zwei Lkw auf"),
            ("ein Auto stand", "ein Pkw stand"),
            ("rund 80 Einsatzkräfte der Feuerwehr aus", "rund 80 Feuerwehrleute aus"),
            ("die Mitarbeitenden streiken", "die Mitarbeiter streiken"),
        ] {
            assert_eq!(words_of(one), words_of(other), "{one} and {other}");
        }
        for (one, other) in [
            ("the Bank of England said", "the Bank of Estonia said"),
            ("o Partido Socialista vai", "o PSOE vai"),
            ("le parti socialiste italien", "le PS italien"),
        ] {
            assert_ne!(words_of(one), words_of(other), "{one} and {other}");
        }
    }
}
