//! Who may speak to this server at all.
//!
//! A listener on loopback can be reached by every page the person has open: a hostile page may let
//! its own name resolve to 127.0.0.1. So such a listener answers only to names of this machine, and
//! no request that a page of another origin made gets to the API.

use axum::extract::{Request, State};
use axum::http::{HeaderMap, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use protocol::error::ErrorCode;
use url::Url;

use super::Site;
use crate::door::Caller;
use crate::failure::Failure;

pub(super) async fn check(
    State((site, caller)): State<(Site, Caller)>,
    request: Request,
    next: Next,
) -> Response {
    let headers = request.headers();
    if !host_is_ours(&site, &caller, headers) {
        return Failure::new(
            ErrorCode::NotAllowed,
            "this server does not go by this name",
        )
        .into_response();
    }
    let foreign = headers.get(header::ORIGIN).is_some() && !origin_is_ours(&site, &caller, headers);
    if foreign && request.uri().path().starts_with("/api/") {
        return Failure::new(
            ErrorCode::OriginNotAllowed,
            "pages of other origins may not speak to this server",
        )
        .into_response();
    }
    next.run(request).await
}

fn text<'a>(headers: &'a HeaderMap, name: &header::HeaderName) -> Option<&'a str> {
    headers.get(name).and_then(|value| value.to_str().ok())
}

fn host_is_ours(site: &Site, caller: &Caller, headers: &HeaderMap) -> bool {
    let Caller::Network { local, .. } = caller else {
        return true;
    };
    // Behind a proxy the name is the proxy's affair; far listeners are not reached by rebinding.
    if caller.is_proxy(&site.core.proxies) || !local.ip().is_loopback() {
        return true;
    }
    let Some(host) = text(headers, &header::HOST) else {
        return false;
    };
    let port = local.port();
    let near = ["127.0.0.1", "localhost", "[::1]"];
    let by_name = near.iter().any(|name| host == format!("{name}:{port}"));
    let public = site.core.public_url.get().and_then(authority);
    by_name || public.is_some_and(|name| name == host) || (port == 80 && near.contains(&host))
}

fn authority(url: &Url) -> Option<String> {
    let host = url.host_str()?;
    Some(
        url.port()
            .map_or_else(|| host.to_owned(), |port| format!("{host}:{port}")),
    )
}

/// Whether the page that asks was served by this server.
pub(super) fn origin_is_ours(site: &Site, caller: &Caller, headers: &HeaderMap) -> bool {
    let Some(origin) = text(headers, &header::ORIGIN) else {
        return false;
    };
    own_origins(site, caller, headers)
        .iter()
        .any(|own| own == origin)
}

/// The origins under which this request may have reached us.
pub(super) fn own_origins(site: &Site, caller: &Caller, headers: &HeaderMap) -> Vec<String> {
    let mut origins = Vec::new();
    if let Some(url) = site.core.public_url.get() {
        origins.push(url.origin().ascii_serialization());
    }
    if let Caller::Network { local, .. } = caller
        && local.ip().is_loopback()
        && !caller.is_proxy(&site.core.proxies)
        && let Some(host) = text(headers, &header::HOST)
    {
        // The name was checked before.
        let secure = site
            .core
            .public_url
            .get()
            .is_some_and(|url| url.scheme() == "https");
        let scheme = if secure { "https" } else { "http" };
        let own = format!("{scheme}://{host}");
        if !origins.contains(&own) {
            origins.push(own);
        }
    }
    origins
}
