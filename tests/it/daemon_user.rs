//! Tests of what an operator meets when the user of the daemon may not use a file that root may use.

use std::fs::{self, Permissions};
use std::net::TcpListener;
use std::os::fd::OwnedFd;
use std::os::unix::fs::{PermissionsExt as _, chown};
use std::process::{Command, Stdio};

use crate::support::daemon::{Daemon, Sandbox, get, until};

const FEED: &str = "<rss version=\"2.0\"><channel><title>Good news</title><link>http://example.org/</link>\
    <description>d</description><item><guid>1</guid><title>One</title><link>http://example.org/1</link></item></channel></rss>";

/// The user `nobody`.
const USER: u32 = 65534;

/// Returns a sandbox with one article, whose state belongs to [`USER`]. Returns `None` if this process can't become that user.
fn of_user() -> Option<Sandbox> {
    let sandbox = Sandbox::with_sources("[[source]]\nname = \"a\"\nurl = \"file:feed.xml\"\n");
    fs::write(sandbox.path().join("feed.xml"), FEED).unwrap();
    fs::set_permissions(sandbox.path(), Permissions::from_mode(0o755)).unwrap();
    if !rustix::process::geteuid().is_root() || sandbox.run_unprivileged(&[], &["schema"])?.code() != 0 {
        return None;
    }
    fs::create_dir(sandbox.state()).unwrap();
    chown(sandbox.state(), Some(USER), Some(USER)).unwrap();
    sandbox.run(&["poll"]).expect_code(0);
    Some(sandbox)
}

/// Returns `riverd run` as [`USER`], by way of these words of a shell.
fn run_as_user(sandbox: &Sandbox, before: &str) -> Command {
    let run = "exec setpriv --reuid=65534 --regid=65534 --clear-groups -- \"$0\" run";
    let mut command = Command::new("sh");
    command
        .args(["-c", &format!("{before}{run}"), env!("CARGO_BIN_EXE_riverd")])
        .env("RIVERD_CONFIG", sandbox.config())
        .env("RIVERD_STATE_DIR", sandbox.state())
        .env_remove("JOURNAL_STREAM")
        .current_dir(sandbox.path());
    command
}

#[test]
fn a_socket_that_systemd_holds_gets_503_while_riverd_may_not_read_its_database() {
    let Some(sandbox) = of_user() else { return };
    // As a `cp` of root leaves it.
    let database = sandbox.state().join("riverd.db");
    chown(&database, Some(0), Some(0)).unwrap();
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap().to_string();
    // systemd passes the first socket as descriptor 3.
    let pass = "exec 3<&0 0</dev/null; export LISTEN_FDS=1 LISTEN_PID=$$; ";
    let mut command = run_as_user(&sandbox, pass);
    let daemon = Daemon::spawn_command(command.stdin(Stdio::from(OwnedFd::from(listener))));
    daemon.wait_for_log("riverd waits, because it can't use its database: can't write");
    assert_eq!(get(&address, "/feed.xml", &[]).status, 503);
    chown(&database, Some(USER), Some(USER)).unwrap();
    until("the river", || get(&address, "/feed.xml", &[]).status == 200);
    assert!(daemon.stop().success());
}

#[test]
fn without_such_a_socket_a_database_that_riverd_may_not_read_ends_it_with_78() {
    let Some(sandbox) = of_user() else { return };
    chown(sandbox.state().join("riverd.db"), Some(0), Some(0)).unwrap();
    let said = sandbox.run_unprivileged(&[], &["run"]).unwrap().expect_code(78).stderr();
    assert!(said.contains("belongs to another user"), "{said}");
}

#[test]
fn verbs_of_root_say_that_the_daemon_may_not_read_the_file_that_they_read_and_write() {
    let Some(sandbox) = of_user() else { return };
    let daemon = Daemon::spawn_command(&mut run_as_user(&sandbox, ""));
    daemon.wait_for_log("serving the river");
    let said = "warning: for the running daemon, feeds.toml is broken: ";
    let stderr = |verb: &[&str]| sandbox.run(verb).expect_code(0).stderr();
    assert!(!stderr(&["check"]).contains("warning"));
    fs::set_permissions(sandbox.config(), Permissions::from_mode(0o600)).unwrap();
    daemon.wait_for_log("feeds.toml is broken");
    until("the warning of status", || stderr(&["status"]).contains("warning: feeds.toml is broken: "));
    fs::write(sandbox.path().join("list"), "http://127.0.0.1:9/c\n").unwrap();
    for verb in [
        &["check"][..],
        &["check", "--json"],
        &["add", "file:other.xml", "--name", "b"],
        &["remove", "b"],
        &["import", "list"],
    ] {
        let stderr = stderr(verb);
        assert!(stderr.contains(said) && stderr.contains("can't be read"), "{verb:?}: {stderr}");
    }
    fs::set_permissions(sandbox.config(), Permissions::from_mode(0o644)).unwrap();
    until("the end of the warning", || !stderr(&["check"]).contains("warning"));
    assert!(daemon.stop().success());
}
