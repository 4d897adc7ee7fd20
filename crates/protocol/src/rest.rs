//! Bodies of the requests under `/api/v1`.

use serde::{Deserialize, Serialize};
use ts_rs::TS;

use crate::ids::{AgentId, DeviceId, GroupId, Instant, InvitationId, Seq, SiteId, WorkspaceId};
use crate::model::{Message, Role, WhenNobody};
use crate::status::{StatusLogEntry, StatusSettings};

/// `GET /api/v1/workspace`: what anybody may know before signing in.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct WorkspaceInfo {
    /// Proof that this is Porchlight: always `"porchlight"`.
    pub product: String,
    /// [`crate::PROTOCOL_VERSION`] of the server.
    pub version: u32,
    /// The workspace.
    pub id: WorkspaceId,
    /// Its name.
    pub name: String,
    /// Whether the first admin is still to be made.
    pub needs_setup: bool,
}

/// `POST /api/v1/setup`: makes the first admin, once. Needs the setup code that the server prints.
#[derive(Clone, Serialize, Deserialize, TS)]
pub struct SetupRequest {
    /// Printed by the server at its first start.
    pub setup_code: String,
    /// Of the workspace.
    pub workspace_name: String,
    /// Of the admin.
    pub name: String,
    /// Of the admin.
    pub email: String,
    /// Of the admin.
    pub password: String,
    /// As the admin's list of devices shows it.
    pub device_name: String,
}

/// `POST /api/v1/sessions`: signs a device in.
#[derive(Clone, Serialize, Deserialize, TS)]
pub struct SignInRequest {
    /// Of the agent.
    pub email: String,
    /// Of the agent.
    pub password: String,
    /// As the agent's list of devices shows it.
    pub device_name: String,
}

/// The answer to a setup, sign-in or accepted invitation.
#[derive(Clone, Serialize, Deserialize, TS)]
pub struct SignedIn {
    /// Opaque, 256 bits; the server keeps only a hash.
    pub token: String,
    /// This device.
    pub device_id: DeviceId,
    /// This agent.
    pub agent_id: AgentId,
    /// The workspace.
    pub workspace_id: WorkspaceId,
    /// Its name.
    pub workspace_name: String,
}

/// `POST /api/v1/invitations` (admin): invites an agent.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct InviteRequest {
    /// Whom; the agent signs in with this address.
    pub email: String,
    /// As what.
    pub role: Role,
}

/// The answer: a link that works once, for 72 hours.
#[derive(Clone, Serialize, Deserialize, TS)]
pub struct Invitation {
    /// For the admin's list.
    pub id: InvitationId,
    /// To hand over.
    pub link: String,
    /// The end of it.
    pub expires_at: Instant,
}

/// `POST /api/v1/invitations/accept`.
#[derive(Clone, Serialize, Deserialize, TS)]
pub struct AcceptInvitationRequest {
    /// From the link.
    pub code: String,
    /// Of the new agent.
    pub name: String,
    /// Of the new agent.
    pub password: String,
    /// As the agent's list of devices shows it.
    pub device_name: String,
}

/// `GET /api/v1/devices`: one of the agent's devices.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct DeviceInfo {
    /// To revoke it by.
    pub id: DeviceId,
    /// As it called itself.
    pub name: String,
    /// First sign-in.
    pub signed_in_at: Instant,
    /// Last time it was connected.
    pub last_seen_at: Instant,
    /// Whether it is the asking one.
    pub this_device: bool,
}

/// `POST /api/v1/groups` and `PUT /api/v1/groups/{id}` (admin).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct GroupRequest {
    /// As the team reads it.
    pub name: String,
    /// Who is in it.
    pub members: Vec<AgentId>,
}

/// `POST /api/v1/sites` and `PUT /api/v1/sites/{id}` (admin).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct SiteRequest {
    /// As the team reads it.
    pub name: String,
    /// Origins whose pages may frame the widget.
    pub origins: Vec<String>,
    /// Setting.
    pub when_nobody: WhenNobody,
    /// The groups that answer it; empty: the whole team.
    pub groups: Vec<GroupId>,
}

/// The answer to a made group.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct GroupMade {
    /// Its id.
    pub id: GroupId,
}

/// The answer to a made site.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct SiteMade {
    /// Its id.
    pub id: SiteId,
}

/// `PUT /api/v1/settings` (admin).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct SettingsRequest {
    /// Of the workspace.
    pub name: String,
    /// 1 to 240; `None` switches idle off.
    pub idle_minutes: Option<u32>,
    /// Which statuses may be picked.
    pub statuses: StatusSettings,
    /// Whether admins may read the agents' logs of status changes.
    pub status_log_for_admins: bool,
    /// Hours of silence after which a conversation closes by itself, 1 to
    /// [`crate::limits::CLOSE_AFTER_MAX_HOURS`]; `None`: never.
    pub close_after_hours: Option<u32>,
}

// `PUT /api/v1/me/settings` takes an `AgentSettings`, and refuses hours that overlap, are empty, or
// lie in an unknown zone.
//
// `POST /api/v1/agents/{id}/offline` (admin) sets an agent Offline.

/// `GET /api/v1/agents/{id}/status-log?from=MS&to=MS` (`me` or, for admins where the workspace allows
/// it, another agent's id): changes of one's status, oldest first.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct StatusLog {
    /// The one in force at `from`, then every change before `to`; at most
    /// [`crate::limits::STATUS_LOG_PAGE`].
    pub entries: Vec<StatusLogEntry>,
    /// Whether later ones exist before `to`.
    pub more: bool,
}

/// `GET /api/v1/conversations/{id}/messages?before=SEQ`: a page of history, oldest first.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct HistoryPage {
    /// At most [`crate::limits::HISTORY_PAGE`].
    pub messages: Vec<Message>,
    /// Whether older ones exist.
    pub more: bool,
    /// The log's end when the page was read.
    pub as_of: Seq,
}

// Tokens and passwords must not reach a log by way of `{:?}`.
macro_rules! debug_without_secrets {
    ($($name:ident),*) => {$(
        impl std::fmt::Debug for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str(concat!(stringify!($name), " { .. }"))
            }
        }
    )*};
}
debug_without_secrets!(
    SetupRequest,
    SignInRequest,
    SignedIn,
    Invitation,
    AcceptInvitationRequest
);
