//! Tests that verbs which only read work where nothing can be written, as on a disk that the kernel made read-only after an
//! error.

use crate::support::daemon::{Sandbox, until};
use std::fs::{self, Permissions};
use std::os::unix::fs::{PermissionsExt as _, chown};

const FEED: &str = "<rss version=\"2.0\"><channel><title>News</title><link>http://example.org/</link><description>d</description>\
<item><guid>1</guid><title>A lighthouse story</title><link>http://example.org/1</link></item></channel></rss>";

/// How a riverd left its database.
#[derive(Clone, Copy, Debug)]
enum Left {
    /// It stopped.
    Stopped,
    /// It was killed, and its log has what is not in the database yet.
    Killed,
    /// It was killed, and the index of the log is gone.
    WithoutIndex,
}

/// Returns a sandbox with one published article, and a state that can't be written.
fn read_only(left: Left) -> Sandbox {
    let sandbox =
        Sandbox::with_sources("[[source]]\nname = \"news\"\nurl = \"file:feed.xml\"\ntags = [\"sea\"]\n");
    fs::write(sandbox.path().join("feed.xml"), FEED).unwrap();
    let daemon = sandbox.start();
    until("the article", || sandbox.run(&["search", "lighthouse"]).code() == 0);
    match left {
        Left::Stopped => assert!(daemon.stop().success()),
        Left::Killed | Left::WithoutIndex => {
            daemon.signal(rustix::process::Signal::KILL);
            drop(daemon);
            assert!(fs::metadata(sandbox.state().join("riverd.db-wal")).unwrap().len() > 0);
        }
    }
    if matches!(left, Left::WithoutIndex) {
        fs::remove_file(sandbox.state().join("riverd.db-shm")).unwrap();
    }
    for entry in fs::read_dir(sandbox.state()).unwrap() {
        let path = entry.unwrap().path();
        fs::set_permissions(&path, Permissions::from_mode(0o444)).unwrap();
    }
    fs::set_permissions(sandbox.path(), Permissions::from_mode(0o777)).unwrap();
    fs::set_permissions(sandbox.state(), Permissions::from_mode(0o555)).unwrap();
    sandbox
}

#[test]
fn what_is_stored_can_be_read_and_backed_up_although_nothing_can_be_written() {
    for left in [Left::Stopped, Left::Killed, Left::WithoutIndex] {
        let sandbox = read_only(left);
        let files = || fs::read_dir(sandbox.state()).unwrap().count();
        let before = files();
        for (verb, shown) in [
            (&["status"][..], "news"),
            (&["status", "news"], "articles      1"),
            (&["list"], "news"),
            (&["search", "lighthouse"], "A lighthouse story"),
            (&["why", "http://example.org/1"], "A lighthouse story"),
            (&["export"], "</opml>"),
            (&["backup", "copy.db"], "backed up 1 article of 1 source"),
        ] {
            let Some(ran) = sandbox.run_unprivileged(&[], verb) else { return };
            let text = ran.stdout();
            assert_eq!(ran.code(), 0, "{left:?} {verb:?}: {}", ran.stderr());
            assert!(text.contains(shown), "{left:?} {verb:?}: {text}");
            assert!(!ran.stderr().contains("can't"), "{left:?} {verb:?}: {}", ran.stderr());
        }
        assert_eq!(files(), before, "{left:?}: no file was made");
        fs::set_permissions(sandbox.state(), Permissions::from_mode(0o755)).unwrap();
        let owner = rustix::process::geteuid().as_raw();
        chown(sandbox.path().join("copy.db"), Some(owner), None).unwrap();
        for name in ["riverd.db", "riverd.lock"] {
            fs::remove_file(sandbox.state().join(name)).unwrap();
        }
        fs::remove_file(sandbox.state().join("riverd.db-wal")).unwrap_or_default();
        sandbox.run(&["restore", "copy.db"]).expect_code(0);
        sandbox.run(&["search", "lighthouse"]).expect_code(0);
        let Some(refused) = sandbox.run_unprivileged(&[], &["poll"]) else { return };
        assert_ne!(refused.code(), 0, "{left:?}: the state belongs to another user");
    }
}
