//! Lists of subscriptions: `import`, `export` and `/opml.xml`; and the files for shells, manuals and editors.

use std::fmt::Write as _;
use std::fs;
use std::time::Instant;

use crate::support::daemon::Sandbox;

const LIST: &str = r#"<?xml version="1.0"?>
<opml version="1.0"><body>
<outline text="News">
  <outline text="Europe">
    <outline type="rss" text="Le Quai" xmlUrl="https://quai.example/rss" htmlUrl="https://quai.example/"/>
  </outline>
  <outline type="rss" text="Known" xmlUrl="http://known.example/feed/"/>
</outline>
<outline text="Radio/TV">
  <outline type="rss" text="Le Quai" xmlUrl="https://quai.example/rss"/>
  <outline text="nothing"/>
  <outline type="rss" text="local" xmlUrl="file:/etc/passwd"/>
</outline>
</body></opml>"#;

const CONFIG: &str = "# My feeds, by hand.\n[river]\ntitle = \"Mine\" # a comment\n\n\
    [[source]] # the first\nurl = \"https://known.example/feed\"\nname = \"known\"\n# the end";

#[test]
fn an_import_makes_tags_of_folders_reports_the_rest_and_keeps_the_file_as_it_was() {
    let sandbox = Sandbox::new(CONFIG);
    std::fs::write(sandbox.path().join("list.opml"), LIST).unwrap();
    let report = sandbox.run(&["import", "list.opml", "--json"]).expect_code(0).json();
    assert_eq!(report["added"].as_array().unwrap().len(), 1);
    assert_eq!(report["added"][0]["url"], "https://quai.example/rss");
    assert_eq!(report["added"][0]["title"], "Le Quai");
    assert_eq!(report["added"][0]["tags"], serde_json::json!(["News", "Europe", "Radio-TV"]));
    let lines = |list: &serde_json::Value| -> Vec<u64> {
        list.as_array().unwrap().iter().map(|line| line["line"].as_u64().unwrap()).collect()
    };
    assert_eq!(lines(&report["duplicates"]), [7, 10]);
    assert_eq!(report["duplicates"][0]["same_as"], "`known` in feeds.toml");
    assert_eq!(lines(&report["unreadable"]), [11, 12]);
    let text = std::fs::read_to_string(sandbox.config()).unwrap();
    assert!(text.starts_with(CONFIG), "{text}");
    sandbox.run(&["check"]).expect_code(0);

    let again = sandbox.run(&["import", "list.opml"]).expect_code(1);
    assert!(again.stdout().contains("added 0 sources"), "{}", again.stdout());
    assert!(
        again
            .stderr()
            .contains("list.opml:5: https://quai.example/rss is the same as `le-quai` in feeds.toml"),
        "{}",
        again.stderr()
    );
    assert_eq!(std::fs::read_to_string(sandbox.config()).unwrap(), text);
}

#[test]
fn an_import_names_the_sources_on_private_hosts_at_most_ten() {
    let sandbox = Sandbox::new(CONFIG);
    let import = |addresses: &[String], arguments: &[&str]| {
        fs::write(sandbox.path().join("list.txt"), addresses.join("\n")).unwrap();
        sandbox.run(&[&["import", "list.txt"], arguments].concat()).expect_code(0).stderr()
    };
    let said = import(&["https://news.example.org/feed".to_owned()], &[]);
    assert!(!said.contains("private"), "{said}");
    let said =
        import(&["http://10.9.9.9/admin?do=x".to_owned(), "https://other.example.org/feed".to_owned()], &[]);
    assert!(
        said.contains("note: 1 added source is on a private host") && said.contains("(10.9.9.9)"),
        "{said}"
    );
    assert!(!said.contains("other.example.org"), "{said}");
    let many: Vec<String> = (1..=12).map(|number| format!("http://192.168.1.{number}/feed")).collect();
    let said = import(&many, &["--json"]);
    assert!(said.contains("note: 12 added sources are") && said.contains(" and 2 more"), "{said}");
    assert_eq!(said.matches("(192.168.1.").count(), 10, "{said}");
    let said = import(&many, &[]);
    assert!(!said.contains("note: "), "nothing was added: {said}");
}

#[test]
fn an_export_imports_as_it_was() {
    let sandbox = Sandbox::new(
        "[river]\ntitle = \"A & B\"\n\n[[source]]\nurl = \"https://a.example/feed?x=1&y=2\"\nname = \"first\"\n\
         title = \"L’<A>\"\ntags = [\"news\", \"fr\"]\nevery = \"15m\"\n\n\
         [[source]]\nurl = \"https://b.example/feed\"\nname = \"second\"\n\n\
         [[source]]\nurl = \"https://c.example/feed?token=0123456789abcdef0123456789abcdef\"\nname = \"third\"\ntags = [\"fr\"]\n\n\
         [[source]]\nurl = \"https://d.example/feed\"\nname = \"fourth\"\nprivate = true\nschedule = \"0 */6 * * *\"\n\n\
         [[source]]\nurl = \"https://e.example/feed\"\nname = \"fifth\"\nenabled = false\n",
    );
    let partial = sandbox.run(&["export", "public.opml"]).expect_code(0);
    assert!(partial.stderr().contains("left out 2 sources"), "{}", partial.stderr());
    assert!(!std::fs::read_to_string(sandbox.path().join("public.opml")).unwrap().contains("token"));
    let whole = sandbox.run(&["export", "--private"]).expect_code(0).stdout();
    assert_eq!(sandbox.run(&["export", "--private", "-"]).expect_code(0).stdout(), whole);

    let other = Sandbox::new("");
    std::fs::remove_file(other.config()).unwrap();
    std::fs::write(other.path().join("list.opml"), whole).unwrap();
    other.run(&["import", "list.opml"]).expect_code(0);
    let sources = |sandbox: &Sandbox| {
        let mut list = sandbox.run(&["list", "--json"]).expect_code(0).json().as_array().unwrap().clone();
        list.sort_by_key(|source| source["name"].as_str().unwrap().to_owned());
        list
    };
    assert_eq!(sources(&other), sources(&sandbox));
    let public = other.run(&["export", "-"]).expect_code(0).stdout();
    assert!(!public.contains("d.example"), "a private source stays private: {public}");
}

#[test]
fn an_export_replaces_an_older_list_and_no_other_file() {
    let sandbox = Sandbox::new("[[source]]\nurl = \"https://a.example/feed\"\n");
    let text = std::fs::read_to_string(sandbox.config()).unwrap();
    let refused = sandbox.run(&["export", "feeds.toml"]).expect_code(2);
    assert!(refused.stderr().contains("`feeds.toml` exists, and is no list"), "{}", refused.stderr());
    assert_eq!(std::fs::read_to_string(sandbox.config()).unwrap(), text);
    std::fs::write(sandbox.path().join("empty.opml"), "").unwrap();
    for name in ["list.opml", "list.opml", "empty.opml", "/dev/null"] {
        sandbox.run(&["export", name]).expect_code(0);
    }
}

#[test]
fn thousands_of_feeds_are_imported_within_seconds() {
    let sandbox = Sandbox::new("");
    let mut list = "<opml><body>".to_owned();
    for number in 0..5000 {
        writeln!(list, "<outline text='Feed {number}' xmlUrl='https://host{number}.example/feed'/>").unwrap();
    }
    std::fs::write(sandbox.path().join("list.opml"), list + "</body></opml>").unwrap();
    let started = Instant::now();
    let output = sandbox.run(&["import", "list.opml"]).expect_code(0);
    assert!(output.stdout().contains("added 5000 sources"), "{}", output.stdout());
    assert!(started.elapsed().as_secs() < 60, "{:?}", started.elapsed());
}

#[test]
fn a_list_that_is_none_is_refused_and_nothing_is_written() {
    let sandbox = Sandbox::new(CONFIG);
    for (name, body) in [("empty.opml", ""), ("page.html", "<html><body>hello</body></html>")] {
        std::fs::write(sandbox.path().join(name), body).unwrap();
        let refused = sandbox.run(&["import", name]).expect_code(2);
        assert!(refused.stderr().contains("it lists no feed"), "{}", refused.stderr());
    }
    let missing = sandbox.run(&["import", "missing.opml"]).expect_code(1);
    assert!(missing.stderr().contains("there is no file `missing.opml`"), "{}", missing.stderr());
    assert_eq!(std::fs::read_to_string(sandbox.config()).unwrap(), CONFIG);
}

#[test]
fn the_subscriptions_are_served_as_opml_without_secrets() {
    let sandbox = Sandbox::with_sources(
        "[[source]]\nurl = \"https://known.invalid/feed\"\nname = \"known\"\ntags = [\"news\"]\nenabled = false\n\n\
         [[source]]\nurl = \"https://a.invalid/feed?token=0123456789abcdef0123456789abcdef\"\nname = \"secret\"\nenabled = false\n",
    );
    let daemon = sandbox.start();
    let answer = daemon.get("/opml.xml");
    assert_eq!((answer.status, answer.header("content-type")), (200, Some("text/x-opml; charset=utf-8")));
    let text = answer.text();
    assert!(text.contains("xmlUrl=\"https://known.invalid/feed\"") && !text.contains("0123456789"), "{text}");
    let etag = answer.header("etag").unwrap();
    assert_eq!(daemon.get_with("/opml.xml", &[("If-None-Match", etag)]).status, 304);
    daemon.stop();
}

#[test]
fn the_files_for_shells_manuals_and_editors_are_made_without_a_configuration() {
    let sandbox = Sandbox::new("this is no toml");
    for shell in ["bash", "zsh", "fish"] {
        let script = sandbox.run(&["completions", shell]).expect_code(0).stdout();
        assert!(script.contains("riverd") && script.contains("import"), "{script}");
    }
    assert!(sandbox.run(&["man"]).expect_code(0).stdout().contains(".TH riverd"));
    sandbox.run(&["man", "pages"]).expect_code(0);
    for page in ["riverd.1", "riverd-search.1", "riverd-import.1"] {
        assert!(sandbox.path().join("pages").join(page).exists(), "there is no {page}");
    }
    let page = fs::read_to_string(sandbox.path().join("pages/riverd-poll.1")).unwrap();
    assert!(page.contains("[OPTIONS] [SOURCE]..."), "{page}");
    let schema = sandbox.run(&["schema"]).expect_code(0).json();
    assert_eq!(schema["$schema"], "https://json-schema.org/draft/2020-12/schema");
}
