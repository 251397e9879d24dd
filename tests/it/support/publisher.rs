//! A scriptable publisher on loopback that records every request. HTTP/1.1 by hand on plain threads, so that it can
//! misbehave, and so that async tests and plain ones use it alike.
//!
//! ```ignore
//! let publisher = Publisher::start();
//! publisher.at("/feed.xml", Answer::ok(RSS).etag("\"1\""));
//! publisher.in_turn("/flaky.xml", [Answer::status(503).header("Retry-After", "60"), Answer::ok(RSS)]);
//! publisher.with("/clock.xml", |request, nth| Answer::ok(format!("{nth} {}", request.target)));
//! // … let something fetch publisher.url("/feed.xml") …
//! assert_eq!(publisher.requests("/feed.xml")[1].header_text("if-none-match"), Some("\"1\""));
//! ```

mod answer;
mod wire;

use std::collections::HashMap;
use std::fmt;
use std::hash::{DefaultHasher, Hasher};
use std::net::{Shutdown, SocketAddr, TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::thread;
use std::time::{Duration, Instant};

use super::daemon::PATIENCE;
pub(crate) use answer::{Answer, Gate};

/// A request as it came.
#[derive(Clone, Debug)]
pub(crate) struct Request {
    /// `GET`.
    pub(crate) method: String,
    /// Path and query as sent.
    pub(crate) target: String,
    /// In order, names as spelt, values byte for byte.
    pub(crate) headers: Vec<(String, Vec<u8>)>,
    /// Empty but for POST.
    pub(crate) body: Vec<u8>,
    /// When its head was read.
    pub(crate) at: Instant,
    /// Which connection it came on, from 0.
    pub(crate) connection: u64,
}

impl Request {
    /// The first header of this name, whatever its case.
    pub(crate) fn header(&self, name: &str) -> Option<&[u8]> {
        self.headers.iter().find(|(n, _)| n.eq_ignore_ascii_case(name)).map(|(_, value)| value.as_slice())
    }

    /// The first header of this name, if it is UTF-8.
    pub(crate) fn header_text(&self, name: &str) -> Option<&str> {
        self.header(name).and_then(|value| std::str::from_utf8(value).ok())
    }

    /// The target without its query.
    pub(crate) fn path(&self) -> &str {
        self.target.split('?').next().unwrap_or_default()
    }
}

/// What is answered at one path.
#[derive(Clone)]
enum Script {
    /// These in turn; the last again and again.
    InTurn(Arc<[Answer]>),
    /// Whatever the test says, given the request and how many came before it at this path.
    With(Arc<Closure>),
}

type Closure = dyn Fn(&Request, usize) -> Answer + Send + Sync;

/// Serves until it is dropped.
pub(crate) struct Publisher {
    shared: Arc<Shared>,
    address: SocketAddr,
}

/// What the threads of a publisher share.
struct Shared {
    scripts: Mutex<HashMap<String, Script>>,
    folders: Mutex<Vec<(String, PathBuf)>>,
    requests: Mutex<Vec<Request>>,
    seen: Mutex<HashMap<String, usize>>,
    streams: Mutex<HashMap<u64, TcpStream>>,
    connections: AtomicUsize,
    in_flight: AtomicUsize,
    peak_in_flight: AtomicUsize,
    stop: Gate,
}

impl Publisher {
    /// On a free port of 127.0.0.1.
    pub(crate) fn start() -> Self {
        Self::start_on("127.0.0.1:0".parse().unwrap())
    }

    /// On this address; port 0 takes a free one.
    pub(crate) fn start_on(address: SocketAddr) -> Self {
        let listener = TcpListener::bind(address).unwrap();
        let address = listener.local_addr().unwrap();
        let shared = Arc::new(Shared {
            scripts: Mutex::default(),
            folders: Mutex::default(),
            requests: Mutex::default(),
            seen: Mutex::default(),
            streams: Mutex::default(),
            connections: AtomicUsize::new(0),
            in_flight: AtomicUsize::new(0),
            peak_in_flight: AtomicUsize::new(0),
            stop: Gate::new(),
        });
        let accepting = Arc::clone(&shared);
        thread::spawn(move || accept(&accepting, &listener));
        Self { shared, address }
    }

    /// Where it listens.
    pub(crate) fn address(&self) -> SocketAddr {
        self.address
    }

    /// `http://127.0.0.1:PORT` and `target`.
    pub(crate) fn url(&self, target: &str) -> String {
        format!("http://{}{target}", self.address)
    }

    /// Answers the same at `target` from now on. A target with a query is matched before one without.
    pub(crate) fn at(&self, target: &str, answer: Answer) -> &Self {
        self.in_turn(target, [answer])
    }

    /// Answers these in turn from now on, the last again and again.
    pub(crate) fn in_turn(&self, target: &str, answers: impl IntoIterator<Item = Answer>) -> &Self {
        self.script(target, Script::InTurn(answers.into_iter().collect()))
    }

    /// Asks `answer` each time, with the request and how many requests for its path came before it since the script was set.
    pub(crate) fn with<F>(&self, target: &str, answer: F) -> &Self
    where
        F: Fn(&Request, usize) -> Answer + Send + Sync + 'static,
    {
        self.script(target, Script::With(Arc::new(answer)))
    }

    /// Asks `answer` for every target that nothing else answers; without it, they are 404.
    pub(crate) fn otherwise<F>(&self, answer: F) -> &Self
    where
        F: Fn(&Request, usize) -> Answer + Send + Sync + 'static,
    {
        self.with("*", answer)
    }

    /// Serves the files of `folder` below `prefix` (`/real/`), with an ETag made of their content.
    pub(crate) fn folder(&self, prefix: &str, folder: impl AsRef<Path>) -> &Self {
        self.shared.folders.lock().unwrap().push((prefix.to_owned(), folder.as_ref().to_owned()));
        self
    }

    /// The requests for `path`, whatever their query, in the order they came.
    pub(crate) fn requests(&self, path: &str) -> Vec<Request> {
        self.shared
            .requests
            .lock()
            .unwrap()
            .iter()
            .filter(|request| request.path() == path)
            .cloned()
            .collect()
    }

    /// All requests in the order they came.
    pub(crate) fn all_requests(&self) -> Vec<Request> {
        self.shared.requests.lock().unwrap().clone()
    }

    /// All requests since the last call, which are forgotten: long simulations keep memory bounded by it.
    pub(crate) fn take_requests(&self) -> Vec<Request> {
        std::mem::take(&mut *self.shared.requests.lock().unwrap())
    }

    /// How many connections were accepted.
    pub(crate) fn connections(&self) -> usize {
        self.shared.connections.load(Ordering::SeqCst)
    }

    /// The most requests that were being answered at the same time.
    pub(crate) fn peak_in_flight(&self) -> usize {
        self.shared.peak_in_flight.load(Ordering::SeqCst)
    }

    /// Waits until `path` was asked for `count` times in all. Panics when that takes longer than [`PATIENCE`].
    pub(crate) fn wait_for(&self, path: &str, count: usize) -> Vec<Request> {
        let end = Instant::now() + PATIENCE;
        loop {
            let requests = self.requests(path);
            if requests.len() >= count {
                return requests;
            }
            assert!(Instant::now() < end, "`{path}` was asked for {} times, not {count}", requests.len());
            self.shared.stop.wait(Duration::from_millis(5));
        }
    }

    fn script(&self, target: &str, script: Script) -> &Self {
        self.shared.seen.lock().unwrap().remove(target);
        self.shared.scripts.lock().unwrap().insert(target.to_owned(), script);
        self
    }
}

impl fmt::Debug for Publisher {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Publisher({})", self.address)
    }
}

impl Drop for Publisher {
    fn drop(&mut self) {
        self.shared.stop.open();
        for stream in self.shared.streams.lock().unwrap().values() {
            // The client may have closed it already.
            drop(stream.shutdown(Shutdown::Both));
        }
        // Wakes the accept loop, which then sees that it should stop; a refused connection means that it has.
        drop(TcpStream::connect(self.address));
    }
}

impl Shared {
    /// Records the request and finds its answer.
    fn answer(&self, request: &Request) -> Answer {
        let (target, path) = (request.target.clone(), request.path().to_owned());
        self.requests.lock().unwrap().push(request.clone());
        let script = {
            let scripts = self.scripts.lock().unwrap();
            [target.as_str(), path.as_str()]
                .into_iter()
                .find_map(|key| Some((key.to_owned(), scripts.get(key)?.clone())))
        };
        if let Some((key, script)) = script {
            return self.play(&key, &script, request);
        }
        if let Some(answer) = self.file(&path) {
            return answer.condition(request);
        }
        let otherwise = self.scripts.lock().unwrap().get("*").cloned();
        otherwise.map_or_else(|| Answer::status(404), |script| self.play(&path, &script, request))
    }

    fn play(&self, key: &str, script: &Script, request: &Request) -> Answer {
        let nth = {
            let mut seen = self.seen.lock().unwrap();
            let count = seen.entry(key.to_owned()).or_default();
            std::mem::replace(count, *count + 1)
        };
        let answer = match script {
            Script::InTurn(answers) => answers[nth.min(answers.len() - 1)].clone(),
            Script::With(answer) => answer(request, nth),
        };
        answer.condition(request)
    }

    fn file(&self, path: &str) -> Option<Answer> {
        let folders = self.folders.lock().unwrap();
        folders.iter().find_map(|(prefix, folder)| {
            let name = path.strip_prefix(prefix.as_str()).filter(|name| !name.contains(".."))?;
            let bytes = std::fs::read(folder.join(name)).ok()?;
            let mut hasher = DefaultHasher::new();
            hasher.write(&bytes);
            let kind = match Path::new(name).extension().and_then(|end| end.to_str()) {
                Some("json") => "application/json",
                Some("html") => "text/html; charset=utf-8",
                _ => "application/xml",
            };
            Some(Answer::ok(bytes).content_type(kind).etag(format!("\"{:016x}\"", hasher.finish())))
        })
    }

    fn in_flight_up(&self) {
        let now = self.in_flight.fetch_add(1, Ordering::SeqCst) + 1;
        self.peak_in_flight.fetch_max(now, Ordering::SeqCst);
    }

    fn in_flight_down(&self) {
        self.in_flight.fetch_sub(1, Ordering::SeqCst);
    }
}

fn accept(shared: &Arc<Shared>, listener: &TcpListener) {
    for stream in listener.incoming() {
        if shared.stop.wait(Duration::ZERO) {
            return;
        }
        let Ok(stream) = stream else { continue };
        let connection = shared.connections.fetch_add(1, Ordering::SeqCst) as u64;
        // An answer in pieces must leave in pieces.
        stream.set_nodelay(true).unwrap();
        let Ok(second) = stream.try_clone() else { continue };
        shared.streams.lock().unwrap().insert(connection, second);
        let shared = Arc::clone(shared);
        thread::spawn(move || {
            // A client that hangs up in the middle is the client's affair; the test looks at what it said.
            drop(wire::converse(&shared, &stream, connection));
            shared.streams.lock().unwrap().remove(&connection);
        });
    }
}

mod tests {
    use std::io::{Read, Write};

    use super::*;

    /// Sends `head` (with an empty line added) and reads until the end of the connection.
    fn ask(publisher: &Publisher, head: &str) -> String {
        let mut stream = TcpStream::connect(publisher.address()).unwrap();
        stream.set_read_timeout(Some(PATIENCE)).unwrap();
        write!(stream, "{head}\r\nConnection: close\r\n\r\n").unwrap();
        let mut answer = Vec::new();
        stream.read_to_end(&mut answer).unwrap();
        String::from_utf8_lossy(&answer).into_owned()
    }

    #[test]
    fn the_publisher_plays_its_script_and_records_what_it_was_asked() {
        let publisher = Publisher::start();
        publisher.in_turn(
            "/a",
            [Answer::status(503).header("Retry-After", "60"), Answer::ok("hello").etag("W/\"1\"")],
        );
        publisher.at("/a?q", Answer::ok("with a query").chunked(5));
        publisher.folder("/files/", env!("CARGO_MANIFEST_DIR"));

        assert!(
            ask(&publisher, "GET /a HTTP/1.1").contains("503 Service Unavailable\r\nRetry-After: 60\r\n")
        );
        assert!(ask(&publisher, "GET /a HTTP/1.1").ends_with("\r\n\r\nhello"));
        assert!(ask(&publisher, "GET /a HTTP/1.1\r\nIf-None-Match: W/\"1\"").starts_with("HTTP/1.1 304 "));
        assert!(
            ask(&publisher, "GET /a?q HTTP/1.1")
                .ends_with("5\r\nwith \r\n5\r\na que\r\n2\r\nry\r\n0\r\n\r\n")
        );
        assert!(ask(&publisher, "GET /files/Cargo.toml HTTP/1.1").contains("name = \"riverd\""));
        assert!(ask(&publisher, "GET /nothing HTTP/1.1").starts_with("HTTP/1.1 404 "));

        let requests = publisher.requests("/a");
        assert_eq!(requests.len(), 4);
        assert_eq!(requests[2].header_text("if-none-match"), Some("W/\"1\""));
        assert_eq!(requests[3].target, "/a?q");
        assert_eq!(publisher.connections(), 6);
    }

    #[test]
    fn the_publisher_misbehaves_as_told() {
        let publisher = Publisher::start();
        publisher.at("/cut", Answer::ok("0123456789").cut_at(4));
        publisher.at("/reset", Answer::reset());
        publisher.at("/length", Answer::ok("ab").content_length(-1).closing());
        publisher.at("/raw", Answer::raw("220 smtp.example ESMTP\r\n"));

        assert!(ask(&publisher, "GET /cut HTTP/1.1").ends_with("Content-Length: 10\r\n\r\n0123"));
        assert!(ask(&publisher, "GET /length HTTP/1.1").ends_with("Content-Length: -1\r\n\r\nab"));
        assert_eq!(ask(&publisher, "GET /raw HTTP/1.1"), "220 smtp.example ESMTP\r\n");
        let mut stream = TcpStream::connect(publisher.address()).unwrap();
        stream.write_all(b"GET /reset HTTP/1.1\r\n\r\n").unwrap();
        assert_eq!(stream.read(&mut [0; 1]).unwrap_err().kind(), std::io::ErrorKind::ConnectionReset);
    }
}
