//! The platform's notifications, all through `notify-rust`.
//!
//! What the platforms lack is said by [`agent::ports::NotifierCapabilities`]; docs/PLATFORM-CHECKS.md
//! has a step for each.

#[cfg(target_os = "linux")]
pub mod linux;
#[cfg(target_os = "linux")]
pub use linux::DesktopNotifier;

#[cfg(not(target_os = "linux"))]
pub mod blocking;
#[cfg(not(target_os = "linux"))]
pub use blocking::DesktopNotifier;
