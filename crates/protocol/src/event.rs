//! The workspace's log.
//!
//! An event carries the new state of what changed, not a difference: applying one twice, or after a
//! snapshot that already contains it, changes nothing. The law of the log, per agent: **a snapshot
//! and the events after it make a later snapshot** (property test in `crates/server`).

use serde::{Deserialize, Serialize};
use ts_rs::TS;

use crate::ids::{AgentId, ConversationId};
use crate::model::{Agent, Conversation, Group, Message, ReadMark, Site, Workspace};
use crate::status::{AgentSettings, Choice, NextChange, Presence, TeamPresence};

/// One entry of the log.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Event {
    /// The workspace's name or settings changed.
    WorkspaceChanged {
        /// As it is now.
        workspace: Workspace,
    },
    /// An agent is new or changed.
    AgentChanged {
        /// As they are now.
        agent: Agent,
    },
    /// An agent left the workspace.
    AgentRemoved {
        /// Who.
        agent_id: AgentId,
    },
    /// A group is new or changed.
    GroupChanged {
        /// As it is now.
        group: Group,
    },
    /// A site is new or changed.
    SiteChanged {
        /// As it is now.
        site: Site,
    },
    /// A conversation is new or changed (its messages come by [`Event::MessageAdded`]).
    ConversationChanged {
        /// As it is now.
        conversation: Conversation,
        /// The agent who did it, by a command; `None` when a visitor did, or it came by itself.
        #[serde(default)]
        by: Option<AgentId>,
    },
    /// The agent can see a conversation they could not see before.
    ConversationGained {
        /// As it is now.
        conversation: Conversation,
        /// Its last messages, at most [`crate::limits::SNAPSHOT_TAIL`].
        messages: Vec<Message>,
        /// Whether older messages exist.
        more: bool,
    },
    /// The agent can no longer see a conversation: its content is dropped.
    ConversationLost {
        /// Which.
        conversation_id: ConversationId,
    },
    /// A conversation was deleted or erased: a tombstone that orders caches to drop its content.
    ConversationErased {
        /// Which.
        conversation_id: ConversationId,
    },
    /// Somebody wrote.
    MessageAdded {
        /// What.
        message: Message,
    },
    /// This agent read on, on one of their devices.
    ReadThrough {
        /// How far.
        mark: ReadMark,
    },
    /// A colleague's presence, or one's own as the team sees it.
    PresenceChanged {
        /// As it is now.
        presence: TeamPresence,
    },
    /// This agent's own choice and presence, with the reason.
    OwnPresence {
        /// The choice in force.
        choice: Choice,
        /// What others get, and why.
        presence: Presence,
        /// The next change that comes by itself.
        next: Option<NextChange>,
    },
    /// This agent's own settings.
    OwnSettings {
        /// As they are now.
        settings: AgentSettings,
    },
    /// An event of a later protocol: it advances the cursor and changes nothing.
    #[serde(other)]
    Unknown,
}
