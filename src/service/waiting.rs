//! Waits for feeds.toml to be repaired, if riverd was started by its socket and has no last good configuration.
//!
//! If the process ended, each reader that connects would make systemd start it again, until systemd gives up on the service and
//! on its socket. After that, it would not be enough to repair the file. So riverd answers 503, reports the reason to systemd
//! and the log, and goes on once the file is good.

use std::io;
use std::path::Path;
use std::time::Duration;

use tokio::io::{AsyncRead, AsyncReadExt as _, AsyncWrite, AsyncWriteExt as _};
use tokio::task::JoinSet;
use tokio::time::{interval, timeout};
use tracing::error;

use super::last_good::{LastGoodConfig, UsableConfig};
use super::listen::Socket;
use super::notify;
use super::signals::{SignalRequest, Signals};
use super::watch::FileWatch;
use crate::config::ConfigErrors;
use crate::http::Listener;

/// How often feeds.toml is checked.
const CHECK_INTERVAL: Duration = Duration::from_secs(1);
/// How long a reader may take to send its request and to take the answer.
const ANSWER_TIMEOUT: Duration = Duration::from_secs(2);
/// How long the accept loop pauses after an error, such as a lack of file descriptors.
const ACCEPT_PAUSE: Duration = Duration::from_millis(200);

/// Waits until the file at `path` is good. Returns `None` if a signal asks to stop before.
pub(super) async fn wait_for_good_config(
    path: &Path,
    errors: ConfigErrors,
    sockets: &[Socket],
    signals: &mut Signals,
) -> io::Result<Option<UsableConfig>> {
    let mut watch = FileWatch::new(path.to_owned());
    let mut readers = JoinSet::new();
    for socket in sockets {
        readers.spawn(answer_unavailable(socket.try_clone()?.into_listener()?));
    }
    announce(&errors);
    let mut checks = interval(CHECK_INTERVAL);
    loop {
        tokio::select! {
            request = signals.next() => match request {
                SignalRequest::Stop => return Ok(None),
                SignalRequest::Reload => {}
            },
            _ = checks.tick() => {
                notify::watchdog();
                if !watch.take_stable_change() {
                    continue;
                }
            }
        }
        // There is no last good configuration, so only the file itself can be usable.
        match LastGoodConfig::load_file(path) {
            Ok(usable) => return Ok(Some(usable)),
            Err(errors) => announce(&errors),
        }
    }
}

fn announce(errors: &ConfigErrors) {
    error!("feeds.toml is broken, and riverd waits until it is repaired:\n{errors}");
    notify::ready(&format!("waiting, because feeds.toml is broken: {}", errors.summary()));
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
    const TEXT: &str =
        "riverd has no valid configuration yet; its operator finds the reason in `systemctl status riverd`\n";
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
