//! What a screen shows: the few types that cross the bridge between the session and the UI.
//!
//! The UI keeps no truth of its own. It asks for pages ([`ListQuery`] → [`ConversationPage`],
//! [`ConversationView`]), which are read from the cache, and is told by [`UiEvent`]s what to ask for
//! again. Nothing here waits for the network. TypeScript is generated from these types
//! (`tests/bindings.rs`).

use protocol::body::Body;
use protocol::error::ErrorBody;
use protocol::ids::{AgentId, ClientId, ConversationId, GroupId, Instant, MessageId, Seq};
use protocol::model::{Agent, Conversation, Group, MessageKind, Site, Workspace};
use protocol::status::{
    AgentSettings, Choice, NextChange, Presence, Status, StatusChange, TeamPresence, Via,
};
use serde::{Deserialize, Serialize};
use ts_rs::TS;

use crate::view_notices::{AwayView, NoticesHidden};

/// What the session tells an open window, in order.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, TS)]
#[serde(tag = "event", rename_all = "snake_case")]
pub enum UiEvent {
    /// Which screen is due.
    Stage(Stage),
    /// One's own name, choice and presence.
    Me(MeView),
    /// The connection to the workspace.
    Connection(ConnectionView),
    /// The workspace, the team and its groups.
    Team(TeamView),
    /// The numbers beside the navigation.
    Counts(CountsView),
    /// These conversations changed: ask again for whatever shows them.
    ConversationsChanged {
        /// Which; empty means all of them.
        ids: Vec<ConversationId>,
    },
    /// What happened while the agent was away.
    Away {
        /// `None`: nothing, or nothing any more.
        card: Option<AwayView>,
    },
    /// Open this conversation (a notification was clicked).
    Navigate {
        /// Which.
        conversation_id: ConversationId,
    },
    /// The workspace refused something that was done here, and it was taken back; no message on
    /// screen shows it.
    Refused {
        /// Why.
        error: ErrorBody,
    },
    /// A link from outside leads nowhere here: `bad_request` is no link, `not_allowed` of another
    /// workspace, `not_found` to a conversation that is not here.
    LinkRefused {
        /// Why.
        error: ErrorBody,
    },
    /// A change of status asked for outside the window (tray, shortcut) leaves sites with nobody
    /// online: ask first.
    AskLastAgent(LastAgentView),
    /// In the tray, Invisible was picked until a time yet to be named: ask which.
    AskUntil,
    /// Closing the window would leave no way back, since no tray was found: ask what to do.
    AskBeforeClose,
}

/// Which screen is due.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, TS)]
#[serde(tag = "stage", rename_all = "snake_case")]
pub enum Stage {
    /// Reading what is stored.
    Starting,
    /// Nobody is signed in: first run, or after a sign-out.
    FirstRun {
        /// Why the last session ended, if it did not end by choice (revoked, erased).
        because: Option<ErrorBody>,
        /// How many commands the server had not confirmed when it ended so: they are lost.
        lost_unsent: u32,
    },
    /// The keychain does not answer or is locked: the sign-in is safe, but cannot be read now.
    KeychainLocked {
        /// What to do.
        error: ErrorBody,
        /// Whether the system has no keychain at all, so that one must be started first.
        missing: bool,
        /// Whether the secrets are in a file under a passphrase, which must be typed.
        passphrase: bool,
    },
    /// Signed in: the inbox.
    Ready,
    /// What is stored cannot be opened: try again, or remove it.
    Broken {
        /// What to do.
        error: ErrorBody,
    },
}

/// One's own line, bottom left.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, TS)]
pub struct MeView {
    /// Oneself.
    pub agent: Agent,
    /// The choice in force, as the server decided.
    pub choice: Choice,
    /// A change that the server has not answered yet: shown at once, as pending.
    pub pending: Option<StatusChange>,
    /// What others get, and why. While the connection is lost this is the device's own
    /// conclusion: offline, connection lost.
    pub presence: Presence,
    /// The next change that comes by itself ("until 18:00").
    pub next: Option<NextChange>,
    /// The statuses that may be picked, in the order of every menu.
    pub selectable: Vec<Status>,
    /// Whether a wind-down may be picked.
    pub may_wind_down: bool,
    /// What I set for myself.
    pub settings: AgentSettings,
    /// Nothing moves on any of my devices: without input I drop to Offline then, by this computer's
    /// wall clock.
    pub drops_at: Option<Instant>,
    /// My hours end soon and conversations of mine are open.
    pub hours_end: Option<HoursEndView>,
    /// Open conversations of mine: their visitors see me unless I am Offline.
    pub open_conversations: u32,
    /// Why the machine's idle time cannot be read here, and how to mend it.
    pub limited: Option<Limited>,
    /// Visitors see me online, but this computer hides notices.
    pub notices_hidden: Option<NoticesHidden>,
}

/// Why idle detection is limited to input inside Porchlight.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum Limited {
    /// The Wayland compositor offers neither `ext-idle-notify` nor Mutter's idle monitor. To mend: a
    /// newer desktop (today's GNOME, Cinnamon, Plasma, COSMIC, Sway and Hyprland tell), or an X11 session.
    Wayland,
    /// The X11 display does not count idle time: its SYNC extension has no `IDLETIME`. To mend: a
    /// display server with that extension (remote desktops and nested servers often lack it).
    NoExtension,
    /// No display server answers. To mend: start the app from inside the desktop session. It looks
    /// again by itself.
    NoDisplay,
    /// The app is in a Flatpak that may not talk to the desktop's idle monitor. To mend: `flatpak
    /// override --user --talk-name=org.gnome.Mutter.IdleMonitor <the app>`, then start it again.
    Flatpak,
    /// The system refuses to tell, or is none that this can be read on.
    Platform,
}

/// The end of hours that is near.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct HoursEndView {
    /// When.
    pub at: Instant,
    /// Open conversations of mine.
    pub open: u32,
}

/// What came of a change of status.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(tag = "answer", rename_all = "snake_case")]
pub enum StatusAnswer {
    /// It is on its way, and shown as pending.
    Taken,
    /// Not yet: it leaves sites with nobody online. The same again, confirmed, does it.
    LastAgent(LastAgentView),
}

/// The question before a change that leaves sites with nobody online.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct LastAgentView {
    /// What was asked for.
    pub change: StatusChange,
    /// In which way.
    pub via: Via,
    /// The sites whose widget turns to Messenger, or hides.
    pub sites: Vec<Site>,
    /// Colleagues who are online, but answer none of these sites.
    pub others_online: Vec<AgentId>,
    /// Open conversations of mine: they go on as they are, unless the change is Offline.
    pub open_conversations: u32,
}

/// One's status in one piece, for the command line.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, TS)]
pub struct StatusReport {
    /// The workspace's name.
    pub workspace: String,
    /// What others get, why, and since when.
    pub presence: Presence,
    /// The choice in force.
    pub choice: Choice,
    /// A change that the server has not answered yet.
    pub pending: Option<StatusChange>,
    /// The next change that comes by itself.
    pub next: Option<NextChange>,
    /// The statuses that may be picked.
    pub selectable: Vec<Status>,
    /// Whether the workspace is connected.
    pub connected: bool,
    /// Why idle time is not read here, if it is not.
    pub limited: Option<Limited>,
    /// Open conversations of mine.
    pub open_conversations: u32,
    /// Visitors who await a reply and are mine or offered to me.
    pub waiting: u32,
}

/// The connection to the workspace.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, TS)]
#[serde(tag = "state", rename_all = "snake_case")]
pub enum ConnectionView {
    /// The first try is under way.
    Connecting,
    /// Connected, and everything is here.
    Live,
    /// Connected, still reading what happened meanwhile.
    CatchingUp,
    /// Not connected. Everything can be read and written; it is sent later.
    Lost {
        /// Since when; `None` if it never was connected since the start.
        since: Option<Instant>,
        /// When the next try is due.
        next_try_at: Instant,
        /// What the last try met.
        error: ErrorBody,
    },
}

/// The workspace and the team.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, TS)]
pub struct TeamView {
    /// Its name and settings.
    pub workspace: Workspace,
    /// Whether the workspace lives in this app, as a trial.
    pub local: bool,
    /// Everybody, in order of name.
    pub agents: Vec<Agent>,
    /// Their presence and load.
    pub presence: Vec<TeamPresence>,
    /// All groups, in order of name.
    pub groups: Vec<Group>,
    /// All sites, in order of name.
    pub sites: Vec<Site>,
}

/// The numbers beside the navigation: open conversations.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct CountsView {
    /// *My messages*.
    pub mine: u32,
    /// *Unassigned*.
    pub unassigned: u32,
    /// *All messages*.
    pub all: u32,
    /// Per group.
    pub groups: Vec<GroupCount>,
    /// Visitors who await a reply and are mine or offered to me.
    pub waiting: u32,
    /// The first of them began to wait then.
    pub longest_waiting_since: Option<Instant>,
    /// Commands the server has not confirmed yet.
    pub unsent: u32,
}

/// Open conversations of one group.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct GroupCount {
    /// Which.
    pub group_id: GroupId,
    /// How many.
    pub open: u32,
}

/// Which conversations to list.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct ListQuery {
    /// The navigation's entry.
    pub folder: Folder,
    /// Open or closed ones.
    pub open: bool,
    /// In which order.
    pub sort: Sort,
    /// How many to skip.
    pub offset: u32,
    /// How many at most; 200 is the most that is answered.
    pub limit: u32,
}

/// An entry of the navigation.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(tag = "folder", rename_all = "snake_case")]
pub enum Folder {
    /// Mine, and while Online the unassigned ones offered to me.
    Mine,
    /// Nobody answers them.
    Unassigned,
    /// All I can see.
    All,
    /// Of one group.
    Group {
        /// Which.
        group_id: GroupId,
    },
}

/// The order of a list.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum Sort {
    /// Newest message first.
    Newest,
    /// Oldest message first.
    Oldest,
    /// Who waits longest first, then those who do not wait, newest first.
    LongestWaiting,
}

/// A page of a list.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, TS)]
pub struct ConversationPage {
    /// In the order asked for.
    pub items: Vec<ConversationItem>,
    /// How many there are in all.
    pub total: u32,
}

/// One row of the list.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, TS)]
pub struct ConversationItem {
    /// The conversation; names of group and agents are in the [`TeamView`].
    pub conversation: Conversation,
    /// The dot.
    pub attention: Attention,
    /// Of the newest message, or of the draft.
    pub preview: Preview,
}

/// The dot on a conversation.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum Attention {
    /// No dot.
    None,
    /// Purple: unassigned, or unread in a conversation of mine.
    New,
    /// Red: the visitor waits, and nobody is there or nobody replies.
    Missed,
}

/// The second line of a row.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct Preview {
    /// Whose words.
    pub by: PreviewBy,
    /// At most 200 characters, on one line.
    pub text: String,
}

/// Whose words a preview shows.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(tag = "by", rename_all = "snake_case")]
pub enum PreviewBy {
    /// The visitor's.
    Visitor,
    /// One's own.
    Me,
    /// A colleague's.
    Agent {
        /// Whose.
        agent_id: AgentId,
    },
    /// One's own, unsent.
    Draft,
    /// Nobody's: no message yet.
    Nobody,
}

/// An open conversation.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, TS)]
pub struct ConversationView {
    /// Without messages.
    pub conversation: Conversation,
    /// The newest ones, oldest first; own unconfirmed ones stand last.
    pub messages: Vec<MessageItem>,
    /// Whether older ones exist, here or on the server.
    pub more: bool,
    /// The newest message here: goes with a reply as its ground.
    pub seen_through: Seq,
    /// How far I have read.
    pub read_through: Seq,
    /// What I began to write.
    pub draft: String,
}

/// A page of older messages.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, TS)]
pub struct OlderMessages {
    /// Oldest first.
    pub messages: Vec<MessageItem>,
    /// Whether older ones exist.
    pub more: bool,
    /// Whether older ones exist but are not on this computer and cannot be fetched now.
    pub not_here: bool,
}

/// One message on screen.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, TS)]
pub struct MessageItem {
    /// Stays the same from the local echo to the stored message.
    pub client_id: ClientId,
    /// Once stored by the server.
    pub id: Option<MessageId>,
    /// Once stored by the server.
    pub seq: Option<Seq>,
    /// Who wrote it.
    pub by: MessageBy,
    /// Whom it reaches.
    pub kind: MessageKind,
    /// What was written.
    pub body: Body,
    /// When the server stored it, or when it was written here.
    pub at: Instant,
    /// How far it has come.
    pub delivery: Delivery,
}

/// Who wrote a message, seen from here.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(tag = "by", rename_all = "snake_case")]
pub enum MessageBy {
    /// The visitor.
    Visitor,
    /// Oneself.
    Me,
    /// A colleague.
    Agent {
        /// Who.
        agent_id: AgentId,
    },
    /// Somebody of a later protocol.
    Unknown,
}

/// How far a message has come.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(tag = "delivery", rename_all = "snake_case")]
pub enum Delivery {
    /// The server has it.
    Stored,
    /// Kept here, on its way or waiting for the connection.
    Waiting,
    /// The server refused it; retry or discard.
    Failed {
        /// Why.
        error: ErrorBody,
    },
}

/// What the window shows and whether anybody looks at it: the ground for *on screen*.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct Focus {
    /// The window has the keyboard.
    pub focused: bool,
    /// The open conversation, if any.
    pub conversation_id: Option<ConversationId>,
    /// It is scrolled to its end.
    pub at_end: bool,
}

/// What a sign-in asks for.
#[derive(Clone, Serialize, Deserialize, TS)]
pub struct SignIn {
    /// As typed: `chat.example.com`, `https://…`, `http://localhost:…`.
    pub address: String,
    /// Of the agent.
    pub email: String,
    /// Of the agent.
    pub password: String,
}

/// What accepting an invitation asks for.
#[derive(Clone, Serialize, Deserialize, TS)]
pub struct AcceptInvitation {
    /// As received.
    pub link: String,
    /// Of the new agent.
    pub name: String,
    /// Of the new agent.
    pub password: String,
}

/// What *Use this computer* asks for.
#[derive(Clone, Debug, Serialize, Deserialize, TS)]
pub struct UseThisComputer {
    /// Of the agent.
    pub name: String,
    /// Of the workspace.
    pub workspace_name: String,
}

/// What an address leads to.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct FoundWorkspace {
    /// Its name.
    pub name: String,
    /// The address in full.
    pub address: String,
}

// Passwords must not reach a log by way of `{:?}`.
impl std::fmt::Debug for SignIn {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("SignIn { .. }")
    }
}
impl std::fmt::Debug for AcceptInvitation {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("AcceptInvitation { .. }")
    }
}
