//! The session against a real server on loopback, a real cache on disk, and a desktop in the test's
//! hand. Where a server must misbehave, it is a scripted one.

mod accounts;
mod chat;
mod fakes;
mod harness;
mod notices;
mod offline;
mod scripted;
