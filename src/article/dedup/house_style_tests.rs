//! Tests the judge on agency reports in nine languages: with the house styles of other outlets, which make no other story, and
//! with other numbers and names, which do.

use super::tests::{entry, verdict};
use super::*;

struct Dispatch {
    title: &'static str,
    text: &'static str,
    /// Parts of the text, and what other outlets write instead.
    styles: &'static [(&'static str, &'static str)],
    /// Texts that other outlets print before and after it.
    frames: &'static [(&'static str, &'static str)],
    /// Numbers and names of the text, and what another story has instead.
    traps: &'static [(&'static str, &'static str)],
}

const DISPATCHES: [Dispatch; 9] = [
    Dispatch {
        title: "Crue de la Brenne : trois villages évacués",
        text: "Trois villages de la vallée de la Brenne ont été évacués jeudi à 19 h 30 après la rupture d’une digue, a \
            annoncé le préfet Étienne Maréchal. Quelque 140 000 habitants sont privés d’eau potable depuis 6 heures, selon \
            l’opérateur Hydrel. « Le cœur du bourg est sous deux mètres d’eau », a déclaré la maire de Corvigny, Louise \
            Tanguy, qui a accueilli onze familles au gymnase. Le ministre Sergueï Loukachenko, attendu vendredi à Corvigny, a \
            promis 3,2 millions d’euros et la venue de vingt-cinq experts de l’état-major.",
        styles: &[
            ("19 h 30", "19h30"),
            ("19 h 30", "19H30"),
            ("19 h 30", "19:30"),
            ("19 h 30", "19\u{a0}h\u{202f}30"),
            ("140 000", "140.000"),
            ("140 000", "140\u{202f}000"),
            ("140 000", "140\u{2009}000"),
            ("140 000", "140'000"),
            ("6 heures", "6h"),
            ("6 heures", "06H00"),
            ("onze", "11"),
            ("vingt-cinq", "25"),
            ("3,2", "3.2"),
            ("3,2 millions", "3 200 000"),
            ("« Le", "“Le"),
            (" »,", "”,"),
            ("« ", "«\u{202f}"),
            ("’", "'"),
            ("Loukachenko", "Lukashenko"),
            ("Sergueï", "Serguei"),
            ("cœur", "coeur"),
            ("état-major", "état\u{2011}major"),
            ("Étienne", "Etienne"),
            ("accueilli", "accueil\u{ad}li"),
        ],
        frames: &[
            ("CORVIGNY (APB) — ", " bur/mdl/sba"),
            ("", " Avec agences. Lire la suite sur notre site."),
            ("Corvigny, 12 mars (APB) – ", " © APB"),
            ("À LIRE AUSSI : nos conseils en cas de crue. ", ""),
        ],
        traps: &[
            ("140 000", "150 000"),
            ("19 h 30", "18 h 30"),
            ("onze", "douze"),
            ("Corvigny", "Lannou"),
            ("Maréchal", "Duchêne"),
        ],
    },
    Dispatch {
        title: "Brand im Werk Aldorf: elf Verletzte",
        text: "Bei einem Brand im Chemiewerk von Aldorf sind am Donnerstag gegen 19.30 Uhr elf Menschen verletzt worden, wie \
            der Sprecher der Feuerwehr, Jürgen Möller, mitteilte. Rund 140.000 Einwohner der Stadt Aldorf sollten die Fenster \
            geschlossen halten. „Die Lage ist unter Kontrolle“, sagte Betriebsleiterin Anna Schröder. Der Schaden liegt nach \
            Angaben der Firma Rheinol bei 2,5 Millionen Euro. Fünfundzwanzig Fahrzeuge aus Bonn waren im Einsatz, darunter zwei \
            Boote der Wasserwacht. Minister Wladimir Gorbatschow will den Ort am Freitag besuchen.",
        styles: &[
            ("19.30 Uhr", "19:30 Uhr"),
            ("19.30 Uhr", "19 Uhr 30"),
            ("140.000", "140 000"),
            ("140.000", "140'000"),
            ("elf Menschen", "11 Menschen"),
            ("2,5 Millionen", "2,5 Mio."),
            ("2,5 Millionen", "2.500.000"),
            ("Fünfundzwanzig", "25"),
            ("„Die", "»Die"),
            ("“,", "«,"),
            ("Möller", "Moeller"),
            ("Schröder", "Schroeder"),
            ("Gorbatschow", "Gorbatschew"),
            ("Gorbatschow", "Gorbatchev"),
            ("Wladimir", "Vladimir"),
        ],
        frames: &[
            ("Aldorf (dpb) - ", " © dpb-infocom"),
            ("", " Mit Material der dpb. Mehr dazu im Kurier."),
            ("ALDORF. ", " (red)"),
        ],
        traps: &[
            ("140.000", "150.000"),
            ("19.30 Uhr", "18.30 Uhr"),
            ("elf", "zwölf"),
            ("Möller", "Krause"),
            ("2,5", "3,5"),
        ],
    },
    Dispatch {
        title: "Evacuados once vecinos de Villamar por la riada",
        text: "Los bomberos de Villamar evacuaron el jueves a las 19.30 horas a once vecinos por la riada del Tajuelo, según \
            el alcalde Óscar Ibáñez. Unos 140.000 habitantes siguen sin agua desde las 6 horas, informó la empresa Hidranor. \
            «El corazón del pueblo está bajo el agua», dijo la portavoz Lucía Peña en Villamar. El ministro Serguéi \
            Lukashenko prometió 3,2 millones de euros y el envío de veinticinco técnicos de Burgos, que llegarán el viernes \
            con dos lanchas y una bomba de la base de Torrejón.",
        styles: &[
            ("19.30 horas", "19:30 horas"),
            ("19.30 horas", "19:30"),
            ("once vecinos", "11 vecinos"),
            ("140.000", "140 000"),
            ("140.000", "140,000"),
            ("veinticinco", "25"),
            ("3,2", "3.2"),
            ("3,2 millones", "3.200.000"),
            ("«El", "“El"),
            ("»,", "”,"),
            ("Lukashenko", "Loukachenko"),
            ("Serguéi", "Serguei"),
            ("Óscar", "Oscar"),
        ],
        frames: &[
            ("Villamar, 12 mar (EFB).- ", " EFB mlt/jrg"),
            ("", " Con información de agencias. Leer más en nuestra web."),
        ],
        traps: &[
            ("140.000", "150.000"),
            ("once vecinos", "doce vecinos"),
            ("19.30", "18.30"),
            ("Ibáñez", "Gómez"),
        ],
    },
    Dispatch {
        title: "Eleven rescued as dam breaks above Corrin",
        text: "Eleven people were rescued on Thursday at 7.30 pm after a dam broke above the town of Corrin, said fire chief \
            Sergei Lukashenko. Some 140,000 residents of Kiev Street and the Marlow quarter have had no water since 6 am, the \
            utility Hydrel said. \"The heart of the town is under water,\" mayor Louise Tanner told reporters in Corrin. The \
            damage stands at $2.5 million, and twenty-five engineers from Leeds are to arrive on Friday with two boats and \
            a pump from the base at Harwell.",
        styles: &[
            ("7.30 pm", "7:30 p.m."),
            ("7.30 pm", "7:30pm"),
            ("7.30 pm", "19:30"),
            ("140,000", "140.000"),
            ("140,000", "140 000"),
            ("6 am", "6 a.m."),
            ("6 am", "06:00"),
            ("Eleven people", "11 people"),
            ("twenty-five", "25"),
            ("$2.5 million", "$2.5m"),
            ("$2.5 million", "$2,500,000"),
            ("$2.5 million", "2.5 mn dollars"),
            ("Lukashenko", "Loukachenko"),
            ("Sergei", "Sergey"),
            ("Kiev", "Kyiv"),
            ("\"The", "“The"),
            (",\"", ",”"),
        ],
        frames: &[
            ("CORRIN (APB) — ", " Reporting by Kari Lund; editing by Tom Berg"),
            ("", " Read more at our website. The post appeared first on Daily Corrin."),
        ],
        traps: &[
            ("140,000", "150,000"),
            ("Eleven", "Twelve"),
            ("7.30 pm", "6.30 pm"),
            ("Tanner", "Baker"),
            ("2.5", "3.5"),
        ],
    },
    Dispatch {
        title: "Elva evakuerade när dammen brast i Arvbo",
        text: "Elva personer evakuerades på torsdagen kl. 19.30 när en damm brast ovanför Arvbo, uppger räddningsledaren Åsa \
            Lindström. ”Läget är under kontroll”, säger hon. Runt 140 000 invånare saknar vatten och skadorna uppgår till 2,5 \
            miljoner kronor.",
        styles: &[
            ("kl. 19.30", "kl. 19:30"),
            ("kl. 19.30", "kl 19.30"),
            ("kl. 19.30", "klockan 19.30"),
            ("kl. 19.30", "19:30"),
            ("140 000", "140.000"),
            ("140 000", "140\u{a0}000"),
            ("140 000", "140\u{202f}000"),
            ("Elva personer", "11 personer"),
            ("2,5 miljoner kronor", "2,5 mkr"),
            ("2,5 miljoner kronor", "2,5 miljoner kr"),
            ("”Läget", "«Läget"),
            ("kontroll”", "kontroll»"),
            ("Åsa", "Asa"),
            ("Lindström", "Lindstrom"),
        ],
        frames: &[
            ("ARVBO (APB) ", " (APB)"),
            ("Arvbo. ", " Läs mer på vår sajt."),
            ("Publicerad 12 mars 2027 kl. 20.10. ", " Taggar: Arvbo, damm, räddningstjänsten"),
        ],
        traps: &[
            ("140 000", "150 000"),
            ("Elva", "Tolv"),
            ("torsdagen", "fredagen"),
            ("19.30", "18.30"),
            ("Arvbo", "Skogby"),
            ("Lindström", "Bergman"),
            ("2,5", "3,5"),
        ],
    },
    Dispatch {
        title: "Undici evacuati a Villalta per il crollo di una diga",
        text: "Undici persone sono state evacuate giovedì alle 19.30 a Villalta dopo il crollo di una diga, ha detto il sindaco \
            Niccolò Marchetti. «La situazione è sotto controllo», ha aggiunto. Circa 140.000 abitanti sono senz’acqua e i danni \
            ammontano a 2,5 milioni di euro.",
        styles: &[
            ("alle 19.30", "alle 19:30"),
            ("alle 19.30", "alle ore 19.30"),
            ("140.000", "140 000"),
            ("140.000", "140'000"),
            ("140.000", "140mila"),
            ("Undici persone", "11 persone"),
            ("2,5 milioni di euro", "2,5 mln di euro"),
            ("2,5 milioni di euro", "2,5 milioni €"),
            ("«La", "“La"),
            ("controllo»", "controllo”"),
            ("giovedì", "giovedi'"),
            ("Niccolò", "Niccolo'"),
            ("senz’acqua", "senz'acqua"),
        ],
        frames: &[
            ("VILLALTA (APB) - ", " (APB)"),
            ("Villalta, 12 mar. (apb) – ", " © Riproduzione riservata"),
            ("", " Leggi anche: come difendersi dalle piene."),
        ],
        traps: &[
            ("140.000", "150.000"),
            ("Undici", "Dodici"),
            ("giovedì", "venerdì"),
            ("19.30", "18.30"),
            ("Villalta", "Montebello"),
            ("Marchetti", "Bianchi"),
            ("2,5", "3,5"),
        ],
    },
    Dispatch {
        title: "Elf mensen geëvacueerd na dijkbreuk bij Aldrecht",
        text: "Elf mensen zijn donderdag om 19.30 uur geëvacueerd na een dijkbreuk bij Aldrecht, zegt brandweercommandant Joris \
            Möller. ‘De situatie is onder controle’, aldus Möller. Ongeveer 140.000 inwoners zitten zonder water en de schade \
            bedraagt 2,5 miljoen euro.",
        styles: &[
            ("19.30 uur", "19:30 uur"),
            ("19.30 uur", "19.30u"),
            ("19.30 uur", "half acht ’s avonds"),
            ("140.000", "140 000"),
            ("140.000", "140\u{a0}000"),
            ("Elf mensen", "11 mensen"),
            ("2,5 miljoen euro", "2,5 mln euro"),
            ("2,5 miljoen euro", "€ 2,5 miljoen"),
            ("‘De", "“De"),
            ("controle’", "controle”"),
            ("geëvacueerd", "geevacueerd"),
            ("Möller", "Moller"),
        ],
        frames: &[
            ("ALDRECHT (APB) - ", " © APB"),
            ("Aldrecht – ", " Lees ook: wat te doen bij hoogwater"),
            ("", " Tags: Aldrecht, dijkbreuk, brandweer"),
        ],
        traps: &[
            ("140.000", "150.000"),
            ("Elf", "Twaalf"),
            ("donderdag", "vrijdag"),
            ("19.30", "18.30"),
            ("Aldrecht", "Waalburg"),
            ("Möller", "Jansen"),
            ("2,5", "3,5"),
        ],
    },
    Dispatch {
        title: "Jedenaście osób ewakuowano po przerwaniu tamy w Arwiku",
        text: "Jedenaście osób ewakuowano w czwartek o godz. 19.30 po przerwaniu tamy w Arwiku, poinformował komendant straży \
            Łukasz Wójcik. „Sytuacja jest pod kontrolą”, powiedział. Około 140 tys. mieszkańców nie ma wody, a straty wynoszą \
            2,5 mln zł.",
        styles: &[
            ("o godz. 19.30", "o godz. 19:30"),
            ("o godz. 19.30", "o godzinie 19.30"),
            ("o godz. 19.30", "o 19.30"),
            ("140 tys.", "140 000"),
            ("140 tys.", "140.000"),
            ("140 tys.", "140 tysięcy"),
            ("Jedenaście osób", "11 osób"),
            ("2,5 mln zł", "2,5 miliona złotych"),
            ("2,5 mln zł", "2,5 mln PLN"),
            ("„Sytuacja", "«Sytuacja"),
            ("kontrolą”", "kontrolą»"),
            ("Łukasz", "Lukasz"),
            ("Wójcik", "Wojcik"),
        ],
        frames: &[
            ("Arwik (APB) – ", " (APB)"),
            ("ARWIK. ", " Czytaj więcej na naszej stronie."),
            ("", " Tagi: Arwik, tama, straż pożarna"),
        ],
        traps: &[
            ("140 tys.", "150 tys."),
            ("Jedenaście", "Dwanaście"),
            ("w czwartek", "w piątek"),
            ("19.30", "18.30"),
            ("Arwiku", "Skawinie"),
            ("Wójcik", "Mazur"),
            ("2,5", "3,5"),
        ],
    },
    Dispatch {
        title: "Onze retirados após rutura de barragem em Vila Nova",
        text: "Onze pessoas foram retiradas na quinta-feira às 19h30 após a rutura de uma barragem em Vila Nova, disse o comandante \
            João Conceição. “A situação está sob controlo”, afirmou. Cerca de 140 mil habitantes estão sem água e os prejuízos \
            ascendem a 2,5 milhões de euros.",
        styles: &[
            ("às 19h30", "às 19:30"),
            ("às 19h30", "às 19.30"),
            ("às 19h30", "às 19h30m"),
            ("140 mil", "140.000"),
            ("140 mil", "140 000"),
            ("Onze pessoas", "11 pessoas"),
            ("2,5 milhões de euros", "2.500.000 euros"),
            ("2,5 milhões de euros", "2,5 M€"),
            ("“A", "«A"),
            ("controlo”", "controlo»"),
            ("João", "Joao"),
            ("Conceição", "Conceicao"),
        ],
        frames: &[
            ("VILA NOVA (APB) — ", " APB"),
            ("Vila Nova, 12 mar (APB) - ", " Leia também: o que fazer em caso de cheia"),
            ("", " Etiquetas: Vila Nova, barragem, bombeiros"),
        ],
        traps: &[
            ("140 mil", "150 mil"),
            ("Onze", "Doze"),
            ("quinta-feira", "sexta-feira"),
            ("19h30", "18h30"),
            ("Vila Nova", "Monte Real"),
            ("Conceição", "Ferreira"),
            ("2,5", "3,5"),
        ],
    },
];

#[test]
fn every_house_style_of_a_dispatch_is_one_story() {
    let mut missed = Vec::new();
    for Dispatch { title, text, styles, frames, traps } in &DISPATCHES {
        let whole = entry(1, title, text);
        let mut copies: Vec<String> = Vec::new();
        for (usual, other) in *styles {
            assert!(text.contains(usual), "{usual}");
            copies.push(text.replace(usual, other));
        }
        let mut all = (*text).to_owned();
        for (usual, other) in *styles {
            all = all.replace(usual, other);
        }
        let words: Vec<&str> = text.split_whitespace().collect();
        copies.push(all);
        copies.push(format!("{} […]", words[..words.len() * 2 / 3].join(" ")));
        // A cut within a number.
        let number = text.find(traps[0].0).unwrap();
        copies.extend(["…", "...", " […]"].map(|mark| format!("{}{mark}", text.split_at(number + 2).0)));
        copies.push(format!("{}…", words[..(words.len() * 2 / 5).max(20)].join(" ")));
        // A point in an abbreviation (`kl. 19.30`) ends no sentence.
        let starts_sentence = |rest: &str| rest.starts_with(|c: char| !c.is_ascii_digit());
        let mut sentences = text.match_indices(". ").map(|(at, _)| text.split_at(at + 2));
        let (before, after) = sentences.find(|(_, rest)| starts_sentence(rest)).unwrap();
        copies.push(format!("{before}Un intertitre de la rédaction {after}"));
        copies.extend(frames.iter().map(|(before, after)| format!("{before}{text}{after}")));
        for copy in copies {
            let judged = verdict(&whole, &entry(2, title, &copy));
            if !matches!(judged, Verdict::Same(_)) {
                missed.push(format!("{judged:?}: {copy}"));
            }
        }
    }
    assert!(missed.is_empty(), "{} missed:\n{}", missed.len(), missed.join("\n"));
}

#[test]
fn another_number_or_name_in_the_same_words_is_another_story() {
    let mut merged = Vec::new();
    for Dispatch { title, text, traps, .. } in &DISPATCHES {
        for (usual, other) in *traps {
            assert!(text.contains(usual), "{usual}");
            let another = entry(2, &title.replace(usual, other), &text.replace(usual, other));
            let judged = verdict(&entry(1, title, text), &another);
            if !matches!(judged, Verdict::Different(_)) {
                merged.push(format!("{usual} and {other}: {judged:?}"));
            }
        }
    }
    assert!(merged.is_empty(), "{merged:#?}");
}
