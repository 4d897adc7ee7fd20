//! Who is there: the attendance of every agent, in memory, and when to look at it again.
//!
//! What is true of one agent is decided by [`rules::attendance`]. Here is one [`Attending`] for each,
//! as it was committed last; a change works on a copy and gives it back after its commit. Only
//! heartbeats go to the original.
//!
//! For each agent it is known when to look next: when a lease runs out, a stillness counts as idle, a
//! timed choice ends, hours begin or end, an announcement is due. Boundaries of hours lie where the
//! wall clock puts them, so everything is looked at anew when that was set, and once a minute in case
//! nobody saw it.

use std::collections::{BTreeMap, BTreeSet};

use protocol::frame::ServerFrame;
use protocol::ids::{AgentId, DeviceId};
use protocol::model::Workspace;
use protocol::status::Status;
use rules::attendance::{Attending, Terms};
use rules::presence::{Moment, Steady};

use crate::announced::{Ahead, Announced};
use crate::store::{AgentRecord, DeviceRecord};

/// Everything is looked at anew after so long, however the clocks behave.
pub(crate) const LOOK_MS: i64 = 60_000;
/// The wall clock was set when it is farther from the steady one than before by this much. Less is how
/// clocks are kept right.
const STEP_MS: i64 = 1_000;

/// All agents.
#[derive(Debug)]
pub(crate) struct Attendance {
    agents: BTreeMap<AgentId, Kept>,
    /// When everything was looked at.
    looked: Moment,
}

#[derive(Debug)]
struct Kept {
    attending: Attending,
    /// The load as last told.
    open: u32,
    announced: Announced,
    look_at: Option<Steady>,
}

impl Attendance {
    /// After a start: devices that held a lease keep it for one lease.
    pub(crate) fn recall(
        workspace: &Workspace,
        agents: &[AgentRecord],
        devices: &[DeviceRecord],
        now: Moment,
    ) -> Self {
        let mut this = Self {
            agents: BTreeMap::new(),
            looked: now,
        };
        for record in agents {
            let leased = devices
                .iter()
                .filter(|device| device.leased && device.agent_id == record.agent.id)
                .map(|device| (device.id, device.report));
            let terms = terms(record, workspace);
            let attending = Attending::recall(record.standing, leased, terms, now);
            this.take_over(record.agent.id, attending, record.open, now);
        }
        this
    }

    /// A copy to work on, and the load as last told.
    pub(crate) fn copy(&self, agent: AgentId) -> Option<(Attending, u32)> {
        let kept = self.agents.get(&agent)?;
        Some((kept.attending.clone(), kept.open))
    }

    /// Everybody.
    pub(crate) fn agents(&self) -> Vec<AgentId> {
        self.agents.keys().copied().collect()
    }

    /// Everybody who is not Offline, as last told.
    pub(crate) fn there(&self) -> BTreeSet<AgentId> {
        let status = |kept: &Kept| kept.attending.standing().told.presence.status;
        let there = |(_, kept): &(&AgentId, &Kept)| status(kept) != Status::Offline;
        let there = self.agents.iter().filter(there);
        there.map(|(agent, _)| *agent).collect()
    }

    /// Takes over what was committed; makes the agent known.
    pub(crate) fn take_over(
        &mut self,
        agent: AgentId,
        attending: Attending,
        open: u32,
        now: Moment,
    ) {
        match self.agents.get_mut(&agent) {
            Some(kept) => {
                kept.attending.take_over(attending);
                kept.open = open;
                kept.look(now);
            }
            None => {
                let mut kept = Kept {
                    attending,
                    open,
                    announced: Announced::default(),
                    look_at: None,
                };
                kept.look(now);
                self.agents.insert(agent, kept);
            }
        }
    }

    /// A device renews its lease; `false` when it holds none.
    pub(crate) fn renew(&mut self, agent: AgentId, device: DeviceId, now: Moment) -> bool {
        self.agents
            .get_mut(&agent)
            .is_some_and(|kept| kept.attending.renew(device, now))
    }

    /// Whether a device of an agent's holds a lease.
    pub(crate) fn holds_lease(&self, agent: AgentId, device: DeviceId, now: Moment) -> bool {
        let kept = self.agents.get(&agent);
        kept.is_some_and(|kept| kept.attending.holds_lease(device, now))
    }

    /// Agents whose time to look has come. Those that are to be settled stay due until they are; for
    /// the others the next time is set.
    pub(crate) fn due(&mut self, now: Moment) -> Due {
        let drift = |moment: Moment| moment.wall.0.saturating_sub(moment.steady);
        let stepped = drift(now).saturating_sub(drift(self.looked)).abs() >= STEP_MS;
        let long_ago = now.steady.saturating_sub(self.looked.steady) >= LOOK_MS;
        let all = stepped || long_ago;
        if all {
            self.looked = now;
        }
        let mut due = Due::default();
        for (agent, kept) in &mut self.agents {
            if !all && kept.look_at.is_none_or(|at| at > now.steady) {
                continue;
            }
            if kept.attending.is_due(now) {
                due.settle.push(*agent);
            } else {
                kept.look(now);
                due.announce.push(*agent);
            }
        }
        due
    }

    /// When to look again.
    pub(crate) fn next_look(&self) -> Steady {
        let anew = self.looked.steady.saturating_add(LOOK_MS);
        let next = self.agents.values().filter_map(|kept| kept.look_at).min();
        next.map_or(anew, |next| next.min(anew))
    }

    /// What the streams of an agent's devices are to hear of what is ahead.
    pub(crate) fn announce(
        &mut self,
        agent: AgentId,
        seats: &[(u64, DeviceId)],
        now: Moment,
    ) -> Vec<(u64, ServerFrame)> {
        let Some(kept) = self.agents.get_mut(&agent) else {
            return Vec::new();
        };
        let ahead = Ahead::of(&kept.attending, kept.open, now);
        let leased = |device: &DeviceId| kept.attending.holds_lease(*device, now);
        let seats: Vec<(u64, bool)> = seats
            .iter()
            .map(|(seat, device)| (*seat, leased(device)))
            .collect();
        kept.announced.tell(ahead, &seats, now)
    }
}

/// Whom to look at.
#[derive(Debug, Default)]
pub(crate) struct Due {
    /// Something is to be stored or told.
    pub(crate) settle: Vec<AgentId>,
    /// Something may be announced.
    pub(crate) announce: Vec<AgentId>,
}

impl Kept {
    fn look(&mut self, now: Moment) {
        let announcement = Ahead::of(&self.attending, self.open, now).next(now);
        self.look_at = self
            .attending
            .next_look(now)
            .into_iter()
            .chain(announcement)
            .min();
    }
}

/// What an agent's presence goes by.
pub(crate) fn terms(record: &AgentRecord, workspace: &Workspace) -> Terms {
    Terms::new(&record.settings, workspace.idle_minutes, workspace.statuses)
}
