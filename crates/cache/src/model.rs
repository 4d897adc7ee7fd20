//! What goes into the cache and comes out of it, apart from the words of the protocol.

use std::collections::BTreeSet;

use protocol::body::Body;
use protocol::command::CommandRequest;
use protocol::error::ErrorBody;
use protocol::ids::{AgentId, ClientId, ConversationId, GroupId, Instant, MessageId, Seq};
use protocol::model::{Agent, Author, Conversation, Group, MessageKind, Site, Workspace};
use protocol::status::{AgentSettings, Choice, NextChange, Presence, TeamPresence};
use rules::list::Dot;
use serde::{Deserialize, Serialize};

/// The agent whose cache it is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Me {
    /// Who.
    pub agent_id: AgentId,
    /// As the team sees them; `None` after they were removed from it.
    pub agent: Option<Agent>,
    /// The choice in force, as the server said last.
    pub choice: Choice,
    /// The presence, as the server said last.
    pub presence: Presence,
    /// The next change of it that comes by itself.
    pub next: Option<NextChange>,
    /// What they set for themselves.
    pub settings: AgentSettings,
    /// Whose settings bound theirs.
    pub workspace: Workspace,
}

/// The workspace and everybody in it; lists in order of id.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Team {
    /// Its name and settings.
    pub workspace: Workspace,
    /// Everybody who answers.
    pub agents: Vec<Agent>,
    /// All groups.
    pub groups: Vec<Group>,
    /// All sites.
    pub sites: Vec<Site>,
    /// Everybody's presence.
    pub presence: Vec<TeamPresence>,
}

/// The card of what happened while the agent was away.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct AwayCard {
    /// Since when it reaches, where that is known.
    pub since: Option<Instant>,
    /// On it. None: there is no card.
    pub conversations: BTreeSet<ConversationId>,
}

/// Numbers of open conversations.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Counts {
    /// In [`Folder::Mine`].
    pub mine: u32,
    /// That I answer, whether or not I am offered more.
    pub answered_by_me: u32,
    /// In [`Folder::Unassigned`].
    pub unassigned: u32,
    /// In [`Folder::All`].
    pub all: u32,
    /// Per group that has any, in order of id.
    pub groups: Vec<(GroupId, u32)>,
    /// Whose visitor awaits a reply, and that are mine or offered to me.
    pub waiting: u32,
    /// The first of those began to wait then.
    pub longest_waiting_since: Option<Instant>,
    /// How many of those are missed.
    pub missed: u32,
    /// Outbox items the server has not confirmed, refused ones included.
    pub unsent: u32,
}

/// Which conversations to list.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ListQuery {
    /// The navigation's entry.
    pub folder: Folder,
    /// Open or closed ones.
    pub open: bool,
    /// In which order.
    pub sort: Sort,
    /// How many to skip.
    pub offset: u32,
    /// How many at most; more than [`crate::LIST_LIMIT`] is cut to that.
    pub limit: u32,
}

/// An entry of the navigation.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Folder {
    /// Mine, and while Online those offered to me.
    Mine,
    /// Nobody answers them.
    Unassigned,
    /// All that are here.
    All,
    /// Of one group.
    Group(GroupId),
}

/// The order of a list.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Sort {
    /// Newest message first.
    Newest,
    /// Oldest message first.
    Oldest,
    /// Who waits longest first, then those who do not wait, newest first.
    LongestWaiting,
}

/// A page of a list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ListPage {
    /// In the order asked for.
    pub rows: Vec<ListRow>,
    /// How many there are in all.
    pub total: u32,
}

/// One conversation of a list, with what was done to it here and is not confirmed yet.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ListRow {
    /// Without messages.
    pub conversation: Conversation,
    /// The dot on it.
    pub dot: Dot,
    /// Whose words the preview shows.
    pub preview_by: PreviewBy,
    /// One line, at most [`rules::list::PREVIEW_CHARACTERS`].
    pub preview: String,
}

/// Whose words a preview shows.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "by", rename_all = "snake_case")]
pub enum PreviewBy {
    /// The visitor's, an agent's (perhaps one's own), or those of somebody of a later protocol.
    Author {
        /// Who.
        author: Author,
    },
    /// One's own, not sent.
    Draft,
    /// Nobody's: there is no message.
    Nobody,
}

/// An open conversation.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OpenConversation {
    /// With what was done to it here and is not confirmed yet.
    pub conversation: Conversation,
    /// The newest ones, oldest first; own unconfirmed ones stand last.
    pub messages: Vec<StoredMessage>,
    /// Whether older ones are in the cache.
    pub more_here: bool,
    /// Whether older ones are on the server only.
    pub more_on_server: bool,
    /// The newest message the server sent; 0 when there is none.
    pub seen_through: Seq,
    /// How far I have read.
    pub read_through: Seq,
    /// What I began to write.
    pub draft: String,
    /// Whether its visitor has waited for too long ([`crate::Cache::mark_late`]).
    pub late: bool,
}

/// A page of older messages from the cache.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OlderPage {
    /// Oldest first.
    pub messages: Vec<StoredMessage>,
    /// Whether still older ones are in the cache.
    pub more_here: bool,
    /// Whether messages older than all in the cache are on the server.
    pub more_on_server: bool,
    /// The oldest message in the cache: ask the server for those before it.
    pub oldest: Option<Seq>,
}

/// A message of the server, or one's own on its way to it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StoredMessage {
    /// Stays the same from the local echo to the server's message.
    pub client_id: ClientId,
    /// Once the server has it.
    pub id: Option<MessageId>,
    /// Once the server has it.
    pub seq: Option<Seq>,
    /// Who wrote it.
    pub author: Author,
    /// Whom it reaches.
    pub kind: MessageKind,
    /// What was written.
    pub body: Body,
    /// When the server stored it, or when it was written here.
    pub at: Instant,
    /// How far it has come.
    pub delivery: Delivery,
}

/// How far a message has come.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Delivery {
    /// The server has it.
    Stored,
    /// In the outbox.
    Waiting,
    /// In the outbox, refused by the server.
    Failed(ErrorBody),
}

/// What a batch of events changed.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Applied {
    /// The cursor now.
    pub cursor: Seq,
    /// Conversations whose row, messages or marks changed, those that are gone included.
    pub conversations: BTreeSet<ConversationId>,
    /// Conversations of those that are gone.
    pub gone: BTreeSet<ConversationId>,
    /// Whether the workspace, an agent, a group, a site or the team's presence changed.
    pub team: bool,
    /// Whether one's own choice or presence changed.
    pub me: bool,
    /// Own replies and comments that cannot be sent any more, since sight of their conversation was
    /// lost: still in the outbox, as failed, unless the conversation was erased.
    pub unsendable: Vec<ClientId>,
    /// The intents as stored, in the order given.
    pub intents: Vec<Intent>,
}

/// Something that the agent may have to be notified of, before that is decided.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewIntent {
    /// What it is about, if it is about one.
    pub conversation_id: Option<ConversationId>,
    /// The event it came of. An event that was seen already leaves no intent a second time.
    pub seq: Seq,
    /// Which kind of notice, in the words of whoever decides.
    pub kind: String,
    /// Whatever else the decision needs, as JSON.
    pub payload: String,
    /// When it happened.
    pub at: Instant,
}

/// An intent that is not decided yet. One that is found at start was pending when the app ended.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Intent {
    /// To close it by.
    pub id: i64,
    /// What it is.
    pub intent: NewIntent,
}

/// How an intent ended.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// The notification was handed to the platform.
    Shown,
    /// So it was, but without its sound, for this reason (`quiet_hours`).
    ShownSilently(String),
    /// It was not, for this reason (`offline`, `on_screen`, `failed: …`).
    Suppressed(String),
}

/// How the reason of a notice begins that the platform failed to show.
pub(crate) const FAILED: &str = "failed: ";

impl Outcome {
    /// The platform did not take it, and said why.
    #[must_use]
    pub fn failed(why: &str) -> Self {
        Self::Suppressed(format!("{FAILED}{why}"))
    }

    /// What the platform said, of one that it did not take.
    #[must_use]
    pub fn failure(&self) -> Option<&str> {
        match self {
            Self::Suppressed(reason) => reason.strip_prefix(FAILED),
            Self::Shown | Self::ShownSilently(_) => None,
        }
    }
}

/// Which lines of the ledger to read, newest first.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct LedgerQuery {
    /// Only those of one conversation.
    pub conversation_id: Option<ConversationId>,
    /// Only those that ended so.
    pub outcome: LedgerFilter,
    /// Only those before this one.
    pub before: Option<i64>,
    /// How many at most.
    pub limit: u32,
}

/// How the lines wanted ended.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum LedgerFilter {
    /// In any way.
    #[default]
    Any,
    /// Shown.
    Shown,
    /// Not shown, for any reason.
    NotShown,
    /// For this reason, shown without its sound or not shown.
    Reason(String),
    /// The platform failed.
    Failed,
}

/// A line of the ledger with its number.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LedgerLine {
    /// Counts upwards; to read on before it.
    pub id: i64,
    /// What it says.
    pub entry: LedgerEntry,
}

/// A line of the ledger, which answers "why did I miss it?".
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LedgerEntry {
    /// What it was about.
    pub conversation_id: Option<ConversationId>,
    /// Which kind of notice.
    pub kind: String,
    /// When it happened.
    pub at: Instant,
    /// When it was decided.
    pub decided_at: Instant,
    /// How.
    pub outcome: Outcome,
}

/// A command on its way.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OutboxItem {
    /// What to send.
    pub request: CommandRequest,
    /// When it was given.
    pub at: Instant,
}

/// What became of a command that the server refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Refused {
    /// A reply or comment: kept as failed, to retry or discard, and holding back what follows it.
    Kept,
    /// Anything else: dropped, and the conversation shows again what the server says.
    Dropped,
    /// It is not in the outbox (any more).
    Unknown,
}
