//! Precision and recall on the labelled pairs: pair by pair, and with every article taken in through the store.

use std::collections::BTreeMap;

use riverd::article::dedup::{JudgedEntry, Judgement, Verdict, judge};
use riverd::model::SourceId;

use crate::DEFAULT;
use crate::corpus::{Label, Labelled, Pair, Piece};
use crate::river::{Articles, Sources};

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

const VIEWS: [(Sources, &str); 2] =
    [(Sources::AsNamed, "sources as in the data"), (Sources::AllDifferent, "every article from another")];

/// Default settings: both views of the sources, both halves, every error by name.
pub(crate) fn at_default(news: &Labelled) {
    for (sources, name) in VIEWS {
        println!("\n== labelled pairs, similarity {DEFAULT}, {name}");
        let mut tallies = [Tally::default(); 3];
        let mut verdicts = BTreeMap::<(Label, &str), usize>::new();
        let mut errors = Vec::new();
        for labelled in &news.pairs {
            let judged = decide(news, labelled, sources, DEFAULT);
            let (same, why) = read(judged);
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
        through_store(news, sources).print("all articles through the store");
        for ((label, why), count) in verdicts {
            println!("    {:10} {why:24} {count:4}", format!("{label:?}"));
        }
        for error in errors {
            println!("    ! {error}");
        }
    }
}

/// Precision and recall over the threshold.
pub(crate) fn curve(news: &Labelled) {
    println!("\n== the curve over `similarity`, all pairs");
    for step in 10..20 {
        let similarity = f64::from(step) / 20.0;
        for (sources, name) in VIEWS {
            let mut tally = Tally::default();
            for labelled in &news.pairs {
                tally.add(labelled.label, read(decide(news, labelled, sources, similarity)).0);
            }
            tally.print(&format!("{similarity:.2} {name}"));
        }
    }
}

/// `None`: no band in common, so the two never meet.
fn decide(news: &Labelled, pair: &Pair, sources: Sources, similarity: f64) -> Option<Judgement> {
    let (one, other) = (&news.pieces[&pair.one], &news.pieces[&pair.other]);
    let apart = sources == Sources::AllDifferent || one.source != other.source;
    judge_pieces(one, other, SourceId(i64::from(apart)), similarity)
}

/// Judges two pieces that share a band, the first of source 0.
pub(crate) fn judge_pieces(
    one: &Piece,
    other: &Piece,
    source: SourceId,
    similarity: f64,
) -> Option<Judgement> {
    one.fingerprint.bands.iter().find(|band| other.fingerprint.bands.contains(band))?;
    Some(judge(&sighting(one, SourceId(0)), &sighting(other, source), similarity))
}

fn sighting(piece: &Piece, source: SourceId) -> JudgedEntry<'_> {
    JudgedEntry {
        source,
        published_at: piece.published_at,
        arrived_at: piece.arrived_at,
        listed: true,
        sketch: &piece.fingerprint.sketch,
    }
}

fn read(judged: Option<Judgement>) -> (bool, &'static str) {
    match judged.map(|judged| judged.verdict) {
        Some(Verdict::Same(likeness)) => (true, likeness.as_str()),
        Some(Verdict::Different(difference)) => (false, difference.as_str()),
        None => (false, "no candidate"),
    }
}

/// A pair counts as merged when both end in one article, whatever linked them.
fn through_store(news: &Labelled, sources: Sources) -> Tally {
    let articles = Articles::of(news.pieces.values().cloned().collect(), sources);
    let places = articles.places();
    let mut tally = Tally::default();
    for pair in &news.pairs {
        tally.add(pair.label, places[pair.one.as_str()] == places[pair.other.as_str()]);
    }
    tally
}

fn describe(news: &Labelled, pair: &Pair, score: f64, why: &str) -> String {
    let (one, other) = (&news.pieces[&pair.one], &news.pieces[&pair.other]);
    let apart = one.arrived_at.since(other.arrived_at).max(other.arrived_at.since(one.arrived_at));
    let hours = apart.as_secs() / 3600;
    format!("{:?}, judged {why} ({score:.2}, {hours} h apart): {} | {}", pair.label, one.title, other.title)
}
