//! "My day": what the log of status changes says of one local day, and as a table.

#![allow(clippy::expect_used, clippy::indexing_slicing)]

mod table;

use jiff::Timestamp;
use proptest::prelude::*;
use protocol::ids::{AgentId, Instant};
use protocol::status::{Choice, ChoiceSource, Plan, Presence, Reason, Status, StatusLogEntry, Via};
use rules::day::{Segment, What, day};
use rules::hours::{HoursError, Zone};
use uuid::Uuid;

const BY_HAND: ChoiceSource = ChoiceSource::Agent { via: Via::App };

fn instant(text: &str) -> Instant {
    let parsed: Timestamp = text
        .parse()
        .unwrap_or_else(|_| panic!("an instant: {text}"));
    Instant(parsed.as_millisecond())
}

fn berlin() -> Zone {
    Zone::named("Europe/Berlin").expect("a zone")
}

fn choice(status: Status, at: &str, source: ChoiceSource) -> Choice {
    Choice {
        status,
        at: instant(at),
        source,
        plan: None,
    }
}

/// The choice is what others get.
fn chosen(at: &str, choice: Choice) -> StatusLogEntry {
    entry(at, choice.status, Reason::Chosen, choice)
}

fn entry(at: &str, status: Status, reason: Reason, choice: Choice) -> StatusLogEntry {
    StatusLogEntry {
        at: instant(at),
        presence: Presence {
            status,
            reason,
            since: instant(at),
        },
        choice,
    }
}

/// Online over night, idle at 10:02, hours end while away, back, signed out.
fn a_day() -> Vec<StatusLogEntry> {
    let online = choice(Status::Online, "2026-11-19T08:00+01", BY_HAND);
    let by_hours = choice(Status::Offline, "2026-11-20T11:00+01", ChoiceSource::Hours);
    let again = choice(
        Status::Invisible,
        "2026-11-20T12:00+01",
        ChoiceSource::Agent { via: Via::Tray },
    );
    let idle = Reason::Idle {
        since: instant("2026-11-20T10:02+01"),
    };
    vec![
        chosen("2026-11-19T08:00+01", online),
        entry("2026-11-20T10:12+01", Status::Offline, idle, online),
        chosen("2026-11-20T10:15+01", online),
        entry("2026-11-20T10:45+01", Status::Offline, idle, online),
        entry("2026-11-20T11:00+01", Status::Offline, idle, by_hours),
        chosen("2026-11-20T11:30+01", by_hours),
        chosen("2026-11-20T12:00+01", again),
        entry(
            "2026-11-20T18:00+01",
            Status::Offline,
            Reason::SignedOut,
            again,
        ),
    ]
}

#[test]
fn a_day_is_told_as_it_went() {
    let log = a_day();
    let day = day(&berlin(), "2026-11-20", &log, instant("2026-11-25T00:00Z")).expect("a day");
    let whats: Vec<What> = day.changes.iter().map(|change| change.what).collect();
    assert_eq!(
        whats,
        [
            What::Away,
            What::Back,
            What::Away,
            What::ChosenWhileAway,
            What::Back,
            What::Chosen,
            What::Away,
        ]
    );
    let entries: Vec<_> = day.changes.iter().map(|change| change.entry).collect();
    assert_eq!(entries, log[1..], "all but the one of the day before");
    let segment = |from: &str, to: &str, status| Segment {
        from: instant(from),
        to: instant(to),
        status,
    };
    assert_eq!(
        day.segments,
        [
            segment("2026-11-20T00:00+01", "2026-11-20T10:12+01", Status::Online),
            segment(
                "2026-11-20T10:12+01",
                "2026-11-20T10:15+01",
                Status::Offline
            ),
            segment("2026-11-20T10:15+01", "2026-11-20T10:45+01", Status::Online),
            // Away first, then by the end of hours: Offline to others all the time.
            segment(
                "2026-11-20T10:45+01",
                "2026-11-20T12:00+01",
                Status::Offline
            ),
            segment(
                "2026-11-20T12:00+01",
                "2026-11-20T18:00+01",
                Status::Invisible
            ),
            segment(
                "2026-11-20T18:00+01",
                "2026-11-21T00:00+01",
                Status::Offline
            ),
        ]
    );
}

#[test]
fn today_is_told_until_now_and_tomorrow_not_at_all() {
    let now = instant("2026-11-20T11:45+01");
    let today = day(&berlin(), "2026-11-20", &a_day()[..6], now).expect("a day");
    assert_eq!(today.segments.last().map(|last| last.to), Some(now));
    let tomorrow = day(&berlin(), "2026-11-21", &a_day()[..6], now).expect("a day");
    assert_eq!(
        (tomorrow.segments, tomorrow.changes),
        (Vec::new(), Vec::new())
    );
    // Entries that a page of the log holds beyond what is asked for do not show.
    let early = day(&berlin(), "2026-11-20", &a_day(), now).expect("a day");
    assert_eq!(early, today);
}

#[test]
fn before_the_first_entry_nothing_is_guessed() {
    let first = choice(
        Status::Online,
        "2026-11-20T09:30+01",
        ChoiceSource::FirstSignIn,
    );
    let log = [chosen("2026-11-20T09:30+01", first)];
    let end = instant("2026-11-25T00:00Z");
    let today = day(&berlin(), "2026-11-20", &log, end).expect("a day");
    assert_eq!(today.segments[0].from, instant("2026-11-20T09:30+01"));
    let before = day(&berlin(), "2026-11-19", &log, end).expect("a day");
    assert!(before.segments.is_empty() && before.changes.is_empty());
    let nobody = day(&berlin(), "2026-11-19", &[], end).expect("a day");
    assert!(nobody.segments.is_empty());
}

#[test]
fn a_plan_is_part_of_the_story_and_a_repetition_is_not() {
    let mut timed = choice(Status::Invisible, "2026-11-20T09:00+01", BY_HAND);
    let plan = Some(Plan::Timed {
        until: instant("2026-11-20T09:15+01"),
    });
    timed.plan = plan;
    let up = choice(Status::Online, "2026-11-20T09:15+01", ChoiceSource::TimeUp);
    let log = [
        chosen("2026-11-20T09:00+01", timed),
        chosen("2026-11-20T09:05+01", timed),
        chosen("2026-11-20T09:15+01", up),
    ];
    let day = day(
        &berlin(),
        "2026-11-20",
        &log,
        instant("2026-11-20T10:00+01"),
    )
    .expect("a day");
    let told: Vec<_> = day.changes.iter().map(|change| change.entry).collect();
    assert_eq!(told, [log[0], log[2]]);
    assert_eq!(told[0].choice.plan, plan);
    assert_eq!(day.segments.len(), 2);
}

#[test]
fn a_clock_that_was_set_back_makes_no_minute_count_twice() {
    let online = choice(Status::Online, "2026-11-20T08:00+01", BY_HAND);
    let quit = |at| entry(at, Status::Offline, Reason::Quit, online);
    let log = [
        chosen("2026-11-20T08:00+01", online),
        quit("2026-11-20T10:00+01"),
        chosen("2026-11-20T09:50+01", online),
        quit("2026-11-20T10:30+01"),
    ];
    let until = instant("2026-11-20T11:00+01");
    let day = day(&berlin(), "2026-11-20", &log, until).expect("a day");
    let spans: Vec<_> = day
        .segments
        .iter()
        .map(|segment| (segment.from, segment.to, segment.status))
        .collect();
    assert_eq!(
        spans,
        [
            (log[0].at, log[3].at, Status::Online),
            (log[3].at, until, Status::Offline),
        ]
    );
}

#[test]
fn a_day_is_as_long_as_its_place_has_it() {
    for (zone, date, hours) in [
        ("Europe/Berlin", "2026-11-20", 24),
        ("Europe/Berlin", "2026-03-29", 23),
        ("Europe/Berlin", "2026-10-25", 25),
        ("America/Havana", "2026-03-08", 23),
        ("Pacific/Apia", "2011-12-30", 0),
    ] {
        let zone = Zone::named(zone).expect("a zone");
        let day = day(&zone, date, &[], Instant(0)).expect("a day");
        assert_eq!((day.ends.0 - day.begins.0) / 3_600_000, hours, "{date}");
    }
}

#[test]
fn the_axis_of_a_day_is_the_clock_on_the_wall_and_never_runs_backwards() {
    let on = |date: &str, at: &str| berlin().minute_on(date, instant(at)).expect("a date");
    for (date, at, minute) in [
        ("2026-11-20", "2026-11-20T09:30:59+01", 570),
        ("2026-11-20", "2026-11-20T00:00+01", 0),
        ("2026-11-20", "2026-11-19T12:00+01", 0),
        ("2026-11-20", "2026-11-21T00:00+01", 1440),
        ("2026-11-20", "2026-12-21T00:00+01", 1440),
        ("2026-03-29", "2026-03-29T01:59+01", 119),
        ("2026-03-29", "2026-03-29T03:00+02", 180),
        ("2026-10-25", "2026-10-25T02:30+02", 150),
        ("2026-10-25", "2026-10-25T02:30+01", 179),
        ("2026-10-25", "2026-10-25T03:00+01", 180),
    ] {
        assert_eq!(on(date, at), minute, "{at}");
    }
    let havana = Zone::named("America/Havana").expect("a zone");
    let begins = instant("2026-03-08T01:00-04");
    assert_eq!(havana.minute_on("2026-03-08", begins), Ok(60));
}

#[test]
fn a_date_that_does_not_exist_is_refused() {
    for text in ["", "2026-02-29", "20.11.2026", "9999-12-31"] {
        assert_eq!(
            day(&berlin(), text, &[], Instant(0)),
            Err(HoursError::BadDate {
                text: text.to_owned()
            })
        );
    }
}

fn any_entry() -> impl Strategy<Value = (i64, Status, Reason, Status, ChoiceSource)> {
    let status = || {
        prop_oneof![
            Just(Status::Online),
            Just(Status::Busy),
            Just(Status::Invisible),
            Just(Status::Offline)
        ]
    };
    let reason = prop_oneof![
        Just(Reason::Chosen),
        Just(Reason::Held),
        Just(Reason::Quit),
        (0_i64..10).prop_map(|at| Reason::Idle { since: Instant(at) })
    ];
    let source = prop_oneof![
        Just(BY_HAND),
        Just(ChoiceSource::Hours),
        Just(ChoiceSource::Admin {
            agent_id: AgentId(Uuid::from_u128(7)),
            before: Status::Online
        })
    ];
    (0_i64..4 * 86_400_000, status(), reason, status(), source)
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn segments_cover_the_known_part_of_the_day_and_say_what_the_log_said(
        mut all in prop::collection::vec(any_entry(), 0..12),
        until in 0_i64..4 * 86_400_000,
    ) {
        all.sort_by_key(|entry| entry.0);
        let zero = instant("2026-10-24T00:00+02").0;
        let log: Vec<StatusLogEntry> = all
            .into_iter()
            .map(|(at, status, reason, choice, source)| StatusLogEntry {
                at: Instant(zero + at),
                presence: Presence { status, reason, since: Instant(zero + at) },
                choice: Choice { status: choice, at: Instant(zero), source, plan: None },
            })
            .collect();
        let until = Instant(zero + until);
        let day = day(&berlin(), "2026-10-25", &log, until).expect("a day");
        let known_from = log.first().map_or(day.ends, |first| first.at.max(day.begins));
        let known_to = day.ends.min(until);
        let mut at = known_from;
        for segment in &day.segments {
            prop_assert_eq!(segment.from, at, "no hole and no overlap");
            prop_assert!(segment.to > segment.from);
            at = segment.to;
            let said = log.iter().rfind(|entry| entry.at <= segment.from).expect("an entry");
            prop_assert_eq!(segment.status, said.presence.status);
        }
        prop_assert_eq!(at, known_from.max(known_to));
        // Two neighbours differ, or drawing them apart would say that something happened.
        for pair in day.segments.windows(2) {
            prop_assert!(pair[0].status != pair[1].status);
        }
        for change in &day.changes {
            prop_assert!((day.begins..day.ends).contains(&change.entry.at));
            prop_assert!(log.contains(&change.entry));
        }
    }
}
