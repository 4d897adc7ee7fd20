//! A time zone: at which instant a clock on the wall shows what.

use std::collections::BTreeMap;
use std::sync::RwLock;

use jiff::Timestamp;
use jiff::civil::DateTime;
use jiff::tz::{AmbiguousOffset, Offset, TimeZone, TimeZoneDatabase};
use protocol::ids::Instant;

use super::check::{HoursError, day_number};
use super::pattern::DAY;

/// Zones that were read from the compiled-in database already: reading one takes as long as
/// hundreds of questions to it. There are some 600 names, so this stays small.
static READ: RwLock<BTreeMap<String, TimeZone>> = RwLock::new(BTreeMap::new());

/// When "until tomorrow" ends without hours: minutes since midnight.
const MORNING: i64 = 8 * 60;

/// A place's rules of local time, from the database that is compiled in.
#[derive(Clone, Debug)]
pub struct Zone(TimeZone);

impl Zone {
    /// The zone of that name in the IANA database, like `Europe/Berlin`.
    ///
    /// # Errors
    /// [`HoursError::UnknownZone`].
    pub fn named(name: &str) -> Result<Self, HoursError> {
        if let Ok(read) = READ.read()
            && let Some(zone) = read.get(name)
        {
            return Ok(Self(zone.clone()));
        }
        let zone = TimeZoneDatabase::bundled()
            .get(name)
            .ok()
            .filter(|zone| !zone.is_unknown())
            .ok_or_else(|| HoursError::UnknownZone {
                zone: name.to_owned(),
            })?;
        // Only under its own name: other spellings would let a caller fill the memory.
        if zone.iana_name() == Some(name)
            && let Ok(mut read) = READ.write()
        {
            read.insert(name.to_owned(), zone.clone());
        }
        Ok(Self(zone))
    }

    /// The zone of somebody who named none.
    #[must_use]
    pub fn utc() -> Self {
        Self(TimeZone::UTC)
    }

    /// Its name, as the database spells it.
    #[must_use]
    pub fn name(&self) -> &str {
        self.0.iana_name().unwrap_or("UTC")
    }

    /// What "until tomorrow" means without hours: 8:00 on the next local day.
    #[must_use]
    pub fn tomorrow(&self, at: Instant) -> Instant {
        self.day(at)
            .and_then(|day| self.first((day + 1) * DAY + MORNING))
            .map_or(Instant(at.0.saturating_add(86_400_000)), |(instant, _)| {
                instant
            })
    }

    /// The next instant after `at` at which the clock on the wall comes to `minute` (0 to 1439) of a
    /// day: in a gap the first instant after it, in a fold the earlier one.
    #[must_use]
    pub fn next_local_time(&self, minute: u16, at: Instant) -> Instant {
        let minute = i64::from(minute).min(DAY - 1);
        self.day(at)
            .and_then(|today| {
                // Tomorrow's may be skipped with its whole day; yesterday's may come after a fold.
                (today - 1..=today + 3)
                    .filter_map(|day| self.first(day * DAY + minute))
                    .map(|(instant, _)| instant)
                    .find(|instant| *instant > at)
            })
            .unwrap_or(Instant(at.0.saturating_add(86_400_000)))
    }

    /// The local date of an instant, like `2026-11-20`.
    #[must_use]
    pub fn date(&self, at: Instant) -> String {
        // An instant beyond the calendar is shown as its nearest end.
        timestamp(at)
            .map_or(Offset::UTC.to_datetime(Timestamp::MAX), |timestamp| {
                self.0.to_datetime(timestamp)
            })
            .date()
            .to_string()
    }

    /// When the local day of a date like `2026-11-20` begins and ends. A day that the place skipped
    /// ends as it begins.
    ///
    /// # Errors
    /// [`HoursError::BadDate`].
    pub fn day_of(&self, date: &str) -> Result<(Instant, Instant), HoursError> {
        let midnight = day_number(date)? * DAY;
        let at = |minute| {
            let (instant, _) = self.first(minute).ok_or_else(|| HoursError::BadDate {
                text: date.to_owned(),
            })?;
            Ok(instant)
        };
        Ok((at(midnight)?, at(midnight + DAY)?))
    }

    /// The place of an instant on the axis of a local day, in minutes of the clock on the wall since
    /// its midnight, 0 to 1440: earlier and later instants stand at its ends. It never runs backwards;
    /// the second pass of a fold stands at the fold's end.
    ///
    /// # Errors
    /// [`HoursError::BadDate`].
    pub fn minute_on(&self, date: &str, at: Instant) -> Result<u16, HoursError> {
        let midnight = day_number(date)? * DAY;
        let (begins, _) = self.day_of(date)?;
        let reached = self.reached(at.max(begins)).unwrap_or(i64::MAX);
        let minute = reached.saturating_sub(midnight).clamp(0, DAY);
        Ok(u16::try_from(minute).unwrap_or_default())
    }

    /// Local date and time with the distance from UTC, like `2026-11-20T09:00:00+01:00`.
    #[must_use]
    pub fn iso(&self, at: Instant) -> String {
        timestamp(at).map_or_else(String::new, |timestamp| {
            timestamp
                .display_with_offset(self.0.to_offset(timestamp))
                .to_string()
        })
    }

    /// The local day of an instant: days since 1970-01-01.
    pub(super) fn day(&self, at: Instant) -> Option<i64> {
        Some(
            self.local_second(timestamp(at)?)
                .div_euclid(60)
                .div_euclid(DAY),
        )
    }

    /// The first instant at which the clock on the wall shows the local `minute` or later, and whether
    /// that minute lies in a gap.
    pub(super) fn first(&self, minute: i64) -> Option<(Instant, bool)> {
        let local = minute.checked_mul(60)?;
        let at = |offset: Offset| local - i64::from(offset.seconds());
        let (second, in_gap) = match self.0.to_ambiguous_timestamp(date_time(local)?).offset() {
            AmbiguousOffset::Unambiguous { offset } => (at(offset), false),
            AmbiguousOffset::Fold { before, .. } => (at(before), false),
            // Read by the clock after the change, a time in the gap lies before the change; read by the
            // clock before it, after. The change is between.
            AmbiguousOffset::Gap { before, after } => {
                let change = self
                    .0
                    .following(Timestamp::from_second(at(after)).ok()?)
                    .find(|change| change.offset() == after)
                    .map_or(at(before), |change| change.timestamp().as_second());
                (change, true)
            }
        };
        Some((Instant(second.checked_mul(1_000)?), in_gap))
    }

    /// The latest local minute that the clock on the wall has come to at `at`. In the second pass of a
    /// fold that is its end, not what the clock shows.
    pub(super) fn reached(&self, at: Instant) -> Option<i64> {
        let timestamp = timestamp(at)?;
        let offset = self.0.to_offset(timestamp);
        let local = timestamp.as_second() + i64::from(offset.seconds());
        let shown = local.div_euclid(60);
        match self.0.to_ambiguous_timestamp(date_time(local)?).offset() {
            AmbiguousOffset::Fold { before, after } if after == offset && before != after => {
                let next = Timestamp::from_second(timestamp.as_second() + 1).ok()?;
                let change = self.0.preceding(next).find(|it| it.offset() == after)?;
                let end = change.timestamp().as_second() + i64::from(before.seconds());
                Some(shown.max((end - 1).div_euclid(60)))
            }
            _ => Some(shown),
        }
    }

    /// Whether the clock on the wall leaps over the minute before `minute`, whose first instant is
    /// `instant`.
    pub(super) fn skipped_to(&self, minute: i64, instant: Instant) -> bool {
        timestamp(Instant(instant.0 - 1))
            .is_some_and(|before| self.local_second(before).div_euclid(60) + 1 < minute)
    }

    fn local_second(&self, timestamp: Timestamp) -> i64 {
        timestamp.as_second() + i64::from(self.0.to_offset(timestamp).seconds())
    }
}

/// Rounded down to the second: nothing here turns within one.
fn timestamp(at: Instant) -> Option<Timestamp> {
    Timestamp::from_second(at.0.div_euclid(1_000)).ok()
}

/// The reading of a clock, so many seconds after it read 1970-01-01T00:00.
fn date_time(local: i64) -> Option<DateTime> {
    Some(Offset::UTC.to_datetime(Timestamp::from_second(local).ok()?))
}
