//! Absences: one digest, and a card of what happened.

use agent::ports::NotificationKey;
use agent::view::Focus;
use agent::view_notices::{AwayItem, AwayView};
use cache::Outcome;
use protocol::ids::ConversationId;
use protocol::status::{Goodbye, Status};
use rules::notices::digest::Fate;
use testkit::wait;

use crate::harness::{Device, Workspace};

async fn card(device: &Device, what: &str, wanted: impl Fn(&AwayView) -> bool) -> AwayView {
    device
        .until(what, |screen| {
            screen.away.clone().filter(|card| wanted(card))
        })
        .await
}

/// How often each kind and outcome stands in the ledger.
async fn told(device: &Device, kind: &str, outcome: &Outcome) -> usize {
    let lines = device.core.ledger(200).await.unwrap();
    let is_it = |line: &&cache::LedgerEntry| line.kind == kind && line.outcome == *outcome;
    lines.iter().filter(is_it).count()
}

fn because(why: &str) -> Outcome {
    Outcome::Suppressed(why.to_owned())
}

async fn is_read(device: &Device, id: ConversationId) {
    let seen = device.core.conversation(id).await.unwrap().seen_through;
    let command = protocol::command::Command::MarkRead {
        conversation_id: id,
        through: seen,
    };
    device.core.submit(command).await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn after_a_start_one_digest_tells_who_waits_and_goes_when_nobody_does() {
    let mut workspace = Workspace::start().await;
    let mut device = workspace.device().await;
    device.core.quit(Goodbye::Quit).await;
    for number in 0..7 {
        let mut visitor = workspace.visitor().await;
        visitor.writes(&format!("first of {number}")).await.unwrap();
        visitor
            .writes(&format!("second of {number}"))
            .await
            .unwrap();
    }
    device.start_core();
    device.live().await;
    let digest = device.notifier.until("one digest", |live| {
        live.len() == 1 && live.contains_key(&NotificationKey::Digest)
    });
    let digest = digest.await.unwrap()[&NotificationKey::Digest].clone();
    assert_eq!(digest.title, "While you were away");
    assert!(
        digest.body.starts_with("7 visitors wait for a reply\n"),
        "{:?}",
        digest.body
    );
    wait::until("every message to have its line", async || {
        let lines = told(&device, "new_chat", &because("replaced")).await;
        (lines == 14).then_some(())
    })
    .await
    .unwrap();
    assert_eq!(told(&device, "digest", &Outcome::Shown).await, 1);
    assert_eq!(device.notifier.shown(), 1, "and nothing else");
    let all = card(&device, "with the card", |card| card.items.len() == 7).await;
    let waits = |fate: &Fate| matches!(fate, Fate::Waiting { .. } | Fate::Missed { .. });
    assert!(all.items.iter().all(|item| waits(&item.fate)));

    let first = all.items[0].conversation_id;
    device.reply(first, "here I am").await;
    let after = card(&device, "with one answered", |card| {
        card.items.iter().any(|item| !waits(&item.fate))
    });
    let answered = after.await.items.last().unwrap().clone();
    assert_eq!(answered.conversation_id, first, "who waits comes first");
    let by = Some(workspace.admin.agent_id);
    assert_eq!(answered.fate, Fate::Answered { by });
    assert!(
        device
            .notifier
            .live()
            .contains_key(&NotificationKey::Digest)
    );
    for item in &all.items[1..] {
        is_read(&device, item.conversation_id).await;
    }
    let gone = device.notifier.until("no digest", |live| live.is_empty());
    gone.await.unwrap();

    device.core.dismiss_away().await.unwrap();
    let still = device.until("without a card", |screen| {
        screen.connection.clone().filter(|_| screen.away.is_none())
    });
    still.await;
    workspace.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_click_on_a_digest_of_one_conversation_leads_there() {
    let workspace = Workspace::start().await;
    let mut device = workspace.device().await;
    device.core.quit(Goodbye::Quit).await;
    let mut visitor = workspace.visitor().await;
    visitor.writes("hello?").await.unwrap();
    device.start_core();
    let digest = device.notifier.until("the digest", |live| {
        live.contains_key(&NotificationKey::Digest)
    });
    assert!(
        digest.await.unwrap()[&NotificationKey::Digest]
            .link
            .is_some()
    );
    let id = device.conversation_saying("hello?").await;
    let mut clicks = device.core.navigations();
    device.notifier.click(NotificationKey::Digest);
    let click = clicks.wait_for(Option::is_some).await.unwrap().unwrap();
    assert_eq!(click.conversation_id, Some(id));
}

#[tokio::test(flavor = "multi_thread")]
async fn after_an_absence_by_choice_there_is_the_card_and_no_digest() {
    for away in [Status::Offline, Status::Invisible] {
        let workspace = Workspace::start().await;
        let device = workspace.device().await;
        device.pick(away).await;
        let mut visitor = workspace.visitor().await;
        visitor.writes("while away").await.unwrap();
        let why = because(away_code(away));
        wait::until("the message to be kept from the agent", async || {
            (told(&device, "new_chat", &why).await == 1).then_some(())
        })
        .await
        .unwrap();
        device.pick(Status::Online).await;
        let card = card(&device, "with the card", |card| card.items.len() == 1).await;
        assert!(card.since.is_some());
        // What comes now is told as ever, and nothing was told before it.
        workspace.visitor().await.writes("now").await.unwrap();
        let now = device
            .notifier
            .until("the new one", |live| !live.is_empty());
        let now = now.await.unwrap();
        assert!(now.values().all(|one| one.body == "now"), "{now:?}");
        assert_eq!(told(&device, "digest", &Outcome::Shown).await, 0);
    }
}

fn away_code(status: Status) -> &'static str {
    if status == Status::Offline {
        "offline"
    } else {
        "invisible"
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_not_told_when_the_app_crashed_goes_to_the_digest() {
    let workspace = Workspace::start().await;
    let mut device = workspace.device().await;
    // Stored and not decided: the crash comes between the two.
    device.notifier.hang();
    workspace.visitor().await.writes("just then").await.unwrap();
    device.conversation_saying("just then").await;
    device.notifier.hangs().await.unwrap();
    device.core.quit(Goodbye::Quit).await;
    device.notifier.go_on();
    assert_eq!(device.notifier.shown(), 0, "it was never shown");
    device.start_core();
    let digest = device.notifier.until("the digest", |live| {
        live.contains_key(&NotificationKey::Digest)
    });
    let body = digest.await.unwrap()[&NotificationKey::Digest].body.clone();
    assert!(body.starts_with("1 visitor waits"), "{body:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_caught_up_with_in_several_batches_is_told_in_one_digest() {
    let mut server = crate::script::scripted().await;
    let (mut log, device) = crate::log::Log::with_device(&mut server).await;
    let (first, last) = (log.opens(1, &[]).await, log.opens(2, &[]).await);
    log.cut(&mut server, &device).await;
    log.visitor_writes(first).await;
    for _ in 0..protocol::limits::CATCH_UP_BATCH {
        log.happens(protocol::event::Event::Unknown).await;
    }
    let stored = |view: &agent::view::ConversationView| !view.messages.is_empty();
    device
        .until_conversation(first, "the first batch", stored)
        .await;
    // Whoever decides now decides too early: the absence goes on.
    device.core.self_test(0).await.unwrap();
    device.core.focus(Focus::default());
    log.visitor_writes(last).await;
    log.caught_up(&device).await;
    let digest = device.notifier.until("the digest", |live| {
        live.contains_key(&NotificationKey::Digest)
    });
    let body = digest.await.unwrap()[&NotificationKey::Digest].body.clone();
    assert!(body.starts_with("2 visitors wait"), "{body:?}");
    assert_eq!(device.notifier.shown(), 2, "the try, and the digest");
}

#[tokio::test(flavor = "multi_thread")]
async fn the_card_outlives_a_restart_until_it_is_put_away() {
    let workspace = Workspace::start().await;
    let mut device = workspace.device().await;
    device.pick(Status::Offline).await;
    workspace.visitor().await.writes("one").await.unwrap();
    workspace.visitor().await.writes("two").await.unwrap();
    wait::until("both to be kept from the agent", async || {
        (told(&device, "new_chat", &because("offline")).await == 2).then_some(())
    })
    .await
    .unwrap();
    device.pick(Status::Online).await;
    let before = card(&device, "with the card", |card| card.items.len() == 2).await;
    // Who waits while the agent is away again would come onto a card again.
    for item in &before.items {
        device.reply(item.conversation_id, "here I am").await;
    }
    let sent = |screen: &crate::harness::Screen| screen.counts.clone().filter(|it| it.unsent == 0);
    device.until("both to be answered", sent).await;

    device.restart().await;
    let after = card(&device, "with the card again", |card| {
        let answered = |item: &AwayItem| matches!(item.fate, Fate::Answered { .. });
        card.items.len() == 2 && card.items.iter().all(answered)
    });
    let after = after.await;
    assert_eq!(after.since, before.since);

    device.core.dismiss_away().await.unwrap();
    device.restart().await;
    device.live().await;
    // A card is drawn in the same turn as what is told: then this one would be there.
    workspace.visitor().await.writes("now").await.unwrap();
    let now = device.notifier.until("the new one", |live| {
        live.values().any(|one| one.body == "now")
    });
    now.await.unwrap();
    workspace.visitor().await.writes("then").await.unwrap();
    let then = device.notifier.until("the next one", |live| {
        live.values().any(|one| one.body == "then")
    });
    then.await.unwrap();
    let none = device.until("to be drawn", |screen| {
        screen.counts.as_ref().map(|_| screen.away.clone())
    });
    assert_eq!(none.await, None);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_card_goes_when_nothing_of_it_is_here_any_more() {
    let mut server = crate::script::scripted().await;
    let (mut log, mut device) = crate::log::Log::with_device(&mut server).await;
    let id = log.opens(1, &[]).await;
    log.cut(&mut server, &device).await;
    log.visitor_writes(id).await;
    log.caught_up(&device).await;
    card(&device, "with the card", |card| card.items.len() == 1).await;
    log.is_erased(id).await;
    device
        .until("without a card", |screen| {
            screen.counts.as_ref().filter(|_| screen.away.is_none())?;
            Some(())
        })
        .await;
    // It does not come back with a conversation of the same number.
    device.restart().await;
    device
        .until("still without", |screen| {
            screen.counts.as_ref().filter(|_| screen.away.is_none())?;
            Some(())
        })
        .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_conversation_that_is_opened_takes_its_notification_back() {
    let workspace = Workspace::start().await;
    let device = workspace.device().await;
    workspace.visitor().await.writes("hello").await.unwrap();
    let live = device.notifier.until("it", |live| live.len() == 1);
    live.await.unwrap();
    let id = device.conversation_saying("hello").await;
    device.core.input();
    device.core.focus(Focus {
        focused: true,
        conversation_id: Some(id),
        at_end: true,
    });
    let gone = device.notifier.until("nothing", |live| live.is_empty());
    gone.await.unwrap();
}
