//! Tests entries of one source that are others although they have the key of a stored one, or that are that one under a new key.

use riverd::model::{Article, CanonicalUrl, Key, SafeHtml};
use riverd::time::{DAY, HOUR, MINUTE};

use super::fixture::{START, StoreFixture, dated, entry, source};

/// Returns the article with a text and the hashes of it.
fn with_text(article: Article, text: &str) -> Article {
    let hash = text.bytes().fold(7_u64, |hash, byte| hash.wrapping_mul(31) + u64::from(byte));
    let content = Some(SafeHtml::assume_sanitised(format!("<p>{text}</p>")));
    Article { content, content_hash: hash, seen_hash: hash, ..article }
}

const QUESTION: &str =
    "Since yesterday the lamp of my printer stays dark, although the cable is new and the fuse is whole.";

/// Returns a post of a topic whose guid it has, `minutes` after the first one.
fn post(part: &str, title: &str, minutes: u32, text: &str) -> Article {
    let page = format!("https://forum.example/topic/7{part}");
    let at = START.saturating_sub(DAY).saturating_add(minutes * MINUTE);
    let article = Article {
        guid: Some("topic 7".to_owned()),
        key: Key("topic 7".to_owned()),
        canonical_url: Some(CanonicalUrl(page.clone())),
        url: Some(page),
        title: title.to_owned(),
        ..dated(entry("forum", "7"), at)
    };
    with_text(article, text)
}

#[tokio::test]
async fn each_post_of_a_topic_is_an_article_although_all_have_the_guid_of_the_topic() {
    let quote = format!(
        "<blockquote><p>{QUESTION}</p></blockquote><p>Hold both buttons for ten seconds, then wait.</p>"
    );
    for (answer, title) in [
        ("Hold both buttons for ten seconds, then wait until the fan stops.", "The lamp is dark"),
        ("It works now.", "Re: The lamp is dark"),
        (&quote, "Re: The lamp is dark"),
    ] {
        let mut fixture = StoreFixture::with(&[source("forum")]).await;
        fixture.poll("forum", vec![post("", "The lamp is dark", 0, QUESTION)]).await;
        let first = fixture.river(10).await;
        fixture.wait(HOUR);
        let receipt = fixture.poll("forum", vec![post("#post12", title, 61, answer)]).await;
        assert_eq!((receipt.added, receipt.updated), (1, 0), "{answer}");
        let river = fixture.river(10).await;
        assert_eq!(river.len(), 2, "{answer}");
        let kept = river.iter().find(|item| item.guid == first[0].guid).unwrap();
        assert_eq!((&kept.url, &kept.content), (&first[0].url, &first[0].content), "it stays as it was");
    }
}

#[tokio::test]
async fn an_entry_that_keeps_its_date_its_page_or_its_words_is_an_edit() {
    let other = "Hold both buttons for ten seconds, then wait until the fan stops.";
    let longer = format!("{QUESTION} Now it works again.");
    for (now, why) in [
        (post("", "The lamp is dark", 61, other), "one page"),
        (post("#post12", "The lamp is dark", 0, other), "one date"),
        (post("#post12", "The lamp is dark", 61, &longer), "the same words"),
        (post("#post12", "The lamp is broken", 61, other), "another headline"),
    ] {
        let mut fixture = StoreFixture::with(&[source("forum")]).await;
        fixture.poll("forum", vec![post("", "The lamp is dark", 0, QUESTION)]).await;
        fixture.wait(HOUR);
        let receipt = fixture.poll("forum", vec![now]).await;
        assert_eq!((receipt.added, receipt.updated), (0, 1), "{why}");
    }
}

/// Returns the entry of a list on one page without guids, `minutes` after the first poll.
fn state(title: &str, minutes: u32, text: &str) -> Article {
    let page = "https://ferry.example/state".to_owned();
    let at = START.saturating_sub(DAY).saturating_add(minutes * MINUTE);
    let article = Article {
        guid: None,
        key: Key(format!("{page} {} {title}", at.unix())),
        canonical_url: Some(CanonicalUrl(page.clone())),
        url: Some(page),
        title: title.to_owned(),
        ..dated(entry("ferry", "state"), at)
    };
    with_text(article, text)
}

#[tokio::test]
async fn an_edit_in_a_list_on_one_page_is_told_from_the_next_entry_by_its_place_and_its_words() {
    let (first, second) = (
        "The ferry to Skagen runs as planned, and there is room for cars until the evening.",
        "The bus to the harbour waits for the ferry, also on the last trip of the day.",
    );
    let longer = format!("{first} Bring your tickets.");
    let rest = || vec![state("Line 9", 11, "No news."), state("Line 7", 9, second)];
    let list = |first: Article| [rest(), vec![first]].concat();
    let after = |first: Article| [vec![first], rest()].concat();
    let other = "No trips until Friday, because of ice in the sound.";
    for (now, edits, why) in [
        (list(state("Line 4", 20, &longer)), 1, "a few words"),
        (list(state("Line 4", 20, other)), 0, "other words"),
        (after(state("Line 4", 20, &longer)), 0, "another place"),
        (list(state("Line 5", 20, &longer)), 0, "another title"),
        (list(state("Line 4", 1320, &longer)), 0, "a day later"),
    ] {
        let mut fixture = StoreFixture::with(&[source("ferry")]).await;
        fixture.poll("ferry", list(state("Line 4", 7, first))).await;
        fixture.wait(DAY);
        let receipt = fixture.poll("ferry", now).await;
        assert_eq!((receipt.added, receipt.updated), (1 - edits, edits), "{why}");
    }
    let figures = "The water stands at 312 cm and falls slowly until the evening of this day.";
    let mut fixture = StoreFixture::with(&[source("ferry")]).await;
    fixture.poll("ferry", vec![state("Line 7", 9, second), state("Gauge", 7, figures)]).await;
    fixture.wait(HOUR);
    let now = vec![state("Line 7", 9, second), state("Gauge", 20, &figures.replace("312", "305"))];
    assert_eq!(fixture.poll("ferry", now).await.added, 1, "another figure");
}
