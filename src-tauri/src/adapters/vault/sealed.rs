//! A file of secrets, sealed with a passphrase: for a system without a keychain, by the person's own
//! choice.
//!
//! One file holds all secrets, as one sealed piece: XChaCha20-Poly1305 under a key that Argon2id makes of
//! the passphrase. Every change writes the file anew, beside the old one, and then takes its place, so
//! that a crash leaves one of the two whole. Without the passphrase of this start it is
//! [`VaultError::Sealed`]; a lost passphrase cannot be recovered.

use std::collections::BTreeMap;
use std::io::Write as _;
use std::path::{Path, PathBuf};

use agent::ports::{Vault, VaultError};
use argon2::{Algorithm, Argon2, Params, Version};
use async_trait::async_trait;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD as BASE64;
use chacha20poly1305::aead::{Aead as _, KeyInit as _, Payload};
use chacha20poly1305::{XChaCha20Poly1305, XNonce};
use serde::{Deserialize, Serialize};
use tokio::sync::Mutex;

/// What is said beside the sealed piece, so that it cannot be taken for something else.
const PURPOSE: &[u8] = b"porchlight secrets 1";
/// 64 MiB and three passes: the second recommendation of RFC 9106, section 4. A start costs a
/// moment, a guess costs as much.
const MEMORY_KIB: u32 = 64 * 1024;
const PASSES: u32 = 3;

/// Why the file does not open.
#[derive(Debug, thiserror::Error)]
pub enum SealError {
    /// Another passphrase sealed it, or it was changed.
    #[error("that is not the passphrase")]
    WrongPassphrase,
    /// Anything else; the text is for the log.
    #[error("{0}")]
    Failed(String),
}

/// The file.
#[derive(Debug)]
pub struct SealedFile {
    path: PathBuf,
    open: Mutex<Option<Open>>,
}

struct Open {
    key: [u8; 32],
    salt: [u8; 16],
    secrets: BTreeMap<String, String>,
}

// Keys and secrets must not reach a log by way of `{:?}`.
impl std::fmt::Debug for Open {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Open { .. }")
    }
}

/// As it lies on the disk.
#[derive(Serialize, Deserialize)]
struct Envelope {
    version: u32,
    salt: String,
    nonce: String,
    sealed: String,
}

fn failed(error: impl std::fmt::Display) -> SealError {
    SealError::Failed(error.to_string())
}

impl SealedFile {
    /// Nothing is read or made yet.
    #[must_use]
    pub fn at(path: PathBuf) -> Self {
        Self {
            path,
            open: Mutex::new(None),
        }
    }

    /// Whether the person has chosen it.
    #[must_use]
    pub fn exists(&self) -> bool {
        self.path.exists()
    }

    /// Opens the file with its passphrase, for as long as this process runs.
    ///
    /// # Errors
    /// [`SealError::WrongPassphrase`], or what the file system says.
    pub async fn open(&self, passphrase: &str) -> Result<(), SealError> {
        let mut open = self.open.lock().await;
        let path = self.path.clone();
        let passphrase = passphrase.to_owned();
        *open = Some(off_the_runtime(move || unseal(&path, &passphrase)).await?);
        Ok(())
    }

    /// Makes the file anew and empty, under this passphrase.
    ///
    /// # Errors
    /// What the file system says.
    pub async fn create(&self, passphrase: &str) -> Result<(), SealError> {
        let mut open = self.open.lock().await;
        let path = self.path.clone();
        let passphrase = passphrase.to_owned();
        let made = off_the_runtime(move || {
            let mut salt = [0; 16];
            random(&mut salt)?;
            let made = Open {
                key: key_of(&passphrase, &salt)?,
                salt,
                secrets: BTreeMap::new(),
            };
            write(&path, &made)?;
            Ok(made)
        })
        .await?;
        *open = Some(made);
        Ok(())
    }

    /// Renames the file to `….old`, opened or not.
    ///
    /// # Errors
    /// What the file system says.
    pub fn put_aside(&self) -> std::io::Result<()> {
        std::fs::rename(&self.path, self.path.with_extension("old"))
    }

    async fn change(
        &self,
        change: impl FnOnce(&mut BTreeMap<String, String>),
    ) -> Result<(), VaultError> {
        let mut held = self.open.lock().await;
        let open = held.as_mut().ok_or(VaultError::Sealed)?;
        let before = open.secrets.clone();
        change(&mut open.secrets);
        if open.secrets == before {
            return Ok(());
        }
        // A small file: writing it here is quicker than handing it over.
        write(&self.path, open).map_err(|error| {
            open.secrets = before;
            VaultError::Failed(error.to_string())
        })
    }
}

#[async_trait]
impl Vault for SealedFile {
    async fn get(&self, name: &str) -> Result<Option<Vec<u8>>, VaultError> {
        let held = self.open.lock().await;
        let open = held.as_ref().ok_or(VaultError::Sealed)?;
        let Some(text) = open.secrets.get(name) else {
            return Ok(None);
        };
        let secret = BASE64
            .decode(text)
            .map_err(|error| VaultError::Failed(error.to_string()))?;
        Ok(Some(secret))
    }

    async fn set(&self, name: &str, secret: &[u8]) -> Result<(), VaultError> {
        let text = BASE64.encode(secret);
        self.change(|secrets| {
            secrets.insert(name.to_owned(), text);
        })
        .await
    }

    async fn delete(&self, name: &str) -> Result<(), VaultError> {
        self.change(|secrets| {
            secrets.remove(name);
        })
        .await
    }
}

async fn off_the_runtime<T: Send + 'static>(
    work: impl FnOnce() -> Result<T, SealError> + Send + 'static,
) -> Result<T, SealError> {
    tokio::task::spawn_blocking(work).await.map_err(failed)?
}

fn random(bytes: &mut [u8]) -> Result<(), SealError> {
    getrandom::fill(bytes).map_err(failed)
}

fn key_of(passphrase: &str, salt: &[u8]) -> Result<[u8; 32], SealError> {
    let params = Params::new(MEMORY_KIB, PASSES, 1, Some(32)).map_err(failed)?;
    let mut key = [0; 32];
    Argon2::new(Algorithm::Argon2id, Version::V0x13, params)
        .hash_password_into(passphrase.as_bytes(), salt, &mut key)
        .map_err(failed)?;
    Ok(key)
}

fn cipher(key: [u8; 32]) -> XChaCha20Poly1305 {
    XChaCha20Poly1305::new(&key.into())
}

fn unseal(path: &Path, passphrase: &str) -> Result<Open, SealError> {
    let text = std::fs::read(path).map_err(failed)?;
    let envelope: Envelope = serde_json::from_slice(&text).map_err(failed)?;
    if envelope.version != 1 {
        return Err(failed("a newer version of Porchlight wrote this file"));
    }
    let salt = exactly::<16>(&envelope.salt)?;
    let nonce = exactly::<24>(&envelope.nonce)?;
    let sealed = BASE64.decode(&envelope.sealed).map_err(failed)?;
    let key = key_of(passphrase, &salt)?;
    let payload = Payload {
        msg: &sealed,
        aad: PURPOSE,
    };
    let plain = cipher(key)
        .decrypt(&XNonce::from(nonce), payload)
        .map_err(|_| SealError::WrongPassphrase)?;
    let secrets = serde_json::from_slice(&plain).map_err(failed)?;
    Ok(Open { key, salt, secrets })
}

fn exactly<const N: usize>(text: &str) -> Result<[u8; N], SealError> {
    let bytes = BASE64.decode(text).map_err(failed)?;
    bytes
        .try_into()
        .map_err(|_| failed("a part has a wrong length"))
}

fn write(path: &Path, open: &Open) -> Result<(), SealError> {
    let mut nonce = [0; 24];
    random(&mut nonce)?;
    let plain = serde_json::to_vec(&open.secrets).map_err(failed)?;
    let payload = Payload {
        msg: &plain,
        aad: PURPOSE,
    };
    let sealed = cipher(open.key)
        .encrypt(&XNonce::from(nonce), payload)
        .map_err(failed)?;
    let envelope = Envelope {
        version: 1,
        salt: BASE64.encode(open.salt),
        nonce: BASE64.encode(nonce),
        sealed: BASE64.encode(sealed),
    };
    let text = serde_json::to_vec(&envelope).map_err(failed)?;
    let beside = path.with_extension("new");
    let mut options = std::fs::File::options();
    options.write(true).create(true).truncate(true);
    #[cfg(unix)]
    {
        use std::os::unix::fs::OpenOptionsExt as _;
        options.mode(0o600);
    }
    let mut file = options.open(&beside).map_err(failed)?;
    file.write_all(&text).map_err(failed)?;
    file.sync_all().map_err(failed)?;
    drop(file);
    std::fs::rename(&beside, path).map_err(failed)?;
    // The rename itself must survive a power cut, where the system lets us ask for it.
    #[cfg(unix)]
    if let Some(folder) = path.parent() {
        std::fs::File::open(folder)
            .and_then(|folder| folder.sync_all())
            .map_err(failed)?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    const PASSPHRASE: &str = "a lamp above the door";

    #[tokio::test]
    async fn an_open_file_is_a_vault() {
        let scratch = tempfile::tempdir().unwrap();
        let file = SealedFile::at(scratch.path().join("secrets"));
        file.create(PASSPHRASE).await.unwrap();
        agent::conformance::vault(&file).await;
    }

    #[tokio::test]
    async fn it_opens_with_its_passphrase_only_and_holds_nothing_readable() {
        let scratch = tempfile::tempdir().unwrap();
        let path = scratch.path().join("secrets");
        let file = SealedFile::at(path.clone());
        file.create(PASSPHRASE).await.unwrap();
        file.set("token", b"do not read this").await.unwrap();

        let again = SealedFile::at(path.clone());
        assert_eq!(again.get("token").await, Err(VaultError::Sealed));
        assert!(matches!(
            again.open("another passphrase").await,
            Err(SealError::WrongPassphrase)
        ));
        assert_eq!(again.get("token").await, Err(VaultError::Sealed));
        again.open(PASSPHRASE).await.unwrap();
        assert_eq!(
            again.get("token").await,
            Ok(Some(b"do not read this".to_vec()))
        );

        let text = std::fs::read_to_string(&path).unwrap();
        let plain = BASE64.encode(b"do not read this");
        assert!(!text.contains("token") && !text.contains(&plain));
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt as _;
            let mode = std::fs::metadata(&path).unwrap().permissions().mode();
            assert_eq!(mode & 0o777, 0o600, "for its owner alone");
        }
    }

    #[tokio::test]
    async fn a_changed_file_does_not_open() {
        let scratch = tempfile::tempdir().unwrap();
        let path = scratch.path().join("secrets");
        SealedFile::at(path.clone())
            .create(PASSPHRASE)
            .await
            .unwrap();
        let mut envelope: Envelope =
            serde_json::from_slice(&std::fs::read(&path).unwrap()).unwrap();
        let mut sealed = BASE64.decode(&envelope.sealed).unwrap();
        sealed[0] ^= 1;
        envelope.sealed = BASE64.encode(sealed);
        std::fs::write(&path, serde_json::to_vec(&envelope).unwrap()).unwrap();
        assert!(SealedFile::at(path).open(PASSPHRASE).await.is_err());
    }
}
