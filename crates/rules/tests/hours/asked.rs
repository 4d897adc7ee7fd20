//! "Until tomorrow" and "until 18:00", as an agent says them.

use rules::hours::{HoursError, Zone};

use crate::{instant, timetable};

fn zone(name: &str) -> Zone {
    Zone::named(name).expect("a zone")
}

#[test]
fn until_tomorrow_is_until_the_hours_begin_on_the_next_day_or_later() {
    let office = timetable(
        "Europe/Berlin",
        "Mo 9:00-17:00; Tu 7:30-12:00 13:00-17:00; Fr 9:00-17:00",
        "",
    );
    for (at, until) in [
        // On a Monday: Tuesday.
        ("2026-11-16T08:00+01", "2026-11-17T07:30+01"),
        ("2026-11-16T23:59:59+01", "2026-11-17T07:30+01"),
        // Tuesday has begun, before its hours have.
        ("2026-11-17T00:00+01", "2026-11-20T09:00+01"),
        ("2026-11-17T12:30+01", "2026-11-20T09:00+01"),
        // From Friday over the weekend.
        ("2026-11-20T16:00+01", "2026-11-23T09:00+01"),
        // An instant counts by the day in the agent's zone, not in UTC.
        ("2026-11-15T23:30Z", "2026-11-17T07:30+01"),
    ] {
        assert_eq!(office.tomorrow(instant(at)), instant(until), "{at}");
    }
}

#[test]
fn a_night_that_lasts_into_tomorrow_does_not_begin_tomorrow() {
    let nights = timetable("Europe/Berlin", "* 22:00-6:00", "");
    assert_eq!(
        nights.tomorrow(instant("2026-11-16T23:00+01")),
        instant("2026-11-17T22:00+01")
    );
    let midnight = timetable("Europe/Berlin", "* 0:00-6:00", "");
    assert_eq!(
        midnight.tomorrow(instant("2026-11-16T23:00+01")),
        instant("2026-11-17T00:00+01")
    );
}

#[test]
fn without_a_beginning_tomorrow_is_eight_oclock() {
    let none = timetable("Europe/Berlin", "", "");
    let always = timetable("Europe/Berlin", "* 0:00-24:00", "");
    let past = timetable("Europe/Berlin", "", "2020-01-01 9:00-10:00");
    let at = instant("2026-11-16T12:00+01");
    let eight = instant("2026-11-17T08:00+01");
    assert_eq!(none.tomorrow(at), eight);
    assert_eq!(always.tomorrow(at), eight);
    assert_eq!(past.tomorrow(at), eight);
    assert_eq!(zone("Europe/Berlin").tomorrow(at), eight);
    assert_eq!(Zone::utc().tomorrow(at), instant("2026-11-17T08:00Z"));
    // Over a change of the clock.
    assert_eq!(
        zone("Europe/Berlin").tomorrow(instant("2026-03-28T12:00+01")),
        instant("2026-03-29T08:00+02")
    );
    // Already tomorrow there.
    assert_eq!(
        zone("Pacific/Auckland").tomorrow(instant("2026-11-16T12:00Z")),
        instant("2026-11-18T08:00+13")
    );
}

#[test]
fn a_time_of_day_is_its_next_one() {
    for (name, minute, at, next) in [
        (
            "Europe/Berlin",
            18 * 60,
            "2026-11-16T12:00+01",
            "2026-11-16T18:00+01",
        ),
        (
            "Europe/Berlin",
            18 * 60,
            "2026-11-16T18:00+01",
            "2026-11-17T18:00+01",
        ),
        (
            "Europe/Berlin",
            18 * 60,
            "2026-11-16T17:59:59.999+01",
            "2026-11-16T18:00+01",
        ),
        (
            "Europe/Berlin",
            0,
            "2026-11-16T12:00+01",
            "2026-11-17T00:00+01",
        ),
        ("UTC", 1439, "2026-11-16T23:59:30Z", "2026-11-17T23:59Z"),
        // In the gap: the first instant after it, and the day after as ever.
        (
            "Europe/Berlin",
            150,
            "2026-03-29T00:00+01",
            "2026-03-29T03:00+02",
        ),
        (
            "Europe/Berlin",
            150,
            "2026-03-29T03:00+02",
            "2026-03-30T02:30+02",
        ),
        // In the fold: the earlier one, and not again an hour later.
        (
            "Europe/Berlin",
            150,
            "2026-10-25T00:00+02",
            "2026-10-25T02:30+02",
        ),
        (
            "Europe/Berlin",
            150,
            "2026-10-25T02:30+02",
            "2026-10-26T02:30+01",
        ),
        (
            "Europe/Berlin",
            150,
            "2026-10-25T02:10+01",
            "2026-10-26T02:30+01",
        ),
        // A fold over midnight: it is yesterday again, and yet the time is not over.
        (
            "America/Scoresbysund",
            23 * 60 + 30,
            "2026-10-25T00:00-01",
            "2026-10-25T23:30-02",
        ),
        // A day that was skipped.
        (
            "Pacific/Apia",
            12 * 60,
            "2011-12-29T13:00-10",
            "2011-12-31T00:00+14",
        ),
        (
            "Pacific/Apia",
            12 * 60,
            "2011-12-31T00:00+14",
            "2011-12-31T12:00+14",
        ),
    ] {
        assert_eq!(
            zone(name).next_local_time(minute, instant(at)),
            instant(next),
            "{name}, {minute}, {at}"
        );
    }
}

#[test]
fn zones_go_by_the_compiled_in_names() {
    assert_eq!(zone("Europe/Berlin").name(), "Europe/Berlin");
    assert_eq!(zone("europe/BERLIN").name(), "Europe/Berlin");
    assert_eq!(zone("UTC").name(), "UTC");
    assert_eq!(Zone::utc().name(), "UTC");
    // Old names that browsers still give.
    assert_eq!(zone("Asia/Calcutta").name(), "Asia/Calcutta");
    for unknown in [
        "",
        "Europe/Porchlight",
        "Etc/Unknown",
        "../etc/passwd",
        "CEST",
        "+01:00",
    ] {
        assert_eq!(
            Zone::named(unknown).map(|zone| zone.name().to_owned()),
            Err(HoursError::UnknownZone {
                zone: unknown.to_owned()
            })
        );
    }
}
