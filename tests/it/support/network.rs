//! A network of its own for a test: loopback only, any address on it, and a name server that the test writes.
//!
//! Nothing that the code under test dials there can leave the machine, and an address such as 169.254.169.254 can be
//! answered by a canary.

use std::net::{IpAddr, UdpSocket};
use std::path::PathBuf;
use std::process::{Command, Stdio};
use std::thread;

/// Says to a process of the test binary that it is inside, and for which test.
const INSIDE: &str = "RIVERD_TEST_NETWORK";

/// The inside of a network namespace.
#[derive(Debug)]
pub(crate) struct Network {
    folder: tempfile::TempDir,
}

/// What the name server says to one question.
#[derive(Clone, Debug)]
pub(crate) enum Reply {
    /// These addresses, as far as they are of the kind asked for.
    Addresses(Vec<IpAddr>),
    /// NXDOMAIN.
    Unknown,
    /// SERVFAIL.
    Failure,
    /// Nothing at all.
    Silence,
}

impl Reply {
    /// These addresses.
    pub(crate) fn at(addresses: &[&str]) -> Self {
        Self::Addresses(addresses.iter().map(|address| address.parse().unwrap()).collect())
    }
}

impl Network {
    /// Runs the test `name` (its whole path) again in a network of its own. `Some` on the inside, where the test goes on;
    /// `None` on the outside, where it is over: it passed, or this machine does not allow it, which is printed.
    pub(crate) fn of_its_own(name: &str) -> Option<Self> {
        if std::env::var_os(INSIDE).is_some_and(|inside| inside == name) {
            let network = Self { folder: tempfile::tempdir().unwrap() };
            run("ip", &["link", "set", "lo", "up"]);
            return Some(network);
        }
        let may = Command::new("unshare")
            .args(["-rnm", "ip", "link"])
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .status();
        if !may.is_ok_and(|status| status.success()) {
            println!(
                "skipped `{name}`: it needs `unshare -rnm` and `ip`, and this machine lacks or forbids them"
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
        let said =
            format!("{}{}", String::from_utf8_lossy(&ran.stdout), String::from_utf8_lossy(&ran.stderr));
        assert!(ran.status.success(), "inside its own network:\n{said}");
        assert!(said.contains("1 passed"), "`{name}` is not the path of one test:\n{said}");
        None
    }

    /// Puts an address on the loopback interface.
    #[expect(clippy::unused_self, reason = "only inside a network of its own")]
    pub(crate) fn add(&self, address: &str) {
        // Without `nodad` an IPv6 address is tentative for a moment, and nothing can listen on it yet.
        let (width, flags): (u8, &[&str]) = if address.contains(':') { (128, &["nodad"]) } else { (32, &[]) };
        let address = format!("{address}/{width}");
        run("ip", &[&["address", "add", &address, "dev", "lo"], flags].concat());
    }

    /// Answers every name lookup of this namespace with what `reply` says, given the name and how many lookups for
    /// addresses of IPv4 came before it for that name.
    pub(crate) fn resolve<F>(&self, reply: F)
    where
        F: Fn(&str, usize) -> Reply + Send + 'static,
    {
        // A lookup without an answer takes two and a half minutes: longer than any test waits for something.
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

/// RFC 1035 by hand: one question, its name without compression.
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
            // A pointer to the question's name, its kind, class IN, a lifetime of 0.
            answer.extend([0xc0, 12]);
            answer.extend(kind.to_be_bytes());
            answer.extend([0, 1, 0, 0, 0, 0, 0, data.len() as u8]);
            answer.extend(data);
        }
        socket.send_to(&answer, from).unwrap();
    }
}
