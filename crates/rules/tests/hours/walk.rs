//! Random hours against a walk that looks at every minute, written from the words of the rules: a local
//! time happens when the clock first shows it; if it never does, at the first instant after the gap.

use std::collections::BTreeMap;
use std::ops::RangeInclusive;

use jiff::civil::Date;
use jiff::tz::{TimeZone, TimeZoneDatabase};
use jiff::{Timestamp, ToSpan};
use proptest::collection::vec;
use proptest::prelude::*;
use protocol::hours::{Hours, HoursException, Span};
use protocol::ids::Instant;
use rules::hours::{Boundary, Timetable};

/// Places and days around which their clock changes (or does not).
const PLACES: &[(&str, &str)] = &[
    ("Europe/Berlin", "2026-03-29"),
    ("Europe/Berlin", "2026-10-25"),
    ("America/New_York", "2026-03-08"),
    ("America/New_York", "2026-11-01"),
    ("Australia/Lord_Howe", "2026-10-04"),
    ("Australia/Lord_Howe", "2026-04-05"),
    ("Asia/Kolkata", "2026-03-29"),
    ("UTC", "2026-12-31"),
    // Midnight is skipped, or comes twice.
    ("America/Havana", "2026-03-08"),
    ("America/Havana", "2026-11-01"),
    ("America/Scoresbysund", "2026-03-29"),
    ("America/Scoresbysund", "2026-10-25"),
    // Two hours at once.
    ("Antarctica/Troll", "2026-03-29"),
    ("Antarctica/Troll", "2026-10-25"),
    // A whole day at once.
    ("Pacific/Apia", "2011-12-30"),
];

fn zone(name: &str) -> TimeZone {
    TimeZoneDatabase::bundled().get(name).expect("a zone")
}

/// Each minute of some days: when it is, and what the clock on the wall shows (in minutes since 1970).
struct Days {
    minutes: Vec<(Instant, i64)>,
}

fn day_number(date: Date) -> i64 {
    let midnight = date.at(0, 0, 0, 0).to_zoned(TimeZone::UTC).expect("a day");
    midnight.timestamp().as_second() / 86_400
}

impl Days {
    fn around(zone: &TimeZone, date: Date, days: i64) -> Self {
        let noon = date.at(12, 0, 0, 0).to_zoned(TimeZone::UTC).expect("a day");
        let first = noon.timestamp().as_second() - days * 86_400;
        let minutes = (0..days * 2 * 1440)
            .map(|minute| {
                let second = first + minute * 60;
                let at = Timestamp::from_second(second).expect("in range");
                let local = second + i64::from(zone.to_offset(at).seconds());
                (Instant(second * 1_000), local.div_euclid(60))
            })
            .collect();
        Self { minutes }
    }

    fn local_days(&self) -> RangeInclusive<i64> {
        let shown = self.minutes.iter().map(|(_, local)| local.div_euclid(1440));
        shown.clone().min().expect("days")..=shown.max().expect("days")
    }

    /// The place in `minutes` at which the local minute happens; their number if after them.
    fn when(&self) -> impl Fn(i64) -> usize {
        let mut shown = BTreeMap::new();
        for (index, (_, local)) in self.minutes.iter().enumerate() {
            shown.entry(*local).or_insert(index);
        }
        let end = self.minutes.len();
        move |local| {
            let exactly = shown.get(&local).copied();
            exactly.unwrap_or_else(|| {
                let later = shown.range(local..).next();
                later.map_or(end, |(_, index)| *index)
            })
        }
    }

    /// Whether somebody with these hours is on duty, minute by minute.
    fn on_duty(&self, hours: &Hours) -> Vec<bool> {
        let when = self.when();
        let mut duty = vec![false; self.minutes.len()];
        let days = self.local_days();
        for day in days.start() - 2..=days.end() + 1 {
            for span in spans_on(hours, day) {
                let from = day * 1440 + i64::from(span.from);
                let next_day = if span.to < span.from { 1440 } else { 0 };
                let to = day * 1440 + next_day + i64::from(span.to);
                let (begins, ends) = (when(from), when(to));
                if begins < ends {
                    duty[begins..ends].fill(true);
                }
            }
        }
        duty
    }
}

fn spans_on(hours: &Hours, day: i64) -> Vec<Span> {
    let date = Date::constant(1970, 1, 1) + day.days();
    let exception = hours.exceptions.iter().find(|exception| {
        (exception.first.parse::<Date>().expect("a date")
            ..=exception.last.parse::<Date>().expect("a date"))
            .contains(&date)
    });
    match exception {
        Some(exception) => exception.spans.clone(),
        None => {
            let weekday = usize::try_from(date.weekday().to_monday_zero_offset()).expect("0 to 6");
            hours.week[weekday].clone()
        }
    }
}

/// Asks at every boundary, around it, and now and then between.
fn agrees(hours: &Hours, days: &Days) -> Result<(), TestCaseError> {
    let timetable = Timetable::new(hours).expect("hours in order");
    let duty = days.on_duty(hours);
    let (begin, end) = (days.minutes[0].0, days.minutes[days.minutes.len() - 1].0);
    let boundaries: Vec<Boundary> = (1..duty.len())
        .filter(|index| duty[*index] != duty[index - 1])
        .map(|index| Boundary {
            at: days.minutes[index].0,
            opens: duty[index],
        })
        .collect();
    let mut asked: Vec<i64> = boundaries
        .iter()
        .flat_map(|boundary| [-60_000, -1, 0, 1, 60_000].map(|step| boundary.at.0 + step))
        .collect();
    asked.extend((begin.0..end.0).step_by(97 * 60_000));
    for at in asked.into_iter().map(Instant) {
        let next = boundaries.iter().find(|boundary| boundary.at > at);
        match timetable.next_boundary(at) {
            Some(found) if found.at <= end => prop_assert_eq!(Some(&found), next, "after {:?}", at),
            _ => prop_assert_eq!(None, next, "after {:?}", at),
        }
        let last = boundaries.iter().rev().find(|boundary| boundary.at <= at);
        match timetable.last_boundary(at) {
            Some(found) if found.at > begin => prop_assert_eq!(Some(&found), last, "at {:?}", at),
            _ => prop_assert_eq!(None, last, "at {:?}", at),
        }
    }
    Ok(())
}

/// Spans of a few hours at any time, and short ones where clocks change.
fn span() -> impl Strategy<Value = Span> {
    let minute = prop_oneof![
        0_u16..1440,
        0_u16..300,
        1380_u16..1440,
        (0_u16..48).prop_map(|half_hours| half_hours * 30),
    ];
    (minute, 1_u16..=1439, 1_u16..120, any::<bool>()).prop_map(|(from, long, short, is_long)| {
        let to = (from + if is_long { long } else { short }) % 1440;
        Span {
            from,
            to: if to == 0 { 1440 } else { to },
        }
    })
}

/// Adds what leaves the hours in order, and leaves out the rest.
fn in_order(zone: &str, week: Vec<(usize, Span)>, exceptions: Vec<HoursException>) -> Hours {
    let mut hours = Hours {
        zone: zone.to_owned(),
        week: vec![Vec::new(); 7],
        exceptions: Vec::new(),
    };
    for (day, span) in week {
        hours.week[day].push(span);
        if Timetable::new(&hours).is_err() {
            hours.week[day].pop();
        }
    }
    for exception in exceptions {
        hours.exceptions.push(exception);
        if Timetable::new(&hours).is_err() {
            hours.exceptions.pop();
        }
    }
    hours
}

/// Exceptions that begin up to `reach` days before or after a date and last up to `length` days.
fn exceptions(around: Date, reach: i64, length: i64) -> impl Strategy<Value = Vec<HoursException>> {
    let one = (-reach..=reach, 0..length, vec(span(), 0..3));
    vec(one, 0..4).prop_map(move |all| {
        all.into_iter()
            .map(|(offset, length, spans)| {
                let first = around + offset.days();
                HoursException {
                    first: first.to_string(),
                    last: (first + length.days()).to_string(),
                    name: String::new(),
                    spans,
                }
            })
            .collect()
    })
}

fn around_a_change() -> impl Strategy<Value = (usize, Hours)> {
    (0..PLACES.len()).prop_flat_map(|place| {
        let (zone, date) = PLACES[place];
        let date: Date = date.parse().expect("a date");
        (vec((0_usize..7, span()), 0..20), exceptions(date, 3, 3))
            .prop_map(move |(week, exceptions)| (place, in_order(zone, week, exceptions)))
    })
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 200, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn around_changes_of_the_clock_hours_agree_with_a_walk_over_every_minute(
        (place, hours) in around_a_change()
    ) {
        let (name, date) = PLACES[place];
        let days = Days::around(&zone(name), date.parse().expect("a date"), 3);
        agrees(&hours, &days)?;
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 24, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn over_weeks_of_exceptions_hours_agree_with_a_walk_over_every_minute(
        week in vec((0_usize..7, span()), 0..4),
        full in any::<bool>(),
        exceptions in exceptions(Date::constant(2026, 6, 1), 20, 30),
    ) {
        let date = Date::constant(2026, 6, 1);
        let mut hours = in_order("UTC", week, exceptions);
        if full {
            hours.week.fill(vec![Span { from: 0, to: 1440 }]);
        }
        agrees(&hours, &Days::around(&TimeZone::UTC, date, 40))?;
    }

    #[test]
    fn spans_of_a_week_are_refused_exactly_if_two_share_a_minute(
        spans in vec((0_usize..7, span()), 0..8)
    ) {
        let mut hours = in_order("UTC", Vec::new(), Vec::new());
        let mut taken = vec![0; 7 * 1440];
        for (day, span) in &spans {
            hours.week[*day].push(*span);
            let from = day * 1440 + usize::from(span.from);
            let length = (usize::from(span.to) + 1440 - usize::from(span.from) - 1) % 1440 + 1;
            for minute in from..from + length {
                taken[minute % (7 * 1440)] += 1;
            }
        }
        let shared = taken.iter().any(|count| *count > 1);
        prop_assert_eq!(Timetable::new(&hours).is_err(), shared);
    }
}

#[test]
fn the_walk_knows_the_days_it_walks() {
    let day = Date::constant(2026, 3, 29);
    let days = Days::around(&zone("Europe/Berlin"), day, 2);
    assert_eq!(
        days.local_days().count(),
        5,
        "two days to each side of noon"
    );
    let when = days.when();
    let gap = day_number(day) * 1440 + 150;
    assert_eq!(days.minutes[when(gap)].1, day_number(day) * 1440 + 180);
}
