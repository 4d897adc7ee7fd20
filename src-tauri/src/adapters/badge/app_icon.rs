//! The number on the icon in the taskbar of Windows and in the Dock of macOS.

use std::sync::{Mutex, PoisonError};

use agent::ports::{Badge, Waiting};
use async_trait::async_trait;
use tauri::{AppHandle, Runtime};

/// The app's own icon.
#[derive(Debug)]
pub struct LauncherBadge<R: Runtime> {
    app: AppHandle<R>,
    shown: Mutex<Waiting>,
}

impl<R: Runtime> LauncherBadge<R> {
    /// Nothing yet.
    #[must_use]
    pub fn new(app: AppHandle<R>) -> Self {
        Self {
            app,
            shown: Mutex::default(),
        }
    }

    /// A new window has a clean icon: shows it again.
    pub fn again(&self) {
        let waiting = *self.shown.lock().unwrap_or_else(PoisonError::into_inner);
        draw(&self.app, waiting);
    }
}

#[async_trait]
impl<R: Runtime> Badge for LauncherBadge<R> {
    async fn show(&self, waiting: Waiting) {
        *self.shown.lock().unwrap_or_else(PoisonError::into_inner) = waiting;
        draw(&self.app, waiting);
    }
}

#[cfg(windows)]
fn draw<R: Runtime>(app: &AppHandle<R>, waiting: Waiting) {
    use super::overlay;
    let Some(window) = crate::window::get(app) else {
        return;
    };
    let picture = overlay::draw(waiting)
        .map(|rgba| tauri::image::Image::new_owned(rgba, overlay::SIZE, overlay::SIZE));
    if let Err(error) = window.set_overlay_icon(picture) {
        tracing::debug!(%error, "the taskbar does not show the number");
    }
}

#[cfg(target_os = "macos")]
fn draw<R: Runtime>(app: &AppHandle<R>, waiting: Waiting) {
    use objc2::MainThreadMarker;
    use objc2_app_kit::NSApplication;
    use objc2_foundation::NSString;
    let drawn = app.run_on_main_thread(move || {
        let Some(here) = MainThreadMarker::new() else {
            return;
        };
        let label = (waiting.count > 0).then(|| NSString::from_str(&waiting.count.to_string()));
        let dock = NSApplication::sharedApplication(here).dockTile();
        dock.setBadgeLabel(label.as_deref());
    });
    if let Err(error) = drawn {
        tracing::debug!(%error, "the Dock does not show the number");
    }
}

#[cfg(not(any(windows, target_os = "macos")))]
fn draw<R: Runtime>(_app: &AppHandle<R>, _waiting: Waiting) {}
