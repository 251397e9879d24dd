//! Parses any text as a date. A moment that was parsed must survive being written and parsed again.
#![no_main]

use libfuzzer_sys::fuzz_target;
use riverd::text::dates::parse;

fuzz_target!(|text: &str| {
    if let Some(moment) = parse(text) {
        assert_eq!(parse(&moment.to_rfc3339()), Some(moment));
        assert_eq!(parse(&moment.to_rfc2822()), Some(moment));
    }
});
