//! Do-not-disturb of Windows, which must be asked: it tells nobody.

use std::time::Duration;

use agent::ports::Hush;
use tokio::sync::watch;
use windows::Win32::UI::Shell::{
    QUNS_ACCEPTS_NOTIFICATIONS, QUNS_APP, QUNS_BUSY, QUNS_PRESENTATION_MODE, QUNS_QUIET_TIME,
    QUNS_RUNNING_D3D_FULL_SCREEN, SHQueryUserNotificationState,
};

/// Between two questions. A question costs microseconds; a warning may come some seconds late.
const ASKED_EVERY: Duration = Duration::from_secs(5);

/// Asks for as long as the process lives, on a thread of its own.
pub(super) fn watch(told: watch::Sender<Hush>) {
    let asking = std::thread::Builder::new()
        .name("do-not-disturb".into())
        .spawn(move || {
            loop {
                let now = ask();
                told.send_if_modified(|before| std::mem::replace(before, now) != now);
                std::thread::sleep(ASKED_EVERY);
            }
        });
    if let Err(error) = asking {
        tracing::warn!(%error, "do-not-disturb is not read");
    }
}

fn ask() -> Hush {
    // SAFETY: it takes nothing and writes its answer into a place of its own.
    let Ok(state) = (unsafe { SHQueryUserNotificationState() }) else {
        return Hush::Unknown;
    };
    match state {
        QUNS_ACCEPTS_NOTIFICATIONS | QUNS_APP => Hush::Off,
        QUNS_BUSY | QUNS_PRESENTATION_MODE | QUNS_QUIET_TIME | QUNS_RUNNING_D3D_FULL_SCREEN => {
            Hush::On
        }
        // Locked, or another user is at the screen: nobody could be disturbed.
        _ => Hush::Unknown,
    }
}
