//! What holds of statuses: agents' settings, logs of changes, and who answers what.

use protocol::body::Body;
use protocol::hours::{Hours, HoursException, Span};
use protocol::ids::{AgentId, ClientId, ConversationId, Instant, MessageId};
use protocol::model::{Author, Conversation, ConversationState, Message, MessageKind};
use protocol::status::{
    AgentSettings, IdleDelay, LockDelay, OnReturn, Presence, Reason, Status, StatusLogEntry,
};
use uuid::Uuid;

use super::{add_agent, agent, append, make_workspace, thread};
use crate::log::Audience;
use crate::store::{Answering, Store, Writing};

pub(super) async fn settings_of_an_agent_come_back_as_they_were(store: &impl Store) {
    make_workspace(store, "W").await;
    let mut tx = store.write().await.unwrap();
    let one = add_agent(&mut *tx, 1).await.agent.id;
    let two = add_agent(&mut *tx, 2).await.agent.id;
    let settings = AgentSettings {
        idle: IdleDelay::Minutes { minutes: 7 },
        lock: LockDelay::FiveMinutes,
        on_return: OnReturn::Ask,
        invisible_offers: true,
        hours: Some(Hours {
            zone: "Europe/Berlin".into(),
            week: vec![vec![Span { from: 540, to: 60 }]; 7],
            exceptions: vec![HoursException {
                first: "2026-12-24".into(),
                last: "2026-12-26".into(),
                name: "\"Feast\"".into(),
                spans: vec![],
            }],
        }),
    };
    tx.put_settings(one, &settings).await.unwrap();
    tx.commit().await.unwrap();
    let mut reading = store.read().await.unwrap();
    let found = reading.agent(one).await.unwrap().unwrap();
    assert_eq!(found.settings, settings);
    let found = reading.agent(two).await.unwrap().unwrap();
    assert_eq!(found.settings, AgentSettings::default());
}

fn entry(at: i64, status: Status) -> StatusLogEntry {
    StatusLogEntry {
        at: Instant(at),
        presence: Presence {
            status,
            reason: Reason::Chosen,
            since: Instant(at),
        },
        choice: agent(1).standing.told.choice,
    }
}

async fn log_of(store: &impl Store, of: AgentId, from: i64, to: i64, limit: usize) -> Vec<i64> {
    let mut reading = store.read().await.unwrap();
    let entries = reading
        .status_log(of, Instant(from), Instant(to), limit)
        .await
        .unwrap();
    entries.iter().map(|entry| entry.at.0).collect()
}

async fn write_log(tx: &mut dyn Writing, of: AgentId, at: &[i64]) {
    for at in at {
        tx.log_status(of, &entry(*at, Status::Online))
            .await
            .unwrap();
    }
}

pub(super) async fn a_log_of_status_changes_begins_with_what_held_then(store: &impl Store) {
    make_workspace(store, "W").await;
    let mut tx = store.write().await.unwrap();
    let one = add_agent(&mut *tx, 1).await.agent.id;
    let two = add_agent(&mut *tx, 2).await.agent.id;
    write_log(&mut *tx, one, &[10, 20, 30, 40]).await;
    write_log(&mut *tx, two, &[25]).await;
    tx.commit().await.unwrap();
    assert_eq!(log_of(store, one, 25, 40, 9).await, [20, 30]);
    assert_eq!(log_of(store, one, 20, 41, 9).await, [20, 30, 40]);
    assert_eq!(log_of(store, one, 0, 15, 9).await, [10]);
    assert_eq!(log_of(store, one, 0, 10, 9).await, [] as [i64; 0]);
    assert_eq!(log_of(store, one, 99, 100, 9).await, [40]);
    assert_eq!(log_of(store, one, 25, 99, 2).await, [20, 30], "a page");
    let mut reading = store.read().await.unwrap();
    let whole = reading.status_log(two, Instant(0), Instant(99), 9).await;
    assert_eq!(whole.unwrap(), [entry(25, Status::Online)]);
}

pub(super) async fn pruning_keeps_what_still_held(store: &impl Store) {
    make_workspace(store, "W").await;
    let mut tx = store.write().await.unwrap();
    let one = add_agent(&mut *tx, 1).await.agent.id;
    let two = add_agent(&mut *tx, 2).await.agent.id;
    write_log(&mut *tx, one, &[10, 20, 20, 30]).await;
    write_log(&mut *tx, two, &[5]).await;
    tx.prune(Instant(25)).await.unwrap();
    tx.commit().await.unwrap();
    assert_eq!(log_of(store, one, 0, 99, 9).await, [20, 30]);
    assert_eq!(log_of(store, two, 0, 99, 9).await, [5], "it still holds");
}

async fn wrote(tx: &mut dyn Writing, conversation: ConversationId, author: Author, at: i64) {
    let seq = append(tx, at, Audience::Everybody, "{}").await;
    let message = Message {
        id: MessageId(Uuid::from_u128(1_000 + u128::from(seq.0))),
        conversation_id: conversation,
        seq,
        author,
        kind: MessageKind::Reply,
        body: Body::from_plain("x"),
        sent_at: Instant(at),
        client_id: ClientId(Uuid::from_u128(u128::from(seq.0))),
        mentions: vec![],
    };
    tx.add_message(&message, None).await.unwrap();
}

pub(super) async fn who_answers_what_and_when_its_visitor_wrote(store: &impl Store) {
    make_workspace(store, "W").await;
    let mut tx = store.write().await.unwrap();
    let one = add_agent(&mut *tx, 1).await.agent.id;
    let two = add_agent(&mut *tx, 2).await.agent.id;
    let first = Conversation {
        assigned: vec![two, one],
        ..thread(&mut *tx, None).await
    };
    tx.put_conversation(&first).await.unwrap();
    wrote(&mut *tx, first.id, Author::Visitor, 5).await;
    wrote(&mut *tx, first.id, Author::Visitor, 7).await;
    wrote(&mut *tx, first.id, Author::Agent { agent_id: one }, 9).await;
    let second = Conversation {
        id: ConversationId(Uuid::from_u128(51)),
        created_at: Instant(3),
        assigned: vec![one],
        ..first.clone()
    };
    let closed = Conversation {
        id: ConversationId(Uuid::from_u128(52)),
        state: ConversationState::Closed,
        ..first.clone()
    };
    tx.put_conversation(&second).await.unwrap();
    tx.put_conversation(&closed).await.unwrap();
    tx.commit().await.unwrap();
    let answering = |conversation: &Conversation, at| Answering {
        conversation_id: conversation.id,
        visitor_wrote_at: Instant(at),
    };
    let mut reading = store.read().await.unwrap();
    assert_eq!(
        reading.answering(one).await.unwrap(),
        [answering(&first, 7), answering(&second, 3)]
    );
    assert_eq!(
        reading.answering(two).await.unwrap(),
        [answering(&first, 7)]
    );
    let nobody = agent(3).agent.id;
    assert!(reading.answering(nobody).await.unwrap().is_empty());
}
