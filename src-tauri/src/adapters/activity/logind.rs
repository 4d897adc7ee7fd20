//! Sleep and lock, as logind tells them.
//!
//! - `PrepareForSleep(true)` comes before the machine sleeps, `PrepareForSleep(false)` after. A *delay*
//!   inhibitor is held meanwhile, so that the goodbye to the workspace can leave; it is let go
//!   [`GOODBYE_TAKES`] after the sleep was announced, and taken anew on wake.
//! - Lock has two tellers: the property `LockedHint`, which screen lockers set, and the signals `Lock` and
//!   `Unlock`, which ask them to. Whatever changes the state first is reported, and only changes are.
//!
//! Without logind (a container, another init) nothing is told, and that is fine. One that comes late or
//! is restarted is found: [`keep_watching`] waits for its name, and tries again at growing distances. So is
//! a session that logind knows later than us; sleep is told meanwhile.

use std::collections::HashMap;
use std::time::Duration;

use agent::ports::ActivityEvent;
use futures_util::StreamExt as _;
use futures_util::stream::BoxStream;
use tokio::sync::mpsc::UnboundedSender;
use zbus::{MatchRule, MessageStream, ObjectPath, OwnedFd, OwnedObjectPath, OwnedVariant};

use super::GOODBYE_TAKES;

/// Between the first two tries.
const SHORTEST: Duration = Duration::from_millis(250);
/// Between any two tries.
const LONGEST: Duration = Duration::from_secs(60);

/// logind on the system bus.
pub(super) const LOGIN: &str = "org.freedesktop.login1";
pub(super) const SESSION: &str = "org.freedesktop.login1.Session";

#[zbus::proxy(
    interface = "org.freedesktop.login1.Manager",
    default_service = "org.freedesktop.login1",
    default_path = "/org/freedesktop/login1"
)]
pub(super) trait Manager {
    fn get_session(&self, id: &str) -> zbus::Result<OwnedObjectPath>;
    fn inhibit(&self, what: &str, who: &str, why: &str, mode: &str) -> zbus::Result<OwnedFd>;
    #[zbus(signal)]
    fn prepare_for_sleep(&self, start: bool) -> zbus::Result<()>;
}

/// Whether the session was locked when last heard of.
#[derive(Clone, Copy, Debug, Default)]
pub struct Lock(bool);

/// Reports until nobody listens any more or the bus closes, however often logind comes and goes.
pub async fn keep_watching(bus: &zbus::Connection, events: &UnboundedSender<ActivityEvent>) {
    let owners = async {
        let proxy = zbus::fdo::DBusProxy::new(bus).await?;
        proxy
            .receive_name_owner_changed_with_args(&[(0, LOGIN)])
            .await
    };
    let mut owners = match owners.await {
        Ok(owners) => owners,
        Err(error) => {
            tracing::info!(%error, "the system bus does not answer: neither sleep nor lock are seen");
            return;
        }
    };
    let mut lock = Lock::default();
    let mut pause = SHORTEST;
    loop {
        let watching = async {
            if let Err(error) = watch(bus, events, &mut lock).await {
                tracing::info!(%error, "logind tells neither sleep nor lock");
            }
            tokio::time::sleep(pause).await;
        };
        tokio::select! {
            () = events.closed() => return,
            () = watching => pause = pause.saturating_mul(2).min(LONGEST),
            owner = owners.next() => match owner {
                Some(_) => pause = SHORTEST,
                None => return,
            },
        }
    }
}

/// Reports until nobody listens any more or the bus closes.
///
/// # Errors
/// There is no logind on this bus.
pub async fn watch(
    bus: &zbus::Connection,
    events: &UnboundedSender<ActivityEvent>,
    lock: &mut Lock,
) -> zbus::Result<()> {
    let manager = ManagerProxy::new(bus).await?;
    let mut sleeps = manager.receive_prepare_for_sleep().await?;
    let held = inhibit(&manager).await;

    let mut lock_changes = match manager.get_session("auto").await {
        Ok(path) => lock_changes(bus, path).await?,
        // Both fail where there is no logind.
        Err(error) if held.is_err() => return Err(error),
        Err(error) => {
            tracing::info!(%error, "logind knows no session of ours: lock is not seen yet");
            futures_util::stream::once(late_session(bus, &manager))
                .flatten()
                .boxed()
        }
    };
    let mut hold = granted(held);

    loop {
        tokio::select! {
            () = events.closed() => return Ok(()),
            change = lock_changes.next() => {
                let Some(now) = change else { return Ok(()) };
                if std::mem::replace(&mut lock.0, now) == now {
                    continue;
                }
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
                        hold = granted(inhibit(&manager).await);
                    }
                }
            }
        }
    }
}

/// [`lock_changes`] of a session that logind does not know yet, once it does.
async fn late_session(
    bus: &zbus::Connection,
    manager: &ManagerProxy<'_>,
) -> BoxStream<'static, bool> {
    let mut pause = SHORTEST;
    loop {
        tokio::time::sleep(pause).await;
        pause = pause.saturating_mul(2).min(LONGEST);
        let Ok(path) = manager.get_session("auto").await else {
            continue;
        };
        match lock_changes(bus, path).await {
            Ok(changes) => return changes,
            Err(error) => tracing::debug!(%error, "the session does not say whether it is locked"),
        }
    }
}

/// Whether the session is locked: now, and whatever is said of it later. All of it comes through one
/// stream, since only there the order of signals and properties is theirs.
async fn lock_changes(
    bus: &zbus::Connection,
    session: OwnedObjectPath,
) -> zbus::Result<BoxStream<'static, bool>> {
    let rule = MatchRule::builder()
        .msg_type(zbus::message::Type::Signal)
        .sender(LOGIN)
        .path(session.clone())
        .build()?;
    let said = MessageStream::for_match_rule(rule, bus, None).await?;
    // Asked after listening began, so that no change falls between the two.
    let now = property(bus, session.as_ref(), SESSION, "LockedHint").await?;
    let now = bool::try_from(now)?;
    let later = said.filter_map(|message| async { locked_by(&message.ok()?) });
    Ok(futures_util::stream::iter([now]).chain(later).boxed())
}

/// A property of one of logind's objects, as it is now.
pub(super) async fn property(
    bus: &zbus::Connection,
    object: ObjectPath<'_>,
    interface: &str,
    name: &str,
) -> zbus::Result<OwnedVariant> {
    let answer = bus
        .call_method(
            Some(LOGIN),
            object,
            Some("org.freedesktop.DBus.Properties"),
            "Get",
            &(interface, name),
        )
        .await?;
    answer.body().deserialize()
}

/// What a signal of the session says about its lock.
fn locked_by(message: &zbus::Message) -> Option<bool> {
    let header = message.header();
    match (header.interface()?.as_str(), header.member()?.as_str()) {
        (SESSION, "Lock") => Some(true),
        (SESSION, "Unlock") => Some(false),
        ("org.freedesktop.DBus.Properties", "PropertiesChanged") => {
            let body = message.body();
            let (interface, mut changed, _invalidated): Changed = body.deserialize().ok()?;
            let hint = changed
                .remove("LockedHint")
                .filter(|_| interface == SESSION)?;
            bool::try_from(hint).ok()
        }
        _ => None,
    }
}

/// The body of `PropertiesChanged`.
type Changed = (String, HashMap<String, OwnedVariant>, Vec<String>);

/// Without it sleep is still told, but the goodbye may come too late.
fn granted(held: zbus::Result<OwnedFd>) -> Option<OwnedFd> {
    held.inspect_err(|error| tracing::info!(%error, "sleep cannot be held up"))
        .ok()
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
