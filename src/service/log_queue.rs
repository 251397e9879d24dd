//! Writes the lines of the log in a thread of its own. A stderr that nobody reads (a pager, a stopped terminal, a collector
//! that hangs) or a journal that takes nothing then costs lines of the log, and stops nothing.

use std::io::{self, Write};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::mpsc::{self, Receiver, Sender, SyncSender};
use std::thread;
use std::time::Duration;

/// How many lines may wait to be written. Most have some 200 bytes.
const MAX_WAITING: usize = 2_048;

/// How long the end of the process may wait until the last lines are written.
const LAST_LINES_WITHIN: Duration = Duration::from_millis(500);

/// Takes the lines of the log. Each write is one line. It never blocks and never fails: if too many lines wait, more are lost.
#[derive(Clone, Debug)]
pub(super) struct LogQueue {
    items: SyncSender<LogItem>,
    lost: Arc<AtomicU64>,
}

/// Waits at its drop until the lines before it are written, for a limited time.
#[derive(Debug)]
#[must_use = "dropping it waits for the last lines"]
pub(super) struct LastLines(SyncSender<LogItem>);

enum LogItem {
    Line(Box<[u8]>),
    /// Asks for an answer when everything before it is written.
    End(Sender<()>),
}

impl LogQueue {
    /// Starts the thread that writes to `log`. Fails if the system has no thread for it.
    pub(super) fn start(log: impl Write + Send + 'static) -> io::Result<(Self, LastLines)> {
        let (items, waiting) = mpsc::sync_channel(MAX_WAITING);
        let lost = Arc::new(AtomicU64::new(0));
        let queue = Self { items: items.clone(), lost: Arc::clone(&lost) };
        thread::Builder::new().name("log".to_owned()).spawn(move || write_lines(log, &waiting, &lost))?;
        Ok((queue, LastLines(items)))
    }

    /// Takes a line.
    pub(super) fn send(&self, line: Box<[u8]>) {
        if self.items.try_send(LogItem::Line(line)).is_err() {
            self.lost.fetch_add(1, Ordering::Relaxed);
        }
    }
}

/// Writes the lines until nobody can send any more.
fn write_lines(mut log: impl Write, waiting: &Receiver<LogItem>, lost: &AtomicU64) {
    for item in waiting {
        match item {
            // There is no place to report that the log can't be written.
            LogItem::Line(line) => drop(log.write_all(&line)),
            LogItem::End(answer) => drop(answer.send(())),
        }
        let lines = lost.swap(0, Ordering::Relaxed);
        if lines > 0 {
            tracing::warn!(lines, "lines of the log were lost, because too many waited to be written");
        }
    }
}

impl Write for LogQueue {
    fn write(&mut self, line: &[u8]) -> io::Result<usize> {
        self.send(line.into());
        Ok(line.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl Drop for LastLines {
    fn drop(&mut self) {
        let (answer, answered) = mpsc::channel();
        // If the queue is full, nobody reads the log.
        if self.0.try_send(LogItem::End(answer)).is_ok() {
            let _answer = answered.recv_timeout(LAST_LINES_WITHIN);
        }
    }
}

#[cfg(test)]
mod tests {
    use std::sync::{Mutex, PoisonError};
    use std::time::Instant;

    use super::*;

    /// A log that takes nothing while the test holds the lock.
    #[derive(Clone, Default)]
    struct Pipe(Arc<Mutex<Vec<u8>>>);

    impl Write for Pipe {
        fn write(&mut self, line: &[u8]) -> io::Result<usize> {
            self.0.lock().unwrap_or_else(PoisonError::into_inner).write(line)
        }

        fn flush(&mut self) -> io::Result<()> {
            Ok(())
        }
    }

    #[test]
    fn the_end_waits_for_the_last_line() {
        let pipe = Pipe::default();
        let (mut queue, last) = LogQueue::start(pipe.clone()).unwrap();
        for line in 0..500 {
            writeln!(queue, "{line}").unwrap();
        }
        drop(last);
        assert!(pipe.0.lock().unwrap().ends_with(b"499\n"));
    }

    #[test]
    fn a_log_that_nobody_reads_costs_lines_and_neither_blocks_nor_hangs_the_end() {
        let pipe = Pipe::default();
        let stopped = pipe.0.lock().unwrap();
        let (mut queue, last) = LogQueue::start(pipe.clone()).unwrap();
        for _ in 0..MAX_WAITING + 10 {
            queue.write_all(b"line\n").unwrap();
        }
        let began = Instant::now();
        drop(last);
        assert!(began.elapsed() < Duration::from_secs(5));
        // One line is in the thread.
        assert!((9..=10).contains(&queue.lost.load(Ordering::Relaxed)));
        drop(stopped);
    }
}
