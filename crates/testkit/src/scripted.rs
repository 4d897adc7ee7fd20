//! A workspace server that says what a test makes it say, right or wrong.
//!
//! It listens on loopback. Requests are answered from a table ([`Scripted::answers`]); streams are
//! handed to the test, which speaks the server's part itself.

use std::collections::BTreeMap;
use std::convert::Infallible;
use std::net::SocketAddr;
use std::sync::{Arc, Mutex, PoisonError};

use bytes::Bytes;
use futures_util::{SinkExt as _, StreamExt as _};
use http::{Request, Response, StatusCode, header};
use http_body_util::{BodyExt as _, Full};
use hyper_util::rt::TokioIo;
use protocol::frame::{DeviceFrame, Hello, ServerFrame};
use serde::Serialize;
use tokio::net::TcpListener;
use tokio::sync::mpsc;
use tokio::task::JoinSet;
use tokio_tungstenite::WebSocketStream;
use tokio_tungstenite::tungstenite::Message;
use tokio_tungstenite::tungstenite::handshake::derive_accept_key;
use tokio_tungstenite::tungstenite::protocol::Role;

use crate::rig_error::RigError;
use crate::wait;

type Socket = WebSocketStream<TokioIo<hyper::upgrade::Upgraded>>;
type Answers = Arc<Mutex<BTreeMap<String, (StatusCode, Bytes)>>>;

/// See the module. Dropping it cuts every connection.
pub struct Scripted {
    address: SocketAddr,
    answers: Answers,
    asked: Arc<Mutex<Vec<(String, String)>>>,
    streams: mpsc::UnboundedReceiver<Socket>,
    _tasks: JoinSet<()>,
}

impl Scripted {
    /// Listens on a free port.
    ///
    /// # Errors
    /// If there is none.
    pub async fn start() -> Result<Self, RigError> {
        let listener = TcpListener::bind("127.0.0.1:0")
            .await
            .map_err(RigError::io("listen on loopback"))?;
        let address = listener
            .local_addr()
            .map_err(RigError::io("listen on loopback"))?;
        let answers = Answers::default();
        let asked: Arc<Mutex<Vec<(String, String)>>> = Arc::default();
        let (opened, streams) = mpsc::unbounded_channel();
        let mut tasks = JoinSet::new();
        let (table, log) = (Arc::clone(&answers), Arc::clone(&asked));
        tasks.spawn(async move {
            let mut connections = JoinSet::new();
            while let Ok((stream, _)) = listener.accept().await {
                let (table, log, opened) = (Arc::clone(&table), Arc::clone(&log), opened.clone());
                connections.spawn(async move {
                    let service = hyper::service::service_fn(move |request| {
                        respond(
                            request,
                            Arc::clone(&table),
                            Arc::clone(&log),
                            opened.clone(),
                        )
                    });
                    let _ = hyper::server::conn::http1::Builder::new()
                        .serve_connection(TokioIo::new(stream), service)
                        .with_upgrades()
                        .await;
                });
            }
        });
        Ok(Self {
            address,
            answers,
            asked,
            streams,
            _tasks: tasks,
        })
    }

    /// As `http://127.0.0.1:PORT`.
    #[must_use]
    pub fn url(&self) -> String {
        format!("http://{}", self.address)
    }

    /// From now on this path is answered so. A path that is not in the table is not found, with a
    /// body that is no error of the protocol.
    ///
    /// # Panics
    /// When the body is no JSON.
    pub fn answers(&self, path: &str, status: u16, body: &impl Serialize) {
        let body = serde_json::to_vec(body).unwrap_or_default();
        self.answers_bytes(path, status, body);
    }

    /// The same with any body.
    pub fn answers_bytes(&self, path: &str, status: u16, body: Vec<u8>) {
        let status = StatusCode::from_u16(status).unwrap_or(StatusCode::IM_A_TEAPOT);
        let mut answers = self.answers.lock().unwrap_or_else(PoisonError::into_inner);
        answers.insert(path.to_owned(), (status, body.into()));
    }

    /// What was asked so far: method with path, and body.
    #[must_use]
    pub fn asked(&self) -> Vec<(String, String)> {
        self.asked
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .clone()
    }

    /// The next device that opens a stream, after its hello.
    ///
    /// # Errors
    /// [`RigError::NotYet`] when none does.
    pub async fn stream(&mut self) -> Result<(ScriptedStream, Hello), RigError> {
        let not_yet = || RigError::NotYet {
            what: "a device to open a stream".into(),
        };
        let socket = tokio::time::timeout(wait::LIMIT, self.streams.recv())
            .await
            .map_err(|_| not_yet())?
            .ok_or_else(not_yet)?;
        let mut stream = ScriptedStream { socket };
        match stream.hears().await? {
            DeviceFrame::Hello(hello) => Ok((stream, hello)),
            other => Err(RigError::answer(format!(
                "the device begins with {other:?}"
            ))),
        }
    }
}

/// The server's end of a stream.
pub struct ScriptedStream {
    socket: Socket,
}

impl ScriptedStream {
    /// The next frame of the device.
    ///
    /// # Errors
    /// [`RigError::NotYet`] when none comes; an answer when it is none.
    pub async fn hears(&mut self) -> Result<DeviceFrame, RigError> {
        loop {
            let message = tokio::time::timeout(wait::LIMIT, self.socket.next())
                .await
                .map_err(|_| RigError::NotYet {
                    what: "a frame of the device".into(),
                })?;
            match message {
                Some(Ok(Message::Text(text))) => {
                    return serde_json::from_str(&text)
                        .map_err(|error| RigError::answer(format!("no frame: {error}")));
                }
                Some(Ok(Message::Ping(_) | Message::Pong(_))) => {}
                other => return Err(RigError::answer(format!("the stream ended: {other:?}"))),
            }
        }
    }

    /// Says a frame.
    ///
    /// # Errors
    /// If the device is gone.
    pub async fn says(&mut self, frame: &ServerFrame) -> Result<(), RigError> {
        let text =
            serde_json::to_string(frame).map_err(|error| RigError::answer(error.to_string()))?;
        self.says_text(text).await
    }

    /// Says anything.
    ///
    /// # Errors
    /// If the device is gone.
    pub async fn says_text(&mut self, text: String) -> Result<(), RigError> {
        self.socket
            .send(Message::text(text))
            .await
            .map_err(|error| RigError::answer(error.to_string()))
    }
}

async fn respond(
    mut request: Request<hyper::body::Incoming>,
    answers: Answers,
    asked: Arc<Mutex<Vec<(String, String)>>>,
    opened: mpsc::UnboundedSender<Socket>,
) -> Result<Response<Full<Bytes>>, Infallible> {
    let key = request.headers().get(header::SEC_WEBSOCKET_KEY).cloned();
    if let Some(key) = key {
        let upgraded = hyper::upgrade::on(&mut request);
        tokio::spawn(async move {
            if let Ok(upgraded) = upgraded.await {
                let io = TokioIo::new(upgraded);
                let socket = WebSocketStream::from_raw_socket(io, Role::Server, None).await;
                let _ = opened.send(socket);
            }
        });
        let accept = derive_accept_key(key.as_bytes());
        let response = Response::builder()
            .status(StatusCode::SWITCHING_PROTOCOLS)
            .header(header::CONNECTION, "upgrade")
            .header(header::UPGRADE, "websocket")
            .header(header::SEC_WEBSOCKET_ACCEPT, accept)
            .body(Full::default());
        return Ok(response.unwrap_or_default());
    }
    let what = format!("{} {}", request.method(), request.uri().path());
    let path = request.uri().path().to_owned();
    let body = request
        .into_body()
        .collect()
        .await
        .map(http_body_util::Collected::to_bytes);
    let body = String::from_utf8_lossy(&body.unwrap_or_default()).into_owned();
    asked
        .lock()
        .unwrap_or_else(PoisonError::into_inner)
        .push((what, body));
    let answer = answers
        .lock()
        .unwrap_or_else(PoisonError::into_inner)
        .get(&path)
        .cloned();
    let (status, body) =
        answer.unwrap_or_else(|| (StatusCode::NOT_FOUND, Bytes::from_static(b"nothing here")));
    let mut response = Response::new(Full::new(body));
    *response.status_mut() = status;
    Ok(response)
}
