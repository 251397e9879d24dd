//! The words that say when, where, how much, of which kind and who, by what they say.

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
        "spring printemps fruhling primavera",
        "summer sommer verano estate zomer verao",
        "autumn automne herbst otono autunno herfst outono",
        "winter hiver invierno inverno",
    ],
    // Where.
    &[
        "north northern nord norte norden nordlich* settentrional~ noorden noordelijk* noord polnocn^",
        "south southern sud sur suden sudlich* meridional~ zuiden zuidelijk* zuid poludniow^",
        "east eastern osten ostlich* oriental~ oosten oostelijk* leste wschod wschodzie wschodni^",
        "west western ouest oeste westen westlich* occidental~ westelijk* zachod zachodzie zachodni^",
    ],
    &[
        "left gauche links linke* izquierda izquierdo sinistra esquerda esquerdo",
        "right droite rechts rechte* derecha derecho destra direita",
    ],
    &[
        "upper superieur* obere* superior~ superiore bovenste",
        "lower inferieur* untere* inferior~ inferiore onderste",
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
    // Of which kind.
    &[
        "best meilleur* beste* mejor mejores migliore migliori melhor",
        "worst pire* schlechteste* schlimmste* peor peores peggiore peggiori slechtste pior",
    ],
    &[
        "better mieux besser* mejor migliore beter betere melhor",
        "worse pire schlechter* schlimmer* peor peggiore slechter* erger pior",
    ],
    &["oldest aine* alteste* oudste", "youngest benjamin* jungste* jongste"],
    &[
        "new nouveau* nouvelle* neu neue* nuev~ nuov~ nieuw nieuwe nov~ nowy nowa nowe nowego nowej nowych",
        "old ancien* ancienne* alt alte* viej~ vecchi~ oude antig~ velh~ stary stara stare starego starej starych",
    ],
    &[
        "hot chaud* heiss* caliente* cald~ heet hete quente* gorac^",
        "cold froid* kalt* fri~ fredd~ koud koude zimn^",
    ],
    &[
        "dry sec seche* trocken* sec~ secc~ droog droge",
        "wet humide* nass* humed~ mojad~ umid~ bagnat~ nat natte molhad~",
    ],
    &[
        "sun sunny soleil ensoleill* sonne sonnig* sol solead~ sole soleggiat~ zon zonnig* ensolarad~",
        "rain rainy rains pluie* pluvieux regen regnerisch* regnet lluvia* lluvios~ pioggia piogge piovos~ regenachtig* chuva* \
         chuvos~",
        "snow snowy snows neige* schnee schneit nieve* nevada* neve nevicat~ sneeuw sneeuwt",
        "fog foggy brouillard* nebel neblig* niebla* nebbia nebbie mist nevoeiro",
    ],
    &[
        "strong fort forte* stark* fuerte* forti sterk* siln^",
        "weak faible* schwach* debil debiles debol~ zwak* frac~ slab^",
    ],
    &["on", "off"],
    &["unter", "ausser"],
    &["toe", "af"],
    &["to auf", "by um"],
    &["auf zu", "ab"],
    &["raison", "tort"],
    &["primary primaire*", "secondary secondaire*"],
    &["pro", "anti"],
    &[
        "majority majorite mehrheit mayoria maggioranza meerderheid maioria wiekszosc wiekszosci",
        "minority minorite minderheit minoria minoranza minderheid mniejszosc mniejszosci",
    ],
    &[
        "public publique* offentlich* public~ pubblic~ publiek* openbaar openbare publiczn^",
        "private prive* privat* privad~ privat~ prywatn^",
    ],
    &[
        "legal legale* legali lawful rechtmassig* licit~ rechtmatig* wettig* valid valable* gultig* valid~ geldig* \
         constitutional possible* moglich* posible* possibil~ mogelijk* possivel likely probable* wahrscheinlich* probabil~ \
         provavel known connu* bekannt* conocid~ not~ bekend* conhecid~ safe secure sur sicher* segur~ sicur~ veilig* fair \
         juste* gerecht* just~ giust~ legaln^ mozliw^ znan^ bezpieczn^",
        "illegal illegale* illegali unlawful rechtswidrig* ilegal ilegales ilicit~ illecit~ onrechtmatig* onwettig* invalid \
         invalide* ungultig* invalid~ ongeldig* unconstitutional impossible* unmoglich* imposible* impossibil~ onmogelijk* \
         impossivel unlikely improbable* unwahrscheinlich* improbabil~ improvavel unknown inconnu* unbekannt* desconocid~ \
         sconosciut~ ignot~ onbekend* desconhecid~ unsafe insecure dangereux unsicher* insegur~ insicur~ onveilig* unfair \
         injuste* ungerecht* injust~ ingiust~ nielegaln^ niemozliw^ nieznan^ niebezpieczn^",
    ],
    &[
        "true vrai* wahr* richtig* ciert~ verdader~ verdadeir~ ver~ waar prawdziw^",
        "false faux fausse* unwahr* falsch* fals~ onwaar falszyw^",
    ],
    &["positive positif* positiv* positiv~ positief", "negative negatif* negativ* negativ~ negatief"],
    &[
        "present presente presentes anwesend* aanwezig*",
        "absent absente* absents ausente* assent~ abwesend* afwezig*",
    ],
    &["vollzeit voltijds", "teilzeit deeltijds"],
    &[
        "large big grand grande* gross grosse* groot grote",
        "small petit petite* klein kleine* pequen~ piccol~",
    ],
    &[
        "free gratuit* frei kostenlos* gratis gratuit~",
        "paid payant* kostenpflichtig* pago pagamento betaald*",
    ],
    &[
        "nuclear nucleair* nucleaire* atomar* kernenergie",
        "solar solaire* solar~ zonneenergie",
        "wind eolien* windkraft eolic~ windenergie",
    ],
    // Who.
    &["mother mere mutter madre moeder mae matka matki", "father pere vater padre vader pai ojciec ojca"],
    &[
        "brother frere* bruder hermano fratello broer irmao brat brata",
        "sister soeur* schwester hermana sorella zus irma siostra siostry",
    ],
    &["son fils sohn hijo figlio zoon filho", "daughter fille tochter hija figlia dochter filha"],
    &["husband mari ehemann marido marito echtgenoot", "wife epouse ehefrau esposa moglie echtgenote"],
    &[
        "king roi konig rey koning rei",
        "queen reine konigin reina regina koningin rainha",
        "prince prinz principe prins",
        "princess princesse prinzessin princesa principessa prinses",
    ],
    &[
        "man men male homme* mann manner hombre* uomo uomini boy boys garcon* junge* nino ninos ragazzo ragazzi masculin* \
         masculino masculina maschile mannen jongen jongens homem homens menino meninos he him his mezczyzna mezczyzne \
         mezczyzny mezczyzni chlopiec chlopca",
        "woman women female femme* frau frauen mujer mujeres donna donne girl girls fille filles madchen nina ninas ragazza \
         ragazze feminin* femenina feminino feminina femenino femminile vrouw vrouwen meisje meisjes mulher mulheres menina \
         meninas she her hers kobieta kobiete kobiety dziewczyna dziewczyne dziewczynka",
    ],
    &[
        "winner winners vainqueur* sieger* gewinner* ganador* vincitor* winnaar* vencedor*",
        "loser losers perdant* verlierer* perdedor* perdent~ verliezer*",
    ],
    &[
        "employer employers employeur* arbeitgeber* empleador* werkgever*",
        "employee employees employe employes arbeitnehmer* emplead~ impiegat~ werknemer* empregad~",
    ],
    &[
        "government gouvernement* regierung* gobierno governo regering*",
        "opposition* oposicion opposizione oppositie oposicao",
    ],
    &[
        "teacher teachers enseignant* lehrer* profesor* insegnant~ leraar leraren",
        "pupil pupils student students eleve* schuler* alumn~ student~ leerling* alun~",
    ],
    &["doctor doctors medecin* arzt arzte* medic~ arts artsen", "patient* paciente* pazient~ patienten"],
    &[
        "victim victims victime* opfer victima* vittim~ slachtoffer* vitima*",
        "suspect suspects tater* sospechos~ sospettat~ verdachte* suspeit~",
    ],
    &[
        "prosecution prosecutor prosecutors procureur* parquet staatsanwalt* fiscal fiscalia procura procurator~",
        "defence defense verteidigung verteidiger* defensa difesa verdediging defesa",
    ],
    &[
        "buyer buyers acheteur* kaufer* comprador* acquirent~ koper kopers",
        "seller sellers vendeur* verkaufer* vendedor* venditor~ verkoper*",
    ],
];

/// Names of the currencies and shares that a number counts, with words that say the same without a number.
pub(super) const UNITS: [(&str, &str); 25] = [
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
    ("mile", "miles mile meilen millas miglia mijl mph"),
    ("dollar of Australia", ""),
    ("dollar of Canada", ""),
    ("dollar of New Zealand", ""),
    ("dollar of Hong Kong", ""),
    ("dollar of Singapore", ""),
    ("square metre", ""),
    ("square foot", ""),
];
