//! Answers WebSub hubs at `/websub/TOKEN` (<https://www.w3.org/TR/websub/> §5.3, §7). Hubs verify subscriptions and
//! send notifications there.
//!
//! A notification only makes riverd poll the source. Its body is measured and its signature checked piece by piece;
//! nothing of the body is kept.

use std::time::Duration;

use axum::body::Body;
use axum::extract::{Path, RawQuery, State};
use axum::http::{HeaderMap, Response, StatusCode};
use futures_util::StreamExt as _;
use tokio::time::timeout;

use super::HttpState;
use super::answer::text_response;
use super::query::parameter;
use super::signature::SignatureCheck;
use crate::model::HubMode;
use crate::store::{HubIntent, StoreError};
use crate::time::Timestamp;

/// How long a hub may take to send a body. A slower hub is not reliable.
const BODY_TIMEOUT: Duration = Duration::from_secs(30);
/// Largest challenge that is sent back to a hub, in bytes. Usual challenges have a few dozen bytes.
const MAX_CHALLENGE_BYTES: usize = 1024;

/// Answers the `GET` of a hub. The hub either checks that riverd really asked to subscribe or unsubscribe (§5.3), or
/// reports that it denied a subscription (§5.2).
pub(super) async fn verify_intent(
    State(state): State<HttpState>,
    Path(token): Path<String>,
    RawQuery(query): RawQuery,
) -> Response<Body> {
    let parameter = |name: &str| parameter(query.as_deref(), name);
    let (Some(mode), Some(topic)) = (parameter("hub.mode"), parameter("hub.topic")) else {
        return unknown_subscription();
    };
    let now = Timestamp::now();
    if mode == "denied" {
        let result = state.store.deny_hub(token, topic, now).await;
        if result.as_ref().is_ok_and(|is_known| *is_known) {
            tracing::warn!(
                reason = parameter("hub.reason"),
                "a hub denied a subscription; riverd keeps polling the source as usual"
            );
        }
        return response_if_known(result, "noted");
    }
    let challenge = parameter("hub.challenge").filter(|challenge| challenge.len() <= MAX_CHALLENGE_BYTES);
    let (Some(mode), Some(challenge)) = (HubMode::from_name(&mode), challenge) else {
        return unknown_subscription();
    };
    let intent = HubIntent { token, mode, topic, lease_seconds: parameter("hub.lease_seconds") };
    match state.store.confirm_hub(intent, now, fastrand::f64()).await {
        Ok(true) => {
            tracing::info!(mode = mode.as_str(), "a hub confirmed a request");
            let mut response = text_response(StatusCode::OK, "");
            *response.body_mut() = Body::from(challenge);
            response
        }
        other => response_if_known(other, ""),
    }
}

/// Answers the `POST` of a hub: a notification that a source has new content.
pub(super) async fn receive_notification(
    State(state): State<HttpState>,
    Path(token): Path<String>,
    headers: HeaderMap,
    body: Body,
) -> Response<Body> {
    let secret = match state.store.hub_secret(token.clone()).await {
        Ok(Some(secret)) => secret,
        Ok(None) => return unknown_subscription(),
        Err(error) => return unavailable(&error),
    };
    let signature = headers.get("x-hub-signature").and_then(|value| value.to_str().ok());
    let mut check = signature.and_then(|signature| SignatureCheck::new(signature, &secret));
    let max_body = state.publisher.config().polling.max_body;
    match timeout(BODY_TIMEOUT, read_body(body, max_body, check.as_mut())).await {
        Ok(Ok(())) => {}
        Ok(Err(BodyProblem::TooLarge)) => {
            return text_response(StatusCode::PAYLOAD_TOO_LARGE, "the body is too large");
        }
        Ok(Err(BodyProblem::CutOff)) => {
            return text_response(StatusCode::BAD_REQUEST, "the body was cut off");
        }
        Err(_) => return text_response(StatusCode::REQUEST_TIMEOUT, "the body came too slowly"),
    }
    // §7.1: a sender with a wrong signature gets the same response, so that it learns nothing.
    if check.is_some_and(SignatureCheck::verify) {
        if let Err(error) = state.store.note_hub_message(token, Timestamp::now()).await {
            return unavailable(&error);
        }
        tracing::debug!("a hub sent a notification");
    } else {
        tracing::debug!("ignored a notification without a valid signature");
    }
    text_response(StatusCode::ACCEPTED, "thank you")
}

/// Why a body can't be used.
enum BodyProblem {
    TooLarge,
    CutOff,
}

/// Reads a body to its end, gives each piece to `check`, and discards it. Fails if the body is larger than `max_body` bytes or
/// cut off.
async fn read_body(
    body: Body,
    max_body: u64,
    mut check: Option<&mut SignatureCheck>,
) -> Result<(), BodyProblem> {
    let mut pieces = body.into_data_stream();
    let mut length = 0_u64;
    while let Some(piece) = pieces.next().await {
        let piece = piece.map_err(|_| BodyProblem::CutOff)?;
        length += piece.len() as u64;
        if length > max_body {
            return Err(BodyProblem::TooLarge);
        }
        if let Some(check) = &mut check {
            check.push(&piece);
        }
    }
    Ok(())
}

/// Returns `text` with 200 if the store knows the subscription, else an error response.
fn response_if_known(result: Result<bool, StoreError>, text: &str) -> Response<Body> {
    match result {
        Ok(true) => text_response(StatusCode::OK, text),
        Ok(false) => unknown_subscription(),
        Err(error) => unavailable(&error),
    }
}

/// Returns the 404 that §5.3 asks for if riverd did not request the subscription.
fn unknown_subscription() -> Response<Body> {
    text_response(StatusCode::NOT_FOUND, "no such subscription")
}

/// Logs a database error and returns 503.
fn unavailable(error: &StoreError) -> Response<Body> {
    tracing::error!(%error, "the database failed while answering a hub");
    text_response(StatusCode::SERVICE_UNAVAILABLE, "try again later")
}
