//! Servers that misbehave, and what must come of it.

use std::time::Duration;

use agent::ports::NotificationKey;
use agent::view::{ConnectionView, SignIn, Stage};
use protocol::PROTOCOL_VERSION;
use protocol::body::Body;
use protocol::command::CommandDone;
use protocol::error::{ErrorBody, ErrorCode};
use protocol::event::Event;
use protocol::frame::{DeviceFrame, EventFrame, ServerFrame};
use protocol::ids::{ClientId, Instant, MessageId, Seq, WorkspaceId};
use protocol::model::{Author, Message, MessageKind};
use protocol::status::{Activity, Status, StatusChange, Via};
use testkit::scripted::Scripted;
use testkit::wait;
use uuid::Uuid;

use crate::harness::{Device, texts};
use crate::script::{
    choice, connected, event, info, let_in, let_in_with, presence, scripted, scripted_with_chat,
    snapshot, snapshot_with_chat,
};

async fn lost_with(device: &Device, code: ErrorCode) -> ErrorBody {
    let lost = device
        .until_connection(
            "to be lost",
            |it| matches!(it, ConnectionView::Lost { error, .. } if error.code == code),
        )
        .await;
    match lost {
        ConnectionView::Lost { error, .. } => error,
        other => panic!("{other:?}"),
    }
}

fn asked(server: &Scripted, what: &str) -> usize {
    server
        .asked()
        .iter()
        .filter(|(asked, _)| asked == what)
        .count()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_server_of_another_version_is_refused_before_the_password_is_sent() {
    let server = Scripted::start().await.unwrap();
    for (version, word) in [(PROTOCOL_VERSION + 1, "newer"), (0, "older")] {
        server.answers("/api/v1/workspace", 200, &info(version));
        let device = Device::start().await;
        let error = device.sign_in(&server.url()).await.unwrap_err();
        assert_eq!(error.code, ErrorCode::VersionMismatch);
        assert!(error.message.contains(word), "{error}");
    }
    assert_eq!(asked(&server, "POST /api/v1/sessions"), 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn something_that_is_no_workspace_is_told_from_one_that_says_no() {
    let server = Scripted::start().await.unwrap();
    let device = Device::start().await;
    let error = device.core.look_up(&server.url()).await.unwrap_err();
    assert_eq!(error.code, ErrorCode::NotFound, "{error}");
    server.answers_bytes("/api/v1/workspace", 200, b"<html>hello</html>".to_vec());
    let error = device.core.look_up(&server.url()).await.unwrap_err();
    assert!(error.message.contains("does not speak like"), "{error}");
    // A proxy's 401 is no word of the workspace.
    server.answers_bytes(
        "/api/v1/workspace",
        401,
        b"<html>who are you</html>".to_vec(),
    );
    let error = device.core.look_up(&server.url()).await.unwrap_err();
    assert_eq!(error.code, ErrorCode::Unavailable);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_sign_in_is_never_sent_twice() {
    let server = scripted().await;
    server.answers_bytes("/api/v1/sessions", 200, b"cut off".to_vec());
    let device = Device::start().await;
    let request = SignIn {
        address: server.url(),
        email: "anna@example.com".into(),
        password: "secret".into(),
    };
    assert!(device.core.sign_in(request).await.is_err());
    assert_eq!(asked(&server, "POST /api/v1/sessions"), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_server_that_was_updated_meanwhile_is_named_as_the_reason() {
    let mut server = scripted().await;
    let (device, mut stream) = connected(&mut server).await;
    let mismatch = ErrorBody::new(ErrorCode::VersionMismatch, "update the app");
    stream.says(&ServerFrame::Error(mismatch)).await.unwrap();
    lost_with(&device, ErrorCode::VersionMismatch).await;
    assert_eq!(
        device.core.stage(),
        Stage::Ready,
        "everything can still be read"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn malformed_and_oversized_frames_end_the_stream_and_nothing_else() {
    let mut server = scripted().await;
    let (device, mut stream) = connected(&mut server).await;
    let_in(&mut stream, 10).await;
    stream
        .says_text("{\"frame\":\"event\",\"seq\":\"x\"}".into())
        .await
        .unwrap();
    lost_with(&device, ErrorCode::BadRequest).await;

    let _ = device.core.try_now();
    let (mut stream, hello) = server.stream().await.unwrap();
    assert_eq!(hello.cursor, Seq(10));
    let_in(&mut stream, 10).await;
    device.live().await;
    let oversized = "x".repeat(protocol::limits::FRAME_BYTES + 1);
    stream.says_text(oversized).await.unwrap();
    lost_with(&device, ErrorCode::BadRequest).await;

    let _ = device.core.try_now();
    let (mut stream, _) = server.stream().await.unwrap();
    let_in(&mut stream, 10).await;
    device.live().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn frames_and_events_of_a_later_protocol_are_passed_over() {
    let mut server = scripted().await;
    let (device, mut stream) = connected(&mut server).await;
    let_in(&mut stream, 10).await;
    stream
        .says_text("{\"frame\":\"confetti\",\"colours\":[1,2]}".into())
        .await
        .unwrap();
    let later = r#"{"frame":"event","seq":11,"prev":10,"event":{"kind":"confetti","much":true}}"#;
    stream.says_text(later.into()).await.unwrap();
    stream.says(&event(11, 15)).await.unwrap();
    stream
        .says(&ServerFrame::Error(ErrorBody::new(
            ErrorCode::TooSlow,
            "resume",
        )))
        .await
        .unwrap();
    lost_with(&device, ErrorCode::TooSlow).await;
    let _ = device.core.try_now();
    let (_, hello) = server.stream().await.unwrap();
    assert_eq!(hello.cursor, Seq(15), "the cursor moved on");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_gap_is_resumed_from_the_cursor_and_the_same_gap_again_takes_a_snapshot() {
    let mut server = scripted().await;
    let (device, mut stream) = connected(&mut server).await;
    let_in(&mut stream, 10).await;
    stream.says(&event(10, 11)).await.unwrap();
    stream.says(&event(12, 13)).await.unwrap();
    device.lost().await;
    let _ = device.core.try_now();
    let (mut stream, hello) = server.stream().await.unwrap();
    assert_eq!(hello.cursor, Seq(11), "what came before the gap is stored");
    assert_eq!(asked(&server, "GET /api/v1/snapshot"), 1);

    server.answers("/api/v1/snapshot", 200, &snapshot(20));
    let_in(&mut stream, 11).await;
    stream.says(&event(12, 13)).await.unwrap();
    let (mut stream, hello) = server.stream().await.unwrap();
    assert_eq!(hello.cursor, Seq(20));
    assert_eq!(asked(&server, "GET /api/v1/snapshot"), 2);
    let_in(&mut stream, 20).await;
    device.live().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_log_that_does_not_reach_back_gives_way_to_a_snapshot() {
    let mut server = scripted().await;
    let (device, mut stream) = connected(&mut server).await;
    server.answers("/api/v1/snapshot", 200, &snapshot(99));
    let old = ErrorBody::new(ErrorCode::SnapshotNeeded, "too old");
    stream.says(&ServerFrame::Error(old)).await.unwrap();
    let (mut stream, hello) = server.stream().await.unwrap();
    assert_eq!(hello.cursor, Seq(99));
    let_in(&mut stream, 99).await;
    device.live().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_a_snapshot_brings_in_place_of_events_is_told_in_the_digest() {
    let (mut server, id) = scripted_with_chat().await;
    let (device, mut stream) = connected(&mut server).await;
    let mut later = snapshot_with_chat(99);
    let tail = &mut later.conversations[0];
    tail.conversation.waiting_since = Some(Instant(50));
    tail.messages.push(Message {
        id: MessageId(Uuid::from_u128(20)),
        conversation_id: id,
        seq: Seq(50),
        author: Author::Visitor,
        kind: MessageKind::Reply,
        body: Body::from_plain("Is anybody there?"),
        sent_at: Instant(50),
        client_id: ClientId(Uuid::from_u128(21)),
        mentions: Vec::new(),
    });
    server.answers("/api/v1/snapshot", 200, &later);
    let old = ErrorBody::new(ErrorCode::SnapshotNeeded, "too old");
    stream.says(&ServerFrame::Error(old)).await.unwrap();
    let (mut stream, _) = server.stream().await.unwrap();
    let_in(&mut stream, 99).await;
    let digest = device.notifier.until("the digest", |live| {
        live.len() == 1 && live.contains_key(&NotificationKey::Digest)
    });
    digest.await.unwrap();
    assert_eq!(device.notifier.shown(), 1, "and nothing else");
}

#[tokio::test(flavor = "multi_thread")]
async fn another_workspace_at_the_same_address_is_not_mixed_in() {
    let server = scripted().await;
    let mut other = snapshot(10);
    other.workspace.id = WorkspaceId(Uuid::from_u128(77));
    server.answers("/api/v1/snapshot", 200, &other);
    let device = Device::start().await;
    device.sign_in(&server.url()).await.unwrap();
    let error = lost_with(&device, ErrorCode::Conflict).await;
    assert!(error.message.contains("Another workspace"), "{error}");
}

#[tokio::test(flavor = "multi_thread")]
async fn only_the_workspace_itself_can_end_a_session() {
    let mut server = scripted().await;
    let (device, mut stream) = connected(&mut server).await;
    let unknown = || ServerFrame::Error(ErrorBody::new(ErrorCode::NotSignedIn, "who is this?"));
    let mut other = info(PROTOCOL_VERSION);
    other.id = WorkspaceId(Uuid::from_u128(77));
    server.answers("/api/v1/workspace", 200, &other);
    stream.says(&unknown()).await.unwrap();
    lost_with(&device, ErrorCode::Conflict).await;
    assert_eq!(device.core.stage(), Stage::Ready, "nothing is wiped");

    server.answers("/api/v1/workspace", 200, &info(PROTOCOL_VERSION));
    let _ = device.core.try_now();
    let (mut stream, _) = server.stream().await.unwrap();
    stream.says(&unknown()).await.unwrap();
    device
        .until_stage("to end", |stage| matches!(stage, Stage::FirstRun { .. }))
        .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_end_that_nobody_chose_says_how_much_was_not_sent() {
    let (mut server, id) = scripted_with_chat().await;
    let busy = ErrorBody::new(ErrorCode::Unavailable, "in a moment");
    server.answers("/api/v1/commands", 503, &busy);
    let (device, mut stream) = connected(&mut server).await;
    let_in(&mut stream, 10).await;
    device.live().await;
    device.reply(id, "first").await;
    device.reply(id, "second").await;
    let revoked = ErrorBody::new(ErrorCode::NotSignedIn, "revoked");
    stream
        .says(&ServerFrame::Error(revoked.clone()))
        .await
        .unwrap();
    let stage = device
        .until_stage("to end", |stage| matches!(stage, Stage::FirstRun { .. }))
        .await;
    let ended = Stage::FirstRun {
        because: Some(revoked),
        lost_unsent: 2,
    };
    assert_eq!(stage, ended);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_a_proxy_says_in_the_workspaces_place_refuses_no_command() {
    let (mut server, id) = scripted_with_chat().await;
    let (device, mut stream) = connected(&mut server).await;
    let_in(&mut stream, 10).await;
    device.live().await;
    server.answers_bytes(
        "/api/v1/commands",
        404,
        b"<html>no such page</html>".to_vec(),
    );
    device.reply(id, "hello").await;
    let tried = async |times: usize| {
        wait::until("the reply to be tried", async || {
            (asked(&server, "POST /api/v1/commands") >= times).then_some(())
        })
        .await
        .unwrap();
    };
    tried(2).await;
    assert_eq!(
        texts(&device.core.conversation(id).await.unwrap()),
        ["hello (waiting)"]
    );
    let done = CommandDone {
        seq: Seq(10),
        message_id: None,
    };
    server.answers("/api/v1/commands", 200, &done);
    device
        .until("it to be sent", |screen| {
            screen.counts.clone().filter(|it| it.unsent == 0)
        })
        .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_pick_shows_at_once_survives_a_lost_connection_and_only_the_newest_is_sent() {
    let mut server = scripted().await;
    let (device, mut stream) = connected(&mut server).await;
    let_in(&mut stream, 10).await;
    device.live().await;
    device
        .core
        .change_status(
            StatusChange::Pick {
                status: Status::Invisible,
            },
            Via::App,
            true,
        )
        .await
        .unwrap();
    let pending = device
        .until_me("to show the pick", |me| me.pending.is_some())
        .await;
    assert_eq!(
        pending.pending,
        Some(StatusChange::Pick {
            status: Status::Invisible
        })
    );
    assert_eq!(pending.choice.status, Status::Online, "the server decides");
    let DeviceFrame::SetChoice {
        change,
        made_ms_ago,
        ..
    } = stream.hears().await.unwrap()
    else {
        panic!("the pick is sent");
    };
    assert_eq!(
        (change, made_ms_ago),
        (
            StatusChange::Pick {
                status: Status::Invisible
            },
            0
        )
    );

    drop(stream);
    device.lost().await;
    device
        .core
        .change_status(
            StatusChange::Pick {
                status: Status::Offline,
            },
            Via::App,
            true,
        )
        .await
        .unwrap();
    device
        .core
        .change_status(
            StatusChange::Pick {
                status: Status::Invisible,
            },
            Via::App,
            true,
        )
        .await
        .unwrap();
    device.clock.advance(Duration::from_secs(7));
    let _ = device.core.try_now();
    let (mut stream, _) = server.stream().await.unwrap();
    let_in(&mut stream, 10).await;
    let DeviceFrame::SetChoice {
        client_id,
        change,
        made_ms_ago,
        ..
    } = stream.hears().await.unwrap()
    else {
        panic!("the pick is sent again");
    };
    assert_eq!(
        (change, made_ms_ago),
        (
            StatusChange::Pick {
                status: Status::Invisible
            },
            7_000
        ),
        "the newest, with its age"
    );

    // The server holds a later choice: the pick is dropped, and what the server holds is shown.
    stream
        .says(&ServerFrame::Event(EventFrame {
            seq: Seq(11),
            prev: Seq(10),
            event: Event::OwnPresence {
                choice: choice(Status::Offline),
                presence: presence(Status::Offline),
                next: None,
            },
        }))
        .await
        .unwrap();
    stream
        .says(&ServerFrame::ChoiceDone {
            client_id,
            accepted: false,
            error: None,
        })
        .await
        .unwrap();
    let me = device
        .until_me("to have the answer", |me| me.pending.is_none())
        .await;
    assert_eq!(me.choice.status, Status::Offline);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_connection_that_has_gone_silent_is_given_up() {
    let mut server = scripted().await;
    let (device, mut stream) = connected(&mut server).await;
    let_in(&mut stream, 10).await;
    device.live().await;
    // Nothing arrives, and time passes: as after a cable was pulled, or an unreported sleep.
    device.clock.advance(Duration::from_secs(25));
    let lost = device.lost().await;
    assert!(
        matches!(lost, ConnectionView::Lost { since: Some(_), .. }),
        "{lost:?}"
    );
    drop(stream);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_limited_machine_says_so_and_counts_input_inside_the_app() {
    use agent::ports::ActivityEvent;
    use agent::view::Limited;
    use testkit::fakes::ManualActivity;
    let mut server = scripted().await;
    let device = Device::start_with(ManualActivity::limited(Limited::Wayland), None).await;
    device.sign_in(&server.url()).await.unwrap();
    let (mut stream, _) = server.stream().await.unwrap();
    device.core.input();
    device.clock.advance(Duration::from_secs(5));
    let_in_with(&mut stream, 10, Activity::Limited { for_ms: 5_000 }).await;
    let me = device.until_me("to say so", |_| true).await;
    assert_eq!(me.limited, Some(Limited::Wayland));

    // The compositor was restarted as one that tells.
    device.activity.happens(ActivityEvent::Active);
    device
        .until_me("to be unlimited", |me| me.limited.is_none())
        .await;
    device
        .activity
        .happens(ActivityEvent::Limited(Limited::NoDisplay));
    device
        .until_me("to say why again", |me| {
            me.limited == Some(Limited::NoDisplay)
        })
        .await;
}
