//! Reads any text as an address relative to any base. Absolute addresses must stay as they are, canonical forms must not
//! change when they are canonicalised again, and both must be valid URLs.
#![no_main]

use libfuzzer_sys::fuzz_target;
use riverd::text::url::{TrackingParameters, absolute, canonical};
use url::Url;

fuzz_target!(|text: &str| {
    let (base, address) = text.split_once('\n').unwrap_or(("https://example.org/a/b", text));
    let base = Url::parse(base).ok();
    let tracking = TrackingParameters::with(&["configured".to_owned()]);
    if let Some(url) = absolute(address, base.as_ref()) {
        assert!(Url::parse(&url).is_ok(), "{url}");
        assert_eq!(absolute(&url, None).as_deref(), Some(url.as_str()), "an absolute address must stay as it is");
    }
    if let Some(once) = canonical(address, Some("example.org"), &tracking) {
        assert!(Url::parse(&once.0).is_ok(), "{once:?}");
        assert_eq!(canonical(&once.0, Some("example.org"), &tracking), Some(once.clone()));
    }
});
