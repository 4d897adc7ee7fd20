//! What can be done in a workspace, by whom, and what it answers. Each act is one change.

pub(crate) mod accounts;
pub(crate) mod attention;
pub(crate) mod commands;
pub(crate) mod directory;
pub(crate) mod presence;
pub(crate) mod sight;
pub(crate) mod status;
pub(crate) mod visitors;

use protocol::error::ErrorCode;
use protocol::ids::DeviceId;
use protocol::model::{Agent, Role};

use crate::failure::{Answer, Failure};

/// Who asks: an agent on a signed-in device.
#[derive(Clone, Debug)]
pub(crate) struct Asker {
    pub(crate) agent: Agent,
    pub(crate) device: DeviceId,
}

impl Asker {
    /// # Errors
    /// When the agent is no admin.
    pub(crate) fn must_be_admin(&self) -> Answer<()> {
        match self.agent.role {
            Role::Admin => Ok(()),
            Role::Agent => Err(Failure::new(
                ErrorCode::NotAllowed,
                "only an admin can do this",
            )),
        }
    }
}
