//! Opens the sockets that serve the river: those inherited from systemd, otherwise those of feeds.toml.

use std::io;
use std::net::TcpListener;
use std::os::unix::fs::FileTypeExt as _;
use std::os::unix::net::{UnixListener, UnixStream};
use std::path::Path;

use listenfd::ListenFd;

use crate::config::ListenAddress;
use crate::http::Listener;
use crate::render::{BaseUrl, Scheme};

/// A bound socket that is not yet registered with an async runtime.
#[derive(Debug)]
pub enum Socket {
    /// A TCP socket.
    Tcp(TcpListener),
    /// A unix socket.
    Unix(UnixListener),
}

impl Socket {
    /// Registers the socket with the current runtime.
    pub fn into_listener(self) -> io::Result<Listener> {
        match self {
            Self::Tcp(socket) => {
                socket.set_nonblocking(true)?;
                Ok(Listener::Tcp(tokio::net::TcpListener::from_std(socket)?))
            }
            Self::Unix(socket) => {
                socket.set_nonblocking(true)?;
                Ok(Listener::Unix(tokio::net::UnixListener::from_std(socket)?))
            }
        }
    }

    /// Returns the address as a URL such as `http://127.0.0.1:8080/`, or `None` for a unix socket. For a socket on all
    /// addresses this is the loopback address.
    pub fn address(&self) -> Option<BaseUrl> {
        let Self::Tcp(socket) = self else { return None };
        // A bound socket has an address. If the system does not give it, the caller uses another one.
        let mut address = socket.local_addr().ok()?;
        if address.ip().is_unspecified() {
            address.set_ip(match address {
                std::net::SocketAddr::V4(_) => std::net::Ipv4Addr::LOCALHOST.into(),
                std::net::SocketAddr::V6(_) => std::net::Ipv6Addr::LOCALHOST.into(),
            });
        }
        BaseUrl::from_request(Scheme::Http, &address.to_string(), "")
    }
}

/// Why the river can't be served. A person has to change something.
#[derive(Debug, thiserror::Error)]
pub enum ListenError {
    /// Another process uses the address.
    #[error(
        "can't listen on `{address}`: it is in use\nhint: is another riverd running? stop it, or change `server.listen` in feeds.toml"
    )]
    InUse {
        /// Address as in feeds.toml.
        address: String,
    },
    /// Any other error.
    #[error("can't listen on `{address}`: {source}\nhint: change `server.listen` in feeds.toml")]
    Io {
        /// Address as in feeds.toml.
        address: String,
        /// The cause.
        source: io::Error,
    },
    /// systemd passed something that is not a stream socket.
    #[error(
        "an inherited socket can't be used: {0}\nhint: `riverd.socket` should hold `ListenStream=` lines only"
    )]
    Inherited(#[source] io::Error),
}

/// Returns the inherited sockets (`sd_listen_fds(3)`) or, if there are none, new ones that are bound to `addresses`.
pub fn open_sockets(addresses: &[ListenAddress]) -> Result<Vec<Socket>, ListenError> {
    let sockets = inherited_sockets()?;
    if !sockets.is_empty() {
        return Ok(sockets);
    }
    addresses.iter().map(bind).collect()
}

fn inherited_sockets() -> Result<Vec<Socket>, ListenError> {
    let mut inherited_fds = ListenFd::from_env();
    (0..inherited_fds.len())
        .map(|index| {
            // The first call fails for a unix socket, so the second error is the one to report.
            let socket = match inherited_fds.take_tcp_listener(index) {
                Ok(socket) => socket.map(Socket::Tcp),
                Err(_) => {
                    inherited_fds.take_unix_listener(index).map_err(ListenError::Inherited)?.map(Socket::Unix)
                }
            };
            socket.ok_or_else(|| ListenError::Inherited(io::Error::other("the socket is already in use")))
        })
        .collect()
}

fn bind(address: &ListenAddress) -> Result<Socket, ListenError> {
    let result = match address {
        ListenAddress::Tcp(address) => TcpListener::bind(address).map(Socket::Tcp),
        ListenAddress::Unix(path) => bind_unix(path).map(Socket::Unix),
    };
    result.map_err(|source| {
        let address = match address {
            ListenAddress::Tcp(address) => address.to_string(),
            ListenAddress::Unix(path) => format!("unix:{}", path.display()),
        };
        if source.kind() == io::ErrorKind::AddrInUse {
            ListenError::InUse { address }
        } else {
            ListenError::Io { address, source }
        }
    })
}

/// Binds a unix socket. A socket file survives a crash of its process: if nobody answers on it, it is removed. Any
/// other file is kept.
fn bind_unix(path: &Path) -> io::Result<UnixListener> {
    match UnixListener::bind(path) {
        Err(error) if error.kind() == io::ErrorKind::AddrInUse => {
            let is_socket = std::fs::symlink_metadata(path)?.file_type().is_socket();
            if !is_socket || UnixStream::connect(path).is_ok() {
                return Err(error);
            }
            std::fs::remove_file(path)?;
            UnixListener::bind(path)
        }
        result => result,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_port_in_use_is_named_with_a_hint() {
        let taken = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = taken.local_addr().unwrap();
        let error = open_sockets(&[ListenAddress::Tcp(address)]).unwrap_err();
        assert!(
            matches!(&error, ListenError::InUse { address: named } if *named == address.to_string()),
            "{error}"
        );
    }

    #[test]
    fn a_socket_file_left_by_a_crash_is_replaced_and_a_live_one_is_not() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("http.sock");
        drop(UnixListener::bind(&path).unwrap());
        let live = open_sockets(&[ListenAddress::Unix(path.clone())]).unwrap();
        assert!(matches!(open_sockets(&[ListenAddress::Unix(path.clone())]), Err(ListenError::InUse { .. })));
        drop(live);
    }

    #[test]
    fn a_file_that_is_not_a_socket_is_never_removed() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("notes.txt");
        std::fs::write(&path, "mine").unwrap();
        assert!(open_sockets(&[ListenAddress::Unix(path.clone())]).is_err());
        assert_eq!(std::fs::read_to_string(path).unwrap(), "mine");
    }
}
