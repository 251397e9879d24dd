//! Opens the sockets that serve the river: those inherited from systemd, otherwise those of feeds.toml.

use std::io;
use std::net::TcpListener;
use std::os::unix::fs::{FileTypeExt as _, PermissionsExt as _};
use std::os::unix::net::{UnixListener, UnixStream};
use std::path::Path;

use listenfd::ListenFd;

use crate::config::{ListenAddress, UnixSocket};
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
    /// Returns a second handle to the same socket.
    pub fn try_clone(&self) -> io::Result<Self> {
        match self {
            Self::Tcp(socket) => socket.try_clone().map(Self::Tcp),
            Self::Unix(socket) => socket.try_clone().map(Self::Unix),
        }
    }

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
    #[error("can't listen on `{address}`: {source}\nhint: {}", listen_hint(.source))]
    Io {
        /// Address as in feeds.toml.
        address: String,
        /// The cause.
        source: io::Error,
    },
    /// systemd passed something that is not a stream socket.
    #[error(
        "an inherited socket can't be used: {0}\nhint: `riverd.socket` may have only `ListenStream=` lines"
    )]
    Inherited(#[source] io::Error),
}

/// Returns what a person can do about an address that can't be listened on.
fn listen_hint(source: &io::Error) -> &'static str {
    match source.kind() {
        io::ErrorKind::NotFound => "create the folder of the socket, or change `server.listen` in feeds.toml",
        io::ErrorKind::PermissionDenied => {
            "only root may use ports below 1024: use a higher port, or `riverd.socket`; the folder of a socket must be writable"
        }
        _ => "change `server.listen` in feeds.toml",
    }
}

/// Returns the inherited sockets or, if there are none, new ones that are bound to `addresses`.
pub fn use_or_bind(
    sockets: Vec<Socket>,
    addresses: &[ListenAddress],
) -> Result<Vec<BoundSocket>, ListenError> {
    if !sockets.is_empty() {
        return Ok(sockets.into_iter().map(|socket| BoundSocket { address: None, socket }).collect());
    }
    bind_all(addresses)
}

/// A socket, and the address in feeds.toml that it is bound to. An inherited socket has none.
#[derive(Debug)]
pub struct BoundSocket {
    /// Address as in feeds.toml.
    pub address: Option<ListenAddress>,
    /// The socket.
    pub socket: Socket,
}

/// Binds a socket to each of `addresses`, or fails at the first that can't be bound and closes the others.
pub fn bind_all(addresses: &[ListenAddress]) -> Result<Vec<BoundSocket>, ListenError> {
    let bound =
        |address: &ListenAddress| Ok(BoundSocket { socket: bind(address)?, address: Some(address.clone()) });
    addresses.iter().map(bound).collect()
}

/// Returns the sockets that the service manager passed (`sd_listen_fds(3)`). Later calls return none.
pub fn inherited_sockets() -> Result<Vec<Socket>, ListenError> {
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
        ListenAddress::Unix(socket) => open_unix(socket).map(Socket::Unix),
    };
    result.map_err(|source| {
        let address = match address {
            ListenAddress::Tcp(address) => address.to_string(),
            ListenAddress::Unix(socket) => format!("unix:{}", socket.path.display()),
        };
        if source.kind() == io::ErrorKind::AddrInUse {
            ListenError::InUse { address }
        } else {
            ListenError::Io { address, source }
        }
    })
}

/// Binds a unix socket, and gives its file the group and the mode that feeds.toml states.
fn open_unix(socket: &UnixSocket) -> io::Result<UnixListener> {
    let group = socket.group.as_deref().map(group_id).transpose()?;
    let listener = bind_unix(&socket.path)?;
    if group.is_some() {
        std::os::unix::fs::chown(&socket.path, None, group)?;
    }
    std::fs::set_permissions(&socket.path, std::fs::Permissions::from_mode(socket.mode))?;
    Ok(listener)
}

/// Returns the number of a group, which is given by its name in `/etc/group` or by its number.
fn group_id(group: &str) -> io::Result<u32> {
    if let Ok(id) = group.parse() {
        return Ok(id);
    }
    let groups = std::fs::read_to_string("/etc/group")?;
    let id = groups.lines().find_map(|line| {
        let mut fields = line.split(':');
        (fields.next() == Some(group)).then(|| fields.nth(1)?.parse().ok())?
    });
    id.ok_or_else(|| io::Error::other(format!("there is no group `{group}` in /etc/group")))
}

/// Binds a unix socket. A socket file outlives its process: if nobody answers on it, it is replaced. Any other file is kept,
/// and the bind fails.
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
        let error = bind_all(&[ListenAddress::Tcp(address)]).unwrap_err();
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
        let address = ListenAddress::Unix(UnixSocket { path: path.clone(), mode: 0o620, group: None });
        let live = bind_all(std::slice::from_ref(&address)).unwrap();
        assert_eq!(std::fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o620);
        assert!(matches!(bind_all(&[address]), Err(ListenError::InUse { .. })));
        drop(live);
    }

    #[test]
    fn groups_are_found_by_name_and_number() {
        assert_eq!(group_id("root").unwrap(), 0);
        assert_eq!(group_id("1234").unwrap(), 1234);
        assert!(group_id("no-such-group").unwrap_err().to_string().contains("no-such-group"));
    }

    #[test]
    fn a_file_that_is_not_a_socket_is_never_removed() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("notes.txt");
        std::fs::write(&path, "mine").unwrap();
        let address = ListenAddress::Unix(UnixSocket { path: path.clone(), mode: 0o666, group: None });
        assert!(bind_all(&[address]).is_err());
        assert_eq!(std::fs::read_to_string(path).unwrap(), "mine");
    }
}
