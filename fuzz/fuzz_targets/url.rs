//! Any address: its canonical form, if it has one, is its own canonical form.
#![no_main]

use libfuzzer_sys::fuzz_target;
use riverd::feed::url::{TrackingParameters, absolute, canonical};
use url::Url;

fuzz_target!(|text: &str| {
    let base = Url::parse("https://example.org/a/b").ok();
    let tracking = TrackingParameters::default();
    if let Some(url) = absolute(text, base.as_ref()) {
        assert_eq!(absolute(&url, None).as_deref(), Some(url.as_str()), "what is absolute stays as it is");
    }
    if let Some(once) = canonical(text, Some("example.org"), &tracking) {
        assert_eq!(canonical(&once.0, Some("example.org"), &tracking), Some(once.clone()));
    }
});
