//! Limits the text of one document, so that no publisher decides how much memory the river needs.
//!
//! A text may have 4 MiB, and a feed lists two hundred articles or more, in three formats. Without a limit, one source whose
//! entries are that long makes a river of 800 MiB. So each article has a share of its own, which no other article can use up,
//! and the longer texts of a document have a common budget beside it, which the first ones (the newest) get.

use crate::model::{RiverItem, SafeHtml};
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

    /// Takes the texts of the next article from the budget. If they are too long for what is left, only the beginning of the
    /// text stays, without its markup.
    pub fn fit(&mut self, article: &mut RiverItem) {
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
