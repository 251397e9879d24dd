//! What subscribers and health checks talk to.
//!
//! | file | decides |
//! | --- | --- |
//! | `feeds` | which document or page a route gives |
//! | `answer` | 200 or 304, in which coding, with which headers |
//! | `conditional` | whether a reader's copy is current (RFC 9110 §13) |
//! | `coding` | which content coding a reader gets (RFC 9110 §12.5.3) |
//! | `visit` | who asks, under which public address, and whether they may |
//! | `websub` | what hubs confirm and tell |
//! | `health` | whether we are well |
//! | [`server`] | connections: accepted, bounded, timed, drained |

mod answer;
mod coding;
mod conditional;
mod feeds;
mod health;
pub mod server;
mod signature;
mod visit;
mod websub;

use axum::Router;
use axum::middleware;
use axum::routing::get;

use crate::publish::Publisher;
use crate::store::Store;
pub use health::Heartbeat;
pub use server::{Listener, serve};
pub use visit::Peer;

/// What answers are made from. Cheap to clone.
#[derive(Clone, Debug)]
pub struct HttpState {
    /// Feeds and pages.
    pub publisher: Publisher,
    /// For `/healthz`.
    pub store: Store,
    /// Whether the daemon polls.
    pub pulse: Heartbeat,
}

/// The routes. `GET` and `HEAD` only, but for hubs: axum answers other methods with 405 and `Allow`.
pub fn router(site: HttpState) -> Router {
    Router::new()
        .route("/", get(feeds::page))
        .route("/{file}", get(feeds::river))
        .route("/tags/{tag}/{file}", get(feeds::tag))
        .route("/sources/{name}/{file}", get(feeds::source))
        .layer(middleware::from_fn_with_state(site.clone(), visit::admit))
        // Outside of the access check: what asks for it is a load balancer or a service manager, and it tells nothing.
        .route("/healthz", get(health::healthz))
        // Hubs know no access token of ours; their own is in the path.
        .route("/websub/{token}", get(websub::confirm).post(websub::told))
        .fallback(feeds::not_found)
        .layer(middleware::from_fn(visit::reject_malformed))
        .with_state(site)
}
