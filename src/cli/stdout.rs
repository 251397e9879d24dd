//! Writes to stdout.

use std::io::{self, Write as _};

/// Writes text to stdout as it is. The error of a full disk says what could not be written.
pub(super) fn write(text: &str) -> io::Result<()> {
    let mut out = io::stdout().lock();
    let written = out.write_all(text.as_bytes()).and_then(|()| out.flush());
    written.map_err(|error| io::Error::new(error.kind(), format!("can't write the output: {error}")))
}
