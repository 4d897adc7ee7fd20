//! The platform's notifications: one port ([`agent::ports::Notifier`]), three ways to speak to a system.
//!
//! | | how | where its traps are named |
//! |---|---|---|
//! | Linux | `org.freedesktop.Notifications`, through `notify-rust`, and a listener beside it | `linux.rs` |
//! | Windows | toasts of our own, as XML | [`windows`] |
//! | macOS | UserNotifications | [`macos`] |
//!
//! What a platform lacks is said by [`agent::ports::NotifierCapabilities`]; docs/PLATFORM-CHECKS.md
//! has a step for each. What needs no system is pure, and tried on all of them.

#[cfg(target_os = "linux")]
pub mod linux;
pub mod macos;
pub mod names;
pub mod text;
pub mod windows;

#[cfg(target_os = "linux")]
pub use linux::DesktopNotifier;
#[cfg(target_os = "macos")]
pub use macos::api::DesktopNotifier;
#[cfg(windows)]
pub use windows::api::DesktopNotifier;
