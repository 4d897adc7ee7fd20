//! The cache on real encrypted files.

#![allow(missing_docs)]

mod crash;
mod files;
mod follow;
mod history;
mod lists;
mod lost;
mod notices;
mod outbox;
mod world;
