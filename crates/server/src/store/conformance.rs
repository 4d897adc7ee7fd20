//! What every store must do, whatever it is made of. A store's tests run [`all`] of it.

// These are tests that a crate of tests calls; a failure is a panic.
#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::missing_panics_doc
)]

use protocol::command::CommandDone;
use protocol::ids::{
    AgentId, ClientId, ConversationId, DeviceId, GroupId, Instant, InvitationId, MessageId, Seq,
    SiteId, VisitorId, WorkspaceId,
};
use protocol::model::{
    Agent, Conversation, ConversationState, Group, Role, Site, Visitor, WhenNobody, Workspace,
};
use protocol::status::{
    Activity, AgentSettings, Choice, ChoiceSource, Goodbye, Plan, Presence, Reason, Status,
    StatusSettings, Via,
};
use rules::attendance::Told;
use rules::choice::{StoredPick, StoredPlan};
use uuid::Uuid;

use super::{
    AgentRecord, DeviceRecord, InvitationRecord, Report, Standing, Store, VisitorRecord,
    WorkspaceRecord, Writing,
};
use crate::log::Audience;
use crate::secrets::Hashed;

mod conversation;
mod log;
mod status;

/// Runs every part on a store that it gets, opens anew and closes.
macro_rules! each_on_a_new_store {
    ($open:ident: $($part:path)*) => {$(
        let store = $open().await;
        $part(&store).await;
        // Closed, not dropped: threads that still close an encrypted file while the process ends
        // run into SQLCipher's own clearing up.
        store.close().await;
    )*};
}

/// Runs everything.
pub async fn all<S: Store>(mut open: impl AsyncFnMut() -> S) {
    each_on_a_new_store! { open:
        a_new_store_is_empty
        what_is_not_committed_never_happened
        a_reading_is_of_one_moment
        log::numbers_go_up_and_are_never_given_twice
        log::a_log_that_has_not_begun_leaves_no_numbers
        log::events_reach_their_audience_in_order
        log::pruning_leaves_no_hole
        log::an_agent_follows_the_log_from_where_they_came
        agents_and_devices_come_back_as_they_were
        invitations_remember_their_use
        groups_sites_and_settings_change
        conversation::conversations_and_messages_come_back_in_order
        conversation::open_conversations_come_back_with_their_clocks
        a_client_id_is_remembered_by_sender
        status::settings_of_an_agent_come_back_as_they_were
        status::a_log_of_status_changes_begins_with_what_held_then
        status::pruning_keeps_what_still_held
        status::who_answers_what_and_when_its_visitor_wrote
    }
}

/// Makes the workspace's row, which most of the rest needs.
pub async fn make_workspace(store: &impl Store, name: &str) {
    let mut tx = store.write().await.unwrap();
    tx.put_workspace(&workspace(name), None).await.unwrap();
    tx.commit().await.unwrap();
}

async fn record_of(store: &impl Store) -> WorkspaceRecord {
    let mut reading = store.read().await.unwrap();
    reading.workspace().await.unwrap().unwrap()
}

fn workspace(name: &str) -> Workspace {
    let id = WorkspaceId(Uuid::from_u128(1));
    Workspace {
        id,
        name: name.to_owned(),
        idle_minutes: Some(10),
        status_log_for_admins: false,
        close_after_hours: Some(24),
        statuses: StatusSettings::default(),
    }
}

fn agent(number: u128) -> AgentRecord {
    let since = Instant(5);
    AgentRecord {
        agent: Agent {
            id: AgentId(Uuid::from_u128(number)),
            name: format!("Agent {number}"),
            email: format!("{number}@example.org"),
            role: Role::Agent,
        },
        standing: Standing {
            pick: StoredPick {
                status: Status::Online,
                at: since,
                made: Instant(4),
                source: ChoiceSource::Agent { via: Via::Tray },
                plan: StoredPlan::Timed { until: Instant(9) },
            },
            held: true,
            away: false,
            goodbye: Some(Goodbye::Asleep),
            told: Told {
                presence: Presence {
                    status: Status::Offline,
                    reason: Reason::Idle { since: Instant(3) },
                    since,
                },
                status_since: Instant(2),
                choice: Choice {
                    status: Status::Online,
                    at: since,
                    source: ChoiceSource::Agent { via: Via::Tray },
                    plan: Some(Plan::Timed { until: Instant(9) }),
                },
                next: None,
            },
        },
        open: 2,
        settings: AgentSettings::default(),
    }
}

async fn add_agent(tx: &mut dyn Writing, number: u128) -> AgentRecord {
    let record = agent(number);
    tx.add_agent(&record, "hash", Instant(1)).await.unwrap();
    record
}

async fn append(tx: &mut dyn Writing, at: i64, audience: Audience, payload: &str) -> Seq {
    let seq = tx.next_seq().await.unwrap();
    tx.append(seq, Instant(at), &audience, payload)
        .await
        .unwrap();
    seq
}

async fn a_new_store_is_empty(store: &impl Store) {
    let mut reading = store.read().await.unwrap();
    assert!(reading.workspace().await.unwrap().is_none());
    assert!(reading.agents().await.unwrap().is_empty());
    assert!(reading.conversations(None).await.unwrap().is_empty());
}

async fn what_is_not_committed_never_happened(store: &impl Store) {
    make_workspace(store, "Before").await;
    let mut tx = store.write().await.unwrap();
    tx.put_workspace(&workspace("After"), None).await.unwrap();
    append(&mut *tx, 1, Audience::Everybody, "{}").await;
    drop(tx);
    let record = record_of(store).await;
    assert_eq!(
        (record.workspace.name.as_str(), record.log_end),
        ("Before", Seq(0))
    );
}

async fn a_reading_is_of_one_moment(store: &impl Store) {
    make_workspace(store, "Before").await;
    let mut reading = store.read().await.unwrap();
    assert!(reading.agents().await.unwrap().is_empty());
    let mut tx = store.write().await.unwrap();
    add_agent(&mut *tx, 7).await;
    tx.commit().await.unwrap();
    assert!(
        reading.agents().await.unwrap().is_empty(),
        "what came later is not in it"
    );
    drop(reading);
    assert_eq!(store.read().await.unwrap().agents().await.unwrap().len(), 1);
}

async fn agents_and_devices_come_back_as_they_were(store: &impl Store) {
    make_workspace(store, "W").await;
    let token = Hashed::of("token");
    let mut tx = store.write().await.unwrap();
    let mut record = add_agent(&mut *tx, 9).await;
    add_agent(&mut *tx, 8).await;
    let mut device = DeviceRecord {
        id: DeviceId(Uuid::from_u128(70)),
        agent_id: record.agent.id,
        name: "desk".to_owned(),
        signed_in_at: Instant(1),
        last_seen_at: Instant(1),
        leased: false,
        report: Report {
            activity: Activity::Active,
            at: Instant(1),
        },
    };
    tx.add_device(&device, &token).await.unwrap();
    device.leased = true;
    device.report = Report {
        activity: Activity::Idle { for_ms: 5 },
        at: Instant(3),
    };
    device.last_seen_at = Instant(4);
    tx.put_lease(device.id, true, &device.report).await.unwrap();
    tx.put_seen(device.id, Instant(4)).await.unwrap();
    record.standing.goodbye = None;
    record.standing.pick.source = ChoiceSource::Admin {
        agent_id: record.agent.id,
        before: Status::Online,
    };
    record.standing.pick.plan = StoredPlan::WindDown { quiet_at: None };
    record.open = 7;
    tx.put_standing(record.agent.id, &record.standing, record.open)
        .await
        .unwrap();
    tx.commit().await.unwrap();
    let mut reading = store.read().await.unwrap();
    assert_eq!(
        reading.agents().await.unwrap(),
        [agent(8), record.clone()],
        "in order of id"
    );
    let found = reading.credentials("9@example.org").await.unwrap();
    assert_eq!(found, Some((record.clone(), "hash".to_owned())));
    let found = reading.agent(record.agent.id).await.unwrap();
    assert_eq!(found, Some(record.clone()));
    assert_eq!(
        reading.agent(AgentId(Uuid::from_u128(7))).await.unwrap(),
        None
    );
    assert_eq!(reading.credentials("7@example.org").await.unwrap(), None);
    assert_eq!(reading.device(&token).await.unwrap(), Some(device.clone()));
    assert_eq!(reading.device(&Hashed::of("other")).await.unwrap(), None);
    assert_eq!(
        reading.devices(Some(record.agent.id)).await.unwrap(),
        [device.clone()]
    );
    assert!(
        reading
            .devices(Some(agent(8).agent.id))
            .await
            .unwrap()
            .is_empty()
    );
    drop(reading);
    let mut tx = store.write().await.unwrap();
    tx.remove_device(device.id).await.unwrap();
    tx.commit().await.unwrap();
    assert_eq!(
        store.read().await.unwrap().device(&token).await.unwrap(),
        None
    );
}

async fn invitations_remember_their_use(store: &impl Store) {
    make_workspace(store, "W").await;
    let code = Hashed::of("code");
    let invitation = InvitationRecord {
        id: InvitationId(Uuid::from_u128(3)),
        email: "x@example.org".to_owned(),
        role: Role::Admin,
        expires_at: Instant(9),
        used: false,
    };
    let mut tx = store.write().await.unwrap();
    let replaced = InvitationRecord {
        id: InvitationId(Uuid::from_u128(2)),
        ..invitation.clone()
    };
    let earlier = Hashed::of("earlier");
    tx.add_invitation(&replaced, &earlier).await.unwrap();
    tx.add_invitation(&invitation, &code).await.unwrap();
    assert_eq!(tx.invitation(&earlier).await.unwrap(), None);
    assert_eq!(
        tx.invitation(&code).await.unwrap(),
        Some(invitation.clone())
    );
    tx.use_invitation(invitation.id, Instant(4)).await.unwrap();
    tx.commit().await.unwrap();
    let found = store.read().await.unwrap().invitation(&code).await.unwrap();
    assert_eq!(
        found,
        Some(InvitationRecord {
            used: true,
            ..invitation
        })
    );
    let mut tx = store.write().await.unwrap();
    tx.prune(Instant(9)).await.unwrap();
    assert!(tx.invitation(&code).await.unwrap().is_some());
    tx.prune(Instant(10)).await.unwrap();
    assert_eq!(tx.invitation(&code).await.unwrap(), None);
}

fn site() -> Site {
    Site {
        id: SiteId(Uuid::from_u128(20)),
        name: "Shop".to_owned(),
        origins: vec!["https://shop.example".to_owned()],
        when_nobody: WhenNobody::Hidden,
        groups: Vec::new(),
    }
}

async fn groups_sites_and_settings_change(store: &impl Store) {
    make_workspace(store, "W").await;
    let mut tx = store.write().await.unwrap();
    let (one, two) = (
        add_agent(&mut *tx, 1).await.agent.id,
        add_agent(&mut *tx, 2).await.agent.id,
    );
    let id = GroupId(Uuid::from_u128(30));
    let mut group = Group {
        id,
        name: "Support".to_owned(),
        members: vec![one, two],
    };
    tx.put_group(&group).await.unwrap();
    group.members = vec![two];
    group.name = "Sales".to_owned();
    tx.put_group(&group).await.unwrap();
    let mut shop = site();
    tx.put_site(&shop).await.unwrap();
    shop.groups = vec![GroupId(Uuid::from_u128(31)), id];
    shop.when_nobody = WhenNobody::Messenger;
    shop.origins.clear();
    tx.put_site(&shop).await.unwrap();
    let mut changed = workspace("Another name");
    changed.idle_minutes = None;
    changed.statuses = StatusSettings {
        busy: true,
        offline_by_hand: false,
    };
    changed.status_log_for_admins = true;
    changed.close_after_hours = None;
    tx.put_workspace(&changed, Some(shop.id)).await.unwrap();
    tx.commit().await.unwrap();
    let mut reading = store.read().await.unwrap();
    assert_eq!(reading.groups().await.unwrap(), [group]);
    assert_eq!(reading.sites().await.unwrap(), std::slice::from_ref(&shop));
    assert_eq!(reading.site(shop.id).await.unwrap(), Some(shop.clone()));
    let record = reading.workspace().await.unwrap().unwrap();
    assert_eq!(
        (record.workspace, record.demo_site),
        (changed, Some(shop.id))
    );
}

async fn thread(tx: &mut dyn Writing, group: Option<GroupId>) -> Conversation {
    tx.put_site(&site()).await.unwrap();
    let visitor = Visitor {
        id: VisitorId(Uuid::from_u128(40)),
        name: None,
        email: None,
    };
    let record = VisitorRecord {
        visitor: visitor.clone(),
        site_id: site().id,
        wish: None,
    };
    tx.add_visitor(&record, &Hashed::of("visitor"), Instant(1))
        .await
        .unwrap();
    let conversation = Conversation {
        id: ConversationId(Uuid::from_u128(50)),
        site_id: site().id,
        group_id: group,
        visitor,
        state: ConversationState::Open,
        assigned: vec![],
        created_at: Instant(1),
        last_message_at: Instant(1),
        waiting_since: Some(Instant(1)),
        missed: None,
    };
    tx.put_conversation(&conversation).await.unwrap();
    conversation
}

async fn a_client_id_is_remembered_by_sender(store: &impl Store) {
    make_workspace(store, "W").await;
    let id = ClientId(Uuid::from_u128(1));
    let done = CommandDone {
        seq: Seq(3),
        message_id: Some(MessageId(Uuid::from_u128(2))),
    };
    let mut tx = store.write().await.unwrap();
    let at = Instant(5);
    tx.put_carried_out("agent 1", id, &done, at).await.unwrap();
    let (early, late) = (ClientId(Uuid::from_u128(8)), ClientId(Uuid::from_u128(9)));
    let nothing_written = CommandDone {
        seq: Seq(3),
        message_id: None,
    };
    for (id, at) in [(early, Instant(5)), (late, Instant(6))] {
        tx.put_carried_out("agent 1", id, &nothing_written, at)
            .await
            .unwrap();
    }
    tx.commit().await.unwrap();
    let mut reading = store.read().await.unwrap();
    assert_eq!(
        reading.carried_out("agent 1", id).await.unwrap(),
        Some(done)
    );
    assert_eq!(reading.carried_out("agent 2", id).await.unwrap(), None);
    assert!(
        reading
            .carried_out("agent 1", early)
            .await
            .unwrap()
            .is_some()
    );
    drop(reading);
    let mut tx = store.write().await.unwrap();
    tx.prune(Instant(6)).await.unwrap();
    tx.commit().await.unwrap();
    let mut reading = store.read().await.unwrap();
    let mut known = async |id| reading.carried_out("agent 1", id).await.unwrap().is_some();
    assert!(known(id).await, "a message is never there twice");
    assert!(
        !known(early).await,
        "what is old and made none is forgotten"
    );
    assert!(known(late).await);
}
