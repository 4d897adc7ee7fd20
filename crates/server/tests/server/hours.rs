//! Availability hours, and one's own settings at all.

use hyper::{Method, StatusCode};
use protocol::error::ErrorCode;
use protocol::event::Event;
use protocol::frame::ServerFrame;
use protocol::hours::{HoursException, Span};
use protocol::ids::Instant;
use protocol::status::{
    Activity, AgentSettings, ChoiceSource, IdleDelay, NextChange, Status, StatusChange,
};

use crate::acts::{
    HOUR, MINUTE, answered_by, at_work, choose, claim, dealt_with, in_berlin, now, own, own_after,
    own_in, pass, pick, second_device, set_own,
};
use crate::rig::{House, Stream};

/// Tests begin at 9:00 in Berlin.
const HALF_PAST_NINE: u16 = 570;
const TEN: u16 = 600;

fn by_hours(at: Instant, status: Status) -> NextChange {
    NextChange {
        at,
        status,
        source: ChoiceSource::Hours,
    }
}

#[tokio::test]
async fn hours_begin_online_and_end_offline_and_the_next_boundary_is_shown() {
    let house = House::open().await;
    let anna = house.setup().await;
    let mut stream = at_work(&house, &anna).await;
    let begun = now(&house);
    let (start, end) = (begun.plus(HOUR / 2), begun.plus(HOUR));
    pick(&mut stream, Status::Invisible).await;
    dealt_with(&mut stream).await;
    set_own(&house, &anna, &in_berlin(&[(HALF_PAST_NINE, TEN)])).await;
    let told = own(&mut stream).await;
    assert_eq!(
        told.choice.status,
        Status::Invisible,
        "picked since the end of yesterday"
    );
    assert_eq!(told.next, Some(by_hours(start, Status::Online)));
    let said = pass(&house, &mut stream, HOUR / 2 - 1).await;
    assert_eq!(said.iter().filter_map(own_in).count(), 0);
    house.clock.advance(1);
    let told = own(&mut stream).await;
    assert_eq!(told.presence.status, Status::Online);
    assert_eq!(
        (told.choice.source, told.choice.at),
        (ChoiceSource::Hours, start)
    );
    assert_eq!(told.next, Some(by_hours(end, Status::Offline)));
    let said = pass(&house, &mut stream, HOUR / 2).await;
    let told = own_after(&said, &mut stream).await;
    assert_eq!(told.presence.status, Status::Offline);
    assert_eq!(told.choice.at, end);
    let tomorrow = start.plus(24 * HOUR);
    assert_eq!(told.next, Some(by_hours(tomorrow, Status::Online)));
    pick(&mut stream, Status::Online).await;
    let snapshot = house.snapshot(&anna).await;
    assert_eq!(
        snapshot.presence.status,
        Status::Online,
        "the latest counts"
    );
}

#[tokio::test]
async fn an_end_of_hours_while_the_server_is_down_is_in_force_at_the_first_look() {
    let house = House::open().await;
    let anna = house.setup().await;
    let stream = at_work(&house, &anna).await;
    let end = now(&house).plus(HOUR);
    set_own(&house, &anna, &in_berlin(&[(HALF_PAST_NINE, TEN)])).await;
    drop(stream);
    let house = house.restart(HOUR + 10 * MINUTE).await;
    let snapshot = house.snapshot(&anna).await;
    assert_eq!(snapshot.choice.source, ChoiceSource::Hours);
    assert_eq!(snapshot.choice.at, end);
    assert_eq!(snapshot.presence.status, Status::Offline);
    assert_eq!(snapshot.settings, in_berlin(&[(HALF_PAST_NINE, TEN)]));
}

#[tokio::test]
async fn hours_follow_the_wall_clock_when_it_is_set() {
    let house = House::open().await;
    let anna = house.setup().await;
    let mut stream = at_work(&house, &anna).await;
    set_own(&house, &anna, &in_berlin(&[(HALF_PAST_NINE, TEN)])).await;
    dealt_with(&mut stream).await;
    house.clock.step_wall(HOUR - MINUTE / 2);
    let said = pass(&house, &mut stream, MINUTE).await;
    let told = own_after(&said, &mut stream).await;
    assert_eq!(told.choice.source, ChoiceSource::Hours);
    assert_eq!(told.presence.status, Status::Offline);
}

#[tokio::test]
async fn settings_are_alike_on_all_devices_and_told_to_nobody_else() {
    let house = House::open().await;
    let anna = house.setup().await;
    let bert = house.agent(&anna, "Bert").await;
    let laptop = second_device(&house).await;
    let mut other = house.listen(&laptop).await;
    let mut colleague = house.listen(&bert).await;
    let settings = AgentSettings {
        idle: IdleDelay::Minutes { minutes: 7 },
        invisible_offers: true,
        ..AgentSettings::default()
    };
    set_own(&house, &anna, &settings).await;
    let told = other.next_event().await.event;
    let expected = Event::OwnSettings {
        settings: settings.clone(),
    };
    assert_eq!(told, expected);
    assert_eq!(house.snapshot(&anna).await.settings, settings);
    assert_eq!(dealt_with(&mut colleague).await, []);
    set_own(&house, &anna, &settings).await;
    assert_eq!(dealt_with(&mut other).await, [], "nothing changed");
}

#[tokio::test]
async fn settings_that_make_no_sense_are_refused_with_the_reason_and_change_nothing() {
    let house = House::open().await;
    let anna = house.setup().await;
    let mut good = in_berlin(&[(HALF_PAST_NINE, TEN)]);
    good.idle = IdleDelay::Minutes { minutes: 240 };
    set_own(&house, &anna, &good).await;
    let before = house.snapshot(&anna).await;
    let zone = |name: &str| {
        let mut settings = good.clone();
        settings.hours.as_mut().unwrap().zone = name.into();
        settings
    };
    let on_wednesday = |spans: &[(u16, u16)]| {
        let mut settings = good.clone();
        let spans = spans.iter().map(|(from, to)| Span {
            from: *from,
            to: *to,
        });
        settings.hours.as_mut().unwrap().week[2] = spans.collect();
        settings
    };
    let idle = |minutes| AgentSettings {
        idle: IdleDelay::Minutes { minutes },
        ..good.clone()
    };
    let mut reversed = good.clone();
    reversed.hours.as_mut().unwrap().exceptions = vec![HoursException {
        first: "2027-02-02".into(),
        last: "2027-02-01".into(),
        name: String::new(),
        spans: Vec::new(),
    }];
    let mut six_days = good.clone();
    six_days.hours.as_mut().unwrap().week.truncate(6);
    let many: Vec<(u16, u16)> = (0..13).map(|span| (span * 60, span * 60 + 30)).collect();
    let cases = [
        (zone("Europe/Atlantis"), "Europe/Atlantis"),
        (zone(""), ""),
        (on_wednesday(&[(540, 720), (660, 780)]), "Wednesday"),
        (on_wednesday(&[(540, 540)]), "Wednesday"),
        (on_wednesday(&[(540, 1_441)]), "Wednesday"),
        (on_wednesday(&[(1_300, 600)]), "Thursday"),
        (on_wednesday(&many), "Wednesday"),
        (idle(0), "240"),
        (idle(241), "240"),
        (reversed, "2027-02-0"),
        (six_days, ""),
    ];
    for (settings, names) in cases {
        let body = Some(serde_json::to_string(&settings).unwrap());
        let (status, answer) = house
            .request(Method::PUT, "/api/v1/me/settings", Some(&anna.token), body)
            .await;
        let error: protocol::error::ErrorBody = serde_json::from_value(answer).unwrap();
        assert_eq!(status, StatusCode::BAD_REQUEST, "{error}");
        assert_eq!(error.code, ErrorCode::BadRequest);
        assert!(error.message.contains(names), "{names}: {error}");
    }
    assert_eq!(house.snapshot(&anna).await, before);
}

fn end_soon(said: &[ServerFrame]) -> Vec<(Instant, u32)> {
    let ends = said.iter().filter_map(|frame| match frame {
        ServerFrame::HoursEndSoon { at, open } => Some((*at, *open)),
        _ => None,
    });
    ends.collect()
}

/// Everything said until the status is this.
async fn until_own(stream: &mut Stream, status: Status) -> Vec<ServerFrame> {
    let mut said = Vec::new();
    loop {
        let frame = stream.next().await;
        let there = own_in(&frame).is_some_and(|told| told.presence.status == status);
        said.push(frame);
        if there {
            return said;
        }
    }
}

#[tokio::test]
async fn the_end_of_hours_is_announced_once_while_conversations_are_open() {
    let house = House::open().await;
    let anna = house.setup().await;
    let mut desk = at_work(&house, &anna).await;
    set_own(&house, &anna, &in_berlin(&[(HALF_PAST_NINE, TEN)])).await;
    let end = now(&house).plus(HOUR);
    let said = pass(&house, &mut desk, HOUR - 5 * MINUTE).await;
    assert_eq!(end_soon(&said), [], "nothing is open");
    let (_tab, _) = answered_by(&house, &anna, &[&anna]).await;
    let announced = ServerFrame::HoursEndSoon { at: end, open: 1 };
    let is_it = |frame: &ServerFrame| (*frame == announced).then_some(());
    desk.until("the end of hours", is_it).await;
    let said = pass(&house, &mut desk, MINUTE).await;
    assert_eq!(end_soon(&said), [], "once");
    let laptop = second_device(&house).await;
    let mut other = house.listen(&laptop).await;
    claim(&mut other, Activity::Active).await;
    other.until("the end of hours", is_it).await;
    house.clock.advance(4 * MINUTE - 1);
    for stream in [&mut desk, &mut other] {
        stream.say(&protocol::frame::DeviceFrame::Heartbeat).await;
        dealt_with(stream).await;
    }
    house.clock.advance(1);
    let said = until_own(&mut desk, Status::Offline).await;
    assert_eq!(end_soon(&said), []);
}

#[tokio::test]
async fn who_stays_online_winds_down_or_is_offline_hears_nothing_of_the_end_of_hours() {
    let offline = StatusChange::Pick {
        status: Status::Offline,
    };
    for change in [StatusChange::StayOnline, StatusChange::WindDown, offline] {
        let house = House::open().await;
        let anna = house.setup().await;
        let mut desk = at_work(&house, &anna).await;
        set_own(&house, &anna, &in_berlin(&[(HALF_PAST_NINE, TEN)])).await;
        let (mut tab, _) = answered_by(&house, &anna, &[&anna]).await;
        pass(&house, &mut desk, HOUR - 6 * MINUTE).await;
        tab.write("still here").await;
        choose(&mut desk, change).await;
        let status = house.snapshot(&anna).await.presence.status;
        let mut said = pass(&house, &mut desk, 8 * MINUTE).await;
        said.extend(dealt_with(&mut desk).await);
        assert_eq!(end_soon(&said), [], "{change:?}");
        let after = house.snapshot(&anna).await.presence.status;
        assert_eq!(after, status, "the end of hours passed {change:?} by");
    }
}

#[tokio::test]
async fn staying_online_passes_over_one_end_of_hours_and_not_the_next() {
    let house = House::open().await;
    let anna = house.setup().await;
    let mut stream = at_work(&house, &anna).await;
    let begun = now(&house);
    set_own(&house, &anna, &in_berlin(&[(HALF_PAST_NINE, TEN)])).await;
    pass(&house, &mut stream, HOUR - 2 * MINUTE).await;
    choose(&mut stream, StatusChange::StayOnline).await;
    let next = house.snapshot(&anna).await.next;
    let tomorrow = begun.plus(25 * HOUR);
    assert_eq!(next, Some(by_hours(tomorrow, Status::Offline)));
    let said = pass(&house, &mut stream, 5 * MINUTE).await;
    let changed = said.iter().filter_map(own_in);
    assert_eq!(
        changed
            .filter(|own| own.presence.status != Status::Online)
            .count(),
        0
    );
}
