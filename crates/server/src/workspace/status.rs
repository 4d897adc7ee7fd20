//! What agents and admins do to statuses, beside living: one's own settings, an admin's Offline, the
//! log of status changes.

use std::sync::Arc;

use protocol::error::ErrorCode;
use protocol::event::Event;
use protocol::ids::{AgentId, Instant};
use protocol::limits::STATUS_LOG_PAGE;
use protocol::rest::StatusLog;
use protocol::status::AgentSettings;

use super::Asker;
use super::accounts::{known, still_signed_in};
use crate::core::Core;
use crate::failure::{Answer, Failure};
use crate::log::Audience;

impl Core {
    /// Changes what the asker set for themselves.
    pub(crate) async fn change_own_settings(
        self: &Arc<Self>,
        asker: &Asker,
        settings: AgentSettings,
    ) -> Answer<()> {
        let mut change = self.begin().await?;
        still_signed_in(&mut *change.tx, asker).await?;
        let agent = asker.agent.id;
        let before = change.tx.settings(agent).await?;
        if before.as_ref() == Some(&settings) {
            return Ok(());
        }
        change.tx.put_settings(agent, &settings).await?;
        change
            .append(Audience::only(agent), |_| Event::OwnSettings { settings })
            .await?;
        change.commit().await?;
        Ok(())
    }

    /// A part of an agent's log of status changes: one's own, or a colleague's where the workspace
    /// lets admins read it.
    pub(crate) async fn status_log(
        &self,
        asker: &Asker,
        whose: AgentId,
        from: Instant,
        to: Instant,
    ) -> Answer<StatusLog> {
        let mut reading = self.store.read().await?;
        if whose != asker.agent.id {
            asker.must_be_admin()?;
            let workspace = known(reading.workspace().await?)?.workspace;
            if !workspace.status_log_for_admins {
                return Err(Failure::new(
                    ErrorCode::NotAllowed,
                    "in this workspace everybody reads their own log only; an admin can change that \
                     in the workspace's settings",
                ));
            }
            if reading.agent(whose).await?.is_none() {
                return Err(Failure::not_found("agent"));
            }
        }
        // One more than fits tells whether there are more.
        let limit = STATUS_LOG_PAGE.saturating_add(1);
        let mut entries = reading.status_log(whose, from, to, limit).await?;
        let more = entries.len() > STATUS_LOG_PAGE;
        entries.truncate(STATUS_LOG_PAGE);
        Ok(StatusLog { entries, more })
    }
}
