use std::io::ErrorKind;
use std::net::SocketAddr;

use axum::routing::get;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;
use tokio::task::JoinHandle;
use tokio::time::timeout;

use super::*;

/// More than the buffers of both sockets, so that a client that does not read keeps the server waiting.
const LARGE: usize = 32 << 20;

struct Server {
    address: SocketAddr,
    stop: CancellationToken,
    served: JoinHandle<()>,
}

async fn server() -> Server {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let stop = CancellationToken::new();
    let router = Router::new()
        .route("/", get(|| async { "hello" }))
        .route("/large", get(|| async { vec![b'x'; LARGE] }))
        .route("/panic", get(|| async { panic!("a bug") as &'static str }));
    let served = tokio::spawn(serve_router(vec![Listener::Tcp(listener)], router, stop.clone()));
    Server { address, stop, served }
}

impl Server {
    async fn connect(&self) -> TcpStream {
        TcpStream::connect(self.address).await.unwrap()
    }

    /// Sends `request` on a connection of its own and reads until the server closes it.
    async fn ask(&self, request: &[u8]) -> String {
        let mut stream = self.connect().await;
        // The server may close before it has read all.
        let sent = stream.write_all(request).await;
        assert!(sent.is_ok() || sent.is_err_and(|error| is_closed(error.kind())));
        read_to_end(&mut stream).await
    }
}

fn is_closed(kind: ErrorKind) -> bool {
    matches!(kind, ErrorKind::ConnectionReset | ErrorKind::BrokenPipe | ErrorKind::ConnectionAborted)
}

async fn read_to_end(stream: &mut TcpStream) -> String {
    let mut answer = Vec::new();
    let mut chunk = vec![0; 65536];
    loop {
        match stream.read(&mut chunk).await {
            Ok(0) => break,
            Ok(length) => answer.extend_from_slice(&chunk[..length]),
            Err(error) if is_closed(error.kind()) => break,
            Err(error) => panic!("{error}"),
        }
    }
    String::from_utf8_lossy(&answer).into_owned()
}

const HELLO: &[u8] = b"GET / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n";

#[tokio::test(start_paused = true)]
async fn a_request_that_never_ends_is_given_up() {
    let server = server().await;
    let mut stream = server.connect().await;
    stream.write_all(b"GET / HTTP/1.1\r\nHost: x\r\nX-Slow: ").await.unwrap();
    let started = Instant::now();
    let answer = read_to_end(&mut stream).await;
    assert!(!answer.contains("200"), "{answer}");
    assert!(started.elapsed() < Duration::from_mins(1));
}

#[tokio::test(start_paused = true)]
async fn a_connection_that_asks_for_nothing_more_is_closed() {
    let server = server().await;
    let mut stream = server.connect().await;
    stream.write_all(b"GET / HTTP/1.1\r\nHost: x\r\n\r\n").await.unwrap();
    let started = Instant::now();
    assert!(read_to_end(&mut stream).await.ends_with("hello"));
    assert!(started.elapsed() < Duration::from_mins(1));
}

#[tokio::test(start_paused = true)]
async fn a_client_that_does_not_read_is_given_up() {
    let server = server().await;
    let mut stream = server.connect().await;
    stream.write_all(b"GET /large HTTP/1.1\r\nHost: x\r\n\r\n").await.unwrap();
    // Time passes only while all tasks wait: the server for the client, the client for the time.
    sleep(Duration::from_mins(1)).await;
    assert!(read_to_end(&mut stream).await.len() < LARGE);
}

#[tokio::test]
async fn heads_without_bounds_are_refused() {
    let server = server().await;
    let long = "a".repeat(1 << 20);
    let many = "X-Many: 1\r\n".repeat(500);
    for (request, statuses) in [
        (format!("GET /{long} HTTP/1.1\r\nHost: x\r\n\r\n"), ["414", "431"]),
        (format!("GET / HTTP/1.1\r\nHost: x\r\nX-Long: {long}\r\n\r\n"), ["431", "431"]),
        (format!("GET / HTTP/1.1\r\nHost: x\r\n{many}\r\n"), ["431", "431"]),
    ] {
        let answer = server.ask(request.as_bytes()).await;
        let is_refused = answer.is_empty() || statuses.iter().any(|status| answer.contains(status));
        assert!(is_refused, "{request:.200}: {answer:.200}");
    }
    assert!(server.ask(HELLO).await.ends_with("hello"));
}

#[tokio::test]
async fn what_is_no_http_is_refused() {
    let server = server().await;
    for nonsense in [
        &b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03"[..],
        b"GET\r\n\r\n",
        b"GET / HTTP/9.9\r\nHost: x\r\n\r\n",
        b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
        b"GET / HTTP/1.1\r\nHost : x\r\n\r\n",
        b"GET / HTTP/1.1\r\nHost: x\r\n folded\r\n\r\n",
        b"GET / HTTP/1.1\r\nHost: x\r\nContent-Length: -1\r\n\r\n",
        b"GET / HTTP/1.1\r\nHost: x\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\nx",
        b"\0\0\0\0\r\n\r\n",
    ] {
        let answer = server.ask(nonsense).await;
        assert!(answer.is_empty() || answer.starts_with("HTTP/1.1 400"), "{nonsense:?}: {answer}");
    }
    assert!(server.ask(HELLO).await.ends_with("hello"));
}

#[tokio::test]
async fn pipelined_requests_are_answered_in_order() {
    let server = server().await;
    let answer = server.ask(&[b"GET /nothing HTTP/1.1\r\nHost: x\r\n\r\n", HELLO].concat()).await;
    let statuses: Vec<_> = answer.lines().filter(|line| line.starts_with("HTTP/1.1")).collect();
    assert_eq!(statuses, ["HTTP/1.1 404 Not Found", "HTTP/1.1 200 OK"]);
}

#[tokio::test]
async fn an_answer_that_panics_costs_its_connection_alone() {
    let server = server().await;
    assert_eq!(server.ask(b"GET /panic HTTP/1.1\r\nHost: x\r\n\r\n").await, "");
    assert!(server.ask(HELLO).await.ends_with("hello"));
}

#[tokio::test]
async fn idle_connections_give_way_when_there_is_no_room() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let crowd = Arc::new(ConnectionLimit::with_seats(3));
    let router = Router::new().route("/", get(|| async { "hello" }));
    let stop = CancellationToken::new();
    tokio::spawn(accept_until(Listener::Tcp(listener), router, Arc::clone(&crowd), stop));
    let mut idle = Vec::new();
    for _ in 0..50 {
        idle.push(TcpStream::connect(address).await.unwrap());
    }
    let mut reader = TcpStream::connect(address).await.unwrap();
    reader.write_all(HELLO).await.unwrap();
    let answer = timeout(Duration::from_secs(10), read_to_end(&mut reader)).await.unwrap();
    assert!(answer.ends_with("hello"), "{answer}");
    assert_eq!(read_to_end(&mut idle[0]).await, "");
}

#[tokio::test]
async fn a_stop_lets_an_answer_finish_and_then_ends() {
    let server = server().await;
    let mut busy = server.connect().await;
    busy.write_all(b"GET /large HTTP/1.1\r\nHost: x\r\n\r\n").await.unwrap();
    let mut first = [0; 1];
    busy.read_exact(&mut first).await.unwrap();
    let mut idle = server.connect().await;
    idle.write_all(b"GET / HTTP/1.1\r\nHost: x\r\n\r\n").await.unwrap();
    idle.read_exact(&mut first).await.unwrap();
    server.stop.cancel();
    assert!(read_to_end(&mut busy).await.len() > LARGE);
    read_to_end(&mut idle).await;
    timeout(Duration::from_secs(10), server.served).await.unwrap().unwrap();
    assert!(TcpStream::connect(server.address).await.is_err());
}

#[tokio::test(start_paused = true)]
async fn a_stop_waits_for_no_client_that_does_not_read() {
    let server = server().await;
    let mut stuck = server.connect().await;
    stuck.write_all(b"GET /large HTTP/1.1\r\nHost: x\r\n\r\n").await.unwrap();
    stuck.readable().await.unwrap();
    server.stop.cancel();
    let started = Instant::now();
    server.served.await.unwrap();
    assert!(started.elapsed() < Duration::from_secs(10));
}
