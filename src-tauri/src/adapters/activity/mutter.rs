//! Input as GNOME's and Cinnamon's window managers count it, over the session bus.
//!
//! Mutter speaks no Wayland protocol for idle time; it has *watches*. An idle watch fires each time the
//! pause has reached its length; a user-active watch fires once, with the next input. So the second is
//! set when the first has fired, and between the two nothing is asked.
//!
//! A watch belongs to the process that set it and dies with Mutter. A new owner of the name is therefore
//! the end of this watch, and whoever chose it begins anew.
//!
//! Muffin is Mutter's sibling in Cinnamon: the same interface under another name.

use std::convert::Infallible;
use std::time::Duration;

use agent::ports::{Clock, IDLE_REPORT_AFTER};
use futures_util::StreamExt as _;
use zbus::{Connection, Proxy};

use super::inputs::Inputs;

/// How far a watch and the idle time may be apart.
const LEEWAY: Duration = Duration::from_secs(1);

/// Who counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Monitor {
    /// GNOME's, and of desktops that took over its interface (Phosh, elementary, Unity).
    Mutter,
    /// Cinnamon's.
    Muffin,
}

impl Monitor {
    /// The name on the bus, which is also the name of the interface.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Mutter => "org.gnome.Mutter.IdleMonitor",
            Self::Muffin => "org.cinnamon.Muffin.IdleMonitor",
        }
    }

    /// The object that counts the input of all devices.
    fn path(self) -> &'static str {
        match self {
            Self::Mutter => "/org/gnome/Mutter/IdleMonitor/Core",
            Self::Muffin => "/org/cinnamon/Muffin/IdleMonitor/Core",
        }
    }
}

/// Why it does not tell idle time.
#[derive(Debug, thiserror::Error)]
pub enum MonitorError {
    /// It is not there, or refuses.
    #[error("the idle monitor does not answer: {0}")]
    Bus(#[from] zbus::Error),
    /// It went, or another one took its place.
    #[error("the idle monitor was restarted")]
    Restarted,
}

/// Tells how it is now, and every change, until the monitor goes.
///
/// # Errors
/// Always: why it does not tell, or why it stopped.
pub async fn watch(
    bus: &Connection,
    monitor: Monitor,
    clock: &dyn Clock,
    inputs: &Inputs,
) -> Result<Infallible, MonitorError> {
    let proxy = Proxy::new(bus, monitor.name(), monitor.path(), monitor.name()).await?;
    // Before the first watch is set, so that neither a restart nor a firing falls in between.
    let mut owners = proxy.receive_owner_changed().await?;
    let mut fired = proxy.receive_signal("WatchFired").await?;
    let length = u64::try_from(IDLE_REPORT_AFTER.as_millis()).unwrap_or(u64::MAX);
    let idle_watch: u32 = proxy.call("AddIdleWatch", &(length,)).await?;
    let mut active_watch = look(&proxy, clock, inputs, IDLE_REPORT_AFTER).await?;
    loop {
        let watch: u32 = tokio::select! {
            biased;
            _ = owners.next() => return Err(MonitorError::Restarted),
            signal = fired.next() => {
                let signal = signal.ok_or(MonitorError::Restarted)?;
                signal.body().deserialize::<(u32,)>()?.0
            }
        };
        if watch == idle_watch {
            if active_watch.is_none() {
                // It says itself that the pause is long enough, and may count a little otherwise.
                let long_enough = IDLE_REPORT_AFTER.saturating_sub(LEEWAY);
                active_watch = look(&proxy, clock, inputs, long_enough).await?;
            }
        } else if Some(watch) == active_watch {
            active_watch = None;
            inputs.active();
        }
    }
}

/// Tells how it is now. During a `pause`, a watch for its end is set and given.
async fn look(
    proxy: &Proxy<'_>,
    clock: &dyn Clock,
    inputs: &Inputs,
    pause: Duration,
) -> Result<Option<u32>, MonitorError> {
    // Set before the question: input that comes between the two ends the pause in the answer.
    let watch: u32 = proxy.call("AddUserActiveWatch", &()).await?;
    // Before the question: however long the answer takes, the pause is not made shorter.
    let asked = clock.elapsed();
    let idle: u64 = proxy.call("GetIdletime", &()).await?;
    let idle = Duration::from_millis(idle);
    if idle >= pause {
        inputs.idle_since(asked.saturating_sub(idle));
        return Ok(Some(watch));
    }
    inputs.active();
    // It may just have fired, and be gone already.
    proxy.call::<_, _, ()>("RemoveWatch", &(watch,)).await.ok();
    Ok(None)
}
