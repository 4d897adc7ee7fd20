//! What people and devices do in tests about statuses, and how a test waits for what comes of it.

use protocol::command::Command;
use protocol::error::ErrorBody;
use protocol::event::Event;
use protocol::frame::{DeviceFrame, EventFrame, ServerFrame};
use protocol::hours::{Hours, Span};
use protocol::ids::{AgentId, ClientId, ConversationId, Instant};
use protocol::model::WhenNobody;
use protocol::rest::{SettingsRequest, SignInRequest, SignedIn};
use protocol::status::{
    Activity, AgentSettings, Choice, Goodbye, NextChange, Presence, Status, StatusChange,
    StatusSettings, Via,
};

use crate::rig::{House, PASSWORD, Stream, Tab, new_id};

pub(crate) const SECOND: i64 = 1_000;
pub(crate) const MINUTE: i64 = 60 * SECOND;
pub(crate) const HOUR: i64 = 60 * MINUTE;

/// Own choice and presence, as they were told.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Own {
    pub(crate) choice: Choice,
    pub(crate) presence: Presence,
    pub(crate) next: Option<NextChange>,
}

pub(crate) fn own_in(frame: &ServerFrame) -> Option<Own> {
    match frame {
        ServerFrame::Event(EventFrame {
            event:
                Event::OwnPresence {
                    choice,
                    presence,
                    next,
                },
            ..
        }) => Some(Own {
            choice: *choice,
            presence: *presence,
            next: *next,
        }),
        _ => None,
    }
}

/// A device that is present and active, and has heard everything that was said so far.
pub(crate) async fn at_work(house: &House, who: &SignedIn) -> Stream {
    let mut stream = house.listen(who).await;
    claim(&mut stream, Activity::Active).await;
    dealt_with(&mut stream).await;
    stream
}

/// Whatever is told next of oneself.
pub(crate) async fn own(stream: &mut Stream) -> Own {
    stream.until("own presence", own_in).await
}

pub(crate) async fn claim(stream: &mut Stream, activity: Activity) {
    stream.say(&DeviceFrame::Claim { activity }).await;
}

pub(crate) async fn report(stream: &mut Stream, activity: Activity) {
    stream.say(&DeviceFrame::Activity { activity }).await;
}

pub(crate) async fn leave(stream: &mut Stream, reason: Goodbye) {
    stream.say(&DeviceFrame::Goodbye { reason }).await;
}

/// Asks for a change made so long ago: whether it was accepted, else why it was refused, and what was
/// said meanwhile.
pub(crate) async fn choose_late(
    stream: &mut Stream,
    change: StatusChange,
    made_ms_ago: u64,
) -> (Result<bool, ErrorBody>, Vec<ServerFrame>) {
    ask(stream, change, made_ms_ago, None).await
}

/// Asks for a change on a device in this time zone, which must be accepted.
pub(crate) async fn choose_in(stream: &mut Stream, zone: &str, change: StatusChange) {
    let (answer, _) = ask(stream, change, 0, Some(zone)).await;
    assert_eq!(answer, Ok(true), "{change:?}");
}

async fn ask(
    stream: &mut Stream,
    change: StatusChange,
    made_ms_ago: u64,
    zone: Option<&str>,
) -> (Result<bool, ErrorBody>, Vec<ServerFrame>) {
    let client_id = new_id(ClientId);
    stream
        .say(&DeviceFrame::SetChoice {
            client_id,
            change,
            via: Via::Tray,
            made_ms_ago,
            zone: zone.map(str::to_owned),
        })
        .await;
    let mut meanwhile = Vec::new();
    loop {
        match stream.next().await {
            ServerFrame::ChoiceDone {
                client_id: id,
                accepted,
                error,
            } if id == client_id => {
                assert!(!(accepted && error.is_some()));
                return (error.map_or(Ok(accepted), Err), meanwhile);
            }
            frame => meanwhile.push(frame),
        }
    }
}

/// Asks for a change, which must be accepted.
pub(crate) async fn choose(stream: &mut Stream, change: StatusChange) {
    let (answer, _) = choose_late(stream, change, 0).await;
    assert_eq!(answer, Ok(true), "{change:?}");
}

pub(crate) async fn pick(stream: &mut Stream, status: Status) {
    choose(stream, StatusChange::Pick { status }).await;
}

/// Waits until everything this stream said was dealt with; gives what was said to it meanwhile.
pub(crate) async fn dealt_with(stream: &mut Stream) -> Vec<ServerFrame> {
    // A pick from so long ago that it changes nothing.
    let change = StatusChange::Pick {
        status: Status::Online,
    };
    let (answer, meanwhile) = choose_late(stream, change, u64::MAX).await;
    assert_eq!(answer, Ok(false));
    meanwhile
}

/// Lets time pass while the device stays connected; gives what was said to it.
pub(crate) async fn pass(house: &House, stream: &mut Stream, ms: i64) -> Vec<ServerFrame> {
    let mut said = Vec::new();
    let mut left = ms;
    while left > 0 {
        let step = left.min(20 * SECOND);
        house.clock.advance(step);
        left -= step;
        stream.say(&DeviceFrame::Heartbeat).await;
        said.extend(dealt_with(stream).await);
    }
    said
}

/// The one thing told of oneself, said already or about to be.
pub(crate) async fn own_after(said: &[ServerFrame], stream: &mut Stream) -> Own {
    match said.iter().find_map(own_in) {
        Some(told) => told,
        None => own(stream).await,
    }
}

/// Anna's second device.
pub(crate) async fn second_device(house: &House) -> SignedIn {
    let request = SignInRequest {
        email: "anna@example.org".into(),
        password: PASSWORD.into(),
        device_name: "laptop".into(),
    };
    house
        .post("/api/v1/sessions", None, &request)
        .await
        .unwrap()
}

pub(crate) fn workspace_settings() -> SettingsRequest {
    SettingsRequest {
        name: "Lumen".into(),
        idle_minutes: Some(10),
        statuses: StatusSettings::default(),
        status_log_for_admins: false,
        close_after_hours: Some(24),
    }
}

pub(crate) async fn set_workspace(house: &House, admin: &SignedIn, settings: &SettingsRequest) {
    house.put("/api/v1/settings", &admin.token, settings).await;
}

pub(crate) async fn set_own(house: &House, who: &SignedIn, settings: &AgentSettings) {
    house.put("/api/v1/me/settings", &who.token, settings).await;
}

/// The same spans on every day, in minutes since midnight in Berlin. Tests begin on a Friday at 9:00
/// there.
pub(crate) fn in_berlin(spans: &[(u16, u16)]) -> AgentSettings {
    let day: Vec<Span> = spans
        .iter()
        .map(|(from, to)| Span {
            from: *from,
            to: *to,
        })
        .collect();
    AgentSettings {
        hours: Some(Hours {
            zone: "Europe/Berlin".into(),
            week: vec![day; 7],
            exceptions: Vec::new(),
        }),
        ..AgentSettings::default()
    }
}

pub(crate) fn now(house: &House) -> Instant {
    server::Clock::now(&*house.clock).wall
}

/// A new conversation that these agents answer, and its visitor.
pub(crate) async fn answered_by(
    house: &House,
    admin: &SignedIn,
    agents: &[&SignedIn],
) -> (Tab, ConversationId) {
    let site = house.site(admin, WhenNobody::Messenger).await;
    let mut tab = house.tab(site, None).await.0;
    tab.write("hello").await;
    let snapshot = house.snapshot(admin).await;
    let newest = snapshot.conversations.last().unwrap();
    let conversation_id = newest.conversation.id;
    let agents: Vec<AgentId> = agents.iter().map(|agent| agent.agent_id).collect();
    let command = Command::Assign {
        conversation_id,
        agents,
    };
    house.command(admin, command).await.unwrap();
    (tab, conversation_id)
}
