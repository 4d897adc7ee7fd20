//! What an agent does.
//!
//! A command travels with a client id. The server carries it out once: the same id from the same
//! agent gets the first answer again. Commands that a device queues keep their order within one
//! conversation.

use serde::{Deserialize, Serialize};
use ts_rs::TS;

use crate::body::Body;
use crate::ids::{AgentId, ClientId, ConversationId, GroupId, MessageId, Seq};

/// The envelope of a [`Command`]: `POST /api/v1/commands`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct CommandRequest {
    /// Chosen once per intention; repeated on every retry.
    pub client_id: ClientId,
    /// What to do.
    pub command: Command,
}

/// What an agent can do to a conversation.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Command {
    /// Writes to the visitor, and joins the conversation.
    Reply {
        /// Where.
        conversation_id: ConversationId,
        /// What.
        body: Body,
        /// The newest message the writer had before them: the ground of the reply guard.
        seen_through: Seq,
    },
    /// Writes to the team.
    Comment {
        /// Where.
        conversation_id: ConversationId,
        /// What.
        body: Body,
        /// Agents named in it.
        mentions: Vec<AgentId>,
    },
    /// Sets who answers; whoever is left out leaves. Nobody: unassigned.
    Assign {
        /// Which conversation.
        conversation_id: ConversationId,
        /// Who answers from now on.
        agents: Vec<AgentId>,
    },
    /// Adds an agent (oneself: takes the chat).
    AddAgent {
        /// Which conversation.
        conversation_id: ConversationId,
        /// Who joins.
        agent_id: AgentId,
    },
    /// Leaves the conversation.
    Leave {
        /// Which conversation.
        conversation_id: ConversationId,
    },
    /// Moves it to a group, or out of any.
    SetGroup {
        /// Which conversation.
        conversation_id: ConversationId,
        /// Where to.
        group_id: Option<GroupId>,
    },
    /// Closes it.
    Close {
        /// Which conversation.
        conversation_id: ConversationId,
    },
    /// Opens it again.
    Reopen {
        /// Which conversation.
        conversation_id: ConversationId,
    },
    /// Marks it read up to a message.
    MarkRead {
        /// Which conversation.
        conversation_id: ConversationId,
        /// The newest message read.
        through: Seq,
    },
}

impl Command {
    /// The conversation whose order this command keeps.
    #[must_use]
    pub fn conversation_id(&self) -> ConversationId {
        match self {
            Self::Reply {
                conversation_id, ..
            }
            | Self::Comment {
                conversation_id, ..
            }
            | Self::Assign {
                conversation_id, ..
            }
            | Self::AddAgent {
                conversation_id, ..
            }
            | Self::Leave { conversation_id }
            | Self::SetGroup {
                conversation_id, ..
            }
            | Self::Close { conversation_id }
            | Self::Reopen { conversation_id }
            | Self::MarkRead {
                conversation_id, ..
            } => *conversation_id,
        }
    }
}

/// The answer to a carried-out command, and to each repetition of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct CommandDone {
    /// The newest event that the sender can see once it was carried out: a device whose cursor has
    /// come to it has everything that came of the command.
    pub seq: Seq,
    /// The message it made, if it made one.
    pub message_id: Option<MessageId>,
}
