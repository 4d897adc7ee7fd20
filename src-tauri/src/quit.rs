//! The end: from the tray, from the window, or by a signal.
//!
//! The workspace is told goodbye first, so that visitors learn at once that nobody is there, and
//! not after the lease has run out. That is bounded: who wants to quit does not wait for a
//! dead network.
//!
//! Both databases are closed before the process ends by itself: SQLCipher and OpenSSL clear up at exit,
//! and a connection that is still open then can end the process with a fault instead. So every way out
//! that the toolkit offers comes by here ([`last_words`]); ways that run nothing at exit (a crash, a
//! kill) need nothing, since what is stored is stored.

#[cfg(feature = "local-workspace")]
use std::sync::Arc;
use std::time::Duration;

use agent::Core;
use protocol::status::Goodbye;
use tauri::{AppHandle, Manager as _, Runtime};
use tokio::sync::OnceCell;

#[cfg(feature = "local-workspace")]
use crate::adapters::local_workspace::InThisApp;

/// The session bounds its own steps (2 s each); this is for a session that hangs.
const SESSION_ENDS_WITHIN: Duration = Duration::from_secs(8);

/// The workspace gives its visitors 5 s, and closes its database after that.
#[cfg(feature = "local-workspace")]
const WORKSPACE_ENDS_WITHIN: Duration = Duration::from_secs(8);

/// The goodbye, said once however often the end is asked for; whoever asks waits for it.
#[derive(Default)]
pub struct Ending(OnceCell<()>);

/// Says goodbye and exits.
pub async fn quit<R: Runtime>(app: AppHandle<R>) {
    say_goodbye(&app).await;
    app.exit(0);
}

/// The toolkit ends the app. Whoever asked it to, the goodbye is said before. Runs on the main thread,
/// after its loop.
pub fn last_words<R: Runtime>(app: &AppHandle<R>) {
    tauri::async_runtime::block_on(say_goodbye(app));
}

async fn say_goodbye<R: Runtime>(app: &AppHandle<R>) {
    let ending = app.state::<Ending>();
    ending.0.get_or_init(|| end(app)).await;
}

/// Ends the session and the workspace inside the app.
async fn end<R: Runtime>(app: &AppHandle<R>) {
    if let Some(core) = app.try_state::<Core>() {
        let goodbye = core.quit(Goodbye::Quit);
        if tokio::time::timeout(SESSION_ENDS_WITHIN, goodbye)
            .await
            .is_err()
        {
            tracing::warn!("the session did not end in time");
        }
    }
    #[cfg(feature = "local-workspace")]
    if let Some(here) = app.try_state::<Arc<InThisApp>>()
        && tokio::time::timeout(WORKSPACE_ENDS_WITHIN, here.shutdown())
            .await
            .is_err()
    {
        tracing::warn!("the workspace did not end in time");
    }
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

/// On Windows the end of the session is heard of where sleep is (`adapters/activity/windows`); `Ctrl+C` in
/// a console as this.
#[cfg(not(unix))]
pub async fn on_signals<R: Runtime>(app: AppHandle<R>) -> std::io::Result<()> {
    tokio::signal::ctrl_c().await?;
    quit(app).await;
    Ok(())
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use agent::{Core, Ports, Setup};
    use tauri::test::MockRuntime;
    use tauri::{Manager as _, RunEvent};
    use testkit::fakes::{
        FakeClock, ManualActivity, ManualHush, MemoryVault, RecordingBadge, RecordingNotifier,
        SilentSound,
    };

    #[test]
    fn an_end_that_the_toolkit_decides_ends_the_session_first() {
        let scratch = tempfile::tempdir().unwrap();
        let core = tauri::async_runtime::block_on(async {
            Core::start(Setup {
                data_dir: scratch.path().join("data"),
                device_name: "test desk".into(),
                locale: "en".into(),
                ports: Ports {
                    clock: Arc::new(FakeClock::default()),
                    vault: Arc::new(MemoryVault::default()),
                    notifier: Arc::new(RecordingNotifier::default()),
                    activity: Arc::new(ManualActivity::default()),
                    sound: Arc::new(SilentSound::default()),
                    do_not_disturb: Arc::new(ManualHush::default()),
                    badge: Arc::new(RecordingBadge::default()),
                    local: None,
                },
            })
        });
        let app = tauri::test::mock_builder()
            .manage(super::Ending::default())
            .build(crate::context::<MockRuntime>())
            .unwrap();
        app.manage(core.clone());
        let mut window = core.attach();
        // Twice, as when a quit was under way already.
        crate::app::on_event(app.handle(), RunEvent::Exit);
        crate::app::on_event(app.handle(), RunEvent::Exit);
        tauri::async_runtime::block_on(async { while window.next().await.is_some() {} });
    }
}
