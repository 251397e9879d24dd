//! Tells changes that a page makes by itself from edits: counters, times such as "3 hours ago", advertisements and lists of
//! other articles.
//!
//! A counter or such a time counts only in a short line of its own. "The video had 1,000 views in a day, and the band thanks
//! everybody" is a sentence of the article.

use unicode_normalization::UnicodeNormalization as _;

use super::normalize::file_name::identifying_parts;
use super::shown_version::SplitVersion;
use crate::text::html::ShownLine;

/// Most words of a line that says nothing but a count or an age.
const MAX_WORDS: usize = 8;

/// Most words of a line that says when a page was changed or made.
const MAX_WORDS_OF_STAMP: usize = 14;

/// What pages count, in lower case. A word with a colon counts only as a label. Words that articles count as well,
/// such as votes, shares and goals, are missing.
const COUNTED: &str = "answer|answers|antwort|antworten|aufruf|aufrufe|comentario|comentarios|comentário|comentários|\
    comment|commentaire|commentaires|commenti|commento|comments|download|downloads|forks|gefällt|gelesen|\
    komentarz|komentarze|komentarzy|kommentar|kommentare|kommentarer|like|likes|mentions|odsłon|points:|\
    reactie|reacties|reaction|reactions|replies|reply|respuestas|risposte|réponses|upvote|upvotes|view|\
    views|visningar|vistas|visualizaciones|visualizações|visualizzazioni|vues|weergaven|wyświetleń";

/// Words that make a time an age, in lower case.
const AGES: &str = "ago|atrás|fa|geleden|hace|há|il y a|sedan|siden|temu|vor";

/// What pages count and articles count as well, in lower case. It is a counter only in a line that says nothing else: "11
/// shares".
const COUNTED_ALONE: &str = "boost|boosts|claps|compartir|condividi|dela|delen|favorites|favourites|partager|partages|partilhar|\
    reposts|retweets|share|shares|star|stars|teilen|tweet|udostępnij";

/// Words before the time at which a page was changed or made, in lower case.
const STAMPS: &str = "dernière mise à jour|generated at|generated in|generated on|generiert am|généré le|laatst bijgewerkt|\
    last modified|last updated|letzte aktualisierung|ostatnia aktualizacja|page built on|senast uppdaterad|\
    ultimo aggiornamento|zuletzt aktualisiert|última actualización|última atualização";

/// Words for the present moment, those before the time that a page took, and those beside the minutes that it takes to read it,
/// in lower case.
const MOMENTS: &str = "agora mesmo|ahora mismo|erzeugt in|gegenereerd in|generado en|generated at|generated in|generated on|\
    generiert in|gerade eben|généré en|générée en|just now|lesezeit|lesezeit:|loaded in|min czytania|min de lectura|\
    min de lecture|min de leitura|min di lettura|min leestijd|min lezen|min läsning|min read|minute read|minutes de lecture|\
    minutes read|minuti di lettura|minutos de lectura|minutos de leitura|przed chwilą|reading time|reading time:|\
    rendered at|rendered in|zojuist|à l'instant|à l’instant";

/// Units of time and days, in lower case.
const UNITS: &str = "anni|anno|année|années|ano|anos|ans|aujourd'hui|aujourd’hui|ayer|año|años|d|dag|dagar|dagen|day|\
    days|dia|dias|dni|dzień|dzisiaj|día|días|gestern|giorni|giorno|gisteren|godzin|godziny|godzinę|h|\
    heure|heures|heute|hier|hoje|hora|horas|hour|hours|hoy|hr|hrs|ieri|jaar|jahr|jahre|jahren|jour|\
    jours|lat|lata|maand|maanden|mes|mese|meses|mesi|miesiąc|miesiące|miesięcy|millisecond|milliseconds|\
    min|mins|minut|minute|minuten|minuter|minutes|minuti|minuto|minutos|minuty|minutę|minuut|mois|monat|\
    monate|monaten|month|months|ms|månad|månader|mês|oggi|ontem|ora|ore|rok|s|sec|second|seconde|\
    seconden|secondes|secondi|secondo|seconds|secs|segundo|segundos|sekund|sekunde|sekunden|sekunder|\
    sekundy|semaine|semaines|semana|semanas|settimana|settimane|stunde|stunden|tag|tage|tagen|timer|\
    timmar|timme|today|tydzień|tygodni|tygodnie|uren|uur|vandaag|vecka|veckor|w|wczoraj|week|weeks|\
    weken|woche|wochen|year|years|yesterday|år";

/// Words beside a unit of time, in lower case.
const SMALL_WORDS: &str = "a|about|an|cerca|circa|een|ein|eine|einem|einen|einer|en|environ|ett|etwa|one|ongeveer|um|uma|un|\
    una|une|uno";

/// Headings of lists of other articles, in lower case.
const OTHER_ARTICLES: &str = "articles similaires|articoli correlati|artigos relacionados|artículos relacionados|auch interessant|\
    czytaj także|czytaj też|das könnte dich auch interessieren|das könnte sie auch interessieren|\
    gerelateerde artikelen|latest posts|lee también|lees meer|lees ook|leggi anche|leia mais|\
    leia também|les også|lesen sie auch|lesen sie mehr|lire aussi|lire également|läs mer|läs också|\
    læs også|meer over dit onderwerp|mehr dazu|mehr zum thema|meistgelesen|more from|more on this|\
    more on this story|more on this topic|more stories|most read|más información|noticias relacionadas|\
    notícias relacionadas|polecane|popular posts|potrebbe interessarti|przeczytaj także|read also|\
    read more|read next|recent posts|recommended|recommended for you|related|related articles|\
    related content|related links|related news|related posts|related reading|related stories|see also|\
    sur le même sujet|te puede interesar|trending|veja também|verwandte artikel|vous aimerez aussi|\
    you may also like|you might also like|zobacz także|zobacz też|à découvrir|à lire aussi|\
    ähnliche artikel|ähnliche beiträge";

/// Headings of buttons to share or like a post, in lower case, and the text of such a button before its script ran.
const BUTTONS: &str = "auf facebook teilen|chargement|comparte esto|condividi|condividi su|delen|gefällt mir|j'aime|like loading|\
    like this|loading|me gusta|mi piace|partager|share this|teilen mit|wird geladen";

/// Most words of a line that says where a post appeared first.
const MAX_WORDS_OF_ORIGIN: usize = 60;

/// The beginning of a line that says where a post appeared first, and what stands between the post and the site, in lower case:
/// the texts of WordPress plugins.
const ORIGINS: [(&str, &str); 8] = [
    ("artykuł ", "pochodzi z serwisu"),
    ("der beitrag ", "erschien zuerst auf"),
    ("het bericht ", "verscheen eerst op"),
    ("l'articolo ", "proviene da"),
    ("l’article ", "est apparu en premier sur"),
    ("la entrada ", "se publicó primero en"),
    ("o post ", "apareceu primeiro em"),
    ("the post ", "appeared first on"),
];

/// Labels of advertisements, in lower case.
const ADVERTISEMENTS: &str = "ad|ads|advert|advertentie|advertisement|advertising|annonce|annons|anuncio|anzeige|promoted|\
    pubblicità|publicidad|publicidade|publicité|reclame|reklama|sponsor|sponsored|werbung";

/// A text with more bytes than this is no label, whatever marks stand around it. Most lines are whole paragraphs, which need
/// not be looked up.
const LONGEST_LABEL: usize = 80;

/// Returns whether two versions that don't look the same differ only in what a page changes by itself.
pub fn is_incidental(before: &SplitVersion<'_>, after: &SplitVersion<'_>) -> bool {
    let (one, other) = (before.shown, after.shown);
    let have_same_files = one.files.len() == other.files.len()
        && one.files.iter().zip(other.files).all(|(one, other)| is_same_file(one, other));
    if !have_same_files || !is_same_or_counts(one.title, other.title) {
        return false;
    }
    // A publisher may put its only text into another field.
    if let (Some(before), Some(after)) = (before.only_text(), after.only_text()) {
        return is_same_text(before, after);
    }
    [(before.summary(), after.summary()), (before.content(), after.content())].into_iter().all(|texts| {
        match texts {
            (Some(one), Some(other)) => is_same_text(one, other),
            (one, other) => one.is_none() && other.is_none(),
        }
    })
}

/// Returns whether two texts have the same lasting lines. The lines that both begin and end with are not looked at, so that a
/// counter under a long text costs little.
fn is_same_text(one: &[ShownLine], other: &[ShownLine]) -> bool {
    let same = one.iter().zip(other).take_while(|(one, other)| one == other).count();
    let (begin, one) = one.split_at_checked(same).unwrap_or_default();
    let other = other.get(same..).unwrap_or_default();
    let pairs = one.iter().rev().zip(other.iter().rev());
    let same = pairs.take_while(|(one, other)| one == other).count();
    // Whether links are left out depends on what stands before them, so the same end begins with something else.
    let end = one.get(one.len().saturating_sub(same)..).unwrap_or_default();
    let same = same - end.iter().take_while(|line| is_linked(line)).count();
    let is_below_heading = ends_in_list(begin);
    let [one, other] = [one, other].map(|lines| {
        let changed = lines.get(..lines.len().saturating_sub(same)).unwrap_or_default();
        lasting_lines(changed, is_below_heading)
    });
    one.len() == other.len() && one.iter().zip(&other).all(|(one, other)| is_same_line(one, other))
}

/// Returns whether links that follow these lines belong to a list of other articles.
fn ends_in_list(lines: &[ShownLine]) -> bool {
    lines.iter().rev().find(|line| !is_linked(line)).is_some_and(|line| !line.has_links && is_heading(line))
}

/// Returns the lines of a text without advertisements, lists of other articles, and what programs put below a post. The text
/// may begin within such a list.
fn lasting_lines(lines: &[ShownLine], mut is_below_heading: bool) -> Vec<&ShownLine> {
    let mut lasting = Vec::new();
    for line in lines {
        let (is_heading, is_linked) = (is_heading(line), is_linked(line));
        let is_left_out =
            is_heading || is_advertisement(line) || is_below_heading && is_linked || names_origin(line);
        is_below_heading = is_heading && !line.has_links || is_below_heading && is_linked;
        if !is_left_out {
            lasting.push(line);
        }
    }
    lasting
}

/// Returns whether a line has no words but links.
fn is_linked(line: &ShownLine) -> bool {
    line.has_links && !line.unlinked.contains(char::is_alphanumeric)
}

/// Returns whether a line stands above what programs put below a post.
fn is_heading(line: &ShownLine) -> bool {
    is_label(OTHER_ARTICLES, &line.unlinked) || is_label(BUTTONS, &line.unlinked)
}

/// Returns whether a line only says where a post appeared first, as WordPress appends it to the entries of a feed.
fn names_origin(line: &ShownLine) -> bool {
    if !line.has_links {
        return false;
    }
    let text = line.text.to_lowercase();
    text.split(' ').nth(MAX_WORDS_OF_ORIGIN).is_none()
        && ORIGINS.iter().any(|(start, middle)| {
            text.strip_prefix(start).is_some_and(|rest| rest.contains(&format!(" {middle} ")))
        })
}

/// Returns whether a line is an advertisement, or names one before a link.
fn is_advertisement(line: &ShownLine) -> bool {
    is_label(ADVERTISEMENTS, &line.text) || line.has_links && is_label(ADVERTISEMENTS, &line.unlinked)
}

/// Returns whether a text is one of these labels, in any case and with any marks around it.
fn is_label(labels: &str, text: &str) -> bool {
    let text = text.trim_matches(|c: char| !c.is_alphanumeric());
    text.len() <= LONGEST_LABEL && lists(labels, &text.to_lowercase())
}

/// Returns whether a list, divided by `|`, has a phrase.
fn lists(phrases: &str, phrase: &str) -> bool {
    phrases.split('|').any(|known| known == phrase)
}

fn is_same_line(one: &ShownLine, other: &ShownLine) -> bool {
    one.files.len() == other.files.len()
        && one.files.iter().zip(&other.files).all(|(one, other)| is_same_file(one, other))
        && is_same_or_counts(&one.text, &other.text)
}

/// Returns whether two addresses lead to one file: they have the same name, or one is that of a counter before the other.
pub(super) fn is_same_file(one: &str, other: &str) -> bool {
    // The address of a counter may stand before that of the file.
    let ends_with = |long: &str, short: &str| {
        let (_, short) = short.split_once("://").unwrap_or_default();
        !short.is_empty() && long.strip_suffix(short).is_some_and(|counter| counter.ends_with('/'))
    };
    let parts = |address: &str| {
        let mut parts = Vec::new();
        identifying_parts(address, |part| parts.push(part.to_owned()));
        parts
    };
    one == other || ends_with(one, other) || ends_with(other, one) || parts(one) == parts(other)
}

/// Returns whether two lines are the same but for a count, an age or a time stamp, or for how quotes and dashes are written.
fn is_same_or_counts(one: &str, other: &str) -> bool {
    let same_besides = |besides: fn(&str) -> Option<Vec<String>>| {
        besides(one).is_some_and(|words| Some(words) == besides(other))
    };
    one == other || same_besides(besides_counts) || same_besides(before_stamp) || typed(one) == typed(other)
}

/// Returns a line with the quotes and dashes of a keyboard, and each letter with its accent as one character. Programs write
/// them in several ways.
fn typed(line: &str) -> String {
    let mut typed = String::with_capacity(line.len());
    for c in line.nfc() {
        match c {
            '‘' | '’' | '‚' | '‛' | '′' | '`' => typed.push('\''),
            '“' | '”' | '„' | '‟' | '″' => typed.push('"'),
            '–' | '—' | '−' => typed.push('-'),
            '…' => typed.push_str("..."),
            c => typed.push(c),
        }
    }
    // A dash may be typed as two or three hyphens, and quotes as two accents.
    while typed.contains("--") {
        typed = typed.replace("--", "-");
    }
    typed.replace("''", "\"")
}

/// Returns the words of a line before the time at which the page was changed or made. `None` for other lines.
fn before_stamp(line: &str) -> Option<Vec<String>> {
    let words = plain_words(line, MAX_WORDS_OF_STAMP)?;
    let spaced = format!(" {} ", words.join(" ").replace(':', " "));
    let phrases = STAMPS.split('|').filter_map(|phrase| spaced.split_once(&format!(" {phrase} ")));
    let (before, after) = phrases.min_by_key(|(before, _)| before.len())?;
    let words = before.split(' ').filter(|word| !word.is_empty()).map(str::to_owned).collect();
    after.contains(|c: char| c.is_ascii_digit()).then_some(words)
}

/// Returns the words of a line in lower case, each without the marks around it. `None` if it has more than `most`.
fn plain_words(line: &str, most: usize) -> Option<Vec<String>> {
    let words: Vec<&str> = line.split(' ').take(most + 1).collect();
    let is_mark = |c: char| !c.is_alphanumeric() && c != ':';
    (words.len() <= most)
        .then(|| words.iter().map(|word| word.trim_matches(is_mark).to_lowercase()).collect())
}

/// Returns the words of a line that only says a count or an age, without what changes with it. `None` for other lines.
fn besides_counts(line: &str) -> Option<Vec<String>> {
    let words = plain_words(line, MAX_WORDS)?;
    let is_bare = words.iter().all(|word| {
        let label = word.trim_end_matches(':');
        let is_number = label.chars().next().is_none_or(|first| first.is_ascii_digit());
        is_number || lists(COUNTED, label) || lists(COUNTED_ALONE, label)
    });
    let counts = |word: &String| {
        let label = word.trim_end_matches(':');
        lists(COUNTED, word) || lists(COUNTED, label) || is_bare && lists(COUNTED_ALONE, label)
    };
    let spaced = format!(" {} ", words.join(" "));
    let is_said = |phrase: &&str| spaced.contains(&format!(" {phrase} "));
    // "vor 3 Stunden" is an age, and "vor 3 Häusern" is none.
    let ages = AGES.split('|').filter(|_| words.iter().any(|word| lists(UNITS, word)));
    let ages: Vec<&str> = ages.chain(MOMENTS.split('|')).filter(is_said).collect();
    if ages.is_empty() && !words.iter().any(counts) {
        return None;
    }
    let changes = |word: &String| {
        word.contains(|c: char| c.is_ascii_digit())
            || lists(UNITS, word)
            || lists(SMALL_WORDS, word)
            || ages.iter().any(|age| age.split(' ').any(|part| part == word))
            || counts(word)
    };
    Some(words.into_iter().filter(|word| !word.is_empty() && !changes(word)).collect())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::article::shown_version::ShownVersion;
    use crate::text::html::shown_lines;

    const PROSE: &str =
        "<p>The bridge of Arvik is closed until the snow melts, and the ferry runs each hour.</p>";

    fn are_incidental(before: ShownVersion<'_>, after: ShownVersion<'_>) -> bool {
        is_incidental(&SplitVersion::of(before), &SplitVersion::of(after))
    }

    fn is_incidental_at_the_end(before: &str, after: &str) -> bool {
        let [before, after] = [before, after].map(|end| format!("{PROSE}{end}"));
        let version = |html| ShownVersion { title: "Bridge", texts: [None, Some(html)], files: &[] };
        are_incidental(version(&before), version(&after))
    }

    #[test]
    fn what_a_page_changes_by_itself_is_no_edit() {
        for (before, after) in [
            ("<p>Published 3 hours ago</p>", "<p>Published 5 hours ago</p>"),
            ("<p>Published just now</p>", "<p>Published an hour ago</p>"),
            ("<p>vor 59 Minuten</p>", "<p>vor einer Stunde</p>"),
            ("<p>il y a 3 heures</p>", "<p>il y a 2 jours</p>"),
            ("<p>hace 3 horas</p>", "<p>hace 1 día</p>"),
            ("<p>Views: 1000</p>", "<p>Views: 1,074</p>"),
            ("<p>Points: 120</p><p># Comments: 33</p>", "<p>Points: 190</p><p># Comments: 57</p>"),
            (
                "<p><a href=\"https://a.example/#c\">1 comment</a></p>",
                "<p><a href=\"https://a.example/#c\">2 comments</a></p>",
            ),
            (
                "<p>Sponsored: <a href=\"https://b.example/1\">Boots</a></p>",
                "<p>Sponsored: <a href=\"https://b.example/2\">Skis</a></p>",
            ),
            ("<p>3 min read</p>", "<p>4 min read</p>"),
            ("<p>Reading time: 1 minute</p>", "<p>Reading time: 2 minutes</p>"),
            ("<p>Lesezeit: 3 Minuten</p>", "<p>Lesezeit: 4 Minuten</p>"),
            (
                "<img src=\"https://a.example/_astro/pic.1e644773_Z4e39.webp\">",
                "<img src=\"https://a.example/_astro/pic.DZBMvBfG_Z1abc2.webp\">",
            ),
            ("<p>★ 10 stars, 2 forks</p>", "<p>★ 11 stars, 3 forks</p>"),
            ("<p>Share (<a href=\"/s\">11</a>)</p>", "<p>Share (<a href=\"/s\">22</a>)</p>"),
            ("<p>1.2k shares · 3 boosts</p>", "<p>1.3k shares · 4 boosts</p>"),
            (
                "<p><em>This page was generated on Fri, 27 Nov 2026 10:00:00 GMT</em></p>",
                "<p><em>This page was generated on Tue, 1 Dec 2026 11:00:00 GMT</em></p>",
            ),
            (
                "<p>Zuletzt aktualisiert: 27. November 2026</p>",
                "<p>Zuletzt aktualisiert: 1. Dezember 2026</p>",
            ),
            ("<p>wait... \"no\" -- it's ''open''</p>", "<p>wait… “no” – it’s “open”</p>"),
            ("<p>Café São</p>", "<p>Cafe\u{301} Sa\u{303}o</p>"),
            (
                "",
                "<p>The post <a href=\"https://a.example/1\">Snow</a> appeared first on <a href=\"https://a.example\">A</a>.</p>",
            ),
            (
                "<h3>Share this:</h3><ul><li><a href=\"https://f.example/1\">Facebook</a></li></ul><p>Like Loading...</p>",
                "",
            ),
            ("<p>Rendered at 10:00:01 UTC</p>", "<p>Rendered at 11:00:07 UTC</p>"),
            ("<p>Page generated in 0.031 seconds</p>", "<p>Page generated in 1.2 seconds</p>"),
            (
                "<h3>Related articles</h3><ul><li><a href=\"https://a.example/1\">Snow</a></li></ul>",
                "<h3>Related articles</h3><ul><li><a href=\"https://a.example/2\">Ice</a></li><li><a href=\"/3\">Wind</a></li></ul>",
            ),
            (
                "<p>Mehr zum Thema: <a href=\"https://a.example/1\">Schnee</a></p>",
                "<p>Mehr zum Thema: <a href=\"https://a.example/2\">Eis</a></p>",
            ),
            (
                "<a href=\"https://b.example/1\"><img src=\"https://b.example/1.png\" alt=\"Advertisement\"></a>",
                "<a href=\"https://b.example/2\"><img src=\"https://b.example/2.png\" alt=\"Advertisement\"></a>",
            ),
            (
                "<img src=\"https://a.example/p.9f86d081.jpg\">",
                "<img src=\"https://a.example/p.60303ae2.jpg\">",
            ),
        ] {
            assert!(is_incidental_at_the_end(before, after), "{before} {after}");
        }
    }

    #[test]
    fn what_its_author_changes_is_an_edit() {
        for (before, after) in [
            ("<p>3 dead in the fire</p>", "<p>5 dead in the fire</p>"),
            ("<p>The strike began 3 hours ago</p>", "<p>The strike ended 3 hours ago</p>"),
            (
                "<p>The video had 1,000 views in a day, and the band thanks everybody</p>",
                "<p>The video had 9,000 views in a day, and the band thanks everybody</p>",
            ),
            ("<p>Brand vor 3 Häusern</p>", "<p>Brand vor 5 Häusern</p>"),
            ("<p>Begins at 19:30</p>", "<p>Begins at 20:30</p>"),
            ("<p>Now open</p>", "<p><s>Now open</s></p>"),
            ("<p>Shares fell 3 percent</p>", "<p>Shares fell 5 percent</p>"),
            ("<p>He sold 300 shares</p>", "<p>He sold 900 shares</p>"),
            ("<p>Snow was last updated in spring</p>", "<p>Snow was last updated in autumn</p>"),
            ("<p>Ferry last updated: 3 lines</p>", "<p>Bridge last updated: 3 lines</p>"),
            ("<p>open-air</p>", "<p>open air</p>"),
            ("<p>2 comments</p>", "<p>2 comments</p><p>The bridge is open again</p>"),
            ("<h3>Related articles</h3>", "<h3>Related articles</h3><p>The bridge is open again</p>"),
            ("<img src=\"https://a.example/snow.jpg\">", "<img src=\"https://a.example/ice.jpg\">"),
            ("", "<p>Correction: the bridge is open</p>"),
            ("", "<p>The post office appeared first on the hill.</p>"),
        ] {
            assert!(!is_incidental_at_the_end(before, after), "{before} {after}");
        }
    }

    #[test]
    fn another_title_file_or_text_is_an_edit() {
        let version =
            ShownVersion { title: "Bridge", texts: [None, Some(PROSE)], files: &["https://a.example/1.mp3"] };
        for file in
            ["https://b.example/1.mp3?token=9", "https://count.example/r.mp3/e.example/a.example/1.mp3"]
        {
            assert!(are_incidental(version, ShownVersion { files: &[file], ..version }), "{file}");
        }
        assert!(
            are_incidental(version, ShownVersion { texts: [Some(PROSE), None], ..version }),
            "another field"
        );
        assert!(!are_incidental(version, ShownVersion { title: "Ferry", ..version }));
        assert!(!are_incidental(version, ShownVersion { files: &["https://a.example/2.mp3"], ..version }));
        assert!(!are_incidental(version, ShownVersion { files: &[], ..version }));
        assert!(!are_incidental(version, ShownVersion { texts: [Some(PROSE), Some(PROSE)], ..version }));
    }

    proptest::proptest! {
        /// The lines that both texts begin and end with change nothing.
        #[test]
        fn only_the_lines_that_differ_count(lines in proptest::collection::vec(0_usize..8, 0..12), changes in
            proptest::collection::vec((0_usize..12, 0_usize..3, proptest::collection::vec(0_usize..8, 0..3)), 0..3))
        {
            let mut changed = lines.clone();
            for (at, removed, added) in changes {
                let at = at.min(changed.len());
                let end = (at + removed).min(changed.len());
                changed.splice(at..end, added);
            }
            let lines_of = |numbers: &[usize]| {
                let html: String = numbers.iter().filter_map(|number| LINES.get(*number)).copied().collect();
                shown_lines(&html)
            };
            let (one, other) = (lines_of(&lines), lines_of(&changed));
            let (ones, others) = (lasting_lines(&one, false), lasting_lines(&other, false));
            let all = ones.len() == others.len()
                && ones.iter().zip(&others).all(|(one, other)| is_same_line(one, other));
            proptest::prop_assert_eq!(is_same_text(&one, &other), all);
        }
    }

    const LINES: [&str; 8] = [
        "<p>The ferry runs.</p>",
        "<p>3 comments</p>",
        "<p>4 comments</p>",
        "<h3>Related articles</h3>",
        "<p><a href=\"/1\">Snow</a></p>",
        "<p><a href=\"/2\">Ice</a></p>",
        "<p>Read more: <a href=\"/3\">Wind</a></p>",
        "<p>Advertisement</p>",
    ];
}
