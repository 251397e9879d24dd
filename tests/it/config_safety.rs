//! Tests that a broken, emptied or vanished feeds.toml takes nothing away, in a running daemon and at a start.

use std::fs;

use crate::support::daemon::{Daemon, Sandbox, VerbOutput, until};

const FEED: &str = "<rss version=\"2.0\"><channel><title>Good news</title><link>http://example.org/</link>\
    <description>d</description><item><guid>1</guid><title>One</title><link>http://example.org/1</link></item></channel></rss>";

const SOURCE: &str = "[[source]]\nname = \"good\"\nurl = \"file:feed.xml\"\n";

/// Returns a sandbox whose river has one article and needs the token `the-token-of-the-river`.
fn protected() -> Sandbox {
    let sandbox = Sandbox::new(&format!(
        "[server]\nlisten = [\"127.0.0.1:0\"]\naccess_token_file = \"token\"\n\n{SOURCE}"
    ));
    fs::write(sandbox.path().join("token"), "the-token-of-the-river").unwrap();
    fs::write(sandbox.path().join("feed.xml"), FEED).unwrap();
    sandbox
}

/// Returns whether the river is protected and complete.
fn is_unharmed(daemon: &Daemon) -> bool {
    daemon.get("/feed.xml").status == 401
        && daemon.get("/feed.xml?token=the-token-of-the-river").text().contains("One")
}

#[test]
fn an_emptied_truncated_or_vanished_file_is_broken_and_the_token_stays_required() {
    let sandbox = protected();
    let good = fs::read_to_string(sandbox.config()).unwrap();
    let mut daemon = sandbox.start();
    until("the article", || is_unharmed(&daemon));
    let truncated = "[server]\nlisten = [\"127.0.0.1:0\"]\n";
    let cut = &good[..good.len() - SOURCE.len() / 2];
    let only_river = "[river]\ntitle = \"Mine\"\n";
    for damaged in [Some(""), Some("\n# lost\n"), Some(truncated), Some(cut), Some(only_river), None] {
        match damaged {
            Some(text) => sandbox.configure(text),
            None => fs::remove_file(sandbox.config()).unwrap(),
        }
        let status = daemon.wait_for_notification("STATUS=");
        assert!(status.contains("feeds.toml is broken"), "{damaged:?}: {status}");
        assert!(is_unharmed(&daemon), "{damaged:?}");
        let ran = sandbox.run(&["status", "--json"]).expect_code(0);
        assert_eq!(ran.json()[0]["condition"], "ok", "{damaged:?}");
        assert!(ran.stderr().contains("feeds.toml is broken"), "{}", ran.stderr());
        let ran = sandbox.run(&["list"]).expect_code(0);
        assert!(ran.stdout().contains("good") && ran.stderr().contains("warning:"), "{}", ran.stderr());
        sandbox.configure(&good);
        let status = daemon.wait_for_notification("STATUS=");
        assert!(!status.contains("broken"), "{status}");
    }
}

#[test]
fn a_start_with_a_broken_file_serves_and_protects_what_is_stored_until_the_file_is_repaired() {
    let sandbox = protected();
    let good = fs::read_to_string(sandbox.config()).unwrap();
    let daemon = sandbox.start();
    until("the article", || is_unharmed(&daemon));
    assert!(daemon.stop().success());
    for damaged in ["[[source]]\nurl = 1\n", ""] {
        sandbox.configure(damaged);
        let mut daemon = sandbox.start();
        assert!(is_unharmed(&daemon), "{damaged:?}");
        daemon.wait_for_log("feeds.toml is broken");
        sandbox.configure(&good.replace("good", "better"));
        until("the repaired file", || sandbox.run(&["status", "better"]).code() == 0);
        let status = daemon.wait_for_notification("STATUS=");
        assert!(!status.contains("broken"), "{status}");
        assert!(is_unharmed(&daemon));
        assert!(daemon.stop().success());
        sandbox.configure(&good);
        drop(sandbox.start());
    }
}

#[test]
fn removing_the_last_source_is_meant_and_takes_effect() {
    let sandbox = Sandbox::new(SOURCE);
    fs::write(sandbox.path().join("feed.xml"), FEED).unwrap();
    sandbox.run(&["poll"]).expect_code(0);
    sandbox.configure(&format!("[server]\nlisten = [\"127.0.0.1:0\"]\n{SOURCE}"));
    let daemon = sandbox.start();
    sandbox.run(&["remove", "good", "--purge"]).expect_code(0);
    assert!(fs::read_to_string(sandbox.config()).unwrap().contains("source = []\n"));
    until("an empty river", || !daemon.get("/feed.xml").text().contains("One"));
    sandbox.run(&["add", "file:feed.xml"]).expect_code(0);
    let text = fs::read_to_string(sandbox.config()).unwrap();
    assert!(text.contains("[[source]]\n") && !text.contains("source = []"), "{text}");
    daemon.wait_for_log("reloaded feeds.toml: added feed");
}

#[test]
fn a_reload_says_what_changed() {
    let sandbox = protected();
    let daemon = sandbox.start();
    let text = fs::read_to_string(sandbox.config()).unwrap();
    sandbox.configure(&format!("{text}[[source]]\nname = \"more\"\nurl = \"file:feed.xml?\"\n"));
    daemon.wait_for_log("reloaded feeds.toml: added more");
}

#[test]
fn the_log_tells_once_that_a_source_fails_and_that_it_works_again() {
    let sandbox = Sandbox::with_sources(
        "[polling]\nmin_every = \"1s\"\n[[source]]\nname = \"flaky\"\nurl = \"file:feed.xml\"\nevery = \"1s\"\n",
    );
    let daemon = sandbox.start();
    daemon.wait_for_log("flaky is failing: ");
    until("more failures", || {
        sandbox.run(&["status", "flaky", "--json"]).json()["failures"].as_u64() > Some(1)
    });
    fs::write(sandbox.path().join("feed.xml"), FEED).unwrap();
    sandbox.run(&["poll", "flaky"]).expect_code(0);
    daemon.wait_for_log("flaky works again");
    assert_eq!(daemon.log().matches("flaky is failing").count(), 1, "{}", daemon.log());
    assert!(!daemon.log().contains("polled"), "{}", daemon.log());
}

#[test]
fn a_reload_moves_the_listener_and_a_unix_socket_has_the_given_mode() {
    use std::os::unix::fs::PermissionsExt as _;
    let sandbox = Sandbox::with_sources("");
    let mut daemon = sandbox.start();
    let old = daemon.address().to_owned();
    sandbox.configure("[river]\n[server]\nlisten = [\"unix:http.sock?mode=660\", \"127.0.0.2:0\"]\n");
    daemon.wait_for_notification("STATUS=");
    let socket = sandbox.path().join("http.sock");
    until("the unix socket", || socket.exists());
    assert_eq!(fs::metadata(&socket).unwrap().permissions().mode() & 0o777, 0o660);
    until("the end of the old address", || std::net::TcpStream::connect(&old).is_err());
    sandbox.configure(&format!("[river]\n[server]\nlisten = [\"{old}\"]\n"));
    until("the old address again", || std::net::TcpStream::connect(&old).is_ok());
    assert_eq!(daemon.get("/feed.xml").status, 200);
}

#[test]
fn a_reload_moves_between_addresses_that_share_a_port_and_reports_one_that_is_taken() {
    use std::net::{TcpListener, TcpStream};
    let sandbox = Sandbox::with_sources("");
    let daemon = sandbox.start();
    let own = daemon.address().to_owned();
    let (_, port) = own.rsplit_once(':').unwrap();
    let listen = |addresses: &str| sandbox.configure(&format!("[server]\nlisten = [{addresses}]\n"));
    let is_on_all = || TcpStream::connect(format!("127.0.0.2:{port}")).is_ok();
    listen(&format!("\"{own}\", \"0.0.0.0:{port}\", \"{own}\""));
    until("every interface", is_on_all);
    listen(&format!("\"{own}\""));
    until("one interface", || !is_on_all());
    assert_eq!(daemon.get("/feed.xml").status, 200);
    let taken = TcpListener::bind("127.0.0.1:0").unwrap();
    listen(&format!("\"0.0.0.0:{port}\", \"{}\"", taken.local_addr().unwrap()));
    daemon.wait_for_log("the previous addresses stay in use");
    assert!(daemon.get("/feed.xml").status == 200 && !is_on_all());
    let warned = sandbox.run(&["status"]).stderr();
    assert!(warned.contains("warning: `server.listen` is not in force: "), "{warned}");
    listen(&format!("\"{own}\""));
    until("the end of the warning", || !sandbox.run(&["status"]).stderr().contains("server.listen"));
}

#[test]
fn a_reload_changes_who_may_use_a_unix_socket_and_its_file_goes_with_it() {
    use std::os::unix::fs::PermissionsExt as _;
    let listen = |socket: &str| format!("[server]\nlisten = [\"127.0.0.1:0\", \"unix:{socket}\"]\n");
    let sandbox = Sandbox::new(&listen("http.sock"));
    let daemon = sandbox.start();
    let socket = sandbox.path().join("http.sock");
    let mode = || fs::metadata(&socket).map(|file| file.permissions().mode() & 0o777).ok();
    assert_eq!(mode(), Some(0o666));
    sandbox.configure(&listen("http.sock?mode=600"));
    until("the new mode", || mode() == Some(0o600));
    sandbox.configure(&listen("other.sock"));
    let other = sandbox.path().join("other.sock");
    until("the other socket alone", || mode().is_none() && other.exists());
    assert!(daemon.stop().success());
    assert!(!other.exists());
}

#[test]
fn verbs_work_beside_a_service_whose_secrets_are_credentials_and_the_daemon_does_not_start_without_them() {
    let sandbox = Sandbox::with_sources("");
    sandbox.run(&["poll"]).expect_code(0);
    sandbox.configure(&format!(
        "[server]\nlisten = [\"127.0.0.1:0\"]\naccess_token_file = \"credential:token\"\n{SOURCE}\
         [[source]]\nname = \"secret\"\nurl = \"http://127.0.0.1:1/feed\"\nusername = \"u\"\npassword_file = \"credential:pw\"\n"
    ));
    fs::write(sandbox.path().join("feed.xml"), FEED).unwrap();
    for verb in
        [&["check"][..], &["list"], &["status"], &["export"], &["search", "One"], &["add", "file:more.xml"]]
    {
        let ran = sandbox.run(verb);
        assert!(ran.code() < 2, "{verb:?}: {}", ran.stderr());
    }
    let polled = sandbox.run(&["poll", "--all"]).expect_code(1).stderr();
    assert!(polled.contains("secret: the password of this source is a credential"), "{polled}");
    let started = sandbox.run(&["run"]).expect_code(78).stderr();
    assert!(started.contains("$CREDENTIALS_DIRECTORY"), "{started}");
}

#[test]
fn no_verb_makes_a_file_that_lost_its_contents_look_whole_and_verbs_that_read_go_on() {
    let sandbox = protected();
    let daemon = sandbox.start();
    until("the article", || is_unharmed(&daemon));
    until("the search index", || sandbox.run(&["search", "One"]).code() == 0);
    fs::write(sandbox.path().join("list.txt"), "https://more.example/feed\n").unwrap();
    let good = fs::read_to_string(sandbox.config()).unwrap();
    // The last line of the part ends in an open string.
    let cut = good.get(..good.len() - 3);
    for damaged in [Some(""), Some("# nothing\n"), Some("[polling]\nevery = \"1h\"\n"), cut, None] {
        match damaged {
            Some(text) => fs::write(sandbox.config(), text).unwrap(),
            None => fs::remove_file(sandbox.config()).unwrap(),
        }
        for verb in [&["add", "file:more.xml"][..], &["import", "list.txt"], &["remove", "good"], &["check"]]
        {
            let ran = sandbox.run(verb).expect_code(78);
            let err = ran.stderr();
            assert!(
                err.contains("`install -m 644 ") && err.contains("last-good-feeds.toml"),
                "{damaged:?} {verb:?}: {err}"
            );
        }
        assert_eq!(fs::read_to_string(sandbox.config()).ok().as_deref(), damaged);
        for verb in [&["search", "One"][..], &["why", "1"], &["export"], &["preview", "good"]] {
            let ran = sandbox.run(verb).expect_code(0);
            assert!(ran.stderr().contains("feeds.toml is broken"), "{damaged:?} {verb:?}: {}", ran.stderr());
        }
        assert!(is_unharmed(&daemon), "{damaged:?}");
    }
    assert!(daemon.stop().success());
    sandbox.run(&["poll", "--all"]).expect_code(78);
    fs::copy(sandbox.state().join("last-good-feeds.toml"), sandbox.config()).unwrap();
    sandbox.run(&["poll", "--all"]).expect_code(0);
    sandbox.run(&["check"]).expect_code(0);
}

/// Sets the largest file that a daemon may write, as a quota does.
fn limit_files(daemon: &Daemon, bytes: Option<u64>) {
    use rustix::process::{Pid, Resource, getrlimit, prlimit};
    let limit = rustix::process::Rlimit { current: bytes, ..getrlimit(Resource::Fsize) };
    prlimit(Pid::from_raw(daemon.pid().cast_signed()), Resource::Fsize, limit).unwrap();
}

#[test]
fn while_nothing_can_be_written_every_route_answers_and_a_change_of_the_file_waits_until_something_can() {
    let sandbox = Sandbox::with_sources(SOURCE);
    fs::write(sandbox.path().join("feed.xml"), FEED).unwrap();
    let daemon = sandbox.start();
    until("the article", || daemon.get("/feed.xml").text().contains("One"));
    limit_files(&daemon, Some(1000));
    let text = fs::read_to_string(sandbox.config()).unwrap();
    sandbox.configure(&format!("{text}[[source]]\nname = \"more\"\nurl = \"file:feed.xml?\"\n"));
    daemon.wait_for_log("the database can't be written");
    assert_eq!(daemon.get("/healthz").status, 503);
    for path in [
        "/feed.xml",
        "/status",
        "/status.json",
        "/status/feed.xml",
        "/opml.xml",
        "/sources/good/feed.xml",
        "/",
    ] {
        assert_eq!(daemon.get(path).status, 200, "{path}");
    }
    assert!(daemon.get("/metrics").text().contains("riverd_database_writable 0"));
    limit_files(&daemon, None);
    daemon.wait_for_log("reloaded feeds.toml: added more");
    assert_eq!(sandbox.run(&["status", "more"]).code(), 0);
}

#[test]
fn a_daemon_whose_database_was_deleted_says_so_and_ends_instead_of_writing_into_nothing() {
    let sandbox = Sandbox::with_sources(SOURCE);
    fs::write(sandbox.path().join("feed.xml"), FEED).unwrap();
    let mut daemon = sandbox.start();
    until("the article", || daemon.get("/feed.xml").text().contains("One"));
    fs::remove_file(sandbox.state().join("riverd.db")).unwrap();
    assert_eq!(daemon.wait().code(), Some(1));
    assert!(daemon.log().contains("was deleted or moved while riverd was running"), "{}", daemon.log());
}

#[test]
fn a_daemon_whose_lock_file_was_deleted_ends_before_another_one_can_write_beside_it() {
    let sandbox = Sandbox::with_sources(SOURCE);
    let mut daemon = sandbox.start();
    fs::remove_file(sandbox.state().join("riverd.lock")).unwrap();
    assert_eq!(daemon.wait().code(), Some(1));
    assert!(daemon.log().contains("riverd.lock` of the database was deleted or moved"), "{}", daemon.log());
    assert_eq!(sandbox.start().get("/healthz").status, 200);
}

#[test]
fn a_daemon_whose_log_of_the_database_was_deleted_ends_and_keeps_what_the_log_had() {
    for is_made_anew in [false, true] {
        let sandbox = Sandbox::with_sources(SOURCE);
        fs::write(sandbox.path().join("feed.xml"), FEED).unwrap();
        let mut daemon = sandbox.start();
        until("the article", || daemon.get("/feed.xml").text().contains("One"));
        let log = sandbox.state().join("riverd.db-wal");
        fs::remove_file(&log).unwrap();
        if is_made_anew {
            // So does a connection that the daemon or a verb opens in the meantime.
            fs::write(&log, "").unwrap();
        }
        assert_eq!(daemon.wait().code(), Some(1));
        let log = daemon.log();
        let says = |what: &str| log.contains(&format!("riverd.db-wal` of the database was {what}"));
        assert!(says("replaced by another file") || !is_made_anew && says("deleted or moved"), "{log}");
        fs::remove_file(sandbox.path().join("feed.xml")).unwrap();
        assert!(sandbox.start().get("/feed.xml").text().contains("One"));
    }
}

#[test]
fn a_daemon_whose_database_is_overwritten_by_an_older_copy_writes_nothing_more() {
    let sandbox = Sandbox::with_sources(&format!("[polling]\nmin_every = \"1s\"\n{SOURCE}every = \"1s\"\n"));
    fs::write(sandbox.path().join("feed.xml"), FEED).unwrap();
    sandbox.run(&["poll", "--all"]).expect_code(0);
    let database = sandbox.state().join("riverd.db");
    let older = fs::read(&database).unwrap();
    let items: String = (0..500)
        .map(|n| format!("<item><title>Story {n}</title><link>https://one.example/{n}</link></item>"))
        .collect();
    fs::write(sandbox.path().join("feed.xml"), FEED.replace("<item>", &format!("{items}<item>"))).unwrap();
    sandbox.run(&["poll", "--all"]).expect_code(0);
    let mut daemon = sandbox.start();
    assert!(fs::metadata(&database).unwrap().len() > older.len() as u64);
    fs::write(&database, older).unwrap();
    assert_eq!(daemon.wait().code(), Some(1), "{}", daemon.log());
    assert!(daemon.log().contains("cut off or overwrote a file of the database"), "{}", daemon.log());
}

#[test]
fn a_daemon_whose_log_of_the_database_was_cut_off_writes_nothing_more_and_says_after_the_restart_what_is_lost()
 {
    let sandbox = Sandbox::with_sources(&format!("[polling]\nmin_every = \"1s\"\n{SOURCE}every = \"1s\"\n"));
    fs::write(sandbox.path().join("feed.xml"), FEED).unwrap();
    let mut daemon = sandbox.start();
    until("the article", || daemon.get("/feed.xml").text().contains("One"));
    let log = sandbox.state().join("riverd.db-wal");
    fs::File::options().write(true).open(&log).unwrap().set_len(0).unwrap();
    assert_eq!(daemon.wait().code(), Some(1));
    assert!(daemon.log().contains("cut off or overwrote a file of the database"), "{}", daemon.log());
    assert_eq!(fs::metadata(&log).map_or(0, |log| log.len()), 0, "a hole in the log would read as zeros");
    let refused = sandbox.run(&["run"]).expect_code(78).stderr();
    assert!(refused.contains("lacks its last") && refused.contains("hint: "), "{refused}");
    let status = sandbox.run(&["status"]).expect_code(78).stderr();
    assert!(status.contains("lacks its last") && !status.contains("there is no database"), "{status}");
}

#[test]
fn without_a_named_file_run_uses_the_last_good_one_too_if_feeds_toml_vanished_or_is_a_link_to_nothing() {
    let sandbox = protected();
    // The usual places of the file are in the sandbox, too.
    let command = |arguments: &[&str]| {
        let mut command = sandbox.command(arguments);
        command.env_remove("RIVERD_CONFIG").env("HOME", sandbox.path()).env_remove("XDG_CONFIG_HOME");
        command
    };
    let run = |arguments: &[&str]| VerbOutput(command(arguments).output().unwrap());
    let daemon = Daemon::start_command(&mut command(&["run"]));
    until("the article", || is_unharmed(&daemon));
    assert!(daemon.stop().success());
    let user_file = sandbox.path().join(".config/riverd/feeds.toml");
    for is_link in [false, true] {
        fs::remove_file(sandbox.config()).unwrap();
        if is_link {
            // A file in the next place must not be taken for the one whose link is broken.
            std::os::unix::fs::symlink("absent.toml", sandbox.config()).unwrap();
            fs::create_dir_all(user_file.parent().unwrap()).unwrap();
            fs::write(&user_file, "source = []\n").unwrap();
        }
        let daemon = Daemon::start_command(&mut command(&["run"]));
        daemon.wait_for_log("feeds.toml is broken, the last good configuration stays in force");
        assert!(daemon.log().contains("`install -m 644 "), "{}", daemon.log());
        until("the article", || is_unharmed(&daemon));
        let expected = if is_link { "is a symbolic link to `absent.toml`" } else { "there is no such file" };
        assert!(daemon.log().contains(expected), "{}", daemon.log());
        assert!(run(&["list"]).expect_code(0).stdout().contains("good"));
        let refused = run(&["add", "file:more.xml"]).expect_code(78).stderr();
        assert!(refused.contains(expected) && refused.contains("`install -m 644 "), "{refused}");
        // The daemon notices that the file is back.
        let target = if is_link { sandbox.path().join("absent.toml") } else { sandbox.config() };
        fs::copy(sandbox.state().join("last-good-feeds.toml"), target).unwrap();
        daemon.wait_for_log("it is valid again");
        assert!(daemon.stop().success());
    }
}
