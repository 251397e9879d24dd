//! Reads any text as feeds.toml. Errors name lines that exist, and a valid file changes nothing when it replaces itself.
#![no_main]

use std::path::Path;

use libfuzzer_sys::fuzz_target;
use riverd::config::{describe_changes, parse_text};

fuzz_target!(|text: &str| {
    match parse_text(Path::new("/nonexistent/feeds.toml"), text) {
        Ok(config) => {
            assert_eq!(describe_changes(&config, &config), "");
            for source in &config.sources {
                let found = config.find_source(&source.name);
                assert!(found.is_some_and(|found| found.name == source.name), "every name finds its source");
            }
        }
        Err(errors) => {
            assert!(!errors.errors().is_empty());
            let lines = text.split('\n').count();
            assert!(
                errors.errors().iter().all(|error| error.line.is_none_or(|line| line >= 1 && line <= lines))
            );
            let _shown = errors.to_string();
        }
    }
});
