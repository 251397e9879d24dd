//! Tests the judge on short reports in which one word makes the difference, and on the same reports in the styles of two
//! outlets.

use super::tests::{entry, verdict};
use super::*;

/// A report of a language, in which `{}` stands for the statement that is compared.
struct Report {
    title: &'static str,
    text: &'static str,
    /// Statements that say different things.
    opposed: &'static [(&'static str, &'static str)],
    /// Statements that say the same.
    equal: &'static [(&'static str, &'static str)],
}

const REPORTS: [Report; 9] = [
    Report {
        title: "Arvik council gives statement",
        text: "The council of Arvik said on Thursday that {}, according to a paper that its speaker Marta Lindholm read to reporters \
            in the town hall, and the residents, who had been waiting for the news since the summer, now want to discuss what \
            follows from it with schools and firms at a meeting in the coming days.",
        opposed: &[
            ("the mill costs $25 million", "the mill costs £25 million"),
            ("the mayor won by far in the run-off", "the mayor has clearly lost the run-off"),
            ("the mill opens at noon", "the mill opens at midnight"),
            ("the mill costs 25 million dollars", "the mill costs 25 million euros"),
            ("the first phase is over", "the second phase is over"),
            ("it was minus 3 degrees", "it was 3 degrees"),
            ("it was -3 degrees", "it was 3 degrees"),
            ("rents rose by 2 percent", "rents rose by 2 percentage points"),
            ("rents rose sharply", "rents fell sharply"),
            ("the plan was approved", "the plan was rejected"),
            ("the plan was approved", "the plan was not approved"),
            ("there is a plan", "there is no plan"),
            ("it will close the school", "it won’t close the school"),
            ("the club won", "the club lost"),
            ("the northern road is closed", "the southern road is closed"),
            ("the road is closed", "the road is open"),
            ("the vote ended in a yes", "the vote ended in a no"),
            ("it starts on Monday", "it starts on Tuesday"),
            ("three people were killed", "three people were injured"),
            ("it takes 5 days", "it takes 5 weeks"),
            ("hundreds of people left", "thousands of people left"),
            ("more than 500 came", "fewer than 500 came"),
            ("the alert is orange", "the alert is red"),
            ("the driver was found guilty", "the driver was found not guilty"),
            ("the semi-final is sold out", "the final is sold out"),
            ("Skagen beat Norvik", "Norvik beat Skagen"),
            ("Skagen did beat Norvik", "Norvik did beat Skagen"),
            ("it went from 3 to 5", "it went from 5 to 3"),
            ("the law takes effect", "the law is repealed"),
            ("the rule is in force", "the rule was scrapped"),
            ("the ban was lifted", "the ban was upheld"),
            ("the banker was acquitted", "the banker was convicted"),
            ("the banker was charged", "the banker was cleared"),
            ("four people were arrested", "four people were released"),
            ("the firm confirmed the sale", "the firm denied the sale"),
            ("the hikers were found dead", "the hikers were found alive"),
            ("the hikers are missing", "the hikers were rescued"),
            ("the tax was raised", "the tax was lowered"),
            ("the fair was postponed", "the fair was cancelled"),
            ("the trains resumed", "the trains were halted"),
            ("the sample was positive", "the sample was negative"),
            ("the search succeeded", "the search failed"),
            ("the union backs the plan", "the union opposes the plan"),
            ("she was elected", "she was dismissed"),
            ("the hall was built", "the hall was demolished"),
            ("drones are allowed", "drones are banned"),
            ("it was a slight quake", "it was a severe quake"),
            ("it is likely", "it is unlikely"),
            ("they could finish it", "they could hardly finish it"),
            ("two people left", "dozens of people left"),
            ("it starts today", "it starts tomorrow"),
            ("the banker was jailed", "the banker was freed"),
            ("it blew at 90 mph", "it blew at 90 km/h"),
            ("it has 5,000 sq ft of floor", "it has 5,000 sq m of floor"),
            ("it opens in March", "it opens in April"),
            ("it opens in March", "it opens in May"),
            ("Mr Marsh will pay", "Mr March will pay"),
            ("Ann Welch will pay", "Ann Welsh will pay"),
            ("the fair goes ahead", "the fair was called off"),
            ("the fair takes place as planned", "the fair has been called off"),
            ("the vote was held", "the vote was postponed"),
            ("the strike begins on Sunday", "the strike was averted on Sunday"),
            ("he will visit Skagen", "he cancelled his visit to Skagen"),
            ("most of the firms agreed", "few of the firms agreed"),
            ("all of the firms agreed", "some of the firms refused"),
            ("half of the homes are dark", "a third of the homes are dark"),
            ("a third of the homes are dark", "a quarter of the homes are dark"),
            ("half the village is dark", "the whole village is dark"),
            ("two-thirds of the homes are dark", "a third of the homes are dark"),
            ("it killed three people", "it killed a dozen people"),
            ("1.5m people live there", "1.6m people live there"),
            ("it was called off in Skagen", "it was held in Skagen"),
            ("the council agreed to sell the hall", "the council failed to agree on a sale"),
            ("the mayor accepted the offer", "the mayor turned down the offer"),
            ("the mill beat forecasts", "the mill missed forecasts"),
            ("the firm won the case", "the firm settled the case"),
            ("the ban was extended", "the ban was eased"),
            ("the storm warning was issued", "the storm warning was lifted"),
            ("the mill will hire workers", "the mill will lay off workers"),
            ("the fair is held because of the rain", "the fair is held despite the rain"),
            ("the road was fully closed", "the road was partly closed"),
            ("sales fell to 12 percent", "sales fell by 12 percent"),
            ("the hole is being exploited in the wild", "the hole is not known to be exploited"),
            ("Skagen accused Norvik of it", "Norvik accused Skagen of it"),
            ("Anna Smith succeeds Carl Jones", "Carl Jones succeeds Anna Smith"),
            (
                "it was Anna Smith, who beat Carl Jones by far",
                "it was Carl Jones, who beat Anna Smith by far",
            ),
            ("some 400 homes are dark", "most of the 400 homes are dark"),
            ("the envoy is in Sudan", "the envoy is in South Sudan"),
            ("it was told by George W. Bush", "it was told by George H. W. Bush"),
            ("the Phone 5 costs more", "the Phone 5 Pro costs more"),
            ("the search goes on near Arvik", "the search goes on near Skagen"),
            (
                "they have re-elected Democratic mayor Maxine Dale, who defeated Republican Joanna Hart by far",
                "they have elected Republican Joanna Hart, who defeated Democratic mayor Maxine Dale by far",
            ),
            ("the driver is insured", "the driver is uninsured"),
            ("the suspect is still at large", "the suspect is in custody"),
            ("the fire is contained", "the fire is out of control"),
            ("the deal was signed", "the deal fell through"),
            ("the boy was found alive", "the boy’s body was found"),
            ("the tax applies from January", "the tax applies until January"),
            ("the dam held", "the dam gave way"),
            ("rents rose 3 percent", "rents rose to 3 percent"),
            ("Lund scored the penalty", "Lund missed the penalty"),
            ("the club gained 3 seats", "the club lost 3 seats"),
            ("Arvik was ahead at the break", "Arvik was behind at the break"),
            ("the team leads by 3 points", "the team trails by 3 points"),
            ("the firm sold the plant", "the firm kept the plant"),
            ("the crews filled the lock", "the crews drained the lock"),
            ("the bank deposited the money", "the bank withdrew the money"),
            ("the update added the button", "the update removed the button"),
            ("the feature was enabled", "the feature was disabled"),
            ("the homes were connected", "the homes were disconnected"),
            ("the funds were frozen", "the funds were unfrozen"),
            ("the agency upgraded the town", "the agency downgraded the town"),
            ("the rules were tightened", "the rules were loosened"),
            ("the deficit widened", "the deficit narrowed"),
            ("the troops advanced", "the troops retreated"),
            ("the mayor attended the talks", "the mayor skipped the talks"),
            ("the school passed the test", "the school failed the test"),
            ("the parties agreed", "the parties disagreed"),
            ("the hiker was rescued", "the hiker drowned"),
            ("the northbound lane is shut", "the southbound lane is shut"),
            ("the inbound trains are late", "the outbound trains are late"),
            ("the leak is upstream of the dam", "the leak is downstream of the dam"),
            ("the fair ends at sunrise", "the fair ends at sunset"),
            ("the weekly figures are good", "the monthly figures are good"),
            ("Arvik lost the home game", "Arvik lost the away game"),
            ("the gross profit is known", "the net profit is known"),
            ("odd plates may drive", "even plates may drive"),
            ("a light rain fell", "a heavy rain fell"),
            ("the risk is moderate", "the risk is severe"),
            ("the driver died", "the passenger died"),
            ("the landlord paid", "the tenant paid"),
            ("a soldier was hurt", "a civilian was hurt"),
            ("producer prices jumped", "consumer prices jumped"),
            ("wholesale prices jumped", "retail prices jumped"),
            ("supply is weak", "demand is weak"),
            ("Lund won gold", "Lund won silver"),
            ("there is a major outage", "there is a minor outage"),
            ("there is a full outage", "there is a partial outage"),
            ("the works are scheduled", "the works are unscheduled"),
            ("the closure is permanent", "the closure is temporary"),
            ("the test is voluntary", "the test is mandatory"),
            ("her uncle paid", "her aunt paid"),
        ],
        equal: &[
            ("the mill costs $25 million", "the mill costs 25 million dollars"),
            ("the mill costs EUR 25 million", "the mill costs €25m"),
            ("the 1st phase is over", "the first phase is over"),
            ("the 21st century began", "the twenty-first century began"),
            ("it was minus 3 degrees", "it was -3 degrees"),
            ("rents rose by 2 percent", "rents climbed by 2%"),
            ("rents rose by half a percent", "rents rose by 0.5 percent"),
            ("the road will not open", "the road won’t open"),
            ("it starts at 5 pm on Monday", "it starts on Monday at 5 pm"),
            ("Skagen and Norvik agree", "Norvik and Skagen agree"),
            ("the plan was approved", "the plan was adopted"),
            ("four people were killed", "four people died"),
            ("it took 3 1/2 days", "it took 3.5 days"),
            ("five hundred homes are dark", "500 homes are dark"),
            ("one hundred and twenty homes are dark", "120 homes are dark"),
            ("three thousand five hundred homes are dark", "3,500 homes are dark"),
            ("the mill was built in the 1990s", "the mill was built in the ’90s"),
            ("the mill was built in the 1990s", "the mill was built in the nineties"),
            ("the United Nations pays", "the UN pays"),
            ("Prof. Reed paid", "Professor Reed paid"),
            ("Gov. Reed paid", "Governor Reed paid"),
            ("St. Mary’s is shut", "Saint Mary’s is shut"),
            ("the mill has 5,000 sq ft", "the mill has 5,000 square feet"),
            ("two-thirds of the homes are dark", "2/3 of the homes are dark"),
            ("the G-7 pays", "the G7 pays"),
            ("1.5m people live there", "1.5 million people live there"),
            ("it sold 2.5m copies", "it sold 2.5 million copies"),
            ("it begins at 7 PM", "it begins at 19:00"),
            ("it begins at 7pm", "it begins at 7 p.m."),
            ("it begins at half past seven in the evening", "it begins at 7:30 pm"),
            ("a dozen homes are dark", "twelve homes are dark"),
            ("half a dozen homes are dark", "six homes are dark"),
            ("a million and a half live there", "1.5 million live there"),
            ("it opens on Thurs. at noon", "it opens on Thursday at noon"),
            ("the fair was called off", "the fair was cancelled"),
            ("a third of the homes are dark", "one-third of the homes are dark"),
            ("Zoran Đorđević paid", "Zoran Djordjevic paid"),
            ("about one million live there", "about 1 million live there"),
            ("it starts on Thursday in Skagen", "it starts this Thursday, 26 November 2026, in Skagen"),
            ("the mill of Carl Jones is shut", "the mill of Mr. Carl Jones is shut"),
            ("a form was sent to the mill", "the form was sent to the mill"),
            ("it rose 3 percent", "it rose by 3 percent"),
            ("Lund scores a goal", "Lund scored a goal"),
            ("the rules were tightened", "the rules were being tightened"),
            ("a heavy rain fell", "a severe rain fell"),
            ("the program was upgraded", "the programme was upgraded"),
        ],
    },
    Report {
        title: "Corvigny : une déclaration du conseil",
        text: "Le conseil de Corvigny a déclaré jeudi que {}, selon un document lu à la presse par sa porte-parole Louise Tanguy dans la \
            salle des fêtes, et les habitants, qui attendaient la nouvelle depuis longtemps, souhaitent désormais discuter des suites \
            avec les écoles et les entreprises lors d’une réunion dans les jours à venir.",
        opposed: &[
            ("le premier tour est clos", "le second tour est clos"),
            ("il faisait moins 3 degrés", "il faisait 3 degrés"),
            ("le moulin coûte 25 M€", "le moulin coûte 25 M$"),
            ("le loyer monte de 2 %", "le loyer monte de 2 points"),
            ("les loyers sont en hausse", "les loyers sont en baisse"),
            ("les loyers tombent à 12 %", "les loyers baissent de 12 %"),
            ("le projet est adopté", "le projet n’est pas adopté"),
            ("la route du nord est fermée", "la route du sud est fermée"),
            ("le oui l’emporte", "le non l’emporte"),
            ("la fête aura lieu dimanche", "la fête est annulée dimanche"),
            ("la grève débute dimanche", "la grève est levée dimanche"),
            ("le vote a eu lieu lundi", "le vote a été reporté lundi"),
            ("la plupart des élus ont accepté", "peu d’élus ont accepté"),
            ("la moitié des foyers attend", "le tiers des foyers attend"),
            ("la moitié du village attend", "le village entier attend"),
            ("on voyait la digue", "on voyait à peine la digue"),
            ("le tribunal a confirmé l’arrêté", "le tribunal a annulé l’arrêté"),
            ("tout commence lundi", "tout commence mardi"),
            ("il y a trois morts", "il y a trois blessés"),
            ("tout finira en mars", "tout finira en avril"),
            ("plus de 500 sont venus", "moins de 500 sont venus"),
            ("la loi entre en vigueur", "la loi est abrogée"),
            ("le banquier est acquitté", "le banquier est condamné"),
            ("les suspects ont été interpellés", "les suspects ont été relâchés"),
            ("la banque confirme la vente", "la banque dément la vente"),
            ("la fête est reportée", "la fête est annulée"),
            ("le trafic a repris", "le trafic est interrompu"),
            ("la taxe est relevée", "la taxe est abaissée"),
            ("le pont est sûr", "le pont n’est plus sûr"),
            ("le pont est sûr", "le pont n’est guère sûr"),
            ("il y a un projet", "il n’y a plus de projet"),
            ("rien n’est perdu", "tout est perdu"),
            ("personne n’est blessé", "une personne est blessée"),
            ("deux habitants sont partis", "des dizaines d’habitants sont partis"),
            ("tout commence demain", "tout commence aujourd’hui"),
            ("le maire ira à Lannou", "le maire a reporté la visite qu’il devait faire à Lannou"),
            ("les recherches se poursuivent", "les recherches ont été interrompues"),
            ("le trafic est perturbé en raison de la grève", "le trafic est normal malgré la grève"),
            ("la Bourse a ouvert en hausse", "la Bourse a terminé en hausse"),
            ("le moulin est rouvert", "le moulin est coupé"),
            ("la Russie accuse l’Ukraine", "l’Ukraine accuse la Russie"),
            ("le maire est candidat", "le maire renonce à être candidat"),
            ("le suspect est en fuite", "le suspect est en garde à vue"),
            ("la route est fermée dans le sens Dole-Lannou", "la route est fermée dans le sens Lannou-Dole"),
            ("les écoles rouvriront lundi", "les écoles resteront fermées lundi"),
            ("le feu est fixé", "le feu progresse"),
            ("l’incendie est criminel", "l’incendie est accidentel"),
            ("Durand a marqué le penalty", "Durand a manqué le penalty"),
            ("le maire a vendu le moulin", "le maire a gardé le moulin"),
            ("le moulin est en amont du pont", "le moulin est en aval du pont"),
            ("la mise à jour ajoute le bouton", "la mise à jour supprime le bouton"),
            ("le service est activé", "le service est désactivé"),
            ("les foyers sont raccordés", "les foyers sont déconnectés"),
            ("les fonds sont gelés", "les fonds sont dégelés"),
            ("les règles sont durcies", "les règles sont assouplies"),
            ("les troupes avancent", "les troupes reculent"),
            ("les plaques paires roulent", "les plaques impaires roulent"),
            ("le gain brut est connu", "le gain net est connu"),
            ("le conducteur est indemne", "le passager est indemne"),
            ("le propriétaire a payé", "le locataire a payé"),
            ("l’offre est faible", "la demande est faible"),
            ("la fermeture est définitive", "la fermeture est provisoire"),
            ("le test est facultatif", "le test est obligatoire"),
            ("la panne est totale", "la panne est partielle"),
            ("le bilan hebdomadaire est bon", "le bilan mensuel est bon"),
        ],
        equal: &[
            ("le 1er tour est clos", "le premier tour est clos"),
            ("le moulin date du XIXe siècle", "le moulin date du 19e siècle"),
            ("le moulin coûte 25 M€", "le moulin coûte 25 millions d’euros"),
            ("au moins 3 sont venus", "au moins trois sont venus"),
            ("deux cents foyers sont touchés", "200 foyers sont touchés"),
            ("cent vingt foyers sont touchés", "120 foyers sont touchés"),
            ("mille cinq cents foyers sont touchés", "1 500 foyers sont touchés"),
            ("le moulin date des années 1990", "le moulin date des années 90"),
            ("le moulin date des années 1990", "le moulin date des années quatre-vingt-dix"),
            ("l’ONU a payé", "les Nations unies ont payé"),
            ("le moulin a 5 000 m²", "le moulin a 5 000 mètres carrés"),
            ("M. Durand a payé", "Monsieur Durand a payé"),
            ("dix-neuf foyers sont touchés", "19 foyers sont touchés"),
            ("quatre-vingt-dix-sept foyers sont touchés", "97 foyers sont touchés"),
            ("le moulin date du XIXe siècle", "le moulin date du dix-neuvième siècle"),
            ("les deux tiers des foyers sont touchés", "les 2/3 des foyers sont touchés"),
            ("tout commence le 24-11-26 à midi", "tout commence le 24 novembre 2026 à midi"),
            ("le feu est éteint, a-t-on appris à Lannou", "le feu est éteint, a appris l’édile à Lannou"),
        ],
    },
    Report {
        title: "Erklärung des Rats von Aldorf",
        text: "Der Rat von Aldorf hat am Donnerstag mitgeteilt, {}; das geht aus einem Papier hervor, das seine Sprecherin Anna Möller im \
            Rathaus vor der Presse verlas, und die Bewohner, die seit langem darauf gewartet hatten, wollen nun mit Schulen und Firmen \
            bei einem Treffen in den kommenden Tagen besprechen, was daraus folgt.",
        opposed: &[
            ("das erste Quartal sei gut", "das zweite Quartal sei gut"),
            ("es habe minus 3 Grad gehabt", "es habe 3 Grad gehabt"),
            ("die Mühle koste 25 Mio. €", "die Mühle koste 25 Mio. $"),
            ("die Mieten seien gestiegen", "die Mieten seien gesunken"),
            ("der Plan sei angenommen", "der Plan sei nicht angenommen"),
            ("es gebe einen Plan", "es gebe keinen Plan"),
            ("die nördliche Straße sei zu", "die südliche Straße sei zu"),
            ("drei Menschen seien getötet worden", "drei Menschen seien verletzt worden"),
            ("das Gesetz trete in Kraft", "das Gesetz werde aufgehoben"),
            ("der Bankier sei freigesprochen worden", "der Bankier sei verurteilt worden"),
            ("die Verdächtigen seien verhaftet", "die Verdächtigen seien freigelassen"),
            ("die Firma habe es bestätigt", "die Firma habe es bestritten"),
            ("das Fest sei verschoben", "das Fest sei abgesagt"),
            ("der Test sei positiv", "der Test sei negativ"),
            ("die Brücke sei sicher", "die Brücke sei kaum sicher"),
            ("die Hälfte der Häuser sei dunkel", "ein Viertel der Häuser sei dunkel"),
            ("das halbe Dorf sei dunkel", "das ganze Dorf sei dunkel"),
            ("die meisten Helfer kämen", "die wenigsten Helfer kämen"),
            ("der Streik beginne am Sonntag", "der Streik werde am Sonntag abgesagt"),
            ("das Gericht bestätigte es", "das Gericht kippte es"),
            ("die Sperre werde verlängert", "die Sperre werde aufgehoben"),
            ("es beginne um halb sieben", "es beginne um halb acht"),
            ("alles sei verloren", "nichts sei verloren"),
            ("zwei Bewohner seien fort", "Dutzende Bewohner seien fort"),
            ("der Minister zustimme", "der Minister ablehne"),
            ("der Mann sei tot", "der Mann sei am Leben"),
            ("es gehe heute los", "es gehe morgen los"),
            ("der Betrieb übertraf die Erwartungen", "der Betrieb verfehlte die Erwartungen"),
            ("die Miete ist so hoch wie nie", "die Miete ist so niedrig wie nie"),
            ("das Fest findet trotz des Regens statt", "das Fest fällt wegen des Regens aus"),
            ("der Verkehr ruht vollständig", "der Verkehr ruht teilweise"),
            ("der Brand ist unter Kontrolle", "der Brand ist außer Kontrolle"),
            ("Russland beschuldigt die Ukraine", "die Ukraine beschuldigt Russland"),
            ("die Schulen öffnen am Montag", "die Schulen bleiben am Montag geschlossen"),
            ("die Polizei hat den Täter gefasst", "die Polizei sucht den Täter"),
            ("der Verein steigt auf", "der Verein steigt ab"),
            ("die Waffenruhe hält", "die Waffenruhe ist gebrochen"),
            ("die Brücke öffnet am Donnerstagabend", "die Brücke öffnet am Freitagabend"),
            ("Lund habe den Elfmeter verwandelt", "Lund habe den Elfmeter verfehlt"),
            ("die Firma habe das Werk verkauft", "die Firma habe das Werk behalten"),
            ("Arvik liege vorn", "Arvik liege zurück"),
            ("die Funktion sei aktiviert", "die Funktion sei deaktiviert"),
            ("der Knopf sei hinzugefügt worden", "der Knopf sei entfernt worden"),
            ("das Geld sei eingezahlt worden", "das Geld sei abgehoben worden"),
            ("die Regeln seien verschärft worden", "die Regeln seien gelockert worden"),
            ("die Stadt sei heraufgestuft worden", "die Stadt sei herabgestuft worden"),
            ("der Fahrer sei wohlauf", "der Beifahrer sei wohlauf"),
            ("die Vermieter zahlten", "die Mieter zahlten"),
            ("die Verbraucherpreise seien bekannt", "die Erzeugerpreise seien bekannt"),
            ("der Großhandel leide", "der Einzelhandel leide"),
            ("das Angebot sei gering", "die Nachfrage sei gering"),
            ("der Brutto-Lohn sei bekannt", "der Netto-Lohn sei bekannt"),
            ("Lund habe Silber geholt", "Lund habe Bronze geholt"),
            ("die Sperre sei dauerhaft", "die Sperre sei vorübergehend"),
            ("der Test sei freiwillig", "der Test sei verpflichtend"),
            ("das Leck sei flussaufwärts", "das Leck sei flussabwärts"),
        ],
        equal: &[
            ("das 1. Quartal sei gut", "das erste Quartal sei gut"),
            ("zum 21. Mal sei es so", "zum einundzwanzigsten Mal sei es so"),
            ("es habe minus 3 Grad gehabt", "es habe 3 Grad unter Null gehabt"),
            ("die Bürger:innen kämen", "die Bürgerinnen und Bürger kämen"),
            ("die Mühle koste 25 US-Dollar", "die Mühle koste 25 Dollar"),
            ("am 24.11. gehe es los", "am 24. November gehe es los"),
            ("zweihundert Helfer kämen", "200 Helfer kämen"),
            ("einhundertzwanzig Helfer kämen", "120 Helfer kämen"),
            ("hundert Helfer kämen", "100 Helfer kämen"),
            ("die Mühle stamme aus den 1990er-Jahren", "die Mühle stamme aus den 90er-Jahren"),
            ("die Mühle habe 5000 m²", "die Mühle habe 5000 Quadratmeter"),
            ("ein 14-jähriger Junge komme", "ein 14jähriger Junge komme"),
            ("die Mühle stamme aus den 1990er Jahren", "die Mühle stamme aus den neunziger Jahren"),
            ("zwei Drittel der Häuser seien dunkel", "2/3 der Häuser seien dunkel"),
            ("eine Million Menschen kämen", "1 Million Menschen kämen"),
            ("nach Polizeiangaben sei es so", "nach Angaben der Polizei sei es so"),
            ("es beginne um halb sieben", "es beginne um 6.30 Uhr"),
            ("es beginne um halb acht abends", "es beginne um 19.30 Uhr"),
            ("1,5 Mio. Menschen kämen", "1,5 Millionen Menschen kämen"),
            ("anderthalb Millionen Menschen kämen", "1,5 Mio. Menschen kämen"),
            ("ein Dutzend Helfer komme", "zwölf Helfer komme"),
        ],
    },
    Report {
        title: "Villamar: declaración del consejo",
        text: "El consejo de Villamar declaró el jueves que {}, según un documento que su portavoz Lucía Peña leyó a la prensa en el \
            ayuntamiento, y los vecinos, que esperaban la noticia desde hacía mucho, quieren ahora discutir las consecuencias con \
            escuelas y empresas en una reunión que se celebrará en los próximos días.",
        opposed: &[
            ("el primer trimestre fue bueno", "el segundo trimestre fue bueno"),
            ("hubo menos 3 grados", "hubo 3 grados"),
            ("pagará 25 millones de euros", "pagará 25 millones de dólares"),
            ("la renta subió", "la renta bajó"),
            ("ganó el sí", "ganó el no"),
            ("podían terminarlo", "apenas podían terminarlo"),
            ("el tribunal lo confirmó", "el tribunal lo anuló"),
            ("la huelga comienza el lunes", "la huelga fue desconvocada el lunes"),
            ("la mitad de los hogares pagará", "un tercio de los hogares pagará"),
            ("la mayoría de los vecinos pagó", "pocos de los vecinos pagaron"),
            ("empezará el lunes", "empezará el martes"),
            ("la ley entra en vigor", "la ley queda derogada"),
            ("el banquero fue absuelto", "el banquero fue condenado"),
            ("los sospechosos fueron detenidos", "los sospechosos fueron liberados"),
            ("la feria se ha aplazado", "la feria se ha cancelado"),
            ("todo está perdido", "nada está perdido"),
            ("dos vecinos se fueron", "decenas de vecinos se fueron"),
            ("lo hallaron vivo", "lo hallaron muerto"),
            ("el alquiler marca su nivel más alto", "el alquiler marca su nivel más bajo"),
            ("el juez ha confirmado la pena", "el juez ha rebajado a la mitad la pena"),
            ("el juez estima el recurso", "el juez desestima el recurso"),
            ("hubo un sismo sin que se reportaran daños", "hubo un sismo y causó daños en una escuela"),
            ("la policía busca a la niña", "la policía ha encontrado a la niña"),
            ("los precios se encarecen", "los precios se abaratan"),
            ("el sospechoso está fugado", "el sospechoso está detenido"),
            ("el tribunal confirmó la sentencia", "el tribunal revocó la sentencia"),
            ("la norma rige desde enero", "la norma rige hasta enero"),
            ("el alcalde dimitió", "el alcalde se negó a dimitir"),
            ("los bomberos hallaron al niño", "los bomberos buscan al niño"),
            ("Lund anotó el penalti", "Lund falló el penalti"),
            ("la firma vendió la planta", "la firma conservó la planta"),
            ("la función se activó", "la función se desactivó"),
            ("los fondos se congelaron", "los fondos se descongelaron"),
            ("las normas se endurecieron", "las normas se flexibilizaron"),
            ("las tropas avanzaron", "las tropas retrocedieron"),
            ("circulan las placas pares", "circulan las placas impares"),
            ("el sueldo bruto se conoce", "el sueldo neto se conoce"),
            ("la conductora está bien", "la pasajera está bien"),
            ("el inquilino pagó", "el propietario pagó"),
            ("la oferta es débil", "la demanda es débil"),
            ("Lund ganó el oro", "Lund ganó la plata"),
            ("la prueba es voluntaria", "la prueba es obligatoria"),
            ("el corte es definitivo", "el corte es temporal"),
            ("la avería es total", "la avería es parcial"),
            ("el balance semanal es bueno", "el balance mensual es bueno"),
        ],
        equal: &[
            ("el 2º trimestre fue bueno", "el segundo trimestre fue bueno"),
            ("pagará $25 millones", "pagará 25 millones de pesos"),
            ("los EE. UU. pagarán", "los EE.UU. pagarán"),
            ("doscientos hogares pagarán", "200 hogares pagarán"),
            ("mil quinientos hogares pagarán", "1.500 hogares pagarán"),
            ("es la 3ª vez", "es la 3era vez"),
            ("cerró a las 18.30 horas", "cerró a las seis y media de la tarde"),
            ("la ONU pagará", "las Naciones Unidas pagarán"),
            ("millón y medio de vecinos pagará", "1,5 millones de vecinos pagará"),
            ("vinieron apenas 30 vecinos", "vinieron solo 30 vecinos"),
        ],
    },
    Report {
        title: "Villalta: dichiarazione del consiglio",
        text: "Il consiglio di Villalta ha dichiarato giovedì che {}, secondo un documento che la portavoce Elena Marchi ha letto alla \
            stampa nel municipio, e gli abitanti, che attendevano la notizia da molto tempo, vogliono ora discutere le conseguenze con \
            le scuole e le imprese in una riunione che si terrà nei prossimi giorni.",
        opposed: &[
            ("il primo trimestre è buono", "il secondo trimestre è buono"),
            ("l’affitto è salito", "l’affitto è sceso"),
            ("il piano è approvato", "il piano non è approvato"),
            ("duemila case sono al buio", "tremila case sono al buio"),
            ("tremila case sono al buio", "trentamila case sono al buio"),
            ("comincerà lunedì", "comincerà martedì"),
            ("la strada è chiusa", "la strada è aperta"),
            ("la legge entra in vigore", "la legge viene abrogata"),
            ("il banchiere è assolto", "il banchiere è condannato"),
            ("i sospettati sono arrestati", "i sospettati sono rilasciati"),
            ("due abitanti sono partiti", "decine di abitanti sono partiti"),
            ("i prezzi salgono", "i prezzi scendono"),
            ("lo sciopero inizia domenica", "lo sciopero è revocato domenica"),
            ("la metà delle case è al buio", "un terzo delle case è al buio"),
            ("la maggior parte delle case è al buio", "la minor parte delle case è al buio"),
            ("lo sciopero è confermato", "lo sciopero è revocato"),
            ("un uomo è vivo", "un uomo è morto"),
            ("la strada resterà chiusa", "la strada è stata riaperta"),
            ("le linee saranno attive", "le linee saranno ferme"),
            ("lo sciopero è confermato", "lo sciopero è sospeso"),
        ],
        equal: &[
            ("il 1° trimestre è buono", "il primo trimestre è buono"),
            ("costa 25 mln €", "costa 25 milioni di euro"),
            ("costa 1,2 mld di euro", "costa 1,2 miliardi di euro"),
            ("tremila case sono al buio", "3mila case sono al buio"),
            ("tremila case sono al buio", "3.000 case sono al buio"),
            ("duecentocinquanta case sono al buio", "250 case sono al buio"),
            ("millecinquecento case sono al buio", "1.500 case sono al buio"),
            ("riapre il 1° dicembre", "riapre il primo dicembre"),
            ("l’Ue paga", "l’Unione europea paga"),
            ("costa due milioni e mezzo di euro", "costa 2,5 milioni di euro"),
        ],
    },
    Report {
        title: "Verklaring van de raad van Aldrecht",
        text: "De raad van Aldrecht heeft donderdag gezegd dat {}, volgens een stuk dat woordvoerder Marieke Bakker in het raadhuis aan de \
            pers voorlas, en de bewoners, die al lang op het nieuws wachtten, willen nu met scholen en bedrijven bespreken wat daaruit \
            volgt tijdens een bijeenkomst in de komende dagen.",
        opposed: &[
            ("de wet in werking treedt", "de wet wordt ingetrokken"),
            ("het plan is goedgekeurd", "het plan is afgewezen"),
            ("drieduizend huizen donker zijn", "dertigduizend huizen donker zijn"),
            ("de huur is gestegen", "de huur is gedaald"),
            ("de bankier is vrijgesproken", "de bankier is veroordeeld"),
            ("de weg is geopend", "de weg is gesloten"),
            ("er drie doden zijn", "er drie gewonden zijn"),
            ("er een plan is", "er geen plan is"),
            ("het maandag begint", "het dinsdag begint"),
            ("twee bewoners weg zijn", "tientallen bewoners weg zijn"),
            ("een man dood is", "een man in leven is"),
            ("de helft van de huizen donker is", "een derde van de huizen donker is"),
            ("de staking zondag begint", "de staking zondag is afgelast"),
            ("de raad stemde voor het plan", "de raad stemde tegen het plan"),
            ("de rechter wees de eis toe", "de rechter wees de eis af"),
            ("de staking gaat door", "de staking is opgeschort"),
        ],
        equal: &[
            ("het drieënhalf jaar duurt", "het 3,5 jaar duurt"),
            ("het vijf miljoen euro kost", "het 5.000.000 euro kost"),
            ("drieduizend huizen donker zijn", "3.000 huizen donker zijn"),
            ("honderdtwintig huizen donker zijn", "120 huizen donker zijn"),
            ("het om 18.30 uur begint", "het om 18.30u begint"),
            ("het om half acht ’s avonds begint", "het om 19.30 uur begint"),
            ("de VS betalen", "de Verenigde Staten betalen"),
        ],
    },
    Report {
        title: "Vila Nova: declaração do conselho",
        text: "O conselho de Vila Nova declarou na quinta-feira que {}, segundo um documento que a porta-voz Beatriz Moura leu à imprensa \
            na câmara municipal, e os moradores, que esperavam a notícia desde há muito, querem agora discutir as consequências com \
            escolas e empresas numa reunião que se realizará nos próximos dias.",
        opposed: &[
            ("a lei entra em vigor", "a lei foi revogada"),
            ("o plano foi aprovado", "o plano foi rejeitado"),
            ("vinte e cinco famílias saíram", "vinte e seis famílias saíram"),
            ("três mil casas caíram", "treze mil casas caíram"),
            ("a renda subiu", "a renda caiu"),
            ("o banqueiro foi absolvido", "o banqueiro foi condenado"),
            ("a estrada está aberta", "a estrada está fechada"),
            ("há três mortos", "há três feridos"),
            ("começa na segunda-feira", "começa na terça-feira"),
            ("ninguém ficou ferido", "alguém ficou ferido"),
            ("duas pessoas saíram", "dezenas de pessoas saíram"),
            ("um homem está vivo", "um homem está morto"),
            ("abre em março", "abre em abril"),
            ("um homem ficou gravemente ferido", "um homem morreu"),
            ("um homem ficou gravemente ferido", "um homem ficou ligeiramente ferido"),
            ("decidiu por unanimidade manter a taxa", "decidiu por sete votos a dois manter a taxa"),
            ("os preços subiram", "os preços desceram"),
        ],
        equal: &[
            ("custa 25 milhões de euros", "custa 25.000.000 de euros"),
            ("há sete escolas", "há 7 escolas"),
            ("vinte e cinco famílias saíram", "25 famílias saíram"),
            ("três mil casas estão às escuras", "3 mil casas estão às escuras"),
            ("mil e quinhentas casas estão às escuras", "1.500 casas estão às escuras"),
            ("duzentas casas estão às escuras", "200 casas estão às escuras"),
            ("fecha às 18h30", "fecha às 18.30"),
            ("fecha às 18h30", "fecha às seis e meia da tarde"),
            ("reabre em 1.º de dezembro", "reabre em 1 de dezembro"),
            ("custa R$ 2,5 mi", "custa R$ 2,5 milhões"),
        ],
    },
    Report {
        title: "Oświadczenie rady Arwika",
        text: "Rada Arwika oświadczyła w czwartek, że {}, wynika to z pisma, które jej rzeczniczka Marta Lipska odczytała \
            dziennikarzom w ratuszu, a mieszkańcy, którzy od dawna czekali na tę wiadomość, chcą teraz omówić skutki ze szkołami i \
            firmami podczas spotkania w najbliższych dniach.",
        opposed: &[
            ("most jest bezpieczny", "most nie jest bezpieczny"),
            ("most jest bezpieczny", "most jest niebezpieczny"),
            ("nikt nie jest ranny", "ktoś jest ranny"),
            ("rannych jest jedenaście osób", "rannych jest dwanaście osób"),
            ("otworzą go w piątek", "otworzą go w sobotę"),
            ("otworzą go w marcu", "otworzą go w kwietniu"),
            ("otworzą go 5 marca", "otworzą go 5 kwietnia"),
            ("tunel jest otwarty", "tunel jest zamknięty"),
            ("ceny rosną", "ceny spadają"),
            ("mężczyzna żyje", "mężczyzna zginął"),
            ("plan został przyjęty", "plan został odrzucony"),
            ("straty wynoszą 1,2 mld zł", "straty wynoszą 1,2 mln zł"),
            ("ceny są najwyższe od lat", "ceny są najniższe od lat"),
            ("strajk trwa", "strajk zawieszono"),
            ("kierowca był trzeźwy", "kierowca był pijany"),
        ],
        equal: &[
            ("rannych jest 25 osób", "rannych jest dwadzieścia pięć osób"),
            ("naprawa kosztuje 2,5 mln zł", "naprawa kosztuje 2,5 miliona złotych"),
            ("bez prądu jest 140 tys. domów", "bez prądu jest 140 000 domów"),
            ("bez prądu jest trzy tysiące domów", "bez prądu jest 3000 domów"),
            ("zamkną go o godz. 18.30", "zamkną go o 18:30"),
            ("otworzą go 1 grudnia", "otworzą go pierwszego grudnia"),
            ("koszt wzrośnie o 3,5 proc.", "koszt wzrośnie o 3,5%"),
        ],
    },
    Report {
        title: "Uttalande från nämnden i Arvik",
        text: "Nämnden i Arvik meddelade på torsdagen att {}, enligt ett papper som talespersonen Marta Lindholm läste upp för pressen \
            i rådhuset, och invånarna, som hade väntat på beskedet sedan i somras, vill nu tala om vad det betyder för skolor och \
            företag vid ett möte under de kommande dagarna.",
        opposed: &[
            ("priset är högre än väntat", "priset är lägre än väntat"),
            ("kronan stärktes", "kronan försvagades"),
            ("räntan väntas sjunka", "räntan väntas stiga"),
            ("vägen är avstängd", "vägen är öppen"),
            ("strejken fortsätter", "strejken ställs in"),
            ("rätten friade mannen", "rätten fällde mannen"),
            ("mannen dog", "mannen skadades"),
            ("det gäller en gul varning", "det gäller en orange varning"),
            ("polisen misstänker mordbrand", "polisen misstänker inget brott"),
            ("de röstade för planen", "de röstade emot planen"),
            ("allt börjar på torsdagskvällen", "allt börjar på fredagskvällen"),
        ],
        equal: &[("hyran är 25 procent", "hyran är 25 %"), ("vägen är inte öppen", "vägen är ej öppen")],
    },
];

/// Returns the title and the text of the report in the language of this number, with a statement.
pub(super) fn report_with(language: usize, statement: &str) -> (&'static str, String) {
    let Report { title, text, .. } = &REPORTS[language];
    (title, text.replace("{}", statement))
}

#[test]
fn a_word_that_says_the_opposite_makes_another_story() {
    let mut merged = Vec::new();
    for Report { title, text, opposed, .. } in &REPORTS {
        for (one, other) in *opposed {
            let judged = verdict(
                &entry(1, title, &text.replace("{}", one)),
                &entry(2, title, &text.replace("{}", other)),
            );
            if judged != Verdict::Different(Difference::Facts) {
                merged.push(format!("{one} and {other}: {judged:?}"));
            }
        }
    }
    assert!(merged.is_empty(), "{merged:#?}");
}

#[test]
fn another_form_of_a_number_or_a_name_makes_no_other_story() {
    let mut missed = Vec::new();
    for Report { title, text, equal, .. } in &REPORTS {
        for (one, other) in *equal {
            let judged = verdict(
                &entry(1, title, &text.replace("{}", one)),
                &entry(2, title, &text.replace("{}", other)),
            );
            if judged != Verdict::Same(Likeness::Text) {
                missed.push(format!("{one} and {other}: {judged:?}"));
            }
        }
    }
    assert!(missed.is_empty(), "{missed:#?}");
}

#[test]
fn one_report_that_names_its_day_is_one_story_under_any_headline() {
    for ((title, headline), report) in [
        ("Arvik council plans fewer roadworks", "A brake, and another brake"),
        ("Corvigny : moins de travaux en 2027", "Nouveau coup de frein"),
        ("Rat von Aldorf will weniger bauen", "Der Rotstift regiert"),
        ("El consejo de Villamar presenta su plan", "Más libros, menos obras"),
        ("Il consiglio di Villalta presenta il piano", "Meno cantieri"),
        ("Raad van Aldrecht wil minder bouwen", "De rem erop"),
        ("Conselho de Vila Nova apresenta o plano", "Menos obras"),
    ]
    .into_iter()
    .zip(&REPORTS)
    {
        let [one, other] =
            [report.opposed[0].0, report.opposed[0].1].map(|fact| report.text.replace("{}", fact));
        let judged = verdict(&entry(1, title, &one), &entry(2, headline, &one));
        assert_eq!(judged, Verdict::Same(Likeness::Text), "{headline}");
        let judged = verdict(&entry(1, title, &one), &entry(2, headline, &other));
        assert!(matches!(judged, Verdict::Different(_)), "another fact under {headline}: {judged:?}");
    }
}

#[test]
fn a_line_that_each_outlet_puts_above_a_report_makes_no_other_story() {
    let frames = [
        ("ARVIK (APB) — ", "Published 26 November 2026 at 1:07 pm, updated at 1:15 pm. "),
        ("Corvigny (APB) – ", "À lire aussi : comment bien choisir une école. "),
        ("Aldorf (apb) - ", "• Papier lange erwartet\n• Rat will beraten\n"),
        ("Villamar, 26 nov (APB).- ", "Actualizado el 26/11/2026 a las 13:07. "),
    ];
    for ((line, other_line), Report { title, text, opposed, .. }) in frames.into_iter().zip(&REPORTS) {
        let [one, other] = [opposed[0].0, opposed[0].1].map(|fact| text.replace("{}", fact));
        let here = entry(1, title, &format!("{line}{one}"));
        let judged = verdict(&here, &entry(2, title, &format!("{other_line}{one}")));
        assert_eq!(judged, Verdict::Same(Likeness::Text), "{line} and {other_line}");
        let judged = verdict(&here, &entry(2, title, &format!("{other_line}{other}")));
        assert!(matches!(judged, Verdict::Different(_)), "another fact below {other_line}: {judged:?}");
    }
}

#[test]
fn a_text_that_stands_under_many_headlines_is_no_report() {
    let notes = |day: &str| {
        format!(
            "A new part comes out {day} with tales from the harbour, the market and the old town of Norvik, told by Ingrid Solheim and \
             Tom Berg and recorded in the room above the bakery, with music by Jonas Falk, drawings by Rosa Delgado and letters from \
             listeners that are read out at the end."
        )
    };
    for text in [
        notes("every Thursday"),
        notes("on each Thursday"),
        notes("from Tuesday to Friday"),
        notes("in the spring"),
    ] {
        let judged = verdict(&entry(1, "Cats of Istanbul", &text), &entry(2, "Why bridges fall", &text));
        assert!(matches!(judged, Verdict::Different(_)), "{text}: {judged:?}");
    }
    let forecast = "On Thursday the forecast of the weather service for your town can be found here, with rain, wind, sun and pollen for \
        every hour of the day, warnings for the roads and the mountains, maps of the region and the times at which the sun rises and \
        sets, and in the free app for your telephone.";
    let judged = verdict(&entry(1, "Rain in Arvik", forecast), &entry(2, "Sun over Skagen", forecast));
    assert!(matches!(judged, Verdict::Different(_)), "{judged:?}");
    let hall = "On Thursday the hall on the Brück opens its doors at 7 pm for an evening of chamber music with guests from Vienna and \
        Prague, and tickets are sold at the office, at the station and in the shop of Karl Weber, who has run the series since it \
        began in a barn outside the town.";
    let judged =
        verdict(&entry(1, "Anna Berg in the hall", hall), &entry(2, "Karl Muster in the hall", hall));
    assert!(matches!(judged, Verdict::Different(_)), "{judged:?}");
}

/// A report of an agency with `{}` for what it says after its lead.
const REPORT: &str = "Oviedo, 26 nov (APB).- El consejo de Villamar informó el jueves de que los alquileres cambiaron mucho en octubre, según \
    un estudio que su portavoz Marta Lindholm leyó a la prensa en el ayuntamiento, y los vecinos, que esperaban la noticia desde \
    el verano, quieren hablar ahora con las escuelas y las empresas de lo que significa{} para los próximos días en toda la comarca.";

#[test]
fn similar_headlines_that_say_opposite_things_are_over_two_stories() {
    let told = |here: &str, there: &str| {
        let text = REPORT.replace("{}", "");
        verdict(&entry(1, here, &text), &entry(2, there, &text))
    };
    for (here, there) in [
        ("El alquiler sube en octubre en Villamar", "El alquiler baja en octubre en Villamar"),
        (
            "Leaders agree climate fund at Villamar summit",
            "Leaders fail to agree climate fund at Villamar summit",
        ),
        ("Villamar council holds its vote", "Villamar council cancels its vote"),
    ] {
        assert_eq!(
            told(here, there),
            Verdict::Different(Difference::Title(TitleReason::Opposite)),
            "{here} and {there}"
        );
        assert_eq!(told(here, here), Verdict::Same(Likeness::Text), "{here}");
    }
}

#[test]
fn one_text_about_another_place_is_another_story() {
    let title = "El alquiler sube en octubre";
    let told = |town: &str, place: &str, title: &str| {
        entry(
            if place.is_empty() { 1 } else { 2 },
            title,
            &REPORT.replace("Oviedo", town).replace("{}", place),
        )
    };
    let whole = told("Madrid", "", title);
    let other = told("Oviedo", " en Asturias", &format!("{title} en Asturias"));
    assert_eq!(verdict(&whole, &other), Verdict::Different(Difference::Title(TitleReason::OtherPlace)));
    // The same town, or a place that only the text names, is the same story in the words of another outlet.
    let local = told("Madrid", " en Asturias", title);
    assert_eq!(verdict(&whole, &local), Verdict::Same(Likeness::Text));
}

#[test]
fn the_date_of_a_day_of_the_week_in_a_headline_is_no_number_of_a_series() {
    let text = REPORT.replace("{}", "");
    let told = |here: &str, there: &str| verdict(&entry(1, here, &text), &entry(2, there, &text));
    let usual = "Alquileres de Villamar: uno de cada dos vecinos el jueves";
    assert_eq!(
        told(usual, "Alquileres de Villamar del jueves 26 de noviembre: los vecinos"),
        Verdict::Same(Likeness::Text)
    );
    assert!(matches!(
        told(usual, "Alquileres de Villamar del viernes 27 de noviembre: los vecinos"),
        Verdict::Different(_)
    ));
}

#[test]
fn the_beginning_of_a_report_is_one_story_under_the_headline_of_an_outlet() {
    let lead = REPORT.replace("{}", "");
    let whole = format!(
        "{lead} El alcalde Óscar Ibáñez recibirá el lunes a los técnicos de Burgos, que trabajan desde hace un año en una ley de vivienda, y \
         la empresa Hidranor presentará en enero un plan para el barrio de Torrejón con trescientas casas nuevas, una escuela y un \
         parque junto al río Tajuelo, donde hoy hay un almacén vacío."
    );
    let title = "El consejo de Villamar informó de los alquileres";
    let judged = |one: &str, other: &str| verdict(&entry(1, one, &whole), &entry(2, other, &lead));
    assert!(matches!(judged(title, "Techo caro"), Verdict::Same(_)));
    // A round-up also begins with a report.
    assert!(matches!(judged("Lo que hay que saber hoy", "Techo caro"), Verdict::Different(_)));
}

#[test]
fn a_report_with_other_words_and_another_headline_days_later_is_the_next_news() {
    let day = 24 * 3600;
    let at = |seconds| crate::time::Timestamp::from_unix(1_800_000_123 + seconds);
    let text = REPORT.replace("{}", "");
    let edited = text
        .replace("quieren hablar ahora", "hablaron ya")
        .replace("esperaban la noticia", "sabían la noticia");
    let told = |text: &str, title: &str, seconds: i64| {
        verdict(
            &super::tests::published(
                1,
                "El consejo de Villamar y los alquileres",
                &REPORT.replace("{}", ""),
                at(0),
            ),
            &super::tests::published(2, title, text, at(seconds)),
        )
    };
    let headline = "El consejo informó en Villamar";
    assert_eq!(
        told(&edited, headline, 4 * day),
        Verdict::Different(Difference::Series(SeriesReason::EditedLater))
    );
    assert!(matches!(told(&edited, headline, day / 24), Verdict::Same(_)));
}
