//! Runs the real binary with different feeds.toml files: where it finds them, and what `check` and `list` print.

use std::os::unix::fs::PermissionsExt as _;
use std::os::unix::process::CommandExt as _;
use std::process::Command;

use super::support::daemon::Sandbox;

const TWO: &str = "\
# Two of them.
[[source]]
url = \"https://ann:geheim@one.example/feed?token=geheim&page=1\"
name = \"one\"
title = \"The One\"
tags = [\"a\", \"b\"]
priority = 3

# The second.
[[source]]
url = \"https://two.example/feed\"
schedule = \"0 7 * * *\"
enabled = false
";

/// Runs a verb and returns its exit code, stdout and stderr.
fn run(sandbox: &Sandbox, arguments: &[&str]) -> (i32, String, String) {
    outcome(&mut sandbox.command(arguments))
}

fn outcome(command: &mut Command) -> (i32, String, String) {
    let output = command.output().unwrap();
    let text = |bytes: Vec<u8>| String::from_utf8(bytes).unwrap();
    let code = output
        .status
        .code()
        .unwrap_or_else(|| panic!("{}: {}", output.status, String::from_utf8_lossy(&output.stderr)));
    (code, text(output.stdout), text(output.stderr))
}

fn json(text: &str) -> serde_json::Value {
    serde_json::from_str(text).unwrap_or_else(|error| panic!("{error}: {text}"))
}

#[test]
fn check_reports_that_a_file_is_valid() {
    let sandbox = Sandbox::new(TWO);
    let (code, out, _) = run(&sandbox, &["check"]);
    assert_eq!(code, 0);
    assert!(out.ends_with("feeds.toml is valid: 2 sources, 1 of them disabled\n"), "{out}");
    let (code, out, _) = run(&sandbox, &["check", "--json"]);
    assert_eq!(code, 0);
    let config = sandbox.config().display().to_string();
    assert_eq!(json(&out), serde_json::json!({ "ok": true, "config": config, "sources": 2, "errors": [] }));
}

#[test]
fn check_reports_every_error_with_its_position_and_exits_with_78() {
    let sandbox = Sandbox::new("[river]\ntitel = \"x\"\r\n[[source]]\nurl = \"ftp://a\"\nevry = \"1h\"\n");
    let (code, out, err) = run(&sandbox, &["check"]);
    assert_eq!((code, out.as_str()), (78, ""));
    let path = sandbox.config().display().to_string();
    for expected in [
        &format!(
            "error: {path}:2:1: unknown key `titel` in `[river]`\n  2 | titel = \"x\"\n    | ^^^^^\n  hint: did you mean `title`?\n"
        ),
        &format!("{path}:4:7: `url` has the scheme `ftp`"),
        &format!(
            "{path}:5:1: unknown key `evry` in `[[source]]`\n  5 | evry = \"1h\"\n    | ^^^^\n  hint: did you mean `every`?\n"
        ),
        &format!("3 errors in {path}\n"),
    ] {
        assert!(err.contains(expected), "{expected}\nis not in\n{err}");
    }
    let (code, out, _) = run(&sandbox, &["check", "--json"]);
    assert_eq!(code, 78);
    let report = json(&out);
    assert_eq!((report["ok"].as_bool(), report["sources"].as_u64()), (Some(false), Some(0)));
    assert_eq!(
        report["errors"][2],
        serde_json::json!({
            "file": path, "line": 5, "column": 1, "message": "unknown key `evry` in `[[source]]`",
            "line_text": "evry = \"1h\"", "hint": "did you mean `every`?",
        })
    );
}

#[test]
fn verbs_refuse_a_broken_file_as_long_as_there_was_no_good_one() {
    let sandbox = Sandbox::new("[polling]\nevery = 5\n");
    for verb in [
        &["check"][..],
        &["list"],
        &["list", "--json"],
        &["poll"],
        &["run"],
        &["status"],
        &["add", "https://a.example/"],
        &["remove", "a"],
    ] {
        let (code, _, err) = run(&sandbox, verb);
        assert_eq!(code, 78, "{verb:?}: {err}");
        assert!(
            err.contains("feeds.toml:2:9: `every` must be a duration, not an integer"),
            "{verb:?}: {err}"
        );
        assert!(!sandbox.state().join("riverd.db").exists(), "{verb:?} created a database");
    }
}

#[test]
fn the_message_about_a_missing_file_lists_the_searched_paths_and_says_how_to_create_one() {
    let sandbox = Sandbox::new("");
    std::fs::remove_file(sandbox.config()).unwrap();
    let (code, _, err) = run(&sandbox, &["check"]);
    assert_eq!(code, 78);
    assert!(err.contains("feeds.toml: there is no such file") && err.contains("riverd add"), "{err}");
    let user = sandbox.path().join("conf/riverd/feeds.toml").display().to_string();
    for unset in [None, Some("")] {
        let mut unnamed = sandbox.command(&["check"]);
        unnamed.env_remove("RIVERD_CONFIG").env("XDG_CONFIG_HOME", sandbox.path().join("conf"));
        unnamed.envs(unset.map(|empty| ("RIVERD_CONFIG", empty)));
        let (code, _, err) = outcome(&mut unnamed);
        assert_eq!(code, 78, "{err}");
        for place in ["`feeds.toml`", &format!("`{user}`"), "`/etc/riverd/feeds.toml`", "riverd add"] {
            assert!(err.contains(place), "{place} is not in {err}");
        }
    }
}

#[test]
fn the_file_is_searched_in_the_documented_order() {
    let sandbox = Sandbox::new("");
    let conf = sandbox.path().join("conf");
    std::fs::create_dir_all(conf.join("riverd")).unwrap();
    std::fs::write(conf.join("riverd/feeds.toml"), "[[source]]\nurl = \"https://user.example/\"\n").unwrap();
    std::fs::write(sandbox.path().join("other.toml"), "[[source]]\nurl = \"https://other.example/\"\n")
        .unwrap();
    let names = |arguments: &[&str], variable: Option<&str>| {
        let mut command = sandbox.command(arguments);
        command.env_remove("RIVERD_CONFIG").env("XDG_CONFIG_HOME", &conf);
        command.envs(variable.map(|file| ("RIVERD_CONFIG", file)));
        let (_, out, _) = outcome(&mut command);
        json(&out)[0]["name"].as_str().map(str::to_owned)
    };
    assert_eq!(
        names(&["list", "--json", "--config", "other.toml"], Some("feeds.toml")).as_deref(),
        Some("other.example")
    );
    assert_eq!(names(&["list", "--json"], Some("other.toml")).as_deref(), Some("other.example"));
    assert_eq!(names(&["list", "--json"], None), None, "./feeds.toml is there, without sources");
    std::fs::remove_file(sandbox.config()).unwrap();
    assert_eq!(names(&["list", "--json"], None).as_deref(), Some("user.example"));
}

#[test]
fn a_file_that_is_not_a_configuration_gets_a_message_about_what_it_is() {
    let sandbox = Sandbox::new("");
    let write = |bytes: &[u8]| std::fs::write(sandbox.config(), bytes).unwrap();
    let check_prints = |expected: &str| {
        let (code, out, err) = run(&sandbox, &["check"]);
        assert_eq!((code, out.as_str()), (78, ""));
        assert!(err.contains(expected), "{expected} is not in {err:.500}");
        assert!(err.len() < 200_000, "{} bytes on stderr", err.len());
    };
    write(b"[river]\ntitle = \"\xe9\"\n");
    check_prints("feeds.toml:2:10: the file is not UTF-8 text from here on");
    write(&(0..=255).cycle().take(1 << 16).collect::<Vec<u8>>());
    check_prints("not UTF-8");
    write(&b"\0\x01]]".repeat(1 << 15));
    check_prints("1 | \u{fffd}\u{fffd}]]");
    write(b"this is not TOML");
    check_prints("1 | this is not TOML");
    std::fs::remove_file(sandbox.config()).unwrap();
    std::fs::create_dir(sandbox.config()).unwrap();
    check_prints("feeds.toml: is a directory\n  hint: name the file");
}

#[test]
fn the_message_about_an_unreadable_file_says_who_must_be_able_to_read_it() {
    let sandbox = Sandbox::new(TWO);
    std::fs::set_permissions(sandbox.config(), std::fs::Permissions::from_mode(0o000)).unwrap();
    let mut command = sandbox.command(&["check"]);
    if std::fs::read(sandbox.config()).is_ok() {
        // Root can read every file, so the test runs as the user `nobody`.
        command.uid(65_534).current_dir("/");
    }
    let Ok(output) = command.output() else { return };
    let err = String::from_utf8_lossy(&output.stderr);
    assert_eq!(output.status.code(), Some(78), "{err}");
    assert!(
        err.contains("Permission denied") && err.contains("readable by the user that runs riverd"),
        "{err}"
    );
}

#[test]
fn four_gigabytes_are_refused_without_being_read() {
    let sandbox = Sandbox::new("");
    std::fs::File::create(sandbox.config()).unwrap().set_len(4 << 30).unwrap();
    // With a gigabyte of address space, reading the whole file would fail.
    let mut limited = Command::new("prlimit");
    limited
        .arg("--as=1073741824")
        .arg(env!("CARGO_BIN_EXE_riverd"))
        .args(["check", "--config"])
        .arg(sandbox.config());
    let (code, _, err) = outcome(&mut limited);
    assert!(err.contains("is larger than 8 MiB"), "{err}");
    assert_eq!(code, 78);
}

#[test]
fn ten_thousand_sources_are_read_within_seconds() {
    let sources: Vec<String> = (0..10_000)
        .map(|n| {
            format!(
                "[[source]]\nurl = \"https://s{n}.example/feed\"\ntags = [\"t{}\"]\ndrop = [\"/ads?/i\"]\n",
                n % 9
            )
        })
        .collect();
    let sandbox = Sandbox::new(&sources.concat());
    // A quadratic step would take minutes. Seconds of processor time, so that a busy machine changes nothing.
    let mut limited = Command::new("prlimit");
    limited
        .arg("--cpu=30")
        .arg(env!("CARGO_BIN_EXE_riverd"))
        .args(["check", "--config"])
        .arg(sandbox.config());
    let (code, out, _) = outcome(&mut limited);
    assert_eq!(code, 0);
    assert!(out.contains("10000 sources"), "{out}");
}

#[test]
fn list_shows_the_sources_without_their_secrets() {
    let sandbox = Sandbox::new(TWO);
    let (code, out, _) = run(&sandbox, &["list", "--json"]);
    assert_eq!(code, 0);
    assert_eq!(
        json(&out),
        serde_json::json!([
            { "name": "one", "url": "https://one.example/feed?token=…&page=1", "title": "The One", "tags": ["a", "b"],
              "every": "30m", "schedule": null, "adaptive": true, "priority": 3, "enabled": true },
            { "name": "two.example", "url": "https://two.example/feed", "title": null, "tags": [],
              "every": null, "schedule": "0 7 * * *", "adaptive": false, "priority": 0, "enabled": false },
        ])
    );
    let (code, out, _) = run(&sandbox, &["list"]);
    assert_eq!(code, 0);
    assert!(out.contains("two.example") && out.contains("disabled") && !out.contains("geheim"), "{out}");
}

#[test]
fn check_recommends_a_contact_if_requests_name_none() {
    let source = "[[source]]\nurl = \"https://a.example/feed\"\n";
    let hint = |toml: &str| Sandbox::new(toml).run(&["check"]).expect_code(0).stderr();
    assert!(hint(source).contains("set `contact` in `[polling]`"));
    assert_eq!(hint(&format!("[polling]\ncontact = \"me@a.example\"\n{source}")), "");
    assert_eq!(hint(&format!("[river]\nbase_url = \"https://river.example/\"\n{source}")), "");
    assert_eq!(hint("[[source]]\nurl = \"file:feed.xml\"\n"), "");
}
