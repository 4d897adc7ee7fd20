//! One digest instead of a storm, and the card of what happened while the agent was away.
//!
//! What happened in an absence (before a start, in a sleep, without a connection, before a crash) is
//! not told one by one but in one digest that names who still waits. The same is done with more new
//! conversations at once than anybody reads. After an absence that was chosen there is no digest:
//! whoever went Offline or Invisible looks by themselves, and finds the card.

use std::collections::BTreeSet;

use protocol::ids::{AgentId, ConversationId, Instant, Seq};
use protocol::model::{Conversation, ConversationState};
use protocol::status::{Presence, Reason, Status};
use serde::{Deserialize, Serialize};
use ts_rs::TS;

use super::{Notice, newest_of_each};

/// Conversations that are told of one by one at the same moment: as many as fit beside each other
/// on a screen; of more, a digest tells.
pub const AT_ONCE: usize = 5;

/// What comes within this is one moment: 10 s, in which nobody has read the first yet.
pub const MOMENT_MS: u64 = 10_000;

/// How notices that are worth showing are shown.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Plan {
    /// One by one.
    pub single: BTreeSet<Notice>,
    /// Together, in one digest.
    pub digest: BTreeSet<ConversationId>,
}

/// Makes the plan. What has a number up to `absent_through` happened in an absence. The newest of each
/// conversation stands for all of them. `live` are the conversations whose notification is there
/// already, and is only updated.
#[must_use]
pub fn plan(would_show: &[Notice], absent_through: Seq, live: &BTreeSet<ConversationId>) -> Plan {
    let (absent, single): (BTreeSet<Notice>, BTreeSet<Notice>) = newest_of_each(would_show)
        .into_iter()
        .partition(|notice| notice.seq <= absent_through);
    let digest = absent.iter().map(|notice| notice.conversation_id).collect();
    Plan { single, digest }.beside(live, 0)
}

impl Plan {
    /// The plan where `lately` other conversations were told of one by one in the same moment
    /// ([`MOMENT_MS`]) and are still there: a flood that comes in drops is one, too.
    #[must_use]
    pub fn beside(mut self, live: &BTreeSet<ConversationId>, lately: usize) -> Self {
        let fresh: BTreeSet<Notice> = self
            .single
            .iter()
            .filter(|notice| !live.contains(&notice.conversation_id))
            .copied()
            .collect();
        if !fresh.is_empty() && fresh.len().saturating_add(lately) > AT_ONCE {
            self.single.retain(|notice| !fresh.contains(notice));
            let together = fresh.iter().map(|notice| notice.conversation_id);
            self.digest.extend(together);
        }
        self
    }
}

/// What an absence was.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Absence {
    /// The agent chose Offline or Invisible: the card only.
    Chosen,
    /// It came by itself: the digest and the card.
    Unchosen,
}

/// Whether a presence is an absence, and which.
#[must_use]
pub fn absence(presence: &Presence) -> Option<Absence> {
    match (presence.status, presence.reason) {
        (Status::Online | Status::Busy, _) => None,
        (Status::Offline | Status::Invisible, Reason::Chosen) => Some(Absence::Chosen),
        (Status::Offline | Status::Invisible, _) => Some(Absence::Unchosen),
    }
}

/// What became of a conversation in which something happened while the agent was away.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(tag = "fate", rename_all = "snake_case")]
pub enum Fate {
    /// Its visitor waited in vain, and waits still.
    Missed {
        /// Since when the visitor waits.
        since: Instant,
    },
    /// Its visitor waits.
    Waiting {
        /// Since when.
        since: Instant,
    },
    /// Somebody replied.
    Answered {
        /// Who; `None` when that is not known here.
        by: Option<AgentId>,
    },
    /// It was closed.
    Closed,
}

/// What became of a conversation. `last_reply_by` is the agent who replied last.
#[must_use]
pub fn fate(conversation: &Conversation, last_reply_by: Option<AgentId>) -> Fate {
    match (conversation.waiting_since, conversation.missed) {
        _ if conversation.state == ConversationState::Closed => Fate::Closed,
        (Some(since), Some(_)) => Fate::Missed { since },
        (Some(since), None) => Fate::Waiting { since },
        (None, _) => Fate::Answered { by: last_reply_by },
    }
}

impl Fate {
    /// The order of the card: who waits comes first, missed before all, longest first.
    #[must_use]
    pub fn rank(&self) -> (u8, Instant) {
        match self {
            Self::Missed { since } => (0, *since),
            Self::Waiting { since } => (1, *since),
            Self::Answered { .. } => (2, Instant(0)),
            Self::Closed => (3, Instant(0)),
        }
    }
}
