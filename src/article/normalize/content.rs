//! Computes the hashes that show whether an entry was edited, and the fingerprint that finds its duplicates.

use xxhash_rust::xxh3::Xxh3;

use super::file_name;
use crate::article::fingerprint::fingerprint;
use crate::model::{Article, ArticleDetails, Enclosure, Entry, Fingerprint, MarkupText, SafeHtml};
use crate::text::byte_runs::{self, count_words};
use crate::text::html::{self, FragmentPart, TextMarkup};
use crate::text::words::{CollapsedText, on_one_line};

/// The hashes that show whether an entry was edited.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) struct ContentHashes {
    /// Hash of the words, and of the addresses of links, images and files. White space, the numbers of servers of files, the
    /// dates of the entry, and attributes such as classes do not count, because some publishers renew them at every fetch.
    pub(super) content: u64,
    /// Hash of what a reader sees: the words, the names of the pictures and files that are shown, and what is struck out. The
    /// servers of files, the targets of links, tokens in addresses, hidden elements and pictures of one pixel do not count,
    /// because publishers renew them without an edit.
    pub(super) seen: u64,
    /// How many words a reader sees.
    pub(super) words: usize,
}

/// Returns the hashes of an entry.
pub(super) fn content_hashes(title: &str, entry: &Entry) -> ContentHashes {
    let mut content = WordHasher::default();
    let mut seen = SeenHasher::default();
    let mut line = CollapsedText::default();
    let mut both = |content: &mut WordHasher, seen: &mut SeenHasher, text: &str| {
        line.clear();
        line.push_str(text);
        content.line(line.as_str());
        seen.line(line.as_str());
    };
    both(&mut content, &mut seen, title);
    for text in [&entry.summary, &entry.content] {
        content.next_field();
        seen.hasher.next_field();
        match text {
            Some(MarkupText::Plain(text)) => both(&mut content, &mut seen, text),
            Some(MarkupText::UnsafeHtml(markup)) => html::visit_parts(markup, |part| match part {
                FragmentPart::Text(text) => both(&mut content, &mut seen, text),
                FragmentPart::PreformattedText(text) => {
                    content.words(text);
                    seen.preformatted(text);
                }
                FragmentPart::HiddenText(text) => content.words(text),
                FragmentPart::Strike => seen.hasher.next_field(),
                FragmentPart::Attribute(value) if html::names_picture(value) => content.file(value),
                FragmentPart::Attribute(value) => content.words(value),
                FragmentPart::SeenDescription(text) => seen.words(text),
                FragmentPart::SeenFile(address) => seen.file(address),
            }),
            None => {}
        }
    }
    content.next_field();
    seen.hasher.next_field();
    entry.authors.iter().for_each(|name| both(&mut content, &mut seen, name));
    content.next_field();
    seen.hasher.next_field();
    for enclosure in &entry.enclosures {
        content.file(&enclosure.url);
        seen.file(&enclosure.url);
    }
    ContentHashes { content: content.0.digest(), seen: seen.hasher.0.digest(), words: seen.words }
}

/// Hashes what a reader sees, and counts the words.
#[derive(Default)]
struct SeenHasher {
    hasher: WordHasher,
    words: usize,
    /// Hash of the last file.
    last_file: Option<u64>,
}

impl SeenHasher {
    /// Adds words, without the characters that no reader sees.
    fn words(&mut self, text: &str) {
        self.line(&on_one_line(text));
    }

    /// Adds words that have one space between them.
    fn line(&mut self, line: &str) {
        let is_invisible =
            |c: char| matches!(c, '\u{ad}' | '\u{200b}'..='\u{200f}' | '\u{2060}' | '\u{feff}');
        let may_have_some = !byte_runs::all(line.as_bytes(), byte_runs::begins_no_invisible_character);
        if may_have_some && line.contains(is_invisible) {
            // A word that consists only of such characters disappears.
            let visible = on_one_line(&line.replace(is_invisible, ""));
            self.words += count_of_words(&visible);
            self.hasher.line(&visible);
        } else {
            self.words += count_of_words(line);
            self.hasher.line(line);
        }
    }

    /// Adds words whose line ends and spaces are seen.
    fn preformatted(&mut self, text: &str) {
        self.words += count_words(text);
        // A line may consist of several texts, if its words are coloured.
        for (at, line) in text.split('\n').enumerate() {
            if at > 0 {
                self.hasher.0.update(b"\n");
            }
            self.hasher.0.update(line.trim_end_matches('\r').as_bytes());
        }
    }

    /// Adds a file by what tells it from others, unless it is the same as the last one: a picture that a script loads is named
    /// twice, once for readers without scripts.
    fn file(&mut self, address: &str) {
        let mut file = WordHasher::default();
        file_name::identifying_parts(address, |part| file.words(part));
        let hash = file.0.digest();
        if self.last_file != Some(hash) {
            self.last_file = Some(hash);
            self.hasher.0.update(&hash.to_le_bytes());
        }
    }
}

/// Returns how many words a text has that begins and ends with a word, with one space between two words.
fn count_of_words(line: &str) -> usize {
    memchr::memchr_iter(b' ', line.as_bytes()).count() + usize::from(!line.is_empty())
}

/// Returns a hash of what an entry has besides its words: how they are marked up, its page in canonical form, its categories,
/// the page of comments, the feed that it comes from, its details, the lengths and durations of its files, and the other places
/// of the story that another river lists.
pub(super) fn metadata_hash(article: &Article) -> u64 {
    let mut hasher = WordHasher::default();
    let page = article.canonical_url.as_ref().map(|url| url.0.as_str()).or(article.url.as_deref());
    hasher.words(page.unwrap_or_default());
    hasher.next_field();
    // Some sites list the labels of a post in another order at each request.
    let mut labels: Vec<&str> = article.categories.iter().map(String::as_str).collect();
    labels.sort_unstable();
    for label in labels {
        hasher.words(label);
    }
    hasher.next_field();
    hasher.words(article.comments_url.as_deref().unwrap_or_default());
    if let Some(origin) = &article.origin {
        hasher.next_field();
        hasher.words(origin.title.as_deref().unwrap_or_default());
        hasher.words(origin.url.as_deref().unwrap_or_default());
    }
    let details = &article.details;
    if !details.is_empty() {
        hasher.next_field();
        // The query of a picture's address often holds a token that changes at each poll.
        let image = details.image.as_ref().and_then(|image| image.url.split('?').next());
        hasher.file(image.unwrap_or_default());
        let rest = ArticleDetails { image: None, ..(**details).clone() };
        // Writing plain data as JSON never fails.
        hasher.words(&serde_json::to_string(&rest).unwrap_or_default());
    }
    for file in &article.enclosures {
        for number in [file.length, file.duration_s] {
            hasher.words(&number.map(|number| number.to_string()).unwrap_or_default());
            hasher.next_field();
        }
    }
    for text in [&article.summary, &article.content].into_iter().flatten() {
        hasher.next_field();
        html::visit_markup(text.as_str(), |markup, words_before| {
            let (kind, text) = match markup {
                TextMarkup::Start(name) => (b"<", name),
                TextMarkup::End(name) => (b">", name),
                TextMarkup::Preformatted(text) => (b"\n", text),
            };
            hasher.0.update(kind);
            hasher.0.update(text.as_bytes());
            hasher.0.update(&words_before.to_le_bytes());
        });
    }
    for place in &article.also_in {
        hasher.next_field();
        hasher.words(&place.source);
        hasher.words(&place.title);
        hasher.words(place.url.as_deref().unwrap_or_default());
    }
    hasher.0.digest()
}

/// Hashes words, whatever white space is between them.
#[derive(Default)]
struct WordHasher(Xxh3);

impl WordHasher {
    fn words(&mut self, text: &str) {
        self.line(&on_one_line(text));
    }

    /// Adds words that have one space between them.
    fn line(&mut self, line: &str) {
        if !line.is_empty() {
            self.0.update(line.as_bytes());
            self.0.update(b" ");
        }
    }

    /// Adds the address of a file. The number of its server does not count, so that the stored address stays, and with it the
    /// bytes of the river, if only that number is another one.
    fn file(&mut self, address: &str) {
        let (before, after) = file_name::around_server_number(address);
        self.words(before);
        self.words(after);
    }

    /// Separates two fields, so that a word that moves from the summary to the content changes the hash.
    fn next_field(&mut self) {
        self.0.update(b"\0");
    }
}

/// Returns the fingerprint of an article.
pub fn fingerprint_of(article: &Article) -> Fingerprint {
    let media = media([&article.summary, &article.content], &article.enclosures);
    let body = article.content.as_ref().or(article.summary.as_ref());
    let body = body.map(|html| html::to_plain(html.as_str())).unwrap_or_default();
    fingerprint(&on_one_line(&article.title), &body, &media, article.published_at)
}

/// Returns the addresses of everything that an entry shows or attaches.
fn media(texts: [&Option<SafeHtml>; 2], enclosures: &[Enclosure]) -> Vec<String> {
    let mut media: Vec<String> = enclosures.iter().map(|file| file.url.clone()).collect();
    for text in texts.into_iter().flatten() {
        html::visit_media(text.as_str(), |address| media.push(address.to_owned()));
    }
    media
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_picture_on_another_numbered_server_is_no_change() {
        let shown = |server: &str| {
            let text = format!("<p>Quay</p><img src=\"https://{server}/quay.jpg\">");
            content_hashes("Quay", &Entry { content: Some(MarkupText::UnsafeHtml(text)), ..Entry::default() })
        };
        assert_eq!(shown("i1.quay.example"), shown("i4.quay.example"));
        assert_ne!(shown("i1.quay.example").content, shown("i4.crane.example").content);
    }

    #[test]
    fn labels_in_another_order_are_no_change() {
        let labelled = |labels: [&str; 2]| {
            metadata_hash(&Article { categories: labels.map(str::to_owned).to_vec(), ..Article::default() })
        };
        assert_eq!(labelled(["harbour", "ships"]), labelled(["ships", "harbour"]));
        assert_ne!(labelled(["harbour", "ships"]), labelled(["harbour", "cranes"]));
    }
}
