//! A day of one agent, from the log of status changes: what others got when, and why it changed.
//!
//! The log has an entry for each change of presence or of the choice in force. For a person, both are
//! one story: "Online by hand at 9:00, away at 10:02 without input, back at 10:15, Offline by hours at
//! 17:00". [`day`] tells it for one local day, which has 23 or 25 hours when the clock changes; [`csv`]
//! writes the same for a spreadsheet.
//!
//! What is not in the log is not guessed: before its first entry, and after `until`, there is no segment.

mod csv;

pub use csv::csv;

use protocol::ids::Instant;
use protocol::status::{ChoiceSource, Plan, Reason, Status, StatusLogEntry};

use crate::hours::{HoursError, Zone};

/// Why somebody's status is, or became, what it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum What {
    /// It is the choice in force.
    Chosen {
        /// Who or what made it.
        source: ChoiceSource,
        /// What it leads to.
        plan: Option<Plan>,
    },
    /// The choice that was in force before is so again.
    Back {
        /// Who or what had made it.
        source: ChoiceSource,
        /// What it leads to.
        plan: Option<Plan>,
    },
    /// Away, whatever was chosen.
    Away {
        /// Why.
        reason: Reason,
    },
    /// Another choice came into force while away. Others see it later.
    ChosenWhileAway {
        /// The choice.
        choice: Status,
        /// Who or what made it.
        source: ChoiceSource,
        /// Why it is not what others get.
        reason: Reason,
    },
}

/// A stretch of time with one status, for one reason.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Segment {
    /// Its begin, within the day.
    pub from: Instant,
    /// Its end, within the day; later than its begin.
    pub to: Instant,
    /// What others got.
    pub status: Status,
    /// Why. Never [`What::ChosenWhileAway`], which changes nothing that others get.
    pub what: What,
}

/// One entry of the log, told in its place.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Change {
    /// When.
    pub at: Instant,
    /// What others get from then on.
    pub status: Status,
    /// Why.
    pub what: What,
}

/// A full hour of the day.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Mark {
    /// When.
    pub at: Instant,
    /// Minutes since midnight on the clock on the wall.
    pub minute: u16,
}

/// One local day of one agent.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Day {
    /// Its midnight, or the first instant that the place has of it.
    pub begins: Instant,
    /// The next day's.
    pub ends: Instant,
    /// Its full hours.
    pub marks: Vec<Mark>,
    /// In order, without overlaps.
    pub segments: Vec<Segment>,
    /// What happened on it, in order.
    pub changes: Vec<Change>,
}

/// The day `date` (like `2026-11-20`) in `zone`. `entries` is the log, oldest first, from the entry
/// that was in force when the day began; nothing is told after `until`, which is now, or the last
/// instant that the log is known up to.
///
/// # Errors
/// [`HoursError::BadDate`].
pub fn day(
    zone: &Zone,
    date: &str,
    entries: &[StatusLogEntry],
    until: Instant,
) -> Result<Day, HoursError> {
    let (begins, ends) = zone.day_of(date)?;
    let hours = zone.hours_of(date)?;
    let told = told(entries);
    let known = ends.min(until);
    let mut segments: Vec<Segment> = Vec::new();
    let nexts = told.iter().skip(1).map(|next| next.at).chain([known]);
    for (change, next) in told.iter().zip(nexts) {
        let (from, to) = (change.at.max(begins), next.min(known));
        if from >= to {
            continue;
        }
        let what = match change.what {
            What::ChosenWhileAway { reason, .. } => What::Away { reason },
            what => what,
        };
        match segments.last_mut() {
            Some(last) if (last.to, last.status, last.what) == (from, change.status, what) => {
                last.to = to;
            }
            _ => segments.push(Segment {
                from,
                to,
                status: change.status,
                what,
            }),
        }
    }
    Ok(Day {
        begins,
        ends,
        marks: hours
            .into_iter()
            .map(|(at, minute)| Mark { at, minute })
            .collect(),
        segments,
        changes: told
            .into_iter()
            .filter(|change| (begins..ends).contains(&change.at) && change.at <= until)
            .collect(),
    })
}

/// Each entry that changed something, with what it changed.
fn told(entries: &[StatusLogEntry]) -> Vec<Change> {
    let mut changes = Vec::new();
    let mut before: Option<&StatusLogEntry> = None;
    for entry in entries {
        let news = before.is_none_or(|before| {
            (
                before.presence.status,
                before.presence.reason,
                before.choice,
            ) != (entry.presence.status, entry.presence.reason, entry.choice)
        });
        if news {
            changes.push(Change {
                at: entry.at,
                status: entry.presence.status,
                what: what(before, entry),
            });
        }
        before = Some(entry);
    }
    changes
}

fn what(before: Option<&StatusLogEntry>, entry: &StatusLogEntry) -> What {
    let reason = entry.presence.reason;
    let choice = entry.choice;
    let same_choice = before.is_some_and(|before| {
        (before.choice.at, before.choice.status, before.choice.source)
            == (choice.at, choice.status, choice.source)
    });
    let was_away = before.is_some_and(|before| before.presence.reason != Reason::Chosen);
    let (source, plan) = (choice.source, choice.plan);
    match reason {
        Reason::Chosen if was_away && same_choice => What::Back { source, plan },
        Reason::Chosen => What::Chosen { source, plan },
        _ if before.is_some_and(|before| before.presence.reason == reason) && !same_choice => {
            What::ChosenWhileAway {
                choice: choice.status,
                source,
                reason,
            }
        }
        _ => What::Away { reason },
    }
}
