//! Connections: accepted, bounded, timed, drained.

mod connection;
mod connection_limit;
mod timed_stream;

use std::io;
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use tokio::net::{TcpListener, UnixListener};
use tokio::task::JoinSet;
use tokio::time::{Instant, sleep};
use tokio_util::sync::CancellationToken;

use super::{HttpState, Peer, router};
use connection::converse;
use connection_limit::ConnectionLimit;
use timed_stream::Stream;

/// How long accepting pauses when the system has no descriptors or memory for it: without a pause the loop would take a
/// whole processor while it waits.
const ACCEPT_PAUSE: Duration = Duration::from_millis(200);
/// How often the same trouble is logged.
const COMPLAIN_EVERY: Duration = Duration::from_mins(1);

/// A bound socket.
#[derive(Debug)]
pub enum Listener {
    /// Of a host.
    Tcp(TcpListener),
    /// In the file system, or inherited.
    Unix(UnixListener),
}

/// Serves until `stop`, then finishes what is in flight and returns; connections that take longer than a few seconds for
/// it are closed.
pub async fn serve(listeners: Vec<Listener>, site: HttpState, stop: CancellationToken) {
    serve_router(listeners, router(site), stop).await;
}

async fn serve_router(listeners: Vec<Listener>, router: Router, stop: CancellationToken) {
    let crowd = Arc::new(ConnectionLimit::new());
    let mut accepting = JoinSet::new();
    for listener in listeners {
        accepting.spawn(accept_until(listener, router.clone(), Arc::clone(&crowd), stop.clone()));
    }
    while accepting.join_next().await.is_some() {}
    crowd.drain().await;
}

async fn accept_until(
    listener: Listener,
    router: Router,
    crowd: Arc<ConnectionLimit>,
    stop: CancellationToken,
) {
    let mut complained_at: Option<Instant> = None;
    while let Some(accepted) = stop.run_until_cancelled(listener.accept()).await {
        match accepted {
            Ok((stream, peer)) => admit(stream, peer, &router, &crowd, &stop).await,
            Err(error) if is_the_clients(&error) => {}
            Err(error) => {
                if complained_at.is_none_or(|at| at.elapsed() > COMPLAIN_EVERY) {
                    tracing::error!(%error, "can't accept connections; hint: raise LimitNOFILE= or `ulimit -n`");
                    complained_at = Some(Instant::now());
                }
                crowd.make_room();
                sleep(ACCEPT_PAUSE).await;
            }
        }
    }
}

/// It went away before we came to it (`accept(2)`).
fn is_the_clients(error: &io::Error) -> bool {
    use io::ErrorKind::{ConnectionAborted, ConnectionRefused, ConnectionReset, Interrupted};
    matches!(error.kind(), ConnectionAborted | ConnectionRefused | ConnectionReset | Interrupted)
}

async fn admit(
    stream: Stream,
    peer: Peer,
    router: &Router,
    crowd: &Arc<ConnectionLimit>,
    stop: &CancellationToken,
) {
    // A seat that is free is taken even at a stop: this connection was accepted, so nobody else will answer it.
    let seat = tokio::select! {
        biased;
        seat = crowd.seat() => seat,
        () = stop.cancelled() => None,
    };
    let Some(seat) = seat else { return };
    let (router, stop) = (router.clone(), stop.clone());
    crowd.spawn(seat, |activity| converse(stream, peer, router, activity, stop));
}

impl Listener {
    async fn accept(&self) -> io::Result<(Stream, Peer)> {
        match self {
            Self::Tcp(listener) => {
                let (stream, address) = listener.accept().await?;
                // An answer is written at once and whole: waiting to fill a packet only delays its end.
                stream.set_nodelay(true)?;
                Ok((Stream::Tcp(stream), Peer::Tcp(address.ip())))
            }
            Self::Unix(listener) => {
                let (stream, _) = listener.accept().await?;
                Ok((Stream::Unix(stream), Peer::Unix))
            }
        }
    }
}

#[cfg(test)]
mod tests;
