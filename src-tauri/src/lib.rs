//! The shell: the only code that knows Tauri and the operating system.
//!
//! One process. The session ([`agent::Core`]) lives here in Rust and goes on without a window; the
//! window is disposable ([`window`]), and so is a small one for a reply ([`reply_window`]). The shell carries between the two ([`bridge`], [`commands`]) and
//! between the session and the operating system ([`adapters`]); it decides nothing that the session
//! could decide.
//!
//! Order of the start: limits and environment, then Tauri, then single instance (a second start ends
//! there, before it could open the cache), then the session, then the tray, then, unless `--hidden`,
//! the window.

pub mod adapters;
pub mod app;
pub mod args;
pub mod bridge;
pub mod command_line;
pub mod commands;
pub mod device;
pub mod quit;
pub mod reply_window;
pub mod safety;
pub mod window;

use std::process::ExitCode;

pub use args::Args;
use tracing_subscriber::EnvFilter;

/// What `tauri.conf.json`, the permissions, the icons and the built UI were compiled into.
#[must_use]
pub fn context<R: tauri::Runtime>() -> tauri::Context<R> {
    tauri::generate_context!()
}

/// Runs the app until it is quit.
#[must_use]
pub fn run(args: Args) -> ExitCode {
    let filter = EnvFilter::try_from_default_env().unwrap_or_else(|_| {
        EnvFilter::new("warn,porchlight=info,agent=info,cache=info,server=info")
    });
    tracing_subscriber::fmt()
        .with_env_filter(filter)
        .with_writer(std::io::stderr)
        .init();
    safety::no_core_dumps();
    safety::work_around_blank_windows();
    match app::build(args, tauri::Builder::default()).and_then(|builder| builder.build(context())) {
        Ok(built) => {
            built.run(app::on_event);
            ExitCode::SUCCESS
        }
        Err(error) => {
            tracing::error!(%error, "Porchlight cannot start");
            eprintln!("Porchlight cannot start: {error}");
            ExitCode::FAILURE
        }
    }
}
