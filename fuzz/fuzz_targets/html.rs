//! Any markup: what is left of it is safe, and safe is where sanitising again changes nothing.
#![no_main]

use libfuzzer_sys::fuzz_target;
use riverd::feed::html::{from_plain, sanitise, to_plain};
use url::Url;

fuzz_target!(|markup: &str| {
    let base = Url::parse("https://example.org/a/b").ok();
    if let Some(clean) = sanitise(markup, base.as_ref()) {
        let lower = clean.as_str().to_lowercase();
        assert!(
            !lower.contains("<script") && !lower.contains("<style") && !lower.contains("\"javascript:"),
            "{lower}"
        );
        let again = sanitise(clean.as_str(), base.as_ref())
            .map(|again| again.as_str().to_owned())
            .unwrap_or_default();
        assert_eq!(again, clean.as_str());
    }
    to_plain(markup);
    from_plain(markup);
});
