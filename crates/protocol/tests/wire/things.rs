//! The people and things that the examples speak of.

use protocol::body::Body;
use protocol::error::{ErrorBody, ErrorCode};
use protocol::ids::{
    AgentId, ClientId, ConversationId, GroupId, Instant, MessageId, Seq, SiteId, VisitorId,
    WorkspaceId,
};
use protocol::model::{
    Agent, Author, Conversation, ConversationState, Group, Message, MessageKind, Missed,
    MissedBecause, ReadMark, Role, Site, Visitor, WhenNobody, Workspace,
};
use protocol::status::{
    Choice, ChoiceSource, Plan, Presence, Reason, Status, StatusSettings, TeamPresence,
};
use uuid::Uuid;

pub(crate) const NOW: Instant = Instant(1_763_632_800_000);

pub(crate) fn uuid(number: u128) -> Uuid {
    Uuid::from_u128(0x0197_0000_0000_7000_8000_0000_0000_0000 | number)
}

pub(crate) fn conversation_id() -> ConversationId {
    ConversationId(uuid(0xC0))
}

pub(crate) fn agent_id() -> AgentId {
    AgentId(uuid(0xA1))
}

pub(crate) fn client_id() -> ClientId {
    ClientId(uuid(0xF1))
}

pub(crate) fn body() -> Body {
    Body::from_plain("The glass has a crack.\nLook:\n\n<b>here</b>")
}

pub(crate) fn workspace() -> Workspace {
    Workspace {
        id: WorkspaceId(uuid(0xE1)),
        name: "Lumen & Linde".into(),
        idle_minutes: Some(10),
        status_log_for_admins: false,
        close_after_hours: Some(24),
        statuses: StatusSettings::default(),
    }
}

pub(crate) fn agent() -> Agent {
    Agent {
        id: agent_id(),
        name: "Anna Schmidt".into(),
        email: "anna@lumen.example".into(),
        role: Role::Admin,
    }
}

pub(crate) fn group() -> Group {
    Group {
        id: GroupId(uuid(0xB1)),
        name: "Returns".into(),
        members: vec![agent_id()],
    }
}

pub(crate) fn site() -> Site {
    Site {
        id: SiteId(uuid(0x51)),
        name: "Shop".into(),
        origins: vec!["https://lumen.example".into()],
        when_nobody: WhenNobody::Messenger,
        groups: Vec::new(),
    }
}

pub(crate) fn conversation() -> Conversation {
    Conversation {
        id: conversation_id(),
        site_id: SiteId(uuid(0x51)),
        group_id: Some(GroupId(uuid(0xB1))),
        visitor: Visitor {
            id: VisitorId(uuid(0x71)),
            name: None,
            email: Some("m.huber@graz.example".into()),
        },
        state: ConversationState::Open,
        assigned: vec![agent_id()],
        created_at: NOW,
        last_message_at: NOW.plus(60_000),
        waiting_since: Some(NOW.plus(60_000)),
        missed: Some(Missed {
            since: NOW.plus(90_000),
            because: MissedBecause::Silence,
        }),
    }
}

pub(crate) fn message() -> Message {
    Message {
        id: MessageId(uuid(0x31)),
        conversation_id: conversation_id(),
        seq: Seq(12),
        author: Author::Agent {
            agent_id: agent_id(),
        },
        kind: MessageKind::Comment,
        body: body(),
        sent_at: NOW,
        client_id: client_id(),
        mentions: vec![AgentId(uuid(0xA2))],
    }
}

pub(crate) fn visitors_message() -> Message {
    Message {
        author: Author::Visitor,
        kind: MessageKind::Reply,
        mentions: Vec::new(),
        ..message()
    }
}

pub(crate) fn read_mark() -> ReadMark {
    ReadMark {
        conversation_id: conversation_id(),
        through: Seq(12),
    }
}

pub(crate) fn team_presence() -> TeamPresence {
    TeamPresence {
        agent_id: agent_id(),
        status: Status::Offline,
        since: NOW,
        open: 0,
    }
}

pub(crate) fn choice(source: ChoiceSource) -> Choice {
    Choice {
        status: Status::Online,
        at: NOW,
        source,
        plan: Some(Plan::Timed { until: NOW }),
    }
}

pub(crate) fn presence(reason: Reason) -> Presence {
    Presence {
        status: Status::Offline,
        reason,
        since: NOW,
    }
}

pub(crate) fn error(code: ErrorCode) -> ErrorBody {
    ErrorBody::new(code, "A sentence that says what to do.")
}
