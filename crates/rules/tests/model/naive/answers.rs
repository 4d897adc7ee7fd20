//! How it is, worked out anew for each question from everything that happened.

use protocol::ids::Instant;
use protocol::status::{Activity, Choice, ChoiceSource, Goodbye, NextChange, Plan, Reason, Status};

use super::{
    Answer, DEVICES, Ending, LEASE, Naive, Now, Picked, Reported, Settings, Still, What, later,
    quiet,
};

/// Everything about devices after some facts, at an instant.
pub(super) struct Devices {
    pub(super) leased: [Option<(i64, Reported)>; DEVICES],
    pub(super) ending: Ending,
}

impl<'a> Naive<'a> {
    pub(crate) fn answer(&self, now: Now) -> Answer {
        let all = self.facts.len();
        let choice = self.choice(all, now);
        let (held, _) = self.held(now);
        let devices = self.devices(all, now.t);
        let offline = |reason| (Status::Offline, reason);
        let (status, reason) = if devices.leased.iter().all(Option::is_none) {
            offline(match devices.ending.1 {
                Some(Goodbye::SignedOut) => Reason::SignedOut,
                Some(Goodbye::Quit) => Reason::Quit,
                Some(Goodbye::Asleep) => Reason::Asleep,
                None => Reason::ConnectionLost,
            })
        } else if let Some(reason) = self.away(&devices, all, now.t) {
            offline(reason)
        } else if held {
            offline(Reason::Held)
        } else {
            (choice.status, Reason::Chosen)
        };
        Answer {
            status,
            reason,
            choice,
            next: self.next(choice, now),
            held,
        }
    }

    pub(super) fn settings_after(&self, count: usize) -> &Settings {
        let mut settings = &self.beginning.settings;
        for fact in &self.facts[..count] {
            if let What::Settings(changed) = &fact.what {
                settings = changed;
            }
        }
        settings
    }

    pub(super) fn boundaries(&self, settings: &Settings) -> &'a [(i64, bool)] {
        let calendar = self.calendar;
        settings
            .timetable
            .map_or(&[], |it| &calendar.timetables[it].boundaries)
    }

    /// The latest pick, its wind-down reckoned with what is known of the conversations.
    pub(super) fn pick_after(&self, count: usize) -> Picked {
        let mut pick = self.beginning.pick;
        for fact in &self.facts[..count] {
            match (&fact.what, pick.quiet) {
                (What::Pick(taken), _) => pick = **taken,
                (What::Conversations(wrote), Some(end)) if end.0 > fact.now.t => {
                    // It was not over before, so it does not end before now.
                    pick.quiet = Some(later((fact.now.t, fact.now.wall), quiet(wrote, fact.now)));
                }
                _ => {}
            }
        }
        pick
    }

    /// Goes forward from the pick through everything that changes the choice.
    pub(super) fn choice(&self, count: usize, now: Now) -> Choice {
        let pick = self.pick_after(count);
        let picked_on_wall = now.wall_at(pick.made);
        let mut plan = match (pick.until, pick.quiet) {
            (Some((_, at)), _) => Some(Plan::Timed { until: Instant(at) }),
            (None, Some(_)) => Some(Plan::WindDown),
            (None, None) => None,
        };
        let mut choice = Choice {
            status: pick.status,
            at: Instant(pick.arrived_stamp),
            source: pick.source,
            plan,
        };
        let end = pick
            .until
            .map(|it| (it, Status::Online, ChoiceSource::TimeUp))
            .or(pick
                .quiet
                .map(|it| (it, Status::Offline, ChoiceSource::WoundDown)))
            .filter(|((t, _), _, _)| *t <= now.t);
        // Where on the wall, whether a boundary (which comes second at the same instant), and what.
        let mut ahead: Vec<(i64, Option<bool>)> = self
            .boundaries(self.settings_after(count))
            .iter()
            .filter(|(at, _)| *at > picked_on_wall && *at <= now.wall)
            .map(|(at, opens)| (*at, Some(*opens)))
            .collect();
        ahead.extend(end.map(|((t, _), _, _)| (now.wall_at(t), None)));
        ahead.sort_unstable();
        for (at, boundary) in ahead {
            let (status, at, source) = match boundary {
                None if plan.is_none() => continue,
                None => {
                    let ((_, at), status, source) = end.unwrap();
                    (status, at, source)
                }
                Some(_) if pick.ignore_until.is_some_and(|until| at <= until) => continue,
                Some(false) if plan == Some(Plan::WindDown) => continue,
                Some(true) => (Status::Online, at, ChoiceSource::Hours),
                Some(false) => (Status::Offline, at, ChoiceSource::Hours),
            };
            plan = None;
            choice = Choice {
                status,
                at: Instant(at),
                source,
                plan,
            };
        }
        choice
    }

    fn next(&self, current: Choice, now: Now) -> Option<NextChange> {
        if current.plan == Some(Plan::WindDown) {
            return None;
        }
        let all = self.facts.len();
        let boundaries = self.boundaries(self.settings_after(all));
        let until = self.pick_after(all).until;
        let mut ahead: Vec<i64> = boundaries
            .iter()
            .filter(|it| it.0 > now.wall)
            .map(|it| now.t + (it.0 - now.wall))
            .chain(until.map(|it| it.0).filter(|t| *t > now.t))
            .collect();
        ahead.sort_unstable();
        ahead.iter().find_map(|t| {
            let then = self.choice(all, now.at(*t));
            (then.status != current.status).then_some(NextChange {
                at: then.at,
                status: then.status,
                source: then.source,
            })
        })
    }

    /// The devices after the first `count` facts, at `t`.
    pub(super) fn devices(&self, count: usize, t: i64) -> Devices {
        let start = &self.beginning;
        let mut devices = Devices {
            leased: start
                .leased
                .map(|it| it.map(|reported| (start.now.t + LEASE, reported))),
            ending: (i64::MIN, start.ending),
        };
        for fact in &self.facts[..count] {
            devices.lapse(fact.now.t);
            match &fact.what {
                What::Claim { device, activity } => {
                    let new = Reported {
                        activity: *activity,
                        t: fact.now.t,
                        wall: fact.now.wall,
                    };
                    let known = devices.leased[*device].map(|it| it.1);
                    let reported = known.filter(|old| one_stillness(old, &new)).unwrap_or(new);
                    devices.leased[*device] = Some((fact.now.t + LEASE, reported));
                }
                What::Goodbye { device, reason } => {
                    if devices.leased[*device].take().is_some() {
                        devices.ending = (fact.now.t, Some(*reason));
                    }
                }
                What::Beats {
                    devices: beating,
                    times,
                } => {
                    // Nothing else happened between the first and the last of them.
                    if let Some(last) = times.iter().rev().find(|beat| **beat <= t) {
                        for device in (0..DEVICES).filter(|it| beating[*it]) {
                            if let Some(leased) = &mut devices.leased[device] {
                                leased.0 = last + LEASE;
                            }
                        }
                    }
                }
                What::Pick(_) | What::Conversations(_) | What::Settings(_) | What::Clock => {}
            }
        }
        devices.lapse(t);
        devices
    }

    /// Rule 2.
    fn away(&self, devices: &Devices, count: usize, t: i64) -> Option<Reason> {
        let settings = self.settings_after(count);
        let mut latest: Option<Still> = None;
        let mut locked = true;
        for (_, reported) in devices.leased.iter().flatten() {
            if matches!(reported.activity, Activity::Limited { .. }) {
                continue;
            }
            let still = reported.still()?;
            // A locked machine gets no input either. What was over first is the reason.
            let by_lock = settings.lock().filter(|_| still.locked);
            let by_idle = settings.idle();
            let first = by_lock.into_iter().chain(by_idle).min()?;
            if t - still.t < first {
                return None;
            }
            locked &= by_lock == Some(first);
            if latest.is_none_or(|it| still.t > it.t) {
                latest = Some(still);
            }
        }
        let since = Instant(latest?.stamp);
        Some(if locked {
            Reason::Locked { since }
        } else {
            Reason::Idle { since }
        })
    }

    /// Goes through every instant at which something may have happened. Also tells whether somebody was
    /// there since the last drop.
    pub(super) fn held(&self, now: Now) -> (bool, bool) {
        let start = &self.beginning;
        let (mut held, mut there) = (start.held, start.there);
        // An instant, and how many facts are known by then.
        let mut instants: Vec<(i64, usize)> = vec![(start.now.t, 0), (now.t, self.facts.len())];
        let mut derived: Vec<i64> = Vec::new();
        let delays: Vec<i64> = std::iter::once(&start.settings)
            .chain(self.facts.iter().filter_map(|fact| match &fact.what {
                What::Settings(settings) => Some(&**settings),
                _ => None,
            }))
            .flat_map(|it| it.idle().into_iter().chain(it.lock()))
            .collect();
        let reports = self.facts.iter().filter_map(|fact| match &fact.what {
            What::Claim { activity, .. } => Some(Reported {
                activity: *activity,
                t: fact.now.t,
                wall: fact.now.wall,
            }),
            _ => None,
        });
        for reported in start.leased.iter().flatten().copied().chain(reports) {
            if let Some(still) = reported.still() {
                derived.extend(delays.iter().map(|delay| still.t + delay));
            }
            derived.push(reported.t + LEASE);
        }
        derived.push(start.now.t + LEASE);
        for (index, fact) in self.facts.iter().enumerate() {
            instants.push((fact.now.t, index));
            instants.push((fact.now.t, index + 1));
            if let What::Beats { times, .. } = &fact.what {
                derived.extend(times.last().map(|beat| beat + LEASE));
            }
        }
        for t in derived {
            if t > start.now.t && t < now.t && !self.facts.iter().any(|fact| fact.now.t == t) {
                let known = self.facts.iter().filter(|fact| fact.now.t < t).count();
                instants.push((t, known));
            }
        }
        instants.sort_unstable();
        instants.dedup();
        let mut applied = 0;
        for (t, count) in instants {
            // By the wall clock as it was set then.
            let clock = count
                .checked_sub(1)
                .map_or(start.now, |last| self.facts[last].now);
            let then = clock.at(t);
            let settings = self.settings_after(count);
            if count > applied {
                let fact = &self.facts[count - 1];
                match &fact.what {
                    What::Pick(_) => held = false,
                    What::Settings(_) if !settings.waits() => held = false,
                    What::Goodbye {
                        device,
                        reason: Goodbye::Asleep,
                    } => {
                        let before = self.devices(count - 1, t).leased;
                        let only = (0..DEVICES).all(|it| before[it].is_some() == (it == *device));
                        if only && settings.waits() && self.is_on_duty(count, then) {
                            held = true;
                        }
                    }
                    _ => {}
                }
                applied = count;
            }
            let devices = self.devices(count, t);
            if devices.leased.iter().all(Option::is_none) {
                continue;
            }
            if self.away(&devices, count, t).is_none() {
                there = true;
            } else {
                if there && settings.waits() && self.is_on_duty(count, then) {
                    held = true;
                }
                there = false;
            }
        }
        (held, there)
    }

    fn is_on_duty(&self, count: usize, then: Now) -> bool {
        self.choice(count, then).status != Status::Offline
    }
}

impl Devices {
    /// Leases that ran out by `t`.
    fn lapse(&mut self, t: i64) {
        for device in &mut self.leased {
            if let Some((until, _)) = *device
                && until <= t
            {
                *device = None;
                if until >= self.ending.0 {
                    self.ending = (until, None);
                }
            }
        }
    }
}

/// Two reports of one stillness differ by the time that they travelled.
fn one_stillness(old: &Reported, new: &Reported) -> bool {
    match (old.still(), new.still()) {
        (Some(old), Some(new)) => old.locked == new.locked && (old.t - new.t).abs() < 5_000,
        _ => false,
    }
}
