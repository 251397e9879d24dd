//! What subscribers get from the real binary: documents, conditions, codings, refusals.

mod access;
mod conditional;
mod hostile;
mod routes;

use crate::support::daemon::{Daemon, Household};

/// A dispatch with French quotes, a trap in every field, a short post without a title.
const AGENCY: &str = include_str!("../fixtures/http/agence.xml");

/// A household whose store already holds the agency's articles, so that its daemon serves them from its first answer on.
fn household(river: &str) -> Household {
    let sources = "[[source]]\nurl = \"file:agence.xml\"\nname = \"agence\"\ntags = [\"côte\", \"presse\"]\n";
    let household = Household::new(&format!("{river}\n{sources}"));
    std::fs::write(household.path().join("agence.xml"), AGENCY).unwrap();
    household.run(&["poll"]).expect_code(0);
    household
}

const LOCAL: &str = "[server]\nlisten = [\"127.0.0.1:0\"]\n";

fn daemon(household: &Household) -> Daemon {
    household.start()
}
