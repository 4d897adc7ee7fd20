//! Who tells of input on this Linux desktop, now.
//!
//! In this order, the first that works: a Wayland compositor that speaks `ext-idle-notify`; the idle
//! monitor of Mutter or Muffin; the X11 display; the hint that the desktop gives to logind. On Wayland
//! X11 is never asked: the display server would answer for XWayland's windows only, and an agent typing
//! in a native one would count as away.
//!
//! The answer changes while the app runs. A desktop starts its programs in any order, so the idle
//! monitor may come after us; compositors crash and are restarted. Hence:
//!
//! - When the one who tells is lost, the round begins anew at once, then at growing distances. What it
//!   told last is held for [`GRACE`], since a restart within it changes nothing about the person; after
//!   that the machine is *limited*, with a reason that says how to mend it.
//! - While a lesser one tells, or nobody, the appearance of an idle monitor on the bus begins a new round;
//!   so does [`LONGEST`], for those whose appearance is not announced.

use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use agent::ports::{ActivityEvent, Clock};
use agent::view::Limited;
use futures_util::StreamExt as _;
use futures_util::stream::SelectAll;
use tokio::sync::OnceCell;
use tokio::sync::mpsc::UnboundedSender;
use zbus::Connection;
use zbus::connection::Builder;
use zbus::fdo::{DBusProxy, NameOwnerChangedStream};

use super::inputs::Inputs;
use super::mutter::Monitor;
use super::{idle_hint, logind, mutter, wayland, x11};

/// How long a loss is not told.
pub const GRACE: Duration = Duration::from_secs(5);
/// Between the first two rounds after a loss.
const SHORTEST: Duration = Duration::from_millis(250);
/// Between any two rounds.
const LONGEST: Duration = Duration::from_secs(60);

/// A bus that has not greeted by then does not answer.
const ANSWERS_WITHIN: Duration = Duration::from_secs(5);

/// What a session stands in, as its environment says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Surroundings {
    /// Windows are drawn by a Wayland compositor, perhaps with XWayland beside it.
    pub wayland: bool,
    /// The compositor's socket.
    pub wayland_socket: Option<PathBuf>,
    /// The X11 display.
    pub x11: Option<String>,
    /// The desktop has an idle monitor on the session bus (it may still be hidden from us).
    pub has_monitor: bool,
    /// The app is in a Flatpak, which sees of the bus only what it was given.
    pub flatpak: bool,
    /// The session bus.
    pub session_bus: Bus,
    /// The system bus.
    pub system_bus: Bus,
}

/// A message bus.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Bus {
    /// Where the environment says.
    Usual,
    /// At this address.
    At(String),
}

impl Surroundings {
    /// As the environment of this process says.
    #[must_use]
    pub fn from_environment() -> Self {
        let flatpak = std::path::Path::new("/.flatpak-info").exists();
        Self::from_variables(flatpak, |name| std::env::var(name).ok())
    }

    /// As `variable` says, which answers for the environment.
    pub fn from_variables(flatpak: bool, variable: impl Fn(&str) -> Option<String>) -> Self {
        let set = |name: &str| variable(name).filter(|value| !value.is_empty());
        let wayland_display = set("WAYLAND_DISPLAY");
        let wayland = wayland_display.is_some()
            || set("XDG_SESSION_TYPE").is_some_and(|kind| kind == "wayland");
        let wayland_socket = wayland
            .then(|| PathBuf::from(wayland_display.unwrap_or_else(|| "wayland-0".into())))
            .and_then(|name| {
                if name.is_absolute() {
                    Some(name)
                } else {
                    Some(PathBuf::from(set("XDG_RUNTIME_DIR")?).join(name))
                }
            });
        let desktop = set("XDG_CURRENT_DESKTOP")
            .unwrap_or_default()
            .to_lowercase();
        Self {
            wayland,
            wayland_socket,
            x11: set("DISPLAY"),
            has_monitor: ["gnome", "cinnamon"]
                .iter()
                .any(|name| desktop.contains(name)),
            flatpak,
            session_bus: Bus::Usual,
            system_bus: Bus::Usual,
        }
    }

    /// Who may tell, best first.
    fn tellers(&self) -> Vec<Teller> {
        let mut tellers = Vec::new();
        if self.wayland {
            tellers.extend(self.wayland_socket.clone().map(Teller::Wayland));
        }
        tellers.extend([
            Teller::Monitor(Monitor::Mutter),
            Teller::Monitor(Monitor::Muffin),
        ]);
        if !self.wayland {
            tellers.extend(self.x11.clone().map(Teller::X11));
        }
        tellers.push(Teller::Hint);
        tellers
    }

    /// The reason that helps most, when nobody tells.
    fn why(&self, met: &Met) -> Limited {
        match (met.compositor, met.x11_counts) {
            (Some(true), _) if self.flatpak && self.has_monitor => Limited::Flatpak,
            (Some(true), _) => Limited::Wayland,
            (_, Some(false)) => Limited::NoExtension,
            _ => Limited::NoDisplay,
        }
    }
}

/// What was met in a round in which nobody told.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
struct Met {
    /// There is a compositor.
    compositor: Option<bool>,
    /// The X11 display was there; whether it counts idle time.
    x11_counts: Option<bool>,
}

/// One who may tell.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Teller {
    Wayland(PathBuf),
    Monitor(Monitor),
    X11(String),
    Hint,
}

/// Begins to watch. Must be called inside the runtime.
pub fn start(
    surroundings: Surroundings,
    clock: Arc<dyn Clock>,
    events: &UnboundedSender<ActivityEvent>,
) {
    let events = events.clone();
    tokio::spawn(async move {
        let system_bus = Arc::new(SystemBus {
            address: surroundings.system_bus.clone(),
            connection: OnceCell::new(),
        });
        let inputs = Arc::new(Inputs::new(events.clone()));
        let reading = Reading {
            tellers: surroundings.tellers(),
            surroundings,
            clock,
            system_bus: Arc::clone(&system_bus),
            session_bus: None,
            inputs: Arc::clone(&inputs),
        };
        let lock_and_sleep = async {
            match system_bus.connection().await {
                Ok(bus) => logind::keep_watching(bus, &events).await,
                Err(error) => {
                    tracing::info!(%error, "no system bus: neither sleep nor lock are seen");
                }
            }
        };
        let input = async {
            tokio::select! {
                () = inputs.closed() => {}
                () = reading.go_on() => {}
            }
        };
        tokio::join!(lock_and_sleep, input);
    });
}

impl Bus {
    async fn connection(
        &self,
        usual: impl FnOnce() -> Builder<'static>,
    ) -> zbus::Result<Connection> {
        let builder = match self {
            Self::Usual => usual(),
            Self::At(address) => Builder::address(address.as_str()),
        };
        // A bus that takes the connection and says nothing must not keep the others from telling.
        tokio::time::timeout(ANSWERS_WITHIN, builder.build())
            .await
            .unwrap_or_else(|_| Err(zbus::Error::Failure("the bus does not answer".into())))
    }
}

/// The bus that logind is on: one connection for all who ask it.
struct SystemBus {
    address: Bus,
    connection: OnceCell<Connection>,
}

impl SystemBus {
    async fn connection(&self) -> zbus::Result<&Connection> {
        let connect = || self.address.connection(Builder::system);
        self.connection.get_or_try_init(connect).await
    }
}

/// The reading of input, round by round.
struct Reading {
    surroundings: Surroundings,
    tellers: Vec<Teller>,
    clock: Arc<dyn Clock>,
    system_bus: Arc<SystemBus>,
    session_bus: Option<Connection>,
    inputs: Arc<Inputs>,
}

impl Reading {
    async fn go_on(mut self) {
        let mut monitors = Monitors::default();
        let mut lost_at = None;
        let mut pause = SHORTEST;
        loop {
            if self.session_bus.is_none() {
                let bus = self.surroundings.session_bus.connection(Builder::session);
                self.session_bus = bus.await.ok();
                monitors = Monitors::on(self.session_bus.as_ref()).await;
            }
            let met = self.round(&mut monitors).await;
            let now = self.clock.elapsed();
            let mut wait = pause;
            match met {
                None => {
                    lost_at = Some(now);
                    pause = SHORTEST;
                    wait = SHORTEST;
                }
                Some(met) => {
                    let grace = lost_at.map_or(Duration::ZERO, |at| {
                        GRACE.saturating_sub(now.saturating_sub(at))
                    });
                    if grace.is_zero() {
                        self.inputs.limited(self.surroundings.why(&met));
                    } else {
                        wait = wait.min(grace);
                    }
                    pause = pause.saturating_mul(2).min(LONGEST);
                }
            }
            tokio::select! {
                () = tokio::time::sleep(wait) => {}
                () = monitors.appear() => pause = SHORTEST,
            }
        }
    }

    /// Lets the first tell that can, as long as it does and none is better. What was met if nobody could.
    async fn round(&self, monitors: &mut Monitors) -> Option<Met> {
        let mut met = Met::default();
        for teller in &self.tellers {
            let before = self.inputs.told();
            tokio::select! {
                () = self.ask(teller, &mut met) => {}
                () = monitors.appear(), if matches!(teller, Teller::X11(_) | Teller::Hint) => {}
                () = tokio::time::sleep(LONGEST), if *teller == Teller::Hint => {}
            }
            if self.inputs.told() != before {
                tracing::debug!(?teller, "its turn is over");
                return None;
            }
        }
        Some(met)
    }

    /// Lets one tell, as long as it does.
    async fn ask(&self, teller: &Teller, met: &mut Met) {
        let clock = Arc::clone(&self.clock);
        let error = match teller {
            Teller::Wayland(socket) => {
                let Err(error) = wayland::watch(socket, clock, &self.inputs).await;
                met.compositor = Some(error.is_there());
                error.to_string()
            }
            Teller::Monitor(monitor) => {
                let Some(bus) = &self.session_bus else { return };
                let Err(error) = mutter::watch(bus, *monitor, &*clock, &self.inputs).await;
                error.to_string()
            }
            Teller::X11(display) => {
                let Err(error) = x11::watch(display, clock, Arc::clone(&self.inputs)).await;
                met.x11_counts = error.is_there().then_some(false);
                error.to_string()
            }
            Teller::Hint => {
                let Ok(bus) = self.system_bus.connection().await else {
                    return;
                };
                let Err(error) = idle_hint::watch(bus, &*clock, &self.inputs).await;
                error.to_string()
            }
        };
        tracing::debug!(?teller, error, "it does not tell idle time");
    }
}

/// Waits for idle monitors to come to the session bus.
#[derive(Default)]
struct Monitors(Option<SelectAll<NameOwnerChangedStream>>);

impl Monitors {
    async fn on(bus: Option<&Connection>) -> Self {
        let listening = async {
            let proxy = DBusProxy::new(bus?).await.ok()?;
            let mut all = SelectAll::new();
            for monitor in [Monitor::Mutter, Monitor::Muffin] {
                let name = &[(0, monitor.name())];
                all.push(
                    proxy
                        .receive_name_owner_changed_with_args(name)
                        .await
                        .ok()?,
                );
            }
            Some(all)
        };
        Self(listening.await)
    }

    /// Ends when one comes; never if there is no bus.
    async fn appear(&mut self) {
        if let Some(changes) = &mut self.0 {
            while let Some(change) = changes.next().await {
                if change.args().is_ok_and(|args| args.new_owner().is_some()) {
                    return;
                }
            }
        }
        std::future::pending().await
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn amid(variables: &[(&str, &str)]) -> Surroundings {
        Surroundings::from_variables(false, |name| {
            variables
                .iter()
                .find(|(key, _)| *key == name)
                .map(|(_, value)| (*value).to_owned())
        })
    }

    const MONITORS: [Teller; 2] = [
        Teller::Monitor(Monitor::Mutter),
        Teller::Monitor(Monitor::Muffin),
    ];

    #[test]
    fn x11_is_not_asked_on_wayland_even_though_xwayland_would_answer() {
        let [mutter, muffin] = MONITORS;
        let run = ("XDG_RUNTIME_DIR", "/run/user/1000");
        let socket = Teller::Wayland("/run/user/1000/wayland-0".into());
        let wayland = [socket, mutter.clone(), muffin.clone(), Teller::Hint];
        for variables in [
            [("DISPLAY", ":0"), ("WAYLAND_DISPLAY", "wayland-0"), run],
            [("DISPLAY", ":0"), ("XDG_SESSION_TYPE", "wayland"), run],
        ] {
            assert_eq!(amid(&variables).tellers(), wayland);
        }
        let x11 = [mutter, muffin, Teller::X11(":0".into()), Teller::Hint];
        for variables in [
            [("DISPLAY", ":0"), ("WAYLAND_DISPLAY", ""), run],
            [("DISPLAY", ":0"), ("XDG_SESSION_TYPE", "x11"), run],
        ] {
            assert_eq!(amid(&variables).tellers(), x11);
        }
    }

    #[test]
    fn a_socket_may_be_named_by_its_whole_path_and_needs_a_folder_otherwise() {
        let whole = amid(&[("WAYLAND_DISPLAY", "/tmp/w")]);
        assert_eq!(whole.wayland_socket, Some("/tmp/w".into()));
        let nowhere = amid(&[("WAYLAND_DISPLAY", "wayland-1")]);
        assert!(nowhere.wayland && nowhere.wayland_socket.is_none());
    }

    #[test]
    fn the_reason_is_the_one_that_can_be_mended() {
        let gnome = |flatpak| Surroundings {
            flatpak,
            ..amid(&[("XDG_CURRENT_DESKTOP", "ubuntu:GNOME")])
        };
        let met = |compositor, x11_counts| Met {
            compositor,
            x11_counts,
        };
        let lacks = met(Some(true), None);
        assert_eq!(gnome(false).why(&lacks), Limited::Wayland);
        assert_eq!(gnome(true).why(&lacks), Limited::Flatpak);
        let other = Surroundings {
            flatpak: true,
            ..amid(&[("XDG_CURRENT_DESKTOP", "weston")])
        };
        assert_eq!(other.why(&lacks), Limited::Wayland);
        assert_eq!(other.why(&met(None, Some(false))), Limited::NoExtension);
        assert_eq!(other.why(&met(Some(false), None)), Limited::NoDisplay);
        assert_eq!(other.why(&Met::default()), Limited::NoDisplay);
    }
}
