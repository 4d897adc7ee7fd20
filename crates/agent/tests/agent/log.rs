//! The log of a scripted workspace: chats, and what happens in them, as the server would tell it.

use std::collections::BTreeMap;

use agent::ports::NotificationKey;
use protocol::PROTOCOL_VERSION;
use protocol::body::Body;
use protocol::event::Event;
use protocol::frame::{DeviceFrame, EventFrame, ServerFrame};
use protocol::ids::{
    AgentId, ClientId, ConversationId, Instant, MessageId, Seq, SiteId, VisitorId,
};
use protocol::model::{
    Author, Conversation, ConversationState, Message, MessageKind, Missed, MissedBecause, ReadMark,
    Visitor,
};
use protocol::status::Status;
use testkit::scripted::{Scripted, ScriptedStream};
use uuid::Uuid;

use crate::harness::Device;
use crate::script::{ME, choice, connected, let_in, presence};

/// A colleague.
pub(crate) const BERT: AgentId = AgentId(Uuid::from_u128(11));

pub(crate) fn chat(number: u128) -> ConversationId {
    ConversationId(Uuid::from_u128(1_000 + number))
}

pub(crate) fn key(number: u128) -> NotificationKey {
    NotificationKey::Conversation(chat(number))
}

/// The server's end of one device's stream. Stamps are the numbers of the log.
pub(crate) struct Log {
    pub(crate) stream: ScriptedStream,
    seq: u64,
    /// Those in sight.
    pub(crate) chats: BTreeMap<ConversationId, Conversation>,
}

impl Log {
    /// A device that is there, Online.
    pub(crate) async fn with_device(server: &mut Scripted) -> (Self, Device) {
        let (device, mut stream) = connected(server).await;
        let_in(&mut stream, 10).await;
        device.live().await;
        let log = Self {
            stream,
            seq: 10,
            chats: BTreeMap::new(),
        };
        (log, device)
    }

    pub(crate) async fn happens(&mut self, event: Event) {
        self.seq += 1;
        let frame = ServerFrame::Event(EventFrame {
            seq: Seq(self.seq),
            prev: Seq(self.seq - 1),
            event,
        });
        self.stream.says(&frame).await.unwrap();
    }

    /// The device loses its connection and comes back; what happens until [`caught_up`](Self::caught_up)
    /// happened in its absence.
    pub(crate) async fn cut(&mut self, server: &mut Scripted, device: &Device) {
        self.stream
            .says(&ServerFrame::Error(protocol::error::ErrorBody::new(
                protocol::error::ErrorCode::TooSlow,
                "resume",
            )))
            .await
            .unwrap();
        device.lost().await;
        device.core.try_now().unwrap();
        self.meets_again(server).await;
    }

    /// The device connects again; it is caught up with [`caught_up`](Self::caught_up).
    pub(crate) async fn meets_again(&mut self, server: &mut Scripted) {
        self.stream = server.stream().await.unwrap().0;
        let welcome = ServerFrame::Welcome {
            version: PROTOCOL_VERSION,
            capabilities: Vec::new(),
        };
        self.stream.says(&welcome).await.unwrap();
    }

    pub(crate) async fn caught_up(&mut self, device: &Device) {
        let seq = Seq(self.seq);
        let caught_up = ServerFrame::CaughtUp { seq };
        self.stream.says(&caught_up).await.unwrap();
        let claim = self.stream.hears().await.unwrap();
        assert!(matches!(claim, DeviceFrame::Claim { .. }), "{claim:?}");
        device.live().await;
    }

    /// A chat without a message.
    pub(crate) async fn opens(&mut self, number: u128, assigned: &[AgentId]) -> ConversationId {
        let id = chat(number);
        let conversation = Conversation {
            id,
            site_id: SiteId(Uuid::from_u128(4)),
            group_id: None,
            visitor: Visitor {
                id: VisitorId(Uuid::from_u128(2_000 + number)),
                name: None,
                email: None,
            },
            state: ConversationState::Open,
            assigned: assigned.to_vec(),
            created_at: Instant(1),
            last_message_at: Instant(1),
            waiting_since: None,
            missed: None,
        };
        self.chats.insert(id, conversation.clone());
        let opened = Event::ConversationChanged {
            conversation,
            by: None,
        };
        self.happens(opened).await;
        id
    }

    pub(crate) async fn changes(
        &mut self,
        id: ConversationId,
        by: Option<AgentId>,
        change: impl FnOnce(&mut Conversation),
    ) {
        let conversation = self.chats.get_mut(&id).unwrap();
        change(conversation);
        let conversation = conversation.clone();
        self.happens(Event::ConversationChanged { conversation, by })
            .await;
    }

    async fn says(
        &mut self,
        id: ConversationId,
        author: Author,
        kind: MessageKind,
        mentions: Vec<AgentId>,
    ) {
        let number = u128::from(self.seq) + 1;
        let message = Message {
            id: MessageId(Uuid::from_u128(3_000_000 + number)),
            conversation_id: id,
            seq: Seq(self.seq + 1),
            author,
            kind,
            body: Body::from_plain(&format!("message {number}")),
            sent_at: Instant(i64::try_from(number).unwrap()),
            client_id: ClientId(Uuid::from_u128(4_000_000 + number)),
            mentions,
        };
        self.happens(Event::MessageAdded { message }).await;
    }

    pub(crate) async fn visitor_writes(&mut self, id: ConversationId) {
        let now = Instant(i64::try_from(self.seq).unwrap());
        self.changes(id, None, |it| {
            it.state = ConversationState::Open;
            it.last_message_at = now;
            it.waiting_since = it.waiting_since.or(Some(now));
        })
        .await;
        self.says(id, Author::Visitor, MessageKind::Reply, Vec::new())
            .await;
    }

    pub(crate) async fn bert_replies(&mut self, id: ConversationId) {
        self.changes(id, Some(BERT), |it| {
            it.waiting_since = None;
            it.missed = None;
            if !it.assigned.contains(&BERT) {
                it.assigned.push(BERT);
            }
        })
        .await;
        let bert = Author::Agent { agent_id: BERT };
        self.says(id, bert, MessageKind::Reply, Vec::new()).await;
    }

    pub(crate) async fn mentions_me(&mut self, id: ConversationId, by: AgentId) {
        let author = Author::Agent { agent_id: by };
        self.says(id, author, MessageKind::Comment, vec![ME]).await;
    }

    pub(crate) async fn is_assigned(
        &mut self,
        id: ConversationId,
        agents: &[AgentId],
        by: AgentId,
    ) {
        self.changes(id, Some(by), |it| it.assigned = agents.to_vec())
            .await;
    }

    pub(crate) async fn is_missed(&mut self, id: ConversationId) {
        let since = Instant(i64::try_from(self.seq).unwrap());
        self.changes(id, None, |it| {
            it.missed = Some(Missed {
                since,
                because: MissedBecause::Silence,
            });
        })
        .await;
    }

    pub(crate) async fn is_read(&mut self, id: ConversationId) {
        let mark = ReadMark {
            conversation_id: id,
            through: Seq(self.seq),
        };
        self.happens(Event::ReadThrough { mark }).await;
    }

    pub(crate) async fn is_lost(&mut self, id: ConversationId) {
        let lost = Event::ConversationLost {
            conversation_id: id,
        };
        self.happens(lost).await;
    }

    pub(crate) async fn is_gained(&mut self, id: ConversationId) {
        let gained = Event::ConversationGained {
            conversation: self.chats[&id].clone(),
            messages: Vec::new(),
            more: false,
        };
        self.happens(gained).await;
    }

    pub(crate) async fn is_erased(&mut self, id: ConversationId) {
        let erased = Event::ConversationErased {
            conversation_id: id,
        };
        self.happens(erased).await;
    }

    pub(crate) async fn i_am(&mut self, status: Status) {
        let own = Event::OwnPresence {
            choice: choice(status),
            presence: presence(status),
            next: None,
        };
        self.happens(own).await;
    }
}
