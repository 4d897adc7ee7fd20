//! The agent's session without a screen.
//!
//! [`session::Core`] is the whole of it: it keeps the connection to the workspace, stores what
//! happens in the encrypted cache, sends what the agent does, decides notifications and tells open
//! windows what to draw again. The operating system is behind the traits of [`ports`]; what crosses
//! to a window is in [`view`].
//!
//! ```text
//!            submit, change_status, …            click on a notification
//!  window ─────────────────────────────┐                    │
//!    ▲                                 ▼                    ▼
//!    │ UiEvents                    session::Core ───── board: what windows show, navigation
//!    │ (board)                         │
//!    │                 ┌───────────────┼───────────────────────┐
//!    │               sync            outbox                 announce
//!    │        stream → cache     cache → commands     cache → rules → Notifier → ledger
//!    └─────────────────┴───────────────┴───────────────────────┘
//! ```
//!
//! Each arrow to the right of the cache starts from what is stored, never from what is in memory, so
//! a crash between two steps loses none of them.

mod account;
pub mod address;
mod announce;
mod away;
mod backoff;
mod board;
pub mod conformance;
mod day;
mod errors;
mod here;
mod http;
mod inbox;
pub mod links;
mod notices;
mod offers;
mod outbox;
mod own;
mod person;
pub mod ports;
mod profile;
mod quick_reply;
mod raise;
mod render;
mod seat;
mod secrets;
mod self_test;
pub mod session;
mod settings;
mod sounds;
mod standing;
mod status;
mod stream;
mod sync;
pub mod transport;
pub mod view;
pub mod view_day;
pub mod view_device;
pub mod view_notices;
mod views;
pub mod words;

pub use board::UiStream;
pub use day::DayTable;
pub use session::{Click, Core, Ports, Setup};
