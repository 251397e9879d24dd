//! Measures in each language of the captured feeds which light rewritings are found, and what is merged by mistake.

use std::collections::{BTreeMap, HashSet};
use std::fs;
use std::path::Path;

use riverd::article::dedup::Verdict;
use riverd::article::fingerprint::Sketch;
use riverd::article::identity::KnownEntries;
use riverd::article::normalize::{self, normalize};
use riverd::document::{RawDocument, parse};
use riverd::model::{Article, IdentityScheme, SourceId};
use riverd::text::html;
use riverd::text::url::TrackingParameters;
use riverd::time::Timestamp;

use crate::DEFAULT_SIMILARITY;
use crate::corpus::NewsEntry;
use crate::labelled::judge_entries;
use crate::rewrite::{self, retitled};
use crate::river::{Articles, Sources};

/// Number of words that a text needs to be rewritten. The rewriting of a shorter text would be too short to compare.
const MIN_WORDS: usize = 40;

/// An entry of a captured feed.
struct Captured {
    file: String,
    article: Article,
    text: String,
}

/// Rewrites the texts of the captured feeds, then records the feeds in the store.
pub(crate) fn measure(folder: &Path) {
    if !folder.is_dir() {
        return;
    }
    let captured = read(folder);
    rewritings(&captured);
    println!("\n== captured feeds, recorded at one moment");
    for sources in [Sources::AsNamed, Sources::AllDifferent] {
        let entries = captured.iter().enumerate().map(|(number, entry)| NewsEntry {
            id: number.to_string(),
            source: entry.file.clone(),
            title: entry.article.title.clone(),
            published_at: entry.article.published_at,
            arrived_at: Timestamp::EPOCH,
            fingerprint: entry.article.fingerprint.clone(),
        });
        let articles = Articles::of(entries.collect(), sources);
        articles.report(&format!("  {sources:?}"), 0);
        print_different_titles(&articles);
    }
}

fn read(folder: &Path) -> Vec<Captured> {
    let mut files: Vec<_> =
        fs::read_dir(folder).expect("a folder").flatten().map(|entry| entry.path()).collect();
    files.sort();
    let mut captured = Vec::new();
    for path in files {
        let body = fs::read(&path).expect("a file");
        let Ok(feed) = parse(RawDocument { body: &body, content_type: None, url: None }) else { continue };
        let context = normalize::NormalizeContext {
            limits: normalize::EntryLimits::default(),
            url: None,
            identity: IdentityScheme::default(),
            known: &KnownEntries::default(),
            tracking: &TrackingParameters::default(),
            now: Timestamp::MAX,
        };
        let file = path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
        captured.extend(normalize(feed, &context).articles.into_iter().map(|article| {
            let body = article.content.as_ref().or(article.summary.as_ref());
            let text = body.map(|html| html::to_plain(html.as_str())).unwrap_or_default();
            Captured { file: file.clone(), article, text }
        }));
    }
    captured
}

fn rewritings(captured: &[Captured]) {
    println!(
        "\n== share of light rewritings that are found to be the same story (texts of at least {MIN_WORDS} words)"
    );
    let mut tally: BTreeMap<String, (usize, [usize; rewrite::ALL.len()])> = BTreeMap::new();
    let mut seen = HashSet::new();
    for entry in captured {
        let title = &entry.article.title;
        let sketch = Sketch::from_bytes(&entry.article.fingerprint.sketch);
        let is_long = sketch.is_some_and(|sketch| sketch.text.len() >= sketch.scaled(MIN_WORDS));
        if !is_long || title.is_empty() || !seen.insert(&entry.text) {
            continue;
        }
        let language =
            entry.article.language.as_deref().unwrap_or("none").split('-').next().unwrap_or_default();
        let (count, found) = tally.entry(language.to_lowercase()).or_default();
        *count += 1;
        let original = NewsEntry::new("", "", (title, &entry.text), None);
        for (rewriting, found) in rewrite::ALL.into_iter().zip(found) {
            let copy = NewsEntry::new("", "", (&retitled(title), &rewriting.of(&entry.text)), None);
            let judged = judge_entries(&original, &copy, SourceId(1), DEFAULT_SIMILARITY);
            *found += usize::from(judged.is_some_and(|judged| matches!(judged.verdict, Verdict::Same(_))));
        }
    }
    println!(
        "  {:10} {:>6} {}",
        "language",
        "texts",
        rewrite::ALL.map(|kind| format!("{kind:>10?}")).concat()
    );
    for (language, (count, found)) in tally {
        let shares = found.map(|found| format!("{:10.3}", found as f64 / count as f64)).concat();
        println!("  {language:10} {count:6} {shares}");
    }
}

/// Prints the articles whose entries have different titles, so that a person can check them.
fn print_different_titles(articles: &Articles) {
    let title =
        |id: &String| articles.entries[id].title.to_lowercase().replace(|c: char| !c.is_alphanumeric(), "");
    for group in articles.groups.iter().filter(|group| group.len() > 1) {
        let titles: HashSet<String> = group.iter().map(title).collect();
        if titles.len() > 1 {
            let shown: Vec<String> = group
                .iter()
                .take(4)
                .map(|id| articles.entries[id].title.chars().take(70).collect())
                .collect();
            println!("    different titles: {} × {}", group.len(), shown.join(" | "));
        }
    }
}
