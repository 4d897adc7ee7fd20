//! A WebSocket with our limits: of a frame, of patience, of silence. Devices and widgets have the
//! same.

use std::time::Duration;

use axum::extract::ws::rejection::WebSocketUpgradeRejection;
use axum::extract::ws::{Message, WebSocket, WebSocketUpgrade};
use futures_util::SinkExt as _;
use protocol::error::{ErrorBody, ErrorCode};
use protocol::limits;
use tokio::time::{Instant, timeout};

use crate::failure::{Answer, Failure};

/// Whoever connected has this long to say hello.
const HELLO: Duration = Duration::from_secs(10);
/// How often a silent peer is asked whether it is there.
pub(super) const PING: Duration = Duration::from_secs(20);
/// A peer that was silent for this long is gone.
const SILENCE: Duration = Duration::from_secs(70);
/// A peer that does not take a frame for this long is cut off.
const SLOW: Duration = Duration::from_secs(20);

/// What is a little too large is read, so that the answer can say so; more than that is cut off.
pub(super) fn bounded(
    upgrade: Result<WebSocketUpgrade, WebSocketUpgradeRejection>,
) -> Answer<WebSocketUpgrade> {
    const MOST: usize = 2 * limits::FRAME_BYTES;
    let upgrade = upgrade.map_err(|_| Failure::bad_request("this address takes a WebSocket"))?;
    Ok(upgrade.max_message_size(MOST).max_frame_size(MOST))
}

/// The other end is gone; there is nobody to tell.
pub(super) struct Gone;

/// A WebSocket with our limits of patience.
pub(super) struct Line {
    socket: WebSocket,
    heard: Instant,
}

/// What came in.
pub(super) enum Heard {
    Text(String),
    Refused(ErrorBody),
    Nothing,
}

/// What the first frame was.
pub(super) enum First<T> {
    Hello(T),
    /// Of a later protocol: the next one may be the hello.
    Unknown,
    Wrong,
}

impl Line {
    pub(super) fn new(socket: WebSocket) -> Self {
        Self {
            socket,
            heard: Instant::now(),
        }
    }

    /// Waits for the hello, as `read` finds it in a frame; otherwise says what was wrong.
    pub(super) async fn hello<T>(
        &mut self,
        read: impl Fn(&str) -> First<T>,
    ) -> Result<Result<T, ErrorBody>, Gone> {
        let said = async {
            loop {
                match self.hear().await? {
                    Heard::Nothing => {}
                    Heard::Refused(why) => return Ok(Err(why)),
                    Heard::Text(text) => match read(&text) {
                        First::Hello(hello) => return Ok(Ok(hello)),
                        First::Unknown => {}
                        First::Wrong => return Ok(Err(malformed())),
                    },
                }
            }
        };
        timeout(HELLO, said).await.unwrap_or_else(|_| {
            let late = ErrorBody::new(ErrorCode::BadRequest, "no hello came in time");
            Ok(Err(late))
        })
    }

    pub(super) async fn send(&mut self, text: String) -> Result<(), Gone> {
        in_time(self.socket.send(Message::Text(text.into()))).await
    }

    /// Sends when enough has come together, or with the next [`Line::send`] or [`Line::flush`].
    pub(super) async fn feed(&mut self, text: String) -> Result<(), Gone> {
        in_time(self.socket.feed(Message::Text(text.into()))).await
    }

    /// Sends what was fed.
    pub(super) async fn flush(&mut self) -> Result<(), Gone> {
        in_time(self.socket.flush()).await
    }

    pub(super) async fn ping(&mut self) -> Result<(), Gone> {
        if self.heard.elapsed() > SILENCE {
            return Err(Gone);
        }
        in_time(self.socket.send(Message::Ping(Vec::new().into()))).await
    }

    /// May be dropped and called again.
    pub(super) async fn hear(&mut self) -> Result<Heard, Gone> {
        let message = self.socket.recv().await.ok_or(Gone)?;
        self.heard = Instant::now();
        match message {
            Ok(Message::Text(text)) if text.len() > limits::FRAME_BYTES => {
                Ok(Heard::Refused(too_large()))
            }
            Ok(Message::Text(text)) => Ok(Heard::Text(text.as_str().to_owned())),
            Ok(Message::Binary(_)) => Ok(Heard::Refused(malformed())),
            Ok(Message::Ping(_) | Message::Pong(_)) => Ok(Heard::Nothing),
            Ok(Message::Close(_)) => Err(Gone),
            // A frame against the rules, or a broken connection; then nobody hears the answer.
            Err(_) => Ok(Heard::Refused(malformed())),
        }
    }

    pub(super) async fn close(mut self) {
        if in_time(self.socket.send(Message::Close(None)))
            .await
            .is_ok()
        {
            // The peer answers; without reading that, our last frame may be thrown away with the
            // connection.
            let answered = async { while let Some(Ok(_)) = self.socket.recv().await {} };
            let _ = timeout(Duration::from_secs(2), answered).await;
        }
    }
}

async fn in_time(sending: impl Future<Output = Result<(), axum::Error>>) -> Result<(), Gone> {
    match timeout(SLOW, sending).await {
        Ok(Ok(())) => Ok(()),
        Ok(Err(_)) | Err(_) => Err(Gone),
    }
}

fn too_large() -> ErrorBody {
    let most = limits::FRAME_BYTES;
    ErrorBody::new(
        ErrorCode::TooLarge,
        format!("a frame may have at most {most} bytes"),
    )
}

pub(super) fn malformed() -> ErrorBody {
    ErrorBody::new(
        ErrorCode::BadRequest,
        "this frame cannot be read; update the app",
    )
}
