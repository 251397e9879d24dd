//! What a feeds.toml means, and what is said about one that is wrong.

use super::*;

fn parse(text: &str) -> Result<Config, ConfigErrors> {
    file::parse(std::path::Path::new("feeds.toml"), text)
}

/// `line:column message` of each error.
fn errors(text: &str) -> Vec<String> {
    let errors = parse(text).expect_err("must be wrong");
    let place = |error: &ConfigError| format!("{}:{}", error.line.unwrap(), error.column.unwrap());
    errors.errors().iter().map(|error| format!("{} {}", place(error), error.message)).collect()
}

#[test]
fn an_empty_file_is_every_default() {
    let config = parse("").unwrap();
    assert_eq!(config.polling.every, 30 * crate::time::MINUTE);
    assert!(config.sources.is_empty());
}

#[test]
fn every_error_is_told_at_once_in_file_order() {
    let text = "\
[river]
titel = \"x\"
articles = \"many\"
[pooling]
[[source]]
url = \"gopher://example.org/\"
evry = \"1h\"
[[source]]
";
    assert_eq!(
        errors(text),
        [
            "2:1 unknown key `titel` in `[river]`",
            "3:12 `articles` must be an integer, not a string",
            "4:2 unknown table `pooling`",
            "6:7 `url` has the scheme `gopher`; `http`, `https` and `file` are known",
            "7:1 unknown key `evry` in `[[source]]`",
            "8:1 this source has no `url`",
        ]
    );
}
