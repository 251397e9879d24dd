//! Signals: what stops the daemon, what reloads it, and one that must not kill it.

use std::io;

use tokio::signal::unix::{Signal, SignalKind, signal};

/// The signals a daemon answers.
#[derive(Debug)]
pub(super) struct Signals {
    terminate: Signal,
    interrupt: Signal,
    hangup: Signal,
    /// Held only so that the signal stays caught: a write over a file-size limit (`ulimit -f`, a quota) then fails with
    /// EFBIG, which SQLite reports, where the default action would kill the process.
    _file_size: Signal,
}

/// What a signal asks for.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum SignalRequest {
    /// SIGTERM or SIGINT.
    Stop,
    /// SIGHUP.
    Reload,
}

impl Signals {
    /// Catches them from now on.
    pub(super) fn catch() -> io::Result<Self> {
        Ok(Self {
            terminate: signal(SignalKind::terminate())?,
            interrupt: signal(SignalKind::interrupt())?,
            hangup: signal(SignalKind::hangup())?,
            _file_size: signal(SignalKind::from_raw(SIGXFSZ))?,
        })
    }

    /// Waits for the next one.
    pub(super) async fn next(&mut self) -> SignalRequest {
        tokio::select! {
            _ = self.terminate.recv() => SignalRequest::Stop,
            _ = self.interrupt.recv() => SignalRequest::Stop,
            _ = self.hangup.recv() => SignalRequest::Reload,
        }
    }
}

/// The same number on every Linux architecture but MIPS and PA-RISC, which Rust's tier 1 and 2 hosts don't include.
const SIGXFSZ: i32 = 25;
