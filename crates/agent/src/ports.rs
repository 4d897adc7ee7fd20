//! The operating system, as the session needs it.
//!
//! Each trait is small, says what it can do, and never panics for something a platform lacks: a
//! missing ability is a value. The shell implements them for real (`src-tauri/src/adapters`),
//! `crates/testkit` with fakes; both pass the same conformance tests (`agent::conformance`).

use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use protocol::ids::Instant;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::sync::mpsc;

mod alerts;
mod notifications;

pub use self::alerts::{Badge, Clip, DoNotDisturb, Hush, Sound, SoundError, Volume, Waiting};
pub use self::notifications::{
    Act, Notification, NotificationAction, NotificationEvent, NotificationKey, Notifier,
    NotifierCapabilities, NotifierError, Permission, Urgency,
};
use crate::view::Limited;

/// Time. Wall time is only for showing; whatever is decided by a length of time uses
/// [`Clock::elapsed`].
pub trait Clock: Send + Sync + 'static {
    /// The wall clock, which may be wrong and may jump.
    fn now(&self) -> Instant;
    /// Time since some fixed point; counts suspend; never goes back.
    fn elapsed(&self) -> Duration;
    /// The time zone of this computer now, like `Europe/Berlin`; `None` if it has no such name.
    fn zone(&self) -> Option<String>;
}

/// Where the device's secrets are kept: the keychain of the OS.
#[async_trait]
pub trait Vault: Send + Sync + 'static {
    /// The secret of that name; `None` when there is none. Never waits longer than 10 s.
    async fn get(&self, name: &str) -> Result<Option<Vec<u8>>, VaultError>;
    /// Stores a secret, replacing an older one.
    async fn set(&self, name: &str, secret: &[u8]) -> Result<(), VaultError>;
    /// Removes a secret; absent is fine.
    async fn delete(&self, name: &str) -> Result<(), VaultError>;
}

/// Why a secret cannot be had now. None of these means "signed out".
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum VaultError {
    /// It is there, but locked, and was not unlocked.
    #[error("the keychain is locked")]
    Locked,
    /// It did not answer in time (somebody may still be looking at its prompt).
    #[error("the keychain does not answer")]
    TimedOut,
    /// It is a file under a passphrase that nobody has typed since the start.
    #[error("the secrets are sealed with a passphrase")]
    Sealed,
    /// This system has none running.
    #[error("no keychain was found")]
    Missing,
    /// Anything else; the text is for the log.
    #[error("the keychain failed: {0}")]
    Failed(String),
}

/// What the machine tells of its user.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ActivityEvent {
    /// Input arrived after a pause.
    Active,
    /// No input since, on [`Clock::elapsed`]. Sent once the pause has lasted [`IDLE_REPORT_AFTER`].
    IdleSince(Duration),
    /// Idle time cannot be read, until [`Active`](Self::Active) or [`IdleSince`](Self::IdleSince) says
    /// otherwise: a compositor restarts, a desktop's idle monitor comes late. Lock and sleep are
    /// reported meanwhile.
    Limited(Limited),
    /// The session was locked.
    Locked,
    /// It was unlocked.
    Unlocked,
    /// The machine is about to sleep: what must leave, leaves now.
    Sleep,
    /// It woke.
    Wake,
}

/// A pause in input shorter than this is not reported: 30 s, so that reading a long message sends
/// nothing, and the shortest idle delay (1 min) is still exact, since the report carries its start.
pub const IDLE_REPORT_AFTER: Duration = Duration::from_secs(30);

/// The machine's keyboard, mouse, lock and lid.
pub trait ActivitySource: Send + Sync + 'static {
    /// What happens, from now on. Taken once, by the session. It begins with how it is now, and nothing
    /// is said twice in a row.
    fn events(&self) -> mpsc::UnboundedReceiver<ActivityEvent>;
}

/// A byte stream to the workspace.
pub trait Transport: AsyncRead + AsyncWrite + Send + Unpin {}
impl<T: AsyncRead + AsyncWrite + Send + Unpin> Transport for T {}

/// How to reach a workspace: over TCP with TLS, over plain TCP on loopback, or inside this process.
#[async_trait]
pub trait Connector: Send + Sync + 'static {
    /// Opens one stream; HTTP or WebSocket is spoken on it.
    async fn connect(&self) -> std::io::Result<Box<dyn Transport>>;
    /// The `Host` to name, with port where it is not the scheme's own.
    fn host(&self) -> String;
}

/// Starts the workspace that lives inside this app, and connects to it.
#[async_trait]
pub trait LocalWorkspace: Send + Sync + 'static {
    /// Starts it (once), with its database encrypted by `key`.
    ///
    /// # Errors
    /// What to tell the person.
    async fn start(&self, key: [u8; 32]) -> Result<LocalStarted, protocol::error::ErrorBody>;
    /// Starts the demo site and answers its address.
    ///
    /// # Errors
    /// What to tell the person.
    async fn demo_site(&self) -> Result<String, protocol::error::ErrorBody>;
}

/// A running local workspace.
pub struct LocalStarted {
    /// In-process streams to it.
    pub connector: Arc<dyn Connector>,
    /// Makes the first admin, while there is none.
    pub setup_code: Option<String>,
}
