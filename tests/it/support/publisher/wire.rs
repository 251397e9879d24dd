//! The publisher's side of a connection: reads requests and writes answers, whether they are correct HTTP or not.

use std::io::{self, BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::time::{Duration, Instant};

use super::answer::{Answer, Body, Ending, Framing, Gate};
use super::{Request, Shared};

/// Most bytes in the head of a request. riverd never sends as many.
const MAX_HEAD: usize = 64 * 1024;
/// Most bytes in the body of a request, which is a subscription form or a pushed document.
const MAX_BODY: usize = 4 * 1024 * 1024;

/// Whether the connection can serve another request.
#[derive(PartialEq, Eq)]
enum AfterAnswer {
    Reuse,
    Close,
}

/// Answers request after request on one connection until either side ends it.
pub(super) fn converse(shared: &Shared, stream: &TcpStream) -> io::Result<()> {
    let mut reader = BufReader::new(stream);
    while let Some(request) = read_request(&mut reader)? {
        let closing = request.header_text("connection").is_some_and(|c| c.eq_ignore_ascii_case("close"));
        let head_only = request.method == "HEAD";
        let answer = shared.answer(&request);
        let mut writer = Writer { stream, stop: &shared.stop, pace: answer.pace };
        let after = write_answer(&mut writer, &answer, head_only)?;
        if after == AfterAnswer::Close || closing {
            break;
        }
    }
    Ok(())
}

/// Reads the next request. Returns `None` if the client has closed the connection.
fn read_request(reader: &mut impl BufRead) -> io::Result<Option<Request>> {
    let mut lines = Vec::new();
    let mut size = 0;
    loop {
        let mut line = Vec::new();
        size += reader.by_ref().take(MAX_HEAD as u64).read_until(b'\n', &mut line)?;
        if size > MAX_HEAD {
            return Err(io::Error::other("the head of the request is larger than the publisher accepts"));
        }
        while line.last().is_some_and(|byte| matches!(byte, b'\r' | b'\n')) {
            line.pop();
        }
        match (line.is_empty(), lines.is_empty()) {
            (true, true) => return Ok(None),
            (true, false) => break,
            (false, _) => lines.push(line),
        }
    }
    let start = String::from_utf8_lossy(&lines[0]).into_owned();
    let mut words = start.split(' ');
    let mut request = Request {
        method: words.next().unwrap_or_default().to_owned(),
        target: words.next().unwrap_or_default().to_owned(),
        headers: lines[1..].iter().map(|line| header(line)).collect(),
        body: Vec::new(),
        at: Instant::now(),
    };
    let length =
        request.header_text("content-length").and_then(|text| text.parse::<usize>().ok()).unwrap_or(0);
    request.body = vec![0; length.min(MAX_BODY)];
    reader.read_exact(&mut request.body)?;
    Ok(Some(request))
}

/// Splits a header line. The name and the value are unchanged, except that one space after the colon is removed.
fn header(line: &[u8]) -> (String, Vec<u8>) {
    let colon = line.iter().position(|byte| *byte == b':').unwrap_or(line.len());
    let value = line.get(colon + 1..).unwrap_or_default();
    let value = value.strip_prefix(b" ").unwrap_or(value);
    (String::from_utf8_lossy(&line[..colon]).into_owned(), value.to_vec())
}

fn write_answer(writer: &mut Writer<'_>, answer: &Answer, head_only: bool) -> io::Result<AfterAnswer> {
    if let Some(gate) = &answer.gate
        && !writer.wait_for(gate)
    {
        return Ok(AfterAnswer::Close);
    }
    writer.pause(answer.delay)?;
    match (answer.ending, &answer.body) {
        (Ending::Silence, _) => {
            writer.pause(Duration::MAX)?;
            Ok(AfterAnswer::Close)
        }
        (Ending::ResetNow, _) => writer.reset(),
        (_, Body::Raw(bytes)) => {
            writer.send(bytes)?;
            Ok(AfterAnswer::Close)
        }
        (_, Body::EndlessHead) => {
            writer.send(b"HTTP/1.1 200 OK\r\n")?;
            for n in 0_u64.. {
                writer.send(format!("X-More-{n}: {}\r\n", "x".repeat(200)).as_bytes())?;
            }
            Ok(AfterAnswer::Close)
        }
        (_, body) => {
            writer.send(&head(answer, body))?;
            writer.pause(answer.delay_of_body)?;
            if head_only || answer.status == 304 || answer.status == 204 {
                return Ok(if answer.ending == Ending::Whole {
                    AfterAnswer::Reuse
                } else {
                    AfterAnswer::Close
                });
            }
            write_body(writer, answer, body)
        }
    }
}

fn head(answer: &Answer, body: &Body) -> Vec<u8> {
    let mut head = format!("HTTP/1.1 {} {}\r\n", answer.status, reason(answer.status)).into_bytes();
    let mut add = |name: &str, value: &[u8]| {
        head.extend_from_slice(name.as_bytes());
        head.extend_from_slice(b": ");
        head.extend_from_slice(value);
        head.extend_from_slice(b"\r\n");
    };
    for (name, value) in &answer.headers {
        add(name, value);
    }
    if let Some(etag) = &answer.etag {
        add("ETag", etag);
    }
    if let Some(date) = &answer.last_modified {
        add("Last-Modified", date);
    }
    match (answer.framing, body) {
        // A 204 has no length (RFC 9110 §8.6). A 304 may have one, but ours does not.
        _ if matches!(answer.status, 204 | 304) => {}
        (Framing::Length, Body::Bytes(bytes)) => add("Content-Length", bytes.len().to_string().as_bytes()),
        (Framing::WrongLength(length), _) => add("Content-Length", length.to_string().as_bytes()),
        (Framing::Chunked(_), _) => add("Transfer-Encoding", b"chunked"),
        _ => add("Connection", b"close"),
    }
    head.extend_from_slice(b"\r\n");
    head
}

fn write_body(writer: &mut Writer<'_>, answer: &Answer, body: &Body) -> io::Result<AfterAnswer> {
    let (start, again): (&[u8], Option<&[u8]>) = match body {
        Body::Bytes(bytes) => (bytes, None),
        Body::Endless(start, again) => (start, Some(again)),
        Body::Raw(_) | Body::EndlessHead => (&[], None),
    };
    let limit = match answer.ending {
        Ending::CutAt(n) | Ending::ResetAt(n) | Ending::HangAt(n) => n.min(start.len()),
        _ => start.len(),
    };
    writer.send_framed(&start[..limit], answer.framing)?;
    match answer.ending {
        Ending::CutAt(_) => return Ok(AfterAnswer::Close),
        Ending::ResetAt(_) => return writer.reset(),
        Ending::HangAt(_) => {
            writer.pause(Duration::MAX)?;
            return Ok(AfterAnswer::Close);
        }
        _ => {}
    }
    if let Some(again) = again {
        loop {
            writer.send_framed(again, answer.framing)?;
        }
    }
    if matches!(answer.framing, Framing::Chunked(_)) {
        writer.send(b"0\r\n\r\n")?;
    }
    let reuse =
        answer.ending == Ending::Whole && matches!(answer.framing, Framing::Length | Framing::Chunked(_));
    Ok(if reuse { AfterAnswer::Reuse } else { AfterAnswer::Close })
}

/// Sends bytes at the pace of the answer. Every wait ends early when the publisher stops.
struct Writer<'a> {
    stream: &'a TcpStream,
    stop: &'a Gate,
    pace: Option<(usize, Duration)>,
}

impl Writer<'_> {
    fn send(&mut self, bytes: &[u8]) -> io::Result<()> {
        let Some((piece, every)) = self.pace else { return self.stream.write_all(bytes) };
        for piece in bytes.chunks(piece) {
            self.pause(every)?;
            self.stream.write_all(piece)?;
        }
        Ok(())
    }

    fn send_framed(&mut self, bytes: &[u8], framing: Framing) -> io::Result<()> {
        let Framing::Chunked(size) = framing else { return self.send(bytes) };
        for chunk in bytes.chunks(size) {
            self.send(format!("{:x}\r\n", chunk.len()).as_bytes())?;
            self.send(chunk)?;
            self.send(b"\r\n")?;
        }
        Ok(())
    }

    /// Waits for this time. Returns an error if the publisher stops or the client closes the connection.
    fn pause(&self, span: Duration) -> io::Result<()> {
        let mut left = span;
        while !left.is_zero() {
            let step = left.min(Duration::from_millis(200));
            if self.stop.wait(step) || self.client_is_gone() {
                return Err(io::ErrorKind::ConnectionAborted.into());
            }
            left = left.saturating_sub(step);
        }
        Ok(())
    }

    /// Waits until the gate is open. Returns `false` if the publisher stops or the client closes the connection first.
    fn wait_for(&self, gate: &Gate) -> bool {
        while !gate.wait(Duration::from_millis(20)) {
            if self.stop.wait(Duration::ZERO) || self.client_is_gone() {
                return false;
            }
        }
        true
    }

    fn client_is_gone(&self) -> bool {
        let peeked = self.stream.set_nonblocking(true).and_then(|()| self.stream.peek(&mut [0; 1]));
        let gone = match peeked {
            Ok(read) => read == 0,
            Err(error) => error.kind() != io::ErrorKind::WouldBlock,
        };
        gone || self.stream.set_nonblocking(false).is_err()
    }

    /// Closes the connection with RST instead of FIN. Bytes that were not sent yet are discarded.
    fn reset(&self) -> io::Result<AfterAnswer> {
        rustix::net::sockopt::set_socket_linger(self.stream, Some(Duration::ZERO))?;
        Ok(AfterAnswer::Close)
    }
}

fn reason(status: u16) -> &'static str {
    match status {
        200 => "OK",
        226 => "IM Used",
        301 => "Moved Permanently",
        302 => "Found",
        304 => "Not Modified",
        404 => "Not Found",
        410 => "Gone",
        429 => "Too Many Requests",
        503 => "Service Unavailable",
        _ => "Status",
    }
}
