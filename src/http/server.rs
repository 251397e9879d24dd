//! Accepts connections, limits their number, and closes them at a stop.

mod connection;
mod connection_limit;
mod counted_body;
mod feed_requests;
mod held_documents;
mod timed_stream;

use std::io;
use std::sync::Arc;
use std::time::Duration;

use tokio::net::{TcpListener, UnixListener};
use tokio::time::{Instant, sleep};
use tokio_util::sync::CancellationToken;

use super::{ClientAddress, HttpState, router};
use connection::{Answerer, serve_connection};
use connection_limit::ConnectionLimit;
use counted_body::LimitedConnection;
use timed_stream::Stream;

/// How long the accept loop pauses when the system is out of file descriptors or memory. Without a pause the loop would
/// use a whole processor.
const ACCEPT_PAUSE: Duration = Duration::from_millis(200);
/// Shortest time between two log lines about failures to accept connections.
const LOG_INTERVAL: Duration = Duration::from_mins(1);

/// A socket that accepts connections.
#[derive(Debug)]
pub enum Listener {
    /// A TCP socket.
    Tcp(TcpListener),
    /// A unix socket, opened by riverd or inherited.
    Unix(UnixListener),
}

/// The web server: its routes, and the limit of connections that all listeners share. Cheap to clone.
#[derive(Clone, Debug)]
pub struct HttpServer {
    answerer: Answerer,
    connections: Arc<ConnectionLimit>,
}

impl HttpServer {
    /// Makes a server with every route.
    pub fn new(state: HttpState) -> Self {
        Self::with_answerer(Answerer { router: router(state.clone()), state: Some(state) })
    }

    /// Makes a server that answers with `answerer`, so that tests can use their own routes.
    fn with_answerer(answerer: Answerer) -> Self {
        Self { answerer, connections: Arc::new(ConnectionLimit::new()) }
    }

    /// Serves connections from one listener until `stop` is cancelled. Connections that it accepted may still be open when
    /// it returns.
    pub async fn accept_until(self, listener: Listener, stop: CancellationToken) {
        accept_until(listener, self.answerer, self.connections, stop).await;
    }

    /// Waits until every connection is closed. After a stop, each one lets its running answer finish for at most 1.2 s, and
    /// then closes. Call it once every listener is stopped.
    pub async fn wait_until_all_closed(&self) {
        self.connections.wait_until_all_closed().await;
    }
}

/// Accepts connections from one listener until `stop` is cancelled.
async fn accept_until(
    listener: Listener,
    answerer: Answerer,
    connections: Arc<ConnectionLimit>,
    stop: CancellationToken,
) {
    let mut logged_at: Option<Instant> = None;
    while let Some(result) = stop.run_until_cancelled(listener.accept()).await {
        match result {
            Ok((stream, client)) => start_connection(stream, client, &answerer, &connections, &stop).await,
            Err(error) if is_harmless(&error) => {}
            Err(error) => {
                if logged_at.is_none_or(|at| at.elapsed() > LOG_INTERVAL) {
                    tracing::error!(%error, "can't accept connections; hint: raise LimitNOFILE= or `ulimit -n`");
                    logged_at = Some(Instant::now());
                }
                connections.close_oldest_idle();
                sleep(ACCEPT_PAUSE).await;
            }
        }
    }
}

/// Returns whether the client closed its connection before it was accepted, or a signal interrupted the wait (`accept(2)`).
fn is_harmless(error: &io::Error) -> bool {
    use io::ErrorKind::{ConnectionAborted, ConnectionRefused, ConnectionReset, Interrupted};
    matches!(error.kind(), ConnectionAborted | ConnectionRefused | ConnectionReset | Interrupted)
}

/// Waits until there is room for the connection, then serves it in a task of its own. Closes it if `stop` is cancelled while it
/// waits for room.
async fn start_connection(
    stream: Stream,
    client: ClientAddress,
    answerer: &Answerer,
    connections: &Arc<ConnectionLimit>,
    stop: &CancellationToken,
) {
    // A free permit is used even after a stop, because riverd accepted this connection and no other process will answer it.
    let permit = tokio::select! {
        biased;
        permit = connections.acquire() => permit,
        () = stop.cancelled() => None,
    };
    let Some(permit) = permit else { return };
    let (answerer, stop) = (answerer.clone(), stop.clone());
    let limit = Arc::clone(connections);
    connections.spawn(permit, |activity| {
        serve_connection(stream, client, answerer, LimitedConnection { limit, activity }, stop)
    });
}

impl Listener {
    async fn accept(&self) -> io::Result<(Stream, ClientAddress)> {
        match self {
            Self::Tcp(listener) => {
                let (stream, address) = listener.accept().await?;
                // A response is written whole and at once. Waiting to fill a packet would only delay its end.
                stream.set_nodelay(true)?;
                Ok((Stream::Tcp(stream), ClientAddress::Tcp(address.ip())))
            }
            Self::Unix(listener) => {
                let (stream, _) = listener.accept().await?;
                Ok((Stream::Unix(stream), ClientAddress::Unix))
            }
        }
    }
}

#[cfg(test)]
mod tests;
