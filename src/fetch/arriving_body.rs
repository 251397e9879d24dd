//! Decodes a body while it arrives, within the memory that all bodies share and within the limit of its cost.

use std::time::Duration;

use bytes::Bytes;
use tokio::time::Instant;

use super::answer_cost::AnswerCost;
use super::body::{BodyError, BodyReader};
use super::body_memory::{BodyMemory, BodyShare, ExpectedPace};
use super::failure;
use super::whole::is_whole_document;
use crate::model::Failure;

/// A body that arrives. Its methods wait for memory that other bodies hold, as long as the caller lets them.
pub(super) struct ArrivingBody<'a> {
    memory: &'a BodyMemory,
    pace: ExpectedPace,
    reader: BodyReader,
    share: BodyShare,
    cost: AnswerCost,
    cap: u64,
    /// How long it has waited for memory.
    waited: Duration,
}

impl<'a> ArrivingBody<'a> {
    /// Begins a body with these `Content-Encoding` values and at most `cap` bytes after decoding.
    pub(super) fn new<'e>(
        (memory, pace): (&'a BodyMemory, ExpectedPace),
        encodings: impl Iterator<Item = &'e str>,
        cap: u64,
    ) -> Result<Self, Failure> {
        let reader = BodyReader::new(encodings, cap).map_err(|error| failure::body(&error, cap))?;
        let (share, cost) = (memory.share(pace), AnswerCost::new(cap));
        Ok(Self { memory, pace, reader, share, cost, cap, waited: Duration::ZERO })
    }

    /// Returns how many bytes have arrived or were decoded, for messages.
    pub(super) fn len(&self) -> usize {
        self.reader.len()
    }

    /// Returns how long it has waited for memory since this was asked last.
    pub(super) fn take_waited(&mut self) -> Duration {
        std::mem::take(&mut self.waited)
    }

    /// Takes the next piece.
    pub(super) async fn take(&mut self, piece: Bytes) -> Result<(), Failure> {
        self.cost.add_piece(piece.len())?;
        let mut rest = piece.as_ref();
        let mut has_more = true;
        while has_more {
            has_more = self.step(|reader| reader.decode_some(&mut rest))?;
            self.grow().await;
        }
        Ok(())
    }

    /// Decodes what waited for the end of the body. Some of it needs a window, which only one body of a pace may have.
    pub(super) async fn end(&mut self) -> Result<(), Failure> {
        let _window = if self.reader.rest_needs_window() {
            let _timer = WaitTimer::start(&mut self.waited);
            self.memory.window(self.pace).await
        } else {
            None
        };
        while self.step(BodyReader::decode_rest)? {
            self.grow().await;
        }
        Ok(())
    }

    async fn grow(&mut self) {
        let _timer = WaitTimer::start(&mut self.waited);
        self.share.grow_to(self.reader.len()).await;
    }

    /// Returns the body and its share in the memory. To be called after [`ArrivingBody::end`].
    pub(super) fn finish(self) -> Result<(Vec<u8>, BodyShare), Failure> {
        let body = self.reader.finish(is_whole_document);
        body.map(|body| (body, self.share)).map_err(|error| failure::body(&error, self.cap))
    }

    fn step(
        &mut self,
        decode: impl FnOnce(&mut BodyReader) -> Result<bool, BodyError>,
    ) -> Result<bool, Failure> {
        let (reader, cap) = (&mut self.reader, self.cap);
        self.cost.decode(|| decode(reader))?.map_err(|error| failure::body(&error, cap))
    }
}

/// Adds the time of a wait to a total when it is dropped, also if the wait is given up.
struct WaitTimer<'t> {
    since: Instant,
    total: &'t mut Duration,
}

impl<'t> WaitTimer<'t> {
    fn start(total: &'t mut Duration) -> Self {
        Self { since: Instant::now(), total }
    }
}

impl Drop for WaitTimer<'_> {
    fn drop(&mut self) {
        *self.total += self.since.elapsed();
    }
}
