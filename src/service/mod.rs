//! Starts, wires and stops the daemon.

pub mod logging;
pub mod notify;
pub mod signals;
pub mod timetable;
pub mod watch;
