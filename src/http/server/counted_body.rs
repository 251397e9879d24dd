//! The body of an answer, whose documents count towards the memory that clients may keep.

use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};

use axum::body::Body;
use bytes::Bytes;
use hyper::body::{Frame, SizeHint};

use super::connection_limit::{ConnectionActivity, ConnectionLimit};

/// A connection, and the limits that it shares with all others. Cheap to clone.
#[derive(Clone, Debug)]
pub(super) struct LimitedConnection {
    pub(super) limit: Arc<ConnectionLimit>,
    pub(super) activity: Arc<ConnectionActivity>,
}

/// The body of an answer on one connection.
#[derive(Debug)]
pub(super) struct CountedBody {
    body: Body,
    connection: LimitedConnection,
}

impl CountedBody {
    pub(super) fn new(body: Body, connection: LimitedConnection) -> Self {
        Self { body, connection }
    }
}

impl hyper::body::Body for CountedBody {
    type Data = Bytes;
    type Error = axum::Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, axum::Error>>> {
        let frame = Pin::new(&mut self.body).poll_frame(cx);
        let LimitedConnection { limit, activity } = &self.connection;
        frame.map_ok(|frame| frame.map_data(|bytes| limit.hold(bytes, activity)))
    }

    fn is_end_stream(&self) -> bool {
        self.body.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.body.size_hint()
    }
}
