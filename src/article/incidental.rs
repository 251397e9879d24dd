//! Tells changes that a page makes by itself from edits: counters, times such as "3 hours ago", advertisements and lists of
//! other articles.
//!
//! A counter or such a time counts only in a short line of its own. "The video had 1,000 views in a day, and the band thanks
//! everybody" is a sentence of the article.

use super::normalize::file_name::identifying_parts;
use crate::text::html::{ShownLine, shown_lines};

/// Most words of a line that says nothing but a count or a time.
const MAX_WORDS: usize = 8;

/// What pages count, in lower case. A word with a colon counts only as a label. Words that articles count as well,
/// such as votes, shares and goals, are missing.
const COUNTED: &str = "answer|answers|antwort|antworten|aufruf|aufrufe|comentario|comentarios|comentário|comentários|\
    comment|commentaire|commentaires|commenti|commento|comments|download|downloads|forks|gefällt|gelesen|\
    komentarz|komentarze|komentarzy|kommentar|kommentare|kommentarer|like|likes|mentions|odsłon|points:|\
    reactie|reacties|reaction|reactions|replies|reply|respuestas|risposte|réponses|upvote|upvotes|view|\
    views|visningar|vistas|visualizaciones|visualizações|visualizzazioni|vues|weergaven|wyświetleń";

/// Words that make a time an age, in lower case.
const AGES: &str = "ago|atrás|fa|geleden|hace|há|il y a|sedan|siden|temu|vor";

/// Words for the present moment, and those before the time that a page took, in lower case.
const MOMENTS: &str = "agora mesmo|ahora mismo|erzeugt in|gegenereerd in|generado en|generated at|generated in|\
    generated on|generiert in|gerade eben|généré en|générée en|just now|loaded in|przed chwilą|\
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

/// Labels of advertisements, in lower case.
const ADVERTISEMENTS: &str = "ad|ads|advert|advertentie|advertisement|advertising|annonce|annons|anuncio|anzeige|promoted|\
    pubblicità|publicidad|publicidade|publicité|reclame|reklama|sponsor|sponsored|werbung";

/// A version of an entry, as far as a reader sees it.
#[derive(Clone, Copy, Debug)]
pub struct ShownVersion<'a> {
    /// The title.
    pub title: &'a str,
    /// The summary and the content, as sanitised HTML.
    pub texts: [Option<&'a str>; 2],
    /// The addresses of the attached files.
    pub files: &'a [&'a str],
}

/// Returns whether two versions that don't look the same differ only in what a page changes by itself.
pub fn is_incidental(before: ShownVersion<'_>, after: ShownVersion<'_>) -> bool {
    let have_same_files = before.files.len() == after.files.len()
        && before.files.iter().zip(after.files).all(|(one, other)| is_same_file(one, other));
    if !have_same_files || !is_same_or_counts(before.title, after.title) {
        return false;
    }
    before.texts.iter().zip(after.texts).all(|(one, other)| match (one, other) {
        (Some(one), Some(other)) => {
            let (one, other) = (lasting_lines(one), lasting_lines(other));
            one.len() == other.len() && one.iter().zip(&other).all(|(one, other)| is_same_line(one, other))
        }
        (one, other) => one.is_none() && other.is_none(),
    })
}

/// Returns the lines of a text without advertisements and lists of other articles.
fn lasting_lines(html: &str) -> Vec<ShownLine> {
    let mut lines = Vec::new();
    let mut is_below_heading = false;
    for line in shown_lines(html) {
        let is_linked = line.has_links && !line.unlinked.contains(char::is_alphanumeric);
        let names_others = is_label(OTHER_ARTICLES, &line.unlinked);
        let is_left_out = names_others || is_advertisement(&line) || is_below_heading && is_linked;
        is_below_heading = names_others && !line.has_links || is_below_heading && is_linked;
        if !is_left_out {
            lines.push(line);
        }
    }
    lines
}

/// Returns whether a line is an advertisement, or names one before a link.
fn is_advertisement(line: &ShownLine) -> bool {
    is_label(ADVERTISEMENTS, &line.text) || line.has_links && is_label(ADVERTISEMENTS, &line.unlinked)
}

/// Returns whether a text is one of these labels, in any case and with any marks around it.
fn is_label(labels: &str, text: &str) -> bool {
    lists(labels, &text.trim_matches(|c: char| !c.is_alphanumeric()).to_lowercase())
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

fn is_same_file(one: &str, other: &str) -> bool {
    let parts = |address: &str| {
        let mut parts = Vec::new();
        identifying_parts(address, |part| parts.push(part.to_owned()));
        parts
    };
    one == other || parts(one) == parts(other)
}

/// Returns whether two lines are the same but for a count or an age.
fn is_same_or_counts(one: &str, other: &str) -> bool {
    one == other
        || match (besides_counts(one), besides_counts(other)) {
            (Some(one), Some(other)) => one == other,
            _ => false,
        }
}

/// Returns the words of a line that only says a count or an age, without what changes with it. `None` for other lines.
fn besides_counts(line: &str) -> Option<Vec<String>> {
    let words: Vec<&str> = line.split(' ').take(MAX_WORDS + 1).collect();
    if words.len() > MAX_WORDS {
        return None;
    }
    let is_mark = |c: char| !c.is_alphanumeric() && c != ':';
    let words: Vec<String> = words.iter().map(|word| word.trim_matches(is_mark).to_lowercase()).collect();
    let counts = |word: &String| lists(COUNTED, word) || lists(COUNTED, word.trim_end_matches(':'));
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

    const PROSE: &str =
        "<p>The bridge of Arvik is closed until the snow melts, and the ferry runs each hour.</p>";

    fn is_incidental_at_the_end(before: &str, after: &str) -> bool {
        let [before, after] = [before, after].map(|end| format!("{PROSE}{end}"));
        let version = |html| ShownVersion { title: "Bridge", texts: [None, Some(html)], files: &[] };
        is_incidental(version(&before), version(&after))
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
            ("<p>★ 10 stars, 2 forks</p>", "<p>★ 11 stars, 3 forks</p>"),
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
            ("<p>2 comments</p>", "<p>2 comments</p><p>The bridge is open again</p>"),
            ("<h3>Related articles</h3>", "<h3>Related articles</h3><p>The bridge is open again</p>"),
            ("<img src=\"https://a.example/snow.jpg\">", "<img src=\"https://a.example/ice.jpg\">"),
            ("", "<p>Correction: the bridge is open</p>"),
        ] {
            assert!(!is_incidental_at_the_end(before, after), "{before} {after}");
        }
    }

    #[test]
    fn another_title_file_or_text_is_an_edit() {
        let version =
            ShownVersion { title: "Bridge", texts: [None, Some(PROSE)], files: &["https://a.example/1.mp3"] };
        assert!(is_incidental(
            version,
            ShownVersion { files: &["https://b.example/1.mp3?token=9"], ..version }
        ));
        assert!(!is_incidental(version, ShownVersion { title: "Ferry", ..version }));
        assert!(!is_incidental(version, ShownVersion { files: &["https://a.example/2.mp3"], ..version }));
        assert!(!is_incidental(version, ShownVersion { files: &[], ..version }));
        assert!(!is_incidental(version, ShownVersion { texts: [Some(PROSE), Some(PROSE)], ..version }));
    }
}
