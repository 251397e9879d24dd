//! `/healthz`: 200 while the daemon polls and its database answers, else 503.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use axum::body::Body;
use axum::extract::State;
use axum::http::header::CACHE_CONTROL;
use axum::http::{Response, StatusCode};
use tokio::time::timeout;

use super::HttpState;
use super::answer::{plain_text, set};

/// The poll loop ticks every second; a tick that waits for a slow disk may take a while, one that takes this long hangs.
const SILENCE_LIMIT: Duration = Duration::from_mins(1);
/// A database that takes longer is of no use to a reader either.
const PING_LIMIT: Duration = Duration::from_secs(5);

/// Whether the poll loop ticks: it beats, `/healthz` and the watchdog listen. Cheap to clone.
#[derive(Clone, Debug)]
pub struct Heartbeat {
    started: Instant,
    /// Milliseconds from `started` to the last beat.
    last: Arc<AtomicU64>,
}

impl Heartbeat {
    /// A pulse that has just beaten.
    pub fn start() -> Self {
        Self { started: Instant::now(), last: Arc::default() }
    }

    /// The poll loop ticked.
    pub fn beat(&self) {
        self.last.store(self.started.elapsed().as_millis() as u64, Ordering::Relaxed);
    }

    /// Since when it has been silent.
    pub fn silence(&self) -> Duration {
        self.started.elapsed().saturating_sub(Duration::from_millis(self.last.load(Ordering::Relaxed)))
    }

    /// Whether it beat lately.
    pub fn is_alive(&self) -> bool {
        self.silence() < SILENCE_LIMIT
    }
}

pub(super) async fn healthz(State(site): State<HttpState>) -> Response<Body> {
    let ill = |text: &str| plain_text(StatusCode::SERVICE_UNAVAILABLE, text);
    if !site.pulse.is_alive() {
        return ill(&format!("the poll loop has been silent for {} s", site.pulse.silence().as_secs()));
    }
    match timeout(PING_LIMIT, site.store.ping()).await {
        Ok(Ok(())) => {
            let mut response = plain_text(StatusCode::OK, "ok");
            set(response.headers_mut(), CACHE_CONTROL, "no-store");
            response
        }
        Ok(Err(error)) => ill(&format!("the database does not answer: {error}")),
        Err(_) => ill(&format!("the database has not answered for {} s", PING_LIMIT.as_secs())),
    }
}
