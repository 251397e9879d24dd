//! Answers `/healthz`: 200 while the daemon polls and its database can be written, otherwise 503. The answer waits for
//! nothing: neither for the database nor for the poll loop.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use axum::body::Body;
use axum::extract::State;
use axum::http::{Response, StatusCode};

use super::HttpState;
use super::answer::text_response;

/// How long the poll loop may be silent. It ticks every second. A slow disk can delay a tick by some seconds; a tick
/// that takes longer than this is assumed to hang.
const SILENCE_LIMIT: Duration = Duration::from_mins(1);

/// Records when the poll loop last ticked. `/healthz` and the systemd watchdog read it. Cheap to clone.
#[derive(Clone, Debug)]
pub struct Heartbeat {
    started_at: Instant,
    /// Milliseconds from `started_at` to the last beat.
    last_beat_ms: Arc<AtomicU64>,
}

impl Heartbeat {
    /// Starts a heartbeat, as if it had just beaten.
    pub fn start() -> Self {
        Self { started_at: Instant::now(), last_beat_ms: Arc::default() }
    }

    /// Records that the poll loop ticked.
    pub fn beat(&self) {
        self.last_beat_ms.store(self.started_at.elapsed().as_millis() as u64, Ordering::Relaxed);
    }

    /// Returns the time since the last beat.
    pub fn silence(&self) -> Duration {
        self.started_at
            .elapsed()
            .saturating_sub(Duration::from_millis(self.last_beat_ms.load(Ordering::Relaxed)))
    }

    /// Returns whether the last beat was less than a minute ago.
    pub fn is_alive(&self) -> bool {
        self.silence() < SILENCE_LIMIT
    }
}

/// Answers `/healthz`.
pub(super) async fn healthz(State(state): State<HttpState>) -> Response<Body> {
    let unhealthy = |text: &str| text_response(StatusCode::SERVICE_UNAVAILABLE, text);
    if !state.heartbeat.is_alive() {
        return unhealthy(&format!(
            "the poll loop has been silent for {} s",
            state.heartbeat.silence().as_secs()
        ));
    }
    if let Some(problem) = state.store.health().write_problem() {
        return unhealthy(&problem);
    }
    text_response(StatusCode::OK, "ok")
}
