//! What the vault keeps of a session, and where random bits come from.

use protocol::error::ErrorBody;

use crate::errors::internal;
use crate::ports::{Vault, VaultError};
use crate::profile::Profile;

/// 256 random bits.
pub(crate) fn random_key() -> Result<[u8; 32], ErrorBody> {
    let mut key = [0u8; 32];
    getrandom::fill(&mut key).map_err(|error| internal(&error))?;
    Ok(key)
}

/// A password that nobody types: 256 random bits.
pub(crate) fn random_text() -> Result<String, ErrorBody> {
    let bytes = random_key()?;
    Ok(bytes.iter().map(|byte| format!("{byte:02x}")).collect())
}

/// What the vault keeps of a session.
#[derive(Clone)]
pub(crate) struct Secrets {
    pub(crate) token: String,
    pub(crate) cache_key: [u8; 32],
}

impl Secrets {
    /// `None` when one of them is not there.
    pub(crate) async fn read(
        vault: &dyn Vault,
        profile: &Profile,
    ) -> Result<Option<Self>, VaultError> {
        let token = vault.get(&profile.secret("token")).await?;
        let cache_key = vault.get(&profile.secret("cache-key")).await?;
        let (Some(token), Some(cache_key)) = (token, cache_key) else {
            return Ok(None);
        };
        let token = String::from_utf8(token).map_err(|error| malformed(&error))?;
        let cache_key = <[u8; 32]>::try_from(cache_key.as_slice()).map_err(|e| malformed(&e))?;
        Ok(Some(Self { token, cache_key }))
    }

    pub(crate) async fn write(
        &self,
        vault: &dyn Vault,
        profile: &Profile,
    ) -> Result<(), VaultError> {
        vault
            .set(&profile.secret("cache-key"), &self.cache_key)
            .await?;
        vault
            .set(&profile.secret("token"), self.token.as_bytes())
            .await
    }

    pub(crate) async fn remove(vault: &dyn Vault, profile: &Profile) {
        for what in ["cache-key", "token"] {
            if let Err(error) = vault.delete(&profile.secret(what)).await {
                tracing::warn!(%error, what, "a secret was not removed");
            }
        }
    }
}

/// A secret that is there, but is not what was stored.
pub(crate) fn malformed(error: &dyn std::fmt::Display) -> VaultError {
    VaultError::Failed(format!("a secret has no form: {error}"))
}
