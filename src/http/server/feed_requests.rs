//! Answers requests for the river's feeds on a connection without hyper. Most connections bring no other requests, and hyper
//! would cost more than the rest of the answer.
//!
//! A request is answered here if its head came whole, in one piece, and if [`answer_directly`] has its answer. If anything else
//! comes (another request, a head in parts, something that is no valid request), hyper takes over the connection and the bytes
//! that were read.

use std::fs::File;
use std::future::poll_fn;
use std::io::{self, IoSlice, Write as _};
use std::mem::{MaybeUninit, take};
use std::pin::{Pin, pin};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::task::{Context, Poll, ready};
use std::time::Duration;

use bytes::Bytes;
use futures_util::future::poll_immediate;
use rustix::fs::{MemfdFlags, memfd_create};
use tokio::io::{AsyncRead as _, AsyncWrite as _, AsyncWriteExt as _, ReadBuf};
use tokio::time::{Instant, sleep};

use super::super::HttpState;
use super::super::direct::{DirectAnswer, FeedRequest, answer_directly};
use super::counted_body::LimitedConnection;
use super::timed_stream::TimedStream;

/// Size of the longest request that is answered here, in bytes. Readers send a few hundred.
const MAX_REQUEST_BYTES: usize = 4096;
/// Size of the smallest document that is sent from a file, in bytes. At 40 kB, copying costs no more.
const FILE_FROM: usize = 32 * 1024;
/// Largest number of header lines of a request that is answered here.
const MAX_HEADERS: usize = 32;

/// Why [`answer_feed_requests`] ended.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum FeedRequestsEnd {
    /// Hyper must go on with the connection. The stream will return the bytes of the next request that were already read once
    /// more.
    OtherRequest,
    /// The connection is over.
    Closed,
}

/// What came from the client.
enum Received {
    Answered(DirectAnswer),
    Other,
    Nothing,
}

/// Answers requests for the river's feeds until another request comes, the client closes the connection, a further request does
/// not come within `idle_timeout`, or `closing` is set while the connection waits for a request.
pub(super) async fn answer_feed_requests(
    stream: &mut TimedStream,
    state: &HttpState,
    limited: &LimitedConnection,
    closing: &AtomicBool,
    idle_timeout: Duration,
) -> FeedRequestsEnd {
    // The timer is set anew only when it fires, because setting it costs a lock that all connections share.
    let mut timer = pin!(sleep(idle_timeout));
    loop {
        let idle_since = Instant::now();
        let received = poll_fn(|cx| {
            if let Poll::Ready(received) = poll_request(stream, state, cx) {
                return Poll::Ready(received);
            }
            if closing.load(Ordering::Relaxed) {
                return Poll::Ready(Received::Nothing);
            }
            while timer.as_mut().poll(cx).is_ready() {
                let deadline = idle_since + idle_timeout;
                if deadline <= Instant::now() {
                    return Poll::Ready(Received::Nothing);
                }
                timer.as_mut().reset(deadline);
            }
            Poll::Pending
        });
        match received.await {
            Received::Answered(answer) => {
                limited.activity.note_request();
                if send(stream, answer, limited).await.is_err() {
                    return FeedRequestsEnd::Closed;
                }
            }
            Received::Other => return FeedRequestsEnd::OtherRequest,
            Received::Nothing => return FeedRequestsEnd::Closed,
        }
    }
}

/// Reads what the client has sent. If that is one request for a feed, returns the answer, otherwise gives the bytes back to the
/// stream. The buffer is on the stack, so that a connection that waits has none.
fn poll_request(stream: &mut TimedStream, state: &HttpState, cx: &mut Context<'_>) -> Poll<Received> {
    let mut buffer = [MaybeUninit::uninit(); MAX_REQUEST_BYTES];
    let mut buffer = ReadBuf::uninit(&mut buffer);
    if ready!(Pin::new(&mut *stream).poll_read(cx, &mut buffer)).is_err() || buffer.filled().is_empty() {
        return Poll::Ready(Received::Nothing);
    }
    let answer = parse_request(buffer.filled()).and_then(|request| answer_directly(state, &request));
    Poll::Ready(answer.map_or_else(
        || {
            stream.read_again(Bytes::copy_from_slice(buffer.filled()));
            Received::Other
        },
        Received::Answered,
    ))
}

/// Parses the head of a GET for one of the river's feeds. Returns `None` if `bytes` are not exactly one whole head, or if
/// the request asks for more than an answer on a connection that stays open.
fn parse_request(bytes: &[u8]) -> Option<FeedRequest> {
    let mut lines = [const { MaybeUninit::uninit() }; MAX_HEADERS];
    let mut parsed = httparse::Request::new(&mut []);
    let status = parsed.parse_with_uninit_headers(bytes, &mut lines).ok()?;
    let is_get = parsed.method == Some("GET") && parsed.version == Some(1);
    if status != httparse::Status::Complete(bytes.len()) || !is_get {
        return None;
    }
    FeedRequest::new(parsed.path?, parsed.headers)
}

/// What is sent for one request.
struct Outgoing {
    head: Vec<u8>,
    body: Bytes,
    /// A file with the bytes of `body`, from which they are sent.
    file: Option<Arc<File>>,
}

impl Outgoing {
    fn of(DirectAnswer { head, document }: DirectAnswer, stream: &TimedStream) -> Self {
        let file = document
            .as_ref()
            .filter(|document| document.bytes.len() >= FILE_FROM && stream.sends_files())
            .and_then(|document| document.file(file_with));
        Self { head, body: document.map(|document| document.bytes).unwrap_or_default(), file }
    }

    fn len(&self) -> usize {
        self.head.len() + self.body.len()
    }

    /// Sends what comes after the first `sent` bytes, or a part of it.
    fn poll_send(
        &self,
        stream: &mut TimedStream,
        sent: usize,
        cx: &mut Context<'_>,
    ) -> Poll<io::Result<usize>> {
        let head = self.head.get(sent..).unwrap_or_default();
        let offset = sent.saturating_sub(self.head.len());
        let body = self.body.get(offset..).unwrap_or_default();
        match &self.file {
            Some(_) if !head.is_empty() => stream.poll_send_before_file(cx, head),
            Some(file) => stream.poll_send_file(cx, file, (offset, body.len())),
            None if body.is_empty() => Pin::new(stream).poll_write(cx, head),
            None => Pin::new(stream).poll_write_vectored(cx, &[IoSlice::new(head), IoSlice::new(body)]),
        }
    }
}

/// Makes a file in memory with these bytes. Returns `None` if the system does not allow it.
fn file_with(bytes: &[u8]) -> Option<File> {
    let mut file = File::from(memfd_create("document", MemfdFlags::CLOEXEC).ok()?);
    file.write_all(bytes).ok()?;
    Some(file)
}

/// Sends an answer. A document that the client does not receive at once counts towards the memory that clients may keep.
async fn send(stream: &mut TimedStream, answer: DirectAnswer, limited: &LimitedConnection) -> io::Result<()> {
    let mut outgoing = Outgoing::of(answer, stream);
    let mut sent = 0;
    let mut waits = false;
    while sent < outgoing.len() {
        let mut part = poll_fn(|cx| outgoing.poll_send(stream, sent, cx));
        let part = if waits { Some(part.await) } else { poll_immediate(&mut part).await };
        match part {
            Some(Ok(0)) => return Err(io::ErrorKind::WriteZero.into()),
            Some(part) => sent += part?,
            None => {
                waits = true;
                outgoing.body = limited.limit.hold(take(&mut outgoing.body), &limited.activity);
            }
        }
    }
    // The stream then notes that everything was sent.
    stream.flush().await
}

#[cfg(test)]
mod tests {
    use std::path::Path;
    use std::sync::Mutex;

    use tokio::io::AsyncReadExt as _;
    use tokio::net::{TcpListener, TcpStream};

    use super::super::super::Heartbeat;
    use super::super::connection_limit::{ConnectionActivity, ConnectionLimit};
    use super::super::timed_stream::Stream;
    use super::*;
    use crate::config;
    use crate::model::PollCounters;
    use crate::publish::{Publisher, StatusPublisher};
    use crate::render::{BaseUrl, Format, Scheme};
    use crate::store::Store;
    use crate::time::Timestamp;

    const REQUEST: &[u8] = b"GET /feed.xml HTTP/1.1\r\nHost: river.example\r\n\r\n";

    /// Returns the state for serving an empty river at `http://river.example/`, whose database is in `folder`.
    async fn river(folder: &Path) -> HttpState {
        let path = folder.join("feeds.toml");
        std::fs::write(&path, "[[source]]\nurl = \"file:/a.xml\"\n").unwrap();
        let config = config::load(&path).unwrap();
        let store = Store::open(&folder.join("riverd.db"), &config.dedup).unwrap();
        store.sync_sources(&config.sources, &config.dedup, Timestamp::EPOCH).await.unwrap();
        let own = BaseUrl::from_request(Scheme::Http, "river.example", "").unwrap();
        let publisher = Publisher::start(store.clone(), Arc::new(config), own).await.unwrap();
        // The river is compressed for the first request, which the router answers.
        publisher.river().document(Format::Rss, None).await.unwrap();
        let counters = Arc::new(Mutex::new(PollCounters::starting(Timestamp::EPOCH)));
        let status = StatusPublisher::new(publisher.clone(), store.clone(), counters);
        HttpState { publisher, status, store, heartbeat: Heartbeat::start() }
    }

    /// Serves a client that sends `sent` and nothing more. Returns how it ended, what the client received, and what is read
    /// next from the stream.
    async fn serve(sent: &[u8], closing: bool, idle_timeout: Duration) -> (FeedRequestsEnd, String, Vec<u8>) {
        let folder = tempfile::tempdir().unwrap();
        let state = river(folder.path()).await;
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let mut client = TcpStream::connect(listener.local_addr().unwrap()).await.unwrap();
        client.write_all(sent).await.unwrap();
        let accepted = Stream::Tcp(listener.accept().await.unwrap().0);
        let activity = Arc::new(ConnectionActivity::new());
        let mut stream = TimedStream::new(accepted, Arc::clone(&activity));
        let limited = LimitedConnection { limit: Arc::new(ConnectionLimit::with_limit(1)), activity };
        let closing = AtomicBool::new(closing);
        let end = answer_feed_requests(&mut stream, &state, &limited, &closing, idle_timeout).await;
        let mut next = vec![0; 1000];
        let length = poll_immediate(stream.read(&mut next)).await.map_or(0, Result::unwrap);
        next.truncate(length);
        drop(stream);
        let mut received = String::new();
        client.read_to_string(&mut received).await.unwrap();
        state.store.close().await.unwrap();
        (end, received, next)
    }

    #[tokio::test]
    async fn a_connection_without_a_further_request_is_closed() {
        let (end, received, _) = serve(REQUEST, false, Duration::from_millis(50)).await;
        assert_eq!(end, FeedRequestsEnd::Closed);
        assert!(received.starts_with("HTTP/1.1 200 OK\r\nEtag: "), "{received}");
    }

    #[tokio::test]
    async fn a_request_that_has_come_is_answered_before_the_connection_is_closed() {
        let (end, received, _) = serve(REQUEST, true, Duration::MAX).await;
        assert_eq!(end, FeedRequestsEnd::Closed);
        assert!(received.starts_with("HTTP/1.1 200 OK\r\n"), "{received}");
    }

    #[tokio::test]
    async fn any_other_request_stays_to_be_read() {
        for other in [
            &b"GET /status HTTP/1.1\r\nHost: river.example\r\n\r\n"[..],
            b"HEAD /feed.xml HTTP/1.1\r\nHost: river.example\r\n\r\n",
            b"GET /feed.xml HTTP/1.0\r\nHost: river.example\r\n\r\n",
            b"GET /feed.xml HTTP/1.1\r\nHost: river.example\r\nConnection: close\r\n\r\n",
            b"GET /feed.xml HTTP/1.1\r\nHost: river.example\r\nExpect: 100-continue\r\n\r\n",
            b"GET /feed.xml HTTP/1.1\r\nHost: river.example\r\nUpgrade: h2c\r\n\r\n",
            b"GET /feed.xml HTTP/1.1\r\nHost: river.example\r\nContent-Length: 3\r\n\r\nabc",
            b"GET /feed.xml HTTP/1.1\r\nHost: river.example\r\nX-Forwarded-Host: b\r\n\r\n",
            b"GET http://river.example/feed.xml HTTP/1.1\r\nHost: river.example\r\n\r\n",
            b"GET /feed.xml HTTP/1.1\r\nHost: river",
            b"GET /feed.xml HTTP/1.1\r\n\r\n",
            b"\x16\x03\x01",
        ] {
            let (end, received, next) = serve(other, false, Duration::MAX).await;
            assert_eq!((end, received.as_str()), (FeedRequestsEnd::OtherRequest, ""));
            assert_eq!(next, other);
        }
    }
}
