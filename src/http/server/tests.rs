//! Tests the server with real connections: slow, broken, hostile and many clients, and a stop.

use std::io::ErrorKind;
use std::net::SocketAddr;

use axum::Router;
use axum::routing::{get, post};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;
use tokio::task::JoinHandle;
use tokio::time::timeout;

use super::*;

/// Size of the large answer, in bytes: more than both socket buffers hold, so a client that does not read blocks the
/// server.
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
        .route("/body", post(|body: String| async { body }))
        .route("/panic", get(|| async { panic!("a bug") as &'static str }));
    let served = tokio::spawn(serve_router(listener, router, stop.clone()));
    Server { address, stop, served }
}

impl Server {
    async fn connect(&self) -> TcpStream {
        TcpStream::connect(self.address).await.unwrap()
    }

    /// Sends `request` on a connection of its own and reads until the server closes it.
    async fn ask(&self, request: &[u8]) -> String {
        let mut stream = self.connect().await;
        // The server may close the connection before it has read the whole request.
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
async fn a_request_head_that_never_ends_times_out() {
    let server = server().await;
    let mut stream = server.connect().await;
    stream.write_all(b"GET / HTTP/1.1\r\nHost: x\r\nX-Slow: ").await.unwrap();
    let started = Instant::now();
    let answer = read_to_end(&mut stream).await;
    assert!(!answer.contains("200"), "{answer}");
    assert!(started.elapsed() < Duration::from_mins(1));
}

#[tokio::test(start_paused = true)]
async fn a_connection_without_a_further_request_is_closed() {
    let server = server().await;
    let mut stream = server.connect().await;
    stream.write_all(b"GET / HTTP/1.1\r\nHost: x\r\n\r\n").await.unwrap();
    let started = Instant::now();
    assert!(read_to_end(&mut stream).await.ends_with("hello"));
    assert!(started.elapsed() < Duration::from_mins(1));
}

#[tokio::test(start_paused = true)]
async fn an_answer_to_a_client_that_does_not_read_times_out() {
    let server = server().await;
    let mut stream = server.connect().await;
    stream.write_all(b"GET /large HTTP/1.1\r\nHost: x\r\n\r\n").await.unwrap();
    // The paused clock advances only while every task waits: here the server for the client, and the client for the
    // sleep.
    sleep(Duration::from_mins(1)).await;
    assert!(read_to_end(&mut stream).await.len() < LARGE);
}

#[tokio::test]
async fn clients_that_do_not_read_are_closed_when_they_keep_too_many_documents_in_memory() {
    let server = server().await;
    let mut clients = Vec::new();
    for _ in 0..4 {
        let mut stream = server.connect().await;
        stream.write_all(b"GET /large HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n").await.unwrap();
        assert_eq!(stream.read_u8().await.unwrap(), b'H');
        clients.push(stream);
    }
    let mut newest = clients.pop().unwrap();
    assert!(read_to_end(&mut newest).await.len() > LARGE, "the newest client is served");
    let first = clients.first_mut().unwrap();
    assert!(read_to_end(first).await.len() < LARGE, "the connection that waited the longest was closed");
}

#[tokio::test]
async fn oversized_request_heads_are_refused() {
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
async fn requests_that_are_not_http_1_are_refused() {
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
async fn an_answer_that_panics_breaks_only_its_own_connection() {
    let server = server().await;
    assert_eq!(server.ask(b"GET /panic HTTP/1.1\r\nHost: x\r\n\r\n").await, "");
    assert!(server.ask(HELLO).await.ends_with("hello"));
}

#[tokio::test]
async fn the_oldest_idle_connection_is_closed_when_the_limit_is_reached() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let connections = Arc::new(ConnectionLimit::with_limit(3));
    let router = Router::new().route("/", get(|| async { "hello" }));
    let stop = CancellationToken::new();
    let answerer = Answerer { router, state: None };
    tokio::spawn(accept_until(Listener::Tcp(listener), answerer, Arc::clone(&connections), stop));
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
async fn a_stop_lets_a_running_answer_finish_and_then_the_server_ends() {
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
async fn a_stop_does_not_wait_for_a_client_that_does_not_read() {
    let server = server().await;
    let mut stuck = server.connect().await;
    stuck.write_all(b"GET /large HTTP/1.1\r\nHost: x\r\n\r\n").await.unwrap();
    stuck.readable().await.unwrap();
    assert!(time_to_stop(server).await < Duration::from_secs(2));
}

#[tokio::test(start_paused = true)]
async fn a_stop_does_not_wait_for_requests_that_are_not_finished() {
    for begun in [
        &b""[..],
        b"GET / HTTP/1.1\r\nHos",
        b"POST /body HTTP/1.1\r\nHost: x\r\nContent-Length: 1000\r\n\r\nabc",
        b"POST /body HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n",
    ] {
        let server = server().await;
        let mut client = server.connect().await;
        client.write_all(begun).await.unwrap();
        server.ask(HELLO).await;
        let took = time_to_stop(server).await;
        assert!(took < Duration::from_secs(2), "{}: {took:?}", String::from_utf8_lossy(begun));
    }
}

/// Stops the server, and returns how long it took until every connection was closed.
async fn time_to_stop(server: Server) -> Duration {
    server.stop.cancel();
    let started = Instant::now();
    server.served.await.unwrap();
    started.elapsed()
}

/// Serves one listener with a router of the test until `stop` and until every connection is closed.
async fn serve_router(listener: TcpListener, router: Router, stop: CancellationToken) {
    let server = HttpServer::with_answerer(Answerer { router, state: None });
    server.clone().accept_until(Listener::Tcp(listener), stop).await;
    server.wait_until_all_closed().await;
}
