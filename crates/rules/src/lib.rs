//! Pure decisions: no I/O, no clock, no randomness. Time and ids come as arguments, so that every
//! decision can be tested at any instant and made again with the same answer.

pub mod conversation;
pub mod presence;
pub mod visibility;
pub mod widget_mode;
pub mod list;
pub mod sync;
pub mod notices;
pub mod tray;
