//! The writes that wait for the thread that writes, in the order in which they run.

use std::collections::VecDeque;

use super::task::WriteTask;

/// Which of the waiting writes comes first.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(in crate::store) enum Priority {
    /// A small write that other work waits for: a claim, a publication, a plan. It comes before all documents.
    Soon,
    /// Anything longer: a document or a part of one, or one step of work that is done in steps, such as maintenance.
    InTurn,
}

/// The writes that wait, in two queues.
#[derive(Default)]
pub(super) struct WaitingWrites {
    soon: VecDeque<Box<dyn WriteTask>>,
    in_turn: VecDeque<Box<dyn WriteTask>>,
}

impl WaitingWrites {
    /// Returns how many writes wait.
    pub(super) fn len(&self) -> usize {
        self.soon.len() + self.in_turn.len()
    }

    /// Adds a write behind the others of its priority.
    pub(super) fn add(&mut self, priority: Priority, task: Box<dyn WriteTask>) {
        match priority {
            Priority::Soon => self.soon.push_back(task),
            Priority::InTurn => self.in_turn.push_back(task),
        }
    }

    /// Returns whether a write with [`Priority::Soon`] waits.
    pub(super) fn has_urgent(&self) -> bool {
        !self.soon.is_empty()
    }

    /// Takes the write that is to run next.
    pub(super) fn next(&mut self) -> Option<Box<dyn WriteTask>> {
        self.soon.pop_front().or_else(|| self.in_turn.pop_front())
    }
}
