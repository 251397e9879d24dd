//! Tests what a feeds.toml means, and what is reported about an invalid one.

mod error_messages;
mod json_schema;
mod shipped;

use std::path::Path;

use proptest::prelude::*;

use super::base_directories::{BaseDirectories, CredentialSource};
use super::file::ConfigText;
use super::*;
use crate::model::{Cadence, Location};
use crate::time::{DAY, HOUR, MINUTE};

fn parse(text: &str) -> Result<Config, ConfigErrors> {
    file::parse_text(Path::new("/conf/feeds.toml"), text)
}

/// Returns the only source of a file that has `lines` in its table.
fn source(lines: &str) -> Source {
    let config = parse(&format!("[[source]]\nurl = \"https://example.org/feed\"\n{lines}\n")).unwrap();
    Source::clone(&config.sources[0])
}

/// Returns `line:column message` for each error.
fn error_lines(text: &str) -> Vec<String> {
    let errors = parse(text).expect_err("must be wrong");
    let place = |error: &ConfigError| format!("{}:{}", error.line.unwrap(), error.column.unwrap());
    errors.errors().iter().map(|error| format!("{} {}", place(error), error.message)).collect()
}

/// Joins the parts that `part` makes from the numbers of `range`.
fn numbered(range: std::ops::Range<usize>, part: impl Fn(usize) -> String) -> String {
    range.map(part).collect::<Vec<_>>().concat()
}

/// Returns the message and the hint of the only error of a source with `line`.
fn source_error(line: &str) -> (String, String) {
    let text = format!("[[source]]\nurl = \"https://example.org/feed\"\n{line}\n");
    let errors = parse(&text).expect_err(line);
    assert_eq!(errors.count(), 1, "{errors}");
    let error = &errors.errors()[0];
    (error.message.clone(), error.hint.clone().unwrap_or_default())
}

#[test]
fn an_empty_file_gives_every_default() {
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

/// Sets every key except `private`, to a value that differs from the default if there is one.
const EVERY_KEY: &str = r#"
[river]
title = "Morning river"
description = "What I read"
base_url = "https://river.example.org/news"
articles = 50
content = "summary"
keep = ["tide"]
drop = ["gossip", "/ad/i"]
hub = "https://hub.example.org/publish?x=1"
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
[[view]]
name = "Morning"
title = "In the morning"
tags = ["c"]
sources = ["ex_1", "a"]
keep = ["rust"]
drop = ["jobs"]
articles = 20
content = "full"
[[view]]
name = "all"
"#;

fn load_with_secret_files(text: &str) -> Result<Config, ConfigErrors> {
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("token"), "sesame\n").unwrap();
    std::fs::write(folder.path().join("example"), "pw\n").unwrap();
    let directories = BaseDirectories {
        config_dir: folder.path().to_owned(),
        credentials: CredentialSource { directory: Some(folder.path().to_owned()), may_be_unknown: false },
    };
    let absolute = folder.path().join("feeds.toml");
    file::read_config(
        &ConfigText { path: Path::new("feeds.toml"), absolute, text, removed: None },
        &directories,
    )
}

#[test]
fn every_key_is_read() {
    let config = load_with_secret_files(EVERY_KEY).unwrap();
    let folder = config.path.parent().unwrap();
    assert_eq!(config.river.title, "Morning river");
    assert_eq!(config.river.base_url.unwrap().as_str(), "https://river.example.org/news/");
    assert_eq!(config.river.content, ContentDepth::Summary);
    assert_eq!(config.river.hub.unwrap().as_str(), "https://hub.example.org/publish?x=1");
    let filter = config.river.filter.unwrap();
    assert_eq!((filter.keep.len(), filter.drop.len()), (1, 2));
    assert!(config.sources.iter().all(|source| Arc::ptr_eq(source.filter.river.as_ref().unwrap(), &filter)));
    assert_eq!(
        config.server.listen[2],
        ListenAddress::Unix(UnixSocket { path: folder.join("http.sock"), mode: 0o666, group: None })
    );
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
    let view = &config.views[0];
    assert_eq!((view.name.as_str(), view.shown_title()), ("Morning", "In the morning"));
    // The names of sources are compared without case.
    assert_eq!((view.tags.join(","), view.sources.join(",")), ("c".to_owned(), "Ex_1,a".to_owned()));
    assert_eq!((view.filter.keep.len(), view.filter.drop.len()), (1, 1));
    assert_eq!((view.articles, view.content), (20, ContentDepth::Full));
    let other = &config.views[1];
    assert_eq!((other.shown_title(), other.takes_all_sources()), ("all", true));
    assert_eq!((other.articles, other.content), (50, ContentDepth::Summary));
}

#[test]
fn no_key_takes_a_value_of_another_type() {
    // No key takes a date, so a key without an error would be one that is never read.
    for (section, keys) in schema::SECTIONS {
        for key in keys {
            let text = format!("{section}\n{key} = 2026-11-24\n");
            let errors = error_lines(&text);
            assert!(
                errors.iter().any(|error| error.contains(&format!("`{key}`"))),
                "{section} {key}: {errors:?}"
            );
        }
    }
}

#[test]
fn a_source_may_be_written_inline() {
    let config = parse("source = [{ url = \"https://a.org\" }, { url = \"https://b.org\" }]").unwrap();
    assert_eq!(config.sources[1].name, "b.org");
}

#[test]
fn an_invalid_source_value_is_refused_with_a_hint() {
    let cases = [
        ("name = \"Le Monde\"", "must start with", "`le-monde` would be valid"),
        ("name = \"\"", "is empty", ""),
        ("tags = \"rust\"", "must be a list", "`tags = ["),
        ("tags = [\"a/b\"]", "no slashes", "/tags/TAG/"),
        ("tags = [\"..\"]", "is not", ""),
        ("every = \"0s\"", "from `1s` to `366d`, not `0s`", ""),
        ("every = \"30\"", "it has no unit", "`30m`"),
        ("every = \"3 fortnights\"", "`fortnights` is not a unit", "`30m`"),
        ("every = 30", "not an integer", "`\"30m\"` for minutes, `\"30d\"` for days"),
        ("schedule = \"0 0 31 2 *\"", "never comes due", ""),
        ("schedule = \"* * *\"", "is not a cron expression", "`0 7,19 * * *`"),
        ("schedule = \"61 * * * *\"", "is not a cron expression", ""),
        ("priority = 1.5", "must be an integer", ""),
        ("priority = 9223372036854775808", "out of range", ""),
        ("enabled = \"true\"", "must be `true` or `false`", "without the quotes"),
        ("max_entries = 0", "from `1` to `100000`", ""),
        ("max_entries = -1", "from `1` to `100000`", ""),
        ("max_age = \"1e9y\"", "is not a duration", ""),
        ("max_age = \"99999999999999999999y\"", "too large", ""),
        ("keep = [\"/(/\"]", "unclosed group", ""),
        ("headers = [\"X\"]", "must be a table", ""),
        ("headers = { \"X Y\" = \"1\" }", "not a valid header name", ""),
        ("headers = { Host = \"1\" }", "reserved for riverd", ""),
        ("headers = { X = \"a\\nb\" }", "control characters", ""),
        ("headers = { X = \"1\", x = \"2\" }", "twice", ""),
        ("username = \"u\"", "without `password_file`", ""),
        ("password_file = \"/nowhere/at/all\"", "can't be read", ""),
        ("proxy = \"ftp://a\"", "must be an `http`", "socks5://"),
        ("proxy = \"socks5:\"", "", "socks5://"),
    ];
    for (line, message, hint) in cases {
        let text = format!("[[source]]\nurl = \"https://example.org/feed\"\n{line}\n");
        let errors = parse(&text).expect_err(line).to_string();
        assert!(errors.contains(message) && errors.contains(hint), "{line}: {errors}");
    }
}

#[test]
fn every_and_schedule_together_are_refused() {
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
        ("not a url", "is not an address"),
        ("", "is not an address"),
        ("https://", "is not an address: empty host"),
        ("https://exa mple.org/", "is not an address"),
        ("https://[::1/", "is not an address"),
        ("https://a:99999/", "is not an address: invalid port"),
        ("file:", "does not name a file"),
        ("file://server/share", "on another host"),
    ];
    for (url, why) in cases {
        let errors = parse(&format!("[[source]]\nurl = {}\n", toml::Value::from(url))).expect_err(url);
        assert!(errors.errors()[0].message.contains(why), "{url}: {errors}");
    }
    let long = format!("https://example.org/{}", "x".repeat(9_000));
    assert!(error_lines(&format!("[[source]]\nurl = \"{long}\"\n"))[0].contains("9020 bytes"));
}

#[test]
fn all_spellings_of_a_file_address_name_one_location() {
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
        ("[river]\nbase_url = \"river.example.org\"", "is not a URL"),
        ("[river]\nbase_url = \"ftp://a.org\"", "must be an `http` or `https` address"),
        ("[river]\nbase_url = \"https://a.org/?x\"", "no query"),
        ("[river]\nbase_url = \"https://u@a.org/\"", "no user name"),
        ("[river]\ncontent = \"ful\"", "did you mean `\"full\"`?"),
        ("[server]\nlisten = \"127.0.0.1:80\"", "must be a list"),
        ("[server]\nlisten = []", "is empty"),
        ("[server]\nlisten = [\"localhost:8080\"]", "`127.0.0.1:8080`"),
        ("[server]\nlisten = [\":8080\"]", "`0.0.0.0:8080`"),
        ("[server]\nlisten = [\"127.0.0.1:70000\"]", "not an address with a port"),
        ("[server]\nlisten = [\"unix:\"]", "does not name a socket"),
        ("[server]\nlisten = [\"unix:a.sock?mode=9\"]", "is not octal"),
        ("[server]\nlisten = [\"unix:a.sock?group=no-such-group\"]", "has the group `no-such-group`"),
        ("[server]\nlisten = [\"unix:a.sock?user=x\"]", "unknown option `user=x`"),
        ("[server]\ntrusted_proxies = [\"10.0.0.0/33\"]", "not a network"),
        ("[server]\naccess_token_file = \"nowhere\"", "can't be read"),
        (
            "[polling]\nmin_every = \"2h\"\nmax_every = \"1h\"",
            "is `2h`, more than `max_every`, which is `1h`",
        ),
        ("[polling]\nevery = \"1m\"\nmin_every = \"2m\"", "is `2m`, more than `every`, which is `1m`"),
        ("[polling]\nconcurrency = 0", "from `1` to `4096`"),
        ("[polling]\ntimeout = \"0s\"", "from `100ms` to `1h`"),
        ("[polling]\nmax_body = \"2GiB\"", "not `2GiB`"),
        ("[polling]\nmax_body = \"16 MeB\"", "is not a size"),
        ("[polling]\nmax_body = 100", "must be a size"),
        ("[polling]\nmax_body = \"-1kB\"", "is not a size"),
        ("[polling]\ncontact = \"me\"", "web or mail address"),
        ("[polling]\ncontact = \"https://a.org/)evil\"", "web or mail address"),
        ("[polling]\nprivate_networks = true", "not a boolean"),
        ("[dedup]\nsimilarity = 1.01", "from `0.0` to `1.0`"),
        ("[dedup]\nsimilarity = nan", "from `0.0` to `1.0`"),
        ("[dedup]\nsimilarity = \"0.8\"", "must be a number"),
        ("[dedup]\ntracking_parameters = [\"a=b\"]", "not a parameter name"),
        ("[maintenance]\nschedule = \"0 0 30 2 *\"", "never comes due"),
        ("[maintenance]\nbackup_keep = 0", "from `1`"),
        ("river = 5", "must be a table, not an integer"),
    ];
    for (text, why) in cases {
        let errors = parse(text).expect_err(text).to_string();
        assert!(errors.contains(why), "{text}: {errors}");
    }
}

#[test]
fn a_bound_that_is_not_given_adapts_to_the_intervals_that_are() {
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
fn a_source_without_an_interval_uses_that_of_polling() {
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
    let errors = parse(text).unwrap_err();
    assert!(errors.count() >= 15, "{errors}");
    let json = serde_json::to_string(errors.errors()).unwrap();
    for shown in [errors.to_string(), errors.summary(), json] {
        assert!(!shown.contains("geheim"), "{shown}");
    }
    assert!(!format!("{:?}", load_with_secret_files(EVERY_KEY).unwrap()).contains("sesame"));
}

#[test]
fn deep_nesting_and_junk_give_short_errors_quickly() {
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
        let errors = parse(&text).expect_err("hostile");
        assert!(errors.to_string().len() < 1_000_000, "{:.20}: {} bytes", text, errors.to_string().len());
    }
}

#[test]
fn more_than_a_hundred_thousand_sources_are_refused() {
    let text = numbered(0..100_001, |n| format!("[[source]]\nurl=\"http://a/{n}\"\n"));
    let errors = parse(&text).unwrap_err();
    assert!(errors.errors()[0].message.starts_with("100001 sources are given"), "{}", errors.summary());
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

proptest! {
    #[test]
    fn any_text_gives_a_configuration_or_errors_inside_the_text(text in any_text()) {
        if let Err(errors) = parse(&text) {
            let lines = text.split('\n').count();
            prop_assert!(errors.count() > 0);
            for error in errors.errors() {
                prop_assert!((1..=lines).contains(&error.line.unwrap()));
                let line = text.split('\n').nth(error.line.unwrap() - 1).unwrap();
                prop_assert!((1..=line.chars().count() + 1).contains(&error.column.unwrap()));
                prop_assert!(!error.message.is_empty());
            }
        }
    }
}

/// Generates junk, and lines with real keys and valid or invalid values.
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
