//! The desktop app's binary. Everything is in the library, where tests can reach it.

#![cfg_attr(all(windows, not(debug_assertions)), windows_subsystem = "windows")]

use clap::Parser as _;
use std::process::ExitCode;

fn main() -> ExitCode {
    porchlight::run(porchlight::Args::parse())
}
