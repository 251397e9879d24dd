//! Answers that verbs got are kept for the next poll, and the pauses that they ask for hold at once.

use bytes::Bytes;
use riverd::model::{EarlierAnswer, FetchOutcome, Fetched, Freshness, LinkHeaders, Validators};
use riverd::store::MAX_KEPT_BODY;
use riverd::time::HOUR;
use url::Url;

use super::fixture::{StoreFixture, source};

#[tokio::test]
async fn the_pause_that_an_answer_asks_for_holds_even_if_its_body_is_too_large_to_be_kept() {
    let fixture = StoreFixture::with(&[source("a")]).await;
    let url = Url::parse("https://b.example/feed").unwrap();
    let until = fixture.now.saturating_add(HOUR);
    let fetched = Fetched {
        status: Some(200),
        body: Bytes::from(vec![b' '; MAX_KEPT_BODY + 1]),
        content_type: None,
        validators: Validators::default(),
        final_url: Some(url.clone()),
        moved_to: None,
        freshness: Freshness { limit_reset_at: Some(until), ..Freshness::default() },
        links: LinkHeaders::default(),
        stand_in: None,
        varies_by_accept: false,
        refresh: None,
    };
    let outcome = FetchOutcome::Fresh(Box::new(fetched));
    let answer = EarlierAnswer { url: url.clone(), asked_at: fixture.now, outcome };
    fixture.store.keep_answer(answer, fixture.now).await.unwrap();
    assert_eq!(fixture.store.pauses(fixture.now).await.unwrap(), [("b.example".to_owned(), until)]);
    assert_eq!(fixture.store.take_answer(&url, None, fixture.now).await.unwrap(), None);
}
