//! The real binary in a folder of its own: its verbs, and the daemon with its notify socket.

use std::fmt::Write as _;
use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::TcpStream;
use std::os::unix::net::UnixDatagram;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, ExitStatus, Output, Stdio};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use tempfile::TempDir;

/// How long a test waits for a condition: only a failing one waits so long, however loaded the machine is.
pub(crate) const PATIENCE: Duration = Duration::from_mins(2);

/// A folder with a feeds.toml and a state directory, removed at the end.
#[derive(Debug)]
pub(crate) struct Household {
    folder: TempDir,
}

impl Household {
    /// A folder whose feeds.toml holds `config`.
    pub(crate) fn new(config: &str) -> Self {
        let household = Self { folder: tempfile::tempdir().expect("a temporary folder") };
        household.configure(config);
        household
    }

    /// A daemon's configuration: a port of the system's choice, quick polls, and `sources` (TOML) after it.
    pub(crate) fn with_sources(sources: &str) -> Self {
        Self::new(&format!("[server]\nlisten = [\"127.0.0.1:0\"]\n\n{sources}"))
    }

    /// Replaces feeds.toml.
    pub(crate) fn configure(&self, config: &str) {
        std::fs::write(self.config(), config).expect("feeds.toml can be written");
    }

    /// The path of feeds.toml.
    pub(crate) fn config(&self) -> PathBuf {
        self.path().join("feeds.toml")
    }

    /// The folder.
    pub(crate) fn path(&self) -> &Path {
        self.folder.path()
    }

    /// The state directory.
    pub(crate) fn state(&self) -> PathBuf {
        self.path().join("state")
    }

    /// A command of the real binary with this folder's configuration and state, and nothing else of the environment's.
    pub(crate) fn command(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_riverd"));
        command
            .args(arguments)
            .current_dir(self.path())
            .env("RIVERD_CONFIG", self.config())
            .env("RIVERD_STATE_DIR", self.state())
            .env("NO_COLOR", "1")
            .env_remove("NOTIFY_SOCKET")
            .env_remove("JOURNAL_STREAM")
            .stdin(Stdio::null());
        command
    }

    /// Runs a verb to its end.
    pub(crate) fn run(&self, arguments: &[&str]) -> Ran {
        Ran(self.command(arguments).output().expect("the binary starts"))
    }

    /// Starts the daemon and waits until it is ready.
    pub(crate) fn start(&self) -> Daemon {
        Daemon::start(self, &[])
    }
}

/// A verb that ended.
#[derive(Debug)]
pub(crate) struct Ran(pub(crate) Output);

impl Ran {
    /// The exit code.
    pub(crate) fn code(&self) -> i32 {
        self.0.status.code().expect("the verb ended by itself")
    }

    /// What it printed.
    pub(crate) fn stdout(&self) -> String {
        String::from_utf8(self.0.stdout.clone()).expect("stdout is UTF-8")
    }

    /// What it said.
    pub(crate) fn stderr(&self) -> String {
        String::from_utf8_lossy(&self.0.stderr).into_owned()
    }

    /// What it printed, as one JSON value.
    pub(crate) fn json(&self) -> serde_json::Value {
        serde_json::from_str(&self.stdout())
            .unwrap_or_else(|error| panic!("no JSON: {error}\n{}\n{}", self.stdout(), self.stderr()))
    }

    /// What it printed, as one JSON value a line.
    pub(crate) fn json_lines(&self) -> Vec<serde_json::Value> {
        self.stdout().lines().map(|line| serde_json::from_str(line).expect("a line of JSON")).collect()
    }

    /// This, if it ended with `code`.
    #[track_caller]
    pub(crate) fn expect_code(self, code: i32) -> Self {
        assert_eq!(self.code(), code, "stdout:\n{}\nstderr:\n{}", self.stdout(), self.stderr());
        self
    }
}

/// A running daemon; killed at the end if it still runs.
#[derive(Debug)]
pub(crate) struct Daemon {
    child: Child,
    log: Arc<Mutex<String>>,
    notes: UnixDatagram,
    said: Vec<String>,
    address: String,
    _notes_folder: TempDir,
}

impl Daemon {
    /// Starts `riverd run` and waits for READY=1.
    pub(crate) fn start(household: &Household, arguments: &[&str]) -> Self {
        Self::start_command(household.command(&["run"]).args(arguments))
    }

    /// Starts this command, a `riverd run`, and waits for READY=1.
    pub(crate) fn start_command(command: &mut Command) -> Self {
        let mut daemon = Self::spawn_command(command);
        daemon.wait_for_note("READY=1");
        let status = daemon.said.iter().rev().find_map(|note| {
            let at = note.find("http://")?;
            note[at + "http://".len()..].split('/').next().map(str::to_owned)
        });
        daemon.address = status.unwrap_or_else(|| panic!("no address in {:?}", daemon.said));
        daemon
    }

    /// Starts `riverd run` and waits for nothing.
    pub(crate) fn spawn(household: &Household, arguments: &[&str]) -> Self {
        Self::spawn_command(household.command(&["run"]).args(arguments))
    }

    fn spawn_command(command: &mut Command) -> Self {
        let notes_folder = tempfile::tempdir().expect("a temporary folder");
        let socket = notes_folder.path().join("notify");
        let notes = UnixDatagram::bind(&socket).expect("a notify socket");
        let mut child = command
            .env("NOTIFY_SOCKET", &socket)
            .stdout(Stdio::null())
            .stderr(Stdio::piped())
            .spawn()
            .expect("the binary starts");
        let log = Arc::new(Mutex::new(String::new()));
        let stderr = child.stderr.take().expect("stderr is piped");
        let copy = Arc::clone(&log);
        std::thread::spawn(move || {
            for line in BufReader::new(stderr).lines().map_while(Result::ok) {
                let mut log = copy.lock().expect("the log");
                log.push_str(&line);
                log.push('\n');
            }
        });
        Self { child, log, notes, said: Vec::new(), address: String::new(), _notes_folder: notes_folder }
    }

    /// Waits until systemd would have been told a line that starts with `start`; the line.
    #[track_caller]
    pub(crate) fn wait_for_note(&mut self, start: &str) -> String {
        let deadline = Instant::now() + PATIENCE;
        let mut datagram = [0; 4096];
        while Instant::now() < deadline {
            let left = deadline.saturating_duration_since(Instant::now()).max(Duration::from_millis(1));
            self.notes.set_read_timeout(Some(left.min(Duration::from_millis(200)))).expect("a timeout");
            if let Ok(length) = self.notes.recv(&mut datagram) {
                let lines = String::from_utf8_lossy(&datagram[..length]).into_owned();
                self.said.extend(lines.lines().map(str::to_owned));
                if let Some(line) = lines.lines().find(|line| line.starts_with(start)) {
                    return line.to_owned();
                }
            } else if let Some(status) = self.child.try_wait().expect("the child") {
                panic!("the daemon ended with {status}:\n{}", self.log());
            }
        }
        panic!("no `{start}` within {PATIENCE:?}; said {:?}\n{}", self.said, self.log());
    }

    /// All it logged so far.
    pub(crate) fn log(&self) -> String {
        self.log.lock().expect("the log").clone()
    }

    /// Waits until the log holds `text`.
    #[track_caller]
    pub(crate) fn wait_for_log(&self, text: &str) {
        until(&format!("`{text}` in the log"), || self.log().contains(text));
    }

    /// `127.0.0.1:PORT`.
    pub(crate) fn address(&self) -> &str {
        &self.address
    }

    /// The process.
    pub(crate) fn pid(&self) -> u32 {
        self.child.id()
    }

    /// Sends it a signal.
    pub(crate) fn signal(&self, signal: rustix::process::Signal) {
        let pid =
            i32::try_from(self.child.id()).ok().and_then(rustix::process::Pid::from_raw).expect("a pid");
        rustix::process::kill_process(pid, signal).expect("the signal is sent");
    }

    /// Tells it to stop, and waits until it has.
    #[track_caller]
    pub(crate) fn stop(mut self) -> ExitStatus {
        self.signal(rustix::process::Signal::TERM);
        self.wait()
    }

    /// Waits until it ends by itself.
    #[track_caller]
    pub(crate) fn wait(&mut self) -> ExitStatus {
        let mut ended = None;
        until("the end of the daemon", || {
            ended = self.child.try_wait().expect("the child");
            ended.is_some()
        });
        ended.expect("it ended")
    }

    /// Kills it as a power cut would, but for the page cache.
    pub(crate) fn kill(mut self) {
        self.child.kill().expect("it can be killed");
        self.child.wait().expect("it ended");
    }

    /// `GET path`.
    pub(crate) fn get(&self, path: &str) -> Page {
        self.get_with(path, &[])
    }

    /// `GET path` with more headers.
    pub(crate) fn get_with(&self, path: &str, headers: &[(&str, &str)]) -> Page {
        get(&self.address, path, headers)
    }
}

impl Drop for Daemon {
    fn drop(&mut self) {
        if std::thread::panicking() {
            println!("--- the daemon's log\n{}", self.log());
        }
        // It may have ended already, which is what most tests want.
        drop(self.child.kill());
        drop(self.child.wait());
    }
}

/// An answer to a request.
#[derive(Clone, Debug)]
pub(crate) struct Page {
    /// The status.
    pub(crate) status: u16,
    /// Names in lower case, in order.
    pub(crate) headers: Vec<(String, String)>,
    /// As sent, chunks joined.
    pub(crate) body: Vec<u8>,
}

impl Page {
    /// The first header of that name (lower case).
    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(known, _)| known == name).map(|(_, value)| value.as_str())
    }

    /// The body as text.
    pub(crate) fn text(&self) -> String {
        String::from_utf8(self.body.clone()).expect("the body is UTF-8")
    }
}

/// One `GET` over a connection of its own.
pub(crate) fn get(address: &str, path: &str, headers: &[(&str, &str)]) -> Page {
    let mut request = format!("GET {path} HTTP/1.1\r\nHost: {address}\r\nConnection: close\r\n");
    for (name, value) in headers {
        write!(request, "{name}: {value}\r\n").expect("a string takes all");
    }
    request.push_str("\r\n");
    parse_page(&exchange(address, request.as_bytes()))
}

/// Sends bytes, reads until the other side closes.
pub(crate) fn exchange(address: &str, request: &[u8]) -> Vec<u8> {
    let mut stream = TcpStream::connect(address).expect("it listens");
    stream.set_read_timeout(Some(PATIENCE)).expect("a timeout");
    stream.write_all(request).expect("the request is sent");
    let mut answer = Vec::new();
    stream.read_to_end(&mut answer).expect("an answer that ends");
    answer
}

/// Reads one HTTP/1.1 answer.
pub(crate) fn parse_page(answer: &[u8]) -> Page {
    let end = answer.windows(4).position(|four| four == b"\r\n\r\n").expect("the end of the headers");
    let head = String::from_utf8_lossy(&answer[..end]).into_owned();
    let mut lines = head.split("\r\n");
    let status = lines.next().and_then(|line| line.split(' ').nth(1)).and_then(|code| code.parse().ok());
    let headers: Vec<(String, String)> = lines
        .filter_map(|line| line.split_once(':'))
        .map(|(name, value)| (name.to_ascii_lowercase(), value.trim().to_owned()))
        .collect();
    let chunked = headers.iter().any(|(name, value)| name == "transfer-encoding" && value == "chunked");
    let body = &answer[end + 4..];
    Page {
        status: status.expect("a status line"),
        headers,
        body: if chunked { join_chunks(body) } else { body.to_vec() },
    }
}

fn join_chunks(mut rest: &[u8]) -> Vec<u8> {
    let mut joined = Vec::new();
    loop {
        let end = rest.windows(2).position(|two| two == b"\r\n").expect("a chunk size");
        let size =
            usize::from_str_radix(String::from_utf8_lossy(&rest[..end]).trim(), 16).expect("a hex size");
        if size == 0 {
            return joined;
        }
        joined.extend_from_slice(&rest[end + 2..end + 2 + size]);
        rest = &rest[end + 2 + size + 2..];
    }
}

/// Waits until `condition` holds, looking often; fails after [`PATIENCE`].
#[track_caller]
pub(crate) fn until(what: &str, mut condition: impl FnMut() -> bool) {
    let deadline = Instant::now() + PATIENCE;
    while !condition() {
        assert!(Instant::now() < deadline, "still waiting for {what} after {PATIENCE:?}");
        #[expect(
            clippy::disallowed_methods,
            reason = "the pause between two looks at a condition with a deadline"
        )]
        std::thread::sleep(Duration::from_millis(10));
    }
}
