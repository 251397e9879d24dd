//! Runs the real binary in a temporary folder: its verbs, and the daemon with its notify socket.

use std::ffi::OsStr;
use std::fmt::Write as _;
use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::TcpStream;
use std::os::unix::net::UnixDatagram;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, ExitStatus, Output, Stdio};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use tempfile::TempDir;

/// How long a test waits for a condition before it fails. Long enough for a busy machine.
pub(crate) const TEST_TIMEOUT: Duration = Duration::from_mins(2);

/// A temporary folder with a feeds.toml and a state directory.
#[derive(Debug)]
pub(crate) struct Sandbox {
    folder: TempDir,
}

impl Sandbox {
    /// Makes a folder with this content of feeds.toml.
    pub(crate) fn new(config: &str) -> Self {
        let sandbox = Self { folder: tempfile::tempdir().expect("a temporary folder") };
        sandbox.configure(config);
        sandbox
    }

    /// Makes a folder for a daemon that listens on a free port and polls `sources`, which are TOML.
    pub(crate) fn with_sources(sources: &str) -> Self {
        Self::new(&format!("[server]\nlisten = [\"127.0.0.1:0\"]\n\n{sources}"))
    }

    /// Replaces feeds.toml.
    pub(crate) fn configure(&self, config: &str) {
        std::fs::write(self.config(), config).expect("feeds.toml can be written");
    }

    /// Returns the path of feeds.toml.
    pub(crate) fn config(&self) -> PathBuf {
        self.path().join("feeds.toml")
    }

    /// Returns the path of the folder.
    pub(crate) fn path(&self) -> &Path {
        self.folder.path()
    }

    /// Returns the path of the state directory.
    pub(crate) fn state(&self) -> PathBuf {
        self.path().join("state")
    }

    /// Returns a command that runs the real binary in this folder, with its configuration and state. Variables that would
    /// connect it to systemd are removed.
    pub(crate) fn command(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_riverd"));
        command
            .args(arguments)
            .current_dir(self.path())
            .env("RIVERD_CONFIG", self.config())
            .env("RIVERD_STATE_DIR", self.state())
            .env("NO_COLOR", "1")
            .env("TZ", "UTC")
            .env_remove("NOTIFY_SOCKET")
            .env_remove("JOURNAL_STREAM")
            .stdin(Stdio::null());
        command
    }

    /// Runs a verb until it ends.
    pub(crate) fn run(&self, arguments: &[&str]) -> VerbOutput {
        VerbOutput(self.command(arguments).output().expect("the binary starts"))
    }

    /// Runs a verb as a user without rights, by way of the command `before`, such as `prlimit`. The permissions of files and
    /// the limit on processes don't bind root, so root becomes another user. Returns `None` if it can't.
    pub(crate) fn run_unprivileged(&self, before: &[&str], arguments: &[&str]) -> Option<VerbOutput> {
        let as_other = ["setpriv", "--reuid=65534", "--regid=65534", "--clear-groups", "--"];
        let user: &[&str] = if rustix::process::geteuid().is_root() { &as_other } else { &[] };
        let verb = self.command(arguments);
        let words: Vec<&OsStr> = user
            .iter()
            .chain(before)
            .map(OsStr::new)
            .chain([verb.get_program()])
            .chain(verb.get_args())
            .collect();
        let (program, rest) = words.split_first()?;
        let mut command = Command::new(program);
        command.args(rest).current_dir(self.path());
        for (name, value) in verb.get_envs() {
            match value {
                Some(value) => command.env(name, value),
                None => command.env_remove(name),
            };
        }
        let output = VerbOutput(command.output().ok()?);
        // Root of a user namespace has no other user to become, and the binary may stand where that user can't reach it.
        let is_refused = ["setpriv: ", "prlimit: "].iter().any(|tool| output.stderr().starts_with(tool));
        (!is_refused).then_some(output)
    }

    /// Starts the daemon and waits until it is ready.
    pub(crate) fn start(&self) -> Daemon {
        Daemon::start(self, &[])
    }
}

/// Exit status and output of a verb.
#[derive(Debug)]
pub(crate) struct VerbOutput(pub(crate) Output);

impl VerbOutput {
    /// Returns the exit code.
    pub(crate) fn code(&self) -> i32 {
        self.0.status.code().expect("the verb ended by itself")
    }

    /// Returns what the verb wrote to stdout.
    pub(crate) fn stdout(&self) -> String {
        String::from_utf8(self.0.stdout.clone()).expect("stdout is UTF-8")
    }

    /// Returns what the verb wrote to stderr.
    pub(crate) fn stderr(&self) -> String {
        String::from_utf8_lossy(&self.0.stderr).into_owned()
    }

    /// Parses stdout as one JSON value.
    pub(crate) fn json(&self) -> serde_json::Value {
        serde_json::from_str(&self.stdout())
            .unwrap_or_else(|error| panic!("no JSON: {error}\n{}\n{}", self.stdout(), self.stderr()))
    }

    /// Parses each line of stdout as a JSON value.
    pub(crate) fn json_lines(&self) -> Vec<serde_json::Value> {
        self.stdout().lines().map(|line| serde_json::from_str(line).expect("a line of JSON")).collect()
    }

    /// Fails the test unless the exit code is `code`.
    #[track_caller]
    pub(crate) fn expect_code(self, code: i32) -> Self {
        assert_eq!(self.code(), code, "stdout:\n{}\nstderr:\n{}", self.stdout(), self.stderr());
        self
    }
}

/// A running daemon, which is killed when this is dropped.
#[derive(Debug)]
pub(crate) struct Daemon {
    child: Child,
    log: Arc<Mutex<String>>,
    notify_socket: UnixDatagram,
    notifications: Vec<String>,
    address: String,
    _socket_folder: TempDir,
}

impl Daemon {
    /// Starts `riverd run` and waits for READY=1.
    pub(crate) fn start(sandbox: &Sandbox, arguments: &[&str]) -> Self {
        Self::start_command(sandbox.command(&["run"]).args(arguments))
    }

    /// Starts `command`, which must be a `riverd run`, and waits for READY=1.
    pub(crate) fn start_command(command: &mut Command) -> Self {
        let mut daemon = Self::spawn_command(command);
        daemon.wait_for_notification("READY=1");
        let address = daemon.notifications.iter().rev().find_map(|line| {
            let at = line.find("http://")?;
            line[at + "http://".len()..].split('/').next().map(str::to_owned)
        });
        daemon.address = address.unwrap_or_else(|| panic!("no address in {:?}", daemon.notifications));
        daemon
    }

    /// Starts `command`, which must be a `riverd run`, and does not wait.
    pub(crate) fn spawn_command(command: &mut Command) -> Self {
        let socket_folder = tempfile::tempdir().expect("a temporary folder");
        let socket = socket_folder.path().join("notify");
        let notify_socket = UnixDatagram::bind(&socket).expect("a notify socket");
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
        Self {
            child,
            log,
            notify_socket,
            notifications: Vec::new(),
            address: String::new(),
            _socket_folder: socket_folder,
        }
    }

    /// Waits until the daemon sends systemd a line that starts with `start`. Returns the line.
    #[track_caller]
    pub(crate) fn wait_for_notification(&mut self, start: &str) -> String {
        let deadline = Instant::now() + TEST_TIMEOUT;
        let mut datagram = [0; 4096];
        while Instant::now() < deadline {
            let left = deadline.saturating_duration_since(Instant::now()).max(Duration::from_millis(1));
            self.notify_socket
                .set_read_timeout(Some(left.min(Duration::from_millis(200))))
                .expect("a timeout");
            if let Ok(length) = self.notify_socket.recv(&mut datagram) {
                let lines = String::from_utf8_lossy(&datagram[..length]).into_owned();
                self.notifications.extend(lines.lines().map(str::to_owned));
                if let Some(line) = lines.lines().find(|line| line.starts_with(start)) {
                    return line.to_owned();
                }
            } else if let Some(status) = self.child.try_wait().expect("the child") {
                panic!("the daemon ended with {status}:\n{}", self.log());
            }
        }
        panic!("no `{start}` within {TEST_TIMEOUT:?}, but {:?}\n{}", self.notifications, self.log());
    }

    /// Returns the log so far.
    pub(crate) fn log(&self) -> String {
        self.log.lock().expect("the log").clone()
    }

    /// Waits until the log contains `text`.
    #[track_caller]
    pub(crate) fn wait_for_log(&self, text: &str) {
        until(&format!("`{text}` in the log"), || self.log().contains(text));
    }

    /// Returns the address of the web server, `127.0.0.1:PORT`.
    pub(crate) fn address(&self) -> &str {
        &self.address
    }

    /// Returns the process ID.
    pub(crate) fn pid(&self) -> u32 {
        self.child.id()
    }

    /// Sends the daemon a signal.
    pub(crate) fn signal(&self, signal: rustix::process::Signal) {
        let pid =
            i32::try_from(self.child.id()).ok().and_then(rustix::process::Pid::from_raw).expect("a pid");
        rustix::process::kill_process(pid, signal).expect("the signal is sent");
    }

    /// Sends SIGTERM and waits until the daemon has ended.
    #[track_caller]
    pub(crate) fn stop(mut self) -> ExitStatus {
        self.signal(rustix::process::Signal::TERM);
        self.wait()
    }

    /// Waits until the daemon ends by itself.
    #[track_caller]
    pub(crate) fn wait(&mut self) -> ExitStatus {
        let mut ended = None;
        until("the end of the daemon", || {
            ended = self.child.try_wait().expect("the child");
            ended.is_some()
        });
        // The thread that reads the log ends at the end of its last line.
        until("the end of its log", || Arc::strong_count(&self.log) == 1);
        ended.expect("it ended")
    }

    /// Sends `GET path`.
    pub(crate) fn get(&self, path: &str) -> Response {
        self.get_with(path, &[])
    }

    /// Sends `GET path` with additional headers.
    pub(crate) fn get_with(&self, path: &str, headers: &[(&str, &str)]) -> Response {
        get(&self.address, path, headers)
    }
}

impl Drop for Daemon {
    fn drop(&mut self) {
        if std::thread::panicking() {
            println!("--- log of the daemon\n{}", self.log());
        }
        // The daemon may have ended already.
        drop(self.child.kill());
        drop(self.child.wait());
    }
}

/// An HTTP response.
#[derive(Clone, Debug)]
pub(crate) struct Response {
    /// Status code.
    pub(crate) status: u16,
    /// Headers in the order in which they were sent, with names in lower case.
    pub(crate) headers: Vec<(String, String)>,
    /// Body without its chunked coding, but with its content coding.
    pub(crate) body: Vec<u8>,
}

impl Response {
    /// Returns the first header with this name, which must be in lower case.
    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(known, _)| known == name).map(|(_, value)| value.as_str())
    }

    /// Returns the body as text.
    pub(crate) fn text(&self) -> String {
        String::from_utf8(self.body.clone()).expect("the body is UTF-8")
    }
}

/// Sends one `GET` on a new connection.
pub(crate) fn get(address: &str, path: &str, headers: &[(&str, &str)]) -> Response {
    let mut request = format!("GET {path} HTTP/1.1\r\nHost: {address}\r\nConnection: close\r\n");
    for (name, value) in headers {
        write!(request, "{name}: {value}\r\n").expect("a string takes all");
    }
    request.push_str("\r\n");
    parse_response(&exchange(address, request.as_bytes()))
}

/// Sends bytes on a new connection and reads until the other side closes it.
pub(crate) fn exchange(address: &str, request: &[u8]) -> Vec<u8> {
    let mut stream = TcpStream::connect(address).expect("it listens");
    stream.set_read_timeout(Some(TEST_TIMEOUT)).expect("a timeout");
    stream.write_all(request).expect("the request is sent");
    let mut answer = Vec::new();
    stream.read_to_end(&mut answer).expect("an answer that ends");
    answer
}

/// Parses one HTTP/1.1 response.
pub(crate) fn parse_response(answer: &[u8]) -> Response {
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
    Response {
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

/// Waits until `condition` holds. Fails the test after [`TEST_TIMEOUT`].
#[track_caller]
pub(crate) fn until(what: &str, mut condition: impl FnMut() -> bool) {
    let deadline = Instant::now() + TEST_TIMEOUT;
    while !condition() {
        assert!(Instant::now() < deadline, "still waiting for {what} after {TEST_TIMEOUT:?}");
        #[expect(
            clippy::disallowed_methods,
            reason = "a pause between two checks of a condition that has a deadline"
        )]
        std::thread::sleep(Duration::from_millis(10));
    }
}
