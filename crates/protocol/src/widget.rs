//! The stream between the visitor's widget and its workspace: one WebSocket at `/widget/v1/socket`,
//! opened by the widget's iframe on the server's own origin, JSON text frames.
//!
//! The visitor's token lives in the iframe's storage, out of the host page's reach. A visitor sees
//! their own conversation: replies, never comments.

use serde::{Deserialize, Serialize};
use ts_rs::TS;

use crate::body::Body;
use crate::error::ErrorBody;
use crate::ids::{ClientId, GroupId, Instant, MessageId, Seq, SiteId};

/// What the widget is for this visitor, now.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum WidgetMode {
    /// Somebody is online for this visitor.
    LiveChat,
    /// "We reply later"; asks for an e-mail address.
    Messenger,
    /// Not shown.
    Hidden,
}

/// A message as the visitor sees it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct WidgetMessage {
    /// Never reused.
    pub id: MessageId,
    /// Orders them.
    pub seq: Seq,
    /// The agent's name; `None` when the visitor wrote it.
    pub agent_name: Option<String>,
    /// What was written.
    pub body: Body,
    /// When the server stored it.
    pub sent_at: Instant,
    /// Ties a stored message to the widget's own echo; absent on agents' messages.
    pub client_id: Option<ClientId>,
}

/// A group that a visitor can choose.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct WidgetGroup {
    /// To choose it by.
    pub id: GroupId,
    /// As the visitor reads it.
    pub name: String,
    /// Whether somebody in it is online.
    pub online: bool,
}

/// What the widget says.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(tag = "frame", rename_all = "snake_case")]
pub enum VisitorFrame {
    /// Once, first.
    Hello {
        /// [`crate::PROTOCOL_VERSION`] of the widget.
        version: u32,
        /// From the snippet.
        site_id: SiteId,
        /// From an earlier visit.
        token: Option<String>,
        /// The newest message the widget has; 0 on a fresh page.
        cursor: Seq,
    },
    /// The visitor wrote. The first message opens a conversation.
    Send {
        /// Chosen once per message; repeated on every retry.
        client_id: ClientId,
        /// What.
        body: Body,
    },
    /// The visitor chose a group, or none, for what they are about to write. It moves a conversation
    /// only while nobody answers it.
    ChooseGroup {
        /// One of those offered.
        group_id: Option<GroupId>,
    },
    /// The visitor left an e-mail address.
    SetEmail {
        /// The address.
        email: String,
    },
    /// A frame of a later protocol: ignored.
    #[serde(other)]
    Unknown,
}

/// What the server says to a widget.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(tag = "frame", rename_all = "snake_case")]
pub enum WidgetFrame {
    /// The answer to a good hello.
    Welcome {
        /// To keep; the same as sent when it was good, a new one otherwise.
        token: String,
        /// Of the workspace.
        workspace_name: String,
        /// Now.
        mode: WidgetMode,
        /// Names of the agents the visitor would talk to, those online or those assigned: at most
        /// [`crate::limits::WIDGET_AGENTS`] of them.
        agents: Vec<String>,
        /// Messages after the cursor, at most the last [`crate::limits::WELCOME_MESSAGES`] of them
        /// (on a fresh page: the last [`crate::limits::HISTORY_PAGE`] of all), oldest first.
        messages: Vec<WidgetMessage>,
        /// The address the visitor left, if any.
        email: Option<String>,
        /// The groups to choose from; empty: there is no choice.
        groups: Vec<WidgetGroup>,
        /// The one chosen.
        group_id: Option<GroupId>,
    },
    /// Somebody wrote; also the confirmation of one's own message.
    Message(WidgetMessage),
    /// The mode, who is there, or the choice of groups changed.
    Mode {
        /// From now on.
        mode: WidgetMode,
        /// As in the welcome.
        agents: Vec<String>,
        /// As in the welcome.
        groups: Vec<WidgetGroup>,
        /// As in the welcome.
        group_id: Option<GroupId>,
    },
    /// An agent is writing; holds for [`crate::limits::WRITING_LASTS_MS`], or until their message.
    Writing {
        /// The agent's name.
        agent_name: String,
    },
    /// The address was stored.
    EmailStored {
        /// As stored.
        email: String,
    },
    /// Something was refused. With a client id: that message. Without: an address, and the stream
    /// goes on; or the stream itself, and it ends with this frame.
    Refused {
        /// Which message; absent when it was no message.
        client_id: Option<ClientId>,
        /// Why.
        error: ErrorBody,
    },
    /// A frame of a later protocol: ignored.
    #[serde(other)]
    Unknown,
}

// The token and what people wrote must not reach a log by way of `{:?}`: of a frame it says the kind,
// and what names it.
impl std::fmt::Debug for VisitorFrame {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Hello {
                version,
                site_id,
                cursor,
                ..
            } => write!(f, "Hello {{ {version}, {site_id:?}, {cursor:?}, .. }}"),
            Self::Send { client_id, .. } => write!(f, "Send {{ {client_id:?}, .. }}"),
            Self::ChooseGroup { group_id } => write!(f, "ChooseGroup {{ {group_id:?} }}"),
            Self::SetEmail { .. } => f.write_str("SetEmail { .. }"),
            Self::Unknown => f.write_str("Unknown"),
        }
    }
}

impl std::fmt::Debug for WidgetFrame {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Welcome { mode, messages, .. } => {
                write!(f, "Welcome {{ {mode:?}, {} messages, .. }}", messages.len())
            }
            Self::Message(message) => write!(f, "Message({:?}, ..)", message.id),
            Self::Mode { mode, agents, .. } => {
                write!(f, "Mode {{ {mode:?}, {} agents }}", agents.len())
            }
            Self::Writing { .. } => f.write_str("Writing { .. }"),
            Self::EmailStored { .. } => f.write_str("EmailStored { .. }"),
            Self::Refused { client_id, error } => {
                write!(f, "Refused {{ {client_id:?}, {:?} }}", error.code)
            }
            Self::Unknown => f.write_str("Unknown"),
        }
    }
}

#[cfg(test)]
mod tests {
    use uuid::Uuid;

    use super::*;

    #[test]
    fn a_frame_in_a_log_shows_no_token_address_or_text() {
        let secret = "never-in-a-log";
        let client_id = ClientId(Uuid::nil());
        let said = [
            VisitorFrame::Hello {
                version: 1,
                site_id: SiteId(Uuid::nil()),
                token: Some(secret.into()),
                cursor: Seq(0),
            },
            VisitorFrame::Send {
                client_id,
                body: Body::from_plain(secret),
            },
            VisitorFrame::SetEmail {
                email: secret.into(),
            },
        ];
        let answered = [
            WidgetFrame::Welcome {
                token: secret.into(),
                workspace_name: secret.into(),
                mode: WidgetMode::Messenger,
                agents: vec![secret.into()],
                messages: vec![],
                email: Some(secret.into()),
                groups: vec![],
                group_id: None,
            },
            WidgetFrame::EmailStored {
                email: secret.into(),
            },
            WidgetFrame::Mode {
                mode: WidgetMode::LiveChat,
                agents: vec![secret.into()],
                groups: vec![],
                group_id: None,
            },
        ];
        let shown = format!("{said:?} {answered:?}");
        assert!(!shown.contains(secret), "{shown}");
        assert!(shown.contains("Hello") && shown.contains("Welcome"));
    }
}
