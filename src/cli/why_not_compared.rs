//! What `riverd why URL|KEY OTHER` says of two entries that can't be compared, because one of them is not stored.

use serde::Serialize;

use super::why_text::{IndentedText, title_or_none};
use crate::model::LeftOutReason;
use crate::store::History;
use crate::text::words::on_one_line;

/// Two entries of which at least one is not stored.
#[derive(Serialize)]
pub(super) struct NotCompared<'a> {
    /// Why the two can't be compared, in a sentence.
    explanation: String,
    one: KnownEntry<'a>,
    other: KnownEntry<'a>,
    /// Whether the two have the same title.
    same_title: bool,
    /// Whether the two have the same page.
    same_page: bool,
}

/// What is known of an entry.
#[derive(Serialize)]
struct KnownEntry<'a> {
    #[serde(flatten)]
    state: EntryState,
    /// Name of the source.
    source: &'a str,
    title: &'a str,
    url: Option<&'a str>,
    #[serde(skip)]
    canonical_url: Option<&'a str>,
}

/// What became of an entry.
#[derive(Serialize)]
#[serde(tag = "state", rename_all = "snake_case")]
enum EntryState {
    /// It is stored with its texts.
    Stored,
    /// Retention deleted it.
    Pruned,
    /// It was left out, with the value of the setting if that is the reason.
    LeftOut { reason: LeftOutReason, detail: Option<String> },
}

impl<'a> KnownEntry<'a> {
    /// Returns what is known of the entry that was asked for; `None` if nothing is.
    fn of(history: &'a History) -> Option<Self> {
        let stored = history.articles.iter().flat_map(|article| &article.entries).next().map(|entry| Self {
            state: EntryState::Stored,
            source: &entry.source,
            title: &entry.title,
            url: entry.url.as_deref(),
            canonical_url: entry.canonical_url.as_deref(),
        });
        let pruned = || {
            history.pruned.first().map(|pruned| Self {
                state: EntryState::Pruned,
                source: &pruned.source,
                title: &pruned.title,
                url: pruned.url.as_deref(),
                canonical_url: None,
            })
        };
        let left_out = || {
            history.left_out.first().map(|left_out| Self {
                state: EntryState::LeftOut {
                    reason: left_out.entry.reason,
                    detail: left_out.entry.detail.clone(),
                },
                source: &left_out.source,
                title: &left_out.entry.title,
                url: left_out.entry.url.as_deref(),
                canonical_url: left_out.entry.canonical_url.as_ref().map(|url| url.0.as_str()),
            })
        };
        stored.or_else(pruned).or_else(left_out)
    }

    /// Says what became of an entry that is not stored.
    fn absence(&self) -> Option<String> {
        match &self.state {
            EntryState::Stored => None,
            EntryState::Pruned => Some("was deleted by retention (`[storage]` in feeds.toml)".to_owned()),
            EntryState::LeftOut { reason, detail } => {
                let detail = detail.as_ref().map(|detail| format!(" ({detail})")).unwrap_or_default();
                Some(format!("is left out ({}): {}{detail}", reason.as_str(), reason.explanation()))
            }
        }
    }

    fn is_on_page_of(&self, other: &Self) -> bool {
        let pages = |entry: &Self| [entry.url, entry.canonical_url].map(|page| page.map(str::to_owned));
        let others = pages(other);
        pages(self).iter().any(|page| page.is_some() && others.contains(page))
    }
}

impl<'a> NotCompared<'a> {
    /// Returns what is known of two entries, the histories of which are given; `None` if nothing is known of one of them, or if
    /// both are stored.
    pub(super) fn of([one, other]: &'a [History; 2]) -> Option<Self> {
        let (one, other) = (KnownEntry::of(one)?, KnownEntry::of(other)?);
        let absent = [("first", one.absence()), ("second", other.absence())];
        let absent =
            absent.into_iter().filter_map(|(name, absence)| Some(format!("the {name} {}", absence?)));
        let absent: Vec<String> = absent.collect();
        if absent.is_empty() {
            return None;
        }
        let explanation = format!(
            "{}; of such an entry only the title and the addresses are kept, so no rule joins the two or keeps them apart",
            absent.join("; ")
        );
        let same_title = !one.title.is_empty() && on_one_line(one.title) == on_one_line(other.title);
        let same_page = one.is_on_page_of(&other);
        Some(Self { explanation, one, other, same_title, same_page })
    }

    /// Returns the text that is printed.
    pub(super) fn text(&self) -> String {
        let Self { explanation, one, other, same_title, same_page } = self;
        let mut text = IndentedText::default();
        text.line(0, "not compared");
        text.line(1, explanation);
        for (name, entry) in [("first", one), ("second", other)] {
            text.line(1, &format!("{name}: {} of {}", title_or_none(entry.title), entry.source));
            if let Some(url) = entry.url {
                text.row("page", url);
            }
        }
        text.line(1, "what is known of both");
        let same = |is_same: bool| if is_same { "the same" } else { "not the same" };
        text.row("titles", same(*same_title));
        text.row("pages", same(*same_page));
        text.0
    }
}
