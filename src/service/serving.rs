//! The listeners of the web server while the daemon runs: those that it inherited, or those of feeds.toml, which a
//! reload can change.

use std::io;

use tokio::task::JoinHandle;
use tokio_util::sync::CancellationToken;
use tracing::{info, warn};

use super::listen::{self, BoundSocket, ListenError};
use crate::config::ListenAddress;
use crate::http::HttpServer;

/// The running listeners.
pub(super) struct Serving {
    server: HttpServer,
    loops: Vec<AcceptLoop>,
}

/// A listener that accepts connections.
struct AcceptLoop {
    /// Address as in feeds.toml. `None` for an inherited socket.
    address: Option<ListenAddress>,
    stop: CancellationToken,
    task: JoinHandle<()>,
}

impl Serving {
    /// Starts to accept connections from `sockets`.
    pub(super) fn start(server: HttpServer, sockets: Vec<BoundSocket>) -> io::Result<Self> {
        let mut serving = Self { server, loops: Vec::new() };
        for socket in sockets {
            serving.accept(socket)?;
        }
        Ok(serving)
    }

    fn accept(&mut self, BoundSocket { address, socket }: BoundSocket) -> io::Result<()> {
        let listener = socket.into_listener()?;
        let stop = CancellationToken::new();
        let task = tokio::spawn(self.server.clone().accept_until(listener, stop.clone()));
        self.loops.push(AcceptLoop { address, stop, task });
        Ok(())
    }

    /// Listens on `addresses` from now on. All new ones are bound before any old one is closed. If one can't be bound,
    /// nothing changes. If the sockets are inherited, `addresses` are ignored.
    pub(super) fn listen_on(&mut self, addresses: &[ListenAddress]) -> Result<(), ListenError> {
        if self.loops.iter().any(|running| running.address.is_none()) {
            return Ok(());
        }
        let is_running = |address: &ListenAddress| {
            self.loops.iter().any(|running| running.address.as_ref() == Some(address))
        };
        let new: Vec<ListenAddress> =
            addresses.iter().filter(|address| !is_running(address)).cloned().collect();
        for socket in listen::bind_all(&new)? {
            if let Err(error) = self.accept(socket) {
                warn!(%error, "can't use a new socket");
            }
        }
        let (kept, removed): (Vec<_>, Vec<_>) = std::mem::take(&mut self.loops)
            .into_iter()
            .partition(|running| running.address.as_ref().is_some_and(|address| addresses.contains(address)));
        self.loops = kept;
        for running in &removed {
            running.stop.cancel();
        }
        if !new.is_empty() || !removed.is_empty() {
            info!(
                opened = new.len(),
                closed = removed.len(),
                "`server.listen` changed: the new addresses are served"
            );
        }
        Ok(())
    }

    /// Returns whether a listener ended by itself, which only a crash can cause.
    pub(super) fn has_ended(&self) -> bool {
        self.loops.iter().any(|running| running.task.is_finished())
    }

    /// Stops accepting, and lets running answers finish for a few seconds.
    pub(super) async fn stop(self) {
        for running in &self.loops {
            running.stop.cancel();
        }
        for running in self.loops {
            super::wait_for_end("serving", running.task).await;
        }
        self.server.wait_until_all_closed().await;
    }
}
