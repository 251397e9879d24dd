//! Starts, wires and stops the daemon.
