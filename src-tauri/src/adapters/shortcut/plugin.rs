//! Keys on Windows and macOS, by Tauri's plugin, which knows that they must be asked for on the thread
//! of the windows.

use agent::view_device::ShortcutProblem;
use tauri::{AppHandle, Runtime};
use tauri_plugin_global_shortcut::{GlobalShortcutExt as _, Shortcut, ShortcutState};

use super::Keys;
use super::combination::Combination;

/// See the module. The plugin must be there.
pub struct PluginKeys<R: Runtime, F> {
    app: AppHandle<R>,
    pressed: F,
}

impl<R: Runtime, F> PluginKeys<R, F> {
    /// Each press calls `pressed`.
    pub fn new(app: AppHandle<R>, pressed: F) -> Self {
        Self { app, pressed }
    }
}

impl<R: Runtime, F> Keys for PluginKeys<R, F>
where
    F: Fn() + Clone + Send + Sync + 'static,
{
    fn take(&self, keys: &Combination) -> Result<(), ShortcutProblem> {
        // Our names of keys are among the plugin's.
        let shortcut: Shortcut = keys
            .to_string()
            .parse()
            .map_err(|_| ShortcutProblem::NoSuchKey)?;
        let pressed = self.pressed.clone();
        self.app
            .global_shortcut()
            .on_shortcut(shortcut, move |_, _, event| {
                if event.state == ShortcutState::Pressed {
                    pressed();
                }
            })
            .map_err(|error| {
                // The systems do not say more than that they refused; that somebody else has the keys is
                // by far the most likely.
                tracing::info!(%error, "the keys are not to be had");
                ShortcutProblem::Taken
            })
    }

    fn give_back(&self, keys: &Combination) {
        let Ok(shortcut) = keys.to_string().parse::<Shortcut>() else {
            return;
        };
        if let Err(error) = self.app.global_shortcut().unregister(shortcut) {
            tracing::warn!(%error, "the keys were not given back");
        }
    }
}
