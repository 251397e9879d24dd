//! Reads any bytes as a robots.txt. Its rules survive being written and read again, and decide about any address.
#![no_main]

use libfuzzer_sys::fuzz_target;
use riverd::policy::robots::Robots;
use url::Url;

fuzz_target!(|body: &[u8]| {
    let rules = Robots::parse(body);
    assert_eq!(Robots::parse(rules.to_file().as_bytes()), rules);
    let text = String::from_utf8_lossy(body);
    for path in ["/", "/a/b.html?c=d", text.get(..40).unwrap_or(&text)] {
        if let Ok(url) = Url::parse("https://example.org/").and_then(|base| base.join(path)) {
            rules.allows(&url);
        }
    }
});
