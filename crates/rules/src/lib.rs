//! Pure decisions: no I/O, no clock, no randomness. Time and ids come as arguments, so that every
//! decision can be tested at any instant and made again with the same answer.

pub mod attendance;
pub mod attention;
pub mod choice;
pub mod conversation;
pub mod day;
pub mod guard;
pub mod hours;
pub mod list;
pub mod notices;
pub mod presence;
pub mod settings;
pub mod status;
pub mod sync;
pub mod tray;
pub mod visibility;
pub mod widget_mode;
