//! What is set: one's own settings, alike on all one's devices, and what admins set for the workspace.
//!
//! Unlike what is done in a conversation, these wait for the workspace: somebody who sets something wants to
//! know whether it is set. What comes of it arrives as an event like everything else. Bad input is
//! refused here already where that can be told without the workspace.

use protocol::error::ErrorBody;
use protocol::ids::{AgentId, GroupId, SiteId};
use protocol::limits::{GROUPS_PER_SITE, NAME_CHARACTERS, ORIGINS_PER_SITE};
use protocol::rest::{GroupMade, GroupRequest, SettingsRequest, SiteMade, SiteRequest};
use protocol::status::AgentSettings;

use crate::errors::{refused, too_large};
use crate::session::Core;

impl Core {
    /// Sets one's own settings.
    ///
    /// # Errors
    /// `bad_request` with what is wrong; `unavailable` without a connection; `not_signed_in`.
    pub async fn save_settings(&self, settings: AgentSettings) -> Result<(), ErrorBody> {
        let seat = self.seat()?;
        rules::settings::check(&settings).map_err(|error| refused(&error))?;
        seat.http.put("/api/v1/me/settings", &settings).await
    }

    /// Sets an agent Offline, as an admin. The agent sees by whom, and can undo it.
    ///
    /// # Errors
    /// `not_allowed`; `not_found` when the agent is gone; `unavailable`; `not_signed_in`.
    pub async fn set_agent_offline(&self, agent_id: AgentId) -> Result<(), ErrorBody> {
        let path = format!("/api/v1/agents/{agent_id}/offline");
        self.seat()?.http.post_for_nothing(&path).await
    }

    /// Sets the workspace's name and settings, as an admin.
    ///
    /// # Errors
    /// `bad_request`; `not_allowed`; `unavailable`; `not_signed_in`.
    pub async fn save_workspace(&self, settings: SettingsRequest) -> Result<(), ErrorBody> {
        let seat = self.seat()?;
        named(&settings.name)?;
        rules::settings::check_idle(settings.idle_minutes).map_err(|error| refused(&error))?;
        seat.http.put("/api/v1/settings", &settings).await
    }

    /// Changes a site, or makes one, as an admin.
    ///
    /// # Errors
    /// `bad_request`; `not_allowed`; `not_found`; `unavailable`; `not_signed_in`.
    pub async fn save_site(
        &self,
        site_id: Option<SiteId>,
        site: SiteRequest,
    ) -> Result<(), ErrorBody> {
        let seat = self.seat()?;
        named(&site.name)?;
        if site.origins.len() > ORIGINS_PER_SITE {
            return Err(too_large("These are too many addresses for one site."));
        }
        if site.groups.len() > GROUPS_PER_SITE {
            return Err(too_large("These are too many groups for one site."));
        }
        match site_id {
            Some(id) => seat.http.put(&format!("/api/v1/sites/{id}"), &site).await,
            None => {
                let _made: SiteMade = seat.http.post("/api/v1/sites", &site).await?;
                Ok(())
            }
        }
    }

    /// Changes a group, or makes one, as an admin.
    ///
    /// # Errors
    /// `bad_request`; `not_allowed`; `not_found`; `unavailable`; `not_signed_in`.
    pub async fn save_group(
        &self,
        group_id: Option<GroupId>,
        group: GroupRequest,
    ) -> Result<(), ErrorBody> {
        let seat = self.seat()?;
        named(&group.name)?;
        match group_id {
            Some(id) => seat.http.put(&format!("/api/v1/groups/{id}"), &group).await,
            None => {
                let _made: GroupMade = seat.http.post("/api/v1/groups", &group).await?;
                Ok(())
            }
        }
    }
}

fn named(name: &str) -> Result<(), ErrorBody> {
    if name.chars().count() > NAME_CHARACTERS {
        return Err(too_large("This name is too long: at most 120 characters."));
    }
    Ok(())
}
