//! A visitor writes, the agent answers.

use agent::view::{Attention, Delivery, MessageBy};
use protocol::body::Body;
use protocol::command::Command;
use protocol::error::ErrorCode;
use protocol::ids::{ConversationId, Seq};
use protocol::model::ConversationState;
use uuid::Uuid;

use crate::harness::{Workspace, texts};

#[tokio::test(flavor = "multi_thread")]
async fn a_reply_shows_at_once_and_reaches_the_visitor() {
    let workspace = Workspace::start().await;
    let device = workspace.device().await;
    let mut visitor = workspace.visitor().await;
    visitor.writes("Is the lamp in stock?").await.unwrap();
    let id = device.conversation_saying("Is the lamp in stock?").await;
    assert_eq!(device.inbox().await[0].attention, Attention::New);

    let client_id = device.reply(id, "Yes, two of them.").await;
    let echoed = device.core.conversation(id).await.unwrap();
    assert_eq!(
        echoed.messages.last().unwrap().client_id,
        client_id,
        "before it is sent"
    );
    assert_eq!(
        visitor.reads().await.unwrap().body.plain_text(),
        "Yes, two of them."
    );

    let view = device
        .until_conversation(id, "the reply to be stored", |view| {
            view.messages
                .iter()
                .all(|message| message.delivery == Delivery::Stored)
        })
        .await;
    assert_eq!(texts(&view), ["Is the lamp in stock?", "Yes, two of them."]);
    assert_eq!(
        view.messages[1].client_id, client_id,
        "the same message, not a second one"
    );
    assert_eq!(view.messages[1].by, MessageBy::Me);
    assert_eq!(
        view.conversation.assigned,
        [workspace.admin.agent_id],
        "a reply joins"
    );
    assert_eq!(view.conversation.waiting_since, None);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_one_device_reads_the_other_has_read() {
    let workspace = Workspace::start().await;
    let desk = workspace.device().await;
    let laptop = workspace.device().await;
    let mut visitor = workspace.visitor().await;
    visitor.writes("hello").await.unwrap();
    let id = desk.conversation_saying("hello").await;
    desk.reply(id, "hello yourself").await;
    visitor.reads().await.unwrap();
    visitor.writes("one more thing").await.unwrap();
    laptop.conversation_saying("one more thing").await;
    let view = laptop
        .until_conversation(id, "the conversation to be mine", |view| {
            !view.conversation.assigned.is_empty() && view.messages.len() == 3
        })
        .await;
    let through = view.seen_through;
    let read = Command::MarkRead {
        conversation_id: id,
        through,
    };
    laptop.core.submit(read.clone()).await.unwrap();
    desk.until_conversation(id, "the mark to arrive", |view| {
        view.read_through == through
    })
    .await;

    // Read already: nothing is queued a second time.
    desk.core.submit(read).await.unwrap();
    let counts = desk
        .until("its numbers", |screen| screen.counts.clone())
        .await;
    assert_eq!(counts.unsent, 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn closing_shows_at_once_and_holds() {
    let workspace = Workspace::start().await;
    let device = workspace.device().await;
    let mut visitor = workspace.visitor().await;
    visitor.writes("hello").await.unwrap();
    let id = device.conversation_saying("hello").await;
    device
        .core
        .submit(Command::Close {
            conversation_id: id,
        })
        .await
        .unwrap();
    let view = device.core.conversation(id).await.unwrap();
    assert_eq!(view.conversation.state, ConversationState::Closed);
    device
        .until("it to be sent", |screen| {
            screen.counts.clone().filter(|it| it.unsent == 0)
        })
        .await;
    let view = device.core.conversation(id).await.unwrap();
    assert_eq!(view.conversation.state, ConversationState::Closed);
    assert_eq!(
        device.inbox().await,
        [],
        "it is no longer among the open ones"
    );

    visitor.writes("still there?").await.unwrap();
    assert_eq!(
        device.conversation_saying("still there?").await,
        id,
        "writing reopens it"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn drafts_outlive_a_restart_and_a_reply_clears_them() {
    let workspace = Workspace::start().await;
    let mut device = workspace.device().await;
    workspace.visitor().await.writes("hello").await.unwrap();
    let id = device.conversation_saying("hello").await;
    device.core.save_draft(id, "Dear vis").await.unwrap();
    device.restart().await;
    device.started().await;
    assert_eq!(
        device.core.conversation(id).await.unwrap().draft,
        "Dear vis"
    );
    device.reply(id, "Dear visitor").await;
    assert_eq!(device.core.conversation(id).await.unwrap().draft, "");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_long_history_is_fetched_page_by_page_down_to_the_first_word() {
    let workspace = Workspace::start().await;
    let mut visitor = workspace.visitor().await;
    visitor.writes("message 0").await.unwrap();
    // Written by an agent: a visitor may not write that fast.
    let writer = workspace.device().await;
    let id = writer.conversation_saying("message 0").await;
    for number in 1..120 {
        writer.reply(id, &format!("message {number}")).await;
    }
    writer
        .until("all to be sent", |screen| {
            screen.counts.clone().filter(|it| it.unsent == 0)
        })
        .await;

    // A second device starts with the tail alone.
    let device = workspace.device().await;
    device.conversation_saying("message 119").await;
    let mut view = device.core.conversation(id).await.unwrap();
    assert!(view.more);
    let mut more = true;
    while more {
        let before = view.messages[0].seq.unwrap();
        let older = device.core.older(id, before).await.unwrap();
        assert!(!older.not_here);
        assert!(
            !older.messages.is_empty() || !older.more,
            "no page in between is empty"
        );
        more = older.more;
        view.messages.splice(0..0, older.messages);
    }
    let expected: Vec<String> = (0..120).map(|number| format!("message {number}")).collect();
    assert_eq!(texts(&view), expected);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_the_workspace_would_refuse_is_refused_before_it_is_stored() {
    let workspace = Workspace::start().await;
    let device = workspace.device().await;
    workspace.visitor().await.writes("hello").await.unwrap();
    let id = device.conversation_saying("hello").await;
    let reply = |text: &str| Command::Reply {
        conversation_id: id,
        body: Body::from_plain(text),
        seen_through: Seq(0),
    };
    let empty = device.core.submit(reply(" \n ")).await.unwrap_err();
    assert_eq!(empty.code, ErrorCode::BadRequest);
    let long = device
        .core
        .submit(reply(&"x".repeat(20_001)))
        .await
        .unwrap_err();
    assert_eq!(long.code, ErrorCode::TooLarge);
    let nowhere = ConversationId(Uuid::now_v7());
    let missing = device.core.conversation(nowhere).await.unwrap_err();
    assert_eq!(missing.code, ErrorCode::NotFound);
    let lost = device
        .core
        .submit(Command::Close {
            conversation_id: nowhere,
        })
        .await
        .unwrap_err();
    assert_eq!(lost.code, ErrorCode::NotFound);
    assert_eq!(
        texts(&device.core.conversation(id).await.unwrap()),
        ["hello"]
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn ten_thousand_characters_and_markup_arrive_as_they_were_written() {
    let workspace = Workspace::start().await;
    let device = workspace.device().await;
    let mut visitor = workspace.visitor().await;
    let written = format!("<b>{}</b> & \u{202e}", "ü".repeat(10_000));
    visitor.writes(&written).await.unwrap();
    let id = device
        .until("a conversation", |screen| {
            screen.counts.clone().filter(|it| it.all == 1)
        })
        .await;
    assert_eq!(id.unassigned, 1);
    let id = device.inbox().await[0].conversation.id;
    let view = device
        .until_conversation(id, "the message", |view| view.messages.len() == 1)
        .await;
    assert_eq!(texts(&view), [written]);
}
