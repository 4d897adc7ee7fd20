//! Where the workspace is kept.
//!
//! A [`Store`] gives consistent readings and one writing at a time. A [`Writing`] is one
//! transaction: what it changes, the events of that change and the note that a client id was carried
//! out become durable together, or not at all when it is dropped. Decisions are not made here: the
//! callers read, let `rules` decide, and write. Nothing in these traits is particular to SQLite; what
//! an implementation must do is said by [`conformance`].

use async_trait::async_trait;
use protocol::command::CommandDone;
use protocol::ids::{
    AgentId, ClientId, ConversationId, DeviceId, GroupId, Instant, InvitationId, MessageId, Seq,
    SiteId, VisitorId,
};
use protocol::model::{
    Agent, Conversation, Group, Message, MessageKind, ReadMark, Role, Site, Visitor, Workspace,
};
use protocol::status::{AgentSettings, StatusLogEntry, TeamPresence};
pub use rules::attendance::{Report, Standing};
pub use rules::attention::Restarts;
use rules::widget_mode::Wish;

use crate::log::{Audience, Entry};
use crate::secrets::Hashed;

pub mod conformance;
pub mod sqlite;

/// Why the store cannot do it.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// The file was written by a newer version.
    #[error(
        "the database was written by a newer version of Porchlight (its format is {0}); install that \
         version or a later one"
    )]
    Newer(i64),
    /// The key does not fit, or the file is something else.
    #[error("the database cannot be read with this key, or it is not a Porchlight database")]
    WrongKey,
    /// Something else has it open.
    #[error("another Porchlight server is using this data folder")]
    InUse,
    /// A row cannot be understood.
    #[error("the database holds a value that cannot be read: {0}")]
    Damaged(String),
    /// Reading or writing failed.
    #[error("the database cannot be used: {0}")]
    Failed(#[source] Box<dyn std::error::Error + Send + Sync>),
}

/// What a store answers.
pub type Stored<T> = Result<T, StoreError>;

/// The workspace's own row.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct WorkspaceRecord {
    /// As devices get it.
    pub workspace: Workspace,
    /// The site of the demonstration shop, once made.
    pub demo_site: Option<SiteId>,
    /// The newest event.
    pub log_end: Seq,
    /// Events up to here were dropped.
    pub pruned_through: Seq,
}

/// An agent with what only the server knows.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AgentRecord {
    /// As the team sees them.
    pub agent: Agent,
    /// Presence.
    pub standing: Standing,
    /// Their load as last told: open conversations that they are assigned to.
    pub open: u32,
    /// What they set for themselves; as it is at first while they set nothing.
    pub settings: AgentSettings,
}

impl AgentRecord {
    /// What the team sees of them.
    #[must_use]
    pub fn team_presence(&self) -> TeamPresence {
        TeamPresence {
            agent_id: self.agent.id,
            status: self.standing.told.presence.status,
            since: self.standing.told.status_since,
            open: self.open,
        }
    }
}

/// A signed-in device.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DeviceRecord {
    /// Never reused.
    pub id: DeviceId,
    /// Whose.
    pub agent_id: AgentId,
    /// As it called itself.
    pub name: String,
    /// First sign-in.
    pub signed_in_at: Instant,
    /// Last connected.
    pub last_seen_at: Instant,
    /// Whether it held a lease when last heard of.
    pub leased: bool,
    /// What it reported last.
    pub report: Report,
}

/// An invitation that may still be used.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct InvitationRecord {
    /// Never reused.
    pub id: InvitationId,
    /// Whom.
    pub email: String,
    /// As what.
    pub role: Role,
    /// The end of it.
    pub expires_at: Instant,
    /// Whether somebody accepted it.
    pub used: bool,
}

/// A visitor and where they came in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct VisitorRecord {
    /// As agents see them.
    pub visitor: Visitor,
    /// Where.
    pub site_id: SiteId,
    /// Who is to answer their next message, if they chose it while no conversation was open.
    pub wish: Option<Wish>,
}

/// An open conversation that somebody answers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Answering {
    /// Which.
    pub conversation_id: ConversationId,
    /// When its visitor wrote last.
    pub visitor_wrote_at: Instant,
}

/// A page of messages, oldest first.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Page {
    /// The messages.
    pub messages: Vec<Message>,
    /// Whether older ones exist.
    pub more: bool,
}

/// Keeps a workspace.
#[async_trait]
pub trait Store: Send + Sync + 'static {
    /// A consistent reading: everything read from it is of one moment.
    async fn read(&self) -> Stored<Box<dyn Reading>>;
    /// The next change; waits for the one before it.
    async fn write(&self) -> Stored<Box<dyn Writing>>;
    /// Ends all use of the files. Before the process ends, an encrypted store must be closed: threads
    /// that still close it then run into SQLCipher's own clearing up at exit.
    async fn close(&self);
}

/// What can be read. Lists are in order of id unless they say otherwise.
#[async_trait]
pub trait Reading: Send {
    /// The workspace; `None` in a new store.
    async fn workspace(&mut self) -> Stored<Option<WorkspaceRecord>>;
    /// Everybody.
    async fn agents(&mut self) -> Stored<Vec<AgentRecord>>;
    /// One agent.
    async fn agent(&mut self, id: AgentId) -> Stored<Option<AgentRecord>>;
    /// Who signs in with this address (in lower case), and the hash of their password.
    async fn credentials(&mut self, email: &str) -> Stored<Option<(AgentRecord, String)>>;
    /// The open conversations that the agent is assigned to.
    async fn answering(&mut self, agent: AgentId) -> Stored<Vec<Answering>>;
    /// An agent's log of status changes: the entry in force at `from`, then those after it and before
    /// `to`, oldest first, at most `limit`.
    async fn status_log(
        &mut self,
        agent: AgentId,
        from: Instant,
        to: Instant,
        limit: usize,
    ) -> Stored<Vec<StatusLogEntry>>;
    /// All groups.
    async fn groups(&mut self) -> Stored<Vec<Group>>;
    /// All sites.
    async fn sites(&mut self) -> Stored<Vec<Site>>;
    /// One site.
    async fn site(&mut self, id: SiteId) -> Stored<Option<Site>>;
    /// All devices, or those of one agent.
    async fn devices(&mut self, agent: Option<AgentId>) -> Stored<Vec<DeviceRecord>>;
    /// The device with this token.
    async fn device(&mut self, token: &Hashed) -> Stored<Option<DeviceRecord>>;
    /// The invitation with this code.
    async fn invitation(&mut self, code: &Hashed) -> Stored<Option<InvitationRecord>>;
    /// The visitor with this token.
    async fn visitor(&mut self, token: &Hashed) -> Stored<Option<VisitorRecord>>;
    /// All conversations, or those of one group.
    async fn conversations(&mut self, group: Option<GroupId>) -> Stored<Vec<Conversation>>;
    /// The open conversations, and when their clocks began anew.
    async fn open_conversations(&mut self) -> Stored<Vec<(Conversation, Restarts)>>;
    /// One conversation.
    async fn conversation(&mut self, id: ConversationId) -> Stored<Option<Conversation>>;
    /// The visitor's conversation.
    async fn conversation_of(&mut self, visitor: VisitorId) -> Stored<Option<Conversation>>;
    /// The newest messages before `before` (of one kind, if given), at most `limit`.
    async fn messages(
        &mut self,
        conversation: ConversationId,
        kind: Option<MessageKind>,
        before: Option<Seq>,
        limit: usize,
    ) -> Stored<Page>;
    /// One message.
    async fn message(&mut self, id: MessageId) -> Stored<Option<Message>>;
    /// How far an agent has read one conversation.
    async fn read_mark(
        &mut self,
        agent: AgentId,
        conversation: ConversationId,
    ) -> Stored<Option<ReadMark>>;
    /// How far an agent has read.
    async fn read_marks(&mut self, agent: AgentId) -> Stored<Vec<ReadMark>>;
    /// What came of a client id, if it was carried out.
    async fn carried_out(&mut self, sender: &str, id: ClientId) -> Stored<Option<CommandDone>>;
    /// Events after `after` that reach the agent, in their order, at most `limit`.
    async fn events(&mut self, agent: AgentId, after: Seq, limit: usize) -> Stored<Vec<Entry>>;
    /// The oldest cursor from which an agent may follow the log: where pruning ended, but not before
    /// the agent was made, because what was for everybody then was not for them. `None`: no such
    /// agent.
    async fn oldest_cursor(&mut self, agent: AgentId) -> Stored<Option<Seq>>;
    /// The last event up to `through` that reaches the agent; where pruning ended if there is none.
    async fn last_visible(&mut self, agent: AgentId, through: Seq) -> Stored<Seq>;
}

/// One transaction.
#[async_trait]
pub trait Writing: Reading {
    /// Everything so far becomes durable.
    async fn commit(self: Box<Self>) -> Stored<()>;
    /// Makes the workspace, or changes its name, settings and demonstration site.
    async fn put_workspace(&mut self, workspace: &Workspace, demo: Option<SiteId>) -> Stored<()>;
    /// Takes the next number of the log. Each must be used by [`Writing::append`], in order.
    async fn next_seq(&mut self) -> Stored<Seq>;
    /// Appends to the log.
    async fn append(
        &mut self,
        seq: Seq,
        at: Instant,
        audience: &Audience,
        payload: &str,
    ) -> Stored<()>;
    /// Leaves the numbers up to `through` unused, if the log has begun and has not come that far.
    async fn leave_numbers(&mut self, through: Seq) -> Stored<()>;
    /// Drops what is of no use after `before`: events stamped earlier (snapshots take their place),
    /// invitations that ended earlier, entries of status logs that gave way to others earlier, and
    /// notes of client ids that were carried out earlier and made no message. The note of a message
    /// stays as long as the message: it must never be there twice, however late its sender tries
    /// again.
    async fn prune(&mut self, before: Instant) -> Stored<()>;
    /// A new agent. They follow the log from here.
    async fn add_agent(&mut self, agent: &AgentRecord, password: &str, at: Instant) -> Stored<()>;
    /// What is stored of an agent's presence, and their load.
    async fn put_standing(&mut self, agent: AgentId, standing: &Standing, open: u32) -> Stored<()>;
    /// What an agent set for themselves.
    async fn put_settings(&mut self, agent: AgentId, settings: &AgentSettings) -> Stored<()>;
    /// Appends to an agent's log of status changes.
    async fn log_status(&mut self, agent: AgentId, entry: &StatusLogEntry) -> Stored<()>;
    /// Makes or changes a group.
    async fn put_group(&mut self, group: &Group) -> Stored<()>;
    /// Makes or changes a site.
    async fn put_site(&mut self, site: &Site) -> Stored<()>;
    /// A new device.
    async fn add_device(&mut self, device: &DeviceRecord, token: &Hashed) -> Stored<()>;
    /// Whether a device holds a lease, and what it reported.
    async fn put_lease(&mut self, device: DeviceId, leased: bool, report: &Report) -> Stored<()>;
    /// When a device was connected.
    async fn put_seen(&mut self, device: DeviceId, at: Instant) -> Stored<()>;
    /// Revokes a device.
    async fn remove_device(&mut self, id: DeviceId) -> Stored<()>;
    /// A new invitation; an earlier one for the same address that nobody used is void.
    async fn add_invitation(&mut self, invitation: &InvitationRecord, code: &Hashed) -> Stored<()>;
    /// Marks an invitation as used.
    async fn use_invitation(&mut self, id: InvitationId, at: Instant) -> Stored<()>;
    /// A new visitor.
    async fn add_visitor(
        &mut self,
        visitor: &VisitorRecord,
        token: &Hashed,
        at: Instant,
    ) -> Stored<()>;
    /// A visitor's name and address.
    async fn put_visitor(&mut self, visitor: &Visitor) -> Stored<()>;
    /// Who is to answer a visitor's next message.
    async fn put_wish(&mut self, visitor: VisitorId, wish: Option<Wish>) -> Stored<()>;
    /// Makes or changes a conversation.
    async fn put_conversation(&mut self, conversation: &Conversation) -> Stored<()>;
    /// When the clocks of a conversation began anew.
    async fn put_restarts(&mut self, id: ConversationId, restarts: &Restarts) -> Stored<()>;
    /// A new message, and the newest one that its writer had before them, if they said so.
    async fn add_message(&mut self, message: &Message, seen_through: Option<Seq>) -> Stored<()>;
    /// How far an agent has read.
    async fn put_read_mark(&mut self, agent: AgentId, mark: &ReadMark) -> Stored<()>;
    /// Notes that a client id was carried out.
    async fn put_carried_out(
        &mut self,
        sender: &str,
        id: ClientId,
        done: &CommandDone,
        at: Instant,
    ) -> Stored<()>;
}
