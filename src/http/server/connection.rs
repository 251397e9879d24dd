//! Serves one connection, from its first request to its last.

use std::convert::Infallible;
use std::pin::{Pin, pin};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use axum::Router;
use axum::body::Body;
use axum::http::{Request, Response};
use futures_util::StreamExt as _;
use futures_util::stream::FuturesUnordered;
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper::service::{Service as _, service_fn};
use hyper_util::rt::{TokioIo, TokioTimer};
use hyper_util::service::TowerToHyperService;
use tokio::time::{Instant, sleep, timeout_at};
use tokio_util::sync::CancellationToken;

use super::super::{ClientAddress, HttpState};
use super::connection_limit::ConnectionActivity;
use super::counted_body::{CountedBody, LimitedConnection};
use super::feed_requests::{FeedRequestsEnd, answer_feed_requests};
use super::timed_stream::{Stream, TimedStream};

/// How long a client may take to send the head of a request. On a kept-alive connection this includes the time between the
/// last answer and the request.
const HEAD_TIMEOUT: Duration = Duration::from_secs(30);
/// Largest head of a request (request line and headers), in bytes. Readers send a few hundred. If the host also serves
/// other sites, their cookies can add thousands.
const MAX_HEAD_BYTES: usize = 16 * 1024;
/// Maximum number of header lines of a request.
const MAX_HEADERS: usize = 100;
/// How long a connection may last, whatever it does, so that no client occupies a connection for ever.
const MAX_LIFETIME: Duration = Duration::from_mins(10);
/// How long a running answer may take once its connection has lasted for [`MAX_LIFETIME`].
const FINISH_TIMEOUT: Duration = Duration::from_secs(5);
/// How long after a stop a connection may last. An answer that is ready reaches a client that reads within milliseconds. A
/// client that reads slowly or not at all must not delay a restart: riverd stops within two seconds.
const STOP_TIMEOUT: Duration = Duration::from_millis(1200);
/// How long a connection that was accepted before a stop may take to send its first request.
const FIRST_REQUEST_TIMEOUT: Duration = Duration::from_secs(1);

/// Answers requests until the client closes the connection, a time limit is reached, or `stop` is cancelled.
pub(super) async fn serve_connection(
    stream: Stream,
    client: ClientAddress,
    answerer: Answerer,
    limited: LimitedConnection,
    stop: CancellationToken,
) {
    let activity = Arc::clone(&limited.activity);
    let mut stream = TimedStream::new(stream, Arc::clone(&activity));
    // A set of one future, because a set polls a future only once it was woken. The future takes locks that all connections
    // share, and every request wakes its connection.
    let mut end = FuturesUnordered::from_iter([async {
        tokio::select! {
            () = sleep(MAX_LIFETIME) => Instant::now() + FINISH_TIMEOUT,
            stopped_at = wait_for_stop(&stop, &activity) => stopped_at + STOP_TIMEOUT,
        }
    }]);
    let closing = AtomicBool::new(false);
    if let Some(state) = &answerer.state {
        let answers = pin!(answer_feed_requests(&mut stream, state, &limited, &closing, HEAD_TIMEOUT));
        let ended = finish_in_time(answers, end.next(), |_| closing.store(true, Ordering::Relaxed)).await;
        if ended != Some(FeedRequestsEnd::OtherRequest) {
            return;
        }
    }
    let service = service_fn(move |request| answerer.answer(request, client, limited.clone()));
    let connection = http1::Builder::new()
        .timer(TokioTimer::new())
        .header_read_timeout(HEAD_TIMEOUT)
        .max_buf_size(MAX_HEAD_BYTES)
        .max_headers(MAX_HEADERS)
        // Header names are written like `Content-Type`: some scripts and small readers compare them case-sensitively.
        .title_case_headers(true)
        .serve_connection(TokioIo::new(stream), service);
    let ended = finish_in_time(pin!(connection), end.next(), http1::Connection::graceful_shutdown).await;
    if let Some(Err(error)) = ended {
        // Clients often break connections. This is not a problem of riverd, so it is only traced.
        tracing::trace!(%error, ?client, "a connection ended early");
    }
}

/// Runs a connection until it ends by itself. After `end`, calls `close` and lets a running answer finish until the moment that
/// `end` gave. Returns `None` if it did not finish.
async fn finish_in_time<C: Future>(
    mut connection: Pin<&mut C>,
    end: impl Future<Output = Option<Instant>>,
    close: impl FnOnce(Pin<&mut C>),
) -> Option<C::Output> {
    let deadline = tokio::select! {
        biased;
        result = connection.as_mut() => return Some(result),
        // Without a moment, the end came before, while another part of the connection ran.
        deadline = end => deadline.unwrap_or_else(Instant::now),
    };
    close(connection.as_mut());
    timeout_at(deadline, connection).await.ok()
}

/// Waits until this connection has to stop. It has to stop when `stop` is cancelled. If its first request has not come by then,
/// it waits up to a second longer for that request. Returns when `stop` was cancelled.
///
/// A connection that was accepted just before the stop has a request on its way, and no other process will answer it.
/// If such connections were closed at once, about one request in a few thousand would be lost at a restart behind a
/// socket unit.
async fn wait_for_stop(stop: &CancellationToken, activity: &ConnectionActivity) -> Instant {
    stop.cancelled().await;
    let stopped_at = Instant::now();
    tokio::select! {
        () = activity.first_request() => {}
        () = sleep(FIRST_REQUEST_TIMEOUT) => {}
    }
    stopped_at
}

/// Answers the requests of all connections. Cheap to clone.
#[derive(Clone, Debug)]
pub(super) struct Answerer {
    pub(super) router: Router,
    /// The state from which the river's feeds are answered without the router; `None` if the router is that of a test.
    pub(super) state: Option<HttpState>,
}

impl Answerer {
    /// Answers one request. Notes in `activity` that the request has come and, as long as the router works on it, that an
    /// answer is being prepared.
    fn answer(
        &self,
        mut request: Request<Incoming>,
        client: ClientAddress,
        limited: LimitedConnection,
    ) -> impl Future<Output = Result<Response<CountedBody>, Infallible>> + use<> {
        let router = TowerToHyperService::new(self.router.clone());
        async move {
            let activity = &limited.activity;
            request.extensions_mut().insert(client);
            activity.set_answering(true);
            let response = router.call(request.map(Body::new)).await;
            activity.set_answering(false);
            response.map(|response| response.map(|body| CountedBody::new(body, limited)))
        }
    }
}
