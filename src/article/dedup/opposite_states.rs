//! The words that say in which state something or somebody is, or how long something holds, by what they say. Most come in
//! pairs in the news of one day and the next: at large and caught, closed and open again.

use super::opposite_words::Property;

/// What words about a state may say in one of several ways. The words are written as in
/// [`opposite_words`](super::opposite_words).
pub(super) const PROPERTIES: &[Property] = &[
    // A person whom the police look for.
    &[
        "arrest+ caught detain+ detained custody interpell* arret* garde gefasst* festgenommen* gestellt* deten% detuv% \
         captur@ arrest# aangehouden gearresteerd* detid~ zatrzyman^ zatrzymal^ gripen gripits anhallen",
        "large run fugitive hunt+ hunted seek+ sought search+ fuite cavale recherch* fluchtig* gesucht* sucht suchen fahndet \
         fahnden fug@ profug~ busc@ busqueda latitante ricercat~ cerca cercano voortvluchtig* gezocht* zoekt zoeken foragid~ \
         procur@ poszukiw^ poszukiwan^ szuka jagas sokt efterlyst",
    ],
    // An agreement, a contract.
    &[
        "sign+ signed reach+ sealed sealing struck concl* conclu* signe* scelle* unterschrieben* unterzeichnet* geschlossen* \
         firm@ sell@ sigla siglat~ siglan~ ondertekend* getekend* gesloten assin@ podpisan^ podpisal^ undertecknades slots",
        "through collapse+ collapsed broke broken terminated rompu* rompt denonc* capot* geplatzt* platzte platzten gekundigt* \
         rompi% roto rota rotos rotas romp% rott~ salt@ salt# afgeketst* verbroken opgezegd* zerwan^ zerwal^ kollapsade",
    ],
    // A school, a road, a border.
    &[
        "open+ opens reopen+ rouvr* rouvri* rouvriront rouvrira rouvrir ouvriront ouvrira ouvrir ouvrent ouvre offnet offnen \
         offnete offneten wiedereroffnet* reabr% abr% abiert~ riapre riaprono riaprira riapriranno aprira apriranno apre aprono \
         riapert~ heropent heropenen opent openen reabert~ otworz^ otwiera otwarte",
        "close+ closed closes shut shuts ferme* fermer fermera fermeront geschlossen* schliesst schliessen gesperrt* cerr@ \
         cierr@ chius~ chiude chiudono chiudera gesloten dicht sluit sluiten fech@ encerrad~ zamkn^ zamkniet^ stangd stangs",
    ],
    // A storm, a quake, a fire.
    &[
        "strengthen+ strengthened intensify intensified intensifies renforc* intensifi* verstarkt* zugenommen* aufgefrischt* \
         fortaleci% intensific@ reforz@ rafforz# aangetrokken toegenomen reforc@",
        "weaken+ weakened ease+ eased affaibli* affaiblit faibli* abgeschwacht* nachgelassen* abgeflaut* debilit@ amain@ \
         indeboli# attenu@ afgezwakt* afgenomen enfraquec%",
    ],
    &[
        "contain+ contained controlled extinguished maitrise* fixe* circonscrit* eteint* geloscht* controlad~ sofocad~ \
         extinguid~ estabilizad~ domat~ spent~ spento geblust* meester dominad~ extint~ ugaszon^ opanowan^ slackt",
        "out spread+ spreading advance+ progress* gagne propag* breitet breiten ausgebreitet* descontrolad~ propag@ avanz@ \
         divamp# verspreidt uitslaande alastr@ rozprzestrzenia",
    ],
    &[
        "deliberate deliberately intentional* arson criminel* criminelle* volontaire* brandstiftung vorsatzlich* absichtlich* \
         intencionad~ intencional intencionales provocad~ dolos~ doloso opzettelijk* brandstichting podpalen^ mordbrand anlagd",
        "accident accidental* accidentally accidentel* accidentelle* involontaire* defekt* defekts fahrlassig* versehentlich* \
         accidental accidentales fortuit~ colpos~ ongeluk technical technique technischer technischen olycka",
    ],
    // What became of people and of a flight.
    &[
        "alive sain* saine* sauf sauve vida vivo viva vivos vivas salvo salva wohlbehalten* unversehrt* lebend* lebendig* vivant* \
         vivi illes~ levend* ongedeerd* cale calo zyw^",
        "dead body bodies mort* morte* sans corps cadavre* cadaver tot tote* toter totes leiche* leichnam muert~ sin cuerpo \
         mort~ corpo dood dode lichaam mart^ martw^ dod",
    ],
    &[
        "landed lands touched gelandet* pose posee atterri* aterriz@ atterr# geland* ladowal^ landade",
        "crash+ crashed ecrase* ecrasee abgesturzt* verungluckt* estrell@ precipit@ precipit# schiant# neergestort* rozbil^ kraschade",
    ],
    &[
        "adult+ adults adulte* erwachsene* erwachsenen adult~ mayores volwassene* doroslych vuxna",
        "child children enfant* mineur* mineure* kind kinder kindern minderjahrige* nino~ nin~ menor menores bambin~ minor \
         minors kinderen crianca* dzieci barn",
    ],
    // A court and a defendant.
    &[
        "upheld uphold upholds confirme* confirm* confirmo bestatigte* bestatigt* confirm@ conferm# bekrachtigd* utrzymal^",
        "struck overturn+ overturned infirm* cass* hob aufgehoben* revoc@ anul@ annull# vernietigd* vernietigde uchylil^ \
         upphavde",
    ],
    &[
        "acquittal relaxe* acquittement freispruch absolucion absuelt~ assoluzione vrijspraak absolvicao uniewinnien^ \
         frikannande",
        "prison jail sentence haft freiheitsstrafe gefangnis carcel carcere celstraf cel prisao wiezien^ fangelse",
    ],
    &[
        "admit+ admitted confess+ confessed avou* reconnu* reconnait gestand gestanden gestehen gesteht confes@ reconoc% admit% \
         ammess~ ammett% confess# bekend bekende przyznal^ erkande erkanner",
        "deny denied denies silent nie nia nient niaient niee schwieg schweigt geschwiegen bestritt* bestreitet leugnet* neg@ \
         nieg@ guardo ontkent ontkende ontkend zaprzeczyl^ nekade nekar",
    ],
    // Work and elections.
    &[
        "create+ creates hire+ hired add+ adds cree creent creer recrut* embauch* schafft schaffen geschaffen* einstellt cre@ \
         contrat@ assum# crea creano schept creeert cria criar tworzy",
        "cut cuts axe+ axed shed sheds slash slashes supprim* streicht streichen gestrichen* abbaut destruy% destru% despid% \
         recort@ tagli# licenzi# schrapt schrappen corta cortar zwalnia",
    ],
    &[
        "reelected re reelu* reelue wiedergewahlt* reelegid~ rielett~ herkozen herverkozen reeleit~ omvald",
        "defeated ousted unseated battu* battue abgewahlt* unterlegen derrotad~ vencid~ sconfitt~ verslagen bortrostad",
    ],
    &[
        "resign+ resigned stepped quit quits demissionn* tritt zuruckgetreten* rucktritt dimit% dimiss% dimess~ dimette \
         opgestapt* aftreedt demit% zrezygnowal^ avgar avgick",
        "stay+ stays remain+ remains reste* bleibt blieb bleiben permanec% sigue siguen rest@ rimane blijft fic@ pozostaje \
         stannar kvar",
    ],
    &[
        "move+ moving relocat+ relocate+ leave+ leaves demenag* zieht umzieht umziehen traslad@ mud@ trasferi% trasferisce \
         verhuist verhuizen przenosi flyttar",
        "stay+ stays remain+ remains reste* restera bleibt bleiben permanec% sigue siguen queda rimane restera blijft blijven \
         fica pozostaje stannar kvar",
    ],
    &[
        "support+ backs unterstutzt* unterstutzen befurwortet* soutient apoy@ respald@ appoggi# sosten# steunt apoi@ popiera \
         stoder stodjer",
        "lehnt lehnen ablehnt oppose* rechaz@ opon% respinge verwerpt rejeit@ odrzuca avvisar",
    ],
    // What is allowed, and what stands.
    &[
        "allow+ allows permit permits erlaubt* erlauben autoris* permit% permis* permett# autoriz@ consent# staat toestaat \
         tillater",
        "ban bans prohibit+ forbid forbids verbietet verbieten verboten* untersagt* interdi* interdit prohib% vieta vietano \
         proib% verbiedt verbieden zakazuje forbjuder",
    ],
    &["cleared clears advance+ advanced", "stall+ stalled block+ blocked"],
    &[
        "bestehen gilt mantien* mantien% manten% maintenu* maintenue* maintained stays remains bleibt conferm# blijft vale",
        "aufgehoben* entfallt levant@ leve* levee* lifted expired revoc@ opgeheven ingetrokken",
    ],
    &["unter schwebt schweben", "ausser"],
    // A medicine, a product, a case.
    &[
        "approved approves licensed cleared autoris* approuv* homologue* zugelassen* aprob% aprob@ autoriz@ approv# goedgekeurd* \
         aprov@",
        "withdrawn withdrew recalled pulled suspended retir* rappel* zuruckgezogen* zuruckgerufen* retir@ ritir# teruggetrokken",
    ],
    &[
        "safe harmless inoffensif* unbedenklich* ungefahrlich* sicher* segur~ inocu~ sicur~ veilig*",
        "harmful dangerous unsafe dangereu* dangereux dangereuse nocif* gefahrlich* schadlich* peligros~ nociv~ pericolos~ \
         gevaarlijk* schadelijk* perigos~",
    ],
    &[
        "file+ filed brought reopened open+ opened ouvert* ouvre eroffnet* erhoben* abri% abre abiert~ apert~ apre geopend* abr%",
        "dropped drop+ closed shelved class* eingestellt* archiv@ sobres% archivi# geseponeerd* arquiv@",
    ],
    &[
        "reopen+ rouvert* rouvre open offen* wiedereroffnet* reabr% reabiert~ riapert~ heropend* reabert~",
        "evacuate+ evacuated evacue* geraumt* evakuiert* evacu@ ontruimd* geevacueerd* ewakuowan^",
    ],
    // A measure.
    &[
        "ordered imposed introduced angeordnet* verhangt* eingefuhrt* erlassen* ordonne* impose* impuest~ impost~ decret* \
         ordin# bevolen ingesteld* infordes",
        "ended lifted scrapped dropped beendet* aufgehoben* leve* levee* levant@ revoc@ revoc# opgeheven beeindigd* upphavdes",
    ],
    // What holds, and what gives way.
    &[
        "held holds holding hold tenu* tient tiennent hielt halt hielten resist% aguant@ mantien* resse reggono hield houdt",
        "gave broke broken collapsed burst cede* cedee rompu* viole* brach brachen gebrochen* ced% rompi% rompe roto rota \
         crol# rott~ brak doorgebroken cedeu rompeu",
    ],
    // A patient, a player, a team.
    &[
        "recovering recovered stable convalesc* retabli* hors gefahr genesen* erholt* peligro fuera recuper@ guarit~ herstellende",
        "died dead mort* deced* gestorben* verstorben* fallec% muri% muert~ mort~ dece* deceduto overleden faleceu morreu",
    ],
    &[
        "start starts play plays titulaire* joue jouera spielt spielen jugar@ juega jugara titular gioca giochera speelt joga",
        "miss misses missing out injured forfait* absent* fehlt fehlen baja lesionad~ salta assente ontbreekt desfalca",
    ],
    &[
        "unbeaten invaincu* unbesiegt* ungeschlagen* invict~ imbattut~ ongeslagen",
        "beaten lost battu* besiegt* geschlagen* derrotad~ sconfitt~ verslagen",
    ],
    &[
        "first leader leads top tete premier* fuhrt fuhren erster spitze lider lidera primer~ capolista koploper",
        "last bottom dernier* derniere letzter letzte schlusslicht colista ultimo ultima fanalino hekkensluiter",
    ],
    // A law before a head of state.
    &[
        "sign+ signed promulg* signe* unterzeichnet* unterzeichnete sancion@ firm@ promulg@ ondertekend*",
        "veto+ vetoed blocked censure* stoppte gestoppt* vet@ bloque@ censur@",
    ],
    &[
        "ahead goes maintenu* maintenue* stattfindet fortgesetzt* continua siguen mantiene confermat~ gaat doorgaat",
        "suspended suspendu* suspendue* ausgesetzt* abgesagt* suspend% sospes~ opgeschort* afgelast*",
    ],
    // How long, and since when.
    &[
        "from since des depuis ab seit desde dal dalla dallo vanaf sinds fran sedan",
        "until till jusqu bis hasta fino tot ate",
    ],
    &[
        "kostenlos* kostenfrei* gratis gratuit* free gratuit~ frei",
        "kostenpflichtig* gebuhrenpflichtig* payant* pago pagamento betaald*",
    ],
];
