//! The main window, which is disposable.
//!
//! ```text
//!   none --raise--> open --closed, with a tray--> closing --destroyed--> none
//! ```
//!
//! Closed to the tray, the webview is destroyed, which gives back most of the memory; the session stays
//! in this process, and the next window draws from the cache. A raise that comes while the old
//! window is still going waits for its end, since a dying window can be neither shown nor replaced.
//!
//! Closing must never strand anybody. With no tray host there would be no way back, so closing then
//! asks ([`UiEvent::AskBeforeClose`]), and minimises if the page cannot ask. A host that goes away
//! while no window is open brings one back (`app.rs`).

use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use agent::view::UiEvent;
use tauri::window::Color;
use tauri::{AppHandle, Manager as _, Runtime, WebviewUrl, WebviewWindow, WebviewWindowBuilder};
use tokio::sync::{Mutex, watch};

#[cfg(target_os = "linux")]
use crate::adapters::activation::Activation;
#[cfg(not(target_os = "linux"))]
use crate::adapters::badge::app_icon::LauncherBadge;
use crate::bridge::Bridge;

/// The window's label, which the permissions name.
pub const LABEL: &str = "main";

/// `--page` of ui/src/design/tokens.css.
const GROUND_LIGHT: Color = Color(0xff, 0xff, 0xff, 0xff);
/// `--page` of ui/src/design/tokens.css, dark.
const GROUND_DARK: Color = Color(0x1a, 0x1d, 0x24, 0xff);

/// An old window that is not gone by then never will be.
const GONE_WITHIN: Duration = Duration::from_secs(5);

/// What is known of the window.
pub struct WindowState {
    /// Set from the request to destroy it until it is gone.
    closing: watch::Sender<bool>,
    /// One raise at a time, so that two clicks do not make two windows.
    turn: Mutex<()>,
    /// Where the webview keeps what it insists on keeping: no content, only salts.
    webview_folder: PathBuf,
}

impl WindowState {
    /// No window yet.
    #[must_use]
    pub fn new(webview_folder: PathBuf) -> Self {
        Self {
            closing: watch::channel(false).0,
            turn: Mutex::default(),
            webview_folder,
        }
    }
}

/// The window, if there is one.
pub fn get<R: Runtime>(app: &AppHandle<R>) -> Option<WebviewWindow<R>> {
    app.get_webview_window(LABEL)
}

/// Brings the window to the front; makes it if there is none. Must not run on the main thread.
pub async fn raise<R: Runtime>(app: &AppHandle<R>) -> tauri::Result<()> {
    let state = app.state::<Arc<WindowState>>().inner().clone();
    let _turn = state.turn.lock().await;
    let mut closing = state.closing.subscribe();
    if tokio::time::timeout(GONE_WITHIN, closing.wait_for(|closing| !closing))
        .await
        .is_err()
    {
        tracing::error!("the old window does not go away");
    }
    let window = match get(app) {
        Some(window) => window,
        None => {
            let window = build(app)?;
            // A new window has a clean icon.
            #[cfg(not(target_os = "linux"))]
            app.state::<Arc<LauncherBadge<R>>>().again();
            window
        }
    };
    bring_to_front(app, &window)
}

/// Shows a window and gives it the keyboard, as the answer to a click.
pub(crate) fn bring_to_front<R: Runtime>(
    app: &AppHandle<R>,
    window: &WebviewWindow<R>,
) -> tauri::Result<()> {
    #[cfg(target_os = "linux")]
    hand_over_activation(app, window)?;
    #[cfg(not(target_os = "linux"))]
    let _ = app;
    window.unminimize()?;
    window.show()?;
    window.set_focus()
}

/// Where the system asks for a reason to let a window come to the front, says what was clicked.
#[cfg(target_os = "linux")]
fn hand_over_activation<R: Runtime>(
    app: &AppHandle<R>,
    window: &WebviewWindow<R>,
) -> tauri::Result<()> {
    use gtk::prelude::GtkWindowExt as _;
    let Some(token) = app.state::<Arc<Activation>>().take() else {
        return Ok(());
    };
    let window = window.clone();
    // GTK uses it with the next request for the focus, which follows on the same thread.
    app.run_on_main_thread(move || {
        if let Ok(window) = window.gtk_window() {
            window.set_startup_id(&token);
        }
    })
}

/// Out of the way, but still in the task list.
pub fn minimise<R: Runtime>(app: &AppHandle<R>) {
    if let Some(window) = get(app)
        && let Err(error) = window.minimize()
    {
        tracing::warn!(%error, "the window does not minimise");
    }
}

/// Somebody closed the window: destroys it if the tray leads back to it, otherwise asks.
pub fn close<R: Runtime>(app: &AppHandle<R>, tray: bool) {
    let Some(window) = get(app) else { return };
    if tray {
        let state = app.state::<Arc<WindowState>>();
        state.closing.send_replace(true);
        app.state::<Bridge>().detach();
        if let Err(error) = window.destroy() {
            tracing::warn!(%error, "the window does not close");
            state.closing.send_replace(false);
        }
    } else if !app.state::<Bridge>().tell(UiEvent::AskBeforeClose) {
        minimise(app);
    }
}

/// The window is gone, for whatever reason.
pub fn destroyed<R: Runtime>(app: &AppHandle<R>) {
    app.state::<Bridge>().detach();
    app.state::<Arc<WindowState>>().closing.send_replace(false);
}

fn build<R: Runtime>(app: &AppHandle<R>) -> tauri::Result<WebviewWindow<R>> {
    furnish(
        app,
        WebviewWindowBuilder::new(app, LABEL, WebviewUrl::App("index.html".into()))
            .title("Porchlight")
            .inner_size(1_180.0, 760.0)
            .min_inner_size(480.0, 400.0),
    )
}

/// Builds a window with what every window of the app has.
pub(crate) fn furnish<'a, R: Runtime>(
    app: &'a AppHandle<R>,
    builder: WebviewWindowBuilder<'a, R, AppHandle<R>>,
) -> tauri::Result<WebviewWindow<R>> {
    // Nothing of the page stays on the disk. WebDriver cannot drive such a view on Linux, so under it
    // (`tauri-driver` sets this) the view keeps its storage.
    let driven = std::env::var_os("TAURI_WEBVIEW_AUTOMATION").is_some_and(|value| value == "true");
    let folder = app.state::<Arc<WindowState>>().webview_folder.clone();
    let window = builder
        .incognito(!driven)
        .data_directory(folder)
        .on_navigation(stays_inside)
        .on_new_window(|_, _| tauri::webview::NewWindowResponse::Deny)
        .build()?;
    // Until the page has drawn itself, its own ground: a white flash in a dark room hurts.
    let ground = match window.theme() {
        Ok(tauri::Theme::Dark) => GROUND_DARK,
        _ => GROUND_LIGHT,
    };
    if let Err(error) = window.set_background_color(Some(ground)) {
        tracing::debug!(%error, "the window keeps its own ground");
    }
    Ok(window)
}

/// The page may load itself and nothing else; links leave through `open_link`.
fn stays_inside(url: &tauri::Url) -> bool {
    match url.scheme() {
        "tauri" => url.host_str() == Some("localhost"),
        "http" | "https" => url.host_str() == Some("tauri.localhost"),
        "about" => url.path() == "blank",
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_page_cannot_leave_itself() {
        let inside = |text: &str| stays_inside(&text.parse().unwrap());
        assert!(inside("tauri://localhost/index.html"));
        assert!(inside("http://tauri.localhost/"));
        assert!(!inside("https://example.com/"));
        assert!(!inside("http://localhost:1420/"));
        assert!(!inside("file:///etc/passwd"));
        assert!(!inside("tauri://elsewhere/"));
    }
}
