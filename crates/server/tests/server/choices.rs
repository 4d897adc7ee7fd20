//! What may be picked, what a pick leads to, and what it gives way to.

use hyper::{Method, StatusCode};
use protocol::error::ErrorCode;
use protocol::frame::{DeviceFrame, ServerFrame};
use protocol::ids::{AgentId, ClientId, Instant};
use protocol::status::{
    Activity, Choice, ChoiceSource, NextChange, Plan, Status, StatusChange, StatusSettings, Term,
    Via,
};
use uuid::Uuid;

use crate::acts::{
    HOUR, MINUTE, SECOND, at_work, choose, choose_in, choose_late, claim, dealt_with, in_berlin,
    now, own, pass, pick, set_own, set_workspace, workspace_settings,
};
use crate::rig::{House, new_id};

const DAY: u64 = 24 * 60 * 60 * 1_000;

fn by_anna() -> ChoiceSource {
    ChoiceSource::Agent { via: Via::Tray }
}

#[tokio::test]
async fn the_first_choice_is_online_by_the_first_sign_in() {
    let house = House::open().await;
    let anna = house.setup().await;
    let choice = house.snapshot(&anna).await.choice;
    assert_eq!(choice.status, Status::Online);
    assert_eq!(choice.source, ChoiceSource::FirstSignIn);
}

#[tokio::test]
async fn busy_may_be_picked_once_an_admin_switched_it_on_and_stays_when_it_is_switched_off() {
    let house = House::open().await;
    let anna = house.setup().await;
    let mut stream = at_work(&house, &anna).await;
    let busy = StatusChange::Pick {
        status: Status::Busy,
    };
    let (refused, _) = choose_late(&mut stream, busy, 0).await;
    assert_eq!(refused.unwrap_err().code, ErrorCode::NotAllowed);
    assert_eq!(house.snapshot(&anna).await.choice.status, Status::Online);
    let mut settings = workspace_settings();
    settings.statuses.busy = true;
    set_workspace(&house, &anna, &settings).await;
    choose(&mut stream, busy).await;
    assert_eq!(house.snapshot(&anna).await.presence.status, Status::Busy);
    set_workspace(&house, &anna, &workspace_settings()).await;
    let snapshot = house.snapshot(&anna).await;
    assert_eq!(snapshot.presence.status, Status::Busy, "until another pick");
    assert_eq!(snapshot.workspace.statuses, StatusSettings::default());
    pick(&mut stream, Status::Online).await;
    let (refused, _) = choose_late(&mut stream, busy, 0).await;
    assert_eq!(refused.unwrap_err().code, ErrorCode::NotAllowed);
}

#[tokio::test]
async fn offline_that_is_automatic_only_cannot_be_picked_but_by_an_admin() {
    let house = House::open().await;
    let anna = house.setup().await;
    let mut stream = at_work(&house, &anna).await;
    let mut settings = workspace_settings();
    settings.statuses.offline_by_hand = false;
    set_workspace(&house, &anna, &settings).await;
    for change in [
        StatusChange::Pick {
            status: Status::Offline,
        },
        StatusChange::WindDown,
    ] {
        let (refused, _) = choose_late(&mut stream, change, 0).await;
        assert_eq!(refused.unwrap_err().code, ErrorCode::NotAllowed);
    }
    assert_eq!(house.snapshot(&anna).await.presence.status, Status::Online);
    let path = format!("/api/v1/agents/{}/offline", anna.agent_id);
    let (status, _) = house
        .request(Method::POST, &path, Some(&anna.token), None)
        .await;
    assert_eq!(status, StatusCode::NO_CONTENT);
    assert_eq!(house.snapshot(&anna).await.presence.status, Status::Offline);
}

#[tokio::test]
async fn a_pick_that_makes_no_sense_is_refused_and_changes_nothing() {
    let house = House::open().await;
    let anna = house.setup().await;
    let mut stream = at_work(&house, &anna).await;
    let before = house.snapshot(&anna).await;
    let timed = |status, term| StatusChange::Timed { status, term };
    for change in [
        timed(Status::Online, Term::Tomorrow),
        timed(Status::Invisible, Term::For { ms: 0 }),
        timed(Status::Invisible, Term::For { ms: 59_999 }),
        timed(Status::Invisible, Term::For { ms: DAY + 1 }),
        timed(Status::Invisible, Term::For { ms: u64::MAX }),
        timed(Status::Offline, Term::At { minute: 1_440 }),
    ] {
        let (refused, said) = choose_late(&mut stream, change, 0).await;
        assert_eq!(
            refused.unwrap_err().code,
            ErrorCode::BadRequest,
            "{change:?}"
        );
        assert_eq!(said, []);
    }
    assert_eq!(house.snapshot(&anna).await, before);
}

#[tokio::test]
async fn a_timed_choice_says_when_it_ends_and_ends_then() {
    let house = House::open().await;
    let anna = house.setup().await;
    let mut stream = at_work(&house, &anna).await;
    let begun = now(&house);
    let until = begun.plus(15 * MINUTE);
    choose(
        &mut stream,
        StatusChange::Timed {
            status: Status::Invisible,
            term: Term::For { ms: 15 * 60_000 },
        },
    )
    .await;
    let snapshot = house.snapshot(&anna).await;
    let timed = Choice {
        status: Status::Invisible,
        at: begun,
        source: by_anna(),
        plan: Some(Plan::Timed { until }),
    };
    let ends = NextChange {
        at: until,
        status: Status::Online,
        source: ChoiceSource::TimeUp,
    };
    assert_eq!((snapshot.choice, snapshot.next), (timed, Some(ends)));
    assert_eq!(snapshot.presence.status, Status::Invisible);
    let said = pass(&house, &mut stream, 15 * MINUTE - 1).await;
    assert_eq!(said, [], "nothing changes before");
    house.clock.advance(1);
    let over = own(&mut stream).await;
    let online = Choice {
        status: Status::Online,
        at: until,
        source: ChoiceSource::TimeUp,
        plan: None,
    };
    assert_eq!((over.choice, over.next), (online, None));
    assert_eq!(over.presence.status, Status::Online);
}

#[tokio::test]
async fn a_timed_choice_that_ends_while_the_server_is_down_is_over_at_the_first_look() {
    let house = House::open().await;
    let anna = house.setup().await;
    let mut stream = at_work(&house, &anna).await;
    let until = now(&house).plus(15 * MINUTE);
    let change = StatusChange::Timed {
        status: Status::Invisible,
        term: Term::For { ms: 15 * 60_000 },
    };
    choose(&mut stream, change).await;
    drop(stream);
    let house = house.restart(5 * MINUTE).await;
    let held = house.snapshot(&anna).await.choice;
    assert_eq!(held.plan, Some(Plan::Timed { until }));
    let house = house.restart(10 * MINUTE - 1).await;
    assert_eq!(house.snapshot(&anna).await.choice, held);
    let house = house.restart(2 * MINUTE).await;
    let snapshot = house.snapshot(&anna).await;
    assert_eq!(snapshot.choice.source, ChoiceSource::TimeUp);
    assert_eq!(snapshot.choice.at, until, "the server did not lose it");
    assert_eq!(snapshot.presence.status, Status::Online);
}

#[tokio::test]
async fn a_newer_pick_cancels_a_timed_choice() {
    let house = House::open().await;
    let anna = house.setup().await;
    let mut stream = at_work(&house, &anna).await;
    let change = StatusChange::Timed {
        status: Status::Invisible,
        term: Term::For { ms: 60_000 },
    };
    choose(&mut stream, change).await;
    pass(&house, &mut stream, 30 * SECOND).await;
    pick(&mut stream, Status::Invisible).await;
    assert_eq!(house.snapshot(&anna).await.next, None);
    let said = pass(&house, &mut stream, 5 * MINUTE).await;
    assert_eq!(said, []);
    assert_eq!(house.snapshot(&anna).await.choice.status, Status::Invisible);
}

#[tokio::test]
async fn until_tomorrow_and_until_a_time_of_day_go_by_the_zone_of_ones_hours_or_else_of_the_device()
{
    let house = House::open().await;
    let anna = house.setup().await;
    let mut stream = at_work(&house, &anna).await;
    // It is Friday, 9:00 in Berlin and 8:00 in Greenwich.
    let begun = now(&house);
    assert_eq!(begun, Instant(1_800_000_000_000));
    let until = async |stream: &mut _, term| {
        let status = Status::Invisible;
        choose(stream, StatusChange::Timed { status, term }).await;
        match house.snapshot(&anna).await.choice.plan {
            Some(Plan::Timed { until }) => until.since(begun),
            other => panic!("{other:?}"),
        }
    };
    let quarter_to_nine = Term::At {
        minute: 8 * 60 + 45,
    };
    assert_eq!(
        until(&mut stream, Term::Tomorrow).await,
        24 * HOUR,
        "8:00 on the next day of nobody's zone"
    );
    assert_eq!(until(&mut stream, quarter_to_nine).await, 45 * MINUTE);
    for (zone, hours_ahead) in [("Asia/Tokyo", 15), ("Europe/Berlin", 23), ("Not/AZone", 24)] {
        let change = StatusChange::Timed {
            status: Status::Invisible,
            term: Term::Tomorrow,
        };
        choose_in(&mut stream, zone, change).await;
        let plan = house.snapshot(&anna).await.choice.plan;
        let until = begun.plus(hours_ahead * HOUR);
        assert_eq!(plan, Some(Plan::Timed { until }), "8:00 tomorrow in {zone}");
    }
    set_own(&house, &anna, &in_berlin(&[(600, 1_080)])).await;
    assert_eq!(
        until(&mut stream, Term::Tomorrow).await,
        25 * HOUR,
        "when hours begin tomorrow, 10:00 in Berlin"
    );
    assert_eq!(
        until(&mut stream, quarter_to_nine).await,
        24 * HOUR - 15 * MINUTE
    );
}

#[tokio::test]
async fn a_pick_from_before_what_the_server_holds_is_dropped_without_an_error() {
    let house = House::open().await;
    let anna = house.setup().await;
    let mut stream = at_work(&house, &anna).await;
    house.clock.advance(5 * SECOND);
    pick(&mut stream, Status::Invisible).await;
    house.clock.advance(10 * SECOND);
    let online = StatusChange::Pick {
        status: Status::Online,
    };
    let (late, _) = choose_late(&mut stream, online, 10_001).await;
    assert_eq!(late, Ok(false), "made before");
    // A device whose clock is a day off sends the same: durations, never times.
    let (late, _) = choose_late(&mut stream, online, DAY).await;
    assert_eq!(late, Ok(false));
    assert_eq!(house.snapshot(&anna).await.choice.status, Status::Invisible);
    let (newer, _) = choose_late(&mut stream, online, 9_999).await;
    assert_eq!(newer, Ok(true), "made after");
}

#[tokio::test]
async fn a_pick_whose_answer_was_not_heard_gets_it_again_and_is_made_once() {
    let house = House::open().await;
    let anna = house.setup().await;
    let mut stream = at_work(&house, &anna).await;
    house.clock.advance(5 * SECOND);
    let client_id = new_id(ClientId);
    let again = |made_ms_ago| DeviceFrame::SetChoice {
        client_id,
        change: StatusChange::Timed {
            status: Status::Invisible,
            term: Term::For { ms: 15 * 60_000 },
        },
        via: Via::Tray,
        made_ms_ago,
        zone: None,
    };
    let accepted = ServerFrame::ChoiceDone {
        client_id,
        accepted: true,
        error: None,
    };
    let is_answer = |frame: &ServerFrame| (*frame == accepted).then_some(());
    stream.say(&again(0)).await;
    stream.until("the answer", is_answer).await;
    let picked = house.snapshot(&anna).await.choice;
    // It took longer on its way the first time, so it seems to have been made before itself.
    house.clock.advance(SECOND);
    stream.say(&again(1_010)).await;
    assert_eq!(stream.next().await, accepted);
    drop(stream);
    let house = house.restart(MINUTE).await;
    let mut stream = house.listen(&anna).await;
    stream.say(&again(50_000)).await;
    stream.until("the answer", is_answer).await;
    assert_eq!(house.snapshot(&anna).await.choice, picked);
}

#[tokio::test]
async fn an_admin_sets_an_agent_offline_who_sees_by_whom_and_can_undo_it() {
    let house = House::open().await;
    let anna = house.setup().await;
    let bert = house.agent(&anna, "Bert").await;
    let mut stream = at_work(&house, &bert).await;
    pick(&mut stream, Status::Invisible).await;
    let path = |agent: AgentId| format!("/api/v1/agents/{agent}/offline");
    let offline = async |by: &protocol::rest::SignedIn, agent| {
        house
            .request(Method::POST, &path(agent), Some(&by.token), None)
            .await
            .0
    };
    assert_eq!(
        offline(&bert, anna.agent_id).await,
        StatusCode::FORBIDDEN,
        "no admin"
    );
    let nobody = AgentId(Uuid::from_u128(7));
    assert_eq!(offline(&anna, nobody).await, StatusCode::NOT_FOUND);
    assert_eq!(offline(&anna, bert.agent_id).await, StatusCode::NO_CONTENT);
    let set = own(&mut stream).await;
    assert_eq!(set.presence.status, Status::Offline);
    let by_an_admin = ChoiceSource::Admin {
        agent_id: anna.agent_id,
        before: Status::Invisible,
    };
    assert_eq!(set.choice.source, by_an_admin);
    assert_eq!(offline(&anna, bert.agent_id).await, StatusCode::NO_CONTENT);
    assert_eq!(
        house.snapshot(&bert).await.choice,
        set.choice,
        "who is Offline stays so, and what undo goes back to stays known"
    );
    pick(&mut stream, Status::Invisible).await;
    assert_eq!(
        house.snapshot(&bert).await.presence.status,
        Status::Invisible
    );
    let for_a_while = StatusChange::Timed {
        status: Status::Offline,
        term: Term::For { ms: 60_000 },
    };
    choose(&mut stream, for_a_while).await;
    assert_eq!(offline(&anna, bert.agent_id).await, StatusCode::NO_CONTENT);
    pass(&house, &mut stream, 2 * MINUTE).await;
    let choice = house.snapshot(&bert).await.choice;
    assert_eq!(
        choice.status,
        Status::Offline,
        "it no longer ends by itself"
    );
    assert!(matches!(choice.source, ChoiceSource::Admin { .. }));
}

#[tokio::test]
async fn idle_never_overwrites_a_choice_least_of_all_offline_by_hand() {
    let house = House::open().await;
    let anna = house.setup().await;
    let mut stream = at_work(&house, &anna).await;
    pick(&mut stream, Status::Offline).await;
    let chosen = house.snapshot(&anna).await.choice;
    claim(&mut stream, Activity::Idle { for_ms: 660_000 }).await;
    claim(&mut stream, Activity::Locked { for_ms: 0 }).await;
    claim(&mut stream, Activity::Active).await;
    dealt_with(&mut stream).await;
    let snapshot = house.snapshot(&anna).await;
    assert_eq!(snapshot.choice, chosen);
    assert_eq!(snapshot.presence.status, Status::Offline);
}
