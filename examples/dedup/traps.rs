//! Entries that are hard to keep apart: one event in different words, headlines without texts, and a stream of headlines that
//! are republished.

use std::collections::HashMap;
use std::fs;
use std::path::Path;

use crate::corpus::{NewsEntry, date, lines, text};
use crate::river::{Articles, Sources};

/// Two or three outlets on one event, each in its own words. No rule was chosen by this measurement.
pub(crate) fn same_events(folder: &Path) {
    println!("\n== the same event in other words");
    let mut entries = Vec::new();
    for event in lines(folder, "allsides_events_fulltext.jsonl") {
        for article in event["articles"].as_array().into_iter().flatten() {
            let texts = (text(article, "title"), text(article, "text"));
            entries.push(NewsEntry::new(&entries.len().to_string(), "", (&texts.0, &texts.1), None));
        }
    }
    Articles::of(entries, Sources::AllDifferent).report("  events", 10);
}

/// Headlines: weather reports that differ only in the town, and French news of one day. The weather reports are measured
/// without a text, with the same text for all, and with a text that repeats the headline.
pub(crate) fn headlines(folder: &Path) {
    println!("\n== headlines");
    let weather = fs::read_to_string(folder.join("fr_weather_trap.txt")).expect("fr_weather_trap.txt");
    let constant_text = "Retrouvez les prévisions météo de votre commune pour aujourd’hui et les prochains jours : \
        températures, vent, pluie et ensoleillement, heure par heure, avec les bulletins de vigilance de Météo-France.";
    let repeating = format!("HEADLINE. {constant_text}");
    let bodies = [
        ("without a text", ""),
        ("over the same text", constant_text),
        ("over a text that repeats the headline", &repeating),
    ];
    for (name, body) in bodies {
        for sources in [Sources::AsNamed, Sources::AllDifferent] {
            let titles = weather.lines().filter(|line| !line.is_empty());
            let entries = titles.enumerate().map(|(number, title)| {
                NewsEntry::new(
                    &number.to_string(),
                    "météo",
                    (title, &body.replace("HEADLINE", title)),
                    date("2020-01-10"),
                )
            });
            Articles::of(entries.collect(), sources).report(&format!("  weather {name}, {sources:?}"), 5);
        }
    }
    let day = fs::read_to_string(folder.join("fr_gnews_2020-01-10.csv")).expect("fr_gnews_2020-01-10.csv");
    let entries = day.lines().enumerate().map(|(number, line)| {
        NewsEntry::new(&number.to_string(), "", (&first_field(line), ""), date("2020-01-10"))
    });
    Articles::of(entries.collect(), Sources::AllDifferent).report("  French headlines of one day", 5);
}

fn first_field(line: &str) -> String {
    match line.strip_prefix('"') {
        Some(quoted) => quoted.split("\",").next().unwrap_or_default().replace("\"\"", "\""),
        None => line.split(',').next().unwrap_or_default().to_owned(),
    }
}

/// Entries of eleven outlets that hourly polls saw over weeks: titles, times and addresses without texts.
pub(crate) fn stream(folder: &Path) {
    println!("\n== hourly stream of eleven outlets");
    let mut entries = Vec::new();
    let mut copies: HashMap<(String, String, String), usize> = HashMap::new();
    for line in lines(folder, "en_15outlets_hourly.jsonl") {
        let (source, title, published) =
            (text(&line, "source"), text(&line, "title"), text(&line, "published_at"));
        let mut entry = NewsEntry::new(&entries.len().to_string(), &source, (&title, ""), date(&published));
        entry.arrived_at = date(&text(&line, "first_seen")).expect("first_seen");
        entries.push(entry);
        *copies.entry((source, title, published)).or_default() += 1;
    }
    let repeated: usize = copies.values().map(|count| count - 1).sum();
    Articles::of(entries, Sources::AsNamed).report("  stream", 40);
    println!("  {repeated} entries have the source, title and time of an earlier one");
}
