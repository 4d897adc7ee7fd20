//! The stream of one device: see `protocol::frame` for the order of frames.
//!
//! After the hello the stored events are sent in batches. The stream joins the live ones before it
//! reads the last batch and skips what it sent already. Each event is sent with `prev`, the number
//! that this stream sent before it, so the receiver sees any gap. Whatever goes wrong is said in one
//! last frame. A peer that neither speaks nor answers a ping is given up.

use axum::extract::State;
use axum::extract::ws::rejection::WebSocketUpgradeRejection;
use axum::extract::ws::{WebSocket, WebSocketUpgrade};
use axum::response::Response;
use protocol::PROTOCOL_VERSION;
use protocol::error::{ErrorBody, ErrorCode};
use protocol::frame::{DeviceFrame, Hello, ServerFrame};
use protocol::ids::Seq;
use protocol::limits::CATCH_UP_BATCH;
use tokio::time::{Instant, interval_at};

use super::Site;
use super::line::{First, Gone, Heard, Line, PING, bounded, malformed};
use crate::failure::{Answer, Failure};
use crate::log::event_frame;
use crate::outlet::Next;
use crate::streams::{Outgoing, Seat};
use crate::workspace::Asker;

pub(super) async fn open(
    State(site): State<Site>,
    upgrade: Result<WebSocketUpgrade, WebSocketUpgradeRejection>,
) -> Answer<Response> {
    let tasks = site.tasks.clone();
    Ok(bounded(upgrade)?.on_upgrade(move |socket| tasks.track_future(serve(site, socket))))
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
    let hello = match line.hello(hello).await? {
        Ok(hello) => hello,
        Err(why) => return Ok(Some(why)),
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

fn hello(text: &str) -> First<Hello> {
    match serde_json::from_str(text) {
        Ok(DeviceFrame::Hello(hello)) => First::Hello(hello),
        Ok(DeviceFrame::Unknown) => First::Unknown,
        Ok(_) | Err(_) => First::Wrong,
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
    site.core.check_cursor(asker.agent.id, hello.cursor).await?;
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
    let mut claimed = false;
    loop {
        tokio::select! {
            next = seat.inlet.next() => match next {
                Next::End(why) => return Ok(why),
                Next::Item(first) => pass_on(line, &mut seat, first, &mut cursor).await?,
            },
            heard = line.hear() => match heard? {
                Heard::Nothing => {}
                Heard::Refused(why) => return Ok(Some(why)),
                Heard::Text(text) => {
                    let Ok(frame) = serde_json::from_str(&text) else {
                        return Ok(Some(malformed()));
                    };
                    if let Err(Failure(why)) =
                        take(site, asker, &seat, &mut claimed, frame).await
                    {
                        return Ok(Some(why));
                    }
                }
            },
            _ = pings.tick() => line.ping().await?,
        }
    }
}

/// Sends a frame, and with it those that wait behind it: the events of one change reach the device
/// together, and are stored there in one transaction.
async fn pass_on(
    line: &mut Line,
    seat: &mut Seat,
    first: Outgoing,
    cursor: &mut Seq,
) -> Result<(), Gone> {
    feed(line, first, cursor).await?;
    for _ in 1..CATCH_UP_BATCH {
        match seat.inlet.ready() {
            Some(next) => feed(line, next, cursor).await?,
            None => break,
        }
    }
    line.flush().await
}

async fn feed(line: &mut Line, out: Outgoing, cursor: &mut Seq) -> Result<(), Gone> {
    match out {
        Outgoing::Frame(frame) => line.feed(json(&frame)).await?,
        Outgoing::Event(event) if event.seq > *cursor => {
            line.feed(event_frame(event.seq, *cursor, &event.payload))
                .await?;
            *cursor = event.seq;
        }
        // Read from the log already.
        Outgoing::Event(_) => {}
    }
    Ok(())
}

/// Does what a frame asks for.
async fn take(
    site: &Site,
    asker: &Asker,
    seat: &Seat,
    claimed: &mut bool,
    frame: DeviceFrame,
) -> Answer<()> {
    match frame {
        DeviceFrame::Hello(_) => Err(Failure::bad_request("hello was said already")),
        DeviceFrame::Claim { activity } => {
            *claimed = true;
            site.core.report(asker, activity).await
        }
        // Without a claim there is no lease that could be renewed or that the activity could change.
        DeviceFrame::Heartbeat | DeviceFrame::Activity { .. } if !*claimed => Ok(()),
        DeviceFrame::Heartbeat => site.core.heartbeat(asker).await,
        DeviceFrame::Activity { activity } => site.core.report(asker, activity).await,
        DeviceFrame::SetChoice {
            client_id,
            change,
            via,
            zone,
            made_ms_ago,
        } => {
            let answer = site
                .core
                .choose(asker, client_id, change, via, made_ms_ago, zone.as_deref())
                .await;
            let (accepted, error) = match answer {
                Ok(accepted) => (accepted, None),
                Err(Failure(why)) if is_refusal(why.code) => (false, Some(why)),
                Err(failure) => return Err(failure),
            };
            let done = ServerFrame::ChoiceDone {
                client_id,
                accepted,
                error,
            };
            site.core.streams.answer(seat.number(), done);
            Ok(())
        }
        DeviceFrame::Looking { conversation_id } => {
            site.core.streams.looks(seat.number(), conversation_id);
            Ok(())
        }
        DeviceFrame::Writing { conversation_id } => site.core.writing(asker, conversation_id).await,
        DeviceFrame::Goodbye { reason } => {
            *claimed = false;
            site.core.goodbye(asker, reason).await
        }
        DeviceFrame::Unknown => Ok(()),
    }
}

/// A pick that cannot be had. Anything else that goes wrong ends the stream, and the device picks
/// again on the next one.
fn is_refusal(code: ErrorCode) -> bool {
    matches!(code, ErrorCode::BadRequest | ErrorCode::NotAllowed)
}
