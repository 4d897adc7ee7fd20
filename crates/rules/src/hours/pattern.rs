//! The turns of a week with exceptions, on a calendar without time zones.
//!
//! Time here is a count of local minutes since 1970-01-01T00:00, and each day has 1440 of them. A
//! *run* is a stretch of days that follow the same rule: one exception, or the week between two.

/// Minutes of a calendar day.
pub(super) const DAY: i64 = 24 * 60;
/// Days of the week.
const WEEK: usize = 7;

/// Minutes after the midnight before it: from the first, up to and without the second. The end may lie
/// on the next day.
pub(super) type Stretch = (i64, i64);

/// Where on duty begins or ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Turn {
    pub(super) minute: i64,
    pub(super) opens: bool,
}

impl Turn {
    fn open(minute: i64) -> Option<Self> {
        Some(Self {
            minute,
            opens: true,
        })
    }

    fn close(minute: i64) -> Option<Self> {
        Some(Self {
            minute,
            opens: false,
        })
    }
}

/// Days that follow a rule of their own.
#[derive(Clone, Debug)]
pub(super) struct Exception {
    /// Days since 1970-01-01.
    pub(super) first: i64,
    pub(super) last: i64,
    pub(super) spans: Vec<Stretch>,
}

/// What starts when. Days are in order, spans of a rule do not overlap each other.
#[derive(Clone, Debug)]
pub(super) struct Pattern {
    week: [Vec<Stretch>; WEEK],
    week_is_full: bool,
    exceptions: Vec<Exception>,
}

/// A stretch of days with one rule.
struct Run<'a> {
    /// Absent: since ever.
    first: Option<i64>,
    /// Absent: for ever.
    last: Option<i64>,
    rule: Rule<'a>,
    /// No span starts on any of its days.
    empty: bool,
    /// Its spans follow each other without a pause.
    full: bool,
}

enum Rule<'a> {
    Week(&'a [Vec<Stretch>; WEEK]),
    EachDay(&'a [Stretch]),
}

impl Run<'_> {
    /// The spans that start on `day`, in order.
    fn on(&self, day: i64) -> &[Stretch] {
        match self.rule {
            Rule::EachDay(spans) => spans,
            Rule::Week(week) => {
                // The first of January 1970 was a Thursday.
                let weekday = usize::try_from((day + 3).rem_euclid(7)).unwrap_or_default();
                week.get(weekday).map_or(&[], Vec::as_slice)
            }
        }
    }
}

fn length(spans: &[Stretch]) -> i64 {
    spans.iter().map(|(from, to)| to - from).sum()
}

impl Pattern {
    /// Of spans that do not overlap, and exceptions that do not either.
    pub(super) fn new(mut week: [Vec<Stretch>; WEEK], mut exceptions: Vec<Exception>) -> Self {
        for day in &mut week {
            day.sort_unstable();
        }
        for exception in &mut exceptions {
            exception.spans.sort_unstable();
        }
        exceptions.sort_by_key(|exception| exception.first);
        let minutes: i64 = week.iter().map(|day| length(day)).sum();
        Self {
            // Without overlaps, only a week without a pause is as long as a week.
            week_is_full: minutes == DAY * 7,
            week,
            exceptions,
        }
    }

    fn run_at(&self, day: i64) -> Run<'_> {
        let begun = self
            .exceptions
            .partition_point(|exception| exception.first <= day);
        let before = begun
            .checked_sub(1)
            .and_then(|index| self.exceptions.get(index));
        match before {
            Some(exception) if exception.last >= day => Run {
                first: Some(exception.first),
                last: Some(exception.last),
                rule: Rule::EachDay(&exception.spans),
                empty: exception.spans.is_empty(),
                full: length(&exception.spans) == DAY,
            },
            _ => Run {
                first: before.map(|exception| exception.last + 1),
                last: self
                    .exceptions
                    .get(begun)
                    .map(|exception| exception.first - 1),
                rule: Rule::Week(&self.week),
                empty: self.week.iter().all(Vec::is_empty),
                full: self.week_is_full,
            },
        }
    }

    /// The first turn after the minute `after`.
    pub(super) fn next(&self, after: i64) -> Option<Turn> {
        // A span is shorter than a day: what is on at `after` began today or yesterday.
        let mut day = after.div_euclid(DAY) - 1;
        // While on duty at `after`: up to where that is known to last.
        let mut reach: Option<i64> = None;
        loop {
            let run = self.run_at(day);
            let midnight = day * DAY;
            for (from, to) in run.on(day) {
                let (from, to) = (midnight + from, midnight + to);
                match reach {
                    Some(end) if from <= end => reach = Some(end.max(to)),
                    Some(end) => return Turn::close(end),
                    None if from > after => return Turn::open(from),
                    None if to > after => reach = Some(to),
                    None => {}
                }
            }
            let next_midnight = midnight + DAY;
            match reach {
                Some(end) if end < next_midnight => return Turn::close(end),
                Some(end) if run.full => {
                    let last = run.last?;
                    if last > day {
                        reach = Some(end.max((last + 1) * DAY));
                        day = last;
                        continue;
                    }
                }
                None if run.empty => day = run.last?,
                _ => {}
            }
            day += 1;
        }
    }

    /// The latest turn at or before the minute `at`.
    pub(super) fn last(&self, at: i64) -> Option<Turn> {
        let today = at.div_euclid(DAY);
        let mut day = today;
        // While on duty at `at`: since when that is known to last.
        let mut since: Option<i64> = None;
        // Otherwise: the latest end so far.
        let mut ended: Option<i64> = None;
        loop {
            let run = self.run_at(day);
            let midnight = day * DAY;
            for (from, to) in run.on(day).iter().rev() {
                let (from, to) = (midnight + from, midnight + to);
                match since {
                    _ if from > at => {}
                    Some(start) if to >= start => since = Some(start.min(from)),
                    Some(_) => {}
                    None if to > at => since = Some(from),
                    None => ended = ended.max(Some(to)),
                }
            }
            // Spans of days before this one all end before the next midnight.
            let next_midnight = midnight + DAY;
            match (since, ended) {
                (Some(start), _) if start >= next_midnight => return Turn::open(start),
                (Some(start), _) if run.full => {
                    let first = run.first?;
                    if first < day {
                        since = Some(start.min((first + 1) * DAY));
                        day = first;
                        continue;
                    }
                }
                (None, Some(end)) if day < today && end >= next_midnight => {
                    return Turn::close(end);
                }
                (None, None) if run.empty => day = run.first?,
                _ => {}
            }
            day -= 1;
        }
    }
}
