//! The WebSocket to the workspace: frames in, frames out.

use std::time::Duration;

use futures_util::{FutureExt, SinkExt, StreamExt};
use protocol::error::{ErrorBody, ErrorCode};
use protocol::frame::{DeviceFrame, ServerFrame};
use protocol::limits::FRAME_BYTES;
use tokio::time::timeout;
use tokio_tungstenite::tungstenite::Error as WsError;
use tokio_tungstenite::tungstenite::client::IntoClientRequest;
use tokio_tungstenite::tungstenite::protocol::{Message, WebSocketConfig};
use tokio_tungstenite::{WebSocketStream, client_async_with_config};

use crate::errors;
use crate::ports::{Connector, Transport};

/// How long opening and each write may take: 10 s, a third of a lease.
const WITHIN: Duration = Duration::from_secs(10);
/// How long the other side may take to agree to the end: within the 2 s of a goodbye.
const CLOSED_WITHIN: Duration = Duration::from_secs(1);

/// An open stream.
pub(crate) struct FrameStream {
    socket: WebSocketStream<Box<dyn Transport>>,
}

/// What came in.
pub(crate) enum Arrived {
    /// A frame.
    Frame(Box<ServerFrame>),
    /// Only a sign of life.
    Sign,
}

impl FrameStream {
    pub(crate) async fn open(connector: &dyn Connector) -> Result<Self, ErrorBody> {
        let opening = async {
            let stream = connector
                .connect()
                .await
                .map_err(|error| errors::from_io(&error))?;
            let request = format!("ws://{}/api/v1/stream", connector.host())
                .into_client_request()
                .map_err(|error| errors::internal(&error))?;
            let config = WebSocketConfig::default()
                .max_message_size(Some(FRAME_BYTES))
                .max_frame_size(Some(FRAME_BYTES));
            let (socket, _) = client_async_with_config(request, stream, Some(config))
                .await
                .map_err(|error| broken(&error))?;
            Ok(Self { socket })
        };
        match timeout(WITHIN, opening).await {
            Ok(opened) => opened,
            Err(_) => Err(errors::from_io(&std::io::ErrorKind::TimedOut.into())),
        }
    }

    /// The next thing that comes in. Dropping the future loses nothing.
    pub(crate) async fn next(&mut self) -> Result<Arrived, ErrorBody> {
        match self.socket.next().await {
            None | Some(Ok(Message::Close(_))) => Err(closed()),
            Some(Err(error)) => Err(broken(&error)),
            Some(Ok(Message::Text(text))) => match serde_json::from_str(&text) {
                Ok(frame) => Ok(Arrived::Frame(Box::new(frame))),
                Err(error) => {
                    // The text of the error could quote a message.
                    tracing::warn!(column = error.column(), "a malformed frame");
                    Err(malformed())
                }
            },
            Some(Ok(Message::Binary(_))) => Err(malformed()),
            Some(Ok(Message::Ping(_) | Message::Pong(_) | Message::Frame(_))) => Ok(Arrived::Sign),
        }
    }

    /// What is here already, without waiting.
    pub(crate) fn ready(&mut self) -> Option<Result<Arrived, ErrorBody>> {
        self.next().now_or_never()
    }

    pub(crate) async fn send(&mut self, frame: &DeviceFrame) -> Result<(), ErrorBody> {
        let text = serde_json::to_string(frame).map_err(|error| errors::internal(&error))?;
        self.write(Message::text(text)).await
    }

    /// Asks the other side for a sign of life.
    pub(crate) async fn ping(&mut self) -> Result<(), ErrorBody> {
        self.write(Message::Ping(Vec::new().into())).await
    }

    /// Ends the stream in the WebSocket's own way, and waits shortly for the other side to agree:
    /// what was sent last could be thrown away with the connection otherwise.
    pub(crate) async fn close(&mut self) {
        let closing = async {
            if self.socket.close(None).await.is_ok() {
                while let Some(Ok(_)) = self.socket.next().await {}
            }
        };
        let _ = timeout(CLOSED_WITHIN, closing).await;
    }

    async fn write(&mut self, message: Message) -> Result<(), ErrorBody> {
        match timeout(WITHIN, self.socket.send(message)).await {
            Ok(sent) => sent.map_err(|error| broken(&error)),
            Err(_) => Err(errors::from_io(&std::io::ErrorKind::TimedOut.into())),
        }
    }
}

fn closed() -> ErrorBody {
    ErrorBody::new(
        ErrorCode::Unavailable,
        "The workspace ended the connection.",
    )
}

fn malformed() -> ErrorBody {
    ErrorBody::new(
        ErrorCode::BadRequest,
        "The workspace said something that Porchlight does not understand. Is one of them older?",
    )
}

fn broken(error: &WsError) -> ErrorBody {
    match error {
        WsError::Io(error) => errors::from_io(error),
        WsError::Http(response) => {
            tracing::debug!(status = %response.status(), "no stream");
            let body = response.body().as_deref().unwrap_or_default();
            serde_json::from_slice(body).unwrap_or_else(|_| {
                ErrorBody::new(
                    ErrorCode::Unavailable,
                    "What answers at this address is no Porchlight workspace.",
                )
            })
        }
        WsError::Capacity(_) => malformed(),
        other => {
            tracing::debug!(error = %other, "the stream broke off");
            ErrorBody::new(
                ErrorCode::Unavailable,
                "The connection to the workspace broke off.",
            )
        }
    }
}
