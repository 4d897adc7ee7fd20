//! Hours that are refused, and how the person is told.

use protocol::hours::{Hours, HoursException, Span};
use protocol::limits::{HOURS_EXCEPTIONS, NAME_CHARACTERS, SPANS_PER_DAY};
use rules::hours::{HoursDay, HoursError, Timetable};

use crate::{hours, spans};

fn refused(hours: &Hours) -> HoursError {
    Timetable::new(hours).expect_err("must be refused")
}

fn weekday(index: u8) -> HoursDay {
    HoursDay::Weekday { index }
}

#[test]
fn overlapping_spans_are_refused_wherever_they_meet() {
    for (week, exceptions, said) in [
        (
            "Mo 9:00-12:00 11:59-13:00",
            "",
            "Monday 9:00–12:00 and Monday 11:59–13:00 overlap",
        ),
        (
            "Mo 11:59-13:00 9:00-12:00",
            "",
            "Monday 9:00–12:00 and Monday 11:59–13:00 overlap",
        ),
        (
            "Mo 9:00-12:00 9:00-12:00",
            "",
            "Monday 9:00–12:00 and Monday 9:00–12:00 overlap",
        ),
        (
            "Mo 22:00-6:00; Tu 5:00-9:00",
            "",
            "Monday 22:00–6:00 and Tuesday 5:00–9:00 overlap",
        ),
        (
            "Su 22:00-6:00; Mo 5:59-9:00",
            "",
            "Sunday 22:00–6:00 and Monday 5:59–9:00 overlap",
        ),
        (
            "Tu 9:00-17:00 10:00-9:30",
            "",
            "Tuesday 9:00–17:00 and Tuesday 10:00–9:30 overlap",
        ),
        (
            "",
            "2026-12-24 9:00-12:00 10:00-11:00",
            "2026-12-24 9:00–12:00 and 2026-12-24 10:00–11:00 overlap",
        ),
        (
            "",
            "2026-12-24/2026-12-26 22:00-6:00 5:00-7:00",
            "2026-12-24 to 2026-12-26 22:00–6:00 and 2026-12-24 to 2026-12-26 5:00–7:00 overlap",
        ),
    ] {
        let error = refused(&hours("Europe/Berlin", week, exceptions));
        assert!(matches!(error, HoursError::Overlap { .. }), "{error:?}");
        assert!(error.to_string().starts_with(said), "{error} / {said}");
    }
}

#[test]
fn spans_that_only_touch_or_meet_at_an_exception_are_not_refused() {
    for (week, exceptions) in [
        ("Mo 9:00-12:00 12:00-13:00", ""),
        ("Su 22:00-6:00; Mo 6:00-9:00", ""),
        ("* 0:00-24:00", ""),
        ("* 12:00-11:59 11:59-12:00", ""),
        ("* 22:00-6:00", "2026-12-24 5:00-9:00"),
        ("* 5:00-12:00", "2026-12-31 18:00-6:00"),
        // Of a single day, the end of the night lies on another day.
        ("", "2026-12-24 22:00-6:00 5:00-7:00"),
        ("", "2026-12-24 22:00-6:00; 2026-12-25 5:00-7:00"),
        ("", "2026-12-25; 2026-12-24"),
    ] {
        let answer = Timetable::new(&hours("Europe/Berlin", week, exceptions));
        assert!(answer.is_ok(), "{week} / {exceptions}: {answer:?}");
    }
}

#[test]
fn empty_spans_are_refused_with_their_day() {
    assert_eq!(
        refused(&hours("Europe/Berlin", "We 9:00-9:00", "")),
        HoursError::EmptySpan {
            day: weekday(2),
            from: 540
        }
    );
    assert_eq!(
        refused(&hours("Europe/Berlin", "We 0:00-0:00", "")),
        HoursError::EmptySpan {
            day: weekday(2),
            from: 0
        }
    );
    let error = refused(&hours("Europe/Berlin", "", "2026-12-24 9:00-9:00"));
    assert_eq!(
        error.to_string(),
        "2026-12-24: the span at 9:00 is empty. Give it an end that differs from its start."
    );
}

#[test]
fn minutes_that_no_day_has_are_refused() {
    for (from, to, minute) in [(1440, 60, 1440), (0, 1441, 1441), (u16::MAX, 0, u16::MAX)] {
        let mut wrong = hours("Europe/Berlin", "", "");
        wrong.week[6].push(Span { from, to });
        assert_eq!(
            refused(&wrong),
            HoursError::NoSuchMinute {
                day: weekday(6),
                minute
            }
        );
    }
}

#[test]
fn an_unknown_zone_is_refused_by_its_name() {
    let error = refused(&hours("Europe/Porchlight", "Mo 9:00-17:00", ""));
    assert_eq!(
        error.to_string(),
        "The time zone “Europe/Porchlight” is not known. Choose one like Europe/Berlin."
    );
}

#[test]
fn a_week_has_seven_days() {
    for days in [0, 6, 8] {
        let mut wrong = hours("Europe/Berlin", "", "");
        wrong.week.resize(days, Vec::new());
        assert_eq!(refused(&wrong), HoursError::WeekLength { days });
    }
}

#[test]
fn dates_are_real_and_in_order() {
    for text in [
        "",
        "tomorrow",
        "2026-02-29",
        "2026-13-01",
        "20261224",
        "2026-12-24T00:00",
        "24.12.2026",
        "0000-01-01",
        "9999-12-31",
        "-000001-01-01",
    ] {
        let wrong = hours(
            "Europe/Berlin",
            "",
            &format!("{text}/2026-12-24 9:00-10:00"),
        );
        assert_eq!(
            refused(&wrong),
            HoursError::BadDate {
                text: text.to_owned()
            }
        );
    }
    assert_eq!(
        refused(&hours("Europe/Berlin", "", "2026-12-26/2026-12-24")),
        HoursError::ReversedDates {
            first: "2026-12-26".into(),
            last: "2026-12-24".into()
        }
    );
    let error = refused(&hours(
        "Europe/Berlin",
        "",
        "2026-12-24/2026-12-26; 2026-12-20/2026-12-24",
    ));
    assert_eq!(
        error.to_string(),
        "The exceptions 2026-12-20 to 2026-12-24 and 2026-12-24 to 2026-12-26 share a date. \
         A day can have only one."
    );
}

#[test]
fn too_much_of_anything_is_refused() {
    let minutes = |count: usize| -> Vec<Span> {
        (0..u16::try_from(count).expect("few"))
            .map(|index| Span {
                from: index * 2,
                to: index * 2 + 1,
            })
            .collect()
    };
    let mut many = hours("Europe/Berlin", "", "");
    many.week[4] = minutes(SPANS_PER_DAY);
    assert!(Timetable::new(&many).is_ok());
    many.week[4] = minutes(SPANS_PER_DAY + 1);
    assert_eq!(
        refused(&many),
        HoursError::TooManySpans {
            day: weekday(4),
            spans: SPANS_PER_DAY + 1
        }
    );

    let day = |index: usize| HoursException {
        first: format!("{:04}-12-24", 2026 + index),
        last: format!("{:04}-12-24", 2026 + index),
        name: "Christmas".into(),
        spans: spans("9:00-12:00"),
    };
    let mut many = hours("Europe/Berlin", "", "");
    many.exceptions = (0..HOURS_EXCEPTIONS).map(day).collect();
    assert!(Timetable::new(&many).is_ok());
    many.exceptions.push(day(HOURS_EXCEPTIONS));
    assert_eq!(
        refused(&many),
        HoursError::TooManyExceptions {
            exceptions: HOURS_EXCEPTIONS + 1
        }
    );

    let mut named = hours("Europe/Berlin", "", "2026-12-24");
    named.exceptions[0].name = "é".repeat(NAME_CHARACTERS);
    assert!(Timetable::new(&named).is_ok());
    named.exceptions[0].name.push('!');
    assert!(matches!(refused(&named), HoursError::NameTooLong { .. }));
}
