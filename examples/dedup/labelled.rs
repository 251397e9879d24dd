//! Precision and recall on the labelled pairs: judged pair by pair, and with all entries recorded in the store.

use std::collections::BTreeMap;

use riverd::article::dedup::{JudgedEntry, Judgement, Verdict, judge};
use riverd::model::SourceId;

use crate::DEFAULT_SIMILARITY;
use crate::corpus::{Label, Labelled, NewsEntry, Pair};
use crate::river::{Articles, Sources};

/// Counts of right and wrong decisions.
#[derive(Clone, Copy, Default)]
struct Tally {
    found: usize,
    missed: usize,
    wrong: usize,
    kept_apart: usize,
}

impl Tally {
    fn add(&mut self, label: Label, same: bool) {
        match (label, same) {
            (Label::Undecided, _) => {}
            (Label::Different, true) => self.wrong += 1,
            (Label::Different, false) => self.kept_apart += 1,
            (Label::Same | Label::Version, true) => self.found += 1,
            (Label::Same | Label::Version, false) => self.missed += 1,
        }
    }

    fn print(self, what: &str) {
        let Self { found, missed, wrong, kept_apart } = self;
        let precision = found as f64 / (found + wrong).max(1) as f64;
        let recall = found as f64 / (found + missed).max(1) as f64;
        println!(
            "  {what:32} precision {precision:.3}  recall {recall:.3}  ({found} found, {missed} missed, {wrong} wrongly \
             merged, {kept_apart} kept apart)"
        );
    }
}

/// The two ways of assigning entries to sources, each with its name in the output.
const VIEWS: [(Sources, &str); 2] = [
    (Sources::AsNamed, "sources as in the corpus"),
    (Sources::AllDifferent, "each entry from its own source"),
];

/// Measures the default settings. Prints both halves of the pairs and every error, for both ways of assigning sources.
pub(crate) fn at_default_similarity(news: &Labelled) {
    for (sources, name) in VIEWS {
        println!("\n== labelled pairs, similarity {DEFAULT_SIMILARITY}, {name}");
        let mut tallies = [Tally::default(); 3];
        let mut verdicts = BTreeMap::<(Label, &str), usize>::new();
        let mut errors = Vec::new();
        for labelled in &news.pairs {
            let judged = decide(news, labelled, sources, DEFAULT_SIMILARITY);
            let (same, why) = explained(judged);
            tallies[usize::from(labelled.held_out)].add(labelled.label, same);
            tallies[2].add(labelled.label, same);
            *verdicts.entry((labelled.label, why)).or_default() += 1;
            if labelled.label != Label::Undecided && same == (labelled.label == Label::Different) {
                errors.push(describe(news, labelled, judged.map_or(0.0, |judged| judged.score), why));
            }
        }
        tallies[0].print("one half of the pairs");
        tallies[1].print("the other half");
        tallies[2].print("both");
        through_store(news, sources).print("all entries through the store");
        for ((label, why), count) in verdicts {
            println!("    {:10} {why:24} {count:4}", format!("{label:?}"));
        }
        for error in errors {
            println!("    ! {error}");
        }
    }
}

/// Measures precision and recall for values of `similarity` from 0.5 to 0.95.
pub(crate) fn at_every_similarity(news: &Labelled) {
    println!("\n== all pairs at each `similarity`");
    for step in 10..20 {
        let similarity = f64::from(step) / 20.0;
        for (sources, name) in VIEWS {
            let mut tally = Tally::default();
            for labelled in &news.pairs {
                tally.add(labelled.label, explained(decide(news, labelled, sources, similarity)).0);
            }
            tally.print(&format!("{similarity:.2} {name}"));
        }
    }
}

/// Judges a pair. Returns `None` if the two have no band in common, because the store would never compare them.
fn decide(news: &Labelled, pair: &Pair, sources: Sources, similarity: f64) -> Option<Judgement> {
    let (one, other) = (&news.entries[&pair.one], &news.entries[&pair.other]);
    let is_other_source = sources == Sources::AllDifferent || one.source != other.source;
    judge_entries(one, other, SourceId(i64::from(is_other_source)), similarity)
}

/// Judges two entries, the first from source 0. Returns `None` if they have no band in common.
pub(crate) fn judge_entries(
    one: &NewsEntry,
    other: &NewsEntry,
    source: SourceId,
    similarity: f64,
) -> Option<Judgement> {
    one.fingerprint.bands.iter().find(|band| other.fingerprint.bands.contains(band))?;
    Some(judge(&judged_entry(one, SourceId(0)), &judged_entry(other, source), similarity))
}

fn judged_entry(entry: &NewsEntry, source: SourceId) -> JudgedEntry<'_> {
    JudgedEntry {
        source,
        page: None,
        published_at: entry.published_at,
        arrived_at: entry.arrived_at,
        listed: true,
        sketch: &entry.fingerprint.sketch,
    }
}

/// Returns whether the two are judged to be the same story, and why.
fn explained(judged: Option<Judgement>) -> (bool, &'static str) {
    match judged.map(|judged| judged.verdict) {
        Some(Verdict::Same(likeness)) => (true, likeness.as_str()),
        Some(Verdict::Different(difference)) => (false, difference.as_str()),
        None => (false, "no candidate"),
    }
}

/// Records all entries in the store. A pair counts as merged if both are in one article, whatever linked them.
fn through_store(news: &Labelled, sources: Sources) -> Tally {
    let articles = Articles::of(news.entries.values().cloned().collect(), sources);
    let numbers = articles.article_numbers();
    let mut tally = Tally::default();
    for pair in &news.pairs {
        tally.add(pair.label, numbers[pair.one.as_str()] == numbers[pair.other.as_str()]);
    }
    tally
}

fn describe(news: &Labelled, pair: &Pair, score: f64, why: &str) -> String {
    let (one, other) = (&news.entries[&pair.one], &news.entries[&pair.other]);
    let apart = one.arrived_at.since(other.arrived_at).max(other.arrived_at.since(one.arrived_at));
    let hours = apart.as_secs() / 3600;
    format!("{:?}, judged {why} ({score:.2}, {hours} h apart): {} | {}", pair.label, one.title, other.title)
}
