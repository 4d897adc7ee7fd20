//! The OS keychain: Secret Service on Linux, Keychain on macOS, Credential Manager on Windows.
//!
//! A keychain may show a prompt and answer only when somebody has typed a password, minutes later.
//! So everything that touches it runs on **one thread of its own**: not on the runtime's blocking
//! pool, which a prompt would hold up at exit, and not on a thread per call, which would pile up.
//! Callers wait at most [`ANSWER_WITHIN`] and then get [`VaultError::TimedOut`]; a request whose caller
//! has gone is dropped unexecuted, so that nothing is stored behind anybody's back.
//!
//! Absent is not locked. Only a keychain that could be searched and holds nothing says *no such
//! secret*; a locked, silent or missing one is an error, and never means that somebody signed out.
//! Some keychains find nothing while locked instead of saying so: on Linux an empty answer is
//! believed only when the default collection is open.
//!
//! On Linux the store is made here, not by `keyring::Entry`, because that one remembers a first failure
//! for the life of the process: a Secret Service that starts late, or starts again, is found at the
//! next call.
//!
//! Values are base64, since KDE's wallet keeps only text.

use std::sync::mpsc;
use std::time::Duration;

use agent::ports::{Vault, VaultError};
use async_trait::async_trait;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD as BASE64;
use keyring_core::{Entry, Error};
use tokio::sync::oneshot;

/// The name that all our secrets stand under.
pub const SERVICE: &str = "app.porchlight.desktop";

/// How long a caller waits. Long enough for a cold keychain, short enough for a person who
/// watches the start of the app.
pub const ANSWER_WITHIN: Duration = Duration::from_secs(8);

/// The keychain of the OS.
#[derive(Debug)]
pub struct Keychain {
    requests: mpsc::Sender<Request>,
    answer_within: Duration,
}

#[derive(Debug)]
struct Request {
    name: String,
    wish: Wish,
    answer: oneshot::Sender<Result<Option<Vec<u8>>, VaultError>>,
}

#[derive(Debug)]
enum Wish {
    Get,
    Set(Vec<u8>),
    Delete,
}

impl Keychain {
    /// Starts the thread. Nothing is asked of the keychain yet.
    ///
    /// # Errors
    /// The thread cannot be made.
    pub fn start() -> std::io::Result<Self> {
        Self::start_with(ANSWER_WITHIN)
    }

    /// As [`Self::start`], with another bound on waiting.
    ///
    /// # Errors
    /// The thread cannot be made.
    pub fn start_with(answer_within: Duration) -> std::io::Result<Self> {
        let (requests, inbox) = mpsc::channel::<Request>();
        std::thread::Builder::new()
            .name("keychain".into())
            .spawn(move || {
                let mut store = Store::default();
                while let Ok(request) = inbox.recv() {
                    if request.answer.is_closed() {
                        continue;
                    }
                    let result = store.carry_out(&request.name, &request.wish);
                    // A caller that stopped waiting meanwhile was told that it timed out.
                    let _ = request.answer.send(result);
                }
            })?;
        Ok(Self {
            requests,
            answer_within,
        })
    }

    async fn ask(&self, name: &str, wish: Wish) -> Result<Option<Vec<u8>>, VaultError> {
        let (answer, wait) = oneshot::channel();
        let request = Request {
            name: name.to_owned(),
            wish,
            answer,
        };
        let gone = || VaultError::Failed("the keychain's thread is gone".into());
        self.requests.send(request).map_err(|_| gone())?;
        match tokio::time::timeout(self.answer_within, wait).await {
            Ok(Ok(result)) => result,
            Ok(Err(_)) => Err(gone()),
            Err(_) => Err(VaultError::TimedOut),
        }
    }
}

#[async_trait]
impl Vault for Keychain {
    async fn get(&self, name: &str) -> Result<Option<Vec<u8>>, VaultError> {
        let found = self.ask(name, Wish::Get).await?;
        #[cfg(target_os = "linux")]
        if found.is_none() && secret_service::is_locked().await {
            return Err(VaultError::Locked);
        }
        Ok(found)
    }

    async fn set(&self, name: &str, secret: &[u8]) -> Result<(), VaultError> {
        self.ask(name, Wish::Set(secret.to_vec())).await.map(|_| ())
    }

    async fn delete(&self, name: &str) -> Result<(), VaultError> {
        self.ask(name, Wish::Delete).await.map(|_| ())
    }
}

/// The store as the thread holds it.
#[derive(Default)]
struct Store {
    #[cfg(target_os = "linux")]
    open: Option<std::sync::Arc<zbus_secret_service_keyring_store::Store>>,
}

impl Store {
    fn carry_out(&mut self, name: &str, wish: &Wish) -> Result<Option<Vec<u8>>, VaultError> {
        match self.attempt(name, wish) {
            // The service behind an open store may have gone, with its session: once more, afresh.
            Err(Error::PlatformFailure(error)) if self.forget() => {
                tracing::info!(%error, "the keychain's session broke; opening another");
                self.attempt(name, wish)
            }
            result => result,
        }
        .map_err(explain)
    }

    fn attempt(&mut self, name: &str, wish: &Wish) -> Result<Option<Vec<u8>>, Error> {
        let entry = self.entry(name)?;
        match wish {
            Wish::Get => match entry.get_secret() {
                Ok(stored) => match BASE64.decode(&stored) {
                    Ok(secret) => Ok(Some(secret)),
                    Err(_) => Err(Error::BadStoreFormat("not base64".into())),
                },
                Err(Error::NoEntry) => Ok(None),
                Err(error) => Err(error),
            },
            Wish::Set(secret) => entry
                .set_secret(BASE64.encode(secret).as_bytes())
                .map(|()| None),
            Wish::Delete => match entry.delete_credential() {
                Ok(()) | Err(Error::NoEntry) => Ok(None),
                Err(error) => Err(error),
            },
        }
    }

    #[cfg(target_os = "linux")]
    fn entry(&mut self, name: &str) -> Result<Entry, Error> {
        use keyring_core::api::CredentialStoreApi as _;
        let store = match &self.open {
            Some(store) => store.clone(),
            None => {
                let store = zbus_secret_service_keyring_store::Store::new().map_err(|error| {
                    tracing::warn!(%error, "no Secret Service");
                    Error::NoDefaultStore
                })?;
                self.open = Some(store.clone());
                store
            }
        };
        let label = format!("Porchlight: {name}");
        store.build(SERVICE, name, Some(&[("label", label.as_str())].into()))
    }

    /// Whether there was an open store to forget.
    #[cfg(target_os = "linux")]
    fn forget(&mut self) -> bool {
        self.open.take().is_some()
    }

    #[cfg(not(target_os = "linux"))]
    fn entry(&mut self, name: &str) -> Result<Entry, Error> {
        keyring::Entry::new(SERVICE, name).map(|entry| entry.inner)
    }

    #[cfg(not(target_os = "linux"))]
    fn forget(&mut self) -> bool {
        false
    }
}

fn explain(error: Error) -> VaultError {
    match error {
        Error::NoDefaultStore => VaultError::Missing,
        Error::NoStorageAccess(_) => VaultError::Locked,
        other => VaultError::Failed(other.to_string()),
    }
}

#[cfg(target_os = "linux")]
mod secret_service {
    use std::time::Duration;

    /// Whether the default collection says that it is locked. No answer within 2 s counts as open: the
    /// search before it did answer.
    pub(super) async fn is_locked() -> bool {
        let question = async {
            let bus = zbus::Connection::session().await?;
            let answer = bus
                .call_method(
                    Some("org.freedesktop.secrets"),
                    "/org/freedesktop/secrets/aliases/default",
                    Some("org.freedesktop.DBus.Properties"),
                    "Get",
                    &("org.freedesktop.Secret.Collection", "Locked"),
                )
                .await?;
            let value: zbus::OwnedVariant = answer.body().deserialize()?;
            bool::try_from(value)
        };
        matches!(
            tokio::time::timeout(Duration::from_secs(2), question).await,
            Ok(Ok(true))
        )
    }
}
