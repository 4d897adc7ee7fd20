//! Setup, signing in and out, invitations, devices.
//!
//! Wrong guesses cost a try at the door they were made at; right ones give it back. Which part of a
//! guess was wrong is never said, and refusing takes as long for an address nobody has as for one
//! somebody has.

use std::sync::Arc;

use protocol::PROTOCOL_VERSION;
use protocol::error::ErrorCode;
use protocol::event::Event;
use protocol::ids::{AgentId, DeviceId, InvitationId};
use protocol::limits;
use protocol::model::{Agent, Role};
use protocol::rest::{
    AcceptInvitationRequest, DeviceInfo, Invitation, InviteRequest, SetupRequest, SignInRequest,
    SignedIn, WorkspaceInfo,
};
use protocol::status::{Activity, AgentSettings, StatusLogEntry};
use rules::attendance::Attending;

use super::Asker;
use crate::attendance::terms;
use crate::change::Change;
use crate::core::Core;
use crate::failure::{Answer, Failure};
use crate::input;
use crate::log::Audience;
use crate::secrets::{self, Hashed};
use crate::store::{
    AgentRecord, DeviceRecord, InvitationRecord, Reading, Report, Standing, WorkspaceRecord,
};

/// How long an invitation works: over a weekend.
const INVITATION_MS: i64 = 72 * 60 * 60 * 1_000;

impl Core {
    /// What anybody may know.
    pub(crate) async fn info(&self) -> Answer<WorkspaceInfo> {
        let mut reading = self.store.read().await?;
        let record = known(reading.workspace().await?)?;
        Ok(WorkspaceInfo {
            product: "porchlight".to_owned(),
            version: PROTOCOL_VERSION,
            id: record.workspace.id,
            name: record.workspace.name,
            needs_setup: reading.agents().await?.is_empty(),
        })
    }

    /// Makes the first admin.
    pub(crate) async fn setup(
        self: &Arc<Self>,
        request: SetupRequest,
        address: &str,
    ) -> Answer<SignedIn> {
        let already = || Failure::new(ErrorCode::Conflict, "this workspace is already set up");
        let code = self.setup_code().ok_or_else(already)?;
        self.guess(address)?;
        if !secrets::same_code(&code, &request.setup_code) {
            return Err(Failure::new(
                ErrorCode::WrongCredentials,
                "this is not the setup code that the server printed",
            ));
        }
        self.doors.guesses.give_back(address);
        let name = input::name(&request.name, "the name")?;
        let workspace_name = input::name(&request.workspace_name, "the workspace's name")?;
        let email = input::email(&request.email)?;
        let device_name = input::name(&request.device_name, "the device's name")?;
        input::password(&request.password)?;
        let hash = self.passwords.hash(request.password).await?;
        let mut change = self.begin().await?;
        if !change.tx.agents().await?.is_empty() {
            return Err(already());
        }
        let mut record = known(change.tx.workspace().await?)?;
        record.workspace.name = workspace_name;
        change
            .tx
            .put_workspace(&record.workspace, record.demo_site)
            .await?;
        let agent = Agent {
            id: AgentId(secrets::new_id()),
            name,
            email,
            role: Role::Admin,
        };
        change.add_agent(agent.clone(), &hash).await?;
        let workspace = record.workspace;
        change
            .append(Audience::Everybody, |_| Event::WorkspaceChanged {
                workspace,
            })
            .await?;
        let signed_in = change.sign_in(agent.id, device_name).await?;
        change.commit().await?;
        Ok(signed_in)
    }

    /// Signs a device in.
    pub(crate) async fn sign_in(
        self: &Arc<Self>,
        request: SignInRequest,
        address: &str,
    ) -> Answer<SignedIn> {
        let wrong = || {
            Failure::new(
                ErrorCode::WrongCredentials,
                "e-mail address or password is wrong; check both and try again",
            )
        };
        let email = request.email.trim().to_lowercase();
        if email.chars().count() > limits::EMAIL_CHARACTERS
            || request.password.len() > limits::PASSWORD_MAX_BYTES
        {
            return Err(wrong());
        }
        let device_name = input::name(&request.device_name, "the device's name")?;
        let door = format!("{address} {email}");
        self.guess(address)?;
        let steady = self.clock.now().steady;
        if !self.doors.sign_in.take(&door, steady) || !self.doors.account.take(&email, steady) {
            return Err(Failure::rate_limited());
        }
        let (agent, hash) = match self.store.read().await?.credentials(&email).await? {
            Some((record, hash)) => (Some(record.agent), Some(hash)),
            None => (None, None),
        };
        let right = self.passwords.verify(request.password, hash).await?;
        let agent = agent.filter(|_| right).ok_or_else(wrong)?;
        self.doors.guesses.give_back(address);
        self.doors.sign_in.give_back(&door);
        self.doors.account.give_back(&email);
        let mut change = self.begin().await?;
        let signed_in = change.sign_in(agent.id, device_name).await?;
        let now = change.now;
        change.attend(agent.id)?.sign_in(now);
        change.commit().await?;
        Ok(signed_in)
    }

    /// Whose token this is.
    pub(crate) async fn authenticate(&self, token: &str) -> Answer<Asker> {
        if !secrets::is_token(token) {
            return Err(Failure::not_signed_in());
        }
        let mut reading = self.store.read().await?;
        let device = reading
            .device(&Hashed::of(token))
            .await?
            .ok_or_else(Failure::not_signed_in)?;
        let record = reading
            .agent(device.agent_id)
            .await?
            .ok_or_else(Failure::not_signed_in)?;
        Ok(Asker {
            agent: record.agent,
            device: device.id,
        })
    }

    /// Whether the asker's device is still signed in.
    pub(crate) async fn device_exists(&self, asker: &Asker) -> Answer<()> {
        still_signed_in(&mut *self.store.read().await?, asker).await
    }

    /// The asker's devices.
    pub(crate) async fn devices(&self, asker: &Asker) -> Answer<Vec<DeviceInfo>> {
        let devices = self
            .store
            .read()
            .await?
            .devices(Some(asker.agent.id))
            .await?;
        Ok(devices
            .into_iter()
            .map(|device| DeviceInfo {
                id: device.id,
                name: device.name,
                signed_in_at: device.signed_in_at,
                last_seen_at: device.last_seen_at,
                this_device: device.id == asker.device,
            })
            .collect())
    }

    /// Revokes one of the asker's devices (their own: signs out). Its streams end.
    pub(crate) async fn revoke(self: &Arc<Self>, asker: &Asker, device: DeviceId) -> Answer<()> {
        let mut change = self.begin().await?;
        let devices = change.tx.devices(Some(asker.agent.id)).await?;
        if !devices.iter().any(|held| held.id == device) {
            return Err(Failure::not_found("device"));
        }
        change.revoke(asker.agent.id, device).await?;
        change.commit().await?;
        Ok(())
    }

    /// Invites an agent.
    pub(crate) async fn invite(
        self: &Arc<Self>,
        asker: &Asker,
        request: InviteRequest,
    ) -> Answer<Invitation> {
        asker.must_be_admin()?;
        let email = input::email(&request.email)?;
        let code = secrets::new_token()?;
        let link = self
            .base()?
            .join(&format!("invite#{code}"))
            .map_err(|error| Failure::internal("invitation link", &error))?;
        let mut change = self.begin().await?;
        if change.tx.credentials(&email).await?.is_some() {
            return Err(address_taken());
        }
        let invitation = InvitationRecord {
            id: InvitationId(secrets::new_id()),
            email,
            role: request.role,
            expires_at: change.now.wall.plus(INVITATION_MS),
            used: false,
        };
        change
            .tx
            .add_invitation(&invitation, &Hashed::of(&code))
            .await?;
        change.commit().await?;
        let (id, expires_at) = (invitation.id, invitation.expires_at);
        Ok(Invitation {
            id,
            link: link.into(),
            expires_at,
        })
    }

    /// Makes an invited agent and signs their device in.
    pub(crate) async fn accept_invitation(
        self: &Arc<Self>,
        request: AcceptInvitationRequest,
        address: &str,
    ) -> Answer<SignedIn> {
        self.guess(address)?;
        let code = Hashed::of(&request.code);
        let found = self.store.read().await?.invitation(&code).await?;
        self.usable(found)?;
        self.doors.guesses.give_back(address);
        let name = input::name(&request.name, "the name")?;
        let device_name = input::name(&request.device_name, "the device's name")?;
        input::password(&request.password)?;
        let hash = self.passwords.hash(request.password).await?;
        let mut change = self.begin().await?;
        // Read again: two may have come with the same link.
        let found = change.tx.invitation(&code).await?;
        let invitation = self.usable(found)?;
        if change.tx.credentials(&invitation.email).await?.is_some() {
            return Err(address_taken());
        }
        let now = change.now.wall;
        change.tx.use_invitation(invitation.id, now).await?;
        let agent = Agent {
            id: AgentId(secrets::new_id()),
            name,
            email: invitation.email,
            role: invitation.role,
        };
        change.add_agent(agent.clone(), &hash).await?;
        let signed_in = change.sign_in(agent.id, device_name).await?;
        change.commit().await?;
        Ok(signed_in)
    }

    fn usable(&self, found: Option<InvitationRecord>) -> Answer<InvitationRecord> {
        let found = found.ok_or_else(|| Failure::not_found("invitation"))?;
        if found.used || self.clock.now().wall > found.expires_at {
            return Err(Failure::new(
                ErrorCode::Expired,
                "this invitation was used or is too old; ask an admin for a new one",
            ));
        }
        Ok(found)
    }

    fn guess(&self, address: &str) -> Answer<()> {
        if self.doors.guesses.take(address, self.clock.now().steady) {
            Ok(())
        } else {
            Err(Failure::rate_limited())
        }
    }
}

impl Change {
    async fn add_agent(&mut self, agent: Agent, password_hash: &str) -> Answer<()> {
        let now = self.now.wall;
        let workspace = known(self.tx.workspace().await?)?.workspace;
        let record = AgentRecord {
            agent: agent.clone(),
            standing: Standing::first(self.now),
            open: 0,
            settings: AgentSettings::default(),
        };
        self.tx.add_agent(&record, password_hash, now).await?;
        let entry = StatusLogEntry {
            at: now,
            presence: record.standing.told.presence,
            choice: record.standing.told.choice,
        };
        self.tx.log_status(agent.id, &entry).await?;
        let terms = terms(&record, &workspace);
        let attending = Attending::recall(record.standing, [], terms, self.now);
        self.attend_new(agent.id, attending);
        let presence = record.team_presence();
        self.append(Audience::Everybody, |_| Event::AgentChanged { agent })
            .await?;
        self.append(Audience::Everybody, |_| Event::PresenceChanged { presence })
            .await?;
        Ok(())
    }

    /// Revokes the devices that were connected longest ago, until one more fits.
    async fn make_room_for_a_device(&mut self, agent: AgentId) -> Answer<()> {
        let mut devices = self.tx.devices(Some(agent)).await?;
        devices.sort_by_key(|device| (device.leased, device.last_seen_at, device.id));
        let over = devices
            .len()
            .saturating_add(1)
            .saturating_sub(limits::DEVICES_PER_AGENT);
        for device in devices.iter().take(over) {
            self.revoke(agent, device.id).await?;
        }
        Ok(())
    }

    async fn sign_in(&mut self, agent_id: AgentId, device_name: String) -> Answer<SignedIn> {
        self.make_room_for_a_device(agent_id).await?;
        let token = secrets::new_token()?;
        let now = self.now.wall;
        let device = DeviceRecord {
            id: DeviceId(secrets::new_id()),
            agent_id,
            name: device_name,
            signed_in_at: now,
            last_seen_at: now,
            leased: false,
            report: Report {
                activity: Activity::Active,
                at: now,
            },
        };
        self.tx.add_device(&device, &Hashed::of(&token)).await?;
        let record = known(self.tx.workspace().await?)?;
        Ok(SignedIn {
            token,
            device_id: device.id,
            agent_id,
            workspace_id: record.workspace.id,
            workspace_name: record.workspace.name,
        })
    }
}

/// Whether the asker's device was not revoked since it asked.
pub(super) async fn still_signed_in<R: Reading + ?Sized>(
    reading: &mut R,
    asker: &Asker,
) -> Answer<()> {
    let devices = reading.devices(Some(asker.agent.id)).await?;
    if devices.iter().any(|device| device.id == asker.device) {
        Ok(())
    } else {
        Err(Failure::not_signed_in())
    }
}

pub(super) fn known(record: Option<WorkspaceRecord>) -> Answer<WorkspaceRecord> {
    record.ok_or_else(|| Failure::internal("store", &"the workspace's row is missing"))
}

fn address_taken() -> Failure {
    Failure::new(
        ErrorCode::Conflict,
        "an agent with this e-mail address is there already",
    )
}
