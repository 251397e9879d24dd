//! Documents with the JSON that is made of them.

use proptest::prelude::*;
use serde_json::json;

use super::*;

fn read(text: &str) -> (Value, Vec<&'static str>) {
    let mut defects = Defects::default();
    let value = value(text, &mut defects).unwrap_or_else(|error| panic!("{text}: {error}"));
    (value, defects.into_vec().iter().map(|defect| defect.name).collect())
}

#[track_caller]
fn becomes(text: &str, expected: Value, repairs: &[&str]) {
    assert_eq!(read(text), (expected, repairs.to_vec()), "{text}");
}

#[test]
fn commas_too_many_or_too_few_are_mended() {
    let whole = json!({"title": "T", "items": [{"id": "1"}, {"id": "2"}], "z": 1});
    for (text, repair) in [
        (r#"{"title":"T","items":[{"id":"1",},{"id":"2"}],"z":1}"#, "stray-comma"),
        (r#"{"title":"T","items":[{"id":"1"},{"id":"2"},],"z":1}"#, "stray-comma"),
        (r#"{"title":"T",,"items":[,{"id":"1"},,{"id":"2"}],"z":1,}"#, "stray-comma"),
        (r#"{"title":"T","items":[{"id":"1"} {"id":"2"}],"z":1}"#, "missing-comma"),
        (r#"{"title":"T","items":[{"id":"1"},{"id":"2"}] "z":1}"#, "missing-comma"),
    ] {
        becomes(text, whole.clone(), &[repair]);
    }
}

#[test]
fn a_quote_that_ends_nothing_is_part_of_its_string() {
    for (string, meant) in [
        (r#"He said "hi" to all"#, r#"He said "hi" to all"#),
        (r#""Foo" and "bar""#, r#""Foo" and "bar""#),
        (r#"a 5" screen, "really": yes"#, r#"a 5" screen, "really": yes"#),
        (r#"see ["a"] or "b", then"#, r#"see ["a"] or "b", then"#),
    ] {
        let text = format!(r#"{{"items":[{{"id":"1","title":"{string}"}},{{"id":"2","title":"x, [y]"}}]}}"#);
        let expected = json!({"items": [{"id": "1", "title": meant}, {"id": "2", "title": "x, [y]"}]});
        becomes(&text, expected, &["illegal-json-string"]);
    }
}

#[test]
fn an_item_that_makes_no_sense_is_left_out_and_its_neighbours_stay() {
    for bad in [
        r#"{"id":"b","title":<b>x</b>}"#,
        r#"{"id":"b","title":x "y { z"}"#,
        r#"{"id":"b","list":[{"a":"}"},{"b":;}]}"#,
        r#"{"id":"b","list":[{"a":1}}"#,
    ] {
        let text = format!(r#"{{"items":[{{"id":"1"}},{bad},{{"id":"2"}}],"title":"T"}}"#);
        let (value, repairs) = read(&text);
        assert!(repairs.contains(&"unreadable-entry"), "{bad}: {repairs:?}");
        assert_eq!(value, json!({"items": [{"id": "1"}, {"id": "2"}], "title": "T"}), "{bad}");
    }
    let all_bad = r#"{"items":[{"id":<b>}],"title":"T"}"#;
    assert!(value(all_bad, &mut Defects::default()).is_err(), "it has items, so it can't come out empty");
}

#[test]
fn what_javascript_allows_is_read() {
    becomes(
        "// made by hand\n{\"a\":1,/* b */\"c\":NaN,\"d\":-Infinity,\"e\":,\"f\":undefined}",
        json!({"a": 1, "c": null, "d": null, "e": null, "f": null}),
        &["comment", "missing-value"],
    );
    becomes(")]}'\n{\"a\":1}", json!({"a": 1}), &["leading-junk"]);
    becomes("{\"a\":007,\"b\":[.5,1e3,-2]}", json!({"a": "007", "b": [".5", "1e3", -2]}), &[]);
}

#[test]
fn a_document_that_breaks_off_keeps_its_whole_items_or_what_there_is_of_its_only_one() {
    let whole = r#"{"title":"T","items":[{"id":"1","n":{"a":[true]},"t":"x\u00e9y"},{"id":"2"}]}"#;
    for (end, _) in whole.char_indices() {
        let (cut, _) = whole.split_at(end);
        let Ok(value) = value(cut, &mut Defects::default()) else {
            assert!(end <= whole.find('1').unwrap(), "{cut}");
            continue;
        };
        let items = value["items"].as_array().map_or(0, Vec::len);
        assert!(items >= 1 || end <= whole.find("{\"id\"").unwrap(), "{cut}: {value}");
    }
    becomes(
        whole.strip_suffix("\"}]}").unwrap(),
        json!({"title": "T", "items": [{"id": "1", "n": {"a": [true]}, "t": "xéy"}]}),
        &["cut-off"],
    );
    becomes(
        r#"{"items":[{"id":"1","t":"half of a se"#,
        json!({"items": [{"id": "1", "t": "half of a se"}]}),
        &["cut-off"],
    );
    becomes(r#"{"items":[{"id":"1","ti"#, json!({"items": [{"id": "1"}]}), &["cut-off"]);
}

#[test]
fn an_id_of_many_digits_stays_as_it_is_written() {
    becomes(
        r#"{"items":[{"id":12345678901234567890123},{"id":12345678901234567890124,"x":1.50},{"id":7}]}"#,
        json!({"items": [
            {"id": "12345678901234567890123"}, {"id": "12345678901234567890124", "x": "1.50"}, {"id": 7}
        ]}),
        &["number-for-id"],
    );
}

#[test]
fn floods_are_mended_in_linear_time() {
    for piece in
        ["{\"", "[", "\"", "\",", "\" ", "{\"a\":<", "}", "/*", "//\n", ",", "{\"a\":[{", "\\", ")]}'"]
    {
        for before in [
            "{\"items\":[",
            "{\"items\":[{",
            "{\"items\":[{}",
            "{\"items\":[{\"a\":\"",
            "{\"items\":[{\"a\":<",
        ] {
            let _read_or_not = value(&(before.to_owned() + &piece.repeat(200_000)), &mut Defects::default());
        }
    }
}

proptest! {
    #[test]
    fn json_passes_through_unchanged(text in json_texts(4)) {
        let text = format!("{{\"items\":[{text},{{}}]}}");
        let expected: Value = serde_json::from_str(&text).unwrap();
        let mut defects = Defects::default();
        let written = Mend::new(&text, &mut defects).written();
        prop_assert_eq!(serde_json::from_str::<Value>(&written.unwrap()).unwrap(), expected);
        prop_assert_eq!(defects.into_vec(), vec![]);
    }

    #[test]
    fn what_is_written_is_json(text in "([{}\\[\\],:\"ax1/ ]|items|\\\\u?|\\*|null){0,40}") {
        for text in [text.clone(), format!("{{\"items\":[{text}"), format!("{{\"items\":[{{\"a\":{text}}},{{}}]}}")] {
            if let Some(written) = Mend::new(&text, &mut Defects::default()).written() {
                prop_assert!(serde_json::from_str::<Value>(&written).is_ok(), "{} of {}", written, text);
            }
        }
    }
}

/// JSON without floating-point numbers, which become strings.
fn json_texts(depth: u32) -> impl Strategy<Value = String> {
    let leaf = prop_oneof![
        Just("null".to_owned()),
        any::<i32>().prop_map(|number| number.to_string()),
        "[a-z\"\\\\,:{}\\[\\] /é]{0,8}".prop_map(|text| Value::from(text).to_string()),
    ];
    leaf.prop_recursive(depth, 24, 4, |inner| {
        prop_oneof![
            proptest::collection::vec(inner.clone(), 0..4).prop_map(|all| format!("[{}]", all.join(" , "))),
            proptest::collection::vec(inner, 0..4).prop_map(|all| {
                let members = all.iter().enumerate().map(|(n, value)| format!("\"k{n}\" : {value}"));
                format!("{{{}}}", members.collect::<Vec<_>>().join(","))
            }),
        ]
    })
}
