//! The presence of an agent, derived from stored facts and a reading of the clock.
//!
//! The first rule that applies wins:
//!
//! 1. No device of the agent holds a lease: Offline, with the reason of whichever lease ended last
//!    (a goodbye names one; a lease that ran out means the connection was lost).
//! 2. Every leased device whose activity is known is locked or idle for longer than allowed:
//!    Offline. One active device keeps the agent present. A *limited* device cannot tell, so it is
//!    ignored while another device can, and alone it keeps the agent present. A locked machine gets no
//!    input, so it is also idle since it was locked; whichever delay is over first names the reason.
//! 3. *Held*: Offline, waiting for the agent to say "Go online". A stored fact; what sets and clears it
//!    is said in [`crate::attendance`].
//! 4. The choice in force ([`crate::choice`]).
//!
//! Nothing here changes the choice: idle and lock only hide it, and unless the agent prefers to be
//! asked it is back as soon as they end.
//!
//! Facts carry two readings of the clock. Decisions go by the **steady** one, which no correction of
//! the wall clock moves; what people read (`since`) is the **wall** one, stamped when the fact came
//! in, so that deriving twice gives the same answer.

use protocol::ids::Instant;
use protocol::status::{Activity, Choice, Goodbye, Reason, Status};

/// Milliseconds of a clock that only ever goes forward. Means something only within one run.
pub type Steady = i64;

/// Nothing that matters here is older. Keeps instants within what JSON numbers hold, whatever a
/// device says.
const OLDEST_MS: i64 = 10 * 366 * 24 * 60 * 60 * 1_000;

/// One instant on both clocks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Moment {
    /// As people read it.
    pub wall: Instant,
    /// As decisions go by it.
    pub steady: Steady,
}

impl Moment {
    /// The instant `milliseconds` before this one, at most ten years.
    #[must_use]
    pub fn earlier(self, milliseconds: u64) -> Self {
        let back = i64::try_from(milliseconds)
            .unwrap_or(OLDEST_MS)
            .min(OLDEST_MS);
        Self {
            wall: self.wall.plus(back.saturating_neg()),
            steady: self.steady.saturating_sub(back),
        }
    }

    /// The instant `milliseconds` after this one, at most ten years.
    #[must_use]
    pub fn later(self, milliseconds: u64) -> Self {
        let on = i64::try_from(milliseconds)
            .unwrap_or(OLDEST_MS)
            .min(OLDEST_MS);
        Self {
            wall: self.wall.plus(on),
            steady: self.steady.saturating_add(on),
        }
    }

    /// What the wall clock, as it is set at this moment, shows at another steady reading.
    #[must_use]
    pub fn on_wall(self, steady: Steady) -> Instant {
        self.wall
            .plus(self.steady.saturating_sub(steady).saturating_neg())
    }

    /// The moment of another steady reading, by the wall clock as it is set now.
    #[must_use]
    pub fn at_steady(self, steady: Steady) -> Self {
        Self {
            wall: self.on_wall(steady),
            steady,
        }
    }

    /// The moment at which the wall clock, as it is set now, shows `wall`.
    #[must_use]
    pub fn at_wall(self, wall: Instant) -> Self {
        Self {
            wall,
            steady: self.steady.saturating_add(wall.since(self.wall)),
        }
    }

    /// This moment, or `earliest` if this one lies before it.
    #[must_use]
    pub fn or_later(self, earliest: Self) -> Self {
        if self.steady < earliest.steady {
            earliest
        } else {
            self
        }
    }

    /// Where an instant that was stamped in an earlier run lies on this run's steady clock; never
    /// in the future, whatever happened to the wall clock meanwhile.
    #[must_use]
    pub fn recall(self, wall: Instant) -> Self {
        Self {
            wall,
            steady: self.steady.saturating_sub(self.wall.since(wall).max(0)),
        }
    }
}

/// What is known of a device's machine.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DeviceActivity {
    /// There was input lately.
    Active,
    /// No input since.
    Idle {
        /// The last input.
        since: Moment,
    },
    /// Locked.
    Locked {
        /// When it was locked.
        since: Moment,
    },
    /// Its idle time cannot be read.
    Limited,
}

/// Stamps what a device reports: it sends durations, the server subtracts from its own clock.
#[must_use]
pub fn stamp(activity: Activity, now: Moment) -> DeviceActivity {
    match activity {
        Activity::Active => DeviceActivity::Active,
        Activity::Idle { for_ms } => DeviceActivity::Idle {
            since: now.earlier(for_ms),
        },
        Activity::Locked { for_ms } => DeviceActivity::Locked {
            since: now.earlier(for_ms),
        },
        Activity::Limited { .. } => DeviceActivity::Limited,
    }
}

/// A device that claimed its lease and has not said goodbye.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct DeviceFacts {
    /// The lease holds before this.
    pub lease_until: Steady,
    /// Of the machine.
    pub activity: DeviceActivity,
}

/// How the last lease that is no longer among the devices ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Left {
    /// When.
    pub at: Steady,
    /// `None`: it ran out.
    pub goodbye: Option<Goodbye>,
}

/// Everything an agent's presence depends on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Facts {
    /// The choice in force.
    pub choice: Choice,
    /// The devices that claimed a lease.
    pub devices: Vec<DeviceFacts>,
    /// How the last other lease ended.
    pub left: Option<Left>,
    /// Idle for longer counts as away; `None`: idle does not count.
    pub idle_after_ms: Option<i64>,
    /// Locked for longer counts as away; `None`: a lock counts as idle since then, no more.
    pub lock_after_ms: Option<i64>,
    /// Whether the agent was there again after a drop but has not said "Go online".
    pub held: bool,
}

/// Status and reason. When they began is for whoever stores them to say.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Derived {
    /// What others get.
    pub status: Status,
    /// Why.
    pub reason: Reason,
}

/// The presence at `now`.
#[must_use]
pub fn derive(facts: &Facts, now: Steady) -> Derived {
    let offline = |reason| Derived {
        status: Status::Offline,
        reason,
    };
    match attention(facts, now) {
        Attention::Gone => offline(absence(facts)),
        Attention::Away(reason) => offline(reason),
        Attention::There if facts.held => offline(Reason::Held),
        Attention::There => Derived {
            status: facts.choice.status,
            reason: Reason::Chosen,
        },
    }
}

/// Whether somebody is at one of the devices: rules 1 and 2, without regard to the choice.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Attention {
    /// No device holds a lease.
    Gone,
    /// All that count are idle or locked for too long.
    Away(Reason),
    /// There is, as far as can be known.
    There,
}

/// Applies rules 1 and 2 at `now`.
#[must_use]
pub fn attention(facts: &Facts, now: Steady) -> Attention {
    let leased: Vec<&DeviceFacts> = leased(facts, now).collect();
    if leased.is_empty() {
        return Attention::Gone;
    }
    match everybody_away(&leased, facts) {
        Some((at, reason)) if at <= now => Attention::Away(reason),
        _ => Attention::There,
    }
}

/// The next instant after `now` at which [`derive`] may answer differently although no fact changes.
#[must_use]
pub fn next_change(facts: &Facts, now: Steady) -> Option<Steady> {
    facts
        .devices
        .iter()
        .flat_map(|device| {
            let away = away_from(device.activity, facts).map(|(at, _)| at);
            away.into_iter().chain([device.lease_until])
        })
        .filter(|instant| *instant > now)
        .min()
}

/// When rule 2 begins to apply by idle (not by lock alone), if nobody moves anything and devices keep
/// their leases. `None` when that never comes, has come, or would change nothing as the facts are.
#[must_use]
pub fn idle_drop_at(facts: &Facts, now: Steady) -> Option<Steady> {
    let there = attention(facts, now) == Attention::There;
    if !there || facts.held || facts.choice.status == Status::Offline {
        return None;
    }
    let leased: Vec<&DeviceFacts> = leased(facts, now).collect();
    match everybody_away(&leased, facts) {
        Some((at, Reason::Idle { .. })) if at > now => Some(at),
        _ => None,
    }
}

fn leased(facts: &Facts, now: Steady) -> impl Iterator<Item = &DeviceFacts> {
    facts
        .devices
        .iter()
        .filter(move |device| device.lease_until > now)
}

fn absence(facts: &Facts) -> Reason {
    let ran_out = facts.devices.iter().map(|device| Left {
        at: device.lease_until,
        goodbye: None,
    });
    match facts
        .left
        .into_iter()
        .chain(ran_out)
        .max_by_key(|left| left.at)
    {
        Some(Left {
            goodbye: Some(Goodbye::Quit),
            ..
        }) => Reason::Quit,
        Some(Left {
            goodbye: Some(Goodbye::Asleep),
            ..
        }) => Reason::Asleep,
        Some(Left { goodbye: None, .. }) => Reason::ConnectionLost,
        // Who never had a device here is as signed out as who left.
        Some(Left {
            goodbye: Some(Goodbye::SignedOut),
            ..
        })
        | None => Reason::SignedOut,
    }
}

/// What takes a device's agent away from it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Stillness {
    Idle,
    Locked,
}

/// From when on a device with this activity counts as away, if ever, and by what.
fn away_from(activity: DeviceActivity, facts: &Facts) -> Option<(Steady, Stillness)> {
    let after = |since: Moment, delay: Option<i64>| Some(since.steady.saturating_add(delay?));
    match activity {
        DeviceActivity::Active | DeviceActivity::Limited => None,
        DeviceActivity::Idle { since } => {
            after(since, facts.idle_after_ms).map(|at| (at, Stillness::Idle))
        }
        DeviceActivity::Locked { since } => {
            let by_lock = after(since, facts.lock_after_ms).map(|at| (at, Stillness::Locked));
            let by_idle = after(since, facts.idle_after_ms).map(|at| (at, Stillness::Idle));
            by_lock.into_iter().chain(by_idle).min_by_key(|(at, _)| *at)
        }
    }
}

/// From when on all of these devices count as away, and as what; `None` if one never does.
fn everybody_away(leased: &[&DeviceFacts], facts: &Facts) -> Option<(Steady, Reason)> {
    let mut last: Option<Moment> = None;
    let mut from: Option<Steady> = None;
    let mut all_locked = true;
    for device in leased
        .iter()
        .filter(|device| device.activity != DeviceActivity::Limited)
    {
        let (DeviceActivity::Idle { since } | DeviceActivity::Locked { since }) = device.activity
        else {
            return None;
        };
        let (at, stillness) = away_from(device.activity, facts)?;
        all_locked &= stillness == Stillness::Locked;
        from = from.max(Some(at));
        if last.is_none_or(|latest| since.steady > latest.steady) {
            last = Some(since);
        }
    }
    let since = last?.wall;
    let reason = if all_locked {
        Reason::Locked { since }
    } else {
        Reason::Idle { since }
    };
    Some((from?, reason))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use protocol::status::ChoiceSource;

    use super::*;

    const MINUTE: i64 = 60_000;

    fn at(steady: Steady) -> Moment {
        Moment {
            wall: Instant(1_000_000 + steady),
            steady,
        }
    }

    fn facts(status: Status, devices: Vec<DeviceFacts>) -> Facts {
        Facts {
            choice: Choice {
                status,
                at: Instant(0),
                source: ChoiceSource::Agent {
                    via: protocol::status::Via::App,
                },
                plan: None,
            },
            devices,
            left: None,
            idle_after_ms: Some(10 * MINUTE),
            lock_after_ms: Some(0),
            held: false,
        }
    }

    fn device(activity: DeviceActivity) -> DeviceFacts {
        DeviceFacts {
            lease_until: 60 * MINUTE,
            activity,
        }
    }

    #[test]
    fn one_active_device_keeps_the_agent_present() {
        let idle = device(DeviceActivity::Idle { since: at(0) });
        let both = facts(Status::Online, vec![idle, device(DeviceActivity::Active)]);
        assert_eq!(derive(&both, 30 * MINUTE).status, Status::Online);
        let alone = facts(Status::Online, vec![idle]);
        let away = Derived {
            status: Status::Offline,
            reason: Reason::Idle { since: at(0).wall },
        };
        assert_eq!(derive(&alone, 10 * MINUTE), away);
        assert_eq!(derive(&alone, 10 * MINUTE - 1).reason, Reason::Chosen);
        assert_eq!(next_change(&alone, 0), Some(10 * MINUTE));
    }

    #[test]
    fn a_locked_machine_is_away_at_once() {
        let locked = facts(
            Status::Invisible,
            vec![device(DeviceActivity::Locked { since: at(5) })],
        );
        let away = Derived {
            status: Status::Offline,
            reason: Reason::Locked { since: at(5).wall },
        };
        assert_eq!(derive(&locked, 5), away);
    }

    #[test]
    fn a_limited_device_counts_only_when_nothing_better_is_known() {
        let limited = device(DeviceActivity::Limited);
        let alone = facts(Status::Online, vec![limited]);
        assert_eq!(derive(&alone, 50 * MINUTE).status, Status::Online);
        let idle = device(DeviceActivity::Idle { since: at(0) });
        let both = facts(Status::Online, vec![limited, idle]);
        assert_eq!(derive(&both, 50 * MINUTE).status, Status::Offline);
    }

    #[test]
    fn the_lease_that_ended_last_names_the_reason() {
        let mut gone = facts(Status::Online, vec![]);
        assert_eq!(derive(&gone, 0).reason, Reason::SignedOut);
        gone.left = Some(Left {
            at: 10,
            goodbye: Some(Goodbye::Asleep),
        });
        assert_eq!(derive(&gone, 20).reason, Reason::Asleep);
        gone.devices = vec![DeviceFacts {
            lease_until: 15,
            activity: DeviceActivity::Active,
        }];
        assert_eq!(derive(&gone, 14).status, Status::Online);
        assert_eq!(next_change(&gone, 14), Some(15));
        assert_eq!(derive(&gone, 15).reason, Reason::ConnectionLost);
    }

    #[test]
    fn an_instant_from_an_earlier_run_never_lies_in_the_future() {
        let now = at(500);
        assert_eq!(now.recall(now.wall.plus(-200)).steady, 300);
        assert_eq!(
            now.recall(now.wall.plus(99_999)).steady,
            500,
            "the wall clock was set back"
        );
    }

    #[test]
    fn a_device_cannot_name_an_instant_that_json_does_not_hold() {
        let stamped = stamp(Activity::Idle { for_ms: u64::MAX }, at(0));
        let DeviceActivity::Idle { since } = stamped else {
            panic!("{stamped:?}")
        };
        assert!(since.wall.0.abs() < 1 << 53);
    }

    fn any_status() -> impl Strategy<Value = Status> {
        prop_oneof![
            Just(Status::Online),
            Just(Status::Busy),
            Just(Status::Invisible),
            Just(Status::Offline)
        ]
    }

    fn any_device() -> impl Strategy<Value = DeviceFacts> {
        let activity = prop_oneof![
            Just(DeviceActivity::Active),
            Just(DeviceActivity::Limited),
            (0i64..2_000).prop_map(|since| DeviceActivity::Idle { since: at(since) }),
            (0i64..2_000).prop_map(|since| DeviceActivity::Locked { since: at(since) }),
        ];
        (0i64..3_000, activity).prop_map(|(lease_until, activity)| DeviceFacts {
            lease_until,
            activity,
        })
    }

    fn any_facts() -> impl Strategy<Value = Facts> {
        let idle = proptest::option::of(0i64..1_000);
        (
            any_status(),
            proptest::collection::vec(any_device(), 0..4),
            idle,
            proptest::option::of(0i64..500),
            any::<bool>(),
        )
            .prop_map(
                |(status, devices, idle_after_ms, lock_after_ms, held)| Facts {
                    idle_after_ms,
                    lock_after_ms,
                    held,
                    ..facts(status, devices)
                },
            )
    }

    proptest! {
        #[test]
        fn idle_and_lock_only_ever_hide_the_choice(facts in any_facts(), now in 0i64..4_000) {
            let derived = derive(&facts, now);
            prop_assert!(derived.status == facts.choice.status || derived.status == Status::Offline);
            if derived.reason == Reason::Chosen {
                prop_assert_eq!(derived.status, facts.choice.status);
            }
        }

        #[test]
        fn coming_back_restores_the_choice_unless_held(facts in any_facts(), now in 0i64..4_000) {
            let mut back = Facts { held: false, ..facts };
            back.devices.push(DeviceFacts { lease_until: now + 1, activity: DeviceActivity::Active });
            let present = Derived { status: back.choice.status, reason: Reason::Chosen };
            prop_assert_eq!(derive(&back, now), present);
            back.held = true;
            let waiting = Derived { status: Status::Offline, reason: Reason::Held };
            prop_assert_eq!(derive(&back, now), waiting);
        }

        #[test]
        fn nothing_changes_before_the_next_change(
            facts in any_facts(), now in 0i64..4_000, later in 0i64..4_000,
        ) {
            let next = next_change(&facts, now).unwrap_or(i64::MAX);
            prop_assert!(next > now);
            let between = now.saturating_add(later).min(next - 1);
            prop_assert_eq!(derive(&facts, between), derive(&facts, now));
        }
    }
}
