//! Intents and the ledger.

use cache::{NewIntent, Outcome};
use protocol::ids::{Instant, Seq};

use crate::world::{Stored, World, chat};

fn intent(about: u128, seq: Seq) -> NewIntent {
    NewIntent {
        conversation_id: Some(chat(about)),
        seq,
        kind: "new_chat".to_owned(),
        payload: r#"{"sender":"Visitor"}"#.to_owned(),
        at: Instant(5),
    }
}

#[tokio::test]
async fn what_was_pending_when_the_app_ended_is_found_again() {
    let mut world = World::new();
    let stored = Stored::of(&world).await;
    world.opens(1, None);
    let intents = [intent(1, world.seq())];
    let applied = stored.cache.apply(world.log(), &intents).await.unwrap();
    assert_eq!(applied.intents[0].intent, intents[0]);
    let stored = stored.reopened().await;
    assert_eq!(
        stored.cache.pending_intents().await.unwrap(),
        applied.intents
    );
    stored.close().await;
}

#[tokio::test]
async fn an_event_that_was_seen_already_brings_no_second_intent() {
    let mut world = World::new();
    let stored = Stored::of(&world).await;
    world.opens(1, None);
    let intents = [intent(1, world.seq())];
    stored.cache.apply(world.log(), &intents).await.unwrap();
    let again = stored.cache.apply(world.log(), &intents).await.unwrap();
    assert_eq!(again.intents, []);
    assert_eq!(stored.cache.pending_intents().await.unwrap().len(), 1);
    stored.close().await;
}

#[tokio::test]
async fn a_batch_that_fails_leaves_no_intent() {
    let mut world = World::new();
    let stored = Stored::of(&world).await;
    world.opens(1, None);
    let result = stored
        .cache
        .apply(&world.log()[1..], &[intent(1, world.seq())])
        .await;
    assert!(matches!(result, Err(cache::CacheError::Gap(_))));
    assert_eq!(stored.cache.pending_intents().await.unwrap(), []);
    stored.close().await;
}

#[tokio::test]
async fn intents_go_with_their_conversation() {
    let mut world = World::new();
    let stored = Stored::of(&world).await;
    world.opens(1, None);
    stored
        .cache
        .apply(world.log(), &[intent(1, world.seq())])
        .await
        .unwrap();
    world.visitor_writes(1, "again");
    let seq = world.seq();
    world.is_lost(1);
    let cursor = stored.cache.cursor().await.unwrap().unwrap();
    stored
        .cache
        .apply(&world.after(cursor), &[intent(1, seq)])
        .await
        .unwrap();
    assert_eq!(stored.cache.pending_intents().await.unwrap(), []);
    stored.close().await;
}

#[tokio::test]
async fn the_ledger_tells_what_was_decided_newest_first() {
    let mut world = World::new();
    let stored = Stored::of(&world).await;
    world.opens(1, None);
    world.opens(2, None);
    let own = NewIntent {
        conversation_id: None,
        kind: "idle".to_owned(),
        ..intent(1, world.seq())
    };
    let intents = [intent(1, Seq(2)), intent(2, Seq(4)), own];
    let applied = stored.cache.apply(world.log(), &intents).await.unwrap();
    let outcomes = [
        Outcome::Shown,
        Outcome::Suppressed("on_screen".to_owned()),
        Outcome::Shown,
    ];
    for (intent, outcome) in applied.intents.iter().zip(&outcomes) {
        stored
            .cache
            .close_intent(intent.id, outcome, Instant(9))
            .await
            .unwrap();
        stored
            .cache
            .close_intent(intent.id, &Outcome::Shown, Instant(10))
            .await
            .unwrap();
    }
    assert_eq!(stored.cache.pending_intents().await.unwrap(), []);
    stored.cache.load_snapshot(&world.snapshot()).await.unwrap();
    let ledger = stored.cache.ledger(10).await.unwrap();
    let told: Vec<_> = ledger
        .iter()
        .map(|line| (line.conversation_id, &line.outcome))
        .collect();
    assert_eq!(
        told,
        [
            (None, &outcomes[2]),
            (Some(chat(2)), &outcomes[1]),
            (Some(chat(1)), &outcomes[0])
        ]
    );
    assert_eq!(
        (ledger[0].kind.as_str(), ledger[0].at, ledger[0].decided_at),
        ("idle", Instant(5), Instant(9))
    );
    assert_eq!(stored.cache.ledger(1).await.unwrap(), ledger[..1]);
    stored.close().await;
}
