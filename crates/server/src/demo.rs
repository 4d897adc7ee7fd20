//! The demonstration shop: a small website on its own origin that carries the real widget.
//!
//! It is served with a strict policy, as a careful website would: the widget has to work with
//! nothing but `script-src` and `frame-src` for this server.

use std::net::SocketAddr;

use axum::Router;
use axum::extract::{Request, State};
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use protocol::ids::SiteId;
use url::Url;

/// The shop's files. `index.html` is a template.
#[derive(rust_embed::RustEmbed)]
#[folder = "../../widget/demo"]
#[allow_missing = true]
struct Shop;

#[derive(Clone)]
struct Stand {
    loader: String,
    site: String,
    policy: String,
    local: SocketAddr,
}

/// The shop at `local`, with the widget of `site` from `server`.
pub(crate) fn routes(server: &Url, site: SiteId, local: SocketAddr) -> Router {
    let origin = server.origin().ascii_serialization();
    let stand = Stand {
        loader: format!("{origin}/widget/loader.js"),
        site: site.to_string(),
        policy: format!(
            "default-src 'self'; script-src 'self' {origin}; frame-src {origin}; \
             style-src 'self'; img-src 'self' data:; frame-ancestors 'none'"
        ),
        local,
    };
    Router::new().fallback(serve).with_state(stand)
}

async fn serve(State(stand): State<Stand>, request: Request) -> Response {
    let port = stand.local.port();
    let host = request
        .headers()
        .get(header::HOST)
        .and_then(|host| host.to_str().ok());
    let ours = [format!("127.0.0.1:{port}"), format!("localhost:{port}")];
    if !host.is_some_and(|host| ours.iter().any(|own| own == host)) {
        return (
            StatusCode::FORBIDDEN,
            "this server does not go by this name",
        )
            .into_response();
    }
    let name = match request.uri().path().trim_start_matches('/') {
        "" => "index.html",
        name => name,
    };
    let Some(file) = Shop::get(name) else {
        let message = if Shop::get("index.html").is_some() {
            "there is nothing at this address"
        } else {
            "the demo shop is not built into this server"
        };
        return (StatusCode::NOT_FOUND, message).into_response();
    };
    let mime = file.metadata.mimetype().to_owned();
    let body = if name == "index.html" {
        String::from_utf8_lossy(&file.data)
            .replace("{{LOADER_URL}}", &stand.loader)
            .replace("{{SITE_ID}}", &stand.site)
            .into_bytes()
    } else {
        file.data.into_owned()
    };
    let headers = [
        (header::CONTENT_TYPE, mime),
        (header::CONTENT_SECURITY_POLICY, stand.policy),
        (header::CACHE_CONTROL, "no-cache".to_owned()),
        (header::X_CONTENT_TYPE_OPTIONS, "nosniff".to_owned()),
    ];
    (headers, body).into_response()
}
