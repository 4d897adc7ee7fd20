//! The rig itself: what it shows is there, what it does reaches the programs, and nothing is left over.
#![cfg(target_os = "linux")]
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing)]

mod browsers;
mod desktop;
mod leash;
mod parts;
mod server;
