//! Any bytes: read or refused, never a panic; every entry that says something of its own is made an article with a key of its own.
#![no_main]

use std::collections::HashSet;

use libfuzzer_sys::fuzz_target;
use riverd::article::identity::KnownKeys;
use riverd::article::normalize::{NormalizeContext, Limits, normalize};
use riverd::document::{RawDocument, parse};
use riverd::text::url::TrackingParameters;
use riverd::model::IdentityScheme;
use riverd::time::Timestamp;
use url::Url;

fuzz_target!(|body: &[u8]| {
    let url = Url::parse("https://feeds.example.org/blog/feed.xml").ok();
    let document = RawDocument { body, content_type: None, url: url.as_ref() };
    let Ok(feed) = parse(document) else { return };
    let count = feed.entries.len() + feed.left_out.total() as usize;
    let context = NormalizeContext {
        limits: Limits::default(),
        url: url.as_ref(),
        identity: IdentityScheme::default(),
        known: &KnownKeys::default(),
        tracking: &TrackingParameters::default(),
        now: Timestamp::from_unix(1_795_000_000),
    };
    let made = normalize(feed, &context);
    let made_of = made.articles.len() + made.left_out.counts().total() as usize;
    assert_eq!(made_of, count, "every entry is an article or is left out for a reason");
    let keys: HashSet<_> = made.articles.iter().map(|article| &article.key).collect();
    assert_eq!(keys.len(), made.articles.len(), "every article has a key of its own");
});
