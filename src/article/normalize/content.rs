//! The hashes that tell that an entry was edited.

use xxhash_rust::xxh3::Xxh3;

use crate::model::{Article, Entry, MarkupText};
use crate::text::html;

/// A hash over what a reader sees of an entry: words, and the addresses of links, images and files. Not over white space,
/// classes and other marks in tags, counters, nor dates, which some publishers renew at every fetch.
pub(super) fn content_hash(title: &str, entry: &Entry) -> u64 {
    let mut hasher = ContentHasher(Xxh3::new());
    hasher.words(title);
    for text in [&entry.summary, &entry.content] {
        hasher.next_field();
        match text {
            Some(MarkupText::Plain(text)) => hasher.words(text),
            Some(MarkupText::UnsafeHtml(markup)) => html::visit_visible(markup, |part| hasher.words(part)),
            None => {}
        }
    }
    hasher.next_field();
    entry.authors.iter().for_each(|name| hasher.words(name));
    hasher.next_field();
    entry.enclosures.iter().for_each(|enclosure| hasher.words(&enclosure.url));
    hasher.0.digest()
}

/// A hash over what stands around the texts of an entry: its page, compared as addresses are, its categories, the page of
/// comments, the source that it names, and the other places of a story that another river lists.
pub(super) fn metadata_hash(article: &Article) -> u64 {
    let mut hasher = ContentHasher(Xxh3::new());
    let page = article.canonical_url.as_ref().map(|url| url.0.as_str()).or(article.url.as_deref());
    hasher.words(page.unwrap_or_default());
    hasher.next_field();
    article.categories.iter().for_each(|label| hasher.words(label));
    hasher.next_field();
    hasher.words(article.comments_url.as_deref().unwrap_or_default());
    if let Some(origin) = &article.origin {
        hasher.next_field();
        hasher.words(origin.title.as_deref().unwrap_or_default());
        hasher.words(origin.url.as_deref().unwrap_or_default());
    }
    for place in &article.also_in {
        hasher.next_field();
        hasher.words(&place.source);
        hasher.words(&place.title);
        hasher.words(place.url.as_deref().unwrap_or_default());
    }
    hasher.0.digest()
}

struct ContentHasher(Xxh3);

impl ContentHasher {
    fn words(&mut self, text: &str) {
        for word in text.split_whitespace() {
            self.0.update(word.as_bytes());
            self.0.update(b" ");
        }
    }

    /// So that a word that moves from the summary to the content counts.
    fn next_field(&mut self) {
        self.0.update(b"\0");
    }
}
