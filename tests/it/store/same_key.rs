//! Tests entries of one source that are others although they have the key of a stored one, or that are that one under a new
//! key.

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

/// Returns the notice of a list that states nothing but titles and texts.
fn notice(title: &str, text: &str) -> Article {
    let key = Key(format!("{title}: {text}"));
    let published_at = None;
    let bare =
        Article { guid: None, key, url: None, canonical_url: None, published_at, ..entry("pool", "n") };
    with_text(Article { title: title.to_owned(), ..bare }, text)
}

#[tokio::test]
async fn an_edit_of_a_bare_notice_is_told_from_the_next_one_by_its_place_its_words_and_its_names() {
    let hours = "the pool in the Mill Road is open from noon until eight, also in the holidays of the school";
    let rest = || vec![notice("Sauna", "closed for repairs until further notice"), notice("Hall", "no news")];
    let list = |first: Article| [vec![first], rest()].concat();
    for (now, edits, why) in [
        (list(notice("Hours", &format!("{hours}, until Monday"))), 1, "more words"),
        (list(notice("Hours", &hours.replace("Mill Road", "High Street"))), 0, "another name"),
        (
            list(notice("Hours", "closed because of the ice on the roof, come back on Friday")),
            0,
            "other words",
        ),
        (list(notice("Prices", &format!("{hours}, until Monday"))), 0, "another title"),
        ([rest(), vec![notice("Hours", &format!("{hours}, until Monday"))]].concat(), 0, "another place"),
    ] {
        let mut fixture = StoreFixture::with(&[source("pool")]).await;
        fixture.poll("pool", list(notice("Hours", hours))).await;
        fixture.wait(DAY);
        let receipt = fixture.poll("pool", now).await;
        assert_eq!((receipt.added, receipt.updated), (1 - edits, edits), "{why}");
    }
    let of_other_road = hours.replace("Mill Road", "High Street");
    let fixture = StoreFixture::with(&[source("pool")]).await;
    let both = vec![notice("Hours", hours), notice("Hours", &of_other_road)];
    assert_eq!(fixture.poll("pool", both).await.added, 2, "two notices with one title");
}

/// Returns a post with a guid that is its address, of a list that states only times of change.
fn changed(name: &str, title: &str, days: u32, text: &str) -> Article {
    let page = format!("https://quay.example/{name}");
    let article = Article {
        guid: Some(page.clone()),
        key: Key(page.clone()),
        canonical_url: Some(CanonicalUrl(page.clone())),
        url: Some(page),
        title: title.to_owned(),
        published_at: None,
        updated_at: Some(START.saturating_sub(days * DAY)),
        ..entry("quay", name)
    };
    with_text(article, text)
}

#[tokio::test]
async fn a_post_that_states_only_a_time_of_change_may_be_edited_under_another_address_days_later() {
    let text = "The council of Lyon voted on Tuesday to close the bridge for repairs until March, said Ada Byron, who leads \
        the works. Trams will go round by the station and the square. The works cost 32 million euros, and people who live \
        beside the river fear for their sleep, as some of them said.";
    let edited = format!("{text} More follows.");
    let list = |first: Article| {
        vec![changed("oaks", "Oaks", 2, "Of oaks."), first, changed("elms", "Elms", 9, "Elms.")]
    };
    let title = "The bridge is closed";
    for (now, edits, why) in [
        (changed("bridge-closed", title, 0, &edited), 1, "a few words"),
        (changed("bridge-closed", title, 0, text), 1, "the same words"),
        (changed("bridge-closed", title, 0, &text.replace("Lyon", "Nantes")), 0, "another name"),
        (changed("bridge-closed", "A bridge opens", 0, text), 0, "another title"),
        (changed("bridge-closed", title, 0, "Trams go round."), 0, "other words"),
    ] {
        let mut fixture = StoreFixture::with(&[source("quay")]).await;
        fixture.poll("quay", list(changed("bridge", title, 6, text))).await;
        fixture.wait(3 * DAY);
        let receipt = fixture.poll("quay", list(now)).await;
        assert_eq!((receipt.added, receipt.updated + receipt.known - 2), (1 - edits, edits), "{why}");
    }
    let published = |article: Article| Article { published_at: article.updated_at, ..article };
    let mut fixture = StoreFixture::with(&[source("quay")]).await;
    fixture.poll("quay", list(changed("bridge", title, 6, text)).into_iter().map(published).collect()).await;
    fixture.wait(3 * DAY);
    let again = list(changed("bridge-closed", title, 0, text)).into_iter().map(published).collect();
    assert_eq!(fixture.poll("quay", again).await.added, 1, "a date of publication");
}
