//! Hours by walking over every minute of some weeks: no reckoning, only looking at a clock.

use jiff::Timestamp;
use jiff::civil::Date;
use jiff::tz::TimeZoneDatabase;
use protocol::hours::{Hours, HoursException, Span};
use rules::hours::Timetable;

use crate::dice::Dice;

const MINUTE: i64 = 60_000;
const DAY: i64 = 1_440;
const DAYS_BEFORE: i64 = 8;
const DAYS_AFTER: i64 = 16;

/// Places and days on which their clock changes; one place has no such day.
const PLACES: [(&str, &str); 9] = [
    ("Europe/Berlin", "2026-03-29"),
    ("Europe/Berlin", "2026-10-25"),
    ("America/New_York", "2026-03-08"),
    ("America/New_York", "2026-11-01"),
    ("Australia/Lord_Howe", "2026-04-05"),
    ("Australia/Lord_Howe", "2026-10-04"),
    ("America/St_Johns", "2026-03-08"),
    ("America/St_Johns", "2026-11-01"),
    ("Asia/Kolkata", "2026-03-29"),
];

/// Hours, and at which instants they begin (`true`) and end.
pub(crate) struct Timetabled {
    pub(crate) hours: Hours,
    pub(crate) boundaries: Vec<(i64, bool)>,
}

/// Some weeks in one place.
pub(crate) struct Calendar {
    pub(crate) zone: String,
    /// Noon, UTC, of the day on which the clock changes.
    pub(crate) noon: i64,
    first: i64,
    /// For each minute from `first` on, the latest local minute (since 1970) that the clock on the wall
    /// has shown so far. Where the clock is set forward this leaps; where it is set back it stays, until
    /// the clock has caught up: so a time in a gap counts from the first instant after it, and a time in
    /// a fold from the earlier one on.
    reached: Vec<i64>,
    pub(crate) timetables: Vec<Timetabled>,
}

fn day_number(date: &str) -> i64 {
    let date: Date = date.parse().expect("a date");
    let epoch = Date::constant(1970, 1, 1);
    (date - epoch).get_days().into()
}

fn date(day: i64) -> String {
    let second = day * DAY * 60;
    let at = Timestamp::from_second(second).expect("in range");
    at.to_zoned(jiff::tz::TimeZone::UTC).date().to_string()
}

impl Calendar {
    /// All places, each with some hours to choose from.
    pub(crate) fn all(dice: &mut Dice) -> Vec<Self> {
        PLACES
            .iter()
            .map(|(zone, day)| {
                let mut calendar = Self::new(zone, day_number(day));
                for _ in 0..40 {
                    let hours = std::iter::repeat_with(|| calendar.some_hours(dice))
                        .find(|hours| Timetable::new(hours).is_ok())
                        .expect("hours that may be stored");
                    let boundaries = calendar.boundaries(&hours);
                    calendar.timetables.push(Timetabled { hours, boundaries });
                }
                calendar
            })
            .collect()
    }

    fn new(name: &str, day: i64) -> Self {
        let zone = TimeZoneDatabase::bundled().get(name).expect("a zone");
        let first = (day - DAYS_BEFORE) * DAY * MINUTE;
        let mut latest = i64::MIN;
        let reached = (0..(DAYS_BEFORE + DAYS_AFTER) * DAY)
            .map(|minute| {
                let second = first / 1_000 + minute * 60;
                let at = Timestamp::from_second(second).expect("in range");
                let shown = (second + i64::from(zone.to_offset(at).seconds())).div_euclid(60);
                latest = latest.max(shown);
                latest
            })
            .collect();
        Self {
            zone: name.to_owned(),
            noon: day * DAY * MINUTE + 12 * 60 * MINUTE,
            first,
            reached,
            timetables: Vec::new(),
        }
    }

    pub(crate) fn end(&self) -> i64 {
        self.first + i64::try_from(self.reached.len()).unwrap() * MINUTE
    }

    /// The first minute after `after` at which the clock has come to the local minute.
    fn first_at(&self, local: i64, after: i64) -> i64 {
        let index = self.reached.partition_point(|reached| *reached < local);
        let at = self.first + i64::try_from(index).unwrap() * MINUTE;
        if at > after { at } else { i64::MAX }
    }

    fn local_day(&self, at: i64) -> i64 {
        // What the clock shows, not what it has reached: days are asked for far from midnight folds.
        let index = usize::try_from((at - self.first).div_euclid(MINUTE)).unwrap();
        self.reached[index].div_euclid(DAY)
    }

    /// The next instant at which the clock comes to this minute of a day.
    pub(crate) fn next_local_time(&self, minute: u16, after: i64) -> i64 {
        let today = self.local_day(after);
        (today - 1..today + 4)
            .map(|day| self.first_at(day * DAY + i64::from(minute), after))
            .min()
            .unwrap()
    }

    /// The first start of hours tomorrow or later; without one 8:00 tomorrow.
    pub(crate) fn tomorrow(&self, boundaries: &[(i64, bool)], after: i64) -> i64 {
        let tomorrow = self.local_day(after) + 1;
        let midnight = self.first_at(tomorrow * DAY, after);
        let start = boundaries
            .iter()
            .find(|(at, opens)| *opens && *at >= midnight);
        start.map_or_else(|| self.first_at(tomorrow * DAY + 8 * 60, after), |it| it.0)
    }

    fn boundaries(&self, hours: &Hours) -> Vec<(i64, bool)> {
        let base = self.reached[0] - 3 * DAY;
        let length =
            usize::try_from(self.reached[self.reached.len() - 1] - base + 3 * DAY).unwrap();
        let mut covered = vec![false; length];
        let exceptions: Vec<(i64, i64, &Vec<Span>)> = hours
            .exceptions
            .iter()
            .map(|it| (day_number(&it.first), day_number(&it.last), &it.spans))
            .collect();
        let days = i64::try_from(length).unwrap() / DAY;
        for day in base.div_euclid(DAY)..base.div_euclid(DAY) + days {
            let exception = exceptions
                .iter()
                .find(|(first, last, _)| (*first..=*last).contains(&day));
            // 1970 began on a Thursday.
            let weekday = usize::try_from((day + 3).rem_euclid(7)).unwrap();
            let spans = exception.map_or(&hours.week[weekday], |it| it.2);
            for span in spans {
                let (from, mut to) = (i64::from(span.from), i64::from(span.to));
                if to < from {
                    to += DAY;
                }
                for minute in from..to {
                    if let Ok(index) = usize::try_from(day * DAY + minute - base)
                        && index < length
                    {
                        covered[index] = true;
                    }
                }
            }
        }
        let on_duty = |reached: &i64| covered[usize::try_from(reached - base).unwrap()];
        let mut boundaries = Vec::new();
        let mut at = self.first;
        for pair in self.reached.windows(2) {
            at += MINUTE;
            let (before, now) = (on_duty(&pair[0]), on_duty(&pair[1]));
            if before != now {
                boundaries.push((at, now));
            }
        }
        boundaries
    }

    fn some_hours(&self, dice: &mut Dice) -> Hours {
        // Around the changes of the clock, which come between midnight and three.
        let minute = |dice: &mut Dice| -> u16 {
            let step = *dice.one_of(&[1, 5, 30, 60]);
            let hour = if dice.one_in(2) {
                dice.up_to(5)
            } else {
                dice.up_to(24)
            };
            u16::try_from((hour * 60 + dice.up_to(60)) / step * step).unwrap() % 1_440
        };
        let day = |dice: &mut Dice| -> Vec<Span> {
            let mut cuts: Vec<u16> = (0..2 * dice.up_to(4)).map(|_| minute(dice)).collect();
            cuts.sort_unstable();
            cuts.dedup();
            let mut spans: Vec<Span> = cuts
                .chunks_exact(2)
                .map(|pair| Span {
                    from: pair[0],
                    to: pair[1],
                })
                .collect();
            if let Some(last) = spans.last_mut()
                && dice.one_in(3)
            {
                // Into the next day, which is refused where that begins earlier.
                last.to = if dice.one_in(2) { 1_440 } else { minute(dice) };
            }
            spans
        };
        let week = if dice.one_in(20) {
            // Always.
            vec![vec![Span { from: 0, to: 1_440 }]; 7]
        } else if dice.one_in(3) {
            // Every night.
            let (from, to) = (1_200 + minute(dice) % 240, minute(dice) % 400);
            vec![vec![Span { from, to }]; 7]
        } else {
            let mut week: Vec<Vec<Span>> = (0..7).map(|_| day(dice)).collect();
            let some = usize::try_from(dice.up_to(7)).unwrap();
            if week[some].is_empty() {
                week[some] = vec![Span {
                    from: 540,
                    to: 1_020,
                }];
            }
            week
        };
        let mut exceptions = Vec::new();
        if dice.one_in(3) {
            let first = self.noon / MINUTE / DAY + dice.up_to(4) - 2;
            exceptions.push(HoursException {
                first: date(first),
                last: date(first + dice.up_to(2)),
                name: String::new(),
                spans: day(dice),
            });
        }
        Hours {
            zone: self.zone.clone(),
            week,
            exceptions,
        }
    }
}
