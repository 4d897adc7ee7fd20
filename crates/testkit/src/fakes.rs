//! The operating system, made by hand: ports of the agent's session that do what a test tells them.
//!
//! They hold to `agent::conformance`, like the real ones. Only [`FolderVault`] outlives its process,
//! for tests that kill it; it keeps secrets in plain files and is never part of the app.

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use agent::ports::{
    Act, ActivityEvent, ActivitySource, Badge, Clip, Clock, DoNotDisturb, Hush, Notification,
    NotificationEvent, NotificationKey, Notifier, NotifierCapabilities, NotifierError, Permission,
    Sound, SoundError, Vault, VaultError, Volume, Waiting,
};
use agent::view::Limited;
use async_trait::async_trait;
use protocol::ids::Instant;
use rules::notices::own::Answer;
use tokio::sync::{mpsc, watch};

use crate::rig_error::RigError;
use crate::wait;

fn locked<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

/// A clock that moves when it is told to.
#[derive(Debug)]
pub struct FakeClock {
    elapsed: Mutex<Duration>,
    wall: Mutex<Instant>,
}

impl Default for FakeClock {
    fn default() -> Self {
        Self {
            // Not zero, so that there is a time before the start.
            elapsed: Mutex::new(Duration::from_secs(100_000)),
            wall: Mutex::new(Instant(1_800_000_000_000)),
        }
    }
}

impl FakeClock {
    /// Lets time pass.
    pub fn advance(&self, length: Duration) {
        let milliseconds = i64::try_from(length.as_millis()).unwrap_or(i64::MAX);
        let mut elapsed = locked(&self.elapsed);
        *elapsed = elapsed.saturating_add(length);
        let mut wall = locked(&self.wall);
        *wall = wall.plus(milliseconds);
    }
}

impl Clock for FakeClock {
    fn now(&self) -> Instant {
        *locked(&self.wall)
    }

    fn elapsed(&self) -> Duration {
        *locked(&self.elapsed)
    }

    fn zone(&self) -> Option<String> {
        None
    }
}

/// A clock that goes by itself; does not count suspend.
#[derive(Debug)]
pub struct RealClock(std::time::Instant);

impl Default for RealClock {
    fn default() -> Self {
        Self(std::time::Instant::now())
    }
}

impl Clock for RealClock {
    fn now(&self) -> Instant {
        let since = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH);
        let since = since.unwrap_or_default();
        Instant(i64::try_from(since.as_millis()).unwrap_or(i64::MAX))
    }

    fn elapsed(&self) -> Duration {
        // Not from zero, so that there is a time before the start.
        Duration::from_secs(100_000).saturating_add(self.0.elapsed())
    }

    fn zone(&self) -> Option<String> {
        None
    }
}

/// Secrets in memory, and a lock in a test's hand.
#[derive(Debug, Default)]
pub struct MemoryVault {
    secrets: Mutex<BTreeMap<String, Vec<u8>>>,
    refuses: Mutex<Option<VaultError>>,
}

impl MemoryVault {
    /// From now on answers only this error; `None` makes it answer again.
    pub fn refuse(&self, error: Option<VaultError>) {
        *locked(&self.refuses) = error;
    }

    /// The names of what it holds.
    #[must_use]
    pub fn names(&self) -> Vec<String> {
        locked(&self.secrets).keys().cloned().collect()
    }

    fn open(&self) -> Result<MutexGuard<'_, BTreeMap<String, Vec<u8>>>, VaultError> {
        match locked(&self.refuses).clone() {
            Some(error) => Err(error),
            None => Ok(locked(&self.secrets)),
        }
    }
}

#[async_trait]
impl Vault for MemoryVault {
    async fn get(&self, name: &str) -> Result<Option<Vec<u8>>, VaultError> {
        Ok(self.open()?.get(name).cloned())
    }

    async fn set(&self, name: &str, secret: &[u8]) -> Result<(), VaultError> {
        self.open()?.insert(name.to_owned(), secret.to_vec());
        Ok(())
    }

    async fn delete(&self, name: &str) -> Result<(), VaultError> {
        self.open()?.remove(name);
        Ok(())
    }
}

/// Secrets in plain files, for tests that kill the process that uses them.
#[derive(Debug)]
pub struct FolderVault(PathBuf);

impl FolderVault {
    /// In this folder, which is made.
    ///
    /// # Errors
    /// If it cannot be.
    pub fn new(folder: PathBuf) -> std::io::Result<Self> {
        std::fs::create_dir_all(&folder)?;
        Ok(Self(folder))
    }

    fn file(&self, name: &str) -> PathBuf {
        let safe = name.replace(|c: char| !c.is_ascii_alphanumeric() && c != '-', "_");
        self.0.join(safe)
    }
}

fn failed(error: &std::io::Error) -> VaultError {
    VaultError::Failed(error.to_string())
}

#[async_trait]
impl Vault for FolderVault {
    async fn get(&self, name: &str) -> Result<Option<Vec<u8>>, VaultError> {
        match std::fs::read(self.file(name)) {
            Ok(secret) => Ok(Some(secret)),
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(None),
            Err(error) => Err(failed(&error)),
        }
    }

    async fn set(&self, name: &str, secret: &[u8]) -> Result<(), VaultError> {
        let file = self.file(name);
        let new = file.with_extension("new");
        std::fs::write(&new, secret)
            .and_then(|()| std::fs::File::open(&new)?.sync_all())
            .and_then(|()| std::fs::rename(&new, &file))
            .map_err(|error| failed(&error))
    }

    async fn delete(&self, name: &str) -> Result<(), VaultError> {
        match std::fs::remove_file(self.file(name)) {
            Err(error) if error.kind() != std::io::ErrorKind::NotFound => Err(failed(&error)),
            _ => Ok(()),
        }
    }
}

/// What a [`RecordingNotifier`] was asked for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Notified {
    /// To show.
    Shown(Notification),
    /// To take back.
    Withdrawn(NotificationKey),
}

/// Notifications on no screen.
pub struct RecordingNotifier {
    history: watch::Sender<Vec<Notified>>,
    events: Mutex<Option<mpsc::UnboundedSender<NotificationEvent>>>,
    refuses: Mutex<Option<NotifierError>>,
    permission: Mutex<Permission>,
    /// Whether it answers nothing, and whether somebody waits for it.
    hanging: watch::Sender<(bool, bool)>,
}

impl Default for RecordingNotifier {
    fn default() -> Self {
        Self {
            history: watch::Sender::new(Vec::new()),
            events: Mutex::new(None),
            refuses: Mutex::new(None),
            permission: Mutex::default(),
            hanging: watch::Sender::new((false, false)),
        }
    }
}

impl RecordingNotifier {
    /// Everything it was asked for, oldest first.
    #[must_use]
    pub fn history(&self) -> Vec<Notified> {
        self.history.borrow().clone()
    }

    /// What would be on the screen now.
    #[must_use]
    pub fn live(&self) -> BTreeMap<NotificationKey, Notification> {
        let mut live = BTreeMap::new();
        for one in self.history.borrow().iter() {
            match one {
                Notified::Shown(notification) => {
                    live.insert(notification.key, notification.clone());
                }
                Notified::Withdrawn(key) => {
                    live.remove(key);
                }
            }
        }
        live
    }

    /// How often something was shown.
    #[must_use]
    pub fn shown(&self) -> usize {
        let history = self.history.borrow();
        history
            .iter()
            .filter(|one| matches!(one, Notified::Shown(_)))
            .count()
    }

    /// Reports whatever it is asked for from now on.
    #[must_use]
    pub fn watch(&self) -> watch::Receiver<Vec<Notified>> {
        self.history.subscribe()
    }

    /// Waits until what is on the screen is as wanted.
    ///
    /// # Errors
    /// [`RigError::NotYet`] with `what`.
    pub async fn until(
        &self,
        what: &str,
        wanted: impl Fn(&BTreeMap<NotificationKey, Notification>) -> bool,
    ) -> Result<BTreeMap<NotificationKey, Notification>, RigError> {
        wait::until(what, async || Some(self.live()).filter(&wanted)).await
    }

    /// The person clicks one.
    pub fn click(&self, key: NotificationKey) {
        if let Some(events) = &*locked(&self.events) {
            let _ = events.send(NotificationEvent::Clicked(key));
        }
    }

    /// The person clicks a button of one.
    pub fn answer(&self, key: NotificationKey, answer: Answer) {
        self.act(key, Act::Answer(answer));
    }

    /// The person clicks a button of any kind.
    pub fn act(&self, key: NotificationKey, act: Act) {
        if let Some(events) = &*locked(&self.events) {
            let _ = events.send(NotificationEvent::Answered(key, act));
        }
    }

    /// The person writes a reply into one, and sends it.
    pub fn reply(&self, key: NotificationKey, text: &str) {
        if let Some(events) = &*locked(&self.events) {
            let _ = events.send(NotificationEvent::Replied(key, text.to_owned()));
        }
    }

    /// Says from now on that notifications reach the screen, or why not. Showing is not refused by it:
    /// systems take a notification that they do not show.
    pub fn permit(&self, permission: Permission) {
        *locked(&self.permission) = permission;
    }

    /// From now on never answers to what it is asked to show.
    pub fn hang(&self) {
        self.hanging.send_replace((true, false));
    }

    /// Waits until somebody waits for a [hanging](Self::hang) one.
    ///
    /// # Errors
    /// [`RigError::NotYet`].
    pub async fn hangs(&self) -> Result<(), RigError> {
        let mut hanging = self.hanging.subscribe();
        let waited = tokio::time::timeout(wait::LIMIT, hanging.wait_for(|hanging| hanging.1));
        match waited.await {
            Ok(Ok(_)) => Ok(()),
            _ => Err(RigError::NotYet {
                what: "somebody to wait for the notifier".into(),
            }),
        }
    }

    /// Answers again. What it was asked for meanwhile is never shown.
    pub fn go_on(&self) {
        self.hanging.send_replace((false, false));
    }

    /// The person dismisses one.
    pub fn dismiss(&self, key: NotificationKey) {
        if let Some(events) = &*locked(&self.events) {
            let _ = events.send(NotificationEvent::Closed(key));
        }
    }

    /// From now on shows nothing and says why; `None` makes it show again.
    pub fn refuse(&self, error: Option<NotifierError>) {
        *locked(&self.refuses) = error;
    }
}

#[async_trait]
impl Notifier for RecordingNotifier {
    async fn capabilities(&self) -> NotifierCapabilities {
        NotifierCapabilities {
            actions: true,
            click: true,
            replace: true,
            withdraw: true,
            markup: false,
            inline_reply: true,
            service: "fake 1".into(),
        }
    }

    async fn permission(&self) -> Permission {
        *locked(&self.permission)
    }

    async fn show(&self, notification: Notification) -> Result<(), NotifierError> {
        if self.hanging.borrow().0 {
            self.hanging.send_modify(|hanging| hanging.1 = true);
            std::future::pending().await
        }
        if let Some(error) = locked(&self.refuses).clone() {
            return Err(error);
        }
        self.history
            .send_modify(|history| history.push(Notified::Shown(notification)));
        Ok(())
    }

    async fn withdraw(&self, key: NotificationKey) {
        self.history
            .send_modify(|history| history.push(Notified::Withdrawn(key)));
    }

    fn events(&self) -> mpsc::UnboundedReceiver<NotificationEvent> {
        let (sender, receiver) = mpsc::unbounded_channel();
        *locked(&self.events) = Some(sender);
        receiver
    }
}

/// A loudspeaker that nobody hears: what was played stands in a list.
pub struct SilentSound {
    played: watch::Sender<Vec<(Clip, Volume)>>,
    refuses: Mutex<Option<SoundError>>,
}

impl Default for SilentSound {
    fn default() -> Self {
        Self {
            played: watch::Sender::new(Vec::new()),
            refuses: Mutex::new(None),
        }
    }
}

impl SilentSound {
    /// Everything that was played, oldest first.
    #[must_use]
    pub fn played(&self) -> Vec<(Clip, Volume)> {
        self.played.borrow().clone()
    }

    /// Waits until what was played is as wanted.
    ///
    /// # Errors
    /// [`RigError::NotYet`] with `what`.
    pub async fn until(
        &self,
        what: &str,
        wanted: impl Fn(&[(Clip, Volume)]) -> bool,
    ) -> Result<Vec<(Clip, Volume)>, RigError> {
        wait::until(what, async || {
            Some(self.played()).filter(|played| wanted(played))
        })
        .await
    }

    /// From now on plays nothing and says why; `None` makes it play again.
    pub fn refuse(&self, error: Option<SoundError>) {
        *locked(&self.refuses) = error;
    }
}

#[async_trait]
impl Sound for SilentSound {
    async fn play(&self, clip: Clip, volume: Volume) -> Result<(), SoundError> {
        if volume.0 == 0 {
            return Ok(());
        }
        if let Some(error) = locked(&self.refuses).clone() {
            return Err(error);
        }
        self.played
            .send_modify(|played| played.push((clip, volume)));
        Ok(())
    }
}

/// A do-not-disturb that a test switches.
pub struct ManualHush(watch::Sender<Hush>);

impl Default for ManualHush {
    fn default() -> Self {
        Self(watch::Sender::new(Hush::Off))
    }
}

impl ManualHush {
    /// From now on it is like this.
    pub fn set(&self, hush: Hush) {
        self.0.send_replace(hush);
    }
}

impl DoNotDisturb for ManualHush {
    fn watch(&self) -> watch::Receiver<Hush> {
        self.0.subscribe()
    }
}

/// A launcher on no screen.
pub struct RecordingBadge(watch::Sender<Waiting>);

impl Default for RecordingBadge {
    fn default() -> Self {
        Self(watch::Sender::new(Waiting::default()))
    }
}

impl RecordingBadge {
    /// What it shows.
    #[must_use]
    pub fn shows(&self) -> Waiting {
        *self.0.borrow()
    }

    /// Waits until it shows this.
    ///
    /// # Errors
    /// [`RigError::NotYet`] with `what`.
    pub async fn until(&self, what: &str, wanted: Waiting) -> Result<(), RigError> {
        wait::until(what, async || (self.shows() == wanted).then_some(())).await
    }
}

#[async_trait]
impl Badge for RecordingBadge {
    async fn show(&self, waiting: Waiting) {
        self.0.send_replace(waiting);
    }
}

/// A machine whose keyboard, lock and lid a test moves.
#[derive(Debug, Default)]
pub struct ManualActivity {
    limited: Option<Limited>,
    events: Mutex<Option<mpsc::UnboundedSender<ActivityEvent>>>,
}

impl ManualActivity {
    /// A machine whose idle time cannot be read at first.
    #[must_use]
    pub fn limited(why: Limited) -> Self {
        Self {
            limited: Some(why),
            events: Mutex::new(None),
        }
    }

    /// This happens.
    pub fn happens(&self, event: ActivityEvent) {
        if let Some(events) = &*locked(&self.events) {
            let _ = events.send(event);
        }
    }
}

impl ActivitySource for ManualActivity {
    fn events(&self) -> mpsc::UnboundedReceiver<ActivityEvent> {
        let (sender, receiver) = mpsc::unbounded_channel();
        let _ = sender.send(
            self.limited
                .map_or(ActivityEvent::Active, ActivityEvent::Limited),
        );
        *locked(&self.events) = Some(sender);
        receiver
    }
}
