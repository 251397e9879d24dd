//! Parses any bytes as a feed and normalises its entries. Every entry must become an article with a unique key, or be left
//! out for a stated reason.
#![no_main]

use std::collections::HashSet;

use libfuzzer_sys::fuzz_target;
use riverd::article::identity::KnownEntries;
use riverd::article::normalize::{EntryLimits, NormalizeContext, normalize};
use riverd::document::{RawDocument, parse};
use riverd::model::IdentityScheme;
use riverd::text::url::TrackingParameters;
use riverd::time::Timestamp;
use url::Url;

fuzz_target!(|body: &[u8]| {
    let url = Url::parse("https://feeds.example.org/blog/feed.xml").ok();
    let document = RawDocument { body, content_type: None, url: url.as_ref() };
    let Ok(feed) = parse(document) else { return };
    let entries = feed.entries.len() + feed.left_out.total() as usize;
    let context = NormalizeContext {
        limits: EntryLimits::default(),
        url: url.as_ref(),
        identity: IdentityScheme::default(),
        known: &KnownEntries::default(),
        tracking: &TrackingParameters::default(),
        now: Timestamp::from_unix(1_795_000_000),
    };
    let normalized = normalize(feed, &context);
    let accounted_for = normalized.articles.len() + normalized.left_out.counts().total() as usize;
    assert_eq!(accounted_for, entries, "every entry must become an article or be left out for a reason");
    let keys: HashSet<_> = normalized.articles.iter().map(|article| &article.key).collect();
    assert_eq!(keys.len(), normalized.articles.len(), "every article must have a unique key");
});
