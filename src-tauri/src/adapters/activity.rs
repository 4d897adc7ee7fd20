//! Whether somebody is at this machine: input, lock and sleep.
//!
//! Two tellers end in one stream. Input comes from whoever counts it (display server, compositor, the
//! system itself), lock and sleep from whoever is told of them (logind, the session, the workspace).
//! Where input cannot be read, [`ActivityEvent::Limited`] says why; lock and sleep are still reported.
//!
//! | | input | lock and sleep |
//! |---|---|---|
//! | Linux | [`linux`] chooses: [`wayland`], [`mutter`], [`x11`], [`idle_hint`] | [`logind`] |
//! | Windows | [`windows`] asks, when [`poll`] thinks it worth while | [`windows`] is told by messages |
//! | macOS | [`macos`] asks, likewise | [`macos`] is told by notifications |
//!
//! All of them tell the same events (`agent::conformance::activity`), whatever their platform calls
//! them. On Linux nobody is asked in turns: each teller sends an event when the pause has lasted long
//! enough and another when it ends. Windows and macOS only answer questions; [`poll`] decides when the
//! next one could have a new answer.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use agent::ports::{ActivityEvent, ActivitySource, Clock};
use tokio::sync::mpsc;

#[cfg(target_os = "linux")]
pub mod idle_hint;
pub mod inputs;
#[cfg(target_os = "linux")]
pub mod linux;
#[cfg(target_os = "linux")]
pub mod logind;
pub mod macos;
#[cfg(target_os = "linux")]
pub mod mutter;
pub mod poll;
#[cfg(target_os = "linux")]
pub mod wayland;
pub mod windows;
#[cfg(target_os = "linux")]
pub mod x11;

/// How long sleep is held up, so that the goodbye to the workspace can leave first: well within what
/// logind (5 s), Windows (2 s) and macOS (30 s) grant.
pub const GOODBYE_TAKES: Duration = Duration::from_millis(1_500);

/// What this machine tells of its user.
#[derive(Debug)]
pub struct MachineActivity(Mutex<Option<mpsc::UnboundedReceiver<ActivityEvent>>>);

impl MachineActivity {
    /// Begins to watch. Must be called inside the runtime.
    #[must_use]
    pub fn start(clock: Arc<dyn Clock>) -> Self {
        let (events, told) = mpsc::unbounded_channel();
        #[cfg(target_os = "linux")]
        linux::start(linux::Surroundings::from_environment(), clock, &events);
        #[cfg(windows)]
        windows::api::start(clock, events);
        #[cfg(target_os = "macos")]
        macos::api::start(clock, events);
        #[cfg(not(any(target_os = "linux", windows, target_os = "macos")))]
        {
            drop(clock);
            events
                .send(ActivityEvent::Limited(agent::view::Limited::Platform))
                .ok();
        }
        Self(Mutex::new(Some(told)))
    }

    /// Begins to watch a session with these surroundings. Must be called inside the runtime.
    #[cfg(target_os = "linux")]
    #[must_use]
    pub fn amid(surroundings: linux::Surroundings, clock: Arc<dyn Clock>) -> Self {
        let (events, told) = mpsc::unbounded_channel();
        linux::start(surroundings, clock, &events);
        Self(Mutex::new(Some(told)))
    }

    /// Passes on what is told by a machine that must be asked; `sleep` lets time pass on that clock. Must
    /// be called inside the runtime.
    #[must_use]
    pub fn asking<S: Future<Output = ()> + Send + 'static>(
        machine: impl poll::Machine,
        told_by_itself: mpsc::UnboundedReceiver<poll::Told>,
        clock: Arc<dyn Clock>,
        sleep: impl Fn(Duration) -> S + Send + 'static,
    ) -> Self {
        let (events, told) = mpsc::unbounded_channel();
        let watching = poll::watch(machine, told_by_itself, clock, sleep, events);
        tokio::spawn(watching);
        Self(Mutex::new(Some(told)))
    }
}

impl ActivitySource for MachineActivity {
    fn events(&self) -> mpsc::UnboundedReceiver<ActivityEvent> {
        let mut taken = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        // A second taker gets a stream that has ended.
        taken.take().unwrap_or_else(|| mpsc::unbounded_channel().1)
    }
}
