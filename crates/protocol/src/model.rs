//! The things of a workspace as devices hold them.

use serde::{Deserialize, Serialize};
use ts_rs::TS;

use crate::body::Body;
use crate::ids::{
    AgentId, ClientId, ConversationId, GroupId, Instant, MessageId, Seq, SiteId, VisitorId,
    WorkspaceId,
};
use crate::status::StatusSettings;

/// The workspace itself.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct Workspace {
    /// Part of links, keychain entries and file names.
    pub id: WorkspaceId,
    /// Shown beside the lamp.
    pub name: String,
    /// Minutes without input after which an agent counts as away, unless they set their own; `None`
    /// switches idle off.
    pub idle_minutes: Option<u32>,
    /// Which statuses may be picked.
    pub statuses: StatusSettings,
    /// Whether admins may read the agents' logs of status changes. Off at first.
    pub status_log_for_admins: bool,
    /// Hours of silence after which a conversation closes by itself; `None`: never.
    pub close_after_hours: Option<u32>,
}

/// What an agent may do.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum Role {
    /// May also change the workspace: invite, groups, sites.
    Admin,
    /// Answers.
    Agent,
}

/// A person who answers, as the team sees them.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct Agent {
    /// Never reused.
    pub id: AgentId,
    /// As visitors and colleagues read it.
    pub name: String,
    /// Also the name to sign in with.
    pub email: String,
    /// What they may do.
    pub role: Role,
}

/// A group of agents.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct Group {
    /// Never reused.
    pub id: GroupId,
    /// As the team reads it.
    pub name: String,
    /// In order of id.
    pub members: Vec<AgentId>,
}

/// What the widget of a site is while nobody is online.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum WhenNobody {
    /// "We reply later"; asks for an e-mail address.
    Messenger,
    /// Not there, unless the visitor has an open conversation.
    Hidden,
}

/// A website with the widget.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct Site {
    /// In the snippet that the website carries.
    pub id: SiteId,
    /// As the team reads it.
    pub name: String,
    /// Origins whose pages may frame the widget, like `https://shop.example`.
    pub origins: Vec<String>,
    /// Setting.
    pub when_nobody: WhenNobody,
    /// The groups that answer it, in the order visitors choose from; empty: the whole team answers,
    /// and visitors choose none.
    pub groups: Vec<GroupId>,
}

/// Who wrote from the website.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct Visitor {
    /// Stable over visits in the same browser.
    pub id: VisitorId,
    /// Once known.
    pub name: Option<String>,
    /// Once known.
    pub email: Option<String>,
}

/// Whether a conversation goes on.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum ConversationState {
    /// It does.
    Open,
    /// It does not, until the visitor writes again.
    Closed,
}

/// One thread with one visitor, without its messages.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct Conversation {
    /// Never reused.
    pub id: ConversationId,
    /// Where it began.
    pub site_id: SiteId,
    /// At most one.
    pub group_id: Option<GroupId>,
    /// The other side.
    pub visitor: Visitor,
    /// Open or closed.
    pub state: ConversationState,
    /// The agents who answer it, in the order they joined. Nobody: unassigned.
    pub assigned: Vec<AgentId>,
    /// Of the first message.
    pub created_at: Instant,
    /// Of the newest message.
    pub last_message_at: Instant,
    /// First visitor message after the last agent's reply; `None` while nothing waits.
    pub waiting_since: Option<Instant>,
    /// Red: the visitor waits, and nobody is there or nobody replies. Decided by the server.
    #[serde(default)]
    pub missed: Option<Missed>,
}

/// A visitor waits, and nobody is there or nobody replies. It stays until somebody replies or the
/// conversation closes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct Missed {
    /// When it became so.
    pub since: Instant,
    /// Why.
    pub because: MissedBecause,
}

/// Why a conversation is missed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum MissedBecause {
    /// All who could answer are Offline. Over as well when one of them comes back.
    Absence,
    /// Somebody is there, but nobody replied for [`crate::limits::MISSED_AFTER_MS`].
    Silence,
}

/// Who wrote a message.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize, TS)]
#[serde(tag = "by", rename_all = "snake_case")]
pub enum Author {
    /// The conversation's visitor.
    Visitor,
    /// An agent.
    Agent {
        /// Which.
        agent_id: AgentId,
    },
    /// An author of a later protocol (a bot, a targeted chat).
    #[serde(other)]
    Unknown,
}

/// Whom a message reaches.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum MessageKind {
    /// Both sides.
    Reply,
    /// The team only.
    Comment,
}

/// One message.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct Message {
    /// Never reused.
    pub id: MessageId,
    /// Where it stands.
    pub conversation_id: ConversationId,
    /// The event that added it; orders the messages of a conversation.
    pub seq: Seq,
    /// Who wrote it.
    pub author: Author,
    /// Whom it reaches.
    pub kind: MessageKind,
    /// What was written.
    pub body: Body,
    /// When the server stored it.
    pub sent_at: Instant,
    /// As the sender chose it; ties the stored message to the sender's local echo.
    pub client_id: ClientId,
    /// Agents mentioned in a comment.
    pub mentions: Vec<AgentId>,
}

/// How far an agent has read a conversation. Alike on all devices of the agent.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize, TS)]
pub struct ReadMark {
    /// Which conversation.
    pub conversation_id: ConversationId,
    /// All messages up to this one are read.
    pub through: Seq,
}
