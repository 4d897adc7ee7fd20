//! Notifications: which, once, and taken back.

use std::collections::BTreeMap;
use std::time::Duration;

use agent::ports::{Notification, NotificationKey, NotifierError};
use agent::view::{Focus, UiEvent};
use cache::Outcome;
use protocol::command::Command;
use protocol::status::Status;
use testkit::wait;

use crate::harness::{Device, Workspace};

/// Waits until the ledger has as many lines of visitors' messages, and answers them oldest first.
async fn ledger(device: &Device, lines: usize) -> Vec<(String, Outcome)> {
    let all = wait::until("the ledger to have its lines", async || {
        let mut all = device.core.ledger(50).await.unwrap();
        all.retain(|entry| ["new_chat", "offered", "message"].contains(&entry.kind.as_str()));
        Some(all).filter(|all| all.len() >= lines)
    });
    let mut all = all.await.unwrap();
    all.reverse();
    all.into_iter()
        .map(|entry| (entry.kind, entry.outcome))
        .collect()
}

fn suppressed(kind: &str, why: &str) -> (String, Outcome) {
    (kind.to_owned(), Outcome::Suppressed(why.to_owned()))
}

fn shown(kind: &str) -> (String, Outcome) {
    (kind.to_owned(), Outcome::Shown)
}

/// Waits until so many notifications are on the screen, and answers them.
async fn shows(device: &Device, many: usize) -> BTreeMap<NotificationKey, Notification> {
    let what = format!("{many} notifications");
    let shown = device.notifier.until(&what, |live| live.len() == many);
    shown.await.unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_first_message_raises_one_notification_and_a_click_leads_there() {
    let workspace = Workspace::start().await;
    let device = workspace.device().await;
    let mut clicks = device.core.navigations();
    workspace
        .visitor()
        .await
        .writes("Is the lamp in stock?")
        .await
        .unwrap();
    let live = shows(&device, 1).await;
    let (key, notification) = live.into_iter().next().unwrap();
    assert_eq!(notification.title, "New chat: Visitor");
    assert_eq!(notification.body, "Is the lamp in stock?");
    assert_eq!(ledger(&device, 1).await, [shown("new_chat")]);
    assert_eq!(device.notifier.shown(), 1);

    device.notifier.click(key);
    let NotificationKey::Conversation(clicked) = key else {
        panic!("a chat was clicked");
    };
    let click = clicks.wait_for(Option::is_some).await.unwrap().unwrap();
    assert_eq!(click.conversation_id, Some(clicked));
    // The window opens only now, as after a start by the click.
    let mut window = device.core.attach();
    loop {
        if let UiEvent::Navigate { conversation_id } = window.next().await.unwrap() {
            assert_eq!(conversation_id, clicked);
            break;
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_visitor_without_a_name_is_called_by_their_address() {
    let workspace = Workspace::start().await;
    let device = workspace.device().await;
    let mut visitor = workspace.visitor().await;
    visitor.writes("Is the lamp in stock?").await.unwrap();
    shows(&device, 1).await;
    visitor.leaves_email("anna@example.org").await.unwrap();
    visitor.writes("And the big one?").await.unwrap();
    let live = device.notifier.until("the second message", |live| {
        live.values().any(|one| one.body == "And the big one?")
    });
    let live = live.await.unwrap();
    let title = &live.values().next().unwrap().title;
    assert!(title.contains("anna@example.org"), "it is titled {title:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn later_messages_take_the_place_of_the_first_and_an_answer_takes_all_back() {
    let workspace = Workspace::start().await;
    let device = workspace.device().await;
    let mut visitor = workspace.visitor().await;
    visitor.writes("one").await.unwrap();
    shows(&device, 1).await;
    visitor.writes("two").await.unwrap();
    device
        .notifier
        .until("the second in its place", |live| {
            live.len() == 1 && live.values().all(|it| it.body == "two")
        })
        .await
        .unwrap();
    let id = device.conversation_saying("two").await;
    device.reply(id, "three").await;
    shows(&device, 0).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_chat_that_is_taken_on_another_device_is_taken_back_here() {
    let workspace = Workspace::start().await;
    let desk = workspace.device().await;
    let laptop = workspace.device().await;
    workspace.visitor().await.writes("hello").await.unwrap();
    for device in [&desk, &laptop] {
        shows(device, 1).await;
    }
    let id = laptop.conversation_saying("hello").await;
    let take = Command::AddAgent {
        conversation_id: id,
        agent_id: workspace.admin.agent_id,
    };
    laptop.core.submit(take).await.unwrap();
    for device in [&desk, &laptop] {
        shows(device, 0).await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_i_read_on_another_device_is_taken_back_here_and_from_nobody_else() {
    let workspace = Workspace::start().await;
    let desk = workspace.device().await;
    let laptop = workspace.device().await;
    let (_, colleagues) = crate::status::colleague(&workspace).await;
    workspace.visitor().await.writes("hello").await.unwrap();
    for device in [&desk, &laptop, &colleagues] {
        shows(device, 1).await;
    }
    let id = laptop.conversation_saying("hello").await;
    let through = laptop.core.conversation(id).await.unwrap().seen_through;
    let read = Command::MarkRead {
        conversation_id: id,
        through,
    };
    laptop.core.submit(read).await.unwrap();
    for device in [&desk, &laptop] {
        shows(device, 0).await;
    }
    // What comes later is told in its place, so nothing was taken back in between.
    workspace.visitor().await.writes("another").await.unwrap();
    shows(&colleagues, 2).await;
    let key = NotificationKey::Conversation(id);
    let withdrawn = testkit::fakes::Notified::Withdrawn(key);
    assert!(!colleagues.notifier.history().contains(&withdrawn));
}

#[tokio::test(flavor = "multi_thread")]
async fn what_i_take_or_answer_here_leaves_its_line_here_too() {
    let workspace = Workspace::start().await;
    let device = workspace.device().await;
    let own = |lines: &[cache::LedgerEntry], id| {
        let own = Outcome::Suppressed("own_action".to_owned());
        let is_own = |line: &&cache::LedgerEntry| {
            line.conversation_id == Some(id) && line.kind == "assigned" && line.outcome == own
        };
        lines.iter().filter(is_own).count()
    };
    for answered in [false, true] {
        let text = format!("hello {answered}");
        workspace.visitor().await.writes(&text).await.unwrap();
        let id = device.conversation_saying(&text).await;
        if answered {
            device.reply(id, "here I am").await;
        } else {
            let take = Command::AddAgent {
                conversation_id: id,
                agent_id: workspace.admin.agent_id,
            };
            device.core.submit(take).await.unwrap();
        }
        wait::until("the line of my own doing", async || {
            let lines = device.core.ledger(50).await.unwrap();
            (own(&lines, id) == 1).then_some(())
        })
        .await
        .unwrap();
        let lines = device.core.ledger(50).await.unwrap();
        let shown =
            |line: &&cache::LedgerEntry| line.kind == "assigned" && line.outcome == Outcome::Shown;
        assert_eq!(lines.iter().filter(shown).count(), 0, "{lines:?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn invisible_hears_only_of_its_own_and_offline_of_nothing() {
    let workspace = Workspace::start().await;
    let device = workspace.device().await;
    let mut mine = workspace.visitor().await;
    mine.writes("to be mine").await.unwrap();
    let id = device.conversation_saying("to be mine").await;
    device.reply(id, "I take it").await;
    shows(&device, 0).await;
    device
        .until("all to be sent", |screen| {
            screen.counts.clone().filter(|it| it.unsent == 0)
        })
        .await;
    ledger(&device, 1).await;

    device.pick(Status::Invisible).await;
    workspace.visitor().await.writes("a new one").await.unwrap();
    mine.writes("mine again").await.unwrap();
    assert_eq!(
        ledger(&device, 3).await[1..],
        [suppressed("new_chat", "invisible"), shown("message")]
    );
    let live = device.notifier.live();
    assert_eq!(live.len(), 1);
    assert_eq!(live.values().next().unwrap().title, "Visitor");

    device.pick(Status::Offline).await;
    workspace
        .visitor()
        .await
        .writes("nobody there")
        .await
        .unwrap();
    mine.writes("and again").await.unwrap();
    assert_eq!(
        ledger(&device, 5).await[3..],
        [
            suppressed("new_chat", "offline"),
            suppressed("message", "offline")
        ]
    );

    device.pick(Status::Online).await;
    workspace
        .visitor()
        .await
        .writes("anybody now?")
        .await
        .unwrap();
    assert_eq!(ledger(&device, 6).await[5..], [shown("new_chat")]);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_on_the_screen_is_not_told_until_nobody_looks_any_more() {
    let workspace = Workspace::start().await;
    let device = workspace.device().await;
    let mut visitor = workspace.visitor().await;
    visitor.writes("one").await.unwrap();
    let id = device.conversation_saying("one").await;
    ledger(&device, 1).await;
    device.core.focus(Focus {
        focused: true,
        conversation_id: Some(id),
        at_end: true,
    });
    device.core.input();
    visitor.writes("two").await.unwrap();
    assert_eq!(
        ledger(&device, 2).await[1..],
        [suppressed("new_chat", "on_screen")]
    );

    // The person went for a coffee; the machine says so after a while.
    let left = agent::ports::Clock::elapsed(device.clock.as_ref());
    device.clock.advance(Duration::from_secs(61));
    device
        .activity
        .happens(agent::ports::ActivityEvent::IdleSince(left));
    visitor.writes("three").await.unwrap();
    assert_eq!(ledger(&device, 3).await[2..], [shown("new_chat")]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_window_that_is_gone_shows_nothing_whatever_it_said_last() {
    let workspace = Workspace::start().await;
    let device = workspace.device().await;
    let mut visitor = workspace.visitor().await;
    visitor.writes("one").await.unwrap();
    let id = device.conversation_saying("one").await;
    let looks = || {
        device.core.focus(Focus {
            focused: true,
            conversation_id: Some(id),
            at_end: true,
        });
    };
    let first = device.core.attach();
    looks();
    // A page that loads anew: the old one goes after the new one came.
    let second = device.core.attach();
    looks();
    drop(first);
    device.core.input();
    visitor.writes("two").await.unwrap();
    assert_eq!(
        ledger(&device, 2).await[1..],
        [suppressed("new_chat", "on_screen")]
    );
    // Closed with the conversation before somebody's eyes, and without a word.
    drop(second);
    visitor.writes("three").await.unwrap();
    assert_eq!(ledger(&device, 3).await[2..], [shown("new_chat")]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_notification_that_fails_is_in_the_ledger_with_the_reason() {
    let workspace = Workspace::start().await;
    let device = workspace.device().await;
    device
        .notifier
        .refuse(Some(NotifierError("no service".into())));
    workspace.visitor().await.writes("hello").await.unwrap();
    assert_eq!(
        ledger(&device, 1).await,
        [suppressed("new_chat", "failed: no service")]
    );
}
