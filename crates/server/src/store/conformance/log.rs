//! What holds of the log: its numbers, whom its events reach, how it is shortened, from where it may be
//! followed.

use std::collections::BTreeSet;

use protocol::ids::{Instant, Seq};

use super::{add_agent, agent, append, make_workspace, record_of};
use crate::log::Audience;
use crate::store::Store;

pub(super) async fn numbers_go_up_and_are_never_given_twice(store: &impl Store) {
    make_workspace(store, "W").await;
    let mut tx = store.write().await.unwrap();
    let first = append(&mut *tx, 1, Audience::Everybody, "1").await;
    let second = append(&mut *tx, 1, Audience::Everybody, "2").await;
    tx.commit().await.unwrap();
    assert_eq!((first, second), (Seq(1), Seq(2)));
    let mut tx = store.write().await.unwrap();
    tx.prune(Instant(100)).await.unwrap();
    let third = append(&mut *tx, 1, Audience::Everybody, "3").await;
    tx.commit().await.unwrap();
    assert_eq!(third, Seq(3), "also when the log was emptied");
    let mut tx = store.write().await.unwrap();
    tx.leave_numbers(Seq(10)).await.unwrap();
    tx.leave_numbers(Seq(5)).await.unwrap();
    let fourth = append(&mut *tx, 1, Audience::Everybody, "4").await;
    assert_eq!(fourth, Seq(11));
}

pub(super) async fn a_log_that_has_not_begun_leaves_no_numbers(store: &impl Store) {
    make_workspace(store, "W").await;
    let mut tx = store.write().await.unwrap();
    tx.leave_numbers(Seq(10)).await.unwrap();
    let first = append(&mut *tx, 1, Audience::Everybody, "1").await;
    assert_eq!(first, Seq(1));
}

pub(super) async fn events_reach_their_audience_in_order(store: &impl Store) {
    make_workspace(store, "W").await;
    let (one, two) = (agent(0x11).agent.id, agent(0x12).agent.id);
    let mut tx = store.write().await.unwrap();
    let tx_ref = &mut *tx;
    append(tx_ref, 1, Audience::Everybody, "1").await;
    append(tx_ref, 1, Audience::only(one), "2").await;
    append(tx_ref, 1, Audience::only(two), "3").await;
    append(tx_ref, 1, Audience::Agents(BTreeSet::from([one, two])), "4").await;
    append(tx_ref, 1, Audience::Agents(BTreeSet::new()), "5").await;
    tx.commit().await.unwrap();
    let mut reading = store.read().await.unwrap();
    let all = reading.events(one, Seq(0), 10).await.unwrap();
    let payloads: Vec<&str> = all.iter().map(|entry| entry.payload.as_str()).collect();
    assert_eq!(payloads, ["1", "2", "4"]);
    let page = reading.events(two, Seq(1), 1).await.unwrap();
    assert_eq!((page.len(), page[0].seq), (1, Seq(3)));
    assert_eq!(reading.last_visible(one, Seq(5)).await.unwrap(), Seq(4));
    assert_eq!(reading.last_visible(two, Seq(2)).await.unwrap(), Seq(1));
    assert_eq!(reading.last_visible(two, Seq(0)).await.unwrap(), Seq(0));
}

pub(super) async fn pruning_leaves_no_hole(store: &impl Store) {
    make_workspace(store, "W").await;
    let mut tx = store.write().await.unwrap();
    // The clock was set back between the second and the third.
    for (at, payload) in [(10, "1"), (30, "2"), (15, "3"), (40, "4")] {
        append(&mut *tx, at, Audience::Everybody, payload).await;
    }
    tx.prune(Instant(20)).await.unwrap();
    tx.commit().await.unwrap();
    let mut reading = store.read().await.unwrap();
    let record = reading.workspace().await.unwrap().unwrap();
    assert_eq!((record.pruned_through, record.log_end), (Seq(3), Seq(4)));
    let agent = agent(1).agent.id;
    assert_eq!(reading.events(agent, Seq(0), 10).await.unwrap().len(), 1);
    assert_eq!(reading.last_visible(agent, Seq(3)).await.unwrap(), Seq(3));
    drop(reading);
    let mut tx = store.write().await.unwrap();
    tx.prune(Instant(0)).await.unwrap();
    tx.commit().await.unwrap();
    let record = record_of(store).await;
    assert_eq!(record.pruned_through, Seq(3), "it never goes back");
}

pub(super) async fn an_agent_follows_the_log_from_where_they_came(store: &impl Store) {
    make_workspace(store, "W").await;
    let mut tx = store.write().await.unwrap();
    let first = add_agent(&mut *tx, 1).await.agent.id;
    append(&mut *tx, 1, Audience::Everybody, "1").await;
    append(&mut *tx, 9, Audience::Everybody, "2").await;
    let second = add_agent(&mut *tx, 2).await.agent.id;
    tx.commit().await.unwrap();
    let mut reading = store.read().await.unwrap();
    let nobody = agent(3).agent.id;
    assert_eq!(reading.oldest_cursor(first).await.unwrap(), Some(Seq(0)));
    assert_eq!(reading.oldest_cursor(second).await.unwrap(), Some(Seq(2)));
    assert_eq!(reading.oldest_cursor(nobody).await.unwrap(), None);
    drop(reading);
    let mut tx = store.write().await.unwrap();
    tx.prune(Instant(5)).await.unwrap();
    tx.commit().await.unwrap();
    let mut reading = store.read().await.unwrap();
    assert_eq!(reading.oldest_cursor(first).await.unwrap(), Some(Seq(1)));
    assert_eq!(reading.oldest_cursor(second).await.unwrap(), Some(Seq(2)));
}
