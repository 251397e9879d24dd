//! Tests that all errors are reported at once, each with its position, its line and a hint.

use super::*;

#[test]
fn all_errors_are_reported_at_once_in_file_order() {
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
        error_lines(text),
        [
            "2:1 unknown key `titel` in `[river]`",
            "3:12 `articles` must be an integer, not a string",
            "4:2 unknown table `pooling`",
            "6:7 `url` has the scheme `gopher`; only `http`, `https` and `file` are supported",
            "7:1 unknown key `evry` in `[[source]]`",
            "8:1 this source has no `url`",
        ]
    );
}

#[test]
fn two_hundred_errors_are_reported_at_once() {
    let text = numbered(0..200, |n| format!("[[source]]\nurl = \"x{n}://a\"\n"));
    let errors = parse(&text).unwrap_err();
    assert_eq!(errors.errors().len(), 200);
    assert_eq!(errors.to_string().matches("hint").count(), 0);
    assert!(errors.to_string().ends_with("200 errors in /conf/feeds.toml"));
}

#[test]
fn beyond_a_thousand_errors_the_rest_are_counted() {
    let text = numbered(0..1_500, |n| format!("k{n} = 1\n"));
    let errors = parse(&text).unwrap_err();
    assert_eq!((errors.errors().len(), errors.count()), (1_000, 1_500));
    assert!(errors.to_string().ends_with("1500 errors in /conf/feeds.toml (the first 1000 are shown)"));
}

#[test]
fn reading_continues_after_a_syntax_error() {
    let text = "[polling]\nevery = 30m\nadaptive = ja\n[river]\ntitle = \"open\narticles = 0\n";
    assert_eq!(
        error_lines(text),
        [
            "2:9 a value that is not a number or a boolean must be quoted",
            "3:12 a value that is not a number or a boolean must be quoted",
            "5:14 invalid basic string, expected `\"`",
            "6:12 `articles` must be from `1` to `10000`, not `0`",
        ]
    );
}

#[test]
fn a_key_or_table_given_twice_is_reported_with_the_line_of_the_first() {
    let text =
        "[river]\ntitle = \"a\"\n[[source]]\nurl = \"https://a.org\"\nurl = \"https://b.org\"\n[river]\n";
    assert_eq!(
        error_lines(text),
        ["5:1 this key is given twice: first in line 4", "6:2 this table is opened twice: first in line 1"]
    );
}

#[test]
fn a_name_or_url_given_twice_is_reported_with_the_line_of_the_first() {
    let text = "\
[[source]]
url = \"https://example.org/feed\"
name = \"one\"
[[source]]
url = \"https://EXAMPLE.org:443/feed#x\"
name = \"One\"
";
    assert_eq!(
        error_lines(text),
        ["5:7 `url` is given twice: first in line 2", "6:8 `name` is given twice: first in line 3"]
    );
}

#[test]
fn the_line_is_shown_with_a_caret_under_the_value() {
    let errors = parse("[river]\ntitle = \"é\" # é\narticles = 0x0 # none\n").unwrap_err().to_string();
    assert_eq!(
        errors,
        "/conf/feeds.toml:3:12: `articles` must be from `1` to `10000`, not `0`\n  3 | articles = 0x0 # none\n    |            ^^^"
    );
}

#[test]
fn columns_count_characters_with_any_line_end_and_a_byte_order_mark() {
    assert_eq!(
        error_lines("\u{feff}\"ä\" = 1\r\n\"ö ü\" = 1 \r\n"),
        ["1:1 unknown key `ä`", "2:1 unknown key `ö ü`"]
    );
    let text = "[[source]]\r\nurl = \"https://a.org\"\r\ntags = [\"ü\", 5]\r\n";
    let errors = parse(text).unwrap_err();
    assert_eq!((errors.errors()[0].line, errors.errors()[0].column), (Some(3), Some(14)));
    assert_eq!(errors.errors()[0].line_text.as_deref(), Some("tags = [\"ü\", 5]"));
}

#[test]
fn a_line_of_megabytes_is_cut_to_the_part_around_the_error() {
    let text =
        format!("[river]\ntitle = \"{}\"\narticles = 0 # {}\n", "x".repeat(2 << 20), "y".repeat(2 << 20));
    let errors = parse(&text).unwrap_err().to_string();
    assert!(errors.len() < 2_000, "{} bytes", errors.len());
    assert!(errors.contains("articles = 0 # yyy"), "{errors}");
}

#[test]
fn hints_name_the_nearest_key_or_the_section_of_the_key() {
    let hints = |text: &str| -> Vec<String> {
        parse(text).unwrap_err().errors().iter().map(|error| error.hint.clone().unwrap_or_default()).collect()
    };
    assert_eq!(
        hints("[polling]\nevry = 1\nmin-every = 1\ntitle = 1\n"),
        [
            "did you mean `every`?",
            "did you mean `min_every`?",
            "`title` belongs in `[river]` or `[[source]]` or `[[view]]`",
        ]
    );
    assert_eq!(hints("[sources]\n[dedupe]\n"), ["did you mean `[[source]]`?", "did you mean `[dedup]`?"]);
    assert_eq!(hints("timeout = \"1s\"\n"), ["`timeout` belongs in `[polling]`"]);
    assert!(hints("[retention]\nfrobnicate = 1\n")[0].contains("are `keep`, `keep_at_least`"));
}

#[test]
fn a_source_in_single_brackets_gets_a_hint_about_double_ones() {
    let errors = parse("[source]\nurl = \"https://a.org\"\nevry = 1\n").unwrap_err();
    assert_eq!(errors.errors()[0].message, "`source` must be a list of tables, not a table");
    assert!(errors.errors()[0].hint.as_deref().unwrap().contains("`[[source]]`"));
    assert_eq!(errors.errors()[1].message, "unknown key `evry` in `[[source]]`");
    assert_eq!(
        error_lines("source = [1]\n"),
        ["1:11 `source` must be a list of tables, not a list with an integer"]
    );
    assert_eq!(error_lines("source = 1\n[[river]]\n").len(), 2);
}

#[test]
fn a_view_names_only_tags_and_sources_that_exist() {
    let text = "\
[[source]]
url = \"https://lwn.net/feed\"
name = \"lwn\"
tags = [\"linux\"]
[[view]]
name = \"code\"
tags = [\"linux\", \"linus\"]
sources = [\"lwm\", \"LWN\", \"gazette\"]
taggs = []
[[view]]
name = \"Code\"
[[view]]
titel = \"x\"
";
    assert_eq!(
        error_lines(text),
        [
            "7:18 `tags` contains `linus`, a tag that no source has",
            "8:12 `sources` contains `lwm`, which is the name of no source",
            "8:26 `sources` contains `gazette`, which is the name of no source",
            "9:1 unknown key `taggs` in `[[view]]`",
            "11:8 `name` is given twice: first in line 6",
            "12:1 this view has no `name`",
            "13:1 unknown key `titel` in `[[view]]`",
        ]
    );
    let errors = parse(text).unwrap_err();
    let hints: Vec<_> = errors.errors().iter().filter_map(|error| error.hint.as_deref()).collect();
    assert_eq!(
        hints[..3],
        [
            "did you mean `linux`? Otherwise take `linus` out of the view `code`, or delete that view",
            "did you mean `lwn`? Otherwise take `lwm` out of the view `code`, or delete that view",
            "take `gazette` out of the view `code`, or delete that view",
        ]
    );
    assert_eq!(hints[3], "did you mean `tags`?");
}

#[test]
fn the_members_of_views_are_not_judged_while_a_source_is_wrong() {
    let text = "[[source]]\nurl = \"ftp://a\"\ntags = [\"x\"]\n[[view]]\nname = \"v\"\ntags = [\"x\"]\nsources = [\"a\"]\n";
    assert_eq!(error_lines(text).len(), 1);
}

#[test]
fn a_view_is_written_in_double_brackets() {
    let error = "`view` must be a list of tables, not a table";
    assert_eq!(error_lines("[view]\nname = \"x\"\n"), [format!("1:1 {error}")]);
}

#[test]
fn a_hub_requires_the_public_address() {
    let errors = parse("[river]\nhub = \"https://hub.example/\"\n").unwrap_err();
    assert_eq!(errors.errors()[0].message, "`hub` is given without `base_url`");
    assert_eq!(error_lines("[river]\nbase_url = \"https://a.example\"\nhub = \"ftp://x\"\n").len(), 1);
}

#[test]
fn the_value_of_an_unknown_key_is_shown_only_if_the_key_resembles_a_known_one_without_secrets() {
    let text = "\
[[source]]
url = \"https://a.example/feed\"
pasword = \"geheim\"
tokn = 4711000
heders = { Authorization = \"geheim\" }
something = [\"geheim\", 4711000, 2026-01-01]
ulr = \"https://u:geheim@a.example/\"
evry = \"1h\"
";
    let errors = parse(text).unwrap_err().to_string();
    assert!(
        !errors.contains("geheim") && !errors.contains("4711000") && !errors.contains("2026-01-01"),
        "{errors}"
    );
    assert!(errors.contains("evry = \"1h\"") && errors.contains("pasword = \"…\""), "{errors}");
}

#[test]
fn a_key_without_a_value_is_said_to_have_none() {
    let message = parse("[river]\ntitle =\n").unwrap_err().to_string();
    assert!(message.contains("this key has no value") && !message.contains("quotes"), "{message}");
}
