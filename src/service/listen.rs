//! Where the river is served: sockets that systemd hands over, else those of feeds.toml.

use std::io;
use std::net::TcpListener;
use std::os::unix::fs::FileTypeExt as _;
use std::os::unix::net::{UnixListener, UnixStream};
use std::path::Path;

use listenfd::ListenFd;

use crate::config::ListenAddress;
use crate::http::Listener;

/// Why the river can't be served: a person has to change something.
#[derive(Debug, thiserror::Error)]
pub enum ListenError {
    /// Another process has the address.
    #[error("can't listen on `{address}`: it is in use\nhint: is another riverd running? stop it, or change `server.listen` in feeds.toml")]
    InUse {
        /// As in feeds.toml.
        address: String,
    },
    /// Anything else.
    #[error("can't listen on `{address}`: {source}\nhint: change `server.listen` in feeds.toml")]
    Io {
        /// As in feeds.toml.
        address: String,
        /// Why.
        source: io::Error,
    },
    /// systemd handed over something that is no stream socket.
    #[error("an inherited socket can't be used: {0}\nhint: `riverd.socket` should hold `ListenStream=` lines only")]
    Inherited(#[source] io::Error),
}

/// The inherited sockets (`sd_listen_fds(3)`); where there are none, `addresses` bound anew.
pub fn listeners(addresses: &[ListenAddress]) -> Result<Vec<Listener>, ListenError> {
    let inherited = inherited()?;
    if !inherited.is_empty() {
        return Ok(inherited);
    }
    addresses.iter().map(bind).collect()
}

fn inherited() -> Result<Vec<Listener>, ListenError> {
    let mut handed = ListenFd::from_env();
    (0..handed.len())
        .map(|index| {
            // A unix socket is no TCP listener, and the other way round; the second try names the error.
            let listener = match handed.take_tcp_listener(index) {
                Ok(found) => found.map(Listener::Tcp),
                Err(_) => handed.take_unix_listener(index).map_err(ListenError::Inherited)?.map(Listener::Unix),
            };
            listener.ok_or_else(|| ListenError::Inherited(io::Error::other("it was taken already")))
        })
        .collect()
}

fn bind(address: &ListenAddress) -> Result<Listener, ListenError> {
    let bound = match address {
        ListenAddress::Tcp(address) => TcpListener::bind(address).map(Listener::Tcp),
        ListenAddress::Unix(path) => bind_unix(path).map(Listener::Unix),
    };
    bound.map_err(|source| {
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

/// A socket file outlives a crash of its process; one that nobody answers on is removed, any other file is not.
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
        bound => bound,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_port_in_use_is_named_with_a_way_out() {
        let taken = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = taken.local_addr().unwrap();
        let error = listeners(&[ListenAddress::Tcp(address)]).unwrap_err();
        assert!(matches!(&error, ListenError::InUse { address: named } if *named == address.to_string()), "{error}");
    }

    #[test]
    fn a_socket_file_that_a_crash_left_behind_is_replaced_and_a_live_one_is_not() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("http.sock");
        drop(UnixListener::bind(&path).unwrap());
        let live = listeners(&[ListenAddress::Unix(path.clone())]).unwrap();
        assert!(matches!(listeners(&[ListenAddress::Unix(path.clone())]), Err(ListenError::InUse { .. })));
        drop(live);
    }

    #[test]
    fn a_file_that_is_no_socket_is_never_removed() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("notes.txt");
        std::fs::write(&path, "mine").unwrap();
        assert!(listeners(&[ListenAddress::Unix(path.clone())]).is_err());
        assert_eq!(std::fs::read_to_string(path).unwrap(), "mine");
    }
}
