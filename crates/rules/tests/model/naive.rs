//! Presence once more, as simply as it can be said: everything that happened since the server started is
//! kept, and each question goes through all of it again, instant by instant.
//!
//! Written from the rules alone. It uses the protocol's types and nothing of the code under test. Instants
//! are milliseconds of true time, which only goes forward; beside each stands what the server's wall clock
//! showed.

use protocol::ids::AgentId;
use protocol::status::{
    Activity, AgentSettings, Choice, ChoiceSource, Goodbye, IdleDelay, LockDelay, NextChange,
    OnReturn, Reason, Status, StatusChange, StatusSettings, Term, Via,
};

use crate::calendar::Calendar;

mod answers;

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
                let next = boundaries.iter().find(|it| it.0 > made_stamp);
                pick.ignore_until = next.filter(|it| !it.1).map(|it| it.0);
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
