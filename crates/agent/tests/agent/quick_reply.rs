//! A reply that is asked for in a notification, and written beside the main window.

use agent::ports::{Act, NotificationKey};
use agent::view::UiEvent;
use cache::Outcome;
use protocol::body::Body;
use protocol::error::ErrorCode;
use protocol::ids::{ClientId, ConversationId};
use testkit::wait;
use uuid::Uuid;

use crate::harness::{Workspace, texts};

#[tokio::test(flavor = "multi_thread")]
async fn reply_asks_for_a_place_to_write_and_opens_no_window() {
    let workspace = Workspace::start().await;
    let device = workspace.device().await;
    let mut visitor = workspace.visitor().await;
    visitor.writes("hello").await.unwrap();
    let id = device.conversation_saying("hello").await;
    let key = NotificationKey::Conversation(id);
    let told = |live: &std::collections::BTreeMap<_, _>| live.contains_key(&key);
    device.notifier.until("the notice", told).await.unwrap();

    let mut wishes = device.core.replies();
    device.notifier.act(key, Act::Reply);
    let wish = wait::until("the wish to reply", async || wishes.try_recv().ok());
    assert_eq!(wish.await.unwrap(), id);
    assert_eq!(
        device.core.reply_title(id).await.as_deref(),
        Some("Reply to Visitor")
    );
    let mut small = device.core.attach_reply(id);
    assert!(matches!(small.next().await, Some(UiEvent::Stage(_))));
    assert_eq!(
        *device.core.navigations().borrow(),
        None,
        "no main window is asked for"
    );

    // Told while nobody looks, and taken back by the reply, which joins.
    visitor.writes("and now?").await.unwrap();
    device.notifier.until("the next", told).await.unwrap();
    let view = device.core.conversation(id).await.unwrap();
    let reply = Body::from_plain("At once!");
    device
        .core
        .reply(id, reply, view.seen_through)
        .await
        .unwrap();
    let gone = device.notifier.until("nothing", |live| live.is_empty());
    gone.await.unwrap();
    device
        .until_conversation(id, "the reply to be stored, and to join", |view| {
            texts(view).last().is_some_and(|text| text == "At once!")
                && view.conversation.assigned == [workspace.admin.agent_id]
        })
        .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_read_in_the_small_window_is_on_screen_until_it_closes() {
    let workspace = Workspace::start().await;
    let device = workspace.device().await;
    let mut visitor = workspace.visitor().await;
    visitor.writes("one").await.unwrap();
    let id = device.conversation_saying("one").await;
    let newest = async || {
        let lines = device.core.ledger(50).await.unwrap();
        lines.into_iter().next().map(|line| line.outcome)
    };
    wait::until("the notice", async || newest().await)
        .await
        .unwrap();
    let small = device.core.attach_reply(id);
    device.core.input();
    device.core.focus_reply(id, true, true);
    visitor.writes("two").await.unwrap();
    let on_screen = Outcome::Suppressed("on_screen".into());
    wait::until("it to be on screen", async || {
        (newest().await? == on_screen).then_some(())
    })
    .await
    .unwrap();
    drop(small);
    visitor.writes("three").await.unwrap();
    wait::until("it to be told", async || {
        (newest().await? == Outcome::Shown).then_some(())
    })
    .await
    .unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn without_a_place_to_write_the_window_opens_on_the_conversation() {
    let workspace = Workspace::start().await;
    let device = workspace.device().await;
    let mut visitor = workspace.visitor().await;
    visitor.writes("hello").await.unwrap();
    let id = device.conversation_saying("hello").await;
    let key = NotificationKey::Conversation(id);
    let told = |live: &std::collections::BTreeMap<_, _>| live.contains_key(&key);
    device.notifier.until("the notice", told).await.unwrap();
    let mut clicks = device.core.navigations();
    device.notifier.act(key, Act::Reply);
    let click = clicks.wait_for(Option::is_some).await.unwrap().unwrap();
    assert_eq!(click.conversation_id, Some(id));
}

#[tokio::test(flavor = "multi_thread")]
async fn only_a_refused_reply_of_the_conversation_is_taken_back() {
    let mut workspace = Workspace::start().await;
    let device = workspace.device().await;
    let mut visitor = workspace.visitor().await;
    visitor.writes("hello").await.unwrap();
    let id = device.conversation_saying("hello").await;
    workspace.stop().await;
    device.lost().await;
    let view = device.core.conversation(id).await.unwrap();
    let sent = device
        .core
        .reply(id, Body::from_plain("hi"), view.seen_through)
        .await
        .unwrap();
    let taken = device.core.take_reply_back(id, sent).await.unwrap_err();
    assert_eq!(taken.code, ErrorCode::NotFound, "it was not refused");
    let view = device.core.conversation(id).await.unwrap();
    assert_eq!(texts(&view), ["hello", "hi (waiting)"]);
    let nowhere = ConversationId(Uuid::from_u128(7));
    let never = ClientId(Uuid::from_u128(7));
    let taken = device.core.take_reply_back(nowhere, never).await;
    assert_eq!(taken.unwrap_err().code, ErrorCode::NotFound);
    let empty = device
        .core
        .reply(id, Body::from_plain(" "), view.seen_through);
    assert_eq!(empty.await.unwrap_err().code, ErrorCode::BadRequest);
    assert_eq!(device.core.reply_title(nowhere).await, None);
}
