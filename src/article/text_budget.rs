//! Limits the texts and lists of one document, so that no publisher decides how much memory the river needs.
//!
//! A text may have 4 MiB, and a feed lists two hundred articles or more, in three formats. Without a limit, one source whose
//! entries are that long makes a river of 800 MiB. So each article has a share of its own, which no other article can use up,
//! and the longer texts of a document have a common budget beside it, which the first ones (the newest) get.

use serde::Serialize;

use crate::model::{ArticleDetails, Episode, RiverItem, SafeHtml};
use crate::text::html;

/// Largest share of one article, in bytes of HTML: some 5 000 words with their markup.
const LARGEST_SHARE: usize = 32 << 10;
/// Bytes of all shares together. With more than a thousand articles, each share is smaller than [`LARGEST_SHARE`].
const ALL_SHARES: usize = 32 << 20;
/// What the texts of one document may have together beyond their shares, in bytes: one text of the greatest length.
const BEYOND_SHARES: usize = html::MAX_LENGTH;
/// Only this many times the share is read of a text that is cut, in bytes: markup is most of some texts.
const READ_SHARES: usize = 8;

/// What the articles of one document may still use.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct TextBudget {
    /// Bytes that each article may use in any case.
    share: usize,
    /// Bytes that are left for longer texts.
    left: usize,
}

impl TextBudget {
    /// Returns the budget of a document with so many articles.
    pub fn of(articles: usize) -> Self {
        let share = (ALL_SHARES / articles.max(1)).min(LARGEST_SHARE);
        Self { share, left: BEYOND_SHARES }
    }

    /// Takes the next article from the budget: its lists (files, authors, chapters, …), then its texts. Of lists that are too
    /// long for what is left, the first elements stay. Of a text, only the beginning stays, without its markup.
    pub fn fit(&mut self, article: &mut RiverItem) {
        self.fit_lists(article);
        self.fit_texts(article);
    }

    fn fit_lists(&mut self, article: &mut RiverItem) {
        let length = lists(article).iter().map(|list| list.length()).sum::<usize>();
        if let Some(left) = self.left.checked_sub(length.saturating_sub(self.share)) {
            self.left = left;
            return;
        }
        let mut left = self.share;
        for list in lists(article) {
            list.cut_to(&mut left);
        }
    }

    fn fit_texts(&mut self, article: &mut RiverItem) {
        let length = |text: &Option<SafeHtml>| text.as_ref().map_or(0, |html| html.as_str().len());
        let beyond = (length(&article.content) + length(&article.summary)).saturating_sub(self.share);
        if let Some(left) = self.left.checked_sub(beyond) {
            self.left = left;
            return;
        }
        let text = article.content.take().or_else(|| article.summary.take());
        article.summary = None;
        article.content = text.and_then(|text| beginning_of(text.as_str(), self.share));
    }
}

/// A list of an article, whatever its elements are.
trait List {
    /// Returns how long the list is as JSON, in bytes.
    fn length(&self) -> usize;
    /// Keeps the first elements, as far as `left` bytes allow, and takes them from `left`.
    fn cut_to(&mut self, left: &mut usize);
}

impl<T: Serialize> List for Vec<T> {
    fn length(&self) -> usize {
        self.iter().map(json_length).sum()
    }

    fn cut_to(&mut self, left: &mut usize) {
        let mut fits = |element: &T| match left.checked_sub(json_length(element)) {
            Some(rest) => {
                *left = rest;
                true
            }
            None => false,
        };
        let kept = self.iter().take_while(|element| fits(element)).count();
        self.truncate(kept);
    }
}

fn json_length<T: Serialize>(element: &T) -> usize {
    serde_json::to_string(element).map_or(0, |json| json.len())
}

/// Returns every list of an article, the most important ones first. Each has a limited number of elements, whose addresses may
/// have eight thousand bytes.
fn lists(article: &mut RiverItem) -> Vec<&mut dyn List> {
    let RiverItem { enclosures, categories, also_in, details, .. } = article;
    let ArticleDetails { authors, contributors, related, via, podcast, .. } = details;
    let mut lists: Vec<&mut dyn List> =
        vec![enclosures, authors, categories, also_in, contributors, related, via];
    if let Some(Episode {
        chapter_list, transcripts, soundbites, persons, locations, content_links, ..
    }) = podcast
    {
        lists.extend([
            chapter_list as &mut dyn List,
            transcripts,
            persons,
            soundbites,
            locations,
            content_links,
        ]);
    }
    lists
}

/// Returns the beginning of a text as HTML of at most `limit` bytes, without its markup and with an ellipsis at its end.
fn beginning_of(text: &str, limit: usize) -> Option<SafeHtml> {
    let plain = html::to_plain(html::first_bytes(text, limit.saturating_mul(READ_SHARES)));
    let mut length = limit.min(plain.len());
    // Escaping and links make it longer again.
    while length > 0 {
        let words = plain.get(..plain.floor_char_boundary(length)).unwrap_or_default();
        let shown = html::from_plain(&format!("{}…", words.trim_end()))?.html;
        if shown.as_str().len() <= limit {
            return Some(shown);
        }
        length /= 2;
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::Enclosure;

    fn article(summary: Option<&str>, content: Option<String>) -> RiverItem {
        let html = |text: String| SafeHtml::assume_sanitised(text);
        RiverItem {
            summary: summary.map(|text| html(text.to_owned())),
            content: content.map(html),
            ..RiverItem::default()
        }
    }

    fn paragraphs(length: usize) -> String {
        "<p>A word &amp; another.</p>".repeat(length / 27)
    }

    fn texts(article: &RiverItem) -> [Option<&str>; 2] {
        [&article.summary, &article.content].map(|html| html.as_ref().map(SafeHtml::as_str))
    }

    fn length(article: &RiverItem) -> usize {
        texts(article).into_iter().flatten().map(str::len).sum()
    }

    #[test]
    fn however_long_the_texts_are_a_document_stays_within_its_bound_and_short_texts_stay_whole() {
        for count in [1, 200, 10_000] {
            let mut budget = TextBudget::of(count);
            let long = paragraphs(html::MAX_LENGTH);
            let mut total = 0;
            // The cost of a cut text does not depend on its length, so ten thousand long ones need not be made here.
            for number in 0..count.min(200) {
                let mut one = article(Some("<p>In short.</p>"), Some(long.clone()));
                budget.fit(&mut one);
                total += length(&one);
                assert!(length(&one) > 0, "article {number} of {count}");
            }
            assert!(total <= ALL_SHARES.min(count * LARGEST_SHARE) + BEYOND_SHARES, "{count}: {total}");
            let short = article(Some("<p>In short.</p>"), Some(paragraphs(3_000)));
            let mut fitted = short.clone();
            budget.fit(&mut fitted);
            assert_eq!(texts(&fitted), texts(&short), "{count}");
        }
    }

    #[test]
    fn of_lists_that_are_too_long_the_first_elements_stay() {
        let file = |number: usize| Enclosure {
            url: format!("http://a.example/{number}/{}", "a".repeat(8_000)),
            media_type: "audio/mpeg".to_owned(),
            length: None,
            duration_s: None,
            title: None,
        };
        let long = RiverItem { enclosures: (0..100).map(file).collect(), ..RiverItem::default() };
        let mut budget = TextBudget::of(200);
        let kept: Vec<usize> = (0..200)
            .map(|_| {
                let mut one = long.clone();
                budget.fit(&mut one);
                one.enclosures.len()
            })
            .collect();
        assert_eq!((kept[0], kept[199]), (100, 4), "{kept:?}");
        assert!(kept.iter().sum::<usize>() * 8_000 < BEYOND_SHARES + 200 * LARGEST_SHARE);
        let mut usual = RiverItem { enclosures: vec![file(1)], ..RiverItem::default() };
        budget.fit(&mut usual);
        assert_eq!(usual.enclosures.len(), 1);
    }

    #[test]
    fn a_single_long_text_is_whole_and_of_the_next_one_the_beginning_stays() {
        let mut budget = TextBudget::of(200);
        let long = article(Some("<p>In short.</p>"), Some(paragraphs(3 << 20)));
        let mut first = long.clone();
        budget.fit(&mut first);
        assert_eq!(texts(&first), texts(&long));
        let mut second = long;
        budget.fit(&mut second);
        let text = second.content.unwrap();
        assert!(text.as_str().starts_with("<p>A word &amp; another."), "{:.80}", text.as_str());
        assert!(text.as_str().ends_with("…</p>") && text.as_str().len() > LARGEST_SHARE / 2);
        assert_eq!(second.summary, None);
    }

    #[test]
    fn a_text_stays_within_its_share_when_it_is_escaped() {
        for piece in
            ["&amp;", "http://a.example/ ", "字", "\u{301}", "<br>", "<img src=\"http://a.example/x.png\">"]
        {
            let shown = beginning_of(&piece.repeat(1 << 16), 1_000);
            assert!(shown.is_none_or(|html| html.as_str().len() <= 1_000), "{piece}");
        }
    }
}
