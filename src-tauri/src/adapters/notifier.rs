//! The platform's notifications: one port ([`agent::ports::Notifier`]), three ways to speak to a system.
//!
//! | | how | where its traps are named |
//! |---|---|---|
//! | Linux | `org.freedesktop.Notifications`, over zbus | [`linux`] |
//! | Windows | toasts of our own, as XML | [`windows`] |
//! | macOS | UserNotifications | [`macos`] |
//!
//! What a platform lacks is said by [`agent::ports::NotifierCapabilities`]; docs/PLATFORM-CHECKS.md
//! has a step for each.

pub mod text;

#[cfg(target_os = "linux")]
pub mod linux;
#[cfg(target_os = "linux")]
pub use linux::DesktopNotifier;

#[cfg(not(target_os = "linux"))]
pub mod blocking;
#[cfg(not(target_os = "linux"))]
pub use blocking::DesktopNotifier;
