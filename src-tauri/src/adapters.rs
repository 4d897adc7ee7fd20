//! The operating system behind the session's ports ([`agent::ports`]).
//!
//! Each adapter is thin: it translates, bounds the time it may take, and answers with a value where a
//! platform lacks something. What is decided with these facts is decided in `agent` and `rules`.

pub mod activation;
pub mod activity;
pub mod autostart;
pub mod badge;
pub mod clock;
pub mod control;
pub mod device_settings;
pub mod do_not_disturb;
#[cfg(feature = "local-workspace")]
pub mod local_workspace;
pub mod notifier;
pub mod paths;
pub mod shortcut;
pub mod sound;
pub mod tray;
#[cfg(target_os = "linux")]
pub mod tray_host;
pub mod vault;
