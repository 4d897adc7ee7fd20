//! What a visitor's browser gets: the loader for the website's page, the frame on our own origin,
//! and the frame's socket.
//!
//! The site's allow-list is enforced by the browser: the frame's policy names the origins that may
//! frame it. The socket takes only the frame's own origin, so a foreign page cannot speak for a
//! visitor even if it learns a token.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};

use axum::Extension;
use axum::extract::rejection::QueryRejection;
use axum::extract::ws::rejection::WebSocketUpgradeRejection;
use axum::extract::ws::{WebSocket, WebSocketUpgrade};
use axum::extract::{Path, Query, State};
use axum::http::{HeaderMap, header};
use axum::response::{IntoResponse, Response};
use protocol::error::{ErrorBody, ErrorCode};
use protocol::ids::SiteId;
use protocol::widget::{VisitorFrame, WidgetFrame};
use serde::Deserialize;
use tokio::time::{Instant, interval_at};

use super::Site;
use super::api::Address;
use super::guard::{origin_is_ours, own_origins};
use super::line::{First, Gone, Heard, Line, PING, bounded, malformed};
use crate::door::Caller;
use crate::failure::{Answer, Failure};
use crate::outlet::Next;
use crate::workspace::visitors::{Guest, Knock};

/// The built widget.
#[derive(rust_embed::RustEmbed)]
#[folder = "../../widget/dist"]
#[allow_missing = true]
struct Dist;

/// Sockets of visitors by network address.
#[derive(Debug, Default)]
pub(crate) struct Sockets(Mutex<BTreeMap<String, usize>>);

struct Counted {
    sockets: Arc<Sockets>,
    address: String,
}

impl Drop for Counted {
    fn drop(&mut self) {
        let mut counts = self
            .sockets
            .0
            .lock()
            .unwrap_or_else(PoisonError::into_inner);
        if let Some(count) = counts.get_mut(&self.address) {
            *count = count.saturating_sub(1);
            if *count == 0 {
                counts.remove(&self.address);
            }
        }
    }
}

impl Sockets {
    fn count(self: &Arc<Self>, address: &str, most: usize) -> Option<Counted> {
        let mut counts = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let count = counts.entry(address.to_owned()).or_default();
        if *count >= most {
            return None;
        }
        *count = count.saturating_add(1);
        Some(Counted {
            sockets: Arc::clone(self),
            address: address.to_owned(),
        })
    }
}

fn not_built() -> Failure {
    Failure::new(
        ErrorCode::Unavailable,
        "the widget is not built into this server; run `npm ci && npm run build` in widget/ and \
         build the server again",
    )
}

fn embedded(name: &str) -> Answer<Vec<u8>> {
    if Dist::get("loader.js").is_none() {
        return Err(not_built());
    }
    let file = Dist::get(name).ok_or_else(|| Failure::not_found("file"))?;
    Ok(file.data.into_owned())
}

fn content_type(name: &str) -> &'static str {
    match name.rsplit_once('.').map(|(_, ending)| ending) {
        Some("js") => "text/javascript; charset=utf-8",
        Some("css") => "text/css; charset=utf-8",
        Some("svg") => "image/svg+xml",
        Some("png") => "image/png",
        Some("woff2") => "font/woff2",
        _ => "application/octet-stream",
    }
}

/// For pages of any origin.
pub(super) async fn loader() -> Answer<Response> {
    let headers = [
        (header::CONTENT_TYPE, content_type("loader.js")),
        (header::CACHE_CONTROL, "no-cache"),
        (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
        (header::ACCESS_CONTROL_ALLOW_ORIGIN, "*"),
        (
            header::HeaderName::from_static("cross-origin-resource-policy"),
            "cross-origin",
        ),
    ];
    Ok((headers, embedded("loader.js")?).into_response())
}

pub(super) async fn asset(Path(name): Path<String>) -> Answer<Response> {
    let headers = [
        (header::CONTENT_TYPE, content_type(&name)),
        (header::CACHE_CONTROL, "no-cache"),
        (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
    ];
    Ok((headers, embedded(&name)?).into_response())
}

/// Which site's frame.
#[derive(Debug, Deserialize)]
pub(super) struct FrameQuery {
    site: String,
}

/// The page inside the iframe.
pub(super) async fn frame(
    State(site): State<Site>,
    Extension(caller): Extension<Caller>,
    headers: HeaderMap,
    query: Result<Query<FrameQuery>, QueryRejection>,
) -> Answer<Response> {
    let missing = || Failure::not_found("site");
    let Query(query) = query.map_err(|_| missing())?;
    let id: SiteId = query.site.parse().map_err(|_| missing())?;
    let record = site
        .core
        .store
        .read()
        .await?
        .site(id)
        .await?
        .ok_or_else(missing)?;
    // Say it here rather than show an empty frame.
    embedded("frame.js")?;
    let mut sockets = String::new();
    for origin in own_origins(&site, &caller, &headers) {
        sockets.push(' ');
        sockets.push_str(&origin.replacen("http", "ws", 1));
    }
    let ancestors = if record.origins.is_empty() {
        "'none'".to_owned()
    } else {
        record.origins.join(" ")
    };
    let policy = format!(
        "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'{sockets}; \
         img-src 'self' data:; base-uri 'none'; form-action 'none'; frame-ancestors {ancestors}"
    );
    let html = format!(
        "<!doctype html>\n<html lang=\"en\" data-site=\"{id}\">\n<head>\n<meta charset=\"utf-8\">\n\
         <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n\
         <title>Chat</title>\n<link rel=\"stylesheet\" href=\"/widget/assets/frame.css\">\n\
         <script type=\"module\" src=\"/widget/assets/frame.js\"></script>\n</head>\n\
         <body></body>\n</html>\n"
    );
    let headers = [
        (header::CONTENT_TYPE, "text/html; charset=utf-8".to_owned()),
        (header::CONTENT_SECURITY_POLICY, policy),
        (header::CACHE_CONTROL, "no-cache".to_owned()),
        (header::X_CONTENT_TYPE_OPTIONS, "nosniff".to_owned()),
        (header::REFERRER_POLICY, "no-referrer".to_owned()),
    ];
    Ok((headers, html).into_response())
}

/// Where an invitation link leads in a browser. The code stays in the browser: it is behind the `#`.
pub(super) async fn invite_page() -> Response {
    let headers = [
        (header::CONTENT_TYPE, "text/html; charset=utf-8"),
        (
            header::CONTENT_SECURITY_POLICY,
            "default-src 'none'; frame-ancestors 'none'",
        ),
        (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
        (header::REFERRER_POLICY, "no-referrer"),
    ];
    let html = "<!doctype html>\n<html lang=\"en\">\n<head><meta charset=\"utf-8\">\
                <title>Porchlight invitation</title></head>\n<body><h1>You are invited</h1>\n\
                <p>Copy the whole address of this page, open Porchlight, choose \
                <em>Connect to a workspace</em> and paste it there.</p></body>\n</html>\n";
    (headers, html).into_response()
}

pub(super) async fn socket(
    State(site): State<Site>,
    Extension(caller): Extension<Caller>,
    Address(address): Address,
    headers: HeaderMap,
    upgrade: Result<WebSocketUpgrade, WebSocketUpgradeRejection>,
) -> Answer<Response> {
    if !origin_is_ours(&site, &caller, &headers) {
        return Err(Failure::new(
            ErrorCode::OriginNotAllowed,
            "only the widget's own frame may open this socket",
        ));
    }
    let upgrade = bounded(upgrade)?;
    let most = site.core.doors.sockets_per_address;
    let counted = site
        .sockets
        .count(&address, most)
        .ok_or_else(Failure::rate_limited)?;
    let tasks = site.tasks.clone();
    Ok(upgrade.on_upgrade(move |socket| tasks.track_future(serve(site, socket, address, counted))))
}

fn json(frame: &WidgetFrame) -> String {
    serde_json::to_string(frame).unwrap_or_default()
}

async fn serve(site: Site, socket: WebSocket, address: String, _counted: Counted) {
    let mut line = Line::new(socket);
    if let Ok(Some(error)) = talk(&site, &mut line, &address).await {
        let _ = line
            .send(json(&WidgetFrame::Refused {
                client_id: None,
                error,
            }))
            .await;
    }
    line.close().await;
}

async fn talk(site: &Site, line: &mut Line, address: &str) -> Result<Option<ErrorBody>, Gone> {
    let knock = match line.hello(|text| hello(text, address)).await? {
        Ok(knock) => knock,
        Err(why) => return Ok(Some(why)),
    };
    let mut guest = match site.core.welcome(knock).await {
        Ok(guest) => guest,
        Err(Failure(why)) => return Ok(Some(why)),
    };
    let mut pings = interval_at(Instant::now() + PING, PING);
    loop {
        tokio::select! {
            next = guest.tab.inlet.next() => match next {
                Next::End(why) => return Ok(why),
                Next::Item(frame) => line.send(json(&frame)).await?,
            },
            heard = line.hear() => match heard? {
                Heard::Nothing => {}
                Heard::Refused(why) => return Ok(Some(why)),
                Heard::Text(text) => {
                    let Ok(frame) = serde_json::from_str(&text) else {
                        return Ok(Some(malformed()));
                    };
                    take(site, &guest, frame).await;
                }
            },
            _ = pings.tick() => line.ping().await?,
        }
    }
}

fn hello(text: &str, address: &str) -> First<Knock> {
    match serde_json::from_str(text) {
        Ok(VisitorFrame::Hello {
            version,
            site_id,
            token,
            cursor,
        }) => First::Hello(Knock {
            version,
            site: site_id,
            token,
            cursor,
            address: address.to_owned(),
        }),
        Ok(VisitorFrame::Unknown) => First::Unknown,
        Ok(_) | Err(_) => First::Wrong,
    }
}

/// Does what a frame asks for; a refusal goes back and the stream goes on.
async fn take(site: &Site, guest: &Guest, frame: VisitorFrame) {
    let (client_id, answer) = match frame {
        VisitorFrame::Hello { .. } => (None, Err(Failure::bad_request("hello was said already"))),
        VisitorFrame::Send { client_id, body } => (
            Some(client_id),
            site.core.visitor_sends(guest, client_id, body).await,
        ),
        VisitorFrame::SetEmail { email } => (None, site.core.visitor_email(guest, &email).await),
        VisitorFrame::ChooseGroup { group_id } => {
            (None, site.core.visitor_chooses(guest, group_id).await)
        }
        VisitorFrame::Unknown => (None, Ok(())),
    };
    if let Err(Failure(error)) = answer {
        guest.tab.answer(WidgetFrame::Refused { client_id, error });
    }
}
