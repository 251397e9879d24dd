//! The real store as pieces take their way through it: polls in, articles out.

use std::collections::HashMap;
use std::sync::Arc;
use std::time::Instant;

use riverd::config::{Dedup, NearDuplicates};
use riverd::model::{
    Article, Cadence, CanonicalUrl, DocumentArticles, Key, LeftOut, Listing, Location, NextPoll, PollRecord,
    PollVerdict, Reason, Source, SourceId, SourceState,
};
use riverd::store::{RiverSelection, Store};
use riverd::time::{DAY, HOUR, Timestamp};
use tempfile::TempDir;
use tokio::runtime::Runtime;
use url::Url;

use crate::DEFAULT;
use crate::corpus::Piece;

/// How sources are told apart.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Sources {
    /// As the corpus says.
    AsNamed,
    /// Each piece is its own source: the hardest case for templates, which then meet the rules for two outlets.
    AllDifferent,
}

/// What became of the pieces.
pub(crate) struct Articles {
    /// Each article's pieces, by id, the representative first.
    pub(crate) groups: Vec<Vec<String>>,
    pub(crate) pieces: HashMap<String, Piece>,
}

impl Articles {
    /// Takes `pieces` in, in order of arrival; those of one source and moment are one poll.
    pub(crate) fn of(mut pieces: Vec<Piece>, sources: Sources) -> Self {
        if sources == Sources::AllDifferent {
            for (number, piece) in pieces.iter_mut().enumerate() {
                piece.source = number.to_string();
            }
        }
        pieces.sort_by(|one, other| {
            (one.arrived_at, &one.source, &one.id).cmp(&(other.arrived_at, &other.source, &other.id))
        });
        let begun = Instant::now();
        let runtime = Runtime::new().expect("a runtime");
        let folder = tempfile::tempdir().expect("a folder");
        let groups = runtime.block_on(take_in(&folder, &pieces));
        println!("  ({} entries through the store in {:.1} s)", pieces.len(), begun.elapsed().as_secs_f64());
        let held: usize = groups.iter().map(Vec::len).sum();
        println!("  ({} of them were edits of others: pages that moved)", pieces.len() - held);
        Self { groups, pieces: pieces.into_iter().map(|piece| (piece.id.clone(), piece)).collect() }
    }

    /// Which article each piece is in.
    pub(crate) fn places(&self) -> HashMap<&str, usize> {
        let numbered = self.groups.iter().enumerate();
        numbered.flat_map(|(number, group)| group.iter().map(move |id| (id.as_str(), number))).collect()
    }

    /// One line, and up to `shown` of the articles that hold several pieces.
    pub(crate) fn report(&self, name: &str, shown: usize) {
        let joined: Vec<_> = self.groups.iter().filter(|group| group.len() > 1).collect();
        println!(
            "{name}: {} entries, {} articles, {} of them of several entries",
            self.pieces.len(),
            self.groups.len(),
            joined.len()
        );
        for group in joined.into_iter().take(shown) {
            let titles: Vec<&str> = group.iter().take(4).map(|id| self.pieces[id].title.trim()).collect();
            println!("    {} × {}", group.len(), titles.join(" | "));
        }
    }
}

async fn take_in(folder: &TempDir, pieces: &[Piece]) -> Vec<Vec<String>> {
    let dedup = Dedup {
        window: 7 * DAY,
        near_duplicates: NearDuplicates::Group,
        similarity: DEFAULT,
        tracking_parameters: Vec::new(),
    };
    let store = Store::open(&folder.path().join("riverd.db"), &dedup).expect("a store");
    let start = pieces.first().map_or(Timestamp::EPOCH, |piece| piece.arrived_at);
    let mut names: Vec<&str> = pieces.iter().map(|piece| piece.source.as_str()).collect();
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
        pieces.chunk_by(|one, other| (one.arrived_at, &one.source) == (other.arrived_at, &other.source))
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
        if names.len() == pieces.len() {
            // Also-in is quick to read, and names every entry where no source has two.
            pages.extend(item.also_in.into_iter().map(|place| place.url));
        } else {
            let told = store.story(&item.guid).await.expect("a story");
            let entries = told.articles.into_iter().flat_map(|article| article.entries);
            pages = entries.map(|entry| entry.url).collect();
        }
        let id = |page: Option<String>| page?.strip_prefix(PAGES).map(str::to_owned);
        groups.push(pages.into_iter().filter_map(id).collect());
    }
    store.close().await.expect("closed");
    groups
}

/// Where every piece has its page.
const PAGES: &str = "https://pages.example/?id=";

fn record(source: SourceId, poll: &[Piece]) -> PollRecord {
    let now = poll.first().map_or(Timestamp::EPOCH, |piece| piece.arrived_at);
    let harvest = DocumentArticles {
        articles: poll.iter().map(article).collect(),
        listing: Listing::Whole,
        left_out: LeftOut::default(),
        defects: Vec::new(),
    };
    PollRecord {
        source,
        polled_at: now,
        next: NextPoll { at: now.saturating_add(HOUR), reason: Reason::Every },
        status: Some(200),
        state: Box::new(SourceState { polled_at: Some(now), ..SourceState::default() }),
        pause: None,
        verdict: PollVerdict::Fresh(Box::new(harvest)),
    }
}

fn article(piece: &Piece) -> Article {
    let page = format!("{PAGES}{}", piece.id);
    Article {
        canonical_url: Some(CanonicalUrl(page.clone())),
        url: Some(page),
        published_at: piece.published_at,
        fingerprint: piece.fingerprint.clone(),
        key: Key(piece.id.clone()),
        title: piece.title.clone(),
        ..Article::default()
    }
}

fn source(position: usize) -> Source {
    let url = Url::parse(&format!("https://{position}.example/feed")).expect("an address");
    Source { position, ..Source::new(position.to_string(), Location::Http(url), Cadence::Every(HOUR)) }
}
