//! The end: from the tray, from the window, or by a signal.
//!
//! The workspace is told goodbye first, so that visitors learn at once that nobody is there, and
//! not after the lease has run out. That is bounded: who wants to quit does not wait for a
//! dead network.

#[cfg(feature = "local-workspace")]
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use agent::Core;
use protocol::status::Goodbye;
use tauri::{AppHandle, Manager as _, Runtime};

#[cfg(feature = "local-workspace")]
use crate::adapters::local_workspace::InThisApp;

/// The session bounds its goodbye itself (2 s); this is for a session that hangs.
const GOODBYE_WITHIN: Duration = Duration::from_secs(3);

/// Whether the end has begun, so that two clicks on *Quit* say goodbye once.
#[derive(Default)]
pub struct Ending(AtomicBool);

/// Says goodbye and exits.
pub async fn quit<R: Runtime>(app: AppHandle<R>) {
    if app.state::<Ending>().0.swap(true, Ordering::SeqCst) {
        return;
    }
    if let Some(core) = app.try_state::<Core>() {
        let goodbye = core.quit(Goodbye::Quit);
        if tokio::time::timeout(GOODBYE_WITHIN, goodbye).await.is_err() {
            tracing::warn!("the session did not end in time");
        }
    }
    #[cfg(feature = "local-workspace")]
    if let Some(here) = app.try_state::<Arc<InThisApp>>()
        && tokio::time::timeout(GOODBYE_WITHIN, here.shutdown())
            .await
            .is_err()
    {
        tracing::warn!("the workspace did not end in time");
    }
    app.exit(0);
}

/// Quits when the system asks: at the end of the desktop session, or `kill`.
#[cfg(unix)]
pub async fn on_signals<R: Runtime>(app: AppHandle<R>) -> std::io::Result<()> {
    use tokio::signal::unix::{SignalKind, signal};
    let mut terminate = signal(SignalKind::terminate())?;
    let mut interrupt = signal(SignalKind::interrupt())?;
    let mut hang_up = signal(SignalKind::hangup())?;
    tokio::select! {
        _ = terminate.recv() => {}
        _ = interrupt.recv() => {}
        _ = hang_up.recv() => {}
    }
    quit(app).await;
    Ok(())
}

/// On Windows the end of the session reaches the app as the closing of its windows; `Ctrl+C` in a
/// console as this.
#[cfg(not(unix))]
pub async fn on_signals<R: Runtime>(app: AppHandle<R>) -> std::io::Result<()> {
    tokio::signal::ctrl_c().await?;
    quit(app).await;
    Ok(())
}
