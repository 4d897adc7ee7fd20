//! Everything one agent can see, at one number of the log.

use serde::{Deserialize, Serialize};
use ts_rs::TS;

use crate::ids::{AgentId, Seq};
use crate::model::{Agent, Conversation, Group, Message, ReadMark, Site, Workspace};
use crate::status::{AgentSettings, Choice, NextChange, Presence, TeamPresence};

/// What a device starts from. Lists are in order of id, so that two snapshots can be compared.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct Snapshot {
    /// The last event visible to this agent that is contained: the device's first cursor.
    pub seq: Seq,
    /// Whose view this is.
    pub agent_id: AgentId,
    /// The workspace.
    pub workspace: Workspace,
    /// Everybody who answers.
    pub agents: Vec<Agent>,
    /// All groups.
    pub groups: Vec<Group>,
    /// All sites.
    pub sites: Vec<Site>,
    /// The team's presence.
    pub team: Vec<TeamPresence>,
    /// One's own choice.
    pub choice: Choice,
    /// One's own presence, with its reason.
    pub presence: Presence,
    /// The next change of it that comes by itself.
    pub next: Option<NextChange>,
    /// One's own settings.
    pub settings: AgentSettings,
    /// The conversations this agent can see, each with its tail.
    pub conversations: Vec<ConversationTail>,
    /// How far this agent has read.
    pub read: Vec<ReadMark>,
}

/// A conversation and its last messages.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct ConversationTail {
    /// Without messages.
    pub conversation: Conversation,
    /// The last [`crate::limits::SNAPSHOT_TAIL`] of them at most, oldest first.
    pub messages: Vec<Message>,
    /// Whether older messages exist.
    pub more: bool,
}
