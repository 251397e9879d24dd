//! Finds months by their names, in the languages of feeds.

use std::collections::BTreeMap;
use std::ops::Bound;
use std::sync::LazyLock;

use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::is_combining_mark;

/// The names of each month, one row per month: nominative, genitive, and usual abbreviations. An abbreviation of three letters
/// or more is not listed if all names that begin with it are names of one month. `mar` is March here, though in Finnish it
/// abbreviates November.
#[rustfmt::skip]
const NAMES: [&str; 12] = [
    // The languages, by their codes: en/de/nl/da/sv/no/hu/id, fr, es, ca, it, pt, ro, pl, cs, uk, ru, el, fi, tr, zh/ja,
    // ar, he, fa; then, as CLDR names the months: sr/mk/bg, lv, et, gl, eu, lt, hr, be, az/uz, sq, sk/sl, is, kk, hy, ka,
    // hi, bn, th, ms, fil, sw, ur, cy, af, mr/ne, ta, te, kn, ml, gu, pa; hy, ga, km, lo, my, am, si, br.
    "january januar januari jänner janeiro január janvier enero gennaio ianuarie ian styczeń stycznia leden ledna \
     січень січня январь января ιανουάριος ιανουαρίου ιαν tammi tammikuu tammikuuta ocak oca jan gener \
     一月 يناير جانفي ינואר ژانویه \
     јануар јануари janvāris janvārī jaanuar xaneiro urtarrila urtarrilak sausis sausio siječanj siječnja \
     sij студзень студзеня yanvar janar januára januarja јануара қаңтар հունվար იანვარი იანვარი जनवरी জানুয়ারি มกราคม มค januari \
     جنوری януари \
     ionawr januarie जानेवारी ஜனவரி జనవరి ಜನವರಿ ജനുവരി જાન્યુઆરી ਜਨਵਰੀ \
     հունվարի eanáir genver urtarrilaren មករា ມັງກອນ ဇန်နဝါရီ ጃንዩወሪ ජනවාරි ஜன",
    "february februar februari feber februarie február février fevr fevereiro febrero febbraio luty lutego únor února \
     лютий лютого февраль февраля φεβρουάριος φεβρουαρίου helmi helmikuu helmikuuta şubat şub feb febrer febr \
     二月 فبراير شباط فيفري פברואר فوریه \
     февруари фебруар фебруари veebruar februāris februārī febreiro otsaila otsailak vasaris vasario \
     veljača veljače velj люты лютага fevral shkurt februára februarja фебруара ақпан փետրվար თებერვალი फ़रवरी फरवरी \
     ফেব্রুয়ারি กุมภาพันธ์ กพ pebrero فروری \
     chwefror februarie फेब्रुवारी फेब्रुअरी பிப்ரவரி ఫిబ్రవరి ಫೆಬ್ರವರಿ ഫെബ്രുവരി ફેબ્રુઆરી ਫ਼ਰਵਰੀ \
     փետրվարի feabhra hwevrer cʼhwevrer otsailaren កុម្ភៈ ກຸມພາ ဖေဖော်ဝါရီ ፌብሩወሪ පෙබරවාරි பிப்",
    "march märz maart marts mars maret március mart martie marzo março marzec marca marta březen března березень березня \
     март марта μάρτιος μαρτίου μάω maalis maaliskuu maaliskuuta mar mrz mär març \
     三月 مارس آذار מרץ מרס \
     mart märts marec marca marts martā martxoa martxoak kovas kovo ožujak ožujka ožu сакавік сакавіка \
     наурыз մարտ მარტი मार्च মার্চ มีนาคม มีค mac marso machi مارچ \
     mawrth maart மார்ச் మార్చి ಮಾರ್ಚ್ മാർച്ച് માર્ચ ਮਾਰਚ \
     մարտի márta meurzh mrt martxoaren មីនា ມີນາ မတ် ማርች මාර්තු",
    "april avril abril aprile aprilie április kwiecień kwietnia duben dubna квітень квітня апрель апреля απρίλιος \
     απριλίου huhti huhtikuu huhtikuuta nisan nis apr avr abr kwi \
     四月 أبريل إبريل نيسان أفريل אפריל آوریل \
     aprill apríl apríla априла aprila aprīlis aprīlī apirila apirilak balandis balandžio travanj travnja април \
     красавік красавіка prill сәуір ապրիլ აპრილი अप्रैल এপ্রিল เมษายน เมย aprili اپریل \
     ebrill एप्रिल अप्रिल ஏப்ரல் ఏప్రిల్ ಏಪ್ರಿಲ್ ഏപ്രിൽ એપ્રિલ ਅਪ੍ਰੈਲ \
     ապրիլի aibreán ebrel apirilaren មេសា ເມສາ ဧပြီ ኤፕሪል අප්‍රේල් ஏப்",
    "may mai maj mei maggio mayo maio május květen května травень травня май мая μάιος μαΐου μαι touko toukokuu \
     toukokuuta mayıs máj maig mag \
     五月 مايو أيار ماي מאי مه \
     maijs maijā maig maiatza maiatzak gegužė gegužės svibanj svibnja máj mája маја maja май мај траўня maí мамыр \
     մայիս მაისი मई মে พฤษภาคม พค mayo مئی \
     मे மே మే ಮೇ മേയ് મે ਮਈ \
     մայիսի bealtaine mae maiatzaren ឧសភា ພຶດສະພາ ሜይ මැයි",
    "june juni juin giugno junio junho június iunie czerwiec czerwca červen června червень червня июнь июня ιούνιος \
     ιουνίου ιουν ιον kesä kesäkuu kesäkuuta haziran haz jun juny iun giu cze \
     六月 يونيو حزيران جوان יוני ژوئن \
     juuni jūnijs jūnijā xuño ekaina ekainak birželis birželio lipanj lipnja lipnju jún júna juna јуна junij юни \
     јун јуни чэрвень чэрвеня iyun qershor júní маусым հունիս ივნისი जून জুন มิถุนายน มิย hunyo جون \
     mehefin junie जुन ஜூன் జూన్ ಜೂನ್ ജൂൺ જૂન ਜੂਨ \
     հունիսի meitheamh mezheven ekainaren មិថុនា ມິຖຸນາ ဇွန် ጁን ජූනි",
    "july juli juillet luglio julio julho július iulie lipiec lipca červenec července липень липня июль июля ιούλιος \
     ιουλίου ιουλ ιολ heinä heinäkuu heinäkuuta temmuz tem jul juil juliol iul lug lip \
     七月 يوليو تموز يوليوز جويلية יולי ژوئیه \
     juuli jūlijs jūlijā xullo uztaila uztailak liepa liepos srpanj srpnja srpnju júl júla jula јула julij юли јул \
     јули ліпень ліпеня iyul korrik júlí шілде հուլիս ივლისი जुलाई জুলাই กรกฎาคม กค julai hulyo جولائی \
     gorffennaf julie जुलै जुलाई ஜூலை జులై జూలై ಜುಲೈ ജൂലൈ જુલાઈ ਜੁਲਾਈ \
     հուլիսի iúil gouere uztailaren កក្កដា ກໍລະກົດ ဇူလိုင် ጁላይ ජූලි",
    "august août agosto augustus augusti augusztus agustus sierpień sierpnia srpen srpna серпень серпня август августа \
     αύγουστος αυγούστου elo elokuu elokuuta ağustos ağu aug ago agost aou sie srp \
     八月 أغسطس آب غشت أوت אוגוסט اوت \
     augusts augustā abuztua abuztuak rugpjūtis rugpjūčio kolovoz kolovoza kol avgust август августи \
     жнівень жніўня avqust gusht ágúst augusta avgusta тамыз օգոստոս აგვისტო अगस्त আগস্ট สิงหาคม สค ogos agosti اگست \
     awst ऑगस्ट अगस्ट ஆகஸ்ட் ఆగస్టు ಆಗಸ್ಟ್ ഓഗസ്റ്റ് ઑગસ્ટ ਅਗਸਤ \
     օգոստոսի lúnasa eost abuztuaren សីហា ສິງຫາ ဩဂုတ် ኦገስት අගෝස්තු ஆக",
    "september septembre septiembre settembre setembro szeptember septembrie wrzesień września září вересень вересня \
     сентябрь сентября σεπτέμβριος σεπτεμβρίου syys syyskuu syyskuuta eylül eyl sep sept set setiembre setembre wrz \
     九月 سبتمبر أيلول شتنبر ספטמבר سپتامبر \
     septembris septembrī irailas iraila irailak rugsėjis rugsėjo rujan rujna septembar септември \
     септембар septembra септембра верасень верасня sentyabr sentabr shtator қыркүйек սեպտեմբեր სექტემბერი सितंबर सितम्बर \
     সেপ্টেম্বর กันยายน กย septemba setyembre ستمبر \
     medi सप्टेंबर सेप्टेम्बर செப்டம்பர் సెప్టెంబర్ ಸೆಪ್ಟೆಂಬರ್ സെപ്റ്റംബർ સપ્ટેમ્બર ਸਤੰਬਰ \
     սեպտեմբերի កញ្ញា gwengolo irailaren ກັນຍາ စက်တင်ဘာ ሴፕቴምበር සැප්තැම්බර් செப்",
    "october oktober octobre octubre ottobre outubro október octombrie październik października říjen října жовтень \
     жовтня октябрь октября οκτώβριος οκτωβρίου loka lokakuu lokakuuta ekim eki oct okt out ott paź oktober \
     十月 أكتوبر אוקטובר اکتبر \
     oktoober oktobris oktobrī urria urriak spalis spalio oktobar октомври октобар oktobra октобра кастрычнік кастрычніка \
     oktyabr oktabr tetor қазан հոկտեմբեր ოქტომბერი अक्टूबर अक्तूबर অক্টোবর ตุลาคม ตค oktoba oktubre \
     اکتوبر \
     hydref ऑक्टोबर अक्टोबर அக்டோபர் అక్టోబర్ ಅಕ್ಟೋಬರ್ ഒക്ടോബർ ઑક્ટોબર ਅਕਤੂਬਰ \
     հոկտեմբերի តុលា urriaren ຕຸລາ အောက်တိုဘာ ኦክቶበር ඔක්තෝබර් அக்",
    "november novembre noviembre novembro noiembrie listopad listopada listopadu лис листопада ноябрь ноября νοέμβριος \
     νοεμβρίου marras marraskuu marraskuuta kasım kas nov lis \
     十一月 نوفمبر نونبر נובמבר نوامبر \
     novembris novembrī azaroa azaroak lapkritis lapkričio studeni studenoga studenog stu novembar \
     ноември новембар novembra новембра лістапад лістапада noyabr nëntor nóvember қараша նոյեմբեր ნოემბერი नवंबर नवम्बर \
     নভেম্বর พฤศจิกายน พย novemba nobyembre نومبر \
     tachwedd नोव्हेंबर नोभेम्बर நவம்பர் నవంబర్ ನವೆಂಬರ್ നവംബർ નવેમ્બર ਨਵੰਬਰ \
     նոյեմբերի samhain nopember azaroaren វិច្ឆិកា ພະຈິກ နိုဝင်ဘာ ኖቬምበር නොවැම්බර් நவ",
    "december dezember décembre diciembre dicembre dezembro decembrie desember grudzień grudnia prosinec prosince \
     грудень грудня декабрь декабря δεκέμβριος δεκεμβρίου joulu joulukuu joulukuuta aralık ara dec dez dic des gru \
     十二月 ديسمبر دجنبر דצמבר دسامبر \
     detsember decembris decembrī abendua abenduak gruodis gruodžio prosinac prosinca decembar декември \
     децембар decembra децембра снежань снежня dekabr dhjetor desember желтоқсан դեկտեմբեր დეკემბერი दिसंबर दिसम्बर \
     ডিসেম্বর ธันวาคม ธค disember disyembre desemba دسمبر \
     rhagfyr डिसेंबर डिसेम्बर டிசம்பர் డిసెంబర్ ಡಿಸೆಂಬರ್ ഡിസംബർ ડિસેમ્બર ਦਸੰਬਰ \
     դեկտեմբերի nollaig kerzu abenduaren ធ្នូ ທັນວາ ဒီဇင်ဘာ ዲሴምበር දෙසැම්බර් டிச",
];

/// Maps each name, as [`simplify`] writes it, to the number of its month. Names with the same first letters stand together.
static MONTHS: LazyLock<BTreeMap<String, u32>> = LazyLock::new(|| {
    let rows = NAMES.iter().zip(1..);
    rows.flat_map(|(names, month)| names.split_whitespace().map(move |name| (simplify(name), month)))
        .collect()
});

/// Returns the number of the month that `word` names, from 1; `None` if it names none. `word` must come from [`simplify`].
/// It may be a whole name, or the first three or more letters of names that all mean the same month.
pub(super) fn by_name(word: &str) -> Option<u32> {
    if let Some(month) = MONTHS.get(word) {
        return Some(*month);
    }
    // Hebrew writes "in October" as one word, which begins with this letter.
    if let Some(month) = word.strip_prefix('ב').filter(|word| !word.is_empty()).and_then(by_name) {
        return Some(month);
    }
    if word.chars().count() < 3 {
        return None;
    }
    let mut months = beginning_with(&MONTHS, word).copied();
    let first = months.next()?;
    months.all(|month| month == first).then_some(first)
}

/// Returns the values of the names that begin with `word`.
pub(super) fn beginning_with<'a, T>(
    names: &'a BTreeMap<String, T>,
    word: &'a str,
) -> impl Iterator<Item = &'a T> {
    let from = names.range::<str, _>((Bound::Included(word), Bound::Unbounded));
    from.take_while(move |(name, _)| name.starts_with(word)).map(|(_, value)| value)
}

/// Returns the month that two words name together in the Arabic of the Levant and Iraq. The words must come from [`simplify`].
pub(super) fn of_two_words(first: &str, second: &str) -> Option<u32> {
    let is_first = match second {
        "الاول" | "اول" => true,
        "الثاني" | "الثانى" | "ثاني" | "ثان" => false,
        _ => return None,
    };
    match (first, is_first) {
        ("تشرين", true) => Some(10),
        ("تشرين", false) => Some(11),
        ("كانون", true) => Some(12),
        ("كانون", false) => Some(1),
        _ => None,
    }
}

/// Returns the month that a name means in Croatian, if the same name means another month in Czech or Polish.
pub(super) fn in_croatian(word: &str) -> Option<u32> {
    match word {
        "lip" => Some(6),
        "srp" => Some(7),
        "listopad" | "listopada" | "listopadu" | "lis" => Some(10),
        _ => None,
    }
}

/// Returns `word` in lower case without accents, so that `FÉVRIER`, `fevrier` and `Février` are the same. What is left stays
/// decomposed (form NFD). The Turkish dotless i, the Greek final sigma and the Polish ł become `i`, `σ` and `l`.
pub(super) fn simplify(word: &str) -> String {
    let lower = word.to_lowercase();
    lower
        .nfd()
        // In the scripts of India and South-East Asia these marks are vowels: without them, `มี.ค.` would be `ม.ค.`.
        .filter(|c| !is_combining_mark(*c) || ('\u{900}'..'\u{1100}').contains(c))
        .map(|c| match c {
            'ı' => 'i',
            'ς' => 'σ',
            'ł' => 'l',
            other => other,
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_name_stands_for_two_months() {
        let mut seen = BTreeMap::new();
        for (names, month) in NAMES.iter().zip(1u32..) {
            for name in names.split_whitespace() {
                let before = seen.insert(simplify(name), month);
                assert!(
                    before.is_none_or(|before| before == month),
                    "`{name}` is month {before:?} and {month}"
                );
            }
        }
    }
}
