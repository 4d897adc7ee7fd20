//! What is wrong with hours that came from outside, in words for the person who typed them.
//!
//! Refused: an empty span, spans of one rule that overlap (also from Sunday into Monday, and from one
//! day of an exception into the next), exceptions that share a date, and everything out of range. Not
//! refused: a span of an ordinary day that runs into an exception, or the other way round; nobody can
//! see that on a week grid, and the two just become one.

use std::fmt;

use jiff::Timestamp;
use jiff::civil::Date;
use jiff::tz::TimeZone;
use protocol::hours::{Hours, Span};
use protocol::limits::{HOURS_EXCEPTIONS, NAME_CHARACTERS, SPANS_PER_DAY};

use super::pattern::{DAY, Exception, Pattern, Stretch};

/// The day or days that a span starts on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum HoursDay {
    /// A day of the week.
    Weekday {
        /// 0 is Monday, 6 is Sunday.
        index: u8,
    },
    /// An exception, as it was written.
    Dates {
        /// The first day.
        first: String,
        /// The last day.
        last: String,
    },
}

impl fmt::Display for HoursDay {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Weekday { index } => f.write_str(match index {
                0 => "Monday",
                1 => "Tuesday",
                2 => "Wednesday",
                3 => "Thursday",
                4 => "Friday",
                5 => "Saturday",
                _ => "Sunday",
            }),
            Self::Dates { first, last } if first == last => f.write_str(first),
            Self::Dates { first, last } => write!(f, "{first} to {last}"),
        }
    }
}

/// Why hours are refused.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum HoursError {
    /// The zone is not in the database.
    #[error("The time zone “{zone}” is not known. Choose one like Europe/Berlin.")]
    UnknownZone {
        /// As it was given.
        zone: String,
    },
    /// The week has not seven days.
    #[error("A week has 7 days, Monday first; these hours have {days}.")]
    WeekLength {
        /// How many it has.
        days: usize,
    },
    /// A time of day that does not exist.
    #[error(
        "{day}: {minute} is not a minute of the day. A span starts at 0 to 1439 and ends at 0 to 1440."
    )]
    NoSuchMinute {
        /// Where.
        day: HoursDay,
        /// As it was given.
        minute: u16,
    },
    /// A span that ends where it starts.
    #[error("{day}: the span at {} is empty. Give it an end that differs from its start.", clock(*.from))]
    EmptySpan {
        /// Where.
        day: HoursDay,
        /// Its start and end, in minutes since midnight.
        from: u16,
    },
    /// Two spans of one rule overlap.
    #[error("{day} {} and {other_day} {} overlap. Join them, or let one end before the other starts.", span_text(*.span), span_text(*.other))]
    Overlap {
        /// Where the earlier one starts.
        day: HoursDay,
        /// The earlier one.
        span: Span,
        /// Where the later one starts.
        other_day: HoursDay,
        /// The later one.
        other: Span,
    },
    /// More spans than a day may have.
    #[error("{day} has {spans} spans; {SPANS_PER_DAY} are allowed.")]
    TooManySpans {
        /// Where.
        day: HoursDay,
        /// How many it has.
        spans: usize,
    },
    /// More exceptions than hours may have.
    #[error(
        "There are {exceptions} exceptions; {HOURS_EXCEPTIONS} are allowed. Remove some that have passed."
    )]
    TooManyExceptions {
        /// How many there are.
        exceptions: usize,
    },
    /// An exception's name is too long.
    #[error("{day}: the name has more than {NAME_CHARACTERS} characters.")]
    NameTooLong {
        /// Whose.
        day: HoursDay,
    },
    /// A date that does not exist, or is not written like one.
    #[error("“{text}” is not a date. Write it like 2026-12-24.")]
    BadDate {
        /// As it was given.
        text: String,
    },
    /// An exception that ends before it begins.
    #[error("{first} to {last}: the last day lies before the first.")]
    ReversedDates {
        /// As it was given.
        first: String,
        /// As it was given.
        last: String,
    },
    /// Two exceptions share a date.
    #[error("The exceptions {day} and {other} share a date. A day can have only one.")]
    ExceptionsOverlap {
        /// The earlier one.
        day: HoursDay,
        /// The later one.
        other: HoursDay,
    },
}

/// A time of day, as people write it.
fn clock(minute: u16) -> String {
    format!("{}:{:02}", minute / 60, minute % 60)
}

fn span_text(span: Span) -> String {
    format!("{}–{}", clock(span.from), clock(span.to))
}

/// The pattern of hours that are in order; all but their zone.
pub(super) fn pattern(hours: &Hours) -> Result<Pattern, HoursError> {
    if hours.week.len() != 7 {
        return Err(HoursError::WeekLength {
            days: hours.week.len(),
        });
    }
    let mut of_week = Vec::new();
    let mut week: [Vec<Stretch>; 7] = Default::default();
    for (index, (spans, stretches)) in (0_u8..).zip(hours.week.iter().zip(&mut week)) {
        let day = HoursDay::Weekday { index };
        *stretches = checked(&day, spans)?;
        for (span, (from, to)) in spans.iter().zip(&*stretches) {
            let midnight = i64::from(index) * DAY;
            of_week.push(Placed {
                from: midnight + from,
                to: midnight + to,
                day: day.clone(),
                span: *span,
            });
        }
    }
    apart(of_week, Some(7 * DAY))?;
    Ok(Pattern::new(week, exceptions(hours)?))
}

fn exceptions(hours: &Hours) -> Result<Vec<Exception>, HoursError> {
    if hours.exceptions.len() > HOURS_EXCEPTIONS {
        return Err(HoursError::TooManyExceptions {
            exceptions: hours.exceptions.len(),
        });
    }
    let mut named = Vec::new();
    for exception in &hours.exceptions {
        let (first, last) = (day_number(&exception.first)?, day_number(&exception.last)?);
        if last < first {
            return Err(HoursError::ReversedDates {
                first: exception.first.clone(),
                last: exception.last.clone(),
            });
        }
        let day = HoursDay::Dates {
            first: exception.first.clone(),
            last: exception.last.clone(),
        };
        if exception.name.chars().count() > NAME_CHARACTERS {
            return Err(HoursError::NameTooLong { day });
        }
        let spans = checked(&day, &exception.spans)?;
        let placed = exception
            .spans
            .iter()
            .zip(&spans)
            .map(|(span, (from, to))| Placed {
                from: *from,
                to: *to,
                day: day.clone(),
                span: *span,
            })
            .collect();
        // On a single day, the end of a night is another day's; on several, it is the next one's.
        apart(placed, (first < last).then_some(DAY))?;
        named.push((Exception { first, last, spans }, day));
    }
    named.sort_by_key(|(exception, _)| exception.first);
    for ((before, day), (after, other)) in named.iter().zip(named.iter().skip(1)) {
        if after.first <= before.last {
            return Err(HoursError::ExceptionsOverlap {
                day: day.clone(),
                other: other.clone(),
            });
        }
    }
    Ok(named.into_iter().map(|(exception, _)| exception).collect())
}

/// The spans of one day as stretches, in the same order.
fn checked(day: &HoursDay, spans: &[Span]) -> Result<Vec<Stretch>, HoursError> {
    if spans.len() > SPANS_PER_DAY {
        return Err(HoursError::TooManySpans {
            day: day.clone(),
            spans: spans.len(),
        });
    }
    spans.iter().map(|span| stretch(day, *span)).collect()
}

fn stretch(day: &HoursDay, span: Span) -> Result<Stretch, HoursError> {
    let (from, to) = (i64::from(span.from), i64::from(span.to));
    let out_of_range = if from >= DAY {
        Some(span.from)
    } else {
        (to > DAY).then_some(span.to)
    };
    if let Some(minute) = out_of_range {
        return Err(HoursError::NoSuchMinute {
            day: day.clone(),
            minute,
        });
    }
    match to.cmp(&from) {
        std::cmp::Ordering::Greater => Ok((from, to)),
        std::cmp::Ordering::Less => Ok((from, to + DAY)),
        std::cmp::Ordering::Equal => Err(HoursError::EmptySpan {
            day: day.clone(),
            from: span.from,
        }),
    }
}

/// A span with its place in the week, or in its day.
struct Placed {
    from: i64,
    to: i64,
    day: HoursDay,
    span: Span,
}

impl Placed {
    fn overlaps(self, other: Self) -> HoursError {
        HoursError::Overlap {
            day: self.day,
            span: self.span,
            other_day: other.day,
            other: other.span,
        }
    }
}

/// Refuses spans that overlap; where they repeat, also each other's next round.
fn apart(mut spans: Vec<Placed>, round: Option<i64>) -> Result<(), HoursError> {
    spans.sort_by_key(|span| span.from);
    let head = spans.first().map(|first| first.from);
    let mut spans = spans.into_iter();
    let Some(mut before) = spans.next() else {
        return Ok(());
    };
    // In order of their starts, overlapping spans are found beside each other.
    let first = Placed {
        day: before.day.clone(),
        ..before
    };
    for span in spans {
        if span.from < before.to {
            return Err(before.overlaps(span));
        }
        before = span;
    }
    match (round, head) {
        (Some(round), Some(head)) if before.to - round > head => Err(before.overlaps(first)),
        _ => Ok(()),
    }
}

/// Days since 1970-01-01 of a date like `2026-12-24`.
pub(super) fn day_number(text: &str) -> Result<i64, HoursError> {
    let bad = || HoursError::BadDate {
        text: text.to_owned(),
    };
    let date: Date = text.parse().map_err(|_| bad())?;
    // Only this spelling, and far enough from the ends of the calendar to reckon around it.
    if date.to_string() != text || !(1..=9998).contains(&date.year()) {
        return Err(bad());
    }
    let midnight: Timestamp = date
        .at(0, 0, 0, 0)
        .to_zoned(TimeZone::UTC)
        .map_err(|_| bad())?
        .timestamp();
    Ok(midnight.as_second().div_euclid(86_400))
}
