//! Chats that have waited for too long, as they are offered to an Invisible agent who wishes it.

use cache::{Folder, LedgerEntry, ListQuery, Outcome, Sort};
use protocol::ids::{ConversationId, Instant};
use protocol::status::Status;

use crate::world::{ANNA, ME, SALES, SUPPORT, Stored, World, chat, client};

async fn mine(stored: &Stored, status: Status, opted_in: bool) -> Vec<ConversationId> {
    let query = ListQuery {
        folder: Folder::Mine,
        open: true,
        sort: Sort::LongestWaiting,
        offset: 0,
        limit: 100,
    };
    let page = stored.cache.list(&query, status, opted_in).await.unwrap();
    let counts = stored.cache.counts(status, opted_in).await.unwrap();
    assert_eq!(page.total, counts.mine, "the number beside the list");
    page.rows.iter().map(|row| row.conversation.id).collect()
}

async fn all_that_wait_are_late(stored: &Stored) {
    let waiting = stored.cache.offered_waiting().await.unwrap();
    stored.cache.mark_late(&waiting).await.unwrap();
}

/// 1: nobody's, in no group. 2: mine. 3: nobody's, of my group. 4: nobody's, of another.
async fn four_chats() -> (World, Stored) {
    let mut world = World::new();
    world.opens(1, None);
    world.opens(2, None);
    world.opens(3, Some(SALES));
    world.opens(4, Some(SUPPORT));
    world.agent_writes(2, ME, "Hello", client(1));
    world.visitor_writes(2, "And then?");
    let stored = Stored::of(&world).await;
    (world, stored)
}

#[tokio::test]
async fn only_what_is_offered_to_me_and_waits_can_become_late() {
    let (_, stored) = four_chats().await;
    let waiting = stored.cache.offered_waiting().await.unwrap();
    let mut ids: Vec<_> = waiting.into_iter().map(|(id, _)| id).collect();
    ids.sort();
    assert_eq!(ids, [chat(1), chat(3)]);
    all_that_wait_are_late(&stored).await;
    assert_eq!(stored.cache.offered_waiting().await.unwrap(), []);
    stored.close().await;
}

#[tokio::test]
async fn a_late_chat_is_invisible_agents_own_to_see_if_they_wish_it_and_nobody_elses() {
    let (_, stored) = four_chats().await;
    let late = [chat(1), chat(3), chat(2)];
    for status in [Status::Busy, Status::Invisible, Status::Offline] {
        assert_eq!(mine(&stored, status, true).await, [chat(2)], "{status:?}");
    }
    all_that_wait_are_late(&stored).await;
    assert_eq!(mine(&stored, Status::Invisible, true).await, late);
    assert_eq!(mine(&stored, Status::Invisible, false).await, [chat(2)]);
    assert_eq!(mine(&stored, Status::Busy, true).await, [chat(2)]);
    assert_eq!(mine(&stored, Status::Offline, true).await, [chat(2)]);
    assert_eq!(mine(&stored, Status::Online, true).await, late);
    let invisible = stored.cache.counts(Status::Invisible, true).await.unwrap();
    assert_eq!(invisible.waiting, 3);
    let open = stored.cache.conversation(chat(1), 1).await.unwrap();
    assert!(open.unwrap().late);
    stored.close().await;
}

#[tokio::test]
async fn an_answer_ends_it_and_what_waits_anew_is_not_late() {
    let (mut world, stored) = four_chats().await;
    all_that_wait_are_late(&stored).await;
    world.agent_writes(1, ANNA, "Good day", client(2));
    stored.follow(&world).await;
    assert_eq!(
        mine(&stored, Status::Invisible, true).await,
        [chat(3), chat(2)]
    );
    // Anna leaves, and the visitor writes again.
    world.changes(1, |conversation| conversation.assigned.clear());
    world.visitor_writes(1, "Hello?");
    stored.follow(&world).await;
    assert_eq!(
        mine(&stored, Status::Invisible, true).await,
        [chat(3), chat(2)]
    );
    let waiting = stored.cache.offered_waiting().await.unwrap();
    let ids: Vec<_> = waiting.iter().map(|(id, _)| *id).collect();
    assert_eq!(ids, [chat(1)]);
    stored.close().await;
}

#[tokio::test]
async fn it_survives_a_restart_and_a_waiting_that_was_seen_too_late_marks_nothing() {
    let (mut world, stored) = four_chats().await;
    let waiting = stored.cache.offered_waiting().await.unwrap();
    world.agent_writes(1, ANNA, "Good day", client(2));
    world.changes(1, |conversation| conversation.assigned.clear());
    world.visitor_writes(1, "Hello?");
    stored.follow(&world).await;
    stored.cache.mark_late(&waiting).await.unwrap();
    let stored = stored.reopened().await;
    assert_eq!(
        mine(&stored, Status::Invisible, true).await,
        [chat(3), chat(2)],
        "the first waits anew, for a shorter time"
    );
    stored.close().await;
}

#[tokio::test]
async fn a_notice_without_an_intent_has_its_line_in_the_ledger() {
    let (_, stored) = four_chats().await;
    let line = |kind: &str, outcome| LedgerEntry {
        conversation_id: None,
        kind: kind.into(),
        at: Instant(5),
        decided_at: Instant(6),
        outcome,
    };
    let shown = line("idle_soon", Outcome::Shown);
    let silent = line("welcome_back", Outcome::Suppressed("offline".into()));
    stored.cache.write_ledger(&shown).await.unwrap();
    stored.cache.write_ledger(&silent).await.unwrap();
    let lines = stored.cache.ledger(10).await.unwrap();
    assert_eq!(lines, [silent, shown]);
    stored.close().await;
}
