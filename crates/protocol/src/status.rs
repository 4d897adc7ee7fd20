//! Status, choice, presence and activity as they travel.

use serde::{Deserialize, Serialize};
use ts_rs::TS;

use crate::ids::{AgentId, Instant};

/// What can be picked, and what others get.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum Status {
    /// Visitors see the agent available; new chats are offered.
    Online,
    /// Visitors see the agent away, except in conversations the agent is assigned to.
    Busy,
    /// Like busy to visitors; colleagues see invisible.
    Invisible,
    /// Away everywhere; no chat notices.
    Offline,
}

/// Who made a choice.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize, TS)]
#[serde(tag = "by", rename_all = "snake_case")]
pub enum ChoiceSource {
    /// The default of a first sign-in.
    FirstSignIn,
    /// The agent, on any device.
    Agent,
    /// An admin.
    Admin {
        /// Which one.
        agent_id: AgentId,
    },
    /// A source of a later protocol.
    #[serde(other)]
    Unknown,
}

/// The status that was picked.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize, TS)]
pub struct Choice {
    /// The pick.
    pub status: Status,
    /// When the server learned of it.
    pub at: Instant,
    /// Who picked.
    pub source: ChoiceSource,
}

/// Why presence is what it is. Only the agent gets this in detail.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize, TS)]
#[serde(tag = "why", rename_all = "snake_case")]
pub enum Reason {
    /// It is the choice in force.
    Chosen,
    /// No input on any device since.
    Idle {
        /// The last input, as the server reckoned it.
        since: Instant,
    },
    /// Every device is locked.
    Locked {
        /// When the last of them was locked.
        since: Instant,
    },
    /// The last device said it goes to sleep.
    Asleep,
    /// The last device signed out.
    SignedOut,
    /// The app was quit on the last device.
    Quit,
    /// The last device vanished without a goodbye.
    ConnectionLost,
    /// A reason of a later protocol.
    #[serde(other)]
    Unknown,
}

/// The status others get, with its reason and age.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize, TS)]
pub struct Presence {
    /// Derived from the choice and the facts.
    pub status: Status,
    /// Why.
    pub reason: Reason,
    /// Since when this status and reason hold.
    pub since: Instant,
}

/// What the team sees of an agent.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize, TS)]
pub struct TeamPresence {
    /// Whose.
    pub agent_id: AgentId,
    /// The presence, without its reason.
    pub status: Status,
    /// Its age.
    pub since: Instant,
}

/// What a device reports of the machine it runs on. Durations, never wall time: a device's clock may
/// be wrong, so the server subtracts from its own.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize, TS)]
#[serde(tag = "state", rename_all = "snake_case")]
pub enum Activity {
    /// There was input lately.
    Active,
    /// No input for some time.
    Idle {
        /// Milliseconds since the last input.
        for_ms: u64,
    },
    /// The session is locked.
    Locked {
        /// Milliseconds since it was locked.
        for_ms: u64,
    },
    /// The machine's idle time cannot be read; input inside the app is all there is to go by.
    Limited {
        /// Milliseconds since the last input inside the app.
        for_ms: u64,
    },
}

/// Why a device gives up its lease.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum Goodbye {
    /// The agent signed out on it.
    SignedOut,
    /// The app was quit.
    Quit,
    /// The machine goes to sleep.
    Asleep,
}
