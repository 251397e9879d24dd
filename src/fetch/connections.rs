//! Notes whether a request opened a connection. If the server closes a kept connection before it answers, the request may be
//! sent once more (RFC 9112 §9.3.1).

use std::cell::Cell;
use std::error::Error;
use std::io;
use std::task::{Context, Poll};

use tower_layer::Layer;
use tower_service::Service;

use super::failure::{causes, find};

tokio::task_local! {
    /// Whether the request of this task began to open a connection.
    static HAS_CONNECTED: Cell<bool>;
}

/// Whether a request used a connection that an earlier request had opened.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum ConnectionUse {
    /// It opened a connection, or began to.
    Opened,
    /// It used a kept connection.
    Kept,
}

/// Awaits a request, and returns its result and which connection it used.
pub(crate) async fn noting_use<F: Future>(request: F) -> (F::Output, ConnectionUse) {
    let noted = async {
        let result = request.await;
        let opened = HAS_CONNECTED.with(Cell::get);
        (result, if opened { ConnectionUse::Opened } else { ConnectionUse::Kept })
    };
    HAS_CONNECTED.scope(Cell::new(false), noted).await
}

/// Returns whether an error means that the server gave no answer: the connection ended first, or the server says over HTTP/2
/// that it has not processed the request.
pub(crate) fn ended_without_answer(error: &(dyn Error + 'static)) -> bool {
    let causes = causes(error);
    let by_http = find::<hyper::Error>(&causes)
        .is_some_and(|error| error.is_incomplete_message() || error.is_canceled() || error.is_closed());
    let by_system = find::<io::Error>(&causes).is_some_and(|error| {
        matches!(
            error.kind(),
            io::ErrorKind::ConnectionReset
                | io::ErrorKind::ConnectionAborted
                | io::ErrorKind::BrokenPipe
                | io::ErrorKind::UnexpectedEof
        )
    });
    let by_http2 = find::<h2::Error>(&causes).is_some_and(|error| {
        let unprocessed = error.is_go_away() && error.reason() == Some(h2::Reason::NO_ERROR);
        unprocessed || error.reason() == Some(h2::Reason::REFUSED_STREAM)
    });
    by_http || by_system || by_http2
}

/// A layer of the HTTP client around the connector.
#[derive(Clone, Copy, Debug)]
pub(crate) struct NoteConnections;

/// Opens connections, and notes each for [`noting_use`].
#[derive(Clone, Debug)]
pub(crate) struct NotingConnector<C>(C);

impl<C> Layer<C> for NoteConnections {
    type Service = NotingConnector<C>;

    fn layer(&self, connector: C) -> Self::Service {
        NotingConnector(connector)
    }
}

impl<C: Service<Target>, Target> Service<Target> for NotingConnector<C> {
    type Response = C::Response;
    type Error = C::Error;
    type Future = C::Future;

    fn poll_ready(&mut self, context: &mut Context<'_>) -> Poll<Result<(), Self::Error>> {
        self.0.poll_ready(context)
    }

    fn call(&mut self, target: Target) -> Self::Future {
        // Outside of a request, such as for a connection that the library opens ahead, there is nothing to note.
        HAS_CONNECTED.try_with(|opened| opened.set(true)).unwrap_or_default();
        self.0.call(target)
    }
}
