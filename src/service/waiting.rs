//! Waits for a person to repair what keeps riverd from starting, if riverd was started by its socket: a broken feeds.toml
//! without a last good one, or a database that can't be used.
//!
//! If the process ended, each reader that connects would make systemd start it again: several times a second for ever, or until
//! systemd gives up on the service and on its socket. After that, it would not be enough to repair the file. So riverd answers
//! 503, reports the reason to systemd and the log, and goes on once the file is good.

use std::io;
use std::path::PathBuf;
use std::time::Duration;

use tokio::io::{AsyncRead, AsyncReadExt as _, AsyncWrite, AsyncWriteExt as _};
use tokio::task::JoinSet;
use tokio::time::{Instant, interval, timeout};

use super::listen::Socket;
use super::notify;
use super::signals::{SignalRequest, Signals};
use super::watch::FileWatch;
use crate::http::Listener;

/// How often the files are looked at.
const CHECK_INTERVAL: Duration = Duration::from_secs(1);
/// How long a reader may take to send its request and to take the answer.
const ANSWER_TIMEOUT: Duration = Duration::from_secs(2);
/// How long the accept loop pauses after an error, such as a lack of file descriptors.
const ACCEPT_PAUSE: Duration = Duration::from_millis(200);

/// After this time, what keeps riverd from starting is tried again even if no file has changed: another riverd may have ended,
/// or the owner of a folder may be another one.
const RETRY_INTERVAL: Duration = Duration::from_mins(1);

/// What riverd has and looks at while it waits.
pub(super) struct WaitingWith<'s> {
    /// The inherited sockets, on which it answers 503.
    pub(super) sockets: Vec<&'s Socket>,
    /// The files that a person may repair. After each change it is tried again.
    pub(super) files: Vec<PathBuf>,
}

/// Waits until `retry` succeeds. It is called after each change of a file, at a request to reload, and after
/// [`RETRY_INTERVAL`]. `announce` reports an error to systemd and the log: `first`, and then each that differs from the one
/// before. Returns `None` if a signal asks to stop before.
pub(super) async fn wait_until_usable<T, E: ToString>(
    with: WaitingWith<'_>,
    signals: &mut Signals,
    first: E,
    announce: impl Fn(&E),
    mut retry: impl AsyncFnMut() -> Result<T, E>,
) -> io::Result<Option<T>> {
    let mut watches: Vec<FileWatch> = with.files.into_iter().map(FileWatch::new).collect();
    let mut readers = JoinSet::new();
    for socket in with.sockets {
        readers.spawn(answer_unavailable(socket.try_clone()?.into_listener()?));
    }
    let mut error = first;
    announce(&error);
    let mut checks = interval(CHECK_INTERVAL);
    let mut tried_at = Instant::now();
    loop {
        tokio::select! {
            request = signals.next() => match request {
                SignalRequest::Stop => return Ok(None),
                SignalRequest::Reload => {}
            },
            _ = checks.tick() => {
                notify::watchdog();
                let changed = watches.iter_mut().filter_map(|watch| watch.take_stable_change().then_some(())).count();
                if changed == 0 && tried_at.elapsed() < RETRY_INTERVAL {
                    continue;
                }
            }
        }
        tried_at = Instant::now();
        match retry().await {
            Ok(usable) => return Ok(Some(usable)),
            Err(again) => {
                if again.to_string() != error.to_string() {
                    announce(&again);
                }
                error = again;
            }
        }
    }
}

/// Answers every request with 503, one after the other. It gives up on a slow reader.
async fn answer_unavailable(listener: Listener) {
    loop {
        let answered = match &listener {
            Listener::Tcp(listener) => match listener.accept().await {
                Ok((stream, _)) => timeout(ANSWER_TIMEOUT, answer(stream)).await,
                Err(error) => Ok(Err(error)),
            },
            Listener::Unix(listener) => match listener.accept().await {
                Ok((stream, _)) => timeout(ANSWER_TIMEOUT, answer(stream)).await,
                Err(error) => Ok(Err(error)),
            },
        };
        if let Ok(Err(_)) = answered {
            tokio::time::sleep(ACCEPT_PAUSE).await;
        }
    }
}

async fn answer<S: AsyncRead + AsyncWrite + Unpin>(mut stream: S) -> io::Result<()> {
    const TEXT: &str = "riverd can't start yet; its operator finds the reason in `systemctl status riverd`\n";
    // The content of the request does not matter. It is read because otherwise closing the connection would reset it.
    let mut request = [0; 8192];
    let _read = stream.read(&mut request).await?;
    let answer = format!(
        "HTTP/1.1 503 Service Unavailable\r\nContent-Type: text/plain; charset=utf-8\r\nContent-Length: {}\r\n\
         Retry-After: 60\r\nCache-Control: no-store\r\nConnection: close\r\n\r\n{TEXT}",
        TEXT.len()
    );
    stream.write_all(answer.as_bytes()).await?;
    stream.shutdown().await
}
