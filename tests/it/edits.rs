//! Tests of what `add` and `remove` write into feeds.toml, which requests they send before, and what `check --online` finds.

use std::os::unix::fs::{MetadataExt as _, PermissionsExt as _, symlink};

use super::support::daemon::{Sandbox, until};
use super::support::publisher::{Answer, Gate, Publisher};

const TWO: &str = "\
# Two of them.
[[source]]
url = \"https://ann:geheim@one.example/feed?token=geheim&page=1\"
name = \"one\" # the first

# The second.
[[source]]
url = \"https://two.example/feed\"
";

/// A server that does not run, so an address on it is added without a check.
const CLOSED: &str = "http://127.0.0.1:1";

fn rss(title: &str) -> Answer {
    let words: String = title.chars().filter(char::is_ascii_alphabetic).collect();
    let item = |n: u32| {
        format!(
            "<item><title>News {n}</title><link>https://a.example/{words}/{n}</link><pubDate>Tue, 24 Nov 2026 06:00:00 GMT</pubDate></item>"
        )
    };
    let items = item(1) + &item(2);
    let text = format!("<rss version=\"2.0\"><channel><title>{title}</title>{items}</channel></rss>");
    Answer::ok(text).content_type("application/rss+xml")
}

fn page(links: &str) -> Answer {
    Answer::ok(format!(
        "<!doctype html><html><head>{links}<title>A page</title></head><body>Hello</body></html>"
    ))
    .content_type("text/html")
}

fn alternate(href: &str, title: &str) -> String {
    format!("<link rel=\"alternate\" type=\"application/rss+xml\" href=\"{href}\" title=\"{title}\">")
}

fn file(sandbox: &Sandbox) -> String {
    std::fs::read_to_string(sandbox.config()).unwrap()
}

#[test]
fn add_appends_and_leaves_every_byte_before_it() {
    let sandbox = Sandbox::new(TWO);
    let url = format!("{CLOSED}/x/feed.xml");
    let ran = sandbox.run(&["add", &url, "--tag", "c", "--tag", "d e", "--every", "45m"]).expect_code(0);
    assert!(ran.stdout().starts_with(&format!("added `127.0.0.1-x` ({url}) to ")), "{}", ran.stdout());
    assert!(ran.stderr().contains("warning") && ran.stderr().contains("check --online"), "{}", ran.stderr());
    let block = format!(
        "\n[[source]]\nurl = \"{url}\"\nname = \"127.0.0.1-x\"\ntags = [\"c\", \"d e\"]\nevery = \"45m\"\n"
    );
    assert_eq!(file(&sandbox), format!("{TWO}{block}"));
}

#[test]
fn add_json_prints_the_source_as_list_does() {
    let sandbox = Sandbox::new(TWO);
    let ran = sandbox.run(&["add", "--json", "file:local.xml", "--name", "local", "--title", "My \"own\""]);
    let added = ran.expect_code(0).json();
    assert_eq!(added["config"], sandbox.config().display().to_string());
    assert_eq!(added["source"]["name"], "local");
    assert_eq!(added["source"]["title"], "My \"own\"");
    assert_eq!(added["source"]["url"], format!("file:{}", sandbox.path().join("local.xml").display()));
    assert_eq!(sandbox.run(&["list", "--json"]).json()[2], added["source"]);
}

#[test]
fn a_feed_is_added_after_one_request_and_named_after_its_title() {
    let publisher = Publisher::start();
    publisher.at("/f", rss("Le Courrier du port"));
    let sandbox = Sandbox::new("");
    let ran = sandbox.run(&["add", &publisher.url("/f")]).expect_code(0);
    assert_eq!(ran.stderr(), "");
    assert_eq!(
        file(&sandbox),
        format!("[[source]]\nurl = \"{}\"\nname = \"le-courrier-du-port\"\n", publisher.url("/f"))
    );
    assert_eq!(publisher.all_requests().len(), 1);
    let ran = sandbox.run(&["add", &publisher.url("/f")]).expect_code(1);
    assert!(ran.stderr().contains("is a source already: `le-courrier-du-port`"), "{}", ran.stderr());
    assert_eq!(publisher.all_requests().len(), 1, "a source that is configured already is not requested");
}

#[test]
fn the_feed_that_a_page_names_is_added_and_that_of_its_comments_is_not() {
    let publisher = Publisher::start();
    let links = alternate("/news.rss", "News") + &alternate("/comments/feed", "News » Comments");
    publisher.at("/", page(&links)).at("/news.rss", rss("News"));
    let sandbox = Sandbox::new("");
    sandbox.run(&["add", &publisher.url("/")]).expect_code(0);
    assert!(file(&sandbox).contains(&format!("url = \"{}\"\nname = \"news\"", publisher.url("/news.rss"))));
}

#[test]
fn if_a_known_site_asks_for_a_pause_the_address_of_its_feed_is_added() {
    let publisher = Publisher::start();
    publisher.at("/@ada.rss", Answer::status(429));
    let sandbox = Sandbox::new("");
    let ran = sandbox.run(&["add", &publisher.url("/@ada")]).expect_code(0);
    assert!(ran.stderr().contains("asks for a pause"), "{}", ran.stderr());
    assert!(file(&sandbox).contains(&format!("url = \"{}\"", publisher.url("/@ada.rss"))));
    assert_eq!(publisher.all_requests().len(), 1);
}

#[test]
fn a_gone_source_is_polled_again_after_it_is_removed_and_added() {
    let publisher = Publisher::start();
    publisher.at("/f", Answer::status(410));
    let url = publisher.url("/f");
    let sandbox = Sandbox::new(&format!("[[source]]\nurl = \"{url}\"\nname = \"f\"\n"));
    let condition = || sandbox.run(&["status", "f", "--json"]).json()["condition"].clone();
    sandbox.run(&["poll"]).expect_code(1);
    assert_eq!(condition(), "gone");
    publisher.at("/f", rss("F"));
    sandbox.run(&["remove", "f"]).expect_code(0);
    sandbox.run(&["add", &url, "--name", "f"]).expect_code(0);
    sandbox.run(&["poll"]).expect_code(0);
    assert_eq!(condition(), "ok");
}

#[test]
fn if_a_page_names_several_feeds_all_are_listed_and_none_is_added() {
    let publisher = Publisher::start();
    publisher.at("/", page(&(alternate("/a.rss", "A") + &alternate("/b.rss", "B"))));
    let sandbox = Sandbox::new(TWO);
    let ran = sandbox.run(&["add", &publisher.url("/")]).expect_code(1);
    assert_eq!(ran.stdout(), format!("{}  A\n{}  B\n", publisher.url("/a.rss"), publisher.url("/b.rss")));
    assert!(ran.stderr().contains("several feeds"), "{}", ran.stderr());
    let json = sandbox.run(&["add", "--json", &publisher.url("/")]).expect_code(1).json();
    assert_eq!(
        json,
        serde_json::json!({ "candidates": [
            { "url": publisher.url("/a.rss"), "title": "A" },
            { "url": publisher.url("/b.rss"), "title": "B" },
        ] })
    );
    assert_eq!(file(&sandbox), TWO);
}

#[test]
fn an_address_without_a_feed_is_refused() {
    let publisher = Publisher::start();
    publisher.at("/page", page(""));
    let sandbox = Sandbox::new(TWO);
    for target in ["/page", "/nothing"] {
        let ran = sandbox.run(&["add", &publisher.url(target)]).expect_code(1);
        assert!(ran.stderr().starts_with("error: "), "{}", ran.stderr());
    }
    assert_eq!(file(&sandbox), TWO);
}

#[test]
fn invalid_values_are_refused_before_any_request_is_sent() {
    let publisher = Publisher::start();
    publisher.at("/f", rss("F"));
    let url = publisher.url("/f");
    let sandbox = Sandbox::new(TWO);
    let cases: [(&[&str], i32, &str); 8] = [
        (&["add", "not a url"], 2, "`not a url` is not an address"),
        (&["add", &url, "--every", "soon"], 2, "`every` is not a duration"),
        (&["add", &url, "--name", "two words"], 2, "`two-words` would be valid"),
        (&["add", &url, "--name", "ONE"], 2, "`name` is given twice"),
        (&["add", &url, "--tag", "a/b"], 2, "a tag has no slashes"),
        (&["add", "gopher://a.example/"], 2, "has the scheme `gopher`"),
        (&["add", "https://two.example/feed"], 1, "is a source already: `two.example`"),
        (&["add"], 2, "Usage"),
    ];
    for (arguments, code, why) in cases {
        let ran = sandbox.run(arguments).expect_code(code);
        assert_eq!(ran.stdout(), "");
        assert!(ran.stderr().contains(why), "{arguments:?}: {}", ran.stderr());
    }
    assert_eq!(file(&sandbox), TWO);
    assert!(publisher.all_requests().is_empty());
}

#[test]
fn add_creates_feeds_toml_if_there_is_none() {
    let sandbox = Sandbox::new("");
    std::fs::remove_file(sandbox.config()).unwrap();
    let mut unnamed = sandbox.command(&["add", CLOSED]);
    unnamed.env_remove("RIVERD_CONFIG").env("XDG_CONFIG_HOME", sandbox.path().join("none"));
    assert!(unnamed.output().unwrap().status.success());
    sandbox.run(&["check"]).expect_code(0);
}

#[test]
fn an_edit_keeps_the_permissions_and_the_symbolic_link() {
    let sandbox = Sandbox::new("");
    let real = sandbox.path().join("real.toml");
    std::fs::rename(sandbox.config(), &real).unwrap();
    std::fs::set_permissions(&real, std::fs::Permissions::from_mode(0o640)).unwrap();
    symlink("real.toml", sandbox.config()).unwrap();
    sandbox.run(&["add", CLOSED]).expect_code(0);
    assert!(sandbox.config().is_symlink());
    assert_eq!(std::fs::metadata(&real).unwrap().mode() & 0o777, 0o640);
    assert!(std::fs::read_to_string(&real).unwrap().contains(CLOSED));
    let names = std::fs::read_dir(sandbox.path()).unwrap().map(|entry| entry.unwrap().file_name());
    let left: Vec<_> = names.filter(|name| name.to_string_lossy().ends_with(".new")).collect();
    assert!(left.is_empty(), "{left:?}");
}

#[test]
fn edits_made_at_the_same_time_all_take_effect() {
    let sandbox = Sandbox::new("");
    let quiet = || std::process::Stdio::null();
    let add = |n| sandbox.command(&["add", &format!("{CLOSED}/{n}")]).stdout(quiet()).stderr(quiet()).spawn();
    let running: Vec<_> = (0..8).map(|n| add(n).unwrap()).collect();
    for mut add in running {
        assert!(add.wait().unwrap().success());
    }
    assert_eq!(sandbox.run(&["list", "--json"]).json().as_array().unwrap().len(), 8);
}

#[test]
fn a_file_that_cant_be_written_is_left_as_it_was() {
    let sandbox = Sandbox::new(TWO);
    // A directory has the name of the temporary file, and it can't be replaced.
    std::fs::create_dir_all(sandbox.path().join(".feeds.toml.new/x")).unwrap();
    let ran = sandbox.run(&["add", CLOSED]).expect_code(1);
    assert!(ran.stderr().contains("can't be written") && ran.stderr().contains("hint"), "{}", ran.stderr());
    assert_eq!(file(&sandbox), TWO);
}

#[test]
fn a_full_disk_leaves_the_file_as_it_was() {
    let sandbox = Sandbox::new(TWO);
    let mut command = std::process::Command::new("prlimit");
    // The shell ignores SIGXFSZ, so that the write fails as on a full disk.
    command.args([
        "--fsize=64",
        "sh",
        "-c",
        "trap '' XFSZ; exec \"$0\" \"$@\"",
        env!("CARGO_BIN_EXE_riverd"),
    ]);
    command.args(["add", CLOSED, "--config"]).arg(sandbox.config());
    let output = command.output().unwrap();
    let err = String::from_utf8_lossy(&output.stderr);
    assert_eq!(output.status.code(), Some(1), "{err}");
    assert!(err.contains("can't be written: File too large"), "{err}");
    assert_eq!(file(&sandbox), TWO);
    assert!(!sandbox.path().join(".feeds.toml.new").exists());
}

#[test]
fn remove_removes_a_source_by_name_or_address_and_keeps_comments() {
    let sandbox = Sandbox::new(TWO);
    let ran = sandbox.run(&["remove", "https://two.example/feed"]).expect_code(0);
    assert!(ran.stdout().starts_with("removed `two.example`"), "{}", ran.stdout());
    assert_eq!(file(&sandbox), TWO.split("[[source]]\nurl = \"https://two").next().unwrap());
    let ran = sandbox.run(&["remove", "one"]).expect_code(0);
    assert!(!ran.stdout().contains("geheim"), "{}", ran.stdout());
    assert_eq!(file(&sandbox), "source = []\n# Two of them.\n\n# The second.\n");
    let ran = sandbox.run(&["remove", "one"]).expect_code(2);
    assert!(ran.stderr().contains("there is no source `one`"), "{}", ran.stderr());
}

#[test]
fn check_online_prints_the_result_of_every_source() {
    let publisher = Publisher::start();
    publisher.at("/good", rss("Good \u{1b}[31mred")).at("/gone", Answer::status(410)).at("/off", rss("Off"));
    let sources = [("good", ""), ("gone", ""), ("off", "enabled = false\n")];
    let text: Vec<String> = sources
        .iter()
        .map(|(name, more)| {
            format!("[[source]]\nname = \"{name}\"\nurl = \"{}\"\n{more}", publisher.url(&format!("/{name}")))
        })
        .collect();
    let sandbox = Sandbox::new(&(text.concat() + "[[source]]\nname = \"file\"\nurl = \"file:none.xml\"\n"));
    let ran = sandbox.run(&["check", "--online"]).expect_code(1);
    let out = ran.stdout();
    assert!(out.contains("good: 2 entries, the newest of 2026-11-24T06:00:00Z, \"Good"), "{out}");
    assert!(out.contains("gone: failed: ") && out.contains("file: failed: "), "{out}");
    assert!(!out.contains('\u{1b}'), "{out}");
    let json = sandbox.run(&["check", "--online", "--json"]).expect_code(1).json();
    assert_eq!((&json["ok"], &json["sources"]), (&false.into(), &4.into()));
    let names: Vec<_> =
        json["online"].as_array().unwrap().iter().map(|tried| tried["name"].as_str().unwrap()).collect();
    assert_eq!(names, ["good", "gone", "file"]);
    let good = &json["online"][0];
    assert_eq!(
        (&good["feed"]["entries"], &good["feed"]["format"], &good["error"]),
        (&2.into(), &"rss".into(), &serde_json::Value::Null)
    );
    assert_eq!(json["online"][1]["error"]["kind"], "gone");
    assert!(publisher.requests("/off").is_empty(), "a disabled source is not requested");
    assert!(!sandbox.state().exists(), "nothing is stored");
}

fn two_sources(publisher: &Publisher) -> String {
    publisher.at("/a", rss("A")).at("/b", rss("B"));
    let source = |name: &str| {
        format!("[[source]]\nname = \"{name}\"\nurl = \"{}\"\n", publisher.url(&format!("/{name}")))
    };
    source("a") + &source("b")
}

#[test]
fn remove_purge_deletes_the_articles_at_once() {
    let publisher = Publisher::start();
    let sandbox = Sandbox::new(&two_sources(&publisher));
    let ran = sandbox.run(&["remove", "b", "--purge"]).expect_code(0);
    assert!(!ran.stdout().contains("deleted") && !sandbox.state().exists(), "{}", ran.stdout());
    sandbox.run(&["poll"]).expect_code(0);
    let ran = sandbox.run(&["remove", "a", "--purge"]).expect_code(0);
    assert!(ran.stdout().ends_with("; 2 articles were deleted\n"), "{}", ran.stdout());
    sandbox.run(&["why", "https://a.example/A/1"]).expect_code(1);
}

#[test]
fn a_running_daemon_purges_what_is_removed() {
    let publisher = Publisher::start();
    let sandbox = Sandbox::with_sources(&two_sources(&publisher));
    let daemon = sandbox.start();
    publisher.wait_for("/a", 1);
    let ran = sandbox.run(&["remove", "a", "--purge"]).expect_code(0);
    assert!(ran.stdout().ends_with("; 2 articles were deleted\n"), "{}", ran.stdout());
    let sources = || sandbox.run(&["status", "--json"]).json().as_array().unwrap().len();
    until("the purge", || sources() == 1);
    daemon.wait_for_log("purged=2");
}

#[test]
fn a_purge_during_a_poll_of_its_source_stops_no_other_poll() {
    let publisher = Publisher::start();
    let gate = Gate::new();
    publisher.in_turn("/a", [rss("A"), rss("A").held_by(&gate)]).at("/b", rss("B"));
    let every = "every = \"1s\"\n";
    let sources = two_sources(&publisher).replace("[[source]]\n", &format!("[[source]]\n{every}"));
    let sandbox = Sandbox::with_sources(&sources);
    let daemon = sandbox.start();
    publisher.wait_for("/a", 2);
    sandbox.run(&["remove", "a", "--purge"]).expect_code(0);
    daemon.wait_for_log("purged=");
    gate.open();
    let before = publisher.requests("/b").len();
    publisher.wait_for("/b", before + 4);
    assert!(!daemon.log().contains("can't record a poll"), "{}", daemon.log());
}

#[test]
fn check_online_sends_no_request_to_a_server_that_asked_for_a_pause() {
    let publisher = Publisher::start();
    publisher.at("/busy", Answer::status(429).header("Retry-After", "3600")).at("/well", rss("W"));
    let source = |name: &str| {
        format!("[[source]]\nname = \"{name}\"\nurl = \"{}\"\n", publisher.url(&format!("/{name}")))
    };
    let sandbox = Sandbox::new(&(source("busy") + &source("well")));
    sandbox.run(&["poll"]).expect_code(0);
    let ran = sandbox.run(&["check", "--online"]).expect_code(0);
    assert!(
        ran.stdout().contains("busy: not asked") && ran.stdout().contains("well: 2 entries"),
        "{}",
        ran.stdout()
    );
    let json = sandbox.run(&["check", "--online", "--json"]).expect_code(0).json();
    assert_eq!(json["online"][0]["feed"], serde_json::Value::Null);
    assert_eq!(publisher.requests("/busy").len(), 1);
}

#[test]
fn remove_prints_the_source_and_how_many_articles_were_deleted_as_json() {
    let sandbox = Sandbox::with_sources(
        "[[source]]\nname = \"a\"\nurl = \"file:a.xml\"\n[[source]]\nname = \"b\"\nurl = \"file:b.xml\"\n\
         [[source]]\nname = \"c\"\nurl = \"file:a.xml?\"\n",
    );
    let feed = "<rss version=\"2.0\"><channel><title>T</title><link>http://a.example/</link><description>d</description>\
                <item><guid>1</guid><title>One</title></item></channel></rss>";
    std::fs::write(sandbox.path().join("a.xml"), feed).unwrap();
    std::fs::write(
        sandbox.path().join("b.xml"),
        feed.replace("One", "Two").replace("a.example", "b.example"),
    )
    .unwrap();
    sandbox.run(&["poll"]);
    let listed = sandbox.run(&["list", "--json"]).json();
    let kept = sandbox.run(&["remove", "c", "--json"]).expect_code(0).json();
    assert_eq!(kept["source"], listed[2]);
    assert!(kept["deleted"].is_null() && kept["config"].as_str().unwrap().starts_with('/'), "{kept}");
    let purged = sandbox.run(&["remove", "a", "--purge", "--json"]).expect_code(0).json();
    assert_eq!((&purged["source"]["name"], &purged["deleted"]), (&"a".into(), &1.into()));
    let daemon = sandbox.start();
    let purged = sandbox.run(&["remove", "b", "--purge", "--json"]).expect_code(0).json();
    assert_eq!(purged["deleted"], 1);
    assert!(daemon.stop().success());
}

#[test]
fn a_source_that_a_view_needs_is_not_removed_and_the_error_says_what_to_change() {
    let text = "[[source]]\nurl = \"https://one.example/\"\nname = \"one\"\ntags = [\"code\", \"both\"]\n\n\
                [[source]]\nurl = \"https://two.example/\"\nname = \"two\"\ntags = [\"both\"]\n\n\
                [[view]]\nname = \"morning\"\ntags = [\"both\", \"code\"]\nsources = [\"two\"]\n";
    let sandbox = Sandbox::new(text);
    for (source, place, named) in
        [("one", "feeds.toml:13:17", "`code`"), ("two", "feeds.toml:14:12", "`two`")]
    {
        for purge in [&[][..], &["--purge"]] {
            let ran = sandbox.run(&[&["remove", source], purge].concat()).expect_code(2);
            let hint = format!("take {named} out of the view `morning`, or delete that view");
            assert!(ran.stderr().contains(place) && ran.stderr().contains(&hint), "{}", ran.stderr());
        }
    }
    assert_eq!(file(&sandbox), text);
    std::fs::write(sandbox.config(), text.replace(", \"code\"]\nsources = [\"two\"]", "]")).unwrap();
    sandbox.run(&["remove", "one"]).expect_code(0);
}

#[test]
fn the_articles_of_a_source_that_was_removed_are_named_and_can_still_be_deleted() {
    let publisher = Publisher::start();
    let sandbox = Sandbox::with_sources(&two_sources(&publisher));
    sandbox.run(&["poll"]).expect_code(0);
    let url = publisher.url("/a");
    for name in ["a", "b"] {
        sandbox.run(&["remove", name]).expect_code(0);
    }
    let ran = sandbox.run(&["status", "a"]).expect_code(0);
    assert!(ran.stderr().contains("which riverd has not read since"), "{}", ran.stderr());
    for verb in [["poll", "a"], ["poll", &url], ["preview", "a"]] {
        let ran = sandbox.run(&verb).expect_code(2);
        assert!(ran.stderr().contains("`a` was removed from feeds.toml"), "{verb:?}: {}", ran.stderr());
    }
    let daemon = sandbox.start();
    let ran = sandbox.run(&["poll", &url]).expect_code(2);
    assert!(ran.stderr().contains("`a` was removed from feeds.toml"), "{}", ran.stderr());
    let ran = sandbox.run(&["status", "a"]).expect_code(0);
    assert!(ran.stdout().contains("retired") && ran.stdout().contains("articles      2"), "{}", ran.stdout());
    assert!(
        ran.stderr().contains("`a` was removed from feeds.toml")
            && ran.stderr().contains("2 articles of it stay")
            && ran.stderr().contains("`riverd remove a --purge`"),
        "{}",
        ran.stderr()
    );
    let json = sandbox.run(&["status", &url, "--json"]).expect_code(0).json();
    assert_eq!((&json["condition"], &json["articles"]), (&"retired".into(), &2.into()));
    let ran = sandbox.run(&["remove", "a"]).expect_code(2);
    assert!(ran.stderr().contains("`riverd remove a --purge`"), "{}", ran.stderr());
    let ran = sandbox.run(&["remove", "a", "--purge"]).expect_code(0);
    assert!(
        ran.stdout().contains("was removed") && ran.stdout().ends_with("; 2 articles were deleted\n"),
        "{}",
        ran.stdout()
    );
    assert!(daemon.stop().success());
    sandbox.run(&["status", "a"]).expect_code(2);
    let purged = sandbox.run(&["remove", &publisher.url("/b"), "--purge", "--json"]).expect_code(0).json();
    assert_eq!((&purged["source"]["name"], &purged["deleted"]), (&"b".into(), &2.into()));
    let ran = sandbox.run(&["remove", "b", "--purge"]).expect_code(2);
    assert!(ran.stderr().contains("there is no source `b`"), "{}", ran.stderr());
}

#[test]
fn add_names_the_source_that_a_feed_of_a_page_is_already() {
    let publisher = Publisher::start();
    let links = |paths: &[&str]| {
        let link =
            |path: &&str| format!("<link rel=\"alternate\" type=\"application/rss+xml\" href=\"{path}\">");
        format!(
            "<!doctype html><html><head><title>P</title>{}</head>",
            paths.iter().map(link).collect::<String>()
        )
    };
    let page = |paths: &[&str]| Answer::ok(links(paths)).content_type("text/html");
    publisher
        .at("/page", page(&["/a"]))
        .at("/pages", page(&["/a/", "/b"]))
        .at("/a", rss("A"))
        .at("/b", rss("B"));
    let text = format!("[[source]]\nname = \"first\"\nurl = \"{}\"\n", publisher.url("/a"));
    let sandbox = Sandbox::new(&text);
    let ran = sandbox.run(&["add", &publisher.url("/page")]).expect_code(1);
    assert!(ran.stderr().contains("is a source already: `first`"), "{}", ran.stderr());
    let ran = sandbox.run(&["add", &publisher.url("/a/").replace("http:", "https:")]).expect_code(1);
    assert!(ran.stderr().contains("is a source already: `first`"), "{}", ran.stderr());
    let ran = sandbox.run(&["add", &publisher.url("/pages")]).expect_code(1);
    assert!(ran.stdout().contains("/a/  (already the source `first`)"), "{}", ran.stdout());
    let json = sandbox.run(&["add", &publisher.url("/pages"), "--json"]).expect_code(1).json();
    assert_eq!(
        (&json["candidates"][0]["source"], &json["candidates"][1]["source"]),
        (&"first".into(), &serde_json::Value::Null)
    );
    assert_eq!(file(&sandbox), text);
}
