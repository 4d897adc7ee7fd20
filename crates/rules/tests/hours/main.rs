//! Availability hours: what people see on the week grid happens at the instants they expect.

#![allow(clippy::expect_used, clippy::indexing_slicing)]

mod asked;
mod refusals;
mod table;
mod walk;

use jiff::Timestamp;
use protocol::hours::{Hours, HoursException, Span};
use protocol::ids::Instant;
use rules::hours::{Boundary, Timetable};

const WEEKDAYS: [&str; 7] = ["Mo", "Tu", "We", "Th", "Fr", "Sa", "Su"];

/// `9:30` in minutes.
fn minute(text: &str) -> u16 {
    let (hour, minute) = text.split_once(':').expect("a time like 9:30");
    hour.parse::<u16>().expect("an hour") * 60 + minute.parse::<u16>().expect("a minute")
}

/// `9:00-12:00 13:00-17:00`.
fn spans(text: &str) -> Vec<Span> {
    text.split_whitespace()
        .map(|span| {
            let (from, to) = span.split_once('-').expect("a span like 9:00-17:00");
            Span {
                from: minute(from),
                to: minute(to),
            }
        })
        .collect()
}

/// Hours in `zone`. `week` is like `Mo 9:00-17:00; Fr 22:00-6:00`, `exceptions` like
/// `2026-12-24 9:00-12:00; 2026-12-25/2026-12-31`.
fn hours(zone: &str, week: &str, exceptions: &str) -> Hours {
    let mut days = vec![Vec::new(); 7];
    for rule in week.split(';').map(str::trim).filter(|it| !it.is_empty()) {
        let (day, rest) = rule.split_once(' ').expect("a day and its spans");
        if day == "*" {
            days.fill(spans(rest));
        } else {
            let index = WEEKDAYS
                .iter()
                .position(|it| *it == day)
                .expect("a weekday");
            days[index] = spans(rest);
        }
    }
    let exceptions = exceptions
        .split(';')
        .map(str::trim)
        .filter(|it| !it.is_empty())
        .map(|rule| {
            let (dates, rest) = rule.split_once(' ').unwrap_or((rule, ""));
            let (first, last) = dates.split_once('/').unwrap_or((dates, dates));
            HoursException {
                first: first.to_owned(),
                last: last.to_owned(),
                name: String::new(),
                spans: spans(rest),
            }
        })
        .collect();
    Hours {
        zone: zone.to_owned(),
        week: days,
        exceptions,
    }
}

fn timetable(zone: &str, week: &str, exceptions: &str) -> Timetable {
    Timetable::new(&hours(zone, week, exceptions)).expect("hours in order")
}

/// `2026-03-29T03:00+02`.
fn instant(text: &str) -> Instant {
    let parsed: Timestamp = text
        .parse()
        .unwrap_or_else(|_| panic!("an instant: {text}"));
    Instant(parsed.as_millisecond())
}

/// `open 2026-03-29T03:00+02`.
fn boundary(text: &str) -> Boundary {
    let (kind, at) = text.split_once(' ').expect("a kind and an instant");
    Boundary {
        at: instant(at),
        opens: match kind {
            "open" => true,
            "close" => false,
            other => panic!("open or close, not {other}"),
        },
    }
}
