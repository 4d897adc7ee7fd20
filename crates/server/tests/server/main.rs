//! The workspace server from the outside: a real server on a real SQLite file, spoken to over HTTP
//! and WebSocket as the app and the widget speak to it. Only the clock is a fake.

// A test that fails panics; the helpers of tests too.
#![allow(clippy::expect_used, clippy::indexing_slicing, clippy::unwrap_used)]

mod accounts;
mod acts;
mod ahead;
mod attention;
mod binary;
mod choices;
mod commands;
mod doors;
mod frames;
mod held;
mod hours;
mod law;
mod looking;
mod presence;
mod rig;
mod sites;
mod store;
mod stream;
mod tls;
mod told;
mod widget;
mod widget_mode;
mod winding_down;
mod writing;
