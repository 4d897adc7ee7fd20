//! Input as the desktop tells it to logind: the last resort.
//!
//! `IdleHint` is what the desktop sets when it thinks that nobody is there, mostly after minutes and
//! not half a minute; some desktops never do. A hint that was never set says nothing: taken for "there
//! is input" it would keep an agent online for ever. So only a session whose hint has changed at least
//! once (`IdleSinceHintMonotonic` is not 0) is believed.

use std::convert::Infallible;
use std::time::Duration;

use agent::ports::Clock;
use futures_util::StreamExt as _;
use zbus::{Connection, MatchRule, MessageStream, OwnedObjectPath, OwnedVariant};

use super::inputs::Inputs;
use super::logind::{LOGIN, ManagerProxy, SESSION, property};

/// Why the hint does not tell idle time.
#[derive(Debug, thiserror::Error)]
pub enum HintError {
    /// There is no logind, or it knows no session of ours.
    #[error("logind does not answer: {0}")]
    Bus(#[from] zbus::Error),
    /// The desktop has never set it.
    #[error("the desktop tells logind nothing of idle time")]
    NeverSet,
    /// The bus closed.
    #[error("the system bus closed")]
    Closed,
}

/// Tells how it is now, and every change, until logind goes.
///
/// # Errors
/// Always: why it does not tell, or why it stopped.
pub async fn watch(
    bus: &Connection,
    clock: &dyn Clock,
    inputs: &Inputs,
) -> Result<Infallible, HintError> {
    let manager = ManagerProxy::new(bus).await?;
    let session = manager.get_session("auto").await?;
    let rule = MatchRule::builder()
        .msg_type(zbus::message::Type::Signal)
        .sender(LOGIN)
        .path(session.clone())
        .interface("org.freedesktop.DBus.Properties")
        .member("PropertiesChanged")
        .build()?;
    let mut changes = MessageStream::for_match_rule(rule, bus, None).await?;
    loop {
        // Asked anew at each change: not every version of logind sends the values with it.
        look(bus, &session, clock, inputs).await?;
        changes.next().await.ok_or(HintError::Closed)??;
    }
}

async fn look(
    bus: &Connection,
    session: &OwnedObjectPath,
    clock: &dyn Clock,
    inputs: &Inputs,
) -> Result<(), HintError> {
    let since: u64 = get(bus, session, "IdleSinceHintMonotonic").await?;
    if since == 0 {
        return Err(HintError::NeverSet);
    }
    if get(bus, session, "IdleHint").await? {
        let since = Duration::from_micros(since);
        inputs.idle_since(
            clock
                .elapsed()
                .saturating_sub(monotonic().saturating_sub(since)),
        );
    } else {
        inputs.active();
    }
    Ok(())
}

async fn get<T>(bus: &Connection, session: &OwnedObjectPath, name: &str) -> Result<T, HintError>
where
    T: TryFrom<OwnedVariant>,
    zbus::Error: From<T::Error>,
{
    let value = property(bus, session.as_ref(), SESSION, name).await?;
    Ok(T::try_from(value).map_err(zbus::Error::from)?)
}

/// The clock that logind stamps with, which does not count sleep. A hint cannot change during sleep.
fn monotonic() -> Duration {
    let time = rustix::time::clock_gettime(rustix::time::ClockId::Monotonic);
    Duration::new(
        u64::try_from(time.tv_sec).unwrap_or(0),
        u32::try_from(time.tv_nsec).unwrap_or(0),
    )
}
