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
use protocol::status::{Reason, Status, StatusLogEntry};

use crate::hours::{HoursError, Zone};

/// What an entry of the log tells beside the one before it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum What {
    /// A choice came into force, and others get it.
    Chosen,
    /// The choice that was in force before is what others get again.
    Back,
    /// Away, whatever was chosen, or away for another reason.
    Away,
    /// Another choice came into force while away: it changes nothing yet that others get.
    ChosenWhileAway,
}

/// A stretch of time with one status.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Segment {
    /// Its begin, within the day.
    pub from: Instant,
    /// Its end, within the day; later than its begin.
    pub to: Instant,
    /// What others got.
    pub status: Status,
}

/// Something that happened.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Change {
    /// When, and how it is from then on.
    pub entry: StatusLogEntry,
    /// What of it is new.
    pub what: What,
}

/// One local day of one agent.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Day {
    /// Its midnight, or the first instant that the place has of it.
    pub begins: Instant,
    /// The next day's.
    pub ends: Instant,
    /// In order, without overlaps; two that touch differ.
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
    let known = ends.min(until);
    let mut segments: Vec<Segment> = Vec::new();
    let nexts = entries.iter().skip(1).map(|next| next.at).chain([known]);
    for (entry, next) in entries.iter().zip(nexts) {
        // A wall clock that was set back leaves entries out of order; nothing is told twice.
        let told_to = segments.last().map_or(begins, |last| last.to);
        let (from, to) = (entry.at.max(told_to), next.min(known));
        let status = entry.presence.status;
        match segments.last_mut() {
            _ if from >= to => {}
            Some(last) if (last.to, last.status) == (from, status) => last.to = to,
            _ => segments.push(Segment { from, to, status }),
        }
    }
    let mut changes = changes(entries);
    changes.retain(|change| (begins..ends).contains(&change.entry.at) && change.entry.at <= until);
    Ok(Day {
        begins,
        ends,
        segments,
        changes,
    })
}

/// Each entry that changed something, with what it changed.
fn changes(entries: &[StatusLogEntry]) -> Vec<Change> {
    let befores = [None].into_iter().chain(entries.iter().map(Some));
    entries
        .iter()
        .zip(befores)
        .filter_map(|(entry, before)| {
            Some(Change {
                entry: *entry,
                what: what(before, entry)?,
            })
        })
        .collect()
}

/// `None` for an entry that repeats the one before it.
fn what(before: Option<&StatusLogEntry>, entry: &StatusLogEntry) -> Option<What> {
    let chosen = entry.presence.reason == Reason::Chosen;
    let Some(before) = before else {
        return Some(if chosen { What::Chosen } else { What::Away });
    };
    let same_reason = before.presence.reason == entry.presence.reason;
    let same_status = before.presence.status == entry.presence.status;
    let same_choice = before.choice == entry.choice;
    match (same_reason, same_choice) {
        (true, true) if same_status => None,
        (true, false) if !chosen => Some(What::ChosenWhileAway),
        (false, true) if chosen => Some(What::Back),
        _ if chosen => Some(What::Chosen),
        _ => Some(What::Away),
    }
}
