//! A scriptable HTTP server on loopback that plays a publisher and records every request. It writes HTTP/1.1 itself, so that
//! it can misbehave, and runs on its own threads, so that async and other tests can use it.
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

use super::daemon::TEST_TIMEOUT;
pub(crate) use answer::{Answer, Gate};

/// A request as it was received.
#[derive(Clone, Debug)]
pub(crate) struct Request {
    /// Method, such as `GET`.
    pub(crate) method: String,
    /// Path and query as they were sent.
    pub(crate) target: String,
    /// Headers in the order in which they were sent, with names and values unchanged.
    pub(crate) headers: Vec<(String, Vec<u8>)>,
    /// Body, which is empty unless the request has a `Content-Length`.
    pub(crate) body: Vec<u8>,
    /// Time at which the head was read.
    pub(crate) at: Instant,
}

impl Request {
    /// Returns the first header with this name, in any case.
    pub(crate) fn header(&self, name: &str) -> Option<&[u8]> {
        self.headers.iter().find(|(n, _)| n.eq_ignore_ascii_case(name)).map(|(_, value)| value.as_slice())
    }

    /// Returns the first header with this name, if its value is UTF-8.
    pub(crate) fn header_text(&self, name: &str) -> Option<&str> {
        self.header(name).and_then(|value| std::str::from_utf8(value).ok())
    }

    /// Returns the target without its query.
    pub(crate) fn path(&self) -> &str {
        self.target.split('?').next().unwrap_or_default()
    }
}

/// The answers for one path.
#[derive(Clone)]
enum Script {
    /// These answers in turn, then the last one for every further request.
    InTurn(Arc<[Answer]>),
    /// The answer that the function returns, given the request and the number of earlier requests for this path.
    With(Arc<AnswerFn>),
}

type AnswerFn = dyn Fn(&Request, usize) -> Answer + Send + Sync;

/// A running publisher, which stops when it is dropped.
pub(crate) struct Publisher {
    shared: Arc<Shared>,
    address: SocketAddr,
}

/// State that the threads of a publisher share.
struct Shared {
    scripts: Mutex<HashMap<String, Script>>,
    folders: Mutex<Vec<(String, PathBuf)>>,
    requests: Mutex<Vec<Request>>,
    seen: Mutex<HashMap<String, usize>>,
    streams: Mutex<HashMap<u64, TcpStream>>,
    connections: AtomicUsize,
    stop: Gate,
}

impl Publisher {
    /// Starts a publisher on a free port of 127.0.0.1.
    pub(crate) fn start() -> Self {
        Self::start_on("127.0.0.1:0".parse().unwrap())
    }

    /// Starts a publisher on this address. Port 0 means a free port.
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
            stop: Gate::new(),
        });
        let accepting = Arc::clone(&shared);
        thread::spawn(move || accept(&accepting, &listener));
        Self { shared, address }
    }

    /// Returns the address that it listens on.
    pub(crate) fn address(&self) -> SocketAddr {
        self.address
    }

    /// Returns `http://127.0.0.1:PORT` followed by `target`.
    pub(crate) fn url(&self, target: &str) -> String {
        format!("http://{}{target}", self.address)
    }

    /// From now on, gives the same answer at `target`. A target with a query has precedence over one without.
    pub(crate) fn at(&self, target: &str, answer: Answer) -> &Self {
        self.in_turn(target, [answer])
    }

    /// From now on, gives these answers in turn, then the last one for every further request.
    pub(crate) fn in_turn(&self, target: &str, answers: impl IntoIterator<Item = Answer>) -> &Self {
        self.script(target, Script::InTurn(answers.into_iter().collect()))
    }

    /// From now on, calls `answer` for each request at `target`, with the number of earlier requests since this call.
    pub(crate) fn with<F>(&self, target: &str, answer: F) -> &Self
    where
        F: Fn(&Request, usize) -> Answer + Send + Sync + 'static,
    {
        self.script(target, Script::With(Arc::new(answer)))
    }

    /// Calls `answer` for every target without a script or file. By default, the answer is 404.
    pub(crate) fn otherwise<F>(&self, answer: F) -> &Self
    where
        F: Fn(&Request, usize) -> Answer + Send + Sync + 'static,
    {
        self.with("*", answer)
    }

    /// Serves the files of `folder` below `prefix`, such as `/real/`. Their ETags are hashes of their content.
    pub(crate) fn folder(&self, prefix: &str, folder: impl AsRef<Path>) -> &Self {
        self.shared.folders.lock().unwrap().push((prefix.to_owned(), folder.as_ref().to_owned()));
        self
    }

    /// Returns the requests for `path` with any query, oldest first.
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

    /// Returns all requests, oldest first.
    pub(crate) fn all_requests(&self) -> Vec<Request> {
        self.shared.requests.lock().unwrap().clone()
    }

    /// Returns all requests since the last call and forgets them, which bounds the memory of long simulations.
    pub(crate) fn take_requests(&self) -> Vec<Request> {
        std::mem::take(&mut *self.shared.requests.lock().unwrap())
    }

    /// Returns the number of connections that were accepted.
    pub(crate) fn connections(&self) -> usize {
        self.shared.connections.load(Ordering::SeqCst)
    }

    /// Waits until there were `count` requests for `path` in all. Fails the test after [`TEST_TIMEOUT`].
    pub(crate) fn wait_for(&self, path: &str, count: usize) -> Vec<Request> {
        let end = Instant::now() + TEST_TIMEOUT;
        loop {
            let requests = self.requests(path);
            if requests.len() >= count {
                return requests;
            }
            assert!(Instant::now() < end, "`{path}` was requested {} times, not {count}", requests.len());
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
        // This wakes the accept loop, which then stops. If the connection is refused, the loop has stopped already.
        drop(TcpStream::connect(self.address));
    }
}

impl Shared {
    /// Records the request and returns the answer to it.
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
            return self.scripted_answer(&key, &script, request);
        }
        if let Some(answer) = self.file(&path) {
            return answer.for_request(request);
        }
        let otherwise = self.scripts.lock().unwrap().get("*").cloned();
        otherwise.map_or_else(|| Answer::status(404), |script| self.scripted_answer(&path, &script, request))
    }

    fn scripted_answer(&self, key: &str, script: &Script, request: &Request) -> Answer {
        let nth = {
            let mut seen = self.seen.lock().unwrap();
            let count = seen.entry(key.to_owned()).or_default();
            std::mem::replace(count, *count + 1)
        };
        let answer = match script {
            Script::InTurn(answers) => answers[nth.min(answers.len() - 1)].clone(),
            Script::With(answer) => answer(request, nth),
        };
        answer.for_request(request)
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
}

fn accept(shared: &Arc<Shared>, listener: &TcpListener) {
    for stream in listener.incoming() {
        if shared.stop.wait(Duration::ZERO) {
            return;
        }
        let Ok(stream) = stream else { continue };
        let connection = shared.connections.fetch_add(1, Ordering::SeqCst) as u64;
        // An answer that is written in pieces must be sent in pieces.
        stream.set_nodelay(true).unwrap();
        let Ok(second) = stream.try_clone() else { continue };
        shared.streams.lock().unwrap().insert(connection, second);
        let shared = Arc::clone(shared);
        thread::spawn(move || {
            // Errors are ignored: if the client closes the connection early, the test checks what the client reports.
            drop(wire::converse(&shared, &stream));
            shared.streams.lock().unwrap().remove(&connection);
        });
    }
}

mod tests {
    use std::io::{Read, Write};

    use super::*;

    /// Sends `head` and an empty line, and reads until the connection ends.
    fn ask(publisher: &Publisher, head: &str) -> String {
        let mut stream = TcpStream::connect(publisher.address()).unwrap();
        stream.set_read_timeout(Some(TEST_TIMEOUT)).unwrap();
        write!(stream, "{head}\r\nConnection: close\r\n\r\n").unwrap();
        let mut answer = Vec::new();
        stream.read_to_end(&mut answer).unwrap();
        String::from_utf8_lossy(&answer).into_owned()
    }

    #[test]
    fn the_publisher_gives_the_scripted_answers_and_records_the_requests() {
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
    fn the_publisher_misbehaves_as_scripted() {
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
