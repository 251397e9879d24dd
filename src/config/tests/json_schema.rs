//! Tests that the JSON Schema has every key of feeds.toml and no other, and that it allows the shipped file.

use serde_json::Value;

use super::*;

fn schema_document() -> Value {
    serde_json::from_str(JSON_SCHEMA).unwrap()
}

/// Returns the schema of a table such as `[river]` or, for a list of tables such as `[[source]]`, that of
/// one element.
fn table_schema<'s>(document: &'s Value, section: &str) -> &'s Value {
    let table = &document["properties"][schema::bare_name(section)];
    table.get("items").unwrap_or(table)
}

#[test]
fn the_json_schema_has_every_key_and_no_other() {
    let document = schema_document();
    let tables: Vec<&String> = document["properties"].as_object().unwrap().keys().collect();
    let sections: Vec<&str> =
        schema::SECTIONS.iter().map(|(section, _)| schema::bare_name(section)).collect();
    let sorted = |mut names: Vec<String>| {
        names.sort();
        names
    };
    let owned = |names: &[&str]| names.iter().map(|name| (*name).to_owned()).collect::<Vec<_>>();
    assert_eq!(sorted(tables.into_iter().cloned().collect()), sorted(owned(&sections)));
    for (section, keys) in schema::SECTIONS {
        let table = table_schema(&document, section);
        let known: Vec<String> = table["properties"].as_object().unwrap().keys().cloned().collect();
        assert_eq!(sorted(known), sorted(owned(keys)), "{section}");
        assert_eq!(table["additionalProperties"], Value::Bool(false), "{section}");
        for (key, value) in table["properties"].as_object().unwrap() {
            assert!(value["description"].is_string(), "{section} {key} has no description");
        }
    }
}

#[test]
fn the_shipped_file_names_the_json_schema_and_follows_it() {
    let text = include_str!("../../../feeds.toml");
    assert!(text.starts_with("#:schema ./feeds.schema.json\n"));
    let file: Value = serde_json::to_value(text.parse::<toml::Table>().unwrap()).unwrap();
    let document = schema_document();
    assert_eq!(violations(&document, &document, &file, ""), Vec::<String>::new());
}

#[test]
fn the_json_schema_refuses_what_riverd_refuses() {
    let document = schema_document();
    for text in [
        "[river]\ntitel = \"x\"",
        "[river]\narticles = 0",
        "[river]\ncontent = \"half\"",
        "[[source]]\nname = \"a\"",
        "[[source]]\nurl = \"feed://a.example/\"",
        "[[source]]\nurl = \"ftp://a.example/\"",
        "[[source]]\nurl = \"a.example/http:\"",
        "[[source]]\nurl = \"https://a.example/\"\nname = \"a b\"",
        "[[source]]\nurl = \"https://a.example/\"\ntags = [\"a/b\"]",
        "[[source]]\nurl = \"https://a.example/\"\nevery = \"1h\"\nschedule = \"@daily\"",
        "[[source]]\nurl = \"https://a.example/\"\nusername = \"me\"",
        "[polling]\nevery = 30",
        "[nosuch]",
    ] {
        let file: Value = serde_json::to_value(text.parse::<toml::Table>().unwrap()).unwrap();
        assert!(!violations(&document, &document, &file, "").is_empty(), "the schema allows {text}");
        assert!(parse(text).is_err(), "riverd allows {text}");
    }
}

#[test]
fn the_json_schema_allows_every_spelling_of_an_address_that_riverd_reads() {
    let document = schema_document();
    for url in ["https://a.example/", " HTTP://a.example/ ", "http:a.example", "file:a.xml", "File:///a.xml"]
    {
        let text = format!("[[source]]\nurl = \"{url}\"");
        let file: Value = serde_json::to_value(text.parse::<toml::Table>().unwrap()).unwrap();
        assert_eq!(violations(&document, &document, &file, ""), Vec::<String>::new(), "{url}");
        assert!(parse(&text).is_ok(), "{url}");
    }
}

/// Returns where `value` violates `schema`. Knows the keywords that the schema of feeds.toml uses.
fn violations(document: &Value, schema: &Value, value: &Value, place: &str) -> Vec<String> {
    let mut found = Vec::new();
    let mut require = |holds: bool, keyword: &str| {
        if !holds {
            found.push(format!("{place}: {keyword}"));
        }
    };
    let mut nested = Vec::new();
    for (keyword, expected) in schema.as_object().unwrap() {
        let number = expected.as_f64().unwrap_or_default();
        let length = |count: usize| count as f64;
        match (keyword.as_str(), value) {
            ("$ref", _) => {
                let target = document.pointer(expected.as_str().unwrap().trim_start_matches('#')).unwrap();
                nested.extend(violations(document, target, value, place));
            }
            ("type", _) => require(has_type(value, expected.as_str().unwrap()), keyword),
            ("enum", _) => require(expected.as_array().unwrap().contains(value), keyword),
            ("pattern", Value::String(text)) => {
                require(regex::Regex::new(expected.as_str().unwrap()).unwrap().is_match(text), keyword);
            }
            ("minLength", Value::String(text)) => require(length(text.chars().count()) >= number, keyword),
            ("maxLength", Value::String(text)) => require(length(text.chars().count()) <= number, keyword),
            ("minimum", Value::Number(given)) => require(given.as_f64().unwrap() >= number, keyword),
            ("maximum", Value::Number(given)) => require(given.as_f64().unwrap() <= number, keyword),
            ("minItems", Value::Array(items)) => require(length(items.len()) >= number, keyword),
            ("maxItems", Value::Array(items)) => require(length(items.len()) <= number, keyword),
            ("items", Value::Array(items)) => {
                for (index, item) in items.iter().enumerate() {
                    nested.extend(violations(document, expected, item, &format!("{place}/{index}")));
                }
            }
            ("required", Value::Object(table)) => {
                let keys = expected.as_array().unwrap();
                require(keys.iter().all(|key| table.contains_key(key.as_str().unwrap())), keyword);
            }
            ("dependentRequired", Value::Object(table)) => {
                for (key, needed) in
                    expected.as_object().unwrap().iter().filter(|(key, _)| table.contains_key(*key))
                {
                    let is_there = |name: &Value| table.contains_key(name.as_str().unwrap());
                    require(needed.as_array().unwrap().iter().all(is_there), key);
                }
            }
            ("not", _) => require(!violations(document, expected, value, place).is_empty(), keyword),
            ("properties", Value::Object(table)) => {
                for (key, item) in table {
                    if let Some(schema) = expected.get(key) {
                        nested.extend(violations(document, schema, item, &format!("{place}/{key}")));
                    }
                }
            }
            ("additionalProperties", Value::Object(table)) => {
                let known =
                    |key: &String| schema.get("properties").is_some_and(|known| known.get(key).is_some());
                for (key, item) in table.iter().filter(|(key, _)| !known(key)) {
                    if expected.is_object() {
                        nested.extend(violations(document, expected, item, &format!("{place}/{key}")));
                    } else {
                        require(false, &format!("unknown {key}"));
                    }
                }
            }
            ("maxProperties", Value::Object(table)) => require(length(table.len()) <= number, keyword),
            _ => {}
        }
    }
    found.extend(nested);
    found
}

fn has_type(value: &Value, name: &str) -> bool {
    match name {
        "object" => value.is_object(),
        "array" => value.is_array(),
        "string" => value.is_string(),
        "integer" => value.is_i64(),
        "number" => value.is_number(),
        "boolean" => value.is_boolean(),
        other => panic!("the schema has the type {other}"),
    }
}
