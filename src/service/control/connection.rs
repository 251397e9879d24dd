//! One control connection: reads the request, and sends the answers.

use std::io;
use std::time::Duration;

use tokio::io::{AsyncBufReadExt as _, AsyncReadExt as _, BufReader};
use tokio::net::UnixStream;
use tokio::sync::oneshot;
use tokio::time::timeout;
use tokio_util::sync::CancellationToken;

use super::answers::Answers;
use super::protocol::{ControlAnswer, ControlRequest, MAX_REQUEST_BYTES};
use super::{ControlServices, LoopRequest, poll};
use crate::model::EarlierAnswer;
use crate::store::{MAX_KEPT_BODY, PurgeChoice, Store, StoreError};
use crate::time::Timestamp;

/// How long a verb may take to send its request.
const REQUEST_TIMEOUT: Duration = Duration::from_secs(5);

/// Serves one verb. `stop` is cancelled when the daemon stops. During a poll, this function cancels `stop` itself when
/// the verb goes away.
pub(super) async fn serve(
    stream: UnixStream,
    services: ControlServices,
    stop: CancellationToken,
) -> io::Result<()> {
    let (reader, writer) = stream.into_split();
    let mut reader = BufReader::new(reader);
    let mut answers = Answers::new(writer);
    let request = match timeout(REQUEST_TIMEOUT, read_request(&mut reader)).await {
        Ok(Ok(request)) => request,
        Ok(Err(error)) if error.kind() == io::ErrorKind::InvalidData => {
            return answers.send(&ControlAnswer::wrong_usage(error.to_string())).await;
        }
        Ok(Err(error)) => return Err(error),
        Err(_) => {
            return answers.send(&ControlAnswer::wrong_usage("no request arrived in time".to_owned())).await;
        }
    };
    if let ControlRequest::Poll { sources, all } = request {
        // A verb sends nothing after its request, so the end of its stream means that it is gone.
        let watching = stop.clone();
        tokio::spawn(async move {
            let mut rest = [0_u8; 64];
            while watching
                .run_until_cancelled(reader.read(&mut rest))
                .await
                .is_some_and(|read| matches!(read, Ok(length) if length > 0))
            {}
            watching.cancel();
        });
        let polled = poll::serve(&services, &sources, all, &mut answers, &stop).await;
        stop.cancel();
        return polled;
    }
    let answer = match request {
        ControlRequest::KeepAnswer { answer } => keep_answer(&services, *answer, &mut reader).await?,
        request => carry_out(&services, request).await,
    };
    answers.send(&answer).await
}

/// Tells a verb that too many others are being served.
pub(super) async fn refuse(stream: UnixStream) -> io::Result<()> {
    let (_, writer) = stream.into_split();
    Answers::new(writer)
        .send(&ControlAnswer::error(&"the daemon is serving too many commands at once; try again"))
        .await
}

/// Reads the line of the request, up to its maximum length.
async fn read_request<R: tokio::io::AsyncBufRead + Unpin>(reader: &mut R) -> io::Result<ControlRequest> {
    let mut line = Vec::new();
    reader.take(MAX_REQUEST_BYTES as u64).read_until(b'\n', &mut line).await?;
    let invalid = |message: String| io::Error::new(io::ErrorKind::InvalidData, message);
    if line.is_empty() {
        return Err(io::ErrorKind::UnexpectedEof.into());
    }
    if line.last() != Some(&b'\n') {
        return Err(invalid(format!(
            "the request is longer than {MAX_REQUEST_BYTES} bytes or its line does not end"
        )));
    }
    serde_json::from_slice(&line).map_err(|error| {
        invalid(format!(
            "the daemon does not know this request: {error}\nhint: if riverd was upgraded, restart the daemon"
        ))
    })
}

/// Carries out a request that has one answer.
async fn carry_out(services: &ControlServices, request: ControlRequest) -> ControlAnswer {
    match request {
        ControlRequest::NotePurge { url, purge } => {
            let choice = if purge { PurgeChoice::Purge } else { PurgeChoice::Keep };
            done(services.store.note_purge_choice(&url, choice).await)
        }
        ControlRequest::Revive { url } => {
            done(services.store.revive_gone_source(&url, Timestamp::now()).await)
        }
        ControlRequest::Health => ControlAnswer::Health {
            problem: services.store.health().write_problem(),
            warnings: services.notices.warnings(),
        },
        ControlRequest::Reload => {
            let (sender, receiver) = oneshot::channel();
            let stopping = ControlAnswer::error(&"the daemon is stopping");
            if services.loop_requests.send(LoopRequest::Reload(sender)).await.is_err() {
                return stopping;
            }
            receiver.await.unwrap_or(stopping)
        }
        // `serve` handles these two requests: `Poll` has several answers, and `KeepAnswer` has a body after its line.
        ControlRequest::Poll { .. } | ControlRequest::KeepAnswer { .. } => {
            ControlAnswer::error(&"this request has more than one line")
        }
    }
}

/// Reads the body that follows the request, and keeps the answer. The verb does not send a body that is too large. Of such an
/// answer, only the pause that it asks for is noted.
async fn keep_answer<R: tokio::io::AsyncRead + Unpin>(
    services: &ControlServices,
    answer: EarlierAnswer<usize>,
    reader: &mut R,
) -> io::Result<ControlAnswer> {
    let length = answer.body_length();
    if length > MAX_KEPT_BODY {
        return Ok(done(services.store.note_pause_of_answer(answer, Timestamp::now()).await));
    }
    let mut body = vec![0; length];
    timeout(REQUEST_TIMEOUT, reader.read_exact(&mut body)).await??;
    let answer = answer.with_body(body.into());
    Ok(done(keep_and_use_soon(&services.store, answer).await))
}

/// Keeps an answer. A source that was polled before uses it at once.
async fn keep_and_use_soon(store: &Store, answer: EarlierAnswer) -> Result<(), StoreError> {
    let (url, asked_at, now) = (answer.url.clone(), answer.asked_at, Timestamp::now());
    store.keep_answer(answer, now).await?;
    store.poll_kept_answer_soon(url, asked_at, now).await
}

fn done(result: Result<(), StoreError>) -> ControlAnswer {
    match result {
        Ok(()) => ControlAnswer::Done { purged: 0 },
        Err(error) => ControlAnswer::store_error(&error),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    async fn read(request: &[u8]) -> Result<ControlRequest, String> {
        read_request(&mut BufReader::new(request)).await.map_err(|error| error.to_string())
    }

    #[tokio::test]
    async fn only_a_whole_known_request_of_bounded_length_is_accepted() {
        let request = read(b"{\"request\":\"poll\",\"sources\":[\"a\"],\"all\":false}\n").await.unwrap();
        assert_eq!(request, ControlRequest::Poll { sources: vec!["a".to_owned()], all: false });
        let long = format!("{{\"request\":\"revive\",\"url\":\"{}\"}}\n", "x".repeat(MAX_REQUEST_BYTES));
        let deep = format!("{}\n", "[".repeat(MAX_REQUEST_BYTES - 10));
        let hostile: [&[u8]; 9] = [
            b"",
            b"\n",
            b"{\"request\":\"reload\"}",
            b"{\"request\":\"shutdown\"}\n",
            b"{\"request\":\"poll\",\"sources\":\"a\",\"all\":0}\n",
            b"\xff\xfe\x00\n",
            b"GET / HTTP/1.1\r\n",
            long.as_bytes(),
            deep.as_bytes(),
        ];
        for request in hostile {
            assert!(read(request).await.is_err(), "{:?}", String::from_utf8_lossy(request));
        }
    }
}
