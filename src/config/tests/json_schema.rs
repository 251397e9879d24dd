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
    assert_eq!(violations(&file), Vec::<String>::new());
}

#[test]
fn the_json_schema_refuses_what_riverd_refuses() {
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
        assert!(!violations(&file).is_empty(), "the schema allows {text}");
        assert!(parse(text).is_err(), "riverd allows {text}");
    }
}

#[test]
fn the_json_schema_allows_every_spelling_of_an_address_that_riverd_reads() {
    for url in ["https://a.example/", " HTTP://a.example/ ", "http:a.example", "file:a.xml", "File:///a.xml"]
    {
        let text = format!("[[source]]\nurl = \"{url}\"");
        let file: Value = serde_json::to_value(text.parse::<toml::Table>().unwrap()).unwrap();
        assert_eq!(violations(&file), Vec::<String>::new(), "{url}");
        assert!(parse(&text).is_ok(), "{url}");
    }
}

/// Returns how `file` violates the JSON Schema of feeds.toml.
fn violations(file: &Value) -> Vec<String> {
    let mut schemas = boon::Schemas::new();
    let mut compiler = boon::Compiler::new();
    compiler.add_resource("memory:///feeds.schema.json", schema_document()).unwrap();
    let index = compiler.compile("memory:///feeds.schema.json", &mut schemas).unwrap();
    schemas.validate(file, index).err().map(|error| format!("{error:#}")).into_iter().collect()
}
