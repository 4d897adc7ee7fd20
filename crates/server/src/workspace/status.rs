//! What agents and admins do to statuses, beside living: one's own settings, an admin's Offline, the
//! log of status changes.

use std::sync::Arc;

use protocol::error::ErrorCode;
use protocol::event::Event;
use protocol::ids::{AgentId, Instant};
use protocol::limits::STATUS_LOG_PAGE;
use protocol::rest::StatusLog;
use protocol::status::{AgentSettings, Status};
use rules::settings::SettingsError;

use super::Asker;
use super::accounts::{known, still_signed_in};
use crate::attendance::terms;
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
        rules::settings::check(&settings)?;
        let mut change = self.begin().await?;
        still_signed_in(&mut *change.tx, asker).await?;
        let (now, agent) = (change.now, asker.agent.id);
        let found = change.tx.agent(agent).await?;
        let mut record = found.ok_or_else(Failure::not_signed_in)?;
        if record.settings == settings {
            return Ok(());
        }
        record.settings = settings.clone();
        change.tx.put_settings(agent, &settings).await?;
        let workspace = known(change.tx.workspace().await?)?.workspace;
        let terms = terms(&record, &workspace);
        change.attend(agent)?.set_terms(terms, now);
        change
            .append(Audience::only(agent), |_| Event::OwnSettings { settings })
            .await?;
        change.commit().await?;
        Ok(())
    }

    /// An admin sets an agent Offline. Who is Offline by choice already stays as they are, unless that
    /// was for a while only.
    pub(crate) async fn set_offline(self: &Arc<Self>, asker: &Asker, agent: AgentId) -> Answer<()> {
        asker.must_be_admin()?;
        let mut change = self.begin().await?;
        if change.tx.agent(agent).await?.is_none() {
            return Err(Failure::not_found("agent"));
        }
        let now = change.now;
        let attending = change.attend(agent)?;
        let choice = attending.choice(now);
        if choice.status == Status::Offline && choice.plan.is_none() {
            return Ok(());
        }
        attending.set_offline(asker.agent.id, now);
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

impl From<SettingsError> for Failure {
    fn from(error: SettingsError) -> Self {
        Self::bad_request(error.to_string())
    }
}
