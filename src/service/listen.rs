//! Opens the sockets that serve the river: those inherited from systemd, otherwise those of feeds.toml.

use std::io;
use std::net::TcpListener;
use std::os::unix::fs::{FileTypeExt as _, PermissionsExt as _};
use std::os::unix::net::{UnixListener, UnixStream};
use std::path::Path;

use listenfd::ListenFd;

use crate::config::{ListenAddress, UnixSocket, group};
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

    /// Returns the address of a TCP socket.
    pub fn tcp_address(&self) -> Option<ListenAddress> {
        match self {
            Self::Tcp(socket) => socket.local_addr().ok().map(ListenAddress::Tcp),
            Self::Unix(_) => None,
        }
    }

    /// Returns the address for people: the URL of a TCP socket, or `unix:` and the path of a unix socket.
    pub fn shown_address(&self) -> String {
        match self {
            Self::Tcp(_) => self.url().map(|url| url.to_string()).unwrap_or_default(),
            Self::Unix(socket) => {
                let address = socket.local_addr().ok();
                let path = address.as_ref().and_then(|address| address.as_pathname());
                path.map_or_else(|| "a unix socket".to_owned(), |path| format!("unix:{}", path.display()))
            }
        }
    }

    /// Returns the address as a URL such as `http://127.0.0.1:8080/`, or `None` for a unix socket. For a socket on all
    /// addresses this is the loopback address.
    pub fn url(&self) -> Option<BaseUrl> {
        let Self::Tcp(socket) = self else { return None };
        // A bound socket has an address. If the system does not tell it, the caller uses the address of another socket.
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
    /// The file of a unix socket can't get its group or its mode.
    #[error(
        "can't give `{address}` to the group `{group}`: {source}\nhint: riverd's user must be in that group; under systemd, where \
         riverd may change no group, use `riverd.socket` with `ListenStream=`, `SocketMode=` and `SocketGroup=` instead"
    )]
    Group {
        /// Address as in feeds.toml.
        address: String,
        /// The group.
        group: String,
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
        io::ErrorKind::AlreadyExists => "move that file away, or change `server.listen` in feeds.toml",
        _ => "change `server.listen` in feeds.toml",
    }
}

/// Returns the inherited sockets. If there are none, returns new sockets that are bound to `addresses`.
pub fn use_or_bind(
    sockets: Vec<Socket>,
    addresses: &[ListenAddress],
) -> Result<Vec<BoundSocket>, ListenError> {
    if !sockets.is_empty() {
        return Ok(sockets.into_iter().map(|socket| BoundSocket { address: None, socket }).collect());
    }
    bind_all(addresses)
}

/// A socket, and the address in feeds.toml that it is bound to. An inherited socket has no such address.
#[derive(Debug)]
pub struct BoundSocket {
    /// Address as in feeds.toml.
    pub address: Option<ListenAddress>,
    /// The socket.
    pub socket: Socket,
}

/// Binds a socket to each of `addresses`. If one can't be bound, closes the others and fails. An address that is covered by
/// another one gets no socket of its own.
pub fn bind_all(addresses: &[ListenAddress]) -> Result<Vec<BoundSocket>, ListenError> {
    let mut bound: Vec<BoundSocket> = Vec::new();
    for address in in_binding_order(addresses) {
        let running = bound.iter().filter_map(|bound| bound.address.as_ref());
        if let Some(socket) = bind_uncovered(&address, running)? {
            bound.push(BoundSocket { address: Some(address), socket });
        }
    }
    Ok(bound)
}

/// Returns the addresses without repetitions. Addresses that stand for all interfaces come first, because a socket that is
/// bound to such an address also receives what is sent to the other addresses with the same port.
pub fn in_binding_order(addresses: &[ListenAddress]) -> Vec<ListenAddress> {
    let mut ordered: Vec<ListenAddress> = Vec::new();
    for address in addresses {
        // Each address with port 0 gets a port of its own.
        let is_new = matches!(address, ListenAddress::Tcp(address) if address.port() == 0)
            || !ordered.contains(address);
        if is_new {
            ordered.push(address.clone());
        }
    }
    ordered.sort_by_key(|address| match address {
        ListenAddress::Tcp(address) if address.ip().is_unspecified() => u8::from(address.is_ipv4()),
        _ => 2,
    });
    ordered
}

/// Binds a socket to `address`. Returns `None` if it can't be bound because this process already listens on an address that
/// covers it. On most systems, `[::]:8080` covers `0.0.0.0:8080`.
pub fn bind_uncovered<'a>(
    address: &ListenAddress,
    mut running: impl Iterator<Item = &'a ListenAddress>,
) -> Result<Option<Socket>, ListenError> {
    match bind(address) {
        Err(ListenError::InUse { .. }) if running.any(|running| covers(running, address)) => Ok(None),
        result => result.map(Some),
    }
}

/// Returns whether a socket of `one` may receive everything that is sent to `other`.
fn covers(one: &ListenAddress, other: &ListenAddress) -> bool {
    match (one, other) {
        (ListenAddress::Tcp(one), ListenAddress::Tcp(other)) => {
            let of_all_interfaces = one.ip().is_unspecified() && (one.is_ipv6() || other.is_ipv4());
            one.port() == other.port() && (one == other || of_all_interfaces)
        }
        _ => false,
    }
}

/// Returns whether only one of two addresses can be bound at a time.
pub fn exclude_each_other(one: &ListenAddress, other: &ListenAddress) -> bool {
    match (one, other) {
        (ListenAddress::Unix(one), ListenAddress::Unix(other)) => one.path == other.path,
        _ => covers(one, other) || covers(other, one),
    }
}

/// Returns whether the service manager passed sockets to this process (`sd_listen_fds(3)`). If a start fails, it starts riverd
/// again for each connection that waits.
pub fn are_sockets_inherited() -> bool {
    let number = |variable: &str| std::env::var(variable).ok().and_then(|text| text.parse::<u32>().ok());
    number("LISTEN_PID") == Some(std::process::id()) && number("LISTEN_FDS").is_some_and(|count| count > 0)
}

/// Returns the sockets that the service manager passed (`sd_listen_fds(3)`). Later calls return none.
pub fn inherited_sockets() -> Result<Vec<Socket>, ListenError> {
    let mut inherited_fds = ListenFd::from_env();
    (0..inherited_fds.len())
        .map(|index| {
            // The first call fails for every unix socket, so the error of the second call is reported.
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
        ListenAddress::Unix(socket) => {
            // A group that does not exist is an error before there is a socket that everybody may use.
            group_of(socket)?;
            bind_unix(&socket.path).map(Socket::Unix)
        }
    };
    let bound = result.map_err(|source| {
        let address = address.to_string();
        if source.kind() == io::ErrorKind::AddrInUse {
            ListenError::InUse { address }
        } else {
            ListenError::Io { address, source }
        }
    })?;
    if let ListenAddress::Unix(socket) = address {
        set_permissions(socket)?;
    }
    Ok(bound)
}

/// Returns the number of the group that feeds.toml states for a unix socket.
fn group_of(socket: &UnixSocket) -> Result<Option<u32>, ListenError> {
    let Some(group) = &socket.group else { return Ok(None) };
    group::id(group).map(Some).map_err(|source| group_error(socket, group, source))
}

fn group_error(socket: &UnixSocket, group: &str, source: io::Error) -> ListenError {
    ListenError::Group { address: shown(socket), group: group.to_owned(), source }
}

fn shown(socket: &UnixSocket) -> String {
    ListenAddress::Unix(socket.clone()).to_string()
}

/// Gives the file of a unix socket the group and the mode that feeds.toml states.
pub fn set_permissions(socket: &UnixSocket) -> Result<(), ListenError> {
    if let (Some(id), Some(group)) = (group_of(socket)?, &socket.group) {
        std::os::unix::fs::chown(&socket.path, None, Some(id))
            .map_err(|source| group_error(socket, group, source))?;
    }
    std::fs::set_permissions(&socket.path, std::fs::Permissions::from_mode(socket.mode))
        .map_err(|source| ListenError::Io { address: shown(socket), source })
}

/// Binds a unix socket. The file of a socket stays when its process ends. So if nobody answers on an existing socket, its file
/// is replaced. Any other file is kept, and then binding fails.
fn bind_unix(path: &Path) -> io::Result<UnixListener> {
    match UnixListener::bind(path) {
        Err(error) if error.kind() == io::ErrorKind::AddrInUse => {
            if !std::fs::symlink_metadata(path)?.file_type().is_socket() {
                return Err(io::Error::new(
                    io::ErrorKind::AlreadyExists,
                    "a file that is not a socket is there",
                ));
            }
            if UnixStream::connect(path).is_ok() {
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
    fn addresses_that_are_repeated_or_covered_by_others_are_no_conflict() {
        let port = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
        let tcp = |text: &str| ListenAddress::Tcp(text.replace("PORT", &port.to_string()).parse().unwrap());
        let lists: [(&[&str], usize); 5] = [
            (&["127.0.0.1:PORT", "127.0.0.1:PORT"], 1),
            (&["127.0.0.1:PORT", "0.0.0.0:PORT"], 1),
            (&["127.0.0.1:PORT", "127.0.0.2:PORT"], 2),
            (&["127.0.0.1:0", "127.0.0.1:0"], 2),
            (&["0.0.0.0:PORT", "[::]:PORT", "127.0.0.1:PORT"], 1),
        ];
        for (list, sockets) in lists {
            let list: Vec<ListenAddress> = list.iter().map(|text| tcp(text)).collect();
            assert_eq!(bind_all(&list).unwrap().len(), sockets, "{list:?}");
        }
    }

    #[test]
    fn a_file_that_is_not_a_socket_is_never_removed() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("notes.txt");
        std::fs::write(&path, "mine").unwrap();
        let address = ListenAddress::Unix(UnixSocket { path: path.clone(), mode: 0o666, group: None });
        let error = bind_all(&[address]).unwrap_err().to_string();
        assert!(error.contains("not a socket") && error.contains("move that file away"), "{error}");
        assert_eq!(std::fs::read_to_string(path).unwrap(), "mine");
    }

    #[test]
    fn the_error_about_a_group_names_it_and_the_way_that_works_under_systemd() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("http.sock");
        let group = Some("no-such-group".to_owned());
        let address = ListenAddress::Unix(UnixSocket { path: path.clone(), mode: 0o660, group });
        let error = bind_all(&[address]).unwrap_err().to_string();
        assert!(
            error.contains("to the group `no-such-group`") && error.contains("`SocketGroup=`"),
            "{error}"
        );
        assert!(!path.exists(), "nobody may use a socket whose group is not known");
    }
}
