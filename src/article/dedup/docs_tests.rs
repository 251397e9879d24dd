//! Tests each pair of the table of languages in `docs/deduplication.md`.

use super::opposites_tests::report_with;
use super::tests::{entry, verdict};
use super::*;

const DOCS: &str = include_str!("../../../docs/deduplication.md");

const LANGUAGES: [&str; 9] =
    ["English", "French", "German", "Spanish", "Italian", "Dutch", "Portuguese", "Polish", "Swedish"];

/// Returns the pairs of a row of the table: two statements, and whether they are one story.
fn pairs(row: &str) -> Vec<(&str, &str, bool)> {
    let cells = row.split(" | ").skip(1).flat_map(|cell| cell.split("; "));
    let pairs = cells.map(|pair| {
        let parts: Vec<&str> = pair.trim_end_matches(" |").split('`').collect();
        let ["", one, sign @ (" = " | " ≠ "), other, ""] = parts[..] else { panic!("{pair}") };
        (one, other, sign == " = ")
    });
    pairs.collect()
}

#[test]
fn each_pair_of_the_documented_table_is_one_story_or_two_as_it_says() {
    let mut wrong = Vec::new();
    for (at, language) in LANGUAGES.into_iter().enumerate() {
        let row = DOCS.lines().find(|line| line.starts_with(&format!("| {language} | `"))).unwrap();
        let pairs = pairs(row);
        assert!(pairs.len() >= 8, "{language}");
        for (one, other, is_one) in pairs {
            let told = |source: i64, statement: &str| {
                let (title, text) = report_with(at, statement);
                entry(source, title, &text)
            };
            let judged = verdict(&told(1, one), &told(2, other));
            let expected =
                if is_one { Verdict::Same(Likeness::Text) } else { Verdict::Different(Difference::Facts) };
            if judged != expected {
                wrong.push(format!("{language}: {one} and {other}: {judged:?}"));
            }
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
}
