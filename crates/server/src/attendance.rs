//! Who is there: the facts that presence is derived from, in memory.
//!
//! Leases live here, because a heartbeat must cost nothing; that a lease *exists* and what the device
//! reported is stored, so that after a restart it counts for one more lease. The choice and the
//! presence last told are copies of what is stored, taken over only after a commit.

use std::collections::BTreeMap;

use protocol::frame::LEASE_MS;
use protocol::ids::{AgentId, DeviceId};
use protocol::status::{Activity, Goodbye};
use rules::presence::{
    DeviceActivity, DeviceFacts, Facts, Left, Moment, Steady, derive, next_change, stamp,
};

use crate::store::{AgentRecord, DeviceRecord, Report, Standing};

/// Two reports of the same stillness differ by the time they travelled; closer than this they are
/// the same.
const SAME_STILLNESS_MS: i64 = 5_000;

/// All agents.
#[derive(Debug, Default)]
pub(crate) struct Attendance {
    idle_after_ms: Option<i64>,
    agents: BTreeMap<AgentId, Attending>,
}

#[derive(Debug)]
struct Attending {
    standing: Standing,
    choice_made: Steady,
    devices: BTreeMap<DeviceId, Leased>,
    left: Option<Left>,
}

#[derive(Clone, Copy, Debug)]
struct Leased {
    facts: DeviceFacts,
    report: Report,
}

/// A lease that ran out and is to be stored as such.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Lapsed {
    pub(crate) device: DeviceId,
    pub(crate) report: Report,
}

impl Attendance {
    /// After a start: devices that held a lease keep it for one lease.
    pub(crate) fn recall(
        idle_minutes: Option<u32>,
        agents: &[AgentRecord],
        devices: &[DeviceRecord],
        now: Moment,
    ) -> Self {
        let mut this = Self::default();
        this.set_idle(idle_minutes);
        for record in agents {
            this.take_over(record.agent.id, record.standing, now);
            if let Some(attending) = this.agents.get_mut(&record.agent.id) {
                let goodbye = record.standing.goodbye;
                attending.left = Some(Left {
                    at: Steady::MIN,
                    goodbye,
                });
            }
        }
        for device in devices.iter().filter(|device| device.leased) {
            if let Some(attending) = this.agents.get_mut(&device.agent_id) {
                let activity = stamp(device.report.activity, now.recall(device.report.at));
                let facts = DeviceFacts {
                    lease_until: lease_from(now),
                    activity,
                };
                attending.devices.insert(
                    device.id,
                    Leased {
                        facts,
                        report: device.report,
                    },
                );
            }
        }
        this
    }

    pub(crate) fn set_idle(&mut self, minutes: Option<u32>) {
        self.idle_after_ms = minutes.map(|minutes| i64::from(minutes).saturating_mul(60_000));
    }

    /// Takes over what was committed; makes the agent known.
    pub(crate) fn take_over(&mut self, agent: AgentId, standing: Standing, now: Moment) {
        let made = now.recall(standing.choice_made_at).steady;
        match self.agents.get_mut(&agent) {
            Some(attending) => {
                if attending.standing.choice != standing.choice {
                    attending.choice_made = made;
                }
                attending.standing = standing;
            }
            None => {
                let left = Some(Left {
                    at: Steady::MIN,
                    goodbye: standing.goodbye,
                });
                let devices = BTreeMap::new();
                let attending = Attending {
                    standing,
                    choice_made: made,
                    devices,
                    left,
                };
                self.agents.insert(agent, attending);
            }
        }
    }

    /// A device claims its lease.
    pub(crate) fn claim(
        &mut self,
        agent: AgentId,
        device: DeviceId,
        activity: Activity,
        now: Moment,
    ) {
        if let Some(attending) = self.agents.get_mut(&agent) {
            let held = attending
                .devices
                .get(&device)
                .map(|leased| leased.facts.activity);
            let activity_now = steady_since(held, stamp(activity, now));
            let facts = DeviceFacts {
                lease_until: lease_from(now),
                activity: activity_now,
            };
            let report = Report {
                activity,
                at: now.wall,
            };
            attending.devices.insert(device, Leased { facts, report });
        }
    }

    /// A device renews its lease; `false` when it holds none.
    pub(crate) fn renew(&mut self, agent: AgentId, device: DeviceId, now: Moment) -> bool {
        let held = self
            .agents
            .get_mut(&agent)
            .and_then(|attending| attending.devices.get_mut(&device))
            .filter(|leased| leased.facts.lease_until > now.steady);
        match held {
            Some(leased) => {
                leased.facts.lease_until = lease_from(now);
                true
            }
            None => false,
        }
    }

    /// A device gives its lease up.
    pub(crate) fn leave(
        &mut self,
        agent: AgentId,
        device: DeviceId,
        goodbye: Goodbye,
        now: Moment,
    ) -> Option<Report> {
        let attending = self.agents.get_mut(&agent)?;
        let leased = attending.devices.remove(&device)?;
        attending.left = Some(Left {
            at: now.steady,
            goodbye: Some(goodbye),
        });
        Some(leased.report)
    }

    /// Forgets leases that ran out; they were the last ones unless a goodbye came later.
    pub(crate) fn sweep(&mut self, agent: AgentId, now: Moment) -> Vec<Lapsed> {
        let Some(attending) = self.agents.get_mut(&agent) else {
            return Vec::new();
        };
        let mut lapsed = Vec::new();
        attending.devices.retain(|device, leased| {
            let holds = leased.facts.lease_until > now.steady;
            if !holds {
                lapsed.push((leased.facts.lease_until, *device, leased.report));
            }
            holds
        });
        for (at, _, _) in &lapsed {
            if attending.left.is_none_or(|left| left.at <= *at) {
                attending.left = Some(Left {
                    at: *at,
                    goodbye: None,
                });
            }
        }
        lapsed
            .into_iter()
            .map(|(_, device, report)| Lapsed { device, report })
            .collect()
    }

    /// The facts of one agent and what is stored of them.
    pub(crate) fn facts(&self, agent: AgentId) -> Option<(Facts, Standing)> {
        let attending = self.agents.get(&agent)?;
        Some((self.facts_of(attending), attending.standing))
    }

    /// When the choice in force was made.
    pub(crate) fn choice_made(&self, agent: AgentId) -> Option<Steady> {
        self.agents
            .get(&agent)
            .map(|attending| attending.choice_made)
    }

    /// Agents whose presence is no longer what was told, or whose leases ran out.
    pub(crate) fn due(&self, now: Moment) -> Vec<AgentId> {
        self.agents
            .iter()
            .filter(|(_, attending)| {
                let derived = derive(&self.facts_of(attending), now.steady);
                let told = attending.standing.published.presence;
                let lapsed = attending
                    .devices
                    .values()
                    .any(|leased| leased.facts.lease_until <= now.steady);
                lapsed || derived.status != told.status || derived.reason != told.reason
            })
            .map(|(agent, _)| *agent)
            .collect()
    }

    /// When to look again.
    pub(crate) fn next_change(&self, now: Moment) -> Option<Steady> {
        self.agents
            .values()
            .filter_map(|attending| next_change(&self.facts_of(attending), now.steady))
            .min()
    }

    fn facts_of(&self, attending: &Attending) -> Facts {
        Facts {
            choice: attending.standing.choice,
            devices: attending
                .devices
                .values()
                .map(|leased| leased.facts)
                .collect(),
            left: attending.left,
            idle_after_ms: self.idle_after_ms,
            lock_after_ms: Some(0),
            held: false,
        }
    }
}

fn lease_from(now: Moment) -> Steady {
    now.steady
        .saturating_add(i64::try_from(LEASE_MS).unwrap_or(i64::MAX))
}

/// Keeps the older stamp when a report repeats what is known.
fn steady_since(held: Option<DeviceActivity>, reported: DeviceActivity) -> DeviceActivity {
    let same = match (held, reported) {
        (Some(DeviceActivity::Idle { since: old }), DeviceActivity::Idle { since: new })
        | (Some(DeviceActivity::Locked { since: old }), DeviceActivity::Locked { since: new }) => {
            old.steady.saturating_sub(new.steady).abs() < SAME_STILLNESS_MS
        }
        _ => false,
    };
    if same {
        held.unwrap_or(reported)
    } else {
        reported
    }
}
