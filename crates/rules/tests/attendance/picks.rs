//! What can be picked, what it leads to, and what hours and admins do.

use super::*;

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
fn a_time_of_day_is_meant_where_the_agent_is() {
    let mut nothing_set = nine_to_six();
    nothing_set.week = vec![vec![]; 7];
    let tomorrow = (NOON + 21 * HOUR, "hours begin at 9:00");
    let morning = (NOON + 20 * HOUR, "8:00 in Berlin");
    let elsewhere = (
        NOON + 21 * HOUR,
        "8:00 in the zone of whoever named none, UTC",
    );
    for (hours, tomorrow, half_past_one) in [
        (Some(nine_to_six()), tomorrow, NOON + 90 * MINUTE),
        (Some(nothing_set), morning, NOON + 90 * MINUTE),
        (None, elsewhere, NOON + 90 * MINUTE + HOUR),
    ] {
        let mut anna = anna(&AgentSettings {
            hours,
            ..settings()
        });
        let mut until = |term| {
            let status = Status::Invisible;
            pick(&mut anna, StatusChange::Timed { status, term }, at(1));
            match anna.choice(at(1)).plan {
                Some(Plan::Timed { until }) => until.0,
                other => panic!("{other:?}"),
            }
        };
        assert_eq!(until(Term::Tomorrow), tomorrow.0, "{}", tomorrow.1);
        let term = Term::At {
            minute: 13 * 60 + 30,
        };
        assert_eq!(until(term), half_past_one, "13:30 where {}", tomorrow.1);
    }
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
fn staying_online_a_moment_too_late_does_not_mean_the_end_of_tomorrows_hours() {
    let mut anna = anna(&AgentSettings {
        hours: Some(nine_to_six()),
        ..settings()
    });
    pick(&mut anna, StatusChange::StayOnline, at(6 * HOUR));
    let choice = |anna: &Attending, hours| anna.choice(at(hours * HOUR)).status;
    assert_eq!(choice(&anna, 7), Status::Online, "past this end");
    assert_eq!(choice(&anna, 29), Status::Online);
    assert_eq!(choice(&anna, 30), Status::Offline, "and not past the next");
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
