//! Tests what `why` shows of an article.

use riverd::article::fingerprint::fingerprint;
use riverd::config::{Dedup, NearDuplicates};
use riverd::model::{Article, ArticleImage, CanonicalUrl, Enclosure, EntryFilter, Pattern, SafeHtml, Source};
use riverd::store::History;
use riverd::time::{DAY, HOUR};

use super::fixture::{StoreFixture, edited, entry, exact, retention, source};

impl StoreFixture {
    async fn why(&self, question: &str) -> History {
        self.store.history(question).await.unwrap()
    }
}

#[tokio::test]
async fn an_article_is_found_by_its_address_its_key_and_both_guids() {
    let fixture = StoreFixture::with(&[source("a"), source("b")]).await;
    fixture.poll("a", vec![entry("a", "1"), entry("a", "2")]).await;
    fixture.poll("b", vec![entry("a", "1")]).await;
    let guid = fixture.why("key 1").await.articles[0].guid.clone();
    let page = guid.replace("urn:uuid:", "https://river.example/articles/");
    for question in ["https://a.example/1", "key 1", "guid 1", &guid, &page] {
        let history = fixture.why(question).await;
        assert_eq!(history.articles.len(), 1, "{question}");
        assert_eq!(history.articles[0].entries.len(), 2, "{question}");
    }
    assert_eq!(fixture.why("https://a.example/3").await, History::default());
}

#[tokio::test]
async fn an_article_is_found_by_an_address_without_scheme_or_in_brackets_and_by_its_file_and_its_comments() {
    let fixture = StoreFixture::with(&[source("a")]).await;
    let file = Enclosure {
        url: "https://cdn.example/1.mp3".to_owned(),
        media_type: "audio/mpeg".to_owned(),
        length: None,
        duration_s: None,
        title: None,
    };
    let comments_url = Some("https://talk.example/9".to_owned());
    let whole = Article { enclosures: vec![file], comments_url, ..entry("a", "1") };
    fixture.poll("a", vec![whole, entry("a", "2")]).await;
    for question in [
        "a.example/1",
        "<https://a.example/1>",
        " https://a.example/1 ",
        "https://cdn.example/1.mp3",
        "https://talk.example/9",
    ] {
        let history = fixture.why(question).await;
        assert_eq!(history.articles.len(), 1, "{question}");
        assert_eq!(history.articles[0].entries[0].key, "key 1", "{question}");
    }
    for question in ["a.example/3", "https://cdn.example/", "e"] {
        assert_eq!(fixture.why(question).await, History::default(), "{question}");
    }
}

#[tokio::test]
async fn it_shows_what_joined_represents_and_holds_back_an_entry() {
    let filter = EntryFilter { drop: vec![Pattern::Word("1 of a".to_owned())], ..EntryFilter::default() };
    let fixture = StoreFixture::with(&[source("a"), source("b"), Source { filter, ..source("c") }]).await;
    for name in ["a", "b", "c"] {
        fixture.poll(name, vec![Article { content: None, ..entry("a", "1") }]).await;
    }
    let history = fixture.why("key 1").await.articles.remove(0);
    let [first, second, third] = &history.entries[..] else { panic!("{history:?}") };
    assert!(first.represents && first.joined.is_empty() && first.source_is_writer);
    assert_eq!(
        (second.joined[0].rule.as_str(), second.joined[0].source.as_deref()),
        ("same page", Some("a"))
    );
    assert!(!second.represents && !second.source_is_writer);
    assert_eq!(third.held_back.as_deref(), Some("drop \"1 of a\""));
    assert_eq!(history.published_at, None);
    fixture.river(1).await;
    assert_eq!(fixture.why("key 1").await.articles[0].published_at, Some(fixture.now));
}

#[tokio::test]
async fn it_shows_how_similar_the_texts_were() {
    let dedup = Dedup { near_duplicates: NearDuplicates::Group, ..exact() };
    let fixture = StoreFixture::deduplicating(&[source("a"), source("b")], dedup).await;
    fixture.poll("a", vec![with_comparable_text(entry("a", "1"))]).await;
    assert_eq!(fixture.poll("b", vec![with_comparable_text(entry("b", "7"))]).await.grouped, 1);
    let history = fixture.why("https://b.example/7").await.articles.remove(0);
    let joined = &history.entries[1].joined[0];
    assert_eq!((joined.rule.as_str(), joined.score), ("same text", Some(1.0)));
}

#[tokio::test]
async fn it_shows_what_an_entry_was_before_its_edits() {
    let mut fixture = StoreFixture::with(&[source("a")]).await;
    let mut article = entry("a", "1");
    for title in ["first", "second", "third"] {
        article = edited(article, title);
        fixture.poll("a", vec![article.clone()]).await;
        fixture.wait(HOUR);
    }
    let stated = Article { updated_at: Some(fixture.now), ..edited(article, "fourth") };
    fixture.poll("a", vec![stated]).await;
    let entry = fixture.why("key 1").await.articles.remove(0).entries.remove(0);
    let edits: Vec<_> =
        entry.edits.iter().map(|edit| (edit.title_before.as_str(), edit.cause.as_str())).collect();
    assert_eq!(edits, [("first", "content"), ("second", "content"), ("third", "updated")]);
    assert_eq!(entry.title, "fourth");
}

#[tokio::test]
async fn it_shows_what_an_edit_changed_and_finds_an_article_by_its_former_address_and_guid() {
    let mut fixture = StoreFixture::with(&[source("a")]).await;
    let html = |text: &str| Some(SafeHtml::assume_sanitised(text.to_owned()));
    let before = Article { content: html("<p>The ferry runs on <b>Monday</b>.</p>"), ..entry("a", "old") };
    fixture.poll("a", vec![before.clone()]).await;
    fixture.wait(HOUR);
    let page = "https://a.example/new";
    let after = Article {
        guid: Some("new guid".to_owned()),
        url: Some(page.to_owned()),
        canonical_url: Some(CanonicalUrl(page.to_owned())),
        content: html("<p>The ferry runs on <b>Tuesday</b>.</p>"),
        content_hash: 2,
        seen_hash: 2,
        ..before
    };
    fixture.poll("a", vec![after.clone()]).await;
    // A guid that changes alone is no edit, and the entry is recognised.
    let again = Article { guid: Some("third guid".to_owned()), ..after.clone() };
    fixture.poll("a", vec![again]).await;
    for question in [
        "https://a.example/old",
        "http://www.a.example/old/",
        "a.example/old",
        page,
        "guid old",
        "third guid",
    ] {
        let edits = fixture.why(question).await.articles.remove(0).entries.remove(0).edits;
        let [edit] = &edits[..] else { panic!("{edits:?}") };
        assert_eq!(edit.url_before.as_deref(), Some("https://a.example/old"));
        assert_eq!(edit.text_before.as_deref(), Some("Monday."));
        assert_eq!(edit.text_after.as_deref(), Some("Tuesday."));
    }
}

#[tokio::test]
async fn an_article_is_found_by_the_addresses_that_its_file_its_picture_and_its_comments_had_before() {
    let fixture = StoreFixture::with(&[source("a")]).await;
    let version = |number: u64| {
        let file = Enclosure {
            url: format!("https://cdn{number}.example/1.mp3"),
            media_type: "audio/mpeg".to_owned(),
            length: None,
            duration_s: None,
            title: None,
        };
        let mut whole = Article {
            enclosures: vec![file],
            comments_url: Some(format!("https://talk.example/{number}")),
            content_hash: number,
            seen_hash: 1,
            ..entry("a", "1")
        };
        whole.details.image =
            Some(ArticleImage { url: format!("https://a.example/{number}.jpg"), alt: None });
        whole
    };
    for number in 1..=8 {
        fixture.poll("a", vec![version(number)]).await;
    }
    // No reader sees such a change, so it is no edit, but the address is known.
    for question in ["https://cdn7.example/1.mp3", "https://talk.example/4", "https://a.example/5.jpg"] {
        let history = fixture.why(question).await;
        let entry = &history.articles[0].entries[0];
        assert_eq!((entry.edits.len(), entry.former_addresses.len()), (0, 16), "{question}");
        let compared = fixture.store.compare(question, "key 1").await.unwrap().unwrap();
        assert_eq!(compared.rule, "same entry", "{question}");
    }
    assert_eq!(fixture.why("https://cdn1.example/1.mp3").await, History::default(), "the latest are kept");
    assert_eq!(fixture.why("https://talk.example/").await, History::default());
}

#[tokio::test]
async fn the_number_of_edits_that_are_kept_is_bounded() {
    let mut fixture = StoreFixture::with(&[source("a")]).await;
    for hour in 0..60 {
        fixture.wait(HOUR);
        let article = edited(entry("a", "1"), &format!("at {hour}"));
        let article = Article { updated_at: Some(fixture.now), seen_hash: hour, ..article };
        fixture.poll("a", vec![article]).await;
    }
    let edits = fixture.why("key 1").await.articles.remove(0).entries.remove(0).edits;
    assert_eq!((edits.len(), edits[23].title_before.as_str()), (24, "at 58"));
}

#[tokio::test]
async fn it_shows_what_was_pruned_and_listed_again() {
    let mut fixture = StoreFixture::with(&[source("a")]).await;
    fixture.poll("a", vec![entry("a", "1")]).await;
    fixture.poll("a", Vec::new()).await;
    fixture.wait(40 * DAY);
    fixture.store.maintain(&retention(30, 0), fixture.now, u64::MAX).await.unwrap();
    let pruned_at = fixture.now;
    fixture.wait(10 * DAY);
    fixture.poll("a", vec![entry("a", "1")]).await;
    for question in ["https://a.example/1", "key 1"] {
        let history = fixture.why(question).await;
        assert!(history.articles.is_empty());
        assert_eq!(history.pruned.len(), 1);
        assert_eq!(
            (history.pruned[0].pruned_at, history.pruned[0].listed_at),
            (pruned_at, Some(fixture.now))
        );
    }
}

/// Returns the entry with a text long enough to be compared.
fn with_comparable_text(article: Article) -> Article {
    let text = "The council of the small harbour town voted late on Tuesday to keep its old lighthouse burning through the \
                winter, after fishermen had brought letters from three generations who steered home by it. The mayor said \
                that electricity for the lamp costs less than one lost boat, and that the keeper, who is eighty, has agreed \
                to teach two pupils from the school on the hill how to clean the lens and wind the clockwork by hand.";
    Article {
        title: "Lighthouse stays lit".to_owned(),
        fingerprint: fingerprint("Lighthouse stays lit", text, &[], None),
        ..article
    }
}
