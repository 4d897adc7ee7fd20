//! What tests, pictures and benchmarks stand on: real parts, started and observed.
//!
//! - [`desktop`], [`browser`]: a real Linux desktop and real browsers, driven as a person drives them.
//! - [`people`]: what visitors and agents do, step by step.
//! - [`headless`]: the session in a process of its own, to be killed and started again.
//! - [`process`]: the workspace server as its own process, to be killed and started again.
//! - [`fakes`], [`scripted`], [`visitor`]: an operating system, a server and a widget in a test's hand.
//! - [`leash`], [`wait`]: no process outlives its test, and no test guesses a time.

#[cfg(target_os = "linux")]
pub mod browser;
#[cfg(target_os = "linux")]
pub mod desktop;
pub mod fakes;
pub mod headless;
pub mod leash;
#[cfg(target_os = "linux")]
pub mod people;
pub mod process;
mod rig_error;
pub mod scripted;
pub mod visitor;
pub mod wait;

pub use rig_error::RigError;
