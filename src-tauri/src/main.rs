//! The desktop app's binary. Everything is in the library, where tests can reach it.

#![cfg_attr(all(windows, not(debug_assertions)), windows_subsystem = "windows")]

use clap::Parser as _;
use std::process::ExitCode;

fn main() -> ExitCode {
    porchlight::command_line::attach_console();
    let args = match porchlight::Args::parse().checked() {
        Ok(args) => args,
        Err(error) => error.exit(),
    };
    // Before any window system is touched: it works without a display.
    match &args.command {
        Some(command) => porchlight::command_line::run(command, &args),
        None => porchlight::run(args),
    }
}
