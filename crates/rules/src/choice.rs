//! The choice in force, reckoned from stored facts: never fired by a timer, so a server that was down
//! loses nothing.
//!
//! Facts are the latest **pick** (the agent's own or an admin's), with what it leads to, and the
//! agent's availability hours. The choice in force is the latest of
//!
//! - the pick;
//! - the end of its timed choice (Online) or wind-down (Offline);
//! - the last boundary of hours (a start: Online, an end: Offline).
//!
//! Whatever is newer cancels what the older one leads to: a boundary after the pick cancels its timed
//! end. Two exceptions, both meant by the person who picked: an *end* of hours does not cut a wind-down
//! short (both lead to Offline; a *start* does cancel it), and "Stay online" passes over the end of the
//! hours during which it was picked. (Those hours may change afterwards: what is passed over is every
//! boundary up to that instant.)
//!
//! At the same instant a pick wins over a boundary (somebody has just acted), and a boundary over the
//! end of a plan ("Invisible until 18:00" for somebody whose hours end at 18:00 ends Offline).
//!
//! **Two clocks.** Lengths of time (timed choices, the silence of visitors) go by the steady clock, hours by
//! the wall clock. To compare them, a pick's place on the wall is how long ago it was made by the steady
//! clock, counted back from the wall clock's reading: setting the wall clock changes which boundary was
//! last, but never makes a pick older or younger than it is. What people read keeps the stamp it got.

use protocol::ids::{AgentId, Instant};
use protocol::limits::{TIMED_MAX_MS, TIMED_MIN_MS, WIND_DOWN_SILENCE_MS};
use protocol::status::{
    Choice, ChoiceSource, NextChange, Plan, Status, StatusChange, StatusSettings, Term, Via,
};
use serde::{Deserialize, Serialize};

use crate::hours::{Boundary, Timetable, Zone};
use crate::presence::{Moment, Steady};

/// A status that somebody picked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Pick {
    /// Which.
    pub status: Status,
    /// When the server learned of it.
    pub at: Instant,
    /// When it was made, which may be before the server learned of it.
    pub made: Moment,
    /// By whom.
    pub source: ChoiceSource,
    /// What it leads to.
    pub plan: PickPlan,
}

/// What a pick leads to, as long as nothing newer is in force.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PickPlan {
    /// Nothing.
    None,
    /// Online.
    Timed {
        /// From then on.
        until: Moment,
    },
    /// Offline.
    WindDown {
        /// Once every visitor has been silent for long enough, as things stand; set again whenever the
        /// agent's open conversations change. `None`: not known yet.
        quiet_at: Option<Moment>,
    },
    /// Boundaries of hours are passed over.
    StayOnline {
        /// Up to and including this.
        ignore_until: Instant,
    },
}

/// A [`Pick`] as it is stored: stamps of the wall clock, which is all that a restart leaves.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct StoredPick {
    /// Which.
    pub status: Status,
    /// When the server learned of it.
    pub at: Instant,
    /// When it was made.
    pub made: Instant,
    /// By whom.
    pub source: ChoiceSource,
    /// What it leads to.
    pub plan: StoredPlan,
}

/// A [`PickPlan`] as it is stored.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "plan", rename_all = "snake_case")]
pub enum StoredPlan {
    /// Nothing.
    None,
    /// Online.
    Timed {
        /// From then on.
        until: Instant,
    },
    /// Offline.
    WindDown {
        /// When every visitor has been silent for long enough.
        quiet_at: Option<Instant>,
    },
    /// Boundaries of hours are passed over.
    StayOnline {
        /// Up to and including this.
        ignore_until: Instant,
    },
}

impl StoredPick {
    /// Where it lies on the clock of this run.
    #[must_use]
    pub fn recall(self, now: Moment) -> Pick {
        let made = now.recall(self.made);
        let plan = match self.plan {
            StoredPlan::None => PickPlan::None,
            // As long after the pick as it was meant, wherever the pick lies now.
            StoredPlan::Timed { until } => PickPlan::Timed {
                until: Moment {
                    wall: until,
                    steady: made.steady.saturating_add(until.since(self.made)),
                },
            },
            // Never farther ahead than a visitor's silence takes, whatever happened to the clock.
            StoredPlan::WindDown { quiet_at } => PickPlan::WindDown {
                quiet_at: quiet_at.map(|wall| Moment {
                    wall,
                    steady: now
                        .steady
                        .saturating_add(wall.since(now.wall).min(WIND_DOWN_SILENCE_MS)),
                }),
            },
            StoredPlan::StayOnline { ignore_until } => PickPlan::StayOnline { ignore_until },
        };
        Pick {
            status: self.status,
            at: self.at,
            made,
            source: self.source,
            plan,
        }
    }
}

impl Pick {
    /// As it is to be stored.
    #[must_use]
    pub fn stored(&self) -> StoredPick {
        StoredPick {
            status: self.status,
            at: self.at,
            made: self.made.wall,
            source: self.source,
            plan: match self.plan {
                PickPlan::None => StoredPlan::None,
                PickPlan::Timed { until } => StoredPlan::Timed { until: until.wall },
                PickPlan::WindDown { quiet_at } => StoredPlan::WindDown {
                    quiet_at: quiet_at.map(|it| it.wall),
                },
                PickPlan::StayOnline { ignore_until } => StoredPlan::StayOnline { ignore_until },
            },
        }
    }

    /// What somebody has who never picked: Online.
    #[must_use]
    pub fn first(now: Moment) -> Self {
        Self {
            status: Status::Online,
            at: now.wall,
            made: now,
            source: ChoiceSource::FirstSignIn,
            plan: PickPlan::None,
        }
    }

    /// An admin sets the agent Offline. `before` is the choice in force: what *undo* goes back to.
    #[must_use]
    pub fn by_admin(agent_id: AgentId, before: &Choice, now: Moment) -> Self {
        let before = match before.source {
            // Set Offline twice, the way back still leads to what the agent had.
            ChoiceSource::Admin { before, .. } => before,
            _ => before.status,
        };
        Self {
            status: Status::Offline,
            at: now.wall,
            made: now,
            source: ChoiceSource::Admin { agent_id, before },
            plan: PickPlan::None,
        }
    }

    /// What an agent asks for, made `made_ms_ago`. It was checked by [`refuse`].
    #[must_use]
    pub fn by_agent(
        change: StatusChange,
        via: Via,
        made_ms_ago: u64,
        around: Around<'_>,
        now: Moment,
    ) -> Self {
        let made = now.earlier(made_ms_ago);
        let (status, plan) = match change {
            StatusChange::Pick { status } => (status, PickPlan::None),
            StatusChange::Timed { status, term } => {
                let until = match term {
                    Term::For { ms } => made.later(ms),
                    Term::Tomorrow => made.at_wall(match around.hours {
                        Some(hours) => hours.tomorrow(made.wall),
                        None => around.zone.tomorrow(made.wall),
                    }),
                    Term::At { minute } => made.at_wall(
                        around
                            .hours
                            .map_or(around.zone, Timetable::zone)
                            .next_local_time(minute, made.wall),
                    ),
                };
                (status, PickPlan::Timed { until })
            }
            StatusChange::WindDown => {
                let quiet_at = Some(around.quiet_at.or_later(made));
                (Status::Invisible, PickPlan::WindDown { quiet_at })
            }
            StatusChange::StayOnline => {
                let end = around.hours.and_then(|hours| end_of(hours, made.wall));
                let plan = end.map_or(PickPlan::None, |end| PickPlan::StayOnline {
                    ignore_until: end,
                });
                (Status::Online, plan)
            }
        };
        Self {
            status,
            at: now.wall,
            made,
            source: ChoiceSource::Agent { via },
            plan,
        }
    }

    /// Sets when a wind-down will have ended, as the agent's open conversations are now. Once it is
    /// over it stays over, and it was not over before `now` if it is not yet.
    pub fn set_quiet_at(&mut self, quiet: Moment, now: Moment) {
        if let PickPlan::WindDown { quiet_at } = &mut self.plan
            && quiet_at.is_none_or(|old| old.steady > now.steady)
        {
            *quiet_at = Some(quiet.or_later(now));
        }
    }

    fn end(&self) -> Option<Moment> {
        match self.plan {
            PickPlan::Timed { until } => Some(until),
            PickPlan::WindDown { quiet_at } => quiet_at,
            PickPlan::None | PickPlan::StayOnline { .. } => None,
        }
    }
}

/// What a pick of an agent is reckoned with.
#[derive(Clone, Copy, Debug)]
pub struct Around<'a> {
    /// The agent's hours.
    pub hours: Option<&'a Timetable>,
    /// The zone to go by when there are no hours.
    pub zone: &'a Zone,
    /// See [`quiet_at`].
    pub quiet_at: Moment,
}

/// When a wind-down ends, as things stand. `visitors_wrote` holds, for each open conversation that the
/// agent is assigned to, when its visitor wrote last; without any it ends now.
#[must_use]
pub fn quiet_at(visitors_wrote: impl IntoIterator<Item = Instant>, now: Moment) -> Moment {
    let silence = u64::try_from(WIND_DOWN_SILENCE_MS).unwrap_or(0);
    visitors_wrote
        .into_iter()
        .map(|wrote| now.recall(wrote).later(silence))
        .max_by_key(|quiet| quiet.steady)
        .unwrap_or(now)
}

/// Why a change of status cannot be picked.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, thiserror::Error)]
pub enum Refused {
    /// Busy is switched off.
    #[error("Busy is not in use in this workspace; pick another status")]
    NoBusy,
    /// Offline is automatic only.
    #[error(
        "in this workspace Offline comes by itself, when you are away or sign out; pick another status"
    )]
    OfflineIsAutomatic,
    /// Online for a while, then Online.
    #[error("Online needs no end; pick Online without a time")]
    TimedOnline,
    /// A length out of range.
    #[error("a status can be picked for 1 minute to 24 hours")]
    Length,
    /// There is no such time of day.
    #[error("a time of day lies between 0:00 and 23:59")]
    TimeOfDay,
}

/// Whether `change` cannot be picked, and why. A choice in force stays when the settings no longer
/// allow it, until another is picked.
#[must_use]
pub fn refuse(change: StatusChange, statuses: StatusSettings) -> Option<Refused> {
    let may = |status| match status {
        Status::Busy if !statuses.busy => Some(Refused::NoBusy),
        Status::Offline if !statuses.offline_by_hand => Some(Refused::OfflineIsAutomatic),
        _ => None,
    };
    match change {
        StatusChange::Pick { status } => may(status),
        StatusChange::Timed {
            status: Status::Online,
            ..
        } => Some(Refused::TimedOnline),
        StatusChange::Timed { status, term } => may(status).or(match term {
            Term::For { ms } if !(TIMED_MIN_MS..=TIMED_MAX_MS).contains(&ms) => {
                Some(Refused::Length)
            }
            Term::At { minute } if minute >= 1_440 => Some(Refused::TimeOfDay),
            Term::For { .. } | Term::Tomorrow | Term::At { .. } => None,
        }),
        StatusChange::WindDown => may(Status::Offline),
        StatusChange::StayOnline => None,
    }
}

/// The choice in force at `now`.
#[must_use]
pub fn in_force(pick: &Pick, hours: Option<&Timetable>, now: Moment) -> Choice {
    let made = now.on_wall(pick.made.steady);
    let passed_over = match pick.plan {
        PickPlan::StayOnline { ignore_until } => Some(ignore_until),
        _ => None,
    };
    let last = hours
        .and_then(|hours| hours.last_boundary(now.wall))
        .filter(|last| last.at > made && passed_over.is_none_or(|until| last.at > until));
    let Some(last) = last else {
        return without_hours(pick, now);
    };
    let PickPlan::WindDown { quiet_at } = pick.plan else {
        return by_hours(last);
    };
    // Starts and ends alternate, so a start since the pick is this boundary or the one before it.
    let started = last.opens
        || hours
            .and_then(|hours| hours.last_boundary(last.at.plus(-1)))
            .is_some_and(|before| before.at > made);
    let ended_later = match quiet_at {
        Some(quiet) if quiet.steady <= now.steady => now.on_wall(quiet.steady) > last.at,
        _ => true,
    };
    if !started && ended_later {
        without_hours(pick, now)
    } else {
        by_hours(last)
    }
}

/// The first instant after `now` at which [`in_force`] may answer differently although no fact
/// changes and nobody sets the wall clock.
#[must_use]
pub fn next_look(pick: &Pick, hours: Option<&Timetable>, now: Moment) -> Option<Steady> {
    let end = pick.end().map(|end| end.steady);
    let boundary = hours
        .and_then(|hours| hours.next_boundary(now.wall))
        .map(|next| now.at_wall(next.at).steady);
    end.into_iter()
        .chain(boundary)
        .filter(|at| *at > now.steady)
        .min()
}

/// The next change of the status in force that comes by itself. `None` while winding down, which ends
/// when conversations do and not at a known time.
#[must_use]
pub fn next_change(pick: &Pick, hours: Option<&Timetable>, now: Moment) -> Option<NextChange> {
    let current = in_force(pick, hours, now);
    if current.plan == Some(Plan::WindDown) {
        return None;
    }
    let mut at = match pick.plan {
        PickPlan::StayOnline { ignore_until } if ignore_until > now.wall => {
            now.at_wall(ignore_until)
        }
        _ => now,
    };
    // Few of them change nothing, because starts and ends of hours alternate.
    for _ in 0..8 {
        at = at.at_steady(next_look(pick, hours, at)?);
        let then = in_force(pick, hours, at);
        if then.status != current.status {
            return Some(NextChange {
                at: then.at,
                status: then.status,
                source: then.source,
            });
        }
    }
    None
}

/// Whether a pick made at `made` is older than what the server holds, and is to be dropped: a pick made
/// later, or a boundary of hours in force that came later. The end of a timed choice or wind-down is no
/// reason: had the pick come in time, it would have cancelled it.
#[must_use]
pub fn comes_too_late(held: &Pick, hours: Option<&Timetable>, made: Moment, now: Moment) -> bool {
    if made.steady < held.made.steady {
        return true;
    }
    let choice = in_force(held, hours, now);
    choice.source == ChoiceSource::Hours && choice.at > now.on_wall(made.steady)
}

fn without_hours(pick: &Pick, now: Moment) -> Choice {
    let over = |end: Moment, status, source| Choice {
        status,
        at: end.wall,
        source,
        plan: None,
    };
    let plan = match pick.plan {
        PickPlan::Timed { until } if until.steady <= now.steady => {
            return over(until, Status::Online, ChoiceSource::TimeUp);
        }
        PickPlan::WindDown {
            quiet_at: Some(end),
        } if end.steady <= now.steady => {
            return over(end, Status::Offline, ChoiceSource::WoundDown);
        }
        PickPlan::Timed { until } => Some(Plan::Timed { until: until.wall }),
        PickPlan::WindDown { .. } => Some(Plan::WindDown),
        PickPlan::None | PickPlan::StayOnline { .. } => None,
    };
    Choice {
        status: pick.status,
        at: pick.at,
        source: pick.source,
        plan,
    }
}

fn by_hours(boundary: Boundary) -> Choice {
    Choice {
        status: if boundary.opens {
            Status::Online
        } else {
            Status::Offline
        },
        at: boundary.at,
        source: ChoiceSource::Hours,
        plan: None,
    }
}

/// The end of the hours that run at `at`. Outside of hours there is none: whoever answers the notice a
/// moment too late is past that end, and means no other.
fn end_of(hours: &Timetable, at: Instant) -> Option<Instant> {
    let next = hours.next_boundary(at)?;
    (!next.opens).then_some(next.at)
}
