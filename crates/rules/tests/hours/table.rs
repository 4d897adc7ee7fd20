//! Cases around changes of the clock, worked out by hand: every boundary from one instant to another.

use protocol::ids::Instant;
use rules::hours::Boundary;

use crate::{boundary, instant, timetable};

struct Case {
    name: &'static str,
    zone: &'static str,
    week: &'static str,
    exceptions: &'static str,
    /// The first and the last instant looked at; both stand away from any boundary.
    within: (&'static str, &'static str),
    /// All boundaries between.
    boundaries: &'static [&'static str],
}

const CASES: &[Case] = &[
    Case {
        name: "an ordinary week in Berlin",
        zone: "Europe/Berlin",
        week: "Mo 9:00-12:00 13:00-17:00; Tu 9:00-17:00",
        exceptions: "",
        within: ("2026-11-15T12:00+01", "2026-11-22T12:00+01"),
        boundaries: &[
            "open 2026-11-16T09:00+01",
            "close 2026-11-16T12:00+01",
            "open 2026-11-16T13:00+01",
            "close 2026-11-16T17:00+01",
            "open 2026-11-17T09:00+01",
            "close 2026-11-17T17:00+01",
        ],
    },
    Case {
        name: "the same local times before and after Berlin's change in spring",
        zone: "Europe/Berlin",
        week: "Fr 9:00-17:00; Mo 9:00-17:00",
        exceptions: "",
        within: ("2026-03-27T00:00+01", "2026-03-31T00:00+02"),
        boundaries: &[
            "open 2026-03-27T09:00+01",
            "close 2026-03-27T17:00+01",
            "open 2026-03-30T09:00+02",
            "close 2026-03-30T17:00+02",
        ],
    },
    Case {
        name: "a start in Berlin's gap counts at the first instant after it",
        zone: "Europe/Berlin",
        week: "Su 2:30-8:00",
        exceptions: "",
        within: ("2026-03-28T12:00+01", "2026-03-29T12:00+02"),
        boundaries: &["open 2026-03-29T03:00+02", "close 2026-03-29T08:00+02"],
    },
    Case {
        name: "an end in Berlin's gap counts at the first instant after it",
        zone: "Europe/Berlin",
        week: "Sa 22:00-2:30",
        exceptions: "",
        within: ("2026-03-28T12:00+01", "2026-03-29T12:00+02"),
        boundaries: &["open 2026-03-28T22:00+01", "close 2026-03-29T03:00+02"],
    },
    Case {
        name: "a span that lies wholly in the gap vanishes",
        zone: "Europe/Berlin",
        week: "Su 2:10-2:50 4:00-5:00",
        exceptions: "",
        within: ("2026-03-28T12:00+01", "2026-03-29T12:00+02"),
        boundaries: &["open 2026-03-29T04:00+02", "close 2026-03-29T05:00+02"],
    },
    Case {
        name: "a span that is the gap vanishes",
        zone: "Europe/Berlin",
        week: "Su 2:00-3:00",
        exceptions: "",
        within: ("2026-03-28T12:00+01", "2026-03-29T12:00+02"),
        boundaries: &[],
    },
    Case {
        name: "two spans in the gap vanish, and the one that runs out of it remains",
        zone: "Europe/Berlin",
        week: "Su 2:00-2:10 2:20-2:30 2:40-6:00",
        exceptions: "",
        within: ("2026-03-28T12:00+01", "2026-03-29T12:00+02"),
        boundaries: &["open 2026-03-29T03:00+02", "close 2026-03-29T06:00+02"],
    },
    Case {
        name: "a pause that lies wholly in the gap vanishes",
        zone: "Europe/Berlin",
        week: "Su 0:00-2:15 2:45-6:00",
        exceptions: "",
        within: ("2026-03-28T12:00+01", "2026-03-29T12:00+02"),
        boundaries: &["open 2026-03-29T00:00+01", "close 2026-03-29T06:00+02"],
    },
    Case {
        name: "a span up to the gap and one from its end become one",
        zone: "Europe/Berlin",
        week: "Su 1:00-2:00 3:00-4:00",
        exceptions: "",
        within: ("2026-03-28T12:00+01", "2026-03-29T12:00+02"),
        boundaries: &["open 2026-03-29T01:00+01", "close 2026-03-29T04:00+02"],
    },
    Case {
        name: "a night over Berlin's change in spring is an hour shorter",
        zone: "Europe/Berlin",
        week: "Sa 22:00-6:00",
        exceptions: "",
        within: ("2026-03-28T12:00+01", "2026-03-29T12:00+02"),
        boundaries: &["open 2026-03-28T22:00+01", "close 2026-03-29T06:00+02"],
    },
    Case {
        name: "a start in Berlin's fold counts at the earlier instant",
        zone: "Europe/Berlin",
        week: "Su 2:30-8:00",
        exceptions: "",
        within: ("2026-10-24T12:00+02", "2026-10-25T12:00+01"),
        boundaries: &["open 2026-10-25T02:30+02", "close 2026-10-25T08:00+01"],
    },
    Case {
        name: "an end in Berlin's fold counts at the earlier instant",
        zone: "Europe/Berlin",
        week: "Sa 22:00-2:30",
        exceptions: "",
        within: ("2026-10-24T12:00+02", "2026-10-25T12:00+01"),
        boundaries: &["open 2026-10-24T22:00+02", "close 2026-10-25T02:30+02"],
    },
    Case {
        name: "a span inside the fold happens once",
        zone: "Europe/Berlin",
        week: "Su 2:10-2:50",
        exceptions: "",
        within: ("2026-10-24T12:00+02", "2026-10-25T12:00+01"),
        boundaries: &["open 2026-10-25T02:10+02", "close 2026-10-25T02:50+02"],
    },
    Case {
        name: "an end at the fold's first reading, and one just after its last",
        zone: "Europe/Berlin",
        week: "Su 1:00-2:00 2:59-3:00",
        exceptions: "",
        within: ("2026-10-24T12:00+02", "2026-10-25T12:00+01"),
        boundaries: &[
            "open 2026-10-25T01:00+02",
            "close 2026-10-25T02:00+02",
            "open 2026-10-25T02:59+02",
            "close 2026-10-25T03:00+01",
        ],
    },
    Case {
        name: "New York's gap: 2:00 to 3:00 on the second Sunday of March",
        zone: "America/New_York",
        week: "Su 2:00-5:00; Sa 23:30-1:30",
        exceptions: "",
        within: ("2026-03-07T12:00-05", "2026-03-08T12:00-04"),
        boundaries: &[
            "open 2026-03-07T23:30-05",
            "close 2026-03-08T01:30-05",
            "open 2026-03-08T03:00-04",
            "close 2026-03-08T05:00-04",
        ],
    },
    Case {
        name: "New York's fold: 1:00 to 2:00 on the first Sunday of November",
        zone: "America/New_York",
        week: "Sa 20:00-1:30; Su 1:45-4:00",
        exceptions: "",
        within: ("2026-10-31T12:00-04", "2026-11-01T12:00-05"),
        boundaries: &[
            "open 2026-10-31T20:00-04",
            "close 2026-11-01T01:30-04",
            "open 2026-11-01T01:45-04",
            "close 2026-11-01T04:00-05",
        ],
    },
    Case {
        name: "Lord Howe's gap is half an hour, in October",
        zone: "Australia/Lord_Howe",
        week: "Su 2:15-9:00",
        exceptions: "",
        within: ("2026-10-03T12:00+10:30", "2026-10-04T12:00+11"),
        boundaries: &["open 2026-10-04T02:30+11", "close 2026-10-04T09:00+11"],
    },
    Case {
        name: "Lord Howe's gap swallows half an hour of a span, not the hour",
        zone: "Australia/Lord_Howe",
        week: "Su 2:00-2:30 2:45-3:00",
        exceptions: "",
        within: ("2026-10-03T12:00+10:30", "2026-10-04T12:00+11"),
        boundaries: &["open 2026-10-04T02:45+11", "close 2026-10-04T03:00+11"],
    },
    Case {
        name: "Lord Howe's fold is half an hour, in April",
        zone: "Australia/Lord_Howe",
        week: "Su 1:45-1:50 2:00-3:00",
        exceptions: "",
        within: ("2026-04-04T12:00+11", "2026-04-05T12:00+10:30"),
        boundaries: &[
            "open 2026-04-05T01:45+11",
            "close 2026-04-05T01:50+11",
            "open 2026-04-05T02:00+10:30",
            "close 2026-04-05T03:00+10:30",
        ],
    },
    Case {
        name: "Kolkata never changes its clock",
        zone: "Asia/Kolkata",
        week: "Su 2:30-8:00",
        exceptions: "",
        within: ("2026-03-28T12:00+05:30", "2026-04-05T12:00+05:30"),
        boundaries: &[
            "open 2026-03-29T02:30+05:30",
            "close 2026-03-29T08:00+05:30",
            "open 2026-04-05T02:30+05:30",
            "close 2026-04-05T08:00+05:30",
        ],
    },
    Case {
        name: "midnight itself is skipped in Havana: the day begins at 1:00",
        zone: "America/Havana",
        week: "Su 0:00-6:00",
        exceptions: "",
        within: ("2026-03-07T12:00-05", "2026-03-08T12:00-04"),
        boundaries: &["open 2026-03-08T01:00-04", "close 2026-03-08T06:00-04"],
    },
    Case {
        name: "in Scoresbysund's fold the evening comes again after midnight was near",
        zone: "America/Scoresbysund",
        week: "Sa 22:00-23:30; Su 0:00-6:00",
        exceptions: "",
        within: ("2026-10-24T12:00-01", "2026-10-25T12:00-02"),
        boundaries: &[
            "open 2026-10-24T22:00-01",
            "close 2026-10-24T23:30-01",
            "open 2026-10-25T00:00-02",
            "close 2026-10-25T06:00-02",
        ],
    },
    Case {
        name: "a whole day that Samoa skipped has no hours",
        zone: "Pacific/Apia",
        week: "Th 9:00-17:00; Fr 9:00-17:00; Sa 9:00-17:00",
        exceptions: "",
        within: ("2011-12-29T00:00-10", "2012-01-01T00:00+14"),
        boundaries: &[
            "open 2011-12-29T09:00-10",
            "close 2011-12-29T17:00-10",
            "open 2011-12-31T09:00+14",
            "close 2011-12-31T17:00+14",
        ],
    },
    Case {
        name: "spans over midnight, and from Sunday into Monday",
        zone: "Europe/Berlin",
        week: "Su 22:00-6:00; Mo 22:00-6:00",
        exceptions: "",
        within: ("2026-11-15T12:00+01", "2026-11-18T12:00+01"),
        boundaries: &[
            "open 2026-11-15T22:00+01",
            "close 2026-11-16T06:00+01",
            "open 2026-11-16T22:00+01",
            "close 2026-11-17T06:00+01",
        ],
    },
    Case {
        name: "spans that touch have no boundary between, in a day or over midnight",
        zone: "Europe/Berlin",
        week: "Mo 8:00-12:00 12:00-18:00 20:00-24:00; Tu 0:00-6:00 7:00-0:00; We 0:00-1:00",
        exceptions: "",
        within: ("2026-11-16T00:00+01", "2026-11-19T00:00+01"),
        boundaries: &[
            "open 2026-11-16T08:00+01",
            "close 2026-11-16T18:00+01",
            "open 2026-11-16T20:00+01",
            "close 2026-11-17T06:00+01",
            "open 2026-11-17T07:00+01",
            "close 2026-11-18T01:00+01",
        ],
    },
    Case {
        name: "an exception replaces its days' spans",
        zone: "Europe/Berlin",
        week: "* 9:00-17:00",
        exceptions: "2026-12-24 10:00-12:00; 2026-12-25/2026-12-26",
        within: ("2026-12-23T12:00+01", "2026-12-27T12:00+01"),
        boundaries: &[
            "close 2026-12-23T17:00+01",
            "open 2026-12-24T10:00+01",
            "close 2026-12-24T12:00+01",
            "open 2026-12-27T09:00+01",
        ],
    },
    Case {
        name: "the night before runs into a day off, and the day off has no night",
        zone: "Europe/Berlin",
        week: "* 22:00-6:00",
        exceptions: "2026-12-24",
        within: ("2026-12-23T12:00+01", "2026-12-26T02:00+01"),
        boundaries: &[
            "open 2026-12-23T22:00+01",
            "close 2026-12-24T06:00+01",
            "open 2026-12-25T22:00+01",
        ],
    },
    Case {
        name: "an exception over midnight joins the spans it runs into",
        zone: "Europe/Berlin",
        week: "* 5:00-12:00",
        exceptions: "2026-12-31 18:00-6:00",
        within: ("2026-12-30T18:00+01", "2027-01-01T18:00+01"),
        boundaries: &["open 2026-12-31T18:00+01", "close 2027-01-01T12:00+01"],
    },
    Case {
        name: "a night that runs into an exception's morning joins it",
        zone: "Europe/Berlin",
        week: "* 22:00-6:00",
        exceptions: "2026-12-24 5:00-9:00 9:30-10:00",
        within: ("2026-12-23T12:00+01", "2026-12-24T18:00+01"),
        boundaries: &[
            "open 2026-12-23T22:00+01",
            "close 2026-12-24T09:00+01",
            "open 2026-12-24T09:30+01",
            "close 2026-12-24T10:00+01",
        ],
    },
    Case {
        name: "a short span inside the rest of a night changes nothing",
        zone: "Europe/Berlin",
        week: "* 22:00-6:00",
        exceptions: "2026-12-24 0:00-0:30",
        within: ("2026-12-23T12:00+01", "2026-12-24T18:00+01"),
        boundaries: &["open 2026-12-23T22:00+01", "close 2026-12-24T06:00+01"],
    },
    Case {
        name: "an exception on the day of Berlin's change in spring",
        zone: "Europe/Berlin",
        week: "* 9:00-17:00",
        exceptions: "2026-03-29 2:30-4:00 23:00-1:00",
        within: ("2026-03-28T20:00+01", "2026-03-30T12:00+02"),
        boundaries: &[
            "open 2026-03-29T03:00+02",
            "close 2026-03-29T04:00+02",
            "open 2026-03-29T23:00+02",
            "close 2026-03-30T01:00+02",
            "open 2026-03-30T09:00+02",
        ],
    },
    Case {
        name: "years without hours between two boundaries",
        zone: "Europe/Berlin",
        week: "* 9:00-17:00",
        exceptions: "2026-07-01/2029-06-30",
        within: ("2026-06-30T12:00+02", "2029-07-01T12:00+02"),
        boundaries: &["close 2026-06-30T17:00+02", "open 2029-07-01T09:00+02"],
    },
    Case {
        name: "years of being there day and night between two boundaries",
        zone: "Europe/Berlin",
        week: "Mo 9:00-17:00",
        exceptions: "2026-07-01/2029-06-30 12:00-11:00 11:00-12:00",
        within: ("2026-06-30T12:00+02", "2029-07-01T20:00+02"),
        boundaries: &["open 2026-07-01T11:00+02", "close 2029-07-01T11:00+02"],
    },
    Case {
        name: "a week without a pause turns only at a day off",
        zone: "Europe/Berlin",
        week: "* 0:00-24:00",
        exceptions: "2026-12-25",
        within: ("2020-01-01T00:30+01", "2032-01-01T00:30+01"),
        boundaries: &["close 2026-12-25T00:00+01", "open 2026-12-26T00:00+01"],
    },
    Case {
        name: "a week without a pause made of long nights, and a day off",
        zone: "Europe/Berlin",
        week: "* 12:00-11:59 11:59-12:00",
        exceptions: "2026-12-25",
        within: ("2020-01-01T00:30+01", "2032-01-01T00:30+01"),
        boundaries: &["close 2026-12-25T11:59+01", "open 2026-12-26T11:59+01"],
    },
    Case {
        name: "no hours but one exception",
        zone: "America/New_York",
        week: "",
        exceptions: "2026-12-25 9:00-12:00",
        within: ("2000-01-01T00:00Z", "2100-01-01T00:00Z"),
        boundaries: &["open 2026-12-25T09:00-05", "close 2026-12-25T12:00-05"],
    },
    Case {
        name: "no hours",
        zone: "America/New_York",
        week: "",
        exceptions: "2026-12-25/2026-12-26",
        within: ("2000-01-01T00:00Z", "2100-01-01T00:00Z"),
        boundaries: &[],
    },
    Case {
        name: "always there",
        zone: "America/New_York",
        week: "* 0:00-24:00",
        exceptions: "",
        within: ("2000-01-01T00:00Z", "2100-01-01T00:00Z"),
        boundaries: &[],
    },
];

#[test]
fn boundaries_around_changes_of_the_clock_are_those_worked_out_by_hand() {
    for case in CASES {
        let hours = timetable(case.zone, case.week, case.exceptions);
        let (from, to) = (instant(case.within.0), instant(case.within.1));
        let expected: Vec<Boundary> = case.boundaries.iter().copied().map(boundary).collect();

        let mut forwards = Vec::new();
        let mut at = from;
        while let Some(next) = hours.next_boundary(at).filter(|next| next.at <= to) {
            assert!(next.at > at, "{}: time goes on", case.name);
            forwards.push(next);
            at = next.at;
        }
        assert_eq!(forwards, expected, "{}, forwards", case.name);

        let mut backwards = Vec::new();
        let mut at = to;
        while let Some(last) = hours.last_boundary(at).filter(|last| last.at >= from) {
            assert!(last.at <= at, "{}: time goes back", case.name);
            backwards.push(last);
            at = Instant(last.at.0 - 1);
        }
        backwards.reverse();
        assert_eq!(backwards, expected, "{}, backwards", case.name);
    }
}

#[test]
fn a_boundary_is_the_last_one_from_its_very_instant_on() {
    let hours = timetable("Europe/Berlin", "* 9:00-17:00", "");
    let opening = instant("2026-11-20T09:00+01");
    let just_before = Instant(opening.0 - 1);
    assert_eq!(hours.last_boundary(opening).map(|it| it.at), Some(opening));
    assert_eq!(
        hours.next_boundary(just_before).map(|it| it.at),
        Some(opening)
    );
    assert_eq!(
        hours.last_boundary(just_before),
        Some(boundary("close 2026-11-19T17:00+01"))
    );
    assert_eq!(
        hours.next_boundary(opening),
        Some(boundary("close 2026-11-20T17:00+01"))
    );
}

#[test]
fn in_the_second_pass_of_a_fold_nothing_opens_or_closes_again() {
    let hours = timetable("Europe/Berlin", "Su 2:10-2:50 4:00-5:00", "");
    for second_pass in [
        "2026-10-25T02:00+01",
        "2026-10-25T02:20+01",
        "2026-10-25T02:59:59+01",
    ] {
        let at = instant(second_pass);
        assert_eq!(
            hours.last_boundary(at),
            Some(boundary("close 2026-10-25T02:50+02")),
            "{second_pass}"
        );
        assert_eq!(
            hours.next_boundary(at),
            Some(boundary("open 2026-10-25T04:00+01")),
            "{second_pass}"
        );
    }
}

#[test]
fn a_clock_that_is_far_off_gets_an_answer_or_none_but_no_panic() {
    let hours = timetable("Europe/Berlin", "* 9:00-17:00", "0001-01-01; 9998-12-31");
    for at in [
        i64::MIN,
        i64::MIN + 1,
        -377_705_116_800_000,
        253_402_300_799_999,
        i64::MAX,
    ] {
        let at = Instant(at);
        assert!(hours.last_boundary(at).is_none_or(|last| last.at <= at));
        assert!(hours.next_boundary(at).is_none_or(|next| next.at > at));
        let _ = (hours.tomorrow(at), hours.zone().next_local_time(600, at));
    }
}
