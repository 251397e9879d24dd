//! `/websub/TOKEN`: where hubs confirm what we asked of them, and tell of news (<https://www.w3.org/TR/websub/> §5.3, §7).
//!
//! What a hub sends is a reason to poll, nothing more: its body is measured and its signature checked while it comes, and
//! none of it is kept.

use std::time::Duration;

use axum::body::Body;
use axum::extract::{Path, RawQuery, State};
use axum::http::{HeaderMap, Response, StatusCode};
use futures_util::StreamExt as _;
use tokio::time::timeout;
use url::form_urlencoded;

use super::HttpState;
use super::answer::plain_text;
use super::signature::SignatureCheck;
use crate::model::HubMode;
use crate::store::{HubIntent, StoreError};
use crate::time::Timestamp;

/// A hub that needs longer to send a document is no hub to rely on.
const BODY_WITHIN: Duration = Duration::from_secs(30);
/// What is echoed to a hub, in bytes: challenges are some dozens.
const CHALLENGE_AT_MOST: usize = 1024;

/// A hub asks whether we asked for what it was asked for.
pub(super) async fn confirm(
    State(site): State<HttpState>,
    Path(token): Path<String>,
    RawQuery(query): RawQuery,
) -> Response<Body> {
    let query = query.unwrap_or_default();
    let parameter = |name: &str| {
        form_urlencoded::parse(query.as_bytes())
            .find(|(key, _)| key == name)
            .map(|(_, value)| value.into_owned())
    };
    let (Some(mode), Some(topic)) = (parameter("hub.mode"), parameter("hub.topic")) else {
        return unknown();
    };
    let now = Timestamp::now();
    if mode == "denied" {
        let denied = site.store.deny_hub(token, topic, now).await;
        if denied.as_ref().is_ok_and(|known| *known) {
            tracing::warn!(
                reason = parameter("hub.reason"),
                "a hub denied a subscription: polls go on as usual"
            );
        }
        return known_or_not(denied, "noted");
    }
    let challenge = parameter("hub.challenge").filter(|challenge| challenge.len() <= CHALLENGE_AT_MOST);
    let (Some(mode), Some(challenge)) = (HubMode::named(&mode), challenge) else { return unknown() };
    let intent = HubIntent { token, mode, topic, lease_seconds: parameter("hub.lease_seconds") };
    match site.store.confirm_hub(intent, now, fastrand::f64()).await {
        Ok(true) => {
            tracing::info!(mode = mode.as_str(), "a hub confirmed what it was asked");
            let mut echo = plain_text(StatusCode::OK, "");
            *echo.body_mut() = Body::from(challenge);
            echo
        }
        other => known_or_not(other, ""),
    }
}

/// A hub tells of news.
pub(super) async fn told(
    State(site): State<HttpState>,
    Path(token): Path<String>,
    headers: HeaderMap,
    body: Body,
) -> Response<Body> {
    let secret = match site.store.hub_secret(token.clone()).await {
        Ok(Some(secret)) => secret,
        Ok(None) => return unknown(),
        Err(error) => return unavailable(&error),
    };
    let signature = headers.get("x-hub-signature").and_then(|value| value.to_str().ok());
    let mut check = signature.and_then(|signature| SignatureCheck::new(signature, &secret));
    let max_body = site.publisher.config().polling.max_body;
    if !matches!(timeout(BODY_WITHIN, read(body, max_body, check.as_mut())).await, Ok(Ok(()))) {
        return plain_text(StatusCode::PAYLOAD_TOO_LARGE, "too large, too slow, or cut off");
    }
    // §7.1: who sends a wrong signature is told nothing of it.
    if check.is_some_and(SignatureCheck::verify) {
        if let Err(error) = site.store.hub_told(token, Timestamp::now()).await {
            return unavailable(&error);
        }
        tracing::debug!("a hub told of news");
    } else {
        tracing::debug!("a message that no hub of ours has signed");
    }
    plain_text(StatusCode::ACCEPTED, "thank you")
}

/// Reads a body to its end, without keeping it.
async fn read(body: Body, max_body: u64, mut check: Option<&mut SignatureCheck>) -> Result<(), ()> {
    let mut pieces = body.into_data_stream();
    let mut length = 0_u64;
    while let Some(piece) = pieces.next().await {
        // The connection broke: there is nobody to tell why.
        let piece = piece.map_err(|_| ())?;
        length += piece.len() as u64;
        if length > max_body {
            return Err(());
        }
        if let Some(check) = &mut check {
            check.push(&piece);
        }
    }
    Ok(())
}

fn known_or_not(known: Result<bool, StoreError>, text: &str) -> Response<Body> {
    match known {
        Ok(true) => plain_text(StatusCode::OK, text),
        Ok(false) => unknown(),
        Err(error) => unavailable(&error),
    }
}

/// §5.3: to whatever we did not ask for.
fn unknown() -> Response<Body> {
    plain_text(StatusCode::NOT_FOUND, "no such subscription")
}

fn unavailable(error: &StoreError) -> Response<Body> {
    tracing::error!(%error, "can't answer a hub");
    plain_text(StatusCode::SERVICE_UNAVAILABLE, "ask again later")
}
