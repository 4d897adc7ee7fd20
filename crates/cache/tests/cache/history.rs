//! Older messages, page by page.

use protocol::ids::Seq;
use protocol::limits::SNAPSHOT_TAIL;
use protocol::rest::HistoryPage;

use crate::world::{Stored, World, chat};

async fn long_chat(messages: usize) -> (World, Stored) {
    let mut world = World::new();
    world.opens(1, None);
    for number in 1..messages {
        world.visitor_writes(1, &format!("message {number}"));
    }
    let stored = Stored::of(&world).await;
    (world, stored)
}

/// What the server answers for the messages before one.
fn page(world: &World, before: Seq, limit: usize) -> HistoryPage {
    let older: Vec<_> = world.chats[&chat(1)]
        .messages
        .iter()
        .filter(|it| it.seq < before)
        .cloned()
        .collect();
    let cut = older.len().saturating_sub(limit);
    HistoryPage {
        messages: older[cut..].to_vec(),
        more: cut > 0,
        as_of: world.seq(),
    }
}

async fn held(stored: &Stored) -> (usize, bool) {
    let open = stored
        .cache
        .conversation(chat(1), 10_000)
        .await
        .unwrap()
        .unwrap();
    (open.messages.len(), open.more_on_server)
}

/// The oldest message in the cache.
async fn oldest_held(stored: &Stored) -> Seq {
    let page = stored.cache.older(chat(1), Seq(u64::MAX), 1).await;
    page.unwrap().oldest.unwrap()
}

#[tokio::test]
async fn history_is_read_back_to_the_first_message() {
    let (world, stored) = long_chat(100).await;
    assert_eq!(held(&stored).await, (SNAPSHOT_TAIL, true));
    let mut pages = 0;
    loop {
        let older = stored
            .cache
            .older(chat(1), Seq(u64::MAX), 10)
            .await
            .unwrap();
        if !older.more_on_server {
            break;
        }
        let before = older.oldest.unwrap();
        let page = page(&world, before, 50);
        assert!(
            stored
                .cache
                .insert_history(chat(1), before, &page)
                .await
                .unwrap()
        );
        pages += 1;
    }
    assert_eq!(pages, 2);
    assert_eq!(held(&stored).await, (100, false));

    let mut seen = Vec::new();
    let mut before = Seq(u64::MAX);
    loop {
        let older = stored.cache.older(chat(1), before, 30).await.unwrap();
        before = older.messages.first().and_then(|it| it.seq).unwrap();
        seen.splice(0..0, older.messages.iter().map(|it| it.id.unwrap()));
        if !older.more_here {
            break;
        }
    }
    let all: Vec<_> = world.chats[&chat(1)]
        .messages
        .iter()
        .map(|it| it.id)
        .collect();
    assert_eq!(seen, all, "each once, in order");
    stored.close().await;
}

#[tokio::test]
async fn a_page_that_arrives_twice_or_late_does_no_harm() {
    let (world, stored) = long_chat(100).await;
    let before = oldest_held(&stored).await;
    let first = page(&world, before, 50);
    for _ in 0..2 {
        assert!(
            stored
                .cache
                .insert_history(chat(1), before, &first)
                .await
                .unwrap()
        );
        assert_eq!(held(&stored).await, (80, true));
    }
    let next = first.messages[0].seq;
    stored
        .cache
        .insert_history(chat(1), next, &page(&world, next, 50))
        .await
        .unwrap();
    assert_eq!(held(&stored).await, (100, false));
    assert!(
        stored
            .cache
            .insert_history(chat(1), before, &first)
            .await
            .unwrap()
    );
    assert_eq!(
        held(&stored).await,
        (100, false),
        "what is known is not unlearnt"
    );
    stored.close().await;
}

#[tokio::test]
async fn a_page_that_would_leave_a_gap_is_not_stored() {
    let (world, stored) = long_chat(100).await;
    let far = world.chats[&chat(1)].messages[20].seq;
    let stale = page(&world, far, 50);
    assert!(
        !stored
            .cache
            .insert_history(chat(1), far, &stale)
            .await
            .unwrap()
    );
    assert_eq!(held(&stored).await, (SNAPSHOT_TAIL, true));
    stored.close().await;
}

#[tokio::test]
async fn a_snapshot_keeps_history_that_joins_on_and_drops_it_otherwise() {
    let (mut world, stored) = long_chat(100).await;
    let before = oldest_held(&stored).await;
    stored
        .cache
        .insert_history(chat(1), before, &page(&world, before, 50))
        .await
        .unwrap();

    world.visitor_writes(1, "a little later");
    stored.cache.load_snapshot(&world.snapshot()).await.unwrap();
    assert_eq!(held(&stored).await, (81, true));

    for _ in 0..SNAPSHOT_TAIL {
        world.visitor_writes(1, "much later");
    }
    stored.cache.load_snapshot(&world.snapshot()).await.unwrap();
    assert_eq!(
        held(&stored).await,
        (SNAPSHOT_TAIL, true),
        "a gap lies between"
    );
    stored.close().await;
}

#[tokio::test]
async fn history_is_not_kept_when_the_server_went_back_to_a_backup() {
    let (world, stored) = long_chat(100).await;
    let before = oldest_held(&stored).await;
    stored
        .cache
        .insert_history(chat(1), before, &page(&world, before, 50))
        .await
        .unwrap();
    let mut later = world.clone();
    later.visitor_writes(1, "after the backup");
    stored.follow(&later).await;
    stored.cache.load_snapshot(&world.snapshot()).await.unwrap();
    assert_eq!(held(&stored).await, (SNAPSHOT_TAIL, true));
    stored.close().await;
}

#[tokio::test]
async fn history_of_a_conversation_that_is_gone_is_refused() {
    let (mut world, stored) = long_chat(40).await;
    let before = world.chats[&chat(1)].messages[9].seq;
    let late = page(&world, before, 50);
    world.is_lost(1);
    stored.follow(&world).await;
    let error = stored
        .cache
        .insert_history(chat(1), before, &late)
        .await
        .unwrap_err();
    assert!(matches!(error, cache::CacheError::NoConversation(_)));
    let error = stored.cache.older(chat(1), before, 10).await.unwrap_err();
    assert!(matches!(error, cache::CacheError::NoConversation(_)));
    stored.close().await;
}
