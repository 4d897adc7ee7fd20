//! A workspace as its server knows it: the truth to compare a cache with.

use std::cell::Cell;
use std::collections::BTreeMap;
use std::path::PathBuf;

use cache::Cache;
use protocol::body::Body;
use protocol::event::Event;
use protocol::frame::EventFrame;
use protocol::ids::{
    AgentId, ClientId, ConversationId, GroupId, Instant, MessageId, Seq, SiteId, VisitorId,
    WorkspaceId,
};
use protocol::limits::SNAPSHOT_TAIL;
use protocol::model::{
    Agent, Author, Conversation, ConversationState, Group, Message, MessageKind, Missed,
    MissedBecause, ReadMark, Role, Site, Visitor, WhenNobody, Workspace,
};
use protocol::snapshot::{ConversationTail, Snapshot};
use protocol::status::{Choice, ChoiceSource, Presence, Reason, Status, TeamPresence};
use uuid::Uuid;

pub(crate) const KEY: [u8; 32] = [7; 32];
pub(crate) const ME: AgentId = AgentId(Uuid::from_u128(1));
pub(crate) const ANNA: AgentId = AgentId(Uuid::from_u128(2));
pub(crate) const SALES: GroupId = GroupId(Uuid::from_u128(1));
pub(crate) const SUPPORT: GroupId = GroupId(Uuid::from_u128(2));

pub(crate) fn chat(number: u128) -> ConversationId {
    ConversationId(Uuid::from_u128(1_000 + number))
}

pub(crate) fn client(number: u128) -> ClientId {
    ClientId(Uuid::from_u128(5_000_000 + number))
}

/// A cache in a folder of its own. Each test closes it, as the app does: see [`Cache::close`]. One that
/// forgets fails at once, and not now and then by a fault at its exit.
pub(crate) struct Stored {
    folder: tempfile::TempDir,
    pub(crate) cache: Cache,
    closed: Cell<bool>,
}

impl Drop for Stored {
    fn drop(&mut self) {
        assert!(
            self.closed.get() || std::thread::panicking(),
            "the test does not close its cache"
        );
    }
}

impl Stored {
    pub(crate) async fn empty() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let cache = Cache::open(&folder.path().join("cache.db"), &KEY)
            .await
            .unwrap();
        Self {
            folder,
            cache,
            closed: Cell::new(false),
        }
    }

    pub(crate) async fn of(world: &World) -> Self {
        let stored = Self::empty().await;
        stored.cache.load_snapshot(&world.snapshot()).await.unwrap();
        stored
    }

    pub(crate) fn folder(&self) -> PathBuf {
        self.folder.path().to_owned()
    }

    pub(crate) fn path(&self) -> PathBuf {
        self.folder.path().join("cache.db")
    }

    pub(crate) async fn close(&self) {
        self.cache.close().await;
        self.closed.set(true);
    }

    /// As after the app ended and started again.
    pub(crate) async fn reopened(mut self) -> Self {
        self.cache.close().await;
        self.cache = Cache::open(&self.path(), &KEY).await.unwrap();
        self
    }

    /// Stores everything that happened after the cursor.
    pub(crate) async fn follow(&self, world: &World) -> cache::Applied {
        let cursor = self.cache.cursor().await.unwrap().unwrap();
        self.cache.apply(&world.after(cursor), &[]).await.unwrap()
    }
}

#[derive(Clone, Debug)]
pub(crate) struct Chat {
    pub(crate) conversation: Conversation,
    pub(crate) messages: Vec<Message>,
    visible: bool,
}

#[derive(Clone, Debug)]
pub(crate) struct World {
    seq: u64,
    /// The last number that this agent was given.
    visible_seq: u64,
    log: Vec<EventFrame>,
    pub(crate) chats: BTreeMap<ConversationId, Chat>,
    workspace: Workspace,
    agents: BTreeMap<AgentId, Agent>,
    groups: BTreeMap<GroupId, Group>,
    sites: BTreeMap<SiteId, Site>,
    team: BTreeMap<AgentId, TeamPresence>,
    choice: Choice,
    presence: Presence,
    read: BTreeMap<ConversationId, Seq>,
}

impl World {
    pub(crate) fn new() -> Self {
        let agents = [(ME, "Me"), (ANNA, "Anna")].map(|(id, name)| {
            let email = format!("{name}@example.org");
            (
                id,
                Agent {
                    id,
                    name: name.to_owned(),
                    email,
                    role: Role::Agent,
                },
            )
        });
        let groups = [(SALES, "Sales", vec![ME]), (SUPPORT, "Support", vec![ANNA])].map(
            |(id, name, members)| {
                (
                    id,
                    Group {
                        id,
                        name: name.to_owned(),
                        members,
                    },
                )
            },
        );
        Self {
            seq: 0,
            visible_seq: 0,
            log: Vec::new(),
            chats: BTreeMap::new(),
            workspace: Workspace {
                id: WorkspaceId(Uuid::from_u128(1)),
                name: "Shop".to_owned(),
                idle_minutes: Some(10),
                status_log_for_admins: false,
                close_after_hours: Some(24),
                statuses: protocol::status::StatusSettings::default(),
            },
            agents: agents.into(),
            groups: groups.into(),
            sites: BTreeMap::new(),
            team: BTreeMap::new(),
            choice: Choice {
                status: Status::Online,
                at: Instant(0),
                source: ChoiceSource::FirstSignIn,
                plan: None,
            },
            presence: Presence {
                status: Status::Online,
                reason: Reason::Chosen,
                since: Instant(0),
            },
            read: BTreeMap::new(),
        }
    }

    pub(crate) fn snapshot(&self) -> Snapshot {
        Snapshot {
            seq: Seq(self.visible_seq),
            agent_id: ME,
            workspace: self.workspace.clone(),
            agents: self.agents.values().cloned().collect(),
            groups: self.groups.values().cloned().collect(),
            sites: self.sites.values().cloned().collect(),
            team: self.team.values().copied().collect(),
            choice: self.choice,
            presence: self.presence,
            conversations: self
                .chats
                .values()
                .filter(|it| it.visible)
                .map(Chat::tail)
                .collect(),
            read: self
                .read
                .iter()
                .map(|(id, through)| ReadMark {
                    conversation_id: *id,
                    through: *through,
                })
                .collect(),
            next: None,
            settings: protocol::status::AgentSettings::default(),
        }
    }

    pub(crate) fn after(&self, cursor: Seq) -> Vec<EventFrame> {
        self.log
            .iter()
            .filter(|frame| frame.seq > cursor)
            .cloned()
            .collect()
    }

    pub(crate) fn log(&self) -> &[EventFrame] {
        &self.log
    }

    pub(crate) fn seq(&self) -> Seq {
        Seq(self.seq)
    }

    /// Something that this agent does not see.
    pub(crate) fn elsewhere(&mut self) {
        self.seq += 1;
    }

    pub(crate) fn happens(&mut self, event: Event) -> Seq {
        self.seq += 1;
        self.log.push(EventFrame {
            seq: Seq(self.seq),
            prev: Seq(self.visible_seq),
            event,
        });
        self.visible_seq = self.seq;
        Seq(self.seq)
    }

    /// A visitor opens a chat with one message.
    pub(crate) fn opens(&mut self, number: u128, group_id: Option<GroupId>) {
        let id = chat(number);
        let at = self.now();
        let conversation = Conversation {
            id,
            site_id: SiteId(Uuid::from_u128(1)),
            group_id,
            visitor: Visitor {
                id: VisitorId(Uuid::from_u128(number)),
                name: Some(format!("Visitor {number}")),
                email: None,
            },
            state: ConversationState::Open,
            assigned: Vec::new(),
            created_at: at,
            last_message_at: at,
            waiting_since: Some(at),
            missed: None,
        };
        self.chats.insert(
            id,
            Chat {
                conversation: conversation.clone(),
                messages: Vec::new(),
                visible: true,
            },
        );
        self.happens(Event::ConversationChanged {
            conversation,
            by: None,
        });
        self.visitor_writes(number, &format!("Hello from {number}"));
    }

    pub(crate) fn visitor_writes(&mut self, number: u128, text: &str) -> Seq {
        let client_id = ClientId(Uuid::from_u128(9_000_000 + u128::from(self.seq)));
        self.add(number, Author::Visitor, MessageKind::Reply, text, client_id)
    }

    pub(crate) fn agent_writes(
        &mut self,
        number: u128,
        agent_id: AgentId,
        text: &str,
        client_id: ClientId,
    ) -> Seq {
        self.add(
            number,
            Author::Agent { agent_id },
            MessageKind::Reply,
            text,
            client_id,
        )
    }

    fn add(
        &mut self,
        number: u128,
        author: Author,
        kind: MessageKind,
        text: &str,
        client_id: ClientId,
    ) -> Seq {
        let at = self.now();
        self.changes(number, |conversation| {
            let first = conversation.last_message_at == conversation.created_at;
            conversation.last_message_at = at;
            match author {
                Author::Agent { agent_id } => {
                    conversation.waiting_since = None;
                    conversation.missed = None;
                    if !conversation.assigned.contains(&agent_id) {
                        conversation.assigned.push(agent_id);
                    }
                }
                _ => {
                    // Who writes a second time has waited for too long.
                    let because = MissedBecause::Silence;
                    let since = conversation.waiting_since.filter(|_| !first);
                    conversation.missed = since.map(|since| Missed { since, because });
                    conversation.waiting_since = conversation.waiting_since.or(Some(at));
                }
            }
        });
        let Some(chat) = self.chats.get(&chat(number)) else {
            return Seq(self.seq);
        };
        let message = Message {
            id: MessageId(Uuid::from_u128(u128::from(self.seq) + 1)),
            conversation_id: chat.conversation.id,
            seq: Seq(self.seq + 1),
            author,
            kind,
            body: Body::from_plain(text),
            sent_at: at,
            client_id,
            mentions: Vec::new(),
        };
        let visible = chat.visible;
        if let Some(chat) = self.chats.get_mut(&message.conversation_id) {
            chat.messages.push(message.clone());
        }
        if visible {
            self.happens(Event::MessageAdded { message });
        } else {
            self.elsewhere();
        }
        Seq(self.seq)
    }

    pub(crate) fn changes(&mut self, number: u128, change: impl FnOnce(&mut Conversation)) {
        let Some(chat) = self.chats.get_mut(&chat(number)) else {
            return;
        };
        change(&mut chat.conversation);
        let conversation = chat.conversation.clone();
        if chat.visible {
            self.happens(Event::ConversationChanged {
                conversation,
                by: None,
            });
        } else {
            self.elsewhere();
        }
    }

    pub(crate) fn is_lost(&mut self, number: u128) {
        let id = chat(number);
        if let Some(chat) = self.chats.get_mut(&id).filter(|chat| chat.visible) {
            chat.visible = false;
            self.happens(Event::ConversationLost {
                conversation_id: id,
            });
        }
    }

    pub(crate) fn is_gained(&mut self, number: u128) {
        if let Some(chat) = self
            .chats
            .get_mut(&chat(number))
            .filter(|chat| !chat.visible)
        {
            chat.visible = true;
            let ConversationTail {
                conversation,
                messages,
                more,
            } = chat.tail();
            self.happens(Event::ConversationGained {
                conversation,
                messages,
                more,
            });
        }
    }

    pub(crate) fn is_erased(&mut self, number: u128) {
        let id = chat(number);
        if self.chats.remove(&id).is_some() {
            self.read.remove(&id);
            self.happens(Event::ConversationErased {
                conversation_id: id,
            });
        }
    }

    pub(crate) fn is_read(&mut self, number: u128) {
        let id = chat(number);
        if let Some(last) = self.chats.get(&id).and_then(|chat| chat.messages.last()) {
            let mark = ReadMark {
                conversation_id: id,
                through: last.seq,
            };
            self.read.insert(id, mark.through);
            self.happens(Event::ReadThrough { mark });
        }
    }

    pub(crate) fn anna_is(&mut self, status: Status) {
        let presence = TeamPresence {
            agent_id: ANNA,
            status,
            since: self.now(),
            open: 0,
        };
        self.team.insert(ANNA, presence);
        self.happens(Event::PresenceChanged { presence });
    }

    pub(crate) fn i_am(&mut self, status: Status) {
        self.choice = Choice {
            status,
            at: self.now(),
            source: ChoiceSource::Agent {
                via: protocol::status::Via::App,
            },
            plan: None,
        };
        self.presence = Presence {
            status,
            reason: Reason::Chosen,
            since: self.now(),
        };
        self.happens(Event::OwnPresence {
            choice: self.choice,
            presence: self.presence,
            next: None,
        });
    }

    pub(crate) fn group_has(&mut self, id: GroupId, members: Vec<AgentId>) {
        if let Some(group) = self.groups.get_mut(&id) {
            group.members = members;
            let group = group.clone();
            self.happens(Event::GroupChanged { group });
        }
    }

    pub(crate) fn colleague_changes(&mut self, number: u128) {
        let id = AgentId(Uuid::from_u128(10 + number));
        let agent = Agent {
            id,
            name: format!("Agent {}", self.seq),
            email: String::new(),
            role: Role::Admin,
        };
        self.agents.insert(id, agent.clone());
        self.happens(Event::AgentChanged { agent });
    }

    pub(crate) fn colleague_leaves(&mut self, number: u128) {
        let id = AgentId(Uuid::from_u128(10 + number));
        if self.agents.remove(&id).is_some() {
            self.happens(Event::AgentRemoved { agent_id: id });
        }
    }

    pub(crate) fn settings_change(&mut self) {
        self.workspace.name = format!("Shop {}", self.seq);
        let workspace = self.workspace.clone();
        self.happens(Event::WorkspaceChanged { workspace });
        let id = SiteId(Uuid::from_u128(u128::from(self.seq % 3)));
        let site = Site {
            id,
            name: format!("Site {}", self.seq),
            origins: Vec::new(),
            when_nobody: WhenNobody::Messenger,
            groups: Vec::new(),
        };
        self.sites.insert(id, site.clone());
        self.happens(Event::SiteChanged { site });
    }

    /// Later with each event.
    fn now(&self) -> Instant {
        Instant(1_000 * (1 + self.seq.cast_signed()))
    }
}

impl Chat {
    fn tail(&self) -> ConversationTail {
        let cut = self.messages.len().saturating_sub(SNAPSHOT_TAIL);
        ConversationTail {
            conversation: self.conversation.clone(),
            messages: self.messages[cut..].to_vec(),
            more: cut > 0,
        }
    }
}
