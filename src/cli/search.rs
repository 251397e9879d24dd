//! `riverd search QUERY`: finds stored articles, and shows where the words of the query are in them.

use std::path::Path;
use std::time::{Duration, Instant};

use serde::Serialize;

use super::args::{GlobalArgs, SearchArgs};
use super::daemon_connection::DaemonConnection;
use super::state_dir::print_no_database;
use super::{UsageError, VerbOutcome, output, runtime, terminal};
use crate::config::Config;
use crate::model::{AlsoIn, RiverItem};
use crate::store::{Store, StoreError};
use crate::text::html;
use crate::text::search::{ExcerptPart, SearchField, SearchQuery, excerpt, mark};
use crate::text::words::{counted, printable};
use crate::time::Timestamp;

/// Length of the shown part of a text in bytes: about three lines of a terminal.
const EXCERPT_LENGTH: usize = 240;

/// How long the verb fills the search index before it searches, if no daemon does.
const FILL_TIME: Duration = Duration::from_secs(5);

/// Output of `search --json`.
#[derive(Serialize)]
struct SearchReport<'a> {
    /// The query as riverd reads it.
    query: String,
    /// Whether the index has every stored article.
    complete: bool,
    articles: Vec<FoundArticle<'a>>,
}

/// An article that matches the query.
#[derive(Serialize)]
struct FoundArticle<'a> {
    guid: &'a str,
    title: &'a str,
    url: Option<&'a str>,
    source: &'a str,
    source_title: &'a str,
    tags: &'a [String],
    author: Option<&'a str>,
    date: Timestamp,
    updated: Option<Timestamp>,
    excerpt: String,
    also_in: &'a [AlsoIn],
}

/// Searches the store, even while a daemon is running, and prints the articles that match, the newest first.
pub(super) fn run(global: &GlobalArgs, args: &SearchArgs) -> anyhow::Result<VerbOutcome> {
    let query = SearchQuery::parse(&args.query.join(" ")).map_err(|error| UsageError(error.to_string()))?;
    let config = global.load_config_or_last_good()?;
    global.note_state_of_other_config(&config.path)?;
    let path = global.database()?;
    let Found { items, complete, unpublished } = if path.exists() {
        runtime::start_small()?.block_on(find(&config, &path, &query, usize::from(args.limit)))?
    } else {
        Found { items: Vec::new(), complete: true, unpublished: 0 }
    };
    if args.output.json {
        let articles = items.iter().map(|item| found_article(item, &query)).collect();
        output::print_json(&SearchReport { query: query.to_string(), complete, articles })?;
    } else {
        let colours = terminal::colours_stdout();
        let texts: Vec<String> = items.iter().map(|item| article_text(item, &query, colours)).collect();
        if !texts.is_empty() {
            terminal::print_painted(texts.join("\n").trim_end_matches('\n'))?;
        }
    }
    if !complete {
        output::print_message("note: some articles are not in the search index yet");
    }
    if unpublished > 0 {
        // If the control socket can't be opened, a daemon may have it.
        let daemon_runs = !matches!(DaemonConnection::open(&global.state_dir()?), Ok(None));
        output::print_message(&unpublished_note(unpublished, daemon_runs));
    }
    if items.is_empty() {
        if path.exists() {
            output::print_message(&format!("no article matches `{query}`"));
        } else {
            print_no_database(&path);
        }
        return Ok(VerbOutcome::Failed);
    }
    Ok(VerbOutcome::Succeeded)
}

/// Says why stored articles can't be found yet.
fn unpublished_note(unpublished: u64, daemon_runs: bool) -> String {
    let articles = counted(unpublished, "stored article");
    let why = if daemon_runs {
        "the running riverd has not published them yet, which it does within a minute unless its log says why it can't"
    } else {
        "only `riverd run` publishes what `riverd poll` stored"
    };
    format!("note: {articles} can't be found yet: {why}")
}

/// What a search found.
struct Found {
    items: Vec<RiverItem>,
    /// Whether the index has every stored article.
    complete: bool,
    /// How many stored articles are not published, so that a search does not find them.
    unpublished: u64,
}

/// Returns the articles that match. If the index lacks some of the stored articles, it is filled first, as far as [`fill`]
/// can.
async fn find(config: &Config, path: &Path, query: &SearchQuery, limit: usize) -> anyhow::Result<Found> {
    let mut store = Store::open_read_only(path, &config.sources, &config.dedup)?;
    let mut complete = store.search_index_is_complete().await?;
    if !complete {
        store.close().await?;
        fill(config, path).await?;
        store = Store::open_read_only(path, &config.sources, &config.dedup)?;
        complete = store.search_index_is_complete().await?;
    }
    let found = store.search(query, limit).await;
    let unpublished = store.unpublished_count().await?;
    store.close().await?;
    let items = found.map_err(|error| match error {
        StoreError::NoSuchTag(_) | StoreError::NoSourceNamed(_) => {
            UsageError(format!("{error}\nhint: {}", name_hint(&error, config))).into()
        }
        other => anyhow::Error::from(other),
    })?;
    Ok(Found { items, complete, unpublished })
}

/// Returns the hint for a tag or source that does not exist. The shell removes the quotation marks around a tag of several
/// words, so the query names only the first of them as the tag.
fn name_hint(error: &StoreError, config: &Config) -> String {
    if let StoreError::NoSuchTag(given) = error {
        let mut tags = config.sources.iter().flat_map(|source| &source.tags);
        let begins_so =
            |tag: &&String| tag.split_once(' ').is_some_and(|(first, _)| first.eq_ignore_ascii_case(given));
        if let Some(tag) = tags.find(begins_so) {
            return format!("for the tag `{tag}` write 'tag:\"{tag}\"'");
        }
    }
    error.hint().unwrap_or_default()
}

/// Fills the index for [`FILL_TIME`] at most. Does nothing if a daemon has the database open, because the daemon fills the
/// index itself, or if the user may only read the database.
async fn fill(config: &Config, path: &Path) -> Result<(), StoreError> {
    let store = match Store::open(path, &config.dedup) {
        Ok(store) => store,
        Err(StoreError::Locked { .. } | StoreError::NotWritable { .. }) => return Ok(()),
        Err(error) => return Err(error),
    };
    let started = Instant::now();
    while started.elapsed() < FILL_TIME && store.fill_search_index().await? > 0 {}
    store.close().await
}

fn found_article<'a>(item: &'a RiverItem, query: &SearchQuery) -> FoundArticle<'a> {
    FoundArticle {
        guid: &item.guid,
        title: &item.title,
        url: item.url.as_deref(),
        source: &item.source.name,
        source_title: &item.source.title,
        tags: &item.source.tags,
        author: item.author.as_deref(),
        date: item.river_at,
        updated: item.updated_at,
        excerpt: excerpt_of(item, query).into_iter().map(|part| part.text).collect(),
        also_in: &item.also_in,
    }
}

fn excerpt_of(item: &RiverItem, query: &SearchQuery) -> Vec<ExcerptPart> {
    let text = item.content.as_ref().or(item.summary.as_ref());
    let plain = text.map(|html| html::to_plain(html.as_str())).unwrap_or_default();
    let on_one_line = crate::text::words::on_one_line(&plain);
    excerpt(&on_one_line, query, EXCERPT_LENGTH)
}

/// Formats an article for people: title, source and time, address, and the part of the text that matches.
fn article_text(item: &RiverItem, query: &SearchQuery, colours: bool) -> String {
    let title = if item.title.is_empty() { "(no title)" } else { &item.title };
    let mut text = marked_text(&mark(title, query, SearchField::Title), colours);
    let source = printable(&item.source.title);
    text.extend(["\n  ", &source, " · ", &item.river_at.to_string(), "\n"]);
    if let Some(url) = &item.url {
        text.extend(["  ", &printable(url), "\n"]);
    }
    let excerpt = marked_text(&excerpt_of(item, query), colours);
    if !excerpt.is_empty() {
        text.extend(["  ", &excerpt, "\n"]);
    }
    text
}

/// Returns a text in which hits are bold and yellow, if colours are to be used.
fn marked_text(parts: &[ExcerptPart], colours: bool) -> String {
    let shown = |part: &ExcerptPart| {
        let text = printable(&part.text);
        if part.is_hit && colours { format!("\u{1b}[1;33m{text}\u{1b}[0m") } else { text }
    };
    parts.iter().map(shown).collect()
}
