//! Requests to the workspace: JSON over HTTP/1.1 on a [`Connector`]'s streams.
//!
//! Connections are kept for the next request. One that the server closed meanwhile is noticed when
//! it is used, and the request goes out again on a fresh one. That is safe for everything a signed-in
//! session sends: reads, settings, and commands, which carry a client id; a site or group that is made is
//! made twice at worst, in the sight of who made it. What must not be sent twice (a
//! sign-in) is sent by an [`Http`] of its own, which has no kept connection.
//!
//! Every answer has a limit. An answer that is no [`ErrorBody`] of ours (a proxy's page, say) never
//! counts as "not signed in".

use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use http::{Method, Request, StatusCode, header};
use http_body_util::{BodyExt, Full};
use hyper::body::{Bytes, Incoming};
use hyper::client::conn::http1::SendRequest;
use hyper_util::rt::TokioIo;
use protocol::error::{ErrorBody, ErrorCode};
use serde::Serialize;
use serde::de::DeserializeOwned;
use tokio::time::timeout;

use crate::errors;
use crate::ports::Connector;

/// The largest answer: a snapshot of ten thousand conversations with their tails fits many times.
const ANSWER_BYTES: usize = 256 * 1024 * 1024;
/// How long an answer may keep us waiting for its beginning, and for each next part of it: a password
/// is checked slowly on a busy server, and a snapshot over a slow line is long but keeps coming.
const ANSWER_WITHIN: Duration = Duration::from_secs(30);
/// Connections kept for the next request: one for the outbox, one for history.
const KEPT: usize = 2;

type Sender = SendRequest<Full<Bytes>>;

/// The workspace's REST interface.
#[derive(Clone)]
pub(crate) struct Http {
    connector: Arc<dyn Connector>,
    token: Option<Arc<str>>,
    kept: Arc<Mutex<Vec<Sender>>>,
}

impl Http {
    pub(crate) fn new(connector: Arc<dyn Connector>, token: Option<&str>) -> Self {
        Self {
            connector,
            token: token.map(Arc::from),
            kept: Arc::default(),
        }
    }

    pub(crate) async fn get<A: DeserializeOwned>(&self, path: &str) -> Result<A, ErrorBody> {
        self.send(Method::GET, path, Bytes::new()).await
    }

    pub(crate) async fn post<B: Serialize, A: DeserializeOwned>(
        &self,
        path: &str,
        body: &B,
    ) -> Result<A, ErrorBody> {
        let body = serde_json::to_vec(body).map_err(|error| errors::internal(&error))?;
        self.send(Method::POST, path, body.into()).await
    }

    pub(crate) async fn put<B: Serialize>(&self, path: &str, body: &B) -> Result<(), ErrorBody> {
        let body = serde_json::to_vec(body).map_err(|error| errors::internal(&error))?;
        self.bytes(Method::PUT, path, body.into()).await.map(drop)
    }

    /// For what is answered without a body.
    pub(crate) async fn post_for_nothing(&self, path: &str) -> Result<(), ErrorBody> {
        self.bytes(Method::POST, path, Bytes::new()).await.map(drop)
    }

    pub(crate) async fn delete(&self, path: &str) -> Result<(), ErrorBody> {
        let bytes = self.bytes(Method::DELETE, path, Bytes::new()).await?;
        drop(bytes);
        Ok(())
    }

    async fn send<A: DeserializeOwned>(
        &self,
        method: Method,
        path: &str,
        body: Bytes,
    ) -> Result<A, ErrorBody> {
        let bytes = self.bytes(method, path, body).await?;
        serde_json::from_slice(&bytes).map_err(|error| {
            tracing::warn!(
                line = error.line(),
                column = error.column(),
                "an answer has no form"
            );
            not_ours()
        })
    }

    async fn bytes(&self, method: Method, path: &str, body: Bytes) -> Result<Bytes, ErrorBody> {
        let read_only = method == Method::GET;
        let (response, sender) = in_time(self.exchange(method, path, body)).await??;
        self.read(response, sender, read_only).await
    }

    async fn exchange(
        &self,
        method: Method,
        path: &str,
        body: Bytes,
    ) -> Result<(http::Response<Incoming>, Sender), ErrorBody> {
        while let Some(mut sender) = self.take() {
            let request = self.request(&method, path, body.clone())?;
            if sender.ready().await.is_err() {
                continue;
            }
            match sender.send_request(request).await {
                Ok(response) => return Ok((response, sender)),
                Err(error) => tracing::debug!(%error, "a kept connection was dead"),
            }
        }
        let mut sender = self.connect().await?;
        let request = self.request(&method, path, body)?;
        match sender.send_request(request).await {
            Ok(response) => Ok((response, sender)),
            Err(error) => Err(lost(&error)),
        }
    }

    async fn connect(&self) -> Result<Sender, ErrorBody> {
        let stream = self
            .connector
            .connect()
            .await
            .map_err(|error| errors::from_io(&error))?;
        let (sender, connection) = hyper::client::conn::http1::handshake(TokioIo::new(stream))
            .await
            .map_err(|error| lost(&error))?;
        tokio::spawn(async move {
            if let Err(error) = connection.await {
                tracing::debug!(%error, "a connection ended");
            }
        });
        Ok(sender)
    }

    fn take(&self) -> Option<Sender> {
        self.kept
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .pop()
    }

    fn keep(&self, sender: Sender) {
        let mut kept = self.kept.lock().unwrap_or_else(PoisonError::into_inner);
        if kept.len() < KEPT && !sender.is_closed() {
            kept.push(sender);
        }
    }

    fn request(
        &self,
        method: &Method,
        path: &str,
        body: Bytes,
    ) -> Result<Request<Full<Bytes>>, ErrorBody> {
        let mut request = Request::builder()
            .method(method)
            .uri(path)
            .header(header::HOST, self.connector.host())
            .header(header::ACCEPT, "application/json")
            .header(
                header::USER_AGENT,
                concat!("porchlight/", env!("CARGO_PKG_VERSION")),
            );
        if !body.is_empty() {
            request = request.header(header::CONTENT_TYPE, "application/json");
        }
        if let Some(token) = &self.token {
            let mut bearer = header::HeaderValue::from_str(&format!("Bearer {token}"))
                .map_err(|error| errors::internal(&error))?;
            bearer.set_sensitive(true);
            request = request.header(header::AUTHORIZATION, bearer);
        }
        request
            .body(Full::new(body))
            .map_err(|error| errors::internal(&error))
    }

    async fn read(
        &self,
        response: http::Response<Incoming>,
        sender: Sender,
        read_only: bool,
    ) -> Result<Bytes, ErrorBody> {
        let (parts, mut body) = response.into_parts();
        let mut bytes = Vec::new();
        while let Some(frame) = in_time(body.frame()).await? {
            let frame = frame.map_err(|error| lost(&error))?;
            if let Some(data) = frame.data_ref() {
                if bytes.len().saturating_add(data.len()) > ANSWER_BYTES {
                    tracing::warn!("an answer is too large");
                    return Err(not_ours());
                }
                bytes.extend_from_slice(data);
            }
        }
        let bytes = Bytes::from(bytes);
        self.keep(sender);
        if parts.status.is_success() {
            return Ok(bytes);
        }
        Err(serde_json::from_slice(&bytes).unwrap_or_else(|_| foreign(parts.status, read_only)))
    }
}

async fn in_time<T>(waiting: impl Future<Output = T>) -> Result<T, ErrorBody> {
    timeout(ANSWER_WITHIN, waiting)
        .await
        .map_err(|_| errors::from_io(&std::io::ErrorKind::TimedOut.into()))
}

fn lost(error: &hyper::Error) -> ErrorBody {
    tracing::debug!(%error, "a request failed");
    if error.is_parse() {
        return not_ours();
    }
    ErrorBody::new(
        ErrorCode::Unavailable,
        "The connection to the workspace broke off.",
    )
}

fn not_ours() -> ErrorBody {
    ErrorBody::new(
        ErrorCode::Unavailable,
        "What answers at this address does not speak like a Porchlight workspace.",
    )
}

/// An error that something in between made up, or a server that is not ours.
fn foreign(status: StatusCode, read_only: bool) -> ErrorBody {
    // What a proxy says in the workspace's place (404 while that is being replaced, say) refuses no
    // command: only what is too large for the proxy never gets through.
    let code = match status {
        StatusCode::NOT_FOUND if read_only => ErrorCode::NotFound,
        StatusCode::PAYLOAD_TOO_LARGE => ErrorCode::TooLarge,
        StatusCode::TOO_MANY_REQUESTS => ErrorCode::RateLimited,
        _ => ErrorCode::Unavailable,
    };
    ErrorBody::new(
        code,
        format!("What answers at this address says \"{status}\" and is no Porchlight workspace."),
    )
}
