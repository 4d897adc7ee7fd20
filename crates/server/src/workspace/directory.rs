//! Groups, sites and settings: what admins arrange.

use std::collections::BTreeSet;
use std::sync::Arc;

use protocol::error::ErrorCode;
use protocol::event::Event;
use protocol::ids::{GroupId, SiteId};
use protocol::limits::GROUPS_PER_SITE;
use protocol::model::{Group, Site, WhenNobody};
use protocol::rest::{GroupMade, GroupRequest, SettingsRequest, SiteMade, SiteRequest};

use super::Asker;
use super::accounts::known;
use crate::attendance::terms;
use crate::change::Team;
use crate::core::Core;
use crate::failure::{Answer, Failure};
use crate::input;
use crate::log::Audience;
use crate::secrets;

impl Core {
    /// Makes a group.
    pub(crate) async fn make_group(
        self: &Arc<Self>,
        asker: &Asker,
        request: GroupRequest,
    ) -> Answer<GroupMade> {
        let id = GroupId(secrets::new_id());
        self.put_group(asker, id, request, true).await?;
        Ok(GroupMade { id })
    }

    /// Changes a group. Who comes in gains sight of its conversations, who goes loses it.
    pub(crate) async fn change_group(
        self: &Arc<Self>,
        asker: &Asker,
        id: GroupId,
        request: GroupRequest,
    ) -> Answer<()> {
        self.put_group(asker, id, request, false).await
    }

    async fn put_group(
        self: &Arc<Self>,
        asker: &Asker,
        id: GroupId,
        request: GroupRequest,
        new: bool,
    ) -> Answer<()> {
        asker.must_be_admin()?;
        let name = input::name(&request.name, "the group's name")?;
        let mut change = self.begin().await?;
        let before = change.team().await?;
        if !new && !before.groups.iter().any(|group| group.id == id) {
            return Err(Failure::not_found("group"));
        }
        let members: BTreeSet<_> = request.members.into_iter().collect();
        if !members.is_subset(&before.agent_ids()) {
            return Err(rules::conversation::Refused::NoSuchAgent.into());
        }
        let group = Group {
            id,
            name,
            members: members.into_iter().collect(),
        };
        change.tx.put_group(&group).await?;
        let mut after = Team {
            agents: before.agents.clone(),
            groups: before.groups.clone(),
        };
        after.groups.retain(|held| held.id != id);
        after.groups.push(group.clone());
        change
            .append(Audience::Everybody, |_| Event::GroupChanged { group })
            .await?;
        if !new {
            for conversation in change.tx.conversations(Some(id)).await? {
                let (was, now) = (before.viewers(&conversation), after.viewers(&conversation));
                change
                    .shift(&was, &now, &conversation, false, &after)
                    .await?;
            }
        }
        change.commit().await?;
        Ok(())
    }

    /// Makes a site.
    pub(crate) async fn make_site(
        self: &Arc<Self>,
        asker: &Asker,
        request: SiteRequest,
    ) -> Answer<SiteMade> {
        asker.must_be_admin()?;
        let id = SiteId(secrets::new_id());
        self.put_site(site(id, request)?, true).await?;
        Ok(SiteMade { id })
    }

    /// Changes a site.
    pub(crate) async fn change_site(
        self: &Arc<Self>,
        asker: &Asker,
        id: SiteId,
        request: SiteRequest,
    ) -> Answer<()> {
        asker.must_be_admin()?;
        self.put_site(site(id, request)?, false).await
    }

    async fn put_site(self: &Arc<Self>, site: Site, new: bool) -> Answer<()> {
        let mut change = self.begin().await?;
        if !new && change.tx.site(site.id).await?.is_none() {
            return Err(Failure::not_found("site"));
        }
        let groups = change.tx.groups().await?;
        let known: BTreeSet<GroupId> = groups.iter().map(|group| group.id).collect();
        if site.groups.iter().any(|group| !known.contains(group)) {
            return Err(rules::conversation::Refused::NoSuchGroup.into());
        }
        change.tx.put_site(&site).await?;
        change
            .append(Audience::Everybody, |_| Event::SiteChanged { site })
            .await?;
        change.commit().await?;
        Ok(())
    }

    /// The site of the demonstration shop, which lives at `origin` this time.
    pub(crate) async fn demo_site(self: &Arc<Self>, origin: String) -> Answer<SiteId> {
        let mut change = self.begin().await?;
        let record = known(change.tx.workspace().await?)?;
        let made = match record.demo_site {
            Some(id) => change.tx.site(id).await?,
            None => None,
        };
        let mut site = made.unwrap_or_else(|| Site {
            id: SiteId(secrets::new_id()),
            name: "Demo shop".to_owned(),
            origins: Vec::new(),
            when_nobody: WhenNobody::Messenger,
            groups: Vec::new(),
        });
        site.origins = vec![origin];
        let id = site.id;
        change.tx.put_site(&site).await?;
        change.tx.put_workspace(&record.workspace, Some(id)).await?;
        change
            .append(Audience::Everybody, |_| Event::SiteChanged { site })
            .await?;
        change.commit().await?;
        Ok(id)
    }

    /// Changes the workspace's settings.
    pub(crate) async fn change_settings(
        self: &Arc<Self>,
        asker: &Asker,
        request: SettingsRequest,
    ) -> Answer<()> {
        asker.must_be_admin()?;
        let name = input::name(&request.name, "the workspace's name")?;
        rules::settings::check_idle(request.idle_minutes)?;
        rules::settings::check_close_after(request.close_after_hours)?;
        let mut change = self.begin().await?;
        let record = known(change.tx.workspace().await?)?;
        let mut workspace = record.workspace;
        workspace.name = name;
        workspace.idle_minutes = request.idle_minutes;
        workspace.statuses = request.statuses;
        workspace.status_log_for_admins = request.status_log_for_admins;
        workspace.close_after_hours = request.close_after_hours;
        for agent in change.tx.agents().await? {
            let terms = terms(&agent, &workspace);
            let now = change.now;
            change.attend(agent.agent.id)?.set_terms(terms, now);
        }
        change
            .tx
            .put_workspace(&workspace, record.demo_site)
            .await?;
        change
            .append(Audience::Everybody, |_| Event::WorkspaceChanged {
                workspace,
            })
            .await?;
        change.commit().await?;
        Ok(())
    }
}

fn site(id: SiteId, request: SiteRequest) -> Answer<Site> {
    Ok(Site {
        id,
        name: input::name(&request.name, "the site's name")?,
        origins: input::origins(&request.origins)?,
        when_nobody: request.when_nobody,
        groups: answering_groups(request.groups)?,
    })
}

/// In the order of the request, which is the order visitors choose from.
fn answering_groups(requested: Vec<GroupId>) -> Answer<Vec<GroupId>> {
    let mut groups = Vec::new();
    for group in requested {
        if !groups.contains(&group) {
            groups.push(group);
        }
        if groups.len() > GROUPS_PER_SITE {
            return Err(Failure::new(
                ErrorCode::TooLarge,
                format!("a site may offer at most {GROUPS_PER_SITE} groups"),
            ));
        }
    }
    Ok(groups)
}
