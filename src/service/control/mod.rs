//! The control socket: verbs (the subcommands of riverd, such as `riverd poll`) send requests to a running daemon through it,
//! so that they need not write to the database themselves.
//!
//! The socket is in the state directory. Only root and the user of the daemon may connect. The number of connections, the
//! length of each message and the time for it are bounded.

mod answers;
mod connection;
mod poll;
pub mod protocol;

use std::fs;
use std::io;
use std::os::unix::fs::PermissionsExt as _;
use std::os::unix::net::UnixListener as StdUnixListener;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use tokio::net::UnixListener;
use tokio::sync::{Semaphore, mpsc, oneshot};
use tokio_util::sync::CancellationToken;
use tracing::{debug, warn};

use super::notices::Notices;
use crate::poll::Poller;
use crate::publish::Publisher;
use crate::store::Store;
use protocol::ControlAnswer;

/// Name of the socket in the state directory.
pub const SOCKET_NAME: &str = "control.sock";

/// How many verbs the daemon serves at the same time. Any further verb gets an error.
const MAX_CONNECTIONS: usize = 16;

/// How long the accept loop pauses after an error, such as a lack of file descriptors.
const ACCEPT_PAUSE: Duration = Duration::from_millis(200);

/// A path longer than this does not fit into the address of a unix socket (108 bytes on Linux, with the zero byte at its
/// end).
const MAX_SOCKET_PATH: usize = 107;

/// A request that only the daemon's loop can carry out, because the loop holds the configuration in force.
#[derive(Debug)]
pub(super) enum LoopRequest {
    /// Read feeds.toml if it changed. The channel gets a message afterwards, even if the file did not change or is broken.
    ReloadIfChanged(oneshot::Sender<()>),
    /// Read feeds.toml. The channel gets the answer for the verb.
    Reload(oneshot::Sender<ControlAnswer>),
}

/// The parts of the daemon that requests need.
#[derive(Clone, Debug)]
pub(super) struct ControlServices {
    pub(super) store: Store,
    pub(super) poller: Poller,
    pub(super) publisher: Publisher,
    pub(super) notices: Notices,
    pub(super) loop_requests: mpsc::Sender<LoopRequest>,
}

/// The bound control socket. Its file is removed when this is dropped.
#[derive(Debug)]
pub(super) struct ControlSocket {
    listener: UnixListener,
    path: PathBuf,
}

impl ControlSocket {
    /// Binds the socket in `state_dir`. A file that a crash left behind is replaced: the caller holds the lock of the
    /// database, so no other daemon uses it.
    pub(super) fn bind(state_dir: &Path) -> io::Result<Self> {
        let path = state_dir.join(SOCKET_NAME);
        let temporary = state_dir.join(".control.sock.new");
        match fs::remove_file(&temporary) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(error),
            _ => {}
        }
        let (_directory, bindable) = short_socket_path(&temporary)?;
        let listener = StdUnixListener::bind(bindable)?;
        // The socket gets its final name only after its permissions, so that nobody else can connect in between.
        fs::set_permissions(&temporary, fs::Permissions::from_mode(0o600))?;
        fs::rename(&temporary, &path)?;
        listener.set_nonblocking(true)?;
        Ok(Self { listener: UnixListener::from_std(listener)?, path })
    }

    /// Serves verbs until `stop` is cancelled.
    pub(super) async fn serve(self, services: ControlServices, stop: CancellationToken) {
        let places = Arc::new(Semaphore::new(MAX_CONNECTIONS));
        while let Some(accepted) = stop.run_until_cancelled(self.listener.accept()).await {
            match accepted {
                Ok((stream, _)) => {
                    let place = Arc::clone(&places).try_acquire_owned().ok();
                    let (services, stop) = (services.clone(), stop.child_token());
                    tokio::spawn(async move {
                        let served = match place {
                            Some(_) => connection::serve(stream, services, stop).await,
                            None => connection::refuse(stream).await,
                        };
                        if let Err(error) = served {
                            debug!(%error, "a verb left its control connection");
                        }
                        drop(place);
                    });
                }
                Err(error) => {
                    warn!(%error, "can't accept a control connection");
                    tokio::time::sleep(ACCEPT_PAUSE).await;
                }
            }
        }
    }
}

impl Drop for ControlSocket {
    fn drop(&mut self) {
        // The next start replaces a file that could not be removed.
        drop(fs::remove_file(&self.path));
    }
}

/// Returns a path to the socket at `path` that is short enough to bind or to connect to. The path may lead through the
/// descriptor of an open directory. This directory is returned, too, and the caller must keep it open until it has bound or
/// connected.
pub fn short_socket_path(path: &Path) -> io::Result<(Option<fs::File>, PathBuf)> {
    let fits = path.as_os_str().len() <= MAX_SOCKET_PATH;
    let (Some(directory), Some(name), false) = (path.parent(), path.file_name(), fits) else {
        return Ok((None, path.to_owned()));
    };
    let directory = fs::File::open(directory)?;
    let descriptor = std::os::fd::AsRawFd::as_raw_fd(&directory);
    let short = Path::new("/proc/self/fd").join(descriptor.to_string()).join(name);
    Ok((Some(directory), short))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn the_socket_is_private_replaces_a_left_over_and_goes_with_its_daemon() {
        let folder = tempfile::tempdir().unwrap();
        // Such a path is too long for the address of a unix socket.
        let state = folder.path().join("s".repeat(120));
        fs::create_dir(&state).unwrap();
        fs::write(state.join(SOCKET_NAME), "left over").unwrap();
        let socket = ControlSocket::bind(&state).unwrap();
        let path = state.join(SOCKET_NAME);
        assert_eq!(fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o600);
        let (_directory, short) = short_socket_path(&path).unwrap();
        std::os::unix::net::UnixStream::connect(short).unwrap();
        drop(socket);
        assert!(!path.exists());
    }
}
