//! Leases, activity and choices of devices, and telling what comes of them.
//!
//! A fact goes into [`crate::attendance`] first; then the presence is derived, and an event is
//! appended only if that differs from what was told last. One task sleeps until the next instant at
//! which the derivation changes by itself: a lease that runs out, a stillness that counts as idle.

use std::sync::Arc;
use std::time::Duration;

use protocol::event::Event;
use protocol::ids::{AgentId, DeviceId};
use protocol::status::{Activity, Choice, ChoiceSource, Goodbye, Presence, Status, TeamPresence};
use rules::presence::{derive, pick_wins};

use super::Asker;
use super::accounts::still_signed_in;
use crate::core::{Change, Core};
use crate::failure::{Answer, Failure};
use crate::log::Audience;
use crate::store::{Published, Report, Standing};

impl Core {
    /// A device that has caught up begins its lease.
    pub(crate) async fn claim(self: &Arc<Self>, asker: &Asker, activity: Activity) -> Answer<()> {
        self.report(asker, activity).await
    }

    /// A device renews its lease. Costs nothing while the lease holds.
    pub(crate) async fn heartbeat(self: &Arc<Self>, asker: &Asker, last: Activity) -> Answer<()> {
        let now = self.clock.now();
        if self.attendance().renew(asker.agent.id, asker.device, now) {
            return Ok(());
        }
        // It ran out here although the stream lives: the server was busy, or the machine slept.
        self.report(asker, last).await
    }

    /// The activity of a device's machine changed.
    pub(crate) async fn report(self: &Arc<Self>, asker: &Asker, activity: Activity) -> Answer<()> {
        let mut change = self.begin().await?;
        still_signed_in(&mut *change.tx, asker).await?;
        let now = change.now;
        let (agent, device) = (asker.agent.id, asker.device);
        self.attendance().claim(agent, device, activity, now);
        let report = Report {
            activity,
            at: now.wall,
        };
        change.tx.put_lease(device, true, &report).await?;
        change.settle(agent, None).await?;
        change.commit().await?;
        self.alarm.notify_one();
        Ok(())
    }

    /// A device gives up its lease.
    pub(crate) async fn goodbye(self: &Arc<Self>, asker: &Asker, reason: Goodbye) -> Answer<()> {
        let mut change = self.begin().await?;
        let now = change.now;
        let (agent, device) = (asker.agent.id, asker.device);
        let held = self.attendance().leave(agent, device, reason, now);
        let Some(report) = held else { return Ok(()) };
        change.tx.put_lease(device, false, &report).await?;
        change.tx.put_seen(device, now.wall).await?;
        change.settle(agent, None).await?;
        change.commit().await?;
        Ok(())
    }

    /// The agent picked a status. `false`: the server holds a choice made after the pick.
    pub(crate) async fn choose(
        self: &Arc<Self>,
        asker: &Asker,
        status: Status,
        made_ms_ago: u64,
    ) -> Answer<bool> {
        let mut change = self.begin().await?;
        still_signed_in(&mut *change.tx, asker).await?;
        let now = change.now;
        let agent = asker.agent.id;
        let stored = self
            .attendance()
            .choice_made(agent)
            .ok_or_else(unknown_agent)?;
        if !pick_wins(stored, now.steady, made_ms_ago) {
            return Ok(false);
        }
        let choice = Choice {
            status,
            at: now.wall,
            source: ChoiceSource::Agent {
                via: protocol::status::Via::App,
            },
            plan: None,
        };
        change.settle(agent, Some((choice, made_ms_ago))).await?;
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

    /// Tells what changes by itself, when it does. Runs as long as the server.
    pub(crate) async fn watch_presence(self: Arc<Self>) {
        loop {
            let now = self.clock.now();
            let due = self.attendance().due(now);
            let mut failed = false;
            for agent in due {
                if let Err(error) = self.settle_alone(agent).await {
                    tracing::error!("presence could not be stored: {error}");
                    failed = true;
                }
            }
            if failed {
                tokio::time::sleep(Duration::from_secs(1)).await;
                continue;
            }
            let next = self.attendance().next_change(now);
            let wake = async {
                match next {
                    Some(at) => self.clock.sleep_until(at).await,
                    None => std::future::pending().await,
                }
            };
            tokio::select! {
                () = wake => {}
                () = self.alarm.notified() => {}
            }
        }
    }

    async fn settle_alone(self: &Arc<Self>, agent: AgentId) -> Answer<()> {
        let mut change = self.begin().await?;
        change.settle(agent, None).await?;
        change.commit().await?;
        Ok(())
    }
}

impl Change {
    /// Derives the presence of an agent, with a new choice if there is one (and how long ago it was
    /// made), and tells what differs from what was told before.
    pub(crate) async fn settle(
        &mut self,
        agent: AgentId,
        pick: Option<(Choice, u64)>,
    ) -> Answer<()> {
        let now = self.now;
        let lapsed = self.core.attendance().sweep(agent, now);
        for lease in lapsed {
            self.tx
                .put_lease(lease.device, false, &lease.report)
                .await?;
            self.tx.put_seen(lease.device, now.wall).await?;
        }
        let known = self.core.attendance().facts(agent);
        let (mut facts, before) = known.ok_or_else(unknown_agent)?;
        let mut standing = before;
        if let Some((choice, made_ms_ago)) = pick {
            standing.choice = choice;
            standing.choice_made_at = now.earlier(made_ms_ago).wall;
            facts.choice = choice;
        }
        standing.goodbye = facts.left.and_then(|left| left.goodbye);
        let derived = derive(&facts, now.steady);
        let told = before.published;
        let same_status = told.presence.status == derived.status;
        let same = same_status && told.presence.reason == derived.reason;
        standing.published = Published {
            presence: Presence {
                status: derived.status,
                reason: derived.reason,
                since: if same { told.presence.since } else { now.wall },
            },
            status_since: if same_status {
                told.status_since
            } else {
                now.wall
            },
        };
        if standing == before {
            return Ok(());
        }
        self.tx.put_standing(agent, &standing).await?;
        self.took(agent, standing);
        self.tell_standing(agent, &before, &standing).await
    }

    async fn tell_standing(
        &mut self,
        agent_id: AgentId,
        before: &Standing,
        after: &Standing,
    ) -> Answer<()> {
        let presence = after.published.presence;
        if before.published.presence.status != presence.status {
            let since = after.published.status_since;
            let presence = TeamPresence {
                agent_id,
                status: presence.status,
                since,
                open: 0,
            };
            self.append(Audience::Everybody, |_| Event::PresenceChanged { presence })
                .await?;
        }
        if before.published.presence != presence || before.choice != after.choice {
            let choice = after.choice;
            self.append(Audience::only(agent_id), |_| Event::OwnPresence {
                choice,
                presence,
                next: None,
            })
            .await?;
        }
        Ok(())
    }
}

fn unknown_agent() -> Failure {
    Failure::internal("presence", &"an agent is missing from the attendance")
}
