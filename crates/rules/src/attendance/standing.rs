//! What is stored of an agent's presence.

use protocol::ids::Instant;
use protocol::status::{Activity, Choice, Goodbye, NextChange, Presence, Reason, Status};
use serde::{Deserialize, Serialize};

use crate::choice::{self, Pick, StoredPick};
use crate::presence::Moment;

/// What a device reported, and when.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Report {
    /// In its own words.
    pub activity: Activity,
    /// When the server got it.
    pub at: Instant,
}

/// What was told of an agent last.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Told {
    /// As the agent gets it.
    pub presence: Presence,
    /// Since when the status alone holds: its age as the team gets it.
    pub status_since: Instant,
    /// The choice in force.
    pub choice: Choice,
    /// The next change of it that comes by itself.
    pub next: Option<NextChange>,
}

/// What is stored of an agent's presence.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Standing {
    /// The latest pick.
    pub pick: StoredPick,
    /// Waiting for "Go online".
    pub held: bool,
    /// A drop under rule 2 was seen, and nobody was there since.
    pub away: bool,
    /// How the last lease ended; `None`: it ran out.
    pub goodbye: Option<Goodbye>,
    /// What was told.
    pub told: Told,
}

impl Standing {
    /// Of an agent who has just come into the workspace and has no device yet.
    #[must_use]
    pub fn first(now: Moment) -> Self {
        let pick = Pick::first(now);
        Self {
            pick: pick.stored(),
            held: false,
            away: false,
            goodbye: Some(Goodbye::SignedOut),
            told: Told {
                presence: Presence {
                    status: Status::Offline,
                    reason: Reason::SignedOut,
                    since: now.wall,
                },
                status_since: now.wall,
                choice: choice::in_force(&pick, None, now),
                next: None,
            },
        }
    }
}
