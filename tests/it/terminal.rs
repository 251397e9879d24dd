//! Tests of what verbs print for people.

use crate::support::daemon::{Sandbox, until};

const FEED: &str = "<rss version=\"2.0\"><channel><title>Good news</title><link>http://example.org/</link>\
    <description>d</description><item><guid>1</guid><title>One</title><link>http://example.org/1</link>\
    <description>&lt;p&gt;The beginning of a long story about rivers.&lt;/p&gt;</description></item></channel></rss>";

/// Returns a sandbox with a good source and, after it in feeds.toml, a failing one. Both were polled.
fn polled() -> Sandbox {
    let sandbox = Sandbox::new(
        "[[source]]\nname = \"good\"\nurl = \"file:feed.xml\"\n\
         [[source]]\nname = \"a-source-with-quite-a-long-name\"\nurl = \"file:a-folder/that-does-not/exist.xml\"\n",
    );
    std::fs::write(sandbox.path().join("feed.xml"), FEED).unwrap();
    let ran = sandbox.run(&["poll"]).expect_code(1);
    assert!(ran.stdout().contains("1 failed: a-source-with-quite-a-long-name (blocked)"), "{}", ran.stdout());
    sandbox
}

#[test]
fn status_shows_failing_sources_first_and_a_summary() {
    let sandbox = polled();
    let all = sandbox.run(&["status"]).expect_code(0).stdout();
    assert!(all.find("a-source").unwrap() < all.find("good").unwrap(), "{all}");
    assert!(all.contains("2 sources: 1 failing, 1 ok") && all.contains("database: "), "{all}");
    let failing = sandbox.run(&["status", "--failing"]).expect_code(0).stdout();
    assert!(failing.contains("a-source") && !failing.contains("good "), "{failing}");
    assert_eq!(sandbox.run(&["status", "--failing", "--json"]).json().as_array().unwrap().len(), 1);
}

#[test]
fn the_overview_fits_into_sixty_columns() {
    let sandbox = polled();
    let text = std::fs::read_to_string(sandbox.config()).unwrap();
    let often = "[server]\nlisten = [\"127.0.0.1:0\"]\n[maintenance]\nschedule = \"* * * * * *\"\n";
    sandbox.configure(&format!("{often}{text}"));
    let _daemon = sandbox.start();
    let narrow = || sandbox.command(&["status"]).env("COLUMNS", "60").output().unwrap();
    let shown = || String::from_utf8(narrow().stdout).unwrap();
    // Maintenance measures what fills the database, which gives the longest lines.
    until("the parts of the database", || shown().contains("most text"));
    let text = shown();
    assert!(text.lines().all(|line| line.chars().count() <= 60), "{text}");
    assert!(text.contains("failing") && text.contains("exist.xml"), "{text}");
}

#[test]
fn colours_follow_the_option_everywhere() {
    let sandbox = polled();
    for (arguments, code) in [(&["status"][..], 0), (&["poll", "no-such"], 2), (&["no-verb"], 2)] {
        for (choice, coloured) in [("always", true), ("never", false), ("auto", false)] {
            let ran = sandbox.run(&[&["--color", choice], arguments].concat()).expect_code(code);
            let text = ran.stdout() + &ran.stderr();
            assert_eq!(text.contains('\u{1b}'), coloured, "{arguments:?} {choice}: {text}");
        }
    }
}

#[test]
fn preview_shows_the_beginning_and_the_length_of_a_text() {
    let sandbox = polled();
    let text = sandbox.run(&["preview", "feed.xml"]).expect_code(0).stdout();
    assert!(text.contains("The beginning of a long story") && text.contains("43 characters"), "{text}");
}

#[test]
fn a_list_that_is_too_wide_breaks_no_address() {
    let sandbox = polled();
    let list = |columns: &str| {
        let output = sandbox.command(&["list"]).env("COLUMNS", columns).output().unwrap();
        String::from_utf8(output.stdout).unwrap()
    };
    let address = format!("file:{}", sandbox.path().join("a-folder/that-does-not/exist.xml").display());
    for columns in ["40", "60", "500"] {
        assert!(list(columns).contains(&address), "{columns}: {}", list(columns));
    }
    assert!(list("500").contains("NAME") && !list("60").contains("NAME"));
}

#[test]
fn the_help_of_a_verb_shows_its_own_options_first() {
    let help = Sandbox::new("").run(&["add", "--help"]).expect_code(0).stdout();
    let place = |text: &str| help.find(text).unwrap();
    let common = place("Options of every command:");
    for own in ["--name", "--title", "--tag", "--every", "--json"] {
        assert!(place(own) < common, "{own}: {help}");
    }
    for option in ["--config", "--state-dir", "--log-level", "--color"] {
        assert!(place(option) > common, "{option}: {help}");
    }
}

#[test]
fn a_search_says_that_articles_wait_to_be_published_and_how_a_tag_of_two_words_is_written() {
    let sandbox =
        Sandbox::new("[[source]]\nname = \"good\"\nurl = \"file:feed.xml\"\ntags = [\"Long reads\"]\n");
    std::fs::write(sandbox.path().join("feed.xml"), FEED).unwrap();
    sandbox.run(&["poll"]).expect_code(0);
    let ran = sandbox.run(&["search", "rivers"]).expect_code(1);
    assert!(ran.stderr().contains("1 stored article can't be found yet"), "{}", ran.stderr());
    let ran = sandbox.run(&["search", "tag:long reads"]).expect_code(2);
    assert!(ran.stderr().contains("'tag:\"Long reads\"'"), "{}", ran.stderr());
}

#[test]
fn a_full_disk_behind_stdout_is_named() {
    let sandbox = Sandbox::with_sources("[[source]]\nurl = \"file:feed.xml\"\n");
    for verb in
        [&["list"][..], &["list", "--json"], &["schema"], &["--help"], &["poll", "--help"], &["--version"]]
    {
        let full = std::fs::OpenOptions::new().write(true).open("/dev/full").unwrap();
        let ran = sandbox.command(verb).stdout(full).output().unwrap();
        let stderr = String::from_utf8_lossy(&ran.stderr);
        assert_eq!(ran.status.code(), Some(1), "{verb:?}");
        assert!(stderr.contains("can't write the output: No space left"), "{verb:?}: {stderr}");
    }
}
