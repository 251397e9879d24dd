//! Recognises words that say opposite or different things in the same place: `rose` and `fell`, `Monday` and `Tuesday`,
//! `dollars` and `euros`. Without numbers and names, they are all that distinguishes two stories.

use std::sync::LazyLock;

use crate::article::fingerprint::{WordHash, WordKind};
use crate::article::quick_hash::{QuickMap, QuickSet};

/// The values of one property, each with the words of several languages that say it, in the folded spelling.
type Property = &'static [&'static str];

/// What words may say in one of several ways. Some words stand in two properties (`quarter`, `lower`); words with another
/// common meaning are left out (`est` in French, `este` in Spanish).
const PROPERTIES: [Property; 54] = [
    // Days of the week.
    &[
        "monday lundi montag lunes lunedi maandag",
        "tuesday mardi dienstag martes martedi dinsdag",
        "wednesday mercredi mittwoch miercoles mercoledi woensdag",
        "thursday jeudi donnerstag jueves giovedi donderdag",
        "friday vendredi freitag viernes venerdi vrijdag",
        "saturday samedi samstag sonnabend sabado sabato zaterdag",
        "sunday dimanche sonntag domingo domenica zondag",
    ],
    // Months without a day.
    &[
        "january janvier januar enero gennaio",
        "february fevrier februar febrero febbraio",
        "mars marz marzo",
        "april avril abril aprile",
        "mai mayo maggio",
        "june juin juni junio giugno",
        "july juillet juli julio luglio",
        "august aout agosto",
        "september septembre septiembre settembre",
        "october octobre oktober octubre ottobre",
        "november novembre noviembre",
        "december decembre dezember diciembre dicembre",
    ],
    // Parts of the day. One outlet's evening is another one's night.
    &[
        "morning mornings matin morgens vormittags manana mattina mattino",
        "afternoon evening evenings night nights soir abends nachmittags nachts tarde noche serata pomeriggio notte",
    ],
    &["noon midday midi mittags mediodia mezzogiorno", "midnight minuit mitternacht medianoche mezzanotte"],
    &[
        "spring printemps fruhling primavera",
        "summer sommer verano estate",
        "autumn automne herbst otono autunno",
        "winter hiver invierno inverno",
    ],
    // Where.
    &[
        "north northern nord norte norden nordlich settentrionale",
        "south southern sud sur suden sudlich meridionale",
        "east eastern osten ostlich oriental orientale",
        "west western ouest oeste westen westlich occidental occidentale",
    ],
    &[
        "left gauche links linke linken linker linkes izquierda izquierdo sinistra",
        "right droite rechts rechte rechten rechter rechtes derecha derecho destra",
    ],
    // Whether more or less.
    &[
        "rose rises rise rising risen up higher increase increased increases grew grows grown gained climbed raised raises \
         hausse hausses augmente augmentent augmentation monte monter progresse progression \
         steigt steigen steige stieg stiegen gestiegen erhoht zugenommen angestiegen anstieg \
         sube suben subio subieron aumenta aumento aumentaron crecio alza \
         salito salita saliti aumentato cresciuto cresce rialzo",
        "fell falls fall falling fallen down lower lowered lowers decrease decreased decreases declined dropped drops shrank cut \
         baisse baisses diminue diminuent diminution recule reculent recul chute \
         sinkt sinken sinke sank sanken gesunken gefallen fallt fiel verringert gesenkt abgenommen ruckgang \
         baja bajan bajo bajaron disminuyo cae cayo cayeron retrocede retrocedio baisser descenso \
         scende sceso scesa scesi calato diminuito diminuisce ribasso calo",
    ],
    &[
        "more over above least plus mehr uber mindestens mas minimo piu oltre",
        "less fewer under below most moins weniger unter hochstens menos maximo meno sotto",
    ],
    &["high highest hohe hochste alta alto maxima", "low lowest niedrige niedrigste baja basso bassa minima"],
    &[
        "doubled doubles double verdoppelt duplico raddoppiato",
        "tripled triples triple verdreifacht triplico triplicato",
        "halved halves halbiert dimezzato",
        "quadrupled quadruple vervierfacht",
    ],
    &[
        "dozens dizaines dutzende decenas decine",
        "hundreds centaines hunderte cientos centenares centinaia",
        "thousands milliers tausende miles millares migliaia",
        "millions millionen millones milioni",
        "billions milliards milliarden miliardi",
    ],
    &["half moitie halfte mitad meta", "third tiers drittel tercio", "quarter quart viertel quarto"],
    &["before avant vor antes prima earlier", "after apres nach despues dopo later"],
    &[
        "red rouge rouges rot rote roten roja rojo rossa rosso",
        "orange oranges naranja arancione amber",
        "yellow jaune jaunes gelb gelbe gelben amarilla amarillo gialla giallo",
        "green vert verte grun grune verde",
        "blue bleu bleue blau blaue azul blu azzurro",
        "black noir noire schwarz schwarze negro negra nero nera",
        "white blanc blanche weiss weisse blanco blanca bianco bianca",
    ],
    &[
        "final finale finals",
        "semifinal semifinals semifinale semifinales halbfinale",
        "viertelfinale cuartos quarti",
    ],
    // What a number counts.
    &[
        "second seconds seconde secondes sekunden segundos secondi",
        "minute minutes minuten minuto minutos minuti",
        "hour hours heure heures stunde stunden hora horas ora ore",
        "day days jour jours tag tage tagen dia dias giorno giorni",
        "week weeks semaine semaines woche wochen semana semanas settimana settimane",
        "month months mois monat monate monaten mes meses mese mesi",
        "year years ans annee annees jahr jahre jahren ano anos anno anni",
        "decade decades decennie jahrzehnt jahrzehnte decada decadas decennio",
        "century centuries siecle siecles jahrhundert siglo siglos secolo secoli",
    ],
    &["trimestre quarter quartal", "semestre halbjahr"],
    &[
        "km kilometres kilometers kilometre kilometer kilometros chilometri",
        "miles mile meilen millas miglia",
        "metres meters metre meter metern metros metri m",
        "feet foot pieds fuss pies piedi",
    ],
    &["c celsius", "f fahrenheit"],
    &["tonnes tons tonnen toneladas tonnellate", "kilos kg kilogrammes kilogramm kilogramos chili"],
    // What happened.
    &[
        "won wins win winning victory beat gagne gagnent victoire remporte gewann gewonnen gewinnt sieg gana gano ganaron victoria \
         vinto vince vittoria",
        "lost loses lose losing defeat perdu perd perdent defaite verlor verloren verliert niederlage pierde perdio perdieron \
         derrota perso perde sconfitta",
    ],
    &[
        "approved approves adopted adopts accepted accepts backed passed adopte adoptee accepte acceptee approuve approuvee \
         angenommen genehmigt gebilligt bewilligt aprobado aprobada aprobo aceptado acepto approvato approvata accettato",
        "rejected rejects refused refuses blocked rejete rejetee refuse refusee repousse abgelehnt verworfen zuruckgewiesen \
         rechazado rechazada rechazo respinto respinta rifiutato bocciato",
    ],
    &[
        "confirmed confirms confirme confirment bestatigt bestatigte confirmo confirma confermato conferma",
        "denied denies dement dementi dementent dementiert bestritten bestreitet desmintio desmiente nego smentito smentisce",
    ],
    &[
        "guilty convicted coupable condamne condamnee schuldig verurteilt culpable condenado condenada colpevole condannato",
        "innocent acquitted cleared acquitte acquittee relaxe relaxee unschuldig freigesprochen inocente absuelto absuelta innocente \
         assolto assolta",
    ],
    &[
        "killed dead died deaths mort morts morte tue tues tuee tuees tot tote toten getotet gestorben muerto muertos muerta muertas \
         fallecidos morti uccisi ucciso",
        "injured wounded hurt injuries blesse blesses blessee blessees verletzt verletzte verletzten herido heridos herida heridas \
         feriti ferito ferita",
    ],
    &[
        "open opens opened reopened reopens ouvert ouverte ouverts ouvre offen geoffnet eroffnet abierto abierta abrio abre aperto \
         aperta apre",
        "closed closes close shut ferme fermee fermes geschlossen gesperrt schliesst cerrado cerrada cerro cierra chiuso chiusa chiude",
    ],
    &[
        "begins begin began begun starts start started commence commencent debute debut beginnt begann begonnen empieza empezo \
         comienza comenzo inicia inizia iniziato comincia",
        "ends end ended finishes finished finit termine terminent fin endet endete beendet termina termino acaba acabo finisce \
         finito terminato",
    ],
    &[
        "bought buys buy acquires purchase achete achetent acheter achat achats kauft kaufte gekauft kauf compra compro compran acquista \
         acquistato",
        "sold sells sell sale vend vendent vendre vendu vente verkauft verkaufte verkauf vende vendio venden venduto venta ventas vendita vendite",
    ],
    &[
        "imports import imported importations importation importiert importe importaciones importacion importazioni",
        "exports export exported exportations exportation exportiert exporte exportaciones exportacion esportazioni",
    ],
    &[
        "arrival arrivals arrives arrived arrivee ankunft llegada arrivo",
        "departure departures departs departed depart abfahrt salida partenza",
    ],
    &[
        "profit profits gain benefice benefices gewinn uberschuss surplus excedent beneficio beneficios superavit utile avanzo",
        "loss losses deficit perte pertes verlust verluste defizit perdida perdidas perdita disavanzo",
    ],
    &[
        "best meilleur meilleure beste besten mejor migliore",
        "worst pire schlechteste schlimmste peor peggiore",
    ],
    &["oldest aine alteste altesten", "youngest benjamin jungste jungsten"],
    &[
        "new nouveau nouvelle neu neue neuen nuevo nueva nuovo nuova",
        "old ancien ancienne alt alte alten viejo vieja vecchio vecchia",
    ],
    &["hot chaud chaude heiss caliente caldo", "cold froid froide kalt frio fria freddo"],
    &["strong fort forte stark fuerte", "weak faible schwach debil debole"],
    &["for pour fur para per", "against contre gegen contra contro"],
    &["pro", "anti"],
    &[
        "upper superieur superieure obere oberen superior superiore",
        "lower inferieur inferieure untere unteren inferior inferiore",
    ],
    &["lends lent prete leiht verleiht presta prestato", "borrows borrowed emprunte entleiht borgt"],
    &["majority majorite mehrheit mayoria maggioranza", "minority minorite minderheit minoria minoranza"],
    &[
        "public publique offentlich offentliche publico publica pubblico pubblica",
        "private prive privee privat private privado privada \
      privato privata",
    ],
    &["legal legale rechtmassig", "illegal illegale rechtswidrig ilegal"],
    &[
        "promoted promu promue aufgestiegen ascendido promosso",
        "relegated relegue releguee abgestiegen descendido retrocesso",
    ],
    &["hired embauche eingestellt contratado assunto", "fired licencie entlassen despedido licenziato"],
    &["stable stabil estable", "critical critique kritisch critico critica"],
    &["granted accorde gewahrt concedido concesso", "refused denied refuse verweigert negado negato"],
    &[
        "large big grand grande gross grosse",
        "small petit petite klein kleine pequeno pequena piccolo piccola",
    ],
    &["mother mere mutter madre", "father pere vater padre"],
    &["brother frere bruder hermano fratello", "sister soeur schwester hermana sorella"],
    &["son fils sohn hijo figlio", "daughter fille tochter hija figlia"],
    &["free gratuit gratuite kostenlos gratis", "paid payant payante kostenpflichtig pago pagamento"],
    // Who.
    &[
        "man men male homme hommes mann manner hombre hombres uomo uomini boy boys garcon garcons junge jungen nino ninos \
         ragazzo ragazzi masculin masculine masculino maschile",
        "woman women female femme femmes frau frauen mujer mujeres donna donne girl girls fille filles madchen nina ninas ragazza \
         ragazze feminin feminine femenino femminile",
    ],
];

/// Names of the currencies and shares that a number counts, with words that say the same without a number.
const UNITS: [(&str, &str); 13] = [
    ("dollar", "dollar dollars dolares dollari"),
    ("euro", "euro euros"),
    ("pound", "pound pounds pfund libras sterline"),
    ("yen", "yen yens yenes"),
    ("yuan", "yuan yuans yuanes"),
    ("franc", "franc francs franken francos franchi"),
    ("rouble", "rouble roubles rubel rublos rubli"),
    ("rupee", "rupees rupien roupies rupias rupie"),
    ("peso", "pesos"),
    ("crown", "crowns kronen kronor kroner couronnes coronas corone"),
    ("cent", "cents centimes centavos centimos rappen pence"),
    ("percent", "percent prozent"),
    ("point", "points punkte punkten puntos punti"),
];

/// Words that make a statement its opposite, and words that make one thing another (`semi-final`). French `ne` and `n'` are
/// left out, because they may stand without a meaning.
const NEGATIONS: &str = "not no t never cannot none nobody nothing without neither non pas jamais aucun aucune sans nicht nein \
    kein keine keinen keiner keinem keines nie niemals niemand ohne nunca ningun ninguna nadie sin nessun nessuna nessuno mai senza \
    nao niet geen semi demi vice anti";

/// Longest place, in words, in which one word is taken for the replacement of another one.
const REPLACEMENT: usize = 2;
/// The same if the place has as many words in both texts: `un homme arrêté`, `une femme arrêtée`.
const ALIGNED: usize = 6;
/// Longest place, in words, in which numbers or names that change places are all that differs.
const SWAPPED: usize = 12;
/// Longest place, in words, in which a negation is taken for the only difference.
const NEGATED: usize = 3;

/// A value of a property: the number of the property, and that of the value.
type Value = (u8, u8);

/// Returns the values that each word says, by its hash.
fn values() -> &'static QuickMap<u32, Vec<Value>> {
    static VALUES: LazyLock<QuickMap<u32, Vec<Value>>> = LazyLock::new(|| {
        let mut values: QuickMap<u32, Vec<Value>> = QuickMap::default();
        let mut add = |word: WordHash, value: Value| {
            let known = values.entry(word.word()).or_default();
            if !known.contains(&value) {
                known.push(value);
            }
        };
        for (property, says) in PROPERTIES.iter().enumerate() {
            for (value, words) in says.iter().enumerate() {
                for word in words.split_whitespace() {
                    add(WordHash::of_word(word), (property as u8, value as u8));
                }
            }
        }
        let property = PROPERTIES.len() as u8;
        for (value, (unit, words)) in UNITS.iter().enumerate() {
            let value = (property, value as u8);
            add(WordHash::of_unit(unit), value);
            // In Spanish, `$` stands for dollars or for pesos.
            if matches!(*unit, "dollar" | "peso") {
                add(WordHash::of_unit("$"), value);
            }
            for word in words.split_whitespace() {
                add(WordHash::of_word(word), value);
            }
        }
        values
    });
    &VALUES
}

/// Returns the number of the day of the week that a word names, from 0 for Monday.
pub(super) fn weekday(word: WordHash) -> Option<u8> {
    said_by(word).iter().find(|(property, _)| *property == 0).map(|(_, day)| *day)
}

/// Returns whether a short place says another value of a property in each of two texts.
pub(super) fn differ(here: &[WordHash], there: &[WordHash]) -> bool {
    !differing_values(here, there).is_empty()
}

/// Returns the words of each text that say a value of a property in which the two [`differ`].
pub(super) fn differing(here: &[WordHash], there: &[WordHash]) -> (Vec<WordHash>, Vec<WordHash>) {
    let properties = differing_values(here, there);
    let own = |text: &[WordHash]| -> Vec<WordHash> {
        let says =
            |word: &&WordHash| said_by(**word).iter().any(|(property, _)| properties.contains(property));
        text.iter().filter(says).copied().collect()
    };
    (own(here), own(there))
}

/// Returns the properties of which both places say values, and none that is the same.
fn differing_values(here: &[WordHash], there: &[WordHash]) -> Vec<u8> {
    let longest = if here.len() == there.len() { ALIGNED } else { REPLACEMENT };
    if here.len().max(there.len()) > longest {
        return Vec::new();
    }
    let said =
        |text: &[WordHash]| -> Vec<Value> { text.iter().flat_map(|word| said_by(*word)).copied().collect() };
    let (here, there) = (said(here), said(there));
    let mut properties: Vec<u8> = here.iter().map(|(property, _)| *property).collect();
    properties.retain(|property| {
        let is_said_by_both = there.iter().any(|(other, _)| other == property);
        is_said_by_both && !here.iter().any(|value| value.0 == *property && there.contains(value))
    });
    properties
}

fn said_by(word: WordHash) -> &'static [Value] {
    values().get(&word.word()).map_or(&[], Vec::as_slice)
}

/// Returns whether a negation is nearly all that distinguishes two texts in one place. One of the two may have no word there.
pub(super) fn one_is_negated(here: &[WordHash], there: &[WordHash]) -> bool {
    static NEGATION_WORDS: LazyLock<QuickSet<u32>> =
        LazyLock::new(|| NEGATIONS.split_whitespace().map(|word| WordHash::of_word(word).word()).collect());
    // A name may look like a negation: `<NOR>`.
    let is_negation =
        |word: &WordHash| word.kind() == WordKind::Plain && NEGATION_WORDS.contains(&word.word());
    let is_negated = |text: &[WordHash]| text.iter().any(is_negation);
    here.len().max(there.len()) <= NEGATED && is_negated(here) != is_negated(there)
}

/// Returns whether two texts have the same words in one place, but numbers or names change places: `3-1` and `1-3`, `Arvik beat
/// Skagen` and `Skagen beat Arvik`. A list of names (`Arvik and Skagen`) is the same in any order.
pub(super) fn are_swapped(here: &[WordHash], there: &[WordHash]) -> bool {
    let words = |text: &[WordHash]| -> Vec<u32> { text.iter().map(|word| word.word()).collect() };
    let (mut sorted, mut other) = (words(here), words(there));
    if sorted == other || here.len() != there.len() || here.len() > SWAPPED {
        return false;
    }
    sorted.sort_unstable();
    other.sort_unstable();
    if sorted != other {
        return false;
    }
    let mut moved = here.iter().zip(there).filter(|(here, there)| here.word() != there.word());
    let numbers = moved.clone().filter(|(here, there)| is_number(**here) && is_number(**there)).count();
    let all = moved.clone().count();
    let are_facts =
        moved.all(|(here, there)| here.kind() != WordKind::Plain && there.kind() != WordKind::Plain);
    let joins =
        ["and", "et", "und", "y", "e", "or", "ou", "oder", "o"].map(|word| WordHash::of_word(word).word());
    let has_verb = || here.iter().any(|word| word.kind() == WordKind::Plain && !joins.contains(&word.word()));
    are_facts && (numbers == all || has_verb())
}

fn is_number(word: WordHash) -> bool {
    matches!(word.kind(), WordKind::Number | WordKind::SmallNumber)
}
