//! Limits how much memory all bodies together need while they arrive and wait to be read.
//!
//! A body takes its share in steps as it grows, so a large body that arrives slowly holds little at first. If no share is left,
//! or a body has its largest share, one body at a time may grow without one. So one body can always be read to its end, and the
//! bodies never wait for each other for ever.

use std::sync::Arc;

use tokio::sync::{OwnedSemaphorePermit, Semaphore};

/// Bodies of up to this size in bytes need no share. Most feeds are smaller. The HTTP client reads ahead about as much as
/// it has read, up to 400 KiB, so while a body waits for a share it takes twice its size.
const FREE: usize = 64 << 10;

/// Size in bytes of the steps in which a body takes its share.
const STEP: usize = 256 << 10;

/// How many steps all bodies of a pace together may hold, for [`ExpectedPace::Quick`] and [`ExpectedPace::MayBeSlow`]. In
/// addition, each body may hold its first [`FREE`] bytes and what its last step of decoding gave, and the one body without a
/// share may grow to `max_body`.
const STEPS: [usize; 2] = [48, 16];

/// Whether the body of a source may arrive slowly. Such bodies have a memory of their own, so that a server that stops before
/// the end of a large body keeps no quick source from being read.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum ExpectedPace {
    /// The last poll of the source was quick, or there was none.
    Quick,
    /// The source failed or was slow, as [`SourceState::may_be_slow`](crate::model::SourceState::may_be_slow) says.
    MayBeSlow,
}

/// The memory for bodies. It is cheap to clone.
#[derive(Clone, Debug)]
pub(crate) struct BodyMemory {
    quick: Pool,
    slow: Pool,
}

/// The memory for bodies of one pace.
#[derive(Clone, Debug)]
struct Pool {
    steps: Arc<Semaphore>,
    /// How many of the steps one body may hold: a quarter, so that one that stops before its end leaves enough to the others.
    steps_of_one: usize,
    /// One permit, for the one body that may grow without a share.
    without_share: Arc<Semaphore>,
    /// One permit, for the one decoder that may have a large window.
    window: Arc<Semaphore>,
}

impl Pool {
    fn new(steps: usize) -> Self {
        let semaphore = |permits| Arc::new(Semaphore::new(permits));
        Self {
            steps: semaphore(steps),
            steps_of_one: steps / 4,
            without_share: semaphore(1),
            window: semaphore(1),
        }
    }
}

impl BodyMemory {
    pub(crate) fn new() -> Self {
        let [quick, slow] = STEPS;
        Self { quick: Pool::new(quick), slow: Pool::new(slow) }
    }

    /// Returns the share of a new body.
    pub(crate) fn share(&self, pace: ExpectedPace) -> BodyShare {
        BodyShare { memory: self.pool(pace).clone(), held: Vec::new(), without_share: None }
    }

    /// Waits until a decoder may have a window of up to 16 MiB. It may have it until the permit is dropped.
    pub(crate) async fn window(&self, pace: ExpectedPace) -> Option<OwnedSemaphorePermit> {
        // This fails only if the semaphore is closed, which never happens.
        Arc::clone(&self.pool(pace).window).acquire_owned().await.ok()
    }

    fn pool(&self, pace: ExpectedPace) -> &Pool {
        match pace {
            ExpectedPace::Quick => &self.quick,
            ExpectedPace::MayBeSlow => &self.slow,
        }
    }
}

/// The share of one body in the memory. Dropping it gives the share back.
#[derive(Debug)]
pub(crate) struct BodyShare {
    memory: Pool,
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
                Ok(step) = steps, if self.held.len() < self.memory.steps_of_one => self.held.push(step),
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
        for (pace, steps) in [ExpectedPace::Quick, ExpectedPace::MayBeSlow].into_iter().zip(STEPS) {
            let memory = BodyMemory::new();
            let mut small: Vec<BodyShare> = (0..1000).map(|_| memory.share(pace)).collect();
            assert!(small.iter_mut().all(|share| share.grow_to(FREE).now_or_never().is_some()));

            let mut large: Vec<BodyShare> = (0..steps).map(|_| memory.share(pace)).collect();
            assert!(large.iter_mut().all(|share| share.grow_to(FREE + STEP).now_or_never().is_some()));
            let (first, others) = large.split_at_mut(1);
            assert!(first[0].grow_to(FREE + 100 * STEP).now_or_never().is_some(), "nobody could go on");
            assert!(others[0].grow_to(FREE + 2 * STEP).now_or_never().is_none(), "the memory has no bound");
            large.remove(0);
            assert!(large[0].grow_to(FREE + 2 * STEP).now_or_never().is_some());
        }
    }

    #[test]
    fn a_few_large_bodies_leave_memory_for_the_others() {
        let memory = BodyMemory::new();
        let mut large: Vec<BodyShare> = (0..3).map(|_| memory.share(ExpectedPace::Quick)).collect();
        let grown = large.iter_mut().map(|share| share.grow_to(64 * STEP).now_or_never().is_some());
        assert_eq!(grown.collect::<Vec<_>>(), [true, false, false], "one at a time grows without a share");
        let mut other = memory.share(ExpectedPace::Quick);
        assert!(other.grow_to(FREE + 10 * STEP).now_or_never().is_some());
    }

    #[test]
    fn bodies_that_may_be_slow_take_nothing_from_quick_ones() {
        let memory = BodyMemory::new();
        let mut slow: Vec<BodyShare> = (0..40).map(|_| memory.share(ExpectedPace::MayBeSlow)).collect();
        for share in &mut slow {
            share.grow_to(64 * STEP).now_or_never();
        }
        assert!(memory.window(ExpectedPace::MayBeSlow).now_or_never().is_some());
        let mut quick = memory.share(ExpectedPace::Quick);
        assert!(quick.grow_to(FREE + 40 * STEP).now_or_never().is_some());
    }
}
