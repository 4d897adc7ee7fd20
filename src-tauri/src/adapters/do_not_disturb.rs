//! Whether the system holds notifications back, so that the app can say so instead of leaving visitors to
//! wait for somebody who sees nothing.
//!
//! | | what is read |
//! |---|---|
//! | Linux | what the notification daemon or the desktop's settings say ([`linux`]) |
//! | Windows | `SHQueryUserNotificationState`: full screen, presentation, quiet time ([`windows`]) |
//! | macOS | nothing: Focus is told only to apps with Apple's leave. [`Hush::Unknown`] |

use agent::ports::{DoNotDisturb, Hush};
use tokio::sync::watch;

#[cfg(target_os = "linux")]
pub mod linux;
#[cfg(windows)]
pub mod windows;

/// The system's do-not-disturb.
#[derive(Debug)]
pub struct SystemHush(watch::Sender<Hush>);

impl SystemHush {
    /// Begins to watch. Must be called inside the runtime.
    #[must_use]
    pub fn start() -> Self {
        let told = watch::Sender::new(Hush::Unknown);
        #[cfg(target_os = "linux")]
        tokio::spawn(linux::watch(told.clone()));
        #[cfg(windows)]
        windows::watch(told.clone());
        Self(told)
    }
}

impl DoNotDisturb for SystemHush {
    fn watch(&self) -> watch::Receiver<Hush> {
        self.0.subscribe()
    }
}
