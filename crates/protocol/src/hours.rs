//! Availability hours as they travel: spans of local time on a week grid, with exceptions by date.
//!
//! Local times are minutes since midnight in the agent's own time zone. What they mean as instants,
//! across changes of daylight-saving time, is decided in `rules::hours`.

use serde::{Deserialize, Serialize};
use ts_rs::TS;

/// The hours of one agent. Without any span (and without exceptions that have some) there are no
/// boundaries, and nothing ever changes by hours.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct Hours {
    /// Name of the zone in the IANA database, like `Europe/Berlin`.
    pub zone: String,
    /// Seven days, Monday first; each a list of spans that start on it, in order.
    pub week: Vec<Vec<Span>>,
    /// Days that differ, in order; they do not overlap.
    pub exceptions: Vec<HoursException>,
}

/// A span of local time that starts on one day. An end before its start means the next day; an end
/// equal to the start would be empty and is refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, TS)]
pub struct Span {
    /// Minutes since midnight, 0 to 1439.
    pub from: u16,
    /// Minutes since midnight, 0 to 1440 (the end of the day).
    pub to: u16,
}

/// Days on which other spans start than the week says.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct HoursException {
    /// The first day, like `2026-12-24`.
    pub first: String,
    /// The last day; the same as the first for a single day.
    pub last: String,
    /// What the agent calls it; may be empty.
    pub name: String,
    /// The spans that start on each of these days; none: Offline all day.
    pub spans: Vec<Span>,
}
