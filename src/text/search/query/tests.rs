//! Tests for reading queries.

use proptest::prelude::*;

use super::*;

fn shown(text: &str) -> String {
    SearchQuery::parse(text).map_or_else(|error| format!("error: {error}"), |query| query.to_string())
}

fn words(text: &str) -> Vec<(Vec<String>, bool)> {
    let query = SearchQuery::parse(text).unwrap();
    query.wanted_terms().map(|term| (term.words.clone(), term.is_prefix)).collect()
}

#[test]
fn each_part_of_a_query_is_understood() {
    for (text, understood) in [
        ("rust  compiler", "rust compiler"),
        (" \"borrow  checker\" ", "\"borrow  checker\""),
        ("“borrow checker” «ici»", "\"borrow checker\" ici"),
        ("rust* \"new yor*\" \"new yor\"*", "rust* \"new yor\"* \"new yor\"*"),
        ("rust OR zig go", "rust OR zig go"),
        ("-crypto rust -\"price of\"", "rust -crypto -\"price of\""),
        ("Title:rust text:a1 author:\"Jane Doe\"", "title:rust text:a1 author:\"Jane Doe\""),
        ("tag:news source:lwn -tag:ads -source:x", "tag:news source:lwn -tag:ads -source:x"),
        ("tag:\"long reads\"", "tag:\"long reads\""),
        ("-crypto", "-crypto"),
        ("10:30 https://a.example/", "\"10:30\" \"https://a.example/\""),
        ("a - b & c", "a b c"),
        ("\"OR\" or", "\"OR\" or"),
        ("rust AND zig", "rust zig"),
        ("rust AND zig OR go AND tag:dev", "rust zig OR go tag:dev"),
        ("rust NOT zig NOT \"borrow checker\" NOT tag:ads", "rust -zig -\"borrow checker\" -tag:ads"),
        ("NOT title:zig AND NOT go", "-title:zig -go"),
        ("rust AND & zig", "rust zig"),
        ("\"AND\" and \"NOT\" not NOT* -AND", "\"AND\" and \"NOT\" not \"NOT\"* -\"AND\""),
        ("rust\"lang\"", "rust lang"),
        (r#"tag:"5\" disks" tag:"c\*" tag:"d*""#, r#"tag:"5\" disks" tag:"c\*" tag:d"#),
        (r#""a\\" "c:\dos" e\"#, r#""a\\" "c:\\dos" "e\\""#),
    ] {
        assert_eq!(shown(text), understood, "{text}");
    }
}

#[test]
fn a_query_that_makes_no_sense_gets_a_message() {
    for (text, message) in [
        ("", "the search is empty"),
        (" & —", "the search is empty"),
        ("\"open", "a quotation mark is open"),
        ("rust\"", "a quotation mark is open"),
        ("a*", "`a*` begins too many words"),
        ("tag:", "`tag:` has no value"),
        ("source:\"\"", "`source:` has no value"),
        ("title: rust", "`title:` has no value"),
        ("OR rust", "`OR` must stand between"),
        ("rust OR", "`OR` must stand between"),
        ("rust OR -go", "`OR` must stand between"),
        ("rust OR OR go", "`OR` must stand between"),
        ("tag:x OR go", "`OR` must stand between"),
        ("rust OR NOT go", "`OR` must stand between"),
        ("AND rust", "`AND` must stand between"),
        ("rust AND", "`AND` must stand between"),
        ("rust AND AND go", "`AND` must stand between"),
        ("rust OR AND go", "`AND` must stand between"),
        ("rust AND OR go", "`AND` must stand between"),
        ("rust AND &", "`AND` must stand between"),
        ("rust NOT", "`NOT` must stand before"),
        ("NOT NOT rust", "`NOT` must stand before"),
        ("NOT AND rust", "`NOT` must stand before"),
        ("rust NOT -go", "`NOT` must stand before"),
        ("rust NOT &", "`NOT` must stand before"),
    ] {
        assert!(shown(text).starts_with(&format!("error: {message}")), "{text}: {}", shown(text));
    }
    assert_eq!(SearchQuery::parse(&"a".repeat(1001)), Err(QueryError::TooLong(1001)));
    assert_eq!(SearchQuery::parse(&"ab ".repeat(33)), Err(QueryError::TooManyTerms));
}

#[test]
fn a_word_with_signs_in_it_is_a_phrase() {
    let phrase =
        |words: &[&str], is_prefix| (words.iter().map(|word| (*word).to_owned()).collect(), is_prefix);
    assert_eq!(
        words("node.js don't l'eta*"),
        [phrase(&["node", "js"], false), phrase(&["don", "t"], false), phrase(&["l", "eta"], true),]
    );
}

#[test]
fn a_character_of_a_script_without_spaces_is_found_anywhere() {
    let term = |text: &str| words(text).remove(0);
    let expected = |words: &[&str], is_prefix| {
        (words.iter().map(|word| (*word).to_owned()).collect::<Vec<_>>(), is_prefix)
    };
    assert_eq!(term("東"), expected(&["東"], true));
    assert_eq!(term("東京"), expected(&["東京"], false));
    assert_eq!(term("東京都*"), expected(&["東京", "京都"], false));
    assert_eq!(term("手機x"), expected(&["手機", "機", "x"], false));
    assert_eq!(term("新iPhone手"), expected(&["新", "iphone", "手"], true));
}

#[test]
fn parameters_narrow_a_query_and_may_stand_alone() {
    let narrowed = |text, tags: &[&str]| {
        let tags = tags.iter().map(|tag| (*tag).to_owned()).collect();
        SearchQuery::narrowed(text, tags, Vec::new()).map(|query| query.to_string())
    };
    assert_eq!(narrowed("rust", &["a b"]), Ok("rust tag:\"a b\"".to_owned()));
    assert_eq!(narrowed("", &["news"]), Ok("tag:news".to_owned()));
    assert_eq!(narrowed("", &[]), Err(QueryError::Empty));
    assert_eq!(narrowed("\"", &["news"]), Err(QueryError::OpenQuote));
    for tag in ["5\" disks", "« presse »", "c*", "OR", "NOT", "a\\"] {
        let query = SearchQuery::narrowed("", vec![tag.to_owned()], Vec::new()).unwrap();
        assert_eq!(SearchQuery::parse(&query.to_string()), Ok(query), "{tag}");
    }
}

proptest! {
    #[test]
    fn no_query_makes_the_parser_panic_and_a_shown_query_reads_back_as_itself(
        text in "([a-zé東京 *:\"“«OR&\\\\-]|tag:|source:|title:| OR | AND | NOT |\\PC){0,40}"
    ) {
        if let Ok(query) = SearchQuery::parse(&text) {
            prop_assert!(query.wanted_terms().all(|term| !term.words.is_empty()));
            prop_assert_eq!(SearchQuery::parse(&query.to_string()), Ok(query));
        }
    }
}
