//! Availability hours: what spans of local time on a week grid mean as instants.
//!
//! The hours of an agent are a set of moments at which the agent is on duty: the union of all their
//! spans. Only its edges matter, the *boundaries*: where it begins the choice becomes Online, where it
//! ends, Offline. So spans that touch make one, and neither the length of a day nor its name matters.
//!
//! Two steps, kept apart:
//!
//! 1. `pattern` finds the turns of that set on a plain calendar, where every day has 1440 minutes. An
//!    exception replaces the spans that *start* on its dates; a span of the day before still runs into
//!    it. The search is exact however far away a turn lies: stretches of days on which nothing can
//!    turn (a sabbatical, a week without a pause) are leapt over.
//! 2. `zone` says at which instant a clock on the wall first shows a local time or a later one. That
//!    one rule holds for every change of the clock: in a gap it is the first instant after it, in a fold
//!    the earlier of two. It never runs backwards, so the order of turns survives it; turns that fall on
//!    the same instant (a span or a pause that lies wholly in a gap) cancel each other in pairs.
//!
//! Nothing here knows what time it is, and the zones come from the database that is compiled in: the same
//! question has the same answer on every machine.

mod check;
mod pattern;
mod zone;

use protocol::hours::Hours;
use protocol::ids::Instant;

pub use check::{HoursDay, HoursError};
pub use zone::Zone;

use pattern::{DAY, Pattern, Turn};

/// An edge of an agent's hours.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Boundary {
    /// When.
    pub at: Instant,
    /// Whether the hours begin there; otherwise they end.
    pub opens: bool,
}

/// Hours that were checked and can be asked. Cheap to clone; making one costs about as much as asking
/// it a few times.
#[derive(Clone, Debug)]
pub struct Timetable {
    zone: Zone,
    pattern: Pattern,
}

impl Timetable {
    /// Checks hours as they came from outside.
    ///
    /// # Errors
    /// Says what is wrong and on which day: see [`HoursError`].
    pub fn new(hours: &Hours) -> Result<Self, HoursError> {
        Ok(Self {
            pattern: check::pattern(hours)?,
            zone: Zone::named(&hours.zone)?,
        })
    }

    /// The zone the hours are in.
    #[must_use]
    pub fn zone(&self) -> &Zone {
        &self.zone
    }

    /// The latest boundary at or before `at`. `None` without hours, or when they have always been as
    /// they are.
    #[must_use]
    pub fn last_boundary(&self, at: Instant) -> Option<Boundary> {
        let mut turn = self.pattern.last(self.zone.reached(at)?)?;
        loop {
            let (instant, _) = self.zone.first(turn.minute)?;
            if !self.zone.skipped_to(turn.minute, instant) {
                return Some(boundary(instant, turn));
            }
            // A gap ends here: turns inside it fall on the same instant.
            let Some(before) = self.pattern.last(turn.minute - 1) else {
                return Some(boundary(instant, turn));
            };
            if self.zone.first(before.minute)?.0 != instant {
                return Some(boundary(instant, turn));
            }
            turn = self.pattern.last(before.minute - 1)?;
        }
    }

    /// The first boundary after `after`. `None` without hours, or when they never change again.
    #[must_use]
    pub fn next_boundary(&self, after: Instant) -> Option<Boundary> {
        let mut turn = self.pattern.next(self.zone.reached(after)?)?;
        loop {
            let (instant, in_gap) = self.zone.first(turn.minute)?;
            if !in_gap {
                return Some(boundary(instant, turn));
            }
            let Some(following) = self.pattern.next(turn.minute) else {
                return Some(boundary(instant, turn));
            };
            if self.zone.first(following.minute)?.0 != instant {
                return Some(boundary(instant, turn));
            }
            turn = self.pattern.next(following.minute)?;
        }
    }

    /// What "until tomorrow" means at `at`: the first beginning of the hours on the next local day or
    /// later; without one, as [`Zone::tomorrow`].
    #[must_use]
    pub fn tomorrow(&self, at: Instant) -> Instant {
        self.first_opening_tomorrow(at)
            .unwrap_or_else(|| self.zone.tomorrow(at))
    }

    fn first_opening_tomorrow(&self, at: Instant) -> Option<Instant> {
        let midnight = self.zone.first((self.zone.day(at)? + 1) * DAY)?.0;
        let mut boundary = self.next_boundary(Instant(midnight.0 - 1))?;
        if !boundary.opens {
            boundary = self.next_boundary(boundary.at)?;
        }
        Some(boundary.at)
    }
}

fn boundary(at: Instant, turn: Turn) -> Boundary {
    Boundary {
        at,
        opens: turn.opens,
    }
}
