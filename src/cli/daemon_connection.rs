//! A verb's connection to the running daemon, through the control socket in the state directory.

use std::io::{self, BufRead as _, BufReader, Read as _, Write as _};
use std::os::unix::net::UnixStream;
use std::path::Path;
use std::time::{Duration, Instant};

use anyhow::{Context as _, bail};
use bytes::Bytes;

use super::{SetupError, UsageError, output, state_dir};
use crate::model::EarlierAnswer;
use crate::service::control::protocol::{ControlAnswer, ControlRequest, MAX_ANSWER_BYTES};
use crate::service::control::{SOCKET_NAME, short_socket_path};
use crate::store::MAX_KEPT_BODY;

/// How long the daemon may take to send its warnings.
const HEALTH_WITHIN: Duration = Duration::from_secs(2);

/// After this time without a first answer, the person at the terminal is told.
const TOLD_AFTER: Duration = Duration::from_secs(2);

/// How long the daemon may take to begin with the polls of a request. It reads feeds.toml before that, which may take ten
/// seconds, and waits for the database, which may be storing a long document.
const POLLS_BEGIN_WITHIN: Duration = Duration::from_mins(1);

/// How long the daemon may take for a request that only changes a row.
const DONE_WITHIN: Duration = Duration::from_secs(10);

/// What is said of a daemon that takes connections and does not answer.
const NO_ANSWER: &str = "the daemon does not answer: it is very busy, or it hangs (`systemctl restart riverd` then starts it anew)";

/// An open connection to the daemon.
#[derive(Debug)]
pub(super) struct DaemonConnection {
    stream: BufReader<UnixStream>,
    /// How long the first answer may take, while it is awaited. `None` for as long as it takes.
    first_answer: Option<FirstAnswer>,
}

/// The wait for the first answer to a request. Those after it come with the work and have no limit.
#[derive(Clone, Copy, Debug)]
struct FirstAnswer {
    within: Option<Duration>,
}

impl FirstAnswer {
    /// Returns how long the daemon may take to begin its answer to a request.
    fn to(request: &ControlRequest) -> Self {
        let within = match request {
            // To delete a year of articles takes its time.
            ControlRequest::Reload => None,
            ControlRequest::Poll { .. } => Some(POLLS_BEGIN_WITHIN),
            ControlRequest::NotePurge { .. }
            | ControlRequest::Revive { .. }
            | ControlRequest::KeepAnswer { .. }
            | ControlRequest::Health => Some(DONE_WITHIN),
        };
        Self { within }
    }
}

impl DaemonConnection {
    /// Connects to the daemon whose state is in this directory. Returns `None` if no daemon runs there. Fails if one may run
    /// there, but the connection fails, for example because this user must not connect.
    pub(super) fn open(state: &Path) -> anyhow::Result<Option<Self>> {
        let path = state.join(SOCKET_NAME);
        let connected = short_socket_path(&path).and_then(|(_directory, short)| UnixStream::connect(short));
        match connected {
            Ok(stream) => Ok(Some(Self { stream: BufReader::new(stream), first_answer: None })),
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
    /// If a daemon takes the connection and does not answer soon, that is the only warning.
    pub(super) fn warnings(state: &Path) -> Vec<String> {
        let Some(mut daemon) = Self::open(state).ok().flatten() else { return Vec::new() };
        let sent = daemon.send(&ControlRequest::Health);
        daemon.first_answer = None;
        if sent.is_err() || daemon.stream.get_ref().set_read_timeout(Some(HEALTH_WITHIN)).is_err() {
            return Vec::new();
        }
        let mut line = Vec::new();
        match daemon.read_line(&mut line) {
            Err(error) if is_timeout(&error) => return vec![NO_ANSWER.to_owned()],
            Err(_) => return Vec::new(),
            Ok(()) => {}
        }
        let Ok(ControlAnswer::Health { problem, warnings }) = serde_json::from_slice(&line) else {
            return Vec::new();
        };
        let stores_nothing = problem.map(|problem| format!("the daemon stores nothing now: {problem}"));
        stores_nothing.into_iter().chain(warnings).collect()
    }

    /// Reads a line of an answer, behind what `line` has of it already.
    fn read_line(&mut self, line: &mut Vec<u8>) -> io::Result<()> {
        let room = MAX_ANSWER_BYTES.saturating_sub(line.len()) as u64;
        (&mut self.stream).take(room).read_until(b'\n', line).map(|_| ())
    }

    /// Reads the first answer. Tells the person at the terminal if it takes long, and gives up after a time that depends on the
    /// request.
    fn read_first_line(&mut self, wait: FirstAnswer, line: &mut Vec<u8>) -> io::Result<()> {
        let started = Instant::now();
        let mut limit = TOLD_AFTER;
        loop {
            self.stream.get_ref().set_read_timeout(Some(limit))?;
            match self.read_line(line) {
                Err(error) if is_timeout(&error) => {}
                read => {
                    self.stream.get_ref().set_read_timeout(None)?;
                    return read;
                }
            }
            let left = wait.within.map(|within| within.saturating_sub(started.elapsed()));
            if left.is_some_and(|left| left.is_zero()) {
                return Err(io::Error::new(io::ErrorKind::TimedOut, NO_ANSWER));
            }
            if limit == TOLD_AFTER {
                output::print_message(&format!("note: {NO_ANSWER}; Ctrl-C ends this command"));
            }
            limit = left.unwrap_or(DONE_WITHIN).max(Duration::from_millis(1));
        }
    }

    /// Sends a request.
    pub(super) fn send(&mut self, request: &ControlRequest) -> anyhow::Result<()> {
        let mut line = serde_json::to_vec(request)?;
        line.push(b'\n');
        self.first_answer = Some(FirstAnswer::to(request));
        self.stream
            .get_mut()
            .write_all(&line)
            .map_err(|error| as_text(&error))
            .context("the daemon does not take the request")
    }

    /// Receives the next answer. Turns the answer `error` into an error with the exit code that the answer names.
    pub(super) fn receive(&mut self) -> anyhow::Result<ControlAnswer> {
        let mut line = Vec::new();
        let read = match self.first_answer.take() {
            Some(wait) => self.read_first_line(wait, &mut line),
            None => self.read_line(&mut line),
        };
        match read {
            Err(error) if is_timeout(&error) => bail!("{NO_ANSWER}"),
            read => read.map_err(|error| as_text(&error)).context("the daemon's answer can't be read")?,
        }
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

/// Returns whether the limit for reading was reached.
fn is_timeout(error: &io::Error) -> bool {
    matches!(error.kind(), io::ErrorKind::WouldBlock | io::ErrorKind::TimedOut)
}

/// Returns an error of the control socket as its text alone. Otherwise `main` would take a socket that the daemon closed for a
/// stdout that its reader closed, and report success.
fn as_text(error: &io::Error) -> anyhow::Error {
    anyhow::Error::msg(error.to_string())
}
