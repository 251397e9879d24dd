//! `riverd why URL|KEY`: what became of an article, and which rule did it.

use serde::Serialize;

use super::args::{Global, Why};
use super::{Outcome, output, small_runtime};
use crate::model::LeftOutReason;
use crate::store::{
    ArticleStory, Edit, EntryStory, JoinedBy, LeftOutStory, Pruned, Store, StoreError, Story, Unrecorded,
};
use crate::time::{Timestamp, human};

/// What `why --json` prints.
#[derive(Serialize)]
struct WhyReport<'a> {
    /// The address, key or guid that was asked for.
    asked: &'a str,
    #[serde(flatten)]
    story: &'a Story,
}

/// Reads the store beside the daemon that may be running, and prints.
pub(super) fn run(global: &Global, args: &Why) -> anyhow::Result<Outcome> {
    let config = global.load_config()?;
    let path = global.state_dir()?.join("riverd.db");
    let asked = args.article.trim();
    let story = if path.exists() {
        let store = Store::open_read_only(&path, &config.sources, &config.dedup)?;
        small_runtime()?.block_on(async {
            let told = store.story(asked).await?;
            store.close().await?;
            Ok::<_, StoreError>(told)
        })?
    } else {
        Story::default()
    };
    if args.output.json {
        output::print_json(&WhyReport { asked, story: &story })?;
    } else {
        output::print(&told(&story, Timestamp::now()))?;
    }
    if story.is_unknown() {
        output::say(&unknown(asked, &story.may_be_among));
        return Ok(Outcome::SomeFailed);
    }
    Ok(Outcome::Done)
}

/// Says that nothing is recorded of `asked`, and where it may have been left out.
fn unknown(asked: &str, may_be_among: &[Unrecorded]) -> String {
    if may_be_among.is_empty() {
        return format!(
            "nothing is known of `{asked}`\nhint: no poll has seen it; `riverd preview` shows what a feed lists, \
             with the address and key of each entry"
        );
    }
    let lines = may_be_among.iter().map(|Unrecorded { source, reason, count }| {
        format!("\n  {source}: {count} entries are left out, each because {}", reason.explanation())
    });
    format!(
        "nothing is stored of `{asked}`; it may be among the entries that were left out and are not recorded:{}\n\
         hint: `riverd preview SOURCE` shows what the feed of a source lists, and what is left out of it",
        lines.collect::<String>()
    )
}

/// The story for people.
fn told(story: &Story, now: Timestamp) -> String {
    let articles = story.articles.iter().map(|article| article_told(article, now));
    let pruned = story.pruned.iter().map(|pruned| pruned_told(pruned, now));
    let left_out = story.left_out.iter().map(|left_out| left_out_told(left_out, now));
    articles.chain(pruned).chain(left_out).collect::<Vec<_>>().join("\n")
}

fn article_told(article: &ArticleStory, now: Timestamp) -> String {
    let mut text = Text::default();
    let representative = article.entries.iter().find(|entry| entry.represents);
    let shown = representative.or(article.entries.first());
    text.line(0, shown.map_or("(no title)", |entry| titled(&entry.title)));
    text.row("guid", &article.guid);
    text.row("state", &state(article, now));
    text.row("dated", &article.river_at.to_string());
    if let Some(entry) = representative {
        text.row("represented by", &format!("{}: {}", entry.source, chosen_for(entry, &article.entries)));
    }
    if let Some(guid) = &article.merged_into {
        text.row(
            "the same as",
            &format!("{guid}, seen when both were published; what comes later joins that"),
        );
    }
    for entry in &article.entries {
        entry_told(&mut text, entry, now);
    }
    text.0
}

/// Where the article is on its way to readers.
fn state(article: &ArticleStory, now: Timestamp) -> String {
    let shown = article.entries.iter().any(|entry| entry.represents);
    match article.published_at {
        Some(at) if shown => format!("in the river since {}", moment(at, now)),
        Some(at) => format!("taken out of the river; was in it since {}", moment(at, now)),
        None if shown => "waits for the next rebuild of the river".to_owned(),
        None => "never in the river: every sighting is held back by a filter".to_owned(),
    }
}

/// Which rule made `entry` the representative: the first in which it beats all others.
fn chosen_for(entry: &EntryStory, all: &[EntryStory]) -> String {
    let mut rivals: Vec<&EntryStory> =
        all.iter().filter(|other| !other.represents && other.held_back.is_none()).collect();
    if rivals.is_empty() {
        return "the only sighting that may be shown".to_owned();
    }
    rivals.retain(|other| other.priority >= entry.priority);
    if rivals.is_empty() {
        return format!("it has the highest priority ({})", entry.priority);
    }
    if rivals.iter().any(|other| other.priority > entry.priority) {
        return "it was published before the others came".to_owned();
    }
    if entry.own_site && rivals.iter().all(|other| !other.own_site) {
        return "the page is on its own site".to_owned();
    }
    if rivals.iter().all(|other| other.position >= entry.position && (entry.own_site || !other.own_site)) {
        return "it comes first in feeds.toml".to_owned();
    }
    "it was published before the others came".to_owned()
}

fn entry_told(text: &mut Text, entry: &EntryStory, now: Timestamp) {
    let role = if entry.represents { ", represents" } else { "" };
    text.line(1, &format!("seen in {}{role}", entry.source));
    text.row("title", titled(&entry.title));
    if let Some(url) = &entry.url {
        text.row("page", url);
    }
    text.row("key", &entry.key);
    text.row("first seen", &moment(entry.arrived_at, now));
    if let Some(at) = entry.published_at {
        text.row("published", &format!("{at} by its feed"));
    }
    for joined in &entry.joined {
        text.row("joined by", &joined_told(joined));
    }
    if entry.shared_url {
        text.row("address", "that of an earlier entry of this source, so it is not compared");
    }
    if let Some(reason) = &entry.held_back {
        text.row("held back", &format!("{reason} (a filter of the source in feeds.toml)"));
    }
    for edit in &entry.edits {
        text.row("edited", &edit_told(edit, now));
    }
    text.row("in the feed", &listed(entry, now));
}

fn edit_told(edit: &Edit, now: Timestamp) -> String {
    let what = match edit.cause.as_str() {
        "updated" => "edited: the feed says so",
        "content" => "edited: its content changed",
        "metadata" => "its address, categories or the like changed",
        _ => "got a new key",
    };
    let page = edit.url_before.as_ref().map(|url| format!(", the page {url}")).unwrap_or_default();
    let text = match (edit.text_before.as_deref(), edit.text_after.as_deref()) {
        (Some(""), Some(after)) => format!("; added `{after}`"),
        (Some(before), Some("")) => format!("; taken out `{before}`"),
        (Some(before), Some(after)) => format!("; `{before}` became `{after}`"),
        _ => String::new(),
    };
    format!("{}, {what}; the title was `{}`{page}{text}", moment(edit.at, now), edit.title_before)
}

fn listed(entry: &EntryStory, now: Timestamp) -> String {
    match (entry.retired_at, entry.unlisted_at) {
        (Some(at), _) => format!("unknown: feeds.toml has not named the source since {}", moment(at, now)),
        (None, Some(at)) => format!("no longer, since {}", moment(at, now)),
        (None, None) => "yes, so retention leaves it alone".to_owned(),
    }
}

fn joined_told(joined: &JoinedBy) -> String {
    let alike = joined.score.map(|score| format!(" ({:.0} % alike)", score * 100.0)).unwrap_or_default();
    let other = match (&joined.source, &joined.title) {
        (Some(source), Some(title)) => format!("`{}` of {source}", titled(title)),
        _ => "an entry that is gone".to_owned(),
    };
    format!("{}{alike}: {other}", joined.rule)
}

fn pruned_told(pruned: &Pruned, now: Timestamp) -> String {
    let mut text = Text::default();
    text.line(0, titled(&pruned.title));
    text.row("state", &format!("deleted by retention {}", moment(pruned.pruned_at, now)));
    text.row("seen in", &pruned.source);
    if let Some(url) = &pruned.url {
        text.row("page", url);
    }
    text.row("key", &pruned.key);
    text.row("first seen", &moment(pruned.arrived_at, now));
    if let Some(at) = pruned.listed_at {
        text.row("in the feed", &format!("again {}; it stays deleted", moment(at, now)));
    }
    text.0
}

fn left_out_told(left_out: &LeftOutStory, now: Timestamp) -> String {
    let LeftOutStory { source, entry, since } = left_out;
    let mut text = Text::default();
    text.line(0, titled(&entry.title));
    text.row("state", &format!("left out ({}): {}", entry.reason.as_str(), entry.reason.explanation()));
    text.row("listed by", source);
    if let Some(url) = &entry.url {
        text.row("page", url);
    }
    if let Some(guid) = &entry.guid {
        text.row("guid", guid);
    }
    if let Some(key) = &entry.key {
        text.row(if entry.reason == LeftOutReason::Repeated { "repeats" } else { "key" }, &key.0);
    }
    text.row("since", &moment(*since, now));
    text.0
}

fn titled(title: &str) -> &str {
    if title.is_empty() { "(no title)" } else { title }
}

fn moment(at: Timestamp, now: Timestamp) -> String {
    if at > now {
        format!("{at} (in {})", human(at.since(now)))
    } else {
        format!("{at} ({} ago)", human(now.since(at)))
    }
}

/// Lines of an indented text, values in one column.
#[derive(Default)]
struct Text(String);

impl Text {
    fn line(&mut self, depth: usize, text: &str) {
        self.0.extend(["  ".repeat(depth), output::calm(text), "\n".to_owned()]);
    }

    fn row(&mut self, name: &str, value: &str) {
        self.0.extend([format!("    {name:<16}"), output::calm(value), "\n".to_owned()]);
    }
}
