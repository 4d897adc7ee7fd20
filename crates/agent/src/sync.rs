//! Follows the workspace's log.
//!
//! ```text
//!        ┌──────────── wait (backoff, try now, wake) ◄───────────┐
//!        ▼                                                       │ lost, gap, cut off
//!   snapshot? ──> Hello(cursor) ──> Welcome ──> Event… ──> CaughtUp ──> Claim ──> live
//!   (none yet, or the                           one transaction a batch           heartbeat, activity,
//!    cursor is too old)                         (cache, cursor, intents)          picks, Event…
//! ```
//!
//! - A frame whose `prev` is not the cursor is a gap: everything before it is stored, and the stream
//!   is opened again from the cursor. The same gap twice in a row takes a snapshot.
//! - The device catches up **before** it claims its lease, after sleep too.
//! - A connection that has gone silent is noticed within a lease: the other side is asked for a sign
//!   of life with every heartbeat, and [`SILENCE`] without one ends it.
//! - `not_signed_in`, said by the workspace itself and not by another one at its address, ends the
//!   session (see [`crate::account`]); nothing else does. A server of another
//!   version is asked again at the longest interval: it may have been updated.
//! - Frames and events of a later protocol are ignored; the cursor moves on.

use std::collections::BTreeSet;
use std::sync::{Arc, PoisonError};
use std::time::Duration;

use cache::{Applied, CacheError};
use protocol::PROTOCOL_VERSION;
use protocol::error::{ErrorBody, ErrorCode};
use protocol::frame::{DeviceFrame, EventFrame, HEARTBEAT_MS, Hello, ServerFrame};
use protocol::ids::{ConversationId, Seq};
use protocol::limits::CATCH_UP_BATCH;
use protocol::rest::WorkspaceInfo;
use protocol::snapshot::Snapshot;
use protocol::status::Goodbye;
use tokio::sync::watch;
use tokio::time::{MissedTickBehavior, interval, sleep, timeout};

use crate::account;
use crate::backoff;
use crate::errors;
use crate::raise;
use crate::seat::Seat;
use crate::session::Inner;
use crate::stream::{Arrived, FrameStream};
use crate::view::{ConnectionView, HoursEndView};

/// Silence that ends a connection: two heartbeats and their answers, and a third of the lease is
/// left to open the next one.
const SILENCE: Duration = Duration::from_secs(20);
/// How often silence is looked at: half a heartbeat.
const TICK: Duration = Duration::from_millis(HEARTBEAT_MS / 2);

/// Why a connection ended.
enum End {
    /// A goodbye was asked for, and is on its way.
    Goodbye,
    /// The machine sleeps.
    Asleep,
    /// The token is no good.
    NotSignedIn(ErrorBody),
    /// The log does not reach back to the cursor.
    SnapshotNeeded,
    /// Events were missing at this cursor.
    Gap(Seq),
    /// Anything else.
    Lost(ErrorBody),
}

impl From<ErrorBody> for End {
    fn from(error: ErrorBody) -> Self {
        match error.code {
            ErrorCode::NotSignedIn => Self::NotSignedIn(error),
            ErrorCode::SnapshotNeeded => Self::SnapshotNeeded,
            _ => Self::Lost(error),
        }
    }
}

impl From<CacheError> for End {
    fn from(error: CacheError) -> Self {
        match error {
            CacheError::Gap(gap) => Self::Gap(gap.cursor),
            error => Self::Lost(errors::from_cache(error)),
        }
    }
}

/// Runs until the session ends.
pub(crate) async fn run(inner: Arc<Inner>, seat: Arc<Seat>) {
    let mut awake = inner.person.awake.subscribe();
    let mut leaving = seat.leaving.subscribe();
    let mut failures = 0u32;
    let mut fresh = false;
    let mut gap_at = None;
    loop {
        tokio::select! {
            // Without a stream there is nothing to say goodbye on.
            _ = leave_reason(&mut leaving) => return,
            () = becomes(&mut awake, true) => {}
        }
        let mut line = Line::new(&inner, &seat);
        let end = tokio::select! {
            end = line.follow(fresh) => end,
            () = unclaimed_leave(&seat, &mut leaving) => return,
        };
        let (claimed, stored_snapshot) = (line.claimed, line.stored_snapshot);
        drop(line);
        // What the server announced it may take back while nobody hears it; it says it again.
        inner.person.no_drop();
        Seat::set(&seat.elsewhere, BTreeSet::new());
        Seat::set(&seat.hours_end, None);
        let was_live = seat.live.send_replace(false);
        if was_live || claimed {
            failures = 0;
            Seat::set(&seat.lost_since, Some(inner.ports.clock.now()));
        }
        if stored_snapshot {
            fresh = false;
        }
        let error = match end {
            End::Goodbye => return,
            End::NotSignedIn(error) => match another_workspace(&seat).await {
                // Nothing is wiped on the word of somebody else.
                Some(error) => error,
                None => {
                    // Ending the session stops this task, so it cannot do it itself.
                    tokio::spawn(account::ended(Arc::clone(&inner), Arc::clone(&seat), error));
                    return;
                }
            },
            End::Asleep => {
                let error = ErrorBody::new(ErrorCode::Unavailable, "The computer sleeps.");
                show_lost(&inner, &seat, Duration::ZERO, error).await;
                failures = 0;
                // A sleep is no loss: it counts from the wake.
                Seat::set(&seat.lost, None);
                continue;
            }
            End::SnapshotNeeded => {
                fresh = true;
                ErrorBody::new(
                    ErrorCode::SnapshotNeeded,
                    "Too much happened to catch up with.",
                )
            }
            End::Gap(cursor) => {
                tracing::warn!(%cursor, "events are missing");
                fresh = fresh || gap_at == Some(cursor);
                gap_at = Some(cursor);
                ErrorBody::new(ErrorCode::Unavailable, "The connection skipped something.")
            }
            End::Lost(error) => error,
        };
        failures = failures.saturating_add(1);
        let wait = match error.code {
            ErrorCode::VersionMismatch => backoff::wait_after(u32::MAX, 1.0),
            _ => backoff::wait_after(failures, backoff::chance()),
        };
        tracing::info!(code = ?error.code, ?wait, failures, "not connected");
        show_lost(&inner, &seat, wait, error).await;
        awake.mark_unchanged();
        tokio::select! {
            () = sleep(wait) => {}
            () = seat.try_now.notified() => {}
            _ = awake.changed() => {}
            _ = leave_reason(&mut leaving) => return,
        }
    }
}

/// A goodbye that is asked for before the lease began needs no frame.
async fn unclaimed_leave(seat: &Seat, leaving: &mut watch::Receiver<Option<Goodbye>>) {
    let _ = leave_reason(leaving).await;
    if seat.is_live() {
        std::future::pending().await
    }
}

async fn show_lost(inner: &Inner, seat: &Seat, wait: Duration, error: ErrorBody) {
    {
        let mut lost = seat.lost.lock().unwrap_or_else(PoisonError::into_inner);
        lost.get_or_insert((inner.ports.clock.now(), inner.ports.clock.elapsed()));
    }
    seat.to_announce.notify_one();
    let wait = i64::try_from(wait.as_millis()).unwrap_or(i64::MAX);
    inner.board.show_connection(ConnectionView::Lost {
        since: Seat::get(&seat.lost_since),
        next_try_at: inner.ports.clock.now().plus(wait),
        error,
    });
    inner.redraw_me(seat).await;
}

/// One connection, from opening to its end.
struct Line<'a> {
    inner: &'a Arc<Inner>,
    seat: &'a Arc<Seat>,
    cursor: Seq,
    batch: Vec<EventFrame>,
    claimed: bool,
    stored_snapshot: bool,
    /// On a clock that counts suspend.
    heard: Duration,
}

impl<'a> Line<'a> {
    fn new(inner: &'a Arc<Inner>, seat: &'a Arc<Seat>) -> Self {
        Self {
            inner,
            seat,
            cursor: Seq(0),
            batch: Vec::new(),
            claimed: false,
            stored_snapshot: false,
            heard: inner.ports.clock.elapsed(),
        }
    }

    async fn follow(&mut self, fresh: bool) -> End {
        match self.try_follow(fresh).await {
            Ok(end) | Err(end) => end,
        }
    }

    async fn try_follow(&mut self, fresh: bool) -> Result<End, End> {
        self.cursor = match self.seat.cache.cursor().await? {
            Some(cursor) if !fresh => cursor,
            _ => self.take_snapshot().await?,
        };
        let mut stream = FrameStream::open(self.seat.connector.as_ref()).await?;
        let hello = DeviceFrame::Hello(Hello {
            version: PROTOCOL_VERSION,
            capabilities: Vec::new(),
            token: self.seat.token.clone(),
            cursor: self.cursor,
        });
        stream.send(&hello).await?;
        match timeout(SILENCE, self.welcome(&mut stream)).await {
            Ok(welcomed) => welcomed?,
            Err(_) => return Err(silent()),
        }
        self.inner.board.show_connection(ConnectionView::CatchingUp);
        // How far the absence reaches is known at its end; until then nothing of it is told.
        Seat::set(&self.seat.absent_through, None);
        let caught_up = self.catch_up(&mut stream).await?;
        // What was stored before the lease begins happened in an absence.
        Seat::set(&self.seat.absent_through, Some(caught_up.max(self.cursor)));
        self.live(&mut stream).await
    }

    async fn take_snapshot(&mut self) -> Result<Seq, End> {
        let snapshot: Snapshot = self.seat.http.get("/api/v1/snapshot").await?;
        let profile = &self.seat.profile;
        if snapshot.workspace.id != profile.workspace_id || snapshot.agent_id != profile.agent_id {
            return Err(End::Lost(errors::another_workspace()));
        }
        let now = self.inner.ports.clock.now();
        let intents = raise::intents_of_snapshot(self.seat, &snapshot, now).await?;
        // How far the absence reaches that it stands for is known when the rest is here, too.
        Seat::set(&self.seat.absent_through, None);
        let applied = self
            .seat
            .cache
            .load_snapshot_with(&snapshot, &intents)
            .await?;
        self.stored_snapshot = true;
        self.inner.board.gone(&applied.gone);
        self.tell_unsendable(&applied);
        self.inner.board.touch(None);
        self.inner.redraw(self.seat).await;
        self.seat.to_announce.notify_one();
        Ok(applied.cursor)
    }

    async fn welcome(&mut self, stream: &mut FrameStream) -> Result<(), End> {
        loop {
            match stream.next().await? {
                Arrived::Frame(frame) => match *frame {
                    ServerFrame::Welcome { version, .. } if version == PROTOCOL_VERSION => {
                        return Ok(());
                    }
                    ServerFrame::Welcome { version, .. } => {
                        return Err(End::Lost(errors::other_version(version)));
                    }
                    ServerFrame::Error(error) => return Err(error.into()),
                    _ => {}
                },
                Arrived::Sign => {}
            }
        }
    }

    /// Stores what happened meanwhile, a transaction a thousand events.
    async fn catch_up(&mut self, stream: &mut FrameStream) -> Result<Seq, End> {
        loop {
            let arrived = match timeout(SILENCE, stream.next()).await {
                Ok(arrived) => arrived?,
                Err(_) => return Err(silent()),
            };
            let Arrived::Frame(frame) = arrived else {
                continue;
            };
            match *frame {
                ServerFrame::Event(event) => {
                    self.take(event).await?;
                    if self.batch.len() >= CATCH_UP_BATCH {
                        self.store().await?;
                    }
                }
                ServerFrame::CaughtUp { seq } => {
                    self.store().await?;
                    return Ok(seq);
                }
                ServerFrame::Error(error) => {
                    self.store().await?;
                    return Err(error.into());
                }
                _ => {}
            }
        }
    }

    /// Takes an event into the batch. A gap stores what is before it.
    async fn take(&mut self, frame: EventFrame) -> Result<(), End> {
        if let Err(gap) = rules::sync::check(self.cursor, &frame) {
            self.store().await?;
            return Err(End::Gap(gap.cursor));
        }
        self.cursor = self.cursor.max(frame.seq);
        self.batch.push(frame);
        Ok(())
    }

    async fn store(&mut self) -> Result<(), End> {
        if self.batch.is_empty() {
            return Ok(());
        }
        let batch = std::mem::take(&mut self.batch);
        let now = self.inner.ports.clock.now();
        let intents = raise::intents(self.seat, &batch, now).await?;
        let applied = self.seat.cache.apply(&batch, &intents).await?;
        self.stored(&applied).await;
        Ok(())
    }

    /// Everything that follows from a commit.
    async fn stored(&self, applied: &Applied) {
        self.inner.board.gone(&applied.gone);
        self.inner.board.touch(Some(&applied.conversations));
        self.tell_unsendable(applied);
        if applied.me {
            self.hours_end_may_be_over().await;
        }
        // Before anything is drawn: somebody waits to be told, and a tray takes its time.
        self.seat.to_announce.notify_one();
        if applied.team {
            self.inner.redraw_team(self.seat).await;
        }
        if applied.team || applied.me || !applied.conversations.is_empty() {
            self.inner.redraw_me(self.seat).await;
        }
        if !applied.conversations.is_empty() {
            // An own message came back as an event before its command was answered.
            self.seat.to_send.notify_one();
        }
    }

    /// The end of hours that was announced is near as long as it is the next change.
    async fn hours_end_may_be_over(&self) {
        let Some(end) = Seat::get(&self.seat.hours_end) else {
            return;
        };
        let next = self.seat.cache.me().await.ok().and_then(|me| me.next);
        if next.is_none_or(|next| next.at != end.at) {
            Seat::set(&self.seat.hours_end, None);
        }
    }

    /// What was written in a conversation that is gone cannot show its own failure.
    fn tell_unsendable(&self, applied: &Applied) {
        if !applied.unsendable.is_empty() {
            self.inner.board.refuse(ErrorBody::new(
                ErrorCode::NotFound,
                "You can no longer see a conversation, so what you wrote there was not sent.",
            ));
        }
    }

    async fn live(&mut self, stream: &mut FrameStream) -> Result<End, End> {
        let person = &self.inner.person;
        let mut activity = person.activity_changes.subscribe();
        let mut picks = person.picks.subscribe();
        let mut writing = person.writing.subscribe();
        let mut awake = person.awake.subscribe();
        let mut leaving = self.seat.leaving.subscribe();
        let mut looks = person.looks.subscribe();
        let mut looked_at = None;

        stream
            .send(&DeviceFrame::Claim {
                activity: person.activity(),
            })
            .await?;
        self.claimed = true;
        if let Some(pick) = person.pick_frame() {
            stream.send(&pick).await?;
        }
        self.heard = self.inner.ports.clock.elapsed();
        Seat::set(&self.seat.lost_since, None);
        Seat::set(&self.seat.lost, None);
        self.inner.board.show_connection(ConnectionView::Live);
        self.seat.live.send_replace(true);
        self.inner.redraw_me(self.seat).await;
        self.seat.to_announce.notify_one();

        let mut tick = interval(TICK);
        tick.set_missed_tick_behavior(MissedTickBehavior::Delay);
        tick.reset();
        let mut beat = false;
        loop {
            tokio::select! {
                arrived = stream.next() => {
                    self.heard = self.inner.ports.clock.elapsed();
                    self.arrived(arrived?).await?;
                    // Whatever else is here already goes into the same transaction.
                    while self.batch.len() < CATCH_UP_BATCH {
                        let Some(more) = stream.ready() else { break };
                        self.arrived_or_store(more).await?;
                    }
                    self.store().await?;
                }
                _ = tick.tick() => {
                    let silence = self.inner.ports.clock.elapsed().saturating_sub(self.heard);
                    if silence > SILENCE {
                        return Err(silent());
                    }
                    // Nobody looks any more who has not moved anything for a while.
                    self.tell_looking(stream, &mut looked_at).await?;
                    beat = !beat;
                    if !beat {
                        stream.send(&DeviceFrame::Heartbeat).await?;
                        stream.ping().await?;
                    }
                }
                Ok(()) = activity.changed() => {
                    let activity = person.activity();
                    stream.send(&DeviceFrame::Activity { activity }).await?;
                }
                Ok(()) = looks.changed() => self.tell_looking(stream, &mut looked_at).await?,
                Ok(()) = picks.changed() => {
                    if let Some(pick) = person.pick_frame() {
                        stream.send(&pick).await?;
                    }
                }
                Ok(()) = writing.changed() => {
                    let said = *writing.borrow_and_update();
                    if let Some((conversation_id, _)) = said {
                        stream.send(&DeviceFrame::Writing { conversation_id }).await?;
                    }
                }
                () = becomes(&mut awake, false) => {
                    goodbye(stream, Goodbye::Asleep).await?;
                    return Ok(End::Asleep);
                }
                reason = leave_reason(&mut leaving) => {
                    goodbye(stream, reason).await?;
                    return Ok(End::Goodbye);
                }
            }
        }
    }

    /// Tells what the agent has before them here, when that changed: their other devices need not
    /// tell them of it.
    async fn tell_looking(
        &self,
        stream: &mut FrameStream,
        told: &mut Option<ConversationId>,
    ) -> Result<(), End> {
        let now = self.inner.person.looking().what();
        if *told != now {
            stream
                .send(&DeviceFrame::Looking {
                    conversation_id: now,
                })
                .await?;
            *told = now;
        }
        Ok(())
    }

    async fn arrived_or_store(&mut self, arrived: Result<Arrived, ErrorBody>) -> Result<(), End> {
        match arrived {
            Ok(arrived) => self.arrived(arrived).await,
            Err(error) => {
                self.store().await?;
                Err(error.into())
            }
        }
    }

    async fn arrived(&mut self, arrived: Arrived) -> Result<(), End> {
        let Arrived::Frame(frame) = arrived else {
            return Ok(());
        };
        match *frame {
            ServerFrame::Event(event) => self.take(event).await,
            ServerFrame::ChoiceDone {
                client_id,
                accepted,
                error,
            } => {
                // Its events came before it, and are shown first: the pick never flickers back.
                self.store().await?;
                let outcome = match &error {
                    Some(error) => Err(error.clone()),
                    None if accepted => Ok(()),
                    None => Err(errors::newer_status()),
                };
                if self.inner.person.answered(client_id, outcome) {
                    tracing::debug!(accepted, "the pick was decided");
                    if let Some(error) = error {
                        self.inner.board.refuse(error);
                    }
                    self.inner.redraw_me(self.seat).await;
                }
                Ok(())
            }
            ServerFrame::Error(error) => {
                self.store().await?;
                Err(error.into())
            }
            ServerFrame::IdleSoon { in_ms } => {
                self.inner.person.drop_is_near(in_ms);
                Ok(())
            }
            ServerFrame::IdleOver => {
                self.inner.person.no_drop();
                Ok(())
            }
            ServerFrame::HoursEndSoon { at, open } => {
                Seat::set(&self.seat.hours_end, Some(HoursEndView { at, open }));
                self.inner.redraw_me(self.seat).await;
                self.seat.to_announce.notify_one();
                Ok(())
            }
            ServerFrame::LookedAt { conversation_ids } => {
                let elsewhere = conversation_ids.into_iter().collect();
                Seat::set(&self.seat.elsewhere, elsewhere);
                self.seat.to_announce.notify_one();
                Ok(())
            }
            ServerFrame::Welcome { .. } | ServerFrame::CaughtUp { .. } | ServerFrame::Unknown => {
                Ok(())
            }
        }
    }
}

/// Who does not know this device may be another workspace at the same address (a new one, or another
/// program on this computer). Answers what is wrong then, or when it cannot be asked.
async fn another_workspace(seat: &Seat) -> Option<ErrorBody> {
    match seat.http.get::<WorkspaceInfo>("/api/v1/workspace").await {
        Ok(info) if info.id == seat.profile.workspace_id => None,
        Ok(_) => Some(errors::another_workspace()),
        Err(error) => Some(error),
    }
}

async fn goodbye(stream: &mut FrameStream, reason: Goodbye) -> Result<(), End> {
    stream.send(&DeviceFrame::Goodbye { reason }).await?;
    stream.close().await;
    Ok(())
}

async fn becomes(flag: &mut watch::Receiver<bool>, wanted: bool) {
    if flag.wait_for(|now| *now == wanted).await.is_err() {
        std::future::pending().await
    }
}

async fn leave_reason(leaving: &mut watch::Receiver<Option<Goodbye>>) -> Goodbye {
    match leaving
        .wait_for(Option::is_some)
        .await
        .map(|reason| *reason)
    {
        Ok(Some(reason)) => reason,
        _ => std::future::pending().await,
    }
}

fn silent() -> End {
    End::Lost(errors::from_io(&std::io::ErrorKind::TimedOut.into()))
}
