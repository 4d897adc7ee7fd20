//! Intents and the ledger.

use cache::{AwayCard, LedgerFilter, LedgerQuery, NewIntent, Outcome};
use protocol::ids::{Instant, Seq};
use rules::notices::settings::NoticeSettings;

use crate::world::{ANNA, Stored, World, chat};

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
    // Each leaves its line: the one that was pending, and the one of the batch that took it away.
    let ledger = stored.cache.ledger(10).await.unwrap();
    let gone = Outcome::Suppressed("gone".to_owned());
    assert_eq!(ledger.len(), 2);
    assert!(ledger.iter().all(|line| line.outcome == gone));
    stored.close().await;
}

#[tokio::test]
async fn the_ledger_is_read_by_conversation_by_outcome_and_page_by_page() {
    let mut world = World::new();
    let stored = Stored::of(&world).await;
    world.opens(1, None);
    world.opens(2, None);
    let outcomes = [
        Outcome::Shown,
        Outcome::ShownSilently("quiet_hours".to_owned()),
        Outcome::Suppressed("offline".to_owned()),
        Outcome::Suppressed("failed: offline".to_owned()),
    ];
    let intents: Vec<_> = (0..8)
        .map(|number| intent(1 + number % 2, world.seq()))
        .collect();
    let applied = stored.cache.apply(world.log(), &intents).await.unwrap();
    let decided: Vec<_> = applied
        .intents
        .iter()
        .zip(outcomes.iter().cycle())
        .map(|(intent, outcome)| (intent.id, outcome.clone()))
        .collect();
    let cache = &stored.cache;
    cache.close_intents(&decided, Instant(9)).await.unwrap();
    let read = async |query: LedgerQuery| cache.ledger_lines(&query).await.unwrap();
    let all = LedgerQuery {
        limit: 50,
        ..LedgerQuery::default()
    };
    let lines = read(all.clone()).await;
    assert_eq!(lines.len(), 8);
    let last = LedgerQuery {
        before: Some(lines[5].id),
        ..all.clone()
    };
    assert_eq!(read(last).await, lines[6..]);
    let of_two = LedgerQuery {
        conversation_id: Some(chat(2)),
        ..all.clone()
    };
    assert_eq!(read(of_two).await.len(), 4);
    let filtered = async |outcome| {
        let query = LedgerQuery {
            outcome,
            ..all.clone()
        };
        let lines = read(query).await.into_iter();
        lines.map(|line| line.entry.outcome).collect::<Vec<_>>()
    };
    let twice = |outcome: usize| vec![outcomes[outcome].clone(); 2];
    let because = |why: &str| LedgerFilter::Reason(why.to_owned());
    assert_eq!(filtered(LedgerFilter::Shown).await.len(), 4);
    assert_eq!(filtered(LedgerFilter::NotShown).await.len(), 4);
    assert_eq!(filtered(because("quiet_hours")).await, twice(1));
    assert_eq!(filtered(because("offline")).await, twice(2));
    assert_eq!(filtered(LedgerFilter::Failed).await, twice(3));
    assert_eq!(filtered(because("busy")).await, []);
    assert_eq!(
        cache
            .kept_from_me(Instant(5), &["offline", "busy"], 9)
            .await
            .unwrap(),
        [chat(1)]
    );
    let later = cache.kept_from_me(Instant(6), &["offline"], 9).await;
    assert_eq!(later.unwrap(), []);
    stored.close().await;
}

#[tokio::test]
async fn what_is_set_for_notices_outlives_a_restart_and_a_snapshot() {
    let world = World::new();
    let stored = Stored::of(&world).await;
    let default = stored.cache.notice_settings().await.unwrap();
    assert_eq!(default, NoticeSettings::default());
    let set = NoticeSettings {
        repeat: true,
        volume: 5,
        ..default
    };
    stored.cache.set_notice_settings(&set).await.unwrap();
    let stored = stored.reopened().await;
    stored.cache.load_snapshot(&world.snapshot()).await.unwrap();
    assert_eq!(stored.cache.notice_settings().await.unwrap(), set);
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

#[tokio::test]
async fn the_card_of_an_absence_is_kept_until_it_is_empty() {
    let stored = Stored::of(&World::new()).await;
    assert_eq!(stored.cache.away().await.unwrap(), AwayCard::default());
    let card = AwayCard {
        since: Some(Instant(5)),
        conversations: [chat(1), chat(2)].into(),
    };
    stored.cache.keep_away(&card).await.unwrap();
    let stored = stored.reopened().await;
    assert_eq!(stored.cache.away().await.unwrap(), card);
    let empty = AwayCard {
        conversations: [].into(),
        ..card
    };
    stored.cache.keep_away(&empty).await.unwrap();
    let stored = stored.reopened().await;
    assert_eq!(stored.cache.away().await.unwrap(), AwayCard::default());
    stored.close().await;
}

#[tokio::test]
async fn a_snapshot_brings_its_intents_with_it() {
    let mut world = World::new();
    let stored = Stored::of(&world).await;
    world.opens(1, None);
    let pending = [intent(1, world.seq())];
    let snapshot = world.snapshot();
    let applied = stored.cache.load_snapshot_with(&snapshot, &pending);
    let applied = applied.await.unwrap();
    assert_eq!(applied.intents[0].intent, pending[0]);
    let stored = stored.reopened().await;
    assert_eq!(
        stored.cache.pending_intents().await.unwrap(),
        applied.intents
    );
    let newest = stored.cache.newest_of_each().await.unwrap();
    let open = stored.cache.conversation(chat(1), 1).await.unwrap();
    assert_eq!(newest[&chat(1)], open.unwrap().seen_through);
    stored.close().await;
}

#[tokio::test]
async fn another_agent_finds_no_settings_of_the_one_before() {
    let world = World::new();
    let stored = Stored::of(&world).await;
    let loud = NoticeSettings {
        volume: 100,
        ..NoticeSettings::default()
    };
    stored.cache.set_notice_settings(&loud).await.unwrap();
    let mut snapshot = world.snapshot();
    stored.cache.load_snapshot(&snapshot).await.unwrap();
    assert_eq!(stored.cache.notice_settings().await.unwrap(), loud);
    snapshot.agent_id = ANNA;
    stored.cache.load_snapshot(&snapshot).await.unwrap();
    let settings = stored.cache.notice_settings().await.unwrap();
    assert_eq!(settings, NoticeSettings::default());
    stored.close().await;
}
