//! A stream with a write timeout: it fails if the client stops receiving.

use std::fs::File;
use std::io;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll, ready};
use std::time::Duration;

use bytes::Bytes;
use rustix::net::SendFlags;
use tokio::io::{AsyncRead, AsyncWrite, Interest, ReadBuf};
use tokio::net::{TcpStream, UnixStream};
use tokio::time::{Instant, Sleep, sleep};

use super::connection_limit::ConnectionActivity;

/// How long a write may wait for the client. A client that receives nothing for longer has gone, or blocks on purpose.
const WRITE_TIMEOUT: Duration = Duration::from_secs(30);

/// A TCP or unix connection.
#[derive(Debug)]
pub(super) enum Stream {
    Tcp(TcpStream),
    Unix(UnixStream),
}

/// A stream with a write timeout. It reports to [`ConnectionActivity`] whether the client receives what is sent.
pub(super) struct TimedStream {
    stream: Stream,
    activity: Arc<ConnectionActivity>,
    /// When a blocked write fails. It counts only while `is_waiting`.
    deadline: Pin<Box<Sleep>>,
    /// Whether the last write is waiting for the client.
    is_waiting: bool,
    /// Bytes that are read once more before any others.
    read_again: Bytes,
}

impl TimedStream {
    /// Wraps a stream.
    pub(super) fn new(stream: Stream, activity: Arc<ConnectionActivity>) -> Self {
        Self {
            stream,
            activity,
            deadline: Box::pin(sleep(WRITE_TIMEOUT)),
            is_waiting: false,
            read_again: Bytes::new(),
        }
    }

    /// Lets the next reads return `bytes`, which were read already.
    pub(super) fn read_again(&mut self, bytes: Bytes) {
        self.read_again = bytes;
    }

    /// Returns whether [`TimedStream::poll_send_file`] can be used.
    pub(super) fn sends_files(&self) -> bool {
        matches!(self.stream, Stream::Tcp(_))
    }

    /// Sends bytes that come before a file. The system may wait for the bytes of the file before it sends a packet.
    pub(super) fn poll_send_before_file(
        &mut self,
        cx: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        let flags = SendFlags::MORE | SendFlags::NOSIGNAL;
        let result = self.stream.poll_send(cx, |stream| rustix::net::send(stream, bytes, flags));
        self.check_deadline(cx, result)
    }

    /// Sends at most `length` bytes of a file from `offset` on. The system takes them from the file without copying them.
    pub(super) fn poll_send_file(
        &mut self,
        cx: &mut Context<'_>,
        file: &File,
        (offset, length): (usize, usize),
    ) -> Poll<io::Result<usize>> {
        let result = self.stream.poll_send(cx, |stream| {
            let mut offset = offset as u64;
            rustix::fs::sendfile(stream, file, Some(&mut offset), length)
        });
        self.check_deadline(cx, result)
    }

    /// Returns the result of a write. While the write is pending, starts or checks the deadline, and fails with `TimedOut` once
    /// the deadline has passed.
    fn check_deadline<T>(
        &mut self,
        cx: &mut Context<'_>,
        result: Poll<io::Result<T>>,
    ) -> Poll<io::Result<T>> {
        if result.is_ready() {
            self.is_waiting = false;
            return result;
        }
        if !self.is_waiting {
            self.is_waiting = true;
            self.activity.mark_write_blocked();
            self.deadline.as_mut().reset(Instant::now() + WRITE_TIMEOUT);
        }
        ready!(self.deadline.as_mut().poll(cx));
        Poll::Ready(Err(io::Error::from(io::ErrorKind::TimedOut)))
    }
}

impl Stream {
    /// Waits until a TCP connection can take more bytes, then makes a system call that sends to it.
    fn poll_send(
        &self,
        cx: &mut Context<'_>,
        send: impl Fn(&TcpStream) -> rustix::io::Result<usize>,
    ) -> Poll<io::Result<usize>> {
        let Self::Tcp(stream) = self else {
            return Poll::Ready(Err(io::ErrorKind::Unsupported.into()));
        };
        loop {
            ready!(stream.poll_write_ready(cx))?;
            match stream.try_io(Interest::WRITABLE, || Ok(send(stream)?)) {
                Err(error) if error.kind() == io::ErrorKind::WouldBlock => {}
                result => return Poll::Ready(result),
            }
        }
    }
}

impl AsyncRead for Stream {
    fn poll_read(self: Pin<&mut Self>, cx: &mut Context<'_>, buf: &mut ReadBuf<'_>) -> Poll<io::Result<()>> {
        match self.get_mut() {
            Self::Tcp(stream) => Pin::new(stream).poll_read(cx, buf),
            Self::Unix(stream) => Pin::new(stream).poll_read(cx, buf),
        }
    }
}

impl AsyncWrite for Stream {
    fn poll_write(self: Pin<&mut Self>, cx: &mut Context<'_>, buf: &[u8]) -> Poll<io::Result<usize>> {
        match self.get_mut() {
            Self::Tcp(stream) => Pin::new(stream).poll_write(cx, buf),
            Self::Unix(stream) => Pin::new(stream).poll_write(cx, buf),
        }
    }

    fn poll_flush(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        match self.get_mut() {
            Self::Tcp(stream) => Pin::new(stream).poll_flush(cx),
            Self::Unix(stream) => Pin::new(stream).poll_flush(cx),
        }
    }

    fn poll_shutdown(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        match self.get_mut() {
            Self::Tcp(stream) => Pin::new(stream).poll_shutdown(cx),
            Self::Unix(stream) => Pin::new(stream).poll_shutdown(cx),
        }
    }

    fn poll_write_vectored(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        bufs: &[io::IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        match self.get_mut() {
            Self::Tcp(stream) => Pin::new(stream).poll_write_vectored(cx, bufs),
            Self::Unix(stream) => Pin::new(stream).poll_write_vectored(cx, bufs),
        }
    }

    fn is_write_vectored(&self) -> bool {
        true
    }
}

impl AsyncRead for TimedStream {
    fn poll_read(self: Pin<&mut Self>, cx: &mut Context<'_>, buf: &mut ReadBuf<'_>) -> Poll<io::Result<()>> {
        let this = self.get_mut();
        if this.read_again.is_empty() {
            return Pin::new(&mut this.stream).poll_read(cx, buf);
        }
        let length = buf.remaining().min(this.read_again.len());
        buf.put_slice(&this.read_again.split_to(length));
        Poll::Ready(Ok(()))
    }
}

impl AsyncWrite for TimedStream {
    fn poll_write(self: Pin<&mut Self>, cx: &mut Context<'_>, buf: &[u8]) -> Poll<io::Result<usize>> {
        let this = self.get_mut();
        let result = Pin::new(&mut this.stream).poll_write(cx, buf);
        this.check_deadline(cx, result)
    }

    fn poll_flush(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        let this = self.get_mut();
        let result = Pin::new(&mut this.stream).poll_flush(cx);
        // The server flushes when it has nothing left to write, so everything has been sent.
        if result.is_ready() {
            this.activity.mark_all_sent();
        }
        this.check_deadline(cx, result)
    }

    fn poll_shutdown(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        let this = self.get_mut();
        let result = Pin::new(&mut this.stream).poll_shutdown(cx);
        this.check_deadline(cx, result)
    }

    fn poll_write_vectored(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        bufs: &[io::IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        let this = self.get_mut();
        let result = Pin::new(&mut this.stream).poll_write_vectored(cx, bufs);
        this.check_deadline(cx, result)
    }

    fn is_write_vectored(&self) -> bool {
        self.stream.is_write_vectored()
    }
}
