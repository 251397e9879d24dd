//! The least that polling can cost, and feeds to measure it on: for `make bench`.
//!
//! `poll` fetches every address of a list once, parses the documents with feed-rs and inserts the entries into a table,
//! with nothing else around it. `publish` serves synthetic feeds on loopback.
//!
//! ```text
//! cargo run --release --example floor -- publish PORT FEEDS ADDRESSES_FILE [ITEMS]
//! cargo run --release --example floor -- poll ADDRESSES_FILE DATABASE
//! ```
#![expect(clippy::print_stdout, reason = "a tool for the terminal")]

mod failures;
mod poll;
mod publish;

use anyhow::Context as _;

#[tokio::main(worker_threads = 2)]
async fn main() -> anyhow::Result<()> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
    match arguments.as_slice() {
        ["publish", port, feeds, addresses, items @ ..] => {
            let (port, feeds) = (port.parse().context("PORT")?, feeds.parse().context("FEEDS")?);
            let items = items.first().map(|items| items.parse()).transpose().context("ITEMS")?;
            publish::serve(port, feeds, items, addresses.as_ref()).await
        }
        ["poll", addresses, database] => {
            let polled = poll::poll_all(addresses.as_ref(), database.as_ref()).await?;
            println!("{polled}");
            Ok(())
        }
        _ => anyhow::bail!(
            "usage: floor publish PORT FEEDS ADDRESSES_FILE [ITEMS] | floor poll ADDRESSES_FILE DATABASE"
        ),
    }
}
