//! The attendance of one agent: which facts there are of their devices and picks, and what comes of them.
//!
//! [`Attending`] is a state machine without a clock. The server keeps one for each agent. A change works
//! on a **copy**, stores what [`Attending::settle`] says, commits, and then gives the copy back with
//! [`Attending::take_over`], so that a commit that fails has changed nothing; only [`Attending::renew`]
//! goes to the original, because a heartbeat must cost nothing.
//!
//! ```text
//! copy ── claim · leave · pick · set_terms · … ── settle ── store, append events, commit ── take_over
//!                                                   └── due · next_look: when to settle again
//! ```
//!
//! What is stored is [`Standing`] (and, with each device, its [`Report`] and whether it holds a lease).
//! Leases themselves live in memory. After a restart, devices that held a lease hold one more.
//!
//! **Held.** When the agent prefers to be asked (or to stay Offline) on return, and the workspace lets
//! agents pick Offline, then *held* is set by
//!
//! - a drop under rule 2: all devices idle or locked for too long, for the first time since somebody was
//!   there, while the choice in force is not Offline;
//! - the goodbye *asleep* of the last device that holds a lease, while the choice in force is not Offline.
//!
//! Any pick clears it (the agent's or an admin's), and so does signing in, or a change of settings
//! after which it would not be set. Lost connections, quit and boundaries of hours neither set nor clear it.
//! What would set it is looked for at every instant at which it may happen, also when nobody asked in
//! between: before a new fact is taken in, time is walked through up to it.
//!
//! **After a restart** stamps of the wall clock are recalled on the new run's steady clock. Whatever
//! happened to the wall clock, nothing recalled lies in the future that should lie in the past, and
//! nothing lasts longer than it was meant to.

mod standing;
mod terms;

use std::collections::BTreeMap;

use protocol::frame::LEASE_MS;
use protocol::ids::{AgentId, DeviceId};
use protocol::status::{Activity, Choice, Goodbye, Plan, Presence, Status, StatusChange, Via};

use crate::choice::{self, Around, Pick, Refused};
use crate::hours::Zone;
use crate::presence::{
    Attention, DeviceActivity, DeviceFacts, Facts, Left, Moment, Steady, attention, derive,
    idle_drop_at, next_change, stamp,
};

pub use standing::{Report, Standing, Told};
pub use terms::Terms;

/// Two reports of the same stillness differ by the time they travelled; closer than this they are
/// the same.
const SAME_STILLNESS_MS: i64 = 5_000;

#[derive(Clone, Copy, Debug)]
struct Leased {
    facts: DeviceFacts,
    report: Report,
}

/// A lease that ran out, to be stored as such.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Lapsed {
    /// Whose.
    pub device: DeviceId,
    /// What it had reported.
    pub report: Report,
}

/// What came of settling.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Settled {
    /// Leases that ran out.
    pub lapsed: Vec<Lapsed>,
    /// [`Attending::standing`] is no longer what was stored.
    pub store: bool,
    /// The status others get changed: to be told to everybody.
    pub team: bool,
    /// Presence, choice in force or the next change differ from what was told: to be told to the
    /// agent, as it stands in [`Standing::told`].
    pub own: bool,
    /// Presence or choice in force changed: an entry for the agent's log.
    pub log: bool,
}

impl Settled {
    /// Nothing is to be stored or told.
    #[must_use]
    pub fn is_nothing(&self) -> bool {
        self.lapsed.is_empty() && !self.store
    }
}

/// What came of an agent's pick.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Picked {
    /// It is the latest.
    Taken,
    /// Something newer is in force; the pick is dropped.
    TooLate,
    /// It cannot be picked.
    Refused(Refused),
}

/// One agent.
#[derive(Clone, Debug)]
pub struct Attending {
    standing: Standing,
    stored: Standing,
    pick: Pick,
    devices: BTreeMap<DeviceId, Leased>,
    left: Option<Left>,
    lapsed: Vec<Lapsed>,
    terms: Terms,
    walked_to: Steady,
}

impl Attending {
    /// From what is stored, after a start of the server or for a new agent: `leased` are the devices
    /// that held a lease when the server stopped; they hold one more.
    #[must_use]
    pub fn recall(
        standing: Standing,
        leased: impl IntoIterator<Item = (DeviceId, Report)>,
        terms: Terms,
        now: Moment,
    ) -> Self {
        let devices = leased
            .into_iter()
            .map(|(device, report)| {
                let activity = stamp(report.activity, now.recall(report.at));
                let lease_until = lease_from(now);
                let facts = DeviceFacts {
                    lease_until,
                    activity,
                };
                (device, Leased { facts, report })
            })
            .collect();
        Self {
            standing,
            stored: standing,
            pick: standing.pick.recall(now),
            devices,
            left: Some(Left {
                at: Steady::MIN,
                goodbye: standing.goodbye,
            }),
            lapsed: Vec::new(),
            terms,
            walked_to: now.steady,
        }
    }

    /// What is to be stored.
    #[must_use]
    pub fn standing(&self) -> &Standing {
        &self.standing
    }

    /// The settings in use.
    #[must_use]
    pub fn terms(&self) -> &Terms {
        &self.terms
    }

    /// A device claims its lease, or reports that its machine's activity changed, which claims it
    /// too. Gives what is to be stored with the device.
    pub fn claim(&mut self, device: DeviceId, activity: Activity, now: Moment) -> Report {
        let report = Report {
            activity,
            at: now.wall,
        };
        self.claim_with(device, report, stamp(activity, now), now)
    }

    /// A device that lives lost its lease all the same (the server was busy, or slept): it claims it again
    /// with what it had reported last.
    pub fn claim_again(&mut self, device: DeviceId, report: Report, now: Moment) -> Report {
        let activity = stamp(report.activity, now.recall(report.at));
        self.claim_with(device, report, activity, now)
    }

    fn claim_with(
        &mut self,
        device: DeviceId,
        report: Report,
        activity: DeviceActivity,
        now: Moment,
    ) -> Report {
        self.walk(now);
        let known = self.devices.get(&device);
        let (activity, report) = match known {
            // The older stamp stays when a report repeats what is known.
            Some(known) if same_stillness(known.facts.activity, activity) => {
                (known.facts.activity, known.report)
            }
            _ => (activity, report),
        };
        let lease_until = lease_from(now);
        let facts = DeviceFacts {
            lease_until,
            activity,
        };
        self.devices.insert(device, Leased { facts, report });
        self.look(now);
        report
    }

    /// A device renews its lease; `false` when it holds none. To be called on the original.
    pub fn renew(&mut self, device: DeviceId, now: Moment) -> bool {
        match self.devices.get_mut(&device) {
            Some(leased) if leased.facts.lease_until > now.steady => {
                leased.facts.lease_until = lease_from(now);
                true
            }
            _ => false,
        }
    }

    /// Whether a device holds a lease.
    #[must_use]
    pub fn holds_lease(&self, device: DeviceId, now: Moment) -> bool {
        let leased = self.devices.get(&device);
        leased.is_some_and(|leased| leased.facts.lease_until > now.steady)
    }

    /// A device gives its lease up. `None` when it holds none: then it has left already.
    pub fn leave(&mut self, device: DeviceId, goodbye: Goodbye, now: Moment) -> Option<Report> {
        self.walk(now);
        let leased = self.devices.remove(&device)?;
        self.left = Some(Left {
            at: now.steady,
            goodbye: Some(goodbye),
        });
        self.standing.goodbye = Some(goodbye);
        if self.devices.is_empty() && goodbye == Goodbye::Asleep {
            self.hold(now);
        }
        self.look(now);
        Some(leased.report)
    }

    /// The agent asks for a change of their status, made `made_ms_ago`. Without hours, times of day go
    /// by `zone`; `quiet_at` is [`choice::quiet_at`] of the agent's open conversations.
    pub fn pick(
        &mut self,
        change: StatusChange,
        via: Via,
        made_ms_ago: u64,
        zone: &Zone,
        quiet_at: Moment,
        now: Moment,
    ) -> Picked {
        if let Some(refused) = choice::refuse(change, self.terms.statuses) {
            return Picked::Refused(refused);
        }
        let hours = self.terms.hours.as_deref();
        if choice::comes_too_late(&self.pick, hours, now.earlier(made_ms_ago), now) {
            return Picked::TooLate;
        }
        let around = Around {
            hours,
            zone,
            quiet_at,
        };
        let pick = Pick::by_agent(change, via, made_ms_ago, around, now);
        self.take(pick, now);
        Picked::Taken
    }

    /// The agent signed in on a device: whoever has just typed their password need not be asked
    /// whether they are back.
    pub fn sign_in(&mut self, now: Moment) {
        self.walk(now);
        self.standing.held = false;
    }

    /// An admin sets the agent Offline.
    pub fn set_offline(&mut self, admin: AgentId, now: Moment) {
        let pick = Pick::by_admin(admin, &self.choice(now), now);
        self.take(pick, now);
    }

    fn take(&mut self, pick: Pick, now: Moment) {
        self.walk(now);
        self.pick = pick;
        self.standing.pick = pick.stored();
        self.standing.held = false;
    }

    /// Whether the agent is winding down: then [`Attending::set_quiet_at`] is to be called whenever
    /// their open conversations change.
    #[must_use]
    pub fn is_winding_down(&self, now: Moment) -> bool {
        self.choice(now).plan == Some(Plan::WindDown)
    }

    /// When a wind-down ends, as the agent's open conversations are now ([`choice::quiet_at`]).
    pub fn set_quiet_at(&mut self, quiet: Moment, now: Moment) {
        self.walk(now);
        self.pick.set_quiet_at(quiet, now);
        self.standing.pick = self.pick.stored();
    }

    /// The agent's or the workspace's settings changed.
    pub fn set_terms(&mut self, terms: Terms, now: Moment) {
        self.walk(now);
        self.terms = terms;
        if !self.terms.holds_on_return() {
            self.standing.held = false;
        }
        self.look(now);
    }

    /// The choice in force.
    #[must_use]
    pub fn choice(&self, now: Moment) -> Choice {
        choice::in_force(&self.pick, self.terms.hours.as_deref(), now)
    }

    /// Brings everything up to `now` and says what is to be stored and told.
    pub fn settle(&mut self, now: Moment) -> Settled {
        self.walk(now);
        let derived = derive(&self.facts(now), now.steady);
        let before = self.standing.told;
        let same_status = before.presence.status == derived.status;
        let same = same_status && before.presence.reason == derived.reason;
        let hours = self.terms.hours.as_deref();
        let told = Told {
            presence: Presence {
                status: derived.status,
                reason: derived.reason,
                since: if same {
                    before.presence.since
                } else {
                    now.wall
                },
            },
            status_since: if same_status {
                before.status_since
            } else {
                now.wall
            },
            choice: self.choice(now),
            next: choice::next_change(&self.pick, hours, now),
        };
        self.standing.told = told;
        let store = self.standing != self.stored;
        self.stored = self.standing;
        Settled {
            lapsed: std::mem::take(&mut self.lapsed),
            store,
            team: !same_status,
            own: told != before,
            log: told.presence != before.presence || told.choice != before.choice,
        }
    }

    /// Takes over a copy whose changes were committed. Leases that were renewed meanwhile stay renewed.
    pub fn take_over(&mut self, changed: Self) {
        let renewed = std::mem::replace(self, changed).devices;
        for (device, leased) in &mut self.devices {
            if let Some(renewed) = renewed.get(device) {
                let until = renewed.facts.lease_until;
                leased.facts.lease_until = leased.facts.lease_until.max(until);
            }
        }
    }

    /// Whether settling would store or tell something.
    #[must_use]
    pub fn is_due(&self, now: Moment) -> bool {
        !self.clone().settle(now).is_nothing()
    }

    /// The first instant after `now` at which [`Attending::is_due`] may become true although no fact
    /// changes. Boundaries of hours lie where the wall clock puts them now: after it was set, ask again.
    #[must_use]
    pub fn next_look(&self, now: Moment) -> Option<Steady> {
        let choice = choice::next_look(&self.pick, self.terms.hours.as_deref(), now);
        let devices = next_change(&self.facts(now), now.steady);
        choice.into_iter().chain(devices).min()
    }

    /// When presence drops by idle if nobody moves anything: to be announced
    /// [`protocol::limits::COUNTDOWN_MS`] before. `None` when nothing of the sort is ahead.
    #[must_use]
    pub fn idle_drop_at(&self, now: Moment) -> Option<Steady> {
        let mut facts = self.facts(now);
        // What counts is the choice that the drop would hide.
        facts.choice.status = Status::Online;
        let drop = idle_drop_at(&facts, now.steady)?;
        let before = self.choice(now.at_steady(drop.saturating_sub(1)));
        (before.status != Status::Offline).then_some(drop)
    }

    fn facts(&self, now: Moment) -> Facts {
        Facts {
            choice: self.choice(now),
            devices: self.devices.values().map(|leased| leased.facts).collect(),
            left: self.left,
            idle_after_ms: self.terms.idle_after_ms,
            lock_after_ms: self.terms.lock_after_ms,
            held: self.standing.held,
        }
    }

    /// Walks through every instant up to `now` at which a drop may have happened, then forgets leases
    /// that ran out.
    fn walk(&mut self, now: Moment) {
        let facts = self.facts(now);
        let mut at = self.walked_to;
        while let Some(next) = next_change(&facts, at).filter(|next| *next <= now.steady) {
            self.look(now.at_steady(next));
            at = next;
        }
        self.look(now);
        self.walked_to = now.steady;
        self.sweep(now);
    }

    /// Notices a drop under rule 2, and that somebody is there again.
    fn look(&mut self, at: Moment) {
        match attention(&self.facts(at), at.steady) {
            Attention::Gone => {}
            Attention::There => self.standing.away = false,
            Attention::Away(_) => {
                if !self.standing.away {
                    self.hold(at);
                }
                self.standing.away = true;
            }
        }
    }

    fn hold(&mut self, at: Moment) {
        if self.terms.holds_on_return() && self.choice(at).status != Status::Offline {
            self.standing.held = true;
        }
    }

    /// Forgets leases that ran out; they were the last ones unless a goodbye came later.
    fn sweep(&mut self, now: Moment) {
        let (lapsed, left) = (&mut self.lapsed, &mut self.left);
        self.devices.retain(|device, leased| {
            let until = leased.facts.lease_until;
            let holds = until > now.steady;
            if !holds {
                lapsed.push(Lapsed {
                    device: *device,
                    report: leased.report,
                });
                if left.is_none_or(|left| left.at <= until) {
                    *left = Some(Left {
                        at: until,
                        goodbye: None,
                    });
                }
            }
            holds
        });
        self.standing.goodbye = self.left.and_then(|left| left.goodbye);
    }
}

fn lease_from(now: Moment) -> Steady {
    now.steady
        .saturating_add(i64::try_from(LEASE_MS).unwrap_or(i64::MAX))
}

fn same_stillness(known: DeviceActivity, reported: DeviceActivity) -> bool {
    match (known, reported) {
        (DeviceActivity::Idle { since: old }, DeviceActivity::Idle { since: new })
        | (DeviceActivity::Locked { since: old }, DeviceActivity::Locked { since: new }) => {
            old.steady.saturating_sub(new.steady).abs() < SAME_STILLNESS_MS
        }
        _ => false,
    }
}
