//! The workspace inside this app, for *Use this computer*: what starts it and what opens it.

use std::sync::Arc;

use protocol::error::{ErrorBody, ErrorCode};
use uuid::Uuid;

use crate::account;
use crate::errors::{from_vault, internal, quitting};
use crate::ports::{Connector, LocalStarted, Vault, VaultError};
use crate::profile::{self, Local};
use crate::secrets::{malformed, random_key, random_text};
use crate::session::Inner;
use crate::view::Stage;

/// Its secrets.
pub(crate) struct Here {
    key: [u8; 32],
    pub(crate) password: String,
}

impl Here {
    /// The one that is here; a new one only if none ever was. Its secrets are kept before the file
    /// that says they exist, so that a database is never made with a key that is lost.
    pub(crate) async fn open_or_make(inner: &Inner) -> Result<Self, ErrorBody> {
        if inner.ports.local.is_none() {
            return Err(no_local());
        }
        let vault = inner.ports.vault.as_ref();
        let known = profile::read_local(&inner.data_dir).map_err(|error| internal(&error))?;
        if let Some(local) = known {
            let kept = Self::read(vault, &local).await;
            return kept.map_err(|error| from_vault(&error))?.ok_or_else(gone);
        }
        let local = Local {
            installation: Uuid::now_v7(),
        };
        let here = Self {
            key: random_key()?,
            password: random_text()?,
        };
        let kept = async {
            vault.set(&local.secret("key"), &here.key).await?;
            vault
                .set(&local.secret("password"), here.password.as_bytes())
                .await
        };
        kept.await.map_err(|error| from_vault(&error))?;
        profile::write_local(&inner.data_dir, &local).map_err(|error| internal(&error))?;
        Ok(here)
    }

    /// `None` when the vault holds them no more.
    async fn read(vault: &dyn Vault, local: &Local) -> Result<Option<Self>, VaultError> {
        let key = vault.get(&local.secret("key")).await?;
        let password = vault.get(&local.secret("password")).await?;
        let (Some(key), Some(password)) = (key, password) else {
            return Ok(None);
        };
        Ok(Some(Self {
            key: <[u8; 32]>::try_from(key.as_slice()).map_err(|error| malformed(&error))?,
            password: String::from_utf8(password).map_err(|error| malformed(&error))?,
        }))
    }

    pub(crate) async fn start(&self, inner: &Inner) -> Result<LocalStarted, ErrorBody> {
        // Whoever quits ends what runs, and would not learn of what is started after that.
        if inner.stop.is_cancelled() {
            return Err(quitting());
        }
        match &inner.ports.local {
            Some(local) => local.start(self.key).await,
            None => Err(no_local()),
        }
    }

    /// For a session that is stored.
    pub(crate) async fn start_known(inner: &Inner) -> Result<Arc<dyn Connector>, Stage> {
        let broken = |error: ErrorBody| Stage::Broken { error };
        let local =
            profile::read_local(&inner.data_dir).map_err(|error| broken(internal(&error)))?;
        let Some(local) = local else {
            return Err(broken(internal(&"the local workspace is gone")));
        };
        let here = Self::read(inner.ports.vault.as_ref(), &local)
            .await
            .map_err(account::locked)?
            .ok_or_else(|| broken(gone()))?;
        Ok(here.start(inner).await.map_err(broken)?.connector)
    }
}

/// What can be done about a database without its key.
fn gone() -> ErrorBody {
    tracing::error!("the keychain does not hold the local workspace's key");
    ErrorBody::new(
        ErrorCode::Unavailable,
        "Your keychain does not hold the key of the workspace on this computer any more. If there is \
         another keychain that does, open that one and try again. To begin anew, move local.json \
         and the folder workspace out of Porchlight's data folder.",
    )
}

/// What a build without one says.
pub(crate) fn no_local() -> ErrorBody {
    ErrorBody::new(
        ErrorCode::Unavailable,
        "This Porchlight was built without a workspace of its own. Connect to one.",
    )
}
