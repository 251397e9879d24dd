//! The listeners of the web server while the daemon runs: those that it inherited, or those of feeds.toml, which a
//! reload can change.

use std::fs;
use std::io;
use std::os::unix::fs::MetadataExt as _;
use std::path::PathBuf;

use tokio::task::JoinHandle;
use tokio_util::sync::CancellationToken;
use tracing::{error, info};

use super::listen::{self, BoundSocket, ListenError};
use crate::config::{ListenAddress, UnixSocket};
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
    /// Address that the socket has. It differs from `address` if `address` has port 0, which lets the system choose a port.
    bound_to: Option<ListenAddress>,
    /// Address for people.
    shown_address: String,
    /// The file of a unix socket of feeds.toml, and its inode.
    socket_file: Option<(PathBuf, u64)>,
    stop: CancellationToken,
    task: JoinHandle<()>,
}

impl AcceptLoop {
    /// Stops accepting, and removes the socket's file unless another process has put its own there.
    fn stop_accepting(&self) {
        self.stop.cancel();
        if let Some((path, inode)) = &self.socket_file
            && fs::symlink_metadata(path).is_ok_and(|file| file.ino() == *inode)
        {
            // If the file stays, the next bind replaces it.
            drop(fs::remove_file(path));
        }
    }

    /// Stops accepting, and waits until the address is free.
    async fn close(self) {
        self.stop_accepting();
        super::wait_for_end("serving", self.task).await;
    }
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
        let (shown_address, bound_to) =
            (socket.shown_address(), socket.tcp_address().or_else(|| address.clone()));
        let socket_file = match &address {
            Some(ListenAddress::Unix(socket)) => {
                Some((socket.path.clone(), fs::symlink_metadata(&socket.path)?.ino()))
            }
            _ => None,
        };
        let listener = socket.into_listener()?;
        let stop = CancellationToken::new();
        let task = tokio::spawn(self.server.clone().accept_until(listener, stop.clone()));
        self.loops.push(AcceptLoop { address, bound_to, shown_address, socket_file, stop, task });
        Ok(())
    }

    /// Returns where the river is served, for people: the first TCP address, or else the first unix socket.
    pub(super) fn shown_address(&self) -> String {
        let addresses = || self.loops.iter().map(|running| &running.shown_address);
        let first = addresses().find(|shown| !shown.starts_with("unix:")).or_else(|| addresses().next());
        first.cloned().unwrap_or_else(|| "nowhere".to_owned())
    }

    /// Listens on `addresses` from now on. If one of them can't be bound, the previous addresses stay in use. If the sockets
    /// are inherited, `addresses` are ignored.
    pub(super) async fn listen_on(&mut self, addresses: &[ListenAddress]) -> Result<(), ListenError> {
        if self.is_inherited() {
            return Ok(());
        }
        let before: Vec<ListenAddress> =
            self.loops.iter().filter_map(|running| running.address.clone()).collect();
        let wanted = listen::in_binding_order(addresses);
        for address in &wanted {
            if let Err(error) = self.open(address, &wanted).await {
                self.go_back_to(&before).await;
                return Err(error);
            }
        }
        let opened = self.addresses().filter(|address| !before.contains(address)).count();
        self.close_where(|running| running.address.as_ref().is_none_or(|address| !wanted.contains(address)))
            .await;
        let closed =
            before.iter().filter(|address| self.addresses().all(|running| running != *address)).count();
        if opened + closed > 0 {
            info!(opened, closed, "`server.listen` changed: the new addresses are served");
        }
        Ok(())
    }

    /// Returns whether the sockets are inherited, so that feeds.toml does not decide where riverd listens.
    pub(super) fn is_inherited(&self) -> bool {
        self.loops.iter().any(|running| running.address.is_none())
    }

    fn addresses(&self) -> impl Iterator<Item = &ListenAddress> {
        self.loops.iter().filter_map(|running| running.address.as_ref())
    }

    /// Listens on `address`, unless a listener does already. Listeners that would keep it from being bound are closed first:
    /// the socket of another address with the same port, or the socket at the same path.
    async fn open(&mut self, address: &ListenAddress, wanted: &[ListenAddress]) -> Result<(), ListenError> {
        if self.addresses().any(|running| running == address) || self.change_permissions(address)? {
            return Ok(());
        }
        let stays =
            |running: &&AcceptLoop| running.address.as_ref().is_some_and(|address| wanted.contains(address));
        let staying: Vec<ListenAddress> =
            self.loops.iter().filter(stays).filter_map(|running| running.bound_to.clone()).collect();
        let is_in_the_way = |running: &AcceptLoop| {
            running.bound_to.as_ref().is_some_and(|bound| listen::exclude_each_other(bound, address))
        };
        let bound = match listen::bind_uncovered(address, staying.iter()) {
            Err(ListenError::InUse { .. }) if self.loops.iter().any(is_in_the_way) => {
                self.close_where(is_in_the_way).await;
                listen::bind_uncovered(address, std::iter::empty())?
            }
            bound => bound?,
        };
        let Some(socket) = bound else { return Ok(()) };
        let bound = BoundSocket { address: Some(address.clone()), socket };
        self.accept(bound).map_err(|source| ListenError::Io { address: address.to_string(), source })
    }

    /// Gives the unix socket that already listens at this path its new mode and group. Returns whether there is one.
    fn change_permissions(&mut self, address: &ListenAddress) -> Result<bool, ListenError> {
        let ListenAddress::Unix(wanted) = address else { return Ok(false) };
        let same_path = |running: &&mut AcceptLoop| matches!(&running.address, Some(ListenAddress::Unix(UnixSocket { path, .. })) if *path == wanted.path);
        let Some(running) = self.loops.iter_mut().find(same_path) else { return Ok(false) };
        listen::set_permissions(wanted)?;
        running.address = Some(address.clone());
        Ok(true)
    }

    /// Closes the listeners that `closes` picks.
    async fn close_where(&mut self, closes: impl Fn(&AcceptLoop) -> bool) {
        let (closed, kept): (Vec<_>, Vec<_>) = std::mem::take(&mut self.loops).into_iter().partition(closes);
        self.loops = kept;
        for running in closed {
            running.close().await;
        }
    }

    /// Listens again on the addresses that were in use before a change that failed.
    async fn go_back_to(&mut self, before: &[ListenAddress]) {
        self.close_where(|running| running.address.as_ref().is_none_or(|address| !before.contains(address)))
            .await;
        for address in before {
            if let Err(error) = self.open(address, before).await {
                error!("can't listen again on a previous address: {error}");
            }
        }
    }

    /// Returns whether a listener ended by itself, which only a crash can cause.
    pub(super) fn has_ended(&self) -> bool {
        self.loops.iter().any(|running| running.task.is_finished())
    }

    /// Stops accepting, and lets running answers finish for at most 1.2 s.
    pub(super) async fn stop(self) {
        for running in &self.loops {
            running.stop_accepting();
        }
        for running in self.loops {
            super::wait_for_end("serving", running.task).await;
        }
        self.server.wait_until_all_closed().await;
    }
}
