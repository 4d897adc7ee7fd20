//! One example of everything that crosses the wire.

use protocol::command::{Command, CommandDone, CommandRequest};
use protocol::error::{ErrorBody, ErrorCode};
use protocol::event::Event;
use protocol::frame::{DeviceFrame, EventFrame, Hello, ServerFrame};
use protocol::hours::{Hours, HoursException, Span};
use protocol::ids::{DeviceId, GroupId, InvitationId, MessageId, Seq, SiteId, WorkspaceId};
use protocol::model::{Role, WhenNobody, Workspace};
use protocol::rest::{
    AcceptInvitationRequest, DeviceInfo, GroupMade, GroupRequest, HistoryPage, Invitation,
    InviteRequest, SettingsRequest, SetupRequest, SignInRequest, SignedIn, SiteMade, SiteRequest,
    StatusLog, WorkspaceInfo,
};
use protocol::snapshot::{ConversationTail, Snapshot};
use protocol::status::{
    Activity, AgentSettings, ChoiceSource, Goodbye, IdleDelay, LockDelay, NextChange, OnReturn,
    Reason, Status, StatusChange, StatusLogEntry, StatusSettings, Term, Via,
};
use protocol::widget::{VisitorFrame, WidgetFrame, WidgetGroup, WidgetMessage, WidgetMode};
use serde_json::{Value, json};

use crate::things::{
    NOW, agent, agent_id, body, choice, client_id, conversation, conversation_id, error, group,
    message, presence, read_mark, site, team_presence, uuid, visitors_message, workspace,
};

pub(crate) fn events() -> Vec<Event> {
    vec![
        Event::WorkspaceChanged {
            workspace: workspace(),
        },
        Event::WorkspaceChanged {
            workspace: Workspace {
                idle_minutes: None,
                ..workspace()
            },
        },
        Event::AgentChanged { agent: agent() },
        Event::AgentRemoved {
            agent_id: agent_id(),
        },
        Event::GroupChanged { group: group() },
        Event::SiteChanged { site: site() },
        Event::ConversationChanged {
            conversation: conversation(),
            by: Some(conversation().assigned[0]),
        },
        Event::ConversationGained {
            conversation: conversation(),
            messages: vec![visitors_message()],
            more: true,
        },
        Event::ConversationLost {
            conversation_id: conversation_id(),
        },
        Event::ConversationErased {
            conversation_id: conversation_id(),
        },
        Event::MessageAdded { message: message() },
        Event::ReadThrough { mark: read_mark() },
        Event::PresenceChanged {
            presence: team_presence(),
        },
        Event::OwnSettings {
            settings: settings(),
        },
        Event::OwnPresence {
            choice: choice(ChoiceSource::Agent { via: Via::App }),
            presence: presence(Reason::Idle { since: NOW }),
            next: None,
        },
        Event::Unknown,
    ]
}

pub(crate) fn commands() -> Vec<Command> {
    let conversation_id = conversation_id();
    vec![
        Command::Reply {
            conversation_id,
            body: body(),
            seen_through: Seq(11),
        },
        Command::Comment {
            conversation_id,
            body: body(),
            mentions: vec![agent_id()],
        },
        Command::Assign {
            conversation_id,
            agents: vec![agent_id()],
        },
        Command::AddAgent {
            conversation_id,
            agent_id: agent_id(),
        },
        Command::Leave { conversation_id },
        Command::SetGroup {
            conversation_id,
            group_id: None,
        },
        Command::Close { conversation_id },
        Command::Reopen { conversation_id },
        Command::MarkRead {
            conversation_id,
            through: Seq(12),
        },
    ]
}

pub(crate) fn device_frames() -> Vec<DeviceFrame> {
    let mut frames = vec![
        DeviceFrame::Hello(Hello {
            version: 1,
            capabilities: vec!["example".into()],
            token: "token".into(),
            cursor: Seq(10),
        }),
        DeviceFrame::Claim {
            activity: Activity::Active,
        },
        DeviceFrame::Heartbeat,
        DeviceFrame::Writing {
            conversation_id: conversation_id(),
        },
    ];
    for (change, via) in status_changes() {
        frames.push(DeviceFrame::SetChoice {
            client_id: client_id(),
            change,
            via,
            made_ms_ago: 1_500,
            zone: Some("Europe/Berlin".into()),
        });
    }
    for activity in [
        Activity::Idle { for_ms: 600_000 },
        Activity::Locked { for_ms: 5_000 },
        Activity::Limited { for_ms: 30_000 },
    ] {
        frames.push(DeviceFrame::Activity { activity });
    }
    for reason in [Goodbye::SignedOut, Goodbye::Quit, Goodbye::Asleep] {
        frames.push(DeviceFrame::Goodbye { reason });
    }
    for conversation_id in [Some(conversation().id), None] {
        frames.push(DeviceFrame::Looking { conversation_id });
    }
    frames.push(DeviceFrame::Unknown);
    frames
}

fn status_changes() -> Vec<(StatusChange, Via)> {
    let status = Status::Invisible;
    let timed = |term| StatusChange::Timed { status, term };
    vec![
        (StatusChange::Pick { status }, Via::App),
        (timed(Term::For { ms: 900_000 }), Via::Tray),
        (timed(Term::Tomorrow), Via::CommandLine),
        (timed(Term::At { minute: 840 }), Via::Shortcut),
        (StatusChange::WindDown, Via::App),
        (StatusChange::StayOnline, Via::Notification),
    ]
}

fn settings() -> AgentSettings {
    AgentSettings {
        idle: IdleDelay::Minutes { minutes: 15 },
        lock: LockDelay::OneMinute,
        on_return: OnReturn::Ask,
        invisible_offers: true,
        hours: Some(Hours {
            zone: "Europe/Berlin".into(),
            week: vec![
                vec![Span {
                    from: 540,
                    to: 1_080,
                }],
                vec![],
                vec![],
                vec![],
                vec![Span {
                    from: 1_320,
                    to: 120,
                }],
                vec![],
                vec![],
            ],
            exceptions: vec![HoursException {
                first: "2026-12-24".into(),
                last: "2026-12-26".into(),
                name: "Weihnachten".into(),
                spans: vec![],
            }],
        }),
    }
}

fn next_change() -> NextChange {
    NextChange {
        at: NOW,
        status: Status::Offline,
        source: ChoiceSource::Hours,
    }
}

pub(crate) fn server_frames() -> Vec<ServerFrame> {
    vec![
        ServerFrame::Welcome {
            version: 1,
            capabilities: vec!["example".into()],
        },
        ServerFrame::Event(EventFrame {
            seq: Seq(12),
            prev: Seq(10),
            event: Event::MessageAdded {
                message: visitors_message(),
            },
        }),
        ServerFrame::CaughtUp { seq: Seq(12) },
        ServerFrame::ChoiceDone {
            client_id: client_id(),
            accepted: true,
            error: None,
        },
        ServerFrame::ChoiceDone {
            client_id: client_id(),
            accepted: false,
            error: Some(ErrorBody::new(ErrorCode::NotAllowed, "Busy is not in use.")),
        },
        ServerFrame::IdleSoon { in_ms: 30_000 },
        ServerFrame::IdleOver,
        ServerFrame::HoursEndSoon { at: NOW, open: 2 },
        ServerFrame::LookedAt {
            conversation_ids: vec![conversation().id],
        },
        ServerFrame::Error(error(ErrorCode::SnapshotNeeded)),
        ServerFrame::Unknown,
    ]
}

pub(crate) fn visitor_frames() -> Vec<VisitorFrame> {
    vec![
        VisitorFrame::Hello {
            version: 1,
            site_id: SiteId(uuid(0x51)),
            token: None,
            cursor: Seq(0),
        },
        VisitorFrame::Send {
            client_id: client_id(),
            body: body(),
        },
        VisitorFrame::ChooseGroup {
            group_id: Some(GroupId(uuid(0xB1))),
        },
        VisitorFrame::SetEmail {
            email: "m.huber@graz.example".into(),
        },
        VisitorFrame::Unknown,
    ]
}

pub(crate) fn widget_frames() -> Vec<WidgetFrame> {
    let replied = WidgetMessage {
        id: MessageId(uuid(0x31)),
        seq: Seq(12),
        agent_name: Some("Anna Schmidt".into()),
        body: body(),
        sent_at: NOW,
        client_id: None,
    };
    let own = WidgetMessage {
        agent_name: None,
        client_id: Some(client_id()),
        ..replied.clone()
    };
    vec![
        WidgetFrame::Welcome {
            token: "token".into(),
            workspace_name: "Lumen & Linde".into(),
            mode: WidgetMode::LiveChat,
            agents: vec!["Anna Schmidt".into()],
            messages: vec![replied.clone()],
            email: None,
            group_id: None,
            groups: vec![WidgetGroup {
                id: GroupId(uuid(0xB1)),
                name: "Support".into(),
                online: true,
            }],
        },
        WidgetFrame::Message(own),
        WidgetFrame::Message(replied),
        WidgetFrame::Mode {
            mode: WidgetMode::Messenger,
            agents: Vec::new(),
            group_id: Some(GroupId(uuid(0xB1))),
            groups: Vec::new(),
        },
        WidgetFrame::Mode {
            mode: WidgetMode::Hidden,
            agents: Vec::new(),
            group_id: None,
            groups: Vec::new(),
        },
        WidgetFrame::Writing {
            agent_name: "Anna Schmidt".into(),
        },
        WidgetFrame::EmailStored {
            email: "m.huber@graz.example".into(),
        },
        WidgetFrame::Refused {
            client_id: Some(client_id()),
            error: error(ErrorCode::TooLarge),
        },
        WidgetFrame::Refused {
            client_id: None,
            error: error(ErrorCode::NotFound),
        },
        WidgetFrame::Unknown,
    ]
}

pub(crate) fn reasons() -> Vec<Reason> {
    vec![
        Reason::Chosen,
        Reason::Idle { since: NOW },
        Reason::Locked { since: NOW },
        Reason::Asleep,
        Reason::SignedOut,
        Reason::Quit,
        Reason::ConnectionLost,
        Reason::Held,
        Reason::Unknown,
    ]
}

pub(crate) fn choice_sources() -> Vec<ChoiceSource> {
    vec![
        ChoiceSource::FirstSignIn,
        ChoiceSource::Agent { via: Via::App },
        ChoiceSource::Admin {
            agent_id: agent_id(),
            before: Status::Online,
        },
        ChoiceSource::TimeUp,
        ChoiceSource::Hours,
        ChoiceSource::WoundDown,
        ChoiceSource::Unknown,
    ]
}

pub(crate) fn snapshot() -> Snapshot {
    Snapshot {
        seq: Seq(12),
        agent_id: agent_id(),
        workspace: workspace(),
        agents: vec![agent()],
        groups: vec![group()],
        sites: vec![site()],
        team: vec![team_presence()],
        choice: choice(ChoiceSource::FirstSignIn),
        presence: presence(Reason::Chosen),
        conversations: vec![ConversationTail {
            conversation: conversation(),
            messages: vec![visitors_message()],
            more: false,
        }],
        read: vec![read_mark()],
        next: Some(next_change()),
        settings: settings(),
    }
}

/// Everything under `/api/v1` that is no event, by its Rust name.
pub(crate) fn rest() -> Value {
    let device_name = "Desk".to_owned();
    json!({
            "AcceptInvitationRequest": AcceptInvitationRequest {
                code: "code".into(),
                name: "Jonas Weber".into(),
                password: "password".into(),
                device_name: device_name.clone(),
            },
            "CommandDone": [
                CommandDone { seq: Seq(13), message_id: Some(MessageId(uuid(0x31))) },
                CommandDone { seq: Seq(13), message_id: None },
            ],
            "CommandRequest": CommandRequest {
                client_id: client_id(),
                command: Command::Leave { conversation_id: conversation_id() },
            },
            "DeviceInfo": DeviceInfo {
                id: DeviceId(uuid(0xD1)),
                name: device_name.clone(),
                signed_in_at: NOW,
                last_seen_at: NOW,
                this_device: true,
            },
            "GroupMade": GroupMade { id: GroupId(uuid(0xB1)) },
            "GroupRequest": GroupRequest { name: "Returns".into(), members: vec![agent_id()] },
            "HistoryPage": HistoryPage { messages: vec![visitors_message()], more: true, as_of: Seq(12) },
            "Invitation": Invitation {
                id: InvitationId(uuid(0x91)),
                link: "https://chat.lumen.example/invite#code".into(),
                expires_at: NOW,
            },
            "InviteRequest": InviteRequest { email: "jonas@lumen.example".into(), role: Role::Agent },
            "SettingsRequest": SettingsRequest { name: "Lumen & Linde".into(), idle_minutes: None, status_log_for_admins: false, close_after_hours: Some(24), statuses: StatusSettings::default(),
    },
            "SetupRequest": SetupRequest {
                setup_code: "code".into(),
                workspace_name: "Lumen & Linde".into(),
                name: "Anna Schmidt".into(),
                email: "anna@lumen.example".into(),
                password: "password".into(),
                device_name: device_name.clone(),
            },
            "AgentSettings": settings(),
            "StatusLog": StatusLog {
                entries: vec![StatusLogEntry {
                    at: NOW,
                    presence: presence(Reason::Chosen),
                    choice: choice(ChoiceSource::Hours),
                }],
                more: false,
            },
            "SignInRequest": SignInRequest {
                email: "anna@lumen.example".into(),
                password: "password".into(),
                device_name,
            },
            "SignedIn": SignedIn {
                token: "token".into(),
                device_id: DeviceId(uuid(0xD1)),
                agent_id: agent_id(),
                workspace_id: WorkspaceId(uuid(0xE1)),
                workspace_name: "Lumen & Linde".into(),
            },
            "SiteMade": SiteMade { id: SiteId(uuid(0x51)) },
            "SiteRequest": SiteRequest {
                name: "Shop".into(),
                origins: vec!["https://lumen.example".into()],
                when_nobody: WhenNobody::Hidden, groups: Vec::new(),
    },
            "WorkspaceInfo": WorkspaceInfo {
                product: "porchlight".into(),
                version: 1,
                id: WorkspaceId(uuid(0xE1)),
                name: "Lumen & Linde".into(),
                needs_setup: false,
            },
        })
}
