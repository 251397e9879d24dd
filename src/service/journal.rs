//! Writes the log in the protocol of systemd's journal, which keeps the fields
//! (<https://systemd.io/JOURNAL_NATIVE_PROTOCOL/>). A journal that takes nothing for a while must stop nothing, so the records
//! go through [`LogQueue`].

use std::fmt::{self, Write as _};
use std::io;
use std::os::unix::net::UnixDatagram;
use std::path::{Path, PathBuf};

use tracing::field::{Field, Visit};
use tracing::{Event, Level, Subscriber};
use tracing_subscriber::Layer;
use tracing_subscriber::layer::Context;

use super::log_queue::LogQueue;

/// The socket of the journal.
pub(super) const JOURNAL: &str = "/run/systemd/journal/socket";

/// Makes a record of the journal of each event.
pub(super) struct JournalLayer(pub(super) LogQueue);

impl<S: Subscriber> Layer<S> for JournalLayer {
    fn on_event(&self, event: &Event<'_>, _context: Context<'_, S>) {
        self.0.send(JournalRecord::of(event).0.into());
    }
}

/// The fields of an event. The name of the field that `journalctl` shows is MESSAGE; the others are those of the event.
struct JournalRecord(Vec<u8>);

impl JournalRecord {
    fn of(event: &Event<'_>) -> Self {
        let mut record = Self(Vec::with_capacity(512));
        // The levels of syslog (RFC 5424 §6.2.1).
        let priority = match *event.metadata().level() {
            Level::ERROR => "3",
            Level::WARN => "4",
            Level::INFO => "5",
            Level::DEBUG => "6",
            Level::TRACE => "7",
        };
        record.put("priority", priority);
        record.put("syslog_identifier", env!("CARGO_PKG_NAME"));
        record.put("target", event.metadata().target());
        event.record(&mut record);
        record
    }

    /// Adds a field. With its length before it, a value may have any bytes.
    fn put(&mut self, name: &str, value: &str) {
        // The journal ignores fields whose names begin with `_`, and those with other characters than these.
        let name = name.trim_start_matches('_').bytes();
        let name =
            name.map(|byte| if byte.is_ascii_alphanumeric() { byte.to_ascii_uppercase() } else { b'_' });
        self.0.extend(name);
        self.0.push(b'\n');
        self.0.extend((value.len() as u64).to_le_bytes());
        self.0.extend(value.as_bytes());
        self.0.push(b'\n');
    }
}

impl Visit for JournalRecord {
    fn record_str(&mut self, field: &Field, value: &str) {
        self.put(field.name(), value);
    }

    fn record_debug(&mut self, field: &Field, value: &dyn fmt::Debug) {
        let mut text = String::new();
        // Writing to a string does not fail.
        write!(text, "{value:?}").unwrap_or_default();
        self.put(field.name(), &text);
    }
}

/// Sends each write to the journal as one record.
pub(super) struct JournalSocket {
    socket: UnixDatagram,
    journal: PathBuf,
}

impl JournalSocket {
    /// Fails if nobody listens at `journal`.
    pub(super) fn to(journal: &Path) -> io::Result<Self> {
        let socket = UnixDatagram::unbound()?;
        // The journal ignores an empty record.
        socket.send_to(&[], journal)?;
        Ok(Self { socket, journal: journal.to_owned() })
    }
}

impl io::Write for JournalSocket {
    fn write(&mut self, record: &[u8]) -> io::Result<usize> {
        // The journal may have been started anew, so the socket is not connected.
        self.socket.send_to(record, &self.journal)
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use tracing_subscriber::layer::SubscriberExt as _;

    use super::*;

    #[test]
    fn a_record_has_the_fields_of_the_event_whatever_is_in_them() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("journal");
        assert!(JournalSocket::to(&path).is_err());
        let journal = UnixDatagram::bind(&path).unwrap();
        let (queue, last_lines) = LogQueue::start(JournalSocket::to(&path).unwrap()).unwrap();
        let subscriber = tracing_subscriber::registry().with(JournalLayer(queue));
        tracing::subscriber::with_default(subscriber, || {
            tracing::warn!(source = "two\nlines", polls = 3, "it broke");
        });
        drop(last_lines);
        let mut record = [0; 1024];
        assert_eq!(journal.recv(&mut record).unwrap(), 0);
        let length = journal.recv(&mut record).unwrap();
        let record = &record[..length];
        let has = |field: &[u8]| record.windows(field.len()).any(|part| part == field);
        assert!(record.starts_with(b"PRIORITY\n\x01\0\0\0\0\0\0\0\x34\n"));
        assert!(has(b"\nMESSAGE\n\x08\0\0\0\0\0\0\0it broke\n"));
        assert!(has(b"\nSOURCE\n\x09\0\0\0\0\0\0\0two\nlines\n"));
        assert!(
            has(b"\nPOLLS\n\x01\0\0\0\0\0\0\x003\n")
                && has(b"\nSYSLOG_IDENTIFIER\n\x06\0\0\0\0\0\0\0riverd\n")
        );
    }
}
