//! Decides for sources with `full_text` which entries have their pages fetched, and whether the article of a page is shown
//! instead of the text of the feed.

use std::collections::HashSet;
use std::time::Duration;

use unicode_segmentation::UnicodeSegmentation as _;
use url::Url;

use super::completion;
use crate::model::{Article, SafeHtml};
use crate::text::html;
use crate::time::Timestamp;

/// How many pages are fetched for the first document of a source, whose entries are mostly old.
const FIRST_DOCUMENT: usize = 20;
/// How many pages are fetched for a later document.
const LATER_DOCUMENT: usize = 100;
/// Greatest age of an entry of a later document, by its own date, at which its page is fetched. An older entry comes from an
/// archive.
const OLDEST: Duration = Duration::from_hours(30 * 24);
/// A text of the feed with fewer different words is too short to compare it with a page.
const FEWEST_WORDS: usize = 12;
/// Share of the different words of the feed's text, in percent, that the article of the page must contain. A page that asks for
/// consent or a login contains few of them.
const SHARED_PERCENT: usize = 40;

/// Which document of its source lists the new entries.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum DocumentAge {
    /// The first document with entries that was read of the source.
    First,
    /// Any later one.
    Later,
}

/// Returns the new entries of a document whose pages are fetched, each with the address of its page. These are the newest ones:
/// at most twenty of a first document, and at most a hundred of a later one, if they are not dated more than 30 days ago.
/// `articles` are in document order.
pub fn with_pages<'a>(
    articles: &[&'a Article],
    document: DocumentAge,
    now: Timestamp,
) -> Vec<(&'a Article, Url)> {
    let limit = match document {
        DocumentAge::First => FIRST_DOCUMENT,
        DocumentAge::Later => LATER_DOCUMENT,
    };
    let is_recent = |article: &&&Article| {
        document == DocumentAge::First || article.dated_at().is_none_or(|at| now.since(at) <= OLDEST)
    };
    let mut chosen: Vec<(&Article, Url)> =
        articles.iter().filter(is_recent).filter_map(|article| Some((*article, page(article)?))).collect();
    // The sort is stable: entries without a date stay in document order.
    chosen.sort_by_key(|(article, _)| std::cmp::Reverse(article.dated_at()));
    chosen.truncate(limit);
    chosen
}

/// Returns the address of the page of an entry without its fragment, if the scheme is http or https.
fn page(article: &Article) -> Option<Url> {
    let mut url = Url::parse(article.url.as_deref()?).ok()?;
    url.set_fragment(None);
    (matches!(url.scheme(), "http" | "https") && url.has_host()).then_some(url)
}

/// Returns the sanitised article of a page, or why it is not shown. `html` is not sanitised; its links are relative to `base`.
pub fn usable(
    html: &str,
    base: Option<&Url>,
    feed_text: Option<&SafeHtml>,
) -> Result<SafeHtml, &'static str> {
    let text = html::sanitise(html, base).ok_or("no article was found on the page")?.html;
    if !completion::is_fuller(feed_text, &text) {
        return Err("the article on the page is not much longer than the text of the feed");
    }
    if !shares_the_words(feed_text, &text) {
        return Err("the text on the page is not that of the entry; it may ask for consent or a login");
    }
    Ok(text)
}

/// Returns whether the article of a page contains enough words of the text of the feed. It always does if the feed has no text,
/// or one that is too short to compare.
fn shares_the_words(feed_text: Option<&SafeHtml>, page: &SafeHtml) -> bool {
    let words = |text: &SafeHtml| -> HashSet<String> {
        html::to_plain(text.as_str()).unicode_words().map(str::to_lowercase).collect()
    };
    let Some(expected) = feed_text.map(words).filter(|words| words.len() >= FEWEST_WORDS) else {
        return true;
    };
    let found = words(page);
    expected.intersection(&found).count() * 100 >= expected.len() * SHARED_PERCENT
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::Key;
    use crate::time::DAY;

    const NOW: Timestamp = Timestamp::from_unix(1_800_000_000);

    fn article(number: usize, url: &str, days_old: Option<u32>) -> Article {
        Article {
            key: Key(number.to_string()),
            url: Some(url.to_owned()),
            published_at: days_old.map(|days| NOW.saturating_sub(days * DAY)),
            ..Article::default()
        }
    }

    fn chosen(articles: &[Article], document: DocumentAge) -> Vec<String> {
        let articles: Vec<&Article> = articles.iter().collect();
        with_pages(&articles, document, NOW).into_iter().map(|(article, _)| article.key.0.clone()).collect()
    }

    #[test]
    fn the_first_document_has_its_newest_twenty_pages_fetched_and_a_later_one_no_archive() {
        let page = |n: usize| format!("https://a.example/{n}");
        let archive: Vec<Article> = (0..50).map(|n| article(n, &page(n), Some(50 - n as u32))).collect();
        let first = chosen(&archive, DocumentAge::First);
        assert_eq!((first.len(), first[0].as_str(), first[19].as_str()), (20, "49", "30"));
        assert_eq!(chosen(&archive, DocumentAge::Later).len(), 30, "not those older than 30 days");
        let undated: Vec<Article> = (0..150).map(|n| article(n, &page(n), None)).collect();
        let later = chosen(&undated, DocumentAge::Later);
        assert_eq!((later.len(), later[0].as_str()), (100, "0"));
    }

    #[test]
    fn only_pages_of_the_web_are_fetched() {
        let addresses =
            ["https://a.example/1#top", "mailto:a@b.example", "magnet:?x=1", "nothing", "file:///etc/passwd"];
        let articles: Vec<Article> =
            addresses.iter().enumerate().map(|(n, url)| article(n, url, None)).collect();
        assert_eq!(chosen(&articles, DocumentAge::Later), ["0"]);
        let all: Vec<&Article> = articles.iter().collect();
        assert_eq!(with_pages(&all, DocumentAge::Later, NOW)[0].1.as_str(), "https://a.example/1");
    }

    #[test]
    fn a_page_is_used_where_it_says_more_of_the_same() {
        let safe = |text: &str| SafeHtml::assume_sanitised(format!("<p>{text}</p>"));
        let teaser = "The harbour of Brest opens its new northern quay to cargo ships in the coming spring, after years of work";
        let story = format!(
            "<p>{teaser}.</p><p>{}</p>",
            "Ships wait outside while cranes turn over grey water. ".repeat(20)
        );
        let consent = format!(
            "<p>{}</p>",
            "We and our partners store cookies on your device to personalise content. ".repeat(20)
        );
        assert!(usable(&story, None, Some(&safe(teaser))).is_ok());
        assert!(usable(&story, None, None).is_ok());
        assert!(usable(&consent, None, Some(&safe(teaser))).unwrap_err().contains("consent"));
        assert!(usable(teaser, None, Some(&safe(teaser))).unwrap_err().contains("not much longer"));
        assert!(usable(teaser, None, Some(&safe(&story))).unwrap_err().contains("not much longer"));
        assert!(usable("<script>x</script>", None, None).unwrap_err().contains("no article"));
        let chinese = "港口今天开放新的码头给货船使用经过多年的建设工程终于完成了";
        let whole = format!("{chinese}{}", "船在外面等待起重机在灰色的水面上转动着".repeat(30));
        assert!(usable(&whole, None, Some(&safe(chinese))).is_ok());
    }

    #[test]
    fn a_page_is_sanitised_and_its_links_are_absolute() {
        let base = Url::parse("https://a.example/news/1").unwrap();
        let page = format!(
            "<p onclick=x()>{}<a href='2'>more</a><script>alert(1)</script></p>",
            "Words that stand here. ".repeat(20)
        );
        let shown = usable(&page, Some(&base), None).unwrap();
        assert!(shown.as_str().contains("https://a.example/news/2"), "{}", shown.as_str());
        assert!(!shown.as_str().contains("onclick") && !shown.as_str().contains("alert"));
    }
}
