//! Plans snapshots: which articles, under which title and links, for which public address.

use crate::article::archive::ArchivePage;
use crate::config::Config;
use crate::model::{Channel, ContentDepth, EntryPlace, FeedLinks};
use crate::render::BaseUrl;
use crate::render::base_url::path_segment;
use crate::render::navigation::{Navigation, search_href, source_href, tag_href, view_href};
use crate::render::page::PageContext;
use crate::render::page_frame::PageZone;
use crate::store::RiverSelection;
use crate::time::Timestamp;

/// Maximum number of articles in the feed of a search, and on its numbered pages. Pages of older articles follow.
const MAX_FOUND: usize = 100;

/// Which of a feed's articles a document holds.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum FeedPart {
    /// The newest articles, as many as feeds.toml says (for a search, at most 100).
    Newest,
    /// At most this many of the newest articles.
    Limited(usize),
    /// The articles of one page of the feed's archive.
    Archive(ArchivePage),
    /// The next articles before a place, as many as a web page has. Only feeds of tags, sources and searches have such parts.
    Before(EntryPlace),
}

/// Which snapshot to build.
#[derive(Clone, Debug)]
pub(super) struct SnapshotPlan {
    pub(super) selection: RiverSelection,
    pub(super) part: FeedPart,
    pub(super) channel: Channel,
    pub(super) links: FeedLinks,
    pub(super) page_context: PageContext,
    pub(super) depth: ContentDepth,
    /// Maximum number of articles of the feed.
    pub(super) max_articles: usize,
    /// Public address with which links begin, unless a request used another one.
    pub(super) own_base: BaseUrl,
    /// When the whole feed last changed. It is set only for [`FeedPart::Limited`].
    pub(super) whole_changed_at: Option<Timestamp>,
}

impl SnapshotPlan {
    /// Plans the snapshot of a selection by the configuration. `local_url` is the address at which riverd listens;
    /// links begin with it if feeds.toml sets no `base_url`.
    pub(super) fn new(selection: RiverSelection, config: &Config, local_url: &BaseUrl) -> Self {
        let river = &config.river;
        let view = match &selection {
            RiverSelection::View(name) => config.view(name),
            _ => None,
        };
        let ttl_minutes = config.polling.every.as_secs().div_ceil(60).max(1);
        let (title, path) = title_and_path(&selection, config);
        let query = match &selection {
            RiverSelection::Search(search) => format!("?q={}", path_segment(&search.to_string())),
            _ => String::new(),
        };
        let max_articles = match &selection {
            RiverSelection::Search(_) => river.articles.min(MAX_FOUND),
            _ => view.map_or(river.articles, |view| view.articles),
        };
        let has_page = matches!(selection, RiverSelection::River | RiverSelection::View(_));
        // The hub is notified only of the feeds of the river and of views, so others must not name it.
        let hub = river.hub.as_ref().filter(|_| has_page).map(|hub| hub.as_str().to_owned());
        let page_context = page_context(&selection, config);
        Self {
            selection,
            part: FeedPart::Newest,
            channel: Channel { title, description: river.description.clone(), path, query, ttl_minutes },
            links: FeedLinks { has_page, hub, ..FeedLinks::default() },
            page_context,
            depth: view.map_or(river.content, |view| view.content),
            max_articles,
            own_base: river.base_url.as_ref().map_or_else(|| local_url.clone(), BaseUrl::from_config),
            whole_changed_at: None,
        }
    }

    /// Plans the snapshot of another part of the same feed. A limit that leaves no article out is ignored.
    pub(super) fn with_part(mut self, part: FeedPart) -> Self {
        self.part = match part {
            FeedPart::Limited(limit) if limit >= self.max_articles => FeedPart::Newest,
            other => other,
        };
        match self.part {
            FeedPart::Newest => {}
            FeedPart::Limited(limit) => self.links.query = format!("limit={limit}"),
            FeedPart::Archive(page) => {
                self.links.archive_page = Some(page.path());
                // A page of the archive gets no new articles, so there is nothing to subscribe to.
                self.links.hub = None;
            }
            FeedPart::Before(place) => {
                self.links.query = before_query(place);
                self.links.is_older_page = true;
            }
        }
        self
    }
}

/// Returns the query of the page that begins before a place.
pub(super) fn before_query(place: EntryPlace) -> String {
    format!("before={place}")
}

/// Returns the title of a feed that holds a part of the river.
pub(super) fn title_below(river: &str, title: &str) -> String {
    format!("{river} – {title}")
}

/// Returns the title of a selection's feeds, and their path below the public address.
fn title_and_path(selection: &RiverSelection, config: &Config) -> (String, String) {
    let river = &config.river.title;
    let titled = |title: &str| title_below(river, title);
    match selection {
        RiverSelection::River => (river.clone(), String::new()),
        RiverSelection::Tag(tag) => (titled(tag), format!("tags/{}/", path_segment(tag))),
        RiverSelection::Source(name) => {
            let source = config.sources.iter().find(|source| source.name == *name);
            let title = source.and_then(|source| source.title.as_deref()).unwrap_or(name);
            (titled(title), format!("sources/{}/", path_segment(name)))
        }
        RiverSelection::Search(search) => (titled(&search.to_string()), "search/".to_owned()),
        RiverSelection::View(name) => {
            let title = config.view(name).map_or(name.as_str(), |view| view.shown_title());
            (titled(title), format!("views/{}/", path_segment(name)))
        }
    }
}

/// Returns what the pages of a selection show around their articles.
fn page_context(selection: &RiverSelection, config: &Config) -> PageContext {
    let views = config.views.iter().map(AsRef::as_ref);
    let sources = config.sources.iter().map(AsRef::as_ref);
    let (href, folders) = match selection {
        RiverSelection::River => (String::new(), 0),
        RiverSelection::Tag(tag) => (tag_href(tag), 0),
        RiverSelection::Source(name) => (source_href(name), 0),
        RiverSelection::View(name) => (view_href(name), 2),
        RiverSelection::Search(search) => (search_href(&search.to_string()), 0),
    };
    let search = match selection {
        RiverSelection::Search(search) => search.to_string(),
        _ => String::new(),
    };
    let navigation = Navigation::of(&config.river.title, sources).with_views(views);
    PageContext { navigation, href, search, folders, zone: PageZone::Operator }
}
