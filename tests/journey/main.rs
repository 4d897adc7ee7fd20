//! Journeys through the whole product with real parts, and the invariants of its architecture.
//!
//! One binary, because each one links the desktop shell.

#![allow(
    clippy::expect_used,
    clippy::indexing_slicing,
    reason = "a test fails loudly"
)]

#[cfg(target_os = "linux")]
mod activity;
#[cfg(target_os = "linux")]
mod adapters;
mod architecture;
#[cfg(target_os = "linux")]
mod around;
mod asked;
#[cfg(target_os = "linux")]
mod control;
mod crash;
#[cfg(target_os = "linux")]
mod daemon;
#[cfg(target_os = "linux")]
mod desktop;
#[cfg(target_os = "linux")]
mod device;
#[cfg(target_os = "linux")]
mod handles;
#[cfg(target_os = "linux")]
mod hours;
#[cfg(target_os = "linux")]
mod links;
#[cfg(target_os = "linux")]
mod logind;
#[cfg(target_os = "linux")]
mod missed;
#[cfg(target_os = "linux")]
mod notices;
#[cfg(target_os = "linux")]
mod presence;
#[cfg(target_os = "linux")]
mod quick_reply;
#[cfg(target_os = "linux")]
mod shell;
#[cfg(target_os = "linux")]
mod widget;
#[cfg(target_os = "linux")]
mod widget_mode;
#[cfg(target_os = "linux")]
mod workday;
