//! The server is gone, and comes back.

use agent::view::{ConnectionView, Delivery};
use protocol::command::Command;
use protocol::error::ErrorCode;
use protocol::status::{Reason, Status};
use rules::tray::Lamp;

use crate::harness::{Workspace, texts};

#[tokio::test(flavor = "multi_thread")]
async fn the_inbox_reads_and_writes_without_a_server_and_everything_arrives_once_in_order() {
    let mut workspace = Workspace::start().await;
    let device = workspace.device().await;
    let mut visitor = workspace.visitor().await;
    let token = visitor.token.clone();
    visitor.writes("Is anybody there?").await.unwrap();
    let id = device.conversation_saying("Is anybody there?").await;
    workspace.stop().await;
    device.lost().await;

    let me = device.until_me("to say it is offline", |me| {
        me.presence.status == Status::Offline
    });
    assert_eq!(me.await.presence.reason, Reason::ConnectionLost);
    let mut tray = device.core.tray();
    tray.wait_for(|tray| tray.lamp == Lamp::Status(Status::Offline))
        .await
        .unwrap();
    assert_eq!(device.inbox().await.len(), 1);
    for text in ["first", "second", "third"] {
        device.reply(id, text).await;
    }
    let view = device.core.conversation(id).await.unwrap();
    assert_eq!(
        texts(&view),
        [
            "Is anybody there?",
            "first (waiting)",
            "second (waiting)",
            "third (waiting)"
        ]
    );

    workspace.start_again().await;
    let _ = device.core.try_now();
    let view = device
        .until_conversation(id, "all to be stored", |view| {
            view.messages
                .iter()
                .all(|message| message.delivery == Delivery::Stored)
        })
        .await;
    let expected = ["Is anybody there?", "first", "second", "third"];
    assert_eq!(texts(&view), expected);
    device.live().await;
    let back = workspace.visitor_again(&token).await;
    let seen: Vec<String> = back.history.iter().map(|it| it.body.plain_text()).collect();
    assert_eq!(seen, expected, "the visitor has each once, in order");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_written_offline_outlives_a_restart_of_the_app() {
    let mut workspace = Workspace::start().await;
    let mut device = workspace.device().await;
    let mut visitor = workspace.visitor().await;
    let token = visitor.token.clone();
    visitor.writes("hello").await.unwrap();
    let id = device.conversation_saying("hello").await;
    workspace.stop().await;
    device.lost().await;
    device.reply(id, "kept").await;
    device.restart().await;
    device.started().await;
    assert_eq!(
        texts(&device.core.conversation(id).await.unwrap()),
        ["hello", "kept (waiting)"]
    );
    let connection = device.lost().await;
    let ConnectionView::Lost { since, .. } = connection else {
        panic!("{connection:?}")
    };
    assert_eq!(since, None, "this run never was connected");

    workspace.start_again().await;
    let _ = device.core.try_now();
    device.live().await;
    device
        .until("it to be sent", |screen| {
            screen.counts.clone().filter(|it| it.unsent == 0)
        })
        .await;
    let back = workspace.visitor_again(&token).await;
    assert_eq!(back.history.len(), 2);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_refused_message_holds_its_conversation_until_it_is_discarded() {
    let mut workspace = Workspace::start().await;
    let desk = workspace.device().await;
    let mut visitor = workspace.visitor().await;
    visitor.writes("hello").await.unwrap();
    let id = desk.conversation_saying("hello").await;
    // An agent that does not exist cannot be mentioned.
    let nobody = protocol::ids::AgentId(uuid::Uuid::now_v7());
    workspace.stop().await;
    desk.lost().await;
    let refused = Command::Comment {
        conversation_id: id,
        body: protocol::body::Body::from_plain("for you"),
        mentions: vec![nobody],
    };
    let client_id = desk.core.submit(refused).await.unwrap();
    desk.reply(id, "after it").await;
    workspace.start_again().await;
    let _ = desk.core.try_now();
    let view = desk
        .until_conversation(id, "it to be refused", |view| {
            view.messages
                .iter()
                .any(|it| matches!(it.delivery, Delivery::Failed { .. }))
        })
        .await;
    assert_eq!(
        texts(&view),
        ["hello", "for you (failed)", "after it (waiting)"]
    );
    desk.core.discard(client_id).await.unwrap();
    let view = desk
        .until_conversation(id, "the next to be sent", |view| {
            view.messages
                .iter()
                .all(|it| it.delivery == Delivery::Stored)
        })
        .await;
    assert_eq!(texts(&view), ["hello", "after it"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_refused_change_is_taken_back_and_the_person_told() {
    let mut workspace = Workspace::start().await;
    let desk = workspace.device().await;
    workspace.visitor().await.writes("hello").await.unwrap();
    let id = desk.conversation_saying("hello").await;
    workspace.stop().await;
    desk.lost().await;
    // Made and removed by somebody else meanwhile, as far as this device knows.
    let group_id = Some(protocol::ids::GroupId(uuid::Uuid::now_v7()));
    let command = Command::SetGroup {
        conversation_id: id,
        group_id,
    };
    desk.core.submit(command).await.unwrap();
    workspace.start_again().await;
    let _ = desk.core.try_now();
    let refused = desk
        .until("to be told", |screen| screen.refused.clone())
        .await;
    assert_eq!(refused.code, ErrorCode::NotFound, "{refused}");
    let view = desk.core.conversation(id).await.unwrap();
    assert_eq!(view.conversation.group_id, None, "taken back");
    desk.until("to have nothing unsent", |screen| {
        screen.counts.clone().filter(|it| it.unsent == 0)
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_quit_says_goodbye_at_once() {
    let workspace = Workspace::start().await;
    let desk = workspace.device().await;
    let laptop = workspace.device().await;
    laptop
        .until_me("to be online", |me| me.presence.status == Status::Online)
        .await;
    desk.core.quit(protocol::status::Goodbye::Quit).await;
    laptop.core.quit(protocol::status::Goodbye::Quit).await;
    // The server's own word, from a snapshot of the first token.
    let snapshot: protocol::snapshot::Snapshot =
        workspace.ask("GET", "/api/v1/snapshot", &()).await.unwrap();
    assert_eq!(snapshot.presence.status, Status::Offline);
    assert_eq!(snapshot.presence.reason, Reason::Quit);
    assert_eq!(
        snapshot.choice.status,
        Status::Online,
        "the choice is untouched"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_machine_that_sleeps_leaves_and_comes_back_by_itself() {
    use agent::ports::ActivityEvent;
    let workspace = Workspace::start().await;
    let desk = workspace.device().await;
    desk.activity.happens(ActivityEvent::Sleep);
    desk.lost().await;
    let presence = async || {
        let snapshot: Result<protocol::snapshot::Snapshot, String> =
            workspace.ask("GET", "/api/v1/snapshot", &()).await;
        snapshot.unwrap().presence
    };
    // Before its lease began, it was offline for another reason.
    let asleep = testkit::wait::until("the server to know", async || {
        Some(presence().await).filter(|it| it.reason == Reason::Asleep)
    });
    assert_eq!(asleep.await.unwrap().status, Status::Offline);
    desk.activity.happens(ActivityEvent::Wake);
    desk.live().await;
    desk.until_me("to be online", |me| me.presence.status == Status::Online)
        .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_idle_machine_goes_offline_with_its_reason_and_comes_back_with_input() {
    use agent::ports::{ActivityEvent, Clock};
    let workspace = Workspace::start().await;
    let desk = workspace.device().await;
    desk.clock.advance(std::time::Duration::from_secs(3_600));
    let since = desk.clock.elapsed() - std::time::Duration::from_secs(11 * 60);
    desk.activity.happens(ActivityEvent::IdleSince(since));
    let idle = desk
        .until_me("to be idle", |me| {
            matches!(me.presence.reason, Reason::Idle { .. })
        })
        .await;
    assert_eq!(idle.presence.status, Status::Offline);
    assert_eq!(idle.choice.status, Status::Online);
    desk.activity.happens(ActivityEvent::Active);
    desk.until_me("to be back", |me| me.presence.status == Status::Online)
        .await;
}
