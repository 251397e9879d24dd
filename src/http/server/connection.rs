//! One connection, from its first request to its last.

use std::convert::Infallible;
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::body::Body;
use axum::http::{Request, Response};
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper::service::{Service as _, service_fn};
use hyper_util::rt::{TokioIo, TokioTimer};
use hyper_util::service::TowerToHyperService;
use tokio::time::sleep;
use tokio_util::sync::CancellationToken;

use super::super::Peer;
use super::connection_limit::ConnectionActivity;
use super::timed_stream::{Stream, TimedStream};

/// For the head of a request, and for the wait before it on a connection that is kept alive.
const HEAD_LIMIT: Duration = Duration::from_secs(30);
/// Request line and headers together, in bytes. Readers send some hundred; cookies of a host that serves much else beside
/// us may make it thousands.
const HEAD_SIZE: usize = 16 * 1024;
/// Header lines.
const HEADER_COUNT: usize = 100;
/// A connection ends after so long, whatever it does: nobody holds a seat for ever.
const LIFETIME: Duration = Duration::from_mins(10);
/// What is in flight when a connection is to end may take so long.
const FINISH_LIMIT: Duration = Duration::from_secs(5);
/// What was accepted before a stop may take so long to say what it wants.
const FIRST_REQUEST_LIMIT: Duration = Duration::from_secs(1);

/// Answers requests until the client leaves, is too slow, or `stop`.
pub(super) async fn converse(
    stream: Stream,
    peer: Peer,
    router: Router,
    activity: Arc<ConnectionActivity>,
    stop: CancellationToken,
) {
    let io = TokioIo::new(TimedStream::new(stream, Arc::clone(&activity)));
    let serving = Arc::clone(&activity);
    let answering = service_fn(move |request| answer(request, peer, router.clone(), Arc::clone(&serving)));
    let connection = http1::Builder::new()
        .timer(TokioTimer::new())
        .header_read_timeout(HEAD_LIMIT)
        .max_buf_size(HEAD_SIZE)
        .max_headers(HEADER_COUNT)
        // As people write them: scripts and small readers look for `Content-Type` without folding case.
        .title_case_headers(true)
        .serve_connection(io, answering);
    let mut connection = std::pin::pin!(connection);
    let ended = tokio::select! {
        ended = connection.as_mut() => Some(ended),
        () = sleep(LIFETIME) => None,
        () = stop_of(&stop, &activity) => None,
    };
    let ended = if let Some(ended) = ended {
        ended
    } else {
        connection.as_mut().graceful_shutdown();
        tokio::select! {
            ended = connection => ended,
            () = sleep(FINISH_LIMIT) => return,
        }
    };
    if let Err(error) = ended {
        // What clients do to connections is no trouble of ours.
        tracing::trace!(%error, ?peer, "a connection ended early");
    }
}

/// When a stop reaches this connection. One that was accepted a moment before the stop has a request on its way, which
/// nobody else will answer: over a restart behind a socket unit, closing it at once would lose one of some thousand.
async fn stop_of(stop: &CancellationToken, activity: &ConnectionActivity) {
    stop.cancelled().await;
    tokio::select! {
        () = activity.first_request() => {}
        () = sleep(FIRST_REQUEST_LIMIT) => {}
    }
}

async fn answer(
    mut request: Request<Incoming>,
    peer: Peer,
    router: Router,
    activity: Arc<ConnectionActivity>,
) -> Result<Response<Body>, Infallible> {
    request.extensions_mut().insert(peer);
    activity.set_answering(true);
    let response = TowerToHyperService::new(router).call(request.map(Body::new)).await;
    activity.set_answering(false);
    response
}
