//! Leases, activity and choices of devices, and telling what comes of them.
//!
//! A fact goes into a copy of the agent's attendance first. Before the change is committed, everybody
//! it touched is settled: what they are now is derived (`rules::attendance`), and an event is
//! appended only if that differs from what was told last. So the load, the presence and the choice of
//! an agent are told once for each change, however much of them changed.
//!
//! One task sleeps until the next instant at which somebody's derivation changes by itself (a lease that
//! runs out, a stillness that counts as idle, an end of a timed choice, hours) or something is to be
//! announced. It is no source of truth: at a start everybody is settled, so what fell due while the
//! server was down is right at the first look.

use std::sync::Arc;
use std::time::Duration;

use protocol::command::CommandDone;
use protocol::error::ErrorCode;
use protocol::event::Event;
use protocol::ids::{AgentId, ClientId, DeviceId};
use protocol::status::{Activity, Goodbye, StatusChange, StatusLogEntry, TeamPresence, Via};
use rules::attendance::Picked;
use rules::choice::{Refused, quiet_at};
use rules::hours::Zone;
use rules::presence::Moment;

use super::Asker;
use super::accounts::still_signed_in;
use crate::change::Change;
use crate::core::Core;
use crate::failure::{Answer, Failure};
use crate::log::Audience;
use crate::store::Answering;

impl Core {
    /// A device that has caught up begins its lease, or the activity of its machine changed.
    pub(crate) async fn report(self: &Arc<Self>, asker: &Asker, activity: Activity) -> Answer<()> {
        let mut change = self.begin().await?;
        still_signed_in(&mut *change.tx, asker).await?;
        let (now, device) = (change.now, asker.device);
        let report = change.attend(asker.agent.id)?.claim(device, activity, now);
        change.tx.put_lease(device, true, &report).await?;
        change.commit().await?;
        Ok(())
    }

    /// A device renews its lease. Costs nothing while the lease holds.
    pub(crate) async fn heartbeat(self: &Arc<Self>, asker: &Asker) -> Answer<()> {
        let (agent, device) = (asker.agent.id, asker.device);
        let clock = &self.clock;
        // The clock is read under the lock: no lease is renewed as of before a change that saw it run out.
        if self.attendance().renew(agent, device, clock.now()) {
            return Ok(());
        }
        // It ran out here although the stream lives: the server was busy, or the machine slept.
        let mut change = self.begin().await?;
        let devices = change.tx.devices(Some(agent)).await?;
        let held = devices.iter().find(|held| held.id == device);
        let last = held.ok_or_else(Failure::not_signed_in)?.report;
        let now = change.now;
        let report = change.attend(agent)?.claim_again(device, last, now);
        change.tx.put_lease(device, true, &report).await?;
        change.commit().await?;
        Ok(())
    }

    /// A device gives up its lease.
    pub(crate) async fn goodbye(self: &Arc<Self>, asker: &Asker, reason: Goodbye) -> Answer<()> {
        let mut change = self.begin().await?;
        let (now, device) = (change.now, asker.device);
        let attending = change.attend(asker.agent.id)?;
        let Some(report) = attending.leave(device, reason, now) else {
            return Ok(());
        };
        change.tx.put_lease(device, false, &report).await?;
        change.tx.put_seen(device, now.wall).await?;
        change.commit().await?;
        Ok(())
    }

    /// The agent changed their status. `false`: the server holds a choice made after the pick. A pick
    /// that was taken once gets the same answer again: its device did not hear it.
    pub(crate) async fn choose(
        self: &Arc<Self>,
        asker: &Asker,
        client_id: ClientId,
        wanted: StatusChange,
        via: Via,
        made_ms_ago: u64,
        zone: Option<&str>,
    ) -> Answer<bool> {
        let mut change = self.begin().await?;
        still_signed_in(&mut *change.tx, asker).await?;
        let (now, agent) = (change.now, asker.agent.id);
        let sender = format!("status of {agent}");
        if change.tx.carried_out(&sender, client_id).await?.is_some() {
            return Ok(true);
        }
        let answering = change.tx.answering(agent).await?;
        let quiet = silence_of(&answering, now);
        // For who has no hours. One that is not known here must not cost them their change.
        let zone = zone.and_then(|name| Zone::named(name).ok());
        let zone = zone.unwrap_or_else(Zone::utc);
        let attending = change.attend(agent)?;
        match attending.pick(wanted, via, made_ms_ago, &zone, quiet, now) {
            Picked::Taken => {}
            Picked::TooLate => return Ok(false),
            Picked::Refused(why) => return Err(why.into()),
        }
        let (seq, message_id) = (change.log_end().await?, None);
        let done = CommandDone { seq, message_id };
        let tx = &mut change.tx;
        tx.put_carried_out(&sender, client_id, &done, now.wall)
            .await?;
        change.commit().await?;
        Ok(true)
    }

    /// Notes when a device was connected.
    pub(crate) async fn seen(self: &Arc<Self>, device: DeviceId) -> Answer<()> {
        let mut change = self.begin().await?;
        let now = change.now.wall;
        change.tx.put_seen(device, now).await?;
        change.commit().await?;
        Ok(())
    }

    /// Settles everybody: what fell due while the server was down. What is missed is decided once more.
    pub(crate) async fn settle_everybody(self: &Arc<Self>) -> Answer<()> {
        let (everybody, waiting) = (self.attendance().agents(), self.open().waiting());
        let mut change = self.begin().await?;
        for agent in everybody {
            change.attend(agent)?;
        }
        change.decide_on(waiting);
        change.commit().await?;
        Ok(())
    }

    /// Tells what changes by itself, when it does: presence, what is missed, what falls silent. Runs as
    /// long as the server.
    pub(crate) async fn watch_presence(self: Arc<Self>) {
        loop {
            let now = self.clock.now();
            let due = self.attendance().due(now);
            if !due.settle.is_empty()
                && let Err(error) = self.settle_these(due.settle).await
            {
                tracing::error!("presence could not be stored: {error}");
                tokio::time::sleep(Duration::from_secs(1)).await;
                continue;
            }
            self.announce(&due.announce, now);
            let passed = self.open().due(now);
            if let Err(error) = self.pass_time(passed).await {
                tracing::error!("what is missed could not be stored: {error}");
                tokio::time::sleep(Duration::from_secs(1)).await;
                continue;
            }
            let next = self.attendance().next_look();
            let next = self.open().next_look().map_or(next, |at| at.min(next));
            tokio::select! {
                () = self.clock.sleep_until(next) => {}
                () = self.alarm.notified() => {}
            }
        }
    }

    async fn settle_these(self: &Arc<Self>, agents: Vec<AgentId>) -> Answer<()> {
        let mut change = self.begin().await?;
        for agent in agents {
            change.attend(agent)?;
        }
        change.commit().await?;
        Ok(())
    }

    /// Says to the streams of these agents what is ahead of them.
    pub(crate) fn announce(&self, agents: &[AgentId], now: Moment) {
        let mut attendance = self.attendance();
        for agent in agents {
            let seats = self.streams.seats(*agent);
            for (seat, frame) in attendance.announce(*agent, &seats, now) {
                self.streams.answer(seat, frame);
            }
        }
    }
}

impl Change {
    /// Brings everybody this change touched up to date, and tells what differs from what was told.
    pub(crate) async fn settle(&mut self) -> Answer<()> {
        let now = self.now;
        for agent in self.take_answering() {
            let answering = self.tx.answering(agent).await?;
            let attending = self.attend(agent)?;
            if attending.is_winding_down(now) {
                attending.set_quiet_at(silence_of(&answering, now), now);
            }
            let open = u32::try_from(answering.len()).unwrap_or(u32::MAX);
            self.set_load(agent, open);
        }
        for agent in self.attended() {
            self.settle_one(agent).await?;
        }
        Ok(())
    }

    async fn settle_one(&mut self, agent_id: AgentId) -> Answer<()> {
        let now = self.now;
        let settled = self.attend(agent_id)?.settle(now);
        for lease in &settled.lapsed {
            let (device, report) = (lease.device, &lease.report);
            self.tx.put_lease(device, false, report).await?;
            self.tx.put_seen(device, now.wall).await?;
        }
        let standing = *self.attend(agent_id)?.standing();
        let (open, load_changed) = self.load(agent_id)?;
        if settled.store || load_changed {
            self.tx.put_standing(agent_id, &standing, open).await?;
        }
        let told = standing.told;
        if settled.team || load_changed {
            let presence = TeamPresence {
                agent_id,
                status: told.presence.status,
                since: told.status_since,
                open,
            };
            self.append(Audience::Everybody, |_| Event::PresenceChanged { presence })
                .await?;
        }
        if settled.own {
            self.append(Audience::only(agent_id), |_| Event::OwnPresence {
                choice: told.choice,
                presence: told.presence,
                next: told.next,
            })
            .await?;
        }
        if settled.log {
            let entry = StatusLogEntry {
                at: now.wall,
                presence: told.presence,
                choice: told.choice,
            };
            self.tx.log_status(agent_id, &entry).await?;
        }
        Ok(())
    }
}

/// When all their visitors will have been silent for long enough.
fn silence_of(answering: &[Answering], now: Moment) -> Moment {
    quiet_at(answering.iter().map(|it| it.visitor_wrote_at), now)
}

/// The attendance of an agent, which must be known.
pub(crate) fn known_agent<T>(found: Option<T>) -> Answer<T> {
    found.ok_or_else(|| Failure::internal("presence", &"an agent is missing from the attendance"))
}

impl From<Refused> for Failure {
    fn from(refused: Refused) -> Self {
        let code = match refused {
            Refused::NoBusy | Refused::OfflineIsAutomatic => ErrorCode::NotAllowed,
            Refused::TimedOnline | Refused::Length | Refused::TimeOfDay => ErrorCode::BadRequest,
        };
        Self::new(code, refused.to_string())
    }
}
