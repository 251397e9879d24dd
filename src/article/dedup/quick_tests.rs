//! Compares the fast paths of the judge with simple, slow ones, on generated pairs of texts.

use proptest::prelude::*;

use super::compare::{HEAD, Overlap, TAIL, cut_share, share};
use super::*;
use crate::article::fingerprint::WordHash;
use crate::model::SourceId;
use crate::time::Timestamp;

const fn at(second: i64) -> Timestamp {
    Timestamp::from_unix(1_800_000_000 + second)
}

/// What is done to a text to make the other text of a pair.
#[derive(Clone, Debug)]
struct Change {
    /// Numbers of words that are cut off at the beginning and at the end.
    cut: (usize, usize),
    /// Words that are put before the text.
    before: Vec<u32>,
    /// One word in this many is replaced; 0 for none.
    every: usize,
}

fn change() -> impl Strategy<Value = Change> {
    ((0_usize..60, 0_usize..200), prop::collection::vec(0_u32..40, 0..30), 0_usize..40)
        .prop_map(|(cut, before, every)| Change { cut, before, every })
}

fn changed(text: &[u32], change: &Change) -> Vec<u32> {
    let kept = text.len().saturating_sub(change.cut.1).max(change.cut.0.min(text.len()));
    let kept = &text[change.cut.0.min(kept)..kept];
    let replaced = kept.iter().enumerate().map(|(at, word)| match change.every {
        0 => *word,
        every if at % every == every - 1 => 100_000 + *word,
        _ => *word,
    });
    change.before.iter().copied().chain(replaced).collect()
}

/// Returns the hashes of numbered words. Every ninth is a number, every fifth a name.
fn hashes(words: &[u32]) -> Vec<WordHash> {
    let kind = |word: u32| if word.is_multiple_of(9) { 1 } else { u32::from(word.is_multiple_of(5)) * 2 };
    words.iter().map(|word| WordHash::from_bits(word.wrapping_mul(0x9E37_79B9) & !3 | kind(*word))).collect()
}

fn sketch(title: &[u32], text: &[u32], unspaced: bool) -> Sketch {
    Sketch { title: hashes(title), text: hashes(text), unspaced, caseless: false, media: None }
}

/// Returns for each word whether it stands in a run of `length` words that the other text has somewhere.
fn slow_common(text: &[WordHash], other: &[WordHash], length: usize) -> Vec<bool> {
    let same = |one: &[WordHash], two: &[WordHash]| one.iter().zip(two).all(|(a, b)| a.word() == b.word());
    let mut common = vec![false; text.len()];
    for (start, run) in text.windows(length).enumerate() {
        if other.windows(length).any(|there| same(run, there)) {
            common[start..start + length].fill(true);
        }
    }
    common
}

fn slow_score(sketch: &Sketch, common: &[bool]) -> f64 {
    let head = common.iter().take_while(|word| !**word).count().min(sketch.scaled(HEAD));
    let tail = common.iter().rev().take_while(|word| !**word).count().min(sketch.scaled(TAIL));
    let counted = common.iter().filter(|word| **word).count();
    share(counted, common.len().saturating_sub(head + tail))
}

proptest! {
    #[test]
    fn the_quick_comparison_finds_what_the_slow_one_finds(
        text in prop::collection::vec(0_u32..60, 0..300), change in change(), unspaced: bool,
    ) {
        let (one, other) = (sketch(&[], &text, unspaced), sketch(&[], &changed(&text, &change), unspaced));
        let (shorter, longer) = if one.text.len() <= other.text.len() { (one, other) } else { (other, one) };
        let run = shorter.scaled(3);
        let here = slow_common(&shorter.text, &longer.text, run);
        let there = slow_common(&longer.text, &shorter.text, run);
        let overlap = Overlap::of(&shorter, &longer);
        prop_assert_eq!(overlap.common, here.iter().filter(|word| **word).count());
        prop_assert_eq!(overlap.head, here.iter().take_while(|word| !**word).count());
        prop_assert_eq!(overlap.skipped, there.iter().take_while(|word| !**word).count());
        prop_assert!((overlap.score - slow_score(&shorter, &here)).abs() < f64::EPSILON);
        let cut = slow_common(&shorter.text, &longer.text, shorter.scaled(8));
        prop_assert!((cut_share(&shorter, &longer) - slow_score(&shorter, &cut)).abs() < f64::EPSILON);
    }

    #[test]
    fn outlines_rule_out_only_pairs_that_the_judge_keeps_apart(
        text in prop::collection::vec(0_u32..3000, 0..800), title in prop::collection::vec(0_u32..3000, 0..8),
        change in change(), unspaced: bool, own_source: bool, listed: bool, similarity in 0.3_f64..1.0,
    ) {
        let one = sketch(&title, &text, unspaced).to_bytes();
        let other = sketch(&title, &changed(&text, &change), unspaced).to_bytes();
        let (first, second) = (Outline::of(&one).unwrap(), Outline::of(&other).unwrap());
        let entry = |source, listed, sketch| JudgedEntry {
            source: SourceId(source), page: None, published_at: Some(at(7)), arrived_at: at(60), listed, sketch,
        };
        let judgement =
            judge(&entry(1, true, &one), &entry(if own_source { 1 } else { 2 }, listed, &other), similarity);
        if let Verdict::Same(likeness) = judgement.verdict {
            prop_assert!(!first.rules_out(&second, similarity), "{likeness:?}");
            prop_assert!(!second.rules_out(&first, similarity), "{likeness:?}");
        } else if judgement.score >= similarity {
            prop_assert!(!first.rules_out(&second, similarity), "score {}", judgement.score);
        }
    }
}

#[test]
fn outlines_rule_out_texts_that_have_one_phrase_in_common() {
    let text = |from: u32| -> Vec<u32> { (0..12).chain(from..from + 300).collect() };
    let outline = |words: &[u32]| Outline::of(&sketch(&[], words, false).to_bytes()).unwrap();
    assert!(outline(&text(1000)).rules_out(&outline(&text(5000)), 0.8));
    assert!(!outline(&text(1000)).rules_out(&outline(&text(1000)), 0.8));
}

#[test]
fn outlines_rule_out_texts_that_have_every_second_sentence_in_common() {
    let text = |from: u32| -> Vec<u32> {
        (0..300).map(|word| if word / 12 % 2 == 0 { word } else { from + word }).collect()
    };
    let outline = |words: &[u32]| Outline::of(&sketch(&[], words, false).to_bytes()).unwrap();
    assert!(outline(&text(1000)).rules_out(&outline(&text(5000)), 0.8));
}

#[test]
fn sketches_are_ordered_as_their_words_are() {
    let (one, other) = (sketch(&[1], &[2, 3], false), sketch(&[1], &[2, 4], false));
    assert!(one.cmp_content(&other).is_ne());
    assert_eq!(one.cmp_content(&other), other.cmp_content(&one).reverse());
    assert!(one.cmp_content(&one).is_eq());
}
