//! What must not be merged: the same event in other words, headlines alone, columns; and what a stream renames.

use std::collections::HashMap;
use std::fs;
use std::path::Path;

use crate::corpus::{Piece, date, lines, text};
use crate::river::{Articles, Sources};

/// Two or three outlets on one event, each in its own words: reported, not tuned to.
pub(crate) fn same_events(folder: &Path) {
    println!("\n== the same event in other words");
    let mut pieces = Vec::new();
    for event in lines(folder, "allsides_events_fulltext.jsonl") {
        for article in event["articles"].as_array().into_iter().flatten() {
            let texts = (text(article, "title"), text(article, "text"));
            pieces.push(Piece::new(&pieces.len().to_string(), "", (&texts.0, &texts.1), None));
        }
    }
    Articles::of(pieces, Sources::AllDifferent).report("  events", 10);
}

/// Headlines without a text: weather that differs by the town, and a day of French news. Also the weather with texts
/// such as those notices have: one that stands under each, and one that repeats the headline.
pub(crate) fn headlines(folder: &Path) {
    println!("\n== headlines");
    let weather = fs::read_to_string(folder.join("fr_weather_trap.txt")).expect("fr_weather_trap.txt");
    let standing = "Retrouvez les prévisions météo de votre commune pour aujourd’hui et les prochains jours : \
        températures, vent, pluie et ensoleillement, heure par heure, avec les bulletins de vigilance de Météo-France.";
    let repeating = format!("HEADLINE. {standing}");
    let bodies = [
        ("without a text", ""),
        ("over one standing text", standing),
        ("over a text that repeats the headline", &repeating),
    ];
    for (name, body) in bodies {
        for sources in [Sources::AsNamed, Sources::AllDifferent] {
            let titles = weather.lines().filter(|line| !line.is_empty());
            let pieces = titles.enumerate().map(|(number, title)| {
                Piece::new(
                    &number.to_string(),
                    "météo",
                    (title, &body.replace("HEADLINE", title)),
                    date("2020-01-10"),
                )
            });
            Articles::of(pieces.collect(), sources).report(&format!("  weather {name}, {sources:?}"), 5);
        }
    }
    let day = fs::read_to_string(folder.join("fr_gnews_2020-01-10.csv")).expect("fr_gnews_2020-01-10.csv");
    let pieces = day.lines().enumerate().map(|(number, line)| {
        Piece::new(&number.to_string(), "", (&first_field(line), ""), date("2020-01-10"))
    });
    Articles::of(pieces.collect(), Sources::AllDifferent).report("  French headlines of one day", 5);
}

fn first_field(line: &str) -> String {
    match line.strip_prefix('"') {
        Some(quoted) => quoted.split("\",").next().unwrap_or_default().replace("\"\"", "\""),
        None => line.split(',').next().unwrap_or_default().to_owned(),
    }
}

/// Eleven outlets over weeks, as hourly polls saw them: titles, times and addresses, no texts.
pub(crate) fn stream(folder: &Path) {
    println!("\n== hourly stream of eleven outlets");
    let mut pieces = Vec::new();
    let mut again: HashMap<(String, String, String), usize> = HashMap::new();
    for entry in lines(folder, "en_15outlets_hourly.jsonl") {
        let (source, title, published) =
            (text(&entry, "source"), text(&entry, "title"), text(&entry, "published_at"));
        let mut piece = Piece::new(&pieces.len().to_string(), &source, (&title, ""), date(&published));
        piece.arrived_at = date(&text(&entry, "first_seen")).expect("first_seen");
        pieces.push(piece);
        *again.entry((source, title, published)).or_default() += 1;
    }
    let renamed: usize = again.values().map(|seen| seen - 1).sum();
    Articles::of(pieces, Sources::AsNamed).report("  stream", 40);
    println!("  the same source, title and second came again {renamed} times");
}
