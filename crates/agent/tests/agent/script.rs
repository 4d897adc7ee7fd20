//! A scripted workspace with Anna in it, and a device that is let in.

use protocol::PROTOCOL_VERSION;
use protocol::event::Event;
use protocol::frame::{DeviceFrame, EventFrame, ServerFrame};
use protocol::ids::{
    AgentId, ConversationId, DeviceId, Instant, Seq, SiteId, VisitorId, WorkspaceId,
};
use protocol::model::{Agent, Conversation, ConversationState, Role, Visitor, Workspace};
use protocol::rest::{SignedIn, WorkspaceInfo};
use protocol::snapshot::{ConversationTail, Snapshot};
use protocol::status::{
    Activity, AgentSettings, Choice, ChoiceSource, Presence, Reason, Status, StatusSettings, Via,
};
use testkit::scripted::{Scripted, ScriptedStream};
use uuid::Uuid;

use crate::harness::Device;

pub(crate) const ME: AgentId = AgentId(Uuid::from_u128(1));
pub(crate) const HERE: WorkspaceId = WorkspaceId(Uuid::from_u128(2));

pub(crate) fn info(version: u32) -> WorkspaceInfo {
    WorkspaceInfo {
        product: "porchlight".into(),
        version,
        id: HERE,
        name: "Scripted".into(),
        needs_setup: false,
    }
}

pub(crate) fn choice(status: Status) -> Choice {
    Choice {
        status,
        at: Instant(1),
        source: ChoiceSource::Agent { via: Via::App },
        plan: None,
    }
}

pub(crate) fn presence(status: Status) -> Presence {
    Presence {
        status,
        reason: Reason::Chosen,
        since: Instant(1),
    }
}

pub(crate) fn snapshot(seq: u64) -> Snapshot {
    Snapshot {
        seq: Seq(seq),
        agent_id: ME,
        workspace: Workspace {
            id: HERE,
            name: "Scripted".into(),
            idle_minutes: None,
            statuses: StatusSettings::default(),
            status_log_for_admins: false,
            close_after_hours: Some(24),
        },
        agents: vec![Agent {
            id: ME,
            name: "Anna".into(),
            email: "anna@example.com".into(),
            role: Role::Admin,
        }],
        groups: Vec::new(),
        sites: Vec::new(),
        team: Vec::new(),
        choice: choice(Status::Online),
        presence: presence(Status::Online),
        next: None,
        settings: AgentSettings::default(),
        conversations: Vec::new(),
        read: Vec::new(),
    }
}

pub(crate) fn event(prev: u64, seq: u64) -> ServerFrame {
    ServerFrame::Event(EventFrame {
        seq: Seq(seq),
        prev: Seq(prev),
        event: Event::Unknown,
    })
}

/// A workspace at number 10 whose streams the test speaks.
pub(crate) async fn scripted() -> Scripted {
    let server = Scripted::start().await.unwrap();
    server.answers("/api/v1/workspace", 200, &info(PROTOCOL_VERSION));
    server.answers(
        "/api/v1/sessions",
        200,
        &SignedIn {
            token: "scripted-token".into(),
            device_id: DeviceId(Uuid::from_u128(3)),
            agent_id: ME,
            workspace_id: HERE,
            workspace_name: "Scripted".into(),
        },
    );
    server.answers("/api/v1/snapshot", 200, &snapshot(10));
    server
}

/// The same with one conversation.
pub(crate) async fn scripted_with_chat() -> (Scripted, ConversationId) {
    let server = scripted().await;
    let with_chat = snapshot_with_chat(10);
    server.answers("/api/v1/snapshot", 200, &with_chat);
    (server, with_chat.conversations[0].conversation.id)
}

/// With one conversation of Anna's, in which nobody has written anything.
pub(crate) fn snapshot_with_chat(seq: u64) -> Snapshot {
    let mut with_chat = snapshot(seq);
    let id = ConversationId(Uuid::from_u128(9));
    with_chat.conversations = vec![ConversationTail {
        conversation: Conversation {
            id,
            site_id: SiteId(Uuid::from_u128(4)),
            group_id: None,
            visitor: Visitor {
                id: VisitorId(Uuid::from_u128(5)),
                name: None,
                email: None,
            },
            state: ConversationState::Open,
            assigned: vec![ME],
            created_at: Instant(1),
            last_message_at: Instant(1),
            waiting_since: None,
            missed: None,
        },
        messages: Vec::new(),
        more: false,
    }];
    with_chat
}

/// Signed in, with the stream open and its hello said.
pub(crate) async fn connected(server: &mut Scripted) -> (Device, ScriptedStream) {
    let device = Device::start().await;
    device.sign_in(&server.url()).await.unwrap();
    let (stream, hello) = server.stream().await.unwrap();
    assert_eq!((hello.cursor, hello.version), (Seq(10), PROTOCOL_VERSION));
    assert_eq!(hello.token, "scripted-token");
    (device, stream)
}

/// Lets the device in: welcome, nothing to catch up with.
pub(crate) async fn let_in(stream: &mut ScriptedStream, at: u64) {
    let_in_with(stream, at, Activity::Active).await;
}

/// The same with the activity that it claims with.
pub(crate) async fn let_in_with(stream: &mut ScriptedStream, at: u64, activity: Activity) {
    let version = PROTOCOL_VERSION;
    stream
        .says(&ServerFrame::Welcome {
            version,
            capabilities: Vec::new(),
        })
        .await
        .unwrap();
    stream
        .says(&ServerFrame::CaughtUp { seq: Seq(at) })
        .await
        .unwrap();
    let claim = DeviceFrame::Claim { activity };
    assert_eq!(
        stream.hears().await.unwrap(),
        claim,
        "it claims its lease once caught up"
    );
}
