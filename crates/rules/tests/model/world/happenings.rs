//! What can happen to an agent, told to both sides.

use protocol::ids::{DeviceId, Instant};
use protocol::status::{
    Activity, AgentSettings, Goodbye, IdleDelay, LockDelay, OnReturn, Status, StatusChange,
    StatusSettings, Term, Via,
};
use rules::attendance::{Attending, Picked, Report};
use rules::choice;

use super::{HOUR, MINUTE, SECOND, World, device, terms};
use crate::calendar::Calendar;
use crate::dice::Dice;
use crate::naive::{Settings, Taken};

impl World<'_> {
    pub(super) fn touch_a_device(&mut self) -> Result<(), String> {
        let owned = i64::try_from(self.owned).unwrap();
        let it = usize::try_from(self.dice.up_to(owned)).unwrap();
        if !self.machines[it].connected {
            return self.connect(it);
        }
        match self.dice.up_to(9) {
            0 => {
                self.log(|| format!("device {it} vanishes"));
                self.machines[it].connected = false;
            }
            1 => {
                let reason = *self.dice.one_of(&[
                    Goodbye::SignedOut,
                    Goodbye::Quit,
                    Goodbye::Asleep,
                    Goodbye::Asleep,
                ]);
                self.log(|| format!("device {it} says goodbye: {reason:?}"));
                self.machines[it].connected = false;
                let now = self.moment();
                let mut left = None;
                self.change(|code| left = code.leave(device(it), reason, now));
                if let Some(report) = left {
                    self.rows.insert(device(it), (false, report));
                }
                self.naive.goodbye(it, reason, self.now());
            }
            2 => {
                let machine = &mut self.machines[it];
                machine.limited = !machine.limited;
                self.report(it, false);
            }
            3 | 4 => {
                let machine = &mut self.machines[it];
                if machine.locked_at.take().is_none() {
                    machine.locked_at = Some(self.t);
                }
                machine.input_at = self.t;
                self.report(it, false);
            }
            5 => {
                self.machines[it].input_at = self.t;
                self.machines[it].locked_at = None;
                self.report(it, false);
            }
            6 if self.machines[it].reported.is_some() => {
                let still = matches!(self.machines[it].reported, Some(Activity::Idle { .. }));
                self.report(it, still);
            }
            _ => self.report(it, true),
        }
        Ok(())
    }

    pub(super) fn connect(&mut self, it: usize) -> Result<(), String> {
        self.machines[it].connected = true;
        if self.dice.one_in(2) {
            self.machines[it].input_at = self.t;
            self.machines[it].locked_at = None;
        }
        let still = self.dice.one_in(3);
        self.report(it, still);
        Ok(())
    }

    fn report(&mut self, it: usize, still: bool) {
        let activity = self.machines[it].activity(self.t, still);
        self.machines[it].reported = Some(activity);
        self.log(|| format!("device {it} reports {activity:?}"));
        let now = self.moment();
        let mut report = None;
        self.change(|code| report = Some(code.claim(device(it), activity, now)));
        self.rows.insert(device(it), (true, report.unwrap()));
        self.naive.claim(it, activity, self.now());
    }

    pub(super) fn pick(&mut self) -> Result<(), String> {
        let dice = &mut self.dice;
        let status = *dice.one_of(&[
            Status::Online,
            Status::Busy,
            Status::Invisible,
            Status::Offline,
        ]);
        let change = match dice.up_to(8) {
            0..=2 => StatusChange::Pick { status },
            3 => StatusChange::StayOnline,
            4 | 5 => StatusChange::WindDown,
            _ => {
                let term = match dice.up_to(5) {
                    0 => Term::Tomorrow,
                    1 => Term::At {
                        minute: u16::try_from(dice.up_to(1_460)).unwrap(),
                    },
                    _ => Term::For {
                        ms: u64::try_from(dice.up_to(40) * 2 * MINUTE).unwrap(),
                    },
                };
                StatusChange::Timed { status, term }
            }
        };
        let ago = match dice.up_to(6) {
            0 => dice.up_to(20 * MINUTE),
            1 => dice.up_to(10 * SECOND),
            _ => 0,
        };
        self.pick_this(change, ago)
    }

    fn pick_this(&mut self, change: StatusChange, ago: i64) -> Result<(), String> {
        let via = *self.dice.one_of(&[Via::App, Via::CommandLine]);
        self.log(|| format!("the agent picked {change:?} {ago} ms ago"));
        let now = self.moment();
        let made_ms_ago = u64::try_from(ago).unwrap();
        let quiet = choice::quiet_at(self.wrote.iter().map(|at| Instant(*at)), now);
        let zone = self.zone.clone();
        let mut picked = None;
        self.change(|code| {
            picked = Some(code.pick(change, via, made_ms_ago, &zone, quiet, now));
        });
        let taken = match picked.unwrap() {
            Picked::Taken => Taken::Yes,
            Picked::TooLate => Taken::TooLate,
            Picked::Refused(_) => Taken::Refused,
        };
        let expected = self.naive.pick(change, via, ago, &self.wrote, self.now());
        self.meet(match taken {
            Taken::Yes => "a pick taken",
            Taken::TooLate => "a pick that came too late",
            Taken::Refused => "a pick refused",
        });
        if taken == expected {
            Ok(())
        } else {
            Err(format!("the pick: {taken:?}, expected {expected:?}"))
        }
    }

    /// So that a wind-down has something to wait for.
    pub(super) fn talk_while_winding_down(&mut self) -> Result<(), String> {
        self.wrote = vec![self.now().wall];
        self.tell_of_conversations();
        self.pick_this(StatusChange::WindDown, 0)?;
        self.check()?;
        let delay = self.dice.up_to(10 * MINUTE);
        self.jump(self.t + 1 + delay)?;
        self.check()?;
        self.talk();
        Ok(())
    }

    /// Something happens to the agent's conversations.
    pub(super) fn talk(&mut self) {
        let wall = self.now().wall;
        match self.dice.up_to(4) {
            0 | 1 if self.wrote.len() < 3 => self.wrote.push(wall),
            2 if !self.wrote.is_empty() => {
                let last = self.wrote.len() - 1;
                self.wrote[last] = wall;
            }
            _ => {
                self.wrote.pop();
            }
        }
        self.tell_of_conversations();
    }

    fn tell_of_conversations(&mut self) {
        let wrote = self.wrote.clone();
        self.log(|| format!("visitors of open conversations wrote at {wrote:?}"));
        let now = self.moment();
        let quiet = choice::quiet_at(wrote.iter().map(|at| Instant(*at)), now);
        self.change(|code| code.set_quiet_at(quiet, now));
        self.naive.conversations(wrote, self.now());
    }

    pub(super) fn change_settings(&mut self, settings: Settings) {
        self.log(|| format!("settings: {settings:?}"));
        let now = self.moment();
        self.change(|code| code.set_terms(terms(&settings), now));
        self.naive.settings(settings.clone(), self.now());
        self.settings = settings;
    }

    pub(super) fn set_clock(&mut self) -> Result<(), String> {
        // The timers have rung until now.
        self.settle()?;
        let reach = *self.dice.one_of(&[2 * MINUTE, HOUR, 26 * HOUR]);
        let step = self.dice.up_to(2 * reach) - reach;
        self.offset = (self.offset + step).clamp(-40 * HOUR, 40 * HOUR);
        let offset = self.offset;
        self.log(|| format!("the wall clock is set: now {offset} from true time"));
        self.naive.clock_set(self.now());
        self.meet("the wall clock set");
        Ok(())
    }

    pub(super) fn restart(&mut self) -> Result<(), String> {
        self.settle()?;
        let stop = self.now();
        self.t += 1 + match self.dice.up_to(3) {
            0 => self.dice.up_to(SECOND),
            1 => self.dice.up_to(20 * MINUTE),
            _ => self.dice.up_to(3 * HOUR),
        };
        if self.dice.one_in(4) {
            self.offset =
                (self.offset + self.dice.up_to(4 * HOUR) - 2 * HOUR).clamp(-40 * HOUR, 40 * HOUR);
        }
        self.base = self.t - self.dice.up_to(MINUTE);
        self.log(|| "the server runs again".into());
        let leased: Vec<(DeviceId, Report)> = self
            .rows
            .iter()
            .filter(|(_, (leased, _))| *leased)
            .map(|(device, (_, report))| (*device, *report))
            .collect();
        let standing = *self.code.standing();
        self.code = Attending::recall(standing, leased, terms(&self.settings), self.moment());
        self.naive.restart(stop, self.now());
        for machine in &mut self.machines {
            machine.connected = false;
        }
        self.meet("a restart");
        Ok(())
    }
}

pub(super) fn some_settings(dice: &mut Dice, calendar: &Calendar) -> Settings {
    let idle = match dice.up_to(6) {
        0 => IdleDelay::Off,
        1 | 2 => IdleDelay::Workspace,
        _ => IdleDelay::Minutes {
            minutes: u32::try_from(1 + dice.up_to(12)).unwrap(),
        },
    };
    let lock = *dice.one_of(&[
        LockDelay::AtOnce,
        LockDelay::AtOnce,
        LockDelay::HalfMinute,
        LockDelay::OneMinute,
        LockDelay::FiveMinutes,
        LockDelay::Off,
    ]);
    let on_return = *dice.one_of(&[OnReturn::Restore, OnReturn::Ask, OnReturn::StayOffline]);
    let count = i64::try_from(calendar.timetables.len()).unwrap();
    let timetable = (!dice.one_in(4)).then(|| usize::try_from(dice.up_to(count)).unwrap());
    Settings {
        own: AgentSettings {
            idle,
            lock,
            on_return,
            invisible_offers: dice.one_in(2),
            hours: timetable.map(|it| calendar.timetables[it].hours.clone()),
        },
        workspace_idle: *dice.one_of(&[None, Some(10), Some(3)]),
        statuses: StatusSettings {
            busy: !dice.one_in(3),
            offline_by_hand: !dice.one_in(5),
        },
        timetable,
    }
}
