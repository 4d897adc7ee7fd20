//! The workspace server, as a library: the binary `porchlight-server` and the app (for a workspace on
//! this computer) both run it.
//!
//! ```text
//!   http ──── api, stream, widget: parse, authenticate, answer            (thin)
//!     │
//!   workspace ── accounts, commands, presence, status, visitors, directory, sight
//!     │              each act: one turn, one transaction; decisions by `rules`
//!   core ──── turns (change); after the commit: streams of devices, tabs of visitors, attendance
//!     │
//!   store ─── rows and the log, behind a trait; SQLite today
//! ```
//!
//! ```no_run
//! # async fn run() -> Result<(), server::ServerError> {
//! use std::sync::Arc;
//! let config = server::Config::in_folder("/var/lib/porchlight");
//! let server = server::Server::open(config, Arc::new(server::SystemClock::default())).await?;
//! let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
//! let address = server.serve(listener)?;
//! server.shutdown().await;
//! # Ok(()) }
//! ```

mod announced;
mod attendance;
mod change;
pub mod clock;
mod clocks;
pub mod config;
mod core;
mod demo;
mod door;
pub mod failure;
mod http;
mod input;
pub mod limiter;
pub mod log;
pub mod outlet;
mod passwords;
pub mod secrets;
mod server;
pub mod store;
mod streams;
mod tabs;
mod tls;
mod workspace;

pub use clock::{Clock, FakeClock, SystemClock};
pub use config::{Config, ConfigError, Limits, TlsFiles};
pub use server::{Server, ServerError};
