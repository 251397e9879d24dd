//! Feeds that fail, and feeds that are slow, among whole ones: twelve in a hundred fail in eight ways, and five in a
//! hundred answer after three seconds.

use std::time::Duration;

use axum::body::Body;
use axum::http::StatusCode;
use axum::http::header::{CONTENT_ENCODING, CONTENT_LENGTH, CONTENT_TYPE, RETRY_AFTER};
use axum::response::{IntoResponse as _, Response};
use bytes::Bytes;
use futures_util::stream::{self, StreamExt as _};

/// How long a slow feed waits before it answers.
const SLOW: Duration = Duration::from_secs(3);
/// The pause between two bytes of a document that comes byte by byte.
const DRIP: Duration = Duration::from_millis(500);

/// What a feed does instead of answering at once.
#[derive(Clone, Copy)]
pub(crate) enum Fault {
    /// It answers, but after [`SLOW`].
    Slow,
    Status(StatusCode),
    /// 429 with a `Retry-After` of an hour.
    TooMany,
    /// The connection ends within the document.
    CutOff,
    /// A document without an end.
    Endless,
    /// A document that comes byte by byte.
    Drip,
    /// A compressed document that breaks off.
    CutGzip,
    /// A web page in the place of the feed.
    Page,
}

impl Fault {
    /// What the feed of this number does.
    pub(crate) fn of(number: usize) -> Option<Self> {
        if number % 20 == 7 {
            return Some(Self::Slow);
        }
        if number % 25 >= 3 {
            return None;
        }
        Some(match (number / 25 * 3 + number % 25) % 8 {
            0 => Self::Status(StatusCode::INTERNAL_SERVER_ERROR),
            1 => Self::Status(StatusCode::NOT_FOUND),
            2 => Self::TooMany,
            3 => Self::CutOff,
            4 => Self::Endless,
            5 => Self::Drip,
            6 => Self::CutGzip,
            _ => Self::Page,
        })
    }

    /// The answer of such a feed, or none if it is slow and then answers as others do. `compressed` is its document.
    pub(crate) async fn answer(self, compressed: &Bytes) -> Option<Response> {
        let rss = (CONTENT_TYPE, "application/rss+xml");
        Some(match self {
            Self::Slow => {
                tokio::time::sleep(SLOW).await;
                return None;
            }
            Self::Status(status) => status.into_response(),
            Self::TooMany => (StatusCode::TOO_MANY_REQUESTS, [(RETRY_AFTER, "3600")]).into_response(),
            Self::CutOff => ([rss, (CONTENT_LENGTH, "100000")], Body::from_stream(cut_off())).into_response(),
            Self::Endless => {
                let items =
                    stream::repeat_with(|| Ok::<_, std::io::Error>(Bytes::from_static(&[b' '; 4096])));
                ([rss], Body::from_stream(items)).into_response()
            }
            Self::Drip => {
                let bytes = stream::repeat(()).then(|()| async {
                    tokio::time::sleep(DRIP).await;
                    Ok::<_, std::io::Error>(Bytes::from_static(b"<"))
                });
                ([rss], Body::from_stream(bytes)).into_response()
            }
            Self::CutGzip => {
                let half = compressed.slice(..compressed.len() / 2);
                ([rss, (CONTENT_ENCODING, "gzip")], half).into_response()
            }
            Self::Page => ([(CONTENT_TYPE, "text/html")], "<!doctype html><title>Moved</title><p>We moved.")
                .into_response(),
        })
    }
}

/// The beginning of a document, and then an error that ends the connection.
fn cut_off() -> impl stream::Stream<Item = std::io::Result<Bytes>> {
    stream::iter([
        Ok(Bytes::from_static(b"<rss version=\"2.0\"><channel><title>Cut off")),
        Err(std::io::ErrorKind::ConnectionReset.into()),
    ])
}
