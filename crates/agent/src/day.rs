//! A day of status changes, one's own or an agent's whose log an admin may read.
//!
//! It is read from the workspace each time: the log is not kept on devices. A day begins and ends at the
//! midnights of one's own hours, or of this computer where there are none.

use protocol::error::{ErrorBody, ErrorCode};
use protocol::ids::{AgentId, Instant};
use protocol::rest::StatusLog;
use protocol::status::StatusLogEntry;
use rules::hours::Zone;

use crate::errors::{from_cache, refused};
use crate::seat::Seat;
use crate::session::Core;
use crate::view_day::DayView;

/// Pages of a log that a single day may take: 20,000 changes, which nobody makes.
const PAGES: usize = 10;

/// A day as a table for spreadsheets.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DayTable {
    /// Whose day, as the team reads it.
    pub agent: String,
    /// Which day, like `2026-11-20`.
    pub date: String,
    /// The table, as CSV.
    pub csv: String,
}

struct Read {
    agent_id: AgentId,
    zone: Zone,
    entries: Vec<StatusLogEntry>,
}

impl Core {
    /// The local day `date` (like `2026-11-20`) of an agent; `None`: one's own.
    ///
    /// # Errors
    /// `bad_request` for what is no date; `not_allowed` where admins may not read the logs of others;
    /// `not_found`; `unavailable`; `not_signed_in`.
    pub async fn day(&self, agent_id: Option<AgentId>, date: &str) -> Result<DayView, ErrorBody> {
        let read = self.read_day(agent_id, date).await?;
        let last = read.entries.last().map(|entry| entry.at);
        // A clock that is behind must not hide what has happened.
        let until = self.inner().ports.clock.now().max(last.unwrap_or_default());
        DayView::new(read.agent_id, &read.zone, date, &read.entries, until)
            .map_err(|error| refused(&error))
    }

    /// The same as a table.
    ///
    /// # Errors
    /// As [`Core::day`].
    pub async fn day_table(
        &self,
        agent_id: Option<AgentId>,
        date: &str,
    ) -> Result<DayTable, ErrorBody> {
        let read = self.read_day(agent_id, date).await?;
        let team = self.seat()?.cache.team().await.map_err(from_cache)?;
        let name = |id| {
            let found = team.agents.iter().find(|agent| agent.id == id);
            found.map(|agent| agent.name.clone())
        };
        let agent = name(read.agent_id).unwrap_or_default();
        Ok(DayTable {
            csv: rules::day::csv(&read.zone, &agent, &read.entries, name),
            agent,
            date: date.to_owned(),
        })
    }

    async fn read_day(&self, agent_id: Option<AgentId>, date: &str) -> Result<Read, ErrorBody> {
        let seat = self.seat()?;
        let settings = seat.cache.me().await.map_err(from_cache)?.settings;
        let zone = match settings.hours {
            Some(hours) => Zone::named(&hours.zone).map_err(|error| refused(&error))?,
            // A computer whose zone is not known to us has no better one.
            None => {
                let here = self.inner().ports.clock.zone();
                here.and_then(|name| Zone::named(&name).ok())
                    .unwrap_or_else(Zone::utc)
            }
        };
        let (begins, ends) = zone.day_of(date).map_err(|error| refused(&error))?;
        let agent_id = agent_id.unwrap_or(seat.profile.agent_id);
        Ok(Read {
            entries: log(&seat, agent_id, begins, ends).await?,
            agent_id,
            zone,
        })
    }
}

/// The entry in force when the span begins, and all in it.
async fn log(
    seat: &Seat,
    agent_id: AgentId,
    begins: Instant,
    ends: Instant,
) -> Result<Vec<StatusLogEntry>, ErrorBody> {
    let mut entries: Vec<StatusLogEntry> = Vec::new();
    let mut from = begins;
    for _ in 0..PAGES {
        let path = format!(
            "/api/v1/agents/{agent_id}/status-log?from={}&to={}",
            from.0, ends.0
        );
        let page: StatusLog = seat.http.get(&path).await?;
        // The first of a further page is the last one of the page before it.
        let known = entries.last().copied();
        let before = entries.len();
        let fresh = page.entries.into_iter();
        entries.extend(fresh.skip_while(|entry| Some(*entry) == known));
        let Some(last) = entries
            .last()
            .filter(|_| page.more && entries.len() > before)
        else {
            return Ok(entries);
        };
        from = last.at;
    }
    Err(ErrorBody::new(
        ErrorCode::TooLarge,
        "More changes were made on this day than can be shown.",
    ))
}
