//! Serves feeds, pages and health checks over HTTP.
//!
//! | file | what it does |
//! | --- | --- |
//! | `feeds` | answers the routes of feeds |
//! | `pages` | answers the routes of pages |
//! | `search` | answers searches |
//! | `query` | reads the parameters of a query |
//! | `direct` | answers requests for the river's feeds without the router |
//! | `body` | holds the body of a response |
//! | `answer` | builds responses: status, content coding, headers |
//! | `errors` | answers requests that can't be served |
//! | `conditional` | decides whether a reader's copy is current (RFC 9110 §13) |
//! | `coding` | chooses the content coding (RFC 9110 §12.5.3) |
//! | `access` | refuses malformed and unauthorised requests, finds the public address that a request used |
//! | `status` | answers the routes of the status, and `/metrics` |
//! | `token_cookie` | keeps a digest of the access token in a cookie of the browser |
//! | `websub` | answers WebSub hubs: confirmations and notifications |
//! | `signature` | checks the signature of a hub's notification |
//! | `health` | answers `/healthz` |
//! | [`server`] | accepts connections, limits their number and time, closes them at a stop |

mod access;
mod answer;
mod answer_head;
mod coding;
mod conditional;
mod direct;
mod errors;
mod feeds;
mod health;
mod pages;
mod query;
mod search;
pub mod server;
mod signature;
mod status;
mod token_cookie;
mod websub;

use axum::Router;
use axum::middleware;
use axum::routing::get;

use crate::publish::{Publisher, StatusPublisher};
use crate::store::Store;
pub use access::ClientAddress;
pub use health::Heartbeat;
pub use server::{HttpServer, Listener};

/// Everything that the routes need to build responses. Cheap to clone.
#[derive(Clone, Debug)]
pub struct HttpState {
    /// The feeds and pages to serve.
    pub publisher: Publisher,
    /// The health of the river, for the status page and metrics.
    pub status: StatusPublisher,
    /// The database, for `/healthz` and for hubs.
    pub store: Store,
    /// The heartbeat of the poll loop, for `/healthz`.
    pub heartbeat: Heartbeat,
}

/// Builds the router with every route. Only hubs may `POST`. For other methods than `GET` and `HEAD`, axum answers 405 with
/// `Allow`, except for CORS preflights, which `access` answers if no access token is configured.
pub fn router(state: HttpState) -> Router {
    Router::new()
        .route("/", get(pages::river))
        .route("/opml.xml", get(feeds::opml))
        .route("/{file}", get(feeds::river))
        .route("/status", get(status::page))
        .route("/status.json", get(status::json))
        .route("/status/feed.xml", get(status::feed))
        .route("/metrics", get(status::metrics))
        .route("/assets/river.js", get(pages::script))
        .route("/articles/{id}", get(pages::article))
        .route("/tags/{tag}/{file}", get(feeds::tag))
        .route("/sources/{name}/{file}", get(feeds::source))
        .route("/views/{name}", get(pages::view_without_slash))
        .route("/views/{name}/", get(pages::view))
        .route("/views/{name}/{file}", get(feeds::view))
        .route("/archive/{page}/", get(pages::river_archive))
        .route("/archive/{page}/{file}", get(feeds::river_archive))
        .route("/views/{name}/archive/{page}/", get(pages::view_archive))
        .route("/views/{name}/archive/{page}/{file}", get(feeds::view_archive))
        .route("/search/{file}", get(search::search))
        .layer(middleware::from_fn_with_state(state.clone(), access::check_token_and_note_base))
        // No access check: load balancers and service managers ask for it, and it reveals no article.
        .route("/healthz", get(health::healthz))
        // No access check: it only tells crawlers to stay out.
        .route("/robots.txt", get(feeds::robots))
        // No access check: hubs don't have the access token. The path contains a token of their own.
        .route("/websub/{token}", get(websub::verify_intent).post(websub::receive_notification))
        .fallback(pages::unknown_path)
        .layer(middleware::from_fn(access::reject_malformed))
        .with_state(state)
}
