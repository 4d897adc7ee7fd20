//! Whether somebody is at this machine: input, lock and sleep.
//!
//! Input comes from the display server, lock and sleep from logind; both end in one stream. Where input
//! cannot be read, [`ActivityEvent::Limited`] says why, and lock and sleep are still reported.
//!
//! On Wayland the display server would answer for XWayland's windows only, which is worse than no
//! answer: an agent typing in a native window would count as away. So X11 is not asked there.

use std::sync::{Arc, Mutex, PoisonError};

use agent::ports::{ActivityEvent, ActivitySource, Clock};
use agent::view::Limited;
use tokio::sync::mpsc;

#[cfg(target_os = "linux")]
pub mod logind;
#[cfg(target_os = "linux")]
pub mod x11;

/// What this machine tells of its user.
#[derive(Debug)]
pub struct MachineActivity {
    events: Mutex<Option<mpsc::UnboundedReceiver<ActivityEvent>>>,
}

/// Which display server the session runs on, as its environment says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Display {
    /// X11, and nothing but.
    X11,
    /// A Wayland compositor, perhaps with XWayland.
    Wayland,
    /// Neither.
    None,
}

impl Display {
    /// Reads it from `variable`, which answers for the environment.
    pub fn from_environment(variable: impl Fn(&str) -> Option<String>) -> Self {
        let set = |name: &str| variable(name).is_some_and(|value| !value.is_empty());
        if set("WAYLAND_DISPLAY") || variable("XDG_SESSION_TYPE").as_deref() == Some("wayland") {
            Self::Wayland
        } else if set("DISPLAY") {
            Self::X11
        } else {
            Self::None
        }
    }
}

impl MachineActivity {
    /// Begins to watch. Must be called inside the runtime.
    #[must_use]
    pub fn start(clock: Arc<dyn Clock>) -> Self {
        Self::on(
            Display::from_environment(|name| std::env::var(name).ok()),
            clock,
        )
    }

    /// Begins to watch a session on this kind of display. Must be called inside the runtime.
    #[must_use]
    pub fn on(display: Display, clock: Arc<dyn Clock>) -> Self {
        let (events, receiver) = mpsc::unbounded_channel();
        let limited = watch(display, clock, events);
        if let Some(why) = limited {
            tracing::info!(?why, "the machine's idle time cannot be read");
        }
        Self {
            events: Mutex::new(Some(receiver)),
        }
    }
}

#[cfg(target_os = "linux")]
fn watch(
    display: Display,
    clock: Arc<dyn Clock>,
    events: mpsc::UnboundedSender<ActivityEvent>,
) -> Option<Limited> {
    let limited = match display {
        Display::Wayland => Some(Limited::Wayland),
        Display::None => Some(Limited::NoExtension),
        Display::X11 => match x11::watch(None, clock, events.clone()) {
            Ok(()) => None,
            Err(error) => {
                tracing::warn!(%error, "X11 does not tell idle time");
                Some(Limited::NoExtension)
            }
        },
    };
    if let Some(why) = limited {
        let _ = events.send(ActivityEvent::Limited(why));
    }
    tokio::spawn(async move {
        match zbus::Connection::system().await {
            Ok(bus) => {
                if let Err(error) = logind::watch(&bus, events).await {
                    tracing::info!(%error, "logind tells neither sleep nor lock");
                }
            }
            Err(error) => tracing::info!(%error, "no system bus: neither sleep nor lock are seen"),
        }
    });
    limited
}

/// Not read there yet: see docs/PLATFORM-CHECKS.md.
#[cfg(not(target_os = "linux"))]
fn watch(
    _display: Display,
    _clock: Arc<dyn Clock>,
    events: mpsc::UnboundedSender<ActivityEvent>,
) -> Option<Limited> {
    let _ = events.send(ActivityEvent::Limited(Limited::Platform));
    Some(Limited::Platform)
}

impl ActivitySource for MachineActivity {
    fn events(&self) -> mpsc::UnboundedReceiver<ActivityEvent> {
        let mut taken = self.events.lock().unwrap_or_else(PoisonError::into_inner);
        // A second taker gets a stream that has ended.
        taken.take().unwrap_or_else(|| mpsc::unbounded_channel().1)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn display(variables: &[(&str, &str)]) -> Display {
        Display::from_environment(|name| {
            variables
                .iter()
                .find(|(key, _)| *key == name)
                .map(|(_, value)| (*value).to_owned())
        })
    }

    #[test]
    fn x11_is_not_asked_on_wayland_even_though_xwayland_would_answer() {
        assert_eq!(
            display(&[("DISPLAY", ":0"), ("WAYLAND_DISPLAY", "wayland-0")]),
            Display::Wayland
        );
        assert_eq!(
            display(&[("DISPLAY", ":0"), ("XDG_SESSION_TYPE", "wayland")]),
            Display::Wayland
        );
        assert_eq!(
            display(&[("DISPLAY", ":0"), ("WAYLAND_DISPLAY", "")]),
            Display::X11
        );
        assert_eq!(
            display(&[("DISPLAY", ":0"), ("XDG_SESSION_TYPE", "x11")]),
            Display::X11
        );
        assert_eq!(display(&[]), Display::None);
    }

    #[tokio::test]
    async fn where_input_cannot_be_read_it_says_why_at_first() {
        for (display, why) in [
            (Display::Wayland, Limited::Wayland),
            (Display::None, Limited::NoExtension),
        ] {
            let clock = Arc::new(crate::adapters::clock::SystemClock::new());
            let activity = MachineActivity::on(display, clock);
            assert_eq!(
                activity.events().recv().await,
                Some(ActivityEvent::Limited(why))
            );
            assert_eq!(activity.events().recv().await, None, "taken once");
        }
    }
}
