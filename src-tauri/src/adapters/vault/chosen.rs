//! Which store keeps this device's secrets: the OS keychain, or the sealed file once the person has
//! chosen that.

use std::path::PathBuf;
use std::sync::Arc;

use agent::ports::{Vault, VaultError};
use async_trait::async_trait;

use super::sealed::{SealError, SealedFile};

/// The OS keychain, or the sealed file once the person has chosen that. The file's presence is the
/// choice: there is never a second store that could say something else.
pub struct ChosenVault {
    keychain: Arc<dyn Vault>,
    file: SealedFile,
}

/// Why a passphrase is not taken.
#[derive(Debug, thiserror::Error)]
pub enum PassphraseError {
    /// The file does not open with it, or cannot be made.
    #[error(transparent)]
    Seal(#[from] SealError),
    /// There is a keychain, so nothing goes to a file.
    #[error("the secrets are in the keychain")]
    KeychainThere,
}

impl ChosenVault {
    /// `file` need not exist.
    #[must_use]
    pub fn new(keychain: Arc<dyn Vault>, file: PathBuf) -> Self {
        Self {
            keychain,
            file: SealedFile::at(file),
        }
    }

    /// Opens the file. With nothing to keep (`first_run`) it is made, if this system has no
    /// keychain. One that is there is never made anew: it may hold the key of a local workspace,
    /// also when nobody is signed in, and a slip of the keys must not cost that.
    ///
    /// # Errors
    /// [`PassphraseError`].
    pub async fn use_passphrase(
        &self,
        passphrase: &str,
        first_run: bool,
    ) -> Result<(), PassphraseError> {
        if self.file.exists() {
            return Ok(self.file.open(passphrase).await?);
        }
        if !first_run || self.keychain.get("is-one-there").await != Err(VaultError::Missing) {
            return Err(PassphraseError::KeychainThere);
        }
        Ok(self.file.create(passphrase).await?)
    }

    /// Puts the file aside, unopened, for a person who has forgotten its passphrase and chose to
    /// begin anew. It stays beside as `secrets.old`: they may remember.
    ///
    /// # Errors
    /// What the file system says.
    pub fn give_up(&self) -> std::io::Result<()> {
        self.file.put_aside()
    }

    fn store(&self) -> &dyn Vault {
        if self.file.exists() {
            &self.file
        } else {
            &*self.keychain
        }
    }
}

#[async_trait]
impl Vault for ChosenVault {
    async fn get(&self, name: &str) -> Result<Option<Vec<u8>>, VaultError> {
        self.store().get(name).await
    }

    async fn set(&self, name: &str, secret: &[u8]) -> Result<(), VaultError> {
        self.store().set(name, secret).await
    }

    async fn delete(&self, name: &str) -> Result<(), VaultError> {
        self.store().delete(name).await
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const PASSPHRASE: &str = "a lamp above the door";

    #[derive(Debug)]
    struct NoKeychain;

    #[async_trait]
    impl Vault for NoKeychain {
        async fn get(&self, _: &str) -> Result<Option<Vec<u8>>, VaultError> {
            Err(VaultError::Missing)
        }
        async fn set(&self, _: &str, _: &[u8]) -> Result<(), VaultError> {
            Err(VaultError::Missing)
        }
        async fn delete(&self, _: &str) -> Result<(), VaultError> {
            Err(VaultError::Missing)
        }
    }

    #[tokio::test]
    async fn the_file_is_made_only_at_a_first_run_without_a_keychain() {
        let scratch = tempfile::tempdir().unwrap();
        let path = scratch.path().join("secrets");
        let vault = ChosenVault::new(Arc::new(NoKeychain), path.clone());
        assert_eq!(vault.set("token", b"1").await, Err(VaultError::Missing));
        assert!(
            vault.use_passphrase(PASSPHRASE, false).await.is_err(),
            "what is kept elsewhere is not hidden behind an empty file"
        );
        vault.use_passphrase(PASSPHRASE, true).await.unwrap();
        vault.set("token", b"1").await.unwrap();

        let started_again = ChosenVault::new(Arc::new(NoKeychain), path);
        assert_eq!(started_again.get("token").await, Err(VaultError::Sealed));
        assert!(
            started_again
                .use_passphrase("wrong, alas", false)
                .await
                .is_err()
        );
        started_again
            .use_passphrase(PASSPHRASE, false)
            .await
            .unwrap();
        assert_eq!(started_again.get("token").await, Ok(Some(b"1".to_vec())));
    }

    #[tokio::test]
    async fn another_passphrase_at_a_first_run_costs_nothing_until_the_file_is_given_up() {
        let scratch = tempfile::tempdir().unwrap();
        let path = scratch.path().join("secrets");
        let before = ChosenVault::new(Arc::new(NoKeychain), path.clone());
        before.use_passphrase(PASSPHRASE, true).await.unwrap();
        before.set("local/key", b"of a database").await.unwrap();

        let vault = ChosenVault::new(Arc::new(NoKeychain), path.clone());
        assert!(matches!(
            vault.use_passphrase("a lamp above the dor", true).await,
            Err(PassphraseError::Seal(SealError::WrongPassphrase))
        ));
        vault.use_passphrase(PASSPHRASE, true).await.unwrap();
        let kept = Ok(Some(b"of a database".to_vec()));
        assert_eq!(vault.get("local/key").await, kept);

        vault.give_up().unwrap();
        vault
            .use_passphrase("another one, then", true)
            .await
            .unwrap();
        assert_eq!(vault.get("local/key").await, Ok(None));
        let aside = SealedFile::at(path.with_extension("old"));
        aside.open(PASSPHRASE).await.unwrap();
        assert_eq!(aside.get("local/key").await, kept, "it is still there");
    }

    #[tokio::test]
    async fn with_a_keychain_nothing_goes_to_a_file() {
        let scratch = tempfile::tempdir().unwrap();
        let path = scratch.path().join("secrets");
        let keychain = SealedFile::at(scratch.path().join("stands-for-a-keychain"));
        keychain.create(PASSPHRASE).await.unwrap();
        let vault = ChosenVault::new(Arc::new(keychain), path.clone());
        assert!(matches!(
            vault.use_passphrase(PASSPHRASE, true).await,
            Err(PassphraseError::KeychainThere)
        ));
        assert!(!path.exists());
    }
}
