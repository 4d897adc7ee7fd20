//! Sleep and lock, as logind tells them.
//!
//! - `PrepareForSleep(true)` comes before the machine sleeps, `PrepareForSleep(false)` after. A *delay*
//!   inhibitor is held meanwhile, so that the goodbye to the workspace can leave; it is let go
//!   [`GOODBYE_TAKES`] after the sleep was announced, well within logind's own 5 s.
//! - Lock has two tellers: the property `LockedHint`, which screen lockers set, and the signals `Lock` and
//!   `Unlock`, which ask them to. Whatever changes the state first is reported, and only changes are.
//!
//! Without logind (a container, another init) nothing is told, and that is fine.

use std::collections::HashMap;
use std::time::Duration;

use agent::ports::ActivityEvent;
use futures_util::StreamExt as _;
use futures_util::stream::BoxStream;
use tokio::sync::mpsc::UnboundedSender;
use zbus::{MatchRule, MessageStream, OwnedFd, OwnedObjectPath, OwnedVariant};

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

const SESSION: &str = "org.freedesktop.login1.Session";

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

    let mut lock_changes = match manager.get_session("auto").await {
        Ok(path) => lock_changes(bus, path).await?,
        Err(error) => {
            tracing::info!(%error, "logind knows no session of ours: lock is not seen");
            futures_util::stream::pending().boxed()
        }
    };

    let mut locked = false;
    loop {
        tokio::select! {
            () = events.closed() => return Ok(()),
            change = lock_changes.next() => {
                let Some(now) = change else { return Ok(()) };
                if std::mem::replace(&mut locked, now) == now {
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
                        hold = inhibit(&manager).await.ok();
                    }
                }
            }
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
        .sender("org.freedesktop.login1")
        .path(session.clone())
        .build()?;
    let said = MessageStream::for_match_rule(rule, bus, None).await?;
    // Asked after listening began, so that no change falls between the two.
    let answer = bus
        .call_method(
            Some("org.freedesktop.login1"),
            session,
            Some("org.freedesktop.DBus.Properties"),
            "Get",
            &(SESSION, "LockedHint"),
        )
        .await?;
    let now: OwnedVariant = answer.body().deserialize()?;
    let now = bool::try_from(now)?;
    let later = said.filter_map(|message| async { locked_by(&message.ok()?) });
    Ok(futures_util::stream::iter([now]).chain(later).boxed())
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
