//! Tests the HTTP interface of the real binary: routes, conditional requests, codings, access, hostile requests.

mod access;
mod conditional;
mod feed_requests;
mod hostile;
mod parts;
mod routes;

use crate::support::daemon::{Daemon, Sandbox};

/// A feed of a news agency. It has French quotes, awkward characters in every field, and a short post without a title.
const AGENCY: &str = include_str!("../fixtures/http/agence.xml");

/// Sets up a river whose store already holds the agency's articles, so that its daemon serves them from the first
/// answer on. `river` is the beginning of feeds.toml.
fn sandbox(river: &str) -> Sandbox {
    let sources = "[[source]]\nurl = \"file:agence.xml\"\nname = \"agence\"\ntags = [\"côte\", \"presse\"]\n";
    let sandbox = Sandbox::new(&format!("{river}\n{sources}"));
    std::fs::write(sandbox.path().join("agence.xml"), AGENCY).unwrap();
    sandbox.run(&["poll"]).expect_code(0);
    sandbox
}

pub(crate) const LOCAL: &str = "[server]\nlisten = [\"127.0.0.1:0\"]\n";

fn daemon(sandbox: &Sandbox) -> Daemon {
    sandbox.start()
}
