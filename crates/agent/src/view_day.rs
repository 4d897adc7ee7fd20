//! One day of somebody's status changes, as the page of settings shows it.
//!
//! TypeScript is generated from these types (`tests/bindings.rs`).

use protocol::ids::{AgentId, Instant};
use protocol::status::{Choice, Presence, Status};
use serde::{Deserialize, Serialize};
use ts_rs::TS;

/// A day in the time zone of the agent's hours.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, TS)]
pub struct DayView {
    /// Whose.
    pub agent_id: AgentId,
    /// Like `2026-11-20`.
    pub date: String,
    /// The zone whose midnights begin and end it, like `Europe/Berlin`.
    pub zone: String,
    /// What others got, in order and without overlap; where nothing is known, there is none.
    pub segments: Vec<DaySegment>,
    /// Each change of the day, in order.
    pub changes: Vec<DayChange>,
}

/// A stretch of one status on the axis of a day, in minutes of the wall clock, 0 to 1440. On a day on
/// which the clock is set, the axis stays that of the clock on the wall.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct DaySegment {
    /// Its start.
    pub from: u32,
    /// Its end.
    pub to: u32,
    /// What others got.
    pub status: Status,
}

/// One change of status.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct DayChange {
    /// When.
    pub at: Instant,
    /// The same in minutes of the wall clock on that day.
    pub minute: u32,
    /// What others got from then on, and why.
    pub presence: Presence,
    /// The choice in force.
    pub choice: Choice,
}
