//! What a feeds.toml means, and what is said about one that is wrong.

use std::path::Path;

use proptest::prelude::*;

use super::file::Surroundings;
use super::*;
use crate::model::{Cadence, Location};
use crate::time::{DAY, HOUR, MINUTE};

fn parse(text: &str) -> Result<Config, ConfigErrors> {
    file::parse(Path::new("/conf/feeds.toml"), text)
}

/// The one source of a file.
fn source(lines: &str) -> Source {
    let config = parse(&format!("[[source]]\nurl = \"https://example.org/feed\"\n{lines}\n")).unwrap();
    Source::clone(&config.sources[0])
}

/// `line:column message` of each error.
fn errors(text: &str) -> Vec<String> {
    let errors = parse(text).expect_err("must be wrong");
    let place = |error: &ConfigError| format!("{}:{}", error.line.unwrap(), error.column.unwrap());
    errors.errors().iter().map(|error| format!("{} {}", place(error), error.message)).collect()
}

/// A text of many parts, each made from its number.
fn numbered(range: std::ops::Range<usize>, part: impl Fn(usize) -> String) -> String {
    range.map(part).collect::<Vec<_>>().concat()
}

/// The one error of a source with `line`: its message and its hint.
fn source_error(line: &str) -> (String, String) {
    let text = format!("[[source]]\nurl = \"https://example.org/feed\"\n{line}\n");
    let errors = parse(&text).expect_err(line);
    assert_eq!(errors.count(), 1, "{errors}");
    let error = &errors.errors()[0];
    (error.message.clone(), error.hint.clone().unwrap_or_default())
}

#[test]
fn an_empty_file_is_every_default() {
    let config = parse("").unwrap();
    assert_eq!(config.path, Path::new("/conf/feeds.toml"));
    assert_eq!(config.river.articles, 200);
    assert_eq!(config.server.listen, [ListenAddress::Tcp("127.0.0.1:8080".parse().unwrap())]);
    assert_eq!(config.polling.every, 30 * MINUTE);
    assert_eq!((config.polling.min_every, config.polling.max_every), (10 * MINUTE, DAY));
    assert_eq!(config.polling.max_body, 16 * 1024 * 1024);
    assert_eq!(config.polling.private_networks, PrivateNetworks::Configured);
    assert_eq!(config.dedup.window, 7 * DAY);
    assert_eq!(config.retention.keep, 365 * DAY);
    assert_eq!(config.maintenance.schedule.as_str(), "17 3 * * *");
    assert!(config.sources.is_empty());
}

/// Every key with a value that differs from its default where one exists.
const WHOLE: &str = r#"
[river]
title = "Morning river"
description = "What I read"
base_url = "https://river.example.org/news"
articles = 50
content = "summary"
[server]
listen = ["127.0.0.1:0", "[::1]:8080", "unix:http.sock"]
access_token_file = "token"
trusted_proxies = ["127.0.0.1/32", "10.0.0.1"]
[polling]
every = "1h"
adaptive = false
min_every = "20m"
max_every = "2d"
concurrency = 8
per_host = 2
per_host_gap = "250ms"
timeout = "10s"
max_body = "1MB"
contact = "https://river.example.org/about"
private_networks = "deny"
[dedup]
window = "3d"
near_duplicates = "hide"
similarity = 1
tracking_parameters = ["my_campaign"]
[retention]
keep = "30d"
keep_at_least = 0
[maintenance]
schedule = "@daily"
backup_dir = "backups"
backup_keep = 3
[[source]]
url = "https://example.org/feed.xml#top"
name = "Ex_1"
title = "Example"
tags = ["à b", "c", "c"]
every = "15m"
priority = -10
enabled = false
max_entries = 5
max_age = "1w"
keep = ["rust", "/async\\b/i"]
drop = ["sponsored"]
full_text = true
headers = { "X-Key" = "…" }
username = "u"
password_file = "credential:example"
proxy = "socks5://127.0.0.1:9050"
[[source]]
url = "file:feeds/./a.xml"
schedule = "0 7,19 * * *"
"#;

fn whole(text: &str) -> Result<Config, ConfigErrors> {
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("token"), "sesame\n").unwrap();
    std::fs::write(folder.path().join("example"), "pw\n").unwrap();
    let around =
        Surroundings { folder: folder.path().to_owned(), credentials: Some(folder.path().to_owned()) };
    file::read_config(Path::new("feeds.toml"), folder.path().join("feeds.toml"), text, &around)
}

#[test]
fn every_key_is_read() {
    let config = whole(WHOLE).unwrap();
    let folder = config.path.parent().unwrap();
    assert_eq!(config.river.title, "Morning river");
    assert_eq!(config.river.base_url.unwrap().as_str(), "https://river.example.org/news/");
    assert_eq!(config.river.content, ContentDepth::Summary);
    assert_eq!(config.server.listen[2], ListenAddress::Unix(folder.join("http.sock")));
    assert_eq!(config.server.access_token.unwrap().expose(), "sesame");
    assert_eq!(config.server.trusted_proxies[1].to_string(), "10.0.0.1/32");
    assert_eq!(config.polling.per_host_gap.as_millis(), 250);
    assert_eq!(config.polling.max_body, 1_000_000);
    assert_eq!(config.polling.private_networks, PrivateNetworks::Deny);
    assert_eq!(config.dedup.near_duplicates, NearDuplicates::Hide);
    assert!((config.dedup.similarity - 1.0).abs() < f64::EPSILON);
    assert_eq!(config.retention.keep_at_least, 0);
    assert_eq!(config.maintenance.backup_dir.unwrap(), folder.join("backups"));
    let first = &config.sources[0];
    assert_eq!((first.name.as_str(), first.priority, first.enabled), ("Ex_1", -10, false));
    assert_eq!(first.location.as_url_text(), "https://example.org/feed.xml");
    assert_eq!(first.tags, ["à b", "c"]);
    assert!(matches!(first.cadence, Cadence::Every(every) if every == 15 * MINUTE));
    assert_eq!((first.max_entries, first.max_age, first.full_text), (Some(5), Some(7 * DAY), true));
    assert_eq!((first.filter.keep.len(), first.filter.drop.len()), (2, 1));
    assert_eq!((first.headers[0].0.as_str(), first.headers[0].1.expose()), ("X-Key", "…"));
    assert_eq!(first.credentials.as_ref().unwrap().password.expose(), "pw");
    assert_eq!(first.proxy.as_ref().unwrap().0.expose(), "socks5://127.0.0.1:9050");
    let second = &config.sources[1];
    assert_eq!((second.name.as_str(), second.position), ("a", 1));
    assert_eq!(second.location, Location::File(folder.join("feeds/a.xml")));
    assert!(matches!(&second.cadence, Cadence::Schedule(cron) if cron.as_str() == "0 7,19 * * *"));
}

#[test]
fn no_key_takes_a_value_of_another_type() {
    // A date is right for no key, so a key without an error would be one that is never read.
    for (section, keys) in schema::SECTIONS {
        for key in keys {
            let text = format!("{section}\n{key} = 2026-11-24\n");
            let told = errors(&text);
            assert!(
                told.iter().any(|error| error.contains(&format!("`{key}`"))),
                "{section} {key}: {told:?}"
            );
        }
    }
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

#[test]
fn two_hundred_errors_are_told_at_once() {
    let text = numbered(0..200, |n| format!("[[source]]\nurl = \"x{n}://a\"\n"));
    let told = parse(&text).unwrap_err();
    assert_eq!(told.errors().len(), 200);
    assert_eq!(told.to_string().matches("hint").count(), 0);
    assert!(told.to_string().ends_with("200 errors in /conf/feeds.toml"));
}

#[test]
fn beyond_a_thousand_errors_the_rest_is_counted() {
    let text = numbered(0..1_500, |n| format!("k{n} = 1\n"));
    let told = parse(&text).unwrap_err();
    assert_eq!((told.errors().len(), told.count()), (1_000, 1_500));
    assert!(told.to_string().ends_with("1500 errors in /conf/feeds.toml (the first 1000 are shown)"));
}

#[test]
fn after_an_error_of_toml_itself_reading_goes_on() {
    let text = "[polling]\nevery = 30m\nadaptive = ja\n[river]\ntitle = \"open\narticles = 0\n";
    assert_eq!(
        errors(text),
        [
            "2:9 a value that is no number and no boolean must be quoted",
            "3:12 a value that is no number and no boolean must be quoted",
            "5:14 invalid basic string, expected `\"`",
            "6:12 `articles` must be from `1` to `10000`, not `0`",
        ]
    );
}

#[test]
fn a_key_or_table_given_twice_is_told_with_the_line_of_the_first() {
    let text =
        "[river]\ntitle = \"a\"\n[[source]]\nurl = \"https://a.org\"\nurl = \"https://b.org\"\n[river]\n";
    assert_eq!(
        errors(text),
        ["5:1 this key is given twice: first in line 4", "6:2 this table is opened twice: first in line 1"]
    );
}

#[test]
fn a_name_or_url_given_twice_is_told_with_the_line_of_the_first() {
    let text = "\
[[source]]
url = \"https://example.org/feed\"
name = \"one\"
[[source]]
url = \"https://EXAMPLE.org:443/feed#x\"
name = \"One\"
";
    assert_eq!(
        errors(text),
        ["5:7 `url` is given twice: first in line 2", "6:8 `name` is given twice: first in line 3"]
    );
}

#[test]
fn the_line_is_shown_with_a_caret_under_the_value() {
    let told = parse("[river]\ntitle = \"é\" # é\narticles = 0x0 # none\n").unwrap_err().to_string();
    assert_eq!(
        told,
        "/conf/feeds.toml:3:12: `articles` must be from `1` to `10000`, not `0`\n  3 | articles = 0x0 # none\n    |            ^^^"
    );
}

#[test]
fn columns_count_characters_whatever_the_line_ends_and_the_byte_order_mark() {
    assert_eq!(
        errors("\u{feff}\"ä\" = 1\r\n\"ö ü\" = 1 \r\n"),
        ["1:1 unknown key `ä`", "2:1 unknown key `ö ü`"]
    );
    let text = "[[source]]\r\nurl = \"https://a.org\"\r\ntags = [\"ü\", 5]\r\n";
    let told = parse(text).unwrap_err();
    assert_eq!((told.errors()[0].line, told.errors()[0].column), (Some(3), Some(14)));
    assert_eq!(told.errors()[0].line_text.as_deref(), Some("tags = [\"ü\", 5]"));
}

#[test]
fn a_line_of_megabytes_is_cut_to_what_the_error_is_about() {
    let text =
        format!("[river]\ntitle = \"{}\"\narticles = 0 # {}\n", "x".repeat(2 << 20), "y".repeat(2 << 20));
    let told = parse(&text).unwrap_err().to_string();
    assert!(told.len() < 2_000, "{} bytes", told.len());
    assert!(told.contains("articles = 0 # yyy"), "{told}");
}

#[test]
fn hints_name_the_nearest_key_or_where_it_belongs() {
    let hints = |text: &str| -> Vec<String> {
        parse(text).unwrap_err().errors().iter().map(|error| error.hint.clone().unwrap_or_default()).collect()
    };
    assert_eq!(
        hints("[polling]\nevry = 1\nmin-every = 1\ntitle = 1\n"),
        ["did you mean `every`?", "did you mean `min_every`?", "`title` belongs in `[river]`",]
    );
    assert_eq!(hints("[sources]\n[dedupe]\n"), ["did you mean `[[source]]`?", "did you mean `[dedup]`?"]);
    assert_eq!(hints("timeout = \"1s\"\n"), ["`timeout` belongs below `[polling]`"]);
    assert!(hints("[retention]\nfrobnicate = 1\n")[0].contains("knows `keep`, `keep_at_least`"));
}

#[test]
fn a_source_in_single_brackets_is_told_how_to_be_one() {
    let told = parse("[source]\nurl = \"https://a.org\"\nevry = 1\n").unwrap_err();
    assert_eq!(told.errors()[0].message, "`source` must be a list of tables, not a table");
    assert!(told.errors()[0].hint.as_deref().unwrap().contains("`[[source]]`"));
    assert_eq!(told.errors()[1].message, "unknown key `evry` in `[[source]]`");
    assert_eq!(
        errors("source = [1]\n"),
        ["1:11 `source` must be a list of tables, not a list with an integer"]
    );
    assert_eq!(errors("source = 1\n[[river]]\n").len(), 2);
}

#[test]
fn a_source_may_be_written_inline() {
    let config = parse("source = [{ url = \"https://a.org\" }, { url = \"https://b.org\" }]").unwrap();
    assert_eq!(config.sources[1].name, "b.org");
}

#[test]
fn what_a_source_may_not_say_is_refused_with_a_way_out() {
    let cases = [
        ("name = \"Le Monde\"", "must start with", "`le-monde` would do"),
        ("name = \"\"", "is empty", ""),
        ("tags = \"rust\"", "must be a list", "`tags = ["),
        ("tags = [\"a/b\"]", "no slashes", "/tags/TAG/"),
        ("tags = [\"..\"]", "is not", ""),
        ("every = \"0s\"", "from `1s` to `366d`, not `0s`", ""),
        ("every = \"30\"", "it has no unit", "`30m`"),
        ("every = \"3 fortnights\"", "`fortnights` is no unit", "`30m`"),
        ("every = 30", "not an integer", "`\"30m\"` for minutes"),
        ("schedule = \"0 0 31 2 *\"", "never comes due", ""),
        ("schedule = \"* * *\"", "is no cron expression", "`0 7,19 * * *`"),
        ("schedule = \"61 * * * *\"", "is no cron expression", ""),
        ("priority = 1.5", "must be an integer", ""),
        ("priority = 9223372036854775808", "out of range", ""),
        ("enabled = \"true\"", "must be `true` or `false`", "without the quotes"),
        ("max_entries = 0", "from `1` to `100000`", ""),
        ("max_entries = -1", "from `1` to `100000`", ""),
        ("max_age = \"1e9y\"", "is no duration", ""),
        ("max_age = \"99999999999999999999y\"", "too large", ""),
        ("keep = [\"/(/\"]", "unclosed group", ""),
        ("headers = [\"X\"]", "must be a table", ""),
        ("headers = { \"X Y\" = \"1\" }", "no header's name", ""),
        ("headers = { Host = \"1\" }", "riverd sets itself", ""),
        ("headers = { X = \"a\\nb\" }", "control characters", ""),
        ("headers = { X = \"1\", x = \"2\" }", "twice", ""),
        ("username = \"u\"", "without `password_file`", ""),
        ("password_file = \"/nowhere/at/all\"", "can't be read", ""),
        ("proxy = \"ftp://a\"", "must be an `http`", "socks5://"),
        ("proxy = \"socks5:\"", "", "socks5://"),
    ];
    for (line, message, hint) in cases {
        let text = format!("[[source]]\nurl = \"https://example.org/feed\"\n{line}\n");
        let told = parse(&text).expect_err(line).to_string();
        assert!(told.contains(message) && told.contains(hint), "{line}: {told}");
    }
}

#[test]
fn both_every_and_schedule_are_one_too_many() {
    let (message, hint) = source_error("every = \"1h\"\nschedule = \"@daily\"");
    assert_eq!(message, "both `every` and `schedule` are given");
    assert_eq!(hint, "remove one of the two lines");
}

#[test]
fn addresses_are_checked() {
    let cases = [
        ("ftp://example.org", "has the scheme `ftp`"),
        ("feed://example.org", "has the scheme `feed`"),
        ("example.org/feed.xml", "has no scheme"),
        ("not a url", "is no address"),
        ("", "is no address"),
        ("https://", "is no address: empty host"),
        ("https://exa mple.org/", "is no address"),
        ("https://[::1/", "is no address"),
        ("https://a:99999/", "is no address: invalid port"),
        ("file:", "names no file"),
        ("file://server/share", "on another host"),
    ];
    for (url, why) in cases {
        let told = parse(&format!("[[source]]\nurl = {}\n", toml::Value::from(url))).expect_err(url);
        assert!(told.errors()[0].message.contains(why), "{url}: {told}");
    }
    let long = format!("https://example.org/{}", "x".repeat(9_000));
    assert!(errors(&format!("[[source]]\nurl = \"{long}\"\n"))[0].contains("9020 bytes"));
}

#[test]
fn a_file_address_is_one_however_it_is_written() {
    for url in [
        "file:feeds/a.xml",
        "file:./feeds//a.xml",
        "file:/conf/feeds/a.xml",
        "file:///conf/feeds/a.xml",
        "FILE://localhost/conf/feeds/a.xml",
    ] {
        let config = parse(&format!("[[source]]\nurl = \"{url}\"\n")).unwrap();
        assert_eq!(config.sources[0].location, Location::File("/conf/feeds/a.xml".into()), "{url}");
    }
}

#[test]
fn the_river_and_the_server_are_checked() {
    let cases = [
        ("[river]\ntitle = \" \"", "is empty"),
        ("[river]\ntitle = \"a\\nb\"", "must be one line"),
        ("[river]\nbase_url = \"river.example.org\"", "is no URL"),
        ("[river]\nbase_url = \"ftp://a.org\"", "must be an `http` or `https` address"),
        ("[river]\nbase_url = \"https://a.org/?x\"", "no query"),
        ("[river]\nbase_url = \"https://u@a.org/\"", "no user name"),
        ("[river]\ncontent = \"ful\"", "did you mean `\"full\"`?"),
        ("[server]\nlisten = \"127.0.0.1:80\"", "must be a list"),
        ("[server]\nlisten = []", "is empty"),
        ("[server]\nlisten = [\"localhost:8080\"]", "`127.0.0.1:8080`"),
        ("[server]\nlisten = [\":8080\"]", "`0.0.0.0:8080`"),
        ("[server]\nlisten = [\"127.0.0.1:70000\"]", "no address with a port"),
        ("[server]\nlisten = [\"unix:\"]", "names no socket"),
        ("[server]\ntrusted_proxies = [\"10.0.0.0/33\"]", "no network"),
        ("[server]\naccess_token_file = \"nowhere\"", "can't be read"),
        (
            "[polling]\nmin_every = \"2h\"\nmax_every = \"1h\"",
            "is `2h`, more than `max_every`, which is `1h`",
        ),
        ("[polling]\nevery = \"1m\"\nmin_every = \"2m\"", "is `2m`, more than `every`, which is `1m`"),
        ("[polling]\nconcurrency = 0", "from `1` to `4096`"),
        ("[polling]\ntimeout = \"0s\"", "from `100ms` to `1h`"),
        ("[polling]\nmax_body = \"2GiB\"", "not `2GiB`"),
        ("[polling]\nmax_body = \"16 MeB\"", "is no size"),
        ("[polling]\nmax_body = 100", "must be a size"),
        ("[polling]\nmax_body = \"-1kB\"", "is no size"),
        ("[polling]\ncontact = \"me\"", "web or mail address"),
        ("[polling]\ncontact = \"https://a.org/)evil\"", "web or mail address"),
        ("[polling]\nprivate_networks = true", "not a boolean"),
        ("[dedup]\nsimilarity = 1.01", "from `0.0` to `1.0`"),
        ("[dedup]\nsimilarity = nan", "from `0.0` to `1.0`"),
        ("[dedup]\nsimilarity = \"0.8\"", "must be a number"),
        ("[dedup]\ntracking_parameters = [\"a=b\"]", "no parameter's name"),
        ("[maintenance]\nschedule = \"0 0 30 2 *\"", "never comes due"),
        ("[maintenance]\nbackup_keep = 0", "from `1`"),
        ("river = 5", "must be a table, not an integer"),
    ];
    for (text, why) in cases {
        let told = parse(text).expect_err(text).to_string();
        assert!(told.contains(why), "{text}: {told}");
    }
}

#[test]
fn a_bound_that_is_not_given_makes_room_for_what_is() {
    let polling = |text: &str| parse(&format!("[polling]\n{text}")).unwrap().polling;
    let short = polling("every = \"5s\"");
    assert_eq!(
        (short.min_every, short.every, short.max_every),
        (5 * values::SECOND, 5 * values::SECOND, DAY)
    );
    let long = polling("min_every = \"2d\"");
    assert_eq!((long.min_every, long.every, long.max_every), (2 * DAY, 2 * DAY, 2 * DAY));
    let capped = polling("max_every = \"1m\"");
    assert_eq!((capped.min_every, capped.every, capped.max_every), (MINUTE, MINUTE, MINUTE));
}

#[test]
fn a_source_without_an_interval_has_that_of_polling() {
    assert!(
        matches!(source("").cadence, Cadence::Adaptive { start, min } if (start, min) == (30 * MINUTE, 10 * MINUTE))
    );
    let fixed =
        parse("[polling]\nadaptive = false\nevery = \"2h\"\n[[source]]\nurl = \"https://a.org\"\n").unwrap();
    assert!(matches!(fixed.sources[0].cadence, Cadence::Every(every) if every == 2 * HOUR));
    assert_eq!(source("every = \"3d\"").max_every, 3 * DAY);
    assert_eq!(source("every = \"3h\"").max_every, DAY);
}

#[test]
fn no_secret_is_ever_shown() {
    let text = r#"
[server]
access_token = "geheim"
[[source]]
url = "https://u:geheim@example.org/?token=geheim&x=1" 
evry = 1
headers = { "X-Key" = "geheim", "Host" = "geheim", "X Y" = "geheim", x = 5 }
username = "u"
password = "geheim"
proxy = "ftp://u:geheim@proxy"
[[source]]
url = "https://u:geheim@example.org/?token=geheim&x=1"
headers = "X-Key: geheim"
api_key = "geheim"
[[source]]
url = "nix://u:geheim@example.org/"
headers = { X = """geheim
geheim""", 5 = 5 }
[[source]]
url = "http://u:geheim@:99999/"
[source.headers]
X = "geheim
[[sorce]]
headers = { X = "geheim }
source = { proxy = "geheim" }
"#;
    let told = parse(text).unwrap_err();
    assert!(told.count() >= 15, "{told}");
    let json = serde_json::to_string(told.errors()).unwrap();
    for shown in [told.to_string(), told.summary(), json] {
        assert!(!shown.contains("geheim"), "{shown}");
    }
    assert!(!format!("{:?}", whole(WHOLE).unwrap()).contains("sesame"));
}

#[test]
fn deep_nesting_and_junk_end_in_errors_soon() {
    let hostile = [
        format!("a = {}", "[".repeat(1 << 17)),
        format!("a = {}", "{a=".repeat(1 << 16)),
        format!("a{} = 1", ".a".repeat(1 << 16)),
        format!("[{}]", "a.".repeat(1 << 16)),
        "]".repeat(1 << 17),
        "a=]\n".repeat(1 << 14),
        "[[source]]\n".repeat(1 << 14),
        "\0\u{1}\u{2}".repeat(1 << 16),
        "\"\"\"".repeat(1 << 16),
        "\r".repeat(1 << 18),
    ];
    for text in hostile {
        let told = parse(&text).expect_err("hostile");
        assert!(told.to_string().len() < 1_000_000, "{:.20}: {} bytes", text, told.to_string().len());
    }
}

#[test]
fn a_hundred_thousand_sources_are_the_most() {
    let text = numbered(0..100_001, |n| format!("[[source]]\nurl=\"http://a/{n}\"\n"));
    let told = parse(&text).unwrap_err();
    assert!(told.errors()[0].message.starts_with("100001 sources are given"), "{}", told.summary());
}

#[test]
fn a_source_is_found_by_name_and_by_address() {
    let config = parse(
        "[[source]]\nurl = \"https://example.org/feed\"\nname = \"One\"\n[[source]]\nurl = \"file:a.xml\"\n",
    )
    .unwrap();
    let position = |wanted: &str| config.find_source(wanted).map(|source| source.position);
    assert_eq!(position("one"), Some(0));
    assert_eq!(position("https://EXAMPLE.org/feed"), Some(0));
    assert_eq!(position("a"), Some(1));
    assert_eq!(position("file:/conf/a.xml"), Some(1));
    assert_eq!(position("two"), None);
    assert_eq!(config.nearest_source("onr"), Some("One"));
}

/// feeds.toml with every key that is commented out set.
fn uncommented() -> String {
    let is_key = |line: &str| {
        line.strip_prefix('#').is_some_and(|rest| rest.starts_with(|c: char| c.is_ascii_lowercase()))
    };
    include_str!("../../feeds.toml")
        .lines()
        .map(|line| if is_key(line) { line.trim_start_matches('#') } else { line })
        .collect::<Vec<_>>()
        .join("\n")
}

#[test]
fn the_shipped_file_is_valid_and_holds_a_dozen_feeds() {
    let config = parse(include_str!("../../feeds.toml")).unwrap();
    assert!(config.sources.len() >= 12);
    assert!(
        config
            .sources
            .iter()
            .all(|source| matches!(&source.location, Location::Http(url) if url.scheme() == "https"))
    );
}

#[test]
fn the_shipped_file_explains_every_key() {
    let text = uncommented();
    let root = text.parse::<toml::Table>().unwrap();
    for (section, keys) in schema::SECTIONS {
        let table = match &root[schema::bare(section)] {
            toml::Value::Array(list) => list[0].as_table().unwrap(),
            other => other.as_table().unwrap(),
        };
        for key in keys {
            assert!(table.contains_key(*key), "{section} {key}");
        }
    }
    let told = parse(&text).unwrap_err();
    let expected =
        ["`access_token_file` names", "both `every` and `schedule`", "`password_file` names the credential"];
    for (error, expected) in told.errors().iter().zip(expected) {
        assert!(error.message.starts_with(expected), "{error}");
    }
    assert_eq!(told.count(), 3, "{told}");
}

#[test]
fn what_the_shipped_file_shows_as_defaults_are_the_defaults() {
    // These are shown with an example, as their default is to be absent.
    let examples =
        ["base_url", "access_token_file", "trusted_proxies", "contact", "tracking_parameters", "backup_dir"];
    let shown = uncommented();
    let tables = shown.split("# The sources").next().unwrap();
    let kept: Vec<&str> = tables
        .lines()
        .filter(|line| !examples.iter().any(|key| line.starts_with(&format!("{key} ="))))
        .collect();
    let shown = parse(&kept.join("\n")).unwrap();
    let defaults = parse("").unwrap();
    assert_eq!(shown.river.articles, defaults.river.articles);
    assert_eq!(shown.river.content, defaults.river.content);
    let compared = |config: &Config| {
        format!("{:?} {:?} {:?} {:?}", config.server, config.polling, config.dedup, config.retention)
    };
    assert_eq!(compared(&shown), compared(&defaults));
    assert_eq!(shown.maintenance.schedule.as_str(), defaults.maintenance.schedule.as_str());
    assert_eq!(shown.maintenance.backup_keep, defaults.maintenance.backup_keep);
}

#[test]
fn the_documentation_has_a_row_for_every_key() {
    let docs = include_str!("../../docs/configuration.md");
    for (section, keys) in schema::SECTIONS {
        let (_, rest) = docs.split_once(&format!("## `{section}`")).expect(section);
        let rows = rest.split("\n## ").next().unwrap();
        for key in keys {
            assert!(rows.contains(&format!("`{key}`")), "{section} {key}");
        }
    }
}

proptest! {
    #[test]
    fn any_text_is_a_configuration_or_errors_that_lie_inside_it(text in any_text()) {
        if let Err(told) = parse(&text) {
            let lines = text.split('\n').count();
            prop_assert!(told.count() > 0);
            for error in told.errors() {
                prop_assert!((1..=lines).contains(&error.line.unwrap()));
                let line = text.split('\n').nth(error.line.unwrap() - 1).unwrap();
                prop_assert!((1..=line.chars().count() + 1).contains(&error.column.unwrap()));
                prop_assert!(!error.message.is_empty());
            }
        }
    }
}

/// Junk, and lines of real keys with values that fit or do not.
fn any_text() -> impl Strategy<Value = String> {
    let keys: Vec<&str> = schema::SECTIONS.iter().flat_map(|(_, keys)| keys.iter().copied()).collect();
    let sections: Vec<&str> = schema::SECTIONS.iter().map(|(name, _)| *name).collect();
    let values = prop_oneof![
        Just("\"30m\"".to_owned()),
        Just("[\"a\", 5, \"/(/\"]".to_owned()),
        Just("{ a = \"b\" }".to_owned()),
        Just("\"https://a:b@example.org/?token=x\"".to_owned()),
        Just("\"\"\"".to_owned()),
        "-?[0-9]{1,20}(\\.[0-9]{1,3})?",
        "\"[^\"\\\\\\n]{0,12}\"",
        "\\PC{0,12}",
    ];
    let line = prop_oneof![
        4 => (prop::sample::select(keys), values).prop_map(|(key, value)| format!("{key} = {value}")),
        2 => prop::sample::select(sections).prop_map(str::to_owned),
        1 => "\\PC{0,30}",
        1 => any::<String>(),
    ];
    (prop::collection::vec(line, 0..12), prop::sample::select(vec!["\n", "\r\n"]))
        .prop_map(|(lines, end)| lines.join(end))
}
