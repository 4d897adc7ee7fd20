//! The stream between a device and its workspace: one WebSocket, JSON text frames.
//!
//! ```text
//! device                                server
//!   Hello{version, cursor} ------------->
//!                          <------------- Welcome | Error{version_mismatch, snapshot_needed, ...}
//!                          <------------- Event{seq, prev} ... (catching up)
//!                          <------------- CaughtUp{seq}
//!   Claim{activity} -------------------->  the lease begins
//!   Heartbeat -------------------------->  every 10 s
//!   Activity, SetChoice ---------------->
//!                          <------------- Event, ChoiceDone
//!   Goodbye ---------------------------->  the lease ends at once
//! ```
//!
//! A device catches up **before** it claims its lease, so that after sleep nobody counts as there who
//! has not seen what happened.

use serde::{Deserialize, Serialize};
use ts_rs::TS;

use crate::error::ErrorBody;
use crate::event::Event;
use crate::ids::{ClientId, ConversationId, Instant, Seq};
use crate::status::{Activity, Goodbye, StatusChange, Via};

/// How often a device renews its lease.
pub const HEARTBEAT_MS: u64 = 10_000;
/// How long a lease lasts without a heartbeat: three of them, so that two may be lost.
pub const LEASE_MS: u64 = 30_000;

/// The first frame of a device.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct Hello {
    /// [`crate::PROTOCOL_VERSION`] of the device.
    pub version: u32,
    /// Names of optional abilities the device has. Unknown ones are ignored.
    pub capabilities: Vec<String>,
    /// The device's token.
    pub token: String,
    /// The last event the device has stored.
    pub cursor: Seq,
}

// The token must not reach a log by way of `{:?}`.
impl std::fmt::Debug for Hello {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Hello")
            .field("version", &self.version)
            .field("capabilities", &self.capabilities)
            .field("cursor", &self.cursor)
            .finish_non_exhaustive()
    }
}

/// What a device says.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(tag = "frame", rename_all = "snake_case")]
pub enum DeviceFrame {
    /// Once, first.
    Hello(Hello),
    /// Caught up: begins the lease.
    Claim {
        /// Of the machine, now.
        activity: Activity,
    },
    /// Renews the lease.
    Heartbeat,
    /// The machine's activity changed.
    Activity {
        /// What it is now.
        activity: Activity,
    },
    /// The agent changed their status.
    SetChoice {
        /// Ties [`ServerFrame::ChoiceDone`] to the pick.
        client_id: ClientId,
        /// The pick.
        change: StatusChange,
        /// In which way it was picked.
        via: Via,
        /// The time zone of the device, like `Europe/Berlin`: "until tomorrow" goes by it for an agent
        /// who has set no hours, and so no zone. Absent, or unknown to the server: UTC.
        #[serde(default)]
        zone: Option<String>,
        /// Milliseconds between the pick and this frame: a pick made before the connection was lost
        /// gives way to one the server holds from later.
        made_ms_ago: u64,
    },
    /// What the agent has before them on this device: the window has the keyboard, the conversation is
    /// open at its end, and there was input a moment ago. Sent when it changes.
    Looking {
        /// `None`: no conversation.
        conversation_id: Option<ConversationId>,
    },
    /// The agent is writing a reply: repeated every [`crate::limits::WRITING_EVERY_MS`] while they do.
    /// Ephemeral, and lost without a connection.
    Writing {
        /// Where.
        conversation_id: ConversationId,
    },
    /// Ends the lease.
    Goodbye {
        /// Why.
        reason: Goodbye,
    },
    /// A frame of a later protocol: ignored.
    #[serde(other)]
    Unknown,
}

/// An event on its way to one agent.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct EventFrame {
    /// Its number.
    pub seq: Seq,
    /// The last number before it that is visible to this agent. Anything else than the receiver's
    /// cursor is a gap.
    pub prev: Seq,
    /// What happened.
    pub event: Event,
}

/// What the server says.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(tag = "frame", rename_all = "snake_case")]
pub enum ServerFrame {
    /// The answer to a good [`Hello`].
    Welcome {
        /// [`crate::PROTOCOL_VERSION`] of the server.
        version: u32,
        /// Names of optional abilities of the server.
        capabilities: Vec<String>,
    },
    /// The next event.
    Event(EventFrame),
    /// Everything up to here was sent; from now on events come as they happen.
    CaughtUp {
        /// The device's cursor once it has stored them all.
        seq: Seq,
    },
    /// The server decided on a pick; its events are sent before this.
    ChoiceDone {
        /// Whose answer this is.
        client_id: ClientId,
        /// `false` when the server holds a choice made after the pick, or refused it.
        accepted: bool,
        /// Why it was refused; absent when it was accepted or is just older.
        error: Option<ErrorBody>,
    },
    /// Nobody moves anything on any of this agent's devices: a drop to Offline is near. Ephemeral,
    /// without a number; any input ends it.
    IdleSoon {
        /// The drop comes in so many milliseconds.
        in_ms: u64,
    },
    /// The drop that was announced does not come, or has come.
    IdleOver,
    /// The end of hours is near, and conversations of the agent's are open. Ephemeral.
    HoursEndSoon {
        /// When they end.
        at: Instant,
        /// Open conversations of theirs.
        open: u32,
    },
    /// What this agent has before them on their other devices ([`DeviceFrame::Looking`]). Ephemeral,
    /// without a number; it is none until it is said.
    LookedAt {
        /// In order.
        conversation_ids: Vec<ConversationId>,
    },
    /// The last frame before the server ends the stream.
    Error(ErrorBody),
    /// A frame of a later protocol: ignored.
    #[serde(other)]
    Unknown,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_hello_in_a_log_shows_no_token() {
        let hello = DeviceFrame::Hello(Hello {
            version: 1,
            capabilities: vec![],
            token: "never-in-a-log".into(),
            cursor: Seq(7),
        });
        let shown = format!("{hello:?}");
        assert!(!shown.contains("never-in-a-log"), "{shown}");
        assert!(shown.contains("Seq(7)"), "{shown}");
    }
}
