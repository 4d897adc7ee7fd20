//! The attendance of one agent, case by case. That it is right in general is shown by the model test.

#![allow(clippy::expect_used, clippy::unwrap_used)]

use proptest::prelude::*;
use protocol::hours::{Hours, Span};
use protocol::ids::{AgentId, DeviceId, Instant};
use protocol::status::{
    Activity, AgentSettings, ChoiceSource, Goodbye, IdleDelay, LockDelay, NextChange, OnReturn,
    Plan, Reason, Status, StatusChange, StatusSettings, Term, Via,
};
use rules::attendance::{Attending, Picked, Standing, Terms, Told};
use rules::choice::{Refused, quiet_at};
use rules::hours::Zone;
use rules::presence::Moment;
use uuid::Uuid;

const SECOND: i64 = 1_000;
const MINUTE: i64 = 60 * SECOND;
const HOUR: i64 = 60 * MINUTE;
/// Monday 2026-11-16, 12:00 in Berlin.
const NOON: i64 = 1_794_826_800_000;

const LAPTOP: DeviceId = DeviceId(Uuid::from_u128(1));
const PHONE: DeviceId = DeviceId(Uuid::from_u128(2));
const ADMIN: AgentId = AgentId(Uuid::from_u128(9));

/// So long after noon, on a steady clock that began somewhere else.
fn at(after_noon: i64) -> Moment {
    Moment {
        wall: Instant(NOON + after_noon),
        steady: 5 * HOUR + after_noon,
    }
}

fn nine_to_six() -> Hours {
    let day = vec![Span {
        from: 9 * 60,
        to: 18 * 60,
    }];
    let mut week = vec![day; 5];
    week.extend([vec![], vec![]]);
    Hours {
        zone: "Europe/Berlin".into(),
        week,
        exceptions: vec![],
    }
}

fn settings() -> AgentSettings {
    AgentSettings {
        idle: IdleDelay::Minutes { minutes: 10 },
        ..AgentSettings::default()
    }
}

fn terms(settings: &AgentSettings) -> Terms {
    let statuses = StatusSettings {
        busy: true,
        offline_by_hand: true,
    };
    Terms::new(settings, None, statuses)
}

/// An agent who has just come in, with an active laptop.
fn anna(settings: &AgentSettings) -> Attending {
    let mut anna = Attending::recall(Standing::first(at(0)), [], terms(settings), at(0));
    anna.claim(LAPTOP, Activity::Active, at(0));
    anna.settle(at(0));
    anna
}

/// What is told at that time, the laptop's lease being renewed until then.
fn told(anna: &mut Attending, now: Moment) -> Told {
    anna.settle(now);
    anna.standing().told
}

fn seen(anna: &mut Attending, now: Moment) -> (Status, Reason) {
    let told = told(anna, now);
    (told.presence.status, told.presence.reason)
}

/// The connections live on.
fn live(anna: &mut Attending, devices: &[DeviceId], from: i64, to: i64) {
    let mut beat = from;
    while beat < to {
        beat = (beat + 10 * SECOND).min(to);
        for device in devices {
            assert!(anna.renew(*device, at(beat)));
        }
    }
}

fn pick(anna: &mut Attending, change: StatusChange, now: Moment) -> Picked {
    anna.pick(change, Via::App, 0, &Zone::utc(), now, now)
}

fn status(status: Status) -> StatusChange {
    StatusChange::Pick { status }
}

#[test]
fn a_first_sign_in_is_online_and_says_so_to_everybody() {
    let mut anna = Attending::recall(Standing::first(at(0)), [], terms(&settings()), at(0));
    anna.claim(LAPTOP, Activity::Active, at(0));
    let settled = anna.settle(at(0));
    assert!(settled.store && settled.team && settled.own && settled.log);
    let told = anna.standing().told;
    assert_eq!(told.presence.status, Status::Online);
    assert_eq!(told.choice.source, ChoiceSource::FirstSignIn);
    assert!(anna.settle(at(1)).is_nothing(), "it is told once");
}

#[test]
fn a_drop_shorter_than_the_lease_changes_nothing_and_a_longer_one_is_a_lost_connection() {
    let mut anna = anna(&settings());
    assert!(!anna.is_due(at(30 * SECOND - 1)));
    assert_eq!(anna.next_look(at(0)), Some(at(30 * SECOND).steady));
    let settled = anna.settle(at(30 * SECOND));
    assert_eq!(settled.lapsed.len(), 1);
    let offline = (Status::Offline, Reason::ConnectionLost);
    assert_eq!(seen(&mut anna, at(30 * SECOND)), offline);
    assert!(!anna.renew(LAPTOP, at(31 * SECOND)), "it must claim again");
    anna.claim(LAPTOP, Activity::Active, at(31 * SECOND));
    assert_eq!(seen(&mut anna, at(31 * SECOND)).0, Status::Online);
}

#[test]
fn each_goodbye_is_the_reason_at_once() {
    for (goodbye, reason) in [
        (Goodbye::Quit, Reason::Quit),
        (Goodbye::Asleep, Reason::Asleep),
        (Goodbye::SignedOut, Reason::SignedOut),
    ] {
        let mut anna = anna(&settings());
        assert!(anna.leave(LAPTOP, goodbye, at(5)).is_some());
        assert_eq!(seen(&mut anna, at(5)), (Status::Offline, reason));
        assert_eq!(anna.leave(LAPTOP, Goodbye::Quit, at(6)), None);
        assert_eq!(
            seen(&mut anna, at(6)),
            (Status::Offline, reason),
            "it had left"
        );
    }
}

#[test]
fn an_idle_drop_is_announced_and_input_puts_it_off() {
    let mut anna = anna(&settings());
    assert_eq!(
        anna.idle_drop_at(at(0)),
        None,
        "nobody knows how long they will type"
    );
    live(&mut anna, &[LAPTOP], 0, MINUTE);
    anna.claim(LAPTOP, Activity::Idle { for_ms: 30_000 }, at(MINUTE));
    let drop = at(10 * MINUTE + 30 * SECOND);
    assert_eq!(anna.idle_drop_at(at(MINUTE)), Some(drop.steady));
    live(&mut anna, &[LAPTOP], MINUTE, 10 * MINUTE + 30 * SECOND - 1);
    assert_eq!(
        seen(&mut anna, at(10 * MINUTE + 30 * SECOND - 1)).0,
        Status::Online
    );
    live(
        &mut anna,
        &[LAPTOP],
        10 * MINUTE + 29 * SECOND,
        10 * MINUTE + 30 * SECOND,
    );
    let since = at(30 * SECOND).wall;
    assert_eq!(
        seen(&mut anna, drop),
        (Status::Offline, Reason::Idle { since })
    );
    assert_eq!(anna.idle_drop_at(drop), None, "it has come");
    anna.claim(LAPTOP, Activity::Active, at(11 * MINUTE));
    assert_eq!(
        seen(&mut anna, at(11 * MINUTE)),
        (Status::Online, Reason::Chosen)
    );
}

#[test]
fn no_drop_is_announced_that_would_change_nothing() {
    let idle = Activity::Idle { for_ms: 0 };
    let mut offline = anna(&settings());
    pick(&mut offline, status(Status::Offline), at(1));
    offline.claim(LAPTOP, idle, at(2));
    assert_eq!(offline.idle_drop_at(at(2)), None, "Offline by choice");
    let mut locked = anna(&AgentSettings {
        lock: LockDelay::FiveMinutes,
        ..settings()
    });
    locked.claim(LAPTOP, Activity::Locked { for_ms: 0 }, at(2));
    assert_eq!(
        locked.idle_drop_at(at(2)),
        None,
        "a lock is not counted down"
    );
    let mut evening = anna(&AgentSettings {
        hours: Some(nine_to_six()),
        ..settings()
    });
    live(&mut evening, &[LAPTOP], 0, 6 * HOUR - 5 * MINUTE);
    evening.claim(LAPTOP, idle, at(6 * HOUR - 5 * MINUTE));
    let before_the_end = at(6 * HOUR - 5 * MINUTE);
    assert_eq!(
        evening.idle_drop_at(before_the_end),
        None,
        "hours end first"
    );
}

#[test]
fn a_lock_that_is_off_counts_as_idle_since_it_and_the_shorter_delay_names_the_reason() {
    let locked = Activity::Locked { for_ms: 0 };
    let reason = |lock, minutes, after| {
        let mut anna = anna(&AgentSettings {
            lock,
            idle: IdleDelay::Minutes { minutes },
            ..settings()
        });
        anna.claim(LAPTOP, locked, at(0));
        live(&mut anna, &[LAPTOP], 0, after);
        seen(&mut anna, at(after)).1
    };
    let since = at(0).wall;
    assert_eq!(reason(LockDelay::AtOnce, 1, 0), Reason::Locked { since });
    assert_eq!(reason(LockDelay::OneMinute, 2, MINUTE - 1), Reason::Chosen);
    assert_eq!(
        reason(LockDelay::OneMinute, 2, MINUTE),
        Reason::Locked { since }
    );
    assert_eq!(
        reason(LockDelay::FiveMinutes, 2, 2 * MINUTE),
        Reason::Idle { since }
    );
    assert_eq!(reason(LockDelay::Off, 2, 2 * MINUTE - 1), Reason::Chosen);
    assert_eq!(
        reason(LockDelay::Off, 2, 2 * MINUTE),
        Reason::Idle { since }
    );
}

#[test]
fn who_asked_to_be_asked_waits_after_a_drop_until_they_pick() {
    let asked = AgentSettings {
        on_return: OnReturn::Ask,
        ..settings()
    };
    let waits = (Status::Offline, Reason::Held);
    let mut anna = anna(&asked);
    anna.claim(LAPTOP, Activity::Locked { for_ms: 0 }, at(1));
    anna.claim(LAPTOP, Activity::Active, at(MINUTE / 2));
    assert_eq!(
        seen(&mut anna, at(MINUTE / 2)),
        waits,
        "even if nobody looked meanwhile"
    );
    assert_eq!(anna.idle_drop_at(at(MINUTE / 2)), None);
    pick(&mut anna, status(Status::Online), at(MINUTE / 2));
    assert_eq!(
        seen(&mut anna, at(MINUTE / 2)),
        (Status::Online, Reason::Chosen)
    );
    anna.leave(LAPTOP, Goodbye::Asleep, at(MINUTE - 1));
    anna.claim(LAPTOP, Activity::Active, at(2 * MINUTE));
    assert_eq!(
        seen(&mut anna, at(2 * MINUTE)),
        waits,
        "sleep is a drop too"
    );
    anna.set_terms(terms(&settings()), at(2 * MINUTE));
    assert_eq!(
        seen(&mut anna, at(2 * MINUTE)).0,
        Status::Online,
        "no longer asked"
    );
}

#[test]
fn a_lost_connection_quit_and_sign_out_restore_whatever_is_preferred() {
    for on_return in [OnReturn::Restore, OnReturn::Ask, OnReturn::StayOffline] {
        let mut anna = anna(&AgentSettings {
            on_return,
            ..settings()
        });
        for goodbye in [None, Some(Goodbye::Quit), Some(Goodbye::SignedOut)] {
            let now = at(HOUR);
            if let Some(goodbye) = goodbye {
                anna.leave(LAPTOP, goodbye, now);
            }
            assert_eq!(seen(&mut anna, now).0, Status::Offline);
            anna.claim(LAPTOP, Activity::Active, now);
            assert_eq!(
                seen(&mut anna, now).0,
                Status::Online,
                "{on_return:?} {goodbye:?}"
            );
        }
    }
}

#[test]
fn where_offline_is_automatic_only_nobody_waits_and_nobody_picks_it() {
    let asked = AgentSettings {
        on_return: OnReturn::StayOffline,
        ..settings()
    };
    let statuses = StatusSettings {
        busy: false,
        offline_by_hand: false,
    };
    let mut anna = anna(&asked);
    anna.set_terms(Terms::new(&asked, None, statuses), at(1));
    anna.leave(LAPTOP, Goodbye::Asleep, at(2));
    anna.claim(LAPTOP, Activity::Active, at(3));
    assert_eq!(seen(&mut anna, at(3)).0, Status::Online);
    let automatic = Picked::Refused(Refused::OfflineIsAutomatic);
    assert_eq!(pick(&mut anna, status(Status::Offline), at(4)), automatic);
    assert_eq!(pick(&mut anna, StatusChange::WindDown, at(4)), automatic);
    let no_busy = Picked::Refused(Refused::NoBusy);
    assert_eq!(pick(&mut anna, status(Status::Busy), at(4)), no_busy);
    assert_eq!(seen(&mut anna, at(4)).0, Status::Online);
}

#[test]
fn a_choice_that_stops_being_selectable_stays_until_another_is_picked() {
    let mut anna = anna(&settings());
    pick(&mut anna, status(Status::Busy), at(1));
    anna.set_terms(
        Terms::new(&settings(), None, StatusSettings::default()),
        at(2),
    );
    assert_eq!(seen(&mut anna, at(2)).0, Status::Busy);
}

#[test]
fn every_part_of_a_change_that_cannot_be_picked_is_refused() {
    let mut anna = anna(&settings());
    let timed = |status, term| StatusChange::Timed { status, term };
    let too_short = timed(Status::Invisible, Term::For { ms: 59_999 });
    let too_long = timed(Status::Invisible, Term::For { ms: 86_400_001 });
    let no_time = timed(Status::Invisible, Term::At { minute: 1_440 });
    let online = timed(Status::Online, Term::Tomorrow);
    for (change, why) in [
        (too_short, Refused::Length),
        (too_long, Refused::Length),
        (no_time, Refused::TimeOfDay),
        (online, Refused::TimedOnline),
    ] {
        assert_eq!(pick(&mut anna, change, at(1)), Picked::Refused(why));
    }
    let good = timed(Status::Invisible, Term::At { minute: 1_439 });
    assert_eq!(pick(&mut anna, good, at(1)), Picked::Taken);
}

#[test]
fn a_timed_choice_ends_online_by_the_steady_clock_and_something_newer_cancels_it() {
    let quarter = StatusChange::Timed {
        status: Status::Invisible,
        term: Term::For { ms: 900_000 },
    };
    let mut anna = anna(&settings());
    pick(&mut anna, quarter, at(0));
    live(&mut anna, &[LAPTOP], 0, 15 * MINUTE - 1);
    let until = at(15 * MINUTE).wall;
    let told_before = told(&mut anna, at(15 * MINUTE - 1));
    assert_eq!(told_before.presence.status, Status::Invisible);
    assert_eq!(told_before.choice.plan, Some(Plan::Timed { until }));
    let next = NextChange {
        at: until,
        status: Status::Online,
        source: ChoiceSource::TimeUp,
    };
    assert_eq!(told_before.next, Some(next));
    // The wall clock is set back by a day meanwhile.
    let end = Moment {
        wall: Instant(NOON - 24 * HOUR),
        ..at(15 * MINUTE)
    };
    let after = told(&mut anna, end);
    assert_eq!(after.presence.status, Status::Online);
    assert_eq!(
        (after.choice.source, after.choice.at),
        (ChoiceSource::TimeUp, until)
    );
    pick(&mut anna, quarter, end);
    pick(&mut anna, status(Status::Invisible), end);
    assert_eq!(told(&mut anna, end).next, None, "the newer pick has no end");
}

#[test]
fn hours_switch_by_themselves_and_say_when_next() {
    let mut anna = anna(&AgentSettings {
        hours: Some(nine_to_six()),
        ..settings()
    });
    let noon = told(&mut anna, at(0));
    let (six, nine) = (at(6 * HOUR).wall, at(21 * HOUR).wall);
    let hours = |at, status| NextChange {
        at,
        status,
        source: ChoiceSource::Hours,
    };
    assert_eq!(noon.next, Some(hours(six, Status::Offline)));
    pick(&mut anna, status(Status::Offline), at(1));
    let next = told(&mut anna, at(2)).next;
    assert_eq!(
        next,
        Some(hours(nine, Status::Online)),
        "Offline to Offline is no change"
    );
    pick(&mut anna, StatusChange::StayOnline, at(3));
    let next = told(&mut anna, at(4)).next;
    let tuesday = at(30 * HOUR).wall;
    assert_eq!(
        next,
        Some(hours(tuesday, Status::Offline)),
        "past this end of hours"
    );
    let evening = anna.choice(at(7 * HOUR));
    assert_eq!((evening.status, evening.plan), (Status::Online, None));
}

#[test]
fn an_end_of_hours_does_not_cut_a_wind_down_short_but_a_start_cancels_it() {
    let mut anna = anna(&AgentSettings {
        hours: Some(nine_to_six()),
        ..settings()
    });
    let five_to_six = at(6 * HOUR - 5 * MINUTE);
    let wrote = five_to_six.wall;
    let quiet = quiet_at([wrote], five_to_six);
    anna.pick(
        StatusChange::WindDown,
        Via::App,
        0,
        &Zone::utc(),
        quiet,
        five_to_six,
    );
    assert!(anna.is_winding_down(five_to_six));
    assert_eq!(anna.choice(at(6 * HOUR)).status, Status::Invisible);
    let over = anna.choice(at(6 * HOUR + 10 * MINUTE));
    assert_eq!(
        (over.status, over.source),
        (Status::Offline, ChoiceSource::WoundDown)
    );
    assert_eq!(anna.choice(at(21 * HOUR)).source, ChoiceSource::Hours);
    // The visitor writes on, all night.
    let mut now = at(6 * HOUR);
    for _ in 0..90 {
        anna.set_quiet_at(quiet_at([now.wall], now), now);
        now = now.later(600_000);
    }
    assert_eq!(anna.choice(at(21 * HOUR - 1)).status, Status::Invisible);
    let morning = anna.choice(at(21 * HOUR));
    assert_eq!(
        (morning.status, morning.source),
        (Status::Online, ChoiceSource::Hours)
    );
}

#[test]
fn a_wind_down_ends_with_the_last_conversation_and_stays_over() {
    let mut anna = anna(&settings());
    let quiet = quiet_at([at(0).wall, at(-5 * MINUTE).wall], at(0));
    anna.pick(
        StatusChange::WindDown,
        Via::App,
        0,
        &Zone::utc(),
        quiet,
        at(0),
    );
    assert_eq!(anna.choice(at(15 * MINUTE - 1)).status, Status::Invisible);
    assert_eq!(anna.choice(at(15 * MINUTE)).status, Status::Offline);
    // The one that was written in last closes: the other has been silent for 14 minutes.
    anna.set_quiet_at(
        quiet_at([at(-5 * MINUTE).wall], at(9 * MINUTE)),
        at(9 * MINUTE),
    );
    assert_eq!(anna.choice(at(10 * MINUTE)).source, ChoiceSource::WoundDown);
    // A visitor comes back too late.
    anna.set_quiet_at(
        quiet_at([at(11 * MINUTE).wall], at(11 * MINUTE)),
        at(11 * MINUTE),
    );
    assert_eq!(anna.choice(at(12 * MINUTE)).status, Status::Offline);
}

#[test]
fn an_admin_sets_offline_and_the_way_back_leads_to_what_the_agent_had() {
    let mut anna = anna(&settings());
    pick(&mut anna, status(Status::Busy), at(1));
    for second in [2, 3] {
        anna.set_offline(ADMIN, at(second));
        let choice = anna.choice(at(second));
        let source = ChoiceSource::Admin {
            agent_id: ADMIN,
            before: Status::Busy,
        };
        assert_eq!((choice.status, choice.source), (Status::Offline, source));
    }
    pick(&mut anna, status(Status::Busy), at(4));
    assert_eq!(seen(&mut anna, at(4)).0, Status::Busy);
}

#[test]
fn a_pick_made_before_what_the_server_holds_is_dropped() {
    let mut anna = anna(&AgentSettings {
        hours: Some(nine_to_six()),
        ..settings()
    });
    let late = |anna: &mut Attending, ago, now| {
        anna.pick(status(Status::Busy), Via::App, ago, &Zone::utc(), now, now)
    };
    pick(&mut anna, status(Status::Invisible), at(100));
    assert_eq!(late(&mut anna, 51, at(150)), Picked::TooLate);
    assert_eq!(late(&mut anna, 50, at(150)), Picked::Taken);
    let after_six = at(6 * HOUR + 10);
    assert_eq!(
        late(&mut anna, 11, after_six),
        Picked::TooLate,
        "hours ended since"
    );
    assert_eq!(late(&mut anna, 10, after_six), Picked::Taken);
}

#[test]
fn after_a_restart_devices_count_for_one_lease_and_a_step_of_the_wall_clock_shows_nothing() {
    let mut anna = anna(&settings());
    let report = anna.claim(LAPTOP, Activity::Idle { for_ms: 60_000 }, at(2));
    let before = told(&mut anna, at(3));
    for step in [0, -24 * HOUR, HOUR / 60] {
        let now = Moment {
            wall: Instant(NOON + 5 + step),
            steady: 77,
        };
        let standing = *anna.standing();
        let mut back = Attending::recall(standing, [(LAPTOP, report)], terms(&settings()), now);
        assert!(back.settle(now).is_nothing(), "{step}");
        assert_eq!(back.standing().told, before);
        let gone = Moment {
            wall: now.wall.plus(30_000),
            steady: now.steady + 30_000,
        };
        assert_eq!(
            seen(&mut back, gone),
            (Status::Offline, Reason::ConnectionLost)
        );
    }
}

#[test]
fn a_heartbeat_during_a_change_is_not_lost_with_the_copy() {
    let mut anna = anna(&settings());
    let mut copy = anna.clone();
    pick(&mut copy, status(Status::Busy), at(20 * SECOND));
    assert!(anna.renew(LAPTOP, at(21 * SECOND)));
    anna.take_over(copy);
    assert_eq!(
        seen(&mut anna, at(51 * SECOND - 1)),
        (Status::Busy, Reason::Chosen)
    );
}

#[test]
fn a_change_that_was_not_committed_has_changed_nothing() {
    let mut anna = anna(&settings());
    let mut copy = anna.clone();
    pick(&mut copy, status(Status::Offline), at(1));
    copy.leave(LAPTOP, Goodbye::Quit, at(2));
    assert!(copy.settle(at(2)).store);
    assert!(anna.settle(at(3)).is_nothing());
}

/// What can happen to an agent with two devices.
#[derive(Clone, Debug)]
enum Happening {
    Claim(DeviceId, Activity),
    Goodbye(DeviceId, Goodbye),
    Pick(StatusChange),
    ByAdmin,
    Wait(i64),
}

fn any_status() -> impl Strategy<Value = Status> {
    prop::sample::select(vec![
        Status::Online,
        Status::Busy,
        Status::Invisible,
        Status::Offline,
    ])
}

fn happening() -> impl Strategy<Value = Happening> {
    let device = prop::sample::select(vec![LAPTOP, PHONE]);
    let stillness = 0u64..20 * 60_000;
    let activity = prop_oneof![
        Just(Activity::Active),
        stillness
            .clone()
            .prop_map(|for_ms| Activity::Idle { for_ms }),
        stillness
            .clone()
            .prop_map(|for_ms| Activity::Locked { for_ms }),
        stillness.prop_map(|for_ms| Activity::Limited { for_ms }),
    ];
    let goodbye = prop::sample::select(vec![Goodbye::SignedOut, Goodbye::Quit, Goodbye::Asleep]);
    let change = prop_oneof![
        any_status().prop_map(status),
        (any_status(), 60_000u64..7_200_000).prop_map(|(status, ms)| StatusChange::Timed {
            status,
            term: Term::For { ms }
        }),
        Just(StatusChange::WindDown),
        Just(StatusChange::StayOnline),
    ];
    prop_oneof![
        4 => (device.clone(), activity).prop_map(|(it, activity)| Happening::Claim(it, activity)),
        1 => (device, goodbye).prop_map(|(it, goodbye)| Happening::Goodbye(it, goodbye)),
        2 => change.prop_map(Happening::Pick),
        1 => Just(Happening::ByAdmin),
        4 => (1i64..40_000).prop_map(Happening::Wait),
        1 => (1i64..8 * HOUR).prop_map(Happening::Wait),
    ]
}

fn some_settings() -> impl Strategy<Value = AgentSettings> {
    let on_return = vec![OnReturn::Restore, OnReturn::Ask, OnReturn::StayOffline];
    let lock = vec![LockDelay::AtOnce, LockDelay::OneMinute, LockDelay::Off];
    (
        1u32..15,
        prop::sample::select(lock),
        prop::sample::select(on_return),
        any::<bool>(),
    )
        .prop_map(|(minutes, lock, on_return, hours)| AgentSettings {
            idle: IdleDelay::Minutes { minutes },
            lock,
            on_return,
            invisible_offers: false,
            hours: hours.then(nine_to_six),
        })
}

fn let_happen(anna: &mut Attending, happening: &Happening, now: &mut i64) {
    let moment = at(*now);
    match happening {
        Happening::Claim(device, activity) => {
            anna.claim(*device, *activity, moment);
        }
        Happening::Goodbye(device, goodbye) => {
            anna.leave(*device, *goodbye, moment);
        }
        Happening::Pick(change) => {
            pick(anna, *change, moment);
        }
        Happening::ByAdmin => anna.set_offline(ADMIN, moment),
        Happening::Wait(delay) => *now += delay,
    }
}

proptest! {
    #[test]
    fn idle_and_lock_never_overwrite_the_choice(
        settings in some_settings(),
        happenings in prop::collection::vec(happening(), 1..30),
    ) {
        let mut anna = anna(&settings);
        let mut now = 0;
        for happening in &happenings {
            let_happen(&mut anna, happening, &mut now);
            anna.settle(at(now));
            // The same agent, whose devices never said anything but that they are there.
            let told = anna.standing().told;
            let mut unmoved = Attending::recall(*anna.standing(), [], terms(&settings), at(now));
            prop_assert_eq!(unmoved.choice(at(now)), told.choice);
            unmoved.claim(LAPTOP, Activity::Active, at(now));
            unmoved.settle(at(now));
            let there = unmoved.standing().told.presence;
            let held = anna.standing().held;
            let expected = if held { Status::Offline } else { told.choice.status };
            prop_assert_eq!(there.status, expected);
        }
    }

    #[test]
    fn presence_never_changes_without_a_reason_and_everything_told_was_new(
        settings in some_settings(),
        happenings in prop::collection::vec(happening(), 1..30),
    ) {
        let mut anna = anna(&settings);
        let mut now = 0;
        for happening in &happenings {
            let before = anna.standing().told;
            let_happen(&mut anna, happening, &mut now);
            let settled = anna.settle(at(now));
            let after = anna.standing().told;
            if before.presence.status != after.presence.status {
                let why = before.presence.reason != after.presence.reason
                    || before.choice != after.choice;
                prop_assert!(why, "{:?}, then {:?}", before, after);
            }
            prop_assert_eq!(settled.team, before.presence.status != after.presence.status);
            prop_assert_eq!(settled.own, before != after);
            if after.presence.reason == Reason::Chosen {
                prop_assert_eq!(after.presence.status, after.choice.status);
            } else {
                prop_assert_eq!(after.presence.status, Status::Offline);
            }
        }
    }

    /// What a device is told cannot depend on when somebody looked. So no two devices of an agent
    /// disagree once both have heard what is told.
    #[test]
    fn it_does_not_matter_how_often_somebody_looks(
        settings in some_settings(),
        happenings in prop::collection::vec(happening(), 1..30),
    ) {
        let mut watched = anna(&settings);
        let mut left_alone = watched.clone();
        let mut now = 0;
        for happening in &happenings {
            let before = now;
            let_happen(&mut left_alone, happening, &mut now);
            let mut then = before;
            let_happen(&mut watched, happening, &mut then);
            let mut look = before;
            while let Some(next) = watched.next_look(at(look)).map(|next| next - at(0).steady)
                && next <= now
            {
                watched.settle(at(next));
                look = next;
            }
            watched.settle(at(now));
        }
        left_alone.settle(at(now));
        let without_age = |mut told: Told| {
            told.presence.since = Instant(0);
            told.status_since = Instant(0);
            told
        };
        let (watched, left_alone) = (watched.standing(), left_alone.standing());
        prop_assert_eq!(without_age(watched.told), without_age(left_alone.told));
        prop_assert_eq!(watched.held, left_alone.held);
    }

    #[test]
    fn nothing_changes_before_the_next_look(
        settings in some_settings(),
        happenings in prop::collection::vec(happening(), 1..30),
        share in 0.0f64..1.0,
    ) {
        let mut anna = anna(&settings);
        let mut now = 0;
        for happening in &happenings {
            let_happen(&mut anna, happening, &mut now);
            anna.settle(at(now));
            let next = anna.next_look(at(now)).map_or(now + 48 * HOUR, |next| next - at(0).steady);
            prop_assert!(next > now);
            #[allow(clippy::cast_possible_truncation, clippy::cast_precision_loss)]
            let between = now + ((next - 1 - now) as f64 * share) as i64;
            prop_assert!(!anna.is_due(at(between)), "at {} of {} to {}", between, now, next);
        }
    }
}
