//! Parses small documents with the peculiarities of real feeds (`tests/fixtures/feeds`), and compares what is read
//! with the expectations beside them.
//!
//! An expectation names the document, its peculiarity, the repairs that it needs, and the fields that matter.
//! Expectations are derived from the specifications and never from the output of the code.

use std::path::Path;

use riverd::document::{ParseError, RawDocument, parse};
use serde::Deserialize;
use serde_json::{Value, json};
use url::Url;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Expectation {
    about: String,
    document: String,
    url: Option<Url>,
    content_type: Option<String>,
    error: Option<Value>,
    #[serde(default)]
    repairs: Vec<String>,
    expect: Option<Value>,
}

#[test]
fn every_document_is_read_as_its_expectation_says() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/feeds");
    let mut wrong = Vec::new();
    let mut seen = 0;
    for file in std::fs::read_dir(&folder).unwrap() {
        let path = file.unwrap().path();
        if !path.to_string_lossy().ends_with(".expect.json") {
            continue;
        }
        seen += 1;
        let expectation: Expectation = serde_json::from_slice(&std::fs::read(&path).unwrap())
            .unwrap_or_else(|error| panic!("{}: {error}", path.display()));
        let body = std::fs::read(folder.join(&expectation.document)).unwrap();
        for difference in differences(&expectation, &body) {
            wrong.push(format!("{} ({}): {difference}", expectation.document, expectation.about));
        }
    }
    assert!(seen > 100, "only {seen} expectations in {}", folder.display());
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

fn differences(expectation: &Expectation, body: &[u8]) -> Vec<String> {
    let read = parse(RawDocument {
        body,
        content_type: expectation.content_type.as_deref(),
        url: expectation.url.as_ref(),
    });
    let mut found = Vec::new();
    match (read, &expectation.error) {
        (Ok(feed), None) => {
            let mut repairs: Vec<_> = feed.defects.iter().map(|defect| defect.name.to_owned()).collect();
            repairs.sort_unstable();
            if repairs != expectation.repairs {
                found.push(format!("repairs {repairs:?}, expected {:?}", expectation.repairs));
            }
            let expected = expectation.expect.as_ref().expect("an expectation expects something");
            compare("", &serde_json::to_value(&feed).unwrap(), expected, &mut found);
        }
        (Err(error), Some(expected)) if as_value(&error) == *expected => {}
        (Err(error), _) => found.push(format!("failed: {error} ({})", as_value(&error))),
        (Ok(feed), Some(expected)) => found.push(format!("read as {feed:?}, expected {expected}")),
    }
    found
}

/// Compares the values that `expected` has. `actual` may have further values.
fn compare(place: &str, actual: &Value, expected: &Value, found: &mut Vec<String>) {
    match (actual, expected) {
        (Value::Object(actual), Value::Object(expected)) => {
            for (key, expected) in expected {
                let actual = actual.get(key).unwrap_or(&Value::Null);
                compare(&format!("{place}.{key}"), actual, expected, found);
            }
        }
        (Value::Array(actual), Value::Array(expected)) if actual.len() == expected.len() => {
            for (index, (actual, expected)) in actual.iter().zip(expected).enumerate() {
                compare(&format!("{place}[{index}]"), actual, expected, found);
            }
        }
        _ if actual == expected => {}
        _ => found.push(format!("{place} is {actual}, expected {expected}")),
    }
}

fn as_value(error: &ParseError) -> Value {
    match error {
        ParseError::WebPage(page) => {
            json!({ "WebPage": { "feeds": page.feeds.iter().map(|feed| &feed.url).collect::<Vec<_>>() } })
        }
        ParseError::Empty => json!("Empty"),
        ParseError::NotAFeed { what } => json!({ "NotAFeed": { "what": what } }),
        ParseError::Malformed { why } => json!({ "Malformed": { "why": why } }),
        ParseError::EntriesLost { of, read } => json!({ "EntriesLost": { "of": of, "read": read } }),
        ParseError::TooLarge { what } => json!({ "TooLarge": { "what": what } }),
    }
}
