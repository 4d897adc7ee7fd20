//! Sleep and lock, as logind tells them.
//!
//! - `PrepareForSleep(true)` comes before the machine sleeps, `PrepareForSleep(false)` after. A *delay*
//!   inhibitor is held meanwhile, so that the goodbye to the workspace can leave; it is let go
//!   [`GOODBYE_TAKES`] after the sleep was announced, well within logind's own 5 s.
//! - Lock has two tellers: the property `LockedHint`, which screen lockers set, and the signals `Lock` and
//!   `Unlock`, which ask them to. Whatever changes the state first is reported, and only changes are.
//!
//! Without logind (a container, another init) nothing is told, and that is fine.

use std::time::Duration;

use agent::ports::ActivityEvent;
use futures_util::StreamExt as _;
use tokio::sync::mpsc::UnboundedSender;
use zbus::{OwnedFd, OwnedObjectPath};

/// How long sleep is held up for the last frame.
pub const GOODBYE_TAKES: Duration = Duration::from_millis(1_500);

#[zbus::proxy(
    interface = "org.freedesktop.login1.Manager",
    default_service = "org.freedesktop.login1",
    default_path = "/org/freedesktop/login1"
)]
trait Manager {
    fn get_session(&self, id: &str) -> zbus::Result<OwnedObjectPath>;
    fn inhibit(&self, what: &str, who: &str, why: &str, mode: &str) -> zbus::Result<OwnedFd>;
    #[zbus(signal)]
    fn prepare_for_sleep(&self, start: bool) -> zbus::Result<()>;
}

#[zbus::proxy(
    interface = "org.freedesktop.login1.Session",
    default_service = "org.freedesktop.login1"
)]
trait Session {
    #[zbus(property)]
    fn locked_hint(&self) -> zbus::Result<bool>;
    #[zbus(signal)]
    fn lock(&self) -> zbus::Result<()>;
    #[zbus(signal)]
    fn unlock(&self) -> zbus::Result<()>;
}

/// Reports until nobody listens any more or the bus closes.
///
/// # Errors
/// There is no logind on this bus.
pub async fn watch(
    bus: &zbus::Connection,
    events: UnboundedSender<ActivityEvent>,
) -> zbus::Result<()> {
    let manager = ManagerProxy::new(bus).await?;
    let mut sleeps = manager.receive_prepare_for_sleep().await?;
    // Fails where there is no logind; the stream above does not.
    let mut hold = Some(inhibit(&manager).await?);

    let session = match manager.get_session("auto").await {
        Ok(path) => Some(SessionProxy::builder(bus).path(path).build().await?),
        Err(error) => {
            tracing::info!(%error, "logind knows no session of ours: lock is not seen");
            None
        }
    };
    let mut lock_changes = match &session {
        Some(session) => {
            let locks = session.receive_lock().await?.map(|_| Some(true)).boxed();
            let unlocks = session.receive_unlock().await?.map(|_| Some(false)).boxed();
            let hints = session
                .receive_locked_hint_changed()
                .await
                .then(|change| async move { change.get().await.ok() })
                .boxed();
            futures_util::stream::select_all([hints, locks, unlocks]).boxed()
        }
        None => futures_util::stream::pending().boxed(),
    };

    let mut locked = false;
    loop {
        tokio::select! {
            () = events.closed() => return Ok(()),
            change = lock_changes.next() => {
                let Some(change) = change else { return Ok(()) };
                let Some(now) = change.filter(|now| *now != locked) else { continue };
                locked = now;
                let event = if now { ActivityEvent::Locked } else { ActivityEvent::Unlocked };
                events.send(event).ok();
            }
            sleep = sleeps.next() => {
                let Some(sleep) = sleep else { return Ok(()) };
                if sleep.args()?.start {
                    events.send(ActivityEvent::Sleep).ok();
                    tokio::time::sleep(GOODBYE_TAKES).await;
                    hold = None;
                } else {
                    events.send(ActivityEvent::Wake).ok();
                    if hold.is_none() {
                        hold = inhibit(&manager).await.ok();
                    }
                }
            }
        }
    }
}

async fn inhibit(manager: &ManagerProxy<'_>) -> zbus::Result<OwnedFd> {
    manager
        .inhibit(
            "sleep",
            "Porchlight",
            "Tells the workspace that you leave",
            "delay",
        )
        .await
}
