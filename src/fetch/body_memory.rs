//! Limits how much memory all bodies together need while they arrive and wait to be read.
//!
//! A body takes its share in steps as it grows, so a large body that arrives slowly holds little at first. If no share is left,
//! one body at a time may grow without one. So one body can always be read to its end, and the bodies never wait for each other
//! for ever.

use std::sync::Arc;

use tokio::sync::{OwnedSemaphorePermit, Semaphore};

/// Bodies of up to this size in bytes need no share. Most feeds are smaller. The HTTP client reads ahead about as much as
/// it has read, up to 400 KiB, so while a body waits for a share it takes twice its size.
const FREE: usize = 64 << 10;

/// Size in bytes of the steps in which a body takes its share.
const STEP: usize = 256 << 10;

/// How many steps all bodies together may hold. In addition, each body may hold its first [`FREE`] bytes and what its last
/// piece decodes to, and the one body without a share may grow to `max_body`.
const STEPS: usize = 64;

/// The memory for bodies. It is cheap to clone.
#[derive(Clone, Debug)]
pub(crate) struct BodyMemory {
    steps: Arc<Semaphore>,
    /// One permit, for the one body that may grow without a share.
    without_share: Arc<Semaphore>,
}

impl BodyMemory {
    pub(crate) fn new() -> Self {
        Self { steps: Arc::new(Semaphore::new(STEPS)), without_share: Arc::new(Semaphore::new(1)) }
    }

    /// Returns the share of a new body.
    pub(crate) fn share(&self) -> BodyShare {
        BodyShare { memory: self.clone(), held: Vec::new(), without_share: None }
    }
}

/// The share of one body in the memory. Dropping it gives the share back.
#[derive(Debug)]
pub(crate) struct BodyShare {
    memory: BodyMemory,
    /// The steps that this body has taken.
    held: Vec<OwnedSemaphorePermit>,
    /// The permit to grow without a share, if this body has it.
    without_share: Option<OwnedSemaphorePermit>,
}

impl BodyShare {
    /// Waits until the body may hold this many bytes.
    pub(crate) async fn grow_to(&mut self, bytes: usize) {
        while self.without_share.is_none() && FREE + self.held.len() * STEP < bytes {
            let steps = Arc::clone(&self.memory.steps).acquire_owned();
            let without_share = Arc::clone(&self.memory.without_share).acquire_owned();
            // Acquiring fails only if a semaphore is closed, which never happens.
            tokio::select! {
                biased;
                Ok(step) = steps => self.held.push(step),
                Ok(permit) = without_share => self.without_share = Some(permit),
                else => return,
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use futures_util::FutureExt as _;

    use super::*;

    #[test]
    fn small_bodies_need_no_share_and_one_body_can_always_grow() {
        let memory = BodyMemory::new();
        let mut small: Vec<BodyShare> = (0..1000).map(|_| memory.share()).collect();
        assert!(small.iter_mut().all(|share| share.grow_to(FREE).now_or_never().is_some()));

        let mut large: Vec<BodyShare> = (0..STEPS).map(|_| memory.share()).collect();
        assert!(large.iter_mut().all(|share| share.grow_to(FREE + STEP).now_or_never().is_some()));
        let (first, others) = large.split_at_mut(1);
        assert!(first[0].grow_to(FREE + 100 * STEP).now_or_never().is_some(), "nobody could go on");
        assert!(others[0].grow_to(FREE + 2 * STEP).now_or_never().is_none(), "the memory has no bound");
        large.remove(0);
        assert!(large[0].grow_to(FREE + 2 * STEP).now_or_never().is_some());
    }
}
