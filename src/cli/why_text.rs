//! Writes the report of `riverd why` as text.

use crate::article::placement::{self, Place};
use crate::model::LeftOutReason;
use crate::store::{
    ArticleHistory, Edit, EntryHistory, History, JoinedBy, LeftOutHistory, PageHistory, Pruned, ReplacedList,
    Unrecorded,
};
use crate::text::words::{counted, printable};
use crate::time::{DAY, Timestamp, human};

/// Returns the message that nothing is stored about `query`, and which sources may have left it out or dropped it between
/// two polls.
pub(super) fn unknown_message(query: &str, history: &History) -> String {
    let left_out = history.may_be_among.iter().map(|Unrecorded { source, reason, count }| {
        let (entries, each) = (counted(u64::from(*count), "entry"), if *count == 1 { "" } else { "each " });
        format!("\n  {source} left out {entries}, {each}because {}", reason.explanation())
    });
    let replaced = history.may_be_missed.iter().map(|ReplacedList { source, polls, last_at }| {
        let polls = counted(u64::from(*polls), "poll");
        format!("\n  {source}: {polls} found new entries only, the last at {last_at}")
    });
    let (left_out, replaced): (String, String) = (left_out.collect(), replaced.collect());
    let missed = if replaced.is_empty() {
        String::new()
    } else {
        format!(
            "\nit may have been in one of these feeds between two polls, because their whole lists were replaced meanwhile:{replaced}"
        )
    };
    if left_out.is_empty() {
        return format!(
            "nothing is known about `{query}`: no stored article has this address or key, and no feed that was polled lists it \
             now{missed}\n\
             of each source, riverd remembers the last 1000 entries that it left out, for a year; of a source that was removed \
             with `--purge`, nothing is kept\n\
             hint: `why` looks up addresses and keys of articles; `riverd search` finds words, `riverd status` shows sources, and \
             `riverd preview` shows the entries of a feed, each with its address and key"
        );
    }
    format!(
        "nothing is stored about `{query}`; it may be one of these entries, which are counted but not recorded one by \
         one:{left_out}{missed}\n\
         of a source that was removed with `--purge`, nothing is kept\n\
         hint: `riverd preview SOURCE` shows the entries of the feed of a source, and those that are left out"
    )
}

/// Formats the report for people.
pub(super) fn report_text(history: &History, now: Timestamp) -> String {
    let articles = history.articles.iter().map(|article| article_text(article, now));
    let pruned = history.pruned.iter().map(|pruned| pruned_text(pruned, now));
    let left_out = history.left_out.iter().map(|left_out| left_out_text(left_out, now));
    articles.chain(pruned).chain(left_out).collect::<Vec<_>>().join("\n")
}

fn article_text(article: &ArticleHistory, now: Timestamp) -> String {
    let mut text = IndentedText::default();
    let representative = article.entries.iter().find(|entry| entry.represents);
    let title_entry = representative.or(article.entries.first());
    text.line(0, title_entry.map_or("(no title)", |entry| title_or_none(&entry.title)));
    text.row("guid", &article.guid);
    text.row("state", &river_state(article, now));
    let place = Place { river_at: article.river_at, placed_at: article.placed_at };
    let reason = title_entry
        .and_then(|entry| dating_reason(place, entry.published_at.or(entry.updated_at), entry.arrived_at));
    let reason = reason.map(|reason| format!(", because {reason}")).unwrap_or_default();
    text.row("dated", &format!("{}{reason}", article.river_at));
    if let Some(entry) = representative {
        text.row(
            "represented by",
            &format!("{}: {}", entry.source, representative_rule(entry, &article.entries)),
        );
    }
    if let Some(guid) = &article.merged_into {
        text.row(
            "the same as",
            &format!(
                "{guid}; this was noticed after both were published, so later entries join that article"
            ),
        );
    }
    for entry in &article.entries {
        write_entry(&mut text, entry, now);
    }
    text.0
}

/// Says why the date of an article is not the one that the feed states for the entry that represents the article, or why it is
/// although the entry came as news more than a day later.
fn dating_reason(place: Place, stated: Option<Timestamp>, arrived_at: Timestamp) -> Option<&'static str> {
    let Place { river_at, placed_at } = place;
    let Some(stated) = stated else { return Some("its feed states no date") };
    if stated == river_at {
        let is_late_news = arrived_at.since(river_at) > DAY && placed_at >= arrived_at;
        return is_late_news
            .then_some("it came with the first document that was read more than an hour after that date");
    }
    Some(if stated > arrived_at {
        "the date of its feed was in the future when it arrived"
    } else if arrived_at.since(stated) > DAY && arrived_at.since(river_at) <= DAY {
        "it was new, but dated more than a day back, and polls since then had not shown it, so that subscribers would miss it at its own date"
    } else if stated > river_at || arrived_at.since(river_at) > DAY {
        "its feed changed the date after it was published, or dated its whole first list by the making of the document"
    } else {
        "another entry of the article arrived later"
    })
}

/// Says whether readers see the article, and since when.
fn river_state(article: &ArticleHistory, now: Timestamp) -> String {
    let is_shown = article.entries.iter().any(|entry| entry.represents);
    match article.published_at {
        Some(at) if is_shown => format!("in the river since {}", moment(at, now)),
        Some(at) => format!("taken out of the river, where it had been since {}", moment(at, now)),
        None if is_shown => "waiting to be published".to_owned(),
        None => "never in the river: every entry is held back by a filter".to_owned(),
    }
}

/// Returns the rule that made `entry` the representative. The rules are applied in turn until no other entry is equal to it,
/// and the last rule that was applied is returned. If a rule prefers another entry, the reason is that `entry` was published
/// before the others arrived.
fn representative_rule(entry: &EntryHistory, entries: &[EntryHistory]) -> String {
    let visible = || entries.iter().filter(|other| other.held_back.is_none());
    let longest = visible().map(|other| other.text_length).max().unwrap_or_default();
    let mut others: Vec<&EntryHistory> = visible().filter(|other| !other.represents).collect();
    if others.is_empty() {
        return "no other entry may be shown".to_owned();
    }
    let reasons = [
        format!("it has the highest priority ({})", entry.priority),
        "it has the whole text, and the others only a teaser".to_owned(),
        "its page is on the site of its source".to_owned(),
        "it comes first in feeds.toml".to_owned(),
    ];
    for (rule, reason) in reasons.into_iter().enumerate() {
        let rank = |entry: &EntryHistory| ranks(entry, longest).get(rule).copied();
        if others.iter().any(|other| rank(other) < rank(entry)) {
            return "it was published before the others arrived".to_owned();
        }
        // The next rule decides between the entry and those that this rule ranks as equal to it.
        others.retain(|other| rank(other) == rank(entry));
        if others.is_empty() {
            return reason;
        }
    }
    "it is the first of the entries of its source".to_owned()
}

/// Returns the rank of an entry by each of the first four rules of [`placement::representative`], in their order. A lower
/// rank is better.
fn ranks(entry: &EntryHistory, longest: usize) -> [i64; 4] {
    let is_teaser = placement::is_teaser(entry.text_length, longest);
    [
        entry.priority.saturating_neg(),
        i64::from(is_teaser),
        i64::from(!entry.source_is_writer),
        entry.position,
    ]
}

fn write_entry(text: &mut IndentedText, entry: &EntryHistory, now: Timestamp) {
    let role = if entry.represents { ", represents the article" } else { "" };
    text.line(1, &format!("seen in {}{role}", entry.source));
    text.row("title", title_or_none(&entry.title));
    if let Some(url) = &entry.url {
        text.row("page", url);
    }
    text.row("key", &entry.key);
    text.row("first seen", &moment(entry.arrived_at, now));
    if let Some(at) = entry.published_at {
        text.row("published", &format!("{at} by its feed"));
    }
    for joined in &entry.joined {
        text.row("joined by", &joined_text(joined));
    }
    if entry.shared_url {
        text.row(
            "address",
            "an earlier entry of this source has the same address, so addresses are not compared",
        );
    }
    if let Some(reason) = &entry.held_back {
        text.row("held back", &format!("{reason} (a filter in feeds.toml)"));
    }
    if let Some(page) = &entry.full_text {
        text.row("full text", &full_text(page, now));
    }
    for edit in &entry.edits {
        text.row("edited", &edit_text(edit, now));
    }
    for address in &entry.former_addresses {
        text.row("had before", address);
    }
    text.row("in the feed", &listed_text(entry, now));
}

fn full_text(page: &PageHistory, now: Timestamp) -> String {
    if page.has_article {
        let fetched = page.fetched_at.map(|at| format!(", fetched {}", moment(at, now))).unwrap_or_default();
        return format!(
            "the article of the page is stored{fetched}; it is shown if it is longer than the text of the feed"
        );
    }
    let next = match page.next_try_at {
        Some(at) => format!("the page is fetched {}", moment(at.max(now), now)),
        None => "the page is not fetched again".to_owned(),
    };
    match &page.failure {
        Some(failure) => format!("the text of the feed, because {failure}; {next}"),
        None => format!("the text of the feed; {next}"),
    }
}

fn edit_text(edit: &Edit, now: Timestamp) -> String {
    let what = match edit.cause.as_str() {
        "updated" => "edited: the feed says so",
        "content" => "edited: its content changed",
        "metadata" => "its address, categories, markup or other details changed",
        _ => "got a new key",
    };
    let page = edit.url_before.as_ref().map(|url| format!(", the page {url}")).unwrap_or_default();
    let change = match (edit.text_before.as_deref(), edit.text_after.as_deref()) {
        (Some(""), Some(after)) => format!("; added `{after}`"),
        (Some(before), Some("")) => format!("; removed `{before}`"),
        (Some(before), Some(after)) => format!("; `{before}` became `{after}`"),
        _ => String::new(),
    };
    format!("{}, {what}; the title was `{}`{page}{change}", moment(edit.at, now), edit.title_before)
}

fn listed_text(entry: &EntryHistory, now: Timestamp) -> String {
    match (entry.retired_at, entry.unlisted_at) {
        (Some(at), _) => {
            format!("unknown, because feeds.toml has not named the source since {}", moment(at, now))
        }
        (None, Some(at)) => format!("no longer, since {}", moment(at, now)),
        (None, None) => "yes, so retention does not delete it".to_owned(),
    }
}

fn joined_text(joined: &JoinedBy) -> String {
    let alike = joined.score.map(|score| format!(" ({:.0} % alike)", score * 100.0)).unwrap_or_default();
    let other = match (&joined.source, &joined.title) {
        (Some(source), Some(title)) => format!("`{}` of {source}", title_or_none(title)),
        _ => "an entry that was deleted".to_owned(),
    };
    format!("{}{alike}: {other}", joined.rule)
}

fn pruned_text(pruned: &Pruned, now: Timestamp) -> String {
    let mut text = IndentedText::default();
    text.line(0, title_or_none(&pruned.title));
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

fn left_out_text(left_out: &LeftOutHistory, now: Timestamp) -> String {
    let LeftOutHistory { source, entry, since, unlisted_at } = left_out;
    let mut text = IndentedText::default();
    text.line(0, title_or_none(&entry.title));
    let detail = entry.detail.as_ref().map(|detail| format!(" ({detail})")).unwrap_or_default();
    let explanation = entry.reason.explanation();
    text.row("state", &format!("left out ({}): {explanation}{detail}", entry.reason.as_str()));
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
    if let Some(at) = unlisted_at {
        text.row("in the feed", &format!("no longer, since {}", moment(*at, now)));
    }
    text.0
}

pub(super) fn title_or_none(title: &str) -> &str {
    if title.is_empty() { "(no title)" } else { title }
}

fn moment(at: Timestamp, now: Timestamp) -> String {
    if at > now {
        format!("{at} (in {})", human(at.since(now)))
    } else {
        format!("{at} ({} ago)", human(now.since(at)))
    }
}

/// A text of indented lines, with the values in one column.
#[derive(Default)]
pub(super) struct IndentedText(pub(super) String);

impl IndentedText {
    pub(super) fn line(&mut self, depth: usize, text: &str) {
        self.0.extend(["  ".repeat(depth), printable(text), "\n".to_owned()]);
    }

    pub(super) fn row(&mut self, name: &str, value: &str) {
        self.0.extend([format!("    {name:<16}"), printable(value), "\n".to_owned()]);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::time::HOUR;

    #[test]
    fn why_says_by_which_rule_an_article_is_not_dated_as_its_feed_says() {
        let arrived = Timestamp::from_unix(1_800_000_000);
        let placed = |placed_at, river_at, stated| {
            dating_reason(Place { river_at, placed_at }, stated, arrived).unwrap_or("its own date")
        };
        let reason = |river_at, stated| placed(river_at, river_at, stated);
        let old = arrived.saturating_sub(400 * DAY);
        assert_eq!(reason(old, Some(old)), "its own date");
        assert!(placed(arrived, old, Some(old)).contains("first document"));
        assert!(reason(arrived, Some(old)).contains("more than a day back"));
        assert!(reason(arrived, Some(arrived.saturating_add(HOUR))).contains("in the future"));
        assert!(reason(arrived, None).contains("states no date"));
        let recent = arrived.saturating_sub(HOUR);
        assert!(reason(arrived, Some(recent)).contains("arrived later"));
        assert!(reason(recent.saturating_sub(HOUR), Some(recent)).contains("changed the date"));
    }

    fn entry(source: &str, position: i64) -> EntryHistory {
        EntryHistory {
            source: source.to_owned(),
            retired_at: None,
            priority: 0,
            position,
            source_is_writer: true,
            text_length: 1000,
            represents: false,
            key: String::new(),
            guid: None,
            url: None,
            canonical_url: None,
            shared_url: false,
            title: String::new(),
            published_at: None,
            updated_at: None,
            arrived_at: Timestamp::EPOCH,
            unlisted_at: None,
            held_back: None,
            joined: Vec::new(),
            edits: Vec::new(),
            former_addresses: Vec::new(),
            full_text: None,
        }
    }

    #[test]
    fn why_names_the_first_rule_by_which_an_entry_comes_before_all_others() {
        let own = || EntryHistory { represents: true, ..entry("own", 1) };
        let aggregator = |position| EntryHistory { source_is_writer: false, ..entry("aggregator", position) };
        let rule = |represents, others: Vec<EntryHistory>| {
            let entries: Vec<EntryHistory> = std::iter::once(represents).chain(others).collect();
            representative_rule(&entries[0], &entries)
        };
        assert!(rule(own(), vec![]).contains("no other entry"));
        assert!(rule(EntryHistory { priority: 2, ..own() }, vec![entry("a", 0)]).contains("priority (2)"));
        assert!(
            rule(own(), vec![EntryHistory { priority: 2, ..entry("a", 5) }]).contains("before the others")
        );
        assert!(rule(own(), vec![aggregator(0)]).contains("on the site"));
        assert!(rule(own(), vec![aggregator(0), entry("a", 5)]).contains("first in feeds.toml"));
        assert!(rule(own(), vec![entry("a", 0)]).contains("before the others"));
        let whole = EntryHistory { source_is_writer: false, ..own() };
        let teaser = EntryHistory { text_length: 100, ..entry("teaser", 0) };
        assert!(rule(whole, vec![teaser]).contains("whole text"));
        assert!(rule(own(), vec![entry("own", 1)]).contains("of its source"));
    }
}
