//! Everything that is reached over HTTP: the agents' API and stream, the visitors' widget.

use std::sync::Arc;

use axum::Router;
use axum::extract::DefaultBodyLimit;
use axum::middleware;
use axum::routing::{any, delete, get, post, put};
use protocol::limits;
use tokio_util::task::TaskTracker;

use crate::core::Core;
use crate::door::Caller;

mod api;
mod guard;
mod line;
mod reply;
mod status;
mod stream;
mod widget;

/// What handlers get.
#[derive(Clone)]
pub(crate) struct Site {
    pub(crate) core: Arc<Core>,
    pub(crate) sockets: Arc<widget::Sockets>,
    /// Streams and sockets, which outlive the request that opened them.
    pub(crate) tasks: TaskTracker,
}

impl Site {
    pub(crate) fn new(core: Arc<Core>, tasks: TaskTracker) -> Self {
        Self {
            core,
            sockets: Arc::default(),
            tasks,
        }
    }

    /// The routes for one connection.
    pub(crate) fn routes(&self, caller: Caller) -> Router {
        let door = DefaultBodyLimit::max(limits::DOOR_BYTES);
        let api = Router::new()
            .route("/workspace", get(api::workspace))
            .route("/setup", post(api::setup).layer(door))
            .route("/sessions", post(api::sign_in).layer(door))
            .route("/session", delete(api::sign_out))
            .route("/snapshot", get(api::snapshot))
            .route("/conversations/{id}/messages", get(api::history))
            .route("/commands", post(api::command))
            .route("/invitations", post(api::invite))
            .route(
                "/invitations/accept",
                post(api::accept_invitation).layer(door),
            )
            .route("/devices", get(api::devices))
            .route("/devices/{id}", delete(api::revoke))
            .route("/groups", post(api::make_group))
            .route("/groups/{id}", put(api::change_group))
            .route("/sites", post(api::make_site))
            .route("/sites/{id}", put(api::change_site))
            .route("/settings", put(api::change_settings))
            .route("/me/settings", put(status::change_own_settings))
            .route("/agents/{id}/offline", post(status::set_offline))
            .route("/agents/{id}/status-log", get(status::status_log))
            .route("/stream", any(stream::open))
            .fallback(reply::nothing_here)
            .layer(DefaultBodyLimit::max(limits::FRAME_BYTES));
        let widget = Router::new()
            .route("/loader.js", get(widget::loader))
            .route("/frame", get(widget::frame))
            .route("/assets/{name}", get(widget::asset))
            .route("/v1/socket", any(widget::socket));
        Router::new()
            .nest("/api/v1", api)
            .nest("/widget", widget)
            .route("/invite", get(widget::invite_page))
            .route("/healthz", get(api::healthz))
            .fallback(reply::nothing_here)
            .method_not_allowed_fallback(reply::not_this_way)
            .layer(middleware::from_fn_with_state(
                (self.clone(), caller.clone()),
                guard::check,
            ))
            .layer(axum::Extension(caller))
            .with_state(self.clone())
    }
}
