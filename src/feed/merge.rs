//! Putting the chosen articles into one feed: their order, their headlines and excerpts, and how deep their texts go.

use std::cmp::Reverse;

use unicode_segmentation::UnicodeSegmentation as _;

use super::html;
use crate::model::{Channel, ContentDepth, MergedFeed, MergedItem, RiverItem, SafeHtml};

/// Two or three lines on a page, and about what news agencies give as a lead.
const EXCERPT_CHARS: usize = 300;
/// A title longer than this wraps in every reader's list.
const HEADLINE_CHARS: usize = 80;

/// Makes one feed of `articles`: newest by river time first, those of one second by the later row first.
pub fn merge(channel: Channel, articles: Vec<RiverItem>, depth: ContentDepth) -> MergedFeed {
    let mut items: Vec<_> = articles.into_iter().map(|article| merged_item(article, depth)).collect();
    items.sort_by_key(|item| Reverse((item.article.river_at, item.article.id)));
    let updated = items.iter().map(|item| item.article.changed_at()).max();
    MergedFeed { channel, items, updated }
}

fn merged_item(mut article: RiverItem, depth: ContentDepth) -> MergedItem {
    let shown = article.summary.as_ref().or(article.content.as_ref());
    let text = shown.map(|html| html::to_plain(html.as_str())).unwrap_or_default();
    let excerpt = shorten(&text, EXCERPT_CHARS);
    match depth {
        ContentDepth::Full => {}
        ContentDepth::Summary => {
            article.content = None;
            article.summary = article.summary.take().map_or_else(|| html::from_plain(&excerpt), Some);
        }
    }
    // Feeds often give one text twice; a reader needs it once.
    if article.summary.as_ref().map(SafeHtml::as_str) == article.content.as_ref().map(SafeHtml::as_str) {
        article.summary = None;
    }
    MergedItem { headline: headline(&article, &text), excerpt, article }
}

/// The title; where there is none (short posts), the first words; where there are none either, what is known of it.
fn headline(article: &RiverItem, text: &str) -> String {
    let title = article.title.trim();
    if !title.is_empty() {
        return title.to_owned();
    }
    let first_words = shorten(text, HEADLINE_CHARS);
    if !first_words.is_empty() {
        return first_words;
    }
    let known = article.url.as_deref().unwrap_or(&article.source.title);
    if known.trim().is_empty() { "Untitled".to_owned() } else { known.to_owned() }
}

/// `text` folded to one line and cut at a word's end before `limit` characters, with an ellipsis where something was cut.
fn shorten(text: &str, limit: usize) -> String {
    let mut short = String::new();
    let mut length = 0;
    for word in text.split_whitespace() {
        let gap = usize::from(length > 0);
        let word_length = word.chars().count();
        if length + gap + word_length > limit {
            if length == 0 {
                // Scripts without spaces, and addresses: cut between characters as a reader sees them.
                short.extend(word.graphemes(true).take(limit));
            }
            short.push('…');
            break;
        }
        if gap == 1 {
            short.push(' ');
        }
        short.push_str(word);
        length += gap + word_length;
    }
    short
}
