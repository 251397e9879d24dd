//! Runs a test in its own network namespace, with any addresses on the loopback interface and a name server that the test
//! scripts.
//!
//! No connection can leave the machine from there, and a test can listen on an address such as 169.254.169.254.

use std::net::{IpAddr, UdpSocket};
use std::path::PathBuf;
use std::process::{Command, Stdio};
use std::thread;

/// Variable that tells the test binary that it runs inside a namespace, and for which test.
const INSIDE: &str = "RIVERD_TEST_NETWORK";

/// The network namespace that the test runs in.
#[derive(Debug)]
pub(crate) struct Network {
    folder: tempfile::TempDir,
}

/// Answer of the name server to one question.
#[derive(Clone, Debug)]
pub(crate) enum Reply {
    /// Those of these addresses that are of the requested kind (A or AAAA).
    Addresses(Vec<IpAddr>),
    /// NXDOMAIN.
    Unknown,
    /// SERVFAIL.
    Failure,
    /// No answer.
    Silence,
}

impl Reply {
    /// Answers with these addresses.
    pub(crate) fn at(addresses: &[&str]) -> Self {
        Self::Addresses(addresses.iter().map(|address| address.parse().unwrap()).collect())
    }
}

impl Network {
    /// Runs the test `name` (its full path) again in a new namespace. Returns `Some` inside the namespace, where the test
    /// continues. Returns `None` outside, where nothing is left to do: the test has passed inside, or it was skipped with
    /// a message because this machine does not allow namespaces.
    pub(crate) fn of_its_own(name: &str) -> Option<Self> {
        if std::env::var_os(INSIDE).is_some_and(|inside| inside == name) {
            let network = Self { folder: tempfile::tempdir().unwrap() };
            run("ip", &["link", "set", "lo", "up"]);
            return Some(network);
        }
        let probe = Command::new("unshare")
            .args(["-rnm", "ip", "link"])
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .status();
        if !probe.is_ok_and(|status| status.success()) {
            println!(
                "skipped `{name}`: it needs `unshare -rnm` and `ip`, which this machine lacks or forbids"
            );
            return None;
        }
        let ran = Command::new("unshare")
            .arg("-rnm")
            .arg(std::env::current_exe().unwrap())
            .args([name, "--exact", "--nocapture"])
            .env(INSIDE, name)
            .output()
            .unwrap();
        let printed =
            format!("{}{}", String::from_utf8_lossy(&ran.stdout), String::from_utf8_lossy(&ran.stderr));
        assert!(ran.status.success(), "the test failed in its own network:\n{printed}");
        assert!(printed.contains("1 passed"), "`{name}` is not the path of one test:\n{printed}");
        None
    }

    /// Adds an address to the loopback interface.
    #[expect(clippy::unused_self, reason = "`self` proves that the code runs inside the namespace")]
    pub(crate) fn add(&self, address: &str) {
        // Without `nodad` an IPv6 address is tentative for a moment, and nothing can listen on it yet.
        let (width, flags): (u8, &[&str]) = if address.contains(':') { (128, &["nodad"]) } else { (32, &[]) };
        let address = format!("{address}/{width}");
        run("ip", &[&["address", "add", &address, "dev", "lo"], flags].concat());
    }

    /// Starts a name server for this namespace. `reply` gets the name and the number of earlier IPv4 lookups for it.
    pub(crate) fn resolve<F>(&self, reply: F)
    where
        F: Fn(&str, usize) -> Reply + Send + 'static,
    {
        // A lookup without an answer takes two and a half minutes, which is longer than any test waits.
        let conf = self.file("resolv.conf", "nameserver 127.0.0.1\noptions timeout:30 attempts:5\n");
        let switch = self.file("nsswitch.conf", "hosts: files dns\n");
        run("mount", &["--bind", &conf, "/etc/resolv.conf"]);
        run("mount", &["--bind", &switch, "/etc/nsswitch.conf"]);
        let socket = UdpSocket::bind("127.0.0.1:53").unwrap();
        thread::spawn(move || answer_lookups(&socket, reply));
    }

    fn file(&self, name: &str, content: &str) -> String {
        let path: PathBuf = self.folder.path().join(name);
        std::fs::write(&path, content).unwrap();
        path.to_str().unwrap().to_owned()
    }
}

fn run(program: &str, arguments: &[&str]) {
    let status = Command::new(program).args(arguments).status().unwrap();
    assert!(status.success(), "`{program} {}` failed", arguments.join(" "));
}

/// Answers DNS queries (RFC 1035) with one question each, whose name is not compressed.
fn answer_lookups<F: Fn(&str, usize) -> Reply>(socket: &UdpSocket, reply: F) {
    const A: u16 = 1;
    const AAAA: u16 = 28;
    let mut seen = std::collections::HashMap::<String, usize>::new();
    let mut packet = [0; 512];
    while let Ok((length, from)) = socket.recv_from(&mut packet) {
        let question = &packet[12..length];
        let mut labels = Vec::new();
        let mut at = 0;
        while question[at] != 0 {
            let label = &question[at + 1..=at + usize::from(question[at])];
            labels.push(String::from_utf8_lossy(label).to_ascii_lowercase());
            at += 1 + label.len();
        }
        let name = labels.join(".");
        let kind = u16::from_be_bytes([question[at + 1], question[at + 2]]);
        let count = seen.entry(name.clone()).or_default();
        let reply = reply(&name, *count);
        *count += usize::from(kind == A);
        let (code, addresses) = match reply {
            Reply::Silence => continue,
            Reply::Unknown => (3, Vec::new()),
            Reply::Failure => (2, Vec::new()),
            Reply::Addresses(addresses) => (0, addresses),
        };
        let data: Vec<Vec<u8>> = addresses
            .iter()
            .filter_map(|address| match address {
                IpAddr::V4(address) if kind == A => Some(address.octets().to_vec()),
                IpAddr::V6(address) if kind == AAAA => Some(address.octets().to_vec()),
                _ => None,
            })
            .collect();
        let mut answer = packet[..2].to_vec();
        answer.extend([0x81, 0x80 | code, 0, 1, 0, data.len() as u8, 0, 0, 0, 0]);
        answer.extend(&question[..at + 5]);
        for data in data {
            // A pointer to the name in the question, then the type, class IN, and a lifetime of 0.
            answer.extend([0xc0, 12]);
            answer.extend(kind.to_be_bytes());
            answer.extend([0, 1, 0, 0, 0, 0, 0, data.len() as u8]);
            answer.extend(data);
        }
        socket.send_to(&answer, from).unwrap();
    }
}
