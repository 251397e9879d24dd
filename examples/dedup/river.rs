//! Records entries in the real store as polls do, and reads the resulting articles.

use std::collections::HashMap;
use std::sync::Arc;
use std::time::Instant;

use riverd::config::{Dedup, NearDuplicates};
use riverd::model::{
    Article, Cadence, CanonicalUrl, DocumentArticles, DocumentCopy, Key, LeftOut, Listing, Location,
    NextPoll, NextPollReason, PollRecord, PollVerdict, Source, SourceId, SourceState,
};
use riverd::store::{RiverSelection, Store};
use riverd::time::{DAY, HOUR, Timestamp};
use tempfile::TempDir;
use tokio::runtime::Runtime;
use url::Url;

use crate::DEFAULT_SIMILARITY;
use crate::corpus::NewsEntry;

/// How entries are assigned to sources.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Sources {
    /// To the sources that the corpus names.
    AsNamed,
    /// Each entry to its own source. This is the hardest case for texts made from a template, because the rules for two outlets
    /// apply to them.
    AllDifferent,
}

/// The articles that the store made of the entries.
pub(crate) struct Articles {
    /// For each article, the ids of its entries, with the representative first.
    pub(crate) groups: Vec<Vec<String>>,
    /// The entries by id.
    pub(crate) entries: HashMap<String, NewsEntry>,
}

impl Articles {
    /// Records the entries in the order of their arrival. Those of one source and moment are one poll.
    pub(crate) fn of(mut entries: Vec<NewsEntry>, sources: Sources) -> Self {
        if sources == Sources::AllDifferent {
            for (number, entry) in entries.iter_mut().enumerate() {
                entry.source = number.to_string();
            }
        }
        entries.sort_by(|one, other| {
            (one.arrived_at, &one.source, &one.id).cmp(&(other.arrived_at, &other.source, &other.id))
        });
        let started = Instant::now();
        let runtime = Runtime::new().expect("a runtime");
        let folder = tempfile::tempdir().expect("a folder");
        let groups = runtime.block_on(record_and_read(&folder, &entries));
        println!(
            "  ({} entries through the store in {:.1} s)",
            entries.len(),
            started.elapsed().as_secs_f64()
        );
        let held: usize = groups.iter().map(Vec::len).sum();
        println!(
            "  ({} of them were taken for edits of other entries, whose pages had moved)",
            entries.len() - held
        );
        Self { groups, entries: entries.into_iter().map(|entry| (entry.id.clone(), entry)).collect() }
    }

    /// Returns the number of the article that each entry is in.
    pub(crate) fn article_numbers(&self) -> HashMap<&str, usize> {
        let numbered = self.groups.iter().enumerate();
        numbered.flat_map(|(number, group)| group.iter().map(move |id| (id.as_str(), number))).collect()
    }

    /// Prints a line of counts, and at most `shown` articles that have several entries.
    pub(crate) fn report(&self, name: &str, shown: usize) {
        let joined: Vec<_> = self.groups.iter().filter(|group| group.len() > 1).collect();
        println!(
            "{name}: {} entries, {} articles, {} of them of several entries",
            self.entries.len(),
            self.groups.len(),
            joined.len()
        );
        for group in joined.into_iter().take(shown) {
            let titles: Vec<&str> = group.iter().take(4).map(|id| self.entries[id].title.trim()).collect();
            println!("    {} × {}", group.len(), titles.join(" | "));
        }
    }
}

/// Records the entries in a new store, publishes the river, and returns the ids of the entries of each article.
async fn record_and_read(folder: &TempDir, entries: &[NewsEntry]) -> Vec<Vec<String>> {
    let dedup = Dedup {
        window: 7 * DAY,
        near_duplicates: NearDuplicates::Group,
        similarity: DEFAULT_SIMILARITY,
        tracking_parameters: Vec::new(),
    };
    let store = Store::open(&folder.path().join("riverd.db"), &dedup).expect("a store");
    let start = entries.first().map_or(Timestamp::EPOCH, |entry| entry.arrived_at);
    let mut names: Vec<&str> = entries.iter().map(|entry| entry.source.as_str()).collect();
    names.sort_unstable();
    names.dedup();
    let sources: Vec<Arc<Source>> =
        names.iter().enumerate().map(|(position, _)| Arc::new(source(position))).collect();
    store.sync_sources(&sources, &dedup, start).await.expect("sources");
    let rows: HashMap<String, SourceId> = store
        .statuses()
        .await
        .expect("statuses")
        .into_iter()
        .map(|status| (status.name, status.id))
        .collect();
    let mut end = start;
    for poll in
        entries.chunk_by(|one, other| (one.arrived_at, &one.source) == (other.arrived_at, &other.source))
    {
        let [first, ..] = poll else { continue };
        let position = names.partition_point(|name| *name < first.source.as_str());
        store.record_poll(record(rows[&position.to_string()], poll)).await.expect("a poll is recorded");
        end = first.arrived_at;
    }
    store.publish(end).await.expect("published");
    let items = store.latest(&RiverSelection::River, usize::MAX >> 1).await.expect("the river");
    let mut groups = Vec::with_capacity(items.len());
    for item in items {
        let mut pages = vec![item.url];
        if names.len() == entries.len() {
            // `also_in` is quick to read. It names every entry as long as no source has two entries.
            pages.extend(item.also_in.into_iter().map(|place| place.url));
        } else {
            let history = store.history(&item.guid).await.expect("a history");
            let entries = history.articles.into_iter().flat_map(|article| article.entries);
            pages = entries.map(|entry| entry.url).collect();
        }
        let id = |page: Option<String>| page?.strip_prefix(PAGES).map(str::to_owned);
        groups.push(pages.into_iter().filter_map(id).collect());
    }
    store.close().await.expect("closed");
    groups
}

/// Start of the address of the page of every entry.
const PAGES: &str = "https://pages.example/?id=";

fn record(source: SourceId, poll: &[NewsEntry]) -> PollRecord {
    let now = poll.first().map_or(Timestamp::EPOCH, |entry| entry.arrived_at);
    let document = DocumentArticles {
        articles: poll.iter().map(article).collect(),
        listing: Listing::Whole,
        left_out: LeftOut::default(),
        defects: Vec::new(),
        copy: DocumentCopy::Newest,
    };
    PollRecord {
        source,
        polled_at: now,
        next: NextPoll { at: now.saturating_add(HOUR), reason: NextPollReason::Every },
        status: Some(200),
        state: Box::new(SourceState { polled_at: Some(now), ..SourceState::default() }),
        pause: None,
        verdict: PollVerdict::Fresh(Box::new(document)),
    }
}

fn article(entry: &NewsEntry) -> Article {
    let page = format!("{PAGES}{}", entry.id);
    Article {
        canonical_url: Some(CanonicalUrl(page.clone())),
        url: Some(page),
        published_at: entry.published_at,
        fingerprint: entry.fingerprint.clone(),
        key: Key(entry.id.clone()),
        title: entry.title.clone(),
        ..Article::default()
    }
}

fn source(position: usize) -> Source {
    let url = Url::parse(&format!("https://{position}.example/feed")).expect("an address");
    Source { position, ..Source::new(position.to_string(), Location::Http(url), Cadence::Every(HOUR)) }
}
