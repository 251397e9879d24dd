//! A verb's connection to the running daemon, through the control socket in the state directory.

use std::io::{self, BufRead as _, BufReader, Read as _, Write as _};
use std::os::unix::net::UnixStream;
use std::path::Path;
use std::time::Duration;

use anyhow::{Context as _, bail};
use bytes::Bytes;

use super::{SetupError, UsageError, state_dir};
use crate::model::EarlierAnswer;
use crate::service::control::protocol::{ControlAnswer, ControlRequest, MAX_ANSWER_BYTES};
use crate::service::control::{SOCKET_NAME, short_socket_path};
use crate::store::MAX_KEPT_BODY;

/// How long the daemon may take to send its warnings.
const HEALTH_WITHIN: Duration = Duration::from_secs(2);

/// An open connection to the daemon.
#[derive(Debug)]
pub(super) struct DaemonConnection {
    stream: BufReader<UnixStream>,
}

impl DaemonConnection {
    /// Connects to the daemon whose state is in this directory. Returns `None` if no daemon runs there. Fails if one may run
    /// there, but the connection fails, for example because this user must not connect.
    pub(super) fn open(state: &Path) -> anyhow::Result<Option<Self>> {
        let path = state.join(SOCKET_NAME);
        let connected = short_socket_path(&path).and_then(|(_directory, short)| UnixStream::connect(short));
        match connected {
            Ok(stream) => Ok(Some(Self { stream: BufReader::new(stream) })),
            // A crash may have left the file of a socket that nobody listens on. If the state directory turns out to be a file,
            // that is reported when riverd tries to create the directory.
            Err(error)
                if matches!(
                    error.kind(),
                    io::ErrorKind::NotFound | io::ErrorKind::NotADirectory | io::ErrorKind::ConnectionRefused
                ) =>
            {
                Ok(None)
            }
            Err(error) if error.kind() == io::ErrorKind::PermissionDenied => {
                Err(state_dir::unreadable(&path).into())
            }
            Err(error) => Err(SetupError(format!("can't connect to `{}`: {error}", path.display())).into()),
        }
    }

    /// Asks the daemon for its warnings: first why it stores nothing, if that is so, and then everything else that is wrong.
    /// Returns nothing if no daemon answers soon.
    pub(super) fn warnings(state: &Path) -> Vec<String> {
        let ask = || {
            let mut daemon = Self::open(state).ok().flatten()?;
            daemon.stream.get_ref().set_read_timeout(Some(HEALTH_WITHIN)).ok()?;
            daemon.send(&ControlRequest::Health).ok()?;
            match daemon.receive() {
                Ok(ControlAnswer::Health { problem, warnings }) => Some((problem, warnings)),
                Ok(_) | Err(_) => None,
            }
        };
        let (problem, warnings) = ask().unwrap_or_default();
        let stores_nothing = problem.map(|problem| format!("the daemon stores nothing now: {problem}"));
        stores_nothing.into_iter().chain(warnings).collect()
    }

    /// Sends a request.
    pub(super) fn send(&mut self, request: &ControlRequest) -> anyhow::Result<()> {
        let mut line = serde_json::to_vec(request)?;
        line.push(b'\n');
        self.stream
            .get_mut()
            .write_all(&line)
            .map_err(|error| as_text(&error))
            .context("the daemon does not take the request")
    }

    /// Receives the next answer. Turns the answer `error` into an error with the exit code that the answer names.
    pub(super) fn receive(&mut self) -> anyhow::Result<ControlAnswer> {
        let mut line = Vec::new();
        (&mut self.stream)
            .take(MAX_ANSWER_BYTES as u64)
            .read_until(b'\n', &mut line)
            .map_err(|error| as_text(&error))
            .context("the daemon's answer can't be read")?;
        if line.last() != Some(&b'\n') {
            bail!("the daemon stopped before it had answered");
        }
        let answer = serde_json::from_slice(&line).context(
            "the running daemon answers in an unknown way\nhint: if riverd was upgraded, restart the daemon",
        )?;
        match answer {
            ControlAnswer::Error { message, exit_code: 2 } => Err(UsageError(message).into()),
            ControlAnswer::Error { message, exit_code: 78 } => Err(SetupError(message).into()),
            ControlAnswer::Error { message, .. } => bail!("the daemon reports: {message}"),
            answer => Ok(answer),
        }
    }

    /// Lets the daemon keep an answer for the next poll of its source. A body that is too large to be kept is not sent.
    pub(super) fn keep_answer(mut self, answer: EarlierAnswer) -> anyhow::Result<()> {
        let (answer, body) = answer.split_body();
        let body = if body.len() > MAX_KEPT_BODY { Bytes::new() } else { body };
        self.send(&ControlRequest::KeepAnswer { answer: Box::new(answer) })?;
        self.stream
            .get_mut()
            .write_all(&body)
            .map_err(|error| as_text(&error))
            .context("the daemon does not take the answer")?;
        match self.receive()? {
            ControlAnswer::Done { .. } => Ok(()),
            other => bail!("the daemon gave an unexpected answer: {other:?}"),
        }
    }

    /// Sends a request whose only answer is `done`, and returns how many articles were deleted. Returns `None` if no
    /// daemon runs.
    pub(super) fn request(state: &Path, request: &ControlRequest) -> anyhow::Result<Option<u64>> {
        let Some(mut daemon) = Self::open(state)? else { return Ok(None) };
        daemon.send(request)?;
        match daemon.receive()? {
            ControlAnswer::Done { purged } => Ok(Some(purged)),
            other => bail!("the daemon gave an unexpected answer: {other:?}"),
        }
    }
}

/// Returns an error of the control socket as its text alone. Otherwise `main` would take a socket that the daemon closed for a
/// stdout that its reader closed, and report success.
fn as_text(error: &io::Error) -> anyhow::Error {
    anyhow::Error::msg(error.to_string())
}
