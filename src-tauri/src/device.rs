//! What belongs to this computer rather than to the session: the control socket, start at login, and the
//! global shortcut. Started once, when the session is there.

use std::path::Path;
use std::sync::Arc;

use agent::Core;
use agent::view::StatusAnswer;
use agent::view_device::{DeviceSettings, ShortcutProblem, StartAtLogin};
use protocol::error::{ErrorBody, ErrorCode};
use protocol::status::{Status, StatusChange, Via};
use rules::tray::first_status;
use tauri::{AppHandle, Manager as _, Runtime};
use tokio::sync::mpsc;

use crate::Args;
use crate::adapters::autostart::LoginItem;
use crate::adapters::control::answers::SessionAnswers;
use crate::adapters::control::{self, Door, Instance};
use crate::adapters::device_settings::DeviceStore;
use crate::adapters::shortcut::{Keys, NoKeys, Shortcut};

/// What is set for this computer alone.
pub struct ThisDevice {
    /// `None` where the system has no place for it.
    login: Option<LoginItem>,
    shortcut: Shortcut,
}

impl ThisDevice {
    /// With these parts.
    #[must_use]
    pub fn new(login: Option<LoginItem>, shortcut: Shortcut) -> Self {
        Self { login, shortcut }
    }

    /// What is set now, as the system says. Reads files: not for a thread that must not wait.
    ///
    /// # Errors
    /// The system does not say.
    pub fn settings(&self) -> Result<DeviceSettings, ErrorBody> {
        let start_at_login = match &self.login {
            Some(login) => login.get().map_err(|error| {
                tracing::warn!(%error, "start at login cannot be read");
                no_login()
            })?,
            None => StartAtLogin::Off,
        };
        let (shortcut, shortcut_problem) = self.shortcut.get();
        Ok(DeviceSettings {
            start_at_login,
            shortcut,
            shortcut_problem,
        })
    }

    /// Sets what happens at login.
    ///
    /// # Errors
    /// The system refuses.
    pub fn set_start_at_login(&self, wanted: StartAtLogin) -> Result<(), ErrorBody> {
        let login = self.login.as_ref().ok_or_else(no_login)?;
        login.set(wanted).map_err(|error| {
            tracing::warn!(%error, "start at login cannot be set");
            no_login()
        })
    }

    /// Sets the keys of the global shortcut, or none.
    ///
    /// # Errors
    /// See [`Shortcut::set`].
    pub fn set_shortcut(&self, keys: Option<&str>) -> Result<(), ErrorBody> {
        self.shortcut.set(keys)
    }
}

fn no_login() -> ErrorBody {
    ErrorBody::new(
        ErrorCode::Unavailable,
        "The system's list of what starts at login cannot be read or written. Check the rights of \
         its folder (on Linux ~/.config/autostart).",
    )
}

/// Starts it all.
pub fn start<R: Runtime>(app: &AppHandle<R>, core: &Core, args: &Args, data_dir: &Path) {
    let name = args.instance(&app.config().identifier);
    let instance = Instance {
        name: name.clone(),
        data_dir: data_dir.to_owned(),
    };
    tauri::async_runtime::spawn(open_door(instance, core.clone()));

    let login = LoginItem::of_this_system(&name, args.data_dir.as_deref())
        .inspect_err(|error| tracing::warn!(%error, "nothing can be started at login"))
        .ok();
    if let Some(Err(error)) = login.as_ref().map(LoginItem::refresh) {
        tracing::warn!(%error, "start at login was not looked after");
    }

    let (press, pressed) = mpsc::unbounded_channel();
    let store = DeviceStore::new(data_dir.to_owned());
    let (keys, unavailable): (Box<dyn Keys>, _) = match keys(app, move || {
        press.send(()).ok();
    }) {
        Ok(keys) => (keys, None),
        Err(problem) => (Box::new(NoKeys(problem)), Some(problem)),
    };
    let shortcut = Shortcut::start(keys, store, unavailable);
    app.manage(Arc::new(ThisDevice::new(login, shortcut)));
    tauri::async_runtime::spawn(follow_presses(core.clone(), pressed));
}

async fn open_door(instance: Instance, core: Core) {
    match Door::open(&instance) {
        Ok(door) => control::serve(door, Arc::new(SessionAnswers(core))).await,
        // The app is of use without it.
        Err(error) => tracing::warn!(%error, "the command line does not reach this app"),
    }
}

#[cfg(target_os = "linux")]
fn keys<R: Runtime>(
    _app: &AppHandle<R>,
    pressed: impl Fn() + Clone + Send + Sync + 'static,
) -> Result<Box<dyn Keys>, ShortcutProblem> {
    use crate::adapters::shortcut::x11::X11Keys;
    let set = |name: &str| std::env::var_os(name).is_some_and(|value| !value.is_empty());
    let wayland = set("WAYLAND_DISPLAY")
        || std::env::var_os("XDG_SESSION_TYPE").is_some_and(|kind| kind == "wayland");
    // XWayland would take the keys, and then see them only while its own windows have the keyboard.
    if wayland {
        return Err(ShortcutProblem::Wayland);
    }
    Ok(Box::new(X11Keys::start(None, pressed)?))
}

#[cfg(not(target_os = "linux"))]
fn keys<R: Runtime>(
    app: &AppHandle<R>,
    pressed: impl Fn() + Clone + Send + Sync + 'static,
) -> Result<Box<dyn Keys>, ShortcutProblem> {
    use crate::adapters::shortcut::plugin::PluginKeys;
    app.plugin(tauri_plugin_global_shortcut::Builder::new().build())
        .map_err(|error| {
            tracing::warn!(%error, "the system gives no keys");
            ShortcutProblem::Refused
        })?;
    Ok(Box::new(PluginKeys::new(app.clone(), pressed)))
}

/// Each press of the shortcut: Online becomes Invisible, anything else Online.
async fn follow_presses(core: Core, mut presses: mpsc::UnboundedReceiver<()>) {
    while presses.recv().await.is_some() {
        match switch(&core).await {
            // A question opens the window by itself, as does one from the tray.
            Ok(StatusAnswer::Taken | StatusAnswer::LastAgent(_)) => {}
            Err(error) => tracing::info!(%error, "the shortcut changed nothing"),
        }
    }
}

async fn switch(core: &Core) -> Result<StatusAnswer, ErrorBody> {
    let report = core.status_report().await?;
    // What was asked for last counts, answered or not: two presses go there and back.
    let now = report.pending.map_or(report.choice.status, first_status);
    let status = match now {
        Status::Online => Status::Invisible,
        Status::Busy | Status::Invisible | Status::Offline => Status::Online,
    };
    core.change_status(StatusChange::Pick { status }, Via::Shortcut, false)
        .await
}
