//! The hashes that tell that an entry was edited.

use xxhash_rust::xxh3::Xxh3;

use crate::model::{Article, ArticleDetails, Entry, MarkupText};
use crate::text::html;

/// A hash over what a reader sees of an entry: words, and the addresses of links, images and files. Not over white space,
/// classes and other marks in tags, counters, nor dates, which some publishers renew at every fetch.
pub(super) fn content_hash(title: &str, entry: &Entry) -> u64 {
    let mut seen = Seen(Xxh3::new());
    seen.words(title);
    for text in [&entry.summary, &entry.content] {
        seen.next_field();
        match text {
            Some(MarkupText::Plain(text)) => seen.words(text),
            Some(MarkupText::UnsafeHtml(markup)) => html::visit_visible(markup, |part| seen.words(part)),
            None => {}
        }
    }
    seen.next_field();
    entry.authors.iter().for_each(|name| seen.words(name));
    seen.next_field();
    entry.enclosures.iter().for_each(|enclosure| seen.words(&enclosure.url));
    seen.0.digest()
}

/// A hash over what stands around the texts of an entry: its page, compared as addresses are, its categories, the page of
/// comments, the source that it names, and the other places of a story that another river lists.
pub(super) fn metadata_hash(article: &Article) -> u64 {
    let mut seen = Seen(Xxh3::new());
    let page = article.canonical_url.as_ref().map(|url| url.0.as_str()).or(article.url.as_deref());
    seen.words(page.unwrap_or_default());
    seen.next_field();
    article.categories.iter().for_each(|label| seen.words(label));
    seen.next_field();
    seen.words(article.comments_url.as_deref().unwrap_or_default());
    if let Some(origin) = &article.origin {
        seen.next_field();
        seen.words(origin.title.as_deref().unwrap_or_default());
        seen.words(origin.url.as_deref().unwrap_or_default());
    }
    let details = &article.details;
    if *details != ArticleDetails::default() {
        seen.next_field();
        // The query of a picture's address often holds a token that changes at each poll.
        let image = details.image.as_ref().and_then(|image| image.url.split('?').next());
        seen.words(image.unwrap_or_default());
        let rest = ArticleDetails { image: None, ..details.clone() };
        seen.words(&serde_json::to_string(&rest).unwrap_or_default()); // plain data can always be written
    }
    for file in &article.enclosures {
        if let Some(seconds) = file.duration_s {
            seen.words(&seconds.to_string());
        }
    }
    for place in &article.also_in {
        seen.next_field();
        seen.words(&place.source);
        seen.words(&place.title);
        seen.words(place.url.as_deref().unwrap_or_default());
    }
    seen.0.digest()
}

struct Seen(Xxh3);

impl Seen {
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
