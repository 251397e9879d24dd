//! The words that say what happened, or what somebody did or decided, by what they say.

use super::opposite_words::Property;

/// What words about an event may say in one of several ways. The words are written as in
/// [`opposite_words`](super::opposite_words).
pub(super) const PROPERTIES: &[Property] = &[
    &[
        "win+ won winning victory beat beats defeated gagn* remport* victoire* durchgesetzt* gewann gewannen gewonnen gewinnt \
         sieg siegt gana gano ganan ganaron venci* vence victoria vinto vince vincono vittoria wint overwinning zege ganhou \
         ganham venceu vitoria wygral^ wygrywa zwyciezyl^ zwyciestwo vann vinner seger vandt vant",
        "lose+ lost losing defeat loss perd perdent perdu* defaite* verlor verloren verliert unterliegt niederlage pierde \
         perdio perdieron derrota perso perde perdono sconfitta verliest nederlaag perdeu przegral^ przegrywa porazka \
         forlorade forlorar forlust tabte tapte",
        "drew draw draws nul unentschieden remis empata empato empate pareggia pareggio gelijkspel empatou zremisowal^ \
         oavgjort uavgjort",
        "settle+ settled vergleich",
    ],
    // A law, a plan, a rule.
    &[
        "approve+ adopt+ accept+ upheld uphold upholds back+ passed passes endorse+ ratified ratifies agreed agrees adopt* \
         accept* approuv* ratifi* angenommen* genehmigt* gebilligt* bewilligt* verabschiedet* beschlossen* aprobad~ aprobo \
         admitid~ aceptad~ acepto ratificad~ avala avalo approvat~ accolt~ accettat~ ratificat~ aangenomen gegrond \
         goedgekeurd* aanvaard* aprovad~ aprovou aceit~ aceitou zustimm* zugestimmt* stimmt stimmte stimmten przyjal przyjel^ \
         przyjet^ zatwierdzil^ zatwierdzon^ uchwalil^ poparl^ estima estimad~ estimo admite admitio uwzgledn^ uwzglednil^ \
         valid* godkanner godkande godkands godkant bifaller bifoll antog",
        "reject+ refuse+ block+ veto vetoes vetoed dismissed decline+ rejet* refus* repouss* abgelehnt* verworfen* \
         zuruckgewiesen* verweigert* rechazad~ rechazo vetad~ veto respint~ rifiutat~ bocciat~ afgewezen ongegrond verworpen \
         afgekeurd* rejeitad~ rejeitou recusad~ recusou reprovad~ ablehn* lehnt lehnte lehnten odrzucil^ odrzucon^ odmowil^ \
         desestima desestimad~ desestimo oddalil^ zuruckgezogen* inadmitid~ inadmitio inadmite enterr* aplazo avslar avslog \
         avvisar avvisade avvisas",
    ],
    &[
        "effect retabli* force enact+ introduce+ impose+ reinstate+ upheld uphold upholds vigueur instaur* introdui* maintenu* \
         kraft eingefuhrt* verhangt* vigor instaurad~ implantad~ impuest~ vigore introdott~ impost~ werking ingevoerd* \
         instituid~ introduzid~ mantid~ confirm+ bestatigte* confirme* confirmo conferma confermat~ bevestigd* potwierdzil^ \
         confirmou",
        "repeal+ abolish+ abolished scrap scraps scrapped revoke+ rescind+ annul annuls annulled overturn+ lift lifts lifted \
         quash+ quashed withdrawn lapses lapsed expires expired abrog* supprim* aboli* revoqu* annul* cass* infirm* expir* \
         aufgehoben* abgeschafft* gestrichen* widerrufen* annulliert* ausser derogad~ leve* abolid~ revocad~ anulad~ suprimid~ \
         retirad~ abrogat~ abolit~ revocat~ annullat~ ritirat~ ingetrokken afgeschaft* opgeheven vernietigd* herroepen \
         revogad~ anulo anula kippte kippten gekippt*",
    ],
    &[
        "allow+ permit permits permitted authorise+ authorize+ legalise+ legalize+ autoris* permis* legalis* erlaubt* \
         gestattet* zugelassen* permitid~ autorizad~ legalizad~ permess~ autorizzat~ consentit~ toegestaan toegelaten \
         zezwolil^ dozwolon^",
        "ban bans banned banning forbid forbids forbidden prohibit+ outlaw+ interdi* interdit interdite interdits interdites \
         verboten* untersagt* prohibid~ vetad~ ilegalizad~ vietat~ proibit~ verboden proibid~ zakazal^ zakazan^ zabronion^",
    ],
    &[
        "support+ back backs backed favour+ favor+ endorse+ soutien* soutient soutiennent unterstutzt* unterstutzen \
         befurwortet befurworten begrusst* begrusste* begrussten welcome+ salu* saluda saludo apoya apoyan apoyo respalda \
         respaldo sostiene appoggia appoggiano steunt steunen apoia apoiam defende",
        "oppose+ criticise+ criticize+ condemn+ oppos* combat* conteste* kritisiert kritisieren kritisierte kritisierten \
         verurteilt* opone oponen critica critico contesta opone oppongono oppone verzet bekritiseert opoe criticam",
    ],
    // What somebody says.
    &[
        "confirm+ acknowledge+ admit admits admitted confirm* reconnai* admet bestatigt* einraumt eingeraumt confirmo \
         confirma confirmad~ admite admitio conferma confermato confermano ammette bevestigt* confirmou potwierdzil^ \
         potwierdza potwierdzon^",
        "denied denies deny denying rejects dement dementi* dementent nie nient dementiert* bestritten bestreitet bestreiten \
         leugnet desmintio desmiente desmentid~ nego niega smentit~ smentisce nega ontkent ontkend ontkennen desmentiu negou \
         zaprzeczyl^ zaprzecza zdementowal^",
    ],
    &[
        "maintain+ reaffirm+ confirm+ maintient confirme* bestatigt* mantiene mantuvo confirmad~ confirmo confirma conferma \
         confermat~ handhaaft mantem manteve behaller",
        "raise+ hike+ lift+ releve* erhoht* hebt angehoben* eleva elevo elevad~ sube alza verhoogt verhoogd* elevou hojer \
         hojde",
        "cut cuts lower+ slash slashed reduce+ abaisse* reduit* senkt* gesenkt* recorta recorto baja rebaja rebajo rebajad~ \
         reduce redujo riduce ridott~ taglia verlaagt verlaagd* corta cortou sanker sankte",
    ],
    // A court, the police.
    &[
        "guilty convict+ convicted sentenced jailed coupable* condamn* schuldig* verurteilt* culpable* condenad~ condena \
         condeno colpevol~ condannat~ veroordeeld* culpad~ condenou winn^ skazal^ skazan^ fallde falldes doms domdes dommes",
        "innocent* acquit acquits acquitted cleared exonerate+ exonerated acquitt* relax* innocent* blanchi* unschuldig* \
         freigesprochen* freispruch inocente* absuelt~ absuelve assolt~ assolve vrijgesproken onschuldig* absolvid~ absolveu \
         niewinn^ uniewinnil^ uniewinnion^ friade frias friades frikendes frifunnet",
        "charged accuse+ indict+ indicted inculp* poursuivi* angeklagt* beschuldigt* acusad~ imputad~ procesad~ accusat~ \
         indagat~ aangeklaagd* indiciad~ oskarzon^ atalas atalades",
    ],
    &[
        "arrest+ detain+ detained held capture+ captured arret* interpell* ecrou* festgenommen* verhaftet* inhaftiert* \
         gefasst* haft vastzitten vastzit prisao areszt aresztu detention prison prision prigione carcere gefangnis detenid~ \
         arrestad~ capturad~ detiene arrestat~ fermat~ gearresteerd* aangehouden opgepakt* detid~ pres~ jail+ jailed imprison+ \
         imprisoned aresztowal^ aresztowan^ zatrzymal^ zatrzyman^ remanded custody grips greps gripits anhalls haktas haktades",
        "release+ free+ freed bail freedom wolnosc liberte freiheit libertad liberta liberdade liber* relach* freigelassen* \
         entlassen* liberad~ excarcelad~ rilasciat~ scarcerat~ liberat~ vrijgelaten libertad~ solt~ zwolnil^ zwolnion^ \
         wypuscil^ wypuszczon^ slapps slapptes frislappt losladt",
        "escape+ escaped fled evad* fuite entkommen* entflohen* gefluchtet* fugad~ evadid~ evas~ fuggit~ ontsnapt* foragid~",
    ],
    // What became of people.
    &[
        "killed dead died dies die deaths fatal mort* tue tues tuee tuees deces decede* tot* getotet* gestorben* verstorben* \
         muert~ murio fallecid~ fallecio mort~ uccis~ morto deceduti dood doden gedood* overleden omgekomen mort~ morreu \
         morreram martw^ zginal zginel^ zabit^ zmarl^ dod doda dog dodades dodats omkom avled draebt drept",
        "injured wounded hurt injuries bless* verletzt* verletzten verwundet* herid~ lesionad~ ferit~ gewond* gewonden ferid~ \
         rann^ rannych skadad skadade skadades skadats skadet",
        "missing disparu* vermisst* desaparecid~ dispers~ vermist* desaparecid~ zaginal zaginel^ zaginion^",
        "alive survive+ survived survivor survivors rescue+ rescued saved unhurt unharmed vivant* survecu* rescap* sauv* \
         indemne* uberlebt* uberlebende* gerettet* unverletzt* lebend* rescatad~ superviviente* ilesos ileso salvat~ \
         sopravvissut~ illes~ overleefd* gered* ongedeerd* resgatad~ sobreviveu sobrevivente* leben lebt leven leeft levend* \
         vivo viva vivos vivas vivi vive zyje zyja zyw^ przezyl^ uratowan^ ocalal^",
    ],
    &[
        "slight slightly minor mild leger* legerement leicht* leve leves lieve lievi licht* lichte ligeir~ ligeiramente \
         levemente lievemente latt",
        "serious seriously severe severely grave* gravement schwer* schwerst* gravemente gravi grave ernstig* zwaar zware \
         svart allvarlig^",
        "critical critically critique* kritisch* critic~ kritiek criticamente",
    ],
    &["stable* stabil* stabiel", "critical critique* kritisch* critic~ kritiek instabil* unstable"],
    // An office, a job, a club.
    &[
        "appoint+ elect+ elected elu* elue* nomm* ernannt* gewahlt* berufen* nombrad~ elegid~ electo nominat~ elett~ benoemd* \
         gekozen verkozen nomead~ eleit~",
        "resign+ resigned dismiss+ dismissed oust+ ousted sacked fired demission* limog* revoqu* zuruckgetreten* abberufen* \
         entlassen* dimite dimitio destituid~ cesad~ renuncia renuncio dimess~ dimette rimoss~ afgetreten ontslagen demitid~ \
         exonerad~ renunciou",
    ],
    &[
        "hire+ hired recruit+ embauch* recrut* eingestellt* contratad~ contrata contratara contrataran assunt~ assume \
         aangenomen neemt contratou stellt einstellen",
        "fire+ fired sack sacks lay lays laid licenci* entlassen* despedid~ despide despedira despediran licenziat~ ontslagen \
         ontslaat ontslaan demitiu baut abbauen",
    ],
    &[
        "join+ joined enters entered rejoin* rejoint adher* tritt beigetreten* ingresa ingreso adhiere aderisce entra \
         toegetreden adere ingressa stay+ stays remain+ bleibt bleiben reste restent rimane renueva renovo blijft pozostaje",
        "leave+ leaves quit quits exits withdraws quitt* verlasst verliess verlassen abandona abandono deja sale lascia \
         abbandona esce verlaat verliet deixa deixou sai skip+ skipped boycott+",
    ],
    &[
        "promoted promu* aufgestiegen* aufstieg ascendid~ asciende promoss~ gepromoveerd* promovid~",
        "relegated relegu* abgestiegen* abstieg descendid~ desciende retrocess~ gedegradeerd* rebaixad~",
    ],
    &[
        "qualify qualifies qualified reach+ advance+ advances qualifi* qualifiziert* weiter clasificad~ clasifica qualificat~ \
         qualifica geplaatst* gekwalificeerd* classificad~",
        "eliminated knocked out elimin* ausgeschieden* eliminad~ eliminat~ uitgeschakeld*",
    ],
    // Buildings, firms, services.
    &[
        "open+ opened reopen+ reopened ouvert* ouvre ouvrent rouvert* offen* freigegeben* geoffnet* eroffnet* offnet abiert~ \
         abre abren abrio reabiert~ rouvert* rouverte* apert~ apre aprono riapert~ geopend* opent abert~ abriu reabert~ \
         otwart^ otworzyl^ otwiera oppnar oppnas oppnade oppen oppna oppet",
        "cut coupe* cortad~ cortada close+ closed shut shuts shutter+ ferm* geschlossen* gesperrt* schliesst schliessen \
         cerrad~ cierra cierran cerro chius~ chiude chiudono gesloten sluit dicht fechad~ fecha fechou encerrad~ zamknal \
         zamknel^ zamkniet^ zamyka end+ finish+ clotur* termin* beendet* endete termino terminad~ finisce stanger stangs \
         stangdes stangt stangd avstangd avstangt lukker",
    ],
    &[
        "begin+ begins began begun beginning start+ launch+ commenc* debut* lanc* beginnt beginnen begann begonnen startet \
         gestartet* empieza empezo comienza comenzo inicia iniciad~ inizia iniziat~ comincia begint begon gestart* comeca \
         comecou iniciou beginn beginne zaczal zaczel^ zaczyna rozpoczal rozpoczel^ rozpoczyna",
        "end+ finish+ finished conclude+ concluye concluyo fini* finit termin* acheve* fin endet enden endete beendet* termina \
         termino terminad~ acaba acabo finalizad~ finisce finit~ terminat~ eindigt eindigde beeindigd* geeindigd acabou \
         terminou leve levee levees encerrad~ ende zakonczyl^ zakonczon^ konczy",
    ],
    &[
        "resume+ restore+ restart+ continue+ reprend* repris* reprend retabli* reprennent fortgesetzt* aufgenommen* \
         wiederaufgenommen* wiederhergestellt* reanudad~ reanuda restablecid~ continua ripres~ riprende ripristinat~ hervat* \
         hersteld* retomad~ restabelecid~ wznowil^ wznowion^ poursui* poursuit poursuivent poursuivi* dauert dauern \
         weitergefuhrt* continuan prosigue prosiguen prosegue proseguono continuano prossegue prosseguem continuam fortsatter \
         aterupptas",
        "suspend+ halt+ pause+ interrupt+ suspend* suspendu* interromp* interrompu* arret* unterbrochen* eingestellt* \
         ausgesetzt* gestoppt* suspendid~ suspende interrumpid~ paralizad~ sospes~ interrott~ onderbroken opgeschort* \
         stilgelegd* gestaakt* suspens~ interrompid~ wstrzymal^ wstrzyman^ zawiesil^ zawieszon^ stoppas stoppades avbryts \
         avbrots avbrutits stopgezet",
    ],
    &[
        "postpone+ delay+ delayed report* repouss* verschoben* vertagt* aplazad~ pospuest~ rinviat~ uitgesteld* adiad~ \
         przelozyl^ przelozon^",
        "cancel cancels cancelled canceled annul* abgesagt* gestrichen* cancelad~ desconvocad~ anulad~ suspendid~ annullat~ \
         cancellat~ afgelast* geannuleerd* revocat~ odwolal^ odwolan^",
        "maintained unchanged mainten* maintenu* stattfinden convocad~ mantenid~ mantien* confermat~ handhaafd* mantid~ ahead \
         statt lieu planned geplant*",
    ],
    &[
        "investigating untersucht investigando onderzocht",
        "identified identifi* identifiziert* identificad~ identificat~ geidentificeerd*",
        "monitoring beobachtet uberwacht",
        "resolve+ resolved fixed resolu* behoben* gelost* resuelt~ risolt~ opgelost* resolvid~",
    ],
    &[
        "operational available online disponible* verfugbar* operativ~ disponibil~ beschikbaar* disponivel disponiveis attiv~",
        "degraded down unavailable offline indisponible* gestort* ausgefallen* indisponibil~ onbeschikbaar* indisponivel ferm~",
    ],
    &[
        "build+ built erect+ construit* construi* bati* gebaut* errichtet* construid~ levantad~ costruit~ edificat~ gebouwd* \
         erguid~ zbudowal^ zbudowan^",
        "demolish+ demolished destroy+ destroyed demoli* detrui* abgerissen* zerstort* demolid~ derribad~ destruid~ demolit~ \
         distrutt~ abbattut~ gesloopt* verwoest* demolid~ zburzyl^ zburzon^",
        "repair+ repaired repar* repariert* saniert* reparad~ riparat~ gerepareerd* hersteld*",
    ],
    &[
        "buy+ buys bought acquire+ acquired purchase+ achet* achat* acqui* kauft kaufte gekauft* kauf erworben* erwirbt \
         compra compro compran compraron adquiere acquist~ acquista acquistat~ compran koopt kocht gekocht* comprou adquire \
         kupil^ kupuje",
        "sell+ sells sold sale sales vend vendent vendre vendu* vente* verkauft* verkaufte verkauf verkaufen vende vendio \
         venden vendid~ venta* vendut~ vendita vendite verkoopt verkocht* vendeu venda vendas sprzedal^ sprzedaje",
        "rent+ lease+ leased lou* mietet gemietet* alquila alquilad~ affitta affittat~ huurt gehuurd* aluga alugad~",
    ],
    &[
        "import+ imports importation* importiert* importe importacion importaciones importazioni invoer importacao importacoes",
        "export+ exports exportation* exportiert* exporte exportacion exportaciones esportazioni uitvoer exportacao \
         exportacoes",
    ],
    &[
        "arrive+ arrival arrivals arriv* ankunft angekommen* ankommen llegada llegan llega llego arrivo arrivat~ aankomst \
         aangekomen chegada chegou chega",
        "depart+ departure departures depart* abfahrt abgefahren* abgereist* salida salen partenza partit~ vertrek vertrokken \
         partida partiu",
    ],
    &[
        "profit profits gain gains benefice* gewinn* uberschuss surplus excedent* beneficio* ganancia* superavit utile utili \
         avanzo winst lucro lucros zysk zysku",
        "loss losses deficit* perte pertes verlust* defizit* perdida* perdita perdite disavanzo verlies verliezen prejuizo \
         prejuizos strata straty strate",
    ],
    &[
        "lend+ lends lent pret* leiht verleiht presta prestad~ prestat~ leent",
        "borrow+ borrows emprunt* entleiht borgt",
    ],
    &[
        "succeed+ succeeded success successful reussi* reussit succes about* aboutit aboutissent gelungen* gelingt \
         erfolgreich* erfolg exito* logra logrado riuscit~ riesce successo porozumienie porozumieniem klara geslaagd* slaagt \
         sucesso",
        "fail+ failed failure unsuccessful echou* echec* gescheitert* scheitert misslungen* fehlgeschlagen* fracas~ fallid~ \
         fallit~ fallisce fracaso fiasko fiaskiem strandat strandade fallimento mislukt* faalt fracassou falhou falha",
    ],
    &[
        "send+ deploy+ deployed deploi* envoi* envoy* entsendet* schickt verlegt* envia enviad~ despliega desplegad~ invia \
         inviat~ schiera schierat~ stuurt gestuurd* envia enviou",
        "withdraw+ withdraws withdrew recall+ retir* rappel* abgezogen* zieht zuruckgezogen* retira retirad~ ritira ritirat~ \
         teruggetrokken retirou",
    ],
    &[
        "extend+ extended ausgeweitet* prolong* verlangert* prorrogad~ ampliad~ prorogat~ prolungat~ verlengd* prolongad~",
        "shorten+ shortened ecourt* raccourci* verkurzt* acortad~ recortad~ accorciat~ ridott~ verkort* ingekort* encurtad~",
        "lifted aufgehoben* leve levee levees revocat~ opgeheven levantad~ zniesion^",
        "ease+ relax+ loosened gelockert* assoupli* flexibiliz~ allentat~ versoepeld*",
    ],
    &[
        "expand+ expanded grow+ agrandi* elargi* erweitert* ausgebaut* ampliad~ ampliat~ uitgebreid* expandid~",
        "reduce+ reduced shrink+ shrunk redui* reduit* verkleinert* reduziert* abgebaut* reducid~ ridott~ verkleind* reduzid~",
    ],
    &[
        "improve+ improved amelior* verbessert* mejora mejorad~ mejoran migliora migliorat~ verbeterd* melhora melhorou \
         melhorad~",
        "worsen+ worsened deteriorate+ aggrav* degrad* verschlechtert* verschlimmert* empeora empeorad~ peggiora peggiorat~ \
         verslechterd* piora piorou piorad~",
    ],
    &[
        "accelerate+ accelerated acceler* beschleunigt* acelera acelerad~ accelera accelerat~ versneld* acelerou",
        "slow+ slowed ralenti* ralentit verlangsamt* desacelera ralentizad~ rallenta rallentat~ vertraagd* desacelerou",
    ],
    &[
        "nationalise+ nationalised nationalize+ nationalis* verstaatlicht* nacionalizad~ nazionalizzat~ genationaliseerd*",
        "privatise+ privatised privatize+ privatis* privatisiert* privatizad~ privatizzat~ geprivatiseerd*",
    ],
    &[
        "include+ included inclu* eingeschlossen* incluid~ inclus~ opgenomen",
        "exclude+ excluded exclu* ausgeschlossen* excluid~ esclus~ uitgesloten",
    ],
    &[
        "grant+ granted award+ accord* octroy* gewahrt* erteilt* concedid~ otorgad~ concess~ verleend* toegekend* outorgad~",
        "refused denied refuse* refus* verweigert* versagt* negad~ denegad~ negat~ geweigerd* recusad~",
    ],
    &[
        "married marri* epous* heiratet geheiratet* verheiratet* casad~ sposat~ getrouwd*",
        "divorced divorce* geschieden* divorciad~ divorziat~ gescheiden",
    ],
    &[
        "born naissance* geboren* nacid~ nacio nascid~ nasceu geboren",
        "died deces decede* mort* gestorben* verstorben* fallecid~ fallecio murio mort~ deceduto overleden morreu faleceu",
    ],
    &[
        "attack+ attacked attaqu* angegriffen* greift atacad~ ataca attaccat~ attacca aangevallen atacou",
        "defend+ defended defend* verteidigt* defendid~ defiende difes~ difende verdedigd*",
    ],
    // A warning.
    &[
        "issue+ declare+ activate+ emi* emet emettent emitio emitid~ decret* decretad~ ausgerufen* herausgegeben* emanat~ \
         emess~ afgegeven utfardar utfardade utfardat",
        "lift+ lifts withdrew withdrawn withdraw+ cancelled cancel+ expire+ leve* levent aufgehoben* levantad~ levanto \
         desactivad~ revocat~ ingetrokken haver havde",
    ],
    // A person who was missed.
    &[
        "search+ searches seek+ seeks recherch* sucht suchen gesucht* busca buscan cerca cercano zoekt zoeken procura procuram \
         szuka",
        "found located trouve* retrouve* gefunden* aufgefunden* encontrad~ hallad~ localizad~ trovat~ ritrovat~ gevonden \
         odnalezion^ hittad hittades",
    ],
    // How far, and why.
    &["for favor favour pour fur para per voor", "against contre gegen contra contro tegen emot"],
    &["potable* potabile trinkbar*", "impropre* ungeniessbar*"],
    &[
        "completely fully entirely vollstandig* komplett* ganzlich totalement completement entierement totalmente \
         completamente volledig* helemaal helt calkowicie",
        "partly partially teilweise* partiell* partielle* partiellement parcialmente parzialmente gedeeltelijk* deels delvis \
         czesciowo",
    ],
    &[
        "because due owing wegen aufgrund raison cause debido causa wskutek infolge",
        "despite notwithstanding trotz malgre pesar nonostante malgrado ondanks apesar mimo trots",
    ],
    &[
        "normal normale* normales normalement normali normaal normalny",
        "disrupt+ perturb* perturbad~ beeintrachtigt* gestort* verstoord* ontregeld*",
    ],
    // What was expected.
    &[
        "topped tops beat beats exceed+ surpass+ ubertraf ubertrifft ubertroffen* depass* supera supero superaron superou \
         superat~ overtrof overtroffen overtraffar overtraffade",
        "met meets matched matches erfullte* traf trifft",
        "miss+ missed misses verfehlt* verfehlte* manqu* incumple incumplio mancat~ miste missade missar",
    ],
    &[
        "sober nuchtern sobre* sobri~ nuchter trzezw^ nykter",
        "drunk betrunken* ivre* ebri~ borrach~ ubriac~ dronken beschonken bebad~ embriagad~ nietrzezw^ pijan^ berusad",
    ],
    &["peace paix frieden* paz pace vrede", "war guerre* krieg* guerra* guerre oorlog"],
];
