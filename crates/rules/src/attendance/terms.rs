//! The settings that an agent's presence goes by.

use std::sync::Arc;

use protocol::status::{AgentSettings, IdleDelay, LockDelay, OnReturn, StatusSettings};

use crate::hours::Timetable;

/// The settings that presence goes by: the agent's own and the workspace's.
#[derive(Clone, Debug)]
pub struct Terms {
    pub(super) idle_after_ms: Option<i64>,
    pub(super) lock_after_ms: Option<i64>,
    pub(super) on_return: OnReturn,
    pub(super) statuses: StatusSettings,
    pub(super) hours: Option<Arc<Timetable>>,
}

impl Terms {
    /// Takes them from settings that were checked ([`crate::settings::check`]). Hours that were stored
    /// and can no longer be read count as none.
    #[must_use]
    pub fn new(
        own: &AgentSettings,
        workspace_idle_minutes: Option<u32>,
        statuses: StatusSettings,
    ) -> Self {
        let minutes = match own.idle {
            IdleDelay::Workspace => workspace_idle_minutes,
            IdleDelay::Off => None,
            IdleDelay::Minutes { minutes } => Some(minutes),
        };
        let hours = own.hours.as_ref();
        Self {
            idle_after_ms: minutes.map(|minutes| i64::from(minutes).saturating_mul(60_000)),
            lock_after_ms: match own.lock {
                LockDelay::AtOnce => Some(0),
                LockDelay::HalfMinute => Some(30_000),
                LockDelay::OneMinute => Some(60_000),
                LockDelay::FiveMinutes => Some(300_000),
                LockDelay::Off => None,
            },
            on_return: own.on_return,
            statuses,
            hours: hours.and_then(|hours| Timetable::new(hours).ok().map(Arc::new)),
        }
    }

    /// Which statuses may be picked.
    #[must_use]
    pub fn statuses(&self) -> StatusSettings {
        self.statuses
    }

    /// The agent's hours.
    #[must_use]
    pub fn hours(&self) -> Option<&Timetable> {
        self.hours.as_deref()
    }

    pub(super) fn holds_on_return(&self) -> bool {
        self.on_return != OnReturn::Restore && self.statuses.offline_by_hand
    }
}
