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
         perdio perdieron derrota perso perde perdono sconfitta verliest nederlaag perdeu przegral^ przegrywa porazka forlorade \
         forlorar forlust tabte tapte",
        "drew draw draws nul unentschieden remis empata empato empate pareggia pareggio gelijkspel empatou zremisowal^ oavgjort \
         uavgjort",
        "settle+ settled vergleich",
    ],
    // A law, a plan, a rule.
    &[
        "approve+ adopt+ accept+ upheld uphold upholds back+ passed passes endorse+ ratified ratifies agreed agrees adopt* \
         accept* approuv* ratifi* angenommen* genehmigt* gebilligt* bewilligt* verabschiedet* beschlossen* aprob@ admit% acept@ \
         ratific@ avala avalo approv# accolt~ accett# ratific# aangenomen gegrond goedgekeurd* aanvaard* aprov@ aceit~ aceitou \
         zustimm* zugestimmt* stimmt stimmte stimmten przyjal przyjel^ przyjet^ zatwierdzil^ zatwierdzon^ uchwalil^ poparl^ \
         estim@ uwzgledn^ uwzglednil^ valid* godkanner godkande godkands godkant bifaller bifoll antog",
        "reject+ refuse+ block+ veto vetoes vetoed dismissed decline+ rejet* refus* repouss* abgelehnt* verworfen* \
         zuruckgewiesen* verweigert* rechaz@ vetad~ respint~ rifiut# bocci# afgewezen ongegrond verworpen afgekeurd* rejeit@ \
         recus@ reprov@ ablehn* lehnt lehnte lehnten odrzucil^ odrzucon^ odmowil^ desestim@ oddalil^ zuruckgezogen* inadmit% \
         enterr* aplazo avslar avslog avvisar avvisade avvisas",
    ],
    &[
        "effect retabli* force enact+ introduce+ impose+ reinstate+ upheld uphold upholds vigueur instaur* introdui* maintenu* \
         kraft eingefuhrt* verhangt* vigor instaur@ implant@ impuest~ vigore introdott~ impost~ werking ingevoerd* institu% \
         introduz% mant% confirm+ bestatigte* confirme* confirmo conferm# bevestigd* potwierdzil^ confirmou",
        "repeal+ abolish+ abolished scrap scraps scrapped revoke+ rescind+ annul annuls annulled overturn+ lift lifts lifted \
         quash+ quashed withdrawn lapses lapsed expires expired abrog* supprim* aboli* revoqu* annul* cass* infirm* expir* \
         aufgehoben* abgeschafft* gestrichen* widerrufen* annulliert* ausser derog@ leve* abol% revoc@ anul@ suprim% retir@ \
         abrog# abol# revoc# annull# ritir# ingetrokken afgeschaft* opgeheven vernietigd* herroepen revog@ kippte kippten \
         gekippt*",
    ],
    &[
        "allow+ permit permits permitted authorise+ authorize+ legalise+ legalize+ autoris* permis* legalis* erlaubt* \
         gestattet* zugelassen* permit% autoriz@ legaliz@ permess~ autorizz# consent# toegestaan toegelaten zezwolil^ dozwolon^",
        "ban bans banned banning forbid forbids forbidden prohibit+ outlaw+ interdi* interdit interdite interdits interdites \
         verboten* untersagt* prohib% vetad~ ilegaliz@ viet# proib# verboden proib% zakazal^ zakazan^ zabronion^",
    ],
    &[
        "support+ back backs backed favour+ favor+ endorse+ soutien* soutient soutiennent unterstutzt* unterstutzen befurwortet \
         befurworten begrusst* begrusste* begrussten welcome+ salu* saluda saludo apoya apoyan apoyo respalda respaldo sostiene \
         appoggia appoggiano steunt steunen apoia apoiam defende",
        "oppose+ criticise+ criticize+ condemn+ oppos* combat* conteste* kritisiert kritisieren kritisierte kritisierten \
         verurteilt* opone oponen critica critico contesta oppongono oppone verzet bekritiseert opoe criticam",
    ],
    // What somebody says.
    &[
        "confirm+ acknowledge+ admit admits admitted confirm* reconnai* admet bestatigt* einraumt eingeraumt confirm@ admite \
         admitio conferma confermato confermano ammette bevestigt* potwierdzil^ potwierdza potwierdzon^",
        "denied denies deny denying rejects dement dementi* dementent nie nient dementiert* bestritten bestreitet bestreiten \
         leugnet desmintio desmiente desment% nego niega sment# nega ontkent ontkend ontkennen negou zaprzeczyl^ zaprzecza \
         zdementowal^",
    ],
    &[
        "maintain+ reaffirm+ confirm+ maintient confirme* bestatigt* mantiene mantuvo confirm@ conferm# handhaaft mantem \
         manteve behaller",
        "raise+ hike+ lift+ releve* erhoht* hebt angehoben* elev@ sube alza verhoogt verhoogd* hojer hojde",
        "cut cuts lower+ slash slashed reduce+ abaisse* reduit* senkt* gesenkt* recorta recorto baja rebaj@ reduce redujo \
         riduce ridott~ taglia verlaagt verlaagd* corta cortou sanker sankte",
    ],
    // A court, the police.
    &[
        "guilty convict+ convicted sentenced jailed coupable* condamn* schuldig* verurteilt* culpable* conden@ colpevol~ \
         condann# veroordeeld* culp@ winn^ skazal^ skazan^ fallde falldes doms domdes dommes",
        "innocent* acquit acquits acquitted cleared exonerate+ exonerated acquitt* relax* blanchi* unschuldig* freigesprochen* \
         freispruch inocente* absuelt~ absuelve assolt~ assolve vrijgesproken onschuldig* absolv% niewinn^ uniewinnil^ \
         uniewinnion^ friade frias friades frikendes frifunnet",
        "charged accuse+ indict+ indicted inculp* poursuivi* angeklagt* beschuldigt* acus@ imput@ proces@ accus# indag# \
         aangeklaagd* indici@ oskarzon^ atalas atalades",
    ],
    &[
        "arrest+ detain+ detained held capture+ captured arret* interpell* ecrou* festgenommen* verhaftet* inhaftiert* gefasst* \
         haft vastzitten vastzit prisao areszt aresztu detention prison prision prigione carcere gefangnis deten% arrest@ \
         captur@ detiene arrest# ferm# gearresteerd* aangehouden opgepakt* detid~ pres~ jail+ jailed imprison+ imprisoned \
         aresztowal^ aresztowan^ zatrzymal^ zatrzyman^ remanded custody grips greps gripits anhalls haktas haktades",
        "release+ free+ freed bail freedom wolnosc freiheit libertad liberdade liber* relach* freigelassen* entlassen* liber@ \
         excarcel@ rilasci# scarcer# liber# vrijgelaten libert@ solt~ zwolnil^ zwolnion^ wypuscil^ wypuszczon^ slapps slapptes \
         frislappt losladt",
        "escape+ escaped fled evad* fuite entkommen* entflohen* gefluchtet* fugad~ evad% evas~ fugg# ontsnapt* forag%",
    ],
    // What became of people.
    &[
        "killed dead died dies die deaths fatal drown+ drowned ertrunken* ertrank ertranken noye* ahogad~ ahogo mort* tue tues tuee tuees deces decede* tot* getotet* gestorben* verstorben* \
         muert~ murio fallec% mort~ uccis~ morto deceduti dood doden gedood* overleden omgekomen morreu morreram martw^ zginal \
         zginel^ zabit^ zmarl^ dod doda dog dodades dodats omkom avled draebt drept",
        "injured wounded hurt injuries bless* verletzt* verletzten verwundet* herid~ lesion@ ferit~ gewond* gewonden ferid~ \
         rann^ rannych skadad skadade skadades skadats skadet",
        "missing disparu* vermisst* desaparec% dispers~ vermist* zaginal zaginel^ zaginion^",
        "alive survive+ survived survivor survivors rescue+ rescued saved unhurt unharmed vivant* survecu* rescap* sauv* \
         indemne* uberlebt* uberlebende* gerettet* unverletzt* lebend* rescat@ superviviente* ilesos ileso salv# sopravviss# \
         illes~ overleefd* gered* ongedeerd* resgat@ sobreviveu sobrevivente* leben lebt leven leeft levend* vivo viva vivos \
         vivas vivi vive zyje zyja zyw^ przezyl^ uratowan^ ocalal^",
    ],
    &[
        "slight slightly minor mild leger* legerement leicht* leve leves lieve lievi licht* lichte ligeir~ ligeiramente \
         levemente lievemente latt",
        "serious seriously severe severely grave* gravement schwer* schwerst* gravemente gravi grave ernstig* zwaar zware svart \
         allvarlig^",
        "critical critically critique* kritisch* critic~ kritiek criticamente",
    ],
    &["stable* stabil* stabiel", "critical critique* kritisch* critic~ kritiek instabil* unstable"],
    // An office, a job, a club.
    &[
        "appoint+ elect+ elected elu* elue* nomm* ernannt* gewahlt* berufen* nombr@ eleg% electo nomin# elett~ benoemd* gekozen \
         verkozen nome@ eleit~",
        "resign+ resigned dismiss+ dismissed oust+ ousted sacked fired demission* limog* revoqu* zuruckgetreten* abberufen* \
         entlassen* dimite dimitio destitu% cesad~ renuncia renuncio dimess~ dimette rimoss~ afgetreten ontslagen demit% \
         exoner@ renunciou",
    ],
    &[
        "hire+ hired recruit+ embauch* recrut* eingestellt* contrat@ assunt~ assume aangenomen neemt stellt einstellen",
        "fire+ fired sack sacks lay lays laid licenci* entlassen* desped% despide licenzi# ontslagen ontslaat ontslaan demitiu \
         baut abbauen",
    ],
    &[
        "join+ joined enters entered rejoin* rejoint adher* tritt beigetreten* ingresa ingreso adhiere aderisce entra \
         toegetreden adere ingressa stay+ stays remain+ bleibt bleiben reste restent rimane renueva renovo blijft pozostaje",
        "leave+ leaves quit quits exits withdraws quitt* verlasst verliess verlassen abandona abandono deja sale lascia \
         abbandona esce verlaat verliet deixa deixou sai skip+ skipped boycott+",
    ],
    &[
        "promoted promu* aufgestiegen* aufstieg ascend% asciende promoss~ gepromoveerd* promov%",
        "relegated relegu* abgestiegen* abstieg descend% desciende retrocess~ gedegradeerd* rebaix@",
    ],
    &[
        "qualify qualifies qualified reach+ advance+ advances qualifi* qualifiziert* weiter clasific@ qualific# geplaatst* \
         gekwalificeerd* classific@",
        "eliminated knocked out elimin* ausgeschieden* elimin@ elimin# uitgeschakeld*",
    ],
    // Buildings, firms, services.
    &[
        "open+ opened reopen+ reopened ouvert* ouvre ouvrent rouvert* offen* freigegeben* geoffnet* eroffnet* offnet opengesteld* abiert~ \
         abre abren abrio reabiert~ rouverte* apert~ apre aprono riapert~ geopend* opent abert~ abriu reabert~ otwart^ \
         otworzyl^ otwiera oppnar oppnas oppnade oppen oppna oppet",
        "cut coupe* cort@ close+ closed shut shuts shutter+ ferm* geschlossen* gesperrt* schliesst schliessen cerr@ cierra \
         cierran chius~ chiude chiudono gesloten afgesloten sluit dicht fech@ encerr@ zamknal zamknel^ zamkniet^ zamyka end+ finish+ \
         clotur* termin* beendet* endete termin@ finisce stanger stangs stangdes stangt stangd avstangd avstangt lukker",
    ],
    &[
        "begin+ begins began begun beginning start+ launch+ commenc* debut* lanc* beginnt beginnen begann begonnen startet \
         gestartet* empieza empezo comienza comenzo inici@ inizi# comincia begint begon gestart* comeca comecou beginn beginne \
         zaczal zaczel^ zaczyna rozpoczal rozpoczel^ rozpoczyna",
        "end+ finish+ finished conclude+ concluye concluyo fini* finit termin* acheve* fin endet enden endete beendet* termin@ \
         acaba acabo finaliz@ finisce finit~ termin# eindigt eindigde beeindigd* geeindigd acabou leve levee levees encerr@ \
         ende zakonczyl^ zakonczon^ konczy",
    ],
    &[
        "resume+ restore+ restart+ continue+ reprend* repris* reprend retabli* reprennent fortgesetzt* aufgenommen* \
         wiederaufgenommen* wiederhergestellt* reanud@ restablec% continua ripres~ riprende ripristin# hervat* hersteld* retom@ \
         restabelec% wznowil^ wznowion^ poursui* poursuit poursuivent poursuivi* dauert dauern weitergefuhrt* continuan \
         prosigue prosiguen prosegue proseguono continuano prossegue prosseguem continuam fortsatter aterupptas",
        "suspend+ halt+ pause+ interrupt+ suspend* suspendu* interromp* interrompu* arret* unterbrochen* eingestellt* \
         ausgesetzt* gestoppt* suspend% interrump% paraliz@ sospes~ interrott~ onderbroken opgeschort* stilgelegd* gestaakt* \
         suspens~ interromp% wstrzymal^ wstrzyman^ zawiesil^ zawieszon^ stoppas stoppades avbryts avbrots avbrutits stopgezet",
    ],
    &[
        "postpone+ delay+ delayed report* repouss* verschoben* vertagt* aplaz@ pospuest~ rinvi# uitgesteld* adiad~ przelozyl^ \
         przelozon^",
        "cancel cancels cancelled canceled annul* abgesagt* gestrichen* cancel@ desconvoc@ anul@ suspend% annull# cancell# \
         afgelast* geannuleerd* revoc# odwolal^ odwolan^",
        "maintained unchanged mainten* maintenu* stattfinden convoc@ manten% mantien* conferm# handhaafd* mant% ahead statt \
         lieu planned geplant*",
    ],
    &[
        "investigating untersucht investigando onderzocht",
        "identified identifi* identifiziert* identific@ identific# geidentificeerd*",
        "monitoring beobachtet uberwacht",
        "resolve+ resolved fixed resolu* behoben* gelost* resuelt~ risolt~ opgelost* resolv%",
    ],
    &[
        "operational available online disponible* verfugbar* operativ~ disponibil~ beschikbaar* disponivel disponiveis attiv~",
        "degraded down unavailable offline indisponible* gestort* ausgefallen* indisponibil~ onbeschikbaar* indisponivel ferm~",
    ],
    &[
        "build+ built erect+ construit* construi* bati* gebaut* errichtet* constru% levant@ costru# edific# gebouwd* ergu% \
         zbudowal^ zbudowan^",
        "demolish+ demolished destroy+ destroyed demoli* detrui* abgerissen* zerstort* demol% derrib@ destru% demol# distrutt~ \
         abbatt# gesloopt* verwoest* zburzyl^ zburzon^",
        "repair+ repaired repar* repariert* saniert* repar@ ripar# gerepareerd* hersteld*",
    ],
    &[
        "buy+ buys bought acquire+ acquired purchase+ achet* achat* acqui* kauft kaufte gekauft* kauf erworben* erwirbt compra \
         compro compran compraron adquiere acquist~ acquist# koopt kocht gekocht* comprou adquire kupil^ kupuje",
        "sell+ sells sold sale sales vend vendent vendre vendu* vente* verkauft* verkaufte verkauf verkaufen vend% venta* vend# \
         verkoopt verkocht* vendas sprzedal^ sprzedaje",
        "rent+ lease+ leased lou* mietet gemietet* alquil@ affitt# huurt gehuurd* alug@",
    ],
    &[
        "import+ imports importation* importiert* importe importacion importaciones importazioni invoer importacao importacoes",
        "export+ exports exportation* exportiert* exporte exportacion exportaciones esportazioni uitvoer exportacao exportacoes",
    ],
    &[
        "arrive+ arrival arrivals arriv* ankunft angekommen* ankommen llegada llegan llega llego arriv# aankomst aangekomen \
         chegada chegou chega",
        "depart+ departure departures depart* abfahrt abgefahren* abgereist* salida salen partenza part# vertrek vertrokken \
         partida partiu",
    ],
    &[
        "profit profits gain gains benefice* gewinn* uberschuss surplus excedent* beneficio* ganancia* superavit utile utili \
         avanzo winst lucro lucros zysk zysku",
        "loss losses deficit* perte pertes verlust* defizit* perdida* perdita perdite disavanzo verlies verliezen prejuizo \
         prejuizos strata straty strate",
    ],
    &["lend+ lends lent pret* leiht verleiht prest@ prest# leent", "borrow+ borrows emprunt* entleiht borgt"],
    &[
        "succeed+ succeeded success successful reussi* reussit succes about* aboutit aboutissent gelungen* gelingt erfolgreich* \
         erfolg exito* logra logrado riusc# riesce successo porozumienie porozumieniem klara geslaagd* slaagt sucesso",
        "fail+ failed failure unsuccessful echou* echec* gescheitert* scheitert misslungen* fehlgeschlagen* fracas~ fall% fall# \
         fracaso fiasko fiaskiem strandat strandade fallimento mislukt* faalt fracassou falhou falha",
    ],
    &[
        "send+ deploy+ deployed deploi* envoi* envoy* entsendet* schickt verlegt* envi@ despliega despleg@ invi# schier# stuurt \
         gestuurd*",
        "withdraw+ withdraws withdrew recall+ retir* rappel* abgezogen* zieht zuruckgezogen* retir@ ritir# teruggetrokken",
    ],
    &[
        "extend+ extended ausgeweitet* prolong* verlangert* prorrog@ ampli@ prorog# prolung# verlengd* prolong@",
        "shorten+ shortened ecourt* raccourci* verkurzt* acort@ recort@ accorci# ridott~ verkort* ingekort* encurt@",
        "lifted aufgehoben* leve levee levees revoc# opgeheven levant@ zniesion^",
        "ease+ relax+ loosened gelockert* assoupli* flexibiliz~ allent# versoepeld*",
    ],
    &[
        "expand+ expanded grow+ agrandi* elargi* erweitert* ausgebaut* ampli@ ampli# uitgebreid* expand%",
        "reduce+ reduced shrink+ shrunk redui* reduit* verkleinert* reduziert* abgebaut* reduc% ridott~ verkleind* reduz%",
    ],
    &[
        "improve+ improved amelior* verbessert* mejor@ miglior# verbeterd* melhor@",
        "worsen+ worsened deteriorate+ aggrav* degrad* verschlechtert* verschlimmert* empeor@ peggior# verslechterd* pior@",
    ],
    &[
        "accelerate+ accelerated acceler* beschleunigt* aceler@ acceler# versneld*",
        "slow+ slowed ralenti* ralentit verlangsamt* desacelera ralentiz@ rallent# vertraagd* desacelerou",
    ],
    &[
        "nationalise+ nationalised nationalize+ nationalis* verstaatlicht* nacionaliz@ nazionalizz# genationaliseerd*",
        "privatise+ privatised privatize+ privatis* privatisiert* privatiz@ privatizz# geprivatiseerd*",
    ],
    &[
        "include+ included inclu* eingeschlossen* inclu% inclus~ opgenomen",
        "exclude+ excluded exclu* ausgeschlossen* exclu% esclus~ uitgesloten",
    ],
    &[
        "grant+ granted award+ accord* octroy* gewahrt* erteilt* conced% otorg@ concess~ verleend* toegekend* outorg@",
        "refused denied refuse* refus* verweigert* versagt* negad~ deneg@ negat~ geweigerd* recus@",
    ],
    &[
        "married marri* epous* heiratet geheiratet* verheiratet* casad~ spos# getrouwd*",
        "divorced divorce* geschieden* divorci@ divorzi# gescheiden",
    ],
    &[
        "born naissance* geboren* nacid~ nacio nasc% geboren",
        "died deces decede* mort* gestorben* verstorben* fallec% murio mort~ deceduto overleden morreu faleceu",
    ],
    &[
        "attack+ attacked attaqu* angegriffen* greift atac@ attacc# aangevallen",
        "defend+ defended defend* verteidigt* defend% defiende difes~ difende verdedigd*",
    ],
    // A warning.
    &[
        "issue+ declare+ activate+ emi* emet emettent emit% decret* decret@ ausgerufen* herausgegeben* eman# emess~ afgegeven \
         utfardar utfardade utfardat",
        "lift+ lifts withdrew withdrawn withdraw+ cancelled cancel+ expire+ leve* levent aufgehoben* levant@ desactiv@ revoc# \
         ingetrokken haver havde",
    ],
    // A person who was missed.
    &[
        "search+ searches seek+ seeks recherch* sucht suchen gesucht* busca buscan cerca cercano zoekt zoeken procura procuram \
         szuka",
        "found located trouve* retrouve* gefunden* aufgefunden* encontr@ hall@ localiz@ trov# ritrov# gevonden odnalezion^ \
         hittad hittades",
    ],
    // How far, and why.
    &["for favor favour pour fur para per voor", "against contre gegen contra contro tegen emot"],
    &["potable* potabile trinkbar*", "impropre* ungeniessbar*"],
    &[
        "completely fully entirely vollstandig* komplett* ganzlich totalement completement entierement totalmente completamente \
         volledig* helemaal helt calkowicie",
        "partly partially teilweise* partiell* partielle* partiellement parcialmente parzialmente gedeeltelijk* deels delvis \
         czesciowo",
    ],
    &[
        "because due owing wegen aufgrund raison cause debido causa wskutek infolge",
        "despite notwithstanding trotz malgre pesar nonostante malgrado ondanks apesar mimo trots",
    ],
    &[
        "normal normale* normales normalement normali normaal normalny",
        "disrupt+ perturb* perturb@ beeintrachtigt* gestort* verstoord* ontregeld*",
    ],
    // What was expected.
    &[
        "topped tops beat beats exceed+ surpass+ ubertraf ubertrifft ubertroffen* depass* superaron superou super# overtrof \
         overtroffen overtraffar overtraffade",
        "met meets matched matches erfullte* traf trifft",
        "miss+ missed misses verfehlt* verfehlte* manqu* incumple incumplio manc# miste missade missar",
    ],
    &[
        "sober nuchtern sobre* sobri~ nuchter trzezw^ nykter",
        "drunk betrunken* ivre* ebri~ borrach~ ubriac~ dronken beschonken bebad~ embriag@ nietrzezw^ pijan^ berusad",
    ],
    &["peace paix frieden* paz pace vrede", "war guerre* krieg* guerra* guerre oorlog"],
    // What somebody does.
    &[
        "score+ hit hits marqu* touche* verwandelte* verwandelt trifft traf getroffen* anot@ convirti%",
        "miss missed misses manqu* verfehlt* vergab vergibt verschoss fall@",
    ],
    &[
        "gain+ gained gagn* gewann gewinnt gewonnen gano ganan gana ganado",
        "lose+ lost loses perd perdent perdu* verlor verliert verloren pierde perdio perdido",
    ],
    &[
        "sell+ sells sold vend vendent vendre vendu* verkauft* verkaufte verkaufen vend%",
        "keep+ keeps kept retain+ garde* gardent conserv* behalt behalten behielt conserv@",
    ],
    &[
        "fill+ filled rempli* gefullt* befullt* llen@",
        "empty emptie* emptying drain+ drained vide* vident geleert* entleert* vaci@",
    ],
    &[
        "deposit+ deposited depos* eingezahlt* deposit@ ingres@",
        "withdraw+ withdraws withdrew withdrawn retir* abgehoben* retir@",
    ],
    &[
        "add+ added ajout* hinzugefugt* anad% anadio install+ installed install* installiert* eingebaut* instal@",
        "remove+ removed dropped enlev* supprim* retir* entfernt* ausgebaut* elimin@ retir@ suprim% uninstall+ \
         desinstall* deinstalliert* desinstal@",
    ],
    &[
        "enable+ enabled activ* aktiviert* activ@ habilit@",
        "disable+ disabled desactiv* deaktiviert* desactiv@ inhabilit@ deshabilit@",
    ],
    &[
        "connect+ connected reconnect+ reconnected connect* raccord* angeschlossen* conect@",
        "disconnect+ disconnected deconnect* debranch* abgeklemmt* desconect@",
    ],
    &[
        "lock+ locked verrouill* verriegelt* verschlossen* block+ blocked bloqu* blockiert* bloque@",
        "unlock+ unlocked deverrouill* entriegelt* entsperrt* unblock+ unblocked debloqu* desbloque@",
    ],
    &[
        "freeze+ froze frozen gele gelee geles gelees eingefroren* congel@",
        "thaw+ thawed unfroze unfrozen degel* aufgetaut* descongel@",
    ],
    &["encrypt+ chiffr* verschlusselt* cifr@", "decrypt+ dechiffr* entschlusselt* descifr@"],
    &["upgrade+ heraufgestuft* hochgestuft*", "downgrade+ degrad* herabgestuft* herunterg*"],
    &[
        "tighten+ durci* durcit verscharft* endurec%",
        "loosen+ ease+ relax+ assoupli* assouplit gelockert* relaj@ flexibiliz@",
    ],
    &[
        "widen+ creus* ausgeweitet* vergrossert* ampli@",
        "narrow+ shrink+ shrank shrunk redui* reduit* verringert* geschrumpft* reduc% redujo",
    ],
    &["advance+ advances avanc* vorgeruckt* avanz@", "retreat+ recul* repli* zuruckgezogen* retroced%"],
    &[
        "attend+ particip* teilgenommen* teilnimmt asist%",
        "skip+ skips skipped boycott+ boycott* boykottiert* boicote@",
    ],
    &[
        "pass+ passes passed bestanden* besteht aprob@",
        "fail+ fails failed flunk+ durchgefallen* echou* suspend%",
    ],
    &["agree+ agreed agrees einig* einigen einigten", "disagree+ disagreed disagrees uneinig*"],
    &["docked angedockt* acopl@ amarre*", "undocked abgedockt* desacopl@ desamarre*"],
];
