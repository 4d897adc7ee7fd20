//! What an agent's devices are told ahead of time: a drop by idle, and the end of hours.
//!
//! These frames are ephemeral: they have no number and are not repeated. What was said to which stream
//! is remembered here, so that each is said once, a stream that comes later hears it too, and a
//! countdown that was announced is always ended by [`ServerFrame::IdleOver`], whether input cancelled it
//! or the drop has come.

use std::collections::BTreeMap;

use protocol::frame::ServerFrame;
use protocol::ids::Instant;
use protocol::limits::{COUNTDOWN_MS, HOURS_END_NOTICE_MS};
use protocol::status::{ChoiceSource, Status};
use rules::attendance::Attending;
use rules::presence::{Moment, Steady};

/// What is ahead of one agent.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Ahead {
    /// When presence drops if nobody moves anything.
    idle_drop: Option<Steady>,
    /// The next end of hours, if it takes the agent Offline.
    hours_end: Option<Instant>,
    /// Open conversations of theirs.
    open: u32,
}

impl Ahead {
    pub(crate) fn of(attending: &Attending, open: u32, now: Moment) -> Self {
        Self {
            idle_drop: attending.idle_drop_at(now),
            hours_end: hours_end(attending, now),
            open,
        }
    }

    /// When something of it comes near.
    pub(crate) fn next(&self, now: Moment) -> Option<Steady> {
        let countdown = self
            .idle_drop
            .map(|drop| drop.saturating_sub(signed(COUNTDOWN_MS)));
        let notice = self.hours_end.map(|end| {
            now.at_wall(end)
                .steady
                .saturating_sub(signed(HOURS_END_NOTICE_MS))
        });
        countdown
            .into_iter()
            .chain(notice)
            .filter(|at| *at > now.steady)
            .min()
    }

    fn near_drop(&self, now: Moment) -> Option<(Steady, u64)> {
        let drop = self.idle_drop?;
        let in_ms = u64::try_from(drop.saturating_sub(now.steady)).ok()?;
        (1..=COUNTDOWN_MS).contains(&in_ms).then_some((drop, in_ms))
    }

    fn near_end(&self, now: Moment) -> Option<Instant> {
        let end = self.hours_end.filter(|_| self.open > 0)?;
        let in_ms = end.since(now.wall);
        (1..=signed(HOURS_END_NOTICE_MS))
            .contains(&in_ms)
            .then_some(end)
    }
}

/// The next boundary of hours, if it is an end that will be in force and changes something.
fn hours_end(attending: &Attending, now: Moment) -> Option<Instant> {
    let next = attending.terms().hours()?.next_boundary(now.wall)?;
    let then = attending.choice(now.at_wall(next.at));
    let takes_offline =
        then.source == ChoiceSource::Hours && then.at == next.at && then.status == Status::Offline;
    (takes_offline && attending.choice(now).status != Status::Offline).then_some(next.at)
}

/// What was said to which stream, by its seat.
#[derive(Debug, Default)]
pub(crate) struct Announced {
    drops: BTreeMap<u64, Steady>,
    ends: BTreeMap<u64, Instant>,
}

impl Announced {
    /// What is to be said now. `seats` are the agent's streams, and whether the device of each holds a
    /// lease.
    pub(crate) fn tell(
        &mut self,
        ahead: Ahead,
        seats: &[(u64, bool)],
        now: Moment,
    ) -> Vec<(u64, ServerFrame)> {
        let here = |seat: &u64| seats.iter().any(|(other, _)| other == seat);
        self.drops.retain(|seat, _| here(seat));
        self.ends.retain(|seat, _| here(seat));
        let mut frames = Vec::new();
        let near_drop = ahead.near_drop(now);
        let near_end = ahead.near_end(now);
        for (seat, leased) in seats {
            match near_drop {
                Some((drop, in_ms)) => {
                    if *leased && self.drops.insert(*seat, drop) != Some(drop) {
                        frames.push((*seat, ServerFrame::IdleSoon { in_ms }));
                    }
                }
                None => {
                    if self.drops.remove(seat).is_some() {
                        frames.push((*seat, ServerFrame::IdleOver));
                    }
                }
            }
            if let Some(at) = near_end
                && *leased
                && self.ends.insert(*seat, at) != Some(at)
            {
                let open = ahead.open;
                frames.push((*seat, ServerFrame::HoursEndSoon { at, open }));
            }
        }
        frames
    }
}

fn signed(ms: u64) -> i64 {
    i64::try_from(ms).unwrap_or(i64::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(steady: Steady) -> Moment {
        Moment {
            wall: Instant(1_000_000 + steady),
            steady,
        }
    }

    fn drop_at(steady: Steady) -> Ahead {
        Ahead {
            idle_drop: Some(steady),
            ..Ahead::default()
        }
    }

    #[test]
    fn a_countdown_is_said_once_to_each_stream_and_always_ended() {
        let mut announced = Announced::default();
        let ahead = drop_at(100_000);
        assert_eq!(ahead.next(at(0)), Some(70_000));
        assert!(announced.tell(ahead, &[(1, true)], at(69_999)).is_empty());
        let soon = |seat, in_ms| (seat, ServerFrame::IdleSoon { in_ms });
        let said = announced.tell(ahead, &[(1, true), (2, false)], at(70_000));
        assert_eq!(said, [soon(1, 30_000)], "only to who is there");
        let said = announced.tell(ahead, &[(1, true), (2, true)], at(80_000));
        assert_eq!(said, [soon(2, 20_000)], "who comes later hears it too");
        let moved = drop_at(105_000);
        let said = announced.tell(moved, &[(1, true)], at(80_000));
        assert_eq!(said, [soon(1, 25_000)], "it is later than was said");
        let said = announced.tell(moved, &[(1, true)], at(105_000));
        assert_eq!(said, [(1, ServerFrame::IdleOver)], "it has come");
        assert!(
            announced
                .tell(Ahead::default(), &[(1, true)], at(106_000))
                .is_empty()
        );
    }

    #[test]
    fn input_ends_a_countdown_also_for_a_device_that_lost_its_lease() {
        let mut announced = Announced::default();
        announced.tell(drop_at(100_000), &[(1, true), (2, true)], at(90_000));
        let said = announced.tell(Ahead::default(), &[(1, true), (2, false)], at(91_000));
        assert_eq!(
            said,
            [(1, ServerFrame::IdleOver), (2, ServerFrame::IdleOver)]
        );
    }

    #[test]
    fn the_end_of_hours_is_said_once_and_only_while_something_is_open() {
        let mut announced = Announced::default();
        let end = at(1_000_000).wall;
        let ahead = |open| Ahead {
            hours_end: Some(end),
            open,
            ..Ahead::default()
        };
        assert_eq!(ahead(1).next(at(0)), Some(700_000));
        let seats = [(1, true)];
        assert!(announced.tell(ahead(1), &seats, at(699_999)).is_empty());
        assert!(announced.tell(ahead(0), &seats, at(700_000)).is_empty());
        let said = |open| (1, ServerFrame::HoursEndSoon { at: end, open });
        assert_eq!(announced.tell(ahead(2), &seats, at(800_000)), [said(2)]);
        assert!(announced.tell(ahead(3), &seats, at(900_000)).is_empty());
        assert!(announced.tell(ahead(3), &seats, at(1_000_000)).is_empty());
    }
}
