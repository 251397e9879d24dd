//! `riverd why URL|KEY OTHER`: explains which rule joins two entries or keeps them apart.

use std::path::Path;
use std::time::Duration;

use serde::Serialize;

use super::args::OutputArgs;
use super::state_dir::print_no_database;
use super::why_not_compared::NotCompared;
use super::why_text::{IndentedText, report_text, title_or_none, unknown_message};
use super::{VerbOutcome, output, runtime};
use crate::article::dedup::{Difference, Figures};
use crate::config::Config;
use crate::store::{ComparedEntry, Comparison, DifferentPassages, History, JoinedPair, Store, StoreError};
use crate::text::words::{counted, percent};
use crate::time::{Timestamp, human};

/// Output of `why --json` for two entries.
#[derive(Serialize)]
struct ComparisonReport<'a> {
    /// Addresses, keys or guids that were asked for.
    asked: [&'a str; 2],
    /// How the two compare; `null` if one of them is not stored.
    comparison: Option<&'a Comparison>,
    /// What is known of the two instead, if one of them is left out or deleted.
    #[serde(skip_serializing_if = "Option::is_none")]
    not_compared: Option<&'a NotCompared<'a>>,
}

/// Compares the entries that the two arguments name, and prints the rule with its figures. If one of them is not stored,
/// prints which one, by which rule, and what is known of both; if nothing is known of it, that.
pub(super) fn run(
    config: &Config,
    database: &Path,
    asked: (&str, &str),
    format: OutputArgs,
) -> anyhow::Result<VerbOutcome> {
    let (comparison, histories) = if database.exists() {
        let store = Store::open_read_only(database, &config.sources, &config.dedup)?;
        runtime::start_small()?.block_on(async {
            let compared = store.compare(asked.0, asked.1).await?;
            let histories = [store.history(asked.0).await?, store.history(asked.1).await?];
            store.close().await?;
            Ok::<_, StoreError>((compared, histories))
        })?
    } else {
        (None, [History::default(), History::default()])
    };
    let not_compared = NotCompared::of(&histories).filter(|_| comparison.is_none());
    if format.json {
        output::print_json(&ComparisonReport {
            asked: [asked.0, asked.1],
            comparison: comparison.as_ref(),
            not_compared: not_compared.as_ref(),
        })?;
    }
    let text = comparison.map(|comparison| comparison_text(&comparison));
    if let Some(text) = text.or_else(|| Some(not_compared.as_ref()?.text())) {
        if !format.json {
            output::print(&text)?;
        }
        return Ok(VerbOutcome::Succeeded);
    }
    if !database.exists() {
        print_no_database(database);
        return Ok(VerbOutcome::Failed);
    }
    for (question, history) in [asked.0, asked.1].into_iter().zip(&histories) {
        if history.is_unknown() {
            output::print_message(&unknown_message(question, history));
        } else if history.articles.is_empty() && !format.json {
            output::print(&report_text(history, Timestamp::now()))?;
        }
    }
    output::print_message("the two can't be compared, because nothing is known of one of them");
    Ok(VerbOutcome::Failed)
}

fn comparison_text(comparison: &Comparison) -> String {
    let Comparison { joined, rule, explanation, one, other, through, .. } = comparison;
    let Comparison { judged, judged_explanation, figures, .. } = comparison;
    let mut text = IndentedText::default();
    text.line(0, &format!("{}: {rule}", if *joined { "one article" } else { "two articles" }));
    text.line(1, explanation);
    write_entry(&mut text, "first", one);
    write_entry(&mut text, "second", other);
    if !through.is_empty() {
        write_pairs(&mut text, through);
        return text.0;
    }
    text.line(1, "compared as they are now");
    if judged != rule {
        text.row("rule now", &format!("{judged}: {judged_explanation}"));
    }
    write_differences(&mut text, comparison);
    write_figures(&mut text, [one, other], figures);
    text.0
}

/// How many of the pairs that joined two entries one after another are shown at most.
const SHOWN_PAIRS: usize = 16;

/// Writes the pairs that joined the two, each with the figures of its own texts. What a comparison of the two alone would give
/// is not shown, because it decided nothing.
fn write_pairs(text: &mut IndentedText, pairs: &[JoinedPair]) {
    for JoinedPair { one, other, rule, explanation, figures } in pairs.iter().take(SHOWN_PAIRS) {
        let name = |entry: &ComparedEntry| format!("{} of {}", title_or_none(&entry.title), entry.source);
        text.line(1, &format!("{}, and {}", name(one), name(other)));
        text.row("joined by", &format!("{rule}: {explanation}"));
        write_figures(text, [one, other], figures);
    }
    if pairs.len() > SHOWN_PAIRS {
        text.line(1, &format!("and {} more", counted((pairs.len() - SHOWN_PAIRS) as u64, "pair")));
    }
}

/// How many places at which the texts differ are shown at most.
const SHOWN_PLACES: usize = 8;

/// Writes the words that only one of the two has: those of titles that keep the two apart, and those of the texts. Of many
/// places, those that count as other facts come first.
fn write_differences(text: &mut IndentedText, comparison: &Comparison) {
    let Comparison { judged, only_in_one, only_in_other, different_places, .. } = comparison;
    if judged != Difference::Facts.as_str() && !(only_in_one.is_empty() && only_in_other.is_empty()) {
        text.row("title of first", &format!("has alone: {}", listed(only_in_one)));
        text.row("title of second", &format!("has alone: {}", listed(only_in_other)));
    }
    let (counted, other): (Vec<_>, Vec<_>) = different_places.iter().partition(|place| place.counts);
    let shown = counted.iter().map(|place| ("other facts", *place));
    let shown = shown.chain(other.iter().map(|place| ("other words", *place)));
    for (name, DifferentPassages { one, other, .. }) in shown.take(SHOWN_PLACES) {
        let words = |passage: &str| {
            if passage.is_empty() { "nothing".to_owned() } else { format!("`{passage}`") }
        };
        text.row(name, &format!("{} in the first, {} in the second", words(one), words(other)));
    }
    if different_places.len() > SHOWN_PLACES {
        text.row("", &format!("and {} more", counted_places(different_places.len() - SHOWN_PLACES)));
    }
}

fn counted_places(places: usize) -> String {
    counted(places as u64, "place")
}

/// Writes the figures of the texts of two entries, and how far apart the entries were published.
fn write_figures(text: &mut IndentedText, entries: [&ComparedEntry; 2], figures: &Figures) {
    if figures.longer_words > 0 {
        write_figures_of_texts(text, figures);
    }
    let has_dates = entries.iter().all(|entry| entry.published_at.is_some());
    let from_arrival = if has_dates { "" } else { " (an entry without a date counts from its arrival)" };
    text.row("published", &format!("{} apart{from_arrival}", human(Duration::from_secs(figures.apart_s))));
}

fn write_figures_of_texts(text: &mut IndentedText, figures: &Figures) {
    let (shorter, longer) = if figures.first_is_shorter { ("first", "second") } else { ("second", "first") };
    text.row(
        "common words",
        &format!(
            "{} of the {} of the {shorter} text and the {} of the {longer}, where they begin at word {}",
            figures.common_words,
            figures.shorter_words,
            figures.longer_words,
            figures.words_before + 1
        ),
    );
    text.row(
        "score",
        &format!(
            "{} of the {shorter} text stands in the {longer} (words around the common part aside); at least {} must",
            percent(figures.score),
            percent(figures.least_score)
        ),
    );
    text.row(
        "in phrases",
        &format!(
            "{} of the {shorter} text stands there in phrases of eight words",
            percent(figures.cut_share)
        ),
    );
    text.row("of the longer", &format!("{} of the {longer} text is common", percent(figures.of_longer)));
    text.row(
        "titles",
        &format!(
            "{} of the {shorter} title stands in the {longer} entry, {} of the {longer} title in the {shorter} entry",
            percent(figures.title_of_shorter),
            percent(figures.title_of_longer)
        ),
    );
    let allowed = match figures.allowed_differences {
        0 => "none".to_owned(),
        allowed => allowed.to_string(),
    };
    text.row(
        "facts",
        &format!(
            "{} (numbers and names) in common; others at {}, and {allowed} is allowed",
            figures.common_facts,
            counted_places(figures.counted_differences)
        ),
    );
}

fn write_entry(text: &mut IndentedText, name: &str, entry: &ComparedEntry) {
    text.line(1, &format!("{name}: {} of {}", title_or_none(&entry.title), entry.source));
    if let Some(url) = &entry.url {
        text.row("page", url);
    }
    text.row("key", &entry.key);
    text.row("first seen", &entry.arrived_at.to_string());
    if let Some(at) = entry.published_at {
        text.row("published", &format!("{at} by its feed"));
    }
    if let Some(reason) = &entry.held_back {
        text.row("held back", &format!("{reason} (a filter in feeds.toml), so the river does not show it"));
    }
}

/// How many words of a title are shown at most.
const SHOWN_WORDS: usize = 12;

fn listed(words: &[String]) -> String {
    let shown = words.iter().take(SHOWN_WORDS).map(|word| format!("`{word}`")).collect::<Vec<_>>().join(", ");
    match words.len() {
        0 => "nothing".to_owned(),
        all if all > SHOWN_WORDS => format!("{shown} and {} more", all - SHOWN_WORDS),
        _ => shown,
    }
}
