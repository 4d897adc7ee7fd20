//! The stream of one device: see `protocol::frame` for the order of frames.
//!
//! After the hello the stored events are sent in batches. The stream joins the live ones before it
//! reads the last batch and skips what it sent already. Each event is sent with `prev`, the number
//! that this stream sent before it, so the receiver sees any gap. Whatever goes wrong is said in one
//! last frame. A peer that neither speaks nor answers a ping is given up.

use std::time::Duration;

use axum::extract::State;
use axum::extract::ws::{Message, WebSocket, WebSocketUpgrade};
use axum::response::Response;
use futures_util::SinkExt as _;
use protocol::PROTOCOL_VERSION;
use protocol::error::{ErrorBody, ErrorCode};
use protocol::frame::{DeviceFrame, Hello, ServerFrame};
use protocol::ids::Seq;
use protocol::limits;
use protocol::status::Activity;
use tokio::time::{Instant, interval_at, timeout};

use super::Site;
use crate::failure::{Answer, Failure};
use crate::log::event_frame;
use crate::outlet::Next;
use crate::streams::{Outgoing, Seat};
use crate::workspace::Asker;

/// A device that connected has this long to say hello.
const HELLO: Duration = Duration::from_secs(10);
/// How often a silent peer is asked whether it is there.
const PING: Duration = Duration::from_secs(20);
/// A peer that was silent for this long is gone.
const SILENCE: Duration = Duration::from_secs(70);
/// A peer that does not take a frame for this long is cut off.
const SLOW: Duration = Duration::from_secs(20);

pub(super) async fn open(State(site): State<Site>, upgrade: WebSocketUpgrade) -> Response {
    let tasks = site.tasks.clone();
    bounded(upgrade).on_upgrade(move |socket| tasks.track_future(serve(site, socket)))
}

/// What is a little too large is read, so that the answer can say so; more than that is cut off.
pub(super) fn bounded(upgrade: WebSocketUpgrade) -> WebSocketUpgrade {
    const MOST: usize = 2 * limits::FRAME_BYTES;
    upgrade.max_message_size(MOST).max_frame_size(MOST)
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

impl Line {
    pub(super) fn new(socket: WebSocket) -> Self {
        Self {
            socket,
            heard: Instant::now(),
        }
    }

    pub(super) async fn send(&mut self, text: String) -> Result<(), Gone> {
        let sent = timeout(SLOW, self.socket.send(Message::Text(text.into()))).await;
        if matches!(sent, Ok(Ok(()))) {
            Ok(())
        } else {
            Err(Gone)
        }
    }

    /// Sends when enough has come together, or with the next [`Line::send`].
    async fn feed(&mut self, text: String) -> Result<(), Gone> {
        let fed = timeout(SLOW, self.socket.feed(Message::Text(text.into()))).await;
        if matches!(fed, Ok(Ok(()))) {
            Ok(())
        } else {
            Err(Gone)
        }
    }

    pub(super) async fn ping(&mut self) -> Result<(), Gone> {
        if self.heard.elapsed() > SILENCE {
            return Err(Gone);
        }
        let sent = timeout(SLOW, self.socket.send(Message::Ping(Vec::new().into()))).await;
        if matches!(sent, Ok(Ok(()))) {
            Ok(())
        } else {
            Err(Gone)
        }
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
        if timeout(SLOW, self.socket.send(Message::Close(None)))
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

fn json(frame: &ServerFrame) -> String {
    serde_json::to_string(frame).unwrap_or_default()
}

async fn serve(site: Site, socket: WebSocket) {
    let mut line = Line::new(socket);
    // Whoever is gone hears no last word.
    let end = talk(&site, &mut line).await.unwrap_or_default();
    if let Some(why) = end {
        let _ = line.send(json(&ServerFrame::Error(why))).await;
    }
    line.close().await;
}

/// Serves the stream until its end; a last word for the peer if there is one.
async fn talk(site: &Site, line: &mut Line) -> Result<Option<ErrorBody>, Gone> {
    let hello = match timeout(HELLO, hello(line)).await {
        Ok(Ok(Ok(hello))) => hello,
        Ok(Ok(Err(why))) => return Ok(Some(why)),
        Ok(Err(gone)) => return Err(gone),
        Err(_) => {
            return Ok(Some(ErrorBody::new(
                ErrorCode::BadRequest,
                "no hello came in time",
            )));
        }
    };
    let asker = match admit(site, &hello).await {
        Ok(asker) => asker,
        Err(Failure(why)) => return Ok(Some(why)),
    };
    let welcome = ServerFrame::Welcome {
        version: PROTOCOL_VERSION,
        capabilities: Vec::new(),
    };
    line.send(json(&welcome)).await?;
    let mut cursor = hello.cursor;
    let seat = match catch_up(site, line, &asker, &mut cursor).await? {
        Ok(seat) => seat,
        Err(Failure(why)) => return Ok(Some(why)),
    };
    let end = live(site, line, &asker, seat, cursor).await;
    if let Err(error) = site.core.seen(asker.device).await {
        tracing::warn!("last sight of a device was not stored: {error}");
    }
    end
}

async fn hello(line: &mut Line) -> Result<Result<Hello, ErrorBody>, Gone> {
    loop {
        match line.hear().await? {
            Heard::Nothing => {}
            Heard::Refused(why) => return Ok(Err(why)),
            Heard::Text(text) => match serde_json::from_str(&text) {
                Ok(DeviceFrame::Hello(hello)) => return Ok(Ok(hello)),
                Ok(DeviceFrame::Unknown) => {}
                Ok(_) | Err(_) => return Ok(Err(malformed())),
            },
        }
    }
}

async fn admit(site: &Site, hello: &Hello) -> Answer<Asker> {
    if hello.version != PROTOCOL_VERSION {
        return Err(Failure::new(
            ErrorCode::VersionMismatch,
            format!(
                "the app speaks version {} of the protocol, this server {PROTOCOL_VERSION}; update \
                 the older of the two",
                hello.version
            ),
        ));
    }
    let asker = site.core.authenticate(&hello.token).await?;
    site.core.check_cursor(hello.cursor).await?;
    site.core.seen(asker.device).await?;
    Ok(asker)
}

async fn catch_up(
    site: &Site,
    line: &mut Line,
    asker: &Asker,
    cursor: &mut Seq,
) -> Result<Answer<Seat>, Gone> {
    let mut seat = None;
    loop {
        // Joined first, read afterwards: what is committed in between is in both.
        let joined = seat.is_some();
        let (batch, more) = match site.core.events_after(asker.agent.id, *cursor).await {
            Ok(answer) => answer,
            Err(failure) => return Ok(Err(failure)),
        };
        for entry in batch {
            line.feed(event_frame(entry.seq, *cursor, &entry.payload))
                .await?;
            *cursor = entry.seq;
        }
        if more {
            continue;
        }
        if joined {
            break;
        }
        seat = Some(site.core.streams.join(asker.agent.id, asker.device));
    }
    line.send(json(&ServerFrame::CaughtUp { seq: *cursor }))
        .await?;
    // Revoked while it caught up: the end that was said then did not reach this seat.
    if let Err(failure) = site.core.device_exists(asker).await {
        return Ok(Err(failure));
    }
    Ok(seat.ok_or_else(|| Failure::internal("stream", &"no seat")))
}

async fn live(
    site: &Site,
    line: &mut Line,
    asker: &Asker,
    mut seat: Seat,
    mut cursor: Seq,
) -> Result<Option<ErrorBody>, Gone> {
    let mut pings = interval_at(Instant::now() + PING, PING);
    let mut last_activity = None;
    loop {
        tokio::select! {
            next = seat.inlet.next() => match next {
                Next::End(why) => return Ok(why),
                Next::Item(Outgoing::Frame(frame)) => line.send(json(&frame)).await?,
                Next::Item(Outgoing::Event(event)) if event.seq > cursor => {
                    line.send(event_frame(event.seq, cursor, &event.payload)).await?;
                    cursor = event.seq;
                }
                Next::Item(Outgoing::Event(_)) => {}
            },
            heard = line.hear() => match heard? {
                Heard::Nothing => {}
                Heard::Refused(why) => return Ok(Some(why)),
                Heard::Text(text) => {
                    let Ok(frame) = serde_json::from_str(&text) else {
                        return Ok(Some(malformed()));
                    };
                    if let Err(Failure(why)) =
                        take(site, asker, &seat, &mut last_activity, frame).await
                    {
                        return Ok(Some(why));
                    }
                }
            },
            _ = pings.tick() => line.ping().await?,
        }
    }
}

/// Does what a frame asks for.
async fn take(
    site: &Site,
    asker: &Asker,
    seat: &Seat,
    last_activity: &mut Option<Activity>,
    frame: DeviceFrame,
) -> Answer<()> {
    match frame {
        DeviceFrame::Hello(_) => Err(Failure::bad_request("hello was said already")),
        DeviceFrame::Claim { activity } => {
            *last_activity = Some(activity);
            site.core.claim(asker, activity).await
        }
        DeviceFrame::Heartbeat => match *last_activity {
            Some(activity) => site.core.heartbeat(asker, activity).await,
            None => Ok(()),
        },
        DeviceFrame::Activity { activity } => {
            // Without a lease there is nothing that the activity could change.
            if last_activity.is_none() {
                return Ok(());
            }
            *last_activity = Some(activity);
            site.core.report(asker, activity).await
        }
        DeviceFrame::SetChoice {
            client_id,
            status,
            made_ms_ago,
        } => {
            let accepted = site.core.choose(asker, status, made_ms_ago).await?;
            let done = ServerFrame::ChoiceDone {
                client_id,
                accepted,
            };
            site.core.streams.answer(seat.number(), done);
            Ok(())
        }
        DeviceFrame::Goodbye { reason } => {
            *last_activity = None;
            site.core.goodbye(asker, reason).await
        }
        DeviceFrame::Unknown => Ok(()),
    }
}
