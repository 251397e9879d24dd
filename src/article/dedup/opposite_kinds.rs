//! The words that say of which kind something is, and who somebody is, by what they say.

use super::opposite_words::Property;

/// What words about a kind or a person may say in one of several ways. The words are written as in
/// [`opposite_words`](super::opposite_words).
pub(super) const PROPERTIES: &[Property] = &[
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
    &[
        "uncle oncle onkel tio",
        "aunt tante tia",
        "grandfather grossvater abuelo",
        "grandmother grossmutter abuela",
        "nephew neveu neffe sobrino",
        "niece nichte sobrina",
    ],
    &[
        "driver drivers conducteur* conductrice* fahrer* autofahrer* conductor* conductora",
        "passenger passengers passager* passagere* beifahrer* insasse* insassin pasajer~",
        "pedestrian pedestrians pieton* fussganger* peaton peatones",
        "cyclist cyclists cycliste* radfahrer* ciclista*",
    ],
    &[
        "landlord landlords proprietaire* vermieter* propietari~ casero caseros",
        "tenant tenants locataire* mieter* inquilin~",
    ],
    &["soldier soldiers soldat* militaire* soldado soldados", "civilian civilians civil* zivilist* civiles"],
    &["ally allies allie* verbundete* aliad~", "enemy enemies ennemi* feind* enemig~"],
    &["donor donors donneur* spender* donante*", "recipient recipients receveur* empfanger* receptor*"],
    &[
        "producer producers producteur* erzeuger* productor*",
        "consumer consumers consommateur* verbraucher* consumidor*",
    ],
    &["wholesale grosshandel* mayorista*", "retail einzelhandel* minorista*"],
    &["supply offre angebot oferta", "demand demande nachfrage demanda"],
    &["inflation inflacion", "deflation deflacion"],
    &["recession rezession recesion", "growth croissance wachstum aufschwung crecimiento"],
    &["immigration einwanderung zuwanderung inmigracion", "emigration auswanderung emigracion"],
    &["gold oro", "silver silber argent plata", "bronze bronce"],
    &["singles einzel simple* individuales", "doubles doppel double* dobles"],
    &["major majeur* mayor mayores", "minor mineur* menor menores"],
    &[
        "full total complete totale* totaux complet* komplett* vollstandig* total~ completo completa",
        "partial partiel* teilweise* parcial parciales",
    ],
    &[
        "scheduled planned programme* geplant* planmassig* programad~",
        "unscheduled emergency urgence notfall* emergencia",
    ],
    &[
        "permanent permanently permanente* dauerhaft* definitiv* definitiv~",
        "temporary temporarily temporaire* provisoire* vorubergehend* befristet* temporal temporales provisional*",
    ],
    &[
        "voluntary voluntarily optional facultatif* facultative* freiwillig* voluntari~ opcional*",
        "mandatory compulsory obligatory obligatoire* verpflichtend* obligatori~",
    ],
    &[
        "direct directly directe* direkt* directo directa",
        "indirect indirectly indirecte* indirekt* indirecto indirecta",
    ],
    &["optimistic optimiste* optimistisch* optimista*", "pessimistic pessimiste* pessimistisch* pesimista*"],
    &["hawkish", "dovish"],
];
