//! What happens on return: the choice is restored, or held back until the agent says so.

use protocol::rest::SignedIn;
use protocol::status::{Activity, AgentSettings, Goodbye, OnReturn, Presence, Reason, Status};

use crate::acts::{
    at_work, claim, dealt_with, leave, own, pick, report, second_device, set_own, set_workspace,
    workspace_settings,
};
use crate::rig::{House, Stream};

const TEN_MINUTES: u64 = 600_000;

async fn who_prefers(on_return: OnReturn) -> (House, SignedIn, Stream) {
    let house = House::open().await;
    let anna = house.setup().await;
    let settings = AgentSettings {
        on_return,
        ..AgentSettings::default()
    };
    set_own(&house, &anna, &settings).await;
    let stream = at_work(&house, &anna).await;
    (house, anna, stream)
}

async fn told(stream: &mut Stream) -> (Status, Reason) {
    let Presence { status, reason, .. } = own(stream).await.presence;
    (status, reason)
}

const HELD: (Status, Reason) = (Status::Offline, Reason::Held);
const BACK: (Status, Reason) = (Status::Invisible, Reason::Chosen);

#[tokio::test]
async fn with_restore_the_choice_is_back_at_once_after_idle_lock_and_sleep() {
    let (_house, _anna, mut stream) = who_prefers(OnReturn::Restore).await;
    pick(&mut stream, Status::Invisible).await;
    let idle = Activity::Idle {
        for_ms: TEN_MINUTES,
    };
    for away in [idle, Activity::Locked { for_ms: 0 }] {
        report(&mut stream, away).await;
        assert_eq!(told(&mut stream).await.0, Status::Offline);
        report(&mut stream, Activity::Active).await;
        assert_eq!(told(&mut stream).await, BACK);
    }
    leave(&mut stream, Goodbye::Asleep).await;
    assert_eq!(told(&mut stream).await, (Status::Offline, Reason::Asleep));
    claim(&mut stream, Activity::Active).await;
    assert_eq!(told(&mut stream).await, BACK);
}

#[tokio::test]
async fn with_ask_or_stay_offline_idle_lock_and_sleep_hold_until_a_pick() {
    for on_return in [OnReturn::Ask, OnReturn::StayOffline] {
        let (house, anna, mut stream) = who_prefers(on_return).await;
        let idle = Activity::Idle {
            for_ms: TEN_MINUTES,
        };
        for away in [idle, Activity::Locked { for_ms: 0 }] {
            pick(&mut stream, Status::Invisible).await;
            report(&mut stream, away).await;
            let (status, reason) = told(&mut stream).await;
            assert_eq!(status, Status::Offline);
            assert_ne!(reason, Reason::Held, "away, and not yet back");
            report(&mut stream, Activity::Active).await;
            assert_eq!(told(&mut stream).await, HELD);
            let choice = house.snapshot(&anna).await.choice;
            assert_eq!(choice.status, Status::Invisible, "the choice stays");
        }
        pick(&mut stream, Status::Invisible).await;
        dealt_with(&mut stream).await;
        leave(&mut stream, Goodbye::Asleep).await;
        assert_eq!(told(&mut stream).await, (Status::Offline, Reason::Asleep));
        claim(&mut stream, Activity::Active).await;
        assert_eq!(told(&mut stream).await, HELD);
        let house = house.restart(1_000).await;
        let presence = house.snapshot(&anna).await.presence;
        assert_eq!((presence.status, presence.reason), HELD, "it is a fact");
        let mut stream = house.listen(&anna).await;
        pick(&mut stream, Status::Invisible).await;
        let presence = house.snapshot(&anna).await.presence;
        assert_eq!((presence.status, presence.reason), BACK);
    }
}

#[tokio::test]
async fn a_lost_connection_quitting_and_signing_in_always_restore() {
    let (house, anna, mut stream) = who_prefers(OnReturn::Ask).await;
    pick(&mut stream, Status::Invisible).await;
    dealt_with(&mut stream).await;
    for reason in [Goodbye::Quit, Goodbye::SignedOut] {
        leave(&mut stream, reason).await;
        assert_eq!(told(&mut stream).await.0, Status::Offline);
        claim(&mut stream, Activity::Active).await;
        assert_eq!(told(&mut stream).await, BACK);
    }
    house.clock.advance(30_000);
    let lost = (Status::Offline, Reason::ConnectionLost);
    assert_eq!(told(&mut stream).await, lost);
    let laptop = second_device(&house).await;
    let mut other = at_work(&house, &laptop).await;
    assert_eq!(told(&mut stream).await, BACK);
    dealt_with(&mut other).await;
    let presence = house.snapshot(&anna).await.presence;
    assert_eq!((presence.status, presence.reason), BACK);
}

#[tokio::test]
async fn signing_in_restores_what_is_held_and_starting_again_does_not() {
    let (house, _anna, mut stream) = who_prefers(OnReturn::Ask).await;
    pick(&mut stream, Status::Invisible).await;
    report(&mut stream, Activity::Locked { for_ms: 0 }).await;
    assert_eq!(told(&mut stream).await.0, Status::Offline);
    report(&mut stream, Activity::Active).await;
    assert_eq!(told(&mut stream).await, HELD);
    leave(&mut stream, Goodbye::Quit).await;
    assert_eq!(told(&mut stream).await, (Status::Offline, Reason::Quit));
    claim(&mut stream, Activity::Active).await;
    assert_eq!(
        told(&mut stream).await,
        HELD,
        "the app was only started again"
    );
    second_device(&house).await;
    assert_eq!(told(&mut stream).await, BACK);
}

#[tokio::test]
async fn automatic_only_and_restore_end_what_is_held_and_hold_nothing() {
    let (house, anna, mut stream) = who_prefers(OnReturn::Ask).await;
    pick(&mut stream, Status::Invisible).await;
    dealt_with(&mut stream).await;
    let lock = async |stream: &mut Stream, then| {
        report(stream, Activity::Locked { for_ms: 0 }).await;
        assert_eq!(told(stream).await.0, Status::Offline);
        report(stream, Activity::Active).await;
        assert_eq!(told(stream).await, then);
    };
    lock(&mut stream, HELD).await;
    let mut automatic_only = workspace_settings();
    automatic_only.statuses.offline_by_hand = false;
    set_workspace(&house, &anna, &automatic_only).await;
    assert_eq!(told(&mut stream).await, BACK);
    lock(&mut stream, BACK).await;
    set_workspace(&house, &anna, &workspace_settings()).await;
    lock(&mut stream, HELD).await;
    set_own(&house, &anna, &AgentSettings::default()).await;
    assert_eq!(told(&mut stream).await, BACK);
}

#[tokio::test]
async fn a_locked_laptop_holds_nothing_while_the_desk_is_in_use() {
    let (house, _anna, mut desk) = who_prefers(OnReturn::Ask).await;
    let laptop = second_device(&house).await;
    let mut other = at_work(&house, &laptop).await;
    report(&mut other, Activity::Locked { for_ms: 0 }).await;
    dealt_with(&mut other).await;
    leave(&mut other, Goodbye::Asleep).await;
    dealt_with(&mut other).await;
    let said = dealt_with(&mut desk).await;
    assert_eq!(said, [], "nothing changed for anybody");
}

#[tokio::test]
async fn a_device_whose_idle_time_cannot_be_read_counts_only_alone() {
    let (house, anna, mut desk) = who_prefers(OnReturn::Restore).await;
    report(
        &mut desk,
        Activity::Limited {
            for_ms: 5 * TEN_MINUTES,
        },
    )
    .await;
    dealt_with(&mut desk).await;
    let status = house.snapshot(&anna).await.presence.status;
    assert_eq!(status, Status::Online, "alone it keeps the agent present");
    let laptop = second_device(&house).await;
    let mut other = house.listen(&laptop).await;
    let idle = Activity::Idle {
        for_ms: TEN_MINUTES,
    };
    claim(&mut other, idle).await;
    assert_eq!(told(&mut desk).await.0, Status::Offline, "better is known");
    leave(&mut other, Goodbye::Quit).await;
    assert_eq!(told(&mut desk).await, (Status::Online, Reason::Chosen));
}

#[tokio::test]
async fn the_lock_delay_is_the_agents_own() {
    let (house, anna, mut stream) = who_prefers(OnReturn::Restore).await;
    let settings = AgentSettings {
        lock: protocol::status::LockDelay::HalfMinute,
        ..AgentSettings::default()
    };
    set_own(&house, &anna, &settings).await;
    report(&mut stream, Activity::Locked { for_ms: 0 }).await;
    dealt_with(&mut stream).await;
    let said = crate::acts::pass(&house, &mut stream, 29_999).await;
    assert_eq!(said.iter().filter_map(crate::acts::own_in).count(), 0);
    house.clock.advance(1);
    let (status, reason) = told(&mut stream).await;
    assert_eq!(status, Status::Offline);
    assert!(matches!(reason, Reason::Locked { .. }), "{reason:?}");
}
