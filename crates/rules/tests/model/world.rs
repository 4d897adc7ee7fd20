//! One random sequence: what happens to an agent, told to the code under test the way the server tells it,
//! and to the naive implementation.

use std::collections::BTreeMap;

use protocol::ids::{AgentId, DeviceId, Instant};
use protocol::status::{Activity, Reason, Status};
use rules::attendance::{Attending, Report, Settled, Standing, Terms};
use rules::hours::Zone;
use rules::presence::Moment;
use uuid::Uuid;

mod happenings;

use happenings::some_settings;

use crate::calendar::Calendar;
use crate::dice::Dice;
use crate::naive::{Answer, DEVICES, Naive, Now, Settings};

const SECOND: i64 = 1_000;
const MINUTE: i64 = 60 * SECOND;
const HOUR: i64 = 60 * MINUTE;
/// Connected devices renew their leases so often.
const BEAT: i64 = 25 * SECOND;

const ADMIN: AgentId = AgentId(Uuid::from_u128(99));

/// How often what was met, so that the sequences cannot turn dull unnoticed.
pub(crate) type Met = BTreeMap<&'static str, u64>;

#[derive(Clone, Copy, Debug, Default)]
struct Machine {
    connected: bool,
    locked_at: Option<i64>,
    input_at: i64,
    limited: bool,
    reported: Option<Activity>,
}

impl Machine {
    fn activity(self, t: i64, still: bool) -> Activity {
        let since = |at: i64| u64::try_from(t - at).unwrap();
        match self.locked_at {
            _ if self.limited => Activity::Limited {
                for_ms: since(self.input_at),
            },
            Some(at) => Activity::Locked { for_ms: since(at) },
            None if still => Activity::Idle {
                for_ms: since(self.input_at),
            },
            None => Activity::Active,
        }
    }
}

pub(crate) struct World<'a> {
    dice: Dice,
    calendar: &'a Calendar,
    /// True time, and how far the wall clock is from it.
    t: i64,
    offset: i64,
    /// Where true time the steady clock of this run of the server began.
    base: i64,
    code: Attending,
    /// What the server has stored of devices: whether they hold a lease, and their report.
    rows: BTreeMap<DeviceId, (bool, Report)>,
    naive: Naive<'a>,
    machines: [Machine; DEVICES],
    /// How many of the machines the agent has.
    owned: usize,
    /// When visitors of open conversations wrote last: stamps.
    wrote: Vec<i64>,
    settings: Settings,
    zone: Zone,
    /// Whether the server's timers ring, or it only looks when something comes in.
    timers: bool,
    met: &'a mut Met,
    trace: Option<Vec<String>>,
}

fn device(index: usize) -> DeviceId {
    DeviceId(Uuid::from_u128(index as u128 + 1))
}

impl<'a> World<'a> {
    pub(crate) fn new(seed: u64, places: &'a [Calendar], met: &'a mut Met, traced: bool) -> Self {
        let mut dice = Dice::new(seed);
        let calendar = dice.one_of(places);
        let t = calendar.noon - 20 * HOUR + dice.up_to(24 * HOUR);
        let settings = some_settings(&mut dice, calendar);
        let base = t - dice.up_to(HOUR);
        let owned = *dice.one_of(&[1, 1, 2, 3]);
        let moment = Moment {
            wall: Instant(t),
            steady: t - base,
        };
        let now = Now { t, wall: t };
        Self {
            code: Attending::recall(Standing::first(moment), [], terms(&settings), moment),
            naive: Naive::new(calendar, settings.clone(), now),
            zone: Zone::named(&calendar.zone).unwrap(),
            timers: dice.one_in(4),
            dice,
            calendar,
            t,
            offset: 0,
            base,
            rows: BTreeMap::new(),
            machines: [Machine {
                input_at: t,
                ..Machine::default()
            }; DEVICES],
            owned,
            wrote: Vec::new(),
            settings,
            met,
            trace: traced.then(Vec::new),
        }
    }

    /// Runs the sequence; what went wrong, and the trace if one was wished.
    pub(crate) fn run(mut self) -> Result<(), String> {
        let steps = 10 + self.dice.up_to(20);
        let outcome = self
            .connect(0)
            .and_then(|()| self.check())
            .and_then(|()| (0..steps).try_for_each(|_| self.step()));
        outcome.map_err(|wrong| match self.trace {
            Some(trace) => format!("{wrong}\n  {}", trace.join("\n  ")),
            None => wrong,
        })
    }

    fn now(&self) -> Now {
        Now {
            t: self.t,
            wall: self.t + self.offset,
        }
    }

    fn moment(&self) -> Moment {
        self.moment_at(self.t)
    }

    fn moment_at(&self, t: i64) -> Moment {
        Moment {
            wall: Instant(t + self.offset),
            steady: t - self.base,
        }
    }

    fn log(&mut self, line: impl FnOnce() -> String) {
        let (t, wall) = (self.t, self.t + self.offset);
        if let Some(trace) = &mut self.trace {
            trace.push(format!("{t} (wall {wall}) {}", line()));
        }
    }

    fn meet(&mut self, what: &'static str) {
        *self.met.entry(what).or_default() += 1;
    }

    fn step(&mut self) -> Result<(), String> {
        match self.dice.up_to(16) {
            0 | 1 => {
                let delay = self.dice.up_to(70 * SECOND);
                self.jump(self.t + 1 + delay)?;
            }
            2 => {
                let delay = self.dice.up_to(25 * MINUTE);
                self.jump(self.t + 1 + delay)?;
            }
            3 => {
                if !self.dice.one_in(8) {
                    (0..DEVICES).for_each(|it| self.machines[it].connected = false);
                }
                let delay = self.dice.up_to(14 * HOUR);
                self.jump(self.t + 1 + delay)?;
            }
            4 | 5 => self.jump_to_something()?,
            6..=9 => self.touch_a_device()?,
            10 | 11 => self.pick()?,
            12 if self.dice.one_in(2) => self.talk_while_winding_down()?,
            12 => self.talk(),
            13 => {
                let settings = some_settings(&mut self.dice, self.calendar);
                self.change_settings(settings);
            }
            14 if self.dice.one_in(2) => self.set_clock()?,
            14 => {
                self.log(|| "an admin sets the agent Offline".into());
                let now = self.moment();
                self.change(|code| code.set_offline(ADMIN, now));
                self.naive.by_admin(ADMIN, self.now());
            }
            _ => self.restart()?,
        }
        self.check()
    }

    /// To an instant at which something may change, or a little beside it.
    fn jump_to_something(&mut self) -> Result<(), String> {
        let told = self.code.standing().told;
        let drop = self.code.idle_drop_at(self.moment());
        let look = self.code.next_look(self.moment());
        let to = match self.dice.up_to(3) {
            0 => told.next.map(|next| next.at.0 - self.offset),
            1 => drop.map(|at| at + self.base),
            _ => look.map(|at| at + self.base),
        };
        let Some(to) = to.filter(|to| *to > self.t && *to < self.t + 12 * HOUR) else {
            let delay = self.dice.up_to(5 * MINUTE);
            return self.jump(self.t + 1 + delay);
        };
        let beside = self.dice.up_to(3) - 1;
        self.jump((to + beside).max(self.t + 1))
    }

    fn jump(&mut self, to: i64) -> Result<(), String> {
        // Stay within the weeks that the calendar has walked over.
        let last = self.calendar.end() - 9 * 24 * HOUR;
        let to = to.min(last - self.offset.max(0)).max(self.t);
        self.log(|| format!("time passes until {to}"));
        let from = self.moment();
        let beating = self.machines.map(|it| it.connected);
        let drop = self.code.idle_drop_at(from);
        let start = self.now();
        let mut beats = Vec::new();
        let mut lapses = false;
        let mut dropped = None;
        let mut look = self.next_look();
        while self.t < to {
            let beat = if beating.contains(&true) {
                (self.t / BEAT + 1) * BEAT
            } else {
                i64::MAX
            };
            self.t = to.min(beat).min(look);
            if self.t == beat {
                let now = self.moment();
                for it in (0..DEVICES).filter(|it| beating[*it]) {
                    if !self.code.renew(device(it), now) {
                        return Err(format!("device {it} lost its lease although it renewed it"));
                    }
                }
                beats.push(beat);
            }
            if self.t == look {
                let before = self.code.standing().told.presence.status;
                lapses |= !self.settle()?.lapsed.is_empty();
                let presence = self.code.standing().told.presence;
                let fell = before != Status::Offline && presence.status == Status::Offline;
                if fell && matches!(presence.reason, Reason::Idle { .. }) {
                    dropped = dropped.or(Some(self.t));
                }
            }
            if self.t == look || self.t == beat {
                look = self.next_look();
            }
        }
        if !beats.is_empty() {
            self.naive.beats(beating, beats, start);
        }
        if self.timers && !lapses {
            self.meet("a jump that could tell about the countdown");
            let announced = drop.map(|at| at + self.base).filter(|at| *at <= to);
            if dropped.is_some() && dropped != announced {
                return Err(format!("dropped at {dropped:?}, announced {announced:?}"));
            }
            if announced.is_some() && dropped.is_none() {
                return Err(format!(
                    "announced a drop at {announced:?} that did not come"
                ));
            }
        }
        Ok(())
    }

    fn next_look(&self) -> i64 {
        if !self.timers {
            return i64::MAX;
        }
        let look = self.code.next_look(self.moment());
        look.map_or(i64::MAX, |at| at + self.base)
    }

    /// One change, the way the server makes it.
    fn change(&mut self, change: impl FnOnce(&mut Attending)) {
        let mut copy = self.code.clone();
        change(&mut copy);
        self.code.take_over(copy);
    }

    fn settle(&mut self) -> Result<Settled, String> {
        let before = *self.code.standing();
        let now = self.moment();
        let mut settled = Settled::default();
        self.change(|code| settled = code.settle(now));
        for lapsed in &settled.lapsed {
            self.rows.insert(lapsed.device, (false, lapsed.report));
        }
        let told = self.code.standing().told;
        let old = before.told;
        if told.presence.status != old.presence.status
            && told.presence.reason == old.presence.reason
            && told.choice == old.choice
        {
            return Err(format!(
                "presence changed without a reason: {old:?}, then {told:?}"
            ));
        }
        if (told != old) != settled.own
            || (told.presence.status != old.presence.status) != settled.team
        {
            return Err(format!("told nobody of {told:?} after {old:?}"));
        }
        Ok(settled)
    }

    /// Both implementations say the same now.
    fn check(&mut self) -> Result<(), String> {
        self.settle()?;
        let standing = *self.code.standing();
        let told = standing.told;
        let mut got = Answer {
            status: told.presence.status,
            reason: told.presence.reason,
            choice: told.choice,
            next: told.next,
            held: standing.held,
        };
        let expected = self.naive.answer(self.now());
        if expected.next.is_none() {
            // What lies behind the last week that was walked over.
            let end = self.calendar.end();
            got.next = got.next.filter(|next| next.at.0 < end);
        }
        self.note_what_was_met(&got);
        if got != expected {
            return Err(format!("\n     got {got:?}\nexpected {expected:?}"));
        }
        self.check_that_nothing_changes_before_it_is_said_to()
    }

    fn check_that_nothing_changes_before_it_is_said_to(&mut self) -> Result<(), String> {
        if !self.dice.one_in(4) {
            return Ok(());
        }
        let look = self.code.next_look(self.moment());
        let until = look.map_or(self.t + 30 * HOUR, |at| at + self.base);
        if until <= self.t {
            return Err(format!("the next look, at {until}, is past"));
        }
        let between = self.t + self.dice.up_to(until - self.t);
        if self.code.is_due(self.moment_at(between)) {
            return Err(format!("changed at {between}, before {until}"));
        }
        Ok(())
    }

    fn note_what_was_met(&mut self, got: &Answer) {
        use protocol::status::{ChoiceSource, Plan};
        self.meet(match got.reason {
            Reason::Chosen => "chosen",
            Reason::Idle { .. } => "idle",
            Reason::Locked { .. } => "locked",
            Reason::Asleep => "asleep",
            Reason::SignedOut => "signed out",
            Reason::Quit => "quit",
            Reason::ConnectionLost => "connection lost",
            Reason::Held => "held",
            Reason::Unknown => "a reason that there is not",
        });
        self.meet(match got.choice.source {
            ChoiceSource::FirstSignIn => "first sign-in",
            ChoiceSource::Agent { .. } => "an agent's choice",
            ChoiceSource::Admin { .. } => "an admin's choice",
            ChoiceSource::TimeUp => "time up",
            ChoiceSource::Hours => "hours",
            ChoiceSource::WoundDown => "wound down",
            ChoiceSource::Unknown => "a source that there is not",
        });
        match got.choice.plan {
            Some(Plan::Timed { .. }) => self.meet("a timed choice"),
            Some(Plan::WindDown) => self.meet("winding down"),
            _ => {}
        }
    }
}

fn terms(settings: &Settings) -> Terms {
    Terms::new(&settings.own, settings.workspace_idle, settings.statuses)
}
