//! Merges articles into one feed: makes their headlines and excerpts, and keeps whole texts or summaries as configured.

use crate::model::{
    Channel, ContentDepth, FeedLinks, MergedFeed, MergedItem, RiverItem, RiverSource, SafeHtml,
};
use crate::text::beginning::beginning;
use crate::text::html;

/// Largest number of characters in an excerpt: two or three lines on a page, and about the length of a news agency's lead.
const EXCERPT_CHARS: usize = 300;
/// Largest number of characters in a headline made from a text. A longer one wraps in every reader's list.
const HEADLINE_CHARS: usize = 80;

/// Makes one feed of `articles` and keeps their order.
pub fn merge(channel: Channel, articles: Vec<RiverItem>, depth: ContentDepth) -> MergedFeed {
    let items: Vec<_> = articles.into_iter().map(|article| merged_item(article, depth)).collect();
    let updated = items.iter().map(|item| item.article.changed_at()).max();
    let show = common_show(&items);
    MergedFeed { channel, items, updated, show, links: FeedLinks::default() }
}

/// Returns the source of the articles if they all have the same one and it is a podcast.
fn common_show(items: &[MergedItem]) -> Option<RiverSource> {
    let source = &items.first()?.article.source;
    let is_common = items.iter().all(|item| item.article.source.feed_url == source.feed_url);
    (is_common && source.show.is_some()).then(|| source.clone())
}

/// Makes the headline and the excerpt of an article. With [`ContentDepth::Summary`] it keeps no whole text; an article without
/// a summary gets the excerpt as its summary.
pub fn merged_item(mut article: RiverItem, depth: ContentDepth) -> MergedItem {
    let shown = article.summary.as_ref().or(article.content.as_ref());
    let text = shown.map(|html| html::to_plain(html.as_str())).unwrap_or_default();
    let excerpt = shorten(&text, EXCERPT_CHARS);
    match depth {
        ContentDepth::Full => {}
        ContentDepth::Summary => {
            article.content = None;
            article.summary = article
                .summary
                .take()
                .map_or_else(|| html::from_plain(&excerpt).map(|shown| shown.html), Some);
        }
    }
    // Feeds often give the same text as summary and as content; a reader needs it once.
    if article.summary.as_ref().map(SafeHtml::as_str) == article.content.as_ref().map(SafeHtml::as_str) {
        article.summary = None;
    }
    MergedItem { headline: headline(&article, &text), excerpt, article }
}

/// Returns the title. An article without a title (a short post) gets the first of these that is not empty: its first words, the
/// description of its picture, the title of its file, its address, the title of its source, and "Untitled".
fn headline(article: &RiverItem, text: &str) -> String {
    let title = article.title.trim();
    if !title.is_empty() {
        return title.to_owned();
    }
    let first_words = shorten(text, HEADLINE_CHARS);
    if !first_words.is_empty() {
        return first_words;
    }
    // A post without a text takes the description of its picture, or else the title of its file.
    let of_picture = article.details.image.as_ref().and_then(|image| image.alt.as_deref());
    let of_file = || article.enclosures.iter().find_map(|file| file.title.as_deref());
    if let Some(words) = of_picture.or_else(of_file).map(|words| shorten(words, HEADLINE_CHARS))
        && !words.is_empty()
    {
        return words;
    }
    let known = article.url.as_deref().unwrap_or(&article.source.title);
    if known.trim().is_empty() { "Untitled".to_owned() } else { known.to_owned() }
}

/// Returns `text` on one line, cut at the end of a word so that at most `limit` characters are left. A longer first word is cut
/// between two graphemes. An ellipsis follows where something was cut.
fn shorten(text: &str, limit: usize) -> String {
    let mut short = String::new();
    let mut length = 0;
    for word in text.split_whitespace() {
        let gap = usize::from(length > 0);
        let word_length = word.chars().count();
        if length + gap + word_length > limit {
            if length == 0 {
                // An address, or a text without spaces.
                short.push_str(beginning(word, limit));
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

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::time::Timestamp;

    fn article(number: i64) -> RiverItem {
        RiverItem {
            title: format!("Title {number}"),
            river_at: Timestamp::from_unix(1_000 * number),
            source: RiverSource { title: "Source".to_owned(), ..RiverSource::default() },
            ..RiverItem::default()
        }
    }

    fn channel() -> Channel {
        Channel {
            title: String::new(),
            description: String::new(),
            path: String::new(),
            query: String::new(),
            ttl_minutes: 30,
        }
    }

    fn html(text: &str) -> SafeHtml {
        SafeHtml::assume_sanitised(text.to_owned())
    }

    fn only(article: RiverItem, depth: ContentDepth) -> MergedItem {
        merge(channel(), vec![article], depth).items.remove(0)
    }

    #[test]
    fn the_feed_is_dated_by_its_newest_article_or_edit() {
        assert_eq!(merge(channel(), Vec::new(), ContentDepth::Full).updated, None);
        let mut edited = article(1);
        edited.updated_at = Some(Timestamp::from_unix(9_999));
        let mut edited_before = article(2);
        edited_before.updated_at = Some(Timestamp::EPOCH);
        let updated = |articles| merge(channel(), articles, ContentDepth::Full).updated;
        assert_eq!(updated(vec![edited_before.clone()]), Some(Timestamp::from_unix(2_000)));
        assert_eq!(updated(vec![edited, edited_before]), Some(Timestamp::from_unix(9_999)));
    }

    #[test]
    fn a_post_without_a_title_gets_its_first_words_as_headline() {
        let mut post = article(1);
        post.title = " ".to_owned();
        post.content = Some(html("<p>Vent d’ouest,\n mer belle.</p>"));
        assert_eq!(only(post.clone(), ContentDepth::Full).headline, "Vent d’ouest, mer belle.");
        post.content = Some(html(&format!("<p>{}</p>", "mot ".repeat(100))));
        let long = only(post.clone(), ContentDepth::Full).headline;
        assert_eq!(long, format!("{}…", "mot ".repeat(20).trim_end()));
        post.content = Some(html(&"字".repeat(200)));
        assert_eq!(only(post.clone(), ContentDepth::Full).headline, format!("{}…", "字".repeat(80)));
        post.content = None;
        assert_eq!(only(post.clone(), ContentDepth::Full).headline, "Source");
        post.url = Some("https://example.org/1".to_owned());
        assert_eq!(only(post, ContentDepth::Full).headline, "https://example.org/1");
    }

    #[test]
    fn a_summary_is_made_of_the_content_where_the_feed_gives_none() {
        let mut whole = article(1);
        whole.content = Some(html(&format!("<p>{}</p>", "word &amp; ".repeat(100))));
        let item = only(whole.clone(), ContentDepth::Summary);
        assert_eq!(item.article.content, None);
        let summary = item.article.summary.unwrap();
        assert!(summary.as_str().contains("word &amp; word"), "{summary:?}");
        assert!(summary.as_str().len() < 600, "{summary:?}");
        whole.summary = Some(html("<p>Short.</p>"));
        let item = only(whole, ContentDepth::Summary);
        assert_eq!(item.article.summary, Some(html("<p>Short.</p>")));
        assert_eq!(item.excerpt, "Short.");
    }

    #[test]
    fn a_text_that_is_both_summary_and_content_is_published_once() {
        let mut twice = article(1);
        twice.summary = Some(html("<p>Same.</p>"));
        twice.content = Some(html("<p>Same.</p>"));
        let item = only(twice, ContentDepth::Full);
        assert_eq!((item.article.summary, item.article.content), (None, Some(html("<p>Same.</p>"))));
    }

    proptest! {
        #[test]
        fn a_shortened_text_is_the_beginning_of_the_text_within_the_limit(text in "\\PC{0,400}", limit in 1_usize..100) {
            let short = shorten(&text, limit);
            let folded = text.split_whitespace().collect::<Vec<_>>().join(" ");
            let (beginning, is_cut) = short.strip_suffix('…').map_or((short.as_str(), false), |rest| (rest, true));
            prop_assert!(folded.starts_with(beginning) || folded.starts_with(&short));
            prop_assert!(is_cut || short == folded);
            prop_assert!(beginning.chars().count() <= limit);
        }
    }
}
