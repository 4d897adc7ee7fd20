//! The stream between the visitor's widget and its workspace: one WebSocket at `/widget/v1/socket`,
//! opened by the widget's iframe on the server's own origin, JSON text frames.
//!
//! The visitor's token lives in the iframe's storage, out of the host page's reach. A visitor sees
//! their own conversation: replies, never comments.

use serde::{Deserialize, Serialize};
use ts_rs::TS;

use crate::body::Body;
use crate::error::ErrorBody;
use crate::ids::{ClientId, Instant, MessageId, Seq, SiteId};

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

/// What the widget says.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
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
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
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
        /// Names of the agents the visitor would talk to: those online, or those assigned.
        agents: Vec<String>,
        /// Messages after the cursor (after a fresh page: the last ones), oldest first.
        messages: Vec<WidgetMessage>,
        /// The address the visitor left, if any.
        email: Option<String>,
    },
    /// Somebody wrote; also the confirmation of one's own message.
    Message(WidgetMessage),
    /// The mode, or who is there, changed.
    Mode {
        /// From now on.
        mode: WidgetMode,
        /// As in the welcome.
        agents: Vec<String>,
    },
    /// The address was stored.
    EmailStored {
        /// As stored.
        email: String,
    },
    /// Something was refused. With a client id: that message; without: the stream ends.
    Refused {
        /// Which message.
        client_id: Option<ClientId>,
        /// Why.
        error: ErrorBody,
    },
    /// A frame of a later protocol: ignored.
    #[serde(other)]
    Unknown,
}
