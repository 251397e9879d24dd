//! Receives the signals that stop or reload the daemon, and catches one that must not kill it.

use std::io;

use tokio::signal::unix::{Signal, SignalKind, signal};

/// The signals that the daemon receives.
#[derive(Debug)]
pub(super) struct Signals {
    terminate: Signal,
    interrupt: Signal,
    hangup: Signal,
    /// SIGXFSZ, which is only caught; nothing waits for it. A write beyond a file-size limit (`ulimit -f`, `LimitFSIZE=` of
    /// systemd) then fails with EFBIG, which SQLite reports. If it were not caught, the signal would kill the process.
    _file_size: Signal,
}

/// What a signal asks the daemon to do.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum SignalRequest {
    /// To stop, on SIGTERM or SIGINT.
    Stop,
    /// To reload feeds.toml, on SIGHUP.
    Reload,
}

impl Signals {
    /// Starts to catch the signals.
    pub(super) fn catch() -> io::Result<Self> {
        Ok(Self {
            terminate: signal(SignalKind::terminate())?,
            interrupt: signal(SignalKind::interrupt())?,
            hangup: signal(SignalKind::hangup())?,
            _file_size: signal(SignalKind::from_raw(SIGXFSZ))?,
        })
    }

    /// Waits for the next signal.
    pub(super) async fn next(&mut self) -> SignalRequest {
        tokio::select! {
            _ = self.terminate.recv() => SignalRequest::Stop,
            _ = self.interrupt.recv() => SignalRequest::Stop,
            _ = self.hangup.recv() => SignalRequest::Reload,
        }
    }
}

/// This number is the same on all Linux architectures except MIPS and PA-RISC, which are not among Rust's tier 1 and 2
/// hosts.
const SIGXFSZ: i32 = 25;
