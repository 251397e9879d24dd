//! Any text as an address, relative to any base: absolute ones stay, canonical forms are final, and both can be parsed.
#![no_main]

use libfuzzer_sys::fuzz_target;
use riverd::text::url::{TrackingParameters, absolute, canonical};
use url::Url;

fuzz_target!(|text: &str| {
    let (base, address) = text.split_once('\n').unwrap_or(("https://example.org/a/b", text));
    let base = Url::parse(base).ok();
    let tracking = TrackingParameters::with(&["own".to_owned()]);
    if let Some(url) = absolute(address, base.as_ref()) {
        assert!(Url::parse(&url).is_ok(), "{url}");
        assert_eq!(absolute(&url, None).as_deref(), Some(url.as_str()), "what is absolute stays as it is");
    }
    if let Some(once) = canonical(address, Some("example.org"), &tracking) {
        assert!(Url::parse(&once.0).is_ok(), "{once:?}");
        assert_eq!(canonical(&once.0, Some("example.org"), &tracking), Some(once.clone()));
    }
});
