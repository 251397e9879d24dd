//! A fake HTTP/2 server, which answers the first request of each connection with frames that a test writes by hand.

use std::io::{self, Read, Write as _};
use std::net::{Shutdown, TcpListener, TcpStream};
use std::thread;

use super::tls::{Authority, TlsFront};

/// Writes the frames of one answer. Returns an error if the client closed the connection.
type Script = fn(&mut Http2Server) -> io::Result<()>;

/// Types and flags of frames (RFC 9113 §6).
pub(crate) const DATA: u8 = 0;
pub(crate) const HEADERS: u8 = 1;
pub(crate) const RST_STREAM: u8 = 3;
pub(crate) const SETTINGS: u8 = 4;
pub(crate) const PUSH_PROMISE: u8 = 5;
pub(crate) const PING: u8 = 6;
pub(crate) const GOAWAY: u8 = 7;
pub(crate) const CONTINUATION: u8 = 9;
pub(crate) const ACK: u8 = 1;
pub(crate) const END_STREAM: u8 = 1;
pub(crate) const END_HEADERS: u8 = 4;

/// Error codes (RFC 9113 §7).
pub(crate) const NO_ERROR: u32 = 0;
pub(crate) const INTERNAL_ERROR: u32 = 2;
pub(crate) const CANCEL: u32 = 8;

/// Stream of the first request of a client.
const STREAM: u32 = 1;

/// The server side of a connection.
pub(crate) struct Http2Server {
    stream: TcpStream,
}

impl Http2Server {
    /// Starts a server at `https://127.0.0.1:PORT` that runs `script` for each connection.
    pub(crate) fn front(authority: &Authority, script: Script) -> TlsFront {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = listener.local_addr().unwrap();
        thread::spawn(move || {
            for stream in listener.incoming().map_while(Result::ok) {
                // Many scripts are about clients that close the connection early, so errors are ignored.
                thread::spawn(move || drop(converse(stream, script)));
            }
        });
        authority.http2_front("127.0.0.1", address)
    }

    /// Sends a frame on the stream of the request.
    pub(crate) fn send(&mut self, kind: u8, flags: u8, payload: &[u8]) -> io::Result<()> {
        self.send_on(STREAM, kind, flags, payload)
    }

    /// Sends a frame on any stream. Stream 0 is the connection itself.
    pub(crate) fn send_on(&mut self, stream: u32, kind: u8, flags: u8, payload: &[u8]) -> io::Result<()> {
        let length = u32::try_from(payload.len()).unwrap().to_be_bytes();
        let mut frame = vec![length[1], length[2], length[3], kind, flags];
        frame.extend(stream.to_be_bytes());
        frame.extend(payload);
        self.stream.write_all(&frame)
    }

    /// Sends bytes that are not a frame.
    pub(crate) fn send_raw(&mut self, bytes: &[u8]) -> io::Result<()> {
        self.stream.write_all(bytes)
    }

    /// Sends the head of a good answer, with additional fields.
    pub(crate) fn head(&mut self, fields: &[(&str, &str)]) -> io::Result<()> {
        self.send(HEADERS, END_HEADERS, &head(fields))
    }

    /// Closes the sending side of the connection.
    pub(crate) fn close(&mut self) -> io::Result<()> {
        self.stream.shutdown(Shutdown::Write)
    }

    /// Ends the stream with RST_STREAM.
    pub(crate) fn reset(&mut self, code: u32) -> io::Result<()> {
        self.send(RST_STREAM, 0, &code.to_be_bytes())
    }
}

/// Encodes `:status 200`, the media type of a feed and `fields` as HPACK without compression (RFC 7541).
pub(crate) fn head(fields: &[(&str, &str)]) -> Vec<u8> {
    // Entry 8 of the static table is `:status: 200`.
    let mut block = vec![0x88];
    block.extend(field("content-type", "application/rss+xml"));
    for (name, value) in fields {
        block.extend(field(name, value));
    }
    block
}

/// Encodes a literal field without indexing (RFC 7541 §6.2.2).
pub(crate) fn field(name: &str, value: &str) -> Vec<u8> {
    let mut block = vec![0];
    for text in [name, value] {
        let length = u8::try_from(text.len()).ok().filter(|length| *length < 127);
        block.push(length.expect("a length of one byte"));
        block.extend(text.as_bytes());
    }
    block
}

/// Reads up to the first request of the client, runs `script`, and reads until the client closes the connection.
fn converse(stream: TcpStream, script: Script) -> io::Result<()> {
    let mut reader = stream.try_clone()?;
    // The connection preface is "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n".
    reader.read_exact(&mut [0; 24])?;
    while read_frame(&mut reader)? != HEADERS {}
    // The client still sends window updates and acknowledgements, which must not fill the buffers.
    let rest = thread::spawn(move || io::copy(&mut reader, &mut io::sink()));
    let mut frames = Http2Server { stream };
    frames.send_on(0, SETTINGS, 0, &[])?;
    frames.send_on(0, SETTINGS, ACK, &[])?;
    script(&mut frames)?;
    // Waits until the client closes the connection.
    rest.join().unwrap().map(drop)
}

/// Reads a frame and returns its type.
fn read_frame(reader: &mut impl Read) -> io::Result<u8> {
    let mut head = [0; 9];
    reader.read_exact(&mut head)?;
    let length = u32::from_be_bytes([0, head[0], head[1], head[2]]);
    io::copy(&mut reader.take(u64::from(length)), &mut io::sink())?;
    Ok(head[3])
}
