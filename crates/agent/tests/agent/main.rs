//! The session against a real server on loopback, a real cache on disk, and a desktop in the test's
//! hand. Where a server must misbehave, it is a scripted one.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    reason = "a test that cannot go on shall stop there"
)]

mod accounts;
mod away;
mod chat;
mod clicks;
mod fakes;
mod harness;
mod lines;
mod log;
mod lost;
mod notices;
mod offline;
mod presence;
mod quick_reply;
mod repeated;
mod script;
mod scripted;
mod self_test;
mod status;
mod telling;
