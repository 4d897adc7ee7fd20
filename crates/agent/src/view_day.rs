//! One day of somebody's status changes, as the page of settings shows it.
//!
//! What is told is decided in `rules::day`; here it gets its places on the axis of a page. TypeScript is
//! generated from these types (`tests/bindings.rs`).

use protocol::ids::{AgentId, Instant};
use protocol::status::{Choice, Presence, Status, StatusLogEntry};
use rules::day::What;
use rules::hours::{HoursError, Zone};
use serde::{Deserialize, Serialize};
use ts_rs::TS;

/// A day in the time zone of the agent's hours.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, TS)]
pub struct DayView {
    /// Whose.
    pub agent_id: AgentId,
    /// Like `2026-11-20`.
    pub date: String,
    /// The zone whose midnights begin and end it, like `Europe/Berlin`.
    pub zone: String,
    /// What others got, in order and without overlap; where nothing is known, there is none.
    pub segments: Vec<DaySegment>,
    /// Each change of the day, in order.
    pub changes: Vec<DayChange>,
}

/// A stretch of one status on the axis of a day, in minutes of the wall clock, 0 to 1440. On a day on
/// which the clock is set, the axis stays that of the clock on the wall.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct DaySegment {
    /// Its start.
    pub from: u32,
    /// Its end.
    pub to: u32,
    /// What others got.
    pub status: Status,
}

/// One change of status.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct DayChange {
    /// When.
    pub at: Instant,
    /// The same in minutes of the wall clock on that day.
    pub minute: u32,
    /// What others got from then on, and why.
    pub presence: Presence,
    /// The choice in force.
    pub choice: Choice,
    /// What of it is new.
    pub what: DayWhat,
}

/// What a change tells beside the one before it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum DayWhat {
    /// A choice came into force, and others get it.
    Chosen,
    /// Back: the choice that was in force before is what others get again.
    Back,
    /// Away, whatever was chosen, or away for another reason.
    Away,
    /// Another choice came into force while away: it changes nothing yet that others get.
    ChosenWhileAway,
}

impl DayView {
    /// The local day `date` (like `2026-11-20`) of an agent. `entries` is the log from the entry that
    /// was in force when the day began ([`Zone::day_of`] says from when to ask); nothing is told after
    /// `until`: now, or the last instant that the log is known up to.
    ///
    /// # Errors
    /// [`HoursError::BadDate`].
    pub fn new(
        agent_id: AgentId,
        zone: &Zone,
        date: &str,
        entries: &[StatusLogEntry],
        until: Instant,
    ) -> Result<Self, HoursError> {
        let day = rules::day::day(zone, date, entries, until)?;
        let minute = |at| zone.minute_on(date, at).map(u32::from);
        let mut segments: Vec<DaySegment> = Vec::new();
        for segment in day.segments {
            let (from, to) = (minute(segment.from)?, minute(segment.to)?);
            match segments.last_mut() {
                // Shorter than the axis can show: the list of changes has it.
                _ if from >= to => {}
                Some(last) if last.to == from && last.status == segment.status => last.to = to,
                _ => segments.push(DaySegment {
                    from,
                    to,
                    status: segment.status,
                }),
            }
        }
        let changes = day
            .changes
            .into_iter()
            .map(|change| {
                Ok(DayChange {
                    at: change.entry.at,
                    minute: minute(change.entry.at)?,
                    presence: change.entry.presence,
                    choice: change.entry.choice,
                    what: match change.what {
                        What::Chosen => DayWhat::Chosen,
                        What::Back => DayWhat::Back,
                        What::Away => DayWhat::Away,
                        What::ChosenWhileAway => DayWhat::ChosenWhileAway,
                    },
                })
            })
            .collect::<Result<_, HoursError>>()?;
        Ok(Self {
            agent_id,
            date: date.to_owned(),
            zone: zone.name().to_owned(),
            segments,
            changes,
        })
    }
}

#[cfg(test)]
mod tests {
    use protocol::status::{ChoiceSource, Reason};
    use uuid::Uuid;

    use super::*;

    /// 2026-10-25, when Berlin's clock is set from 3:00 back to 2:00; midnight there.
    const MIDNIGHT: i64 = 1_792_879_200_000;

    fn entry(minutes: i64, status: Status, reason: Reason) -> StatusLogEntry {
        let at = Instant(MIDNIGHT + minutes * 60_000);
        StatusLogEntry {
            at,
            presence: Presence {
                status,
                reason,
                since: at,
            },
            choice: Choice {
                status: Status::Online,
                at: Instant(MIDNIGHT - 1),
                source: ChoiceSource::FirstSignIn,
                plan: None,
            },
        }
    }

    #[test]
    fn a_day_stands_on_the_axis_of_the_clock_on_the_wall() {
        let zone = Zone::named("Europe/Berlin").unwrap();
        let log = [
            entry(-60, Status::Online, Reason::Chosen),
            // 2:30, and 2:15 once more.
            entry(150, Status::Offline, Reason::Quit),
            entry(195, Status::Online, Reason::Chosen),
            // 9:00, for less than a minute.
            entry(10 * 60, Status::Offline, Reason::ConnectionLost),
            StatusLogEntry {
                at: Instant(MIDNIGHT + 36_020_000),
                ..entry(10 * 60, Status::Online, Reason::Chosen)
            },
        ];
        let until = Instant(MIDNIGHT + 11 * 3_600_000);
        let agent_id = AgentId(Uuid::nil());
        let day = DayView::new(agent_id, &zone, "2026-10-25", &log, until).unwrap();
        let segments: Vec<_> = day
            .segments
            .iter()
            .map(|segment| (segment.from, segment.to, segment.status))
            .collect();
        assert_eq!(
            segments,
            [
                (0, 150, Status::Online),
                (150, 179, Status::Offline),
                (179, 600, Status::Online),
            ]
        );
        let changes: Vec<_> = day
            .changes
            .iter()
            .map(|change| (change.minute, change.what))
            .collect();
        assert_eq!(
            changes,
            [
                (150, DayWhat::Away),
                (179, DayWhat::Back),
                (540, DayWhat::Away),
                (540, DayWhat::Back),
            ]
        );
        assert_eq!(
            (day.date.as_str(), day.zone.as_str()),
            ("2026-10-25", "Europe/Berlin")
        );
        assert!(DayView::new(agent_id, &zone, "25.10.2026", &log, until).is_err());
    }
}
