//! Sends the answers to one verb.

use std::io;
use std::time::Duration;

use tokio::io::AsyncWriteExt as _;
use tokio::net::unix::OwnedWriteHalf;
use tokio::time::timeout;

use super::protocol::ControlAnswer;

/// How long a verb may take to read one answer.
const ANSWER_TIMEOUT: Duration = Duration::from_secs(30);

/// Sends answers to the verb.
#[derive(Debug)]
pub(super) struct Answers {
    writer: OwnedWriteHalf,
}

impl Answers {
    /// Makes the sender for one connection.
    pub(super) fn new(writer: OwnedWriteHalf) -> Self {
        Self { writer }
    }

    /// Sends one answer. Fails if the verb is gone or does not read.
    pub(super) async fn send(&mut self, answer: &ControlAnswer) -> io::Result<()> {
        let mut line = serde_json::to_vec(answer)?;
        line.push(b'\n');
        timeout(ANSWER_TIMEOUT, self.writer.write_all(&line)).await?
    }
}
