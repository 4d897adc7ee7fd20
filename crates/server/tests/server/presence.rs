use hyper::{Method, StatusCode};
use protocol::event::Event;
use protocol::frame::{DeviceFrame, EventFrame, LEASE_MS, ServerFrame};
use protocol::ids::{ClientId, Seq};
use protocol::rest::SettingsRequest;
use protocol::status::{
    Activity, Goodbye, Presence, Reason, Status, StatusChange, StatusSettings, Via,
};

use crate::acts::{at_work, dealt_with, pass, second_device};
use crate::rig::{House, Stream, new_id};

const LEASE: i64 = LEASE_MS as i64;
const MINUTE: i64 = 60_000;

/// Waits for one's own presence to be told with this status.
async fn own(stream: &mut Stream, status: Status) -> Presence {
    stream
        .until("own presence", |frame| match frame {
            ServerFrame::Event(EventFrame {
                event: Event::OwnPresence { presence, .. },
                ..
            }) => (presence.status == status).then_some(*presence),
            _ => None,
        })
        .await
}

/// Everything said so far has been dealt with once this is answered.
async fn settled(stream: &mut Stream, status: Status) {
    let client_id = new_id(ClientId);
    stream
        .say(&DeviceFrame::SetChoice {
            client_id,
            change: StatusChange::Pick { status },
            via: Via::App,
            made_ms_ago: 0,
            zone: None,
        })
        .await;
    stream
        .until("choice", |frame| {
            matches!(frame, ServerFrame::ChoiceDone { client_id: id, .. } if *id == client_id)
                .then_some(())
        })
        .await;
}

#[tokio::test]
async fn a_claim_makes_the_agent_present_and_silence_ends_it_after_one_lease() {
    let house = House::open().await;
    let anna = house.setup().await;
    let bert = house.agent(&anna, "Bert").await;
    let mut watching = house.listen(&bert).await;
    let mut stream = house.online(&anna).await;
    watching.presence_of(anna.agent_id, Status::Online).await;
    house.clock.advance(LEASE - 1);
    stream.say(&DeviceFrame::Heartbeat).await;
    settled(&mut stream, Status::Online).await;
    house.clock.advance(LEASE - 1);
    assert_eq!(house.snapshot(&anna).await.presence.status, Status::Online);
    house.clock.advance(1);
    watching.presence_of(anna.agent_id, Status::Offline).await;
    assert_eq!(
        own(&mut stream, Status::Offline).await.reason,
        Reason::ConnectionLost
    );
    stream.say(&DeviceFrame::Heartbeat).await;
    watching.presence_of(anna.agent_id, Status::Online).await;
}

#[tokio::test]
async fn each_goodbye_gives_its_reason_at_once() {
    let house = House::open().await;
    let anna = house.setup().await;
    let cases = [
        (Goodbye::Quit, Reason::Quit),
        (Goodbye::Asleep, Reason::Asleep),
        (Goodbye::SignedOut, Reason::SignedOut),
    ];
    for (goodbye, reason) in cases {
        let mut stream = house.online(&anna).await;
        stream.say(&DeviceFrame::Goodbye { reason: goodbye }).await;
        assert_eq!(own(&mut stream, Status::Offline).await.reason, reason);
    }
}

#[tokio::test]
async fn a_drop_shorter_than_the_lease_is_seen_by_nobody() {
    let house = House::open().await;
    let anna = house.setup().await;
    let stream = house.online(&anna).await;
    let before = house.snapshot(&anna).await;
    drop(stream);
    house.clock.advance(LEASE - 1);
    let mut again = house.listen(&anna).await;
    again
        .say(&DeviceFrame::Claim {
            activity: Activity::Active,
        })
        .await;
    settled(&mut again, Status::Online).await;
    house.clock.advance(LEASE - 1);
    again.say(&DeviceFrame::Heartbeat).await;
    settled(&mut again, Status::Online).await;
    let after = house.snapshot(&anna).await;
    assert_eq!(before.presence, after.presence);
    assert_eq!(before.team, after.team);
}

#[tokio::test]
async fn idle_takes_offline_with_its_beginning_and_input_restores_the_choice() {
    let house = House::open().await;
    let anna = house.setup().await;
    let mut stream = house.online(&anna).await;
    settled(&mut stream, Status::Invisible).await;
    let now = server::Clock::now(&*house.clock).wall;
    let idle = Activity::Idle { for_ms: 9 * 60_000 };
    stream.say(&DeviceFrame::Activity { activity: idle }).await;
    // Keep the lease while a minute passes.
    for _ in 0..3 {
        stream.say(&DeviceFrame::Heartbeat).await;
        settled(&mut stream, Status::Invisible).await;
        house.clock.advance(MINUTE / 3);
    }
    let away = own(&mut stream, Status::Offline).await;
    assert_eq!(
        away.reason,
        Reason::Idle {
            since: now.plus(-9 * MINUTE)
        }
    );
    assert_eq!(
        house.snapshot(&anna).await.choice.status,
        Status::Invisible,
        "the choice stays"
    );
    stream
        .say(&DeviceFrame::Activity {
            activity: Activity::Active,
        })
        .await;
    assert_eq!(
        own(&mut stream, Status::Invisible).await.reason,
        Reason::Chosen
    );
}

#[tokio::test]
async fn one_active_device_keeps_the_agent_present_and_a_locked_one_alone_does_not() {
    let house = House::open().await;
    let anna = house.setup().await;
    let laptop = second_device(&house).await;
    let mut desk = house.online(&anna).await;
    let mut other = house.listen(&laptop).await;
    other
        .say(&DeviceFrame::Claim {
            activity: Activity::Locked { for_ms: 5 },
        })
        .await;
    settled(&mut other, Status::Online).await;
    assert_eq!(house.snapshot(&anna).await.presence.status, Status::Online);
    desk.say(&DeviceFrame::Goodbye {
        reason: Goodbye::Quit,
    })
    .await;
    let away = own(&mut other, Status::Offline).await;
    assert!(
        matches!(away.reason, Reason::Locked { .. }),
        "{:?}",
        away.reason
    );
}

#[tokio::test]
async fn the_idle_delay_is_a_setting_and_takes_effect_at_once() {
    let house = House::open().await;
    let anna = house.setup().await;
    let mut stream = house.online(&anna).await;
    let idle = Activity::Idle { for_ms: 2 * 60_000 };
    stream.say(&DeviceFrame::Activity { activity: idle }).await;
    settled(&mut stream, Status::Online).await;
    let settings = |idle_minutes| SettingsRequest {
        name: "Lumen".into(),
        idle_minutes,
        status_log_for_admins: false,
        close_after_hours: Some(24),
        statuses: StatusSettings::default(),
    };
    house
        .put("/api/v1/settings", &anna.token, &settings(Some(1)))
        .await;
    own(&mut stream, Status::Offline).await;
    house
        .put("/api/v1/settings", &anna.token, &settings(None))
        .await;
    own(&mut stream, Status::Online).await;
    let body = serde_json::to_string(&settings(Some(241))).unwrap();
    let (status, _) = house
        .request(
            Method::PUT,
            "/api/v1/settings",
            Some(&anna.token),
            Some(body),
        )
        .await;
    assert_eq!(status, StatusCode::BAD_REQUEST);
}

#[tokio::test]
async fn a_choice_is_alike_on_all_devices_and_an_older_pick_gives_way() {
    let house = House::open().await;
    let anna = house.setup().await;
    let laptop = second_device(&house).await;
    let mut desk = house.online(&anna).await;
    let mut other = house.listen(&laptop).await;
    house.clock.advance(5_000);
    settled(&mut desk, Status::Invisible).await;
    own(&mut other, Status::Invisible).await;
    house.clock.advance(1_000);
    let client_id = new_id(ClientId);
    let status = Status::Offline;
    let late = DeviceFrame::SetChoice {
        client_id,
        change: StatusChange::Pick { status },
        via: Via::App,
        made_ms_ago: 1_001,
        zone: None,
    };
    other.say(&late).await;
    let done = other.next().await;
    assert_eq!(
        done,
        ServerFrame::ChoiceDone {
            client_id,
            accepted: false,
            error: None,
        }
    );
    assert_eq!(house.snapshot(&anna).await.choice.status, Status::Invisible);
}

#[tokio::test]
async fn a_choice_survives_restarts_and_the_wall_clock_being_set_back() {
    let house = House::open().await;
    let anna = house.setup().await;
    let mut stream = house.online(&anna).await;
    settled(&mut stream, Status::Invisible).await;
    let house = house.restart(MINUTE).await;
    house.clock.step_wall(-3_600_000);
    let mut stream = house.listen(&anna).await;
    let client_id = new_id(ClientId);
    let status = Status::Online;
    stream
        .say(&DeviceFrame::SetChoice {
            client_id,
            change: StatusChange::Pick { status },
            via: Via::App,
            made_ms_ago: 0,
            zone: None,
        })
        .await;
    let accepted = stream
        .until("answer", |frame| match frame {
            ServerFrame::ChoiceDone { accepted, .. } => Some(*accepted),
            _ => None,
        })
        .await;
    assert!(
        accepted,
        "a pick made now is the newest one, whatever the wall clock says"
    );
}

#[tokio::test]
async fn after_a_restart_a_device_that_was_connected_counts_for_one_more_lease() {
    let house = House::open().await;
    let anna = house.setup().await;
    let stream = house.online(&anna).await;
    let before = house.snapshot(&anna).await.presence;
    drop(stream);
    let house = house.restart(10 * MINUTE).await;
    assert_eq!(house.snapshot(&anna).await.presence, before);
    let mut again = house.listen(&anna).await;
    house.clock.advance(LEASE - 1);
    assert_eq!(house.snapshot(&anna).await.presence, before);
    house.clock.advance(1);
    assert_eq!(
        own(&mut again, Status::Offline).await.reason,
        Reason::ConnectionLost
    );
}

#[tokio::test]
async fn a_device_that_only_listens_is_not_there() {
    let house = House::open().await;
    let anna = house.setup().await;
    let mut stream = house.listen(&anna).await;
    stream.say(&DeviceFrame::Heartbeat).await;
    stream
        .say(&DeviceFrame::Activity {
            activity: Activity::Active,
        })
        .await;
    settled(&mut stream, Status::Online).await;
    let snapshot = house.snapshot(&anna).await;
    assert_eq!(snapshot.presence.status, Status::Offline);
    assert!(snapshot.seq > Seq(0));
}

#[tokio::test]
async fn a_device_that_is_killed_is_missed_after_its_lease_if_it_was_the_last() {
    let house = House::open().await;
    let anna = house.setup().await;
    let laptop = second_device(&house).await;
    let mut desk = at_work(&house, &anna).await;
    let killed = at_work(&house, &laptop).await;
    drop(killed);
    let said = pass(&house, &mut desk, 2 * LEASE).await;
    assert_eq!(said, [], "the desk is there");
    desk.say(&DeviceFrame::Goodbye {
        reason: Goodbye::Quit,
    })
    .await;
    let away = own(&mut desk, Status::Offline).await;
    assert_eq!(away.reason, Reason::Quit);

    let mut desk = at_work(&house, &anna).await;
    let killed = at_work(&house, &laptop).await;
    drop(killed);
    desk.say(&DeviceFrame::Goodbye {
        reason: Goodbye::Quit,
    })
    .await;
    assert_eq!(
        dealt_with(&mut desk).await,
        [],
        "the laptop may still be there"
    );
    house.clock.advance(LEASE);
    let away = own(&mut desk, Status::Offline).await;
    assert_eq!(away.reason, Reason::ConnectionLost, "it ended last");
}

#[tokio::test]
async fn a_lease_that_is_claimed_again_by_a_heartbeat_makes_nobody_move() {
    let house = House::open().await;
    let anna = house.setup().await;
    let mut stream = at_work(&house, &anna).await;
    let moved = server::Clock::now(&*house.clock).wall.plus(-9 * MINUTE);
    let idle = Activity::Idle { for_ms: 540_000 };
    stream.say(&DeviceFrame::Activity { activity: idle }).await;
    dealt_with(&mut stream).await;
    house.clock.advance(LEASE);
    own(&mut stream, Status::Offline).await;
    stream.say(&DeviceFrame::Heartbeat).await;
    own(&mut stream, Status::Online).await;
    house.clock.advance(MINUTE - LEASE - 1);
    stream.say(&DeviceFrame::Heartbeat).await;
    dealt_with(&mut stream).await;
    house.clock.advance(1);
    let away = own(&mut stream, Status::Offline).await;
    assert_eq!(away.reason, Reason::Idle { since: moved });
}
