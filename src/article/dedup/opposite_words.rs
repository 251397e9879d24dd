//! The words that say when, where and how much, by what they say.

/// The values of one property, each with the words of several languages that say it, in the folded spelling. A word may end
/// with the sign of its endings ([`forms`](super::word_forms::forms)).
pub(super) type Property = &'static [&'static str];

/// Days of the week, from Monday on.
pub(super) const WEEKDAYS: Property = &[
    "mandag monday lundi montag lunes lunedi maandag segunda poniedzialek poniedzialku",
    "tisdag tirsdag tuesday mardi dienstag martes martedi dinsdag terca wtorek wtorku",
    "onsdag wednesday mercredi mittwoch miercoles mercoledi woensdag quarta sroda srode srody",
    "torsdag thursday jeudi donnerstag jueves giovedi donderdag quinta czwartek czwartku",
    "fredag friday vendredi freitag viernes venerdi vrijdag sexta piatek piatku",
    "lordag saturday samedi samstag sonnabend sabado sabato zaterdag sobota sobote soboty",
    "sondag sunday dimanche sonntag domingo domenica zondag niedziela niedziele niedzieli",
];

/// What follows a day of the week in German, and in Dutch and the Scandinavian languages, to name a part of it.
pub(super) const PARTS_OF_DAY_DE: &str = "abend morgen fruh vormittag mittag nachmittag nacht";
pub(super) const PARTS_OF_DAY_NL_SV: &str = "avond ochtend morgen middag nacht en ens skvall skvallen smorgon smorgonen \
    seftermiddag seftermiddagen snatten aften formiddag eftermiddag";

/// Words that count something without a number.
pub(super) const VAGUE_COUNTS: Property = &[
    "dozens dizaines dutzende* decenas decine tientallen dezenas dziesiatki dussintals tiotals tiotal",
    "hundreds centaines hunderte* cientos centenares centinaia honderden centenas setki hundratals hundratal",
    "thousands milliers tausende* miles millares migliaia duizenden milhares tysiace tusentals tusental",
    "millions millionen millones milioni miljoenen milhoes miliony miljontals",
    "unanimously unanimous unanimity unanimite unanimement einstimmig* unanimidad unanime unanimidade unanimita unaniem \
        jednoglosnie enhalligt",
    "billions milliards milliarden miliardi miljarden bilhoes miliardy",
];

/// Whether something is or becomes more or less.
pub(super) const CHANGES: Property = &[
    "rise+ rose rising risen up higher increase+ increased grew grow+ grows grown gain+ climb+ jump+ soar+ surge+ raise+ \
     raised hike+ hausse* augment* monte montent monter progress* bondi* grimp* releve* steigt steigen steige stieg \
     stiegen gestiegen* erhoht* zugenommen* angestiegen anstieg angehoben* sub% sube subida aumenta \
     aumento aumentaron aumentan crec% crecio alza salito salita saliti aumentat~ cresciut~ cresce cresceu rialzo stijgt \
     stijgen steeg stegen gestegen stijging verhoogd* toegenomen sobe sobem subiu subiram aumentaram aumentou salgono \
     salgon~ rosnie rosna wzrosl^ wzrost podniosl^ elevo eleva elevaron repunte repunta incremento encarecimiento encarece \
     encarecen encarecio zunahme steg stiger stiga okade okar okning hojde hojer starktes starks steget",
    "fell falls fall falling fallen down lower+ lowered decrease+ decreased decline+ drop+ dropped drops shrank slash \
     slashed cut cuts sank sink+ slid slip+ slipped plunge+ tumble+ slump+ shed baisse* tombe* diminu* recul* chute* abaiss* \
     sinkt sinken sinke sank sanken gesunken* gefallen fallt fiel verringert* gesenkt* abgenommen ruckgang baja bajan bajo \
     bajaron bajada disminuyo disminuye disminuyen disminu% cae caen cayo cayeron caida retroced% descenso scende scendono sces~ calat~ \
     diminuit~ diminuisce ribasso calo daalt dalen daalde daalden gedaald* daling verlaagd* afgenomen cai caem caiu cairam \
     queda desce descem desceram baixaram desceu baixou diminuiu recuou spada spadaja spadl^ spadek maleje obnizyl^ redujo \
     reduce reduj* abaratamiento abarata abaratan abarato repli replis repliait abnahme flessione foll faller sjonk \
     sjunker sjunka minskade minskar minskning sankte sanker forsvagade* forsvagas tappar fald falder faldt",
];

/// What words may say in one of several ways. A word has one meaning here; words with a common second meaning are left out
/// (`est` in French, `este` in Spanish).
pub(super) const PROPERTIES: &[Property] = &[
    // Months without a day.
    &[
        "january janvier januar enero gennaio januari janeiro styczen stycznia styczniu",
        "february fevrier februar febrero febbraio februari fevereiro luty lutego lutym",
        "mars marz marzo maart march marco marca marcu marzec",
        "april avril abril aprile kwiecien kwietnia kwietniu",
        "mai mayo maggio mei maio maju",
        "june juin juni junio giugno junho czerwiec czerwca czerwcu",
        "july juillet juli julio luglio julho lipiec lipca lipcu",
        "august aout agosto augustus sierpien sierpnia sierpniu",
        "september septembre septiembre settembre setembro wrzesien wrzesnia wrzesniu",
        "october octobre oktober octubre ottobre outubro pazdziernik pazdziernika pazdzierniku",
        "november novembre noviembre novembro listopad listopada listopadzie",
        "december decembre dezember diciembre dicembre dezembro grudzien grudnia grudniu",
    ],
    // A paper that prints a report a day later writes `yesterday`, so that is no opposite of `today`.
    &[
        "today aujourd aujourdhui heute hoy oggi vandaag hoje dzis dzisiaj",
        "tomorrow demain morgen domani amanha jutro",
    ],
    // Parts of the day. One outlet's evening is another one's night.
    &[
        "morning mornings matin morgens vormittags manana mattina mattino ochtend ochtends manha rano morgonen formiddagen",
        "afternoon evening evenings night nights soir abends nachmittags nachts tarde noche serata pomeriggio notte avond \
         avonds middags middag noite wieczorem popoludniu noca kvallen eftermiddagen natten",
    ],
    &[
        "noon midday midi mittags mediodia mezzogiorno",
        "midnight minuit mitternacht medianoche mezzanotte middernacht",
    ],
    &[
        "sunrise dawn aube sonnenaufgang morgengrauen amanecer alba",
        "sunset dusk crepuscule sonnenuntergang abenddammerung atardecer anochecer tramonto",
    ],
    &["daytime daylight tagsuber diurne* diurn~", "nighttime overnight nachts nocturne* nocturn~"],
    &[
        "daily quotidien* taglich* diari~",
        "weekly hebdomadaire* wochentlich* semanal semanales",
        "monthly mensuel* monatlich* mensual mensuales",
        "quarterly trimestriel* vierteljahrlich* trimestral trimestrales",
        "yearly annual annually annuel* jahrlich* anual anuales",
    ],
    &[
        "spring printemps fruhling primavera",
        "summer sommer verano estate zomer verao",
        "autumn automne herbst otono autunno herfst outono",
        "winter hiver invierno inverno",
    ],
    // Where.
    &[
        "north northern northbound nord norte norden nordlich* settentrional~ noorden noordelijk* noord polnocn^",
        "south southern southbound sud sur suden sudlich* meridional~ zuiden zuidelijk* zuid poludniow^",
        "east eastern eastbound osten ostlich* oriental~ oosten oostelijk* leste wschod wschodzie wschodni^",
        "west western westbound ouest oeste westen westlich* occidental~ westelijk* zachod zachodzie zachodni^",
    ],
    &[
        "left gauche links linke* izquierda izquierdo sinistra esquerda esquerdo",
        "right droite rechts rechte* derecha derecho destra direita",
    ],
    &[
        "upper superieur* obere* superior~ superiore bovenste",
        "lower inferieur* untere* inferior~ inferiore onderste",
    ],
    &["oberhalb encima", "unterhalb debajo"],
    &[
        "ahead devant vorn vorne delante leads led mene menent",
        "behind derriere hinten zuruck detras trails trailed",
    ],
    &["upstream amont stromaufwarts flussaufwarts", "downstream aval stromabwarts flussabwarts"],
    &["upstairs", "downstairs"],
    &["inbound incoming entrant* einlaufend* entrante*", "outbound outgoing sortant* auslaufend* saliente*"],
    &[
        "home domicile heimspiel heimsieg heimniederlage casa",
        "away deplacement auswarts auswartsspiel auswartssieg auswartsniederlage fuera",
    ],
    &[
        "inside indoor interieur* innen drinnen interior intern~ internal binnen",
        "outside outdoor exterieur* aussen draussen exterior extern~ external buiten",
    ],
    &[
        "domestic national* inland* nacional~ nacionales nazional~ binnenlands*",
        "foreign international* etranger* ausland* auslandisch* extranjer~ internaciona~ internacional internacionales \
         straniero stranier~ internazional~ buitenlands* estrangeir~ internacionais",
    ],
    &["urban* stadtisch* urbano urban~ stedelijk*", "rural* landlich* rurales landelijk*"],
    // Whether more or less.
    CHANGES,
    &[
        "more over above least plus mehr uber mindestens mas minimo piu oltre meer minstens mais wiecej ponad powyzej",
        "less fewer under below most moins weniger unter hochstens menos maximo meno sotto minder hoogstens mniej ponizej",
    ],
    &[
        "high highest haut haute hoch hog hoga hogre hogst hogsta najwyzsz^ wyzsz^ hohe* hochste* alta alto altos altas maxima \
         hoog hoge hoogste wysok^",
        "low lowest bas basse niedrig* niedrigste* niedrigsten niedrigster lag laga lagre lagst lagsta najnizsz^ nizsz^ baja \
         bajo bajos basso bassa minima laag lage laagste baixo baixa nisk^",
    ],
    &["maximum maximal* maximale* maximo maximos", "minimum minimal* minimale* minimo minimos"],
    &["gross brutto brut brute bruts brutes bruto bruta", "net netto nets nette nettes neto neta"],
    &["odd impair* ungerade* impar impares", "even pair* gerade* par pares"],
    &[
        "light lightly leger* leicht* liger~",
        "moderate moderately modere* moderat* massig* moderad~",
        "heavy heavily severe severely fort* schwer* stark* fuerte* sever~ intens~ extreme* extrem* extrem~",
    ],
    &[
        "doubled doubles double* verdoppelt* duplico duplica raddoppiat~ raddoppia verdubbeld* dobrou",
        "tripled triples triple* verdreifacht* triplico triplicat~ verdrievoudigd* triplicou",
        "halved halves halbiert* dimezzat~ halveerd* gehalveerd*",
        "quadrupled quadruple* vervierfacht* quadruplicat~",
    ],
    VAGUE_COUNTS,
    &[
        "half halves halbe halben moitie halfte mitad meta helft metade polowa polowe polowy",
        "third thirds tiers drittel tercio tercios terzi derde terco tercos",
        "quarter quarters quart quarts viertel quarto quarti kwart cuarto cuartos quartos",
        "whole entire entier* entiere* ganze* gesamt* intero intera interi intere hele gehele inteiro inteira caly cala cale \
         calego",
    ],
    &[
        "all alle allen aller todos todas tutti tutte tous toutes wszyscy wszystkie",
        "most many majority plupart majorite meisten mehrheit mayoria maggioranza maggior meeste maioria beaucoup nombreux \
         viele* muchos muchas molti molte veel muitos muitas wiekszosc wiekszosci wielu",
        "few minority peu wenige* wenigste* minderheid minderheit minorite minoria minoranza minor pocos pocas pochi poche \
         weinig poucos poucas mniejszosc niewiele niewielu",
    ],
    &["before avant vor antes prima earlier przed", "after apres nach despues dopo later depois po"],
    // `1` is how each form is read that is one of a number.
    &[
        "1 premiers premieres primeros primeras primi prime primeiros primeiras pierwsi pierwszej pierwszych pierwszym \
         pierwszymi forste",
        "sista siste last dernier* letzt* ultim~ laatste ostatni^ ostatnich ostatnim ostatnimi",
    ],
    &[
        "sista forra last dernier* letzt* ultim~ laatste ostatni^",
        "next prochain* nachst* proxim~ prossim~ volgende nastepn^ przyszl^",
    ],
    &[
        "long longer lang* langer largo larga lung~ langdurig* longo longa",
        "short shorter court courte* kurz* cort~ brev~ breve kort* curt~",
    ],
    &[
        "early earlier tot* fruh* tempran~ anticipad~ vroeg*",
        "late later tard* tardi* spat* tardi~ ritardo laat late",
    ],
    &[
        "fast faster quick quickly rapide* rapidement schnell* rapid~ veloc~ snel* szybk^",
        "slow slower slowly lent* lentement langsam* traag trage woln^ wolniej",
    ],
    &[
        "full plein* voll* llen~ pien~ vol volle chei~ peln^",
        "empty vide* leer* vaci~ vuot~ leeg lege vazi~ pust^",
    ],
    &["rich riche* reich* ric~ rijk*", "poor pauvre* arm arme* pobre* pover~"],
    &[
        "cheap cheaper billig* gunstig* barat~ economic~ goedkop* goedkoop",
        "expensive dearer cher* chere* teuer* teure* car~ duur dure",
    ],
    &[
        "easy easier facile* leicht* einfach* facil faciles makkelijk*",
        "hard harder difficult difficile* schwierig* dificil dificiles difficil~ moeilijk*",
    ],
    &[
        "red rouge* rot rote* roj~ ross~ rod rott roda rood rode vermelh~ czerwon^",
        "orangea orange* naranja arancione amber laranja oranje pomaranczow^",
        "yellow jaune* gelb* gul gult gula amarill~ giall~ geel gele amarel~ zolt^",
        "green vert verte* grun grune* verde verdi groen groene zielon^",
        "blue bleu* blau* azul azules blu azzurr~ blauw blauwe",
        "black noir* schwarz* negr~ ner~ zwart zwarte pret~",
        "white blanc blanche* weiss* blanc~ bianc~ witte branc~",
    ],
    &[
        "final finale finals",
        "semifinal* semifinale* halbfinale",
        "viertelfinale cuartos quarti kwartfinale quartas",
    ],
    // What a number counts.
    &[
        "second seconds seconde secondes sekunden segundos secondi seconden sekund sekundy",
        "minute minutes minuten minuto minutos minuti minuut minut minuty",
        "hour hours heure heures stunde stunden hora horas ora ore uur uren godzina godzin godziny godzine",
        "day days jour jours tag tage tagen dia dias giorno giorni dag dagen dzien dni dnia",
        "week weeks semaine semaines woche wochen semana semanas settimana settimane weken tydzien tygodni tygodnia tygodnie",
        "month months mois monat monate monaten mes meses mese mesi maand maanden miesiac miesiaca miesiecy miesiace",
        "year years ans annee annees jahr jahre jahren ano anos anno anni jaar jaren rok roku lat lata",
        "decade decades decennie* jahrzehnt* decada decadas decennio decennia",
        "century centuries siecle* jahrhundert* siglo siglos secolo secoli eeuw eeuwen seculo",
    ],
    &["trimestre quarter quartal kwartaal", "semestre halbjahr halfjaar"],
    &[
        "km kilometres kilometers kilometre kilometer kilometros chilometri",
        "miles mile meilen millas miglia mijl mph",
        "metres meters metre meter metern metros metri m",
        "feet foot pieds fuss pies piedi ft",
    ],
    &["c celsius", "f fahrenheit"],
    &["tonnes tons tonnen toneladas tonnellate ton", "kilos kg kilogrammes kilogramm kilogramos chili kilo"],
];

/// Names of the currencies and shares that a number counts, with words that say the same without a number.
pub(super) const UNITS: [(&str, &str); 26] = [
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
    ("tonne", "tonnes tons tonnen toneladas tonnellate"),
    ("kilo", "kilos kilogrammes kilogramm"),
    ("foot", "feet foot pieds fuss pies piedi"),
    ("kilometre", "kilometres kilometers kilometros chilometri"),
    ("metre", "metres meters metros metri metern"),
    ("mile", "miles mile meilen millas miglia mijl mph"),
    ("dollar of Australia", ""),
    ("dollar of Canada", ""),
    ("dollar of New Zealand", ""),
    ("dollar of Hong Kong", ""),
    ("dollar of Singapore", ""),
    ("square metre", ""),
    ("square foot", ""),
];
