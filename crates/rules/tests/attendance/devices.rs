//! Leases, goodbyes, idle and lock, waiting after a drop, restarts.

use super::*;

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
