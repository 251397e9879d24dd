//! Every language of the captured feeds: are light rewritings found, and does anything merge that should not?

use std::collections::{BTreeMap, HashSet};
use std::fs;
use std::path::Path;

use riverd::article::dedup::Verdict;
use riverd::article::fingerprint::Sketch;
use riverd::article::identity::KnownKeys;
use riverd::article::normalize::{self, normalize};
use riverd::document::{RawDocument, parse};
use riverd::model::{Article, IdentityScheme, SourceId};
use riverd::text::html;
use riverd::text::url::TrackingParameters;
use riverd::time::Timestamp;

use crate::DEFAULT;
use crate::corpus::Piece;
use crate::labelled::judge_pieces;
use crate::rewrite::{self, retitled};
use crate::river::{Articles, Sources};

/// Texts below so many words are not rewritten: what is left of them would be too short for anyone.
const LEAST: usize = 40;

/// An entry of a captured feed.
struct Captured {
    file: String,
    article: Article,
    text: String,
}

/// Rewrites what the feeds hold, and takes it in.
pub(crate) fn measure(folder: &Path) {
    if !folder.is_dir() {
        return;
    }
    let captured = read(folder);
    rewritings(&captured);
    println!("\n== captured feeds, taken in at one moment");
    for sources in [Sources::AsNamed, Sources::AllDifferent] {
        let pieces = captured.iter().enumerate().map(|(number, entry)| Piece {
            id: number.to_string(),
            source: entry.file.clone(),
            title: entry.article.title.clone(),
            published_at: entry.article.published_at,
            arrived_at: Timestamp::EPOCH,
            fingerprint: entry.article.fingerprint.clone(),
        });
        let articles = Articles::of(pieces.collect(), sources);
        articles.report(&format!("  {sources:?}"), 0);
        other_titles(&articles);
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
            known: &KnownKeys::default(),
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
    println!("\n== light rewritings by rule, found as one story (of texts of {LEAST} words and more)");
    let mut tally: BTreeMap<String, (usize, [usize; rewrite::ALL.len()])> = BTreeMap::new();
    let mut seen = HashSet::new();
    for entry in captured {
        let title = &entry.article.title;
        let sketch = Sketch::from_bytes(&entry.article.fingerprint.sketch);
        let long = sketch.is_some_and(|sketch| sketch.text.len() >= sketch.measure(LEAST));
        if !long || title.is_empty() || !seen.insert(&entry.text) {
            continue;
        }
        let language =
            entry.article.language.as_deref().unwrap_or("none").split('-').next().unwrap_or_default();
        let (count, found) = tally.entry(language.to_lowercase()).or_default();
        *count += 1;
        let original = Piece::new("", "", (title, &entry.text), None);
        for (rewriting, found) in rewrite::ALL.into_iter().zip(found) {
            let copy = Piece::new("", "", (&retitled(title), &rewriting.of(&entry.text)), None);
            let judged = judge_pieces(&original, &copy, SourceId(1), DEFAULT);
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

/// Articles of entries whose titles are not the same, to be looked at by a person.
fn other_titles(articles: &Articles) {
    let title =
        |id: &String| articles.pieces[id].title.to_lowercase().replace(|c: char| !c.is_alphanumeric(), "");
    for group in articles.groups.iter().filter(|group| group.len() > 1) {
        let titles: HashSet<String> = group.iter().map(title).collect();
        if titles.len() > 1 {
            let shown: Vec<String> =
                group.iter().take(4).map(|id| articles.pieces[id].title.chars().take(70).collect()).collect();
            println!("    other titles: {} × {}", group.len(), shown.join(" | "));
        }
    }
}
