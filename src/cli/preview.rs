//! `riverd preview URL|FILE`: shows the articles that a feed would add and the repairs that it needed. Stores nothing.

use std::path::Path;
use std::sync::Arc;

use anyhow::{Context as _, bail};
use serde::Serialize;
use url::Url;

use super::args::{GlobalArgs, PreviewArgs};
use super::{UsageError, VerbOutcome, earlier_answers, failure_error, output, removed, runtime, terminal};
use crate::article::filter;
use crate::article::identity::KnownEntries;
use crate::article::normalize::{self, normalize};
use crate::config::{self, Config};
use crate::document::PriorKnowledge;
use crate::fetch::{Fetcher, Request};
use crate::model::{
    Article, ArticleImage, Enclosure, Episode, FeedFormat, FetchOutcome, Fetched, IdentityScheme, LeftOut,
    LeftOutEntry, LeftOutReason, Origin, ParsedFeed, Source, Validators,
};
use crate::policy::conditions;
use crate::policy::host::Scope;
use crate::poll::read_document;
use crate::text::html;
use crate::text::url::TrackingParameters;
use crate::text::words::printable;
use crate::time::Timestamp;

/// Fetches or reads the feed, and prints what is in it.
pub(super) fn run(global: &GlobalArgs, args: &PreviewArgs) -> anyhow::Result<VerbOutcome> {
    let (config, source) = find_source(global, &args.target)?;
    let now = Timestamp::now();
    // If the database of the daemon can't be read (another user may own it), no pause is known, and the server is asked.
    let database = global.database().ok();
    if let Ok(Some(until)) = earlier_answers::paused_until(&config, database.as_deref(), &source.location) {
        bail!("the server asked for a pause until {until}, so it was not asked now");
    }
    let (fetched, feed) = runtime::start_small()?.block_on(fetch(&config, &source, now))?;
    let report = PreviewReport::of(feed, &source, &config, fetched.final_url.as_ref(), now);
    if args.output.json {
        output::print_json(&report)?;
    } else {
        output::print(&report.to_text())?;
    }
    Ok(VerbOutcome::Succeeded)
}

/// Returns the source that `target` names (a source of feeds.toml, an address or a file), and the configuration with which it
/// is fetched: that of feeds.toml, or the defaults if there is no feeds.toml.
fn find_source(global: &GlobalArgs, target: &str) -> anyhow::Result<(Config, Arc<Source>)> {
    let configured = match global.config_path_or_vanished() {
        Ok(_) => Some(global.load_config_or_last_good()?),
        Err(error) if global.config.is_some() => return Err(error.into()),
        Err(_) => None,
    };
    let configured_source = configured.as_ref().and_then(|config| {
        config.sources.iter().find(|source| source.name == target || source.location.as_url_text() == target)
    });
    if let (Some(config), Some(source)) = (&configured, configured_source) {
        return Ok((config.clone(), Arc::clone(source)));
    }
    let single = config::single_source(&address(target)?)
        .map_err(|_| UsageError(why_not_previewed(global, configured.as_ref(), target)))?;
    let source = single.sources.first().context("the configuration of one source has none")?.clone();
    // The operator has just named this host, so the address guard treats it like a host of feeds.toml.
    let mut config = configured.unwrap_or(single);
    config.sources.push(Arc::clone(&source));
    Ok((config, source))
}

/// Says why `target`, which is no address, can't be fetched or read.
fn why_not_previewed(global: &GlobalArgs, configured: Option<&Config>, target: &str) -> String {
    let removed = configured
        .zip(global.database().ok())
        .and_then(|(config, database)| removed::describe_wanted(&database, config, target));
    removed.unwrap_or_else(|| {
        format!(
            "`{target}` is not an address, a file or a source of feeds.toml\nhint: write `https://example.org/feed.xml`, or the path of a file"
        )
    })
}

fn address(target: &str) -> anyhow::Result<String> {
    if Path::new(target).exists() {
        let path = std::path::absolute(target).with_context(|| format!("can't tell where `{target}` is"))?;
        return Ok(format!("file:{}", path.display()));
    }
    Ok(target.to_owned())
}

/// Fetches the document and reads it. If the server sends a web page, it gets one more request, whose `Accept` header does not
/// name `text/html`.
async fn fetch(config: &Config, source: &Source, now: Timestamp) -> anyhow::Result<(Fetched, ParsedFeed)> {
    let fetcher = Fetcher::new(config)?;
    let validators = Validators::default();
    let request = Request { source, address: &source.location, validators: &validators, now };
    let fetched = document(fetcher.fetch(request).await)?;
    let prior = PriorKnowledge::at(now);
    let failure = match read_document(&fetched, &prior) {
        Ok(feed) => return Ok((fetched, feed)),
        Err(failure) => failure,
    };
    if conditions::is_unexplained_page(&fetched, &failure) {
        if Scope::of(&source.location) != Scope::Private {
            tokio::time::sleep(config.polling.per_host_gap).await;
        }
        if let Ok(fetched) = document(fetcher.fetch_only_feed(request).await)
            && let Ok(feed) = read_document(&fetched, &prior)
        {
            return Ok((fetched, feed));
        }
    }
    Err(failure_error(&failure))
}

/// Returns the document of an answer, or why there is none.
fn document(outcome: FetchOutcome) -> anyhow::Result<Fetched> {
    let failure = match outcome {
        FetchOutcome::Fresh(answer) => return Ok(*answer),
        FetchOutcome::NotModified { .. } => {
            bail!("the server answered 304 Not Modified to a request without conditions")
        }
        FetchOutcome::Throttled { failure, .. }
        | FetchOutcome::Gone { failure }
        | FetchOutcome::Failed { failure, .. } => failure,
    };
    Err(failure_error(&failure))
}

/// Output of `preview --json`.
#[derive(Serialize, Debug)]
struct PreviewReport {
    format: FeedFormat,
    title: Option<String>,
    link: Option<String>,
    description: Option<String>,
    language: Option<String>,
    updated: Option<Timestamp>,
    entries: Vec<PreviewEntry>,
    repairs: Vec<&'static str>,
    left_out: Vec<PreviewLeftOut>,
    #[serde(skip)]
    repair_counts: Vec<u32>,
}

/// How many characters of an entry's text are shown.
const MAX_SHOWN_TEXT: usize = 200;

/// How many entries are listed for one reason at most.
const MAX_LISTED: usize = 100;

/// The entries that are left out for one reason.
#[derive(Serialize, Debug)]
struct PreviewLeftOut {
    reason: LeftOutReason,
    /// Number of these entries.
    count: u32,
    /// Explanation of the reason.
    why: &'static str,
    /// The first of these entries, at most [`MAX_LISTED`].
    entries: Vec<LeftOutEntry>,
}

impl PreviewLeftOut {
    /// Returns one element for each reason in `left_out`.
    fn of(left_out: &LeftOut) -> Vec<Self> {
        let element = |(reason, count)| {
            let entries = left_out.entries.iter().filter(|entry| entry.reason == reason);
            Self {
                reason,
                count,
                why: reason.explanation(),
                entries: entries.take(MAX_LISTED).cloned().collect(),
            }
        };
        left_out.counts().iter().map(element).collect()
    }
}

#[derive(Serialize, Debug)]
struct PreviewEntry {
    id: Option<String>,
    key: String,
    title: String,
    url: Option<String>,
    canonical_url: Option<String>,
    author: Option<String>,
    published: Option<Timestamp>,
    updated: Option<Timestamp>,
    summary: Option<String>,
    content: Option<String>,
    categories: Vec<String>,
    enclosures: Vec<Enclosure>,
    image: Option<ArticleImage>,
    comments: Option<String>,
    podcast: Option<Episode>,
    source: Option<Origin>,
}

impl PreviewReport {
    fn of(feed: ParsedFeed, source: &Source, config: &Config, url: Option<&Url>, now: Timestamp) -> Self {
        let mut report = Self {
            format: feed.format,
            title: feed.title.clone(),
            link: feed.link.clone(),
            description: feed.description.clone(),
            language: feed.language.clone(),
            updated: feed.updated,
            entries: Vec::new(),
            repairs: Vec::new(),
            left_out: Vec::new(),
            repair_counts: Vec::new(),
        };
        let context = normalize::NormalizeContext {
            limits: normalize::EntryLimits { max_entries: source.max_entries, max_age: source.max_age },
            url,
            identity: IdentityScheme::default(),
            known: &KnownEntries::default(),
            tracking: &TrackingParameters::with(&config.dedup.tracking_parameters),
            now,
        };
        let mut normalized = normalize(feed, &context);
        normalized.articles.retain(|article| {
            let held_back = filter::held_back_article(&source.filter, article);
            let is_shown = held_back.is_none();
            let left_out = |detail| LeftOutEntry::of_article(article, LeftOutReason::Filtered, Some(detail));
            normalized.left_out.entries.extend(held_back.map(left_out));
            is_shown
        });
        report.left_out = PreviewLeftOut::of(&normalized.left_out);
        report.repairs = normalized.defects.iter().map(|defect| defect.name).collect();
        report.repair_counts = normalized.defects.iter().map(|defect| defect.count).collect();
        report.entries = normalized.articles.into_iter().map(PreviewEntry::from).collect();
        report
    }

    fn to_text(&self) -> String {
        let mut text = String::new();
        for (name, value) in [
            ("title", &self.title),
            ("link", &self.link),
            ("description", &self.description),
            ("language", &self.language),
            ("updated", &self.updated.map(Timestamp::to_rfc3339)),
        ] {
            if let Some(value) = value {
                write_line(&mut text, name, value);
            }
        }
        write_line(&mut text, "entries", &self.entries.len().to_string());
        for (name, count) in self.repairs.iter().zip(&self.repair_counts) {
            write_line(&mut text, "repaired", &format!("{name} ({count}×)"));
        }
        for left_out in &self.left_out {
            let PreviewLeftOut { reason, count, why, .. } = left_out;
            write_line(&mut text, "left out", &format!("{} ({count}×): {why}", reason.as_str()));
        }
        for entry in &self.entries {
            text.push('\n');
            let date = entry.published.or(entry.updated).map(Timestamp::to_rfc3339);
            write_line(&mut text, "entry", if entry.title.is_empty() { "(no title)" } else { &entry.title });
            for (name, value) in
                [("date", &date), ("url", &entry.url), ("author", &entry.author), ("id", &entry.id)]
            {
                if let Some(value) = value {
                    write_line(&mut text, name, value);
                }
            }
            write_line(&mut text, "key", &entry.key);
            if let Some(html) = entry.content.as_ref().or(entry.summary.as_ref()) {
                let plain = html::to_plain(html);
                let length = plain.chars().count();
                let characters = if length == 1 { "character" } else { "characters" };
                let beginning = terminal::cut(&plain, MAX_SHOWN_TEXT);
                write_line(&mut text, "text", &format!("{beginning} ({length} {characters})"));
            }
            if let Some(image) = &entry.image {
                write_line(&mut text, "image", &image.url);
            }
            for enclosure in &entry.enclosures {
                write_line(&mut text, "enclosure", &format!("{} ({})", enclosure.url, enclosure.media_type));
            }
        }
        for entry in self.left_out.iter().flat_map(|left_out| &left_out.entries) {
            write_left_out(&mut text, entry);
        }
        text
    }
}

fn write_left_out(text: &mut String, entry: &LeftOutEntry) {
    text.push('\n');
    write_line(text, "left out", if entry.title.is_empty() { "(no title)" } else { &entry.title });
    let detail = entry.detail.as_ref().map(|detail| format!(": {detail}")).unwrap_or_default();
    write_line(text, "reason", &format!("{}{detail}", entry.reason.as_str()));
    let key = entry.key.as_ref().map(|key| key.0.clone());
    let key_name = if entry.reason == LeftOutReason::Repeated { "repeats" } else { "key" };
    for (name, value) in [("url", &entry.url), ("id", &entry.guid), (key_name, &key)] {
        if let Some(value) = value {
            write_line(text, name, value);
        }
    }
}

fn write_line(text: &mut String, name: &str, value: &str) {
    text.extend([format!("{name:>11}  "), printable(value), "\n".to_owned()]);
}

impl From<Article> for PreviewEntry {
    fn from(article: Article) -> Self {
        let details = article.details.into_details().unwrap_or_default();
        Self {
            id: article.guid,
            key: article.key.0,
            title: article.title,
            url: article.url,
            canonical_url: article.canonical_url.map(|url| url.0),
            author: article.author,
            published: article.published_at,
            updated: article.updated_at,
            summary: article.summary.map(|html| html.as_str().to_owned()),
            content: article.content.map(|html| html.as_str().to_owned()),
            categories: article.categories,
            enclosures: article.enclosures,
            image: details.image,
            comments: article.comments_url,
            podcast: details.podcast,
            source: article.origin,
        }
    }
}
