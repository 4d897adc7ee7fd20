//! Sends what the agent did, once and in order.
//!
//! The outbox is in the cache; this only carries it. Per conversation one item is due at a time (the
//! oldest that is not confirmed), so order is kept without any order here:
//!
//! ```text
//! due item ── POST /commands ──┬─ done ─────────────> confirm: the echo becomes the server's message
//!                              ├─ cannot now ───────> that conversation waits, longer each time
//!                              ├─ refused ──────────> failed with its reason (message) or taken back
//!                              └─ not signed in ────> stop; the stream finds out and ends the session
//! ```
//!
//! An answer that is lost on the way leaves the item in the outbox; it is sent again with the same
//! client id, and the server answers what it answered before. Nothing is sent while the stream is
//! down: when it is back, everything that is due goes out at once.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use std::time::Duration;

use cache::{CacheError, OutboxItem, Refused};
use protocol::command::{Command, CommandDone};
use protocol::error::{ErrorBody, ErrorCode};
use protocol::ids::ConversationId;
use tokio::time::Instant;

use crate::backoff;
use crate::seat::Seat;
use crate::session::Inner;

#[derive(Default)]
struct Pause {
    failures: u32,
    until: Option<Instant>,
}

/// Runs until stopped.
pub(crate) async fn run(inner: Arc<Inner>, seat: Arc<Seat>) {
    let mut live = seat.live.subscribe();
    let mut pauses: BTreeMap<ConversationId, Pause> = BTreeMap::new();
    loop {
        if live.wait_for(|live| *live).await.is_err() {
            return;
        }
        // Marked as seen before looking, so that a loss from here on is noticed below.
        live.mark_unchanged();
        let sent = match send_due(&inner, &seat, &mut pauses).await {
            Ok(sent) => sent,
            Err(error) => {
                tracing::error!(%error, "the outbox cannot be read");
                false
            }
        };
        if sent {
            continue;
        }
        let next = pauses.values().filter_map(|pause| pause.until).min();
        tokio::select! {
            () = seat.to_send.notified() => {}
            () = until(next) => {}
            changed = live.changed() => {
                if changed.is_err() {
                    return;
                }
                // A fresh connection is a fresh chance for everybody.
                pauses.clear();
            }
        }
    }
}

/// Sends one item of each conversation that has one due. Whether anything moved.
async fn send_due(
    inner: &Inner,
    seat: &Seat,
    pauses: &mut BTreeMap<ConversationId, Pause>,
) -> Result<bool, CacheError> {
    let mut moved = false;
    for item in seat.cache.next_to_send().await? {
        let conversation_id = item.request.command.conversation_id();
        let waits = pauses.get(&conversation_id).and_then(|pause| pause.until);
        if waits.is_some_and(|until| Instant::now() < until) || !seat.is_live() {
            continue;
        }
        let answer: Result<CommandDone, ErrorBody> =
            seat.http.post("/api/v1/commands", &item.request).await;
        match answer {
            Ok(done) => {
                seat.cache.confirm(item.request.client_id, &done).await?;
                pauses.remove(&conversation_id);
                moved = true;
            }
            Err(error) => match weigh(error.code) {
                Weight::Later => wait(pauses.entry(conversation_id).or_default()),
                Weight::Never => {
                    refuse(inner, seat, &item, error).await?;
                    pauses.remove(&conversation_id);
                    moved = true;
                }
            },
        }
        if !pauses.contains_key(&conversation_id) {
            inner.board.touch(Some(&BTreeSet::from([conversation_id])));
            // What was taken back may wait again.
            seat.to_announce.notify_one();
            inner.redraw_me(seat).await;
        }
    }
    Ok(moved)
}

/// A message shows its own failure. What else was refused is taken back, and the person told; a
/// reading mark alone is nobody's concern.
async fn refuse(
    inner: &Inner,
    seat: &Seat,
    item: &OutboxItem,
    error: ErrorBody,
) -> Result<(), CacheError> {
    let refused = seat.cache.fail(item.request.client_id, &error).await?;
    tracing::warn!(code = ?error.code, ?refused, "a command was refused");
    let mark = matches!(item.request.command, Command::MarkRead { .. });
    if refused == Refused::Dropped && !mark {
        inner.board.refuse(error);
    }
    Ok(())
}

fn wait(pause: &mut Pause) {
    pause.failures = pause.failures.saturating_add(1);
    let length = backoff::wait_after(pause.failures, backoff::chance());
    pause.until = Some(Instant::now() + length);
}

async fn until(instant: Option<Instant>) {
    match instant {
        // A little late is fine, early would spin.
        Some(instant) => tokio::time::sleep_until(instant + Duration::from_millis(1)).await,
        None => std::future::pending().await,
    }
}

enum Weight {
    /// The same request may work later.
    Later,
    /// It will not.
    Never,
}

fn weigh(code: ErrorCode) -> Weight {
    match code {
        ErrorCode::Unavailable
        | ErrorCode::RateLimited
        | ErrorCode::Internal
        | ErrorCode::TooSlow
        // The stream will say so too, and then it is about more than one command.
        | ErrorCode::NotSignedIn
        | ErrorCode::VersionMismatch
        | ErrorCode::SnapshotNeeded => Weight::Later,
        ErrorCode::BadRequest
        | ErrorCode::WrongCredentials
        | ErrorCode::NotAllowed
        | ErrorCode::NotFound
        | ErrorCode::Conflict
        | ErrorCode::TooLarge
        | ErrorCode::Expired
        | ErrorCode::OriginNotAllowed
        | ErrorCode::NoKeychain
        | ErrorCode::Unknown => Weight::Never,
    }
}
