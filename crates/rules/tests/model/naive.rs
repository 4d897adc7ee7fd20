//! Presence once more, as simply as it can be said: everything that happened since the server started is
//! kept, and each question goes through all of it again, instant by instant.
//!
//! Written from the rules alone. It uses the protocol's types and nothing of the code under test. Instants
//! are milliseconds of true time, which only goes forward; beside each stands what the server's wall clock
//! showed.

use protocol::ids::{AgentId, Instant};
use protocol::status::{
    Activity, AgentSettings, Choice, ChoiceSource, Goodbye, IdleDelay, LockDelay, NextChange,
    OnReturn, Plan, Reason, Status, StatusChange, StatusSettings, Term, Via,
};

use crate::calendar::Calendar;

const LEASE: i64 = 30_000;
const SILENCE: i64 = 15 * 60_000;
pub(crate) const DEVICES: usize = 3;

/// True time, and what the wall clock shows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Now {
    pub(crate) t: i64,
    pub(crate) wall: i64,
}

impl Now {
    fn wall_at(self, t: i64) -> i64 {
        self.wall - (self.t - t)
    }

    fn at(self, t: i64) -> Self {
        let wall = self.wall_at(t);
        Self { t, wall }
    }

    /// How long ago a stamp is, for who has only the wall clock to go by.
    fn age(self, stamp: i64) -> i64 {
        (self.wall - stamp).max(0)
    }
}

/// Settings of the agent and the workspace.
#[derive(Clone, Debug)]
pub(crate) struct Settings {
    pub(crate) own: AgentSettings,
    pub(crate) workspace_idle: Option<u32>,
    pub(crate) statuses: StatusSettings,
    /// Which of the calendar's timetables `own.hours` is.
    pub(crate) timetable: Option<usize>,
}

impl Settings {
    fn idle(&self) -> Option<i64> {
        let minutes = match self.own.idle {
            IdleDelay::Workspace => self.workspace_idle?,
            IdleDelay::Off => return None,
            IdleDelay::Minutes { minutes } => minutes,
        };
        Some(i64::from(minutes) * 60_000)
    }

    fn lock(&self) -> Option<i64> {
        match self.own.lock {
            LockDelay::AtOnce => Some(0),
            LockDelay::HalfMinute => Some(30_000),
            LockDelay::OneMinute => Some(60_000),
            LockDelay::FiveMinutes => Some(300_000),
            LockDelay::Off => None,
        }
    }

    /// Whether a drop leads to waiting for the agent.
    fn waits(&self) -> bool {
        self.statuses.offline_by_hand
            && matches!(self.own.on_return, OnReturn::Ask | OnReturn::StayOffline)
    }
}

/// A report of a device's machine.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Reported {
    activity: Activity,
    /// True time of the report, as far as the server knows it.
    t: i64,
    wall: i64,
}

impl Reported {
    fn still(&self) -> Option<Still> {
        let (locked, for_ms) = match self.activity {
            Activity::Idle { for_ms } => (false, for_ms),
            Activity::Locked { for_ms } => (true, for_ms),
            Activity::Active | Activity::Limited { .. } => return None,
        };
        let back = i64::try_from(for_ms).unwrap();
        Some(Still {
            locked,
            t: self.t - back,
            stamp: self.wall - back,
        })
    }
}

#[derive(Clone, Copy, Debug)]
struct Still {
    locked: bool,
    t: i64,
    stamp: i64,
}

#[derive(Clone, Copy, Debug)]
struct Picked {
    arrived_stamp: i64,
    made: i64,
    made_stamp: i64,
    status: Status,
    source: ChoiceSource,
    /// A timed choice's end, true time and stamp.
    until: Option<(i64, i64)>,
    /// A wind-down's end as it was reckoned last, true time and stamp.
    quiet: Option<(i64, i64)>,
    ignore_until: Option<i64>,
}

#[derive(Clone, Debug)]
enum What {
    Claim {
        device: usize,
        activity: Activity,
    },
    /// These devices sent heartbeats at these times.
    Beats {
        devices: [bool; DEVICES],
        times: Vec<i64>,
    },
    Goodbye {
        device: usize,
        reason: Goodbye,
    },
    /// A pick that was taken.
    Pick(Box<Picked>),
    /// When the visitors of the agent's open conversations wrote last: stamps.
    Conversations(Vec<i64>),
    Settings(Box<Settings>),
    /// The wall clock was set.
    Clock,
}

#[derive(Clone, Debug)]
struct Fact {
    now: Now,
    what: What,
}

/// How a lease ended: when, and with which goodbye (none: it ran out).
type Ending = (i64, Option<Goodbye>);

/// What is known at the start of a run of the server.
#[derive(Clone, Debug)]
struct Beginning {
    now: Now,
    settings: Settings,
    pick: Picked,
    leased: [Option<Reported>; DEVICES],
    ending: Option<Goodbye>,
    held: bool,
    /// Somebody was there since the last drop.
    there: bool,
}

/// The answer to "how is it now?".
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Answer {
    pub(crate) status: Status,
    pub(crate) reason: Reason,
    pub(crate) choice: Choice,
    pub(crate) next: Option<NextChange>,
    pub(crate) held: bool,
}

/// What came of a pick.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Taken {
    Yes,
    TooLate,
    Refused,
}

pub(crate) struct Naive<'a> {
    calendar: &'a Calendar,
    beginning: Beginning,
    facts: Vec<Fact>,
}

/// Everything about devices after some facts, at an instant.
struct Devices {
    leased: [Option<(i64, Reported)>; DEVICES],
    ending: Ending,
}

impl<'a> Naive<'a> {
    pub(crate) fn new(calendar: &'a Calendar, settings: Settings, now: Now) -> Self {
        let pick = Picked {
            arrived_stamp: now.wall,
            made: now.t,
            made_stamp: now.wall,
            status: Status::Online,
            source: ChoiceSource::FirstSignIn,
            until: None,
            quiet: None,
            ignore_until: None,
        };
        Self {
            calendar,
            beginning: Beginning {
                now,
                settings,
                pick,
                leased: [None; DEVICES],
                ending: Some(Goodbye::SignedOut),
                held: false,
                there: true,
            },
            facts: Vec::new(),
        }
    }

    fn note(&mut self, now: Now, what: What) {
        self.facts.push(Fact { now, what });
    }

    pub(crate) fn claim(&mut self, device: usize, activity: Activity, now: Now) {
        self.note(now, What::Claim { device, activity });
    }

    pub(crate) fn beats(&mut self, devices: [bool; DEVICES], times: Vec<i64>, now: Now) {
        self.note(now, What::Beats { devices, times });
    }

    pub(crate) fn goodbye(&mut self, device: usize, reason: Goodbye, now: Now) {
        self.note(now, What::Goodbye { device, reason });
    }

    pub(crate) fn conversations(&mut self, wrote: Vec<i64>, now: Now) {
        self.note(now, What::Conversations(wrote));
    }

    pub(crate) fn settings(&mut self, settings: Settings, now: Now) {
        self.note(now, What::Settings(Box::new(settings)));
    }

    pub(crate) fn clock_set(&mut self, now: Now) {
        self.note(now, What::Clock);
    }

    pub(crate) fn by_admin(&mut self, admin: AgentId, now: Now) {
        let had = self.choice(self.facts.len(), now);
        let before = match had.source {
            ChoiceSource::Admin { before, .. } => before,
            _ => had.status,
        };
        let pick = Picked {
            arrived_stamp: now.wall,
            made: now.t,
            made_stamp: now.wall,
            status: Status::Offline,
            source: ChoiceSource::Admin {
                agent_id: admin,
                before,
            },
            until: None,
            quiet: None,
            ignore_until: None,
        };
        self.note(now, What::Pick(Box::new(pick)));
    }

    pub(crate) fn pick(
        &mut self,
        change: StatusChange,
        via: Via,
        made_ms_ago: i64,
        wrote: &[i64],
        now: Now,
    ) -> Taken {
        let all = self.facts.len();
        let settings = self.settings_after(all);
        let selectable = |status| match status {
            Status::Online | Status::Invisible => true,
            Status::Busy => settings.statuses.busy,
            Status::Offline => settings.statuses.offline_by_hand,
        };
        let good = match change {
            StatusChange::Pick { status } => selectable(status),
            StatusChange::Timed { status, term } => {
                let term = match term {
                    Term::For { ms } => (60_000..=86_400_000).contains(&ms),
                    Term::Tomorrow => true,
                    Term::At { minute } => minute < 24 * 60,
                };
                status != Status::Online && selectable(status) && term
            }
            StatusChange::WindDown => selectable(Status::Offline),
            StatusChange::StayOnline => true,
        };
        if !good {
            return Taken::Refused;
        }
        let made = now.t - made_ms_ago;
        let made_stamp = now.wall - made_ms_ago;
        // Something newer: another pick, or a boundary that counts.
        if self.pick_after(all).made > made {
            return Taken::TooLate;
        }
        let in_force = self.choice(all, now);
        if in_force.source == ChoiceSource::Hours && in_force.at.0 > made_stamp {
            return Taken::TooLate;
        }
        let boundaries = self.boundaries(settings);
        let mut pick = Picked {
            arrived_stamp: now.wall,
            made,
            made_stamp,
            status: Status::Online,
            source: ChoiceSource::Agent { via },
            until: None,
            quiet: None,
            ignore_until: None,
        };
        match change {
            StatusChange::Pick { status } => pick.status = status,
            StatusChange::Timed { status, term } => {
                pick.status = status;
                let lasts = match term {
                    Term::For { ms } => i64::try_from(ms).unwrap(),
                    Term::Tomorrow => self.calendar.tomorrow(boundaries, made_stamp) - made_stamp,
                    Term::At { minute } => {
                        self.calendar.next_local_time(minute, made_stamp) - made_stamp
                    }
                };
                pick.until = Some((made + lasts, made_stamp + lasts));
            }
            StatusChange::WindDown => {
                pick.status = Status::Invisible;
                pick.quiet = Some(later((made, made_stamp), quiet(wrote, now)));
            }
            StatusChange::StayOnline => {
                let mut ends = boundaries.iter().filter(|it| !it.1 && it.0 > made_stamp);
                pick.ignore_until = ends.next().map(|it| it.0);
            }
        }
        self.note(now, What::Pick(Box::new(pick)));
        Taken::Yes
    }

    /// The server stopped at `stop` and runs again `now`. What it knows is what it had stored.
    pub(crate) fn restart(&mut self, stop: Now, now: Now) {
        let all = self.facts.len();
        let devices = self.devices(all, stop.t);
        let (held, there) = self.held(stop);
        let old = self.pick_after(all);
        let made = now.t - now.age(old.made_stamp);
        let pick = Picked {
            made,
            until: old.until.map(|(_, at)| (made + (at - old.made_stamp), at)),
            quiet: old
                .quiet
                .map(|(_, at)| (now.t + (at - now.wall).min(SILENCE), at)),
            ..old
        };
        let leased = devices.leased.map(|device| {
            device.map(|(_, reported)| Reported {
                t: now.t - now.age(reported.wall),
                ..reported
            })
        });
        self.beginning = Beginning {
            now,
            settings: self.settings_after(all).clone(),
            pick,
            leased,
            ending: devices.ending.1,
            held,
            there,
        };
        self.facts.clear();
    }

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

    fn settings_after(&self, count: usize) -> &Settings {
        let mut settings = &self.beginning.settings;
        for fact in &self.facts[..count] {
            if let What::Settings(changed) = &fact.what {
                settings = changed;
            }
        }
        settings
    }

    fn boundaries(&self, settings: &Settings) -> &'a [(i64, bool)] {
        let calendar = self.calendar;
        settings
            .timetable
            .map_or(&[], |it| &calendar.timetables[it].boundaries)
    }

    /// The latest pick, its wind-down reckoned with what is known of the conversations.
    fn pick_after(&self, count: usize) -> Picked {
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
    fn choice(&self, count: usize, now: Now) -> Choice {
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
    fn devices(&self, count: usize, t: i64) -> Devices {
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
    fn held(&self, now: Now) -> (bool, bool) {
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

/// When all visitors will have been silent for long enough: true time and stamp.
fn quiet(wrote: &[i64], now: Now) -> (i64, i64) {
    wrote
        .iter()
        .map(|stamp| (now.t - now.age(*stamp) + SILENCE, stamp + SILENCE))
        .max_by_key(|it| it.0)
        .unwrap_or((now.t, now.wall))
}

fn later(earliest: (i64, i64), other: (i64, i64)) -> (i64, i64) {
    if other.0 < earliest.0 {
        earliest
    } else {
        other
    }
}
