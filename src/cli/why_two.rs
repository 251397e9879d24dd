//! `riverd why URL|KEY OTHER`: explains which rule joins two entries or keeps them apart.

use std::path::Path;
use std::time::Duration;

use serde::Serialize;

use super::args::OutputArgs;
use super::why_text::{IndentedText, report_text, title_or_none, unknown_message};
use super::{VerbOutcome, output, runtime};
use crate::article::dedup::Figures;
use crate::config::Config;
use crate::store::{ComparedEntry, Comparison, History, Store, StoreError};
use crate::text::words::counted;
use crate::time::{Timestamp, human};

/// Output of `why --json` for two entries.
#[derive(Serialize)]
struct ComparisonReport<'a> {
    /// Addresses, keys or guids that were asked for.
    asked: [&'a str; 2],
    /// How the two compare; `null` if one of them is not stored.
    comparison: Option<&'a Comparison>,
}

/// Compares the entries that the two arguments name, and prints the rule with its figures. If one of them is not stored,
/// prints what became of it.
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
    if format.json {
        output::print_json(&ComparisonReport { asked: [asked.0, asked.1], comparison: comparison.as_ref() })?;
    }
    if let Some(comparison) = comparison {
        if !format.json {
            output::print(&comparison_text(&comparison))?;
        }
        return Ok(VerbOutcome::Succeeded);
    }
    for (question, history) in [asked.0, asked.1].into_iter().zip(&histories) {
        if history.is_unknown() {
            output::print_message(&unknown_message(question, history));
        } else if history.articles.is_empty() && !format.json {
            output::print(&report_text(history, Timestamp::now()))?;
        }
    }
    output::print_message("the two can't be compared, because at least one of them is not stored");
    Ok(VerbOutcome::Failed)
}

fn comparison_text(comparison: &Comparison) -> String {
    let Comparison { joined, rule, explanation, one, other, judged, figures, only_in_one, only_in_other } =
        comparison;
    let mut text = IndentedText::default();
    text.line(0, &format!("{}: {rule}", if *joined { "one article" } else { "two articles" }));
    text.line(1, explanation);
    for entry in [one, other] {
        write_entry(&mut text, entry);
    }
    if figures.longer_words == 0 {
        text.line(1, "no text was compared, because at least one of the entries has too few words");
    } else {
        write_figures(&mut text, judged, figures);
    }
    if !only_in_one.is_empty() || !only_in_other.is_empty() {
        text.row("only in first", &listed(only_in_one));
        text.row("only in second", &listed(only_in_other));
    }
    text.row("apart", &human(Duration::from_secs(figures.apart_s)));
    text.0
}

fn write_figures(text: &mut IndentedText, judged: &str, figures: &Figures) {
    text.line(1, "figures of the texts as they are now");
    text.row("judged", judged);
    text.row(
        "common words",
        &format!(
            "{} of the {} and {} words that are compared, from word {} of the longer text",
            figures.common_words,
            figures.shorter_words,
            figures.longer_words,
            figures.words_before + 1
        ),
    );
    text.row(
        "score",
        &format!("{}; one article needs at least {}", percent(figures.score), percent(figures.least_score)),
    );
    text.row("in phrases", &format!("{} of the shorter text", percent(figures.cut_share)));
    text.row("of the longer", &percent(figures.of_longer));
    text.row(
        "titles",
        &format!(
            "the other entry has {} of the title of the shorter text and {} of that of the longer",
            percent(figures.title_of_shorter),
            percent(figures.title_of_longer)
        ),
    );
    text.row(
        "facts",
        &format!(
            "numbers and names in common: {}; others in {} of the common part, where {} may be, and in {} around it",
            figures.common_facts,
            counted(figures.different_facts as u64, "place"),
            figures.allowed_differences,
            counted(figures.different_facts_around as u64, "place")
        ),
    );
}

fn write_entry(text: &mut IndentedText, entry: &ComparedEntry) {
    text.line(1, &format!("{} of {}", title_or_none(&entry.title), entry.source));
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

/// How many words of an entry are shown at most.
const SHOWN_WORDS: usize = 12;

fn listed(words: &[String]) -> String {
    let shown = words.iter().take(SHOWN_WORDS).map(|word| format!("`{word}`")).collect::<Vec<_>>().join(", ");
    match words.len() {
        0 => "nothing".to_owned(),
        all if all > SHOWN_WORDS => format!("{shown} and {} more", all - SHOWN_WORDS),
        _ => shown,
    }
}

fn percent(share: f64) -> String {
    format!("{:.0} %", share * 100.0)
}
